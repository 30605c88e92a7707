//! Another disclosure time, once outsiders were told of the one before.

use commands::kernel::effect::{Action, Outcome};

use crate::{
    notify::{asked, planned, sent},
    realm::*,
};

#[test]
fn another_time_needs_a_second_person_and_leads_to_a_correction() {
    let (mut chat, room) = planned();
    sent(&mut chat, &room);
    chat.say(INES, &room, "!done list-seen");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!embargo set 2026-11-25 15:00 UTC --reason A worse variant"), @r"
    [#wamr-security > amber-heron · WAMR] @_**Maya|11** asks to move the disclosure time to <time:2026-11-25T15:00:00Z> (Wednesday 15:00 UTC, in 7 days 6 hours).
    The announcement list was told <time:2026-11-24T15:00:00Z>; a mail that corrects it follows by `!notify send`.
    Reason: A worse variant
    @**Ines|12** @**Tomasz|13**: confirm by 👍 on this message or `!embargo set`, within 30 minutes.
    (card edited)
    ");
    assert!(chat.incident(1).embargo.as_ref().unwrap().until.to_string().starts_with("2026-11-24"));
    insta::assert_snapshot!(chat.thumb(TOMASZ, asked(&chat), true), @r"
    [#wamr-security > amber-heron · WAMR] ✅ Confirmed by @_**Tomasz|13**.
    ✅ Disclosure set to <time:2026-11-25T15:00:00Z> (Wednesday 15:00 UTC, in 7 days 6 hours). Countdown: 7 days, 3 days, 24 hours, 6 hours, 1 hour and 15 minutes before.
    That is later than usual: an embargo is typically no longer than 7 days.
    Until now it was <time:2026-11-24T15:00:00Z> (Tuesday 15:00 UTC).
    The announcement list was told <time:2026-11-24T15:00:00Z>: `!notify send` sends the mail that corrects it.
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(INES, &room, "!notify send"), @r"
    [#wamr-security > amber-heron · WAMR] @_**Ines|12** asks to send this mail. A mail cannot be called back.
    ```text
    To: sec-announce@example.org
    Subject: Changed: security release of WAMR planned for 2026-11-25 15:00 UTC

    This replaces our earlier mail, which named another time:
    Tuesday, 24 November 2026, 15:00 UTC.

    A security release of WAMR is planned for
    Wednesday, 25 November 2026, 15:00 UTC.

    Highest severity: medium
    Not affected by this release:
      Wasmtime

    Details are published with the release, and not before.

    Our security policy: https://example.org/security
    ```
    Once it is sent, in #**general>security**:
    ```quote
    The security release of WAMR that was planned for <time:2026-11-24T15:00:00Z> (Tuesday 15:00 UTC) is moved to <time:2026-11-25T15:00:00Z> (Wednesday 15:00 UTC). Highest severity: medium. Details follow then.
    ```
    @**Maya|11** @**Tomasz|13**: confirm by 👍 on this message or `!notify send`, within 30 minutes.
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!notify send"), @r"
    [#wamr-security > amber-heron · WAMR] ✅ Confirmed by @_**Maya|11**. The mail is being sent.
    [MAIL to sec-announce@example.org] <1794992400000000000.2@example.org> answering <1794992400000000000.1@example.org>
    Subject: Changed: security release of WAMR planned for 2026-11-25 15:00 UTC
    This replaces our earlier mail, which named another time:
    Tuesday, 24 November 2026, 15:00 UTC.

    A security release of WAMR is planned for
    Wednesday, 25 November 2026, 15:00 UTC.

    Highest severity: medium
    Not affected by this release:
      Wasmtime

    Details are published with the release, and not before.

    Our security policy: https://example.org/security

    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ **Mail sent** to `sec-announce@example.org`: its server has taken it. Whether it reached the list I cannot see. @**Maya|11**, look there, and `!done list-seen` when it is; I ask until then.
    [PUBLIC #general > security] The security release of WAMR that was planned for <time:2026-11-24T15:00:00Z> (Tuesday 15:00 UTC) is moved to <time:2026-11-25T15:00:00Z> (Wednesday 15:00 UTC). Highest severity: medium. Details follow then.
    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ Told in #**general>security** what the mail says.
    ");
    let seen = chat.say(MAYA, &room, "!next");
    assert!(
        seen.contains("⬜ mail seen on the list: look on the list"),
        "what was seen before was the other: {seen}"
    );
    assert!(chat.wait("1h").contains("Nobody has seen the mail on the list yet"));
}

#[test]
fn a_time_is_moved_by_the_second_persons_own_command_too() {
    let (mut chat, room) = planned();
    sent(&mut chat, &room);
    chat.say(MAYA, &room, "!embargo extend 1d --reason One more test");
    let moved = chat.say(INES, &room, "!embargo set 2026-11-25 15:00 UTC --reason As Maya says");
    assert!(
        moved.contains("✅ Disclosure set to") && moved.contains("Confirmed by @_**Ines|12**"),
        "{moved}"
    );
}

#[test]
fn a_time_that_is_taken_away_is_corrected_too() {
    let (mut chat, room) = planned();
    sent(&mut chat, &room);
    insta::assert_snapshot!(chat.say(MAYA, &room, "!embargo lift --reason Upstream cannot say when"), @r"
    [#wamr-security > amber-heron · WAMR] @_**Maya|11** asks to take the disclosure time away.
    The announcement list was told <time:2026-11-24T15:00:00Z>; a mail that corrects it follows by `!notify send`.
    Reason: Upstream cannot say when
    @**Ines|12** @**Tomasz|13**: confirm by 👍 on this message or `!embargo lift`, within 30 minutes.
    (card edited)
    ");
    insta::assert_snapshot!(chat.thumb(INES, asked(&chat), true), @r"
    [#wamr-security > amber-heron · WAMR] ✅ Confirmed by @_**Ines|12**.
    ✅ The disclosure time is taken away: it was <time:2026-11-24T15:00:00Z> (Tuesday 15:00 UTC, in 6 days 6 hours). Nothing counts down, and everything stays embargoed. `!embargo set WHEN` sets another; a release without one needs `!release go --waive embargo --reason …`
    The announcement list was told <time:2026-11-24T15:00:00Z>: `!notify send` sends the mail that corrects it.
    (card edited)
    ");
    insta::assert_snapshot!(sent(&mut chat, &room), @r"
    [#wamr-security > amber-heron · WAMR] ✅ Confirmed by @_**Ines|12**. The mail is being sent.
    [MAIL to sec-announce@example.org] <1794992400000000000.2@example.org> answering <1794992400000000000.1@example.org>
    Subject: Put off: security release of WAMR
    This replaces our earlier mail, which named another time:
    Tuesday, 24 November 2026, 15:00 UTC.

    The security release of WAMR is put off.
    Its new time will be announced here.

    Highest severity: medium
    Not affected by this release:
      Wasmtime

    Details are published with the release, and not before.

    Our security policy: https://example.org/security

    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ **Mail sent** to `sec-announce@example.org`: its server has taken it. Whether it reached the list I cannot see. @**Maya|11**, look there, and `!done list-seen` when it is; I ask until then.
    [PUBLIC #general > security] The security release of WAMR that was planned for <time:2026-11-24T15:00:00Z> (Tuesday 15:00 UTC) is put off. Its new time will be announced here.
    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ Told in #**general>security** what the mail says.
    ");
}

#[test]
fn a_mail_on_its_way_is_called_off_with_its_time() {
    let (mut chat, room) = planned();
    chat.say(MAYA, &room, "!notify send");
    let request = asked(&chat);
    chat.hold = true;
    chat.thumb(INES, request, true);
    let busy = chat.say(TOMASZ, &room, "!notify send");
    assert!(busy.contains("the mail is on its way already"), "{busy}");
    let mail =
        chat.effects.iter().find(|(_, effect)| matches!(effect.action, Action::SendMail { .. })).unwrap().0;
    chat.say(INES, &room, "!embargo broken It is on a mailing list");
    assert!(chat.cancelled.contains(&mail));
    // It was under way: what became of it is told.
    let shown = chat.settled(mail, Outcome::Done);
    assert!(shown.contains("✅ **Mail sent**"), "{shown}");
    chat.release();
}
