//! The public side of a repository: what anybody can read there, and what people do to it by hand.
//!
//! A commit is made by [`World::make_commit`] and comes to a branch by [`World::move_head`]: nothing else
//! makes or moves one. A push to a branch there is not makes it, off the default branch. Issues and pull
//! requests are threads that share their numbers, as on GitHub; what belongs to pull requests alone is in
//! `proposals`. Not modelled: discussions, and the pushes that GitHub refuses.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{
    access::Viewer,
    answer::Refusal,
    checks::Checked,
    objects::Said,
    proposals::Proposal,
    pulls::Commit,
    render_repository,
    seed::Role,
    world::{Repository, World},
};

/// Everything public of a repository but its advisories and its first branches.
#[derive(Debug, Clone, Default)]
pub(super) struct PublicSide {
    /// The commits that are not the first of a branch, the oldest first.
    pub(super) commits: Vec<Known>,
    /// By branch, where it has moved to.
    pub(super) heads: BTreeMap<String, Head>,
    pub(super) tags: Vec<Tag>,
    pub(super) releases: Vec<Release>,
    pub(super) threads: Vec<Thread>,
    pub(super) comments: Vec<Remark>,
    /// By commit, what was checked of it.
    pub(super) checks: BTreeMap<String, Checked>,
    /// By branch, what is asked of those who merge into it.
    pub(super) protections: BTreeMap<String, Protection>,
    /// By branch and path, what its files say, as far as anybody has written one.
    pub(super) files: BTreeMap<(String, String), String>,
    /// The ways of merging that it does not allow.
    pub(super) barred: BTreeSet<MergeMethod>,
    /// The names of the checks that begin with each push.
    pub(super) ci: Option<Vec<String>>,
}

/// A commit and those it was made on.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) parents: Vec<String>,
    pub(super) commit: Commit,
}

/// Where a branch has moved to, and when.
#[derive(Debug, Clone)]
pub(super) struct Head {
    pub(super) sha: String,
    pub(super) at: Timestamp,
}

/// What a branch asks of those who merge into it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Protection {
    /// How many people who may push have to approve the newest commit.
    pub reviews: usize,
    /// Whether all checks have to pass.
    pub checks: bool,
    /// Whether a pull request has to be up to date with the branch.
    pub up_to_date: bool,
}

/// A way of merging.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MergeMethod {
    /// By a commit that joins both.
    Merge,
    /// All commits as one new one.
    Squash,
    /// Each commit anew on top.
    Rebase,
}

/// A name for a commit.
#[derive(Debug, Clone)]
pub(super) struct Tag {
    pub(super) name: String,
    pub(super) sha: String,
}

/// A release, which drafts are too.
#[derive(Debug, Clone)]
pub(super) struct Release {
    pub(super) tag: String,
    pub(super) name: String,
    pub(super) body: String,
    pub(super) author: String,
    pub(super) is_draft: bool,
    pub(super) at: Timestamp,
}

/// An issue or a pull request.
#[derive(Debug, Clone)]
pub(super) struct Thread {
    pub(super) number: u64,
    pub(super) title: String,
    pub(super) body: String,
    pub(super) author: String,
    /// What it wants merged, of a pull request.
    pub(super) proposal: Option<Proposal>,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
    pub(super) closed_at: Option<Timestamp>,
}

/// Something said below an issue or a pull request.
#[derive(Debug, Clone)]
pub(super) struct Remark {
    pub(super) id: u64,
    pub(super) number: u64,
    pub(super) author: String,
    pub(super) body: String,
    /// Whether it is about a line of a pull request.
    pub(super) is_review: bool,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
}

/// What somebody writes: a title or name, and a text below it.
#[derive(Debug, Clone, Copy)]
pub struct Written<'text> {
    /// In one line.
    pub title: &'text str,
    /// At length; may be empty.
    pub body: &'text str,
}

impl World {
    /// The public side of a repository as it is; nothing of one that nobody has touched yet.
    pub(super) fn public_side(&self, repository: &Repository) -> PublicSide {
        self.public.get(&repository.seed.full_name.to_ascii_lowercase()).cloned().unwrap_or_default()
    }

    /// The commit at the head of a branch.
    pub(super) fn head_of(&self, repository: &Repository, branch: &str) -> String {
        let side = self.public.get(&repository.seed.full_name.to_ascii_lowercase());
        let moved = side.and_then(|side| side.heads.get(branch));
        let parent = repository.fork_of.as_ref().filter(|_| repository.seed.is_private);
        match (moved, parent.and_then(|parent| self.repository(parent).ok())) {
            (Some(head), _) => head.sha.clone(),
            // A private fork has what its repository has.
            (None, Some(parent)) => self.head_of(parent, branch),
            (None, None) => render_repository::head(repository, branch),
        }
    }

    /// When a branch last moved, if it has.
    pub(super) fn moved_at(&self, repository: &Repository, branch: &str) -> Option<Timestamp> {
        let side = self.public.get(&repository.seed.full_name.to_ascii_lowercase());
        side.and_then(|side| side.heads.get(branch)).map(|head| head.at)
    }

    /// A commit and all before it, the newest first; none where there is no such commit or branch.
    pub(super) fn history(&self, repository: &Repository, of: &str) -> Option<Vec<Commit>> {
        let branches = &repository.seed.branches;
        let first =
            if branches.iter().any(|one| one == of) { self.head_of(repository, of) } else { of.to_owned() };
        let mut lines = vec![first];
        let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
        while let Some(sha) = lines.pop() {
            let Some((commit, parents)) = self.commit(repository, &sha) else { continue };
            if seen.insert(sha) {
                found.push(commit);
                lines.extend(parents);
            }
        }
        (!found.is_empty()).then_some(found)
    }

    /// The commit of that name, and those it was made on.
    pub(super) fn commit(&self, repository: &Repository, sha: &str) -> Option<(Commit, Vec<String>)> {
        let side = self.public.get(&repository.seed.full_name.to_ascii_lowercase());
        let known = side.and_then(|side| side.commits.iter().find(|known| known.commit.sha == sha));
        if let Some(known) = known {
            return Some((known.commit.clone(), known.parents.clone()));
        }
        let branches = &repository.seed.branches;
        let first = branches.iter().find(|branch| render_repository::head(repository, branch) == sha);
        if let Some(branch) = first {
            return Some((first_commit(self, repository, branch), Vec::new()));
        }
        let is_fork = repository.seed.is_private && repository.fork_of.is_some();
        let made = self.objects.get(sha).filter(|_| is_fork)?;
        Some((made.as_commit(sha), made.parents.clone()))
    }

    /// Makes a commit on others, and returns its name: `sha`, or its own. It is on no branch yet.
    pub(super) fn make_commit(
        &mut self,
        repo: &str,
        parents: &[&str],
        (author, message): (&str, &str),
        sha: Option<&str>,
        now: Timestamp,
    ) -> String {
        let said = Said { author, message, at: now };
        let sha = sha.map_or_else(|| self.objects.join(parents, said), str::to_owned);
        let commit =
            Commit { sha: sha.clone(), message: message.to_owned(), author: author.to_owned(), at: now };
        let parents = parents.iter().map(ToString::to_string).collect();
        let commits = &mut self.side_mut(repo).commits;
        if !commits.iter().any(|known| known.commit.sha == sha) {
            commits.push(Known { parents, commit });
        }
        sha
    }

    /// Moves the head of a branch to a commit, and makes the branch where there is none: the one place where
    /// that happens. What follows from a push, such as checks, begins.
    pub(super) fn move_head(&mut self, repo: &str, branch: &str, sha: &str, now: Timestamp) {
        let Some(repository) = self.repositories.get_mut(&repo.to_ascii_lowercase()) else { return };
        if !repository.seed.branches.iter().any(|one| one == branch) {
            repository.seed.branches.push(branch.to_owned());
        }
        let head = Head { sha: sha.to_owned(), at: now };
        self.side_mut(repo).heads.insert(branch.to_owned(), head);
        self.begin_checks(repo, sha, now);
        for elsewhere in self.proposed_from(repo, branch) {
            self.begin_checks(&elsewhere, sha, now);
        }
    }

    /// Pushes a commit to a branch: one with that `sha`, or a new one. Returns its name.
    pub(super) fn push_commit(
        &mut self,
        (repo, branch): (&str, &str),
        viewer: &Viewer,
        message: &str,
        sha: Option<&str>,
        now: Timestamp,
    ) -> Result<String, Refusal> {
        let repository = self.pushable_public(repo, viewer)?;
        let author = viewer.login().unwrap_or_default();
        let is_there = repository.seed.branches.iter().any(|one| one == branch);
        let parent = self.head_of(&repository, if is_there { branch } else { repository.default_branch() });
        let sha = self.make_commit(repo, &[&parent], (author, message), sha, now);
        self.move_head(repo, branch, &sha, now);
        Ok(sha)
    }

    /// Names the newest commit of the default branch.
    pub(super) fn tag(&mut self, repo: &str, viewer: &Viewer, name: &str) -> Result<(), Refusal> {
        let repository = self.pushable_public(repo, viewer)?;
        let sha = self.head_of(&repository, repository.default_branch());
        self.put_tag(repo, name, &sha);
        Ok(())
    }

    /// Names a commit.
    pub(super) fn put_tag(&mut self, repo: &str, name: &str, sha: &str) {
        let tags = &mut self.side_mut(repo).tags;
        tags.retain(|other| other.name != name);
        tags.push(Tag { name: name.to_owned(), sha: sha.to_owned() });
    }

    /// Makes a release of a tag, and the tag, unless it is only a draft.
    pub(super) fn make_release(
        &mut self,
        (repo, tag): (&str, &str),
        viewer: &Viewer,
        written: Written<'_>,
        is_draft: bool,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let author = viewer.login().unwrap_or_default().to_owned();
        self.pushable_public(repo, viewer)?;
        if !is_draft && !self.side_mut(repo).tags.iter().any(|other| other.name == tag) {
            self.tag(repo, viewer, tag)?;
        }
        let (name, body) = (written.title.to_owned(), written.body.to_owned());
        let release = Release { tag: tag.to_owned(), name, body, author, is_draft, at: now };
        self.side_mut(repo).releases.push(release);
        Ok(())
    }

    /// Opens an issue, or what is a pull request with that `proposal`. Returns its number.
    pub(super) fn open_thread(
        &mut self,
        repo: &str,
        viewer: &Viewer,
        written: Written<'_>,
        proposal: Option<Proposal>,
        now: Timestamp,
    ) -> Result<u64, Refusal> {
        self.readable(repo, viewer, now)?;
        let author = viewer.login().ok_or_else(Refusal::unauthenticated)?.to_owned();
        let threads = &mut self.side_mut(repo).threads;
        let number = threads.len() as u64 + 1;
        threads.push(Thread {
            number,
            title: written.title.to_owned(),
            body: written.body.to_owned(),
            author,
            proposal,
            created_at: now,
            updated_at: now,
            closed_at: None,
        });
        Ok(number)
    }

    /// Rewrites an issue or a pull request.
    pub(super) fn rewrite_thread(
        &mut self,
        (repo, number): (&str, u64),
        viewer: &Viewer,
        written: Written<'_>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let may_push = self.pushable_public(repo, viewer).is_ok();
        let thread = self.side_mut(repo).threads.iter_mut().find(|thread| thread.number == number);
        let thread = thread.ok_or_else(Refusal::not_found)?;
        if !may_push && viewer.login() != Some(&thread.author) {
            return Err(Refusal::new(403, "Must have triage rights to Repository."));
        }
        (thread.title, thread.body) = (written.title.to_owned(), written.body.to_owned());
        thread.updated_at = now;
        Ok(())
    }

    /// Says something below an issue or a pull request.
    pub(super) fn remark(
        &mut self,
        (repo, number): (&str, u64),
        viewer: &Viewer,
        text: &str,
        is_review: bool,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        self.readable(repo, viewer, now)?;
        let author = viewer.login().ok_or_else(Refusal::unauthenticated)?.to_owned();
        let side = self.side_mut(repo);
        let id = side.comments.len() as u64 + 1;
        let thread = side.threads.iter_mut().find(|thread| thread.number == number);
        let thread = thread.filter(|thread| !is_review || thread.proposal.is_some());
        thread.ok_or_else(Refusal::not_found)?.updated_at = now;
        let body = text.to_owned();
        let (created_at, updated_at) = (now, now);
        side.comments.push(Remark { id, number, author, body, is_review, created_at, updated_at });
        Ok(())
    }

    pub(super) fn pushable_public(&self, repo: &str, viewer: &Viewer) -> Result<Repository, Refusal> {
        let repository = self.repository(repo)?;
        let login = viewer.login().ok_or_else(Refusal::unauthenticated)?;
        if Self::role(repository, login) < Some(Role::Write) {
            return Err(Refusal::new(403, "Must have push access to Repository."));
        }
        Ok(repository.clone())
    }

    pub(super) fn side_mut(&mut self, repo: &str) -> &mut PublicSide {
        self.revision += 1;
        self.public.entry(repo.to_ascii_lowercase()).or_default()
    }
}

/// The commit that a branch of the seed begins with.
fn first_commit(world: &World, repository: &Repository, branch: &str) -> Commit {
    Commit {
        sha: render_repository::head(repository, branch),
        message: format!("Head of {branch}"),
        author: String::new(),
        at: world.started_at,
    }
}
