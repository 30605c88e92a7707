//! advisory-bot: the shell around the pure core in `commands`. It obeys decisions and takes none.

pub mod port;
#[cfg(feature = "sandbox")]
pub mod sandbox;
pub mod store;
