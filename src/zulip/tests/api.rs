use commands::kernel::{
    effect::{Emoji, FailureKind},
    id::{ChannelId, MessageId, Topic, UserId},
};
use serde_json::json;

use super::{Answer, me, message, ok, page, refused, scripted};
use crate::{
    port::{Again, TransportError},
    zulip::{EditOutcome, Target, Zulip},
};

fn here() -> Target {
    Target::Topic(ChannelId(4), Topic("one".into()))
}

async fn post_after(answer: Answer) -> Result<MessageId, (FailureKind, Again)> {
    let (_, zulip) = scripted([("POST messages", answer)]);
    zulip.post(&here(), "text").await.map_err(|setback| (setback.failure.kind, setback.again))
}

async fn read_after(answer: Answer) -> Again {
    let (_, zulip) = scripted([("GET streams", answer)]);
    zulip.channels().await.unwrap_err().again
}

#[tokio::test(start_paused = true)]
async fn a_message_goes_to_a_topic_by_the_channels_number() {
    let (script, zulip) = scripted([("POST messages", ok(json!({"id": 74})))]);
    assert_eq!(zulip.post(&here(), "a & b\n✔").await.unwrap(), MessageId(74));
    let form = script.last().form;
    assert_eq!((form["type"].as_str(), form["to"].as_str()), ("stream", "4"));
    assert_eq!((form["topic"].as_str(), form["content"].as_str()), ("one", "a & b\n✔"));
}

#[tokio::test(start_paused = true)]
async fn a_direct_message_goes_to_a_list_of_one() {
    let (script, zulip) = scripted([("POST messages", ok(json!({"id": 74})))]);
    zulip.post(&Target::Person(UserId(8)), "hello").await.unwrap();
    let form = script.last().form;
    assert_eq!((form["type"].as_str(), form["to"].as_str()), ("direct", "[8]"));
}

#[tokio::test(start_paused = true)]
async fn whether_a_post_may_stand_follows_from_what_came_back() {
    let text = |status, text: &str| Answer::Reply(status, Vec::new(), text.to_owned());
    let not_done = Again::NotDone { wait: None };
    let cases = [
        (Answer::Fail(TransportError::NotSent), FailureKind::Unreachable, not_done),
        (Answer::Fail(TransportError::AnswerLost), FailureKind::Unreachable, Again::Unknown),
        (Answer::Fail(TransportError::AnswerTooLarge), FailureKind::Unreachable, Again::Unknown),
        (text(502, "<html>"), FailureKind::Broken, Again::Unknown),
        (
            text(500, r#"{"result":"error","msg":"Internal server error"}"#),
            FailureKind::Broken,
            Again::Unknown,
        ),
        (text(200, r#"{"result":"success","id":7"#), FailureKind::Broken, Again::Unknown),
        (text(200, r#"{"result":"success"}"#), FailureKind::Broken, Again::Unknown),
        (text(200, "<html>login</html>"), FailureKind::Broken, Again::Unknown),
        (refused(400, "BAD_REQUEST"), FailureKind::Refused, Again::Never),
        (refused(400, "STREAM_DOES_NOT_EXIST"), FailureKind::NotFound, Again::Never),
        (
            refused(403, "UNAUTHORIZED_PRINCIPAL"),
            FailureKind::Permission("UNAUTHORIZED_PRINCIPAL".into()),
            Again::Never,
        ),
    ];
    for (answer, kind, again) in cases {
        assert_eq!(post_after(answer).await, Err((kind, again)));
    }
}

#[tokio::test(start_paused = true)]
async fn a_read_that_was_cut_off_has_changed_nothing() {
    let not_done = Again::NotDone { wait: None };
    assert_eq!(read_after(Answer::Fail(TransportError::AnswerLost)).await, not_done);
    assert_eq!(read_after(Answer::Reply(502, Vec::new(), "<html>".into())).await, not_done);
    assert_eq!(read_after(Answer::Reply(200, Vec::new(), "{".into())).await, not_done);
}

#[tokio::test(start_paused = true)]
async fn what_zulip_would_cut_is_not_sent() {
    let (script, zulip) = scripted([]);
    let long = "é".repeat(10_001);
    assert_eq!(zulip.post(&here(), &long).await.unwrap_err().again, Again::Never);
    let topic = Target::Topic(ChannelId(4), Topic("é".repeat(61)));
    assert_eq!(zulip.post(&topic, "text").await.unwrap_err().again, Again::Never);
    assert!(zulip.edit(MessageId(1), &long).await.is_err());
    assert!(script.asked().is_empty());
}

#[tokio::test(start_paused = true)]
async fn errors_show_nothing_of_what_was_sent_or_answered() {
    let (_, zulip) = scripted([("POST messages", refused(400, "BAD_REQUEST"))]);
    let shown = format!("{:?}", zulip.post(&here(), "text").await);
    assert!(!shown.contains("SECRET") && !shown.contains("text"), "{shown}");
}

async fn find(zulip: &Zulip, text: &str) -> Option<MessageId> {
    zulip.find_own(&here(), text, MessageId(100)).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn its_own_message_is_found_as_zulip_keeps_it() {
    let mut resolved = message(102, 13, "said", 1);
    resolved["subject"] = "✔ ONE".into();
    let mut elsewhere = message(101, 13, "said", 0);
    elsewhere["subject"] = "two".into();
    let kept = || page(vec![elsewhere.clone(), resolved.clone()], true);
    let (script, zulip) = scripted([me(), ("GET messages", kept()), ("GET messages", kept())]);
    assert_eq!(find(&zulip, "\n\nsaid \n\t").await, Some(MessageId(102)));
    assert_eq!(find(&zulip, " said").await, None);
    let form = script.last().form;
    assert_eq!(form["narrow"], r#"[{"operand":4,"operator":"stream"},{"operand":13,"operator":"sender"}]"#);
    assert_eq!((form["anchor"].as_str(), form["include_anchor"].as_str()), ("100", "false"));
}

#[tokio::test(start_paused = true)]
async fn it_looks_for_its_own_message_up_to_the_newest() {
    let (script, zulip) = scripted([
        me(),
        ("GET messages", page(vec![message(101, 13, "other", 0)], false)),
        ("GET messages", page(vec![message(102, 13, "said", 0)], true)),
    ]);
    assert_eq!(find(&zulip, "said").await, Some(MessageId(102)));
    assert_eq!(script.last().form["anchor"], "101");
}

#[tokio::test(start_paused = true)]
async fn an_edit_past_the_limit_is_told_from_one_of_a_message_that_is_gone() {
    let (_, zulip) = scripted([
        ("PATCH messages/5", ok(json!({}))),
        ("PATCH messages/5", refused(400, "BAD_REQUEST")),
        ("GET messages/5", ok(json!({"message": message(5, 13, "old", 0)}))),
        ("PATCH messages/5", refused(400, "BAD_REQUEST")),
        ("GET messages/5", refused(400, "BAD_REQUEST")),
    ]);
    assert_eq!(zulip.edit(MessageId(5), "new").await.unwrap(), EditOutcome::Edited);
    assert_eq!(zulip.edit(MessageId(5), "new").await.unwrap(), EditOutcome::TooLate);
    let gone = zulip.edit(MessageId(5), "new").await.unwrap_err();
    assert_eq!((gone.failure.kind, gone.again), (FailureKind::NotFound, Again::Never));
}

#[tokio::test(start_paused = true)]
async fn a_mark_that_is_there_already_is_a_success() {
    let (script, zulip) = scripted([
        ("POST messages/5/reactions", refused(400, "REACTION_ALREADY_EXISTS")),
        ("POST messages/5/reactions", refused(400, "BAD_REQUEST")),
    ]);
    zulip.react(MessageId(5), Emoji::Done).await.unwrap();
    assert_eq!(script.last().form["emoji_code"], "2705");
    assert_eq!(zulip.react(MessageId(5), Emoji::Done).await.unwrap_err().again, Again::Never);
}

#[tokio::test(start_paused = true)]
async fn a_channel_out_of_sight_is_none() {
    let stream = json!({"stream": {"stream_id": 4, "name": "x", "invite_only": true}});
    let (_, zulip) =
        scripted([("GET streams/4", ok(stream)), ("GET streams/4", refused(400, "BAD_REQUEST"))]);
    assert!(zulip.channel(ChannelId(4)).await.unwrap().unwrap().is_private());
    assert_eq!(zulip.channel(ChannelId(4)).await.unwrap(), None);
}

#[tokio::test(start_paused = true)]
async fn a_message_is_read_with_its_reactions_and_the_time_of_its_last_edit() {
    let mut moved = message(5, 8, "text", 0);
    moved["last_edit_timestamp"] = 1_795_372_100.into();
    moved["edit_history"] = json!([{"timestamp": 1_795_372_100, "prev_topic": "two", "user_id": 8}]);
    let mut edited = moved.clone();
    edited["edit_history"] = json!([
        {"timestamp": 1_795_372_100, "prev_topic": "two"},
        {"timestamp": 1_795_372_050, "prev_content": "before"},
    ]);
    let mut newer = moved.clone();
    newer["last_moved_timestamp"] = 1_795_372_090.into();
    newer["reactions"] = json!([
        {"emoji_code": "1f44d", "reaction_type": "unicode_emoji", "user_id": 9},
        {"emoji_code": "1f44d", "reaction_type": "unicode_emoji", "user": {"id": 8}},
        {"emoji_code": "2705", "reaction_type": "realm_emoji", "user_id": 9},
        {"emoji_code": 7},
    ]);
    let answers = [moved, edited, newer].map(|one| ("GET messages/5", ok(json!({"message": one}))));
    let (_, zulip) = scripted(answers);
    let mut seconds = Vec::new();
    let mut reactions = Vec::new();
    for _ in 0..3 {
        let found = zulip.message(MessageId(5)).await.unwrap().unwrap();
        seconds.push(found.edited.map(jiff::Timestamp::as_second));
        reactions = found.reactions.into_iter().map(|(user, code)| (user.0, code)).collect();
    }
    assert_eq!(seconds, [None, Some(1_795_372_050), Some(1_795_372_100)]);
    assert_eq!(reactions, [(8, "1f44d".to_owned()), (9, "1f44d".to_owned())]);
}

#[tokio::test(start_paused = true)]
async fn a_registration_tells_who_is_who_on_github() {
    let fields = json!([{"id": 3, "type": 7, "field_data": "{\"subtype\":\"github\"}"}]);
    let people = json!([
        {"user_id": 8, "full_name": "Maya", "profile_data": {"3": {"value": "maya"}}},
        {"user_id": 9, "full_name": "Ines", "profile_data": {}},
        {"user_id": 13, "full_name": "advisory-bot", "is_bot": true},
    ]);
    let body = json!({
        "queue_id": "a", "user_id": 13, "full_name": "advisory-bot", "realm_users": people,
        "custom_profile_fields": fields,
    });
    let (script, zulip) = scripted([("POST register", ok(body))]);
    let users = zulip.register().await.unwrap().directory.users;
    let login = |id: u64| users[&UserId(id)].github.as_ref().map(|login| login.as_str());
    assert_eq!((login(8), login(9), login(13)), (Some("maya"), None, None));
    assert!(script.last().form["fetch_event_types"].contains("\"custom_profile_fields\""));
}

#[tokio::test(start_paused = true)]
async fn a_file_is_uploaded_and_its_address_comes_back() {
    let newer = json!({"url": "/user_uploads/2/ab/a.json", "uri": "/user_uploads/old"});
    let (script, zulip) = scripted([
        ("POST user_uploads", ok(newer)),
        ("POST user_uploads", ok(json!({"uri": "/user_uploads/2/ab/b.json"}))),
        ("POST user_uploads", ok(json!({"url": "https://elsewhere.example/x"}))),
        ("POST user_uploads", ok(json!({}))),
        ("POST user_uploads", refused(400, "BAD_REQUEST")),
    ]);
    let upload = || zulip.upload("a \"b\".json", b"{\r\n--}".to_vec());
    assert_eq!(upload().await.unwrap(), "/user_uploads/2/ab/a.json");
    assert_eq!(upload().await.unwrap(), "/user_uploads/2/ab/b.json");
    assert_eq!(upload().await.unwrap_err().again, Again::Unknown);
    assert_eq!(upload().await.unwrap_err().failure.kind, FailureKind::Broken);
    assert_eq!(upload().await.unwrap_err().again, Again::Never);
    let asked = script.last();
    let boundary = asked.kind.strip_prefix("multipart/form-data; boundary=").unwrap();
    let wanted = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a %22b%22.json\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n{{\r\n--}}\r\n--{boundary}--\r\n"
    );
    assert_eq!(asked.body, wanted);
}
