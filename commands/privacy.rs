//! Who can read a team channel: what changes is told at once. While it is not private, nothing embargoed
//! is posted there (the shell sees to that), and the team is told by direct message.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::kernel::{
    authority,
    decision::Decision,
    effect::TeamPlace,
    embargoed::{Reader, TeamText},
    fact::Fact,
    id::{ChannelId, Topic, UserId},
    input::{Message, Now, Place},
    readership::{Access, ChannelSeen, Readership},
    reply::privacy as sentences,
    token,
    world::World,
};

/// Where Zulip itself tells what happens to a channel.
const CHANNEL_EVENTS: &str = "channel events";
/// How far apart a change and Zulip's notice of it may come.
const NOTICE_WITHIN: SignedDuration = SignedDuration::from_secs(10);

/// Zulip's people, channels or groups have changed: what that means for who reads the team channels. What
/// changed while the bot was down is seen at the next start.
pub(crate) fn changed(world: &World, now: Now) -> Decision {
    // Before the first registration nothing is known.
    if world.directory.me.is_none() {
        return Decision::nothing();
    }
    let channels: BTreeSet<ChannelId> =
        world.settings.projects.iter().map(|project| project.team_channel).collect();
    channels
        .into_iter()
        .fold(Decision::nothing(), |decision, channel| decision.and(of_channel(world, channel, now.time)))
}

fn of_channel(world: &World, channel: ChannelId, now: Timestamp) -> Decision {
    let known = world.readership(channel);
    let readership = Readership::seen(world, channel);
    let seen = |readership| {
        Decision::nothing().fact(Fact::TeamChannel { channel, seen: ChannelSeen::Readership(readership) })
    };
    let Some((since, before)) = known else {
        // What stands at the first look is no news, unless it must not be.
        let private = readership.access.is_private();
        let alarm = (!private).then(|| sentences::opened(world, channel, &readership, None));
        return tell(world, channel, readership.access, alarm).and(seen(readership));
    };
    if *before == readership {
        return Decision::nothing();
    }
    let by = named_lately(world, channel, now);
    let lines = [
        (before.access != readership.access).then(|| match (before.access, readership.access) {
            (Access::Private { .. }, Access::Private { shared_history }) => {
                sentences::history(shared_history)
            }
            (_, Access::Private { .. }) => {
                sentences::private_again(world, channel, (before.access, since), now)
            }
            (_, Access::Public | Access::WebPublic | Access::Archived | Access::OutOfSight) => {
                sentences::opened(world, channel, &readership, by)
            }
        }),
        (before.name != readership.name).then(|| sentences::renamed(world, channel, &before.name)),
        joined(world, before, &readership),
    ];
    lines
        .into_iter()
        .fold(Decision::nothing(), |decision, line| {
            decision.and(tell(world, channel, readership.access, line))
        })
        .and(seen(readership))
}

/// Who reads a private channel now that did not before, without being on the team.
fn joined(world: &World, before: &Readership, after: &Readership) -> Option<TeamText> {
    let new: Vec<UserId> = after.others.difference(&before.others).copied().collect();
    let counts = after.access.is_private() && !new.is_empty();
    counts.then(|| sentences::also_reads(world, &new))
}

/// Tells the team: in the channel while it is private, else each by direct message.
fn tell(world: &World, channel: ChannelId, access: Access, text: Option<TeamText>) -> Decision {
    let Some(text) = text else { return Decision::nothing() };
    let team = team(world, channel);
    if access.is_private() {
        let to = TeamPlace::Topic(channel, Topic(CHANNEL_EVENTS.to_owned()));
        return Decision::nothing().say(to, text, team.first().copied());
    }
    team.into_iter()
        .fold(Decision::nothing(), |decision, user| decision.say(TeamPlace::Person(user), text.clone(), None))
}

/// Everyone on a team that works in `channel`; as last known where Zulip does not show it any more.
fn team(world: &World, channel: ChannelId) -> BTreeSet<UserId> {
    let in_sight = world.directory.channels.contains_key(&channel);
    let projects = world.settings.projects_in(channel);
    let teams = projects.map(|project| match world.known_team(&project.name) {
        Some(known) if !in_sight => known.clone(),
        Some(_) | None => authority::team(world, project).into_iter().collect(),
    });
    teams.flatten().collect()
}

/// Whom Zulip has just named as the one who changes `channel`.
fn named_lately(world: &World, channel: ChannelId, now: Timestamp) -> Option<UserId> {
    let (at, user) = world.named_hand(channel)?;
    (now.duration_since(at).abs() <= NOTICE_WITHIN).then_some(user)
}

/// Zulip's own bot says something in a team channel: whom it names has changed the channel. The notice can
/// come before the change or after it; its words are in the realm's language and are not read.
pub(crate) fn notice(world: &World, message: &Message, now: Now) -> Decision {
    let Place::Channel(channel, topic) = &message.place else { return Decision::nothing() };
    let of_incident = world.incident_in(*channel, topic).is_some();
    let named = token::first_mention(message.content.open(&Reader::new())).map(UserId);
    let Some(user) = named.filter(|_| world.settings.is_team_channel(*channel) && !of_incident) else {
        return Decision::nothing();
    };
    let decision =
        Decision::nothing().fact(Fact::TeamChannel { channel: *channel, seen: ChannelSeen::Hand(user) });
    match world.readership(*channel) {
        Some((since, readership))
            if !readership.access.is_private() && now.time.duration_since(since).abs() <= NOTICE_WITHIN =>
        {
            decision.and(tell(
                world,
                *channel,
                readership.access,
                Some(sentences::by_whom(world, *channel, user)),
            ))
        }
        Some(_) | None => decision,
    }
}
