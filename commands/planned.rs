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

/// What happened between `before` and `after`: where the list has a mail for certain now, the public gets
/// it too.
pub(crate) fn arrived(world: &World, before: &Incident, after: &Incident) -> Decision {
    let project = world.settings.project(&after.project);
    let (Some(project), Some(news)) = (project, after.newly_arrived(before)) else {
        return Decision::nothing();
    };
    told(project, after, news)
}

fn told(project: &Project, incident: &Incident, news: Disclosed<Prenotification>) -> Decision {
    let notify = Action::Notify { to: place(project), notice: PublicNotice::Planned { news } };
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
