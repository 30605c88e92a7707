//! Channels, accounts and groups, and the events about them.

use serde_json::{Value, json};

use super::world::{World, kinds};
use crate::sandbox::zulip::seed::{
    ADVISORY_BOT, DEPLOY_BOT, GENERAL, INES, LEE, MAYA, RAVI, SECURITY_TEAM, WAMR_SECURITY, WASMTIME_SECURITY,
};
use crate::sandbox::zulip::{Place, Privacy, Role};

#[tokio::test(start_paused = true)]
async fn a_privacy_change_is_told_as_invite_only_whatever_changed() {
    let world = World::new();
    let queue = world.queue().await;
    world.zulip.set_privacy(WAMR_SECURITY, Privacy::PROTECTED).unwrap();
    world.zulip.set_privacy(WAMR_SECURITY, Privacy::WEB_PUBLIC).unwrap();
    let events = world.events(&queue, -1).await;
    assert_eq!(kinds(&events), ["stream update", "message", "stream update", "message"]);
    let shape = |event: &Value| {
        json!([
            event["property"],
            event["value"],
            event["history_public_to_subscribers"],
            event["is_web_public"]
        ])
    };
    assert_eq!(shape(&events[0]), json!(["invite_only", true, false, false]));
    assert_eq!(shape(&events[2]), json!(["invite_only", false, true, true]));
    assert_eq!(events[1]["message"]["subject"], "channel events");
}

#[tokio::test(start_paused = true)]
async fn a_channel_made_public_appears_to_those_outside_and_made_private_is_not_announced() {
    let world = World::new();
    let queue = world.queue_of(RAVI).await;
    world.zulip.set_privacy(WASMTIME_SECURITY, Privacy::PUBLIC).unwrap();
    let events = world.events_of(RAVI, &queue, -1).await;
    assert_eq!(kinds(&events)[..2], ["stream create", "subscription peer_add"]);
    let last = events.last().unwrap()["id"].as_i64().unwrap();
    world.zulip.set_privacy(WASMTIME_SECURITY, Privacy::PRIVATE).unwrap();
    assert_eq!(world.events_of(RAVI, &queue, last).await, Vec::<Value>::new());
    assert_eq!(world.ask(RAVI, "GET", "streams/3", &[]).await.1["msg"], "Invalid channel ID");
}

#[tokio::test(start_paused = true)]
async fn a_rename_gives_the_old_and_the_new_name() {
    let world = World::new();
    let queue = world.queue().await;
    world.zulip.rename_channel(WAMR_SECURITY, "elsewhere").unwrap();
    let event = &world.events(&queue, -1).await[0];
    let shape = json!([event["property"], event["name"], event["value"], event["stream_id"]]);
    assert_eq!(shape, json!(["name", "wamr-security", "elsewhere", 2]));
    assert_eq!(world.zulip.rename_channel(GENERAL, "ELSEWHERE").unwrap_err().code, "BAD_REQUEST");
}

#[tokio::test(start_paused = true)]
async fn an_archived_channel_is_deleted_for_clients_and_takes_no_messages() {
    let world = World::new();
    let queue = world.queue().await;
    world.zulip.archive(WAMR_SECURITY).unwrap();
    let events = world.events(&queue, -1).await;
    assert_eq!(kinds(&events), ["message", "stream delete"]);
    assert_eq!(events[1]["stream_ids"], json!([2]));
    let refusal = world.zulip.send(MAYA, Place::topic(WAMR_SECURITY, "T"), "x").unwrap_err();
    assert_eq!(refusal.message, "Not authorized to send to channel 'wamr-security'");
}

#[tokio::test(start_paused = true)]
async fn unsubscribed_the_bot_is_told_once_and_loses_what_it_had_received() {
    let world = World::new();
    let queue = world.queue().await;
    let id = world.zulip.send(MAYA, Place::topic(WAMR_SECURITY, "T"), "x").unwrap();
    world.zulip.unsubscribe(ADVISORY_BOT, WAMR_SECURITY).unwrap();
    world.zulip.send(MAYA, Place::topic(WAMR_SECURITY, "T"), "y").unwrap();
    let events = world.events(&queue, -1).await;
    assert_eq!(kinds(&events), ["message", "subscription remove"]);
    assert_eq!(events[1]["subscriptions"], json!([{"name": "wamr-security", "stream_id": 2}]));
    let (status, body) = world.bot("GET", &format!("messages/{id}"), &[]).await;
    assert_eq!((status, body["msg"].as_str()), (400, Some("Invalid message(s)")));
    let last = events[1]["id"].as_i64().unwrap();
    world.zulip.subscribe(ADVISORY_BOT, WAMR_SECURITY).unwrap();
    assert_eq!(kinds(&world.events(&queue, last).await), ["stream create", "subscription add"]);
    assert_eq!(world.bot("GET", &format!("messages/{id}"), &[]).await.0, 200);
}

#[tokio::test(start_paused = true)]
async fn peers_are_told_of_to_those_who_see_the_channel() {
    let world = World::new();
    let (bot, ravi) = (world.queue().await, world.queue_of(RAVI).await);
    world.zulip.subscribe(LEE, WAMR_SECURITY).unwrap();
    world.zulip.unsubscribe(LEE, WAMR_SECURITY).unwrap();
    let events = world.events(&bot, -1).await;
    assert_eq!(kinds(&events), ["subscription peer_add", "subscription peer_remove"]);
    assert_eq!((&events[0]["user_ids"], &events[0]["stream_ids"]), (&json!([12]), &json!([2])));
    assert_eq!(world.events_of(RAVI, &ravi, -1).await, Vec::<Value>::new());
}

#[tokio::test(start_paused = true)]
async fn protected_history_is_closed_to_those_who_come_later() {
    let world = World::new();
    world.zulip.set_privacy(WAMR_SECURITY, Privacy::PROTECTED).unwrap();
    let id = world.zulip.send(MAYA, Place::topic(WAMR_SECURITY, "T"), "before").unwrap();
    world.zulip.subscribe(RAVI, WAMR_SECURITY).unwrap();
    let later = world.zulip.send(MAYA, Place::topic(WAMR_SECURITY, "T"), "after").unwrap();
    assert_eq!(world.ask(RAVI, "GET", &format!("messages/{id}"), &[]).await.0, 400);
    let form =
        [("anchor", "oldest"), ("num_before", "0"), ("num_after", "9"), ("narrow", r#"[["channel", 2]]"#)];
    let (_, body) = world.ask(RAVI, "GET", "messages", &form).await;
    let ids: Vec<_> = body["messages"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect();
    assert_eq!(ids, [json!(later.0)]);
}

#[tokio::test(start_paused = true)]
async fn a_guest_sees_only_the_channels_they_are_in() {
    let world = World::new();
    world.zulip.unsubscribe(LEE, GENERAL).unwrap();
    assert_eq!(world.ask(LEE, "GET", "streams", &[]).await.1["streams"], json!([]));
    assert_eq!(world.ask(RAVI, "GET", "streams", &[]).await.1["streams"][0]["name"], "general");
    let refusal = world.zulip.send(LEE, Place::topic(GENERAL, "T"), "x").unwrap_err();
    assert_eq!(refusal.message, "Not authorized to send to channel 'general'");
}

#[tokio::test(start_paused = true)]
async fn deactivating_an_owner_deactivates_the_bots_and_reactivating_does_not_bring_them_back() {
    let world = World::new();
    let queue = world.queue_of(INES).await;
    world.zulip.deactivate(MAYA).unwrap();
    assert_eq!(world.bot("GET", "users/me", &[]).await.1["msg"], "Account is deactivated");
    world.zulip.reactivate(MAYA).unwrap();
    assert_eq!(world.bot("GET", "users/me", &[]).await.0, 401);
    world.zulip.reactivate(ADVISORY_BOT).unwrap();
    assert_eq!(world.bot("GET", "users/me", &[]).await.0, 200);
    let events = world.events_of(INES, &queue, -1).await;
    let people: Vec<_> = events
        .iter()
        .filter(|event| event["type"] == "realm_user")
        .map(|event| event["person"].clone())
        .collect();
    assert_eq!(people[0], json!({"user_id": ADVISORY_BOT, "is_active": false}));
    assert_eq!(people[1], json!({"user_id": DEPLOY_BOT, "is_active": false}));
    assert_eq!(people[2], json!({"user_id": MAYA, "is_active": false}));
    let groups: Vec<_> = events.iter().filter(|event| event["type"] == "user_group").cloned().collect();
    assert_eq!(kinds(&groups), ["user_group remove_members", "user_group add_members"]);
}

#[tokio::test(start_paused = true)]
async fn a_role_change_moves_the_user_between_system_groups() {
    let world = World::new();
    let queue = world.queue().await;
    world.zulip.set_role(INES, Role::Guest).unwrap();
    let events = world.events(&queue, -1).await;
    assert_eq!(events[0]["person"], json!({"user_id": INES, "role": 600}));
    assert_eq!(
        kinds(&events),
        [
            "realm_user update",
            "user_group remove_members",
            "user_group remove_members",
            "user_group add_members"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn group_changes_are_told_and_bots_read_groups_only_by_registering() {
    let world = World::new();
    let queue = world.queue().await;
    world.zulip.remove_from_group(INES, SECURITY_TEAM).unwrap();
    world.zulip.add_to_group(RAVI, SECURITY_TEAM).unwrap();
    let events = world.events(&queue, -1).await;
    assert_eq!(kinds(&events), ["user_group remove_members", "user_group add_members"]);
    assert_eq!((&events[1]["group_id"], &events[1]["user_ids"]), (&json!(20), &json!([11])));
    let (status, body) = world.bot("GET", "user_groups", &[]).await;
    assert_eq!((status, body["msg"].as_str()), (400, Some("This endpoint does not accept bot requests.")));
    assert_eq!(world.ask(RAVI, "GET", "user_groups/20/members", &[]).await.1["members"], json!([8, 10, 11]));
    let (_, body) = world.bot("POST", "register", &[("fetch_event_types", r#"["realm_user_groups"]"#)]).await;
    let groups = body["realm_user_groups"].as_array().unwrap();
    assert_eq!(groups.last().unwrap()["members"], json!([8, 10, 11]));
}

#[tokio::test(start_paused = true)]
async fn the_bot_makes_a_private_channel_and_locks_itself_out_when_not_among_the_principals() {
    let world = World::new();
    let form =
        [("subscriptions", r#"[{"name": "war-room"}]"#), ("principals", "[8, 9]"), ("invite_only", "true")];
    let (_, body) = world.bot("POST", "users/me/subscriptions", &form).await;
    assert_eq!(body["subscribed"], json!({"8": ["war-room"], "9": ["war-room"]}));
    let (_, body) = world.bot("GET", "get_stream_id", &[("stream", "war-room")]).await;
    assert_eq!(body["msg"], "Invalid channel name 'war-room'");
    let (_, body) = world.bot("POST", "users/me/subscriptions", &form).await;
    assert_eq!(body["msg"], "Unable to access channel (war-room).");
    let channel = world.zulip.channel_named("war-room").unwrap();
    assert_eq!(world.zulip.privacy(channel), Some(Privacy::PROTECTED));
}

#[tokio::test(start_paused = true)]
async fn a_bot_cannot_take_others_from_a_channel() {
    let world = World::new();
    let form = [("subscriptions", r#"["general"]"#), ("principals", "[9]")];
    let (_, body) = world.bot("DELETE", "users/me/subscriptions", &form).await;
    assert_eq!(body["msg"], "Insufficient permission");
    let form = [("subscriptions", r#"["nope"]"#)];
    let (_, body) = world.bot("DELETE", "users/me/subscriptions", &form).await;
    assert_eq!(body["msg"], "Channel(s) (nope) do not exist");
}

#[tokio::test(start_paused = true)]
async fn the_github_name_is_given_with_custom_profile_fields() {
    let world = World::new();
    let form = [("include_custom_profile_fields", "true")];
    let (_, body) = world.bot("GET", "users/8", &form).await;
    assert_eq!(body["user"]["profile_data"]["1"]["value"], "maya");
    assert_eq!(world.bot("GET", "users/8", &[]).await.1["user"]["profile_data"], Value::Null);
    let form = [("fetch_event_types", r#"["custom_profile_fields", "realm_user"]"#)];
    let (_, body) = world.bot("POST", "register", &form).await;
    let field = &body["custom_profile_fields"][0];
    assert_eq!(field["type"], body["custom_profile_field_types"]["EXTERNAL_ACCOUNT"]["id"]);
    assert_eq!(field["field_data"], r#"{"subtype":"github"}"#);
    let users = body["realm_users"].as_array().unwrap();
    let profile = |id: u64| &users.iter().find(|user| user["user_id"] == id).unwrap()["profile_data"];
    assert_eq!((profile(8), profile(9)), (&json!({"1": {"value": "maya"}}), &json!({})));
    assert_eq!(profile(13), &Value::Null, "a bot has no profile");
}

#[tokio::test(start_paused = true)]
async fn a_filled_in_github_name_is_told_to_everyone() {
    let world = World::new();
    let queue = world.queue().await;
    world.zulip.set_github(INES, Some("ines")).unwrap();
    world.zulip.set_github(INES, Some("ines")).unwrap();
    world.zulip.set_github(MAYA, None).unwrap();
    let events = world.events(&queue, -1).await;
    assert_eq!(kinds(&events), ["realm_user update", "realm_user update"]);
    let field = json!({"id": 1, "value": "ines"});
    assert_eq!(events[0]["person"], json!({"user_id": 9, "custom_profile_field": field}));
    assert_eq!(events[1]["person"]["custom_profile_field"], json!({"id": 1, "value": null}));
    let form = [("include_custom_profile_fields", "true")];
    assert_eq!(world.bot("GET", "users/9", &form).await.1["user"]["profile_data"]["1"]["value"], "ines");
    assert_eq!(world.bot("GET", "users/8", &form).await.1["user"]["profile_data"], json!({}));
    assert_eq!(
        world.zulip.set_github(crate::sandbox::zulip::UserId(99), None).unwrap_err().message,
        "No such user"
    );
}

#[tokio::test(start_paused = true)]
async fn subscriptions_can_be_asked_for_people_but_not_for_bots() {
    let world = World::new();
    assert_eq!(world.bot("GET", "users/8/subscriptions/2", &[]).await.1["is_subscribed"], true);
    assert_eq!(world.bot("GET", "users/11/subscriptions/2", &[]).await.1["is_subscribed"], false);
    assert_eq!(world.bot("GET", "users/13/subscriptions/2", &[]).await.1["msg"], "No such user");
    let (_, body) = world.ask(RAVI, "GET", "users/8/subscriptions/2", &[]).await;
    assert_eq!(body["msg"], "Invalid channel ID");
}
