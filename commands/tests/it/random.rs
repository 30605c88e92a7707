//! Whatever is said and however effects end: no panic, no broken invariant, the same decision twice (the
//! kit asks for all of that at every step).

use commands::kernel::{
    collaborator::{Collaborator, Credit, CreditKind},
    content::{Advisory, AdvisoryState, Level, Severity},
    directory::DirectoryChange,
    effect::{Action, Effect, FailureKind, Outcome, Purpose, Service},
    embargoed::AdvisoryPage,
    grammar,
    id::{EffectId, GhsaId, GroupId, IncidentId, MessageId, PullNumber, Topic, UserId},
    input::{Input, Observed, Place, Said},
    patch::PullState,
    token::{Typed, Word},
};
use proptest::{collection::vec, prelude::*};

use crate::{
    kit::{Chat, commit, failed, failure, topic},
    realm::*,
};

/// What a message may be put together from.
const FRAGMENTS: [&str; 91] = [
    "!help",
    "!advisory",
    "!advisory new",
    "!advisory adopt",
    "!advisory show",
    "!advisory list",
    "!advisory edit",
    "!advisory affected",
    "!embargo set",
    "!embargo show",
    "!release plan",
    "!release go",
    "!release approve",
    "!release status",
    "!release abort",
    "!ping",
    "!next",
    "!timeline",
    "!advisory ack",
    "!advisory accept",
    "!advisory reject",
    "!advisory credit",
    "!advisory close",
    "!manager",
    "claim",
    "!triage",
    "!invite",
    "!uninvite",
    "!who",
    "!fork",
    "!cve request",
    "!cve set",
    "!cve status",
    "!patch",
    "!patch add",
    "!patch drop",
    "!patch tested",
    "!patch status",
    "release/2.4.x",
    "#1",
    "!done",
    "!undo",
    "reproduce",
    "audit",
    "sofia-k",
    "team:wamr-core",
    "@**Ines|12**",
    "--export",
    "--as",
    "--at",
    "run",
    "!relaese",
    "@**Advisory Bot**",
    "amber-heron",
    "amber-hoopoe",
    "GHSA-x5cm-v3r2-9f22",
    "CVE-2026-1234",
    "Overflow",
    "in the loader",
    "+1h",
    "+20m",
    "+8d",
    "+40d",
    "2026-12-01 15:00",
    "--reason",
    "--early",
    "--waive",
    "text",
    "embargo",
    "announce",
    "accept",
    "publish",
    "--summary",
    "--severity",
    "high",
    "--cvss",
    "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
    "--cwe",
    "CWE-61",
    "--package",
    "rust:wasmtime",
    "--affected",
    "< 1.0 || >= 2, < 3",
    "--patched",
    "1.0",
    "--all",
    "—",
    "\"",
    "`",
    "\n```\n",
    "[message truncated]",
];

/// Whole commands that lead somewhere, so that random walks get far.
const COMMANDS: [&str; 37] = [
    "!advisory new Overflow in the loader --severity high --affected < 2.0\n```\nIt overflows.\n```",
    "!advisory new Second",
    "!advisory adopt GHSA-x5cm-v3r2-9f23",
    "!advisory adopt GHSA-x5cm-v3r2-9f24",
    "!embargo set +20m",
    "!embargo set +20m --reason Sooner",
    "!release go",
    "!release go --early --waive text --waive embargo --reason Hurry",
    "!release go amber-heron --early --waive text --waive accept --reason Hurry",
    "!release approve",
    "!release approve amber-heron",
    "!release abort Not yet",
    "!advisory edit --severity low",
    "!advisory edit --summary Other words",
    "!advisory edit\n```\n### Impact\nOther text.\n```",
    "!advisory affected other:wasm-micro-runtime < 3.0",
    "!advisory ack",
    "!advisory accept",
    "!advisory reject No",
    "!advisory close Duplicate",
    "!advisory credit sofia-k",
    "!manager claim",
    "!manager @**Tomasz|13**",
    "!invite sofia-k team:wamr-core",
    "!uninvite sofia-k",
    "!fork",
    "!cve request",
    "!cve set CVE-2026-4711",
    "!patch add main 1",
    "!patch add main #3",
    "!patch add release/2.4.x 2",
    "!patch tested main all green",
    "!patch drop main",
    "!patch status",
    "!done audit seen",
    "!undo audit",
    "!ping",
];

#[derive(Debug, Clone)]
enum Step {
    Say(usize, usize, String),
    Edit(usize, usize, String),
    Thumb(usize, u64, bool),
    Settle(usize, u8),
    Wait(u16),
    Tick,
    Move(usize, usize),
    Directory(usize, u8),
    /// Somebody changes an advisory by hand on GitHub.
    ByHand(usize, u8),
    /// GitHub is looked at.
    Look(usize),
    /// A pull request is opened or changes on GitHub, and is looked at or not.
    Pull(u64, u8, bool),
}

fn text() -> impl Strategy<Value = String> {
    let fragments = vec(prop::sample::select(&FRAGMENTS[..]), 0..6).prop_map(|words| words.join(" "));
    prop_oneof![
        6 => prop::sample::select(&COMMANDS[..]).prop_map(str::to_owned),
        3 => fragments.clone(),
        1 => any::<String>(),
        1 => (fragments, any::<String>()).prop_map(|(words, noise)| format!("{words} {noise}")),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..8_usize, 0..6_usize, text()).prop_map(|(who, place, text)| Step::Say(who, place, text)),
        1 => (0..8_usize, 0..20_usize, text()).prop_map(|(who, which, text)| Step::Edit(who, which, text)),
        2 => (0..8_usize, 0..12_u64, any::<bool>()).prop_map(|(who, back, added)| Step::Thumb(who, back, added)),
        12 => (0..6_usize, 0..24_u8).prop_map(|(which, how)| Step::Settle(which, how)),
        1 => (0..3000_u16).prop_map(Step::Wait),
        2 => Just(Step::Tick),
        1 => (0..6_usize, 0..3_usize).prop_map(|(which, place)| Step::Move(which, place)),
        1 => (0..8_usize, 0..5_u8).prop_map(|(who, what)| Step::Directory(who, what)),
        3 => (0..4_usize, 0..12_u8).prop_map(|(which, what)| Step::ByHand(which, what)),
        3 => (0..4_usize).prop_map(Step::Look),
        3 => (1..4_u64, 0..8_u8, any::<bool>()).prop_map(|(which, what, looks)| Step::Pull(which, what, looks)),
    ]
}

/// The beginnings: nothing yet, an incident, one whose time has come, one whose release waits.
fn begun(number: u8) -> Chat {
    let mut chat = Chat::new();
    match number {
        0 => {}
        1 => {
            chat.ready();
        }
        2 => {
            chat.due();
        }
        _ => {
            chat.due();
            let room = chat.room(1);
            chat.say(MAYA, &room, "!release go");
        }
    }
    chat
}

fn person(number: usize) -> UserId {
    [MAYA, MAYA, INES, TOMASZ, RAVI, LEE, ZOE, PIA][number % 8]
}

fn place(chat: &Chat, number: usize) -> Place {
    let rooms: Vec<Place> = chat
        .world
        .incidents()
        .filter_map(|incident| incident.room.as_ref())
        .map(|room| Place::Channel(room.channel, room.topic.clone()))
        .collect();
    match number {
        0 => team(),
        1 => topic(WASMTIME_SECURITY, "triage"),
        2 => public(),
        3 => Place::Direct,
        _ => rooms.last().cloned().unwrap_or_else(team),
    }
}

fn take(chat: &mut Chat, said: &mut Vec<commands::kernel::input::Message>, step: &Step) {
    match step {
        Step::Say(who, at, text) => {
            let place = place(chat, *at);
            let message = chat.message(person(*who), &place, text);
            said.push(message.clone());
            chat.happen(&Input::Said(Said::Message(message)));
        }
        Step::Edit(who, which, text) => {
            if let Some(message) = said.get(*which).cloned() {
                chat.edit_by(&message, person(*who), text);
            }
        }
        Step::Thumb(who, back, added) => {
            let message = MessageId(chat.newest.0.saturating_sub(*back));
            chat.thumb(person(*who), message, *added);
        }
        Step::Settle(which, how) => settle(chat, *which, *how),
        Step::Wait(seconds) => chat.sleep(&format!("{seconds}s")),
        Step::Tick => {
            chat.happen(&Input::Ticked);
        }
        Step::Move(which, to) => {
            let cards: Vec<MessageId> =
                chat.world.incidents().filter_map(|incident| Some(incident.room.as_ref()?.card)).collect();
            let channel = [WAMR_SECURITY, GENERAL, WASMTIME_SECURITY][*to];
            let messages = cards.get(*which).copied().into_iter().collect();
            chat.observe(Observed::Moved { messages, channel, topic: Topic(format!("moved {which}")) });
        }
        Step::Directory(who, what) => {
            let (who, group) = (person(*who), GroupId(30));
            let change = match what {
                0 => DirectoryChange::Left(group, vec![who]),
                1 => DirectoryChange::Joined(group, vec![who]),
                2 => DirectoryChange::Unsubscribed(vec![WAMR_SECURITY], vec![who]),
                3 => DirectoryChange::Subscribed(vec![WAMR_SECURITY, WASMTIME_SECURITY], vec![who]),
                _ => snapshot(),
            };
            chat.observe(Observed::Directory(change));
        }
        Step::ByHand(which, what) => {
            if let Some(ghsa) = nth(chat, *which) {
                by_hand(chat.github.get_mut(&ghsa).unwrap(), *what);
            }
        }
        Step::Pull(which, what, looks) => pull(chat, *which, *what, *looks),
        Step::Look(which) => {
            if let Some(ghsa) = nth(chat, *which) {
                chat.sleep("1s");
                chat.look(&ghsa);
            }
        }
    }
}

/// Something happens to a pull request in the private fork.
fn pull(chat: &mut Chat, which: u64, what: u8, looks: bool) {
    let Some(pull) = chat.pulls.get_mut(&PullNumber(which)) else {
        return chat.pull(which, if which == 2 { "release/2.4.x" } else { "main" });
    };
    match what {
        0..3 => pull.head = commit(which * 256 + u64::from(what)),
        3 => pull.mergeable = None,
        4 => pull.mergeable = Some(true),
        5 => pull.state = PullState::Closed,
        6 => pull.state = PullState::Open,
        _ => pull.base = "elsewhere".into(),
    }
    if looks {
        chat.sleep("1s");
        chat.look_at_pull(which);
    }
}

fn nth(chat: &Chat, which: usize) -> Option<GhsaId> {
    chat.github.keys().nth(which % chat.github.len().max(1)).cloned()
}

fn by_hand(advisory: &mut Advisory, what: u8) {
    let content = &mut advisory.content;
    let login = || "by-hand".parse().unwrap();
    // Nothing that is public becomes private again.
    let what = if advisory.state == AdvisoryState::Published && (7..9).contains(&what) { 0 } else { what };
    match what {
        0 | 1 => content.summary = format!("By hand {what}"),
        2 => content.description = "By hand.".into(),
        3 => content.severity = Some(Severity::Level(Level::Critical)),
        4 => content.cwes = vec!["CWE-787".parse().unwrap()],
        5 => content.affected.clear(),
        6 => advisory.cve = Some("CVE-2026-9999".parse().unwrap()),
        7 => advisory.state = AdvisoryState::Draft,
        8 => advisory.state = AdvisoryState::Closed,
        9 => advisory.state = AdvisoryState::Published,
        10 => drop(advisory.collaborators.insert(Collaborator::User(login()))),
        _ => advisory.credits.push(Credit { login: login(), kind: CreditKind::OTHER }),
    }
}

/// Whether something stands on GitHub, where a command wants something else, that was not shown when the
/// command was given.
fn would_overwrite_unseen(chat: &Chat, id: EffectId, effect: &Effect) -> bool {
    let Action::UpdateAdvisory { ghsa, change, .. } = &effect.action else { return false };
    let page = AdvisoryPage::on_github();
    let (held, wanted) = (&chat.github[ghsa.open(&page)].content, change.open(&page));
    let Some(shown) = chat.shown_at(id).map(|advisory| advisory.open(&page).content.clone()) else {
        return false;
    };
    let text = |held: &String, shown: &String, wanted: &Option<String>| {
        wanted.as_ref().is_some_and(|wanted| held != shown && held != wanted)
    };
    text(&held.summary, &shown.summary, &wanted.summary)
        || text(&held.description, &shown.description, &wanted.description)
        || (wanted.severity.is_some() && held.severity != shown.severity && held.severity != wanted.severity)
}

/// Some effect that waits comes to some end; those that were called off may be dropped untried.
fn settle(chat: &mut Chat, which: usize, how: u8) {
    let waiting: Vec<(EffectId, Effect)> =
        chat.world.pending().iter().map(|(id, recorded)| (*id, recorded.effect.clone())).collect();
    let Some((id, effect)) = waiting.get(which % waiting.len().max(1)).cloned() else { return };
    if chat.cancelled.contains(&id) && how.is_multiple_of(2) {
        chat.world.settle(id, None);
        return;
    }
    let service = match &effect.action {
        Action::Post { .. } | Action::Edit { .. } | Action::React { .. } | Action::Notify { .. } => {
            Service::Zulip
        }
        _ => Service::GitHub,
    };
    let outcome = match how {
        0 => failed(service, FailureKind::Refused, "@**all**"),
        1 => failed(service, FailureKind::Permission("x".into()), ""),
        2 => Outcome::Delayed(failure(service, FailureKind::Unreachable, "")),
        3 if matches!(effect.action, Action::Notify { .. }) => {
            Outcome::Blocked(vec![IncidentId(1), IncidentId(9)])
        }
        4 if matches!(effect.action, Action::Post { .. } | Action::Edit { .. }) => {
            Outcome::NotPrivate(WAMR_SECURITY)
        }
        _ => {
            let unseen = would_overwrite_unseen(chat, id, &effect);
            let outcome = chat.outcome(&effect);
            let refused = matches!(outcome, Outcome::Conflict(..) | Outcome::Failed(_));
            assert!(!unseen || refused, "a change by hand was overwritten before it was shown");
            outcome
        }
    };
    chat.settle(id, outcome);
}

/// Folding all facts again gives the same incidents.
fn assert_folds_to_the_same(chat: &Chat) {
    let mut again = commands::kernel::world::World::new(chat.world.settings.clone());
    chat.facts.iter().for_each(|fact| again.apply(fact));
    assert!(again.incidents().eq(chat.world.incidents()), "the facts fold to something else");
    assert_eq!(again.next_deadline(), chat.world.next_deadline());
}

/// What has to hold besides `check`: nothing is told twice or too early.
fn assert_told_once(chat: &Chat) {
    for incident in chat.world.incidents() {
        let told = chat.facts.iter().filter(|recorded| {
            matches!(recorded.fact, commands::kernel::fact::Fact::StepDone { incident: of, step: commands::kernel::step::Step::Announce } if of == incident.id)
        });
        assert!(told.count() <= 1, "incident {} was announced twice", incident.id);
        let cards = chat
            .world
            .pending()
            .values()
            .filter(|recorded| recorded.effect.purpose == Purpose::Card { incident: incident.id });
        assert!(cards.count() <= 1, "incident {} has two cards on their way", incident.id);
    }
    assert!(chat.world.next_deadline().is_none_or(|due| due > chat.now), "a deadline was not met");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_every_invariant_holds(begin in 0..4_u8, steps in vec(step(), 1..120)) {
        let mut chat = begun(begin);
        chat.hold = true;
        for state in [AdvisoryState::Triage, AdvisoryState::Draft] {
            chat.report(commands::kernel::content::Content { summary: "A report".into(), ..Default::default() }, state);
        }
        let mut said = Vec::new();
        for step in &steps {
            take(&mut chat, &mut said, step);
        }
        // Then everything works again, and comes to an end.
        chat.observe(Observed::Directory(snapshot()));
        chat.wait("1h");
        for _ in 0..50 {
            chat.release();
        }
        prop_assert!(chat.world.pending().is_empty(), "something never ends");
        chat.wait("2h");
        assert_told_once(&chat);
        assert_folds_to_the_same(&chat);
    }

    #[test]
    fn any_words_are_read_without_panic(
        words in vec(prop_oneof![
            prop::sample::select(&FRAGMENTS[..]).prop_map(str::to_owned),
            any::<String>(),
            "[-=<>|\"'` a-z\u{f0000}]{0,12}",
        ], 0..12),
        literal in any::<bool>(),
        block in proptest::option::of(any::<String>()),
    ) {
        let word = |text: &String| Word::Text { text: text.clone(), prose: text.clone(), literal };
        let block = block.map(|text| commands::kernel::token::Block { info: String::new(), text });
        let typed = Typed { words: words.iter().map(word).collect(), block };
        let once = grammar::read(&typed);
        prop_assert_eq!(&once, &grammar::read(&typed));
        let _ = grammar::kind_of(&typed);
    }
}
