//! `advisory-bot timeline`: an incident's timeline, read from the store while the bot does not run. Zulip is
//! asked for people's names, which are kept nowhere else; nothing is written anywhere.

use std::{path::Path, sync::Arc, time::Duration};

use anyhow::{Context as _, anyhow};
use commands::kernel::{
    embargoed::PrivateRoom,
    timeline::Format,
    world::{Reference, World},
};

use crate::{
    clock::SystemClock,
    config,
    port::{Clock, Store as _},
    run::{self, Stopped},
    store::sled::SledStore,
    transport::Network,
    zulip::Zulip,
};

/// How long Zulip may take to answer: somebody waits at a terminal.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// The timeline of the incident that is called `advisory`, for whoever may read the store.
///
/// # Errors
/// See [`Stopped`]. While the bot runs, its store is its own.
pub async fn timeline(
    path: &Path,
    environment: config::Environment<'_>,
    advisory: &str,
    format: Format,
) -> Result<String, Stopped> {
    let config = config::load(path, environment).map_err(Stopped::Configuration)?;
    let reference =
        Reference::read(advisory).ok_or_else(|| anyhow!("{advisory:?} is no codename, GHSA or CVE id"))?;
    let directory = &config.store.path;
    if !directory.exists() {
        // Opening it would begin one.
        return Err(anyhow!("there is no store at {}", directory.display()).into());
    }
    let store = SledStore::open(directory).map_err(anyhow::Error::from)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let zulip = Zulip::new(
        Arc::new(Network::new()?),
        Arc::clone(&clock),
        config.zulip.site.clone(),
        config.zulip.email.clone(),
        config.zulip.api_key.clone(),
    );
    let asked = async {
        let settings = run::resolve(&config, &zulip, clock.as_ref()).await?;
        let registered = zulip.register().await;
        let registered =
            registered.map_err(|setback| anyhow!("Zulip refused: {:?}", setback.failure.kind))?;
        // One that is not closed expires by itself.
        let _ = zulip.forget(&registered.queue.queue_id).await;
        Ok::<_, Stopped>((settings, registered.directory))
    };
    let asked = tokio::time::timeout(ANSWER_WITHIN, asked).await;
    let (settings, directory) = asked.context("Zulip, which knows people's names, does not answer")??;
    let mut world = World::new(settings);
    store.replay(&mut |fact| world.apply(&fact)).map_err(anyhow::Error::from)?;
    world.directory = directory;
    let incident = world.find(&reference).ok_or_else(|| anyhow!("no incident is called {advisory}"))?;
    let text = format.write(&world, incident, clock.now());
    Ok(text.open(&PrivateRoom::of_the_store()).to_owned())
}
