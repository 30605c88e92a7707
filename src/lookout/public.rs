//! Looking at what anybody can read of a repository, while an incident of it is under embargo. What is new
//! is handed over in small portions, for the core to search: what names an incident only the world knows.
//!
//! Nothing is stored. After a restart, and whenever something else is looked for, all of it is looked at
//! anew and handed over again; the core remembers what it has alarmed of.

use std::collections::BTreeSet;

use commands::kernel::{
    effect::FailureKind, embargoed::Embargoed, id::Repository, input::Observed, leak::Identifier,
};
use tracing::warn;

use super::{
    Uptake,
    look::{Look, Stop},
};
use crate::{
    github::{Fresh, PrivateHead, PublicList, PublicSide},
    port::Setback,
};

/// How much is handed over at a time: the engine answers commands in between.
const PORTION: usize = 20;
/// How many heads of branches and pull requests are followed in one look. The rest wait for the next.
const HEADS_AT_ONCE: usize = 10;
/// What stood there at the first look is followed only while this part of GitHub's limit is left.
const PLENTY: i64 = 2;

/// What is looked for on the public side of a repository.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sought {
    /// What names one of its incidents: when it changes, what was seen before is searched again.
    pub identifiers: BTreeSet<Embargoed<Identifier>>,
    /// The newest commits of the pull requests in its private forks.
    pub heads: BTreeSet<PrivateHead>,
}

/// What is known of the public side of a repository.
pub(super) struct Known {
    sought: Sought,
    side: PublicSide,
    /// What GitHub does not show to this token, told once in the log.
    blind: BTreeSet<PublicList>,
}

impl Look {
    /// Hands over what is new to the public, if anything is looked for there.
    pub(super) async fn see_public(&self, known: &mut Option<Known>) -> Result<(), Stop> {
        let Some(sought) = &self.sought else {
            *known = None;
            return Ok(());
        };
        let mut now = known.take().filter(|known| known.sought == *sought).unwrap_or_else(|| Known {
            sought: sought.clone(),
            side: PublicSide::looking_for(&sought.heads),
            blind: BTreeSet::new(),
        });
        let seen = self.see_side(&mut now).await;
        // What could not be decided on is looked at anew.
        if !matches!(seen, Ok(false)) {
            *known = Some(now);
        }
        seen.map(|_| ())
    }

    /// Whether all that was handed over was taken in.
    async fn see_side(&self, known: &mut Known) -> Result<bool, Stop> {
        let side = &mut known.side;
        if shown(self.github.is_public(&self.repository, side).await)? != Some(true) {
            return Ok(true);
        }
        for (fork, number) in &self.pulls {
            // A fork that is gone keeps no secret, and its newest commits are known anyhow.
            shown(self.github.private_commits(fork, *number, side).await)?;
        }
        for list in PublicList::ALL {
            match shown(self.github.public_list(&self.repository, list, side).await)? {
                Some(fresh) if !self.hand_over_public(&fresh, side).await? => return Ok(false),
                Some(_) => {}
                None if known.blind.insert(list) => {
                    warn!(?list, "GitHub does not show this list: nobody watches it for leaks");
                }
                None => {}
            }
        }
        for _ in 0..HEADS_AT_ONCE {
            let left = self.github.allowance();
            let plenty = left.is_none_or(|left| left.remaining.saturating_mul(PLENTY) >= left.limit);
            let Some((head, is_old)) = side.next_head(plenty) else { break };
            let commits = self.github.public_commits(&self.repository, &head, is_old, side).await;
            // One that is not there any more was deleted in the meantime.
            if let Some(fresh) = shown(commits)?
                && !self.hand_over_public(&fresh, side).await?
            {
                return Ok(false);
            }
            side.head_read(&head);
        }
        Ok(true)
    }

    /// Whether it was taken in.
    async fn hand_over_public(&self, fresh: &[Fresh], side: &mut PublicSide) -> Result<bool, Stop> {
        for portion in fresh.chunks(PORTION) {
            let items = portion.iter().map(|fresh| fresh.item.clone()).collect();
            let observed = Observed::Public { repository: self.repository.clone(), items };
            if self.hand_over(observed, true).await? != Uptake::Taken {
                return Ok(false);
            }
            portion.iter().for_each(|fresh| side.take(fresh));
        }
        Ok(true)
    }
}

/// What was read, or none where GitHub does not show it: to this token, or because a repository has no
/// such thing. That keeps nothing else from being looked at.
fn shown<T>(read: Result<T, Setback>) -> Result<Option<T>, Stop> {
    match read {
        Ok(read) => Ok(Some(read)),
        Err(setback) => match setback.failure.kind {
            FailureKind::NotFound | FailureKind::Permission(_) | FailureKind::Refused => Ok(None),
            FailureKind::Unreachable
            | FailureKind::Broken
            | FailureKind::Credentials
            | FailureKind::Insecure => Err(setback.into()),
        },
    }
}

/// By project's repository, what is looked for on its public side: nothing where no incident is under
/// embargo.
pub type SoughtByRepository = std::collections::BTreeMap<Repository, Sought>;
