//! GitHub owns the advisory, the bot owns the process: what others change there is taken in, shown and
//! remembered, and what is published out of order raises the alarm.

use jiff::Timestamp;

use crate::{
    embargo,
    kernel::{
        ask::room_of,
        content::{AdvisoryState, EmbargoedAdvisory, Part},
        decision::Decision,
        effect::{Closing, Failure},
        embargoed::{Embargoed, Reader},
        fact::Fact,
        id::{Repository, UserId},
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
            if world.is_uncertain(incident, advisory, asked, now.time) {
                return Decision::nothing();
            }
            let before = incident.advisory().map(|before| before.open(&reader).differences(shown));
            let is_another = before.is_some_and(|parts| parts.iter().any(|part| part.is_text()));
            let seen = self::shown(world, incident, advisory, &[], None, now);
            if is_another { seen.and(release::halt(world, incident, TEXT_CHANGED)) } else { seen }
        }
        Some(_) | None if shown.state == AdvisoryState::Triage => {
            report::noticed(world, project, advisory, now)
        }
        Some(_) | None => Decision::nothing(),
    }
}

/// GitHub shows the advisory like this. What differs from before and is not in `own`, the doing of `by`
/// through the bot, somebody else changed by hand.
pub(crate) fn shown(
    world: &World,
    incident: &Incident,
    advisory: &EmbargoedAdvisory,
    own: &[Part],
    by: Option<UserId>,
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
    let seen = Fact::AdvisorySeen { incident: incident.id, advisory: Box::new(advisory.clone()) };
    let decision = Decision::nothing().fact(seen).and(void(incident, &all, by));
    // A fork that appears after it was asked for is the bot's; one goes with the publication.
    let asked_for = after.fork.is_some() && !matches!(incident.fork, Fork::Unasked);
    let published = after.state == AdvisoryState::Published;
    let is_own = |part: &Part| own.contains(part) || (*part == Part::Fork && (asked_for || published));
    let by_hand: Vec<Part> = all.into_iter().filter(|part| !is_own(part)).collect();
    if by_hand.is_empty() { decision } else { told(world, incident, advisory, &by_hand, decision, now) }
}

/// What was to be approved is no longer what would be published.
fn void(incident: &Incident, parts: &[Part], by: Option<UserId>) -> Decision {
    let is_published_with_it = |part: &Part| match part {
        Part::Summary
        | Part::Description
        | Part::Severity
        | Part::Cwe
        | Part::Affected
        | Part::Cve
        | Part::State
        | Part::Credits => true,
        Part::Collaborators | Part::Fork => false,
    };
    if parts.iter().any(is_published_with_it) {
        release::void(incident, by, TEXT_CHANGED)
    } else {
        Decision::nothing()
    }
}

/// And tells of what was changed by hand, and remembers it.
fn told(
    world: &World,
    incident: &Incident,
    advisory: &EmbargoedAdvisory,
    by_hand: &[Part],
    decision: Decision,
    now: Now,
) -> Decision {
    let after = advisory.open(&Reader::new());
    let publishes = by_hand.contains(&Part::State) && after.state == AdvisoryState::Published;
    let publisher = after.publisher.clone().filter(|_| publishes).map(Embargoed::new);
    // A number that is assigned has a fact of its own.
    let parts: Vec<Part> = by_hand.iter().copied().filter(|part| *part != Part::Cve).collect();
    let changed = Fact::ChangedOnGitHub { incident: incident.id, parts, by: publisher.clone() };
    let decision = if by_hand == [Part::Cve] { decision } else { decision.fact(changed) };
    let weighs = by_hand.iter().any(|part| matches!(part, Part::State | Part::Cve));
    if incident.stage == Stage::Closed && !weighs {
        // The card and the timeline show it; nobody has to act.
        return decision;
    }
    let text = sentences::changed(incident, advisory, by_hand);
    let decision = decision.say(room_of(incident), text, incident.manager);
    let decision = consequences(world, incident, advisory, by_hand, publisher, decision);
    let numbered = decision.facts.iter().any(|fact| matches!(fact, Fact::CveAssigned { .. }));
    if !numbered || incident.has_cve() {
        return decision;
    }
    let after = incident.after(now.time, &decision.facts);
    decision.and(embargo::propose(world, &after, now.time))
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
    if by_hand.contains(&Part::Fork) && after.fork.is_none() {
        decision = decision.fact(Fact::ForkGone { incident: incident.id });
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
            (Fact::Sight { project: project.name.clone(), lost: true }, sentences::lost(project, why))
        }
        None if known => {
            (Fact::Sight { project: project.name.clone(), lost: false }, sentences::back(project))
        }
        Some(_) | None => return Decision::nothing(),
    };
    let decision = Decision::nothing().fact(fact);
    let to = crate::kernel::effect::TeamPlace::Topic(project.team_channel, sentences::topic());
    decision.say(to, text, None)
}
