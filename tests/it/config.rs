//! What is wrong with a configuration or a store is said with its place and its mend, and with the
//! right exit code.

use std::{os::unix::fs::PermissionsExt as _, path::Path};

use advisory_bot::sandbox::zulip::seed;

use crate::{
    chat,
    place::{Place, files},
    wait::until,
};

/// Done.
const DONE: i32 = 0;
/// Failed.
const FAILED: i32 = 1;
/// Bad usage or configuration.
const USAGE: i32 = 2;

/// What is replaced by what.
type Replaced<'a> = (&'a str, &'a str);

/// Runs a bot with the right configuration changed by `replace`; it must refuse it and say all `wanted`.
async fn refused(place: &Place, replace: &[Replaced<'_>], wanted: &[&str]) {
    let mut text = place.configuration();
    for (old, new) in replace {
        assert!(text.contains(old), "{old}");
        text = text.replacen(old, new, 1);
    }
    let (code, said) = place.run_with(&text).ends().await;
    assert_eq!(code, USAGE, "{said}");
    for wanted in wanted {
        assert!(said.contains(wanted), "{wanted:?} is not in:\n{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_file_is_named() {
    let place = Place::new().await;
    let (code, said) = place.program(&["run", "--config", "none.toml"]).ends().await;
    assert_eq!(code, USAGE, "{said}");
    for wanted in ["none.toml", "cannot be read", "--config"] {
        assert!(said.contains(wanted), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_in_the_file_is_named_with_its_line() {
    let place = Place::new().await;
    let email = "email = \"advisory-bot";
    let repository = "\"bytecodealliance/wasmtime\"";
    let wamr = "\"bytecodealliance/wasm-micro-runtime\"";
    let cases: [(&[Replaced<'_>], &[&str]); 6] = [
        (&[(email, "emial = \"advisory-bot")], &["bot.toml:3", "zulip.emial", "Write email"]),
        (
            &[("http://127.0.0.1", "htp:/nowhere")],
            &["bot.toml:2", "zulip.site", "is not a URL", "Write site"],
        ),
        (
            &[("http://127.0.0.1", "http://chat.example.org")],
            &["bot.toml:2", "zulip.site", "plain http", "https://"],
        ),
        (
            &[("api_key_file = \"zulip-key\"", ""), ("token_file = \"github-token\"", "")],
            &["zulip.api_key_file", "ADVISORY_BOT_ZULIP_API_KEY", "github.token_file"],
        ),
        (
            &[(repository, wamr)],
            &["project[2].repository", "is already the repository", "line 18", "delete one"],
        ),
        (
            &[("[store]\n", "[store]\nfsync = 1\n"), ("listen = \"", "listen = \"x")],
            &["bot.toml:11", "store.fsync", "bot.toml:15", "http.listen", "Write listen"],
        ),
    ];
    for (replace, wanted) in cases {
        refused(&place, replace, wanted).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_cannot_be_read_is_named_and_not_shown() {
    let place = Place::new().await;
    refused(
        &place,
        &[("\"zulip-key\"", "\"no-such-key\"")],
        &["bot.toml:4", "zulip.api_key_file", "no-such-key"],
    )
    .await;
    // A folder cannot be read as a file by anyone, root included.
    std::fs::create_dir(place.folder.path().join("folder")).unwrap();
    refused(&place, &[("\"github-token\"", "\"folder\"")], &["bot.toml:8", "github.token_file", "folder"])
        .await;
    place.secret("empty", "");
    refused(&place, &[("\"github-token\"", "\"empty\"")], &["bot.toml:8", "github.token_file"]).await;
    let token = place.sandbox.github_token();
    let line = format!("token = \"{token}\"");
    refused(
        &place,
        &[("token_file = \"github-token\"", &line)],
        &["bot.toml:8", "github.token", "token_file"],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_others_can_read_is_warned_about() {
    let place = Place::new().await;
    let key = place.folder.path().join("zulip-key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let bot = place.start().await;
    assert!(bot.log().contains("chmod 600"), "{}", bot.log());
    bot.terminate().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn channels_that_do_not_fit_are_named() {
    let place = Place::new().await;
    let team = "\"wamr-security\"";
    refused(
        &place,
        &[(team, "\"wamr-securty\"")],
        &["bot.toml:19", "project[1].team_channel", "wamr-securty", "Write \"wamr-security\""],
    )
    .await;
    refused(&place, &[(team, "\"general\"")], &["bot.toml:19", "project[1].team_channel", "Make it private"])
        .await;
    refused(
        &place,
        &[(team, "99"), ("\"general\"", "\"wamr-security\"")],
        &["bot.toml:19", "no channel 99", "bot.toml:21", "project[1].public_channel", "is a private channel"],
    )
    .await;
    place
        .sandbox
        .zulip
        .set_privacy(seed::WAMR_SECURITY, advisory_bot::sandbox::zulip::Privacy::PUBLIC)
        .unwrap();
    refused(
        &place,
        &[],
        &["bot.toml:19", "project[1].team_channel", "can be read by everyone", "Make it private"],
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_that_was_not_subscribed_is_told_so() {
    let place = Place::new().await;
    place.sandbox.zulip.unsubscribe(seed::ADVISORY_BOT, seed::WAMR_SECURITY).unwrap();
    refused(&place, &[], &["bot.toml:19", "project[1].team_channel", "ubscribe"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_zulip_refuses_is_a_wrong_configuration() {
    let place = Place::new().await;
    place.secret("zulip-key", "wrongwrongwrongwrongwrongwrong12");
    refused(&place, &[], &["zulip.api_key_file", "Zulip does not accept", "Copy both anew"]).await;
    place.secret("zulip-key", &place.sandbox.zulip_account().1);
    place.sandbox.zulip.deactivate(seed::ADVISORY_BOT).unwrap();
    refused(&place, &[], &["zulip.api_key_file", "see that the bot is active"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_store_serves_one_bot() {
    let place = Place::new().await;
    let first = place.start().await;
    let (code, said) = place.run_with(&place.configuration()).ends().await;
    assert_eq!(code, FAILED, "{said}");
    assert!(said.contains("in use by another process") && said.contains("stop the other"), "{said}");
    // The first goes on as if nothing had been.
    chat::say(&place.sandbox, seed::MAYA, "still there", "!help");
    until(|| first.log(), || (chat::said(&place.sandbox, "still there").len() == 1).then_some(())).await;
    assert_eq!(first.terminate().await.0.code(), Some(DONE));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_is_taken_is_named() {
    let place = Place::new().await;
    let text = place.configuration();
    let _taken = tokio::net::TcpListener::bind(crate::place::listen_of(&text)).await.unwrap();
    let (code, said) = place.run_with(&text).ends().await;
    assert_eq!(code, FAILED, "{said}");
    assert!(said.contains("cannot listen on") && said.contains("[http] listen"), "{said}");
}

/// A place whose store holds something, with no bot in it.
async fn used() -> Place {
    let place = Place::new().await;
    let bot = place.start().await;
    chat::say(&place.sandbox, seed::MAYA, "one", "!help");
    until(|| bot.log(), || (chat::said(&place.sandbox, "one").len() == 1).then_some(())).await;
    assert_eq!(bot.terminate().await.0.code(), Some(DONE));
    place
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_store_is_refused_and_left_alone() {
    let place = used().await;
    let log = place.store().join("engine").join("db");
    let mut bytes = std::fs::read(&log).unwrap();
    // The log's head is the configuration of its engine; what follows are records.
    let end = bytes.iter().rposition(|byte| *byte != 0).unwrap();
    bytes[..end].iter_mut().skip(64).step_by(37).for_each(|byte| *byte ^= 0x55);
    std::fs::write(&log, bytes).unwrap();
    let before = files(&place.store().join("engine"));
    let (code, said) = place.run_with(&place.configuration()).ends().await;
    assert_eq!(code, FAILED, "{said}");
    assert!(said.contains("is damaged") && said.contains("restore it from a backup"), "{said}");
    let held = before.iter().find(|(path, _)| path.ends_with("db")).unwrap();
    assert!(std::fs::read(&held.0).unwrap().len() >= held.1.len(), "nothing of it is thrown away");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_store_is_left_to_the_newer_program() {
    let place = used().await;
    newer(&place.store().join("engine"));
    let (code, said) = place.run_with(&place.configuration()).ends().await;
    assert_eq!(code, FAILED, "{said}");
    assert!(said.contains("has format 2") && said.contains("run the newer advisory-bot"), "{said}");
}

/// Makes the store's first record one of format 2, whose frame is the same in every format.
fn newer(engine: &Path) {
    use sha2::{Digest as _, Sha256};
    let body = br#"{"format":2}"#;
    let hash = Sha256::new().chain_update([2, b'M', 1]).chain_update(b"M").chain_update(body).finalize();
    let record = [&[2, b'M'][..], &hash[..16], body].concat();
    let db = sled::open(engine).unwrap();
    assert!(db.insert(b"M", record).unwrap().is_some(), "the store has a record of its format");
    db.flush().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn help_version_and_unknown_words() {
    let place = Place::new().await;
    for (arguments, code, wanted) in [
        (&["--help"][..], DONE, "Usage: advisory-bot"),
        (&["run", "--help"], DONE, "--config"),
        (&["--version"], DONE, concat!("advisory-bot ", env!("CARGO_PKG_VERSION"))),
        (&["completions", "bash"], DONE, "complete"),
        (&["rnu"], USAGE, "unrecognized subcommand"),
        (&[], USAGE, "Usage"),
        (&["run", "--confg", "x"], USAGE, "--config"),
    ] {
        let (ended, said) = place.program(arguments).ends().await;
        assert_eq!(ended, code, "{arguments:?}: {said}");
        assert!(said.contains(wanted), "{arguments:?}: {said}");
    }
}
