//! The policy's clocks: what has not been done in time is asked for, again and again, ever more rarely.

use jiff::{SignedDuration, Timestamp};

use crate::kernel::{
    ask::room_of,
    authority,
    clock::{Clock, Running},
    decision::Decision,
    effect::TeamPlace,
    fact::Fact,
    incident::Incident,
    reply::clocks as sentences,
    world::World,
};

/// A reminder sent more than this after it was due is marked late.
const LATE_AFTER: SignedDuration = SignedDuration::from_mins(2);

/// From this reminder on that a disclosure time has passed, everybody is told by direct message.
const IN_PERSON_FROM: u32 = 2;

/// The reminders of `incident`'s clocks that are due: of each clock the newest, the missed ones with it.
pub(crate) fn remind(world: &World, incident: &Incident, now: Timestamp) -> Decision {
    incident.clocks(&world.settings).fold(Decision::nothing(), |decision, running: Running| {
        let clock = running.clock;
        let Some((number, due)) = running.newest_due(incident.reminders_of(clock), now) else {
            return decision;
        };
        // What was due before the bot knew of it is not late.
        let since = match clock {
            Clock::Overdue => due.max(idle_since(incident)),
            Clock::Acknowledge
            | Clock::Cve
            | Clock::Fork
            | Clock::ListSeen
            | Clock::Blog
            | Clock::Delivery => due,
        };
        let late = due > incident.opened && now.duration_since(since) > LATE_AFTER;
        let text = sentences::reminder(world, incident, &running, number, late, now);
        let fact = Fact::ClockReminded { incident: incident.id, clock, number, late };
        let decision = decision.fact(fact).say(room_of(incident), text, incident.manager);
        let in_person = clock == Clock::Overdue && number >= IN_PERSON_FROM;
        if in_person { called_in_person(world, incident, &running, decision, now) } else { decision }
    })
}

/// Since when nothing is under way to release it: while something was, nobody had to be called.
fn idle_since(incident: &Incident) -> Timestamp {
    let ended = incident.history.iter().rev().find(|(_, fact)| {
        matches!(fact, Fact::ReleaseLapsed { .. } | Fact::ReleaseStopped { .. } | Fact::ReleaseAborted { .. })
    });
    ended.map_or(incident.opened, |(at, _)| *at)
}

/// Nobody has acted on what the whole team was told in the topic: each of them is told.
fn called_in_person(
    world: &World,
    incident: &Incident,
    running: &Running,
    decision: Decision,
    now: Timestamp,
) -> Decision {
    let project = world.settings.project(&incident.project);
    let team = project.map(|project| authority::team(world, project)).unwrap_or_default();
    let text = sentences::overdue_in_person(world, incident, running.since, now);
    team.into_iter()
        .fold(decision, |decision, user| decision.say(TeamPlace::Person(user), text.clone(), None))
}
