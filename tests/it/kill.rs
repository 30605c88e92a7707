//! Killed again and again, the bot carries out each command once, and answers it once.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use advisory_bot::{
    port::Store as _,
    sandbox::{
        world::Sandbox,
        zulip::{
            Limits,
            seed::{INES, MAYA, TOMASZ},
        },
    },
    store::sled::SledStore,
};

use crate::{chat, place::Place, wait::until};

/// How often the bot is killed.
const KILLS: u32 = 50;
/// How many commands people give meanwhile.
const COMMANDS: u32 = 200;
/// How many of them make an advisory: GitHub is written to at most once a second.
const ADVISORIES: u32 = 12;
/// The longest that a bot lives before it is killed.
const LIFE_MILLIS_MAX: u64 = 1000;
/// How often Zulip loses the bot's event queue while the bot is dead.
const QUEUE_LOST_ONE_IN: u64 = 5;
const WAMR: &str = "bytecodealliance/wasm-micro-runtime";

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (bits ^ (bits >> 31)) % bound
    }
}

/// The commands that were given, by what is to come of them.
#[derive(Default)]
struct Given {
    /// Topics of their own, each with what its one answer must hold.
    alone: BTreeMap<String, &'static str>,
    /// For each incident's topic, how many answers of each kind it owes.
    incidents: BTreeMap<String, BTreeMap<&'static str, usize>>,
    opened: u32,
    changes: u32,
}

/// What the answers of each kind begin with or hold.
const SET: &str = "Disclosure set to";
const CHANGED_WEAKNESSES: &str = "Changed on GitHub: weaknesses";
const CHANGED_VERSIONS: &str = "Changed on GitHub: affected versions";
const CARD: &str = "### ";

impl Given {
    /// Gives the command of this number.
    fn give(&mut self, sandbox: &Sandbox, number: u32, dice: &mut Dice) {
        let user = [MAYA, INES, TOMASZ][usize::try_from(dice.below(3)).unwrap()];
        let open: Vec<String> = self.alone.keys().filter_map(|topic| chat::opened(sandbox, topic)).collect();
        let chosen = dice.below(10);
        if number.is_multiple_of(COMMANDS / ADVISORIES) && self.opened < ADVISORIES {
            self.opened += 1;
            let command = format!(
                "!advisory new Fault number {number} in the loader --severity low --affected < 2.4.{number}\n```\nA module.\n```"
            );
            return self.alone(sandbox, user, number, &command, "Incident opened");
        }
        match (chosen, open.is_empty()) {
            (0..=1, _) => self.alone(sandbox, user, number, "!help", "I run a vulnerability's response"),
            (2, _) | (_, true) => self.alone(sandbox, user, number, "!advisory list", "ncident"),
            (3, _) => self.alone(sandbox, user, number, "!help embargo set", "Sets the disclosure time"),
            (chosen, false) => {
                let at = dice.below(u64::try_from(open.len()).unwrap());
                let topic = open[usize::try_from(at).unwrap()].clone();
                let (command, kind) = self.about_incident(chosen, number);
                *self.incidents.entry(topic.clone()).or_default().entry(kind).or_default() += 1;
                chat::say(sandbox, user, &topic, &command);
            }
        }
    }

    fn alone(
        &mut self,
        sandbox: &Sandbox,
        user: advisory_bot::sandbox::zulip::UserId,
        number: u32,
        command: &str,
        answer: &'static str,
    ) {
        let topic = format!("command {number}");
        chat::say(sandbox, user, &topic, command);
        self.alone.insert(topic, answer);
    }

    fn about_incident(&mut self, chosen: u64, number: u32) -> (String, &'static str) {
        // As with new ones: each change is a write on GitHub.
        let may_change = self.changes < ADVISORIES;
        self.changes += u32::from(may_change && chosen >= 8);
        match chosen {
            9 if may_change => (format!("!advisory edit --cwe CWE-{}", number + 1), CHANGED_WEAKNESSES),
            8 if may_change => {
                let versions = format!("< 2.{number}.4 --patched 2.{number}.4");
                (format!("!advisory affected other:wasm-micro-runtime {versions}"), CHANGED_VERSIONS)
            }
            // 100 hours ahead no reminder falls due while this test runs.
            6..=9 => (format!("!embargo set +{}h --reason moved once more", 100 + number), SET),
            _ => ("!advisory show".to_owned(), CARD),
        }
    }

    /// What is not as it should be at the end; while nothing was said twice, what is still missing.
    fn check(&self, sandbox: &Sandbox) -> Vec<String> {
        let mut missing = Vec::new();
        for (topic, answer) in &self.alone {
            let said = chat::said(sandbox, topic);
            assert!(said.len() <= 1, "{topic:?} is answered more than once: {said:?}");
            assert!(said.iter().all(|text| text.contains(answer)), "{topic:?} has a wrong answer: {said:?}");
            missing.extend(said.is_empty().then(|| topic.clone()));
        }
        let opened = self.alone.keys().filter_map(|topic| chat::opened(sandbox, topic));
        for topic in opened {
            let said = chat::said(sandbox, &topic);
            let mut owed = self.incidents.get(&topic).cloned().unwrap_or_default();
            // The card itself.
            *owed.entry(CARD).or_default() += 1;
            for (kind, owed) in &owed {
                let count = said.iter().filter(|text| text.contains(kind)).count();
                assert!(count <= *owed, "{topic:?} has {count} of {owed} {kind:?}: {said:#?}");
                missing.extend((count < *owed).then(|| format!("{kind} in {topic}")));
            }
            let all: usize = owed.values().sum();
            assert!(said.len() <= all, "{topic:?} has something else: {said:#?}");
        }
        missing
    }
}

/// Zulip's limit of 200 requests a minute would make this test a quarter of an hour long: each start
/// costs half a dozen. What the bot does at the limit is tested elsewhere.
fn limits() -> Limits {
    Limits { rate_requests_max: 100_000, ..Limits::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_fifty_times_each_command_is_carried_out_once() {
    let seed = 20_261_118;
    eprintln!("seed {seed}");
    let mut dice = Dice(seed);
    let place = Place::slow(limits()).await;
    // The bot's first start, before which nothing said is a command.
    place.start().await.kill().await;
    let mut given = Given::default();
    let mut number = 0;
    let text = place.configuration();
    for kill in 1..=KILLS {
        let bot = place.run_with(&text);
        let life = dice.below(LIFE_MILLIS_MAX);
        let ends = Instant::now() + Duration::from_millis(life);
        while number < COMMANDS * kill / KILLS {
            given.give(&place.sandbox, number, &mut dice);
            number += 1;
            let pause = dice.below(life * u64::from(2 * KILLS) / u64::from(COMMANDS) + 1);
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
        tokio::time::sleep_until(ends.into()).await;
        given.check(&place.sandbox);
        bot.kill().await;
        if dice.below(QUEUE_LOST_ONE_IN) == 0 {
            // Then the history is read again, with what was handled already.
            place.sandbox.zulip.expire_queues();
        }
    }
    let bot = place.run_with(&text);
    until(|| given.check(&place.sandbox), || given.check(&place.sandbox).is_empty().then_some(())).await;
    let (ended, took) = bot.terminate().await;
    assert!(ended.success() && took < Duration::from_secs(10), "{ended} after {took:?}");
    assert!(given.check(&place.sandbox).is_empty());
    let made = place.sandbox.github.advisories(WAMR);
    let mut summaries: Vec<&str> = made.iter().map(|advisory| advisory.summary.as_str()).collect();
    summaries.sort_unstable();
    summaries.dedup();
    assert_eq!((made.len(), summaries.len()), (given.opened as usize, given.opened as usize));
    let store = SledStore::open(&place.store()).unwrap();
    assert!(store.replay(&mut |_| {}).unwrap().pending.is_empty(), "effects were left undone");
}
