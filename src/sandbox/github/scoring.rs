//! CVSS: from a vector to a score and a severity.

use cvss::Cvss;

use super::model::Severity;

/// Which field of `cvss_severities` a vector belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Generation {
    Third,
    Fourth,
}

/// A vector's generation, by its prefix.
pub(super) fn generation(vector: &str) -> Generation {
    if vector.starts_with("CVSS:4") { Generation::Fourth } else { Generation::Third }
}

/// The metrics that a vector of each generation must have.
fn required(generation: Generation) -> &'static [&'static str] {
    match generation {
        Generation::Third => &["AV", "AC", "PR", "UI", "S", "C", "I", "A"],
        Generation::Fourth => &["AV", "AC", "AT", "PR", "UI", "VC", "VI", "VA", "SC", "SI", "SA"],
    }
}

/// The score, rounded to the one decimal that CVSS has; nothing when the vector is not valid. The
/// library takes a vector without its base metrics for a harmless one; GitHub does not.
pub(super) fn score(vector: &str) -> Option<f64> {
    let cvss: Cvss = vector.parse().ok()?;
    let named: Vec<&str> = vector.split('/').filter_map(|metric| metric.split(':').next()).collect();
    let whole = required(generation(vector)).iter().all(|metric| named.contains(metric));
    whole.then(|| (cvss.score() * 10.0).round() / 10.0)
}

/// The severity that a vector stands for; nothing for an invalid one and for a score of zero.
pub(super) fn severity(vector: &str) -> Option<Severity> {
    let score = score(vector)?;
    if score >= 9.0 {
        Some(Severity::Critical)
    } else if score >= 7.0 {
        Some(Severity::High)
    } else if score >= 4.0 {
        Some(Severity::Medium)
    } else if score > 0.0 {
        Some(Severity::Low)
    } else {
        None
    }
}
