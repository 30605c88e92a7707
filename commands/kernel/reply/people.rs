//! What is said of those who take part.

use crate::kernel::{
    authority,
    collaborator::{Collaborator, Credit},
    content::Advisory,
    embargoed::{Embargoed, Team, TeamText},
    escape::{code, inline},
    id::UserId,
    incident::Incident,
    reply::{fit, list, silent},
    world::World,
};

/// How many people are named in one list; the rest are counted.
const NAMED_MAX: usize = 60;

/// People were given access, or lost it.
#[must_use]
pub fn changed(added: &[Embargoed<Collaborator>], removed: &[Embargoed<Collaborator>]) -> TeamText {
    TeamText::compose(|team| {
        let names = |who: &[Embargoed<Collaborator>]| {
            listed(who.iter().map(|who| code(&who.open(team).typed())).collect())
        };
        let mut lines = Vec::new();
        if !added.is_empty() {
            lines.push(format!("✅ Invited on GitHub: {}.", names(added)));
        }
        if !removed.is_empty() {
            lines.push(format!("✅ No longer invited: {}.", names(removed)));
        }
        fit(lines.join("\n"))
    })
}

/// Somebody was credited.
#[must_use]
pub fn credited(credit: &Embargoed<Credit>) -> TeamText {
    TeamText::compose(|team| {
        let Credit { login, kind } = credit.open(team);
        format!(
            "✅ Credited: {} as {}. GitHub asks them; the credit is public only if they accept.",
            code(login.as_str()),
            kind.words()
        )
    })
}

/// Everyone who can see the incident.
#[must_use]
pub fn who(world: &World, incident: &Incident) -> TeamText {
    TeamText::compose(|team| {
        let mut lines = Vec::new();
        if let Some(project) = world.settings.project(&incident.project) {
            let members = authority::team(world, project);
            let names = members.iter().map(|user| silent(world, *user)).collect();
            lines.push(format!("**Team**: {}", listed(names)));
            let channel = world.directory.channels.get(&project.team_channel);
            let others = channel.into_iter().flat_map(|channel| &channel.subscribers);
            let others: Vec<String> = others
                .filter(|user| !members.contains(user))
                .map(|user| format!("{}{}", silent(world, *user), kind(world, *user)))
                .collect();
            if !others.is_empty() {
                lines.push(format!("**Also read this channel**: {}", listed(others)));
            }
            lines.extend(on_github(incident, team, &inline(&project.repository.to_string())));
        }
        fit(lines.join("\n"))
    })
}

fn on_github(incident: &Incident, team: &Team, repository: &str) -> Vec<String> {
    let Some(advisory) = incident.advisory() else { return Vec::new() };
    let advisory: &Advisory = advisory.open(team);
    let author = advisory.author.as_ref();
    let names: Vec<String> = advisory
        .collaborators
        .iter()
        .map(|who| {
            let made = matches!(who, Collaborator::User(login) if author == Some(login));
            format!("{}{}", code(&who.typed()), if made { " (made it)" } else { "" })
        })
        .collect();
    let fork = advisory
        .fork
        .as_ref()
        .map(|fork| format!(", and the private fork {}", code(&fork.to_string())))
        .unwrap_or_default();
    vec![
        format!("**Collaborators on GitHub**, who see the advisory{fork}: {}", listed(names)),
        format!("**And** the administrators and security managers of {repository}."),
    ]
}

pub(super) fn kind(world: &World, user: UserId) -> &'static str {
    match world.directory.users.get(&user) {
        Some(user) if world.directory.is_me(user.id) => " (me)",
        Some(user) if user.is_bot => " (a bot)",
        Some(user) if user.is_guest => " (a guest)",
        Some(user) if !user.is_active => " (deactivated)",
        Some(_) => " (not in the team's group)",
        None => "",
    }
}

/// The team of an open incident changed.
#[must_use]
pub fn team_changed(world: &World, incident: &Incident, joined: &[UserId], left: &[UserId]) -> TeamText {
    TeamText::compose(|_| {
        let names = |who: &[UserId]| listed(who.iter().map(|user| silent(world, *user)).collect());
        let mut lines = Vec::new();
        if !joined.is_empty() {
            lines.push(format!("**Joined the team**: {}. They can read this incident now.", names(joined)));
        }
        if !left.is_empty() {
            lines.push(format!(
                "**Left the team**: {}. Their access on GitHub stays until it is taken: {}",
                names(left),
                code("!uninvite WHO")
            ));
        }
        if incident.manager.is_some_and(|manager| left.contains(&manager)) {
            lines.push(format!(
                "The incident manager is among them. Somebody else: {}",
                code("!manager claim")
            ));
        }
        fit(lines.join("\n"))
    })
}

pub(super) fn listed(names: Vec<String>) -> String {
    let more = names.len().saturating_sub(NAMED_MAX);
    if more == 0 {
        return if names.is_empty() { "nobody".to_owned() } else { list(&names) };
    }
    let shown: Vec<String> = names.into_iter().take(NAMED_MAX).collect();
    format!("{} and {more} more", shown.join(", "))
}
