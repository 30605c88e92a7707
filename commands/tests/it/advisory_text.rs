//! `!advisory edit` and `!advisory affected`.

use crate::{kit::Chat, realm::*};

#[test]
fn the_text_is_changed_on_github() {
    let mut chat = Chat::new();
    chat.open("Overflow");
    let room = chat.room(1);
    insta::assert_snapshot!(chat.say(INES, &room, "!advisory edit --summary Overflow in the loader --cwe CWE-787"), @r"
    (👀 on 104)
    (GitHub: change)
    (✅ on 104)
    [#wamr-security > amber-heron · WAMR] ✅ Changed on GitHub: summary and weaknesses.
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(INES, &room, "!advisory edit --severity moderate\n```text\nLong.\n\nVery long.\n```"), @r"
    (👀 on 106)
    (GitHub: change)
    (✅ on 106)
    [#wamr-security > amber-heron · WAMR] ✅ Changed on GitHub: description and severity.
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(TOMASZ, &team(), "!advisory affected amber-heron other:wasm-micro-runtime < 2.4.4 --patched 2.4.4"), @r"
    (👀 on 108)
    (GitHub: change)
    (✅ on 108)
    [#wamr-security > triage] ✅ Changed on GitHub: affected versions.
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(INES, &room, "!next"), @r"
    [#wamr-security > amber-heron · WAMR] ➡️ **reproduced, affected versions and platforms known**: `!done reproduce EVIDENCE` when it is. Owed by @_**Maya|11**.
    ⬜ private fork: `!fork`
    ⬜ collaborators: `!invite @user`
    ⬜ audited for similar problems: `!done audit EVIDENCE` when it is
    ⬜ other projects and third parties dealt with: `!done upstream EVIDENCE` when it is
    ⬜ fix on main: `!done fix EVIDENCE` when it is
    ⬜ severity and advisory text complete: sections Impact, Patches and Workarounds are empty: `!advisory edit` shows the text to fill in
    ⬜ CVE: `!cve request`
    ⬜ disclosure time: `!embargo set WHEN`, such as `!embargo set +72h`
    ⬜ patch on every supported branch: `main`: none yet, `!patch add main PR` · `release/2.4.x`, which is affected: none yet, `!patch add release/2.4.x PR`
    ⬜ tests recorded: `main`, once it has a patch · `release/2.4.x`, once it has a patch
    ");
}

#[test]
fn changing_the_text_refuses_what_it_cannot_use() {
    let mut chat = Chat::new();
    chat.open("Overflow");
    let room = chat.room(1);
    let mut said = |text: &str| chat.say(INES, &room, text);
    insta::assert_snapshot!(said("!advisory edit"), @r"
    [#wamr-security > amber-heron · WAMR] ⬜ Still missing: the text is missing: `!advisory edit` shows what to fill in · the severity is missing: `!advisory edit --cvss VECTOR` or `--severity high` · the affected versions are missing: `!advisory affected ECO:NAME RANGE`
    To change the text, copy it, fill it in, and send it back under `!advisory edit`:
    ```text
    ### Impact

    _Say what an attacker can do, on what conditions, and to whom._

    ### Patches

    _Name the fixed version of each supported branch._

    ### Workarounds

    _Say what helps those who cannot upgrade yet, or that nothing does._

    ### Description

    _Explain the flaw: where it is, and how it was mended._

    ```
    ");
    insta::assert_snapshot!(said("!advisory edit the summary"), @r#"
    [#wamr-security > amber-heron · WAMR] Not done: "the" is one word too many.
    It is written `!advisory edit [ADVISORY] [--summary …] [--severity S | --cvss VECTOR] [--cwe CWE-N…], with a new description as a fenced block`
    For example `!advisory edit --cvss CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H`
    "#);
    insta::assert_snapshot!(said("!advisory edit --summary"), @r"
    [#wamr-security > amber-heron · WAMR] Not done: --summary needs a value.
    It is written `!advisory edit [ADVISORY] [--summary …] [--severity S | --cvss VECTOR] [--cwe CWE-N…], with a new description as a fenced block`
    For example `!advisory edit --cvss CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H`
    ");
    insta::assert_snapshot!(said("!advisory edit --cvss 9.8"), @r#"
    [#wamr-security > amber-heron · WAMR] Not done: "9.8" does not fit: a CVSS vector looks like CVSS&#58;3.1/AV&#58;N/AC&#58;L/PR&#58;N/UI&#58;N/S&#58;U/C&#58;H/I&#58;H/A&#58;H (3.0, 3.1 or 4.0), with every base metric.
    It is written `!advisory edit [ADVISORY] [--summary …] [--severity S | --cvss VECTOR] [--cwe CWE-N…], with a new description as a fenced block`
    For example `!advisory edit --cvss CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H`
    "#);
    insta::assert_snapshot!(said("!advisory affected"), @r"
    [#wamr-security > amber-heron · WAMR] Not done: ECO&#58;NAME is missing.
    It is written `!advisory affected [ADVISORY] ECO:NAME RANGE [--patched VERSIONS] [--platform …]`
    For example `!advisory affected other:wasm-micro-runtime < 2.4.4 --patched 2.4.4`
    ");
    insta::assert_snapshot!(said("!advisory affected rust:wasmtime"), @r"
    [#wamr-security > amber-heron · WAMR] Not done: RANGE is missing.
    It is written `!advisory affected [ADVISORY] ECO:NAME RANGE [--patched VERSIONS] [--platform …]`
    For example `!advisory affected other:wasm-micro-runtime < 2.4.4 --patched 2.4.4`
    ");
    insta::assert_snapshot!(said("!advisory affected rust:wasmtime all versions"), @r"
    [#wamr-security > amber-heron · WAMR] Not done: a range is written like &lt; 2.4.4 or >= 25.0.0, &lt; 36.0.7; several are joined by &#124;&#124;.
    It is written `!advisory affected [ADVISORY] ECO:NAME RANGE [--patched VERSIONS] [--platform …]`
    For example `!advisory affected other:wasm-micro-runtime < 2.4.4 --patched 2.4.4`
    ");
    insta::assert_snapshot!(said("!advisory affected rust:wasmtime < 1 || < 2 || < 3 --patched 1 || 2"), @r"
    [#wamr-security > amber-heron · WAMR] Not done: 3 ranges but 2 groups of patched versions: give one group for each range, joined by &#124;&#124;, or one for all.
    It is written `!advisory affected [ADVISORY] ECO:NAME RANGE [--patched VERSIONS] [--platform …]`
    For example `!advisory affected other:wasm-micro-runtime < 2.4.4 --patched 2.4.4`
    ");
    insta::assert_snapshot!(said("!advisory affected cargo:wasmtime < 1"), @r"
    (👀 on 120)
    (GitHub: change)
    (✅ on 120)
    [#wamr-security > amber-heron · WAMR] ✅ Changed on GitHub: affected versions.
    (card edited)
    ");
    insta::assert_snapshot!(said("!advisory affected rust:wasmtime < 1\n```\ntext\n```"), @r"
    [#wamr-security > amber-heron · WAMR] Not done: this command takes no block of text.
    It is written `!advisory affected [ADVISORY] ECO:NAME RANGE [--patched VERSIONS] [--platform …]`
    For example `!advisory affected other:wasm-micro-runtime < 2.4.4 --patched 2.4.4`
    ");
}
