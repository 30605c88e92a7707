//! What can be said for certain of what GitHub shows, while the bot itself is changing it.

use jiff::Timestamp;

use super::World;
use crate::kernel::{
    content::{AdvisoryState, ContentChange, EmbargoedAdvisory},
    effect::{Action, Effect, RecordedEffect},
    embargoed::{Embargoed, Reader},
    id::IncidentId,
    incident::Incident,
};

impl World {
    /// Whether what GitHub shows of an incident may be about to change by the bot's own hand, or there is no
    /// topic yet in which to tell of it.
    #[must_use]
    pub fn is_changing(&self, incident: IncidentId) -> bool {
        let of_it =
            |effect: &Effect| effect.purpose.incident() == Some(incident) && effect.action.writes_advisory();
        let homeless = |incident: &Incident| incident.is_open() && incident.room.is_none();
        self.incidents.get(&incident).is_some_and(homeless)
            || self.pending.values().any(|recorded| of_it(&recorded.effect))
    }

    /// Whether what GitHub was asked for at `asked` tells nothing certain of an incident: the bot itself is
    /// changing it, or has since. A publication that is not the bot's own is certain whatever else goes on.
    #[must_use]
    pub fn is_uncertain(
        &self,
        incident: &Incident,
        advisory: &EmbargoedAdvisory,
        asked: Timestamp,
        now: Timestamp,
    ) -> bool {
        let publishes = |recorded: &RecordedEffect| {
            recorded.effect.purpose.incident() == Some(incident.id)
                && matches!(recorded.effect.action, Action::PublishAdvisory { .. })
        };
        let public = advisory.open(&Reader::new()).state == AdvisoryState::Published;
        if public && !incident.is_published() && !self.pending.values().any(publishes) {
            return false;
        }
        // Nothing that was public becomes private again: that is a list that lags.
        if incident.is_published() && !public {
            return true;
        }
        // A clock that was set back must not keep the bot from seeing.
        let is_old = asked <= incident.seen && incident.seen <= now;
        is_old || self.is_changing(incident.id)
    }

    /// The changes of an incident's text that are on their way to GitHub, in order.
    pub fn changes_on_their_way(
        &self,
        incident: IncidentId,
    ) -> impl Iterator<Item = &Embargoed<ContentChange>> {
        self.pending.values().filter_map(move |recorded| match &recorded.effect {
            Effect { action: Action::UpdateAdvisory { change, .. }, purpose }
                if purpose.incident() == Some(incident) =>
            {
                Some(change)
            }
            Effect { .. } => None,
        })
    }
}
