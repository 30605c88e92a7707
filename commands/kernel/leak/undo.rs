//! Undoes what hides characters in others: entities, percent signs, escapes, tags, defanging.

use std::borrow::Cow;

/// How many times codes within codes (`&amp;#45;`) are undone.
const PASSES_MAX: usize = 3;

/// The longest tag, in bytes, that is taken for markup and not for text.
const TAG_BYTES_MAX: usize = 200;

/// The longest link target in bytes.
const TARGET_BYTES_MAX: usize = 500;

/// What stands where markup was: not to be seen, but no letter.
const NOTHING: char = '\u{200b}';

/// The characters at which something that is undone begins.
pub(super) const STARTS: [char; 8] = ['&', '%', '\\', '<', '[', '(', '{', ']'];

/// Turns the writing round.
pub(super) const BACKWARDS: char = '\u{202e}';

/// Words that stand for punctuation when in brackets: `amber(dash)heron`.
const DEFANGED: &[&str] = &["dot", "dash", "hyphen", "minus", "underscore", "space", "at", "slash", "colon"];

/// Entities by name. Those for other punctuation need no undoing: they only must vanish.
const ENTITIES: &[(&str, &str)] = &[("amp", "&"), ("percnt", "%"), ("bsol", "\\"), ("lt", "<"), ("gt", ">")];

/// Entities that are a gap.
const GAPS: &[&str] = &[
    "hyphen",
    "dash",
    "ndash",
    "mdash",
    "horbar",
    "minus",
    "shy",
    "nbsp",
    "ensp",
    "emsp",
    "thinsp",
    "hairsp",
    "zwj",
    "zwnj",
    "lrm",
    "rlm",
    "ZeroWidthSpace",
    "NoBreak",
    "lowbar",
    "period",
    "comma",
    "colon",
    "semi",
    "sol",
    "quot",
    "apos",
    "ast",
    "grave",
    "num",
    "excl",
    "quest",
    "lpar",
    "rpar",
    "lsqb",
    "rsqb",
    "lbrack",
    "rbrack",
    "lcub",
    "rcub",
    "vert",
    "plus",
    "equals",
    "commat",
    "Tab",
    "NewLine",
    "bull",
    "middot",
    "hellip",
    "tilde",
];

/// Endings of entities that are a letter with something: `&aacute;`, `&Hscr;`.
const LETTER_ENDINGS: &[&str] = &[
    "acute", "grave", "circ", "uml", "tilde", "ring", "cedil", "caron", "breve", "macr", "ogon", "dot",
    "strok", "slash", "scr", "fr", "opf",
];

/// The text as it is, then with its codes undone, then without its markup, and backwards where it
/// turns the writing round; only those that differ from the ones before.
pub(super) fn stages(text: &str) -> Vec<Cow<'_, str>> {
    let mut stages = vec![Cow::Borrowed(text)];
    for _ in 0..PASSES_MAX {
        let newest = stages.last().map_or(text, Cow::as_ref);
        let Some(decoded) = decode(newest) else { break };
        if stages.len() > 1 {
            stages.pop();
        }
        stages.push(Cow::Owned(decoded));
    }
    let decoded = stages.last().map_or(text, Cow::as_ref);
    let stripped = strip(decoded);
    if decoded.contains(BACKWARDS) {
        let backwards = stripped.as_deref().unwrap_or(decoded).chars().rev().collect();
        stages.push(Cow::Owned(backwards));
    }
    stages.extend(stripped.map(Cow::Owned));
    stages
}

/// One pass over `text`, replacing whatever `replace` recognises at one of `starts`; `None` when
/// there was nothing.
fn rewrite(text: &str, starts: &[char], replace: fn(&str) -> Option<(usize, String)>) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    let mut changed = false;
    while let Some(at) = rest.find(starts) {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let length = match replace(tail) {
            Some((length, meant)) => {
                changed = true;
                out.push_str(&meant);
                length
            }
            None => {
                out.extend(tail.chars().next());
                tail.chars().next().map_or(0, char::len_utf8)
            }
        };
        rest = tail.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    changed.then_some(out)
}

fn decode(text: &str) -> Option<String> {
    rewrite(text, &STARTS[..3], code)
}

fn code(tail: &str) -> Option<(usize, String)> {
    entity(tail).or_else(|| percent(tail)).or_else(|| escape(tail))
}

fn strip(text: &str) -> Option<String> {
    rewrite(text, &STARTS[3..], |tail| Some((markup(tail)?, NOTHING.to_string())))
}

fn markup(tail: &str) -> Option<usize> {
    tag(tail).or_else(|| target(tail)).or_else(|| defanged(tail))
}

/// Whether something that is undone begins with `tail`. A text in which that holds nowhere, and that does
/// not turn the writing round, has no other stage than itself.
pub(super) fn acts_on(tail: &str) -> bool {
    code(tail).is_some() || markup(tail).is_some()
}

/// `&#45;`, `&#x2d;`, `&hyphen;`, `&aacute;`.
fn entity(tail: &str) -> Option<(usize, String)> {
    let inner = tail.strip_prefix('&')?;
    if let Some(number) = inner.strip_prefix('#') {
        let (radix, digits) = match number.strip_prefix(['x', 'X']) {
            Some(digits) => (16, digits),
            None => (10, number),
        };
        let length = digits.bytes().take(8).take_while(|b| char::from(*b).is_digit(radix)).count();
        let meant = u32::from_str_radix(&digits[..length], radix).ok().and_then(char::from_u32)?;
        let after = &digits[length..];
        let after = after.strip_prefix(';').unwrap_or(after);
        return Some((tail.len() - after.len(), meant.to_string()));
    }
    let length = inner.bytes().take(20).take_while(u8::is_ascii_alphanumeric).count();
    let (name, after) = inner.split_at(length);
    let after = after.strip_prefix(';')?;
    let letter = || {
        let (letter, ending) = name.split_at_checked(1)?;
        LETTER_ENDINGS.contains(&ending).then(|| letter.to_owned())
    };
    let meant = match ENTITIES.iter().find(|(known, _)| *known == name) {
        Some((_, meant)) => (*meant).to_owned(),
        None if GAPS.contains(&name) => NOTHING.to_string(),
        None => letter()?,
    };
    Some((tail.len() - after.len(), meant))
}

/// A run of `%2D`, as UTF-8.
fn percent(tail: &str) -> Option<(usize, String)> {
    let mut bytes = Vec::new();
    let mut rest = tail;
    while let Some(byte) = rest.strip_prefix('%').and_then(|rest| hex(rest, 2)) {
        bytes.push(u8::try_from(byte).ok()?);
        rest = &rest[3..];
    }
    (!bytes.is_empty()).then(|| (tail.len() - rest.len(), String::from_utf8_lossy(&bytes).into_owned()))
}

/// `\u002d`, `\x2d`.
fn escape(tail: &str) -> Option<(usize, String)> {
    let digits = match tail.get(..2)? {
        r"\u" => 4,
        r"\x" => 2,
        _ => return None,
    };
    let meant = char::from_u32(hex(tail.get(2..)?, digits)?)?;
    Some((2 + digits, meant.to_string()))
}

/// The number in the first `digits` hexadecimal digits.
fn hex(text: &str, digits: usize) -> Option<u32> {
    let number = text.get(..digits).filter(|number| number.bytes().all(|b| b.is_ascii_hexdigit()))?;
    u32::from_str_radix(number, 16).ok()
}

/// The length of a tag or an HTML comment.
fn tag(tail: &str) -> Option<usize> {
    let inner = tail.strip_prefix('<')?;
    let name = inner.strip_prefix('/').unwrap_or(inner);
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) && !inner.starts_with("!--") {
        return None;
    }
    let end = inner.bytes().take(TAG_BYTES_MAX).position(|b| matches!(b, b'<' | b'>'))?;
    inner[end..].starts_with('>').then_some(end + 2)
}

/// The length of the end of a link, from the bracket that closes its text: `](https://…)`.
fn target(tail: &str) -> Option<usize> {
    let inner = tail.strip_prefix("](")?;
    let end = inner.bytes().take(TARGET_BYTES_MAX).position(|b| matches!(b, b')' | b'\n'))?;
    inner[end..].starts_with(')').then_some("](".len() + end + 1)
}

/// The length of a word for punctuation in brackets: `(dot)`.
fn defanged(tail: &str) -> Option<usize> {
    let inner = tail.strip_prefix(['(', '[', '{'])?;
    let length = inner.bytes().take(12).take_while(|b| b.is_ascii_alphabetic() || *b == b' ').count();
    let word = inner[..length].trim();
    let closed = inner[length..].starts_with([')', ']', '}']);
    let known = || DEFANGED.iter().any(|known| known.eq_ignore_ascii_case(word));
    (closed && known()).then_some(length + 2)
}
