//! The last look before anything leaves: what goes to the public names no embargoed incident, and
//! what is for the team goes only where Zulip, at that moment, lets nobody else read.
//!
//! The core has decided both already; this is the second assertion, from the other side. What the team
//! told the leak watch to ignore is not ignored here: see `kernel::watched`.

use std::{collections::BTreeSet, sync::Arc};

use commands::kernel::{
    directory::Channel, embargoed::PrivateRoom, id::IncidentId, leak::Kind, watched::Watched, world::World,
};

/// Every identifier of every embargoed incident, as they are at one moment.
pub struct Guard {
    watched: Arc<Watched>,
    /// The incident that is itself about to be published.
    own: Option<IncidentId>,
}

impl Guard {
    /// The guard over `world` as it is.
    #[must_use]
    pub fn over(world: &World) -> Self {
        Self { watched: world.watched(), own: None }
    }

    /// The guard over what an incident itself is about to publish: the ids and codenames of the others.
    /// Phrases are left out, since sibling advisories of one project are worded alike.
    #[must_use]
    pub fn over_others(world: &World, own: IncidentId) -> Self {
        Self { watched: world.watched(), own: Some(own) }
    }

    /// Lets a public text pass.
    ///
    /// # Errors
    /// The incidents it names, in whatever disguise.
    pub fn pass(&self, text: &str) -> Result<(), Vec<IncidentId>> {
        let hits = self.watched.find(text).into_iter().filter(|hit| match self.own {
            Some(own) => hit.key.incident != own && hit.kind != Kind::Phrase,
            None => true,
        });
        let named: BTreeSet<IncidentId> = hits.map(|hit| hit.key.incident).collect();
        if named.is_empty() { Ok(()) } else { Err(named.into_iter().collect()) }
    }
}

/// Opens a team channel for a message, when it is private.
#[must_use]
pub fn room(channel: Option<&Channel>) -> Option<PrivateRoom> {
    channel.and_then(PrivateRoom::channel)
}
