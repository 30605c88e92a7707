//! Who and what is on Zulip, as its event queue last told: people, channels, groups. Not stored: it
//! is read anew at every registration and kept current by events.

use std::collections::{BTreeMap, BTreeSet};

use crate::kernel::{
    collaborator::Login,
    id::{ChannelId, GroupId, UserId},
};

/// A person or bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// The name shown, in which Zulip allows almost any character.
    pub name: String,
    /// Whether it is a bot.
    pub is_bot: bool,
    /// Whether the account is active (not deactivated).
    pub is_active: bool,
    /// Whether it is a guest (role 600).
    pub is_guest: bool,
    /// Its login on GitHub, where a custom profile field tells.
    pub github: Option<Login>,
}

/// A channel the bot can see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// Its id.
    pub id: ChannelId,
    /// Its name today.
    pub name: String,
    /// `invite_only` on the wire.
    pub invite_only: bool,
    /// `is_web_public` on the wire.
    pub web_public: bool,
    /// `is_archived` on the wire.
    pub archived: bool,
    /// Who is subscribed, as far as the bot may see.
    pub subscribers: BTreeSet<UserId>,
}

impl Channel {
    /// Whether nobody but its subscribers can read it.
    #[must_use]
    pub const fn is_private(&self) -> bool {
        self.invite_only && !self.web_public && !self.archived
    }

    /// Whether everyone in the organisation can read it, and it is still in use.
    #[must_use]
    pub const fn is_public(&self) -> bool {
        (!self.invite_only || self.web_public) && !self.archived
    }
}

/// A user group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// Its name.
    pub name: String,
    /// Its direct members.
    pub members: BTreeSet<UserId>,
    /// Groups whose members count as its own.
    pub subgroups: BTreeSet<GroupId>,
}

/// All of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Directory {
    /// The bot's own id and name; none before the first registration.
    pub me: Option<(UserId, String)>,
    /// By id.
    pub users: BTreeMap<UserId, User>,
    /// By id.
    pub channels: BTreeMap<ChannelId, Channel>,
    /// By id.
    pub groups: BTreeMap<GroupId, Group>,
}

/// A change that Zulip reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DirectoryChange {
    /// All of it, at a registration.
    Snapshot(Directory),
    /// A user was added or changed.
    User(User),
    /// A channel came into sight.
    Channel(Channel),
    /// A channel's name.
    Renamed(ChannelId, String),
    /// A channel's privacy.
    Privacy {
        /// Which.
        channel: ChannelId,
        /// `invite_only` from now on.
        invite_only: bool,
        /// `is_web_public` from now on.
        web_public: bool,
    },
    /// A channel was archived or restored.
    Archived(ChannelId, bool),
    /// A channel went out of the bot's sight.
    Gone(ChannelId),
    /// People joined channels.
    Subscribed(Vec<ChannelId>, Vec<UserId>),
    /// People left channels.
    Unsubscribed(Vec<ChannelId>, Vec<UserId>),
    /// A group was made or changed.
    Group(Group),
    /// People joined a group.
    Joined(GroupId, Vec<UserId>),
    /// People left a group.
    Left(GroupId, Vec<UserId>),
    /// A group was deleted.
    GroupGone(GroupId),
}

impl Directory {
    /// Takes a change in.
    pub fn apply(&mut self, change: &DirectoryChange) {
        match change {
            DirectoryChange::Snapshot(all) => *self = all.clone(),
            DirectoryChange::User(user) => {
                self.users.insert(user.id, user.clone());
            }
            DirectoryChange::Channel(channel) => {
                self.channels.insert(channel.id, channel.clone());
            }
            DirectoryChange::Renamed(id, name) => self.with_channel(*id, |c| c.name.clone_from(name)),
            DirectoryChange::Privacy { channel, invite_only, web_public } => {
                self.with_channel(*channel, |c| {
                    c.invite_only = *invite_only;
                    c.web_public = *web_public;
                });
            }
            DirectoryChange::Archived(id, archived) => self.with_channel(*id, |c| c.archived = *archived),
            DirectoryChange::Gone(id) => {
                self.channels.remove(id);
            }
            DirectoryChange::Subscribed(channels, users) => {
                for id in channels {
                    self.with_channel(*id, |c| c.subscribers.extend(users));
                }
            }
            DirectoryChange::Unsubscribed(channels, users) => {
                for id in channels {
                    self.with_channel(*id, |c| c.subscribers.retain(|user| !users.contains(user)));
                }
            }
            DirectoryChange::Group(group) => {
                self.groups.insert(group.id, group.clone());
            }
            DirectoryChange::Joined(id, users) => {
                self.groups.entry(*id).and_modify(|group| group.members.extend(users));
            }
            DirectoryChange::Left(id, users) => {
                self.groups.entry(*id).and_modify(|group| group.members.retain(|user| !users.contains(user)));
            }
            DirectoryChange::GroupGone(id) => {
                self.groups.remove(id);
            }
        }
    }

    fn with_channel(&mut self, id: ChannelId, change: impl FnOnce(&mut Channel)) {
        if let Some(channel) = self.channels.get_mut(&id) {
            change(channel);
        }
    }

    /// Whether `user` is the bot itself.
    #[must_use]
    pub fn is_me(&self, user: UserId) -> bool {
        self.me.as_ref().is_some_and(|(id, _)| *id == user)
    }

    /// Whether `user` is in the group of that name, directly or through subgroups.
    #[must_use]
    pub fn in_group(&self, user: UserId, name: &str) -> bool {
        let mut seen = BTreeSet::new();
        let mut open: Vec<&Group> = self.groups.values().filter(|group| group.name == name).collect();
        while let Some(group) = open.pop() {
            if !seen.insert(group.id) {
                continue;
            }
            if group.members.contains(&user) {
                return true;
            }
            open.extend(group.subgroups.iter().filter_map(|id| self.groups.get(id)));
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(id: u64, name: &str, members: &[u64], subgroups: &[u64]) -> Group {
        Group {
            id: GroupId(id),
            name: name.into(),
            members: members.iter().copied().map(UserId).collect(),
            subgroups: subgroups.iter().copied().map(GroupId).collect(),
        }
    }

    #[test]
    fn membership_goes_through_subgroups_even_when_they_form_a_circle() {
        let mut directory = Directory::default();
        directory.apply(&DirectoryChange::Group(group(1, "security-team", &[], &[2])));
        directory.apply(&DirectoryChange::Group(group(2, "inner", &[8], &[1])));
        assert!(directory.in_group(UserId(8), "security-team"));
        assert!(!directory.in_group(UserId(9), "security-team"));
        directory.apply(&DirectoryChange::Left(GroupId(2), vec![UserId(8)]));
        assert!(!directory.in_group(UserId(8), "security-team"));
    }

    #[test]
    fn a_channel_made_public_is_no_longer_private() {
        let id = ChannelId(4);
        let mut directory = Directory::default();
        let channel = Channel {
            id,
            name: "wamr-security".into(),
            invite_only: true,
            web_public: false,
            archived: false,
            subscribers: BTreeSet::new(),
        };
        directory.apply(&DirectoryChange::Channel(channel));
        assert!(directory.channels[&id].is_private());
        directory.apply(&DirectoryChange::Privacy { channel: id, invite_only: false, web_public: false });
        assert!(!directory.channels[&id].is_private());
    }
}
