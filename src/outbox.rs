//! What is still to be done, and when to try it: in order within a lane, side by side across lanes,
//! again after a setback, looked for first when a try's fate is unknown.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use commands::kernel::{
    effect::{Action, Effect, Failure, OpenPlace, Purpose, TeamPlace},
    embargoed::Embargoed,
    id::{ChannelId, EffectId, GhsaId, IncidentId, MessageId, Repository, UserId},
};
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use crate::port::{Again, Setback};

/// How many effects are tried at the same time.
const IN_FLIGHT_MAX: usize = 16;
/// The wait after the first setback; each further one doubles it.
const BACKOFF_FIRST: SignedDuration = SignedDuration::from_secs(1);
/// The longest wait between two tries, unless the service asks for more.
const BACKOFF_MAX: SignedDuration = SignedDuration::from_secs(60);
/// The wait before an effect of unknown fate is looked for: the request may still be on its way.
const SETTLE_FIRST: SignedDuration = SignedDuration::from_secs(3);
/// The same on GitHub, whose lists are behind what was written by some seconds.
const SETTLE_ON_GITHUB: SignedDuration = SignedDuration::from_secs(10);
/// When people are told that something takes its time.
const TOLD_AFTER: SignedDuration = SignedDuration::from_secs(60);
/// When an effect is given up, and people are told.
const GIVEN_UP_AFTER: SignedDuration = SignedDuration::from_hours(24);
/// The same for a private fork that cannot be used: GitHub says that it takes minutes.
const FORK_GIVEN_UP_AFTER: SignedDuration = SignedDuration::from_hours(1);
/// The same for a mail: what it says of a time to come is soon stale, and people can send it again.
const MAIL_GIVEN_UP_AFTER: SignedDuration = SignedDuration::from_mins(30);

/// Effects in one lane happen one after the other, in the order they were recorded.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Lane {
    Topic(ChannelId, String),
    Person(UserId),
    Message(MessageId),
    /// Making an advisory: two alike must not be taken for each other.
    Repository(Repository),
    Advisory(Repository, Embargoed<GhsaId>),
    /// Waiting for a fork: nothing else has to wait with it.
    Fork(Embargoed<Repository>),
    /// Reading the pull requests of a fork.
    Pulls(Embargoed<Repository>),
    File(String),
    /// The mails to an address.
    Mail(String),
    /// The work of an incident's release in public repositories.
    Release(IncidentId),
    /// What a release waits for there.
    Wait(IncidentId),
}

fn lane(effect: &Effect) -> Lane {
    let topic = |channel: &ChannelId, topic: &commands::kernel::id::Topic| {
        Lane::Topic(*channel, topic.0.trim_start_matches("✔ ").to_lowercase())
    };
    match &effect.action {
        Action::Post { to: TeamPlace::Topic(channel, name), .. }
        | Action::Notify { to: OpenPlace::Topic(channel, name), .. } => topic(channel, name),
        Action::Post { to: TeamPlace::Person(user), .. }
        | Action::Notify { to: OpenPlace::Person(user), .. } => Lane::Person(*user),
        Action::Edit { message, .. } | Action::React { message, .. } => Lane::Message(*message),
        Action::CreateAdvisory { repository, .. } => Lane::Repository(repository.clone()),
        Action::FetchAdvisory { repository, ghsa }
        | Action::UpdateAdvisory { repository, ghsa, .. }
        | Action::AcceptReport { repository, ghsa }
        | Action::CloseAdvisory { repository, ghsa, .. }
        | Action::ChangeCollaborators { repository, ghsa, .. }
        | Action::AddCredit { repository, ghsa, .. }
        | Action::RequestCve { repository, ghsa }
        | Action::SetCve { repository, ghsa, .. }
        | Action::CreateFork { repository, ghsa }
        | Action::Comment { repository, ghsa, .. }
        | Action::PublishAdvisory { repository, ghsa, .. } => {
            Lane::Advisory(repository.clone(), ghsa.clone())
        }
        Action::AwaitFork { fork } => Lane::Fork(fork.clone()),
        Action::ReadPulls { fork, .. } => Lane::Pulls(fork.clone()),
        Action::Upload { name, .. } => Lane::File(name.clone()),
        Action::Work(work) => {
            // A release's work is always for an incident; that of none would share one lane.
            let incident = effect.purpose.incident().unwrap_or(IncidentId(0));
            if work.is_wait() { Lane::Wait(incident) } else { Lane::Release(incident) }
        }
        Action::SendMail { list, .. } | Action::MailRelease { list, .. } => Lane::Mail(list.clone()),
    }
}

#[derive(Debug)]
struct Entry {
    lane: Lane,
    /// The incident whose card it edits: a newer edit makes it needless.
    card: Option<MessageId>,
    tries: u32,
    look_first: bool,
    not_before: Timestamp,
    /// By the machine's running time, which nobody sets: until then a request may be on its way.
    quiet_until: Option<Instant>,
    first_setback: Option<Timestamp>,
    told: bool,
    cancelled: bool,
}

/// What follows from a setback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It will be tried again.
    Again,
    /// It will be tried again, and people should hear that it takes its time.
    TellPeople(Failure),
    /// It is over.
    GiveUp(Failure),
}

/// An effect whose time has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ready {
    /// Which.
    pub id: EffectId,
    /// Whether it has to be looked for first.
    pub look_first: bool,
    /// Not to be looked for before, however the clock was set meanwhile.
    pub quiet_until: Option<Instant>,
}

/// The effects not yet settled, and when each may be tried.
#[derive(Debug, Default)]
pub struct Outbox {
    entries: BTreeMap<EffectId, Entry>,
    lanes: BTreeMap<Lane, VecDeque<EffectId>>,
    in_flight: BTreeSet<EffectId>,
}

impl Outbox {
    /// Takes in a recorded effect. `look_first`: it may have been tried already, before a restart.
    ///
    /// Returns the effect that it makes needless, when that has not been tried: an older edit of the
    /// same card.
    pub fn add(&mut self, id: EffectId, effect: &Effect, look_first: bool) -> Option<EffectId> {
        let lane = lane(effect);
        let card = match (&effect.purpose, &effect.action) {
            (Purpose::CardEdit { .. }, Action::Edit { message, .. }) => Some(*message),
            _ => None,
        };
        let older = self.lanes.get(&lane).into_iter().flatten().copied().find(|other| {
            let same_card = self.entries.get(other).is_some_and(|entry| card.is_some() && entry.card == card);
            same_card && !self.in_flight.contains(other)
        });
        if let Some(older) = older {
            self.forget(older);
        }
        self.lanes.entry(lane.clone()).or_default().push_back(id);
        let entry = Entry {
            lane,
            card,
            tries: 0,
            look_first,
            not_before: Timestamp::MIN,
            quiet_until: None,
            first_setback: None,
            told: false,
            cancelled: false,
        };
        self.entries.insert(id, entry);
        older
    }

    /// Takes in an effect found in the store at the start: it may have been tried just before, and the
    /// request may still be on its way. Returns what [`Outbox::add`] does.
    pub fn recover(&mut self, id: EffectId, effect: &Effect, now: Timestamp) -> Option<EffectId> {
        let older = self.add(id, effect, true);
        if let Some(entry) = self.entries.get_mut(&id) {
            entry.not_before = now.checked_add(settle(&entry.lane)).unwrap_or(now);
            entry.quiet_until = quiet(&entry.lane);
        }
        older
    }

    /// The effects that may be tried now; they are in flight from here on.
    pub fn take_ready(&mut self, now: Timestamp) -> Vec<Ready> {
        let mut ready: Vec<EffectId> = self
            .heads()
            .filter(|(id, entry)| !self.in_flight.contains(id) && entry.not_before <= now)
            .map(|(id, _)| id)
            .collect();
        // The oldest first, whatever lane they stand in.
        ready.sort();
        ready.truncate(IN_FLIGHT_MAX.saturating_sub(self.in_flight.len()));
        self.in_flight.extend(&ready);
        let ready = ready.into_iter().filter_map(|id| Some((id, self.entries.get(&id)?)));
        let ready = ready.map(|(id, Entry { look_first, quiet_until, .. })| Ready {
            id,
            look_first: *look_first,
            quiet_until: *quiet_until,
        });
        ready.collect()
    }

    /// When the next effect that waits may be tried, if any waits for a time.
    #[must_use]
    pub fn next_at(&self) -> Option<Timestamp> {
        if self.in_flight.len() >= IN_FLIGHT_MAX {
            return None;
        }
        let waiting = self.heads().filter(|(id, _)| !self.in_flight.contains(id));
        waiting.map(|(_, entry)| entry.not_before).min()
    }

    fn heads(&self) -> impl Iterator<Item = (EffectId, &Entry)> {
        let heads = self.lanes.values().filter_map(|lane| lane.front());
        heads.filter_map(|id| Some((*id, self.entries.get(id)?)))
    }

    /// A try did not succeed.
    pub fn set_back(&mut self, id: EffectId, setback: Setback, now: Timestamp) -> Verdict {
        self.in_flight.remove(&id);
        let Setback { failure, again } = setback;
        // During one outage people are told once, however much waits.
        let is_mail = self.entries.get(&id).is_some_and(|entry| matches!(entry.lane, Lane::Mail(_)));
        let is_told = |entry: &Entry| entry.told && matches!(entry.lane, Lane::Mail(_)) == is_mail;
        let is_told = self.entries.values().any(is_told);
        let Some(entry) = self.entries.get_mut(&id) else { return Verdict::Again };
        let since = *entry.first_setback.get_or_insert(now);
        entry.tries += 1;
        let wait = match again {
            // How often it is worth looking is known.
            Again::NotDone { wait: Some(wait) }
                if matches!(entry.lane, Lane::Fork(_) | Lane::Wait(_)) && !entry.cancelled =>
            {
                wait
            }
            Again::Never => return Verdict::GiveUp(failure),
            Again::NotDone { .. } if entry.cancelled => return Verdict::GiveUp(failure),
            Again::NotDone { wait } => wait.unwrap_or(SignedDuration::ZERO).max(backoff(id, entry.tries)),
            Again::Unknown => {
                entry.look_first = true;
                entry.quiet_until = quiet(&entry.lane);
                settle(&entry.lane).max(backoff(id, entry.tries))
            }
        };
        entry.not_before = now.checked_add(wait).unwrap_or(now);
        let trying = now.duration_since(since);
        if trying >= patience(&entry.lane) {
            return Verdict::GiveUp(failure);
        }
        let patience_over = trying.saturating_add(wait) >= TOLD_AFTER;
        if patience_over && is_waited_for(&entry.lane) && !is_told {
            entry.told = true;
            return Verdict::TellPeople(failure);
        }
        Verdict::Again
    }

    /// An effect came to its end.
    pub fn forget(&mut self, id: EffectId) {
        self.in_flight.remove(&id);
        let Some(entry) = self.entries.remove(&id) else { return };
        if let Some(lane) = self.lanes.get_mut(&entry.lane) {
            lane.retain(|other| *other != id);
            if lane.is_empty() {
                self.lanes.remove(&entry.lane);
            }
        }
    }

    /// An effect is not wanted any more. True when it can be dropped; false when a try is under way or
    /// may have succeeded, so that its end must be seen.
    pub fn cancel(&mut self, id: EffectId) -> bool {
        let under_way = self.in_flight.contains(&id);
        match self.entries.get_mut(&id) {
            Some(entry) if under_way || entry.look_first => {
                entry.cancelled = true;
                false
            }
            _ => {
                self.forget(id);
                true
            }
        }
    }

    /// Whether it is still to be done.
    #[must_use]
    pub fn contains(&self, id: EffectId) -> bool {
        self.entries.contains_key(&id)
    }
}

/// Whether it is something that people wait for a service other than Zulip to do.
const fn is_waited_for(lane: &Lane) -> bool {
    matches!(
        lane,
        Lane::Repository(_) | Lane::Advisory(..) | Lane::Pulls(_) | Lane::Mail(_) | Lane::Release(_)
    )
}

/// The wait before something of unknown fate is looked for.
const fn settle(lane: &Lane) -> SignedDuration {
    match lane {
        Lane::Repository(_) | Lane::Advisory(..) | Lane::Release(_) => SETTLE_ON_GITHUB,
        Lane::Topic(..)
        | Lane::Person(_)
        | Lane::Message(_)
        | Lane::Fork(_)
        | Lane::Pulls(_)
        | Lane::File(_)
        | Lane::Wait(_)
        | Lane::Mail(_) => SETTLE_FIRST,
    }
}

/// How long it is tried.
const fn patience(lane: &Lane) -> SignedDuration {
    match lane {
        Lane::Fork(_) => FORK_GIVEN_UP_AFTER,
        Lane::Mail(_) => MAIL_GIVEN_UP_AFTER,
        Lane::Topic(..)
        | Lane::Person(_)
        | Lane::Message(_)
        | Lane::Repository(_)
        | Lane::Advisory(..)
        | Lane::Pulls(_)
        | Lane::Release(_)
        | Lane::Wait(_)
        | Lane::File(_) => GIVEN_UP_AFTER,
    }
}

/// When that wait is over by the machine's running time.
fn quiet(lane: &Lane) -> Option<Instant> {
    let wait = std::time::Duration::try_from(settle(lane)).ok()?;
    Instant::now().checked_add(wait)
}

/// The wait before the next try: doubling, bounded, spread by up to a quarter so that effects which
/// failed together do not all come back together.
fn backoff(id: EffectId, tries: u32) -> SignedDuration {
    let doubled = BACKOFF_FIRST.saturating_mul(1_i32 << tries.saturating_sub(1).min(10));
    let wait = doubled.min(BACKOFF_MAX);
    let spread = (id.0.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 48) % 250;
    let spread = i64::try_from(spread).unwrap_or(0);
    wait.saturating_add(SignedDuration::from_millis(
        i64::try_from(wait.as_millis()).unwrap_or(0).saturating_mul(spread) / 1000,
    ))
}

#[cfg(test)]
mod tests {
    use commands::kernel::{
        effect::{FailureKind, Service},
        id::IncidentId,
    };

    use super::*;

    fn repository() -> Repository {
        "bytecodealliance/wasmtime".parse().unwrap()
    }

    fn effect(action: Action) -> Effect {
        Effect { action, purpose: Purpose::Open { incident: IncidentId(1) } }
    }

    fn fork() -> Effect {
        let fork = "bytecodealliance/wasmtime-ghsa-x5cm-v3r2-9fjq".parse().unwrap();
        effect(Action::AwaitFork { fork: Embargoed::new(fork) })
    }

    fn request_cve() -> Effect {
        let ghsa = Embargoed::new("GHSA-x5cm-v3r2-9fjq".parse().unwrap());
        effect(Action::RequestCve { repository: repository(), ghsa })
    }

    fn not_done(wait: Option<i64>) -> Setback {
        let failure = Failure {
            service: Service::GitHub,
            kind: FailureKind::NotFound,
            detail: Embargoed::new(String::new()),
        };
        Setback { failure, again: Again::NotDone { wait: wait.map(SignedDuration::from_secs) } }
    }

    fn ready(outbox: &mut Outbox, now: Timestamp) -> Vec<u64> {
        outbox.take_ready(now).into_iter().map(|ready| ready.id.0).collect()
    }

    #[test]
    fn a_fork_that_takes_its_time_holds_nothing_up() {
        let mut outbox = Outbox::default();
        for (id, effect) in [(1, fork()), (2, request_cve()), (3, request_cve())] {
            outbox.add(EffectId(id), &effect, false);
        }
        let now = Timestamp::UNIX_EPOCH;
        assert_eq!(ready(&mut outbox, now), [1, 2]);
        outbox.forget(EffectId(2));
        assert_eq!(ready(&mut outbox, now), [3]);
    }

    #[test]
    fn a_fork_is_looked_for_at_the_same_pace_for_an_hour_and_nobody_is_told() {
        let mut outbox = Outbox::default();
        outbox.add(EffectId(1), &fork(), false);
        let (start, mut now) = (Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH);
        let mut looks = 0;
        loop {
            assert_eq!(ready(&mut outbox, now), [1]);
            looks += 1;
            match outbox.set_back(EffectId(1), not_done(Some(10)), now) {
                Verdict::Again => {}
                Verdict::TellPeople(_) => panic!("told after {looks} looks"),
                Verdict::GiveUp(_) => break,
            }
            assert_eq!(outbox.next_at(), Some(now + SignedDuration::from_secs(10)));
            now += SignedDuration::from_secs(10);
        }
        assert_eq!((now.duration_since(start), looks), (SignedDuration::from_hours(1), 361));
    }

    #[test]
    fn what_takes_its_time_on_github_is_told_once() {
        let mut outbox = Outbox::default();
        outbox.add(EffectId(1), &request_cve(), false);
        let mut now = Timestamp::UNIX_EPOCH;
        let mut told = 0;
        for _ in 0..20 {
            assert_eq!(ready(&mut outbox, now), [1]);
            match outbox.set_back(EffectId(1), not_done(None), now) {
                Verdict::Again => {}
                Verdict::TellPeople(_) => told += 1,
                Verdict::GiveUp(_) => panic!("given up"),
            }
            now = outbox.next_at().unwrap();
        }
        assert_eq!(told, 1);
    }
}
