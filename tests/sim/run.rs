//! One run: people, the bot, the services and the faults, on virtual time, from one seed.

use std::{
    fmt::Write as _,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use advisory_bot::{
    bot::Running,
    port::{Clock as _, Store as _, Transport},
    sandbox::{
        mail::MailInMemory,
        world::{InMemory, Sandbox, Service as Answers},
    },
    store::memory::MemoryDisk,
};
use commands::kernel::{check::check, world::World};
use jiff::{SignedDuration, Timestamp};

use crate::{
    auditor::View,
    chance::Chance,
    faults::{Faults, Faulty, FaultyStore, Service},
    post::FaultyMail,
    workload::Workload,
};

/// Every so many inputs, what is stored is read back and checked.
const CHECK_EVERY: u64 = 8;
/// How long everything that is in hand may take once nothing goes wrong any more.
const SETTLE_WITHIN: SignedDuration = SignedDuration::from_mins(20);
/// How many days the clock goes on afterwards, so that every reminder falls due.
const AFTERWARDS_DAYS: u64 = 12;

/// A run.
pub(crate) struct Sim {
    chance: Chance,
    sandbox: Sandbox,
    disk: MemoryDisk,
    faults: Arc<Faults>,
    people: Workload,
    running: Option<(Running, Arc<AtomicBool>)>,
    absences: Vec<(Timestamp, Timestamp)>,
    away_since: Option<Timestamp>,
    transcript: Vec<String>,
}

/// What came of a run.
pub(crate) struct Outcome {
    pub(crate) transcript: String,
    pub(crate) faults: std::collections::BTreeMap<String, u64>,
}

impl Sim {
    fn new(seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let start = "2026-11-18T09:00:00Z".parse().expect("a fixed time parses");
        let sandbox = Sandbox::new(seed, start, 1.0);
        let faults = Faults::new(chance.fork());
        let people = Workload::new(chance.fork());
        Self {
            chance,
            sandbox,
            disk: MemoryDisk::new(),
            faults,
            people,
            running: None,
            absences: Vec::new(),
            away_since: None,
            transcript: Vec::new(),
        }
    }

    /// Runs `inputs` inputs with faults, then mends everything and sees it through.
    ///
    /// # Errors
    /// What was wrong, with the end of the transcript.
    pub(crate) async fn run(seed: u64, inputs: u64) -> Result<Outcome, String> {
        let mut sim = Self::new(seed);
        match sim.play(inputs).await {
            Ok(()) => {
                sim.kill(0).await;
                sim.note_messages();
                Ok(Outcome { transcript: sim.transcript.join("\n"), faults: sim.faults.counts() })
            }
            Err(why) => {
                let step = sim.transcript.len();
                let told = sim.tail();
                Err(format!(
                    "SEED={seed} SIM_INPUTS={inputs}, at line {step} of the transcript: {why}\n{told}"
                ))
            }
        }
    }

    async fn play(&mut self, inputs: u64) -> Result<(), String> {
        self.start()?;
        self.pass(SignedDuration::from_secs(20)).await?;
        for input in 0..inputs {
            self.input().await?;
            self.audit()?;
            if input % CHECK_EVERY == 0 {
                self.check_stored()?;
            }
        }
        self.heal().await?;
        self.view().finally()
    }

    fn now(&self) -> Timestamp {
        self.sandbox.clock.now()
    }

    fn note(&mut self, what: impl AsRef<str>) {
        let (now, what) = (self.now(), what.as_ref());
        self.transcript.push(format!("{now} {what}"));
    }

    fn view(&self) -> View<'_> {
        View::new(&self.sandbox, &self.people, &self.absences, self.now())
    }

    fn audit(&self) -> Result<(), String> {
        let breaches = self.faults.breaches();
        if let Some(breach) = breaches.first() {
            return Err(breach.clone());
        }
        self.view().always()
    }

    /// The next thing that happens: mostly somebody does something.
    async fn input(&mut self) -> Result<(), String> {
        match self.chance.below(100) {
            0..=1 => {
                let step = self.chance.millis(60_000, 6 * 3_600_000);
                self.jump(step);
            }
            2..=3 => {
                let survivors = usize::try_from(self.chance.below(2)).unwrap_or(0);
                self.faults.count("killed");
                self.kill(survivors).await;
            }
            4 => {
                self.faults.count("long downtime");
                self.kill(0).await;
                let days = self.chance.below(4);
                let away = self.chance.millis(600_000, 20 * 3_600_000 + days * 20 * 3_600_000);
                self.note(format!("the bot is away for {away:#}"));
                let acts = self.chance.below(5);
                for _ in 0..acts {
                    self.act();
                }
                self.jump(away);
                for _ in 0..acts {
                    self.act();
                }
            }
            5..=6 => {
                self.faults.count("queue expired");
                self.note("the event queues are lost");
                self.sandbox.zulip.expire_queues();
            }
            7 => {
                self.faults.count("list lag");
                let lag = self.chance.millis(0, 2_000);
                self.sandbox.github.set_list_lag(lag);
            }
            _ => self.act(),
        }
        let pause = self.people.pause();
        self.pass(pause).await
    }

    fn act(&mut self) {
        let now = self.now();
        let what = self.people.act(&self.sandbox, now);
        self.note(what);
    }

    fn jump(&mut self, step: SignedDuration) {
        let from = self.now();
        self.sandbox.clock.jump(step);
        self.absences.push((from, self.now()));
        self.note(format!("the clock was moved by {step:#}"));
    }

    fn start(&mut self) -> Result<(), String> {
        let store = self.disk.open().map_err(|error| error.to_string())?;
        let store = FaultyStore { inner: store, disk: self.disk.clone(), faults: Arc::clone(&self.faults) };
        let alive = Arc::new(AtomicBool::new(true));
        let way = |service, inner: Arc<dyn Answers>| -> Arc<dyn Transport> {
            Arc::new(Faulty {
                inner: Arc::new(InMemory(inner)),
                service,
                faults: Arc::clone(&self.faults),
                alive: Arc::clone(&alive),
                disk: self.disk.clone(),
            })
        };
        let local: url::Url = "http://localhost/".parse().expect("a fixed URL parses");
        let zulip = way(Service::Zulip, Arc::clone(&self.sandbox.zulip) as Arc<dyn Answers>);
        let github = way(Service::GitHub, Arc::clone(&self.sandbox.github) as Arc<dyn Answers>);
        let mut bot = self.sandbox.bot((zulip, local.clone()), (github, local), Arc::new(store));
        bot.seed = self.chance.draw();
        bot.mail = Some(Arc::new(FaultyMail {
            inner: Arc::new(MailInMemory(Arc::clone(&self.sandbox.mail))),
            faults: Arc::clone(&self.faults),
            alive: Arc::clone(&alive),
        }));
        let running = bot.start().map_err(|error| format!("the bot does not start: {error:#}"))?;
        self.running = Some((running, alive));
        if let Some(from) = self.away_since.take() {
            self.absences.push((from, self.now()));
        }
        self.note("the bot starts");
        Ok(())
    }

    /// The process is killed; of the writes that wait, so many survive.
    async fn kill(&mut self, survivors: usize) {
        let Some((running, alive)) = self.running.take() else { return };
        alive.store(false, Ordering::SeqCst);
        self.disk.tear(survivors);
        running.ended.abort();
        // Cancelled, which is what was asked for.
        let _ = running.ended.await;
        self.away_since = Some(self.now());
        self.note("the bot is killed");
    }

    /// Lets time pass; a bot that is down is started again, one that asks to be killed is.
    async fn pass(&mut self, length: SignedDuration) -> Result<(), String> {
        let end = self.now().checked_add(length).map_err(|error| error.to_string())?;
        loop {
            for line in self.faults.take_log() {
                self.note(line);
            }
            let Some((running, _)) = self.running.as_mut() else {
                let down = self.chance.millis(100, 5_000);
                let up = self.now().checked_add(down).map_err(|error| error.to_string())?;
                self.sandbox.clock.sleep_until(up).await;
                self.start()?;
                continue;
            };
            tokio::select! {
                biased;
                () = self.faults.crash.notified() => {
                    let survivors = self.faults.survivors();
                    self.kill(survivors).await;
                }
                ended = &mut running.ended => {
                    self.running = None;
                    self.away_since = Some(self.now());
                    match ended {
                        Ok(Err(error)) if format!("{error:#}").contains("the write failed") => {
                            self.note("the bot stops: it cannot write");
                        }
                        ended => return Err(format!("the bot ended by itself: {ended:?}")),
                    }
                }
                () = self.sandbox.clock.sleep_until(end) => return Ok(()),
            }
        }
    }

    /// Phase two: nothing goes wrong any more, and everything must finish.
    async fn heal(&mut self) -> Result<(), String> {
        self.faults.heal();
        self.sandbox.github.set_list_lag(SignedDuration::ZERO);
        let now = self.now();
        let mended = self.people.mend(&self.sandbox, now);
        self.note(format!("everything is mended: {mended}"));
        self.pass(SETTLE_WITHIN).await?;
        self.audit()?;
        self.nothing_pending()?;
        for _ in 0..AFTERWARDS_DAYS * 4 {
            self.jump(SignedDuration::from_hours(6));
            self.pass(SignedDuration::from_secs(100)).await?;
        }
        self.pass(SETTLE_WITHIN).await?;
        self.nothing_pending()?;
        self.check_stored()
    }

    /// What the disk holds, read as at a start.
    fn stored(&self) -> Result<World, String> {
        let copy = MemoryDisk::new();
        copy.corrupt(|records| *records = self.disk.records());
        let store = copy.open().map_err(|error| error.to_string())?;
        let mut world = World::new(self.sandbox.settings());
        let unsettled = store.replay(&mut |fact| world.apply(&fact)).map_err(|error| error.to_string())?;
        for (id, recorded) in unsettled.pending {
            world.expect(id, recorded);
        }
        Ok(world)
    }

    /// Invariant 9.
    fn check_stored(&self) -> Result<(), String> {
        let violations = check(&self.stored()?);
        violations.first().map_or(Ok(()), |violation| Err(format!("stored: {violation}")))
    }

    fn nothing_pending(&self) -> Result<(), String> {
        let world = self.stored()?;
        let left: Vec<String> =
            world.pending().iter().map(|(id, recorded)| format!("{id}: {:?}", recorded.effect)).collect();
        if left.is_empty() { Ok(()) } else { Err(format!("never carried out: {left:#?}")) }
    }

    /// The end of the transcript, and of what was said.
    fn tail(&mut self) -> String {
        let moved = |line: &&String| !line.contains("the clock was moved");
        let lines: Vec<String> = self.transcript.iter().rev().filter(moved).take(400).cloned().collect();
        let mut lines: Vec<String> = lines.into_iter().rev().collect();
        self.transcript.clear();
        self.note_messages();
        let said = self
            .transcript
            .iter()
            .filter(|line| line.starts_with("message"))
            .rev()
            .take(usize::from(std::env::var("SEED").is_ok()) * 400);
        let said: Vec<String> = said.cloned().collect();
        lines.extend(said.into_iter().rev());
        lines.join("\n")
    }

    fn note_messages(&mut self) {
        for message in self.sandbox.zulip.messages() {
            let mut line = format!("message {} of {} at {}", message.id.0, message.sender.0, message.sent);
            let _ = write!(line, " in {:?}: {:?} {:?}", message.place, message.content, message.reactions);
            self.transcript.push(line);
        }
        for mail in self.sandbox.mail.received() {
            self.transcript.push(format!("{mail:?}"));
        }
        for advisory in crate::sight::advisories(&self.sandbox) {
            self.transcript.push(format!("{advisory:?}"));
        }
    }
}
