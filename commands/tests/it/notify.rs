//! `!notify`: what the announcement list is told, when, and by whose word.

use commands::kernel::{
    effect::{Action, Effect, FailureKind, Outcome, Service},
    id::{IncidentId, MessageId},
    step::Step,
};

use crate::{
    kit::{Chat, failed, failure},
    realm::*,
};

/// An incident of a project with a list, which is to be disclosed in six days.
pub(crate) fn planned() -> (Chat, commands::kernel::input::Place) {
    planned_with(with_list())
}

fn planned_with(settings: commands::kernel::settings::Settings) -> (Chat, commands::kernel::input::Place) {
    let mut chat = Chat::with(settings);
    chat.open("Out-of-bounds write in the AOT loader --severity medium");
    let room = chat.room(1);
    chat.say(MAYA, &room, "!embargo set 2026-11-24 15:00 UTC");
    (chat, room)
}

/// The request for a second person.
pub(crate) fn asked(chat: &Chat) -> MessageId {
    chat.incident(1).mailing.asked.as_ref().and_then(|asked| asked.message).expect("the request stands")
}

/// The mail server answers so.
fn server(chat: &mut Chat, outcome: impl Fn() -> Outcome + 'static) {
    chat.answer_with(move |effect: &Effect| matches!(effect.action, Action::SendMail { .. }).then(&outcome));
}

fn lost() -> Outcome {
    Outcome::Unknown(failure(Service::Mail, FailureKind::Unreachable, ""))
}

pub(crate) fn sent(chat: &mut Chat, room: &commands::kernel::input::Place) -> String {
    chat.say(MAYA, room, "!notify send");
    chat.thumb(INES, asked(chat), true)
}

#[test]
fn the_mail_is_shown_confirmed_by_another_sent_and_seen() {
    let (mut chat, room) = planned();
    insta::assert_snapshot!(chat.say(INES, &room, "!notify preview"), @r"
    [#wamr-security > amber-heron · WAMR] This mail, and nothing else, goes to the announcement list:
    ```text
    To: sec-announce@example.org
    Subject: Security release of WAMR planned for 2026-11-24 15:00 UTC

    A security release of WAMR is planned for
    Tuesday, 24 November 2026, 15:00 UTC.

    Highest severity: medium
    Not affected by this release:
      Wasmtime

    Details are published with the release, and not before.

    Our security policy: https://example.org/security
    ```
    Once it is sent, in #**general>security**:
    ```quote
    A security release of WAMR is planned for <time:2026-11-24T15:00:00Z> (Tuesday 15:00 UTC). Highest severity: medium. Details follow then.
    ```
    The projects that it calls not affected are the others of that list, but for those whose package the advisory names. If one of them is affected too: `!advisory affected ECO:NAME RANGE`
    `!notify send` sends it, once a second person confirms.
    ");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!notify send"), @r"
    [#wamr-security > amber-heron · WAMR] @_**Maya|11** asks to send this mail. A mail cannot be called back.
    ```text
    To: sec-announce@example.org
    Subject: Security release of WAMR planned for 2026-11-24 15:00 UTC

    A security release of WAMR is planned for
    Tuesday, 24 November 2026, 15:00 UTC.

    Highest severity: medium
    Not affected by this release:
      Wasmtime

    Details are published with the release, and not before.

    Our security policy: https://example.org/security
    ```
    Once it is sent, in #**general>security**:
    ```quote
    A security release of WAMR is planned for <time:2026-11-24T15:00:00Z> (Tuesday 15:00 UTC). Highest severity: medium. Details follow then.
    ```
    @**Ines|12** @**Tomasz|13**: confirm by 👍 on this message or `!notify send`, within 30 minutes.
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(INES, &room, "!notify preview").lines().last().unwrap(), @"@_**Maya|11** has asked to send it: somebody else confirms by 👍 there or `!notify send`");
    assert_eq!(chat.thumb(MAYA, asked(&chat), true), "", "whoever asks does not confirm");
    assert_eq!(chat.thumb(RAVI, asked(&chat), true), "");
    insta::assert_snapshot!(chat.thumb(INES, asked(&chat), true), @r"
    [#wamr-security > amber-heron · WAMR] ✅ Confirmed by @_**Ines|12**. The mail is being sent.
    [MAIL to sec-announce@example.org] <1794992400000000000.1@example.org>
    Subject: Security release of WAMR planned for 2026-11-24 15:00 UTC
    A security release of WAMR is planned for
    Tuesday, 24 November 2026, 15:00 UTC.

    Highest severity: medium
    Not affected by this release:
      Wasmtime

    Details are published with the release, and not before.

    Our security policy: https://example.org/security

    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ **Mail sent** to `sec-announce@example.org`: its server has taken it. Whether it reached the list I cannot see. @**Maya|11**, look there, and `!done list-seen` when it is; I ask until then.
    [PUBLIC #general > security] A security release of WAMR is planned for <time:2026-11-24T15:00:00Z> (Tuesday 15:00 UTC). Highest severity: medium. Details follow then.
    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ Told in #**general>security** what the mail says.
    ");
    insta::assert_snapshot!(chat.say(TOMASZ, &room, "!notify send"), @"[#wamr-security > amber-heron · WAMR] Not done: the list knows the time and the severity as they stand. `!done list-seen` when the mail was seen there.");
    insta::assert_snapshot!(chat.say(TOMASZ, &room, "!done list-seen in the archive"), @r"
    [#wamr-security > amber-heron · WAMR] ✅ mail seen on the list.
    ➡️ **reproduced, affected versions and platforms known**: `!done reproduce EVIDENCE` when it is
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(TOMASZ, &room, "!timeline"), @r#"
    [#wamr-security > amber-heron · WAMR] **Timeline of amber-heron**
    * <time:2026-11-18T09:00:00Z> @_**Maya|11** opened the incident
    * <time:2026-11-18T09:00:00Z> the advisory stands on GitHub
    * <time:2026-11-18T09:00:00Z> @_**Maya|11** set the disclosure time to <time:2026-11-24T15:00:00Z>
    * <time:2026-11-18T09:00:00Z> @_**Maya|11** asked to send the mail "Security release of WAMR planned for 2026-11-24 15&#58;00 UTC"
    * <time:2026-11-18T09:00:00Z> @_**Ines|12** confirmed it
    * <time:2026-11-18T09:00:00Z> the announcement list's server took the mail
    * <time:2026-11-18T09:00:00Z> @_**Tomasz|13** vouched: mail seen on the list: in the archive
    "#);
}

#[test]
fn what_is_missing_is_said_before_anything_is_sent() {
    let mut chat = Chat::with(with_list());
    chat.open("Overflow");
    let room = chat.room(1);
    insta::assert_snapshot!(chat.say(MAYA, &room, "!notify send"), @"[#wamr-security > amber-heron · WAMR] Not done: no disclosure time is set. `!embargo set WHEN` sets it.");
    chat.say(MAYA, &room, "!embargo set +2h");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!notify preview"), @"[#wamr-security > amber-heron · WAMR] Not done: the mail names the highest severity, and the advisory has none yet. `!advisory edit --cvss VECTOR` sets it.");
    chat.say(MAYA, &room, "!advisory edit --severity high");
    chat.say(INES, &room, "!embargo broken It is on a mailing list");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!notify send"), @"[#wamr-security > amber-heron · WAMR] Not done: the embargo is broken, since <time:2026-11-18T09:00:00Z> (Wednesday 09:00 UTC, just now): It is on a mailing list, says @_**Ines|12**. `!release plan` shows what is left to do. If it is not public after all: `!embargo set WHEN --reason …`");
    chat.say(INES, &room, "!embargo set +1h --reason It was another bug");
    chat.sleep("61m");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!notify send"), @"[#wamr-security > amber-heron · WAMR] Not done: the disclosure time is past: <time:2026-11-18T10:00:00Z> (Wednesday 10:00 UTC, 1 minute ago). `!release go` releases it; another time: `!embargo set WHEN --reason …`");
    let mut chat = Chat::new();
    chat.open("Overflow");
    let room = chat.room(1);
    insta::assert_snapshot!(chat.say(MAYA, &room, "!notify preview"), @"[#wamr-security > amber-heron · WAMR] Not done: this project has no announcement list. The bot's administrator can configure one: `announce_list` under `[[project]]`.");
}

#[test]
fn another_persons_own_command_confirms_and_a_newer_request_voids_the_older() {
    let (mut chat, room) = planned();
    chat.say(MAYA, &room, "!notify send");
    let older = asked(&chat);
    insta::assert_snapshot!(chat.say(MAYA, &room, "!notify send").lines().take(2).collect::<Vec<_>>().join("\n"), @r"
    [#wamr-security > amber-heron · WAMR] The earlier request is void.
    @_**Maya|11** asks to send this mail. A mail cannot be called back.
    ");
    assert_eq!(chat.thumb(INES, older, true), "");
    let sent = chat.say(TOMASZ, &room, "!notify send");
    assert!(
        sent.contains("Confirmed by @_**Tomasz|13**") && sent.contains("[MAIL to sec-announce@example.org]"),
        "{sent}"
    );
}

#[test]
fn nobody_confirms_what_is_no_longer_so_or_too_late() {
    let (mut chat, room) = planned();
    chat.say(MAYA, &room, "!notify send");
    chat.say(MAYA, &room, "!advisory edit --severity critical");
    insta::assert_snapshot!(chat.thumb(INES, asked(&chat), true), @r"
    [#wamr-security > amber-heron · WAMR] ❌ The request is void: what the mail would say has changed. Give the command again.
    (card edited)
    ");
    chat.say(MAYA, &room, "!notify send");
    let changed = chat.say(INES, &room, "!embargo extend 1d --reason One more test");
    assert!(changed.contains("The request is void: what the mail would say has changed"), "{changed}");
    chat.say(MAYA, &room, "!notify send");
    insta::assert_snapshot!(chat.wait("30m"), @r"
    [#wamr-security > amber-heron · WAMR] ❌ The request has lapsed: nobody confirmed it within 30 minutes. The mail was not sent. @**Maya|11**, give the command again.
    (card edited)
    ");
    let late = {
        chat.say(MAYA, &room, "!notify send");
        let request = asked(&chat);
        chat.sleep("30m");
        chat.thumb(INES, request, true)
    };
    assert_eq!(late, "");
}

#[test]
fn a_thumb_before_the_bot_knows_its_own_message_counts() {
    let (mut chat, room) = planned();
    chat.hold = true;
    chat.say(MAYA, &room, "!notify send");
    let request = chat.next_message();
    assert_eq!(chat.thumb(INES, request, true), "");
    let post =
        chat.effects.iter().rev().find(|(_, effect)| {
            matches!(effect.purpose, commands::kernel::effect::Purpose::AskSecond { .. })
        });
    let post = post.unwrap().0;
    chat.hold = false;
    let shown = chat.settled(post, Outcome::Posted(request));
    assert!(shown.contains("Confirmed by @_**Ines|12**") && shown.contains("[MAIL to"), "{shown}");
}

#[test]
fn a_mail_of_unknown_fate_is_told_as_that_and_sent_again_under_the_same_id() {
    let (mut chat, room) = planned();
    server(&mut chat, lost);
    insta::assert_snapshot!(sent(&mut chat, &room), @r"
    [#wamr-security > amber-heron · WAMR] ✅ Confirmed by @_**Ines|12**. The mail is being sent.
    [MAIL to sec-announce@example.org] <1794992400000000000.1@example.org>
    Subject: Security release of WAMR planned for 2026-11-24 15:00 UTC
    A security release of WAMR is planned for
    Tuesday, 24 November 2026, 15:00 UTC.

    Highest severity: medium
    Not affected by this release:
      Wasmtime

    Details are published with the release, and not before.

    Our security policy: https://example.org/security
     → fate unknown
    (card edited)
    [#wamr-security > amber-heron · WAMR] 🚨 **Whether the mail to `sec-announce@example.org` was sent is unknown.** I was cut off while its server was taking it, or before I read the answer, and I do not try again by myself. @**Maya|11** @**Ines|12** @**Tomasz|13**: look on the list. Is it there: `!done list-seen`. Is it not: `!notify send`, which sends the very same mail, so that a list that has it drops the second.
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(INES, &room, "!next").lines().take(1).collect::<String>(), @"[#wamr-security > amber-heron · WAMR] ➡️ **reproduced, affected versions and platforms known**: `!done reproduce EVIDENCE` when it is. Owed by @_**Maya|11**.");
    let plan = chat.say(INES, &room, "!release plan");
    assert!(plan.contains("⬜ pre-notification sent"), "nobody knows whether it was: {plan}");
    insta::assert_snapshot!(chat.wait("1h"), @"[#wamr-security > amber-heron · WAMR] ⏳ Whether the mail was sent is still unknown, <time:2026-11-18T09:00:00Z> (Wednesday 09:00 UTC, 1 hour ago). @**Maya|11**, look there: `!done list-seen` if it is there; if it is not, `!notify send`.");
    chat.mend();
    let again = chat.say(INES, &room, "!notify send");
    assert!(again.contains("asks to send this mail, again"), "{again}");
    let again = chat.thumb(MAYA, asked(&chat), true);
    let ids = message_ids(&chat);
    assert!(again.contains("✅ **Mail sent**") && ids.len() == 2 && ids[0] == ids[1], "{ids:?}: {again}");
}

fn message_ids(chat: &Chat) -> Vec<String> {
    let ids = chat.effects.iter().filter_map(|(_, effect)| match &effect.action {
        Action::SendMail { message_id, .. } => Some(message_id.clone()),
        _ => None,
    });
    ids.collect()
}

#[test]
fn whoever_sees_a_mail_of_unknown_fate_on_the_list_settles_it() {
    let (mut chat, room) = planned();
    server(&mut chat, lost);
    sent(&mut chat, &room);
    insta::assert_snapshot!(chat.say(INES, &room, "!done list-seen it is there"), @r"
    [#wamr-security > amber-heron · WAMR] ✅ mail seen on the list.
    ➡️ **reproduced, affected versions and platforms known**: `!done reproduce EVIDENCE` when it is
    [PUBLIC #general > security] A security release of WAMR is planned for <time:2026-11-24T15:00:00Z> (Tuesday 15:00 UTC). Highest severity: medium. Details follow then.
    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ Told in #**general>security** what the mail says.
    ");
    chat.say(INES, &room, "!undo list-seen");
    let again = chat.say(INES, &room, "!done list-seen it is there");
    assert!(!again.contains("#general"), "the public is told once: {again}");
    let told = chat.say(INES, &room, "!notify send");
    assert!(told.contains("the list knows the time"), "{told}");
    assert!(!chat.wait("5h").contains("Whether the mail"));
}

#[test]
fn a_second_try_that_fails_does_not_make_the_first_one_unsent() {
    let (mut chat, room) = planned();
    server(&mut chat, lost);
    sent(&mut chat, &room);
    server(&mut chat, || failed(Service::Mail, FailureKind::Refused, "550 no"));
    let again = sent(&mut chat, &room);
    assert!(again.contains("was sent is unknown.**"), "{again}");
}

#[test]
fn a_mail_that_was_certainly_not_sent_is_sent_anew() {
    let (mut chat, room) = planned();
    server(&mut chat, || failed(Service::Mail, FailureKind::Refused, "550 no such list"));
    insta::assert_snapshot!(sent(&mut chat, &room), @r#"
    [#wamr-security > amber-heron · WAMR] ✅ Confirmed by @_**Ines|12**. The mail is being sent.
    [MAIL to sec-announce@example.org] <1794992400000000000.1@example.org>
    Subject: Security release of WAMR planned for 2026-11-24 15:00 UTC
    A security release of WAMR is planned for
    Tuesday, 24 November 2026, 15:00 UTC.

    Highest severity: medium
    Not affected by this release:
      Wasmtime

    Details are published with the release, and not before.

    Our security policy: https://example.org/security
     → failed
    (card edited)
    [#wamr-security > amber-heron · WAMR] ❌ **The mail was not sent**: the mail server refused it. It said: "550 no such list". Nobody got it. @**Maya|11**, mend that and `!notify send` again.
    (card edited)
    "#);
    server(&mut chat, || Outcome::Blocked(vec![IncidentId(1)]));
    insta::assert_snapshot!(sent(&mut chat, &room), @r"
    [#wamr-security > amber-heron · WAMR] ✅ Confirmed by @_**Ines|12**. The mail is being sent.
    [MAIL to sec-announce@example.org] <1794992400000000000.1@example.org>
    Subject: Security release of WAMR planned for 2026-11-24 15:00 UTC
    A security release of WAMR is planned for
    Tuesday, 24 November 2026, 15:00 UTC.

    Highest severity: medium
    Not affected by this release:
      Wasmtime

    Details are published with the release, and not before.

    Our security policy: https://example.org/security
     → stopped by the guard
    (card edited)
    [#wamr-security > amber-heron · WAMR] ❌ **The mail was not sent**: it would have named something that is still embargoed. Nobody got it. @**Maya|11**, mend that and `!notify send` again.
    [#wamr-security > amber-heron · WAMR] 🚨 **Stopped**: a public message I was about to send names something that belongs to amber-heron. It was not sent. @**Maya|11**, look at what led to it before anything else is said in public.
    (card edited)
    ");
    chat.mend();
    assert!(sent(&mut chat, &room).contains("✅ **Mail sent**"));
    let ids = message_ids(&chat);
    assert!(ids.len() == 3 && ids.iter().all(|id| *id == ids[0]), "{ids:?}");
}

#[test]
fn nobody_has_to_remember_to_look_at_the_list() {
    let (mut chat, room) = planned();
    sent(&mut chat, &room);
    insta::assert_snapshot!(chat.wait("1h"), @"[#wamr-security > amber-heron · WAMR] ⏳ Nobody has seen the mail on the list yet, <time:2026-11-18T09:00:00Z> (Wednesday 09:00 UTC, 1 hour ago). @**Maya|11**, look there: `!done list-seen` if it is there; if it is not, ask the list's moderators.");
    let hours: Vec<usize> = (0..8).map(|_| chat.wait("1h").matches("Nobody has seen").count()).collect();
    assert_eq!(hours, [1, 0, 1, 0, 0, 0, 1, 0], "ever more rarely");
    chat.say(TOMASZ, &room, "!done list-seen");
    assert!(!chat.wait("48h").contains("Nobody has seen"));
}

#[test]
fn the_countdown_and_the_plan_name_the_mail_that_was_not_sent() {
    let (mut chat, room) = planned();
    let counted = chat.wait("121h");
    assert!(counted.lines().last().unwrap().contains("pre-notification sent"), "{counted}");
    let plan = chat.say(MAYA, &room, "!release plan");
    assert!(plan.contains("⬜ pre-notification sent: `!notify preview` shows it"), "{plan}");
}

#[test]
fn a_mail_sent_by_hand_counts_once_it_was_seen() {
    let (mut chat, room) = planned();
    chat.say(INES, &room, "!done list-seen I sent it from my own account");
    let plan = chat.say(MAYA, &room, "!release plan");
    assert!(plan.contains("✅ pre-notification sent") && plan.contains("✅ mail seen on the list"), "{plan}");
    let mut early = Chat::with(with_list());
    early.open("Overflow");
    let room = early.room(1);
    insta::assert_snapshot!(early.say(INES, &room, "!done list-seen"), @"[#wamr-security > amber-heron · WAMR] Not done: no mail was sent, and no disclosure time is set of which one could tell. `!embargo set WHEN` sets it.");
}

#[test]
fn severity_is_named_in_the_projects_scheme_and_an_affected_sibling_is_not_called_unaffected() {
    let mut settings = with_list();
    settings.projects[0].severity_scheme = commands::kernel::mail::SeverityScheme::OpenSsl;
    let (mut chat, room) = planned_with(settings);
    let preview = chat.say(MAYA, &room, "!notify preview");
    assert!(
        preview.contains("Highest severity: moderate") && preview.contains("\n  Wasmtime\n"),
        "{preview}"
    );
    chat.say(MAYA, &room, "!advisory affected rust:wasmtime < 36.0.0");
    let preview = chat.say(MAYA, &room, "!notify preview");
    assert!(!preview.contains("Wasmtime"), "{preview}");
}

#[test]
fn only_projects_of_the_same_list_are_called_unaffected_and_one_with_an_incident_of_its_own_is_among_them() {
    let mut settings = with_list();
    settings.projects[1].announce_list = Some("others@example.org".into());
    let (mut chat, room) = planned_with(settings);
    let preview = chat.say(MAYA, &room, "!notify preview");
    assert!(!preview.contains("Wasmtime"), "it announces elsewhere: {preview}");
    let (mut chat, room) = planned();
    chat.say(ZOE, &topic(WASMTIME_SECURITY, "triage"), "!advisory new Overflow in the loader");
    assert_eq!(chat.world.incidents().count(), 2);
    let preview = chat.say(MAYA, &room, "!notify preview");
    assert!(preview.contains("\n  Wasmtime\n"), "leaving it out would tell of that: {preview}");
}

#[test]
fn an_urgent_command_found_late_is_not_carried_out() {
    let (mut chat, room) = planned();
    let message = chat.message(MAYA, &room, "!notify send");
    chat.sleep("16m");
    let answer =
        chat.happen(&commands::kernel::input::Input::Said(commands::kernel::input::Said::Message(message)));
    assert!(answer.contains("I was away and read this only now"), "{answer}");
}

#[test]
fn both_steps_fall_with_the_embargo() {
    assert!(Step::Notify.falls_with_embargo() && Step::ListSeen.falls_with_embargo());
    let (mut chat, room) = planned();
    let broken = chat.say(MAYA, &room, "!embargo broken It is on a mailing list");
    assert!(broken.contains("pre-notification sent · mail seen on the list"), "{broken}");
}

#[test]
fn the_public_is_told_what_the_list_was_told_and_only_then() {
    let (mut chat, room) = planned();
    let public = |shown: &str| {
        let said = shown.lines().filter(|line| line.starts_with("[PUBLIC") || line.contains("Told in"));
        said.map(str::to_owned).collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(public(&sent(&mut chat, &room)), @r"
    [PUBLIC #general > security] A security release of WAMR is planned for <time:2026-11-24T15:00:00Z> (Tuesday 15:00 UTC). Highest severity: medium. Details follow then.
    [#wamr-security > amber-heron · WAMR] ✅ Told in #**general>security** what the mail says.
    ");
    chat.say(MAYA, &room, "!embargo set +50h --reason The fix is not ready");
    chat.say(INES, &room, "!embargo set +50h --reason The fix is not ready");
    insta::assert_snapshot!(public(&sent(&mut chat, &room)), @r"
    [PUBLIC #general > security] The security release of WAMR that was planned for <time:2026-11-24T15:00:00Z> (Tuesday 15:00 UTC) is moved to <time:2026-11-20T11:00:00Z> (Friday 11:00 UTC). Highest severity: medium. Details follow then.
    [#wamr-security > amber-heron · WAMR] ✅ Told in #**general>security** what the mail says.
    ");
    chat.say(MAYA, &room, "!embargo lift --reason Nobody knows yet");
    chat.say(INES, &room, "!embargo lift --reason Nobody knows yet");
    insta::assert_snapshot!(public(&sent(&mut chat, &room)), @r"
    [PUBLIC #general > security] The security release of WAMR that was planned for <time:2026-11-20T11:00:00Z> (Friday 11:00 UTC) is put off. Its new time will be announced here.
    [#wamr-security > amber-heron · WAMR] ✅ Told in #**general>security** what the mail says.
    ");
}

#[test]
fn nothing_is_said_in_public_of_a_mail_that_was_not_sent_or_may_not_have_been() {
    for outcome in [lost, || failed(Service::Mail, FailureKind::Refused, "no")] {
        let (mut chat, room) = planned();
        server(&mut chat, outcome);
        let shown = sent(&mut chat, &room);
        assert!(shown.contains("Security release of WAMR planned"), "it was tried: {shown}");
        assert!(!shown.contains("[PUBLIC"), "{shown}");
    }
}

#[test]
fn what_cannot_be_said_in_public_is_told_to_the_team() {
    for (outcome, told) in [
        (Outcome::Blocked(vec![IncidentId(1)]), "❌ Not sent: the message would have named"),
        (failed(Service::Zulip, FailureKind::Refused, "no"), "❌ Not sent: Zulip refused it"),
    ] {
        let (mut chat, room) = planned();
        chat.answer_with(move |effect: &Effect| {
            matches!(effect.action, Action::Notify { .. }).then(|| outcome.clone())
        });
        let shown = sent(&mut chat, &room);
        assert!(shown.contains(told), "{told}: {shown}");
    }
}
