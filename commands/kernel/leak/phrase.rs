//! Which phrases of a summary are worth watching for.

use std::collections::BTreeSet;

use super::fold::fold;

/// How many significant words in a row make a phrase.
const PHRASE_WORDS: usize = 4;

/// A summary with only so many significant words is a phrase as a whole.
const SHORT_WORDS: usize = 3;

/// The most phrases taken from one summary.
const PHRASES_MAX: usize = 32;

/// How many significant words in a row make a passage of a longer text.
const PASSAGE_WORDS: usize = 6;

/// How many of them must be neither common nor public.
const PASSAGE_DISTINCTIVE_MIN: usize = 3;

/// Every which word a passage begins at: whoever copies two more words than a passage has copies one.
const PASSAGE_STEP: usize = 3;

/// The most passages taken from one text.
const PASSAGES_MAX: usize = 64;

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
    let significant: Vec<usize> =
        (0..words.len()).filter(|at| words.get(*at).is_some_and(|word| is_significant(word))).collect();
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

/// The passages of a longer `text`, such as a description, in lower case, none twice, at most 64.
///
/// A description is prose, and much of its prose is said every day: four of its words in a row prove
/// nothing. Six significant words in a row, at least three of them neither public nor common to
/// advisories, are in practice only ever written again by somebody who copies. Headings are left out,
/// and the questions of the template, which every advisory has.
pub fn passages(text: &str, public: &[&str]) -> Vec<String> {
    let public: BTreeSet<String> = public.iter().flat_map(|name| split(name)).collect();
    let distinctive = |word: &String| !COMMON.contains(&word.as_str()) && !public.contains(word);
    let mut found: Vec<String> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#') && !is_question(line)) {
        let words: Vec<String> = split(line).collect();
        let significant: Vec<usize> =
            (0..words.len()).filter(|at| words.get(*at).is_some_and(|word| is_significant(word))).collect();
        for run in significant.windows(PASSAGE_WORDS).step_by(PASSAGE_STEP) {
            let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
            let rare: BTreeSet<&String> =
                run.iter().filter_map(|at| words.get(*at)).filter(|word| distinctive(word)).collect();
            let passage = words.get(*first..=*last).unwrap_or_default().join(" ");
            if rare.len() >= PASSAGE_DISTINCTIVE_MIN && !found.contains(&passage) {
                found.push(passage);
            }
            if found.len() == PASSAGES_MAX {
                return found;
            }
        }
    }
    found
}

/// Whether `term` is said in public every day: a single word that is common to advisories or carries no
/// meaning, or nothing but `public` names.
pub fn is_everyday(term: &str, public: &[&str]) -> bool {
    let public: BTreeSet<String> = public.iter().flat_map(|name| split(name)).collect();
    let words: Vec<String> = split(term).collect();
    let common = |word: &String| COMMON.contains(&word.as_str()) || STOPS.contains(&word.as_str());
    let is_common_word = matches!(words.as_slice(), [only] if common(only));
    is_common_word || words.iter().all(|word| public.contains(word))
}

/// Whether a line is one that a template leaves to be answered: all of it in `_…_`.
fn is_question(line: &str) -> bool {
    let line = line.trim();
    line.len() > 1 && line.starts_with('_') && line.ends_with('_')
}

fn is_significant(word: &str) -> bool {
    word.chars().count() >= 2 && !STOPS.contains(&word)
}

fn split(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}
