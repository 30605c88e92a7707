//! Who can read a team channel: what changes is told at once, and where only the team can read it.

use commands::kernel::{
    directory::DirectoryChange,
    id::{ChannelId, GroupId, UserId},
    input::Observed,
};

use crate::{kit::Chat, realm::*};

fn directory(change: DirectoryChange) -> Observed {
    Observed::Directory(change)
}

fn privacy(invite_only: bool, web_public: bool, shared_history: bool) -> Observed {
    directory(DirectoryChange::Privacy { channel: WAMR_SECURITY, invite_only, web_public, shared_history })
}

fn with_incident() -> Chat {
    let mut chat = Chat::new();
    chat.open("Overflow");
    chat
}

/// Zulip's own bot says in the channel who did it.
fn notice(chat: &mut Chat, by: &str) -> String {
    let said = format!("{by} changed the [access permissions](/help/channel-permissions) for this channel.");
    chat.say(NOTIFICATION_BOT, &crate::realm::topic(WAMR_SECURITY, "channel events"), &said)
}

#[test]
fn a_channel_made_public_is_told_to_each_of_the_team_in_person() {
    let mut chat = with_incident();
    insta::assert_snapshot!(chat.observe(privacy(false, false, true)), @r"
    [DM to Maya] 🚨 **The team channel is public**: everyone in the organisation can read #**wamr-security**.
    Make it private again in its settings. Until it is, I post nothing there.
    What was said there of amber-heron can be read by others now. If somebody has: `!embargo broken [ADVISORY] REASON`
    [DM to Ines] 🚨 **The team channel is public**: everyone in the organisation can read #**wamr-security**.
    Make it private again in its settings. Until it is, I post nothing there.
    What was said there of amber-heron can be read by others now. If somebody has: `!embargo broken [ADVISORY] REASON`
    [DM to Tomasz] 🚨 **The team channel is public**: everyone in the organisation can read #**wamr-security**.
    Make it private again in its settings. Until it is, I post nothing there.
    What was said there of amber-heron can be read by others now. If somebody has: `!embargo broken [ADVISORY] REASON`
    ");
    insta::assert_snapshot!(notice(&mut chat, "@_**Ravi|14**"), @r"
    [DM to Maya] The change of #**wamr-security** was made by @_**Ravi|14**, says Zulip.
    [DM to Ines] The change of #**wamr-security** was made by @_**Ravi|14**, says Zulip.
    [DM to Tomasz] The change of #**wamr-security** was made by @_**Ravi|14**, says Zulip.
    ");
    assert_eq!(chat.observe(privacy(false, false, true)), "", "told once");
    chat.sleep("12m");
    insta::assert_snapshot!(chat.observe(privacy(true, false, false)), @r"
    [#wamr-security > channel events] ✅ **This channel is private again.** It was public since <time:2026-11-18T09:00:00Z> (Wednesday 09:00 UTC, 12 minutes ago).
    @**Maya|11** @**Ines|12** @**Tomasz|13**: until now others could read here what was said of amber-heron. `!who` shows who can see an incident; if somebody outside knows of it: `!embargo broken REASON`
    ");
}

#[test]
fn a_channel_made_public_on_the_web_is_told_so() {
    let mut chat = Chat::new();
    insta::assert_snapshot!(chat.observe(privacy(false, true, true)), @r"
    [DM to Maya] 🚨 **The team channel is public on the web**: everyone in the world can read #**wamr-security**.
    Make it private again in its settings. Until it is, I post nothing there.
    [DM to Ines] 🚨 **The team channel is public on the web**: everyone in the world can read #**wamr-security**.
    Make it private again in its settings. Until it is, I post nothing there.
    [DM to Tomasz] 🚨 **The team channel is public on the web**: everyone in the world can read #**wamr-security**.
    Make it private again in its settings. Until it is, I post nothing there.
    ");
    insta::assert_snapshot!(chat.observe(privacy(false, false, true)), @r"
    [DM to Maya] 🚨 **The team channel is public**: everyone in the organisation can read #**wamr-security**.
    Make it private again in its settings. Until it is, I post nothing there.
    [DM to Ines] 🚨 **The team channel is public**: everyone in the organisation can read #**wamr-security**.
    Make it private again in its settings. Until it is, I post nothing there.
    [DM to Tomasz] 🚨 **The team channel is public**: everyone in the organisation can read #**wamr-security**.
    Make it private again in its settings. Until it is, I post nothing there.
    ");
    insta::assert_snapshot!(chat.observe(privacy(true, false, true)), @"[#wamr-security > channel events] ✅ **This channel is private again.** It was public since <time:2026-11-18T09:00:00Z> (Wednesday 09:00 UTC, just now).");
}

#[test]
fn an_archived_channel_is_told_with_whom_zulip_named_just_before() {
    let mut chat = with_incident();
    assert_eq!(notice(&mut chat, "@_**Ravi|14**"), "");
    insta::assert_snapshot!(chat.observe(directory(DirectoryChange::Archived(WAMR_SECURITY, true))), @r"
    [DM to Maya] 🚨 **The team channel is archived**: nothing can be said in #**wamr-security**. @_**Ravi|14** did that, says Zulip.
    Restore it. Until then you hear from me only here.
    [DM to Ines] 🚨 **The team channel is archived**: nothing can be said in #**wamr-security**. @_**Ravi|14** did that, says Zulip.
    Restore it. Until then you hear from me only here.
    [DM to Tomasz] 🚨 **The team channel is archived**: nothing can be said in #**wamr-security**. @_**Ravi|14** did that, says Zulip.
    Restore it. Until then you hear from me only here.
    ");
}

#[test]
fn a_notice_of_long_ago_names_nobody() {
    let mut chat = with_incident();
    notice(&mut chat, "@_**Ravi|14**");
    chat.sleep("1m");
    assert!(!chat.observe(privacy(false, false, true)).contains("says Zulip"));
    chat.sleep("1m");
    assert_eq!(notice(&mut chat, "@_**Ravi|14**"), "");
}

#[test]
fn in_an_incidents_topic_zulips_own_bot_names_nobody() {
    let mut chat = with_incident();
    chat.observe(privacy(false, false, true));
    let room = chat.room(1);
    assert_eq!(chat.say(NOTIFICATION_BOT, &room, "@_**Ravi|14** has marked this topic as resolved."), "");
    assert_eq!(chat.say(DEPLOY_BOT, &team(), "@_**Ravi|14** did it"), "", "nor does another bot");
}

#[test]
fn a_channel_the_bot_was_taken_out_of_is_told_to_those_who_were_on_the_team() {
    let mut chat = with_incident();
    insta::assert_snapshot!(chat.observe(directory(DirectoryChange::Gone(WAMR_SECURITY))), @r"
    [DM to Maya] 🚨 **The team channel is out of my sight**: I was taken out of wamr-security, or it is gone.
    Subscribe me to it again, or name another team_channel in my configuration. Until then you hear from me only here.
    [DM to Ines] 🚨 **The team channel is out of my sight**: I was taken out of wamr-security, or it is gone.
    Subscribe me to it again, or name another team_channel in my configuration. Until then you hear from me only here.
    [DM to Tomasz] 🚨 **The team channel is out of my sight**: I was taken out of wamr-security, or it is gone.
    Subscribe me to it again, or name another team_channel in my configuration. Until then you hear from me only here.
    ");
    let back = crate::realm::directory().channels[&WAMR_SECURITY].clone();
    insta::assert_snapshot!(chat.observe(directory(DirectoryChange::Channel(back))), @"[#wamr-security > channel events] ✅ **This channel is private again.** It was out of my sight since <time:2026-11-18T09:00:00Z> (Wednesday 09:00 UTC, just now).");
}

#[test]
fn another_name_and_an_open_history_are_told_in_the_channel() {
    let mut chat = with_incident();
    insta::assert_snapshot!(chat.observe(directory(DirectoryChange::Renamed(WAMR_SECURITY, "wamr".into()))), @"[#wamr > channel events] **Renamed**: #**wamr** was called `wamr-security` until now. If my configuration names it, change it there before my next start.");
    insta::assert_snapshot!(chat.observe(privacy(true, false, true)), @"[#wamr > channel events] 🚨 **The history of this channel is open now**: whoever joins it later reads all that was said before. If that is not meant: the channel's settings, *Private, protected history*.");
    insta::assert_snapshot!(chat.observe(privacy(true, false, false)), @"[#wamr > channel events] ✅ The history of this channel is closed now: whoever joins it later reads only what is said from then on.");
}

#[test]
fn whoever_reads_along_without_being_on_the_team_is_named() {
    let mut chat = with_incident();
    let subscribed =
        |users: &[UserId]| directory(DirectoryChange::Subscribed(vec![WAMR_SECURITY], users.to_vec()));
    chat.observe(directory(DirectoryChange::Unsubscribed(vec![WAMR_SECURITY], vec![LEE, DEPLOY_BOT])));
    insta::assert_snapshot!(chat.observe(subscribed(&[LEE, DEPLOY_BOT, RAVI])), @"[#wamr-security > channel events] **Also reads this channel now**, without being on the team: @_**Ravi|14** (not in the team's group), @_**Lee|15** (a guest) and @_**Deploy Bot|16** (a bot). If that is not meant, unsubscribe them.");
    assert_eq!(chat.observe(subscribed(&[LEE])), "", "told once");
    let left = chat.observe(directory(DirectoryChange::Left(GroupId(30), vec![INES])));
    assert!(
        left.contains("**Also reads this channel now**, without being on the team: @_**Ines|12**"),
        "{left}"
    );
    assert_eq!(chat.observe(directory(DirectoryChange::Subscribed(vec![ChannelId(9)], vec![RAVI]))), "");
}

#[test]
fn an_account_that_is_deactivated_reads_nothing() {
    let mut chat = with_incident();
    let mut realm = crate::realm::directory();
    realm.users.get_mut(&RAVI).unwrap().is_active = false;
    realm.channels.get_mut(&WAMR_SECURITY).unwrap().subscribers.insert(RAVI);
    assert_eq!(chat.observe(directory(DirectoryChange::Snapshot(realm))), "");
}

#[test]
fn what_changed_while_the_bot_was_down_is_told_at_the_next_start() {
    let mut chat = with_incident();
    let mut realm = crate::realm::directory();
    let channel = realm.channels.get_mut(&WAMR_SECURITY).unwrap();
    channel.invite_only = false;
    channel.subscribers.insert(RAVI);
    let snapshot = || directory(DirectoryChange::Snapshot(realm.clone()));
    let told = chat.observe(snapshot());
    assert!(told.contains("[DM to Maya] 🚨") && !told.contains("[#wamr-security"), "{told}");
    assert_eq!(chat.observe(snapshot()), "");
}

#[test]
fn a_channel_that_is_public_at_the_very_first_start_is_told() {
    let mut realm = crate::realm::directory();
    realm.channels.get_mut(&WASMTIME_SECURITY).unwrap().invite_only = false;
    let mut chat = Chat::with(settings());
    chat.world = commands::kernel::world::World::new(settings());
    let told = chat.observe(directory(DirectoryChange::Snapshot(realm)));
    assert_eq!(told.matches("is public").count(), 2, "Maya and Zoe: {told}");
}
