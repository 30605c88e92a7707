//! A CSAF 2.0 security advisory (<https://docs.oasis-open.org/csaf/csaf/v2.0/csaf-v2.0.html>, profile 4.4).

mod tree;

use std::borrow::Cow;

use serde::Serialize;

use super::{Record, pretty, score::Score, weakness};
use crate::kernel::{collaborator::Credit, content::Severity, id::CveId};
use tree::{Fix, Tree};

#[derive(Serialize)]
struct Csaf<'a> {
    document: Document<'a>,
    product_tree: &'a tree::ProductTree,
    vulnerabilities: [Vulnerability<'a>; 1],
}

#[derive(Serialize)]
struct Document<'a> {
    category: &'static str,
    csaf_version: &'static str,
    lang: &'static str,
    title: &'a str,
    distribution: Distribution,
    #[serde(skip_serializing_if = "Option::is_none")]
    aggregate_severity: Option<Aggregate>,
    publisher: Publisher<'a>,
    notes: [Note<'a>; 1],
    references: [Reference<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    acknowledgments: Vec<Acknowledgment<'a>>,
    tracking: Tracking<'a>,
}

#[derive(Serialize)]
struct Distribution {
    text: &'static str,
    tlp: Tlp,
}

#[derive(Serialize)]
struct Tlp {
    label: &'static str,
    url: &'static str,
}

#[derive(Serialize)]
struct Aggregate {
    text: &'static str,
}

#[derive(Serialize)]
struct Publisher<'a> {
    category: &'static str,
    name: &'a str,
    namespace: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact_details: Option<&'a str>,
}

#[derive(Serialize)]
struct Note<'a> {
    category: &'static str,
    title: &'static str,
    text: Cow<'a, str>,
}

#[derive(Serialize)]
struct Reference<'a> {
    category: &'static str,
    summary: &'static str,
    url: &'a str,
}

#[derive(Serialize)]
struct Acknowledgment<'a> {
    names: [&'a str; 1],
    summary: String,
    urls: [String; 1],
}

#[derive(Serialize)]
struct Tracking<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    aliases: Vec<&'a str>,
    status: &'static str,
    version: String,
    initial_release_date: String,
    current_release_date: String,
    revision_history: Vec<Revision>,
    generator: Generator,
}

#[derive(Serialize)]
struct Revision {
    number: String,
    date: String,
    summary: &'static str,
}

#[derive(Serialize)]
struct Generator {
    engine: Engine,
}

#[derive(Serialize)]
struct Engine {
    name: &'static str,
}

#[derive(Serialize)]
struct Vulnerability<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    cve: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cwe: Option<Weakness>,
    title: &'a str,
    ids: [Id<'a>; 1],
    notes: Vec<Note<'a>>,
    product_status: Status<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    scores: Vec<Scored<'a>>,
    remediations: Vec<Remediation<'a>>,
}

#[derive(Serialize)]
struct Weakness {
    id: String,
    name: &'static str,
}

#[derive(Serialize)]
struct Id<'a> {
    system_name: &'static str,
    text: &'a str,
}

#[derive(Serialize)]
struct Status<'a> {
    known_affected: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    fixed: &'a [String],
}

#[derive(Serialize)]
struct Scored<'a> {
    products: &'a [String],
    cvss_v3: Score,
}

#[derive(Serialize)]
struct Remediation<'a> {
    category: &'static str,
    details: String,
    product_ids: [&'a str; 1],
    url: &'a str,
}

/// The document.
pub(super) fn write(record: &Record) -> String {
    let tree = Tree::of(record);
    pretty(&Csaf {
        document: document(record),
        product_tree: &tree.product_tree,
        vulnerabilities: [vulnerability(record, &tree)],
    })
}

fn document(record: &Record) -> Document<'_> {
    let owner = record.repository.owner();
    let level = record.content.severity.as_ref().and_then(Severity::level);
    Document {
        category: "csaf_security_advisory",
        csaf_version: "2.0",
        lang: "en",
        title: record.title(),
        distribution: Distribution {
            text: "TLP:CLEAR: may be passed on without restriction.",
            // The name that CLEAR had in version 1 of the protocol, which is the one of CSAF 2.0.
            tlp: Tlp { label: "WHITE", url: "https://www.first.org/tlp/" },
        },
        aggregate_severity: level.map(|level| Aggregate { text: level.as_str() }),
        publisher: Publisher {
            category: "vendor",
            name: &record.project.0,
            namespace: format!("https://github.com/{owner}"),
            contact_details: record.contact.as_deref(),
        },
        notes: [Note { category: "summary", title: "Summary", text: record.title().into() }],
        references: [Reference { category: "external", summary: "The advisory on GitHub", url: &record.url }],
        acknowledgments: record.credits.iter().map(acknowledgment).collect(),
        tracking: tracking(record),
    }
}

fn acknowledgment(credit: &Credit) -> Acknowledgment<'_> {
    let name = credit.login.as_str();
    Acknowledgment {
        names: [name],
        summary: credit.kind.words(),
        urls: [format!("https://github.com/{name}")],
    }
}

/// A record knows of its first text and of its last, and numbers them so.
fn tracking(record: &Record) -> Tracking<'_> {
    let (published, changed) = (record.published.to_string(), record.changed().to_string());
    let revision = |number: &str, date: &str, summary| Revision {
        number: number.to_owned(),
        date: date.to_owned(),
        summary,
    };
    let mut revision_history = vec![revision("1", &published, "Published.")];
    if changed != published {
        revision_history.push(revision("2", &changed, "Changed: see the advisory on GitHub."));
    }
    Tracking {
        id: record.ghsa.as_str(),
        aliases: record.other_ids(),
        status: "final",
        version: revision_history.len().to_string(),
        initial_release_date: published,
        current_release_date: changed,
        revision_history,
        generator: Generator { engine: Engine { name: "advisory-bot" } },
    }
}

fn vulnerability<'a>(record: &'a Record, tree: &'a Tree) -> Vulnerability<'a> {
    let content = &record.content;
    // There is room for one weakness; the others are in a note.
    let cwe = content.cwes.iter().find_map(|cwe| {
        let name = weakness::name(cwe)?;
        Some(Weakness { id: cwe.to_string(), name })
    });
    let score = match &content.severity {
        Some(Severity::Cvss(cvss)) => Some(Score::of(cvss)),
        Some(Severity::Level(_)) | None => None,
    };
    let mut notes = vec![Note { category: "description", title: "Description", text: record.prose().into() }];
    if !content.cwes.is_empty() {
        let cwes: Vec<String> = content.cwes.iter().map(ToString::to_string).collect();
        notes.push(Note { category: "other", title: "Weaknesses", text: cwes.join(", ").into() });
    }
    // CSAF 2.0 is older than CVSS 4.0 and has no field for it.
    let (scores, note) = match score {
        Some(score) if score.is_four() => (None, Some(score.words())),
        score => (score, None),
    };
    notes.extend(note.map(|text| Note { category: "other", title: "CVSS 4.0", text: text.into() }));
    Vulnerability {
        cve: record.cve.as_ref().map(CveId::as_str),
        cwe,
        title: record.title(),
        ids: [Id { system_name: "GitHub Security Advisory", text: record.ghsa.as_str() }],
        notes,
        product_status: Status { known_affected: &tree.affected, fixed: &tree.fixed },
        scores: scores.map(|cvss_v3| Scored { products: &tree.affected, cvss_v3 }).into_iter().collect(),
        remediations: tree.fixes.iter().map(|fix| remediation(record, fix)).collect(),
    }
}

fn remediation<'a>(record: &'a Record, fix: &'a Fix) -> Remediation<'a> {
    let (category, details) = match &fix.patched {
        Some(patched) => ("vendor_fix", format!("Patched in {} {patched}.", fix.name)),
        None => ("none_available", format!("No patched version of {} is named.", fix.name)),
    };
    Remediation { category, details, product_ids: [&fix.affected], url: &record.url }
}
