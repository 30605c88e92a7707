//! Whatever is said and however effects end: no panic, no broken invariant, the same decision twice (the
//! kit asks for all of that at every step).

use commands::kernel::{
    collaborator::{Collaborator, Credit, CreditKind},
    content::{Advisory, AdvisoryState, AffectedPackage, Level, Severity},
    directory::DirectoryChange,
    effect::{Action, Effect, FailureKind, Outcome, Purpose, Service},
    embargoed::AdvisoryPage,
    grammar,
    id::{EffectId, GhsaId, GroupId, IncidentId, MessageId, PullNumber, Topic, UserId},
    input::{Input, Observed, Place, Said},
    patch::PullState,
    token::{Typed, Word},
    world::Reference,
};
use proptest::{collection::vec, prelude::*};

use crate::{
    kit::{Chat, failed, failure},
    pulls::commit,
    realm::*,
    words::{COMMANDS, FRAGMENTS, WRITES},
};

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
    /// A command that writes to GitHub is given, and somebody changes the advisory by hand before it gets
    /// there.
    Race(usize, &'static str, u8),
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
        3 => (0..4_usize, prop::sample::select(&WRITES[..]), 0..12_u8)
            .prop_map(|(which, command, what)| Step::Race(which, command, what)),
    ]
}

/// The beginnings: nothing yet, an incident, one whose time has come, one with a proposed time, one whose
/// release waits.
fn begun(number: u8) -> Chat {
    let mut chat = Chat::with(if number < 3 { with_list() } else { settings() });
    match number {
        0 => {}
        1 => {
            chat.ready();
        }
        2 => {
            chat.due();
        }
        3 => {
            chat.open("Overflow");
            let room = chat.room(1);
            chat.say(MAYA, &room, "!cve set CVE-2026-12345");
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
            chat.observe(Observed::Moved {
                messages,
                channel,
                topic: Topic(format!("moved {which}")),
                from: None,
                by: None,
            });
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
        Step::Race(which, command, what) => race(chat, *which, command, *what),
    }
}

fn race(chat: &mut Chat, which: usize, command: &str, what: u8) {
    let Some(incident) = chat.world.incidents().filter(|incident| incident.room.is_some()).nth(which) else {
        return;
    };
    let number = incident.id.0;
    let (room, ghsa) = (chat.room(number), chat.ghsa(number));
    let manager = incident.manager.unwrap_or(MAYA);
    chat.say(manager, &room, "!manager claim");
    chat.say(manager, &room, command);
    by_hand(chat.github.get_mut(&ghsa).unwrap(), what);
    let of_it = |effect: &Effect| effect.purpose.incident() == Some(IncidentId(number));
    let pending = chat.world.pending().iter();
    let writes: Vec<_> = pending
        .filter(|(_, recorded)| of_it(&recorded.effect) && recorded.effect.action.writes_advisory())
        .map(|(id, recorded)| (*id, recorded.effect.clone()))
        .collect();
    for (id, effect) in writes {
        let outcome = succeed(chat, id, &effect);
        chat.settle(id, outcome);
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

/// What of `held` is gone in `after` although it was not what people had been `shown`: overwritten unseen.
fn overwritten_unseen(held: &Advisory, after: &Advisory, shown: &Advisory) -> Vec<&'static str> {
    fn lost<T: PartialEq>([held, after, shown]: [&Advisory; 3], part: impl Fn(&Advisory) -> T) -> bool {
        part(held) != part(after) && part(held) != part(shown)
    }
    let all = [held, after, shown];
    let rows = |rows: &[AffectedPackage], of: &AffectedPackage| !rows.contains(of);
    let (before, now, known) = (&held.content, &after.content, &shown.content);
    [
        ("summary", lost(all, |it| it.content.summary.clone())),
        ("description", lost(all, |it| it.content.description.clone())),
        ("severity", lost(all, |it| it.content.severity.clone())),
        ("weaknesses", lost(all, |it| it.content.cwes.clone())),
        ("cve", lost(all, |it| it.cve.clone())),
        ("state", held.state == AdvisoryState::Closed && lost(all, |it| it.state)),
        ("state", after.state == AdvisoryState::Closed && lost(all, |it| it.state)),
        (
            "affected",
            before.affected.iter().any(|row| rows(&now.affected, row) && rows(&known.affected, row)),
        ),
        (
            "collaborators",
            held.collaborators
                .iter()
                .any(|who| !after.collaborators.contains(who) && !shown.collaborators.contains(who)),
        ),
        (
            "credits",
            held.credits.iter().any(|who| !after.credits.contains(who) && !shown.credits.contains(who)),
        ),
    ]
    .into_iter()
    .filter_map(|(part, is_lost)| is_lost.then_some(part))
    .collect()
}

/// The advisory on GitHub that an effect is about.
fn held(chat: &Chat, effect: &Effect) -> Option<Advisory> {
    let advisory = chat.world.incident(effect.purpose.incident()?)?.advisory()?;
    chat.github.get(&advisory.open(&AdvisoryPage::on_github()).ghsa).cloned()
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
        Action::SendMail { .. } | Action::MailRelease { .. } => Service::Mail,
        _ => Service::GitHub,
    };
    let outcome = match how {
        0 => failed(service, FailureKind::Refused, "@**all**"),
        1 => failed(service, FailureKind::Permission("x".into()), ""),
        2 => Outcome::Delayed(failure(service, FailureKind::Unreachable, "")),
        5..8 if matches!(effect.action, Action::SendMail { .. } | Action::MailRelease { .. }) => {
            Outcome::Unknown(failure(service, FailureKind::Unreachable, ""))
        }
        3 if matches!(
            effect.action,
            Action::Notify { .. } | Action::SendMail { .. } | Action::MailRelease { .. }
        ) =>
        {
            Outcome::Blocked(vec![IncidentId(1), IncidentId(9)])
        }
        4 if matches!(effect.action, Action::Post { .. } | Action::Edit { .. }) => {
            Outcome::NotPrivate(WAMR_SECURITY)
        }
        _ => succeed(chat, id, &effect),
    };
    chat.settle(id, outcome);
}

/// An effect is carried out, and overwrites nothing unseen.
fn succeed(chat: &mut Chat, id: EffectId, effect: &Effect) -> Outcome {
    let shown = chat.shown_at(id).map(|shown| shown.open(&AdvisoryPage::on_github()).clone());
    let before = held(chat, effect);
    let outcome = chat.outcome(effect);
    if let (Some(before), Some(after), Some(shown)) = (before, held(chat, effect), shown) {
        let lost = overwritten_unseen(&before, &after, &shown);
        assert!(lost.is_empty(), "changed by hand, and overwritten before it was shown: {lost:?}");
    }
    outcome
}

/// Folding all facts again gives the same incidents.
fn assert_folds_to_the_same(chat: &Chat) {
    let mut again = commands::kernel::world::World::new(chat.world.settings.clone());
    chat.facts.iter().for_each(|fact| again.apply(fact));
    assert!(again.incidents().eq(chat.world.incidents()), "the facts fold to something else");
    assert_eq!(again.next_deadline(), chat.world.next_deadline());
}

/// Once everything works, one look takes in what stands on GitHub, and a change by hand is told.
fn assert_a_change_by_hand_is_told(chat: &mut Chat, what: u8) {
    for ghsa in chat.github.keys().cloned().collect::<Vec<_>>() {
        chat.sleep("60s");
        chat.look(&ghsa);
        let Some(open) = chat.world.find(&Reference::Ghsa(ghsa.clone())).filter(|it| it.is_open()) else {
            continue;
        };
        let (id, known) = (open.id.0, open.advisory().unwrap().open(&AdvisoryPage::on_github()).clone());
        assert!(known == chat.github[&ghsa], "what stands on GitHub is not known");
        let told = chat.by_hand(&ghsa, |advisory| by_hand(advisory, what));
        if known == chat.github[&ghsa] {
            continue;
        }
        assert!(told.contains("GitHub"), "{what}: {told}");
        let known = chat.incident(id).advisory().unwrap().open(&AdvisoryPage::on_github()).clone();
        assert!(known == chat.github[&ghsa]);
    }
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
    for (_, effect) in &chat.effects {
        if let Action::SendMail { list, mail, .. } = &effect.action {
            assert_eq!(list, "sec-announce@example.org");
            let text = format!("{}{}", mail.get().subject(), mail.get().body());
            let embargoed = ["Overflow", "amber", "GHSA", "CVE", "AOT", "Second", "By hand"];
            assert!(!embargoed.iter().any(|word| text.contains(word)), "{text}");
        }
    }
    assert!(chat.world.next_deadline().is_none_or(|due| due > chat.now), "a deadline was not met");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_every_invariant_holds(
        begin in 0..5_u8,
        steps in vec(step(), 1..120),
        last in 0..12_u8,
    ) {
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
        assert_a_change_by_hand_is_told(&mut chat, last);
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
