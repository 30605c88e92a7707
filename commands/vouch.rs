//! `!done` and `!undo`: the steps that only a person can see.

use crate::{
    asked::changeable,
    kernel::{
        ask::Ask,
        decision::Decision,
        embargoed::{Embargoed, EmbargoedText, Reader},
        fact::Fact,
        incident::Incident,
        refusal::{NotifyRefusal, Refusal},
        reply::{release::STEP_UNDONE, vouch as sentences},
        runbook,
        step::Step,
    },
    planned, release,
};

/// `!done [ADVISORY] STEP [EVIDENCE…]`
pub(crate) fn done(
    ask: &Ask<'_>,
    step: Step,
    evidence: Option<&Embargoed<String>>,
) -> Result<Decision, Refusal> {
    let incident = vouchable(ask, step)?;
    if let Some(why) = runbook::needless(ask.world, incident, step) {
        return Err(Refusal::Needless { step, why });
    }
    let something = incident.mailing.is_out() || incident.embargo.is_some();
    if step == Step::ListSeen && !something {
        return Err(Refusal::Notify(NotifyRefusal::NothingToSee));
    }
    let evidence = evidence.map(|evidence| EmbargoedText::from(evidence.open(&Reader::new()).as_str()));
    let fact = Fact::StepVouched { incident: incident.id, step, by: ask.command.user, evidence };
    let after = incident.after(ask.now.time, std::slice::from_ref(&fact));
    let answer = sentences::done(ask.world, &after, step, ask.now.time);
    let decision = Decision::nothing().fact(fact).answer(&ask.command, answer);
    let decision = decision.and(planned::arrived(ask.world, incident, &after));
    Ok(release::seen_by_person(ask.world, decision, &after, step, ask.now))
}

/// The incident, where it is the time to vouch for `step`: before the release, but for the builds, which come
/// of it, and for what follows the publication.
fn vouchable<'a>(ask: &Ask<'a>, step: Step) -> Result<&'a Incident, Refusal> {
    if step == Step::Deploy {
        return ask.open_incident();
    }
    if !matches!(step, Step::Blog | Step::Rustsec) {
        return changeable(ask);
    }
    let incident = ask.open_incident()?;
    if incident.is_published() { Ok(incident) } else { Err(Refusal::NotPublished) }
}

/// `!undo [ADVISORY] STEP`
pub(crate) fn undo(ask: &Ask<'_>, step: Step) -> Result<Decision, Refusal> {
    let incident = vouchable(ask, step)?;
    if !incident.vouched.contains_key(&step) {
        return Err(Refusal::NotVouched { step });
    }
    let fact = Fact::StepUndone { incident: incident.id, step, by: ask.command.user };
    let void = release::void(incident, Some(ask.command.user), STEP_UNDONE);
    Ok(Decision::nothing().fact(fact).answer(&ask.command, sentences::undone(step)).and(void))
}
