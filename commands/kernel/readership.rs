//! Who can read a team channel, as it was last reported: what the team is told of when it changes.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::kernel::{
    authority,
    id::{ChannelId, UserId},
    world::World,
};

/// How a channel stands to those who are not subscribed to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Access {
    /// Nobody but its subscribers reads it.
    Private {
        /// Whether those who join later read what was said before.
        shared_history: bool,
    },
    /// Everyone in the organisation reads it.
    Public,
    /// Everyone in the world reads it.
    WebPublic,
    /// It is archived.
    Archived,
    /// It is gone, or the bot is no longer in it.
    OutOfSight,
}

impl Access {
    /// Whether nobody but its subscribers reads it, as far as the bot can know.
    #[must_use]
    pub const fn is_private(self) -> bool {
        matches!(self, Self::Private { .. })
    }
}

/// Who can read a team channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Readership {
    /// The channel's name.
    pub name: String,
    /// Who reads it without being subscribed.
    pub access: Access,
    /// Who is subscribed without being on a team that works in it: guests, other bots, people outside the
    /// team's group. The bot itself is left out, and so are accounts that are deactivated.
    pub others: BTreeSet<UserId>,
}

/// What was seen of a team channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChannelSeen {
    /// Who can read it from now on; the team was told of what is new.
    Readership(Readership),
    /// Whom Zulip named in a notice of what happens to it.
    Hand(UserId),
}

impl Readership {
    /// As Zulip shows it now. Of a channel out of sight only that is known; the rest is as it was.
    #[must_use]
    pub fn seen(world: &World, channel: ChannelId) -> Self {
        let directory = &world.directory;
        let Some(shown) = directory.channels.get(&channel) else {
            let before = world.readership(channel).map(|(_, readership)| readership.clone());
            let unknown =
                || Self { name: String::new(), access: Access::OutOfSight, others: BTreeSet::new() };
            return Self { access: Access::OutOfSight, ..before.unwrap_or_else(unknown) };
        };
        let access = match (shown.archived, shown.web_public, shown.invite_only) {
            (true, _, _) => Access::Archived,
            (false, true, _) => Access::WebPublic,
            (false, false, false) => Access::Public,
            (false, false, true) => Access::Private { shared_history: shown.shared_history },
        };
        let is_other = |user: &UserId| {
            let active = directory.users.get(user).is_none_or(|user| user.is_active);
            active && !directory.is_me(*user) && authority::projects_in(world, channel, *user).is_empty()
        };
        let others = shown.subscribers.iter().copied().filter(is_other).collect();
        Self { name: shown.name.clone(), access, others }
    }
}
