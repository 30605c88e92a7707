//! What was meant to be replaced before anyone reads it.

use std::collections::BTreeSet;

use super::{
    Section,
    markdown::{self, What},
};

/// The prompts of the template that GitHub puts into a new draft.
const GITHUB_PROMPTS: [&str; 4] = [
    "What kind of vulnerability is it? Who is impacted?",
    "Has the problem been patched? What versions should users upgrade to?",
    "Is there a way for users to fix or remediate the vulnerability without upgrading?",
    "Are there any links users can visit to find out more?",
];
/// Words that stand for what is still to be written, in small letters.
const WORDS: [&str; 4] = ["todo", "tbd", "fixme", "xxx"];
/// Filler, in small letters.
const FILLER: &str = "lorem ipsum";
/// How the inside of a bracket begins that is to be replaced, in small letters.
const INSERT: &str = "insert";
/// How far a bracket may reach to be one, in bytes.
const INSERT_BYTES_MAX: usize = 120;

/// The placeholders in `description`, in the order of their kinds, each once. Fenced code is not searched.
pub(super) fn placeholders(description: &str) -> Vec<String> {
    let (lines, _) = markdown::lines(description);
    let prose = lines.iter().filter(|line| line.what != What::Code).map(|line| line.text);
    let words: Vec<&str> = prose.flat_map(str::split_whitespace).collect();
    // Someone may have wrapped the lines anew.
    let text = words.join(" ");
    let small = text.to_ascii_lowercase();
    let prompts = Section::ALL.map(Section::prompt).into_iter().chain(GITHUB_PROMPTS);
    let mut found: Vec<String> = prompts
        .filter(|prompt| small.contains(&prompt.to_ascii_lowercase()))
        .map(ToOwned::to_owned)
        .collect();
    found.extend(words.iter().filter_map(|word| left_word(word)));
    found.extend(whole(&small, FILLER).map(|at| text[at..at + FILLER.len()].to_owned()));
    found.extend(inserts(&text, &small));
    let mut known = BTreeSet::new();
    found.retain(|left| known.insert(left.to_ascii_lowercase()));
    found
}

/// The word in `token` that stands for what is to be written. An address may hold any word.
fn left_word(token: &str) -> Option<String> {
    if token.contains("://") {
        return None;
    }
    let small = token.to_ascii_lowercase();
    let found = WORDS.into_iter().find_map(|word| Some((whole(&small, word)?, word.len())));
    found.map(|(at, length)| token[at..at + length].to_owned())
}

/// Where `word` stands in `text` as a whole word: not in `xxxl`, `todo_list`, `todo-list`, nor as the
/// macro of that name. `_tbd_` and `CVE-2026-TBD` do hold one.
fn whole(text: &str, word: &str) -> Option<usize> {
    text.match_indices(word).map(|(at, _)| at).find(|at| {
        let (before, after) = (&text[..*at], &text[at + word.len()..]);
        let joined = before.strip_suffix('_').unwrap_or(before).ends_with(char::is_alphanumeric);
        let goes_on = after.strip_prefix(['_', '-']).unwrap_or(after).starts_with(char::is_alphanumeric);
        !joined && !goes_on && !after.starts_with("!(")
    })
}

/// `<insert …>` and `[insert …]`. `small` is `text` in small letters, of the same length.
fn inserts(text: &str, small: &str) -> Vec<String> {
    let pairs = [('<', '>'), ('[', ']')];
    let found = pairs.into_iter().flat_map(|(open, close)| {
        small.match_indices(open).filter_map(move |(at, _)| {
            let inside = &small[at + open.len_utf8()..];
            let end = inside.find(close).filter(|end| *end <= INSERT_BYTES_MAX)?;
            let is_told =
                inside.strip_prefix(INSERT).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
            is_told.then(|| text[at..=at + open.len_utf8() + end].to_owned())
        })
    });
    found.collect()
}
