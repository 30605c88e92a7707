//! How many requests things cost, as the services count them.

use advisory_bot::sandbox::{
    github,
    zulip::{
        MessageId, Place, RequestRecord,
        seed::{self, INES, MAYA},
    },
};

use crate::{
    chat,
    inside::{Inside, SEED},
};

/// The requests to Zulip so far, the long poll aside.
fn to_zulip(inside: &Inside) -> Vec<RequestRecord> {
    let requests = inside.sandbox.zulip.requests();
    requests.into_iter().filter(|request| !is_poll(request)).collect()
}

fn is_poll(request: &RequestRecord) -> bool {
    request.method == "GET" && request.path.ends_with("/events")
}

/// The requests that something costs: to Zulip, each by method and path, and to GitHub.
async fn cost(inside: &Inside, act: impl FnOnce() -> MessageId) -> (Vec<String>, usize) {
    inside.rest().await;
    let (zulip, github) = (to_zulip(inside).len(), inside.sandbox.github.requests().len());
    let _said = act();
    inside.rest().await;
    let spent = to_zulip(inside).split_off(zulip);
    let spent = spent.iter().map(|request| format!("{} {}", request.method, request.path)).collect();
    (spent, inside.sandbox.github.requests().len() - github)
}

#[tokio::test(start_paused = true)]
async fn a_command_that_changes_nothing_costs_its_answer() {
    let inside = Inside::start().await;
    let incident = inside.open("An overflow in the loader").await;
    inside.ask(MAYA, &incident, "!embargo set +100h").await;
    let post = vec!["POST /api/v1/messages".to_owned()];
    for command in [
        "!help",
        "!help embargo set",
        "!advisory list",
        "!advisory list --all",
        "!advisory show",
        "!embargo show",
        "!release plan",
        "!release status",
        "!next",
        "!timeline",
    ] {
        let spent = cost(&inside, || chat::say(&inside.sandbox, INES, &incident, command)).await;
        assert_eq!(spent, (post.clone(), 0), "{command}");
    }
    // So does each refusal: of nonsense, of what is not on, of somebody outside the team.
    for (user, command) in [(INES, "!advisry list"), (INES, "!release approve"), (INES, "!embargo set then")]
    {
        let spent = cost(&inside, || chat::say(&inside.sandbox, user, &incident, command)).await;
        assert_eq!(spent, (post.clone(), 0), "{command}");
    }
    let direct = Place::direct([MAYA, seed::ADVISORY_BOT]);
    let spent = cost(&inside, || inside.sandbox.zulip.send(MAYA, direct, "!advisory list").unwrap()).await;
    assert_eq!(spent, (post, 0), "by direct message");
}

#[tokio::test(start_paused = true)]
async fn talk_costs_nothing() {
    let inside = Inside::start().await;
    let talk = || {
        chat::say(&inside.sandbox, MAYA, "lunch", "Pizza again?");
        chat::say_in(&inside.sandbox, seed::RAVI, seed::GENERAL, "lunch", "Why not.");
        inside.sandbox.zulip.send(MAYA, Place::direct([INES]), "Not for me.").unwrap()
    };
    assert_eq!(cost(&inside, talk).await, (Vec::new(), 0));
}

#[tokio::test(start_paused = true)]
async fn setting_the_disclosure_time_costs_the_answer_and_the_card() {
    let inside = Inside::start().await;
    let incident = inside.open("An overflow in the loader").await;
    let act = || chat::say(&inside.sandbox, MAYA, &incident, "!embargo set +100h");
    let (spent, github) = cost(&inside, act).await;
    // The answer; the channel's privacy, and the card.
    assert!(spent.len() <= 3, "{spent:?}");
    assert_eq!(github, 0);
}

#[tokio::test(start_paused = true)]
async fn an_incident_costs_two_marks_an_answer_and_a_card() {
    let inside = Inside::start().await;
    let act = || chat::say(&inside.sandbox, MAYA, "new", "!advisory new An overflow --severity low");
    let (spent, github) = cost(&inside, act).await;
    // 👀, the channel's privacy, the card, ✅, the answer.
    assert!(spent.len() <= 5, "{spent:?}");
    assert_eq!(github, 1);
}

#[tokio::test(start_paused = true)]
async fn a_hundred_commands_that_wait_at_the_start_stay_within_the_limit() {
    let mut inside = Inside::of(seed::realm(SEED), github::Seed::bytecodealliance(SEED));
    inside.wake(|_| {}).await;
    inside.sleep().await;
    for number in 0..100 {
        chat::say(&inside.sandbox, MAYA, &format!("command {number}"), "!advisory list");
    }
    inside.wake(|_| {}).await;
    for number in 0..100 {
        assert_eq!(chat::said(&inside.sandbox, &format!("command {number}")).len(), 1, "{number}");
    }
    let refused = inside.sandbox.zulip.requests().iter().filter(|request| request.status == 429).count();
    assert_eq!(refused, 0);
}
