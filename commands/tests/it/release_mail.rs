//! The release mail: what the announcement list is told once the advisory is out.

use commands::kernel::{
    check::{Violation, check},
    effect::{Action, Effect, FailureKind, Outcome, Purpose, RecordedEffect, Service},
    id::{EffectId, IncidentId, MessageId},
    step::Step,
};

use crate::{
    kit::{Chat, failed, failure},
    realm::*,
};

const GO: &str = "!release go --waive notify --waive list-seen --reason Small";

/// An incident of a project with a list, whose disclosure time has come.
fn due() -> (Chat, commands::kernel::input::Place) {
    let mut chat = Chat::with(with_list());
    let number = chat.due();
    let room = chat.room(number);
    (chat, room)
}

/// The release mails that were handed over.
fn mails(chat: &Chat) -> Vec<Action> {
    let of_release = |action: &Action| matches!(action, Action::MailRelease { .. });
    chat.effects.iter().map(|(_, effect)| effect.action.clone()).filter(of_release).collect()
}

#[test]
fn the_list_is_told_in_the_words_of_the_plan_once_the_advisory_is_public() {
    let (mut chat, room) = due();
    insta::assert_snapshot!(chat.say(MAYA, &room, GO), @r#"
    [#wamr-security > amber-heron · WAMR] @_**Maya|11** asks to release **amber-heron**.
    🚨 Left out: pre-notification sent, mail seen on the list.
    Reason: Small
    1. bring the patches to the public repository and merge them: into `bytecodealliance/wasm-micro-runtime`, each as a pull request that says "These changes were reviewed before. What they are for is told with the release.", merged by the repository's rules once the checks of all have passed:
        * `main`: commit `1000000` of #1 in the private fork, pushed as `fixes-main-1000000`, opened as "Fixes for WAMR on main"
        * `release/2.4.x`: commit `2000000` of #2 in the private fork, pushed as `fixes-release-2.4.x-2000000`, opened as "Fixes for WAMR on release/2.4.x"
    2. keep a snapshot of the private fork and close its pull requests: what `bytecodealliance/wasm-micro-runtime-ghsa-2222` has and `bytecodealliance/wasm-micro-runtime` has not, as a git bundle in my store
    3. publish the advisory: GHSA-x5cm-v3r2-9f22 in bytecodealliance/wasm-micro-runtime, on GitHub. There is no way back.
    4. see that the private fork is gone, or delete it, where GitHub leaves it, and nothing but the fork that the advisory names
    5. tell the announcement list:
    ```text
    To: sec-announce@example.org
    Subject: Security advisory for WAMR: Out-of-bounds write in the AOT loader

    A security advisory for WAMR is published.

    Summary: Out-of-bounds write in the AOT loader
    Severity: high
    CVE: CVE-2026-12345
    Fixed in wasm-micro-runtime: 2.4.4

    The advisory: https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22

    Our security policy: https://example.org/security
    ```
    6. tell the public in #**general>security**:
    ```quote
    **Security advisory for WAMR**: Out-of-bounds write in the AOT loader
    Severity high · CVE-2026-12345 · https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    Fixed in wasm-micro-runtime: 2.4.4
    ```
    7. attach the records for machines here: `osv.json`, `cve.json` and `csaf.json`
    8. close the incident
    @**Ines|12** @**Tomasz|13**: approve by 👍 on this message or `!release approve`, within 30 minutes.
    (card edited)
    "#);
    insta::assert_snapshot!(chat.say(INES, &room, "!release approve"), @r"
    [#wamr-security > amber-heron · WAMR] ✅ Approved by @_**Ines|12**. The release runs: 8 steps.
    (git: push 1000000 as fixes-main-1000000)
    (card edited)
    (git: push 2000000 as fixes-release-2.4.x-2000000)
    (OUTSIDE GitHub: open fixes-main-1000000 into main: Fixes for WAMR on main | These changes were reviewed before. What they are for is told with the release.)
    [#wamr-security > amber-heron · WAMR] ▶️ [bytecodealliance/wasm-micro-runtime#100](https://github.com/bytecodealliance/wasm-micro-runtime/pull/100) into `main` is open; its checks run.
    (OUTSIDE GitHub: open fixes-release-2.4.x-2000000 into release/2.4.x: Fixes for WAMR on release/2.4.x | These changes were reviewed before. What they are for is told with the release.)
    (card edited)
    [#wamr-security > amber-heron · WAMR] ▶️ [bytecodealliance/wasm-micro-runtime#101](https://github.com/bytecodealliance/wasm-micro-runtime/pull/101) into `release/2.4.x` is open; its checks run.
    (GitHub: wait for the pull request into main)
    (card edited)
    (GitHub: wait for the pull request into release/2.4.x)
    (card edited)
    (GitHub: MERGE #100 into main)
    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ [bytecodealliance/wasm-micro-runtime#100](https://github.com/bytecodealliance/wasm-micro-runtime/pull/100) is merged into `main`.
    (GitHub: MERGE #101 into release/2.4.x)
    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ [bytecodealliance/wasm-micro-runtime#101](https://github.com/bytecodealliance/wasm-micro-runtime/pull/101) is merged into `release/2.4.x`.
    [#wamr-security > amber-heron · WAMR] ✅ Step 1 of 8: patches public, green, merged
    (git: bundle)
    (card edited)
    (GitHub: close the fork's pull requests)
    [#wamr-security > amber-heron · WAMR] ✅ Step 2 of 8: private fork kept
    (GitHub: PUBLISH)
    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ Step 3 of 8: advisory published: https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    (GitHub: is the fork gone?)
    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ Step 4 of 8: private fork gone
    [MAIL to sec-announce@example.org] <GHSA-x5cm-v3r2-9f22.release@example.org>
    Subject: Security advisory for WAMR: Out-of-bounds write in the AOT loader
    A security advisory for WAMR is published.

    Summary: Out-of-bounds write in the AOT loader
    Severity: high
    CVE: CVE-2026-12345
    Fixed in wasm-micro-runtime: 2.4.4

    The advisory: https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22

    Our security policy: https://example.org/security

    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ Step 5 of 8: release mail sent
    [PUBLIC #general > security] **Security advisory for WAMR**: Out-of-bounds write in the AOT loader
    Severity high · CVE-2026-12345 · https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    Fixed in wasm-micro-runtime: 2.4.4
    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ Step 6 of 8: public notice: [the message](#narrow/channel/1/near/148) in #**general**
    (upload osv.json)
    (card edited)
    (upload cve.json)
    (upload csaf.json)
    [#wamr-security > amber-heron · WAMR] ✅ Step 7 of 8: records attached: [csaf.json](/user_uploads/2/ab/csaf.json), [cve.json](/user_uploads/2/ab/cve.json), [osv.json](/user_uploads/2/ab/osv.json)
    [#wamr-security > amber-heron · WAMR] ✅ Step 8 of 8: closed
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release status"), @r"
    [#wamr-security > amber-heron · WAMR] The release is done.
    ✅ patches public, green, merged
    ✅ private fork kept
    ✅ advisory published
    ✅ private fork gone
    ✅ release mail sent
    ✅ public notice
    ✅ records attached
    ✅ closed
    ");
}

#[test]
fn the_mail_answers_the_one_that_told_of_it_beforehand() {
    let (mut chat, room) = crate::notify::planned();
    crate::notify::sent(&mut chat, &room);
    let beforehand = chat.effects.iter().find_map(|(_, effect)| match &effect.action {
        Action::SendMail { message_id, .. } => Some(message_id.clone()),
        _ => None,
    });
    chat.wait("160h");
    let all = Step::PRECONDITIONS.into_iter().filter(|step| step.may_be_waived());
    let waived: String = all.map(|step| format!(" --waive {}", step.id())).collect();
    chat.say(MAYA, &room, &format!("!release go{waived} --reason Test"));
    chat.say(INES, &room, "!release approve");
    let [Action::MailRelease { message_id, answers, .. }] = &mails(&chat)[..] else { panic!("one mail") };
    assert!(beforehand.is_some());
    assert_eq!(*answers, beforehand);
    assert_ne!(Some(message_id), beforehand.as_ref());
}

#[test]
fn a_mail_of_unknown_fate_stops_the_release_and_goes_again_under_its_message_id_when_told_so() {
    let (mut chat, room) = due();
    chat.say(MAYA, &room, GO);
    chat.answer_with(|effect: &Effect| {
        matches!(effect.action, Action::MailRelease { .. })
            .then(|| Outcome::Unknown(failure(Service::Mail, FailureKind::Unreachable, "")))
    });
    let shown = chat.say(INES, &room, "!release approve");
    insta::assert_snapshot!(shown.lines().filter(|line| line.contains("unknown**")).collect::<String>(), @"[#wamr-security > amber-heron · WAMR] 🚨 **Whether the mail to `sec-announce@example.org` was sent is unknown**, and the release has stopped there. I was cut off while its server was taking it, or before I read the answer, and I do not try again by myself. @**Maya|11** @**Ines|12** @**Tomasz|13**: look on the list, then `!release go`. It sends the release mail once more under the same Message-ID, so that a list that has it drops the second, and goes on; or `!release abort REASON`.");
    assert!(!shown.contains("PUBLIC "), "nothing follows: {shown}");
    chat.wait("48h");
    assert_eq!(mails(&chat).len(), 1, "it was tried again by itself");
    chat.mend();
    chat.say(MAYA, &room, GO);
    chat.say(INES, &room, "!release approve");
    let [first, second] = &mails(&chat)[..] else { panic!("two mails") };
    assert_eq!(first, second);
    assert!(!chat.incident(1).is_open());
}

#[test]
fn a_mail_that_was_not_sent_stops_the_release() {
    let (mut chat, room) = due();
    chat.say(MAYA, &room, GO);
    chat.answer_with(|effect: &Effect| {
        matches!(effect.action, Action::MailRelease { .. })
            .then(|| failed(Service::Mail, FailureKind::Refused, "550 no such list"))
    });
    let shown = chat.say(INES, &room, "!release approve");
    insta::assert_snapshot!(shown.lines().filter(|line| line.contains("has stopped")).collect::<String>(), @r#"[#wamr-security > amber-heron · WAMR] ❌ **The release has stopped** at "release mail sent": the mail server refused it. It said: "550 no such list"."#);
    assert!(!shown.contains("PUBLIC "), "nothing follows: {shown}");
}

#[test]
fn it_can_not_be_left_out() {
    let (mut chat, room) = due();
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release go --waive mail --reason Quiet"), @r#"
    [#wamr-security > amber-heron · WAMR] Not done: "mail" is no step that can be waived. Those that can: acknowledge, reproduce, accept, fork, invite, audit, upstream, fix, text, cve, embargo, notify, list-seen, patches, tests, transfer, bump, tag, deploy, snapshot, fork-gone, announce, blog, rustsec, exports.
    It is written `!release go [ADVISORY] [--early] [--waive STEP]… [--reason …]`
    For example `!release go`
    "#);
}

#[test]
fn a_release_mail_on_its_way_before_the_publication_is_a_violation() {
    let (mut chat, room) = due();
    chat.say(MAYA, &room, GO);
    chat.say(INES, &room, "!release approve");
    let mail = mails(&chat).remove(0);
    let id = EffectId(9000);
    let purpose = |incident| Purpose::Step { incident: IncidentId(incident), step: Step::Mail };
    let recorded = |incident, at| RecordedEffect {
        at,
        after: MessageId(1),
        effect: Effect { action: mail.clone(), purpose: purpose(incident) },
    };
    let now = chat.now;
    chat.world.expect(id, recorded(1, now));
    assert_eq!(check(&chat.world), [], "of one that is out it is none");
    chat.world.settle(id, None);
    chat.open("Second");
    chat.world.expect(id, recorded(2, now));
    assert_eq!(check(&chat.world), [Violation::UnfoundedMail(id)]);
}
