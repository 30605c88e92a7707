//! Temporary private forks: where a fix is worked on before the advisory is public.
//!
//! A fork is named and shown in its advisory at once; the repository itself can be read only some
//! time later, and only by those who work on the advisory. Publication takes it away.

use jiff::Timestamp;

use super::{
    access::{Bond, Viewer},
    answer::Refusal,
    model::{Advisory, AdvisoryState, Fork},
    seed::{Access, RepositorySeed, Role},
    world::{Repository, World},
};

/// How much of the repository's name, in characters, a fork's name begins with.
const NAME_CHARS_MAX: usize = 80;
/// Forks are numbered apart from the repositories of the seed.
const ID_FIRST: u64 = 7_001;

impl World {
    /// Makes a fork for an advisory.
    pub(super) fn start_fork(
        &mut self,
        repo: &str,
        ghsa: &str,
        viewer: &Viewer,
        now: Timestamp,
    ) -> Result<Repository, Refusal> {
        let repository = self.repository(repo)?;
        viewer.must_reach_for_forking(repository)?;
        let before = self.record(repo, ghsa)?.current();
        if !self.may_see(viewer, repository, before) {
            return Err(Refusal::not_found());
        }
        if self.bond(viewer, repository, before) < Bond::Manager {
            return Err(viewer.forbidden());
        }
        match before.state {
            AdvisoryState::Triage | AdvisoryState::Draft => {}
            AdvisoryState::Closed | AdvisoryState::Published | AdvisoryState::Withdrawn => {
                let message = format!("A fork cannot be made in state {}", before.state.word());
                return Err(Refusal::invalid_field("state", "invalid", message));
            }
        }
        if before.private_fork.is_some() {
            let message = "Advisory already has a temporary private fork";
            return Err(Refusal::invalid_field("private_fork", "already_exists", message));
        }
        let after = self.attach_fork(ghsa, now)?;
        self.fork_of(&after).ok_or_else(Refusal::not_found)
    }

    /// Gives an advisory a fork. Returns the advisory.
    pub(super) fn attach_fork(&mut self, ghsa: &str, now: Timestamp) -> Result<Advisory, Refusal> {
        let record = self.records.get(ghsa).ok_or_else(Refusal::not_found)?;
        let before = record.current();
        let full_name = fork_name(self.repository(&before.repository)?, ghsa);
        let fork = Fork { id: ID_FIRST + record.number, full_name, started_at: now };
        let after = Advisory { private_fork: Some(fork), updated_at: now, ..before.clone() };
        self.write(after.clone(), now);
        Ok(after)
    }

    /// An advisory's fork as a repository. Whoever works on the advisory may push to it.
    pub(super) fn fork_of(&self, advisory: &Advisory) -> Option<Repository> {
        let fork = advisory.private_fork.as_ref()?;
        let parent = self.repository(&advisory.repository).ok()?;
        let mut roles = parent.seed.roles.clone();
        roles.retain(|_, role| *role == Role::Admin);
        for login in self.collaborators(parent, advisory) {
            roles.entry(login.to_owned()).or_insert(Role::Write);
        }
        let seed = RepositorySeed {
            full_name: fork.full_name.clone(),
            roles,
            private_reporting: false,
            is_private: true,
            workflows: Vec::new(),
            ..parent.seed.clone()
        };
        Some(Repository { id: fork.id, seed, fork_of: Some(parent.seed.full_name.clone()) })
    }

    /// A repository that `viewer` may read: one of the seed, or a fork that is ready and theirs.
    pub(super) fn readable(
        &self,
        full_name: &str,
        viewer: &Viewer,
        now: Timestamp,
    ) -> Result<Repository, Refusal> {
        if let Ok(own) = self.repository(full_name) {
            let has_role = viewer.login().is_some_and(|login| Self::role(own, login).is_some());
            if own.seed.is_private && !(has_role && viewer.reaches_private(own)) {
                return Err(Refusal::not_found());
            }
            return Ok(own.clone());
        }
        let named = |advisory: &&Advisory| {
            let fork = advisory.private_fork.as_ref();
            fork.is_some_and(|fork| {
                fork.full_name.eq_ignore_ascii_case(full_name) && self.is_ready(fork, now)
            })
        };
        let advisory = self.records.values().map(super::world::Record::current).find(named);
        let advisory = advisory.ok_or_else(Refusal::not_found)?;
        let parent = self.repository(&advisory.repository)?;
        if !viewer.reaches_private(parent) || self.bond(viewer, parent, advisory) == Bond::Stranger {
            return Err(Refusal::not_found());
        }
        self.fork_of(advisory).ok_or_else(Refusal::not_found)
    }

    fn is_ready(&self, fork: &Fork, now: Timestamp) -> bool {
        let ready_at = self.fork_delay.and_then(|delay| fork.started_at.checked_add(delay).ok());
        ready_at.is_some_and(|at| at <= now)
    }
}

/// `wasmtime-ghsa-2gh3-…`, in the same hands as the repository.
fn fork_name(repository: &Repository, ghsa: &str) -> String {
    let name: String = repository.name().chars().take(NAME_CHARS_MAX).collect();
    format!("{}/{name}-{}", repository.owner(), ghsa.to_ascii_lowercase())
}

impl Viewer {
    /// That the way in allows making a fork: reading advisories, and administration of the repository.
    fn must_reach_for_forking(&self, repository: &Repository) -> Result<(), Refusal> {
        let owner = repository.owner();
        let allowed = match self {
            Self::Anonymous => return Err(Refusal::unauthenticated()),
            Self::Token(token) => token.rights.forks(owner),
            Self::Web { .. } => true,
        };
        if allowed {
            return Ok(());
        }
        Err(self
            .forbidden()
            .with_header("x-accepted-github-permissions", "repository_advisories=read,administration=write"))
    }

    /// Whether the way in leads to private repositories in the same hands as this one.
    fn reaches_private(&self, repository: &Repository) -> bool {
        match self {
            Self::Anonymous => false,
            Self::Token(token) => token.rights.private_repositories(repository.owner()) >= Access::Read,
            Self::Web { .. } => true,
        }
    }
}
