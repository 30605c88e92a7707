//! advisory-bot: the shell around the pure core in `commands`. It obeys decisions and takes none.

pub mod github;
pub mod port;
#[cfg(feature = "sandbox")]
pub mod sandbox;
pub mod zulip;
