//! Pull requests in temporary private forks: opened, pushed to and reviewed by hand, read through the API.
//!
//! As on GitHub, whether one applies cleanly is worked out a moment after each push, only those who work on
//! the advisory see it, and nobody approves their own. Assumed, since nothing tells: reviews can be read in a
//! private fork, where comments cannot be. Not modelled: merging, and that GitHub refuses to publish an
//! advisory while a pull request of its fork is open.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{
    access::{Bond, Viewer},
    answer::{Answer, Refusal},
    operations::Call,
    render_pull,
    seed::Access,
    world::{Record, Repository, World},
};

/// How long GitHub works out whether a pull request applies cleanly.
const WORKED_OUT_AFTER: SignedDuration = SignedDuration::from_secs(2);
/// How many a page has when nothing else is asked for.
const PER_PAGE: usize = 30;
/// How many a page has at most.
const PER_PAGE_MAX: usize = 100;

type Outcome = Result<Answer, Refusal>;

/// What a reviewer decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is good.
    Approved,
    /// It has to be changed.
    ChangesRequested,
}

impl Verdict {
    /// The word the API uses for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Approved => "APPROVED",
            Self::ChangesRequested => "CHANGES_REQUESTED",
        }
    }
}

/// A review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Who gave it.
    pub author: String,
    /// What they decided.
    pub verdict: Verdict,
    /// Of which commit.
    pub commit: String,
    /// When.
    pub at: Timestamp,
}

/// A pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pull {
    /// Its number in the fork, from 1.
    pub number: u64,
    /// Who opened it.
    pub author: String,
    /// The branch it goes to.
    pub base: String,
    /// Its commits, the newest last.
    pub commits: Vec<String>,
    /// The files it changes, each once.
    pub files: Vec<String>,
    /// Its reviews, the oldest first.
    pub reviews: Vec<Review>,
    /// Whether it is open.
    pub is_open: bool,
    /// Whether it is a draft.
    pub is_draft: bool,
    /// Whether it applies cleanly.
    pub applies: bool,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it was last pushed to, reviewed, opened or closed.
    pub updated_at: Timestamp,
    /// When it was last pushed to.
    pub pushed_at: Timestamp,
}

impl Pull {
    /// Its newest commit.
    #[must_use]
    pub fn head(&self) -> &str {
        self.commits.last().map_or("", String::as_str)
    }

    /// Whether it applies cleanly, once GitHub has worked it out; of a closed one that is not told.
    pub(super) fn mergeable(&self, now: Timestamp) -> Option<bool> {
        let known = now.duration_since(self.pushed_at) >= WORKED_OUT_AFTER;
        (self.is_open && known).then_some(self.applies)
    }

    fn push(&mut self, fork: &str, files: &[String], now: Timestamp) {
        let commit = Sha256::digest(format!("{fork}#{} {}", self.number, self.commits.len()));
        self.commits.push(commit.iter().take(20).map(|byte| format!("{byte:02x}")).collect());
        for file in files.iter().filter(|file| !self.files.contains(file)).cloned().collect::<Vec<_>>() {
            self.files.push(file);
        }
        (self.pushed_at, self.updated_at) = (now, now);
    }
}

impl World {
    /// The record whose advisory has that fork.
    fn record_of_fork(&self, fork: &str) -> Option<&Record> {
        let named = |record: &&Record| {
            let own = record.current().private_fork.as_ref();
            own.is_some_and(|own| own.full_name.eq_ignore_ascii_case(fork))
        };
        self.records.values().find(named)
    }

    /// The fork of an advisory, for somebody who may push to it.
    fn pushable(&self, ghsa: &str, viewer: &Viewer, now: Timestamp) -> Result<Repository, Refusal> {
        let advisory = self.records.get(ghsa).ok_or_else(Refusal::not_found)?.current();
        let parent = self.repository(&advisory.repository)?;
        let fork = advisory.private_fork.as_ref().ok_or_else(Refusal::not_found)?;
        if self.bond(viewer, parent, advisory) == Bond::Stranger {
            return Err(Refusal::not_found());
        }
        self.readable(&fork.full_name, viewer, now)
    }

    /// Opens a pull request in an advisory's fork. Returns its number.
    pub(super) fn open_pull(
        &mut self,
        (ghsa, base): (&str, &str),
        viewer: &Viewer,
        files: &[String],
        now: Timestamp,
    ) -> Result<u64, Refusal> {
        let fork = self.pushable(ghsa, viewer, now)?;
        if !fork.seed.branches.iter().any(|branch| branch == base) {
            return Err(Refusal::invalid_field("base", "invalid", format!("{base} is no branch here")));
        }
        let author = viewer.login().ok_or_else(Refusal::unauthenticated)?.to_owned();
        let pulls = &mut self.records.get_mut(ghsa).ok_or_else(Refusal::not_found)?.pulls;
        let number = pulls.len() as u64 + 1;
        let mut pull = Pull {
            number,
            author,
            base: base.to_owned(),
            commits: Vec::new(),
            files: Vec::new(),
            reviews: Vec::new(),
            is_open: true,
            is_draft: false,
            applies: true,
            created_at: now,
            updated_at: now,
            pushed_at: now,
        };
        pull.push(&fork.seed.full_name, files, now);
        pulls.push(pull);
        self.revision += 1;
        Ok(number)
    }

    /// Pushes a commit that changes these files to a pull request.
    pub(super) fn push_to_pull(
        &mut self,
        (ghsa, number): (&str, u64),
        viewer: &Viewer,
        files: &[String],
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let fork = self.pushable(ghsa, viewer, now)?.seed.full_name;
        self.pull_mut(ghsa, number)?.push(&fork, files, now);
        Ok(())
    }

    /// Reviews the newest commit of a pull request.
    pub(super) fn review_pull(
        &mut self,
        (ghsa, number): (&str, u64),
        viewer: &Viewer,
        verdict: Verdict,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        self.pushable(ghsa, viewer, now)?;
        let author = viewer.login().ok_or_else(Refusal::unauthenticated)?.to_owned();
        let pull = self.pull_mut(ghsa, number)?;
        if pull.author.eq_ignore_ascii_case(&author) {
            let verb = match verdict {
                Verdict::Approved => "approve",
                Verdict::ChangesRequested => "request changes on",
            };
            return Err(Refusal::new(422, format!("Can not {verb} your own pull request")));
        }
        let commit = pull.head().to_owned();
        pull.reviews.push(Review { author, verdict, commit, at: now });
        pull.updated_at = now;
        Ok(())
    }

    pub(super) fn pull_mut(&mut self, ghsa: &str, number: u64) -> Result<&mut Pull, Refusal> {
        self.revision += 1;
        let record = self.records.get_mut(ghsa).ok_or_else(Refusal::not_found)?;
        record.pulls.iter_mut().find(|pull| pull.number == number).ok_or_else(Refusal::not_found)
    }
}

/// `GET …/pulls`
pub(super) fn list(world: &World, repo: &str, call: &Call<'_>) -> Outcome {
    let repository = readable(world, repo, call)?;
    let state = parameter(call.query, "state").unwrap_or_else(|| "open".to_owned());
    let pulls = world.record_of_fork(repo).map_or(&[][..], |record| &record.pulls);
    let mut shown: Vec<Value> = pulls
        .iter()
        .filter(|pull| state == "all" || pull.is_open == (state == "open"))
        .map(|pull| render_pull::short(world, call.viewer.login(), &repository, pull))
        .collect();
    // The newest first.
    shown.reverse();
    Ok(page(world, &format!("/repos/{repo}/pulls"), shown, call))
}

/// `GET …/pulls/{number}`
pub(super) fn get(world: &World, repo: &str, number: u64, call: &Call<'_>) -> Outcome {
    let (repository, pull) = find(world, repo, number, call)?;
    Ok(Answer::ok(render_pull::whole(world, call.viewer.login(), &repository, pull, call.now)))
}

/// `GET …/pulls/{number}/files`
pub(super) fn files(world: &World, repo: &str, number: u64, call: &Call<'_>) -> Outcome {
    let (repository, pull) = find(world, repo, number, call)?;
    let files = pull.files.iter().map(|file| render_pull::file(world, &repository, pull, file)).collect();
    Ok(page(world, &format!("/repos/{repo}/pulls/{number}/files"), files, call))
}

/// `GET …/pulls/{number}/reviews`: the oldest first.
pub(super) fn reviews(world: &World, repo: &str, number: u64, call: &Call<'_>) -> Outcome {
    let (repository, pull) = find(world, repo, number, call)?;
    let all = pull.reviews.iter().zip(1..);
    let all = all.map(|(review, id)| render_pull::review(world, &repository, pull, (id, review))).collect();
    Ok(page(world, &format!("/repos/{repo}/pulls/{number}/reviews"), all, call))
}

fn find<'world>(
    world: &'world World,
    repo: &str,
    number: u64,
    call: &Call<'_>,
) -> Result<(Repository, &'world Pull), Refusal> {
    let repository = readable(world, repo, call)?;
    let record = world.record_of_fork(repo).ok_or_else(Refusal::not_found)?;
    let pull = record.pulls.iter().find(|pull| pull.number == number).ok_or_else(Refusal::not_found)?;
    Ok((repository, pull))
}

/// The repository, for a caller who may read its pull requests.
fn readable(world: &World, repo: &str, call: &Call<'_>) -> Result<Repository, Refusal> {
    let repository = world.readable(repo, call.viewer, call.now)?;
    let reach = match call.viewer {
        Viewer::Token(token) if repository.fork_of.is_some() => {
            token.rights.pull_requests(repository.owner())
        }
        Viewer::Anonymous | Viewer::Token(_) | Viewer::Web { .. } => Access::Read,
    };
    if reach >= Access::Read {
        return Ok(repository);
    }
    let refusal = Refusal::new(403, "Resource not accessible by personal access token");
    Err(refusal.with_header("x-accepted-github-permissions", "pull_requests=read"))
}

fn parameter(query: &str, wanted: &str) -> Option<String> {
    let mut all = form_urlencoded::parse(query.as_bytes());
    all.find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
}

/// A page of a list, with a link to the next where there is one.
fn page(world: &World, path: &str, all: Vec<Value>, call: &Call<'_>) -> Answer {
    let number = |name| parameter(call.query, name).and_then(|value| value.parse().ok());
    let per_page = number("per_page").unwrap_or(PER_PAGE).clamp(1, PER_PAGE_MAX);
    let page = number("page").unwrap_or(1).max(1);
    let rest = all.len().saturating_sub(page.saturating_mul(per_page));
    let shown: Vec<Value> =
        all.into_iter().skip((page - 1).saturating_mul(per_page)).take(per_page).collect();
    let answer = Answer::ok(Value::Array(shown));
    if rest == 0 {
        return answer;
    }
    let next = format!("{}{path}?per_page={per_page}&page={}", world.bases.api, page + 1);
    answer.with_header("link", format!("<{next}>; rel=\"next\""))
}
