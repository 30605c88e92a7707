//! Temporary private forks: made at once, there a while later, and only for those at work.

use jiff::SignedDuration;
use serde_json::json;

use super::*;
use crate::sandbox::github::Access;

/// Where a fork of the advisory is asked for, and where it will be.
fn places(ghsa: &str) -> (String, String) {
    let fork = format!("bytecodealliance/wasmtime-{}", ghsa.to_lowercase());
    (format!("{LIST}/{ghsa}/forks"), fork)
}

#[tokio::test(start_paused = true)]
async fn a_fork_is_shown_at_once_and_can_be_read_a_while_later() {
    let bench = Bench::new();
    let ghsa = bench.draft().await;
    let (asked, name) = places(&ghsa);
    let made = bench.post(&asked, json!({})).await;
    assert_eq!(made.status, 202, "{}", made.text);
    let made = made.json();
    assert_eq!((&made["full_name"], &made["private"]), (&json!(name), &json!(true)));
    assert_eq!(made["parent"]["full_name"], REPO);
    let shown = bench.get(&format!("{LIST}/{ghsa}")).await.json();
    assert_eq!(shown["private_fork"]["full_name"], json!(name));
    assert_eq!(shown["private_fork"]["id"], made["id"]);
    let path = format!("/repos/{name}");
    assert_eq!(bench.get(&path).await.status, 404, "it is not ready");
    bench.jump(39);
    assert_eq!(bench.get(&path).await.status, 404);
    bench.jump(1);
    assert_eq!(bench.get(&path).await.json()["full_name"], json!(name));
    assert_eq!(bench.get(&format!("{path}/branches")).await.json()[0]["name"], "main");
    assert_eq!(bench.get(&format!("{path}/security-advisories")).await.status, 404);
}

#[tokio::test(start_paused = true)]
async fn only_those_at_work_on_the_advisory_see_the_fork() {
    let bench = Bench::new();
    let ghsa = bench.draft().await;
    let (asked, name) = places(&ghsa);
    bench.post(&asked, json!({})).await;
    bench
        .patch(&ghsa, json!({"collaborating_users": ["sofia-k"], "collaborating_teams": ["wamr-core"]}))
        .await;
    bench.jump(60);
    let path = format!("/repos/{name}");
    assert_eq!(bench.anonymous(&path).await.status, 404);
    for (login, status) in [("maya", 200), ("ines", 200), ("sofia-k", 200), ("ravi", 404)] {
        assert_eq!(bench.by(login, Method::GET, &path, None).await.status, status, "{login}");
    }
    let pushes = bench.by("sofia-k", Method::GET, &path, None).await.json()["permissions"].clone();
    assert_eq!((&pushes["push"], &pushes["admin"]), (&json!(true), &json!(false)));
    assert_eq!(bench.weak(Method::GET, &path, None).await.status, 404, "a token for public things");
    bench.patch(&ghsa, json!({"collaborating_users": [], "collaborating_teams": []})).await;
    assert_eq!(bench.by("sofia-k", Method::GET, &path, None).await.status, 404, "no longer invited");
}

#[tokio::test(start_paused = true)]
async fn only_who_manages_the_advisory_makes_a_fork() {
    let bench = Bench::new();
    let ghsa = bench.draft().await;
    bench.patch(&ghsa, json!({"collaborating_users": ["sofia-k"]})).await;
    let (asked, name) = places(&ghsa);
    let none = bench.raw(Method::POST, &asked, &[("user-agent", "tests")], "{}").await;
    assert_eq!(none.status, 401);
    for (login, status) in [("ravi", 404), ("ines", 404), ("sofia-k", 403)] {
        assert_eq!(bench.by(login, Method::POST, &asked, Some(json!({}))).await.status, status, "{login}");
    }
    assert_eq!(bench.github.advisory(&ghsa).unwrap().private_fork, None);
    bench.github.set_security_manager(REPO, "ines", true).unwrap();
    assert_eq!(
        bench.by("ines", Method::POST, &asked, Some(json!({}))).await.json()["full_name"],
        json!(name)
    );
}

#[tokio::test(start_paused = true)]
async fn a_fine_grained_token_needs_to_administer_the_repository() {
    let bench = Bench::new();
    let ghsa = bench.draft().await;
    let (asked, name) = places(&ghsa);
    let (read, write) = (Access::Read, Access::Write);
    let refused = [
        Rights::fine_grained("bytecodealliance", &[("repository_advisories", write)]),
        Rights::fine_grained("bytecodealliance", &[("administration", write)]),
        Rights::fine_grained(
            "bytecodealliance",
            &[("repository_advisories", read), ("administration", read)],
        ),
        Rights::fine_grained("else", &[("repository_advisories", write), ("administration", write)]),
    ];
    for rights in refused {
        bench.github.set_token_rights(&Seed::weak_token(NUMBER), rights.clone());
        let answer = bench.weak(Method::POST, &asked, Some(json!({}))).await;
        assert_eq!(answer.status, 403, "{rights:?}");
        let needed = "repository_advisories=read,administration=write";
        assert_eq!(answer.header("x-accepted-github-permissions"), needed);
    }
    let enough = [("repository_advisories", read), ("administration", write)];
    bench
        .github
        .set_token_rights(&Seed::weak_token(NUMBER), Rights::fine_grained("bytecodealliance", &enough));
    assert_eq!(bench.weak(Method::POST, &asked, Some(json!({}))).await.status, 202);
    bench.jump(40);
    assert_eq!(bench.weak(Method::GET, &format!("/repos/{name}"), None).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn there_is_one_fork_and_none_of_what_is_closed_or_public() {
    let bench = Bench::new();
    let ghsa = bench.draft().await;
    let (asked, name) = places(&ghsa);
    bench.post(&asked, json!({})).await;
    let again = bench.post(&asked, json!({})).await;
    assert_eq!(again.status, 422);
    assert_eq!(again.message(), "Validation Failed|Advisory already has a temporary private fork");
    assert_eq!(again.json()["errors"][0]["code"], "already_exists");
    bench.jump(60);
    bench.github.publish_by_hand("maya", &ghsa).unwrap();
    assert_eq!(bench.get(&format!("{LIST}/{ghsa}")).await.json()["private_fork"], Value::Null);
    assert_eq!(bench.get(&format!("/repos/{name}")).await.status, 404, "publication deletes it");
    assert_eq!(bench.post(&asked, json!({})).await.status, 422);
    let closed = bench.draft().await;
    bench.github.close("maya", &closed).unwrap();
    let answer = bench.post(&places(&closed).0, json!({})).await;
    assert_eq!(
        (answer.status, answer.message()),
        (422, "Validation Failed|A fork cannot be made in state closed".to_owned())
    );
}

#[tokio::test(start_paused = true)]
async fn a_fork_of_a_report_leaves_it_in_triage() {
    let bench = Bench::new();
    let fields = json!({"summary": "Crash", "description": "It crashes."});
    let ghsa = bench.github.report(REPO, "sofia-k", &fields).unwrap();
    let name = bench.github.fork_by_hand("maya", &ghsa).unwrap();
    assert_eq!(name, places(&ghsa).1);
    let shown = bench.get(&format!("{LIST}/{ghsa}")).await.json();
    assert_eq!((&shown["state"], &shown["private_fork"]["full_name"]), (&json!("triage"), &json!(name)));
    bench.jump(40);
    let path = format!("/repos/{name}");
    assert_eq!(
        bench.by("sofia-k", Method::GET, &path, None).await.status,
        200,
        "the reporter works on it too"
    );
    assert_eq!(bench.github.fork_by_hand("ines", &ghsa).unwrap_err().status, 404);
}

#[tokio::test(start_paused = true)]
async fn the_delay_is_a_switch_and_a_fork_may_never_come() {
    let bench = Bench::new();
    bench.github.set_fork_delay(None);
    let mut fields = complete();
    fields["start_private_fork"] = json!(true);
    let made = bench.post(LIST, fields).await.json();
    let path =
        format!("/repos/{}", made["private_fork"]["full_name"].as_str().expect("asked for with the draft"));
    bench.jump(7 * 24 * 3600);
    assert_eq!(bench.get(&path).await.status, 404);
    bench.github.set_fork_delay(Some(SignedDuration::ZERO));
    assert_eq!(bench.get(&path).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn a_long_name_is_cut_before_the_identifier() {
    let mut seed = Seed::bytecodealliance(NUMBER);
    let long = format!("bytecodealliance/{}", "w".repeat(100));
    seed.repositories[0].full_name.clone_from(&long);
    let bench = Bench::with_seed(seed);
    let ghsa = bench.github.draft_by_hand("maya", &long, &complete()).unwrap();
    let name = bench.github.fork_by_hand("maya", &ghsa).unwrap();
    assert_eq!(name, format!("bytecodealliance/{}-{}", "w".repeat(80), ghsa.to_lowercase()));
}
