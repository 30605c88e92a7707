//! Saying something.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::deliver::Echo;
use super::ids::{ChannelId, MessageId, UserId};
use super::mentions::Mentions;
use super::model::{Message, Place};
use super::state::{NOTIFICATION_BOT, State};
use super::wire::Refusal;

/// How a message that was too long ends.
const CUT: &str = "\n[message truncated]";

/// A message about to be sent.
pub(super) struct Draft<'a> {
    pub(super) sender: UserId,
    pub(super) place: Place,
    pub(super) content: &'a str,
    pub(super) client: &'a str,
    pub(super) echo: Option<Echo>,
    /// Whether the sender counts as having read it.
    pub(super) read: bool,
}

impl State {
    /// Sends a message, if all of Zulip's rules allow it.
    pub(super) fn send(&mut self, draft: Draft<'_>, now: Timestamp) -> Result<MessageId, Refusal> {
        let content = self.normal_content(draft.content)?;
        let mentions = self.mentions(&content);
        let place = match draft.place {
            Place::Channel { channel, topic } => {
                self.check_channel(draft.sender, channel, &mentions)?;
                self.tell_of_empty_channel(draft.sender, channel, now);
                Place::Channel { channel, topic: self.normal_topic(&topic)? }
            }
            Place::Direct(people) => Place::Direct(self.check_people(draft.sender, people)?),
        };
        let id = MessageId(self.last_message + 1);
        self.last_message = id.0;
        let received = self.recipients(&draft.sender, &place, &mentions, draft.read);
        let message = Message {
            id,
            sender: draft.sender,
            place,
            content,
            sent: now,
            client: draft.client.to_owned(),
            reactions: Vec::new(),
            history: Vec::new(),
            last_edit: None,
            last_move: None,
            received,
        };
        self.messages.insert(id, message);
        self.link_uploads(id);
        self.publish_message(id, draft.echo.as_ref());
        Ok(id)
    }

    /// `content` as it is stored: tidied at its ends, and cut if it is too long.
    pub(super) fn normal_content(&self, content: &str) -> Result<String, Refusal> {
        let body = trim_end(content).trim_start_matches('\n');
        if body.trim().is_empty() {
            return Err(Refusal::bad("Message must not be empty"));
        }
        if body.contains('\0') {
            return Err(Refusal::bad("Message must not contain null bytes"));
        }
        Ok(cut(body, self.limits.message_length_max, CUT))
    }

    /// A topic's name as it is stored.
    pub(super) fn normal_topic(&self, topic: &str) -> Result<String, Refusal> {
        let topic = topic.trim();
        if topic == "(no topic)" || topic == super::shape::GENERAL_CHAT {
            return Ok(String::new());
        }
        if let Some(at) = topic.chars().position(char::is_control) {
            return Err(Refusal::bad(format!("Invalid character in topic, at position {}!", at + 1)));
        }
        Ok(cut(topic, self.limits.topic_length_max, "..."))
    }

    fn check_channel(&self, sender: UserId, id: ChannelId, mentions: &Mentions) -> Result<(), Refusal> {
        let channel = self.channel(id)?;
        self.check_sends(sender, channel)?;
        let many = self.subscribers(channel).len() > self.limits.wildcard_subscribers_max;
        if mentions.channel && many && !self.role(sender).is_admin() {
            return Err(Refusal::coded(
                "STREAM_WILDCARD_MENTION_NOT_ALLOWED",
                "You do not have permission to use channel wildcard mentions in this channel.",
            ));
        }
        Ok(())
    }

    fn check_people(
        &self,
        sender: UserId,
        mut people: BTreeSet<UserId>,
    ) -> Result<BTreeSet<UserId>, Refusal> {
        if people.is_empty() {
            return Err(Refusal::bad("Message must have recipients"));
        }
        for id in &people {
            let user = self.users.get(id).ok_or_else(|| Refusal::bad(format!("Invalid user ID {id}")))?;
            if !user.is_active {
                return Err(Refusal::bad(format!("'{}' is no longer using Zulip.", user.email)));
            }
        }
        people.insert(sender);
        Ok(people)
    }

    /// To whom a message is delivered, with their flags. A bot that is mentioned gets it wherever it is.
    fn recipients(
        &self,
        sender: &UserId,
        place: &Place,
        mentions: &Mentions,
        read: bool,
    ) -> BTreeMap<UserId, BTreeSet<&'static str>> {
        let mut people = match place {
            Place::Channel { channel, .. } => {
                self.channels.get(channel).map(|channel| self.subscribers(channel)).unwrap_or_default()
            }
            Place::Direct(people) => people.clone(),
        };
        if place.channel().is_some() {
            let is_bot = |user: &&UserId| self.users.get(user).is_some_and(|user| user.is_bot);
            people.extend(mentions.users.iter().filter(is_bot));
        }
        people.retain(|user| self.is_active(*user) && *user != NOTIFICATION_BOT);
        let flags = |user: UserId| {
            let mut flags = self.mention_flags(mentions, place, user);
            if read && user == *sender {
                flags.insert("read");
            }
            (user, flags)
        };
        people.into_iter().map(flags).collect()
    }

    /// Says something as Zulip's own bot. What cannot be said is left unsaid.
    pub(super) fn announce(&mut self, place: Place, content: &str, now: Timestamp) {
        let draft =
            Draft { sender: NOTIFICATION_BOT, place, content, client: "Internal", echo: None, read: false };
        // The only refusals left are of archived channels and inactive people.
        drop(self.send(draft, now));
    }

    /// Tells a bot's owner that the bot spoke to a channel that does not exist.
    pub(super) fn tell_of_missing_channel(&mut self, bot: UserId, channel: &str, now: Timestamp) {
        let text = format!(
            "tried to send a message to channel {channel}, but that channel does not exist. \
             Click [here](#channels/new) to create it."
        );
        self.tell_owner(bot, &text, now);
    }

    fn tell_of_empty_channel(&mut self, sender: UserId, channel: ChannelId, now: Timestamp) {
        let Some(channel) = self.channels.get(&channel) else { return };
        if self.subscribers(channel).is_empty() {
            let text = format!(
                "tried to send a message to channel #**{}**. The channel exists but does not have any \
                 subscribers.",
                channel.name
            );
            self.tell_owner(sender, &text, now);
        }
    }

    fn tell_owner(&mut self, bot: UserId, what: &str, now: Timestamp) {
        let Some(bot) = self.users.get(&bot) else { return };
        if let Some(owner) = bot.bot_owner {
            let text = format!("Your bot `{}` {what}", bot.email);
            self.announce(Place::direct([owner]), &text, now);
        }
    }

    /// How a person is named in Zulip's own messages: without a notification.
    pub(super) fn silent_mention(&self, user: UserId) -> String {
        let name = self.users.get(&user).map_or("", |user| &user.name);
        format!("@_**{name}|{user}**")
    }
}

/// `text` without the white space at its end, as Python sees white space.
pub(super) fn trim_end(text: &str) -> &str {
    text.trim_end_matches(|c: char| c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c))
}

/// `text`, or as much of it as leaves room for `mark` in `length_max` code points.
fn cut(text: &str, length_max: usize, mark: &str) -> String {
    if text.chars().count() <= length_max {
        return text.to_owned();
    }
    let kept = length_max.saturating_sub(mark.chars().count());
    text.chars().take(kept).chain(mark.chars()).collect()
}
