//! The GitHub adapter: repository security advisories over GitHub's REST interface.
//!
//! It keeps to these rules:
//! - what an advisory says is opened here for the advisory's own page and nowhere else; a failure
//!   carries GitHub's words under embargo, and what is logged is the name of the call and its status;
//! - every call is safe to repeat but [`GitHub::create`], whose unknown fate [`GitHub::find_created`]
//!   clears up;
//! - writes go out one at a time, at least a second apart, and a call that changes an
//!   advisory reads it first under the same turn, because GitHub has no compare-and-set;
//! - a limit that GitHub has announced is kept to without asking again.

mod answer;
mod body;
mod call;
mod comment;
mod cve;
mod fork;
mod list;
mod merge;
mod pace;
mod people;
mod propose;
mod public;
mod pull;
mod remembered;
mod remove;
mod standing;
mod state;
#[cfg(test)]
mod test;
mod wire;
mod workflow;

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

pub use list::{Digest, Sighting};
pub use pace::Allowance;
pub use public::{Fresh, PrivateHead, PublicList, PublicSide};

use commands::kernel::{
    content::{Content, ContentChange, EmbargoedAdvisory, Part},
    embargoed::{AdvisoryPage, Embargoed},
    id::{GhsaId, Repository},
};
use http::{Method, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde_json::Value;
use url::Url;

use crate::port::{Clock, Setback, Transport};
use call::Call;
use list::Pages;
use pace::{Pace, Turn};
use remembered::Remembered;
use wire::RawAdvisory;

/// How far GitHub's clock may be behind the bot's: an advisory that seems this much older than the
/// wish to make it is still looked at.
pub const CLOCK_SKEW_ALLOWANCE: SignedDuration = SignedDuration::from_mins(5);

/// How many drafts are asked for at a time; GitHub gives no more.
const DRAFTS_PER_PAGE: &str = "100";
/// How many pages of drafts are read before giving up. No repository has ten thousand drafts.
const PAGES_MAX: usize = 100;
/// How many advisories are remembered as last read: more than a team has open at a time.
const ADVISORIES_REMEMBERED: usize = 128;

/// GitHub, as one user with one token sees it.
pub struct GitHub {
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    api_url: Url,
    token: SecretString,
    pace: Pace,
    remembered: Mutex<Remembered<RawAdvisory>>,
    pages: Mutex<Pages>,
    pull_pages: Mutex<PullPages>,
}

/// What was last read of pull requests.
struct PullPages {
    pulls: Remembered<pull::Page<pull::RawPull>>,
    reviews: Remembered<pull::Page<Vec<pull::RawReview>>>,
    files: Remembered<pull::Page<Vec<pull::RawFile>>>,
    public: Remembered<pull::Page<standing::RawPull>>,
    found: Remembered<pull::Page<Vec<standing::RawPull>>>,
    runs: Remembered<pull::Page<standing::RawRuns>>,
    statuses: Remembered<pull::Page<standing::RawStatuses>>,
}

impl Default for PullPages {
    fn default() -> Self {
        Self {
            pulls: Remembered::up_to(pull::PAGES_REMEMBERED),
            reviews: Remembered::up_to(pull::PAGES_REMEMBERED),
            files: Remembered::up_to(pull::PAGES_REMEMBERED),
            public: Remembered::up_to(pull::PAGES_REMEMBERED),
            found: Remembered::up_to(pull::PAGES_REMEMBERED),
            runs: Remembered::up_to(pull::PAGES_REMEMBERED),
            statuses: Remembered::up_to(pull::PAGES_REMEMBERED),
        }
    }
}

/// What became of a change that must not overwrite what others wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// It is made, or was made already: GitHub holds this.
    Holds(EmbargoedAdvisory),
    /// Nothing was written: GitHub holds this, and in these parts something that the change was not
    /// decided on.
    Conflict(EmbargoedAdvisory, Vec<Part>),
}

impl Written {
    /// What GitHub holds, either way.
    fn held(self) -> EmbargoedAdvisory {
        match self {
            Self::Holds(held) | Self::Conflict(held, _) => held,
        }
    }
}

/// Whose token it is, and what GitHub says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The user's login.
    pub login: String,
    /// The scopes of a classic token; none for a fine-grained one, which GitHub does not list.
    pub scopes: Option<Vec<String>>,
    /// When the token stops working; none when it never does or GitHub does not say.
    pub expires: Option<Timestamp>,
}

impl GitHub {
    /// GitHub at `api_url` (`https://api.github.com`), reached through `transport` with `token`.
    #[must_use]
    pub fn new(
        transport: Arc<dyn Transport>,
        clock: Arc<dyn Clock>,
        api_url: Url,
        token: SecretString,
    ) -> Self {
        Self {
            transport,
            clock,
            api_url,
            token,
            pace: Pace::default(),
            remembered: Mutex::new(Remembered::up_to(ADVISORIES_REMEMBERED)),
            pages: Mutex::default(),
            pull_pages: Mutex::default(),
        }
    }

    /// Makes a draft advisory. `content` names at least one package, because GitHub wants one; its
    /// range may be empty.
    ///
    /// # Errors
    /// Not safe to repeat: after [`Again::Unknown`](crate::port::Again::Unknown), look with
    /// [`GitHub::find_created`] first.
    pub async fn create(
        &self,
        repository: &Repository,
        content: &Embargoed<Content>,
    ) -> Result<EmbargoedAdvisory, Setback> {
        let page = AdvisoryPage::on_github();
        let mut turn = self.pace.turn(&*self.clock).await;
        let body = body::create(content.open(&page));
        let call = Call::new("create advisory", Method::POST, self.advisories(repository)).with(body);
        let made = self.write_advisory(&mut turn, call).await?;
        self.accept(&made, None, answer::Kind::Write)
    }

    /// Looks for an advisory that [`GitHub::create`] may have made: a draft not older than `since`
    /// (less [`CLOCK_SKEW_ALLOWANCE`]) that says the same in summary, description and affected
    /// versions and does not belong to another incident (`claimed`). None when there is none; GitHub
    /// may take some seconds to show a new one.
    ///
    /// # Errors
    /// When GitHub could not be asked; safe to repeat.
    pub async fn find_created(
        &self,
        repository: &Repository,
        content: &Embargoed<Content>,
        since: Timestamp,
        claimed: &BTreeSet<Embargoed<GhsaId>>,
    ) -> Result<Option<EmbargoedAdvisory>, Setback> {
        let page = AdvisoryPage::on_github();
        let wanted = content.open(&page);
        let oldest = since.checked_sub(CLOCK_SKEW_ALLOWANCE).unwrap_or(Timestamp::MIN);
        let mut url = self.advisories(repository);
        url.query_pairs_mut().extend_pairs([
            ("state", "draft"),
            ("sort", "created"),
            ("direction", "desc"),
            ("per_page", DRAFTS_PER_PAGE),
        ]);
        for _ in 0..PAGES_MAX {
            let response = self.send(Call::new("list drafts", Method::GET, url)).await?;
            let drafts: Vec<RawAdvisory> = wire::parse(response.body()).map_err(answer::nonsense_read)?;
            for draft in &drafts {
                let found = self.accept(draft, None, answer::Kind::Read)?;
                let advisory = found.open(&page);
                if advisory.created < oldest {
                    return Ok(None);
                }
                let unclaimed = !claimed.contains(&Embargoed::new(advisory.ghsa.clone()));
                if unclaimed && body::says_the_same(&advisory.content, wanted) {
                    return Ok(Some(found));
                }
            }
            match self.next_page(&response)? {
                Some(next) => url = next,
                None => return Ok(None),
            }
        }
        Err(answer::nonsense_read(wire::BadAnswer("more pages of drafts than any repository has")))
    }

    /// Reads an advisory. Costs nothing against GitHub's limit while it has not changed.
    ///
    /// # Errors
    /// When it could not be read; safe to repeat. A new advisory may be reported as not found for
    /// some seconds.
    pub async fn fetch(
        &self,
        repository: &Repository,
        ghsa: &Embargoed<GhsaId>,
    ) -> Result<EmbargoedAdvisory, Setback> {
        let url = self.advisory(repository, ghsa);
        let known = self.remembered().get(url.as_str());
        let call = Call::new("read advisory", Method::GET, url.clone());
        let call = match &known {
            Some(known) => call.unless(known.etag.clone()),
            None => call,
        };
        let sent = self.send(call).await;
        let response = sent.inspect_err(|_| self.remembered().forget(url.as_str()))?;
        let raw = match known {
            Some(known) if response.status() == StatusCode::NOT_MODIFIED => known.what,
            _ => Arc::new(wire::parse::<RawAdvisory>(response.body()).map_err(answer::nonsense_read)?),
        };
        let advisory = self.accept(&raw, Some(ghsa), answer::Kind::Read)?;
        if let Some(etag) = response.headers().get(header::ETAG) {
            self.remembered().keep(url.into(), etag.clone(), raw);
        }
        Ok(advisory)
    }

    /// Makes `change` to what an advisory says; writes nothing when GitHub holds it already, and only
    /// what differs otherwise. Rows about other packages stay as they are, with what others wrote in
    /// them by hand. `ground` is what stood there when the change was decided on: where something else
    /// stands by now, nothing is written.
    ///
    /// # Errors
    /// Safe to repeat, whatever the error says of its fate.
    pub async fn update(
        &self,
        repository: &Repository,
        ghsa: &Embargoed<GhsaId>,
        change: &Embargoed<ContentChange>,
        ground: Option<&Embargoed<ContentChange>>,
    ) -> Result<Written, Setback> {
        let page = AdvisoryPage::on_github();
        let mut turn = self.pace.turn(&*self.clock).await;
        let (raw, held) = self.read_fresh(repository, ghsa).await?;
        let content = &held.open(&page).content;
        let change = change.open(&page);
        let conflicts = ground.map(|ground| content.conflicts(change, ground.open(&page)));
        if let Some(parts) = conflicts.filter(|parts| !parts.is_empty()) {
            return Ok(Written::Conflict(held, parts));
        }
        let body = body::patch(raw.rows(), content, &content.with(change));
        if body.is_empty() {
            return Ok(Written::Holds(held));
        }
        let call = self.patch("update advisory", repository, ghsa, body.into());
        self.change(&mut turn, call, ghsa).await.map(Written::Holds)
    }

    /// What is left of the limit on requests by the hour; none while GitHub has told nothing that holds
    /// yet.
    #[must_use]
    pub fn allowance(&self) -> Option<Allowance> {
        self.pace.allowance(self.clock.now())
    }

    /// Whose token it is.
    ///
    /// # Errors
    /// When GitHub could not be asked or does not accept the token; safe to repeat.
    pub async fn user(&self) -> Result<Account, Setback> {
        let call = Call::new("read account", Method::GET, self.url(["user"]));
        let response = self.send(call).await?;
        wire::account(&response).map_err(answer::nonsense_read)
    }

    /// Reads an advisory without regard to what is remembered.
    async fn read_fresh(
        &self,
        repository: &Repository,
        ghsa: &Embargoed<GhsaId>,
    ) -> Result<(RawAdvisory, EmbargoedAdvisory), Setback> {
        let url = self.advisory(repository, ghsa);
        let response = self.send(Call::new("read advisory", Method::GET, url)).await?;
        let raw: RawAdvisory = wire::parse(response.body()).map_err(answer::nonsense_read)?;
        let advisory = self.accept(&raw, Some(ghsa), answer::Kind::Read)?;
        Ok((raw, advisory))
    }

    /// A call that writes `body` into an advisory that was read just now.
    fn patch(
        &self,
        name: &'static str,
        repository: &Repository,
        ghsa: &Embargoed<GhsaId>,
        body: Value,
    ) -> Call {
        Call::new(name, Method::PATCH, self.advisory(repository, ghsa)).with(body).of_what_was_read()
    }

    /// Sends it, and returns the advisory as GitHub then holds it.
    async fn change(
        &self,
        turn: &mut Turn<'_>,
        call: Call,
        ghsa: &Embargoed<GhsaId>,
    ) -> Result<EmbargoedAdvisory, Setback> {
        let changed = self.write_advisory(turn, call).await?;
        self.accept(&changed, Some(ghsa), answer::Kind::Write)
    }

    /// Makes sense of an advisory in an answer, which must be the one asked for.
    fn accept(
        &self,
        raw: &RawAdvisory,
        expected: Option<&Embargoed<GhsaId>>,
        kind: answer::Kind,
    ) -> Result<EmbargoedAdvisory, Setback> {
        let page = AdvisoryPage::on_github();
        let read = raw.advisory(self.clock.now()).and_then(|advisory| match expected {
            Some(ghsa) if *ghsa.open(&page) != advisory.ghsa => {
                Err(wire::BadAnswer("another advisory than was asked for"))
            }
            _ => Ok(Embargoed::new(advisory)),
        });
        read.map_err(|bad| answer::nonsense(bad, kind))
    }

    fn advisories(&self, repository: &Repository) -> Url {
        self.url(["repos", repository.owner(), repository.name(), "security-advisories"])
    }

    fn advisory(&self, repository: &Repository, ghsa: &Embargoed<GhsaId>) -> Url {
        let page = AdvisoryPage::on_github();
        let ghsa = ghsa.open(&page).as_str();
        self.url(["repos", repository.owner(), repository.name(), "security-advisories", ghsa])
    }

    /// An address below an advisory's.
    fn below(&self, repository: &Repository, ghsa: &Embargoed<GhsaId>, segment: &str) -> Url {
        let mut url = self.advisory(repository, ghsa);
        if let Ok(mut path) = url.path_segments_mut() {
            path.push(segment);
        }
        url
    }

    fn remembered(&self) -> std::sync::MutexGuard<'_, Remembered<RawAdvisory>> {
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
