//! What is said of the CVE number.

use jiff::{SignedDuration, Timestamp};

use crate::kernel::{
    content::EmbargoedAdvisory,
    embargoed::{Embargoed, TeamText},
    escape::code,
    id::CveId,
    incident::Incident,
    reply::{length, time},
    world::World,
};

/// GitHub took the request.
#[must_use]
pub fn requested(within: SignedDuration) -> TeamText {
    TeamText::compose(|_| {
        format!(
            "✅ GitHub was asked for a CVE number. By its word that takes up to 3 days; lately it took weeks. I notice the answer by myself, and ask after it in {}.",
            length(within)
        )
    })
}

/// There is one already.
#[must_use]
pub fn there_already(advisory: &EmbargoedAdvisory) -> TeamText {
    TeamText::compose(|team| match &advisory.open(team).cve {
        Some(cve) => format!("GitHub holds a number already: {}.", cve.as_str()),
        None => "GitHub holds something else by now. Look at the advisory's page.".to_owned(),
    })
}

/// Somebody entered it.
#[must_use]
pub fn entered(cve: &Embargoed<CveId>) -> TeamText {
    TeamText::compose(|team| format!("✅ {} is entered on GitHub.", cve.open(team).as_str()))
}

/// Where it stands.
#[must_use]
pub fn status(world: &World, incident: &Incident, now: Timestamp) -> TeamText {
    TeamText::compose(|team| {
        let cve = incident.advisory().and_then(|advisory| advisory.open(team).cve.as_ref());
        match (cve, incident.cve_requested) {
            (Some(cve), _) => format!("✅ {}", cve.as_str()),
            (None, Some(since)) => {
                let end = since.checked_add(world.settings.policy.cve_within).unwrap_or(since);
                format!(
                    "⏳ Asked for {}; expected by {}. A refusal shows only on the advisory's page. A release can go without a number: {}",
                    time(since, now),
                    time(end, now),
                    code("!release go --waive cve --reason …")
                )
            }
            (None, None) => {
                format!("No number is asked for yet. {} asks GitHub for one.", code("!cve request"))
            }
        }
    })
}
