//! `!release`: what it needs, who approves, what becomes of it.

use commands::kernel::{
    content::AdvisoryState, directory::DirectoryChange, embargoed::Embargoed, id::GroupId, input::Observed,
};

use crate::{kit::Chat, realm::*};

#[test]
fn a_release_as_it_should_be() {
    let mut chat = Chat::new();
    let number = chat.due();
    let room = chat.room(number);
    insta::assert_snapshot!(chat.say(INES, &room, "!release plan"), @r"
    [#wamr-security > amber-heron · WAMR] **Release of amber-heron**
    ✅ report accepted
    ✅ severity and advisory text complete
    ✅ disclosure time
    ✅ the disclosure time has come: <time:2026-11-18T10:00:00Z> (Wednesday 10:00 UTC, just now)
    Then one more person on the team approves, within 30 minutes, and:
    1. advisory published: GHSA-x5cm-v3r2-9f22 in bytecodealliance/wasm-micro-runtime, on GitHub. There is no way back.
    2. public notice in #**general>security**:
    ```quote
    **Security advisory for WAMR**: Out-of-bounds write in the AOT loader
    Severity high · https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    Fixed in wasm-micro-runtime: 2.4.4
    ```
    3. closed: the incident is over
    Everything is in place: `!release go`
    ");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release go"), @r"
    [#wamr-security > amber-heron · WAMR] @_**Maya|11** asks to release **amber-heron**.
    1. advisory published: GHSA-x5cm-v3r2-9f22 in bytecodealliance/wasm-micro-runtime, on GitHub. There is no way back.
    2. public notice in #**general>security**:
    ```quote
    **Security advisory for WAMR**: Out-of-bounds write in the AOT loader
    Severity high · https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    Fixed in wasm-micro-runtime: 2.4.4
    ```
    3. closed: the incident is over
    @**Ines|12** @**Tomasz|13**: approve by 👍 on this message or `!release approve`, within 30 minutes.
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(TOMASZ, &room, "!release status"), @r"
    [#wamr-security > amber-heron · WAMR] Asked for by @_**Maya|11**; waits for approval until <time:2026-11-18T10:30:00Z> (Wednesday 10:30 UTC, in 30 minutes).
    ⬜ advisory published
    ⬜ public notice
    ⬜ closed
    ");
    insta::assert_snapshot!(chat.thumb(INES, chat.request(number), true), @r"
    [#wamr-security > amber-heron · WAMR] ✅ Approved by @_**Ines|12**. The release runs: 3 steps.
    (GitHub: PUBLISH)
    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ Step 1 of 3: advisory published: https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    [PUBLIC #general > security] **Security advisory for WAMR**: Out-of-bounds write in the AOT loader
    Severity high · https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    Fixed in wasm-micro-runtime: 2.4.4
    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ Step 2 of 3: public notice: [the message](#narrow/channel/1/near/120) in #**general**
    [#wamr-security > amber-heron · WAMR] ✅ Step 3 of 3: closed
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(TOMASZ, &room, "!release status"), @r"
    [#wamr-security > amber-heron · WAMR] The release is done.
    ✅ advisory published
    ✅ public notice
    ✅ closed
    ");
    insta::assert_snapshot!(chat.say(TOMASZ, &room, "!next"), @"[#wamr-security > amber-heron · WAMR] ✅ Nothing is left to do for amber-heron.");
    insta::assert_snapshot!(chat.say(TOMASZ, &room, "!release plan"), @"[#wamr-security > amber-heron · WAMR] Not done: this incident is closed.");
    insta::assert_snapshot!(chat.say(TOMASZ, &team(), "!advisory list"), @"[#wamr-security > triage] No open incident. `!advisory new SUMMARY` opens one.");
    insta::assert_snapshot!(chat.say(TOMASZ, &team(), "!advisory list --all"), @r"
    [#wamr-security > triage] | incident | project | stage | manager | disclosure |
    |---|---|---|---|---|
    | amber-heron | WAMR | closed | Maya | – |
    ");
    insta::assert_snapshot!(chat.say(TOMASZ, &room, "!advisory show"), @r"
    [#wamr-security > amber-heron · WAMR] ### amber-heron · WAMR
    **Out-of-bounds write in the AOT loader** · [GHSA-x5cm-v3r2-9f22](https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22) · high
    Manager @_**Maya|11** · reported <time:2026-11-18T09:00:00Z> · **published**

    Affected `other:wasm-micro-runtime`: &lt; 2.4.4 → 2.4.4

    ```spoiler ✅ 6 steps done
    ✅ report accepted
    ✅ severity and advisory text complete
    ✅ disclosure time
    ✅ advisory published
    ✅ public notice
    ✅ closed
    ```
    ");
}

#[test]
fn what_is_missing_is_listed() {
    let mut chat = Chat::new();
    chat.open("Overflow");
    let room = chat.room(1);
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release go"), @r"
    [#wamr-security > amber-heron · WAMR] Not done: something is missing.
    ⬜ severity and advisory text complete: description: `!advisory edit` with it as a fenced block · severity: `!advisory edit --cvss VECTOR` · affected versions: `!advisory affected ECO:NAME RANGE`
    ⬜ disclosure time: `!embargo set WHEN`
    ");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release plan"), @r"
    [#wamr-security > amber-heron · WAMR] **Release of amber-heron**
    ✅ report accepted
    ⬜ severity and advisory text complete: description: `!advisory edit` with it as a fenced block · severity: `!advisory edit --cvss VECTOR` · affected versions: `!advisory affected ECO:NAME RANGE`
    ⬜ disclosure time: `!embargo set WHEN`
    Then one more person on the team approves, within 30 minutes, and:
    1. advisory published: GHSA-x5cm-v3r2-9f22 in bytecodealliance/wasm-micro-runtime, on GitHub. There is no way back.
    2. public notice in #**general>security**:
    ```quote
    **Security advisory for WAMR**: Overflow
    Severity not given · https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    Fixed in wasm-micro-runtime: no fixed version yet
    ```
    3. closed: the incident is over
    Nothing happens before all of the above is met.
    ");
}

#[test]
fn it_is_not_begun_before_its_time_but_early_and_with_a_reason() {
    let mut chat = Chat::new();
    let number = chat.ready();
    let room = chat.room(number);
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release go"), @"[#wamr-security > amber-heron · WAMR] Not done: the disclosure time has not come: <time:2026-11-18T10:00:00Z> (Wednesday 10:00 UTC, in 1 hour). To release before it: `!release go --early --reason …`");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release go --early"), @r"
    [#wamr-security > amber-heron · WAMR] Not done: --early and --waive need --reason.
    It is written `!release go [ADVISORY] [--early] [--waive STEP]… [--reason …]`
    For example `!release go`
    ");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release go --waive announce"), @r"
    [#wamr-security > amber-heron · WAMR] Not done: --early and --waive need --reason.
    It is written `!release go [ADVISORY] [--early] [--waive STEP]… [--reason …]`
    For example `!release go`
    ");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release go --waive publish --reason x"), @r#"
    [#wamr-security > amber-heron · WAMR] Not done: "publish" is no step that can be waived. Those that can: accept, text, embargo, announce.
    It is written `!release go [ADVISORY] [--early] [--waive STEP]… [--reason …]`
    For example `!release go`
    "#);
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release go --waive"), @r"
    [#wamr-security > amber-heron · WAMR] Not done: --waive needs a value.
    It is written `!release go [ADVISORY] [--early] [--waive STEP]… [--reason …]`
    For example `!release go`
    ");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release go now"), @r#"
    [#wamr-security > amber-heron · WAMR] Not done: "now" is one word too many.
    It is written `!release go [ADVISORY] [--early] [--waive STEP]… [--reason …]`
    For example `!release go`
    "#);
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release go --early --waive announce --reason It is public already"), @r"
    [#wamr-security > amber-heron · WAMR] @_**Maya|11** asks to release **amber-heron**.
    🚨 Before the disclosure time.
    🚨 Left out: public notice.
    Reason: It is public already
    1. advisory published: GHSA-x5cm-v3r2-9f22 in bytecodealliance/wasm-micro-runtime, on GitHub. There is no way back.
    2. closed: the incident is over
    @**Ines|12** @**Tomasz|13**: approve by 👍 on this message or `!release approve`, within 30 minutes.
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(INES, &room, "!release approve"), @r"
    [#wamr-security > amber-heron · WAMR] ✅ Approved by @_**Ines|12**. The release runs: 2 steps.
    (GitHub: PUBLISH)
    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ Step 1 of 2: advisory published: https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    [#wamr-security > amber-heron · WAMR] ✅ Step 2 of 2: closed
    (card edited)
    ");
}

#[test]
fn a_waived_precondition_is_shown() {
    let mut chat = Chat::new();
    chat.open("Overflow --severity high");
    let room = chat.room(1);
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release go --waive text --waive embargo --reason Hurry"), @r"
    [#wamr-security > amber-heron · WAMR] @_**Maya|11** asks to release **amber-heron**.
    🚨 Left out: severity and advisory text complete, disclosure time.
    Reason: Hurry
    1. advisory published: GHSA-x5cm-v3r2-9f22 in bytecodealliance/wasm-micro-runtime, on GitHub. There is no way back.
    2. public notice in #**general>security**:
    ```quote
    **Security advisory for WAMR**: Overflow
    Severity high · https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    Fixed in wasm-micro-runtime: no fixed version yet
    ```
    3. closed: the incident is over
    @**Ines|12** @**Tomasz|13**: approve by 👍 on this message or `!release approve`, within 30 minutes.
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release plan"), @r"
    [#wamr-security > amber-heron · WAMR] **Release of amber-heron**
    ✅ report accepted
    ✅ severity and advisory text complete: left out
    ✅ disclosure time: left out
    Then one more person on the team approves, within 30 minutes, and:
    1. advisory published: GHSA-x5cm-v3r2-9f22 in bytecodealliance/wasm-micro-runtime, on GitHub. There is no way back.
    2. public notice in #**general>security**:
    ```quote
    **Security advisory for WAMR**: Overflow
    Severity high · https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    Fixed in wasm-micro-runtime: no fixed version yet
    ```
    3. closed: the incident is over
    Everything is in place: `!release go`
    ");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!advisory show"), @r"
    [#wamr-security > amber-heron · WAMR] ### amber-heron · WAMR
    **Overflow** · [GHSA-x5cm-v3r2-9f22](https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22) · high
    Manager @_**Maya|11** · reported <time:2026-11-18T09:00:00Z> · no disclosure time yet

    ⬜ severity and advisory text complete: left out
    ⬜ disclosure time: left out
    ➡️ **advisory published**: asked for by @_**Maya|11**, waits for approval: 👍 or `!release approve`
    ⬜ public notice: by the release
    ⬜ closed: by the release
    ```spoiler ✅ 1 step done
    ✅ report accepted
    ```
    ");
}

#[test]
fn only_the_manager_starts_it_and_somebody_else_approves() {
    let mut chat = Chat::new();
    let number = chat.due();
    let room = chat.room(number);
    insta::assert_snapshot!(chat.say(INES, &room, "!release go"), @"[#wamr-security > amber-heron · WAMR] Not done: only the incident manager, @_**Maya|11**, can start a release.");
    insta::assert_snapshot!(chat.say(INES, &room, "!release approve"), @"[#wamr-security > amber-heron · WAMR] Not done: no release of this incident waits or runs. `!release go` starts one.");
    chat.say(MAYA, &room, "!release go");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release approve"), @"[#wamr-security > amber-heron · WAMR] Not done: a release needs a second person: somebody else on the team must approve it, by 👍 on the request or by `!release approve`.");
    insta::assert_snapshot!(chat.thumb(MAYA, chat.request(number), true), @"[#wamr-security > amber-heron · WAMR] Not done: a release needs a second person: somebody else on the team must approve it, by 👍 on the request or by `!release approve`.");
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
    [#wamr-security > amber-heron · WAMR] ✅ Approved by @_**Ines|12**. The release runs: 3 steps.
    (GitHub: PUBLISH)
    [#wamr-security > amber-heron · WAMR] ✅ Step 1 of 3: advisory published: https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    [PUBLIC #general > security] **Security advisory for WAMR**: Out-of-bounds write in the AOT loader
    Severity high · https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    Fixed in wasm-micro-runtime: 2.4.4
    [#wamr-security > amber-heron · WAMR] ✅ Step 2 of 3: public notice: [the message](#narrow/channel/1/near/116) in #**general**
    [#wamr-security > amber-heron · WAMR] ✅ Step 3 of 3: closed
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
    [#wamr-security > amber-heron · WAMR] ✅ Approved by @_**Tomasz|13** and @_**Ines|12**. The release runs: 3 steps.
    (GitHub: PUBLISH)
    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ Step 1 of 3: advisory published: https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    [PUBLIC #general > security] **Security advisory for WAMR**: Out-of-bounds write in the AOT loader
    Severity high · https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    Fixed in wasm-micro-runtime: 2.4.4
    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ Step 2 of 3: public notice: [the message](#narrow/channel/1/near/119) in #**general**
    [#wamr-security > amber-heron · WAMR] ✅ Step 3 of 3: closed
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
fn an_approval_that_no_longer_fits_says_why() {
    let mut chat = Chat::new();
    let number = chat.due();
    let room = chat.room(number);
    chat.say(MAYA, &room, "!release go");
    chat.say(TOMASZ, &room, "!embargo set +72h --reason A worse variant");
    insta::assert_snapshot!(chat.thumb(INES, chat.request(number), true), @"[#wamr-security > amber-heron · WAMR] Not done: the disclosure time has not come: <time:2026-11-21T10:00:00Z> (Saturday 10:00 UTC, in 3 days). To release before it: `!release go --early --reason …`");
    assert!(!chat.incident(number).is_published());
}

#[test]
fn what_was_published_by_hand_counts_as_done() {
    let mut chat = Chat::new();
    let number = chat.due();
    let room = chat.room(number);
    chat.on_github(&Embargoed::new(ghsa(0)), |advisory| advisory.state = AdvisoryState::Published);
    chat.say(MAYA, &room, "!advisory edit --cwe CWE-1");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release plan"), @r"
    [#wamr-security > amber-heron · WAMR] **Release of amber-heron**
    ✅ report accepted
    ✅ severity and advisory text complete
    ✅ disclosure time
    ✅ the disclosure time has come: <time:2026-11-18T10:00:00Z> (Wednesday 10:00 UTC, just now)
    Then one more person on the team approves, within 30 minutes, and:
    1. public notice in #**general>security**:
    ```quote
    **Security advisory for WAMR**: Out-of-bounds write in the AOT loader
    Severity high · https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    Fixed in wasm-micro-runtime: 2.4.4
    ```
    2. closed: the incident is over
    Everything is in place: `!release go`
    ");
    chat.say(MAYA, &room, "!release go");
    insta::assert_snapshot!(chat.say(INES, &room, "!release approve"), @r"
    [#wamr-security > amber-heron · WAMR] ✅ Approved by @_**Ines|12**. The release runs: 2 steps.
    [PUBLIC #general > security] **Security advisory for WAMR**: Out-of-bounds write in the AOT loader
    Severity high · https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    Fixed in wasm-micro-runtime: 2.4.4
    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ Step 2 of 3: public notice: [the message](#narrow/channel/1/near/120) in #**general**
    [#wamr-security > amber-heron · WAMR] ✅ Step 3 of 3: closed
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!advisory edit --cwe CWE-2"), @"[#wamr-security > amber-heron · WAMR] Not done: this incident is closed.");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release go"), @"[#wamr-security > amber-heron · WAMR] Not done: this incident is closed.");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release abort Too late"), @"[#wamr-security > amber-heron · WAMR] Not done: this incident is closed.");
}
