//! Pull requests that everybody sees: opened, reviewed and closed, through the API and by hand. How they are
//! merged is in `merging`.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    access::Viewer,
    answer::{Answer, Refusal},
    operations::Call,
    public::{Thread, Written},
    pulls::{Merged, Pull, Review, find},
    render_pull,
    world::{Repository, World},
};

type Outcome = Result<Answer, Refusal>;

/// What a pull request wants merged into what.
#[derive(Debug, Clone)]
pub(super) struct Proposal {
    /// The repository that has the branch.
    pub(super) home: String,
    /// The branch it comes from.
    pub(super) branch: String,
    /// The branch it goes to.
    pub(super) base: String,
    /// Its newest commit, once it is closed: it does not follow its branch any more.
    pub(super) last: Option<String>,
    pub(super) is_draft: bool,
    pub(super) conflicts: bool,
    pub(super) reviews: Vec<Review>,
    pub(super) merged: Option<Merged>,
}

impl World {
    /// A thread as a pull request, where it is one.
    pub(super) fn as_pull(&self, repository: &Repository, thread: &Thread) -> Option<Pull> {
        let proposal = thread.proposal.as_ref()?;
        let home = self.repository(&proposal.home).ok();
        let branch_head = || home.map(|home| self.head_of(home, &proposal.branch)).unwrap_or_default();
        let head = proposal.last.clone().unwrap_or_else(branch_head);
        let moved = home.and_then(|home| self.moved_at(home, &proposal.branch));
        let moves = [moved, self.moved_at(repository, &proposal.base)];
        let pushed_at = moves.into_iter().flatten().fold(thread.created_at, Timestamp::max);
        let is_elsewhere = !proposal.home.eq_ignore_ascii_case(&repository.seed.full_name);
        Some(Pull {
            number: thread.number,
            title: thread.title.clone(),
            body: Some(thread.body.clone()),
            branch: proposal.branch.clone(),
            author: thread.author.clone(),
            base: proposal.base.clone(),
            commits: self.commits_of(repository, home.unwrap_or(repository), (&head, &proposal.base)),
            files: Vec::new(),
            reviews: proposal.reviews.clone(),
            is_open: thread.closed_at.is_none(),
            is_draft: proposal.is_draft,
            applies: !proposal.conflicts,
            home: is_elsewhere.then(|| proposal.home.clone()),
            merged: proposal.merged.clone(),
            created_at: thread.created_at,
            updated_at: moved.map_or(thread.updated_at, |moved| thread.updated_at.max(moved)),
            pushed_at,
        })
    }

    /// The commits that `head` has and `base` has not, the newest last; that one at least.
    fn commits_of(
        &self,
        repository: &Repository,
        home: &Repository,
        (head, base): (&str, &str),
    ) -> Vec<super::pulls::Commit> {
        let there = self.history(repository, base).unwrap_or_default();
        let is_new = |sha: &str| !there.iter().any(|commit| commit.sha == sha);
        let mut own = self.history(home, head).unwrap_or_default();
        own.retain(|commit| commit.sha == head || is_new(&commit.sha));
        own.reverse();
        own
    }

    /// Opens a pull request from a branch of `home` into `base`. Returns its number.
    pub(super) fn propose(
        &mut self,
        (repo, base): (&str, &str),
        (home, branch): (&str, &str),
        viewer: &Viewer,
        written: Written<'_>,
        now: Timestamp,
    ) -> Result<u64, Refusal> {
        let repository = self.readable(repo, viewer, now)?;
        let from = self.readable(home, viewer, now)?;
        let has =
            |repository: &Repository, branch: &str| repository.seed.branches.iter().any(|one| one == branch);
        for (field, there) in [("head", has(&from, branch)), ("base", has(&repository, base))] {
            if !there {
                return Err(invalid(field));
            }
        }
        let same = |thread: &Thread| {
            let proposal = thread.proposal.as_ref().filter(|_| thread.closed_at.is_none());
            proposal.is_some_and(|other| (&*other.home, &*other.branch, &*other.base) == (home, branch, base))
        };
        if self.public_side(&repository).threads.iter().any(same) {
            return Err(custom(&format!("A pull request already exists for {}:{branch}.", from.owner())));
        }
        let head = self.head_of(&from, branch);
        let there = self.history(&repository, base).unwrap_or_default();
        if there.iter().any(|commit| commit.sha == head) {
            return Err(custom(&format!("No commits between {base} and {branch}")));
        }
        let proposal = Proposal {
            home: home.to_owned(),
            branch: branch.to_owned(),
            base: base.to_owned(),
            last: None,
            is_draft: false,
            conflicts: false,
            reviews: Vec::new(),
            merged: None,
        };
        let number = self.open_thread(repo, viewer, written, Some(proposal), now)?;
        self.begin_checks(repo, &head, now);
        Ok(number)
    }

    /// The repositories in which a pull request from that branch is open.
    pub(super) fn proposed_from(&self, home: &str, branch: &str) -> Vec<String> {
        let is_from = |thread: &Thread| {
            let proposal = thread.proposal.as_ref().filter(|_| thread.closed_at.is_none());
            proposal.is_some_and(|own| own.home.eq_ignore_ascii_case(home) && own.branch == branch)
        };
        let sides = self.public.iter().filter(|(_, side)| side.threads.iter().any(is_from));
        sides.map(|(repo, _)| repo.clone()).collect()
    }

    /// A thread that is a pull request, to be changed.
    pub(super) fn proposal_mut(&mut self, repo: &str, number: u64) -> Result<&mut Thread, Refusal> {
        let threads = &mut self.side_mut(repo).threads;
        let thread = threads.iter_mut().find(|thread| thread.number == number && thread.proposal.is_some());
        thread.ok_or_else(Refusal::not_found)
    }

    /// Closes a pull request, or opens it again.
    pub(super) fn close_proposal(
        &mut self,
        (repo, number): (&str, u64),
        viewer: &Viewer,
        is_open: bool,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let may_push = self.pushable_public(repo, viewer).is_ok();
        let repository = self.readable(repo, viewer, now)?;
        let threads = self.public_side(&repository).threads;
        let thread = threads.iter().find(|thread| thread.number == number).ok_or_else(Refusal::not_found)?;
        let pull = self.as_pull(&repository, thread).ok_or_else(Refusal::not_found)?;
        if !may_push && viewer.login() != Some(&pull.author) {
            return Err(Refusal::new(403, "Must have triage rights to Repository."));
        }
        if pull.merged.is_some() {
            return if is_open {
                Err(custom("state cannot be changed. The pull request was merged."))
            } else {
                Ok(())
            };
        }
        let head = pull.head().to_owned();
        let thread = self.proposal_mut(repo, number)?;
        thread.closed_at = (!is_open).then_some(now);
        thread.updated_at = now;
        if let Some(proposal) = &mut thread.proposal {
            proposal.last = (!is_open).then_some(head);
        }
        Ok(())
    }
}

/// `POST …/pulls`
pub(super) fn create(world: &mut World, repo: &str, call: &Call<'_>) -> Outcome {
    let repository = world.readable(repo, call.viewer, call.now)?;
    call.viewer.must_write(&repository, "pull_requests")?;
    let text = |key: &str| call.body[key].as_str();
    let (Some(head), Some(base)) = (text("head"), text("base")) else {
        return Err(Refusal::invalid_request(&["\"head\", \"base\" weren't supplied.".to_owned()]));
    };
    let (owner, branch) = head.split_once(':').unwrap_or((repository.owner(), head));
    let home = match text("head_repo") {
        Some(home) => home.to_owned(),
        None if owner.eq_ignore_ascii_case(repository.owner()) => repository.seed.full_name.clone(),
        None => world.fork_in(&repository, owner).ok_or_else(|| invalid("head"))?,
    };
    let branch = branch.to_owned();
    let written = Written { title: text("title").unwrap_or(&branch), body: text("body").unwrap_or_default() };
    let full_name = repository.seed.full_name.clone();
    let number = world.propose((&full_name, base), (&home, &branch), call.viewer, written, call.now)?;
    let (repository, pull) = find(world, repo, number, call)?;
    let shown = render_pull::whole(world, call.viewer.login(), &repository, &pull, call.now);
    Ok(Answer::new(201, shown))
}

/// `PATCH …/pulls/{number}`: its state, of any pull request; nothing else can be changed here.
pub(super) fn update(world: &mut World, repo: &str, number: u64, call: &Call<'_>) -> Outcome {
    let (repository, pull) = find(world, repo, number, call)?;
    call.viewer.must_write(&repository, "pull_requests")?;
    if let Some(state) = call.body["state"].as_str() {
        let is_open = state == "open";
        match world.record_of_fork(repo).map(|record| record.current().ghsa_id.clone()) {
            Some(ghsa) => {
                let own = world.pull_mut(&ghsa, number)?;
                (own.is_open, own.updated_at) = (is_open, call.now);
            }
            None if is_open != pull.is_open => {
                world.close_proposal((repo, number), call.viewer, is_open, call.now)?;
            }
            None => {}
        }
    }
    super::pulls::get(world, repo, number, call)
}

/// A field of a pull request that names nothing there is.
fn invalid(field: &str) -> Refusal {
    refusal(json!({"resource": "PullRequest", "field": field, "code": "invalid"}))
}

fn custom(message: &str) -> Refusal {
    refusal(json!({"resource": "PullRequest", "code": "custom", "message": message}))
}

fn refusal(error: Value) -> Refusal {
    let mut refusal = Refusal::new(422, "Validation Failed");
    refusal.errors.push(error);
    refusal
}
