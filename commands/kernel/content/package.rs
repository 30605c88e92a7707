//! Packages and the versions of them that are affected.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::BadValue;

/// A package ecosystem GitHub knows, in its own spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Ecosystem(usize);

impl Ecosystem {
    /// For what is in no registry.
    pub const OTHER: Self = Self(11);

    /// Those of the REST description (security-advisory-ecosystems).
    pub const NAMES: [&'static str; 13] = [
        "rubygems", "npm", "pip", "maven", "nuget", "composer", "go", "rust", "erlang", "actions", "pub",
        "other", "swift",
    ];

    /// GitHub's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        Self::NAMES[self.0]
    }
}

impl FromStr for Ecosystem {
    type Err = BadValue;

    /// GitHub's words, and the registries' own names for them (`crates.io` is `rust`).
    fn from_str(text: &str) -> Result<Self, BadValue> {
        let small = text.trim().to_lowercase();
        let word = match small.as_str() {
            "crates.io" | "cargo" | "crates" => "rust",
            "pypi" | "python" => "pip",
            "gem" | "ruby" => "rubygems",
            "golang" => "go",
            "packagist" => "composer",
            "hex" => "erlang",
            other => other,
        };
        Self::NAMES.into_iter().position(|name| name == word).map(Self).ok_or(BadValue::Package)
    }
}

impl TryFrom<String> for Ecosystem {
    type Error = BadValue;

    fn try_from(text: String) -> Result<Self, BadValue> {
        text.parse()
    }
}

impl From<Ecosystem> for String {
    fn from(ecosystem: Ecosystem) -> Self {
        ecosystem.as_str().to_owned()
    }
}

/// A package by ecosystem and name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Package {
    /// Where it is published.
    pub ecosystem: Ecosystem,
    /// Its name there. Empty where GitHub holds none.
    pub name: String,
}

impl FromStr for Package {
    type Err = BadValue;

    fn from_str(text: &str) -> Result<Self, BadValue> {
        let (ecosystem, name) = text.trim().split_once(':').ok_or(BadValue::Package)?;
        let name = name.trim();
        if name.is_empty() || name.contains(char::is_whitespace) {
            return Err(BadValue::Package);
        }
        Ok(Self { ecosystem: ecosystem.parse()?, name: name.to_owned() })
    }
}

impl fmt::Display for Package {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.ecosystem.as_str(), self.name)
    }
}

/// One stretch of affected versions, a row of its own on GitHub.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AffectedRange {
    /// `vulnerable_version_range`: comparisons joined by commas, all of which hold.
    pub affected: String,
    /// `patched_versions`; none while there is no fix.
    pub patched: Option<String>,
}

/// A package with all its affected versions.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AffectedPackage {
    /// Which.
    pub package: Package,
    /// At least one, in the order given.
    pub ranges: Vec<AffectedRange>,
}

impl AffectedPackage {
    /// Reads RANGE and VERSIONS as typed: alternatives are joined by `||`, and each becomes a row.
    ///
    /// # Errors
    /// [`BadValue::Range`] and [`BadValue::Patched`].
    pub fn parse(package: Package, ranges: &str, patched: Option<&str>) -> Result<Self, BadValue> {
        let affected: Vec<String> =
            ranges.split("||").map(normal_range).collect::<Option<_>>().ok_or(BadValue::Range)?;
        let patched: Vec<String> = patched.map_or_else(Vec::new, |text| {
            text.split("||").map(one_line).filter(|group| !group.is_empty()).collect()
        });
        let of = |row: usize| match patched.as_slice() {
            [] => None,
            [only] => Some(only.clone()),
            several => several.get(row).cloned(),
        };
        if patched.len() > 1 && patched.len() != affected.len() {
            return Err(BadValue::Patched { ranges: affected.len(), patched: patched.len() });
        }
        let rows = affected.into_iter().enumerate();
        let ranges = rows.map(|(row, affected)| AffectedRange { affected, patched: of(row) }).collect();
        Ok(Self { package, ranges })
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `>=1.0,<2` as GitHub writes it, `>= 1.0, < 2`; none when a part is no comparison.
fn normal_range(text: &str) -> Option<String> {
    let part = |part: &str| {
        let part = part.trim();
        let version = part.trim_start_matches(['<', '>', '=']);
        let operator = &part[..part.len() - version.len()];
        let version = version.trim();
        let known = matches!(operator, "<" | "<=" | ">" | ">=" | "=");
        let looks_right = version.starts_with(|c: char| c.is_ascii_alphanumeric())
            && !version.contains(char::is_whitespace)
            && version.len() <= 100;
        (known && looks_right).then(|| format!("{operator} {version}"))
    };
    Some(text.split(',').map(part).collect::<Option<Vec<_>>>()?.join(", "))
}
