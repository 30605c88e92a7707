//! Lists: filter, order, pages, lag.

use jiff::SignedDuration;
use serde_json::json;

use super::*;

fn ids(answered: &Answered) -> Vec<String> {
    let list = answered.json();
    let list = list.as_array().expect("a list").iter();
    list.map(|each| each["ghsa_id"].as_str().expect("an identifier").to_owned()).collect()
}

/// The address of a related page, below the API's base.
fn linked(answered: &Answered, rel: &str) -> Option<String> {
    let wanted = format!("rel=\"{rel}\"");
    let link = answered.header("link").split(", ").find(|link| link.ends_with(&wanted))?;
    let address = link.split('>').next()?.trim_start_matches('<');
    address.strip_prefix("https://api.github.com").map(str::to_owned)
}

async fn five(bench: &Bench) -> Vec<String> {
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(bench.draft().await);
        bench.jump(60);
    }
    made
}

#[tokio::test(start_paused = true)]
async fn an_empty_list_is_a_list() {
    let bench = Bench::new();
    let listed = bench.get(LIST).await;
    assert_eq!((listed.status, listed.text.as_str(), listed.header("link")), (200, "[]", ""));
}

#[tokio::test(start_paused = true)]
async fn the_newest_come_first_unless_asked_otherwise() {
    let bench = Bench::new();
    let made = five(&bench).await;
    let reversed: Vec<String> = made.iter().rev().cloned().collect();
    assert_eq!(ids(&bench.get(LIST).await), reversed);
    assert_eq!(ids(&bench.get(&format!("{LIST}?direction=asc")).await), made);
    bench.patch(&made[2], json!({"summary": "Other"})).await;
    assert_eq!(ids(&bench.get(&format!("{LIST}?sort=updated")).await)[0], made[2]);
    bench.github.publish_by_hand("maya", &made[1]).expect("published");
    assert_eq!(ids(&bench.get(&format!("{LIST}?sort=published")).await)[0], made[1]);
}

#[tokio::test(start_paused = true)]
async fn a_list_can_be_narrowed_to_a_state() {
    let bench = Bench::new();
    let made = five(&bench).await;
    bench.github.publish_by_hand("maya", &made[1]).expect("published");
    bench.github.close("maya", &made[3]).expect("closed");
    assert_eq!(ids(&bench.get(&format!("{LIST}?state=published")).await), [made[1].clone()]);
    assert_eq!(ids(&bench.get(&format!("{LIST}?state=closed")).await), [made[3].clone()]);
    assert_eq!(ids(&bench.get(&format!("{LIST}?state=draft")).await).len(), 3);
    for wrong in ["state=withdrawn", "sort=name", "direction=up", "per_page=many", "after=%25"] {
        assert_eq!(bench.get(&format!("{LIST}?{wrong}")).await.status, 400, "{wrong}");
    }
}

#[tokio::test(start_paused = true)]
async fn links_lead_through_all_pages_and_back() {
    let bench = Bench::new();
    let made = five(&bench).await;
    let first = bench.get(&format!("{LIST}?per_page=2&direction=asc")).await;
    assert_eq!(ids(&first), made[..2]);
    assert_eq!(linked(&first, "prev"), None);
    let second = bench.get(&linked(&first, "next").expect("more")).await;
    assert_eq!(ids(&second), made[2..4]);
    let third = bench.get(&linked(&second, "next").expect("more")).await;
    assert_eq!(ids(&third), made[4..]);
    assert_eq!(linked(&third, "next"), None);
    let back = bench.get(&linked(&third, "prev").expect("less")).await;
    assert_eq!(ids(&back), made[2..4]);
    let start = bench.get(&linked(&back, "prev").expect("less")).await;
    assert_eq!(ids(&start), made[..2]);
}

#[tokio::test(start_paused = true)]
async fn a_new_advisory_does_not_shift_the_pages_being_read() {
    let bench = Bench::new();
    let made = five(&bench).await;
    let first = bench.get(&format!("{LIST}?per_page=2")).await;
    bench.draft().await;
    let second = bench.get(&linked(&first, "next").expect("more")).await;
    assert_eq!(ids(&second), [made[2].clone(), made[1].clone()]);
}

#[tokio::test(start_paused = true)]
async fn a_lagging_list_shows_the_state_of_a_while_ago() {
    let bench = Bench::new();
    bench.github.set_list_lag(SignedDuration::from_secs(10));
    let ghsa = bench.draft().await;
    assert!(ids(&bench.get(LIST).await).is_empty());
    assert_eq!(bench.get(&format!("{LIST}/{ghsa}")).await.status, 200, "one by itself does not lag");
    bench.jump(10);
    assert_eq!(bench.get(LIST).await.json()[0]["state"], "draft");
    bench.github.publish_by_hand("maya", &ghsa).expect("published");
    assert_eq!(bench.get(LIST).await.json()[0]["state"], "draft");
    assert!(ids(&bench.anonymous(LIST).await).is_empty());
    bench.jump(10);
    assert_eq!(bench.get(LIST).await.json()[0]["state"], "published");
}
