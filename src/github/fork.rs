//! An advisory's temporary private fork.

use commands::kernel::{
    effect::FailureKind,
    embargoed::{AdvisoryPage, Embargoed},
    id::{GhsaId, Repository},
};
use http::Method;
use jiff::SignedDuration;

use super::{
    GitHub,
    answer::{self, Kind, Right},
    call::Call,
    wire::{self, BadAnswer, RawRepository},
};
use crate::port::{Again, Setback};

/// How often it is looked whether a fork can be used; GitHub says that it takes five minutes at most.
const LOOK_EVERY: SignedDuration = SignedDuration::from_secs(10);

impl GitHub {
    /// Makes an advisory's temporary private fork and returns its name; it can be used once
    /// [`GitHub::fork_ready`] says so. Makes none where there is one.
    ///
    /// # Errors
    /// Safe to repeat, whatever the error says of its fate.
    pub async fn create_fork(
        &self,
        repository: &Repository,
        ghsa: &Embargoed<GhsaId>,
    ) -> Result<Embargoed<Repository>, Setback> {
        let mut turn = self.pace.turn(&*self.clock).await;
        if let Some(fork) = self.fork(repository, ghsa).await? {
            return Ok(fork);
        }
        let url = self.below(repository, ghsa, "forks");
        let call = Call::new("create fork", Method::POST, url).of_what_was_read().taking(Right::Fork);
        let made = match self.write(&mut turn, call).await {
            Ok(made) => made,
            // That there is one already may have become visible only now.
            Err(refused) if refused.failure.kind == FailureKind::Refused => {
                return self.fork(repository, ghsa).await?.ok_or(refused);
            }
            Err(setback) => return Err(setback),
        };
        let name = wire::parse::<RawRepository>(made.body()).map(|raw| raw.name());
        let name = name.and_then(|name| name.ok_or(BadAnswer("a fork without a name")));
        name.map(Embargoed::new).map_err(|bad| answer::nonsense(bad, Kind::Write))
    }

    /// Returns once a private fork can be used.
    ///
    /// # Errors
    /// [`FailureKind::NotFound`], with the time of the next look, as long as it is not there yet. Safe
    /// to repeat.
    pub async fn fork_ready(&self, fork: &Embargoed<Repository>) -> Result<(), Setback> {
        let name = fork.open(&AdvisoryPage::on_github());
        let url = self.url(["repos", name.owner(), name.name()]);
        match self.send(Call::new("look for fork", Method::GET, url)).await {
            Ok(_) => Ok(()),
            Err(Setback { failure, again: Again::Never }) if failure.kind == FailureKind::NotFound => {
                Err(answer::not_yet(LOOK_EVERY))
            }
            Err(setback) => Err(setback),
        }
    }

    async fn fork(
        &self,
        repository: &Repository,
        ghsa: &Embargoed<GhsaId>,
    ) -> Result<Option<Embargoed<Repository>>, Setback> {
        let (raw, _) = self.read_fresh(repository, ghsa).await?;
        Ok(raw.fork().map(Embargoed::new))
    }
}
