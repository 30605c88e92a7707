//! All problems are reported, in the order of the lines.

use super::*;

#[test]
fn every_problem_is_reported_at_once() {
    let text = r#"[zulip]
site = "http://chat.example.org"
emial = "bot@chat.example.org"

[policy]
approvals = 0
embargo_after_cve = "three days"

[[project]]
name = "WAMR"
repository = "wamr"
team_chanel = "wamr-security"
public_channel = "general"
"#;
    insta::assert_snapshot!(problems(text), @r#"
    advisory-bot.toml:1: zulip.email: is missing. Write email = "advisory-bot@your-organisation.zulipchat.com"
    advisory-bot.toml:2: zulip.site: "http://chat.example.org" is plain http, which is for 127.0.0.1, ::1 and localhost only. Write site = "https://your-organisation.zulipchat.com"
    advisory-bot.toml:3: zulip.emial: is not a key I know. Write email
    advisory-bot.toml:6: policy.approvals: a release needs at least one more person, and at most 100. Write approvals = 1, or more where the team is large enough
    advisory-bot.toml:7: policy.embargo_after_cve: "three days" is not a length of time. Write it like "2 days", "1 day 6 hours" or "30 minutes"
    advisory-bot.toml:9: project[1].team_channel: is missing. Write team_channel = "wamr-security"
    advisory-bot.toml:11: project[1].repository: "wamr" is not owner/name. Write it like "bytecodealliance/wasmtime"
    advisory-bot.toml:12: project[1].team_chanel: is not a key I know. Write team_channel
    "#);
}
