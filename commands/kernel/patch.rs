//! The fix of a supported branch: a pull request in the private fork as GitHub shows it, and the tests
//! that somebody ran on it.

use std::{collections::BTreeSet, fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::kernel::{
    collaborator::Login,
    embargoed::{Embargoed, EmbargoedText, Reader},
    id::{PullNumber, Repository, UserId},
};

/// How many of a commit's digits people are shown: GitHub shows as many.
const SHORT_COMMIT: usize = 7;

/// A release branch, `main` or `release/2.4.x`, as the configuration names it. Public.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Branch(pub String);

impl fmt::Display for Branch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What is no pull request, or no commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BadPull {
    /// Neither a number nor an address.
    #[error(
        "a pull request is written as its number, 7 or #7, or as its address, https://github.com/OWNER/FORK/pull/7"
    )]
    Reference,
    /// Not a commit's name.
    #[error("a commit is named by 40 or 64 hexadecimal digits")]
    Commit,
}

/// How somebody names a pull request. An address holds the fork's name, so it is kept embargoed.
#[derive(Clone, PartialEq, Eq)]
pub enum PullRef {
    /// By its number in the private fork.
    Number(PullNumber),
    /// By its address.
    Address {
        /// Where GitHub is, such as `github.com`.
        host: String,
        /// The repository it is in.
        repository: Repository,
        /// Its number there.
        number: PullNumber,
    },
}

impl FromStr for PullRef {
    type Err = BadPull;

    fn from_str(text: &str) -> Result<Self, BadPull> {
        let number = |text: &str| {
            let digits = !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
            let number = text.parse().ok().filter(|number| digits && *number > 0);
            number.map(PullNumber).ok_or(BadPull::Reference)
        };
        let text = text.trim().trim_start_matches('<').trim_end_matches('>');
        let Some((_, address)) = text.split_once("://") else {
            return number(text.strip_prefix('#').unwrap_or(text)).map(Self::Number);
        };
        // What follows the number is a tab of its page, or a place on it.
        let address = address.split(['?', '#']).next().unwrap_or(address);
        match address.split('/').collect::<Vec<_>>().as_slice() {
            [host, owner, name, "pull" | "pulls", wanted, ..] => Ok(Self::Address {
                host: (*host).to_lowercase(),
                repository: format!("{owner}/{name}").parse().map_err(|_| BadPull::Reference)?,
                number: number(wanted)?,
            }),
            _ => Err(BadPull::Reference),
        }
    }
}

/// The newest commit of a pull request. Embargoed like all of it: it is never printed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HeadCommit(String);

impl HeadCommit {
    /// As much of its name as people are shown.
    #[must_use]
    pub fn short(&self) -> &str {
        &self.0[..SHORT_COMMIT]
    }
}

impl FromStr for HeadCommit {
    type Err = BadPull;

    fn from_str(text: &str) -> Result<Self, BadPull> {
        let small = text.trim().to_ascii_lowercase();
        let valid = matches!(small.len(), 40 | 64) && small.chars().all(|c| c.is_ascii_hexdigit());
        if valid { Ok(Self(small)) } else { Err(BadPull::Commit) }
    }
}

impl TryFrom<String> for HeadCommit {
    type Error = BadPull;

    fn try_from(text: String) -> Result<Self, BadPull> {
        text.parse()
    }
}

impl From<HeadCommit> for String {
    fn from(commit: HeadCommit) -> Self {
        commit.0
    }
}

impl fmt::Debug for HeadCommit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HeadCommit(embargoed)")
    }
}

/// What has become of a pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PullState {
    /// It waits.
    Open,
    /// It was closed without being merged.
    Closed,
    /// It was merged.
    Merged,
}

/// What reviewers last said, each by their newest review that decides something.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reviews {
    /// Who approved its newest commit.
    pub approved: BTreeSet<Login>,
    /// Who approved an earlier one, and has not said anything since.
    pub approved_before: BTreeSet<Login>,
    /// Who asks for changes.
    pub objecting: BTreeSet<Login>,
}

/// A pull request in the private fork, as GitHub shows it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PullRequest {
    /// Its number in the fork.
    pub number: PullNumber,
    /// Its page.
    pub url: String,
    /// Its newest commit.
    pub head: HeadCommit,
    /// The branch it comes from, whose name is as private as the fork; none where GitHub does not say.
    pub branch: Option<String>,
    /// The branch it is to be merged into.
    pub base: String,
    /// What has become of it.
    pub state: PullState,
    /// Whether its author still works on it.
    pub draft: bool,
    /// Whether it applies cleanly; none while GitHub works it out.
    pub mergeable: Option<bool>,
    /// What reviewers said; none where GitHub shows no reviews of a private fork.
    pub reviews: Option<Reviews>,
    /// Whether release notes are among the files it changes, see [`is_release_notes`]; none where GitHub
    /// does not show them.
    pub release_notes: Option<bool>,
}

/// Something about a pull request that can change on GitHub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PullPart {
    /// Its newest commit: somebody pushed.
    Head,
    /// The branch it goes to.
    Base,
    /// Open, closed or merged, or a draft.
    State,
    /// Whether it applies cleanly.
    Mergeable,
    /// Its reviews.
    Reviews,
    /// Whether it has release notes.
    ReleaseNotes,
}

/// Something that a pull request lacks to be a branch's patch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lack {
    /// It is closed.
    Closed,
    /// It goes to another branch.
    OtherBase,
    /// It is a draft.
    Draft,
    /// It does not apply cleanly.
    Conflicts,
    /// GitHub has not told yet whether it applies cleanly.
    Unknown,
    /// A reviewer asks for changes.
    Objected,
    /// Nobody has approved it.
    Unreviewed,
    /// It has no release notes.
    NoReleaseNotes,
}

impl PullRequest {
    /// What it lacks to be the patch of `branch`. What GitHub does not show is not held against it.
    #[must_use]
    pub fn lacks(&self, branch: &Branch) -> Vec<Lack> {
        let open = self.state == PullState::Open;
        let reviews = self.reviews.as_ref();
        let objected = reviews.is_some_and(|reviews| !reviews.objecting.is_empty());
        let approved = |reviews: &Reviews| reviews.approved.union(&reviews.approved_before).next().is_some();
        [
            (Lack::Closed, self.state == PullState::Closed),
            (Lack::OtherBase, self.base != branch.0),
            (Lack::Draft, open && self.draft),
            (Lack::Conflicts, open && self.mergeable == Some(false)),
            (Lack::Unknown, open && self.mergeable.is_none()),
            (Lack::Objected, objected),
            (Lack::Unreviewed, !objected && reviews.is_some_and(|reviews| !approved(reviews))),
            (Lack::NoReleaseNotes, self.release_notes == Some(false)),
        ]
        .into_iter()
        .filter_map(|(lack, lacks)| lacks.then_some(lack))
        .collect()
    }

    /// What is otherwise in `after`, the same pull request.
    #[must_use]
    pub fn differences(&self, after: &Self) -> Vec<PullPart> {
        [
            (PullPart::Head, self.head != after.head),
            (PullPart::Base, self.base != after.base),
            (PullPart::State, (self.state, self.draft) != (after.state, after.draft)),
            (PullPart::Mergeable, self.mergeable != after.mergeable),
            (PullPart::Reviews, self.reviews != after.reviews),
            (PullPart::ReleaseNotes, self.release_notes != after.release_notes),
        ]
        .into_iter()
        .filter_map(|(part, differs)| differs.then_some(part))
        .collect()
    }
}

/// Whether a changed file holds release notes, by its name: the runbook wants them with each patch
/// ("includes release notes for each release branch"). `RELEASES.md`, `CHANGELOG`, `docs/CHANGES.rst`,
/// `NEWS`, `release-notes/2.4.4.md`, and anything in a folder of such a name.
#[must_use]
pub fn is_release_notes(path: &str) -> bool {
    const NAMES: [&str; 8] =
        ["release", "releases", "releasenotes", "changelog", "changelogs", "changes", "news", "history"];
    let is_one = |part: &str| {
        let stem = part.split('.').next().unwrap_or(part).to_lowercase();
        let plain: String = stem.chars().filter(|c| !['-', '_', ' '].contains(c)).collect();
        NAMES.contains(&plain.as_str()) || plain.starts_with("releasenotes")
    };
    let mut parts: Vec<&str> = path.split('/').collect();
    let file = parts.pop().unwrap_or_default();
    let is_prose = ["", "md", "rst", "txt", "adoc", "markdown"];
    let extension = file.rsplit_once('.').map_or("", |(_, extension)| extension).to_lowercase();
    is_prose.contains(&extension.as_str()) && (is_one(file) || parts.into_iter().any(is_one))
}

/// Somebody's word that the tests were run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tests {
    /// On which commit: a push makes it stale.
    pub head: Embargoed<HeadCommit>,
    /// Whose word.
    pub by: UserId,
    /// When it was given.
    pub at: Timestamp,
    /// What shows it.
    pub evidence: Option<EmbargoedText>,
}

/// The patch of a branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    /// Its pull request, as GitHub last showed it.
    pub pull: Embargoed<PullRequest>,
    /// When GitHub last showed something new of it.
    pub seen: Timestamp,
    /// The tests that were recorded last.
    pub tests: Option<Tests>,
}

impl Patch {
    /// The number of its pull request.
    #[must_use]
    pub fn number(&self) -> PullNumber {
        self.pull.open(&Reader::new()).number
    }

    /// Whether tests are recorded for its newest commit.
    #[must_use]
    pub fn is_tested(&self) -> bool {
        let head = &self.pull.open(&Reader::new()).head;
        self.tests.as_ref().is_some_and(|tests| tests.head.open(&Reader::new()) == head)
    }

    /// Whether tests are recorded, but for an earlier commit.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.tests.is_some() && !self.is_tested()
    }

    /// What its pull request lacks.
    #[must_use]
    pub fn lacks(&self, branch: &Branch) -> Vec<Lack> {
        self.pull.open(&Reader::new()).lacks(branch)
    }
}

/// What happened to the patch of a branch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PatchChange {
    /// Somebody named its pull request.
    Named {
        /// Who.
        by: UserId,
        /// The pull request.
        pull: Embargoed<PullRequest>,
    },
    /// Somebody said that the pull request is not the patch after all.
    Dropped {
        /// Who.
        by: UserId,
    },
    /// GitHub shows it otherwise than before.
    Seen {
        /// As it is now.
        pull: Embargoed<PullRequest>,
        /// What is new.
        parts: Vec<PullPart>,
    },
    /// Somebody ran the tests.
    Tested {
        /// Who.
        by: UserId,
        /// On which commit.
        head: Embargoed<HeadCommit>,
        /// What shows it.
        evidence: Option<EmbargoedText>,
    },
}

/// What a command wants with patches, once GitHub has shown them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PatchWish {
    /// That the pull request is the patch of this branch.
    Add {
        /// Which branch.
        branch: Branch,
    },
    /// That its tests are recorded.
    Test {
        /// Of which branch.
        branch: Branch,
        /// What shows them.
        evidence: Option<EmbargoedText>,
    },
    /// To see how all of them stand.
    Show,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pull_request_is_named_by_number_or_address() {
        for text in ["7", "#7", " 7 "] {
            assert!(text.parse() == Ok(PullRef::Number(PullNumber(7))), "{text}");
        }
        let at = |host: &str| PullRef::Address {
            host: host.to_owned(),
            repository: "o/r-ghsa-2222".parse().unwrap(),
            number: PullNumber(12),
        };
        for text in [
            "https://github.com/o/r-ghsa-2222/pull/12",
            "<https://GitHub.com/o/r-ghsa-2222/pull/12/files#diff-1>",
            "https://github.com/o/r-ghsa-2222/pull/12?diff=split",
        ] {
            assert!(text.parse() == Ok(at("github.com")), "{text}");
        }
        for text in ["", "0", "-1", "seven", "7a", "https://github.com/o/r", "https://x/o/r/pull/", "pull/7"]
        {
            assert!(text.parse::<PullRef>() == Err(BadPull::Reference), "{text}");
        }
    }

    #[test]
    fn a_commit_is_forty_or_sixty_four_digits() {
        assert_eq!("ABCDEF0123".repeat(4).parse::<HeadCommit>().unwrap().short(), "abcdef0");
        for text in ["", "abc", &"g".repeat(40), &"a".repeat(41)] {
            assert_eq!(text.parse::<HeadCommit>(), Err(BadPull::Commit), "{text}");
        }
    }

    #[test]
    fn release_notes_are_known_by_name() {
        for path in [
            "RELEASES.md",
            "RELEASE.md",
            "RELEASE_NOTES.md",
            "CHANGELOG",
            "CHANGELOG.md",
            "docs/changes.rst",
            "NEWS",
            "release-notes/2.4.4.md",
            "crates/wasi/CHANGELOG.md",
            "release_notes_2.4.txt",
        ] {
            assert!(is_release_notes(path), "{path}");
        }
        for path in [
            "src/release.rs",
            "releases/build.sh",
            "README.md",
            "docs/released.md",
            "changes.patch",
            "core/news.c",
        ] {
            assert!(!is_release_notes(path), "{path}");
        }
    }
}
