//! The disclosure time that is proposed when the CVE number comes.

use commands::kernel::{
    content::AdvisoryState,
    directory::DirectoryChange,
    effect::{FailureKind, Outcome, Purpose, Service},
    id::{EffectId, GroupId, MessageId},
    input::Observed,
};

use crate::{
    kit::{Chat, failed},
    realm::*,
};

/// An incident whose CVE number has just been entered.
fn numbered() -> Chat {
    let mut chat = Chat::new();
    chat.open("Overflow");
    let shown = chat.say(INES, &chat.room(1), "!cve set CVE-2026-4711");
    assert!(shown.contains("Disclosure proposed"), "{shown}");
    chat
}

/// The message of the proposal.
fn proposal(chat: &Chat) -> MessageId {
    chat.incident(1).proposal.as_ref().and_then(|proposal| proposal.message).expect("it stands")
}

/// The message of the proposal that waits to be posted.
fn on_its_way(chat: &Chat) -> EffectId {
    let is_proposal =
        |effect: &commands::kernel::effect::Effect| matches!(effect.purpose, Purpose::Propose { .. });
    chat.effects.iter().rev().find(|(_, effect)| is_proposal(effect)).expect("it is proposed").0
}

/// An incident whose proposal is still being posted.
fn held() -> Chat {
    let mut chat = Chat::new();
    let ghsa = {
        chat.open("Overflow");
        chat.ghsa(1)
    };
    chat.hold = true;
    chat.by_hand(&ghsa, |advisory| advisory.cve = Some("CVE-2026-4711".parse().unwrap()));
    chat
}

fn is_set(chat: &Chat) -> bool {
    chat.incident(1).embargo.is_some()
}

#[test]
fn a_thumb_of_the_team_accepts_it() {
    let mut chat = numbered();
    insta::assert_snapshot!(chat.say(TOMASZ, &chat.room(1), "!embargo show"), @"[#wamr-security > amber-heron · WAMR] No disclosure time is set. <time:2026-11-21T09:00:00Z> (Saturday 09:00 UTC, in 3 days) is proposed: `!embargo accept`, or `!embargo set WHEN`");
    let next = chat.say(TOMASZ, &chat.room(1), "!next");
    insta::assert_snapshot!(next.lines().last().unwrap(), @"⬜ tests recorded: `main`, once it has a patch · `release/2.4.x`, once it has a patch");
    let card = chat.say(TOMASZ, &chat.room(1), "!advisory show");
    assert!(card.contains("⬜ disclosure time: proposed for"), "{card}");
    insta::assert_snapshot!(chat.thumb(INES, proposal(&chat), true), @r"
    [#wamr-security > amber-heron · WAMR] ✅ Disclosure set to <time:2026-11-21T09:00:00Z> (Saturday 09:00 UTC, in 3 days). Countdown: 24 hours, 6 hours, 1 hour and 15 minutes before.
    That is a Saturday: fewer people are there to update.
    @_**Ines|12** accepted the proposal.
    (card edited)
    ");
    let message = chat.incident(1).proposal.clone();
    assert_eq!(message, None, "it no longer stands");
    insta::assert_snapshot!(chat.say(TOMASZ, &chat.room(1), "!embargo accept"), @"[#wamr-security > amber-heron · WAMR] Not done: the disclosure time is set already: <time:2026-11-21T09:00:00Z> (Saturday 09:00 UTC, in 3 days). To change it: `!embargo set WHEN --reason …`");
    let timeline = chat.say(TOMASZ, &chat.room(1), "!timeline");
    insta::assert_snapshot!(timeline.lines().rev().take(2).collect::<Vec<_>>().join("\n"), @r"
    * <time:2026-11-18T09:00:00Z> @_**Ines|12** set the disclosure time to <time:2026-11-21T09:00:00Z>
    * <time:2026-11-18T09:00:00Z> disclosure was proposed for <time:2026-11-21T09:00:00Z>, now that there is a CVE number
    ");
}

#[test]
fn a_command_accepts_it() {
    let mut chat = numbered();
    chat.wait("1h");
    insta::assert_snapshot!(chat.say(TOMASZ, &team(), "!embargo accept amber-heron"), @r"
    [#wamr-security > triage] ✅ Disclosure set to <time:2026-11-21T09:00:00Z> (Saturday 09:00 UTC, in 2 days 23 hours). Countdown: 24 hours, 6 hours, 1 hour and 15 minutes before.
    That is a Saturday: fewer people are there to update.
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(TOMASZ, &team(), "!embargo accept"), @"[#wamr-security > triage] Not done: no incident is named, and this is no incident's topic. Say which one: `!embargo accept CODENAME …`. `!advisory list` shows them.");
    insta::assert_snapshot!(chat.say(TOMASZ, &chat.room(1), "!embargo accept now"), @r#"
    [#wamr-security > amber-heron · WAMR] Not done: "now" is one word too many.
    It is written `!embargo accept [ADVISORY]`
    For example `!embargo accept`
    "#);
}

#[test]
fn outsiders_other_reactions_and_other_messages_do_not_accept_it() {
    let mut chat = numbered();
    let message = proposal(&chat);
    for outsider in [RAVI, LEE, PIA, OTTO, DEPLOY_BOT, ZOE, BOT] {
        assert_eq!(chat.thumb(outsider, message, true), "", "{outsider:?}");
    }
    assert_eq!(chat.react(INES, message, "1f44e", true), "");
    let facts = chat.facts.len();
    let other = chat.next_message();
    assert_eq!(chat.thumb(INES, other, true), "");
    assert_eq!(chat.thumb(INES, message, false), "");
    assert_eq!(chat.facts.len(), facts, "nothing to remember");
    chat.observe(Observed::Directory(DirectoryChange::Left(GroupId(30), vec![INES])));
    assert_eq!(chat.thumb(INES, message, true), "");
    assert!(!is_set(&chat));
    assert!(chat.thumb(TOMASZ, message, true).contains("✅ Disclosure set"));
}

#[test]
fn a_thumb_that_comes_before_the_bot_knows_its_own_message_counts() {
    let mut chat = held();
    let message = chat.next_message();
    assert_eq!(chat.thumb(INES, message, true), "");
    let post = on_its_way(&chat);
    chat.hold = false;
    let shown = chat.settled(post, Outcome::Posted(message));
    assert!(shown.contains("✅ Disclosure set") && shown.contains("Ines"), "{shown}");
    assert!(is_set(&chat));
}

#[test]
fn a_thumb_taken_back_before_the_bot_knows_its_message_does_not_count() {
    let mut chat = held();
    let message = chat.next_message();
    chat.thumb(INES, message, true);
    chat.thumb(INES, message, false);
    let post = on_its_way(&chat);
    assert_eq!(chat.settled(post, Outcome::Posted(message)), "");
    assert_eq!(proposal(&chat), message);
    assert!(!is_set(&chat));
}

#[test]
fn somebody_who_left_the_team_before_the_bot_knew_its_message_does_not_count() {
    let mut chat = held();
    let message = chat.next_message();
    chat.thumb(INES, message, true);
    chat.observe(Observed::Directory(DirectoryChange::Left(GroupId(30), vec![INES])));
    let post = on_its_way(&chat);
    chat.settled(post, Outcome::Posted(message));
    assert!(!is_set(&chat));
}

#[test]
fn one_that_is_answered_before_it_is_posted_stays_void() {
    let mut chat = held();
    let room = chat.room(1);
    chat.say(INES, &room, "!embargo set +10h");
    chat.say(INES, &room, "!embargo lift --reason Not yet");
    let message = chat.next_message();
    let post = on_its_way(&chat);
    chat.settled(post, Outcome::Posted(message));
    assert_eq!(chat.thumb(TOMASZ, message, true), "");
    assert!(!is_set(&chat));
}

#[test]
fn it_is_void_once_a_time_was_set_and_does_not_come_back() {
    let mut chat = numbered();
    let (room, message) = (chat.room(1), proposal(&chat));
    chat.say(INES, &room, "!embargo set +10h");
    assert_eq!(chat.thumb(TOMASZ, message, true), "");
    chat.say(INES, &room, "!embargo lift --reason Not yet");
    assert_eq!(chat.thumb(TOMASZ, message, true), "");
    insta::assert_snapshot!(chat.say(TOMASZ, &room, "!embargo accept"), @"[#wamr-security > amber-heron · WAMR] Not done: no disclosure time is proposed; I propose one when the CVE number comes. `!embargo set WHEN` sets it.");
    assert!(!is_set(&chat));
}

#[test]
fn a_time_that_is_past_is_not_accepted() {
    let mut chat = numbered();
    let (room, message) = (chat.room(1), proposal(&chat));
    chat.wait("72h");
    assert_eq!(chat.thumb(TOMASZ, message, true), "");
    insta::assert_snapshot!(chat.say(TOMASZ, &room, "!embargo accept"), @"[#wamr-security > amber-heron · WAMR] Not done: the time that was proposed is past: <time:2026-11-21T09:00:00Z> (Saturday 09:00 UTC, just now). `!embargo set WHEN` sets another.");
    assert!(chat.say(TOMASZ, &room, "!next").contains("`!embargo set WHEN`, such as"));
    assert!(!is_set(&chat));
}

#[test]
fn it_is_void_once_the_incident_is_over() {
    let mut chat = numbered();
    let message = proposal(&chat);
    chat.by_hand(&ghsa(0), |advisory| advisory.state = AdvisoryState::Closed);
    assert_eq!(chat.thumb(TOMASZ, message, true), "");
    chat.by_hand(&ghsa(0), |advisory| advisory.state = AdvisoryState::Draft);
    assert_eq!(chat.thumb(TOMASZ, message, true), "", "open again, it is asked anew");
    chat.by_hand(&ghsa(0), |advisory| advisory.state = AdvisoryState::Published);
    assert_eq!(chat.thumb(TOMASZ, message, true), "");
    assert!(!is_set(&chat));
}

#[test]
fn nothing_is_proposed_where_it_makes_no_sense() {
    let mut chat = Chat::new();
    chat.open("Overflow");
    chat.say(INES, &chat.room(1), "!embargo set +30h");
    let shown = chat.say(INES, &chat.room(1), "!cve set CVE-2026-4711");
    assert!(!shown.contains("roposed"), "a time is set: {shown}");

    let mut chat = numbered();
    let shown = chat.by_hand(&ghsa(0), |a| a.cve = Some("CVE-2026-4712".parse().unwrap()));
    assert!(!shown.contains("roposed"), "a number in the place of another: {shown}");

    let mut chat = Chat::new();
    chat.open("Overflow");
    let shown = chat.by_hand(&ghsa(0), |advisory| {
        advisory.cve = Some("CVE-2026-4711".parse().unwrap());
        advisory.state = AdvisoryState::Published;
    });
    assert!(!shown.contains("roposed"), "published with its number: {shown}");
}

#[test]
fn a_newer_number_brings_a_newer_proposal() {
    let mut chat = numbered();
    let older = proposal(&chat);
    chat.by_hand(&ghsa(0), |advisory| advisory.cve = None);
    chat.sleep("1h");
    chat.by_hand(&ghsa(0), |advisory| advisory.cve = Some("CVE-2026-4712".parse().unwrap()));
    assert_ne!(proposal(&chat), older);
    assert_eq!(chat.thumb(TOMASZ, older, true), "");
    assert!(!is_set(&chat));
    let until = chat.incident(1).proposal.as_ref().unwrap().until;
    chat.thumb(TOMASZ, proposal(&chat), true);
    assert_eq!(chat.incident(1).embargo.as_ref().unwrap().until, until);
}

#[test]
fn beyond_the_longest_embargo_a_thumb_is_not_enough() {
    let mut chat = Chat::new();
    chat.open("Overflow");
    chat.sleep("672h");
    insta::assert_snapshot!(chat.say(INES, &chat.room(1), "!cve set CVE-2026-4711"), @r"
    (👀 on 104)
    (GitHub: enter CVE-2026-4711)
    (✅ on 104)
    [#wamr-security > amber-heron · WAMR] ✅ CVE-2026-4711 is entered on GitHub.
    [#wamr-security > amber-heron · WAMR] ⏳ The policy's disclosure time, 3 days after the CVE number, would be <time:2026-12-19T09:00:00Z> (Saturday 09:00 UTC, in 3 days). That is beyond its longest embargo, which ends <time:2026-12-18T09:00:00Z> (Friday 09:00 UTC, in 2 days). @**Maya|11**, to take it say why: `!embargo set 2026-12-19 09:00 UTC --reason …`. Otherwise set an earlier one.
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(INES, &chat.room(1), "!embargo accept"), @"[#wamr-security > amber-heron · WAMR] Not done: no disclosure time is proposed; I propose one when the CVE number comes. `!embargo set WHEN` sets it.");
}

#[test]
fn the_first_to_accept_leads_an_incident_without_a_manager() {
    let mut chat = Chat::new();
    let (number, _) = chat.noticed("A report");
    let ghsa = chat.ghsa(number);
    chat.by_hand(&ghsa, |advisory| advisory.cve = Some("CVE-2026-4711".parse().unwrap()));
    let shown = chat.thumb(INES, proposal(&chat), true);
    assert!(shown.contains("answered first and is the incident manager"), "{shown}");
    assert_eq!(chat.incident(1).manager, Some(INES));
}

#[test]
fn one_that_cannot_be_posted_is_told_of_and_holds_no_thumbs() {
    let mut chat = held();
    let post = on_its_way(&chat);
    chat.settle(post, failed(Service::Zulip, FailureKind::Refused, "No"));
    let told = chat.release();
    assert!(told.contains("[DM to Maya] ❌ I could not post in"), "{told}");
    let facts = chat.facts.len();
    let other = chat.next_message();
    chat.thumb(TOMASZ, other, true);
    assert_eq!(chat.facts.len(), facts);
    assert!(chat.say(TOMASZ, &chat.room(1), "!embargo accept").contains("✅ Disclosure set"));
}
