//! The card, the list and the timeline, with whatever people put into them.

use crate::{kit::Chat, realm::*};

const HOSTILE: &str =
    "@**all** @*security-team* #**general** `x` ``` ~~~ [a](http://b.example) | <time:x> :boom: $$x$$ &lt;";

/// What Zulip would act on.
fn assert_harmless(text: &str) {
    let outside_code = |line: &str| line.split('`').step_by(2).collect::<String>();
    let own = text
        .lines()
        .map(outside_code)
        .collect::<Vec<_>>()
        .join("\n")
        .replace("@_**", "")
        .replace("@**Maya|11**", "")
        .replace("@**Ines|12**", "")
        .replace("@**Tomasz|13**", "");
    assert!(!own.contains("@**") && !own.contains("@*"), "it mentions: {text}");
    assert!(
        !own.replace("#**wamr-security", "").replace("#**general>security**", "").contains("#**"),
        "it links: {text}"
    );
    assert!(!own.contains("(http://b"), "it links: {text}");
    assert!(!text.contains("~~~") && !text.contains(":boom:") && !text.contains("$$"), "{text}");
    let fences: Vec<&str> = text.lines().filter(|line| line.starts_with("```")).collect();
    assert!(
        fences.len().is_multiple_of(2) && fences.iter().skip(1).step_by(2).all(|line| *line == "```"),
        "{text}"
    );
    assert!(text.chars().count() <= 10_000, "{} characters", text.chars().count());
}

#[test]
fn hostile_text_does_nothing_on_the_card() {
    let mut chat = Chat::new();
    let quoted = HOSTILE.replace('`', "'");
    chat.say(MAYA, &team(), &format!("!advisory new \"{quoted}\""));
    let card = chat.say(MAYA, &chat.room(1), "!advisory show");
    assert_harmless(&card);
    insta::assert_snapshot!(card.lines().nth(1).unwrap(), @"**&#64;&#42;&#42;all&#42;&#42; &#64;&#42;security-team&#42; &#35;&#42;&#42;general&#42;&#42; 'x' ''' &#126;&#126;&#126; &#91;a](http&#58;//b.example) &#124; &lt;time&#58;x> &#58;boom: &#36;&#36;x&#36;&#36; &amp;lt;** · [GHSA-x5cm-v3r2-9f22](https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22) · severity open");
}

#[test]
fn hostile_text_does_nothing_anywhere_else() {
    let mut chat = Chat::new();
    chat.ready();
    let room = chat.room(1);
    let quoted = format!("\"{}\"", HOSTILE.replace('`', "'"));
    for command in [
        "!advisory edit --summary",
        "!embargo set +30m --reason",
        "!embargo set",
        "!advisory show",
        "!advisory adopt",
        "!advisory affected",
        "!help",
        "!frob",
        "!advisory edit",
        "!release go --early --reason",
        "!release plan",
        "!release status",
        "!release abort",
        "!timeline",
    ] {
        assert_harmless(&chat.say(MAYA, &room, &format!("{command} {quoted}")));
        assert_harmless(&chat.say(MAYA, &room, command));
    }
}

#[test]
fn the_longest_summary_and_many_rows_fit_in_a_message() {
    let mut chat = Chat::new();
    let number = chat.ready();
    let room = chat.room(number);
    chat.say(MAYA, &room, &format!("!advisory edit --summary {}", "&<|`".replace('`', "*").repeat(256)));
    for row in 0..60 {
        let package = format!("other:{}-{row}", "<package&name>".repeat(5));
        let ranges = ["< 1.2.3-alpha.1"; 10].join(" || ");
        chat.say(MAYA, &room, &format!("!advisory affected {package} {ranges} --patched 1.2.3-alpha.1"));
    }
    chat.wait("1h");
    let card = chat.say(MAYA, &room, "!advisory show");
    assert_harmless(&card);
    assert!(card.contains("➡️ **patches public, green, merged**"), "the next step stays on it: {card}");
    let plan = chat.say(MAYA, &room, "!release plan");
    assert_harmless(&plan);
    assert!(plan.contains("`!release go`"), "{plan}");
    let request = chat.say(MAYA, &room, &format!("!release go --waive text --reason {}", "&".repeat(5000)));
    assert_harmless(&request);
    assert!(request.contains("`!release approve`"), "{request}");
    let release = chat.say(INES, &room, "!release approve");
    let notice = release.split("[PUBLIC #general > security] ").nth(1).expect("the notice went out");
    assert_harmless(notice.split("\n(").next().unwrap_or_default());
}

#[test]
fn a_hundred_incidents_fit_in_a_message() {
    let mut chat = Chat::new();
    for number in 0..100 {
        chat.open(&format!("Incident {number}"));
        chat.say(MAYA, &chat.room(number + 1), "!embargo set +72h");
    }
    let list = chat.say(MAYA, &team(), "!advisory list");
    assert_harmless(&list);
    insta::assert_snapshot!(list.lines().take(4).chain(list.lines().rev().take(2)).collect::<Vec<_>>().join("\n"), @r"
    [#wamr-security > triage] | incident | project | stage | manager | disclosure |
    |---|---|---|---|---|
    | azure-ibis | WAMR | to be reproduced | Maya | <time:2026-11-21T09:00:00Z> (3 days) |
    | azure-ibex | WAMR | to be reproduced | Maya | <time:2026-11-21T09:00:00Z> (3 days) |
    The newest 60 of 100.
    ");
}

#[test]
fn a_row_of_the_list_has_as_many_cells_as_its_head() {
    let mut chat = Chat::new();
    chat.open("Overflow");
    let list = chat.say(MAYA, &team(), "!advisory list");
    let bars: Vec<usize> = list.lines().map(|line| line.matches('|').count()).collect();
    assert_eq!(bars, [6, 6, 6], "{list}");
}

#[test]
fn the_timeline_tells_who_did_what() {
    let mut chat = Chat::new();
    let number = chat.due();
    let room = chat.room(number);
    chat.say(MAYA, &room, "!release go");
    chat.say(MAYA, &room, "!release abort The build is broken");
    chat.say(MAYA, &room, "!release go");
    chat.wait("30m");
    chat.say(MAYA, &room, "!release go");
    chat.say(INES, &room, "!release approve");
    insta::assert_snapshot!(chat.say(TOMASZ, &room, "!timeline"), @r"
    [#wamr-security > amber-heron · WAMR] **Timeline of amber-heron**
    * <time:2026-11-18T09:00:00Z> @_**Maya|11** opened the incident
    * <time:2026-11-18T09:00:00Z> the advisory stands on GitHub
    * <time:2026-11-18T09:00:00Z> @_**Maya|11** changed affected versions
    * <time:2026-11-18T09:00:00Z> @_**Maya|11** changed description
    * <time:2026-11-18T09:00:00Z> @_**Maya|11** vouched: reproduced, affected versions and platforms known
    * <time:2026-11-18T09:00:00Z> @_**Maya|11** vouched: audited for similar problems
    * <time:2026-11-18T09:00:00Z> @_**Maya|11** vouched: other projects and third parties dealt with
    * <time:2026-11-18T09:00:00Z> @_**Maya|11** vouched: fix on main
    * <time:2026-11-18T09:00:00Z> @_**Maya|11** asked for the private fork
    * <time:2026-11-18T09:00:00Z> the private fork could be used
    * <time:2026-11-18T09:00:00Z> @_**Maya|11** invited `sofia-k`
    * <time:2026-11-18T09:00:00Z> @_**Maya|11** set the disclosure time to <time:2026-11-18T10:00:00Z>
    * <time:2026-11-18T09:00:00Z> @_**Maya|11** entered CVE-2026-12345
    * <time:2026-11-18T09:00:00Z> @_**Maya|11** named #1 the patch of `main`
    * <time:2026-11-18T09:00:00Z> @_**Maya|11** ran the tests of `main` at `1000000`
    * <time:2026-11-18T09:00:00Z> @_**Maya|11** named #2 the patch of `release/2.4.x`
    * <time:2026-11-18T09:00:00Z> @_**Maya|11** ran the tests of `release/2.4.x` at `2000000`
    * <time:2026-11-18T09:45:00Z> reminder, 15 minutes before disclosure
    * <time:2026-11-18T10:00:00Z> the disclosure time came
    * <time:2026-11-18T10:00:00Z> @_**Maya|11** asked for the release
    * <time:2026-11-18T10:00:00Z> @_**Maya|11** called the release off: The build is broken
    * <time:2026-11-18T10:00:00Z> @_**Maya|11** asked for the release
    * <time:2026-11-18T10:30:00Z> nobody approved it in time
    * <time:2026-11-18T10:30:00Z> reminder, the disclosure time has passed
    * <time:2026-11-18T10:30:00Z> @_**Maya|11** asked for the release
    * <time:2026-11-18T10:30:00Z> @_**Ines|12** approved it
    * <time:2026-11-18T10:30:00Z> the release began
    * <time:2026-11-18T10:30:00Z> the fix `1000000` for `main` was pushed
    * <time:2026-11-18T10:30:00Z> the fix `2000000` for `release/2.4.x` was pushed
    * <time:2026-11-18T10:30:00Z> [bytecodealliance/wasm-micro-runtime#100](https://github.com/bytecodealliance/wasm-micro-runtime/pull/100) into `main` was open
    * <time:2026-11-18T10:30:00Z> [bytecodealliance/wasm-micro-runtime#101](https://github.com/bytecodealliance/wasm-micro-runtime/pull/101) into `release/2.4.x` was open
    * <time:2026-11-18T10:30:00Z> [bytecodealliance/wasm-micro-runtime#100](https://github.com/bytecodealliance/wasm-micro-runtime/pull/100) into `main` could be merged
    * <time:2026-11-18T10:30:00Z> [bytecodealliance/wasm-micro-runtime#101](https://github.com/bytecodealliance/wasm-micro-runtime/pull/101) into `release/2.4.x` could be merged
    * <time:2026-11-18T10:30:00Z> [bytecodealliance/wasm-micro-runtime#100](https://github.com/bytecodealliance/wasm-micro-runtime/pull/100) into `main` was merged
    * <time:2026-11-18T10:30:00Z> [bytecodealliance/wasm-micro-runtime#101](https://github.com/bytecodealliance/wasm-micro-runtime/pull/101) into `release/2.4.x` was merged
    * <time:2026-11-18T10:30:00Z> the patches were merged in public
    * <time:2026-11-18T10:30:00Z> a snapshot of the private fork was kept
    * <time:2026-11-18T10:30:00Z> the private fork's pull requests were closed
    * <time:2026-11-18T10:30:00Z> a snapshot of the private fork was kept, and its pull requests closed
    * <time:2026-11-18T10:30:00Z> the advisory was published
    * <time:2026-11-18T10:30:00Z> the private fork was gone
    * <time:2026-11-18T10:30:00Z> the public was told
    * <time:2026-11-18T10:30:00Z> the records for machines were attached
    * <time:2026-11-18T10:30:00Z> the incident was closed
    ");
}

#[test]
fn a_long_timeline_keeps_its_end() {
    let mut chat = Chat::new();
    chat.open("Overflow");
    let room = chat.room(1);
    for hour in 1..200 {
        chat.say(MAYA, &room, &format!("!embargo set +{hour}h --reason {}", "because ".repeat(100)));
    }
    chat.say(MAYA, &room, "!advisory edit --cwe CWE-1");
    let timeline = chat.say(MAYA, &room, "!timeline");
    assert_harmless(&timeline);
    assert!(timeline.contains("changed weaknesses"), "{timeline}");
}
