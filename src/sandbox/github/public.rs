//! The public side of a repository: what anybody can read there, and what people do to it by hand.
//!
//! Branches grow by pushes; a push to a branch there is not makes it, off the default branch. Issues and
//! pull requests are threads that share their numbers, as on GitHub. Not modelled: files, merging,
//! discussions, reviews of public pull requests, and the pushes that GitHub refuses.

use jiff::Timestamp;

use super::{
    access::Viewer,
    answer::Refusal,
    objects::Said,
    pulls::Commit,
    render_repository,
    seed::Role,
    world::{Repository, World},
};

/// Everything public of a repository but its advisories and its first branches.
#[derive(Debug, Clone, Default)]
pub(super) struct PublicSide {
    /// The oldest first.
    pub(super) pushes: Vec<Push>,
    pub(super) tags: Vec<Tag>,
    pub(super) releases: Vec<Release>,
    pub(super) threads: Vec<Thread>,
    pub(super) comments: Vec<Remark>,
}

/// A commit on its way to a branch.
#[derive(Debug, Clone)]
pub(super) struct Push {
    pub(super) branch: String,
    pub(super) parent: String,
    pub(super) commit: Commit,
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
    /// The branch it comes from, of a pull request.
    pub(super) branch: Option<String>,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
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
        let pushed = side.and_then(|side| side.pushes.iter().rfind(|push| push.branch == branch));
        let parent = repository.fork_of.as_ref().and_then(|parent| self.repository(parent).ok());
        match (pushed, parent) {
            (Some(push), _) => push.commit.sha.clone(),
            (None, Some(parent)) => self.head_of(parent, branch),
            (None, None) => render_repository::head(repository, branch),
        }
    }

    /// A commit and all before it, the newest first; none where there is no such commit or branch.
    pub(super) fn history(&self, repository: &Repository, of: &str) -> Option<Vec<Commit>> {
        let side = self.public_side(repository);
        let branches = &repository.seed.branches;
        let mut next =
            if branches.iter().any(|one| one == of) { self.head_of(repository, of) } else { of.to_owned() };
        let mut found = Vec::new();
        while let Some(push) = side.pushes.iter().rfind(|push| push.commit.sha == next) {
            found.push(push.commit.clone());
            next.clone_from(&push.parent);
        }
        let first = branches.iter().find(|branch| render_repository::head(repository, branch) == next);
        found.extend(first.map(|branch| first_commit(self, repository, branch)));
        (!found.is_empty()).then_some(found)
    }

    /// Pushes a commit to a branch: one with that `sha`, or one that is made up. Returns its name.
    pub(super) fn push_commit(
        &mut self,
        (repo, branch): (&str, &str),
        viewer: &Viewer,
        message: &str,
        sha: Option<&str>,
        now: Timestamp,
    ) -> Result<String, Refusal> {
        let repository = self.pushable_public(repo, viewer)?;
        let author = viewer.login().unwrap_or_default().to_owned();
        let is_there = repository.seed.branches.iter().any(|one| one == branch);
        let first = repository.seed.branches.first().map_or("main", String::as_str);
        let parent = self.head_of(&repository, if is_there { branch } else { first });
        let said = Said { author: &author, message, at: now };
        let sha = sha.map_or_else(|| self.objects.commit(&parent, &[], said), str::to_owned);
        let commit = Commit { sha: sha.clone(), message: message.to_owned(), author, at: now };
        self.side_mut(repo).pushes.push(Push { branch: branch.to_owned(), parent, commit });
        if !is_there && let Some(repository) = self.repositories.get_mut(&repo.to_ascii_lowercase()) {
            repository.seed.branches.push(branch.to_owned());
        }
        Ok(sha)
    }

    /// Names the newest commit of the default branch.
    pub(super) fn tag(&mut self, repo: &str, viewer: &Viewer, name: &str) -> Result<(), Refusal> {
        let repository = self.pushable_public(repo, viewer)?;
        let first = repository.seed.branches.first().map_or("main", String::as_str);
        let head = self.head_of(&repository, first);
        self.name(repo, name, &head);
        Ok(())
    }

    /// Names a commit, wherever it is.
    pub(super) fn name(&mut self, repo: &str, name: &str, sha: &str) {
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

    /// Opens an issue, or a pull request from a branch into the default one. Returns its number.
    pub(super) fn open_thread(
        &mut self,
        repo: &str,
        viewer: &Viewer,
        written: Written<'_>,
        branch: Option<&str>,
        now: Timestamp,
    ) -> Result<u64, Refusal> {
        let repository = self.readable(repo, viewer, now)?;
        let author = viewer.login().ok_or_else(Refusal::unauthenticated)?.to_owned();
        if let Some(branch) =
            branch.filter(|branch| !repository.seed.branches.iter().any(|one| one == branch))
        {
            return Err(Refusal::invalid_field("head", "invalid", format!("{branch} is no branch here")));
        }
        let threads = &mut self.side_mut(repo).threads;
        let number = threads.len() as u64 + 1;
        threads.push(Thread {
            number,
            title: written.title.to_owned(),
            body: written.body.to_owned(),
            author,
            branch: branch.map(str::to_owned),
            created_at: now,
            updated_at: now,
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
        let thread = thread.filter(|thread| !is_review || thread.branch.is_some());
        thread.ok_or_else(Refusal::not_found)?.updated_at = now;
        let body = text.to_owned();
        let (created_at, updated_at) = (now, now);
        side.comments.push(Remark { id, number, author, body, is_review, created_at, updated_at });
        Ok(())
    }

    fn pushable_public(&self, repo: &str, viewer: &Viewer) -> Result<Repository, Refusal> {
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
