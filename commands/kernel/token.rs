//! From a raw chat message to the words of a command.
//!
//! Reads what people type on phones: curly quotes, dashes for `--`, odd spaces. It knows no
//! command: it only tells talk from commands, and words from quoted text, mentions and the block.

mod block;
mod words;

#[cfg(test)]
mod test;

use std::borrow::Cow;
use std::fmt;

use thiserror::Error;

/// The longest message that is read, in code points: Zulip's own limit.
pub const MESSAGE_CHARS_MAX: usize = 10_000;

/// What Zulip puts at the end of a message that it cut.
const CUT_MARK: &str = "[message truncated]";

/// Who the bot is, to know when a message begins by addressing it.
#[derive(Debug, Clone, Copy)]
pub struct BotName<'a> {
    /// Its full name on Zulip.
    pub name: &'a str,
    /// Its user id.
    pub id: u64,
}

/// What a message is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Speech {
    /// Talk among people.
    Talk,
    /// A command, whole.
    Command(Typed),
    /// Meant as a command, but it cannot be split into words.
    Broken(TokenError),
}

/// The words of a command, without the mention of the bot and the `!`. There is at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    /// The words in order; those before and after the block alike.
    pub words: Vec<Word>,
    /// The fenced block, if there is one.
    pub block: Option<Block>,
}

impl Typed {
    /// The word at `index` in lower case, for matching command words; `None` where there is no
    /// word, or it is quoted, or a mention.
    pub fn lower(&self, index: usize) -> Option<String> {
        match self.words.get(index)? {
            Word::Text { text, literal: false, .. } => Some(text.to_lowercase()),
            Word::Text { literal: true, .. } | Word::Mention { .. } | Word::Group { .. } => None,
        }
    }
}

/// One word. Its `Debug` shows no text: what is typed in a team channel is embargoed.
#[derive(Clone, PartialEq, Eq)]
pub enum Word {
    /// Plain text.
    Text {
        /// The text, without its quotes.
        text: String,
        /// The text with its code spans' backticks kept: what belongs into prose, such as a summary.
        prose: String,
        /// Whether it began with a quote or a code span: then it is no flag, whatever it looks like.
        literal: bool,
    },
    /// A user: `@**Name**`, `@**Name|id**`, `@**|id**`.
    Mention {
        /// The name as written; may be empty when there is an id.
        name: String,
        /// The user id, if written.
        id: Option<u64>,
        /// Whether it notifies nobody: `@_**Name**`.
        silent: bool,
    },
    /// A user group: `@*name*`.
    Group {
        /// The group's name.
        name: String,
        /// Whether it notifies nobody: `@_*name*`.
        silent: bool,
    },
}

impl Word {
    fn plain(text: &str) -> Self {
        Self::Text { text: text.to_owned(), prose: text.to_owned(), literal: false }
    }

    /// The word as text, a mention as it would be typed.
    pub fn text(&self) -> Cow<'_, str> {
        let quiet = |silent: &bool| if *silent { "_" } else { "" };
        match self {
            Self::Text { text, .. } => Cow::Borrowed(text),
            Self::Mention { name, id: Some(id), silent } => {
                format!("@{}**{name}|{id}**", quiet(silent)).into()
            }
            Self::Mention { name, id: None, silent } => format!("@{}**{name}**", quiet(silent)).into(),
            Self::Group { name, silent } => format!("@{}*{name}*", quiet(silent)).into(),
        }
    }
}

impl fmt::Debug for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text { literal, .. } => {
                f.debug_struct("Text").field("literal", literal).finish_non_exhaustive()
            }
            Self::Mention { id, .. } => f.debug_struct("Mention").field("id", id).finish_non_exhaustive(),
            Self::Group { .. } => f.write_str("Group"),
        }
    }
}

/// A fenced block: longer text that belongs to the command. Its `Debug` shows no text.
#[derive(Clone, PartialEq, Eq)]
pub struct Block {
    /// What stands behind the opening fence: `text`, `quote`, `spoiler Title`; may be empty.
    pub info: String,
    /// The lines between the fences, verbatim, without the last line break.
    pub text: String,
}

impl fmt::Debug for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Block")
    }
}

/// Why a command cannot be split into words, in words for the person who wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TokenError {
    /// Zulip cut the message at its limit: the end is missing.
    #[error(
        "Zulip cut this message at its limit, so its end is missing and none of it was done. Send a shorter one, or the rest by !advisory edit."
    )]
    Cut,
    /// Longer than any message Zulip takes.
    #[error("This message has {chars} characters; at most {MESSAGE_CHARS_MAX} are read. Send a shorter one.")]
    TooLong {
        /// The message's length in code points.
        chars: usize,
    },
    /// A quote that is opened and not closed.
    #[error(
        "The quote {mark} before \"{near}\" is never closed. Add the closing quote, or leave out the opening one."
    )]
    OpenQuote {
        /// The opening quote.
        mark: char,
        /// The text that follows it, shortened.
        near: String,
    },
    /// A code span that is opened and not closed.
    #[error(
        "The backtick before \"{near}\" is never closed. Add the closing backtick, or leave out the opening one."
    )]
    OpenCode {
        /// The text that follows it, shortened.
        near: String,
    },
    /// A fence that is opened and not closed.
    #[error("The block opened by {fence} is never closed. Add a line that holds only {fence} at its end.")]
    OpenFence {
        /// The opening fence.
        fence: String,
    },
    /// Text on the line of the opening fence, which would be lost.
    #[error("The text of the block begins on the line of its {fence}. Begin it on the next line.")]
    TextAtFence {
        /// The opening fence.
        fence: String,
    },
    /// More than one block.
    #[error("This message has {count} fenced blocks; a command takes one. Put all of the text in one block.")]
    ManyBlocks {
        /// How many there are.
        count: usize,
    },
}

/// What the message `content` (raw Markdown) is, and the words of it if it is a command.
///
/// A command begins with `!` and a letter, or with a mention of the bot; a mention alone is `help`.
/// Quotes group where a word begins and behind the `=` of a flag; elsewhere they are ordinary
/// characters, and so is an apostrophe without a partner. Never panics.
pub fn read(content: &str, bot: &BotName<'_>) -> Speech {
    let Some(body) = command(content, bot) else { return Speech::Talk };
    match split(content, body) {
        Ok(typed) => Speech::Command(typed),
        Err(error) => Speech::Broken(error),
    }
}

/// The first word of a command in small letters, even of one that cannot be split into words; none for
/// talk.
pub fn first_word(content: &str, bot: &BotName<'_>) -> Option<String> {
    let body = command(content, bot)?;
    Some(body.split(is_blank).find(|word| !word.is_empty()).unwrap_or("help").to_lowercase())
}

/// The name and the id of the user that `text` mentions, when it is a mention and nothing else.
pub fn mention_of(text: &str) -> Option<(String, Option<u64>)> {
    match words::mention(text)? {
        (Word::Mention { name, id, .. }, length) if length == text.len() => Some((name, id)),
        _ => None,
    }
}

/// The id of the first user that `text` mentions, silently or not, where the mention gives one.
pub fn first_mention(text: &str) -> Option<u64> {
    let at = text.match_indices('@').map(|(at, _)| &text[at..]);
    let mentions = at.filter_map(words::mention);
    mentions.map(|(word, _)| word).find_map(|word| match word {
        Word::Mention { id, .. } => id,
        Word::Text { .. } | Word::Group { .. } => None,
    })
}

fn split(content: &str, body: &str) -> Result<Typed, TokenError> {
    let chars = content.chars().count();
    if chars > MESSAGE_CHARS_MAX {
        return Err(TokenError::TooLong { chars });
    }
    if content.trim_end().ends_with(CUT_MARK) {
        return Err(TokenError::Cut);
    }
    let parts = block::cut(body)?;
    let mut words = Vec::new();
    for text in &parts.texts {
        words::split(text, &mut words)?;
    }
    if words.is_empty() {
        words.push(Word::plain("help"));
    }
    Ok(Typed { words, block: parts.block })
}

/// What follows the `!` or the mention of the bot; `None` for talk.
fn command<'a>(content: &'a str, bot: &BotName<'_>) -> Option<&'a str> {
    let start = content.trim_start_matches(is_blank);
    if let Some(body) = called(start) {
        return Some(body);
    }
    let (Word::Mention { name, id, .. }, length) = words::mention(start)? else { return None };
    let meant = match id {
        Some(id) => id == bot.id,
        None => name.to_lowercase() == bot.name.to_lowercase(),
    };
    let rest = start.get(length..).filter(|_| meant)?;
    let rest = rest.strip_prefix([',', ':']).unwrap_or(rest).trim_start_matches(is_blank);
    Some(called(rest).unwrap_or(rest))
}

/// What follows a `!` that has a letter behind it.
fn called(text: &str) -> Option<&str> {
    text.strip_prefix('!').filter(|body| body.starts_with(char::is_alphabetic))
}

/// Separates words, or is not there to be seen.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || is_invisible(c)
}

/// Zero-width characters and bidi controls, which phones and copying leave at the edges of words.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// The beginning of `text`, on one line, to show a person which place is meant.
fn near(text: &str) -> String {
    let mut chars = text.trim().chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut shown: String = chars.by_ref().take(20).collect();
    if chars.next().is_some() {
        shown.push('…');
    }
    shown
}
