//! `POST /register`: an event queue, and the state that its events will change.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::api_people::{FEATURE_LEVEL, VERSION};
use super::ids::UserId;
use super::narrow::Narrow;
use super::queue::{Queue, QueueOptions};
use super::realm::{Role, derived_hex};
use super::shape::GITHUB_FIELD;
use super::state::{NOTIFICATION_BOT, State};
use super::wire::{Answer, Params, Refusal};

/// How long a queue lives without being listened to, unless the client says otherwise.
const IDLE_SECONDS: i64 = 600;
/// The longest that a client may say.
const IDLE_SECONDS_MAX: i64 = 7 * 24 * 60 * 60;
/// The narrow operators that queues can have.
const QUEUE_OPERATORS: &[&str] =
    &["channel", "stream", "topic", "sender", "is", "dm", "pm-with", "channels", "streams"];

impl State {
    /// `POST /register`
    pub(super) fn api_register(&mut self, user: UserId, params: &mut Params, now: Timestamp) -> Answer {
        let event_types: Option<BTreeSet<String>> =
            params.texts("event_types")?.map(|types| types.into_iter().collect());
        let fetch = params.texts("fetch_event_types")?.map(|types| types.into_iter().collect());
        let fetch = fetch.or_else(|| event_types.clone());
        let options = self.queue_options(user, params, event_types)?;
        let full = options.include_subscribers;
        let gravatar = options.client_gravatar;
        let id = self.make_queue(user, options, now);
        let mut answer = json!({
            "queue_id": id,
            "last_event_id": -1,
            "zulip_version": VERSION,
            "zulip_feature_level": FEATURE_LEVEL,
            "zulip_merge_base": VERSION,
        });
        let wanted = |kind: &str| fetch.as_ref().is_none_or(|types: &BTreeSet<String>| types.contains(kind));
        let mut parts = Vec::new();
        if wanted("message") {
            parts.push(json!({"max_message_id": self.last_received(user)}));
        }
        if wanted("realm") {
            parts.push(self.realm_state());
        }
        if wanted("realm_user") {
            parts.push(self.people_state(user, gravatar)?);
        }
        if wanted("realm_user_groups") {
            parts.push(json!({"realm_user_groups": self.groups_json()}));
        }
        if wanted("stream") {
            let streams = self.channels_json(|channel| self.knows(user, channel) && !channel.archived);
            parts.push(json!({"streams": streams}));
        }
        if wanted("subscription") {
            parts.push(self.subscription_state(user, full));
        }
        if wanted("custom_profile_fields") {
            parts.push(profile_fields());
        }
        if let Value::Object(answer) = &mut answer {
            for part in parts {
                answer.extend(part.as_object().cloned().unwrap_or_else(Map::new));
            }
        }
        Ok(answer)
    }

    /// Makes a queue and returns its id.
    pub(super) fn make_queue(&mut self, user: UserId, options: QueueOptions, now: Timestamp) -> String {
        self.queues_made += 1;
        let hex = derived_hex(self.seed, &format!("queue/{}", self.queues_made));
        let id = format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..32]);
        self.queues.insert(id.clone(), Queue::new(id.clone(), user, options, now));
        id
    }

    fn queue_options(
        &self,
        user: UserId,
        params: &mut Params,
        event_types: Option<BTreeSet<String>>,
    ) -> Result<QueueOptions, Refusal> {
        let capabilities = params.json("client_capabilities")?.unwrap_or_default();
        let can = |name: &str| capabilities[name].as_bool().unwrap_or(false);
        let items = params.list("narrow")?.unwrap_or_default();
        for item in &items {
            let operator = item.get(0).or_else(|| item.get("operator")).and_then(Value::as_str);
            let operator = operator.unwrap_or_default();
            if !QUEUE_OPERATORS.contains(&operator) {
                return Err(Refusal::bad(format!("Operator {operator} not supported.")));
            }
        }
        let idle = params.number("queue_lifespan_secs")?.filter(|seconds| *seconds > 0);
        params.flag("slim_presence", false)?;
        params.number("presence_history_limit_days")?;
        Ok(QueueOptions {
            event_types,
            apply_markdown: params.flag("apply_markdown", false)?,
            client_gravatar: params.flag("client_gravatar", true)?,
            all_public_channels: params.flag("all_public_streams", false)?,
            bulk_message_deletion: can("bulk_message_deletion"),
            empty_topic_name: can("empty_topic_name"),
            include_subscribers: params.flag("include_subscribers", false)?,
            narrow: Narrow::parse(self, user, &items)?,
            idle_seconds: idle.unwrap_or(IDLE_SECONDS).min(IDLE_SECONDS_MAX),
        })
    }

    /// The accounts, and what the user's own may do.
    fn people_state(&self, id: UserId, gravatar: bool) -> Answer {
        let me = self.user(id)?;
        let people = |active: bool| -> Vec<Value> {
            let users = self.users.values().filter(|user| !user.is_system && user.is_active == active);
            users.map(|user| self.user_json(user, gravatar, true)).collect()
        };
        let system = self.users.get(&NOTIFICATION_BOT).map(|bot| {
            let mut bot = self.user_json(bot, gravatar, false);
            bot["is_system_bot"] = true.into();
            bot
        });
        let is_member = me.role != Role::Guest;
        Ok(json!({
            "realm_users": people(true),
            "realm_non_active_users": people(false),
            "cross_realm_bots": Vec::from_iter(system),
            "avatar_source": "G",
            "avatar_url": self.avatar(id),
            "avatar_url_medium": self.avatar(id),
            "can_create_streams": is_member,
            "can_create_public_streams": is_member,
            "can_create_private_streams": is_member,
            "can_create_web_public_streams": me.role == Role::Owner,
            "can_subscribe_other_users": is_member,
            "can_invite_others_to_realm": is_member && !me.is_bot,
            "is_admin": me.role.is_admin(),
            "is_owner": me.role == Role::Owner,
            "is_moderator": me.role <= Role::Moderator,
            "is_guest": me.role == Role::Guest,
            "user_id": id,
            "email": me.email,
            "delivery_email": me.email,
            "full_name": me.name,
        }))
    }

    /// The channels the user is in, was in, and never was in.
    fn subscription_state(&self, user: UserId, full: bool) -> Value {
        let (mut now, mut once, mut never) = (Vec::new(), Vec::new(), Vec::new());
        for channel in self.channels.values().filter(|channel| !channel.archived) {
            if channel.subscribers.contains(&user) {
                now.push(self.subscription_json(channel, full));
            } else if self.knows(user, channel) && channel.former.contains(&user) {
                once.push(self.subscription_json(channel, full));
            } else if self.knows(user, channel) {
                let mut body = self.channel_json(channel);
                if full {
                    body["subscribers"] = super::ids::list(&self.subscribers(channel));
                }
                never.push(body);
            }
        }
        json!({"subscriptions": now, "unsubscribed": once, "never_subscribed": never})
    }
}

/// The realm's one custom profile field: an account on GitHub, of the kinds Zulip knows.
fn profile_fields() -> Value {
    let kinds = [
        ("SHORT_TEXT", 1, "Text (short)"),
        ("LONG_TEXT", 2, "Text (long)"),
        ("SELECT", 3, "List of options"),
        ("DATE", 4, "Date"),
        ("URL", 5, "Link"),
        ("USER", 6, "Users"),
        ("EXTERNAL_ACCOUNT", 7, "External account"),
        ("PRONOUNS", 8, "Pronouns"),
    ];
    let kinds = kinds.map(|(kind, id, name)| (kind.to_owned(), json!({"id": id, "name": name})));
    json!({
        "custom_profile_fields": [{
            "id": GITHUB_FIELD,
            "type": 7,
            "order": 1,
            "name": "GitHub username",
            "hint": "",
            "field_data": r#"{"subtype":"github"}"#,
            "required": false,
            "editable_by_user": true,
        }],
        "custom_profile_field_types": Value::Object(kinds.into_iter().collect()),
    })
}
