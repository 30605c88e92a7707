//! The countdown to the disclosure time.

use commands::kernel::{content::AdvisoryState, embargoed::Embargoed, input::Input};

use crate::{kit::Chat, realm::*};

fn with_time(when: &str) -> Chat {
    let mut chat = Chat::new();
    chat.open("Overflow");
    chat.say(MAYA, &chat.room(1), &format!("!embargo set {when}"));
    chat
}

#[test]
fn each_reminder_comes_once_and_in_order() {
    let mut chat = with_time("+75h");
    insta::assert_snapshot!(chat.wait("75h"), @r"
    [#wamr-security > amber-heron · WAMR] ⏳ **3 days** to disclosure: <time:2026-11-21T12:00:00Z> (Saturday 12:00 UTC). Missing: reproduced, affected versions and platforms known · private fork · collaborators · audited for similar problems · other projects and third parties dealt with · fix on main · severity and advisory text complete · CVE · patch on `main` and `release/2.4.x` · tests on `main` and `release/2.4.x`. @**Maya|11**, `!next` shows what comes next.
    [#wamr-security > amber-heron · WAMR] ⏳ **24 hours** to disclosure: <time:2026-11-21T12:00:00Z> (Saturday 12:00 UTC). Missing: reproduced, affected versions and platforms known · private fork · collaborators · audited for similar problems · other projects and third parties dealt with · fix on main · severity and advisory text complete · CVE · patch on `main` and `release/2.4.x` · tests on `main` and `release/2.4.x`. @**Maya|11**, `!next` shows what comes next.
    [#wamr-security > amber-heron · WAMR] ⏳ **6 hours** to disclosure: <time:2026-11-21T12:00:00Z> (Saturday 12:00 UTC). Missing: reproduced, affected versions and platforms known · private fork · collaborators · audited for similar problems · other projects and third parties dealt with · fix on main · severity and advisory text complete · CVE · patch on `main` and `release/2.4.x` · tests on `main` and `release/2.4.x`. @**Maya|11**, `!next` shows what comes next.
    [#wamr-security > amber-heron · WAMR] ⏳ **1 hour** to disclosure: <time:2026-11-21T12:00:00Z> (Saturday 12:00 UTC). Missing: reproduced, affected versions and platforms known · private fork · collaborators · audited for similar problems · other projects and third parties dealt with · fix on main · severity and advisory text complete · CVE · patch on `main` and `release/2.4.x` · tests on `main` and `release/2.4.x`. @**Maya|11**, `!next` shows what comes next.
    [#wamr-security > amber-heron · WAMR] ⏳ **15 minutes** to disclosure: <time:2026-11-21T12:00:00Z> (Saturday 12:00 UTC). Missing: reproduced, affected versions and platforms known · private fork · collaborators · audited for similar problems · other projects and third parties dealt with · fix on main · severity and advisory text complete · CVE · patch on `main` and `release/2.4.x` · tests on `main` and `release/2.4.x`. @**Maya|11**, `!next` shows what comes next.
    [#wamr-security > amber-heron · WAMR] ⏳ **The disclosure time has come**: <time:2026-11-21T12:00:00Z> (Saturday 12:00 UTC). @**Maya|11**, missing: reproduced, affected versions and platforms known · private fork · collaborators · audited for similar problems · other projects and third parties dealt with · fix on main · severity and advisory text complete · CVE · patch on `main` and `release/2.4.x` · tests on `main` and `release/2.4.x`. `!release plan`.
    ");
    assert_eq!(chat.happen(&Input::Ticked), "");
    let next = "2026-11-21T12:15:00Z".parse().unwrap();
    assert_eq!(chat.world.next_deadline(), Some(next), "from then on somebody is called");
}

#[test]
fn with_nothing_missing_it_says_so() {
    let mut chat = Chat::new();
    chat.ready();
    insta::assert_snapshot!(chat.wait("1h"), @r"
    [#wamr-security > amber-heron · WAMR] ⏳ **15 minutes** to disclosure: <time:2026-11-18T10:00:00Z> (Wednesday 10:00 UTC). Everything is in place; `!release plan` shows what will happen.
    [#wamr-security > amber-heron · WAMR] ⏳ **The disclosure time has come**: <time:2026-11-18T10:00:00Z> (Wednesday 10:00 UTC). @**Maya|11**, `!release go`.
    ");
}

#[test]
fn what_fell_due_while_the_bot_was_down_is_sent_once_and_marked_late() {
    let mut chat = with_time("+75h");
    chat.sleep("70h");
    insta::assert_snapshot!(chat.wait("1s"), @r"
    [#wamr-security > amber-heron · WAMR] ⏳ **3 days** to disclosure: <time:2026-11-21T12:00:00Z> (Saturday 12:00 UTC, in 5 hours). Missing: reproduced, affected versions and platforms known · private fork · collaborators · audited for similar problems · other projects and third parties dealt with · fix on main · severity and advisory text complete · CVE · patch on `main` and `release/2.4.x` · tests on `main` and `release/2.4.x`. @**Maya|11**, `!next` shows what comes next. This reminder is late: it was due 2 days 19 hours ago.
    [#wamr-security > amber-heron · WAMR] ⏳ **24 hours** to disclosure: <time:2026-11-21T12:00:00Z> (Saturday 12:00 UTC, in 5 hours). Missing: reproduced, affected versions and platforms known · private fork · collaborators · audited for similar problems · other projects and third parties dealt with · fix on main · severity and advisory text complete · CVE · patch on `main` and `release/2.4.x` · tests on `main` and `release/2.4.x`. @**Maya|11**, `!next` shows what comes next. This reminder is late: it was due 19 hours ago.
    [#wamr-security > amber-heron · WAMR] ⏳ **6 hours** to disclosure: <time:2026-11-21T12:00:00Z> (Saturday 12:00 UTC, in 5 hours). Missing: reproduced, affected versions and platforms known · private fork · collaborators · audited for similar problems · other projects and third parties dealt with · fix on main · severity and advisory text complete · CVE · patch on `main` and `release/2.4.x` · tests on `main` and `release/2.4.x`. @**Maya|11**, `!next` shows what comes next. This reminder is late: it was due 1 hour ago.
    ");
    insta::assert_snapshot!(chat.wait("5h"), @r"
    [#wamr-security > amber-heron · WAMR] ⏳ **1 hour** to disclosure: <time:2026-11-21T12:00:00Z> (Saturday 12:00 UTC). Missing: reproduced, affected versions and platforms known · private fork · collaborators · audited for similar problems · other projects and third parties dealt with · fix on main · severity and advisory text complete · CVE · patch on `main` and `release/2.4.x` · tests on `main` and `release/2.4.x`. @**Maya|11**, `!next` shows what comes next.
    [#wamr-security > amber-heron · WAMR] ⏳ **15 minutes** to disclosure: <time:2026-11-21T12:00:00Z> (Saturday 12:00 UTC). Missing: reproduced, affected versions and platforms known · private fork · collaborators · audited for similar problems · other projects and third parties dealt with · fix on main · severity and advisory text complete · CVE · patch on `main` and `release/2.4.x` · tests on `main` and `release/2.4.x`. @**Maya|11**, `!next` shows what comes next.
    [#wamr-security > amber-heron · WAMR] ⏳ **The disclosure time has come**: <time:2026-11-21T12:00:00Z> (Saturday 12:00 UTC). @**Maya|11**, missing: reproduced, affected versions and platforms known · private fork · collaborators · audited for similar problems · other projects and third parties dealt with · fix on main · severity and advisory text complete · CVE · patch on `main` and `release/2.4.x` · tests on `main` and `release/2.4.x`. `!release plan`.
    ");
}

#[test]
fn two_minutes_are_not_late() {
    let mut chat = with_time("+20m");
    chat.sleep("7m");
    assert!(!chat.happen(&Input::Ticked).contains("late"));
    chat.sleep("15m1s");
    assert!(chat.happen(&Input::Ticked).contains("late"));
}

#[test]
fn reminders_of_before_the_time_was_set_are_skipped() {
    let mut chat = with_time("+50m");
    assert_eq!(chat.wait("34m"), "");
    let shown = chat.wait("1m");
    assert!(shown.contains("15 minutes"), "{shown}");
}

#[test]
fn another_time_begins_another_countdown() {
    let mut chat = with_time("+75h");
    chat.wait("52h");
    chat.say(MAYA, &chat.room(1), "!embargo set +25h --reason Slower");
    insta::assert_snapshot!(chat.wait("1h"), @"[#wamr-security > amber-heron · WAMR] ⏳ **24 hours** to disclosure: <time:2026-11-21T14:00:00Z> (Saturday 14:00 UTC). Missing: reproduced, affected versions and platforms known · private fork · collaborators · audited for similar problems · other projects and third parties dealt with · fix on main · severity and advisory text complete · CVE · patch on `main` and `release/2.4.x` · tests on `main` and `release/2.4.x`. @**Maya|11**, `!next` shows what comes next.");
}

#[test]
fn nothing_is_sent_after_publication() {
    let mut chat = with_time("+20m");
    chat.on_github(&Embargoed::new(ghsa(0)), |advisory| advisory.state = AdvisoryState::Published);
    chat.say(MAYA, &chat.room(1), "!advisory edit --severity low");
    assert!(chat.incident(1).is_published());
    assert_eq!(chat.wait("1h"), "");
}

#[test]
fn a_disclosure_time_that_passes_without_a_release_is_escalated_until_somebody_acts() {
    let mut chat = Chat::new();
    let number = chat.due();
    let room = chat.room(number);
    insta::assert_snapshot!(chat.wait("15m"), @"[#wamr-security > amber-heron · WAMR] 🚨 **The disclosure time has passed**, <time:2026-11-18T10:00:00Z> (Wednesday 10:00 UTC, 15 minutes ago), and nothing is released. @**Maya|11**: `!release plan` shows what is missing, `!release go` starts it; another time: `!embargo set WHEN --reason …`");
    insta::assert_snapshot!(chat.wait("45m"), @"[#wamr-security > amber-heron · WAMR] 🚨 **The disclosure time has passed**, <time:2026-11-18T10:00:00Z> (Wednesday 10:00 UTC, 1 hour ago), and nothing is released. @**Maya|11** @**Ines|12** @**Tomasz|13**: `!release plan` shows what is missing, `!release go` starts it; another time: `!embargo set WHEN --reason …`");
    insta::assert_snapshot!(chat.wait("3h"), @r"
    [#wamr-security > amber-heron · WAMR] 🚨 **The disclosure time has passed**, <time:2026-11-18T10:00:00Z> (Wednesday 10:00 UTC, 4 hours ago), and nothing is released. @**Maya|11** @**Ines|12** @**Tomasz|13**: `!release plan` shows what is missing, `!release go` starts it; another time: `!embargo set WHEN --reason …`
    [DM to Maya] 🚨 **The disclosure time of amber-heron has passed**, <time:2026-11-18T10:00:00Z> (Wednesday 10:00 UTC, 4 hours ago), and nothing is released. Its manager is @_**Maya|11**. Act in its topic: `!release plan` shows what is missing, `!manager claim` takes over, `!release go` starts the release.
    [DM to Ines] 🚨 **The disclosure time of amber-heron has passed**, <time:2026-11-18T10:00:00Z> (Wednesday 10:00 UTC, 4 hours ago), and nothing is released. Its manager is @_**Maya|11**. Act in its topic: `!release plan` shows what is missing, `!manager claim` takes over, `!release go` starts the release.
    [DM to Tomasz] 🚨 **The disclosure time of amber-heron has passed**, <time:2026-11-18T10:00:00Z> (Wednesday 10:00 UTC, 4 hours ago), and nothing is released. Its manager is @_**Maya|11**. Act in its topic: `!release plan` shows what is missing, `!manager claim` takes over, `!release go` starts the release.
    ");
    let asked = chat.say(MAYA, &room, "!release go");
    assert!(asked.contains("asks to release"), "{asked}");
    let lapsed = chat.wait("29m");
    assert_eq!(lapsed, "", "somebody has acted");
    let lapsed = chat.wait("1m");
    assert!(lapsed.contains("has lapsed"), "{lapsed}");
    let again = chat.wait("3h30m");
    assert!(again.contains("The disclosure time has passed"), "nobody approved: {again}");
    chat.say(MAYA, &room, "!embargo set +1h --reason The fix is not ready");
    insta::assert_snapshot!(chat.wait("1h15m"), @r"
    [#wamr-security > amber-heron · WAMR] ⏳ **15 minutes** to disclosure: <time:2026-11-18T19:00:00Z> (Wednesday 19:00 UTC). Everything is in place; `!release plan` shows what will happen.
    [#wamr-security > amber-heron · WAMR] ⏳ **The disclosure time has come**: <time:2026-11-18T19:00:00Z> (Wednesday 19:00 UTC). @**Maya|11**, `!release go`.
    [#wamr-security > amber-heron · WAMR] 🚨 **The disclosure time has passed**, <time:2026-11-18T19:00:00Z> (Wednesday 19:00 UTC, 15 minutes ago), and nothing is released. @**Maya|11**: `!release plan` shows what is missing, `!release go` starts it; another time: `!embargo set WHEN --reason …`
    ");
    chat.say(MAYA, &room, "!embargo lift --reason Not known yet");
    assert_eq!(chat.wait("30h"), "", "no time, nothing that passes");
}

#[test]
fn nobody_is_called_for_what_is_released_by_hand_or_closed() {
    for closed in [false, true] {
        let mut chat = Chat::new();
        let number = chat.due();
        let ghsa = chat.ghsa(number);
        let state = if closed { AdvisoryState::Closed } else { AdvisoryState::Published };
        chat.by_hand(&ghsa, |advisory| advisory.state = state);
        assert_eq!(chat.wait("30h"), "", "closed: {closed}");
    }
}

#[test]
fn what_was_missed_of_the_escalation_is_told_once() {
    let mut chat = Chat::new();
    let number = chat.due();
    chat.sleep("5h");
    let told = chat.wait("0s");
    assert_eq!(told.matches("The disclosure time has passed").count(), 1, "{told}");
    assert!(told.contains("This reminder is late"), "{told}");
    assert_eq!(chat.incident(number).reminded.len(), 1);
}

#[test]
fn a_release_that_is_called_off_makes_no_other_reminder_less_late() {
    let mut chat = Chat::new();
    let number = chat.open("Overflow");
    let room = chat.room(number);
    chat.say(MAYA, &room, "!cve request");
    chat.sleep("23h50m");
    chat.say(
        MAYA,
        &room,
        "!release go --early --waive reproduce --waive fork --waive invite --waive audit --waive upstream --waive fix --waive text --waive cve --waive embargo --waive patches --waive tests --reason A drill",
    );
    chat.sleep("20m");
    let off = chat.say(MAYA, &room, "!release abort Wrong day");
    assert!(off.contains("called off"), "{off}");
    let told = chat.wait("0s");
    assert!(told.contains("Still no CVE number") && told.contains("This reminder is late"), "{told}");
}

#[test]
fn while_a_release_waits_for_approval_nobody_is_called() {
    let mut chat = Chat::new();
    let number = chat.due();
    let room = chat.room(number);
    chat.wait("10m");
    chat.say(MAYA, &room, "!release go");
    assert_eq!(chat.wait("29m"), "", "the quarter of an hour is over meanwhile");
    let lapsed = chat.wait("1m");
    assert!(lapsed.contains("has lapsed") && lapsed.contains("The disclosure time has passed"), "{lapsed}");
    assert!(!lapsed.contains("This reminder is late"), "nobody had to be called before: {lapsed}");
}
