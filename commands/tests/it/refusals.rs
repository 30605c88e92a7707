//! What is refused, or answered, in situations that no other test is about.

use commands::kernel::{
    content::AdvisoryState,
    directory::DirectoryChange,
    effect::{Action, FailureKind, Outcome, Service},
    input::Observed,
};

use crate::{
    kit::{Chat, TEXT, failed},
    realm::*,
};

/// An incident of Maya's, and her place.
fn opened() -> (Chat, commands::kernel::input::Place) {
    let mut chat = Chat::new();
    chat.open("Overflow");
    let room = chat.room(1);
    (chat, room)
}

#[test]
fn values_that_make_no_sense_are_named() {
    let (mut chat, room) = opened();
    let many = (0..60).map(|n| format!("person-{n}")).collect::<Vec<_>>().join(" ");
    let said = [
        "!embargo extend 2h",
        "!embargo lift",
        "!manager maya",
        "!manager @**Ines|12** @**Tomasz|13**",
        &format!("!invite {many}"),
        "!triage overflow --at never",
        "!triage overflow --tier 0",
        "!advisory edit --summary \"\"",
        "!advisory reject \"\"",
    ]
    .map(|line| format!("{line:.40} → {}", chat.say(MAYA, &room, line)));
    insta::assert_snapshot!(said.join("\n"), @r#"
    !embargo extend 2h → [#wamr-security > amber-heron · WAMR] Not done: say why: --reason is missing.
    It is written `!embargo extend [ADVISORY] DURATION --reason …`
    For example `!embargo extend 48h --reason The fix needs one more test`
    !embargo lift → [#wamr-security > amber-heron · WAMR] Not done: say why: --reason is missing.
    It is written `!embargo lift [ADVISORY] --reason …`
    For example `!embargo lift --reason Upstream cannot say yet when it has a fix`
    !manager maya → [#wamr-security > amber-heron · WAMR] Not done: the incident manager is named by a mention: !manager &#64;user.
    It is written `!manager [ADVISORY] [claim | @user]`
    For example `!manager claim`
    !manager @**Ines|12** @**Tomasz|13** → [#wamr-security > amber-heron · WAMR] Not done: name one person: !manager &#64;user.
    It is written `!manager [ADVISORY] [claim | @user]`
    For example `!manager claim`
    !invite person-0 person-1 person-2 perso → [#wamr-security > amber-heron · WAMR] Not done: at most 50 people at a time.
    It is written `!invite [ADVISORY] WHO…`
    For example `!invite @**Ines** sofia-k`
    !triage overflow --at never → [#wamr-security > amber-heron · WAMR] Not done: --at is compile or run.
    It is written `!triage BUG… [--at compile|run] [--tier N]`
    For example `!triage use after free --at run`
    !triage overflow --tier 0 → [#wamr-security > amber-heron · WAMR] Not done: --tier is a number from 1 to 9.
    It is written `!triage BUG… [--at compile|run] [--tier N]`
    For example `!triage use after free --at run`
    !advisory edit --summary "" → [#wamr-security > amber-heron · WAMR] Not done: the summary is empty.
    It is written `!advisory edit [ADVISORY] [--summary …] [--severity S | --cvss VECTOR] [--cwe CWE-N…], with a new description as a fenced block`
    For example `!advisory edit --cvss CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H`
    !advisory reject "" → [#wamr-security > amber-heron · WAMR] Not done: the reason is empty.
    It is written `!advisory reject [ADVISORY] REASON…`
    For example `!advisory reject Works as documented`
    "#);
}

#[test]
fn a_public_advisory_is_changed_on_its_page() {
    let (mut chat, room) = opened();
    let ghsa = chat.ghsa(1);
    chat.by_hand(&ghsa, |advisory| advisory.state = AdvisoryState::Published);
    let said = [
        "!advisory edit --severity low",
        "!advisory affected rust:wasmtime < 2",
        "!invite sofia-k",
        "!fork",
        "!cve request",
        "!patch add main 1",
        "!embargo set +1h",
        "!advisory reject No",
    ]
    .map(|line| format!("{line} → {}", chat.say(MAYA, &room, line)));
    insta::assert_snapshot!(said.join("\n"), @r"
    !advisory edit --severity low → [#wamr-security > amber-heron · WAMR] Not done: the advisory is public. Change it on its page on GitHub.
    !advisory affected rust:wasmtime < 2 → [#wamr-security > amber-heron · WAMR] Not done: the advisory is public. Change it on its page on GitHub.
    !invite sofia-k → [#wamr-security > amber-heron · WAMR] Not done: the advisory is public. Change it on its page on GitHub.
    !fork → [#wamr-security > amber-heron · WAMR] Not done: the advisory is public. Change it on its page on GitHub.
    !cve request → (👀 on 114)
    (GitHub: ask for a CVE number)
    (✅ on 114)
    [#wamr-security > amber-heron · WAMR] ✅ GitHub was asked for a CVE number. By its word that takes up to 3 days; lately it took weeks. I notice the answer by myself, and ask after it in 24 hours.
    (card edited)
    !patch add main 1 → [#wamr-security > amber-heron · WAMR] Not done: the advisory is public. Change it on its page on GitHub.
    !embargo set +1h → [#wamr-security > amber-heron · WAMR] Not done: the advisory is public; there is no embargo any more.
    !advisory reject No → [#wamr-security > amber-heron · WAMR] Not done: the advisory is public. Change it on its page on GitHub.
    ");
}

#[test]
fn a_request_that_nobody_can_have_read_is_not_approved() {
    let mut chat = Chat::new();
    let number = chat.due();
    let room = chat.room(number);
    chat.hold = true;
    chat.say(MAYA, &room, "!release go");
    insta::assert_snapshot!(chat.say(TOMASZ, &room, "!release approve"), @"[#wamr-security > amber-heron · WAMR] Not done: the request for approval is not posted yet, so nobody can have read it. Approve once it stands in the incident's topic.");
}

#[test]
fn a_team_of_one_is_told_that_nobody_can_approve() {
    let mut chat = Chat::new();
    let number = chat.due();
    let room = chat.room(number);
    let mut directory = directory();
    directory.groups.values_mut().for_each(|group| group.members.retain(|user| *user == MAYA));
    chat.observe(Observed::Directory(DirectoryChange::Snapshot(directory)));
    let asked = chat.say(MAYA, &room, "!release go");
    assert!(asked.contains("Nobody else is on the team: somebody must join it"), "{asked}");
}

#[test]
fn a_number_is_not_asked_for_twice_while_the_first_request_is_on_its_way() {
    let (mut chat, room) = opened();
    chat.hold = true;
    chat.say(MAYA, &room, "!cve request");
    insta::assert_snapshot!(chat.say(INES, &room, "!cve request"), @"[#wamr-security > amber-heron · WAMR] Not done: the request is on its way to GitHub already.");
}

#[test]
fn a_number_that_github_has_by_now_is_told_when_another_is_entered() {
    let (mut chat, room) = opened();
    let ghsa = chat.ghsa(1);
    chat.github.get_mut(&ghsa).unwrap().cve = Some("CVE-2026-4711".parse().unwrap());
    insta::assert_snapshot!(chat.say(MAYA, &room, "!cve set CVE-2026-12345"), @r"
    (👀 on 104)
    (GitHub: enter CVE-2026-12345) → conflict
    [#wamr-security > amber-heron · WAMR] **GitHub shows a CVE number**:
    * CVE number: CVE-2026-4711
    [#wamr-security > amber-heron · WAMR] ⏳ **Disclosure proposed** for <time:2026-11-21T09:00:00Z> (Saturday 09:00 UTC, in 3 days): 3 days after the CVE number, as the policy says.
    That is a Saturday: fewer people are there to update.
    @**Maya|11**: 👍 on this message by anyone on the team, or `!embargo accept`, takes it; `!embargo set WHEN` sets another.
    (❌ on 104)
    [#wamr-security > amber-heron · WAMR] GitHub holds a number already: CVE-2026-4711.
    (card edited)
    ");
}

#[test]
fn an_edit_on_top_of_one_that_failed_is_not_made() {
    let (mut chat, room) = opened();
    chat.hold = true;
    chat.say(MAYA, &room, "!advisory edit --summary One");
    chat.say(MAYA, &room, "!advisory edit --summary Two");
    let mut first = true;
    chat.answer_with(move |effect| {
        let fails = matches!(effect.action, Action::UpdateAdvisory { .. }) && std::mem::take(&mut first);
        fails.then(|| failed(Service::GitHub, FailureKind::Refused, "no"))
    });
    let told = chat.release();
    insta::assert_snapshot!(told, @r#"
    (👀 on 104)
    (GitHub: change) → failed
    (❌ on 104)
    [#wamr-security > amber-heron · WAMR] ❌ Not changed: GitHub refused it. It said: "no".
    (👀 on 105)
    (GitHub: change) → conflict
    (❌ on 105)
    [#wamr-security > amber-heron · WAMR] ❌ Not changed: an earlier command was to change the same and could not. Give this one again.
    "#);
}

#[test]
fn a_release_whose_text_changes_on_github_stops_before_it_publishes() {
    let mut chat = Chat::new();
    let number = chat.due();
    let (room, ghsa) = (chat.room(number), chat.ghsa(number));
    chat.say(MAYA, &room, "!release go");
    let request = chat.request(number);
    chat.github.get_mut(&ghsa).unwrap().content.summary = "Something else".into();
    insta::assert_snapshot!(chat.thumb(TOMASZ, request, true), @r#"
    [#wamr-security > amber-heron · WAMR] ✅ Approved by @_**Tomasz|13**. The release runs: 7 steps.
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
    (GitHub: PUBLISH) → conflict
    (card edited)
    [#wamr-security > amber-heron · WAMR] **Changed on GitHub**, by hand:
    * summary: Something else
    [#wamr-security > amber-heron · WAMR] ❌ **The release has stopped** at "advisory published": summary changed on GitHub since it was approved, and nothing was published. @**Maya|11**, look at it and `!release go` again, or `!release abort REASON`.
    (card edited)
    "#);
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release abort Once more"), @r"
    [#wamr-security > amber-heron · WAMR] ✅ The release is called off. What had happened stands: patches public, green, merged and private fork kept.
    (card edited)
    ");
    assert_eq!(chat.github[&ghsa].state, AdvisoryState::Draft);
}

#[test]
fn a_running_release_says_so_and_one_that_is_called_off_says_what_stands() {
    let mut chat = Chat::new();
    let number = chat.due();
    let room = chat.room(number);
    chat.say(MAYA, &room, "!release go");
    let request = chat.request(number);
    chat.answer_with(|effect| {
        let announces = matches!(effect.action, Action::Notify { .. });
        announces.then(|| failed(Service::Zulip, FailureKind::Refused, "no"))
    });
    chat.thumb(TOMASZ, request, true);
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release abort The notice is refused"), @r"
    [#wamr-security > amber-heron · WAMR] ✅ The release is called off. What had happened stands: patches public, green, merged, private fork kept, advisory published and private fork gone.
    (card edited)
    ");
    let mut chat = Chat::new();
    let number = chat.due();
    let room = chat.room(number);
    chat.say(MAYA, &room, "!release go");
    let request = chat.request(number);
    chat.hold = true;
    chat.thumb(TOMASZ, request, true);
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release status"), @r"
    [#wamr-security > amber-heron · WAMR] The release runs: pushing `fixes-main-1000000`, since <time:2026-11-18T10:00:00Z> (Wednesday 10:00 UTC, just now).
    ⬜ patches public, green, merged
    ⬜ private fork kept
    ⬜ advisory published
    ⬜ private fork gone
    ⬜ public notice
    ⬜ records attached
    ⬜ closed
    ");
}

#[test]
fn a_whole_text_says_so_and_one_too_long_is_for_its_page() {
    let mut chat = Chat::new();
    let number = chat.ready();
    let (room, ghsa) = (chat.room(number), chat.ghsa(number));
    let whole = chat.say(MAYA, &room, "!advisory edit");
    assert!(whole.contains("✅ The text is complete."), "{whole}");
    chat.by_hand(&ghsa, |advisory| advisory.content.description = format!("{TEXT}\n{}", "x".repeat(9900)));
    insta::assert_snapshot!(chat.say(MAYA, &room, "!advisory edit"), @r"
    [#wamr-security > amber-heron · WAMR] ✅ The text is complete.
    The text is too long for one message: change it on its page, https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    ");
    let who = chat.say(MAYA, &room, "!who");
    assert!(who.contains(", and the private fork `bytecodealliance/"), "{who}");
}

#[test]
fn a_report_that_is_one_again_and_one_of_the_teams_own_are_told() {
    let mut chat = Chat::new();
    let (number, _) = chat.noticed("A crash");
    let ghsa = chat.ghsa(number);
    chat.by_hand(&ghsa, |advisory| advisory.state = AdvisoryState::Draft);
    let again = chat.by_hand(&ghsa, |advisory| advisory.state = AdvisoryState::Triage);
    assert!(again.contains("it is a report again"), "{again}");
    let outcome = chat.report(
        commands::kernel::content::Content { summary: "Another".into(), ..Default::default() },
        AdvisoryState::Triage,
    );
    let Outcome::Advisory(_) = outcome else { panic!("it is reported") };
    let (ghsa, advisory) = chat.github.iter_mut().next_back().unwrap();
    advisory.reported = true;
    advisory.author = Some("ines-gh".parse().unwrap());
    let ghsa = ghsa.clone();
    chat.sleep("60s");
    let called = chat.look(&ghsa);
    assert!(called.contains("you are its manager."), "{called}");
}
