//! `!ping`: the public is asked for a maintainer, and told nothing else.

use crate::kernel::{
    ask::Ask,
    decision::Decision,
    effect::{Action, CommandRef, OpenPlace, Outcome, Purpose},
    notice::PublicNotice,
    refusal::Refusal,
    reply::chat,
    settings::Project,
    world::{PING_AGAIN_AFTER, World},
};
use crate::kernel::{fact::Fact, id::ChannelId};

/// `!ping [PROJECT]`
pub(crate) fn ping(ask: &Ask<'_>, project: Option<&str>) -> Result<Decision, Refusal> {
    let own = ask.incident.map(|incident| incident.project.0.as_str());
    let wanted = project.or(own).map(str::to_lowercase);
    let is_meant = wanted.map(|wanted| move |project: &Project| project.name.0.to_lowercase() == wanted);
    let project = ask.project(is_meant, |project| project.name.0.clone())?;
    if let Some(last) = ask.world.pinged(&project.name)
        && ask.now.time.duration_since(last) < PING_AGAIN_AFTER
    {
        return Err(Refusal::PingedAlready { project: project.name.clone() });
    }
    let to = OpenPlace::Topic(project.public_channel, project.public_topic.clone());
    let notice = PublicNotice::Ping { project: project.name.clone() };
    let purpose = Purpose::OnBehalf { command: ask.command.clone() };
    let fact = Fact::Pinged { project: project.name.clone(), by: ask.command.user };
    Ok(Decision::nothing().fact(fact).effect(Action::Notify { to, notice }, purpose))
}

/// What became of it.
pub(crate) fn settled(
    world: &World,
    channel: ChannelId,
    command: &CommandRef,
    outcome: &Outcome,
) -> Decision {
    match outcome {
        Outcome::Posted(_)
        | Outcome::Done
        | Outcome::Advisory(_)
        | Outcome::Conflict(..)
        | Outcome::Fork(_)
        | Outcome::Pulls(_)
        | Outcome::Uploaded(_) => Decision::nothing().answer(command, chat::pinged(world, channel)),
        Outcome::Failed(why) | Outcome::Unknown(why) => {
            Decision::nothing().answer(command, chat::not_said(why))
        }
        Outcome::Delayed(why) => Decision::nothing().answer(command, chat::delayed(why)),
        Outcome::Blocked(_) => Decision::nothing().answer(command, chat::not_said_by_guard()),
        Outcome::NotPrivate(_) => Decision::nothing(),
    }
}
