//! Pull requests that everybody sees: opened, reviewed, merged and closed, through the API and by hand.
//!
//! As on GitHub, whether one can be merged is worked out a moment after each push to either branch, and a
//! branch's rules hold for all but administrators: those are let past them without a word. A merge is a commit
//! with both parents, or one commit on top; nothing is rebased in truth. Not modelled: merge queues, teams that
//! own files, and conversations that have to be resolved.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    access::Viewer,
    answer::{Answer, Refusal},
    objects::Said,
    operations::Call,
    public::{MergeMethod, Protection, Thread, Written},
    pulls::{Merged, Pull, Review, Verdict, find},
    render_pull,
    seed::Role,
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

/// What a branch's rules say of merging a pull request that applies cleanly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rules {
    /// Nothing.
    Met,
    /// Nothing, but a check is not green that need not be.
    Unstable,
    /// It has to be brought up to date first.
    Behind,
    /// A review or a check is missing.
    Blocked,
}

impl Rules {
    /// The word the API uses for it.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Met => "clean",
            Self::Unstable => "unstable",
            Self::Behind => "behind",
            Self::Blocked => "blocked",
        }
    }
}

impl MergeMethod {
    fn of(word: &str) -> Option<Self> {
        match word {
            "merge" => Some(Self::Merge),
            "squash" => Some(Self::Squash),
            "rebase" => Some(Self::Rebase),
            _ => None,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Merge => "Merge commits",
            Self::Squash => "Squash merges",
            Self::Rebase => "Rebase merges",
        }
    }
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

    /// What the rules of its branch say of a pull request.
    pub(super) fn rules_on(&self, repository: &Repository, pull: &Pull, now: Timestamp) -> Rules {
        let side = self.public_side(repository);
        let Protection { reviews, checks, up_to_date } =
            side.protections.get(&pull.base).cloned().unwrap_or_default();
        let mut verdicts: BTreeMap<&str, &Review> = BTreeMap::new();
        for review in &pull.reviews {
            if World::role(repository, &review.author) >= Some(Role::Write) {
                verdicts.insert(&review.author, review);
            }
        }
        let objected = verdicts.values().any(|review| review.verdict == Verdict::ChangesRequested);
        let approved = verdicts.values().filter(|review| review.verdict == Verdict::Approved);
        let approvals = approved.filter(|review| review.commit == pull.head()).count();
        let green = side.checks.get(pull.head()).is_none_or(|checked| checked.are_green(now));
        let base = self.head_of(repository, &pull.base);
        let home = pull.home.as_deref().and_then(|home| self.repository(home).ok()).unwrap_or(repository);
        let has_base = || {
            let own = self.history(home, pull.head()).unwrap_or_default();
            own.iter().any(|commit| commit.sha == base)
        };
        if (reviews > 0 && (objected || approvals < reviews)) || (checks && !green) {
            Rules::Blocked
        } else if up_to_date && !has_base() {
            Rules::Behind
        } else if green {
            Rules::Met
        } else {
            Rules::Unstable
        }
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

    /// Merges a pull request. Returns the commit that its branch moved to.
    pub(super) fn merge(
        &mut self,
        (repo, number): (&str, u64),
        viewer: &Viewer,
        (sha, method): (Option<&str>, MergeMethod),
        now: Timestamp,
    ) -> Result<String, Refusal> {
        let repository = self.pushable_public(repo, viewer)?;
        let side = self.public_side(&repository);
        let thread = side.threads.iter().find(|thread| thread.number == number);
        let pull = thread.and_then(|thread| self.as_pull(&repository, thread));
        let pull = pull.ok_or_else(Refusal::not_found)?;
        if sha.is_some_and(|sha| sha != pull.head()) {
            return Err(Refusal::new(409, "Head branch was modified. Review and try the merge again."));
        }
        if pull.is_draft {
            return Err(Refusal::new(405, "Pull Request is still a draft"));
        }
        if !pull.is_open || !pull.applies {
            return Err(Refusal::new(405, "Pull Request is not mergeable"));
        }
        if side.barred.contains(&method) {
            return Err(Refusal::new(405, format!("{} are not allowed on this repository.", method.name())));
        }
        let login = viewer.login().unwrap_or_default().to_owned();
        let bypassed = match self.rules_on(&repository, &pull, now) {
            Rules::Met | Rules::Unstable => false,
            Rules::Behind | Rules::Blocked if World::role(&repository, &login) == Some(Role::Admin) => true,
            Rules::Behind => return Err(Refusal::new(405, "Head branch is out of date")),
            Rules::Blocked => {
                let message = "Repository rule violations found\n\nA review or a check is missing.";
                return Err(Refusal::new(405, message));
            }
        };
        let to = self.joined(&repository, &pull, (&login, method), now);
        let (base, head) = (pull.base.clone(), pull.head().to_owned());
        self.bring_files(&repository, &pull);
        self.move_head(repo, &base, &to, now);
        let thread = self.proposal_mut(repo, number)?;
        (thread.closed_at, thread.updated_at) = (Some(now), now);
        if let Some(proposal) = &mut thread.proposal {
            proposal.last = Some(head);
            proposal.merged = Some(Merged { by: login, sha: to.clone(), bypassed, at: now });
        }
        self.expect_tag(&repository, &pull, &to, now);
        Ok(to)
    }

    /// The commit that a branch moves to by a merge. The commits of the pull request come along.
    fn joined(
        &mut self,
        repository: &Repository,
        pull: &Pull,
        (login, method): (&str, MergeMethod),
        now: Timestamp,
    ) -> String {
        let repo = &repository.seed.full_name;
        let home = pull.home.clone().unwrap_or_else(|| repo.clone());
        let own: Vec<_> =
            self.public.get(&home.to_ascii_lowercase()).map(|side| side.commits.clone()).unwrap_or_default();
        for known in
            own.into_iter().filter(|known| pull.commits.iter().any(|own| own.sha == known.commit.sha))
        {
            let parents: Vec<&str> = known.parents.iter().map(String::as_str).collect();
            let commit = &known.commit;
            self.make_commit(repo, &parents, (&commit.author, &commit.message), Some(&commit.sha), commit.at);
        }
        let (base, head) = (self.head_of(repository, &pull.base), pull.head());
        let newest = pull.commits.last().map_or("", |commit| commit.message.as_str());
        let (parents, message) = match method {
            MergeMethod::Merge => {
                let from = format!(
                    "Merge pull request #{} from {}/{}",
                    pull.number,
                    repository.owner(),
                    pull.branch
                );
                (vec![base.as_str(), head], from)
            }
            MergeMethod::Squash => (vec![base.as_str()], format!("{} (#{})", pull.title, pull.number)),
            MergeMethod::Rebase => (vec![base.as_str()], newest.to_owned()),
        };
        let said = Said { author: login, message: &message, at: now };
        let squashed = if parents.len() == 1 { self.objects.merge(&base, head, true, said) } else { None };
        self.make_commit(repo, &parents, (login, &message), squashed.as_deref(), now)
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

/// `PUT …/pulls/{number}/merge`
pub(super) fn merge(world: &mut World, repo: &str, number: u64, call: &Call<'_>) -> Outcome {
    let (repository, _) = find(world, repo, number, call)?;
    call.viewer.must_write(&repository, "contents")?;
    if repository.fork_of.is_some() && repository.seed.is_private {
        return Err(Refusal::new(
            405,
            "Pull requests of a temporary private fork are merged on its advisory",
        ));
    }
    let method = call.body["merge_method"].as_str().unwrap_or("merge");
    let method = MergeMethod::of(method)
        .ok_or_else(|| Refusal::invalid_request(&[format!("{method} is no way of merging")]))?;
    let sha = call.body["sha"].as_str();
    let sha = world.merge((repo, number), call.viewer, (sha, method), call.now)?;
    Ok(Answer::ok(json!({"sha": sha, "merged": true, "message": "Pull Request successfully merged"})))
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
