//! People and teams on GitHub, as far as an advisory names them: collaborators and credits.

use std::{cmp::Ordering, collections::BTreeSet, fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::kernel::{id::UserId, token};

/// How long a login may be (GitHub's sign-up form).
const LOGIN_CHARS_MAX: usize = 39;
/// How long a team's slug may be.
const SLUG_CHARS_MAX: usize = 100;

/// What is wrong with a name that somebody typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BadName {
    /// Not a user's name on GitHub.
    #[error("a GitHub login has letters, digits and hyphens, 39 at most")]
    Login,
    /// Not a team's name on GitHub.
    #[error("a team is written team:SLUG, as in its address on GitHub")]
    Team,
    /// Nothing one can be credited for.
    #[error("a credit is for one of {}", CreditKind::NAMES.join(", "))]
    CreditKind,
}

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident, $bad:ident, $valid:ident);+ $(;)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// As GitHub writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            fn folded(&self) -> String {
                self.0.to_ascii_lowercase()
            }
        }

        impl FromStr for $name {
            type Err = BadName;

            fn from_str(text: &str) -> Result<Self, BadName> {
                let text = text.trim();
                if $valid(text) { Ok(Self(text.to_owned())) } else { Err(BadName::$bad) }
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadName;

            fn try_from(text: String) -> Result<Self, BadName> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }

        // GitHub keeps the spelling and compares without regard to case.
        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.0.eq_ignore_ascii_case(&other.0)
            }
        }

        impl Eq for $name {}

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }

        impl Ord for $name {
            fn cmp(&self, other: &Self) -> Ordering {
                self.folded().cmp(&other.folded())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(not shown)"))
            }
        }
    )+};
}

names! {
    /// A user's login on GitHub. Who takes part in an incident is embargoed: it is never printed.
    Login, Login, is_login;
    /// A team's short name in its organisation's addresses.
    TeamSlug, Team, is_slug;
}

fn is_login(text: &str) -> bool {
    // Accounts that a company manages end in `_company`; apps in `[bot]`.
    let plain = text.strip_suffix("[bot]").unwrap_or(text);
    !plain.is_empty()
        && plain.len() <= LOGIN_CHARS_MAX
        && plain.starts_with(|c: char| c.is_ascii_alphanumeric())
        && plain.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

fn is_slug(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= SLUG_CHARS_MAX
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
}

/// Somebody who is, or is to be, given access to one advisory.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Collaborator {
    /// A user.
    User(Login),
    /// A team of the organisation that owns the repository.
    Team(TeamSlug),
}

impl Collaborator {
    /// As it is typed: a login, or `team:SLUG`.
    #[must_use]
    pub fn typed(&self) -> String {
        match self {
            Self::User(login) => login.as_str().to_owned(),
            Self::Team(slug) => format!("team:{}", slug.as_str()),
        }
    }
}

/// Who is credited for what.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Credit {
    /// The user.
    pub login: Login,
    /// What for.
    pub kind: CreditKind,
}

/// What somebody is credited for: GitHub's own list (REST description, security-advisory-credit-types).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CreditKind(usize);

impl CreditKind {
    /// GitHub's words.
    pub const NAMES: [&'static str; 10] = [
        "reporter",
        "finder",
        "analyst",
        "coordinator",
        "remediation_developer",
        "remediation_reviewer",
        "remediation_verifier",
        "tool",
        "sponsor",
        "other",
    ];

    /// Who reported it, which is what most are credited for.
    pub const REPORTER: Self = Self(0);

    /// For a word that is new to the bot.
    pub const OTHER: Self = Self(9);

    /// GitHub's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        Self::NAMES[self.0]
    }

    /// The same for people.
    #[must_use]
    pub fn words(self) -> String {
        self.as_str().replace('_', " ")
    }
}

impl FromStr for CreditKind {
    type Err = BadName;

    /// GitHub's words, with `-` or a space for `_` too.
    fn from_str(text: &str) -> Result<Self, BadName> {
        let word = text.trim().to_lowercase().replace(['-', ' '], "_");
        Self::NAMES.into_iter().position(|name| name == word).map(Self).ok_or(BadName::CreditKind)
    }
}

impl TryFrom<String> for CreditKind {
    type Error = BadName;

    fn try_from(text: String) -> Result<Self, BadName> {
        text.parse()
    }
}

impl From<CreditKind> for String {
    fn from(kind: CreditKind) -> Self {
        kind.as_str().to_owned()
    }
}

/// Somebody as they are named in a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// By a mention on Zulip.
    Zulip {
        /// The name; may be empty when there is an id.
        name: String,
        /// The id, if it was written.
        id: Option<UserId>,
    },
    /// By a name on GitHub.
    GitHub(Collaborator),
}

impl FromStr for Who {
    type Err = BadName;

    /// A mention, a login (with or without `@`), or `team:SLUG`.
    fn from_str(text: &str) -> Result<Self, BadName> {
        let text = text.trim().trim_end_matches([',', ';']);
        if let Some((name, id)) = token::mention_of(text) {
            return Ok(Self::Zulip { name, id: id.map(UserId) });
        }
        let slug = text.get(..5).filter(|head| head.eq_ignore_ascii_case("team:")).map(|_| &text[5..]);
        Ok(Self::GitHub(match slug {
            Some(slug) => Collaborator::Team(slug.parse()?),
            None => Collaborator::User(text.strip_prefix('@').unwrap_or(text).parse()?),
        }))
    }
}

/// Everyone who is given access to one advisory, besides those who administer its repository.
pub type Collaborators = BTreeSet<Collaborator>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_the_same_in_any_case() {
        let (small, big): (Login, Login) = ("sofia-k".parse().unwrap(), "Sofia-K".parse().unwrap());
        assert_eq!(small, big);
        assert_eq!(small.cmp(&big), Ordering::Equal);
        assert_eq!(big.as_str(), "Sofia-K");
    }

    #[test]
    fn what_is_no_login_is_refused() {
        for text in ["", "-x", "a b", "a/b", "é", &"x".repeat(40), "@maya", "a.b"] {
            assert_eq!(text.parse::<Login>(), Err(BadName::Login), "{text}");
        }
        for text in ["maya", "dependabot[bot]", "octo_corp", "9lives"] {
            assert!(text.parse::<Login>().is_ok(), "{text}");
        }
    }

    #[test]
    fn a_kind_of_credit_is_read_as_people_write_it() {
        assert_eq!("Remediation developer".parse::<CreditKind>().unwrap().as_str(), "remediation_developer");
        assert_eq!("boss".parse::<CreditKind>(), Err(BadName::CreditKind));
        assert_eq!(CreditKind::REPORTER.as_str(), "reporter");
        assert_eq!(CreditKind::OTHER.as_str(), "other");
    }
}
