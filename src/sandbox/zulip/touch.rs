//! Reacting to messages, and deleting them.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::json;

use super::emoji;
use super::ids::{MessageId, UserId};
use super::model::Reaction;
use super::shape::reaction_json;
use super::state::State;
use super::wire::Refusal;

impl State {
    /// Adds `user`'s reaction to a message.
    pub(super) fn react(
        &mut self,
        user: UserId,
        id: MessageId,
        name: &str,
        code: Option<&str>,
    ) -> Result<(), Refusal> {
        let message = self.readable(user, id)?;
        let code = match code {
            None => emoji::code(name).ok_or_else(|| no_emoji(name))?,
            Some(code) => code,
        };
        let same = |reaction: &&Reaction| reaction.code == code;
        if message.reactions.iter().filter(same).any(|reaction| reaction.user == user) {
            return Err(Refusal::coded("REACTION_ALREADY_EXISTS", "Reaction already exists."));
        }
        // Joining someone's reaction takes the name they gave it.
        let name = match message.reactions.iter().find(same) {
            Some(reaction) => reaction.name.clone(),
            None if !emoji::is_code(code) => return Err(Refusal::bad("Invalid emoji code.")),
            None if emoji::code(name) != Some(code) => return Err(Refusal::bad("Invalid emoji name.")),
            None => name.to_owned(),
        };
        let reaction = Reaction { user, name, code: code.to_owned() };
        self.publish_reaction("add", id, &reaction);
        if let Some(message) = self.messages.get_mut(&id) {
            message.reactions.push(reaction);
        }
        Ok(())
    }

    /// Takes `user`'s reaction from a message.
    pub(super) fn unreact(
        &mut self,
        user: UserId,
        id: MessageId,
        name: Option<&str>,
        code: Option<&str>,
    ) -> Result<(), Refusal> {
        let message = self.readable(user, id)?;
        let code = match (code, name) {
            (Some(code), _) => code,
            (None, Some(name)) => emoji::code(name).ok_or_else(|| no_emoji(name))?,
            (None, None) => {
                let text = "At least one of the following arguments must be present: emoji_name, emoji_code";
                return Err(Refusal::bad(text));
            }
        };
        let its = |reaction: &Reaction| reaction.user == user && reaction.code == code;
        let Some(at) = message.reactions.iter().position(its) else {
            return Err(Refusal::coded("REACTION_DOES_NOT_EXIST", "Reaction doesn't exist."));
        };
        let reaction = message.reactions[at].clone();
        if let Some(message) = self.messages.get_mut(&id) {
            message.reactions.remove(at);
        }
        self.publish_reaction("remove", id, &reaction);
        Ok(())
    }

    fn publish_reaction(&mut self, op: &str, id: MessageId, reaction: &Reaction) {
        self.changes += 1;
        let Some(message) = self.messages.get(&id) else { return };
        let audience = self.audience(message);
        let (email, name) =
            self.users.get(&reaction.user).map_or(("", ""), |user| (user.email.as_str(), user.name.as_str()));
        let mut event = reaction_json(reaction);
        event["type"] = "reaction".into();
        event["op"] = op.into();
        event["message_id"] = id.into();
        event["user"] = json!({"user_id": reaction.user, "email": email, "full_name": name});
        self.publish(&audience, &event);
    }

    /// Deletes a message.
    pub(super) fn delete(&mut self, user: UserId, id: MessageId, now: Timestamp) -> Result<(), Refusal> {
        let message = self.readable(user, id)?;
        let owner = self.users.get(&message.sender).and_then(|sender| sender.bot_owner);
        if !self.role(user).is_admin() {
            let own = message.sender == user || owner == Some(user);
            if !own || !self.limits.members_delete_own {
                return Err(Refusal::bad("You don't have permission to delete this message"));
            }
            let age = now.duration_since(message.sent).as_secs();
            if self.limits.delete_limit_seconds.is_some_and(|limit| age > limit) {
                return Err(Refusal::bad("The time limit for deleting this message has passed"));
            }
        }
        let (audience, place): (BTreeSet<UserId>, _) = (self.audience(message), message.place.clone());
        self.messages.remove(&id);
        self.publish_deletion(&audience, &[id], &place);
        Ok(())
    }
}

fn no_emoji(name: &str) -> Refusal {
    Refusal::bad(format!("Emoji '{name}' does not exist"))
}
