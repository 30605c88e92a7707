//! What `decide` answers: what to remember and what to do.

use crate::kernel::{
    effect::{Action, CommandRef, Effect, Emoji, Purpose, TeamPlace},
    embargoed::TeamText,
    fact::Fact,
    id::{EffectId, UserId},
};

/// Facts to remember and effects to carry out, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decision {
    /// To remember.
    pub facts: Vec<Fact>,
    /// To do.
    pub effects: Vec<Effect>,
    /// Not to be done any more, if they have not been.
    pub cancelled: Vec<EffectId>,
}

impl Decision {
    /// Nothing to remember and nothing to do.
    #[must_use]
    pub fn nothing() -> Self {
        Self::default()
    }

    /// And remembers `fact`.
    #[must_use]
    pub fn fact(mut self, fact: Fact) -> Self {
        self.facts.push(fact);
        self
    }

    /// And does `action`.
    #[must_use]
    pub fn effect(mut self, action: Action, purpose: Purpose) -> Self {
        self.effects.push(Effect { action, purpose });
        self
    }

    /// And says `text` to the team; `person` hears of it when it cannot be delivered.
    #[must_use]
    pub fn say(self, to: TeamPlace, text: TeamText, person: Option<UserId>) -> Self {
        self.effect(Action::Post { to, text }, Purpose::Answer { to: person })
    }

    /// And answers a command.
    #[must_use]
    pub fn answer(self, command: &CommandRef, text: TeamText) -> Self {
        self.say(command.answer_to.clone(), text, Some(command.user))
    }

    /// And marks a command's message.
    #[must_use]
    pub fn mark(self, command: &CommandRef, emoji: Emoji) -> Self {
        let react = Action::React { message: command.message, emoji };
        self.effect(react, Purpose::Answer { to: None })
    }

    /// And all of `other`.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.facts.extend(other.facts);
        self.effects.extend(other.effects);
        self.cancelled.extend(other.cancelled);
        self
    }
}
