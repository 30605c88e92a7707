//! A scripted Zulip for the adapter's tests.

mod api;
mod events;
mod join;
mod listener;
mod pace;
mod sandbox;

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    port::{Clock, Transport, TransportError},
    sandbox::clock::SandboxClock,
    zulip::Zulip,
};

pub(super) const START: i64 = 1_795_372_000;

/// What the scripted Zulip does when it is asked.
pub(super) enum Answer {
    Reply(u16, Vec<(&'static str, String)>, String),
    Fail(TransportError),
    Hang,
}

pub(super) fn ok(body: Value) -> Answer {
    let mut all = json!({"result": "success", "msg": ""});
    all.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
    Answer::Reply(200, Vec::new(), all.to_string())
}

pub(super) fn refused(status: u16, code: &str) -> Answer {
    let body = json!({"result": "error", "msg": "SECRET", "code": code});
    Answer::Reply(status, Vec::new(), body.to_string())
}

/// A request as it came: `GET messages/5`, its form, its body, and when.
#[derive(Clone)]
pub(super) struct Asked {
    pub(super) what: String,
    pub(super) form: BTreeMap<String, String>,
    /// The type of its body, empty when there is none.
    pub(super) kind: String,
    pub(super) body: String,
    pub(super) at: Timestamp,
}

/// Answers requests in the order of its script and checks that they are the ones expected; hangs
/// when the script has ended.
pub(super) struct Script {
    clock: Arc<SandboxClock>,
    answers: Mutex<VecDeque<(&'static str, Answer)>>,
    asked: Mutex<Vec<Asked>>,
}

impl Script {
    pub(super) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    pub(super) fn last(&self) -> Asked {
        self.asked().pop().unwrap()
    }
}

#[async_trait]
impl Transport for Script {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let path = request.uri().path().trim_start_matches("/api/v1/");
        let what = format!("{} {path}", request.method());
        let form = request.uri().query().map_or(request.body().as_ref(), str::as_bytes);
        let form = form_urlencoded::parse(form).into_owned().collect();
        let next = self.answers.lock().unwrap().pop_front();
        let kind = request.headers().get("content-type").map_or("", |kind| kind.to_str().unwrap());
        let (kind, body) = (kind.to_owned(), String::from_utf8_lossy(request.body()).into_owned());
        let asked = Asked { what: what.clone(), form, kind, body, at: self.clock.now() };
        self.asked.lock().unwrap().push(asked);
        let Some((wanted, answer)) = next else { return std::future::pending().await };
        assert_eq!(what, wanted);
        match answer {
            Answer::Reply(status, headers, body) => {
                let mut response = Response::builder().status(status);
                for (name, value) in headers {
                    response = response.header(name, value);
                }
                Ok(response.body(Bytes::from(body)).unwrap())
            }
            Answer::Fail(error) => Err(error),
            Answer::Hang => std::future::pending().await,
        }
    }
}

pub(super) fn clock() -> Arc<SandboxClock> {
    Arc::new(SandboxClock::new(Timestamp::from_second(START).unwrap(), 1.0))
}

/// A client in front of a script.
pub(super) fn scripted(
    answers: impl IntoIterator<Item = (&'static str, Answer)>,
) -> (Arc<Script>, Arc<Zulip>) {
    let clock = clock();
    let answers = Mutex::new(answers.into_iter().collect());
    let script = Arc::new(Script { clock: clock.clone(), answers, asked: Mutex::default() });
    (script.clone(), Arc::new(client(script, clock)))
}

pub(super) fn client(transport: Arc<dyn Transport>, clock: Arc<SandboxClock>) -> Zulip {
    let site = "https://zulip.test/".parse().unwrap();
    Zulip::new(transport, clock, site, "bot@zulip.test".to_owned(), "key".into())
}

pub(super) fn me() -> (&'static str, Answer) {
    ("GET users/me", ok(json!({"user_id": 13, "full_name": "advisory-bot"})))
}

/// A message in the channel 4, topic `one`.
pub(super) fn message(id: u64, sender: u64, content: &str, seconds: i64) -> Value {
    json!({
        "id": id, "sender_id": sender, "content": content, "timestamp": START + seconds,
        "type": "stream", "stream_id": 4, "subject": "one", "display_recipient": "wamr-security",
        "reactions": [], "recipient_id": 18, "client": "website",
    })
}

pub(super) fn page(messages: Vec<Value>, newest: bool) -> Answer {
    ok(json!({"messages": messages, "found_newest": newest}))
}

/// The answer to a registration: maya (8) and ines (9) and the bot (13) in the channel 4.
pub(super) fn registered(queue: &str) -> (&'static str, Answer) {
    let channel = json!({
        "stream_id": 4, "name": "wamr-security", "invite_only": true, "is_web_public": false,
        "subscribers": [8, 9, 13],
    });
    let people = json!([
        {"user_id": 8, "full_name": "Maya", "role": 100},
        {"user_id": 9, "full_name": "Ines", "role": 400},
        {"user_id": 13, "full_name": "advisory-bot", "is_bot": true},
    ]);
    let body = json!({
        "queue_id": queue, "last_event_id": -1, "user_id": 13, "full_name": "advisory-bot",
        "realm_users": people, "subscriptions": [channel],
    });
    ("POST register", ok(body))
}
