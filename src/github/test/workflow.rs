//! Workflows are started once; a tag is there by its whole name or not at all.

use std::collections::BTreeMap;

use commands::kernel::effect::FailureKind;
use jiff::SignedDuration;

use super::*;
use crate::port::Again;

async fn start(bench: &Bench, look_first: bool) -> Result<(), Setback> {
    let inputs = BTreeMap::from([("version".to_owned(), "2.4.4".to_owned())]);
    let since = StillClock::starting().now();
    bench.github.dispatch(&repository(), ("release.yml", "release/2.4.x"), &inputs, since, look_first).await
}

fn run(branch: &str, event: &str, created: &str) -> Value {
    json!({"event": event, "head_branch": branch, "created_at": created})
}

fn runs(all: &[Value]) -> Result<Response<Bytes>, TransportError> {
    ok(&json!({"total_count": all.len(), "workflow_runs": all}))
}

fn started() -> Result<Response<Bytes>, TransportError> {
    Ok(answer(204, &[], ""))
}

#[tokio::test]
async fn a_workflow_is_started_with_what_it_is_told() {
    let bench = Bench::new([started()]);
    done(start(&bench, false).await);
    let below = "/repos/bytecodealliance/wasmtime/actions/workflows/release.yml";
    assert_eq!(bench.requests(), [format!("POST {below}/dispatches")]);
    assert_eq!(bench.last_body(), json!({"ref": "release/2.4.x", "inputs": {"version": "2.4.4"}}));
}

#[tokio::test]
async fn one_that_may_have_been_started_is_looked_for_first() {
    let there = run("release/2.4.x", "workflow_dispatch", "2026-11-18T09:00:01Z");
    let bench = Bench::new([Err(TransportError::AnswerLost), runs(&[there])]);
    assert_eq!(start(&bench, false).await.unwrap_err().again, Again::Unknown);
    done(start(&bench, true).await);
    assert_eq!(bench.methods(), ["POST", "GET"]);
    let query =
        "event=workflow_dispatch&branch=release%2F2.4.x&created=%3E%3D2026-11-18T08%3A55%3A00Z&per_page=100";
    assert!(bench.requests()[1].ends_with(&format!("/release.yml/runs?{query}")), "{:?}", bench.requests());
}

#[tokio::test]
async fn others_do_not_count_and_a_run_that_comes_late_does() {
    let others = [
        run("main", "workflow_dispatch", "2026-11-18T09:00:01Z"),
        run("release/2.4.x", "push", "2026-11-18T09:00:01Z"),
        run("release/2.4.x", "workflow_dispatch", "2026-11-18T08:54:59Z"),
    ];
    let none = || runs(&others);
    let bench = Bench::new([none(), none(), none(), none(), none(), started()]);
    let asked = bench.clock.now();
    done(start(&bench, true).await);
    assert_eq!(bench.methods().last().unwrap(), "POST");
    assert_eq!(bench.clock.now().duration_since(asked), SignedDuration::from_secs(15));
    let there = run("release/2.4.x", "workflow_dispatch", "2026-11-18T09:00:01Z");
    let bench = Bench::new([none(), none(), none(), none(), runs(&[there])]);
    done(start(&bench, true).await);
    assert!(bench.methods().iter().all(|method| method == "GET"));
}

#[tokio::test]
async fn a_workflow_that_is_not_there_and_a_right_that_is_missing_are_told() {
    let missing = Bench::new([Ok(answer(404, &[], r#"{"message":"Not Found"}"#))]);
    assert_eq!(start(&missing, false).await.unwrap_err().failure.kind, FailureKind::NotFound);
    let weak = Bench::new([Ok(answer(403, &[], r#"{"message":"Resource not accessible"}"#))]);
    let weak = start(&weak, false).await.unwrap_err();
    assert_eq!(weak.failure.kind, FailureKind::Permission("actions=write".into()));
    let wrong = Bench::new([Ok(answer(422, &[], r#"{"message":"Unexpected inputs provided"}"#))]);
    let wrong = start(&wrong, false).await.unwrap_err();
    assert_eq!((wrong.failure.kind, wrong.again), (FailureKind::Refused, Again::Never));
}

#[tokio::test]
async fn a_tag_is_there_by_its_whole_name() {
    let named = |name: &str| ok(&json!({"ref": name, "object": {"type": "commit", "sha": "a".repeat(40)}}));
    let bench = Bench::new([
        named("refs/tags/WAMR/2.4.4"),
        named("refs/tags/WAMR/2.4.40"),
        Ok(answer(404, &[], r#"{"message":"Not Found"}"#)),
        Ok(answer(500, &[], "")),
        Ok(answer(301, &[], "")),
    ]);
    let wamr = "bytecodealliance/wamr".parse().unwrap();
    let has = || bench.github.has_tag(&wamr, "WAMR/2.4.4");
    assert!(done(has().await));
    assert!(!done(has().await));
    assert!(!done(has().await));
    assert_eq!(has().await.unwrap_err().failure.kind, FailureKind::Broken);
    assert_eq!(has().await.unwrap_err().failure.kind, FailureKind::NotFound, "a repository that moved");
    assert_eq!(bench.requests()[0], "GET /repos/bytecodealliance/wamr/git/ref/tags/WAMR/2.4.4");
}
