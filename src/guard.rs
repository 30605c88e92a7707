//! The last look before anything leaves: what goes to the public names no embargoed incident, and
//! what is for the team goes only where Zulip, at that moment, lets nobody else read.
//!
//! The core has decided both already; this is the second assertion, from the other side.

use std::collections::BTreeSet;

use commands::kernel::{
    directory::Channel,
    embargoed::PrivateRoom,
    id::IncidentId,
    leak::{Kind, Watch},
    plan,
    planted::{self, Defect},
    world::World,
};

/// Every identifier of every embargoed incident, as they are at one moment.
pub struct Guard {
    watch: Watch<IncidentId>,
}

impl Guard {
    /// The guard over `world` as it is.
    #[must_use]
    pub fn over(world: &World) -> Self {
        let embargoed = world.incidents().filter(|incident| incident.is_embargoed());
        let identifiers = embargoed.flat_map(|incident| {
            plan::identifiers(world, incident).into_iter().map(|identifier| (incident.id, identifier))
        });
        Self { watch: Watch::new(identifiers.collect()) }
    }

    /// The guard over what an incident itself is about to publish: the ids and codenames of the others.
    /// Phrases are left out, since sibling advisories of one project are worded alike.
    #[must_use]
    pub fn over_others(world: &World, own: IncidentId) -> Self {
        let others = world.incidents().filter(|incident| incident.is_embargoed() && incident.id != own);
        let identifiers = others.flat_map(|incident| {
            let ids = plan::identifiers(world, incident);
            let ids = ids.into_iter().filter(|identifier| identifier.kind() != Kind::Phrase);
            ids.map(|identifier| (incident.id, identifier))
        });
        Self { watch: Watch::new(identifiers.collect()) }
    }

    /// Lets a public text pass.
    ///
    /// # Errors
    /// The incidents it names, in whatever disguise.
    pub fn pass(&self, text: &str) -> Result<(), Vec<IncidentId>> {
        if planted::is_on(Defect::NoGuard) {
            return Ok(());
        }
        let named: BTreeSet<IncidentId> = self.watch.find(text).into_iter().map(|hit| hit.key).collect();
        if named.is_empty() { Ok(()) } else { Err(named.into_iter().collect()) }
    }
}

/// Opens a team channel for a message, when it is private.
#[must_use]
pub fn room(channel: Option<&Channel>) -> Option<PrivateRoom> {
    if planted::is_on(Defect::PrivacyAsConfigured) {
        return Some(PrivateRoom::direct_message_to_team());
    }
    channel.and_then(PrivateRoom::channel)
}
