//! `!embargo`.

use commands::kernel::input::{Input, Said};
use jiff::Timestamp;
use proptest::prelude::*;

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
    Until now it was <time:2026-11-24T15:00:00Z> (Tuesday 15:00 UTC).
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
    Until now it was <time:2026-11-25T09:00:00Z> (Wednesday 09:00 UTC).
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(INES, &team(), "!embargo set amber-heron +31d --reason x"), @r"
    [#wamr-security > triage] ✅ Disclosure set to <time:2026-12-19T09:00:00Z> (Saturday 09:00 UTC, in 31 days). Countdown: 7 days, 3 days, 24 hours, 6 hours, 1 hour and 15 minutes before.
    That is later than usual: an embargo is typically no longer than 7 days.
    That is a Saturday: fewer people are there to update.
    Until now it was <time:2026-11-26T09:00:00Z> (Thursday 09:00 UTC).
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

/// An incident with its disclosure time on Tuesday at 15:00.
fn with_time() -> Chat {
    let mut chat = Chat::new();
    chat.open("Overflow");
    chat.say(INES, &chat.room(1), "!embargo set 2026-11-24 15:00");
    chat
}

#[test]
fn an_extension_moves_the_time_later() {
    let mut chat = with_time();
    let room = chat.room(1);
    insta::assert_snapshot!(chat.say(INES, &room, "!embargo extend 1 day 2 hours --reason One more test"), @r"
    [#wamr-security > amber-heron · WAMR] ✅ Disclosure set to <time:2026-11-25T17:00:00Z> (Wednesday 17:00 UTC, in 7 days 8 hours). Countdown: 7 days, 3 days, 24 hours, 6 hours, 1 hour and 15 minutes before.
    That is later than usual: an embargo is typically no longer than 7 days.
    Until now it was <time:2026-11-24T15:00:00Z> (Tuesday 15:00 UTC).
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(INES, &team(), "!embargo extend amber-heron +3d --reason One more test"), @r"
    [#wamr-security > triage] ✅ Disclosure set to <time:2026-11-28T17:00:00Z> (Saturday 17:00 UTC, in 10 days 8 hours). Countdown: 7 days, 3 days, 24 hours, 6 hours, 1 hour and 15 minutes before.
    That is later than usual: an embargo is typically no longer than 7 days.
    That is a Saturday: fewer people are there to update.
    Until now it was <time:2026-11-25T17:00:00Z> (Wednesday 17:00 UTC).
    (card edited)
    ");
    let shown = chat.wait("250h");
    assert_eq!(shown.matches("to disclosure").count(), 6, "only of the newest time: {shown}");
    assert!(shown.contains("The disclosure time has come"), "{shown}");
    insta::assert_snapshot!(chat.say(INES, &room, "!embargo extend 1h --reason A bad build"), @"[#wamr-security > amber-heron · WAMR] Not done: 2026-11-28 18&#58;00 UTC is past: 1 hour ago. Write a time that is still ahead.");
    insta::assert_snapshot!(chat.say(INES, &room, "!embargo extend 4h --reason A bad build"), @r"
    [#wamr-security > amber-heron · WAMR] ✅ Disclosure set to <time:2026-11-28T21:00:00Z> (Saturday 21:00 UTC, in 2 hours). Countdown: 1 hour and 15 minutes before.
    That is a Saturday: fewer people are there to update.
    Until now it was <time:2026-11-28T17:00:00Z> (Saturday 17:00 UTC).
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(INES, &room, "!embargo extend 60d --reason Upstream is slow"), @r"
    [#wamr-security > amber-heron · WAMR] ✅ Disclosure set to <time:2027-01-27T21:00:00Z> (Wednesday 21:00 UTC, in 60 days 2 hours). Countdown: 7 days, 3 days, 24 hours, 6 hours, 1 hour and 15 minutes before.
    That is later than usual: an embargo is typically no longer than 7 days.
    Until now it was <time:2026-11-28T21:00:00Z> (Saturday 21:00 UTC).
    (card edited)
    ");
}

#[test]
fn an_extension_is_refused_with_the_reason() {
    let mut chat = Chat::new();
    chat.open("Overflow");
    let room = chat.room(1);
    insta::assert_snapshot!(chat.say(INES, &room, "!embargo extend 1d --reason x"), @"[#wamr-security > amber-heron · WAMR] Not done: no disclosure time is set. `!embargo set WHEN` sets it.");
    chat.say(INES, &room, "!embargo set 2026-11-24 15:00");
    let mut said = |text: &str| chat.say(INES, &room, text);
    insta::assert_snapshot!(said("!embargo extend 1d"), @r"
    [#wamr-security > amber-heron · WAMR] Not done: say why: --reason is missing.
    It is written `!embargo extend [ADVISORY] DURATION --reason …`
    For example `!embargo extend 48h --reason The fix needs one more test`
    ");
    insta::assert_snapshot!(said("!embargo extend 1d --reason \" \""), @r"
    [#wamr-security > amber-heron · WAMR] Not done: say why: --reason is missing.
    It is written `!embargo extend [ADVISORY] DURATION --reason …`
    For example `!embargo extend 48h --reason The fix needs one more test`
    ");
    insta::assert_snapshot!(said("!embargo extend --reason More tests"), @r"
    [#wamr-security > amber-heron · WAMR] Not done: DURATION is missing.
    It is written `!embargo extend [ADVISORY] DURATION --reason …`
    For example `!embargo extend 48h --reason The fix needs one more test`
    ");
    insta::assert_snapshot!(said("!embargo extend 0 --reason x"), @"[#wamr-security > amber-heron · WAMR] Not done: an extension moves the disclosure time later, as in `!embargo extend 48h --reason …`. To an earlier time: `!embargo set WHEN --reason …`");
    insta::assert_snapshot!(said("!embargo extend 0h --reason x"), @"[#wamr-security > amber-heron · WAMR] Not done: an extension moves the disclosure time later, as in `!embargo extend 48h --reason …`. To an earlier time: `!embargo set WHEN --reason …`");
    insta::assert_snapshot!(said("!embargo extend -3h --reason x"), @"[#wamr-security > amber-heron · WAMR] Not done: an extension moves the disclosure time later, as in `!embargo extend 48h --reason …`. To an earlier time: `!embargo set WHEN --reason …`");
    insta::assert_snapshot!(said("!embargo extend tuesday --reason x"), @r#"[#wamr-security > amber-heron · WAMR] Not done: "tuesday" is not a length of time I know. Write 72h, 1d12h, or 2 days 4 hours (w d h m)."#);
    insta::assert_snapshot!(said("!embargo extend 9000d --reason x"), @r#"[#wamr-security > amber-heron · WAMR] Not done: "9000d" is longer than 1830 days. Write a shorter time."#);
    insta::assert_snapshot!(said("!embargo extend 1825d --reason x"), @"[#wamr-security > amber-heron · WAMR] Not done: 2031-11-23 15&#58;00 UTC is more than 5 years ahead. Check the year.");
    insta::assert_snapshot!(said("!embargo extnd 1d --reason x"), @"[#wamr-security > amber-heron · WAMR] Not done: there is no `!embargo extnd`. The nearest is `!embargo extend`.");
    assert!(said("!embargo show").contains("Tuesday 15:00 UTC"), "nothing was changed");
}

#[test]
fn a_lifted_time_counts_down_no_more() {
    let mut chat = with_time();
    let room = chat.room(1);
    insta::assert_snapshot!(chat.say(INES, &room, "!embargo lift --reason Upstream cannot say when"), @r"
    [#wamr-security > amber-heron · WAMR] ✅ The disclosure time is taken away: it was <time:2026-11-24T15:00:00Z> (Tuesday 15:00 UTC, in 6 days 6 hours). Nothing counts down, and everything stays embargoed. `!embargo set WHEN` sets another; a release without one needs `!release go --waive embargo --reason …`
    (card edited)
    ");
    assert_eq!(chat.wait("240h"), "");
    insta::assert_snapshot!(chat.say(INES, &room, "!embargo show"), @"[#wamr-security > amber-heron · WAMR] No disclosure time is set. `!embargo set WHEN` sets it.");
    assert!(chat.say(INES, &room, "!next").contains("⬜ disclosure time: `!embargo set WHEN`"));
    insta::assert_snapshot!(chat.say(INES, &room, "!embargo lift --reason Again"), @"[#wamr-security > amber-heron · WAMR] Not done: no disclosure time is set. `!embargo set WHEN` sets it.");
    let again = chat.say(INES, &room, "!embargo set +72h");
    assert!(again.contains("✅ Disclosure set"), "no reason is needed: {again}");
}

#[test]
fn lifting_is_refused_with_the_reason() {
    let mut chat = with_time();
    let room = chat.room(1);
    insta::assert_snapshot!(chat.say(INES, &room, "!embargo lift"), @r"
    [#wamr-security > amber-heron · WAMR] Not done: say why: --reason is missing.
    It is written `!embargo lift [ADVISORY] --reason …`
    For example `!embargo lift --reason Upstream cannot say yet when it has a fix`
    ");
    insta::assert_snapshot!(chat.say(INES, &room, "!embargo lift --reason"), @r"
    [#wamr-security > amber-heron · WAMR] Not done: --reason needs a value.
    It is written `!embargo lift [ADVISORY] --reason …`
    For example `!embargo lift --reason Upstream cannot say yet when it has a fix`
    ");
    insta::assert_snapshot!(chat.say(INES, &room, "!embargo lift Upstream"), @r#"
    [#wamr-security > amber-heron · WAMR] Not done: "Upstream" is one word too many.
    It is written `!embargo lift [ADVISORY] --reason …`
    For example `!embargo lift --reason Upstream cannot say yet when it has a fix`
    "#);
    assert!(chat.say(INES, &room, "!embargo show").contains("Tuesday 15:00 UTC"));
}

#[test]
fn a_release_that_waits_is_void_once_the_time_moves_or_goes() {
    for change in ["!embargo extend 1d --reason A worse variant", "!embargo lift --reason A worse variant"] {
        let mut chat = Chat::new();
        let number = chat.due();
        let room = chat.room(number);
        chat.say(MAYA, &room, "!release go");
        let request = chat.request(number);
        let answer = chat.say(TOMASZ, &room, change);
        assert!(answer.contains("The request is void: the disclosure time was changed"), "{answer}");
        assert_eq!(chat.thumb(INES, request, true), "");
        assert!(!chat.incident(number).is_published());
    }
}

#[test]
fn while_a_release_runs_and_after_it_the_time_stays() {
    let commands =
        ["!embargo extend 1d --reason x", "!embargo lift --reason x", "!embargo accept", "!embargo broken x"];
    let mut chat = Chat::new();
    let number = chat.due();
    let room = chat.room(number);
    chat.say(MAYA, &room, "!release go");
    chat.hold = true;
    chat.say(INES, &room, "!release approve");
    for command in commands {
        let answer = chat.say(INES, &room, command);
        assert!(answer.contains("Not done: the release is under way"), "{command}: {answer}");
    }
    chat.release();
    for command in commands {
        let answer = chat.say(INES, &room, command);
        assert!(answer.contains("Not done: this incident is closed"), "{command}: {answer}");
    }
}

#[test]
fn once_published_by_hand_there_is_no_time_to_change() {
    let mut chat = with_time();
    chat.by_hand(&ghsa(0), |advisory| {
        advisory.state = commands::kernel::content::AdvisoryState::Published;
    });
    let room = chat.room(1);
    for command in [
        "!embargo set +72h --reason x",
        "!embargo extend 1d --reason x",
        "!embargo lift --reason x",
        "!embargo accept",
        "!embargo broken x",
    ] {
        let answer = chat.say(INES, &room, command);
        assert!(
            answer.contains("Not done: the advisory is public; there is no embargo"),
            "{command}: {answer}"
        );
    }
}

#[test]
fn a_weekend_is_warned_about() {
    let mut chat = Chat::new();
    chat.open("Overflow");
    let room = chat.room(1);
    let mut set = |when: &str| chat.say(INES, &room, &format!("!embargo set {when} --reason x"));
    for (when, day) in [("2026-11-21 00:00", "Saturday"), ("2026-11-22 23:59", "Sunday")] {
        let answer = set(when);
        assert!(answer.contains(&format!("That is a {day}: fewer people")), "{answer}");
    }
    for when in ["2026-11-20 23:59", "2026-11-23 00:00"] {
        let answer = set(when);
        assert!(answer.contains("✅") && !answer.contains("fewer people"), "{answer}");
    }
}

#[test]
fn a_length_of_time_counts_from_when_it_was_written_however_late_it_is_found() {
    let mut chat = Chat::new();
    chat.open("Overflow");
    let room = chat.room(1);
    let message = chat.message(INES, &room, "!embargo set +4h");
    let missed = chat.message(INES, &room, "!embargo set +1h --reason Sooner");
    chat.sleep("3h");
    let mut find = |message| chat.happen(&Input::Said(Said::Message(message)));
    let answer = find(message);
    assert!(answer.contains("Wednesday 13:00 UTC, in 1 hour"), "{answer}");
    insta::assert_snapshot!(find(missed), @"[#wamr-security > amber-heron · WAMR] Not done: 2026-11-18 10&#58;00 UTC is past: 2 hours ago. Write a time that is still ahead.");
    // An edit counts from when it was made.
    let message = chat.message(INES, &room, "!embargo set soon");
    chat.happen(&Input::Said(Said::Message(message.clone())));
    chat.sleep("5m");
    let answer = chat.edit(&message, "!embargo set +4h --reason Later");
    assert!(answer.contains("Wednesday 16:05 UTC, in 4 hours"), "{answer}");
}

#[test]
fn a_weekend_and_a_holiday_are_warned_about() {
    let mut chat = Chat::new();
    chat.open("Overflow");
    let room = chat.room(1);
    let mut set = |when: &str| {
        let said = chat.say(INES, &room, &format!("!embargo set {when} --reason As agreed"));
        said.lines().filter(|line| line.starts_with("That")).collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(set("2026-12-25 00:00"), @r"
    That is later than usual: an embargo is typically no longer than 7 days.
    That day is a holiday, by my configuration: fewer people are there to update.
    ");
    assert!(!set("2026-12-24 23:59").contains("holiday"));
    assert!(!set("2026-12-26 00:30 Europe/Berlin").contains("Saturday"), "in UTC it is still Friday");
    insta::assert_snapshot!(set("2026-11-22 12:00"), @"That is a Sunday: fewer people are there to update.");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// However a time is written, what the bot answers is read back as that very moment.
    #[test]
    fn a_time_that_is_set_is_answered_so_that_it_can_be_set_again(
        minutes in 1_i64..(60 * 24 * 400),
        zone in prop::sample::select(vec![
            "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Casablanca",
            "America/Santiago", "Pacific/Apia",
        ]),
        form in prop::sample::select(vec!["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M %:z", "%A %H:%M"]),
    ) {
        let mut chat = Chat::new();
        chat.open("Overflow");
        let room = chat.room(1);
        let wanted = chat.now.checked_add(jiff::SignedDuration::from_mins(minutes)).unwrap();
        let local = wanted.in_tz(zone).unwrap();
        let typed = format!("{} {zone}", local.strftime(form));
        let first = chat.say(MAYA, &room, &format!("!embargo set {typed} --reason As agreed"));
        let until = |chat: &Chat| chat.incident(1).embargo.as_ref().map(|embargo| embargo.until);
        let Some(set) = until(&chat) else {
            // A local time that comes twice or never is refused, and nothing is set.
            prop_assert!(first.contains("Not done"), "{}: {}", typed, first);
            return Ok(());
        };
        if !form.contains("%A") {
            prop_assert_eq!(set, wanted, "{}", typed);
        }
        prop_assert_eq!(set.in_tz(zone).unwrap().strftime("%H:%M").to_string(), local.strftime("%H:%M").to_string());
        let shown = first.split("Disclosure set to ").nth(1).and_then(|rest| rest.split(" (").next()).unwrap();
        let stamp: Timestamp = shown.trim_start_matches("<time:").trim_end_matches('>').parse().unwrap();
        prop_assert_eq!(stamp, set);
        chat.say(MAYA, &room, "!embargo lift --reason To set it again");
        let again = chat.say(MAYA, &room, &format!("!embargo set {shown} --reason As agreed"));
        prop_assert_eq!(until(&chat), Some(set), "{}", again);
    }
}
