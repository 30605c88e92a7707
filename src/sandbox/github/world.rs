//! The state: everything this GitHub holds, and the one place where advisories are written.

use std::collections::{BTreeMap, VecDeque};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::{
    RequestRecord,
    answer::Refusal,
    identifier::Identifiers,
    limits::Usage,
    model::{Advisory, Comment, CreditState},
    objects::Objects,
    public::PublicSide,
    pulls::Pull,
    seed::{Limits, OrganisationSeed, RepositorySeed, Seed, TokenSeed},
    webhooks::{Delivery, Hook},
    workflows::{ACTIONS_BOT, Workflows},
};

/// The longest lag of lists behind writes; older versions of advisories are forgotten.
pub(super) const LIST_LAG_MAX: SignedDuration = SignedDuration::from_hours(1);
/// How long a fork takes to be made, unless a driver says otherwise. GitHub says: up to five minutes.
const FORK_DELAY: SignedDuration = SignedDuration::from_secs(40);
/// How many requests the log keeps.
const REQUESTS_KEPT_MAX: usize = 100_000;

/// A user or an organisation.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub(super) login: String,
    pub(super) name: String,
    pub(super) id: u64,
    pub(super) is_organisation: bool,
}

/// A repository.
#[derive(Debug, Clone)]
pub(super) struct Repository {
    pub(super) id: u64,
    pub(super) seed: RepositorySeed,
    /// For a fork, the repository it is of.
    pub(super) fork_of: Option<String>,
}

impl Repository {
    pub(super) fn owner(&self) -> &str {
        self.seed.full_name.split_once('/').map_or("", |(owner, _)| owner)
    }

    pub(super) fn name(&self) -> &str {
        self.seed.full_name.split_once('/').map_or("", |(_, name)| name)
    }

    pub(super) fn default_branch(&self) -> &str {
        self.seed.branches.first().map_or("main", String::as_str)
    }
}

/// An advisory with the versions that a lagging list may still show, oldest first.
#[derive(Debug, Clone)]
pub(super) struct Record {
    /// Counts up with each advisory: breaks ties between equal dates.
    pub(super) number: u64,
    versions: Vec<(Timestamp, Advisory)>,
    pub(super) cve_requested_at: Option<Timestamp>,
    /// What was said on the advisory's page, oldest first; kept beyond its publication.
    pub(super) comments: Vec<Comment>,
    /// The pull requests in its fork, the oldest first.
    pub(super) pulls: Vec<Pull>,
}

impl Record {
    /// The advisory as it is.
    pub(super) fn current(&self) -> &Advisory {
        let newest = self.versions.last();
        &newest.expect("a record is made with one version and never loses its last").1
    }

    /// The advisory as it was at `at`.
    pub(super) fn as_of(&self, at: Timestamp) -> Option<&Advisory> {
        self.versions.iter().rev().find(|(from, _)| *from <= at).map(|(_, advisory)| advisory)
    }
}

/// Where addresses in answers point to.
#[derive(Debug, Clone)]
pub(super) struct Bases {
    pub(super) api: String,
    pub(super) web: String,
}

/// Everything. Keys of maps by name are in lower case.
#[derive(Debug)]
pub(super) struct World {
    pub(super) started_at: Timestamp,
    pub(super) bases: Bases,
    pub(super) accounts: BTreeMap<String, Account>,
    pub(super) organisations: Vec<OrganisationSeed>,
    pub(super) repositories: BTreeMap<String, Repository>,
    /// Every commit there is.
    pub(super) objects: Objects,
    /// What is public of each repository that somebody has touched.
    pub(super) public: BTreeMap<String, PublicSide>,
    pub(super) tokens: BTreeMap<String, TokenSeed>,
    pub(super) records: BTreeMap<String, Record>,
    pub(super) identifiers: Identifiers,
    pub(super) limits: Limits,
    pub(super) usage: BTreeMap<String, Usage>,
    pub(super) requests: VecDeque<RequestRecord>,
    pub(super) request_count: u64,
    pub(super) list_lag: SignedDuration,
    pub(super) cve_delay: Option<SignedDuration>,
    /// How long a fork takes to be made; `None`: for ever.
    pub(super) fork_delay: Option<SignedDuration>,
    /// Whether there is the API for comments, which is in preview.
    pub(super) comments_preview: bool,
    /// How many comments were ever made: numbers the next one.
    pub(super) comments_made: u64,
    pub(super) hooks: Vec<Hook>,
    /// How many hooks were ever set: numbers the next one.
    pub(super) hooks_made: u64,
    /// Everything that hooks were told, oldest first.
    pub(super) deliveries: Vec<Delivery>,
    /// What workflows have run, and what of it is still to come.
    pub(super) workflows: Workflows,
    /// Whether an advisory keeps its private fork when it is published.
    pub(super) forks_stay: bool,
    /// Whether no advisory is published while a pull request of its private fork is open.
    pub(super) wants_pulls_closed: bool,
    /// Counts the writes.
    pub(super) revision: u64,
}

impl World {
    pub(super) fn new(seed: Seed, started_at: Timestamp) -> Self {
        let people = seed.users.into_iter().map(|user| (user.login, user.name, false));
        let companies = seed.organisations.iter().map(|org| (org.login.clone(), org.name.clone(), true));
        let machines = [(ACTIONS_BOT.to_owned(), "GitHub Actions".to_owned(), false)];
        let accounts = people.chain(companies).chain(machines).zip(1_001..).map(
            |((login, name, is_organisation), id)| {
                (login.to_ascii_lowercase(), Account { login, name, id, is_organisation })
            },
        );
        let accounts = accounts.collect();
        let mut objects = Objects::default();
        for seed in &seed.repositories {
            let of = seed.fork_of.as_ref().unwrap_or(&seed.full_name);
            seed.branches.iter().for_each(|branch| drop(objects.begin(of, branch)));
        }
        let repositories = seed.repositories.into_iter().zip(5_001..).map(|(seed, id)| {
            let fork_of = seed.fork_of.clone();
            (seed.full_name.to_ascii_lowercase(), Repository { id, seed, fork_of })
        });
        Self {
            started_at,
            bases: Bases { api: "https://api.github.com".to_owned(), web: "https://github.com".to_owned() },
            accounts,
            organisations: seed.organisations,
            repositories: repositories.collect(),
            objects,
            public: BTreeMap::new(),
            tokens: seed.tokens.into_iter().map(|token| (token.secret.clone(), token)).collect(),
            records: BTreeMap::new(),
            identifiers: Identifiers::new(seed.number),
            limits: seed.limits,
            usage: BTreeMap::new(),
            requests: VecDeque::new(),
            request_count: 0,
            list_lag: SignedDuration::ZERO,
            cve_delay: None,
            fork_delay: Some(FORK_DELAY),
            comments_preview: true,
            comments_made: 0,
            hooks: Vec::new(),
            hooks_made: 0,
            deliveries: Vec::new(),
            workflows: Workflows::default(),
            forks_stay: false,
            wants_pulls_closed: false,
            revision: 0,
        }
    }

    pub(super) fn repository(&self, full_name: &str) -> Result<&Repository, Refusal> {
        self.repositories.get(&full_name.to_ascii_lowercase()).ok_or_else(Refusal::not_found)
    }

    /// The record of an advisory of the repository.
    pub(super) fn record(&self, repository: &str, ghsa: &str) -> Result<&Record, Refusal> {
        let record = self.records.get(ghsa).ok_or_else(Refusal::not_found)?;
        if record.current().repository.eq_ignore_ascii_case(repository) {
            Ok(record)
        } else {
            Err(Refusal::not_found())
        }
    }

    /// The user as GitHub spells the login.
    pub(super) fn user(&self, login: &str) -> Option<&Account> {
        self.accounts.get(&login.to_ascii_lowercase()).filter(|account| !account.is_organisation)
    }

    pub(super) fn add(&mut self, advisory: Advisory) {
        let number = self.records.values().map(|record| record.number + 1).max().unwrap_or(0);
        let ghsa = advisory.ghsa_id.clone();
        let versions = vec![(advisory.created_at, advisory)];
        let (comments, pulls) = (Vec::new(), Vec::new());
        self.records.insert(ghsa, Record { number, versions, cve_requested_at: None, comments, pulls });
        self.revision += 1;
    }

    /// Makes `advisory` the newest version of itself.
    pub(super) fn write(&mut self, advisory: Advisory, at: Timestamp) {
        let Some(record) = self.records.get_mut(&advisory.ghsa_id) else { return };
        if *record.current() == advisory {
            return;
        }
        record.versions.push((at, advisory));
        let horizon = at.checked_sub(LIST_LAG_MAX).unwrap_or(at);
        if let Some(shown) = record.versions.iter().rposition(|(from, _)| *from <= horizon) {
            record.versions.drain(..shown);
        }
        self.revision += 1;
    }

    /// Carries out what falls due by the passing of time: what workflows do, and CVE numbers, where a delay
    /// is set.
    pub(super) fn settle(&mut self, now: Timestamp) {
        self.settle_workflows(now);
        let Some(delay) = self.cve_delay else { return };
        let due_at = |record: &Record| record.cve_requested_at?.checked_add(delay).ok();
        let mut due: Vec<(Timestamp, String)> = Vec::new();
        for (ghsa, record) in &self.records {
            due.extend(due_at(record).filter(|at| *at <= now).map(|at| (at, ghsa.clone())));
        }
        due.sort();
        for (at, ghsa) in due {
            self.assign_cve(&ghsa, at);
        }
    }

    /// Answers the open request for a CVE number; nothing if there is none.
    pub(super) fn assign_cve(&mut self, ghsa: &str, at: Timestamp) -> Option<String> {
        let record = self.records.get_mut(ghsa)?;
        record.cve_requested_at.take()?;
        let mut advisory = record.current().clone();
        let cve = self.identifiers.cve(at.to_zoned(TimeZone::UTC).year());
        advisory.cve_id = Some(cve.clone());
        advisory.updated_at = at;
        self.write(advisory, at);
        Some(cve)
    }

    /// The person's answer to being credited; whether there was such a credit.
    pub(super) fn answer_credit(
        &mut self,
        ghsa: &str,
        login: &str,
        answer: CreditState,
        now: Timestamp,
    ) -> bool {
        let Some(record) = self.records.get(ghsa) else { return false };
        let mut advisory = record.current().clone();
        let mut found = false;
        for credit in advisory.credits.iter_mut().filter(|credit| credit.login.eq_ignore_ascii_case(login)) {
            credit.state = answer;
            found = true;
        }
        self.write(advisory, now);
        found
    }

    pub(super) fn log(&mut self, record: RequestRecord) {
        if self.requests.len() == REQUESTS_KEPT_MAX {
            self.requests.pop_front();
        }
        self.requests.push_back(record);
    }
}
