//! Facts, effects and commits for the store's tests.

use std::collections::BTreeMap;

use commands::kernel::{
    codename::Codename,
    content::{Advisory, AdvisoryState, AffectedPackage, Content, ContentChange, Severity},
    effect::{Action, CommandRef, Effect, Emoji, OpenPlace, Purpose, RecordedEffect, TeamPlace},
    embargoed::{Embargoed, EmbargoedText, TeamText},
    fact::{Fact, RecordedFact, TextPart},
    id::{ChannelId, EffectId, IncidentId, MessageId, ProjectName, Repository, Topic, UserId},
    notice::PublicNotice,
    step::Step,
};
use jiff::{SignedDuration, Timestamp};

use crate::port::{Commit, Cursor, QueuePosition};

/// Words that must turn up in no error.
pub(super) const SECRET: &str = "heap-overflow-in-the-parser";

fn at(number: u64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + i64::try_from(number).unwrap()).unwrap()
}

/// A fact of the given number; several kinds in turn.
pub(super) fn fact(number: u64) -> RecordedFact {
    let incident = IncidentId(number / 4 + 1);
    let fact = match number % 4 {
        0 => Fact::Began { newest: MessageId(number) },
        1 => Fact::CommandTaken { message: MessageId(number), user: UserId(7) },
        2 => Fact::ReleaseAborted { incident, by: UserId(8), reason: EmbargoedText::from(SECRET) },
        _ => Fact::Pinged { project: ProjectName("wasmtime".into()), by: UserId(9) },
    };
    RecordedFact { number, at: at(number), fact }
}

/// A fact with `bytes` of text in it.
pub(super) fn large_fact(number: u64, bytes: usize) -> RecordedFact {
    let reason = EmbargoedText::from("x".repeat(bytes));
    let fact = Fact::ReleaseAborted { incident: IncidentId(1), by: UserId(8), reason };
    RecordedFact { number, at: at(number), fact }
}

/// An effect; a different one for each `variant`.
pub(super) fn effect(id: u64, variant: u64) -> (EffectId, RecordedEffect) {
    let text = format!("{SECRET} {}", "again ".repeat(usize::try_from(variant % 5 * 400).unwrap()));
    let place = TeamPlace::Topic(ChannelId(3), Topic(SECRET.into()));
    let command = CommandRef { message: MessageId(id), user: UserId(variant), answer_to: place.clone() };
    let action = Action::Post { to: place, text: TeamText::from(text.as_str()) };
    let effect = Effect { action, purpose: Purpose::OnBehalf { command } };
    (EffectId(id), RecordedEffect { at: at(id), after: MessageId(variant), effect })
}

/// A cursor; a different one for each `variant`.
pub(super) fn cursor(variant: u64) -> Cursor {
    Cursor {
        queue: Some(QueuePosition { queue_id: format!("queue-{variant}"), last_event_id: -1 }),
        newest: MessageId(variant),
        channels: BTreeMap::from([(ChannelId(3), MessageId(variant)), (ChannelId(4), MessageId(1))]),
        direct: MessageId(2),
    }
}

/// A commit of one fact.
pub(super) fn one_fact(number: u64) -> Commit {
    Commit { facts: vec![fact(number)], ..Commit::default() }
}

/// Commits that leave several of every kind of record behind.
pub(super) fn history() -> Vec<Commit> {
    vec![
        Commit { facts: vec![fact(1), fact(2)], cursor: Some(cursor(1)), ..Commit::default() },
        Commit { facts: vec![fact(3)], effects: vec![effect(1, 0), effect(2, 0)], ..Commit::default() },
        Commit { effects: vec![effect(3, 1), effect(2, 3)], ..Commit::default() },
        Commit {
            facts: vec![fact(4), fact(5)],
            settled: vec![EffectId(1)],
            cursor: Some(cursor(2)),
            ..Commit::default()
        },
    ]
}

fn advisory() -> Advisory {
    Advisory {
        ghsa: "GHSA-x5cm-v3r2-9fjq".parse().unwrap(),
        url: "https://github.com/bytecodealliance/wasmtime/security/advisories/GHSA-x5cm-v3r2-9fjq".into(),
        state: AdvisoryState::Draft,
        cve: Some("CVE-2026-12345".parse().unwrap()),
        created: at(0),
        content: content(),
    }
}

fn content() -> Content {
    Content {
        summary: "One line".into(),
        description: "Text, „quoted“\n".into(),
        severity: Some(Severity::Cvss("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H".parse().unwrap())),
        cwes: vec!["CWE-787".parse().unwrap()],
        affected: vec![
            AffectedPackage::parse("rust:wasmtime".parse().unwrap(), "< 2.4.4", Some("2.4.4")).unwrap(),
        ],
    }
}

fn command() -> CommandRef {
    let answer_to = TeamPlace::Topic(ChannelId(3), Topic("amber-heron".into()));
    CommandRef { message: MessageId(11), user: UserId(7), answer_to }
}

/// A fact of every kind, numbered from 1.
pub(super) fn every_fact() -> Vec<RecordedFact> {
    let incident = IncidentId(1);
    let (by, user, message) = (UserId(8), UserId(7), MessageId(11));
    let (channel, topic) = (ChannelId(3), Topic("amber-heron".into()));
    let project = ProjectName("wasmtime".into());
    let reason = EmbargoedText::from("reported elsewhere");
    let parts =
        vec![TextPart::Summary, TextPart::Description, TextPart::Severity, TextPart::Cwe, TextPart::Affected];
    let waived = Step::ALL.into_iter().collect();
    let facts = vec![
        Fact::CommandTaken { message, user },
        Fact::CommandRefused { message, user, words: u64::MAX },
        Fact::ToldWhereCommandsBelong { user },
        Fact::Opened {
            incident,
            project: project.clone(),
            codename: Codename::draw(0, |_| false),
            command: command(),
        },
        Fact::OpeningFailed { incident },
        Fact::AdvisorySeen { incident, advisory: Box::new(Embargoed::new(advisory())) },
        Fact::Linked { incident },
        Fact::Rewritten { incident, by, parts },
        Fact::CardPosted { incident, message, channel, topic: topic.clone() },
        Fact::CardFrozen { incident },
        Fact::CardRenewed { incident },
        Fact::Began { newest: MessageId(3) },
        Fact::TopicMoved { incident, channel, topic },
        Fact::EmbargoSet { incident, until: at(9), by, reason: Some(reason.clone()) },
        Fact::Reminded { incident, before: SignedDuration::from_hours(72), late: true },
        Fact::ReleaseRequested { incident, by, early: true, waived, reason: None },
        Fact::ApprovalAsked { incident, message },
        Fact::ThumbHeld { message, user, added: false },
        Fact::Approved { incident, by },
        Fact::ApprovalTakenBack { incident, by },
        Fact::ReleaseLapsed { incident },
        Fact::ReleaseStarted { incident },
        Fact::ReleaseStopped { incident, step: Step::Publish },
        Fact::ReleaseAborted { incident, by, reason },
        Fact::StepDone { incident, step: Step::Announce },
        Fact::Pinged { project, by },
        Fact::LeakBlocked { incidents: vec![incident, IncidentId(2)] },
    ];
    (1..).zip(facts).map(|(number, fact)| RecordedFact { number, at: at(number), fact }).collect()
}

/// An effect with every action, every purpose and every kind of place.
pub(super) fn every_action() -> Vec<RecordedEffect> {
    let incident = IncidentId(1);
    let repository: Repository = "bytecodealliance/wasmtime".parse().unwrap();
    let ghsa = || Embargoed::new("GHSA-x5cm-v3r2-9fjq".parse().unwrap());
    let (channel, message) = (ChannelId(3), MessageId(11));
    let text = TeamText::from("words");
    let change = ContentChange { summary: Some("Another line".into()), ..ContentChange::default() };
    let person = OpenPlace::Person(UserId(9));
    let open = OpenPlace::Topic(ChannelId(5), Topic("help".into()));
    let pairs = vec![
        (
            Action::Post { to: command().answer_to, text: text.clone() },
            Purpose::Answer { to: Some(UserId(7)) },
        ),
        (Action::Post { to: TeamPlace::Person(UserId(7)), text: text.clone() }, Purpose::Card { incident }),
        (Action::Edit { channel, message, text }, Purpose::CardEdit { incident }),
        (Action::React { message, emoji: Emoji::Working }, Purpose::AskApproval { incident }),
        (Action::React { message, emoji: Emoji::Done }, Purpose::Answer { to: Some(UserId(7)) }),
        (Action::React { message, emoji: Emoji::Failed }, Purpose::Answer { to: Some(UserId(7)) }),
        (
            Action::Notify { to: person, notice: PublicNotice::NotOnTheTeam },
            Purpose::Answer { to: Some(UserId(7)) },
        ),
        (
            Action::Notify {
                to: open,
                notice: PublicNotice::Ping { project: ProjectName("wasmtime".into()) },
            },
            Purpose::OnBehalf { command: command() },
        ),
        (
            Action::CreateAdvisory { repository: repository.clone(), content: Embargoed::new(content()) },
            Purpose::Open { incident },
        ),
        (Action::FetchAdvisory { repository: repository.clone(), ghsa: ghsa() }, Purpose::Open { incident }),
        (
            Action::UpdateAdvisory {
                repository: repository.clone(),
                ghsa: ghsa(),
                change: Embargoed::new(change),
            },
            Purpose::Rewrite { incident, command: command() },
        ),
        (
            Action::PublishAdvisory { repository, ghsa: ghsa() },
            Purpose::Step { incident, step: Step::Publish },
        ),
    ];
    let recorded = |(action, purpose)| RecordedEffect {
        at: at(1),
        after: MessageId(10),
        effect: Effect { action, purpose },
    };
    pairs.into_iter().map(recorded).collect()
}
