//! How the realm's parts look in JSON.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::ids::{UserId, list};
use super::model::{Channel, Edit, Group, Message, Place, Reaction, User};
use super::realm::{Role, derived_hex};
use super::render;
use super::state::{ADMINISTRATORS, EVERYONE, NOBODY, SYSTEM_GROUPS, State};

/// What a topic without a name is called to clients that know no such thing.
pub(super) const GENERAL_CHAT: &str = "general chat";

/// The number of the realm's one custom profile field.
pub(super) const GITHUB_FIELD: u64 = 1;

/// How a client wants messages.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    /// As HTML instead of Markdown.
    pub(super) html: bool,
    /// Without the avatars it can derive.
    pub(super) gravatar: bool,
    /// With empty topic names as they are.
    pub(super) empty_topic: bool,
}

impl Form {
    /// A topic's name as this client is given it.
    pub(super) fn topic<'a>(&self, topic: &'a str) -> &'a str {
        if topic.is_empty() && !self.empty_topic { GENERAL_CHAT } else { topic }
    }
}

impl State {
    /// A message, without flags.
    pub(super) fn message_json(&self, message: &Message, form: Form) -> Value {
        let sender = self.users.get(&message.sender);
        let content = if form.html { render::html(&message.content) } else { message.content.clone() };
        let mut body = json!({
            "id": message.id,
            "sender_id": message.sender,
            "sender_full_name": sender.map_or("", |user| &user.name),
            "sender_email": sender.map_or("", |user| &user.email),
            "sender_realm_str": if sender.is_some_and(|user| user.is_system) { "zulipinternal" } else { "" },
            "content": content,
            "content_type": if form.html { "text/html" } else { "text/x-markdown" },
            "timestamp": message.sent.as_second(),
            "client": message.client,
            "is_me_message": message.content.starts_with("/me "),
            "reactions": message.reactions.iter().map(reaction_json).collect::<Vec<_>>(),
            "submessages": [],
            "topic_links": [],
            "avatar_url": if form.gravatar { Value::Null } else { self.avatar(message.sender).into() },
        });
        match &message.place {
            Place::Channel { channel, topic } => {
                body["type"] = "stream".into();
                body["stream_id"] = (*channel).into();
                body["subject"] = form.topic(topic).into();
                let name = self.channels.get(channel).map_or("", |channel| &channel.name);
                body["display_recipient"] = name.into();
                body["recipient_id"] = (1000 + channel.0).into();
            }
            Place::Direct(people) => {
                body["type"] = "private".into();
                body["subject"] = "".into();
                body["display_recipient"] = people.iter().map(|user| self.person_json(*user)).collect();
                body["recipient_id"] = (2000 + people.iter().map(|user| user.0).sum::<u64>()).into();
            }
        }
        if !message.history.is_empty() {
            body["edit_history"] = message.history.iter().map(edit_json).collect();
        }
        if let Some(at) = message.last_edit {
            body["last_edit_timestamp"] = at.into();
        }
        if let Some(at) = message.last_move {
            body["last_moved_timestamp"] = at.into();
        }
        body
    }

    /// One of the people of a direct message.
    fn person_json(&self, id: UserId) -> Value {
        let (name, email) = self.users.get(&id).map_or(("", ""), |user| (&user.name, &user.email));
        json!({"id": id, "email": email, "full_name": name, "is_mirror_dummy": false})
    }

    /// Where an account's picture is.
    pub(super) fn avatar(&self, user: UserId) -> String {
        let hash = derived_hex(self.seed, &format!("avatar/{user}"));
        format!("https://secure.gravatar.com/avatar/{}?d=identicon&version=1", &hash[..32])
    }

    /// An account, as lists of users give it.
    pub(super) fn user_json(&self, user: &User, gravatar: bool, profile: bool) -> Value {
        let mut body = json!({
            "user_id": user.id,
            "email": user.email,
            "delivery_email": user.email,
            "full_name": user.name,
            "date_joined": self.date_joined(),
            "is_active": user.is_active,
            "is_owner": user.role == Role::Owner,
            "is_admin": user.role.is_admin(),
            "is_guest": user.role == Role::Guest,
            "is_bot": user.is_bot,
            "role": user.role.code(),
            "timezone": "",
            "avatar_version": 1,
            "avatar_url": if gravatar { Value::Null } else { self.avatar(user.id).into() },
        });
        if user.is_bot {
            body["bot_type"] = 1.into();
            body["bot_owner_id"] = user.bot_owner.map_or(Value::Null, Value::from);
        } else if profile {
            body["profile_data"] = profile_data(user);
        }
        body
    }

    /// When every account was made: when the realm was.
    pub(super) fn date_joined(&self) -> String {
        let at = jiff::Timestamp::from_second(self.created).unwrap_or_default();
        at.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string()
    }

    /// A channel, as lists of channels give it.
    pub(super) fn channel_json(&self, channel: &Channel) -> Value {
        let in_it = |message: &&Message| message.place.channel() == Some(channel.id);
        let first = self.messages.values().find(in_it).map(|message| message.id);
        json!({
            "stream_id": channel.id,
            "name": channel.name,
            "description": channel.description,
            "rendered_description": render::html(&channel.description),
            "date_created": channel.created,
            "creator_id": channel.creator.map_or(Value::Null, Value::from),
            "invite_only": channel.privacy.invite_only,
            "is_web_public": channel.privacy.web_public,
            "history_public_to_subscribers": channel.privacy.history_public,
            "is_archived": channel.archived,
            "is_announcement_only": false,
            "stream_post_policy": 1,
            "message_retention_days": null,
            "first_message_id": first.map_or(Value::Null, Value::from),
            "is_recently_active": true,
            "stream_weekly_traffic": null,
            "can_add_subscribers_group": NOBODY,
            "can_administer_channel_group": NOBODY,
            "can_remove_subscribers_group": ADMINISTRATORS,
            "can_send_message_group": EVERYONE,
            "can_subscribe_group": NOBODY,
        })
    }

    /// A channel with `user`'s own settings for it.
    pub(super) fn subscription_json(&self, channel: &Channel, subscribers: bool) -> Value {
        let mut body = self.channel_json(channel);
        let own = json!({
            "audible_notifications": null,
            "desktop_notifications": null,
            "email_notifications": null,
            "push_notifications": null,
            "wildcard_mentions_notify": null,
            "color": "#76ce90",
            "in_home_view": true,
            "is_muted": false,
            "pin_to_top": false,
        });
        if let (Value::Object(body), Value::Object(own)) = (&mut body, own) {
            body.extend(own);
            if subscribers {
                body.insert("subscribers".to_owned(), list(&self.subscribers(channel)));
            }
        }
        body
    }

    /// A user group of the realm's own.
    pub(super) fn group_json(&self, group: &Group) -> Value {
        group_body(group.id.0, &group.name, &group.description, &self.members(group), &[], false)
    }

    /// All user groups: the system ones, then the realm's own.
    pub(super) fn groups_json(&self) -> Vec<Value> {
        let system = SYSTEM_GROUPS.iter().map(|group| {
            let members = self.system_members(group.id);
            group_body(group.id, group.name, group.description, &members, group.inner.as_slice(), true)
        });
        system.chain(self.groups.values().map(|group| self.group_json(group))).collect()
    }

    /// The direct members of a system group.
    pub(super) fn system_members(&self, id: u64) -> BTreeSet<UserId> {
        let group = SYSTEM_GROUPS.iter().find(|group| group.id == id);
        let roles = group.map_or(&[][..], |group| group.roles);
        self.everyone().into_iter().filter(|user| roles.contains(&self.role(*user))).collect()
    }
}

fn group_body(
    id: u64,
    name: &str,
    description: &str,
    members: &BTreeSet<UserId>,
    inner: &[u64],
    is_system: bool,
) -> Value {
    json!({
        "id": id,
        "name": name,
        "description": description,
        "date_created": null,
        "creator_id": null,
        "members": list(members),
        "direct_subgroup_ids": inner,
        "is_system_group": is_system,
        "can_add_members_group": NOBODY,
        "can_join_group": NOBODY,
        "can_leave_group": NOBODY,
        "can_manage_group": NOBODY,
        "can_mention_group": if is_system { NOBODY } else { EVERYONE },
        "can_remove_members_group": NOBODY,
        "deactivated": false,
    })
}

/// The custom profile fields that an account has filled in.
pub(super) fn profile_data(user: &User) -> Value {
    let github = user.github.iter().map(|name| (GITHUB_FIELD.to_string(), json!({"value": name})));
    Value::Object(github.collect())
}

/// A reaction, as it is on a message and in events.
pub(super) fn reaction_json(reaction: &Reaction) -> Value {
    json!({
        "user_id": reaction.user,
        "emoji_name": reaction.name,
        "emoji_code": reaction.code,
        "reaction_type": "unicode_emoji",
    })
}

fn edit_json(edit: &Edit) -> Value {
    let mut body = Map::new();
    body.insert("user_id".to_owned(), edit.user.into());
    body.insert("timestamp".to_owned(), edit.at.into());
    if let Some(content) = &edit.content {
        body.insert("prev_content".to_owned(), content.as_str().into());
        body.insert("prev_rendered_content".to_owned(), render::html(content).into());
    }
    if let Some((before, after)) = &edit.topic {
        body.insert("prev_topic".to_owned(), before.as_str().into());
        body.insert("topic".to_owned(), after.as_str().into());
    }
    if let Some((before, after)) = edit.channel {
        body.insert("prev_stream".to_owned(), before.into());
        body.insert("stream".to_owned(), after.into());
    }
    Value::Object(body)
}
