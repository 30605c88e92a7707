//! Event queues and the long poll.

use std::sync::Arc;

use serde_json::{Value, json};

use super::world::{World, kinds};
use crate::sandbox::zulip::seed::{ADVISORY_BOT, GENERAL, MAYA, RAVI, WAMR_SECURITY};
use crate::sandbox::zulip::{Place, Zulip};

fn say(zulip: &Zulip, text: &str) {
    zulip.send(MAYA, Place::topic(WAMR_SECURITY, "T"), text).unwrap();
}

/// The bot polls, blocking, in a task of its own.
fn poll(world: &Arc<World>, queue: &str, last: &str) -> tokio::task::JoinHandle<(u16, Value)> {
    let (world, queue, last) = (Arc::clone(world), queue.to_owned(), last.to_owned());
    tokio::spawn(async move {
        world.bot("GET", "events", &[("queue_id", queue.as_str()), ("last_event_id", last.as_str())]).await
    })
}

/// Lets the other tasks come to where they wait.
async fn settle() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_blocked_poll_is_answered_by_an_event_and_names_its_queue() {
    let world = Arc::new(World::new());
    let queue = world.queue().await;
    let open = poll(&world, &queue, "-1");
    settle().await;
    say(&world.zulip, "hello");
    let (status, body) = open.await.unwrap();
    assert_eq!(status, 200);
    assert_eq!(body["queue_id"], queue.as_str());
    assert_eq!(body["events"][0]["message"]["content"], "hello");
    assert_eq!(body["events"][0]["id"], 0);
    let again = world.bot("GET", "events", &[("queue_id", &queue), ("last_event_id", "-1")]).await.1;
    assert_eq!(again["events"], body["events"], "events stay until they are acknowledged");
    assert_eq!(again["queue_id"], Value::Null, "an answer given at once does not name the queue");
    assert_eq!(world.events(&queue, 0).await, Vec::<Value>::new());
}

#[tokio::test(start_paused = true)]
async fn a_heartbeat_comes_after_45_to_55_seconds_and_has_an_id() {
    let world = World::new();
    let queue = world.queue().await;
    for expected in 0..4_i64 {
        let begun = tokio::time::Instant::now();
        let last = (expected - 1).to_string();
        let (_, body) = world.bot("GET", "events", &[("queue_id", &queue), ("last_event_id", &last)]).await;
        assert_eq!(body["events"], json!([{"type": "heartbeat", "id": expected}]));
        let seconds = begun.elapsed().as_secs();
        assert!((45..=55).contains(&seconds), "{seconds}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_event_acknowledged_before_is_refused() {
    let world = World::new();
    let queue = world.queue().await;
    say(&world.zulip, "one");
    assert_eq!(world.events(&queue, 0).await.len(), 0);
    let form = [("queue_id", queue.as_str()), ("last_event_id", "-1"), ("dont_block", "true")];
    let (status, body) = world.bot("GET", "events", &form).await;
    assert_eq!((status, &body["code"]), (400, &json!("BAD_REQUEST")));
    assert_eq!(body["msg"], "An event newer than -1 has already been pruned!");
}

#[tokio::test(start_paused = true)]
async fn an_event_never_given_out_is_refused_and_the_queue_pruned_all_the_same() {
    let world = World::new();
    let queue = world.queue().await;
    say(&world.zulip, "lost");
    let form = [("queue_id", queue.as_str()), ("last_event_id", "5000"), ("dont_block", "true")];
    let (status, body) = world.bot("GET", "events", &form).await;
    assert_eq!((status, body["msg"].as_str()), (400, Some("Event 5000 was not in this queue")));
    assert_eq!(world.events(&queue, 0).await, Vec::<Value>::new());
}

#[tokio::test(start_paused = true)]
async fn a_second_poll_ends_the_first_with_no_events() {
    let world = Arc::new(World::new());
    let queue = world.queue().await;
    let first = poll(&world, &queue, "-1");
    settle().await;
    let second = poll(&world, &queue, "-1");
    assert_eq!(first.await.unwrap().1["events"], json!([]));
    say(&world.zulip, "for the second");
    assert_eq!(second.await.unwrap().1["events"][0]["message"]["content"], "for the second");
}

#[tokio::test(start_paused = true)]
async fn a_queue_is_gone_when_idle_for_ten_minutes_and_looking_does_not_keep_it() {
    let world = World::new();
    let queue = world.queue().await;
    world.pass(590);
    world.events(&queue, -1).await;
    world.pass(11);
    let form = [("queue_id", queue.as_str()), ("last_event_id", "-1")];
    let (status, body) = world.bot("GET", "events", &form).await;
    assert_eq!((status, body["code"].as_str()), (400, Some("BAD_EVENT_QUEUE_ID")));
    assert_eq!(body["msg"], format!("Bad event queue ID: {queue}"));
    assert_eq!(body["queue_id"], queue);
}

#[tokio::test(start_paused = true)]
async fn a_blocking_poll_keeps_the_queue() {
    let world = World::new();
    let queue = world.queue().await;
    for last in -1..20_i64 {
        let last = last.to_string();
        let form = [("queue_id", queue.as_str()), ("last_event_id", last.as_str())];
        assert_eq!(world.bot("GET", "events", &form).await.0, 200);
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_goes_away_no_longer_keeps_its_queue() {
    let world = Arc::new(World::new());
    let queue = world.queue().await;
    let open = poll(&world, &queue, "-1");
    settle().await;
    open.abort();
    settle().await;
    world.pass(601);
    let form = [("queue_id", queue.as_str()), ("last_event_id", "-1")];
    assert_eq!(world.bot("GET", "events", &form).await.1["code"], "BAD_EVENT_QUEUE_ID");
}

#[tokio::test(start_paused = true)]
async fn a_queue_of_another_user_is_not_there() {
    let world = World::new();
    let queue = world.queue().await;
    let form = [("queue_id", queue.as_str()), ("last_event_id", "-1")];
    assert_eq!(world.ask(RAVI, "GET", "events", &form).await.1["code"], "BAD_EVENT_QUEUE_ID");
}

#[tokio::test(start_paused = true)]
async fn lost_queues_fail_open_polls_and_are_not_there_afterwards() {
    let world = Arc::new(World::new());
    let queue = world.queue().await;
    let open = poll(&world, &queue, "-1");
    settle().await;
    world.zulip.expire_queues();
    assert_eq!(open.await.unwrap().0, 502);
    let (_, body) = poll(&world, &queue, "-1").await.unwrap();
    assert_eq!(body["code"], "BAD_EVENT_QUEUE_ID");
}

#[tokio::test(start_paused = true)]
async fn a_deleted_queue_ends_its_open_poll_with_no_events() {
    let world = Arc::new(World::new());
    let queue = world.queue().await;
    let open = poll(&world, &queue, "-1");
    settle().await;
    assert_eq!(world.bot("DELETE", "events", &[("queue_id", &queue)]).await.0, 200);
    assert_eq!(open.await.unwrap().1["events"], json!([]));
}

#[tokio::test(start_paused = true)]
async fn only_the_sending_queue_gets_the_local_id() {
    let world = World::new();
    let (sending, other) = (world.queue().await, world.queue().await);
    let form = [
        ("type", "channel"),
        ("to", "2"),
        ("topic", "T"),
        ("content", "x"),
        ("queue_id", sending.as_str()),
        ("local_id", "17.5"),
    ];
    world.bot("POST", "messages", &form).await;
    let own = &world.events(&sending, -1).await[0];
    assert_eq!((&own["local_message_id"], &own["flags"]), (&json!("17.5"), &json!([])));
    assert_eq!(world.events(&other, -1).await[0]["local_message_id"], Value::Null);
}

#[tokio::test(start_paused = true)]
async fn a_bot_gets_what_is_said_in_its_channels_and_to_it_and_what_mentions_it() {
    let world = World::new();
    let queue = world.queue().await;
    let zulip = &world.zulip;
    let team = zulip.channel_named("wasmtime-security").unwrap();
    zulip.unsubscribe(ADVISORY_BOT, team).unwrap();
    zulip.unsubscribe(ADVISORY_BOT, GENERAL).unwrap();
    let seen = world.events(&queue, -1).await.len();
    let last = i64::try_from(seen).unwrap() - 1;
    zulip.send(MAYA, Place::topic(team, "T"), "not for the bot").unwrap();
    zulip.send(RAVI, Place::topic(GENERAL, "T"), "nor this").unwrap();
    let mention = zulip.send(MAYA, Place::topic(team, "T"), "@**advisory-bot** come").unwrap();
    zulip.send(RAVI, Place::direct([ADVISORY_BOT]), "psst").unwrap();
    say(zulip, "plain");
    let events = world.events(&queue, last).await;
    let said: Vec<_> = events.iter().map(|event| event["message"]["content"].as_str().unwrap()).collect();
    assert_eq!(said, ["@**advisory-bot** come", "psst", "plain"]);
    assert_eq!(events[0]["flags"], json!(["mentioned"]));
    let (status, _) = world.bot("GET", &format!("messages/{mention}"), &[]).await;
    assert_eq!(status, 400, "what was delivered cannot be read where the bot is not");
}

#[tokio::test(start_paused = true)]
async fn mentions_in_code_and_quotations_and_silent_ones_give_no_flag() {
    let world = World::new();
    let queue = world.queue().await;
    let quiet = [
        "@_**advisory-bot**",
        "`@**advisory-bot**`",
        "```text\n@**advisory-bot**\n```",
        "> @**advisory-bot**",
        "``` quote\n@**advisory-bot**\n```",
        "mail@**advisory-bot**",
        "@**advisory-bot|8**",
        "@*security-team*",
    ];
    let loud =
        ["@**advisory-bot|13**", "@**|13**", "```spoiler x\n@**advisory-bot**\n```", "@*role:members*"];
    for text in quiet.iter().chain(&loud) {
        say(&world.zulip, text);
    }
    say(&world.zulip, "@**all**");
    let events = world.events(&queue, -1).await;
    let (first, rest) = events.split_at(quiet.len());
    assert!(first.iter().all(|event| event["flags"] == json!([])), "{first:?}");
    let (middle, last) = rest.split_at(loud.len());
    assert!(middle.iter().all(|event| event["flags"] == json!(["mentioned"])), "{middle:?}");
    assert_eq!(last[0]["flags"], json!(["stream_wildcard_mentioned", "wildcard_mentioned"]));
}

#[tokio::test(start_paused = true)]
async fn messages_come_as_markdown_unless_html_is_asked_for() {
    let world = World::new();
    let raw = world.queue().await;
    let (_, body) = world.bot("POST", "register", &[("apply_markdown", "true")]).await;
    let html = body["queue_id"].as_str().unwrap().to_owned();
    say(&world.zulip, "<b>");
    assert_eq!(world.events(&raw, -1).await[0]["message"]["content"], "<b>");
    let event = &world.events(&html, -1).await[0]["message"];
    assert_eq!(
        (&event["content"], &event["content_type"]),
        (&json!("<p>&lt;b&gt;</p>"), &json!("text/html"))
    );
}

#[tokio::test(start_paused = true)]
async fn unknown_event_types_are_accepted_and_a_bad_narrow_is_not() {
    let world = World::new();
    let form = [("event_types", r#"["no_such_event"]"#)];
    let (status, body) = world.bot("POST", "register", &form).await;
    assert_eq!((status, &body["last_event_id"]), (200, &json!(-1)));
    let (_, body) = world.bot("POST", "register", &[("narrow", r#"[["bogus", "x"]]"#)]).await;
    assert_eq!(body["msg"], "Operator bogus not supported.");
    let (_, body) = world.bot("POST", "register", &[("event_types", "message")]).await;
    assert_eq!(body["msg"], "Argument \"event_types\" is not valid JSON.");
}

#[tokio::test(start_paused = true)]
async fn a_deactivated_bots_open_poll_lives_on_without_messages() {
    let world = Arc::new(World::new());
    let queue = world.queue().await;
    let open = poll(&world, &queue, "-1");
    settle().await;
    world.zulip.deactivate(ADVISORY_BOT).unwrap();
    say(&world.zulip, "unheard");
    let (_, body) = open.await.unwrap();
    assert_eq!(kinds(body["events"].as_array().unwrap()), ["heartbeat"]);
    assert_eq!(world.bot("GET", "users/me", &[]).await.1["msg"], "Account is deactivated");
}
