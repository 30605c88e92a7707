//! GitHub owns the advisory, the bot owns the process: what others change there is taken in, shown and
//! remembered, and what is published out of order raises the alarm.

use jiff::Timestamp;

use crate::{
    kernel::{
        ask::room_of,
        content::{AdvisoryState, EmbargoedAdvisory, Part},
        decision::Decision,
        effect::{Closing, Failure},
        embargoed::{Embargoed, Reader},
        fact::Fact,
        id::Repository,
        incident::{Fork, Incident, Stage},
        input::Now,
        reply::{release::TEXT_CHANGED, sync as sentences},
        world::{Reference, World},
    },
    release, report,
};

/// GitHub was asked at `asked`, and shows an advisory of `repository`.
pub(crate) fn observed(
    world: &World,
    repository: &Repository,
    asked: Timestamp,
    advisory: &EmbargoedAdvisory,
    now: Now,
) -> Decision {
    let Some(project) = world.settings.project_of(repository) else { return Decision::nothing() };
    let reader = Reader::new();
    let shown = advisory.open(&reader);
    match world.find(&Reference::Ghsa(shown.ghsa.clone())) {
        Some(incident) if incident.stage != Stage::Failed => {
            // An answer from before the bot's own last change tells nothing new.
            if world.is_changing(incident.id) || asked <= incident.seen {
                return Decision::nothing();
            }
            self::shown(world, incident, advisory, &[], now)
        }
        Some(_) | None if shown.state == AdvisoryState::Triage => {
            report::noticed(world, project, advisory, now)
        }
        Some(_) | None => Decision::nothing(),
    }
}

/// GitHub shows the advisory like this. What differs from before and is not in `own`, the bot's own
/// doing, somebody else changed by hand.
pub(crate) fn shown(
    world: &World,
    incident: &Incident,
    advisory: &EmbargoedAdvisory,
    own: &[Part],
    now: Now,
) -> Decision {
    let reader = Reader::new();
    let after = advisory.open(&reader);
    let Some(before) = incident.advisory().map(|before| before.open(&reader)) else {
        return Decision::nothing();
    };
    let all = before.differences(after);
    if all.is_empty() {
        return Decision::nothing();
    }
    let forks = !matches!(incident.fork, Fork::Unasked);
    let publishes = own.contains(&Part::State) && after.state == AdvisoryState::Published;
    let is_own = |part: &Part| own.contains(part) || (*part == Part::Fork && (forks || publishes));
    let by_hand: Vec<Part> = all.into_iter().filter(|part| !is_own(part)).collect();
    let seen = Fact::AdvisorySeen { incident: incident.id, advisory: Box::new(advisory.clone()) };
    let decision = Decision::nothing().fact(seen);
    if by_hand.is_empty() {
        return decision;
    }
    let publisher = (by_hand.contains(&Part::State) && after.state == AdvisoryState::Published)
        .then(|| after.publisher.clone().map(Embargoed::new))
        .flatten();
    let changed =
        Fact::ChangedOnGitHub { incident: incident.id, parts: by_hand.clone(), by: publisher.clone() };
    let decision = decision.fact(changed);
    if incident.stage == Stage::Closed && !by_hand.contains(&Part::State) {
        // The card and the timeline show it; nobody has to act.
        return decision;
    }
    let text = sentences::changed(incident, advisory, &by_hand, &world.settings.policy, now.time);
    let decision = decision.say(room_of(incident), text, incident.manager);
    let decision = decision.and(release::void(incident, None, TEXT_CHANGED));
    consequences(world, incident, advisory, &by_hand, publisher, decision)
}

/// And draws from what others changed what follows for the process.
fn consequences(
    world: &World,
    incident: &Incident,
    advisory: &EmbargoedAdvisory,
    by_hand: &[Part],
    publisher: Option<Embargoed<crate::kernel::collaborator::Login>>,
    decision: Decision,
) -> Decision {
    let reader = Reader::new();
    let after = advisory.open(&reader);
    let mut decision = decision;
    if let Some(cve) = after.cve.as_ref().filter(|_| by_hand.contains(&Part::Cve)) {
        let cve = Embargoed::new(cve.clone());
        decision = decision.fact(Fact::CveAssigned { incident: incident.id, cve, by: None });
    }
    if !by_hand.contains(&Part::State) {
        return decision;
    }
    match (after.state, incident.stage) {
        (AdvisoryState::Published, _) => {
            let alarm = sentences::published_by_hand(world, incident, publisher.as_ref());
            let fact = Fact::PublishedByHand { incident: incident.id, by: publisher };
            decision.fact(fact).say(room_of(incident), alarm, incident.manager)
        }
        (AdvisoryState::Closed, Stage::Open) => decision.fact(Fact::Closed {
            incident: incident.id,
            by: None,
            closing: Closing::Dropped,
            reason: None,
        }),
        (AdvisoryState::Draft | AdvisoryState::Triage, Stage::Closed) => {
            decision.fact(Fact::Reopened { incident: incident.id })
        }
        (AdvisoryState::Draft | AdvisoryState::Triage | AdvisoryState::Closed, _) => decision,
    }
}

/// Whether a repository can be looked at. The team is told once, and once when it can again.
pub(crate) fn sight(world: &World, repository: &Repository, lost: Option<&Failure>) -> Decision {
    let Some(project) = world.settings.project_of(repository) else { return Decision::nothing() };
    let known = world.is_out_of_sight(&project.name);
    let (fact, text) = match lost {
        Some(why) if !known => {
            (Fact::SyncLost { project: project.name.clone() }, sentences::lost(project, why))
        }
        None if known => (Fact::SyncBack { project: project.name.clone() }, sentences::back(project)),
        Some(_) | None => return Decision::nothing(),
    };
    let decision = Decision::nothing().fact(fact);
    let to = crate::kernel::effect::TeamPlace::Topic(project.team_channel, sentences::topic());
    decision.say(to, text, None)
}
