//! The public side of a repository: what anybody can read there, looked at again and again. What has not
//! changed since the last look is not sent again, and what was taken in is known by a fingerprint only.
//!
//! Branches and tags are read whole. Of all else the newest page is read, and further pages only while
//! they hold nothing but news: the first look at a repository takes one page of each list. The commits
//! of a branch or of an open pull request are read whenever its head is a new one.
//!
//! Not shown by any list that can be asked for news: reviews' own texts, comments on commits, discussions,
//! wikis, the texts of annotated tags, assets of releases, and what the files of a commit say.

mod side;
mod wire;

use commands::kernel::{
    embargoed::{AdvisoryPage, Embargoed},
    id::{PullNumber, Repository},
};
use http::{HeaderValue, Method, StatusCode, header};
use serde::de::DeserializeOwned;
use url::Url;

pub use self::side::{Fresh, PrivateHead, PublicSide};
use self::{
    side::PrivateCommit,
    wire::{RawHome, RawItem},
};
use super::{
    GitHub,
    answer::{self, Right},
    call::Call,
    wire as shared,
};
use crate::port::Setback;

/// How many pages of a list are read at a time. What is beyond is seen once it changes.
const PAGES_MAX: usize = 10;
/// How many commits are asked for at a time, and how many branches and tags; GitHub gives no more.
const PER_PAGE: usize = 100;

/// One of the lists in which a repository's public side is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PublicList {
    /// Its branches.
    Branches,
    /// Its pull requests.
    Pulls,
    /// Its issues.
    Issues,
    /// What is said below issues and pull requests.
    IssueComments,
    /// What is said about lines of pull requests.
    ReviewComments,
    /// Its releases.
    Releases,
    /// Its tags.
    Tags,
}

impl PublicList {
    /// Every list.
    pub const ALL: [Self; 7] = [
        Self::Branches,
        Self::Pulls,
        Self::Issues,
        Self::IssueComments,
        Self::ReviewComments,
        Self::Releases,
        Self::Tags,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Branches => "list branches",
            Self::Pulls => "list public pull requests",
            Self::Issues => "list issues",
            Self::IssueComments => "list comments",
            Self::ReviewComments => "list comments on lines",
            Self::Releases => "list releases",
            Self::Tags => "list tags",
        }
    }

    const fn path(self) -> &'static [&'static str] {
        match self {
            Self::Branches => &["branches"],
            Self::Pulls => &["pulls"],
            Self::Issues => &["issues"],
            Self::IssueComments => &["issues", "comments"],
            Self::ReviewComments => &["pulls", "comments"],
            Self::Releases => &["releases"],
            Self::Tags => &["tags"],
        }
    }

    /// What comes first and how much at a time: as many as make an answer that is not too large, however
    /// long GitHub lets each text be.
    const fn order(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Branches | Self::Tags => &[("per_page", "100")],
            Self::Pulls | Self::Issues => {
                &[("state", "all"), ("sort", "updated"), ("direction", "desc"), ("per_page", "50")]
            }
            Self::IssueComments | Self::ReviewComments => {
                &[("sort", "updated"), ("direction", "desc"), ("per_page", "50")]
            }
            Self::Releases => &[("per_page", "30")],
        }
    }

    const fn right(self) -> Right {
        match self {
            Self::Branches | Self::Releases | Self::Tags => Right::Contents,
            Self::Pulls | Self::ReviewComments => Right::Pulls,
            Self::Issues | Self::IssueComments => Right::Issues,
        }
    }

    /// Whether news can stand anywhere in it, and not only at its beginning.
    const fn is_unordered(self) -> bool {
        match self {
            Self::Branches | Self::Tags => true,
            Self::Pulls | Self::Issues | Self::IssueComments | Self::ReviewComments | Self::Releases => false,
        }
    }
}

/// What was sent from an address, when anything was.
struct Sent<T> {
    what: T,
    etag: Option<HeaderValue>,
    next: Option<Url>,
}

impl GitHub {
    /// Whether anybody can read the repository. Nothing of a private one is public.
    ///
    /// # Errors
    /// When it could not be read; safe to repeat.
    pub async fn is_public(&self, repository: &Repository, side: &mut PublicSide) -> Result<bool, Setback> {
        let url = self.url(["repos", repository.owner(), repository.name()]);
        let read = self.news::<RawHome>("read repository", &url, Right::Metadata, side).await?;
        if let Some(Sent { what, etag, next }) = read {
            side.move_in(&what).map_err(answer::nonsense_read)?;
            side.keep(url.into(), etag, next);
        }
        Ok(side.is_public())
    }

    /// Reads which commits a pull request in a private fork is made of, the newest last.
    ///
    /// # Errors
    /// When they could not be read; safe to repeat.
    pub async fn private_commits(
        &self,
        fork: &Embargoed<Repository>,
        number: PullNumber,
        side: &mut PublicSide,
    ) -> Result<(), Setback> {
        let (name, pull) = (fork.open(&AdvisoryPage::on_github()), number.to_string());
        let mut url = self.url(["repos", name.owner(), name.name(), "pulls", &pull, "commits"]);
        // GitHub shows no more than 250 of them, and nobody's fix is longer than a page.
        url.query_pairs_mut().append_pair("per_page", &PER_PAGE.to_string());
        let read = self.news::<Vec<RawItem>>("list private commits", &url, Right::Pulls, side).await?;
        if let Some(Sent { what, etag, .. }) = read {
            let commits = what.iter().filter_map(RawItem::private_commit);
            side.note_private((fork, number), commits.collect::<Vec<PrivateCommit>>());
            side.keep(url.into(), etag, None);
        }
        Ok(())
    }

    /// What is new on a list since it was last read, the oldest first where it has an order. It is known only once it was
    /// [taken](PublicSide::take).
    ///
    /// # Errors
    /// When not all of it could be read; safe to repeat.
    pub async fn public_list(
        &self,
        repository: &Repository,
        list: PublicList,
        side: &mut PublicSide,
    ) -> Result<Vec<Fresh>, Setback> {
        let mut first = self.url(["repos", repository.owner(), repository.name()]);
        if let Ok(mut path) = first.path_segments_mut() {
            path.extend(list.path());
        }
        first.query_pairs_mut().extend_pairs(list.order());
        let (mut found, mut read, mut next) = (Vec::new(), Vec::new(), Some(first));
        while let Some(url) = next.take().filter(|_| read.len() < PAGES_MAX) {
            let sent = self.news::<Vec<RawItem>>(list.name(), &url, list.right(), side).await?;
            let Some(sent) = sent else {
                next = side.after(&url).filter(|_| list.is_unordered());
                read.push((url, None));
                continue;
            };
            let shown: Vec<Fresh> = sent.what.iter().filter_map(|raw| side.shown(list, raw)).collect();
            let count = shown.len();
            let news: Vec<Fresh> = shown.into_iter().filter(|item| !side.has_taken(item)).collect();
            let goes_on = count > 0 && news.len() == count && side.has_read(list);
            found.extend(news);
            next = sent.next.clone().filter(|_| list.is_unordered() || goes_on);
            // A page of them all that is just full may get a successor without being changed itself.
            let may_grow = list.is_unordered() && sent.next.is_none() && sent.what.len() >= PER_PAGE;
            read.push((url, sent.etag.filter(|_| !may_grow).map(|etag| (etag, sent.next))));
        }
        // Only now: a page that is remembered before the rest is read would hide the rest.
        for (url, kept) in read {
            if let Some((etag, next)) = kept {
                side.keep(url.into(), Some(etag), next);
            }
        }
        side.note_read(list);
        if !list.is_unordered() {
            found.reverse();
        }
        Ok(found)
    }

    /// The commits that a head leads to and that are not known, the oldest first: the newest page of them,
    /// and further ones only while they hold nothing but news of a branch that moved.
    ///
    /// # Errors
    /// When not all of them could be read; safe to repeat.
    pub async fn public_commits(
        &self,
        repository: &Repository,
        head: &str,
        is_old: bool,
        side: &PublicSide,
    ) -> Result<Vec<Fresh>, Setback> {
        let mut url = self.url(["repos", repository.owner(), repository.name(), "commits"]);
        url.query_pairs_mut().extend_pairs([("sha", head), ("per_page", &PER_PAGE.to_string())]);
        let (mut found, mut next) = (Vec::new(), Some(url));
        for _ in 0..PAGES_MAX {
            let Some(url) = next.take() else { break };
            let call = Call::new("list commits", Method::GET, url).taking(Right::Contents);
            let response = self.send(call).await?;
            let raw: Vec<RawItem> = shared::parse(response.body()).map_err(answer::nonsense_read)?;
            let shown: Vec<Fresh> = raw.iter().filter_map(|raw| side.commit(raw, is_old)).collect();
            let count = shown.len();
            let news: Vec<Fresh> = shown.into_iter().filter(|item| !side.has_taken(item)).collect();
            let goes_on = count > 0 && news.len() == count && !is_old;
            found.extend(news);
            next = self.next_page(&response)?.filter(|_| goes_on);
        }
        found.reverse();
        Ok(found)
    }

    /// What stands at an address, unless it is what stood there when it was last kept.
    async fn news<T: DeserializeOwned>(
        &self,
        name: &'static str,
        url: &Url,
        right: Right,
        side: &PublicSide,
    ) -> Result<Option<Sent<T>>, Setback> {
        let call = Call::new(name, Method::GET, url.clone()).taking(right);
        let call = match side.etag(url) {
            Some(etag) => call.unless(etag),
            None => call,
        };
        let response = self.send(call).await?;
        if response.status() == StatusCode::NOT_MODIFIED {
            return Ok(None);
        }
        let what = shared::parse(response.body()).map_err(answer::nonsense_read)?;
        let etag = response.headers().get(header::ETAG).cloned();
        Ok(Some(Sent { what, etag, next: self.next_page(&response)? }))
    }
}
