//! Pull requests in temporary private forks: opened, pushed to and reviewed by hand, read through the API.
//!
//! As on GitHub, whether one applies cleanly is worked out a moment after each push, only those who work on
//! the advisory see it, and nobody approves their own. Assumed, since nothing tells: reviews can be read in a
//! private fork, where comments cannot be. Not modelled: merging them all by the advisory's own button.

use jiff::{SignedDuration, Timestamp};

use super::{
    access::{Bond, Viewer},
    answer::{Answer, Refusal},
    objects::Said,
    operations::Call,
    pages::{page, parameter},
    public_lists::sorted,
    render_public, render_pull,
    seed::Access,
    world::{Record, Repository, World},
};

/// How long GitHub works out whether a pull request applies cleanly.
const WORKED_OUT_AFTER: SignedDuration = SignedDuration::from_secs(2);

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

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its name.
    pub sha: String,
    /// What its author says of it.
    pub message: String,
    /// Whose it is.
    pub author: String,
    /// When it was made.
    pub at: Timestamp,
}

/// How a pull request was merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// Who did it.
    pub by: String,
    /// The commit that its branch moved to.
    pub sha: String,
    /// Whether the branch's rules were not met, and an administrator's right did it.
    pub bypassed: bool,
    /// When.
    pub at: Timestamp,
}

/// A pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pull {
    /// Its number in its repository, from 1.
    pub number: u64,
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: Option<String>,
    /// The branch it comes from.
    pub branch: String,
    /// Who opened it.
    pub author: String,
    /// The branch it goes to.
    pub base: String,
    /// Its commits, the newest last.
    pub commits: Vec<Commit>,
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
    /// The repository it comes from, where that is another one.
    pub home: Option<String>,
    /// How it was merged, if it was.
    pub merged: Option<Merged>,
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
        self.commits.last().map_or("", |commit| &commit.sha)
    }

    /// Whether it applies cleanly, once GitHub has worked it out; of a closed one that is not told.
    pub(super) fn mergeable(&self, now: Timestamp) -> Option<bool> {
        let known = now.duration_since(self.pushed_at) >= WORKED_OUT_AFTER;
        (self.is_open && known).then_some(self.applies)
    }

    fn push(&mut self, commit: Commit, files: &[String]) {
        (self.pushed_at, self.updated_at) = (commit.at, commit.at);
        self.commits.push(commit);
        for file in files.iter().filter(|file| !self.files.contains(file)).cloned().collect::<Vec<_>>() {
            self.files.push(file);
        }
    }
}

impl World {
    /// The record whose advisory has that fork.
    pub(super) fn record_of_fork(&self, fork: &str) -> Option<&Record> {
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
        let first = self.change(&self.head_of(&fork, base), &author, files, now);
        let pulls = &mut self.records.get_mut(ghsa).ok_or_else(Refusal::not_found)?.pulls;
        let number = pulls.len() as u64 + 1;
        let mut pull = Pull {
            number,
            title: format!("Fix for {base}"),
            body: None,
            branch: format!("fix-{number}"),
            author,
            base: base.to_owned(),
            commits: Vec::new(),
            files: Vec::new(),
            reviews: Vec::new(),
            is_open: true,
            is_draft: false,
            applies: true,
            home: None,
            merged: None,
            created_at: now,
            updated_at: now,
            pushed_at: now,
        };
        pull.push(first, files);
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
        self.pushable(ghsa, viewer, now)?;
        let pull = self.pull_mut(ghsa, number)?;
        let (head, author) = (pull.head().to_owned(), pull.author.clone());
        let commit = self.change(&head, &author, files, now);
        self.pull_mut(ghsa, number)?.push(commit, files);
        Ok(())
    }

    /// A commit on top of another that changes these files.
    fn change(&mut self, on: &str, author: &str, files: &[String], now: Timestamp) -> Commit {
        let message = format!("Change {}", files.join(", "));
        let files: Vec<(String, Option<String>)> = files.iter().map(|file| (file.clone(), None)).collect();
        let said = Said { author, message: &message, at: now };
        let sha = self.objects.commit(on, &files, said);
        Commit { sha, message, author: author.to_owned(), at: now }
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

/// `GET …/pulls`: those of a private fork, or those that everybody sees.
pub(super) fn list(world: &World, repo: &str, call: &Call<'_>) -> Outcome {
    let repository = readable(world, repo, call)?;
    let asked = |name: &str| parameter(call.query, name);
    let state = asked("state").unwrap_or_else(|| "open".to_owned());
    let (base, head) = (asked("base"), asked("head"));
    let pulls: Vec<Pull> = match world.record_of_fork(repo) {
        Some(record) => record.pulls.clone(),
        None => {
            let threads = world.public_side(&repository).threads;
            threads.iter().filter_map(|thread| world.as_pull(&repository, thread)).collect()
        }
    };
    let wanted = pulls.iter().filter(|pull| {
        let home = pull.home.as_deref().unwrap_or(&repository.seed.full_name);
        let owner = home.split('/').next().unwrap_or_default();
        (state == "all" || pull.is_open == (state == "open"))
            && base.as_ref().is_none_or(|base| pull.base == *base)
            && head.as_ref().is_none_or(|head| *head == format!("{owner}:{}", pull.branch))
    });
    let shown = wanted.map(|pull| {
        let times = (pull.created_at, pull.updated_at, pull.number);
        (times, render_pull::short(world, call.viewer.login(), &repository, pull))
    });
    Ok(page(world, &format!("/repos/{repo}/pulls"), sorted(shown.collect(), call, "desc"), call))
}

/// `GET …/pulls/{number}/commits`: the oldest first.
pub(super) fn commits(world: &World, repo: &str, number: u64, call: &Call<'_>) -> Outcome {
    let (repository, pull) = find(world, repo, number, call)?;
    let shown = pull.commits.iter().map(|commit| render_public::commit(world, &repository, commit)).collect();
    Ok(page(world, &format!("/repos/{repo}/pulls/{number}/commits"), shown, call))
}

/// `GET …/pulls/{number}`
pub(super) fn get(world: &World, repo: &str, number: u64, call: &Call<'_>) -> Outcome {
    let (repository, pull) = find(world, repo, number, call)?;
    Ok(Answer::ok(render_pull::whole(world, call.viewer.login(), &repository, &pull, call.now)))
}

/// `GET …/pulls/{number}/files`
pub(super) fn files(world: &World, repo: &str, number: u64, call: &Call<'_>) -> Outcome {
    let (repository, pull) = find(world, repo, number, call)?;
    let files = pull.files.iter().map(|file| render_pull::file(world, &repository, &pull, file)).collect();
    Ok(page(world, &format!("/repos/{repo}/pulls/{number}/files"), files, call))
}

/// `GET …/pulls/{number}/reviews`: the oldest first.
pub(super) fn reviews(world: &World, repo: &str, number: u64, call: &Call<'_>) -> Outcome {
    let (repository, pull) = find(world, repo, number, call)?;
    let all = pull.reviews.iter().zip(1..);
    let all = all.map(|(review, id)| render_pull::review(world, &repository, &pull, (id, review))).collect();
    Ok(page(world, &format!("/repos/{repo}/pulls/{number}/reviews"), all, call))
}

/// The repository and the pull request of that number.
pub(super) fn find(
    world: &World,
    repo: &str,
    number: u64,
    call: &Call<'_>,
) -> Result<(Repository, Pull), Refusal> {
    let repository = readable(world, repo, call)?;
    let pull = match world.record_of_fork(repo) {
        Some(record) => record.pulls.iter().find(|pull| pull.number == number).cloned(),
        None => {
            let threads = world.public_side(&repository).threads;
            let thread = threads.iter().find(|thread| thread.number == number);
            thread.and_then(|thread| world.as_pull(&repository, thread))
        }
    };
    Ok((repository, pull.ok_or_else(Refusal::not_found)?))
}

/// The repository, for a caller who may read its pull requests.
fn readable(world: &World, repo: &str, call: &Call<'_>) -> Result<Repository, Refusal> {
    let repository = world.readable(repo, call.viewer, call.now)?;
    let reach = match call.viewer {
        Viewer::Token(token) if repository.seed.is_private && repository.fork_of.is_some() => {
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
