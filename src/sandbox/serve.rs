//! A service on a loopback port: real HTTP in front of the model.

use std::{net::Ipv4Addr, sync::Arc};

use anyhow::Context as _;
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::State,
    serve::ListenerExt as _,
};
use http::{Request, Response, StatusCode};
use tokio::{net::TcpListener, task::JoinHandle};
use url::Url;

use super::world::Service;

/// The largest request taken: an upload that Zulip's own limit refuses still comes through.
const REQUEST_BYTES_MAX: usize = 32 * 1024 * 1024;

/// A service that answers on a port. Dropping it closes the port.
pub struct Served {
    address: Url,
    task: JoinHandle<()>,
}

impl Served {
    /// Where it answers.
    #[must_use]
    pub fn address(&self) -> &Url {
        &self.address
    }

    /// The same without the slash at the end.
    #[must_use]
    pub fn base(&self) -> &str {
        self.address.as_str().trim_end_matches('/')
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Answers for `service` on `port` of the loopback address; 0 is any free port.
///
/// # Errors
/// When the port cannot be had.
pub async fn serve(service: Arc<dyn Service>, port: u16) -> anyhow::Result<Served> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .with_context(|| format!("port {port} of 127.0.0.1 cannot be listened on"))?;
    let address = format!("http://{}/", listener.local_addr()?).parse()?;
    let app = Router::new().fallback(exchange).with_state(service);
    // Answers are small and awaited: none should wait for the next.
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection may be slow");
        }
    });
    let task = tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, app).await {
            tracing::error!(%error, "a sandbox service has ended");
        }
    });
    Ok(Served { address, task })
}

async fn exchange(State(service): State<Arc<dyn Service>>, request: Request<Body>) -> Response<Body> {
    let (head, body) = request.into_parts();
    match to_bytes(body, REQUEST_BYTES_MAX).await {
        Ok(body) => service.answer(Request::from_parts(head, body)).await.map(Body::from),
        Err(_) => {
            let mut refusal = Response::new(Body::empty());
            *refusal.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
            refusal
        }
    }
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use bytes::Bytes;

    use super::*;
    use crate::{port::Transport as _, transport::Network};

    struct Echo;

    #[async_trait]
    impl Service for Echo {
        async fn answer(&self, request: Request<Bytes>) -> Response<Bytes> {
            let (head, body) = request.into_parts();
            let line = format!("{} {} {}", head.method, head.uri, String::from_utf8_lossy(&body));
            Response::builder().status(418).header("x-of", "echo").body(Bytes::from(line)).unwrap()
        }
    }

    #[tokio::test]
    async fn requests_and_answers_go_through_whole() {
        let served = serve(Arc::new(Echo), 0).await.unwrap();
        let url = served.address().join("a/b?c=d%20e").unwrap();
        let request = Request::post(url.as_str()).body(Bytes::from("body")).unwrap();
        let answer = Network::new().unwrap().send(request).await.unwrap();
        assert_eq!((answer.status().as_u16(), answer.headers()["x-of"].to_str().unwrap()), (418, "echo"));
        assert_eq!(answer.body(), "POST /a/b?c=d%20e body");
        let long = Request::post(url.as_str()).body(Bytes::from(vec![0; REQUEST_BYTES_MAX + 1])).unwrap();
        let refused = Network::new().unwrap().send(long).await;
        assert!(refused.is_err() || refused.unwrap().status() == StatusCode::PAYLOAD_TOO_LARGE);
    }
}
