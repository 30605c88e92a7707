//! The endpoints for channels and subscriptions.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::ids::{ChannelId, MessageId, UserId, list};
use super::model::{Channel, Place};
use super::realm::Privacy;
use super::state::State;
use super::wire::{Answer, Params, Refusal};

impl State {
    /// A channel that `user` knows of.
    fn known_channel(&self, user: UserId, id: ChannelId) -> Result<&Channel, Refusal> {
        let channel = self.channel(id)?;
        if self.knows(user, channel) { Ok(channel) } else { Err(Refusal::no_channel()) }
    }

    /// `GET /streams`
    pub(super) fn api_channels(&self, user: UserId, params: &mut Params) -> Answer {
        let public = params.flag("include_public", true)?;
        let web_public = params.flag("include_web_public", false)?;
        let subscribed = params.flag("include_subscribed", true)?;
        let without_archived = params.flag("exclude_archived", true)?;
        let all = params.flag("include_all", false)? | params.flag("include_all_active", false)?;
        let default = params.flag("include_default", false)?;
        let owner = params.flag("include_owner_subscribed", false)?;
        params.flag("include_can_access_content", false)?;
        if all && !self.role(user).is_admin() {
            return Err(Refusal::bad("User not authorized for this query"));
        }
        let owner = self.user(user)?.bot_owner.filter(|_| owner);
        let mut channels = self.channels_json(|channel| {
            let its = all
                || (public && !channel.privacy.invite_only && self.sees(user, channel))
                || (web_public && channel.privacy.web_public)
                || (subscribed && channel.subscribers.contains(&user))
                || owner.is_some_and(|owner| channel.subscribers.contains(&owner));
            its && !(without_archived && channel.archived)
        });
        if default {
            channels.iter_mut().for_each(|channel| channel["is_default"] = false.into());
        }
        Ok(json!({"streams": channels}))
    }

    /// `GET /streams/{stream_id}`
    pub(super) fn api_channel(&self, user: UserId, id: ChannelId) -> Answer {
        Ok(json!({"stream": self.channel_json(self.known_channel(user, id)?)}))
    }

    /// `GET /get_stream_id`
    pub(super) fn api_channel_id(&self, user: UserId, params: &mut Params) -> Answer {
        let name = params.needed_text("stream")?;
        let channel = self.channel_by_name(&name).filter(|channel| self.sees(user, channel));
        let channel = channel.ok_or_else(|| Refusal::bad(format!("Invalid channel name '{name}'")))?;
        Ok(json!({"stream_id": channel.id}))
    }

    /// `GET /streams/{stream_id}/members`
    pub(super) fn api_members(&self, user: UserId, id: ChannelId) -> Answer {
        Ok(json!({"subscribers": list(&self.subscribers(self.known_channel(user, id)?))}))
    }

    /// `GET /users/me/{stream_id}/topics`
    pub(super) fn api_topics(&self, user: UserId, id: ChannelId, params: &mut Params) -> Answer {
        let empty = params.flag("allow_empty_topic_name", false)?;
        let channel = self.channel(id)?;
        if !self.sees(user, channel) {
            return Err(Refusal::no_channel());
        }
        let mut topics: BTreeMap<String, (MessageId, String)> = BTreeMap::new();
        for message in self.messages.values().filter(|message| self.reads(user, message)) {
            if let Place::Channel { channel, topic } = &message.place
                && *channel == id
            {
                let name = if topic.is_empty() && !empty { super::shape::GENERAL_CHAT } else { topic };
                topics.insert(topic.to_lowercase(), (message.id, name.to_owned()));
            }
        }
        let mut topics: Vec<_> = topics.into_values().collect();
        topics.sort_by_key(|(id, _)| std::cmp::Reverse(*id));
        let topics: Vec<_> = topics.iter().map(|(id, name)| json!({"name": name, "max_id": id})).collect();
        Ok(json!({"topics": topics}))
    }

    /// `GET /users/{user_id}/subscriptions/{stream_id}`
    pub(super) fn api_is_subscribed(&self, user: UserId, of: UserId, id: ChannelId) -> Answer {
        if self.user(of)?.is_bot {
            return Err(Refusal::no_user());
        }
        let channel = self.known_channel(user, id)?;
        Ok(json!({"is_subscribed": channel.subscribers.contains(&of)}))
    }

    /// `GET /users/me/subscriptions`
    pub(super) fn api_subscriptions(&self, user: UserId, params: &mut Params) -> Answer {
        let full = params.flag("include_subscribers", false)?;
        let mine = self.channels.values().filter(|channel| channel.subscribers.contains(&user));
        let mine = mine.filter(|channel| !channel.archived);
        let mine: Vec<_> = mine.map(|channel| self.subscription_json(channel, full)).collect();
        Ok(json!({"subscriptions": mine}))
    }

    /// `POST /users/me/subscriptions`
    pub(super) fn api_subscribe(&mut self, user: UserId, params: &mut Params, now: Timestamp) -> Answer {
        let wanted = params.list("subscriptions")?.ok_or_else(|| Refusal::missing("subscriptions"))?;
        let principals = self.principals(user, params)?;
        let fatal = params.flag("authorization_errors_fatal", true)?;
        let privacy = new_privacy(params)?;
        for name in ["announce", "is_default_stream"] {
            params.flag(name, false)?;
        }
        for name in [
            "message_retention_days",
            "can_add_subscribers_group",
            "can_remove_subscribers_group",
            "can_administer_channel_group",
            "can_send_message_group",
            "can_subscribe_group",
        ] {
            params.text(name);
        }
        let others = principals.iter().any(|principal| *principal != user);
        if others && !self.may_subscribe_others(user) {
            return Err(Refusal::bad("Insufficient permission"));
        }
        let (mut channels, mut locked) = (Vec::new(), Vec::new());
        for item in &wanted {
            let text = |field: &str| item.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
            let name = self.channel_name(&text("name"))?;
            match self.channel_by_name(&name) {
                Some(channel) if self.sees(user, channel) => {
                    channels.push((Some(channel.id), name, text("description")))
                }
                Some(_) => locked.push(name),
                None => channels.push((None, name, text("description"))),
            }
        }
        if fatal && !locked.is_empty() {
            return Err(Refusal::bad(format!("Unable to access channel ({}).", locked.join(", "))));
        }
        let mut answer = json!({"subscribed": {}, "already_subscribed": {}});
        for (existing, name, description) in channels {
            let id = existing.unwrap_or_else(|| self.create_channel(user, &name, &description, privacy, now));
            for principal in &principals {
                let new = self.subscribe(*principal, id)?;
                let kind = if new { "subscribed" } else { "already_subscribed" };
                if let Value::Array(names) = &mut answer[kind][principal.to_string()] {
                    names.push(name.as_str().into());
                } else {
                    answer[kind][principal.to_string()] = json!([name]);
                }
                if new && existing.is_some() && *principal != user {
                    let who = self.silent_mention(user).replacen("@_", "@", 1);
                    let text = format!("{who} subscribed you to the channel #**{name}**.");
                    self.announce(Place::direct([*principal]), &text, now);
                }
            }
            if existing.is_none() {
                self.announce_creation(user, id, now);
            }
        }
        if !fatal {
            answer["unauthorized"] = json!(locked);
        }
        Ok(answer)
    }

    /// `DELETE /users/me/subscriptions`
    pub(super) fn api_unsubscribe(&mut self, user: UserId, params: &mut Params) -> Answer {
        let names = params.texts("subscriptions")?.ok_or_else(|| Refusal::missing("subscriptions"))?;
        let principals = self.principals(user, params)?;
        let owned = |id: &UserId| self.users.get(id).and_then(|bot| bot.bot_owner) == Some(user);
        let allowed = |id: &UserId| *id == user || owned(id) || self.role(user).is_admin();
        if !principals.iter().all(allowed) {
            return Err(Refusal::bad("Insufficient permission"));
        }
        let (mut ids, mut missing) = (Vec::new(), Vec::new());
        for name in &names {
            match self.channel_by_name(name).filter(|channel| self.knows(user, channel)) {
                Some(channel) => ids.push((channel.id, channel.name.clone())),
                None => missing.push(name.as_str()),
            }
        }
        if !missing.is_empty() {
            return Err(Refusal::bad(format!("Channel(s) ({}) do not exist", missing.join(", "))));
        }
        let (mut removed, mut kept) = (BTreeSet::new(), BTreeSet::new());
        for (id, name) in ids {
            for principal in &principals {
                let gone = self.unsubscribe(*principal, id)?;
                if gone {
                    removed.insert(name.clone())
                } else {
                    kept.insert(name.clone())
                };
            }
        }
        Ok(json!({"removed": removed, "not_removed": kept}))
    }

    /// The accounts a subscription is about: ids or addresses; the caller if none are given.
    fn principals(&self, user: UserId, params: &mut Params) -> Result<BTreeSet<UserId>, Refusal> {
        let items = params.list("principals")?.unwrap_or_default();
        let found = items.iter().map(|item| {
            let found = match (item.as_u64(), item.as_str()) {
                (Some(id), _) => self.user(UserId(id)).ok(),
                (None, Some(email)) => self.user_by_email(email),
                (None, None) => None,
            };
            found.filter(|user| user.is_active).map(|user| user.id).ok_or_else(Refusal::no_user)
        });
        let mut found = found.collect::<Result<BTreeSet<_>, _>>()?;
        if found.is_empty() {
            found.insert(user);
        }
        Ok(found)
    }
}

/// The privacy of channels that a request creates. Private ones keep their history from newcomers.
fn new_privacy(params: &mut Params) -> Result<Privacy, Refusal> {
    let invite_only = params.flag("invite_only", false)?;
    let web_public = params.flag("is_web_public", false)?;
    let history_public = params.flag("history_public_to_subscribers", !invite_only)?;
    Ok(Privacy { invite_only, web_public, history_public: history_public || !invite_only })
}
