//! Where something was seen that may give an incident away.
use serde::{Deserialize, Serialize};
/// What is public on GitHub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PublicKind {
    /// A commit.
    Commit,
    /// A branch.
    Branch,
    /// A pull request.
    PullRequest,
    /// An issue.
    Issue,
    /// A release.
    Release,
    /// A tag.
    Tag,
}
