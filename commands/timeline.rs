//! `!next` and `!timeline`: what comes, and what was.

use crate::{
    asked::{self, of_github},
    kernel::{
        ask::Ask,
        decision::Decision,
        effect::{Action, CommandRef, Outcome, Purpose},
        incident::Incident,
        input::Now,
        refusal::Refusal,
        reply::{chat, timeline as sentences},
        timeline::Format,
        world::World,
    },
};

/// `!next [ADVISORY]`
pub(crate) fn next(ask: &Ask<'_>) -> Result<Decision, Refusal> {
    let incident = ask.any_incident()?;
    Ok(Decision::nothing().answer(&ask.command, chat::next(ask.world, incident, ask.now.time)))
}

/// `!timeline [ADVISORY]`
pub(crate) fn timeline(ask: &Ask<'_>) -> Result<Decision, Refusal> {
    let incident = ask.any_incident()?;
    Ok(Decision::nothing().answer(&ask.command, sentences::timeline(ask.world, incident)))
}

/// `!timeline [ADVISORY] --export`
pub(crate) fn export(ask: &Ask<'_>) -> Result<Decision, Refusal> {
    let incident = ask.any_incident()?;
    let [first, ..] = Format::ALL;
    Ok(of_github(ask, incident, upload(ask.world, incident, first, Vec::new(), ask.now)))
}

fn upload(world: &World, incident: &Incident, format: Format, kept: Vec<String>, now: Now) -> Action {
    let name = format!("timeline-{}.{}", incident.id, format.extension());
    Action::Upload { name, content: format.write(world, incident, now.time), kept }
}

/// A file is kept on Zulip: the next one follows, and after the last their links are the answer.
pub(crate) fn kept(
    world: &World,
    incident: &Incident,
    command: &CommandRef,
    (kept, outcome): (&[String], &Outcome),
    now: Now,
) -> Decision {
    let Outcome::Uploaded(address) = outcome else { return Decision::nothing() };
    let kept: Vec<String> = kept.iter().chain([address]).cloned().collect();
    match Format::ALL.get(kept.len()) {
        Some(next) => {
            let purpose = Purpose::Asked { incident: incident.id, command: command.clone() };
            Decision::nothing().effect(upload(world, incident, *next, kept, now), purpose)
        }
        None => asked::answered(Decision::nothing(), command, sentences::exported(&kept)),
    }
}
