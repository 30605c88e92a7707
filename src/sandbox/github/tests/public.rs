//! What anybody sees of a repository: written by hand, read through the API.

use super::*;
use crate::sandbox::github::{Access, Written};

const NOTE: Written<'static> = Written { title: "A title", body: "A text" };

fn texts(answer: &Answered, key: &str) -> Vec<String> {
    let list = answer.json();
    let pick = |one: &Value| one.pointer(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    list.as_array().expect("a list").iter().map(pick).collect()
}

#[tokio::test(start_paused = true)]
async fn a_push_moves_its_branch_and_is_the_newest_commit_of_it() {
    let bench = Bench::new();
    let at = |below: &str| format!("/repos/{REPO}/{below}");
    let one = bench.github.push_by_hand("maya", (REPO, "topic"), "First", None).unwrap();
    let two = bench.github.push_by_hand("maya", (REPO, "topic"), "Second", None).unwrap();
    let branches = bench.get(&at("branches?per_page=100")).await;
    assert_eq!(texts(&branches, "/name").last().unwrap(), "topic");
    assert_eq!(texts(&branches, "/commit/sha").last().unwrap(), &two);
    let messages = ["Second", "First", "Head of main"];
    for of in ["topic", &two] {
        assert_eq!(texts(&bench.get(&at(&format!("commits?sha={of}"))).await, "/commit/message"), messages);
    }
    assert_eq!(texts(&bench.get(&at(&format!("commits?sha={one}"))).await, "/sha").len(), 2);
    assert_eq!(texts(&bench.get(&at("commits")).await, "/commit/message"), ["Head of main"]);
    assert_eq!(bench.get(&at("commits?sha=nowhere")).await.status, 404);
    let refused = bench.github.push_by_hand("ravi", (REPO, "main"), "Mine", None).unwrap_err();
    assert_eq!(refused.status, 403);
}

#[tokio::test(start_paused = true)]
async fn issues_and_pull_requests_share_numbers_and_show_the_newest_change_first() {
    let bench = Bench::new();
    let at = |below: &str| format!("/repos/{REPO}/{below}");
    bench.github.push_by_hand("maya", (REPO, "topic"), "First", None).unwrap();
    bench.github.open_by_hand("ravi", REPO, NOTE, None).unwrap();
    bench.jump(1);
    assert_eq!(bench.github.open_by_hand("maya", REPO, NOTE, Some("topic")).unwrap(), 2);
    let newest = "?state=all&sort=updated&direction=desc";
    let pages = |answer: &Answered| texts(answer, "/html_url");
    let page = |of: &str| format!("https://github.com/{REPO}/{of}");
    let issues = bench.get(&at(&format!("issues{newest}"))).await;
    assert_eq!(pages(&issues), [page("pull/2"), page("issues/1")]);
    assert!(issues.json()[0]["pull_request"].is_object(), "a pull request is an issue too");
    assert_eq!(pages(&bench.get(&at(&format!("pulls{newest}"))).await), [page("pull/2")]);
    bench.jump(1);
    bench.github.remark_by_hand("sofia-k", (REPO, 1), "Me too", false).unwrap();
    let issues = bench.get(&at(&format!("issues{newest}&per_page=1"))).await;
    assert_eq!(pages(&issues), [page("issues/1")]);
    let next = issues.header("link").to_owned();
    assert!(next.contains("direction=desc") && next.contains("page=2"), "{next}");
    bench.jump(1);
    bench.github.remark_by_hand("sofia-k", (REPO, 2), "This line", true).unwrap();
    assert_eq!(bench.github.remark_by_hand("maya", (REPO, 1), "No lines", true).unwrap_err().status, 404);
    assert_eq!(texts(&bench.get(&at("issues/comments?sort=updated")).await, "/body"), ["Me too"]);
    assert_eq!(texts(&bench.get(&at("pulls/comments?sort=updated")).await, "/body"), ["This line"]);
    let since = "since=2026-10-05T09:00:03Z";
    assert_eq!(pages(&bench.get(&at(&format!("issues{newest}&{since}"))).await), [page("pull/2")]);
    let refused = bench.github.rewrite_by_hand("sofia-k", (REPO, 1), NOTE).unwrap_err();
    assert_eq!(refused.status, 403);
    bench.jump(1);
    bench.github.rewrite_by_hand("ravi", (REPO, 1), Written { title: "Better", body: "" }).unwrap();
    assert_eq!(texts(&bench.get(&at(&format!("issues{newest}"))).await, "/title"), ["Better", "A title"]);
}

#[tokio::test(start_paused = true)]
async fn a_draft_of_a_release_is_seen_by_those_who_push_and_makes_no_tag() {
    let bench = Bench::new();
    bench.github.release_by_hand("maya", (REPO, "v2"), NOTE, false).unwrap();
    bench.github.release_by_hand("maya", (REPO, "v3"), NOTE, true).unwrap();
    bench.github.tag_by_hand("maya", REPO, "v1").unwrap();
    let releases = format!("/repos/{REPO}/releases");
    assert_eq!(texts(&bench.get(&releases).await, "/tag_name"), ["v3", "v2"]);
    assert_eq!(texts(&bench.anonymous(&releases).await, "/tag_name"), ["v2"]);
    assert_eq!(texts(&bench.get(&format!("/repos/{REPO}/tags")).await, "/name"), ["v2", "v1"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_private_is_seen_only_by_those_who_belong_there() {
    let bench = Bench::new();
    bench.github.set_private(REPO, true).unwrap();
    let own = format!("/repos/{REPO}");
    assert_eq!(bench.get(&own).await.json()["private"], json!(true));
    for (path, who) in [(&own, "ravi"), (&format!("{own}/issues"), "sofia-k")] {
        assert_eq!(bench.by(who, Method::GET, path, None).await.status, 404, "{who}");
    }
    assert_eq!(bench.anonymous(&own).await.status, 404);
    let rights = Rights::fine_grained("bytecodealliance", &[("metadata", Access::Read)]);
    bench.github.set_token_rights(&Seed::weak_token(NUMBER), rights);
    assert_eq!(bench.weak(Method::GET, &own, None).await.status, 404);
}

#[tokio::test(start_paused = true)]
async fn a_private_commit_that_is_pushed_early_is_the_same_commit() {
    let bench = Bench::new();
    let ghsa = bench.draft().await;
    bench.github.fork_by_hand("maya", &ghsa).unwrap();
    bench.jump(60);
    bench.github.open_pull("maya", &ghsa, "main", &[]).unwrap();
    let pulls = format!("/repos/bytecodealliance/wasmtime-{}/pulls", ghsa.to_lowercase());
    let private = texts(&bench.get(&format!("{pulls}/1/commits")).await, "/sha");
    let pushed = bench.github.push_early("maya", &ghsa, 1, "main").unwrap();
    assert_eq!(private, std::slice::from_ref(&pushed));
    assert_eq!(texts(&bench.get(&format!("/repos/{REPO}/commits")).await, "/sha")[0], pushed);
}
