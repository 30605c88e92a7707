//! All advisories of a repository, looked at again and again: what has not changed since the last look
//! is not sent again, and its text is not kept.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError},
};

use bytes::Bytes;
use commands::kernel::{
    content::{Advisory, EmbargoedAdvisory},
    embargoed::{AdvisoryPage, Embargoed},
    id::{GhsaId, Repository},
};
use http::{Method, Response, StatusCode, header};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use tracing::warn;
use url::Url;

use super::{
    GitHub,
    answer::{self, Kind},
    call::Call,
    remembered::Remembered,
    wire::{self, BadAnswer, Listed},
};
use crate::port::{Setback, TransportError};

/// How many advisories are asked for at a time; fewer where so many make too large an answer. A single
/// one never does: GitHub limits what it may say.
const PER_PAGE: [usize; 4] = [100, 25, 5, 1];
/// How many pages are read before giving up.
const PAGES_MAX: usize = 1000;
/// How many pages are remembered: some for each of more projects than a bot has.
const PAGES_REMEMBERED: usize = 512;

/// What an advisory says and who and what belongs to it, as a fingerprint. An advisory's time of change
/// is no use for that: it stays the same when the credits change.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Digest([u8; 16]);

impl Digest {
    /// The fingerprint of `advisory`, of all of it but its time of creation, which never changes.
    #[must_use]
    pub fn of(advisory: &EmbargoedAdvisory) -> Self {
        let Advisory {
            ghsa,
            url,
            state,
            cve,
            created: _,
            content,
            reported,
            author,
            publisher,
            collaborators,
            credits,
            fork,
        } = advisory.open(&AdvisoryPage::on_github());
        let people = (author, publisher, collaborators, credits);
        let all = serde_json::to_vec(&(ghsa, url, state, cve, content, reported, people, fork));
        let hash = Sha256::digest(all.expect("an advisory is made of strings, numbers and lists"));
        let mut short = [0; 16];
        short.copy_from_slice(&hash[..16]);
        Self(short)
    }
}

/// What a look at a repository's advisories showed.
pub struct Sighting {
    /// When GitHub was asked: what was written after that may not be in it.
    pub asked: Timestamp,
    /// The advisories that read otherwise than the caller knew, the oldest first.
    pub changed: Vec<(EmbargoedAdvisory, Digest)>,
}

/// What is kept of a page.
struct Page {
    advisories: Vec<(Embargoed<GhsaId>, Digest)>,
    next: Option<Url>,
}

/// What is kept of all pages, and how large they may be.
pub(super) struct Pages {
    seen: Remembered<Page>,
    /// By repository, the place in [`PER_PAGE`], where it is not the first.
    sizes: BTreeMap<Repository, usize>,
}

impl Default for Pages {
    fn default() -> Self {
        Self { seen: Remembered::up_to(PAGES_REMEMBERED), sizes: BTreeMap::new() }
    }
}

impl GitHub {
    /// Looks at all advisories of a repository, whatever their state, and returns those that differ from
    /// what the caller has already taken in (`known`). Costs nothing against GitHub's limit while none
    /// has changed.
    ///
    /// # Errors
    /// When not all of them could be read; safe to repeat.
    pub async fn list(
        &self,
        repository: &Repository,
        known: &BTreeMap<Embargoed<GhsaId>, Digest>,
    ) -> Result<Sighting, Setback> {
        let first = self.pages().sizes.get(repository).copied().unwrap_or_default();
        for (size, per_page) in PER_PAGE.into_iter().enumerate().skip(first) {
            if let Some(sighting) = self.list_by(per_page, repository, known).await? {
                return Ok(sighting);
            }
            self.pages().sizes.insert(repository.clone(), size + 1);
        }
        self.pages().sizes.remove(repository);
        Err(answer::no_answer(TransportError::AnswerTooLarge, Kind::Read))
    }

    /// The same in pages of that many; none when one is too large.
    async fn list_by(
        &self,
        per_page: usize,
        repository: &Repository,
        known: &BTreeMap<Embargoed<GhsaId>, Digest>,
    ) -> Result<Option<Sighting>, Setback> {
        let mut sighting = Sighting { asked: self.clock.now(), changed: Vec::new() };
        let mut url = self.advisories(repository);
        // The oldest first: a new one changes the last page only.
        url.query_pairs_mut().extend_pairs([
            ("sort", "created"),
            ("direction", "asc"),
            ("per_page", &per_page.to_string()),
        ]);
        for _ in 0..PAGES_MAX {
            let remembered = self.pages().seen.get(url.as_str());
            // A page that the caller has not taken in whole is needed whole.
            let is_known =
                |page: &Page| page.advisories.iter().all(|(ghsa, digest)| known.get(ghsa) == Some(digest));
            let remembered = remembered.filter(|read| is_known(&read.what));
            let call = Call::new("list advisories", Method::GET, url.clone());
            let call = match &remembered {
                Some(read) => call.unless(read.etag.clone()),
                None => call,
            };
            let response = match self.exchange(call).await? {
                Ok(response) => response,
                Err(TransportError::AnswerTooLarge) => return Ok(None),
                Err(error) => return Err(answer::no_answer(error, Kind::Read)),
            };
            let next = match remembered {
                Some(read) if response.status() == StatusCode::NOT_MODIFIED => read.what.next.clone(),
                _ => self.take_page(&url, &response, per_page, known, &mut sighting)?,
            };
            match next {
                Some(next) => url = next,
                None => return Ok(Some(sighting)),
            }
        }
        Err(answer::nonsense_read(BadAnswer("more pages of advisories than any repository has")))
    }

    /// Takes in a page that was sent, and returns the address of the next.
    fn take_page(
        &self,
        url: &Url,
        response: &Response<Bytes>,
        per_page: usize,
        known: &BTreeMap<Embargoed<GhsaId>, Digest>,
        sighting: &mut Sighting,
    ) -> Result<Option<Url>, Setback> {
        let page = AdvisoryPage::on_github();
        let listed: Vec<Listed> = wire::parse(response.body()).map_err(answer::nonsense_read)?;
        let (next, full) = (self.next_page(response)?, listed.len() >= per_page);
        let (mut advisories, mut odd) = (Vec::new(), 0);
        for listed in listed {
            let advisory = match listed {
                Listed::Advisory(raw) => self.accept(&raw, None, Kind::Read).ok(),
                Listed::Odd(_) => None,
            };
            let Some(advisory) = advisory else {
                odd += 1;
                continue;
            };
            let (ghsa, digest) = (Embargoed::new(advisory.open(&page).ghsa.clone()), Digest::of(&advisory));
            if known.get(&ghsa) != Some(&digest) {
                sighting.changed.push((advisory, digest));
            }
            advisories.push((ghsa, digest));
        }
        if odd > 0 {
            warn!(advisories = odd, "GitHub lists advisories that make no sense to this version of the bot");
        }
        match response.headers().get(header::ETAG) {
            // A page that is just full may get a successor without being changed itself.
            Some(etag) if next.is_some() || !full => {
                let kept = Page { advisories, next: next.clone() };
                self.pages().seen.keep(url.as_str().to_owned(), etag.clone(), Arc::new(kept));
            }
            _ => self.pages().seen.forget(url.as_str()),
        }
        Ok(next)
    }

    fn pages(&self) -> std::sync::MutexGuard<'_, Pages> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
