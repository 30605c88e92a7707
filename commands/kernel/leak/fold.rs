//! The tight form: letters and digits only, with look-alikes made one, and where words begin.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use unicode_security::skeleton;

/// Something other than a letter or digit stood here, or the text begins or ends.
pub(super) const GAP: u8 = 1;
/// A small letter before, a capital behind.
pub(super) const CASE: u8 = 2;
/// A digit on one side only.
pub(super) const DIGIT: u8 = 4;
/// The gap held a space.
const SPACE: u8 = 8;
/// The gap held more than spaces and punctuation: markup, or something invisible.
const ODD: u8 = 16;
/// Inside what one character was folded to.
const INNER: u8 = 32;

/// A letter in Japanese, but what it and its look-alikes look like is a dash.
const LONG_VOWEL: char = 'ー';

/// A text in tight form.
#[derive(PartialEq, Eq)]
pub(super) struct Folded {
    /// The letters and digits.
    pub(super) text: String,
    /// What lies before each byte of `text`, and at its end.
    edges: Vec<u8>,
}

impl Folded {
    /// What lies before the byte at `at`; nothing known outside the text.
    pub(super) fn edge(&self, at: usize) -> u8 {
        self.edges.get(at).copied().unwrap_or(0)
    }

    /// Whether only spaces and punctuation, as between two words, lie before the byte at `at`.
    pub(super) fn is_plain_gap(&self, at: usize) -> bool {
        self.edge(at) & (SPACE | ODD) == SPACE
    }

    /// Whether every letter from `start` to `end` stands alone.
    pub(super) fn is_spaced_out(&self, start: usize, end: usize) -> bool {
        (start + 1..end).all(|at| self.edge(at) & (GAP | INNER) != 0)
    }

    /// Drops the first `length` bytes, which must be ASCII.
    pub(super) fn drop_front(&mut self, length: usize) {
        self.text.drain(..length);
        self.edges.drain(..length);
    }

    /// The same without the words in `stops`.
    pub(super) fn without(&self, stops: &BTreeSet<String>) -> Self {
        let mut kept = Self { text: String::with_capacity(self.text.len()), edges: Vec::new() };
        let mut start = 0;
        for end in 1..=self.text.len() {
            if self.edge(end) & GAP == 0 {
                continue;
            }
            let word = self.text.get(start..end).unwrap_or_default();
            if !stops.contains(word) {
                kept.text.push_str(word);
                kept.edges.extend_from_slice(self.edges.get(start..end).unwrap_or_default());
            }
            start = end;
        }
        kept.edges.push(GAP);
        kept
    }
}

/// The kind of a character as it was written, to tell where words begin.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Small,
    Capital,
    Digit,
    Other,
}

fn class(c: char) -> Class {
    if c.is_numeric() {
        Class::Digit
    } else if c.is_lowercase() {
        Class::Small
    } else if c.is_uppercase() {
        Class::Capital
    } else {
        Class::Other
    }
}

/// What becomes of one character.
pub(super) enum Part {
    /// Letters or digits, added to the text.
    Letters,
    /// A mark upon the letter before: dropped.
    Mark,
    /// Anything else: dropped, but words end at it.
    Gap(u8),
}

/// The tight form of `text`.
pub(super) fn fold(text: &str) -> Folded {
    let mut folded =
        Folded { text: String::with_capacity(text.len()), edges: Vec::with_capacity(text.len() + 1) };
    let mut pending = GAP;
    let mut last = Class::Other;
    for c in text.chars() {
        let part =
            if c.is_ascii() { fold_ascii(c, &mut folded.text) } else { fold_other(c, &mut folded.text) };
        match part {
            Part::Mark => {}
            Part::Gap(edge) => pending |= GAP | edge,
            Part::Letters => {
                let class = class(c);
                if pending == 0 && last == Class::Small && class == Class::Capital {
                    pending |= CASE;
                }
                if pending == 0 && (last == Class::Digit) != (class == Class::Digit) {
                    pending |= DIGIT;
                }
                folded.edges.push(pending);
                folded.edges.resize(folded.text.len(), INNER);
                (pending, last) = (0, class);
            }
        }
    }
    folded.edges.push(GAP);
    folded
}

/// `0` and `o`, `1` and `l` and `i` are one; `m` is `rn` and `w` is `vv`, which look the same.
pub(super) fn fold_ascii(c: char, out: &mut String) -> Part {
    match c.to_ascii_lowercase() {
        '0' => out.push('o'),
        '1' | 'i' => out.push('l'),
        'm' => out.push_str("rn"),
        'w' => out.push_str("vv"),
        lower if lower.is_ascii_alphanumeric() => out.push(lower),
        space if space.is_whitespace() => return Part::Gap(SPACE),
        '.' | ',' | ';' | ':' | '!' | '?' | '"' | '\'' => return Part::Gap(0),
        _ => return Part::Gap(ODD),
    }
    Part::Letters
}

/// Compatibility forms, marks, and the Unicode table of confusables, in both cases.
pub(super) fn fold_other(c: char, out: &mut String) -> Part {
    if c.is_whitespace() {
        return Part::Gap(SPACE);
    }
    let start = out.len();
    let mut marks_only = true;
    for plain in std::iter::once(squared_letter(c).unwrap_or(c)).nfkd() {
        if is_combining_mark(plain) {
            continue;
        }
        marks_only = false;
        if plain.is_ascii() {
            fold_ascii(plain, out);
        } else {
            fold_look(plain, out);
        }
    }
    if out.len() > start {
        Part::Letters
    } else if marks_only && !is_invisible(c) {
        Part::Mark
    } else {
        Part::Gap(ODD)
    }
}

/// Adds what `c` looks like. The look of a capital can differ from that of its small letter
/// (`Η` is an H, `η` an n), so the look is taken before and after the case is folded.
fn fold_look(c: char, out: &mut String) {
    if let Some(plain) = small_capital(c) {
        fold_ascii(plain, out);
        return;
    }
    let start = out.len();
    let mut buffer = [0; 4];
    let letter = c.is_alphanumeric();
    let mut dash = false;
    for look in skeleton(c.encode_utf8(&mut buffer)) {
        // A bar looks like an l, but it is drawn between words.
        if !letter && (look == 'l' || !look.is_ascii_alphabetic()) {
            continue;
        }
        for lower in look.to_lowercase() {
            let mut buffer = [0; 4];
            for again in skeleton(lower.encode_utf8(&mut buffer)) {
                let again = small_capital(again).unwrap_or(again);
                if again.is_ascii() {
                    fold_ascii(again, out);
                } else if again == LONG_VOWEL {
                    dash = true;
                } else if again.is_alphanumeric() && !is_combining_mark(again) {
                    out.push(again);
                }
            }
        }
    }
    // Some letters look like nothing but a sign: they stay what they are.
    if letter && !dash && out.len() == start && !is_invisible(c) {
        out.extend(c.to_lowercase().filter(|lower| lower.is_alphanumeric()));
    }
}

/// Whether Unicode draws nothing for it: then its skeleton is empty.
fn is_invisible(c: char) -> bool {
    let mut buffer = [0; 4];
    skeleton(c.encode_utf8(&mut buffer)).next().is_none()
}

/// Letters in circles and squares, and flags' letters, that have no compatibility form.
fn squared_letter(c: char) -> Option<char> {
    let first = match c {
        '\u{1f150}'..='\u{1f169}' => 0x1_f150,
        '\u{1f170}'..='\u{1f189}' => 0x1_f170,
        '\u{1f1e6}'..='\u{1f1ff}' => 0x1_f1e6,
        _ => return None,
    };
    char::from_u32(u32::from(c) - first + u32::from('a'))
}

/// The Latin letter for small capitals, and for small letters that Unicode's table finds unlike
/// enough but a hurried reader does not.
fn small_capital(c: char) -> Option<char> {
    const SMALL: &str = "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡ\u{fffc}ʏᴢ";
    let plain = match c {
        'ß' | 'ƅ' => 'b',
        'ꞓ' | 'ε' => 'e',
        'ĸ' => 'k',
        'ʍ' => 'm',
        'π' | 'п' | 'ᴎ' => 'n',
        'μ' => 'u',
        'ω' => 'w',
        'χ' => 'x',
        'ɜ' | 'ȝ' => '3',
        c => {
            let index = SMALL.chars().position(|small| small == c)?;
            return "abcdefghijklmnopqrstuvwxyz".chars().nth(index);
        }
    };
    Some(plain)
}
