//! The countdown to the disclosure time.

use jiff::{SignedDuration, Timestamp};

use crate::kernel::{
    embargoed::TeamText,
    escape::code,
    incident::Incident,
    reply::{call_manager, date, length, patch, time},
    runbook,
    step::Step,
    when,
    world::World,
};

/// A reminder of the countdown.
#[must_use]
pub fn countdown(
    world: &World,
    incident: &Incident,
    before: SignedDuration,
    late: bool,
    now: Timestamp,
) -> TeamText {
    TeamText::compose(|_| {
        let Some(embargo) = &incident.embargo else { return String::new() };
        let late = if late {
            format!(
                " This reminder is late: it was due {}.",
                when::left(now, embargo.until.checked_sub(before).unwrap_or(now))
            )
        } else {
            String::new()
        };
        let missing: Vec<String> = Step::PRECONDITIONS
            .into_iter()
            .filter(|step| !runbook::is_done(world, incident, *step))
            .map(|step| patch::missing(world, incident, step))
            .collect();
        let manager = call_manager(world, incident);
        let time = if late.is_empty() { date(embargo.until) } else { time(embargo.until, now) };
        if before.is_zero() {
            let next = if missing.is_empty() {
                code("!release go")
            } else {
                format!("missing: {}. {}", missing.join(" · "), code("!release plan"))
            };
            return format!("⏳ **The disclosure time has come**: {time}. {manager}, {next}.{late}");
        }
        let length = length(before);
        if missing.is_empty() {
            format!(
                "⏳ **{length}** to disclosure: {time}. Everything is in place; {} shows what will happen.{late}",
                code("!release plan")
            )
        } else {
            format!(
                "⏳ **{length}** to disclosure: {time}. Missing: {}. {manager}, {} shows what comes next.{late}",
                missing.join(" · "),
                code("!next")
            )
        }
    })
}
