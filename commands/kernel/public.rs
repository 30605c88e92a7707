//! What anybody can read on the public side of a project's repository.

use std::fmt;

use crate::kernel::{
    embargoed::{Embargoed, EmbargoedText},
    id::{PullNumber, Repository},
    sighting::PublicKind,
};

/// Something on the public side of a repository. It may say what must not be said, so its `Debug` shows
/// the kind only.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicItem {
    /// What it is; a comment counts as what it is about.
    pub what: PublicKind,
    /// Its page.
    pub url: String,
    /// All that people wrote of it: names, title, text.
    pub text: EmbargoedText,
    /// What in a private fork it is the same as.
    pub twin: Option<Twin>,
}

/// A pull request in a private fork of which something is the same as something public.
#[derive(Clone, PartialEq, Eq)]
pub struct Twin {
    /// The fork.
    pub fork: Embargoed<Repository>,
    /// The pull request.
    pub pull: PullNumber,
    /// What is the same.
    pub sameness: Sameness,
}

/// What something public and something private have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sameness {
    /// They are the same commit.
    Commit,
    /// They have the same title: a commit that was copied has another name.
    Title,
}

impl fmt::Debug for PublicItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicItem({:?}, …)", self.what)
    }
}
