//! One incident, as the fold of its facts.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use crate::kernel::{
    codename::Codename,
    content::{Advisory, AdvisoryState, EmbargoedAdvisory},
    effect::CommandRef,
    embargoed::{Embargoed, EmbargoedText, Publication, Reader},
    fact::Fact,
    id::{ChannelId, IncidentId, MessageId, ProjectName, Topic, UserId},
    settings::Policy,
    step::Step,
};

/// A card that can no longer be edited is posted anew, at most this often.
pub const FRESH_CARD_AFTER: SignedDuration = SignedDuration::from_mins(15);

/// Whether there is an incident at all yet, and whether it is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Its advisory is being made or read.
    Opening,
    /// Under way.
    Open,
    /// Over: released.
    Closed,
    /// Its advisory could not be made or read: there was never anything to it.
    Failed,
}

/// Where an incident lives in chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// The channel.
    pub channel: ChannelId,
    /// The topic.
    pub topic: Topic,
    /// The status card; its topic is the incident's, wherever it is moved.
    pub card: MessageId,
    /// When the card was posted.
    pub posted: Timestamp,
    /// Whether a fresh card is owed, because Zulip no longer lets this one be edited.
    pub card_owed: bool,
}

/// The disclosure time and its countdown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Embargo {
    /// The disclosure time.
    pub until: Timestamp,
    /// When it was set: reminders that would have been due before are not sent.
    pub set: Timestamp,
    /// The reminders already sent, by how long before the disclosure time they were due.
    pub reminded: BTreeSet<SignedDuration>,
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

/// A request for a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Who asked.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
    /// Before the disclosure time.
    pub early: bool,
    /// The steps left out.
    pub waived: BTreeSet<Step>,
    /// Why.
    pub reason: Option<EmbargoedText>,
    /// The message to react to, once it stands.
    pub message: Option<MessageId>,
    /// Who has approved.
    pub approvals: BTreeSet<UserId>,
}

/// Where an incident's release stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Release {
    /// Nobody has asked for one, or what was asked has lapsed or was called off.
    #[default]
    None,
    /// It waits for approval.
    Requested(Request),
    /// The steps run.
    Running(Request),
    /// A step failed.
    Stopped(Request, Step),
    /// All of it is done.
    Done(Request),
}

/// One incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// Its number.
    pub id: IncidentId,
    /// Its project.
    pub project: ProjectName,
    /// Its codename.
    pub codename: Embargoed<Codename>,
    /// The command that opened it.
    pub command: CommandRef,
    /// When it was opened.
    pub opened: Timestamp,
    /// The incident manager.
    pub manager: UserId,
    /// Whether it is under way.
    pub stage: Stage,
    /// Where it lives in chat, once the card stands.
    pub room: Option<Room>,
    /// The disclosure time, once set.
    pub embargo: Option<Embargo>,
    /// The release.
    pub release: Release,
    /// The steps of the release that were carried out.
    pub steps_done: BTreeSet<Step>,
    /// What happened, in order: every fact but those that carry the whole advisory.
    pub history: Vec<(Timestamp, Fact)>,
    pub(in crate::kernel) advisory: Option<Box<EmbargoedAdvisory>>,
}

impl Incident {
    pub(in crate::kernel) fn open(
        id: IncidentId,
        at: Timestamp,
        project: ProjectName,
        codename: Embargoed<Codename>,
        command: CommandRef,
    ) -> Self {
        let manager = command.user;
        Self {
            id,
            project,
            codename,
            command,
            opened: at,
            manager,
            stage: Stage::Opening,
            room: None,
            embargo: None,
            release: Release::None,
            steps_done: BTreeSet::new(),
            history: Vec::new(),
            advisory: None,
        }
    }

    /// The advisory as GitHub last showed it.
    #[must_use]
    pub fn advisory(&self) -> Option<&EmbargoedAdvisory> {
        self.advisory.as_deref()
    }

    /// Whether its advisory is public.
    #[must_use]
    pub fn is_published(&self) -> bool {
        let published = |advisory: &Advisory| advisory.state == AdvisoryState::Published;
        self.advisory().is_some_and(|advisory| published(advisory.open(&Reader::new())))
    }

    /// Proof that its advisory is public, when it is.
    #[must_use]
    pub fn publication(&self) -> Option<Publication> {
        self.is_published().then(Publication::seen)
    }

    /// Whether anybody is working on it.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self.stage, Stage::Opening | Stage::Open)
    }

    /// Whether its identifiers must not be said in public.
    #[must_use]
    pub fn is_embargoed(&self) -> bool {
        self.stage != Stage::Failed && !self.is_published()
    }

    /// Whether the release that is asked for or under way leaves `step` out.
    #[must_use]
    pub fn is_waived(&self, step: Step) -> bool {
        self.request().is_some_and(|request| request.waived.contains(&step))
    }

    /// The request of the present release.
    #[must_use]
    pub const fn request(&self) -> Option<&Request> {
        match &self.release {
            Release::None => None,
            Release::Requested(request)
            | Release::Running(request)
            | Release::Stopped(request, _)
            | Release::Done(request) => Some(request),
        }
    }

    /// When something of this incident falls due next.
    #[must_use]
    pub fn next_deadline(&self, policy: &Policy) -> Option<Timestamp> {
        // A fresh card would push a request that waits for a 👍 out of sight.
        let asked = matches!(self.release, Release::Requested(_));
        let card = self.room.as_ref().filter(|room| room.card_owed && !asked);
        let card = card.and_then(|room| room.posted.checked_add(FRESH_CARD_AFTER).ok());
        match self.stage {
            Stage::Open => {}
            // The last card says how it ended.
            Stage::Closed => return card,
            Stage::Opening | Stage::Failed => return None,
        }
        let reminder = self.embargo.as_ref().filter(|_| !self.is_published());
        let reminder = reminder.and_then(|embargo| Some(embargo.reminders(policy).first()?.0));
        let lapse = match &self.release {
            Release::Requested(request) => request.at.checked_add(policy.approval_within).ok(),
            Release::None | Release::Running(_) | Release::Stopped(..) | Release::Done(_) => None,
        };
        [reminder, lapse, card].into_iter().flatten().min()
    }

    /// The incident as it will be once `facts` are recorded.
    #[must_use]
    pub fn after(&self, at: Timestamp, facts: &[Fact]) -> Self {
        let mut after = self.clone();
        for fact in facts.iter().filter(|fact| fact.incident() == Some(self.id)) {
            after.apply(at, fact);
        }
        after
    }

    /// Takes in a fact that belongs to this incident. Called by [`World::apply`] only.
    ///
    /// [`World::apply`]: crate::kernel::world::World::apply
    pub(in crate::kernel) fn apply(&mut self, at: Timestamp, fact: &Fact) {
        match fact {
            Fact::Opened { .. } => {}
            Fact::OpeningFailed { .. } => self.stage = Stage::Failed,
            Fact::AdvisorySeen { advisory, .. } => self.advisory = Some(advisory.clone()),
            Fact::Linked { .. } => self.stage = Stage::Open,
            Fact::CardPosted { message, channel, topic, .. } => {
                let (channel, topic, card) = (*channel, topic.clone(), *message);
                // What changed while it was on its way is not on it: then another is owed.
                let card_owed = self.room.as_ref().is_some_and(|room| room.card_owed);
                self.room = Some(Room { channel, topic, card, posted: at, card_owed });
            }
            Fact::CardFrozen { .. } => self.with_room(|room| {
                if room.card_owed {
                    // Owed already: not sooner because it is said again.
                    room.posted = at;
                }
                room.card_owed = true;
            }),
            Fact::CardRenewed { .. } => self.with_room(|room| {
                room.card_owed = false;
                // On its way: an edit of the old card that still fails does not ask for one more.
                room.posted = at;
            }),
            Fact::TopicMoved { channel, topic, .. } => self.with_room(|room| {
                room.channel = *channel;
                room.topic = topic.clone();
            }),
            Fact::EmbargoSet { until, .. } => {
                self.embargo = Some(Embargo { until: *until, set: at, reminded: BTreeSet::new() });
            }
            Fact::Reminded { before, .. } => {
                if let Some(embargo) = &mut self.embargo {
                    embargo.reminded.insert(*before);
                }
            }
            Fact::StepDone { step, .. } => self.step_done(*step),
            Fact::ReleaseRequested { .. }
            | Fact::ApprovalAsked { .. }
            | Fact::Approved { .. }
            | Fact::ApprovalTakenBack { .. }
            | Fact::ReleaseLapsed { .. }
            | Fact::ReleaseStarted { .. }
            | Fact::ReleaseStopped { .. }
            | Fact::ReleaseAborted { .. } => self.apply_to_release(at, fact),
            Fact::Rewritten { .. }
            | Fact::Began { .. }
            | Fact::CommandTaken { .. }
            | Fact::CommandRefused { .. }
            | Fact::ToldWhereCommandsBelong { .. }
            | Fact::ThumbHeld { .. }
            | Fact::Pinged { .. }
            | Fact::LeakBlocked { .. } => {}
        }
        if !matches!(fact, Fact::AdvisorySeen { .. }) {
            self.history.push((at, fact.clone()));
        }
    }

    fn apply_to_release(&mut self, at: Timestamp, fact: &Fact) {
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
            (Fact::Approved { by, .. }, Release::Requested(mut request)) => {
                request.approvals.insert(*by);
                Release::Requested(request)
            }
            (Fact::ApprovalTakenBack { by, .. }, Release::Requested(mut request)) => {
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

    fn step_done(&mut self, step: Step) {
        self.steps_done.insert(step);
        if step == Step::Close {
            self.stage = Stage::Closed;
            if let Release::Running(request) = std::mem::take(&mut self.release) {
                self.release = Release::Done(request);
            }
        }
    }

    fn with_room(&mut self, change: impl FnOnce(&mut Room)) {
        if let Some(room) = &mut self.room {
            change(room);
        }
    }
}

/// 👍 put on messages that were not yet known to be a request, by message and person.
pub type HeldThumbs = BTreeMap<(MessageId, UserId), Timestamp>;
