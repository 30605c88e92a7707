//! What goes back to a caller: an answer, or a refusal in GitHub's error shapes.

use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};
use thiserror::Error;

/// Where the error messages of the API as a whole point to.
pub(super) const DOCS: &str = "https://docs.github.com/rest";

/// A successful answer before the headers common to all.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Value,
    pub(super) headers: Vec<(&'static str, String)>,
}

impl Answer {
    pub(super) fn new(status: u16, body: Value) -> Self {
        Self { status, body, headers: Vec::new() }
    }

    pub(super) fn ok(body: Value) -> Self {
        Self::new(200, body)
    }

    /// With the body as part of something.
    pub(super) fn wrapped(self, within: impl FnOnce(Value) -> Value) -> Self {
        Self { body: within(self.body), ..self }
    }

    pub(super) fn with_header(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }
}

/// Why GitHub would not do something.
#[derive(Debug, Clone, Error)]
#[error("{status}: {message}")]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// What it says.
    pub message: String,
    /// Which fields are at fault, as GitHub lists them; often empty.
    pub errors: Vec<Value>,
    /// Where the message points to, when not to the operation's own page.
    pub(super) documentation_url: Option<String>,
    pub(super) headers: Vec<(&'static str, String)>,
}

impl Refusal {
    pub(super) fn new(status: u16, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            errors: Vec::new(),
            documentation_url: None,
            headers: Vec::new(),
        }
    }

    pub(super) fn documented_at(mut self, address: &str) -> Self {
        self.documentation_url = Some(address.to_owned());
        self
    }

    pub(super) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(super) fn not_found() -> Self {
        Self::new(404, "Not Found")
    }

    pub(super) fn bad_credentials() -> Self {
        Self::new(401, "Bad credentials").documented_at(DOCS)
    }

    pub(super) fn unauthenticated() -> Self {
        Self::new(401, "Requires authentication")
    }

    /// The body does not fit the operation's schema; `complaints` are whole sentences.
    pub(super) fn invalid_request(complaints: &[String]) -> Self {
        Self::new(422, format!("Invalid request.\n\n{}", complaints.join("\n")))
    }

    /// The body fits the schema, and what it asks for is still not possible.
    pub(super) fn invalid_field(field: &str, code: &str, message: impl Into<String>) -> Self {
        let message: String = message.into();
        let mut refusal = Self::new(422, "Validation Failed");
        refusal.errors.push(
            json!({"resource": "RepositoryAdvisory", "field": field, "code": code, "message": message}),
        );
        refusal
    }

    /// The answer it is sent as. `docs` is the operation's own page.
    pub(super) fn into_answer(self, docs: &str) -> Answer {
        let mut body = json!({
            "message": self.message,
            "documentation_url": self.documentation_url.as_deref().unwrap_or(docs),
            "status": self.status.to_string(),
        });
        if !self.errors.is_empty() {
            body["errors"] = Value::Array(self.errors);
        }
        Answer { status: self.status, body, headers: self.headers }
    }
}

/// A refusal in one sentence: what its fields say where it names any, else its message.
#[must_use]
pub fn short_reason(refusal: &Refusal) -> String {
    let details: Vec<&str> = refusal.errors.iter().filter_map(|error| error["message"].as_str()).collect();
    if details.is_empty() { refusal.message.replace("\n\n", " ") } else { details.join("; ") }
}

/// A moment as the API writes it, to the second.
pub(super) fn moment(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
