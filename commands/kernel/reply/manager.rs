//! What is said of the incident manager.

use crate::kernel::{
    embargoed::TeamText,
    escape::code,
    id::UserId,
    incident::Incident,
    reply::{manager_of, mention, silent},
    world::World,
};

/// Who it is.
#[must_use]
pub fn shown(world: &World, incident: &Incident) -> TeamText {
    TeamText::compose(|_| {
        let who = manager_of(world, incident);
        format!(
            "The incident manager is {who}. {} takes over, {} hands over.",
            code("!manager claim"),
            code("!manager @user")
        )
    })
}

/// It is somebody else now.
#[must_use]
pub fn changed(world: &World, before: Option<UserId>, now: UserId, by: UserId) -> TeamText {
    TeamText::compose(|_| {
        let new = if now == by { silent(world, now) } else { mention(world, now) };
        match before {
            Some(before) if before != by => {
                format!("✅ {new} is the incident manager now, in place of {}.", mention(world, before))
            }
            Some(before) => {
                format!("✅ {new} is the incident manager now, in place of {}.", silent(world, before))
            }
            None => format!("✅ {new} is the incident manager now."),
        }
    })
}

/// Whoever answered first is it.
#[must_use]
pub fn first_responder(world: &World, user: UserId) -> TeamText {
    TeamText::compose(|_| {
        format!(
            "{} answered first and is the incident manager. {} hands over.",
            silent(world, user),
            code("!manager @user")
        )
    })
}
