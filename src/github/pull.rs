//! Pull requests in a temporary private fork: what stands in them, who reviewed them, which files they
//! change. What has not changed since it was last read is not sent again.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, PoisonError},
};

use commands::kernel::{
    collaborator::Login,
    effect::FailureKind,
    embargoed::{AdvisoryPage, Embargoed},
    id::{PullNumber, Repository},
    patch::{self, HeadCommit, PullRequest, PullState, Reviews},
};
use http::{Method, StatusCode, header};
use jiff::SignedDuration;
use serde::{Deserialize, de::DeserializeOwned};
use url::Url;

use super::{
    GitHub, PullPages,
    answer::{self, Right},
    call::Call,
    remembered::Remembered,
    wire::{self, BadAnswer},
};
use crate::port::Setback;

/// How many reviews or files are asked for at a time; GitHub gives no more.
pub(super) const PER_PAGE: usize = 100;
/// How many pages of them are read: GitHub shows no more than 3000 files of a pull request.
const PAGES_MAX: usize = 30;
/// How many pages are remembered: three for each pull request of more branches than a team supports.
pub(super) const PAGES_REMEMBERED: usize = 256;
/// The waits for GitHub to work out whether a pull request applies cleanly, which takes it seconds.
pub(super) const MERGEABLE_WAITS: [SignedDuration; 3] =
    [SignedDuration::from_secs(1), SignedDuration::from_secs(2), SignedDuration::from_secs(4)];

/// A pull request as GitHub writes it. Has no `Debug`: all of it is embargoed.
#[derive(Deserialize)]
pub(super) struct RawPull {
    number: u64,
    html_url: Option<String>,
    state: Option<String>,
    draft: Option<bool>,
    merged: Option<bool>,
    mergeable: Option<bool>,
    head: RawEnd,
    base: RawEnd,
}

/// One end of a pull request.
#[derive(Deserialize)]
struct RawEnd {
    #[serde(rename = "ref")]
    name: Option<String>,
    sha: Option<String>,
}

/// A review.
#[derive(Deserialize)]
pub(super) struct RawReview {
    user: Option<RawUser>,
    state: Option<String>,
    commit_id: Option<String>,
}

#[derive(Deserialize)]
struct RawUser {
    login: Option<String>,
}

/// A changed file.
#[derive(Deserialize)]
pub(super) struct RawFile {
    filename: Option<String>,
    status: Option<String>,
}

/// What was read at an address, and the address of what follows.
pub(super) struct Page<T> {
    pub(super) what: T,
    pub(super) next: Option<Url>,
}

/// A page of a list.
pub(super) trait List: DeserializeOwned {
    /// How many stand on it.
    fn count(&self) -> usize;
}

impl<T: DeserializeOwned> List for Vec<T> {
    fn count(&self) -> usize {
        self.len()
    }
}

impl GitHub {
    /// Reads pull requests of a private fork; those that are not there are left out. Waits a moment where
    /// GitHub still works out whether one applies cleanly.
    ///
    /// # Errors
    /// When they could not be read; safe to repeat.
    pub async fn pulls(
        &self,
        fork: &Embargoed<Repository>,
        numbers: &BTreeSet<PullNumber>,
    ) -> Result<Vec<Embargoed<PullRequest>>, Setback> {
        let mut pulls = Vec::new();
        for number in numbers {
            let mut pull = self.pull(fork, *number).await?;
            for wait in MERGEABLE_WAITS {
                if !pull.as_ref().is_some_and(is_worked_out_later) {
                    break;
                }
                let later = self.clock.now().checked_add(wait).unwrap_or(jiff::Timestamp::MAX);
                self.clock.sleep_until(later).await;
                pull = self.pull(fork, *number).await?;
            }
            pulls.extend(pull);
        }
        Ok(pulls)
    }

    /// Reads a pull request of a private fork as it stands at this moment; none when it is not there. Costs
    /// nothing against GitHub's limit while it has not changed.
    ///
    /// # Errors
    /// When it could not be read; safe to repeat.
    pub async fn pull(
        &self,
        fork: &Embargoed<Repository>,
        number: PullNumber,
    ) -> Result<Option<Embargoed<PullRequest>>, Setback> {
        let page = AdvisoryPage::on_github();
        let (fork, number) = (fork.open(&page), number.to_string());
        let url = self.url(["repos", fork.owner(), fork.name(), "pulls", &number]);
        let call = ("read pull request", Right::Pulls);
        let read = self.unchanged::<RawPull>(call, url, |all| &mut all.pulls, |_| false).await;
        let raw = match read {
            Ok(raw) => raw,
            Err(setback) if setback.failure.kind == FailureKind::NotFound => return Ok(None),
            Err(setback) => return Err(setback),
        };
        let reviews = self
            .all::<Vec<RawReview>>(
                ("list reviews", Right::Pulls),
                self.below_pull(fork, &number, "reviews"),
                |all| &mut all.reviews,
            )
            .await;
        let files = self
            .all::<Vec<RawFile>>(
                ("list changed files", Right::Pulls),
                self.below_pull(fork, &number, "files"),
                |all| &mut all.files,
            )
            .await;
        let pull = raw.what.pull(shown(reviews)?.as_deref(), shown(files)?.as_deref());
        pull.map(|pull| Some(Embargoed::new(pull))).map_err(answer::nonsense_read)
    }

    fn below_pull(&self, fork: &Repository, number: &str, what: &str) -> Url {
        let mut url = self.url(["repos", fork.owner(), fork.name(), "pulls", number, what]);
        url.query_pairs_mut().append_pair("per_page", &PER_PAGE.to_string());
        url
    }

    /// All pages of a list.
    pub(super) async fn all<L: List>(
        &self,
        call: (&'static str, Right),
        first: Url,
        kept: fn(&mut PullPages) -> &mut Remembered<Page<L>>,
    ) -> Result<Vec<Arc<Page<L>>>, Setback> {
        let (mut pages, mut next) = (Vec::new(), Some(first));
        while let Some(url) = next.take().filter(|_| pages.len() < PAGES_MAX) {
            // A page that is just full may get a successor without being changed itself.
            let page = self.unchanged(call, url, kept, |list: &L| list.count() >= PER_PAGE).await?;
            next.clone_from(&page.next);
            pages.push(page);
        }
        Ok(pages)
    }

    /// What stands at an address: sent only where it has changed since it was last read. `may_grow`: it may
    /// get a successor unseen while it has none.
    pub(super) async fn unchanged<T: DeserializeOwned>(
        &self,
        (name, right): (&'static str, Right),
        url: Url,
        kept: fn(&mut PullPages) -> &mut Remembered<Page<T>>,
        may_grow: fn(&T) -> bool,
    ) -> Result<Arc<Page<T>>, Setback> {
        let lock = || self.pull_pages.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept(&mut lock()).get(url.as_str());
        let call = Call::new(name, Method::GET, url.clone()).taking(right);
        let call = match &known {
            Some(known) => call.unless(known.etag.clone()),
            None => call,
        };
        let response = self.send(call).await.inspect_err(|_| kept(&mut lock()).forget(url.as_str()))?;
        if let Some(known) = known.filter(|_| response.status() == StatusCode::NOT_MODIFIED) {
            return Ok(known.what);
        }
        let what: T = wire::parse(response.body()).map_err(answer::nonsense_read)?;
        let next = self.next_page(&response)?;
        let is_whole = next.is_some() || !may_grow(&what);
        let page = Arc::new(Page { what, next });
        match response.headers().get(header::ETAG).filter(|_| is_whole) {
            Some(etag) => kept(&mut lock()).keep(url.into(), etag.clone(), Arc::clone(&page)),
            None => kept(&mut lock()).forget(url.as_str()),
        }
        Ok(page)
    }
}

/// Whether GitHub has yet to say if it applies cleanly.
fn is_worked_out_later(pull: &Embargoed<PullRequest>) -> bool {
    let pull = pull.open(&AdvisoryPage::on_github());
    pull.state == PullState::Open && pull.mergeable.is_none()
}

/// A list, or none where GitHub does not show it: parts of its interface are closed for private forks.
fn shown<T>(read: Result<Vec<T>, Setback>) -> Result<Option<Vec<T>>, Setback> {
    match read {
        Ok(list) => Ok(Some(list)),
        Err(setback) => match setback.failure.kind {
            FailureKind::NotFound | FailureKind::Permission(_) => Ok(None),
            FailureKind::Unreachable
            | FailureKind::Broken
            | FailureKind::Credentials
            | FailureKind::Refused
            | FailureKind::Insecure => Err(setback),
        },
    }
}

impl RawPull {
    /// What the bot needs of it.
    fn pull(
        &self,
        reviews: Option<&[Arc<Page<Vec<RawReview>>>]>,
        files: Option<&[Arc<Page<Vec<RawFile>>>]>,
    ) -> Result<PullRequest, BadAnswer> {
        let head: Option<HeadCommit> = self.head.sha.as_deref().and_then(|sha| sha.parse().ok());
        let head = head.ok_or(BadAnswer("a pull request without a commit"))?;
        let url = self.html_url.as_deref().and_then(|url| Url::parse(url).ok());
        let url = url.filter(|url| matches!(url.scheme(), "https" | "http"));
        let state = match (self.merged, self.state.as_deref()) {
            (Some(true), _) => PullState::Merged,
            (_, Some("open")) => PullState::Open,
            (_, Some("closed")) => PullState::Closed,
            _ => return Err(BadAnswer("a pull request in a state that is new to the bot")),
        };
        let reviews = reviews.map(|pages| {
            let each = pages.iter().flat_map(|page| &page.what);
            reviews_of(each, &head)
        });
        let release_notes = files.map(|pages| {
            let is_there = |file: &&RawFile| file.status.as_deref() != Some("removed");
            let mut names = pages.iter().flat_map(|page| &page.what).filter(is_there);
            names.any(|file| file.filename.as_deref().is_some_and(patch::is_release_notes))
        });
        Ok(PullRequest {
            number: PullNumber(self.number),
            url: url.ok_or(BadAnswer("a pull request without a page"))?.into(),
            head,
            branch: self.head.name.clone(),
            base: self.base.name.clone().ok_or(BadAnswer("a pull request without a branch"))?,
            state,
            draft: self.draft.unwrap_or_default(),
            mergeable: self.mergeable,
            reviews,
            release_notes,
        })
    }
}

/// What reviewers said, in GitHub's order, the oldest first: each counts by the newest that decides.
fn reviews_of<'a>(all: impl Iterator<Item = &'a RawReview>, head: &HeadCommit) -> Reviews {
    let mut newest: BTreeMap<Login, (&str, bool)> = BTreeMap::new();
    for review in all {
        let login = review.user.as_ref().and_then(|user| user.login.as_deref()?.parse().ok());
        let (Some(login), Some(state)) = (login, review.state.as_deref()) else { continue };
        if ["APPROVED", "CHANGES_REQUESTED", "DISMISSED"].contains(&state) {
            let commit: Option<HeadCommit> = review.commit_id.as_deref().and_then(|id| id.parse().ok());
            newest.insert(login, (state, commit.as_ref() == Some(head)));
        }
    }
    let mut reviews = Reviews::default();
    for (login, verdict) in newest {
        match verdict {
            ("APPROVED", true) => reviews.approved.insert(login),
            ("APPROVED", false) => reviews.approved_before.insert(login),
            ("CHANGES_REQUESTED", _) => reviews.objecting.insert(login),
            _ => false,
        };
    }
    reviews
}
