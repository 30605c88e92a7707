//! Every answer that is not the hoped-for one, and what it means for another try.

use commands::kernel::effect::FailureKind;
use jiff::SignedDuration;

use super::*;
use crate::port::Again;

/// What reading makes of an answer.
async fn read(given: Result<Response<Bytes>, TransportError>) -> Setback {
    let bench = Bench::new([given]);
    bench.github.fetch(&repository(), &ghsa()).await.unwrap_err()
}

/// What creating makes of an answer.
async fn write(given: Result<Response<Bytes>, TransportError>) -> Setback {
    let bench = Bench::new([given]);
    bench.github.create(&repository(), &Embargoed::new(content())).await.unwrap_err()
}

fn wait(seconds: i64) -> Again {
    Again::NotDone { wait: Some(SignedDuration::from_secs(seconds)) }
}

const NOT_DONE: Again = Again::NotDone { wait: None };

#[tokio::test]
async fn what_never_left_is_not_done_and_what_may_have_arrived_is_unknown_only_to_a_write() {
    for (error, kind, read_again, write_again) in [
        (TransportError::NotSent, FailureKind::Unreachable, NOT_DONE, NOT_DONE),
        (TransportError::AnswerLost, FailureKind::Unreachable, NOT_DONE, Again::Unknown),
        (TransportError::AnswerTooLarge, FailureKind::Broken, NOT_DONE, Again::Unknown),
    ] {
        let (read, write) = (read(Err(error)).await, write(Err(error)).await);
        assert_eq!((read.failure.kind, read.again), (kind.clone(), read_again), "{error}");
        assert_eq!((write.failure.kind, write.again), (kind, write_again), "{error}");
    }
}

#[tokio::test]
async fn a_broken_answer_leaves_the_fate_of_a_write_unknown() {
    let unicorn = "<html>Unicorn!</html>";
    for (status, body) in [(502, unicorn), (500, ""), (503, "{"), (201, ""), (201, r#"{"ghsa_id":"GH"#)] {
        let (read, write) =
            (read(Ok(answer(status, &[], body))).await, write(Ok(answer(status, &[], body))).await);
        assert_eq!((read.failure.kind, read.again), (FailureKind::Broken, NOT_DONE), "{status} {body}");
        assert_eq!((write.failure.kind, write.again), (FailureKind::Broken, Again::Unknown), "{status}");
    }
    let busy = read(Ok(answer(503, &[("retry-after", "7")], unicorn))).await;
    assert_eq!((detail(&busy), busy.again), ("GitHub answered 503", wait(7)));
}

#[tokio::test]
async fn the_primary_limit_is_waited_out_without_asking_again() {
    let reset = (StillClock::starting().now().as_second() + 900).to_string();
    let spent = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", reset.as_str())];
    let bench =
        Bench::new([Ok(answer(403, &spent, r#"{"message":"API rate limit exceeded"}"#)), ok(&draft())]);
    for _ in 0..3 {
        let refused = bench.github.fetch(&repository(), &ghsa()).await.unwrap_err();
        assert_eq!((refused.failure.kind, refused.again), (FailureKind::Broken, wait(900)));
    }
    assert_eq!(bench.requests().len(), 1);
    bench.clock.sleep_until(bench.clock.now() + SignedDuration::from_secs(900)).await;
    must(bench.github.fetch(&repository(), &ghsa()).await);
}

#[tokio::test]
async fn the_last_request_of_the_hour_is_used_and_noted() {
    let reset = (StillClock::starting().now().as_second() + 60).to_string();
    let last = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", reset.as_str())];
    let bench = Bench::new([Ok(answer(200, &last, draft().to_string()))]);
    must(bench.github.fetch(&repository(), &ghsa()).await);
    assert_eq!(bench.github.user().await.unwrap_err().again, wait(60));
    assert_eq!(bench.requests().len(), 1);
}

#[tokio::test]
async fn a_reset_far_away_is_a_wrong_clock_and_an_hour_is_enough() {
    let spent = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "99999999999")];
    assert_eq!(read(Ok(answer(429, &spent, ""))).await.again, wait(61 * 60));
}

#[tokio::test]
async fn secondary_limits_are_known_by_header_by_page_and_by_words() {
    let page = r#"{"message":"Slow down","documentation_url":"https://docs.github.com/rest#about-secondary-rate-limits"}"#;
    let words = r#"{"message":"You have exceeded a secondary rate limit."}"#;
    let quick = r#"{"message":"Validation Failed","errors":["was submitted too quickly"]}"#;
    for (given, again) in [
        (answer(403, &[("retry-after", "90")], words), wait(90)),
        (answer(403, &[("x-ratelimit-remaining", "4000")], page), wait(60)),
        (answer(403, &[], words), wait(60)),
        (answer(429, &[], ""), wait(60)),
        (answer(422, &[], quick), wait(60)),
    ] {
        let setback = write(Ok(given)).await;
        assert_eq!((setback.failure.kind, setback.again), (FailureKind::Broken, again));
    }
}

#[tokio::test]
async fn what_the_token_lacks_is_named() {
    let right = [("x-accepted-github-permissions", "repository_advisories=write")];
    let sso = [("x-github-sso", "required; url=https://github.com/orgs/bytecodealliance/sso?token=1")];
    let body = r#"{"message":"Resource not accessible by personal access token"}"#;
    let kinds = [
        read(Ok(answer(401, &[], r#"{"message":"Bad credentials"}"#))).await,
        read(Ok(answer(403, &right, body))).await,
        read(Ok(answer(403, &[], body))).await,
        read(Ok(answer(404, &sso, body))).await,
        read(Ok(answer(404, &[], r#"{"message":"Not Found"}"#))).await,
        read(Ok(answer(301, &[("location", "/repositories/1")], ""))).await,
    ];
    assert!(kinds.iter().all(|setback| setback.again == Again::Never));
    let kinds: Vec<_> = kinds.into_iter().map(|setback| setback.failure.kind).collect();
    insta::assert_debug_snapshot!(kinds, @r#"
    [
        Credentials,
        Permission(
            "repository_advisories=write",
        ),
        Permission(
            "repository_advisories=read",
        ),
        Permission(
            "the organisation's leave: authorise the token for its single sign-on (SSO)",
        ),
        NotFound,
        NotFound,
    ]
    "#);
}

#[tokio::test]
async fn a_refusal_carries_all_of_githubs_words_under_embargo() {
    for (body, words) in [
        (
            json!({"message": "Validation Failed", "errors": [{"field": "summary", "code": "missing_field"}]}),
            "Validation Failed: summary missing_field",
        ),
        (
            json!({"message": "Invalid request.", "errors": "Advisory must have at least one vulnerability"}),
            "Invalid request.: Advisory must have at least one vulnerability",
        ),
        (json!({"message": "No", "errors": ["one", {"code": "custom", "message": "two"}]}), "No: one: two"),
        (json!([]), "GitHub answered 422"),
    ] {
        let setback = write(Ok(answer(422, &[], body.to_string()))).await;
        assert_eq!((&setback.failure.kind, setback.again), (&FailureKind::Refused, Again::Never));
        assert_eq!(detail(&setback), words);
        assert!(!format!("{setback:?}").contains("Advisory must"), "{setback:?}");
    }
    let gone = read(Ok(answer(410, &[], r#"{"message":"API version is no longer supported"}"#))).await;
    assert_eq!((gone.failure.kind.clone(), gone.again), (FailureKind::Refused, Again::Never));
    assert!(detail(&gone).contains("a newer bot is needed"));
}

#[tokio::test]
async fn a_token_that_no_header_can_hold_is_a_matter_of_credentials() {
    let script = Arc::new(Script::default());
    let api_url = "https://api.github.com".parse().unwrap();
    let github = GitHub::new(script, StillClock::starting(), api_url, "two\nlines".into());
    let setback = github.user().await.unwrap_err();
    assert_eq!((setback.failure.kind, setback.again), (FailureKind::Credentials, Again::Never));
}
