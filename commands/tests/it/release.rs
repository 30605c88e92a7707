//! `!release`: what it needs and what becomes of it.

use commands::kernel::{content::AdvisoryState, embargoed::Embargoed};

use crate::{kit::Chat, realm::*};

#[test]
fn a_release_as_it_should_be() {
    let mut chat = Chat::new();
    let number = chat.due();
    let room = chat.room(number);
    insta::assert_snapshot!(chat.say(INES, &room, "!release plan"), @r"
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
    ✅ the disclosure time has come: <time:2026-11-18T10:00:00Z> (Wednesday 10:00 UTC, just now)
    Then one more person on the team approves, within 30 minutes, and:
    1. publish the advisory: GHSA-x5cm-v3r2-9f22 in bytecodealliance/wasm-micro-runtime, on GitHub. There is no way back.
    2. tell the public in #**general>security**:
    ```quote
    **Security advisory for WAMR**: Out-of-bounds write in the AOT loader
    Severity high · CVE-2026-12345 · https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    Fixed in wasm-micro-runtime: 2.4.4
    ```
    3. close the incident
    ✅ release mail sent: does not apply, no announcement list is configured
    ✅ blog post: does not apply, no blog is configured
    Everything is in place: `!release go`
    ");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release go"), @r"
    [#wamr-security > amber-heron · WAMR] @_**Maya|11** asks to release **amber-heron**.
    1. publish the advisory: GHSA-x5cm-v3r2-9f22 in bytecodealliance/wasm-micro-runtime, on GitHub. There is no way back.
    2. tell the public in #**general>security**:
    ```quote
    **Security advisory for WAMR**: Out-of-bounds write in the AOT loader
    Severity high · CVE-2026-12345 · https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    Fixed in wasm-micro-runtime: 2.4.4
    ```
    3. close the incident
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
    Severity high · CVE-2026-12345 · https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    Fixed in wasm-micro-runtime: 2.4.4
    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ Step 2 of 3: public notice: [the message](#narrow/channel/1/near/143) in #**general**
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
    **Out-of-bounds write in the AOT loader** · [GHSA-x5cm-v3r2-9f22](https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22) · high · CVE-2026-12345
    Manager @_**Maya|11** · reported <time:2026-11-18T09:00:00Z> · **published**

    Affected `other:wasm-micro-runtime`: &lt; 2.4.4 → 2.4.4

    ```spoiler ✅ 20 steps done
    ✅ acknowledged
    ✅ reproduced, affected versions and platforms known: @_**Maya|11**, <time:2026-11-18T09:00:00Z>
    ✅ report accepted
    ✅ private fork: <time:2026-11-18T09:00:00Z>
    ✅ collaborators: @_**Maya|11**, <time:2026-11-18T09:00:00Z>
    ✅ audited for similar problems: @_**Maya|11**, <time:2026-11-18T09:00:00Z>
    ✅ other projects and third parties dealt with: @_**Maya|11**, <time:2026-11-18T09:00:00Z>
    ✅ fix on main: @_**Maya|11**, <time:2026-11-18T09:00:00Z>
    ✅ severity and advisory text complete
    ✅ CVE: @_**Maya|11**, <time:2026-11-18T09:00:00Z>
    ✅ disclosure time: @_**Maya|11**, <time:2026-11-18T09:00:00Z>
    ✅ pre-notification sent: does not apply, no announcement list is configured
    ✅ mail seen on the list: does not apply, no announcement list is configured
    ✅ patch on every supported branch: @_**Maya|11**, <time:2026-11-18T09:00:00Z>
    ✅ tests recorded: @_**Maya|11**, <time:2026-11-18T09:00:00Z>
    ✅ advisory published: 1 hour after the report
    ✅ release mail sent: does not apply, no announcement list is configured
    ✅ public notice: 1 hour after the report
    ✅ blog post: does not apply, no blog is configured
    ✅ closed: 1 hour after the report
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
    ⬜ reproduced, affected versions and platforms known: `!done reproduce EVIDENCE` when it is
    ⬜ private fork: `!fork`
    ⬜ collaborators: `!invite @user`
    ⬜ audited for similar problems: `!done audit EVIDENCE` when it is
    ⬜ other projects and third parties dealt with: `!done upstream EVIDENCE` when it is
    ⬜ fix on main: `!done fix EVIDENCE` when it is
    ⬜ severity and advisory text complete: the text is missing: `!advisory edit` shows what to fill in · the severity is missing: `!advisory edit --cvss VECTOR` or `--severity high` · the affected versions are missing: `!advisory affected ECO:NAME RANGE`
    ⬜ CVE: `!cve request`
    ⬜ disclosure time: `!embargo set WHEN`, such as `!embargo set +72h`
    ⬜ patch on every supported branch: `main`: none yet, `!patch add main PR` · `release/2.4.x`: none yet, `!patch add release/2.4.x PR`
    ⬜ tests recorded: `main`, once it has a patch · `release/2.4.x`, once it has a patch
    To release without: `!release go --waive reproduce --waive fork --waive invite --waive audit --waive upstream --waive fix --waive text --waive cve --waive embargo --waive patches --waive tests --reason …`
    ");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release plan"), @r"
    [#wamr-security > amber-heron · WAMR] **Release of amber-heron**
    ✅ acknowledged
    ⬜ reproduced, affected versions and platforms known: `!done reproduce EVIDENCE` when it is
    ✅ report accepted
    ⬜ private fork: `!fork`
    ⬜ collaborators: `!invite @user`
    ⬜ audited for similar problems: `!done audit EVIDENCE` when it is
    ⬜ other projects and third parties dealt with: `!done upstream EVIDENCE` when it is
    ⬜ fix on main: `!done fix EVIDENCE` when it is
    ⬜ severity and advisory text complete: the text is missing: `!advisory edit` shows what to fill in · the severity is missing: `!advisory edit --cvss VECTOR` or `--severity high` · the affected versions are missing: `!advisory affected ECO:NAME RANGE`
    ⬜ CVE: `!cve request`
    ⬜ disclosure time: `!embargo set WHEN`, such as `!embargo set +72h`
    ✅ pre-notification sent: does not apply, no announcement list is configured
    ✅ mail seen on the list: does not apply, no announcement list is configured
    ⬜ patch on every supported branch: `main`: none yet, `!patch add main PR` · `release/2.4.x`: none yet, `!patch add release/2.4.x PR`
    ⬜ tests recorded: `main`, once it has a patch · `release/2.4.x`, once it has a patch
    Then one more person on the team approves, within 30 minutes, and:
    1. publish the advisory: GHSA-x5cm-v3r2-9f22 in bytecodealliance/wasm-micro-runtime, on GitHub. There is no way back.
    2. tell the public in #**general>security**:
    ```quote
    **Security advisory for WAMR**: Overflow
    Severity not given · https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    Fixed in wasm-micro-runtime: no fixed version yet
    ```
    3. close the incident
    ✅ release mail sent: does not apply, no announcement list is configured
    ✅ blog post: does not apply, no blog is configured
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
    [#wamr-security > amber-heron · WAMR] Not done: "publish" is no step that can be waived. Those that can: acknowledge, reproduce, accept, fork, invite, audit, upstream, fix, text, cve, embargo, notify, list-seen, patches, tests, announce, blog.
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
    1. publish the advisory: GHSA-x5cm-v3r2-9f22 in bytecodealliance/wasm-micro-runtime, on GitHub. There is no way back.
    2. close the incident
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
    [#wamr-security > amber-heron · WAMR] Not done: something is missing.
    ⬜ reproduced, affected versions and platforms known: `!done reproduce EVIDENCE` when it is
    ⬜ private fork: `!fork`
    ⬜ collaborators: `!invite @user`
    ⬜ audited for similar problems: `!done audit EVIDENCE` when it is
    ⬜ other projects and third parties dealt with: `!done upstream EVIDENCE` when it is
    ⬜ fix on main: `!done fix EVIDENCE` when it is
    ⬜ CVE: `!cve request`
    ⬜ patch on every supported branch: `main`: none yet, `!patch add main PR` · `release/2.4.x`: none yet, `!patch add release/2.4.x PR`
    ⬜ tests recorded: `main`, once it has a patch · `release/2.4.x`, once it has a patch
    To release without: `!release go --waive reproduce --waive fork --waive invite --waive audit --waive upstream --waive fix --waive cve --waive patches --waive tests --reason …`
    ");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release plan"), @r"
    [#wamr-security > amber-heron · WAMR] **Release of amber-heron**
    ✅ acknowledged
    ⬜ reproduced, affected versions and platforms known: `!done reproduce EVIDENCE` when it is
    ✅ report accepted
    ⬜ private fork: `!fork`
    ⬜ collaborators: `!invite @user`
    ⬜ audited for similar problems: `!done audit EVIDENCE` when it is
    ⬜ other projects and third parties dealt with: `!done upstream EVIDENCE` when it is
    ⬜ fix on main: `!done fix EVIDENCE` when it is
    ⬜ severity and advisory text complete: the text is missing: `!advisory edit` shows what to fill in · the affected versions are missing: `!advisory affected ECO:NAME RANGE`
    ⬜ CVE: `!cve request`
    ⬜ disclosure time: `!embargo set WHEN`, such as `!embargo set +72h`
    ✅ pre-notification sent: does not apply, no announcement list is configured
    ✅ mail seen on the list: does not apply, no announcement list is configured
    ⬜ patch on every supported branch: `main`: none yet, `!patch add main PR` · `release/2.4.x`: none yet, `!patch add release/2.4.x PR`
    ⬜ tests recorded: `main`, once it has a patch · `release/2.4.x`, once it has a patch
    Then one more person on the team approves, within 30 minutes, and:
    1. publish the advisory: GHSA-x5cm-v3r2-9f22 in bytecodealliance/wasm-micro-runtime, on GitHub. There is no way back.
    2. tell the public in #**general>security**:
    ```quote
    **Security advisory for WAMR**: Overflow
    Severity high · https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    Fixed in wasm-micro-runtime: no fixed version yet
    ```
    3. close the incident
    ✅ release mail sent: does not apply, no announcement list is configured
    ✅ blog post: does not apply, no blog is configured
    Nothing happens before all of the above is met.
    ");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!advisory show"), @r"
    [#wamr-security > amber-heron · WAMR] ### amber-heron · WAMR
    **Overflow** · [GHSA-x5cm-v3r2-9f22](https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22) · high
    Manager @_**Maya|11** · reported <time:2026-11-18T09:00:00Z> · no disclosure time yet

    ➡️ **reproduced, affected versions and platforms known**: `!done reproduce EVIDENCE` when it is
    ⬜ private fork: `!fork`
    ⬜ collaborators: `!invite @user`
    ⬜ audited for similar problems: `!done audit EVIDENCE` when it is
    ⬜ other projects and third parties dealt with: `!done upstream EVIDENCE` when it is
    ⬜ fix on main: `!done fix EVIDENCE` when it is
    ⬜ severity and advisory text complete: the text is missing: `!advisory edit` shows what to fill in · the affected versions are missing: `!advisory affected ECO:NAME RANGE`
    ⬜ CVE: `!cve request`
    ⬜ disclosure time: `!embargo set WHEN`, such as `!embargo set +72h`
    ⬜ patch on every supported branch: `main`: none yet, `!patch add main PR` · `release/2.4.x`: none yet, `!patch add release/2.4.x PR`
    ⬜ tests recorded: `main`, once it has a patch · `release/2.4.x`, once it has a patch
    ⬜ advisory published: `!release plan`
    ⬜ public notice: by the release
    ⬜ closed: by the release
    ```spoiler ✅ 6 steps done
    ✅ acknowledged
    ✅ report accepted
    ✅ pre-notification sent: does not apply, no announcement list is configured
    ✅ mail seen on the list: does not apply, no announcement list is configured
    ✅ release mail sent: does not apply, no announcement list is configured
    ✅ blog post: does not apply, no blog is configured
    ```
    ");
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
    2. close the incident
    ✅ release mail sent: does not apply, no announcement list is configured
    ✅ blog post: does not apply, no blog is configured
    Everything is in place: `!release go`
    ");
    chat.say(MAYA, &room, "!release go");
    insta::assert_snapshot!(chat.say(INES, &room, "!release approve"), @r"
    [#wamr-security > amber-heron · WAMR] ✅ Approved by @_**Ines|12**. The release runs: 2 steps.
    [PUBLIC #general > security] **Security advisory for WAMR**: Out-of-bounds write in the AOT loader
    Severity high · CVE-2026-12345 · https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    Fixed in wasm-micro-runtime: 2.4.4
    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ Step 2 of 3: public notice: [the message](#narrow/channel/1/near/145) in #**general**
    [#wamr-security > amber-heron · WAMR] ✅ Step 3 of 3: closed
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!advisory edit --cwe CWE-2"), @"[#wamr-security > amber-heron · WAMR] Not done: this incident is closed.");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release go"), @"[#wamr-security > amber-heron · WAMR] Not done: this incident is closed.");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release abort Too late"), @"[#wamr-security > amber-heron · WAMR] Not done: this incident is closed.");
}
