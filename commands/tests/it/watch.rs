//! The leak watch: what others say in public is searched, the team is alarmed, and told what to do.

use commands::kernel::{
    directory::{Channel, DirectoryChange},
    embargoed::EmbargoedText,
    id::{ChannelId, MessageId, UserId},
    input::{Edited, Message, Observed, Place},
};

use crate::{kit::Chat, realm::*};

const SUMMARY: &str = "Out-of-bounds write in the AOT loader";

/// An incident under way, amber-heron.
fn watched() -> Chat {
    let mut chat = Chat::new();
    chat.open(SUMMARY);
    chat
}

fn edited(chat: &mut Chat, message: &Message, before: Option<&str>, after: &str) -> String {
    let Place::Channel(channel, _) = message.place else { panic!("in a channel") };
    let (message, by, at) = (message.id, message.sender, chat.now);
    let (before, after) = (before.map(EmbargoedText::from), EmbargoedText::from(after));
    chat.observe(Observed::Edited(Edited { message, channel, by, at, before, after }))
}

fn moved(chat: &mut Chat, messages: &[MessageId], from: &Place, to: &Place) -> String {
    let (Place::Channel(old, old_topic), Place::Channel(channel, topic)) = (from, to) else {
        panic!("in a channel")
    };
    chat.observe(Observed::Moved {
        messages: messages.to_vec(),
        channel: *channel,
        topic: topic.clone(),
        from: Some((*old, old_topic.clone())),
        by: Some(RAVI),
    })
}

#[test]
fn a_message_that_names_an_incident_alarms_the_team() {
    let mut chat = watched();
    insta::assert_snapshot!(chat.say(RAVI, &public(), "what is amber heron about?"), @r"
    [#wamr-security > amber-heron · WAMR] 🚨 **Possible leak**: a message by @_**Ravi|14** in #**general>builds** names something that belongs to this incident: [the message](#narrow/channel/1/near/104). It holds the codename `amber-heron`.
    @**Maya|11**, have it deleted rather than edited: edits stay readable in the history. If it is out: `!embargo broken REASON`. If it is nothing: `!watch ignore amber-heron --reason …`.
    ");
}

#[test]
fn every_kind_of_identifier_is_seen() {
    for leak in [
        "GHSA-x5cm-v3r2-9f22",
        "x5cm v3r2 9f22",
        "CVE-2026-12345",
        "AMBER_HERON",
        "wasm-micro-runtime-ghsa-2222",
        "heard of an out of bounds write in the aot loader?",
    ] {
        let mut chat = watched();
        chat.say(MAYA, &chat.room(1), "!fork");
        chat.say(MAYA, &chat.room(1), "!cve set CVE-2026-12345");
        let said = chat.say(RAVI, &public(), leak);
        assert!(said.contains("🚨 **Possible leak**"), "{leak}: {said}");
    }
}

#[test]
fn by_anyone_in_public_but_by_nobody_elsewhere() {
    for (who, place, alarms) in [
        (RAVI, public(), true),
        (MAYA, public(), true),
        (LEE, public(), true),
        (DEPLOY_BOT, public(), true),
        (UserId(99), public(), true),
        (BOT, public(), false),
        (MAYA, team(), false),
        (RAVI, Place::Direct, false),
        (RAVI, Place::Group, false),
        (RAVI, topic(ChannelId(77), "unknown"), false),
    ] {
        let mut chat = watched();
        let said = chat.say(who, &place, "amber-heron");
        assert_eq!(said.contains("🚨"), alarms, "{who} in {place:?}: {said}");
    }
}

#[test]
fn what_the_team_says_in_its_own_channel_is_no_leak_even_where_that_is_public() {
    let mut chat = watched();
    let (channel, web_public, shared_history) = (WAMR_SECURITY, false, true);
    let change = DirectoryChange::Privacy { channel, invite_only: false, web_public, shared_history };
    assert!(chat.observe(Observed::Directory(change)).contains("**The team channel is public**"));
    assert_eq!(chat.say(MAYA, &team(), "is amber-heron out?"), "");
}

#[test]
fn an_alarm_is_raised_once_for_each_message_and_incident() {
    let mut chat = watched();
    chat.open("Symlink escape through preopened directories");
    let message = chat.message(RAVI, &public(), "amber-heron");
    let input = commands::kernel::input::Input::Said(commands::kernel::input::Said::Message(message.clone()));
    assert!(chat.happen(&input).contains("🚨"));
    assert_eq!(chat.happen(&input), "", "the same message, told again");
    let before = Some("amber-heron");
    assert_eq!(edited(&mut chat, &message, before, "amber-heron, GHSA-x5cm-v3r2-9f22"), "");
    let other = edited(&mut chat, &message, before, "amber-heron and amber-hoopoe");
    assert!(other.contains("amber-hoopoe") && !other.contains("amber-heron"), "{other}");
    assert!(chat.say(RAVI, &public(), "amber-heron").contains("🚨"), "another message");
}

#[test]
fn an_edit_is_searched_and_so_is_what_it_took_out() {
    let mut chat = watched();
    let message = chat.message(RAVI, &public(), "hello");
    insta::assert_snapshot!(edited(&mut chat, &message, Some("hello"), "amber-heron"), @r"
    [#wamr-security > amber-heron · WAMR] 🚨 **Possible leak**: a message in #**general** that @_**Ravi|14** has edited names something that belongs to this incident: [the message](#narrow/channel/1/near/104). It holds the codename `amber-heron`.
    @**Maya|11**, have it deleted rather than edited: edits stay readable in the history. If it is out: `!embargo broken REASON`. If it is nothing: `!watch ignore amber-heron --reason …`.
    ");
    let unseen = chat.message(RAVI, &public(), "hello");
    insta::assert_snapshot!(edited(&mut chat, &unseen, Some("amber-heron"), "oh, nothing"), @r"
    [#wamr-security > amber-heron · WAMR] 🚨 **Possible leak**: a message by @_**Ravi|14** in #**general** named something that belongs to this incident: [the message](#narrow/channel/1/near/106). It was edited, but what it said stays readable in its history. It holds the codename `amber-heron`.
    @**Maya|11**, have the message deleted: that takes its history with it. If it is out: `!embargo broken REASON`. If it is nothing: `!watch ignore amber-heron --reason …`.
    ");
}

#[test]
fn names_of_topics_and_channels_are_searched() {
    let mut chat = watched();
    let named = topic(GENERAL, "amber-heron");
    insta::assert_snapshot!(chat.say(RAVI, &named, "hello"), @r"
    [#wamr-security > amber-heron · WAMR] 🚨 **Possible leak**: a topic in #**general** has a name that belongs to this incident, by @_**Ravi|14**: [the message](#narrow/channel/1/near/104). It holds the codename `amber-heron`.
    @**Maya|11**, rename the topic. Its messages keep the old name in their history: have them deleted if you can. If it is out: `!embargo broken REASON`. If it is nothing: `!watch ignore amber-heron --reason …`.
    ");
    assert_eq!(chat.say(RAVI, &named, "hello again"), "", "once a topic");
    let message = chat.next_message();
    insta::assert_snapshot!(moved(&mut chat, &[message], &public(), &topic(GENERAL, "x5cm-v3r2-9f22")), @r"
    [#wamr-security > amber-heron · WAMR] 🚨 **Possible leak**: a topic in #**general** has a name that belongs to this incident, by @_**Ravi|14**: [the message](#narrow/channel/1/near/107). It holds the GHSA id `GHSA-x5cm-v3r2-9f22`.
    @**Maya|11**, rename the topic. Its messages keep the old name in their history: have them deleted if you can. If it is out: `!embargo broken REASON`. If it is nothing: `!watch ignore GHSA-x5cm-v3r2-9f22 --reason …`.
    ");
    let channel = |id, name: &str, invite_only| Channel {
        id: ChannelId(id),
        name: name.into(),
        invite_only,
        web_public: false,
        shared_history: false,
        archived: false,
        subscribers: [BOT].into(),
    };
    let change = |chat: &mut Chat, change| chat.observe(Observed::Directory(change));
    insta::assert_snapshot!(change(&mut chat, DirectoryChange::Channel(channel(20, "amber-heron", false))), @r"
    [#wamr-security > amber-heron · WAMR] 🚨 **Possible leak**: the name of the public channel #**amber-heron** belongs to this incident. It holds the codename `amber-heron`.
    @**Maya|11**, have it renamed. If it is out: `!embargo broken REASON`. If it is nothing: `!watch ignore amber-heron --reason …`.
    ");
    assert_eq!(change(&mut chat, DirectoryChange::Channel(channel(21, "amber heron", true))), "", "private");
    let renamed = change(&mut chat, DirectoryChange::Renamed(ChannelId(1), "amber heron".into()));
    assert!(renamed.contains("🚨"), "{renamed}");
}

#[test]
fn what_leaves_the_teams_channel_always_alarms() {
    let mut chat = watched();
    let (room, messages) = (chat.room(1), [MessageId(150), MessageId(151)]);
    insta::assert_snapshot!(moved(&mut chat, &messages, &room, &public()), @r"
    [#wamr-security > amber-heron · WAMR] 🚨 **Moved out of the team's channel**: 2 messages of this topic stand now in #**general**, moved by @_**Ravi|14**: [the message](#narrow/channel/1/near/150).
    @**Maya|11**, move it back at once, or have it deleted. Whoever has opened it there may have read it, its history too. If it is out: `!embargo broken REASON`.
    ");
    insta::assert_snapshot!(moved(&mut chat, &messages[..1], &team(), &public()), @r"
    [#wamr-security > advisory-bot] 🚨 **Moved out of the team's channel**: a message of this channel stands now in #**general**, moved by @_**Ravi|14**: [the message](#narrow/channel/1/near/150).
    @**Maya|11** @**Ines|12** @**Tomasz|13**, move it back at once, or have it deleted. Whoever has opened it there may have read it, its history too.
    ");
    let card = chat.incident(1).room.as_ref().unwrap().card;
    let whole = moved(&mut chat, &[card], &room, &topic(GENERAL, "x"));
    assert_eq!(whole.matches("🚨").count(), 1, "{whole}");
    for elsewhere in [topic(WAMR_SECURITY, "other"), topic(WASMTIME_SECURITY, "other")] {
        assert_eq!(moved(&mut chat, &messages, &team(), &elsewhere), "", "{elsewhere:?} is private");
    }
    assert_eq!(moved(&mut chat, &messages, &public(), &topic(GENERAL, "other")), "");
}

#[test]
fn what_is_found_after_downtime_is_marked_late() {
    let mut chat = watched();
    let message = chat.message(RAVI, &public(), "amber-heron");
    chat.sleep("3h");
    let input = commands::kernel::input::Input::Said(commands::kernel::input::Said::Message(message));
    insta::assert_snapshot!(chat.happen(&input), @r"
    [#wamr-security > amber-heron · WAMR] 🚨 **Possible leak**: a message by @_**Ravi|14** in #**general>builds** names something that belongs to this incident: [the message](#narrow/channel/1/near/104). It holds the codename `amber-heron`. I see it only now, 3 hours later.
    @**Maya|11**, have it deleted rather than edited: edits stay readable in the history. If it is out: `!embargo broken REASON`. If it is nothing: `!watch ignore amber-heron --reason …`.
    ");
    insta::assert_snapshot!(chat.say(MAYA, &chat.room(1), "!timeline"), @r"
    [#wamr-security > amber-heron · WAMR] **Timeline of amber-heron**
    * <time:2026-11-18T09:00:00Z> @_**Maya|11** opened the incident
    * <time:2026-11-18T09:00:00Z> the advisory stands on GitHub
    * <time:2026-11-18T12:00:00Z> 🚨 possible leak: a message by @_**Ravi|14** in #**general>builds** names something that belongs to this incident: [the message](#narrow/channel/1/near/104). Seen late.
    ");
}

#[test]
fn published_and_closed_incidents_are_watched_no_more() {
    let mut chat = watched();
    let ghsa = chat.ghsa(1);
    chat.by_hand(&ghsa, |advisory| {
        advisory.state = commands::kernel::content::AdvisoryState::Published;
    });
    assert_eq!(chat.say(RAVI, &public(), "amber-heron GHSA-x5cm-v3r2-9f22"), "");
    let mut chat = watched();
    chat.say(MAYA, &chat.room(1), "!advisory close Duplicate");
    assert_eq!(chat.say(RAVI, &public(), "amber-heron"), "");
}

#[test]
fn earlier_summaries_and_the_description_are_watched_too() {
    let mut chat = watched();
    let room = chat.room(1);
    chat.say(MAYA, &room, "!advisory edit --summary Heap corruption");
    assert!(chat.say(RAVI, &public(), "out-of-bounds write in the AOT loader").contains("🚨"));
    let text = "```\n### Impact\nA relocation entry whose symbol index exceeds the exported table lets the guest scribble over neighbouring pages.\n```";
    chat.say(MAYA, &room, &format!("!advisory edit\n{text}"));
    let quoted = "they say the symbol index exceeds the exported table lets the guest scribble over stuff";
    assert!(chat.say(RAVI, &public(), quoted).contains("🚨"));
    for harmless in ["the symbol index of a relocation entry", "A guest cannot see neighbouring pages"] {
        assert_eq!(chat.say(RAVI, &public(), harmless), "", "{harmless}");
    }
}

#[test]
fn terms_are_added_and_ignored_by_the_team() {
    let mut chat = watched();
    let room = chat.room(1);
    insta::assert_snapshot!(chat.say(INES, &room, "!watch"), @r"
    [#wamr-security > amber-heron · WAMR] In public channels I look for the following, in any spelling I can see through.
    * the GHSA id: `GHSA-x5cm-v3r2-9f22`
    * the codename: `amber-heron`
    * words of the advisory's text: `out of bounds write in the aot`, `bounds write in the aot loader`
    Anyone may say WAMR and wasm-micro-runtime.
    More: `!watch add TERM`. Less: `!watch ignore TERM --reason …`.
    ");
    assert_eq!(chat.say(RAVI, &public(), "bad-relocation-trick"), "");
    insta::assert_snapshot!(chat.say(INES, &room, "!watch add bad relocation trick"), @"[#wamr-security > amber-heron · WAMR] ✅ I look for `bad relocation trick` too from now on. What was said before is not searched again.");
    insta::assert_snapshot!(chat.say(RAVI, &public(), "bad-relocation-trick"), @r"
    [#wamr-security > amber-heron · WAMR] 🚨 **Possible leak**: a message by @_**Ravi|14** in #**general>builds** names something that belongs to this incident: [the message](#narrow/channel/1/near/109). It holds the watched term `bad relocation trick`.
    @**Maya|11**, have it deleted rather than edited: edits stay readable in the history. If it is out: `!embargo broken REASON`. If it is nothing: `!watch ignore bad relocation trick --reason …`.
    ");
    insta::assert_snapshot!(chat.say(INES, &room, "!watch ignore bad relocation trick --reason old tool"), @"[#wamr-security > amber-heron · WAMR] ✅ No alarm about `bad relocation trick` any more. In public I still do not say it myself. `!watch add bad relocation trick` takes that back.");
    assert_eq!(chat.say(RAVI, &public(), "bad-relocation-trick"), "");
    chat.say(INES, &team(), "!watch ignore amber-heron amber-heron --reason It is a bird");
    assert_eq!(chat.say(RAVI, &public(), "amber heron"), "");
    for ignored in ["amber heron", "bad-relocation-trick"] {
        assert_eq!(chat.world.watched().find(ignored).len(), 1, "the guard still stops {ignored}");
    }
    insta::assert_snapshot!(chat.say(INES, &team(), "!watch amber-heron"), @r"
    [#wamr-security > triage] In public channels I look for the following, in any spelling I can see through.
    * the GHSA id: `GHSA-x5cm-v3r2-9f22`
    * words of the advisory's text: `out of bounds write in the aot`, `bounds write in the aot loader`
    No alarm about: `bad relocation trick`, `amber-heron`
    Anyone may say WAMR and wasm-micro-runtime.
    More: `!watch add TERM`. Less: `!watch ignore TERM --reason …`.
    ");
    assert!(chat.say(INES, &room, "!watch add Amber Heron").contains("✅"), "taken back");
    assert!(chat.say(RAVI, &public(), "amber heron").contains("🚨"));
    insta::assert_snapshot!(chat.say(INES, &room, "!timeline"), @r"
    [#wamr-security > amber-heron · WAMR] **Timeline of amber-heron**
    * <time:2026-11-18T09:00:00Z> @_**Maya|11** opened the incident
    * <time:2026-11-18T09:00:00Z> the advisory stands on GitHub
    * <time:2026-11-18T09:00:00Z> @_**Ines|12** watches for more: bad relocation trick
    * <time:2026-11-18T09:00:00Z> 🚨 possible leak: a message by @_**Ravi|14** in #**general>builds** names something that belongs to this incident: [the message](#narrow/channel/1/near/109).
    * <time:2026-11-18T09:00:00Z> @_**Ines|12** wants no alarm about `bad relocation trick`: old tool
    * <time:2026-11-18T09:00:00Z> @_**Ines|12** wants no alarm about `amber-heron`: It is a bird
    * <time:2026-11-18T09:00:00Z> @_**Ines|12** watches for more: Amber Heron
    * <time:2026-11-18T09:00:00Z> 🚨 possible leak: a message by @_**Ravi|14** in #**general>builds** names something that belongs to this incident: [the message](#narrow/channel/1/near/121).
    ");
}

#[test]
fn what_cannot_be_watched_for_is_refused() {
    let mut chat = watched();
    let room = chat.room(1);
    let mut said = |text: &str| chat.say(INES, &room, text);
    insta::assert_snapshot!(said("!watch add x"), @"[#wamr-security > amber-heron · WAMR] Not done: a term needs at least 3 letters or digits, or it is found in everything.");
    insta::assert_snapshot!(said("!watch add overflow"), @"[#wamr-security > amber-heron · WAMR] Not done: that is said in public every day, and would be found in everything. Add more words to it.");
    insta::assert_snapshot!(said("!watch add WAMR"), @"[#wamr-security > amber-heron · WAMR] Not done: that is said in public every day, and would be found in everything. Add more words to it.");
    insta::assert_snapshot!(said("!watch add GHSA-x5cm-v3r2-9f22"), @"[#wamr-security > amber-heron · WAMR] Not done: that is watched for already. `!watch` shows what is.");
    insta::assert_snapshot!(said("!watch ignore nothing of it --reason x"), @"[#wamr-security > amber-heron · WAMR] Not done: nothing that raises an alarm goes by that term. `!watch` shows what does; write it as it stands there.");
    insta::assert_snapshot!(said("!watch ignore amber-heron"), @r"
    [#wamr-security > amber-heron · WAMR] Not done: say why: --reason is missing.
    It is written `!watch ignore [ADVISORY] TERM --reason …`
    For example `!watch ignore aot-loader-poc --reason An old tool goes by that name`
    ");
    insta::assert_snapshot!(said("!watch remove amber-heron"), @"[#wamr-security > amber-heron · WAMR] Not done: there is no `!watch remove`. The nearest is `!watch ignore`.");
    let direct = chat.say(INES, &Place::Direct, "!watch add amber-heron secret plan");
    assert!(direct.contains("channel"), "{direct}");
}

#[test]
fn a_list_of_channels_limits_the_watch() {
    let mut settings = settings();
    settings.watch = Some([ChannelId(50)].into());
    let mut chat = Chat::with(settings);
    chat.open(SUMMARY);
    assert_eq!(chat.say(RAVI, &public(), "amber-heron"), "");
    let moved = moved(&mut chat, &[MessageId(150)], &team(), &public());
    assert!(moved.contains("🚨"), "what leaves the team's channel is not a matter of that list: {moved}");
}

#[test]
fn the_private_branches_are_watched_once_their_names_are_telling() {
    let mut chat = watched();
    let room = chat.room(1);
    chat.say(MAYA, &room, "!fork");
    chat.pull(7, "main");
    chat.pull(8, "release/2.4.x");
    chat.pulls.get_mut(&commands::kernel::id::PullNumber(8)).unwrap().branch = Some("patch-1".into());
    chat.say(MAYA, &room, "!patch add main 7");
    chat.say(MAYA, &room, "!patch add release/2.4.x 8");
    let alarm = chat.say(RAVI, &public(), "I see a branch Bounds_Check_In_Loader_7");
    assert!(alarm.contains("**Possible leak**") && alarm.contains("`bounds-check-in-loader-7`"), "{alarm}");
    assert_eq!(chat.say(RAVI, &public(), "patch-1 is merged into release/2.4.x"), "");
}
