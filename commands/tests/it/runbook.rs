//! The steps between the report and the disclosure time: fork, number, and what people vouch for.

use commands::kernel::{
    effect::{Action, FailureKind, Service},
    incident::Fork,
};

use crate::{
    kit::{Chat, TEXT, failed},
    realm::*,
};

#[test]
fn a_fork_is_made_waited_for_and_named() {
    let mut chat = Chat::new();
    let number = chat.open("Crash");
    let room = chat.room(number);
    chat.hold = true;
    insta::assert_snapshot!(chat.say(MAYA, &room, "!fork"), @r"
    (👀 on 104)
    (GitHub: make the fork)
    [#wamr-security > amber-heron · WAMR] ⏳ GitHub makes the private fork, which takes up to 5 minutes. I say here when it can be used.
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(INES, &room, "!fork"), @"[#wamr-security > amber-heron · WAMR] Not done: the private fork is being made, since <time:2026-11-18T09:00:00Z> (Wednesday 09:00 UTC, just now). I say here when it can be used.");
    insta::assert_snapshot!(chat.wait("11m"), @r"
    [#wamr-security > amber-heron · WAMR] ⏳ The private fork is still not there, 5 minutes after it was asked for. @**Maya|11**, look at the advisory's page; I keep looking too.
    [#wamr-security > amber-heron · WAMR] ⏳ The private fork is still not there, 10 minutes after it was asked for. @**Maya|11**, look at the advisory's page; I keep looking too.
    ");
    insta::assert_snapshot!(chat.release(), @r"
    (👀 on 104)
    (GitHub: make the fork)
    (GitHub: is the fork there?)
    (✅ on 104)
    [#wamr-security > amber-heron · WAMR] ✅ The private fork can be used: `bytecodealliance/wasm-micro-runtime-ghsa-2222`. Work on `main` first. No CI runs there, so run the tests yourselves; and never merge it through the advisory's page.
    (card edited)
    [#wamr-security > amber-heron · WAMR] ⏳ GitHub makes the private fork, which takes up to 5 minutes. I say here when it can be used.
    (card edited)
    [#wamr-security > amber-heron · WAMR] Not done: the private fork is being made, since <time:2026-11-18T09:00:00Z> (Wednesday 09:00 UTC, just now). I say here when it can be used.
    [#wamr-security > amber-heron · WAMR] ⏳ The private fork is still not there, 5 minutes after it was asked for. @**Maya|11**, look at the advisory's page; I keep looking too.
    [#wamr-security > amber-heron · WAMR] ⏳ The private fork is still not there, 10 minutes after it was asked for. @**Maya|11**, look at the advisory's page; I keep looking too.
    ");
    assert_eq!(chat.wait("24h"), "", "no clock runs for it any more");
    insta::assert_snapshot!(chat.say(INES, &room, "!fork"), @"[#wamr-security > amber-heron · WAMR] Not done: there is a private fork already: `bytecodealliance/wasm-micro-runtime-ghsa-2222`.");
}

#[test]
fn a_fork_that_cannot_be_made_may_be_asked_for_again() {
    let mut chat = Chat::new();
    let number = chat.open("Crash");
    let room = chat.room(number);
    chat.answer_with(|effect| {
        let fork = matches!(effect.action, Action::CreateFork { .. });
        fork.then(|| failed(Service::GitHub, FailureKind::Permission("administration=write".into()), ""))
    });
    insta::assert_snapshot!(chat.say(MAYA, &room, "!fork"), @r"
    (👀 on 104)
    (GitHub: make the fork) → failed
    [#wamr-security > amber-heron · WAMR] ⏳ GitHub makes the private fork, which takes up to 5 minutes. I say here when it can be used.
    (card edited)
    (❌ on 104)
    [#wamr-security > amber-heron · WAMR] ❌ No private fork: the bot's token on GitHub lacks a permission: administration=write. Give the token that permission. Make it on the advisory's page, or try again: `!fork`
    (card edited)
    ");
    assert_eq!(chat.incident(number).fork, Fork::Unasked);
    chat.mend();
    assert!(chat.say(MAYA, &room, "!fork").contains("The private fork can be used"));
}

#[test]
fn a_fork_that_stays_unusable_is_not_done_and_may_be_waited_for_again() {
    let mut chat = Chat::new();
    let number = chat.open("Crash");
    let (room, ghsa) = (chat.room(number), chat.ghsa(number));
    chat.answer_with(|effect| {
        let waits = matches!(effect.action, Action::AwaitFork { .. });
        waits.then(|| failed(Service::GitHub, FailureKind::NotFound, ""))
    });
    assert!(chat.say(MAYA, &room, "!fork").contains("❌ No private fork"));
    chat.sleep("60s");
    chat.look(&ghsa);
    assert!(chat.incident(number).fork_name().is_some() && !chat.incident(number).has_fork());
    chat.mend();
    assert!(chat.say(MAYA, &room, "!fork").contains("The private fork can be used"));
    assert!(chat.incident(number).has_fork());
}

#[test]
fn a_fork_that_somebody_makes_where_the_bot_could_not_counts() {
    let mut chat = Chat::new();
    let number = chat.open("Crash");
    let (room, ghsa) = (chat.room(number), chat.ghsa(number));
    chat.answer_with(|effect| {
        let makes = matches!(effect.action, Action::CreateFork { .. });
        makes.then(|| failed(Service::GitHub, FailureKind::Permission("administration=write".into()), ""))
    });
    chat.say(MAYA, &room, "!fork");
    let fork = "bytecodealliance/wasm-micro-runtime-ghsa-2222".parse().unwrap();
    let told = chat.by_hand(&ghsa, |advisory| advisory.fork = Some(fork));
    assert!(told.contains("private fork") && chat.incident(number).has_fork(), "{told}");
}

#[test]
fn a_fork_that_the_bot_made_is_no_change_by_hand() {
    let mut chat = Chat::new();
    let number = chat.open("Crash");
    let ghsa = chat.ghsa(number);
    chat.say(MAYA, &chat.room(number), "!fork");
    chat.sleep("60s");
    assert_eq!(chat.look(&ghsa), "(card edited)");
}

#[test]
fn a_number_is_asked_for_once_and_asked_after_ever_more_rarely() {
    let mut chat = Chat::new();
    let number = chat.open("Crash");
    let room = chat.room(number);
    insta::assert_snapshot!(chat.say(INES, &room, "!cve status"), @"[#wamr-security > amber-heron · WAMR] No number is asked for yet. `!cve request` asks GitHub for one.");
    insta::assert_snapshot!(chat.say(INES, &room, "!cve request"), @r"
    (👀 on 106)
    (GitHub: ask for a CVE number)
    (✅ on 106)
    [#wamr-security > amber-heron · WAMR] ✅ GitHub was asked for a CVE number. By its word that takes up to 3 days; lately it took weeks. I notice the answer by myself, and ask after it in 24 hours.
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(INES, &room, "!cve request"), @"[#wamr-security > amber-heron · WAMR] Not done: a number was asked for <time:2026-11-18T09:00:00Z> (Wednesday 09:00 UTC, just now). `!cve status` shows where it stands.");
    insta::assert_snapshot!(chat.say(INES, &room, "!cve status"), @"[#wamr-security > amber-heron · WAMR] ⏳ Asked for <time:2026-11-18T09:00:00Z> (Wednesday 09:00 UTC, just now); expected by <time:2026-11-19T09:00:00Z> (Thursday 09:00 UTC, in 1 day). A refusal shows only on the advisory's page. A release can go without a number: `!release go --waive cve --reason …`");
    insta::assert_snapshot!(chat.wait("24h"), @"[#wamr-security > amber-heron · WAMR] ⏳ Still no CVE number, 24 hours after it was asked for. @**Maya|11**, look at the advisory's page: a refusal shows only there. A number that somebody else assigned: `!cve set CVE-…`. The release can go without one: `!release go --waive cve --reason …`");
    assert_eq!(chat.wait("20h"), "");
    chat.sleep("100h");
    let late = chat.wait("0s");
    assert!(late.contains("This reminder is late"), "{late}");
    assert_eq!(late.matches("Still no CVE number").count(), 1, "what was missed is told once: {late}");
    let ghsa = chat.ghsa(number);
    chat.by_hand(&ghsa, |advisory| advisory.cve = Some("CVE-2026-4711".parse().unwrap()));
    assert_eq!(chat.wait("1000h"), "");
    insta::assert_snapshot!(chat.say(INES, &room, "!cve status"), @"[#wamr-security > amber-heron · WAMR] ✅ CVE-2026-4711");
    insta::assert_snapshot!(chat.say(INES, &room, "!cve request"), @"[#wamr-security > amber-heron · WAMR] Not done: there is a CVE number already: CVE-2026-4711.");
}

#[test]
fn a_number_is_not_asked_for_before_the_report_is_accepted() {
    let mut chat = Chat::new();
    let (number, _) = chat.noticed("Crash");
    insta::assert_snapshot!(chat.say(INES, &chat.room(number), "!cve request"), @"[#wamr-security > amber-heron · WAMR] Not done: the report has to be accepted first: `!advisory accept`");
}

#[test]
fn a_refused_request_for_a_number_is_explained_and_may_be_repeated() {
    let mut chat = Chat::new();
    let number = chat.open("Crash");
    let room = chat.room(number);
    chat.answer_with(|effect| {
        let request = matches!(effect.action, Action::RequestCve { .. });
        request.then(|| {
            failed(Service::GitHub, FailureKind::Permission(String::new()), "Must have admin rights")
        })
    });
    insta::assert_snapshot!(chat.say(MAYA, &room, "!cve request"), @r#"
    (👀 on 104)
    (GitHub: ask for a CVE number) → failed
    (❌ on 104)
    [#wamr-security > amber-heron · WAMR] ❌ Not done: the bot's account on GitHub may not do this. It must be an administrator or security manager of the repository. It said: "Must have admin rights".
    "#);
    chat.mend();
    assert!(chat.say(MAYA, &room, "!cve request").contains("GitHub was asked"));
}

#[test]
fn a_number_from_elsewhere_is_entered() {
    let mut chat = Chat::new();
    let number = chat.open("Crash");
    let room = chat.room(number);
    insta::assert_snapshot!(chat.say(MAYA, &room, "!cve set CVE-26-1"), @r#"
    [#wamr-security > amber-heron · WAMR] Not done: "CVE-26-1" does not fit: a CVE id is written CVE-2026-12345.
    It is written `!cve set [ADVISORY] CVE-…`
    For example `!cve set CVE-2026-12345`
    "#);
    insta::assert_snapshot!(chat.say(MAYA, &room, "!cve set"), @r"
    [#wamr-security > amber-heron · WAMR] Not done: CVE-… is missing.
    It is written `!cve set [ADVISORY] CVE-…`
    For example `!cve set CVE-2026-12345`
    ");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!cve set cve-2026-4711"), @r"
    (👀 on 108)
    (GitHub: enter CVE-2026-4711)
    (✅ on 108)
    [#wamr-security > amber-heron · WAMR] ✅ CVE-2026-4711 is entered on GitHub.
    [#wamr-security > amber-heron · WAMR] ⏳ **Disclosure proposed** for <time:2026-11-21T09:00:00Z> (Saturday 09:00 UTC, in 3 days): 3 days after the CVE number, as the policy says.
    That is a Saturday: fewer people are there to update.
    @**Maya|11**: 👍 on this message by anyone on the team, or `!embargo accept`, takes it; `!embargo set WHEN` sets another.
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!cve set CVE-2026-4712"), @"[#wamr-security > amber-heron · WAMR] Not done: there is a CVE number already: CVE-2026-4711.");
    let second = chat.open("Second");
    chat.answer_with(|effect| match &effect.action {
        Action::SetCve { .. } => Some(failed(Service::GitHub, FailureKind::Refused, "taken")),
        _ => None,
    });
    insta::assert_snapshot!(chat.say(MAYA, &chat.room(second), "!cve set CVE-2026-4711"), @r#"
    (👀 on 116)
    (GitHub: enter CVE-2026-4711) → failed
    (❌ on 116)
    [#wamr-security > amber-hoopoe · WAMR] ❌ Not done: GitHub refused it. It said: "taken".
    "#);
}

#[test]
fn people_vouch_for_what_only_they_can_see() {
    let mut chat = Chat::new();
    let number = chat.open("Crash");
    let room = chat.room(number);
    insta::assert_snapshot!(chat.say(INES, &room, "!done reproduce with the module of the report"), @r"
    [#wamr-security > amber-heron · WAMR] ✅ reproduced, affected versions and platforms known.
    ➡️ **private fork**: `!fork`
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(INES, &room, "!done text"), @r#"
    [#wamr-security > amber-heron · WAMR] Not done: "text" is read off GitHub and from what the bot does, not vouched for. Those a person vouches for: reproduce, audit, upstream, fix, list-seen, deploy, blog, rustsec.
    It is written `!done [ADVISORY] STEP [EVIDENCE…]`
    For example `!done reproduce with the module attached to the report`
    "#);
    insta::assert_snapshot!(chat.say(INES, &room, "!done everything"), @r#"
    [#wamr-security > amber-heron · WAMR] Not done: "everything" is no step. Those a person vouches for: reproduce, audit, upstream, fix, list-seen, deploy, blog, rustsec.
    It is written `!done [ADVISORY] STEP [EVIDENCE…]`
    For example `!done reproduce with the module attached to the report`
    "#);
    insta::assert_snapshot!(chat.say(INES, &room, "!undo audit"), @r#"[#wamr-security > amber-heron · WAMR] Not done: nobody vouches for "audited for similar problems", so there is nothing to take back."#);
    insta::assert_snapshot!(chat.say(INES, &room, "!undo reproduce"), @r"
    [#wamr-security > amber-heron · WAMR] ✅ Taken back: reproduced, affected versions and platforms known. `!done reproduce` when it is.
    (card edited)
    ");
}

#[test]
fn taking_back_what_a_request_relied_on_voids_it() {
    let mut chat = Chat::new();
    let number = chat.due();
    let room = chat.room(number);
    chat.say(MAYA, &room, "!release go");
    let shown = chat.say(INES, &room, "!undo audit");
    assert!(shown.contains("The request is void: a step it relied on was taken back"), "{shown}");
}

#[test]
fn the_timeline_is_exported_as_a_file() {
    let mut chat = Chat::new();
    let number = chat.open("Crash --severity high");
    let room = chat.room(number);
    chat.say(INES, &room, "!done reproduce by hand");
    insta::assert_snapshot!(chat.say(INES, &room, "!timeline --export"), @r#"
    (👀 on 106)
    (upload timeline-1.md)
    # Timeline of amber-heron (WAMR)

    GHSA-x5cm-v3r2-9f22: Crash

    * 2026-11-18 09:00:00 UTC Maya opened the incident
    * 2026-11-18 09:00:00 UTC the advisory stands on GitHub
    * 2026-11-18 09:00:00 UTC Ines vouched: reproduced, affected versions and platforms known: by hand

    (upload timeline-1.json)
    (upload timeline-1.svg)
    (✅ on 106)
    [#wamr-security > amber-heron · WAMR] ✅ The whole timeline: [timeline.md](/user_uploads/2/ab/timeline-1.md), [timeline.json](/user_uploads/2/ab/timeline-1.json) and [timeline.svg](/user_uploads/2/ab/timeline-1.svg)
    "#);
    chat.answer_with(|effect| match &effect.action {
        Action::Upload { .. } => Some(failed(Service::Zulip, FailureKind::Refused, "too large")),
        _ => None,
    });
    insta::assert_snapshot!(chat.say(INES, &room, "!timeline --export"), @r#"
    (👀 on 108)
    (upload timeline-1.md)
    # Timeline of amber-heron (WAMR)

    GHSA-x5cm-v3r2-9f22: Crash

    * 2026-11-18 09:00:00 UTC Maya opened the incident
    * 2026-11-18 09:00:00 UTC the advisory stands on GitHub
    * 2026-11-18 09:00:00 UTC Ines vouched: reproduced, affected versions and platforms known: by hand
     → failed
    (❌ on 108)
    [#wamr-security > amber-heron · WAMR] ❌ Not done: Zulip refused it. It said: "too large".
    "#);
}

#[test]
fn a_report_that_nobody_acknowledges_is_escalated() {
    let mut chat = Chat::new();
    let (number, _) = chat.noticed("Crash");
    insta::assert_snapshot!(chat.wait("36h"), @r"
    [#wamr-security > amber-heron · WAMR] ⏳ The report is not acknowledged yet; the policy's time is up <time:2026-11-20T09:00:00Z> (Friday 09:00 UTC, in 1 day). @**Maya|11** @**Ines|12** @**Tomasz|13**, `!advisory ack`
    [#wamr-security > amber-heron · WAMR] ⏳ The report is not acknowledged yet; the policy's time is up <time:2026-11-20T09:00:00Z> (Friday 09:00 UTC, in 12 hours). @**Maya|11** @**Ines|12** @**Tomasz|13**, `!advisory ack`
    ");
    insta::assert_snapshot!(chat.wait("12h"), @"[#wamr-security > amber-heron · WAMR] 🚨 **The report is not acknowledged**, and the policy's time was up <time:2026-11-20T09:00:00Z> (Friday 09:00 UTC, just now). The reporter is told to ask in public after that. @**Maya|11** @**Ines|12** @**Tomasz|13**: one of you, `!advisory ack`");
    chat.say(MAYA, &chat.room(number), "!advisory ack");
    assert_eq!(chat.wait("400h"), "");
}

/// Follows only what `!next` says, as somebody does who has read no documentation.
#[test]
fn next_alone_leads_from_the_report_to_the_plan_of_the_release() {
    let mut chat = Chat::new();
    let (number, _) = chat.noticed("Crash when loading a module");
    let room = chat.room(number);
    let mut typed = Vec::new();
    for _ in 0..20 {
        let next = chat.say(MAYA, &room, "!next");
        let next = next.lines().next().unwrap();
        let mut spans = next.split('`').skip(1).step_by(2);
        let hint = spans.find(|span| span.starts_with('!')).unwrap();
        let command = match hint {
            "!release plan" => break,
            hint if hint.starts_with("!patch add") => {
                let (branch, pull) = (hint.split(' ').nth(2).unwrap(), chat.pulls.len() as u64 + 1);
                chat.pull(pull, branch);
                format!("!patch add {branch} {pull}")
            }
            "!invite @user" => "!invite @**Ines|12**".to_owned(),
            "!advisory edit" => format!("!advisory edit\n```\n{TEXT}\n```"),
            hint if hint.contains("VECTOR") => {
                "!advisory edit --cvss CVSS:3.1/AV:L/AC:H/PR:N/UI:N/S:U/C:N/I:N/A:H".to_owned()
            }
            hint if hint.contains("RANGE") => {
                "!advisory affected other:wasm-micro-runtime < 2.4.4 --patched 2.4.4".to_owned()
            }
            "!embargo set WHEN" => "!embargo set +72h".to_owned(),
            hint => hint.replace(" EVIDENCE", " seen by hand").replace(", or !advisory reject REASON", ""),
        };
        typed.push(command.lines().next().unwrap().to_owned());
        let answer = chat.say(MAYA, &room, &command);
        assert!(!answer.contains("Not done") && !answer.contains("❌"), "{command}: {answer}");
        chat.sleep("60s");
    }
    insta::assert_snapshot!(typed.join("\n"), @r"
    !advisory ack
    !done reproduce seen by hand
    !advisory accept
    !fork
    !invite @**Ines|12**
    !done audit seen by hand
    !done upstream seen by hand
    !done fix seen by hand
    !advisory edit
    !advisory edit --cvss CVSS:3.1/AV:L/AC:H/PR:N/UI:N/S:U/C:N/I:N/A:H
    !advisory affected other:wasm-micro-runtime < 2.4.4 --patched 2.4.4
    !cve request
    !embargo set +72h
    !patch add main 1
    !patch add release/2.4.x 2
    !patch tested main seen by hand
    !patch tested release/2.4.x seen by hand
    ");
    assert!(chat.incident(number).embargo.is_some(), "the disclosure time is set");
}
