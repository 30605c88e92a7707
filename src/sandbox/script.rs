//! Transcripts: what people say, line by line, and what must come of it.
//!
//! One line a message. `PERSON: #CHANNEL > TOPIC: TEXT` and `PERSON: dm: TEXT` (to the bot) say
//! something, with `\n` for a new line; `PERSON: react EMOJI` reacts to the newest message;
//! `PERSON: github: DEED` acts on GitHub, with the deeds of [`super::on_github`], and the person may be
//! one who is only there;
//! `advance 72h` moves the clock; `expect TEXT` fails the transcript unless that was said since
//! the last `expect` (several in a row look at the same); `#` begins a comment, which is shown.
//!
//! What is drawn by lot can be written by name: `{topic}` is the topic the bot opened last,
//! `{codename}` its codename, `{ghsa}` the newest advisory's identifier.

use commands::kernel::when;
use jiff::SignedDuration;
use thiserror::Error;

use super::on_github::{self, OnGitHub};

/// A line of a transcript.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its number, from 1.
    pub line: usize,
    /// What it does.
    pub deed: Deed,
}

/// What a line does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// Somebody says something.
    Say {
        /// Who, by their short name.
        who: String,
        /// Where.
        to: To,
        /// What.
        text: String,
    },
    /// Somebody reacts to the newest message.
    React {
        /// Who, by their short name.
        who: String,
        /// The emoji's name.
        emoji: String,
    },
    /// Somebody acts on GitHub.
    OnGitHub {
        /// Who, by their login.
        who: String,
        /// What they do.
        deed: OnGitHub,
    },
    /// Time passes.
    Advance(SignedDuration),
    /// This must have been said.
    Expect(String),
    /// A comment.
    Note(String),
}

/// Where something is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum To {
    /// In a channel's topic.
    Topic {
        /// The channel's name.
        channel: String,
        /// The topic.
        topic: String,
    },
    /// To the bot alone.
    Bot,
}

/// A line that cannot be read, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: {problem}. {mend}")]
pub struct BadLine {
    /// Its number, from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: String,
    /// What to write instead.
    pub mend: String,
}

/// The names a transcript may use.
#[derive(Debug, Clone)]
pub struct Cast {
    /// People and bots, by short name.
    pub people: Vec<String>,
    /// Channels, without `#`.
    pub channels: Vec<String>,
    /// Users of GitHub, by login.
    pub logins: Vec<String>,
    /// Repositories on GitHub, as `owner/name`.
    pub repositories: Vec<String>,
}

/// Reads a transcript.
///
/// # Errors
/// For the first line that cannot be read.
pub fn parse(text: &str, cast: &Cast) -> Result<Vec<Step>, BadLine> {
    let text = text.trim_start_matches('\u{feff}');
    let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line.trim()));
    let read = lines.filter(|(_, line)| !line.is_empty()).map(|(number, line)| {
        let bad = |(problem, mend)| BadLine { line: number, problem, mend };
        Ok(Step { line: number, deed: deed(line, cast).map_err(bad)? })
    });
    read.collect()
}

type Bad = (String, String);

fn bad<T>(problem: impl Into<String>, mend: impl Into<String>) -> Result<T, Bad> {
    Err((problem.into(), mend.into()))
}

fn deed(line: &str, cast: &Cast) -> Result<Deed, Bad> {
    if let Some(note) = line.strip_prefix('#') {
        return Ok(Deed::Note(note.trim().to_owned()));
    }
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    match word {
        "advance" => advance(rest.trim()),
        "expect" if rest.trim().is_empty() => bad("expect needs a text", "Write: expect Incident opened"),
        "expect" => Ok(Deed::Expect(rest.trim().to_owned())),
        _ => act(line, cast),
    }
}

fn advance(length: &str) -> Result<Deed, Bad> {
    match when::duration(length) {
        Ok(step) if step.is_positive() => Ok(Deed::Advance(step)),
        _ => bad(
            format!("\"{length}\" is no length of time to go forward"),
            "Write: advance 72h, or advance 1d12h, or advance 15 minutes",
        ),
    }
}

fn act(line: &str, cast: &Cast) -> Result<Deed, Bad> {
    let Some((who, rest)) = line.split_once(':') else {
        return bad(
            format!("\"{line}\" is no message, advance, expect or comment"),
            "Write: maya: #wamr-security > topic: !help",
        );
    };
    let rest = rest.trim();
    if let Some(deed) = rest.strip_prefix("github:") {
        return on_github(who, deed, cast);
    }
    let who = on_zulip(who, cast)?;
    if let Some(emoji) = word(rest, "react") {
        let emoji = emoji.trim().trim_matches(':');
        if emoji.is_empty() || emoji.contains(char::is_whitespace) {
            return bad("react needs one emoji, by name", format!("Write: {who}: react thumbs_up"));
        }
        return Ok(Deed::React { who, emoji: emoji.to_owned() });
    }
    if let Some(text) = rest.strip_prefix("dm:") {
        return say(who, To::Bot, text);
    }
    let Some(place) = rest.strip_prefix('#') else {
        return bad(
            format!("it does not say where {who} says this"),
            format!("Write: {who}: #wamr-security > topic: TEXT, or {who}: dm: TEXT"),
        );
    };
    let parts = place.split_once('>').and_then(|(channel, rest)| Some((channel, topic_and_text(rest)?)));
    let Some((channel, (topic, text))) = parts else {
        return bad(
            "a message in a channel needs a topic and a text",
            format!(
                "Write: {who}: #{} > topic: TEXT",
                place.split(['>', ':']).next().unwrap_or(place).trim()
            ),
        );
    };
    let channel = known(channel, &cast.channels, "channel")?;
    let topic = topic.trim().to_owned();
    if topic.is_empty() {
        return bad("the topic has no name", format!("Write: {who}: #{channel} > topic: TEXT"));
    }
    say(who, To::Topic { channel, topic }, text)
}

/// Somebody who can say something.
fn on_zulip(who: &str, cast: &Cast) -> Result<String, Bad> {
    let only_there = cast.logins.iter().any(|login| login.eq_ignore_ascii_case(who.trim()));
    match known(who, &cast.people, "person") {
        Err((_, mend)) if only_there => bad(format!("{} is on GitHub only", who.trim()), mend),
        known => known,
    }
}

fn on_github(who: &str, deed: &str, cast: &Cast) -> Result<Deed, Bad> {
    let only_there = cast.people.iter().any(|person| person.eq_ignore_ascii_case(who.trim()));
    let who = match known(who, &cast.logins, "person") {
        Err((_, mend)) if only_there => {
            return bad(format!("{} has no account on GitHub", who.trim()), mend);
        }
        known => known?,
    };
    let deed = on_github::parse(deed, &format!("{who}: github:"), &cast.repositories)?;
    Ok(Deed::OnGitHub { who, deed })
}

/// A topic may hold a colon, but none before a space.
fn topic_and_text(rest: &str) -> Option<(&str, &str)> {
    rest.split_once(": ").or_else(|| rest.split_once(':'))
}

fn word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    text.strip_prefix(word).filter(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
}

fn say(who: String, to: To, text: &str) -> Result<Deed, Bad> {
    let text = unescape(text.trim());
    if text.trim().is_empty() {
        return bad("nothing is said", "Write the message after the last colon, with \\n for a new line");
    }
    Ok(Deed::Say { who, to, text })
}

/// `\n` is a new line, `\\` a backslash; any other backslash stands for itself.
pub(super) fn unescape(text: &str) -> String {
    let mut unescaped = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some('n')) => {
                chars.next();
                unescaped.push('\n');
            }
            ('\\', Some('\\')) => {
                chars.next();
                unescaped.push('\\');
            }
            _ => unescaped.push(c),
        }
    }
    unescaped
}

fn known(said: &str, names: &[String], kind: &str) -> Result<String, Bad> {
    let said = said.trim();
    match names.iter().find(|name| name.eq_ignore_ascii_case(said)) {
        Some(name) => Ok(name.clone()),
        None => bad(format!("there is no {kind} \"{said}\""), format!("There is {}", names.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cast() -> Cast {
        let names = |names: &[&str]| names.iter().map(ToString::to_string).collect();
        Cast {
            people: names(&["maya", "ines", "deploy-bot"]),
            channels: names(&["general", "wamr-security"]),
            logins: names(&["maya", "sofia-k"]),
            repositories: names(&["bytecodealliance/wasmtime"]),
        }
    }

    fn one(line: &str) -> Result<Deed, String> {
        match parse(line, &cast()) {
            Ok(steps) => Ok(steps.into_iter().next().unwrap().deed),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn each_kind_of_line_is_read() {
        let say = |who: &str, to, text: &str| Ok(Deed::Say { who: who.into(), to, text: text.into() });
        let topic = |channel: &str, topic: &str| To::Topic { channel: channel.into(), topic: topic.into() };
        let cases = [
            ("maya: #wamr-security > topic: !help", say("maya", topic("wamr-security", "topic"), "!help")),
            ("Maya: #General>a topic: b: c", say("maya", topic("general", "a topic"), "b: c")),
            ("maya: #general > 12:30: x", say("maya", topic("general", "12:30"), "x")),
            ("maya: #general > t: a\\nb \\\\n \\x", say("maya", topic("general", "t"), "a\nb \\n \\x")),
            ("ines: dm: !advisory list", say("ines", To::Bot, "!advisory list")),
            ("ines: dm:!help", say("ines", To::Bot, "!help")),
            ("ines: react thumbs_up", Ok(Deed::React { who: "ines".into(), emoji: "thumbs_up".into() })),
            ("ines: react :+1:", Ok(Deed::React { who: "ines".into(), emoji: "+1".into() })),
            (
                "Sofia-K: github: accept {ghsa}",
                Ok(Deed::OnGitHub { who: "sofia-k".into(), deed: OnGitHub::Accept("{ghsa}".into()) }),
            ),
            ("advance 72h", Ok(Deed::Advance(SignedDuration::from_hours(72)))),
            ("advance 1d12h", Ok(Deed::Advance(SignedDuration::from_hours(36)))),
            ("expect Not done", Ok(Deed::Expect("Not done".into()))),
            ("# a comment", Ok(Deed::Note("a comment".into()))),
            ("  # indented ", Ok(Deed::Note("indented".into()))),
        ];
        for (line, wanted) in cases {
            assert_eq!(one(line), wanted, "{line}");
        }
        assert_eq!(parse("\n  \n", &cast()), Ok(Vec::new()));
        assert_eq!(parse("\n\nadvance 1h\r\n", &cast()).unwrap()[0].line, 3);
    }

    #[test]
    fn a_bad_line_is_named_with_its_mend() {
        let cases = [
            "hello",
            "carol: dm: !help",
            "maya: #nowhere > t: x",
            "maya: !help",
            "maya: #general: !help",
            "maya: #general > t:",
            "maya: #general > : x",
            "maya: dm:",
            "maya: react",
            "maya: react two words",
            "sofia-k: dm: !help",
            "ines: github: accept {ghsa}",
            "carol: github: accept {ghsa}",
            "maya: github: tag",
            "advance",
            "advance yesterday",
            "advance 0",
            "expect",
        ];
        let said: Vec<String> = cases.iter().map(|line| one(line).unwrap_err()).collect();
        insta::assert_snapshot!(said.join("\n"), @r#"
        line 1: "hello" is no message, advance, expect or comment. Write: maya: #wamr-security > topic: !help
        line 1: there is no person "carol". There is maya, ines, deploy-bot
        line 1: there is no channel "nowhere". There is general, wamr-security
        line 1: it does not say where maya says this. Write: maya: #wamr-security > topic: TEXT, or maya: dm: TEXT
        line 1: a message in a channel needs a topic and a text. Write: maya: #general > topic: TEXT
        line 1: nothing is said. Write the message after the last colon, with \n for a new line
        line 1: the topic has no name. Write: maya: #general > topic: TEXT
        line 1: nothing is said. Write the message after the last colon, with \n for a new line
        line 1: react needs one emoji, by name. Write: maya: react thumbs_up
        line 1: react needs one emoji, by name. Write: maya: react thumbs_up
        line 1: sofia-k is on GitHub only. There is maya, ines, deploy-bot
        line 1: ines has no account on GitHub. There is maya, sofia-k
        line 1: there is no person "carol". There is maya, sofia-k
        line 1: "tag" is nothing one does on GitHub here. There is report, edit, accept, close, publish, invite, pull, push, approve, leak, commit, issue, propose, comment, release, review, merge, shut, conflict, red, green, protect, stick and disable. Write: maya: github: report bytecodealliance/wasmtime SUMMARY\nDESCRIPTION
        line 1: "" is no length of time to go forward. Write: advance 72h, or advance 1d12h, or advance 15 minutes
        line 1: "yesterday" is no length of time to go forward. Write: advance 72h, or advance 1d12h, or advance 15 minutes
        line 1: "0" is no length of time to go forward. Write: advance 72h, or advance 1d12h, or advance 15 minutes
        line 1: expect needs a text. Write: expect Incident opened
        "#);
    }
}
