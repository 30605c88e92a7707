//! Which phrases of a summary are worth watching for.

use std::collections::BTreeSet;

use super::fold::fold;

/// How many significant words in a row make a phrase.
const PHRASE_WORDS: usize = 4;

/// A summary with only so many significant words is a phrase as a whole.
const SHORT_WORDS: usize = 3;

/// The most phrases taken from one summary.
const PHRASES_MAX: usize = 32;

/// Words that carry no meaning of their own; a phrase is recognised with or without them.
const STOPS: &[&str] = &[
    "a", "an", "and", "are", "as", "at", "be", "been", "but", "by", "can", "could", "for", "from", "has",
    "have", "if", "in", "into", "is", "it", "its", "may", "might", "not", "of", "on", "or", "over", "some",
    "than", "that", "the", "their", "then", "this", "to", "under", "was", "when", "where", "which", "while",
    "will", "with", "within", "without", "would", "due", "via", "during", "after", "before", "through",
    "using", "s",
];

/// Words that every second advisory has: a phrase of these alone would be found everywhere.
const COMMON: &[&str] = &[
    "access",
    "advisory",
    "allow",
    "allows",
    "arbitrary",
    "attack",
    "attacker",
    "bounds",
    "buffer",
    "bug",
    "bypass",
    "cause",
    "causes",
    "check",
    "code",
    "corruption",
    "crafted",
    "crash",
    "cve",
    "denial",
    "dereference",
    "disclosure",
    "double",
    "escalation",
    "escape",
    "execute",
    "execution",
    "exploit",
    "fix",
    "fixed",
    "flaw",
    "free",
    "heap",
    "high",
    "improper",
    "incorrect",
    "information",
    "injection",
    "input",
    "integer",
    "invalid",
    "issue",
    "leak",
    "leads",
    "local",
    "low",
    "malicious",
    "medium",
    "memory",
    "missing",
    "moderate",
    "null",
    "out",
    "overflow",
    "patch",
    "pointer",
    "possible",
    "potential",
    "privilege",
    "read",
    "release",
    "remote",
    "safety",
    "sandbox",
    "security",
    "service",
    "severity",
    "stack",
    "type",
    "unchecked",
    "underflow",
    "uninitialized",
    "untrusted",
    "update",
    "use",
    "user",
    "validation",
    "vulnerability",
    "write",
];

/// The stop words in the form in which text is searched.
pub(super) fn folded_stops() -> BTreeSet<String> {
    STOPS.iter().map(|stop| fold(stop).text).collect()
}

/// The distinctive phrases of a `summary`, in lower case, none twice, at most 32.
///
/// A phrase is every run of four significant words (no stop words, at least two characters), with
/// what stands between them; a summary of just three is a phrase as a whole, a shorter one has
/// none. Hyphens part words. At least one word (of a three-word phrase, two) must be neither
/// among `public`, the names of projects, repositories and packages, which anyone may say, nor a
/// word that every second advisory has, such as `heap` or `overflow`.
pub fn phrases(summary: &str, public: &[&str]) -> Vec<String> {
    let words: Vec<String> = split(summary).collect();
    let public: BTreeSet<String> = public.iter().flat_map(|name| split(name)).collect();
    let significant: Vec<usize> = (0..words.len())
        .filter(|at| {
            let word = words.get(*at).map_or("", String::as_str);
            word.chars().count() >= 2 && !STOPS.contains(&word)
        })
        .collect();
    let length = if significant.len() == SHORT_WORDS { SHORT_WORDS } else { PHRASE_WORDS };
    let distinctive_min = if length == SHORT_WORDS { 2 } else { 1 };
    let mut found: Vec<String> = Vec::new();
    for run in significant.windows(length) {
        let distinctive = run.iter().filter_map(|at| words.get(*at));
        let distinctive =
            distinctive.filter(|word| !COMMON.contains(&word.as_str()) && !public.contains(*word));
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        let phrase = words.get(*first..=*last).unwrap_or_default().join(" ");
        if distinctive.count() >= distinctive_min && !found.contains(&phrase) {
            found.push(phrase);
        }
        if found.len() == PHRASES_MAX {
            break;
        }
    }
    found
}

fn split(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}
