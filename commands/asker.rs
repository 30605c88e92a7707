//! Somebody in public who looks for the security team, or tells what they have found: they are answered
//! without any detail, and the team is told where (security policy: in public, nobody discusses what they
//! have found).

use std::collections::BTreeSet;

use jiff::SignedDuration;

use crate::kernel::{
    authority,
    decision::Decision,
    details,
    effect::{Action, OpenPlace, Purpose, TeamPlace},
    embargoed::Reader,
    fact::{Fact, Told},
    id::ChannelId,
    input::{Message, Now, Place},
    notice::PublicNotice,
    reply::{chat, sync, watch},
    token::BotName,
    world::World,
};

/// How soon somebody who asks again is answered again.
const ANSWERED_AGAIN_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// Answers a message on a project's public channel that mentions the bot or holds one of the policy's
/// phrases, once a day a person. The team's own people know where it is.
pub(crate) fn heard(world: &World, message: &Message, bot: &BotName<'_>, now: Now) -> Decision {
    let Place::Channel(channel, topic) = &message.place else { return Decision::nothing() };
    let teams = teams_behind(world, *channel);
    let last = world.asker_answered(message.sender);
    let lately = last.is_some_and(|at| now.time.duration_since(at) < ANSWERED_AGAIN_AFTER);
    let is_team = !authority::projects_of(world, message.sender).is_empty();
    let addressed = looks_for_the_team(world, message, bot);
    let details = details::are_told(message.content.open(&Reader::new()), addressed);
    let alarmed = if details { alarm(world, message, &teams) } else { Decision::nothing() };
    if teams.is_empty() || lately || is_team || !(addressed || details) {
        return alarmed;
    }
    let notice = PublicNotice::TeamWasTold { reports: world.settings.reports.clone() };
    let answer = Action::Notify { to: OpenPlace::Topic(*channel, topic.clone()), notice };
    let text = chat::asked_for_the_team(world, message.sender, *channel, message.id);
    let decision = alarmed
        .fact(Fact::ToldInPublic { user: message.sender, what: Told::TeamWasTold })
        .effect(answer, Purpose::Answer { to: None });
    if details {
        // The alarm says where, and more.
        return decision;
    }
    teams.into_iter().fold(decision, |decision, team| {
        decision.say(TeamPlace::Topic(team, sync::topic()), text.clone(), None)
    })
}

/// Alarms the teams that details of a vulnerability seem to stand in public: those whose public channel it
/// is, or all of them elsewhere. Not where the message names an incident, which its own alarm says.
fn alarm(world: &World, message: &Message, teams: &BTreeSet<ChannelId>) -> Decision {
    let Place::Channel(channel, topic) = &message.place else { return Decision::nothing() };
    let names_incident = !world.watched().alarming(message.content.open(&Reader::new())).is_empty();
    if !world.is_watched(*channel) || world.told_of_details(message.id) || names_incident {
        return Decision::nothing();
    }
    let every = world.settings.projects.iter().map(|project| project.team_channel);
    let teams = if teams.is_empty() { every.collect() } else { teams.clone() };
    let fact = Fact::DetailsSeen { message: message.id, user: message.sender };
    teams.into_iter().fold(Decision::nothing().fact(fact), |decision, team| {
        let text = watch::details(world, team, message.sender, (*channel, topic), message.id);
        decision.say(TeamPlace::Topic(team, sync::topic()), text, None)
    })
}

/// The channels of the teams whose public channel that is.
fn teams_behind(world: &World, channel: ChannelId) -> BTreeSet<ChannelId> {
    let projects = world.settings.projects.iter().filter(|project| project.public_channel == channel);
    projects.map(|project| project.team_channel).collect()
}

fn looks_for_the_team(world: &World, message: &Message, bot: &BotName<'_>) -> bool {
    let content = message.content.open(&Reader::new());
    // `!words` are commands, or meant for another bot.
    if content.trim_start().starts_with('!') {
        return false;
    }
    let words = content.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let mention = format!("@**{}", bot.name.to_lowercase());
    let mentions =
        words.contains(&format!("{mention}**")) || words.contains(&format!("{mention}|{}**", bot.id));
    mentions
        || world.settings.policy.asker_phrases.iter().any(|phrase| words.contains(&phrase.to_lowercase()))
}
