//! What became of a release's work in public repositories.

use crate::kernel::{
    ask::room_of,
    decision::Decision,
    effect::Outcome,
    fact::Fact,
    incident::{Incident, Release},
    input::Now,
    patch::Branch,
    reply::delivery as sentences,
    step::Step,
    work::{DeliveryChange, Found, PublicPull, Work},
    world::World,
};

use super::run::{advance, go_on};

/// What became of `work`, a part of `step`. It is recorded even when the release was called off meanwhile,
/// but then nothing follows.
pub(super) fn settled(
    world: &World,
    incident: &Incident,
    step: Step,
    work: &Work,
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
            let dispatched = DeliveryChange::Dispatched { base: base.clone() };
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
        Work::Propose(_) => [None, None],
    };
    let changes = changes.into_iter().flatten();
    let facts = changes.map(|change| Fact::Delivery { incident: incident.id, change: Box::new(change) });
    let decision = Decision { facts: facts.collect(), ..Decision::default() };
    let after = incident.after(now.time, &decision.facts);
    let decision = match sentences::came_further(world, &after, work, pull) {
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
    DeliveryChange::PullSeen { step, base: Some(base.clone()), pull: pull.clone() }
}
