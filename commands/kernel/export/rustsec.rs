//! An entry of RustSec's database (<https://github.com/RustSec/advisory-db>): a front block in TOML, then
//! Markdown. It says which versions are *not* affected, so that every range has to be read for one.

use semver::Version;
use thiserror::Error;

use super::{Product, Record, Row, range::Span};
use crate::kernel::content::Severity;

/// The id that an entry has until it is merged.
const UNNUMBERED: &str = "RUSTSEC-0000-0000";
/// GitHub's word for crates.io.
const CRATES: &str = "rust";

/// Why there is no entry for a crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NoEntry {
    /// The advisory does not name it.
    #[error("the advisory names no such package of the ecosystem rust")]
    NotNamed,
    /// Its ranges cannot be turned into what is not affected.
    #[error(
        "its affected versions are not all ranges of full versions, such as >= 25.0.0, < 36.0.7: write the entry by hand"
    )]
    Unread,
}

/// Where the entry of a crate belongs in the database's repository.
#[must_use]
pub fn path(name: &str) -> String {
    format!("crates/{name}/{UNNUMBERED}.md")
}

/// The entry's text, as public as the record is.
///
/// # Errors
/// [`NoEntry`], when there is none.
pub fn write(record: &Record, name: &str) -> Result<String, NoEntry> {
    let products = record.products();
    let of_crate = |product: &&Product<'_>| product.ecosystem == CRATES && product.name == name;
    let product = products.iter().find(of_crate).ok_or(NoEntry::NotNamed)?;
    let (unaffected, patched) = complement(&product.rows).ok_or(NoEntry::Unread)?;
    let aliases = [record.ghsa.as_str()].into_iter().chain(record.other_ids());
    let mut lines = vec![
        "```toml".to_owned(),
        "[advisory]".to_owned(),
        format!("id = {}", quoted(UNNUMBERED)),
        format!("package = {}", quoted(name)),
        format!("date = {}", quoted(&record.published.strftime("%Y-%m-%d").to_string())),
        format!("url = {}", quoted(&record.url)),
        format!("aliases = {}", list(aliases)),
    ];
    match &record.content.severity {
        Some(Severity::Cvss(cvss)) => lines.push(format!("cvss = {}", quoted(cvss.vector()))),
        // There is no field for a level without a vector.
        Some(Severity::Level(_)) | None => {}
    }
    lines.extend([String::new(), "[versions]".to_owned()]);
    lines.push(format!("patched = {}", list(patched.iter().map(String::as_str))));
    if !unaffected.is_empty() {
        lines.push(format!("unaffected = {}", list(unaffected.iter().map(String::as_str))));
    }
    let title: Vec<&str> = record.title().split_whitespace().collect();
    lines.extend(["```".to_owned(), String::new(), format!("# {}", without_mentions(&title.join(" ")))]);
    let prose = record.content.description.trim();
    if !prose.is_empty() {
        lines.extend([String::new(), without_mentions(prose)]);
    }
    Ok(lines.join("\n") + "\n")
}

/// A string of TOML: what JSON escapes is escaped in the same way there.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn list<'a>(items: impl IntoIterator<Item = &'a str>) -> String {
    format!("[{}]", items.into_iter().map(quoted).collect::<Vec<_>>().join(", "))
}

/// A place between versions: just before one, or just behind it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Cut {
    version: Version,
    behind: bool,
}

/// What `rows` leave out: what lies before all of them, and what lies behind one. None where a row cannot
/// be read, or names something that is no full version.
fn complement(rows: &[Row<'_>]) -> Option<(Vec<String>, Vec<String>)> {
    let mut stretches = rows.iter().map(|row| stretch(row.span)).collect::<Option<Vec<_>>>()?;
    stretches.sort();
    let (mut unaffected, mut patched) = (Vec::new(), Vec::new());
    // Where the versions that were seen so far end; none before the first.
    let mut seen: Option<Cut> = None;
    for (low, high) in stretches {
        if low > seen {
            let into = if seen.is_none() { &mut unaffected } else { &mut patched };
            into.push(between(seen.as_ref(), low.as_ref()));
        }
        let Some(high) = high else { return Some((unaffected, patched)) };
        seen = seen.max(Some(high));
    }
    patched.push(between(seen.as_ref(), None));
    Some((unaffected, patched))
}

/// Where a row begins, none being before everything, and where it ends, none being never.
fn stretch(span: Span<'_>) -> Option<(Option<Cut>, Option<Cut>)> {
    let cut = |version: &str, behind| {
        let version = Version::parse(version).ok().filter(|version| version.build.is_empty())?;
        Some(Some(Cut { version, behind }))
    };
    match span {
        Span::Only(version) => Some((cut(version, false)?, cut(version, true)?)),
        Span::Between(low, high) => Some((
            low.map_or(Some(None), |low| cut(low.version, !low.included))?,
            high.map_or(Some(None), |high| cut(high.version, high.included))?,
        )),
        Span::Unread => None,
    }
}

fn between(low: Option<&Cut>, high: Option<&Cut>) -> String {
    let low = low.map(|cut| format!("{} {}", if cut.behind { ">" } else { ">=" }, cut.version));
    let high = high.map(|cut| format!("{} {}", if cut.behind { "<=" } else { "<" }, cut.version));
    low.into_iter().chain(high).collect::<Vec<_>>().join(", ")
}

/// `text` with each `@name` in a code span: in a pull request it would call that person.
fn without_mentions(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut in_block = false;
    for line in text.split_inclusive('\n') {
        let is_fence = line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~");
        in_block ^= is_fence;
        if in_block || is_fence {
            safe.push_str(line);
            continue;
        }
        // Every second part is code already.
        for (number, part) in line.split('`').enumerate() {
            if number > 0 {
                safe.push('`');
            }
            if number % 2 == 1 { safe.push_str(part) } else { safe.push_str(&unmentioned(part)) }
        }
    }
    safe
}

fn unmentioned(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('@') {
        let (before, mention) = rest.split_at(at);
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '/';
        let end = mention[1..].find(|c| !is_name(c)).map_or(mention.len(), |end| end + 1);
        let (mention, after) = mention.split_at(end);
        safe.push_str(before);
        // An address holds one too, and calls nobody.
        let is_address = before.ends_with(|c: char| c.is_alphanumeric());
        if mention.len() == 1 || is_address {
            safe.push_str(mention);
        } else {
            safe.push_str(&format!("`{mention}`"));
        }
        rest = after;
    }
    safe.push_str(rest);
    safe
}
