//! OSV (<https://ossf.github.io/osv-schema/>, 1.7).

use serde::Serialize;

use super::{
    Product, Record, pretty,
    range::{End, Span},
    score::Scheme,
};
use crate::kernel::content::{Level, Severity};

const SCHEMA_VERSION: &str = "1.7.5";

#[derive(Serialize)]
struct Document<'a> {
    schema_version: &'static str,
    id: &'a str,
    modified: String,
    published: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    aliases: Vec<&'a str>,
    summary: &'a str,
    details: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    severity: Vec<Vector<'a>>,
    affected: Vec<Affected<'a>>,
    references: Vec<Reference>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    credits: Vec<Credit<'a>>,
    database_specific: Judged,
}

#[derive(Serialize)]
struct Vector<'a> {
    r#type: &'static str,
    score: &'a str,
}

#[derive(Serialize)]
struct Affected<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    package: Option<Package<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ranges: Vec<Range>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    versions: Vec<&'a str>,
    database_specific: AsOnGitHub<'a>,
}

#[derive(Serialize)]
struct Package<'a> {
    ecosystem: &'static str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    purl: Option<String>,
}

#[derive(Serialize)]
struct Range {
    r#type: &'static str,
    events: Vec<Event>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Event {
    Introduced(String),
    Fixed(String),
    LastAffected(String),
}

/// What GitHub says of a package, word for word and in its own words: `ranges` and `versions` cannot hold
/// all of it.
#[derive(Serialize)]
struct AsOnGitHub<'a> {
    ecosystem: &'a str,
    name: &'a str,
    vulnerabilities: Vec<RowOnGitHub<'a>>,
}

#[derive(Serialize)]
struct RowOnGitHub<'a> {
    vulnerable_version_range: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    patched_versions: Option<&'a str>,
}

#[derive(Serialize)]
struct Reference {
    r#type: &'static str,
    url: String,
}

#[derive(Serialize)]
struct Credit<'a> {
    name: &'a str,
    contact: [String; 1],
    r#type: String,
}

/// Where GitHub's own records of this format have it, and in their words.
#[derive(Serialize)]
struct Judged {
    cwe_ids: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    severity: Option<&'static str>,
}

/// The document.
pub(super) fn write(record: &Record) -> String {
    let content = &record.content;
    pretty(&Document {
        schema_version: SCHEMA_VERSION,
        id: record.ghsa.as_str(),
        modified: record.changed().to_string(),
        published: record.published.to_string(),
        aliases: record.other_ids(),
        summary: &content.summary,
        details: &content.description,
        severity: content.severity.as_ref().and_then(vector).into_iter().collect(),
        affected: record.products().iter().map(affected).collect(),
        references: vec![
            Reference { r#type: "ADVISORY", url: record.url.clone() },
            Reference { r#type: "PACKAGE", url: format!("https://github.com/{}", record.repository) },
        ],
        credits: record.credits.iter().map(credit).collect(),
        database_specific: Judged {
            cwe_ids: content.cwes.iter().map(ToString::to_string).collect(),
            severity: content.severity.as_ref().and_then(Severity::level).map(|level| match level {
                Level::Low => "LOW",
                Level::Medium => "MODERATE",
                Level::High => "HIGH",
                Level::Critical => "CRITICAL",
            }),
        },
    })
}

fn vector(severity: &Severity) -> Option<Vector<'_>> {
    match severity {
        Severity::Level(_) => None,
        Severity::Cvss(cvss) => {
            let r#type = match Scheme::of(cvss) {
                Scheme::Three | Scheme::ThreeOne => "CVSS_V3",
                Scheme::Four => "CVSS_V4",
            };
            Some(Vector { r#type, score: cvss.vector() })
        }
    }
}

/// A package of the ecosystem `other` has no name that OSV knows, and OSV takes ranges without a package only
/// as commits of a repository, which nobody has told. GitHub's own records leave `affected` empty then; here
/// its rows are kept as they are, which claims nothing that a scanner would act on.
fn affected<'a>(product: &Product<'a>) -> Affected<'a> {
    let rows = product
        .rows
        .iter()
        .map(|row| RowOnGitHub { vulnerable_version_range: row.text, patched_versions: row.patched });
    let vulnerabilities = rows.collect();
    let as_on_github = AsOnGitHub { ecosystem: product.ecosystem, name: product.name, vulnerabilities };
    let Some(registry) = product.registry else {
        return Affected {
            package: None,
            ranges: Vec::new(),
            versions: Vec::new(),
            database_specific: as_on_github,
        };
    };
    let spans = || product.rows.iter().map(|row| row.span);
    let single = |span| match span {
        Span::Only(version) => Some(version),
        Span::Between(..) | Span::Unread => None,
    };
    let semver = product.is_semver();
    Affected {
        package: Some(Package { ecosystem: registry.osv, name: product.name, purl: product.purl(None) }),
        ranges: spans().filter_map(|span| range(span, semver)).collect(),
        versions: spans().filter_map(single).collect(),
        database_specific: as_on_github,
    }
}

fn range(span: Span<'_>, semver: bool) -> Option<Range> {
    let (low, high) = match span {
        Span::Between(low, high) => (low, high),
        Span::Only(_) | Span::Unread => return None,
    };
    // `0` is before every version.
    let introduced = low.map_or_else(|| Some("0".to_owned()), |low| low.first(semver))?;
    let end = high.map(|End { version, included }| {
        let version = version.to_owned();
        if included { Event::LastAffected(version) } else { Event::Fixed(version) }
    });
    let events = [Event::Introduced(introduced)].into_iter().chain(end).collect();
    Some(Range { r#type: if semver { "SEMVER" } else { "ECOSYSTEM" }, events })
}

fn credit(credit: &crate::kernel::collaborator::Credit) -> Credit<'_> {
    let name = credit.login.as_str();
    Credit {
        name,
        contact: [format!("https://github.com/{name}")],
        r#type: credit.kind.as_str().to_ascii_uppercase(),
    }
}
