//! A release that runs: what comes next, what became of it, and what stops it.

use crate::{
    kernel::{
        ask::room_of,
        content::Part,
        decision::Decision,
        effect::{Action, Effect, OpenPlace, Outcome},
        embargoed::Reader,
        fact::Fact,
        incident::{Incident, Release},
        input::Now,
        plan::{Deed, Next, plan as plan_of},
        reply::{chat, delivery, release as sentences},
        step::Step,
        work::Work,
        world::World,
    },
    sync,
};

use super::{awaits_post, on_its_way, steps_on_their_way, work};

/// And does the next thing that is left to do; what waits for other people and lets others pass is not waited
/// for.
pub(super) fn advance(world: &World, decision: Decision, incident: &Incident, now: Now) -> Decision {
    let plan = plan_of(world, incident, |step| incident.is_waived(step));
    let mut decision = decision;
    let mut waits = false;
    for deed in &plan.deeds {
        if waits && matches!(deed, Deed::Close) {
            break;
        }
        match deed.next(incident) {
            Next::Done => {
                return done(world, decision, incident, deed.step(), attachments(deed, incident), now);
            }
            Next::Do(effect) if deed.lets_pass() && is_watch(&effect) => {
                waits = true;
                if !is_on_its_way(world, incident, &effect) {
                    decision = decision.effect(effect.action, effect.purpose);
                }
            }
            // Something else has come to its end meanwhile.
            Next::Do(effect) if is_on_its_way(world, incident, &effect) => return decision,
            Next::Do(effect) => return decision.effect(effect.action, effect.purpose),
            Next::Person if deed.lets_pass() => waits = true,
            Next::Person => {
                let text = delivery::awaits_builds(world, incident);
                return decision.say(room_of(incident), text, incident.manager);
            }
            Next::Stop(obstacle) => {
                let text = delivery::obstructed(world, incident, deed.step(), &obstacle);
                let stopped = Fact::ReleaseStopped { incident: incident.id, step: deed.step() };
                return decision.fact(stopped).say(room_of(incident), text, incident.manager);
            }
        }
    }
    decision
}

fn is_watch(effect: &Effect) -> bool {
    matches!(&effect.action, Action::Work(work) if work.is_wait())
}

fn is_on_its_way(world: &World, incident: &Incident, effect: &Effect) -> bool {
    steps_on_their_way(world, incident).any(|(.., other)| other == effect)
}

/// Where the records are that a deed has attached.
fn attachments(deed: &Deed, incident: &Incident) -> Option<String> {
    matches!(deed, Deed::Exports { .. }).then(|| delivery::attached(incident))
}

/// And goes on, where somebody's word that `step` is done is what was waited for.
pub(crate) fn seen_by_person(
    world: &World,
    decision: Decision,
    incident: &Incident,
    step: Step,
    now: Now,
) -> Decision {
    match step {
        Step::Deploy | Step::Blog | Step::Rustsec if matches!(incident.release, Release::Running(_)) => {
            let mut decision = decision;
            let of_step = steps_on_their_way(world, incident).filter(|(_, of, _)| *of == step);
            decision.cancelled.extend(of_step.map(|(id, ..)| id));
            let others =
                steps_on_their_way(world, incident).any(|(_, of, effect)| of != step && !is_watch(effect));
            if others { decision } else { advance(world, decision, incident, now) }
        }
        // What comes last closes the incident, whoever released it.
        Step::Blog | Step::Rustsec => {
            let plan = plan_of(world, incident, |step| incident.is_waived(step));
            let is_last = matches!(plan.deeds[..], [Deed::Close]) && on_its_way(world, incident).is_none();
            if is_last { done(world, decision, incident, Step::Close, None, now) } else { decision }
        }
        Step::Acknowledge
        | Step::Reproduce
        | Step::Accept
        | Step::Fork
        | Step::Invite
        | Step::Audit
        | Step::Upstream
        | Step::Fix
        | Step::Text
        | Step::Cve
        | Step::Embargo
        | Step::Notify
        | Step::ListSeen
        | Step::Patches
        | Step::Tests
        | Step::Transfer
        | Step::Bump
        | Step::Tag
        | Step::Deploy
        | Step::Snapshot
        | Step::Publish
        | Step::ForkGone
        | Step::Mail
        | Step::Announce
        | Step::Exports
        | Step::Close => decision,
    }
}

/// And records that `step` is done, says so, and goes on.
pub(super) fn done(
    world: &World,
    decision: Decision,
    incident: &Incident,
    step: Step,
    link: Option<String>,
    now: Now,
) -> Decision {
    let fact = Fact::StepDone { incident: incident.id, step };
    let after = incident.after(now.time, std::slice::from_ref(&fact));
    let text = sentences::step_done(world, incident, step, link);
    let decision = decision.fact(fact).say(room_of(incident), text, incident.manager);
    advance(world, decision, &after, now)
}

/// What became of a step, or of a part of one.
pub(crate) fn settled(
    world: &World,
    incident: &Incident,
    step: Step,
    effect: &Effect,
    outcome: &Outcome,
    now: Now,
) -> Decision {
    let running = matches!(incident.release, Release::Running(_));
    let stop = |text| {
        let stopped = Fact::ReleaseStopped { incident: incident.id, step };
        let decision = if running { Decision::nothing().fact(stopped) } else { Decision::nothing() };
        decision.say(room_of(incident), text, incident.manager)
    };
    match outcome {
        Outcome::Advisory(advisory) => {
            let url = advisory.open(&Reader::new()).url.clone();
            let seen = sync::shown(world, incident, advisory, &[Part::State, Part::Fork], None, now);
            let after = incident.after(now.time, &seen.facts);
            go_on(world, seen, &after, step, Some(url), now)
        }
        Outcome::Conflict(advisory, parts) => {
            let seen = sync::shown(world, incident, advisory, &[], None, now);
            seen.and(stop(sentences::stopped_by_change(world, incident, step, parts)))
        }
        Outcome::Posted(message) => {
            let link = if let Action::Notify { to: OpenPlace::Topic(channel, _), .. } = &effect.action {
                Some(sentences::notice_link(world, *channel, *message))
            } else {
                None
            };
            go_on(world, Decision::nothing(), incident, step, link, now)
        }
        Outcome::Done | Outcome::Found(_) if let Action::Work(work) = &effect.action => {
            let asked = world.pending().values().find(|recorded| recorded.effect == *effect);
            let asked = asked.map_or(now.time, |recorded| recorded.at);
            work::settled(world, incident, step, (work, asked), outcome, now)
        }
        Outcome::Uploaded(address) if let Action::Upload { name, .. } = &effect.action => {
            work::kept(world, incident, name, address, now)
        }
        Outcome::Done | Outcome::Fork(_) | Outcome::Pulls(_) | Outcome::Uploaded(_) | Outcome::Found(_) => {
            go_on(world, Decision::nothing(), incident, step, None, now)
        }
        Outcome::Blocked(_) | Outcome::NotPrivate(_) => {
            stop(sentences::stopped_by_guard(world, incident, step))
        }
        Outcome::Unknown(_) if let Action::MailRelease { list, .. } = &effect.action => {
            stop(sentences::stopped_unknown(world, incident, list))
        }
        Outcome::Failed(why) if let Some((work, path)) = proposal(effect) => {
            work::not_proposed(world, incident, step, (work, path), why, now)
        }
        Outcome::Failed(why) | Outcome::Unknown(why) => {
            stop(sentences::stopped(world, incident, step, &effect.action, why))
        }
        Outcome::Delayed(why) => {
            Decision::nothing().say(room_of(incident), chat::delayed(why), incident.manager)
        }
    }
}

/// The file that an effect proposes, or waits for.
fn proposal(effect: &Effect) -> Option<(&Work, &str)> {
    let Action::Work(work) = &effect.action else { return None };
    match work.as_ref() {
        Work::Propose(proposed) => Some((work, &proposed.file.get().path)),
        Work::AwaitMerge { path, .. } => Some((work, path)),
        Work::Push { .. }
        | Work::OpenPull { .. }
        | Work::AwaitPull { .. }
        | Work::Merge { .. }
        | Work::Dispatch { .. }
        | Work::AwaitTag { .. }
        | Work::Snapshot { .. }
        | Work::ClosePulls { .. }
        | Work::RemoveFork { .. } => None,
    }
}

/// A step was carried out: recorded even when the release was called off meanwhile, but then nothing follows.
pub(super) fn go_on(
    world: &World,
    decision: Decision,
    incident: &Incident,
    step: Step,
    link: Option<String>,
    now: Now,
) -> Decision {
    if matches!(incident.release, Release::Running(_)) {
        return done(world, decision, incident, step, link, now);
    }
    let text = sentences::done_although_called_off(world, incident, step);
    decision.fact(Fact::StepDone { incident: incident.id, step }).say(
        room_of(incident),
        text,
        incident.manager,
    )
}

/// What was approved is no longer what would happen, because of `why`: a release that runs stops where it is,
/// and what it was about to do is called off.
pub(crate) fn halt(world: &World, incident: &Incident, why: &str) -> Decision {
    let runs = matches!(incident.release, Release::Running(_)) && !incident.is_published();
    let plan = plan_of(world, incident, |step| incident.is_waived(step));
    let Some(deed) = plan.deeds.first().filter(|_| runs && !awaits_post(world, incident)) else {
        return Decision::nothing();
    };
    let stopped = Fact::ReleaseStopped { incident: incident.id, step: deed.step() };
    let cancelled = steps_on_their_way(world, incident).map(|(id, ..)| id).collect();
    let decision = Decision { facts: vec![stopped], cancelled, ..Decision::default() };
    decision.say(room_of(incident), delivery::halted(world, incident, deed.step(), why), incident.manager)
}
