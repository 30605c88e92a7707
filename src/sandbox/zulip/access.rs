//! Who may see and say what.

use super::ids::{MessageId, UserId};
use super::model::{Channel, Message, Place};
use super::realm::Role;
use super::state::{NOTIFICATION_BOT, State};
use super::wire::Refusal;

impl State {
    /// Whether `user` can read a channel: what is said there from now on.
    pub(super) fn sees(&self, user: UserId, channel: &Channel) -> bool {
        channel.subscribers.contains(&user)
            || channel.privacy.web_public
            || (!channel.privacy.invite_only && self.role(user) != Role::Guest)
    }

    /// Whether `user` can see that a channel exists, and its settings.
    pub(super) fn knows(&self, user: UserId, channel: &Channel) -> bool {
        self.sees(user, channel) || self.role(user).is_admin()
    }

    /// Whether `user` can read a channel's messages that were not delivered to them.
    pub(super) fn sees_history(&self, user: UserId, channel: &Channel) -> bool {
        self.sees(user, channel) && channel.privacy.history_public
    }

    /// Whether `user` can read a message.
    pub(super) fn reads(&self, user: UserId, message: &Message) -> bool {
        let received = message.received.contains_key(&user);
        match &message.place {
            Place::Direct(_) => received,
            Place::Channel { channel, .. } => self.channels.get(channel).is_some_and(|channel| {
                self.sees_history(user, channel) || (received && self.sees(user, channel))
            }),
        }
    }

    /// A message that `user` can read.
    pub(super) fn readable(&self, user: UserId, id: MessageId) -> Result<&Message, Refusal> {
        let message = self.messages.get(&id).filter(|message| self.reads(user, message));
        message.ok_or_else(Refusal::no_message)
    }

    /// Refuses unless `user` may send to a channel. A bot may also where its owner may.
    pub(super) fn check_sends(&self, user: UserId, channel: &Channel) -> Result<(), Refusal> {
        let owner = self.users.get(&user).and_then(|user| user.bot_owner);
        let through_owner = owner.is_some_and(|owner| channel.subscribers.contains(&owner));
        if channel.archived || !(user == NOTIFICATION_BOT || self.sees(user, channel) || through_owner) {
            return Err(Refusal::bad(format!("Not authorized to send to channel '{}'", channel.name)));
        }
        Ok(())
    }
}
