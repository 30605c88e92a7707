//! Every request of the bot and every answer of the sandbox holds to the services' official
//! descriptions. Those are no part of this repository; where they are missing the test says so.

use std::{collections::BTreeSet, time::Duration};

use advisory_bot::sandbox::zulip::{
    Place, Privacy,
    seed::{ADVISORY_BOT, GENERAL, INES, MAYA, RAVI, TOMASZ, WAMR_SECURITY},
};
use serde_json::{Value, json};

use crate::{
    chat,
    inside::Inside,
    link::{Exchange, State},
    openapi::check_exchange,
};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/openapi");
/// How many heartbeats of event queues are looked at.
const HEARTBEATS_HELD: u32 = 5;
const WAMR: &str = "bytecodealliance/wasm-micro-runtime";

fn description(name: &str) -> Option<Value> {
    let text = std::fs::read_to_string(format!("{FOLDER}/{name}")).ok()?;
    Some(serde_json::from_str(&text).unwrap())
}

/// Much of what the bot can do, and much of what can go wrong.
async fn scenario() -> Inside {
    let mut inside = Inside::start().await;
    let sandbox = inside.sandbox.clone();
    let incident = inside.open("An overflow in the loader").await;
    for command in [
        "!help",
        "!advisory list",
        "!advisory affected other:wasm-micro-runtime < 2.4.4 || >= 2.5.0, < 2.5.2 --patched 2.4.4 || 2.5.2",
        "!advisory edit --cvss CVSS:4.0/AV:N/AC:L/AT:P/PR:L/UI:P/VC:H/VI:H/VA:L/SC:H/SI:H/SA:L --cwe CWE-787",
        "!advisory edit --severity low",
        "!embargo set +25h",
        "!ping",
        "!nonsense",
    ] {
        inside.ask(MAYA, &incident, command).await;
    }
    let fields = json!({"summary": "Reported", "description": "By somebody outside.",
        "vulnerabilities": [{"package": {"ecosystem": "other", "name": "iwasm"}}]});
    let reported = sandbox.github.report(WAMR, "ravi", &fields).unwrap();
    inside.ask(INES, "adopting", &format!("!advisory adopt {reported}")).await;
    inside.ask(INES, "adopting", "!advisory adopt GHSA-2222-3333-4444").await;
    sandbox.zulip.send(MAYA, Place::direct([ADVISORY_BOT]), "!advisory list").unwrap();
    chat::say_in(&sandbox, RAVI, GENERAL, "help", "!advisory list");
    sandbox.zulip.send(RAVI, Place::direct([ADVISORY_BOT]), "!help").unwrap();
    sandbox.zulip.rename_topic(MAYA, WAMR_SECURITY, &incident, "renamed").unwrap();
    sandbox.zulip.subscribe(RAVI, WAMR_SECURITY).unwrap();
    sandbox.zulip.unsubscribe(RAVI, WAMR_SECURITY).unwrap();
    sandbox.zulip.set_privacy(WAMR_SECURITY, Privacy::PUBLIC).unwrap();
    inside.ask(MAYA, "renamed", "!advisory show").await;
    sandbox.zulip.set_privacy(WAMR_SECURITY, Privacy::PRIVATE).unwrap();
    // Past the time in which the card can be edited, and past some reminders.
    inside.pass(Duration::from_secs(25 * 3600)).await;
    inside.ask(MAYA, "renamed", &format!("{} --waive text --waive accept", chat::GO)).await;
    restarts(&mut inside).await;
    let request = chat::by_bot(&sandbox).into_iter().rfind(|said| said.content.contains("asks to release"));
    sandbox.zulip.react(TOMASZ, request.unwrap().id, "+1").unwrap();
    inside.rest().await;
    assert_eq!(sandbox.github.public_advisories().len(), 1, "the release has run");
    inside
}

/// A quick restart, a long one, and one in the middle of work whose answers are lost.
async fn restarts(inside: &mut Inside) {
    for expires in [false, true] {
        inside.sleep().await;
        chat::say(&inside.sandbox, MAYA, "meanwhile", "!advisory list");
        if expires {
            inside.sandbox.zulip.expire_queues();
        }
        inside.wake(|_| {}).await;
    }
    chat::say(&inside.sandbox, MAYA, "lost", "!advisory new Another overflow --severity low");
    inside.github.set(State::Refused);
    inside.pass(Duration::from_secs(5)).await;
    inside.sleep().await;
    inside.github.set(State::Up);
    inside.wake(|_| {}).await;
}

/// What the description at hand leaves out: lists on the public side of a repository.
fn is_left_out(path: &str) -> bool {
    ["/tags", "/issues", "/issues/comments", "/pulls/comments", "/commits"]
        .iter()
        .any(|list| path.strip_suffix(list).is_some_and(|repository| repository.split('/').count() == 4))
}

/// Holds each exchange to the description; gives back which operations there were.
fn hold(exchanges: &[Exchange], description: &Value) -> BTreeSet<String> {
    let mut wrong = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut heartbeats = 0;
    for (request, response) in exchanges {
        // A day of them: some are as good as all.
        heartbeats += u32::from(is_heartbeat(response));
        if is_heartbeat(response) && heartbeats > HEARTBEATS_HELD {
            continue;
        }
        // An unchanged answer has no body to describe (RFC 9110, 15.4.5).
        if response.status() == http::StatusCode::NOT_MODIFIED {
            assert!(response.body().is_empty() && request.headers().contains_key("if-none-match"));
        } else if is_left_out(request.uri().path()) {
            assert_eq!(response.status(), http::StatusCode::OK, "{}", request.uri());
        } else if let Err(why) = check_exchange(description, request, response) {
            wrong.insert(why);
        }
        let path = request.uri().path();
        let generic: Vec<&str> = path
            .split('/')
            .map(|part| if part.starts_with("GHSA-") || part.parse::<u64>().is_ok() { "{}" } else { part })
            .collect();
        seen.insert(format!("{} {}", request.method(), generic.join("/")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    seen
}

fn is_heartbeat(response: &http::Response<bytes::Bytes>) -> bool {
    let body: Value = serde_json::from_slice(response.body()).unwrap_or_default();
    body["events"].as_array().is_some_and(|events| events.iter().all(|event| event["type"] == "heartbeat"))
}

#[tokio::test(start_paused = true)]
async fn requests_and_answers_hold_to_the_official_descriptions() {
    let (Some(zulip), Some(github)) = (description("zulip.json"), description("github-rest.json")) else {
        eprintln!("SKIPPED: there are no descriptions in {FOLDER}");
        return;
    };
    let inside = scenario().await;
    let to_zulip = hold(&inside.zulip.exchanges(), &zulip);
    for operation in [
        "DELETE /api/v1/events",
        "GET /api/v1/events",
        "GET /api/v1/messages",
        "GET /api/v1/messages/{}",
        "GET /api/v1/streams/{}",
        "PATCH /api/v1/messages/{}",
        "POST /api/v1/messages",
        "POST /api/v1/messages/{}/reactions",
        "POST /api/v1/register",
    ] {
        assert!(to_zulip.contains(operation), "{operation} is not among {to_zulip:#?}");
    }
    let advisories = format!("/repos/{WAMR}/security-advisories");
    let to_github = hold(&inside.github.exchanges(), &github);
    for operation in [
        format!("GET {advisories}"),
        format!("GET {advisories}/{{}}"),
        format!("PATCH {advisories}/{{}}"),
        format!("POST {advisories}"),
    ] {
        assert!(to_github.contains(&operation), "{operation} is not among {to_github:#?}");
    }
    // What is asked once, before a bot is made.
    let client = inside.client();
    client.me().await.unwrap();
    client.channels().await.unwrap();
    client.subscribed().await.unwrap();
    hold(&inside.zulip.exchanges(), &zulip);
}
