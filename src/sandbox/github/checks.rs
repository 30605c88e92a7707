//! What is checked of a commit: runs of CI, which begin with each push, and statuses that others set.
//!
//! A check takes a minute and passes, unless somebody turns it otherwise. It belongs to the commit, whatever
//! branch or pull request leads there.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{
    answer::{Answer, Refusal, moment},
    operations::Call,
    pages::page,
    render_account::node_id,
    render_repository,
    world::World,
};

/// How long a check takes.
const TAKES: SignedDuration = SignedDuration::from_secs(60);
/// The check that there is where nothing else is said.
const CHECK: &str = "build";
/// Check runs are numbered apart from what else there is.
const ID_FIRST: u64 = 40_000_000;

type Outcome = Result<Answer, Refusal>;

/// How a check or a status is to turn out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Light {
    /// It passes.
    Green,
    /// It fails.
    Red,
    /// It goes on for ever.
    Yellow,
}

/// All that is checked of a commit.
#[derive(Debug, Clone, Default)]
pub(super) struct Checked {
    runs: Vec<Run>,
    statuses: Vec<Status>,
}

/// A run of CI.
#[derive(Debug, Clone)]
struct Run {
    id: u64,
    name: String,
    began_at: Timestamp,
    /// When it ends; never, of one that is stuck.
    ends_at: Option<Timestamp>,
    passes: bool,
}

impl Run {
    fn is_over(&self, now: Timestamp) -> bool {
        self.ends_at.is_some_and(|end| end <= now)
    }
}

/// A status.
#[derive(Debug, Clone)]
struct Status {
    context: String,
    light: Light,
    at: Timestamp,
}

impl Light {
    /// The word for it in a status.
    const fn word(self) -> &'static str {
        match self {
            Self::Green => "success",
            Self::Red => "failure",
            Self::Yellow => "pending",
        }
    }
}

impl Checked {
    /// Whether all of it is over and passed.
    pub(super) fn are_green(&self, now: Timestamp) -> bool {
        self.runs.iter().all(|run| run.is_over(now) && run.passes)
            && self.statuses.iter().all(|status| status.light == Light::Green)
    }

    /// Sets a run going anew, or for the first time.
    fn begin(&mut self, name: &str, (began_at, ends_at): (Timestamp, Option<Timestamp>), passes: bool) {
        let id = ID_FIRST + self.runs.len() as u64;
        self.runs.retain(|run| run.name != name);
        self.runs.push(Run { id, name: name.to_owned(), began_at, ends_at, passes });
    }
}

impl World {
    /// Begins what is checked of each push, unless that was done for this commit before.
    pub(super) fn begin_checks(&mut self, repo: &str, sha: &str, now: Timestamp) {
        let side = self.side_mut(repo);
        let names = side.ci.clone().unwrap_or_else(|| vec![CHECK.to_owned()]);
        let checked = side.checks.entry(sha.to_owned()).or_default();
        if checked.runs.is_empty() {
            for name in names {
                checked.begin(&name, (now, now.checked_add(TAKES).ok()), true);
            }
        }
    }

    /// Turns a check: it fails now, begins anew and passes in a minute, or begins anew and gets stuck.
    pub(super) fn turn_check(&mut self, repo: &str, sha: &str, name: &str, light: Light, now: Timestamp) {
        let checked = self.side_mut(repo).checks.entry(sha.to_owned()).or_default();
        let ends_at = match light {
            Light::Green => now.checked_add(TAKES).ok(),
            Light::Red => Some(now),
            Light::Yellow => None,
        };
        checked.begin(name, (now, ends_at), light == Light::Green);
    }

    /// Sets a status.
    pub(super) fn set_status(&mut self, repo: &str, sha: &str, context: &str, light: Light, now: Timestamp) {
        let statuses = &mut self.side_mut(repo).checks.entry(sha.to_owned()).or_default().statuses;
        statuses.retain(|status| status.context != context);
        statuses.push(Status { context: context.to_owned(), light, at: now });
    }

    /// What is checked of a commit that is there, or in a pull request from elsewhere.
    fn checked(&self, repo: &str, sha: &str, call: &Call<'_>) -> Result<Checked, Refusal> {
        let repository = self.readable(repo, call.viewer, call.now)?;
        let checked = self.public_side(&repository).checks.get(sha).cloned();
        if checked.is_none() && self.commit(&repository, sha).is_none() {
            return Err(Refusal::new(422, format!("No commit found for SHA: {sha}")));
        }
        Ok(checked.unwrap_or_default())
    }
}

/// `GET …/commits/{ref}/check-runs`
pub(super) fn runs(world: &World, repo: &str, sha: &str, call: &Call<'_>) -> Outcome {
    let checked = world.checked(repo, sha, call)?;
    let total = checked.runs.len();
    let shown = checked.runs.iter().map(|run| shown_run(world, repo, sha, run, call.now)).collect();
    let answer = page(world, &format!("/repos/{repo}/commits/{sha}/check-runs"), shown, call);
    Ok(answer.wrapped(|runs| json!({"total_count": total, "check_runs": runs})))
}

fn shown_run(world: &World, repo: &str, sha: &str, run: &Run, now: Timestamp) -> Value {
    let (id, own) = (run.id, format!("{}/repos/{repo}/check-runs/{}", world.bases.api, run.id));
    let page = format!("{}/{repo}/runs/{id}", world.bases.web);
    let is_over = run.is_over(now);
    json!({
        "id": id,
        "node_id": node_id("CR", id),
        "head_sha": sha,
        "external_id": null,
        "url": own,
        "html_url": page,
        "details_url": page,
        "status": if is_over { "completed" } else { "in_progress" },
        "conclusion": is_over.then_some(if run.passes { "success" } else { "failure" }),
        "started_at": moment(run.began_at),
        "completed_at": run.ends_at.filter(|_| is_over).map(moment),
        "output": {
            "title": null,
            "summary": null,
            "text": null,
            "annotations_count": 0,
            "annotations_url": format!("{own}/annotations"),
        },
        "name": run.name,
        "check_suite": {"id": id},
        "app": null,
        "pull_requests": [],
    })
}

/// `GET …/commits/{ref}/status`: `pending` where there are none.
pub(super) fn status(world: &World, repo: &str, sha: &str, call: &Call<'_>) -> Outcome {
    let checked = world.checked(repo, sha, call)?;
    let repository = world.readable(repo, call.viewer, call.now)?;
    let all = &checked.statuses;
    let any = |light: Light| all.iter().any(|status| status.light == light);
    let state = match () {
        () if any(Light::Red) => "failure",
        () if any(Light::Yellow) || all.is_empty() => "pending",
        () => "success",
    };
    let own = format!("{}/repos/{repo}/commits/{sha}", world.bases.api);
    let statuses = format!("{}/repos/{repo}/statuses/{sha}", world.bases.api);
    let shown = all.iter().zip(ID_FIRST..).map(|(status, id)| {
        json!({
            "id": id,
            "node_id": node_id("SC", id),
            "url": statuses,
            "avatar_url": null,
            "state": status.light.word(),
            "description": null,
            "target_url": null,
            "context": status.context,
            "created_at": moment(status.at),
            "updated_at": moment(status.at),
        })
    });
    let answer = page(world, &format!("/repos/{repo}/commits/{sha}/status"), shown.collect(), call);
    let whole = render_repository::repository(world, call.viewer.login(), &repository);
    Ok(answer.wrapped(|statuses| {
        json!({
            "state": state,
            "statuses": statuses,
            "sha": sha,
            "total_count": all.len(),
            "repository": whole,
            "commit_url": own,
            "url": format!("{own}/status"),
        })
    }))
}
