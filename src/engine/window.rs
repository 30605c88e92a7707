//! What others see of the engine, also while it is still reading its store.

use std::sync::Arc;

use commands::kernel::{embargoed::Embargoed, id::MessageId, incident::Release, watched};
use futures_util::FutureExt as _;
use tokio::sync::watch;

use super::{Engine, Health};
use crate::{
    lookout::{Pulls, SoughtByRepository},
    zulip::MessageIds,
};

/// The messages the listener has to look at after a gap.
#[derive(Debug, Default)]
pub(super) struct Interesting {
    /// The requests on which a 👍 counts.
    pub(super) requests: Vec<MessageId>,
    /// The status cards of open incidents.
    pub(super) cards: Vec<MessageId>,
}

/// Through which others see the engine. All clones show the same engine.
#[derive(Debug, Clone, Default)]
pub struct Window {
    /// Nothing before the store is read.
    pub(super) interesting: watch::Sender<Option<Interesting>>,
    pub(super) health: watch::Sender<Health>,
    /// The pull requests that matter.
    pub(super) pulls: watch::Sender<Pulls>,
    /// What is looked for on the public side of repositories.
    pub(super) sought: watch::Sender<SoughtByRepository>,
}

impl Window {
    /// The messages on which a 👍 counts at present; for the listener.
    #[must_use]
    pub fn open_requests(&self) -> MessageIds {
        self.known(|interesting| interesting.requests.clone())
    }

    /// The status cards of open incidents; for the listener.
    #[must_use]
    pub fn cards(&self) -> MessageIds {
        self.known(|interesting| interesting.cards.clone())
    }

    /// The pull requests that matter at present; for the lookout.
    #[must_use]
    pub fn pulls(&self) -> watch::Receiver<Pulls> {
        self.pulls.subscribe()
    }

    /// What is looked for on the public side of repositories at present; for the lookout.
    #[must_use]
    pub fn sought(&self) -> watch::Receiver<SoughtByRepository> {
        self.sought.subscribe()
    }

    /// How the bot is.
    #[must_use]
    pub fn health(&self) -> watch::Receiver<Health> {
        self.health.subscribe()
    }

    /// What `pick` takes, once it is known; nothing when the engine has ended before.
    fn known(&self, pick: fn(&Interesting) -> Vec<MessageId>) -> MessageIds {
        let seen = self.interesting.subscribe();
        Arc::new(move || {
            let mut seen = seen.clone();
            async move {
                let known = seen.wait_for(Option::is_some).await;
                known.ok().as_deref().and_then(Option::as_ref).map(pick).unwrap_or_default()
            }
            .boxed()
        })
    }
}

impl Engine {
    /// Shows which pull requests the lookout has to look at from now on.
    fn note_pulls(&self) {
        let mut noted = Pulls::new();
        for incident in self.world.incidents().filter(|incident| incident.watches_pulls()) {
            let project = self.world.settings.project(&incident.project);
            let (Some(project), Some(fork)) = (project, incident.fork_name()) else { continue };
            let pulls = incident.patches.values().map(|patch| (fork.clone(), patch.number()));
            noted.entry(project.repository.clone()).or_default().extend(pulls);
        }
        self.window.pulls.send_if_modified(|known| std::mem::replace(known, noted.clone()) != noted);
    }

    /// Shows what the lookout has to look for on the public side of repositories from now on.
    fn note_sought(&self) {
        let mut noted = SoughtByRepository::new();
        for incident in self.world.incidents().filter(|incident| incident.watches_public()) {
            let Some(project) = self.world.settings.project(&incident.project) else { continue };
            let sought = noted.entry(project.repository.clone()).or_default();
            let identifiers = watched::identifiers(&self.world.settings, incident);
            sought.identifiers.extend(identifiers.into_iter().map(Embargoed::new));
            let Some(fork) = incident.fork_name() else { continue };
            let heads = incident.patches.values().map(|patch| {
                let head = patch.pull.map(|pull| pull.head.clone());
                (fork.clone(), patch.number(), head)
            });
            sought.heads.extend(heads);
        }
        self.window.sought.send_if_modified(|known| std::mem::replace(known, noted.clone()) != noted);
    }

    /// Shows which messages the listener has to look at from now on.
    pub(super) fn note_interesting(&self) {
        let mut noted = Interesting::default();
        for incident in self.world.incidents().filter(|incident| incident.is_open()) {
            noted.cards.extend(incident.room.as_ref().map(|room| room.card));
            if let Release::Requested(request) = &incident.release {
                noted.requests.extend(request.message);
            }
            noted.requests.extend(incident.proposal.as_ref().and_then(|proposal| proposal.message));
        }
        self.window.interesting.send_replace(Some(noted));
        self.note_pulls();
        self.note_sought();
    }
}
