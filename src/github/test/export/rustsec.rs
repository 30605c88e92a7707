//! RustSec entries of real advisories: their block is read as TOML, and what they say of versions is worked
//! out from it anew.

use commands::kernel::export::rustsec;

use super::*;

/// `1.2.3` as numbers: there are no other versions in the collection.
fn numbers(version: &str) -> Vec<u64> {
    version.split('.').map(|number| number.parse().unwrap()).collect()
}

/// Whether `version` is in `range`, such as `>= 1.2.3, < 2.0.0`.
fn holds(range: &str, version: &[u64]) -> bool {
    range.split(", ").all(|part| {
        let (operator, end) = part.split_once(' ').unwrap();
        let end = numbers(end);
        match operator {
            "<" => version < end.as_slice(),
            "<=" => version <= end.as_slice(),
            ">" => version > end.as_slice(),
            ">=" => version >= end.as_slice(),
            "=" => version == end,
            other => panic!("{other}"),
        }
    })
}

/// Versions at, before and behind every end that is named.
fn telling<'a>(ranges: impl Iterator<Item = &'a str>) -> Vec<Vec<u64>> {
    let ends =
        ranges.flat_map(|range| range.split(", ")).map(|part| numbers(part.split_once(' ').unwrap().1));
    let around = |end: Vec<u64>| {
        let (mut before, mut behind) = (end.clone(), end.clone());
        before[2] = before[2].saturating_sub(1);
        behind[2] += 1;
        [before, end, behind]
    };
    ends.flat_map(around).chain([vec![0, 0, 0], vec![999, 0, 0]]).collect()
}

fn list<'a>(table: &'a toml::Table, key: &str) -> Vec<&'a str> {
    table.get(key).map_or_else(Vec::new, |list| {
        list.as_array().unwrap().iter().map(|item| item.as_str().unwrap()).collect()
    })
}

/// Checks an entry against what was published of the crate `name`.
fn check(real: &Real, name: &str, text: &str) {
    let (block, rest) = text.strip_prefix("```toml\n").unwrap().split_once("\n```\n\n").unwrap();
    let table: toml::Table = block.parse().unwrap();
    let (advisory, versions) = (table["advisory"].as_table().unwrap(), table["versions"].as_table().unwrap());
    assert_eq!(advisory["id"].as_str(), Some("RUSTSEC-0000-0000"));
    assert_eq!(advisory["package"].as_str(), Some(name));
    assert_eq!(advisory["date"].as_str(), Some(&real.text("published")[..10]));
    assert_eq!(advisory["url"].as_str(), Some(real.text("advisory_url")));
    assert_eq!(advisory.get("cvss").and_then(|cvss| cvss.as_str()), real.vector());
    let mut aliases = vec![real.text("ghsa_id")];
    aliases.extend(real.facts["cve_id"].as_str().into_iter().chain(real.aliases()));
    assert_eq!(list(advisory, "aliases"), aliases);
    assert_eq!(rest, format!("# {}\n\n{}\n", real.text("summary"), real.description().trim()));

    let affected: Vec<&str> =
        real.rows().into_iter().filter(|(of, ..)| *of == name).map(|(_, range, _)| range).collect();
    let (patched, unaffected) = (list(versions, "patched"), list(versions, "unaffected"));
    let all = affected.iter().chain(&patched).chain(&unaffected).copied();
    for version in telling(all) {
        let in_any = |ranges: &[&str]| ranges.iter().any(|range| holds(range, &version));
        let free = in_any(&patched) || in_any(&unaffected);
        assert_eq!(in_any(&affected), !free, "{version:?} by {block}");
        assert!(!(in_any(&patched) && in_any(&unaffected)), "{version:?} by {block}");
    }
}

#[tokio::test]
async fn entries_say_what_was_published() {
    let Some(all) = Real::all() else { return skipped() };
    let mut entries = 0;
    for real in &all {
        let record = real.record().await;
        let mut crates: Vec<&str> = real.rows().into_iter().map(|(name, ..)| name).collect();
        crates.dedup();
        for name in crates {
            let entry = rustsec::write(&record, name);
            if real.ecosystem() == "other" {
                assert_eq!(entry, Err(rustsec::NoEntry::NotNamed));
                continue;
            }
            check(real, name, &entry.unwrap());
            entries += 1;
        }
    }
    assert!(entries > 45);
}
