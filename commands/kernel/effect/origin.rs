//! What an effect goes back to: a command, and what it opened or ends.

use serde::{Deserialize, Serialize};

use super::TeamPlace;
use crate::kernel::id::{ChannelId, MessageId, UserId};

/// A command that is still being carried out, and where its answer goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandRef {
    /// The message that gave it.
    pub message: MessageId,
    /// Who gave it.
    pub user: UserId,
    /// Where the answer goes.
    pub answer_to: TeamPlace,
}

/// How an incident ended without a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Closing {
    /// The report is no vulnerability.
    Rejected,
    /// There will be no release of it: a duplicate, or dealt with elsewhere.
    Dropped,
    /// Everything is done.
    Finished,
}

/// What opened an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// A command.
    Command(CommandRef),
    /// A private report that was noticed on GitHub.
    Noticed {
        /// The team channel in which it gets its topic.
        channel: ChannelId,
    },
}

impl Origin {
    /// The command, where there was one.
    #[must_use]
    pub const fn command(&self) -> Option<&CommandRef> {
        match self {
            Self::Command(command) => Some(command),
            Self::Noticed { .. } => None,
        }
    }
}
