//! What is said of the steps that people vouch for.

use jiff::Timestamp;

use crate::kernel::{
    embargoed::TeamText, escape::code, incident::Incident, reply::hint::step_hint, runbook, step::Step,
    world::World,
};

/// Somebody vouches; and what comes next.
#[must_use]
pub fn done(world: &World, incident: &Incident, step: Step, now: Timestamp) -> TeamText {
    TeamText::compose(|team| {
        let next = runbook::next_step(world, incident).map(|next| {
            format!("\n➡️ **{}**: {}", next.title(), step_hint(world, team, incident, next, now))
        });
        format!("✅ {}.{}", step.title(), next.unwrap_or_default())
    })
}

/// Somebody takes it back.
#[must_use]
pub fn undone(step: Step) -> TeamText {
    TeamText::compose(|_| {
        format!("✅ Taken back: {}. {} when it is.", step.title(), code(&format!("!done {}", step.id())))
    })
}
