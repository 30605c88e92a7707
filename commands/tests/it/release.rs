//! `!release`: what it needs and what becomes of it.

use crate::{kit::Chat, realm::*};

#[test]
fn a_release_as_it_should_be() {
    let mut chat = Chat::new();
    let number = chat.due();
    let room = chat.room(number);
    insta::assert_snapshot!(chat.say(INES, &room, "!release plan"), @r#"
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
    1. bring the patches to the public repository and merge them: into `bytecodealliance/wasm-micro-runtime`, each as a pull request that says "These changes were reviewed before. What they are for is told with the release.", merged by the repository's rules once the checks of all have passed:
        * `main`: commit `1000000` of #1 in the private fork, pushed as `fixes-main-1000000`, opened as "Fixes for WAMR on main"
        * `release/2.4.x`: commit `2000000` of #2 in the private fork, pushed as `fixes-release-2.4.x-2000000`, opened as "Fixes for WAMR on release/2.4.x"
    2. keep a snapshot of the private fork and close its pull requests: what `bytecodealliance/wasm-micro-runtime-ghsa-2222` has and `bytecodealliance/wasm-micro-runtime` has not, as a git bundle in my store
    3. publish the advisory: GHSA-x5cm-v3r2-9f22 in bytecodealliance/wasm-micro-runtime, on GitHub. There is no way back.
    4. see that the private fork is gone, or delete it, where GitHub leaves it, and nothing but the fork that the advisory names
    5. tell the public in #**general>security**:
    ```quote
    **Security advisory for WAMR**: Out-of-bounds write in the AOT loader
    Severity high · CVE-2026-12345 · https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    Fixed in wasm-micro-runtime: 2.4.4
    ```
    6. attach the records for machines here: `osv.json`, `cve.json` and `csaf.json`
    7. close the incident
    ✅ versions bumped: does not apply, no workflow bumps versions
    ✅ release tagged: does not apply, no release tag is configured
    ✅ builds deployed: does not apply, neither a bump nor a release tag is configured
    ✅ release mail sent: does not apply, no announcement list is configured
    ✅ blog post: does not apply, no blog is configured
    ✅ RustSec entry: does not apply, no crates are configured
    Everything is in place: `!release go`
    "#);
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release go"), @r#"
    [#wamr-security > amber-heron · WAMR] @_**Maya|11** asks to release **amber-heron**.
    1. bring the patches to the public repository and merge them: into `bytecodealliance/wasm-micro-runtime`, each as a pull request that says "These changes were reviewed before. What they are for is told with the release.", merged by the repository's rules once the checks of all have passed:
        * `main`: commit `1000000` of #1 in the private fork, pushed as `fixes-main-1000000`, opened as "Fixes for WAMR on main"
        * `release/2.4.x`: commit `2000000` of #2 in the private fork, pushed as `fixes-release-2.4.x-2000000`, opened as "Fixes for WAMR on release/2.4.x"
    2. keep a snapshot of the private fork and close its pull requests: what `bytecodealliance/wasm-micro-runtime-ghsa-2222` has and `bytecodealliance/wasm-micro-runtime` has not, as a git bundle in my store
    3. publish the advisory: GHSA-x5cm-v3r2-9f22 in bytecodealliance/wasm-micro-runtime, on GitHub. There is no way back.
    4. see that the private fork is gone, or delete it, where GitHub leaves it, and nothing but the fork that the advisory names
    5. tell the public in #**general>security**:
    ```quote
    **Security advisory for WAMR**: Out-of-bounds write in the AOT loader
    Severity high · CVE-2026-12345 · https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    Fixed in wasm-micro-runtime: 2.4.4
    ```
    6. attach the records for machines here: `osv.json`, `cve.json` and `csaf.json`
    7. close the incident
    @**Ines|12** @**Tomasz|13**: approve by 👍 on this message or `!release approve`, within 30 minutes.
    (card edited)
    "#);
    insta::assert_snapshot!(chat.say(TOMASZ, &room, "!release status"), @r"
    [#wamr-security > amber-heron · WAMR] Asked for by @_**Maya|11**; waits for approval until <time:2026-11-18T10:30:00Z> (Wednesday 10:30 UTC, in 30 minutes).
    ⬜ patches public, green, merged
    ⬜ private fork kept
    ⬜ advisory published
    ⬜ private fork gone
    ⬜ public notice
    ⬜ records attached
    ⬜ closed
    ");
    insta::assert_snapshot!(chat.thumb(INES, chat.request(number), true), @r"
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
    Fixed in wasm-micro-runtime: 2.4.4
    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ Step 5 of 7: public notice: [the message](#narrow/channel/1/near/150) in #**general**
    (upload osv.json)
    (card edited)
    (upload cve.json)
    (upload csaf.json)
    [#wamr-security > amber-heron · WAMR] ✅ Step 6 of 7: records attached: [csaf.json](/user_uploads/2/ab/csaf.json), [cve.json](/user_uploads/2/ab/cve.json), [osv.json](/user_uploads/2/ab/osv.json)
    [#wamr-security > amber-heron · WAMR] ✅ Step 7 of 7: closed
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(TOMASZ, &room, "!release status"), @r"
    [#wamr-security > amber-heron · WAMR] The release is done.
    ✅ patches public, green, merged
    ✅ private fork kept
    ✅ advisory published
    ✅ private fork gone
    ✅ public notice
    ✅ records attached
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

    ```spoiler ✅ 28 steps done
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
    ✅ patches public, green, merged: 1 hour after the report
    ✅ versions bumped: does not apply, no workflow bumps versions
    ✅ release tagged: does not apply, no release tag is configured
    ✅ builds deployed: does not apply, neither a bump nor a release tag is configured
    ✅ private fork kept: 1 hour after the report
    ✅ advisory published: 1 hour after the report
    ✅ private fork gone: 1 hour after the report
    ✅ release mail sent: does not apply, no announcement list is configured
    ✅ public notice: 1 hour after the report
    ✅ blog post: does not apply, no blog is configured
    ✅ RustSec entry: does not apply, no crates are configured
    ✅ records attached: 1 hour after the report
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
    2. see that the private fork is gone, or delete it, where GitHub leaves it, and nothing but the fork that the advisory names
    3. tell the public in #**general>security**:
    ```quote
    **Security advisory for WAMR**: Overflow
    Severity not given · https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    Fixed in wasm-micro-runtime: no fixed version yet
    ```
    4. attach the records for machines here: `osv.json` and `csaf.json`
    5. close the incident
    ✅ versions bumped: does not apply, no workflow bumps versions
    ✅ release tagged: does not apply, no release tag is configured
    ✅ builds deployed: does not apply, neither a bump nor a release tag is configured
    ✅ release mail sent: does not apply, no announcement list is configured
    ✅ blog post: does not apply, no blog is configured
    ✅ RustSec entry: does not apply, no crates are configured
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
    [#wamr-security > amber-heron · WAMR] Not done: "publish" is no step that can be waived. Those that can: acknowledge, reproduce, accept, fork, invite, audit, upstream, fix, text, cve, embargo, notify, list-seen, patches, tests, transfer, bump, tag, deploy, snapshot, fork-gone, announce, blog, rustsec, exports.
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
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release go --early --waive announce --reason It is public already"), @r#"
    [#wamr-security > amber-heron · WAMR] @_**Maya|11** asks to release **amber-heron**.
    🚨 Before the disclosure time.
    🚨 Left out: public notice.
    Reason: It is public already
    1. bring the patches to the public repository and merge them: into `bytecodealliance/wasm-micro-runtime`, each as a pull request that says "These changes were reviewed before. What they are for is told with the release.", merged by the repository's rules once the checks of all have passed:
        * `main`: commit `1000000` of #1 in the private fork, pushed as `fixes-main-1000000`, opened as "Fixes for WAMR on main"
        * `release/2.4.x`: commit `2000000` of #2 in the private fork, pushed as `fixes-release-2.4.x-2000000`, opened as "Fixes for WAMR on release/2.4.x"
    2. keep a snapshot of the private fork and close its pull requests: what `bytecodealliance/wasm-micro-runtime-ghsa-2222` has and `bytecodealliance/wasm-micro-runtime` has not, as a git bundle in my store
    3. publish the advisory: GHSA-x5cm-v3r2-9f22 in bytecodealliance/wasm-micro-runtime, on GitHub. There is no way back.
    4. see that the private fork is gone, or delete it, where GitHub leaves it, and nothing but the fork that the advisory names
    5. attach the records for machines here: `osv.json`, `cve.json` and `csaf.json`
    6. close the incident
    @**Ines|12** @**Tomasz|13**: approve by 👍 on this message or `!release approve`, within 30 minutes.
    (card edited)
    "#);
    insta::assert_snapshot!(chat.say(INES, &room, "!release approve"), @r"
    [#wamr-security > amber-heron · WAMR] ✅ Approved by @_**Ines|12**. The release runs: 6 steps.
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
    [#wamr-security > amber-heron · WAMR] ✅ Step 1 of 6: patches public, green, merged
    (git: bundle)
    (card edited)
    (GitHub: close the fork's pull requests)
    [#wamr-security > amber-heron · WAMR] ✅ Step 2 of 6: private fork kept
    (GitHub: PUBLISH)
    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ Step 3 of 6: advisory published: https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    (GitHub: is the fork gone?)
    (card edited)
    [#wamr-security > amber-heron · WAMR] ✅ Step 4 of 6: private fork gone
    (upload osv.json)
    (card edited)
    (upload cve.json)
    (upload csaf.json)
    [#wamr-security > amber-heron · WAMR] ✅ Step 5 of 6: records attached: [csaf.json](/user_uploads/2/ab/csaf.json), [cve.json](/user_uploads/2/ab/cve.json), [osv.json](/user_uploads/2/ab/osv.json)
    [#wamr-security > amber-heron · WAMR] ✅ Step 6 of 6: closed
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
    2. see that the private fork is gone, or delete it, where GitHub leaves it, and nothing but the fork that the advisory names
    3. tell the public in #**general>security**:
    ```quote
    **Security advisory for WAMR**: Overflow
    Severity high · https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22
    Fixed in wasm-micro-runtime: no fixed version yet
    ```
    4. attach the records for machines here: `osv.json` and `csaf.json`
    5. close the incident
    ✅ versions bumped: does not apply, no workflow bumps versions
    ✅ release tagged: does not apply, no release tag is configured
    ✅ builds deployed: does not apply, neither a bump nor a release tag is configured
    ✅ release mail sent: does not apply, no announcement list is configured
    ✅ blog post: does not apply, no blog is configured
    ✅ RustSec entry: does not apply, no crates are configured
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
    ⬜ patches public, green, merged: `!release plan`
    ⬜ private fork kept: `!release plan`
    ⬜ advisory published: `!release plan`
    ⬜ private fork gone: by the release
    ⬜ public notice: by the release
    ⬜ records attached: by the release
    ⬜ closed: by the release
    ```spoiler ✅ 10 steps done
    ✅ acknowledged
    ✅ report accepted
    ✅ pre-notification sent: does not apply, no announcement list is configured
    ✅ mail seen on the list: does not apply, no announcement list is configured
    ✅ versions bumped: does not apply, no workflow bumps versions
    ✅ release tagged: does not apply, no release tag is configured
    ✅ builds deployed: does not apply, neither a bump nor a release tag is configured
    ✅ release mail sent: does not apply, no announcement list is configured
    ✅ blog post: does not apply, no blog is configured
    ✅ RustSec entry: does not apply, no crates are configured
    ```
    ");
}
