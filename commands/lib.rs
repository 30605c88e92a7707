//! What advisory-bot means: the pure core that decides, without I/O, clock or randomness.
//!
//! [`decide`] answers every [`Input`] with facts to remember and effects to carry out. It is total and
//! deterministic: the same world, input and moment give the same decision, and no input panics. The
//! shell applies the facts to the [`World`], records the effects, and reports what became of them as
//! new inputs. [`check`](kernel::check::check) states what must hold of any world.

mod advisory;
mod asked;
mod asker;
mod clocks;
mod cve;
mod embargo;
mod fork;
mod heard;
mod help;
pub mod kernel;
mod manager;
mod notify;
mod patch;
mod people;
mod ping;
mod planned;
mod privacy;
mod public;
mod release;
mod report;
mod settled;
mod sync;
mod team;
mod timeline;
mod triage;
mod vouch;
mod watch;

use std::collections::BTreeSet;

use jiff::Timestamp;
use kernel::{
    decision::Decision,
    effect::{Action, Purpose},
    fact::{CardChange, Fact},
    id::IncidentId,
    incident::{FRESH_CARD_AFTER, Stage},
    input::{Input, Now, Observed},
    mail::NotifyChange,
    reply::card,
    work::DeliveryChange,
    world::World,
};

/// What to remember and what to do, now that `input` has happened.
#[must_use]
pub fn decide(world: &World, input: &Input, now: Now) -> Decision {
    let decision = match input {
        Input::Said(said) => heard::said(world, said, now),
        Input::Ticked => ticked(world, now),
        Input::Observed(Observed::Directory(change)) => {
            team::changed(world).and(privacy::changed(world, now)).and(watch::channels(world, change, now))
        }
        Input::Observed(Observed::Advisory { repository, asked, advisory }) => {
            sync::observed(world, repository, *asked, advisory, now)
        }
        Input::Observed(Observed::Pull { fork, asked, pull }) => {
            patch::observed(world, fork, *asked, pull, now)
        }
        Input::Observed(Observed::Sight { repository, lost }) => {
            sync::sight(world, repository, lost.as_ref())
        }
        Input::Observed(Observed::Public { repository, items }) => {
            public::observed(world, repository, items, now)
        }
        Input::Observed(Observed::Listening { newest }) => heard::listening(world, *newest),
        Input::Observed(Observed::Moved { messages, channel, topic, from, by }) => heard::moved(
            world,
            messages,
            *channel,
            topic,
            from.as_ref(),
        )
        .and(watch::moved(world, messages, (*channel, topic), from.as_ref(), *by, now)),
        Input::Observed(Observed::Edited(edited)) => watch::edited(world, edited, now),
        Input::Settled(id, outcome) => settled::settled(world, *id, outcome, now),
    };
    with_cards(world, decision, now.time)
}

/// What to answer when a decision would break what must always hold: the command is not carried out,
/// and nothing is sent.
#[must_use]
pub fn quarantine(input: &Input) -> Decision {
    use kernel::input::Said;

    match input {
        Input::Said(Said::Message(message) | Said::Edit { message, .. }) => {
            let refused = Fact::CommandRefused { message: message.id, user: message.sender, words: 0 };
            Decision::nothing().fact(refused)
        }
        Input::Said(Said::Reaction { .. }) | Input::Ticked | Input::Observed(_) | Input::Settled(..) => {
            Decision::nothing()
        }
    }
}

/// Everything that has fallen due.
fn ticked(world: &World, now: Now) -> Decision {
    world.due(now.time).fold(Decision::nothing(), |decision, incident| {
        let decision = decision
            .and(embargo::remind(world, incident, now.time))
            .and(release::lapse(world, incident, now.time))
            .and(notify::lapse(world, incident, now.time))
            .and(clocks::remind(world, incident, now.time));
        let owed =
            incident.room.as_ref().is_some_and(|room| {
                room.card_owed && now.time.duration_since(room.posted) >= FRESH_CARD_AFTER
            }) && !incident.awaits_thumb();
        // One that could not be posted at all is tried again.
        let is_missing = incident.stage == Stage::Open && incident.room.is_none();
        let is_lost =
            incident.card_lost.is_some_and(|lost| now.time.duration_since(lost) >= FRESH_CARD_AFTER);
        if is_missing && is_lost && !card_on_its_way(world, &decision, incident.id) {
            let renewed = decision.fact(Fact::Card { incident: incident.id, change: CardChange::Renewed });
            let after = incident.after(now.time, &renewed.facts);
            return advisory::post_card(world, renewed, &after, now.time);
        }
        if !owed {
            return decision;
        }
        if card_on_its_way(world, &decision, incident.id) {
            return decision.fact(Fact::Card { incident: incident.id, change: CardChange::Frozen });
        }
        let renewed = decision.fact(Fact::Card { incident: incident.id, change: CardChange::Renewed });
        let after = incident.after(now.time, &renewed.facts);
        advisory::post_card(world, renewed, &after, now.time)
    })
}

/// And brings the cards up to date whose incidents the decision changes.
/// One that could not be posted at all is posted now.
fn with_cards(world: &World, decision: Decision, now: Timestamp) -> Decision {
    let changed: BTreeSet<IncidentId> =
        decision.facts.iter().filter(|fact| shows_on_card(fact)).filter_map(Fact::incident).collect();
    changed.into_iter().filter_map(|id| world.incident(id)).fold(decision, |decision, incident| {
        let after = incident.after(now, &decision.facts);
        if card_on_its_way(world, &decision, incident.id) {
            // It is brought up to date once it stands.
            return decision;
        }
        let Some(room) = &after.room else {
            if after.stage != Stage::Open {
                return decision;
            }
            let renewed =
                after.card_lost.map(|_| Fact::Card { incident: incident.id, change: CardChange::Renewed });
            let decision = renewed.into_iter().fold(decision, Decision::fact);
            return advisory::post_card(world, decision, &after, now);
        };
        if room.card_owed {
            return decision;
        }
        let text = card::card(world, &after, now);
        let edit = Action::Edit { channel: room.channel, message: room.card, text };
        decision.effect(edit, Purpose::CardEdit { incident: incident.id })
    })
}

/// Whether a fresh card of that incident is being posted.
fn card_on_its_way(world: &World, decision: &Decision, id: IncidentId) -> bool {
    let pending = world.pending().values().map(|recorded| &recorded.effect);
    pending.chain(&decision.effects).any(|effect| effect.purpose == Purpose::Card { incident: id })
}

fn shows_on_card(fact: &Fact) -> bool {
    match fact {
        Fact::AdvisorySeen { .. }
        | Fact::EmbargoSet { .. }
        | Fact::EmbargoLifted { .. }
        | Fact::EmbargoProposed { .. }
        | Fact::EmbargoBroken { .. }
        | Fact::PlatformsNoted { .. }
        | Fact::ReleaseRequested { .. }
        | Fact::ReleaseLapsed { .. }
        | Fact::ReleaseStarted { .. }
        | Fact::ReleaseStopped { .. }
        | Fact::ReleaseAborted { .. }
        | Fact::ManagerSet { .. }
        | Fact::Acknowledged { .. }
        | Fact::Closed { .. }
        | Fact::Reopened { .. }
        | Fact::Rehoused { .. }
        | Fact::ForkRequested { .. }
        | Fact::ForkReady { .. }
        | Fact::ForkFailed { .. }
        | Fact::ForkUnusable { .. }
        | Fact::ForkGone { .. }
        | Fact::CveRequested { .. }
        | Fact::StepVouched { .. }
        | Fact::StepUndone { .. }
        | Fact::Patch { .. }
        | Fact::StepDone { .. } => true,
        Fact::Delivery { change, .. } => matches!(change.as_ref(), DeliveryChange::PullSeen { .. }),
        Fact::Notify { change, .. } => !matches!(change.as_ref(), NotifyChange::Posted { .. }),
        Fact::Opened { .. }
        | Fact::ChangedOnGitHub { .. }
        | Fact::PublishedByHand { .. }
        | Fact::Accepted { .. }
        | Fact::Invited { .. }
        | Fact::Uninvited { .. }
        | Fact::Credited { .. }
        | Fact::CveAssigned { .. }
        | Fact::ClockReminded { .. }
        | Fact::TeamSeen { .. }
        | Fact::Sight { .. }
        | Fact::OpeningFailed { .. }
        | Fact::Linked { .. }
        | Fact::Reminded { .. }
        | Fact::Rewritten { .. }
        | Fact::CardPosted { .. }
        | Fact::Card { .. }
        | Fact::TopicMoved { .. }
        | Fact::ApprovalAsked { .. }
        | Fact::ProposalPosted { .. }
        | Fact::Approval { .. }
        | Fact::Began { .. }
        | Fact::CommandTaken { .. }
        | Fact::CommandRefused { .. }
        | Fact::ToldInPublic { .. }
        | Fact::ThumbHeld { .. }
        | Fact::Pinged { .. }
        | Fact::LeakBlocked { .. }
        | Fact::TeamChannel { .. }
        | Fact::Watch { .. }
        | Fact::DetailsSeen { .. } => false,
    }
}
