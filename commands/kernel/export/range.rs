//! GitHub's ranges, taken apart with their versions kept as they are written.

use crate::kernel::text::version;

/// A stretch of versions as every format has to put it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Span<'a> {
    /// One version.
    Only(&'a str),
    /// From one to another, open where an end is missing. At least one is there.
    Between(Option<End<'a>>, Option<End<'a>>),
    /// What cannot be read, or what no version can be in. It is carried as text.
    Unread,
}

/// One end of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct End<'a> {
    pub(super) version: &'a str,
    /// Whether the version itself belongs to the stretch.
    pub(super) included: bool,
}

impl<'a> Span<'a> {
    /// Reads `>= 25.0.0, < 36.0.7`.
    pub(super) fn read(text: &'a str) -> Self {
        // Of a stretch that holds nothing, formats that list its ends in order would make one that does.
        let holds_something = version::Range::read(text).is_some_and(|range| !range.is_empty());
        if holds_something { Self::parts(text).unwrap_or(Self::Unread) } else { Self::Unread }
    }

    fn parts(text: &'a str) -> Option<Self> {
        let (mut low, mut high) = (None, None);
        for part in text.split(',').map(str::trim) {
            let version = part.trim_start_matches(['<', '>', '=']);
            let operator = &part[..part.len() - version.len()];
            let version = version.trim();
            if version.contains(char::is_whitespace) {
                return None;
            }
            let (end, included) = match operator {
                "=" | "==" if part.len() == text.trim().len() => return Some(Self::Only(version)),
                ">=" => (&mut low, true),
                ">" => (&mut low, false),
                "<=" => (&mut high, true),
                "<" => (&mut high, false),
                _ => return None,
            };
            if end.replace(End { version, included }).is_some() {
                return None;
            }
        }
        Some(Self::Between(low, high))
    }

    /// The versions it names.
    pub(super) fn versions(&self) -> impl Iterator<Item = &'a str> {
        let (one, two) = match *self {
            Self::Only(version) => (Some(version), None),
            Self::Between(low, high) => (low.map(|end| end.version), high.map(|end| end.version)),
            Self::Unread => (None, None),
        };
        one.into_iter().chain(two)
    }
}

impl End<'_> {
    /// The first version from this end on, for formats whose stretches begin with a version that belongs to
    /// them; none where the order of versions does not tell which one comes next.
    pub(super) fn first(&self, semver: bool) -> Option<String> {
        if self.included {
            return Some(self.version.to_owned());
        }
        let version = semver::Version::parse(self.version).ok().filter(|_| semver)?;
        let (major, minor, patch) = (version.major, version.minor, version.patch);
        // Nothing is between a release and the lowest pre-release of the next, nor between a pre-release
        // and the same with a `0` added.
        if version.pre.is_empty() {
            Some(format!("{major}.{minor}.{}-0", patch.checked_add(1)?))
        } else {
            Some(format!("{major}.{minor}.{patch}-{}.0", version.pre))
        }
    }
}

/// Whether it is a version of Semantic Versioning 2.0.0, without anything left out.
pub(super) fn is_semver(version: &str) -> bool {
    semver::Version::parse(version).is_ok()
}
