//! `!embargo`: the disclosure time, the proposal of one, and the countdown to it.

use jiff::{SignedDuration, Timestamp};

use crate::{
    kernel::{
        ask::{Ask, room_of},
        authority,
        decision::Decision,
        effect::{Action, Purpose},
        embargoed::{Embargoed, EmbargoedText, Reader, TeamText},
        fact::Fact,
        id::{MessageId, UserId},
        incident::{Embargo, Incident, Release, Stage},
        input::Now,
        mail::Wish,
        plan::plan,
        refusal::{Refusal, WhyReason},
        reply::{countdown, embargo as sentences, notify as second, release::TIME_CHANGED},
        when,
        world::World,
    },
    manager, notify, release,
};

/// A reminder sent more than this after it was due is marked late.
const LATE_AFTER: SignedDuration = SignedDuration::from_mins(2);

/// `!embargo set [ADVISORY] WHEN [--reason …]`
pub(crate) fn set(
    ask: &Ask<'_>,
    said: &str,
    reason: Option<&Embargoed<String>>,
) -> Result<Decision, Refusal> {
    let incident = changeable(ask.open_incident()?)?;
    // In 72 hours is 72 hours from when it was written, however late it is found.
    let written = ask.written.min(ask.now.time);
    let until = when::parse(said, written).and_then(|until| when::ahead(until, ask.now.time));
    let until = until.map_err(|error| Refusal::When(Embargoed::new(error)))?;
    let by = ask.command.user;
    let reason = reason.map(kept);
    let (decision, after) = put(ask.world, incident, until, by, reason.clone(), ask.now.time)?;
    let wish = Wish::Time { until: Some(until), reason: reason.unwrap_or_else(|| "".into()) };
    if let Some(asked) = notify::ask_for_time(ask, incident, wish) {
        return asked;
    }
    let answer = sentences::set(ask.world, incident, &after, ask.now.time);
    Ok(decision.answer(&ask.command, answer).and(release::void(incident, Some(by), TIME_CHANGED)))
}

/// `!embargo extend [ADVISORY] DURATION --reason …`
pub(crate) fn extend(ask: &Ask<'_>, said: &str, reason: &Embargoed<String>) -> Result<Decision, Refusal> {
    let incident = changeable(ask.open_incident()?)?;
    let embargo = incident.embargo.as_ref().ok_or(Refusal::NoTimeSet)?;
    whole(embargo)?;
    let not_a_time = |error| Refusal::When(Embargoed::new(error));
    let by = match said.strip_prefix('-') {
        Some(_) => SignedDuration::ZERO,
        None => when::duration(said).map_err(not_a_time)?,
    };
    if by.is_zero() {
        return Err(Refusal::NotLater);
    }
    let until = embargo.until.checked_add(by).unwrap_or(Timestamp::MAX);
    let until = when::ahead(until, ask.now.time).map_err(not_a_time)?;
    let by = ask.command.user;
    let (decision, after) = put(ask.world, incident, until, by, Some(kept(reason)), ask.now.time)?;
    let wish = Wish::Time { until: Some(until), reason: kept(reason) };
    if let Some(asked) = notify::ask_for_time(ask, incident, wish) {
        return asked;
    }
    let answer = sentences::set(ask.world, incident, &after, ask.now.time);
    Ok(decision.answer(&ask.command, answer).and(release::void(incident, Some(by), TIME_CHANGED)))
}

/// The incident, when its disclosure time may still be changed.
fn changeable(incident: &Incident) -> Result<&Incident, Refusal> {
    if incident.is_published() {
        return Err(Refusal::AfterDisclosure);
    }
    if matches!(incident.release, Release::Running(_)) {
        return Err(Refusal::ReleaseUnderWay);
    }
    Ok(incident)
}

/// Refuses what makes no sense once the embargo is broken.
fn whole(embargo: &Embargo) -> Result<(), Refusal> {
    let Some(broken) = embargo.broken.clone() else { return Ok(()) };
    Err(Refusal::EmbargoBroken { since: embargo.until, broken })
}

/// Sets the disclosure time: the decision, and the incident as it is then.
fn put(
    world: &World,
    incident: &Incident,
    until: Timestamp,
    by: UserId,
    reason: Option<EmbargoedText>,
    now: Timestamp,
) -> Result<(Decision, Incident), Refusal> {
    if reason.is_none() {
        let latest = latest(world, incident);
        let replaces = incident.embargo.as_ref().is_some_and(|embargo| embargo.until != until);
        let why = [
            replaces.then_some(WhyReason::Replaces),
            (until > latest).then_some(WhyReason::TooLong { latest }),
        ];
        if let Some(why) = why.into_iter().flatten().next() {
            return Err(Refusal::ReasonNeeded(why));
        }
    }
    let fact = Fact::EmbargoSet { incident: incident.id, until, by, reason };
    let after = incident.after(now, std::slice::from_ref(&fact));
    Ok((Decision::nothing().fact(fact).and(notify::time_changed(world, incident)), after))
}

/// A second person confirmed another time, or that there is none. None when that cannot be any more.
pub(crate) fn confirmed(
    world: &World,
    incident: &Incident,
    asker: UserId,
    (until, reason): (Option<Timestamp>, &EmbargoedText),
    (by, means): (UserId, notify::Means),
    now: Now,
) -> Option<Decision> {
    let incident = changeable(incident).ok()?;
    let (decision, text) = match until {
        Some(until) => {
            let until = when::ahead(until, now.time).ok()?;
            let put = put(world, incident, until, asker, Some(reason.clone()), now.time);
            let (decision, after) = put.ok()?;
            (decision, sentences::set(world, incident, &after, now.time))
        }
        None => take_away(world, incident, asker, reason.clone(), now.time).ok()?,
    };
    let text = second::time_confirmed(world, by, means == notify::Means::Command, &text);
    let void = release::void(incident, Some(asker), TIME_CHANGED);
    Some(decision.say(room_of(incident), text, incident.manager).and(void))
}

/// The latest disclosure time that needs no reason.
fn latest(world: &World, incident: &Incident) -> Timestamp {
    let reported = incident.advisory().map_or(incident.opened, |a| a.open(&Reader::new()).created);
    reported.checked_add(world.settings.policy.longest_embargo).unwrap_or(Timestamp::MAX)
}

fn kept(reason: &Embargoed<String>) -> EmbargoedText {
    EmbargoedText::from(reason.open(&Reader::new()).as_str())
}

/// `!embargo show [ADVISORY]`
pub(crate) fn show(ask: &Ask<'_>) -> Result<Decision, Refusal> {
    let incident = ask.any_incident()?;
    let answer = sentences::shown(ask.world, incident, ask.now.time);
    Ok(Decision::nothing().answer(&ask.command, answer))
}

/// `!embargo lift [ADVISORY] --reason …`
pub(crate) fn lift(ask: &Ask<'_>, reason: &Embargoed<String>) -> Result<Decision, Refusal> {
    let incident = changeable(ask.open_incident()?)?;
    let by = ask.command.user;
    let (decision, answer) = take_away(ask.world, incident, by, kept(reason), ask.now.time)?;
    if let Some(asked) = notify::ask_for_time(ask, incident, Wish::Time { until: None, reason: kept(reason) })
    {
        return asked;
    }
    let void = release::void(incident, Some(by), TIME_CHANGED);
    Ok(decision.answer(&ask.command, answer).and(void))
}

/// Takes the disclosure time away: the decision, and what is said of it.
fn take_away(
    world: &World,
    incident: &Incident,
    by: UserId,
    reason: EmbargoedText,
    now: Timestamp,
) -> Result<(Decision, TeamText), Refusal> {
    let embargo = incident.embargo.as_ref().ok_or(Refusal::NoTimeSet)?;
    whole(embargo)?;
    let fact = Fact::EmbargoLifted { incident: incident.id, by, reason };
    let after = incident.after(now, std::slice::from_ref(&fact));
    let text = sentences::lifted(embargo, &after, now);
    Ok((Decision::nothing().fact(fact).and(notify::time_changed(world, incident)), text))
}

/// Proposes the policy's disclosure time for `incident`, whose CVE number has just become known, where
/// none is set. One that would need a reason is only told of: nobody gives a reason by 👍.
pub(crate) fn propose(world: &World, incident: &Incident, now: Timestamp) -> Decision {
    let wanted = incident.stage == Stage::Open && incident.embargo.is_none();
    let after = now.checked_add(world.settings.policy.embargo_after_cve).ok();
    let until = after.and_then(|until| when::ahead(until, now).ok());
    let Some(until) = until.filter(|_| wanted && changeable(incident).is_ok()) else {
        return Decision::nothing();
    };
    let latest = latest(world, incident);
    if until > latest {
        let text = sentences::proposed_too_late(world, incident, until, latest, now);
        return Decision::nothing().say(room_of(incident), text, incident.manager);
    }
    let post = Action::Post { to: room_of(incident), text: sentences::proposed(world, incident, until, now) };
    Decision::nothing()
        .fact(Fact::EmbargoProposed { incident: incident.id, until })
        .effect(post, Purpose::Propose { incident: incident.id })
}

/// The proposal stands. Whoever put 👍 on it before the bot knew that has accepted it.
pub(crate) fn proposal_posted(world: &World, incident: &Incident, message: MessageId, now: Now) -> Decision {
    if incident.proposal.is_none() {
        return Decision::nothing();
    }
    let posted = Fact::ProposalPosted { incident: incident.id, message };
    let after = incident.after(now.time, std::slice::from_ref(&posted));
    let accepted = world
        .thumbs_held(message)
        .map(|user| accept_by_thumb(world, &after, user, now))
        .find(|accepted| *accepted != Decision::nothing());
    Decision::nothing().fact(posted).and(accepted.unwrap_or_default())
}

/// `!embargo accept [ADVISORY]`
pub(crate) fn accept(ask: &Ask<'_>) -> Result<Decision, Refusal> {
    let incident = changeable(ask.open_incident()?)?;
    let user = ask.command.user;
    let (decision, after) = take_proposal(ask.world, incident, user, ask.now.time)?;
    let answer = sentences::set(ask.world, incident, &after, ask.now.time);
    Ok(decision.answer(&ask.command, answer).and(release::void(incident, Some(user), TIME_CHANGED)))
}

/// 👍 on the proposal, by somebody on the team. One that comes too late is not answered.
pub(crate) fn accept_by_thumb(world: &World, incident: &Incident, user: UserId, now: Now) -> Decision {
    let project = world.settings.project(&incident.project);
    let may = project.is_some_and(|project| authority::on_team(world, project, user));
    if !may || changeable(incident).is_err() {
        return Decision::nothing();
    }
    let Ok((decision, after)) = take_proposal(world, incident, user, now.time) else {
        return Decision::nothing();
    };
    let text = sentences::accepted(world, incident, &after, user, now.time);
    let led = match incident.manager {
        Some(_) => Decision::nothing(),
        None => manager::first_responder(world, incident, user),
    };
    led.and(decision).say(room_of(incident), text, incident.manager).and(release::void(
        incident,
        Some(user),
        TIME_CHANGED,
    ))
}

/// Takes the proposed time.
fn take_proposal(
    world: &World,
    incident: &Incident,
    user: UserId,
    now: Timestamp,
) -> Result<(Decision, Incident), Refusal> {
    if let Some(embargo) = &incident.embargo {
        whole(embargo)?;
        return Err(Refusal::TimeSet { until: embargo.until });
    }
    match (incident.open_proposal(now), &incident.proposal) {
        (Some(proposal), _) => put(world, incident, proposal.until, user, None, now),
        (None, past) => Err(Refusal::NoProposal { past: past.as_ref().map(|proposal| proposal.until) }),
    }
}

/// `!embargo broken [ADVISORY] REASON…`. A release that waits for approval goes on waiting: to publish
/// at once is what is wanted now.
pub(crate) fn broken(ask: &Ask<'_>, reason: &Embargoed<String>) -> Result<Decision, Refusal> {
    let incident = changeable(ask.open_incident()?)?;
    incident.embargo.as_ref().map_or(Ok(()), whole)?;
    let fact = Fact::EmbargoBroken { incident: incident.id, by: ask.command.user, reason: kept(reason) };
    let after = incident.after(ask.now.time, std::slice::from_ref(&fact));
    let plan = plan(ask.world, &after, |step| after.is_waived(step));
    let text = sentences::broken(ask.world, &after, &plan, ask.now.time);
    let decision = Decision::nothing().fact(fact).say(room_of(incident), text, Some(ask.command.user));
    let decision = decision.and(notify::time_changed(ask.world, incident));
    if room_of(incident) == ask.command.answer_to {
        return Ok(decision);
    }
    Ok(decision.answer(&ask.command, sentences::broken_elsewhere(ask.world, incident)))
}

/// The reminders of `incident` that are due: each once, in order, late ones marked.
pub(crate) fn remind(world: &World, incident: &Incident, now: Timestamp) -> Decision {
    let counts = incident.stage == Stage::Open && !incident.is_published();
    let Some(embargo) = incident.embargo.as_ref().filter(|_| counts) else {
        return Decision::nothing();
    };
    let reminders = embargo.reminders(&world.settings.policy);
    let due = reminders.into_iter().take_while(|(due, _)| *due <= now);
    due.fold(Decision::nothing(), |decision, (due, before)| {
        let late = now.duration_since(due) > LATE_AFTER;
        let text = countdown::countdown(world, incident, before, late, now);
        decision.fact(Fact::Reminded { incident: incident.id, before, late }).say(
            room_of(incident),
            text,
            incident.manager,
        )
    })
}
