//! Public pull requests, and what GitHub runs by itself: checks, workflows, tags.

use super::*;
use crate::sandbox::github::{Light, MergeMethod, Protection, Verdict, Written};

const TEXT: Written<'static> = Written { title: "A title", body: "A text" };

fn at(below: &str) -> String {
    format!("/repos/{REPO}/{below}")
}

/// A pull request into `main`, and its commit.
fn opened(bench: &Bench) -> String {
    let sha = bench.github.push_by_hand("maya", (REPO, "topic"), "Mend it", None).unwrap();
    bench.github.propose_by_hand("maya", (REPO, "main"), "topic", TEXT).unwrap();
    sha
}

async fn state(bench: &Bench) -> String {
    bench.get(&at("pulls/1")).await.json()["mergeable_state"].as_str().unwrap_or_default().to_owned()
}

async fn put(bench: &Bench, who: &str, body: Value) -> Answered {
    bench.by(who, Method::PUT, &at("pulls/1/merge"), Some(body)).await
}

#[tokio::test(start_paused = true)]
async fn lists_are_narrowed_by_branch_and_head() {
    let bench = Bench::new();
    opened(&bench);
    for (query, count) in [
        ("?base=main&head=bytecodealliance:topic", 1),
        ("?base=release-36.0.0", 0),
        ("?head=ravi:topic", 0),
        ("?state=closed", 0),
    ] {
        let list = bench.get(&at(&format!("pulls{query}"))).await.json();
        assert_eq!(list.as_array().unwrap().len(), count, "{query}");
    }
    let again = json!({"title": "Again", "head": "topic", "base": "main"});
    let refused = bench.post(&at("pulls"), again).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("A pull request already exists for bytecodealliance:topic."));
    let nothing = json!({"title": "Nothing", "head": "main", "base": "main"});
    assert!(bench.post(&at("pulls"), nothing).await.text.contains("No commits between main and main"));
    let unseen = bench.post(&at("pulls"), json!({"title": "x", "head": "gone", "base": "main"})).await;
    assert_eq!((unseen.status, &unseen.json()["errors"][0]["field"]), (422, &json!("head")));
}

#[tokio::test(start_paused = true)]
async fn a_check_takes_a_minute_and_belongs_to_its_commit() {
    let bench = Bench::new();
    let sha = opened(&bench);
    let runs = || async { bench.get(&at(&format!("commits/{sha}/check-runs"))).await.json() };
    let now = runs().await;
    assert_eq!((&now["total_count"], &now["check_runs"][0]["status"]), (&json!(1), &json!("in_progress")));
    bench.jump(60);
    assert_eq!(runs().await["check_runs"][0]["conclusion"], "success");
    let none = bench.get(&at(&format!("commits/{sha}/status"))).await.json();
    assert_eq!((&none["state"], &none["total_count"]), (&json!("pending"), &json!(0)), "as GitHub has it");
    bench.github.turn_check(REPO, 1, "build", Light::Red).unwrap();
    assert_eq!(runs().await["check_runs"][0]["conclusion"], "failure");
    assert_eq!(state(&bench).await, "unstable");
    let other = bench.github.push_by_hand("maya", (REPO, "topic"), "Mend it more", None).unwrap();
    let anew = bench.get(&at(&format!("commits/{other}/check-runs"))).await.json();
    assert_eq!(anew["check_runs"][0]["status"], "in_progress");
    assert_eq!(bench.get(&at("commits/0000/check-runs")).await.status, 422);
}

#[tokio::test(start_paused = true)]
async fn how_it_stands_is_worked_out_after_each_push_to_either_branch() {
    let bench = Bench::new();
    opened(&bench);
    assert_eq!(state(&bench).await, "unknown");
    bench.jump(60);
    assert_eq!(state(&bench).await, "clean");
    bench.github.push_by_hand("tomasz", (REPO, "main"), "Else", None).unwrap();
    assert_eq!(state(&bench).await, "unknown");
    bench.jump(60);
    bench.github.protect(REPO, "main", Protection { up_to_date: true, ..Protection::default() });
    assert_eq!(state(&bench).await, "behind");
    bench.github.protect(REPO, "main", Protection { reviews: 1, ..Protection::default() });
    assert_eq!(state(&bench).await, "blocked");
    let own = bench.github.review_by_hand("maya", REPO, 1, Verdict::Approved).unwrap_err();
    assert_eq!(own.status, 422);
    bench.github.review_by_hand("ravi", REPO, 1, Verdict::Approved).unwrap();
    assert_eq!(state(&bench).await, "blocked", "an outsider's review is none");
    bench.github.review_by_hand("tomasz", REPO, 1, Verdict::ChangesRequested).unwrap();
    assert_eq!(state(&bench).await, "blocked");
    bench.github.review_by_hand("tomasz", REPO, 1, Verdict::Approved).unwrap();
    assert_eq!(state(&bench).await, "clean");
    bench.github.push_by_hand("maya", (REPO, "topic"), "More", None).unwrap();
    bench.jump(60);
    assert_eq!(state(&bench).await, "blocked", "the review was of another commit");
    bench.github.set_conflict(REPO, 1, true).unwrap();
    assert_eq!(state(&bench).await, "dirty");
}

#[tokio::test(start_paused = true)]
async fn only_its_very_commit_is_merged_and_only_in_a_way_that_is_allowed() {
    let bench = Bench::new();
    let sha = opened(&bench);
    bench.jump(60);
    assert_eq!(put(&bench, "maya", json!({"sha": "0".repeat(40)})).await.status, 409);
    bench.github.bar_methods(REPO, &[MergeMethod::Merge]);
    let shown = bench.get(&format!("/repos/{REPO}")).await.json();
    assert_eq!((&shown["allow_merge_commit"], &shown["allow_rebase_merge"]), (&json!(false), &json!(true)));
    assert_eq!(put(&bench, "maya", json!({"sha": sha})).await.status, 405);
    assert_eq!(put(&bench, "ravi", json!({"sha": sha})).await.status, 403);
    bench.github.bar_methods(REPO, &[]);
    let merged = put(&bench, "maya", json!({"sha": sha})).await;
    assert_eq!((merged.status, &merged.json()["merged"]), (200, &json!(true)));
    assert_eq!(bench.github.head(REPO, "main").unwrap(), merged.json()["sha"].as_str().unwrap());
    let commits = bench.get(&at("commits")).await.json();
    let messages: Vec<_> =
        commits.as_array().unwrap().iter().map(|one| one["commit"]["message"].as_str().unwrap()).collect();
    assert_eq!(messages, ["Merge pull request #1 from bytecodealliance/topic", "Mend it", "Head of main"]);
    let pull = bench.get(&at("pulls/1")).await.json();
    assert_eq!(
        (&pull["merged"], &pull["state"], &pull["merged_by"]["login"]),
        (&json!(true), &json!("closed"), &json!("maya"))
    );
    assert_eq!(pull["head"]["sha"].as_str(), Some(&*sha));
    assert_eq!(put(&bench, "maya", json!({})).await.status, 405);
    let issues = bench.get(&at("issues?state=all")).await.json();
    assert_eq!(issues[0]["state"], "closed");
}

#[tokio::test(start_paused = true)]
async fn an_administrator_is_let_past_the_rules_without_a_word_and_others_are_not() {
    let bench = Bench::new();
    opened(&bench);
    bench.jump(60);
    bench.github.set_role(REPO, "ines", Some(crate::sandbox::github::Role::Write)).unwrap();
    bench.github.protect(REPO, "main", Protection { reviews: 1, ..Protection::default() });
    let refused = put(&bench, "ines", json!({})).await;
    assert_eq!(refused.status, 405);
    assert!(refused.text.contains("Repository rule violations found"));
    assert_eq!(put(&bench, "maya", json!({})).await.status, 200);
    assert!(bench.github.proposals(REPO)[0].merged.as_ref().unwrap().bypassed);
}

#[tokio::test(start_paused = true)]
async fn a_workflow_bumps_a_version_and_the_merge_of_that_leads_to_a_tag() {
    let bench = Bench::new();
    let start = at("actions/workflows/release.yml/dispatches");
    let body = || json!({"ref": "release-36.0.0", "inputs": {"version": "36.0.15"}});
    assert_eq!(bench.post(&start, body()).await.status, 204);
    assert_eq!(bench.post(&start, json!({"ref": "gone"})).await.status, 422);
    let odd = bench.post(&start, json!({"ref": "main", "inputs": {"colour": "red"}})).await;
    assert!(odd.text.contains("Unexpected inputs provided"));
    let missing = at("actions/workflows/none.yml/dispatches");
    assert_eq!(bench.post(&missing, body()).await.status, 404);
    assert!(bench.github.proposals(REPO).is_empty());
    bench.jump(60);
    let [pull] = &bench.github.proposals(REPO)[..] else { panic!("one pull request") };
    assert_eq!(
        (&*pull.branch, &*pull.base, &*pull.author),
        ("ci/release-release-36.0.0", "release-36.0.0", "github-actions[bot]")
    );
    bench.github.merge_by_hand("maya", REPO, 1).unwrap();
    assert!(bench.github.tags(REPO).is_empty());
    bench.jump(60);
    assert_eq!(bench.github.tags(REPO), ["v36.0.15"]);
    assert_eq!(bench.get(&at("git/ref/tags/v36.0.15")).await.status, 200);
    assert_eq!(bench.get(&at("git/ref/tags/v36.0.1")).await.status, 404);
    bench.github.set_stuck(REPO, "release.yml", true);
    assert_eq!(bench.post(&start, body()).await.status, 204);
    bench.jump(3600);
    let runs = bench.get(&at("actions/workflows/release.yml/runs?branch=release-36.0.0")).await.json();
    assert_eq!(
        (&runs["workflow_runs"][0]["status"], &runs["workflow_runs"][1]["status"]),
        (&json!("in_progress"), &json!("completed"))
    );
    let later = at("actions/workflows/release.yml/runs?created=%3E%3D2099-01-01T00:00:00Z");
    assert_eq!(bench.get(&later).await.json()["total_count"], 0);
    assert!(!bench.github.users().iter().any(|login| login.contains("[bot]")), "no person");
}

#[tokio::test(start_paused = true)]
async fn a_repository_is_deleted_by_its_administrators_and_a_private_fork_goes_out_of_its_advisory() {
    let bench = Bench::new();
    let ghsa = bench.draft().await;
    let fork = format!("/repos/{}", bench.github.fork_by_hand("maya", &ghsa).unwrap());
    bench.jump(60);
    let token = Seed::bot_token(NUMBER);
    bench.github.invite_by_hand("maya", &ghsa, "ravi").unwrap();
    assert_eq!(bench.by("ravi", Method::DELETE, &fork, None).await.status, 403);
    assert_eq!(bench.by("maya", Method::DELETE, &fork, None).await.status, 403, "the token lacks the scope");
    assert_eq!(bench.with_token(&token, Method::DELETE, &fork, None).await.status, 204);
    assert!(bench.github.advisory(&ghsa).unwrap().private_fork.is_none());
    assert_eq!(bench.with_token(&token, Method::DELETE, &fork, None).await.status, 404);
    assert_eq!(bench.with_token(&token, Method::DELETE, &format!("/repos/{REPO}"), None).await.status, 204);
    assert_eq!(bench.get(&format!("/repos/{REPO}")).await.status, 404, "nothing keeps anybody from it");
}

#[tokio::test(start_paused = true)]
async fn an_advisory_whose_fork_has_open_pull_requests_is_not_published_where_that_is_wanted() {
    let bench = Bench::new();
    let ghsa = bench.draft().await;
    bench.github.fork_by_hand("maya", &ghsa).unwrap();
    bench.jump(60);
    bench.github.open_pull("maya", &ghsa, "main", &[]).unwrap();
    bench.github.set_wants_pulls_closed(true);
    let refused = bench.patch(&ghsa, json!({"state": "published"})).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("open pull requests"), "{}", refused.text);
    let pull = format!("/repos/bytecodealliance/wasmtime-{}/pulls/1", ghsa.to_lowercase());
    let closed = bench
        .with_token(&Seed::bot_token(NUMBER), Method::PATCH, &pull, Some(json!({"state": "closed"})))
        .await;
    assert_eq!((closed.status, &closed.json()["state"]), (200, &json!("closed")));
    assert_eq!(bench.patch(&ghsa, json!({"state": "published"})).await.status, 200);
}
