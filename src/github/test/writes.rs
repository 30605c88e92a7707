//! What is written, and that nothing is written needlessly.

use commands::kernel::content::{AdvisoryState, AffectedRange, ContentChange, Part};
use jiff::SignedDuration;

use super::*;

async fn updating(held: &Value, change: ContentChange) -> (Bench, Advisory) {
    let bench = Bench::new([ok(held), ok(held)]);
    let advisory =
        must_hold(bench.github.update(&repository(), &ghsa(), &Embargoed::new(change), None).await);
    (bench, advisory)
}

#[tokio::test]
async fn a_new_advisory_says_what_is_known_and_nothing_else() {
    let mut content = content();
    content.description = String::new();
    content.severity = None;
    content.cwes.clear();
    content.affected.truncate(1);
    content.affected[0].ranges = vec![AffectedRange { affected: String::new(), patched: None }];
    let bench = Bench::new([Ok(answer(201, &[], draft().to_string()))]);
    must(bench.github.create(&repository(), &Embargoed::new(content)).await);
    assert_eq!(bench.requests(), ["POST /repos/bytecodealliance/wasmtime/security-advisories"]);
    let sent = json!({
        "summary": "Out-of-bounds read",
        "description": "",
        "vulnerabilities": [{
            "package": {"ecosystem": "rust", "name": "wasmtime"},
            "vulnerable_version_range": null,
            "patched_versions": null,
        }],
    });
    assert_eq!(bench.last_body(), sent);
}

#[tokio::test]
async fn only_what_differs_is_sent() {
    let cvss = "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H";
    let none = ContentChange::default;
    for (change, sent) in [
        (ContentChange { summary: Some("New".into()), ..none() }, json!({"summary": "New"})),
        (ContentChange { description: Some(String::new()), ..none() }, json!({"description": ""})),
        (
            ContentChange { cwes: Some(vec!["CWE-787".parse().unwrap()]), ..none() },
            json!({"cwe_ids": ["CWE-787"]}),
        ),
        (ContentChange { severity: Some(Severity::Level(Level::Low)), ..none() }, json!({"severity": "low"})),
        (
            ContentChange { severity: Some(Severity::Cvss(cvss.parse().unwrap())), ..none() },
            json!({"cvss_vector_string": cvss}),
        ),
    ] {
        let (bench, _) = updating(&draft(), change).await;
        assert_eq!(bench.last_body(), sent);
        assert!(bench.requests()[1].starts_with("PATCH "));
    }
}

#[tokio::test]
async fn what_github_holds_already_is_not_written() {
    let content = content();
    let change = ContentChange {
        summary: Some(content.summary),
        description: Some(content.description),
        severity: content.severity,
        cwes: Some(content.cwes),
        affected: Some(affected("cranelift", "<0.99")),
    };
    let mut from_the_web_form = draft();
    from_the_web_form["description"] = json!("A guest can read host memory.\r\n");
    for held in [draft(), from_the_web_form] {
        let (bench, advisory) = updating(&held, change.clone()).await;
        assert_eq!(bench.requests().len(), 1);
        assert_eq!(advisory.ghsa.as_str(), GHSA);
    }
}

#[tokio::test]
async fn what_somebody_else_wrote_meanwhile_is_not_overwritten() {
    let change = || ContentChange { summary: Some("New".into()), ..Default::default() };
    let change = || Embargoed::new(ContentChange { severity: Some(Severity::Level(Level::Low)), ..change() });
    let ground = Embargoed::new(content().ground(change().open(&AdvisoryPage::on_github())));
    let mut theirs = with("summary", json!("Theirs"));
    theirs["description"] = json!("Theirs too, but nobody else wants to change it.");
    let bench = Bench::new([ok(&theirs)]);
    let written = bench.github.update(&repository(), &ghsa(), &change(), Some(&ground)).await;
    let Written::Conflict(held, parts) = done(written) else { panic!("overwritten") };
    assert_eq!((opened(&held).content.summary.as_str(), parts), ("Theirs", vec![Part::Summary]));
    assert_eq!(bench.methods(), ["GET"]);

    theirs["summary"] = json!("Out-of-bounds read");
    let bench = Bench::new([ok(&theirs), ok(&theirs)]);
    must_hold(bench.github.update(&repository(), &ghsa(), &change(), Some(&ground)).await);
    assert_eq!(bench.last_body(), json!({"summary": "New", "severity": "low"}));
}

#[tokio::test]
async fn replacing_a_package_keeps_the_rows_of_the_others_as_they_are() {
    let mut held = draft();
    let strange = json!({
        "package": {"ecosystem": "swift", "name": "x"},
        "vulnerable_version_range": "<   1",
        "patched_versions": null,
        "vulnerable_functions": ["activate"],
    });
    held["vulnerabilities"].as_array_mut().unwrap().push(strange.clone());
    held["vulnerabilities"][0]["vulnerable_functions"] = json!(["run"]);
    let change =
        ContentChange { affected: Some(affected("wasmtime", "< 24 || >= 25, < 36")), ..Default::default() };
    let (bench, _) = updating(&held, change).await;
    let mut second = row("wasmtime", ">= 25, < 36", &json!(null));
    second.as_object_mut().unwrap().remove("vulnerable_functions");
    let sent = json!({"vulnerabilities": [
        row("wasmtime", "< 24", &json!(["run"])),
        second,
        row("cranelift", "< 0.99", &json!(["compile"])),
        strange,
    ]});
    assert_eq!(bench.last_body(), sent);
}

#[test]
fn an_ecosystem_that_is_new_to_the_bot_is_sent_back_as_it_came() {
    let mut held = draft();
    held["vulnerabilities"][1]["package"]["ecosystem"] = json!("vscode");
    let raw: crate::github::wire::RawAdvisory = serde_json::from_value(held).unwrap();
    let held = raw.advisory(StillClock::starting().now()).ok().unwrap().content;
    let change = ContentChange { affected: Some(affected("wasmtime", "< 9")), ..Default::default() };
    let body = crate::github::body::patch(raw.rows(), &held, &held.with(&change));
    assert_eq!(body["vulnerabilities"][1]["package"], json!({"ecosystem": "vscode", "name": "cranelift"}));
}

#[tokio::test]
async fn the_first_real_row_takes_the_place_of_the_empty_one_and_new_packages_come_last() {
    let mut held = draft();
    held["vulnerabilities"] =
        json!([row("wasmtime", "", &json!(null)), row("cranelift", "< 0.99", &json!(null))]);
    let change = ContentChange { affected: Some(affected("wiggle", "< 3")), ..Default::default() };
    let (bench, _) = updating(&held, change).await;
    let names: Vec<_> = bench.last_body()["vulnerabilities"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["package"]["name"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names, ["cranelift", "wiggle"]);
}

#[tokio::test]
async fn publishing_looks_first() {
    let mut published = draft();
    published["state"] = json!("published");
    let bench = Bench::new([ok(&draft()), ok(&published), ok(&published)]);
    for _ in 0..2 {
        let advisory =
            must(bench.github.publish(&repository(), &ghsa(), None).await.map(crate::github::Written::held));
        assert_eq!(advisory.state, AdvisoryState::Published);
    }
    assert_eq!(bench.methods(), ["GET", "PATCH", "GET"]);
    assert_eq!(bench.script.seen.lock().unwrap()[1].body, json!({"state": "published"}));
}

#[tokio::test]
async fn a_failed_look_before_a_write_has_changed_nothing() {
    let bench = Bench::new([Err(TransportError::AnswerLost), ok(&draft()), Err(TransportError::AnswerLost)]);
    let change = || Embargoed::new(ContentChange { summary: Some("New".into()), ..Default::default() });
    let looked = bench.github.update(&repository(), &ghsa(), &change(), None).await.unwrap_err();
    assert_eq!(looked.again, crate::port::Again::NotDone { wait: None });
    let wrote = bench.github.update(&repository(), &ghsa(), &change(), None).await.unwrap_err();
    assert_eq!(wrote.again, crate::port::Again::Unknown);
}

#[tokio::test]
async fn writes_are_a_second_apart() {
    let made = || Ok(answer(201, &[], draft().to_string()));
    let bench = Bench::new([made(), made(), made()]);
    let start = bench.clock.now();
    for _ in 0..3 {
        must(bench.github.create(&repository(), &Embargoed::new(content())).await);
    }
    assert_eq!(bench.clock.now().duration_since(start), SignedDuration::from_secs(2));
}
