//! `!release`: release day as one supervised run. What is done is read off the incident each time, so
//! the next step follows from facts and never from a frozen script.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::{
    kernel::{
        ask::{Ask, room_of},
        authority,
        content::Part,
        decision::Decision,
        effect::{Action, Effect, OpenPlace, Outcome, Purpose},
        embargoed::{Embargoed, EmbargoedText, Reader, TeamText},
        fact::Fact,
        id::{MessageId, UserId},
        incident::{Incident, Release, Request},
        input::Now,
        plan::{Deed, Plan, plan as plan_of},
        refusal::Refusal,
        reply::{hint, release as sentences},
        step::Step,
        world::World,
    },
    sync,
};

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
    let replaces = match incident.release {
        Release::Running(_) if awaits_post(ask.world, incident) => false,
        Release::Running(_) | Release::Done(_) => return Err(Refusal::ReleaseUnderWay),
        Release::Requested(_) => true,
        Release::None | Release::Stopped(..) => false,
    };
    if let Some(step) = on_its_way(ask.world, incident) {
        return Err(Refusal::StepOnItsWay { step });
    }
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

/// The step of a release that is being carried out, called off or not.
fn on_its_way(world: &World, incident: &Incident) -> Option<Step> {
    world.pending().values().find_map(|recorded| match recorded.effect.purpose {
        Purpose::Step { incident: of, step } if of == incident.id => Some(step),
        Purpose::Answer { .. }
        | Purpose::Card { .. }
        | Purpose::CardEdit { .. }
        | Purpose::AskApproval { .. }
        | Purpose::Propose { .. }
        | Purpose::Open { .. }
        | Purpose::Rewrite { .. }
        | Purpose::Asked { .. }
        | Purpose::Patch { .. }
        | Purpose::Close { .. }
        | Purpose::Step { .. }
        | Purpose::OnBehalf { .. }
        | Purpose::ShowNotice { .. }
        | Purpose::AskSecond { .. }
        | Purpose::TellPublic { .. }
        | Purpose::Prenotify { .. } => None,
    })
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
    let approved = Fact::Approved { incident: incident.id, by: user };
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
    Ok(advance(world, decision, &running, now))
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
            Decision::nothing().fact(Fact::ApprovalTakenBack { incident: incident.id, by: user })
        }
        Release::None
        | Release::Requested(_)
        | Release::Running(_)
        | Release::Stopped(..)
        | Release::Done(_) => Decision::nothing(),
    }
}

/// And does the next thing that is left to do.
fn advance(world: &World, decision: Decision, incident: &Incident, now: Now) -> Decision {
    let plan = plan_of(world, incident, |step| incident.is_waived(step));
    match plan.deeds.first() {
        None => decision,
        Some(Deed::Blog { .. }) => {
            decision.say(room_of(incident), sentences::awaits_post(world, incident), incident.manager)
        }
        Some(Deed::Close) => done(world, decision, incident, Step::Close, None, now),
        Some(deed @ (Deed::Publish { .. } | Deed::Mail { .. } | Deed::Announce { .. })) => {
            match deed.effect(incident) {
                Some(Effect { action, purpose }) => decision.effect(action, purpose),
                None => decision,
            }
        }
    }
}

/// Whether a release has done all it can, and waits for the blog post.
fn awaits_post(world: &World, incident: &Incident) -> bool {
    let plan = plan_of(world, incident, |step| incident.is_waived(step));
    matches!(plan.deeds.first(), Some(Deed::Blog { .. }))
}

/// And closes the incident, where the blog post was all that was left to do.
pub(crate) fn posted(world: &World, decision: Decision, incident: &Incident, now: Now) -> Decision {
    let plan = plan_of(world, incident, |step| incident.is_waived(step));
    let is_last = on_its_way(world, incident).is_none() && matches!(plan.deeds[..], [Deed::Close]);
    if is_last { done(world, decision, incident, Step::Close, None, now) } else { decision }
}

/// And records that `step` is done, says so, and goes on.
fn done(
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

/// What became of a step.
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
        Outcome::Done | Outcome::Fork(_) | Outcome::Pulls(_) | Outcome::Uploaded(_) => {
            go_on(world, Decision::nothing(), incident, step, None, now)
        }
        Outcome::Blocked(_) | Outcome::NotPrivate(_) => {
            stop(sentences::stopped_by_guard(world, incident, step))
        }
        Outcome::Unknown(_) if let Action::MailRelease { list, .. } = &effect.action => {
            stop(sentences::stopped_unknown(world, incident, list))
        }
        Outcome::Failed(why) | Outcome::Unknown(why) => stop(sentences::stopped(world, incident, step, why)),
        Outcome::Delayed(why) => Decision::nothing().say(
            room_of(incident),
            crate::kernel::reply::chat::delayed(why),
            incident.manager,
        ),
    }
}

/// A step was carried out: recorded even when the release was called off meanwhile, but then nothing follows.
fn go_on(
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
    let of_release =
        |purpose: &Purpose| matches!(purpose, Purpose::Step { incident: of, .. } if *of == incident.id);
    let pending = ask.world.pending().iter().filter(|(_, recorded)| of_release(&recorded.effect.purpose));
    let cancelled = pending.map(|(id, _)| *id).collect();
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
