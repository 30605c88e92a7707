//! The adapter against scripted answers, and against the embedded GitHub.

mod answers;
#[cfg(feature = "sandbox")]
mod embedded;
mod export;
#[cfg(feature = "sandbox")]
mod incident;
mod list;
mod merge;
mod parsing;
mod people;
mod propose;
mod public;
#[cfg(feature = "sandbox")]
mod pull;
#[cfg(feature = "sandbox")]
mod real;
#[cfg(feature = "sandbox")]
mod released;
mod remove;
mod rights;
mod schema;
mod standing;
mod steps;
mod workflow;
mod writes;

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use bytes::Bytes;
use commands::kernel::{
    content::{Advisory, AffectedPackage, Content, EmbargoedAdvisory, Level, Severity},
    embargoed::{AdvisoryPage, Embargoed},
    id::{GhsaId, Repository},
};
use http::{HeaderMap, Method, Request, Response};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{GitHub, Written};
use crate::port::{Clock, Setback, Transport, TransportError};

const GHSA: &str = "GHSA-x5cm-v3r2-9fjq";

/// A clock that stands still but for the waits.
struct StillClock(Mutex<Timestamp>);

impl StillClock {
    fn starting() -> Arc<Self> {
        Arc::new(Self(Mutex::new("2026-11-18T09:00:00Z".parse().unwrap())))
    }
}

#[async_trait]
impl Clock for StillClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    async fn sleep_until(&self, at: Timestamp) {
        let mut now = self.0.lock().unwrap();
        *now = (*now).max(at);
    }
}

/// One request as it was sent.
struct Seen {
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Value,
}

/// Gives prepared answers, in order.
#[derive(Default)]
struct Script {
    answers: Mutex<VecDeque<Result<Response<Bytes>, TransportError>>>,
    seen: Mutex<Vec<Seen>>,
}

#[async_trait]
impl Transport for Script {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let (parts, body) = request.into_parts();
        let body = serde_json::from_slice(&body).unwrap_or_default();
        schema::check(&parts.method, parts.uri.path(), &body);
        self.seen.lock().unwrap().push(Seen {
            method: parts.method,
            path: parts.uri.path_and_query().unwrap().to_string(),
            headers: parts.headers,
            body,
        });
        self.answers.lock().unwrap().pop_front().expect("an answer for every request")
    }
}

struct Bench {
    github: GitHub,
    script: Arc<Script>,
    clock: Arc<StillClock>,
}

impl Bench {
    fn new(answers: impl IntoIterator<Item = Result<Response<Bytes>, TransportError>>) -> Self {
        let script = Arc::new(Script::default());
        script.answers.lock().unwrap().extend(answers);
        let clock = StillClock::starting();
        let api_url = "https://api.github.com".parse().unwrap();
        let github = GitHub::new(script.clone(), clock.clone(), api_url, "ghp_secret".into());
        Self { github, script, clock }
    }

    fn requests(&self) -> Vec<String> {
        let seen = self.script.seen.lock().unwrap();
        seen.iter().map(|request| format!("{} {}", request.method, request.path)).collect()
    }

    fn methods(&self) -> Vec<String> {
        let seen = self.script.seen.lock().unwrap();
        seen.iter().map(|request| request.method.to_string()).collect()
    }

    fn last_body(&self) -> Value {
        self.script.seen.lock().unwrap().last().unwrap().body.clone()
    }
}

fn answer(status: u16, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Response<Bytes> {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    response.body(body.into()).unwrap()
}

fn ok(body: &Value) -> Result<Response<Bytes>, TransportError> {
    Ok(answer(200, &[], body.to_string()))
}

fn repository() -> Repository {
    "bytecodealliance/wasmtime".parse().unwrap()
}

fn ghsa() -> Embargoed<GhsaId> {
    Embargoed::new(GHSA.parse().unwrap())
}

/// A draft as GitHub shows it.
fn draft() -> Value {
    json!({
        "ghsa_id": GHSA,
        "html_url": format!("https://github.com/bytecodealliance/wasmtime/security/advisories/{GHSA}"),
        "state": "draft",
        "cve_id": null,
        "created_at": "2026-11-18T08:59:58Z",
        "summary": "Out-of-bounds read",
        "description": "A guest can read host memory.",
        "severity": "high",
        "cvss": {"vector_string": null, "score": null},
        "cwe_ids": ["CWE-125"],
        "vulnerabilities": [
            row("wasmtime", "< 36.0.14", &json!(null)),
            row("cranelift", "< 0.99", &json!(["compile"])),
        ],
    })
}

/// [`draft`] with another value in one field.
fn with(key: &str, value: Value) -> Value {
    let mut advisory = draft();
    advisory[key] = value;
    advisory
}

fn row(name: &str, affected: &str, functions: &Value) -> Value {
    json!({
        "package": {"ecosystem": "rust", "name": name},
        "vulnerable_version_range": affected,
        "patched_versions": null,
        "vulnerable_functions": functions,
    })
}

/// What [`draft`] says.
fn content() -> Content {
    Content {
        summary: "Out-of-bounds read".into(),
        description: "A guest can read host memory.".into(),
        severity: Some(Severity::Level(Level::High)),
        cwes: vec!["CWE-125".parse().unwrap()],
        affected: vec![affected("wasmtime", "< 36.0.14"), affected("cranelift", "< 0.99")],
    }
}

fn affected(name: &str, ranges: &str) -> AffectedPackage {
    AffectedPackage::parse(format!("rust:{name}").parse().unwrap(), ranges, None).unwrap()
}

fn opened(advisory: &EmbargoedAdvisory) -> &Advisory {
    advisory.open(&AdvisoryPage::on_github())
}

fn detail(setback: &Setback) -> &str {
    setback.failure.detail.open(&AdvisoryPage::on_github())
}

/// The advisory, or a panic with GitHub's words.
fn must(outcome: Result<EmbargoedAdvisory, Setback>) -> Advisory {
    opened(&done(outcome)).clone()
}

/// The advisory as it was wanted, or a panic with GitHub's words.
fn must_hold(outcome: Result<Written, Setback>) -> Advisory {
    match done(outcome) {
        Written::Holds(advisory) => opened(&advisory).clone(),
        Written::Conflict(_, parts) => panic!("a conflict in {parts:?}"),
    }
}

/// The result, or a panic with GitHub's words.
fn done<T>(outcome: Result<T, Setback>) -> T {
    outcome.unwrap_or_else(|setback| panic!("{setback:?}: {}", detail(&setback)))
}
