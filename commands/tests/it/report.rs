//! A report's way: noticed, acknowledged, accepted, rejected or closed.

use commands::kernel::{
    content::AdvisoryState,
    effect::{Action, FailureKind, Service},
    incident::Stage,
};

use crate::{
    kit::{Chat, failed},
    realm::*,
};

#[test]
fn a_private_report_on_github_becomes_an_incident() {
    let mut chat = Chat::new();
    let (number, shown) = chat.noticed("Crash when loading a module");
    insta::assert_snapshot!(shown, @r"
    [#wamr-security > amber-heron · WAMR] (card) ### amber-heron · WAMR
    [#wamr-security > amber-heron · WAMR] **A private report came in on GitHub.** @**Maya|11** @**Ines|12** @**Tomasz|13**: whoever answers first is its manager.
    Acknowledge receipt by <time:2026-11-20T09:00:00Z> (Friday 09:00 UTC, in 1 day 23 hours): `!advisory ack`
    ");
    assert_eq!(chat.incident(number).manager, None);
    let ghsa = chat.ghsa(number);
    assert_eq!(chat.look(&ghsa), "", "it is noticed once");
}

#[test]
fn a_report_by_somebody_on_the_team_has_them_for_manager() {
    let mut chat = Chat::new();
    chat.report(commands::kernel::content::Content::default(), AdvisoryState::Triage);
    let (ghsa, advisory) = chat.github.iter_mut().next().unwrap();
    advisory.author = Some("INES-gh".parse().unwrap());
    let ghsa = ghsa.clone();
    chat.sleep("1s");
    let shown = chat.look(&ghsa);
    assert!(shown.contains("@**Ines|12**, you are its manager"), "{shown}");
    assert_eq!(chat.incident(1).manager, Some(INES));
}

#[test]
fn a_draft_that_no_incident_is_about_is_left_alone() {
    let mut chat = Chat::new();
    chat.report(commands::kernel::content::Content::default(), AdvisoryState::Draft);
    let ghsa = chat.github.keys().next().unwrap().clone();
    chat.sleep("1s");
    assert_eq!(chat.look(&ghsa), "");
}

#[test]
fn whoever_answers_first_acknowledges_and_is_the_manager() {
    let mut chat = Chat::new();
    let (number, _) = chat.noticed("Crash");
    let room = chat.room(number);
    chat.say(TOMASZ, &room, "!next");
    assert_eq!(chat.incident(number).manager, None, "reading is no answer");
    insta::assert_snapshot!(chat.say(INES, &room, "!advisory ack"), @r"
    [#wamr-security > amber-heron · WAMR] @_**Ines|12** answered first and is the incident manager. `!manager @user` hands over.
    (👀 on 105)
    (GitHub: comment) Thank you for this report. The WAMR security team has received it and begins to look into it now; security issues come before everything else. You will hear from us here as the work goes on. Please keep the matter to yourself until it is published, and add here whatever helps to reproduce it.
    (card edited)
    (✅ on 105)
    [#wamr-security > amber-heron · WAMR] ✅ Acknowledged. The reporter was told on the advisory's page:
    ```quote
    Thank you for this report. The WAMR security team has received it and begins to look into it now; security issues come before everything else. You will hear from us here as the work goes on. Please keep the matter to yourself until it is published, and add here whatever helps to reproduce it.
    ```
    ");
    assert_eq!(chat.incident(number).manager, Some(INES));
    insta::assert_snapshot!(chat.say(MAYA, &room, "!advisory ack"), @"[#wamr-security > amber-heron · WAMR] Not done: @_**Ines|12** acknowledged receipt already.");
}

#[test]
fn when_github_takes_no_comment_a_person_gets_the_words() {
    let mut chat = Chat::new();
    let (number, _) = chat.noticed("Crash");
    chat.answer_with(|effect| {
        let comment = matches!(effect.action, Action::Comment { .. });
        comment.then(|| failed(Service::GitHub, FailureKind::NotFound, ""))
    });
    insta::assert_snapshot!(chat.say(INES, &chat.room(number), "!advisory ack"), @r"
    [#wamr-security > amber-heron · WAMR] @_**Ines|12** answered first and is the incident manager. `!manager @user` hands over.
    (👀 on 103)
    (GitHub: comment) Thank you for this report. The WAMR security team has received it and begins to look into it now; security issues come before everything else. You will hear from us here as the work goes on. Please keep the matter to yourself until it is published, and add here whatever helps to reproduce it. → failed
    (card edited)
    (✅ on 103)
    [#wamr-security > amber-heron · WAMR] ✅ Acknowledged. But I could not write to the reporter: GitHub shows nothing there to the bot: it does not exist, or the bot's account may not see it.
    Put this on the advisory's page yourself:
    ```text
    Thank you for this report. The WAMR security team has received it and begins to look into it now; security issues come before everything else. You will hear from us here as the work goes on. Please keep the matter to yourself until it is published, and add here whatever helps to reproduce it.
    ```
    ");
    assert!(chat.incident(number).acknowledged.is_some(), "the clock stops all the same");
}

#[test]
fn a_report_by_mail_is_answered_by_mail() {
    let mut chat = Chat::new();
    let number = chat.open("Crash --reporter Sofia @**all** <sofia@example.org>");
    insta::assert_snapshot!(chat.say(MAYA, &chat.room(number), "!advisory ack"), @r"
    [#wamr-security > amber-heron · WAMR] ✅ Acknowledged. Send this to Sofia &#64;&#42;&#42;all&#42;&#42; &lt;sofia&#64;example.org>:
    ```text
    Thank you for this report. The WAMR security team has received it and begins to look into it now; security issues come before everything else. You will hear from us by mail as the work goes on. Please keep the matter to yourself until it is published, and add by mail whatever helps to reproduce it.
    ```
    (card edited)
    ");
}

#[test]
fn what_the_team_found_itself_needs_no_word() {
    let mut chat = Chat::new();
    let number = chat.open("Crash");
    insta::assert_snapshot!(chat.say(MAYA, &chat.room(number), "!advisory ack"), @"[#wamr-security > amber-heron · WAMR] Not done: nobody outside waits for word: the team itself opened this incident. A report by mail is entered with `!advisory new … --reporter WHO`.");
}

#[test]
fn a_report_is_accepted_once() {
    let mut chat = Chat::new();
    let (number, _) = chat.noticed("Crash");
    let room = chat.room(number);
    insta::assert_snapshot!(chat.say(INES, &room, "!advisory accept"), @r"
    [#wamr-security > amber-heron · WAMR] @_**Ines|12** answered first and is the incident manager. `!manager @user` hands over.
    (👀 on 103)
    (GitHub: accept the report)
    (card edited)
    (✅ on 103)
    [#wamr-security > amber-heron · WAMR] ✅ Accepted: the advisory is a draft now. What comes next: `!advisory ack`
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(INES, &room, "!advisory accept"), @"[#wamr-security > amber-heron · WAMR] Not done: the report is accepted already.");
    chat.answer_with(|effect| {
        let accept = matches!(effect.action, Action::AcceptReport { .. });
        accept.then(|| {
            failed(Service::GitHub, FailureKind::Permission("repository_advisories=write".into()), "")
        })
    });
    let (second, _) = chat.noticed("Another");
    insta::assert_snapshot!(chat.say(INES, &chat.room(second), "!advisory accept"), @r"
    [#wamr-security > amber-hoopoe · WAMR] @_**Ines|12** answered first and is the incident manager. `!manager @user` hands over.
    (👀 on 110)
    (GitHub: accept the report) → failed
    (card edited)
    (❌ on 110)
    [#wamr-security > amber-hoopoe · WAMR] ❌ Not done: the bot's token on GitHub lacks a permission: repository_advisories=write. Give the token that permission.
    ");
}

#[test]
fn a_report_that_is_no_vulnerability_is_rejected_by_the_manager() {
    let mut chat = Chat::new();
    let (number, _) = chat.noticed("Wrong result");
    let room = chat.room(number);
    insta::assert_snapshot!(chat.say(INES, &room, "!advisory reject Only a wrong result"), @"[#wamr-security > amber-heron · WAMR] Not done: only the incident manager can do this, and there is none yet: `!manager claim`");
    chat.say(INES, &room, "!manager claim");
    insta::assert_snapshot!(chat.say(INES, &room, "!advisory reject"), @r"
    [#wamr-security > amber-heron · WAMR] Not done: REASON is missing.
    It is written `!advisory reject [ADVISORY] REASON…`
    For example `!advisory reject Works as documented`
    ");
    insta::assert_snapshot!(chat.say(INES, &room, "!advisory reject Only a wrong result"), @r"
    (👀 on 109)
    (GitHub: close)
    (✅ on 109)
    [#wamr-security > amber-heron · WAMR] ✅ Closed as no vulnerability, here and on GitHub.
    Tell the reporter, on the advisory's page:
    ```text
    Thank you for the time you put into this report. The WAMR security team has looked into it and does not regard it as a vulnerability. You are welcome to report it as an ordinary issue. If you see it otherwise, answer here and we look again.
    ```
    (card edited)
    ");
    assert_eq!(chat.incident(number).stage, Stage::Closed);
    insta::assert_snapshot!(chat.say(INES, &room, "!advisory show"), @r"
    [#wamr-security > amber-heron · WAMR] ### amber-heron · WAMR
    **Wrong result** · [GHSA-x5cm-v3r2-9f22](https://github.com/o/r/security/advisories/GHSA-x5cm-v3r2-9f22) · severity open
    Manager @_**Ines|12** · reported <time:2026-11-18T09:00:00Z> · **closed**: Only a wrong result

    ```spoiler ✅ 10 steps done
    ✅ report accepted
    ✅ pre-notification sent: does not apply, no announcement list is configured
    ✅ mail seen on the list: does not apply, no announcement list is configured
    ✅ versions bumped: does not apply, no workflow bumps versions
    ✅ release tagged: does not apply, no release tag is configured
    ✅ builds deployed: does not apply, neither a bump nor a release tag is configured
    ✅ release mail sent: does not apply, no announcement list is configured
    ✅ blog post: does not apply, no blog is configured
    ✅ RustSec entry: does not apply, no crates are configured
    ✅ closed
    ```
    ");
    insta::assert_snapshot!(chat.say(INES, &room, "!next"), @"[#wamr-security > amber-heron · WAMR] ✅ Nothing is left to do for amber-heron.");
    insta::assert_snapshot!(chat.say(INES, &room, "!advisory accept"), @"[#wamr-security > amber-heron · WAMR] Not done: this incident is closed.");
    assert_eq!(chat.wait("200h"), "", "a closed report reminds of nothing");
}

#[test]
fn an_incident_ends_without_a_release() {
    let mut chat = Chat::new();
    let number = chat.open("Crash");
    let room = chat.room(number);
    insta::assert_snapshot!(chat.say(INES, &room, "!advisory close Duplicate"), @"[#wamr-security > amber-heron · WAMR] Not done: only the incident manager, @_**Maya|11**, can do this. To take over: `!manager claim`");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!advisory close Duplicate of another"), @r"
    (👀 on 106)
    (GitHub: close)
    (✅ on 106)
    [#wamr-security > amber-heron · WAMR] ✅ Closed, here and on GitHub. Nothing is published.
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(MAYA, &room, "!timeline"), @r"
    [#wamr-security > amber-heron · WAMR] **Timeline of amber-heron**
    * <time:2026-11-18T09:00:00Z> @_**Maya|11** opened the incident
    * <time:2026-11-18T09:00:00Z> the advisory stands on GitHub
    * <time:2026-11-18T09:00:00Z> @_**Maya|11** closed it: Duplicate of another
    ");
}

#[test]
fn a_report_whose_card_cannot_be_posted_is_told_to_the_team_and_posted_later() {
    let mut chat = Chat::new();
    chat.answer_with(|effect| {
        let card = matches!(effect.purpose, commands::kernel::effect::Purpose::Card { .. });
        card.then_some(commands::kernel::effect::Outcome::NotPrivate(WAMR_SECURITY))
    });
    let (number, shown) = chat.noticed("Crash");
    assert_eq!(shown.matches("[DM to ").count(), 3, "{shown}");
    chat.mend();
    let shown = chat.wait("15m");
    assert!(shown.contains("(card)") && shown.contains("A private report came in on GitHub"), "{shown}");
    assert!(chat.incident(number).room.is_some());
}

#[test]
fn a_report_that_somebody_accepted_on_github_meanwhile_is_not_rejected_unseen() {
    let mut chat = Chat::new();
    let (number, _) = chat.noticed("A crash");
    let (room, ghsa) = (chat.room(number), chat.ghsa(number));
    chat.say(MAYA, &room, "!advisory ack");
    chat.github.get_mut(&ghsa).unwrap().state = AdvisoryState::Draft;
    insta::assert_snapshot!(chat.say(MAYA, &room, "!advisory reject No guest can reach it"), @r"
    (👀 on 106)
    (GitHub: close) → conflict
    [#wamr-security > amber-heron · WAMR] **Changed on GitHub**, by hand:
    * it is a draft now
    (❌ on 106)
    [#wamr-security > amber-heron · WAMR] ❌ Not closed: somebody changed on GitHub meanwhile where the advisory stands. To close it all the same, give the command again.
    (card edited)
    ");
    assert_eq!(chat.github[&ghsa].state, AdvisoryState::Draft);
    let again = chat.say(MAYA, &room, "!advisory reject No guest can reach it");
    assert!(again.contains("Closed as no vulnerability"), "{again}");
}

#[test]
fn a_report_is_closed_after_an_acceptance_that_is_on_its_way() {
    let mut chat = Chat::new();
    let (number, _) = chat.noticed("A crash");
    let room = chat.room(number);
    chat.hold = true;
    chat.say(MAYA, &room, "!advisory accept");
    chat.say(MAYA, &room, "!advisory close A duplicate");
    let told = chat.release();
    assert!(told.contains("Closed, here and on GitHub") && !told.contains("Not closed"), "{told}");
}
