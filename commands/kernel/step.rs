//! The steps of the runbook, by name.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A step of the runbook, in its order. The steps from [`Step::Publish`] on are carried out by a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// The report is accepted: the advisory is a draft.
    Accept,
    /// Severity and advisory text are complete.
    Text,
    /// The disclosure time is set.
    Embargo,
    /// The advisory is published.
    Publish,
    /// The public is told.
    Announce,
    /// The incident is closed.
    Close,
}

impl Step {
    /// All of them, in order.
    pub const ALL: [Self; 6] =
        [Self::Accept, Self::Text, Self::Embargo, Self::Publish, Self::Announce, Self::Close];

    /// What must be there before a release.
    pub const PRECONDITIONS: [Self; 3] = [Self::Accept, Self::Text, Self::Embargo];

    /// What a release does, in order.
    pub const RELEASE: [Self; 3] = [Self::Publish, Self::Announce, Self::Close];

    /// The word for it in `--waive`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Text => "text",
            Self::Embargo => "embargo",
            Self::Publish => "publish",
            Self::Announce => "announce",
            Self::Close => "close",
        }
    }

    /// What it is, for the card.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Accept => "report accepted",
            Self::Text => "severity and advisory text complete",
            Self::Embargo => "disclosure time",
            Self::Publish => "advisory published",
            Self::Announce => "public notice",
            Self::Close => "closed",
        }
    }

    /// What there is to do, for a plan.
    #[must_use]
    pub const fn task(self) -> &'static str {
        match self {
            Self::Accept => "accept the report",
            Self::Text => "complete severity and advisory text",
            Self::Embargo => "set the disclosure time",
            Self::Publish => "publish the advisory",
            Self::Announce => "tell the public",
            Self::Close => "close the incident",
        }
    }

    /// What has happened, for a timeline.
    #[must_use]
    pub const fn done(self) -> &'static str {
        match self {
            Self::Accept => "the report was accepted",
            Self::Text => "severity and advisory text were completed",
            Self::Embargo => "the disclosure time was set",
            Self::Publish => "the advisory was published",
            Self::Announce => "the public was told",
            Self::Close => "the incident was closed",
        }
    }

    /// Whether a release may leave it out.
    #[must_use]
    pub const fn may_be_waived(self) -> bool {
        match self {
            Self::Publish | Self::Close => false,
            Self::Accept | Self::Text | Self::Embargo | Self::Announce => true,
        }
    }
}

impl FromStr for Step {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let small = text.to_lowercase();
        Self::ALL.into_iter().find(|step| step.id() == small).ok_or(())
    }
}
