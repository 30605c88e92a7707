//! A release as a value: what it needs, and the list of what it will do. What `!release plan` shows is
//! the list that `!release go` carries out (invariant 8).

mod deed;
mod next;

use jiff::Timestamp;

use crate::kernel::{
    incident::Incident,
    runbook::{self, Progress},
    step::Step,
    world::World,
};

pub use deed::Deed;
pub use next::{Next, Obstacle, ObstacleKind};

/// Whether a precondition is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is.
    Met,
    /// It is left out, by somebody's decision.
    Waived,
    /// It no longer makes sense, because the embargo is broken or the advisory public.
    Struck,
    /// It is not.
    Missing,
}

/// What a release needs and what it will do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Each with whether it is met.
    pub preconditions: Vec<(Step, Standing)>,
    /// When it may begin; none while no time is set.
    pub not_before: Option<Timestamp>,
    /// What is still to be done, in order.
    pub deeds: Vec<Deed>,
}

impl Plan {
    /// Whether nothing stands in the way at `now`.
    #[must_use]
    pub fn is_ready(&self, now: Timestamp) -> bool {
        self.preconditions.iter().all(|(_, standing)| *standing != Standing::Missing)
            && self.not_before.is_none_or(|time| time <= now)
    }

    /// The preconditions that are not met.
    pub fn missing(&self) -> impl Iterator<Item = Step> {
        self.preconditions
            .iter()
            .filter(|(_, standing)| *standing == Standing::Missing)
            .map(|(step, _)| *step)
    }
}

/// The plan for an incident, with the steps of `waived` left out.
#[must_use]
pub fn plan(world: &World, incident: &Incident, waived: impl Fn(Step) -> bool) -> Plan {
    let preconditions = Step::PRECONDITIONS.into_iter().map(|step| {
        let standing = match (runbook::progress(world, incident, step), waived(step)) {
            (Progress::Done, _) => Standing::Met,
            (Progress::Struck, _) => Standing::Struck,
            (Progress::Open | Progress::Waiting, true) => Standing::Waived,
            (Progress::Open | Progress::Waiting, false) => Standing::Missing,
        };
        (step, standing)
    });
    let order = world.settings.project(&incident.project).map(|project| project.order).unwrap_or_default();
    let open = Step::release(order).into_iter();
    let open = open.filter(|step| !runbook::is_done(world, incident, *step) && !waived(*step));
    Plan {
        preconditions: preconditions.collect(),
        // What somebody has published needs no waiting for.
        not_before: incident
            .embargo
            .as_ref()
            .filter(|_| !incident.is_published())
            .map(|embargo| embargo.until),
        deeds: open.filter_map(|step| Deed::of(world, incident, step)).collect(),
    }
}
