//! What is public, as GitHub writes it. Read leniently: whatever lacks what is needed is left out.

use serde::{Deserialize, de::IgnoredAny};

use super::side::PrivateCommit;

/// A repository.
#[derive(Deserialize)]
pub(super) struct RawHome {
    pub(super) private: Option<bool>,
    pub(super) html_url: Option<String>,
    pub(super) default_branch: Option<String>,
}

/// An entry of any of the lists. Has no `Debug`: it may hold what is embargoed.
#[derive(Deserialize)]
pub(super) struct RawItem {
    pub(super) name: Option<String>,
    pub(super) sha: Option<String>,
    pub(super) commit: Option<RawCommit>,
    pub(super) html_url: Option<String>,
    pub(super) title: Option<String>,
    pub(super) body: Option<String>,
    pub(super) tag_name: Option<String>,
    pub(super) draft: Option<bool>,
    pub(super) state: Option<String>,
    pub(super) head: Option<RawHead>,
    pub(super) pull_request: Option<IgnoredAny>,
}

/// The commit of a branch or a tag, or what a commit says.
#[derive(Deserialize)]
pub(super) struct RawCommit {
    pub(super) sha: Option<String>,
    pub(super) message: Option<String>,
}

/// Where a pull request comes from.
#[derive(Deserialize)]
pub(super) struct RawHead {
    #[serde(rename = "ref")]
    pub(super) name: Option<String>,
    pub(super) sha: Option<String>,
}

impl RawItem {
    /// As a commit of a pull request in a private fork.
    pub(super) fn private_commit(&self) -> Option<PrivateCommit> {
        let message = self.commit.as_ref()?.message.clone().unwrap_or_default();
        Some(PrivateCommit { sha: self.sha.clone()?, message })
    }
}
