//! What people change by hand on GitHub, as the real bot tells it: everything, within one poll.

use std::time::{Duration, Instant};

use advisory_bot::sandbox::zulip::seed::{INES, MAYA};
use serde_json::json;

use crate::{
    bot::Bot,
    chat::{self, by_bot, opened, said},
    place::Place,
    wait::until,
};

/// The shortest that the configuration takes, and what it may take besides.
const POLL: Duration = Duration::from_secs(10);
const WITHIN: Duration = Duration::from_secs(20);

/// A bot that looks at GitHub every ten seconds, and an incident: its topic and its advisory.
async fn with_an_incident() -> (Place, Bot, String, String) {
    let place = Place::new().await;
    let text = place.configuration().replace("[github]", "[github]\npoll = \"10 seconds\"");
    let bot = place.run_with(&text);
    until(|| bot.log(), || bot.log().contains("listening on").then_some(())).await;
    chat::say(&place.sandbox, MAYA, "start", "!advisory new Overflow in the loader --affected < 2.4.4");
    let topic = until(|| bot.log(), || opened(&place.sandbox, "start")).await;
    let [advisory] = &place.sandbox.github.advisories("bytecodealliance/wasm-micro-runtime")[..] else {
        panic!("one advisory was made")
    };
    let ghsa = advisory.ghsa_id.clone();
    (place, bot, topic, ghsa)
}

/// The card as it stands.
fn card(place: &Place, topic: &str) -> String {
    said(&place.sandbox, topic).into_iter().find(|text| chat::is_card(text)).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_by_hand_shows_on_the_card_and_in_the_timeline_within_one_poll() {
    let (place, bot, topic, ghsa) = with_an_incident().await;
    let github = &place.sandbox.github;
    let changed = Instant::now();
    let fields = json!({
        "summary": "A write past the operand stack",
        "description": "### Impact\nBy hand.",
        "severity": "critical",
        "cwe_ids": ["CWE-787"],
        "vulnerabilities": [{"package": {"ecosystem": "other", "name": "wasm-micro-runtime"},
            "vulnerable_version_range": "< 2.4.5", "patched_versions": "2.4.5"}],
        "credits": [{"login": "sofia-k", "type": "finder"}],
        "cve_id": "CVE-2026-4711",
    });
    github.edit_by_hand("maya", &ghsa, &fields).unwrap();
    github.invite_by_hand("maya", &ghsa, "tomasz").unwrap();
    let fork = github.fork_by_hand("maya", &ghsa).unwrap();
    let told = [
        "A write past the operand stack",
        "By hand.",
        "critical",
        "CWE-787",
        "2.4.5 → 2.4.5",
        "sofia-k",
        "CVE-2026-4711",
        "tomasz",
        fork.as_str(),
    ];
    let all = || {
        let text = said(&place.sandbox, &topic)
            .into_iter()
            .filter(|text| {
                text.contains("on GitHub**, by hand") || text.contains("GitHub shows a CVE number")
            })
            .collect::<String>();
        told.iter().all(|what| text.contains(what)).then_some(())
    };
    until(|| by_bot(&place.sandbox), all).await;
    assert!(changed.elapsed() < WITHIN, "{:?} for a poll of {POLL:?}", changed.elapsed());
    let shows = || {
        let card = card(&place, &topic);
        (card.contains("A write past the operand stack") && card.contains("CVE-2026-4711")).then_some(())
    };
    until(|| card(&place, &topic), shows).await;

    let closed = Instant::now();
    github.publish_by_hand("maya", &ghsa).unwrap();
    let alarm = || said(&place.sandbox, &topic).into_iter().find(|text| text.starts_with("🚨"));
    until(|| by_bot(&place.sandbox), alarm).await;
    assert!(closed.elapsed() < WITHIN, "{:?} for a poll of {POLL:?}", closed.elapsed());
    chat::say(&place.sandbox, INES, &topic, "!timeline");
    let timeline = || said(&place.sandbox, &topic).into_iter().find(|text| text.starts_with("**Timeline"));
    let timeline = until(|| by_bot(&place.sandbox), timeline).await;
    for what in [
        "somebody changed summary, description, severity, weaknesses, affected versions, collaborators, credits and private fork on GitHub",
        "CVE-2026-4711 was assigned",
        "`maya` published the advisory by hand",
    ] {
        assert!(timeline.contains(what), "{what} is not in {timeline}");
    }
    assert!(bot.terminate().await.0.success());
}
