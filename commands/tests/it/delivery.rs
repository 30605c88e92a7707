//! A release in public repositories: patches, versions, tags, the private fork's end; and all that can stand
//! in its way.

use std::collections::BTreeMap;

use commands::kernel::{
    effect::{Action, Effect, FailureKind, Outcome, Service},
    input::Place,
    patch::{Branch, PullState},
    settings::{Bump, Settings},
    step::{Order, Step},
    work::{Checks, Found, PublicPull, Standing, Work},
};

use crate::{
    kit::{Chat, failed},
    outside::bump_commit,
    pulls::commit,
    realm::*,
};

/// Settings in which a workflow bumps versions and a tag is waited for.
fn with_workflow(order: Order) -> Settings {
    let mut settings = settings();
    let wamr = &mut settings.projects[0];
    wamr.order = order;
    wamr.bump = Some(Bump {
        workflow: "release.yml".into(),
        git_ref: "{branch}".into(),
        inputs: BTreeMap::from([("version".into(), "{version}".into())]),
        pull_request: Some("ci/release-{branch}".into()),
    });
    wamr.release_tag = Some("WAMR-{version}".into());
    settings
}

/// An incident whose release is asked for, and the topic it lives in.
fn asked(settings: Settings) -> (Chat, Place) {
    let mut chat = Chat::with(settings);
    let number = chat.due();
    let room = chat.room(number);
    chat.say(MAYA, &room, "!release go");
    (chat, room)
}

/// What the release did outside, in order.
fn works(chat: &Chat) -> Vec<Work> {
    let work = |(_, effect): &(_, Effect)| match &effect.action {
        Action::Work(work) => Some(work.as_ref().clone()),
        _ => None,
    };
    chat.effects.iter().filter_map(work).collect()
}

fn count(chat: &Chat, of: impl Fn(&Work) -> bool) -> usize {
    works(chat).iter().filter(|work| of(work)).count()
}

fn merges(chat: &Chat) -> usize {
    count(chat, |work| matches!(work, Work::Merge { .. }))
}

/// GitHub shows each pull request that is waited for as `change` makes it.
fn shown_as(chat: &mut Chat, base: &'static str, change: impl Fn(&mut PublicPull) + 'static) {
    let pull = |base: &Branch| PublicPull {
        number: commands::kernel::id::PullNumber(if base.0 == "main" { 100 } else { 101 }),
        url: "https://github.com/bytecodealliance/wasm-micro-runtime/pull/101".into(),
        head: commit(if base.0 == "main" { 1 } else { 2 }),
        state: PullState::Open,
        checks: Checks::Passed,
        standing: Standing::Free,
    };
    chat.answer_with(move |effect| match &effect.action {
        Action::Work(work) => match work.as_ref() {
            Work::AwaitPull { base: of, .. } if of.0 == base => {
                let mut pull = pull(of);
                change(&mut pull);
                Some(Outcome::Found(Found::Pull(Box::new(pull))))
            }
            _ => None,
        },
        _ => None,
    });
}

fn stop_line(shown: &str) -> String {
    let lines = shown.lines().skip_while(|line| !line.contains("has stopped**")).take(2);
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_release_with_everything() {
    let (mut chat, room) = asked(with_workflow(Order::FixesFirst));
    insta::assert_snapshot!(chat.say(INES, &room, "!release approve"), @r"
    [#wamr-security > amber-heron · WAMR] ✅ Approved by @_**Ines|12**. The release runs: 10 steps.
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
    [#wamr-security > amber-heron · WAMR] ✅ Step 1 of 10: patches public, green, merged
    (GitHub: start release.yml on release/2.4.x)
    (card edited)
    [#wamr-security > amber-heron · WAMR] ▶️ `release.yml` runs for `release/2.4.x`.
    (GitHub: wait for the pull request into release/2.4.x)
    (GitHub: MERGE #102 into release/2.4.x)
    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ [bytecodealliance/wasm-micro-runtime#102](https://github.com/bytecodealliance/wasm-micro-runtime/pull/102) is merged into `release/2.4.x`.
    [#wamr-security > amber-heron · WAMR] ✅ Step 2 of 10: versions bumped
    (GitHub: wait for WAMR-2.4.4)
    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ `WAMR-2.4.4` is there.
    [#wamr-security > amber-heron · WAMR] ✅ Step 3 of 10: release tagged
    [#wamr-security > amber-heron · WAMR] ⏳ **builds deployed**: @**Maya|11**, look whether everything that the release brings forth can be had, then `!done deploy EVIDENCE`. Until then nothing is published.
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(TOMASZ, &room, "!next"), @"[#wamr-security > amber-heron · WAMR] ➡️ **builds deployed**: `!done deploy EVIDENCE`. Owed by @_**Maya|11**.");
    insta::assert_snapshot!(chat.say(TOMASZ, &room, "!done deploy https://example.org/builds/2.4.4"), @r"
    [#wamr-security > amber-heron · WAMR] ✅ builds deployed.
    ➡️ **private fork kept**: under way
    (git: bundle)
    (card edited)
    (GitHub: close the fork's pull requests)
    [#wamr-security > amber-heron · WAMR] ✅ Step 5 of 10: private fork kept
    (GitHub: PUBLISH)
    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ Step 6 of 10: advisory published: https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    (GitHub: is the fork gone?)
    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ Step 7 of 10: private fork gone
    [PUBLIC #general > security] **Security advisory for WAMR**: Out-of-bounds write in the AOT loader
    Severity high · CVE-2026-12345 · https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    Fixed in wasm-micro-runtime: 2.4.4
    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ Step 8 of 10: public notice: [the message](#narrow/channel/1/near/157) in #**general**
    (upload osv.json)
    (card edited)
    (upload cve.json)
    (upload csaf.json)
    [#wamr-security > amber-heron · WAMR] ✅ Step 9 of 10: records attached: [csaf.json](/user_uploads/2/ab/csaf.json), [cve.json](/user_uploads/2/ab/cve.json), [osv.json](/user_uploads/2/ab/osv.json)
    [#wamr-security > amber-heron · WAMR] ✅ Step 10 of 10: closed
    (card edited)
    ");
    assert!(!chat.incident(1).is_open());
}

#[test]
fn the_versions_are_bumped_first_where_that_is_the_order() {
    let (mut chat, room) = asked(with_workflow(Order::BumpsFirst));
    chat.say(INES, &room, "!release approve");
    let first = works(&chat).into_iter().next().unwrap();
    assert!(matches!(first, Work::Dispatch { .. }), "{first:?}");
}

#[test]
fn nothing_is_merged_while_one_of_the_patches_is_red() {
    let (mut chat, room) = asked(settings());
    let red = Checks::Failed(vec!["build (macos)".into(), "*spec*".into()]);
    shown_as(&mut chat, "release/2.4.x", move |pull| pull.checks = red.clone());
    let shown = chat.say(INES, &room, "!release approve");
    insta::assert_snapshot!(stop_line(&shown), @r#"
    [#wamr-security > amber-heron · WAMR] ❌ **The release has stopped** at "patches public, green, merged": [bytecodealliance/wasm-micro-runtime#101](https://github.com/bytecodealliance/wasm-micro-runtime/pull/101) into `release/2.4.x`: these checks are red: build (macos), &#42;spec&#42;.
    What was done before stands; nothing after it has happened. @**Maya|11**, mend it and `!release retry`, or `!release skip transfer --reason …`, or `!release abort REASON`.
    "#);
    assert_eq!(merges(&chat), 0);
    chat.wait("5h");
    assert_eq!(merges(&chat), 0, "nothing goes on by itself");
    chat.mend();
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release retry"), @r#"
    [#wamr-security > amber-heron · WAMR] ▶️ The release goes on at "patches public, green, merged".
    (GitHub: wait for the pull request into main)
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
    [#wamr-security > amber-heron · WAMR] ✅ Step 5 of 7: public notice: [the message](#narrow/channel/1/near/156) in #**general**
    (upload osv.json)
    (card edited)
    (upload cve.json)
    (upload csaf.json)
    [#wamr-security > amber-heron · WAMR] ✅ Step 6 of 7: records attached: [csaf.json](/user_uploads/2/ab/csaf.json), [cve.json](/user_uploads/2/ab/cve.json), [osv.json](/user_uploads/2/ab/osv.json)
    [#wamr-security > amber-heron · WAMR] ✅ Step 7 of 7: closed
    (card edited)
    "#);
    assert_eq!(count(&chat, |work| matches!(work, Work::Push { .. })), 2, "each once");
    assert_eq!(count(&chat, |work| matches!(work, Work::OpenPull { .. })), 2, "each once");
    assert!(!chat.incident(1).is_open());
}

#[test]
fn what_stands_in_the_way_of_a_pull_request_is_said() {
    let stopped = |change: fn(&mut PublicPull)| {
        let (mut chat, room) = asked(settings());
        shown_as(&mut chat, "main", change);
        let shown = chat.say(INES, &room, "!release approve");
        assert_eq!(merges(&chat), 0);
        stop_line(&shown).lines().next().unwrap_or_default().to_owned()
    };
    insta::assert_snapshot!(stopped(|pull| pull.standing = Standing::Conflicts), @r#"[#wamr-security > amber-heron · WAMR] ❌ **The release has stopped** at "patches public, green, merged": [bytecodealliance/wasm-micro-runtime#101](https://github.com/bytecodealliance/wasm-micro-runtime/pull/101) into `main`: it does not apply cleanly."#);
    insta::assert_snapshot!(stopped(|pull| pull.state = PullState::Closed), @r#"[#wamr-security > amber-heron · WAMR] ❌ **The release has stopped** at "patches public, green, merged": [bytecodealliance/wasm-micro-runtime#101](https://github.com/bytecodealliance/wasm-micro-runtime/pull/101) into `main`: somebody closed it without merging it."#);
    insta::assert_snapshot!(stopped(|pull| pull.head = bump_commit()), @r#"[#wamr-security > amber-heron · WAMR] ❌ **The release has stopped** at "patches public, green, merged": [bytecodealliance/wasm-micro-runtime#101](https://github.com/bytecodealliance/wasm-micro-runtime/pull/101) into `main`: somebody pushed to it, and that is not what was approved."#);
}

#[test]
fn what_the_rules_want_of_a_person_is_asked_for_and_waited_for() {
    let (mut chat, room) = asked(settings());
    // A reviewer comes between the first look and the second.
    let looks = std::cell::Cell::new(0);
    shown_as(&mut chat, "main", move |pull| {
        looks.set(looks.get() + 1);
        if looks.get() == 1 {
            pull.standing = Standing::Blocked;
        }
    });
    let shown = chat.say(INES, &room, "!release approve");
    let asks: Vec<&str> = shown.lines().filter(|line| line.contains("waits for a person")).collect();
    insta::assert_snapshot!(asks.join("\n"), @"[#wamr-security > amber-heron · WAMR] ⏳ [bytecodealliance/wasm-micro-runtime#101](https://github.com/bytecodealliance/wasm-micro-runtime/pull/101) into `main` waits for a person: the repository's rules want a review, or its merge queue; I use nobody's right to pass them by. @**Maya|11**, I go on when that is done.");
    let known = |work: &Work| matches!(work, Work::AwaitPull { known: Some(Standing::Blocked), .. });
    assert_eq!(count(&chat, known), 1);
    assert!(!chat.incident(1).is_open(), "it went on by itself: {shown}");
}

#[test]
fn what_somebody_merged_by_hand_counts() {
    let (mut chat, room) = asked(settings());
    shown_as(&mut chat, "main", |pull| pull.state = PullState::Merged);
    let shown = chat.say(INES, &room, "!release approve");
    assert_eq!(merges(&chat), 1, "only the other one");
    assert!(!chat.incident(1).is_open(), "{shown}");
}

#[test]
fn a_step_that_fails_stops_the_release_there_and_a_retry_goes_on_there() {
    type Is = fn(&Work) -> bool;
    let each: [(&str, Is, Service); 7] = [
        ("push", |work| matches!(work, Work::Push { .. }), Service::Git),
        ("open", |work| matches!(work, Work::OpenPull { .. }), Service::GitHub),
        ("wait", |work| matches!(work, Work::AwaitPull { .. }), Service::GitHub),
        ("merge", |work| matches!(work, Work::Merge { .. }), Service::GitHub),
        ("snapshot", |work| matches!(work, Work::Snapshot { .. }), Service::Git),
        ("close", |work| matches!(work, Work::ClosePulls { .. }), Service::GitHub),
        ("remove", |work| matches!(work, Work::RemoveFork { .. }), Service::GitHub),
    ];
    let mut told = Vec::new();
    for (name, is, service) in each {
        let (mut chat, room) = asked(settings());
        chat.answer_with(move |effect| match &effect.action {
            Action::Work(work) if is(work) => Some(failed(service, FailureKind::Refused, "no *way*")),
            _ => None,
        });
        let shown = chat.say(INES, &room, "!release approve");
        told.push(format!("{name}: {}", stop_line(&shown)));
        let before = works(&chat);
        assert_eq!(before.iter().filter(|work| is(work)).count(), 1, "{name} is tried once");
        assert!(is(before.last().unwrap()), "nothing follows {name}");
        chat.mend();
        chat.say(MAYA, &room, "!release retry");
        assert!(!chat.incident(1).is_open(), "{name}");
        let again = works(&chat)[before.len()..].to_vec();
        // Before it is merged it is looked at anew.
        let looks = |work: &&Work| name == "merge" && matches!(work, Work::AwaitPull { .. });
        let first = again.iter().find(|work| !looks(work));
        assert_eq!(first, before.last(), "it goes on at {name}");
    }
    insta::assert_snapshot!(told.join("\n"), @r#"
    push: [#wamr-security > amber-heron · WAMR] ❌ **The release has stopped** at "patches public, green, merged": pushing `fixes-main-1000000`: git refused it. It said: "no &#42;way&#42;".
    What was done before stands; nothing after it has happened. @**Maya|11**, mend it and `!release retry`, or `!release skip transfer --reason …`, or `!release abort REASON`.
    open: [#wamr-security > amber-heron · WAMR] ❌ **The release has stopped** at "patches public, green, merged": opening the pull request into `main`: GitHub refused it. It said: "no &#42;way&#42;".
    What was done before stands; nothing after it has happened. @**Maya|11**, mend it and `!release retry`, or `!release skip transfer --reason …`, or `!release abort REASON`.
    wait: [#wamr-security > amber-heron · WAMR] ❌ **The release has stopped** at "patches public, green, merged": waiting for the pull request into `main`: GitHub refused it. It said: "no &#42;way&#42;".
    What was done before stands; nothing after it has happened. @**Maya|11**, mend it and `!release retry`, or `!release skip transfer --reason …`, or `!release abort REASON`.
    merge: [#wamr-security > amber-heron · WAMR] ❌ **The release has stopped** at "patches public, green, merged": merging the pull request into `main`: GitHub refused it. It said: "no &#42;way&#42;".
    What was done before stands; nothing after it has happened. @**Maya|11**, mend it and `!release retry`, or `!release skip transfer --reason …`, or `!release abort REASON`.
    snapshot: [#wamr-security > amber-heron · WAMR] ❌ **The release has stopped** at "private fork kept": keeping a snapshot of the private fork: git refused it. It said: "no &#42;way&#42;".
    What was done before stands; nothing after it has happened. @**Maya|11**, mend it and `!release retry`, or `!release skip snapshot --reason …`, or `!release abort REASON`.
    close: [#wamr-security > amber-heron · WAMR] ❌ **The release has stopped** at "private fork kept": closing the private fork's pull requests: GitHub refused it. It said: "no &#42;way&#42;".
    What was done before stands; nothing after it has happened. @**Maya|11**, mend it and `!release retry`, or `!release skip snapshot --reason …`, or `!release abort REASON`.
    remove: [#wamr-security > amber-heron · WAMR] ❌ **The release has stopped** at "private fork gone": looking after the private fork: GitHub refused it. It said: "no &#42;way&#42;".
    What was done before stands; nothing after it has happened. @**Maya|11**, mend it and `!release retry`, or `!release skip fork-gone --reason …`, or `!release abort REASON`.
    "#);
}

#[test]
fn a_step_is_skipped_by_two_people_who_say_why() {
    let (mut chat, room) = asked(with_workflow(Order::FixesFirst));
    chat.answer_with(|effect| match &effect.action {
        Action::Work(work) if matches!(work.as_ref(), Work::Dispatch { .. }) => {
            Some(failed(Service::GitHub, FailureKind::NotFound, "no such workflow"))
        }
        _ => None,
    });
    chat.say(INES, &room, "!release approve");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release skip bump"), @r"
    [#wamr-security > amber-heron · WAMR] Not done: what is skipped needs --reason.
    It is written `!release skip [ADVISORY] STEP --reason …`
    For example `!release skip bump --reason The versions were bumped by hand`
    ");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release skip publish --reason No"), @r"
    [#wamr-security > amber-heron · WAMR] Not done: no release goes without publish.
    It is written `!release skip [ADVISORY] STEP --reason …`
    For example `!release skip bump --reason The versions were bumped by hand`
    ");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release skip transfer --reason No"), @r#"[#wamr-security > amber-heron · WAMR] Not done: "patches public, green, merged" is done already."#);
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release skip bump --reason Bumped by hand"), @r"
    [#wamr-security > amber-heron · WAMR] @_**Maya|11** asks to release **amber-heron**.
    🚨 Left out: versions bumped.
    Reason: Bumped by hand
    1. wait for the release's tags: `WAMR-2.4.4` in `bytecodealliance/wasm-micro-runtime`
    2. wait until somebody has seen the builds deployed: `!done deploy EVIDENCE`
    3. keep a snapshot of the private fork and close its pull requests: what `bytecodealliance/wasm-micro-runtime-ghsa-2222` has and `bytecodealliance/wasm-micro-runtime` has not, as a git bundle in my store
    4. publish the advisory: GHSA-x5cm-v3r2-9f22 in bytecodealliance/wasm-micro-runtime, on GitHub. There is no way back.
    5. see that the private fork is gone, or delete it, where GitHub leaves it, and nothing but the fork that the advisory names
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
    ");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release approve"), @"[#wamr-security > amber-heron · WAMR] Not done: a release needs a second person: somebody else on the team must approve it, by 👍 on the request or by `!release approve`.");
    assert_eq!(count(&chat, |work| matches!(work, Work::AwaitTag { .. })), 0);
    let shown = chat.say(INES, &room, "!release approve");
    assert!(shown.contains("(GitHub: wait for WAMR-2.4.4)"), "{shown}");
    assert_eq!(count(&chat, |work| matches!(work, Work::Push { .. })), 2, "what was done stays done");
}

#[test]
fn a_wait_is_given_up_by_skipping_its_step() {
    let (mut chat, room) = asked(with_workflow(Order::FixesFirst));
    chat.hold = true;
    chat.say(INES, &room, "!release approve");
    let pushing = chat.say(MAYA, &room, "!release skip transfer --reason No");
    assert!(pushing.contains("still on its way"), "a push cannot be called back: {pushing}");
    let wait = run_until(&mut chat, |work| matches!(work, Work::AwaitTag { .. }));
    chat.say(MAYA, &room, "!release skip tag --reason It is called otherwise");
    assert!(chat.cancelled.contains(&wait));
}

/// Does what the release wants until it wants something that `is` true of.
fn run_until(chat: &mut Chat, is: impl Fn(&Work) -> bool) -> commands::kernel::id::EffectId {
    loop {
        let pending = chat.world.pending().iter().find_map(|(id, recorded)| match &recorded.effect.action {
            Action::Work(work) => Some((*id, work.as_ref().clone())),
            _ => None,
        });
        let (id, work) = pending.expect("the release goes on");
        if is(&work) {
            return id;
        }
        let outcome = chat.outside(&work);
        chat.settle(id, outcome);
    }
}

/// What is told when something changes while a release waits for a pull request.
fn changed(change: impl FnOnce(&mut Chat) -> String) -> String {
    let (mut chat, room) = asked(settings());
    chat.hold = true;
    chat.say(INES, &room, "!release approve");
    let wait = run_until(&mut chat, |work| matches!(work, Work::AwaitPull { .. }));
    chat.hold = false;
    let shown = change(&mut chat);
    assert!(chat.cancelled.contains(&wait));
    let retried = chat.say(MAYA, &room, "!release retry");
    format!("{}\n{retried}", stop_line(&shown))
}

#[test]
fn a_change_of_what_was_approved_stops_it_and_wants_another_approval() {
    let by_hand = |chat: &mut Chat| {
        let ghsa = chat.github.keys().next().unwrap().clone();
        chat.by_hand(&ghsa, |advisory| advisory.content.summary = "Something else".into())
    };
    insta::assert_snapshot!(changed(by_hand), @r#"
    [#wamr-security > amber-heron · WAMR] ❌ **The release has stopped** at "patches public, green, merged": the advisory's text was changed since it was approved. What was done before stands; nothing after it has happened. @**Maya|11**, look at it and `!release go` again, or `!release abort REASON`.
    (card edited)
    [#wamr-security > amber-heron · WAMR] Not done: something that was approved has changed since. `!release go` asks for approval of what would happen now.
    "#);
    let pushed = |chat: &mut Chat| chat.pull_by_hand(1, |pull| pull.head = commit(9));
    insta::assert_snapshot!(changed(pushed), @r#"
    [#wamr-security > amber-heron · WAMR] ❌ **The release has stopped** at "patches public, green, merged": somebody pushed to a patch since it was approved. What was done before stands; nothing after it has happened. @**Maya|11**, look at it and `!release go` again, or `!release abort REASON`.
    (card edited)
    [#wamr-security > amber-heron · WAMR] Not done: something that was approved has changed since. `!release go` asks for approval of what would happen now.
    "#);
}

#[test]
fn a_release_that_has_not_stopped_is_not_retried() {
    let (mut chat, room) = asked(settings());
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release retry"), @"[#wamr-security > amber-heron · WAMR] Not done: no release of this incident has stopped. `!release status` shows where it stands.");
    shown_as(&mut chat, "main", |pull| pull.state = PullState::Closed);
    chat.say(INES, &room, "!release approve");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release retry publish"), @r#"[#wamr-security > amber-heron · WAMR] Not done: the release has stopped at "patches public, green, merged", not at "advisory published". Write `!release retry transfer`."#);
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release retry lunch"), @r#"
    [#wamr-security > amber-heron · WAMR] Not done: "lunch" is no step of a release. They are transfer, bump, tag, deploy, snapshot, publish, fork-gone, mail, announce, blog, rustsec, exports, close.
    It is written `!release retry [ADVISORY] [STEP]`
    For example `!release retry`
    "#);
    insta::assert_snapshot!(chat.say(INES, &room, "!release retry"), @"[#wamr-security > amber-heron · WAMR] Not done: only the incident manager, @_**Maya|11**, can do this. To take over: `!manager claim`");
}

#[test]
fn a_release_that_is_called_off_does_nothing_more() {
    let (mut chat, room) = asked(settings());
    chat.hold = true;
    chat.say(INES, &room, "!release approve");
    let wait = run_until(&mut chat, |work| matches!(work, Work::Merge { .. }));
    insta::assert_snapshot!(chat.say(TOMASZ, &room, "!release abort The fix is wrong"), @r#"
    [#wamr-security > amber-heron · WAMR] ✅ The release is called off. What had happened stands: the fixes for `main` and `release/2.4.x` are pushed, for everybody to see. "patches public, green, merged" is on its way and may still happen; I say so if it does.
    (card edited)
    "#);
    let work = works(&chat).pop().unwrap();
    let outcome = chat.outside(&work);
    chat.hold = false;
    insta::assert_snapshot!(chat.settled(wait, outcome), @r"
    [#wamr-security > amber-heron · WAMR] ✅ [bytecodealliance/wasm-micro-runtime#100](https://github.com/bytecodealliance/wasm-micro-runtime/pull/100) is merged into `main`.
    (card edited)
    ");
    assert_eq!(works(&chat).pop().unwrap(), work, "nothing follows");
    let done = |chat: &Chat| chat.incident(1).steps_done.contains(&Step::Transfer);
    assert!(!done(&chat));
    chat.say(MAYA, &room, "!release go");
    chat.say(INES, &room, "!release approve");
    assert!(done(&chat));
    assert_eq!(merges(&chat), 2, "each once");
}

#[test]
fn a_release_that_does_not_come_further_is_asked_about_ever_more_rarely() {
    let (mut chat, room) = asked(settings());
    chat.hold = true;
    chat.say(INES, &room, "!release approve");
    run_until(&mut chat, |work| matches!(work, Work::AwaitPull { .. }));
    chat.hold = false;
    chat.wait("29m");
    insta::assert_snapshot!(chat.say(TOMASZ, &room, "!release status"), @r"
    [#wamr-security > amber-heron · WAMR] The release runs: waiting for the pull request into `main`, since <time:2026-11-18T10:00:00Z> (Wednesday 10:00 UTC, 29 minutes ago).
    ⬜ patches public, green, merged
    ⬜ private fork kept
    ⬜ advisory published
    ⬜ private fork gone
    ⬜ public notice
    ⬜ records attached
    ⬜ closed
    ");
    insta::assert_snapshot!(chat.wait("2m"), @"[#wamr-security > amber-heron · WAMR] ⏳ The release has not come further for 30 minutes: waiting for the pull request into `main`, since <time:2026-11-18T10:00:00Z> (Wednesday 10:00 UTC, 30 minutes ago). @**Maya|11**, look there; `!release skip STEP --reason …`, or `!release abort REASON`");
    let mut told = 0;
    for _ in 0..12 {
        told += chat.wait("10m").matches("not come further").count();
    }
    assert_eq!(told, 2, "after an hour, and after two");
    let next = chat.say(TOMASZ, &room, "!next");
    insta::assert_snapshot!(next, @"[#wamr-security > amber-heron · WAMR] ➡️ **patches public, green, merged**: under way: waiting for the pull request into `main`, since <time:2026-11-18T10:00:00Z> (Wednesday 10:00 UTC, 2 hours 31 minutes ago). Owed by @_**Maya|11**.");
}
