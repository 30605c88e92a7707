//! Every sentence the team reads. The public's stand in [`notice`](crate::kernel::notice).

pub mod asked;
pub mod card;
pub mod chat;
pub mod clocks;
pub mod countdown;
pub mod cve;
pub mod delivery;
pub mod embargo;
pub(in crate::kernel) mod entry;
pub mod failure;
pub mod fork;
pub mod hint;
pub mod manager;
pub mod notify;
pub mod patch;
pub mod people;
pub mod privacy;
mod public;
pub mod refusal;
pub mod release;
pub mod report;
pub mod sync;
pub mod table;
pub mod text;
pub mod timeline;
pub mod triage;
pub mod vouch;
pub mod watch;

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::kernel::{
    authority,
    embargoed::{Embargoed, Team},
    escape,
    id::{ChannelId, MessageId, Topic, UserId},
    incident::Incident,
    when,
    world::World,
};

/// Zulip's limit on a message, in Unicode code points; what is longer is cut by the server.
pub const MESSAGE_CHARS_MAX: usize = 10_000;
/// Zulip's limit on a topic, in Unicode code points.
pub const TOPIC_CHARS_MAX: usize = 60;

/// How many people of a team are called by name in one message.
const CALLED_MAX: usize = 30;

/// Why a step of the runbook is not asked for any more.
fn struck(incident: &Incident) -> &'static str {
    if incident.is_published() { "struck, the advisory is public" } else { "struck, the embargo is broken" }
}

/// A person, named without being notified.
#[must_use]
pub fn silent(world: &World, user: UserId) -> String {
    format!("@_**{}|{user}**", name(world, user))
}

/// A person, notified: only for who must act now.
#[must_use]
pub fn mention(world: &World, user: UserId) -> String {
    format!("@**{}|{user}**", name(world, user))
}

/// The incident manager, named without being notified.
#[must_use]
pub fn manager_of(world: &World, incident: &Incident) -> String {
    incident.manager.map_or_else(|| "nobody yet".to_owned(), |manager| silent(world, manager))
}

/// The incident manager, notified; the whole team where there is none.
#[must_use]
pub fn call_manager(world: &World, incident: &Incident) -> String {
    incident.manager.map_or_else(|| call_team(world, incident), |manager| mention(world, manager))
}

/// Everyone on the incident's team, notified.
#[must_use]
pub fn call_team(world: &World, incident: &Incident) -> String {
    let project = world.settings.project(&incident.project);
    call(world, project.map(|project| authority::team(world, project)).unwrap_or_default())
}

/// Everyone on the teams that work in a channel, notified.
#[must_use]
pub fn call_team_of(world: &World, channel: ChannelId) -> String {
    let projects = world.settings.projects_in(channel);
    let team: BTreeSet<UserId> = projects.flat_map(|project| authority::team(world, project)).collect();
    call(world, team)
}

fn call(world: &World, team: impl IntoIterator<Item = UserId>) -> String {
    let names: Vec<String> = team.into_iter().take(CALLED_MAX).map(|user| mention(world, user)).collect();
    if names.is_empty() { "team".to_owned() } else { names.join(" ") }
}

fn name(world: &World, user: UserId) -> &str {
    world.directory.users.get(&user).map_or("", |user| user.name.as_str())
}

/// A channel, linked.
#[must_use]
pub fn channel(world: &World, id: ChannelId) -> String {
    match world.directory.channels.get(&id) {
        Some(channel) => format!("#**{}**", channel.name),
        None => format!("channel {id}"),
    }
}

/// A topic, linked.
#[must_use]
pub fn topic_link(world: &World, id: ChannelId, topic: &Topic) -> String {
    match world.directory.channels.get(&id) {
        Some(channel) => format!("#**{}>{}**", channel.name, topic.0),
        None => escape::code(&topic.0),
    }
}

/// An incident's topic, linked once it stands.
#[must_use]
pub fn room_link(world: &World, team: &Team, incident: &Incident) -> String {
    match &incident.room {
        Some(room) => topic_link(world, room.channel, &room.topic),
        None => codename(team, incident),
    }
}

/// A message in a channel, linked.
#[must_use]
pub fn message_link(id: ChannelId, message: MessageId) -> String {
    format!("[the message](#narrow/channel/{id}/near/{message})")
}

/// The incident's topic, cut at the project's name to what Zulip allows.
#[must_use]
pub fn topic_name(incident: &Incident) -> Topic {
    let name = incident.codename.map(|codename| {
        let head = format!("{} · ", codename.as_str());
        let room = TOPIC_CHARS_MAX.saturating_sub(head.chars().count());
        format!("{head}{}", escape::cut(&incident.project.0, room))
    });
    Topic(opened(&name))
}

/// The incident's codename, for those who may read it.
#[must_use]
pub fn codename(team: &Team, incident: &Incident) -> String {
    incident.codename.open(team).as_str().to_owned()
}

/// A time as everyone reads it: their own zone by Zulip, UTC, and how far off.
#[must_use]
pub fn time(at: Timestamp, now: Timestamp) -> String {
    when::render(at, now)
}

/// A time without how far off it is, for what is read later.
#[must_use]
pub fn date(at: Timestamp) -> String {
    format!("{} ({})", moment(at), at.strftime("%A %H:%M UTC"))
}

/// A time as Zulip shows it in each reader's zone.
#[must_use]
pub fn moment(at: Timestamp) -> String {
    format!("<time:{}>", at.strftime("%Y-%m-%dT%H:%M:%SZ"))
}

/// A length of time in words, `2 days 4 hours`.
#[must_use]
pub fn length(length: SignedDuration) -> String {
    if length == SignedDuration::from_hours(24) {
        return "24 hours".to_owned();
    }
    let end = Timestamp::UNIX_EPOCH.checked_add(length).unwrap_or(Timestamp::MAX);
    when::left(Timestamp::UNIX_EPOCH, end)
}

/// Words joined as a list.
#[must_use]
pub fn list(words: &[String]) -> String {
    match words {
        [] => "nothing".to_owned(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn opened(text: &Embargoed<String>) -> String {
    // A topic of the team channel: as private as the channel, and never printed.
    text.open(&crate::kernel::embargoed::Reader::new()).clone()
}

/// `text` cut to what Zulip takes in one message, with a fence that was left open closed again.
#[must_use]
pub fn fit(text: String) -> String {
    if text.chars().count() <= MESSAGE_CHARS_MAX {
        return text;
    }
    let mut cut: String = text.chars().take(MESSAGE_CHARS_MAX - 60).collect();
    if let Some(end) = cut.rfind('\n') {
        cut.truncate(end);
    }
    if cut.lines().filter(|line| line.starts_with("```")).count() % 2 == 1 {
        cut.push_str("\n```");
    }
    cut.push_str("\n… cut: this is longer than one message.");
    cut
}
