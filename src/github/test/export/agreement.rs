//! What the records say, held against what was published: read out of the collection by this test's own
//! means.

use std::collections::BTreeSet;

use super::*;

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// The texts at `place` of each item.
fn each<'a>(list: &'a Value, place: &str) -> Vec<&'a str> {
    items(list).map(|item| item.pointer(place).and_then(Value::as_str).unwrap_or("(none)")).collect()
}

/// A range of the collection: where it begins and ends. All of them are `>= A, < B`, `< B` or `= A`.
enum Stretch<'a> {
    Between(Option<&'a str>, &'a str),
    Only(&'a str),
}

fn stretch(range: &str) -> Stretch<'_> {
    if let Some(only) = range.strip_prefix("= ") {
        return Stretch::Only(only);
    }
    match range.split_once(", < ") {
        Some((low, high)) => Stretch::Between(Some(low.strip_prefix(">= ").unwrap()), high),
        None => Stretch::Between(None, range.strip_prefix("< ").unwrap()),
    }
}

impl Real {
    fn packages(&self) -> Vec<&str> {
        let mut packages: Vec<&str> = self.rows().into_iter().map(|(name, ..)| name).collect();
        packages.dedup();
        packages
    }

    fn rows_of(&self, package: &str) -> Vec<(&str, Option<String>)> {
        let rows = self.rows().into_iter().filter(|(name, ..)| *name == package);
        rows.map(|(_, range, patched)| (range, patched)).collect()
    }

    /// The level in capitals, as it was published.
    fn level(&self) -> Option<&str> {
        self.facts["severity"].as_str().map(|level| if level == "MODERATE" { "MEDIUM" } else { level })
    }

    fn other_ids(&self) -> Vec<&str> {
        self.facts["cve_id"].as_str().into_iter().chain(self.aliases()).collect()
    }

    /// The score as it was published, where it is that of the vector that counts.
    fn score(&self) -> Option<f64> {
        self.facts["cvss_base_score"].as_f64().filter(|_| self.texts("cvss_vectors").len() == 1)
    }
}

fn osv_agrees(real: &Real, osv: &Value) {
    assert_eq!(osv["id"], real.facts["ghsa_id"]);
    assert_eq!(items(&osv["aliases"]).filter_map(Value::as_str).collect::<Vec<_>>(), real.other_ids());
    assert_eq!((&osv["summary"], &osv["details"]), (&real.facts["summary"], &json!(real.description())));
    for key in ["published", "modified"] {
        assert_eq!(osv[key].as_str().unwrap().parse::<Timestamp>().unwrap(), real.published());
    }
    assert_eq!(each(&osv["severity"], "/score"), real.vector().into_iter().collect::<Vec<_>>());
    let kind = real.vector().map(|vector| if vector.starts_with("CVSS:4") { "CVSS_V4" } else { "CVSS_V3" });
    assert_eq!(each(&osv["severity"], "/type"), kind.into_iter().collect::<Vec<_>>());
    let level = real.level().map(|level| if level == "MEDIUM" { "MODERATE" } else { level });
    assert_eq!(osv["database_specific"]["severity"].as_str(), level);
    assert_eq!(osv["database_specific"]["cwe_ids"], json!(real.texts("cwe")));
    assert!(each(&osv["references"], "/url").contains(&real.text("advisory_url")));
    let credits: Vec<(String, String)> =
        real.credits().into_iter().map(|(login, kind)| (login, kind.to_uppercase())).collect();
    let said = each(&osv["credits"], "/name").into_iter().zip(each(&osv["credits"], "/type"));
    assert!(said.eq(credits.iter().map(|(login, kind)| (login.as_str(), kind.as_str()))));
    assert_eq!(each(&osv["affected"], "/database_specific/name"), real.packages());
    for (affected, package) in items(&osv["affected"]).zip(real.packages()) {
        let rows = real.rows_of(package);
        let own = &affected["database_specific"]["vulnerabilities"];
        let texts = each(own, "/vulnerable_version_range").into_iter().zip(items(own));
        assert!(
            texts
                .map(|(range, row)| (range, row["patched_versions"].as_str().map(str::to_owned)))
                .eq(rows.clone())
        );
        if real.ecosystem() == "other" {
            assert_eq!((&affected["package"], &affected["ranges"]), (&Value::Null, &Value::Null));
            continue;
        }
        assert_eq!(affected["package"]["name"], package);
        assert_eq!(affected["package"]["ecosystem"], "crates.io");
        let (mut ranges, mut versions) = (Vec::new(), Vec::new());
        for (range, _) in &rows {
            match stretch(range) {
                Stretch::Only(version) => versions.push(json!(version)),
                Stretch::Between(low, high) => ranges.push(json!({
                    "type": "SEMVER",
                    "events": [{"introduced": low.unwrap_or("0")}, {"fixed": high}],
                })),
            }
        }
        assert!(items(&affected["ranges"]).eq(&ranges), "{affected}");
        assert!(items(&affected["versions"]).eq(&versions), "{affected}");
    }
}

fn cve_agrees(real: &Real, cve: &Value) {
    let (metadata, cna) = (&cve["cveMetadata"], &cve["containers"]["cna"]);
    assert_eq!(metadata["cveId"], real.facts["cve_id"]);
    assert_eq!(cna["datePublic"].as_str().unwrap().parse::<Timestamp>().unwrap(), real.published());
    assert_eq!((&cna["title"], &cna["source"]["advisory"]), (&real.facts["summary"], &real.facts["ghsa_id"]));
    assert_eq!(cna["descriptions"][0]["value"], json!(real.description().trim()));
    assert_eq!(cna["references"][0]["url"], real.facts["advisory_url"]);
    assert_eq!(each(&cna["problemTypes"], "/descriptions/0/cweId"), real.texts("cwe"));
    let credits: Vec<Value> = real
        .credits()
        .into_iter()
        .map(|(login, kind)| json!({"lang": "en", "value": login, "type": kind.replace('_', " ")}))
        .collect();
    assert!(items(&cna["credits"]).eq(&credits));
    match real.vector() {
        None => assert_eq!(cna["metrics"], Value::Null),
        Some(vector) => {
            let field = format!("cvssV{}", vector[5..8].replace('.', "_"));
            let metric = &cna["metrics"][0][field];
            assert_eq!(metric["vectorString"], vector);
            assert_eq!(metric["baseSeverity"].as_str(), real.level());
            assert_eq!(metric["baseScore"].as_f64(), real.score().or(metric["baseScore"].as_f64()));
        }
    }
    assert_eq!(each(&cna["affected"], "/product"), real.packages());
    for (affected, package) in items(&cna["affected"]).zip(real.packages()) {
        let is_crate = real.ecosystem() == "rust";
        assert_eq!(
            (affected["defaultStatus"].as_str(), affected["vendor"].as_str()),
            (Some("unaffected"), Some("bytecodealliance"))
        );
        let kind = if is_crate { "semver" } else { "custom" };
        let wanted: Vec<Value> = real
            .rows_of(package)
            .into_iter()
            .map(|(range, _)| match stretch(range) {
                Stretch::Only(version) => json!({"version": version, "status": "affected", "versionType": kind}),
                Stretch::Between(low, high) => json!({
                    "version": low.unwrap_or("0"), "lessThan": high, "status": "affected", "versionType": kind,
                }),
            })
            .collect();
        assert!(items(&affected["versions"]).eq(&wanted), "{affected}");
    }
    let said: String = each(&cna["solutions"], "/value").join("\n");
    assert!(real.texts("patched").into_iter().all(|patched| said.contains(patched)), "{said}");
}

fn csaf_agrees(real: &Real, csaf: &Value) {
    let (document, vulnerability) = (&csaf["document"], &csaf["vulnerabilities"][0]);
    let tracking = &document["tracking"];
    assert_eq!((&document["title"], &tracking["id"]), (&real.facts["summary"], &real.facts["ghsa_id"]));
    assert_eq!(items(&tracking["aliases"]).filter_map(Value::as_str).collect::<Vec<_>>(), real.other_ids());
    assert_eq!(vulnerability["cve"], real.facts["cve_id"]);
    for key in ["initial_release_date", "current_release_date"] {
        assert_eq!(tracking[key].as_str().unwrap().parse::<Timestamp>().unwrap(), real.published());
    }
    assert_eq!(
        document["aggregate_severity"]["text"].as_str().map(str::to_uppercase).as_deref(),
        real.level()
    );
    let note = |title: &str| {
        let mut notes = items(&vulnerability["notes"]).filter(|note| note["title"] == title);
        notes.next().map_or("", |note| note["text"].as_str().unwrap())
    };
    assert_eq!(note("Description"), real.description().trim());
    assert_eq!(note("Weaknesses"), real.texts("cwe").join(", "));
    let known = real.texts("cwe").first().map_or(Value::Null, |cwe| json!(cwe));
    assert_eq!(vulnerability["cwe"]["id"], known);
    match real.vector() {
        Some(vector) if vector.starts_with("CVSS:4") => assert!(note("CVSS 4.0").ends_with(vector)),
        vector => assert_eq!(
            each(&vulnerability["scores"], "/cvss_v3/vectorString"),
            vector.into_iter().collect::<Vec<_>>()
        ),
    }
    let credited = each(&document["acknowledgments"], "/names/0");
    assert!(credited.into_iter().eq(real.credits().iter().map(|(login, _)| login.as_str())));
    let products = &csaf["product_tree"]["branches"][0]["branches"];
    assert_eq!(each(products, "/name"), real.packages());
    let ids = |key: &str| -> BTreeSet<&str> {
        items(&vulnerability["product_status"][key]).map(|id| id.as_str().unwrap()).collect()
    };
    let (affected, fixed) = (ids("known_affected"), ids("fixed"));
    assert!(affected.is_disjoint(&fixed));
    for product in items(products) {
        let rows = real.rows_of(product["name"].as_str().unwrap());
        let of = |ids: &BTreeSet<&str>| -> Vec<&str> {
            let leaves = items(&product["branches"]);
            let among = leaves.filter(|leaf| ids.contains(leaf["product"]["product_id"].as_str().unwrap()));
            among.map(|leaf| leaf["name"].as_str().unwrap()).collect()
        };
        let scheme = if real.ecosystem() == "rust" { "vers:cargo/" } else { "" };
        let wanted: Vec<String> = rows
            .iter()
            .map(|(range, _)| match stretch(range) {
                Stretch::Only(version) => version.to_owned(),
                Stretch::Between(None, high) => format!("{scheme}<{high}"),
                Stretch::Between(Some(low), high) => format!("{scheme}>={low}|<{high}"),
            })
            .collect();
        assert_eq!(of(&affected), wanted);
        // Each patched range begins with the version that has the fix; one that has no beginning has none.
        let patched: BTreeSet<&str> = rows
            .iter()
            .filter_map(|(_, patched)| patched.as_deref())
            .flat_map(|patched| patched.split(", "))
            .filter_map(|part| part.strip_prefix(">= "))
            .collect();
        assert_eq!(of(&fixed).into_iter().collect::<BTreeSet<_>>(), patched);
    }
    assert_eq!(items(&vulnerability["remediations"]).count(), real.rows().len());
}

#[tokio::test]
async fn records_say_what_was_published() {
    let Some(all) = Real::all() else { return skipped() };
    for real in &all {
        for (format, document) in real.documents().await {
            match format {
                Format::Osv => osv_agrees(real, &document),
                Format::Cve => cve_agrees(real, &document),
                Format::Csaf => csaf_agrees(real, &document),
            }
        }
    }
    assert!(all.len() > 50, "the collection shrank");
}
