//! The bot, put together: the listener, the lookout, the engine, and what they share.

use std::{
    future::{self, Future},
    sync::Arc,
};

use anyhow::Context as _;
use commands::kernel::settings::Settings;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{mpsc, watch};

use crate::{
    engine::{Engine, Health, Window},
    github::GitHub,
    lookout::{Bell, Lookout},
    perform::Performer,
    port::{Clock, Git, Mail, Store},
    zulip::{Listener, Zulip},
};

/// Everything the bot is made of.
pub struct Bot {
    /// The configuration, with channels resolved.
    pub settings: Settings,
    /// Its memory.
    pub store: Arc<dyn Store>,
    /// Its time.
    pub clock: Arc<dyn Clock>,
    /// Chat.
    pub zulip: Arc<Zulip>,
    /// Advisories.
    pub github: Arc<GitHub>,
    /// Git.
    pub git: Arc<dyn Git>,
    /// Mail, where there is a server for it.
    pub mail: Option<Arc<dyn Mail>>,
    /// How often each repository is looked at.
    pub poll: SignedDuration,
    /// Rung when there is something to see there at once.
    pub bell: Bell,
    /// For codenames and for spreading waits: fresh bits, or a seed that repeats a run.
    pub seed: u64,
}

/// A bot at work.
pub struct Running {
    /// How it is.
    pub health: watch::Receiver<Health>,
    /// When it looks at GitHub next; none while it does.
    pub looking: watch::Receiver<Option<Timestamp>>,
    /// Ends when the bot has ended.
    pub ended: tokio::task::JoinHandle<anyhow::Result<()>>,
    stop: watch::Sender<bool>,
}

impl Bot {
    /// Starts it when its store is read: every run with the same seed goes the same way.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn start(self) -> anyhow::Result<Running> {
        let window = Window::default();
        let engine = self.opening(&window)()?;
        Ok(self.work(&window, future::ready(Ok(engine))))
    }

    /// Starts it while its store is still being read, on a thread of its own: Zulip is listened to
    /// meanwhile. What arrives waits, and nothing is said, before everything is read and checked. The
    /// bot ends with the error when the store cannot be read.
    #[must_use]
    pub fn start_ahead(self) -> Running {
        let window = Window::default();
        let reading = tokio::task::spawn_blocking(self.opening(&window));
        self.work(&window, async { reading.await.context("reading the store ended by a panic")? })
    }

    /// Reads the store, at the call.
    fn opening(&self, window: &Window) -> impl FnOnce() -> anyhow::Result<Engine> + Send + use<> {
        let lists = self.settings.projects.iter().filter_map(|project| project.announce_list.clone());
        let performer = Arc::new(Performer {
            zulip: Arc::clone(&self.zulip),
            github: Arc::clone(&self.github),
            git: Arc::clone(&self.git),
            mail: self.mail.clone(),
            lists: lists.collect(),
            clock: Arc::clone(&self.clock),
        });
        let (settings, seed, window) = (self.settings.clone(), self.seed, window.clone());
        let (store, clock) = (Arc::clone(&self.store), Arc::clone(&self.clock));
        move || Engine::open(settings, store, clock, performer, seed, window)
    }

    fn work(
        self,
        window: &Window,
        engine: impl Future<Output = anyhow::Result<Engine>> + Send + 'static,
    ) -> Running {
        let mut channels: Vec<_> =
            self.settings.projects.iter().map(|project| project.team_channel).collect();
        channels.sort();
        channels.dedup();
        let lookout = Lookout {
            github: self.github,
            clock: Arc::clone(&self.clock),
            repositories: self.settings.projects.iter().map(|project| project.repository.clone()).collect(),
            poll: self.poll,
            pulls: window.pulls(),
            sought: window.sought(),
            bell: self.bell.clone(),
        };
        let listener = Listener {
            zulip: self.zulip,
            clock: self.clock,
            channels,
            watch: self.settings.watch.clone(),
            open_requests: window.open_requests(),
            cards: window.cards(),
            seed: self.seed,
        };
        let (stop, stopped) = watch::channel(false);
        // One arrival at a time: the next is asked for when the last is kept.
        let (out, arrivals) = mpsc::channel(1);
        let listening = tokio::spawn(listener.run(self.store.cursor(), out));
        // And one glimpse at a time, likewise.
        let (out, glimpses) = mpsc::channel(1);
        let looking_out = tokio::spawn(lookout.run(out));
        let ended = tokio::spawn(async move {
            let result = async { engine.await?.run(arrivals, glimpses, stopped).await }.await;
            listening.abort();
            looking_out.abort();
            result
        });
        Running { health: window.health(), looking: self.bell.looking(), ended, stop }
    }
}

impl Running {
    /// Asks it to finish what is in hand and end.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Asks it to end and waits until it has.
    ///
    /// # Errors
    /// What it ended with.
    pub async fn stopped(self) -> anyhow::Result<()> {
        self.stop();
        self.ended.await.context("the bot ended by a panic")?
    }
}
