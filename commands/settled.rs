//! What became of effects.

use std::ops::Bound;

use crate::{
    advisory, asked, embargo,
    kernel::{
        ask::room_of,
        authority,
        decision::Decision,
        effect::{Action, Effect, OpenPlace, Outcome, Purpose, TeamPlace},
        fact::{CardChange, Fact},
        id::{EffectId, IncidentId, UserId},
        incident::Incident,
        input::Now,
        reply::chat,
        world::World,
    },
    notify, patch, ping, planned, release, report,
};

/// Decides on what became of an effect.
pub(crate) fn settled(world: &World, id: EffectId, outcome: &Outcome, now: Now) -> Decision {
    let Some(recorded) = world.pending().get(&id) else { return Decision::nothing() };
    let effect = &recorded.effect;
    let decision = match &effect.purpose {
        Purpose::Answer { to } => answered(world, effect, to.as_slice(), outcome),
        Purpose::Card { incident } => of(world, *incident, |incident| match (outcome, &effect.action) {
            (Outcome::Posted(message), Action::Post { to, text }) => {
                advisory::card_posted(world, incident, (to, text), *message, now)
            }
            _ => card_not_posted(world, incident, effect, outcome),
        }),
        Purpose::CardEdit { incident } => {
            of(world, *incident, |incident| card_edited(incident, effect, outcome))
        }
        Purpose::AskApproval { incident }
        | Purpose::Propose { incident }
        | Purpose::AskSecond { incident } => {
            of(world, *incident, |incident| to_react_to(world, incident, (id, effect), outcome, now))
        }
        Purpose::Open { incident } => {
            of(world, *incident, |incident| advisory::opened(world, incident, outcome, now))
        }
        Purpose::Rewrite { incident, command, platforms } => of(world, *incident, |incident| {
            let asked = (command, platforms.as_ref());
            advisory::rewritten(world, incident, asked, effect, outcome, now)
        }),
        Purpose::Asked { incident, command } => {
            of(world, *incident, |incident| asked::settled(world, incident, command, effect, outcome, now))
        }
        Purpose::Patch { incident, command, wish } => of(world, *incident, |incident| {
            patch::settled(world, incident, command, (&effect.action, wish), outcome, now)
        }),
        Purpose::Close { incident, command, closing, reason } => of(world, *incident, |incident| {
            report::closed(world, incident, command, (*closing, reason), outcome, now)
        }),
        Purpose::Step { incident, step } => {
            of(world, *incident, |incident| release::settled(world, incident, *step, effect, outcome, now))
        }
        Purpose::ShowNotice { command, to, notice } => {
            ping::shown(world, command, (to, notice), (effect, outcome))
        }
        Purpose::TellPublic { incident } => {
            of(world, *incident, |incident| planned::settled(world, incident, outcome))
        }
        Purpose::Prenotify { incident } => {
            of(world, *incident, |incident| notify::settled(world, incident, effect, outcome, now))
        }
        Purpose::OnBehalf { command } => {
            if let Action::Notify { to: OpenPlace::Topic(channel, _), .. } = &effect.action {
                ping::settled(world, *channel, command, outcome)
            } else {
                Decision::nothing()
            }
        }
    };
    told_if_blocked(world, decision, outcome)
}

/// And tells of a public message that the guard stopped.
fn told_if_blocked(world: &World, decision: Decision, outcome: &Outcome) -> Decision {
    match outcome {
        Outcome::Blocked(incidents) => decision.and(blocked(world, incidents)),
        Outcome::Done
        | Outcome::Posted(_)
        | Outcome::Advisory(_)
        | Outcome::Conflict(..)
        | Outcome::Fork(_)
        | Outcome::Pulls(_)
        | Outcome::Uploaded(_)
        | Outcome::Found(_)
        | Outcome::NotPrivate(_)
        | Outcome::Failed(_)
        | Outcome::Delayed(_)
        | Outcome::Unknown(_) => decision,
    }
}

fn of(world: &World, id: IncidentId, decide: impl FnOnce(&Incident) -> Decision) -> Decision {
    world.incident(id).map(decide).unwrap_or_default()
}

/// What is to be reacted to by 👍 stands, or could not be posted.
fn to_react_to(
    world: &World,
    incident: &Incident,
    (id, effect): (EffectId, &Effect),
    outcome: &Outcome,
    now: Now,
) -> Decision {
    match outcome {
        Outcome::Posted(_) if is_void(world, id, effect) => Decision::nothing(),
        Outcome::Posted(message) if matches!(effect.purpose, Purpose::Propose { .. }) => {
            embargo::proposal_posted(world, incident, *message, now)
        }
        Outcome::Posted(message) if matches!(effect.purpose, Purpose::AskSecond { .. }) => {
            notify::posted(world, incident, *message, now)
        }
        Outcome::Posted(message) => release::asked(world, incident, *message, now),
        Outcome::Done
        | Outcome::Advisory(_)
        | Outcome::Conflict(..)
        | Outcome::Fork(_)
        | Outcome::Pulls(_)
        | Outcome::Uploaded(_)
        | Outcome::Found(_)
        | Outcome::Blocked(_)
        | Outcome::NotPrivate(_)
        | Outcome::Failed(_)
        | Outcome::Delayed(_)
        | Outcome::Unknown(_) => answered(world, effect, incident.manager.as_slice(), outcome),
    }
}

/// Whether a request for approval or a proposal is followed by a newer one, which is still on its way.
fn is_void(world: &World, id: EffectId, request: &Effect) -> bool {
    let mut later = world.pending().range((Bound::Excluded(id), Bound::Unbounded));
    later.any(|(_, other)| other.effect.purpose == request.purpose)
}

/// Something that was only said: when it could not be, the one it concerns hears of it.
pub(crate) fn answered(world: &World, effect: &Effect, people: &[UserId], outcome: &Outcome) -> Decision {
    let Some(channel) = effect.action.team_channel() else { return Decision::nothing() };
    let text = match outcome {
        Outcome::NotPrivate(channel) => chat::not_private(world, *channel),
        Outcome::Failed(why) => chat::undelivered(world, channel, why),
        Outcome::Done
        | Outcome::Posted(_)
        | Outcome::Advisory(_)
        | Outcome::Conflict(..)
        | Outcome::Fork(_)
        | Outcome::Pulls(_)
        | Outcome::Uploaded(_)
        | Outcome::Found(_)
        | Outcome::Blocked(_)
        | Outcome::Delayed(_)
        | Outcome::Unknown(_) => {
            return Decision::nothing();
        }
    };
    people.iter().fold(Decision::nothing(), |decision, person| {
        decision.say(TeamPlace::Person(*person), text.clone(), None)
    })
}

/// A card that could not be posted: whoever is answerable hears of it, the whole team where nobody is yet;
/// an incident without any card gets one later.
fn card_not_posted(world: &World, incident: &Incident, effect: &Effect, outcome: &Outcome) -> Decision {
    let team = || {
        let project = world.settings.project(&incident.project);
        project.map(|project| authority::team(world, project)).unwrap_or_default()
    };
    let people = incident.manager.map_or_else(team, |manager| vec![manager]);
    // That the channel is not private, the whole team was told when it happened.
    let known = |channel| world.readership(channel).is_some_and(|(_, seen)| !seen.access.is_private());
    let told = matches!(outcome, Outcome::NotPrivate(channel) if known(*channel));
    let decision = if told { Decision::nothing() } else { answered(world, effect, &people, outcome) };
    let lost = matches!(outcome, Outcome::Failed(_) | Outcome::NotPrivate(_));
    if lost && incident.room.is_none() {
        decision.fact(Fact::Card { incident: incident.id, change: CardChange::Lost })
    } else {
        decision
    }
}

/// A card that can no longer be edited is owed anew.
/// When its channel is not private, the message that goes with it tells so.
fn card_edited(incident: &Incident, effect: &Effect, outcome: &Outcome) -> Decision {
    let card = incident.room.as_ref().map(|room| room.card);
    let is_current = matches!(effect.action, Action::Edit { message, .. } if card == Some(message));
    match outcome {
        Outcome::Failed(_) if is_current => {
            Decision::nothing().fact(Fact::Card { incident: incident.id, change: CardChange::Frozen })
        }
        Outcome::Failed(_)
        | Outcome::NotPrivate(_)
        | Outcome::Done
        | Outcome::Posted(_)
        | Outcome::Advisory(_)
        | Outcome::Conflict(..)
        | Outcome::Fork(_)
        | Outcome::Pulls(_)
        | Outcome::Uploaded(_)
        | Outcome::Found(_)
        | Outcome::Blocked(_)
        | Outcome::Delayed(_)
        | Outcome::Unknown(_) => Decision::nothing(),
    }
}

/// The guard stopped a public message: the teams whose incidents it names are alarmed.
fn blocked(world: &World, ids: &[IncidentId]) -> Decision {
    let incidents: Vec<&Incident> = ids.iter().filter_map(|id| world.incident(*id)).collect();
    let fact = Fact::LeakBlocked { incidents: ids.to_vec() };
    incidents.iter().fold(Decision::nothing().fact(fact), |decision, incident| {
        let own: Vec<&Incident> =
            incidents.iter().copied().filter(|other| other.project == incident.project).collect();
        decision.say(room_of(incident), chat::leak_blocked(world, &own), incident.manager)
    })
}
