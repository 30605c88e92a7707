use std::{collections::BTreeSet, sync::Arc};

use commands::kernel::{
    directory::DirectoryChange,
    id::{ChannelId, MessageId},
    input::{Input, Observed, Said},
};
use futures_util::FutureExt as _;
use jiff::SignedDuration;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::{Answer, Script, clock, message, ok, page, refused, registered, scripted};
use crate::{
    port::{Cursor, QueuePosition, TransportError},
    zulip::{Arrival, Listener, Zulip, listener::POLL_WAIT_MAX},
};

/// What arrives from a listener; each arrival is made durable when the next is asked for.
pub(super) struct Ear {
    arrivals: mpsc::Receiver<Arrival>,
    pub(super) cursor: Cursor,
}

pub(super) struct Heard {
    pub(super) inputs: Vec<String>,
    pub(super) caught_up: bool,
}

impl Ear {
    pub(super) fn on(listener: Listener, cursor: Cursor) -> Self {
        let (out, arrivals) = mpsc::channel(1);
        tokio::spawn(listener.run(cursor.clone(), out));
        Self { arrivals, cursor }
    }

    fn scripted(zulip: Arc<Zulip>, cursor: Cursor) -> Self {
        Self::on(listener(zulip, &[], &[]), cursor)
    }

    pub(super) async fn next(&mut self) -> Heard {
        let arrival = self.arrivals.recv().await.unwrap();
        self.cursor = arrival.cursor;
        let _ = arrival.done.send(());
        Heard { inputs: arrival.inputs.iter().map(short).collect(), caught_up: arrival.caught_up }
    }

    /// Everything up to the moment the bot is caught up.
    pub(super) async fn catch_up(&mut self) -> Vec<String> {
        let mut inputs = Vec::new();
        loop {
            let heard = self.next().await;
            inputs.extend(heard.inputs);
            if heard.caught_up {
                return inputs;
            }
        }
    }
}

/// An input in a word.
fn short(input: &Input) -> String {
    match input {
        Input::Said(Said::Message(message)) => format!("said {}", message.id),
        Input::Said(Said::Edit { message, .. }) => format!("edit {}", message.id),
        Input::Said(Said::Reaction { message, user, added, .. }) => {
            format!("{} {message} by {user}", if *added { "up" } else { "no" })
        }
        Input::Observed(Observed::Directory(DirectoryChange::Snapshot(_))) => "snapshot".to_owned(),
        Input::Observed(Observed::Directory(_)) => "directory".to_owned(),
        Input::Observed(Observed::Edited(edited)) => format!("edited {} by {}", edited.message, edited.by),
        Input::Observed(Observed::Moved { messages, channel, .. }) => format!("moved {messages:?} {channel}"),
        Input::Observed(
            Observed::Listening { .. }
            | Observed::Advisory { .. }
            | Observed::Pull { .. }
            | Observed::Public { .. }
            | Observed::Sight { .. },
        )
        | Input::Ticked
        | Input::Settled(..) => "?".to_owned(),
    }
}

pub(super) fn listener(zulip: Arc<Zulip>, requests: &[u64], cards: &[u64]) -> Listener {
    let ids = |ids: &[u64]| {
        let ids: Vec<MessageId> = ids.iter().copied().map(MessageId).collect();
        Arc::new(move || std::future::ready(ids.clone()).boxed())
    };
    Listener {
        zulip,
        clock: clock(),
        channels: vec![ChannelId(4)],
        watch: Some(BTreeSet::new()),
        open_requests: ids(requests),
        cards: ids(cards),
        seed: 1,
    }
}

fn stored(queue: Option<(&str, i64)>, newest: u64) -> Cursor {
    let newest = MessageId(newest);
    let queue = queue.map(|(id, last)| QueuePosition { queue_id: id.into(), last_event_id: last });
    Cursor { queue, newest, channels: [(ChannelId(4), newest)].into(), direct: newest, public: None }
}

fn events(events: Vec<Value>) -> (&'static str, Answer) {
    ("GET events", ok(json!({"events": events})))
}

fn said(id: i64, number: u64, by: u64) -> Value {
    json!({"type": "message", "id": id, "message": message(number, by, "!help", 0), "flags": []})
}

fn none() -> (&'static str, Answer) {
    ("GET messages", page(Vec::new(), true))
}

fn asked(script: &Script) -> Vec<String> {
    script.asked().into_iter().map(|asked| asked.what).collect()
}

#[tokio::test(start_paused = true)]
async fn what_was_said_before_the_first_start_is_not_told() {
    let (_, zulip) = scripted([
        registered("q1"),
        ("GET messages", page(vec![message(40, 8, "!help", 0)], true)),
        none(),
        events(vec![said(0, 41, 8)]),
    ]);
    let mut ear = Ear::scripted(zulip, Cursor::default());
    let first = ear.next().await;
    assert_eq!((first.inputs.as_slice(), first.caught_up), (["snapshot".to_owned()].as_slice(), true));
    assert_eq!(ear.cursor, stored(Some(("q1", -1)), 40));
    assert_eq!(ear.next().await.inputs, ["said 41"]);
    assert_eq!(ear.cursor.queue.unwrap().last_event_id, 0);
    assert_eq!((ear.cursor.newest, ear.cursor.channels[&ChannelId(4)]), (MessageId(41), MessageId(41)));
}

#[tokio::test(start_paused = true)]
async fn events_are_acknowledged_only_once_they_are_durable() {
    let (script, zulip) = scripted([
        events(vec![]),
        registered("q9"),
        ("DELETE events", ok(json!({}))),
        events(vec![said(5, 41, 8)]),
    ]);
    let (out, mut arrivals) = mpsc::channel(1);
    tokio::spawn(listener(zulip, &[], &[]).run(stored(Some(("q1", 4)), 40), out));
    arrivals.recv().await.unwrap().done.send(()).unwrap();
    let arrival = arrivals.recv().await.unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    assert_eq!(script.last().form["last_event_id"], "4");
    arrival.done.send(()).unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    assert_eq!(script.last().form["last_event_id"], "5");
}

#[tokio::test(start_paused = true)]
async fn after_a_quick_restart_the_old_queue_is_taken_up() {
    let (script, zulip) = scripted([
        events(vec![said(5, 41, 8), said(6, 42, 13), json!({"type": "heartbeat", "id": 7})]),
        registered("q2"),
        ("DELETE events", ok(json!({}))),
    ]);
    let mut ear = Ear::scripted(zulip, stored(Some(("q1", 4)), 40));
    let first = ear.next().await;
    assert_eq!(first.inputs, ["snapshot", "said 41"]);
    assert!(first.caught_up);
    assert_eq!(ear.cursor, Cursor { direct: MessageId(40), ..stored(Some(("q1", 7)), 42) });
    tokio::task::yield_now().await;
    let asked = script.asked();
    assert_eq!(asked[2].form["queue_id"], "q2");
    assert_eq!(
        (asked[0].form["dont_block"].as_str(), asked[0].form["last_event_id"].as_str()),
        ("true", "4")
    );
}

#[tokio::test(start_paused = true)]
async fn a_lost_queue_is_made_good_from_the_history_with_overlap() {
    let history = vec![
        message(30, 8, "!too old", -601),
        message(31, 8, "!overlap", -600),
        message(40, 8, "!handled", 0),
        message(41, 13, "the bot", 1),
    ];
    for code in ["BAD_EVENT_QUEUE_ID", "BAD_REQUEST"] {
        let mut direct = message(42, 9, "!list", 2);
        direct["type"] = "private".into();
        direct["display_recipient"] = json!([{}, {}]);
        let (script, zulip) = scripted([
            ("GET events", refused(400, code)),
            registered("q2"),
            ("GET messages", page(history.clone(), false)),
            ("GET messages", page(vec![message(41, 13, "the bot", 1), message(43, 8, "!new", 3)], true)),
            ("GET messages", page(vec![direct], true)),
            events(vec![said(0, 43, 8), said(1, 44, 8)]),
        ]);
        let mut ear = Ear::scripted(zulip, stored(Some(("q1", 4)), 40));
        assert_eq!(ear.catch_up().await, ["snapshot", "said 31", "said 40", "said 42", "said 43"]);
        assert_eq!((ear.cursor.direct, ear.cursor.newest), (MessageId(42), MessageId(43)));
        assert_eq!(ear.next().await.inputs, ["said 44"], "43 was told already");
        let asked = script.asked();
        let anchors: Vec<&str> = asked[2..5].iter().map(|one| one.form["anchor"].as_str()).collect();
        assert_eq!(anchors, ["40", "41", "40"]);
        let before: Vec<&str> = asked[2..5].iter().map(|one| one.form["num_before"].as_str()).collect();
        assert_eq!(before, ["200", "0", "200"]);
        assert_eq!(asked[5].form["queue_id"], "q2");
    }
}

#[tokio::test(start_paused = true)]
async fn edits_moves_and_thumbs_of_the_gap_are_told() {
    let mut edited = message(40, 8, "!help", 0);
    edited["last_edit_timestamp"] = (super::START + 60).into();
    let mut long_ago = message(39, 8, "!help", -300);
    long_ago["last_edit_timestamp"] = (super::START - 200).into();
    let mut prose = message(38, 8, "help", -300);
    prose["last_edit_timestamp"] = (super::START + 60).into();
    let mut request = message(20, 13, "Approve?", -900);
    request["reactions"] = json!([{"emoji_code": "1f44d", "reaction_type": "unicode_emoji", "user_id": 9}]);
    let (_, zulip) = scripted([
        ("GET events", refused(400, "BAD_EVENT_QUEUE_ID")),
        registered("q2"),
        ("GET messages/10", ok(json!({"message": message(10, 13, "Card", -900)}))),
        ("GET messages/11", refused(400, "BAD_REQUEST")),
        ("GET messages", page(vec![prose, long_ago, edited], true)),
        none(),
        ("GET messages/20", ok(json!({"message": request}))),
    ]);
    let mut ear = Ear::on(listener(zulip, &[20], &[10, 11]), stored(Some(("q1", 4)), 40));
    let wanted = [
        "snapshot",
        "moved [MessageId(10)] 4",
        "said 38",
        "said 39",
        "said 40",
        "edit 40",
        "no 20 by 8",
        "up 20 by 9",
    ];
    assert_eq!(ear.catch_up().await, wanted);
}

#[tokio::test(start_paused = true)]
async fn a_long_history_comes_in_portions_and_the_new_queue_with_the_last() {
    let history = (41..541).map(|id| message(id, 8, "!help", 0)).collect();
    let (_, zulip) = scripted([
        ("GET events", refused(400, "BAD_EVENT_QUEUE_ID")),
        registered("q2"),
        ("GET messages", page(history, true)),
        none(),
    ]);
    let mut ear = Ear::scripted(zulip, stored(Some(("q1", 4)), 40));
    let first = ear.next().await;
    assert_eq!((first.inputs.len(), first.caught_up), (200, false));
    assert_eq!(ear.cursor.queue.as_ref().unwrap().queue_id, "q1", "a crash now must not forget the gap");
    assert_eq!(ear.cursor.channels[&ChannelId(4)], MessageId(239));
    assert_eq!(ear.next().await.inputs.len(), 200);
    let last = ear.next().await;
    assert_eq!((last.inputs.len(), last.caught_up), (101, true));
    assert_eq!(ear.cursor.queue.unwrap().queue_id, "q2");
}

#[tokio::test(start_paused = true)]
async fn an_edit_is_told_with_the_message_as_it_reads_now() {
    let edit = |id: i64| {
        json!({"type": "update_message", "id": id, "user_id": 8, "edit_timestamp": super::START + 60,
            "message_id": 41, "rendering_only": false, "stream_id": 4, "content": "!help"})
    };
    let mut now = message(41, 8, "!help me", 0);
    now["last_edit_timestamp"] = (super::START + 60).into();
    let (_, zulip) = scripted([
        events(vec![said(5, 41, 8)]),
        registered("q2"),
        ("DELETE events", ok(json!({}))),
        events(vec![edit(6), edit(7), edit(8)]),
        ("GET messages/41", Answer::Fail(TransportError::AnswerLost)),
        ("GET messages/41", ok(json!({"message": now.clone()}))),
        ("GET messages/41", ok(json!({"message": now}))),
        ("GET messages/41", refused(400, "BAD_REQUEST")),
    ]);
    let mut ear = Ear::scripted(zulip, stored(Some(("q1", 4)), 40));
    ear.next().await;
    assert_eq!(ear.next().await.inputs, ["edit 41"], "once, though three events tell of it");
}

#[tokio::test(start_paused = true)]
async fn setbacks_are_waited_out_without_a_busy_loop() {
    let failing = || ("GET events", Answer::Fail(TransportError::NotSent));
    let mut answers: Vec<_> = (0..20).map(|_| failing()).collect();
    answers.extend([events(vec![]), registered("q2"), ("DELETE events", ok(json!({})))]);
    answers.extend((0..20).map(|_| events(vec![])));
    let (script, zulip) = scripted(answers);
    let mut ear = Ear::scripted(zulip, stored(Some(("q1", 4)), 40));
    assert_eq!(ear.next().await.inputs, ["snapshot"]);
    tokio::time::sleep(std::time::Duration::from_secs(900)).await;
    let asked = script.asked();
    let polls: Vec<_> = asked.iter().filter(|one| one.what == "GET events").collect();
    assert!(polls.len() > 40);
    // The first poll that waits follows at once on the one that found the old queue alive.
    for pair in polls[..21].windows(2).chain(polls[21..].windows(2)) {
        let wait = pair[1].at.duration_since(pair[0].at);
        assert!(wait >= SignedDuration::from_millis(99), "{wait:?}");
        assert!(wait <= POLL_WAIT_MAX + SignedDuration::from_secs(31), "{wait:?}");
    }
    let late = polls[19].at.duration_since(polls[0].at);
    assert!(late > SignedDuration::from_secs(30), "the waits grow");
}

#[tokio::test(start_paused = true)]
async fn a_poll_that_hangs_is_cut_and_taken_up_again() {
    let (_, zulip) = scripted([
        events(vec![]),
        registered("q2"),
        ("DELETE events", Answer::Fail(TransportError::NotSent)),
        ("GET events", Answer::Hang),
        events(vec![said(5, 41, 8)]),
    ]);
    let started = tokio::time::Instant::now();
    let mut ear = Ear::scripted(zulip, stored(Some(("q1", 4)), 40));
    ear.next().await;
    assert_eq!(ear.next().await.inputs, ["said 41"]);
    assert!((120..130).contains(&started.elapsed().as_secs()));
}

#[tokio::test(start_paused = true)]
async fn a_history_that_zulip_refuses_to_show_holds_nothing_up() {
    let (script, zulip) = scripted([
        registered("q2"),
        ("GET messages", refused(400, "BAD_NARROW")),
        ("GET messages", page(vec![message(43, 8, "!new", 3)], true)),
    ]);
    let mut ear = Ear::scripted(zulip, stored(None, 40));
    assert_eq!(ear.catch_up().await, ["snapshot", "said 43"]);
    assert_eq!(asked(&script)[..3], ["POST register", "GET messages", "GET messages"]);
}
