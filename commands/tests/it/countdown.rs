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
    insta::assert_snapshot!(chat.wait("76h"), @r"
    [#wamr-security > amber-heron · WAMR] ⏳ **3 days** to disclosure: <time:2026-11-21T12:00:00Z> (Saturday 12:00 UTC). Missing: reproduced, affected versions and platforms known · private fork · collaborators · audited for similar problems · other projects and third parties dealt with · fix on main · severity and advisory text complete · CVE · patch on `main` and `release/2.4.x` · tests on `main` and `release/2.4.x`. @**Maya|11**, `!next` shows what comes next.
    [#wamr-security > amber-heron · WAMR] ⏳ **24 hours** to disclosure: <time:2026-11-21T12:00:00Z> (Saturday 12:00 UTC). Missing: reproduced, affected versions and platforms known · private fork · collaborators · audited for similar problems · other projects and third parties dealt with · fix on main · severity and advisory text complete · CVE · patch on `main` and `release/2.4.x` · tests on `main` and `release/2.4.x`. @**Maya|11**, `!next` shows what comes next.
    [#wamr-security > amber-heron · WAMR] ⏳ **6 hours** to disclosure: <time:2026-11-21T12:00:00Z> (Saturday 12:00 UTC). Missing: reproduced, affected versions and platforms known · private fork · collaborators · audited for similar problems · other projects and third parties dealt with · fix on main · severity and advisory text complete · CVE · patch on `main` and `release/2.4.x` · tests on `main` and `release/2.4.x`. @**Maya|11**, `!next` shows what comes next.
    [#wamr-security > amber-heron · WAMR] ⏳ **1 hour** to disclosure: <time:2026-11-21T12:00:00Z> (Saturday 12:00 UTC). Missing: reproduced, affected versions and platforms known · private fork · collaborators · audited for similar problems · other projects and third parties dealt with · fix on main · severity and advisory text complete · CVE · patch on `main` and `release/2.4.x` · tests on `main` and `release/2.4.x`. @**Maya|11**, `!next` shows what comes next.
    [#wamr-security > amber-heron · WAMR] ⏳ **15 minutes** to disclosure: <time:2026-11-21T12:00:00Z> (Saturday 12:00 UTC). Missing: reproduced, affected versions and platforms known · private fork · collaborators · audited for similar problems · other projects and third parties dealt with · fix on main · severity and advisory text complete · CVE · patch on `main` and `release/2.4.x` · tests on `main` and `release/2.4.x`. @**Maya|11**, `!next` shows what comes next.
    [#wamr-security > amber-heron · WAMR] ⏳ **The disclosure time has come**: <time:2026-11-21T12:00:00Z> (Saturday 12:00 UTC). @**Maya|11**, missing: reproduced, affected versions and platforms known · private fork · collaborators · audited for similar problems · other projects and third parties dealt with · fix on main · severity and advisory text complete · CVE · patch on `main` and `release/2.4.x` · tests on `main` and `release/2.4.x`. `!release plan`.
    ");
    assert_eq!(chat.happen(&Input::Ticked), "");
    assert_eq!(chat.world.next_deadline(), None);
}

#[test]
fn with_nothing_missing_it_says_so() {
    let mut chat = Chat::new();
    chat.ready();
    insta::assert_snapshot!(chat.wait("2h"), @r"
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
