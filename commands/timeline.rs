//! `!next` and `!timeline`: what comes, and what was.

use crate::{
    asked::{self, of_github},
    kernel::{
        ask::Ask,
        decision::Decision,
        effect::{Action, CommandRef, Outcome},
        refusal::Refusal,
        reply::{chat, timeline as sentences},
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
    let name = format!("timeline-{}.md", incident.id);
    let content = sentences::document(ask.world, incident);
    Ok(of_github(ask, incident, Action::Upload { name, content }))
}

/// The file is kept on Zulip: its link is the answer.
pub(crate) fn kept(command: &CommandRef, outcome: &Outcome) -> Decision {
    let Outcome::Uploaded(address) = outcome else { return Decision::nothing() };
    asked::answered(Decision::nothing(), command, sentences::exported(address))
}
