//! GitHub's webhooks: a signed word that there is something to see. What it says of an advisory is not
//! used; it only has the repository looked at at once, and GitHub itself read.
//!
//! The signature covers the body and not the headers. So the name of a delivery keeps a redelivery from
//! costing anything, and is no protection: who replays a body under another name has the bot look once
//! more at what it looks at anyway.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::{
    body::Body,
    extract::{Request, State},
};
use commands::kernel::{
    embargoed::Embargoed,
    id::{GhsaId, Repository},
};
use futures_util::StreamExt as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::{HeaderMap, StatusCode, header};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use sha2::Sha256;
use tokio::sync::Semaphore;

use crate::lookout::Bell;

/// The largest body that is read, in bytes. GitHub sends up to 25 MB, but no advisory is near this.
pub const BODY_BYTES_MAX: usize = 5 * 1024 * 1024;
/// How many bodies are read at the same time: whoever sends them may not be GitHub.
const BODIES_MAX: usize = 4;
/// How long a body may take to arrive.
const BODY_WITHIN: Duration = Duration::from_secs(5);
/// How many deliveries are remembered.
const DELIVERIES_MAX: usize = 1000;
/// The longest name of a delivery; GitHub's have 36 characters.
const DELIVERY_CHARS_MAX: usize = 64;
/// The one event that is of use (`X-GitHub-Event`).
const EVENT: &str = "repository_advisory";

/// Takes GitHub's webhooks.
pub struct Webhook {
    secret: SecretString,
    bell: Bell,
    deliveries: Mutex<Deliveries>,
    bodies: Semaphore,
}

/// The deliveries that were taken, oldest first.
#[derive(Default)]
struct Deliveries {
    order: VecDeque<String>,
    known: BTreeSet<String>,
}

/// What is read of a delivery.
#[derive(Deserialize)]
struct Payload {
    repository: PayloadRepository,
    repository_advisory: Option<PayloadAdvisory>,
}

#[derive(Deserialize)]
struct PayloadRepository {
    full_name: Repository,
}

#[derive(Deserialize)]
struct PayloadAdvisory {
    ghsa_id: Option<Embargoed<GhsaId>>,
}

impl Webhook {
    /// Takes what is signed with `secret`, and rings `bell` for it.
    #[must_use]
    pub fn new(secret: SecretString, bell: Bell) -> Self {
        Self { secret, bell, deliveries: Mutex::default(), bodies: Semaphore::new(BODIES_MAX) }
    }

    /// What to answer to a delivery whose body is `body`.
    fn take(&self, headers: &HeaderMap, body: &[u8]) -> StatusCode {
        if !self.is_signed(headers, body) {
            return StatusCode::UNAUTHORIZED;
        }
        if text(headers, "x-github-event") != Some(EVENT) {
            return StatusCode::OK;
        }
        let Ok(payload) = serde_json::from_slice::<Payload>(body) else { return StatusCode::BAD_REQUEST };
        let delivery = text(headers, "x-github-delivery").filter(|name| name.len() <= DELIVERY_CHARS_MAX);
        if !delivery.is_none_or(|name| self.is_new(name)) {
            return StatusCode::OK;
        }
        let advisory = payload.repository_advisory.and_then(|advisory| advisory.ghsa_id);
        self.bell.ring(payload.repository.full_name, advisory);
        StatusCode::ACCEPTED
    }

    /// Whether `X-Hub-Signature-256` fits the body. Compared in constant time.
    fn is_signed(&self, headers: &HeaderMap, body: &[u8]) -> bool {
        let Some(claimed) = text(headers, "x-hub-signature-256").and_then(signature) else { return false };
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.secret.expose_secret().as_bytes()) else {
            return false;
        };
        mac.update(body);
        mac.verify_slice(&claimed).is_ok()
    }

    /// Remembers a delivery; whether it was not known.
    fn is_new(&self, delivery: &str) -> bool {
        let mut taken = self.deliveries.lock().unwrap_or_else(PoisonError::into_inner);
        let Deliveries { order, known } = &mut *taken;
        if !known.insert(delivery.to_owned()) {
            return false;
        }
        order.push_back(delivery.to_owned());
        if order.len() > DELIVERIES_MAX
            && let Some(oldest) = order.pop_front()
        {
            known.remove(&oldest);
        }
        true
    }
}

/// Answers a delivery.
pub(crate) async fn deliver(State(webhook): State<Arc<Webhook>>, request: Request) -> StatusCode {
    let (head, body) = request.into_parts();
    // Who cannot sign is not listened to.
    if !head.headers.contains_key("x-hub-signature-256") {
        return StatusCode::UNAUTHORIZED;
    }
    let announced =
        text(&head.headers, header::CONTENT_LENGTH.as_str()).and_then(|length| length.parse().ok());
    if announced.is_some_and(|length: u64| length > BODY_BYTES_MAX as u64) {
        return StatusCode::PAYLOAD_TOO_LARGE;
    }
    let Ok(_place) = webhook.bodies.try_acquire() else { return StatusCode::SERVICE_UNAVAILABLE };
    let status = match tokio::time::timeout(BODY_WITHIN, whole(body)).await {
        Ok(Ok(body)) => webhook.take(&head.headers, &body),
        Ok(Err(status)) => status,
        Err(_) => StatusCode::REQUEST_TIMEOUT,
    };
    tracing::debug!(status = status.as_u16(), "a webhook was answered");
    status
}

async fn whole(body: Body) -> Result<Vec<u8>, StatusCode> {
    let mut chunks = body.into_data_stream();
    let mut whole = Vec::new();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| StatusCode::BAD_REQUEST)?;
        if whole.len() + chunk.len() > BODY_BYTES_MAX {
            return Err(StatusCode::PAYLOAD_TOO_LARGE);
        }
        whole.extend_from_slice(&chunk);
    }
    Ok(whole)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// The bytes in `sha256=` and 64 hexadecimal digits.
fn signature(text: &str) -> Option<[u8; 32]> {
    let digits = text.strip_prefix("sha256=").filter(|digits| digits.len() == 64 && digits.is_ascii())?;
    let mut bytes = [0; 32];
    for (byte, at) in bytes.iter_mut().zip((0..64).step_by(2)) {
        *byte = u8::from_str_radix(&digits[at..at + 2], 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn webhook() -> Webhook {
        Webhook::new("It's a Secret to Everybody".into(), Bell::default())
    }

    fn signed(body: &[u8]) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(b"It's a Secret to Everybody").unwrap();
        mac.update(body);
        mac.finalize()
            .into_bytes()
            .iter()
            .fold("sha256=".to_owned(), |text, byte| format!("{text}{byte:02x}"))
    }

    fn headers(signature: &str, event: &str, delivery: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("x-hub-signature-256", signature.parse().unwrap());
        headers.insert("x-github-event", event.parse().unwrap());
        headers.insert("x-github-delivery", delivery.parse().unwrap());
        headers
    }

    const BODY: &str = r#"{"action":"reported","repository":{"full_name":"bytecodealliance/wasmtime"},
        "repository_advisory":{"ghsa_id":"GHSA-2345-6789-cfgh"}}"#;

    fn take(webhook: &Webhook, event: &str, delivery: &str, body: &str) -> u16 {
        webhook.take(&headers(&signed(body.as_bytes()), event, delivery), body.as_bytes()).as_u16()
    }

    #[test]
    fn githubs_own_example_of_a_signature_is_right() {
        let example = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
        let accepts =
            |signature: &str, body: &[u8]| webhook().is_signed(&headers(signature, EVENT, "1"), body);
        assert!(accepts(example, b"Hello, World!"));
        assert!(!accepts(example, b"Hello, World?"));
        assert!(!accepts(&example.replace("757", "756"), b"Hello, World!"));
        assert!(!accepts(&example[..70], b"Hello, World!"));
        assert!(!accepts(&example.replace("sha256=", "sha1="), b"Hello, World!"));
        assert!(!accepts("sha256=", b"Hello, World!"));
        assert!(!webhook().is_signed(&HeaderMap::new(), b"Hello, World!"));
    }

    #[test]
    fn a_delivery_rings_for_its_repository_and_its_advisory_once() {
        let webhook = webhook();
        let rung = || !webhook.bell.is_silent();
        assert!(!rung());
        assert_eq!(take(&webhook, "ping", "0", BODY), 200);
        assert_eq!(take(&webhook, "star", "0", "{}"), 200);
        assert!(!rung(), "other events are nothing to look for");
        assert_eq!(take(&webhook, EVENT, "1", BODY), 202);
        assert!(rung());
        webhook.bell.take();
        assert_eq!(take(&webhook, EVENT, "1", BODY), 200);
        assert!(!rung(), "the same delivery again is none");
        assert_eq!(take(&webhook, EVENT, "2", BODY), 202);
    }

    #[test]
    fn nonsense_and_forgeries_ring_nothing() {
        let webhook = webhook();
        assert_eq!(take(&webhook, EVENT, "1", "no JSON"), 400);
        assert_eq!(take(&webhook, EVENT, "1", r#"{"repository":{"full_name":"a b"}}"#), 400);
        let forged = headers(&signed(b"{}"), EVENT, "1");
        assert_eq!(webhook.take(&forged, BODY.as_bytes()).as_u16(), 401);
        assert!(webhook.bell.is_silent());
    }

    #[test]
    fn the_memory_of_deliveries_has_an_end() {
        let webhook = webhook();
        for number in 0..2 * DELIVERIES_MAX {
            assert!(webhook.is_new(&number.to_string()));
        }
        let taken = webhook.deliveries.lock().unwrap();
        assert_eq!((taken.order.len(), taken.known.len()), (DELIVERIES_MAX, DELIVERIES_MAX));
    }
}
