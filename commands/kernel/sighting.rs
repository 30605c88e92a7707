//! Where something was seen that may give an incident away.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::kernel::{
    embargoed::{Embargoed, EmbargoedText},
    id::{ChannelId, MessageId, PullNumber, Topic, UserId},
    public::Sameness,
};

/// Where something was seen by people outside the team. What it says in clear holds what must not be
/// said, so its `Debug` shows the kind only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sighting {
    /// In a message.
    Message {
        /// Which.
        message: MessageId,
        /// In which channel.
        channel: ChannelId,
        /// In which topic.
        topic: Topic,
        /// Its author.
        by: UserId,
        /// When it was sent.
        at: Timestamp,
    },
    /// In a message whose text was changed.
    Edit {
        /// Which.
        message: MessageId,
        /// In which channel.
        channel: ChannelId,
        /// Who changed it; Zulip lets nobody but its author.
        by: UserId,
        /// When.
        at: Timestamp,
        /// Whether it stood there only before the change.
        undone: bool,
    },
    /// In the name of a topic.
    Topic {
        /// In which channel.
        channel: ChannelId,
        /// Its name.
        topic: Topic,
        /// A message in it.
        message: MessageId,
        /// Who wrote there or renamed it, where that is known.
        by: Option<UserId>,
    },
    /// In the name of a channel.
    Channel {
        /// Which.
        channel: ChannelId,
        /// Its name.
        name: EmbargoedText,
    },
    /// Messages of the team's channel were moved to where others can read them.
    MovedOut {
        /// The first of them.
        message: MessageId,
        /// How many.
        count: usize,
        /// To which channel.
        channel: ChannelId,
        /// By whom, where that is known.
        by: Option<UserId>,
    },
    /// On GitHub's public side.
    OnGitHub {
        /// In what.
        what: PublicKind,
        /// Its page.
        url: String,
    },
    /// On GitHub's public side, and it is part of the private patch.
    PatchOnGitHub {
        /// What is.
        what: PublicKind,
        /// Its page.
        url: String,
        /// The pull request in the private fork.
        pull: PullNumber,
        /// What both have in common.
        sameness: Sameness,
    },
}

/// What is public on GitHub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PublicKind {
    /// A commit.
    Commit,
    /// A branch.
    Branch,
    /// A pull request.
    PullRequest,
    /// An issue.
    Issue,
    /// A release.
    Release,
    /// A tag.
    Tag,
}

/// What the leak watch remembers of an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WatchChange {
    /// Something was seen where others can read it, and the team was alarmed.
    Seen {
        /// Where.
        sighting: Sighting,
        /// Whether it had stood there for a while already.
        late: bool,
    },
    /// One more term is watched for.
    Added {
        /// By whom.
        by: UserId,
        /// The term.
        term: EmbargoedText,
    },
    /// A term raises no alarm any more.
    Ignored {
        /// By whom.
        by: UserId,
        /// The term.
        term: EmbargoedText,
        /// Why.
        reason: EmbargoedText,
    },
}

/// A place where an alarm is raised once an incident, whatever else is found in it later.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spot {
    /// A message, however often it is edited or moved.
    Message(MessageId),
    /// A topic of that name.
    Topic(ChannelId, EmbargoedText),
    /// A channel of that name.
    Channel(ChannelId, EmbargoedText),
    /// A page on GitHub.
    Page(Embargoed<String>),
}

impl Sighting {
    /// The place it counts once in; none where each time counts.
    #[must_use]
    pub fn spot(&self) -> Option<Spot> {
        match self {
            Self::Message { message, .. } | Self::Edit { message, .. } => Some(Spot::Message(*message)),
            Self::Topic { channel, topic, .. } => {
                Some(Spot::Topic(*channel, EmbargoedText::from(topic.plain())))
            }
            Self::Channel { channel, name } => Some(Spot::Channel(*channel, name.clone())),
            // What was moved back may be moved out again.
            Self::MovedOut { .. } => None,
            Self::OnGitHub { url, .. } | Self::PatchOnGitHub { url, .. } => {
                Some(Spot::Page(Embargoed::new(url.clone())))
            }
        }
    }

    /// When it was said, where that is known.
    #[must_use]
    pub const fn said(&self) -> Option<Timestamp> {
        match self {
            Self::Message { at, .. } | Self::Edit { at, .. } => Some(*at),
            Self::Topic { .. }
            | Self::Channel { .. }
            | Self::MovedOut { .. }
            | Self::OnGitHub { .. }
            | Self::PatchOnGitHub { .. } => None,
        }
    }
}

impl fmt::Debug for Sighting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self {
            Self::Message { .. } => "Message",
            Self::Edit { .. } => "Edit",
            Self::Topic { .. } => "Topic",
            Self::Channel { .. } => "Channel",
            Self::MovedOut { .. } => "MovedOut",
            Self::OnGitHub { .. } => "OnGitHub",
            Self::PatchOnGitHub { .. } => "PatchOnGitHub",
        };
        write!(f, "{kind}(…)")
    }
}
