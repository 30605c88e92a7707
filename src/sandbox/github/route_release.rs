//! Which operation of those that a release needs in a repository.

use http::Method;

/// An operation, below a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ReleaseRoute {
    DeleteRepository,
    OpenPull,
    UpdatePull(u64),
    MergePull(u64),
    CheckRuns { sha: String },
    CombinedStatus { sha: String },
    GetRef { name: String },
    CreateRef,
    MergeUpstream,
    GetFile { path: String },
    PutFile { path: String },
    Dispatch { file: String },
    Runs { file: String },
}

impl ReleaseRoute {
    /// Reads a method and what follows the repository in a path.
    pub(super) fn of(method: &Method, rest: &[&str]) -> Option<Self> {
        let owned = |text: &str| text.to_owned();
        let number = |text: &str| text.parse().ok();
        let is = |wanted: Method| *method == wanted;
        match rest {
            [] if is(Method::DELETE) => Some(Self::DeleteRepository),
            ["pulls"] if is(Method::POST) => Some(Self::OpenPull),
            ["pulls", pull] if is(Method::PATCH) => number(pull).map(Self::UpdatePull),
            ["pulls", pull, "merge"] if is(Method::PUT) => number(pull).map(Self::MergePull),
            ["commits", sha, "check-runs"] if is(Method::GET) => Some(Self::CheckRuns { sha: owned(sha) }),
            ["commits", sha, "status"] if is(Method::GET) => Some(Self::CombinedStatus { sha: owned(sha) }),
            ["git", "ref", name @ ..] if is(Method::GET) => Some(Self::GetRef { name: name.join("/") }),
            ["git", "refs"] if is(Method::POST) => Some(Self::CreateRef),
            ["merge-upstream"] if is(Method::POST) => Some(Self::MergeUpstream),
            ["contents", path @ ..] if is(Method::GET) => Some(Self::GetFile { path: path.join("/") }),
            ["contents", path @ ..] if is(Method::PUT) => Some(Self::PutFile { path: path.join("/") }),
            ["actions", "workflows", file, "dispatches"] if is(Method::POST) => {
                Some(Self::Dispatch { file: owned(file) })
            }
            ["actions", "workflows", file, "runs"] if is(Method::GET) => {
                Some(Self::Runs { file: owned(file) })
            }
            _ => None,
        }
    }

    /// The operation's page in the documentation, below its root.
    pub(super) const fn docs(&self) -> &'static str {
        match self {
            Self::DeleteRepository => "repos/repos#delete-a-repository",
            Self::OpenPull => "pulls/pulls#create-a-pull-request",
            Self::UpdatePull(_) => "pulls/pulls#update-a-pull-request",
            Self::MergePull(_) => "pulls/pulls#merge-a-pull-request",
            Self::CheckRuns { .. } => "checks/runs#list-check-runs-for-a-git-reference",
            Self::CombinedStatus { .. } => {
                "commits/statuses#get-the-combined-status-for-a-specific-reference"
            }
            Self::GetRef { .. } => "git/refs#get-a-reference",
            Self::CreateRef => "git/refs#create-a-reference",
            Self::MergeUpstream => "branches/branches#sync-a-fork-branch-with-the-upstream-repository",
            Self::GetFile { .. } => "repos/contents#get-repository-content",
            Self::PutFile { .. } => "repos/contents#create-or-update-file-contents",
            Self::Dispatch { .. } => "actions/workflows#create-a-workflow-dispatch-event",
            Self::Runs { .. } => "actions/workflow-runs#list-workflow-runs-for-a-workflow",
        }
    }
}
