//! What an event means. Pure: one event and the directory in, what happened out.

use std::collections::BTreeSet;

use commands::kernel::{
    directory::{Channel, Directory, DirectoryChange, Group, User},
    embargoed::{Embargoed, EmbargoedText},
    id::{ChannelId, GroupId, MessageId, Topic, UserId},
    input::{Edited, Input, Observed, Said},
};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::zulip::{
    profile::GitHubFields,
    wire::{self, Found, WireChannel, WireGroup, WireMessage, WireReaction, WireUser},
};

/// What an event says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// A message; the bot's own are told too, for the cursor's sake.
    Message(Found),
    /// The text of a message was changed to something that looks like a command. Zulip does not say
    /// who wrote the message or when: it has to be fetched.
    Edit {
        /// The message.
        message: MessageId,
        /// Who changed it.
        editor: UserId,
        /// When.
        edited: Timestamp,
    },
    /// Something else, ready for the core.
    Input(Input),
    /// Other custom profile fields hold people's logins on GitHub from now on. What was told of
    /// people before stands until they change it.
    Fields(GitHubFields),
}

/// Reads an event, given who and what is there, and in which `fields` people tell their login on
/// GitHub. Events of other types, and those that say nothing
/// the bot needs, mean nothing. An event that cannot be read means nothing either: waiting for it to
/// become readable would stop the bot for good.
#[must_use]
pub fn translate(kind: &str, event: Value, directory: &Directory, fields: &GitHubFields) -> Vec<Told> {
    let told = match kind {
        "message" => message(event),
        "update_message" => update_message(event, directory),
        "reaction" => reaction(event, directory),
        "stream" => changes(stream(event, directory)),
        "subscription" => changes(subscription(event, directory)),
        "realm_user" => changes(realm_user(event, directory, fields)),
        "user_group" => changes(user_group(event, directory)),
        "custom_profile_fields" => {
            event["fields"].as_array().map(|fields| vec![Told::Fields(GitHubFields::read(fields))])
        }
        _ => Some(Vec::new()),
    };
    told.unwrap_or_else(|| {
        tracing::warn!(kind, "zulip sent an event that cannot be read");
        Vec::new()
    })
}

/// Whether a text may be meant for the bot: it starts with `!` or with a mention.
pub(super) fn looks_like_a_command(text: &EmbargoedText) -> bool {
    text.map(|text| text.trim_start().starts_with(['!', '@'])) == Embargoed::new(true)
}

fn read<T: serde::de::DeserializeOwned>(value: Value) -> Option<T> {
    serde_json::from_value(value).ok()
}

fn changes(changes: Option<Vec<DirectoryChange>>) -> Option<Vec<Told>> {
    let told = |change| Told::Input(Input::Observed(Observed::Directory(change)));
    Some(changes?.into_iter().map(told).collect())
}

fn message(mut event: Value) -> Option<Vec<Told>> {
    let message: WireMessage = read(event["message"].take())?;
    Some(vec![Told::Message(message.read()?)])
}

#[derive(Deserialize)]
struct Update {
    message_id: MessageId,
    #[serde(default)]
    message_ids: Vec<MessageId>,
    user_id: Option<UserId>,
    edit_timestamp: Option<i64>,
    #[serde(default)]
    rendering_only: bool,
    content: Option<EmbargoedText>,
    orig_content: Option<EmbargoedText>,
    stream_id: Option<ChannelId>,
    new_stream_id: Option<ChannelId>,
    orig_subject: Option<Topic>,
    subject: Option<Topic>,
}

fn update_message(event: Value, directory: &Directory) -> Option<Vec<Told>> {
    let update: Update = read(event)?;
    if update.rendering_only {
        return Some(Vec::new());
    }
    let mut told = Vec::new();
    if update.subject.is_some() || update.new_stream_id.is_some() {
        let channel = update.new_stream_id.or(update.stream_id)?;
        let topic = update.subject.or_else(|| update.orig_subject.clone())?;
        let messages =
            if update.message_ids.is_empty() { vec![update.message_id] } else { update.message_ids };
        let (from, by) = (update.stream_id.zip(update.orig_subject), update.user_id);
        told.push(Told::Input(Input::Observed(Observed::Moved { messages, channel, topic, from, by })));
    }
    let meant = update.content.as_ref().is_some_and(looks_like_a_command);
    let public = |id: &ChannelId| directory.channels.get(id).is_none_or(Channel::is_public);
    let edit = update.content.zip(update.stream_id.filter(public)).zip(update.user_id);
    if let Some(((after, channel), by)) = edit.filter(|(_, by)| !directory.is_me(*by)) {
        let at = Timestamp::from_second(update.edit_timestamp?).ok()?;
        let (message, before) = (update.message_id, update.orig_content);
        told.push(Told::Input(Input::Observed(Observed::Edited(Edited {
            message,
            channel,
            by,
            at,
            before,
            after,
        }))));
    }
    if let Some(editor) = update.user_id.filter(|editor| meant && !directory.is_me(*editor)) {
        let edited = Timestamp::from_second(update.edit_timestamp?).ok()?;
        told.push(Told::Edit { message: update.message_id, editor, edited });
    }
    Some(told)
}

fn reaction(event: Value, directory: &Directory) -> Option<Vec<Told>> {
    let message = MessageId(event["message_id"].as_u64()?);
    let added = match event["op"].as_str()? {
        "add" => true,
        "remove" => false,
        _ => return Some(Vec::new()),
    };
    let reaction: WireReaction = read(event)?;
    let by_others = reaction.read().filter(|(user, _)| !directory.is_me(*user));
    let input = |(user, code)| Told::Input(Input::Said(Said::Reaction { message, user, code, added }));
    Some(by_others.map(input).into_iter().collect())
}

/// The ids under either of two names: newer servers send a list, older ones a single id.
fn ids(event: &Value, list: &str, single: &str) -> Vec<u64> {
    match event[list].as_array() {
        Some(ids) => ids.iter().filter_map(Value::as_u64).collect(),
        None => event[single].as_u64().into_iter().collect(),
    }
}

fn channel_ids(event: &Value) -> Vec<ChannelId> {
    ids(event, "stream_ids", "stream_id").into_iter().map(ChannelId).collect()
}

fn user_ids(event: &Value) -> Vec<UserId> {
    ids(event, "user_ids", "user_id").into_iter().map(UserId).collect()
}

fn list(event: &mut Value, name: &str) -> Vec<Value> {
    event[name].as_array_mut().map(std::mem::take).unwrap_or_default()
}

fn subscribers(directory: &Directory, id: ChannelId) -> BTreeSet<UserId> {
    directory.channels.get(&id).map(|channel| channel.subscribers.clone()).unwrap_or_default()
}

fn stream(mut event: Value, directory: &Directory) -> Option<Vec<DirectoryChange>> {
    let op = event["op"].as_str()?.to_owned();
    match op.as_str() {
        "create" => {
            let created = wire::each::<WireChannel>(list(&mut event, "streams"));
            Some(
                created
                    .map(|one| DirectoryChange::Channel(one.read(|id| subscribers(directory, id))))
                    .collect(),
            )
        }
        "delete" => {
            let mut gone = channel_ids(&event);
            if gone.is_empty() {
                let streams = list(&mut event, "streams");
                gone = streams.iter().filter_map(|one| one["stream_id"].as_u64().map(ChannelId)).collect();
            }
            Some(gone.into_iter().map(DirectoryChange::Gone).collect())
        }
        "update" => {
            let id = ChannelId(event["stream_id"].as_u64()?);
            Some(stream_update(&event, id, directory.channels.get(&id)).into_iter().collect())
        }
        _ => Some(Vec::new()),
    }
}

fn stream_update(event: &Value, id: ChannelId, known: Option<&Channel>) -> Option<DirectoryChange> {
    let value = &event["value"];
    match event["property"].as_str()? {
        "name" => Some(DirectoryChange::Renamed(id, value.as_str()?.to_owned())),
        // Changes of all three kinds of privacy come under this property.
        "invite_only" => {
            let web_public = event["is_web_public"].as_bool();
            let web_public = web_public.or_else(|| known.map(|channel| channel.web_public)).unwrap_or(false);
            Some(DirectoryChange::Privacy { channel: id, invite_only: value.as_bool()?, web_public })
        }
        "is_archived" => Some(DirectoryChange::Archived(id, value.as_bool()?)),
        _ => None,
    }
}

fn subscription(mut event: Value, directory: &Directory) -> Option<Vec<DirectoryChange>> {
    let op = event["op"].as_str()?.to_owned();
    let me = directory.me.as_ref().map(|(id, _)| *id);
    match op.as_str() {
        "peer_add" => Some(vec![DirectoryChange::Subscribed(channel_ids(&event), user_ids(&event))]),
        "peer_remove" => Some(vec![DirectoryChange::Unsubscribed(channel_ids(&event), user_ids(&event))]),
        "add" => {
            let added = wire::each::<WireChannel>(list(&mut event, "subscriptions"));
            let with_me = |one: WireChannel| {
                let mut channel = one.read(|id| subscribers(directory, id));
                channel.subscribers.extend(me);
                DirectoryChange::Channel(channel)
            };
            Some(added.map(with_me).collect())
        }
        "remove" => {
            let left = list(&mut event, "subscriptions");
            let left: Vec<ChannelId> =
                left.iter().filter_map(|one| one["stream_id"].as_u64().map(ChannelId)).collect();
            // Of a private channel the bot learns nothing more, so it must not rely on what it knew.
            let private = |id: &ChannelId| directory.channels.get(id).is_some_and(|one| one.invite_only);
            let gone: Vec<ChannelId> = left.iter().copied().filter(private).collect();
            let mut changes = vec![DirectoryChange::Unsubscribed(left, me.into_iter().collect())];
            changes.extend(gone.into_iter().map(DirectoryChange::Gone));
            Some(changes)
        }
        _ => Some(Vec::new()),
    }
}

#[derive(Deserialize)]
struct Person {
    user_id: UserId,
    full_name: Option<String>,
    role: Option<u32>,
    is_active: Option<bool>,
    is_bot: Option<bool>,
    #[serde(default)]
    custom_profile_field: Value,
}

fn realm_user(
    mut event: Value,
    directory: &Directory,
    fields: &GitHubFields,
) -> Option<Vec<DirectoryChange>> {
    let person = event["person"].take();
    let user = match event["op"].as_str()? {
        "add" => Some(read::<WireUser>(person)?.read(true, fields)),
        "update" => {
            let change: Person = read(person)?;
            directory.users.get(&change.user_id).map(|known| changed(known, change, fields))
        }
        // Older servers report a deactivation so.
        "remove" => {
            let id: Person = read(person)?;
            directory.users.get(&id.user_id).map(|known| User { is_active: false, ..known.clone() })
        }
        _ => None,
    };
    Some(user.map(DirectoryChange::User).into_iter().collect())
}

fn changed(known: &User, change: Person, fields: &GitHubFields) -> User {
    User {
        id: known.id,
        name: change.full_name.unwrap_or_else(|| known.name.clone()),
        is_bot: change.is_bot.unwrap_or(known.is_bot),
        is_active: change.is_active.unwrap_or(known.is_active),
        is_guest: change.role.map_or(known.is_guest, wire::is_guest_role),
        github: fields.changed(&change.custom_profile_field).unwrap_or_else(|| known.github.clone()),
    }
}

fn user_group(mut event: Value, directory: &Directory) -> Option<Vec<DirectoryChange>> {
    if event["op"] == "add" {
        let group: WireGroup = read(event["group"].take())?;
        return Some(group.read().map(DirectoryChange::Group).into_iter().collect());
    }
    let id = GroupId(event["group_id"].as_u64()?);
    let known = directory.groups.get(&id);
    let change = match event["op"].as_str()? {
        "remove" => Some(DirectoryChange::GroupGone(id)),
        "add_members" => Some(DirectoryChange::Joined(id, user_ids(&event))),
        "remove_members" => Some(DirectoryChange::Left(id, user_ids(&event))),
        "update" if event["data"]["deactivated"] == true => Some(DirectoryChange::GroupGone(id)),
        "update" => {
            let name = event["data"]["name"].as_str().map(str::to_owned);
            known.zip(name).map(|(known, name)| DirectoryChange::Group(Group { name, ..known.clone() }))
        }
        "add_subgroups" => known.map(|known| with_subgroups(known, &event, true)),
        "remove_subgroups" => known.map(|known| with_subgroups(known, &event, false)),
        _ => None,
    };
    Some(change.into_iter().collect())
}

fn with_subgroups(known: &Group, event: &Value, added: bool) -> DirectoryChange {
    let named = ids(event, "direct_subgroup_ids", "direct_subgroup_id").into_iter().map(GroupId);
    let mut group = known.clone();
    for id in named {
        if added {
            group.subgroups.insert(id)
        } else {
            group.subgroups.remove(&id)
        };
    }
    DirectoryChange::Group(group)
}
