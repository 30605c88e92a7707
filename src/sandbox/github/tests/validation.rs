//! Bodies that do not fit.

use serde_json::json;

use super::*;

/// A complete body with one field set to something else.
fn with(field: &str, value: Value) -> Value {
    let mut body = complete();
    body[field] = value;
    body
}

#[tokio::test(start_paused = true)]
async fn missing_keys_are_named() {
    let bench = Bench::new();
    let refused = bench.post(LIST, json!({"summary": "Only this"})).await;
    assert_eq!(refused.status, 422);
    let body = refused.json();
    assert_eq!(body["message"], "Invalid request.\n\n\"description\", \"vulnerabilities\" weren't supplied.");
    assert_eq!(body["status"], "422");
    assert!(body["documentation_url"].as_str().is_some_and(|url| url.contains("create-a-repository")));
    let refused = bench.post(LIST, json!({"summary": "a", "description": "b"})).await;
    assert_eq!(refused.message(), "Invalid request.\n\n\"vulnerabilities\" wasn't supplied.|");
}

#[tokio::test(start_paused = true)]
async fn lengths_are_limited_in_characters() {
    let bench = Bench::new();
    for (field, most) in [("summary", 1024), ("description", 65_535)] {
        assert_eq!(bench.post(LIST, with(field, json!("é".repeat(most)))).await.status, 201);
        assert_eq!(bench.post(LIST, with(field, json!("é".repeat(most + 1)))).await.status, 422);
    }
}

#[tokio::test(start_paused = true)]
async fn values_outside_the_schema_are_refused() {
    let bench = Bench::new();
    let unknown_ecosystem = json!([{"package": {"ecosystem": "crates.io", "name": "wasmtime"}}]);
    let bodies = [
        with("severity", json!("moderate")),
        with("request_cve", json!(true)),
        with("state", json!("draft")),
        with("summary", json!(7)),
        with("summary", json!(" ")),
        with("vulnerabilities", Value::Null),
        with("vulnerabilities", unknown_ecosystem),
        with("vulnerabilities", json!([{"vulnerable_version_range": "< 1"}])),
        with("vulnerabilities", json!([{"package": {"ecosystem": "rust"}, "versions": "< 1"}])),
        with("cwe_ids", json!(["125"])),
        with("cwe_ids", json!(["CWE-"])),
        with("cwe_ids", json!([125])),
        with("cve_id", json!("CVE-26-1")),
        with("credits", json!([{"login": "ravi", "type": "hero"}])),
        with("credits", json!([{"login": "ravi"}])),
        with("credits", json!([{"login": "no-such-user", "type": "finder"}])),
        with("start_private_fork", json!("yes")),
    ];
    for body in bodies {
        assert_eq!(bench.post(LIST, body.clone()).await.status, 422, "{body}");
    }
    assert!(bench.github.advisories(REPO).is_empty());
}

#[tokio::test(start_paused = true)]
async fn severity_and_vector_exclude_each_other() {
    let bench = Bench::new();
    let vector = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:N";
    assert_eq!(bench.post(LIST, with("cvss_vector_string", json!(vector))).await.status, 422);
    let mut body = with("cvss_vector_string", json!(vector));
    body["severity"] = Value::Null;
    assert_eq!(bench.post(LIST, body).await.json()["severity"], "high");
    let mut body = with("cvss_vector_string", json!("CVSS:3.1/AV:N"));
    body["severity"] = Value::Null;
    let refused = bench.post(LIST, body).await.json();
    assert_eq!(refused["message"], "Validation Failed");
    assert_eq!(refused["errors"][0]["field"], "cvss_vector_string");
    assert_eq!(refused["errors"][0]["code"], "invalid");
}

#[tokio::test(start_paused = true)]
async fn an_advisory_keeps_at_least_one_vulnerability() {
    let bench = Bench::new();
    let ghsa = bench.draft().await;
    let refused = bench.patch(&ghsa, json!({"vulnerabilities": []})).await;
    assert_eq!(refused.status, 422);
    assert_eq!(refused.message(), "Advisory must have at least one vulnerability|");
    let unknown_state = bench.patch(&ghsa, json!({"state": "triage"})).await;
    assert_eq!(unknown_state.status, 422);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_no_json_object_is_a_bad_request() {
    let bench = Bench::new();
    let authorization = format!("Bearer {}", Seed::bot_token(NUMBER));
    let headers = [("user-agent", "tests"), ("authorization", authorization.as_str())];
    let broken = bench.raw(Method::POST, LIST, &headers, "{\"summary\":").await;
    assert_eq!((broken.status, broken.message().as_str()), (400, "Problems parsing JSON|"));
    assert_eq!(bench.raw(Method::POST, LIST, &headers, "[]").await.status, 400);
    let huge = format!("\"{}\"", "x".repeat(crate::sandbox::github::REQUEST_BYTES_MAX));
    assert_eq!(bench.raw(Method::POST, LIST, &headers, &huge).await.status, 413);
}
