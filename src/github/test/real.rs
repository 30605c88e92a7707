//! Real published advisories, made, changed and published through the adapter.

use commands::kernel::content::{AdvisoryState, ContentChange};
use jiff::SignedDuration;

use super::{embedded::World, *};

/// Real advisories, kept beside the sources where they are tested.
const ADVISORIES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/real-advisories.json");

fn texts<'a>(record: &'a Value, key: &str) -> Vec<&'a str> {
    record[key].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// What a record says, as somebody would type it.
fn real_content(record: &Value) -> Content {
    let package = match (record["ecosystem"].as_str(), record["package"].as_str()) {
        (Some(ecosystem), Some(name)) => format!("{ecosystem}:{name}"),
        (_, name) => format!("other:{}", name.unwrap_or("wasm-micro-runtime")),
    };
    let (affected, patched) = (texts(record, "affected"), texts(record, "patched"));
    let patched = (affected.len() == patched.len()).then(|| patched.join(" || "));
    let row = AffectedPackage::parse(package.parse().unwrap(), &affected.join(" || "), patched.as_deref());
    let vector = texts(record, "cvss_vectors").first().and_then(|vector| vector.parse().ok());
    let level = || record["severity"].as_str().and_then(|level| level.parse().ok());
    Content {
        summary: record["summary"].as_str().unwrap().to_owned(),
        description: format!("## Impact\n\n{}", record["summary"].as_str().unwrap()),
        severity: Some(
            vector.map(Severity::Cvss).unwrap_or_else(|| Severity::Level(level().unwrap_or(Level::Low))),
        ),
        cwes: texts(record, "cwe").into_iter().map(|cwe| cwe.parse().unwrap()).collect(),
        affected: vec![row.unwrap_or_else(|bad| panic!("{record}: {bad}"))],
    }
}

#[tokio::test(start_paused = true)]
async fn real_advisories_come_back_as_they_went_in() {
    let Ok(text) = std::fs::read_to_string(ADVISORIES) else {
        return skipped();
    };
    let records: Vec<Value> = serde_json::from_str(&text).unwrap();
    let world = World::new();
    for record in &records {
        let repository: Repository = match record["project"].as_str() {
            Some("bytecodealliance/wasm-micro-runtime") => {
                "bytecodealliance/wasm-micro-runtime".parse().unwrap()
            }
            _ => repository(),
        };
        let wanted = real_content(record);
        // First as a maintainer would at 3 a.m., with a summary and the project's package only.
        let mut bare = wanted.clone();
        (bare.description, bare.severity, bare.cwes) = (String::new(), None, Vec::new());
        bare.affected = vec![AffectedPackage {
            package: "other:placeholder".parse().unwrap(),
            ranges: vec![commands::kernel::content::AffectedRange { affected: String::new(), patched: None }],
        }];
        let made = must(world.github.create(&repository, &Embargoed::new(bare.clone())).await);
        assert!(made.content == bare, "{record}");
        let ghsa = Embargoed::new(made.ghsa);
        let change = ContentChange {
            summary: None,
            description: Some(wanted.description.clone()),
            severity: wanted.severity.clone(),
            cwes: Some(wanted.cwes.clone()),
            affected: wanted.affected.first().cloned(),
        };
        let updated = must_hold(world.github.update(&repository, &ghsa, &Embargoed::new(change), None).await);
        assert!(updated.content == wanted, "{record}");
        let published =
            must(world.github.publish(&repository, &ghsa, None).await.map(crate::github::Written::held));
        assert!(published.content == wanted && published.state == AdvisoryState::Published, "{record}");
        assert!(must(world.github.fetch(&repository, &ghsa).await) == published, "{record}");
        world.clock.jump(SignedDuration::from_mins(1));
    }
    assert!(!records.is_empty());
}

#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
fn skipped() {
    eprintln!("skipped: there are no real advisories at {ADVISORIES}");
}
