use proptest::prelude::*;

use super::{
    version::{Line, Range, Version, patched_versions},
    *,
};
use crate::kernel::{
    content::{AffectedPackage, AffectedRange, Level, Severity},
    embargoed::{PrivateRoom, TeamText},
    reply,
};

/// Everything filled in.
const WHOLE: &str =
    "### Impact\n\nA guest reads the host.\n\n### Patches\n\n2.4.4.\n\n### Workarounds\n\nNone.\n";
const BRANCHES: [&str; 3] = ["main", "release/2.4.x", "release/2.3.x"];

fn row(package: &str, rows: &[(&str, Option<&str>)]) -> AffectedPackage {
    let range = |(affected, patched): &(&str, Option<&str>)| AffectedRange {
        affected: (*affected).to_owned(),
        patched: patched.map(ToOwned::to_owned),
    };
    AffectedPackage { package: package.parse().unwrap(), ranges: rows.iter().map(range).collect() }
}

fn content(description: &str, affected: Vec<AffectedPackage>) -> Content {
    Content {
        summary: "A guest reads the host".to_owned(),
        description: description.to_owned(),
        severity: Some(Severity::Level(Level::High)),
        cwes: Vec::new(),
        affected,
    }
}

/// The shortcomings as the team reads them.
fn lacks(content: &Content, branches: &[&str]) -> Vec<String> {
    let branches: Vec<String> = branches.iter().map(|branch| (*branch).to_owned()).collect();
    let text = TeamText::compose(|team| {
        let each = shortcomings(content, &branches);
        each.iter().map(|each| reply::text::shortcoming(each, team)).collect::<Vec<_>>().join("\n")
    });
    let text = text.open(&PrivateRoom::direct_message_to_team());
    text.lines().map(ToOwned::to_owned).collect()
}

/// Those of the text alone.
fn text_lacks(description: &str) -> Vec<String> {
    lacks(&content(description, vec![row("other:x", &[("< 2.4.4", None)])]), &[])
}

/// Those of one package's rows, with branches.
fn rows_lack(rows: &[(&str, Option<&str>)], branches: &[&str]) -> Vec<String> {
    lacks(&content(WHOLE, vec![row("other:x", rows)]), branches)
}

#[test]
fn the_template_is_made_of_its_sections() {
    assert_eq!(template_with(""), TEMPLATE);
    assert_eq!(template_with(" \n\r\n"), TEMPLATE);
}

#[test]
fn nothing_at_all_lacks_everything() {
    let nothing = Content::default();
    insta::assert_snapshot!(lacks(&nothing, &["main"]).join("\n"), @r"
    the text is missing: `!advisory edit` shows what to fill in
    the severity is missing: `!advisory edit --cvss VECTOR` or `--severity high`
    the affected versions are missing: `!advisory affected ECO:NAME RANGE`
    ");
}

#[test]
fn a_template_left_as_it_is_lacks_each_section() {
    insta::assert_snapshot!(text_lacks(TEMPLATE).join("\n"), @r#"
    "Say what an attacker can do, on what conditions, and to whom." still stands in the text: `!advisory edit` shows it
    "Name the fixed version of each supported branch." still stands in the text: `!advisory edit` shows it
    "Say what helps those who cannot upgrade yet, or that nothing does." still stands in the text: `!advisory edit` shows it
    "Explain the flaw: where it is, and how it was mended." still stands in the text: `!advisory edit` shows it
    "#);
}

#[test]
fn a_whole_text_lacks_nothing() {
    assert_eq!(text_lacks(WHOLE), [""; 0]);
    for text in [
        WHOLE.replace("###", "#"),
        WHOLE.replace('\n', "\r\n"),
        WHOLE.replace("Workarounds", "WORKAROUND:").replace("Impact", "**Impact**"),
        WHOLE.replace("None.", "```\nset -x\n```"),
        WHOLE.replace("None.", "#### On Linux\n\nNone."),
    ] {
        assert_eq!(text_lacks(&text), [""; 0], "{text}");
    }
}

#[test]
fn a_section_without_a_word_is_empty() {
    let empty = ["section Workarounds is empty: `!advisory edit` shows the text to fill in"];
    for text in [
        WHOLE.replace("None.", ""),
        WHOLE.replace("None.", "<!-- None so far. -->"),
        WHOLE.replace("None.", "…"),
        WHOLE.replace("None.", "#### On Linux"),
        WHOLE.replace("None.", "### References\n\nNone."),
        WHOLE.replace("### Workarounds", "Workarounds"),
        WHOLE.replace("### Workarounds", "###Workarounds"),
        WHOLE.replace("### Workarounds\n\nNone.", "```\n### Workarounds\n\nNone.\n```"),
    ] {
        assert_eq!(text_lacks(&text), empty, "{text}");
    }
}

#[test]
fn what_was_to_be_replaced_is_found() {
    for (left, found) in [
        ("todo", "todo"),
        ("A ToDo: say more", "ToDo"),
        ("(TBD)", "TBD"),
        ("CVE-2026-TBD", "TBD"),
        ("_FixMe_", "FixMe"),
        ("`fixme`", "fixme"),
        ("xxx.", "xxx"),
        ("Lorem\nipsum dolor", "Lorem ipsum"),
        ("Take <insert the\nversion>.", "&lt;insert the version>"),
        ("Take [Insert version].", "&#91;Insert version]"),
        (
            "What kind of vulnerability is it?\nWho is impacted?",
            "What kind of vulnerability is it? Who is impacted?",
        ),
        (
            "_are there any links users can visit to find out more?_",
            "Are there any links users can visit to find out more?",
        ),
    ] {
        let wanted = [format!("\"{found}\" still stands in the text: `!advisory edit` shows it")];
        assert_eq!(text_lacks(&WHOLE.replace("None.", &format!("None. {left}"))), wanted, "{left}");
    }
}

#[test]
fn words_that_only_look_left_over_are_not() {
    for text in [
        "todos",
        "a todo-list",
        "todo_list",
        "`todo!()` is reached",
        "maxxx",
        "https://example.org/todo",
        "a[insertion] and Vec<Inserted>",
        "ipsum lorem",
        "\n\n```\ntodo <insert x>\n```",
        "\n\n~~~~ text\n```\ntodo\n~~~~",
    ] {
        assert_eq!(text_lacks(&WHOLE.replace("None.", &format!("None: {text}"))), [""; 0], "{text}");
    }
}

#[test]
fn a_placeholder_is_named_once() {
    let found = text_lacks(&format!("{WHOLE}\nTbd, tbd and TBD."));
    assert_eq!(found, ["\"Tbd\" still stands in the text: `!advisory edit` shows it"]);
}

#[test]
fn a_text_is_brought_into_sections_for_editing() {
    let text = "Found by fuzzing.\n\n## References\n\nNone yet.\n\n# Patches\n2.4.4\n\n## Backports\n2.3.9\n";
    insta::assert_snapshot!(template_with(text), @r"
    ### Impact

    _Say what an attacker can do, on what conditions, and to whom._

    # Patches
    2.4.4

    ## Backports
    2.3.9

    ### Workarounds

    _Say what helps those who cannot upgrade yet, or that nothing does._

    ### Description

    Found by fuzzing.

    ## References

    None yet.
    ");
    let both = "First.\n\n### Description\nSecond.\n### Impact\n\n### Description\nThird.\n```\nopen";
    insta::assert_snapshot!(template_with(both), @r"
    ### Impact

    _Say what an attacker can do, on what conditions, and to whom._

    ### Patches

    _Name the fixed version of each supported branch._

    ### Workarounds

    _Say what helps those who cannot upgrade yet, or that nothing does._

    ### Description

    First.

    Second.

    ### Description
    Third.
    ```
    open
    ```
    ");
}

#[test]
fn versions_are_read_leniently() {
    for text in [
        "2.4.4",
        "v36.0.7",
        "WAMR-2.4.4",
        "release-v1.2",
        "1.0.0-rc.1",
        "1.0rc1",
        "1.2.3+build.5",
        "45",
        "1.2.3.4",
    ] {
        assert!(Version::read(text).is_some(), "{text}");
    }
    for text in [
        "",
        "main",
        "2.4.x",
        "*",
        "1.2.",
        "WAMR-01-29-2020",
        "1.0.2a",
        "lib2-1.0",
        "1.0.post1",
        "99999999999999999999",
        "1..2",
        "-1",
        "1.0-",
    ] {
        assert!(Version::read(text).is_none(), "{text}");
    }
}

#[test]
fn versions_are_ordered_with_pre_releases_first() {
    let ordered = [
        "0.9",
        "1.0.0-alpha",
        "1.0.0-alpha.1",
        "1.0.0-rc.2",
        "1.0.0-rc.10",
        "1.0.0",
        "1.0.1",
        "1.0.10",
        "1.2-rc1",
        "1.2",
        "10",
    ];
    let read: Vec<Version> = ordered.iter().map(|text| Version::read(text).unwrap()).collect();
    assert!(read.windows(2).all(|pair| pair[0] < pair[1]));
    assert!(Version::read("1") == Version::read("v1.0.0"));
}

#[test]
fn a_range_holds_what_fulfils_each_comparison() {
    for (range, inside, outside) in [
        (
            ">= 25.0.0, < 36.0.7",
            &["25.0.0", "36.0.6", "36.0.7-rc.1"][..],
            &["24.9", "36.0.7", "25.0.0-rc.1"][..],
        ),
        ("<= 2.4.3", &["0", "2.4.3"], &["2.4.4"]),
        ("= 1.2.3", &["1.2.3"], &["1.2.4"]),
        ("> 1, >= 1, < 3, <= 3", &["1.1", "2"], &["1", "3"]),
    ] {
        let range = Range::read(range).unwrap();
        assert!(inside.iter().all(|version| range.holds(&Version::read(version).unwrap())));
        assert!(!outside.iter().any(|version| range.holds(&Version::read(version).unwrap())));
    }
    for text in ["", "all", "1.2", "< ", "< 1.x", "< 1 || < 2", "< 1,", "!= 3"] {
        assert!(Range::read(text).is_none(), "{text}");
    }
}

#[test]
fn the_first_of_each_patched_stretch_counts() {
    for (text, versions) in [
        ("2.4.4", &["2.4.4"][..]),
        ("24.0.13, 36.0.14", &["24.0.13", "36.0.14"]),
        (">= 24.0.13, < 25.0.0, >=47.0.4", &["24.0.13", "47.0.4"]),
        ("= 1.2.3 or newer (and v1.3.0).", &["1.2.3", "v1.3.0"]),
        ("< 29.0.0, > 3.0, <= 4", &[]),
        ("none yet", &[]),
    ] {
        let found: Vec<String> = patched_versions(text).into_iter().map(|(written, _)| written).collect();
        assert_eq!(found, versions, "{text}");
    }
}

#[test]
fn a_branch_tells_its_line() {
    for (branch, inside, outside) in [
        ("release/2.4.x", "2.4.9", "2.5.0"),
        ("release-36.0.0", "36.0.7", "36.1.0"),
        ("stable/45", "45.3.1", "4.5"),
        ("v1.x", "1.9", "2.0"),
        ("2.4-lts", "2.4.1", "2.40"),
        ("maintenance/WAMR-2.4", "2.4.0-rc.1", "2.3.9"),
    ] {
        let line = Line::of_branch(branch).unwrap();
        assert!(line.holds(&Version::read(inside).unwrap()), "{branch}");
        assert!(!line.holds(&Version::read(outside).unwrap()), "{branch}");
    }
    for branch in ["main", "master", "", "release", "release-2026-01", "lts24", "2.4/next", "dev/2.4.x-2"] {
        assert!(Line::of_branch(branch).is_none(), "{branch}");
    }
}

#[test]
fn versions_that_cannot_all_be_right_contradict() {
    let found = [
        rows_lack(&[(">= 43.0.0, < 44.0.1", Some(">= 43.0.1"))], &["main"]),
        rows_lack(&[("< 2.3.9", Some("2.4.1")), (">= 2.4.0, < 2.4.4", Some("2.4.4"))], &["main"]),
        rows_lack(&[(">= 36.0.0, < 25.0.0", None), ("= 2", None), ("> 1, < 1.0", None)], &["main"]),
        rows_lack(&[("< 2.4.4", Some("2.4.4"))], &BRANCHES),
        rows_lack(&[(">= 2.3.0, < 2.3.7", Some("2.3.7")), (">= 2.4.0", Some("2.2.9"))], &BRANCHES),
    ];
    insta::assert_snapshot!(found.concat().join("\n"), @r"
    `43.0.1` is called patched, but lies in `>= 43.0.0, < 44.0.1` of `other:x`: `!advisory affected other:x RANGE --patched VERSIONS`
    `2.4.1` is called patched, but lies in `>= 2.4.0, < 2.4.4` of `other:x`: `!advisory affected other:x RANGE --patched VERSIONS`
    no version of `other:x` is in `>= 36.0.0, < 25.0.0`: `!advisory affected other:x RANGE --patched VERSIONS`
    no version of `other:x` is in `> 1, < 1.0`: `!advisory affected other:x RANGE --patched VERSIONS`
    `release/2.3.x` is affected, but no patched version of `other:x` is on it: `!advisory affected other:x RANGE --patched VERSIONS`
    `release/2.4.x` is affected, but no patched version of `other:x` is on it: `!advisory affected other:x RANGE --patched VERSIONS`
    the patched version `2.2.9` of `other:x` is on none of the supported branches: `!advisory affected other:x RANGE --patched VERSIONS`
    ");
}

#[test]
fn what_may_be_right_is_no_contradiction() {
    let main: &[&str] = &["main"];
    for (rows, branches) in [
        // Only main, in any way.
        (&[("< 2.4.4", Some("2.4.4"))][..], main),
        (&[(">= 2.3.0, < 2.4.4", Some("2.2.9, 2.4.4")), ("< 1", None)], &["master"]),
        (&[("< 2.4.4", None)], &[]),
        // Each line is patched.
        (&[("< 2.3.7", Some("2.3.7")), (">= 2.4.0, < 2.4.4", Some("2.4.4"))], &BRANCHES),
        // Main brings a newer one forth.
        (&[("< 2.3.7", Some("2.3.7")), (">= 2.4.0, < 2.4.4", Some("2.4.4, 2.5.0"))], &BRANCHES),
        // A line that is not affected.
        (&[("< 2.3.7", Some("2.3.7"))], &BRANCHES),
        (&[(">= 2.4.0-rc.1, < 2.4.0", Some("2.4.0"))], &BRANCHES),
        // A branch that names no line may be the one.
        (&[(">= 2.3.0, < 2.4.4", Some("2.4.4, 2.2.9"))], &["main", "release/2.4.x", "lts"]),
        // What counts its versions otherwise.
        (&[("< 0.91.1", Some("0.91.1"))], &["main", "release-36.0.0"]),
        // What cannot be read.
        (&[("all", Some("commit 1234abc")), ("< 2.x", Some("soon"))], &BRANCHES),
    ] {
        assert_eq!(rows_lack(rows, branches), [""; 0], "{rows:?} {branches:?}");
    }
}

#[test]
fn only_rows_of_the_same_package_contradict() {
    let rows = |other: &str| {
        let first = row("rust:wasmtime", &[("< 4.0.1", Some("4.0.1"))]);
        lacks(&content(WHOLE, vec![first, row(other, &[(">= 4.0.0, < 5.0.0", None)])]), &["main"])
    };
    assert_eq!(rows("rust:cranelift"), [""; 0]);
    assert_eq!(rows("rust:wasmtime").len(), 1);
}

#[test]
fn a_package_needs_a_name_and_a_range() {
    let wanted = ["the affected versions are missing: `!advisory affected ECO:NAME RANGE`"];
    assert_eq!(lacks(&content(WHOLE, Vec::new()), &[]), wanted);
    assert_eq!(rows_lack(&[], &[]), wanted);
    assert_eq!(rows_lack(&[("< 1", None), (" ", None)], &[]), wanted);
    let mut unnamed = row("other:x", &[("< 1", None)]);
    unnamed.package.name.clear();
    assert_eq!(lacks(&content(WHOLE, vec![unnamed]), &[]), wanted);
}

/// Lines as they stand in an advisory, and worse.
fn any_text() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        "#{1,7} ?(Impact|Patches|Workarounds|Description|References|)",
        Just("```".to_owned()),
        Just("~~~~".to_owned()),
        Just("<!--".to_owned()),
        Just(String::new()),
        "\\PC{0,20}",
        "[ a-z.]{0,20}",
    ];
    proptest::collection::vec(line, 0..12).prop_map(|lines| lines.join("\n"))
}

fn any_range() -> impl Strategy<Value = String> {
    prop_oneof!["\\PC{0,12}", "([<>=]{0,2} ?v?[0-9]{1,2}(\\.[0-9x]{1,2}){0,3}(-rc\\.?[0-9])?,? ?){0,3}"]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_and_rows_are_judged_without_a_panic(
        text in any_text(), range in any_range(), patched in any_range(), branch in any_range()
    ) {
        let rows = vec![row("other:x", &[(range.as_str(), Some(patched.as_str()))])];
        let _judged = lacks(&content(&text, rows), &["main", &format!("release/{branch}")]);
    }

    #[test]
    fn a_text_for_editing_has_all_sections_and_every_word(text in any_text()) {
        let edited = template_with(&text);
        prop_assert_eq!(&template_with(&edited), &edited);
        let missing = text_lacks(&edited).into_iter().find(|lack| lack.starts_with("section"));
        prop_assert_eq!(missing, None);
        let lines: Vec<&str> = edited.lines().map(str::trim).collect();
        prop_assert!(text.lines().all(|line| lines.contains(&line.trim())));
    }

    #[test]
    fn a_template_is_complete_once_each_prompt_is_replaced(words in "[a-s ]{0,20}[a-s]", which in 0_usize..4) {
        let prompts = Section::ALL.map(|section| format!("_{}_", section.prompt()));
        let filled = prompts.iter().fold(TEMPLATE.to_owned(), |text, prompt| text.replace(prompt, &words));
        prop_assert_eq!(text_lacks(&filled), Vec::<String>::new());
        let others = prompts.iter().enumerate().filter(|(at, _)| *at != which);
        let left = others.fold(TEMPLATE.to_owned(), |text, (_, prompt)| text.replace(prompt, &words));
        prop_assert_eq!(text_lacks(&left).len(), 1);
    }
}
