//! `!ping`: a notice that says nothing.

use commands::kernel::{
    effect::{Action, FailureKind, Outcome, Service, TeamPlace},
    id::{IncidentId, MessageId},
};

use crate::{
    kit::{Chat, failed, failure},
    realm::*,
};

#[test]
fn the_public_learns_only_that_somebody_is_asked_for() {
    let mut chat = Chat::new();
    chat.open("Overflow");
    insta::assert_snapshot!(chat.say(INES, &chat.room(1), "!ping"), @r"
    [#wamr-security > amber-heron · WAMR] 👀 In #**general>security** I say:
    ```quote
    A maintainer of WAMR is asked to look at the team's channel.
    ```
    [PUBLIC #general > security] A maintainer of WAMR is asked to look at the team's channel.
    [#wamr-security > amber-heron · WAMR] ✅ Asked in #**general** for a maintainer to look here. Nothing else was said.
    ");
}

#[test]
fn a_project_is_pinged_at_most_every_ten_minutes() {
    let mut chat = Chat::new();
    chat.say(INES, &team(), "!ping");
    chat.wait("599s");
    insta::assert_snapshot!(chat.say(MAYA, &team(), "!ping"), @"[#wamr-security > triage] Not done: a maintainer of WAMR was asked for less than ten minutes ago.");
    chat.wait("1s");
    let pinged = chat.say(MAYA, &team(), "!ping");
    assert!(pinged.contains("[PUBLIC #general > security]"), "{pinged}");
    let other = chat.say(MAYA, &crate::realm::topic(WASMTIME_SECURITY, "x"), "!ping");
    assert!(other.contains("maintainer of Wasmtime"), "{other}");
}

#[test]
fn a_project_of_another_channel_is_not_pinged() {
    let mut chat = Chat::new();
    insta::assert_snapshot!(chat.say(MAYA, &team(), "!ping Wasmtime"), @"[#wamr-security > triage] Not done: no such project in this channel. There is `WAMR`.");
}

#[test]
fn a_ping_that_cannot_be_sent_is_answered() {
    let mut chat = Chat::new();
    chat.open("Overflow");
    chat.answer_with(|effect| match &effect.action {
        Action::Notify { .. } => {
            Some(failed(Service::Zulip, FailureKind::Refused, "Not allowed in @**general**"))
        }
        _ => None,
    });
    insta::assert_snapshot!(chat.say(INES, &team(), "!ping"), @r#"
    [#wamr-security > triage] 👀 In #**general>security** I say:
    ```quote
    A maintainer of WAMR is asked to look at the team's channel.
    ```
    [PUBLIC #general > security] A maintainer of WAMR is asked to look at the team's channel. → failed
    [#wamr-security > triage] ❌ Not sent: Zulip refused it. It said: "Not allowed in &#64;&#42;&#42;general&#42;&#42;".
    "#);
    chat.wait("10m");
    chat.answer_with(|effect| match &effect.action {
        Action::Notify { .. } => Some(Outcome::Blocked(vec![IncidentId(1)])),
        _ => None,
    });
    insta::assert_snapshot!(chat.say(INES, &team(), "!ping"), @r"
    [#wamr-security > triage] 👀 In #**general>security** I say:
    ```quote
    A maintainer of WAMR is asked to look at the team's channel.
    ```
    [PUBLIC #general > security] A maintainer of WAMR is asked to look at the team's channel. → stopped by the guard
    [#wamr-security > triage] ❌ Not sent: the message would have named something that is still embargoed.
    [#wamr-security > amber-heron · WAMR] 🚨 **Stopped**: a public message I was about to send names something that belongs to amber-heron. It was not sent. @**Maya|11**, look at what led to it before anything else is said in public.
    ");
    chat.wait("10m");
    chat.hold = true;
    chat.say(INES, &team(), "!ping");
    let (shown, _) = chat.effects.last().unwrap().clone();
    chat.settle(shown, Outcome::Posted(MessageId(900)));
    let (ping, _) = chat.effects.last().unwrap().clone();
    insta::assert_snapshot!(chat.settled(ping, Outcome::Delayed(failure(Service::Zulip, FailureKind::Unreachable, ""))), @"[#wamr-security > triage] ⏳ Waiting: Zulip does not answer. I keep trying; nothing is lost and nothing is done twice.");
}

#[test]
fn what_the_team_could_not_be_shown_is_not_said() {
    let mut chat = Chat::new();
    chat.answer_with(|effect| match &effect.action {
        Action::Post { to: TeamPlace::Topic(..), .. } => Some(Outcome::NotPrivate(WAMR_SECURITY)),
        _ => None,
    });
    insta::assert_snapshot!(chat.say(INES, &team(), "!ping"), @r"
    [#wamr-security > triage] 👀 In #**general>security** I say:
    ```quote
    A maintainer of WAMR is asked to look at the team's channel.
    ``` → channel not private
    [DM to Ines] 🚨 #**wamr-security** is not private any more. I post nothing there until it is: make it private again in its settings.
    ");
}
