//! Patches that change on GitHub: what is told, and what no longer counts.

use commands::kernel::{
    effect::Action,
    id::PullNumber,
    incident::Release,
    patch::{PullState, Reviews},
    runbook,
    step::Step,
};

use crate::{
    kit::{Chat, set},
    pulls::commit,
    realm::*,
};

#[test]
fn a_push_makes_the_tests_stale_and_is_told() {
    let mut chat = Chat::new();
    let number = chat.ready();
    assert!(runbook::is_done(&chat.world, chat.incident(number), Step::Tests));
    insta::assert_snapshot!(chat.pull_by_hand(1, |pull| pull.head = commit(0xdef)), @r"
    [#wamr-security > amber-heron · WAMR] **Pushed** to the patch of `main`, [#1](https://github.com/bytecodealliance/wasm-micro-runtime-ghsa-2222/pull/1): its newest commit is `def0000`.
    ⬜ pushed to since it was tested: `!patch tested main EVIDENCE`
    (card edited)
    ");
    assert!(!runbook::is_done(&chat.world, chat.incident(number), Step::Tests));
    let room = chat.room(number);
    insta::assert_snapshot!(chat.say(INES, &room, "!next"), @"[#wamr-security > amber-heron · WAMR] ➡️ **tests recorded**: `main`, pushed to since it was tested: `!patch tested main EVIDENCE`. Owed by @_**Maya|11**.");
    let card = chat.say(INES, &room, "!advisory show");
    insta::assert_snapshot!(card.lines().filter(|line| line.contains("tests recorded")).collect::<String>(), @"➡️ **tests recorded**: `main`, pushed to since it was tested: `!patch tested main EVIDENCE`");
    insta::assert_snapshot!(chat.say(INES, &room, "!patch tested main"), @r"
    (👀 on 138)
    (GitHub: read #1)
    (✅ on 138)
    [#wamr-security > amber-heron · WAMR] ✅ Tests recorded for `main`, [#1](https://github.com/bytecodealliance/wasm-micro-runtime-ghsa-2222/pull/1) at `def0000`. Another push makes that stale.
    ➡️ **patches public, green, merged**: `!release plan`
    (card edited)
    ");
    assert_eq!(chat.look_at_pull(1), "", "nothing is new");
}

#[test]
fn only_what_gets_worse_is_told() {
    let mut chat = Chat::new();
    let number = chat.ready();
    let asks = |pull: &mut commands::kernel::patch::PullRequest| {
        pull.reviews = Some(Reviews { objecting: set(["sofia-k".parse().unwrap()]), ..Reviews::default() });
    };
    insta::assert_snapshot!(chat.pull_by_hand(1, asks), @r"
    [#wamr-security > amber-heron · WAMR] **Changed on GitHub**: the patch of `main`, [#1](https://github.com/bytecodealliance/wasm-micro-runtime-ghsa-2222/pull/1).
    ⬜ changes are asked for by `sofia-k`
    (card edited)
    ");
    let approves = |pull: &mut commands::kernel::patch::PullRequest| {
        pull.reviews =
            Some(Reviews { approved_before: set(["sofia-k".parse().unwrap()]), ..Reviews::default() });
    };
    insta::assert_snapshot!(chat.pull_by_hand(1, approves), @"(card edited)");
    insta::assert_snapshot!(chat.pull_by_hand(1, |pull| pull.mergeable = None), @"(card edited)");
    insta::assert_snapshot!(chat.pull_by_hand(1, |pull| pull.mergeable = Some(false)), @r"
    [#wamr-security > amber-heron · WAMR] **Changed on GitHub**: the patch of `main`, [#1](https://github.com/bytecodealliance/wasm-micro-runtime-ghsa-2222/pull/1).
    ⬜ it does not apply cleanly
    (card edited)
    ");
    insta::assert_snapshot!(chat.pull_by_hand(1, |pull| pull.base = "release/2.3.x".into()), @r"
    [#wamr-security > amber-heron · WAMR] **Changed on GitHub**: the patch of `main`, [#1](https://github.com/bytecodealliance/wasm-micro-runtime-ghsa-2222/pull/1).
    ⬜ it goes to `release/2.3.x` · it does not apply cleanly
    (card edited)
    ");
    insta::assert_snapshot!(chat.pull_by_hand(2, |pull| pull.state = PullState::Closed), @r"
    [#wamr-security > amber-heron · WAMR] **Changed on GitHub**: the patch of `release/2.4.x`, [#2](https://github.com/bytecodealliance/wasm-micro-runtime-ghsa-2222/pull/2).
    ⬜ it is closed
    (card edited)
    ");
    insta::assert_snapshot!(chat.pull_by_hand(2, |pull| pull.state = PullState::Merged), @"(card edited)");
    insta::assert_snapshot!(chat.say(INES, &chat.room(number), "!timeline"), @r"
    [#wamr-security > amber-heron · WAMR] **Timeline of amber-heron**
    * <time:2026-11-18T09:00:00Z> @_**Maya|11** opened the incident
    * <time:2026-11-18T09:00:00Z> the advisory stands on GitHub
    * <time:2026-11-18T09:00:00Z> @_**Maya|11** changed affected versions
    * <time:2026-11-18T09:00:00Z> @_**Maya|11** changed description
    * <time:2026-11-18T09:00:00Z> @_**Maya|11** vouched: reproduced, affected versions and platforms known
    * <time:2026-11-18T09:00:00Z> @_**Maya|11** vouched: audited for similar problems
    * <time:2026-11-18T09:00:00Z> @_**Maya|11** vouched: other projects and third parties dealt with
    * <time:2026-11-18T09:00:00Z> @_**Maya|11** vouched: fix on main
    * <time:2026-11-18T09:00:00Z> @_**Maya|11** asked for the private fork
    * <time:2026-11-18T09:00:00Z> the private fork could be used
    * <time:2026-11-18T09:00:00Z> @_**Maya|11** invited `sofia-k`
    * <time:2026-11-18T09:00:00Z> @_**Maya|11** set the disclosure time to <time:2026-11-18T10:00:00Z>
    * <time:2026-11-18T09:00:00Z> @_**Maya|11** entered CVE-2026-12345
    * <time:2026-11-18T09:00:00Z> @_**Maya|11** named #1 the patch of `main`
    * <time:2026-11-18T09:00:00Z> @_**Maya|11** ran the tests of `main` at `1000000`
    * <time:2026-11-18T09:00:00Z> @_**Maya|11** named #2 the patch of `release/2.4.x`
    * <time:2026-11-18T09:00:00Z> @_**Maya|11** ran the tests of `release/2.4.x` at `2000000`
    * <time:2026-11-18T09:01:00Z> the patch of `main` changed on GitHub: reviews
    * <time:2026-11-18T09:02:00Z> the patch of `main` changed on GitHub: reviews
    * <time:2026-11-18T09:04:00Z> the patch of `main` changed on GitHub: whether it applies cleanly
    * <time:2026-11-18T09:05:00Z> the patch of `main` changed on GitHub: its branch
    * <time:2026-11-18T09:06:00Z> the patch of `release/2.4.x` changed on GitHub: its state
    * <time:2026-11-18T09:07:00Z> the patch of `release/2.4.x` changed on GitHub: its state
    ");
}

#[test]
fn a_release_that_waits_is_void_when_its_patches_change() {
    let mut chat = Chat::new();
    let number = chat.due();
    let room = chat.room(number);
    chat.say(MAYA, &room, "!release go");
    insta::assert_snapshot!(chat.pull_by_hand(2, |pull| pull.head = commit(0xdef)), @r"
    [#wamr-security > amber-heron · WAMR] **Pushed** to the patch of `release/2.4.x`, [#2](https://github.com/bytecodealliance/wasm-micro-runtime-ghsa-2222/pull/2): its newest commit is `def0000`.
    ⬜ pushed to since it was tested: `!patch tested release/2.4.x EVIDENCE`
    [#wamr-security > amber-heron · WAMR] ❌ The request is void: a patch it relied on was changed, or its tests no longer count. `!release go` asks again.
    (card edited)
    ");
    assert_eq!(chat.incident(number).release, Release::None);
    chat.say(INES, &room, "!patch tested release/2.4.x");
    chat.say(MAYA, &room, "!release go");
    insta::assert_snapshot!(chat.say(INES, &room, "!patch drop main"), @r"
    [#wamr-security > amber-heron · WAMR] ✅ #1 is no longer the patch of `main`. `!patch add main PR` names another.
    [#wamr-security > amber-heron · WAMR] ❌ The request is void: a patch it relied on was changed, or its tests no longer count. `!release go` asks again.
    (card edited)
    ");
    assert_eq!(chat.incident(number).release, Release::None);
    chat.say(MAYA, &room, "!release go --waive patches --waive tests --reason Hurry");
    chat.pull_by_hand(2, |pull| pull.head = commit(0xeee));
    assert!(matches!(chat.incident(number).release, Release::Requested(_)), "it is approved without");
    insta::assert_snapshot!(chat.say(INES, &room, "!release approve"), @r"
    [#wamr-security > amber-heron · WAMR] ✅ Approved by @_**Ines|12**. The release runs: 7 steps.
    (git: push eee0000 as fixes-release-2.4.x-eee0000)
    (card edited)
    (OUTSIDE GitHub: open fixes-release-2.4.x-eee0000 into release/2.4.x: Fixes for WAMR on release/2.4.x | These changes were reviewed before. What they are for is told with the release.)
    [#wamr-security > amber-heron · WAMR] ▶️ [bytecodealliance/wasm-micro-runtime#100](https://github.com/bytecodealliance/wasm-micro-runtime/pull/100) into `release/2.4.x` is open; its checks run.
    (GitHub: wait for the pull request into release/2.4.x)
    (card edited)
    (GitHub: MERGE #100 into release/2.4.x)
    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ [bytecodealliance/wasm-micro-runtime#100](https://github.com/bytecodealliance/wasm-micro-runtime/pull/100) is merged into `release/2.4.x`.
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
    [#wamr-security > amber-heron · WAMR] ✅ Step 5 of 7: public notice: [the message](#narrow/channel/1/near/157) in #**general**
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
fn what_was_asked_for_before_a_command_was_answered_is_no_news() {
    let mut chat = Chat::new();
    let number = chat.ready();
    let room = chat.room(number);
    chat.sleep("60s");
    let old = chat.pulls[&PullNumber(1)].clone();
    chat.pulls.get_mut(&PullNumber(1)).unwrap().head = commit(0xdef);
    chat.say(INES, &room, "!patch status");
    let new = chat.pulls.insert(PullNumber(1), old).unwrap();
    assert_eq!(chat.look_at_pull(1), "", "the look began before the command was answered");
    chat.pulls.insert(PullNumber(1), new);
    chat.sleep("1s");
    assert_eq!(chat.look_at_pull(1), "");
}

#[test]
fn patches_go_with_the_fork() {
    let mut chat = Chat::new();
    let number = chat.ready();
    let ghsa = chat.ghsa(number);
    chat.by_hand(&ghsa, |_| {});
    insta::assert_snapshot!(chat.by_hand(&ghsa, |advisory| advisory.fork = None), @r"
    [#wamr-security > amber-heron · WAMR] **Changed on GitHub**, by hand:
    * private fork: gone
    (card edited)
    ");
    assert!(chat.incident(number).patches.is_empty());
    let before = chat.effects.len();
    chat.say(INES, &chat.room(number), "!patch status");
    let reads = |(_, effect): &(_, commands::kernel::effect::Effect)| {
        matches!(effect.action, Action::ReadPulls { .. })
    };
    assert!(!chat.effects[before..].iter().any(reads), "there is nothing to read");
}
