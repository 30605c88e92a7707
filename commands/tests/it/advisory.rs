//! `!advisory`.

use commands::kernel::content::{AdvisoryState, Content};

use crate::{kit::Chat, realm::*};

#[test]
fn new_opens_an_incident_with_a_topic_of_its_own() {
    let mut chat = Chat::new();
    insta::assert_snapshot!(chat.say(MAYA, &team(), "!advisory new Out-of-bounds write in the AOT loader --severity high"), @r#"
    (👀 on 101)
    (GitHub: new in bytecodealliance/wasm-micro-runtime: "Out-of-bounds write in the AOT loader")
    [#wamr-security > amber-heron · WAMR] (card) ### amber-heron · WAMR
    (✅ on 101)
    [#wamr-security > triage] ✅ Incident opened: #**wamr-security>amber-heron · WAMR**. @_**Maya|11** is its manager. Everything else goes there.
    "#);
    insta::assert_snapshot!(chat.say(INES, &chat.room(1), "!advisory show"), @r"
    [#wamr-security > amber-heron · WAMR] ### amber-heron · WAMR
    **Out-of-bounds write in the AOT loader** · [GHSA-x5cm-v3r2-9f22](https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22) · high
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

#[test]
fn new_takes_everything_at_once() {
    let mut chat = Chat::new();
    let text = "!advisory new Symlink escape --cvss CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H --package crates.io:wasmtime --affected < 24.0.13 || >= 25.0.0, < 36.0.14 --cwe CWE-61, cwe-59\n```\nA guest can leave its directory.\n```";
    chat.say(ZOE, &crate::realm::topic(WASMTIME_SECURITY, "triage"), text);
    insta::assert_snapshot!(chat.say(ZOE, &chat.room(1), "!advisory show"), @r"
    [#wasmtime-security > amber-heron · Wasmtime] ### amber-heron · Wasmtime
    **Symlink escape** · [GHSA-x5cm-v3r2-9f22](https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22) · critical (CVSS 9.8) · CWE-61, CWE-59
    Manager @_**Zoe|19** · reported <time:2026-11-18T09:00:00Z> · no disclosure time yet

    Affected `rust:wasmtime`: &lt; 24.0.13 → no fix yet · >= 25.0.0, &lt; 36.0.14 → no fix yet

    ➡️ **reproduced, affected versions and platforms known**: `!done reproduce EVIDENCE` when it is
    ⬜ private fork: `!fork`
    ⬜ collaborators: `!invite @user`
    ⬜ audited for similar problems: `!done audit EVIDENCE` when it is
    ⬜ other projects and third parties dealt with: `!done upstream EVIDENCE` when it is
    ⬜ fix on main: `!done fix EVIDENCE` when it is
    ⬜ severity and advisory text complete: sections Impact, Patches and Workarounds are empty: `!advisory edit` shows the text to fill in
    ⬜ CVE: `!cve request`
    ⬜ disclosure time: `!embargo set WHEN`, such as `!embargo set +72h`
    ⬜ patch on every supported branch: `main`: none yet, `!patch add main PR`
    ⬜ tests recorded: `main`, once it has a patch
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

#[test]
fn new_refuses_what_it_cannot_use() {
    let mut chat = Chat::new();
    let mut said = |text: &str| chat.say(MAYA, &team(), text);
    insta::assert_snapshot!(said("!advisory new"), @r"
    [#wamr-security > triage] Not done: SUMMARY is missing.
    It is written `!advisory new SUMMARY… [--repo R] [--severity S | --cvss VECTOR] [--package ECO:NAME] [--affected RANGE] [--cwe CWE-N…] [--reporter WHO], with the description as a fenced block`
    For example `!advisory new Out-of-bounds write in the AOT loader --severity high`
    ");
    insta::assert_snapshot!(said("!advisory new \"\""), @r"
    [#wamr-security > triage] Not done: the summary is empty.
    It is written `!advisory new SUMMARY… [--repo R] [--severity S | --cvss VECTOR] [--package ECO:NAME] [--affected RANGE] [--cwe CWE-N…] [--reporter WHO], with the description as a fenced block`
    For example `!advisory new Out-of-bounds write in the AOT loader --severity high`
    ");
    insta::assert_snapshot!(said("!advisory new Overflow --severity terrible"), @r#"
    [#wamr-security > triage] Not done: "terrible" does not fit: a severity is low, medium, high or critical.
    It is written `!advisory new SUMMARY… [--repo R] [--severity S | --cvss VECTOR] [--package ECO:NAME] [--affected RANGE] [--cwe CWE-N…] [--reporter WHO], with the description as a fenced block`
    For example `!advisory new Out-of-bounds write in the AOT loader --severity high`
    "#);
    insta::assert_snapshot!(said("!advisory new Overflow --severity"), @r"
    [#wamr-security > triage] Not done: --severity needs a value.
    It is written `!advisory new SUMMARY… [--repo R] [--severity S | --cvss VECTOR] [--package ECO:NAME] [--affected RANGE] [--cwe CWE-N…] [--reporter WHO], with the description as a fenced block`
    For example `!advisory new Out-of-bounds write in the AOT loader --severity high`
    ");
    insta::assert_snapshot!(said("!advisory new Overflow --severity high --cvss CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"), @r"
    [#wamr-security > triage] Not done: --severity and --cvss exclude each other. Give one of them.
    It is written `!advisory new SUMMARY… [--repo R] [--severity S | --cvss VECTOR] [--package ECO:NAME] [--affected RANGE] [--cwe CWE-N…] [--reporter WHO], with the description as a fenced block`
    For example `!advisory new Out-of-bounds write in the AOT loader --severity high`
    ");
    insta::assert_snapshot!(said("!advisory new Overflow --repo a --repo b"), @r"
    [#wamr-security > triage] Not done: --repo is given twice. Give it once.
    It is written `!advisory new SUMMARY… [--repo R] [--severity S | --cvss VECTOR] [--package ECO:NAME] [--affected RANGE] [--cwe CWE-N…] [--reporter WHO], with the description as a fenced block`
    For example `!advisory new Out-of-bounds write in the AOT loader --severity high`
    ");
    insta::assert_snapshot!(said("!advisory new Overflow --cvss CVSS:3.1/AV:N"), @r#"
    [#wamr-security > triage] Not done: "CVSS&#58;3.1/AV&#58;N" does not fit: a CVSS vector looks like CVSS&#58;3.1/AV&#58;N/AC&#58;L/PR&#58;N/UI&#58;N/S&#58;U/C&#58;H/I&#58;H/A&#58;H (3.0, 3.1 or 4.0), with every base metric.
    It is written `!advisory new SUMMARY… [--repo R] [--severity S | --cvss VECTOR] [--package ECO:NAME] [--affected RANGE] [--cwe CWE-N…] [--reporter WHO], with the description as a fenced block`
    For example `!advisory new Out-of-bounds write in the AOT loader --severity high`
    "#);
    insta::assert_snapshot!(said("!advisory new Overflow --cwe 61"), @r#"
    [#wamr-security > triage] Not done: "61" does not fit: a weakness is written CWE-787.
    It is written `!advisory new SUMMARY… [--repo R] [--severity S | --cvss VECTOR] [--package ECO:NAME] [--affected RANGE] [--cwe CWE-N…] [--reporter WHO], with the description as a fenced block`
    For example `!advisory new Out-of-bounds write in the AOT loader --severity high`
    "#);
    insta::assert_snapshot!(said("!advisory new Overflow --package wasmtime"), @r#"
    [#wamr-security > triage] Not done: "wasmtime" does not fit: a package is written ECOSYSTEM&#58;NAME, such as rust&#58;wasmtime; the ecosystems are rubygems, npm, pip, maven, nuget, composer, go, rust, erlang, actions, pub, other, swift.
    It is written `!advisory new SUMMARY… [--repo R] [--severity S | --cvss VECTOR] [--package ECO:NAME] [--affected RANGE] [--cwe CWE-N…] [--reporter WHO], with the description as a fenced block`
    For example `!advisory new Out-of-bounds write in the AOT loader --severity high`
    "#);
    insta::assert_snapshot!(said("!advisory new Overflow --affected everything"), @r"
    [#wamr-security > triage] Not done: a range is written like &lt; 2.4.4 or >= 25.0.0, &lt; 36.0.7; several are joined by &#124;&#124;.
    It is written `!advisory new SUMMARY… [--repo R] [--severity S | --cvss VECTOR] [--package ECO:NAME] [--affected RANGE] [--cwe CWE-N…] [--reporter WHO], with the description as a fenced block`
    For example `!advisory new Out-of-bounds write in the AOT loader --severity high`
    ");
    insta::assert_snapshot!(said("!advisory new Overflow --sevrity high"), @r"
    [#wamr-security > triage] Not done: there is no --sevrity here. Did you mean --severity?
    It is written `!advisory new SUMMARY… [--repo R] [--severity S | --cvss VECTOR] [--package ECO:NAME] [--affected RANGE] [--cwe CWE-N…] [--reporter WHO], with the description as a fenced block`
    For example `!advisory new Out-of-bounds write in the AOT loader --severity high`
    ");
    insta::assert_snapshot!(said("!advisory new Overflow --colour red"), @r"
    [#wamr-security > triage] Not done: there is no --colour here. To use it as a word, put it in quotes.
    It is written `!advisory new SUMMARY… [--repo R] [--severity S | --cvss VECTOR] [--package ECO:NAME] [--affected RANGE] [--cwe CWE-N…] [--reporter WHO], with the description as a fenced block`
    For example `!advisory new Out-of-bounds write in the AOT loader --severity high`
    ");
    insta::assert_snapshot!(said("!advisory new Overflow --repo elsewhere/thing"), @"[#wamr-security > triage] Not done: no such project in this channel. There is `… --repo bytecodealliance/wasm-micro-runtime`.");
    assert_eq!(chat.world.incidents().count(), 0);
}

#[test]
fn a_summary_is_measured_as_github_measures_it() {
    let mut chat = Chat::new();
    insta::assert_snapshot!(chat.say(MAYA, &team(), &format!("!advisory new {}", "ä".repeat(1025))), @r"
    [#wamr-security > triage] Not done: the summary has 1025 characters, and GitHub takes at most 1024. Put the rest into the description.
    It is written `!advisory new SUMMARY… [--repo R] [--severity S | --cvss VECTOR] [--package ECO:NAME] [--affected RANGE] [--cwe CWE-N…] [--reporter WHO], with the description as a fenced block`
    For example `!advisory new Out-of-bounds write in the AOT loader --severity high`
    ");
    let opened = chat.say(MAYA, &team(), &format!("!advisory new {}", "ä".repeat(1024)));
    assert!(opened.contains("Incident opened"), "{opened}");
}

#[test]
fn two_dashes_between_words_stay_words() {
    let mut chat = Chat::new();
    chat.say(MAYA, &team(), "!advisory new Overflow -- in the loader --severity high");
    insta::assert_snapshot!(chat.say(MAYA, &chat.room(1), "!advisory show").lines().nth(1).unwrap(), @"**Overflow -- in the loader** · [GHSA-x5cm-v3r2-9f22](https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22) · high");
}

#[test]
fn the_dice_may_fall_on_a_name_that_is_taken() {
    let mut chat = Chat::new();
    chat.open("First");
    chat.open("Second");
    insta::assert_snapshot!(chat.say(MAYA, &team(), "!advisory list"), @r"
    [#wamr-security > triage] | incident | project | stage | manager | disclosure |
    |---|---|---|---|---|
    | amber-hoopoe | WAMR | to be reproduced | Maya | – |
    | amber-heron | WAMR | to be reproduced | Maya | – |
    ");
}

#[test]
fn a_channel_of_two_projects_asks_which() {
    let mut chat = Chat::with(shared_channel());
    insta::assert_snapshot!(chat.say(MAYA, &team(), "!advisory new Overflow"), @"[#wamr-security > triage] Not done: this channel has several projects. Say which one: `!advisory new … --repo bytecodealliance/wasm-micro-runtime` or `!advisory new … --repo bytecodealliance/wasmtime`");
    insta::assert_snapshot!(chat.say(MAYA, &team(), "!advisory new Overflow --repo bytecodealliance/Wasmtime"), @r#"
    (👀 on 103)
    (GitHub: new in bytecodealliance/wasmtime: "Overflow")
    [#wamr-security > amber-heron · Wasmtime] (card) ### amber-heron · Wasmtime
    (✅ on 103)
    [#wamr-security > triage] ✅ Incident opened: #**wamr-security>amber-heron · Wasmtime**. @_**Maya|11** is its manager. Everything else goes there.
    "#);
    insta::assert_snapshot!(chat.say(MAYA, &team(), "!ping"), @"[#wamr-security > triage] Not done: this channel has several projects. Say which one: `!ping WAMR` or `!ping Wasmtime`");
    insta::assert_snapshot!(chat.say(MAYA, &team(), "!ping cranelift"), @"[#wamr-security > triage] Not done: no such project in this channel. There is `WAMR`, `Wasmtime`.");
    insta::assert_snapshot!(chat.say(MAYA, &team(), "!ping wasmtime"), @r"
    [#wamr-security > triage] 👀 In #**general>security** I say:
    ```quote
    A maintainer of Wasmtime is asked to look at the team's channel.
    ```
    [PUBLIC #general > security] A maintainer of Wasmtime is asked to look at the team's channel.
    [#wamr-security > triage] ✅ Asked in #**general** for a maintainer to look here. Nothing else was said.
    ");
    // In the topic of an incident its project is meant.
    insta::assert_snapshot!(chat.say(MAYA, &chat.room(1), "!ping"), @"[#wamr-security > amber-heron · Wasmtime] Not done: a maintainer of Wasmtime was asked for less than ten minutes ago.");
}

#[test]
fn a_report_is_adopted() {
    let mut chat = Chat::new();
    chat.report(Content { summary: "A report".into(), ..Content::default() }, AdvisoryState::Triage);
    insta::assert_snapshot!(chat.say(INES, &team(), "!advisory adopt ghsa-x5cm-v3r2-9f22"), @r"
    (👀 on 101)
    (GitHub: read from bytecodealliance/wasm-micro-runtime)
    [#wamr-security > amber-heron · WAMR] (card) ### amber-heron · WAMR
    (✅ on 101)
    [#wamr-security > triage] ✅ Incident opened: #**wamr-security>amber-heron · WAMR**. @_**Ines|12** is its manager. Everything else goes there.
    ");
    insta::assert_snapshot!(chat.say(INES, &chat.room(1), "!next"), @r"
    [#wamr-security > amber-heron · WAMR] ➡️ **acknowledged**: `!advisory ack`. Owed by @_**Ines|12**.
    ⬜ reproduced, affected versions and platforms known: `!done reproduce EVIDENCE` when it is
    ⬜ report accepted: `!advisory accept`, or `!advisory reject REASON`
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
    ");
}

#[test]
fn adopting_refuses_what_is_tracked_published_closed_or_missing() {
    let mut chat = Chat::new();
    chat.open("Known");
    chat.report(Content::default(), AdvisoryState::Published);
    chat.report(Content::default(), AdvisoryState::Closed);
    let mut said = |text: &str| chat.say(MAYA, &team(), text);
    insta::assert_snapshot!(said("!advisory adopt GHSA-x5cm-v3r2-9f22"), @"[#wamr-security > triage] Not done: that advisory is an incident already: #**wamr-security>amber-heron · WAMR**.");
    insta::assert_snapshot!(said("!advisory adopt GHSA-x5cm-v3r2-9f23"), @r"
    (👀 on 106)
    (GitHub: read from bytecodealliance/wasm-micro-runtime)
    (❌ on 106)
    [#wamr-security > triage] ❌ Not adopted: the advisory is published on GitHub already. Nothing was kept.
    ");
    insta::assert_snapshot!(said("!advisory adopt GHSA-x5cm-v3r2-9f24"), @r"
    (👀 on 108)
    (GitHub: read from bytecodealliance/wasm-micro-runtime)
    (❌ on 108)
    [#wamr-security > triage] ❌ Not adopted: the advisory is closed on GitHub already. Nothing was kept.
    ");
    insta::assert_snapshot!(said("!advisory adopt GHSA-x5cm-v3r2-9f25"), @r"
    (👀 on 110)
    (GitHub: read from bytecodealliance/wasm-micro-runtime) → failed
    (❌ on 110)
    [#wamr-security > triage] ❌ Not opened: GitHub shows nothing there to the bot: it does not exist, or the bot's account may not see it.
    Nothing was kept. Mend it and give the command again.
    ");
    insta::assert_snapshot!(said("!advisory adopt GHSA-1234"), @r#"
    [#wamr-security > triage] Not done: "GHSA-1234" does not fit: a GHSA id is written GHSA-xxxx-xxxx-xxxx.
    It is written `!advisory adopt GHSA [--repo R]`
    For example `!advisory adopt GHSA-x5cm-v3r2-9fjq`
    "#);
    insta::assert_snapshot!(said("!advisory adopt"), @r"
    [#wamr-security > triage] Not done: GHSA is missing.
    It is written `!advisory adopt GHSA [--repo R]`
    For example `!advisory adopt GHSA-x5cm-v3r2-9fjq`
    ");
    insta::assert_snapshot!(said("!advisory adopt GHSA-x5cm-v3r2-9f25 --repo nonsense"), @r#"
    [#wamr-security > triage] Not done: "nonsense" does not fit: a repository is written owner/name, such as bytecodealliance/wasmtime.
    It is written `!advisory adopt GHSA [--repo R]`
    For example `!advisory adopt GHSA-x5cm-v3r2-9fjq`
    "#);
    insta::assert_snapshot!(said("!advisory adopt GHSA-x5cm-v3r2-9f25 now"), @r#"
    [#wamr-security > triage] Not done: "now" is one word too many.
    It is written `!advisory adopt GHSA [--repo R]`
    For example `!advisory adopt GHSA-x5cm-v3r2-9fjq`
    "#);
    insta::assert_snapshot!(said("!advisory list --all"), @r"
    [#wamr-security > triage] | incident | project | stage | manager | disclosure |
    |---|---|---|---|---|
    | amber-heron | WAMR | to be reproduced | Maya | – |
    ");
}

#[test]
fn two_who_adopt_the_same_report_at_once_get_one_incident() {
    let mut chat = Chat::new();
    chat.report(Content { summary: "A report".into(), ..Content::default() }, AdvisoryState::Triage);
    chat.hold = true;
    chat.say(INES, &team(), "!advisory adopt GHSA-x5cm-v3r2-9f22");
    chat.say(MAYA, &team(), "!advisory adopt GHSA-x5cm-v3r2-9f22");
    insta::assert_snapshot!(chat.release(), @r"
    (👀 on 101)
    (GitHub: read from bytecodealliance/wasm-micro-runtime)
    [#wamr-security > amber-heron · WAMR] (card) ### amber-heron · WAMR
    (✅ on 101)
    [#wamr-security > triage] ✅ Incident opened: #**wamr-security>amber-heron · WAMR**. @_**Ines|12** is its manager. Everything else goes there.
    (👀 on 102)
    (GitHub: read from bytecodealliance/wasm-micro-runtime)
    (❌ on 102)
    [#wamr-security > triage] ❌ Not adopted: the advisory is an incident already. Nothing was kept.
    ");
    insta::assert_snapshot!(chat.say(MAYA, &team(), "!advisory list"), @r"
    [#wamr-security > triage] | incident | project | stage | manager | disclosure |
    |---|---|---|---|---|
    | amber-heron | WAMR | to be acknowledged | Ines | – |
    ");
}

#[test]
fn nothing_is_done_while_an_incident_is_being_opened() {
    let mut chat = Chat::new();
    chat.hold = true;
    chat.say(MAYA, &team(), "!advisory new Overflow");
    insta::assert_snapshot!(chat.say(MAYA, &team(), "!embargo set amber-heron +72h"), @"[#wamr-security > triage] Not done: the advisory is still being made on GitHub. Try again in a moment.");
    insta::assert_snapshot!(chat.say(MAYA, &team(), "!advisory show amber-heron"), @r"
    [#wamr-security > triage] ### amber-heron · WAMR
    The advisory is being made on GitHub.
    Manager @_**Maya|11** · reported <time:2026-11-18T09:00:00Z> · no disclosure time yet

    ➡️ **reproduced, affected versions and platforms known**: `!done reproduce EVIDENCE` when it is
    ⬜ report accepted: `!advisory accept`, or `!advisory reject REASON`
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
    ⬜ patches public, green, merged: `!release plan`
    ⬜ private fork kept: `!release plan`
    ⬜ advisory published: `!release plan`
    ⬜ private fork gone: by the release
    ⬜ public notice: by the release
    ⬜ records attached: by the release
    ⬜ closed: by the release
    ```spoiler ✅ 9 steps done
    ✅ acknowledged
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
    insta::assert_snapshot!(chat.say(MAYA, &team(), "!advisory list"), @r"
    [#wamr-security > triage] | incident | project | stage | manager | disclosure |
    |---|---|---|---|---|
    | amber-heron | WAMR | being opened | Maya | – |
    ");
}

#[test]
fn what_changes_before_the_card_stands_is_on_it() {
    let mut chat = Chat::new();
    chat.answer_with(|_| None);
    chat.hold = true;
    chat.say(MAYA, &team(), "!advisory new Overflow");
    let (create, _) = chat.effects.last().unwrap().clone();
    let (_, effect) = chat.effects.last().unwrap().clone();
    let outcome = chat.outcome(&effect);
    // The advisory is there and the card on its way; somebody is quicker.
    chat.settle(create, outcome);
    chat.say(MAYA, &team(), "!embargo set amber-heron +72h");
    insta::assert_snapshot!(chat.release(), @r"
    (👀 on 101)
    [#wamr-security > amber-heron · WAMR] (card) ### amber-heron · WAMR
    (card edited)
    (✅ on 101)
    [#wamr-security > triage] ✅ Incident opened: #**wamr-security>amber-heron · WAMR**. @_**Maya|11** is its manager. Everything else goes there.
    [#wamr-security > triage] ✅ Disclosure set to <time:2026-11-21T09:00:00Z> (Saturday 09:00 UTC, in 3 days). Countdown: 24 hours, 6 hours, 1 hour and 15 minutes before.
    That is a Saturday: fewer people are there to update.
    ");
}

#[test]
fn nothing_to_list() {
    let mut chat = Chat::new();
    insta::assert_snapshot!(chat.say(MAYA, &team(), "!advisory list"), @"[#wamr-security > triage] No open incident. `!advisory new SUMMARY` opens one.");
    insta::assert_snapshot!(chat.say(MAYA, &team(), "!advisory list --all"), @"[#wamr-security > triage] There has been no incident yet. `!advisory new SUMMARY` opens one.");
    insta::assert_snapshot!(chat.say(MAYA, &team(), "!advisory list everything"), @r#"
    [#wamr-security > triage] Not done: "everything" is one word too many.
    It is written `!advisory list [--all]`
    For example `!advisory list`
    "#);
}
