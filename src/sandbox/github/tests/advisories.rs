//! What is shown of an advisory, and how a change is taken.

use serde_json::json;

use super::*;

#[tokio::test(start_paused = true)]
async fn a_new_advisory_is_a_draft_with_an_identifier_of_the_known_alphabet() {
    let bench = Bench::new();
    let made = bench.post(LIST, complete()).await;
    assert_eq!(made.status, 201);
    let made = made.json();
    let ghsa = made["ghsa_id"].as_str().expect("an identifier");
    let letters = ghsa.strip_prefix("GHSA-").expect("the prefix");
    let parts: Vec<&str> = letters.split('-').collect();
    assert!(parts.len() == 3 && parts.iter().all(|part| part.len() == 4));
    assert!(letters.chars().all(|letter| "-23456789cfghjmpqrvwx".contains(letter)));
    assert_eq!(made["state"], "draft");
    assert_eq!(made["author"]["login"], "advisory-bot-account");
    assert_eq!(made["submission"], Value::Null);
    assert_eq!(made["private_fork"], Value::Null);
    assert_eq!(made["identifiers"], json!([{"type": "GHSA", "value": ghsa}]));
    assert_eq!(made["vulnerabilities"][0]["vulnerable_functions"], json!([]));
    assert_eq!(made["cwes"], json!([{"cwe_id": "CWE-125", "name": "Out-of-bounds Read"}]));
    assert_eq!(made["html_url"], format!("https://github.com/{REPO}/security/advisories/{ghsa}"));
    assert_eq!(bench.github.advisories(REPO).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_same_seed_gives_the_same_identifiers() {
    assert_eq!(Bench::new().draft().await, Bench::new().draft().await);
    let other = Bench::with_seed(Seed::bytecodealliance(8));
    let token = Seed::bot_token(8);
    let made = other.with_token(&token, Method::POST, LIST, Some(complete())).await;
    assert_ne!(made.json()["ghsa_id"], Bench::new().draft().await.as_str());
    assert_ne!(token, Seed::bot_token(NUMBER));
}

#[tokio::test(start_paused = true)]
async fn a_private_fork_may_be_asked_for() {
    let bench = Bench::new();
    let mut body = complete();
    body["start_private_fork"] = json!(true);
    assert_eq!(bench.post(LIST, body).await.status, 201);
}

#[tokio::test(start_paused = true)]
async fn omitted_fields_are_kept_and_lists_replaced_whole() {
    let bench = Bench::new();
    let ghsa = bench.draft().await;
    let body = json!({
        "vulnerabilities": [package("wasmtime-wasi", "< 46.0.3", "46.0.3")],
        "cwe_ids": ["CWE-787", "CWE-99"],
        "credits": [{"login": "ravi", "type": "finder"}, {"login": "ines", "type": "analyst"}],
        "collaborating_users": ["RAVI"],
        "collaborating_teams": ["security"],
    });
    let changed = bench.patch(&ghsa, body).await.json();
    assert_eq!(changed["summary"], "Out-of-bounds read in a lowering rule");
    assert_eq!(changed["vulnerabilities"].as_array().map(Vec::len), Some(1));
    assert_eq!(changed["vulnerabilities"][0]["package"]["name"], "wasmtime-wasi");
    assert_eq!(changed["cwe_ids"], json!(["CWE-787", "CWE-99"]));
    assert_eq!(changed["cwes"][1]["name"], "CWE-99");
    assert_eq!(changed["collaborating_users"][0]["login"], "ravi");
    assert_eq!(changed["collaborating_teams"][0]["slug"], "security");

    let body = json!({"credits": [{"login": "ines", "type": "analyst"}], "collaborating_users": []});
    let changed = bench.patch(&ghsa, body).await.json();
    assert_eq!(changed["credits"], json!([{"login": "ines", "type": "analyst"}]));
    assert_eq!(changed["collaborating_users"], json!([]));
    let changed = bench.patch(&ghsa, json!({"credits": null, "cwe_ids": null})).await.json();
    assert_eq!(changed["credits_detailed"], json!([]));
    assert_eq!(changed["cwes"], json!([]));
}

#[tokio::test(start_paused = true)]
async fn a_refused_change_changes_nothing() {
    let bench = Bench::new();
    let ghsa = bench.draft().await;
    let before = bench.github.advisories(REPO);
    let body = json!({"summary": "Other", "credits": [{"login": "nobody-here", "type": "finder"}]});
    assert_eq!(bench.patch(&ghsa, body).await.status, 422);
    assert_eq!(bench.github.advisories(REPO), before);
}

#[tokio::test(start_paused = true)]
async fn credits_alone_move_the_etag_but_not_the_date() {
    let bench = Bench::new();
    let ghsa = bench.draft().await;
    let path = format!("{LIST}/{ghsa}");
    let first = bench.get(&path).await;
    bench.jump(60);
    let credits = json!({"credits": [{"login": "ravi", "type": "finder"}]});
    let second = bench.patch(&ghsa, credits).await;
    assert_eq!(second.json()["updated_at"], first.json()["updated_at"]);
    let second = bench.get(&path).await;
    assert_ne!(second.header("etag"), first.header("etag"));
    assert_eq!(second.header("last-modified"), first.header("last-modified"));
    bench.patch(&ghsa, json!({"credits": []})).await;
    assert_eq!(bench.get(&path).await.header("etag"), first.header("etag"));
    let third = bench.patch(&ghsa, json!({"summary": "Other"})).await;
    assert_eq!(third.json()["updated_at"], "2026-10-05T09:01:00Z");
}

#[tokio::test(start_paused = true)]
async fn a_known_etag_is_answered_with_304_and_costs_nothing() {
    let bench = Bench::new();
    let ghsa = bench.draft().await;
    let path = format!("{LIST}/{ghsa}");
    let first = bench.get(&path).await;
    let authorization = format!("token {}", Seed::bot_token(NUMBER));
    let headers = [
        ("user-agent", "tests"),
        ("authorization", authorization.as_str()),
        ("if-none-match", first.header("etag")),
    ];
    let again = bench.raw(Method::GET, &path, &headers, "").await;
    assert_eq!((again.status, again.text.as_str()), (304, ""));
    assert_eq!(again.header("x-ratelimit-used"), first.header("x-ratelimit-used"));
    assert_eq!(again.header("etag"), first.header("etag"));
}

#[tokio::test(start_paused = true)]
async fn a_vector_brings_its_score_and_severity() {
    let bench = Bench::new();
    let ghsa = bench.draft().await;
    let cases = [
        ("CVSS:4.0/AV:N/AC:L/AT:P/PR:L/UI:P/VC:H/VI:H/VA:L/SC:H/SI:H/SA:L", "cvss_v4", 8.8, "high"),
        ("CVSS:4.0/AV:N/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", "cvss_v4", 9.0, "critical"),
        ("CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:L/A:L", "cvss_v3", 3.8, "low"),
        ("CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:C/C:N/I:H/A:N", "cvss_v3", 6.5, "medium"),
    ];
    for (vector, field, score, severity) in cases {
        let changed = bench.patch(&ghsa, json!({"cvss_vector_string": vector})).await.json();
        let expected = json!({"vector_string": vector, "score": score});
        assert_eq!(changed["cvss"], expected);
        assert_eq!(changed["cvss_severities"][field], expected);
        assert_eq!(changed["severity"], severity);
    }
    let changed = bench.patch(&ghsa, json!({"severity": "medium"})).await.json();
    assert_eq!(changed["cvss"], json!({"vector_string": null, "score": null}));
    assert_eq!(changed["severity"], "medium");
}

#[tokio::test(start_paused = true)]
async fn taking_the_vector_away_takes_its_severity() {
    let bench = Bench::new();
    let ghsa = bench.draft().await;
    let vector = "CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:L/A:L";
    bench.patch(&ghsa, json!({"cvss_vector_string": vector})).await;
    let changed = bench.patch(&ghsa, json!({"cvss_vector_string": null, "severity": null})).await.json();
    assert_eq!(changed["severity"], Value::Null);
}

#[tokio::test(start_paused = true)]
async fn the_newer_version_of_the_api_has_no_cvss_field() {
    let bench = Bench::new();
    let ghsa = bench.draft().await;
    let authorization = format!("Bearer {}", Seed::bot_token(NUMBER));
    let headers = [
        ("user-agent", "tests"),
        ("authorization", authorization.as_str()),
        ("x-github-api-version", "2026-03-10"),
    ];
    let shown = bench.raw(Method::GET, &format!("{LIST}/{ghsa}"), &headers, "").await;
    assert_eq!(shown.header("x-github-api-version-selected"), "2026-03-10");
    assert!(shown.json().get("cvss").is_none() && shown.json().get("cvss_severities").is_some());
    let limits = bench.raw(Method::GET, "/rate_limit", &headers, "").await;
    assert!(limits.json().get("rate").is_none());
    assert!(bench.get("/rate_limit").await.json().get("rate").is_some());
}

#[tokio::test(start_paused = true)]
async fn the_global_database_has_only_published_advisories_and_accepted_credits() {
    let bench = Bench::new();
    let ghsa = bench.draft().await;
    let path = format!("/advisories/{ghsa}");
    assert_eq!(bench.get(&path).await.status, 404);
    let credits = json!([{"login": "ravi", "type": "finder"}, {"login": "ines", "type": "analyst"}]);
    bench.patch(&ghsa, json!({"state": "published", "credits": credits})).await;
    assert!(bench.github.answer_credit(&ghsa, "ravi", super::super::CreditState::Accepted));
    let shown = bench.anonymous(&path).await.json();
    assert_eq!(shown["credits"].as_array().map(Vec::len), Some(1));
    assert_eq!(shown["credits"][0]["user"]["login"], "ravi");
    assert_eq!(shown["vulnerabilities"][0]["first_patched_version"], "36.0.14");
    let detailed = bench.get(&format!("{LIST}/{ghsa}")).await.json();
    assert_eq!(detailed["credits_detailed"][0]["state"], "accepted");
    assert_eq!(detailed["credits_detailed"][1]["state"], "pending");
}
