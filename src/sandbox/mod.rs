//! The embedded Zulip and GitHub: models of state behind the real wire protocols, on loopback, for
//! trying the bot and for its tests. Nothing here knows the bot.

pub mod clock;
pub mod drive;
pub mod github;
#[cfg(test)]
pub mod openapi;
pub mod serve;
pub mod world;
pub mod zulip;
