//! What is sent to GitHub: a new advisory, and what changes in one.

use commands::kernel::content::{Content, Severity};
use serde_json::{Map, Value, json};

use super::wire::{RawPackage, RawRow};

/// The body that makes an advisory saying `content`.
pub(super) fn create(content: &Content) -> Value {
    let mut body = Map::new();
    body.insert("summary".into(), json!(content.summary));
    body.insert("description".into(), json!(content.description));
    body.insert("vulnerabilities".into(), json!(rows(content)));
    if !content.cwes.is_empty() {
        body.insert("cwe_ids".into(), json!(content.cwes));
    }
    if let Some(severity) = &content.severity {
        let (key, value) = severity_field(severity);
        body.insert(key.into(), value);
    }
    body.into()
}

/// The body that turns an advisory that says `held`, with these rows, into one that says `wanted`:
/// only the fields that differ, none when nothing does.
pub(super) fn patch(held_rows: &[RawRow], held: &Content, wanted: &Content) -> Map<String, Value> {
    let mut body = Map::new();
    if plain(&held.summary) != plain(&wanted.summary) {
        body.insert("summary".into(), json!(wanted.summary));
    }
    if plain(&held.description) != plain(&wanted.description) {
        body.insert("description".into(), json!(wanted.description));
    }
    if held.cwes != wanted.cwes {
        body.insert("cwe_ids".into(), json!(wanted.cwes));
    }
    if let Some(severity) = wanted.severity.as_ref().filter(|_| held.severity != wanted.severity) {
        let (key, value) = severity_field(severity);
        body.insert(key.into(), value);
    }
    if !same_rows(held, wanted) {
        body.insert("vulnerabilities".into(), json!(changed_rows(held_rows, held, wanted)));
    }
    body
}

/// Whether an advisory says what `wanted` does in the fields that every advisory has.
pub(super) fn says_the_same(held: &Content, wanted: &Content) -> bool {
    plain(&held.summary) == plain(&wanted.summary)
        && plain(&held.description) == plain(&wanted.description)
        && same_rows(held, wanted)
}

/// GitHub takes a level or a vector, never both.
fn severity_field(severity: &Severity) -> (&'static str, Value) {
    match severity {
        Severity::Level(level) => ("severity", json!(level)),
        Severity::Cvss(cvss) => ("cvss_vector_string", json!(cvss.vector())),
    }
}

/// Text as it compares: a web form's line ends, and white space around it, make no difference.
pub(super) fn plain(text: &str) -> String {
    text.replace("\r\n", "\n").trim().to_owned()
}

fn same_rows(one: &Content, other: &Content) -> bool {
    let plain = |content: &Content| -> Vec<RawRow> {
        let line = |text: Option<String>| {
            let text = text?.split_whitespace().collect::<Vec<_>>().join(" ");
            (!text.is_empty()).then_some(text)
        };
        let plain = |row: RawRow| RawRow {
            vulnerable_version_range: line(row.vulnerable_version_range),
            patched_versions: line(row.patched_versions),
            ..row
        };
        rows(content).into_iter().map(plain).collect()
    };
    plain(one) == plain(other)
}

/// The rows for all of `content`'s packages.
fn rows(content: &Content) -> Vec<RawRow> {
    content.affected.iter().flat_map(package_rows).collect()
}

/// The rows for one package: one a range, and one without a range when it has none.
fn package_rows(affected: &commands::kernel::content::AffectedPackage) -> Vec<RawRow> {
    let package = || RawPackage {
        ecosystem: affected.package.ecosystem.as_str().to_owned(),
        name: Some(affected.package.name.clone()).filter(|name| !name.is_empty()),
    };
    let row = |range: Option<String>, patched: Option<String>| RawRow {
        package: Some(package()),
        vulnerable_version_range: range.filter(|range| !range.trim().is_empty()),
        patched_versions: patched.filter(|versions| !versions.trim().is_empty()),
        vulnerable_functions: None,
    };
    if affected.ranges.is_empty() {
        return vec![row(None, None)];
    }
    let ranges = affected.ranges.iter();
    ranges.map(|range| row(Some(range.affected.clone()), range.patched.clone())).collect()
}

/// GitHub replaces the list as a whole, so all of it is sent: rows of packages that do not change just
/// as they are held, the others where the first row of their package stood, new packages at the end.
fn changed_rows(held_rows: &[RawRow], held: &Content, wanted: &Content) -> Vec<RawRow> {
    let mut all = Vec::new();
    let mut written = Vec::new();
    for row in held_rows {
        let package = row.package();
        let Some(now) = wanted.affected.iter().find(|row| row.package == package) else { continue };
        if held.affected.contains(now) {
            all.push(sendable(row));
        } else if !written.contains(&package) {
            all.extend(replacing(held_rows, package_rows(now)));
        } else {
            continue;
        }
        written.push(package);
    }
    let new = wanted.affected.iter().filter(|row| !written.contains(&row.package));
    all.extend(new.flat_map(package_rows));
    all
}

/// New rows for a package that has some: the functions that somebody noted in a row stay in the one
/// that takes its place.
fn replacing(held_rows: &[RawRow], rows: Vec<RawRow>) -> Vec<RawRow> {
    let mut old = rows
        .first()
        .map(RawRow::package)
        .into_iter()
        .flat_map(|package| held_rows.iter().filter(move |row| row.package() == package));
    let with_functions = |row| {
        let functions = old.next().and_then(|old| old.vulnerable_functions.clone());
        RawRow { vulnerable_functions: functions, ..row }
    };
    rows.into_iter().map(with_functions).collect()
}

/// A row as it is held, in a form that GitHub takes: it reads rows without a package, but wants one.
fn sendable(row: &RawRow) -> RawRow {
    let nameless = || RawPackage { ecosystem: "other".to_owned(), name: None };
    RawRow { package: Some(row.package.clone().unwrap_or_else(nameless)), ..row.clone() }
}
