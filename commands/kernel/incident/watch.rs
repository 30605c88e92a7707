//! What people and the past add to what is watched for of an incident, and where it was seen.

use std::collections::BTreeSet;

use super::Incident;
use crate::kernel::{
    content::EmbargoedAdvisory,
    embargoed::{EmbargoedText, Reader},
    leak::Identifier,
    sighting::{Spot, WatchChange},
    watched::names,
};

/// What people and the past add to what is watched for, and where it was seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Watching {
    /// Terms that somebody added.
    pub added: Vec<EmbargoedText>,
    /// Terms about which the team wants no alarm.
    pub ignored: Vec<EmbargoedText>,
    /// The summaries that the advisory had before.
    pub former: Vec<EmbargoedText>,
    /// Where an alarm was raised.
    pub seen: BTreeSet<Spot>,
}

impl Watching {
    /// Whether the team wants no alarm about `identifier`: an ignored term names it.
    #[must_use]
    pub fn ignores(&self, identifier: &Identifier) -> bool {
        self.ignored.iter().any(|term| names(term.open(&Reader::new()), identifier))
    }

    pub(super) fn apply(&mut self, change: &WatchChange) {
        match change {
            WatchChange::Seen { sighting, .. } => self.seen.extend(sighting.spot()),
            WatchChange::Added { term, .. } => {
                self.ignored.retain(|other| !is_named(term, other));
                if !self.added.contains(term) {
                    self.added.push(term.clone());
                }
            }
            // One that was added stays: the guard still lets nothing of it out.
            WatchChange::Ignored { term, .. } => self.ignored.push(term.clone()),
        }
    }
}

/// Whether `other` names `term`.
fn is_named(term: &EmbargoedText, other: &EmbargoedText) -> bool {
    let reader = Reader::new();
    names(other.open(&reader), &Identifier::Term(term.open(&reader).to_string()))
}

impl Incident {
    /// Keeps the summary that `advisory` replaces.
    pub(super) fn keep_summary(&mut self, advisory: &EmbargoedAdvisory) {
        let summary = |advisory: &EmbargoedAdvisory| {
            EmbargoedText::from(advisory.open(&Reader::new()).content.summary.as_str())
        };
        let Some(before) = self.advisory().map(summary) else { return };
        if before != summary(advisory) && !self.watch.former.contains(&before) {
            self.watch.former.push(before);
        }
    }
}
