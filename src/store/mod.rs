//! The bot's memory: facts, pending effects and the cursor, each in a record of its own.
//!
//! [`sled`] keeps them on disk, [`memory`] in memory for tests; both store the same records (their
//! bytes are described and fixed in `record`, what ties them together in `ledger`), and both pass the
//! same contract suite. What they promise:
//!
//! - A commit is written in one transaction: after a crash all of it is there, or nothing.
//! - When a commit is answered, it survives a power cut.
//! - Commits are written in the order of the calls.
//! - After a failed write nothing more is written: whether the failed one survived is known only at
//!   the next start.
//! - Any altered, missing, swapped or outdated record is noticed when the store is read, which is then
//!   refused; nothing is ever reset or repaired.
//!
//! A store holds embargoed text in clear and is as confidential as the team's channel. To back it up,
//! stop the bot or take a snapshot of the file system, and copy the whole directory.

mod ledger;
#[cfg(any(test, feature = "sandbox"))]
pub mod memory;
mod record;
pub mod sled;
mod witness;

#[cfg(test)]
mod contract;
#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod samples;
