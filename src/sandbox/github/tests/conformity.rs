//! What is answered and told, held to the official descriptions where those are at hand.

use super::*;
use crate::sandbox::{
    github::{Verdict, Written},
    openapi::check_exchange,
};

/// A description, none of which is part of this repository.
fn description(name: &str) -> Option<Value> {
    let path = format!("{}/../shared/openapi/{name}", env!("CARGO_MANIFEST_DIR"));
    let Ok(text) = std::fs::read(path) else {
        #[expect(clippy::print_stderr, reason = "a skipped test should say so")]
        {
            eprintln!("skipped: the official description {name} is not at hand");
        }
        return None;
    };
    Some(serde_json::from_slice(&text).expect("the description is JSON"))
}

/// Asks as the bot, and holds the exchange to the description.
async fn held(bench: &Bench, doc: &Value, method: Method, path: &str, status: u16, body: &str) {
    let request = Request::builder()
        .method(method.clone())
        .uri(format!("https://api.github.com{path}"))
        .header("user-agent", "tests")
        .header("content-type", "application/json")
        .header("authorization", format!("Bearer {}", Seed::bot_token(NUMBER)))
        .body(Bytes::copy_from_slice(body.as_bytes()))
        .expect("a request");
    let response = bench.github.handle(request.clone()).await;
    assert_eq!(response.status().as_u16(), status, "{method} {path}");
    check_exchange(doc, &request, &response).unwrap_or_else(|why| panic!("{method} {path}: {why}"));
}

#[tokio::test(start_paused = true)]
async fn forks_and_the_advisories_that_show_them_fit_the_official_description() {
    let Some(doc) = description("github-rest.json") else { return };
    let bench = Bench::new();
    let ghsa = bench.draft().await;
    let (one, forks) = (format!("{LIST}/{ghsa}"), format!("{LIST}/{ghsa}/forks"));
    held(&bench, &doc, Method::POST, &forks, 202, "").await;
    held(&bench, &doc, Method::POST, &forks, 422, "").await;
    held(&bench, &doc, Method::GET, &one, 200, "").await;
    held(&bench, &doc, Method::GET, LIST, 200, "").await;
    let fork = format!("/repos/bytecodealliance/wasmtime-{}", ghsa.to_lowercase());
    held(&bench, &doc, Method::GET, &fork, 404, "").await;
    bench.jump(40);
    held(&bench, &doc, Method::GET, &fork, 200, "").await;
    bench.github.comment_by_hand("maya", &ghsa, "Hm.").unwrap();
    held(&bench, &doc, Method::PATCH, &one, 200, r#"{"state": "published"}"#).await;
}

#[tokio::test(start_paused = true)]
async fn pull_requests_in_forks_fit_the_official_description() {
    let Some(doc) = description("github-rest.json") else { return };
    let bench = Bench::new();
    let ghsa = bench.draft().await;
    bench.github.fork_by_hand("maya", &ghsa).unwrap();
    bench.jump(60);
    let pulls = format!("/repos/bytecodealliance/wasmtime-{}/pulls", ghsa.to_lowercase());
    held(&bench, &doc, Method::GET, &pulls, 200, "").await;
    bench.github.open_pull("maya", &ghsa, "main", &["RELEASES.md".to_owned()]).unwrap();
    bench.github.review_pull("tomasz", &ghsa, 1, Verdict::Approved).unwrap();
    for _ in 0..2 {
        for below in ["", "?state=all&per_page=100", "/1", "/1/files?per_page=100", "/1/reviews?per_page=100"]
        {
            held(&bench, &doc, Method::GET, &format!("{pulls}{below}"), 200, "").await;
        }
        bench.github.change_pull(&ghsa, 1, |pull| pull.is_open = false).unwrap();
    }
    held(&bench, &doc, Method::GET, &format!("{pulls}/2"), 404, "").await;
}

#[tokio::test(start_paused = true)]
async fn what_is_public_fits_the_official_description() {
    let Some(mut doc) = description("github-rest.json") else { return };
    // What the description at hand leaves out, with the answers it describes elsewhere.
    for (path, of) in [("commits", "commit"), ("issues/comments", "issue-comment")] {
        let item = json!({"$ref": format!("#/components/schemas/{of}")});
        let content = json!({"application/json": {"schema": {"type": "array", "items": item}}});
        doc["paths"][format!("/repos/{{owner}}/{{repo}}/{path}")] =
            json!({"get": {"responses": {"200": {"content": content}}}});
    }
    let bench = Bench::new();
    let ghsa = bench.draft().await;
    bench.github.fork_by_hand("maya", &ghsa).unwrap();
    bench.jump(60);
    bench.github.open_pull("maya", &ghsa, "main", &[]).unwrap();
    bench.github.push_early("maya", &ghsa, 1, "topic").unwrap();
    let written = Written { title: "A title", body: "A text" };
    for branch in [None, Some("topic")] {
        bench.github.open_by_hand("maya", REPO, written, branch).unwrap();
    }
    bench.github.remark_by_hand("maya", (REPO, 1), "A word", false).unwrap();
    bench.github.release_by_hand("maya", (REPO, "v1"), written, false).unwrap();
    bench.github.release_by_hand("maya", (REPO, "v2"), written, true).unwrap();
    for below in [
        "",
        "/branches?per_page=100",
        "/branches/topic",
        "/pulls?state=all&sort=updated&direction=desc&per_page=50",
        "/releases?per_page=30",
        "/commits",
        "/issues/comments",
    ] {
        held(&bench, &doc, Method::GET, &format!("/repos/{REPO}{below}"), 200, "").await;
    }
    let fork = format!("/repos/bytecodealliance/wasmtime-{}", ghsa.to_lowercase());
    held(&bench, &doc, Method::GET, &format!("{fork}/pulls/1/commits?per_page=100"), 200, "").await;
}

#[tokio::test(start_paused = true)]
async fn what_a_release_does_in_public_fits_the_official_description() {
    let Some(doc) = description("github-rest.json") else { return };
    let bench = Bench::new();
    let own = |below: &str| format!("/repos/{REPO}/{below}");
    let sha = bench.github.push_by_hand("maya", (REPO, "topic"), "Mend it", None).unwrap();
    let body = |value: Value| value.to_string();
    let open = body(json!({"title": "Mend it", "head": "topic", "base": "main", "body": "So."}));
    held(&bench, &doc, Method::POST, &own("pulls"), 201, &open).await;
    held(&bench, &doc, Method::POST, &own("pulls"), 422, &open).await;
    bench.github.set_status(REPO, 1, "ci/old", crate::sandbox::github::Light::Green).unwrap();
    bench.github.review_by_hand("tomasz", REPO, 1, Verdict::Approved).unwrap();
    for _ in 0..2 {
        for below in [
            "pulls?base=main&state=all&sort=created&direction=desc&per_page=100&head=bytecodealliance:topic",
            "pulls/1",
            "pulls/1/commits",
            "pulls/1/reviews",
            "git/ref/heads/topic",
        ] {
            held(&bench, &doc, Method::GET, &own(below), 200, "").await;
        }
        for below in ["check-runs?per_page=100", "status?per_page=100"] {
            held(&bench, &doc, Method::GET, &own(&format!("commits/{sha}/{below}")), 200, "").await;
        }
        bench.jump(60);
    }
    let merge = own("pulls/1/merge");
    held(&bench, &doc, Method::PUT, &merge, 409, &body(json!({"sha": "0".repeat(40)}))).await;
    held(&bench, &doc, Method::PUT, &merge, 200, &body(json!({"sha": sha, "merge_method": "squash"}))).await;
    held(&bench, &doc, Method::PUT, &merge, 405, "{}").await;
    held(&bench, &doc, Method::GET, &own("pulls/1"), 200, "").await;
    held(&bench, &doc, Method::PATCH, &own("pulls/1"), 200, &body(json!({"state": "closed"}))).await;
    let workflow = |below: &str| own(&format!("actions/workflows/release.yml/{below}"));
    let start = body(json!({"ref": "main", "inputs": {"version": "48.0.0"}}));
    held(&bench, &doc, Method::POST, &workflow("dispatches"), 204, &start).await;
    for _ in 0..2 {
        held(&bench, &doc, Method::GET, &workflow("runs?event=workflow_dispatch&branch=main"), 200, "").await;
        bench.jump(60);
    }
    held(&bench, &doc, Method::GET, &own("pulls/2"), 200, "").await;
    bench.github.tag_by_hand("maya", REPO, "v1").unwrap();
    held(&bench, &doc, Method::GET, &own("git/ref/tags/v1"), 200, "").await;
    held(&bench, &doc, Method::GET, &own("git/ref/tags/v"), 404, "").await;
    let make = body(json!({"ref": "refs/heads/post", "sha": bench.github.head(REPO, "main")}));
    held(&bench, &doc, Method::POST, &own("git/refs"), 201, &make).await;
    held(&bench, &doc, Method::POST, &own("git/refs"), 422, &make).await;
    let file = own("contents/_posts/2026-10-05-a.md");
    held(&bench, &doc, Method::GET, &format!("{file}?ref=post"), 404, "").await;
    let put = body(json!({"message": "A post", "content": "QSBwb3N0Lgo=", "branch": "post"}));
    held(&bench, &doc, Method::PUT, &file, 201, &put).await;
    held(&bench, &doc, Method::PUT, &file, 422, &put).await;
    held(&bench, &doc, Method::GET, &format!("{file}?ref=post"), 200, "").await;
    held(&bench, &doc, Method::DELETE, &format!("/repos/{REPO}"), 204, "").await;
    held(&bench, &doc, Method::DELETE, &format!("/repos/{REPO}"), 404, "").await;
}

#[tokio::test(start_paused = true)]
async fn what_webhooks_are_told_fits_the_official_description() {
    let Some(mut doc) = description("github-webhooks.json") else { return };
    mend(&mut doc);
    // As paths, so that a delivery can be held to it like a request.
    for told in ["reported", "published"] {
        doc["paths"][format!("/{told}")] = doc["webhooks"][format!("repository-advisory-{told}")].clone();
    }
    let bench = Bench::new();
    bench.github.set_webhook(None, "http://127.0.0.1:9/hook", "secret").unwrap();
    bench.github.set_webhook(Some(REPO), "http://127.0.0.1:9/hook", "secret").unwrap();
    let ghsa = bench.github.report(REPO, "sofia-k", &complete()).unwrap();
    bench.github.accept("maya", &ghsa).unwrap();
    bench.github.publish_by_hand("maya", &ghsa).unwrap();
    let deliveries = bench.github.take_deliveries();
    assert_eq!(deliveries.len(), 4);
    for delivery in deliveries {
        let path = format!("/{}", delivery.told.word());
        let parameters = doc["paths"][&path]["post"]["parameters"].as_array().expect("described");
        for name in parameters.iter().filter_map(|parameter| parameter["name"].as_str()) {
            assert!(delivery.request.headers().contains_key(name.to_lowercase()), "{name} is missing");
        }
        let (mut parts, body) = delivery.request.into_parts();
        parts.uri = path.parse().expect("a path");
        let taken = http::Response::new(Bytes::new());
        check_exchange(&doc, &Request::from_parts(parts, body), &taken).unwrap();
    }
}

/// Mends a slip of the description: what is null or something else is written as both at once.
fn mend(doc: &mut Value) {
    match doc {
        Value::Object(fields) => {
            if fields.contains_key("allOf") && fields.get("type") == Some(&json!(["null"])) {
                fields.remove("type");
                fields.insert("nullable".to_owned(), json!(true));
            }
            fields.values_mut().for_each(mend);
        }
        Value::Array(items) => items.iter_mut().for_each(mend),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
