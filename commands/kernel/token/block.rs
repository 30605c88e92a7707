//! The fenced block of a message, told from the lines around it.

use super::{Block, TokenError};

/// The shortest fence, in characters.
const FENCE_LEN_MIN: usize = 3;

/// A message body taken apart.
pub(super) struct Parts<'a> {
    /// The text before and after the block.
    pub(super) texts: Vec<&'a str>,
    /// The block itself.
    pub(super) block: Option<Block>,
}

/// Finds the block in `body`.
///
/// As in Zulip, a fence is closed by the very same fence alone on a line, and a quote or spoiler
/// block may hold others. A fence at the end of a line of words opens a block too.
pub(super) fn cut(body: &str) -> Result<Parts<'_>, TokenError> {
    let mut texts = Vec::new();
    let mut blocks: Vec<Block> = Vec::new();
    let mut text_start = 0;
    let mut open: Option<Open<'_>> = None;
    let mut at = 0;
    for line in body.split_inclusive('\n') {
        let next = at + line.len();
        match open.as_mut() {
            Some(block) => {
                if block.closes(line) {
                    let text = body.get(block.text_start..at).unwrap_or_default();
                    let text = text.strip_suffix('\n').unwrap_or(text);
                    let text = text.strip_suffix('\r').unwrap_or(text);
                    blocks.push(Block { info: block.info.to_owned(), text: text.to_owned() });
                    (open, text_start) = (None, next);
                }
            }
            None => {
                if let Some((words, fence, info)) = opening(line) {
                    texts.push(body.get(text_start..at + words).unwrap_or_default());
                    if info.contains(char::is_whitespace) && !nests(info) {
                        return Err(TokenError::TextAtFence { fence: fence.to_owned() });
                    }
                    open = Some(Open { stack: vec![(fence, nests(info))], info, text_start: next });
                }
            }
        }
        at = next;
    }
    if let Some((fence, _)) = open.and_then(|open| open.stack.into_iter().next()) {
        return Err(TokenError::OpenFence { fence: fence.to_owned() });
    }
    if blocks.len() > 1 {
        return Err(TokenError::ManyBlocks { count: blocks.len() });
    }
    texts.push(body.get(text_start..).unwrap_or_default());
    Ok(Parts { texts, block: blocks.pop() })
}

/// A block whose closing fence has not come yet.
struct Open<'a> {
    /// The fences open now, outermost first, each with whether it may hold others.
    stack: Vec<(&'a str, bool)>,
    info: &'a str,
    text_start: usize,
}

impl<'a> Open<'a> {
    /// Takes one more line; true when it closes the outermost fence.
    fn closes(&mut self, line: &'a str) -> bool {
        let Some((fence, holds)) = self.stack.last() else { return true };
        if line.trim() == *fence {
            self.stack.pop();
            return self.stack.is_empty();
        }
        if *holds && let Some((0, fence, info)) = opening(line) {
            self.stack.push((fence, nests(info)));
        }
        false
    }
}

/// Whether a block of this kind may hold other blocks.
fn nests(info: &str) -> bool {
    matches!(info.split_whitespace().next(), Some("quote" | "spoiler"))
}

/// The length of the words before an opening fence on this line, the fence, and what follows it.
fn opening(line: &str) -> Option<(usize, &str, &str)> {
    let trimmed = line.trim_start();
    let indent = line.len() - trimmed.len();
    if let Some((fence, info)) = fence(trimmed) {
        return Some((0, fence, info)).filter(|_| indent <= 3);
    }
    let ticks = line.find("```")?;
    let (words, rest) = line.split_at(ticks);
    let (fence, info) = fence(rest)?;
    let apart = words.ends_with(char::is_whitespace) && !words.contains('`');
    let bare = !info.contains(char::is_whitespace);
    (apart && bare && line.ends_with('\n')).then_some((ticks, fence, info))
}

/// The fence at the start of `text`, and the rest of its line.
fn fence(text: &str) -> Option<(&str, &str)> {
    let mark = text.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = text.len() - text.trim_start_matches(mark).len();
    let (fence, info) = text.split_at(length);
    let real = length >= FENCE_LEN_MIN && !(mark == '`' && info.contains('`'));
    real.then_some((fence, info.trim()))
}
