//! The leak watch on GitHub's public side: what is new there is searched for whatever would give an
//! incident away, and what is the same as something in a private fork is told as just that.

use std::collections::BTreeSet;

use crate::{
    kernel::{
        decision::Decision,
        fact::Fact,
        id::{IncidentId, Repository},
        incident::Incident,
        input::Now,
        public::{PublicItem, Twin},
        sighting::{Sighting, Spot, WatchChange},
        world::World,
    },
    watch,
};

/// This is new on the public side of a repository.
pub(crate) fn observed(world: &World, repository: &Repository, items: &[PublicItem], now: Now) -> Decision {
    if world.settings.project_of(repository).is_none() {
        return Decision::nothing();
    }
    // Two on one page, such as a release and its tag, raise one alarm.
    let mut alarmed: BTreeSet<(IncidentId, Option<Spot>)> = BTreeSet::new();
    items.iter().fold(Decision::nothing(), |decision, item| {
        alarms(world, item, now).into_iter().fold(decision, |decision, (id, alarm)| {
            let is_new = alarm.facts.iter().all(|fact| alarmed.insert((id, spot(fact))));
            if is_new { decision.and(alarm) } else { decision }
        })
    })
}

/// The alarm of each incident that something public is a matter of.
fn alarms(world: &World, item: &PublicItem, now: Now) -> Vec<(IncidentId, Decision)> {
    let patched = item.twin.as_ref().and_then(|twin| Some((incident_of(world, twin)?, twin)));
    let minds =
        |incident: &Incident| incident.watches_public() && !incident.expects_in_public(item.what, now.time);
    let patched = patched.filter(|(incident, _)| minds(incident));
    let alarm_of_patch = patched.map(|(incident, twin)| {
        let (what, url) = (item.what, item.url.clone());
        let sighting = Sighting::PatchOnGitHub { what, url, pull: twin.pull, sameness: twin.sameness };
        (incident.id, watch::alarm(world, incident, sighting, &[], now))
    });
    let named = watch::named(world, &item.text).filter(|(incident, _)| minds(incident));
    // That it is the patch itself says more than what it names.
    let named = named.filter(|(incident, _)| patched.is_none_or(|(other, _)| other.id != incident.id));
    let alarms_of_names = named.map(|(incident, terms)| {
        let sighting = Sighting::OnGitHub { what: item.what, url: item.url.clone() };
        (incident.id, watch::alarm(world, incident, sighting, &terms, now))
    });
    alarm_of_patch.into_iter().chain(alarms_of_names).collect()
}

/// The incident whose private fork that is.
fn incident_of<'a>(world: &'a World, twin: &Twin) -> Option<&'a Incident> {
    world.incidents().find(|incident| incident.fork_name().as_ref() == Some(&twin.fork))
}

/// Where the alarm was raised of which this is remembered.
fn spot(fact: &Fact) -> Option<Spot> {
    let Fact::Watch { change, .. } = fact else { return None };
    match &**change {
        WatchChange::Seen { sighting, .. } => sighting.spot(),
        WatchChange::Added { .. } | WatchChange::Ignored { .. } => None,
    }
}
