//! What is said of the private fork.

use crate::kernel::{
    effect::Failure,
    embargoed::{Embargoed, TeamText},
    escape::code,
    id::Repository,
    incident::Incident,
    reply::failure,
    world::World,
};

/// GitHub makes it.
#[must_use]
pub fn under_way() -> TeamText {
    TeamText::from(
        "⏳ GitHub makes the private fork, which takes up to 5 minutes. I say here when it can be used.",
    )
}

/// It can be used.
#[must_use]
pub fn ready(world: &World, incident: &Incident, fork: &Embargoed<Repository>) -> TeamText {
    let main = world.settings.project(&incident.project);
    let main = main.and_then(|project| project.branches.first()).map_or("main", String::as_str);
    TeamText::compose(|team| {
        format!(
            "✅ The private fork can be used: {}. Work on {} first. No CI runs there, so run the tests yourselves; and never merge it through the advisory's page.",
            code(&fork.open(team).to_string()),
            code(main)
        )
    })
}

/// It could not be made.
#[must_use]
pub fn failed(why: &Failure) -> TeamText {
    TeamText::compose(|team| {
        format!(
            "❌ No private fork: {} Make it on the advisory's page, or try again: {}",
            failure::sentence(team, why),
            code("!fork")
        )
    })
}
