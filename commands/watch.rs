//! The leak watch: what other people say where everyone can read it is searched for whatever would give
//! an incident away, and the team is alarmed. `!watch` shows, adds to and quiets what is looked for.

use jiff::SignedDuration;

use crate::kernel::{
    ask::{Ask, room_of},
    command::WatchOrder,
    decision::Decision,
    directory::DirectoryChange,
    effect::TeamPlace,
    embargoed::{EmbargoedText, Reader},
    fact::Fact,
    id::{ChannelId, IncidentId, MessageId, Topic, UserId},
    incident::Incident,
    input::{Edited, Message, Now, Place},
    leak::{self, Identifier},
    refusal::{Refusal, WatchRefusal},
    reply::{sync, watch as sentences},
    sighting::{Sighting, WatchChange},
    watched::{self, Term},
    world::World,
};

/// What was said longer ago than this when it is found is marked late.
const LATE_AFTER: SignedDuration = SignedDuration::from_mins(2);

/// Searches `text`, seen where `sighting` tells, and alarms the team of each incident it names: once for
/// each incident and place.
pub(crate) fn found(world: &World, text: &EmbargoedText, sighting: Sighting, now: Now) -> Decision {
    named(world, text).fold(Decision::nothing(), |decision, (incident, terms)| {
        decision.and(alarm(world, incident, sighting.clone(), &terms, now))
    })
}

/// The incidents under way that a text names, each with what it holds of them.
pub(crate) fn named<'a>(
    world: &'a World,
    text: &EmbargoedText,
) -> impl Iterator<Item = (&'a Incident, Vec<Term>)> + use<'a> {
    let named = world.watched().alarming(text.open(&Reader::new()));
    let incidents = named.into_iter().filter_map(|(id, terms)| Some((world.incident(id)?, terms)));
    incidents.filter(|(incident, _)| incident.is_open())
}

/// Alarms the team of what was seen of an incident, unless it was alarmed of that place before.
pub(crate) fn alarm(
    world: &World,
    incident: &Incident,
    sighting: Sighting,
    terms: &[Term],
    now: Now,
) -> Decision {
    if sighting.spot().is_some_and(|spot| incident.watch.seen.contains(&spot)) {
        return Decision::nothing();
    }
    let age = sighting.said().map(|said| now.time.duration_since(said));
    let late = age.filter(|age| *age > LATE_AFTER);
    let text = sentences::alarm(world, incident, &sighting, terms, late);
    let fact = remembered(incident, WatchChange::Seen { sighting, late: late.is_some() });
    Decision::nothing().fact(fact).say(room_of(incident), text, incident.manager)
}

fn remembered(incident: &Incident, change: WatchChange) -> Fact {
    Fact::Watch { incident: incident.id, change: Box::new(change) }
}

/// Searches a new message in public, and the name of its topic. The bot's own words passed the guard.
pub(crate) fn heard(world: &World, message: &Message, now: Now) -> Decision {
    let Place::Channel(channel, topic) = &message.place else { return Decision::nothing() };
    if !world.is_watched(*channel) || world.directory.is_me(message.sender) {
        return Decision::nothing();
    }
    let (channel, by) = (*channel, message.sender);
    let sighting =
        Sighting::Message { message: message.id, channel, topic: topic.clone(), by, at: message.sent };
    found(world, &message.content, sighting, now).and(topic_name(
        world,
        (channel, topic),
        message.id,
        Some(by),
        now,
    ))
}

fn topic_name(
    world: &World,
    (channel, topic): (ChannelId, &Topic),
    message: MessageId,
    by: Option<UserId>,
    now: Now,
) -> Decision {
    let sighting = Sighting::Topic { channel, topic: topic.clone(), message, by };
    found(world, &EmbargoedText::from(topic.0.as_str()), sighting, now)
}

/// Searches what a message in public says since it was changed; and what it said before, which stays
/// readable in its history and was perhaps never seen.
pub(crate) fn edited(world: &World, edited: &Edited, now: Now) -> Decision {
    let Edited { message, channel, by, at, before, after } = edited;
    if !world.is_watched(*channel) || world.directory.is_me(*by) {
        return Decision::nothing();
    }
    let sighting = |undone| {
        let (message, channel, by, at) = (*message, *channel, *by, *at);
        Sighting::Edit { message, channel, by, at, undone }
    };
    let still = found(world, after, sighting(false), now);
    let alarmed: Vec<IncidentId> = still.facts.iter().filter_map(Fact::incident).collect();
    let Some(before) = before else { return still };
    named(world, before)
        .filter(|(incident, _)| !alarmed.contains(&incident.id))
        .fold(still, |decision, (incident, terms)| {
            decision.and(alarm(world, incident, sighting(true), &terms, now))
        })
}

/// Messages were moved or their topic renamed: out of the team's channel that is always an alarm, and
/// elsewhere the new name is searched.
pub(crate) fn moved(
    world: &World,
    messages: &[MessageId],
    (channel, topic): (ChannelId, &Topic),
    from: Option<&(ChannelId, Topic)>,
    by: Option<UserId>,
    now: Now,
) -> Decision {
    let (Some(first), Some((before, old_topic))) = (messages.iter().min().copied(), from) else {
        return Decision::nothing();
    };
    if !is_out(world, from, channel) {
        return if world.is_watched(channel) {
            topic_name(world, (channel, topic), first, by, now)
        } else {
            Decision::nothing()
        };
    }
    let sighting = Sighting::MovedOut { message: first, count: messages.len(), channel, by };
    match world.incident_in(*before, old_topic) {
        Some(incident) if !incident.is_open() || incident.is_published() => Decision::nothing(),
        Some(incident) => alarm(world, incident, sighting, &[], now),
        None => {
            let text = sentences::moved_out(world, *before, &sighting);
            Decision::nothing().say(TeamPlace::Topic(*before, sync::topic()), text, None)
        }
    }
}

/// Whether messages left a team's channel for one that others can read.
pub(crate) fn is_out(world: &World, from: Option<&(ChannelId, Topic)>, to: ChannelId) -> bool {
    let hidden = world.directory.channels.get(&to).is_some_and(|channel| channel.is_private());
    from.is_some_and(|(from, _)| *from != to && world.settings.is_team_channel(*from)) && !hidden
}

/// Searches the names of the channels that came into sight or were renamed.
pub(crate) fn channels(world: &World, change: &DirectoryChange, now: Now) -> Decision {
    let ids: Vec<ChannelId> = match change {
        DirectoryChange::Snapshot(all) => all.channels.keys().copied().collect(),
        DirectoryChange::Channel(channel) => vec![channel.id],
        DirectoryChange::Renamed(id, _)
        | DirectoryChange::Privacy { channel: id, .. }
        | DirectoryChange::Archived(id, _) => vec![*id],
        DirectoryChange::User(_)
        | DirectoryChange::Gone(_)
        | DirectoryChange::Subscribed(..)
        | DirectoryChange::Unsubscribed(..)
        | DirectoryChange::Group(_)
        | DirectoryChange::Joined(..)
        | DirectoryChange::Left(..)
        | DirectoryChange::GroupGone(_) => Vec::new(),
    };
    let public = ids.into_iter().filter(|id| world.is_watched(*id));
    let named = public.filter_map(|id| world.directory.channels.get(&id));
    named.fold(Decision::nothing(), |decision, channel| {
        let name = EmbargoedText::from(channel.name.as_str());
        let sighting = Sighting::Channel { channel: channel.id, name: name.clone() };
        decision.and(found(world, &name, sighting, now))
    })
}

/// `!watch`
pub(crate) fn watch(ask: &Ask<'_>, order: &WatchOrder) -> Result<Decision, Refusal> {
    match order {
        WatchOrder::Show => show(ask),
        WatchOrder::Add { term } => add(ask, term),
        WatchOrder::Ignore { term, reason } => ignore(ask, term, reason),
    }
}

/// `!watch [ADVISORY]`
fn show(ask: &Ask<'_>) -> Result<Decision, Refusal> {
    let text = sentences::watched(ask.world, ask.any_incident()?);
    Ok(Decision::nothing().answer(&ask.command, text))
}

/// `!watch add [ADVISORY] TERM`
fn add(ask: &Ask<'_>, term: &EmbargoedText) -> Result<Decision, Refusal> {
    let incident = watched_incident(ask)?;
    let said = term.open(&Reader::new());
    let identifier = Identifier::Term(said.to_string());
    let public = watched::public_names(&ask.world.settings, incident);
    let public: Vec<&str> = public.iter().map(String::as_str).collect();
    if !identifier.is_watchable() {
        return Err(Refusal::Watch(WatchRefusal::TooShort));
    }
    if leak::is_everyday(said, &public) {
        return Err(Refusal::Watch(WatchRefusal::Everyday));
    }
    let known = |identifier: &Identifier| watched::names(said, identifier);
    let identifiers = watched::identifiers(&ask.world.settings, incident);
    let is_watched = identifiers.iter().any(known);
    if is_watched && !incident.watch.ignores(&identifier) {
        return Err(Refusal::Watch(WatchRefusal::Watched));
    }
    let fact = remembered(incident, WatchChange::Added { by: ask.command.user, term: term.clone() });
    Ok(Decision::nothing().fact(fact).answer(&ask.command, sentences::added(term)))
}

/// `!watch ignore [ADVISORY] TERM --reason …`
fn ignore(ask: &Ask<'_>, term: &EmbargoedText, reason: &EmbargoedText) -> Result<Decision, Refusal> {
    let incident = watched_incident(ask)?;
    let said = term.open(&Reader::new());
    let identifiers = watched::identifiers(&ask.world.settings, incident);
    let loud = |identifier: &&Identifier| !incident.watch.ignores(identifier);
    if !identifiers.iter().filter(loud).any(|identifier| watched::names(said, identifier)) {
        return Err(Refusal::Watch(WatchRefusal::NotWatched));
    }
    let change = WatchChange::Ignored { by: ask.command.user, term: term.clone(), reason: reason.clone() };
    let fact = remembered(incident, change);
    Ok(Decision::nothing().fact(fact).answer(&ask.command, sentences::ignored(term)))
}

/// The incident, while anything of it is watched for.
fn watched_incident<'a>(ask: &Ask<'a>) -> Result<&'a Incident, Refusal> {
    let incident = ask.open_incident()?;
    if incident.is_published() { Err(Refusal::AfterDisclosure) } else { Ok(incident) }
}
