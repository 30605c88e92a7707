//! `advisory-bot timeline`: from the store, with people's names, once the bot is down.

use std::process::Output;

use advisory_bot::sandbox::zulip::seed::{INES, MAYA};
use tokio::process::Command;

use crate::{chat, place::Place, wait::until};

/// Runs the command. What it prints is for the team, and so stays out of the place's logs.
async fn timeline(place: &Place, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_advisory-bot"))
        .args([&["timeline", "--config", "bot.toml"], arguments].concat())
        .current_dir(place.folder.path())
        .env_clear()
        .output()
        .await
        .unwrap()
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timeline_is_printed_from_the_store_once_the_bot_is_down() {
    let place = Place::new().await;
    let bot = place.start().await;
    let sandbox = &place.sandbox;
    chat::say(sandbox, MAYA, "new", "!advisory new Heap overflow in the loader --severity high");
    let topic = until(|| chat::said(sandbox, "new"), || chat::opened(sandbox, "new")).await;
    chat::say(sandbox, INES, &topic, "!done reproduce by hand");
    let said = || chat::said(sandbox, &topic);
    let is_done = |text: &String| text.starts_with('✅') && text.contains("reproduced");
    until(said, || said().iter().any(is_done).then_some(())).await;
    let codename = topic.split_once(" · ").unwrap().0;

    let busy = timeline(&place, &[codename]).await;
    assert_eq!(busy.status.code(), Some(1));
    assert!(text(busy.stderr).contains("is in use by another process"));
    assert_eq!(text(busy.stdout), "");
    assert!(bot.terminate().await.0.success());

    let markdown = timeline(&place, &[codename]).await;
    let printed = text(markdown.stdout);
    assert!(markdown.status.success(), "{}", text(markdown.stderr));
    assert!(printed.starts_with(&format!("# Timeline of {codename} (WAMR)")), "{printed}");
    assert!(printed.contains("Maya") && printed.contains("vouched: reproduced"), "{printed}");
    let json = timeline(&place, &[codename, "--format", "json"]).await;
    let data: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(data["codename"], codename);
    let svg = timeline(&place, &[data["ghsa"].as_str().unwrap(), "--format", "svg"]).await;
    assert!(text(svg.stdout).starts_with("<svg "));

    for (word, why) in
        [("GHSA-2222-3333-4444", "no incident is called"), ("what", "is no codename, GHSA or CVE id")]
    {
        let unknown = timeline(&place, &[word]).await;
        assert_eq!(unknown.status.code(), Some(1));
        assert!(text(unknown.stderr).contains(why));
    }
    std::fs::remove_dir_all(place.store()).unwrap();
    let nothing = timeline(&place, &[codename]).await;
    assert!(text(nothing.stderr).contains("there is no store at") && !place.store().exists());
}
