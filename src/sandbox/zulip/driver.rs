//! The driver's side: people acting by hand, faults, and looking at what there is.
//!
//! No rate limit holds here, but Zulip's own rules do. Changes to channels and accounts are made as
//! by the realm's owner.

use bytes::Bytes;
use jiff::Timestamp;
use tokio::sync::watch;

use super::change::Change;
use super::send::Draft;
use super::state::State;
use super::{
    ChannelId, GroupId, Message, MessageId, Place, Privacy, Propagation, Refusal, RequestRecord, Role,
    Upload, User, UserId, Zulip,
};

/// What people who act by hand send their messages with.
pub const DRIVER_CLIENT: &str = "website";

/// What a change to nothing is.
const NO_CHANGE: Change = Change {
    content: None,
    topic: None,
    channel: None,
    propagation: Propagation::One,
    announce_old: false,
    announce_new: true,
};

impl Zulip {
    fn act<T>(&self, action: impl FnOnce(&mut State, Timestamp) -> T) -> T {
        let result = action(&mut self.state(), self.clock.now());
        self.announce_changes();
        result
    }

    /// The same for what one person does: only an active account can.
    fn act_as<T>(
        &self,
        user: UserId,
        action: impl FnOnce(&mut State, Timestamp) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        self.act(|state, now| {
            if !state.user(user)?.is_active {
                return Err(Refusal::unauthorized("Account is deactivated"));
            }
            action(state, now)
        })
    }

    /// Says something. The sender is added to a direct conversation.
    ///
    /// # Errors
    /// Whatever Zulip refuses a client.
    pub fn send(&self, sender: UserId, to: Place, content: &str) -> Result<MessageId, Refusal> {
        let draft = Draft { sender, place: to, content, client: DRIVER_CLIENT, echo: None, read: true };
        self.act_as(sender, |state, now| state.send(draft, now))
    }

    /// Changes what a message says.
    ///
    /// # Errors
    /// Whatever Zulip refuses a client.
    pub fn edit(&self, user: UserId, message: MessageId, content: &str) -> Result<(), Refusal> {
        let change = Change { content: Some(content.to_owned()), ..NO_CHANGE };
        self.act_as(user, |state, now| state.change(user, message, change, now))
    }

    /// Deletes a message.
    ///
    /// # Errors
    /// Whatever Zulip refuses a client.
    pub fn delete(&self, user: UserId, message: MessageId) -> Result<(), Refusal> {
        self.act_as(user, |state, now| state.delete(user, message, now))
    }

    /// Reacts to a message with the emoji of this name.
    ///
    /// # Errors
    /// Whatever Zulip refuses a client.
    pub fn react(&self, user: UserId, message: MessageId, emoji: &str) -> Result<(), Refusal> {
        self.act_as(user, |state, _| state.react(user, message, emoji, None))
    }

    /// Takes a reaction back.
    ///
    /// # Errors
    /// Whatever Zulip refuses a client.
    pub fn unreact(&self, user: UserId, message: MessageId, emoji: &str) -> Result<(), Refusal> {
        self.act_as(user, |state, _| state.unreact(user, message, Some(emoji), None))
    }

    /// Moves a message, and those of its topic that `which` says, to another topic or channel.
    ///
    /// # Errors
    /// Whatever Zulip refuses a client.
    pub fn move_message(
        &self,
        user: UserId,
        message: MessageId,
        to: (ChannelId, &str),
        which: Propagation,
    ) -> Result<(), Refusal> {
        self.act_as(user, |state, now| {
            let from = state.readable(user, message)?.place.channel();
            let channel = (from != Some(to.0)).then_some(to.0);
            let change = Change { topic: Some(to.1.to_owned()), channel, propagation: which, ..NO_CHANGE };
            state.change(user, message, change, now)
        })
    }

    /// Renames a topic: moves all of it.
    ///
    /// # Errors
    /// Whatever Zulip refuses a client; also if the topic is empty.
    pub fn rename_topic(
        &self,
        user: UserId,
        channel: ChannelId,
        topic: &str,
        name: &str,
    ) -> Result<(), Refusal> {
        self.act_as(user, |state, now| {
            let last = state.topic(channel, topic).last().map(|message| message.id);
            let change = Change { topic: Some(name.to_owned()), propagation: Propagation::All, ..NO_CHANGE };
            state.change(user, last.ok_or_else(Refusal::no_message)?, change, now)
        })
    }

    /// Changes who can see a channel.
    ///
    /// # Errors
    /// If there is no such channel.
    pub fn set_privacy(&self, channel: ChannelId, privacy: Privacy) -> Result<(), Refusal> {
        self.act(|state, now| state.set_privacy(channel, privacy, now))
    }

    /// Renames a channel.
    ///
    /// # Errors
    /// If there is no such channel, or the name is taken or cannot be one.
    pub fn rename_channel(&self, channel: ChannelId, name: &str) -> Result<(), Refusal> {
        self.act(|state, now| state.rename_channel(channel, name, now))
    }

    /// Archives a channel.
    ///
    /// # Errors
    /// If there is no such channel.
    pub fn archive(&self, channel: ChannelId) -> Result<(), Refusal> {
        self.act(|state, now| state.archive(channel, now))
    }

    /// Subscribes a user to a channel. Returns whether they were not subscribed before.
    ///
    /// # Errors
    /// If there is no such user or channel.
    pub fn subscribe(&self, user: UserId, channel: ChannelId) -> Result<bool, Refusal> {
        self.act(|state, _| state.subscribe(user, channel))
    }

    /// Unsubscribes a user from a channel. Returns whether they were subscribed before.
    ///
    /// # Errors
    /// If there is no such user or channel.
    pub fn unsubscribe(&self, user: UserId, channel: ChannelId) -> Result<bool, Refusal> {
        self.act(|state, _| state.unsubscribe(user, channel))
    }

    /// Deactivates an account, and the bots it owns.
    ///
    /// # Errors
    /// If there is no such user.
    pub fn deactivate(&self, user: UserId) -> Result<(), Refusal> {
        self.act(|state, _| state.deactivate(user))
    }

    /// Reactivates an account. Its bots stay deactivated.
    ///
    /// # Errors
    /// If there is no such user.
    pub fn reactivate(&self, user: UserId) -> Result<(), Refusal> {
        self.act(|state, _| state.reactivate(user))
    }

    /// Gives an account another role.
    ///
    /// # Errors
    /// If there is no such user.
    pub fn set_role(&self, user: UserId, role: Role) -> Result<(), Refusal> {
        self.act(|state, _| state.set_role(user, role))
    }

    /// Fills in the account on GitHub that a user's profile names, or empties it.
    ///
    /// # Errors
    /// If there is no such user.
    pub fn set_github(&self, user: UserId, name: Option<&str>) -> Result<(), Refusal> {
        self.act(|state, _| state.set_github(user, name))
    }

    /// Uploads a file. Only its uploader reads it until a message links to it. Returns its address,
    /// without the realm's.
    ///
    /// # Errors
    /// If it is too large.
    pub fn upload(&self, user: UserId, name: &str, bytes: &[u8]) -> Result<String, Refusal> {
        let bytes = Bytes::copy_from_slice(bytes);
        self.act_as(user, |state, _| state.upload(user, name, "application/octet-stream", bytes))
            .map(|upload| upload.url)
    }

    /// The uploaded files.
    #[must_use]
    pub fn uploads(&self) -> Vec<Upload> {
        self.state().uploads.values().cloned().collect()
    }

    /// Adds a user to a group.
    ///
    /// # Errors
    /// If there is no such user or group.
    pub fn add_to_group(&self, user: UserId, group: GroupId) -> Result<(), Refusal> {
        self.act(|state, _| state.set_member(group, user, true))
    }

    /// Takes a user from a group.
    ///
    /// # Errors
    /// If there is no such user or group.
    pub fn remove_from_group(&self, user: UserId, group: GroupId) -> Result<(), Refusal> {
        self.act(|state, _| state.set_member(group, user, false))
    }

    /// Loses all event queues, as when the event server is killed. Open polls fail.
    pub fn expire_queues(&self) {
        self.act(|state, _| {
            state.queues.clear();
            state.crashes += 1;
        });
    }

    /// Everything that was said and not deleted, oldest first.
    #[must_use]
    pub fn messages(&self) -> Vec<Message> {
        self.state().messages.values().cloned().collect()
    }

    /// The accounts, Zulip's own bot among them, with their API keys.
    #[must_use]
    pub fn users(&self) -> Vec<User> {
        self.state().users.values().cloned().collect()
    }

    /// One account.
    #[must_use]
    pub fn user(&self, id: UserId) -> Option<User> {
        self.state().users.get(&id).cloned()
    }

    /// The name of a channel now.
    #[must_use]
    pub fn channel_name(&self, id: ChannelId) -> Option<String> {
        self.state().channels.get(&id).map(|channel| channel.name.clone())
    }

    /// The channel that has this name now.
    #[must_use]
    pub fn channel_named(&self, name: &str) -> Option<ChannelId> {
        self.state().channel_by_name(name).map(|channel| channel.id)
    }

    /// Who can see a channel now.
    #[must_use]
    pub fn privacy(&self, id: ChannelId) -> Option<Privacy> {
        self.state().channels.get(&id).map(|channel| channel.privacy)
    }

    /// Changes whenever a message is sent, changed, deleted or reacted to.
    #[must_use]
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// How many events a user's clients were given, when each of them listens and has acknowledged all;
    /// `None` while something is still under way, or nobody listens.
    #[must_use]
    pub fn heard_all(&self, user: UserId) -> Option<i64> {
        let now = self.clock.now();
        let state = self.state();
        let mut queues = state.queues.values().filter(|queue| queue.user == user).peekable();
        queues.peek()?;
        queues.try_fold(0, |heard, queue| Some(heard + queue.heard_all(now)?))
    }

    /// Sets the address the realm says it has, without a slash at the end.
    pub fn set_url(&self, url: &str) {
        self.state().url = url.trim_end_matches('/').to_owned();
    }

    /// Sets how long after sending content may be edited; `None` is for ever.
    pub fn set_edit_limit(&self, seconds: Option<i64>) {
        self.state().limits.edit_limit_seconds = seconds;
    }

    /// The accounts subscribed to a channel now.
    #[must_use]
    pub fn subscribers(&self, id: ChannelId) -> Vec<UserId> {
        let state = self.state();
        state
            .channels
            .get(&id)
            .map(|channel| channel.subscribers.iter().copied().collect())
            .unwrap_or_default()
    }

    /// The channels, oldest first.
    #[must_use]
    pub fn channels(&self) -> Vec<ChannelId> {
        self.state().channels.keys().copied().collect()
    }

    /// Every HTTP request so far, in the order they came in. The status of one that is still
    /// unanswered is 0.
    #[must_use]
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.state().requests.clone()
    }
}
