//! Watching public channels: the bot joins them, old and new, and hears what is edited there.

use std::collections::BTreeSet;

use commands::kernel::id::ChannelId;

use super::{
    listener::{Ear, listener},
    sandbox::World,
};
use crate::{
    port::Cursor,
    sandbox::zulip::{
        MessageId, Place,
        seed::{ADVISORY_BOT, GENERAL, MAYA, RAVI, WAMR_SECURITY},
    },
    zulip::Listener,
};

fn watching(world: &World, watch: Option<BTreeSet<ChannelId>>, cursor: Cursor) -> Ear {
    let watcher = Listener {
        clock: world.clock.clone(),
        channels: vec![ChannelId(WAMR_SECURITY.0)],
        watch,
        ..listener(world.zulip.clone(), &[], &[])
    };
    Ear::on(watcher, cursor)
}

fn is_in(world: &World, channel: crate::sandbox::zulip::ChannelId) -> bool {
    world.model.subscribers(channel).contains(&ADVISORY_BOT)
}

/// What is told until `wanted` is, which must come.
async fn until(ear: &mut Ear, wanted: &str) -> Vec<String> {
    let mut heard = Vec::new();
    for _ in 0..20 {
        heard.extend(ear.next().await.inputs);
        if heard.iter().any(|one| one == wanted) {
            return heard;
        }
    }
    panic!("{wanted} is not among {heard:?}");
}

fn said(id: MessageId) -> String {
    format!("said {}", id.0)
}

#[tokio::test(start_paused = true)]
async fn public_channels_are_joined_at_the_start_and_edits_there_are_told() {
    let world = World::new();
    world.model.unsubscribe(ADVISORY_BOT, GENERAL).unwrap();
    let mut ear = watching(&world, None, Cursor::default());
    ear.catch_up().await;
    assert!(is_in(&world, GENERAL));
    let message = world.model.send(RAVI, Place::topic(GENERAL, "builds"), "hello").unwrap();
    until(&mut ear, &said(message)).await;
    world.model.edit(RAVI, message, "hello there").unwrap();
    until(&mut ear, &format!("edited {} by {}", message.0, RAVI.0)).await;
    assert_eq!(ear.cursor.public.map(|id| id.0), Some(message.0));
}

#[tokio::test(start_paused = true)]
async fn a_new_public_channel_is_joined_and_read_from_its_beginning() {
    let world = World::new();
    let mut ear = watching(&world, None, Cursor::default());
    ear.catch_up().await;
    world.account(MAYA).subscribe(&["fresh"]).await.unwrap();
    let fresh = world.model.channel_named("fresh").unwrap();
    let early = world.model.send(MAYA, Place::topic(fresh, "first"), "before the bot was there").unwrap();
    until(&mut ear, &said(early)).await;
    assert!(is_in(&world, fresh));
    world.model.unsubscribe(ADVISORY_BOT, fresh).unwrap();
    let late = world.model.send(RAVI, Place::topic(GENERAL, "builds"), "hello").unwrap();
    until(&mut ear, &said(late)).await;
    assert!(!is_in(&world, fresh), "whoever takes it out has their way");
}

#[tokio::test(start_paused = true)]
async fn only_the_channels_on_the_list_are_joined() {
    let world = World::new();
    world.model.unsubscribe(ADVISORY_BOT, GENERAL).unwrap();
    let mut ear = watching(&world, Some([ChannelId(99)].into()), Cursor::default());
    ear.catch_up().await;
    assert!(!is_in(&world, GENERAL));
}

#[tokio::test(start_paused = true)]
async fn after_a_long_downtime_public_channels_are_read_too_with_what_was_edited_out() {
    let world = World::new();
    let before = world.model.send(RAVI, Place::topic(GENERAL, "builds"), "before the first start").unwrap();
    let mut ear = watching(&world, None, Cursor::default());
    assert!(!ear.catch_up().await.contains(&said(before)));
    let cursor = ear.cursor.clone();
    drop(ear);
    world.clock.jump(jiff::SignedDuration::from_hours(2));
    let missed = world.model.send(RAVI, Place::topic(GENERAL, "builds"), "missed").unwrap();
    world.model.edit(RAVI, missed, "nothing").unwrap();
    let mut ear = watching(&world, None, cursor);
    let told = ear.catch_up().await;
    assert!(told.contains(&said(missed)), "{told:?}");
    assert!(told.contains(&format!("edited {} by {}", missed.0, RAVI.0)), "{told:?}");
}
