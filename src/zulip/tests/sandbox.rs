//! The listener in front of the embedded Zulip.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use commands::kernel::id::{ChannelId, MessageId, Topic};
use http::{Request, Response};

use super::{
    clock,
    listener::{Ear, listener},
};
use crate::{
    port::{Cursor, Transport, TransportError},
    sandbox::{
        clock::SandboxClock,
        zulip::{
            self as model, Place,
            seed::{self, ADVISORY_BOT, INES, MAYA, WAMR_SECURITY},
        },
    },
    zulip::{Listener, Target, Zulip},
};

struct InMemory(Arc<model::Zulip>);

#[async_trait]
impl Transport for InMemory {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        Ok(self.0.handle(request).await)
    }
}

struct World {
    model: Arc<model::Zulip>,
    clock: Arc<SandboxClock>,
    zulip: Arc<Zulip>,
}

impl World {
    fn new() -> Self {
        let clock = clock();
        let model = Arc::new(model::Zulip::new(clock.clone(), seed::realm(1)));
        let bot = model.user(ADVISORY_BOT).unwrap();
        let transport = Arc::new(InMemory(model.clone()));
        let site = "http://localhost/".parse().unwrap();
        let zulip = Zulip::new(transport, clock.clone(), site, bot.email, bot.api_key.into());
        Self { model, clock, zulip: Arc::new(zulip) }
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
    assert_eq!(ear.next().await.inputs, [first.clone()]);
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
