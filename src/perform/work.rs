//! A release's work in public repositories. Everything looks first and does nothing where nothing is left to
//! do, so that it is safe to repeat.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use commands::kernel::{
    effect::{Failure, FailureKind, Outcome, Service},
    embargoed::{AdvisoryPage, Embargoed},
    id::{IncidentId, Repository},
    patch::{Branch, PullState},
    work::{Bundle, Found, PublicPull, Sought, Standing, Work},
};
use jiff::SignedDuration;

use super::{Attempt, Performer, no_guard};
use crate::port::{Again, Setback};

/// How often it is looked at what is waited for. Unchanged, it costs nothing against GitHub's limit.
const LOOK_EVERY: SignedDuration = SignedDuration::from_secs(30);

/// The same of what waits for people elsewhere, who may take days.
const MERGE_EVERY: SignedDuration = SignedDuration::from_mins(5);

impl Performer {
    /// Tries a piece of a release's work once.
    ///
    /// # Errors
    /// A [`Setback`] when it has not been done, or may not have been.
    pub(super) async fn work(&self, attempt: &Attempt, work: &Work) -> Result<Outcome, Setback> {
        if let Some(incidents) = told_by(attempt, work)? {
            return Ok(Outcome::Blocked(incidents));
        }
        match work {
            Work::Push { fork, commit, repository, branch, base } => {
                let by_hand = Sought::Commit(commit.open(&AdvisoryPage::on_github()).clone());
                if let Some(pull) = self.live(repository, base, &by_hand).await? {
                    return Ok(found(pull));
                }
                let pushed = self.git.push(fork, commit, repository, branch).await?;
                Ok(Outcome::Found(Found::Pushed { bypassed: pushed.bypassed }))
            }
            Work::OpenPull { repository, head, commit, base, text } => {
                self.github.open_pull(repository, head, commit, &base.0, text).await.map(found)
            }
            Work::AwaitPull { repository, base, sought, known } => {
                self.await_pull(repository, base, sought, *known).await
            }
            Work::Merge { repository, number, commit, .. } => {
                self.github.merge_pull(repository, *number, commit).await.map(found)
            }
            Work::Dispatch { repository, workflow, branch, inputs, base, opens } => {
                if let Some(head) = opens {
                    let opened = Sought::Head { branch: head.clone(), since: Some(attempt.recorded.at) };
                    if let Some(pull) = self.live(repository, base, &opened).await? {
                        return Ok(found(pull));
                    }
                }
                let (since, look_first) = (attempt.recorded.at, attempt.look_first);
                self.github.dispatch(repository, (workflow, branch), inputs, since, look_first).await?;
                Ok(Outcome::Done)
            }
            Work::AwaitTag { repository, tag } => {
                if self.github.has_tag(repository, tag).await? {
                    Ok(Outcome::Done)
                } else {
                    Err(not_yet(LOOK_EVERY))
                }
            }
            Work::Snapshot { fork, repository } => {
                let bundle = self.git.bundle(fork, repository).await?;
                let bundle = bundle.map(|bytes| Bundle(STANDARD.encode(bytes)));
                Ok(Outcome::Found(Found::Snapshot(bundle)))
            }
            Work::ClosePulls { fork } => self.github.close_pulls(fork).await.map(|()| Outcome::Done),
            Work::RemoveFork { repository, ghsa } => {
                let is_gone = self.github.remove_fork(repository, ghsa).await?;
                if is_gone { Ok(Outcome::Done) } else { Err(not_yet(LOOK_EVERY)) }
            }
            Work::Propose(proposed) => self.github.propose(proposed).await.map(found),
            Work::AwaitMerge { repository, number, .. } => {
                let pull = self.github.public_pull(repository, *number).await?;
                if pull.state == PullState::Open { Err(not_yet(MERGE_EVERY)) } else { Ok(found(pull)) }
            }
        }
    }

    /// The pull request, unless there is none or somebody closed it.
    async fn live(
        &self,
        repository: &Repository,
        base: &Branch,
        sought: &Sought,
    ) -> Result<Option<PublicPull>, Setback> {
        let pull = self.github.read_pull(repository, &base.0, sought).await?;
        Ok(pull.filter(|pull| pull.state != PullState::Closed))
    }

    async fn await_pull(
        &self,
        repository: &Repository,
        base: &Branch,
        sought: &[Sought],
        known: Option<Standing>,
    ) -> Result<Outcome, Setback> {
        for one in sought {
            if let Some(pull) = self.github.read_pull(repository, &base.0, one).await? {
                return if pull.is_clear(known) { Ok(found(pull)) } else { Err(not_yet(LOOK_EVERY)) };
            }
        }
        Err(not_yet(LOOK_EVERY))
    }
}

/// Whose identifiers the public would read in it, if anybody's. What it brings out of its own incident was
/// approved; its names and titles are made to say nothing.
fn told_by(attempt: &Attempt, work: &Work) -> Result<Option<Vec<IncidentId>>, Setback> {
    let said = match work {
        Work::Push { branch, .. } => vec![branch.clone()],
        Work::OpenPull { head, text, .. } => vec![head.clone(), text.title(), text.body()],
        Work::Propose(proposed) => vec![
            proposed.file.get().branch.clone(),
            proposed.file.get().path.clone(),
            proposed.file.get().content.clone(),
            proposed.file.get().title.clone(),
            proposed.file.get().body.clone(),
        ],
        Work::Dispatch { inputs, .. } => inputs.values().cloned().collect(),
        Work::AwaitPull { .. }
        | Work::Merge { .. }
        | Work::AwaitTag { .. }
        | Work::Snapshot { .. }
        | Work::ClosePulls { .. }
        | Work::RemoveFork { .. }
        | Work::AwaitMerge { .. } => return Ok(None),
    };
    let guard = attempt.guard.as_ref().ok_or_else(no_guard)?;
    Ok(said.iter().find_map(|text| guard.pass(text).err()))
}

fn found(pull: PublicPull) -> Outcome {
    Outcome::Found(Found::Pull(Box::new(pull)))
}

/// What is waited for has not come.
fn not_yet(wait: SignedDuration) -> Setback {
    let detail = Embargoed::new("it has not come".to_owned());
    Setback {
        failure: Failure { service: Service::GitHub, kind: FailureKind::NotFound, detail },
        again: Again::NotDone { wait: Some(wait) },
    }
}
