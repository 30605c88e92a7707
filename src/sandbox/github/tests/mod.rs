//! The rules, each by its name. All runs are on virtual time and from one seed.

mod advisories;
mod comments;
mod conformity;
mod credentials;
mod cve;
mod driver;
mod forks;
mod limits;
mod lists;
mod proposals;
mod public;
mod pulls;
mod states;
mod validation;
mod webhooks;

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Method, Request};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{GitHub, Rights, Seed, TokenSeed};
use crate::sandbox::clock::SandboxClock;

const NUMBER: u64 = 7;
const REPO: &str = "bytecodealliance/wasmtime";
const LIST: &str = "/repos/bytecodealliance/wasmtime/security-advisories";

/// A GitHub with its clock, and short ways to ask it something.
struct Bench {
    clock: Arc<SandboxClock>,
    github: GitHub,
}

/// An answer, read.
struct Answered {
    status: u16,
    headers: HeaderMap,
    text: String,
}

impl Answered {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).expect("the body is JSON")
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("headers are text"))
    }

    fn message(&self) -> String {
        let body = self.json();
        let detail = body["errors"][0]["message"].as_str().unwrap_or_default();
        format!("{}|{detail}", body["message"].as_str().unwrap_or_default())
    }
}

impl Bench {
    fn new() -> Self {
        Self::with_seed(Seed::bytecodealliance(NUMBER))
    }

    fn with_seed(seed: Seed) -> Self {
        let start: Timestamp = "2026-10-05T09:00:00Z".parse().expect("a moment");
        let clock = Arc::new(SandboxClock::new(start, 1.0));
        Self { github: GitHub::new(clock.clone(), seed), clock }
    }

    fn jump(&self, seconds: i64) {
        self.clock.jump(jiff::SignedDuration::from_secs(seconds));
    }

    /// Sends a request with these headers and no others.
    async fn raw(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Answered {
        let mut request = Request::builder().method(method).uri(format!("https://api.github.com{path}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Bytes::copy_from_slice(body.as_bytes())).expect("a request");
        let (parts, body) = self.github.handle(request).await.into_parts();
        let text = String::from_utf8(body.to_vec()).expect("text");
        Answered { status: parts.status.as_u16(), headers: parts.headers, text }
    }

    /// Sends a request with a token of one's choice.
    async fn with_token(&self, token: &str, method: Method, path: &str, body: Option<Value>) -> Answered {
        let authorization = format!("Bearer {token}");
        let headers = [
            ("user-agent", "tests"),
            ("authorization", authorization.as_str()),
            ("x-github-api-version", "2022-11-28"),
        ];
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        self.raw(method, path, &headers, &body).await
    }

    async fn get(&self, path: &str) -> Answered {
        self.with_token(&Seed::bot_token(NUMBER), Method::GET, path, None).await
    }

    async fn post(&self, path: &str, body: Value) -> Answered {
        self.with_token(&Seed::bot_token(NUMBER), Method::POST, path, Some(body)).await
    }

    async fn patch(&self, ghsa: &str, body: Value) -> Answered {
        let path = format!("{LIST}/{ghsa}");
        self.with_token(&Seed::bot_token(NUMBER), Method::PATCH, &path, Some(body)).await
    }

    async fn anonymous(&self, path: &str) -> Answered {
        self.raw(Method::GET, path, &[("user-agent", "tests")], "").await
    }

    async fn weak(&self, method: Method, path: &str, body: Option<Value>) -> Answered {
        self.with_token(&Seed::weak_token(NUMBER), method, path, body).await
    }

    /// A person asks with a classic token of their own that may do all they may.
    async fn by(&self, login: &str, method: Method, path: &str, body: Option<Value>) -> Answered {
        let secret = format!("ghp_of_{login}");
        let rights = Rights::classic(&["repo"]);
        let login = login.to_owned();
        self.github.add_token(TokenSeed { secret: secret.clone(), login, rights, expires_at: None });
        self.with_token(&secret, method, path, body).await
    }

    /// A draft that lacks nothing for publication.
    async fn draft(&self) -> String {
        let made = self.post(LIST, complete()).await;
        assert_eq!(made.status, 201, "{}", made.text);
        made.json()["ghsa_id"].as_str().expect("an identifier").to_owned()
    }
}

/// The fields of a publishable advisory.
fn complete() -> Value {
    json!({
        "summary": "Out-of-bounds read in a lowering rule",
        "description": "A guest can read host memory.",
        "severity": "high",
        "cwe_ids": ["CWE-125"],
        "vulnerabilities": [package("wasmtime", "< 36.0.14", "36.0.14")],
    })
}

fn package(name: &str, affected: &str, patched: &str) -> Value {
    json!({
        "package": {"ecosystem": "rust", "name": name},
        "vulnerable_version_range": affected,
        "patched_versions": patched,
        "vulnerable_functions": null,
    })
}
