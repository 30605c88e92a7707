//! Workflows that people start: each run takes a minute, and then opens a pull request that bumps the version. A
//! minute after that was merged there is a tag, where the seed says so.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{
    access::Viewer,
    answer::{Answer, Refusal, moment},
    operations::Call,
    pages::{page, parameter},
    public::Written,
    pulls::Pull,
    render_account::node_id,
    render_repository,
    seed::WorkflowSeed,
    world::{Repository, World},
};

/// Who does what workflows do.
pub(super) const ACTIONS_BOT: &str = "github-actions[bot]";
/// How long a run takes, and how long after a merge the tag comes.
const TAKES: SignedDuration = SignedDuration::from_secs(60);
/// Runs are numbered apart from what else there is.
const ID_FIRST: u64 = 50_000_000;

type Outcome = Result<Answer, Refusal>;

/// What was started, and what is still to come of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Workflows {
    runs: Vec<Run>,
    tags: Vec<ComingTag>,
    /// The workflows, by repository and file, whose runs get stuck.
    pub(super) stuck: BTreeSet<(String, String)>,
    /// Those that nobody can start.
    pub(super) disabled: BTreeSet<(String, String)>,
}

/// A run.
#[derive(Debug, Clone)]
struct Run {
    id: u64,
    /// `owner/name`.
    repo: String,
    workflow: WorkflowSeed,
    branch: String,
    sha: String,
    actor: String,
    version: String,
    began_at: Timestamp,
    /// When it ends; never, of one that is stuck.
    ends_at: Option<Timestamp>,
    is_over: bool,
}

/// A tag that somebody's merge leads to.
#[derive(Debug, Clone)]
struct ComingTag {
    repo: String,
    name: String,
    sha: String,
    at: Timestamp,
}

impl Run {
    fn filled(&self, text: &str) -> String {
        text.replace("{branch}", &self.branch).replace("{version}", &self.version)
    }
}

impl World {
    /// Carries out what runs do when they end, and makes the tags that are due.
    pub(super) fn settle_workflows(&mut self, now: Timestamp) {
        let due = |run: &&mut Run| !run.is_over && run.ends_at.is_some_and(|end| end <= now);
        let mut ended = Vec::new();
        for run in self.workflows.runs.iter_mut().filter(due) {
            run.is_over = true;
            ended.push(run.clone());
        }
        for run in ended {
            self.bump(&run, run.ends_at.unwrap_or(now));
        }
        let (come, later) =
            std::mem::take(&mut self.workflows.tags).into_iter().partition(|tag| tag.at <= now);
        self.workflows.tags = later;
        let come: Vec<ComingTag> = come;
        for tag in come {
            self.put_tag(&tag.repo, &tag.name, &tag.sha);
        }
    }

    /// Pushes the commit that bumps the version, and opens the pull request, unless there is one.
    fn bump(&mut self, run: &Run, at: Timestamp) {
        let viewer = Viewer::Web { login: ACTIONS_BOT.to_owned() };
        let Ok(repository) = self.repository(&run.repo).cloned() else { return };
        let (head, title) = (run.filled(&run.workflow.head), format!("Release {}", run.version));
        let base = self.head_of(&repository, &run.branch);
        let sha = self.make_commit(&run.repo, &[&base], (ACTIONS_BOT, &title), None, at);
        self.move_head(&run.repo, &head, &sha, at);
        let written = Written { title: &title, body: "This bumps the version." };
        // Where one is open already, the push was all there was to do.
        let _ = self.propose((&run.repo, &run.branch), (&run.repo, &head), &viewer, written, at);
    }

    /// What follows when a pull request was merged.
    pub(super) fn expect_tag(&mut self, repository: &Repository, pull: &Pull, sha: &str, now: Timestamp) {
        let repo = &repository.seed.full_name;
        let from = |run: &&Run| {
            run.repo == *repo && run.branch == pull.base && run.filled(&run.workflow.head) == pull.branch
        };
        let Some(run) = self.workflows.runs.iter().rev().find(from) else { return };
        let (Some(tag), Ok(at)) = (&run.workflow.tag, now.checked_add(TAKES)) else { return };
        let tag = ComingTag { repo: repo.clone(), name: run.filled(tag), sha: sha.to_owned(), at };
        self.workflows.tags.push(tag);
    }

    /// Starts a workflow.
    pub(super) fn dispatch(
        &mut self,
        (repo, file): (&str, &str),
        branch: &str,
        viewer: &Viewer,
        inputs: &BTreeMap<String, String>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let repository = self.pushable_public(repo, viewer)?;
        let repo = repository.seed.full_name.clone();
        let workflow = repository.seed.workflows.iter().find(|workflow| workflow.file == file);
        let workflow = workflow.ok_or_else(Refusal::not_found)?.clone();
        let key = (repo.clone(), file.to_owned());
        if self.workflows.disabled.contains(&key) {
            return Err(Refusal::new(422, "Cannot trigger a 'workflow_dispatch' on a disabled workflow"));
        }
        if !repository.seed.branches.iter().any(|one| one == branch) {
            return Err(Refusal::new(422, format!("No ref found for: {branch}")));
        }
        if let Some(odd) = inputs.keys().find(|name| *name != "version") {
            return Err(Refusal::new(422, format!("Unexpected inputs provided: [\"{odd}\"]")));
        }
        let next = || workflow.next.get(branch).cloned();
        let version = inputs.get("version").cloned().or_else(next).unwrap_or_else(|| "0.0.0".to_owned());
        let is_stuck = self.workflows.stuck.contains(&key);
        self.workflows.runs.push(Run {
            id: ID_FIRST + self.workflows.runs.len() as u64,
            sha: self.head_of(&repository, branch),
            repo,
            workflow,
            branch: branch.to_owned(),
            actor: viewer.login().unwrap_or_default().to_owned(),
            version,
            began_at: now,
            ends_at: now.checked_add(TAKES).ok().filter(|_| !is_stuck),
            is_over: false,
        });
        self.revision += 1;
        Ok(())
    }
}

/// `POST …/actions/workflows/{file}/dispatches`
pub(super) fn start(world: &mut World, repo: &str, file: &str, call: &Call<'_>) -> Outcome {
    let repository = world.readable(repo, call.viewer, call.now)?;
    call.viewer.must_write(&repository, "actions")?;
    let Some(branch) = call.body["ref"].as_str() else {
        return Err(Refusal::invalid_request(&["\"ref\" wasn't supplied.".to_owned()]));
    };
    let branch = branch.strip_prefix("refs/heads/").unwrap_or(branch);
    let inputs = call.body["inputs"].as_object().into_iter().flatten();
    let inputs = inputs.map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()));
    world.dispatch((repo, file), branch, call.viewer, &inputs.collect(), call.now)?;
    Ok(Answer::new(204, Value::Null))
}

/// `GET …/actions/workflows/{file}/runs`: the newest first.
pub(super) fn runs(world: &World, repo: &str, file: &str, call: &Call<'_>) -> Outcome {
    let repository = world.readable(repo, call.viewer, call.now)?;
    if !repository.seed.workflows.iter().any(|workflow| workflow.file == file) {
        return Err(Refusal::not_found());
    }
    let asked = |name: &str| parameter(call.query, name);
    let since = asked("created").and_then(|created| created.strip_prefix(">=")?.parse::<Timestamp>().ok());
    let (branch, event) = (asked("branch"), asked("event"));
    let wanted = world.workflows.runs.iter().rev().filter(|run| {
        run.repo == repository.seed.full_name
            && run.workflow.file == file
            && branch.as_ref().is_none_or(|branch| run.branch == *branch)
            && event.as_ref().is_none_or(|event| event == "workflow_dispatch")
            && since.is_none_or(|since| run.began_at >= since)
    });
    let shown: Vec<Value> = wanted.map(|run| shown_run(world, call.viewer, &repository, run)).collect();
    let total = shown.len();
    let answer = page(world, &format!("/repos/{repo}/actions/workflows/{file}/runs"), shown, call);
    Ok(answer.wrapped(|runs| json!({"total_count": total, "workflow_runs": runs})))
}

fn shown_run(world: &World, viewer: &Viewer, repository: &Repository, run: &Run) -> Value {
    let home = format!("{}/repos/{}", world.bases.api, run.repo);
    let (id, own) = (run.id, format!("{home}/actions/runs/{}", run.id));
    let below = |what: &str| format!("{own}/{what}");
    let whole = render_repository::repository(world, viewer.login(), repository);
    let mut shown = json!({
        "id": id,
        "node_id": node_id("WFR", id),
        "name": run.workflow.file,
        "head_branch": run.branch,
        "head_sha": run.sha,
        "path": format!(".github/workflows/{}", run.workflow.file),
        "run_number": id - ID_FIRST + 1,
        "event": "workflow_dispatch",
        "status": if run.is_over { "completed" } else { "in_progress" },
        "conclusion": run.is_over.then_some("success"),
        "workflow_id": repository.id,
        "url": own,
        "html_url": format!("{}/{}/actions/runs/{id}", world.bases.web, run.repo),
        "pull_requests": [],
        "created_at": moment(run.began_at),
        "updated_at": moment(run.ends_at.filter(|_| run.is_over).unwrap_or(run.began_at)),
        "workflow_url": format!("{home}/actions/workflows/{}", repository.id),
        "check_suite_url": format!("{home}/check-suites/{id}"),
        "head_commit": null,
        "repository": whole,
        "head_repository": whole,
        "display_title": run.workflow.file,
        "actor": world.user(&run.actor).map(|actor| super::render_account::simple_user(&world.bases, actor)),
    });
    for (key, what) in [
        ("jobs_url", "jobs"),
        ("logs_url", "logs"),
        ("artifacts_url", "artifacts"),
        ("cancel_url", "cancel"),
        ("rerun_url", "rerun"),
    ] {
        shown[key] = json!(below(what));
    }
    shown
}
