//! What is embargoed stays where only the team can read: when a team channel is opened to others, and
//! when a notice for the public names an incident.

use std::time::Duration;

use advisory_bot::sandbox::zulip::{
    Privacy,
    seed::{GENERAL, INES, LEE, MAYA, RAVI, TOMASZ, WAMR_SECURITY},
};

use crate::{
    chat::{self, said, say, told},
    disguise::disguises,
    inside::Inside,
};

/// All that the bot said in the team's channel, whatever the topic.
fn in_channel(inside: &Inside) -> Vec<(String, String)> {
    let here = chat::by_bot(&inside.sandbox).into_iter();
    let here = here.filter(|message| message.place.channel() == Some(WAMR_SECURITY));
    here.map(|message| (message.place.topic_name().to_owned(), message.content)).collect()
}

async fn opened_to(privacy: Privacy) {
    let inside = Inside::start().await;
    let incident = inside.open("An overflow in the loader").await;
    let before = in_channel(&inside);
    inside.sandbox.zulip.set_privacy(WAMR_SECURITY, privacy).unwrap();
    // At once, before the bot can have looked.
    say(&inside.sandbox, MAYA, &incident, "!advisory show");
    say(&inside.sandbox, INES, "elsewhere", "!advisory list");
    say(&inside.sandbox, MAYA, &incident, "!embargo set +73h");
    say(&inside.sandbox, MAYA, "new", "!advisory new Another overflow --severity low");
    inside.rest().await;
    // Past the first reminder.
    inside.pass(Duration::from_secs(2 * 3600)).await;
    inside.rest().await;
    assert_eq!(in_channel(&inside), before, "nothing is said or changed where others can read");
    for person in [MAYA, INES] {
        let told = told(&inside.sandbox, person);
        assert!(told.iter().any(|text| text.contains("is not private any more")), "{told:?}");
    }
    for person in [MAYA, INES, TOMASZ] {
        let told = told(&inside.sandbox, person);
        let alarms = told.iter().filter(|text| text.contains("**The team channel is public")).count();
        assert_eq!(alarms, 1, "each of the team is told, and once: {told:?}");
        let by = told.iter().filter(|text| text.contains("was made by @_**Maya")).count();
        assert_eq!(by, 1, "with who did it: {told:?}");
    }
    inside.sandbox.zulip.set_privacy(WAMR_SECURITY, Privacy::PRIVATE).unwrap();
    inside.rest().await;
    let events = said(&inside.sandbox, "channel events");
    assert!(matches!(events.as_slice(), [one] if one.contains("is private again")), "{events:?}");
    let show = inside.ask(INES, &incident, "!advisory show").await;
    assert!(matches!(show.as_slice(), [card] if chat::is_card(card)), "{show:?}");
}

#[tokio::test(start_paused = true)]
async fn in_a_team_channel_made_public_the_bot_is_silent() {
    opened_to(Privacy::PUBLIC).await;
}

#[tokio::test(start_paused = true)]
async fn in_a_team_channel_made_web_public_the_bot_is_silent() {
    opened_to(Privacy::WEB_PUBLIC).await;
}

#[tokio::test(start_paused = true)]
async fn who_and_what_changes_a_team_channel_is_told_at_once() {
    let inside = Inside::start().await;
    inside.open("An overflow in the loader").await;
    let zulip = &inside.sandbox.zulip;
    zulip.rename_channel(WAMR_SECURITY, "wamr-vulnerabilities").unwrap();
    inside.rest().await;
    zulip.subscribe(RAVI, WAMR_SECURITY).unwrap();
    zulip.unsubscribe(LEE, WAMR_SECURITY).unwrap();
    inside.rest().await;
    zulip.subscribe(LEE, WAMR_SECURITY).unwrap();
    zulip.set_privacy(WAMR_SECURITY, Privacy::PROTECTED).unwrap();
    inside.rest().await;
    let events = said(&inside.sandbox, "channel events");
    let expected =
        ["was called `wamr-security`", "|11** (not in", "(a guest)", "history of this channel is closed"];
    assert_eq!(events.len(), expected.len(), "{events:#?}");
    for (said, expected) in events.iter().zip(expected) {
        assert!(said.contains(expected), "{expected}: {events:#?}");
    }
    zulip.archive(WAMR_SECURITY).unwrap();
    inside.rest().await;
    for person in [MAYA, INES, TOMASZ] {
        let told = told(&inside.sandbox, person);
        assert!(
            told.iter().any(|text| text.contains("is out of my sight") && text.contains("@_**Maya")),
            "{told:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_channel_made_public_while_the_bot_was_away_gets_no_answer() {
    let mut inside = Inside::start().await;
    let incident = inside.open("An overflow in the loader").await;
    for expires in [false, true] {
        let before = in_channel(&inside);
        inside.sleep().await;
        say(&inside.sandbox, MAYA, &incident, "!advisory show");
        inside.sandbox.zulip.set_privacy(WAMR_SECURITY, Privacy::PUBLIC).unwrap();
        say(&inside.sandbox, MAYA, &incident, "!timeline");
        if expires {
            inside.sandbox.zulip.expire_queues();
        }
        inside.wake(|_| {}).await;
        assert_eq!(in_channel(&inside), before, "queue expired: {expires}");
        inside.sandbox.zulip.set_privacy(WAMR_SECURITY, Privacy::PRIVATE).unwrap();
        inside.rest().await;
    }
}

/// Takes an incident as far as its request for approval, and approves.
async fn release(inside: &Inside, summary: &str) -> String {
    let incident = inside.open(summary).await;
    inside.ask(MAYA, &incident, "!embargo set +1h").await;
    inside.pass(Duration::from_secs(3601)).await;
    let asked = inside.ask(MAYA, &incident, &format!("{} --waive text", chat::GO)).await;
    assert!(asked.iter().any(|text| text.contains("asks to release")), "{asked:?}");
    inside.ask(INES, &incident, "!release approve").await;
    incident
}

#[tokio::test(start_paused = true)]
async fn no_notice_names_another_incident_in_whatever_disguise() {
    let inside = Inside::start().await;
    let secret = inside.open("Heap grooming through the frobnicator").await;
    let advisory = inside.sandbox.github.advisories("bytecodealliance/wasm-micro-runtime").remove(0);
    let codename = secret.split(" · ").next().unwrap().to_owned();
    let mut alarms = 0;
    for identifier in [codename.as_str(), &advisory.ghsa_id] {
        for (disguise, written) in disguises(identifier) {
            let incident = release(&inside, &format!("Crash much like {written} was")).await;
            let public = chat::said_in(&inside.sandbox, GENERAL, "security");
            assert_eq!(public, Vec::<String>::new(), "{disguise} of {identifier}");
            let room = said(&inside.sandbox, &incident);
            assert!(
                room.iter().any(|text| text.contains("The release has stopped")),
                "{disguise}: {room:#?}"
            );
            alarms += 1;
            let alarmed = said(&inside.sandbox, &secret);
            let alarmed = alarmed.iter().filter(|text| text.contains("🚨 **Stopped**")).count();
            assert_eq!(alarmed, alarms, "{disguise}: the team of the named incident is alarmed");
        }
    }
    assert!(inside.sandbox.github.public_advisories().is_empty(), "nothing that names another is published");
    // Once nothing is named, the public is told.
    release(&inside, "Crash of its own").await;
    assert_eq!(chat::said_in(&inside.sandbox, GENERAL, "security").len(), 1);
    // A phrase alone keeps no sibling advisory from being published, but nothing is said of it.
    release(&inside, "Again heap grooming through the frobnicator").await;
    assert_eq!(inside.sandbox.github.public_advisories().len(), 2);
    assert_eq!(chat::said_in(&inside.sandbox, GENERAL, "security").len(), 1);
}
