//! The embargo is broken: the fast road to a release.

use commands::kernel::{content::AdvisoryState, effect::Outcome, step::Step};

use crate::{kit::Chat, realm::*};

/// An incident with nothing done but its text.
fn begun() -> Chat {
    let mut chat = Chat::new();
    chat.open("Overflow --severity high");
    let room = chat.room(1);
    chat.say(MAYA, &room, "!advisory affected other:wasm-micro-runtime < 2.4.4 --patched 2.4.4");
    chat.say(MAYA, &room, &format!("!advisory edit\n```\n{}\n```", crate::kit::TEXT));
    chat
}

#[test]
fn one_command_calls_the_team_and_shows_the_fast_road() {
    let mut chat = begun();
    let room = chat.room(1);
    chat.say(MAYA, &room, "!embargo set +75h");
    insta::assert_snapshot!(chat.say(INES, &room, "!embargo broken A patch was pushed upstream, with a *proof*"), @r"
    [#wamr-security > amber-heron · WAMR] 🚨 **The embargo of amber-heron is broken**: A patch was pushed upstream, with a &#42;proof&#42;, says @_**Ines|12**.
    @**Maya|11** @**Ines|12** @**Tomasz|13**: the disclosure time is now, and nothing counts down any more.
    Struck, because secrecy is gone and nothing waits for others: private fork · collaborators · other projects and third parties dealt with · CVE.
    ⬜ reproduced, affected versions and platforms known: `!done reproduce EVIDENCE` when it is
    ⬜ audited for similar problems: `!done audit EVIDENCE` when it is
    ⬜ fix on main: `!done fix EVIDENCE` when it is
    ⬜ patch on every supported branch: `main`: none yet, `!patch add main PR` · `release/2.4.x`, which is affected: none yet, `!patch add release/2.4.x PR`
    ⬜ tests recorded: `main`, once it has a patch · `release/2.4.x`, once it has a patch
    ➡️ With that done, `!release go` by the manager, @_**Maya|11**, without `--early`; one more person on the team must approve. What must not hold it up: `!release go --waive STEP --reason …`
    In public I say nothing of it before the advisory is published; the release then posts the notice. `!ping` asks there for a maintainer to look here, and says nothing else.
    If it is not public after all: `!embargo set WHEN --reason …`
    (card edited)
    ");
    let later = chat.wait("80h");
    assert!(!later.contains("to disclosure"), "nothing counts down any more: {later}");
    assert!(later.contains("The disclosure time has passed"), "somebody has to act: {later}");
    insta::assert_snapshot!(chat.say(INES, &room, "!embargo show"), @"[#wamr-security > amber-heron · WAMR] 🚨 The embargo is broken, since <time:2026-11-18T09:00:00Z> (Wednesday 09:00 UTC, 3 days 8 hours ago): A patch was pushed upstream, with a &#42;proof&#42;, says @_**Ines|12**. `!release plan`");
    insta::assert_snapshot!(chat.say(INES, &room, "!next"), @r"
    [#wamr-security > amber-heron · WAMR] ➡️ **reproduced, affected versions and platforms known**: `!done reproduce EVIDENCE` when it is. Owed by @_**Maya|11**.
    ⬜ audited for similar problems: `!done audit EVIDENCE` when it is
    ⬜ fix on main: `!done fix EVIDENCE` when it is
    ⬜ patch on every supported branch: `main`: none yet, `!patch add main PR` · `release/2.4.x`, which is affected: none yet, `!patch add release/2.4.x PR`
    ⬜ tests recorded: `main`, once it has a patch · `release/2.4.x`, once it has a patch
    ");
    insta::assert_snapshot!(chat.say(INES, &room, "!advisory show"), @r"
    [#wamr-security > amber-heron · WAMR] ### amber-heron · WAMR
    **Overflow** · [GHSA-x5cm-v3r2-9f22](https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22) · high
    Manager @_**Maya|11** · reported <time:2026-11-18T09:00:00Z> · 🚨 **embargo broken** <time:2026-11-18T09:00:00Z>: A patch was pushed upstream, with a &#42;proof&#42;, says @_**Ines|12**.

    Affected `other:wasm-micro-runtime`: &lt; 2.4.4 → 2.4.4

    ➡️ **reproduced, affected versions and platforms known**: `!done reproduce EVIDENCE` when it is
    ⬜ private fork: struck, the embargo is broken
    ⬜ collaborators: struck, the embargo is broken
    ⬜ audited for similar problems: `!done audit EVIDENCE` when it is
    ⬜ other projects and third parties dealt with: struck, the embargo is broken
    ⬜ fix on main: `!done fix EVIDENCE` when it is
    ⬜ CVE: struck, the embargo is broken
    ⬜ patch on every supported branch: `main`: none yet, `!patch add main PR` · `release/2.4.x`, which is affected: none yet, `!patch add release/2.4.x PR`
    ⬜ tests recorded: `main`, once it has a patch · `release/2.4.x`, once it has a patch
    ⬜ patches public, green, merged: `!release plan`
    ⬜ advisory published: `!release plan`
    ⬜ public notice: by the release
    ⬜ records attached: by the release
    ⬜ closed: by the release
    ```spoiler ✅ 14 steps done
    ✅ acknowledged
    ✅ report accepted
    ✅ severity and advisory text complete
    ✅ disclosure time: @_**Ines|12**, <time:2026-11-18T09:00:00Z>
    ✅ pre-notification sent: does not apply, no announcement list is configured
    ✅ mail seen on the list: does not apply, no announcement list is configured
    ✅ versions bumped: does not apply, no workflow bumps versions
    ✅ release tagged: does not apply, no release tag is configured
    ✅ builds deployed: does not apply, neither a bump nor a release tag is configured
    ✅ private fork kept: does not apply, there is no private fork
    ✅ private fork gone: does not apply, there is no private fork
    ✅ release mail sent: does not apply, no announcement list is configured
    ✅ blog post: does not apply, no blog is configured
    ✅ RustSec entry: does not apply, no crates are configured
    ```
    ");
    insta::assert_snapshot!(chat.say(INES, &room, "!release plan"), @r"
    [#wamr-security > amber-heron · WAMR] **Release of amber-heron**
    ✅ acknowledged
    ⬜ reproduced, affected versions and platforms known: `!done reproduce EVIDENCE` when it is
    ✅ report accepted
    ✅ private fork: struck, the embargo is broken
    ✅ collaborators: struck, the embargo is broken
    ⬜ audited for similar problems: `!done audit EVIDENCE` when it is
    ✅ other projects and third parties dealt with: struck, the embargo is broken
    ⬜ fix on main: `!done fix EVIDENCE` when it is
    ✅ severity and advisory text complete
    ✅ CVE: struck, the embargo is broken
    ✅ disclosure time
    ✅ pre-notification sent: does not apply, no announcement list is configured
    ✅ mail seen on the list: does not apply, no announcement list is configured
    ⬜ patch on every supported branch: `main`: none yet, `!patch add main PR` · `release/2.4.x`, which is affected: none yet, `!patch add release/2.4.x PR`
    ⬜ tests recorded: `main`, once it has a patch · `release/2.4.x`, once it has a patch
    ✅ the embargo is broken, since <time:2026-11-18T09:00:00Z> (Wednesday 09:00 UTC, 3 days 8 hours ago)
    Then one more person on the team approves, within 30 minutes, and:
    1. publish the advisory: GHSA-x5cm-v3r2-9f22 in bytecodealliance/wasm-micro-runtime, on GitHub. There is no way back.
    2. tell the public in #**general>security**:
    ```quote
    **Security advisory for WAMR**: Overflow
    Severity high · https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    Fixed in wasm-micro-runtime: 2.4.4
    ```
    3. attach the records for machines here: `osv.json` and `csaf.json`
    4. close the incident
    ✅ versions bumped: does not apply, no workflow bumps versions
    ✅ release tagged: does not apply, no release tag is configured
    ✅ builds deployed: does not apply, neither a bump nor a release tag is configured
    ✅ private fork kept: does not apply, there is no private fork
    ✅ private fork gone: does not apply, there is no private fork
    ✅ release mail sent: does not apply, no announcement list is configured
    ✅ blog post: does not apply, no blog is configured
    ✅ RustSec entry: does not apply, no crates are configured
    Nothing happens before all of the above is met.
    ");
    insta::assert_snapshot!(chat.say(INES, &team(), "!advisory list"), @r"
    [#wamr-security > triage] | incident | project | stage | manager | disclosure |
    |---|---|---|---|---|
    | amber-heron | WAMR | to be reproduced | Maya | 🚨 broken, <time:2026-11-18T09:00:00Z> (3 days 8 hours ago) |
    ");
    let timeline = chat.say(INES, &room, "!timeline");
    insta::assert_snapshot!(timeline.lines().last().unwrap(), @"* <time:2026-11-21T01:00:00Z> reminder, the disclosure time has passed");
}

#[test]
fn a_release_goes_at_once_without_early_and_with_a_second_person() {
    let mut chat = begun();
    let room = chat.room(1);
    chat.say(MAYA, &room, "!embargo set +75h");
    for step in ["reproduce", "audit", "fix"] {
        chat.say(MAYA, &room, &format!("!done {step}"));
    }
    let early = chat.say(MAYA, &room, "!release go");
    assert!(early.contains("private fork"), "before, more is missing: {early}");
    let broken = chat.say(INES, &room, "!embargo broken It is on a mailing list");
    assert!(broken.contains("⬜ patch on every supported branch"), "what is left is named: {broken}");
    insta::assert_snapshot!(chat.say(INES, &room, "!release go"), @"[#wamr-security > amber-heron · WAMR] Not done: only the incident manager, @_**Maya|11**, can do this. To take over: `!manager claim`");
    let asked = chat.say(MAYA, &room, "!release go --waive patches --waive tests --reason It is public");
    assert!(asked.contains("asks to release") && !asked.contains("Before the disclosure time"), "{asked}");
    let struck = "Struck: private fork, collaborators, other projects and third parties dealt with, CVE.";
    assert!(asked.contains(struck), "the second person sees it: {asked}");
    assert_eq!(chat.thumb(MAYA, chat.request(1), true), "", "not by the one who asks");
    let done = chat.thumb(TOMASZ, chat.request(1), true);
    assert!(done.contains("PUBLISH") && done.contains("Step 4 of 4"), "{done}");
    assert!(chat.incident(1).steps_done.contains(&Step::Publish));
}

#[test]
fn what_readers_need_still_holds_the_release_up() {
    let mut chat = begun();
    let room = chat.room(1);
    chat.say(INES, &room, "!embargo broken It is on a mailing list");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release go"), @r"
    [#wamr-security > amber-heron · WAMR] Not done: something is missing.
    ⬜ reproduced, affected versions and platforms known: `!done reproduce EVIDENCE` when it is
    ⬜ audited for similar problems: `!done audit EVIDENCE` when it is
    ⬜ fix on main: `!done fix EVIDENCE` when it is
    ⬜ patch on every supported branch: `main`: none yet, `!patch add main PR` · `release/2.4.x`, which is affected: none yet, `!patch add release/2.4.x PR`
    ⬜ tests recorded: `main`, once it has a patch · `release/2.4.x`, once it has a patch
    To release without: `!release go --waive reproduce --waive audit --waive fix --waive patches --waive tests --reason …`
    ");
    let waived = chat.say(
        MAYA,
        &room,
        "!release go --waive reproduce --waive audit --waive fix --waive patches --waive tests --reason It is exploited already",
    );
    assert!(waived.contains("asks to release"), "{waived}");
}

#[test]
fn a_request_that_waits_goes_on_waiting() {
    let mut chat = Chat::new();
    let number = chat.ready();
    let room = chat.room(number);
    chat.say(MAYA, &room, "!release go --early --reason It may be public");
    let request = chat.request(number);
    let broken = chat.say(INES, &room, "!embargo broken It is");
    assert!(broken.contains("goes on waiting for approval") && !broken.contains("void"), "{broken}");
    assert!(chat.thumb(TOMASZ, request, true).contains("PUBLISH"));
}

#[test]
fn without_a_time_it_can_be_broken_too_and_a_proposal_is_void() {
    let mut chat = begun();
    let room = chat.room(1);
    chat.say(INES, &room, "!cve set CVE-2026-4711");
    let proposal = chat.incident(1).proposal.as_ref().and_then(|proposal| proposal.message).unwrap();
    chat.say(INES, &room, "!embargo broken It is on a mailing list");
    assert_eq!(chat.thumb(TOMASZ, proposal, true), "");
    assert_eq!(chat.incident(1).embargo.as_ref().unwrap().until, chat.now);
    assert!(chat.say(TOMASZ, &room, "!embargo accept").contains("Not done: the embargo is broken"));
}

#[test]
fn elsewhere_the_command_is_answered_and_the_team_is_called_in_the_topic() {
    let mut chat = begun();
    let shown = chat.say(INES, &team(), "!embargo broken amber-heron It is on a mailing list");
    let firsts: Vec<&str> = shown.lines().filter(|line| line.starts_with('[')).collect();
    insta::assert_snapshot!(firsts.join("\n"), @r"
    [#wamr-security > amber-heron · WAMR] 🚨 **The embargo of amber-heron is broken**: It is on a mailing list, says @_**Ines|12**.
    [#wamr-security > triage] 🚨 The embargo of #**wamr-security>amber-heron · WAMR** is broken: the team is called there.
    ");
}

#[test]
fn what_is_broken_stays_so_until_another_time_is_set() {
    let mut chat = begun();
    let room = chat.room(1);
    chat.say(INES, &room, "!embargo broken It is on a mailing list");
    chat.wait("2h");
    insta::assert_snapshot!(chat.say(TOMASZ, &room, "!embargo broken It is in the press"), @"[#wamr-security > amber-heron · WAMR] Not done: the embargo is broken, since <time:2026-11-18T09:00:00Z> (Wednesday 09:00 UTC, 2 hours ago): It is on a mailing list, says @_**Ines|12**. `!release plan` shows what is left to do. If it is not public after all: `!embargo set WHEN --reason …`");
    for command in ["!embargo extend 1d --reason x", "!embargo lift --reason x", "!embargo accept"] {
        let answer = chat.say(INES, &room, command);
        assert!(answer.contains("Not done: the embargo is broken"), "{command}: {answer}");
    }
    assert!(chat.say(INES, &room, "!embargo set +75h").contains("To change it, say why"));
    insta::assert_snapshot!(chat.say(INES, &room, "!embargo set +75h --reason It was another bug"), @r"
    [#wamr-security > amber-heron · WAMR] ✅ Disclosure set to <time:2026-11-21T14:00:00Z> (Saturday 14:00 UTC, in 3 days 3 hours). Countdown: 3 days, 24 hours, 6 hours, 1 hour and 15 minutes before.
    That is a Saturday: fewer people are there to update.
    The embargo counts as kept again; since <time:2026-11-18T09:00:00Z> it counted as broken, and what was struck then is open again.
    (card edited)
    ");
    let plan = chat.say(INES, &room, "!release plan");
    assert!(plan.contains("⬜ private fork: `!fork`") && !plan.contains("struck"), "{plan}");
    assert!(chat.wait("76h").contains("The disclosure time has come"));
}

#[test]
fn it_is_refused_without_words_and_where_nothing_can_be_broken() {
    let mut chat = Chat::new();
    let number = chat.due();
    let room = chat.room(number);
    insta::assert_snapshot!(chat.say(INES, &room, "!embargo broken"), @r"
    [#wamr-security > amber-heron · WAMR] Not done: REASON is missing.
    It is written `!embargo broken [ADVISORY] REASON…`
    For example `!embargo broken A patch for it was pushed upstream in the open`
    ");
    insta::assert_snapshot!(chat.say(INES, &room, "!embargo broken \" \""), @r"
    [#wamr-security > amber-heron · WAMR] Not done: the reason is empty.
    It is written `!embargo broken [ADVISORY] REASON…`
    For example `!embargo broken A patch for it was pushed upstream in the open`
    ");
    insta::assert_snapshot!(chat.say(INES, &room, "!embargo brokn It is out"), @"[#wamr-security > amber-heron · WAMR] Not done: there is no `!embargo brokn`. The nearest is `!embargo broken`.");
    insta::assert_snapshot!(chat.say(INES, &team(), "!embargo broken It is out"), @"[#wamr-security > triage] Not done: no incident is named, and this is no incident's topic. Say which one: `!embargo broken CODENAME …`. `!advisory list` shows them.");
    assert!(chat.say(RAVI, &public(), "!embargo broken It is out").contains("Commands belong in the team's"));
    assert!(chat.incident(number).broken().is_none());
}

#[test]
fn nothing_embargoed_goes_out_by_it() {
    let mut chat = begun();
    chat.say(INES, &chat.room(1), "!embargo broken It is on a mailing list");
    let public = chat
        .effects
        .iter()
        .filter(|(_, effect)| matches!(effect.action, commands::kernel::effect::Action::Notify { .. }));
    assert_eq!(public.count(), 0);
    assert!(chat.incident(1).is_embargoed(), "its names are not said in public before the publication");
}

#[test]
fn a_struck_step_that_is_done_all_the_same_counts_as_done() {
    let mut chat = begun();
    let room = chat.room(1);
    chat.say(INES, &room, "!embargo broken It is on a mailing list");
    chat.say(INES, &room, "!done upstream told them by mail");
    chat.by_hand(&ghsa(0), |advisory| advisory.cve = Some("CVE-2026-4711".parse().unwrap()));
    let plan = chat.say(INES, &room, "!release plan");
    assert!(plan.contains("✅ other projects and third parties dealt with\n"), "{plan}");
    assert!(plan.contains("✅ CVE\n") && plan.contains("✅ private fork: struck"), "{plan}");
}

#[test]
fn a_publication_by_hand_ends_it() {
    let mut chat = begun();
    chat.say(INES, &chat.room(1), "!embargo broken It is on a mailing list");
    chat.by_hand(&ghsa(0), |advisory| advisory.state = AdvisoryState::Published);
    let shown = chat.say(INES, &chat.room(1), "!embargo show");
    assert!(shown.contains("there is no embargo any more"), "{shown}");
}

#[test]
fn the_call_that_cannot_be_posted_is_told_to_whoever_said_it() {
    let mut chat = begun();
    chat.answer_with(|effect| match &effect.action {
        commands::kernel::effect::Action::Post {
            to: commands::kernel::effect::TeamPlace::Topic(..),
            text,
        } if text
            .open(&commands::kernel::embargoed::PrivateRoom::direct_message_to_team())
            .contains("broken**") =>
        {
            Some(Outcome::Failed(crate::kit::failure(
                commands::kernel::effect::Service::Zulip,
                commands::kernel::effect::FailureKind::Refused,
                "No",
            )))
        }
        _ => None,
    });
    let shown = chat.say(INES, &chat.room(1), "!embargo broken It is out");
    assert!(shown.contains("[DM to Ines] ❌ I could not post"), "{shown}");
}

#[test]
fn whoever_says_so_first_leads_an_incident_without_a_manager() {
    let mut chat = Chat::new();
    chat.noticed("A report");
    let shown = chat.say(INES, &chat.room(1), "!embargo broken The reporter posted it");
    assert!(shown.contains("answered first and is the incident manager"), "{shown}");
    assert!(shown.contains("by the manager, @_**Ines|12**"), "{shown}");
}
