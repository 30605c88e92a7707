//! Real advisories, from the first command to the publication: what GitHub then holds is what people
//! typed. The collection is no part of this repository; where it is missing the test says so.

use std::{collections::BTreeMap, path::Path, time::Duration};

use advisory_bot::sandbox::{
    github::{self, Advisory, AdvisoryState, RepositorySeed},
    zulip::{
        ChannelId,
        seed::{self, INES, MAYA, WAMR_SECURITY, WASMTIME_SECURITY},
    },
};
use commands::kernel::{id::ProjectName, settings::Project};
use serde::Deserialize;

use crate::{
    chat,
    inside::{Inside, SEED},
};

const COLLECTION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/real-advisories.json");
const CAP_STD: &str = "bytecodealliance/cap-std";
/// What is given to those that were published without a severity.
const SEVERITY_LATER: &str = "medium";

/// One published advisory of the collection.
#[derive(Debug, Deserialize)]
struct Real {
    ghsa_id: String,
    project: String,
    ecosystem: Option<String>,
    package: String,
    summary: String,
    severity: Option<String>,
    cvss_vectors: Vec<String>,
    affected: Vec<String>,
    patched: Vec<String>,
    cwe: Vec<String>,
    #[serde(default)]
    also_affected: BTreeMap<String, Vec<String>>,
}

impl Real {
    fn ecosystem(&self) -> &str {
        match self.ecosystem.as_deref() {
            Some("crates.io") => "rust",
            Some(other) => other,
            None => "other",
        }
    }

    fn channel(&self) -> ChannelId {
        if self.project.ends_with("wasm-micro-runtime") { WAMR_SECURITY } else { WASMTIME_SECURITY }
    }

    fn description(&self) -> String {
        let id = &self.ghsa_id;
        format!(
            "### Impact\n\nPublished as {id}.\n\n* one\n* two\n\n### Patches\n\nYes.\n\n### Workarounds\n\nNo."
        )
    }

    /// VERSIONS as typed: a group for each range; where there are not as many, one for all.
    fn patched(&self) -> Vec<String> {
        if self.patched.len() == self.affected.len() {
            self.patched.clone()
        } else {
            vec![self.patched.join(", "); self.affected.len()]
        }
    }

    /// The rows that GitHub should hold: package, range, patched versions.
    fn rows(&self) -> Vec<(String, String, Option<String>)> {
        let own = self.affected.iter().zip(self.patched());
        let own = own.map(|(range, patched)| (self.package.clone(), range.clone(), Some(patched)));
        let others = self.also_affected.iter();
        let others =
            others.flat_map(|(name, ranges)| ranges.iter().map(|range| (name.clone(), range.clone(), None)));
        own.chain(others).collect()
    }
}

/// The bot with a third project, which shares Wasmtime's channel.
async fn with_cap_std() -> Inside {
    let mut github = github::Seed::bytecodealliance(SEED);
    let wasmtime = github.repositories.iter().find(|seed| seed.full_name.ends_with("/wasmtime")).unwrap();
    let cap_std = RepositorySeed {
        full_name: CAP_STD.to_owned(),
        description: "Capability-oriented version of the Rust standard library".to_owned(),
        ..wasmtime.clone()
    };
    github.repositories.push(cap_std);
    let mut inside = Inside::of(seed::realm(SEED), github);
    inside
        .wake(|bot| {
            let wasmtime = bot.settings.projects.last().unwrap().clone();
            let repository = CAP_STD.parse().unwrap();
            bot.settings.projects.push(Project {
                name: ProjectName("cap-std".to_owned()),
                repository,
                ..wasmtime
            });
        })
        .await;
    inside
}

/// Somebody says something in a topic of the project's channel: what the bot says there then.
async fn ask(inside: &Inside, channel: ChannelId, topic: &str, text: &str) -> Vec<String> {
    let before = chat::said_in(&inside.sandbox, channel, topic).len();
    chat::say_in(&inside.sandbox, MAYA, channel, topic, text);
    inside.rest().await;
    chat::said_in(&inside.sandbox, channel, topic).split_off(before)
}

/// As [`ask`], where one of the answers has to hold `wanted`.
async fn get(inside: &Inside, (channel, topic): (ChannelId, &str), text: &str, wanted: &str) -> Vec<String> {
    let said = ask(inside, channel, topic, text).await;
    assert!(said.iter().any(|said| said.contains(wanted)), "{text:?} is answered by {said:#?}");
    said
}

/// Everything people do about one advisory. Returns the identifier that GitHub has given it.
async fn publish(inside: &Inside, real: &Real) -> String {
    let channel = real.channel();
    let topic = format!("about {}", real.ghsa_id);
    let package = format!("{}:{}", real.ecosystem(), real.package);
    let new = format!(
        "!advisory new {} --repo {} --package {package}\n````\n{}\n````",
        real.summary,
        real.project,
        real.description()
    );
    let known: Vec<String> = made(inside, real).into_iter().map(|made| made.ghsa_id).collect();
    get(inside, (channel, &topic), &new, "Incident opened").await;
    let room = chat::opened_in(&inside.sandbox, channel, &topic).unwrap();
    let room = (channel, room.as_str());
    let ranges = real.affected.join(" || ");
    let patched = if real.patched.len() == real.affected.len() {
        real.patched().join(" || ")
    } else {
        real.patched.join(", ")
    };
    let affected = format!("!advisory affected {package} {ranges} --patched {patched}");
    get(inside, room, &affected, "affected versions").await;
    for (name, ranges) in &real.also_affected {
        let affected = format!("!advisory affected {}:{name} {}", real.ecosystem(), ranges.join(" || "));
        get(inside, room, &affected, "affected versions").await;
    }
    if !real.cwe.is_empty() {
        get(inside, room, &format!("!advisory edit --cwe {}", real.cwe.join(" ")), "weaknesses").await;
    }
    get(inside, room, "!embargo set +1h", "Disclosure set").await;
    inside.pass(Duration::from_secs(3601)).await;
    match real.cvss_vectors.first() {
        Some(vector) => get(inside, room, &format!("!advisory edit --cvss {vector}"), "severity").await,
        None => {
            let refused = get(inside, room, chat::GO, "severity").await;
            assert!(!refused.iter().any(|said| said.contains("asks to release")), "{refused:#?}");
            get(inside, room, &format!("!advisory edit --severity {SEVERITY_LATER}"), "severity").await
        }
    };
    // Two of them were published with a range that reaches beyond the fix.
    get(inside, room, &format!("{} --waive text", chat::GO), "asks to release").await;
    chat::say_in(&inside.sandbox, INES, channel, room.1, "!release approve");
    inside.rest().await;
    let said = chat::said_in(&inside.sandbox, channel, room.1);
    assert!(said.iter().any(|said| said.starts_with("✅ Step ") && said.ends_with(": closed")), "{said:#?}");
    let mut new = made(inside, real);
    new.retain(|made| !known.contains(&made.ghsa_id));
    assert_eq!(new.len(), 1);
    new.remove(0).ghsa_id
}

fn made(inside: &Inside, real: &Real) -> Vec<Advisory> {
    inside.sandbox.github.advisories(&real.project)
}

fn compare(held: &Advisory, real: &Real) {
    let of = &real.ghsa_id;
    assert_eq!(held.state, AdvisoryState::Published, "{of}");
    assert_eq!(held.summary, real.summary, "{of}");
    assert_eq!(held.description, real.description(), "{of}");
    assert_eq!(held.cwe_ids, real.cwe, "{of}");
    assert_eq!(held.cvss_vector.as_ref(), real.cvss_vectors.first(), "{of}");
    let severity = real.severity.as_deref().unwrap_or(SEVERITY_LATER).to_lowercase();
    let severity = if severity == "moderate" { "medium" } else { &severity };
    assert_eq!(held.severity.unwrap().word(), severity, "{of}");
    let rows: Vec<_> = held
        .vulnerabilities
        .iter()
        .map(|row| {
            assert_eq!(row.ecosystem, real.ecosystem(), "{of}");
            let range = row.vulnerable_version_range.clone().unwrap();
            (row.package.clone().unwrap(), range, row.patched_versions.clone())
        })
        .collect();
    assert_eq!(rows, real.rows(), "{of}");
}

#[tokio::test(start_paused = true)]
async fn real_advisories_reach_github_as_they_were_typed() {
    if !Path::new(COLLECTION).exists() {
        eprintln!("SKIPPED: there is no {COLLECTION}");
        return;
    }
    let text = std::fs::read_to_string(COLLECTION).unwrap();
    let collection: Vec<Real> = serde_json::from_str(&text).unwrap();
    assert!(collection.iter().any(|real| real.severity.is_none()), "some were published without a severity");
    let inside = with_cap_std().await;
    for real in &collection {
        let ghsa = publish(&inside, real).await;
        compare(&inside.sandbox.github.advisory(&ghsa).unwrap(), real);
    }
    assert_eq!(inside.sandbox.github.public_advisories().len(), collection.len());
    eprintln!("{} real advisories were published", collection.len());
}
