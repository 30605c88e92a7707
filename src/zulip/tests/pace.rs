use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{Answer, START, ok, refused, scripted};
use crate::{
    port::Again,
    zulip::backoff::{Backoff, WAIT_MAX, WAIT_MIN},
};

fn limited(remaining: u32, reset: i64) -> Answer {
    let headers = vec![
        ("x-ratelimit-remaining", remaining.to_string()),
        ("x-ratelimit-reset", (START + reset).to_string()),
    ];
    Answer::Reply(200, headers, json!({"result": "success", "streams": []}).to_string())
}

#[tokio::test(start_paused = true)]
async fn near_the_limit_a_call_waits_for_the_reset() {
    let (script, zulip) = scripted([
        ("GET streams", limited(12, 30)),
        ("GET streams", limited(10, 30)),
        ("GET streams", limited(199, 90)),
    ]);
    for _ in 0..3 {
        zulip.channels().await.unwrap();
    }
    let times: Vec<i64> = script.asked().iter().map(|asked| asked.at.as_second() - START).collect();
    assert_eq!(times, [0, 0, 30]);
}

#[tokio::test(start_paused = true)]
async fn events_do_not_wait_for_the_limit_of_other_calls() {
    let (script, zulip) = scripted([("GET streams", limited(0, 30)), ("DELETE events", ok(json!({})))]);
    zulip.channels().await.unwrap();
    zulip.forget("q").await.unwrap();
    assert_eq!(script.last().at, Timestamp::from_second(START).unwrap());
}

#[tokio::test(start_paused = true)]
async fn after_a_429_the_next_call_waits_as_long_as_told() {
    let body = r#"{"result":"error","msg":"","code":"RATE_LIMIT_HIT","retry-after":58.5}"#;
    let (script, zulip) = scripted([
        ("GET streams", Answer::Reply(429, Vec::new(), body.to_owned())),
        ("GET streams", limited(199, 90)),
    ]);
    let setback = zulip.channels().await.unwrap_err();
    assert_eq!(setback.again, Again::NotDone { wait: Some(SignedDuration::from_millis(58_500)) });
    zulip.channels().await.unwrap();
    assert!(script.last().at >= Timestamp::from_millisecond(START * 1000 + 58_500).unwrap());
}

#[tokio::test(start_paused = true)]
async fn a_429_may_name_its_wait_in_the_header_alone() {
    let headers = vec![("retry-after", "0.25".to_owned())];
    let (_, zulip) = scripted([("GET streams", Answer::Reply(429, headers, "<html>".to_owned()))]);
    let setback = zulip.channels().await.unwrap_err();
    assert_eq!(setback.again, Again::NotDone { wait: Some(SignedDuration::from_millis(250)) });
}

#[tokio::test(start_paused = true)]
async fn a_refused_key_is_left_alone_for_a_while() {
    let (_, zulip) = scripted([("GET streams", refused(401, "UNAUTHORIZED"))]);
    let setback = zulip.channels().await.unwrap_err();
    assert_eq!(setback.again, Again::NotDone { wait: Some(SignedDuration::from_secs(60)) });
}

#[test]
fn waits_double_within_their_bounds_and_start_anew() {
    let mut backoff = Backoff::new(7);
    for failures in 0..100_u32 {
        let wait = backoff.next_wait(None);
        let longest = WAIT_MIN.saturating_mul(2_i32.pow(failures.min(20) + 1)).min(WAIT_MAX);
        assert!(wait >= WAIT_MIN && wait <= longest, "{wait:?} after {failures}");
    }
    assert!(backoff.next_wait(Some(SignedDuration::from_secs(60))) >= SignedDuration::from_secs(60));
    backoff.reset();
    assert!(backoff.next_wait(None) <= WAIT_MIN * 2);
}
