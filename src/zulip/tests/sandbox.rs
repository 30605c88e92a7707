//! The listener in front of the embedded Zulip.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use commands::kernel::{
    effect::Emoji,
    id::{ChannelId, MessageId, Topic},
};
use http::{Request, Response};
use serde_json::Value;
use tokio::time::timeout;

use super::{
    clock,
    listener::{Ear, listener},
};
use crate::{
    port::{Cursor, Transport, TransportError},
    sandbox::{
        clock::SandboxClock,
        openapi::check_exchange,
        zulip::{
            self as model, Place,
            seed::{self, ADVISORY_BOT, INES, MAYA, WAMR_SECURITY},
        },
    },
    zulip::{
        Listener, Target, Zulip,
        backoff::{Backoff, WAIT_MIN},
    },
};

/// The embedded Zulip, reached in memory. Where the official description is at hand (it is no part of
/// this repository), every request of the adapter is held to it.
struct InMemory {
    model: Arc<model::Zulip>,
    description: Option<Value>,
    faults: Mutex<Option<Faults>>,
}

#[async_trait]
impl Transport for InMemory {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let fault = self.faults.lock().unwrap().as_mut().map_or(Fault::None, Faults::next);
        if fault == Fault::NotSent {
            return Err(TransportError::NotSent);
        }
        let response = self.model.handle(request.clone()).await;
        if let Some(doc) = &self.description
            && let Err(failure) = check_exchange(doc, &request, &response)
        {
            panic!("{} {}: {failure}", request.method(), request.uri());
        }
        match fault {
            Fault::None | Fault::NotSent => Ok(response),
            Fault::AnswerLost => Err(TransportError::AnswerLost),
            Fault::BadGateway => {
                Ok(Response::builder().status(502).body(Bytes::from_static(b"<html>")).unwrap())
            }
        }
    }
}

#[derive(PartialEq, Eq)]
enum Fault {
    None,
    NotSent,
    AnswerLost,
    BadGateway,
}

/// One request in four goes wrong.
struct Faults(Backoff);

impl Faults {
    fn draw(&mut self, below: i64) -> i64 {
        self.0.reset();
        let millis = self.0.next_wait(None).as_millis() - WAIT_MIN.as_millis();
        i64::try_from(millis).unwrap() % below
    }

    fn next(&mut self) -> Fault {
        match self.draw(12) {
            0 => Fault::NotSent,
            1 => Fault::AnswerLost,
            2 => Fault::BadGateway,
            _ => Fault::None,
        }
    }
}

fn description() -> Option<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/openapi/zulip.json");
    serde_json::from_slice(&std::fs::read(path).ok()?).unwrap()
}

fn account(
    model: &model::Zulip,
    clock: &Arc<SandboxClock>,
    transport: Arc<InMemory>,
    user: model::UserId,
) -> Arc<Zulip> {
    let user = model.user(user).unwrap();
    let site = "http://localhost/".parse().unwrap();
    Arc::new(Zulip::new(transport, clock.clone(), site, user.email, user.api_key.into()))
}

pub(super) struct World {
    pub(super) model: Arc<model::Zulip>,
    pub(super) clock: Arc<SandboxClock>,
    pub(super) zulip: Arc<Zulip>,
    transport: Arc<InMemory>,
}

impl World {
    pub(super) fn new() -> Self {
        let clock = clock();
        let model = Arc::new(model::Zulip::new(clock.clone(), seed::realm(1)));
        let transport =
            Arc::new(InMemory { model: model.clone(), description: description(), faults: Mutex::default() });
        let zulip = account(&model, &clock, transport.clone(), ADVISORY_BOT);
        Self { model, clock, zulip, transport }
    }

    /// Somebody else's account.
    pub(super) fn account(&self, user: model::UserId) -> Arc<Zulip> {
        account(&self.model, &self.clock, self.transport.clone(), user)
    }

    fn listen(&self, cursor: Cursor) -> Ear {
        let team = Listener {
            clock: self.clock.clone(),
            channels: vec![ChannelId(WAMR_SECURITY.0)],
            ..listener(self.zulip.clone(), &[], &[])
        };
        Ear::on(team, cursor)
    }

    fn say(&self, text: &str) -> String {
        let id = self.model.send(MAYA, Place::topic(WAMR_SECURITY, "help"), text).unwrap();
        format!("said {}", id.0)
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_queue_loses_and_repeats_no_message() {
    let world = World::new();
    world.say("!before the first start");
    let mut ear = world.listen(Cursor::default());
    assert_eq!(ear.catch_up().await, ["snapshot"]);
    let first = world.say("!help");
    assert_eq!(ear.next().await.inputs, [first]);
    world.model.expire_queues();
    let second = world.say("!help");
    let direct = world.model.send(INES, Place::direct([ADVISORY_BOT]), "!advisory list").unwrap();
    assert_eq!(
        ear.catch_up().await,
        ["snapshot".to_owned(), second, format!("said {}", direct.0)],
        "neither the one handled before nor the one of before the start"
    );
    let third = world.say("!help");
    assert_eq!(ear.next().await.inputs, [third]);
}

#[tokio::test(start_paused = true)]
async fn a_quick_restart_sees_messages_edits_moves_and_reactions() {
    let world = World::new();
    let mut ear = world.listen(Cursor::default());
    ear.catch_up().await;
    let said = world.model.send(MAYA, Place::topic(WAMR_SECURITY, "help"), "help").unwrap();
    ear.next().await;
    let cursor = ear.cursor.clone();
    drop(ear);
    world.clock.jump(jiff::SignedDuration::from_secs(60));
    world.model.edit(MAYA, said, "!help").unwrap();
    world.model.react(INES, said, "+1").unwrap();
    world.model.rename_topic(MAYA, WAMR_SECURITY, "help", "ask").unwrap();
    let again = world.say("!help");
    let mut ear = world.listen(cursor);
    let heard: Vec<String> = ear.catch_up().await.into_iter().filter(|one| one != "directory").collect();
    let number = said.0;
    let wanted = [
        "snapshot".to_owned(),
        format!("edit {number}"),
        format!("up {number} by {}", INES.0),
        format!("moved [MessageId({number})] {}", WAMR_SECURITY.0),
        // Zulip's own notice of the move.
        format!("said {}", number + 1),
        again,
    ];
    assert_eq!(heard, wanted);
}

#[tokio::test(start_paused = true)]
async fn after_a_long_downtime_the_gap_is_told_once() {
    let world = World::new();
    let mut ear = world.listen(Cursor::default());
    ear.catch_up().await;
    let first = world.say("!help");
    assert_eq!(ear.next().await.inputs, std::slice::from_ref(&first));
    let cursor = ear.cursor.clone();
    drop(ear);
    world.clock.jump(jiff::SignedDuration::from_hours(2));
    let second = world.say("!help");
    let mut ear = world.listen(cursor);
    // The first is in the overlap; after a restart it is for the core to know that it was handled.
    assert_eq!(ear.catch_up().await, ["snapshot".to_owned(), first, second]);
    assert!(world.model.requests().len() < 20);
}

#[tokio::test(start_paused = true)]
async fn what_the_bot_posted_is_found_and_can_be_edited_for_a_while() {
    let world = World::new();
    let to = Target::Topic(ChannelId(WAMR_SECURITY.0), Topic("amber-heron".into()));
    let id = world.zulip.post(&to, "\nThe card \n").await.unwrap();
    let found = world.zulip.find_own(&to, "\nThe card \n", MessageId(0)).await.unwrap();
    assert_eq!(found, Some(id));
    assert_eq!(world.zulip.find_own(&to, "The card", id).await.unwrap(), None);
    let person = Target::Person(commands::kernel::id::UserId(MAYA.0));
    let direct = world.zulip.post(&person, "hello").await.unwrap();
    assert_eq!(world.zulip.find_own(&person, "hello", id).await.unwrap(), Some(direct));
    assert_eq!(world.zulip.edit(id, "Newer").await.unwrap(), crate::zulip::EditOutcome::Edited);
    world.clock.jump(jiff::SignedDuration::from_hours(1));
    assert_eq!(world.zulip.edit(id, "Newest").await.unwrap(), crate::zulip::EditOutcome::TooLate);
    let channel = world.zulip.channel(ChannelId(WAMR_SECURITY.0)).await.unwrap().unwrap();
    assert!(channel.is_private());
}

/// Forty messages while requests fail, queues are lost and, if so wanted, the bot is killed. Returns
/// what was said and what was told.
async fn hard_times(seed: u64, kills: bool) -> (Vec<String>, Vec<String>) {
    let world = World::new();
    let mut ear = world.listen(Cursor::default());
    ear.catch_up().await;
    *world.transport.faults.lock().unwrap() = Some(Faults(Backoff::new(seed)));
    let mut dice = Faults(Backoff::new(!seed));
    let (mut said, mut told) = (Vec::new(), Vec::new());
    for _ in 0..40 {
        said.push(world.say("!help"));
        if dice.draw(6) == 0 {
            world.model.expire_queues();
        }
        let pause = Duration::from_secs(dice.draw(20).unsigned_abs());
        while let Ok(heard) = timeout(pause, ear.next()).await {
            told.extend(heard.inputs);
        }
        if kills && dice.draw(3) == 0 {
            ear = world.listen(ear.cursor.clone());
        }
    }
    *world.transport.faults.lock().unwrap() = None;
    while let Ok(heard) = timeout(Duration::from_secs(600), ear.next()).await {
        if heard.inputs.is_empty() {
            break;
        }
        told.extend(heard.inputs);
    }
    told.retain(|one| one.starts_with("said"));
    (said, told)
}

#[tokio::test(start_paused = true)]
async fn whatever_goes_wrong_each_message_is_told_once_in_a_run() {
    for seed in 0..12 {
        let (said, told) = hard_times(seed, false).await;
        assert_eq!(told, said, "seed {seed}");
    }
}

#[tokio::test(start_paused = true)]
async fn however_often_it_is_killed_each_message_is_told_and_in_order() {
    for seed in 0..12 {
        let (said, told) = hard_times(seed, true).await;
        let mut first = Vec::new();
        for one in told {
            if !first.contains(&one) {
                first.push(one);
            }
        }
        assert_eq!(first, said, "seed {seed}");
    }
}

#[tokio::test(start_paused = true)]
async fn marks_and_reactions_are_read_back() {
    let world = World::new();
    let said = world.model.send(MAYA, Place::topic(WAMR_SECURITY, "help"), "!help").unwrap();
    let id = MessageId(said.0);
    for emoji in [Emoji::Working, Emoji::Done, Emoji::Done, Emoji::Failed] {
        world.zulip.react(id, emoji).await.unwrap();
    }
    world.model.react(INES, said, "+1").unwrap();
    let found = world.zulip.message(id).await.unwrap().unwrap();
    let codes: Vec<(u64, &str)> =
        found.reactions.iter().map(|(user, code)| (user.0, code.as_str())).collect();
    let bot = ADVISORY_BOT.0;
    assert_eq!(codes, [(INES.0, "1f44d"), (bot, "1f440"), (bot, "2705"), (bot, "274c")]);
    assert_eq!(world.zulip.message(MessageId(999)).await.unwrap(), None);
    let names: Vec<String> = world.zulip.channels().await.unwrap().into_iter().map(|one| one.name).collect();
    assert!(names.contains(&"wamr-security".to_owned()), "{names:?}");
}
