//! `!help`: the commands and how to write them.

use crate::kernel::{
    ask::Ask,
    command::{Entry, Kind},
    decision::Decision,
    embargoed::Embargoed,
    grammar,
    refusal::Refusal,
    reply::chat,
};

/// `!help [COMMAND]`
pub(crate) fn help(ask: &Ask<'_>, of: &[String]) -> Result<Decision, Refusal> {
    let asked = of.join(" ").to_lowercase();
    let asked = asked.trim_start_matches('!');
    if asked.is_empty() {
        return Ok(Decision::nothing().answer(&ask.command, chat::help()));
    }
    let family = asked.split(' ').next().unwrap_or(asked);
    let exact: Vec<Entry> = entries(|words| words == asked);
    let found =
        if exact.is_empty() { entries(|words| words.split(' ').next() == Some(asked)) } else { exact };
    if found.is_empty() {
        let typed: Vec<String> = asked.split(' ').map(str::to_owned).collect();
        let nearest = grammar::nearest(&typed, |_| true, grammar::DISTANCE_MAX);
        return Err(Refusal::UnknownCommand { said: Embargoed::new(family.to_owned()), nearest });
    }
    Ok(Decision::nothing().answer(&ask.command, chat::help_of(&found)))
}

fn entries(is_meant: impl Fn(&str) -> bool) -> Vec<Entry> {
    Kind::ALL.into_iter().map(Kind::entry).filter(|entry| is_meant(entry.words)).collect()
}
