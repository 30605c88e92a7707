//! The blog post that follows a release: who is asked for it, how long, and that the incident waits.

use commands::kernel::{
    content::AdvisoryState,
    effect::{Action, FailureKind, Outcome, Service},
    embargoed::Embargoed,
    settings::Settings,
    work::{Found, Work},
};

use crate::{
    kit::{Chat, failed},
    realm::*,
};

const GO: &str = "!release go --waive notify --waive list-seen --reason Small";

/// A chat whose bot may not write to the blog: a person has to.
fn closed_to_the_bot(settings: Settings) -> Chat {
    let mut chat = Chat::with(with_blog(settings));
    chat.answer_with(|effect| match &effect.action {
        Action::Work(work) if matches!(work.as_ref(), Work::Propose(_)) => {
            Some(failed(Service::GitHub, FailureKind::Permission("contents=write".into()), ""))
        }
        _ => None,
    });
    chat
}

/// A release that has done all it can.
fn released(settings: Settings) -> (Chat, commands::kernel::input::Place) {
    let mut chat = closed_to_the_bot(settings);
    let number = chat.due();
    let room = chat.room(number);
    chat.say(MAYA, &room, GO);
    chat.say(INES, &room, "!release approve");
    (chat, room)
}

#[test]
fn the_incident_stays_open_until_somebody_says_that_the_post_is_out() {
    let mut chat = closed_to_the_bot(with_list());
    let number = chat.due();
    let room = chat.room(number);
    insta::assert_snapshot!(chat.say(MAYA, &room, "!done blog https://example.org/post"), @"[#wamr-security > amber-heron · WAMR] Not done: the advisory is not public yet, and a post would tell of it. After its publication, give the command again.");
    let asked = chat.say(MAYA, &room, GO);
    insta::assert_snapshot!(asked.lines().filter(|line| line.contains("blog")).collect::<String>(), @"7. publish the blog post:8. attach the records for machines here: `osv.json`, `cve.json`, `csaf.json` and `blog-1.md`");
    let shown = chat.say(INES, &room, "!release approve");
    insta::assert_snapshot!(shown.lines().filter(|line| line.contains("blog")).collect::<String>(), @"[#wamr-security > amber-heron · WAMR] ⬜ proposing `_posts/2026-11-18-out-of-bounds-write-in-the-aot-loader.md`: the bot's token on GitHub lacks a permission: contents=write. Give the token that permission. The text is among the records that I attach here. @**Maya|11**: bring it out by hand, then `!done blog URL` or `!done rustsec URL`; or leave it out: `!release skip STEP --reason …`(upload blog-1.md)[#wamr-security > amber-heron · WAMR] ✅ Step 8 of 9: records attached: [blog-1.md](/user_uploads/2/ab/blog-1.md), [csaf.json](/user_uploads/2/ab/csaf.json), [cve.json](/user_uploads/2/ab/cve.json), [osv.json](/user_uploads/2/ab/osv.json)");
    assert!(chat.incident(number).is_open());
    insta::assert_snapshot!(chat.say(MAYA, &room, "!release status"), @r"
    [#wamr-security > amber-heron · WAMR] The release runs.
    ✅ patches public, green, merged
    ✅ private fork kept
    ✅ advisory published
    ✅ private fork gone
    ✅ release mail sent
    ✅ public notice
    ⬜ blog post
    ✅ records attached
    ⬜ closed
    ");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!next"), @"[#wamr-security > amber-heron · WAMR] ➡️ **blog post**: in `bytecodealliance/site`; `!done blog URL` once it is out. Owed by @_**Maya|11**.");
    insta::assert_snapshot!(chat.say(TOMASZ, &room, "!done blog https://example.org/post"), @r"
    [#wamr-security > amber-heron · WAMR] ✅ blog post.
    ➡️ **closed**: by the release
    [#wamr-security > amber-heron · WAMR] ✅ Step 9 of 9: closed
    (card edited)
    ");
    assert!(!chat.incident(number).is_open());
    assert_eq!(chat.wait("48h"), "", "and then nobody is asked");
}

#[test]
fn the_manager_is_reminded_from_the_release_mail_on_ever_more_rarely() {
    let (mut chat, _) = released(with_list());
    assert_eq!(chat.wait("179m"), "");
    insta::assert_snapshot!(chat.wait("2m"), @"[#wamr-security > amber-heron · WAMR] ⏳ The blog post is not out yet; the policy's time is up <time:2026-11-18T16:00:00Z> (Wednesday 16:00 UTC, in 3 hours). @**Maya|11**: in `bytecodealliance/site`; `!done blog URL` once it is out");
    insta::assert_snapshot!(chat.wait("180m"), @r"
    [#wamr-security > amber-heron · WAMR] ⏳ The blog post is not out yet; the policy's time is up <time:2026-11-18T16:00:00Z> (Wednesday 16:00 UTC, in 1 hour 30 minutes). @**Maya|11**: in `bytecodealliance/site`; `!done blog URL` once it is out
    [#wamr-security > amber-heron · WAMR] 🚨 **The blog post is missing**, and the policy's time was up <time:2026-11-18T16:00:00Z> (Wednesday 16:00 UTC, just now). @**Maya|11**: in `bytecodealliance/site`; `!done blog URL` once it is out. Without a post: `!release go --waive blog --reason …`
    ");
    insta::assert_snapshot!(chat.wait("24h"), @r"
    [#wamr-security > amber-heron · WAMR] 🚨 **The blog post is missing**, and the policy's time was up <time:2026-11-18T16:00:00Z> (Wednesday 16:00 UTC, 6 hours ago). @**Maya|11**: in `bytecodealliance/site`; `!done blog URL` once it is out. Without a post: `!release go --waive blog --reason …`
    [#wamr-security > amber-heron · WAMR] 🚨 **The blog post is missing**, and the policy's time was up <time:2026-11-18T16:00:00Z> (Wednesday 16:00 UTC, 18 hours ago). @**Maya|11**: in `bytecodealliance/site`; `!done blog URL` once it is out. Without a post: `!release go --waive blog --reason …`
    ");
}

#[test]
fn without_a_list_the_time_runs_from_the_publication_and_a_late_reminder_says_so() {
    let mut chat = closed_to_the_bot(settings());
    let number = chat.due();
    let room = chat.room(number);
    chat.say(MAYA, &room, "!release go");
    chat.say(INES, &room, "!release approve");
    chat.sleep("7h");
    insta::assert_snapshot!(chat.wait("1m"), @"[#wamr-security > amber-heron · WAMR] 🚨 **The blog post is missing**, and the policy's time was up <time:2026-11-18T16:00:00Z> (Wednesday 16:00 UTC, 1 hour ago). @**Maya|11**: in `bytecodealliance/site`; `!done blog URL` once it is out. Without a post: `!release go --waive blog --reason …` This reminder is late: it was due <time:2026-11-18T16:00:00Z> (Wednesday 16:00 UTC, 1 hour ago).");
}

#[test]
fn two_people_may_leave_the_post_out_before_the_release_or_after_it() {
    let mut chat = closed_to_the_bot(with_list());
    let number = chat.due();
    let room = chat.room(number);
    chat.say(MAYA, &room, "!release go --waive notify --waive list-seen --waive blog --reason Small");
    chat.say(INES, &room, "!release approve");
    assert!(!chat.incident(number).is_open(), "left out beforehand");

    let (mut chat, room) = released(with_list());
    chat.say(MAYA, &room, "!release go --waive blog --reason Nothing to tell");
    assert!(chat.incident(1).is_open(), "not by one person");
    let shown = chat.say(INES, &room, "!release approve");
    insta::assert_snapshot!(shown, @r"
    [#wamr-security > amber-heron · WAMR] ✅ Approved by @_**Ines|12**. The release runs: 1 step.
    [#wamr-security > amber-heron · WAMR] ✅ Step 8 of 8: closed
    (card edited)
    ");
    assert!(!chat.incident(1).is_open());
}

#[test]
fn a_waiver_that_nobody_approves_does_not_stop_the_reminders() {
    let (mut chat, room) = released(with_list());
    chat.say(MAYA, &room, "!release go --waive blog --reason Nothing to tell");
    let shown = chat.wait("181m");
    assert!(shown.contains("nobody approved it") && shown.contains("blog post is not out"), "{shown}");
    chat.say(INES, &room, "!done blog");
    assert!(!chat.incident(1).is_open());
}

#[test]
fn what_does_not_apply_is_vouched_for_by_nobody() {
    let mut chat = Chat::new();
    let number = chat.due();
    let room = chat.room(number);
    let list = chat.say(INES, &room, "!done list-seen");
    assert!(list.contains("does not apply: no announcement list is configured"), "{list}");
    chat.on_github(&Embargoed::new(ghsa(0)), |advisory| advisory.state = AdvisoryState::Published);
    chat.look(&ghsa(0));
    let blog = chat.say(INES, &room, "!done blog https://example.org/post");
    assert!(blog.contains("does not apply: no blog is configured"), "{blog}");
}

#[test]
fn the_post_is_proposed_and_the_incident_closes_when_it_is_merged() {
    let mut chat = Chat::with(with_blog(with_list()));
    let number = chat.due();
    let room = chat.room(number);
    chat.say(MAYA, &room, GO);
    let held = std::rc::Rc::new(std::cell::Cell::new(true));
    let holds = std::rc::Rc::clone(&held);
    // GitHub tells of the merge only once it has happened.
    chat.answer_with(move |effect| match &effect.action {
        Action::Work(work) if matches!(work.as_ref(), Work::AwaitMerge { .. }) && holds.get() => {
            Some(Outcome::Delayed(crate::kit::failure(Service::GitHub, FailureKind::NotFound, "")))
        }
        _ => None,
    });
    let shown = chat.say(INES, &room, "!release approve");
    let told: Vec<&str> = shown.lines().filter(|line| line.contains("_posts/")).collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    (OUTSIDE GitHub: propose _posts/2026-11-18-out-of-bounds-write-in-the-aot-loader.md in bytecodealliance/site: Security advisory: Out-of-bounds write in the AOT loader)
    [#wamr-security > amber-heron · WAMR] ▶️ [bytecodealliance/wasm-micro-runtime#102](https://github.com/bytecodealliance/wasm-micro-runtime/pull/102) proposes `_posts/2026-11-18-out-of-bounds-write-in-the-aot-loader.md`. @**Maya|11**: have it reviewed and merged; I see when that is done.
    (GitHub: wait for _posts/2026-11-18-out-of-bounds-write-in-the-aot-loader.md to be merged) → delayed
    ");
    assert_eq!(shown.matches("(upload").count(), 4, "the records do not wait for it: {shown}");
    assert!(chat.incident(number).is_open());
    chat.mend();
    insta::assert_snapshot!(chat.release(), @r"
    (GitHub: wait for _posts/2026-11-18-out-of-bounds-write-in-the-aot-loader.md to be merged)
    [#wamr-security > amber-heron · WAMR] ✅ [bytecodealliance/wasm-micro-runtime#102](https://github.com/bytecodealliance/wasm-micro-runtime/pull/102) is merged: `_posts/2026-11-18-out-of-bounds-write-in-the-aot-loader.md`.
    [#wamr-security > amber-heron · WAMR] ✅ Step 7 of 9: blog post
    [#wamr-security > amber-heron · WAMR] ✅ Step 9 of 9: closed
    (card edited)
    ");
    assert!(!chat.incident(number).is_open());
}

#[test]
fn a_post_that_waits_to_be_merged_can_be_left_out() {
    let mut chat = Chat::with(with_blog(with_list()));
    let number = chat.due();
    let room = chat.room(number);
    chat.say(MAYA, &room, GO);
    chat.answer_with(move |effect| match &effect.action {
        Action::Work(work) if matches!(work.as_ref(), Work::AwaitMerge { .. }) => {
            Some(Outcome::Delayed(crate::kit::failure(Service::GitHub, FailureKind::NotFound, "")))
        }
        _ => None,
    });
    chat.say(INES, &room, "!release approve");
    let asked = chat.say(MAYA, &room, "!release go --waive blog --reason Nothing to tell");
    assert!(asked.contains("Left out: blog post"), "{asked}");
    assert_eq!(chat.cancelled.len(), 1, "the wait is given up");
    chat.say(INES, &room, "!release approve");
    assert!(!chat.incident(number).is_open());
}

#[test]
fn a_post_that_somebody_closes_is_a_persons_work() {
    let mut chat = Chat::with(with_blog(with_list()));
    let number = chat.due();
    let room = chat.room(number);
    chat.say(MAYA, &room, GO);
    let closed = chat.propose("post", "c".repeat(40).parse().unwrap()).pull;
    let closed =
        commands::kernel::work::PublicPull { state: commands::kernel::patch::PullState::Closed, ..closed };
    chat.answer_with(move |effect| match &effect.action {
        Action::Work(work) if matches!(work.as_ref(), Work::AwaitMerge { .. }) => {
            Some(Outcome::Found(Found::Pull(Box::new(closed.clone()))))
        }
        _ => None,
    });
    let shown = chat.say(INES, &room, "!release approve");
    let told: Vec<&str> = shown.lines().filter(|line| line.contains("was closed")).collect();
    insta::assert_snapshot!(told.join("\n"), @"[#wamr-security > amber-heron · WAMR] ⬜ [bytecodealliance/wasm-micro-runtime#100](https://github.com/bytecodealliance/wasm-micro-runtime/pull/100) was closed, without `_posts/2026-11-18-out-of-bounds-write-in-the-aot-loader.md`. @**Maya|11**: bring it out by hand, then `!done blog URL` or `!done rustsec URL`; or leave it out: `!release skip STEP --reason …`");
    assert!(chat.wait("7h").contains("The blog post is missing"));
    chat.say(INES, &room, "!done blog https://example.org/post");
    assert!(!chat.incident(number).is_open());
}

#[test]
fn the_post_says_what_the_advisory_says() {
    let mut chat = Chat::with(with_blog(with_list()));
    let number = chat.due();
    let room = chat.room(number);
    chat.say(MAYA, &room, GO);
    chat.say(INES, &room, "!release approve");
    let file = chat.effects.iter().find_map(|(_, effect)| match &effect.action {
        Action::Work(work) => match work.as_ref() {
            Work::Propose(proposed) => Some(proposed.file.get().clone()),
            _ => None,
        },
        _ => None,
    });
    let file = file.unwrap();
    insta::assert_snapshot!(format!("{}\n{}\n{}\n{}\n\n{}", file.branch, file.path, file.title, file.body, file.content), @r#"
    post-2026-11-18-out-of-bounds-write-in-the-aot-loader
    _posts/2026-11-18-out-of-bounds-write-in-the-aot-loader.md
    Security advisory: Out-of-bounds write in the AOT loader
    The post about https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22, which is published.

    ---
    title: "Security advisory for WAMR: Out-of-bounds write in the AOT loader"
    date: 2026-11-18
    ---

    WAMR has a security release.

    * Advisory: [GHSA-x5cm-v3r2-9f22](https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22)
    * CVE: CVE-2026-12345
    * Severity: high
    * wasm-micro-runtime: affected < 2.4.4, fixed in 2.4.4

    ### Impact
    A crafted module writes past a buffer.

    ### Patches
    2.4.4 checks the bounds.

    ### Workarounds
    Load no module you do not trust.
    "#);
}
