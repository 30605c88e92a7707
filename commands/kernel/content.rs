//! What an advisory says: the part of an incident that GitHub owns.

mod advisory;
mod change;
mod package;
#[cfg(test)]
mod test;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use advisory::{Advisory, AdvisoryState, EmbargoedAdvisory, Part};
pub use package::{AffectedPackage, AffectedRange, Ecosystem, Package};

/// GitHub's limit on a summary, in Unicode code points (REST description, repository-advisory-create).
pub const SUMMARY_CHARS_MAX: usize = 1024;
/// GitHub's limit on a description, in Unicode code points.
pub const DESCRIPTION_CHARS_MAX: usize = 65_535;
/// How long the note on a package's platforms may be, in code points. GitHub has no place for it, so the
/// limit is the bot's own: a line on the card.
pub const PLATFORMS_CHARS_MAX: usize = 200;

/// What is wrong with a value somebody typed, as a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BadValue {
    /// Not a level.
    #[error("a severity is low, medium, high or critical")]
    Level,
    /// Not a CVSS 3.0, 3.1 or 4.0 vector.
    #[error(
        "a CVSS vector looks like CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H (3.0, 3.1 or 4.0), with every base metric"
    )]
    Cvss,
    /// Not a CWE id.
    #[error("a weakness is written CWE-787")]
    Cwe,
    /// Not `ECO:NAME`.
    #[error("a package is written ECOSYSTEM:NAME, such as rust:wasmtime; the ecosystems are {}", Ecosystem::NAMES.join(", "))]
    Package,
    /// A range without a comparison.
    #[error("a range is written like < 2.4.4 or >= 25.0.0, < 36.0.7; several are joined by ||")]
    Range,
    /// Numbers of ranges and of patched versions differ.
    #[error(
        "{ranges} ranges but {patched} groups of patched versions: give one group for each range, joined by ||, or one for all"
    )]
    Patched {
        /// How many ranges.
        ranges: usize,
        /// How many groups of versions.
        patched: usize,
    },
}

/// A qualitative severity, in GitHub's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// CVSS 0.1 to 3.9.
    Low,
    /// CVSS 4.0 to 6.9; OpenSSL says "moderate".
    Medium,
    /// CVSS 7.0 to 8.9.
    High,
    /// CVSS 9.0 and more.
    Critical,
}

impl Level {
    /// The word GitHub's API uses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl FromStr for Level {
    type Err = BadValue;

    fn from_str(text: &str) -> Result<Self, BadValue> {
        match text.to_lowercase().as_str() {
            "low" => Ok(Self::Low),
            "medium" | "moderate" => Ok(Self::Medium),
            "high" => Ok(Self::High),
            "critical" => Ok(Self::Critical),
            _ => Err(BadValue::Level),
        }
    }
}

/// A CVSS 3.0, 3.1 or 4.0 vector that has been checked.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cvss(String);

impl Cvss {
    /// The vector.
    #[must_use]
    pub fn vector(&self) -> &str {
        &self.0
    }

    /// The score in tenths, 0 to 100.
    #[must_use]
    pub fn tenths(&self) -> u8 {
        let score = cvss::Cvss::from_str(&self.0).map_or(0.0, |vector| vector.score());
        // A score lies between 0.0 and 10.0; ten times that fits.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=100")]
        let tenths = (score * 10.0).round().clamp(0.0, 100.0) as u8;
        tenths
    }

    /// The level the score falls into; none for a score of 0.
    #[must_use]
    pub fn level(&self) -> Option<Level> {
        match self.tenths() {
            0 => None,
            1..40 => Some(Level::Low),
            40..70 => Some(Level::Medium),
            70..90 => Some(Level::High),
            90.. => Some(Level::Critical),
        }
    }
}

impl FromStr for Cvss {
    type Err = BadValue;

    fn from_str(text: &str) -> Result<Self, BadValue> {
        let text = text.trim().trim_end_matches('/');
        // The crate takes a vector with metrics missing for one that scores low.
        let base: &[&str] = match cvss::Cvss::from_str(text) {
            Ok(cvss::Cvss::CvssV30(_) | cvss::Cvss::CvssV31(_)) => {
                &["AV", "AC", "PR", "UI", "S", "C", "I", "A"]
            }
            Ok(cvss::Cvss::CvssV40(_)) => &["AV", "AC", "AT", "PR", "UI", "VC", "VI", "VA", "SC", "SI", "SA"],
            _ => return Err(BadValue::Cvss),
        };
        let given = |metric: &&str| text.split('/').any(|part| part.split(':').next() == Some(metric));
        if base.iter().all(given) { Ok(Self(text.to_owned())) } else { Err(BadValue::Cvss) }
    }
}

impl TryFrom<String> for Cvss {
    type Error = BadValue;

    fn try_from(text: String) -> Result<Self, BadValue> {
        text.parse()
    }
}

impl From<Cvss> for String {
    fn from(cvss: Cvss) -> Self {
        cvss.0
    }
}

/// How bad it is: GitHub takes a level or a vector, never both.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// A level somebody chose.
    Level(Level),
    /// A vector, which implies a level.
    Cvss(Cvss),
}

impl Severity {
    /// The level, chosen or implied.
    #[must_use]
    pub fn level(&self) -> Option<Level> {
        match self {
            Self::Level(level) => Some(*level),
            Self::Cvss(cvss) => cvss.level(),
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Level(level) => f.write_str(level.as_str()),
            Self::Cvss(cvss) => {
                let tenths = cvss.tenths();
                let level = cvss.level().map_or("none", Level::as_str);
                write!(f, "{level} (CVSS {}.{})", tenths / 10, tenths % 10)
            }
        }
    }
}

/// A weakness of MITRE's list, `CWE-787`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cwe(u32);

impl FromStr for Cwe {
    type Err = BadValue;

    fn from_str(text: &str) -> Result<Self, BadValue> {
        let big = text.trim().to_ascii_uppercase();
        let number = big.strip_prefix("CWE-").ok_or(BadValue::Cwe)?;
        number.parse().ok().filter(|n| (1..=99_999).contains(n)).map(Self).ok_or(BadValue::Cwe)
    }
}

impl fmt::Display for Cwe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CWE-{}", self.0)
    }
}

impl TryFrom<String> for Cwe {
    type Error = BadValue;

    fn try_from(text: String) -> Result<Self, BadValue> {
        text.parse()
    }
}

impl From<Cwe> for String {
    fn from(cwe: Cwe) -> Self {
        cwe.to_string()
    }
}

/// Everything an advisory says that the bot writes.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// One line.
    pub summary: String,
    /// Markdown; may be empty in a draft.
    pub description: String,
    /// None until somebody has judged it.
    pub severity: Option<Severity>,
    /// In the order given.
    pub cwes: Vec<Cwe>,
    /// In the order given.
    pub affected: Vec<AffectedPackage>,
}

/// A change to it: what is `None` stays.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContentChange {
    /// A new summary.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// A new description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// A new severity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// A new list of weaknesses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cwes: Option<Vec<Cwe>>,
    /// A package to add, or to replace where it stands already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub affected: Option<AffectedPackage>,
}

impl Content {
    /// The content with `change` made.
    #[must_use]
    pub fn with(&self, change: &ContentChange) -> Self {
        let mut changed = self.clone();
        if let Some(summary) = &change.summary {
            changed.summary.clone_from(summary);
        }
        if let Some(description) = &change.description {
            changed.description.clone_from(description);
        }
        if let Some(severity) = &change.severity {
            changed.severity = Some(severity.clone());
        }
        if let Some(cwes) = &change.cwes {
            changed.cwes.clone_from(cwes);
        }
        if let Some(row) = &change.affected {
            match changed.affected.iter_mut().find(|old| old.package == row.package) {
                Some(old) => *old = row.clone(),
                None => changed.affected.push(row.clone()),
            }
            // A draft is made with the project's own package and no range, because GitHub wants one:
            // the first real row takes its place.
            // It is the first row; one that stands elsewhere somebody added by hand.
            let is_blank = |old: &AffectedPackage| old.ranges.iter().all(|range| range.affected.is_empty());
            if changed.affected.first().is_some_and(|first| is_blank(first) && first.package != row.package) {
                changed.affected.remove(0);
            }
        }
        changed
    }
}
