//! How far a release has brought things on GitHub.

use std::collections::{BTreeMap, BTreeSet};

use super::{Incident, Release};
use crate::kernel::{
    embargoed::{Embargoed, Reader},
    id::UserId,
    patch::{Branch, HeadCommit},
    step::Step,
    work::{DeliveryChange, PublicPull},
};

/// What a release has brought out so far, whoever did it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delivery {
    /// The fixes that stand in the public repository, by the branch they are for.
    pub pushed: BTreeMap<Branch, Embargoed<HeadCommit>>,
    /// The public pull requests, by step and branch, as they last stood.
    pub pulls: BTreeMap<(Step, Option<Branch>), PublicPull>,
    /// The branches whose version bump was started.
    pub dispatched: BTreeSet<Branch>,
    /// The tags that are there.
    pub tags: BTreeSet<String>,
    /// Whether what stood in the private fork is kept.
    pub has_snapshot: bool,
    /// Whether the private fork has no open pull request left.
    pub has_closed_pulls: bool,
    /// Who last let it go on after a stop.
    pub resumed_by: Option<UserId>,
}

impl Delivery {
    /// How a step's pull request into a branch stands.
    #[must_use]
    pub fn pull(&self, step: Step, base: Option<&Branch>) -> Option<&PublicPull> {
        self.pulls.get(&(step, base.cloned()))
    }

    /// Whether that commit is the one that was pushed for that branch.
    #[must_use]
    pub fn has_pushed(&self, base: &Branch, commit: &Embargoed<HeadCommit>) -> bool {
        self.pushed.get(base).is_some_and(|pushed| pushed.open(&Reader::new()) == commit.open(&Reader::new()))
    }
}

impl Incident {
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
                    delivery.pulls.remove(&(Step::Transfer, Some(base.clone())));
                }
            }
            DeliveryChange::PullSeen { step, base, pull } => {
                delivery.pulls.insert((*step, base.clone()), pull.clone());
            }
            DeliveryChange::Dispatched { base } => {
                delivery.dispatched.insert(base.clone());
            }
            DeliveryChange::TagSeen { tag } => {
                delivery.tags.insert(tag.clone());
            }
            DeliveryChange::SnapshotKept { .. } => delivery.has_snapshot = true,
            DeliveryChange::PullsClosed => delivery.has_closed_pulls = true,
            DeliveryChange::Resumed { by } => {
                delivery.resumed_by = Some(*by);
                for pull in delivery.pulls.values_mut() {
                    *pull = pull.clone().to_be_looked_at();
                }
                self.release = match std::mem::take(&mut self.release) {
                    Release::Stopped(request, _) => Release::Running(request),
                    other => other,
                };
            }
        }
    }
}
