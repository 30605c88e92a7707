//! The embedded Zulip and GitHub: models of state behind the real wire protocols, on loopback, for
//! trying the bot and for its tests. Nothing here knows the bot.

pub mod audit;
pub mod chat;
pub mod clock;
pub mod command;
pub mod drive;
pub mod github;
pub mod markdown;
#[cfg(test)]
pub mod openapi;
pub mod play;
pub mod render;
pub mod say;
pub mod script;
pub mod serve;
pub mod tour;
pub mod watch;
pub mod world;
pub mod zulip;
