//! Patches in the private fork, by the real bot over real HTTP: named, reviewed, pushed to, tested.

use std::time::Duration;

use advisory_bot::sandbox::{
    github::Verdict,
    zulip::seed::{INES, MAYA, TOMASZ},
};
use jiff::SignedDuration;

use crate::{
    bot::Bot,
    chat,
    place::{Place, listen_of, status},
    wait::until,
};

/// Waits until the bot has said something that holds `wanted`, after the first `before` messages there.
async fn says(place: &Place, bot: &Bot, room: &str, before: usize, wanted: &str) -> String {
    let found =
        || chat::said(&place.sandbox, room).into_iter().skip(before).find(|said| said.contains(wanted));
    until(|| (bot.log(), chat::said(&place.sandbox, room)), found).await
}

/// Somebody says something in the incident's topic, and the bot says `wanted` after that.
async fn ask(
    place: &Place,
    bot: &Bot,
    room: &str,
    user: advisory_bot::sandbox::zulip::UserId,
    (text, wanted): (&str, &str),
) -> String {
    let before = chat::said(&place.sandbox, room).len();
    chat::say(&place.sandbox, user, room, text);
    says(place, bot, room, before, wanted).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patch_is_named_reviewed_tested_and_goes_stale_by_a_push() {
    let place = Place::new().await;
    let github = &place.sandbox.github;
    github.set_fork_delay(Some(SignedDuration::ZERO));
    let text = place.configuration().replace("[github]", "[github]\npoll = \"10 seconds\"");
    let bot = place.run_with(&text);
    while status(listen_of(&text), "readyz").await != Some(200) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    chat::say(&place.sandbox, MAYA, "reports", "!advisory new Crash in the loader --severity high");
    let room = until(|| bot.log(), || chat::opened(&place.sandbox, "reports")).await;
    let room = room.as_str();
    let ghsa = github.advisories("bytecodealliance/wasm-micro-runtime").remove(0).ghsa_id;
    ask(&place, &bot, room, MAYA, ("!fork", "The private fork can be used")).await;
    let files = ["core/loader.c", "RELEASE_NOTES.md"].map(str::to_owned);
    let number = github.open_pull("tomasz", &ghsa, "main", &files).unwrap();
    let named = ask(&place, &bot, room, TOMASZ, ("!patch add main 1", "Patch of")).await;
    assert!(named.contains("applies cleanly") && named.contains("nobody has approved it"), "{named}");
    ask(&place, &bot, room, TOMASZ, ("!patch add release/2.4.x 1", "Supported are `main`")).await;
    github.open_pull("tomasz", &ghsa, "release/2.4.x", &files).unwrap();
    ask(&place, &bot, room, TOMASZ, ("!patch add main 2", "goes to `release/2.4.x`")).await;
    ask(&place, &bot, room, TOMASZ, ("!patch add main 9", "no pull request #9")).await;
    github.review_pull("maya", &ghsa, number, Verdict::Approved).unwrap();
    ask(&place, &bot, room, TOMASZ, ("!patch tested main all green", "Tests recorded")).await;
    let status = ask(&place, &bot, room, INES, ("!patch status", "**Patches of")).await;
    assert!(status.contains("✅ `main`") && status.contains("all green"), "{status}");
    let before = chat::said(&place.sandbox, room).len();
    github.push_to_pull("tomasz", &ghsa, number, &files).unwrap();
    let told = says(&place, &bot, room, before, "**Pushed**").await;
    assert!(told.contains("pushed to since it was tested"), "{told}");
    // By what GitHub shows now, not by what the bot saw last.
    github.change_pull(&ghsa, number, |pull| pull.is_draft = true).unwrap();
    ask(&place, &bot, room, INES, ("!patch status", "it is a draft")).await;
    assert!(bot.terminate().await.0.success());
    let bot = place.start().await;
    ask(&place, &bot, room, INES, ("!patch status", "pushed to since it was tested")).await;
    assert!(bot.terminate().await.0.success());
}
