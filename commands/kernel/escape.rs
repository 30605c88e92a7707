//! Text that people wrote, made safe to stand in a Zulip message: it can neither mention anyone, nor
//! link, nor break out of where it stands. Backslash escapes do not exist in Zulip's Markdown;
//! character references do, and what they show can be copied.

/// `text` on one line, with everything that Zulip's Markdown would act on taken apart.
#[must_use]
pub fn inline(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\n' | '\r' | '\t' => safe.push(' '),
            // Control characters could become fence markers after Zulip's own clean-up.
            c if c.is_control() => {}
            '@' => safe.push_str("&#64;"),
            '#' => safe.push_str("&#35;"),
            '`' => safe.push_str("&#96;"),
            '*' => safe.push_str("&#42;"),
            '[' => safe.push_str("&#91;"),
            '|' => safe.push_str("&#124;"),
            '~' => safe.push_str("&#126;"),
            '$' => safe.push_str("&#36;"),
            '<' => safe.push_str("&lt;"),
            '&' => safe.push_str("&amp;"),
            ':' if chars.peek().is_some_and(|next| !next.is_whitespace()) => safe.push_str("&#58;"),
            c => safe.push(c),
        }
    }
    safe.trim().to_owned()
}

/// A sentence whose parts were made safe by [`inline`] and [`code`], for a place that is no Zulip message:
/// as those parts were written, and of a link its words.
#[must_use]
pub fn plain(safe: &str) -> String {
    const REFERENCES: [(&str, &str); 11] = [
        ("&#64;", "@"),
        ("&#35;", "#"),
        ("&#96;", "`"),
        ("&#42;", "*"),
        ("&#91;", "["),
        ("&#124;", "|"),
        ("&#126;", "~"),
        ("&#36;", "$"),
        ("&#58;", ":"),
        ("&lt;", "<"),
        ("&amp;", "&"),
    ];
    let mut text = String::with_capacity(safe.len());
    let mut rest = safe;
    while let Some(c) = rest.chars().next() {
        let ticks = rest.len() - rest.trim_start_matches('`').len();
        if ticks > 0 {
            // In a code span everything is as it was written. One that has no end is none.
            let (span, after) = rest[ticks..].split_once(&rest[..ticks]).unwrap_or((&rest[ticks..], ""));
            text.push_str(span.strip_prefix(' ').and_then(|span| span.strip_suffix(' ')).unwrap_or(span));
            rest = after;
        } else if let Some((words, after)) = link(rest) {
            text.push_str(&plain(words));
            rest = after;
        } else if let Some((reference, meant)) = REFERENCES.iter().find(|(known, _)| rest.starts_with(known))
        {
            text.push_str(meant);
            rest = &rest[reference.len()..];
        } else {
            text.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    text
}

/// The words of the link that `text` begins with, and what follows it. What was made safe holds none.
fn link(text: &str) -> Option<(&str, &str)> {
    let (words, rest) = text.strip_prefix('[')?.split_once("](")?;
    let (_address, after) = rest.split_once(')')?;
    Some((words, after))
}

/// `text` in a code span that nothing in it can end.
#[must_use]
pub fn code(text: &str) -> String {
    let clean: String = text
        .chars()
        .map(|c| if c == '\n' || c == '\t' { ' ' } else { c })
        .filter(|c| !c.is_control())
        .collect();
    let ticks = "`".repeat(longest_run(&clean, '`') + 1);
    let pad = if clean.starts_with('`') || clean.ends_with('`') { " " } else { "" };
    format!("{ticks}{pad}{clean}{pad}{ticks}")
}

/// The first `chars_max` code points of `text`, with an ellipsis where something was cut.
#[must_use]
pub fn cut(text: &str, chars_max: usize) -> String {
    if text.chars().count() <= chars_max {
        return text.to_owned();
    }
    let kept: String = text.chars().take(chars_max.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// The length of the longest run of `wanted` in `text`.
#[must_use]
pub fn longest_run(text: &str, wanted: char) -> usize {
    let (longest, _) = text.chars().fold((0, 0), |(longest, run), c| {
        let run = if c == wanted { run + 1 } else { 0 };
        (longest.max(run), run)
    });
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_it_can_mention_link_or_format() {
        assert_eq!(inline("@**all** see #**general** `x` **b** [a](http://b)\n~~~"), {
            "&#64;&#42;&#42;all&#42;&#42; see &#35;&#42;&#42;general&#42;&#42; &#96;x&#96; \
             &#42;&#42;b&#42;&#42; &#91;a](http&#58;//b) &#126;&#126;&#126;"
        });
        assert_eq!(inline("a\u{2}b\u{7f}"), "ab");
    }

    #[test]
    fn a_code_span_cannot_be_ended_from_inside() {
        assert_eq!(code("a``b"), "```a``b```");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code("a\nb"), "`a b`");
    }

    #[test]
    fn what_was_made_safe_can_be_read_as_it_was_written() {
        for text in
            ["a @b #c `d` *e* [f](http://g) |h| ~i~ $j <k> &amp; l: m", "&#64;", "a``b", "`", "<b>&lt;"]
        {
            assert_eq!(plain(&inline(text)), text);
            assert_eq!(plain(&format!("{}: {}", code(text), inline(text))), format!("{text}: {text}"));
        }
        assert_eq!(plain("`open"), "open");
        assert_eq!(plain("see [a&lt;`b`](https://c/d) [e"), "see a<b [e");
    }

    #[test]
    fn cutting_counts_code_points() {
        assert_eq!(cut("äöü", 3), "äöü");
        assert_eq!(cut("äöüß", 3), "äö…");
    }
}
