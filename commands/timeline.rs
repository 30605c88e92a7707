//! `!next` and `!timeline`: what comes, and what was.

use crate::kernel::{
    ask::Ask,
    decision::Decision,
    refusal::Refusal,
    reply::{chat, timeline as sentences},
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
