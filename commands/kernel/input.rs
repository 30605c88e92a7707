//! The four things that can happen, and the moment they happen at.

use jiff::Timestamp;

use crate::kernel::{
    content::EmbargoedAdvisory,
    directory::DirectoryChange,
    effect::{Failure, Outcome},
    embargoed::{Embargoed, EmbargoedText},
    id::{ChannelId, EffectId, MessageId, Repository, Topic, UserId},
    patch::PullRequest,
    public::PublicItem,
};

/// The present, as told from outside: the core has no clock and no dice of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// The time.
    pub time: Timestamp,
    /// Fresh random bits, for choosing a codename.
    pub dice: u64,
}

/// Whatever happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Somebody did something in chat.
    Said(Said),
    /// Time passed.
    Ticked,
    /// The world was seen to have changed.
    Observed(Observed),
    /// An effect came to an end.
    Settled(EffectId, Outcome),
}

/// What people do in chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// A message, new or found in the history after a gap.
    Message(Message),
    /// A message whose text was changed.
    Edit {
        /// The message as it reads now.
        message: Message,
        /// Who changed it.
        editor: UserId,
        /// When.
        edited: Timestamp,
    },
    /// A reaction was put on a message or taken back.
    Reaction {
        /// On which message.
        message: MessageId,
        /// By whom.
        user: UserId,
        /// Its code point in hexadecimal, such as `1f44d`, whatever its name.
        code: String,
        /// Put on (true) or taken back.
        added: bool,
    },
}

/// A Zulip message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// Its author.
    pub sender: UserId,
    /// Where it stands.
    pub place: Place,
    /// Its raw Markdown. Embargoed until it is known not to be.
    pub content: EmbargoedText,
    /// When it was sent, in whole seconds of Zulip's clock.
    pub sent: Timestamp,
}

/// Where a message stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a channel. The topic may be an incident's.
    Channel(ChannelId, Topic),
    /// Between the sender and the bot, and nobody else.
    Direct,
    /// In a group conversation.
    Group,
}

/// A message in a channel whose text was changed, as Zulip tells it to subscribers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// Which.
    pub message: MessageId,
    /// In which channel.
    pub channel: ChannelId,
    /// Who changed it; Zulip lets nobody but its author.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
    /// Its text before, which stays readable in its history.
    pub before: Option<EmbargoedText>,
    /// Its text now.
    pub after: EmbargoedText,
}

/// Changes that nobody reported to the bot by a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Observed {
    /// The realm's people, channels or groups.
    Directory(DirectoryChange),
    /// The bot listens; at its very first start, everything up to this message was said before.
    Listening {
        /// The newest message of before.
        newest: MessageId,
    },
    /// GitHub was looked at, and an advisory stands like this.
    Advisory {
        /// In which repository.
        repository: Repository,
        /// When GitHub was asked: what was written after that is not in the answer.
        asked: Timestamp,
        /// The advisory.
        advisory: Box<EmbargoedAdvisory>,
    },
    /// GitHub was looked at, and a pull request in a private fork stands like this.
    Pull {
        /// In which fork.
        fork: Embargoed<Repository>,
        /// When GitHub was asked.
        asked: Timestamp,
        /// The pull request.
        pull: Embargoed<PullRequest>,
    },
    /// Whether a repository's advisories can be looked at.
    Sight {
        /// Which repository.
        repository: Repository,
        /// Why not, for a while already; none when they can be again.
        lost: Option<Failure>,
    },
    /// GitHub was looked at, and this is new on the public side of a repository.
    Public {
        /// Of which repository.
        repository: Repository,
        /// What is new, the oldest first.
        items: Vec<PublicItem>,
    },
    /// Messages got another topic or channel.
    Moved {
        /// Which.
        messages: Vec<MessageId>,
        /// The channel they are in now.
        channel: ChannelId,
        /// The topic they have now.
        topic: Topic,
        /// Where they stood before, where that is known.
        from: Option<(ChannelId, Topic)>,
        /// Who moved them, where that is known.
        by: Option<UserId>,
    },
    /// The text of a message in a channel was changed.
    Edited(Edited),
}
