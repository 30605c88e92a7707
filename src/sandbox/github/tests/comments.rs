//! Comments on advisories, while there is a preview of their API.

use serde_json::json;

use super::*;
use crate::sandbox::github::Access;

fn place(ghsa: &str) -> String {
    format!("{LIST}/{ghsa}/comments")
}

/// A draft that sofia-k was invited to, and where it is talked about.
async fn talk(bench: &Bench) -> (String, String) {
    let ghsa = bench.draft().await;
    bench.patch(&ghsa, json!({"collaborating_users": ["sofia-k"]})).await;
    let place = place(&ghsa);
    (ghsa, place)
}

fn bodies(answer: &Answered) -> Vec<String> {
    let listed = answer.json();
    let said = listed.as_array().expect("a list").iter();
    said.map(|comment| comment["body"].as_str().expect("text").to_owned()).collect()
}

#[tokio::test(start_paused = true)]
async fn what_is_said_is_listed_oldest_first_and_can_be_changed() {
    let bench = Bench::new();
    let (ghsa, place) = talk(&bench).await;
    let first = bench.post(&place, json!({"body": "Seen, thank you."})).await;
    assert_eq!(first.status, 201);
    let first = first.json();
    assert_eq!(first["user"]["login"], "advisory-bot-account");
    assert_eq!(first["created_at"], "2026-10-05T09:00:00Z");
    bench.jump(60);
    bench.by("sofia-k", Method::POST, &place, Some(json!({"body": "Good."}))).await;
    bench.github.comment_by_hand("maya", &ghsa, "And me.").unwrap();
    assert_eq!(bodies(&bench.get(&place).await), ["Seen, thank you.", "Good.", "And me."]);
    let one = format!("{place}/{}", first["id"]);
    let changed =
        bench.with_token(&Seed::bot_token(NUMBER), Method::PATCH, &one, Some(json!({"body": "Seen."}))).await;
    assert_eq!((changed.status, changed.json()["updated_at"].clone()), (200, json!("2026-10-05T09:01:00Z")));
    assert_eq!(bench.get(&one).await.json()["body"], "Seen.");
    assert_eq!(bench.by("maya", Method::DELETE, &one, None).await.status, 404, "there is no deleting");
    let kept: Vec<String> = bench.github.comments(&ghsa).into_iter().map(|comment| comment.author).collect();
    assert_eq!(kept, ["advisory-bot-account", "sofia-k", "maya"]);
    assert_eq!(bench.get(&format!("{LIST}/{ghsa}")).await.json()["updated_at"], "2026-10-05T09:00:00Z");
}

#[tokio::test(start_paused = true)]
async fn repeating_a_comment_says_it_twice() {
    let bench = Bench::new();
    let (_, place) = talk(&bench).await;
    for _ in 0..2 {
        bench.post(&place, json!({"body": "again"})).await;
    }
    assert_eq!(bodies(&bench.get(&place).await), ["again", "again"]);
}

#[tokio::test(start_paused = true)]
async fn lists_come_in_pages_and_from_a_time_of_change_on() {
    let bench = Bench::new();
    let (ghsa, place) = talk(&bench).await;
    let ids: Vec<u64> = (0..5)
        .map(|n| {
            bench.jump(60);
            bench.github.comment_by_hand("maya", &ghsa, &format!("no. {n}")).unwrap()
        })
        .collect();
    let second = bench.get(&format!("{place}?per_page=2&page=2")).await;
    assert_eq!(bodies(&second), ["no. 2", "no. 3"]);
    for (rel, page) in [("prev", 1), ("next", 3), ("last", 3)] {
        let part = format!("per_page=2&page={page}>; rel=\"{rel}\"");
        assert!(second.header("link").contains(&part), "{}", second.header("link"));
    }
    let link = second.header("link").split("rel=\"prev\", <https://api.github.com").nth(1).unwrap();
    let next = bench.get(link.split('>').next().unwrap()).await;
    assert_eq!(bodies(&next), ["no. 4"]);
    assert_eq!(bodies(&bench.get(&format!("{place}?page=9")).await), Vec::<String>::new());
    bench.jump(60);
    bench.github.edit_comment_by_hand("maya", &ghsa, ids[0], "changed").unwrap();
    let since = bench.get(&format!("{place}?since=2026-10-05T09:05:00Z")).await;
    assert_eq!(bodies(&since), ["changed", "no. 4"]);
    assert_eq!(bench.get(&format!("{place}?since=yesterday")).await.status, 400);
}

#[tokio::test(start_paused = true)]
async fn only_those_at_work_on_the_advisory_read_and_talk() {
    let bench = Bench::new();
    let (ghsa, place) = talk(&bench).await;
    let id = bench.github.comment_by_hand("maya", &ghsa, "secret").unwrap();
    let (one, say) = (format!("{place}/{id}"), || Some(json!({"body": "mine now"})));
    assert_eq!(bench.anonymous(&place).await.status, 404);
    assert_eq!(bench.raw(Method::POST, &place, &[("user-agent", "tests")], "{}").await.status, 401);
    for (login, read, talk, edit) in
        [("ravi", 404, 404, 404), ("sofia-k", 200, 201, 403), ("tomasz", 200, 201, 200)]
    {
        assert_eq!(bench.by(login, Method::GET, &place, None).await.status, read, "{login}");
        assert_eq!(bench.by(login, Method::GET, &one, None).await.status, read, "{login}");
        assert_eq!(bench.by(login, Method::POST, &place, say()).await.status, talk, "{login}");
        assert_eq!(bench.by(login, Method::PATCH, &one, say()).await.status, edit, "{login}");
    }
    assert_eq!(bench.weak(Method::GET, &place, None).await.status, 404);
    assert_eq!(bench.weak(Method::POST, &place, say()).await.status, 403);
    let reads = Rights::fine_grained("bytecodealliance", &[("repository_advisories", Access::Read)]);
    bench.github.set_token_rights(&Seed::weak_token(NUMBER), reads);
    assert_eq!(bench.weak(Method::GET, &place, None).await.status, 200);
    assert_eq!(bench.weak(Method::POST, &place, say()).await.status, 403);
}

#[tokio::test(start_paused = true)]
async fn publication_ends_the_talk_and_hides_it() {
    let bench = Bench::new();
    let (ghsa, place) = talk(&bench).await;
    let id = bench.github.comment_by_hand("maya", &ghsa, "secret").unwrap();
    bench.github.publish_by_hand("maya", &ghsa).unwrap();
    for listed in [bench.get(&place).await, bench.anonymous(&place).await] {
        assert_eq!((listed.status, listed.json()), (200, json!([])));
    }
    assert_eq!(bench.get(&format!("{place}/{id}")).await.status, 404);
    assert_eq!(bench.post(&place, json!({"body": "late"})).await.status, 404);
    assert_eq!(bench.github.comments(&ghsa).len(), 1, "what was said is kept for whoever drives this");
}

#[tokio::test(start_paused = true)]
async fn without_the_preview_there_is_nothing() {
    let bench = Bench::new();
    let (ghsa, place) = talk(&bench).await;
    bench.github.set_comments_preview(false);
    let id = bench.github.comment_by_hand("maya", &ghsa, "on the web").unwrap();
    assert_eq!(bench.get(&place).await.status, 404);
    assert_eq!(bench.get(&format!("{place}/{id}")).await.status, 404);
    assert_eq!(bench.post(&place, json!({"body": "x"})).await.status, 404);
    bench.github.set_comments_preview(true);
    assert_eq!(bodies(&bench.get(&place).await), ["on the web"]);
}

#[tokio::test(start_paused = true)]
async fn a_comment_needs_a_text_of_bearable_length() {
    let bench = Bench::new();
    let (ghsa, place) = talk(&bench).await;
    for body in [json!({}), json!({"body": " "}), json!({"body": 7}), json!({"body": "x".repeat(65_537)})] {
        assert_eq!(bench.post(&place, body.clone()).await.status, 422, "{:.40}", body.to_string());
    }
    assert_eq!(bench.post(&place, json!([])).await.status, 400);
    assert_eq!(bench.get(&format!("{place}/99")).await.status, 404);
    assert!(bench.github.comments(&ghsa).is_empty());
}
