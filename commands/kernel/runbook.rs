//! The runbook as a checklist. What is done is read off the incident each time: people do steps by
//! hand and change their minds.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::kernel::{
    content::{AdvisoryState, Content},
    embargoed::Reader,
    incident::Incident,
};

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

    /// Whether a release may leave it out.
    #[must_use]
    pub const fn may_be_waived(self) -> bool {
        match self {
            Self::Publish | Self::Close => false,
            Self::Accept | Self::Text | Self::Embargo | Self::Announce => true,
        }
    }

    /// Whether it is done, as far as the incident shows.
    #[must_use]
    pub fn is_done(self, incident: &Incident) -> bool {
        match self {
            Self::Accept => {
                incident.advisory().is_some_and(|a| a.open(&Reader::new()).state != AdvisoryState::Triage)
            }
            Self::Text => missing_text(incident).is_empty(),
            Self::Embargo => incident.embargo.is_some(),
            Self::Publish => incident.is_published(),
            Self::Announce | Self::Close => incident.steps_done.contains(&self),
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

/// Something the advisory's text still lacks, and the command that adds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingText {
    /// The description.
    Description,
    /// The severity.
    Severity,
    /// The affected versions of a package.
    Affected,
}

impl MissingText {
    /// What is missing.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Description => "description",
            Self::Severity => "severity",
            Self::Affected => "affected versions",
        }
    }

    /// What to type.
    #[must_use]
    pub const fn command(self) -> &'static str {
        match self {
            Self::Description => "!advisory edit",
            Self::Severity => "!advisory edit --cvss VECTOR",
            Self::Affected => "!advisory affected ECO:NAME RANGE",
        }
    }
}

/// What GitHub will ask for before it publishes: a description, a severity, a package with a range.
#[must_use]
pub fn missing_text(incident: &Incident) -> Vec<MissingText> {
    let all = [MissingText::Description, MissingText::Severity, MissingText::Affected];
    let Some(advisory) = incident.advisory() else { return all.to_vec() };
    let content = &advisory.open(&Reader::new()).content;
    all.into_iter().filter(|part| lacks(content, *part)).collect()
}

fn lacks(content: &Content, part: MissingText) -> bool {
    match part {
        MissingText::Description => content.description.trim().is_empty(),
        MissingText::Severity => content.severity.is_none(),
        MissingText::Affected => {
            content.affected.is_empty()
                || content.affected.iter().any(|package| {
                    package.package.name.is_empty()
                        || package.ranges.is_empty()
                        || package.ranges.iter().any(|range| range.affected.trim().is_empty())
                })
        }
    }
}

/// The first step that is neither done nor waived.
#[must_use]
pub fn next_step(incident: &Incident) -> Option<Step> {
    Step::ALL.into_iter().find(|step| !step.is_done(incident) && !incident.is_waived(*step))
}
