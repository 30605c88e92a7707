//! Changing what was said, and where it is.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::ids::{ChannelId, MessageId, UserId, list};
use super::model::{Edit, Message, Place};
use super::realm::Role;
use super::render;
use super::send::trim_end;
use super::state::State;
use super::wire::Refusal;

/// How many seconds after a limit the server still lets a change through.
const GRACE_SECONDS: i64 = 20;
/// What the name of a resolved topic begins with.
const RESOLVED: &str = "✔ ";

/// Which messages of a topic move with one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Propagation {
    /// Only the one.
    One,
    /// It and those after it.
    Later,
    /// All.
    All,
}

impl Propagation {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::One => "change_one",
            Self::Later => "change_later",
            Self::All => "change_all",
        }
    }
}

/// A change asked for to a message.
#[derive(Debug, Clone)]
pub(super) struct Change {
    pub(super) content: Option<String>,
    pub(super) topic: Option<String>,
    pub(super) channel: Option<ChannelId>,
    pub(super) propagation: Propagation,
    pub(super) announce_old: bool,
    pub(super) announce_new: bool,
}

/// A move that was found to be allowed.
struct Move {
    from: (ChannelId, String),
    to: (ChannelId, String),
    ids: Vec<MessageId>,
    propagation: Propagation,
}

impl Move {
    /// Whether the topic is only marked as resolved, or no longer so.
    fn resolves(&self) -> bool {
        let (old, new) = (&self.from.1, &self.to.1);
        let marked = |before: &str, after: &str| after.strip_prefix(RESOLVED) == Some(before);
        self.from.0 == self.to.0 && (marked(old, new) || marked(new, old))
    }
}

impl State {
    /// Makes a change to a message.
    pub(super) fn change(
        &mut self,
        user: UserId,
        id: MessageId,
        change: Change,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let message = self.readable(user, id)?;
        check_parts(message, &change)?;
        let content = match &change.content {
            None => None,
            Some(content) => Some(self.check_edit(user, message, content, now)?),
        };
        let step = self.check_move(user, message, &change, now)?;
        if content.is_none() && step.is_none() {
            return Err(Refusal::bad("Nothing to change"));
        }
        let before = message.clone();
        let moved = step.as_ref().map_or_else(|| vec![id], |step| step.ids.clone());
        let audiences: Vec<_> = moved
            .iter()
            .filter_map(|id| self.messages.get(id))
            .map(|message| self.audience(message))
            .collect();
        let audience: BTreeSet<UserId> = audiences.into_iter().flatten().collect();

        if let Some(content) = &content {
            self.edit(user, id, content, now);
        }
        if let Some(step) = &step {
            for moving in &step.ids {
                self.relocate(user, *moving, step, now);
            }
        }
        let event = self.update_event(user, &before, content.as_deref(), step.as_ref(), now);
        self.tell_of_change(&audience, &before, &moved, &event);
        if let Some(step) = step {
            self.announce_move(user, &step, &change, now);
        }
        Ok(())
    }

    /// Refuses unless `user` may change the content; returns it as it is stored.
    fn check_edit(
        &self,
        user: UserId,
        message: &Message,
        content: &str,
        now: Timestamp,
    ) -> Result<String, Refusal> {
        if !self.limits.editing {
            return Err(Refusal::bad("Your organization has turned off message editing"));
        }
        if message.sender != user {
            return Err(Refusal::bad("You don't have permission to edit this message"));
        }
        let age = now.duration_since(message.sent).as_secs();
        if self.limits.edit_limit_seconds.is_some_and(|limit| age > limit + GRACE_SECONDS) {
            return Err(Refusal::bad("The time limit for editing this message has passed"));
        }
        let content = if trim_end(content).is_empty() { "(deleted)" } else { content };
        self.normal_content(content)
    }

    /// Refuses unless `user` may move the message as asked; `None` is for no move.
    fn check_move(
        &self,
        user: UserId,
        message: &Message,
        change: &Change,
        now: Timestamp,
    ) -> Result<Option<Move>, Refusal> {
        let Place::Channel { channel, topic } = &message.place else { return Ok(None) };
        let new_topic = match &change.topic {
            Some(topic) => self.normal_topic(topic)?,
            None => topic.clone(),
        };
        let new_channel = change.channel.unwrap_or(*channel);
        if new_channel == *channel && new_topic == *topic {
            return Ok(None);
        }
        if new_channel != *channel {
            let target = self.channel(new_channel)?;
            if !self.knows(user, target) || target.archived {
                return Err(Refusal::no_channel());
            }
            self.check_sends(user, target)?;
        }
        if self.role(user) == Role::Guest {
            return Err(Refusal::bad("You don't have permission to edit this message"));
        }
        let moves = |its: &&Message| match change.propagation {
            Propagation::One => its.id == message.id,
            Propagation::Later => its.id >= message.id,
            Propagation::All => true,
        };
        let step = Move {
            from: (*channel, topic.clone()),
            to: (new_channel, new_topic),
            ids: self.topic(*channel, topic).filter(moves).map(|message| message.id).collect(),
            propagation: change.propagation,
        };
        if self.role(user) > Role::Moderator && !step.resolves() {
            self.check_move_age(&step, now)?;
        }
        Ok(Some(step))
    }

    /// Refuses a move of messages that are too old to be moved by anyone but a moderator.
    fn check_move_age(&self, step: &Move, now: Timestamp) -> Result<(), Refusal> {
        let Some(limit) = self.limits.move_limit_seconds else { return Ok(()) };
        let young = |id: &&MessageId| {
            let sent = self.messages.get(id).map_or(now, |message| message.sent);
            now.duration_since(sent).as_secs() <= limit + GRACE_SECONDS
        };
        let (total, allowed) = (step.ids.len(), step.ids.iter().filter(young).count());
        if allowed == total {
            return Ok(());
        }
        if step.propagation == Propagation::One {
            let what = if step.from.0 == step.to.0 { "topic" } else { "channel" };
            return Err(Refusal::bad(format!("The time limit for editing this message's {what} has passed")));
        }
        let text = format!(
            "You only have permission to move the {allowed}/{total} most recent messages in this topic."
        );
        let first = step.ids.iter().find(young).map_or(Value::Null, |id| (*id).into());
        Err(Refusal::coded("MOVE_MESSAGES_TIME_LIMIT_EXCEEDED", text)
            .with("first_message_id_allowed_to_move", first)
            .with("total_messages_in_topic", total)
            .with("total_messages_allowed_to_move", allowed))
    }

    fn edit(&mut self, user: UserId, id: MessageId, content: &str, now: Timestamp) {
        let mentions = self.mentions(content);
        let Some(message) = self.messages.get(&id) else { return };
        let flags: Vec<_> = message
            .received
            .iter()
            .map(|(reader, old)| {
                let mut flags = self.mention_flags(&mentions, &message.place, *reader);
                flags.extend(old.get("read"));
                (*reader, flags)
            })
            .collect();
        let Some(message) = self.messages.get_mut(&id) else { return };
        message.received.extend(flags);
        let old = std::mem::replace(&mut message.content, content.to_owned());
        let at = now.as_second();
        message.last_edit = Some(at);
        message.history.insert(0, Edit { user, at, content: Some(old), topic: None, channel: None });
        self.link_uploads(id);
    }

    fn relocate(&mut self, user: UserId, id: MessageId, step: &Move, now: Timestamp) {
        let Some(message) = self.messages.get_mut(&id) else { return };
        let at = now.as_second();
        let (from, to) = (&step.from, &step.to);
        let topic = (from.1 != to.1).then(|| (from.1.clone(), to.1.clone()));
        let channel = (from.0 != to.0).then_some((from.0, to.0));
        message.place = Place::Channel { channel: to.0, topic: to.1.clone() };
        if !step.resolves() {
            message.last_move = Some(at);
        }
        message.history.insert(0, Edit { user, at, content: None, topic, channel });
    }

    /// The `update_message` event, without any reader's flags.
    fn update_event(
        &self,
        user: UserId,
        before: &Message,
        content: Option<&str>,
        step: Option<&Move>,
        now: Timestamp,
    ) -> Value {
        let mut event = json!({
            "type": "update_message",
            "user_id": user,
            "edit_timestamp": now.as_second(),
            "message_id": before.id,
            "message_ids": [before.id],
            "rendering_only": false,
        });
        if let Some(channel) = before.place.channel().and_then(|id| self.channels.get(&id)) {
            event["stream_id"] = channel.id.into();
            event["stream_name"] = channel.name.as_str().into();
        }
        if let Some(content) = content {
            event["orig_content"] = before.content.as_str().into();
            event["orig_rendered_content"] = render::html(&before.content).into();
            event["content"] = content.into();
            event["rendered_content"] = render::html(content).into();
            event["is_me_message"] = content.starts_with("/me ").into();
        }
        if let Some(step) = step {
            event["message_ids"] = list(&step.ids);
            event["propagate_mode"] = step.propagation.name().into();
            event["orig_subject"] = step.from.1.as_str().into();
            if step.from.1 != step.to.1 {
                event["subject"] = step.to.1.as_str().into();
                event["topic_links"] = json!([]);
            }
            if step.from.0 != step.to.0 {
                event["new_stream_id"] = step.to.0.into();
            }
        }
        event
    }

    /// Tells those who could see the messages before: of the change, or that they are out of sight.
    fn tell_of_change(
        &mut self,
        audience: &BTreeSet<UserId>,
        before: &Message,
        moved: &[MessageId],
        event: &Value,
    ) {
        let Some(after) = self.messages.get(&before.id) else { return };
        let (still, gone): (BTreeSet<_>, BTreeSet<_>) =
            audience.iter().copied().partition(|user| self.reads(*user, after));
        self.publish_update(&still, before.id, event);
        self.publish_deletion(&gone, moved, &before.place);
    }

    /// Zulip's own messages about a move, at both ends of it.
    fn announce_move(&mut self, user: UserId, step: &Move, change: &Change, now: Timestamp) {
        let who = self.silent_mention(user);
        let old = Place::Channel { channel: step.from.0, topic: step.from.1.clone() };
        let new = Place::Channel { channel: step.to.0, topic: step.to.1.clone() };
        if step.resolves() {
            let state = if step.to.1.starts_with(RESOLVED) { "resolved" } else { "unresolved" };
            self.announce(new, &format!("{who} has marked this topic as {state}."), now);
            return;
        }
        let name = |id: ChannelId| self.channels.get(&id).map_or("", |channel| channel.name.as_str());
        let from = format!("#**{}>{}**", name(step.from.0), step.from.1);
        let to = format!("#**{}>{}**", name(step.to.0), step.to.1);
        let whole = self.topic(step.from.0, &step.from.1).next().is_none();
        let what = match step.ids.len() {
            _ if whole => "This topic was".to_owned(),
            1 => "A message was".to_owned(),
            count => format!("{count} messages were"),
        };
        if change.announce_new {
            self.announce(new, &format!("{what} moved here from {from} by {who}."), now);
        }
        if change.announce_old {
            self.announce(old, &format!("{what} moved to {to} by {who}."), now);
        }
    }
}

/// Refuses what no message could be changed to.
fn check_parts(message: &Message, change: &Change) -> Result<(), Refusal> {
    let moves = change.topic.is_some() || change.channel.is_some();
    if change.content.is_none() && !moves {
        return Err(Refusal::bad("Nothing to change"));
    }
    if message.place.channel().is_none() && change.channel.is_some() {
        return Err(Refusal::bad("Direct messages cannot be moved to channels."));
    }
    if message.place.channel().is_none() && change.topic.is_some() {
        return Err(Refusal::bad("Direct messages cannot have topics."));
    }
    if change.propagation != Propagation::One && !moves {
        return Err(Refusal::bad("Invalid propagate_mode without topic edit"));
    }
    if change.channel.is_some() && change.content.is_some() {
        return Err(Refusal::bad("Cannot change message content while changing channel"));
    }
    Ok(())
}
