//! One look at one repository.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use commands::kernel::{
    content::EmbargoedAdvisory,
    effect::FailureKind,
    embargoed::Embargoed,
    id::{GhsaId, PullNumber, Repository},
    input::Observed,
};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{mpsc, oneshot};

use super::{Glimpse, Sought, Uptake, public::Known, sight::Sight};
use crate::{
    github::{Digest, GitHub},
    port::{Again, Clock, Setback},
};

/// How often an advisory that somebody named is looked for where GitHub knows of none: a new one may
/// take some seconds to show.
const MISSED_MAX: u32 = 5;

/// What is known of a repository's advisories.
#[derive(Default)]
pub(super) struct Memory {
    /// By advisory, what the list said of it when the engine took it in.
    taken: BTreeMap<Embargoed<GhsaId>, Digest>,
    /// Those to be read by themselves because somebody named them, and how often they were not there.
    named: BTreeMap<Embargoed<GhsaId>, u32>,
    sight: Sight,
    /// What is known of the repository's public side.
    public: Option<Known>,
}

/// How a look ended.
pub(super) enum Ended {
    /// All of it was seen.
    Seen {
        /// Whether something of it has to be handed over again.
        later: bool,
    },
    /// Not all of it.
    Failed {
        /// How long GitHub asks to be left alone.
        wait: Option<SignedDuration>,
    },
}

/// Nobody takes what is seen any more.
pub(super) struct Unheard;

/// Why a look cannot go on.
pub(super) enum Stop {
    Setback(Setback),
    Unheard,
}

impl From<Unheard> for Stop {
    fn from(_: Unheard) -> Self {
        Self::Unheard
    }
}

impl From<Setback> for Stop {
    fn from(setback: Setback) -> Self {
        Self::Setback(setback)
    }
}

impl Memory {
    /// These are to be read by themselves, whatever a list says.
    pub(super) fn name(&mut self, named: BTreeSet<Embargoed<GhsaId>>) {
        self.named.extend(named.into_iter().map(|ghsa| (ghsa, 0)));
    }

    fn forget(&mut self, named: &Embargoed<GhsaId>) {
        self.named.remove(named);
    }

    /// One that was named could not be read; whether to look for it again.
    fn missed(&mut self, named: &Embargoed<GhsaId>) -> bool {
        let missed = self.named.get_mut(named).map_or(MISSED_MAX, |missed| {
            *missed += 1;
            *missed
        });
        if missed >= MISSED_MAX {
            self.forget(named);
        }
        missed < MISSED_MAX
    }

    /// The moment from which the team is to know that the repository is out of sight.
    pub(super) fn telling(&self) -> Option<Timestamp> {
        self.sight.telling()
    }
}

/// One look.
pub(super) struct Look {
    pub(super) github: Arc<GitHub>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) repository: Repository,
    /// The pull requests to look at, each in its fork.
    pub(super) pulls: BTreeSet<(Embargoed<Repository>, PullNumber)>,
    /// What is looked for on its public side, if anything.
    pub(super) sought: Option<Sought>,
    pub(super) out: mpsc::Sender<Glimpse>,
}

impl Look {
    /// Looks, and hands over what is new.
    pub(super) async fn at(&self, memory: &mut Memory) -> Ended {
        let (later, setback) = match self.see(memory).await {
            Ok(later) => (later, None),
            Err(Stop::Setback(setback)) => (false, Some(setback)),
            Err(Stop::Unheard) => return Ended::Failed { wait: None },
        };
        if self.tell_sight(memory, setback.as_ref()).await.is_err() {
            return Ended::Failed { wait: None };
        }
        match setback {
            None => Ended::Seen { later },
            Some(Setback { again: Again::NotDone { wait }, .. }) => Ended::Failed { wait },
            Some(Setback { again: Again::Never | Again::Unknown, .. }) => Ended::Failed { wait: None },
        }
    }

    /// Hands over what is new; whether some of it has to be handed over again. One that makes no sense
    /// does not stop the rest.
    async fn see(&self, memory: &mut Memory) -> Result<bool, Stop> {
        let (mut later, mut broken) = (false, None);
        let named: Vec<Embargoed<GhsaId>> = memory.named.keys().cloned().collect();
        for ghsa in named {
            match self.read(&ghsa).await? {
                Ok(Uptake::Taken) => memory.forget(&ghsa),
                Ok(Uptake::LookCloser | Uptake::Later) => later = true,
                Err(setback) => {
                    later |= memory.missed(&ghsa);
                    broken = broken.or(Some(setback).filter(is_broken));
                }
            }
        }
        let sighting = self.github.list(&self.repository, &memory.taken).await?;
        for (advisory, digest) in sighting.changed {
            let ghsa = advisory.map(|advisory| advisory.ghsa.clone());
            let uptake = match self.show(advisory, sighting.asked, false).await? {
                Uptake::LookCloser => self.read(&ghsa).await?,
                uptake @ (Uptake::Taken | Uptake::Later) => Ok(uptake),
            };
            match uptake {
                Ok(Uptake::Taken) => {
                    memory.taken.insert(ghsa, digest);
                }
                Ok(Uptake::LookCloser | Uptake::Later) => later = true,
                Err(setback) => {
                    later = true;
                    broken = broken.or(Some(setback).filter(is_broken));
                }
            }
        }
        self.see_pulls().await?;
        self.see_public(&mut memory.public).await?;
        broken.map_or(Ok(later), |setback| Err(setback.into()))
    }

    /// Hands over the pull requests that matter, new or not: a command may have read one otherwise in
    /// between. One that cannot be read is no reason to stop: its fork may be gone, or the token may not read
    /// pull requests, which a command that wants one tells.
    async fn see_pulls(&self) -> Result<(), Stop> {
        for (fork, number) in &self.pulls {
            let asked = self.clock.now();
            let pull = match self.github.pull(fork, *number).await {
                Ok(pull) => pull,
                Err(setback) if setback.failure.kind == FailureKind::Unreachable => {
                    return Err(setback.into());
                }
                Err(_) => continue,
            };
            if let Some(pull) = pull {
                self.hand_over(Observed::Pull { fork: fork.clone(), asked, pull }, true).await?;
            }
        }
        Ok(())
    }

    /// Reads one by itself, and hands it over. A setback that is about this one alone is no reason to
    /// stop.
    async fn read(&self, ghsa: &Embargoed<GhsaId>) -> Result<Result<Uptake, Setback>, Stop> {
        let asked = self.clock.now();
        match self.github.fetch(&self.repository, ghsa).await {
            Ok(advisory) => Ok(Ok(self.show(advisory, asked, true).await?)),
            Err(setback) if is_broken(&setback) || setback.failure.kind == FailureKind::NotFound => {
                Ok(Err(setback))
            }
            Err(setback) => Err(setback.into()),
        }
    }

    /// Tells whether the repository can be looked at, when that is news.
    async fn tell_sight(&self, memory: &mut Memory, setback: Option<&Setback>) -> Result<(), Unheard> {
        let failure = setback.map(|setback| &setback.failure);
        if memory.sight.note(failure, self.clock.now()) {
            let (repository, lost) = (self.repository.clone(), failure.cloned());
            self.hand_over(Observed::Sight { repository, lost }, true).await?;
            memory.sight.told(failure.is_some());
        }
        Ok(())
    }

    async fn show(
        &self,
        advisory: EmbargoedAdvisory,
        asked: Timestamp,
        first_hand: bool,
    ) -> Result<Uptake, Unheard> {
        let (repository, advisory) = (self.repository.clone(), Box::new(advisory));
        self.hand_over(Observed::Advisory { repository, asked, advisory }, first_hand).await
    }

    pub(super) async fn hand_over(&self, observed: Observed, first_hand: bool) -> Result<Uptake, Unheard> {
        let (uptake, answered) = oneshot::channel();
        let glimpse = Glimpse { observed, first_hand, uptake };
        self.out.send(glimpse).await.map_err(|_| Unheard)?;
        answered.await.map_err(|_| Unheard)
    }
}

/// Whether the answer was there and makes no sense.
fn is_broken(setback: &Setback) -> bool {
    setback.failure.kind == FailureKind::Broken
}
