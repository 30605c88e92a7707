//! Putting what happened into the event queues of those who may know.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::ids::{ChannelId, MessageId, UserId, list};
use super::model::{Message, Place};
use super::queue::QueueOptions;
use super::shape::Form;
use super::state::State;

/// How a sender's own client recognises its message among the events.
#[derive(Debug, Clone)]
pub(super) struct Echo {
    /// The client's queue.
    pub(super) queue: String,
    /// The name the client gave the message.
    pub(super) local_id: Option<String>,
}

impl State {
    /// Gives an event to every queue of `to` that wants its type.
    pub(super) fn publish(&mut self, to: &BTreeSet<UserId>, event: &Value) {
        let kind = event["type"].as_str().unwrap_or_default().to_owned();
        for queue in self.queues.values_mut() {
            if to.contains(&queue.user) && queue.wants(&kind) {
                queue.push(event.clone());
            }
        }
    }

    /// The same for events that only clients get which want to know who is subscribed.
    pub(super) fn publish_peers(
        &mut self,
        to: &BTreeSet<UserId>,
        op: &str,
        channel: ChannelId,
        user: UserId,
    ) {
        let event = json!({"type": "subscription", "op": op, "stream_ids": [channel], "user_ids": [user]});
        for queue in self.queues.values_mut() {
            if to.contains(&queue.user) && queue.wants("subscription") && queue.options.include_subscribers {
                queue.push(event.clone());
            }
        }
    }

    /// Gives a new message to the queues of those it was delivered to, and to the queue it came from.
    pub(super) fn publish_message(&mut self, id: MessageId, echo: Option<&Echo>) {
        self.changes += 1;
        let Some(message) = self.messages.get(&id) else { return };
        let public = message.place.channel().and_then(|channel| self.channels.get(&channel));
        let public = public.is_some_and(|channel| !channel.privacy.invite_only);
        let mut events = Vec::new();
        for queue in self.queues.values() {
            let own = echo.filter(|echo| echo.queue == queue.id && queue.user == message.sender);
            let everywhere = public && queue.options.all_public_channels && self.is_active(queue.user);
            let gets = message.received.contains_key(&queue.user) || own.is_some() || everywhere;
            let fits = queue.options.narrow.accepts(self, queue.user, message);
            if !gets || !queue.wants("message") || !fits {
                continue;
            }
            let mut event = json!({
                "type": "message",
                "message": self.message_json(message, form(&queue.options)),
                "flags": flags(message, queue.user),
            });
            if let Some(local_id) = own.and_then(|own| own.local_id.as_deref()) {
                event["local_message_id"] = local_id.into();
            }
            events.push((queue.id.clone(), event));
        }
        for (queue, event) in events {
            if let Some(queue) = self.queues.get_mut(&queue) {
                queue.push(event);
            }
        }
    }

    /// Tells `to` of a changed message: the common fields, and each user's own flags.
    pub(super) fn publish_update(&mut self, to: &BTreeSet<UserId>, id: MessageId, event: &Value) {
        self.changes += 1;
        let Some(message) = self.messages.get(&id) else { return };
        for queue in self.queues.values_mut() {
            if !to.contains(&queue.user) || !queue.wants("update_message") {
                continue;
            }
            let mut event = event.clone();
            event["flags"] = flags(message, queue.user);
            for topic in ["orig_subject", "subject"] {
                if let Some(name) = event.get(topic).and_then(Value::as_str) {
                    event[topic] = form(&queue.options).topic(name).into();
                }
            }
            queue.push(event);
        }
    }

    /// Tells `to` that messages are gone, or out of their sight.
    pub(super) fn publish_deletion(&mut self, to: &BTreeSet<UserId>, ids: &[MessageId], place: &Place) {
        self.changes += 1;
        for queue in self.queues.values_mut() {
            if !to.contains(&queue.user) || !queue.wants("delete_message") {
                continue;
            }
            let mut event = json!({"type": "delete_message", "message_type": "private"});
            if let Place::Channel { channel, topic } = place {
                event["message_type"] = "stream".into();
                event["stream_id"] = (*channel).into();
                event["topic"] = form(&queue.options).topic(topic).into();
            }
            if queue.options.bulk_message_deletion {
                event["message_ids"] = list(ids);
                queue.push(event);
                continue;
            }
            for id in ids {
                event["message_id"] = (*id).into();
                queue.push(event.clone());
            }
        }
    }

    /// Who is told of changes to a message: whoever got it, and subscribers who can read it anyway.
    pub(super) fn audience(&self, message: &Message) -> BTreeSet<UserId> {
        let mut audience: BTreeSet<_> = message.received.keys().copied().collect();
        if let Some(channel) = message.place.channel().and_then(|id| self.channels.get(&id))
            && channel.privacy.history_public
        {
            audience.extend(&channel.subscribers);
        }
        audience.retain(|user| self.is_active(*user) && self.reads(*user, message));
        audience
    }
}

/// The form in which a queue's client wants messages.
pub(super) fn form(options: &QueueOptions) -> Form {
    Form {
        html: options.apply_markdown,
        gravatar: options.client_gravatar,
        empty_topic: options.empty_topic_name,
    }
}

/// A message's flags for one user. Someone it was not delivered to has read it.
pub(super) fn flags(message: &Message, user: UserId) -> Value {
    message.received.get(&user).map_or_else(
        || json!(["read", "historical"]),
        |flags| flags.iter().map(|flag| Value::from(*flag)).collect(),
    )
}
