//! The bot's own web server: whether it lives, whether it is ready, what it has done, and GitHub's webhooks.

mod patience;

use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    http::{HeaderName, StatusCode, header::CONTENT_TYPE},
    routing::{get, post},
};
use tokio::{net::TcpListener, sync::watch};

use self::patience::Patient;
use crate::{
    engine::Health,
    webhook::{self, Webhook},
};

/// Serves `/healthz`, `/readyz` and `/metrics`, and `/webhooks/github` where there is a secret to tell GitHub by,
/// until the bot ends.
///
/// # Errors
/// When the listening socket fails.
pub async fn serve(
    listener: TcpListener,
    health: watch::Receiver<Health>,
    webhook: Option<Webhook>,
) -> std::io::Result<()> {
    let ended = health.clone();
    let mut routes = Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(health);
    if let Some(webhook) = webhook {
        let hooks = Router::new().route("/webhooks/github", post(webhook::deliver));
        routes = routes.merge(hooks.with_state(Arc::new(webhook)));
    }
    axum::serve(Patient(listener), routes).with_graceful_shutdown(gone(ended)).await
}

/// 200 once the queue is registered, the history read and the store open; 503 before.
async fn ready(State(health): State<watch::Receiver<Health>>) -> (StatusCode, &'static str) {
    let ready = health.borrow().ready;
    if ready { (StatusCode::OK, "ready\n") } else { (StatusCode::SERVICE_UNAVAILABLE, "starting\n") }
}

/// What the bot has done, for Prometheus.
async fn metrics(State(health): State<watch::Receiver<Health>>) -> ([(HeaderName, &'static str); 1], String) {
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], health.borrow().metrics())
}

/// Returns when the engine, which holds the other end, is gone.
async fn gone(mut health: watch::Receiver<Health>) {
    while health.changed().await.is_ok() {}
}
