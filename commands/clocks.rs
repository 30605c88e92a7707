//! The policy's clocks: what has not been done in time is asked for, again and again, ever more rarely.

use jiff::{SignedDuration, Timestamp};

use crate::kernel::{
    ask::room_of, clock::Running, decision::Decision, fact::Fact, incident::Incident,
    reply::clocks as sentences, world::World,
};

/// A reminder sent more than this after it was due is marked late.
const LATE_AFTER: SignedDuration = SignedDuration::from_mins(2);

/// The reminders of `incident`'s clocks that are due: of each clock the newest, the missed ones with it.
pub(crate) fn remind(world: &World, incident: &Incident, now: Timestamp) -> Decision {
    incident.clocks(&world.settings.policy).fold(Decision::nothing(), |decision, running: Running| {
        let clock = running.clock;
        let Some((number, due)) = running.newest_due(incident.reminders_of(clock), now) else {
            return decision;
        };
        // What was due before the bot knew of it is not late.
        let late = due > incident.opened && now.duration_since(due) > LATE_AFTER;
        let text = sentences::reminder(world, incident, &running, number, late, now);
        let fact = Fact::ClockReminded { incident: incident.id, clock, number, late };
        decision.fact(fact).say(room_of(incident), text, incident.manager)
    })
}
