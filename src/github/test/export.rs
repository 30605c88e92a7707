//! The public records of real advisories: read as GitHub shows them, written in every format, held against
//! the official schemas and against what was published. The collection and the schemas are no part of this
//! repository; where they are missing the tests say so.

mod agreement;
mod rustsec;
mod schemas;

use commands::kernel::{
    export::{Format, Record},
    id::ProjectName,
};

use super::*;
use schemas::Schemas;

const COLLECTION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/real-advisories.json");

/// One advisory of the collection, with what the collection does not tell made up.
struct Real {
    facts: Value,
    /// Its place in the collection.
    number: usize,
}

impl Real {
    fn all() -> Option<Vec<Self>> {
        let text = std::fs::read_to_string(COLLECTION).ok()?;
        let all: Vec<Value> = serde_json::from_str(&text).unwrap();
        Some(all.into_iter().enumerate().map(|(number, facts)| Self { facts, number }).collect())
    }

    fn text(&self, key: &str) -> &str {
        self.facts[key].as_str().unwrap_or_else(|| panic!("{key} of {}", self.facts))
    }

    fn texts(&self, key: &str) -> Vec<&str> {
        self.facts[key].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// GitHub's word for where its package is published.
    fn ecosystem(&self) -> &str {
        match self.facts["ecosystem"].as_str() {
            Some("crates.io") => "rust",
            Some(other) => panic!("{other}"),
            None => "other",
        }
    }

    /// The rows: package, range, patched versions.
    fn rows(&self) -> Vec<(&str, &str, Option<String>)> {
        let (own, patched) = (self.texts("affected"), self.texts("patched"));
        let patched_of = |at: usize| {
            if own.len() == patched.len() { patched[at].to_owned() } else { patched.join(", ") }
        };
        let own =
            own.iter().enumerate().map(|(at, range)| (self.text("package"), *range, Some(patched_of(at))));
        let others = self.facts["also_affected"].as_object().into_iter().flatten();
        let others = others.flat_map(|(name, ranges)| {
            ranges.as_array().unwrap().iter().map(|range| (name.as_str(), range.as_str().unwrap(), None))
        });
        own.chain(others).collect()
    }

    /// The vector that counts: the newest version's.
    fn vector(&self) -> Option<&str> {
        let vectors = self.texts("cvss_vectors");
        let four = vectors.iter().find(|vector| vector.starts_with("CVSS:4"));
        four.or_else(|| vectors.first()).copied()
    }

    fn published(&self) -> Timestamp {
        let text = self.text("published");
        if text.contains('T') { text.parse() } else { format!("{text}T00:00:00Z").parse() }.unwrap()
    }

    /// Who is credited, which the collection does not tell: login and kind.
    fn credits(&self) -> Vec<(String, &'static str)> {
        let kinds = ["reporter", "finder", "remediation_developer", "tool"];
        let of = |at: usize| (format!("someone-{at}"), kinds[(self.number + at) % kinds.len()]);
        (0..self.number % 4).map(of).collect()
    }

    fn description(&self) -> String {
        format!("### Impact\n\nSee {} ({}).\n", self.text("ghsa_id"), self.number)
    }

    /// The advisory as GitHub answers it.
    fn answer(&self) -> Value {
        let vector = |version: &str| {
            let vectors = self.texts("cvss_vectors");
            json!({"vector_string": vectors.into_iter().find(|vector| vector.starts_with(version))})
        };
        let rows = self.rows().into_iter().map(|(name, affected, patched)| {
            json!({
                "package": {"ecosystem": self.ecosystem(), "name": name},
                "vulnerable_version_range": affected,
                "patched_versions": patched,
                "vulnerable_functions": null,
            })
        });
        let credits = self.credits().into_iter().map(|(login, kind)| json!({"login": login, "type": kind}));
        let severity = self.facts["severity"].as_str().map(str::to_lowercase);
        json!({
            "ghsa_id": self.text("ghsa_id"),
            "html_url": self.text("advisory_url"),
            "state": "published",
            "cve_id": self.facts["cve_id"],
            "created_at": "2020-01-01T00:00:00Z",
            "summary": self.text("summary"),
            "description": self.description(),
            "severity": severity,
            "cvss_severities": {"cvss_v3": vector("CVSS:3"), "cvss_v4": vector("CVSS:4")},
            "cwe_ids": self.texts("cwe"),
            "vulnerabilities": rows.collect::<Vec<_>>(),
            "credits": credits.collect::<Vec<_>>(),
        })
    }

    /// Its further ids.
    fn aliases(&self) -> Vec<&str> {
        ["ghsa_aliases", "cve_aliases", "rustsec_ids"].into_iter().flat_map(|key| self.texts(key)).collect()
    }

    async fn record(&self) -> Record {
        let bench = Bench::new([ok(&self.answer())]);
        let repository: Repository = self.text("project").parse().unwrap();
        let ghsa = Embargoed::new(self.text("ghsa_id").parse().unwrap());
        let advisory = must(bench.github.fetch(&repository, &ghsa).await);
        let project = ProjectName(repository.name().to_owned());
        let contact = Some("https://bytecodealliance.org/security");
        let record = Record::new(&advisory, (&project, &repository), contact, self.published());
        Record { aliases: self.aliases().into_iter().map(str::to_owned).collect(), ..record }
    }

    /// Its documents by format.
    async fn documents(&self) -> Vec<(Format, Value)> {
        let record = self.record().await;
        let read = |text: String| serde_json::from_str(&text).unwrap();
        Format::ALL.into_iter().filter_map(|format| Some((format, read(format.write(&record)?)))).collect()
    }
}

#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
fn skipped() {
    eprintln!("skipped: there are no real advisories at {COLLECTION}, or no schemas beside them");
}

#[tokio::test]
async fn real_advisories_make_records_that_the_schemas_describe() {
    let (Some(all), Some(schemas)) = (Real::all(), Schemas::read()) else { return skipped() };
    let mut written = std::collections::BTreeMap::new();
    for real in &all {
        for (format, document) in real.documents().await {
            schemas.check(format, &document);
            *written.entry(format).or_insert(0) += 1;
        }
    }
    let with_cve = all.iter().filter(|real| real.facts["cve_id"].is_string()).count();
    let wanted = [(Format::Osv, all.len()), (Format::Cve, with_cve), (Format::Csaf, all.len())];
    assert_eq!(written.into_iter().collect::<Vec<_>>(), wanted);
}

#[tokio::test]
async fn records_of_odd_advisories_are_described_by_the_schemas_too() {
    let (Some(all), Some(schemas)) = (Real::all(), Schemas::read()) else { return skipped() };
    let mut record = all[all.len() - 2].record().await;
    record.content.summary = "s".repeat(1024);
    record.content.description = String::new();
    record.modified = record.published + jiff::SignedDuration::from_hours(30);
    let twice = record.content.affected[0].ranges[0].clone();
    let odd = ["", "all", "> 1.0.0", "<= 1.0.0, > 0.9", ">= 2", "= 2+build 7", "< 0.30.0"];
    for affected in odd {
        let range =
            commands::kernel::content::AffectedRange { affected: affected.to_owned(), ..twice.clone() };
        record.content.affected[0].ranges.push(range);
    }
    let record = |package: &str| {
        let mut record = record.clone();
        if let Ok(package) = package.parse() {
            record.content.affected[0].package = package;
        } else {
            record.content.affected.clear();
        }
        record.content.cwes = vec!["CWE-9".parse().unwrap(), "CWE-9".parse().unwrap()];
        record.content.severity = None;
        record
    };
    for package in ["rust:wasmtime", "pip:Wasm_Time", "maven:a:b", "other:x", "actions:o/x", "swift:x", ""] {
        for format in Format::ALL {
            let text = format.write(&record(package)).unwrap();
            schemas.check(format, &serde_json::from_str(&text).unwrap());
        }
    }
}

#[tokio::test]
async fn a_document_that_the_schemas_do_not_describe_is_noticed() {
    let (Some(all), Some(schemas)) = (Real::all(), Schemas::read()) else { return skipped() };
    let bend: [(Format, &str, Value); 6] = [
        (Format::Osv, "/affected/0/package/ecosystem", json!("other")),
        (Format::Osv, "/published", json!("yesterday")),
        (Format::Cve, "/containers/cna/metrics/0/cvssV3_1/baseSeverity", json!("SEVERE")),
        (Format::Cve, "/containers/cna/references/0/url", json!("no address")),
        (Format::Csaf, "/document/distribution/tlp/label", json!("CLEAR")),
        (Format::Csaf, "/vulnerabilities/0/scores/0/cvss_v3/vectorString", json!("CVSS:3.1/AV:Q")),
    ];
    let documents = all.last().unwrap().documents().await;
    for (format, place, value) in bend {
        let (_, document) = documents.iter().find(|(of, _)| *of == format).unwrap();
        let mut document = document.clone();
        *document.pointer_mut(place).unwrap_or_else(|| panic!("{place}")) = value;
        assert!(!schemas.describes(format, &document), "{place}");
    }
}
