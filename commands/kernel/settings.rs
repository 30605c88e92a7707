//! What the configuration means to the core, with every channel resolved to its id.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;

use crate::kernel::{
    collaborator::Login,
    content::Package,
    holiday::Holiday,
    id::{ChannelId, ProjectName, Repository, Topic, UserId},
    mail::SeverityScheme,
    patch::Branch,
    step::Order,
};

/// The clocks and limits of `[policy]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// How soon the receipt of a report is acknowledged.
    pub acknowledge_within: SignedDuration,
    /// How soon a CVE number is expected after it was asked for.
    pub cve_within: SignedDuration,
    /// How soon the blog post is expected after the release mail.
    pub blog_within: SignedDuration,
    /// How long after the CVE number the disclosure is proposed.
    pub embargo_after_cve: SignedDuration,
    /// The embargo that is usual: a longer one is warned about.
    pub usual_embargo: SignedDuration,
    /// The longest embargo after the report that needs no reason.
    pub longest_embargo: SignedDuration,
    /// How long before the disclosure time each reminder is sent, longest first. Zero is the time itself.
    pub countdown: Vec<SignedDuration>,
    /// How many people besides the manager a release needs; at least 1.
    pub approvals: usize,
    /// How long a request for approval stands.
    pub approval_within: SignedDuration,
    /// The days, in UTC, on which a disclosure is warned about.
    pub holidays: Vec<Holiday>,
    /// What somebody in a public channel says who looks for the security team, in any case.
    pub asker_phrases: Vec<String>,
    /// The page of the security policy.
    pub page: Option<String>,
}

/// One project: a repository with its team channel and its public channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Its name.
    pub name: ProjectName,
    /// Its repository.
    pub repository: Repository,
    /// Where its team works. Several projects may share one.
    pub team_channel: ChannelId,
    /// The Zulip user group the team is narrowed to.
    pub team_group: Option<String>,
    /// Where its public notices go.
    pub public_channel: ChannelId,
    /// The topic there.
    pub public_topic: Topic,
    /// The package a new advisory is about when none is named.
    pub package: Option<Package>,
    /// The supported branches.
    pub branches: Vec<String>,
    /// The mailing list that is told of a release beforehand; there is one only where there is a mail server.
    pub announce_list: Option<String>,
    /// The repository in which a release gets its blog post, where it gets one.
    pub blog: Option<Blog>,
    /// Where RustSec's entries for its crates go, where it has any.
    pub rustsec: Option<RustSec>,
    /// In which words severities are announced.
    pub severity_scheme: SeverityScheme,
    /// In which order a release goes about patches and versions.
    pub order: Order,
    /// How its versions are bumped, where a workflow does that.
    pub bump: Option<Bump>,
    /// The name of a release's tag, with `{version}` in it, where a release is waited for.
    pub release_tag: Option<String>,
}

/// The workflow that bumps a version. Its texts may hold `{branch}` and `{version}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bump {
    /// Its file, such as `release.yml`.
    pub workflow: String,
    /// What it runs on; `{branch}` by default.
    pub git_ref: String,
    /// What it is told.
    pub inputs: BTreeMap<String, String>,
    /// The branch of the pull request that it opens, where it opens one.
    pub pull_request: Option<String>,
}

/// Where a post about a release goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blog {
    /// The repository.
    pub repository: Repository,
    /// The file, with `{date}` and `{slug}`.
    pub path: String,
}

/// Where the entries for RustSec go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RustSec {
    /// The database.
    pub repository: Repository,
    /// The bot's own fork of it.
    pub fork: Repository,
    /// The crates that get an entry.
    pub crates: Vec<String>,
}

/// A text of the configuration with its places filled.
#[must_use]
pub fn filled(text: &str, branch: &Branch, version: &str) -> String {
    text.replace("{branch}", &branch.0).replace("{version}", version)
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Clocks and limits.
    pub policy: Policy,
    /// In the order of the configuration; names and repositories are unique.
    pub projects: Vec<Project>,
    /// People's logins on GitHub, for those whose profile on Zulip does not tell.
    pub people: BTreeMap<UserId, Login>,
    /// The mail address for reports, from which mail is sent.
    pub reports: Option<String>,
    /// Which public channels are watched for leaks; none: every one, new ones too.
    pub watch: Option<BTreeSet<ChannelId>>,
}

impl Settings {
    /// The project of that name.
    #[must_use]
    pub fn project(&self, name: &ProjectName) -> Option<&Project> {
        self.projects.iter().find(|project| project.name == *name)
    }

    /// The domain of the address from which mail is sent, for its Message-IDs.
    #[must_use]
    pub fn mail_domain(&self) -> Option<&str> {
        self.reports.as_ref()?.rsplit('@').next()
    }

    /// The project with that repository.
    #[must_use]
    pub fn project_of(&self, repository: &Repository) -> Option<&Project> {
        self.projects.iter().find(|project| project.repository == *repository)
    }

    /// Whether a team works in `channel`.
    #[must_use]
    pub fn is_team_channel(&self, channel: ChannelId) -> bool {
        self.projects_in(channel).next().is_some()
    }

    /// The projects whose team works in `channel`.
    pub fn projects_in(&self, channel: ChannelId) -> impl Iterator<Item = &Project> {
        self.projects.iter().filter(move |project| project.team_channel == channel)
    }
}
