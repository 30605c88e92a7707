//! `advisory-bot run`: from the configuration to a bot at work, until it is told to stop.

use std::{
    collections::{BTreeMap, BTreeSet},
    future::Future,
    hash::BuildHasher as _,
    path::Path,
    sync::Arc,
};

use anyhow::Context as _;
use commands::kernel::{
    directory::Channel,
    effect::FailureKind,
    id::{ChannelId, UserId},
    settings::Settings,
};
use jiff::SignedDuration;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::watch,
};

use crate::{
    bot::Bot,
    clock::SystemClock,
    config::{self, Config, ConfigError},
    engine::Health,
    git::Program,
    github::GitHub,
    http,
    lookout::Bell,
    mail::Smtp,
    port::{Clock, Git, Mail, Setback, Transport},
    store::sled::SledStore,
    transport::Network,
    webhook::Webhook,
    zulip::Zulip,
};

/// How long to wait before asking again a Zulip that does not answer at the start.
const ASK_AGAIN_AFTER: SignedDuration = SignedDuration::from_secs(5);

/// Why the bot did not run, or stopped running.
#[derive(Debug)]
pub enum Stopped {
    /// The configuration is wrong: every problem found.
    Configuration(Vec<ConfigError>),
    /// Something else.
    Failed(anyhow::Error),
}

impl From<anyhow::Error> for Stopped {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}

/// Runs the bot with the configuration at `path` until SIGTERM or SIGINT.
///
/// # Errors
/// See [`Stopped`].
pub async fn run(path: &Path, environment: config::Environment<'_>) -> Result<(), Stopped> {
    let config = config::load(path, environment).map_err(Stopped::Configuration)?;
    for warning in &config.warnings {
        tracing::warn!(%warning, "configuration");
    }
    if let Some(refused) = config.not_kept() {
        return Err(Stopped::Configuration(vec![refused]));
    }
    let told_to_stop = told_to_stop();
    tokio::pin!(told_to_stop);
    let (mut running, server) = tokio::select! {
        started = start(&config) => started?,
        told = &mut told_to_stop => return Ok(told?),
    };
    tokio::select! {
        ended = &mut running.ended => {
            ended.context("the bot ended by a panic")??;
            return Ok(());
        }
        told = told_to_stop => told?,
    }
    tracing::info!("told to stop: finishing what is in hand");
    running.stopped().await?;
    server.abort();
    Ok(())
}

/// Returns at SIGTERM or SIGINT.
///
/// # Errors
/// When signals cannot be listened for.
pub async fn told_to_stop() -> anyhow::Result<()> {
    let mut terminated = signal(SignalKind::terminate()).context("SIGTERM cannot be listened for")?;
    let mut interrupted = signal(SignalKind::interrupt()).context("SIGINT cannot be listened for")?;
    tokio::select! {
        _ = terminated.recv() => {}
        _ = interrupted.recv() => {}
    }
    Ok(())
}

async fn start(
    config: &Config,
) -> Result<(crate::bot::Running, tokio::task::JoinHandle<std::io::Result<()>>), Stopped> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let network: Arc<dyn Transport> = Arc::new(Network::new()?);
    let zulip = Arc::new(Zulip::new(
        Arc::clone(&network),
        Arc::clone(&clock),
        config.zulip.site.clone(),
        config.zulip.email.clone(),
        config.zulip.api_key.clone(),
    ));
    let github = Arc::new(GitHub::new(
        network,
        Arc::clone(&clock),
        config.github.api_url.clone(),
        config.github.token.clone(),
    ));
    let git = Program::new(
        config.github.git_url.clone(),
        config.github.token.clone(),
        // On the same disk as the store and as private; nobody else has it open.
        config.store.path.join("git"),
    );
    let mail = match &config.mail {
        Some(mail) => Some(Arc::new(Smtp::new(mail)?) as Arc<dyn Mail>),
        None => None,
    };
    let listen = config.http.listen;
    let listener = TcpListener::bind(listen).await;
    let listener = listener.with_context(|| {
        format!("cannot listen on {listen}: configure another [http] listen, or stop what uses it")
    })?;
    // It lives from here on, however long Zulip takes to answer.
    let (report, health) = watch::channel(Health::default());
    let bell = Bell::default();
    let secret = config.http.webhook_secret.clone();
    let webhook = secret.map(|secret| Webhook::new(secret, bell.clone()));
    let server = tokio::spawn(http::serve(listener, health, webhook));
    let path = config.store.path.clone();
    let opening = tokio::task::spawn_blocking(move || SledStore::open(&path));
    let opened = async {
        Ok(opening.await.context("opening the store ended by a panic")?.map_err(anyhow::Error::from)?)
    };
    let (settings, store) = tokio::try_join!(resolve(config, &zulip, clock.as_ref()), opened)?;
    git.clean().context("what an earlier run left of its work with git cannot be removed")?;
    let git: Arc<dyn Git> = Arc::new(git);
    let store = Arc::new(store);
    let seed = std::hash::RandomState::new().hash_one(std::process::id());
    let poll = config.github.poll;
    let running = Bot { settings, store, clock, zulip, github, git, mail, poll, bell, seed }.start_ahead();
    tokio::spawn(relay(running.health.clone(), report));
    tracing::info!(%listen, projects = config.projects.len(), "started");
    Ok((running, server))
}

/// Passes on how the engine is, until it is gone.
async fn relay(mut health: watch::Receiver<Health>, report: watch::Sender<Health>) {
    loop {
        report.send_replace(*health.borrow_and_update());
        if health.changed().await.is_err() {
            return;
        }
    }
}

/// Turns the configured names of channels into ids, as Zulip knows them now.
/// The configuration with channels resolved, once Zulip answers.
///
/// # Errors
/// [`Stopped::Configuration`].
pub(crate) async fn resolve(config: &Config, zulip: &Zulip, clock: &dyn Clock) -> Result<Settings, Stopped> {
    let refused = |failure: &FailureKind| match failure {
        FailureKind::Credentials => Some(config.refused_by_zulip()),
        FailureKind::Unreachable
        | FailureKind::Broken
        | FailureKind::Permission(_)
        | FailureKind::NotFound
        | FailureKind::Refused
        | FailureKind::Insecure => None,
    };
    // Side by side: three answers take no longer than one.
    let ((me, _), channels, subscribed): ((UserId, String), Vec<Channel>, BTreeSet<ChannelId>) = tokio::try_join!(
        patiently(clock, || zulip.me(), refused),
        patiently(clock, || zulip.channels(), refused),
        patiently(clock, || zulip.subscribed(), refused),
    )?;
    let mine = |mut channel: Channel| {
        channel.subscribers.extend(subscribed.contains(&channel.id).then_some(me));
        (channel.id, channel)
    };
    let channels: BTreeMap<ChannelId, Channel> = channels.into_iter().map(mine).collect();
    config::resolve(config, me, &channels).map_err(Stopped::Configuration)
}

/// Asks until there is an answer: a service that is down at the start comes back some time.
async fn patiently<T, F: Future<Output = Result<T, Setback>>>(
    clock: &dyn Clock,
    ask: impl Fn() -> F,
    refused: impl Fn(&FailureKind) -> Option<ConfigError>,
) -> Result<T, Stopped> {
    loop {
        let setback = match ask().await {
            Ok(answer) => return Ok(answer),
            Err(setback) => setback,
        };
        if let Some(error) = refused(&setback.failure.kind) {
            return Err(Stopped::Configuration(vec![error]));
        }
        tracing::warn!(kind = ?setback.failure.kind, "zulip does not answer at the start; asking again");
        let again = clock.now().checked_add(ASK_AGAIN_AFTER).unwrap_or(clock.now());
        clock.sleep_until(again).await;
    }
}
