//! `!ping`: the public is asked for a maintainer, and told nothing else.

use crate::{
    kernel::{
        ask::Ask,
        decision::Decision,
        effect::{Action, CommandRef, Effect, OpenPlace, Outcome, Purpose},
        embargoed::{Reader, TeamText},
        fact::Fact,
        id::{ChannelId, ProjectName},
        notice::PublicNotice,
        planted::{self, Defect},
        refusal::Refusal,
        reply::chat,
        settings::Project,
        world::{PING_AGAIN_AFTER, World},
    },
    settled,
};

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
    let notice = PublicNotice::Ping { project: said_name(ask, project) };
    let fact = Fact::Pinged { project: project.name.clone(), by: ask.command.user };
    let text = chat::about_to_say(ask.world, &to, &notice);
    let show = Action::Post { to: ask.command.answer_to.clone(), text };
    let purpose = Purpose::ShowNotice { command: ask.command.clone(), to, notice };
    Ok(Decision::nothing().fact(fact).effect(show, purpose))
}

/// The team was shown what is about to be said: then it is said. Where that could not be shown, nothing is.
pub(crate) fn shown(
    world: &World,
    command: &CommandRef,
    (to, notice): (&OpenPlace, &PublicNotice),
    (effect, outcome): (&Effect, &Outcome),
) -> Decision {
    if !matches!(outcome, Outcome::Posted(_)) {
        return settled::answered(world, effect, &[command.user], outcome);
    }
    let notify = Action::Notify { to: to.clone(), notice: notice.clone() };
    Decision::nothing().effect(notify, Purpose::OnBehalf { command: command.clone() })
}

/// The project's name, which is public.
fn said_name(ask: &Ask<'_>, project: &Project) -> ProjectName {
    let named = planted::is_on(Defect::NoticeNamesIncident);
    let open = ask.world.incidents().rev().find(|incident| named && incident.is_embargoed());
    open.map_or_else(
        || project.name.clone(),
        |incident| ProjectName(incident.codename.open(&Reader::new()).as_str().to_owned()),
    )
}

/// What became of it.
pub(crate) fn settled(
    world: &World,
    channel: ChannelId,
    command: &CommandRef,
    outcome: &Outcome,
) -> Decision {
    let told = became(outcome, || chat::pinged(world, channel));
    told.map_or_else(Decision::nothing, |text| Decision::nothing().answer(command, text))
}

/// What the team is told of a public notice that came to this: `said` when it stands.
pub(crate) fn became(outcome: &Outcome, said: impl FnOnce() -> TeamText) -> Option<TeamText> {
    match outcome {
        Outcome::Posted(_) => Some(said()),
        Outcome::Failed(why) => Some(chat::not_said(why)),
        Outcome::Delayed(why) => Some(chat::delayed(why)),
        Outcome::Blocked(_) => Some(chat::not_said_by_guard()),
        Outcome::Done
        | Outcome::Advisory(_)
        | Outcome::Conflict(..)
        | Outcome::Fork(_)
        | Outcome::Pulls(_)
        | Outcome::Uploaded(_)
        | Outcome::Found(_)
        | Outcome::NotPrivate(_)
        | Outcome::Unknown(_) => None,
    }
}
