//! The public is told of a release that is coming, once the announcement list was: the same, and nothing
//! else. The team has seen it beforehand, with the mail.

use crate::{
    kernel::{
        ask::room_of,
        decision::Decision,
        effect::{Action, OpenPlace, Outcome, Purpose},
        embargoed::Disclosed,
        incident::Incident,
        mail::Prenotification,
        notice::PublicNotice,
        reply::notify as sentences,
        settings::Project,
        world::World,
    },
    ping,
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
    let told = ping::became(outcome, || sentences::public_told(world, &place(project)));
    told.map_or_else(Decision::nothing, |text| {
        Decision::nothing().say(room_of(incident), text, incident.manager)
    })
}
