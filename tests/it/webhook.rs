//! GitHub's webhooks to the real bot: a signed one has a report noticed at once; anything else does not.

use std::{sync::Arc, time::Duration};

use advisory_bot::{sandbox::webhook::deliver, transport::Network};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{Instant, timeout},
};

use crate::{
    bot::Bot,
    chat,
    place::{Place, listen_of, status},
    wait::until,
};

const WAMR: &str = "bytecodealliance/wasm-micro-runtime";
const SECRET: &str = "It's a Secret to Everybody";

/// A bot that by itself would look at GitHub only in an hour, and where it listens.
async fn bot(place: &Place, webhooks: bool) -> (Bot, String) {
    place.secret("webhook-secret", SECRET);
    let mut text = place.configuration().replace("[github]", "[github]\npoll = \"1 hour\"");
    if webhooks {
        text = text.replace("[http]", "[http]\nwebhook_secret_file = \"webhook-secret\"");
    }
    let bot = place.run_with(&text);
    let listen = listen_of(&text).to_owned();
    let ready = async {
        while status(&listen, "readyz").await != Some(200) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(Duration::from_secs(60), ready).await.expect("the bot is ready");
    (bot, listen)
}

fn report(place: &Place, summary: &str) -> String {
    let fields = json!({"summary": summary, "description": "A module crashes the loader.",
        "vulnerabilities": [{"package": {"ecosystem": "other", "name": "wasm-micro-runtime"}}]});
    place.sandbox.github.report(WAMR, "sofia-k", &fields).unwrap()
}

/// Sends bytes, and returns the status of the answer.
async fn sends(listen: &str, bytes: &[u8]) -> u16 {
    let mut stream = TcpStream::connect(listen).await.unwrap();
    // The server may answer, and close, before it has read everything.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let _ = timeout(Duration::from_secs(20), stream.read_to_end(&mut answer)).await;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    answer.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or_default()
}

fn delivery(signature: &str, length: usize, body: &str) -> Vec<u8> {
    format!(
        "POST /webhooks/github HTTP/1.1\r\nHost: bot\r\nConnection: close\r\nX-GitHub-Event: repository_advisory\r\n\
         X-GitHub-Delivery: 1\r\nX-Hub-Signature-256: {signature}\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_delivery_has_the_report_noticed_at_once() {
    let place = Place::new().await;
    let (bot, listen) = bot(&place, true).await;
    let hook = format!("http://{listen}/webhooks/github");
    place.sandbox.github.set_webhook(None, &hook, SECRET).unwrap();
    let sending = tokio::spawn(deliver(Arc::clone(&place.sandbox.github), Arc::new(Network::new().unwrap())));
    let ghsa = report(&place, "Crash in the loader");
    let called = || {
        let said = chat::by_bot(&place.sandbox);
        said.into_iter().find(|said| said.content.contains("A private report came in on GitHub"))
    };
    until(|| bot.log(), called).await;
    let sent = place.sandbox.github.deliveries();
    assert_eq!(sent.len(), 1);
    until(|| bot.log(), || (place.sandbox.github.deliveries()[0].attempts == [Some(202)]).then_some(()))
        .await;
    // Once more, by hand: nothing is done twice.
    assert!(place.sandbox.github.redeliver(&sent[0].id));
    until(|| bot.log(), || (place.sandbox.github.deliveries()[0].attempts.len() == 2).then_some(())).await;
    assert_eq!(place.sandbox.github.deliveries()[0].attempts[1], Some(200));
    let cards = chat::by_bot(&place.sandbox).into_iter().filter(|said| said.content.contains(&ghsa));
    assert_eq!(cards.count(), 1);
    sending.abort();
    assert!(bot.terminate().await.0.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_signed_too_long_or_too_slow_is_refused() {
    let place = Place::new().await;
    let (bot, listen) = bot(&place, true).await;
    let body = format!(r#"{{"repository":{{"full_name":"{WAMR}"}}}}"#);
    let wrong = format!("sha256={}", "0".repeat(64));
    assert_eq!(sends(&listen, &delivery(&wrong, body.len(), &body)).await, 401);
    assert_eq!(sends(&listen, &delivery("", body.len(), &body)).await, 401);
    assert_eq!(sends(&listen, &delivery(&wrong, 6_000_000, &body)).await, 413);
    let mut slow = TcpStream::connect(&listen).await.unwrap();
    slow.write_all(&delivery(&wrong, 1000, "")).await.unwrap();
    let began = Instant::now();
    let dripping = async {
        while slow.write_all(b" ").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    };
    timeout(Duration::from_secs(15), dripping).await.expect("who sends a byte now and then is cut off");
    assert!(began.elapsed() < Duration::from_secs(12), "{:?}", began.elapsed());
    assert_eq!(status(&listen, "healthz").await, Some(200));
    assert!(chat::by_bot(&place.sandbox).is_empty(), "nothing was noticed");
    assert!(bot.terminate().await.0.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_secret_there_is_no_such_page() {
    let place = Place::new().await;
    let (bot, listen) = bot(&place, false).await;
    assert_eq!(sends(&listen, &delivery("sha256=00", 2, "{}")).await, 404);
    assert!(bot.terminate().await.0.success());
}
