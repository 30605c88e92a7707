//! Pull requests of a public repository: which one it is, and how it stands. What has not changed since it
//! was last read is not sent again, so that one can be waited for.

use std::sync::Arc;

use commands::kernel::{
    effect::FailureKind,
    id::{PullNumber, Repository},
    patch::{HeadCommit, PullState},
    work::{Checks, PublicPull, Sought, Standing},
};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use url::Url;

use super::{
    GitHub,
    answer::{self, Right},
    pull::{List, MERGEABLE_WAITS, PER_PAGE, Page},
    wire::{BadAnswer, RawRepository},
};
use crate::port::Setback;

/// How many pull requests are asked for at a time: as many as make an answer that is not too large, however long
/// GitHub lets each text be.
const PULLS_PER_PAGE: usize = 50;
/// How many pages of pull requests are searched, the newest first: five hundred into one branch.
const PAGES_SEARCHED: usize = 10;
/// How long after a push the checks of a commit may not be there yet.
const CHECKS_APPEAR_WITHIN: SignedDuration = SignedDuration::from_secs(60);

/// How long GitHub may take to show everywhere what was made just now.
pub(super) const VISIBLE_WITHIN: SignedDuration = SignedDuration::from_secs(5);

/// A pull request, in a list or by itself.
#[derive(Deserialize)]
pub(super) struct RawPull {
    pub(super) number: u64,
    html_url: Option<String>,
    state: Option<String>,
    draft: Option<bool>,
    merged: Option<bool>,
    merged_at: Option<String>,
    updated_at: Option<String>,
    mergeable_state: Option<String>,
    head: RawHead,
}

/// Where it comes from.
#[derive(Deserialize)]
struct RawHead {
    #[serde(rename = "ref")]
    name: Option<String>,
    sha: Option<String>,
    repo: Option<RawRepository>,
}

/// A page of check runs.
#[derive(Deserialize)]
pub(super) struct RawRuns {
    check_runs: Vec<RawRun>,
}

#[derive(Deserialize)]
struct RawRun {
    name: Option<String>,
    status: Option<String>,
    conclusion: Option<String>,
}

/// A page of the newest status of each kind.
#[derive(Deserialize)]
pub(super) struct RawStatuses {
    statuses: Vec<RawStatus>,
}

#[derive(Deserialize)]
struct RawStatus {
    context: Option<String>,
    state: Option<String>,
}

impl List for RawRuns {
    fn count(&self) -> usize {
        self.check_runs.len()
    }
}

impl List for RawStatuses {
    fn count(&self) -> usize {
        self.statuses.len()
    }
}

/// Which pull requests are meant.
pub(super) enum Wanted<'a> {
    /// By its newest commit, whoever opened it.
    Commit(&'a HeadCommit),
    /// By the branch it comes from, and the repository that has it. One that was over before that time, where
    /// there is one, is another.
    Head(&'a Repository, &'a str, Option<Timestamp>),
}

impl Wanted<'_> {
    fn is(&self, raw: &RawPull) -> bool {
        match self {
            Self::Commit(commit) => raw.head().as_ref() == Some(*commit),
            // The list is asked for it, but an owner may have several forks.
            Self::Head(home, branch, since) => {
                let from = raw.head.repo.as_ref().and_then(RawRepository::name);
                let is_it =
                    raw.head.name.as_deref() == Some(*branch) && from.is_none_or(|from| is_same(&from, home));
                is_it && since.is_none_or(|since| raw.is_open_since(since))
            }
        }
    }
}

impl RawPull {
    /// Whether it was open at some time since then; GitHub counts whole seconds.
    fn is_open_since(&self, since: Timestamp) -> bool {
        let updated = self.updated_at.as_deref().and_then(|time| time.parse::<Timestamp>().ok());
        let is_newer = updated.is_some_and(|updated| updated.as_second() >= since.as_second());
        self.state() == Some(PullState::Open) || is_newer
    }
}

impl GitHub {
    /// Looks for a pull request into `base` and reads how it stands; none where there is none. Costs nothing
    /// against GitHub's limit while nothing has changed.
    ///
    /// # Errors
    /// When it could not be read; safe to repeat.
    pub async fn read_pull(
        &self,
        repository: &Repository,
        base: &str,
        sought: &Sought,
    ) -> Result<Option<PublicPull>, Setback> {
        let wanted = match sought {
            Sought::Commit(commit) => Wanted::Commit(commit),
            Sought::Head { branch, since } => Wanted::Head(repository, branch, *since),
        };
        self.find_pull(repository, base, &wanted).await
    }

    /// The same, of any branch of any repository.
    pub(super) async fn find_pull(
        &self,
        repository: &Repository,
        base: &str,
        wanted: &Wanted<'_>,
    ) -> Result<Option<PublicPull>, Setback> {
        let Some(number) = self.number_of(repository, base, wanted).await? else { return Ok(None) };
        match self.public_pull(repository, number).await {
            // The list knows it already.
            Err(setback) if setback.failure.kind == FailureKind::NotFound => {
                Err(answer::not_yet(VISIBLE_WITHIN))
            }
            read => read.map(Some),
        }
    }

    /// How a pull request stands.
    ///
    /// # Errors
    /// When it could not be read; safe to repeat.
    pub async fn public_pull(
        &self,
        repository: &Repository,
        number: PullNumber,
    ) -> Result<PublicPull, Setback> {
        let url = self.of(repository, ["pulls", &number.to_string()]);
        let call = ("read public pull request", Right::Pulls);
        let raw = self.unchanged::<RawPull>(call, url, |all| &mut all.public, |_| false).await?;
        let head = raw.what.head().ok_or(BadAnswer("a pull request without a commit"));
        let head = head.map_err(answer::nonsense_read)?;
        let checks = self.checks(repository, &head).await?;
        raw.what.pull(&checks, head, self.clock.now()).map_err(answer::nonsense_read)
    }

    /// The same, once GitHub has worked out whether it can be merged, or will not do so at once.
    pub(super) async fn worked_out(
        &self,
        repository: &Repository,
        number: PullNumber,
    ) -> Result<PublicPull, Setback> {
        let mut pull = self.public_pull(repository, number).await?;
        for wait in MERGEABLE_WAITS {
            if pull.state != PullState::Open || pull.standing != Standing::Unknown {
                break;
            }
            self.pause(wait).await;
            pull = self.public_pull(repository, number).await?;
        }
        Ok(pull)
    }

    pub(super) async fn pause(&self, wait: SignedDuration) {
        let later = self.clock.now().checked_add(wait).unwrap_or(Timestamp::MAX);
        self.clock.sleep_until(later).await;
    }

    /// The newest one that is meant: one that is open or merged, else one that was closed.
    async fn number_of(
        &self,
        repository: &Repository,
        base: &str,
        wanted: &Wanted<'_>,
    ) -> Result<Option<PullNumber>, Setback> {
        let mut url = self.of(repository, ["pulls"]);
        url.query_pairs_mut().extend_pairs([
            ("base", base),
            ("state", "all"),
            ("sort", "created"),
            ("direction", "desc"),
            ("per_page", &PULLS_PER_PAGE.to_string()),
        ]);
        if let Wanted::Head(home, branch, _) = wanted {
            url.query_pairs_mut().append_pair("head", &format!("{}:{branch}", home.owner()));
        }
        let (mut closed, mut next) = (None, Some(url));
        for _ in 0..PAGES_SEARCHED {
            let Some(url) = next.take() else { break };
            let call = ("look for pull request", Right::Pulls);
            // A page that is just full may get a successor without being changed itself.
            let page = self
                .unchanged::<Vec<RawPull>>(
                    call,
                    url,
                    |all| &mut all.found,
                    |list| list.len() >= PULLS_PER_PAGE,
                )
                .await?;
            let mut those = page.what.iter().filter(|raw| wanted.is(raw));
            if let Some(raw) = those.clone().find(|raw| raw.state() != Some(PullState::Closed)) {
                return Ok(Some(PullNumber(raw.number)));
            }
            closed = closed.or_else(|| those.next().map(|raw| PullNumber(raw.number)));
            next.clone_from(&page.next);
        }
        Ok(closed)
    }

    /// The checks of a commit. GitHub keeps them in two places, and each alone says nothing: the combined
    /// status is `pending` where there are none.
    async fn checks(
        &self,
        repository: &Repository,
        head: &HeadCommit,
    ) -> Result<Vec<(String, Verdict)>, Setback> {
        let commit = String::from(head.clone());
        let below = |what: &str| {
            let mut url = self.of(repository, ["commits", &commit, what]);
            url.query_pairs_mut().append_pair("per_page", &PER_PAGE.to_string());
            url
        };
        let call = ("list check runs", Right::Checks);
        let runs: Vec<Arc<Page<RawRuns>>> = self.all(call, below("check-runs"), |all| &mut all.runs).await?;
        let call = ("read status", Right::Statuses);
        let statuses: Vec<Arc<Page<RawStatuses>>> =
            self.all(call, below("status"), |all| &mut all.statuses).await?;
        let runs = runs.iter().flat_map(|page| &page.what.check_runs).map(RawRun::verdict);
        let statuses = statuses.iter().flat_map(|page| &page.what.statuses).map(RawStatus::verdict);
        Ok(runs.chain(statuses).collect())
    }
}

/// What one check says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Passed,
    Running,
    Failed,
}

impl RawRun {
    fn verdict(&self) -> (String, Verdict) {
        let verdict = match (self.status.as_deref(), self.conclusion.as_deref()) {
            (Some("queued" | "in_progress" | "pending" | "requested"), _) => Verdict::Running,
            (Some("completed"), Some("success" | "neutral" | "skipped")) => Verdict::Passed,
            // Also what waits for somebody, and what is new to the bot.
            _ => Verdict::Failed,
        };
        (self.name.clone().unwrap_or_default(), verdict)
    }
}

impl RawStatus {
    fn verdict(&self) -> (String, Verdict) {
        let verdict = match self.state.as_deref() {
            Some("success") => Verdict::Passed,
            Some("pending") => Verdict::Running,
            _ => Verdict::Failed,
        };
        (self.context.clone().unwrap_or_default(), verdict)
    }
}

fn together(all: &[(String, Verdict)]) -> Checks {
    let of = |wanted: Verdict| {
        let those = all.iter().filter(|(_, verdict)| *verdict == wanted);
        let mut names: Vec<String> = those.map(|(name, _)| name.clone()).collect();
        names.sort();
        names.dedup();
        names
    };
    let (failed, running) = (of(Verdict::Failed), of(Verdict::Running));
    match (failed.is_empty(), running.is_empty()) {
        (false, _) => Checks::Failed(failed),
        (true, false) => Checks::Running(running),
        (true, true) => Checks::Passed,
    }
}

impl RawPull {
    fn head(&self) -> Option<HeadCommit> {
        self.head.sha.as_deref()?.parse().ok()
    }

    /// What has become of it; lists say by its time alone that it was merged.
    fn state(&self) -> Option<PullState> {
        match (self.merged == Some(true) || self.merged_at.is_some(), self.state.as_deref()) {
            (true, _) => Some(PullState::Merged),
            (false, Some("open")) => Some(PullState::Open),
            (false, Some("closed")) => Some(PullState::Closed),
            (false, _) => None,
        }
    }

    fn standing(&self) -> Standing {
        match self.mergeable_state.as_deref() {
            _ if self.draft == Some(true) => Standing::Draft,
            Some("clean" | "has_hooks" | "unstable") => Standing::Free,
            Some("dirty") => Standing::Conflicts,
            Some("blocked") => Standing::Blocked,
            Some("behind") => Standing::Behind,
            Some("draft") => Standing::Draft,
            _ => Standing::Unknown,
        }
    }

    /// Whether something was pushed to it so lately that GitHub may not show any checks yet.
    fn may_get_checks(&self, now: Timestamp) -> bool {
        let changed = self.updated_at.as_deref().and_then(|time| time.parse::<Timestamp>().ok());
        let is_new = |changed: Timestamp| now.duration_since(changed).abs() < CHECKS_APPEAR_WITHIN;
        self.state() == Some(PullState::Open) && changed.is_some_and(is_new)
    }

    fn pull(
        &self,
        checks: &[(String, Verdict)],
        head: HeadCommit,
        now: Timestamp,
    ) -> Result<PublicPull, BadAnswer> {
        let checks = match checks.is_empty() && self.may_get_checks(now) {
            true => Checks::Running(Vec::new()),
            false => together(checks),
        };
        let url = self.html_url.as_deref().and_then(|url| Url::parse(url).ok());
        let url = url.filter(|url| matches!(url.scheme(), "https" | "http"));
        Ok(PublicPull {
            number: PullNumber(self.number),
            url: url.ok_or(BadAnswer("a pull request without a page"))?.into(),
            head,
            state: self.state().ok_or(BadAnswer("a pull request in a state that is new to the bot"))?,
            checks,
            standing: self.standing(),
        })
    }
}

/// GitHub compares names without regard to case.
pub(super) fn is_same(one: &Repository, other: &Repository) -> bool {
    one.owner().eq_ignore_ascii_case(other.owner()) && one.name().eq_ignore_ascii_case(other.name())
}
