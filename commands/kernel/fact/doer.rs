//! Who did what a fact tells.

use super::Fact;
use crate::kernel::{
    collaborator::Login, embargoed::Embargoed, id::UserId, mail::NotifyChange, patch::PatchChange,
    sighting::WatchChange, work::DeliveryChange,
};

/// Somebody who does something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doer<'a> {
    /// A person on Zulip.
    Person(UserId),
    /// A person on GitHub, where GitHub tells who.
    OnGitHub(&'a Embargoed<Login>),
    /// Nobody by name: the bot, time, or GitHub itself.
    Nobody,
}

impl Fact {
    /// Whose doing it is.
    #[must_use]
    pub fn doer(&self) -> Doer<'_> {
        let person = |by: &Option<UserId>| by.map_or(Doer::Nobody, Doer::Person);
        match self {
            Self::Opened { origin, .. } => origin.command().map_or(Doer::Nobody, |by| Doer::Person(by.user)),
            Self::ManagerSet { manager, by, .. } => Doer::Person(by.unwrap_or(*manager)),
            Self::ChangedOnGitHub { by, .. } | Self::PublishedByHand { by, .. } => {
                by.as_ref().map_or(Doer::Nobody, Doer::OnGitHub)
            }
            Self::Closed { by, .. } | Self::CveAssigned { by, .. } | Self::ReleaseAborted { by, .. } => {
                person(by)
            }
            Self::Rewritten { by, .. }
            | Self::PlatformsNoted { by, .. }
            | Self::Acknowledged { by, .. }
            | Self::Accepted { by, .. }
            | Self::Invited { by, .. }
            | Self::Uninvited { by, .. }
            | Self::Credited { by, .. }
            | Self::ForkRequested { by, .. }
            | Self::CveRequested { by, .. }
            | Self::StepVouched { by, .. }
            | Self::StepUndone { by, .. }
            | Self::EmbargoSet { by, .. }
            | Self::EmbargoLifted { by, .. }
            | Self::EmbargoBroken { by, .. }
            | Self::ReleaseRequested { by, .. }
            | Self::Approval { by, .. }
            | Self::Pinged { by, .. } => Doer::Person(*by),
            Self::CommandTaken { user, .. }
            | Self::CommandRefused { user, .. }
            | Self::ToldInPublic { user, .. }
            | Self::ThumbHeld { user, .. }
            | Self::DetailsSeen { user, .. } => Doer::Person(*user),
            Self::Patch { change, .. } => of_patch(change),
            Self::Notify { change, .. } => of_mail(change),
            Self::Watch { change, .. } => of_watch(change),
            Self::Delivery { change, .. } => of_delivery(change),
            Self::Began { .. }
            | Self::OpeningFailed { .. }
            | Self::AdvisorySeen { .. }
            | Self::Linked { .. }
            | Self::Reopened { .. }
            | Self::ForkReady { .. }
            | Self::ForkFailed { .. }
            | Self::ForkUnusable { .. }
            | Self::ForkGone { .. }
            | Self::ClockReminded { .. }
            | Self::TeamSeen { .. }
            | Self::Sight { .. }
            | Self::CardPosted { .. }
            | Self::Card { .. }
            | Self::Rehoused { .. }
            | Self::TopicMoved { .. }
            | Self::EmbargoProposed { .. }
            | Self::ProposalPosted { .. }
            | Self::Reminded { .. }
            | Self::ApprovalAsked { .. }
            | Self::ReleaseLapsed { .. }
            | Self::ReleaseStarted { .. }
            | Self::ReleaseStopped { .. }
            | Self::StepDone { .. }
            | Self::LeakBlocked { .. }
            | Self::TeamChannel { .. } => Doer::Nobody,
        }
    }
}

const fn of_patch(change: &PatchChange) -> Doer<'_> {
    match change {
        PatchChange::Named { by, .. } | PatchChange::Dropped { by } | PatchChange::Tested { by, .. } => {
            Doer::Person(*by)
        }
        PatchChange::Seen { .. } => Doer::Nobody,
    }
}

const fn of_mail(change: &NotifyChange) -> Doer<'_> {
    match change {
        NotifyChange::Asked { by, .. } | NotifyChange::Confirmed { by } => Doer::Person(*by),
        NotifyChange::Posted { .. }
        | NotifyChange::Lapsed
        | NotifyChange::Voided
        | NotifyChange::Ended { .. } => Doer::Nobody,
    }
}

const fn of_watch(change: &WatchChange) -> Doer<'_> {
    match change {
        WatchChange::Added { by, .. } | WatchChange::Ignored { by, .. } => Doer::Person(*by),
        WatchChange::Seen { .. } => Doer::Nobody,
    }
}

const fn of_delivery(change: &DeliveryChange) -> Doer<'_> {
    match change {
        DeliveryChange::Resumed { by } => Doer::Person(*by),
        DeliveryChange::Pushed { .. }
        | DeliveryChange::PullSeen { .. }
        | DeliveryChange::Dispatched { .. }
        | DeliveryChange::TagSeen { .. }
        | DeliveryChange::SnapshotKept { .. }
        | DeliveryChange::NotProposed { .. }
        | DeliveryChange::Uploaded { .. }
        | DeliveryChange::PullsClosed => Doer::Nobody,
    }
}
