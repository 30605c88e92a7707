//! The timeline as JSON, for programs.

use jiff::Timestamp;
use serde::Serialize;

use super::{
    event::{Event, events},
    phase::{Phase, phases},
};
use crate::kernel::{embargoed::Team, incident::Incident, reply, world::World};

#[derive(Serialize)]
struct Document<'a> {
    codename: String,
    project: &'a str,
    ghsa: Option<&'a str>,
    cve: Option<&'a str>,
    summary: Option<&'a str>,
    opened: Timestamp,
    phases: Vec<Phase>,
    events: Vec<Event>,
}

/// The document.
pub(super) fn write(world: &World, team: &Team, incident: &Incident) -> String {
    let advisory = incident.advisory().map(|advisory| advisory.open(team));
    let document = Document {
        codename: reply::codename(team, incident),
        project: &incident.project.0,
        ghsa: advisory.map(|advisory| advisory.ghsa.as_str()),
        cve: advisory.and_then(|advisory| advisory.cve.as_ref()).map(|cve| cve.as_str()),
        summary: advisory.map(|advisory| advisory.content.summary.as_str()),
        opened: incident.opened,
        phases: phases(&world.settings, incident),
        events: events(world, team, incident),
    };
    // Maps with keys that are no text are what JSON cannot hold.
    serde_json::to_string_pretty(&document).expect("a timeline has text for keys") + "\n"
}
