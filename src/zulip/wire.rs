//! Zulip's shapes on the wire, read leniently: what the bot does not use is ignored and what a
//! server may leave out has a default, so that servers from feature level 218 to today's are
//! understood. What people wrote is under embargo as soon as it is read.

use std::collections::{BTreeMap, BTreeSet};

use commands::kernel::{
    directory::{Channel, Directory, Group, User},
    embargoed::EmbargoedText,
    id::{ChannelId, GroupId, MessageId, Topic, UserId},
    input::{Message, Place},
};
use jiff::Timestamp;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use crate::zulip::profile::GitHubFields;

/// The role number of guests.
const ROLE_GUEST: u32 = 600;

/// A message with what is known of it besides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The message.
    pub message: Message,
    /// When its text was last changed, if ever.
    pub edited: Option<Timestamp>,
    /// Who put which emoji on it: user, and code point in hexadecimal.
    pub reactions: BTreeSet<(UserId, String)>,
    /// The topics it stood in before it was moved.
    pub earlier_topics: Vec<Topic>,
    /// What it said before it was changed, newest first.
    pub earlier_texts: Vec<EmbargoedText>,
}

/// A message, in an event or in the history.
#[derive(Deserialize)]
pub struct WireMessage {
    id: MessageId,
    sender_id: UserId,
    #[serde(rename = "type")]
    kind: String,
    stream_id: Option<ChannelId>,
    subject: Option<Topic>,
    #[serde(default)]
    display_recipient: Value,
    content: EmbargoedText,
    timestamp: i64,
    last_edit_timestamp: Option<i64>,
    last_moved_timestamp: Option<i64>,
    edit_history: Option<Vec<WireRevision>>,
    #[serde(default)]
    reactions: Vec<Value>,
}

#[derive(Deserialize)]
struct WireRevision {
    timestamp: i64,
    prev_content: Option<EmbargoedText>,
    prev_topic: Option<Topic>,
}

/// A reaction, in an event or on a message.
#[derive(Deserialize)]
pub struct WireReaction {
    user_id: Option<UserId>,
    user: Option<WireReactor>,
    emoji_code: String,
    reaction_type: String,
}

#[derive(Deserialize)]
struct WireReactor {
    #[serde(alias = "user_id")]
    id: Option<UserId>,
}

impl WireReaction {
    /// Who, and the code point; none for a realm's own emoji, whose codes are plain numbers that
    /// could be taken for code points.
    #[must_use]
    pub fn read(self) -> Option<(UserId, String)> {
        let user = self.user_id.or_else(|| self.user.and_then(|user| user.id))?;
        (self.reaction_type == "unicode_emoji").then_some((user, self.emoji_code))
    }
}

impl WireMessage {
    /// The message, unless it has no sensible time or place.
    #[must_use]
    pub fn read(self) -> Option<Found> {
        let edited = self.edited();
        let place = match (self.kind.as_str(), self.stream_id) {
            ("stream" | "channel", Some(channel)) => Place::Channel(channel, self.subject?),
            ("private" | "direct", _) => match self.display_recipient.as_array() {
                Some(people) if people.len() <= 2 => Place::Direct,
                _ => Place::Group,
            },
            _ => return None,
        };
        let (mut earlier_topics, mut earlier_texts) = (Vec::new(), Vec::new());
        for revision in self.edit_history.into_iter().flatten() {
            earlier_topics.extend(revision.prev_topic);
            earlier_texts.extend(revision.prev_content);
        }
        let message = Message {
            id: self.id,
            sender: self.sender_id,
            place,
            content: self.content,
            sent: Timestamp::from_second(self.timestamp).ok()?,
        };
        let reactions = each::<WireReaction>(self.reactions).filter_map(WireReaction::read).collect();
        Some(Found { message, edited, reactions, earlier_topics, earlier_texts })
    }

    /// When the text was last changed. Older servers (below feature level 365) count a move of the
    /// message as an edit; their history tells the two apart.
    fn edited(&self) -> Option<Timestamp> {
        let history = self.edit_history.as_deref().unwrap_or_default();
        let second = if history.is_empty() || self.last_moved_timestamp.is_some() {
            self.last_edit_timestamp
        } else {
            history.iter().filter(|revision| revision.prev_content.is_some()).map(|one| one.timestamp).max()
        };
        Timestamp::from_second(second?).ok()
    }
}

/// A channel.
#[derive(Deserialize)]
pub struct WireChannel {
    stream_id: ChannelId,
    name: String,
    #[serde(default)]
    invite_only: bool,
    #[serde(default)]
    is_web_public: bool,
    #[serde(default)]
    is_archived: bool,
    subscribers: Option<BTreeSet<UserId>>,
}

impl WireChannel {
    /// The channel; `known` are its subscribers where the wire names none. A channel whose privacy
    /// is not told counts as public.
    #[must_use]
    pub fn read(self, known: impl FnOnce(ChannelId) -> BTreeSet<UserId>) -> Channel {
        Channel {
            id: self.stream_id,
            name: self.name,
            invite_only: self.invite_only,
            web_public: self.is_web_public,
            archived: self.is_archived,
            subscribers: self.subscribers.unwrap_or_else(|| known(self.stream_id)),
        }
    }
}

/// A user.
#[derive(Deserialize)]
pub struct WireUser {
    user_id: UserId,
    full_name: String,
    #[serde(default)]
    is_bot: bool,
    is_active: Option<bool>,
    role: Option<u32>,
    #[serde(default)]
    is_guest: bool,
    #[serde(default)]
    profile_data: Value,
}

impl WireUser {
    /// The user, with the login that one of `fields` holds; `active` where the wire does not say.
    #[must_use]
    pub fn read(self, active: bool, fields: &GitHubFields) -> User {
        User {
            id: self.user_id,
            name: self.full_name,
            is_bot: self.is_bot,
            is_active: self.is_active.unwrap_or(active),
            is_guest: self.role.map_or(self.is_guest, is_guest_role),
            github: fields.login(&self.profile_data),
        }
    }
}

/// Whether `role` is that of guests.
#[must_use]
pub const fn is_guest_role(role: u32) -> bool {
    role == ROLE_GUEST
}

/// A user group.
#[derive(Deserialize)]
pub struct WireGroup {
    id: GroupId,
    name: String,
    #[serde(default)]
    members: BTreeSet<UserId>,
    #[serde(default, alias = "subgroups")]
    direct_subgroup_ids: BTreeSet<GroupId>,
    #[serde(default)]
    deactivated: bool,
}

impl WireGroup {
    /// The group, unless it is deactivated.
    #[must_use]
    pub fn read(self) -> Option<Group> {
        let group = Group {
            id: self.id,
            name: self.name,
            members: self.members,
            subgroups: self.direct_subgroup_ids,
        };
        (!self.deactivated).then_some(group)
    }
}

/// The answer to a registration.
#[derive(Deserialize)]
pub struct WireRegister {
    /// The new queue.
    pub queue_id: String,
    /// Where it starts.
    #[serde(default = "before_the_first")]
    pub last_event_id: i64,
    user_id: Option<UserId>,
    full_name: Option<String>,
    #[serde(default)]
    realm_users: Vec<Value>,
    #[serde(default)]
    realm_non_active_users: Vec<Value>,
    #[serde(default)]
    cross_realm_bots: Vec<Value>,
    #[serde(default)]
    realm_user_groups: Vec<Value>,
    #[serde(default)]
    subscriptions: Vec<Value>,
    #[serde(default)]
    unsubscribed: Vec<Value>,
    #[serde(default)]
    never_subscribed: Vec<Value>,
    #[serde(default)]
    streams: Vec<Value>,
    #[serde(default)]
    custom_profile_fields: Vec<Value>,
}

const fn before_the_first() -> i64 {
    -1
}

impl WireRegister {
    /// Who the answer says the bot is.
    #[must_use]
    pub fn me(&self) -> Option<(UserId, String)> {
        Some((self.user_id?, self.full_name.clone()?))
    }

    /// Which custom profile fields hold a login on GitHub.
    #[must_use]
    pub fn github_fields(&self) -> GitHubFields {
        GitHubFields::read(&self.custom_profile_fields)
    }

    /// The realm as told, to be read by the bot `me`.
    #[must_use]
    pub fn read(self, me: (UserId, String)) -> Directory {
        let fields = self.github_fields();
        let active = self.realm_users.into_iter().chain(self.cross_realm_bots);
        let users = each::<WireUser>(self.realm_non_active_users)
            .map(|user| User { is_active: false, ..user.read(false, &fields) })
            .chain(each::<WireUser>(active).map(|user| user.read(true, &fields)));
        // `streams` names no subscribers, so it comes first and the fuller lists replace it.
        let lists = [self.streams, self.unsubscribed, self.never_subscribed, self.subscriptions];
        let mut channels = BTreeMap::new();
        for channel in lists.into_iter().flat_map(each::<WireChannel>) {
            let channel = channel.read(|_| BTreeSet::new());
            channels.insert(channel.id, channel);
        }
        let groups = each::<WireGroup>(self.realm_user_groups).filter_map(WireGroup::read);
        Directory {
            me: Some(me),
            users: users.map(|user| (user.id, user)).collect(),
            channels,
            groups: groups.map(|group| (group.id, group)).collect(),
        }
    }
}

/// Reads each value by itself; one that cannot be read does not spoil the others.
pub fn each<T: DeserializeOwned>(values: impl IntoIterator<Item = Value>) -> impl Iterator<Item = T> {
    values.into_iter().filter_map(|value| {
        let read = serde_json::from_value(value).ok();
        if read.is_none() {
            tracing::warn!(kind = std::any::type_name::<T>(), "zulip sent something that cannot be read");
        }
        read
    })
}

/// The text as Zulip keeps it: no white space at its end, no empty lines at its start.
#[must_use]
pub fn normalised(text: &str) -> &str {
    // U+001C to U+001F count as white space where Zulip is written.
    text.trim_end_matches(|c: char| c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c))
        .trim_start_matches('\n')
}
