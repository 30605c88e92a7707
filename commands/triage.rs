//! `!triage`: whether a bug is a security bug, by the cheat sheet.

use crate::kernel::{
    ask::Ask,
    cheat_sheet::{Phase, judge},
    decision::Decision,
    embargoed::{Embargoed, Reader},
    reply::triage as sentences,
};

/// `!triage BUG [--at compile|run] [--tier N]`
pub(crate) fn triage(
    ask: &Ask<'_>,
    bug: &Embargoed<String>,
    at: Option<Phase>,
    tier: Option<u8>,
) -> Decision {
    let judgement = judge(bug.open(&Reader::new()), at, tier);
    Decision::nothing().answer(&ask.command, sentences::judged(&judgement, ask.incident.is_some()))
}
