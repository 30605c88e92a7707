//! Channels: who is in them, and what they are.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::ids::{ChannelId, UserId};
use super::model::{Channel, Place};
use super::realm::{Privacy, Role};
use super::state::State;
use super::wire::Refusal;

/// The topic in which Zulip announces what happens to a channel.
const CHANNEL_EVENTS: &str = "channel events";

impl State {
    /// Who is told of a channel's subscribers: those who can see the channel.
    fn onlookers(&self, channel: &Channel) -> BTreeSet<UserId> {
        self.everyone().into_iter().filter(|user| self.knows(*user, channel)).collect()
    }

    /// Makes a channel without subscribers.
    pub(super) fn create_channel(
        &mut self,
        creator: UserId,
        name: &str,
        description: &str,
        privacy: Privacy,
        now: Timestamp,
    ) -> ChannelId {
        let id = ChannelId(self.channels.keys().next_back().map_or(1, |last| last.0 + 1));
        let channel = Channel {
            id,
            name: name.to_owned(),
            description: description.to_owned(),
            privacy,
            archived: false,
            creator: Some(creator),
            created: now.as_second(),
            subscribers: BTreeSet::new(),
            former: BTreeSet::new(),
        };
        let event = json!({"type": "stream", "op": "create", "streams": [self.channel_json(&channel)]});
        let onlookers = self.onlookers(&channel);
        self.channels.insert(id, channel);
        self.publish(&onlookers, &event);
        id
    }

    /// What Zulip says in a new channel, once it has subscribers.
    pub(super) fn announce_creation(&mut self, creator: UserId, id: ChannelId, now: Timestamp) {
        let Some(channel) = self.channels.get(&id) else { return };
        let who = self.silent_mention(creator);
        let mut text = format!("**{}** channel created by {who}.", channel.privacy.name());
        if !channel.description.is_empty() {
            text.push_str(&format!(" **Description:**\n```` quote\n{}\n````", channel.description));
        }
        self.announce(Place::topic(id, CHANNEL_EVENTS), &text, now);
    }

    /// Subscribes a user. Returns whether that changed anything.
    pub(super) fn subscribe(&mut self, user: UserId, id: ChannelId) -> Result<bool, Refusal> {
        self.user(user)?;
        let channel = self.channel(id)?;
        if channel.subscribers.contains(&user) {
            return Ok(false);
        }
        let knew = self.knows(user, channel);
        if let Some(channel) = self.channels.get_mut(&id) {
            channel.subscribers.insert(user);
            channel.former.remove(&user);
        }
        let channel = self.channel(id)?;
        let own = BTreeSet::from([user]);
        let mut others = self.onlookers(channel);
        others.remove(&user);
        let create = json!({"type": "stream", "op": "create", "streams": [self.channel_json(channel)]});
        let subscription = |full| {
            let subscription = self.subscription_json(channel, full);
            json!({"type": "subscription", "op": "add", "subscriptions": [subscription]})
        };
        let (full, short) = (subscription(true), subscription(false));
        if !knew {
            self.publish(&own, &create);
        }
        for queue in self.queues.values_mut().filter(|queue| queue.user == user) {
            if queue.wants("subscription") {
                queue.push(if queue.options.include_subscribers { full.clone() } else { short.clone() });
            }
        }
        self.publish_peers(&others, "peer_add", id, user);
        Ok(true)
    }

    /// Unsubscribes a user. Returns whether that changed anything.
    pub(super) fn unsubscribe(&mut self, user: UserId, id: ChannelId) -> Result<bool, Refusal> {
        self.user(user)?;
        let Some(channel) = self.channels.get_mut(&id) else { return Err(Refusal::no_channel()) };
        if !channel.subscribers.remove(&user) {
            return Ok(false);
        }
        channel.former.insert(user);
        let event = json!({
            "type": "subscription",
            "op": "remove",
            "subscriptions": [{"name": channel.name, "stream_id": id}],
        });
        let mut others = self.onlookers(self.channel(id)?);
        others.remove(&user);
        self.publish(&BTreeSet::from([user]), &event);
        self.publish_peers(&others, "peer_remove", id, user);
        Ok(true)
    }

    /// Changes who can see a channel. Those who no longer can are not told, as on the real server.
    pub(super) fn set_privacy(
        &mut self,
        id: ChannelId,
        privacy: Privacy,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let channel = self.channel(id)?;
        let (old, knew) = (channel.privacy, self.onlookers(channel));
        if let Some(channel) = self.channels.get_mut(&id) {
            channel.privacy = privacy;
        }
        let channel = self.channel(id)?;
        let know = self.onlookers(channel);
        let create = json!({"type": "stream", "op": "create", "streams": [self.channel_json(channel)]});
        let update = json!({
            "type": "stream",
            "op": "update",
            "property": "invite_only",
            "value": privacy.invite_only,
            "history_public_to_subscribers": privacy.history_public,
            "is_web_public": privacy.web_public,
            "stream_id": id,
            "name": channel.name,
        });
        let subscribers: Vec<_> = self.subscribers(channel).into_iter().collect();
        let new: BTreeSet<_> = know.difference(&knew).copied().collect();
        let same: BTreeSet<_> = know.intersection(&knew).copied().collect();
        self.publish(&new, &create);
        for user in subscribers {
            self.publish_peers(&new, "peer_add", id, user);
        }
        self.publish(&same, &update);
        let who = self.silent_mention(self.owner());
        let text = format!(
            "{who} changed the [access permissions](/help/channel-permissions) for this channel from \
             **{}** to **{}**.",
            old.name(),
            privacy.name()
        );
        self.announce(Place::topic(id, CHANNEL_EVENTS), &text, now);
        Ok(())
    }

    /// Renames a channel.
    pub(super) fn rename_channel(
        &mut self,
        id: ChannelId,
        name: &str,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let name = self.channel_name(name)?;
        if self.channel_by_name(&name).is_some_and(|channel| channel.id != id) {
            return Err(Refusal::bad(format!("Channel name '{name}' is already taken.")));
        }
        let onlookers = self.onlookers(self.channel(id)?);
        let Some(channel) = self.channels.get_mut(&id) else { return Err(Refusal::no_channel()) };
        let old = std::mem::replace(&mut channel.name, name.clone());
        let event = json!({
            "type": "stream",
            "op": "update",
            "property": "name",
            "value": name,
            "stream_id": id,
            "name": old,
        });
        self.publish(&onlookers, &event);
        let who = self.silent_mention(self.owner());
        let text = format!("{who} renamed channel **{old}** to **{name}**.");
        self.announce(Place::topic(id, CHANNEL_EVENTS), &text, now);
        Ok(())
    }

    /// A channel's name, if it can be one.
    pub(super) fn channel_name(&self, name: &str) -> Result<String, Refusal> {
        let name = name.trim();
        let length_max = self.limits.channel_name_length_max;
        if name.is_empty() {
            return Err(Refusal::bad("Channel name can't be empty."));
        }
        if name.chars().count() > length_max {
            return Err(Refusal::bad(format!("Channel name too long (limit: {length_max} characters).")));
        }
        if let Some(at) = name.chars().position(char::is_control) {
            return Err(Refusal::bad(format!("Invalid character in channel name, at position {}.", at + 1)));
        }
        Ok(name.to_owned())
    }

    /// Archives a channel: nothing more can be said in it, and clients see it go.
    pub(super) fn archive(&mut self, id: ChannelId, now: Timestamp) -> Result<(), Refusal> {
        let onlookers = self.onlookers(self.channel(id)?);
        let who = self.silent_mention(self.owner());
        let text = format!("Channel #**{}** has been archived by {who}.", self.channel(id)?.name);
        self.announce(Place::topic(id, CHANNEL_EVENTS), &text, now);
        if let Some(channel) = self.channels.get_mut(&id) {
            channel.archived = true;
        }
        let event = json!({
            "type": "stream",
            "op": "delete",
            "streams": [{"stream_id": id}],
            "stream_ids": [id],
        });
        self.publish(&onlookers, &event);
        Ok(())
    }

    /// Whether `user` may add people to channels they see.
    pub(super) fn may_subscribe_others(&self, user: UserId) -> bool {
        self.role(user) != Role::Guest
    }

    /// The channels of the realm, as JSON, that fit.
    pub(super) fn channels_json(&self, fits: impl Fn(&Channel) -> bool) -> Vec<Value> {
        self.channels
            .values()
            .filter(|channel| fits(channel))
            .map(|channel| self.channel_json(channel))
            .collect()
    }
}
