//! advisory-bot: the shell around the pure core in `commands`. It obeys decisions and takes none.

pub mod bot;
pub mod cli;
pub mod clock;
pub mod config;
pub mod engine;
pub mod git;
pub mod github;
pub mod guard;
pub mod http;
pub mod lookout;
pub mod mail;
pub mod outbox;
pub mod perform;
pub mod port;
pub mod run;
#[cfg(feature = "sandbox")]
pub mod sandbox;
pub mod store;
pub mod telemetry;
pub mod timeline;
pub mod transport;
pub mod webhook;
pub mod zulip;
