//! The disclosure time, from the proposal to a broken embargo, by the real bot.

use advisory_bot::sandbox::zulip::{
    Message,
    seed::{INES, MAYA, TOMASZ},
};

use crate::{
    bot::Bot,
    chat::{by_bot, opened, said, say},
    place::Place,
    wait::until,
};

/// What a release needs on the fast road, left out because this is a drill.
const GO: &str = "!release go --waive reproduce --waive audit --waive fix --waive text --waive patches --waive tests --reason a drill";

/// The bot's message in `topic` that holds these words, once it is there.
async fn answer(place: &Place, bot: &Bot, topic: &str, words: &str) -> Message {
    let here = |message: &Message| message.place.topic_name() == topic && message.content.contains(words);
    let why = || (said(&place.sandbox, topic), bot.log());
    until(why, || by_bot(&place.sandbox).into_iter().rev().find(here)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_is_proposed_accepted_moved_taken_away_and_broken() {
    let place = Place::new().await;
    let sandbox = &place.sandbox;
    let bot = place.start().await;
    say(sandbox, MAYA, "reports", "!advisory new Overflow in the loader --severity high --affected < 2.4.4");
    let room = until(|| bot.log(), || opened(sandbox, "reports")).await;

    say(sandbox, MAYA, &room, "!cve set CVE-2026-4711");
    let proposal = answer(&place, &bot, &room, "**Disclosure proposed**").await;
    say(sandbox, MAYA, &room, "!embargo show");
    answer(&place, &bot, &room, "is proposed: `!embargo accept`").await;

    // 👍 while the bot is away and its queue is gone: it is found when the bot is back.
    bot.kill().await;
    sandbox.zulip.expire_queues();
    sandbox.zulip.react(INES, proposal.id, "thumbs_up").unwrap();
    let bot = place.start().await;
    let accepted = answer(&place, &bot, &room, "accepted the proposal").await;
    assert!(accepted.content.contains("✅ Disclosure set to") && accepted.content.contains("Ines"));

    say(sandbox, INES, &room, "!embargo extend 2h --reason One more test");
    answer(&place, &bot, &room, "Until now it was").await;
    say(sandbox, INES, &room, "!embargo lift --reason Upstream cannot say when");
    answer(&place, &bot, &room, "The disclosure time is taken away").await;
    say(sandbox, INES, &room, "!embargo set +72h");
    let set = |text: &String| text.contains("✅ Disclosure set to");
    until(|| bot.log(), || (said(sandbox, &room).iter().filter(|text| set(text)).count() == 3).then_some(()))
        .await;

    say(sandbox, TOMASZ, &room, "!embargo broken It is on a mailing list");
    let called = answer(&place, &bot, &room, "is broken**").await;
    for name in ["@**Maya", "@**Ines", "@**Tomasz"] {
        assert!(called.content.contains(name), "{} is called: {}", name, called.content);
    }
    // Without --early, and still not alone.
    say(sandbox, MAYA, &room, GO);
    let request = answer(&place, &bot, &room, "asks to release").await;
    assert!(sandbox.github.public_advisories().is_empty());
    sandbox.zulip.react(TOMASZ, request.id, "thumbs_up").unwrap();
    answer(&place, &bot, &room, "Step 4 of 4").await;
    assert_eq!(sandbox.github.public_advisories().len(), 1);
    assert!(bot.terminate().await.0.success());
}
