//! What a right configuration means.

use std::time::Duration;

use jiff::SignedDuration;

use super::*;

/// The example in the repository.
const EXAMPLE: &str = include_str!("../../../advisory-bot.example.toml");

/// A configuration like the example, with its secrets in a folder of their own.
fn like_the_example(text: &str) -> Config {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("secrets")).unwrap();
    for name in ["zulip-api-key", "github-token", "mail-password", "store-key", "webhook-secret"] {
        std::fs::write(folder.path().join("secrets").join(name), format!("the {name}\r\n")).unwrap();
    }
    let read = parse("example.toml", folder.path().to_owned(), text, &|_| None);
    read.unwrap_or_else(|problems| panic!("{}", lines(&problems)))
}

fn example() -> Config {
    like_the_example(EXAMPLE)
}

#[test]
fn the_example_is_a_configuration() {
    let config = example();
    assert_eq!(config.zulip.api_key.expose_secret(), "the zulip-api-key");
    assert_eq!(config.github.token.expose_secret(), "the github-token");
    let mail = config.mail.unwrap();
    assert_eq!(mail.password.unwrap().expose_secret(), "the mail-password");
    assert_eq!(
        (mail.smtp.host.as_str(), mail.smtp.port, mail.smtp.tls),
        ("mail.example.org", 465, Tls::Implicit)
    );
    let wamr = &config.projects[0];
    assert_eq!(wamr.branches, ["main", "release/2.4.x"]);
    let bump = wamr.bump.as_ref().unwrap();
    assert_eq!(
        (bump.git_ref.as_str(), bump.pull_request.as_deref()),
        ("{branch}", Some("ci/release-{branch}"))
    );
    assert_eq!(wamr.package.as_ref().unwrap().to_string(), "other:wasm-micro-runtime");
    let wasmtime = &config.projects[1];
    assert_eq!(wasmtime.team_channel.value, ChannelRef::Id(commands::kernel::id::ChannelId(17)));
    assert_eq!(wasmtime.rustsec.as_ref().unwrap().crates, ["wasmtime"]);
    assert_eq!(config.people[&UserId(8)].as_str(), "maya");
}

#[test]
fn what_the_example_only_mentions_is_right_too() {
    let mut text = EXAMPLE.to_owned();
    for key in ["ca_file = ", "key_file = ", "webhook_secret_file = ", "folder = "] {
        let commented = format!("\n# {key}");
        assert!(text.contains(&commented), "{key}");
        text = text.replace(&commented, &format!("\n{key}"));
    }
    let config = like_the_example(&text);
    assert!(config.mail.unwrap().ca_file.unwrap().ends_with("mail-ca.pem"));
    assert_eq!(config.store.key.unwrap().expose_secret(), "the store-key");
    assert_eq!(config.http.webhook_secret.unwrap().expose_secret(), "the webhook-secret");
    assert!(config.templates.unwrap().ends_with("templates"));
    assert!(EXAMPLE.contains("\n# zuliprc = "));
}

#[test]
fn what_the_example_shows_of_policy_is_what_holds_without_it() {
    let (config, least) = (example(), parsed(LEAST).unwrap());
    assert_eq!(config.policy, least.policy);
    assert_eq!(config.http.listen, least.http.listen);
    assert_eq!(config.github.poll, least.github.poll);
    assert_eq!(config.github.api_url, least.github.api_url);
    assert_eq!(config.github.git_url, least.github.git_url);
    assert_eq!(config.zulip.watch, least.zulip.watch);
    assert_eq!(least.policy.countdown.len(), 7);
    assert_eq!(least.policy.approval_within, SignedDuration::from_mins(30));
    assert_eq!(least.store.path, Path::new("/nowhere/state"));
    assert_eq!(least.projects[0].branches, ["main"]);
    assert_eq!(least.projects[0].public_topic.0, "security");
    assert!(least.mail.is_none() && least.templates.is_none() && least.store.key.is_none());
}

#[test]
fn the_countdown_goes_from_the_longest_to_the_shortest() {
    let config = parsed(&format!("{LEAST}\n[policy]\ncountdown = [\"0\", \"1 day\", \"2 hours\"]")).unwrap();
    let hours: Vec<_> = config.policy.countdown.iter().map(SignedDuration::as_hours).collect();
    assert_eq!(hours, [24, 2, 0]);
    assert_eq!(Duration::try_from(config.policy.countdown[0]).unwrap().as_secs(), 86_400);
}

#[test]
fn plain_connections_are_for_loopback() {
    for host in ["127.0.0.1:9991", "127.8.9.1", "[::1]:80", "localhost:9991", "LOCALHOST"] {
        let config = parsed(&LEAST.replace("https://chat.example.org", &format!("http://{host}")));
        assert!(config.is_ok(), "{host}");
        let mail = format!("{LEAST}\n[mail]\nsmtp_url = \"smtp://{host}\"\nfrom = \"a@b.org\"");
        let smtp = parsed(&mail).unwrap_or_else(|problems| panic!("{}", lines(&problems))).mail.unwrap().smtp;
        assert_eq!(smtp.tls, Tls::None, "{host}");
        assert!(!smtp.host.contains('['), "{host}");
    }
}

#[test]
fn what_only_resembles_loopback_is_not() {
    for host in [
        "10.0.0.1",
        "0.0.0.0",
        "128.0.0.1",
        "[::]",
        "[::ffff:10.0.0.1]",
        "localhost.example.org",
        "x.localhost",
    ] {
        let site = parsed(&LEAST.replace("https://chat.example.org", &format!("http://{host}")));
        assert!(lines(&site.unwrap_err()).contains("plain http"), "{host}");
        let mail = format!("{LEAST}\n[mail]\nsmtp_url = \"smtp://me@{host}\"\nfrom = \"a@b.org\"");
        assert!(lines(&parsed(&mail).unwrap_err()).contains("plain smtp"), "{host}");
    }
}

#[test]
fn a_mail_servers_user_may_be_an_address() {
    let mail = "\n[mail]\nsmtp_url = \"smtp://a%40b+c@mail.example.org?tls=required\"\nfrom = \"a@b.org\"";
    let environment =
        |name: &str| environment(name).or_else(|| name.contains("MAIL").then(|| "secret".into()));
    let text = format!("{LEAST}{mail}");
    let mail = parse("x", PathBuf::new(), &text, &environment).unwrap().mail.unwrap();
    assert_eq!(
        (mail.smtp.user.as_deref(), mail.smtp.port, mail.smtp.tls),
        (Some("a@b+c"), 587, Tls::Required)
    );
}

#[test]
fn nothing_that_is_printed_holds_a_secret() {
    let shown = format!("{:?}", parsed(LEAST).unwrap());
    assert!(!shown.contains("zulip-key") && !shown.contains("ghp_token"));
}
