use proptest::prelude::*;

use super::*;

const BOT: BotName<'_> = BotName { name: "Advisory Bot", id: 13 };

/// What was read, on one line: words apart by ` | `, quoted ones in `‹›`, the block in `[]`.
fn shown(content: &str) -> String {
    let typed = match read(content, &BOT) {
        Speech::Talk => return "talk".to_owned(),
        Speech::Broken(error) => return error.to_string(),
        Speech::Command(typed) => typed,
    };
    let words = typed.words.iter().map(|word| match word {
        Word::Text { text, literal: true, .. } => format!("‹{text}›"),
        Word::Text { .. } | Word::Mention { .. } | Word::Group { .. } => word.text().into_owned(),
    });
    let words = words.collect::<Vec<_>>().join(" | ");
    match typed.block {
        Some(block) => format!("{words} [{}:{}]", block.info, block.text),
        None => words,
    }
}

#[test]
fn prose_keeps_the_backticks_of_code_spans() {
    let Speech::Command(typed) = read("!new call `a b`x \"--q\" ``c`d``", &BOT) else { panic!("a command") };
    let prose = typed.words.iter().map(|word| match word {
        Word::Text { prose, .. } => prose.as_str(),
        Word::Mention { .. } | Word::Group { .. } => "",
    });
    assert_eq!(prose.collect::<Vec<_>>(), ["new", "call", "`a b`x", "--q", "``c`d``"]);
}

fn check(cases: &[(&str, &str)]) {
    for (content, expected) in cases {
        assert_eq!(shown(content), *expected, "{content:?}");
    }
}

#[test]
fn talk_is_told_from_commands() {
    check(&[
        ("", "talk"),
        ("hello", "talk"),
        ("!", "talk"),
        ("! help", "talk"),
        ("!!!", "talk"),
        ("!= 3", "talk"),
        ("!1", "talk"),
        ("!<time:x>", "talk"),
        ("say !help", "talk"),
        ("`!help`", "talk"),
        ("> !help", "talk"),
        ("```\n!help\n```", "talk"),
        ("```quote\n!help\n```\nyes", "talk"),
        ("@**Maya** help", "talk"),
        ("@**Advisory Bot|14** help", "talk"),
        ("thanks @**Advisory Bot**", "talk"),
        ("@*security* help", "talk"),
        ("!help", "help"),
        ("\u{feff}\n\n  !HELP me", "HELP | me"),
        ("@**Advisory Bot** help", "help"),
        ("@**advisory bot** !help", "help"),
        ("@_**Advisory Bot|13**: help", "help"),
        ("@**|13**\n!help", "help"),
        ("@**Advisory Bot**", "help"),
        ("@**Advisory Bot** \u{200b}\n", "help"),
        ("@**Advisory Bot** !!!", "!!!"),
        ("!помощь", "помощь"),
    ]);
}

#[test]
fn quotes_and_code_group_words() {
    check(&[
        ("!a b  c\td\u{a0}e\u{2003}f\ng", "a | b | c | d | e | f | g"),
        ("!a \"b c\" d", "a | ‹b c› | d"),
        ("!a “b c” d", "a | ‹b c› | d"),
        ("!a „b c“ d", "a | ‹b c› | d"),
        ("!a ”b c” d", "a | ‹b c› | d"),
        ("!a «b c» d", "a | ‹b c› | d"),
        ("!a »b c« d", "a | ‹b c› | d"),
        ("!a “b c\" d", "a | ‹b c› | d"),
        ("!a \"b “c” d\" e", "a | ‹b “c” d› | e"),
        ("!a 'b c' d", "a | ‹b c› | d"),
        ("!a ‘b isn’t c’ d", "a | ‹b isn’t c› | d"),
        ("!a don't it’s 'tis", "a | don't | it’s | 'tis"),
        ("!a 5\" disk", "a | 5\" | disk"),
        ("!a \"\" b", "a | ‹› | b"),
        ("!a `b c` d", "a | ‹b c› | d"),
        ("!a ``b ` c`` d", "a | ‹b ` c› | d"),
        ("!a `` `b` `` d", "a | ‹`b`› | d"),
        ("!a `--x` \"--y\" --z", "a | ‹--x› | ‹--y› | --z"),
        ("!a ```b c``` d", "a | ‹b c› | d"),
        (r#"!a c:\dir\n \" b"#, r#"a | c:\dir\n | \" | b"#),
        ("!a x`b c`y", "a | xb cy"),
    ]);
}

#[test]
fn flags_are_read_as_phones_write_them() {
    check(&[
        ("!a --summary=\"a b\"", "a | --summary=a b"),
        ("!a --summary=“a b” c", "a | --summary=a b | c"),
        ("!a —summary=“a b”", "a | --summary=a b"),
        ("!a –reason 'b c'", "a | --reason | ‹b c›"),
        ("!a -—reason x", "a | --reason | x"),
        ("!a \u{2011}\u{2011}reason x", "a | --reason | x"),
        ("!a one — two – three", "a | one | — | two | – | three"),
        ("!a –5 -x", "a | –5 | -x"),
        ("!a \u{200b}--x\u{200e} \u{202a}y\u{202c} \u{200b} z", "a | --x | y | z"),
        ("!a na\u{200d}me", "a | na\u{200d}me"),
        ("!embargo set <time:2026-12-01 15:00> now", "embargo | set | <time:2026-12-01 15:00> | now"),
        ("!a <time:2026\nb", "a | <time:2026 | b"),
    ]);
}

#[test]
fn mentions_become_words_of_their_own() {
    check(&[
        ("!invite @**Maya**, @_**Ines Q|8** @**|9**", "invite | @**Maya** | @_**Ines Q|8** | @**|9**"),
        ("!invite @*security team* @_*ops*", "invite | @*security team* | @_*ops*"),
        ("!a x@**Maya** @**Maya @** @****", "a | x@**Maya** | @**Maya @** | @****"),
        ("!a \"@**Maya**\"", "a | ‹@**Maya**›"),
        ("!a @**A|b|7**", "a | @**A|b|7**"),
        ("!a @**A|b**", "a | @**A|b**"),
    ]);
    let Speech::Command(typed) = read("!a @_**A|b|7**", &BOT) else { panic!("a command") };
    assert!(typed.words.get(1) == Some(&Word::Mention { name: "A|b".to_owned(), id: Some(7), silent: true }));
}

#[test]
fn a_block_is_taken_verbatim() {
    check(&[
        ("!a b\n```\nx  \"y\n\n z\n```", "a | b [:x  \"y\n\n z]"),
        ("!a\n```text\nx\n```\n--reason y", "a | --reason | y [text:x]"),
        ("!a\n~~~~\n```\nx\n```\n~~~~", "a [:```\nx\n```]"),
        ("!a\n```spoiler A title\nx\n```", "a [spoiler A title:x]"),
        ("!a\n```quote\n```rust\nx\n```\n```", "a [quote:```rust\nx\n```]"),
        ("!a b ```\nx\n```", "a | b [:x]"),
        ("!a b ```text\r\nx\r\ny\r\n```\r\nc", "a | b | c [text:x\r\ny]"),
        ("!a\n```\n```", "a [:]"),
        (
            "!a \"b\n```\nx\"\n```",
            "The quote \" before \"b\" is never closed. Add the closing quote, or leave out the opening one.",
        ),
        ("!a\n```\nx", "The block opened by ``` is never closed. Add a line that holds only ``` at its end."),
        (
            "!a\n````\nx\n```",
            "The block opened by ```` is never closed. Add a line that holds only ```` at its end.",
        ),
        (
            "!a\n```x y\nz\n```",
            "The text of the block begins on the line of its ```. Begin it on the next line.",
        ),
        (
            "!a\n```\nx\n```\n~~~\ny\n~~~",
            "This message has 2 fenced blocks; a command takes one. Put all of the text in one block.",
        ),
    ]);
}

#[test]
fn what_is_not_whole_is_refused_whole() {
    check(&[
        (
            "!a “b c",
            "The quote “ before \"b c\" is never closed. Add the closing quote, or leave out the opening one.",
        ),
        (
            "!a --r=\"b",
            "The quote \" before \"b\" is never closed. Add the closing quote, or leave out the opening one.",
        ),
        (
            "!a `b ``c",
            "The backtick before \"b ``c\" is never closed. Add the closing backtick, or leave out the opening one.",
        ),
        ("talk\n[message truncated]", "talk"),
    ]);
    assert_eq!(read("!a b\n```\nc\n[message truncated]", &BOT), Speech::Broken(TokenError::Cut));
    let long = |chars: usize| format!("!{}", "ä".repeat(chars - 1));
    assert!(matches!(read(&long(MESSAGE_CHARS_MAX), &BOT), Speech::Command(_)));
    assert_eq!(read(&long(10_001), &BOT), Speech::Broken(TokenError::TooLong { chars: 10_001 }));
}

#[test]
fn command_words_are_matched_in_any_case() {
    let Speech::Command(typed) = read("!Embargo SET `Set` @**Maya**", &BOT) else { panic!("a command") };
    let lower: Vec<_> = (0..5).map(|index| typed.lower(index)).collect();
    assert_eq!(lower, [Some("embargo".to_owned()), Some("set".to_owned()), None, None, None]);
}

#[test]
fn debug_shows_no_text() {
    let debug = format!("{:?}", read("!hush \"hush\" @**hush** @*hush*\n```hush\nhush\n```", &BOT));
    assert!(!debug.contains("hush"), "{debug}");
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in any::<String>(), noise in "[!@*_|`~\"'“”«»‘’ \n\r=a-c<>:time\u{200b}—–-]{0,60}") {
        for content in [&text, &noise, &format!("!a {text}"), &format!("!a {noise}"), &format!("@**|13** {noise}")] {
            if let Speech::Command(typed) = read(content, &BOT) {
                prop_assert!(!typed.words.is_empty());
            }
        }
    }

    // Without ticks and tildes, as a line of the text could else open a block.
    #[test]
    fn quoted_text_arrives_unchanged(text in "[^\"`~]{0,40}") {
        let Speech::Command(typed) = read(&format!("!a \"{text}\" b"), &BOT) else { panic!("a command") };
        let arrived = matches!(typed.words.get(1), Some(Word::Text { text: read, literal: true, .. }) if *read == text);
        prop_assert!(arrived);
    }
}
