//! `!advisory affected … --platform`: what GitHub has no field for.

use crate::{kit::Chat, realm::*};

const ROW: &str = "!advisory affected other:wasm-micro-runtime < 2.4.4";

fn opened() -> Chat {
    let mut chat = Chat::new();
    chat.open("Overflow");
    chat
}

/// The card's line on the package.
fn affected(chat: &mut Chat) -> String {
    let card = chat.say(INES, &chat.room(1), "!advisory show");
    card.lines().find(|line| line.starts_with("Affected")).unwrap_or_default().to_owned()
}

#[test]
fn platforms_are_noted_on_the_card_and_in_the_timeline() {
    let mut chat = opened();
    let room = chat.room(1);
    insta::assert_snapshot!(chat.say(INES, &room, &format!("{ROW} --patched 2.4.4 --platform aarch64 on Linux, *any* libc")), @r"
    (👀 on 104)
    (GitHub: change)
    (✅ on 104)
    [#wamr-security > amber-heron · WAMR] ✅ Changed on GitHub: affected versions. Platforms noted here: aarch64 on Linux, &#42;any&#42; libc. GitHub has no field for them: say it in the text too, `!advisory edit`
    (card edited)
    ");
    insta::assert_snapshot!(affected(&mut chat), @"Affected `other:wasm-micro-runtime`: &lt; 2.4.4 → 2.4.4 · platforms: aarch64 on Linux, &#42;any&#42; libc");
    let timeline = chat.say(INES, &room, "!timeline");
    insta::assert_snapshot!(timeline.lines().last().unwrap(), @"* <time:2026-11-18T09:00:00Z> @_**Ines|12** noted the platforms of `other:wasm-micro-runtime`: aarch64 on Linux, &#42;any&#42; libc");
}

#[test]
fn the_same_package_again_replaces_them() {
    let mut chat = opened();
    let room = chat.room(1);
    chat.say(INES, &room, &format!("{ROW} --platform aarch64"));
    chat.say(INES, &room, &format!("{ROW} --platform x86-64"));
    assert!(affected(&mut chat).ends_with("· platforms: x86-64"));
    let other = chat.say(INES, &room, "!advisory affected other:wamrc < 2.4.4");
    assert!(!other.contains("platforms"), "another package's stay: {other}");
    insta::assert_snapshot!(chat.say(INES, &room, ROW), @r"
    (👀 on 112)
    (GitHub: change)
    (✅ on 112)
    [#wamr-security > amber-heron · WAMR] ✅ Changed on GitHub: affected versions. The platforms noted for the row before are gone.
    (card edited)
    ");
    insta::assert_snapshot!(affected(&mut chat), @"Affected `other:wasm-micro-runtime`: &lt; 2.4.4 → no fix yet");
    let timeline = chat.say(INES, &room, "!timeline");
    insta::assert_snapshot!(timeline.lines().last().unwrap(), @"* <time:2026-11-18T09:00:00Z> @_**Ines|12** changed `other:wasm-micro-runtime` without naming platforms");
}

#[test]
fn they_are_noted_only_once_the_row_stands() {
    let mut chat = opened();
    chat.answer_with(|effect| match &effect.action {
        commands::kernel::effect::Action::UpdateAdvisory { .. } => Some(crate::kit::failed(
            commands::kernel::effect::Service::GitHub,
            commands::kernel::effect::FailureKind::Refused,
            "No",
        )),
        _ => None,
    });
    let shown = chat.say(INES, &chat.room(1), &format!("{ROW} --platform aarch64"));
    assert!(shown.contains("❌ Not changed"), "{shown}");
    assert!(chat.incident(1).platforms.is_empty());
}

#[test]
fn what_does_not_fit_is_refused() {
    let mut chat = opened();
    let room = chat.room(1);
    let long = "x".repeat(201);
    insta::assert_snapshot!(chat.say(INES, &room, &format!("{ROW} --platform {long}")), @r"
    [#wamr-security > amber-heron · WAMR] Not done: the platforms have 201 characters, and at most 200 are kept. Put the rest into the advisory's text.
    It is written `!advisory affected [ADVISORY] ECO:NAME RANGE [--patched VERSIONS] [--platform …]`
    For example `!advisory affected other:wasm-micro-runtime < 2.4.4 --patched 2.4.4`
    ");
    insta::assert_snapshot!(chat.say(INES, &room, &format!("{ROW} --platform")), @r"
    [#wamr-security > amber-heron · WAMR] Not done: --platform needs a value.
    It is written `!advisory affected [ADVISORY] ECO:NAME RANGE [--patched VERSIONS] [--platform …]`
    For example `!advisory affected other:wasm-micro-runtime < 2.4.4 --patched 2.4.4`
    ");
    let kept = "ä".repeat(200);
    chat.say(INES, &room, &format!("{ROW} --platform {kept}"));
    assert!(affected(&mut chat).ends_with(&kept), "code points are counted");
    chat.say(INES, &room, &format!("{ROW} --platform @**all** [x](http://y)"));
    insta::assert_snapshot!(affected(&mut chat), @"Affected `other:wasm-micro-runtime`: &lt; 2.4.4 → no fix yet · platforms: &#64;&#42;&#42;all&#42;&#42; &#91;x](http&#58;//y)");
}
