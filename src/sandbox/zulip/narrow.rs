//! Narrows: which messages a client asks for.

use std::collections::BTreeSet;

use serde_json::Value;

use super::ids::{ChannelId, MessageId, UserId};
use super::model::{Message, Place};
use super::state::State;
use super::wire::Refusal;

/// A parsed narrow; the empty one accepts everything.
#[derive(Debug, Clone, Default)]
pub(super) struct Narrow {
    terms: Vec<(bool, Term)>,
    /// The message that `near` names: where to begin.
    pub(super) near: Option<MessageId>,
}

#[derive(Debug, Clone)]
enum Term {
    Channel(ChannelId),
    PublicChannels,
    Topic(String),
    Sender(UserId),
    Direct(BTreeSet<UserId>),
    DirectWith(UserId),
    IsDirect,
    IsResolved,
    IsUnread,
    Flag(&'static str),
    Id(MessageId),
    Search(String),
}

impl Narrow {
    /// Reads a narrow for `user`: a list of `[operator, operand]` pairs or of objects.
    pub(super) fn parse(state: &State, user: UserId, items: &[Value]) -> Result<Self, Refusal> {
        let mut narrow = Self::default();
        for item in items {
            let (operator, operand, negated) = parts(item)?;
            match operator {
                "near" => narrow.near = operand_id(operand).map(MessageId),
                "with" => narrow.follow(state, user, operand)?,
                _ => {
                    let term = state.term(user, operator, operand)?;
                    narrow.terms.push((negated, term));
                }
            }
        }
        Ok(narrow)
    }

    /// Narrows to the conversation that a message is in now; to nothing more if it cannot be read.
    fn follow(&mut self, state: &State, user: UserId, operand: &Value) -> Result<(), Refusal> {
        let id = operand_id(operand).ok_or_else(|| bad_narrow("Invalid message ID"))?;
        let Ok(message) = state.readable(user, MessageId(id)) else { return Ok(()) };
        let place = |term: &Term| matches!(term, Term::Channel(_) | Term::Topic(_) | Term::Direct(_));
        self.terms.retain(|(_, term)| !place(term));
        match &message.place {
            Place::Channel { channel, topic } => {
                self.terms.push((false, Term::Channel(*channel)));
                self.terms.push((false, Term::Topic(topic.clone())));
            }
            Place::Direct(people) => self.terms.push((false, Term::Direct(people.clone()))),
        }
        Ok(())
    }

    /// Whether messages are wanted that were not delivered to `user`, but that they can read.
    pub(super) fn includes_history(&self, state: &State, user: UserId) -> bool {
        self.terms.iter().any(|(negated, term)| match term {
            Term::Channel(id) => {
                !negated && state.channels.get(id).is_some_and(|channel| state.sees_history(user, channel))
            }
            Term::PublicChannels => !negated,
            Term::Topic(_)
            | Term::Sender(_)
            | Term::Direct(_)
            | Term::DirectWith(_)
            | Term::IsDirect
            | Term::IsResolved
            | Term::IsUnread
            | Term::Flag(_)
            | Term::Id(_)
            | Term::Search(_) => false,
        })
    }

    /// Whether a message fits, for `user`.
    pub(super) fn accepts(&self, state: &State, user: UserId, message: &Message) -> bool {
        self.terms.iter().all(|(negated, term)| term.fits(state, user, message) != *negated)
    }
}

impl Term {
    fn fits(&self, state: &State, user: UserId, message: &Message) -> bool {
        let flagged = |flag| message.received.get(&user).is_some_and(|flags| flags.contains(flag));
        let topic = message.place.topic_name();
        let people = match &message.place {
            Place::Direct(people) => Some(people),
            Place::Channel { .. } => None,
        };
        match self {
            Self::Channel(channel) => message.place.channel() == Some(*channel),
            Self::PublicChannels => {
                let channel = message.place.channel().and_then(|id| state.channels.get(&id));
                channel.is_some_and(|channel| !channel.privacy.invite_only)
            }
            Self::Topic(name) => people.is_none() && topic.to_lowercase() == name.to_lowercase(),
            Self::Sender(sender) => message.sender == *sender,
            Self::Direct(with) => people == Some(with),
            Self::DirectWith(other) => people.is_some_and(|people| people.contains(other)),
            Self::IsDirect => people.is_some(),
            Self::IsResolved => people.is_none() && topic.starts_with('✔'),
            Self::IsUnread => message.received.get(&user).is_some_and(|flags| !flags.contains("read")),
            Self::Flag(flag) => flagged(flag),
            Self::Id(id) => message.id == *id,
            Self::Search(words) => message.content.to_lowercase().contains(&words.to_lowercase()),
        }
    }
}

impl State {
    fn term(&self, user: UserId, operator: &str, operand: &Value) -> Result<Term, Refusal> {
        let text = operand.as_str().unwrap_or_default();
        Ok(match operator {
            "channel" | "stream" => Term::Channel(self.narrow_channel(operand)?),
            "channels" | "streams" if text == "public" => Term::PublicChannels,
            "topic" | "subject" => Term::Topic(text.to_owned()),
            "sender" | "from" => Term::Sender(self.narrow_user(operand)?),
            "dm" | "pm-with" => {
                let mut people = self.narrow_users(operand)?;
                people.insert(user);
                Term::Direct(people)
            }
            "dm-including" => Term::DirectWith(self.narrow_user(operand)?),
            "id" => {
                let id = operand_id(operand).ok_or_else(|| bad_narrow("Invalid message ID"))?;
                Term::Id(MessageId(id))
            }
            "search" => Term::Search(text.to_owned()),
            "is" => match text {
                "dm" | "private" => Term::IsDirect,
                "resolved" => Term::IsResolved,
                "unread" => Term::IsUnread,
                "mentioned" => Term::Flag("mentioned"),
                "starred" => Term::Flag("starred"),
                _ => return Err(bad_narrow(&format!("unknown 'is' operand {text}"))),
            },
            _ => return Err(bad_narrow(&format!("unknown operator {operator}"))),
        })
    }

    fn narrow_channel(&self, operand: &Value) -> Result<ChannelId, Refusal> {
        let found = match operand.as_u64() {
            Some(id) => self.channels.get(&ChannelId(id)),
            None => self.channel_by_name(operand.as_str().unwrap_or_default()),
        };
        let unknown = || bad_narrow(&format!("unknown channel {}", bare(operand)));
        found.map(|channel| channel.id).ok_or_else(unknown)
    }

    fn narrow_user(&self, operand: &Value) -> Result<UserId, Refusal> {
        let found = match operand.as_u64() {
            Some(id) => self.users.get(&UserId(id)),
            None => {
                let email = operand.as_str().unwrap_or_default();
                self.users.values().find(|user| user.email.eq_ignore_ascii_case(email))
            }
        };
        let unknown = || bad_narrow(&format!("unknown user {}", bare(operand)));
        found.map(|user| user.id).ok_or_else(unknown)
    }

    fn narrow_users(&self, operand: &Value) -> Result<BTreeSet<UserId>, Refusal> {
        match operand {
            Value::Array(items) => items.iter().map(|item| self.narrow_user(item)).collect(),
            Value::String(text) => {
                text.split(',').map(|email| self.narrow_user(&Value::from(email.trim()))).collect()
            }
            Value::Number(_) | Value::Null | Value::Bool(_) | Value::Object(_) => {
                Ok(BTreeSet::from([self.narrow_user(operand)?]))
            }
        }
    }
}

/// The operator, the operand and whether the term is negated.
fn parts(item: &Value) -> Result<(&str, &Value, bool), Refusal> {
    let pair = item.as_array().filter(|pair| pair.len() == 2);
    let (operator, operand) = match pair {
        Some(pair) => (pair.first(), pair.get(1)),
        None => (item.get("operator"), item.get("operand")),
    };
    let negated = item.get("negated").and_then(Value::as_bool).unwrap_or(false);
    match (operator.and_then(Value::as_str), operand) {
        (Some(operator), Some(operand)) => Ok((operator, operand, negated)),
        _ => Err(Refusal::bad("narrow is not a list of terms")),
    }
}

/// An id given as a number or as its digits.
fn operand_id(operand: &Value) -> Option<u64> {
    operand.as_u64().or_else(|| operand.as_str()?.parse().ok())
}

fn bare(operand: &Value) -> String {
    operand.as_str().map_or_else(|| operand.to_string(), str::to_owned)
}

fn bad_narrow(what: &str) -> Refusal {
    Refusal::coded("BAD_NARROW", format!("Invalid narrow operator: {what}")).with("desc", what)
}
