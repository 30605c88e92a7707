//! How facts change an incident: the one place where its state comes from.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{Break, Embargo, Fork, Incident, Proposal, Release, Request, Room, Stage, Vouch};
use crate::kernel::{
    clock::Clock,
    fact::{CardChange, Fact},
    patch::{Branch, Patch, PatchChange, Tests},
    step::Step,
};

impl Incident {
    /// Takes in a fact that belongs to this incident. Called by [`World::apply`] only.
    ///
    /// [`World::apply`]: crate::kernel::world::World::apply
    pub(in crate::kernel) fn apply(&mut self, at: Timestamp, fact: &Fact) {
        match fact {
            Fact::Opened { .. } => {}
            Fact::OpeningFailed { .. } => self.stage = Stage::Failed,
            Fact::AdvisorySeen { advisory, .. } => {
                self.keep_summary(advisory);
                self.advisory = Some(advisory.clone());
                self.seen = at;
            }
            Fact::ManagerSet { manager, .. } => self.manager = Some(*manager),
            Fact::Acknowledged { by, .. } => self.acknowledged = Some((at, *by)),
            Fact::Closed { .. } => {
                self.stage = Stage::Closed;
                self.release = Release::None;
                self.proposal = None;
                self.mailing.asked = None;
            }
            Fact::Reopened { .. } => self.stage = Stage::Open,
            Fact::ForkRequested { .. } => {
                self.fork = Fork::Requested { since: at };
                self.reminded.remove(&Clock::Fork);
            }
            Fact::ForkReady { fork, .. } => {
                self.fork = Fork::Ready;
                self.made_fork = Some(fork.clone());
            }
            Fact::ForkFailed { .. } => self.fork = Fork::Unasked,
            Fact::ForkGone { .. } => {
                self.fork = Fork::Unasked;
                self.made_fork = None;
                // Its pull requests are gone with it.
                self.patches.clear();
            }
            Fact::Patch { branch, change, .. } => self.patch_changed(at, branch, change),
            Fact::ForkUnusable { .. } => self.fork = Fork::Unusable,
            Fact::Card { change: CardChange::Lost, .. } => self.card_lost = Some(at),
            Fact::CveRequested { .. } => self.cve_requested = Some(at),
            Fact::StepVouched { step, by, evidence, .. } => {
                let vouch = Vouch { at, by: *by, evidence: evidence.clone() };
                self.vouched.insert(*step, vouch);
                if *step == Step::ListSeen {
                    self.list_seen(true);
                }
            }
            Fact::StepUndone { step, .. } => {
                self.vouched.remove(step);
                if *step == Step::ListSeen {
                    self.list_seen(false);
                }
            }
            Fact::Notify { change, .. } => self.notify_changed(at, change),
            Fact::ClockReminded { clock, number, .. } => {
                self.reminded.insert(*clock, number + 1);
            }
            Fact::Linked { .. } => self.stage = Stage::Open,
            Fact::CardPosted { message, channel, topic, .. } => {
                let (channel, topic, card) = (*channel, topic.clone(), *message);
                // What changed while it was on its way is not on it: then another is owed.
                let card_owed = self.room.as_ref().is_some_and(|room| room.card_owed);
                self.card_lost = None;
                self.room = Some(Room { channel, topic, card, posted: at, card_owed });
            }
            Fact::Card { change: CardChange::Frozen, .. } => self.with_room(|room| {
                if room.card_owed {
                    // Owed already: not sooner because it is said again.
                    room.posted = at;
                }
                room.card_owed = true;
            }),
            Fact::Card { change: CardChange::Renewed, .. } => {
                self.card_lost = None;
                self.with_room(|room| {
                    room.card_owed = false;
                    // On its way: an edit of the old card that still fails does not ask for one more.
                    room.posted = at;
                });
            }
            Fact::Rehoused { channel, .. } => {
                self.home = Some(*channel);
                self.room = None;
            }
            Fact::TopicMoved { channel, topic, .. } => self.with_room(|room| {
                room.channel = *channel;
                room.topic = topic.clone();
            }),
            Fact::EmbargoSet { .. }
            | Fact::EmbargoLifted { .. }
            | Fact::EmbargoProposed { .. }
            | Fact::ProposalPosted { .. }
            | Fact::EmbargoBroken { .. }
            | Fact::Reminded { .. } => self.apply_to_embargo(at, fact),
            Fact::PlatformsNoted { package, platforms, .. } => {
                self.platforms.remove(package);
                self.platforms.extend(platforms.clone().map(|platforms| (package.clone(), platforms)));
            }
            Fact::Watch { change, .. } => self.watch.apply(change),
            Fact::StepDone { step, .. } => {
                self.came_further(at);
                self.step_done(*step);
            }
            Fact::Delivery { change, .. } => {
                self.came_further(at);
                self.delivered(change);
            }
            Fact::ReleaseRequested { .. }
            | Fact::ApprovalAsked { .. }
            | Fact::Approval { .. }
            | Fact::ReleaseLapsed { .. }
            | Fact::ReleaseStarted { .. }
            | Fact::ReleaseStopped { .. }
            | Fact::ReleaseAborted { .. } => self.apply_to_release(at, fact),
            Fact::Rewritten { .. }
            | Fact::ChangedOnGitHub { .. }
            | Fact::PublishedByHand { .. }
            | Fact::Accepted { .. }
            | Fact::Invited { .. }
            | Fact::Uninvited { .. }
            | Fact::Credited { .. }
            | Fact::CveAssigned { .. }
            | Fact::TeamSeen { .. }
            | Fact::Sight { .. }
            | Fact::Began { .. }
            | Fact::CommandTaken { .. }
            | Fact::CommandRefused { .. }
            | Fact::ToldInPublic { .. }
            | Fact::ThumbHeld { .. }
            | Fact::Pinged { .. }
            | Fact::LeakBlocked { .. }
            | Fact::TeamChannel { .. }
            | Fact::DetailsSeen { .. } => {}
        }
        if let Some(kept) = fact.for_history() {
            self.history.push((at, kept));
            if self.stage == Stage::Closed {
                // Little is added from now on, and most incidents there are have ended.
                self.history.shrink_to_fit();
            }
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "`apply`, which calls this, names every fact")]
    fn apply_to_embargo(&mut self, at: Timestamp, fact: &Fact) {
        if matches!(fact, Fact::EmbargoSet { .. } | Fact::EmbargoLifted { .. } | Fact::EmbargoBroken { .. }) {
            // What was said of a time that has passed belongs to that time.
            self.reminded.remove(&Clock::Overdue);
        }
        let begun = |until, broken| Some(Embargo { until, set: at, reminded: BTreeSet::new(), broken });
        match fact {
            Fact::EmbargoSet { until, .. } => (self.embargo, self.proposal) = (begun(*until, None), None),
            Fact::EmbargoBroken { by, reason, .. } => {
                let broken = Break { by: *by, reason: reason.clone() };
                (self.embargo, self.proposal) = (begun(at, Some(broken)), None);
            }
            Fact::EmbargoLifted { .. } => self.embargo = None,
            Fact::EmbargoProposed { until, .. } => {
                self.proposal = Some(Proposal { until: *until, message: None });
            }
            Fact::ProposalPosted { message, .. } => {
                if let Some(proposal) = &mut self.proposal {
                    proposal.message = Some(*message);
                }
            }
            Fact::Reminded { before, .. } => {
                if let Some(embargo) = &mut self.embargo {
                    embargo.reminded.insert(*before);
                }
            }
            _ => {}
        }
    }

    fn apply_to_release(&mut self, at: Timestamp, fact: &Fact) {
        if matches!(fact, Fact::ReleaseStarted { .. }) {
            self.came_further(at);
        }
        let release = std::mem::take(&mut self.release);
        self.release = match (fact, release) {
            (Fact::ReleaseRequested { by, early, waived, reason, .. }, _) => Release::Requested(Request {
                by: *by,
                at,
                early: *early,
                waived: waived.clone(),
                reason: reason.clone(),
                message: None,
                approvals: BTreeSet::new(),
            }),
            (Fact::ApprovalAsked { message, .. }, Release::Requested(mut request)) => {
                request.message = Some(*message);
                Release::Requested(request)
            }
            (Fact::Approval { by, given: true, .. }, Release::Requested(mut request)) => {
                request.approvals.insert(*by);
                Release::Requested(request)
            }
            (Fact::Approval { by, given: false, .. }, Release::Requested(mut request)) => {
                request.approvals.remove(by);
                Release::Requested(request)
            }
            (Fact::ReleaseStarted { .. }, Release::Requested(request)) => Release::Running(request),
            (Fact::ReleaseStopped { step, .. }, Release::Running(request)) => {
                Release::Stopped(request, *step)
            }
            (Fact::ReleaseLapsed { .. } | Fact::ReleaseAborted { .. }, _) => Release::None,
            (_, unchanged) => unchanged,
        };
    }

    fn patch_changed(&mut self, at: Timestamp, branch: &Branch, change: &PatchChange) {
        match change {
            PatchChange::Named { pull, .. } => {
                let named = Patch { pull: pull.clone(), seen: at, tests: None };
                let before = self.patches.insert(branch.clone(), named);
                // The same pull request, named again, keeps its tests.
                if let Some(patch) = self.patches.get_mut(branch) {
                    let same = before.filter(|before| before.number() == patch.number());
                    patch.tests = same.and_then(|before| before.tests);
                }
            }
            PatchChange::Dropped { .. } => {
                self.patches.remove(branch);
            }
            PatchChange::Seen { pull, .. } => {
                if let Some(patch) = self.patches.get_mut(branch) {
                    patch.pull = pull.clone();
                    patch.seen = at;
                }
            }
            PatchChange::Tested { by, head, evidence } => {
                if let Some(patch) = self.patches.get_mut(branch) {
                    let (head, evidence) = (head.clone(), evidence.clone());
                    patch.tests = Some(Tests { head, by: *by, at, evidence });
                }
            }
        }
    }

    fn step_done(&mut self, step: Step) {
        self.steps_done.insert(step);
        if step == Step::Close {
            self.stage = Stage::Closed;
            self.release = match std::mem::take(&mut self.release) {
                Release::Running(request) => Release::Done(request),
                Release::None | Release::Requested(_) | Release::Stopped(..) | Release::Done(_) => {
                    Release::None
                }
            };
        }
    }

    fn with_room(&mut self, change: impl FnOnce(&mut Room)) {
        if let Some(room) = &mut self.room {
            change(room);
        }
    }
}
