//! Opening, merging and closing pull requests. None is merged but at the commit that was approved, and none
//! by a right that only the token's user has: GitHub lets administrators past their own rules without a word.

use commands::kernel::{
    effect::FailureKind,
    embargoed::{AdvisoryPage, Embargoed},
    id::{PullNumber, Repository},
    patch::{HeadCommit, PullState},
    work::{PublicPull, PullText, Standing},
};
use http::Method;
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    GitHub,
    answer::{self, Kind, Right},
    call::Call,
    pull::PER_PAGE,
    standing::{RawPull, VISIBLE_WITHIN, Wanted},
    wire::{self, BadAnswer},
};
use crate::port::Setback;

/// The waits for a branch that was pushed just now: GitHub shows it everywhere within seconds.
const BRANCH_WAITS: [SignedDuration; 3] =
    [SignedDuration::from_secs(1), SignedDuration::from_secs(2), SignedDuration::from_secs(4)];

/// What a repository lets people do with pull requests; GitHub shows it to those who may push.
#[derive(Deserialize)]
struct RawMethods {
    allow_merge_commit: Option<bool>,
    allow_rebase_merge: Option<bool>,
    allow_squash_merge: Option<bool>,
}

impl RawMethods {
    /// The ways of merging, the one first that leaves the commits as they are.
    fn allowed(&self) -> Vec<&'static str> {
        [
            ("merge", self.allow_merge_commit),
            ("rebase", self.allow_rebase_merge),
            ("squash", self.allow_squash_merge),
        ]
        .into_iter()
        .filter_map(|(method, allowed)| allowed.unwrap_or(true).then_some(method))
        .collect()
    }
}

/// Where a pull request comes from, and which of its commits is meant, where one is.
pub(super) struct Origin<'a> {
    pub(super) home: &'a Repository,
    pub(super) branch: &'a str,
    pub(super) commit: Option<&'a HeadCommit>,
}

impl<'a> Origin<'a> {
    fn wanted(&self) -> Wanted<'a> {
        self.commit.map_or(Wanted::Head(self.home, self.branch, None), Wanted::Commit)
    }
}

/// What merging is answered.
#[derive(Deserialize)]
struct RawMerged {
    merged: Option<bool>,
}

impl GitHub {
    /// Opens a pull request of a branch of the same repository and returns how it stands. Opens none where
    /// there is one of that commit, whatever has become of it.
    ///
    /// # Errors
    /// Safe to repeat, whatever the error says of its fate. A branch that GitHub does not show yet is not
    /// there yet.
    pub async fn open_pull(
        &self,
        repository: &Repository,
        head: &str,
        commit: &HeadCommit,
        base: &str,
        text: &PullText,
    ) -> Result<PublicPull, Setback> {
        let body = json!({ "title": text.title(), "head": head, "base": base, "body": text.body() });
        let from = Origin { home: repository, branch: head, commit: Some(commit) };
        self.open(repository, base, &from, &body, Right::WritePulls).await
    }

    /// Opens the pull request that `body` describes, unless there is one `from` there.
    pub(super) async fn open(
        &self,
        repository: &Repository,
        base: &str,
        from: &Origin<'_>,
        body: &Value,
        right: Right,
    ) -> Result<PublicPull, Setback> {
        let call = || Call::new("open pull request", Method::POST, self.of(repository, ["pulls"]));
        let call = || call().with(body.clone()).taking(right);
        for wait in BRANCH_WAITS {
            match self.open_once(repository, base, from, call()).await {
                Err(setback) if setback.failure.kind == FailureKind::NotFound => self.pause(wait).await,
                opened => return opened,
            }
        }
        // Pull requests were shown: one that still cannot be opened is closed to this token.
        self.open_once(repository, base, from, call().of_what_was_read()).await
    }

    async fn open_once(
        &self,
        repository: &Repository,
        base: &str,
        from: &Origin<'_>,
        call: Call,
    ) -> Result<PublicPull, Setback> {
        let mut turn = self.pace.turn(&*self.clock).await;
        if let Some(there) = self.find_pull(repository, base, &from.wanted()).await? {
            return Ok(there);
        }
        let opened = match self.write(&mut turn, call).await {
            Ok(opened) => opened,
            Err(refused) if says(&refused, "already exists") => {
                if let Some(there) = self.find_pull(repository, base, &from.wanted()).await? {
                    return Ok(there);
                }
                // One of another commit is no news to come, and not the one that was wanted.
                let other = Wanted::Head(from.home, from.branch, None);
                let other = self.find_pull(repository, base, &other).await?;
                return Err(other.map_or_else(|| answer::not_yet(VISIBLE_WITHIN), |_| refused));
            }
            // Somebody has just made that branch, and not every part of GitHub shows it.
            Err(refused) if says(&refused, "head invalid") => return Err(answer::not_yet(VISIBLE_WITHIN)),
            Err(setback) => return Err(setback),
        };
        drop(turn);
        let raw: RawPull = wire::parse(opened.body()).map_err(|bad| answer::nonsense(bad, Kind::Write))?;
        match self.public_pull(repository, PullNumber(raw.number)).await {
            Err(setback) if setback.failure.kind == FailureKind::NotFound => {
                Err(answer::not_yet(VISIBLE_WITHIN))
            }
            read => read,
        }
    }

    /// Merges a pull request at `commit`, by the first way that the repository allows: a merge commit, a
    /// rebase, a squash. Merges nothing where it is merged.
    ///
    /// # Errors
    /// Refused, with nothing sent, where its newest commit is another, where it is closed, and where the
    /// repository's rules are not met: what an administrator's token could do all the same is not done.
    /// Safe to repeat, whatever the error says of its fate.
    pub async fn merge_pull(
        &self,
        repository: &Repository,
        number: PullNumber,
        commit: &HeadCommit,
    ) -> Result<PublicPull, Setback> {
        let pull = self.worked_out(repository, number).await?;
        if pull.state == PullState::Merged {
            return Ok(pull);
        }
        let methods = self.methods(repository).await?;
        let mut turn = self.pace.turn(&*self.clock).await;
        let pull = self.public_pull(repository, number).await?;
        if pull.state == PullState::Merged {
            return Ok(pull);
        }
        may_be_merged(&pull, commit)?;
        let mut refused = answer::senseless("the repository allows no way of merging a pull request");
        for method in methods {
            let url = self.of(repository, ["pulls", &number.to_string(), "merge"]);
            let body = json!({ "sha": String::from(commit.clone()), "merge_method": method });
            let call = Call::new("merge", Method::PUT, url).with(body).taking(Right::Merge);
            refused = match self.write(&mut turn, call.of_what_was_read()).await {
                Ok(response) => {
                    let merged = wire::parse::<RawMerged>(response.body());
                    return match merged {
                        Ok(RawMerged { merged: Some(true) }) => {
                            Ok(PublicPull { state: PullState::Merged, ..pull })
                        }
                        Ok(_) => Err(answer::nonsense(BadAnswer("a merge that is none"), Kind::Write)),
                        Err(bad) => Err(answer::nonsense(bad, Kind::Write)),
                    };
                }
                // Somebody else's merge came between: nothing is wrong with this one.
                Err(setback) if says(&setback, "Base branch was modified") => {
                    return Err(answer::not_yet(VISIBLE_WITHIN));
                }
                Err(setback) => setback,
            };
            // The branch's own rules may allow less than the repository does.
            if !says(&refused, "are not allowed on this repository") {
                break;
            }
            turn.space(&*self.clock).await;
        }
        Err(refused)
    }

    /// Closes all open pull requests of a private fork; there are none where the fork is gone.
    ///
    /// # Errors
    /// Safe to repeat, whatever the error says of its fate.
    pub async fn close_pulls(&self, fork: &Embargoed<Repository>) -> Result<(), Setback> {
        let fork = fork.open(&AdvisoryPage::on_github());
        let mut url = self.of(fork, ["pulls"]);
        url.query_pairs_mut().append_pair("state", "open").append_pair("per_page", &PER_PAGE.to_string());
        let (mut open, mut next) = (Vec::new(), Some(url));
        while let Some(url) = next.take() {
            let call = Call::new("list open pull requests", Method::GET, url).taking(Right::Pulls);
            let Some(response) = self.look(call).await? else { return Ok(()) };
            let page: Vec<RawPull> = wire::parse(response.body()).map_err(answer::nonsense_read)?;
            open.extend(page.iter().map(|pull| pull.number));
            next = self.next_page(&response)?;
        }
        for number in open {
            let mut turn = self.pace.turn(&*self.clock).await;
            let url = self.of(fork, ["pulls", &number.to_string()]);
            let call = Call::new("close pull request", Method::PATCH, url).with(json!({ "state": "closed" }));
            self.write(&mut turn, call.of_what_was_read().taking(Right::WritePulls)).await?;
        }
        Ok(())
    }

    /// The ways of merging that a repository allows.
    async fn methods(&self, repository: &Repository) -> Result<Vec<&'static str>, Setback> {
        let call = Call::new("read repository", Method::GET, self.of(repository, []));
        let response = self.send(call.taking(Right::Metadata)).await?;
        let raw: RawMethods = wire::parse(response.body()).map_err(answer::nonsense_read)?;
        Ok(raw.allowed())
    }
}

/// Whether a pull request may be merged at that commit without anybody's special right.
fn may_be_merged(pull: &PublicPull, commit: &HeadCommit) -> Result<(), Setback> {
    if pull.state == PullState::Closed {
        return Err(answer::senseless("the pull request is closed"));
    }
    if pull.head != *commit {
        return Err(answer::senseless(
            "somebody pushed to the pull request: its newest commit is not the one that was to be merged",
        ));
    }
    Err(match pull.standing {
        Standing::Free => return Ok(()),
        Standing::Unknown => answer::not_yet(VISIBLE_WITHIN),
        Standing::Conflicts => answer::senseless("the pull request conflicts with its branch"),
        Standing::Blocked => answer::senseless(
            "the repository's rules are not met: a review, a check or a merge queue is missing, and the bot passes nobody's rules",
        ),
        Standing::Behind => {
            answer::senseless("its branch has moved on, and the repository wants it brought up to date first")
        }
        Standing::Draft => answer::senseless("the pull request is a draft"),
    })
}

/// Whether GitHub's refusal holds those words.
pub(super) fn says(setback: &Setback, words: &str) -> bool {
    setback.failure.kind == FailureKind::Refused
        && setback.failure.detail.open(&AdvisoryPage::on_github()).contains(words)
}
