//! From report to publication: which steps there are, and who may take them.

use serde_json::json;

use super::*;
use crate::sandbox::github::{AdvisoryState, Role, TokenSeed, seed::Rights};

fn vulnerability_report() -> Value {
    json!({"summary": "Crash in the parser", "description": "It crashes."})
}

/// Moves an advisory in `from` to `to` and says how that was answered.
async fn step(from: AdvisoryState, to: &str) -> u16 {
    let bench = Bench::new();
    let ghsa = match from {
        AdvisoryState::Triage => {
            bench.github.report(REPO, "ravi", &vulnerability_report()).expect("accepted")
        }
        AdvisoryState::Draft
        | AdvisoryState::Published
        | AdvisoryState::Closed
        | AdvisoryState::Withdrawn => bench.draft().await,
    };
    match from {
        AdvisoryState::Triage | AdvisoryState::Draft => {}
        AdvisoryState::Published => bench.github.publish_by_hand("maya", &ghsa).expect("published"),
        AdvisoryState::Closed => bench.github.close("maya", &ghsa).expect("closed"),
        AdvisoryState::Withdrawn => {
            bench.github.publish_by_hand("maya", &ghsa).expect("published");
            assert!(bench.github.withdraw_by_staff(&ghsa));
        }
    }
    let answered = bench.patch(&ghsa, json!({"state": to})).await;
    let expected = if answered.status == 200 { to } else { from.word() };
    assert_eq!(bench.github.advisory(&ghsa).expect("there").state.word(), expected);
    answered.status
}

#[tokio::test(start_paused = true)]
async fn every_step_between_states_is_allowed_or_refused_as_on_github() {
    use AdvisoryState::{Closed, Draft, Published, Triage, Withdrawn};
    let expected = [
        (Triage, "draft", 200),
        (Triage, "closed", 200),
        (Triage, "published", 422),
        (Draft, "draft", 200),
        (Draft, "closed", 200),
        (Draft, "published", 200),
        (Closed, "draft", 200),
        (Closed, "closed", 200),
        (Closed, "published", 422),
        (Published, "draft", 422),
        (Published, "closed", 422),
        (Published, "published", 200),
        (Withdrawn, "draft", 422),
        (Withdrawn, "closed", 422),
        (Withdrawn, "published", 422),
    ];
    for (from, to, status) in expected {
        assert_eq!(step(from, to).await, status, "{from:?} to {to}");
    }
}

#[tokio::test(start_paused = true)]
async fn publishing_needs_severity_package_and_affected_versions() {
    let bench = Bench::new();
    let ghsa = bench.draft().await;
    let lacking = [
        json!({"severity": null}),
        json!({"vulnerabilities": [package("", "< 1", "1")]}),
        json!({"vulnerabilities": [{"package": {"ecosystem": "rust"}, "vulnerable_version_range": "< 1"}]}),
        json!({"vulnerabilities": [package("wasmtime", " ", "1")]}),
        json!({"vulnerabilities": [{"package": {"ecosystem": "rust", "name": "wasmtime"}}]}),
    ];
    for mut body in lacking {
        body["state"] = json!("published");
        let refused = bench.patch(&ghsa, body.clone()).await;
        assert_eq!(refused.status, 422, "{body}");
        assert!(refused.message().contains("publish"), "{}", refused.text);
    }
    let published = bench.patch(&ghsa, json!({"state": "published"})).await;
    assert_eq!(published.status, 200, "the refused changes were not kept");
    let published = published.json();
    assert_eq!(published["publisher"]["login"], "advisory-bot-account");
    assert_eq!(published["published_at"], "2026-10-05T09:00:00Z");
    assert_eq!(bench.github.public_advisories().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_missing_may_come_with_the_publication() {
    let bench = Bench::new();
    let mut body = complete();
    body["severity"] = Value::Null;
    body["vulnerabilities"] = json!([]);
    let ghsa = bench.post(LIST, body).await.json()["ghsa_id"].as_str().expect("there").to_owned();
    let all = json!({
        "state": "published",
        "severity": "low",
        "vulnerabilities": [package("wasmtime", "< 1", "")],
    });
    assert_eq!(bench.patch(&ghsa, all).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn a_published_advisory_stays_editable() {
    let bench = Bench::new();
    let ghsa = bench.draft().await;
    bench.github.publish_by_hand("tomasz", &ghsa).expect("published");
    assert_eq!(bench.patch(&ghsa, json!({"summary": "Better words"})).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn a_report_waits_in_triage_with_its_reporter() {
    let bench = Bench::new();
    let mut changed = bench.github.changed();
    let ghsa = bench.github.report(REPO, "ravi", &vulnerability_report()).expect("accepted");
    assert!(changed.has_changed().expect("still open"));
    changed.borrow_and_update();
    let shown = bench.get(&format!("{LIST}/{ghsa}")).await.json();
    assert_eq!(shown["state"], "triage");
    assert_eq!(shown["submission"], json!({"accepted": false}));
    assert_eq!(shown["author"]["login"], "ravi");
    assert_eq!(shown["collaborating_users"][0]["login"], "ravi");
    assert_eq!(shown["credits"], json!([{"login": "ravi", "type": "reporter"}]));
    bench.github.accept("tomasz", &ghsa).expect("accepted");
    let shown = bench.get(&format!("{LIST}/{ghsa}")).await.json();
    assert_eq!((&shown["state"], &shown["submission"]["accepted"]), (&json!("draft"), &json!(true)));
    assert!(changed.has_changed().expect("still open"));
}

#[tokio::test(start_paused = true)]
async fn reporting_needs_it_to_be_enabled() {
    let bench = Bench::new();
    let path = format!("{LIST}/reports");
    assert_eq!(bench.post(&path, vulnerability_report()).await.json()["state"], "triage");
    bench.github.set_private_reporting(REPO, false).expect("there");
    let refused = bench.post(&path, vulnerability_report()).await;
    assert_eq!(refused.status, 403);
    assert!(refused.message().contains("does not have private vulnerability reporting enabled"));
    let shown = bench.get("/repos/bytecodealliance/wasmtime/private-vulnerability-reporting").await;
    assert_eq!(shown.json(), json!({"enabled": false}));
}

#[tokio::test(start_paused = true)]
async fn a_collaborator_edits_and_decides_nothing() {
    let bench = Bench::new();
    let ghsa = bench.draft().await;
    bench.patch(&ghsa, json!({"collaborating_users": ["ravi"]})).await;
    let by_ravi = |fields: Value| bench.github.edit_by_hand("ravi", &ghsa, &fields);
    assert!(by_ravi(json!({"summary": "Mine"})).is_ok());
    assert!(by_ravi(json!({"credits": [{"login": "ravi", "type": "finder"}]})).is_ok());
    for decision in
        [json!({"state": "published"}), json!({"collaborating_users": []}), json!({"state": "closed"})]
    {
        assert_eq!(by_ravi(decision).expect_err("refused").status, 403);
    }
}

#[tokio::test(start_paused = true)]
async fn drafts_are_invisible_to_outsiders_and_visible_to_managers_and_collaborators() {
    let bench = Bench::new();
    let ghsa = bench.draft().await;
    let path = format!("{LIST}/{ghsa}");
    let token = TokenSeed {
        secret: "ghp_of_ravi".to_owned(),
        login: "ravi".to_owned(),
        rights: Rights::classic(&["repo"]),
        expires_at: None,
    };
    bench.github.add_token(token);
    let sees = async || bench.with_token("ghp_of_ravi", Method::GET, &path, None).await.status;
    assert_eq!(sees().await, 404);
    assert_eq!(bench.anonymous(&path).await.status, 404);
    bench.patch(&ghsa, json!({"collaborating_users": ["ravi"]})).await;
    assert_eq!(sees().await, 200);
    bench.patch(&ghsa, json!({"collaborating_users": []})).await;
    bench.github.set_role(REPO, "ravi", Some(Role::Write)).expect("there");
    assert_eq!(sees().await, 404);
    bench.github.set_security_manager(REPO, "ravi", true).expect("there");
    assert_eq!(sees().await, 200);
    bench.github.set_security_manager(REPO, "ravi", false).expect("there");
    bench.github.set_role(REPO, "ravi", Some(Role::Admin)).expect("there");
    assert_eq!(sees().await, 200);
}

#[tokio::test(start_paused = true)]
async fn a_team_collaborates_through_its_members() {
    let mut seed = Seed::bytecodealliance(NUMBER);
    seed.organisations[0].teams[0].members.insert("ravi".to_owned());
    let bench = Bench::with_seed(seed);
    let ghsa = bench.draft().await;
    let edit = || bench.github.edit_by_hand("ravi", &ghsa, &json!({"summary": "Ours"}));
    assert_eq!(edit().expect_err("a stranger").status, 404);
    bench.patch(&ghsa, json!({"collaborating_teams": ["security"]})).await;
    assert!(edit().is_ok());
}
