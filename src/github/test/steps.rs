//! What is done for an incident besides its text: each call looks first, and does nothing twice.

use commands::kernel::{
    content::{AdvisoryState, Part},
    effect::FailureKind,
    embargoed::TeamText,
    id::CveId,
};
use jiff::SignedDuration;

use super::*;
use crate::port::Again;

const CVE: &str = "CVE-2026-12345";
const FORK: &str = "bytecodealliance/wasmtime-ghsa-x5cm-v3r2-9fjq";

fn state(state: &str) -> Value {
    with("state", json!(state))
}

fn cve() -> Embargoed<CveId> {
    Embargoed::new(CVE.parse().unwrap())
}

fn name(fork: Result<Embargoed<Repository>, Setback>) -> String {
    done(fork).open(&AdvisoryPage::on_github()).to_string()
}

#[tokio::test]
async fn a_report_is_accepted_once() {
    let bench = Bench::new([ok(&state("triage")), ok(&draft()), ok(&draft())]);
    for _ in 0..2 {
        let advisory = must(bench.github.accept_report(&repository(), &ghsa()).await);
        assert_eq!(advisory.state, AdvisoryState::Draft);
    }
    assert_eq!(bench.methods(), ["GET", "PATCH", "GET"]);
    assert_eq!(bench.script.seen.lock().unwrap()[1].body, json!({"state": "draft"}));
}

#[tokio::test]
async fn an_advisory_is_closed_once() {
    let bench = Bench::new([ok(&draft()), ok(&state("closed")), ok(&state("closed"))]);
    for _ in 0..2 {
        let advisory =
            must_hold(bench.github.close_advisory(&repository(), &ghsa(), AdvisoryState::Draft).await);
        assert_eq!(advisory.state, AdvisoryState::Closed);
    }
    assert_eq!(bench.methods(), ["GET", "PATCH", "GET"]);
    assert_eq!(bench.script.seen.lock().unwrap()[1].body, json!({"state": "closed"}));
}

#[tokio::test]
async fn an_advisory_that_somebody_accepted_meanwhile_is_not_closed_as_a_report() {
    let bench = Bench::new([ok(&draft())]);
    let written = done(bench.github.close_advisory(&repository(), &ghsa(), AdvisoryState::Triage).await);
    assert!(matches!(written, Written::Conflict(_, parts) if parts == [Part::State]));
    assert_eq!(bench.methods(), ["GET"]);
}

#[tokio::test]
async fn what_makes_no_sense_any_more_is_refused_in_words_and_not_written() {
    let bench = Bench::new([ok(&state("published")), ok(&state("closed")), ok(&state("published"))]);
    let refused = [
        bench.github.accept_report(&repository(), &ghsa()).await.unwrap_err(),
        bench.github.accept_report(&repository(), &ghsa()).await.unwrap_err(),
        bench.github.close_advisory(&repository(), &ghsa(), AdvisoryState::Draft).await.unwrap_err(),
    ];
    for refused in &refused {
        assert_eq!((&refused.failure.kind, refused.again), (&FailureKind::Refused, Again::Never));
    }
    let words: Vec<_> = refused.iter().map(detail).collect();
    assert_eq!(
        words,
        [
            "the advisory is published; there is no report left to accept",
            "the advisory is closed; somebody must reopen it on its page first",
            "the advisory is published; what is public cannot be closed",
        ]
    );
    assert_eq!(bench.methods(), ["GET", "GET", "GET"]);
}

#[tokio::test]
async fn a_number_is_asked_for_only_where_there_is_none() {
    let taken = Ok(answer(202, &[], "{}"));
    let bench = Bench::new([ok(&draft()), taken, ok(&with("cve_id", json!(CVE)))]);
    assert!(done(bench.github.request_cve(&repository(), &ghsa()).await).is_none());
    let found = done(bench.github.request_cve(&repository(), &ghsa()).await).unwrap();
    assert_eq!(opened(&found).cve.as_ref().unwrap().as_str(), CVE);
    let below = format!("/repos/bytecodealliance/wasmtime/security-advisories/{GHSA}");
    assert_eq!(
        bench.requests(),
        [format!("GET {below}"), format!("POST {below}/cve"), format!("GET {below}")]
    );
}

#[tokio::test]
async fn a_number_is_entered_once_and_never_over_another() {
    let held = with("cve_id", json!(CVE));
    let other = with("cve_id", json!("CVE-2026-99999"));
    let bench = Bench::new([ok(&draft()), ok(&held), ok(&held), ok(&other)]);
    for _ in 0..2 {
        must_hold(bench.github.set_cve(&repository(), &ghsa(), &cve()).await);
    }
    assert_eq!(bench.script.seen.lock().unwrap()[1].body, json!({"cve_id": CVE}));
    let written = done(bench.github.set_cve(&repository(), &ghsa(), &cve()).await);
    assert!(matches!(written, Written::Conflict(_, parts) if parts == [Part::Cve]));
    assert_eq!(bench.methods(), ["GET", "PATCH", "GET", "GET"]);
}

#[tokio::test]
async fn a_fork_is_made_once() {
    let made = Ok(answer(202, &[], json!({"full_name": FORK, "private": true}).to_string()));
    let there = with("private_fork", json!({"full_name": FORK}));
    let bench = Bench::new([ok(&draft()), made, ok(&there)]);
    for _ in 0..2 {
        assert_eq!(name(bench.github.create_fork(&repository(), &ghsa()).await), FORK);
    }
    assert_eq!(bench.methods(), ["GET", "POST", "GET"]);
}

#[tokio::test]
async fn a_fork_that_shows_only_when_another_is_refused_is_taken() {
    let exists = || Ok(answer(422, &[], r#"{"message":"Advisory already has a temporary private fork"}"#));
    let there = with("private_fork", json!({"full_name": FORK}));
    let bench = Bench::new([ok(&draft()), exists(), ok(&there)]);
    assert_eq!(name(bench.github.create_fork(&repository(), &ghsa()).await), FORK);
    let bench = Bench::new([ok(&draft()), exists(), ok(&draft())]);
    let refused = bench.github.create_fork(&repository(), &ghsa()).await.unwrap_err();
    assert_eq!((&refused.failure.kind, refused.again), (&FailureKind::Refused, Again::Never));
    assert!(detail(&refused).contains("already has"));
}

#[tokio::test]
async fn a_fork_without_a_name_may_have_been_made() {
    let bench = Bench::new([ok(&draft()), Ok(answer(202, &[], r#"{"full_name":"../.."}"#))]);
    let setback = bench.github.create_fork(&repository(), &ghsa()).await.unwrap_err();
    assert_eq!((setback.failure.kind, setback.again), (FailureKind::Broken, Again::Unknown));
}

#[tokio::test]
async fn a_fork_that_is_not_there_yet_is_looked_for_every_ten_seconds() {
    let bench = Bench::new([Ok(answer(404, &[], "{}")), Ok(answer(401, &[], "{}")), ok(&json!({}))]);
    let fork = Embargoed::new(FORK.parse().unwrap());
    let not_yet = bench.github.fork_ready(&fork).await.unwrap_err();
    let ten_seconds = Again::NotDone { wait: Some(SignedDuration::from_secs(10)) };
    assert_eq!((not_yet.failure.kind, not_yet.again), (FailureKind::NotFound, ten_seconds));
    let refused = bench.github.fork_ready(&fork).await.unwrap_err();
    assert_eq!((refused.failure.kind, refused.again), (FailureKind::Credentials, Again::Never));
    done(bench.github.fork_ready(&fork).await);
    assert_eq!(bench.requests()[0], format!("GET /repos/{FORK}"));
}

#[tokio::test]
async fn a_comment_is_said_and_its_loss_is_noticed() {
    let text = TeamText::from("Thank you.");
    let bench = Bench::new([
        Ok(answer(201, &[], "{}")),
        Err(TransportError::AnswerLost),
        Ok(answer(404, &[], r#"{"message":"Not Found"}"#)),
    ]);
    done(bench.github.comment(&repository(), &ghsa(), &text).await);
    assert_eq!(bench.last_body(), json!({"body": "Thank you."}));
    let lost = bench.github.comment(&repository(), &ghsa(), &text).await.unwrap_err();
    assert_eq!(lost.again, Again::Unknown);
    let off = bench.github.comment(&repository(), &ghsa(), &text).await.unwrap_err();
    assert_eq!(
        (off.failure.kind, off.again),
        (FailureKind::NotFound, Again::Never),
        "the preview may be off"
    );
}

#[tokio::test]
async fn a_comment_is_looked_for_page_by_page_among_the_new_ones() {
    let text = TeamText::from("Thank you.\n\nWe look at it.");
    let next = r#"<https://api.github.com/page2>; rel="next""#;
    let other = json!([{"body": "Thank you."}, {"body": null}, {}]).to_string();
    let same = json!([{"body": "Thank you.\r\n\r\nWe look at it.\r\n"}]);
    for (second, found) in [(same, true), (json!([]), false)] {
        let bench = Bench::new([Ok(answer(200, &[("link", next)], other.clone())), ok(&second)]);
        let since = bench.clock.now();
        let looked = bench.github.find_comment(&repository(), &ghsa(), &text, since).await;
        assert_eq!(done(looked), found);
        let list = format!("/repos/bytecodealliance/wasmtime/security-advisories/{GHSA}/comments");
        let first = format!("GET {list}?since=2026-11-18T08%3A55%3A00Z&per_page=100");
        assert_eq!(bench.requests(), [first, "GET /page2".to_owned()]);
    }
}
