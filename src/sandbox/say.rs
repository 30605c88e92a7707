//! What can be typed into the chat.

use commands::kernel::when;
use jiff::SignedDuration;

use super::{
    on_github::{self, OnGitHub},
    script::{Cast, unescape},
    zulip::Role,
};

/// One line typed into the chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Typed {
    /// Nothing.
    Nothing,
    /// Said where one is.
    Say(String),
    /// `/me NAME`: speak as somebody else.
    Me(String),
    /// `/go #channel > topic`: go there. Without a topic: the one of the same name as before.
    Go {
        /// The channel, where another is meant.
        channel: Option<String>,
        /// The topic, where another is meant.
        topic: Option<String>,
    },
    /// `/dm`: talk to the bot alone.
    Direct,
    /// `/react EMOJI`: react to the newest message in sight.
    React(String),
    /// `/edit TEXT`: change one's own last message.
    Edit(String),
    /// `/github DEED` and `/github as LOGIN DEED`: act on GitHub, as oneself or as somebody else.
    OnGitHub {
        /// The login, where somebody else is meant.
        who: Option<String>,
        /// What to do.
        deed: OnGitHub,
    },
    /// `/advance LENGTH`: let time pass.
    Advance(SignedDuration),
    /// `/people`
    People,
    /// `/help`
    Help,
    /// `/quit`
    Quit,
}

/// What there is to type, for `/help`.
pub const HELP: &str = "\
/me NAME             speak as somebody else (/people shows who there is)
/go #CHANNEL > TOPIC go to a topic; /go > TOPIC stays in the channel
/dm                  talk to the bot alone
/react EMOJI         react to the newest message you see: /react thumbs_up
/edit TEXT           change your own last message
/github DEED         act on GitHub; as somebody else: /github as sofia-k DEED. A DEED is
                     report REPOSITORY SUMMARY\\nDESCRIPTION, edit {ghsa} FIELD VALUE,
                     accept {ghsa}, close {ghsa}, publish {ghsa} or invite {ghsa} LOGIN
/advance 72h         let time pass
/quit                leave; Ctrl-D does too
Anything else is said where you are; \\n is a new line. To the bot, !help.";

/// Reads a line.
///
/// # Errors
/// What is wrong with it and what to type instead.
pub fn read(line: &str, cast: &Cast) -> Result<Typed, String> {
    let line = line.trim();
    if line.is_empty() {
        return Ok(Typed::Nothing);
    }
    let Some(command) = line.strip_prefix('/') else { return Ok(Typed::Say(unescape(line))) };
    let (word, rest) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
    let rest = rest.trim();
    match word.to_lowercase().as_str() {
        "me" => known(rest.trim_start_matches('@'), &cast.people, "/me").map(Typed::Me),
        "go" => go(rest, cast),
        "dm" => Ok(Typed::Direct),
        "react" if !rest.is_empty() && !rest.contains(' ') => {
            Ok(Typed::React(rest.trim_matches(':').to_owned()))
        }
        "react" => Err("Type the emoji's name: /react thumbs_up".to_owned()),
        "edit" if !rest.is_empty() => Ok(Typed::Edit(unescape(rest))),
        "edit" => Err("Type the new text: /edit !help".to_owned()),
        "advance" => match when::duration(rest) {
            Ok(step) if step.is_positive() => Ok(Typed::Advance(step)),
            _ => Err("Type a length of time: /advance 72h, or /advance 15 minutes".to_owned()),
        },
        "github" => on_github(rest, cast),
        "people" => Ok(Typed::People),
        "help" => Ok(Typed::Help),
        "quit" | "exit" => Ok(Typed::Quit),
        _ => Err(format!("There is no /{word}. /help shows what there is")),
    }
}

fn on_github(rest: &str, cast: &Cast) -> Result<Typed, String> {
    let (who, deed) = match rest.strip_prefix("as ") {
        Some(rest) => {
            let (who, deed) = rest.trim().split_once(char::is_whitespace).unwrap_or((rest.trim(), ""));
            (Some(known(who.trim_start_matches('@'), &cast.logins, "/github as")?), deed)
        }
        None => (None, rest),
    };
    let lead = who.as_ref().map_or_else(|| "/github".to_owned(), |who| format!("/github as {who}"));
    let deed = on_github::parse(deed, &lead, &cast.repositories);
    deed.map(|deed| Typed::OnGitHub { who, deed }).map_err(|(problem, mend)| format!("{problem}. {mend}"))
}

fn go(place: &str, cast: &Cast) -> Result<Typed, String> {
    let (channel, topic) =
        place.split_once('>').map_or((place, ""), |(channel, topic)| (channel, topic.trim()));
    let channel = channel.trim().trim_start_matches('#').trim();
    let topic = (!topic.is_empty()).then(|| topic.to_owned());
    if channel.is_empty() && topic.is_none() {
        return Err("Type where to: /go #wamr-security > reports".to_owned());
    }
    let channel = if channel.is_empty() { None } else { Some(known(channel, &cast.channels, "/go")?) };
    Ok(Typed::Go { channel, topic })
}

fn known(said: &str, names: &[String], command: &str) -> Result<String, String> {
    let found = names.iter().find(|name| name.eq_ignore_ascii_case(said));
    found.cloned().ok_or_else(|| format!("{command} takes one of {}", names.join(", ")))
}

/// A role in a word or two.
#[must_use]
pub fn role(role: Role) -> &'static str {
    match role {
        Role::Owner => "owner",
        Role::Administrator => "administrator",
        Role::Moderator => "moderator",
        Role::Member => "member",
        Role::Guest => "guest",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_read() {
        let names = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<String>>();
        let cast = Cast {
            people: names(&["maya", "deploy-bot"]),
            channels: names(&["general", "wamr-security"]),
            logins: names(&["maya", "sofia-k"]),
            repositories: names(&["bytecodealliance/wasmtime"]),
        };
        let accept = |who: Option<&str>| {
            let deed = OnGitHub::Accept("{ghsa}".into());
            Ok(Typed::OnGitHub { who: who.map(Into::into), deed })
        };
        let go = |channel: Option<&str>, topic: Option<&str>| {
            Ok(Typed::Go { channel: channel.map(Into::into), topic: topic.map(Into::into) })
        };
        let error = |text: &str| Err(text.to_owned());
        let cases = [
            ("", Ok(Typed::Nothing)),
            (" !help ", Ok(Typed::Say("!help".into()))),
            (r"a\nb", Ok(Typed::Say("a\nb".into()))),
            ("/me Maya", Ok(Typed::Me("maya".into()))),
            ("/me carol", error("/me takes one of maya, deploy-bot")),
            ("/go #general > a topic", go(Some("general"), Some("a topic"))),
            ("/go WAMR-security", go(Some("wamr-security"), None)),
            ("/go > x", go(None, Some("x"))),
            ("/go", error("Type where to: /go #wamr-security > reports")),
            ("/go #nowhere > x", error("/go takes one of general, wamr-security")),
            ("/dm", Ok(Typed::Direct)),
            ("/react :+1:", Ok(Typed::React("+1".into()))),
            ("/react", error("Type the emoji's name: /react thumbs_up")),
            ("/edit new", Ok(Typed::Edit("new".into()))),
            ("/edit", error("Type the new text: /edit !help")),
            ("/advance 72h", Ok(Typed::Advance(SignedDuration::from_hours(72)))),
            ("/advance", error("Type a length of time: /advance 72h, or /advance 15 minutes")),
            ("/github accept {ghsa}", accept(None)),
            ("/github as sofia-k accept {ghsa}", accept(Some("sofia-k"))),
            ("/github as carol accept {ghsa}", error("/github as takes one of maya, sofia-k")),
            (
                "/github accept",
                error(
                    "accept needs an advisory. Write: /github accept {ghsa} for the newest, or its identifier, such \
                     as GHSA-2222-3333-4444",
                ),
            ),
            ("/people", Ok(Typed::People)),
            ("/HELP", Ok(Typed::Help)),
            ("/quit", Ok(Typed::Quit)),
            ("/dance", error("There is no /dance. /help shows what there is")),
        ];
        for (line, wanted) in cases {
            assert_eq!(read(line, &cast), wanted, "{line}");
        }
    }
}
