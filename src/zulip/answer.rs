//! What an answer of Zulip's means: the value asked for, or a setback that says whether the request
//! may have taken effect.

use bytes::Bytes;
use commands::kernel::{
    effect::{Failure, FailureKind, Service},
    embargoed::Embargoed,
};
use http::{Method, Response};
use jiff::SignedDuration;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::port::{Again, Setback, TransportError};

/// How long to leave a key alone that Zulip does not accept: a person has to mend it.
const CREDENTIALS_WAIT: SignedDuration = SignedDuration::from_secs(60);

/// The longest wait Zulip is taken at its word for; its own window is one minute.
const RETRY_AFTER_MAX: SignedDuration = SignedDuration::from_secs(600);

/// The wait after a 429 that names none.
const RETRY_AFTER_UNTOLD: SignedDuration = SignedDuration::from_secs(10);

/// The longest error code copied into a log.
const CODE_CHARS_MAX: usize = 60;

/// A setback, with what only the adapter needs to know of it.
pub(super) struct Trouble {
    /// What the caller learns.
    pub(super) setback: Setback,
    /// The HTTP status, when an answer came.
    pub(super) status: Option<u16>,
    /// Zulip's `code`, empty when there is none.
    pub(super) code: String,
}

impl Trouble {
    /// Whether Zulip understood the request and refused it.
    pub(super) const fn is_refusal(&self) -> bool {
        matches!(self.setback.again, Again::Never)
    }
}

impl From<Trouble> for Setback {
    fn from(trouble: Trouble) -> Self {
        trouble.setback
    }
}

/// A setback of Zulip's. `detail` may repeat what was sent; it stays under embargo.
pub(super) fn setback(kind: FailureKind, again: Again, detail: &str) -> Setback {
    Setback {
        failure: Failure { service: Service::Zulip, kind, detail: Embargoed::new(detail.to_owned()) },
        again,
    }
}

/// What no usable answer means: a request that only reads has changed nothing, any other may have.
pub(super) fn doubt(method: &Method) -> Again {
    if method == Method::GET { Again::NotDone { wait: None } } else { Again::Unknown }
}

/// What it means that no answer came.
pub(super) fn unanswered(method: &Method, error: TransportError) -> Trouble {
    let again = match error {
        TransportError::NotSent => Again::NotDone { wait: None },
        TransportError::AnswerLost | TransportError::AnswerTooLarge => doubt(method),
    };
    Trouble {
        setback: setback(FailureKind::Unreachable, again, &error.to_string()),
        status: None,
        code: String::new(),
    }
}

/// Reads an answer.
pub(super) fn read<T: DeserializeOwned>(method: &Method, answer: &Response<Bytes>) -> Result<T, Trouble> {
    let status = answer.status().as_u16();
    let body = serde_json::from_slice::<Value>(answer.body()).unwrap_or(Value::Null);
    let result = body["result"].as_str().unwrap_or_default();
    match status {
        200..=299 if result == "success" => {
            serde_json::from_value(body).map_err(|_| broken(method, status, String::new()))
        }
        429 => {
            let wait = Some(retry_after(answer, &body));
            let busy = setback(FailureKind::Broken, Again::NotDone { wait }, message(&body));
            Err(Trouble { setback: busy, status: Some(status), code: code(&body) })
        }
        401 => {
            let again = Again::NotDone { wait: Some(CREDENTIALS_WAIT) };
            let refused = setback(FailureKind::Credentials, again, message(&body));
            Err(Trouble { setback: refused, status: Some(status), code: code(&body) })
        }
        400..=499 if result == "error" => {
            let code = code(&body);
            let refused = setback(refusal(status, &code), Again::Never, message(&body));
            Err(Trouble { setback: refused, status: Some(status), code })
        }
        _ => Err(broken(method, status, code(&body))),
    }
}

/// An answer that makes no sense, or that Zulip is broken.
fn broken(method: &Method, status: u16, code: String) -> Trouble {
    let detail = format!("an answer with status {status} that is not Zulip's");
    Trouble { setback: setback(FailureKind::Broken, doubt(method), &detail), status: Some(status), code }
}

/// The kind of a refusal. Most of Zulip's refusals are a bare `BAD_REQUEST`; its texts are
/// translated, so they are never looked at.
fn refusal(status: u16, code: &str) -> FailureKind {
    match (status, code) {
        (404, _) | (_, "STREAM_DOES_NOT_EXIST") => FailureKind::NotFound,
        (403, _) | (_, "UNAUTHORIZED_PRINCIPAL") => FailureKind::Permission(code.to_owned()),
        _ => FailureKind::Refused,
    }
}

fn message(body: &Value) -> &str {
    body["msg"].as_str().unwrap_or_default()
}

/// Zulip's `code`, if it looks like one: it goes into logs.
fn code(body: &Value) -> String {
    let code = body["code"].as_str().unwrap_or_default();
    let plain = code.len() <= CODE_CHARS_MAX && code.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    if plain { code.to_owned() } else { String::new() }
}

/// The wait a 429 asks for: a fraction of seconds, in the body and in the header.
fn retry_after(answer: &Response<Bytes>, body: &Value) -> SignedDuration {
    let header = || answer.headers().get("retry-after")?.to_str().ok()?.trim().parse::<f64>().ok();
    let told = body["retry-after"].as_f64().or_else(header);
    let wait = told.and_then(|seconds| SignedDuration::try_from_secs_f64(seconds).ok());
    wait.unwrap_or(RETRY_AFTER_UNTOLD).clamp(SignedDuration::ZERO, RETRY_AFTER_MAX)
}
