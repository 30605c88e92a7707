//! What a release does in public repositories and by git, besides publishing the advisory, and what it sees
//! there. Each piece of work looks first and does nothing where nothing is left to do, so that it can be
//! repeated, and what somebody did by hand counts.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::kernel::{
    embargoed::{Disclosed, Embargoed},
    id::{GhsaId, ProjectName, PullNumber, Repository, UserId},
    patch::{Branch, HeadCommit, PullState},
    step::Step,
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
        /// The branch it is for.
        base: Branch,
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
        base: Branch,
        /// Saying what.
        text: PullText,
    },
    /// Wait until it is clear what is to be done with a pull request, see [`PublicPull::is_clear`].
    AwaitPull {
        /// Where.
        repository: Repository,
        /// Into which branch.
        base: Branch,
        /// Which: the newest that fits the first of these that finds one; an open or merged one before one
        /// that was closed.
        sought: Vec<Sought>,
        /// How it is known to stand: the wait is for something else.
        known: Option<Standing>,
    },
    /// Merge a pull request, by a method that the repository allows and by nobody's special right.
    Merge {
        /// Where.
        repository: Repository,
        /// Which.
        number: PullNumber,
        /// What its newest commit must be.
        commit: HeadCommit,
        /// Into which branch it goes.
        base: Branch,
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
        /// For which branch.
        base: Branch,
        /// The branch of the pull request that it opens: where that is there, it has run.
        opens: Option<String>,
    },
    /// Wait until there is a tag.
    AwaitTag {
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
    /// Wait until such a pull request is merged or closed.
    AwaitMerge {
        /// Where.
        repository: Repository,
        /// Which.
        number: PullNumber,
        /// The file that it adds.
        path: String,
    },
}

impl Work {
    /// Whether it only waits, and can be given up at any time.
    #[must_use]
    pub const fn is_wait(&self) -> bool {
        match self {
            Self::AwaitPull { .. } | Self::AwaitTag { .. } | Self::AwaitMerge { .. } => true,
            Self::Push { .. }
            | Self::OpenPull { .. }
            | Self::Merge { .. }
            | Self::Dispatch { .. }
            | Self::Snapshot { .. }
            | Self::ClosePulls { .. }
            | Self::RemoveFork { .. }
            | Self::Propose(_) => false,
        }
    }
}

/// A pull request that adds one file, in public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposed {
    /// Where the file is to be.
    pub repository: Repository,
    /// Where its branch is made; that repository itself where none is named.
    pub fork: Option<Repository>,
    /// The file.
    pub file: Disclosed<NewFile>,
}

/// A new file, and what is said of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewFile {
    /// The branch that it is made on.
    pub branch: String,
    /// Where in the repository.
    pub path: String,
    /// What is in it.
    pub content: String,
    /// The title of the commit and of the pull request.
    pub title: String,
    /// The text of the pull request.
    pub body: String,
}

/// How a pull request is known again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sought {
    /// By its newest commit, whoever opened it.
    Commit(HeadCommit),
    /// By the branch of the same repository that it comes from.
    Head {
        /// The branch.
        branch: String,
        /// One that was merged or closed before then is another, of an earlier release.
        since: Option<Timestamp>,
    },
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

impl PublicPull {
    /// Whether it is merged, or may be at once.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.state == PullState::Merged || (self.checks == Checks::Passed && self.standing == Standing::Free)
    }

    /// The same, with all that may have changed since taken for unknown.
    #[must_use]
    pub fn to_be_looked_at(mut self) -> Self {
        if self.state != PullState::Merged {
            self.state = PullState::Open;
            (self.checks, self.standing) = (Checks::Running(Vec::new()), Standing::Unknown);
        }
        self
    }

    /// Whether it is clear what is to be done with it, or whether time alone may change that. Everybody knows
    /// already that it stands as `known`.
    #[must_use]
    pub fn is_clear(&self, known: Option<Standing>) -> bool {
        if self.state != PullState::Open {
            return true;
        }
        match self.checks {
            Checks::Failed(_) => true,
            Checks::Running(_) => self.standing == Standing::Conflicts,
            Checks::Passed => match self.standing {
                Standing::Free | Standing::Conflicts => true,
                Standing::Unknown => false,
                Standing::Blocked | Standing::Behind | Standing::Draft => known != Some(self.standing),
            },
        }
    }
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

impl Standing {
    /// Whether a person has to do something about it.
    #[must_use]
    pub const fn needs_person(self) -> bool {
        match self {
            Self::Blocked | Self::Behind | Self::Draft => true,
            Self::Free | Self::Conflicts | Self::Unknown => false,
        }
    }
}

/// What a piece of work found or left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// The pull request.
    Pull(Box<PublicPull>),
    /// The fix stands in public.
    Pushed {
        /// Whether GitHub let it through against the repository's rules, because of whose token it is.
        bypassed: bool,
    },
    /// The bundle; empty where everything in the fork is public.
    Snapshot(Embargoed<Bundle>),
}

/// A git bundle, in Base64.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Bundle(pub String);

/// What a public pull request is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// A branch of the project.
    Branch(Branch),
    /// A new file elsewhere.
    File(String),
}

/// How a release came further.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeliveryChange {
    /// A fix stands in the public repository, on a branch of its own.
    Pushed {
        /// The branch it is for.
        base: Branch,
        /// The commit.
        commit: Embargoed<HeadCommit>,
    },
    /// A public pull request stands like this.
    PullSeen {
        /// The step that it belongs to.
        step: Step,
        /// What it is for.
        subject: Subject,
        /// The pull request.
        pull: PublicPull,
    },
    /// A branch's version bump was started.
    Dispatched {
        /// The branch.
        base: Branch,
        /// When it was asked for: what comes of it is newer.
        asked: Timestamp,
    },
    /// There is such a tag.
    TagSeen {
        /// Its name.
        tag: String,
    },
    /// What stood in the private fork is kept.
    SnapshotKept {
        /// What of it is not public.
        bundle: Embargoed<Bundle>,
    },
    /// The private fork has no open pull request left.
    PullsClosed,
    /// A file could not be proposed: a person has to.
    NotProposed {
        /// The step that it belongs to.
        step: Step,
        /// The file.
        path: String,
    },
    /// A document is kept on Zulip.
    Uploaded {
        /// Its name.
        name: String,
        /// Its address, relative to the realm's.
        address: String,
    },
    /// Somebody lets the release go on where it stopped.
    Resumed {
        /// Who.
        by: UserId,
    },
}
