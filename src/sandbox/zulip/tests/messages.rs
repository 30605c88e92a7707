//! Sending, changing, reacting to, deleting and reading messages.

use serde_json::{Value, json};

use super::world::{World, kinds};
use crate::sandbox::zulip::seed::{
    self, ADVISORY_BOT, DEPLOY_BOT, GENERAL, INES, MAYA, RAVI, TOMASZ, WAMR_SECURITY, WASMTIME_SECURITY,
};
use crate::sandbox::zulip::{MessageId, Place, Privacy, Propagation};

fn topic(name: &str) -> Place {
    Place::topic(WAMR_SECURITY, name)
}

async fn post(world: &World, to: &str, topic: &str, content: &str) -> (u16, Value) {
    world
        .bot("POST", "messages", &[("type", "channel"), ("to", to), ("topic", topic), ("content", content)])
        .await
}

async fn fetched(world: &World, narrow: &str) -> Vec<u64> {
    let form = [("anchor", "newest"), ("num_before", "100"), ("num_after", "0"), ("narrow", narrow)];
    let (status, body) = world.bot("GET", "messages", &form).await;
    assert_eq!(status, 200, "{body}");
    body["messages"].as_array().unwrap().iter().map(|one| one["id"].as_u64().unwrap()).collect()
}

#[tokio::test(start_paused = true)]
async fn text_too_long_is_cut_and_the_end_is_trimmed() {
    let world = World::new();
    post(&world, "2", &"t".repeat(61), &format!("{}  \n", "ü".repeat(10_001))).await;
    post(&world, "\"wamr-security\"", &"t".repeat(60), &"ü".repeat(10_000)).await;
    post(&world, "wamr-security", " T ", "\n  x \t\n").await;
    let said = world.zulip.messages();
    assert_eq!(said[0].content.chars().count(), 10_000);
    assert!(said[0].content.ends_with("ü\n[message truncated]"));
    assert_eq!(said[0].place, topic(&format!("{}...", "t".repeat(57))));
    assert_eq!((said[1].content.as_str(), &said[1].place), (&*"ü".repeat(10_000), &topic(&"t".repeat(60))));
    assert_eq!((said[2].content.as_str(), &said[2].place), ("  x", &topic("T")));
    assert_eq!(said[2].client, "test-client");
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_sent_is_refused_as_on_the_real_server() {
    let world = World::new();
    let cases = [
        ("2", "T", " \n", "BAD_REQUEST", "Message must not be empty"),
        ("2", "T", "a\0b", "BAD_REQUEST", "Message must not contain null bytes"),
        ("2", "a\nb", "x", "BAD_REQUEST", "Invalid character in topic, at position 2!"),
        ("99", "T", "x", "STREAM_DOES_NOT_EXIST", "Channel with ID '99' does not exist"),
        ("nope", "T", "x", "STREAM_DOES_NOT_EXIST", "Channel 'nope' does not exist"),
        ("[1, 2]", "T", "x", "BAD_REQUEST", "Expected exactly one channel"),
    ];
    for (to, topic, content, code, message) in cases {
        let (status, body) = post(&world, to, topic, content).await;
        assert_eq!((status, body["code"].as_str(), body["msg"].as_str()), (400, Some(code), Some(message)));
    }
    for (to, message) in [("[99]", "Invalid user ID 99"), ("[]", "Message must have recipients")] {
        let form = [("type", "direct"), ("to", to), ("content", "x")];
        assert_eq!(world.bot("POST", "messages", &form).await.1["msg"], message);
    }
    let (_, body) = world.bot("POST", "messages", &[("type", "poke"), ("content", "x")]).await;
    assert_eq!(body["msg"], "Invalid type");
    let told: Vec<_> = world.zulip.messages().into_iter().map(|told| told.content).collect();
    assert_eq!(told.len(), 2, "the owner is told of the two channels that do not exist");
    assert!(told[1].contains("#**nope**"), "{}", told[1]);
}

#[tokio::test(start_paused = true)]
async fn a_bot_may_send_where_its_owner_may_and_no_one_else_outside_a_private_channel() {
    let world = World::new();
    world.zulip.unsubscribe(ADVISORY_BOT, WASMTIME_SECURITY).unwrap();
    assert_eq!(post(&world, "3", "T", "through the owner").await.0, 200);
    world.zulip.unsubscribe(MAYA, WASMTIME_SECURITY).unwrap();
    let (_, body) = post(&world, "3", "T", "x").await;
    assert_eq!(body["msg"], "Not authorized to send to channel 'wasmtime-security'");
    world.zulip.unsubscribe(ADVISORY_BOT, GENERAL).unwrap();
    assert_eq!(post(&world, "1", "T", "public").await.0, 200);
    let (_, body) = world
        .ask(RAVI, "POST", "messages", &[("type", "stream"), ("to", "2"), ("topic", "T"), ("content", "x")])
        .await;
    assert_eq!(body["msg"], "Not authorized to send to channel 'wamr-security'");
}

#[tokio::test(start_paused = true)]
async fn the_same_post_twice_makes_two_messages() {
    let world = World::new();
    let (_, first) = post(&world, "2", "T", "x").await;
    let (_, second) = post(&world, "2", "T", "x").await;
    assert_ne!(first["id"], second["id"]);
    assert_eq!(world.zulip.messages().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn content_can_be_edited_by_its_sender_until_the_limit() {
    let world = World::new();
    let (_, body) = post(&world, "2", "T", "first").await;
    let path = format!("messages/{}", body["id"]);
    let queue = world.queue().await;
    assert_eq!(world.bot("PATCH", &path, &[("content", "second")]).await.0, 200);
    let (_, read) = world.bot("GET", &path, &[("apply_markdown", "false")]).await;
    assert_eq!(read["message"]["edit_history"][0]["prev_content"], "first");
    assert_eq!(read["message"]["last_edit_timestamp"], read["message"]["edit_history"][0]["timestamp"]);
    let event = &world.events(&queue, -1).await[0];
    assert_eq!((&event["orig_content"], &event["content"]), (&json!("first"), &json!("second")));
    let (_, body) = world.ask(MAYA, "PATCH", &path, &[("content", "no")]).await;
    assert_eq!(body["msg"], "You don't have permission to edit this message");
    assert_eq!(world.bot("PATCH", &path, &[]).await.1["msg"], "Nothing to change");
    assert_eq!(world.bot("PATCH", &path, &[("content", "")]).await.0, 200);
    assert_eq!(world.zulip.messages()[0].content, "(deleted)");
    world.pass(621);
    let (status, body) = world.bot("PATCH", &path, &[("content", "late")]).await;
    let text = "The time limit for editing this message has passed";
    assert_eq!((status, &body["code"], &body["msg"]), (400, &json!("BAD_REQUEST"), &json!(text)));
    assert_eq!(world.bot("PATCH", "messages/99", &[("content", "x")]).await.1["msg"], "Invalid message(s)");
}

#[tokio::test(start_paused = true)]
async fn an_edit_can_add_a_mention_and_the_event_says_so() {
    let world = World::new();
    let queue = world.queue().await;
    let id = world.zulip.send(MAYA, topic("T"), "x").unwrap();
    world.zulip.edit(MAYA, id, "@**advisory-bot**").unwrap();
    assert_eq!(world.events(&queue, 0).await[0]["flags"], json!(["mentioned"]));
}

#[tokio::test(start_paused = true)]
async fn resolving_renames_the_topic_and_a_later_message_to_the_old_name_opens_a_new_one() {
    let world = World::new();
    let (_, body) = post(&world, "2", "T", "x").await;
    world.zulip.send(INES, topic("T"), "y").unwrap();
    let queue = world.queue().await;
    let path = format!("messages/{}", body["id"]);
    let form = [("topic", "✔ T"), ("propagate_mode", "change_all")];
    assert_eq!(world.bot("PATCH", &path, &form).await.0, 200);
    let events = world.events(&queue, -1).await;
    assert_eq!(kinds(&events), ["update_message", "message"]);
    let update = &events[0];
    assert_eq!((&update["orig_subject"], &update["subject"]), (&json!("T"), &json!("✔ T")));
    assert_eq!((&update["propagate_mode"], &update["message_ids"]), (&json!("change_all"), &json!([1, 2])));
    let said = events[1]["message"]["content"].as_str().unwrap();
    assert_eq!(said, "@_**advisory-bot|13** has marked this topic as resolved.");
    world.zulip.send(INES, topic("T"), "z").unwrap();
    let (_, body) = world.bot("GET", "users/me/2/topics", &[]).await;
    assert_eq!(body["topics"], json!([{"name": "T", "max_id": 4}, {"name": "✔ T", "max_id": 3}]));
    assert_eq!(world.bot("PATCH", &path, &[("topic", "✔ T")]).await.1["msg"], "Nothing to change");
}

#[tokio::test(start_paused = true)]
async fn a_move_to_another_channel_names_the_old_and_the_new_one() {
    let world = World::new();
    let queue = world.queue().await;
    let id = world.zulip.send(MAYA, topic("T"), "secret").unwrap();
    world.zulip.move_message(MAYA, id, (GENERAL, "T"), Propagation::All).unwrap();
    let update = &world.events(&queue, 0).await[0];
    assert_eq!((&update["stream_id"], &update["new_stream_id"]), (&json!(2), &json!(1)));
    assert_eq!((&update["orig_subject"], &update["subject"]), (&json!("T"), &Value::Null));
    let said = world.zulip.messages()[1].content.clone();
    assert_eq!(said, "This topic was moved here from #**wamr-security>T** by @_**Maya|8**.");
    let (status, body) = world.ask(RAVI, "GET", &format!("messages/{id}"), &[]).await;
    assert_eq!((status, &body["raw_content"]), (200, &json!("secret")), "everyone can read it now");
}

#[tokio::test(start_paused = true)]
async fn an_edited_secret_stays_in_the_history_that_moves_with_the_message() {
    let world = World::new();
    let id = world.zulip.send(MAYA, topic("T"), "secret").unwrap();
    world.zulip.edit(MAYA, id, "harmless").unwrap();
    world.zulip.move_message(MAYA, id, (GENERAL, "T"), Propagation::All).unwrap();
    let (_, body) = world.ask(RAVI, "GET", &format!("messages/{id}"), &[]).await;
    assert_eq!(body["message"]["edit_history"][1]["prev_content"], "secret");
    let (_, body) = world.ask(RAVI, "GET", &format!("messages/{id}/history"), &[]).await;
    assert_eq!(body["message_history"][0]["content"], "secret");
}

#[tokio::test(start_paused = true)]
async fn a_move_out_of_sight_looks_like_a_deletion() {
    let world = World::new();
    let queue = world.queue().await;
    let id = world.zulip.send(MAYA, topic("T"), "x").unwrap();
    world.zulip.unsubscribe(ADVISORY_BOT, WASMTIME_SECURITY).unwrap();
    world.zulip.move_message(MAYA, id, (WASMTIME_SECURITY, "T"), Propagation::One).unwrap();
    let event = world.events(&queue, 1).await.remove(0);
    let wanted = json!({"type": "delete_message", "message_ids": [id], "message_type": "stream",
        "stream_id": 2, "topic": "T", "id": 2});
    assert_eq!(event, wanted);
}

#[tokio::test(start_paused = true)]
async fn old_messages_can_be_moved_only_by_moderators() {
    let world = World::new();
    let old = world.zulip.send(INES, topic("T"), "old").unwrap();
    world.pass(604_900);
    let new = world.zulip.send(INES, topic("T"), "new").unwrap();
    let one = world.zulip.move_message(TOMASZ, old, (WAMR_SECURITY, "U"), Propagation::One).unwrap_err();
    assert_eq!(one.message, "The time limit for editing this message's topic has passed");
    let all = world.zulip.rename_topic(TOMASZ, WAMR_SECURITY, "T", "U").unwrap_err();
    assert_eq!(all.code, "MOVE_MESSAGES_TIME_LIMIT_EXCEEDED");
    assert_eq!(all.details["first_message_id_allowed_to_move"], new.0);
    world.zulip.rename_topic(TOMASZ, WAMR_SECURITY, "T", "✔ T").unwrap();
    world.zulip.rename_topic(MAYA, WAMR_SECURITY, "✔ T", "U").unwrap();
    assert_eq!(world.zulip.messages()[0].place, topic("U"));
}

#[tokio::test(start_paused = true)]
async fn reactions_are_added_once_and_taken_back_once() {
    let world = World::new();
    let queue = world.queue().await;
    let id = world.zulip.send(MAYA, topic("T"), "x").unwrap();
    let path = format!("messages/{id}/reactions");
    for (name, code) in [("eyes", "1f440"), ("check", "2705"), ("cross_mark", "274c"), ("thumbs_up", "1f44d")]
    {
        let form = [("emoji_name", name)];
        assert_eq!(world.bot("POST", &path, &form).await.0, 200);
        assert_eq!(world.bot("POST", &path, &form).await.1["code"], "REACTION_ALREADY_EXISTS");
        assert_eq!(world.zulip.messages()[0].reactions.last().unwrap().code, code);
        assert_eq!(world.bot("DELETE", &path, &form).await.0, 200);
        assert_eq!(world.bot("DELETE", &path, &form).await.1["code"], "REACTION_DOES_NOT_EXIST");
    }
    let (_, body) = world.bot("POST", &path, &[("emoji_name", "nope")]).await;
    assert_eq!(body["msg"], "Emoji 'nope' does not exist");
    let events = world.events(&queue, 0).await;
    assert_eq!(kinds(&events[..2]), ["reaction add", "reaction remove"]);
    assert_eq!((&events[0]["message_id"], &events[0]["stream_id"]), (&json!(id), &Value::Null));
    world.zulip.react(RAVI, id, "eyes").unwrap_err();
    world.zulip.react(INES, id, "+1").unwrap();
    world.zulip.react(DEPLOY_BOT, id, "thumbs_up").unwrap();
    let names: Vec<_> = world.zulip.messages()[0].reactions.iter().map(|one| one.name.clone()).collect();
    assert_eq!(names, ["+1", "+1"], "joining a reaction takes its name");
}

#[tokio::test(start_paused = true)]
async fn a_message_can_be_deleted_by_its_sender_for_a_while_and_is_gone_for_all() {
    let world = World::new();
    let queue = world.queue().await;
    let (first, second) =
        (world.zulip.send(INES, topic("T"), "x").unwrap(), world.zulip.send(INES, topic("T"), "y").unwrap());
    let path = format!("messages/{first}");
    let (_, body) = world.bot("DELETE", &path, &[]).await;
    assert_eq!(body["msg"], "You don't have permission to delete this message");
    world.zulip.delete(INES, first).unwrap();
    assert_eq!(world.events(&queue, 1).await[0]["message_ids"], json!([first]));
    assert_eq!(world.bot("GET", &path, &[]).await.1["msg"], "Invalid message(s)");
    world.pass(601);
    let late = world.zulip.delete(INES, second).unwrap_err();
    assert_eq!(late.message, "The time limit for deleting this message has passed");
    world.zulip.delete(MAYA, second).unwrap();
}

#[tokio::test(start_paused = true)]
async fn narrows_take_names_and_ids_and_follow_moved_conversations() {
    let world = World::new();
    let zulip = &world.zulip;
    zulip.send(MAYA, topic("T"), "1").unwrap();
    zulip.send(INES, topic("T"), "2").unwrap();
    zulip.send(MAYA, topic("U"), "3").unwrap();
    zulip.send(MAYA, Place::topic(GENERAL, "T"), "4").unwrap();
    zulip.send(MAYA, Place::direct([ADVISORY_BOT]), "5").unwrap();
    zulip.send(MAYA, Place::direct([ADVISORY_BOT, INES]), "6").unwrap();
    let cases: [(&str, &[u64]); 13] = [
        (r#"[["channel", "wamr-security"]]"#, &[1, 2, 3]),
        (r#"[{"operator": "stream", "operand": 2}, {"operator": "topic", "operand": "t"}]"#, &[1, 2]),
        (r#"[["channel", 2], ["sender", "ines@sandbox.example"]]"#, &[2]),
        (r#"[["sender", 9]]"#, &[2]),
        (r#"[["is", "dm"]]"#, &[5, 6]),
        (r#"[["is", "private"]]"#, &[5, 6]),
        (r#"[["dm", [8]]]"#, &[5]),
        (r#"[["dm", "maya@sandbox.example,ines@sandbox.example"]]"#, &[6]),
        (r#"[["id", 3]]"#, &[3]),
        (r#"[["with", 1]]"#, &[1, 2]),
        (r#"[["channel", 2], ["topic", "gone"], ["with", 3]]"#, &[3]),
        (r#"[{"operator": "channel", "operand": 2, "negated": true}]"#, &[4, 5, 6]),
        (r#"[["channel", 3]]"#, &[]),
    ];
    for (narrow, ids) in cases {
        assert_eq!(fetched(&world, narrow).await, ids, "{narrow}");
    }
    zulip.rename_topic(MAYA, WAMR_SECURITY, "T", "✔ T").unwrap();
    assert_eq!(fetched(&world, r#"[["with", 1]]"#).await, [1, 2, 7]);
    for (narrow, desc) in [
        (r#"[["bogus", "x"]]"#, "unknown operator bogus"),
        (r#"[["channel", "nope"]]"#, "unknown channel nope"),
    ] {
        let form = [("anchor", "newest"), ("num_before", "1"), ("num_after", "0"), ("narrow", narrow)];
        let (_, body) = world.bot("GET", "messages", &form).await;
        assert_eq!((&body["code"], &body["desc"]), (&json!("BAD_NARROW"), &json!(desc)));
    }
}

#[tokio::test(start_paused = true)]
async fn a_private_channel_the_bot_is_not_in_is_empty_to_it() {
    let world = World::new();
    world.zulip.unsubscribe(ADVISORY_BOT, WAMR_SECURITY).unwrap();
    world.zulip.send(MAYA, topic("T"), "x").unwrap();
    assert_eq!(fetched(&world, r#"[["channel", 2]]"#).await, Vec::<u64>::new());
}

#[tokio::test(start_paused = true)]
async fn windows_say_where_they_begin_and_end() {
    let world = World::new();
    for n in 1..=5 {
        world.zulip.send(MAYA, topic("T"), &n.to_string()).unwrap();
    }
    // Anchor, before, after, with the anchor itself; then ids, and whether each end and the anchor were found.
    let cases: [([&str; 4], &[u64], [bool; 3]); 6] = [
        (["newest", "2", "0", "true"], &[4, 5], [false, true, false]),
        (["newest", "9", "0", "true"], &[1, 2, 3, 4, 5], [true, true, false]),
        (["oldest", "0", "3", "true"], &[1, 2, 3], [true, false, false]),
        (["3", "1", "1", "true"], &[2, 3, 4], [false, false, true]),
        (["3", "0", "9", "false"], &[4, 5], [false, true, false]),
        (["first_unread", "0", "1", "true"], &[1, 2], [false, false, true]),
    ];
    for ([anchor, before, after, include], ids, [oldest, newest, found]) in cases {
        let form =
            [("anchor", anchor), ("num_before", before), ("num_after", after), ("include_anchor", include)];
        let (_, body) = world.bot("GET", "messages", &form).await;
        let given: Vec<_> =
            body["messages"].as_array().unwrap().iter().map(|one| one["id"].as_u64()).collect();
        assert_eq!(given, ids.iter().copied().map(Some).collect::<Vec<_>>(), "{anchor}");
        let ends = [&body["found_oldest"], &body["found_newest"], &body["found_anchor"]];
        assert_eq!(ends, [&json!(oldest), &json!(newest), &json!(found)], "{anchor}");
        assert_eq!(body["history_limited"], false);
    }
    let form = [("anchor", "newest"), ("num_before", "5000"), ("num_after", "1")];
    let (_, body) = world.bot("GET", "messages", &form).await;
    assert_eq!(body["msg"], "Too many messages requested (maximum 5000).");
    let (_, body) = world.bot("GET", "messages", &[("num_before", "1"), ("num_after", "1")]).await;
    assert_eq!(body["msg"], "Missing 'anchor' argument.");
    let (_, body) = world.bot("GET", "messages", &[("message_ids", "[2, 99]")]).await;
    assert_eq!(body["messages"][0]["content"], "<p>2</p>", "HTML is what is given unless asked otherwise");
}

#[tokio::test(start_paused = true)]
async fn watchers_hear_of_messages_and_reactions_and_of_nothing_else() {
    let world = World::new();
    let mut changed = world.zulip.changed();
    world.bot("GET", "users/me", &[]).await;
    assert!(!changed.has_changed().unwrap());
    let id: MessageId = world.zulip.send(MAYA, topic("T"), "x").unwrap();
    assert!(changed.has_changed().unwrap());
    changed.mark_unchanged();
    world.zulip.react(MAYA, id, "eyes").unwrap();
    assert!(changed.has_changed().unwrap());
}

#[tokio::test(start_paused = true)]
async fn privacy_of_a_channel_can_be_asked_just_before_sending() {
    let world = World::new();
    world.zulip.set_privacy(WAMR_SECURITY, Privacy::WEB_PUBLIC).unwrap();
    let (_, body) = world.bot("GET", "streams/2", &[]).await;
    let channel = &body["stream"];
    assert_eq!((&channel["invite_only"], &channel["is_web_public"]), (&json!(false), &json!(true)));
    assert_eq!(world.bot("GET", "streams/2/members", &[]).await.1["subscribers"], json!([8, 9, 10, 13, 14]));
}

#[tokio::test(start_paused = true)]
async fn many_can_be_mentioned_at_once_only_by_those_who_run_the_organisation() {
    let mut realm = seed::realm(1);
    realm.limits.wildcard_subscribers_max = 4;
    let world = World::with(realm);
    let (_, body) = post(&world, "2", "T", "@**all** wake up").await;
    assert_eq!(body["code"], "STREAM_WILDCARD_MENTION_NOT_ALLOWED");
    world.zulip.send(MAYA, topic("T"), "@**all** wake up").unwrap();
}

#[tokio::test(start_paused = true)]
async fn where_editing_is_off_or_unlimited_the_realm_says_so() {
    let mut realm = seed::realm(1);
    realm.limits.edit_limit_seconds = None;
    let world = World::with(realm.clone());
    let id = world.zulip.send(MAYA, topic("T"), "x").unwrap();
    world.pass(1_000_000);
    world.zulip.edit(MAYA, id, "y").unwrap();
    let (_, body) = world.bot("POST", "register", &[("fetch_event_types", r#"["realm"]"#)]).await;
    assert_eq!(body["realm_message_content_edit_limit_seconds"], Value::Null);
    realm.limits.editing = false;
    let world = World::with(realm);
    let id = world.zulip.send(MAYA, topic("T"), "x").unwrap();
    let refusal = world.zulip.edit(MAYA, id, "y").unwrap_err();
    assert_eq!(refusal.message, "Your organization has turned off message editing");
}

#[tokio::test(start_paused = true)]
async fn direct_messages_name_everyone_in_them_and_reach_only_those() {
    let world = World::new();
    let queue = world.queue().await;
    let form = [("type", "direct"), ("to", "[9, 8]"), ("content", "x")];
    let (_, body) = world.bot("POST", "messages", &form).await;
    let message = &world.events(&queue, -1).await[0]["message"];
    let people: Vec<_> =
        message["display_recipient"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect();
    assert_eq!(people, [json!(8), json!(9), json!(13)]);
    assert_eq!((&message["type"], &message["stream_id"]), (&json!("private"), &Value::Null));
    let path = format!("messages/{}", body["id"]);
    assert_eq!(world.ask(INES, "GET", &path, &[]).await.0, 200);
    assert_eq!(world.ask(RAVI, "GET", &path, &[]).await.1["msg"], "Invalid message(s)");
    world.zulip.deactivate(INES).unwrap();
    let (_, body) = world.bot("POST", "messages", &form).await;
    assert_eq!(body["msg"], "'ines@sandbox.example' is no longer using Zulip.");
    assert_eq!(world.zulip.send(INES, topic("T"), "x").unwrap_err().status, 401);
}
