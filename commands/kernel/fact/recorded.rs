//! A fact with its place in the order and its time; and what goes into some of them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Fact;
use crate::kernel::{
    embargoed::Embargoed,
    work::{Bundle, DeliveryChange},
};

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

/// What somebody in public was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Told {
    /// Where commands belong; not again for an hour.
    WhereCommandsBelong,
    /// That the security team, whom they look for, was told; not again for a day.
    TeamWasTold,
}

/// What becomes of an incident's status card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CardChange {
    /// It could not be posted; it is tried again later.
    Lost,
    /// It can no longer be edited: a fresh one is owed.
    Frozen,
    /// A fresh one is on its way.
    Renewed,
}

impl Fact {
    /// The fact as an incident's history keeps it: without what is large. The whole advisory is kept apart, the
    /// snapshot of a fork only in the store.
    pub(in crate::kernel) fn for_history(&self) -> Option<Self> {
        if matches!(self, Self::AdvisorySeen { .. }) {
            return None;
        }
        let mut kept = self.clone();
        if let Self::Delivery { change, .. } = &mut kept
            && let DeliveryChange::SnapshotKept { bundle } = change.as_mut()
        {
            *bundle = Embargoed::new(Bundle::default());
        }
        Some(kept)
    }
}
