//! A CVSS vector with its base score, as the formats want them side by side.

use serde::Serialize;

use crate::kernel::content::{Cvss, Level};

/// The base metrics of CVSS 4.0, from which alone its base score is made: a vector may hold more.
const BASE_OF_FOUR: [&str; 11] = ["AV", "AC", "AT", "PR", "UI", "VC", "VI", "VA", "SC", "SI", "SA"];

/// A version of CVSS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scheme {
    /// 3.0.
    Three,
    /// 3.1.
    ThreeOne,
    /// 4.0.
    Four,
}

/// A score in the words that the schemas of CVE and CSAF share (first.org/cvss, JSON schemas).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Score {
    version: &'static str,
    vector_string: String,
    base_score: f64,
    base_severity: &'static str,
}

impl Scheme {
    /// The one that `cvss` is written in.
    pub(super) fn of(cvss: &Cvss) -> Self {
        match cvss.vector().split('/').next() {
            Some("CVSS:3.0") => Self::Three,
            Some("CVSS:3.1") => Self::ThreeOne,
            // A checked vector is of one of these three.
            _ => Self::Four,
        }
    }

    const fn number(self) -> &'static str {
        match self {
            Self::Three => "3.0",
            Self::ThreeOne => "3.1",
            Self::Four => "4.0",
        }
    }
}

impl Score {
    /// The score of a vector.
    pub(super) fn of(cvss: &Cvss) -> Self {
        let scheme = Scheme::of(cvss);
        let base = base(cvss, scheme);
        Self {
            version: scheme.number(),
            vector_string: cvss.vector().to_owned(),
            base_score: f64::from(base.tenths()) / 10.0,
            base_severity: match base.level() {
                None => "NONE",
                Some(Level::Low) => "LOW",
                Some(Level::Medium) => "MEDIUM",
                Some(Level::High) => "HIGH",
                Some(Level::Critical) => "CRITICAL",
            },
        }
    }

    /// Whether it is one of CVSS 4.0.
    pub(super) fn is_four(&self) -> bool {
        self.version == Scheme::Four.number()
    }

    /// `8.8 HIGH, CVSS:4.0/AV:N/…`.
    pub(super) fn words(&self) -> String {
        format!("{:.1} {}, {}", self.base_score, self.base_severity, self.vector_string)
    }
}

/// The vector without metrics that its base score is not made from.
fn base(cvss: &Cvss, scheme: Scheme) -> Cvss {
    let is_base = |part: &&str| {
        let metric = part.split(':').next().unwrap_or_default();
        metric == "CVSS" || BASE_OF_FOUR.contains(&metric)
    };
    let parts: Vec<&str> = cvss.vector().split('/').filter(is_base).collect();
    match scheme {
        // Its score is made from the base metrics as it is.
        Scheme::Three | Scheme::ThreeOne => cvss.clone(),
        Scheme::Four => parts.join("/").parse().unwrap_or_else(|_| cvss.clone()),
    }
}
