//! What is wrong with a value, and what the message says.

use super::*;

#[test]
fn an_address_that_is_none() {
    insta::assert_snapshot!(problems_with("https://chat.example.org", "htp://x"), @r#"advisory-bot.toml:2: zulip.site: "htp://x" is not a URL. Write site = "https://your-organisation.zulipchat.com""#);
    insta::assert_snapshot!(problems_with("https://chat.example.org", "https://me:pw@x.org"), @r#"advisory-bot.toml:2: zulip.site: a URL here holds no user and no password. Write site = "https://your-organisation.zulipchat.com""#);
    insta::assert_snapshot!(problems_with("https://chat.example.org", "https://x.org/?key=1"), @r#"advisory-bot.toml:2: zulip.site: goes on after the path, with ? or #. Write site = "https://your-organisation.zulipchat.com""#);
}

#[test]
fn plain_http_to_another_machine() {
    insta::assert_snapshot!(problems_with("https://chat.example.org", "http://chat.example.org"), @r#"advisory-bot.toml:2: zulip.site: "http://chat.example.org" is plain http, which is for 127.0.0.1, ::1 and localhost only. Write site = "https://your-organisation.zulipchat.com""#);
    insta::assert_snapshot!(problems_and("\n[github]\napi_url = \"http://127.0.0.1.example.org\""), @r#"advisory-bot.toml:12: github.api_url: "http://127.0.0.1.example.org" is plain http, which is for 127.0.0.1, ::1 and localhost only. Write api_url = "https://api.github.com""#);
}

#[test]
fn an_unknown_key() {
    insta::assert_snapshot!(problems_with("email =", "watchh = \"all\"\nemail ="), @"advisory-bot.toml:3: zulip.watchh: is not a key I know. Write watch");
    insta::assert_snapshot!(problems_and("colour = \"green\""), @"advisory-bot.toml:10: project[1].colour: is not a key I know. Known here: announce_list, blog, branches, bump, name, order, package, public_channel, public_topic, release_tag, repository, rustsec, severity_scheme, team_channel, team_group");
    insta::assert_snapshot!(problems_and("\n[polcy]\napprovals = 2"), @"advisory-bot.toml:11: polcy: is not a key I know. Write policy");
}

#[test]
fn a_secret_in_the_file_is_refused_and_not_repeated() {
    let shown = problems_with("email =", "api_key = \"abcdef\"\nemail =");
    assert!(!shown.contains("abcdef"));
    insta::assert_snapshot!(shown, @r#"advisory-bot.toml:3: zulip.api_key: secrets do not belong in this file. Put it into a file of its own and write api_key_file = "PATH""#);
    let mail = "\n[mail]\nsmtp_url = \"smtps://me:hunter2@mail.example.org\"\nfrom = \"a@b.org\"";
    insta::assert_snapshot!(problems_and(mail), @r#"advisory-bot.toml:12: mail.smtp_url: secrets do not belong in this file. Put the password into a file and write password_file = "PATH", or set ADVISORY_BOT_MAIL_PASSWORD"#);
}

#[test]
fn a_value_of_the_wrong_type() {
    insta::assert_snapshot!(problems_with("\"https://chat.example.org\"", "true"), @r#"advisory-bot.toml:2: zulip.site: must be text, not true or false. Write site = "…""#);
    insta::assert_snapshot!(problems_and("branches = \"main\""), @r#"advisory-bot.toml:10: project[1].branches: must be a list, not text. Write branches = ["…"]"#);
    insta::assert_snapshot!(problems_and("branches = [\"main\", 2]"), @r#"advisory-bot.toml:10: project[1].branches[2]: must be text, not a number. Write it in quotes, "…""#);
    insta::assert_snapshot!(problems_and("\n[policy]\napprovals = \"two\""), @"advisory-bot.toml:12: policy.approvals: must be a whole number, not text. Write approvals = 1");
    insta::assert_snapshot!(problems_with("\"general\"", "-1"), @"advisory-bot.toml:9: project[1].public_channel: must not be negative or huge. Write a number from 0 up");
    insta::assert_snapshot!(problems_with("\"general\"", "true"), @r#"advisory-bot.toml:9: project[1].public_channel: must be a channel's name or number, not true or false. Write it like "general" or 12"#);
    insta::assert_snapshot!(problems_with("[[project]]", "[project]"), @"advisory-bot.toml:5: project: must be a list of tables, not a table. Write [[project]] on a line of its own, and its name, repository, team_channel and public_channel below");
}

#[test]
fn a_length_of_time_that_is_none() {
    insta::assert_snapshot!(problems_and("\n[policy]\nusual_embargo = \"7d\""), @r#"advisory-bot.toml:12: policy.usual_embargo: "7d" is not a length of time. Write it like "2 days", "1 day 6 hours" or "30 minutes""#);
    insta::assert_snapshot!(problems_and("\n[policy]\napproval_within = \"0\""), @r#"advisory-bot.toml:12: policy.approval_within: must be longer than 0. Write approval_within = "1 hour""#);
    insta::assert_snapshot!(problems_and("\n[policy]\ncountdown = [\"1 day\", \"soon\", \"24 hours\"]"), @r#"
    advisory-bot.toml:12: policy.countdown[2]: "soon" is not a length of time. Write it like "2 days", "1 day 6 hours" or "30 minutes"
    advisory-bot.toml:12: policy.countdown[3]: "24 hours" and "1 day" are the same. Leave one of them out
    "#);
    insta::assert_snapshot!(problems_and("\n[policy]\nholidays = [\"12-25\", \"christmas\"]"), @r#"advisory-bot.toml:12: policy.holidays[2]: "christmas" is no day of the calendar. Write a date such as "2026-11-26", or "12-25" for every year"#);
    insta::assert_snapshot!(problems_and("\n[policy]\nusual_embargo = \"40 days\""), @"advisory-bot.toml:12: policy.usual_embargo: is longer than longest_embargo. Write a usual_embargo that is at most as long as longest_embargo");
    insta::assert_snapshot!(problems_and("\n[github]\npoll = \"1 second\""), @r#"advisory-bot.toml:12: github.poll: is more often than GitHub's limit on requests allows. Write poll = "60 seconds", or at least "10 seconds""#);
}

#[test]
fn numbers_and_words_out_of_range() {
    insta::assert_snapshot!(problems_and("\n[policy]\napprovals = 0"), @"advisory-bot.toml:12: policy.approvals: a release needs at least one more person, and at most 100. Write approvals = 1, or more where the team is large enough");
    insta::assert_snapshot!(problems_and("severity_scheme = \"cvs\""), @r#"advisory-bot.toml:10: project[1].severity_scheme: "cvs" is not a severity scheme. Write severity_scheme = "cvss" or "openssl""#);
    insta::assert_snapshot!(problems_and("\n[http]\nlisten = \"localhost\""), @r#"advisory-bot.toml:12: http.listen: "localhost" is not an IP address with a port. Write listen = "127.0.0.1:8080""#);
    insta::assert_snapshot!(problems_and("package = { ecosystem = \"crate\" }"), @r#"
    advisory-bot.toml:10: project[1].package.ecosystem: "crate" is not an ecosystem. Known are rubygems, npm, pip, maven, nuget, composer, go, rust, erlang, actions, pub, other, swift
    advisory-bot.toml:10: project[1].package.name: is missing. Write name = "wasmtime"
    "#);
    let long = format!("\n[people]\n\"8\" = \"{}\"", "m".repeat(40));
    assert!(problems_and(&long).contains(":12: people.8: \"mmm"), "{}", problems_and(&long));
    insta::assert_snapshot!(problems_and("\n[people]\nmaya = \"maya\"\n9 = \"not a login\""), @r#"
    advisory-bot.toml:12: people.maya: "maya" is not a Zulip user id. Write the number on the person's Zulip profile: "8" = "maya"
    advisory-bot.toml:13: people.9: "not a login" is not a GitHub login. Write it like "8" = "maya"
    "#);
}

#[test]
fn something_that_stands_twice() {
    let second = LEAST.split_once("[[project]]").unwrap().1.replace("WAMR", "wamr");
    insta::assert_snapshot!(problems_and(&format!("\n[[project]]{second}")), @r#"
    advisory-bot.toml:12: project[2].name: "wamr" is already the name of the project on line 6. Give each project a name of its own, or delete one of them
    advisory-bot.toml:13: project[2].repository: "bytecodealliance/wasm-micro-runtime" is already the repository of the project on line 7. Give each project a repository of its own, or delete one of them
    "#);
    insta::assert_snapshot!(problems_and("branches = [\"main\", \"main\"]"), @r#"advisory-bot.toml:10: project[1].branches[2]: "main" stands twice. Leave one of them out"#);
}

#[test]
fn what_must_be_there_and_is_not() {
    insta::assert_snapshot!(problems(""), @r#"
    advisory-bot.toml: zulip.site: is missing. Write site = "https://your-organisation.zulipchat.com" under [zulip]
    advisory-bot.toml: zulip.email: is missing. Write email = "advisory-bot@your-organisation.zulipchat.com" under [zulip]
    advisory-bot.toml: project: is missing. Write [[project]] on a line of its own, and its name, repository, team_channel and public_channel below
    "#);
    insta::assert_snapshot!(problems("[[project]]\n[zulip]\n[mail]"), @r#"
    advisory-bot.toml:1: project[1].name: is missing. Write name = "WAMR"
    advisory-bot.toml:1: project[1].repository: is missing. Write repository = "bytecodealliance/wasm-micro-runtime"
    advisory-bot.toml:1: project[1].team_channel: is missing. Write team_channel = "wamr-security"
    advisory-bot.toml:1: project[1].public_channel: is missing. Write public_channel = "general"
    advisory-bot.toml:2: zulip.site: is missing. Write site = "https://your-organisation.zulipchat.com"
    advisory-bot.toml:2: zulip.email: is missing. Write email = "advisory-bot@your-organisation.zulipchat.com"
    advisory-bot.toml:3: mail.smtp_url: is missing. Write smtp_url = "smtps://user@mail.example.org:465"
    advisory-bot.toml:3: mail.from: is missing. Write from = "Security <security@example.org>"
    "#);
}

#[test]
fn repositories_and_mail_addresses() {
    let url = "https://github.com/bytecodealliance/wasm-micro-runtime";
    insta::assert_snapshot!(problems_with("bytecodealliance/wasm-micro-runtime", url), @r#"advisory-bot.toml:7: project[1].repository: "https://github.com/bytecodealliance/wasm-micro-runtime" is not owner/name. Write "bytecodealliance/wasm-micro-runtime""#);
    insta::assert_snapshot!(problems_with("bytecodealliance/wasm-micro-runtime", "wamr"), @r#"advisory-bot.toml:7: project[1].repository: "wamr" is not owner/name. Write it like "bytecodealliance/wasmtime""#);
    insta::assert_snapshot!(problems_with("bot@chat.example.org", "bot at chat"), @r#"advisory-bot.toml:3: zulip.email: "bot at chat" is not a mail address. Write it like "name@example.org""#);
    insta::assert_snapshot!(problems_and("announce_list = \"sec@example.org\""), @"advisory-bot.toml:10: project[1].announce_list: needs a mail server. Add [mail] with smtp_url and from, or leave it out");
    let plain = "\n[mail]\nsmtp_url = \"smtp://mail.example.org\"\nfrom = \"Security\"";
    insta::assert_snapshot!(problems_and(plain), @r#"
    advisory-bot.toml:12: mail.smtp_url: is plain smtp, which is for 127.0.0.1, ::1 and localhost only. Write smtp_url = "smtps://user@mail.example.org:465", or add ?tls=required for STARTTLS
    advisory-bot.toml:13: mail.from: "Security" is not a sender. Write it like "Security <security@example.org>"
    "#);
}

#[test]
fn places_to_fill_in() {
    insta::assert_snapshot!(problems_and("release_tag = \"v1\""), @r#"advisory-bot.toml:10: project[1].release_tag: "v1" lacks {version}. Write {version} in it"#);
    insta::assert_snapshot!(problems_and("release_tag = \"v{version\""), @r#"advisory-bot.toml:10: project[1].release_tag: "v{version" has braces around something else. Known here: {version}"#);
    insta::assert_snapshot!(problems_and("blog = { repository = \"a/b\", path = \"{day}-{slug}.md\" }"), @r#"advisory-bot.toml:10: project[1].blog.path: "{day}-{slug}.md" has braces around something else. Known here: {date}, {slug}"#);
    insta::assert_snapshot!(problems_and("bump = { workflow = \"x.yml\", inputs = { v = \"{tag}\" } }"), @r#"advisory-bot.toml:10: project[1].bump.inputs.v: "{tag}" has braces around something else. Known here: {branch}, {version}"#);
}

#[test]
fn text_that_is_no_toml_is_not_repeated() {
    let shown = problems("[zulip]\nsite = https://x.org\napi_key = hunter2");
    assert!(!shown.contains("hunter2"));
    insta::assert_snapshot!(shown, @r"
    advisory-bot.toml:2: is not TOML here: string values must be quoted, expected literal string. See https://toml.io, and quote every text
    advisory-bot.toml:3: is not TOML here: string values must be quoted, expected literal string. See https://toml.io, and quote every text
    ");
}
