//! What a release does in public repositories and by git, besides publishing the advisory, and what it sees
//! there. Each piece of work looks first and does nothing where nothing is left to do, so that it can be
//! repeated, and what somebody did by hand counts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::kernel::{
    embargoed::{Disclosed, Embargoed},
    id::{GhsaId, ProjectName, PullNumber, Repository},
    patch::{Branch, HeadCommit, PullState},
};

/// A piece of work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Work {
    /// Bring a commit of the private fork into the public repository, as the head of a branch of its own.
    /// Ends well where that branch holds it already, and never moves a branch that holds another.
    Push {
        /// From where.
        fork: Embargoed<Repository>,
        /// Which.
        commit: Embargoed<HeadCommit>,
        /// To where.
        repository: Repository,
        /// The name it gets there, which says nothing of the matter.
        branch: String,
    },
    /// Open a pull request, unless there is one of that commit.
    OpenPull {
        /// Where.
        repository: Repository,
        /// From which branch of that repository.
        head: String,
        /// Its newest commit.
        commit: HeadCommit,
        /// Into which branch.
        base: String,
        /// Saying what.
        text: PullText,
    },
    /// See how a pull request stands.
    ReadPull {
        /// Where.
        repository: Repository,
        /// Into which branch.
        base: String,
        /// Which: the newest that fits, an open or merged one before one that was closed.
        sought: Sought,
    },
    /// Merge a pull request, by a method that the repository allows and by nobody's special right.
    Merge {
        /// Where.
        repository: Repository,
        /// Which.
        number: PullNumber,
        /// What its newest commit must be.
        commit: HeadCommit,
    },
    /// Start a workflow, unless it was started since this work was recorded.
    Dispatch {
        /// Where.
        repository: Repository,
        /// The workflow's file.
        workflow: String,
        /// On which branch.
        branch: String,
        /// What it is told.
        inputs: BTreeMap<String, String>,
    },
    /// See whether there is a tag.
    ReadTag {
        /// Where.
        repository: Repository,
        /// Its name.
        tag: String,
    },
    /// Take what stands in the private fork and not in the public repository, as a bundle.
    Snapshot {
        /// The fork.
        fork: Embargoed<Repository>,
        /// What everybody has.
        repository: Repository,
    },
    /// Close the pull requests of the private fork: GitHub publishes no advisory while one is open.
    ClosePulls {
        /// The fork.
        fork: Embargoed<Repository>,
    },
    /// See to it that an advisory's private fork is gone. Which one that is, only the advisory itself says.
    RemoveFork {
        /// The repository of the advisory.
        repository: Repository,
        /// The advisory.
        ghsa: Embargoed<GhsaId>,
    },
    /// Propose a new file by a pull request.
    Propose(Box<Proposed>),
}

/// A pull request that adds one file, in public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposed {
    /// Where the file is to be.
    pub repository: Repository,
    /// Where its branch is made; that repository itself where none is named.
    pub fork: Option<Repository>,
    /// The branch's name.
    pub branch: String,
    /// Where in the repository.
    pub path: String,
    /// The file.
    pub content: Disclosed<String>,
    /// The title of the commit and of the pull request.
    pub title: Disclosed<String>,
    /// The text of the pull request.
    pub body: Disclosed<String>,
}

/// How a pull request is known again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sought {
    /// By its newest commit, whoever opened it.
    Commit(HeadCommit),
    /// By the branch of the same repository that it comes from.
    Head(String),
}

/// What a pull request says that is opened before the publication: there is no place in it for anything
/// embargoed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PullText {
    /// It brings the fixes of a release.
    Fixes {
        /// Of which project.
        project: ProjectName,
        /// Into which branch.
        base: Branch,
    },
}

impl PullText {
    /// Its title.
    #[must_use]
    pub fn title(&self) -> String {
        match self {
            Self::Fixes { project, base } => format!("Fixes for {project} on {base}"),
        }
    }

    /// Its text.
    #[must_use]
    pub fn body(&self) -> String {
        match self {
            Self::Fixes { .. } => {
                "These changes were reviewed before. What they are for is told with the release.".to_owned()
            }
        }
    }
}

/// A pull request of a public repository, as GitHub shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicPull {
    /// Its number.
    pub number: PullNumber,
    /// Its page.
    pub url: String,
    /// Its newest commit.
    pub head: HeadCommit,
    /// What has become of it.
    pub state: PullState,
    /// How its checks stand: check runs and statuses of its newest commit, together.
    pub checks: Checks,
    /// Whether it can be merged by the repository's rules.
    pub standing: Standing,
}

/// How the checks of a commit stand. A skipped or neutral one counts as passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Checks {
    /// All passed, or there are none.
    Passed,
    /// These are not over.
    Running(Vec<String>),
    /// These failed, were cancelled, timed out, or wait for somebody.
    Failed(Vec<String>),
}

/// What GitHub says about merging a pull request (`mergeable_state`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Nothing is in the way (`clean`, `has_hooks`, `unstable`).
    Free,
    /// It does not apply cleanly (`dirty`).
    Conflicts,
    /// The repository's rules are not met: reviews, checks, a merge queue (`blocked`).
    Blocked,
    /// Its base has moved on, and the rules want it brought up to date (`behind`).
    Behind,
    /// It is a draft (`draft`).
    Draft,
    /// GitHub is working it out (`unknown`, or nothing).
    Unknown,
}

/// What a piece of work found or left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// The pull request; none where there is none.
    Pull(Option<PublicPull>),
    /// Whether there is such a tag.
    Tag(bool),
    /// The bundle; empty where everything in the fork is public.
    Snapshot(Embargoed<Vec<u8>>),
    /// Whether the fork is gone.
    ForkGone(bool),
}
