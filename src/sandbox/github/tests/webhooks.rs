//! Webhooks: told once, signed, of two things only.

use serde_json::json;

use super::*;
use crate::sandbox::github::{Delivery, Told, signature};

const HOOK: &str = "http://127.0.0.1:9/github";
const SECRET: &str = "It's a Secret to Everybody";

fn report(bench: &Bench, repo: &str) -> String {
    let fields = json!({"summary": "Crash", "description": "It crashes."});
    bench.github.report(repo, "sofia-k", &fields).expect("taken")
}

fn header<'delivery>(delivery: &'delivery Delivery, name: &str) -> &'delivery str {
    delivery.request.headers()[name].to_str().expect("text")
}

fn payload(delivery: &Delivery) -> Value {
    serde_json::from_slice(delivery.request.body()).expect("JSON")
}

#[test]
fn the_signature_is_the_documented_one() {
    let wanted = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    assert_eq!(signature(SECRET, b"Hello, World!"), wanted);
}

#[tokio::test(start_paused = true)]
async fn a_report_is_told_once_with_the_whole_advisory() {
    let bench = Bench::new();
    bench.github.set_webhook(None, HOOK, SECRET).unwrap();
    let ghsa = report(&bench, REPO);
    let [delivery] = &bench.github.take_deliveries()[..] else { panic!("one delivery") };
    assert_eq!((delivery.told, &delivery.ghsa_id), (Told::Reported, &ghsa));
    assert_eq!(delivery.request.uri(), HOOK);
    assert_eq!(header(delivery, "x-github-event"), "repository_advisory");
    assert_eq!(header(delivery, "x-github-delivery"), delivery.id);
    assert_eq!(header(delivery, "x-hub-signature-256"), signature(SECRET, delivery.request.body()));
    assert_eq!(header(delivery, "x-github-hook-installation-target-type"), "organization");
    assert!(header(delivery, "user-agent").starts_with("GitHub-Hookshot/"));
    assert!(header(delivery, "x-github-hook-id").parse::<u64>().is_ok());
    let told = payload(delivery);
    assert_eq!((&told["action"], &told["sender"]["login"]), (&json!("reported"), &json!("sofia-k")));
    assert_eq!(told["repository"]["full_name"], REPO);
    assert_eq!(told["repository_advisory"], bench.get(&format!("{LIST}/{ghsa}")).await.json());
    assert!(bench.github.take_deliveries().is_empty(), "it is taken once");
}

#[tokio::test(start_paused = true)]
async fn nothing_else_is_told_but_publication() {
    let bench = Bench::new();
    bench.github.set_webhook(None, HOOK, "").unwrap();
    let ghsa = bench.draft().await;
    bench.patch(&ghsa, json!({"summary": "Other"})).await;
    bench.github.close("maya", &ghsa).unwrap();
    bench.github.accept("maya", &ghsa).unwrap();
    bench.github.comment_by_hand("maya", &ghsa, "Hm.").unwrap();
    bench.github.fork_by_hand("maya", &ghsa).unwrap();
    assert!(bench.github.take_deliveries().is_empty());
    bench.github.publish_by_hand("tomasz", &ghsa).unwrap();
    bench.patch(&ghsa, json!({"state": "published", "summary": "Other again"})).await;
    let [delivery] = &bench.github.take_deliveries()[..] else { panic!("one delivery") };
    let told = payload(delivery);
    assert_eq!((&told["action"], &told["sender"]["login"]), (&json!("published"), &json!("tomasz")));
    assert_eq!(told["repository_advisory"]["state"], "published");
    assert!(!delivery.request.headers().contains_key("x-hub-signature-256"), "there is no secret");
}

#[tokio::test(start_paused = true)]
async fn a_refused_publication_is_not_told() {
    let bench = Bench::new();
    bench.github.set_webhook(None, HOOK, SECRET).unwrap();
    let ghsa = bench.draft().await;
    bench.github.publish_by_hand("ravi", &ghsa).unwrap_err();
    bench.patch(&ghsa, json!({"severity": null, "state": "published"})).await;
    assert!(bench.github.deliveries().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_hook_hears_of_its_own_repository() {
    let bench = Bench::new();
    let other = "bytecodealliance/wasm-micro-runtime";
    assert_eq!(bench.github.set_webhook(Some("no/where"), HOOK, SECRET).unwrap_err().status, 404);
    report(&bench, REPO);
    assert!(bench.github.deliveries().is_empty(), "nobody listens");
    bench.github.set_webhook(Some(other), HOOK, SECRET).unwrap();
    report(&bench, REPO);
    let heard = report(&bench, other);
    let [delivery] = &bench.github.take_deliveries()[..] else { panic!("one delivery") };
    assert_eq!(delivery.ghsa_id, heard);
    assert_eq!(header(delivery, "x-github-hook-installation-target-type"), "repository");
    bench.github.set_webhook(None, "http://127.0.0.1:9/all", SECRET).unwrap();
    report(&bench, other);
    assert_eq!(bench.github.take_deliveries().len(), 2, "each hook by itself");
    bench.github.set_webhook(Some(other), "http://127.0.0.1:9/moved", SECRET).unwrap();
    report(&bench, other);
    let urls: Vec<String> =
        bench.github.take_deliveries().iter().map(|each| each.request.uri().to_string()).collect();
    assert_eq!(urls, ["http://127.0.0.1:9/all", "http://127.0.0.1:9/moved"]);
}

#[tokio::test(start_paused = true)]
async fn a_delivery_is_sent_again_only_by_hand_and_under_its_old_name() {
    let bench = Bench::new();
    bench.github.set_webhook(None, HOOK, SECRET).unwrap();
    report(&bench, REPO);
    let first = bench.github.take_deliveries().remove(0);
    assert!(bench.github.delivers());
    bench.github.delivered(&first.id, None);
    assert!(!bench.github.delivers());
    bench.jump(24 * 3600);
    assert!(bench.github.take_deliveries().is_empty(), "nobody tries again");
    assert!(bench.github.redeliver(&first.id));
    let again = bench.github.take_deliveries().remove(0);
    assert_eq!((&again.id, again.request.body()), (&first.id, first.request.body()));
    bench.github.delivered(&again.id, Some(204));
    let kept = bench.github.deliveries().remove(0);
    assert_eq!((kept.attempts.as_slice(), kept.is_received()), (&[None, Some(204)][..], true));
    assert!(!bench.github.redeliver("never-made"));
}
