//! An advisory as GitHub shows it: its text, and who and what belongs to it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Content;
use crate::kernel::{
    collaborator::{Collaborators, Credit, Login},
    embargoed::Embargoed,
    id::{CveId, GhsaId, Repository},
};

/// Where an advisory stands on GitHub (`state` on the wire).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AdvisoryState {
    /// A private report that nobody has accepted.
    Triage,
    /// Being worked on in private.
    Draft,
    /// Public.
    Published,
    /// Dismissed.
    Closed,
}

/// Part of an advisory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// The summary.
    Summary,
    /// The description.
    Description,
    /// Level or vector.
    Severity,
    /// The weaknesses.
    Cwe,
    /// The affected versions of a package.
    Affected,
    /// The CVE id.
    Cve,
    /// Whether it is a report, a draft, public or closed.
    State,
    /// Who is given access.
    Collaborators,
    /// Who is credited.
    Credits,
    /// The temporary private fork.
    Fork,
}

impl Part {
    /// Whether it is what people write and approve for the publication.
    #[must_use]
    pub const fn is_text(self) -> bool {
        match self {
            Self::Summary | Self::Description | Self::Severity | Self::Cwe | Self::Affected => true,
            Self::Cve | Self::State | Self::Collaborators | Self::Credits | Self::Fork => false,
        }
    }
}

/// An advisory as GitHub last showed it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advisory {
    /// Its id.
    pub ghsa: GhsaId,
    /// Its page (`html_url`).
    pub url: String,
    /// Where it stands.
    pub state: AdvisoryState,
    /// Its CVE id, once there is one.
    pub cve: Option<CveId>,
    /// When it was created; for a private report that is when it came in.
    pub created: Timestamp,
    /// What it says.
    pub content: Content,
    /// Whether it came in as a private report (`submission` on the wire).
    #[serde(default)]
    pub reported: bool,
    /// Who made it, where GitHub tells.
    #[serde(default)]
    pub author: Option<Login>,
    /// Who published it, where GitHub tells.
    #[serde(default)]
    pub publisher: Option<Login>,
    /// Who is given access to it, besides those who administer the repository.
    #[serde(default)]
    pub collaborators: Collaborators,
    /// Who is credited.
    #[serde(default)]
    pub credits: Vec<Credit>,
    /// Its temporary private fork, ready or not.
    #[serde(default)]
    pub fork: Option<Repository>,
}

/// An advisory nobody outside may know of.
pub type EmbargoedAdvisory = Embargoed<Advisory>;

impl Advisory {
    /// The parts in which `other` differs.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<Part> {
        let content = self.content.differences(&other.content);
        let rest = [
            (self.cve != other.cve, Part::Cve),
            (self.state != other.state, Part::State),
            (self.collaborators != other.collaborators, Part::Collaborators),
            (self.credits != other.credits, Part::Credits),
            (self.fork != other.fork, Part::Fork),
        ];
        let rest = rest.into_iter().filter(|(differs, _)| *differs).map(|(_, part)| part);
        content.into_iter().chain(rest).collect()
    }

    /// Those given access besides who made it: the people that somebody invited.
    pub fn invited(&self) -> impl Iterator<Item = &crate::kernel::collaborator::Collaborator> {
        use crate::kernel::collaborator::Collaborator;

        self.collaborators.iter().filter(|who| match who {
            Collaborator::User(login) => self.author.as_ref() != Some(login),
            Collaborator::Team(_) => true,
        })
    }
}
