//! The sandbox at work: both services on loopback, the real bot against them over the real network
//! client, and whoever drives it.
//!
//! For transcripts the clock stands still ([`Pace::Steps`]) and moves only when the bot has nothing
//! left to do but wait; then it goes straight to the next moment that is waited for. So a transcript
//! takes as long as its answers do, and reads the same times on every machine.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Context as _;
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use tempfile::TempDir;
use tokio::task::JoinSet;

use super::{
    counted::{Counted, CountedGit, CountedMail},
    git::GitHost,
    mail::{self, ServedMail},
    serve::{Served, serve},
    webhook,
    world::{Sandbox, Service},
    zulip::seed,
};
use crate::{
    bot::Running,
    config::{self, Tls},
    engine::Health,
    git::Program,
    mail::Smtp,
    port::{Clock as _, Transport},
    store::sled::SledStore,
    transport::Network,
};

/// Everything drawn in the sandbox follows from this: codenames, ids, keys.
pub const SEED: u64 = 2;
/// Where GitHub's pages would be: the sandbox has none, and says so by a name that leads nowhere.
const GITHUB_PAGES: &str = "http://github.localhost";
/// How long a CVE number takes here: longer than the policy expects, so that the bot asks after it.
const CVE_AFTER: SignedDuration = SignedDuration::from_hours(30);
/// How often it is looked whether the bot has come to rest.
const LOOK_EVERY: Duration = Duration::from_millis(1);
/// How long nothing has to happen before a clock that stands still goes to a moment soon ahead: the
/// bot waits for it, and for nothing else.
const STILL_BEFORE_SOON: Duration = Duration::from_millis(15);
/// The same before it goes to a moment further ahead.
const STILL_BEFORE_LATE: Duration = Duration::from_secs(2);
/// What counts as soon.
const SOON: SignedDuration = SignedDuration::from_secs(10);
/// How far the clock goes at most to bring the bot to rest. One that retries for longer is left to it.
const STEPS_MAX: SignedDuration = SignedDuration::from_mins(2);
/// How long the bot may take to come to rest, in real time.
const REST_WITHIN: Duration = Duration::from_secs(20);

/// How the sandbox's time passes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pace {
    /// This many times as fast as real time.
    Times(f64),
    /// Not at all, but from one awaited moment to the next.
    Steps,
}

/// A sandbox at work.
pub struct Drive {
    /// The services and their clock.
    pub sandbox: Sandbox,
    /// Where Zulip answers.
    pub zulip: Served,
    /// Where GitHub's API answers.
    pub github: Served,
    /// Where git's repositories answer.
    pub git: Served,
    /// Where the mail server answers.
    pub mail: ServedMail,
    pace: Pace,
    bot: Option<Bot>,
    /// Sends GitHub's webhooks for as long as the sandbox is there.
    _webhooks: JoinSet<()>,
}

/// The bot, and what it keeps while it runs.
struct Bot {
    running: Running,
    under_way: Arc<AtomicUsize>,
    _folders: [TempDir; 2],
}

impl Drive {
    /// The services alone, on these ports of the loopback address; 0 is any free one.
    ///
    /// # Errors
    /// When a port cannot be had.
    pub async fn services(start: Timestamp, pace: Pace, ports: (u16, u16)) -> anyhow::Result<Self> {
        let speed = match pace {
            Pace::Times(speed) => speed,
            Pace::Steps => 0.0,
        };
        let sandbox = Sandbox::new(SEED, start, speed);
        let zulip = serve(Arc::clone(&sandbox.zulip) as Arc<dyn Service>, ports.0).await?;
        let github = serve(Arc::clone(&sandbox.github) as Arc<dyn Service>, ports.1).await?;
        let host = GitHost::new(Arc::clone(&sandbox.github))?;
        let git = serve(Arc::new(host), 0).await?;
        let mail = mail::serve(Arc::clone(&sandbox.mail)).await?;
        sandbox.zulip.set_url(zulip.base());
        // As the bot advises: so its cards are kept up to date in place.
        sandbox.zulip.set_edit_limit(None);
        sandbox.github.set_cve_delay(Some(CVE_AFTER));
        // As GitHub does it.
        sandbox.github.set_wants_pulls_closed(true);
        sandbox.github.set_bases(github.base(), GITHUB_PAGES);
        let mut webhooks = JoinSet::new();
        webhooks.spawn(webhook::deliver(Arc::clone(&sandbox.github), Arc::new(Network::new()?)));
        Ok(Self { sandbox, zulip, github, git, mail, pace, bot: None, _webhooks: webhooks })
    }

    /// The services and the bot, which listens when this returns.
    ///
    /// # Errors
    /// When a port or a place for the bot's store cannot be had, or the bot cannot start.
    pub async fn start(start: Timestamp, pace: Pace, ports: (u16, u16)) -> anyhow::Result<Self> {
        let mut drive = Self::services(start, pace, ports).await?;
        drive.start_bot()?;
        drive.rest().await?;
        Ok(drive)
    }

    /// Starts the bot with an empty store, which goes with the sandbox.
    ///
    /// # Errors
    /// When there is no place for its store, or it cannot start.
    pub fn start_bot(&mut self) -> anyhow::Result<()> {
        let store = tempfile::Builder::new()
            .prefix("advisory-bot-sandbox-")
            .tempdir()
            .context("no temporary folder")?;
        let under_way = Arc::new(AtomicUsize::new(0));
        let network: Arc<dyn Transport> = Arc::new(Network::new()?);
        let network: Arc<dyn Transport> = Arc::new(Counted { network, under_way: Arc::clone(&under_way) });
        let mail = Arc::new(Smtp::new(&self.mail_account())?);
        let mail = CountedMail { mail, under_way: Arc::clone(&under_way) };
        let scratch = tempfile::Builder::new().prefix("advisory-bot-sandbox-").tempdir()?;
        let token = SecretString::from(self.sandbox.github_token());
        let git = Program::new(self.git.address().clone(), token, scratch.path().join("git"));
        let git = CountedGit { git: Arc::new(git), under_way: Arc::clone(&under_way) };
        let mut bot = self.sandbox.bot(
            (Arc::clone(&network), self.zulip.address().clone()),
            (network, self.github.address().clone()),
            Arc::new(SledStore::open(store.path())?),
        );
        bot.mail = Some(Arc::new(mail));
        bot.git = Arc::new(git);
        bot.settings = self.sandbox.settings_with_everything();
        self.bot = Some(Bot { running: bot.start()?, under_way, _folders: [store, scratch] });
        Ok(())
    }

    /// The bot's account on the mail server.
    #[must_use]
    pub fn mail_account(&self) -> config::Mail {
        let (user, password) = mail::ACCOUNT;
        let (host, port) = ("127.0.0.1".to_owned(), self.mail.port());
        let smtp = config::Smtp { host, port, user: Some(user.to_owned()), tls: Tls::None };
        let (from, password) = (mail::SENDER.to_owned(), Some(password.to_owned().into()));
        config::Mail { smtp, ca_file: None, password, from }
    }

    /// Waits until everything said has been heard, decided on, and carried out: the bot has nothing
    /// left to do until something is said or falls due.
    ///
    /// # Errors
    /// When the bot has ended, or does not come to rest in time.
    pub async fn rest(&self) -> anyhow::Result<()> {
        let Some(bot) = &self.bot else { return Ok(()) };
        let clock = &self.sandbox.clock;
        let began = Instant::now();
        let from = clock.now();
        let (mut seen, mut since) = (self.glance(bot), Instant::now());
        while !self.at_rest(bot) {
            anyhow::ensure!(!bot.running.ended.is_finished(), "the bot has ended: its log says why");
            anyhow::ensure!(began.elapsed() < REST_WITHIN, "the bot does not come to rest: its log says why");
            tokio::time::sleep(LOOK_EVERY).await;
            let now = self.glance(bot);
            if now != seen {
                (seen, since) = (now, Instant::now());
            }
            if self.pace == Pace::Steps {
                let Some(next) = self.next_step(&seen, since.elapsed()) else { continue };
                if next.duration_since(from) > STEPS_MAX {
                    return Ok(());
                }
                clock.jump_to(next);
                since = Instant::now();
            }
        }
        Ok(())
    }

    /// Moves the clock to `target`, or to the next thing that falls due before it: each happens at its own
    /// time and in order. Returns whether `target` is reached.
    ///
    /// # Errors
    /// As [`Drive::rest`].
    pub async fn advance_towards(&self, target: Timestamp) -> anyhow::Result<bool> {
        self.rest().await?;
        let clock = &self.sandbox.clock;
        let due = self.bot.as_ref().and_then(|bot| bot.running.health.borrow().due);
        let next = due.filter(|due| *due < target && *due > clock.now()).unwrap_or(target);
        clock.jump_to(next);
        self.rest().await?;
        Ok(next == target)
    }

    /// Ends the bot, which finishes what is in hand.
    ///
    /// # Errors
    /// What the bot ended with.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        match self.bot.take() {
            Some(bot) => bot.running.stopped().await,
            None => Ok(()),
        }
    }

    /// The moment to go to, when the bot has stood `still` for long enough to be sure that it waits for it.
    fn next_step(&self, seen: &Glance, still: Duration) -> Option<Timestamp> {
        let now = self.sandbox.clock.now();
        // While it looks at GitHub it does not wait; nor is its next look anything to hurry to.
        let look = seen.looking.filter(|look| *look > now)?;
        let next = self.sandbox.clock.next_wait(Some(look))?;
        let due = seen.health.due;
        // The moment something falls due is nothing to hurry to, nor is one that has come to be left.
        let deadline = seen.health.pending == 0 && due == Some(next);
        let overdue = due.is_some_and(|due| due <= now);
        let soon = next.duration_since(now) <= SOON && !deadline;
        let enough = if soon { STILL_BEFORE_SOON } else { STILL_BEFORE_LATE };
        (seen.under_way == 0 && !overdue && still >= enough).then_some(next)
    }

    fn glance(&self, bot: &Bot) -> Glance {
        Glance {
            heard: self.sandbox.zulip.heard_all(seed::ADVISORY_BOT),
            health: *bot.running.health.borrow(),
            looking: *bot.running.looking.borrow(),
            under_way: bot.under_way.load(Ordering::SeqCst),
            changes: (*self.sandbox.zulip.changed().borrow(), *self.sandbox.github.changed().borrow()),
        }
    }

    /// Two looks at the queue, the same number of events acknowledged in both, with no effect pending in
    /// between: what was decided on each event is recorded before the event is acknowledged, so there is
    /// nothing that either look could have missed.
    fn at_rest(&self, bot: &Bot) -> bool {
        let heard = || self.sandbox.zulip.heard_all(seed::ADVISORY_BOT);
        let Some(before) = heard() else { return false };
        let Health { ready, pending, due, .. } = *bot.running.health.borrow();
        let now = self.sandbox.clock.now();
        // What a webhook calls for is known before the webhook is answered.
        let delivered = !self.sandbox.github.delivers();
        let looked = bot.running.looking.borrow().is_some_and(|look| look > now);
        let idle = ready && delivered && looked && pending == 0 && due.is_none_or(|due| due > now);
        idle && heard() == Some(before)
    }
}

/// What can be seen of the bot's work from outside; when it does not change, nothing happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Glance {
    heard: Option<i64>,
    health: Health,
    looking: Option<Timestamp>,
    under_way: usize,
    changes: (u64, u64),
}
