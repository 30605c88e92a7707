//! Who asks: tokens, headers, and what a weak token gets.

use serde_json::json;

use super::*;
use crate::sandbox::github::{Access, Rights};

#[tokio::test(start_paused = true)]
async fn a_request_without_user_agent_is_forbidden() {
    let bench = Bench::new();
    let refused = bench.raw(Method::GET, "/rate_limit", &[], "").await;
    assert_eq!(refused.status, 403);
    assert!(refused.text.contains("User-Agent"));
}

#[tokio::test(start_paused = true)]
async fn bad_credentials_are_told_so() {
    let bench = Bench::new();
    for authorization in ["Bearer nonsense", "Basic abc", "nonsense"] {
        let headers = [("user-agent", "tests"), ("authorization", authorization)];
        let refused = bench.raw(Method::GET, "/user", &headers, "").await;
        assert_eq!((refused.status, refused.message().as_str()), (401, "Bad credentials|"));
    }
    assert_eq!(bench.anonymous("/user").await.message(), "Requires authentication|");
}

#[tokio::test(start_paused = true)]
async fn both_schemes_name_the_user() {
    let bench = Bench::new();
    for scheme in ["Bearer", "token", "bearer"] {
        let authorization = format!("{scheme} {}", Seed::bot_token(NUMBER));
        let headers = [("user-agent", "tests"), ("authorization", authorization.as_str())];
        let shown = bench.raw(Method::GET, "/user", &headers, "").await;
        assert_eq!(shown.json()["login"], "advisory-bot-account");
        assert_eq!(shown.header("x-oauth-scopes"), "delete_repo, repo");
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_ends_when_it_expires_or_is_revoked() {
    let bench = Bench::new();
    let token = Seed::bot_token(NUMBER);
    let end: Timestamp = "2026-10-05T10:00:00Z".parse().expect("a moment");
    bench.github.set_token_expiry(&token, Some(end));
    let shown = bench.get("/user").await;
    assert_eq!(shown.header("github-authentication-token-expiration"), "2026-10-05 10:00:00 UTC");
    bench.jump(3600);
    assert_eq!(bench.get("/user").await.status, 401);
    bench.github.set_token_expiry(&token, None);
    assert_eq!(bench.get("/user").await.status, 200);
    bench.github.revoke_token(&token);
    assert_eq!(bench.get("/user").await.status, 401);
}

#[tokio::test(start_paused = true)]
async fn an_unknown_version_of_the_api_is_a_bad_request() {
    let bench = Bench::new();
    let headers = [("user-agent", "tests"), ("x-github-api-version", "2020-01-01")];
    assert_eq!(bench.raw(Method::GET, "/repos/bytecodealliance/wasmtime", &headers, "").await.status, 400);
}

#[tokio::test(start_paused = true)]
async fn a_weak_token_sees_published_advisories_only() {
    let bench = Bench::new();
    let (draft, public) = (bench.draft().await, bench.draft().await);
    bench.github.publish_by_hand("maya", &public).expect("published");
    let listed = bench.weak(Method::GET, LIST, None).await.json();
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
    assert_eq!(listed[0]["ghsa_id"], public.as_str());
    let hidden = bench.weak(Method::GET, &format!("{LIST}/{draft}"), None).await;
    assert_eq!((hidden.status, hidden.message().as_str()), (404, "Not Found|"));
    assert_eq!(hidden.json()["status"], "404");
    assert_eq!(bench.weak(Method::GET, &format!("{LIST}/{public}"), None).await.status, 200);
    assert_eq!(bench.anonymous(LIST).await.json().as_array().map(Vec::len), Some(1));
}

#[tokio::test(start_paused = true)]
async fn a_weak_token_cannot_write() {
    let bench = Bench::new();
    let ghsa = bench.draft().await;
    let one = format!("{LIST}/{ghsa}");
    let cve = format!("{one}/cve");
    let calls = [
        (Method::POST, LIST, complete()),
        (Method::PATCH, one.as_str(), json!({"summary": "Other"})),
        (Method::POST, cve.as_str(), json!({})),
    ];
    for (method, path, body) in calls {
        let refused = bench.weak(method, path, Some(body)).await;
        assert_eq!(refused.status, 403);
        assert_eq!(refused.message(), "Resource not accessible by personal access token|");
        assert_eq!(refused.header("x-accepted-github-permissions"), "repository_advisories=write");
    }
    assert!(bench.github.cve_requests().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_reading_token_sees_drafts_and_cannot_write() {
    let bench = Bench::new();
    let ghsa = bench.draft().await;
    let rights = Rights::fine_grained("bytecodealliance", &[("repository_advisories", Access::Read)]);
    bench.github.set_token_rights(&Seed::weak_token(NUMBER), rights);
    let path = format!("{LIST}/{ghsa}");
    assert_eq!(bench.weak(Method::GET, &path, None).await.status, 200);
    assert_eq!(bench.weak(Method::PATCH, &path, Some(json!({}))).await.status, 403);
    let elsewhere = Rights::fine_grained("someone-else", &[("repository_advisories", Access::Write)]);
    bench.github.set_token_rights(&Seed::weak_token(NUMBER), elsewhere);
    assert_eq!(bench.weak(Method::GET, &path, None).await.status, 404);
}

#[tokio::test(start_paused = true)]
async fn losing_the_role_takes_the_rights_at_once() {
    let bench = Bench::new();
    let ghsa = bench.draft().await;
    bench.github.set_role(REPO, "advisory-bot-account", None).expect("there");
    assert_eq!(bench.get(&format!("{LIST}/{ghsa}")).await.status, 404);
    assert_eq!(bench.patch(&ghsa, json!({"summary": "Other"})).await.status, 404);
    assert_eq!(bench.post(LIST, complete()).await.status, 403);
}

#[tokio::test(start_paused = true)]
async fn repositories_branches_and_permissions_are_shown() {
    let bench = Bench::new();
    let wamr = "/repos/bytecodealliance/wasm-micro-runtime";
    let shown = bench.get(wamr).await.json();
    assert_eq!((&shown["default_branch"], &shown["permissions"]["admin"]), (&json!("main"), &json!(true)));
    let branches = bench.get(&format!("{wamr}/branches")).await.json();
    assert_eq!(branches[1]["name"], "release/2.4.x");
    for name in ["release/2.4.x", "release%2F2.4.x"] {
        let branch = bench.get(&format!("{wamr}/branches/{name}")).await.json();
        assert_eq!(branch["commit"]["sha"], branches[1]["commit"]["sha"]);
    }
    assert_eq!(bench.get(&format!("{wamr}/branches/gone")).await.message(), "Branch not found|");
    let of = async |login: &str| bench.get(&format!("{wamr}/collaborators/{login}/permission")).await;
    assert_eq!(of("maya").await.json()["permission"], "admin");
    assert_eq!(of("ravi").await.json()["role_name"], "read");
    assert_eq!(of("nobody-here").await.status, 404);
    assert_eq!(bench.get("/users/Maya").await.json()["login"], "maya");
    assert_eq!(bench.get("/users/nobody-here").await.status, 404);
}

#[tokio::test(start_paused = true)]
async fn an_unknown_path_or_a_trailing_slash_is_not_found() {
    let bench = Bench::new();
    for path in ["/nothing", "/repos/bytecodealliance/wasmtime/", "/repos/bytecodealliance/none", "/"] {
        let missing = bench.get(path).await;
        assert_eq!((missing.status, missing.message().as_str()), (404, "Not Found|"), "{path}");
    }
    assert_eq!(bench.patch("GHSA-2222-2222-2222", json!({})).await.status, 404);
    let other = "/repos/bytecodealliance/wasm-micro-runtime/security-advisories";
    let ghsa = bench.draft().await;
    assert_eq!(bench.get(&format!("{other}/{ghsa}")).await.status, 404);
}
