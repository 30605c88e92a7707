//! One request to GitHub and its answer: address, headers, pace, log line.

use bytes::Bytes;
use commands::kernel::id::Repository;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use secrecy::ExposeSecret;
use serde_json::Value;
use tracing::debug;
use url::Url;

use super::{
    GitHub,
    answer::{self, Kind, Right},
    pace::Turn,
    wire::{self, BadAnswer, RawAdvisory},
};
use crate::port::{Setback, TransportError};

/// The version of GitHub's interface that the bot speaks.
const API_VERSION: &str = "2022-11-28";
/// Who asks: GitHub refuses requests that do not say.
const USER_AGENT: &str = concat!("advisory-bot/", env!("CARGO_PKG_VERSION"));

/// A request in the making.
pub(super) struct Call {
    /// What it is called in the log, where its address may not stand.
    name: &'static str,
    method: Method,
    url: Url,
    body: Option<Value>,
    etag: Option<HeaderValue>,
    right: Option<Right>,
    was_read: bool,
    may_be_missing: bool,
}

impl Call {
    pub(super) const fn new(name: &'static str, method: Method, url: Url) -> Self {
        Self {
            name,
            method,
            url,
            body: None,
            etag: None,
            right: None,
            was_read: false,
            may_be_missing: false,
        }
    }

    /// Takes this right, and not the one that every such call takes.
    pub(super) fn taking(self, right: Right) -> Self {
        Self { right: Some(right), ..self }
    }

    /// Is about something that was read just now: what GitHub does not find of it, it hides from a
    /// token that lacks the right.
    pub(super) fn of_what_was_read(self) -> Self {
        Self { was_read: true, ..self }
    }

    /// Sends `body` along.
    pub(super) fn with(self, body: Value) -> Self {
        Self { body: Some(body), ..self }
    }

    /// Asks for an answer only when it differs from the one with that `etag`.
    pub(super) fn unless(self, etag: HeaderValue) -> Self {
        Self { etag: Some(etag), ..self }
    }

    fn kind(&self) -> Kind {
        if self.method == Method::GET { Kind::Read } else { Kind::Write }
    }

    fn right(&self) -> Right {
        self.right.unwrap_or(match self.kind() {
            Kind::Read => Right::Read,
            Kind::Write => Right::Write,
        })
    }

    fn request(self, token: &str) -> Result<Request<Bytes>, Setback> {
        let mut authorization =
            HeaderValue::from_str(&format!("Bearer {token}")).map_err(|_| answer::unusable_token())?;
        authorization.set_sensitive(true);
        let mut request = Request::builder()
            .method(self.method)
            .uri(self.url.as_str())
            .header(header::AUTHORIZATION, authorization)
            .header(header::ACCEPT, "application/vnd.github+json")
            .header(header::USER_AGENT, USER_AGENT)
            .header("X-GitHub-Api-Version", API_VERSION);
        if let Some(etag) = self.etag {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        let body = match self.body {
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Bytes::from(body.to_string())
            }
            None => Bytes::new(),
        };
        request.body(body).map_err(|_| answer::nonsense_read(BadAnswer("an address that is none")))
    }
}

impl GitHub {
    /// An address of the interface, of the given path segments.
    pub(super) fn url<const N: usize>(&self, segments: [&str; N]) -> Url {
        let mut url = self.api_url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }

    /// An address below a repository's.
    pub(super) fn of<'a>(&self, repository: &Repository, segments: impl IntoIterator<Item = &'a str>) -> Url {
        let mut url = self.url(["repos", repository.owner(), repository.name()]);
        if let Ok(mut path) = url.path_segments_mut() {
            path.extend(segments);
        }
        url
    }

    /// Sends a call and returns the answer when it is a good one (2xx, or 304 to a conditional read).
    pub(super) async fn send(&self, call: Call) -> Result<Response<Bytes>, Setback> {
        let kind = call.kind();
        self.exchange(call).await?.map_err(|error| answer::no_answer(error, kind))
    }

    /// The same for something that may not be there: none where GitHub finds nothing of that name.
    pub(super) async fn look(&self, call: Call) -> Result<Option<Response<Bytes>>, Setback> {
        let response = self.send(Call { may_be_missing: true, ..call }).await?;
        Ok(Some(response).filter(|response| response.status() != StatusCode::NOT_FOUND))
    }

    /// The same as [`GitHub::send`], for a caller that can help itself when no answer comes.
    pub(super) async fn exchange(
        &self,
        call: Call,
    ) -> Result<Result<Response<Bytes>, TransportError>, Setback> {
        if let Some(wait) = self.pace.closed(self.clock.now()) {
            return Err(answer::limited(wait));
        }
        let (name, kind, conditional) = (call.name, call.kind(), call.etag.is_some());
        let (right, was_read, may_be_missing) = (call.right(), call.was_read, call.may_be_missing);
        let request = call.request(self.token.expose_secret())?;
        let response = match self.transport.send(request).await {
            Ok(response) => response,
            Err(error) => {
                debug!(call = name, %error, "GitHub did not answer");
                return Ok(Err(error));
            }
        };
        let (status, now) = (response.status(), self.clock.now());
        debug!(call = name, status = status.as_u16(), "GitHub answered");
        self.pace.note(response.headers(), now);
        if status.is_success() || (conditional && status == StatusCode::NOT_MODIFIED) {
            return Ok(Ok(response));
        }
        if may_be_missing && answer::is_missing(&response) {
            return Ok(Ok(response));
        }
        if let Some(wait) = answer::limit(&response, now) {
            self.pace.close(now, wait);
            return Err(answer::limited(wait));
        }
        if was_read && status == StatusCode::NOT_FOUND {
            return Err(answer::hidden(&response, right));
        }
        Err(answer::setback(&response, kind, right))
    }

    /// Sends a call that changes something, as soon as its turn allows.
    pub(super) async fn write(&self, turn: &mut Turn<'_>, call: Call) -> Result<Response<Bytes>, Setback> {
        // Noted before the request too: one that is dropped midway has still been sent.
        turn.wrote(self.clock.now());
        let sent = self.send(call).await;
        turn.wrote(self.clock.now());
        sent
    }

    /// Sends a call that changes an advisory and is answered with all of it.
    pub(super) async fn write_advisory(
        &self,
        turn: &mut Turn<'_>,
        call: Call,
    ) -> Result<RawAdvisory, Setback> {
        let response = self.write(turn, call).await?;
        wire::parse(response.body()).map_err(|bad| answer::nonsense(bad, Kind::Write))
    }

    /// The address of the page after `response`, which must be on the same server: the token goes
    /// along.
    pub(super) fn next_page(&self, response: &Response<Bytes>) -> Result<Option<Url>, Setback> {
        let links = response.headers().get_all(header::LINK).iter().filter_map(|link| link.to_str().ok());
        let Some(next) = links.flat_map(|line| line.split(',')).find_map(next_link) else {
            return Ok(None);
        };
        match Url::parse(next) {
            Ok(url) if url.origin() == self.api_url.origin() => Ok(Some(url)),
            _ => Err(answer::nonsense_read(BadAnswer("a next page on another server"))),
        }
    }
}

/// The address in `<address>; rel="next"`.
fn next_link(link: &str) -> Option<&str> {
    let (address, parameters) = link.split_once(';')?;
    let is_next = parameters.split(';').any(|parameter| {
        matches!(parameter.trim().split_once('='), Some(("rel", relation)) if relation.trim_matches('"') == "next")
    });
    is_next.then(|| address.trim().trim_start_matches('<').trim_end_matches('>'))
}
