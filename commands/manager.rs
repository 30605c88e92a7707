//! `!manager`: the person answerable for the runbook being followed.

use crate::{
    kernel::{
        ask::{Ask, room_of},
        authority,
        collaborator::Who,
        command::ManagerWish,
        decision::Decision,
        embargoed::{Embargoed, Reader},
        fact::Fact,
        id::UserId,
        incident::Incident,
        refusal::Refusal,
        reply::manager as sentences,
        world::World,
    },
    people,
};

/// `!manager [ADVISORY] [claim | @user]`
pub(crate) fn manager(ask: &Ask<'_>, wish: &ManagerWish) -> Result<Decision, Refusal> {
    match wish {
        ManagerWish::Show => {
            let incident = ask.any_incident()?;
            Ok(Decision::nothing().answer(&ask.command, sentences::shown(ask.world, incident)))
        }
        ManagerWish::Claim => hand_to(ask, ask.command.user),
        ManagerWish::HandTo(who) => hand_to(ask, meant(ask.world, who)?),
    }
}

fn meant(world: &World, who: &Embargoed<Who>) -> Result<UserId, Refusal> {
    match who.open(&Reader::new()) {
        Who::Zulip { name, id } => people::user_of(world, name, *id),
        Who::GitHub(collaborator) => {
            Err(Refusal::NobodyCalled { said: Embargoed::new(collaborator.typed()) })
        }
    }
}

fn hand_to(ask: &Ask<'_>, user: UserId) -> Result<Decision, Refusal> {
    let incident = ask.open_incident()?;
    if incident.manager == Some(user) {
        return Err(Refusal::ManagerAlready { user });
    }
    let project = ask.world.settings.project(&incident.project);
    if !project.is_some_and(|project| authority::on_team(ask.world, project, user)) {
        return Err(Refusal::NotOnThisTeam { user });
    }
    let by = ask.command.user;
    let fact = Fact::ManagerSet { incident: incident.id, manager: user, by: Some(by) };
    let text = sentences::changed(ask.world, incident.manager, user, by);
    let decision = Decision::nothing().fact(fact).answer(&ask.command, text.clone());
    let elsewhere = room_of(incident) != ask.command.answer_to;
    Ok(if elsewhere { decision.say(room_of(incident), text, Some(user)) } else { decision })
}

/// Whoever first does something about an incident without a manager is its manager.
pub(crate) fn first_responder(world: &World, incident: &Incident, user: UserId) -> Decision {
    let fact = Fact::ManagerSet { incident: incident.id, manager: user, by: None };
    let text = sentences::first_responder(world, user);
    Decision::nothing().fact(fact).say(room_of(incident), text, Some(user))
}
