//! The leak watch, by the bot against the embedded Zulip: what is planted is found, what is harmless is
//! let be, and nothing of an alarm is said in public.

use std::time::Duration;

use advisory_bot::sandbox::zulip::{
    MessageId, Propagation, UserId,
    seed::{DEPLOY_BOT, GENERAL, INES, LEE, MAYA, RAVI},
};

use crate::{chat, inside::Inside};

const SUMMARY: &str = "Out-of-bounds write in the AOT loader";

/// A realm with one incident under way, that has all the identifiers one can have.
struct Realm {
    inside: Inside,
    room: String,
    ghsa: String,
    codename: String,
    fork: String,
}

const CVE: &str = "CVE-2026-31337";

async fn realm() -> Realm {
    let inside = Inside::start().await;
    let room = inside.open(SUMMARY).await;
    inside.ask(MAYA, &room, &format!("!cve set {CVE}")).await;
    inside.ask(MAYA, &room, "!fork").await;
    let advisory = inside.sandbox.github.advisories("bytecodealliance/wasm-micro-runtime").pop().unwrap();
    let ghsa = advisory.ghsa_id;
    let fork = format!("wasm-micro-runtime-{}", ghsa.to_lowercase());
    let codename = room.split(' ').next().unwrap().to_owned();
    Realm { inside, room, ghsa, codename, fork }
}

impl Realm {
    /// The alarms raised so far.
    fn alarms(&self) -> Vec<String> {
        let all = chat::by_bot(&self.inside.sandbox).into_iter().map(|message| message.content);
        all.filter(|text| text.starts_with("🚨")).collect()
    }

    /// How many alarms `deed` raises.
    async fn raises<T>(&self, deed: impl FnOnce(&Self) -> T) -> usize {
        let before = self.alarms().len();
        let _ = deed(self);
        self.inside.rest().await;
        self.alarms().len() - before
    }

    fn say(&self, topic: &str, text: &str) -> MessageId {
        self.say_as(RAVI, topic, text)
    }

    fn say_as(&self, user: UserId, topic: &str, text: &str) -> MessageId {
        chat::say_in(&self.inside.sandbox, user, GENERAL, topic, text)
    }
}

/// `text` with each of its characters as `change` has it.
fn each(text: &str, change: impl Fn(char) -> String) -> String {
    text.chars().map(change).collect()
}

/// `text` with `with` where it has hyphens.
fn hyphens(text: &str, with: &str) -> String {
    text.replace('-', with)
}

fn shifted(text: &str, first: u32) -> String {
    each(text, |c| {
        let at = u32::from(c.to_ascii_lowercase()).checked_sub(u32::from('a')).filter(|_| c.is_alphabetic());
        at.and_then(|at| char::from_u32(first + at)).map_or_else(|| c.to_string(), String::from)
    })
}

fn look_alikes(text: &str) -> String {
    each(text, |c| match c {
        'a' | 'A' => "а".to_owned(),
        'e' | 'E' => "е".to_owned(),
        'o' => "о".to_owned(),
        'c' | 'C' => "с".to_owned(),
        'p' => "р".to_owned(),
        'x' => "х".to_owned(),
        c => c.to_string(),
    })
}

/// Fifty messages, each with an identifier in a disguise of its own.
fn planted(realm: &Realm) -> Vec<String> {
    let (ghsa, name) = (realm.ghsa.as_str(), realm.codename.as_str());
    let (one, two) = name.split_once('-').unwrap();
    let bare = ghsa.trim_start_matches("GHSA-");
    vec![
        format!("what is {ghsa} about?"),
        format!("see {bare}, page not found"),
        format!("{} anyone?", ghsa.to_lowercase()),
        format!("it says {}", ghsa.replace('-', "")),
        format!("id: {}", hyphens(ghsa, " - ")),
        format!("id: {}", hyphens(ghsa, "_")),
        format!("id: {}", hyphens(ghsa, "‑")),
        format!("id: {}", hyphens(ghsa, "—")),
        format!("id: {}", hyphens(ghsa, "[-]")),
        format!("id: {}", hyphens(ghsa, "(dash)")),
        format!("id: {}", hyphens(ghsa, "\n")),
        format!("id: {}", hyphens(ghsa, "&#45;")),
        format!("id: {}", hyphens(ghsa, "&amp;hyphen;")),
        format!("id: {}", hyphens(ghsa, "%2D")),
        format!("id: {}", hyphens(ghsa, "\\u002d")),
        format!("id: {}", hyphens(ghsa, "**-**")),
        format!("`{ghsa}`"),
        format!("> {ghsa}"),
        format!("```\n{ghsa}\n```"),
        format!("https://github.com/advisories/{ghsa}"),
        format!("[a link](https://example.org/{ghsa})"),
        each(ghsa, |c| format!("{c}\u{200b}")),
        each(ghsa, |c| format!("{c} ")),
        each(ghsa, |c| format!("{c}\u{ad}")),
        each(ghsa, |c| format!("<b>{c}</b>")),
        each(ghsa, |c| format!("**{c}**")),
        each(ghsa, |c| format!("&#{};", u32::from(c))),
        each(ghsa, |c| format!("%{:02x}", u32::from(c))),
        each(ghsa, |c| char::from_u32(u32::from(c) + 0xfee0).unwrap().to_string()),
        each(ghsa, |c| format!("{c}\u{301}")),
        format!("\u{202e}{}", ghsa.chars().rev().collect::<String>()),
        look_alikes(ghsa),
        format!("{CVE} is ours?"),
        CVE.to_lowercase(),
        hyphens(CVE, " "),
        CVE.replace("31337", "3l337"),
        format!("codename {name}"),
        name.to_uppercase(),
        format!("{one} {two}"),
        format!("{one}{two}"),
        format!("{one}_{two}"),
        format!("{one}\n> {two}"),
        format!("*{one}*/{two}"),
        format!("fix{}{}{}2", one[..1].to_uppercase(), &one[1..], two[..1].to_uppercase() + &two[1..]),
        look_alikes(name),
        shifted(name, 0x1_d41a),
        shifted(name, 0x24d0),
        format!("clone {} first", realm.fork),
        "so there is an out-of-bounds write in the AOT loader, they say".to_owned(),
        "Bounds  write in *AOT* loader".to_owned(),
    ]
}

#[tokio::test(start_paused = true)]
async fn fifty_planted_leaks_raise_fifty_alarms() {
    let realm = realm().await;
    let planted = planted(&realm);
    assert_eq!(planted.len(), 50);
    for leak in &planted {
        assert_eq!(realm.raises(|realm| realm.say("builds", leak)).await, 1, "{leak:?}");
    }
    let public = chat::said_in(&realm.inside.sandbox, GENERAL, "builds");
    assert!(public.is_empty(), "{public:?}");
}

#[tokio::test(start_paused = true)]
async fn five_hundred_harmless_messages_raise_no_alarm() {
    let realm = realm().await;
    let harmless: Vec<&str> = include_str!("leak/harmless.txt").lines().collect();
    assert_eq!(harmless.len(), 500);
    let raised = realm
        .raises(|realm| {
            for text in harmless {
                realm.say("talk", &text.replace("\\n", "\n"));
            }
        })
        .await;
    assert_eq!(raised, 0, "{:?}", realm.alarms());
}

#[tokio::test(start_paused = true)]
async fn edits_moves_topics_channels_and_other_bots_are_watched() {
    let realm = realm().await;
    let zulip = &realm.inside.sandbox.zulip;
    let message = realm.say("builds", "hello");
    let edit = |text: &'static str| move |_: &Realm| zulip.edit(RAVI, message, text).unwrap();
    assert_eq!(realm.raises(edit("nothing of it")).await, 0);
    assert_eq!(realm.raises(|realm| zulip.edit(RAVI, message, &realm.ghsa).unwrap()).await, 1);
    assert_eq!(realm.raises(edit("never mind")).await, 0, "said once");
    let named = realm.codename.clone();
    assert_eq!(realm.raises(|realm| realm.say(&named, "hi")).await, 1, "a topic's name");
    let renamed = hyphens(&named, " ");
    let rename = |_: &Realm| zulip.rename_topic(MAYA, GENERAL, "builds", &renamed).unwrap();
    assert_eq!(realm.raises(rename).await, 1, "a topic's new name");
    let by_bot = |realm: &Realm| realm.say_as(DEPLOY_BOT, "ci", &format!("build of {} failed", realm.fork));
    assert_eq!(realm.raises(by_bot).await, 1, "another bot");
    let guest = |realm: &Realm| realm.say_as(LEE, "ci", &realm.ghsa);
    assert_eq!(realm.raises(guest).await, 1, "a guest");
    let ours = chat::say(&realm.inside.sandbox, INES, &realm.room, "the cause is in line 40");
    realm.inside.rest().await;
    let out = |_: &Realm| {
        zulip.move_message(MAYA, ours, (GENERAL, "oops"), Propagation::One).unwrap();
    };
    assert_eq!(realm.raises(out).await, 2, "moved out, and Zulip's own notice says from which topic");
    assert!(realm.alarms().iter().any(|alarm| alarm.contains("Moved out of the team's channel")));
    let rename = |realm: &Realm| zulip.rename_channel(GENERAL, &realm.codename).unwrap();
    assert_eq!(realm.raises(rename).await, 2, "a channel's name, and Zulip's own notice of it");
}

#[tokio::test(start_paused = true)]
async fn an_alarm_is_raised_within_seconds() {
    let realm = realm().await;
    let before = realm.alarms().len();
    realm.say("builds", &realm.ghsa);
    realm.inside.pass(Duration::from_secs(5)).await;
    assert_eq!(realm.alarms().len(), before + 1);
}

#[tokio::test(start_paused = true)]
async fn what_was_said_while_the_bot_was_away_is_found_and_marked_late() {
    let mut realm = realm().await;
    realm.inside.sleep().await;
    let edited = realm.say("builds", &realm.ghsa);
    realm.inside.sandbox.zulip.edit(RAVI, edited, "never mind").unwrap();
    realm.say("builds", &realm.codename);
    realm.inside.pass(Duration::from_secs(2 * 3600)).await;
    realm.inside.sandbox.zulip.expire_queues();
    let before = realm.alarms().len();
    realm.inside.wake(|_| {}).await;
    let alarms = realm.alarms().split_off(before);
    assert_eq!(alarms.len(), 2, "{alarms:?}");
    assert!(alarms.iter().all(|alarm| alarm.contains("I see it only now, 2 hours later")), "{alarms:?}");
    assert!(alarms[0].contains("stays readable in its history"), "{alarms:?}");
}
