//! Topics that are renamed or moved, and cards that can no longer be edited.

use commands::kernel::{
    directory::{Channel, DirectoryChange},
    effect::{Action, FailureKind, Service},
    id::{ChannelId, Topic},
    input::Observed,
    world::World,
};

use crate::{
    kit::{Chat, failed},
    realm::{self, *},
};

fn move_card(chat: &mut Chat, channel: ChannelId, name: &str) -> String {
    let card = chat.incident(1).room.as_ref().unwrap().card;
    chat.observe(Observed::Moved {
        messages: vec![card],
        channel,
        topic: Topic(name.into()),
        from: None,
        by: None,
    })
}

/// Zulip takes no edit any more.
fn freeze(chat: &mut Chat) {
    chat.answer_with(|effect| match &effect.action {
        Action::Edit { .. } => Some(failed(Service::Zulip, FailureKind::Refused, "")),
        _ => None,
    });
}

#[test]
fn an_incident_is_followed_when_its_topic_is_renamed_or_resolved() {
    let mut chat = Chat::new();
    chat.open("Overflow");
    move_card(&mut chat, WAMR_SECURITY, "✔ amber-heron · WAMR");
    insta::assert_snapshot!(chat.say(INES, &topic(WAMR_SECURITY, "✔ amber-heron · WAMR"), "!embargo show"), @"[#wamr-security > ✔ amber-heron · WAMR] No disclosure time is set. `!embargo set WHEN` sets it.");
    insta::assert_snapshot!(chat.say(INES, &topic(WAMR_SECURITY, "Amber-Heron · wamr"), "!embargo show"), @"[#wamr-security > Amber-Heron · wamr] No disclosure time is set. `!embargo set WHEN` sets it.");
    move_card(&mut chat, WAMR_SECURITY, "loader");
    insta::assert_snapshot!(chat.say(INES, &topic(WAMR_SECURITY, "loader"), "!embargo set +1h"), @r"
    [#wamr-security > loader] ✅ Disclosure set to <time:2026-11-18T10:00:00Z> (Wednesday 10:00 UTC, in 1 hour). Countdown: 15 minutes before.
    (card edited)
    ");
    insta::assert_snapshot!(chat.say(INES, &topic(WAMR_SECURITY, "amber-heron · WAMR"), "!embargo show"), @"[#wamr-security > amber-heron · WAMR] Not done: no incident is named, and this is no incident's topic. Say which one: `!embargo show CODENAME …`. `!advisory list` shows them.");
    insta::assert_snapshot!(chat.wait("45m"), @"[#wamr-security > loader] ⏳ **15 minutes** to disclosure: <time:2026-11-18T10:00:00Z> (Wednesday 10:00 UTC). Missing: reproduced, affected versions and platforms known · private fork · collaborators · audited for similar problems · other projects and third parties dealt with · fix on main · severity and advisory text complete · CVE · patch on `main` and `release/2.4.x` · tests on `main` and `release/2.4.x`. @**Maya|11**, `!next` shows what comes next.");
}

#[test]
fn other_messages_that_move_change_nothing() {
    let mut chat = Chat::new();
    chat.open("Overflow");
    let before = chat.world.clone();
    let messages = vec![chat.next_message()];
    chat.observe(Observed::Moved {
        messages,
        channel: WAMR_SECURITY,
        topic: Topic("x".into()),
        from: None,
        by: None,
    });
    assert_eq!(chat.world, before);
}

#[test]
fn the_bot_does_not_follow_out_of_the_teams_channel() {
    let mut chat = Chat::new();
    chat.open("Overflow");
    chat.say(MAYA, &chat.room(1), "!embargo set +1h");
    insta::assert_snapshot!(move_card(&mut chat, GENERAL, "amber-heron · WAMR"), @"[#wamr-security > amber-heron · WAMR] 🚨 **Moved out of the team's channel**: messages of amber-heron stand in #**general** now. @**Maya|11**, move them back at once. I write on here, not there.");
    insta::assert_snapshot!(chat.wait("45m"), @"[#wamr-security > amber-heron · WAMR] ⏳ **15 minutes** to disclosure: <time:2026-11-18T10:00:00Z> (Wednesday 10:00 UTC). Missing: reproduced, affected versions and platforms known · private fork · collaborators · audited for similar problems · other projects and third parties dealt with · fix on main · severity and advisory text complete · CVE · patch on `main` and `release/2.4.x` · tests on `main` and `release/2.4.x`. @**Maya|11**, `!next` shows what comes next.");
    let elsewhere = move_card(&mut chat, WASMTIME_SECURITY, "amber-heron · WAMR");
    assert!(elsewhere.contains("🚨"), "another team's channel is not this team's: {elsewhere}");
}

#[test]
fn a_card_that_is_frozen_is_posted_anew_after_a_quarter_of_an_hour() {
    let mut chat = Chat::new();
    chat.open("Overflow");
    freeze(&mut chat);
    chat.wait("14m");
    insta::assert_snapshot!(chat.say(MAYA, &chat.room(1), "!embargo set +7d"), @r"
    [#wamr-security > amber-heron · WAMR] ✅ Disclosure set to <time:2026-11-25T09:14:00Z> (Wednesday 09:14 UTC, in 7 days). Countdown: 3 days, 24 hours, 6 hours, 1 hour and 15 minutes before.
    (card edited) → failed
    ");
    insta::assert_snapshot!(chat.wait("1m"), @"[#wamr-security > amber-heron · WAMR] (card) ### amber-heron · WAMR");
    let edits = chat.say(MAYA, &chat.room(1), "!embargo set +3d --reason x");
    assert!(edits.contains("(card edited) → failed"), "{edits}");
    assert_eq!(chat.wait("14m"), "", "never two within a quarter of an hour");
    insta::assert_snapshot!(chat.wait("1m"), @"[#wamr-security > amber-heron · WAMR] (card) ### amber-heron · WAMR");
}

#[test]
fn a_change_while_the_fresh_card_is_on_its_way_makes_no_second_one() {
    let mut chat = Chat::new();
    chat.open("Overflow");
    freeze(&mut chat);
    chat.say(MAYA, &chat.room(1), "!embargo set +7d");
    chat.hold = true;
    chat.wait("15m");
    chat.say(MAYA, &chat.room(1), "!embargo set +3d --reason x");
    let shown = chat.release() + &chat.wait("14m");
    assert_eq!(shown.matches("(card)").count(), 1, "{shown}");
}

#[test]
fn a_reminder_and_a_fresh_card_that_fall_due_together_make_one_card() {
    let mut chat = Chat::new();
    chat.open("Overflow");
    freeze(&mut chat);
    chat.say(MAYA, &chat.room(1), "!embargo set +30m");
    let shown = chat.wait("15m");
    assert_eq!(shown.matches("(card)").count(), 1, "{shown}");
    assert_eq!(shown.matches("(card edited)").count(), 0, "{shown}");
    assert_eq!(chat.wait("14m"), "");
}

/// The WAMR team in another channel, with the same people, and the configuration to match.
fn elsewhere(chat: &mut Chat) -> String {
    const NEW: ChannelId = ChannelId(7);
    let mut directory = realm::directory();
    let channel = directory.channels[&WAMR_SECURITY].clone();
    directory.channels.insert(NEW, Channel { id: NEW, name: "wamr-vulnerabilities".into(), ..channel });
    chat.world.settings.projects[0].team_channel = NEW;
    chat.observe(Observed::Directory(DirectoryChange::Snapshot(directory)))
}

#[test]
fn a_team_that_gets_another_channel_takes_its_open_incidents_along() {
    let mut chat = Chat::new();
    chat.open("Overflow");
    chat.say(MAYA, &chat.room(1), "!embargo set +1h");
    insta::assert_snapshot!(elsewhere(&mut chat), @"[#wamr-vulnerabilities > amber-heron · WAMR] (card) ### amber-heron · WAMR");
    insta::assert_snapshot!(chat.wait("45m"), @"[#wamr-vulnerabilities > amber-heron · WAMR] ⏳ **15 minutes** to disclosure: <time:2026-11-18T10:00:00Z> (Wednesday 10:00 UTC). Missing: reproduced, affected versions and platforms known · private fork · collaborators · audited for similar problems · other projects and third parties dealt with · fix on main · severity and advisory text complete · CVE · patch on `main` and `release/2.4.x` · tests on `main` and `release/2.4.x`. @**Maya|11**, `!next` shows what comes next.");
    let room = chat.room(1);
    insta::assert_snapshot!(chat.say(INES, &room, "!embargo show"), @"[#wamr-vulnerabilities > amber-heron · WAMR] ⏳ Disclosure <time:2026-11-18T10:00:00Z> (Wednesday 10:00 UTC, in 15 minutes). Set <time:2026-11-18T09:00:00Z>.");
    assert_eq!(elsewhere(&mut chat), "", "it has moved already");
}

#[test]
fn of_a_project_that_is_configured_no_more_nothing_is_said_and_the_others_go_on() {
    let mut chat = Chat::new();
    chat.open("Overflow");
    chat.say(MAYA, &chat.room(1), "!embargo set +1h");
    chat.say(ZOE, &topic(WASMTIME_SECURITY, "triage"), "!advisory new Another");
    chat.say(ZOE, &chat.room(2), "!embargo set +1h");
    // At the next start.
    let mut settings = chat.world.settings.clone();
    settings.projects.remove(0);
    chat.world = World::new(settings);
    chat.facts.iter().for_each(|fact| chat.world.apply(fact));
    chat.observe(Observed::Directory(realm::snapshot()));
    let said = chat.wait("45m");
    assert!(said.contains("amber-hoopoe") && !said.contains("amber-heron"), "{said}");
}
