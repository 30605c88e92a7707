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
    insta::assert_snapshot!(problems(text), @"");
}
