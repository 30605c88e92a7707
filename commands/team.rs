//! Who joins and who leaves a team while incidents are open, and where the incidents of a team live whose
//! channel is another since the last start.

use std::collections::BTreeSet;

use crate::kernel::{
    ask::room_of,
    authority,
    decision::Decision,
    effect::TeamPlace,
    fact::Fact,
    id::UserId,
    incident::{Incident, Stage},
    reply::people as sentences,
    settings::Project,
    world::World,
};

/// Zulip's people, channels or groups have changed: what that means for the teams. What changed while
/// the bot was down is seen at the next start.
pub(crate) fn changed(world: &World) -> Decision {
    // Before the first registration nobody is known, and nobody has left.
    if world.directory.me.is_none() {
        return Decision::nothing();
    }
    let projects = world.settings.projects.iter();
    projects.fold(Decision::nothing(), |decision, project| {
        decision.and(of_project(world, project)).and(rehoused(world, project))
    })
}

/// The open incidents that live in a channel which the configuration no longer names: each gets a topic in
/// the project's present one.
fn rehoused(world: &World, project: &Project) -> Decision {
    let open = |incident: &&Incident| incident.stage == Stage::Open && incident.project == project.name;
    let channel = project.team_channel;
    world
        .incidents()
        .filter(|incident| open(incident) && is_stray(world, incident))
        .fold(Decision::nothing(), |decision, incident| {
            decision.fact(Fact::Rehoused { incident: incident.id, channel })
        })
}

/// Whether the incident lives where no team is.
fn is_stray(world: &World, incident: &Incident) -> bool {
    match room_of(incident) {
        TeamPlace::Topic(channel, _) => !world.settings.is_team_channel(channel),
        TeamPlace::Person(_) => false,
    }
}

fn of_project(world: &World, project: &Project) -> Decision {
    // A channel out of sight shows nobody, and nobody has left for that.
    if !world.directory.channels.contains_key(&project.team_channel) {
        return Decision::nothing();
    }
    let members: BTreeSet<UserId> = authority::team(world, project).into_iter().collect();
    let known = world.known_team(&project.name);
    if known == Some(&members) {
        return Decision::nothing();
    }
    let joined: Vec<UserId> =
        known.map_or_else(Vec::new, |known| members.difference(known).copied().collect());
    let left: Vec<UserId> =
        known.map_or_else(Vec::new, |known| known.difference(&members).copied().collect());
    let decision = Decision::nothing().fact(Fact::TeamSeen { project: project.name.clone(), members });
    if joined.is_empty() && left.is_empty() {
        return decision;
    }
    let open = world.incidents().filter(|incident| {
        let stands = incident.stage == Stage::Open && incident.room.is_some();
        stands && incident.project == project.name && !is_stray(world, incident)
    });
    open.fold(decision, |decision, incident| {
        let text = sentences::team_changed(world, incident, &joined, &left);
        decision.say(room_of(incident), text, None)
    })
}
