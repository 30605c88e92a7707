//! Facts, effects and commits for the store's tests.

mod delivery;
mod mail;
mod notices;
mod patches;
mod readership;
mod watch;

use std::collections::BTreeMap;

use commands::kernel::{
    clock::Clock,
    codename::Codename,
    collaborator::{Collaborator, Collaborators, Credit, CreditKind, Login},
    content::{Advisory, AdvisoryState, AffectedPackage, Content, ContentChange, Part, Severity},
    effect::{
        Action, Closing, CommandRef, Effect, Emoji, OpenPlace, Origin, Purpose, RecordedEffect, TeamPlace,
    },
    embargoed::{Embargoed, EmbargoedText, TeamText},
    fact::{CardChange, Fact, RecordedFact, Told},
    id::{ChannelId, EffectId, IncidentId, MessageId, ProjectName, Repository, Topic, UserId},
    notice::PublicNotice,
    step::Step,
};
use jiff::{SignedDuration, Timestamp};

use self::{
    delivery::{actions_of_delivery, facts_of_delivery},
    mail::{actions_of_mail, actions_of_release_mail, facts_of_mail, facts_of_release_mail},
    notices::actions_of_notices,
    patches::{actions_of_patches, facts_of_patches},
    readership::facts_of_readership,
    watch::facts_of_the_watch,
};
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
        2 => Fact::ReleaseAborted { incident, by: Some(UserId(8)), reason: EmbargoedText::from(SECRET) },
        _ => Fact::Pinged { project: ProjectName("wasmtime".into()), by: UserId(9) },
    };
    RecordedFact { number, at: at(number), fact }
}

/// A fact with `bytes` of text in it.
pub(super) fn large_fact(number: u64, bytes: usize) -> RecordedFact {
    let reason = EmbargoedText::from("x".repeat(bytes));
    let fact = Fact::ReleaseAborted { incident: IncidentId(1), by: Some(UserId(8)), reason };
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
        public: None,
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
        reported: false,
        author: None,
        publisher: None,
        collaborators: Collaborators::new(),
        credits: Vec::new(),
        fork: None,
    }
}

/// The same with people, credits and a fork.
fn whole_advisory() -> Advisory {
    Advisory {
        reported: true,
        author: Some(login()),
        publisher: Some("maya".parse().unwrap()),
        collaborators: collaborators(),
        credits: vec![credit()],
        fork: Some(fork()),
        ..advisory()
    }
}

fn login() -> Login {
    "sofia-k".parse().unwrap()
}

fn collaborators() -> Collaborators {
    let team = Collaborator::Team("security-team".parse().unwrap());
    Collaborators::from([Collaborator::User(login()), team])
}

fn credit() -> Credit {
    Credit { login: login(), kind: CreditKind::REPORTER }
}

fn fork() -> Repository {
    "bytecodealliance/wasmtime-ghsa-x5cm-v3r2-9fjq".parse().unwrap()
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

/// A fact of every kind, numbered from 1. New kinds go to the end.
pub(super) fn every_fact() -> Vec<RecordedFact> {
    let facts = facts_of_a_release()
        .into_iter()
        .chain(facts_of_a_report())
        .chain(facts_of_the_embargo())
        .chain(facts_of_patches())
        .chain(facts_of_readership())
        .chain(facts_of_mail())
        .chain(facts_of_the_watch())
        .chain(facts_of_release_mail())
        .chain(facts_of_delivery());
    (1..).zip(facts).map(|(number, fact)| RecordedFact { number, at: at(number), fact }).collect()
}

fn facts_of_a_release() -> Vec<Fact> {
    let incident = IncidentId(1);
    let (by, user, message) = (UserId(8), UserId(7), MessageId(11));
    let (channel, topic) = (ChannelId(3), Topic("amber-heron".into()));
    let project = ProjectName("wasmtime".into());
    let reason = EmbargoedText::from("reported elsewhere");
    let parts = vec![Part::Summary, Part::Description, Part::Severity, Part::Cwe, Part::Affected];
    let steps = [Step::Accept, Step::Text, Step::Embargo, Step::Publish, Step::Announce, Step::Close];
    let waived = steps.into_iter().collect();
    vec![
        Fact::CommandTaken { message, user },
        Fact::CommandRefused { message, user, words: u64::MAX },
        Fact::ToldInPublic { user, what: Told::WhereCommandsBelong },
        Fact::Opened {
            incident,
            project: project.clone(),
            codename: Codename::draw(0, |_| false),
            origin: Box::new(Origin::Command(command())),
            reporter: None,
        },
        Fact::OpeningFailed { incident },
        Fact::AdvisorySeen { incident, advisory: Box::new(Embargoed::new(advisory())) },
        Fact::Linked { incident },
        Fact::Rewritten { incident, by, parts },
        Fact::CardPosted { incident, message, channel, topic: topic.clone() },
        Fact::Card { incident, change: CardChange::Frozen },
        Fact::Card { incident, change: CardChange::Renewed },
        Fact::Began { newest: MessageId(3) },
        Fact::TopicMoved { incident, channel, topic },
        Fact::EmbargoSet { incident, until: at(9), by, reason: Some(reason.clone()) },
        Fact::Reminded { incident, before: SignedDuration::from_hours(72), late: true },
        Fact::ReleaseRequested { incident, by, early: true, waived, reason: None },
        Fact::ApprovalAsked { incident, message },
        Fact::ThumbHeld { message, user, added: false },
        Fact::Approval { incident, by, given: true },
        Fact::Approval { incident, by, given: false },
        Fact::ReleaseLapsed { incident },
        Fact::ReleaseStarted { incident },
        Fact::ReleaseStopped { incident, step: Step::Publish },
        Fact::ReleaseAborted { incident, by: Some(by), reason },
        Fact::StepDone { incident, step: Step::Announce },
        Fact::Pinged { project, by },
        Fact::LeakBlocked { incidents: vec![incident, IncidentId(2)] },
    ]
}

fn facts_of_a_report() -> Vec<Fact> {
    let incident = IncidentId(2);
    let (by, manager) = (UserId(8), UserId(7));
    let project = ProjectName("wasmtime".into());
    let who = || collaborators().into_iter().map(Embargoed::new).collect();
    let reason = || Some(EmbargoedText::from("no guest can reach it"));
    let parts = vec![Part::Cve, Part::State, Part::Collaborators, Part::Credits, Part::Fork];
    let closed = |closing, by, reason| Fact::Closed { incident, by, closing, reason };
    let reminded = |clock, number, late| Fact::ClockReminded { incident, clock, number, late };
    vec![
        Fact::Opened {
            incident,
            project: project.clone(),
            codename: Codename::draw(1, |_| false),
            origin: Box::new(Origin::Noticed { channel: ChannelId(3) }),
            reporter: Some(EmbargoedText::from("by mail: Sofia K.")),
        },
        Fact::AdvisorySeen { incident, advisory: Box::new(Embargoed::new(whole_advisory())) },
        Fact::ReleaseRequested {
            incident,
            by,
            early: false,
            waived: Step::ALL.into_iter().filter(|step| !matches!(step, Step::Mail | Step::Blog)).collect(),
            reason: reason(),
        },
        Fact::ChangedOnGitHub { incident, parts, by: None },
        Fact::PublishedByHand { incident, by: Some(Embargoed::new(login())) },
        Fact::ManagerSet { incident, manager, by: None },
        Fact::ManagerSet { incident, manager, by: Some(by) },
        Fact::Acknowledged { incident, by },
        Fact::Accepted { incident, by },
        closed(Closing::Rejected, Some(by), reason()),
        closed(Closing::Dropped, None, None),
        closed(Closing::Finished, Some(by), None),
        Fact::Reopened { incident },
        Fact::ReleaseAborted { incident, by: None, reason: EmbargoedText::from("closed on GitHub") },
        Fact::Invited { incident, by, who: who() },
        Fact::Uninvited { incident, by, who: who() },
        Fact::Credited { incident, by, credit: Embargoed::new(credit()) },
        Fact::ForkRequested { incident, by },
        Fact::ForkReady { incident, fork: Embargoed::new(fork()) },
        Fact::ForkFailed { incident },
        Fact::ForkGone { incident },
        Fact::Card { incident, change: CardChange::Lost },
        Fact::CveRequested { incident, by },
        Fact::CveAssigned { incident, cve: Embargoed::new("CVE-2026-12345".parse().unwrap()), by: Some(by) },
        Fact::StepVouched { incident, step: Step::Fix, by, evidence: reason() },
        Fact::StepUndone { incident, step: Step::Fix, by },
        reminded(Clock::Acknowledge, 0, false),
        reminded(Clock::Cve, 3, true),
        reminded(Clock::Fork, 1, false),
        Fact::TeamSeen { project: project.clone(), members: [by, manager].into() },
        Fact::Sight { project: project.clone(), lost: true },
        Fact::Sight { project, lost: false },
        Fact::Rehoused { incident, channel: ChannelId(4) },
        Fact::ForkUnusable { incident },
    ]
}

fn facts_of_the_embargo() -> Vec<Fact> {
    let incident = IncidentId(2);
    let by = UserId(8);
    let reason = || EmbargoedText::from("posted on a mailing list");
    let noted = |platforms| Fact::PlatformsNoted {
        incident,
        by,
        package: Embargoed::new("rust:wasmtime".parse().unwrap()),
        platforms,
    };
    vec![
        Fact::EmbargoLifted { incident, by, reason: reason() },
        Fact::EmbargoProposed { incident, until: at(9) },
        Fact::ProposalPosted { incident, message: MessageId(11) },
        Fact::EmbargoBroken { incident, by, reason: reason() },
        noted(Some(EmbargoedText::from("aarch64 only"))),
        noted(None),
        Fact::ClockReminded { incident, clock: Clock::Overdue, number: 2, late: false },
        Fact::ToldInPublic { user: UserId(9), what: Told::TeamWasTold },
    ]
}

/// An effect with every action, every purpose and every kind of place. New kinds go to the end.
pub(super) fn every_action() -> Vec<RecordedEffect> {
    let pairs = actions_of_a_release()
        .into_iter()
        .chain(actions_of_a_report())
        .chain(actions_of_the_embargo())
        .chain(actions_of_patches())
        .chain(actions_of_notices())
        .chain(actions_of_mail())
        .chain(actions_of_release_mail())
        .chain(actions_of_delivery());
    let recorded = |(action, purpose)| RecordedEffect {
        at: at(1),
        after: MessageId(10),
        effect: Effect { action, purpose },
    };
    pairs.map(recorded).collect()
}

fn actions_of_a_release() -> Vec<(Action, Purpose)> {
    let incident = IncidentId(1);
    let repository: Repository = "bytecodealliance/wasmtime".parse().unwrap();
    let ghsa = || Embargoed::new("GHSA-x5cm-v3r2-9fjq".parse().unwrap());
    let (channel, message) = (ChannelId(3), MessageId(11));
    let text = TeamText::from("words");
    let change = ContentChange { summary: Some("Another line".into()), ..ContentChange::default() };
    let person = OpenPlace::Person(UserId(9));
    let open = OpenPlace::Topic(ChannelId(5), Topic("help".into()));
    vec![
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
                ground: None,
            },
            Purpose::Rewrite { incident, command: command(), platforms: None },
        ),
        (
            Action::PublishAdvisory { repository, ghsa: ghsa(), ground: None },
            Purpose::Step { incident, step: Step::Publish },
        ),
    ]
}

fn actions_of_the_embargo() -> Vec<(Action, Purpose)> {
    let incident = IncidentId(2);
    let text = TeamText::from("Disclosure proposed");
    let platforms = Some(EmbargoedText::from("aarch64 only"));
    let update = Action::UpdateAdvisory {
        repository: "bytecodealliance/wasmtime".parse().unwrap(),
        ghsa: Embargoed::new("GHSA-x5cm-v3r2-9fjq".parse().unwrap()),
        change: Embargoed::new(ContentChange::default()),
        ground: None,
    };
    let told = |reports: Option<&str>| {
        let notice = PublicNotice::TeamWasTold { reports: reports.map(str::to_owned) };
        let to = OpenPlace::Topic(ChannelId(5), Topic("help".into()));
        (Action::Notify { to, notice }, Purpose::Answer { to: None })
    };
    vec![
        (Action::Post { to: command().answer_to, text }, Purpose::Propose { incident }),
        (update, Purpose::Rewrite { incident, command: command(), platforms }),
        told(Some("security@example.org")),
        told(None),
    ]
}

fn actions_of_a_report() -> Vec<(Action, Purpose)> {
    let incident = IncidentId(2);
    let repository = || "bytecodealliance/wasmtime".parse().unwrap();
    let ghsa = || Embargoed::new("GHSA-x5cm-v3r2-9fjq".parse().unwrap());
    let change = |summary: &str| {
        Embargoed::new(ContentChange { summary: Some(summary.into()), ..ContentChange::default() })
    };
    let text = TeamText::from("Thank you for the report.");
    let actions = vec![
        Action::UpdateAdvisory {
            repository: repository(),
            ghsa: ghsa(),
            change: change("Another line"),
            ground: Some(change("One line")),
        },
        Action::AcceptReport { repository: repository(), ghsa: ghsa() },
        Action::ChangeCollaborators {
            repository: repository(),
            ghsa: ghsa(),
            add: Embargoed::new(collaborators()),
            remove: Embargoed::new(Collaborators::new()),
        },
        Action::AddCredit { repository: repository(), ghsa: ghsa(), credit: Embargoed::new(credit()) },
        Action::RequestCve { repository: repository(), ghsa: ghsa() },
        Action::SetCve {
            repository: repository(),
            ghsa: ghsa(),
            cve: Embargoed::new("CVE-2026-12345".parse().unwrap()),
        },
        Action::CreateFork { repository: repository(), ghsa: ghsa() },
        Action::AwaitFork { fork: Embargoed::new(fork()) },
        Action::Comment { repository: repository(), ghsa: ghsa(), text: text.clone() },
        Action::Upload { name: "timeline.md".into(), content: text, kept: Vec::new() },
    ];
    let close = |closing| Purpose::Close {
        incident,
        command: command(),
        closing,
        reason: EmbargoedText::from("reported elsewhere"),
    };
    let closings = [Closing::Rejected, Closing::Dropped, Closing::Finished].map(|closing| {
        (
            Action::CloseAdvisory { repository: repository(), ghsa: ghsa(), from: AdvisoryState::Draft },
            close(closing),
        )
    });
    let asked = actions.into_iter().map(|action| (action, Purpose::Asked { incident, command: command() }));
    asked.chain(closings).collect()
}
