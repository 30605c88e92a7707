//! Whose history a fact belongs to.

use super::Fact;
use crate::kernel::id::IncidentId;

impl Fact {
    /// The incident it belongs to.
    #[must_use]
    pub fn incident(&self) -> Option<IncidentId> {
        match self {
            Self::Opened { incident, .. }
            | Self::OpeningFailed { incident }
            | Self::AdvisorySeen { incident, .. }
            | Self::Linked { incident }
            | Self::Rewritten { incident, .. }
            | Self::ChangedOnGitHub { incident, .. }
            | Self::PublishedByHand { incident, .. }
            | Self::ManagerSet { incident, .. }
            | Self::Acknowledged { incident, .. }
            | Self::Accepted { incident, .. }
            | Self::Closed { incident, .. }
            | Self::Reopened { incident }
            | Self::Invited { incident, .. }
            | Self::Uninvited { incident, .. }
            | Self::Credited { incident, .. }
            | Self::ForkRequested { incident, .. }
            | Self::ForkReady { incident, .. }
            | Self::ForkFailed { incident }
            | Self::ForkUnusable { incident }
            | Self::ForkGone { incident }
            | Self::CveRequested { incident, .. }
            | Self::CveAssigned { incident, .. }
            | Self::StepVouched { incident, .. }
            | Self::StepUndone { incident, .. }
            | Self::Patch { incident, .. }
            | Self::ClockReminded { incident, .. }
            | Self::CardPosted { incident, .. }
            | Self::Card { incident, .. }
            | Self::Rehoused { incident, .. }
            | Self::TopicMoved { incident, .. }
            | Self::EmbargoSet { incident, .. }
            | Self::EmbargoLifted { incident, .. }
            | Self::EmbargoProposed { incident, .. }
            | Self::ProposalPosted { incident, .. }
            | Self::EmbargoBroken { incident, .. }
            | Self::PlatformsNoted { incident, .. }
            | Self::Reminded { incident, .. }
            | Self::ReleaseRequested { incident, .. }
            | Self::ApprovalAsked { incident, .. }
            | Self::Approval { incident, .. }
            | Self::ReleaseLapsed { incident }
            | Self::ReleaseStarted { incident }
            | Self::ReleaseStopped { incident, .. }
            | Self::ReleaseAborted { incident, .. }
            | Self::StepDone { incident, .. }
            | Self::Delivery { incident, .. }
            | Self::Notify { incident, .. }
            | Self::Watch { incident, .. } => Some(*incident),
            Self::Began { .. }
            | Self::CommandTaken { .. }
            | Self::CommandRefused { .. }
            | Self::ToldInPublic { .. }
            | Self::ThumbHeld { .. }
            | Self::TeamSeen { .. }
            | Self::Sight { .. }
            | Self::Pinged { .. }
            | Self::LeakBlocked { .. }
            | Self::TeamChannel { .. }
            | Self::DetailsSeen { .. } => None,
        }
    }
}
