//! The public is told of a release that is coming, once the announcement list was: the same, and nothing
//! else. The team has seen it beforehand, with the mail.

use crate::kernel::{
    ask::room_of,
    decision::Decision,
    effect::{Action, OpenPlace, Outcome, Purpose},
    embargoed::Disclosed,
    incident::Incident,
    mail::Prenotification,
    notice::PublicNotice,
    reply::{chat, notify as sentences},
    settings::Project,
    world::World,
};

/// Where the public of `project` is told.
pub(crate) fn place(project: &Project) -> OpenPlace {
    OpenPlace::Topic(project.public_channel, project.public_topic.clone())
}

/// The list has `news`: the public gets it too.
pub(crate) fn told(world: &World, incident: &Incident, news: &Disclosed<Prenotification>) -> Decision {
    let Some(project) = world.settings.project(&incident.project) else { return Decision::nothing() };
    let notify = Action::Notify { to: place(project), notice: PublicNotice::Planned { news: news.clone() } };
    Decision::nothing().effect(notify, Purpose::TellPublic { incident: incident.id })
}

/// What became of that.
pub(crate) fn settled(world: &World, incident: &Incident, outcome: &Outcome) -> Decision {
    let Some(project) = world.settings.project(&incident.project) else { return Decision::nothing() };
    let text = match outcome {
        Outcome::Posted(_) => sentences::public_told(world, &place(project)),
        Outcome::Failed(why) => chat::not_said(why),
        Outcome::Delayed(why) => chat::delayed(why),
        Outcome::Blocked(_) => chat::not_said_by_guard(),
        Outcome::Done
        | Outcome::Advisory(_)
        | Outcome::Conflict(..)
        | Outcome::Fork(_)
        | Outcome::Pulls(_)
        | Outcome::Uploaded(_)
        | Outcome::NotPrivate(_)
        | Outcome::Unknown(_) => return Decision::nothing(),
    };
    Decision::nothing().say(room_of(incident), text, incident.manager)
}
