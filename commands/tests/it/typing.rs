//! What people type, and how wrong it may be.

use crate::{kit::Chat, realm::*};

#[test]
fn words_that_are_no_command_get_the_nearest() {
    let mut chat = Chat::new();
    let mut said = |text: &str| chat.say(MAYA, &team(), text);
    insta::assert_snapshot!(said("!advisroy list"), @"[#wamr-security > triage] Not done: there is no `!advisroy`. The nearest is `!advisory list`.");
    insta::assert_snapshot!(said("!advisory lsit"), @"[#wamr-security > triage] Not done: there is no `!advisory lsit`. The nearest is `!advisory list`.");
    insta::assert_snapshot!(said("!advisory"), @"[#wamr-security > triage] Not done: there is no `!advisory`. The nearest is `!advisory new`.");
    insta::assert_snapshot!(said("!release now"), @"[#wamr-security > triage] Not done: there is no `!release now`. The nearest is `!release go`.");
    insta::assert_snapshot!(said("!frobnicate"), @"[#wamr-security > triage] Not done: there is no `!frobnicate`. `!help` shows what there is.");
    insta::assert_snapshot!(said("!frobnicate `@**all**` $$x$$"), @"[#wamr-security > triage] Not done: there is no `!frobnicate`. `!help` shows what there is.");
    insta::assert_snapshot!(said("!embargo"), @"[#wamr-security > triage] Not done: there is no `!embargo`. The nearest is `!embargo set`.");
    insta::assert_snapshot!(said("!next please"), @r#"
    [#wamr-security > triage] Not done: "please" is one word too many.
    It is written `!next [ADVISORY]`
    For example `!next`
    "#);
}

#[test]
fn what_cannot_be_split_into_words() {
    let mut chat = Chat::new();
    let mut said = |text: &str| chat.say(MAYA, &team(), text);
    insta::assert_snapshot!(said("!advisory new \"Overflow in the loader"), @r#"
    [#wamr-security > triage] Not done: the quote " before "Overflow in the load…" is never closed. Add the closing quote, or leave out the opening one.
    "#);
    insta::assert_snapshot!(said("!advisory new Overflow in `loader"), @r#"
    [#wamr-security > triage] Not done: the backtick before "loader" is never closed. Add the closing backtick, or leave out the opening one.
    "#);
    insta::assert_snapshot!(said("!advisory new Overflow\n```\none\n```\n```\ntwo\n```"), @"[#wamr-security > triage] Not done: this message has 2 fenced blocks; a command takes one. Put all of the text in one block.");
    insta::assert_snapshot!(said("!advisory new Overflow\n```\none"), @"[#wamr-security > triage] Not done: the block opened by &#96;&#96;&#96; is never closed. Add a line that holds only &#96;&#96;&#96; at its end.");
    insta::assert_snapshot!(said("!advisory new Overflow\n``` one two\nthree\n```"), @"[#wamr-security > triage] Not done: the text of the block begins on the line of its &#96;&#96;&#96;. Begin it on the next line.");
    insta::assert_snapshot!(said("!advisory new Overflow\n```\none\n[message truncated]"), @"[#wamr-security > triage] Not done: Zulip cut this message at its limit, so its end is missing and none of it was done. Send a shorter one, or the rest by !advisory edit.");
    insta::assert_snapshot!(said(&format!("!advisory new {}", "x".repeat(10_000))), @"[#wamr-security > triage] Not done: this message has 10014 characters; at most 10000 are read. Send a shorter one.");
    assert_eq!(chat.world.incidents().count(), 0);
}

#[test]
fn a_phone_types_curly_quotes_long_dashes_and_odd_spaces() {
    let mut chat = Chat::new();
    insta::assert_snapshot!(chat.say(MAYA, &team(), "!Advisory\u{a0}NEW “Overflow in the loader” —severity\u{a0}High –cwe CWE-787"), @r#"
    (👀 on 101)
    (GitHub: new in bytecodealliance/wasm-micro-runtime: "Overflow in the loader")
    [#wamr-security > amber-heron · WAMR] (card) ### amber-heron · WAMR
    (✅ on 101)
    [#wamr-security > triage] ✅ Incident opened: #**wamr-security>amber-heron · WAMR**. @_**Maya|11** is its manager. Everything else goes there.
    "#);
    insta::assert_snapshot!(chat.say(MAYA, &chat.room(1), "!EMBARGO Set 2026‑12‑01 15:00 utc —reason ‘Later’"), @r"
    [#wamr-security > amber-heron · WAMR] ✅ Disclosure set to <time:2026-12-01T15:00:00Z> (Tuesday 15:00 UTC, in 13 days 6 hours). Countdown: 7 days, 3 days, 24 hours, 6 hours, 1 hour and 15 minutes before.
    That is later than usual: an embargo is typically no longer than 7 days.
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(MAYA, &team(), "!advisory show Amber-Heron").lines().nth(1).unwrap(), @"**Overflow in the loader** · [GHSA-x5cm-v3r2-9f22](https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22) · high · CWE-787");
}

#[test]
fn the_bot_is_addressed_instead_of_an_exclamation_mark() {
    let mut chat = Chat::new();
    for text in [
        "@**Advisory Bot** advisory list",
        "@**Advisory Bot|1** !advisory list",
        "@_**Advisory Bot** advisory list",
    ] {
        insta::allow_duplicates! {
            insta::assert_snapshot!(chat.say(MAYA, &team(), text), @"[#wamr-security > triage] No open incident. `!advisory new SUMMARY` opens one.");
        }
    }
    assert_eq!(chat.say(MAYA, &team(), "@**Ines** advisory list"), "");
    assert_eq!(chat.say(MAYA, &team(), "I would like to !advisory list"), "");
    assert_eq!(chat.say(MAYA, &team(), "!!"), "");
}

#[test]
fn an_incident_is_named_by_codename_ghsa_cve_or_topic() {
    let mut chat = Chat::new();
    chat.open("Overflow");
    for incident in
        ["amber-heron", "AMBER-HERON", "GHSA-x5cm-v3r2-9f22", "ghsa-x5cm-v3r2-9f22", "`amber-heron`"]
    {
        let shown = chat.say(MAYA, &team(), &format!("!embargo show {incident}"));
        assert_eq!(
            shown, "[#wamr-security > triage] No disclosure time is set. `!embargo set WHEN` sets it.",
            "{incident}"
        );
    }
    let shown = chat.say(MAYA, &chat.room(1), "!embargo show");
    assert_eq!(
        shown,
        "[#wamr-security > amber-heron · WAMR] No disclosure time is set. `!embargo set WHEN` sets it."
    );
    chat.on_github(&commands::kernel::embargoed::Embargoed::new(ghsa(0)), |advisory| {
        advisory.cve = "CVE-2026-12345".parse().ok()
    });
    chat.say(MAYA, &chat.room(1), "!advisory edit --severity low");
    let shown = chat.say(MAYA, &team(), "!embargo show cve-2026-12345");
    assert!(shown.contains("No disclosure time is set."), "{shown}");
}

#[test]
fn an_incident_that_is_not_named_or_not_known() {
    let mut chat = Chat::new();
    chat.open("Overflow");
    insta::assert_snapshot!(chat.say(MAYA, &team(), "!embargo show"), @"[#wamr-security > triage] Not done: no incident is named, and this is no incident's topic. Say which one: `!embargo show CODENAME …`. `!advisory list` shows them.");
    insta::assert_snapshot!(chat.say(MAYA, &team(), "!embargo show teal-otter"), @"[#wamr-security > triage] Not done: no incident here goes by that name. `!advisory list --all` shows them.");
    // Another team's incident is nobody's business.
    insta::assert_snapshot!(chat.say(MAYA, &crate::realm::topic(WASMTIME_SECURITY, "x"), "!advisory show amber-heron"), @"[#wasmtime-security > x] Not done: no incident here goes by that name. `!advisory list --all` shows them.");
}

#[test]
fn a_quoted_flag_is_a_word() {
    let mut chat = Chat::new();
    chat.say(MAYA, &team(), "!advisory new Crash with \"--severity\" given");
    insta::assert_snapshot!(chat.say(MAYA, &chat.room(1), "!advisory show").lines().nth(1).unwrap(), @"**Crash with --severity given** · [GHSA-x5cm-v3r2-9f22](https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22) · severity open");
}

#[test]
fn a_hint_can_be_copied_as_it_stands() {
    let mut chat = Chat::new();
    let answer = chat.say(MAYA, &team(), "!advisory new Overflow --package wasmtime");
    assert!(!answer.contains('\u{200b}'), "{answer:?}");
}
