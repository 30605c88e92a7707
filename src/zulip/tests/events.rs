use commands::kernel::{
    directory::{Channel, Directory, DirectoryChange, Group, User},
    embargoed::EmbargoedText,
    id::{ChannelId, GroupId, MessageId, Topic, UserId},
    input::{Input, Message, Observed, Place, Said},
};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{START, message};
use crate::zulip::{
    events::{Told, translate},
    profile::GitHubFields,
};

fn user(id: u64, name: &str) -> User {
    User { id: UserId(id), name: name.into(), is_bot: false, is_active: true, is_guest: false, github: None }
}

fn channel(id: u64, subscribers: &[u64]) -> Channel {
    Channel {
        id: ChannelId(id),
        name: "wamr-security".into(),
        invite_only: true,
        web_public: false,
        archived: false,
        subscribers: subscribers.iter().copied().map(UserId).collect(),
    }
}

fn group(members: &[u64], subgroups: &[u64]) -> Group {
    Group {
        id: GroupId(17),
        name: "security-team".into(),
        members: members.iter().copied().map(UserId).collect(),
        subgroups: subgroups.iter().copied().map(GroupId).collect(),
    }
}

fn directory() -> Directory {
    let mut directory = Directory { me: Some((UserId(13), "advisory-bot".into())), ..Directory::default() };
    for change in [
        DirectoryChange::User(user(8, "Maya")),
        DirectoryChange::Channel(channel(4, &[8, 13])),
        DirectoryChange::Group(group(&[8], &[])),
    ] {
        directory.apply(&change);
    }
    directory
}

/// The realm's fields: the third holds a login on GitHub.
fn fields() -> Value {
    json!([
        {"id": 1, "type": 1, "name": "GitHub", "field_data": ""},
        {"id": 3, "type": 7, "name": "Code", "field_data": "{\"subtype\":\"github\"}"},
    ])
}

fn told(event: Value) -> Vec<Told> {
    let kind = event["type"].as_str().unwrap().to_owned();
    translate(&kind, event, &directory(), &GitHubFields::read(fields().as_array().unwrap()))
}

fn input(input: Input) -> Vec<Told> {
    vec![Told::Input(input)]
}

/// The changes an event makes to the directory.
fn changes(event: Value) -> Vec<DirectoryChange> {
    let change = |told| {
        let Told::Input(Input::Observed(Observed::Directory(change))) = told else { panic!("{told:?}") };
        change
    };
    told(event).into_iter().map(change).collect()
}

fn moved(messages: &[u64], channel: u64, topic: &str) -> Vec<Told> {
    let messages = messages.iter().copied().map(MessageId).collect();
    input(Input::Observed(Observed::Moved {
        messages,
        channel: ChannelId(channel),
        topic: Topic(topic.into()),
        from: Some((ChannelId(4), Topic("one".into()))),
        by: Some(UserId(8)),
    }))
}

#[test]
fn a_message_is_told_with_its_place() {
    let found = told(json!({"type": "message", "id": 0, "flags": [], "message": message(18, 8, "!help", 5)}));
    let [Told::Message(found)] = found.as_slice() else { panic!("{found:?}") };
    let wanted = Message {
        id: MessageId(18),
        sender: UserId(8),
        place: Place::Channel(ChannelId(4), Topic("one".into())),
        content: EmbargoedText::from("!help"),
        sent: Timestamp::from_second(START + 5).unwrap(),
    };
    assert_eq!(found.message, wanted);
}

#[test]
fn a_direct_message_is_told_from_a_group_conversation() {
    for (people, place) in
        [(json!([{"id": 8}, {"id": 13}]), Place::Direct), (json!([{}, {}, {}]), Place::Group)]
    {
        let mut direct = message(18, 8, "!help", 5);
        direct["type"] = "private".into();
        direct["display_recipient"] = people;
        direct.as_object_mut().unwrap().remove("stream_id");
        let told = told(json!({"type": "message", "message": direct}));
        let [Told::Message(found)] = told.as_slice() else { panic!("{told:?}") };
        assert_eq!(found.message.place, place);
    }
}

fn edit(content: &str, by: u64) -> Value {
    json!({
        "type": "update_message", "user_id": by, "edit_timestamp": START, "message_id": 36,
        "message_ids": [36], "rendering_only": false, "stream_id": 4, "orig_content": "x", "content": content,
    })
}

#[test]
fn an_edit_counts_when_it_looks_like_a_command_of_somebody_else() {
    let wanted = Told::Edit {
        message: MessageId(36),
        editor: UserId(8),
        edited: Timestamp::from_second(START).unwrap(),
    };
    assert_eq!(told(edit(" \n!help", 8)), std::slice::from_ref(&wanted));
    assert_eq!(told(edit("@**advisory-bot** help", 8)), [wanted]);
    assert_eq!(told(edit("thanks!", 8)), []);
    assert_eq!(told(edit("!help", 13)), []);
    let mut rendering = edit("!help", 8);
    rendering["rendering_only"] = true.into();
    assert_eq!(told(rendering), []);
}

#[test]
fn a_move_names_every_message_and_where_they_are_now() {
    let rename = json!({
        "type": "update_message", "user_id": 8, "edit_timestamp": START, "message_id": 39,
        "message_ids": [39, 36], "stream_id": 4, "orig_subject": "one", "subject": "✔ one",
    });
    assert_eq!(told(rename), moved(&[39, 36], 4, "✔ one"));
    let channel = json!({
        "type": "update_message", "user_id": 8, "edit_timestamp": START, "message_id": 38,
        "message_ids": [38], "stream_id": 4, "new_stream_id": 1, "orig_subject": "one",
    });
    assert_eq!(told(channel), moved(&[38], 1, "one"));
}

#[test]
fn a_reaction_counts_by_code_point_and_not_the_bots_own() {
    let event = |user: u64, op: &str, kind: &str| {
        json!({
            "type": "reaction", "op": op, "user_id": user, "message_id": 18, "emoji_name": "+1",
            "emoji_code": "1f44d", "reaction_type": kind,
        })
    };
    let said = |added| {
        let code = "1f44d".to_owned();
        input(Input::Said(Said::Reaction { message: MessageId(18), user: UserId(8), code, added }))
    };
    assert_eq!(told(event(8, "add", "unicode_emoji")), said(true));
    assert_eq!(told(event(8, "remove", "unicode_emoji")), said(false));
    assert_eq!(told(event(8, "add", "realm_emoji")), []);
    assert_eq!(told(event(13, "add", "unicode_emoji")), []);
}

#[test]
fn channels_come_change_and_go() {
    let update = |property: &str, value: Value| {
        json!({"type": "stream", "op": "update", "property": property, "value": value, "stream_id": 4,
            "is_web_public": false})
    };
    let id = ChannelId(4);
    let public = DirectoryChange::Privacy { channel: id, invite_only: false, web_public: false };
    assert_eq!(changes(update("invite_only", false.into())), [public]);
    assert_eq!(changes(update("name", "x".into())), [DirectoryChange::Renamed(id, "x".into())]);
    assert_eq!(changes(update("is_archived", true.into())), [DirectoryChange::Archived(id, true)]);
    assert_eq!(changes(update("description", "x".into())), []);
    let old = json!({"type": "stream", "op": "delete", "streams": [{"stream_id": 4}]});
    let new = json!({"type": "stream", "op": "delete", "stream_ids": [4]});
    assert_eq!(changes(old), [DirectoryChange::Gone(id)]);
    assert_eq!(changes(new), [DirectoryChange::Gone(id)]);
    let created = json!({"type": "stream", "op": "create", "streams": [
        {"stream_id": 4, "name": "wamr-security", "invite_only": true}]});
    assert_eq!(changes(created), [DirectoryChange::Channel(channel(4, &[8, 13]))]);
}

#[test]
fn subscriptions_of_others_and_of_the_bot() {
    let peer = |op: &str| json!({"type": "subscription", "op": op, "stream_ids": [4], "user_ids": [11]});
    let (channels, users) = (vec![ChannelId(4)], vec![UserId(11)]);
    assert_eq!(changes(peer("peer_add")), [DirectoryChange::Subscribed(channels.clone(), users.clone())]);
    assert_eq!(changes(peer("peer_remove")), [DirectoryChange::Unsubscribed(channels.clone(), users)]);
    let added = json!({"type": "subscription", "op": "add", "subscriptions": [
        {"stream_id": 7, "name": "wamr-security", "invite_only": true, "subscribers": [9]}]});
    assert_eq!(changes(added), [DirectoryChange::Channel(channel(7, &[9, 13]))]);
    let removed =
        json!({"type": "subscription", "op": "remove", "subscriptions": [{"stream_id": 4, "name": "x"}]});
    let left = DirectoryChange::Unsubscribed(channels, vec![UserId(13)]);
    assert_eq!(changes(removed), [left, DirectoryChange::Gone(ChannelId(4))]);
}

#[test]
fn people_change_by_parts_and_leave_in_two_ways() {
    let event = |op: &str, person: Value| json!({"type": "realm_user", "op": op, "person": person});
    let guest = User { is_guest: true, ..user(8, "Maya") };
    let gone = User { is_active: false, ..user(8, "Maya") };
    assert_eq!(changes(event("update", json!({"user_id": 8, "role": 600}))), [DirectoryChange::User(guest)]);
    let renamed = event("update", json!({"user_id": 8, "full_name": "Maya II"}));
    assert_eq!(changes(renamed), [DirectoryChange::User(user(8, "Maya II"))]);
    let inactive = event("update", json!({"user_id": 8, "is_active": false}));
    assert_eq!(changes(inactive), [DirectoryChange::User(gone.clone())]);
    let removed = event("remove", json!({"user_id": 8, "full_name": "Maya"}));
    assert_eq!(changes(removed), [DirectoryChange::User(gone)]);
    let added = event("add", json!({"user_id": 12, "full_name": "Lee", "role": 400, "is_active": true}));
    assert_eq!(changes(added), [DirectoryChange::User(user(12, "Lee"))]);
}

#[test]
fn a_login_on_github_comes_with_the_profile_and_goes_with_it() {
    let event = |op: &str, person: Value| json!({"type": "realm_user", "op": op, "person": person});
    let with = |id: u64, name: &str, login: &str| User { github: login.parse().ok(), ..user(id, name) };
    let field = |id: u64, value: Value| {
        let person = json!({"user_id": 8, "custom_profile_field": {"id": id, "value": value}});
        event("update", person)
    };
    assert_eq!(changes(field(3, "maya".into())), [DirectoryChange::User(with(8, "Maya", "maya"))]);
    assert_eq!(changes(field(1, "maya".into())), [DirectoryChange::User(user(8, "Maya"))]);
    let profile = json!({"user_id": 12, "full_name": "Lee", "profile_data": {"3": {"value": "lee"}}});
    assert_eq!(changes(event("add", profile)), [DirectoryChange::User(with(12, "Lee", "lee"))]);
    let mut known = directory();
    known.apply(&DirectoryChange::User(with(8, "Maya", "maya")));
    let github = GitHubFields::read(fields().as_array().unwrap());
    let after = |event: Value| translate("realm_user", event, &known, &github);
    let renamed = event("update", json!({"user_id": 8, "full_name": "Maya II"}));
    let change = |user| input(Input::Observed(Observed::Directory(DirectoryChange::User(user))));
    assert_eq!(after(renamed), change(with(8, "Maya II", "maya")));
    assert_eq!(after(field(3, Value::Null)), change(user(8, "Maya")));
}

#[test]
fn other_fields_count_once_the_realm_says_so() {
    let event = json!({"type": "custom_profile_fields", "fields": fields()});
    assert_eq!(told(event), [Told::Fields(GitHubFields::read(fields().as_array().unwrap()))]);
}

#[test]
fn groups_change() {
    let event = |op: &str, more: Value| {
        let mut event = json!({"type": "user_group", "op": op, "group_id": 17});
        event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        event
    };
    let id = GroupId(17);
    let users = || json!({"user_ids": [9]});
    assert_eq!(changes(event("add_members", users())), [DirectoryChange::Joined(id, vec![UserId(9)])]);
    assert_eq!(changes(event("remove_members", users())), [DirectoryChange::Left(id, vec![UserId(9)])]);
    let nested = event("add_subgroups", json!({"direct_subgroup_ids": [3]}));
    assert_eq!(changes(nested), [DirectoryChange::Group(group(&[8], &[3]))]);
    assert_eq!(changes(event("update", json!({"data": {"description": "x"}}))), []);
    assert_eq!(
        changes(event("update", json!({"data": {"deactivated": true}}))),
        [DirectoryChange::GroupGone(id)]
    );
    assert_eq!(changes(event("remove", json!({}))), [DirectoryChange::GroupGone(id)]);
    let made = json!({"id": 17, "name": "security-team", "members": [8], "direct_subgroup_ids": []});
    assert_eq!(changes(event("add", json!({"group": made}))), [DirectoryChange::Group(group(&[8], &[]))]);
}

#[test]
fn what_is_unknown_or_garbled_is_nothing() {
    assert_eq!(told(json!({"type": "heartbeat", "id": 3})), []);
    assert_eq!(told(json!({"type": "message", "message": {"id": "x"}})), []);
    assert_eq!(told(json!({"type": "stream"})), []);
}
