//! Facts, effects and commits for the store's tests.

use std::collections::BTreeMap;

use commands::kernel::{
    effect::{Action, CommandRef, Effect, Purpose, RecordedEffect, TeamPlace},
    embargoed::{EmbargoedText, TeamText},
    fact::{Fact, RecordedFact},
    id::{ChannelId, EffectId, IncidentId, MessageId, ProjectName, Topic, UserId},
};
use jiff::Timestamp;

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
        0 => Fact::Began,
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
