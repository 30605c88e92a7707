//! `!embargo`.

use crate::{kit::Chat, realm::*};

#[test]
fn the_disclosure_time_is_set_and_shown() {
    let mut chat = Chat::new();
    chat.open("Overflow");
    let room = chat.room(1);
    insta::assert_snapshot!(chat.say(INES, &room, "!embargo set 2026-11-24 15:00 Europe/Berlin"), @r"
    [#wamr-security > amber-heron · WAMR] ✅ Disclosure set to <time:2026-11-24T14:00:00Z> (Tuesday 14:00 UTC, in 6 days 5 hours). Countdown: 3 days, 24 hours, 6 hours, 1 hour and 15 minutes before.
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(INES, &room, "!embargo show"), @"[#wamr-security > amber-heron · WAMR] ⏳ Disclosure <time:2026-11-24T14:00:00Z> (Tuesday 14:00 UTC, in 6 days 5 hours). Set <time:2026-11-18T09:00:00Z>. Reminders to come: 3 days, 24 hours, 6 hours, 1 hour and 15 minutes before.");
    insta::assert_snapshot!(chat.say(INES, &room, "!next"), @r"
    [#wamr-security > amber-heron · WAMR] ➡️ **reproduced, affected versions and platforms known**: `!done reproduce EVIDENCE` when it is. Owed by @_**Maya|11**.
    ⬜ private fork: `!fork`
    ⬜ collaborators: `!invite @user`
    ⬜ audited for similar problems: `!done audit EVIDENCE` when it is
    ⬜ other projects and third parties dealt with: `!done upstream EVIDENCE` when it is
    ⬜ fix on main: `!done fix EVIDENCE` when it is
    ⬜ severity and advisory text complete: the text is missing: `!advisory edit` shows what to fill in · the severity is missing: `!advisory edit --cvss VECTOR` or `--severity high` · the affected versions are missing: `!advisory affected ECO:NAME RANGE`
    ⬜ CVE: `!cve request`
    ⬜ patch on every supported branch: `main`: none yet, `!patch add main PR` · `release/2.4.x`: none yet, `!patch add release/2.4.x PR`
    ⬜ tests recorded: `main`, once it has a patch · `release/2.4.x`, once it has a patch
    ");
    chat.wait("144h");
    insta::assert_snapshot!(chat.say(INES, &room, "!embargo show"), @"[#wamr-security > amber-heron · WAMR] ⏳ Disclosure <time:2026-11-24T14:00:00Z> (Tuesday 14:00 UTC, in 5 hours). Set <time:2026-11-18T09:00:00Z>. Reminders to come: 1 hour and 15 minutes before.");
}

#[test]
fn a_time_is_refused_with_the_reason() {
    let mut chat = Chat::new();
    chat.open("Overflow");
    let room = chat.room(1);
    let mut said = |text: &str| chat.say(INES, &room, text);
    insta::assert_snapshot!(said("!embargo set"), @r"
    [#wamr-security > amber-heron · WAMR] Not done: WHEN is missing.
    It is written `!embargo set [ADVISORY] WHEN [--reason …]`
    For example `!embargo set 2026-12-01 15:00 UTC`
    ");
    insta::assert_snapshot!(said("!embargo set tomorow 15:00"), @r#"
    [#wamr-security > amber-heron · WAMR] Not done: "tomorow 15&#58;00" is not a time I know. Write 2026-11-21 15&#58;00 UTC, or +72h.
    "#);
    insta::assert_snapshot!(said("!embargo set 2026-11-18 08:59"), @"[#wamr-security > amber-heron · WAMR] Not done: 2026-11-18 08&#58;59 UTC is past: 1 minute ago. Write a time that is still ahead.");
    insta::assert_snapshot!(said("!embargo set 2027-03-28 02:30 Europe/Berlin"), @"[#wamr-security > amber-heron · WAMR] Not done: 2027-03-28 02&#58;30 does not exist in Europe/Berlin: the clock goes from 02&#58;00 straight to 03&#58;00. Write a time outside that hole, or UTC.");
    insta::assert_snapshot!(said("!embargo set 2026-12-01"), @r#"
    [#wamr-security > amber-heron · WAMR] Not done: "2026-12-01" has no time of day. Write 2026-12-01 15&#58;00 UTC.
    "#);
    insta::assert_snapshot!(said("!embargo set 1.12.2026 15:00"), @r#"
    [#wamr-security > amber-heron · WAMR] Not done: "1.12.2026" can be read in more than one way. Write the date as year-month-day: 2026-11-21 15&#58;00 UTC.
    "#);
    insta::assert_snapshot!(said("!embargo set 2026-12-01 15:00 IST"), @"[#wamr-security > amber-heron · WAMR] Not done: IST can mean India (Asia/Kolkata), Israel (Asia/Jerusalem) or Ireland (Europe/Dublin). Write the place or the offset.");
    insta::assert_snapshot!(said("!embargo set @**all** $x$"), @r#"
    [#wamr-security > amber-heron · WAMR] Not done: "&#64;&#42;&#42;all&#42;&#42; &#36;x&#36;" is not a time I know. Write 2026-11-21 15&#58;00 UTC, or +72h.
    "#);
    insta::assert_snapshot!(said("!embargo set +72h --reason"), @r"
    [#wamr-security > amber-heron · WAMR] Not done: --reason needs a value.
    It is written `!embargo set [ADVISORY] WHEN [--reason …]`
    For example `!embargo set 2026-12-01 15:00 UTC`
    ");
    insta::assert_snapshot!(said("!embargo show me"), @r#"
    [#wamr-security > amber-heron · WAMR] Not done: "me" is one word too many.
    It is written `!embargo show [ADVISORY]`
    For example `!embargo show`
    "#);
}

#[test]
fn another_time_needs_a_reason() {
    let mut chat = Chat::new();
    chat.open("Overflow");
    let room = chat.room(1);
    chat.say(INES, &room, "!embargo set 2026-11-24 15:00");
    insta::assert_snapshot!(chat.say(INES, &room, "!embargo set 2026-11-23 15:00"), @"[#wamr-security > amber-heron · WAMR] Not done: there is a disclosure time already. To change it, say why: `!embargo set WHEN --reason …`");
    insta::assert_snapshot!(chat.say(INES, &room, "!embargo set 2026-11-23 15:00 --reason \" \""), @"[#wamr-security > amber-heron · WAMR] Not done: there is a disclosure time already. To change it, say why: `!embargo set WHEN --reason …`");
    let same = chat.say(INES, &room, "!embargo set 2026-11-24 15:00");
    assert!(same.contains("✅"), "the same time needs none: {same}");
    insta::assert_snapshot!(chat.say(INES, &room, "!embargo set 2026-11-23 15:00 --reason The reporter asks for it"), @r"
    [#wamr-security > amber-heron · WAMR] ✅ Disclosure set to <time:2026-11-23T15:00:00Z> (Monday 15:00 UTC, in 5 days 6 hours). Countdown: 3 days, 24 hours, 6 hours, 1 hour and 15 minutes before.
    (card edited)
    ");
}

#[test]
fn a_long_embargo_is_warned_about_and_a_very_long_one_needs_a_reason() {
    let mut chat = Chat::new();
    chat.open("Overflow");
    let room = chat.room(1);
    insta::assert_snapshot!(chat.say(INES, &room, "!embargo set +7d"), @r"
    [#wamr-security > amber-heron · WAMR] ✅ Disclosure set to <time:2026-11-25T09:00:00Z> (Wednesday 09:00 UTC, in 7 days). Countdown: 3 days, 24 hours, 6 hours, 1 hour and 15 minutes before.
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(INES, &room, "!embargo set +8d --reason More tests"), @r"
    [#wamr-security > amber-heron · WAMR] ✅ Disclosure set to <time:2026-11-26T09:00:00Z> (Thursday 09:00 UTC, in 8 days). Countdown: 7 days, 3 days, 24 hours, 6 hours, 1 hour and 15 minutes before.
    That is later than usual: an embargo is typically no longer than 7 days.
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(INES, &team(), "!embargo set amber-heron +31d --reason x"), @r"
    [#wamr-security > triage] ✅ Disclosure set to <time:2026-12-19T09:00:00Z> (Saturday 09:00 UTC, in 31 days). Countdown: 7 days, 3 days, 24 hours, 6 hours, 1 hour and 15 minutes before.
    That is later than usual: an embargo is typically no longer than 7 days.
    (card edited)
    ");
    chat.open("Second");
    insta::assert_snapshot!(chat.say(INES, &chat.room(2), "!embargo set +31d"), @"[#wamr-security > amber-hoopoe · WAMR] Not done: that is later than the policy's longest embargo, which ends <time:2026-12-18T09:00:00Z> (Friday 09:00 UTC, in 30 days). To go beyond it, say why: `!embargo set WHEN --reason …`");
    let at_the_limit = chat.say(INES, &chat.room(2), "!embargo set +30d");
    assert!(at_the_limit.contains("✅"), "{at_the_limit}");
}

#[test]
fn once_published_there_is_no_embargo() {
    let mut chat = Chat::new();
    let number = chat.due();
    chat.say(MAYA, &chat.room(number), "!release go");
    chat.say(INES, &chat.room(number), "!release approve");
    insta::assert_snapshot!(chat.say(INES, &chat.room(number), "!embargo show"), @"[#wamr-security > amber-heron · WAMR] The advisory is published; there is no embargo any more.");
    insta::assert_snapshot!(chat.say(INES, &chat.room(number), "!embargo set +72h"), @"[#wamr-security > amber-heron · WAMR] Not done: this incident is closed.");
}
