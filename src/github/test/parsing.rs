//! What is read out of GitHub's answers, and what each request looks like.

use std::collections::BTreeSet;

use commands::kernel::{
    collaborator::{Collaborator, CreditKind},
    content::AdvisoryState,
};

use super::*;

async fn reading(advisory: &Value) -> Advisory {
    let bench = Bench::new([ok(advisory)]);
    must(bench.github.fetch(&repository(), &ghsa()).await)
}

#[tokio::test]
async fn every_request_names_the_bot_the_version_and_the_token() {
    let bench = Bench::new([ok(&draft())]);
    must(bench.github.fetch(&repository(), &ghsa()).await);
    let seen = bench.script.seen.lock().unwrap();
    let header = |name: &str| seen[0].headers[name].to_str().unwrap().to_owned();
    assert_eq!(header("authorization"), "Bearer ghp_secret");
    assert_eq!(header("x-github-api-version"), "2022-11-28");
    assert_eq!(header("accept"), "application/vnd.github+json");
    assert!(header("user-agent").starts_with("advisory-bot/"));
    assert!(!format!("{:?}", seen[0].headers).contains("ghp_secret"));
    assert_eq!(seen[0].path, format!("/repos/bytecodealliance/wasmtime/security-advisories/{GHSA}"));
}

#[tokio::test]
async fn an_advisory_is_read_whole() {
    let read = reading(&with("cve_id", json!("CVE-2026-12345"))).await;
    assert!(read.content == content());
    assert_eq!((read.ghsa.as_str(), read.state), (GHSA, AdvisoryState::Draft));
    assert_eq!(read.cve.unwrap().as_str(), "CVE-2026-12345");
    assert_eq!(read.created.to_string(), "2026-11-18T08:59:58Z");
}

#[tokio::test]
async fn what_may_be_null_or_missing_is() {
    let least = json!({"ghsa_id": GHSA, "html_url": "https://github.com/x", "state": "triage"});
    let mut nulls = least.clone();
    for key in ["cve_id", "created_at", "summary", "description", "severity", "cvss", "cwe_ids"] {
        nulls[key] = json!(null);
    }
    for key in ["vulnerabilities", "submission", "author", "publisher", "credits", "private_fork"] {
        nulls[key] = json!(null);
    }
    for key in ["collaborating_users", "collaborating_teams"] {
        nulls[key] = json!(null);
    }
    for advisory in [least, nulls] {
        let read = reading(&advisory).await;
        assert!(read.content == Content::default());
        assert!(!read.reported && read.author.is_none() && read.publisher.is_none() && read.fork.is_none());
        assert!(read.collaborators.is_empty() && read.credits.is_empty());
        assert_eq!(read.created, StillClock::starting().now());
    }
}

#[tokio::test]
async fn who_and_what_belongs_to_it_is_read_and_odd_names_are_left_out() {
    let mut report = with("submission", json!({"accepted": false}));
    report["author"] = json!({"login": "sofia-k", "id": 7});
    report["publisher"] = json!({"login": "maya"});
    report["collaborating_users"] = json!([{"login": "sofia-k"}, {"login": "no login"}, {}, null]);
    report["collaborating_teams"] = json!([{"slug": "wamr-core", "name": "WAMR"}, {"slug": "a/b"}]);
    report["credits"] = json!([
        {"login": "Sofia-K", "type": "reporter"},
        {"login": "ines", "type": "translator"},
        {"login": "no login", "type": "tool"},
        {"type": "tool"},
    ]);
    report["private_fork"] = json!({"full_name": "bytecodealliance/wasmtime-ghsa-x5cm-v3r2-9fjq"});
    let read = reading(&report).await;
    assert!(read.reported);
    assert_eq!(read.author.unwrap().as_str(), "sofia-k");
    assert_eq!(read.publisher.unwrap().as_str(), "maya");
    let typed: Vec<_> = read.collaborators.iter().map(Collaborator::typed).collect();
    assert_eq!(typed, ["sofia-k", "team:wamr-core"]);
    let credits: Vec<_> = read.credits.iter().map(|credit| (credit.login.as_str(), credit.kind)).collect();
    assert_eq!(credits, [("Sofia-K", CreditKind::REPORTER), ("ines", CreditKind::OTHER)]);
    assert_eq!(read.fork.unwrap().to_string(), "bytecodealliance/wasmtime-ghsa-x5cm-v3r2-9fjq");
    assert!(!reading(&draft()).await.reported);
}

#[tokio::test]
async fn rows_of_a_package_are_brought_together_and_odd_packages_kept() {
    let vulnerabilities = json!([
        row("wasmtime", "< 1", &json!([])),
        {"package": {"ecosystem": "vscode", "name": null}, "vulnerable_version_range": null, "patched_versions": ""},
        row("wasmtime", ">= 2, < 3", &json!(null)),
        {"package": null, "vulnerable_version_range": "< 4", "patched_versions": "4"},
    ]);
    let read = reading(&with("vulnerabilities", vulnerabilities)).await;
    let shown = read.content.affected.iter().map(|row| {
        let ranges: Vec<_> = row.ranges.iter().map(|r| (r.affected.as_str(), r.patched.as_deref())).collect();
        (row.package.to_string(), ranges)
    });
    let shown: Vec<_> = shown.collect();
    assert_eq!(
        shown,
        [
            ("rust:wasmtime".to_owned(), vec![("< 1", None), (">= 2, < 3", None)]),
            ("other:".to_owned(), vec![("", None), ("< 4", Some("4"))]),
        ]
    );
}

#[tokio::test]
async fn a_vector_counts_before_the_level_and_the_newest_version_first() {
    let three = "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H";
    let four = "CVSS:4.0/AV:N/AC:L/AT:P/PR:L/UI:P/VC:N/VI:N/VA:H/SC:N/SI:N/SA:N";
    let vector = |vector: Option<&str>| json!({"vector_string": vector, "score": 1.0});
    let severities = |v3, v4| with("cvss_severities", json!({"cvss_v3": vector(v3), "cvss_v4": vector(v4)}));
    let level = Severity::Level(Level::High);
    for (advisory, severity) in [
        (with("cvss", vector(Some(three))), Severity::Cvss(three.parse().unwrap())),
        (severities(Some(three), Some(four)), Severity::Cvss(four.parse().unwrap())),
        (severities(Some(three), None), Severity::Cvss(three.parse().unwrap())),
        (with("cvss", vector(Some("AV:N/AC:L/Au:N/C:C/I:C/A:C"))), level.clone()),
        (with("cvss_severities", json!({"cvss_v3": null, "cvss_v4": null})), level),
    ] {
        assert!(reading(&advisory).await.content.severity == Some(severity), "{advisory}");
    }
}

#[tokio::test]
async fn an_answer_about_something_else_is_not_taken() {
    for (key, value) in [
        ("ghsa_id", json!("GHSA-2222-2222-2222")),
        ("ghsa_id", json!("nonsense")),
        ("html_url", json!("javascript:alert(1)")),
        ("state", json!("archived")),
    ] {
        let bench = Bench::new([ok(&with(key, value))]);
        let setback = bench.github.fetch(&repository(), &ghsa()).await.unwrap_err();
        assert_eq!(setback.failure.kind, commands::kernel::effect::FailureKind::Broken, "{key}");
    }
    assert_eq!(reading(&with("state", json!("withdrawn"))).await.state, AdvisoryState::Published);
}

#[tokio::test]
async fn the_account_comes_with_scopes_and_expiry() {
    let headers = [
        ("x-oauth-scopes", "repo, workflow"),
        ("github-authentication-token-expiration", "2027-06-28 17:58:10 UTC"),
    ];
    let offset = [("github-authentication-token-expiration", "2027-06-28 17:58:10 +0200")];
    let body = r#"{"login":"advisory-bot"}"#;
    let bench = Bench::new([Ok(answer(200, &headers, body)), Ok(answer(200, &offset, body))]);
    let account = bench.github.user().await.unwrap();
    assert_eq!(account.login, "advisory-bot");
    assert_eq!(account.scopes, Some(vec!["repo".to_owned(), "workflow".to_owned()]));
    assert_eq!(account.expires.unwrap().to_string(), "2027-06-28T17:58:10Z");
    let account = bench.github.user().await.unwrap();
    assert_eq!(
        (account.scopes, account.expires.unwrap().to_string()),
        (None, "2027-06-28T15:58:10Z".to_owned())
    );
}

#[tokio::test]
async fn an_unchanged_advisory_is_not_sent_again() {
    let tagged = [("etag", "W/\"abc\"")];
    let first = answer(200, &tagged, draft().to_string());
    let bench = Bench::new([Ok(first), Ok(answer(304, &[], "")), Ok(answer(404, &[], "")), ok(&draft())]);
    let read = must(bench.github.fetch(&repository(), &ghsa()).await);
    assert!(must(bench.github.fetch(&repository(), &ghsa()).await) == read);
    assert!(bench.github.fetch(&repository(), &ghsa()).await.is_err());
    must(bench.github.fetch(&repository(), &ghsa()).await);
    let seen = bench.script.seen.lock().unwrap();
    let tags: Vec<_> = seen.iter().map(|request| request.headers.get("if-none-match").is_some()).collect();
    assert_eq!(tags, [false, true, true, false]);
}

#[tokio::test]
async fn drafts_are_searched_page_by_page_until_they_are_too_old() {
    let since = StillClock::starting().now();
    let draft_with = |ghsa: &str, summary: &str, created: &str| {
        let mut draft = with("ghsa_id", json!(ghsa));
        draft["summary"] = json!(summary);
        draft["created_at"] = json!(created);
        draft
    };
    let first = json!([
        draft_with("GHSA-2222-2222-2222", "Out-of-bounds read", "2026-11-18T08:59:59Z"),
        draft_with("GHSA-3333-3333-3333", "Another thing", "2026-11-18T08:59:58Z"),
    ]);
    let next = r#"<https://api.github.com/page2?after=x>; rel="next""#;
    let second = json!([draft_with(GHSA, "Out-of-bounds read", "2026-11-18T08:55:00Z")]);
    let old = json!([draft_with(GHSA, "Out-of-bounds read", "2026-11-18T08:54:59Z")]);
    let claimed = BTreeSet::from([Embargoed::new("GHSA-2222-2222-2222".parse().unwrap())]);
    for (second, found) in [(second, Some(GHSA)), (old, None), (json!([]), None)] {
        let bench = Bench::new([Ok(answer(200, &[("link", next)], first.to_string())), ok(&second)]);
        let content = Embargoed::new(content());
        let got = bench.github.find_created(&repository(), &content, since, &claimed).await.unwrap();
        assert_eq!(got.as_ref().map(|advisory| opened(advisory).ghsa.as_str()), found);
        assert_eq!(
            bench.requests(),
            [
                "GET /repos/bytecodealliance/wasmtime/security-advisories\
             ?state=draft&sort=created&direction=desc&per_page=100",
                "GET /page2?after=x",
            ]
        );
    }
}

#[tokio::test]
async fn the_token_does_not_follow_a_link_to_another_server() {
    let next = r#"<https://evil.example/page2>; rel="next""#;
    let bench = Bench::new([Ok(answer(200, &[("link", next)], "[]"))]);
    let (content, now) = (Embargoed::new(content()), bench.clock.now());
    let outcome = bench.github.find_created(&repository(), &content, now, &BTreeSet::new()).await;
    assert!(outcome.is_err());
    assert_eq!(bench.requests().len(), 1);
}
