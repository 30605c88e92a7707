//! `!embargo`: the disclosure time, and the countdown to it.

use jiff::{SignedDuration, Timestamp};

use crate::{
    kernel::{
        ask::{Ask, room_of},
        decision::Decision,
        embargoed::{Embargoed, EmbargoedText, Reader},
        fact::Fact,
        incident::{Incident, Release, Stage},
        refusal::{Refusal, WhyReason},
        reply::{chat, countdown, release::TIME_CHANGED},
        when,
        world::World,
    },
    release,
};

/// A reminder sent more than this after it was due is marked late.
const LATE_AFTER: SignedDuration = SignedDuration::from_mins(2);

/// `!embargo set [ADVISORY] WHEN [--reason …]`
pub(crate) fn set(
    ask: &Ask<'_>,
    said: &str,
    reason: Option<&Embargoed<String>>,
) -> Result<Decision, Refusal> {
    let incident = ask.open_incident()?;
    if incident.is_published() {
        return Err(Refusal::Published);
    }
    if matches!(incident.release, Release::Running(_)) {
        return Err(Refusal::ReleaseUnderWay);
    }
    let now = ask.now.time;
    let until = when::parse(said, now).map_err(|error| Refusal::When(Embargoed::new(error)))?;
    let policy = &ask.world.settings.policy;
    let reported = incident.advisory().map_or(incident.opened, |a| a.open(&Reader::new()).created);
    let latest = reported.checked_add(policy.longest_embargo).unwrap_or(Timestamp::MAX);
    if reason.is_none() {
        let replaces = incident.embargo.as_ref().is_some_and(|embargo| embargo.until != until);
        let why = [
            replaces.then_some(WhyReason::Replaces),
            (until > latest).then_some(WhyReason::TooLong { latest }),
        ];
        if let Some(why) = why.into_iter().flatten().next() {
            return Err(Refusal::ReasonNeeded(why));
        }
    }
    let usual = policy.usual_embargo;
    let warning = (until.duration_since(now) > usual).then(|| chat::longer_than_usual(usual));
    let reason = reason.map(|reason| EmbargoedText::from(reason.open(&Reader::new()).as_str()));
    let fact = Fact::EmbargoSet { incident: incident.id, until, by: ask.command.user, reason };
    let after = incident.after(now, std::slice::from_ref(&fact));
    let answer = chat::embargo_set(&after, &policy.countdown, warning, now);
    let void = release::void(incident, Some(ask.command.user), TIME_CHANGED);
    Ok(Decision::nothing().fact(fact).answer(&ask.command, answer).and(void))
}

/// `!embargo show [ADVISORY]`
pub(crate) fn show(ask: &Ask<'_>) -> Result<Decision, Refusal> {
    let incident = ask.any_incident()?;
    let answer = chat::embargo(incident, &ask.world.settings.policy.countdown, ask.now.time);
    Ok(Decision::nothing().answer(&ask.command, answer))
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
