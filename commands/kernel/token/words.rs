//! Words, quotes, code spans and mentions on the lines outside the block.

use super::{TokenError, Word, is_blank, is_invisible, near};

/// Adds the words of `text` to `words`.
pub(super) fn split(text: &str, words: &mut Vec<Word>) -> Result<(), TokenError> {
    let mut reader = Reader { rest: text, singles_close: true };
    loop {
        reader.rest = reader.rest.trim_start_matches(is_blank);
        if reader.rest.is_empty() {
            return Ok(());
        }
        if let Some((word, length)) = mention(reader.rest) {
            words.push(word);
            reader.advance(length);
            reader.rest = reader.rest.trim_start_matches([',', ';']);
            continue;
        }
        if let Some(length) = time_mark(reader.rest) {
            words.push(Word::plain(reader.advance(length)));
            continue;
        }
        words.push(reader.word()?);
    }
}

/// The mention of a user or a group that `text` begins with, and its length in bytes.
pub(super) fn mention(text: &str) -> Option<(Word, usize)> {
    let after = text.strip_prefix('@')?;
    let (silent, after) = after.strip_prefix('_').map_or((false, after), |after| (true, after));
    let (user, after) = match after.strip_prefix("**") {
        Some(after) => (true, after),
        None => (false, after.strip_prefix('*')?),
    };
    let close = if user { "**" } else { "*" };
    let inner = &after[..after.find(['*', '\n'])?];
    let rest = after[inner.len()..].strip_prefix(close).filter(|_| !inner.trim().is_empty())?;
    let word = if user {
        let (name, id) = match inner.rsplit_once('|') {
            Some((name, id)) => id.parse().map_or((inner, None), |id| (name, Some(id))),
            None => (inner, None),
        };
        Word::Mention { name: name.to_owned(), id, silent }
    } else {
        Word::Group { name: inner.to_owned(), silent }
    };
    Some((word, text.len() - rest.len()))
}

/// The length of a `<time:…>` at the start of `text`.
fn time_mark(text: &str) -> Option<usize> {
    let inner = text.strip_prefix("<time:")?;
    let end = inner.find(['>', '\n']).filter(|end| inner[*end..].starts_with('>'))?;
    Some("<time:".len() + end + 1)
}

struct Reader<'a> {
    rest: &'a str,
    /// Whether a single quote may still find its partner; asked of the rest of the text only once.
    singles_close: bool,
}

impl<'a> Reader<'a> {
    /// Steps over `length` bytes and returns them.
    fn advance(&mut self, length: usize) -> &'a str {
        let (passed, rest) = self.rest.split_at(length);
        self.rest = rest;
        passed
    }

    /// Reads one word that is neither a mention nor a `<time:…>`; there is a visible character.
    fn word(&mut self) -> Result<Word, TokenError> {
        let (mut text, mut prose) = (String::new(), String::new());
        let mut literal = false;
        // What stands before this length came from quotes and keeps its edges.
        let mut kept = 0;
        let dashes = flag_dashes(self.rest);
        if dashes > 0 {
            self.advance(dashes);
            text.push_str("--");
            prose.push_str("--");
        }
        let mut first = dashes == 0;
        while let Some(c) = self.rest.chars().next().filter(|c| !c.is_whitespace()) {
            let at_value = text.starts_with('-') && text.ends_with('=');
            let before = self.rest;
            let group = match c {
                '`' => Some(self.code()?),
                c if first || at_value => self.quote(c)?,
                _ => None,
            };
            match group {
                Some(inner) => {
                    literal |= first;
                    text.push_str(inner);
                    prose.push_str(if c == '`' { &before[..before.len() - self.rest.len()] } else { inner });
                    kept = text.len();
                }
                None => {
                    let plain = self.advance(c.len_utf8());
                    text.push_str(plain);
                    prose.push_str(plain);
                }
            }
            first = false;
        }
        let edge = text.trim_end_matches(is_invisible).len().max(kept);
        prose.truncate(prose.len() - (text.len() - edge));
        text.truncate(edge);
        Ok(Word::Text { text, prose, literal })
    }

    /// The inside of the code span that the rest begins with.
    fn code(&mut self) -> Result<&'a str, TokenError> {
        let ticks = self.rest.len() - self.rest.trim_start_matches('`').len();
        self.advance(ticks);
        let mut from = 0;
        while let Some(start) = self.rest[from..].find('`').map(|start| from + start) {
            let tail = self.rest[start..].trim_start_matches('`');
            let end = self.rest.len() - tail.len();
            if end - start == ticks {
                let inner = &self.rest[..start];
                self.rest = tail;
                let padded = inner.strip_prefix(' ').and_then(|inner| inner.strip_suffix(' '));
                return Ok(padded.filter(|inner| !inner.trim().is_empty()).unwrap_or(inner));
            }
            from = end;
        }
        Err(TokenError::OpenCode { near: near(self.rest) })
    }

    /// The inside of the quotation that the rest begins with; `None` where `mark` opens none.
    fn quote(&mut self, mark: char) -> Result<Option<&'a str>, TokenError> {
        let after = &self.rest[mark.len_utf8()..];
        let close = match mark {
            '"' => after.find('"').or_else(|| after.find(is_double)),
            '“' | '”' => after.find('”').or_else(|| after.find(is_double)),
            '„' | '‟' | '＂' => after.find(is_double),
            '«' => after.find('»'),
            '»' => after.find(['«', '»']),
            '\'' | '‘' | '’' | '‚' => return Ok(self.single(after)),
            _ => return Ok(None),
        };
        let close = close.ok_or_else(|| TokenError::OpenQuote { mark, near: near(after) })?;
        Ok(Some(self.take_quoted(after, close)))
    }

    /// The inside of a single quotation. Without a partner at the end of a word it is an apostrophe.
    fn single(&mut self, after: &'a str) -> Option<&'a str> {
        if !self.singles_close {
            return None;
        }
        let mut at_word_end = after.char_indices().filter(|(at, c)| {
            is_single(*c) && !after[at + c.len_utf8()..].starts_with(char::is_alphanumeric)
        });
        let close = at_word_end.next().map(|(at, _)| at);
        self.singles_close = close.is_some();
        close.map(|close| self.take_quoted(after, close))
    }

    /// Steps behind the closing quote at `close` in `after`, and returns what stands before it.
    fn take_quoted(&mut self, after: &'a str, close: usize) -> &'a str {
        let (inner, tail) = after.split_at(close);
        self.rest = tail.chars().next().map_or(tail, |mark| &tail[mark.len_utf8()..]);
        inner
    }
}

fn is_double(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '‟' | '＂')
}

fn is_single(c: char) -> bool {
    matches!(c, '\'' | '‘' | '’')
}

/// The length in bytes of dashes that stand for `--` before a flag's name: two of any kind, or one
/// long one, which is what phones make of two. A dash between words stays a dash.
fn flag_dashes(text: &str) -> usize {
    let name = text.trim_start_matches(['-', '\u{2010}', '\u{2011}', '–', '—', '−']);
    let dashes = &text[..text.len() - name.len()];
    let long = dashes.contains(['–', '—']) || dashes.chars().count() >= 2;
    if long && name.starts_with(char::is_alphabetic) { dashes.len() } else { 0 }
}
