//! CVE numbers: asked for through the API, given later.

use jiff::SignedDuration;
use serde_json::json;

use super::*;

async fn ask(bench: &Bench, ghsa: &str) -> Answered {
    bench.post(&format!("{LIST}/{ghsa}/cve"), json!({})).await
}

#[tokio::test(start_paused = true)]
async fn a_request_is_accepted_and_nothing_shows_until_it_is_answered() {
    let bench = Bench::new();
    let ghsa = bench.draft().await;
    let path = format!("{LIST}/{ghsa}");
    let before = bench.get(&path).await;
    let accepted = ask(&bench, &ghsa).await;
    assert_eq!((accepted.status, accepted.json()), (202, json!({})));
    assert_eq!(ask(&bench, &ghsa).await.status, 202, "asking again is accepted");
    assert_eq!(bench.get(&path).await.header("etag"), before.header("etag"));
    assert_eq!(bench.github.cve_requests().len(), 1);
    let cve = bench.github.assign_cve(&ghsa).expect("a request was open");
    let shown = bench.get(&path).await.json();
    assert_eq!(shown["cve_id"], cve.as_str());
    assert_eq!(shown["identifiers"][1], json!({"type": "CVE", "value": cve}));
    assert_eq!(bench.github.assign_cve(&ghsa), None);
    assert_eq!(ask(&bench, &ghsa).await.status, 422, "there is one already");
}

#[tokio::test(start_paused = true)]
async fn with_a_delay_the_number_comes_by_itself_and_on_time() {
    let bench = Bench::new();
    bench.github.set_cve_delay(Some(SignedDuration::from_hours(72)));
    let ghsa = bench.draft().await;
    ask(&bench, &ghsa).await;
    bench.jump(72 * 3600 - 1);
    assert_eq!(bench.github.advisory(&ghsa).expect("there").cve_id, None);
    bench.jump(1000);
    let advisory = bench.github.advisory(&ghsa).expect("there");
    assert!(advisory.cve_id.is_some_and(|cve| cve.starts_with("CVE-2026-")));
    assert_eq!(advisory.updated_at.to_string(), "2026-10-08T09:00:00Z");
}

#[tokio::test(start_paused = true)]
async fn reports_and_closed_advisories_get_no_number() {
    let bench = Bench::new();
    let report = json!({"summary": "Crash", "description": "It crashes."});
    let reported = bench.github.report(REPO, "ravi", &report).expect("accepted");
    assert_eq!(ask(&bench, &reported).await.status, 422);
    let ghsa = bench.draft().await;
    ask(&bench, &ghsa).await;
    bench.github.close("maya", &ghsa).expect("closed");
    assert!(bench.github.cve_requests().is_empty());
    assert_eq!(ask(&bench, &ghsa).await.status, 422);
}

#[tokio::test(start_paused = true)]
async fn a_refused_request_leaves_no_trace() {
    let bench = Bench::new();
    let ghsa = bench.draft().await;
    bench.github.request_cve_by_hand("tomasz", &ghsa).expect("accepted");
    assert!(bench.github.refuse_cve(&ghsa));
    assert!(!bench.github.refuse_cve(&ghsa));
    assert_eq!(bench.github.assign_cve(&ghsa), None);
    assert_eq!(ask(&bench, &ghsa).await.status, 202);
}

#[tokio::test(start_paused = true)]
async fn a_number_from_elsewhere_can_be_written_and_taken_away() {
    let bench = Bench::new();
    let ghsa = bench.draft().await;
    let changed = bench.patch(&ghsa, json!({"cve_id": "CVE-2026-12345"})).await;
    assert_eq!(changed.json()["cve_id"], "CVE-2026-12345");
    assert_eq!(bench.patch(&ghsa, json!({"cve_id": null})).await.json()["cve_id"], Value::Null);
}
