//! Names of things, one type each, so that a message cannot be taken for a user.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

macro_rules! number_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

number_ids! {
    /// A Zulip message. Ids rise within a realm, but a lower one may become visible after a higher.
    MessageId,
    /// A Zulip user, human or bot.
    UserId,
    /// A Zulip channel; stays the same when the channel is renamed (`stream_id` on the wire).
    ChannelId,
    /// A Zulip user group.
    GroupId,
    /// An incident, counted from 1 in the order of opening. The only name of an incident that may
    /// stand in a log.
    IncidentId,
    /// A recorded effect, counted from 1 in the order of recording.
    EffectId,
    /// A pull request, as its repository counts them.
    PullNumber,
}

/// The topic of a Zulip message (`subject` on the wire). An incident's topic holds its codename, so no
/// topic is ever printed: no `Display`, a redacted `Debug`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Topic(pub String);

impl fmt::Debug for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Topic(not shown)")
    }
}

impl Topic {
    /// Whether `other` names the same topic: Zulip ignores case, and `✔ ` in front marks a resolved one.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.plain() == other.plain()
    }

    /// What all the names of one topic have in common.
    #[must_use]
    pub fn plain(&self) -> String {
        self.0.trim().trim_start_matches("✔ ").to_lowercase()
    }
}

/// A project's name as configured. Public.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProjectName(pub String);

impl fmt::Display for ProjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A repository on GitHub, `owner/name`. Public.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Repository {
    owner: String,
    name: String,
}

/// What is wrong with an id that somebody typed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadId {
    /// Not `owner/name`.
    #[error("a repository is written owner/name, such as bytecodealliance/wasmtime")]
    Repository,
    /// Not a GHSA id.
    #[error("a GHSA id is written GHSA-xxxx-xxxx-xxxx")]
    Ghsa,
    /// Not a CVE id.
    #[error("a CVE id is written CVE-2026-12345")]
    Cve,
}

impl Repository {
    /// The account that owns it.
    #[must_use]
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// Its name without the owner.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl FromStr for Repository {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        let valid = |part: &str| {
            !part.is_empty()
                && part.len() <= 100
                && part != "."
                && part != ".."
                && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        };
        match text.split_once('/') {
            Some((owner, name)) if valid(owner) && valid(name) => {
                Ok(Self { owner: owner.to_owned(), name: name.to_owned() })
            }
            _ => Err(BadId::Repository),
        }
    }
}

impl TryFrom<String> for Repository {
    type Error = BadId;

    fn try_from(text: String) -> Result<Self, BadId> {
        text.parse()
    }
}

impl From<Repository> for String {
    fn from(repository: Repository) -> Self {
        repository.to_string()
    }
}

impl fmt::Display for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

/// The letters and digits a GHSA id is made of
/// (<https://github.com/github/advisory-database#ghsa-ids>).
const GHSA_LETTERS: &str = "23456789cfghjmpqrvwx";

/// A GitHub advisory id in its canonical spelling, `GHSA-` in capitals and the rest in small letters.
/// Embargoed until the advisory is published: kept as `Embargoed<GhsaId>`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct GhsaId(String);

impl GhsaId {
    /// The id as GitHub writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for GhsaId {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        let small = text.trim().to_ascii_lowercase();
        let groups: Vec<&str> = small.strip_prefix("ghsa-").ok_or(BadId::Ghsa)?.split('-').collect();
        let valid = |group: &&str| group.len() == 4 && group.chars().all(|c| GHSA_LETTERS.contains(c));
        if groups.len() == 3 && groups.iter().all(valid) {
            Ok(Self(format!("GHSA-{}", groups.join("-"))))
        } else {
            Err(BadId::Ghsa)
        }
    }
}

/// A CVE id in capitals. Embargoed like the GHSA id.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CveId(String);

impl CveId {
    /// The id as the CVE list writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CveId {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        let big = text.trim().to_ascii_uppercase();
        let digits = |part: &str| part.chars().all(|c| c.is_ascii_digit());
        match big.strip_prefix("CVE-").and_then(|rest| rest.split_once('-')) {
            Some((year, number))
                if year.len() == 4 && digits(year) && (4..=19).contains(&number.len()) && digits(number) =>
            {
                Ok(Self(big))
            }
            _ => Err(BadId::Cve),
        }
    }
}

macro_rules! id_from_string {
    ($($name:ident),+) => {$(
        impl TryFrom<String> for $name {
            type Error = BadId;

            fn try_from(text: String) -> Result<Self, BadId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(embargoed)"))
            }
        }
    )+};
}

id_from_string!(GhsaId, CveId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_in_any_case_and_kept_canonical() {
        assert_eq!("ghsa-X5CM-v3r2-9fjq".parse::<GhsaId>().unwrap().as_str(), "GHSA-x5cm-v3r2-9fjq");
        assert_eq!("cve-2026-1234".parse::<CveId>().unwrap().as_str(), "CVE-2026-1234");
    }

    #[test]
    fn what_only_looks_like_an_id_is_refused() {
        for text in
            ["GHSA-aaaa-bbbb-cccc", "GHSA-x5cm-v3r2", "x5cm-v3r2-9fjq", "GHSA-x5cm-v3r2-9fjq-9fjq", ""]
        {
            assert_eq!(text.parse::<GhsaId>(), Err(BadId::Ghsa), "{text}");
        }
        for text in ["CVE-26-1234", "CVE-2026-12", "CVE-2026-12a4", "2026-1234"] {
            assert_eq!(text.parse::<CveId>(), Err(BadId::Cve), "{text}");
        }
        for text in ["a", "a/", "/b", "a/b/c", "a/..", "a b/c"] {
            assert_eq!(text.parse::<Repository>(), Err(BadId::Repository), "{text}");
        }
    }

    #[test]
    fn a_topic_is_the_same_in_other_case_and_when_resolved() {
        assert!(Topic("✔ Amber-Heron · WAMR".into()).is_same(&Topic("amber-heron · wamr".into())));
        assert!(!Topic("amber-heron".into()).is_same(&Topic("amber-crane".into())));
    }
}
