//! A sandbox realm with a client in front, for the tests.

use std::sync::{Arc, Mutex};

use base64::Engine;
use bytes::Bytes;
use http::{Request, Response, header};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::sandbox::clock::SandboxClock;
use crate::sandbox::zulip::seed::{self, ADVISORY_BOT};
use crate::sandbox::zulip::{Realm, UserId, Zulip};

/// A realm, its clock, and every exchange made with it.
pub(super) struct World {
    pub(super) zulip: Arc<Zulip>,
    pub(super) clock: Arc<SandboxClock>,
    pub(super) exchanges: Mutex<Vec<(Request<Bytes>, Response<Bytes>)>>,
}

/// The form of a request.
pub(super) type Form<'a> = &'a [(&'a str, &'a str)];

impl World {
    pub(super) fn new() -> Self {
        Self::with(seed::realm(1))
    }

    pub(super) fn with(realm: Realm) -> Self {
        let start: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        let clock = Arc::new(SandboxClock::new(start, 1.0));
        let zulip = Arc::new(Zulip::new(clock.clone(), realm));
        Self { zulip, clock, exchanges: Mutex::default() }
    }

    /// Time passes.
    pub(super) fn pass(&self, seconds: i64) {
        self.clock.jump(SignedDuration::from_secs(seconds));
    }

    pub(super) fn request(&self, user: UserId, method: &str, path: &str, form: Form<'_>) -> Request<Bytes> {
        let account = self.zulip.user(user).unwrap();
        let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let basic = base64::engine::general_purpose::STANDARD
            .encode(format!("{}:{}", account.email, account.api_key));
        let builder = Request::builder()
            .method(method)
            .header(header::AUTHORIZATION, format!("Basic {basic}"))
            .header(header::USER_AGENT, "test-client/1.0");
        if method == "GET" {
            return builder.uri(format!("/api/v1/{path}?{text}")).body(Bytes::new()).unwrap();
        }
        let builder = builder.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        builder.uri(format!("/api/v1/{path}")).body(Bytes::from(text)).unwrap()
    }

    pub(super) async fn exchange(&self, request: Request<Bytes>) -> (u16, Value) {
        let response = self.zulip.handle(request.clone()).await;
        let status = response.status().as_u16();
        let body = serde_json::from_slice(response.body()).unwrap_or_default();
        self.exchanges.lock().unwrap().push((request, response));
        (status, body)
    }

    /// Uploads files, each with its field's name and its own.
    pub(super) async fn upload(&self, user: UserId, files: &[(&str, &str, &[u8])]) -> (u16, Value) {
        let mut request = self.request(user, "POST", "user_uploads", &[]);
        let mut body = Vec::new();
        for (field, name, bytes) in files {
            let head = format!(
                "--bound\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
                 Content-Type: text/plain\r\n\r\n"
            );
            body.extend([head.as_bytes(), bytes, b"\r\n"].concat());
        }
        body.extend(b"--bound--\r\n");
        *request.body_mut() = Bytes::from(body);
        let kind = header::HeaderValue::from_static("multipart/form-data; boundary=bound");
        request.headers_mut().insert(header::CONTENT_TYPE, kind);
        self.exchange(request).await
    }

    /// Opens an address of the realm that is no part of the API. Returns the status and the body.
    pub(super) async fn open(&self, user: Option<UserId>, path: &str) -> (u16, String) {
        let mut request = self.request(user.unwrap_or(ADVISORY_BOT), "GET", "", &[]);
        *request.uri_mut() = path.parse().unwrap();
        if user.is_none() {
            request.headers_mut().remove(header::AUTHORIZATION);
        }
        let response = self.zulip.handle(request).await;
        (response.status().as_u16(), String::from_utf8(response.body().to_vec()).unwrap())
    }

    /// The bot asks.
    pub(super) async fn bot(&self, method: &str, path: &str, form: Form<'_>) -> (u16, Value) {
        self.ask(ADVISORY_BOT, method, path, form).await
    }

    pub(super) async fn ask(&self, user: UserId, method: &str, path: &str, form: Form<'_>) -> (u16, Value) {
        self.exchange(self.request(user, method, path, form)).await
    }

    /// The bot registers a queue for everything it cares about. Returns the queue's id.
    pub(super) async fn queue(&self) -> String {
        self.queue_of(ADVISORY_BOT).await
    }

    pub(super) async fn queue_of(&self, user: UserId) -> String {
        let types = r#"["message", "update_message", "delete_message", "reaction", "stream",
            "subscription", "realm_user", "user_group"]"#;
        let form = [
            ("event_types", types),
            ("fetch_event_types", "[]"),
            ("include_subscribers", "true"),
            ("client_capabilities", r#"{"bulk_message_deletion": true}"#),
        ];
        let (status, body) = self.ask(user, "POST", "register", &form).await;
        assert_eq!(status, 200, "{body}");
        body["queue_id"].as_str().unwrap().to_owned()
    }

    /// What is in the bot's queue after `last`, without waiting.
    pub(super) async fn events(&self, queue: &str, last: i64) -> Vec<Value> {
        self.events_of(ADVISORY_BOT, queue, last).await
    }

    pub(super) async fn events_of(&self, user: UserId, queue: &str, last: i64) -> Vec<Value> {
        let last = last.to_string();
        let form = [("queue_id", queue), ("last_event_id", last.as_str()), ("dont_block", "true")];
        let (status, body) = self.ask(user, "GET", "events", &form).await;
        assert_eq!(status, 200, "{body}");
        body["events"].as_array().unwrap().clone()
    }
}

/// The `(type, op)` of events, for short assertions.
pub(super) fn kinds(events: &[Value]) -> Vec<String> {
    let text = |event: &Value, field: &str| event[field].as_str().unwrap_or_default().to_owned();
    events
        .iter()
        .map(|event| format!("{} {}", text(event, "type"), text(event, "op")).trim().to_owned())
        .collect()
}
