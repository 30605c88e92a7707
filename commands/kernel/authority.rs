//! Who may do what. Asked when a command is carried out, of what Zulip shows then.

use jiff::{SignedDuration, Timestamp};

use crate::kernel::{
    id::{ChannelId, MessageId, UserId},
    refusal::Refusal,
    settings::Project,
    world::World,
};

/// Whether `user` is on the project's team: a person with an active account, no guest, subscribed to
/// the team channel, and in the team's group where one is configured. A role in the realm counts for
/// nothing.
#[must_use]
pub fn on_team(world: &World, project: &Project, user: UserId) -> bool {
    let directory = &world.directory;
    let person = directory.users.get(&user);
    let is_person = person.is_some_and(|person| person.is_active && !person.is_bot && !person.is_guest);
    let channel = directory.channels.get(&project.team_channel);
    let subscribed = channel.is_some_and(|channel| channel.subscribers.contains(&user));
    let group = project.team_group.as_ref();
    is_person && subscribed && group.is_none_or(|group| directory.in_group(user, group))
}

/// The projects with a team channel `channel` on whose team `user` is.
#[must_use]
pub fn projects_in(world: &World, channel: ChannelId, user: UserId) -> Vec<&Project> {
    world.settings.projects_in(channel).filter(|project| on_team(world, project, user)).collect()
}

/// All projects on whose team `user` is.
#[must_use]
pub fn projects_of(world: &World, user: UserId) -> Vec<&Project> {
    world.settings.projects.iter().filter(|project| on_team(world, project, user)).collect()
}

/// Who is on the project's team, by id.
#[must_use]
pub fn team(world: &World, project: &Project) -> Vec<UserId> {
    let channel = world.directory.channels.get(&project.team_channel);
    let subscribers = channel.into_iter().flat_map(|channel| &channel.subscribers);
    subscribers.copied().filter(|user| on_team(world, project, *user)).collect()
}

/// Whether `user` may approve what was asked for `by` somebody `at` a time, in the message that people saw.
///
/// # Errors
/// When the request has lapsed (then with `lapsed`), is their own, or has not been seen by anybody.
pub(crate) fn approves(
    (by, at, message): (UserId, Timestamp, Option<MessageId>),
    user: UserId,
    within: SignedDuration,
    now: Timestamp,
    lapsed: impl FnOnce() -> Refusal,
) -> Result<(), Refusal> {
    if now.duration_since(at) >= within {
        return Err(lapsed());
    }
    if by == user {
        return Err(Refusal::OwnApproval);
    }
    if message.is_none() {
        return Err(Refusal::RequestNotPosted);
    }
    Ok(())
}
