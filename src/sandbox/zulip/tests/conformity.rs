//! Every answer held to the official description of the API, where that is at hand.

use serde_json::Value;

use super::world::World;
use crate::sandbox::openapi::check_exchange;
use crate::sandbox::zulip::seed::{ADVISORY_BOT, GENERAL, INES, MAYA, SECURITY_TEAM, WAMR_SECURITY};
use crate::sandbox::zulip::{Place, Privacy, Propagation, Role};

/// The description, which is not part of this repository.
fn description() -> Option<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/openapi/zulip.json");
    let text = std::fs::read(path).ok()?;
    Some(serde_json::from_slice(&text).expect("the description is JSON"))
}

#[tokio::test(start_paused = true)]
async fn every_answer_fits_the_official_description() {
    let Some(doc) = description() else {
        #[expect(clippy::print_stderr, reason = "a skipped test should say so")]
        {
            eprintln!("skipped: the official description is not at hand");
        }
        return;
    };
    let world = World::new();
    let queue = register_for_everything(&world).await;
    talk(&world, &queue).await;
    look_around(&world).await;
    subscribe_and_leave(&world).await;
    be_refused(&world).await;
    upheaval(&world);
    let last = world.events(&queue, -1).await.last().map_or(-1, |event| event["id"].as_i64().unwrap());
    let last = last.to_string();
    let poll = [("queue_id", queue.as_str()), ("last_event_id", last.as_str())];
    world.bot("GET", "events", &poll).await;
    world.bot("DELETE", "events", &[("queue_id", &queue)]).await;

    let exchanges = world.exchanges.lock().unwrap();
    assert!(exchanges.len() > 60, "only {} exchanges", exchanges.len());
    for (request, response) in exchanges.iter() {
        if let Err(failure) = check_exchange(&doc, request, response) {
            let body = String::from_utf8_lossy(response.body());
            let body: String = body.chars().take(1500).collect();
            panic!("{} {}: {failure}\n{body}", request.method(), request.uri());
        }
    }
}

async fn register_for_everything(world: &World) -> String {
    let types = r#"["realm", "stream", "subscription", "realm_user", "realm_user_groups", "message",
        "custom_profile_fields"]"#;
    let events = r#"["message", "update_message", "delete_message", "reaction", "stream", "subscription",
        "realm_user", "user_group"]"#;
    let form = [
        ("event_types", events),
        ("fetch_event_types", types),
        ("apply_markdown", "false"),
        ("client_gravatar", "false"),
        ("include_subscribers", "true"),
        ("all_public_streams", "false"),
        ("client_capabilities", r#"{"bulk_message_deletion": true, "empty_topic_name": true}"#),
    ];
    world.zulip.set_role(INES, Role::Moderator).unwrap();
    world.ask(MAYA, "POST", "register", &[]).await;
    let (_, body) = world.bot("POST", "register", &form).await;
    body["queue_id"].as_str().unwrap().to_owned()
}

const NARROW: &str = r#"[{"operator": "channel", "operand": 2}]"#;

async fn talk(world: &World, queue: &str) {
    let topic = [("type", "channel"), ("to", "2"), ("topic", "T"), ("content", "hello **all**")];
    let (_, sent) = world.bot("POST", "messages", &topic).await;
    let own = sent["id"].as_u64().unwrap();
    world.bot("POST", "messages", &[("type", "direct"), ("to", "[8, 9]"), ("content", "psst")]).await;
    let heard = world.zulip.send(MAYA, Place::topic(WAMR_SECURITY, "T"), "@**advisory-bot** hi").unwrap();
    let path = format!("messages/{own}");
    world.bot("PATCH", &path, &[("content", "edited")]).await;
    world.bot("PATCH", &path, &[("topic", "✔ T"), ("propagate_mode", "change_all")]).await;
    let away = [
        ("stream_id", "3"),
        ("topic", "elsewhere"),
        ("propagate_mode", "change_one"),
        ("send_notification_to_old_thread", "true"),
    ];
    world.bot("PATCH", &path, &away).await;
    world.bot("GET", &path, &[("apply_markdown", "false")]).await;
    world.bot("GET", &format!("{path}/history"), &[]).await;
    let reactions = format!("messages/{heard}/reactions");
    for method in ["POST", "POST", "DELETE", "DELETE"] {
        world.bot(method, &reactions, &[("emoji_name", "eyes")]).await;
    }
    world.bot("POST", "messages/render", &[("content", "*x*")]).await;
    world.upload(MAYA, &[("file", "a.txt", b"x")]).await;
    world.upload(MAYA, &[]).await;
    let windows: [&[(&str, &str)]; 3] = [
        &[("anchor", "newest"), ("num_before", "10"), ("num_after", "0"), ("apply_markdown", "false")],
        &[("anchor", "1"), ("num_before", "0"), ("num_after", "5"), ("narrow", NARROW)],
        &[("message_ids", "[1, 2, 99]"), ("client_gravatar", "false")],
    ];
    for window in windows {
        world.bot("GET", "messages", window).await;
    }
    let poll = [("queue_id", queue), ("last_event_id", "-1")];
    world.bot("GET", "events", &poll).await;
    world.bot("DELETE", &path, &[]).await;
}

async fn look_around(world: &World) {
    let profile = [("include_custom_profile_fields", "true"), ("client_gravatar", "false")];
    for user in [ADVISORY_BOT, MAYA] {
        world.ask(user, "GET", "users/me", &[]).await;
        world.ask(user, "GET", "users", &profile).await;
        world.ask(user, "GET", "users/8", &profile).await;
        world.ask(user, "GET", "users/maya@sandbox.example", &[]).await;
        world.ask(user, "GET", "streams", &[("include_default", "true")]).await;
        world.ask(user, "GET", "streams", &[("include_all", "true")]).await;
        world.ask(user, "GET", "streams/2", &[]).await;
        world.ask(user, "GET", "streams/2/members", &[]).await;
        world.ask(user, "GET", "get_stream_id", &[("stream", "general")]).await;
        world.ask(user, "GET", "users/me/subscriptions", &[("include_subscribers", "true")]).await;
        world.ask(user, "GET", "users/me/2/topics", &[]).await;
        world.ask(user, "GET", "users/8/subscriptions/2", &[]).await;
        world.ask(user, "GET", "user_groups", &[]).await;
        world.ask(user, "GET", "user_groups/20/members", &[]).await;
        world.ask(user, "GET", "user_groups/2/members", &[("direct_member_only", "true")]).await;
        world.ask(user, "GET", "user_groups/20/members/8", &[]).await;
        world.ask(user, "GET", "user_groups/2/subgroups", &[]).await;
        world.ask(user, "GET", "server_settings", &[]).await;
    }
}

async fn subscribe_and_leave(world: &World) {
    let new = [
        ("subscriptions", r#"[{"name": "war-room", "description": "x"}]"#),
        ("principals", "[13, 8, 9]"),
        ("invite_only", "true"),
        ("authorization_errors_fatal", "false"),
    ];
    world.bot("POST", "users/me/subscriptions", &new).await;
    world.bot("POST", "users/me/subscriptions", &new).await;
    world.bot("DELETE", "users/me/subscriptions", &[("subscriptions", r#"["war-room"]"#)]).await;
    world.bot("DELETE", "users/me/subscriptions", &[("subscriptions", r#"["nope"]"#)]).await;
}

async fn be_refused(world: &World) {
    let nowhere = [("type", "stream"), ("to", "99"), ("topic", "T"), ("content", "x")];
    world.bot("POST", "messages", &nowhere).await;
    let nowhere = [("type", "stream"), ("to", "nope"), ("topic", "T"), ("content", "x")];
    world.bot("POST", "messages", &nowhere).await;
    world.bot("GET", "messages/999", &[]).await;
    world.bot("GET", "events", &[("queue_id", "nope"), ("last_event_id", "-1")]).await;
    world.bot("GET", "get_stream_id", &[("stream", "nope")]).await;
    world.bot("GET", "users/999", &[]).await;
    world.bot("GET", "streams/999", &[]).await;
}

/// Changes of every kind that are seen only as events.
fn upheaval(world: &World) {
    let zulip = &world.zulip;
    let said = zulip.send(MAYA, Place::topic(GENERAL, ""), "no topic").unwrap();
    zulip.react(MAYA, said, "tada").unwrap();
    zulip.edit(MAYA, said, "now @**advisory-bot**").unwrap();
    zulip.move_message(MAYA, said, (WAMR_SECURITY, "moved"), Propagation::One).unwrap();
    zulip.delete(MAYA, said).unwrap();
    zulip.set_privacy(WAMR_SECURITY, Privacy::PUBLIC).unwrap();
    zulip.set_privacy(WAMR_SECURITY, Privacy::PROTECTED).unwrap();
    zulip.rename_channel(WAMR_SECURITY, "renamed").unwrap();
    zulip.unsubscribe(INES, WAMR_SECURITY).unwrap();
    zulip.subscribe(INES, WAMR_SECURITY).unwrap();
    zulip.unsubscribe(ADVISORY_BOT, WAMR_SECURITY).unwrap();
    zulip.subscribe(ADVISORY_BOT, WAMR_SECURITY).unwrap();
    zulip.remove_from_group(INES, SECURITY_TEAM).unwrap();
    zulip.add_to_group(INES, SECURITY_TEAM).unwrap();
    zulip.set_github(INES, Some("ines")).unwrap();
    zulip.set_github(INES, None).unwrap();
    zulip.set_role(INES, Role::Guest).unwrap();
    zulip.deactivate(INES).unwrap();
    zulip.reactivate(INES).unwrap();
    zulip.archive(GENERAL).unwrap();
}
