//! One incident, as the fold of its facts.

mod blog;
mod delivery;
mod embargo;
mod fold;
mod mailing;
mod watch;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use crate::kernel::{
    clock::{Clock, FORK_WITHIN, OVERDUE_WITHIN, Running},
    codename::Codename,
    content::{Advisory, AdvisoryState, EmbargoedAdvisory, Package},
    effect::Origin,
    embargoed::{Embargoed, EmbargoedText, Publication, Reader},
    fact::Fact,
    id::{ChannelId, IncidentId, MessageId, ProjectName, Repository, Topic, UserId},
    patch::{Branch, Patch},
    settings::Settings,
    sighting::PublicKind,
    step::Step,
};

pub use delivery::Delivery;
pub use embargo::{Break, Embargo, Proposal};
pub use mailing::{Asked, Mailed, Mailing};
pub use watch::Watching;

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

/// Somebody's word that a step is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vouch {
    /// When.
    pub at: Timestamp,
    /// Whose.
    pub by: UserId,
    /// What shows it.
    pub evidence: Option<EmbargoedText>,
}

/// The temporary private fork, as far as the bot has a hand in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fork {
    /// Nobody has asked the bot for one. GitHub may show one all the same.
    #[default]
    Unasked,
    /// It is being made.
    Requested {
        /// Since when.
        since: Timestamp,
    },
    /// It can be used.
    Ready,
    /// It was made, and could still not be used when the bot gave up waiting.
    Unusable,
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
    /// What opened it.
    pub origin: Origin,
    /// Who reported it otherwise than on GitHub.
    pub reporter: Option<EmbargoedText>,
    /// When it was opened.
    pub opened: Timestamp,
    /// The incident manager; none until somebody has answered a report.
    pub manager: Option<UserId>,
    /// Whether it is under way.
    pub stage: Stage,
    /// Where it lives in chat, once the card stands.
    pub room: Option<Room>,
    /// The channel it was told to live in since it was opened.
    pub home: Option<ChannelId>,
    /// When the card could last not be posted, if it does not stand.
    pub card_lost: Option<Timestamp>,
    /// The disclosure time, once set.
    pub embargo: Option<Embargo>,
    /// The newest proposal of a disclosure time, until one is set; see [`Incident::open_proposal`].
    pub proposal: Option<Proposal>,
    /// On which platforms its packages are affected, in the team's words.
    pub platforms: BTreeMap<Embargoed<Package>, EmbargoedText>,
    /// When the receipt of the report was acknowledged, and by whom.
    pub acknowledged: Option<(Timestamp, UserId)>,
    /// The steps somebody vouches for.
    pub vouched: BTreeMap<Step, Vouch>,
    /// The temporary private fork.
    pub fork: Fork,
    /// The patches of supported branches.
    pub patches: BTreeMap<Branch, Patch>,
    /// When a CVE number was asked for.
    pub cve_requested: Option<Timestamp>,
    /// How many reminders each clock has sent.
    pub reminded: BTreeMap<Clock, u32>,
    /// When GitHub last showed the advisory.
    pub seen: Timestamp,
    /// The pre-notification.
    pub mailing: Mailing,
    /// The release.
    pub release: Release,
    /// The steps of the release that were carried out.
    pub steps_done: BTreeSet<Step>,
    /// How far its release has brought things on GitHub.
    pub delivery: Delivery,
    /// What the leak watch looks for besides, and where it found something.
    pub watch: Watching,
    /// What happened, in order: every fact but those that carry the whole advisory.
    pub history: Vec<(Timestamp, Fact)>,
    pub(in crate::kernel) advisory: Option<Box<EmbargoedAdvisory>>,
    /// The private fork that the bot made: its advisory shows it a while later.
    made_fork: Option<Embargoed<Repository>>,
}

impl Incident {
    /// The incident that a fact opens, if it opens one.
    pub(in crate::kernel) fn opened(at: Timestamp, fact: &Fact) -> Option<Self> {
        let Fact::Opened { incident, project, codename, origin, reporter } = fact else { return None };
        let (codename, origin) = (codename.clone(), origin.as_ref().clone());
        Some(Self::open(*incident, at, project.clone(), codename, origin, reporter.clone()))
    }

    /// A new incident.
    pub(crate) fn open(
        id: IncidentId,
        at: Timestamp,
        project: ProjectName,
        codename: Embargoed<Codename>,
        origin: Origin,
        reporter: Option<EmbargoedText>,
    ) -> Self {
        let manager = origin.command().map(|command| command.user);
        Self {
            id,
            project,
            codename,
            origin,
            reporter,
            opened: at,
            manager,
            stage: Stage::Opening,
            room: None,
            home: None,
            card_lost: None,
            embargo: None,
            proposal: None,
            platforms: BTreeMap::new(),
            acknowledged: None,
            vouched: BTreeMap::new(),
            fork: Fork::Unasked,
            patches: BTreeMap::new(),
            made_fork: None,
            cve_requested: None,
            reminded: BTreeMap::new(),
            seen: at,
            mailing: Mailing::default(),
            release: Release::None,
            steps_done: BTreeSet::new(),
            delivery: Delivery::default(),
            watch: Watching::default(),
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

    /// When the report came in.
    #[must_use]
    pub fn reported(&self) -> Timestamp {
        match self.advisory() {
            Some(advisory) if self.reporter.is_none() => advisory.open(&Reader::new()).created,
            _ => self.opened,
        }
    }

    /// Whether somebody outside waits for word that the report has arrived.
    #[must_use]
    pub fn has_reporter(&self) -> bool {
        let reported = |advisory: &Advisory| advisory.reported || advisory.state == AdvisoryState::Triage;
        self.reporter.is_some() || self.advisory().is_some_and(|a| reported(a.open(&Reader::new())))
    }

    /// The CVE number, if there is one.
    #[must_use]
    pub fn has_cve(&self) -> bool {
        self.advisory().is_some_and(|advisory| advisory.open(&Reader::new()).cve.is_some())
    }

    /// Whether the private fork can be used, made by whomever.
    #[must_use]
    pub fn has_fork(&self) -> bool {
        let shown = self.advisory().is_some_and(|advisory| advisory.open(&Reader::new()).fork.is_some());
        match self.fork {
            Fork::Unasked => shown,
            Fork::Requested { .. } | Fork::Unusable => false,
            Fork::Ready => true,
        }
    }

    /// The private fork's name, once GitHub has shown it.
    #[must_use]
    pub fn fork_name(&self) -> Option<Embargoed<Repository>> {
        let fork = self.advisory().and_then(|advisory| advisory.open(&Reader::new()).fork.clone());
        fork.map(Embargoed::new).or_else(|| self.made_fork.clone())
    }

    /// Whether pull requests in its private fork still matter.
    #[must_use]
    pub fn watches_pulls(&self) -> bool {
        self.stage == Stage::Open && !self.is_published() && !self.patches.is_empty()
    }

    /// Whether the public side of its project's repository is watched for what belongs to it. Not once it is
    /// published, and not while a release runs: what the bot itself makes public is no leak, and what a
    /// release does in public before the publication it does while it runs.
    #[must_use]
    pub fn watches_public(&self) -> bool {
        let runs = matches!(self.release, Release::Running(_));
        self.stage == Stage::Open && !self.is_published() && !runs
    }

    /// Whether that may well be the release done by hand: from the disclosure time on people bring the patches
    /// to the public repository, tag and release. What is said in issues is no part of that.
    #[must_use]
    pub fn expects_in_public(&self, what: PublicKind, now: Timestamp) -> bool {
        let is_due = self.embargo.as_ref().is_some_and(|embargo| embargo.until <= now);
        let is_work = match what {
            PublicKind::Commit
            | PublicKind::Branch
            | PublicKind::PullRequest
            | PublicKind::Release
            | PublicKind::Tag => true,
            PublicKind::Issue => false,
        };
        // A release that stopped half-way has brought out what it has brought out.
        (is_due || !self.delivery.pushed.is_empty()) && is_work
    }

    /// The clocks that run for it.
    pub fn clocks(&self, settings: &Settings) -> impl Iterator<Item = Running> {
        let (open, policy) = (self.stage == Stage::Open, &settings.policy);
        let acknowledge =
            (open && self.has_reporter() && self.acknowledged.is_none() && !self.is_published()).then(|| {
                Running {
                    clock: Clock::Acknowledge,
                    since: self.reported(),
                    within: policy.acknowledge_within,
                }
            });
        let cve = self.cve_requested.filter(|_| open && !self.has_cve());
        let cve = cve.map(|since| Running { clock: Clock::Cve, since, within: policy.cve_within });
        let fork = match self.fork {
            Fork::Requested { since } if open => {
                Some(Running { clock: Clock::Fork, since, within: FORK_WITHIN })
            }
            Fork::Unasked | Fork::Requested { .. } | Fork::Ready | Fork::Unusable => None,
        };
        [acknowledge, cve, fork, self.overdue(), self.unseen(), self.unposted(settings), self.undelivered()]
            .into_iter()
            .flatten()
    }

    /// The clock that runs from the disclosure time, while nothing is under way to release it.
    fn overdue(&self) -> Option<Running> {
        let idle = match &self.release {
            Release::None | Release::Stopped(..) => self.stage == Stage::Open && !self.is_published(),
            Release::Requested(_) | Release::Running(_) | Release::Done(_) => false,
        };
        let since = self.embargo.as_ref().filter(|_| idle)?.until;
        Some(Running { clock: Clock::Overdue, since, within: OVERDUE_WITHIN })
    }

    /// How many reminders a clock has sent.
    #[must_use]
    pub fn reminders_of(&self, clock: Clock) -> u32 {
        self.reminded.get(&clock).copied().unwrap_or(0)
    }

    /// When something of this incident falls due next.
    #[must_use]
    pub fn next_deadline(&self, settings: &Settings) -> Option<Timestamp> {
        let policy = &settings.policy;
        // A fresh card would push a request that waits for a 👍 out of sight.
        let card = self.room.as_ref().filter(|room| room.card_owed && !self.awaits_thumb());
        let owed_since = card.map(|room| room.posted).or(self.card_lost.filter(|_| self.room.is_none()));
        let card = owed_since.and_then(|since| since.checked_add(FRESH_CARD_AFTER).ok());
        match self.stage {
            Stage::Open => {}
            // The last card says how it ended. One that never stood is not posted any more.
            Stage::Closed => return card.filter(|_| self.room.is_some()),
            Stage::Opening | Stage::Failed => return None,
        }
        let clocks =
            self.clocks(settings).filter_map(|clock| Some(clock.next(self.reminders_of(clock.clock))?.1));
        let clock = clocks.min();
        let reminder = self.embargo.as_ref().filter(|_| !self.is_published());
        let reminder = reminder.and_then(|embargo| Some(embargo.reminders(policy).first()?.0));
        let lapse = match &self.release {
            Release::Requested(request) => request.at.checked_add(policy.approval_within).ok(),
            Release::None | Release::Running(_) | Release::Stopped(..) | Release::Done(_) => None,
        };
        let asked = self.mailing.asked.as_ref();
        let second_lapse = asked.and_then(|asked| asked.at.checked_add(policy.approval_within).ok());
        [reminder, lapse, second_lapse, card, clock].into_iter().flatten().min()
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
}

/// 👍 put on messages that were not yet known to be a request, by message and person.
pub type HeldThumbs = BTreeMap<(MessageId, UserId), Timestamp>;
