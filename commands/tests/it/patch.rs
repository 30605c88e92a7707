//! `!patch`: the fix per supported branch, and the tests that were run on it.

use commands::kernel::{
    effect::{Action, FailureKind, Outcome, Service},
    patch::{PullState, Reviews},
    runbook::{self, Progress},
    step::Step,
};

use crate::{
    kit::{Chat, failed, failure},
    pulls::commit,
    realm::*,
};

/// An incident with its private fork, and the topic it lives in.
fn forked() -> (Chat, u64, commands::kernel::input::Place) {
    let mut chat = Chat::new();
    let number = chat.open("Crash");
    let room = chat.room(number);
    chat.say(MAYA, &room, "!fork");
    (chat, number, room)
}

#[test]
fn a_patch_is_named_tested_and_shown() {
    let (mut chat, number, room) = forked();
    chat.pull(7, "main");
    insta::assert_snapshot!(chat.say(INES, &room, "!patch add main 7"), @r"
    (👀 on 107)
    (GitHub: read #7)
    (✅ on 107)
    [#wamr-security > amber-heron · WAMR] ✅ Patch of `main`: [#7](https://github.com/bytecodealliance/wasm-micro-runtime-ghsa-2222/pull/7).
    * ✅ applies cleanly · approved by `ines-gh` · has release notes
    * ⬜ not tested: `!patch tested main EVIDENCE`
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(TOMASZ, &room, "!patch tested main spec suite --all on *Linux* [x](y)"), @r"
    (👀 on 109)
    (GitHub: read #7)
    (✅ on 109)
    [#wamr-security > amber-heron · WAMR] ✅ Tests recorded for `main`, [#7](https://github.com/bytecodealliance/wasm-micro-runtime-ghsa-2222/pull/7) at `7000000`. Another push makes that stale.
    ➡️ **reproduced, affected versions and platforms known**: `!done reproduce EVIDENCE` when it is
    (card edited)
    ");
    chat.pull(8, "release/2.4.x");
    let pull = chat.pulls.values_mut().last().unwrap();
    (pull.draft, pull.mergeable, pull.release_notes) = (true, Some(false), Some(false));
    pull.reviews = Some(Reviews::default());
    let address = "https://github.com/bytecodealliance/wasm-micro-runtime-ghsa-2222/pull/8/files";
    insta::assert_snapshot!(chat.say(INES, &room, &format!("!patch add release/2.4.x {address}")), @r"
    (👀 on 111)
    (GitHub: read #8)
    (✅ on 111)
    [#wamr-security > amber-heron · WAMR] ✅ Patch of `release/2.4.x`: [#8](https://github.com/bytecodealliance/wasm-micro-runtime-ghsa-2222/pull/8).
    * ⬜ it is a draft · it does not apply cleanly · nobody has approved it · no release notes in it · not tested: `!patch tested release/2.4.x EVIDENCE`
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(INES, &room, "!patch status"), @r"
    (👀 on 113)
    (GitHub: read #7, #8)
    (✅ on 113)
    [#wamr-security > amber-heron · WAMR] **Patches of amber-heron**
    ✅ `main`: [#7](https://github.com/bytecodealliance/wasm-micro-runtime-ghsa-2222/pull/7) at `7000000`
    * ✅ applies cleanly · approved by `ines-gh` · has release notes · tested by @_**Tomasz|13**: spec suite --all on &#42;Linux&#42; &#91;x](y)
    ⬜ `release/2.4.x`: [#8](https://github.com/bytecodealliance/wasm-micro-runtime-ghsa-2222/pull/8) at `8000000`
    * ⬜ it is a draft · it does not apply cleanly · nobody has approved it · no release notes in it · not tested: `!patch tested release/2.4.x EVIDENCE`
    ");
    assert!(runbook::is_done(&chat.world, chat.incident(number), Step::Fork));
    assert!(!runbook::is_done(&chat.world, chat.incident(number), Step::Patches));
    insta::assert_snapshot!(chat.say(INES, &room, "!patch drop release/2.4.x"), @r"
    [#wamr-security > amber-heron · WAMR] ✅ #8 is no longer the patch of `release/2.4.x`. `!patch add release/2.4.x PR` names another.
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(INES, &room, "!timeline"), @r"
    [#wamr-security > amber-heron · WAMR] **Timeline of amber-heron**
    * <time:2026-11-18T09:00:00Z> @_**Maya|11** opened the incident
    * <time:2026-11-18T09:00:00Z> the advisory stands on GitHub
    * <time:2026-11-18T09:00:00Z> @_**Maya|11** asked for the private fork
    * <time:2026-11-18T09:00:00Z> the private fork could be used
    * <time:2026-11-18T09:00:00Z> @_**Ines|12** named #7 the patch of `main`
    * <time:2026-11-18T09:00:00Z> @_**Tomasz|13** ran the tests of `main` at `7000000`: spec suite --all on &#42;Linux&#42; &#91;x](y)
    * <time:2026-11-18T09:00:00Z> @_**Ines|12** named #8 the patch of `release/2.4.x`
    * <time:2026-11-18T09:00:00Z> @_**Ines|12** dropped the patch of `release/2.4.x`
    ");
}

#[test]
fn the_next_step_names_the_branch_and_the_command() {
    let mut chat = Chat::new();
    let number = chat.ready();
    let room = chat.room(number);
    chat.say(MAYA, &room, "!patch drop release/2.4.x");
    insta::assert_snapshot!(chat.say(INES, &room, "!next"), @r"
    [#wamr-security > amber-heron · WAMR] ➡️ **patch on every supported branch**: `release/2.4.x`, which is affected: none yet, `!patch add release/2.4.x PR`. Owed by @_**Maya|11**.
    ⬜ tests recorded: `release/2.4.x`, once it has a patch
    ");
    chat.say(MAYA, &room, "!patch add release/2.4.x 2");
    insta::assert_snapshot!(chat.say(INES, &room, "!next"), @"[#wamr-security > amber-heron · WAMR] ➡️ **tests recorded**: `release/2.4.x`, not tested: `!patch tested release/2.4.x EVIDENCE`. Owed by @_**Maya|11**.");
    chat.say(MAYA, &room, "!patch drop main");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release go --early --reason Hurry"), @r"
    [#wamr-security > amber-heron · WAMR] Not done: something is missing.
    ⬜ patch on every supported branch: `main`: none yet, `!patch add main PR`
    ⬜ tests recorded: `main`, once it has a patch · `release/2.4.x`, not tested: `!patch tested release/2.4.x EVIDENCE`
    To release without: `!release go --waive patches --waive tests --reason …`
    ");
    insta::assert_snapshot!(chat.wait("1h"), @r"
    [#wamr-security > amber-heron · WAMR] ⏳ **15 minutes** to disclosure: <time:2026-11-18T10:00:00Z> (Wednesday 10:00 UTC). Missing: patch on `main` · tests on `main` and `release/2.4.x`. @**Maya|11**, `!next` shows what comes next.
    [#wamr-security > amber-heron · WAMR] ⏳ **The disclosure time has come**: <time:2026-11-18T10:00:00Z> (Wednesday 10:00 UTC). @**Maya|11**, missing: patch on `main` · tests on `main` and `release/2.4.x`. `!release plan`.
    ");
}

#[test]
fn a_patch_is_named_again_or_replaced() {
    let (mut chat, number, room) = forked();
    chat.pull(7, "main");
    chat.pull(9, "main");
    chat.say(INES, &room, "!patch add main 7");
    chat.say(INES, &room, "!patch tested main");
    insta::assert_snapshot!(chat.say(INES, &room, "!patch add main #7"), @r"
    (👀 on 111)
    (GitHub: read #7)
    (✅ on 111)
    [#wamr-security > amber-heron · WAMR] ✅ Patch of `main`: [#7](https://github.com/bytecodealliance/wasm-micro-runtime-ghsa-2222/pull/7). It was named before; I looked at it again.
    * ✅ applies cleanly · approved by `ines-gh` · has release notes · tested by @_**Ines|12**
    (card edited)
    ");
    assert!(runbook::coverage(&chat.world, chat.incident(number))[0].patch.unwrap().is_tested());
    insta::assert_snapshot!(chat.say(INES, &room, "!patch add main 9"), @r"
    (👀 on 113)
    (GitHub: read #9)
    (✅ on 113)
    [#wamr-security > amber-heron · WAMR] ✅ Patch of `main`: [#9](https://github.com/bytecodealliance/wasm-micro-runtime-ghsa-2222/pull/9). It takes the place of #7, and the tests have to be run on it.
    * ✅ applies cleanly · approved by `ines-gh` · has release notes
    * ⬜ not tested: `!patch tested main EVIDENCE`
    (card edited)
    ");
    assert!(!runbook::coverage(&chat.world, chat.incident(number))[0].patch.unwrap().is_tested());
}

#[test]
fn what_is_no_patch_is_refused_with_the_reason() {
    let mut chat = Chat::new();
    let number = chat.open("Crash");
    let room = chat.room(number);
    insta::assert_snapshot!(chat.say(INES, &room, "!patch add main 7"), @"[#wamr-security > amber-heron · WAMR] Not done: there is no private fork yet: `!fork` makes it.");
    chat.hold = true;
    chat.say(MAYA, &room, "!fork");
    insta::assert_snapshot!(chat.say(INES, &room, "!patch add main 7"), @"[#wamr-security > amber-heron · WAMR] Not done: the private fork is being made, since <time:2026-11-18T09:00:00Z> (Wednesday 09:00 UTC, just now). I say here when it can be used.");
    chat.release();
    insta::assert_snapshot!(chat.say(INES, &room, "!patch add release/2.4 7"), @"[#wamr-security > amber-heron · WAMR] Not done: `release/2.4` is no supported branch. The nearest is `release/2.4.x`. Supported are `main` and `release/2.4.x`.");
    insta::assert_snapshot!(chat.say(INES, &room, "!patch add `nothing *like* it` 7"), @"[#wamr-security > amber-heron · WAMR] Not done: `nothing *like* it` is no supported branch. Supported are `main` and `release/2.4.x`.");
    insta::assert_snapshot!(chat.say(INES, &room, "!patch add main 7"), @r"
    (👀 on 115)
    (GitHub: read #7)
    (❌ on 115)
    [#wamr-security > amber-heron · WAMR] ❌ Not done: GitHub shows me no pull request #7 in `bytecodealliance/wasm-micro-runtime-ghsa-2222`. Look at its number there.
    ");
    insta::assert_snapshot!(chat.say(INES, &room, "!patch tested main"), @"[#wamr-security > amber-heron · WAMR] Not done: nobody has named a patch of `main`: `!patch add main PR`");
    insta::assert_snapshot!(chat.say(INES, &room, "!patch drop main"), @"[#wamr-security > amber-heron · WAMR] Not done: nobody has named a patch of `main`: `!patch add main PR`");
    chat.pull(7, "release/2.4.x");
    insta::assert_snapshot!(chat.say(INES, &room, "!patch add main 7"), @r"
    (👀 on 121)
    (GitHub: read #7)
    (❌ on 121)
    [#wamr-security > amber-heron · WAMR] ❌ Not done: [#7](https://github.com/bytecodealliance/wasm-micro-runtime-ghsa-2222/pull/7) goes to `release/2.4.x`, and not to `main`.
    ");
    let elsewhere = "https://github.com/bytecodealliance/wasm-micro-runtime/pull/7";
    insta::assert_snapshot!(chat.say(INES, &room, &format!("!patch add main {elsewhere}")), @"[#wamr-security > amber-heron · WAMR] Not done: that pull request is not in the private fork, `bytecodealliance/wasm-micro-runtime-ghsa-2222`. A patch stays there until release day.");
    let other_host = "https://github.example/bytecodealliance/wasm-micro-runtime-ghsa-2222/pull/7";
    assert!(
        chat.say(INES, &room, &format!("!patch add main {other_host}")).contains("not in the private fork")
    );
    chat.pull(8, "main");
    chat.pulls.values_mut().last().unwrap().state = PullState::Closed;
    insta::assert_snapshot!(chat.say(INES, &room, "!patch add main 8"), @r"
    (👀 on 127)
    (GitHub: read #8)
    (❌ on 127)
    [#wamr-security > amber-heron · WAMR] ❌ Not done: [#8](https://github.com/bytecodealliance/wasm-micro-runtime-ghsa-2222/pull/8) is closed. Open it again, or name another one.
    ");
    chat.say(MAYA, &room, "!advisory close Duplicate");
    insta::assert_snapshot!(chat.say(INES, &room, "!patch add main 8"), @"[#wamr-security > amber-heron · WAMR] Not done: this incident is closed.");
}

#[test]
fn bad_input_is_answered_with_what_to_write() {
    let (mut chat, _, room) = forked();
    let lines = [
        "!patch",
        "!patch ad main 7",
        "!patch add",
        "!patch add main",
        "!patch add main seven",
        "!patch add main 7 8",
        "!patch drop",
        "!patch tested",
        "!patch status --all",
        "!done tests all green",
        "!done patches",
        "!patch add main 7\n```\nblock\n```",
    ];
    let said: Vec<String> = lines.iter().map(|line| chat.say(INES, &room, line)).collect();
    insta::assert_snapshot!(said.join("\n"), @r#"
    [#wamr-security > amber-heron · WAMR] Not done: there is no `!patch`. The nearest is `!patch add`.
    [#wamr-security > amber-heron · WAMR] Not done: there is no `!patch ad`. The nearest is `!patch add`.
    [#wamr-security > amber-heron · WAMR] Not done: BRANCH is missing.
    It is written `!patch add [ADVISORY] BRANCH PR`
    For example `!patch add main 1`
    [#wamr-security > amber-heron · WAMR] Not done: PR is missing.
    It is written `!patch add [ADVISORY] BRANCH PR`
    For example `!patch add main 1`
    [#wamr-security > amber-heron · WAMR] Not done: "seven" does not fit: a pull request is written as its number, 7 or &#35;7, or as its address, https&#58;//github.com/OWNER/FORK/pull/7.
    It is written `!patch add [ADVISORY] BRANCH PR`
    For example `!patch add main 1`
    [#wamr-security > amber-heron · WAMR] Not done: "8" is one word too many.
    It is written `!patch add [ADVISORY] BRANCH PR`
    For example `!patch add main 1`
    [#wamr-security > amber-heron · WAMR] Not done: BRANCH is missing.
    It is written `!patch drop [ADVISORY] BRANCH`
    For example `!patch drop main`
    [#wamr-security > amber-heron · WAMR] Not done: BRANCH is missing.
    It is written `!patch tested [ADVISORY] BRANCH [EVIDENCE…]`
    For example `!patch tested main spec suite and fuzz corpus on Linux and macOS`
    [#wamr-security > amber-heron · WAMR] Not done: there is no --all here. To use it as a word, put it in quotes.
    It is written `!patch status [ADVISORY]`
    For example `!patch status`
    [#wamr-security > amber-heron · WAMR] Not done: tests are recorded for one branch and its newest commit: !patch tested BRANCH EVIDENCE.
    It is written `!done [ADVISORY] STEP [EVIDENCE…]`
    For example `!done reproduce with the module attached to the report`
    [#wamr-security > amber-heron · WAMR] Not done: "patches" is read off GitHub and from what the bot does, not vouched for. Those a person vouches for: reproduce, audit, upstream, fix, list-seen, deploy, blog, rustsec.
    It is written `!done [ADVISORY] STEP [EVIDENCE…]`
    For example `!done reproduce with the module attached to the report`
    [#wamr-security > amber-heron · WAMR] Not done: this command takes no block of text.
    It is written `!patch add [ADVISORY] BRANCH PR`
    For example `!patch add main 1`
    "#);
    assert_eq!(chat.say(RAVI, &room, "!patch status"), chat.say(RAVI, &room, "!help"));
}

#[test]
fn a_project_without_branches_needs_no_patch() {
    let mut settings = settings();
    settings.projects[0].branches.clear();
    let mut chat = Chat::with(settings);
    let number = chat.open("Crash");
    let room = chat.room(number);
    chat.say(MAYA, &room, "!fork");
    insta::assert_snapshot!(chat.say(INES, &room, "!patch add main 7"), @r#"[#wamr-security > amber-heron · WAMR] Not done: this project has no supported branches. They are configured with `branches = ["main"]`."#);
    insta::assert_snapshot!(chat.say(INES, &room, "!patch status"), @r"
    [#wamr-security > amber-heron · WAMR] **Patches of amber-heron**
    This project has no supported branches configured: no patch is asked for.
    ");
    let plan = chat.say(INES, &room, "!release plan");
    insta::assert_snapshot!(plan.lines().filter(|line| line.contains("does not apply")).collect::<Vec<_>>().join("\n"), @r"
    ✅ pre-notification sent: does not apply, no announcement list is configured
    ✅ mail seen on the list: does not apply, no announcement list is configured
    ✅ patch on every supported branch: does not apply, no supported branches are configured
    ✅ tests recorded: does not apply, no supported branches are configured
    ✅ patches public, green, merged: does not apply, there is no patch in a private fork
    ✅ versions bumped: does not apply, no workflow bumps versions
    ✅ release tagged: does not apply, no release tag is configured
    ✅ builds deployed: does not apply, neither a bump nor a release tag is configured
    ✅ release mail sent: does not apply, no announcement list is configured
    ✅ blog post: does not apply, no blog is configured
    ✅ RustSec entry: does not apply, no crates are configured
    ");
    let card = chat.say(INES, &room, "!advisory show");
    assert_eq!(card.matches("does not apply, no supported branches are configured").count(), 2, "{card}");
}

#[test]
fn a_branch_that_the_affected_versions_do_not_reach_needs_no_patch() {
    let mut settings = settings();
    settings.projects[0].branches = ["main", "release/2.3.x", "release/2.4.x"].map(str::to_owned).to_vec();
    let mut chat = Chat::with(settings);
    let number = chat.open("Crash");
    let room = chat.room(number);
    let branches = |chat: &mut Chat| chat.say(INES, &room, "!patch status");
    insta::assert_snapshot!(branches(&mut chat), @r"
    [#wamr-security > amber-heron · WAMR] **Patches of amber-heron**
    ⬜ `main`: none yet: `!patch add main PR`
    ⬜ `release/2.3.x`: none yet: `!patch add release/2.3.x PR`
    ⬜ `release/2.4.x`: none yet: `!patch add release/2.4.x PR`
    ");
    chat.say(MAYA, &room, "!advisory affected other:wasm-micro-runtime >= 2.4.0, < 2.4.4 --patched 2.4.4");
    insta::assert_snapshot!(branches(&mut chat), @r"
    [#wamr-security > amber-heron · WAMR] **Patches of amber-heron**
    ⬜ `main`: none yet: `!patch add main PR`
    ✅ `release/2.3.x`: not affected, by the versions in the advisory
    ⬜ `release/2.4.x`, affected: none yet: `!patch add release/2.4.x PR`
    ");
    chat.say(MAYA, &room, "!advisory affected other:iwasm < 0.9");
    insta::assert_snapshot!(branches(&mut chat), @r"
    [#wamr-security > amber-heron · WAMR] **Patches of amber-heron**
    ⬜ `main`: none yet: `!patch add main PR`
    ⬜ `release/2.3.x`: none yet: `!patch add release/2.3.x PR`
    ⬜ `release/2.4.x`, affected: none yet: `!patch add release/2.4.x PR`
    ");
}

#[test]
fn what_github_does_not_show_is_not_held_against_a_patch() {
    let (mut chat, number, room) = forked();
    for (number, branch) in [(1, "main"), (2, "release/2.4.x")] {
        chat.pull(number, branch);
        let pull = chat.pulls.values_mut().last().unwrap();
        (pull.reviews, pull.release_notes) = (None, None);
        chat.say(INES, &room, &format!("!patch add {branch} {number}"));
    }
    insta::assert_snapshot!(chat.say(INES, &room, "!patch status"), @r"
    (👀 on 111)
    (GitHub: read #1, #2)
    (✅ on 111)
    [#wamr-security > amber-heron · WAMR] **Patches of amber-heron**
    ⬜ `main`: [#1](https://github.com/bytecodealliance/wasm-micro-runtime-ghsa-2222/pull/1) at `1000000`
    * ✅ applies cleanly
    * look for yourselves, GitHub does not show it: whether it is reviewed and whether it has release notes
    * ⬜ not tested: `!patch tested main EVIDENCE`
    ⬜ `release/2.4.x`: [#2](https://github.com/bytecodealliance/wasm-micro-runtime-ghsa-2222/pull/2) at `2000000`
    * ✅ applies cleanly
    * look for yourselves, GitHub does not show it: whether it is reviewed and whether it has release notes
    * ⬜ not tested: `!patch tested release/2.4.x EVIDENCE`
    ");
    assert!(runbook::is_done(&chat.world, chat.incident(number), Step::Patches));
}

#[test]
fn a_patch_of_which_github_works_out_whether_it_applies_waits() {
    let (mut chat, number, room) = forked();
    for (pull, branch) in [(1, "main"), (2, "release/2.4.x")] {
        chat.pull(pull, branch);
        chat.pulls.values_mut().last().unwrap().mergeable = None;
        chat.say(INES, &room, &format!("!patch add {branch} {pull}"));
    }
    assert_eq!(runbook::progress(&chat.world, chat.incident(number), Step::Patches), Progress::Waiting);
    for number in [1, 2] {
        assert_eq!(chat.pull_by_hand(number, |pull| pull.mergeable = Some(true)), "(card edited)");
    }
    assert_eq!(runbook::progress(&chat.world, chat.incident(number), Step::Patches), Progress::Done);
}

#[test]
fn when_github_cannot_be_read_nothing_is_recorded_and_what_is_known_is_shown() {
    let (mut chat, number, room) = forked();
    chat.pull(7, "main");
    chat.say(INES, &room, "!patch add main 7");
    chat.answer_with(|effect| {
        let reads = matches!(effect.action, Action::ReadPulls { .. });
        reads.then(|| failed(Service::GitHub, FailureKind::Permission("pull_requests=read".into()), ""))
    });
    insta::assert_snapshot!(chat.say(INES, &room, "!patch tested main"), @r"
    (👀 on 109)
    (GitHub: read #7) → failed
    (❌ on 109)
    [#wamr-security > amber-heron · WAMR] ❌ Not done: the bot's token on GitHub lacks a permission: pull_requests=read. Give the token that permission.
    ");
    insta::assert_snapshot!(chat.say(INES, &room, "!patch status"), @r"
    (👀 on 111)
    (GitHub: read #7) → failed
    (❌ on 111)
    [#wamr-security > amber-heron · WAMR] ❌ I could not look: the bot's token on GitHub lacks a permission: pull_requests=read. Give the token that permission. As I last saw them:
    **Patches of amber-heron**
    ⬜ `main`: [#7](https://github.com/bytecodealliance/wasm-micro-runtime-ghsa-2222/pull/7) at `7000000`
    * ✅ applies cleanly · approved by `ines-gh` · has release notes
    * ⬜ not tested: `!patch tested main EVIDENCE`
    ⬜ `release/2.4.x`: none yet: `!patch add release/2.4.x PR`
    ");
    assert!(!runbook::coverage(&chat.world, chat.incident(number))[0].patch.unwrap().is_tested());
    chat.hold = true;
    chat.say(INES, &room, "!patch status");
    let reading =
        chat.effects.iter().rev().find(|(_, effect)| matches!(effect.action, Action::ReadPulls { .. }));
    let id = reading.unwrap().0;
    let delayed = Outcome::Delayed(failure(Service::GitHub, FailureKind::Unreachable, ""));
    insta::assert_snapshot!(chat.settled(id, delayed), @"[#wamr-security > amber-heron · WAMR] ⏳ Waiting: GitHub does not answer. I keep trying; nothing is lost and nothing is done twice.");
}

#[test]
fn an_incident_that_ends_meanwhile_takes_no_patch() {
    let (mut chat, number, room) = forked();
    chat.pull(7, "main");
    chat.hold = true;
    chat.say(INES, &room, "!patch add main 7");
    let (id, effect) = chat
        .effects
        .iter()
        .rev()
        .find(|(_, e)| matches!(e.action, Action::ReadPulls { .. }))
        .cloned()
        .unwrap();
    chat.hold = false;
    chat.say(MAYA, &room, "!advisory close Duplicate");
    let outcome = chat.outcome(&effect);
    insta::assert_snapshot!(chat.settled(id, outcome), @r"
    (❌ on 107)
    [#wamr-security > amber-heron · WAMR] Not done: this incident is closed.
    ");
    assert!(chat.incident(number).patches.is_empty());
}

#[test]
fn tests_are_recorded_only_for_a_commit_that_was_shown_before() {
    let (mut chat, number, room) = forked();
    chat.pull(7, "main");
    chat.say(INES, &room, "!patch add main 7");
    chat.pulls.values_mut().for_each(|pull| pull.head = commit(0xabc));
    insta::assert_snapshot!(chat.say(INES, &room, "!patch tested main all green"), @r"
    (👀 on 109)
    (GitHub: read #7)
    (❌ on 109)
    [#wamr-security > amber-heron · WAMR] ❌ Not recorded: somebody pushed to [#7](https://github.com/bytecodealliance/wasm-micro-runtime-ghsa-2222/pull/7), the patch of `main`, since it was last looked at: its newest commit is `abc0000` now. If that is what was tested, give the command again.
    (card edited)
    ");
    assert!(!runbook::coverage(&chat.world, chat.incident(number))[0].patch.unwrap().is_tested());
    chat.say(INES, &room, "!patch tested main all green");
    assert!(runbook::coverage(&chat.world, chat.incident(number))[0].patch.unwrap().is_tested());
    chat.pulls.values_mut().for_each(|pull| pull.state = PullState::Closed);
    insta::assert_snapshot!(chat.say(INES, &room, "!patch tested main"), @r"
    (👀 on 113)
    (GitHub: read #7)
    (❌ on 113)
    [#wamr-security > amber-heron · WAMR] ❌ Not done: [#7](https://github.com/bytecodealliance/wasm-micro-runtime-ghsa-2222/pull/7) is closed. Open it again, or name another one.
    (card edited)
    ");
}
