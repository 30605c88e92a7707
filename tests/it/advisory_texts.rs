//! What is found wanting in real advisories: those whose own rows contradict each other, and those
//! without a severity. The collection is no part of this repository; where it is missing the test says so.

use std::path::Path;

use commands::kernel::{
    content::{AffectedPackage, AffectedRange, Content, Severity},
    text::{Contradiction, Shortcoming, shortcomings},
};
use serde::Deserialize;

const COLLECTION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/real-advisories.json");
/// A text with nothing missing: the collection has none.
const TEXT: &str =
    "### Impact\n\nAs published.\n\n### Patches\n\nAs published.\n\n### Workarounds\n\nNone.\n";

/// One published advisory of the collection.
#[derive(Debug, Deserialize)]
struct Real {
    ghsa_id: String,
    project: String,
    package: String,
    summary: String,
    cvss_vectors: Vec<String>,
    severity: Option<String>,
    affected: Vec<String>,
    patched: Vec<String>,
}

impl Real {
    fn content(&self) -> Content {
        let vector = self.cvss_vectors.first().map(|vector| Severity::Cvss(vector.parse().unwrap()));
        let level = || self.severity.as_ref().map(|level| Severity::Level(level.parse().unwrap()));
        let patched = self.patched.join(", ");
        let range =
            |affected: &String| AffectedRange { affected: affected.clone(), patched: Some(patched.clone()) };
        let row = AffectedPackage {
            package: format!("rust:{}", self.package).parse().unwrap(),
            ranges: self.affected.iter().map(range).collect(),
        };
        Content {
            summary: self.summary.clone(),
            description: TEXT.to_owned(),
            severity: vector.or_else(level),
            cwes: Vec::new(),
            affected: vec![row],
        }
    }
}

/// In words for this test: what the collection holds is public.
fn word(shortcoming: &Shortcoming) -> String {
    match shortcoming {
        Shortcoming::NoDescription => "no text".to_owned(),
        Shortcoming::NoSection(section) => format!("no {}", section.title()),
        Shortcoming::Placeholder(left) => format!("left: {left}"),
        Shortcoming::NoSeverity => "no severity".to_owned(),
        Shortcoming::NoAffected => "no versions".to_owned(),
        Shortcoming::Contradiction(Contradiction::PatchedIsAffected { version, range, .. }) => {
            format!("{version} in {range}")
        }
        Shortcoming::Contradiction(Contradiction::EmptyRange { range, .. }) => format!("nothing in {range}"),
        Shortcoming::Contradiction(Contradiction::BranchWithoutPatch { branch, .. }) => {
            format!("no patch on {branch}")
        }
        Shortcoming::Contradiction(Contradiction::PatchWithoutBranch { version, .. }) => {
            format!("no branch for {version}")
        }
    }
}

/// Those that are found wanting, with what.
fn wanting<'a>(collection: impl IntoIterator<Item = &'a Real>, branches: &[&str]) -> Vec<String> {
    let branches: Vec<String> = branches.iter().map(|branch| (*branch).to_owned()).collect();
    let each = collection.into_iter().map(|real| (real, shortcomings(&real.content(), &branches)));
    let wanting = each.filter(|(_, found)| !found.is_empty());
    let line = |(real, found): (&Real, Vec<Shortcoming>)| {
        format!("{}: {}", real.ghsa_id, found.iter().map(word).collect::<Vec<_>>().join("; "))
    };
    wanting.map(line).collect()
}

#[test]
fn only_real_advisories_with_a_real_flaw_are_found_wanting() {
    if !Path::new(COLLECTION).exists() {
        eprintln!("SKIPPED: there is no {COLLECTION}");
        return;
    }
    let text = std::fs::read_to_string(COLLECTION).unwrap();
    let collection: Vec<Real> = serde_json::from_str(&text).unwrap();
    // The first two were published with a range that reaches beyond the fix; the rest before severities
    // were given.
    let wanted = [
        "GHSA-xx5w-cvp6-jv83: 43.0.1 in >= 43.0.0, < 44.0.1",
        "GHSA-jhxm-h53p-jm7w: 43.0.1 in >= 43.0.0, < 44.0.1",
        "GHSA-5fhj-g3p3-pq9g: no severity",
        "GHSA-jqwc-c49r-4w2x: no severity",
        "GHSA-gwc9-348x-qwv2: no severity",
    ];
    assert_eq!(wanting(&collection, &["main"]), wanted);
    let wamr = || collection.iter().filter(|real| real.project.ends_with("wasm-micro-runtime"));
    assert!(wamr().count() > 0);
    assert_eq!(wanting(wamr(), &["main", "release/2.4.x"]), [""; 0]);
    let four = ["main", "release-24.0.0", "release-36.0.0", "release-46.0.0", "release-47.0.0"];
    let newest = || collection.iter().filter(|real| real.ghsa_id == "GHSA-vqjp-4c8c-hfgg");
    assert_eq!(wanting(newest(), &four), [""; 0]);
    let five = [&four[..], &["release-45.0.0"]].concat();
    assert_eq!(wanting(newest(), &five), ["GHSA-vqjp-4c8c-hfgg: no patch on release-45.0.0"]);
}
