//! Who may say what, and where.

use commands::kernel::{
    directory::DirectoryChange,
    id::GroupId,
    input::{Observed, Place},
};

use crate::{kit::Chat, realm::*};

#[test]
fn only_the_people_of_the_group_are_the_team() {
    let mut chat = Chat::new();
    for outsider in [OTTO, LEE, PIA] {
        insta::allow_duplicates! {
            insta::assert_snapshot!(chat.say(outsider, &team(), "!advisory list"), @"[#wamr-security > triage] Not done: commands are for the people of the security team: subscribers of this channel who are no guests, and in the team's group where there is one.");
        }
    }
}

#[test]
fn a_bot_gets_no_answer_at_all() {
    let mut chat = Chat::new();
    for place in [team(), public(), Place::Direct, Place::Group] {
        assert_eq!(chat.say(DEPLOY_BOT, &place, "!advisory list"), "");
        assert_eq!(chat.say(BOT, &place, "!advisory list"), "");
    }
}

#[test]
fn in_public_a_command_is_refused_at_most_once_an_hour() {
    let mut chat = Chat::new();
    insta::assert_snapshot!(chat.say(RAVI, &public(), "!advisory new Heap overflow in the loader"), @"[PUBLIC #general > builds] Commands belong in the team's channel.");
    chat.wait("59m");
    assert_eq!(chat.say(RAVI, &public(), "!help"), "");
    chat.wait("1m");
    insta::assert_snapshot!(chat.say(RAVI, &public(), "!help"), @"[PUBLIC #general > builds] Commands belong in the team's channel.");
    // Each for themselves; the team too.
    insta::assert_snapshot!(chat.say(MAYA, &public(), "@**Advisory Bot** advisory list"), @"[PUBLIC #general > builds] Commands belong in the team's channel.");
}

#[test]
fn other_words_in_public_are_talk() {
    let mut chat = Chat::new();
    for text in ["!wow", "!nice \"work", "!important `x", "hello", "!"] {
        assert_eq!(chat.say(RAVI, &public(), text), "", "{text}");
    }
    insta::assert_snapshot!(chat.say(RAVI, &public(), "!advisory new \"Heap"), @"[PUBLIC #general > builds] Commands belong in the team's channel.");
}

#[test]
fn by_direct_message_the_team_reads() {
    let mut chat = Chat::new();
    chat.open("Overflow");
    insta::assert_snapshot!(chat.say(MAYA, &Place::Direct, "!advisory list"), @r"
    [DM to Maya] | incident | project | stage | manager | disclosure |
    |---|---|---|---|---|
    | amber-heron | WAMR | to be reproduced | Maya | – |
    ");
    insta::assert_snapshot!(chat.say(MAYA, &Place::Direct, "!embargo show amber-heron"), @"[DM to Maya] No disclosure time is set. `!embargo set WHEN` sets it.");
    insta::assert_snapshot!(chat.say(MAYA, &Place::Direct, "!embargo show"), @"[DM to Maya] Not done: no incident is named, and this is no incident's topic. Say which one: `!embargo show CODENAME …`. `!advisory list` shows them.");
    insta::assert_snapshot!(chat.say(MAYA, &Place::Direct, "!embargo set amber-heron +72h"), @"[PUBLIC DM to Maya] Not done: this command works only in the team's channel. By direct message I answer the team's !help, !advisory list, !advisory show, !next and !timeline.");
    // Told every time: here nobody else is disturbed.
    insta::assert_snapshot!(chat.say(MAYA, &Place::Direct, "!ping"), @"[PUBLIC DM to Maya] Not done: this command works only in the team's channel. By direct message I answer the team's !help, !advisory list, !advisory show, !next and !timeline.");
    assert!(chat.incident(1).embargo.is_none());
}

#[test]
fn by_direct_message_nobody_else_reads() {
    let mut chat = Chat::new();
    chat.open("Overflow");
    insta::assert_snapshot!(chat.say(RAVI, &Place::Direct, "!advisory list"), @"[PUBLIC DM to Ravi] I answer only the people of a project's security team, in their channel.");
    assert_eq!(chat.say(RAVI, &Place::Direct, "!advisory show amber-heron"), "");
    insta::assert_snapshot!(chat.say(PIA, &Place::Direct, "!advisory list"), @"[PUBLIC DM to Pia] I answer only the people of a project's security team, in their channel.");
    // Another team's.
    insta::assert_snapshot!(chat.say(ZOE, &Place::Direct, "!advisory list"), @"[DM to Zoe] No open incident. `!advisory new SUMMARY` opens one.");
    insta::assert_snapshot!(chat.say(ZOE, &Place::Direct, "!advisory show amber-heron"), @"[DM to Zoe] Not done: no incident here goes by that name. `!advisory list --all` shows them.");
    insta::assert_snapshot!(chat.say(MAYA, &Place::Group, "!advisory list"), @"[PUBLIC DM to Maya] Not done: this command works only in the team's channel. By direct message I answer the team's !help, !advisory list, !advisory show, !next and !timeline.");
}

#[test]
fn who_leaves_the_group_is_off_the_team_at_once() {
    let mut chat = Chat::new();
    chat.open("Overflow");
    chat.observe(Observed::Directory(DirectoryChange::Left(GroupId(30), vec![INES])));
    insta::assert_snapshot!(chat.say(INES, &chat.room(1), "!advisory show"), @"[#wamr-security > amber-heron · WAMR] Not done: commands are for the people of the security team: subscribers of this channel who are no guests, and in the team's group where there is one.");
}

#[test]
fn who_is_not_known_gets_no_answer() {
    let mut chat = Chat::new();
    assert_eq!(chat.say(commands::kernel::id::UserId(999), &team(), "!help"), "");
}
