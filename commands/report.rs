//! What happens to a report: it is noticed on GitHub, acknowledged, accepted, rejected or closed.

use crate::{
    advisory,
    asked::{self, advisory_of, changeable, of_github},
    kernel::{
        ask::{Ask, room_of},
        codename::Codename,
        content::{AdvisoryState, EmbargoedAdvisory, Part},
        decision::Decision,
        effect::{Action, Closing, CommandRef, Emoji, Failure, Origin, Outcome, Purpose, RecordedEffect},
        embargoed::{Embargoed, EmbargoedText, Reader, TeamText},
        fact::Fact,
        incident::{Incident, Release},
        input::Now,
        refusal::Refusal,
        reply::report as sentences,
        settings::Project,
        world::{Reference, World},
    },
    people, sync,
};

/// A private report that no incident is about: it becomes one.
pub(crate) fn noticed(world: &World, project: &Project, advisory: &EmbargoedAdvisory, now: Now) -> Decision {
    let id = world.next_incident();
    let taken = |name: &Codename| world.find(&Reference::Codename(name.clone())).is_some();
    let origin = Origin::Noticed { channel: project.team_channel };
    let codename = Codename::draw(now.dice, taken);
    let mut facts = vec![
        Fact::Opened {
            incident: id,
            project: project.name.clone(),
            codename: codename.clone(),
            origin: Box::new(origin.clone()),
            reporter: None,
        },
        Fact::AdvisorySeen { incident: id, advisory: Box::new(advisory.clone()) },
        Fact::Linked { incident: id },
    ];
    // Whoever drafted it on the team is the first responder.
    let author = advisory.open(&Reader::new()).author.as_ref();
    if let Some(manager) = author.and_then(|login| people::on_team_by_login(world, project, login)) {
        facts.push(Fact::ManagerSet { incident: id, manager, by: None });
    }
    let opened = Incident::open(id, now.time, project.name.clone(), codename, origin, None);
    let incident = opened.after(now.time, &facts);
    let decision = Decision { facts, ..Decision::default() };
    advisory::post_card(world, decision, &incident, now.time)
}

/// Its card stands: the team is called.
pub(crate) fn call(world: &World, decision: Decision, incident: &Incident, now: Now) -> Decision {
    decision.say(room_of(incident), sentences::noticed(world, incident, now.time), incident.manager)
}

/// `!advisory ack [ADVISORY]`
pub(crate) fn acknowledge(ask: &Ask<'_>) -> Result<Decision, Refusal> {
    let incident = ask.open_incident()?;
    if !incident.has_reporter() {
        return Err(Refusal::NoReporter);
    }
    if let Some((_, by)) = incident.acknowledged {
        return Err(Refusal::Acknowledged { by });
    }
    let fact = Fact::Acknowledged { incident: incident.id, by: ask.command.user };
    let decision = Decision::nothing().fact(fact);
    if let Some(reporter) = &incident.reporter {
        return Ok(decision.answer(&ask.command, sentences::acknowledged_by_mail(incident, reporter)));
    }
    let (repository, ghsa) = advisory_of(ask.world, incident)?;
    let text = sentences::words_for_reporter(incident);
    Ok(decision.and(of_github(ask, incident, Action::Comment { repository, ghsa, text })))
}

/// The reporter was told on the advisory's page.
pub(crate) fn told(command: &CommandRef, text: &TeamText) -> Decision {
    asked::answered(Decision::nothing(), command, sentences::told(text))
}

/// The reporter could not be told there; a person has to.
pub(crate) fn not_told(command: &CommandRef, text: &TeamText, why: &Failure) -> Decision {
    asked::answered(Decision::nothing(), command, sentences::not_told(why, text))
}

/// `!advisory accept [ADVISORY]`
pub(crate) fn accept(ask: &Ask<'_>) -> Result<Decision, Refusal> {
    let incident = changeable(ask)?;
    let (repository, ghsa) = advisory_of(ask.world, incident)?;
    let state = incident.advisory().map(|advisory| advisory.open(&Reader::new()).state);
    if state != Some(AdvisoryState::Triage) {
        return Err(Refusal::Accepted);
    }
    Ok(of_github(ask, incident, Action::AcceptReport { repository, ghsa }))
}

/// The report was accepted on GitHub.
pub(crate) fn accepted(
    world: &World,
    incident: &Incident,
    command: &CommandRef,
    outcome: &Outcome,
    now: Now,
) -> Decision {
    let Outcome::Advisory(advisory) = outcome else { return Decision::nothing() };
    let fact = Fact::Accepted { incident: incident.id, by: command.user };
    let decision = sync::shown(world, incident, advisory, &[Part::State], Some(command.user), now).fact(fact);
    asked::answered(decision, command, sentences::accepted(incident))
}

/// `!advisory reject [ADVISORY] REASON…`
pub(crate) fn reject(ask: &Ask<'_>, reason: &Embargoed<String>) -> Result<Decision, Refusal> {
    let incident = changeable(ask)?;
    close_on_github(ask, incident, Closing::Rejected, reason)
}

/// `!advisory close [ADVISORY] REASON…`
pub(crate) fn close(ask: &Ask<'_>, reason: &Embargoed<String>) -> Result<Decision, Refusal> {
    let incident = ask.open_incident()?;
    if matches!(incident.release, Release::Running(_)) {
        return Err(Refusal::ReleaseUnderWay);
    }
    if !incident.is_published() {
        return close_on_github(ask, incident, Closing::Dropped, reason);
    }
    let fact = Fact::Closed {
        incident: incident.id,
        by: Some(ask.command.user),
        closing: Closing::Finished,
        reason: Some(EmbargoedText::from(reason.open(&Reader::new()).as_str())),
    };
    Ok(Decision::nothing().fact(fact).answer(&ask.command, sentences::closed(incident, Closing::Finished)))
}

fn close_on_github(
    ask: &Ask<'_>,
    incident: &Incident,
    closing: Closing,
    reason: &Embargoed<String>,
) -> Result<Decision, Refusal> {
    let (repository, ghsa) = advisory_of(ask.world, incident)?;
    let purpose = Purpose::Close {
        incident: incident.id,
        command: ask.command.clone(),
        closing,
        reason: EmbargoedText::from(reason.open(&Reader::new()).as_str()),
    };
    let shown = incident.advisory().map(|advisory| advisory.open(&Reader::new()).state);
    // An acceptance on its way comes first.
    let accepts = |recorded: &RecordedEffect| {
        let of_it = recorded.effect.purpose.incident() == Some(incident.id);
        of_it && matches!(recorded.effect.action, Action::AcceptReport { .. })
    };
    let is_accepted = ask.world.pending().values().any(accepts);
    let from = shown.filter(|_| !is_accepted).unwrap_or(AdvisoryState::Draft);
    let action = Action::CloseAdvisory { repository, ghsa, from };
    Ok(Decision::nothing().mark(&ask.command, Emoji::Working).effect(action, purpose))
}

/// The advisory was closed on GitHub, or could not be.
pub(crate) fn closed(
    world: &World,
    incident: &Incident,
    command: &CommandRef,
    (closing, reason): (Closing, &EmbargoedText),
    outcome: &Outcome,
    now: Now,
) -> Decision {
    match outcome {
        Outcome::Advisory(advisory) => {
            let fact = Fact::Closed {
                incident: incident.id,
                by: Some(command.user),
                closing,
                reason: Some(reason.clone()),
            };
            let decision =
                sync::shown(world, incident, advisory, &[Part::State], Some(command.user), now).fact(fact);
            asked::answered(decision, command, sentences::closed(incident, closing))
        }
        Outcome::Conflict(advisory, _) => {
            let decision = sync::shown(world, incident, advisory, &[], None, now);
            decision.and(asked::failed(command, sentences::not_closed()))
        }
        Outcome::Failed(why) | Outcome::Unknown(why) => {
            asked::failed(command, crate::kernel::reply::asked::not_done(why))
        }
        Outcome::Delayed(why) => {
            Decision::nothing().answer(command, crate::kernel::reply::chat::delayed(why))
        }
        Outcome::Done
        | Outcome::Posted(_)
        | Outcome::Fork(_)
        | Outcome::Pulls(_)
        | Outcome::Uploaded(_)
        | Outcome::Found(_)
        | Outcome::Blocked(_)
        | Outcome::NotPrivate(_) => Decision::nothing(),
    }
}
