//! What commands asked GitHub for: sent out under the command's mark, and answered when it is settled.

use crate::{
    cve, fork,
    kernel::{
        ask::Ask,
        decision::Decision,
        effect::{Action, CommandRef, Effect, Emoji, Failure, Outcome, Purpose},
        embargoed::{Embargoed, TeamText},
        fact::Fact,
        id::{GhsaId, Repository},
        incident::{Incident, Release},
        input::Now,
        refusal::Refusal,
        reply::{asked as sentences, chat},
        world::World,
    },
    people, report, timeline,
};

/// Where an incident's advisory is.
///
/// # Errors
/// While it is still being made.
pub(crate) fn advisory_of(
    world: &World,
    incident: &Incident,
) -> Result<(Repository, Embargoed<GhsaId>), Refusal> {
    let project = world.settings.project(&incident.project);
    let (Some(project), Some(advisory)) = (project, incident.advisory()) else {
        return Err(Refusal::StillOpening);
    };
    Ok((project.repository.clone(), advisory.map(|advisory| advisory.ghsa.clone())))
}

/// The incident, when its advisory may still be changed.
///
/// # Errors
/// When it is public, or a release is under way.
pub(crate) fn changeable<'a>(ask: &Ask<'a>) -> Result<&'a Incident, Refusal> {
    let incident = ask.open_incident()?;
    if incident.is_published() {
        return Err(Refusal::Published);
    }
    if matches!(incident.release, Release::Running(_)) {
        return Err(Refusal::ReleaseUnderWay);
    }
    Ok(incident)
}

/// Does `action` for the command; its answer follows.
pub(crate) fn of_github(ask: &Ask<'_>, incident: &Incident, action: Action) -> Decision {
    let purpose = Purpose::Asked { incident: incident.id, command: ask.command.clone() };
    Decision::nothing().mark(&ask.command, Emoji::Working).effect(action, purpose)
}

/// And says that what the command asked for is done.
pub(crate) fn answered(decision: Decision, command: &CommandRef, text: TeamText) -> Decision {
    decision.mark(command, Emoji::Done).answer(command, text)
}

/// What the command asked for could not be done: its author may edit it and try again.
pub(crate) fn failed(command: &CommandRef, text: TeamText) -> Decision {
    let refused = Fact::CommandRefused { message: command.message, user: command.user, words: 0 };
    Decision::nothing().fact(refused).mark(command, Emoji::Failed).answer(command, text)
}

/// What became of it.
pub(crate) fn settled(
    world: &World,
    incident: &Incident,
    command: &CommandRef,
    effect: &Effect,
    outcome: &Outcome,
    now: Now,
) -> Decision {
    let given_up = |why: &Failure| match &effect.action {
        Action::Comment { text, .. } => report::not_told(command, text, why),
        Action::CreateFork { .. } => fork::failed(command, why, Fact::ForkFailed { incident: incident.id }),
        Action::AwaitFork { .. } => fork::failed(command, why, Fact::ForkUnusable { incident: incident.id }),
        Action::Post { .. }
        | Action::Edit { .. }
        | Action::React { .. }
        | Action::Notify { .. }
        | Action::CreateAdvisory { .. }
        | Action::FetchAdvisory { .. }
        | Action::UpdateAdvisory { .. }
        | Action::AcceptReport { .. }
        | Action::CloseAdvisory { .. }
        | Action::ChangeCollaborators { .. }
        | Action::AddCredit { .. }
        | Action::RequestCve { .. }
        | Action::SetCve { .. }
        | Action::ReadPulls { .. }
        | Action::Upload { .. }
        | Action::PublishAdvisory { .. }
        | Action::SendMail { .. }
        | Action::Work(_)
        | Action::MailRelease { .. } => failed(command, sentences::not_done(why)),
    };
    match outcome {
        Outcome::Failed(why) | Outcome::Unknown(why) => given_up(why),
        Outcome::Delayed(_) if matches!(effect.action, Action::AwaitFork { .. }) => Decision::nothing(),
        Outcome::Delayed(why) => Decision::nothing().answer(command, chat::delayed(why)),
        Outcome::Done
        | Outcome::Posted(_)
        | Outcome::Advisory(_)
        | Outcome::Conflict(..)
        | Outcome::Fork(_)
        | Outcome::Pulls(_)
        | Outcome::Uploaded(_)
        | Outcome::Found(_)
        | Outcome::Blocked(_)
        | Outcome::NotPrivate(_) => done(world, incident, command, &effect.action, outcome, now),
    }
}

fn done(
    world: &World,
    incident: &Incident,
    command: &CommandRef,
    action: &Action,
    outcome: &Outcome,
    now: Now,
) -> Decision {
    match action {
        Action::AcceptReport { .. } => report::accepted(world, incident, command, outcome, now),
        Action::Comment { text, .. } => report::told(command, text),
        Action::ChangeCollaborators { add, remove, .. } => {
            people::changed(world, incident, command, (add, remove), outcome, now)
        }
        Action::AddCredit { credit, .. } => people::credited(world, incident, command, credit, outcome, now),
        Action::RequestCve { .. } => cve::requested(world, incident, command, outcome, now),
        Action::SetCve { cve, .. } => cve::entered(world, incident, command, cve, outcome, now),
        Action::CreateFork { .. } => fork::made(incident, command, outcome),
        Action::AwaitFork { fork } => fork::ready(world, incident, command, fork),
        Action::Upload { kept, .. } => timeline::kept(world, incident, command, (kept, outcome), now),
        Action::Post { .. }
        | Action::Edit { .. }
        | Action::React { .. }
        | Action::Notify { .. }
        | Action::CreateAdvisory { .. }
        | Action::FetchAdvisory { .. }
        | Action::UpdateAdvisory { .. }
        | Action::CloseAdvisory { .. }
        | Action::ReadPulls { .. }
        | Action::PublishAdvisory { .. }
        | Action::SendMail { .. }
        | Action::Work(_)
        | Action::MailRelease { .. } => Decision::nothing(),
    }
}
