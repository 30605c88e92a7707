//! `!cve`: the number, asked for once, noticed when it comes, and asked after when it does not.

use crate::{
    asked::{self, advisory_of, changeable, of_github},
    embargo,
    kernel::{
        ask::Ask,
        content::{AdvisoryState, Part},
        decision::Decision,
        effect::{Action, CommandRef, Outcome, Purpose},
        embargoed::{Embargoed, Reader},
        fact::Fact,
        id::CveId,
        incident::Incident,
        input::Now,
        refusal::Refusal,
        reply::cve as sentences,
        world::World,
    },
    sync,
};

/// `!cve request [ADVISORY]`
pub(crate) fn request(ask: &Ask<'_>) -> Result<Decision, Refusal> {
    let incident = ask.open_incident()?;
    let (repository, ghsa) = advisory_of(ask.world, incident)?;
    let Some(advisory) = incident.advisory().map(|advisory| advisory.open(&Reader::new())) else {
        return Err(Refusal::StillOpening);
    };
    if let Some(cve) = &advisory.cve {
        return Err(Refusal::HasCve { cve: Embargoed::new(cve.clone()) });
    }
    if advisory.state == AdvisoryState::Triage {
        return Err(Refusal::NotAccepted);
    }
    if incident.cve_requested.is_some() || is_on_its_way(ask.world, incident) {
        return Err(Refusal::CveAskedFor { since: incident.cve_requested });
    }
    Ok(of_github(ask, incident, Action::RequestCve { repository, ghsa }))
}

fn is_on_its_way(world: &World, incident: &Incident) -> bool {
    world.pending().values().any(|recorded| {
        let of_it =
            matches!(recorded.effect.purpose, Purpose::Asked { incident: of, .. } if of == incident.id);
        of_it && matches!(recorded.effect.action, Action::RequestCve { .. })
    })
}

/// GitHub took the request.
pub(crate) fn requested(
    world: &World,
    incident: &Incident,
    command: &CommandRef,
    outcome: &Outcome,
    now: Now,
) -> Decision {
    if let Outcome::Advisory(advisory) = outcome {
        let decision = sync::shown(world, incident, advisory, &[], None, now);
        return asked::answered(decision, command, sentences::there_already(advisory));
    }
    let fact = Fact::CveRequested { incident: incident.id, by: command.user };
    let decision = Decision::nothing().fact(fact);
    asked::answered(decision, command, sentences::requested(world.settings.policy.cve_within))
}

/// `!cve set [ADVISORY] CVE-…`
pub(crate) fn set(ask: &Ask<'_>, cve: &Embargoed<CveId>) -> Result<Decision, Refusal> {
    let incident = changeable(ask)?;
    let (repository, ghsa) = advisory_of(ask.world, incident)?;
    let known = incident.advisory().and_then(|advisory| advisory.open(&Reader::new()).cve.clone());
    match known {
        Some(known) => Err(Refusal::HasCve { cve: Embargoed::new(known) }),
        None => Ok(of_github(ask, incident, Action::SetCve { repository, ghsa, cve: cve.clone() })),
    }
}

/// The number was entered on GitHub, or another stands there.
pub(crate) fn entered(
    world: &World,
    incident: &Incident,
    command: &CommandRef,
    cve: &Embargoed<CveId>,
    outcome: &Outcome,
    now: Now,
) -> Decision {
    match outcome {
        Outcome::Advisory(advisory) => {
            let fact = Fact::CveAssigned { incident: incident.id, cve: cve.clone(), by: Some(command.user) };
            let decision =
                sync::shown(world, incident, advisory, &[Part::Cve], Some(command.user), now).fact(fact);
            let after = incident.after(now.time, &decision.facts);
            let proposal = embargo::propose(world, &after, now.time);
            asked::answered(decision, command, sentences::entered(cve)).and(proposal)
        }
        Outcome::Conflict(advisory, _) => {
            let decision = sync::shown(world, incident, advisory, &[], None, now);
            decision.and(asked::failed(command, sentences::there_already(advisory)))
        }
        Outcome::Done
        | Outcome::Posted(_)
        | Outcome::Fork(_)
        | Outcome::Pulls(_)
        | Outcome::Uploaded(_)
        | Outcome::Found(_)
        | Outcome::Blocked(_)
        | Outcome::NotPrivate(_)
        | Outcome::Failed(_)
        | Outcome::Unknown(_)
        | Outcome::Delayed(_) => Decision::nothing(),
    }
}

/// `!cve status [ADVISORY]`
pub(crate) fn status(ask: &Ask<'_>) -> Result<Decision, Refusal> {
    let incident = ask.any_incident()?;
    Ok(Decision::nothing().answer(&ask.command, sentences::status(ask.world, incident, ask.now.time)))
}
