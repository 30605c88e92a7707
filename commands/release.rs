//! `!release`: release day as one supervised run. What is done is read off the incident each time, so
//! the next step follows from facts and never from a frozen script.

mod resume;
mod run;
mod work;

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::kernel::{
    ask::{Ask, room_of},
    authority,
    decision::Decision,
    effect::{Action, Effect, Purpose},
    embargoed::{Embargoed, EmbargoedText, Reader, TeamText},
    fact::Fact,
    id::{EffectId, MessageId, UserId},
    incident::{Incident, Release, Request},
    input::Now,
    plan::{Deed, Plan, plan as plan_of},
    refusal::Refusal,
    reply::{hint, release as sentences},
    step::Step,
    world::World,
};

pub(crate) use resume::{retry, skip};
pub(crate) use run::{halt, seen_by_person, settled};

/// `!release plan [ADVISORY]`
pub(crate) fn plan(ask: &Ask<'_>) -> Result<Decision, Refusal> {
    let incident = ask.open_incident()?;
    let plan = plan_of(ask.world, incident, |step| incident.is_waived(step));
    let answer = sentences::plan(ask.world, incident, &plan, ask.now.time);
    Ok(Decision::nothing().answer(&ask.command, answer))
}

/// `!release go [ADVISORY] [--early] [--waive STEP]… [--reason …]`
pub(crate) fn go(
    ask: &Ask<'_>,
    early: bool,
    waived: &BTreeSet<Step>,
    reason: Option<&Embargoed<String>>,
) -> Result<Decision, Refusal> {
    let incident = ask.open_incident()?;
    match incident.release {
        Release::Running(_) if awaits_post(ask.world, incident) => {}
        Release::Running(_) | Release::Done(_) => return Err(Refusal::ReleaseUnderWay),
        Release::None | Release::Requested(_) | Release::Stopped(..) => {}
    }
    let waits = waits(ask.world, incident)?;
    let mut decision = request(ask, incident, early, waived, reason)?;
    decision.cancelled.extend(waits);
    Ok(decision)
}

/// What of a release only waits, and can be given up at any time.
///
/// # Errors
/// What may have been sent has to come to its end.
fn waits(world: &World, incident: &Incident) -> Result<Vec<EffectId>, Refusal> {
    let is_wait = |effect: &Effect| matches!(&effect.action, Action::Work(work) if work.is_wait());
    let mut sent = steps_on_their_way(world, incident).filter(|(.., effect)| !is_wait(effect));
    if let Some((_, step, _)) = sent.next() {
        return Err(Refusal::StepOnItsWay { step });
    }
    Ok(steps_on_their_way(world, incident).map(|(id, ..)| id).collect())
}

/// Asks one more person for a release that leaves `waived` out.
fn request(
    ask: &Ask<'_>,
    incident: &Incident,
    early: bool,
    waived: &BTreeSet<Step>,
    reason: Option<&Embargoed<String>>,
) -> Result<Decision, Refusal> {
    let replaces = matches!(incident.release, Release::Requested(_));
    let plan = plan_of(ask.world, incident, |step| waived.contains(&step));
    ready(ask.world, incident, &plan, early, ask.now.time)?;
    let reason = reason.map(|reason| EmbargoedText::from(reason.open(&Reader::new()).as_str()));
    let fact = Fact::ReleaseRequested {
        incident: incident.id,
        by: ask.command.user,
        early,
        waived: waived.clone(),
        reason,
    };
    let after = incident.after(ask.now.time, std::slice::from_ref(&fact));
    let (Some(request), Some(project)) = (after.request(), ask.world.settings.project(&incident.project))
    else {
        return Err(Refusal::StillOpening);
    };
    let team = authority::team(ask.world, project);
    let text = sentences::request(ask.world, incident, &plan, request, &team, replaces);
    let post = Action::Post { to: room_of(incident), text };
    Ok(Decision::nothing().fact(fact).effect(post, Purpose::AskApproval { incident: incident.id }))
}

/// The steps of a release that are being carried out, called off or not.
fn steps_on_their_way<'a>(
    world: &'a World,
    incident: &'a Incident,
) -> impl Iterator<Item = (EffectId, Step, &'a Effect)> {
    world.pending().iter().filter_map(|(id, recorded)| {
        if let Purpose::Step { incident: of, step } = recorded.effect.purpose
            && of == incident.id
        {
            return Some((*id, step, &recorded.effect));
        }
        None
    })
}

/// The step of a release that is being carried out, called off or not.
fn on_its_way(world: &World, incident: &Incident) -> Option<Step> {
    steps_on_their_way(world, incident).map(|(_, step, _)| step).next()
}

/// Whether a release may begin.
fn ready(
    world: &World,
    incident: &Incident,
    plan: &Plan,
    early: bool,
    now: Timestamp,
) -> Result<(), Refusal> {
    let mut missing: Vec<_> =
        plan.missing().map(|step| (step, hint::of_step(world, incident, step, now))).collect();
    if world.is_changing(incident.id) {
        missing.push((Step::Text, TeamText::from("a change is on its way to GitHub; wait for its answer")));
    }
    if !missing.is_empty() {
        return Err(Refusal::NotReady { missing });
    }
    match plan.not_before {
        Some(until) if until > now && !early => Err(Refusal::TooEarly { until }),
        _ => Ok(()),
    }
}

/// The request for approval stands. Those who put 👍 on it before the bot knew that have approved.
pub(crate) fn asked(world: &World, incident: &Incident, message: MessageId, now: Now) -> Decision {
    let asked = Fact::ApprovalAsked { incident: incident.id, message };
    let mut decision = Decision::nothing().fact(asked);
    for user in world.thumbs_held(message) {
        let after = incident.after(now.time, &decision.facts);
        decision = decision.and(approve_by_thumb(world, &after, user, now));
    }
    decision
}

/// `!release approve [ADVISORY]`
pub(crate) fn approve_by_command(ask: &Ask<'_>) -> Result<Decision, Refusal> {
    approve(ask.world, ask.open_incident()?, ask.command.user, ask.now)
}

/// 👍 on the request. One that does not count is not answered: it would push the request out of sight,
/// and what makes it void has been said.
pub(crate) fn approve_by_thumb(world: &World, incident: &Incident, user: UserId, now: Now) -> Decision {
    approve(world, incident, user, now).unwrap_or_default()
}

/// Somebody approves the release that waits.
///
/// # Errors
/// When none waits, when it is their own, or when its preconditions no longer hold.
pub(crate) fn approve(
    world: &World,
    incident: &Incident,
    user: UserId,
    now: Now,
) -> Result<Decision, Refusal> {
    let Release::Requested(request) = &incident.release else { return Err(Refusal::NoRelease) };
    let within = world.settings.policy.approval_within;
    let asked = (request.by, request.at, request.message);
    authority::approves(asked, user, within, now.time, || Refusal::NoRelease)?;
    if request.approvals.contains(&user) {
        return Ok(Decision::nothing());
    }
    let plan = plan_of(world, incident, |step| request.waived.contains(&step));
    ready(world, incident, &plan, request.early, now.time)?;
    let approved = Fact::Approval { incident: incident.id, by: user, given: true };
    let mut approvals: Vec<UserId> = counted(world, incident, request);
    approvals.push(user);
    let needed = world.settings.policy.approvals;
    if approvals.len() < needed {
        let text = sentences::approvals_left(world, user, needed - approvals.len());
        return Ok(Decision::nothing().fact(approved).say(room_of(incident), text, incident.manager));
    }
    let facts = vec![approved, Fact::ReleaseStarted { incident: incident.id }];
    let text = sentences::started(world, &approvals, plan.deeds.len());
    let running = incident.after(now.time, &facts);
    let decision = Decision { facts, ..Decision::default() };
    let decision = decision.say(room_of(incident), text, incident.manager);
    Ok(run::advance(world, decision, &running, now))
}

/// The approvals that count: of people still on the team.
fn counted(world: &World, incident: &Incident, request: &Request) -> Vec<UserId> {
    let Some(project) = world.settings.project(&incident.project) else { return Vec::new() };
    request.approvals.iter().copied().filter(|user| authority::on_team(world, project, *user)).collect()
}

/// Somebody takes their 👍 back before there were enough.
pub(crate) fn take_back(incident: &Incident, user: UserId) -> Decision {
    match &incident.release {
        Release::Requested(request) if request.approvals.contains(&user) => {
            Decision::nothing().fact(Fact::Approval { incident: incident.id, by: user, given: false })
        }
        Release::None
        | Release::Requested(_)
        | Release::Running(_)
        | Release::Stopped(..)
        | Release::Done(_) => Decision::nothing(),
    }
}

/// Whether a release has done all it can, and waits for the blog post or RustSec's entries.
fn awaits_post(world: &World, incident: &Incident) -> bool {
    let plan = plan_of(world, incident, |step| incident.is_waived(step));
    plan.deeds.first().is_some_and(Deed::lets_pass)
        && plan.deeds.iter().all(|deed| deed.lets_pass() || matches!(deed, Deed::Close))
}

/// `!release status [ADVISORY]`
pub(crate) fn status(ask: &Ask<'_>) -> Result<Decision, Refusal> {
    let incident = ask.any_incident()?;
    Ok(Decision::nothing().answer(&ask.command, sentences::status(ask.world, incident, ask.now.time)))
}

/// `!release abort [ADVISORY] REASON…`
pub(crate) fn abort(ask: &Ask<'_>, reason: &Embargoed<String>) -> Result<Decision, Refusal> {
    let incident = ask.open_incident()?;
    if matches!(incident.release, Release::None | Release::Done(_)) {
        return Err(Refusal::NoRelease);
    }
    let reason = EmbargoedText::from(reason.open(&Reader::new()).as_str());
    let fact = Fact::ReleaseAborted { incident: incident.id, by: Some(ask.command.user), reason };
    let cancelled = steps_on_their_way(ask.world, incident).map(|(id, ..)| id).collect();
    let decision = Decision { facts: vec![fact], cancelled, ..Decision::default() };
    Ok(decision
        .answer(&ask.command, sentences::aborted(ask.world, incident, on_its_way(ask.world, incident))))
}

/// Whether it is too late to approve `request`, said or not.
fn has_lapsed(world: &World, request: &Request, now: Timestamp) -> bool {
    now.duration_since(request.at) >= world.settings.policy.approval_within
}

/// What was to be approved is no longer what would happen: `why`.
pub(crate) fn void(incident: &Incident, by: Option<UserId>, why: &str) -> Decision {
    if !matches!(incident.release, Release::Requested(_)) {
        return Decision::nothing();
    }
    let aborted = Fact::ReleaseAborted { incident: incident.id, by, reason: EmbargoedText::from(why) };
    Decision::nothing().fact(aborted).say(room_of(incident), sentences::void(why), incident.manager)
}

/// A request that nobody approved in time.
pub(crate) fn lapse(world: &World, incident: &Incident, now: Timestamp) -> Decision {
    let within = world.settings.policy.approval_within;
    match &incident.release {
        Release::Requested(request) if has_lapsed(world, request, now) => Decision::nothing()
            .fact(Fact::ReleaseLapsed { incident: incident.id })
            .say(room_of(incident), sentences::lapsed(world, incident, within), incident.manager),
        Release::None
        | Release::Requested(_)
        | Release::Running(_)
        | Release::Stopped(..)
        | Release::Done(_) => Decision::nothing(),
    }
}
