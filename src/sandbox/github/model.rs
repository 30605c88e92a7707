//! What GitHub holds about one advisory.

use jiff::Timestamp;

/// Where an advisory stands between report and publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AdvisoryState {
    /// Reported privately, not yet accepted by the maintainers.
    Triage,
    /// Worked on in private.
    Draft,
    /// Public, for good.
    Published,
    /// Dismissed; can be opened again as a draft.
    Closed,
    /// Taken back by GitHub's own staff after publication.
    Withdrawn,
}

impl AdvisoryState {
    /// The word the API uses for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Triage => "triage",
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Closed => "closed",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Whether an anonymous visitor may read an advisory in this state.
    #[must_use]
    pub fn is_public(self) -> bool {
        matches!(self, Self::Published | Self::Withdrawn)
    }
}

/// How bad a vulnerability is, in GitHub's four steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// CVSS below 4.0.
    Low,
    /// CVSS 4.0 to 6.9.
    Medium,
    /// CVSS 7.0 to 8.9.
    High,
    /// CVSS 9.0 and above.
    Critical,
}

impl Severity {
    /// Every step, mildest first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The word the API uses for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// One affected product, as the advisory's form has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vulnerability {
    /// The package registry, one of [`ECOSYSTEMS`].
    pub ecosystem: String,
    /// The package's name in its registry.
    pub package: Option<String>,
    /// Which versions are affected.
    pub vulnerable_version_range: Option<String>,
    /// Which versions are mended.
    pub patched_versions: Option<String>,
    /// The functions at fault.
    pub vulnerable_functions: Vec<String>,
}

/// The registries GitHub accepts.
pub const ECOSYSTEMS: [&str; 13] = [
    "rubygems", "npm", "pip", "maven", "nuget", "composer", "go", "rust", "erlang", "actions", "pub",
    "other", "swift",
];

/// What a person can be credited for.
pub const CREDIT_TYPES: [&str; 10] = [
    "analyst",
    "finder",
    "reporter",
    "coordinator",
    "remediation_developer",
    "remediation_reviewer",
    "remediation_verifier",
    "tool",
    "sponsor",
    "other",
];

/// A credited person's own answer to being credited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CreditState {
    /// Not answered yet; the credit is not public.
    Pending,
    /// Accepted; the credit shows when the advisory is public.
    Accepted,
    /// Declined; the credit never shows.
    Declined,
}

impl CreditState {
    /// The word the API uses for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
        }
    }
}

/// One credit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credit {
    /// The credited user.
    pub login: String,
    /// What for, one of [`CREDIT_TYPES`].
    pub kind: String,
    /// The user's answer.
    pub state: CreditState,
}

/// Something said on an advisory's page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Its number, unique on this GitHub.
    pub id: u64,
    /// The user who said it.
    pub author: String,
    /// The text, in Markdown.
    pub body: String,
    /// When it was said.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// The temporary private fork that a fix is worked on in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fork {
    /// The repository's number.
    pub id: u64,
    /// `owner/name`.
    pub full_name: String,
    /// When it was asked for; it can be read some time later.
    pub started_at: Timestamp,
}

/// One repository security advisory, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advisory {
    /// Its identifier, such as `GHSA-2gh3-…`.
    pub ghsa_id: String,
    /// The repository's full name.
    pub repository: String,
    /// The CVE number, once there is one.
    pub cve_id: Option<String>,
    /// The title.
    pub summary: String,
    /// The text, in Markdown.
    pub description: String,
    /// Chosen by hand, or derived from the vector.
    pub severity: Option<Severity>,
    /// The CVSS vector, version 3 or 4.
    pub cvss_vector: Option<String>,
    /// The affected products.
    pub vulnerabilities: Vec<Vulnerability>,
    /// The weaknesses, such as `CWE-787`.
    pub cwe_ids: Vec<String>,
    /// Who is credited.
    pub credits: Vec<Credit>,
    /// Users given access to this advisory alone.
    pub collaborating_users: Vec<String>,
    /// Teams (slugs) given access to this advisory alone.
    pub collaborating_teams: Vec<String>,
    /// Its fork, if somebody made one and it is not published.
    pub private_fork: Option<Fork>,
    /// Where it stands.
    pub state: AdvisoryState,
    /// Who reported or drafted it.
    pub author: String,
    /// Who published it.
    pub publisher: Option<String>,
    /// For a private report: whether it was accepted. `None` when drafted by a maintainer.
    pub submission_accepted: Option<bool>,
    /// When it was drafted or reported.
    pub created_at: Timestamp,
    /// When it last changed; a change of credits alone does not count.
    pub updated_at: Timestamp,
    /// When it was published.
    pub published_at: Option<Timestamp>,
    /// When it was closed, if it is closed.
    pub closed_at: Option<Timestamp>,
    /// When GitHub's staff withdrew it.
    pub withdrawn_at: Option<Timestamp>,
}
