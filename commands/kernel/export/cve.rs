//! A CVE record, 5.1 (<https://github.com/CVEProject/cve-schema>), with the container of a CNA.

use serde::Serialize;

use super::{
    Product, Record, Row, pretty,
    range::{End, Span},
    score::{Scheme, Score},
    unique, weakness,
};
use crate::kernel::{
    content::{Cwe, Severity},
    escape::cut,
    id::CveId,
};

/// The CNA that gives CVE ids to advisories on GitHub: its id and short name in the list of CNAs.
const GITHUB: (&str, &str) = ("a0819718-46f1-4df5-94e2-005712e83aaa", "GitHub_M");
/// Limits of the schema, in code points.
const TITLE_CHARS_MAX: usize = 256;
const PROSE_CHARS_MAX: usize = 4096;
const VERSION_CHARS_MAX: usize = 1024;
const VENDOR_CHARS_MAX: usize = 512;
const PRODUCT_CHARS_MAX: usize = 2048;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    data_type: &'static str,
    data_version: &'static str,
    cve_metadata: Metadata<'a>,
    containers: Containers<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Metadata<'a> {
    cve_id: &'a str,
    assigner_org_id: &'static str,
    assigner_short_name: &'static str,
    state: &'static str,
    date_published: String,
    date_updated: String,
}

#[derive(Serialize)]
struct Containers<'a> {
    cna: Cna<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Cna<'a> {
    provider_metadata: Provider,
    date_public: String,
    title: String,
    descriptions: [Text; 1],
    affected: Vec<Affected>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problem_types: Vec<ProblemType>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    metrics: Vec<Metric>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    solutions: Vec<Text>,
    references: [Reference<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    credits: Vec<Credit<'a>>,
    source: Source<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Provider {
    org_id: &'static str,
    short_name: &'static str,
    date_updated: String,
}

#[derive(PartialEq, Serialize)]
struct Text {
    lang: &'static str,
    value: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Affected {
    vendor: String,
    product: String,
    repo: String,
    default_status: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    versions: Vec<Version>,
}

#[derive(PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Version {
    version: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    less_than: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    less_than_or_equal: Option<String>,
}

#[derive(PartialEq, Serialize)]
struct ProblemType {
    descriptions: [Problem; 1],
}

#[derive(PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Problem {
    r#type: &'static str,
    cwe_id: String,
    lang: &'static str,
    description: String,
}

#[derive(Serialize)]
enum Metric {
    #[serde(rename = "cvssV3_0")]
    Three(Score),
    #[serde(rename = "cvssV3_1")]
    ThreeOne(Score),
    #[serde(rename = "cvssV4_0")]
    Four(Score),
    #[serde(rename = "other")]
    Level(Judgement),
}

/// A level that nobody gave a vector for.
#[derive(Serialize)]
struct Judgement {
    r#type: &'static str,
    content: Level,
}

#[derive(Serialize)]
struct Level {
    severity: &'static str,
}

#[derive(Serialize)]
struct Reference<'a> {
    url: &'a str,
    name: &'a str,
    tags: [&'static str; 1],
}

#[derive(PartialEq, Serialize)]
struct Credit<'a> {
    lang: &'static str,
    value: &'a str,
    r#type: String,
}

#[derive(Serialize)]
struct Source<'a> {
    advisory: &'a str,
    discovery: &'static str,
}

/// The document; none where there is no CVE id.
pub(super) fn write(record: &Record) -> Option<String> {
    let cve: &CveId = record.cve.as_ref()?;
    let (org_id, short_name) = GITHUB;
    Some(pretty(&Document {
        data_type: "CVE_RECORD",
        data_version: "5.1",
        cve_metadata: Metadata {
            cve_id: cve.as_str(),
            assigner_org_id: org_id,
            assigner_short_name: short_name,
            state: "PUBLISHED",
            date_published: record.published.to_string(),
            date_updated: record.changed().to_string(),
        },
        containers: Containers { cna: cna(record) },
    }))
}

fn cna(record: &Record) -> Cna<'_> {
    let (org_id, short_name) = GITHUB;
    let content = &record.content;
    let products = record.products();
    Cna {
        provider_metadata: Provider { org_id, short_name, date_updated: record.changed().to_string() },
        date_public: record.published.to_string(),
        title: cut(record.title(), TITLE_CHARS_MAX),
        descriptions: [text(record.prose())],
        affected: products.iter().map(|product| affected(record, product)).collect(),
        problem_types: unique(content.cwes.iter().map(problem)),
        metrics: content.severity.iter().map(metric).collect(),
        solutions: unique(products.iter().filter_map(solution)),
        references: [Reference { url: &record.url, name: &record.url, tags: ["vendor-advisory"] }],
        credits: unique(record.credits.iter().map(|credit| Credit {
            lang: "en",
            value: credit.login.as_str(),
            r#type: credit.kind.words(),
        })),
        source: Source { advisory: record.ghsa.as_str(), discovery: "UNKNOWN" },
    }
}

fn text(value: &str) -> Text {
    Text { lang: "en", value: cut(value, PROSE_CHARS_MAX) }
}

fn affected(record: &Record, product: &Product<'_>) -> Affected {
    let semver = product.is_semver();
    let (told, untold): (Vec<_>, Vec<_>) = product.rows.iter().partition(|row| !row.text.is_empty());
    let versions = unique(told.into_iter().map(|row| version(product, row, semver)));
    // What is not listed is only known to be unaffected where every row could be read.
    let is_typed = |version: &Version| version.version_type.is_some();
    let all_read = untold.is_empty() && versions.iter().all(is_typed);
    Affected {
        vendor: cut(record.repository.owner(), VENDOR_CHARS_MAX),
        product: cut(product.name, PRODUCT_CHARS_MAX),
        repo: format!("https://github.com/{}", record.repository),
        default_status: if all_read { "unaffected" } else { "unknown" },
        versions,
    }
}

/// A row as a stretch of versions, or, as GitHub's own records have it, with its text for a version.
fn version(product: &Product<'_>, row: &Row<'_>, semver: bool) -> Version {
    let version_type = match product.registry {
        Some(registry) if semver || registry.order != "semver" => registry.order,
        Some(_) | None => "custom",
    };
    let affected = |version: String| Version {
        version,
        status: "affected",
        version_type: Some(version_type),
        less_than: None,
        less_than_or_equal: None,
    };
    let as_text = || Version { version_type: None, ..affected(cut(row.text, VERSION_CHARS_MAX)) };
    match row.span {
        Span::Only(version) => affected(version.to_owned()),
        Span::Unread => as_text(),
        Span::Between(low, high) => {
            // `0` is before every version.
            let Some(first) = low.map_or_else(|| Some("0".to_owned()), |low| low.first(semver)) else {
                return as_text();
            };
            match high {
                None => Version { less_than: Some("*".to_owned()), ..affected(first) },
                Some(End { version, included: false }) => {
                    Version { less_than: Some(version.to_owned()), ..affected(first) }
                }
                Some(End { version, included: true }) => {
                    Version { less_than_or_equal: Some(version.to_owned()), ..affected(first) }
                }
            }
        }
    }
}

fn problem(cwe: &Cwe) -> ProblemType {
    let id = cwe.to_string();
    let description = weakness::name(cwe).map_or_else(|| id.clone(), |name| format!("{id}: {name}"));
    ProblemType { descriptions: [Problem { r#type: "CWE", cwe_id: id, lang: "en", description }] }
}

fn metric(severity: &Severity) -> Metric {
    match severity {
        Severity::Level(level) => Metric::Level(Judgement {
            r#type: "GitHub severity",
            content: Level { severity: level.as_str() },
        }),
        Severity::Cvss(cvss) => match Scheme::of(cvss) {
            Scheme::Three => Metric::Three(Score::of(cvss)),
            Scheme::ThreeOne => Metric::ThreeOne(Score::of(cvss)),
            Scheme::Four => Metric::Four(Score::of(cvss)),
        },
    }
}

/// The patched versions, for which `affected` has no place that is GitHub's text.
fn solution(product: &Product<'_>) -> Option<Text> {
    let patched = unique(product.rows.iter().filter_map(|row| row.patched));
    (!patched.is_empty()).then(|| text(&format!("{}: patched in {}", product.name, patched.join("; "))))
}
