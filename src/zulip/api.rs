//! The calls the bot makes to Zulip's REST API.

use std::collections::BTreeSet;

use commands::kernel::{
    directory::{Channel, Directory},
    effect::{Emoji, FailureKind},
    embargoed::{Embargoed, EmbargoedText},
    id::{ChannelId, MessageId, Topic, UserId},
    input::Place,
};
use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    port::{Again, QueuePosition, Setback},
    zulip::{
        answer::{self, Trouble},
        client::Zulip,
        profile::GitHubFields,
        wire::{self, Found, WireChannel, WireMessage, WireRegister},
    },
};

/// The longest message in code points. Zulip cuts a longer one without an error.
pub const MESSAGE_CHARS_MAX: usize = 10_000;

/// The longest topic in code points. Zulip cuts a longer one without an error, and so renames it.
pub const TOPIC_CHARS_MAX: usize = 60;

/// Messages asked for at once; Zulip gives at most 5000.
pub const PAGE_MESSAGES: u32 = 1000;

const EVENT_TYPES: &str = r#"["message","update_message","reaction","stream","subscription","realm_user","user_group","custom_profile_fields"]"#;

const FETCH_EVENT_TYPES: &str =
    r#"["realm_user","realm_user_groups","stream","subscription","custom_profile_fields"]"#;

/// `include_deactivated_groups` is left out on purpose: without it a deactivated group is told as
/// one that is gone.
const CAPABILITIES: &str = r#"{"notification_settings_null":true,"bulk_message_deletion":true,"user_avatar_url_field_optional":true,"user_settings_object":true,"archived_channels":true,"empty_topic_name":true}"#;

/// Where a message goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A topic of a channel.
    Topic(ChannelId, Topic),
    /// A direct message to one person.
    Person(UserId),
}

/// What became of an edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EditOutcome {
    /// The message reads as wanted.
    Edited,
    /// The message is there and Zulip does not let the bot edit it any more: the realm's time limit
    /// has passed, or editing is turned off. Only a fresh message can say it.
    TooLate,
}

/// Which messages a history is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Narrow {
    /// Those of a channel.
    Channel(ChannelId),
    /// The bot's direct messages, group conversations included.
    Direct,
    /// Those of all public channels, subscribed or not.
    Public,
}

/// A stretch of history.
#[derive(Debug)]
pub struct History {
    /// The messages in ascending order of their ids.
    pub messages: Vec<Found>,
    /// The highest id in the stretch, messages that could not be read included.
    pub last: Option<MessageId>,
    /// Whether it reaches up to the newest message.
    pub newest: bool,
}

/// What a registration gives.
#[derive(Debug)]
pub struct Registered {
    /// The new queue, at its start.
    pub queue: QueuePosition,
    /// The realm as it is.
    pub directory: Directory,
    /// The custom profile fields in which people tell their login on GitHub.
    pub fields: GitHubFields,
}

/// One event, not yet understood. It may hold what people wrote, so it has no `Debug`.
pub struct Event {
    /// Its number in the queue.
    pub id: i64,
    /// Its `type`.
    pub kind: String,
    /// All of it.
    pub body: Value,
}

/// Why no events came.
#[derive(Debug)]
pub enum EventsError {
    /// The queue is of no use any more: expired, lost, or not where the bot remembers it.
    Lost,
    /// Something else; the queue may still be there.
    Setback(Setback),
}

impl Zulip {
    /// Who the bot is: its id and name, asked once.
    ///
    /// # Errors
    /// When Zulip could not be asked.
    pub async fn me(&self) -> Result<(UserId, String), Setback> {
        #[derive(Deserialize)]
        struct Me {
            user_id: UserId,
            full_name: String,
        }
        let ask = || async {
            let me: Me = self.call(Method::GET, "users/me", &[]).await?;
            Ok::<_, Setback>((me.user_id, me.full_name))
        };
        self.me.get_or_try_init(ask).await.cloned()
    }

    /// Opens an event queue and reads the realm as it is.
    ///
    /// # Errors
    /// When it could not be done. A queue that was opened all the same expires by itself.
    pub async fn register(&self) -> Result<Registered, Setback> {
        let parameters = [
            ("event_types", EVENT_TYPES.to_owned()),
            ("fetch_event_types", FETCH_EVENT_TYPES.to_owned()),
            ("apply_markdown", "false".to_owned()),
            ("all_public_streams", "false".to_owned()),
            ("include_subscribers", "true".to_owned()),
            ("client_capabilities", CAPABILITIES.to_owned()),
        ];
        let answer: WireRegister = self.call(Method::POST, "register", &parameters).await?;
        let me = match answer.me() {
            Some(me) => me,
            None => self.me().await?,
        };
        let queue = QueuePosition { queue_id: answer.queue_id.clone(), last_event_id: answer.last_event_id };
        let fields = answer.github_fields();
        Ok(Registered { queue, directory: answer.read(me), fields })
    }

    /// Closes an event queue.
    ///
    /// # Errors
    /// When it could not be done; it expires by itself then.
    pub async fn forget(&self, queue_id: &str) -> Result<(), Setback> {
        let _: Value = self.call(Method::DELETE, "events", &[("queue_id", queue_id.to_owned())]).await?;
        Ok(())
    }

    /// The events after `queue`'s position, which acknowledges those up to it. With `wait`, returns
    /// only once there is one (Zulip sends a heartbeat each minute).
    ///
    /// # Errors
    /// See [`EventsError`].
    pub async fn events(&self, queue: &QueuePosition, wait: bool) -> Result<Vec<Event>, EventsError> {
        #[derive(Deserialize)]
        struct Answer {
            events: Vec<Value>,
        }
        let mut parameters =
            vec![("queue_id", queue.queue_id.clone()), ("last_event_id", queue.last_event_id.to_string())];
        if !wait {
            parameters.push(("dont_block", "true".to_owned()));
        }
        let answer: Answer = self.call(Method::GET, "events", &parameters).await.map_err(|trouble| {
            // BAD_EVENT_QUEUE_ID, or BAD_REQUEST for a position the queue does not have.
            if trouble.is_refusal() { EventsError::Lost } else { EventsError::Setback(trouble.into()) }
        })?;
        let read = |body: Value| {
            let kind = body["type"].as_str().unwrap_or_default().to_owned();
            Some(Event { id: body["id"].as_i64()?, kind, body })
        };
        Ok(answer.events.into_iter().filter_map(read).collect())
    }

    /// Posts a message. After `Unknown`, [`Zulip::find_own`] tells whether it stands.
    ///
    /// # Errors
    /// When it does not stand, or may not. What Zulip would cut is refused without being sent.
    pub async fn post(&self, to: &Target, text: &str) -> Result<MessageId, Setback> {
        #[derive(Deserialize)]
        struct Answer {
            id: MessageId,
        }
        refuse_too_long("message", text, MESSAGE_CHARS_MAX)?;
        let content = ("content", text.to_owned());
        let answer: Answer = match to {
            Target::Topic(channel, topic) => {
                refuse_too_long("topic", &topic.0, TOPIC_CHARS_MAX)?;
                let to = ("to", channel.to_string());
                let topic = ("topic", topic.0.clone());
                self.call(Method::POST, "messages", &[("type", "stream".to_owned()), to, topic, content])
                    .await?
            }
            Target::Person(user) => {
                let to = ("to", json!([user]).to_string());
                self.call(Method::POST, "messages", &[("type", "direct".to_owned()), to, content]).await?
            }
        };
        Ok(answer.id)
    }

    /// The first message after `after` by which the bot itself said `text` there. A topic is the same
    /// topic when it was resolved or its case changed.
    ///
    /// # Errors
    /// When Zulip could not be asked.
    pub async fn find_own(
        &self,
        to: &Target,
        text: &str,
        after: MessageId,
    ) -> Result<Option<MessageId>, Setback> {
        let (me, _) = self.me().await?;
        let place = match to {
            Target::Topic(channel, _) => json!({"operator": "stream", "operand": channel}),
            Target::Person(user) => json!({"operator": "dm", "operand": [user]}),
        };
        let narrow = json!([place, {"operator": "sender", "operand": me}]);
        let mut anchor = after;
        loop {
            let page = self.page(&narrow, &anchor.to_string(), false, (0, PAGE_MESSAGES)).await?;
            let found = page.messages.iter().find(|found| {
                let message = &found.message;
                let here = match (&message.place, to) {
                    // It may have been moved, with its topic, since it was said.
                    (Place::Channel(_, topic), Target::Topic(_, wanted)) => {
                        let was = |earlier: &Topic| earlier.is_same(wanted);
                        was(topic) || found.earlier_topics.iter().any(was)
                    }
                    (place, Target::Person(_)) => matches!(place, Place::Direct),
                    (Place::Direct | Place::Group, Target::Topic(..)) => false,
                };
                here && message.id > after && message.sender == me && is_kept_as(&message.content, text)
            });
            match page.last {
                _ if found.is_some() => return Ok(found.map(|found| found.message.id)),
                Some(last) if !page.newest && last > anchor => anchor = last,
                Some(_) | None => return Ok(None),
            }
        }
    }

    /// Changes the text of one of the bot's own messages. Doing it twice does no harm.
    ///
    /// # Errors
    /// When it was not done, or may not have been; `NotFound` when the message is not there.
    pub async fn edit(&self, message: MessageId, text: &str) -> Result<EditOutcome, Setback> {
        refuse_too_long("message", text, MESSAGE_CHARS_MAX)?;
        let path = format!("messages/{message}");
        let edited = self.call::<Value>(Method::PATCH, &path, &[("content", text.to_owned())]).await;
        match edited {
            Ok(_) => Ok(EditOutcome::Edited),
            // Zulip tells the reasons apart by translated texts alone; whether the message is still
            // there is what decides between them.
            Err(trouble) if trouble.is_refusal() => match self.message(message).await? {
                // An earlier try may have done it before the limit passed.
                Some(found) if is_kept_as(&found.message.content, text) => Ok(EditOutcome::Edited),
                Some(_) => Ok(EditOutcome::TooLate),
                None => Err(answer::setback(FailureKind::NotFound, Again::Never, "the message is gone")),
            },
            Err(trouble) => Err(trouble.into()),
        }
    }

    /// Marks a message; one that bears the mark already is left as it is.
    ///
    /// # Errors
    /// When it was not done, or may not have been.
    pub async fn react(&self, message: MessageId, emoji: Emoji) -> Result<(), Setback> {
        let (name, code) = match emoji {
            Emoji::Working => ("eyes", "1f440"),
            Emoji::Done => ("check", "2705"),
            Emoji::Failed => ("cross_mark", "274c"),
        };
        let parameters = [
            ("emoji_name", name.to_owned()),
            ("emoji_code", code.to_owned()),
            ("reaction_type", "unicode_emoji".to_owned()),
        ];
        let path = format!("messages/{message}/reactions");
        match self.call::<Value>(Method::POST, &path, &parameters).await {
            Ok(_) => Ok(()),
            Err(trouble) if trouble.code == "REACTION_ALREADY_EXISTS" => Ok(()),
            Err(trouble) => Err(trouble.into()),
        }
    }

    /// A channel's name and privacy as they are now, or none where the bot cannot see it. Its
    /// subscribers are not asked for.
    ///
    /// # Errors
    /// When Zulip could not be asked.
    pub async fn channel(&self, id: ChannelId) -> Result<Option<Channel>, Setback> {
        #[derive(Deserialize)]
        struct Answer {
            stream: WireChannel,
        }
        let answer: Result<Answer, Trouble> = self.call(Method::GET, &format!("streams/{id}"), &[]).await;
        Ok(visible(answer)?.map(|answer| answer.stream.read(|_| BTreeSet::new())))
    }

    /// The channels the bot can see, without their subscribers.
    ///
    /// # Errors
    /// When Zulip could not be asked.
    pub async fn channels(&self) -> Result<Vec<Channel>, Setback> {
        #[derive(Deserialize)]
        struct Answer {
            streams: Vec<Value>,
        }
        let answer: Answer = self.call(Method::GET, "streams", &[]).await?;
        let channels = wire::each::<WireChannel>(answer.streams);
        Ok(channels.map(|channel| channel.read(|_| BTreeSet::new())).collect())
    }

    /// The channels the bot is subscribed to.
    ///
    /// # Errors
    /// When Zulip could not be asked.
    pub async fn subscribed(&self) -> Result<BTreeSet<ChannelId>, Setback> {
        #[derive(Deserialize)]
        struct Answer {
            subscriptions: Vec<Value>,
        }
        let answer: Answer = self.call(Method::GET, "users/me/subscriptions", &[]).await?;
        let channels = wire::each::<WireChannel>(answer.subscriptions);
        Ok(channels.map(|channel| channel.read(|_| BTreeSet::new()).id).collect())
    }

    /// A message as it is now, or none where it is gone or the bot cannot see it.
    ///
    /// # Errors
    /// When Zulip could not be asked.
    pub async fn message(&self, id: MessageId) -> Result<Option<Found>, Setback> {
        #[derive(Deserialize)]
        struct Answer {
            message: WireMessage,
        }
        let parameters =
            [("apply_markdown", "false".to_owned()), ("allow_empty_topic_name", "true".to_owned())];
        let answer: Result<Answer, Trouble> =
            self.call(Method::GET, &format!("messages/{id}"), &parameters).await;
        Ok(visible(answer)?.and_then(|answer| answer.message.read()))
    }

    /// Up to `before` messages before `anchor`, the anchor itself, and up to `after` after it; with no
    /// anchor, the newest.
    ///
    /// # Errors
    /// When Zulip could not be asked, or refuses because the bot cannot see the channel.
    pub async fn history(
        &self,
        of: Narrow,
        anchor: Option<MessageId>,
        before: u32,
        after: u32,
    ) -> Result<History, Setback> {
        // `stream` is understood by servers of every age, `channel` only by newer ones.
        let narrow = match of {
            Narrow::Channel(channel) => json!([{"operator": "stream", "operand": channel}]),
            Narrow::Direct => json!([{"operator": "is", "operand": "dm"}]),
            Narrow::Public => json!([{"operator": "streams", "operand": "public"}]),
        };
        let anchor = anchor.map_or_else(|| "newest".to_owned(), |id| id.to_string());
        self.page(&narrow, &anchor, true, (before, after)).await
    }

    async fn page(
        &self,
        narrow: &Value,
        anchor: &str,
        include_anchor: bool,
        (before, after): (u32, u32),
    ) -> Result<History, Setback> {
        #[derive(Deserialize)]
        struct Answer {
            messages: Vec<Value>,
            #[serde(default)]
            found_newest: bool,
        }
        let parameters = [
            ("narrow", narrow.to_string()),
            ("anchor", anchor.to_owned()),
            ("include_anchor", include_anchor.to_string()),
            ("num_before", before.to_string()),
            ("num_after", after.to_string()),
            ("apply_markdown", "false".to_owned()),
            ("allow_empty_topic_name", "true".to_owned()),
        ];
        let answer: Answer = self.call(Method::GET, "messages", &parameters).await?;
        let last = answer.messages.iter().filter_map(|message| message["id"].as_u64()).max();
        let mut messages: Vec<Found> =
            wire::each::<WireMessage>(answer.messages).filter_map(WireMessage::read).collect();
        messages.sort_by_key(|found| found.message.id);
        Ok(History { messages, last: last.map(MessageId), newest: answer.found_newest })
    }
}

/// Whether Zulip keeps `text` as `kept`.
fn is_kept_as(kept: &EmbargoedText, text: &str) -> bool {
    kept.map(|kept| wire::normalised(kept) == wire::normalised(text)) == Embargoed::new(true)
}

/// A refusal to show something means that the bot cannot see it.
fn visible<T>(answer: Result<T, Trouble>) -> Result<Option<T>, Setback> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(trouble) if trouble.is_refusal() => Ok(None),
        Err(trouble) => Err(trouble.into()),
    }
}

fn refuse_too_long(what: &str, text: &str, limit: usize) -> Result<(), Setback> {
    let count = text.chars().count();
    if count <= limit {
        return Ok(());
    }
    let detail = format!("the {what} has {count} characters, Zulip takes {limit}");
    Err(answer::setback(FailureKind::Refused, Again::Never, &detail))
}
