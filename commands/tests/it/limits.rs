//! An incident with as much in it as GitHub and Zulip take: everything fits in a message, and mentions
//! nobody by accident.

use commands::kernel::{
    collaborator::{Collaborator, Credit, CreditKind},
    content::{AffectedPackage, AffectedRange, Package},
    directory::DirectoryChange,
    effect::Action,
    embargoed::PrivateRoom,
    input::Observed,
    reply::MESSAGE_CHARS_MAX,
};

use crate::{kit::Chat, realm::*};

/// What people write who mean no harm, and what those write who do.
const NOISE: &str = "@**all** @**Maya|11** @*security-team* #**general** `x` ``` ~~~ <time:2026-01-01> | [a](b) \u{202e}مرحبا 你好 🦀🦀\n```spoiler x\n/me <b>b</b> $$1$$ \u{2}";

fn full() -> (Chat, u64) {
    let mut chat = Chat::new();
    let number = chat.open("Crash");
    let ghsa = chat.ghsa(number);
    let mut directory = directory();
    for user in directory.users.values_mut().filter(|user| !user.is_bot) {
        // Zulip takes any name without * ` \\ > " and @.
        user.name = format!("محمد 李 🦀 {} #x| ~~ $$ {}", user.name, "n".repeat(40));
    }
    chat.observe(Observed::Directory(DirectoryChange::Snapshot(directory)));
    chat.by_hand(&ghsa, |advisory| {
        let content = &mut advisory.content;
        content.summary = NOISE.repeat(6).chars().take(1024).collect();
        content.description = NOISE.repeat(600).chars().take(60_000).collect();
        content.cwes = (1..300).map(|n| format!("CWE-{n}").parse().unwrap()).collect();
        content.affected = (0..150)
            .map(|n| AffectedPackage {
                package: Package { ecosystem: "npm".parse().unwrap(), name: format!("{NOISE}{n}") },
                ranges: vec![AffectedRange { affected: NOISE.into(), patched: Some(NOISE.into()) }; 5],
            })
            .collect();
        let login = |n: usize| format!("person-{n}").parse().unwrap();
        advisory.collaborators = (0..200).map(|n| Collaborator::User(login(n))).collect();
        advisory.credits = (0..200).map(|n| Credit { login: login(n), kind: CreditKind::OTHER }).collect();
    });
    (chat, number)
}

/// Every message the bot has posted since `from`, as Zulip gets it.
fn posted(chat: &Chat, from: usize) -> Vec<String> {
    let room = PrivateRoom::direct_message_to_team();
    let text = |action: &Action| match action {
        Action::Post { text, .. } | Action::Edit { text, .. } => Some(text.open(&room).to_owned()),
        _ => None,
    };
    chat.effects[from..].iter().filter_map(|(_, effect)| text(&effect.action)).collect()
}

/// The mentions that notify somebody: outside code, and not silent.
fn mentions(text: &str) -> usize {
    without_code(text).matches("@*").count()
}

/// What stands neither in a fenced block nor in a code span.
fn without_code(text: &str) -> String {
    let mut fence = None;
    let mut prose = String::new();
    for line in text.lines() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        match fence {
            Some(begun) if ticks >= begun && line.trim_end().len() == ticks => fence = None,
            Some(_) => {}
            // What is in a spoiler or a quote is prose all the same.
            None if ticks >= 3 && !line[ticks..].contains('`') => {
                fence = (!line.contains("spoiler") && !line.contains("quote")).then_some(ticks);
            }
            None => prose.push_str(&without_spans(line)),
        }
    }
    prose
}

fn without_spans(line: &str) -> String {
    let mut prose = String::new();
    let mut rest = line;
    while let Some(start) = rest.find('`') {
        let ticks = rest[start..].len() - rest[start..].trim_start_matches('`').len();
        prose.push_str(&rest[..start]);
        let inner = &rest[start + ticks..];
        let mut from = 0;
        let end = loop {
            let Some(at) = inner[from..].find('`').map(|at| from + at) else { break None };
            let run = inner[at..].len() - inner[at..].trim_start_matches('`').len();
            if run == ticks {
                break Some(at + run);
            }
            from = at + run;
        };
        match end {
            Some(end) => rest = &inner[end..],
            None => {
                prose.push_str(&rest[start..start + ticks]);
                rest = inner;
            }
        }
    }
    prose + rest
}

#[test]
fn everything_fits_in_a_message_and_mentions_nobody_by_accident() {
    let (mut chat, number) = full();
    let room = chat.room(number);
    for n in 0..80 {
        chat.say(MAYA, &room, &format!("!done audit {} {n}", "evidence ".repeat(40)));
    }
    let from = chat.effects.len();
    for command in [
        "!advisory show",
        "!advisory list",
        "!advisory list --all",
        "!timeline",
        "!next",
        "!who",
        "!advisory edit",
        "!release plan",
        "!cve status",
        "!manager",
        "!embargo show",
        "!release status",
        "!help",
    ] {
        chat.say(MAYA, &room, command);
    }
    let all = posted(&chat, from);
    assert!(all.len() >= 13, "each was answered");
    for text in all {
        let chars = text.chars().count();
        assert!(chars <= MESSAGE_CHARS_MAX, "{chars} characters: {}", &text[..60]);
        assert_eq!(mentions(&text), 0, "it mentions somebody: {text}");
        assert!(!without_code(&text).contains("#**general**"), "what people wrote links nothing: {text}");
        let fences = text.lines().filter(|line| line.starts_with("```"));
        assert_eq!(fences.count() % 2, 0, "a fence is left open: {text}");
    }
}

#[test]
fn the_whole_timeline_is_in_the_export_however_long() {
    let mut chat = Chat::new();
    let number = chat.open("Overflow");
    let room = chat.room(number);
    for n in 0..150 {
        chat.say(MAYA, &room, &format!("!done audit evidence number {n}"));
    }
    let exported = chat.say(MAYA, &room, "!timeline --export");
    for n in [0, 75, 149] {
        assert!(exported.contains(&format!("evidence number {n}")), "entry {n} is missing");
    }
    let shown = chat.say(MAYA, &room, "!timeline");
    assert!(shown.contains("earlier entries are left out") && shown.contains("evidence number 149"));
}
