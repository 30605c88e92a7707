//! People in public who look for the security team.

use crate::{kit::Chat, realm::*};

#[test]
fn who_asks_for_the_team_in_public_is_answered_and_the_teams_are_told() {
    let mut chat = Chat::new();
    insta::assert_snapshot!(chat.say(RAVI, &public(), "Hi, how do I reach the SECURITY\nteam here?"), @r"
    [PUBLIC #general > builds] The security team has been told that you are looking for them and will get in touch. Please share no details here: this channel is public. Reports go to security@example.org.
    [#wamr-security > advisory-bot] ➡️ @_**Ravi|14** looks for the security team in #**general**: [the message](#narrow/channel/1/near/101). I asked them to share no details there, and said that you get in touch: by direct message, please.
    [#wasmtime-security > advisory-bot] ➡️ @_**Ravi|14** looks for the security team in #**general**: [the message](#narrow/channel/1/near/101). I asked them to share no details there, and said that you get in touch: by direct message, please.
    ");
    assert_eq!(chat.say(RAVI, &public(), "Anybody of the security team?"), "", "once a day");
    chat.sleep("24h");
    assert!(
        chat.say(RAVI, &public(), "I found a vulnerability").contains("[PUBLIC"),
        "and again the next day"
    );
    assert!(chat.say(LEE, &public(), "security team?").contains("[PUBLIC"), "somebody else at any time");
}

#[test]
fn a_mention_of_the_bot_is_a_call_and_a_known_command_is_not() {
    for call in ["@**Advisory Bot**", "@**Advisory Bot|1** hello", "is @**advisory bot** there?"] {
        let mut chat = Chat::new();
        let said = chat.say(RAVI, &public(), call);
        assert!(
            said.contains("[PUBLIC #general > builds] The security team has been told"),
            "{call}: {said}"
        );
    }
    let mut chat = Chat::new();
    let known = chat.say(RAVI, &public(), "@**Advisory Bot** help");
    assert!(known.contains("Commands belong in the team's channel."), "{known}");
    let mut chat = Chat::new();
    for nothing in
        ["!seen security team", "@_**Advisory Bot|1** was quoted", "a secure team", "@**Ines|12** hi"]
    {
        assert_eq!(chat.say(RAVI, &public(), nothing), "", "{nothing}");
    }
}

#[test]
fn the_team_bots_and_other_places_get_no_answer() {
    let mut chat = Chat::new();
    let words = "Where is the security team?";
    assert_eq!(chat.say(INES, &public(), words), "", "she is on it");
    assert_eq!(chat.say(DEPLOY_BOT, &public(), words), "");
    assert_eq!(
        chat.say(RAVI, &topic(commands::kernel::id::ChannelId(9), "x"), words),
        "",
        "nobody's channel"
    );
    assert_eq!(chat.say(RAVI, &commands::kernel::input::Place::Direct, words), "");
    assert_eq!(chat.say(MAYA, &team(), words), "");
    let called = chat.say(RAVI, &commands::kernel::input::Place::Direct, "@**Advisory Bot**");
    assert!(called.contains("I answer only the people of a project's security team"), "{called}");
}

#[test]
fn without_an_address_the_repositorys_page_is_named() {
    let mut settings = settings();
    settings.reports = None;
    let mut chat = Chat::with(settings);
    let said = chat.say(RAVI, &public(), "security team?");
    assert!(said.contains("Reports go to the page of the repository on GitHub"), "{said}");
}

#[test]
fn details_told_in_public_are_treated_as_a_leak() {
    let mut chat = Chat::new();
    let report = "Found a vulnerability: use-after-free in table.grow, PoC below\n```wat\n(module)\n```";
    insta::assert_snapshot!(chat.say(RAVI, &public(), report), @r"
    [#wamr-security > advisory-bot] 🚨 **Possible leak**: a message by @_**Ravi|14** in #**general>builds** seems to tell details of a vulnerability: [the message](#narrow/channel/1/near/101).
    @**Maya|11** @**Ines|12** @**Tomasz|13**, have it deleted rather than edited: edits stay readable in the history. Ask its author by direct message for a private report; `!advisory new` opens an incident.
    [#wasmtime-security > advisory-bot] 🚨 **Possible leak**: a message by @_**Ravi|14** in #**general>builds** seems to tell details of a vulnerability: [the message](#narrow/channel/1/near/101).
    @**Maya|11** @**Zoe|19**, have it deleted rather than edited: edits stay readable in the history. Ask its author by direct message for a private report; `!advisory new` opens an incident.
    [PUBLIC #general > builds] The security team has been told that you are looking for them and will get in touch. Please share no details here: this channel is public. Reports go to security@example.org.
    ");
    let again = chat.say(RAVI, &public(), report);
    assert!(
        again.contains("🚨") && !again.contains("[PUBLIC"),
        "answered once a day, alarmed each time: {again}"
    );
    let by_team = chat.say(INES, &public(), report);
    assert!(by_team.contains("🚨") && !by_team.contains("[PUBLIC"), "{by_team}");
    let message = chat.message(RAVI, &public(), report);
    let input = commands::kernel::input::Input::Said(commands::kernel::input::Said::Message(message));
    assert!(chat.happen(&input).contains("🚨"));
    assert_eq!(chat.happen(&input), "", "the same message, told again");
    assert_eq!(chat.say(MAYA, &team(), report), "", "there it belongs");
}
