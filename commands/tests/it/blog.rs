//! The blog post that follows a release: who is asked for it, how long, and that the incident waits.

use commands::kernel::{content::AdvisoryState, embargoed::Embargoed};

use crate::{kit::Chat, realm::*};

const GO: &str = "!release go --waive notify --waive list-seen --reason Small";

/// A release that has done all it can.
fn released(settings: commands::kernel::settings::Settings) -> (Chat, commands::kernel::input::Place) {
    let mut chat = Chat::with(with_blog(settings));
    let number = chat.due();
    let room = chat.room(number);
    chat.say(MAYA, &room, GO);
    chat.say(INES, &room, "!release approve");
    (chat, room)
}

#[test]
fn the_incident_stays_open_until_somebody_says_that_the_post_is_out() {
    let mut chat = Chat::with(with_blog(with_list()));
    let number = chat.due();
    let room = chat.room(number);
    insta::assert_snapshot!(chat.say(MAYA, &room, "!done blog https://example.org/post"), @"[#wamr-security > amber-heron · WAMR] Not done: the advisory is not public yet, and a post would tell of it. After its publication, give the command again.");
    let asked = chat.say(MAYA, &room, GO);
    insta::assert_snapshot!(asked.lines().filter(|line| line.contains("blog")).collect::<String>(), @"7. publish the blog post: by a person, in `bytecodealliance/site`; `!done blog URL` says that it is out, and until then the incident stays open");
    let shown = chat.say(INES, &room, "!release approve");
    insta::assert_snapshot!(shown.lines().filter(|line| line.contains("blog")).collect::<String>(), @"[#wamr-security > amber-heron · WAMR] ➡️ **blog post**: in `bytecodealliance/site`; `!done blog URL` once it is out. @**Maya|11**: the policy gives 6 hours from the release mail, or from the publication where there is none. The incident stays open until then, and I ask. Without a post: `!release go --waive blog --reason …`");
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
    ⬜ closed
    ");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!next"), @"[#wamr-security > amber-heron · WAMR] ➡️ **blog post**: in `bytecodealliance/site`; `!done blog URL` once it is out. Owed by @_**Maya|11**.");
    insta::assert_snapshot!(chat.say(TOMASZ, &room, "!done blog https://example.org/post"), @r"
    [#wamr-security > amber-heron · WAMR] ✅ blog post.
    ➡️ **closed**: by the release
    [#wamr-security > amber-heron · WAMR] ✅ Step 8 of 8: closed
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
    let mut chat = Chat::with(with_blog(settings()));
    let number = chat.due();
    let room = chat.room(number);
    chat.say(MAYA, &room, "!release go");
    chat.say(INES, &room, "!release approve");
    chat.sleep("7h");
    insta::assert_snapshot!(chat.wait("1m"), @"[#wamr-security > amber-heron · WAMR] 🚨 **The blog post is missing**, and the policy's time was up <time:2026-11-18T16:00:00Z> (Wednesday 16:00 UTC, 1 hour ago). @**Maya|11**: in `bytecodealliance/site`; `!done blog URL` once it is out. Without a post: `!release go --waive blog --reason …` This reminder is late: it was due <time:2026-11-18T16:00:00Z> (Wednesday 16:00 UTC, 1 hour ago).");
}

#[test]
fn two_people_may_leave_the_post_out_before_the_release_or_after_it() {
    let mut chat = Chat::with(with_blog(with_list()));
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
    [#wamr-security > amber-heron · WAMR] ✅ Step 7 of 7: closed
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
