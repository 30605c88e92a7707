//! Who approves a release, how, and until when.

use commands::kernel::{directory::DirectoryChange, id::GroupId, input::Observed};

use crate::{kit::Chat, realm::*};

#[test]
fn only_the_manager_starts_it_and_somebody_else_approves() {
    let mut chat = Chat::new();
    let number = chat.due();
    let room = chat.room(number);
    insta::assert_snapshot!(chat.say(INES, &room, "!release go"), @"[#wamr-security > amber-heron · WAMR] Not done: only the incident manager, @_**Maya|11**, can do this. To take over: `!manager claim`");
    insta::assert_snapshot!(chat.say(INES, &room, "!release approve"), @"[#wamr-security > amber-heron · WAMR] Not done: no release of this incident waits or runs. `!release go` starts one.");
    chat.say(MAYA, &room, "!release go");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release approve"), @"[#wamr-security > amber-heron · WAMR] Not done: a release needs a second person: somebody else on the team must approve it, by 👍 on the request or by `!release approve`.");
    insta::assert_snapshot!(chat.thumb(MAYA, chat.request(number), true), @"");
    assert!(!chat.incident(number).is_published());
}

#[test]
fn outsiders_and_other_reactions_do_not_approve() {
    let mut chat = Chat::new();
    let number = chat.due();
    chat.say(MAYA, &chat.room(number), "!release go");
    let request = chat.request(number);
    for outsider in [RAVI, LEE, PIA, OTTO, DEPLOY_BOT, ZOE, BOT] {
        assert_eq!(chat.thumb(outsider, request, true), "", "{outsider:?}");
    }
    assert_eq!(chat.react(INES, request, "1f44e", true), "");
    let other = chat.next_message();
    assert_eq!(chat.thumb(INES, other, true), "");
    assert!(chat.say(OTTO, &chat.room(number), "!release approve").contains("commands are for the people"));
    chat.observe(Observed::Directory(DirectoryChange::Left(GroupId(30), vec![INES])));
    assert_eq!(chat.thumb(INES, request, true), "");
    assert!(!chat.incident(number).is_published());
}

#[test]
fn a_thumb_that_comes_before_the_bot_knows_its_own_message_counts() {
    let mut chat = Chat::new();
    let number = chat.due();
    chat.hold = true;
    chat.say(MAYA, &chat.room(number), "!release go");
    let request = chat.next_message();
    assert_eq!(chat.thumb(INES, request, true), "");
    let post =
        chat.effects.iter().rev().find(|(_, effect)| {
            matches!(effect.purpose, commands::kernel::effect::Purpose::AskApproval { .. })
        });
    let post = post.unwrap().0;
    chat.hold = false;
    insta::assert_snapshot!(chat.settled(post, commands::kernel::effect::Outcome::Posted(request)), @r"
    [#wamr-security > amber-heron · WAMR] ✅ Approved by @_**Ines|12**. The release runs: 7 steps.
    (git: push 1000000 as fixes-main-1000000)
    (git: push 2000000 as fixes-release-2.4.x-2000000)
    (OUTSIDE GitHub: open fixes-main-1000000 into main: Fixes for WAMR on main | These changes were reviewed before. What they are for is told with the release.)
    [#wamr-security > amber-heron · WAMR] ▶️ [bytecodealliance/wasm-micro-runtime#100](https://github.com/bytecodealliance/wasm-micro-runtime/pull/100) into `main` is open; its checks run.
    (OUTSIDE GitHub: open fixes-release-2.4.x-2000000 into release/2.4.x: Fixes for WAMR on release/2.4.x | These changes were reviewed before. What they are for is told with the release.)
    [#wamr-security > amber-heron · WAMR] ▶️ [bytecodealliance/wasm-micro-runtime#101](https://github.com/bytecodealliance/wasm-micro-runtime/pull/101) into `release/2.4.x` is open; its checks run.
    (GitHub: wait for the pull request into main)
    (GitHub: wait for the pull request into release/2.4.x)
    (GitHub: MERGE #100 into main)
    [#wamr-security > amber-heron · WAMR] ✅ [bytecodealliance/wasm-micro-runtime#100](https://github.com/bytecodealliance/wasm-micro-runtime/pull/100) is merged into `main`.
    (GitHub: MERGE #101 into release/2.4.x)
    [#wamr-security > amber-heron · WAMR] ✅ [bytecodealliance/wasm-micro-runtime#101](https://github.com/bytecodealliance/wasm-micro-runtime/pull/101) is merged into `release/2.4.x`.
    [#wamr-security > amber-heron · WAMR] ✅ Step 1 of 7: patches public, green, merged
    (git: bundle)
    (GitHub: close the fork's pull requests)
    [#wamr-security > amber-heron · WAMR] ✅ Step 2 of 7: private fork kept
    (GitHub: PUBLISH)
    [#wamr-security > amber-heron · WAMR] ✅ Step 3 of 7: advisory published: https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    (GitHub: is the fork gone?)
    [#wamr-security > amber-heron · WAMR] ✅ Step 4 of 7: private fork gone
    [PUBLIC #general > security] **Security advisory for WAMR**: Out-of-bounds write in the AOT loader
    Severity high · CVE-2026-12345 · https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    Fixed in wasm-micro-runtime: 2.4.4
    [#wamr-security > amber-heron · WAMR] ✅ Step 5 of 7: public notice: [the message](#narrow/channel/1/near/146) in #**general**
    (upload osv.json)
    (upload cve.json)
    (upload csaf.json)
    [#wamr-security > amber-heron · WAMR] ✅ Step 6 of 7: records attached: [csaf.json](/user_uploads/2/ab/csaf.json), [cve.json](/user_uploads/2/ab/cve.json), [osv.json](/user_uploads/2/ab/osv.json)
    [#wamr-security > amber-heron · WAMR] ✅ Step 7 of 7: closed
    (card edited)
    (card edited)
    (card edited)
    (card edited)
    (card edited)
    (card edited)
    (card edited)
    (card edited)
    (card edited)
    (card edited)
    (card edited)
    (card edited)
    ");
}

#[test]
fn a_thumb_taken_back_before_the_bot_knows_its_message_does_not_count() {
    let mut chat = Chat::new();
    let number = chat.due();
    chat.hold = true;
    chat.say(MAYA, &chat.room(number), "!release go");
    let request = chat.next_message();
    chat.thumb(INES, request, true);
    chat.thumb(INES, request, false);
    let post =
        chat.effects.iter().rev().find(|(_, effect)| {
            matches!(effect.purpose, commands::kernel::effect::Purpose::AskApproval { .. })
        });
    let post = post.unwrap().0;
    assert_eq!(chat.settled(post, commands::kernel::effect::Outcome::Posted(request)), "");
}

#[test]
fn with_two_approvals_needed_one_may_be_taken_back() {
    let mut settings = settings();
    settings.policy.approvals = 2;
    let mut chat = Chat::with(settings);
    let number = chat.due();
    chat.say(MAYA, &chat.room(number), "!release go");
    let request = chat.request(number);
    insta::assert_snapshot!(chat.thumb(INES, request, true), @"[#wamr-security > amber-heron · WAMR] ✅ Approved by @_**Ines|12**. 1 more to go.");
    assert_eq!(chat.thumb(INES, request, true), "", "twice is once");
    assert_eq!(chat.thumb(INES, request, false), "");
    insta::assert_snapshot!(chat.thumb(TOMASZ, request, true), @"[#wamr-security > amber-heron · WAMR] ✅ Approved by @_**Tomasz|13**. 1 more to go.");
    assert!(!chat.incident(number).is_published());
    insta::assert_snapshot!(chat.say(INES, &chat.room(number), "!release approve"), @r"
    [#wamr-security > amber-heron · WAMR] ✅ Approved by @_**Tomasz|13** and @_**Ines|12**. The release runs: 7 steps.
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
    Fixed in wasm-micro-runtime: 2.4.4
    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ Step 5 of 7: public notice: [the message](#narrow/channel/1/near/149) in #**general**
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
fn an_approval_counts_only_while_its_giver_is_on_the_team() {
    let mut settings = settings();
    settings.policy.approvals = 2;
    let mut chat = Chat::with(settings);
    let number = chat.due();
    chat.say(MAYA, &chat.room(number), "!release go");
    chat.thumb(INES, chat.request(number), true);
    chat.observe(Observed::Directory(DirectoryChange::Left(GroupId(30), vec![INES])));
    chat.thumb(TOMASZ, chat.request(number), true);
    assert!(!chat.incident(number).is_published());
}

#[test]
fn a_newer_request_voids_the_older_and_says_so() {
    let mut chat = Chat::new();
    let number = chat.due();
    let room = chat.room(number);
    chat.say(MAYA, &room, "!release go");
    let older = chat.request(number);
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release go").lines().next().unwrap(), @"[#wamr-security > amber-heron · WAMR] The earlier request is void.");
    assert_eq!(chat.thumb(INES, older, true), "");
    assert!(!chat.incident(number).is_published());
    assert!(chat.thumb(INES, chat.request(number), true).contains("PUBLISH"));
}

#[test]
fn a_request_lapses_after_half_an_hour() {
    let mut chat = Chat::new();
    let number = chat.due();
    let room = chat.room(number);
    chat.say(MAYA, &room, "!release go");
    let request = chat.request(number);
    assert_eq!(chat.wait("29m59s"), "");
    insta::assert_snapshot!(chat.wait("1s"), @r"
    [#wamr-security > amber-heron · WAMR] ❌ The request has lapsed: nobody approved it within 30 minutes. @**Maya|11**, `!release go` asks again.
    (card edited)
    [#wamr-security > amber-heron · WAMR] 🚨 **The disclosure time has passed**, <time:2026-11-18T10:00:00Z> (Wednesday 10:00 UTC, 30 minutes ago), and nothing is released. @**Maya|11**: `!release plan` shows what is missing, `!release go` starts it; another time: `!embargo set WHEN --reason …`
    ");
    assert_eq!(chat.thumb(INES, request, true), "");
    insta::assert_snapshot!(chat.say(INES, &room, "!release approve"), @"[#wamr-security > amber-heron · WAMR] Not done: no release of this incident waits or runs. `!release go` starts one.");
}

#[test]
fn an_approval_found_after_half_an_hour_comes_too_late() {
    let mut chat = Chat::new();
    let number = chat.due();
    chat.say(MAYA, &chat.room(number), "!release go");
    chat.sleep("30m");
    chat.thumb(INES, chat.request(number), true);
    assert!(!chat.incident(number).is_published());
}

#[test]
fn a_request_is_void_once_the_time_is_another() {
    let mut chat = Chat::new();
    let number = chat.due();
    let room = chat.room(number);
    chat.say(MAYA, &room, "!release go");
    let request = chat.request(number);
    let answer = chat.say(TOMASZ, &room, "!embargo set +72h --reason A worse variant");
    assert!(answer.contains("The request is void: the disclosure time was changed"), "{answer}");
    assert_eq!(chat.thumb(INES, request, true), "");
    assert!(!chat.incident(number).is_published());
}
