//! The embedded GitHub: a model of the state that repository security advisories live in, behind
//! the real REST API, with the real rules about who may see and do what.
//!
//! One request goes through `handle` (headers, limits, caching), `route` (which operation) and
//! `operations`; what may become of an advisory is in `rules`, what the API shows of it in the
//! `render` files. `driver` is the other way in, for people acting by hand; `switches` are the model's.
//! `forks` are the temporary private ones of advisories, `pulls` the pull requests in them; `webhooks` makes
//! the deliveries that `sandbox::webhook` sends. `public` is what anybody reads of a repository, and
//! `driver_public` how people write it; `proposals` are the pull requests there, `checks` and `workflows` what
//! GitHub runs by itself, `refs` and `files` what the API does to branches. Commits are
//! `objects`, and `git_side` is what `sandbox::git` sees and does.

mod access;
mod answer;
mod checks;
mod comments;
mod cwe;
mod driver;
mod driver_proposals;
mod driver_public;
mod files;
mod forks;
mod form;
mod git_side;
mod handle;
mod identifier;
mod limits;
mod list;
mod merging;
mod model;
mod objects;
mod operations;
mod pages;
mod proposals;
mod public;
mod public_lists;
mod pulls;
mod refs;
mod render;
mod render_account;
mod render_public;
mod render_pull;
mod render_repository;
mod route;
mod route_release;
mod rules;
mod scoring;
mod seed;
mod switches;
#[cfg(test)]
mod tests;
mod version;
mod webhooks;
mod workflows;
mod world;

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use jiff::Timestamp;
use tokio::sync::watch;

use crate::port::Clock;

use self::world::World;
pub use self::{
    answer::{Refusal, short_reason},
    checks::Light,
    handle::REQUEST_BYTES_MAX,
    model::{
        Advisory, AdvisoryState, CREDIT_TYPES, Comment, Credit, CreditState, ECOSYSTEMS, Fork, Severity,
        Vulnerability,
    },
    public::{MergeMethod, Protection, Written},
    pulls::{Commit, Merged, Pull, Review, Verdict},
    seed::{
        Access, BOT_LOGIN, Limits, OrganisationSeed, RepositorySeed, Rights, Role, Seed, TeamSeed, TokenSeed,
        UserSeed, WorkflowSeed,
    },
    webhooks::{Delivery, Told, signature},
};
pub(in crate::sandbox) use self::{
    git_side::{Closed, Moved, Opened},
    objects::{File, Files, Object, Snapshot},
};

/// One request as the log keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRecord {
    /// The method.
    pub method: http::Method,
    /// The path below the API's base, as asked for except that a repository is always named.
    pub path: String,
    /// The query, if any.
    pub query: Option<String>,
    /// Who asked; nobody for an anonymous or refused caller.
    pub login: Option<String>,
    /// The status of the answer.
    pub status: u16,
    /// When.
    pub at: Timestamp,
}

/// A whole GitHub, as far as advisories need one.
pub struct GitHub {
    clock: Arc<dyn Clock>,
    world: Mutex<World>,
    changed: watch::Sender<u64>,
}

impl GitHub {
    /// A GitHub with what `seed` gives and no advisories.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, seed: Seed) -> Self {
        let world = World::new(seed, clock.now());
        Self { clock, world: Mutex::new(world), changed: watch::Sender::new(0) }
    }

    /// Answers one request of the REST API.
    pub async fn handle(&self, request: http::Request<Bytes>) -> http::Response<Bytes> {
        self.with(|world, now| handle::exchange(world, &request, now))
    }

    /// A repository's advisories as GitHub holds them, oldest first, without any lag.
    pub fn advisories(&self, repo: &str) -> Vec<Advisory> {
        self.select(|advisory| advisory.repository.eq_ignore_ascii_case(repo))
    }

    /// The advisory of that identifier, if there is one.
    pub fn advisory(&self, ghsa: &str) -> Option<Advisory> {
        self.select(|advisory| advisory.ghsa_id == ghsa).pop()
    }

    /// Every advisory that an anonymous visitor can read, oldest first.
    pub fn public_advisories(&self) -> Vec<Advisory> {
        self.select(|advisory| advisory.state.is_public())
    }

    fn select(&self, wanted: impl Fn(&Advisory) -> bool) -> Vec<Advisory> {
        self.with(|world, _| {
            let mut records: Vec<_> =
                world.records.values().filter(|record| wanted(record.current())).collect();
            records.sort_by_key(|record| record.number);
            records.into_iter().map(|record| record.current().clone()).collect()
        })
    }

    /// The requests so far, oldest first; the oldest of very many are forgotten.
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.with(|world, _| world.requests.iter().cloned().collect())
    }

    /// Counts the writes, by whomever: await a change to look again.
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Works on the state as it is now, with everything done that fell due in the meantime.
    fn with<T>(&self, work: impl FnOnce(&mut World, Timestamp) -> T) -> T {
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        world.settle(now);
        let outcome = work(&mut world, now);
        let revision = world.revision;
        self.changed.send_if_modified(|seen| std::mem::replace(seen, revision) != revision);
        outcome
    }
}
