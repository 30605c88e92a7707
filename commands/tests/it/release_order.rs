//! A release step by step: what is planned is what is done, and what stops it.

use commands::kernel::{
    effect::{Action, Effect, FailureKind, Outcome, Purpose, Service},
    id::{EffectId, IncidentId},
    plan,
    step::Step,
    work::Work,
};

use crate::{
    kit::{Chat, failed, failure},
    realm::*,
};

fn steps(chat: &Chat) -> Vec<(EffectId, Effect)> {
    chat.effects
        .iter()
        .filter(|(_, effect)| matches!(effect.purpose, Purpose::Step { .. }))
        .cloned()
        .collect()
}

/// A release that was approved, with its first step on its way.
fn under_way() -> Chat {
    let mut chat = Chat::new();
    let number = chat.due();
    chat.say(MAYA, &chat.room(number), "!release go");
    chat.hold = true;
    chat.say(INES, &chat.room(number), "!release approve");
    // What comes before the publication is done.
    while let Some((id, work)) = work_on_its_way(&chat) {
        let outcome = chat.outside(&work);
        chat.settle(id, outcome);
    }
    chat
}

fn work_on_its_way(chat: &Chat) -> Option<(EffectId, Work)> {
    chat.world.pending().iter().find_map(|(id, recorded)| match &recorded.effect.action {
        Action::Work(work) => Some((*id, work.as_ref().clone())),
        _ => None,
    })
}

#[test]
fn the_deeds_of_the_plan_are_the_effects_that_follow() {
    let mut chat = Chat::new();
    let number = chat.due();
    let planned = plan::plan(&chat.world, chat.incident(number), |_| false).deeds;
    chat.say(MAYA, &chat.room(number), "!release go");
    chat.say(INES, &chat.room(number), "!release approve");
    let done: Vec<Effect> = steps(&chat).into_iter().map(|(_, effect)| effect).collect();
    // Once it is published, what each deed does can be said in full.
    let expected: Vec<Effect> = planned.iter().filter_map(|deed| deed_effect(&chat, number, deed)).collect();
    let done: Vec<Effect> = done.into_iter().filter(|effect| !is_work(effect)).collect();
    assert_eq!(done, expected);
    let order: Vec<Step> = planned.iter().map(plan::Deed::step).collect();
    // Without an announcement list there is nobody to mail to.
    let steps = [
        Step::Transfer,
        Step::Snapshot,
        Step::Publish,
        Step::ForkGone,
        Step::Announce,
        Step::Exports,
        Step::Close,
    ];
    assert_eq!(order, steps);
    assert_eq!(chat.incident(number).steps_done, steps.into_iter().collect());
}

fn is_work(effect: &Effect) -> bool {
    matches!(effect.action, Action::Work(_) | Action::Upload { .. })
}

fn deed_effect(chat: &Chat, number: u64, deed: &plan::Deed) -> Option<Effect> {
    match deed.next(chat.incident(number)) {
        plan::Next::Do(effect) => Some(*effect).filter(|effect| !is_work(effect)),
        plan::Next::Person | plan::Next::Done | plan::Next::Stop(_) => None,
    }
}

#[test]
fn what_is_left_out_is_neither_planned_nor_done() {
    let mut chat = Chat::new();
    let number = chat.due();
    chat.say(MAYA, &chat.room(number), "!release go --waive announce --reason Quiet");
    let waived = |step| step == Step::Announce;
    let planned = plan::plan(&chat.world, chat.incident(number), waived).deeds;
    assert_eq!(
        planned.iter().map(plan::Deed::step).collect::<Vec<_>>(),
        [Step::Transfer, Step::Snapshot, Step::Publish, Step::ForkGone, Step::Exports, Step::Close]
    );
    let shown = chat.say(INES, &chat.room(number), "!release approve");
    assert!(!shown.contains("PUBLIC "), "{shown}");
}

#[test]
fn nothing_follows_a_step_that_failed_until_it_is_begun_again() {
    let mut chat = Chat::new();
    let number = chat.due();
    let room = chat.room(number);
    chat.say(MAYA, &room, "!release go");
    chat.answer_with(|effect| match &effect.action {
        Action::PublishAdvisory { .. } => {
            Some(failed(Service::GitHub, FailureKind::Refused, "A pull request is open"))
        }
        _ => None,
    });
    insta::assert_snapshot!(chat.thumb(INES, chat.request(number), true), @r#"
    [#wamr-security > amber-heron · WAMR] ✅ Approved by @_**Ines|12**. The release runs: 7 steps.
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
    [#wamr-security > amber-heron · WAMR] ✅ Step 1 of 7: patches public, green, merged
    (git: bundle)
    (card edited)
    (GitHub: close the fork's pull requests)
    [#wamr-security > amber-heron · WAMR] ✅ Step 2 of 7: private fork kept
    (GitHub: PUBLISH) → failed
    (card edited)
    [#wamr-security > amber-heron · WAMR] ❌ **The release has stopped** at "advisory published": GitHub refused it. It said: "A pull request is open".
    What was done before stands; nothing after it has happened. @**Maya|11**, mend it and `!release retry`, or `!release abort REASON`.
    (card edited)
    "#);
    insta::assert_snapshot!(chat.say(INES, &room, "!release status"), @r#"
    [#wamr-security > amber-heron · WAMR] The release has stopped at "advisory published": mend it and `!release retry`, or `!release abort REASON`.
    ✅ patches public, green, merged
    ✅ private fork kept
    ⬜ advisory published
    ⬜ private fork gone
    ⬜ public notice
    ⬜ records attached
    ⬜ closed
    "#);
    insta::assert_snapshot!(chat.say(INES, &room, "!next"), @"[#wamr-security > amber-heron · WAMR] ➡️ **advisory published**: stopped at advisory published. `!release retry`, `!release skip publish --reason …`, or `!release abort REASON`.. Owed by @_**Maya|11**.");
    chat.mend();
    chat.say(MAYA, &room, "!release go");
    insta::assert_snapshot!(chat.thumb(INES, chat.request(number), true), @r"
    [#wamr-security > amber-heron · WAMR] ✅ Approved by @_**Ines|12**. The release runs: 5 steps.
    (GitHub: PUBLISH)
    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ Step 3 of 7: advisory published: https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    (GitHub: is the fork gone?)
    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ Step 4 of 7: private fork gone
    [PUBLIC #general > security] **Security advisory for WAMR**: Out-of-bounds write in the AOT loader
    Severity high · CVE-2026-12345 · https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    Fixed in wasm-micro-runtime: 2.4.4
    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ Step 5 of 7: public notice: [the message](#narrow/channel/1/near/154) in #**general**
    (upload osv.json)
    (card edited)
    (upload cve.json)
    (upload csaf.json)
    [#wamr-security > amber-heron · WAMR] ✅ Step 6 of 7: records attached: [csaf.json](/user_uploads/2/ab/csaf.json), [cve.json](/user_uploads/2/ab/cve.json), [osv.json](/user_uploads/2/ab/osv.json)
    [#wamr-security > amber-heron · WAMR] ✅ Step 7 of 7: closed
    (card edited)
    ");
}

#[test]
fn it_goes_on_where_it_stopped() {
    let mut chat = Chat::new();
    let number = chat.due();
    let room = chat.room(number);
    chat.say(MAYA, &room, "!release go");
    chat.answer_with(|effect| match &effect.action {
        Action::Notify { .. } => Some(Outcome::Blocked(vec![IncidentId(1)])),
        _ => None,
    });
    insta::assert_snapshot!(chat.thumb(INES, chat.request(number), true), @r#"
    [#wamr-security > amber-heron · WAMR] ✅ Approved by @_**Ines|12**. The release runs: 7 steps.
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
    [#wamr-security > amber-heron · WAMR] ✅ Step 1 of 7: patches public, green, merged
    (git: bundle)
    (card edited)
    (GitHub: close the fork's pull requests)
    [#wamr-security > amber-heron · WAMR] ✅ Step 2 of 7: private fork kept
    (GitHub: PUBLISH)
    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ Step 3 of 7: advisory published: https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    (GitHub: is the fork gone?)
    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ Step 4 of 7: private fork gone
    [PUBLIC #general > security] **Security advisory for WAMR**: Out-of-bounds write in the AOT loader
    Severity high · CVE-2026-12345 · https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    Fixed in wasm-micro-runtime: 2.4.4 → stopped by the guard
    (card edited)
    [#wamr-security > amber-heron · WAMR] ❌ **The release has stopped** at "public notice": its message names something that is still embargoed. @**Maya|11**, `!release plan` shows it.
    [#wamr-security > amber-heron · WAMR] 🚨 **Stopped**: a public message I was about to send names something that belongs to amber-heron. It was not sent. @**Maya|11**, look at what led to it before anything else is said in public.
    (card edited)
    "#);
    chat.mend();
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release plan"), @r"
    [#wamr-security > amber-heron · WAMR] **Release of amber-heron**
    ✅ acknowledged
    ✅ reproduced, affected versions and platforms known
    ✅ report accepted
    ✅ private fork
    ✅ collaborators
    ✅ audited for similar problems
    ✅ other projects and third parties dealt with
    ✅ fix on main
    ✅ severity and advisory text complete
    ✅ CVE
    ✅ disclosure time
    ✅ pre-notification sent: does not apply, no announcement list is configured
    ✅ mail seen on the list: does not apply, no announcement list is configured
    ✅ patch on every supported branch
    ✅ tests recorded
    Then one more person on the team approves, within 30 minutes, and:
    1. tell the public in #**general>security**:
    ```quote
    **Security advisory for WAMR**: Out-of-bounds write in the AOT loader
    Severity high · CVE-2026-12345 · https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    Fixed in wasm-micro-runtime: 2.4.4
    ```
    2. attach the records for machines here: `osv.json`, `cve.json` and `csaf.json`
    3. close the incident
    ✅ versions bumped: does not apply, no workflow bumps versions
    ✅ release tagged: does not apply, no release tag is configured
    ✅ builds deployed: does not apply, neither a bump nor a release tag is configured
    ✅ release mail sent: does not apply, no announcement list is configured
    ✅ blog post: does not apply, no blog is configured
    ✅ RustSec entry: does not apply, no crates are configured
    Everything is in place: `!release go`
    ");
    chat.say(MAYA, &room, "!release go");
    insta::assert_snapshot!(chat.thumb(INES, chat.request(number), true), @r"
    [#wamr-security > amber-heron · WAMR] ✅ Approved by @_**Ines|12**. The release runs: 3 steps.
    [PUBLIC #general > security] **Security advisory for WAMR**: Out-of-bounds write in the AOT loader
    Severity high · CVE-2026-12345 · https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    Fixed in wasm-micro-runtime: 2.4.4
    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ Step 5 of 7: public notice: [the message](#narrow/channel/1/near/153) in #**general**
    (upload osv.json)
    (card edited)
    (upload cve.json)
    (upload csaf.json)
    [#wamr-security > amber-heron · WAMR] ✅ Step 6 of 7: records attached: [csaf.json](/user_uploads/2/ab/csaf.json), [cve.json](/user_uploads/2/ab/cve.json), [osv.json](/user_uploads/2/ab/osv.json)
    [#wamr-security > amber-heron · WAMR] ✅ Step 7 of 7: closed
    (card edited)
    ");
    assert_eq!(
        steps(&chat).iter().filter(|(_, e)| matches!(e.action, Action::PublishAdvisory { .. })).count(),
        1
    );
}

#[test]
fn waiting_for_github_is_said_and_stops_nothing() {
    let mut chat = under_way();
    let (publish, _) = steps(&chat).last().unwrap().clone();
    let delayed = Outcome::Delayed(failure(Service::GitHub, FailureKind::Broken, ""));
    insta::assert_snapshot!(chat.settled(publish, delayed), @"[#wamr-security > amber-heron · WAMR] ⏳ Waiting: GitHub answers with errors. I keep trying; nothing is lost and nothing is done twice.");
    insta::assert_snapshot!(chat.say(MAYA, &chat.room(1), "!release go"), @"[#wamr-security > amber-heron · WAMR] Not done: the release is under way. `!release status` shows where it stands.");
    assert!(chat.release().contains("Step 7 of 7"));
}

#[test]
fn a_request_is_called_off() {
    let mut chat = Chat::new();
    let number = chat.due();
    let room = chat.room(number);
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release abort Not yet"), @"[#wamr-security > amber-heron · WAMR] Not done: no release of this incident waits or runs. `!release go` starts one.");
    chat.say(MAYA, &room, "!release go");
    let request = chat.request(number);
    insta::assert_snapshot!(chat.say(INES, &room, "!release abort"), @r"
    [#wamr-security > amber-heron · WAMR] Not done: REASON is missing.
    It is written `!release abort [ADVISORY] REASON…`
    For example `!release abort The fix breaks the build`
    ");
    insta::assert_snapshot!(chat.say(INES, &room, "!release abort \"\""), @r"
    [#wamr-security > amber-heron · WAMR] Not done: the reason is empty.
    It is written `!release abort [ADVISORY] REASON…`
    For example `!release abort The fix breaks the build`
    ");
    insta::assert_snapshot!(chat.say(INES, &room, "!release abort The fix breaks the build"), @r"
    [#wamr-security > amber-heron · WAMR] ✅ The release is called off. Nothing had happened yet.
    (card edited)
    ");
    assert_eq!(chat.thumb(INES, request, true), "");
    insta::assert_snapshot!(chat.say(INES, &room, "!release status"), @"[#wamr-security > amber-heron · WAMR] No release is asked for. `!release plan` shows what it needs.");
}

#[test]
fn a_release_under_way_is_called_off_and_its_step_not_followed() {
    let mut chat = under_way();
    let (publish, effect) = steps(&chat).last().unwrap().clone();
    insta::assert_snapshot!(chat.say(TOMASZ, &chat.room(1), "!release abort Wrong branch"), @r#"
    [#wamr-security > amber-heron · WAMR] ✅ The release is called off. What had happened stands: patches public, green, merged and private fork kept. "advisory published" is on its way and may still happen; I say so if it does.
    (card edited)
    "#);
    assert_eq!(chat.cancelled, [publish]);
    // It was on its way already and could not be stopped.
    let outcome = chat.outcome(&effect);
    chat.hold = false;
    insta::assert_snapshot!(chat.settled(publish, outcome), @r"
    [#wamr-security > amber-heron · WAMR] 🚨 **advisory published**, although the release was called off: it was on its way already. Nothing after it has happened. @**Maya|11**, `!release plan` shows what is left.
    (card edited)
    ");
    assert!(chat.incident(1).is_published());
    assert_eq!(steps(&chat).last().unwrap().0, publish, "nothing follows");
}

#[test]
fn no_release_begins_while_a_step_of_one_called_off_is_on_its_way() {
    let mut chat = under_way();
    let (publish, effect) = steps(&chat).last().unwrap().clone();
    chat.say(TOMASZ, &chat.room(1), "!release abort Wrong branch");
    insta::assert_snapshot!(chat.say(MAYA, &chat.room(1), "!release go"), @r#"
    [#wamr-security > amber-heron · WAMR] Not done: "advisory published" of the release that was called off is still on its way. I say here when it has ended; then give the command again.
    "#);
    let outcome = chat.outcome(&effect);
    chat.hold = false;
    chat.settled(publish, outcome);
    chat.say(MAYA, &chat.room(1), "!release go");
    let shown = chat.thumb(INES, chat.request(1), true);
    assert_eq!(shown.matches("PUBLIC ").count(), 1, "{shown}");
    assert_eq!(shown.matches("PUBLISH").count(), 0, "{shown}");
}

#[test]
fn an_older_request_that_is_posted_late_cannot_be_approved() {
    let mut chat = Chat::new();
    let number = chat.due();
    chat.hold = true;
    chat.say(MAYA, &chat.room(number), "!release go");
    chat.say(MAYA, &chat.room(number), "!release go --waive announce --reason Quiet");
    let requests: Vec<EffectId> = chat
        .effects
        .iter()
        .filter(|(_, effect)| matches!(effect.purpose, Purpose::AskApproval { .. }))
        .map(|(id, _)| *id)
        .collect();
    let older = chat.next_message();
    chat.settle(requests[0], Outcome::Posted(older));
    chat.thumb(INES, older, true);
    assert!(steps(&chat).is_empty(), "the older request is void");
    let newer = chat.next_message();
    chat.settle(requests[1], Outcome::Posted(newer));
    assert!(steps(&chat).is_empty(), "the older request is void");
    chat.thumb(INES, newer, true);
    assert_eq!(steps(&chat).len(), 1);
}
