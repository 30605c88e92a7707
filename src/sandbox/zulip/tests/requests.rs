//! What holds for every request: who asks, how often, and how parameters are read.

use bytes::Bytes;
use http::{Request, header};
use serde_json::{Value, json};

use super::world::World;
use crate::sandbox::zulip::seed::{ADVISORY_BOT, MAYA};

fn with_auth(value: &str) -> Request<Bytes> {
    let builder = Request::builder().uri("/api/v1/users/me").header(header::AUTHORIZATION, value);
    builder.body(Bytes::new()).unwrap()
}

fn basic(user: &str, key: &str) -> String {
    use base64::Engine;
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{user}:{key}")))
}

#[tokio::test(start_paused = true)]
async fn credentials_are_refused_as_the_real_server_does() {
    let world = World::new();
    let bot = world.zulip.user(ADVISORY_BOT).unwrap();
    let maya = world.zulip.user(MAYA).unwrap();
    assert_eq!(bot.api_key.len(), 32);
    let cases = [
        (basic(&bot.email, &maya.api_key), 401, "UNAUTHORIZED", "Invalid API key"),
        (basic("nobody@sandbox.example", &bot.api_key), 401, "UNAUTHORIZED", "Invalid API key"),
        (basic(&bot.email, "short"), 401, "UNAUTHORIZED", "Malformed API key"),
        ("Basic !".to_owned(), 401, "UNAUTHORIZED", "Invalid authorization header for basic auth"),
        ("Bearer x".to_owned(), 400, "BAD_REQUEST", "This endpoint requires HTTP basic authentication."),
    ];
    for (header, status, code, message) in cases {
        let (given, body) = world.exchange(with_auth(&header)).await;
        assert_eq!((given, &body["code"], &body["msg"]), (status, &json!(code), &json!(message)));
    }
    let none = Request::builder().uri("/api/v1/users/me").body(Bytes::new()).unwrap();
    let response = world.zulip.handle(none).await;
    assert_eq!(response.headers()["www-authenticate"], "Basic realm=\"zulip\"");
    assert!(!response.headers().contains_key("x-ratelimit-limit"));
    let upper = basic(&bot.email.to_uppercase(), &bot.api_key);
    assert_eq!(world.exchange(with_auth(&upper)).await.0, 200);
}

#[tokio::test(start_paused = true)]
async fn unknown_endpoints_are_a_page_and_wrong_methods_say_which_are_right() {
    let world = World::new();
    let response = world.zulip.handle(world.request(ADVISORY_BOT, "GET", "nope", &[])).await;
    assert_eq!(response.status(), 404);
    assert_eq!(response.headers()["content-type"], "text/html; charset=utf-8");
    let (status, body) = world.bot("POST", "users/me/2/topics", &[]).await;
    assert_eq!(
        (status, &body["allowed_methods"], &body["code"]),
        (405, &json!(["GET", "HEAD"]), &Value::Null)
    );
}

#[tokio::test(start_paused = true)]
async fn the_201st_request_in_a_minute_is_refused_and_not_carried_out() {
    let world = World::new();
    for left in (0..200_u32).rev() {
        let response = world.zulip.handle(world.request(ADVISORY_BOT, "GET", "users/me", &[])).await;
        assert_eq!(response.headers()["x-ratelimit-remaining"], left.to_string().as_str());
    }
    world.pass(20);
    let form = [("type", "channel"), ("to", "2"), ("topic", "T"), ("content", "x")];
    let response = world.zulip.handle(world.request(ADVISORY_BOT, "POST", "messages", &form)).await;
    assert_eq!(response.status(), 429);
    let body: Value = serde_json::from_slice(response.body()).unwrap();
    assert_eq!(
        (&body["code"], &body["msg"]),
        (&json!("RATE_LIMIT_HIT"), &json!("API usage exceeded rate limit"))
    );
    let wait = body["retry-after"].as_f64().unwrap();
    assert!((39.0..=40.0).contains(&wait) && body["retry-after"].is_f64(), "{wait}");
    assert_eq!(response.headers()["retry-after"], wait.to_string().as_str());
    assert_eq!(response.headers()["x-ratelimit-remaining"], "0");
    assert!(world.zulip.messages().is_empty());
    let (status, body) = world.bot("GET", "events", &[("queue_id", "nope"), ("last_event_id", "-1")]).await;
    assert_eq!((status, &body["code"]), (400, &json!("BAD_EVENT_QUEUE_ID")), "events are counted apart");
    assert_eq!(world.ask(MAYA, "GET", "users/me", &[]).await.0, 200, "each user by themselves");
    world.pass(39);
    assert_eq!(world.bot("GET", "users/me", &[]).await.0, 429, "asking on does not help or harm");
    world.pass(1);
    assert_eq!(world.bot("GET", "users/me", &[]).await.0, 200);
}

#[tokio::test(start_paused = true)]
async fn parameters_are_form_fields_and_json_bodies_are_not_read() {
    let world = World::new();
    let mut request = world.request(ADVISORY_BOT, "POST", "messages", &[]);
    *request.body_mut() = Bytes::from(r#"{"type": "channel", "to": 2, "topic": "T", "content": "x"}"#);
    request.headers_mut().insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
    let (status, body) = world.exchange(request).await;
    assert_eq!((status, &body["code"]), (400, &json!("REQUEST_VARIABLE_MISSING")));
    assert_eq!((&body["msg"], &body["var_name"]), (&json!("Missing 'type' argument"), &json!("type")));
    let mut request = world.request(ADVISORY_BOT, "POST", "messages", &[]);
    *request.uri_mut() = "/api/v1/messages?type=stream&to=2&topic=T&content=x".parse().unwrap();
    assert_eq!(world.exchange(request).await.0, 200, "the query string does as well");
}

#[tokio::test(start_paused = true)]
async fn parameters_without_effect_are_named() {
    let world = World::new();
    let form = [("idle_queue_timeout", "3600"), ("event_types", "[]")];
    let (status, body) = world.bot("POST", "register", &form).await;
    assert_eq!((status, &body["ignored_parameters_unsupported"]), (200, &json!(["idle_queue_timeout"])));
    assert_eq!(world.bot("GET", "users/me", &[]).await.1["ignored_parameters_unsupported"], Value::Null);
}

#[tokio::test(start_paused = true)]
async fn server_settings_need_no_credentials_and_are_not_limited() {
    let world = World::new();
    for _ in 0..250 {
        let request = Request::builder().uri("/api/v1/server_settings").body(Bytes::new()).unwrap();
        let (status, body) = world.exchange(request).await;
        assert_eq!((status, &body["zulip_feature_level"]), (200, &json!(372)));
    }
}

#[tokio::test(start_paused = true)]
async fn requests_are_recorded_with_who_made_them_and_how_they_ended() {
    let world = World::new();
    world.bot("GET", "users/me", &[]).await;
    world.bot("GET", "nope", &[]).await;
    let requests = world.zulip.requests();
    let told: Vec<_> = requests.iter().map(|one| (one.path.as_str(), one.user, one.status)).collect();
    assert_eq!(told, [("/api/v1/users/me", Some(ADVISORY_BOT), 200), ("/api/v1/nope", None, 404)]);
}
