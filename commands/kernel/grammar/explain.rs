//! Why words make no command, as a sentence with the nearest right form.

use clap::{
    CommandFactory as _,
    error::{ContextKind, ContextValue, ErrorKind},
};

use super::{DISTANCE_MAX, LITERAL, line::Line, plain};
use crate::kernel::{
    command::{Entry, Kind},
    embargoed::Embargoed,
    refusal::Refusal,
};

/// The refusal that follows from clap's `error`.
#[expect(clippy::wildcard_enum_match_arm, reason = "clap may add kinds; each unknown one gets one sentence")]
pub(super) fn explain(error: &clap::Error, words: &[String], entry: Option<Entry>) -> Refusal {
    let text = |kind: ContextKind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.replace(LITERAL, "")),
        Some(ContextValue::Strings(all)) => all.first().map(|text| text.replace(LITERAL, "")),
        _ => None,
    };
    let argument = text(ContextKind::InvalidArg).unwrap_or_default();
    let flag = argument.split([' ', '=']).next().unwrap_or_default().to_owned();
    match error.kind() {
        ErrorKind::InvalidSubcommand
        | ErrorKind::MissingSubcommand
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => unknown(words),
        ErrorKind::UnknownArgument if flag.starts_with('-') => {
            let near = text(ContextKind::SuggestedArg).map(|near| format!(" Did you mean {near}?"));
            let quote = " To use it as a word, put it in quotes.".to_owned();
            Refusal::usage(format!("There is no {flag} here.{}", near.unwrap_or(quote)), entry)
        }
        ErrorKind::UnknownArgument => Refusal::usage(format!("\"{argument}\" is one word too many."), entry),
        ErrorKind::MissingRequiredArgument => {
            Refusal::usage(format!("{} is missing.", names(&argument)), entry)
        }
        ErrorKind::ArgumentConflict => {
            let other = text(ContextKind::PriorArg).unwrap_or_default();
            let other = other.split([' ', '=']).next().unwrap_or_default();
            if other == flag {
                Refusal::usage(format!("{flag} is given twice. Give it once."), entry)
            } else {
                Refusal::usage(format!("{flag} and {other} exclude each other. Give one of them."), entry)
            }
        }
        ErrorKind::InvalidValue
        | ErrorKind::NoEquals
        | ErrorKind::TooFewValues
        | ErrorKind::WrongNumberOfValues => Refusal::usage(format!("{flag} needs a value."), entry),
        _ => Refusal::usage("I cannot read this.", entry),
    }
}

fn names(argument: &str) -> String {
    argument.trim_matches(['<', '>', '.', '[', ']']).to_uppercase()
}

fn unknown(words: &[String]) -> Refusal {
    let family = words.first().filter(|first| Line::command().find_subcommand(first.as_str()).is_some());
    let said = words.iter().take(if family.is_some() { 2 } else { 1 }).map(|word| plain(word));
    let said = said.collect::<Vec<_>>().join(" ");
    let typed: Vec<String> = words.iter().map(|word| plain(word)).collect();
    let near = |known: &&str| family.is_none_or(|family| known.starts_with(family.as_str()));
    let nearest = nearest(&typed, near, if family.is_some() { usize::MAX } else { DISTANCE_MAX });
    Refusal::UnknownCommand { said: Embargoed::new(said), nearest }
}

/// The command of those `among` whose words are nearest to what was typed, unless all are farther than
/// `distance_max`: by its first word, and among equals by the first two.
pub(crate) fn nearest(
    typed: &[String],
    among: impl Fn(&&str) -> bool,
    distance_max: usize,
) -> Option<&'static str> {
    let one = typed.first().map(|word| word.to_lowercase()).unwrap_or_default();
    let two = typed.iter().take(2).map(|word| word.to_lowercase()).collect::<Vec<_>>().join(" ");
    let distance = |known: &str| {
        let whole = strsim::damerau_levenshtein(known, &two);
        let first = strsim::damerau_levenshtein(known.split(' ').next().unwrap_or(known), &one);
        (whole.min(first), whole)
    };
    let all = Kind::ALL.into_iter().map(|kind| kind.entry().words).filter(among);
    all.min_by_key(|known| distance(known))
        .filter(|known| distance(known).0 <= distance_max.min(one.chars().count() / 2))
}
