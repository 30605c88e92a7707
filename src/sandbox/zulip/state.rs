//! The state of the realm, and how parts of it are found.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::ids::{ChannelId, GroupId, MessageId, UserId};
use super::limit::Bucket;
use super::model::{Channel, Group, Message, Place, RequestRecord, User};
use super::queue::Queue;
use super::realm::{Limits, Realm, Role, UserSeed, derived};
use super::uploads::Upload;
use super::wire::Refusal;

/// Zulip's own bot, which announces what happened to channels and topics.
pub(super) const NOTIFICATION_BOT: UserId = UserId(6);

/// The length of an API key.
pub(super) const API_KEY_LENGTH: usize = 32;

/// A group that every realm has, by role.
pub(super) struct SystemGroup {
    pub(super) id: u64,
    pub(super) name: &'static str,
    pub(super) description: &'static str,
    /// The roles whose accounts are directly in it.
    pub(super) roles: &'static [Role],
    /// The group that is directly in it.
    pub(super) inner: Option<u64>,
}

const fn group(
    id: u64,
    name: &'static str,
    description: &'static str,
    roles: &'static [Role],
    inner: Option<u64>,
) -> SystemGroup {
    SystemGroup { id, name, description, roles, inner }
}

/// The system groups, the widest first.
pub(super) const SYSTEM_GROUPS: &[SystemGroup] = &[
    group(1, "role:internet", "Everyone on the Internet", &[], Some(2)),
    group(2, "role:everyone", "Everyone in this organization, including guests", &[Role::Guest], Some(3)),
    group(3, "role:members", "Members of this organization, not including guests", &[Role::Member], Some(4)),
    group(
        4,
        "role:fullmembers",
        "Members of this organization, not including new accounts and guests",
        &[Role::Member],
        Some(5),
    ),
    group(
        5,
        "role:moderators",
        "Moderators of this organization, including administrators",
        &[Role::Moderator],
        Some(6),
    ),
    group(
        6,
        "role:administrators",
        "Administrators of this organization, including owners",
        &[Role::Administrator],
        Some(7),
    ),
    group(7, "role:owners", "Owners of this organization", &[Role::Owner], None),
    group(8, "role:nobody", "Nobody", &[], None),
];

/// The ids of the system groups that settings refer to.
pub(super) const EVERYONE: u64 = 2;
pub(super) const MEMBERS: u64 = 3;
pub(super) const ADMINISTRATORS: u64 = 6;
pub(super) const OWNERS: u64 = 7;
pub(super) const NOBODY: u64 = 8;

/// Everything the embedded Zulip knows.
pub(super) struct State {
    pub(super) name: String,
    pub(super) url: String,
    pub(super) seed: u64,
    pub(super) created: i64,
    pub(super) limits: Limits,
    pub(super) users: BTreeMap<UserId, User>,
    pub(super) channels: BTreeMap<ChannelId, Channel>,
    pub(super) groups: BTreeMap<GroupId, Group>,
    pub(super) messages: BTreeMap<MessageId, Message>,
    pub(super) last_message: u64,
    /// Uploaded files, by their addresses.
    pub(super) uploads: BTreeMap<String, Upload>,
    /// Addresses that lead to a file for a while: its own address, and until when.
    pub(super) temporary_urls: BTreeMap<String, (String, Timestamp)>,
    pub(super) queues: BTreeMap<String, Queue>,
    /// How many queues were ever made: names the next one.
    pub(super) queues_made: u64,
    /// How often all queues were lost at once.
    pub(super) crashes: u64,
    /// How often a message was sent, changed, deleted or reacted to.
    pub(super) changes: u64,
    /// The requests of each user in the rate limit's window; those for events are counted apart.
    pub(super) buckets: BTreeMap<(UserId, bool), Bucket>,
    pub(super) requests: Vec<RequestRecord>,
}

impl State {
    /// The realm as it starts, at `now`.
    pub(super) fn new(realm: Realm, now: Timestamp) -> Self {
        let seed = realm.seed;
        let mut users: BTreeMap<_, _> =
            realm.users.into_iter().map(|user| (user.id, account(user, seed))).collect();
        users.insert(NOTIFICATION_BOT, notification_bot(seed));
        let channel = |channel: super::realm::ChannelSeed| Channel {
            id: channel.id,
            name: channel.name,
            description: channel.description,
            privacy: channel.privacy,
            archived: false,
            creator: None,
            created: now.as_second(),
            subscribers: channel.subscribers.into_iter().collect(),
            former: BTreeSet::new(),
        };
        let group = |group: super::realm::GroupSeed| Group {
            id: group.id,
            name: group.name,
            description: group.description,
            members: group.members.into_iter().collect(),
        };
        Self {
            name: realm.name,
            url: realm.url,
            seed,
            created: now.as_second(),
            limits: realm.limits,
            users,
            channels: realm.channels.into_iter().map(|seed| (seed.id, channel(seed))).collect(),
            groups: realm.groups.into_iter().map(|seed| (seed.id, group(seed))).collect(),
            messages: BTreeMap::new(),
            last_message: 0,
            uploads: BTreeMap::new(),
            temporary_urls: BTreeMap::new(),
            queues: BTreeMap::new(),
            queues_made: 0,
            crashes: 0,
            changes: 0,
            buckets: BTreeMap::new(),
            requests: Vec::new(),
        }
    }

    /// An account of this realm.
    pub(super) fn user(&self, id: UserId) -> Result<&User, Refusal> {
        self.users.get(&id).filter(|user| !user.is_system).ok_or_else(Refusal::no_user)
    }

    /// An account by its address, whatever its case.
    pub(super) fn user_by_email(&self, email: &str) -> Option<&User> {
        self.users.values().find(|user| !user.is_system && user.email.eq_ignore_ascii_case(email))
    }

    /// A channel, whoever may see it.
    pub(super) fn channel(&self, id: ChannelId) -> Result<&Channel, Refusal> {
        self.channels.get(&id).ok_or_else(Refusal::no_channel)
    }

    /// A channel that is not archived, by its name.
    pub(super) fn channel_by_name(&self, name: &str) -> Option<&Channel> {
        let name = name.trim().to_lowercase();
        self.channels.values().find(|channel| !channel.archived && channel.name.to_lowercase() == name)
    }

    /// The subscribers of a channel whose accounts are active.
    pub(super) fn subscribers(&self, channel: &Channel) -> BTreeSet<UserId> {
        channel.subscribers.iter().copied().filter(|user| self.is_active(*user)).collect()
    }

    /// The members of a group whose accounts are active.
    pub(super) fn members(&self, group: &Group) -> BTreeSet<UserId> {
        group.members.iter().copied().filter(|user| self.is_active(*user)).collect()
    }

    /// Whether an account may act.
    pub(super) fn is_active(&self, user: UserId) -> bool {
        self.users.get(&user).is_some_and(|user| user.is_active)
    }

    /// The role of an account; that of a guest if there is none.
    pub(super) fn role(&self, user: UserId) -> Role {
        self.users.get(&user).map_or(Role::Guest, |user| user.role)
    }

    /// Everyone whose account is active, without Zulip's own bots.
    pub(super) fn everyone(&self) -> BTreeSet<UserId> {
        self.users.values().filter(|user| user.is_active && !user.is_system).map(|user| user.id).collect()
    }

    /// The messages of a topic, oldest first. Topics differ only by more than case.
    pub(super) fn topic<'a>(
        &'a self,
        channel: ChannelId,
        topic: &str,
    ) -> impl Iterator<Item = &'a Message> + use<'a> {
        let topic = topic.to_lowercase();
        self.messages.values().filter(move |message| match &message.place {
            Place::Channel { channel: its, topic: name } => *its == channel && name.to_lowercase() == topic,
            Place::Direct(_) => false,
        })
    }

    /// The realm's first owner, who stands for whoever runs it.
    pub(super) fn owner(&self) -> UserId {
        let owner = self.users.values().find(|user| user.role == Role::Owner && !user.is_bot);
        owner.map_or(NOTIFICATION_BOT, |user| user.id)
    }
}

fn account(seed: UserSeed, realm_seed: u64) -> User {
    User {
        api_key: derived(realm_seed, &seed.email, API_KEY_LENGTH),
        is_bot: seed.bot_owner.is_some(),
        is_system: false,
        is_active: true,
        id: seed.id,
        name: seed.name,
        email: seed.email,
        role: seed.role,
        bot_owner: seed.bot_owner,
        github: seed.github,
    }
}

fn notification_bot(seed: u64) -> User {
    let email = "notification-bot@zulip.com";
    User {
        id: NOTIFICATION_BOT,
        name: "Notification Bot".to_owned(),
        email: email.to_owned(),
        api_key: derived(seed, email, API_KEY_LENGTH),
        role: Role::Member,
        bot_owner: None,
        is_bot: true,
        is_system: true,
        is_active: true,
        github: None,
    }
}
