//! The versions of GitHub's API.

use super::answer::{DOCS, Refusal};

/// The versions of the API that are modelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ApiVersion {
    V20221128,
    V20260310,
}

impl ApiVersion {
    pub(super) const ALL: [Self; 2] = [Self::V20221128, Self::V20260310];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::V20221128 => "2022-11-28",
            Self::V20260310 => "2026-03-10",
        }
    }

    pub(super) fn read(header: Option<&str>) -> Result<Self, Refusal> {
        let Some(wanted) = header else { return Ok(Self::V20221128) };
        Self::ALL.into_iter().find(|version| version.word() == wanted).ok_or_else(|| {
            let message = format!("API version \"{wanted}\" is not supported.");
            Refusal::new(400, message).documented_at(&format!("{DOCS}/about-the-rest-api/api-versions"))
        })
    }
}
