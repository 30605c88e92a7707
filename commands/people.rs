//! `!invite`, `!uninvite`, `!who` and `!advisory credit`: who takes part, on Zulip and on GitHub.

use std::collections::BTreeSet;

use crate::{
    asked::{self, advisory_of, changeable, of_github},
    kernel::{
        ask::Ask,
        authority,
        collaborator::{Collaborator, Collaborators, Credit, CreditKind, Login, Who},
        content::Part,
        decision::Decision,
        effect::{Action, CommandRef, Outcome},
        embargoed::{Embargoed, Reader},
        fact::Fact,
        id::UserId,
        incident::Incident,
        input::Now,
        refusal::Refusal,
        reply::people as sentences,
        settings::Project,
        world::World,
    },
    sync,
};

/// The user on Zulip who is meant.
///
/// # Errors
/// When there is nobody of that name.
pub(crate) fn user_of(world: &World, name: &str, id: Option<UserId>) -> Result<UserId, Refusal> {
    let users = &world.directory.users;
    let by_id = id.and_then(|id| users.get(&id));
    let same = |known: &str| known.to_lowercase() == name.to_lowercase();
    let by_name = || users.values().find(|user| user.is_active && same(&user.name));
    let namesakes = users.values().filter(|user| user.is_active && same(&user.name)).count();
    if by_id.is_none() && namesakes > 1 {
        return Err(Refusal::SeveralCalled { said: Embargoed::new(name.to_owned()) });
    }
    let found = by_id.or_else(by_name).filter(|_| !name.is_empty() || id.is_some());
    let nobody = || Refusal::NobodyCalled { said: Embargoed::new(name.to_owned()) };
    found.map(|user| user.id).ok_or_else(nobody)
}

/// What a user of Zulip is called on GitHub: by their profile there, else by the configuration.
pub(crate) fn login_of(world: &World, user: UserId) -> Option<&Login> {
    let profile = world.directory.users.get(&user).and_then(|user| user.github.as_ref());
    profile.or_else(|| world.settings.people.get(&user))
}

/// The member of a project's team who is called that on GitHub.
pub(crate) fn on_team_by_login(world: &World, project: &Project, login: &Login) -> Option<UserId> {
    authority::team(world, project).into_iter().find(|user| login_of(world, *user) == Some(login))
}

fn collaborator(world: &World, who: &Who) -> Result<Collaborator, Refusal> {
    match who {
        Who::GitHub(collaborator) => Ok(collaborator.clone()),
        Who::Zulip { name, id } => {
            let user = user_of(world, name, *id)?;
            let login = login_of(world, user).ok_or(Refusal::NoLogin { user })?;
            Ok(Collaborator::User(login.clone()))
        }
    }
}

fn collaborators(world: &World, who: &[Embargoed<Who>]) -> Result<Collaborators, Refusal> {
    who.iter().map(|who| collaborator(world, who.open(&Reader::new()))).collect()
}

/// `!invite [ADVISORY] WHO…`
pub(crate) fn invite(ask: &Ask<'_>, who: &[Embargoed<Who>]) -> Result<Decision, Refusal> {
    change(ask, collaborators(ask.world, who)?, Collaborators::new())
}

/// `!uninvite [ADVISORY] WHO…`
pub(crate) fn uninvite(ask: &Ask<'_>, who: &[Embargoed<Who>]) -> Result<Decision, Refusal> {
    change(ask, Collaborators::new(), collaborators(ask.world, who)?)
}

fn change(ask: &Ask<'_>, add: Collaborators, remove: Collaborators) -> Result<Decision, Refusal> {
    let incident = changeable(ask)?;
    let (repository, ghsa) = advisory_of(ask.world, incident)?;
    let invited = !add.is_empty();
    let known = |who: &Collaborator| {
        incident.advisory().is_some_and(|advisory| advisory.open(&Reader::new()).collaborators.contains(who))
    };
    // Somebody may be on their way in or out.
    let settled = !ask.world.pending().values().any(|recorded| {
        recorded.effect.purpose.incident() == Some(incident.id)
            && matches!(recorded.effect.action, Action::ChangeCollaborators { .. })
    });
    if settled && add.iter().all(known) && !remove.iter().any(known) {
        return Err(Refusal::NothingToChange { invited });
    }
    let (add, remove) = (Embargoed::new(add), Embargoed::new(remove));
    Ok(of_github(ask, incident, Action::ChangeCollaborators { repository, ghsa, add, remove }))
}

/// People were given access on GitHub, or lost it.
pub(crate) fn changed(
    world: &World,
    incident: &Incident,
    command: &CommandRef,
    (add, remove): (&Embargoed<Collaborators>, &Embargoed<Collaborators>),
    outcome: &Outcome,
    now: Now,
) -> Decision {
    let Outcome::Advisory(advisory) = outcome else { return Decision::nothing() };
    let reader = Reader::new();
    let of = |who: &Embargoed<Collaborators>| -> Vec<Embargoed<Collaborator>> {
        who.open(&reader).iter().cloned().map(Embargoed::new).collect()
    };
    let own = if others_changed(incident, advisory, add.open(&reader), remove.open(&reader)) {
        vec![]
    } else {
        vec![Part::Collaborators]
    };
    let mut decision = sync::shown(world, incident, advisory, &own, Some(command.user), now);
    let by = command.user;
    if !add.open(&reader).is_empty() {
        decision = decision.fact(Fact::Invited { incident: incident.id, by, who: of(add) });
    }
    if !remove.open(&reader).is_empty() {
        decision = decision.fact(Fact::Uninvited { incident: incident.id, by, who: of(remove) });
    }
    asked::answered(decision, command, sentences::changed(&of(add), &of(remove)))
}

/// Whether GitHub shows more than that change.
fn others_changed(
    incident: &Incident,
    advisory: &Embargoed<crate::kernel::content::Advisory>,
    add: &Collaborators,
    remove: &Collaborators,
) -> bool {
    let reader = Reader::new();
    let Some(before) = incident.advisory().map(|before| &before.open(&reader).collaborators) else {
        return false;
    };
    let expected: BTreeSet<&Collaborator> = before.union(add).filter(|who| !remove.contains(who)).collect();
    advisory.open(&reader).collaborators.iter().collect::<BTreeSet<_>>() != expected
}

/// `!advisory credit [ADVISORY] WHO [--as TYPE]`
pub(crate) fn credit(ask: &Ask<'_>, who: &Embargoed<Who>, kind: CreditKind) -> Result<Decision, Refusal> {
    let incident = changeable(ask)?;
    let (repository, ghsa) = advisory_of(ask.world, incident)?;
    let login = match collaborator(ask.world, who.open(&Reader::new()))? {
        Collaborator::User(login) => login,
        Collaborator::Team(_) => return Err(Refusal::TeamCredited),
    };
    let credit = Embargoed::new(Credit { login, kind });
    Ok(of_github(ask, incident, Action::AddCredit { repository, ghsa, credit }))
}

/// Somebody was credited on GitHub.
pub(crate) fn credited(
    world: &World,
    incident: &Incident,
    command: &CommandRef,
    credit: &Embargoed<Credit>,
    outcome: &Outcome,
    now: Now,
) -> Decision {
    let Outcome::Advisory(advisory) = outcome else { return Decision::nothing() };
    let fact = Fact::Credited { incident: incident.id, by: command.user, credit: credit.clone() };
    let reader = Reader::new();
    let mut expected = incident.advisory().map(|a| a.open(&reader).credits.clone()).unwrap_or_default();
    expected.retain(|known| known.login != credit.open(&reader).login);
    expected.push(credit.open(&reader).clone());
    let mut held = advisory.open(&reader).credits.clone();
    expected.sort();
    held.sort();
    let own: &[Part] = if held == expected { &[Part::Credits] } else { &[] };
    let decision = sync::shown(world, incident, advisory, own, Some(command.user), now).fact(fact);
    asked::answered(decision, command, sentences::credited(credit))
}

/// `!who [ADVISORY]`
pub(crate) fn who(ask: &Ask<'_>) -> Result<Decision, Refusal> {
    let incident = ask.any_incident()?;
    Ok(Decision::nothing().answer(&ask.command, sentences::who(ask.world, incident)))
}
