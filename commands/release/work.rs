//! What became of a release's work in public repositories.

use jiff::Timestamp;

use crate::kernel::{
    ask::room_of,
    decision::Decision,
    effect::{Failure, Outcome},
    fact::Fact,
    incident::{Incident, Release},
    input::Now,
    patch::Branch,
    reply::delivery as sentences,
    step::Step,
    work::{DeliveryChange, Found, PublicPull, Subject, Work},
    world::World,
};

use super::run::{advance, go_on};

/// What became of `work`, a part of `step` that was asked for at that time. It is recorded even when the release was called off meanwhile,
/// but then nothing follows.
pub(super) fn settled(
    world: &World,
    incident: &Incident,
    step: Step,
    (work, asked): (&Work, Timestamp),
    outcome: &Outcome,
    now: Now,
) -> Decision {
    let found = if let Outcome::Found(found) = outcome { Some(found) } else { None };
    let pull = if let Some(Found::Pull(pull)) = found { Some(pull.as_ref()) } else { None };
    let changes = match work {
        Work::Push { base, commit, .. } => {
            let pushed = DeliveryChange::Pushed { base: base.clone(), commit: commit.clone() };
            [Some(pushed), pull.map(|pull| seen(step, base, pull))]
        }
        Work::Dispatch { base, .. } => {
            let dispatched = DeliveryChange::Dispatched { base: base.clone(), asked };
            [Some(dispatched), pull.map(|pull| seen(step, base, pull))]
        }
        Work::OpenPull { base, .. } => {
            [pull.map(|pull| seen(step, base, &pull.clone().to_be_looked_at())), None]
        }
        Work::AwaitPull { base, .. } | Work::Merge { base, .. } => {
            [pull.map(|pull| seen(step, base, pull)), None]
        }
        Work::AwaitTag { tag, .. } => [Some(DeliveryChange::TagSeen { tag: tag.clone() }), None],
        Work::Snapshot { .. } => {
            let Some(Found::Snapshot(bundle)) = found else { return Decision::nothing() };
            [Some(DeliveryChange::SnapshotKept { bundle: bundle.clone() }), None]
        }
        Work::ClosePulls { .. } => [Some(DeliveryChange::PullsClosed), None],
        Work::RemoveFork { .. } => return go_on(world, Decision::nothing(), incident, step, None, now),
        Work::Propose(proposed) => {
            let path = &proposed.file.get().path;
            [pull.map(|pull| proposal(step, path, &pull.clone().to_be_looked_at())), None]
        }
        Work::AwaitMerge { path, .. } => [pull.map(|pull| proposal(step, path, pull)), None],
    };
    let changes = changes.into_iter().flatten();
    let facts = changes.map(|change| Fact::Delivery { incident: incident.id, change: Box::new(change) });
    let decision = Decision { facts: facts.collect(), ..Decision::default() };
    let after = incident.after(now.time, &decision.facts);
    let decision = match sentences::came_further(world, &after, work, found) {
        Some(text) => decision.say(room_of(incident), text, incident.manager),
        None => decision,
    };
    if matches!(incident.release, Release::Running(_)) {
        advance(world, decision, &after, now)
    } else {
        decision
    }
}

fn seen(step: Step, base: &Branch, pull: &PublicPull) -> DeliveryChange {
    DeliveryChange::PullSeen { step, subject: Subject::Branch(base.clone()), pull: pull.clone() }
}

fn proposal(step: Step, path: &str, pull: &PublicPull) -> DeliveryChange {
    DeliveryChange::PullSeen { step, subject: Subject::File(path.to_owned()), pull: pull.clone() }
}

/// A file could not be proposed: a person does it, and nothing else has to wait.
pub(super) fn not_proposed(
    world: &World,
    incident: &Incident,
    step: Step,
    proposed: (&Work, &str),
    why: &Failure,
    now: Now,
) -> Decision {
    let (work, path) = proposed;
    let change = DeliveryChange::NotProposed { step, path: path.to_owned() };
    let fact = Fact::Delivery { incident: incident.id, change: Box::new(change) };
    let after = incident.after(now.time, std::slice::from_ref(&fact));
    let text = sentences::not_proposed(world, incident, work, why);
    let decision = Decision::nothing().fact(fact).say(room_of(incident), text, incident.manager);
    if matches!(incident.release, Release::Running(_)) {
        advance(world, decision, &after, now)
    } else {
        decision
    }
}

/// A record is kept on Zulip.
pub(super) fn kept(world: &World, incident: &Incident, name: &str, address: &str, now: Now) -> Decision {
    let change = DeliveryChange::Uploaded { name: name.to_owned(), address: address.to_owned() };
    let fact = Fact::Delivery { incident: incident.id, change: Box::new(change) };
    let after = incident.after(now.time, std::slice::from_ref(&fact));
    let decision = Decision::nothing().fact(fact);
    if matches!(incident.release, Release::Running(_)) {
        advance(world, decision, &after, now)
    } else {
        decision
    }
}
