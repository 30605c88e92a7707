//! The only loop, and the only writer: input → decide → check → one commit → wake the outbox.

mod counts;
mod glimpse;
mod window;

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use anyhow::Context as _;
use commands::kernel::{
    check::check,
    decision::Decision,
    directory::Channel,
    effect::{Action, Outcome, Purpose, RecordedEffect, TeamPlace},
    embargoed::Embargoed,
    fact::RecordedFact,
    id::{EffectId, GhsaId, MessageId},
    input::{Input, Now, Observed},
    settings::Settings,
    world::World,
};
use futures_util::{FutureExt as _, StreamExt as _, future::BoxFuture, stream::FuturesUnordered};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{mpsc, watch};

pub use counts::Counts;
pub use window::Window;

use crate::{
    guard::Guard,
    lookout::Glimpse,
    outbox::{Outbox, Ready, Verdict},
    perform::{Attempt, Performer},
    port::{Clock, Commit, Setback, Store},
    zulip::Arrival,
};

/// How many outcomes are taken together into one commit.
const OUTCOMES_TOGETHER: usize = 64;
/// How long what is in hand may take after the bot was told to stop.
const FINISH_WITHIN: Duration = Duration::from_secs(8);
/// How long what fell due and was discarded is left alone.
const TICK_AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(1);
/// How old the newest event may be for the directory to count as Zulip's current state: a heartbeat
/// comes every 45 to 55 seconds.
const DIRECTORY_FRESH: SignedDuration = SignedDuration::from_secs(90);
/// How long after its command an answer may still rely on what the directory said then.
const ANSWER_PROMPT: SignedDuration = SignedDuration::from_secs(5);

/// What is known of the bot from outside, for `/readyz`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Health {
    /// Whether the queue is registered, the history read and the store open.
    pub ready: bool,
    /// How many effects are recorded and not yet settled.
    pub pending: usize,
    /// When something falls due next, or is tried again.
    pub due: Option<Timestamp>,
    /// What was done since the start.
    pub counts: Counts,
}

type Flight = BoxFuture<'static, (EffectId, Result<Outcome, Setback>)>;

/// The engine.
pub struct Engine {
    world: World,
    counts: Counts,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    performer: Arc<Performer>,
    outbox: Outbox,
    /// Effects found at the start that newer ones make needless: their records are still to be removed.
    superseded: Vec<EffectId>,
    flights: FuturesUnordered<Flight>,
    dice: u64,
    heard: Option<Timestamp>,
    /// What fell due and was discarded is not tried again before.
    not_before: Option<Timestamp>,
    window: Window,
}

/// Everything one pass of the loop will write.
#[derive(Default)]
struct Batch {
    commit: Commit,
    dropped: Vec<EffectId>,
}

impl Engine {
    /// Takes up the work where the store left it, in sight of whoever looks through `window`. Takes a
    /// while: every fact is read.
    ///
    /// # Errors
    /// When the store cannot be read, or holds a world that breaks what must always hold.
    pub fn open(
        settings: Settings,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        performer: Arc<Performer>,
        dice: u64,
        window: Window,
    ) -> anyhow::Result<Self> {
        let mut world = World::new(settings);
        let stored = store.replay(&mut |fact| world.apply(&fact))?;
        world.newest = stored.cursor.newest;
        let mut outbox = Outbox::default();
        let mut superseded = Vec::new();
        for (id, recorded) in stored.pending {
            let is_team = |channel| world.settings.is_team_channel(channel);
            if recorded.effect.action.team_channel().is_none_or(is_team) {
                // Whether it was tried before the end of the last run, nobody knows.
                superseded.extend(outbox.recover(id, &recorded.effect, clock.now()));
            } else {
                tracing::warn!(effect.id = id.0, "dropped: the configuration names another channel now");
                superseded.push(id);
            }
            world.expect(id, recorded);
        }
        for id in &superseded {
            world.settle(*id, None);
        }
        if let Some(violation) = check(&world).first() {
            anyhow::bail!("the store holds what must never be ({violation}): restore it from a backup");
        }
        let engine = Self {
            world,
            counts: Counts::default(),
            store,
            clock,
            performer,
            outbox,
            superseded,
            flights: FuturesUnordered::new(),
            dice,
            heard: None,
            not_before: None,
            window,
        };
        engine.note_interesting();
        Ok(engine)
    }

    /// Works until `stop` is set, then finishes what is in hand.
    ///
    /// # Errors
    /// When the store cannot be written: nothing is answered that is not kept.
    pub async fn run(
        mut self,
        mut arrivals: mpsc::Receiver<Arrival>,
        mut glimpses: mpsc::Receiver<Glimpse>,
        mut stop: watch::Receiver<bool>,
    ) -> anyhow::Result<()> {
        loop {
            self.take_off();
            self.report(false);
            let clock = Arc::clone(&self.clock);
            // Who is on the team is known only then.
            let ready = self.window.health.borrow().ready;
            let due = self.due();
            let wait = async move {
                match due {
                    Some(at) => clock.sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                () = told_to_stop(&mut stop) => break,
                Some(landed) = self.flights.next() => self.land(landed).await?,
                arrival = arrivals.recv() => match arrival {
                    Some(arrival) => self.hear(arrival).await?,
                    None => break,
                },
                Some(glimpse) = glimpses.recv(), if ready => self.see(glimpse).await?,
                () = wait => self.tick().await?,
            }
        }
        self.finish().await
    }

    async fn finish(&mut self) -> anyhow::Result<()> {
        let landing = async {
            while let Some(landed) = self.flights.next().await {
                self.land(landed).await?;
            }
            anyhow::Ok(())
        };
        match tokio::time::timeout(FINISH_WITHIN, landing).await {
            Ok(finished) => finished,
            // What did not land is looked for at the next start.
            Err(_) => Ok(()),
        }
    }

    async fn hear(&mut self, arrival: Arrival) -> anyhow::Result<()> {
        let Arrival { inputs, cursor, done, caught_up } = arrival;
        self.heard = Some(self.clock.now());
        self.world.newest = self.world.newest.max(cursor.newest);
        let mut batch = Batch::default();
        if self.world.began().is_none() {
            let newest = cursor.channels.values().copied().max().unwrap_or_default().max(cursor.direct);
            self.take_in(&Input::Observed(Observed::Listening { newest }), &mut batch);
        }
        for input in &inputs {
            self.take_in(input, &mut batch);
        }
        batch.commit.cursor = Some(cursor);
        self.write(batch).await?;
        // Before the listener goes on: whoever sees that an event is acknowledged sees what it led to.
        self.report(caught_up);
        // The listener may have ended; then there is nobody to tell.
        let _ = done.send(());
        Ok(())
    }

    /// When something falls due next; not at once again what was discarded.
    fn deadline(&self) -> Option<Timestamp> {
        let due = self.world.next_deadline()?;
        Some(self.not_before.map_or(due, |not_before| due.max(not_before)))
    }

    fn due(&self) -> Option<Timestamp> {
        [self.deadline(), self.outbox.next_at()].into_iter().flatten().min()
    }

    /// Tells those who watch how things stand, if that has changed.
    fn report(&self, caught_up: bool) {
        let (pending, due) = (self.world.pending().len(), self.due());
        self.window.health.send_if_modified(|health| {
            let now = Health { ready: health.ready || caught_up, pending, due, counts: self.counts };
            std::mem::replace(health, now) != now
        });
    }

    async fn tick(&mut self) -> anyhow::Result<()> {
        let mut batch = Batch::default();
        let now = self.clock.now();
        if self.deadline().is_some_and(|due| due <= now) {
            self.take_in(&Input::Ticked, &mut batch);
            // What is still due was discarded, or could not be decided: not at once again.
            let still_due = self.world.next_deadline().is_some_and(|due| due <= now);
            self.not_before = still_due.then(|| now.checked_add(TICK_AGAIN_AFTER).unwrap_or(now));
        }
        self.write(batch).await
    }

    /// Takes in how tries ended: the one given, and all others that have.
    async fn land(&mut self, first: (EffectId, Result<Outcome, Setback>)) -> anyhow::Result<()> {
        let mut batch = Batch::default();
        let mut next = Some(first);
        for _ in 0..OUTCOMES_TOGETHER {
            let Some((id, outcome)) = next.take() else { break };
            self.settle(id, outcome, &mut batch);
            next = self.flights.next().now_or_never().flatten();
        }
        if let Some((id, outcome)) = next {
            self.settle(id, outcome, &mut batch);
        }
        self.write(batch).await
    }

    fn settle(&mut self, id: EffectId, outcome: Result<Outcome, Setback>, batch: &mut Batch) {
        let now = self.clock.now();
        let outcome = match outcome {
            Ok(outcome) => outcome,
            Err(setback) => match self.outbox.set_back(id, setback, now) {
                Verdict::Again => {
                    self.counts.tried_again += 1;
                    return;
                }
                Verdict::TellPeople(failure) => {
                    self.take_in(&Input::Settled(id, Outcome::Delayed(failure)), batch);
                    return;
                }
                Verdict::GiveUp(failure) => {
                    tracing::warn!(effect.id = id.0, kind = ?failure.kind, "an effect cannot be carried out");
                    Outcome::Failed(failure)
                }
            },
        };
        self.counts.settle(&outcome);
        let posted = match &outcome {
            Outcome::Posted(message) => Some(*message),
            Outcome::Done
            | Outcome::Advisory(_)
            | Outcome::Conflict(..)
            | Outcome::Fork(_)
            | Outcome::Pulls(_)
            | Outcome::Uploaded(_)
            | Outcome::Found(_)
            | Outcome::Blocked(_)
            | Outcome::NotPrivate(_)
            | Outcome::Failed(_)
            | Outcome::Delayed(_)
            | Outcome::Unknown(_) => None,
        };
        self.take_in(&Input::Settled(id, outcome), batch);
        self.drop_effect(id, posted, batch);
    }

    fn drop_effect(&mut self, id: EffectId, posted: Option<MessageId>, batch: &mut Batch) {
        self.outbox.forget(id);
        batch.commit.effects.retain(|(other, _)| *other != id);
        batch.commit.settled.push(id);
        for (waiting, recorded) in self.world.settle(id, posted) {
            batch.commit.effects.retain(|(other, _)| *other != waiting);
            batch.commit.effects.push((waiting, recorded));
        }
    }

    /// Decides on one input and takes the decision in, unless it would break what must always hold. Whether
    /// it was taken in.
    fn take_in(&mut self, input: &Input, batch: &mut Batch) -> bool {
        let now = Now { time: self.clock.now(), dice: self.roll() };
        if let Input::Observed(observed) = input {
            self.world.observe(observed);
        }
        let decision = commands::decide(&self.world, input, now);
        self.counts.decisions += 1;
        let adopted = self.adopt(decision, now.time, batch);
        if let Err(violations) = &adopted {
            self.counts.discarded += 1;
            tracing::error!(%violations, "a decision was discarded: it would break an invariant");
            // A quarantined decision has no effects and cannot break anything.
            let _ = self.adopt(commands::quarantine(input), now.time, batch);
        }
        adopted.is_ok()
    }

    fn adopt(&mut self, decision: Decision, at: Timestamp, batch: &mut Batch) -> Result<(), String> {
        let Decision { facts, effects, cancelled } = decision;
        let numbers = self.world.last_fact() + 1..;
        let facts: Vec<RecordedFact> =
            numbers.zip(facts).map(|(number, fact)| RecordedFact { number, at, fact }).collect();
        let ids = (self.world.next_effect().0..).map(EffectId);
        let after = self.world.newest;
        let effects: Vec<(EffectId, RecordedEffect)> =
            ids.zip(effects).map(|(id, effect)| (id, RecordedEffect { at, after, effect })).collect();
        let violations = check(&self.world.trial(&facts, &effects));
        if !violations.is_empty() {
            return Err(violations.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "));
        }
        facts.iter().for_each(|fact| self.world.apply(fact));
        for (id, recorded) in &effects {
            self.world.expect(*id, recorded.clone());
        }
        batch.commit.facts.extend(facts);
        batch.commit.effects.extend(effects);
        batch.dropped.extend(cancelled);
        Ok(())
    }

    /// Writes the batch; only then does anything of it happen.
    async fn write(&mut self, mut batch: Batch) -> anyhow::Result<()> {
        for id in std::mem::take(&mut batch.dropped) {
            if self.outbox.cancel(id) {
                self.drop_effect(id, None, &mut batch);
            }
        }
        let changed = !batch.commit.facts.is_empty();
        let new: Vec<EffectId> = batch.commit.effects.iter().map(|(id, _)| *id).collect();
        let superseded: Vec<EffectId> = new.iter().filter_map(|id| self.queue(*id)).collect();
        for id in superseded {
            self.drop_effect(id, None, &mut batch);
        }
        batch.commit.settled.append(&mut self.superseded);
        if batch.commit == Commit::default() {
            return Ok(());
        }
        self.store.commit(batch.commit).await.context("the bot stops: what it decided could not be kept")?;
        if changed {
            self.note_interesting();
        }
        Ok(())
    }

    /// Puts an effect into the outbox, unless it stands there; returns the one it makes needless.
    fn queue(&mut self, id: EffectId) -> Option<EffectId> {
        let recorded = self.world.pending().get(&id)?;
        if self.outbox.contains(id) {
            return None;
        }
        self.outbox.add(id, &recorded.effect, false)
    }

    /// Starts what may be tried now.
    fn take_off(&mut self) {
        for Ready { id, look_first, quiet_until } in self.outbox.take_ready(self.clock.now()) {
            let Some(recorded) = self.world.pending().get(&id).cloned() else { continue };
            let action = &recorded.effect.action;
            let attempt = Attempt {
                id,
                look_first,
                channel: if look_first { None } else { self.known_channel(&recorded) },
                guard: self.guard(&recorded),
                claimed: if matches!(action, Action::CreateAdvisory { .. }) {
                    self.claimed()
                } else {
                    BTreeSet::new()
                },
                recorded,
            };
            let performer = Arc::clone(&self.performer);
            let flight = async move {
                if let Some(quiet) = quiet_until {
                    tokio::time::sleep_until(quiet).await;
                }
                (id, performer.perform(&attempt).await)
            };
            self.flights.push(flight.boxed());
        }
    }

    /// The guard that what the public will read has to pass.
    fn guard(&self, recorded: &RecordedEffect) -> Option<Guard> {
        match (&recorded.effect.action, recorded.effect.purpose.incident()) {
            (Action::Notify { .. } | Action::SendMail { .. } | Action::MailRelease { .. }, _) => {
                Some(Guard::over(&self.world))
            }
            // What a release says outside tells nothing of any incident, its own included.
            (Action::Work(_), _) => Some(Guard::over(&self.world)),
            (Action::PublishAdvisory { .. }, Some(own)) => Some(Guard::over_others(&self.world, own)),
            _ => None,
        }
    }

    /// The channel an answer goes to, as Zulip's events last told. Zulip orders its events: the channel's
    /// privacy is at least as new as the command that is answered. For anything else, for an answer that
    /// is late, and when events have been missing for a while, it is read from Zulip.
    fn known_channel(&self, recorded: &RecordedEffect) -> Option<Channel> {
        let now = self.clock.now();
        let fresh = self.heard.is_some_and(|heard| now.duration_since(heard) <= DIRECTORY_FRESH);
        let prompt = now.duration_since(recorded.at) <= ANSWER_PROMPT;
        let answers = matches!(recorded.effect.purpose, Purpose::Answer { .. });
        let (Action::Post { to: TeamPlace::Topic(channel, _), .. } | Action::Edit { channel, .. }) =
            &recorded.effect.action
        else {
            return None;
        };
        if fresh && prompt && answers { self.world.directory.channels.get(channel).cloned() } else { None }
    }

    /// The advisories that belong to incidents already.
    fn claimed(&self) -> BTreeSet<Embargoed<GhsaId>> {
        let advisories = self.world.incidents().filter_map(|incident| incident.advisory());
        advisories.map(|advisory| advisory.map(|advisory| advisory.ghsa.clone())).collect()
    }

    /// SplitMix64: the dice need to fall apart, not to keep a secret.
    fn roll(&mut self) -> u64 {
        self.dice = self.dice.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.dice;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

/// Returns when the bot is to stop, or when nobody is left to tell it.
async fn told_to_stop(stop: &mut watch::Receiver<bool>) {
    // Either way there is nothing more to wait for.
    let _ = stop.wait_for(|stop| *stop).await;
}
