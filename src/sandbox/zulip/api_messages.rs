//! The endpoints that send, read and change messages.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::change::{Change, Propagation};
use super::deliver::{Echo, flags};
use super::ids::{ChannelId, MessageId, UserId};
use super::model::{Message, Place};
use super::render;
use super::send::Draft;
use super::shape::Form;
use super::state::State;
use super::wire::{Answer, Params, Refusal};

impl State {
    /// `POST /messages`
    pub(super) fn api_send(
        &mut self,
        user: UserId,
        client: &str,
        params: &mut Params,
        now: Timestamp,
    ) -> Answer {
        let kind = params.needed_text("type")?;
        let content = params.needed_text("content")?;
        let (to, topic) = (params.text("to"), params.text("topic"));
        let (queue, local_id) = (params.text("queue_id"), params.text("local_id"));
        let read = params.flag("read_by_sender", false)?;
        let place = match kind.as_str() {
            "channel" | "stream" => self.channel_place(user, to.as_deref(), topic, now)?,
            "direct" | "private" => Place::Direct(self.people(to.as_deref())?),
            _ => return Err(Refusal::bad("Invalid type")),
        };
        let echo = queue.map(|queue| Echo { queue, local_id });
        let id = self.send(Draft { sender: user, place, content: &content, client, echo, read }, now)?;
        Ok(json!({"id": id}))
    }

    fn channel_place(
        &mut self,
        user: UserId,
        to: Option<&str>,
        topic: Option<String>,
        now: Timestamp,
    ) -> Result<Place, Refusal> {
        let to = to.ok_or_else(|| Refusal::bad("Expected exactly one channel"))?;
        let to = match serde_json::from_str(to).unwrap_or_else(|_| Value::from(to)) {
            Value::Array(mut items) if items.len() == 1 => items.remove(0),
            Value::Array(_) => return Err(Refusal::bad("Expected exactly one channel")),
            to @ (Value::String(_) | Value::Number(_)) => to,
            Value::Null | Value::Bool(_) | Value::Object(_) => {
                return Err(Refusal::bad("Invalid data type for channel"));
            }
        };
        let topic = topic.ok_or_else(|| Refusal::bad("Missing topic"))?;
        let found = match to.as_u64() {
            Some(id) => self.channels.get(&ChannelId(id)),
            None => self.channel_by_name(to.as_str().unwrap_or_default()),
        };
        if let Some(channel) = found {
            return Ok(Place::Channel { channel: channel.id, topic });
        }
        let refusal = |text| Refusal::coded("STREAM_DOES_NOT_EXIST", text);
        if let Some(id) = to.as_u64() {
            self.tell_of_missing_channel(user, &format!("with ID {id}"), now);
            return Err(refusal(format!("Channel with ID '{id}' does not exist")).with("stream_id", id));
        }
        let name = to.as_str().unwrap_or_default();
        self.tell_of_missing_channel(user, &format!("#**{name}**"), now);
        Err(refusal(format!("Channel '{name}' does not exist")).with("stream", name))
    }

    /// The recipients of a direct message: a list of ids or addresses, or addresses with commas.
    fn people(&self, to: Option<&str>) -> Result<std::collections::BTreeSet<UserId>, Refusal> {
        let to = to.unwrap_or("[]");
        let items = match serde_json::from_str(to) {
            Ok(Value::Array(items)) => items,
            Ok(one) if one.is_u64() => vec![one],
            Ok(Value::String(text)) => text.split(',').map(|part| Value::from(part.trim())).collect(),
            Ok(_) => return Err(Refusal::bad("Invalid data type for recipients")),
            Err(_) => to.split(',').map(|part| Value::from(part.trim())).collect(),
        };
        let user = |item: &Value| match (item.as_u64(), item.as_str()) {
            (Some(id), _) => Ok(UserId(id)),
            (None, Some(email)) => {
                let user = self.users.values().find(|user| user.email.eq_ignore_ascii_case(email));
                user.map(|user| user.id).ok_or_else(|| Refusal::bad(format!("Invalid email '{email}'")))
            }
            (None, None) => {
                Err(Refusal::bad("Recipient lists may contain emails or user IDs, but not both."))
            }
        };
        items.iter().map(user).collect()
    }

    /// `GET /messages/{message_id}`
    pub(super) fn api_message(&self, user: UserId, id: MessageId, params: &mut Params) -> Answer {
        let form = read_form(params)?;
        let message = self.readable(user, id)?;
        let mut body = self.message_json(message, Form { gravatar: false, ..form });
        body["flags"] = flags(message, user);
        Ok(json!({"message": body, "raw_content": message.content}))
    }

    /// `PATCH /messages/{message_id}`
    pub(super) fn api_edit(
        &mut self,
        user: UserId,
        id: MessageId,
        params: &mut Params,
        now: Timestamp,
    ) -> Answer {
        let channel = params.number("stream_id")?;
        let change = Change {
            content: params.text("content"),
            topic: params.text("topic"),
            channel: channel.map(|id| ChannelId(id.unsigned_abs())),
            propagation: match params.text("propagate_mode").as_deref() {
                None | Some("change_one") => Propagation::One,
                Some("change_later") => Propagation::Later,
                Some("change_all") => Propagation::All,
                Some(_) => return Err(Refusal::bad("Invalid propagate_mode")),
            },
            announce_old: params.flag("send_notification_to_old_thread", false)?,
            announce_new: params.flag("send_notification_to_new_thread", true)?,
        };
        self.change(user, id, change, now)?;
        Ok(json!({"detached_uploads": []}))
    }

    /// `POST` and `DELETE /messages/{message_id}/reactions`
    pub(super) fn api_reaction(
        &mut self,
        user: UserId,
        id: MessageId,
        params: &mut Params,
        add: bool,
    ) -> Answer {
        let (name, code) = (params.text("emoji_name"), params.text("emoji_code"));
        params.text("reaction_type");
        if add {
            let name = name.ok_or_else(|| Refusal::missing("emoji_name"))?;
            self.react(user, id, &name, code.as_deref())?;
        } else {
            self.unreact(user, id, name.as_deref(), code.as_deref())?;
        }
        Ok(json!({}))
    }

    /// `GET /messages/{message_id}/history`
    pub(super) fn api_history(&self, user: UserId, id: MessageId, params: &mut Params) -> Answer {
        let form =
            Form { html: false, gravatar: false, empty_topic: params.flag("allow_empty_topic_name", false)? };
        let message = self.readable(user, id)?;
        Ok(json!({"message_history": history(message, form)}))
    }

    /// `POST /messages/render`
    pub(super) fn api_render(&self, params: &mut Params) -> Answer {
        let content = params.needed_text("content")?;
        let content = self.normal_content(&content)?;
        Ok(json!({"rendered": render::html(&content)}))
    }
}

/// The form in which a reading client wants messages.
pub(super) fn read_form(params: &mut Params) -> Result<Form, Refusal> {
    Ok(Form {
        html: params.flag("apply_markdown", true)?,
        gravatar: true,
        empty_topic: params.flag("allow_empty_topic_name", false)?,
    })
}

/// What a message was from its beginning to now. Read backwards from now, as the changes are kept.
fn history(message: &Message, form: Form) -> Vec<Value> {
    let (mut content, mut topic) = (message.content.clone(), message.place.topic_name().to_owned());
    let mut steps = Vec::new();
    for edit in &message.history {
        let mut step = json!({
            "content": content,
            "rendered_content": render::html(&content),
            "topic": form.topic(&topic),
            "user_id": edit.user,
            "timestamp": edit.at,
        });
        if let Some(before) = &edit.content {
            step["prev_content"] = before.as_str().into();
            step["prev_rendered_content"] = render::html(before).into();
            step["content_html_diff"] =
                format!("<div>{}{}</div>", render::html(before), render::html(&content)).into();
            content.clone_from(before);
        }
        if let Some((before, _)) = &edit.topic {
            step["prev_topic"] = form.topic(before).into();
            topic.clone_from(before);
        }
        if let Some((before, after)) = edit.channel {
            step["prev_stream"] = before.into();
            step["stream"] = after.into();
        }
        steps.push(step);
    }
    steps.push(json!({
        "content": content,
        "rendered_content": render::html(&content),
        "topic": form.topic(&topic),
        "user_id": message.sender,
        "timestamp": message.sent.as_second(),
    }));
    steps.reverse();
    steps
}
