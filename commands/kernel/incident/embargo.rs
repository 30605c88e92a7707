//! The disclosure time: set, proposed, broken.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::{Incident, Stage};
use crate::kernel::{
    embargoed::EmbargoedText,
    id::{MessageId, UserId},
    settings::Policy,
    step::Step,
};

/// The disclosure time and its countdown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Embargo {
    /// The disclosure time.
    pub until: Timestamp,
    /// When it was set: reminders that would have been due before are not sent.
    pub set: Timestamp,
    /// The reminders already sent, by how long before the disclosure time they were due.
    pub reminded: BTreeSet<SignedDuration>,
    /// Somebody else went public: then the disclosure time is when that was said here.
    pub broken: Option<Break>,
}

/// Somebody's word that the matter is public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// Whose.
    pub by: UserId,
    /// What is public, and where.
    pub reason: EmbargoedText,
}

/// A disclosure time that the bot proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The time.
    pub until: Timestamp,
    /// The message to react to, once it stands.
    pub message: Option<MessageId>,
}

impl Embargo {
    /// The reminders still to be sent, soonest first: when each is due, and how long before the
    /// disclosure time that is.
    #[must_use]
    pub fn reminders(&self, policy: &Policy) -> Vec<(Timestamp, SignedDuration)> {
        let mut open: Vec<_> = policy
            .countdown
            .iter()
            .filter(|before| !self.reminded.contains(before))
            .filter_map(|before| Some((self.until.checked_sub(*before).ok()?, *before)))
            .filter(|(due, _)| *due > self.set)
            .collect();
        open.sort();
        open
    }
}

impl Incident {
    /// The proposal that can be accepted at `now`: of a time that is still ahead, while none is set.
    #[must_use]
    pub fn open_proposal(&self, now: Timestamp) -> Option<&Proposal> {
        let counts = self.stage == Stage::Open && !self.is_published() && self.embargo.is_none();
        self.proposal.as_ref().filter(|proposal| counts && proposal.until > now)
    }

    /// That the matter is public by somebody else's hand, when it is.
    #[must_use]
    pub fn broken(&self) -> Option<&Break> {
        self.embargo.as_ref()?.broken.as_ref()
    }

    /// Whether `step` no longer makes sense, because the embargo is broken or the advisory is public.
    #[must_use]
    pub fn is_struck(&self, step: Step) -> bool {
        let broken = self.broken().is_some() && step.falls_with_embargo();
        broken || (self.is_published() && Step::PRECONDITIONS.contains(&step))
    }
}
