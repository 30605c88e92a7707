//! What people and the past add to what is watched for of an incident, and where it was seen.

use std::collections::BTreeSet;

use super::Incident;
use crate::kernel::{
    content::EmbargoedAdvisory,
    embargoed::{EmbargoedText, Reader},
    fact::Fact,
    leak::Identifier,
    sighting::Spot,
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
}

impl Incident {
    #[expect(clippy::wildcard_enum_match_arm, reason = "`apply`, which calls this, names every fact")]
    pub(super) fn apply_to_watch(&mut self, fact: &Fact) {
        let is = |term: &EmbargoedText| {
            let wanted = Identifier::Term(term.open(&Reader::new()).to_string());
            move |other: &EmbargoedText| names(other.open(&Reader::new()), &wanted)
        };
        match fact {
            Fact::LeakSeen { sighting, .. } => self.watch.seen.extend(sighting.spot()),
            Fact::WatchAdded { term, .. } => {
                self.watch.ignored.retain(|other| !is(term)(other));
                self.watch.added.push(term.clone());
            }
            Fact::WatchIgnored { term, .. } => {
                self.watch.added.retain(|other| !is(other)(term));
                self.watch.ignored.push(term.clone());
            }
            _ => {}
        }
    }

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
