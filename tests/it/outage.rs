//! Services that are away or lose what they had: nothing is lost, and nothing is said twice.

use std::time::Duration;

use advisory_bot::sandbox::zulip::seed::{INES, MAYA, TOMASZ};

use crate::{
    chat::{self, opened, said, say},
    inside::Inside,
    link::State,
    place::Place,
    wait::{until, until_within},
};

const WAMR: &str = "bytecodealliance/wasm-micro-runtime";
const FIVE_MINUTES: Duration = Duration::from_secs(5 * 60);
/// On virtual time waiting is free.
const LONG: Duration = Duration::from_secs(3600);

#[tokio::test(flavor = "multi_thread")]
async fn queues_that_expire_lose_no_command() {
    let place = Place::new().await;
    let bot = place.start().await;
    for number in 0..30 {
        let topic = format!("command {number}");
        say(&place.sandbox, MAYA, &topic, "!help next");
        if number % 10 == 4 {
            place.sandbox.zulip.expire_queues();
        }
        tokio::time::sleep(Duration::from_millis(15)).await;
    }
    let unanswered =
        || (0..30).filter(|number| said(&place.sandbox, &format!("command {number}")).is_empty());
    until(|| unanswered().collect::<Vec<_>>(), || unanswered().next().is_none().then_some(())).await;
    // One more round: had anything been answered twice, it would show by now.
    say(&place.sandbox, MAYA, "last", "!help");
    until(|| bot.log(), || (!said(&place.sandbox, "last").is_empty()).then_some(())).await;
    for number in 0..30 {
        assert_eq!(said(&place.sandbox, &format!("command {number}")).len(), 1, "{number}");
    }
    bot.terminate().await;
}

/// Commands while Zulip does not answer the bot; people among themselves go on.
async fn zulip_away(state: State) {
    let inside = Inside::start().await;
    let incident = inside.open("An overflow in the loader").await;
    let before = said(&inside.sandbox, &incident).len();
    // Some are heard and not answered, the others not even heard.
    for number in 0..10 {
        say(&inside.sandbox, MAYA, &format!("command {number}"), "!advisory list");
        if number == 4 {
            inside.zulip.set(state);
        }
    }
    say(&inside.sandbox, MAYA, &incident, "!embargo set +100h");
    say(&inside.sandbox, MAYA, "new", "!advisory new Another overflow --severity low");
    inside.pass(FIVE_MINUTES).await;
    let silent = (5..10).all(|number| said(&inside.sandbox, &format!("command {number}")).is_empty());
    assert!(silent || state == State::Mute);
    inside.zulip.set(State::Up);
    let answered = || {
        let new = opened(&inside.sandbox, "new").is_some();
        (new && said(&inside.sandbox, &incident).len() > before).then_some(())
    };
    until_within(LONG, || chat::by_bot(&inside.sandbox), answered).await;
    inside.rest().await;
    for number in 0..10 {
        assert_eq!(said(&inside.sandbox, &format!("command {number}")).len(), 1, "{number}");
    }
    assert_eq!(said(&inside.sandbox, &incident).len(), before + 1);
    assert_eq!(said(&inside.sandbox, "new").len(), 1);
    assert_eq!(inside.sandbox.github.advisories(WAMR).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn zulip_refuses_connections_for_five_minutes() {
    zulip_away(State::Refused).await;
}

#[tokio::test(start_paused = true)]
async fn zulip_answers_with_a_web_page_for_five_minutes() {
    zulip_away(State::BadGateway).await;
}

#[tokio::test(start_paused = true)]
async fn the_answers_of_zulip_are_lost_for_five_minutes() {
    zulip_away(State::Mute).await;
}

/// Commands that need GitHub while it does not answer.
async fn github_away(state: State) {
    let inside = Inside::start().await;
    let incident = inside.open("An overflow in the loader").await;
    inside.github.set(state);
    say(&inside.sandbox, MAYA, "new one", "!advisory new Another overflow --severity low");
    say(&inside.sandbox, INES, "new two", "!advisory new A third overflow --severity low");
    say(&inside.sandbox, MAYA, &incident, "!advisory edit --cwe CWE-787");
    inside.pass(FIVE_MINUTES).await;
    // What needs no GitHub goes on.
    say(&inside.sandbox, TOMASZ, "meanwhile", "!advisory list");
    until_within(LONG, || "no answer", || (said(&inside.sandbox, "meanwhile").len() == 1).then_some(()))
        .await;
    let waiting = || {
        chat::by_bot(&inside.sandbox).iter().filter(|message| message.content.contains("⏳ Waiting")).count()
    };
    assert_eq!(waiting(), 1, "the team is told once: {:#?}", chat::by_bot(&inside.sandbox));
    inside.github.set(State::Up);
    inside.rest().await;
    assert_eq!(waiting(), 1);
    for topic in ["new one", "new two"] {
        let said = said(&inside.sandbox, topic);
        assert_eq!(said.iter().filter(|text| text.contains("Incident opened")).count(), 1, "{said:?}");
    }
    let said = said(&inside.sandbox, &incident);
    assert_eq!(said.iter().filter(|text| text.contains("Changed on GitHub")).count(), 1, "{said:?}");
    let advisories = inside.sandbox.github.advisories(WAMR);
    assert_eq!(advisories.len(), 3);
    assert_eq!(advisories[0].cwe_ids, ["CWE-787"]);
}

#[tokio::test(start_paused = true)]
async fn github_refuses_connections_for_five_minutes() {
    github_away(State::Refused).await;
}

#[tokio::test(start_paused = true)]
async fn github_answers_with_a_web_page_for_five_minutes() {
    github_away(State::BadGateway).await;
}

#[tokio::test(start_paused = true)]
async fn the_answers_of_github_are_lost_for_five_minutes() {
    github_away(State::Mute).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quick_restart_takes_up_the_same_queue() {
    let place = Place::new().await;
    let sandbox = &place.sandbox;
    let bot = place.start().await;
    say(
        sandbox,
        MAYA,
        "new",
        "!advisory new An overflow --severity low --affected < 2.4.4\n```\nA module.\n```",
    );
    let incident = until(|| bot.log(), || opened(sandbox, "new")).await;
    say(sandbox, MAYA, &incident, "!embargo set +100h");
    say(sandbox, MAYA, &incident, &format!("{} --waive text --early", chat::GO));
    let request = until(
        || said(sandbox, &incident),
        || chat::by_bot(sandbox).into_iter().find(|message| message.content.contains("asks to release")),
    )
    .await;
    let mistyped = say(sandbox, INES, "edited", "!advisory lsit");
    until(|| bot.log(), || (said(sandbox, "edited").len() == 1).then_some(())).await;
    let (ended, _) = bot.terminate().await;
    assert!(ended.success(), "{ended}");
    say(sandbox, MAYA, "meanwhile", "!advisory list");
    sandbox.zulip.edit(INES, mistyped, "!advisory list").unwrap();
    sandbox.zulip.react(TOMASZ, request.id, "+1").unwrap();
    let before = sandbox.zulip.requests().len();
    let bot = place.start().await;
    until(|| bot.log(), || (said(sandbox, "meanwhile").len() == 1).then_some(())).await;
    until(|| bot.log(), || (said(sandbox, "edited").len() == 2).then_some(())).await;
    until(|| bot.log(), || (sandbox.github.public_advisories().len() == 1).then_some(())).await;
    let since = sandbox.zulip.requests().split_off(before);
    let count = |method: &str, path: &str| {
        since.iter().filter(|request| request.method == method && request.path == path).count()
    };
    assert_eq!(count("POST", "/api/v1/register"), 1, "one snapshot of the realm");
    assert_eq!(count("DELETE", "/api/v1/events"), 1, "whose own queue is closed");
    bot.terminate().await;
    assert_eq!(said(sandbox, "meanwhile").len(), 1);
    assert_eq!(said(sandbox, "edited").len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn told_to_stop_at_work_it_stops_and_loses_nothing() {
    let place = Place::new().await;
    let sandbox = &place.sandbox;
    for round in 0..3_u64 {
        let bot = place.start().await;
        for number in 0..8 {
            say(sandbox, MAYA, &format!("command {round} {number}"), "!help");
        }
        let new = format!("!advisory new Overflow number {round} --severity low");
        say(sandbox, MAYA, &format!("new {round}"), &new);
        tokio::time::sleep(Duration::from_millis(round * 15)).await;
        let (ended, took) = bot.terminate().await;
        assert_eq!(ended.code(), Some(0));
        assert!(took < Duration::from_secs(10), "{took:?}");
    }
    let bot = place.start().await;
    let all_opened = || (0..3).all(|round| opened(sandbox, &format!("new {round}")).is_some());
    until(|| bot.log(), || all_opened().then_some(())).await;
    bot.terminate().await;
    for round in 0..3 {
        assert_eq!(said(sandbox, &format!("new {round}")).len(), 1);
        for number in 0..8 {
            assert_eq!(said(sandbox, &format!("command {round} {number}")).len(), 1, "{round} {number}");
        }
    }
    assert_eq!(sandbox.github.advisories(WAMR).len(), 3);
}
