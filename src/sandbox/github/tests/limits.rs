//! The limits on use.

use serde_json::json;

use super::*;
use crate::sandbox::github::Limits;

fn limited(limits: Limits) -> Bench {
    let mut seed = Seed::bytecodealliance(NUMBER);
    seed.limits = limits;
    Bench::with_seed(seed)
}

#[tokio::test(start_paused = true)]
async fn the_primary_limit_counts_down_and_refuses_until_its_reset() {
    let bench = limited(Limits { requests_per_hour: 3, ..Limits::default() });
    for remaining in ["2", "1", "0"] {
        assert_eq!(bench.get("/user").await.header("x-ratelimit-remaining"), remaining);
    }
    let refused = bench.get("/user").await;
    assert_eq!(refused.status, 403);
    assert_eq!(refused.header("x-ratelimit-remaining"), "0");
    assert_eq!(refused.header("retry-after"), "");
    let reset: i64 = refused.header("x-ratelimit-reset").parse().expect("seconds");
    assert_eq!(Timestamp::from_second(reset).expect("a moment").to_string(), "2026-10-05T10:00:00Z");
    let overview = bench.get("/rate_limit").await;
    assert_eq!(overview.json()["resources"]["core"]["remaining"], 0);
    bench.jump(3599);
    assert_eq!(bench.get("/user").await.status, 403);
    bench.jump(1);
    assert_eq!(bench.get("/user").await.header("x-ratelimit-remaining"), "2");
}

#[tokio::test(start_paused = true)]
async fn the_primary_limit_is_shared_by_all_tokens_of_a_user() {
    let bench = Bench::new();
    assert_eq!(bench.get("/user").await.header("x-ratelimit-remaining"), "4999");
    let weak = bench.weak(Method::GET, "/user", None).await;
    assert_eq!(weak.header("x-ratelimit-remaining"), "4998");
    assert_eq!(bench.anonymous(LIST).await.header("x-ratelimit-remaining"), "59");
}

#[tokio::test(start_paused = true)]
async fn the_eighty_first_write_in_a_minute_meets_the_secondary_limit() {
    let bench = Bench::new();
    let ghsa = bench.draft().await;
    bench.jump(10);
    for _ in 1..80 {
        assert_eq!(bench.patch(&ghsa, json!({"summary": "Other"})).await.status, 200);
    }
    let refused = bench.patch(&ghsa, json!({"summary": "Other"})).await;
    assert_eq!(refused.status, 403);
    assert_eq!(refused.header("retry-after"), "50");
    let body = refused.json();
    assert!(body["message"].as_str().is_some_and(|text| text.contains("exceeded a secondary rate limit")));
    assert!(body["documentation_url"].as_str().is_some_and(|url| url.ends_with("secondary-rate-limits")));
    assert_ne!(refused.header("x-ratelimit-remaining"), "0");
    assert_eq!(bench.get("/user").await.status, 200, "reading goes on");
    bench.jump(50);
    assert_eq!(bench.patch(&ghsa, json!({"summary": "Other"})).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn writes_are_limited_by_the_hour_and_all_requests_by_points() {
    let bench = limited(Limits { writes_per_hour: 2, points_per_minute: 12, ..Limits::default() });
    let ghsa = bench.draft().await;
    assert_eq!(bench.patch(&ghsa, json!({})).await.status, 200);
    assert_eq!(bench.get("/user").await.status, 200);
    assert_eq!(bench.get("/user").await.status, 200);
    assert_eq!(bench.get("/user").await.header("retry-after"), "60");
    bench.jump(60);
    assert_eq!(bench.get("/user").await.status, 200);
    assert_eq!(bench.patch(&ghsa, json!({})).await.header("retry-after"), "3540");
}

#[tokio::test(start_paused = true)]
async fn requests_are_logged_with_caller_and_outcome() {
    let bench = Bench::new();
    bench.get(&format!("{LIST}?state=draft")).await;
    bench.anonymous("/nothing").await;
    let log = bench.github.requests();
    assert_eq!(log.len(), 2);
    assert_eq!((log[0].path.as_str(), log[0].status), (LIST, 200));
    assert_eq!(log[0].query.as_deref(), Some("state=draft"));
    assert_eq!(log[0].login.as_deref(), Some("advisory-bot-account"));
    assert_eq!((log[1].login.as_deref(), log[1].status), (None, 404));
}
