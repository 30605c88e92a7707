//! Where an advisory stands: accepting a report, closing, publishing.

use commands::kernel::{
    content::{Advisory, AdvisoryState, Content, EmbargoedAdvisory, Part},
    embargoed::{AdvisoryPage, Embargoed},
    id::{GhsaId, Repository},
};
use serde_json::json;

use super::{
    GitHub, Written,
    answer::{self, Right},
};
use crate::port::Setback;

/// What an advisory was known to be when its state was to change.
#[derive(Default)]
struct Ground<'a> {
    state: Option<AdvisoryState>,
    content: Option<&'a Embargoed<Content>>,
}

impl Ground<'_> {
    /// In what `held` is something else now.
    fn differences(&self, held: &Advisory) -> Vec<Part> {
        let content = self.content.map(|ground| ground.open(&AdvisoryPage::on_github()));
        let state = self.state.filter(|state| *state != held.state).map(|_| Part::State);
        let content = content.map(|ground| ground.differences(&held.content)).unwrap_or_default();
        state.into_iter().chain(content).collect()
    }
}

impl GitHub {
    /// Accepts a private report, so that its advisory is a draft; writes nothing when it is one.
    ///
    /// # Errors
    /// Refused when it is published or closed. Safe to repeat, whatever the error says of its fate.
    pub async fn accept_report(
        &self,
        repository: &Repository,
        ghsa: &Embargoed<GhsaId>,
    ) -> Result<EmbargoedAdvisory, Setback> {
        self.bring_to(AdvisoryState::Draft, repository, ghsa, Ground::default()).await.map(Written::held)
    }

    /// Closes an advisory that will not be published; writes nothing when it is closed, or stands otherwise
    /// than `from`.
    ///
    /// # Errors
    /// Refused when it is published. Safe to repeat, whatever the error says of its fate.
    pub async fn close_advisory(
        &self,
        repository: &Repository,
        ghsa: &Embargoed<GhsaId>,
        from: AdvisoryState,
    ) -> Result<Written, Setback> {
        let ground = Ground { state: Some(from), content: None };
        self.bring_to(AdvisoryState::Closed, repository, ghsa, ground).await
    }

    /// Publishes an advisory; writes nothing when it is public already, or says something else than
    /// `ground`, which is what was approved. There is no way back.
    ///
    /// # Errors
    /// Safe to repeat, whatever the error says of its fate.
    pub async fn publish(
        &self,
        repository: &Repository,
        ghsa: &Embargoed<GhsaId>,
        ground: Option<&Embargoed<Content>>,
    ) -> Result<Written, Setback> {
        let ground = Ground { state: None, content: ground };
        self.bring_to(AdvisoryState::Published, repository, ghsa, ground).await
    }

    async fn bring_to(
        &self,
        wanted: AdvisoryState,
        repository: &Repository,
        ghsa: &Embargoed<GhsaId>,
        ground: Ground<'_>,
    ) -> Result<Written, Setback> {
        let page = AdvisoryPage::on_github();
        let mut turn = self.pace.turn(&*self.clock).await;
        let (_, held) = self.read_fresh(repository, ghsa).await?;
        let state = held.open(&page).state;
        if state == wanted {
            return Ok(Written::Holds(held));
        }
        if let Some(why) = senseless(state, wanted) {
            return Err(answer::senseless(why));
        }
        let differences = ground.differences(held.open(&page));
        if !differences.is_empty() {
            return Ok(Written::Conflict(held, differences));
        }
        let name = match wanted {
            AdvisoryState::Published => "publish advisory",
            AdvisoryState::Closed => "close advisory",
            AdvisoryState::Triage | AdvisoryState::Draft => "accept report",
        };
        let call = self.patch(name, repository, ghsa, json!({ "state": wanted })).taking(Right::Manage);
        self.change(&mut turn, call, ghsa).await.map(Written::Holds)
    }
}

/// Why an advisory that stands like this is not brought there, although GitHub might do it.
const fn senseless(state: AdvisoryState, wanted: AdvisoryState) -> Option<&'static str> {
    match (state, wanted) {
        (AdvisoryState::Published, AdvisoryState::Draft) => {
            Some("the advisory is published; there is no report left to accept")
        }
        (AdvisoryState::Closed, AdvisoryState::Draft) => {
            Some("the advisory is closed; somebody must reopen it on its page first")
        }
        (AdvisoryState::Published, AdvisoryState::Closed) => {
            Some("the advisory is published; what is public cannot be closed")
        }
        (AdvisoryState::Closed, AdvisoryState::Published) => {
            Some("the advisory is closed; somebody must reopen it on its page before it can be published")
        }
        // GitHub's own rules decide on the rest.
        (
            AdvisoryState::Triage | AdvisoryState::Draft | AdvisoryState::Closed | AdvisoryState::Published,
            AdvisoryState::Triage | AdvisoryState::Draft | AdvisoryState::Closed | AdvisoryState::Published,
        ) => None,
    }
}
