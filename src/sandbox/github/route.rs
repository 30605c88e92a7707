//! Which operation a method and a path name.

use http::Method;

use super::route_release::ReleaseRoute;

/// An operation with its place. `repo` is `owner/name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Route {
    CurrentUser,
    RateLimit,
    User {
        login: String,
    },
    Repository {
        repo: String,
    },
    Branches {
        repo: String,
    },
    Branch {
        repo: String,
        branch: String,
    },
    Commits {
        repo: String,
    },
    Tags {
        repo: String,
    },
    Releases {
        repo: String,
    },
    Issues {
        repo: String,
    },
    IssueComments {
        repo: String,
    },
    ReviewComments {
        repo: String,
    },
    Permission {
        repo: String,
        login: String,
    },
    PrivateReporting {
        repo: String,
    },
    ListAdvisories {
        repo: String,
    },
    CreateAdvisory {
        repo: String,
    },
    ReportVulnerability {
        repo: String,
    },
    GetAdvisory {
        repo: String,
        ghsa: String,
    },
    UpdateAdvisory {
        repo: String,
        ghsa: String,
    },
    RequestCve {
        repo: String,
        ghsa: String,
    },
    CreateFork {
        repo: String,
        ghsa: String,
    },
    ListPulls {
        repo: String,
    },
    GetPull {
        repo: String,
        number: u64,
    },
    PullCommits {
        repo: String,
        number: u64,
    },
    PullFiles {
        repo: String,
        number: u64,
    },
    PullReviews {
        repo: String,
        number: u64,
    },
    ListComments {
        repo: String,
        ghsa: String,
    },
    CreateComment {
        repo: String,
        ghsa: String,
    },
    GetComment {
        repo: String,
        ghsa: String,
        id: u64,
    },
    UpdateComment {
        repo: String,
        ghsa: String,
        id: u64,
    },
    /// What a release does in a repository.
    Release {
        repo: String,
        what: ReleaseRoute,
    },
    GlobalAdvisory {
        ghsa: String,
    },
    Unknown,
}

impl Route {
    /// Reads a method and a path. Like GitHub, knows no trailing slash, and answers a method that
    /// a known path does not have as it answers an unknown path.
    pub(super) fn of(method: &Method, path: &str) -> Self {
        let parts: Vec<String> = path.split('/').skip(1).map(decoded).collect();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        if parts.iter().any(|part| part.is_empty()) {
            return Self::Unknown;
        }
        let get = method == Method::GET;
        match parts.as_slice() {
            ["user"] if get => Self::CurrentUser,
            ["rate_limit"] if get => Self::RateLimit,
            ["users", login] if get => Self::User { login: (*login).to_owned() },
            ["advisories", ghsa] if get => Self::GlobalAdvisory { ghsa: (*ghsa).to_owned() },
            ["repos", owner, name, rest @ ..] => Self::of_repository(method, format!("{owner}/{name}"), rest),
            _ => Self::Unknown,
        }
    }

    fn of_repository(method: &Method, repo: String, rest: &[&str]) -> Self {
        let get = method == Method::GET;
        let post = method == Method::POST;
        let owned = |text: &str| text.to_owned();
        match rest {
            [] if get => Self::Repository { repo },
            ["branches"] if get => Self::Branches { repo },
            ["branches", branch @ ..] if get => Self::Branch { repo, branch: branch.join("/") },
            ["commits"] if get => Self::Commits { repo },
            ["tags"] if get => Self::Tags { repo },
            ["releases"] if get => Self::Releases { repo },
            ["issues"] if get => Self::Issues { repo },
            ["issues", "comments"] if get => Self::IssueComments { repo },
            ["collaborators", login, "permission"] if get => Self::Permission { repo, login: owned(login) },
            ["private-vulnerability-reporting"] if get => Self::PrivateReporting { repo },
            ["pulls", below @ ..] if get => Self::of_pulls(repo, below),
            ["security-advisories"] if get => Self::ListAdvisories { repo },
            ["security-advisories"] if post => Self::CreateAdvisory { repo },
            ["security-advisories", "reports"] if post => Self::ReportVulnerability { repo },
            ["security-advisories", ghsa] if get => Self::GetAdvisory { repo, ghsa: owned(ghsa) },
            ["security-advisories", ghsa] if method == Method::PATCH => {
                Self::UpdateAdvisory { repo, ghsa: owned(ghsa) }
            }
            ["security-advisories", ghsa, "cve"] if post => Self::RequestCve { repo, ghsa: owned(ghsa) },
            ["security-advisories", ghsa, "forks"] if post => Self::CreateFork { repo, ghsa: owned(ghsa) },
            ["security-advisories", ghsa, "comments", below @ ..] => {
                Self::of_comments(method, repo, owned(ghsa), below)
            }
            _ => ReleaseRoute::of(method, rest).map_or(Self::Unknown, |what| Self::Release { repo, what }),
        }
    }

    fn of_pulls(repo: String, rest: &[&str]) -> Self {
        let number = rest.first().and_then(|number| number.parse().ok());
        match (rest, number) {
            ([], _) => Self::ListPulls { repo },
            (["comments"], _) => Self::ReviewComments { repo },
            ([_], Some(number)) => Self::GetPull { repo, number },
            ([_, "commits"], Some(number)) => Self::PullCommits { repo, number },
            ([_, "files"], Some(number)) => Self::PullFiles { repo, number },
            ([_, "reviews"], Some(number)) => Self::PullReviews { repo, number },
            _ => Self::Unknown,
        }
    }

    fn of_comments(method: &Method, repo: String, ghsa: String, rest: &[&str]) -> Self {
        let numbers: Vec<Option<u64>> = rest.iter().map(|part| part.parse().ok()).collect();
        match numbers.as_slice() {
            [] if method == Method::GET => Self::ListComments { repo, ghsa },
            [] if method == Method::POST => Self::CreateComment { repo, ghsa },
            [Some(id)] if method == Method::GET => Self::GetComment { repo, ghsa, id: *id },
            [Some(id)] if method == Method::PATCH => Self::UpdateComment { repo, ghsa, id: *id },
            _ => Self::Unknown,
        }
    }

    /// The operation's page in the documentation, as error messages name it.
    pub(super) fn docs(&self) -> String {
        let page = match self {
            Self::CurrentUser => "users/users#get-the-authenticated-user",
            Self::RateLimit => "rate-limit/rate-limit#get-rate-limit-status-for-the-authenticated-user",
            Self::User { .. } => "users/users#get-a-user",
            Self::Repository { .. } => "repos/repos#get-a-repository",
            Self::Release { what, .. } => what.docs(),
            Self::Branches { .. } => "branches/branches#list-branches",
            Self::Branch { .. } => "branches/branches#get-a-branch",
            Self::Commits { .. } => "commits/commits#list-commits",
            Self::Tags { .. } => "repos/repos#list-repository-tags",
            Self::Releases { .. } => "releases/releases#list-releases",
            Self::Issues { .. } => "issues/issues#list-repository-issues",
            Self::IssueComments { .. } => "issues/comments#list-issue-comments-for-a-repository",
            Self::ReviewComments { .. } => "pulls/comments#list-review-comments-in-a-repository",
            Self::Permission { .. } => "collaborators/collaborators#get-repository-permissions-for-a-user",
            Self::PrivateReporting { .. } => {
                "repos/repos#check-if-private-vulnerability-reporting-is-enabled-for-a-repository"
            }
            Self::ListAdvisories { .. } => {
                "security-advisories/repository-advisories#list-repository-security-advisories"
            }
            Self::CreateAdvisory { .. } => {
                "security-advisories/repository-advisories#create-a-repository-security-advisory"
            }
            Self::ReportVulnerability { .. } => {
                "security-advisories/repository-advisories#privately-report-a-security-vulnerability"
            }
            Self::GetAdvisory { .. } => {
                "security-advisories/repository-advisories#get-a-repository-security-advisory"
            }
            Self::UpdateAdvisory { .. } => {
                "security-advisories/repository-advisories#update-a-repository-security-advisory"
            }
            Self::RequestCve { .. } => {
                "security-advisories/repository-advisories#request-a-cve-for-a-repository-security-advisory"
            }
            Self::CreateFork { .. } => {
                "security-advisories/repository-advisories#create-a-temporary-private-fork"
            }
            Self::ListPulls { .. } => "pulls/pulls#list-pull-requests",
            Self::GetPull { .. } => "pulls/pulls#get-a-pull-request",
            Self::PullCommits { .. } => "pulls/pulls#list-commits-on-a-pull-request",
            Self::PullFiles { .. } => "pulls/pulls#list-pull-requests-files",
            Self::PullReviews { .. } => "pulls/reviews#list-reviews-for-a-pull-request",
            // In preview: they have no page of their own yet.
            Self::ListComments { .. }
            | Self::CreateComment { .. }
            | Self::GetComment { .. }
            | Self::UpdateComment { .. } => "security-advisories/repository-advisories",
            Self::GlobalAdvisory { .. } => {
                "security-advisories/global-advisories#get-a-global-security-advisory"
            }
            Self::Unknown => return super::answer::DOCS.to_owned(),
        };
        format!("{}/{page}", super::answer::DOCS)
    }
}

/// One part of a path with its percent signs resolved; a stray one stands for itself.
fn decoded(part: &str) -> String {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).filter(|_| *first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        if let Some(byte) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            bytes.push(byte);
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
