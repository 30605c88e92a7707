//! What some commands are given.

use crate::kernel::{
    collaborator::Who,
    content::{Cvss, Cwe, Level, Package},
    embargoed::{Embargoed, EmbargoedText},
    id::Repository,
    patch::PullRef,
};

/// What `!manager` is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ManagerWish {
    /// Who it is.
    Show,
    /// To be it.
    Claim,
    /// That somebody else is it.
    HandTo(Embargoed<Who>),
}

/// What `!advisory new` was given.
#[derive(Clone, PartialEq, Eq)]
pub struct NewAdvisory {
    /// One line.
    pub summary: String,
    /// The fenced block.
    pub description: Option<String>,
    /// Who reported it, by mail or otherwise than on GitHub.
    pub reporter: Option<String>,
    /// Where the channel has several.
    pub repository: Option<Repository>,
    /// A level.
    pub level: Option<Level>,
    /// A vector.
    pub cvss: Option<Cvss>,
    /// The package; without it the project's own.
    pub package: Option<Package>,
    /// RANGE, not yet read: it belongs to a package.
    pub affected: Option<String>,
    /// Weaknesses.
    pub cwes: Vec<Cwe>,
}

/// What `!patch` is asked for. Branches are as typed: they are known only once the project is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PatchOrder {
    /// `!patch add`
    Add {
        /// Which branch.
        branch: String,
        /// Its pull request.
        pull: Embargoed<PullRef>,
    },
    /// `!patch drop`
    Drop {
        /// Of which branch.
        branch: String,
    },
    /// `!patch tested`
    Tested {
        /// Of which branch.
        branch: String,
        /// What shows it.
        evidence: Option<Embargoed<String>>,
    },
    /// `!patch status`
    Status,
}

/// What `!watch` is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WatchOrder {
    /// `!watch`
    Show,
    /// `!watch add`
    Add {
        /// The term.
        term: EmbargoedText,
    },
    /// `!watch ignore`
    Ignore {
        /// The term.
        term: EmbargoedText,
        /// Why.
        reason: EmbargoedText,
    },
}
