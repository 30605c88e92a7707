//! The bot within the test's own process: virtual time, services in memory, a store that outlives it.

use std::{sync::Arc, time::Duration};

use advisory_bot::{
    bot::{Bot, Running},
    port::{Clock, Store as _, Transport},
    sandbox::{
        github,
        world::{Sandbox, Service},
        zulip::{
            UserId,
            seed::{self, ADVISORY_BOT},
        },
    },
    store::memory::MemoryDisk,
    zulip::Zulip,
};
use jiff::Timestamp;
use url::Url;

use crate::{chat, link::Link, wait::until_within};

/// How long the bot may take to come to rest, in virtual time: rate limits are counted by the minute,
/// and by the hour on GitHub.
const REST_WITHIN: Duration = Duration::from_secs(3 * 3600);
/// What these sandboxes' keys and tokens follow from.
pub(crate) const SEED: u64 = 7;

/// A bot on virtual time, or the place where one was and will be.
pub(crate) struct Inside {
    /// The services and the clock.
    pub(crate) sandbox: Sandbox,
    /// The way to Zulip.
    pub(crate) zulip: Arc<Link>,
    /// The way to GitHub.
    pub(crate) github: Arc<Link>,
    disk: MemoryDisk,
    running: Option<Running>,
}

/// When these tests take place.
pub(crate) fn start_time() -> Timestamp {
    "2026-11-18T09:00:00Z".parse().unwrap()
}

impl Inside {
    /// A bot at work in the sandbox as it is for everyone.
    pub(crate) async fn start() -> Self {
        let mut inside = Self::of(seed::realm(SEED), github::Seed::bytecodealliance(SEED));
        inside.wake(|_| {}).await;
        inside
    }

    /// The services with these seeds, without a bot.
    pub(crate) fn of(realm: advisory_bot::sandbox::zulip::Realm, seed: github::Seed) -> Self {
        let sandbox = Sandbox::from_seeds(realm, seed, start_time(), 1.0);
        let zulip = Link::to(Arc::clone(&sandbox.zulip) as Arc<dyn Service>);
        let github = Link::to(Arc::clone(&sandbox.github) as Arc<dyn Service>);
        Self { sandbox, zulip, github, disk: MemoryDisk::new(), running: None }
    }

    /// A client for the bot's account, as the bot has one.
    pub(crate) fn client(&self) -> Zulip {
        let (email, key) = self.sandbox.zulip_account();
        let transport = Arc::clone(&self.zulip) as Arc<dyn Transport>;
        let clock = Arc::clone(&self.sandbox.clock) as Arc<dyn Clock>;
        Zulip::new(transport, clock, "http://localhost/".parse().unwrap(), email, key.into())
    }

    /// Starts the bot, once `change` has had its way with it, and waits until it is ready.
    pub(crate) async fn wake(&mut self, change: impl FnOnce(&mut Bot)) {
        let site: Url = "http://localhost/".parse().unwrap();
        let store = Arc::new(self.disk.open().unwrap());
        let zulip = Arc::clone(&self.zulip) as Arc<dyn Transport>;
        let github = Arc::clone(&self.github) as Arc<dyn Transport>;
        let mut bot = self.sandbox.bot((zulip, site.clone()), (github, site), store);
        change(&mut bot);
        self.running = Some(bot.start().unwrap());
        self.rest().await;
    }

    /// Ends the bot as SIGTERM does.
    pub(crate) async fn sleep(&mut self) {
        self.running.take().unwrap().stopped().await.unwrap();
    }

    /// Ends the bot as a power cut does: what was not kept for good is lost.
    pub(crate) fn crash(&mut self) {
        self.running = None;
        self.disk.crash();
    }

    /// Waits until everything said was heard, decided on and carried out.
    pub(crate) async fn rest(&self) {
        let health = self.running.as_ref().unwrap().health.clone();
        let heard = || self.sandbox.zulip.heard_all(ADVISORY_BOT);
        let at_rest = || {
            let before = heard()?;
            let now = *health.borrow();
            (now.ready && now.pending == 0 && heard() == Some(before)).then_some(())
        };
        until_within(REST_WITHIN, || chat::by_bot(&self.sandbox), at_rest).await;
    }

    /// Lets virtual time pass.
    pub(crate) async fn pass(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }

    /// Somebody says something in a topic of WAMR's team channel; gives back all that the bot says
    /// there until it rests.
    pub(crate) async fn ask(&self, user: UserId, topic: &str, text: &str) -> Vec<String> {
        let before = chat::said(&self.sandbox, topic).len();
        chat::say(&self.sandbox, user, topic, text);
        self.rest().await;
        chat::said(&self.sandbox, topic).split_off(before)
    }

    /// Opens an incident with this summary, and gives back its topic.
    pub(crate) async fn open(&self, summary: &str) -> String {
        let topic = format!("opened after {} messages", self.sandbox.zulip.messages().len());
        let command = format!(
            "!advisory new {summary} --severity high --affected < 2.4.4\n```\nA crafted module.\n```"
        );
        self.ask(seed::MAYA, &topic, &command).await;
        chat::opened(&self.sandbox, &topic).unwrap()
    }
}

impl Drop for Inside {
    /// A test that ends well leaves nothing undone.
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        self.running = None;
        self.disk.crash();
        let store = self.disk.open().unwrap();
        let left = store.replay(&mut |_| {}).unwrap().pending;
        assert!(left.is_empty(), "{} effects were left undone", left.len());
    }
}
