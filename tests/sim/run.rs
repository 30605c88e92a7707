//! One run: people, the bot, the services and the faults, on virtual time, from one seed.

use std::fmt::Write as _;

use jiff::SignedDuration;

use crate::{auditor::View, host::Host, workload::Workload};

/// Every so many inputs, what is stored is read back and checked.
const CHECK_EVERY: u64 = 8;
/// How long everything that is in hand may take once nothing goes wrong any more.
const SETTLE_WITHIN: SignedDuration = SignedDuration::from_mins(20);
/// How many days the clock goes on afterwards, so that every reminder falls due.
const AFTERWARDS_DAYS: u64 = 12;

/// A run.
pub(crate) struct Sim {
    host: Host,
    people: Workload,
}

/// What came of a run.
pub(crate) struct Outcome {
    pub(crate) transcript: String,
    pub(crate) faults: std::collections::BTreeMap<String, u64>,
}

impl Sim {
    fn new(seed: u64) -> Self {
        let mut host = Host::new(seed);
        let people = Workload::new(host.chance.fork());
        Self { host, people }
    }

    /// Runs `inputs` inputs with faults, then mends everything and sees it through.
    ///
    /// # Errors
    /// What was wrong, with the end of the transcript.
    pub(crate) async fn run(seed: u64, inputs: u64) -> Result<Outcome, String> {
        let mut sim = Self::new(seed);
        match sim.play(inputs).await {
            Ok(()) => {
                sim.host.kill(0).await;
                sim.note_messages();
                Ok(Outcome { transcript: sim.host.transcript.join("\n"), faults: sim.host.faults.counts() })
            }
            Err(why) => {
                let step = sim.host.transcript.len();
                let told = sim.tail();
                Err(format!(
                    "SEED={seed} SIM_INPUTS={inputs}, at line {step} of the transcript: {why}\n{told}"
                ))
            }
        }
    }

    async fn play(&mut self, inputs: u64) -> Result<(), String> {
        self.host.start()?;
        self.host.pass(SignedDuration::from_secs(20)).await?;
        for input in 0..inputs {
            self.input().await?;
            self.audit()?;
            if input % CHECK_EVERY == 0 {
                self.host.check_stored()?;
            }
        }
        self.heal().await?;
        self.view().finally()
    }

    fn view(&self) -> View<'_> {
        View::new(&self.host.sandbox, &self.people, &self.host.absences, self.host.now())
    }

    fn audit(&self) -> Result<(), String> {
        let breaches = self.host.faults.breaches();
        if let Some(breach) = breaches.first() {
            return Err(breach.clone());
        }
        self.view().always()
    }

    /// The next thing that happens: mostly somebody does something.
    async fn input(&mut self) -> Result<(), String> {
        match self.host.chance.below(100) {
            0..=1 => {
                let step = self.host.chance.millis(60_000, 6 * 3_600_000);
                self.host.jump(step);
            }
            2..=3 => {
                let survivors = usize::try_from(self.host.chance.below(2)).unwrap_or(0);
                self.host.faults.count("killed");
                self.host.kill(survivors).await;
            }
            4 => {
                self.host.faults.count("long downtime");
                self.host.kill(0).await;
                let days = self.host.chance.below(4);
                let away = self.host.chance.millis(600_000, 20 * 3_600_000 + days * 20 * 3_600_000);
                self.host.note(format!("the bot is away for {away:#}"));
                let acts = self.host.chance.below(5);
                for _ in 0..acts {
                    self.act();
                }
                self.host.jump(away);
                for _ in 0..acts {
                    self.act();
                }
            }
            5..=6 => {
                self.host.faults.count("queue expired");
                self.host.note("the event queues are lost");
                self.host.sandbox.zulip.expire_queues();
            }
            7 => {
                self.host.faults.count("list lag");
                let lag = self.host.chance.millis(0, 2_000);
                self.host.sandbox.github.set_list_lag(lag);
            }
            _ => self.act(),
        }
        let pause = self.people.pause();
        self.host.pass(pause).await
    }

    fn act(&mut self) {
        let now = self.host.now();
        let what = self.people.act(&self.host.sandbox, now);
        self.host.note(what);
    }

    /// Phase two: nothing goes wrong any more, and everything must finish.
    async fn heal(&mut self) -> Result<(), String> {
        self.host.faults.heal();
        self.host.sandbox.github.set_list_lag(SignedDuration::ZERO);
        let now = self.host.now();
        let mended = self.people.mend(&self.host.sandbox, now);
        self.host.note(format!("everything is mended: {mended}"));
        self.host.pass(SETTLE_WITHIN).await?;
        self.audit()?;
        self.host.nothing_pending()?;
        for _ in 0..AFTERWARDS_DAYS * 4 {
            self.host.jump(SignedDuration::from_hours(6));
            self.host.pass(SignedDuration::from_secs(100)).await?;
        }
        self.host.pass(SETTLE_WITHIN).await?;
        self.host.nothing_pending()?;
        self.host.check_stored()
    }

    /// The end of the transcript, and of what was said.
    fn tail(&mut self) -> String {
        let moved = |line: &&String| !line.contains("the clock was moved");
        let lines: Vec<String> = self.host.transcript.iter().rev().filter(moved).take(400).cloned().collect();
        let mut lines: Vec<String> = lines.into_iter().rev().collect();
        self.host.transcript.clear();
        self.note_messages();
        let said = self
            .host
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
        for message in self.host.sandbox.zulip.messages() {
            let mut line = format!("message {} of {} at {}", message.id.0, message.sender.0, message.sent);
            let _ = write!(line, " in {:?}: {:?} {:?}", message.place, message.content, message.reactions);
            self.host.transcript.push(line);
        }
        for mail in self.host.sandbox.mail.received() {
            self.host.transcript.push(format!("{mail:?}"));
        }
        for advisory in crate::sight::advisories(&self.host.sandbox) {
            self.host.transcript.push(format!("{advisory:?}"));
        }
    }
}
