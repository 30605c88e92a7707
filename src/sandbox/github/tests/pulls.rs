//! Pull requests in private forks: opened, pushed to and reviewed by hand, read through the API.

use super::*;
use crate::sandbox::github::{Access, Verdict};

/// An advisory with a fork that is ready and a pull request into `main`; where that is read.
async fn opened(bench: &Bench) -> (String, String) {
    let ghsa = bench.draft().await;
    bench.github.fork_by_hand("maya", &ghsa).unwrap();
    bench.jump(60);
    let files = ["src/lib.rs".to_owned(), "RELEASES.md".to_owned()];
    assert_eq!(bench.github.open_pull("maya", &ghsa, "main", &files).unwrap(), 1);
    let path = format!("/repos/bytecodealliance/wasmtime-{}/pulls", ghsa.to_lowercase());
    (ghsa, path)
}

#[tokio::test(start_paused = true)]
async fn whether_it_applies_is_told_a_moment_after_each_push() {
    let bench = Bench::new();
    let (ghsa, pulls) = opened(&bench).await;
    let one = format!("{pulls}/1");
    let shown = bench.get(&one).await.json();
    assert_eq!((&shown["mergeable"], &shown["mergeable_state"]), (&Value::Null, &json!("unknown")));
    assert_eq!((&shown["base"]["ref"], &shown["state"]), (&json!("main"), &json!("open")));
    bench.jump(2);
    assert_eq!(bench.get(&one).await.json()["mergeable"], json!(true));
    let head = shown["head"]["sha"].clone();
    bench.github.push_to_pull("maya", &ghsa, 1, &["src/new.rs".to_owned()]).unwrap();
    let pushed = bench.get(&one).await.json();
    assert!(pushed["head"]["sha"] != head && pushed["mergeable"].is_null(), "{pushed}");
    bench.github.change_pull(&ghsa, 1, |pull| pull.applies = false).unwrap();
    bench.jump(2);
    let conflicts = bench.get(&one).await.json();
    assert_eq!((&conflicts["mergeable"], &conflicts["mergeable_state"]), (&json!(false), &json!("dirty")));
}

#[tokio::test(start_paused = true)]
async fn lists_have_pages_and_closed_ones_only_when_asked_for() {
    let bench = Bench::new();
    let (ghsa, pulls) = opened(&bench).await;
    bench.github.open_pull("maya", &ghsa, "main", &[]).unwrap();
    bench.github.change_pull(&ghsa, 1, |pull| pull.is_open = false).unwrap();
    let numbers = |answer: &Answered| {
        let list = answer.json();
        list.as_array().unwrap().iter().map(|pull| pull["number"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(numbers(&bench.get(&pulls).await), [2]);
    assert_eq!(numbers(&bench.get(&format!("{pulls}?state=closed")).await), [1]);
    let first = bench.get(&format!("{pulls}?state=all&per_page=1")).await;
    assert_eq!(numbers(&first), [2]);
    assert!(first.header("link").contains("page=2"), "{}", first.header("link"));
    let files = bench.get(&format!("{pulls}/1/files?per_page=1&page=2")).await;
    assert_eq!(files.json()[0]["filename"], "RELEASES.md");
    assert_eq!(files.header("link"), "");
}

#[tokio::test(start_paused = true)]
async fn nobody_approves_their_own_and_a_review_is_of_one_commit() {
    let bench = Bench::new();
    let (ghsa, pulls) = opened(&bench).await;
    let own = bench.github.review_pull("maya", &ghsa, 1, Verdict::Approved).unwrap_err();
    assert_eq!((own.status, own.message.as_str()), (422, "Can not approve your own pull request"));
    bench.github.review_pull("tomasz", &ghsa, 1, Verdict::Approved).unwrap();
    let head = bench.get(&format!("{pulls}/1")).await.json()["head"]["sha"].clone();
    bench.github.push_to_pull("maya", &ghsa, 1, &[]).unwrap();
    let reviews = bench.get(&format!("{pulls}/1/reviews")).await.json();
    assert_eq!((&reviews[0]["state"], &reviews[0]["commit_id"]), (&json!("APPROVED"), &head));
}

#[tokio::test(start_paused = true)]
async fn only_those_at_work_on_the_advisory_see_and_change_them() {
    let bench = Bench::new();
    let (ghsa, pulls) = opened(&bench).await;
    let one = format!("{pulls}/1");
    for (login, status) in [("maya", 200), ("tomasz", 200), ("ravi", 404), ("ines", 404)] {
        assert_eq!(bench.by(login, Method::GET, &one, None).await.status, status, "{login}");
    }
    assert_eq!(bench.anonymous(&one).await.status, 404);
    assert_eq!(bench.get(&format!("{pulls}/2")).await.status, 404);
    assert_eq!(bench.get(&format!("/repos/{REPO}/pulls/1")).await.status, 404);
    for refused in [
        bench.github.open_pull("ravi", &ghsa, "main", &[]).map(|_| ()),
        bench.github.push_to_pull("ravi", &ghsa, 1, &[]),
        bench.github.review_pull("ravi", &ghsa, 1, Verdict::ChangesRequested),
    ] {
        assert_eq!(refused.unwrap_err().status, 404);
    }
    assert_eq!(bench.github.open_pull("maya", &ghsa, "gone", &[]).unwrap_err().status, 422);
    bench.github.publish_by_hand("maya", &ghsa).unwrap();
    assert_eq!(bench.get(&one).await.status, 404, "they go with the fork");
}

#[tokio::test(start_paused = true)]
async fn a_fine_grained_token_needs_to_read_pull_requests() {
    let bench = Bench::new();
    let (_, pulls) = opened(&bench).await;
    let rights = |permissions: &[(&str, Access)]| {
        let rights = Rights::fine_grained("bytecodealliance", permissions);
        bench.github.set_token_rights(&Seed::weak_token(NUMBER), rights);
    };
    let administers = ("administration", Access::Write);
    rights(&[administers]);
    let refused = bench.weak(Method::GET, &format!("{pulls}/1"), None).await;
    assert_eq!(refused.status, 403);
    assert_eq!(refused.header("x-accepted-github-permissions"), "pull_requests=read");
    rights(&[administers, ("pull_requests", Access::Read)]);
    assert_eq!(bench.weak(Method::GET, &format!("{pulls}/1"), None).await.status, 200);
}
