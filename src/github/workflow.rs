//! Workflows that are started by hand, and tags.

use std::collections::BTreeMap;

use commands::kernel::id::Repository;
use http::Method;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::json;

use super::{
    CLOCK_SKEW_ALLOWANCE, GitHub,
    answer::{self, Right},
    call::Call,
    wire::{self, BadAnswer},
};
use crate::port::Setback;

/// How a workflow is started by hand, in GitHub's words.
const BY_HAND: &str = "workflow_dispatch";
/// The waits for a run that may have been started just now: GitHub shows it after some seconds.
const RUN_WAITS: [SignedDuration; 4] = [
    SignedDuration::from_secs(1),
    SignedDuration::from_secs(2),
    SignedDuration::from_secs(4),
    SignedDuration::from_secs(8),
];

/// A page of runs, the newest first.
#[derive(Deserialize)]
struct RawRuns {
    workflow_runs: Vec<RawRun>,
}

#[derive(Deserialize)]
struct RawRun {
    event: Option<String>,
    head_branch: Option<String>,
    created_at: Option<String>,
}

/// A branch or a tag.
#[derive(Deserialize)]
pub(super) struct RawRef {
    #[serde(rename = "ref")]
    name: Option<String>,
    object: Option<RawObject>,
}

#[derive(Deserialize)]
struct RawObject {
    sha: Option<String>,
}

impl GitHub {
    /// Starts a workflow on a branch. With `look_first` it may have been started already: then it is looked
    /// for among those started by hand on that branch `since` then (less [`CLOCK_SKEW_ALLOWANCE`]), by
    /// whomever, and started only where there is none.
    ///
    /// # Errors
    /// After [`Again::Unknown`](crate::port::Again::Unknown) it is to be repeated with `look_first`.
    pub async fn dispatch(
        &self,
        repository: &Repository,
        (workflow, branch): (&str, &str),
        inputs: &BTreeMap<String, String>,
        since: Timestamp,
        look_first: bool,
    ) -> Result<(), Setback> {
        if look_first && self.was_started(repository, (workflow, branch), since).await? {
            return Ok(());
        }
        let mut turn = self.pace.turn(&*self.clock).await;
        let mut body = json!({ "ref": branch });
        if !inputs.is_empty() {
            body["inputs"] = json!(inputs);
        }
        let url = self.of(repository, ["actions", "workflows", workflow, "dispatches"]);
        let call = Call::new("start workflow", Method::POST, url).with(body).taking(Right::Workflows);
        self.write(&mut turn, call).await.map(|_| ())
    }

    async fn was_started(
        &self,
        repository: &Repository,
        what: (&str, &str),
        since: Timestamp,
    ) -> Result<bool, Setback> {
        for wait in RUN_WAITS {
            if self.has_run(repository, what, since).await? {
                return Ok(true);
            }
            self.pause(wait).await;
        }
        self.has_run(repository, what, since).await
    }

    async fn has_run(
        &self,
        repository: &Repository,
        (workflow, branch): (&str, &str),
        since: Timestamp,
    ) -> Result<bool, Setback> {
        let oldest = since.checked_sub(CLOCK_SKEW_ALLOWANCE).unwrap_or(Timestamp::MIN);
        let mut url = self.of(repository, ["actions", "workflows", workflow, "runs"]);
        url.query_pairs_mut().extend_pairs([
            ("event", BY_HAND),
            ("branch", branch),
            ("created", &oldest.strftime(">=%Y-%m-%dT%H:%M:%SZ").to_string()),
            ("per_page", "100"),
        ]);
        let call = Call::new("list runs", Method::GET, url).taking(Right::Workflows);
        let response = self.send(call).await?;
        let runs: RawRuns = wire::parse(response.body()).map_err(answer::nonsense_read)?;
        Ok(runs.workflow_runs.iter().any(|run| {
            let created = run.created_at.as_deref().and_then(|time| time.parse::<Timestamp>().ok());
            run.event.as_deref() == Some(BY_HAND)
                && run.head_branch.as_deref() == Some(branch)
                // Its seconds are whole.
                && created.is_some_and(|created| created.as_second() >= oldest.as_second())
        }))
    }

    /// Whether there is a tag of just that name.
    ///
    /// # Errors
    /// When it could not be read; safe to repeat.
    pub async fn has_tag(&self, repository: &Repository, tag: &str) -> Result<bool, Setback> {
        self.commit_of(repository, ("tags", tag)).await.map(|found| found.is_some())
    }

    /// The object that a tag or a branch (`heads`) names.
    pub(super) async fn commit_of(
        &self,
        repository: &Repository,
        (kind, name): (&'static str, &str),
    ) -> Result<Option<String>, Setback> {
        let url = self.of(repository, ["git", "ref", kind].into_iter().chain(name.split('/')));
        let call = Call::new("read reference", Method::GET, url).taking(Right::Contents);
        let Some(response) = self.look(call).await? else { return Ok(None) };
        let raw: RawRef = wire::parse(response.body()).map_err(answer::nonsense_read)?;
        if raw.name.as_deref() != Some(&format!("refs/{kind}/{name}")) {
            return Ok(None);
        }
        let sha = raw.object.and_then(|object| object.sha).ok_or(BadAnswer("a reference to nothing"));
        sha.map(Some).map_err(answer::nonsense_read)
    }
}
