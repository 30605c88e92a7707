//! The bot's own web server: whether it lives, and whether it is ready.

use axum::{Router, extract::State, http::StatusCode, routing::get};
use tokio::{net::TcpListener, sync::watch};

use crate::engine::Health;

/// Serves `/healthz` and `/readyz` until the bot ends.
///
/// # Errors
/// When the listening socket fails.
pub async fn serve(listener: TcpListener, health: watch::Receiver<Health>) -> std::io::Result<()> {
    let ended = health.clone();
    let routes = Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .with_state(health);
    axum::serve(listener, routes).with_graceful_shutdown(gone(ended)).await
}

/// 200 once the queue is registered, the history read and the store open; 503 before.
async fn ready(State(health): State<watch::Receiver<Health>>) -> (StatusCode, &'static str) {
    let ready = health.borrow().ready;
    if ready { (StatusCode::OK, "ready\n") } else { (StatusCode::SERVICE_UNAVAILABLE, "starting\n") }
}

/// Returns when the engine, which holds the other end, is gone.
async fn gone(mut health: watch::Receiver<Health>) {
    while health.changed().await.is_ok() {}
}
