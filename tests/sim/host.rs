//! The bot and everything it lives in: services, disk, clock, faults; started, killed, and left to itself for
//! a while.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
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
use commands::kernel::{check::check, settings::Settings, world::World};
use jiff::{SignedDuration, Timestamp};

use crate::{
    chance::Chance,
    ear::{Ear, Overheard},
    faults::{Faults, Faulty, FaultyStore, Service},
    post::FaultyMail,
};

/// The bot's surroundings.
pub(crate) struct Host {
    pub(crate) chance: Chance,
    pub(crate) sandbox: Sandbox,
    pub(crate) disk: MemoryDisk,
    pub(crate) faults: Arc<Faults>,
    /// Who listens to all that leaves the bot, if anybody does.
    pub(crate) ear: Option<Arc<Ear>>,
    /// Whether its projects have all that a release can do configured.
    pub(crate) with_everything: bool,
    running: Option<(Running, Arc<AtomicBool>)>,
    /// When the bot was down: from, to.
    pub(crate) absences: Vec<(Timestamp, Timestamp)>,
    away_since: Option<Timestamp>,
    pub(crate) transcript: Vec<String>,
}

impl Host {
    pub(crate) fn new(seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let start = "2026-11-18T09:00:00Z".parse().expect("a fixed time parses");
        let sandbox = Sandbox::new(seed, start, 1.0);
        let faults = Faults::new(chance.fork());
        Self {
            chance,
            sandbox,
            disk: MemoryDisk::new(),
            faults,
            ear: None,
            with_everything: false,
            running: None,
            absences: Vec::new(),
            away_since: None,
            transcript: Vec::new(),
        }
    }

    fn settings(&self) -> Settings {
        if self.with_everything { self.sandbox.settings_with_everything() } else { self.sandbox.settings() }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.sandbox.clock.now()
    }

    pub(crate) fn note(&mut self, what: impl AsRef<str>) {
        let (now, what) = (self.now(), what.as_ref());
        self.transcript.push(format!("{now} {what}"));
    }

    pub(crate) fn jump(&mut self, step: SignedDuration) {
        let from = self.now();
        self.sandbox.clock.jump(step);
        self.absences.push((from, self.now()));
        self.note(format!("the clock was moved by {step:#}"));
    }

    pub(crate) fn start(&mut self) -> Result<(), String> {
        let store = self.disk.open().map_err(|error| error.to_string())?;
        let store = FaultyStore { inner: store, disk: self.disk.clone(), faults: Arc::clone(&self.faults) };
        let alive = Arc::new(AtomicBool::new(true));
        let way = |service, inner: Arc<dyn Answers>| -> Arc<dyn Transport> {
            let inner: Arc<dyn Transport> = Arc::new(InMemory(inner));
            let inner = match &self.ear {
                Some(ear) => Arc::new(Overheard { inner, service, ear: Arc::clone(ear) }),
                None => inner,
            };
            Arc::new(Faulty {
                inner,
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
        bot.settings = self.settings();
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
    pub(crate) async fn kill(&mut self, survivors: usize) {
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
    pub(crate) async fn pass(&mut self, length: SignedDuration) -> Result<(), String> {
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

    /// What the disk holds, read as at a start.
    fn stored(&self) -> Result<World, String> {
        let copy = MemoryDisk::new();
        copy.corrupt(|records| *records = self.disk.records());
        let store = copy.open().map_err(|error| error.to_string())?;
        let mut world = World::new(self.settings());
        let unsettled = store.replay(&mut |fact| world.apply(&fact)).map_err(|error| error.to_string())?;
        for (id, recorded) in unsettled.pending {
            world.expect(id, recorded);
        }
        Ok(world)
    }

    /// Invariant 9.
    pub(crate) fn check_stored(&self) -> Result<(), String> {
        let violations = check(&self.stored()?);
        violations.first().map_or(Ok(()), |violation| Err(format!("stored: {violation}")))
    }

    pub(crate) fn nothing_pending(&self) -> Result<(), String> {
        let world = self.stored()?;
        let left: Vec<String> =
            world.pending().iter().map(|(id, recorded)| format!("{id}: {:?}", recorded.effect)).collect();
        if left.is_empty() { Ok(()) } else { Err(format!("never carried out: {left:#?}")) }
    }

    /// What the bot shows of itself.
    pub(crate) fn metrics(&self) -> String {
        self.running.as_ref().map_or_else(String::new, |(running, _)| running.health.borrow().metrics())
    }
}
