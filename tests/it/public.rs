//! What becomes public on GitHub too early, as the real bot tells it: each once, within one poll.

use std::time::{Duration, Instant};

use advisory_bot::sandbox::{
    github::{GitHub, Written},
    zulip::seed::MAYA,
};
use jiff::SignedDuration;

use crate::{
    bot::Bot,
    chat::{self, by_bot, opened, said},
    place::{Place, listen_of, status},
    wait::until,
};

const POLL: &str = "[github]\npoll = \"10 seconds\"";
const WITHIN: Duration = Duration::from_secs(20);
const WAMR: &str = "bytecodealliance/wasm-micro-runtime";

/// The pages that the team was alarmed of in the incident's topic.
fn alarms(place: &Place, topic: &str) -> Vec<String> {
    let page = |text: &str| {
        let at = text.find("http")?;
        let page = text[at..].split_whitespace().next()?;
        Some(page.trim_end_matches('.').split_once(WAMR)?.1.trim_start_matches('/').to_owned())
    };
    let alarms = said(&place.sandbox, topic).into_iter().filter(|text| text.starts_with("🚨"));
    let mut pages: Vec<String> = alarms.filter_map(|text| page(&text)).collect();
    pages.sort();
    pages
}

/// What nobody minds, and what names the incident in every place there is.
fn publish(github: &GitHub, ghsa: &str, codename: &str) {
    let harmless = Written { title: "Speed up the build", body: "It takes long." };
    let named = |text: &str| text.replace("{}", codename);
    github.push_by_hand("maya", (WAMR, "faster-build"), "Speed up the build a little", None).unwrap();
    github.push_by_hand("maya", (WAMR, "smaller-build"), "Leave the debug symbols out", None).unwrap();
    github.open_by_hand("ravi", WAMR, harmless, None).unwrap();
    github.open_by_hand("ravi", WAMR, harmless, Some("faster-build")).unwrap();
    github.remark_by_hand("ravi", (WAMR, 1), "Please do.", false).unwrap();
    github.release_by_hand("maya", (WAMR, "v1"), harmless, false).unwrap();
    let draft = named("For {}");
    github.release_by_hand("maya", (WAMR, "v2"), Written { title: &draft, body: "" }, true).unwrap();

    github.push_by_hand("maya", (WAMR, &named("fix/{}")), "Mend it", None).unwrap();
    github.push_by_hand("maya", (WAMR, "main"), &format!("Mend it\n\nThis is {ghsa}."), None).unwrap();
    let title = named("About {}");
    github.open_by_hand("ravi", WAMR, Written { title: &title, body: "" }, None).unwrap();
    let body = named("Closes {}");
    github
        .open_by_hand("ravi", WAMR, Written { title: "A fix", body: &body }, Some("smaller-build"))
        .unwrap();
    github.remark_by_hand("ravi", (WAMR, 1), &named("Is that {}?"), false).unwrap();
    github.remark_by_hand("ravi", (WAMR, 2), &named("Or this, {}?"), true).unwrap();
    github.release_by_hand("maya", (WAMR, "v3"), Written { title: "Three", body: &title }, false).unwrap();
    github.tag_by_hand("maya", WAMR, codename).unwrap();
}

async fn ask(place: &Place, bot: &Bot, topic: &str, text: &str, wanted: &str) {
    chat::say(&place.sandbox, MAYA, topic, text);
    let found = || said(&place.sandbox, topic).into_iter().find(|said| said.contains(wanted));
    until(|| (bot.log(), by_bot(&place.sandbox)), found).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_becomes_public_too_early_raises_one_alarm_within_a_poll_and_none_again_after_a_restart() {
    let place = Place::new().await;
    let github = &place.sandbox.github;
    github.set_fork_delay(Some(SignedDuration::ZERO));
    let text = place.configuration().replace("[github]", POLL);
    let bot = place.run_with(&text);
    while status(listen_of(&text), "readyz").await != Some(200) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    chat::say(&place.sandbox, MAYA, "start", "!advisory new Overflow in the loader --severity high");
    let topic = until(|| bot.log(), || opened(&place.sandbox, "start")).await;
    let ghsa = github.advisories(WAMR).remove(0).ghsa_id;
    ask(&place, &bot, &topic, "!fork", "The private fork can be used").await;
    github.open_pull("maya", &ghsa, "main", &[]).unwrap();
    ask(&place, &bot, &topic, "!patch add main 1", "Patch of").await;

    let codename = topic.split(' ').next().unwrap().to_owned();
    let begun = Instant::now();
    publish(github, &ghsa, &codename);
    let early = github.push_early("maya", &ghsa, 1, "early").unwrap();
    let all = || (alarms(&place, &topic).len() >= 9).then_some(());
    until(|| by_bot(&place.sandbox), all).await;
    assert!(begun.elapsed() < WITHIN, "{:?}", begun.elapsed());
    assert!(bot.terminate().await.0.success());
    let before = github.requests().len();
    let again = place.run_with(&text);
    let tags = format!("/repos/{WAMR}/tags");
    let looks = || github.requests()[before..].iter().filter(|request| request.path == tags).count();
    // The second look begins when all that the first one saw was decided on.
    until(|| again.log(), || (looks() >= 2).then_some(())).await;
    let told = alarms(&place, &topic);
    let of = |start: &str| told.iter().filter(|page| page.starts_with(start)).count();
    assert!(told.contains(&format!("commit/{early}")), "{told:#?}");
    assert!(told.contains(&format!("tree/fix/{codename}")), "{told:#?}");
    assert!(told.contains(&format!("releases/tag/{codename}")), "{told:#?}");
    assert!(told.contains(&"releases/tag/v3".to_owned()), "{told:#?}");
    assert!(told.contains(&"issues/3".to_owned()) && told.contains(&"pull/4".to_owned()), "{told:#?}");
    assert_eq!((of("issues/1#issuecomment"), of("pull/2#discussion"), of("commit/")), (1, 1, 2), "{told:#?}");
    assert_eq!(told.len(), 9, "each once, and nothing else: {told:#?}");
    let patch = said(&place.sandbox, &topic).into_iter().find(|text| text.contains(&early)).unwrap();
    assert!(patch.contains("**The private patch is public**"), "{patch}");
    assert!(again.terminate().await.0.success());
}
