//! Looking at all advisories again and again, for nothing while nothing changes.

use std::collections::BTreeMap;

use super::*;
use crate::github::{Digest, Sighting};

type Known = BTreeMap<Embargoed<GhsaId>, Digest>;

const OTHER: &str = "GHSA-2222-2222-2222";
const NEXT: &str = r#"<https://api.github.com/page2?after=x>; rel="next""#;
const FIRST: &str =
    "GET /repos/bytecodealliance/wasmtime/security-advisories?sort=created&direction=asc&per_page=100";

fn page(etag: &str, next: Option<&str>, advisories: &[Value]) -> Result<Response<Bytes>, TransportError> {
    let headers: Vec<_> =
        [Some(("etag", etag)), next.map(|next| ("link", next))].into_iter().flatten().collect();
    Ok(answer(200, &headers, json!(advisories).to_string()))
}

fn unchanged() -> Result<Response<Bytes>, TransportError> {
    Ok(answer(304, &[], ""))
}

async fn look(bench: &Bench, known: &Known) -> Sighting {
    done(bench.github.list(&repository(), known).await)
}

/// The ids of what changed, which is taken in.
fn take(sighting: &Sighting, known: &mut Known) -> Vec<String> {
    let ids = sighting.changed.iter().map(|(advisory, digest)| {
        let ghsa = &opened(advisory).ghsa;
        known.insert(Embargoed::new(ghsa.clone()), *digest);
        ghsa.as_str().to_owned()
    });
    ids.collect()
}

fn conditional(bench: &Bench) -> Vec<bool> {
    let seen = bench.script.seen.lock().unwrap();
    seen.iter().map(|request| request.headers.contains_key("if-none-match")).collect()
}

#[tokio::test]
async fn every_page_is_looked_at_and_costs_nothing_while_unchanged() {
    let closed = with("state", json!("closed"));
    let (one, two) = (with("ghsa_id", json!(OTHER)), draft());
    let bench = Bench::new([
        page("\"1\"", Some(NEXT), &[one]),
        page("\"2\"", None, &[two]),
        unchanged(),
        unchanged(),
        unchanged(),
        page("\"3\"", None, &[closed]),
    ]);
    let mut known = Known::new();
    assert_eq!(take(&look(&bench, &known).await, &mut known), [OTHER, GHSA]);
    assert_eq!(take(&look(&bench, &known).await, &mut known), [""; 0]);
    let sighting = look(&bench, &known).await;
    assert_eq!(take(&sighting, &mut known), [GHSA]);
    assert_eq!(sighting.asked, bench.clock.now());
    assert_eq!(bench.requests()[..4], [FIRST, "GET /page2?after=x", FIRST, "GET /page2?after=x"]);
    assert_eq!(conditional(&bench), [false, false, true, true, true, true]);
}

#[tokio::test]
async fn what_the_caller_has_not_taken_in_is_shown_again() {
    let lost = Err(TransportError::AnswerLost);
    let first = || page("\"1\"", Some(NEXT), &[with("ghsa_id", json!(OTHER))]);
    let bench = Bench::new([first(), lost, first(), page("\"2\"", None, &[draft()])]);
    let mut known = Known::new();
    assert!(bench.github.list(&repository(), &known).await.is_err());
    assert_eq!(take(&look(&bench, &known).await, &mut known), [OTHER, GHSA]);
    assert_eq!(conditional(&bench), [false; 4]);
}

#[tokio::test]
async fn a_page_that_is_just_full_is_read_again_because_another_may_follow() {
    let ghsa = |n: usize| {
        format!(
            "GHSA-2222-2222-{}",
            ["2", "3", "4", "5", "6", "7", "8", "9", "c", "f"].map(str::to_owned)[n / 10].repeat(2)
                + &["2", "3", "4", "5", "6", "7", "8", "9", "c", "f"][n % 10].repeat(2)
        )
    };
    let full: Vec<Value> = (0..100).map(|n| with("ghsa_id", json!(ghsa(n)))).collect();
    let bench = Bench::new([
        page("\"1\"", None, &full),
        page("\"1\"", Some(NEXT), &full),
        page("\"2\"", None, &[draft()]),
    ]);
    let mut known = Known::new();
    assert_eq!(take(&look(&bench, &known).await, &mut known).len(), 100);
    assert_eq!(take(&look(&bench, &known).await, &mut known), [GHSA]);
    assert_eq!(conditional(&bench), [false; 3]);
}

#[tokio::test]
async fn too_large_an_answer_is_asked_for_in_smaller_pages_from_then_on() {
    let large = || Err(TransportError::AnswerTooLarge);
    let bench = Bench::new([large(), large(), page("\"1\"", None, &[draft()]), unchanged()]);
    let mut known = Known::new();
    assert_eq!(take(&look(&bench, &known).await, &mut known), [GHSA]);
    look(&bench, &known).await;
    let sizes: Vec<_> =
        bench.requests().iter().map(|line| line.rsplit('=').next().unwrap().to_owned()).collect();
    assert_eq!(sizes, ["100", "25", "5", "5"]);

    let bench = Bench::new([large(), large(), large(), large(), page("\"1\"", None, &[draft()])]);
    let refused = bench.github.list(&repository(), &Known::new()).await;
    assert_eq!(refused.err().unwrap().failure.kind, commands::kernel::effect::FailureKind::Broken);
    look(&bench, &Known::new()).await;
    assert_eq!(bench.requests()[4], FIRST);
}

#[tokio::test]
async fn one_that_makes_no_sense_does_not_hide_the_others() {
    let odd = [json!({"ghsa_id": 7}), with("state", json!("archived")), json!(null), draft()];
    let bench = Bench::new([page("\"1\"", None, &odd)]);
    assert_eq!(take(&look(&bench, &Known::new()).await, &mut Known::new()), [GHSA]);
}

#[tokio::test]
async fn a_list_is_no_list_when_it_is_something_else() {
    let bench = Bench::new([ok(&json!({"message": "hello"}))]);
    assert!(bench.github.list(&repository(), &Known::new()).await.is_err());
}

#[test]
fn the_digest_notices_every_change_and_nothing_else() {
    let digest = |raw: Value| {
        let raw: crate::github::wire::RawAdvisory = serde_json::from_value(raw).unwrap();
        Digest::of(&Embargoed::new(raw.advisory(StillClock::starting().now()).ok().unwrap()))
    };
    let plain = digest(draft());
    for (key, value) in [
        ("ghsa_id", json!(OTHER)),
        ("state", json!("triage")),
        ("cve_id", json!("CVE-2026-12345")),
        ("summary", json!("Another")),
        ("description", json!("Another")),
        ("severity", json!("low")),
        ("cwe_ids", json!([])),
        ("vulnerabilities", json!([])),
        ("submission", json!({"accepted": true})),
        ("author", json!({"login": "maya"})),
        ("publisher", json!({"login": "maya"})),
        ("collaborating_users", json!([{"login": "maya"}])),
        ("collaborating_teams", json!([{"slug": "maya"}])),
        ("credits", json!([{"login": "maya", "type": "finder"}])),
        ("private_fork", json!({"full_name": "a/b"})),
    ] {
        assert!(digest(with(key, value)) != plain, "{key}");
    }
    for (key, value) in [("created_at", json!(null)), ("updated_at", json!("2026-11-19T00:00:00Z"))] {
        assert!(digest(with(key, value)) == plain, "{key}");
    }
}
