//! HTTP over the network.

use std::{error::Error as _, time::Duration};

use anyhow::Context as _;
use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;

use crate::port::{ANSWER_BYTES_MAX, LongPoll, Transport, TransportError};

/// How long a connection may take to be made.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);
/// How long an answer may take, from the request's start to its last byte.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);
/// The same for a long poll: Zulip answers one within 55 seconds.
const POLL_WITHIN: Duration = Duration::from_secs(100);
/// How long a connection is kept open for the next request.
const IDLE_KEPT: Duration = Duration::from_secs(60);

/// The network, with certificates checked against the system's.
pub struct Network {
    client: reqwest::Client,
}

impl Network {
    /// A client without redirects (a credential must not follow one), proxies or cookies.
    ///
    /// # Errors
    /// When the TLS library cannot be set up.
    pub fn new() -> anyhow::Result<Self> {
        // A provider that is installed already serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .connect_timeout(CONNECT_WITHIN)
            .pool_idle_timeout(IDLE_KEPT)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .context("the HTTP client could not be set up")?;
        Ok(Self { client })
    }
}

#[async_trait]
impl Transport for Network {
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
        let is_poll = request.extensions().get::<LongPoll>().is_some();
        let mut request = reqwest::Request::try_from(request).map_err(|_| TransportError::NotSent)?;
        *request.timeout_mut() = Some(if is_poll { POLL_WITHIN } else { ANSWER_WITHIN });
        let answer = self.client.execute(request).await.map_err(|error| fate(&error))?;
        let mut response = http::Response::new(Bytes::new());
        *response.status_mut() = answer.status();
        *response.headers_mut() = answer.headers().clone();
        let mut body = BytesMut::new();
        let mut chunks = answer.bytes_stream();
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|_| TransportError::AnswerLost)?;
            if body.len() + chunk.len() > ANSWER_BYTES_MAX {
                return Err(TransportError::AnswerTooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        *response.body_mut() = body.freeze();
        Ok(response)
    }
}

/// Whether the request can have taken effect. The error's own text may hold the address: it is not kept.
fn fate(error: &reqwest::Error) -> TransportError {
    if error.is_connect() || error.is_builder() || is_refused(error) {
        TransportError::NotSent
    } else {
        TransportError::AnswerLost
    }
}

fn is_refused(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(io) = inner.downcast_ref::<std::io::Error>() {
            return io.kind() == std::io::ErrorKind::ConnectionRefused;
        }
        cause = inner.source();
    }
    false
}
