//! `/healthz` and `/readyz`, and a start while Zulip is away.

use std::time::Duration;

use advisory_bot::sandbox::zulip::{Limits, seed};

use crate::{
    chat,
    place::{Place, listen_of, page, status},
    wait::until,
};

/// Asks for a page until it has this status.
async fn becomes(listen: &str, page: &str, wanted: Option<u16>) {
    let began = std::time::Instant::now();
    let mut seen = status(listen, page).await;
    while seen != wanted {
        assert!(began.elapsed() < Duration::from_secs(60), "/{page} stays {seen:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
        seen = status(listen, page).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_zulip_is_waited_for() {
    let mut place = Place::without_zulip(Limits::default()).await;
    let text = place.configuration();
    let listen = listen_of(&text);
    let mut bot = place.run_with(&text);
    becomes(listen, "healthz", Some(200)).await;
    assert_eq!(status(listen, "readyz").await, Some(503));
    until(|| bot.log(), || bot.log().contains("zulip does not answer at the start").then_some(())).await;
    assert_eq!(status(listen, "readyz").await, Some(503));
    assert!(!bot.has_ended());
    place.start_zulip().await;
    becomes(listen, "readyz", Some(200)).await;
    assert_eq!(status(listen, "healthz").await, Some(200));
    chat::say(&place.sandbox, seed::MAYA, "hello", "!help");
    until(|| bot.log(), || (chat::said(&place.sandbox, "hello").len() == 1).then_some(())).await;
    let metrics = page(listen, "metrics").await.unwrap();
    assert!(metrics.contains("\nadvisory_bot_ready 1\n"), "{metrics}");
    assert!(!metrics.contains("\nadvisory_bot_effects_done_total 0\n"), "{metrics}");
    let (ended, took) = bot.terminate().await;
    assert!(ended.success() && took < Duration::from_secs(10), "{ended} after {took:?}");
    assert_eq!(status(listen, "healthz").await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn told_to_stop_while_zulip_is_dead_it_stops() {
    let place = Place::without_zulip(Limits::default()).await;
    let text = place.configuration();
    let bot = place.run_with(&text);
    becomes(listen_of(&text), "healthz", Some(200)).await;
    let (ended, took) = bot.terminate().await;
    assert!(ended.success() && took < Duration::from_secs(10), "{ended} after {took:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missed_command_is_answered_before_it_is_ready() {
    let place = Place::new().await;
    place.start().await.terminate().await;
    place.sandbox.zulip.expire_queues();
    chat::say(&place.sandbox, seed::MAYA, "missed", "!advisory list");
    let bot = place.start().await;
    until(|| bot.log(), || (chat::said(&place.sandbox, "missed").len() == 1).then_some(())).await;
    bot.terminate().await;
}
