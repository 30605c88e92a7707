//! A fact with its place in the order and its time.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Fact;

/// A fact with its place in the order and its time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedFact {
    /// Its number, from 1, without gaps.
    pub number: u64,
    /// When it was recorded.
    pub at: Timestamp,
    /// The fact.
    pub fact: Fact,
}
