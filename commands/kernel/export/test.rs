//! What each record says, and what it must not make of what GitHub says.

mod evaluate;
mod whole;
mod whole_csaf;

use serde_json::{Value, json};

use super::{
    rustsec::{self, NoEntry},
    *,
};
use crate::kernel::content::{AffectedRange, Severity};

/// An advisory with a bit of everything.
fn record() -> Record {
    let row = |package: &str, rows: &[(&str, Option<&str>)]| AffectedPackage {
        package: package.parse().unwrap(),
        ranges: rows
            .iter()
            .map(|(affected, patched)| AffectedRange {
                affected: (*affected).to_owned(),
                patched: patched.map(str::to_owned),
            })
            .collect(),
    };
    Record {
        ghsa: "GHSA-x5cm-v3r2-9fjq".parse().unwrap(),
        cve: Some("CVE-2026-12345".parse().unwrap()),
        aliases: Vec::new(),
        url: "https://github.com/bytecodealliance/wasmtime/security/advisories/GHSA-x5cm-v3r2-9fjq"
            .to_owned(),
        content: Content {
            summary: "Out-of-bounds write in the loader".to_owned(),
            description: "### Impact\n\nA guest writes \"outside\". Thanks to @sofia-k.\n".to_owned(),
            severity: Some(Severity::Cvss("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H".parse().unwrap())),
            cwes: vec!["CWE-787".parse().unwrap(), "CWE-1395".parse().unwrap()],
            affected: vec![
                row(
                    "rust:wasmtime",
                    &[
                        (">= 20.0.0, < 24.0.13", Some("24.0.13")),
                        (">= 25.0.0, < 36.0.14", Some(">= 36.0.14, < 37.0.0")),
                        ("= 41.0.0", None),
                    ],
                ),
                row("other:wasmtime-c-api", &[("<= 41.0", Some("41.0.1")), ("all of 42", None)]),
            ],
        },
        credits: vec![Credit { login: "sofia-k".parse().unwrap(), kind: "finder".parse().unwrap() }],
        published: "2026-11-27T15:00:00Z".parse().unwrap(),
        modified: "2026-11-28T09:30:00Z".parse().unwrap(),
        project: ProjectName("Wasmtime".to_owned()),
        repository: "bytecodealliance/wasmtime".parse().unwrap(),
        contact: Some("https://bytecodealliance.org/security".to_owned()),
    }
}

/// The same with one package in one range.
fn with(package: &str, range: &str) -> Record {
    let mut record = record();
    let affected = AffectedRange { affected: range.to_owned(), patched: None };
    record.content.affected =
        vec![AffectedPackage { package: package.parse().unwrap(), ranges: vec![affected] }];
    record
}

fn json_of(format: Format, record: &Record) -> Value {
    serde_json::from_str(&format.write(record).unwrap()).unwrap()
}

#[test]
fn a_files_name_says_nothing() {
    let drafts = drafts(&Embargoed::new(record()));
    let names: Vec<&str> = drafts.iter().map(|draft| draft.name.as_str()).collect();
    assert_eq!(names, ["osv.json", "cve.json", "csaf.json"]);
    assert!(!format!("{drafts:?}").contains("GHSA"));
}

#[test]
fn without_a_cve_id_there_is_no_cve_record() {
    let record = Record { cve: None, ..record() };
    let drafts = drafts(&Embargoed::new(record.clone()));
    assert_eq!(drafts.iter().map(|draft| draft.name.as_str()).collect::<Vec<_>>(), ["osv.json", "csaf.json"]);
    assert_eq!(json_of(Format::Osv, &record)["aliases"], Value::Null);
    assert_eq!(json_of(Format::Csaf, &record)["document"]["tracking"]["aliases"], Value::Null);
}

#[test]
fn a_range_that_cannot_be_read_is_carried_as_text_and_nothing_is_made_of_it() {
    for range in ["all", "1.2", "< 2.0.0, < 3.0.0", ">= 2.0.0, < 1.0.0", "= 1.0.0, < 2.0.0", "< 1.0 and 2.0"]
    {
        let record = with("rust:wasmtime", range);
        let osv = &json_of(Format::Osv, &record)["affected"][0];
        assert_eq!((&osv["ranges"], &osv["versions"]), (&Value::Null, &Value::Null), "{range}");
        let rows = &osv["database_specific"]["vulnerabilities"];
        assert_eq!(*rows, json!([{"vulnerable_version_range": range}]));
        let cve = &json_of(Format::Cve, &record)["containers"]["cna"]["affected"][0];
        assert_eq!(cve["versions"], json!([{"version": range, "status": "affected"}]));
        assert_eq!(cve["defaultStatus"], "unknown");
        let csaf = json_of(Format::Csaf, &record);
        assert_eq!(csaf["product_tree"]["branches"], Value::Null);
        let full = &csaf["product_tree"]["full_product_names"][0];
        assert_eq!(full["name"], json!(format!("wasmtime {range}")));
        assert_eq!(
            csaf["vulnerabilities"][0]["product_status"]["known_affected"],
            json!([full["product_id"]])
        );
        assert_eq!(rustsec::write(&record, "wasmtime"), Err(NoEntry::Unread), "{range}");
    }
}

#[test]
fn a_range_that_nobody_gave_is_unknown() {
    let mut nameless = with("rust:wasmtime", "");
    nameless.content.affected[0].package.name = String::new();
    let mut none = record();
    none.content.affected.clear();
    for record in [nameless, none] {
        let cve = &json_of(Format::Cve, &record)["containers"]["cna"]["affected"][0];
        assert_eq!((&cve["product"], &cve["defaultStatus"]), (&json!("Wasmtime"), &json!("unknown")));
        assert_eq!(cve["versions"], Value::Null);
        let csaf = json_of(Format::Csaf, &record);
        let name = &csaf["product_tree"]["full_product_names"][0]["name"];
        assert_eq!(name, "Wasmtime in versions that are not given");
        assert_eq!(json_of(Format::Osv, &record)["affected"][0]["package"], Value::Null);
    }
}

#[test]
fn osv_is_told_of_semantic_versions_only_where_all_of_them_are() {
    let kind = |package: &str, range: &str| {
        json_of(Format::Osv, &with(package, range))["affected"][0]["ranges"][0]["type"].clone()
    };
    assert_eq!(kind("rust:wasmtime", ">= 1.0.0, < 2.0.1"), "SEMVER");
    assert_eq!(kind("npm:wasmtime", "< 2.0.1-rc.1"), "SEMVER");
    assert_eq!(kind("rust:wasmtime", ">= 1.0.0, < 2.1"), "ECOSYSTEM");
    assert_eq!(kind("rust:wasmtime", "< 02.1.0"), "ECOSYSTEM");
    assert_eq!(kind("pip:wasmtime", "< 2.0.1"), "ECOSYSTEM");
    assert_eq!(kind("other:wasmtime", "< 2.0.1"), Value::Null);
    let order = |package: &str, range: &str| {
        let cve = json_of(Format::Cve, &with(package, range));
        cve["containers"]["cna"]["affected"][0]["versions"][0]["versionType"].clone()
    };
    assert_eq!(order("rust:wasmtime", "< 2.0.1"), "semver");
    assert_eq!(order("rust:wasmtime", "< 2.1"), "custom");
    assert_eq!(order("pip:wasmtime", "< 2.0.1"), "python");
    assert_eq!(order("other:wasmtime", "< 2.0.1"), "custom");
}

#[test]
fn an_end_that_is_left_out_is_said_where_versions_tell_which_comes_next() {
    let of = |package: &str| {
        let record = with(package, "> 1.0.0, <= 2.0.0");
        let osv = json_of(Format::Osv, &record)["affected"][0]["ranges"][0]["events"].clone();
        let cve = json_of(Format::Cve, &record)["containers"]["cna"]["affected"][0]["versions"].clone();
        (osv, cve)
    };
    let (osv, cve) = of("rust:wasmtime");
    assert_eq!(osv, json!([{"introduced": "1.0.1-0"}, {"last_affected": "2.0.0"}]));
    assert_eq!((&cve[0]["version"], &cve[0]["lessThanOrEqual"]), (&json!("1.0.1-0"), &json!("2.0.0")));
    let (osv, cve) = of("pip:wasmtime");
    assert_eq!(osv, Value::Null);
    assert_eq!(cve, json!([{"version": "> 1.0.0, <= 2.0.0", "status": "affected"}]));
}

#[test]
fn package_urls_are_written_as_their_types_want_it() {
    let purl = |package: &str| {
        let osv = json_of(Format::Osv, &with(package, "< 1.0.0"));
        osv["affected"][0]["package"]["purl"].as_str().map(str::to_owned)
    };
    assert_eq!(purl("npm:@bytecodealliance/jco").unwrap(), "pkg:npm/%40bytecodealliance/jco");
    assert_eq!(purl("pip:Wasmtime_Py").unwrap(), "pkg:pypi/wasmtime-py");
    assert_eq!(purl("maven:org.wasm:engine").unwrap(), "pkg:maven/org.wasm/engine");
    assert_eq!(purl("actions:o/setup"), None);
}

#[test]
fn a_score_is_made_from_the_base_metrics_alone() {
    let mut record = record();
    let base = "CVSS:4.0/AV:N/AC:L/AT:P/PR:L/UI:P/VC:N/VI:N/VA:H/SC:N/SI:N/SA:N";
    let vector = format!("{base}/E:U");
    record.content.severity = Some(Severity::Cvss(vector.parse().unwrap()));
    let metric = &json_of(Format::Cve, &record)["containers"]["cna"]["metrics"][0]["cvssV4_0"];
    // The same with all metrics scores lower.
    assert_eq!((&metric["baseScore"], &metric["baseSeverity"]), (&json!(5.9), &json!("MEDIUM")));
    assert_eq!(metric["vectorString"], json!(vector));
    // CSAF 2.0 has no field for it.
    let csaf = &json_of(Format::Csaf, &record)["vulnerabilities"][0];
    assert_eq!(csaf["scores"], Value::Null);
    assert_eq!(csaf["notes"][2]["text"], json!(format!("5.9 MEDIUM, {vector}")));
}

#[test]
fn a_level_without_a_vector_is_said_where_there_is_a_place() {
    let mut record = record();
    record.content.severity = Some(Severity::Level("medium".parse().unwrap()));
    let osv = json_of(Format::Osv, &record);
    assert_eq!((&osv["severity"], &osv["database_specific"]["severity"]), (&Value::Null, &json!("MODERATE")));
    let other = &json_of(Format::Cve, &record)["containers"]["cna"]["metrics"][0]["other"];
    assert_eq!(*other, json!({"type": "GitHub severity", "content": {"severity": "medium"}}));
    let csaf = json_of(Format::Csaf, &record);
    assert_eq!(csaf["document"]["aggregate_severity"]["text"], "medium");
    assert!(!rustsec::write(&record, "wasmtime").unwrap().contains("cvss"));
}

#[test]
fn nobody_is_called_by_a_rustsec_entry() {
    let mut record = record();
    record.content.description = "By @a-b, `@c`, d@e.org and @org/team.\n```\n@f\n```\n@g".to_owned();
    let text = rustsec::write(&record, "wasmtime").unwrap();
    assert!(text.ends_with("\n\nBy `@a-b`, `@c`, d@e.org and `@org/team`.\n```\n@f\n```\n`@g`\n"), "{text}");
}

#[test]
fn rustsec_has_entries_for_crates_alone() {
    assert_eq!(rustsec::write(&record(), "cranelift"), Err(NoEntry::NotNamed));
    assert_eq!(rustsec::write(&record(), "wasmtime-c-api"), Err(NoEntry::NotNamed));
    assert_eq!(rustsec::write(&with("rust:wasmtime", "< 2"), "wasmtime"), Err(NoEntry::Unread));
}

#[test]
fn texts_that_are_too_long_for_a_cve_record_are_cut() {
    let mut record = record();
    record.content.summary = "ä".repeat(1000);
    record.content.description = "x".repeat(60_000);
    let cna = json_of(Format::Cve, &record)["containers"]["cna"].clone();
    assert_eq!(cna["title"].as_str().unwrap().chars().count(), 256);
    assert_eq!(cna["descriptions"][0]["value"].as_str().unwrap().chars().count(), 4096);
}

#[test]
fn a_change_before_the_publication_counts_as_the_publication() {
    let record = Record { modified: "2026-11-01T00:00:00Z".parse().unwrap(), ..record() };
    assert_eq!(json_of(Format::Osv, &record)["modified"], "2026-11-27T15:00:00Z");
    assert_eq!(json_of(Format::Cve, &record)["cveMetadata"]["dateUpdated"], "2026-11-27T15:00:00Z");
    let tracking = &json_of(Format::Csaf, &record)["document"]["tracking"];
    assert_eq!((&tracking["version"], &tracking["revision_history"][1]), (&json!("1"), &Value::Null));
}

#[test]
fn what_somebody_is_credited_for_is_said_in_each_formats_words() {
    let mut record = record();
    record.credits[0].kind = "remediation_developer".parse().unwrap();
    assert_eq!(json_of(Format::Osv, &record)["credits"][0]["type"], "REMEDIATION_DEVELOPER");
    let cna = &json_of(Format::Cve, &record)["containers"]["cna"];
    assert_eq!(cna["credits"][0]["type"], "remediation developer");
    let csaf = json_of(Format::Csaf, &record);
    assert_eq!(csaf["document"]["acknowledgments"][0]["summary"], "remediation developer");
}
