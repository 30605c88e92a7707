//! The embedded Zulip, GitHub and mail server: models of state behind the real wire protocols, on loopback, for
//! trying the bot and for its tests. The models know nothing of the bot; what drives them does:
//! [`drive`] runs it, [`script`] and [`play`] are transcripts, [`tour`] is one, [`chat`] is by hand. [`on_github`] is
//! what both can do on GitHub, [`webhook`] sends what GitHub tells.

pub mod audit;
pub mod chat;
pub mod clock;
pub mod command;
mod counted;
pub mod drive;
pub mod git;
pub mod github;
pub mod layout;
pub mod mail;
pub mod markdown;
pub mod on_github;
#[cfg(test)]
pub mod openapi;
pub mod play;
pub mod render;
pub mod say;
pub mod script;
pub mod serve;
pub mod tour;
pub mod watch;
pub mod webhook;
pub mod world;
pub mod zulip;
