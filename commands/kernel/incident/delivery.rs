//! How far a release has brought things on GitHub.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{Incident, Release, Stage};
use crate::kernel::{
    clock::{Clock, DELIVERY_WITHIN, Running},
    embargoed::{Embargoed, Reader},
    id::UserId,
    patch::{Branch, HeadCommit},
    step::Step,
    work::{DeliveryChange, PublicPull, Subject},
};

/// What a release has brought out so far, whoever did it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delivery {
    /// The fixes that stand in the public repository, by the branch they are for.
    pub pushed: BTreeMap<Branch, Embargoed<HeadCommit>>,
    /// The public pull requests, by step and what they are for, as they last stood.
    pub pulls: BTreeMap<(Step, Subject), PublicPull>,
    /// When each branch's version bump was asked for.
    pub dispatched: BTreeMap<Branch, Timestamp>,
    /// The tags that are there.
    pub tags: BTreeSet<String>,
    /// Whether what stood in the private fork is kept.
    pub has_snapshot: bool,
    /// Whether the private fork has no open pull request left.
    pub has_closed_pulls: bool,
    /// The files that the bot could not propose, by step and place.
    pub by_hand: BTreeSet<(Step, String)>,
    /// The documents that are kept on Zulip, by name, with their addresses.
    pub uploads: BTreeMap<String, String>,
    /// When the release that runs last came further.
    pub since: Option<Timestamp>,
    /// Who last let it go on after a stop.
    pub resumed_by: Option<UserId>,
}

impl Delivery {
    /// How a step's pull request into a branch stands.
    #[must_use]
    pub fn pull(&self, step: Step, base: &Branch) -> Option<&PublicPull> {
        self.pulls.get(&(step, Subject::Branch(base.clone())))
    }

    /// How the pull request stands that adds a file.
    #[must_use]
    pub fn proposal(&self, step: Step, path: &str) -> Option<&PublicPull> {
        self.pulls.get(&(step, Subject::File(path.to_owned())))
    }

    /// Whether that commit is the one that was pushed for that branch.
    #[must_use]
    pub fn has_pushed(&self, base: &Branch, commit: &Embargoed<HeadCommit>) -> bool {
        self.pushed.get(base).is_some_and(|pushed| pushed.open(&Reader::new()) == commit.open(&Reader::new()))
    }
}

impl Incident {
    /// The clock of a release that waits for something outside. What follows the publication has clocks of
    /// its own.
    pub(super) fn undelivered(&self) -> Option<Running> {
        let runs = matches!(self.release, Release::Running(_)) && !self.is_published();
        let since = self.delivery.since.filter(|_| runs && self.stage == Stage::Open)?;
        Some(Running { clock: Clock::Delivery, since, within: DELIVERY_WITHIN })
    }

    /// The release came further, or began.
    pub(super) fn came_further(&mut self, at: Timestamp) {
        self.delivery.since = Some(at);
        self.reminded.remove(&Clock::Delivery);
    }

    /// Takes in how its release came further.
    pub(super) fn delivered(&mut self, change: &DeliveryChange) {
        let delivery = &mut self.delivery;
        match change {
            DeliveryChange::Pushed { base, commit } => {
                // Another commit is another pull request.
                if delivery
                    .pushed
                    .insert(base.clone(), commit.clone())
                    .is_some_and(|before| before != *commit)
                {
                    delivery.pulls.remove(&(Step::Transfer, Subject::Branch(base.clone())));
                }
            }
            DeliveryChange::PullSeen { step, subject, pull } => {
                delivery.pulls.insert((*step, subject.clone()), pull.clone());
            }
            DeliveryChange::Dispatched { base, asked } => {
                delivery.dispatched.insert(base.clone(), *asked);
            }
            DeliveryChange::TagSeen { tag } => {
                delivery.tags.insert(tag.clone());
            }
            DeliveryChange::SnapshotKept { .. } => delivery.has_snapshot = true,
            DeliveryChange::NotProposed { step, path } => {
                delivery.by_hand.insert((*step, path.clone()));
            }
            DeliveryChange::Uploaded { name, address } => {
                delivery.uploads.insert(name.clone(), address.clone());
            }
            DeliveryChange::PullsClosed => delivery.has_closed_pulls = true,
            DeliveryChange::Resumed { by } => {
                delivery.resumed_by = Some(*by);
                for pull in delivery.pulls.values_mut() {
                    *pull = pull.clone().to_be_looked_at();
                }
                self.release = match std::mem::take(&mut self.release) {
                    Release::Stopped(request, _) => Release::Running(request),
                    release @ (Release::None
                    | Release::Requested(_)
                    | Release::Running(_)
                    | Release::Done(_)) => release,
                };
            }
        }
    }
}
