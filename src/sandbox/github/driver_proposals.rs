//! The driver's side of public pull requests: people opening, reviewing, merging and closing them by hand, and
//! what goes wrong with checks and workflows.

use super::{
    GitHub,
    answer::Refusal,
    checks::Light,
    driver::by_hand,
    public::{MergeMethod, Protection, Written},
    pulls::{Pull, Review, Verdict},
    world::World,
};

impl GitHub {
    /// The pull requests that everybody sees of a repository, the oldest first.
    pub fn proposals(&self, repo: &str) -> Vec<Pull> {
        self.with(|world, _| {
            let Ok(repository) = world.repository(repo).cloned() else { return Vec::new() };
            let threads = world.public_side(&repository).threads;
            threads.iter().filter_map(|thread| world.as_pull(&repository, thread)).collect()
        })
    }

    /// The commit at the head of a branch; none where there is no such branch.
    pub fn head(&self, repo: &str, branch: &str) -> Option<String> {
        self.with(|world, _| {
            let repository = world.repository(repo).ok()?.clone();
            let is_there = repository.seed.branches.iter().any(|one| one == branch);
            is_there.then(|| world.head_of(&repository, branch))
        })
    }

    /// The names of a repository's tags, the oldest first.
    pub fn tags(&self, repo: &str) -> Vec<String> {
        self.with(|world, _| {
            let Ok(repository) = world.repository(repo).cloned() else { return Vec::new() };
            world.public_side(&repository).tags.into_iter().map(|tag| tag.name).collect()
        })
    }

    /// What a file says on a branch, if anybody has written it.
    pub fn file(&self, repo: &str, branch: &str, path: &str) -> Option<String> {
        self.with(|world, _| world.file(repo, branch, path).map(str::to_owned))
    }

    /// Somebody opens a pull request from a branch into `base`. Returns its number.
    ///
    /// # Errors
    /// No such branch, or there is one already.
    pub fn propose_by_hand(
        &self,
        who: &str,
        (repo, base): (&str, &str),
        branch: &str,
        written: Written<'_>,
    ) -> Result<u64, Refusal> {
        self.with(|world, now| {
            let viewer = by_hand(world, who)?;
            world.propose((repo, base), (repo, branch), &viewer, written, now)
        })
    }

    /// Somebody reviews a public pull request's newest commit.
    ///
    /// # Errors
    /// No such pull request; it is their own.
    pub fn review_by_hand(
        &self,
        who: &str,
        repo: &str,
        number: u64,
        verdict: Verdict,
    ) -> Result<(), Refusal> {
        self.with(|world, now| {
            let commit = head(world, repo, number)?;
            let thread = world.proposal_mut(repo, number)?;
            if thread.author.eq_ignore_ascii_case(who) {
                return Err(Refusal::new(422, "Can not approve your own pull request"));
            }
            thread.updated_at = now;
            let reviews = thread.proposal.as_mut().map(|proposal| &mut proposal.reviews);
            reviews.into_iter().for_each(|reviews| {
                reviews.push(Review { author: who.to_owned(), verdict, commit: commit.clone(), at: now });
            });
            Ok(())
        })
    }

    /// Somebody merges a public pull request; an administrator is let past the branch's rules.
    ///
    /// # Errors
    /// As the API: no such pull request, no right, a conflict, a rule.
    pub fn merge_by_hand(&self, who: &str, repo: &str, number: u64) -> Result<(), Refusal> {
        self.with(|world, now| {
            let viewer = by_hand(world, who)?;
            world.merge((repo, number), &viewer, (None, MergeMethod::Merge), now).map(|_| ())
        })
    }

    /// Somebody closes a public pull request, or opens it again.
    ///
    /// # Errors
    /// No such pull request, or it is not theirs to close.
    pub fn close_by_hand(&self, who: &str, repo: &str, number: u64, is_open: bool) -> Result<(), Refusal> {
        self.with(|world, now| {
            let viewer = by_hand(world, who)?;
            world.close_proposal((repo, number), &viewer, is_open, now)
        })
    }

    /// Makes a public pull request conflict with its branch, or not.
    ///
    /// # Errors
    /// No such pull request.
    pub fn set_conflict(&self, repo: &str, number: u64, conflicts: bool) -> Result<(), Refusal> {
        self.with(|world, now| {
            let thread = world.proposal_mut(repo, number)?;
            thread.updated_at = now;
            thread.proposal.iter_mut().for_each(|proposal| proposal.conflicts = conflicts);
            Ok(())
        })
    }

    /// Makes a public pull request a draft, or ready.
    ///
    /// # Errors
    /// No such pull request.
    pub fn set_draft(&self, repo: &str, number: u64, is_draft: bool) -> Result<(), Refusal> {
        self.with(|world, now| {
            let thread = world.proposal_mut(repo, number)?;
            thread.updated_at = now;
            thread.proposal.iter_mut().for_each(|proposal| proposal.is_draft = is_draft);
            Ok(())
        })
    }

    /// Turns a check of a public pull request's newest commit: red at once; green by running anew, which takes
    /// a minute; yellow by getting stuck.
    ///
    /// # Errors
    /// No such pull request.
    pub fn turn_check(&self, repo: &str, number: u64, check: &str, light: Light) -> Result<(), Refusal> {
        self.with(|world, now| {
            let sha = head(world, repo, number)?;
            world.turn_check(repo, &sha, check, light, now);
            Ok(())
        })
    }

    /// Sets a status of a public pull request's newest commit.
    ///
    /// # Errors
    /// No such pull request.
    pub fn set_status(&self, repo: &str, number: u64, context: &str, light: Light) -> Result<(), Refusal> {
        self.with(|world, now| {
            let sha = head(world, repo, number)?;
            world.set_status(repo, &sha, context, light, now);
            Ok(())
        })
    }

    /// Sets which checks begin with each push to a repository; one of the name `build` at first.
    pub fn set_checks(&self, repo: &str, names: &[&str]) {
        let names = names.iter().map(ToString::to_string).collect();
        self.with(|world, _| world.side_mut(repo).ci = Some(names));
    }

    /// Sets what a branch asks of those who merge into it; nothing at first.
    pub fn protect(&self, repo: &str, branch: &str, protection: Protection) {
        self.with(|world, _| world.side_mut(repo).protections.insert(branch.to_owned(), protection));
    }

    /// Sets which ways of merging a repository does not allow; none at first.
    pub fn bar_methods(&self, repo: &str, barred: &[MergeMethod]) {
        self.with(|world, _| world.side_mut(repo).barred = barred.iter().copied().collect());
    }

    /// Makes the runs of a workflow that begin from now on get stuck, or not.
    pub fn set_stuck(&self, repo: &str, workflow: &str, is_stuck: bool) {
        self.with(|world, _| {
            let key = (repo.to_owned(), workflow.to_owned());
            world.workflows.stuck.retain(|other| *other != key);
            world.workflows.stuck.extend(is_stuck.then_some(key));
        });
    }

    /// Disables a workflow, so that nobody can start it, or enables it.
    pub fn set_disabled(&self, repo: &str, workflow: &str, is_disabled: bool) {
        self.with(|world, _| {
            let key = (repo.to_owned(), workflow.to_owned());
            world.workflows.disabled.retain(|other| *other != key);
            world.workflows.disabled.extend(is_disabled.then_some(key));
        });
    }

    /// Whether an advisory keeps its private fork when it is published; it loses it at first.
    pub fn set_forks_stay(&self, stay: bool) {
        self.with(|world, _| world.forks_stay = stay);
    }

    /// Whether GitHub refuses to publish an advisory while a pull request of its private fork is open; it does
    /// not at first.
    pub fn set_wants_pulls_closed(&self, wants: bool) {
        self.with(|world, _| world.wants_pulls_closed = wants);
    }
}

/// The newest commit of a public pull request.
fn head(world: &World, repo: &str, number: u64) -> Result<String, Refusal> {
    let repository = world.repository(repo)?;
    let threads = world.public_side(repository).threads;
    let thread = threads.iter().find(|thread| thread.number == number);
    let pull = thread.and_then(|thread| world.as_pull(repository, thread)).ok_or_else(Refusal::not_found)?;
    Ok(pull.head().to_owned())
}
