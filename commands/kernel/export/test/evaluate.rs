//! Every record says the same of every version as GitHub's range does. The evaluators are as plain as the
//! formats' own descriptions of them, and know nothing of how the records are made.

use proptest::prelude::*;
use semver::Version;

use super::*;

/// A comparison as GitHub means it.
#[derive(Debug, Clone)]
struct Comparison(&'static str, Version);

impl Comparison {
    fn holds(&self, version: &Version) -> bool {
        match self.0 {
            "=" => *version == self.1,
            "<" => *version < self.1,
            "<=" => *version <= self.1,
            ">" => *version > self.1,
            ">=" => *version >= self.1,
            other => panic!("{other}"),
        }
    }
}

fn text(row: &[Comparison]) -> String {
    row.iter()
        .map(|Comparison(operator, version)| format!("{operator} {version}"))
        .collect::<Vec<_>>()
        .join(", ")
}

fn versions() -> impl Strategy<Value = Version> {
    (0..3_u64, 0..3_u64, 0..3_u64, 0..6_u8).prop_map(|(major, minor, patch, stage)| {
        let stage = match stage {
            0 => "-0",
            1 => "-rc.1",
            2 => "-rc.1.0",
            _ => "",
        };
        Version::parse(&format!("{major}.{minor}.{patch}{stage}")).unwrap()
    })
}

fn end(operators: [&'static str; 2]) -> impl Strategy<Value = Comparison> {
    (proptest::sample::select(operators.to_vec()), versions())
        .prop_map(|(operator, version)| Comparison(operator, version))
}

fn rows() -> impl Strategy<Value = Vec<Comparison>> {
    let (low, high) = (|| end([">", ">="]), || end(["<", "<="]));
    prop_oneof![
        versions().prop_map(|version| vec![Comparison("=", version)]),
        low().prop_map(|low| vec![low]),
        high().prop_map(|high| vec![high]),
        (low(), high()).prop_map(|(low, high)| vec![low, high]),
    ]
}

fn record_of(rows: &[Vec<Comparison>]) -> Record {
    let mut record = with("rust:wasmtime", "");
    let range = |row: &Vec<Comparison>| AffectedRange { affected: text(row), patched: None };
    record.content.affected[0].ranges = rows.iter().map(range).collect();
    record
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// Whether `version` is at or behind the one written in `value`; `0` is before all.
fn from(version: &Version, value: &Value) -> bool {
    let text = value.as_str().unwrap();
    text == "0" || *version >= Version::parse(text).unwrap()
}

/// <https://ossf.github.io/osv-schema/#evaluation>
fn by_osv(affected: &Value, version: &Version) -> bool {
    let in_range = |range: &Value| {
        assert_eq!(range["type"], "SEMVER");
        items(&range["events"]).fold(false, |vulnerable, event| {
            if !event["introduced"].is_null() {
                vulnerable || from(version, &event["introduced"])
            } else if !event["fixed"].is_null() {
                vulnerable && !from(version, &event["fixed"])
            } else {
                let last = Version::parse(event["last_affected"].as_str().unwrap()).unwrap();
                vulnerable && *version <= last
            }
        })
    };
    items(&affected["versions"]).any(|listed| *listed == json!(version.to_string()))
        || items(&affected["ranges"]).any(in_range)
}

/// The algorithm in the description of `versions` in the CVE schema, in which ranges that are text say nothing.
fn by_cve(product: &Value, version: &Version) -> bool {
    let entries = items(&product["versions"]).filter(|entry| !entry["versionType"].is_null());
    for entry in entries {
        assert_eq!(entry["status"], "affected");
        let begun = from(version, &entry["version"]);
        let applies = match (entry["lessThan"].as_str(), entry["lessThanOrEqual"].as_str()) {
            (None, None) => entry["version"] == json!(version.to_string()),
            (Some("*"), _) => begun,
            (Some(end), _) => begun && *version < Version::parse(end).unwrap(),
            (None, Some(end)) => begun && *version <= Version::parse(end).unwrap(),
        };
        if applies {
            return true;
        }
    }
    false
}

/// <https://github.com/package-url/vers-spec>, and single versions.
fn by_csaf(csaf: &Value, version: &Version) -> bool {
    let status = &csaf["vulnerabilities"][0]["product_status"];
    let leaves = items(&csaf["product_tree"]["branches"][0]["branches"][0]["branches"]);
    let affected =
        leaves.filter(|leaf| items(&status["known_affected"]).any(|id| *id == leaf["product"]["product_id"]));
    let mut affected =
        affected.map(|leaf| (leaf["category"].as_str().unwrap(), leaf["name"].as_str().unwrap()));
    affected.any(|(category, name)| match category {
        "product_version" => name == version.to_string(),
        "product_version_range" => name.strip_prefix("vers:cargo/").unwrap().split('|').all(|constraint| {
            let end = constraint.trim_start_matches(['<', '>', '=']);
            let operator = match &constraint[..constraint.len() - end.len()] {
                "<" => "<",
                "<=" => "<=",
                ">" => ">",
                ">=" => ">=",
                other => panic!("{other}"),
            };
            Comparison(operator, Version::parse(end).unwrap()).holds(version)
        }),
        other => panic!("{other}"),
    })
}

/// What is neither patched nor unaffected is vulnerable (README of RustSec's database).
fn by_rustsec(entry: &str, version: &Version) -> bool {
    let listed = |key: &str| -> Vec<String> {
        let line = entry.lines().find_map(|line| line.strip_prefix(&format!("{key} = ")));
        line.map(|list| serde_json::from_str(list).unwrap()).unwrap_or_default()
    };
    let mut free = listed("patched").into_iter().chain(listed("unaffected"));
    !free.any(|range| {
        range.split(", ").all(|part| {
            let (operator, end) = part.split_once(' ').unwrap();
            let operator = ["<", "<=", ">", ">="].into_iter().find(|known| *known == operator).unwrap();
            Comparison(operator, Version::parse(end).unwrap()).holds(version)
        })
    })
}

proptest! {
    #[test]
    fn every_record_agrees_with_the_range_on_every_version(
        rows in proptest::collection::vec(rows(), 1..4),
        asked in proptest::collection::vec(versions(), 8),
    ) {
        let record = record_of(&rows);
        let osv = json_of(Format::Osv, &record);
        let cve = json_of(Format::Cve, &record);
        let csaf = json_of(Format::Csaf, &record);
        let entry = rustsec::write(&record, "wasmtime");
        let named = rows.iter().flatten().map(|comparison| comparison.1.clone());
        for version in asked.into_iter().chain(named) {
            let wanted = rows.iter().any(|row| row.iter().all(|comparison| comparison.holds(&version)));
            prop_assert_eq!(by_osv(&osv["affected"][0], &version), wanted, "OSV on {}", &version);
            let product = &cve["containers"]["cna"]["affected"][0];
            prop_assert_eq!(by_cve(product, &version), wanted, "CVE on {}", &version);
            prop_assert_eq!(by_csaf(&csaf, &version), wanted, "CSAF on {}", &version);
            if let Ok(entry) = &entry {
                prop_assert_eq!(by_rustsec(entry, &version), wanted, "RustSec on {}", &version);
            }
        }
        // Only of a range in which there is nothing can no entry be made.
        let (low, high) = (|row: &[Comparison]| row[0].1.clone(), |row: &[Comparison]| row[1].1.clone());
        let is_upside_down = |row: &Vec<Comparison>| row.len() == 2 && low(row) >= high(row);
        prop_assert!(entry.is_ok() || rows.iter().any(is_upside_down));
    }

    #[test]
    fn no_text_whatever_makes_a_record_that_is_no_json(range in ".*", name in ".*", description in ".*") {
        let mut record = with("rust:wasmtime", &range);
        record.content.affected[0].package.name = name;
        record.content.description = description;
        for format in Format::ALL {
            json_of(format, &record);
        }
    }
}
