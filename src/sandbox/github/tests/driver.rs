//! People acting by hand, and the switches of the model.

use serde_json::json;

use super::*;

#[tokio::test(start_paused = true)]
async fn people_keep_to_the_rules_of_the_api() {
    let bench = Bench::new();
    let github = &bench.github;
    assert_eq!(github.draft_by_hand("ravi", REPO, &complete()).expect_err("an outsider").status, 403);
    assert_eq!(github.draft_by_hand("nobody-here", REPO, &complete()).expect_err("unknown").status, 401);
    let ghsa = github.draft_by_hand("tomasz", REPO, &complete()).expect("drafted");
    assert_eq!(github.close("ravi", &ghsa).expect_err("invisible").status, 404);
    github.edit_by_hand("maya", &ghsa, &json!({"severity": "low"})).expect("edited");
    assert_eq!(github.advisory(&ghsa).and_then(|advisory| advisory.publisher), None);
    github.publish_by_hand("tomasz", &ghsa).expect("published");
    let shown = bench.anonymous(&format!("{LIST}/{ghsa}")).await.json();
    assert_eq!((&shown["publisher"]["login"], &shown["severity"]), (&json!("tomasz"), &json!("low")));
    assert!(github.requests().iter().all(|record| record.method == Method::GET));
}

#[tokio::test(start_paused = true)]
async fn staff_can_withdraw_and_delete() {
    let bench = Bench::new();
    let ghsa = bench.draft().await;
    assert!(!bench.github.withdraw_by_staff(&ghsa));
    bench.github.publish_by_hand("maya", &ghsa).expect("published");
    assert!(bench.github.withdraw_by_staff(&ghsa));
    let shown = bench.anonymous(&format!("/advisories/{ghsa}")).await.json();
    assert_eq!(shown["withdrawn_at"], "2026-10-05T09:00:00Z");
    assert!(bench.github.delete_by_staff(&ghsa));
    assert!(bench.github.advisories(REPO).is_empty());
}

#[tokio::test(start_paused = true)]
async fn waiting_for_a_change_ends_with_one() {
    let bench = Bench::new();
    let mut changed = bench.github.changed();
    let before = *changed.borrow_and_update();
    bench.get(LIST).await;
    assert!(!changed.has_changed().expect("still open"));
    bench.draft().await;
    changed.changed().await.expect("still open");
    assert_eq!(*changed.borrow(), before + 1);
}

#[tokio::test(start_paused = true)]
async fn addresses_follow_the_bases() {
    let bench = Bench::new();
    bench.github.set_bases("http://127.0.0.1:4000/api/v3", "http://127.0.0.1:4000");
    bench.github.set_branches(REPO, &["trunk"]).expect("there");
    let shown = bench.get("/api/v3/repos/bytecodealliance/wasmtime").await.json();
    assert_eq!(shown["url"], "http://127.0.0.1:4000/api/v3/repos/bytecodealliance/wasmtime");
    assert_eq!(shown["html_url"], "http://127.0.0.1:4000/bytecodealliance/wasmtime");
    assert_eq!(shown["default_branch"], "trunk");
}

#[tokio::test(start_paused = true)]
async fn a_declined_credit_stays_declined_when_the_list_is_written_again() {
    let bench = Bench::new();
    let ghsa = bench.draft().await;
    let credits = json!({"credits": [{"login": "ravi", "type": "finder"}]});
    bench.patch(&ghsa, credits.clone()).await;
    bench.github.answer_credit(&ghsa, "ravi", crate::sandbox::github::CreditState::Declined);
    let again = bench.patch(&ghsa, credits).await.json();
    assert_eq!(again["credits_detailed"][0]["state"], "declined");
    assert!(!bench.github.answer_credit(&ghsa, "maya", crate::sandbox::github::CreditState::Accepted));
}

#[tokio::test(start_paused = true)]
async fn people_and_teams_are_invited_one_after_the_other() {
    let bench = Bench::new();
    let ghsa = bench.draft().await;
    for who in ["sofia-k", "Ravi", "wamr-core", "ravi"] {
        bench.github.invite_by_hand("maya", &ghsa, who).unwrap();
    }
    let advisory = bench.github.advisory(&ghsa).unwrap();
    assert_eq!(advisory.collaborating_users, ["sofia-k", "ravi"]);
    assert_eq!(advisory.collaborating_teams, ["wamr-core"]);
    assert_eq!(bench.github.invite_by_hand("maya", &ghsa, "nobody-here").unwrap_err().status, 422);
    assert_eq!(bench.github.invite_by_hand("ines", &ghsa, "ines").unwrap_err().status, 403, "of the team");
    assert_eq!(bench.github.invite_by_hand("lee", &ghsa, "ines").unwrap_err().status, 401);
}

#[tokio::test(start_paused = true)]
async fn an_outsider_reports_and_works_on_what_they_reported() {
    let bench = Bench::new();
    let ghsa = bench.github.report(REPO, "sofia-k", &complete()).unwrap();
    assert_eq!(bench.get(&format!("{LIST}/{ghsa}")).await.json()["author"]["login"], "sofia-k");
    assert_eq!(bench.get("/users/sofia-k").await.json()["name"], "Sofia Keller");
    bench.github.edit_by_hand("sofia-k", &ghsa, &json!({"summary": "Better"})).unwrap();
    assert_eq!(bench.github.accept("sofia-k", &ghsa).unwrap_err().status, 403);
    for (login, refused) in [("ines", 404), ("ravi", 404)] {
        assert_eq!(bench.github.accept(login, &ghsa).unwrap_err().status, refused);
    }
    bench.github.accept("tomasz", &ghsa).unwrap();
    assert_eq!(bench.github.advisory(&ghsa).unwrap().state.word(), "draft");
}
