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
        world::World,
    },
    sync,
};

use super::{awaits_post, on_its_way, steps_on_their_way, work};

/// And does the next thing that is left to do.
pub(super) fn advance(world: &World, decision: Decision, incident: &Incident, now: Now) -> Decision {
    let plan = plan_of(world, incident, |step| incident.is_waived(step));
    let Some(deed) = plan.deeds.first() else { return decision };
    match deed.next(incident) {
        Next::Do(effect) => decision.effect(effect.action, effect.purpose),
        Next::Done => done(world, decision, incident, deed.step(), None, now),
        Next::Person => {
            let text = match deed {
                Deed::Blog { .. } => sentences::awaits_post(world, incident),
                Deed::Deploy => delivery::awaits_builds(world, incident),
                Deed::Transfer { .. }
                | Deed::Bump { .. }
                | Deed::Tag { .. }
                | Deed::Snapshot { .. }
                | Deed::Publish { .. }
                | Deed::ForkGone { .. }
                | Deed::Mail { .. }
                | Deed::Announce { .. }
                | Deed::Close => return decision,
            };
            decision.say(room_of(incident), text, incident.manager)
        }
        Next::Stop(obstacle) => {
            let text = delivery::obstructed(world, incident, deed.step(), &obstacle);
            decision.fact(Fact::ReleaseStopped { incident: incident.id, step: deed.step() }).say(
                room_of(incident),
                text,
                incident.manager,
            )
        }
    }
}

/// And goes on, where somebody's word that `step` is done is what was waited for.
pub(crate) fn seen_by_person(
    world: &World,
    decision: Decision,
    incident: &Incident,
    step: Step,
    now: Now,
) -> Decision {
    if on_its_way(world, incident).is_some() {
        return decision;
    }
    match step {
        // The post comes last, and closes the incident whoever released it.
        Step::Blog => {
            let plan = plan_of(world, incident, |step| incident.is_waived(step));
            let is_last = matches!(plan.deeds[..], [Deed::Close]);
            if is_last { done(world, decision, incident, Step::Close, None, now) } else { decision }
        }
        Step::Deploy if matches!(incident.release, Release::Running(_)) => {
            advance(world, decision, incident, now)
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
            work::settled(world, incident, step, work, outcome, now)
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
        Outcome::Failed(why) | Outcome::Unknown(why) => stop(sentences::stopped(world, incident, step, why)),
        Outcome::Delayed(why) => {
            Decision::nothing().say(room_of(incident), chat::delayed(why), incident.manager)
        }
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
