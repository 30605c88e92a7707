//! `!release retry` and `!release skip`: a release that has stopped, or waits, goes on.

use crate::kernel::{
    ask::Ask,
    decision::Decision,
    embargoed::Embargoed,
    fact::Fact,
    incident::{Incident, Release},
    patch::{PatchChange, PullPart},
    refusal::{Refusal, ReleaseRefusal},
    reply::delivery as sentences,
    runbook,
    step::Step,
    work::DeliveryChange,
};

use super::{request, run::advance, waits};

/// `!release retry [ADVISORY] [STEP]`
pub(crate) fn retry(ask: &Ask<'_>, step: Option<Step>) -> Result<Decision, Refusal> {
    let incident = ask.open_incident()?;
    let Release::Stopped(_, stopped) = &incident.release else {
        return Err(Refusal::Release(ReleaseRefusal::NotStopped));
    };
    if let Some(asked) = step.filter(|step| step != stopped) {
        return Err(Refusal::Release(ReleaseRefusal::StoppedElsewhere { asked, stopped: *stopped }));
    }
    if is_another(incident) {
        return Err(Refusal::Release(ReleaseRefusal::Outdated));
    }
    let resumed = DeliveryChange::Resumed { by: ask.command.user };
    let fact = Fact::Delivery { incident: incident.id, change: Box::new(resumed) };
    let after = incident.after(ask.now.time, std::slice::from_ref(&fact));
    let decision = Decision::nothing().fact(fact).answer(&ask.command, sentences::resumed(*stopped));
    Ok(advance(ask.world, decision, &after, ask.now))
}

/// Whether something that was approved has changed since: the text, the time, a patch, somebody's word.
fn is_another(incident: &Incident) -> bool {
    let since = incident.history.iter().rev();
    let mut since = since.take_while(|(_, fact)| !matches!(fact, Fact::ReleaseStarted { .. }));
    since.any(|(_, fact)| {
        let by_hand =
            matches!(fact, Fact::ChangedOnGitHub { parts, .. } if parts.iter().any(|part| part.is_text()));
        let patched = matches!(fact, Fact::Patch { change, .. } if changes_fix(change));
        let through_bot = matches!(
            fact,
            Fact::Rewritten { .. }
                | Fact::EmbargoSet { .. }
                | Fact::EmbargoLifted { .. }
                | Fact::StepUndone { .. }
        );
        by_hand || patched || through_bot
    })
}

/// Whether another commit would be brought out.
fn changes_fix(change: &PatchChange) -> bool {
    match change {
        PatchChange::Named { .. } | PatchChange::Dropped { .. } => true,
        PatchChange::Seen { parts, .. } => parts.contains(&PullPart::Head),
        PatchChange::Tested { .. } => false,
    }
}

/// `!release skip [ADVISORY] STEP --reason …`
pub(crate) fn skip(ask: &Ask<'_>, step: Step, reason: &Embargoed<String>) -> Result<Decision, Refusal> {
    let incident = ask.open_incident()?;
    let (Release::Running(of) | Release::Stopped(of, _)) = &incident.release else {
        return Err(Refusal::NoRelease);
    };
    if let Some(why) = runbook::needless(ask.world, incident, step) {
        return Err(Refusal::Needless { step, why });
    }
    if runbook::is_done(ask.world, incident, step) {
        return Err(Refusal::Release(ReleaseRefusal::StepDone { step }));
    }
    let waits = waits(ask.world, incident)?;
    let mut waived = of.waived.clone();
    waived.insert(step);
    let early = of.early;
    let mut decision = request(ask, incident, early, &waived, Some(reason))?;
    decision.cancelled.extend(waits);
    Ok(decision)
}
