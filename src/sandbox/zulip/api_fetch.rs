//! `GET /messages`: a window of the messages that fit a narrow.

use serde_json::{Value, json};

use super::api_messages::read_form;
use super::deliver::flags;
use super::ids::{MessageId, UserId};
use super::model::Message;
use super::narrow::Narrow;
use super::shape::Form;
use super::state::State;
use super::wire::{Answer, Params, Refusal};

/// The most messages one request may ask for.
const MESSAGES_MAX: i64 = 5000;
/// The anchor that stands for the newest message.
const NEWEST: u64 = 10_000_000_000_000_000;

/// The window asked for around the anchor.
struct Window {
    anchor: u64,
    before: usize,
    after: usize,
    include_anchor: bool,
    form: Form,
}

impl State {
    /// `GET /messages`
    pub(super) fn api_messages(&self, user: UserId, params: &mut Params) -> Answer {
        let form = read_form(params)?;
        let form = Form { gravatar: params.flag("client_gravatar", true)?, ..form };
        let items = params.list("narrow")?.unwrap_or_default();
        let narrow = Narrow::parse(self, user, &items)?;
        let (before, after) = (params.number("num_before")?, params.number("num_after")?);
        let anchor = params.text("anchor");
        let include_anchor = params.flag("include_anchor", true)?;
        let first_unread = params.flag("use_first_unread_anchor", false)?;
        if let Some(ids) = params.list("message_ids")? {
            return self.messages_by_id(user, &ids, form);
        }
        let before = before.ok_or_else(|| Refusal::missing("num_before"))?;
        let after = after.ok_or_else(|| Refusal::missing("num_after"))?;
        let (Ok(num_before), Ok(num_after)) = (usize::try_from(before), usize::try_from(after)) else {
            return Err(Refusal::bad("num_before is too small"));
        };
        if before.saturating_add(after) > MESSAGES_MAX {
            return Err(Refusal::bad(format!("Too many messages requested (maximum {MESSAGES_MAX}).")));
        }
        let history = narrow.includes_history(self, user);
        let fits = |message: &&Message| {
            let delivered = history || message.received.contains_key(&user);
            delivered && self.reads(user, message) && narrow.accepts(self, user, message)
        };
        let found: Vec<&Message> = self.messages.values().filter(fits).collect();
        let anchor = match narrow.near {
            Some(near) => near.0,
            None if first_unread => first_unread_id(&found, user),
            None => match anchor.as_deref() {
                None => return Err(Refusal::bad("Missing 'anchor' argument.")),
                Some(anchor) => anchor_id(anchor, &found, user)?,
            },
        };
        let window = Window { anchor, before: num_before, after: num_after, include_anchor, form };
        Ok(self.window(user, &found, &window))
    }

    fn window(&self, user: UserId, found: &[&Message], window: &Window) -> Value {
        let anchor = MessageId(window.anchor);
        let older: Vec<_> = found.iter().filter(|message| message.id < anchor).collect();
        let newer: Vec<_> = found.iter().filter(|message| message.id > anchor).collect();
        let its = found.iter().filter(|message| message.id == anchor && window.include_anchor);
        let found_anchor = its.clone().next().is_some();
        let first = older.len().saturating_sub(window.before);
        let chosen =
            older[first..].iter().copied().chain(its).chain(newer.iter().copied().take(window.after));
        let messages: Vec<_> =
            chosen.map(|message| self.message_with_flags(user, message, window.form)).collect();
        json!({
            "messages": messages,
            "anchor": window.anchor,
            "found_anchor": found_anchor,
            "found_oldest": window.anchor == 0 || older.len() < window.before,
            "found_newest": window.anchor >= NEWEST || newer.len() < window.after,
            "history_limited": false,
        })
    }

    fn messages_by_id(&self, user: UserId, ids: &[Value], form: Form) -> Answer {
        let ids: Option<std::collections::BTreeSet<u64>> = ids.iter().map(Value::as_u64).collect();
        let ids = ids.ok_or_else(|| Refusal::bad("message_ids[0] is not an integer"))?;
        let found = ids.iter().filter_map(|id| self.readable(user, MessageId(*id)).ok());
        let messages: Vec<_> = found.map(|message| self.message_with_flags(user, message, form)).collect();
        Ok(json!({"messages": messages, "history_limited": false}))
    }

    fn message_with_flags(&self, user: UserId, message: &Message, form: Form) -> Value {
        let mut body = self.message_json(message, form);
        body["flags"] = flags(message, user);
        body
    }
}

fn anchor_id(anchor: &str, found: &[&Message], user: UserId) -> Result<u64, Refusal> {
    match anchor {
        "oldest" => Ok(0),
        "newest" => Ok(NEWEST),
        "first_unread" => Ok(first_unread_id(found, user)),
        _ => {
            let id = anchor.parse::<i64>().map_err(|_| Refusal::bad("Invalid anchor"))?;
            Ok(id.max(0).unsigned_abs().min(NEWEST))
        }
    }
}

fn first_unread_id(found: &[&Message], user: UserId) -> u64 {
    let unread =
        |message: &&&Message| message.received.get(&user).is_some_and(|flags| !flags.contains("read"));
    found.iter().find(unread).map_or(NEWEST, |message| message.id.0)
}
