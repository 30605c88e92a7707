//! What the realm holds: accounts, channels, groups and messages.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::ids::{ChannelId, GroupId, MessageId, UserId};
use super::realm::{Privacy, Role};

/// An account.
#[derive(Debug, Clone)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// Its full name.
    pub name: String,
    /// Its e-mail address.
    pub email: String,
    /// The key that any Zulip client can be pointed at the sandbox with.
    pub api_key: String,
    /// Its role.
    pub role: Role,
    /// For a bot, its owner. The realm's own bots have none.
    pub bot_owner: Option<UserId>,
    /// Whether it is a bot.
    pub is_bot: bool,
    /// Whether it is one of Zulip's own bots, which belong to no realm.
    pub is_system: bool,
    /// Whether it may still act.
    pub is_active: bool,
    /// The account on GitHub that its profile names, in the custom field for that.
    pub github: Option<String>,
}

/// A channel.
#[derive(Debug, Clone)]
pub(super) struct Channel {
    pub(super) id: ChannelId,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) privacy: Privacy,
    pub(super) archived: bool,
    pub(super) creator: Option<UserId>,
    pub(super) created: i64,
    /// Everyone subscribed, deactivated accounts too.
    pub(super) subscribers: BTreeSet<UserId>,
    /// Those who were subscribed once.
    pub(super) former: BTreeSet<UserId>,
}

/// A user group.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub(super) id: GroupId,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) members: BTreeSet<UserId>,
}

/// Where a message is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A topic of a channel.
    Channel {
        /// The channel.
        channel: ChannelId,
        /// The topic's name.
        topic: String,
    },
    /// A conversation of these people, the sender among them.
    Direct(BTreeSet<UserId>),
}

impl Place {
    /// A topic of a channel.
    #[must_use]
    pub fn topic(channel: ChannelId, topic: &str) -> Self {
        Self::Channel { channel, topic: topic.to_owned() }
    }

    /// A conversation with these people; the sender is added.
    #[must_use]
    pub fn direct(people: impl IntoIterator<Item = UserId>) -> Self {
        Self::Direct(people.into_iter().collect())
    }

    /// The channel, if it is one.
    #[must_use]
    pub fn channel(&self) -> Option<ChannelId> {
        match self {
            Self::Channel { channel, .. } => Some(*channel),
            Self::Direct(_) => None,
        }
    }

    /// The topic, which a direct message has not: the empty text.
    #[must_use]
    pub fn topic_name(&self) -> &str {
        match self {
            Self::Channel { topic, .. } => topic,
            Self::Direct(_) => "",
        }
    }
}

/// A message, as it is now.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// Who said it.
    pub sender: UserId,
    /// Where it is now.
    pub place: Place,
    /// What it says now, in Markdown.
    pub content: String,
    /// When it was sent.
    pub sent: Timestamp,
    /// The program it was sent with.
    pub client: String,
    /// The reactions to it, in the order they were made.
    pub reactions: Vec<Reaction>,
    /// What it was before, the newest change first.
    pub history: Vec<Edit>,
    /// When its content was last changed.
    pub last_edit: Option<i64>,
    /// When it was last moved.
    pub last_move: Option<i64>,
    /// To whom it was delivered, with their flags.
    pub received: BTreeMap<UserId, BTreeSet<&'static str>>,
}

/// One person's reaction to a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reaction {
    /// Who reacted.
    pub user: UserId,
    /// The name the emoji was given by.
    pub name: String,
    /// The emoji's code point, in hexadecimal.
    pub code: String,
}

/// One change to a message, with what was before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Who made it.
    pub user: UserId,
    /// When, in seconds of Unix time.
    pub at: i64,
    /// The content before, if that changed.
    pub content: Option<String>,
    /// The topic before and after, if that changed.
    pub topic: Option<(String, String)>,
    /// The channel before and after, if that changed.
    pub channel: Option<(ChannelId, ChannelId)>,
}

/// One HTTP request that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRecord {
    /// Its method.
    pub method: String,
    /// Its path, without the query.
    pub path: String,
    /// Who made it, if they could be told.
    pub user: Option<UserId>,
    /// The status it was answered with.
    pub status: u16,
    /// When it came in.
    pub at: Timestamp,
}
