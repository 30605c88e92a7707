//! How somebody names an incident.

use crate::kernel::{
    codename::Codename,
    id::{CveId, GhsaId},
};

/// How somebody names an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// By codename.
    Codename(Codename),
    /// By GHSA id.
    Ghsa(GhsaId),
    /// By CVE id.
    Cve(CveId),
}

impl Reference {
    /// The reference a word makes, if it is one.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        let ghsa = || word.parse().ok().map(Self::Ghsa);
        let cve = || word.parse().ok().map(Self::Cve);
        let codename = || word.contains('-').then(|| word.parse().ok().map(Self::Codename)).flatten();
        ghsa().or_else(cve).or_else(codename)
    }
}
