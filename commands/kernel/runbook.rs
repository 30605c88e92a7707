//! The runbook as a checklist. What is done is read off the incident each time: people do steps by
//! hand and change their minds.

use crate::kernel::{
    content::{AdvisoryState, Content},
    embargoed::Reader,
    incident::Incident,
    step::Step,
};

/// Whether `step` is done, as far as the incident shows.
#[must_use]
pub fn is_done(incident: &Incident, step: Step) -> bool {
    match step {
        Step::Accept => {
            incident.advisory().is_some_and(|a| a.open(&Reader::new()).state != AdvisoryState::Triage)
        }
        Step::Text => missing_text(incident).is_empty(),
        Step::Embargo => incident.embargo.is_some(),
        Step::Publish => incident.is_published(),
        Step::Announce | Step::Close => incident.steps_done.contains(&step),
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
    Step::ALL.into_iter().find(|step| !is_done(incident, *step) && !incident.is_waived(*step))
}
