//! One exchange with Zulip: who asks, in what form, at what pace.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use bytes::Bytes;
use commands::kernel::id::UserId;
use http::{HeaderValue, Method, Request, header};
use secrecy::{ExposeSecret as _, SecretString};
use serde::de::DeserializeOwned;
use tokio::sync::OnceCell;
use url::Url;

use crate::{
    port::{Again, Clock, LongPoll, Transport},
    zulip::{
        answer::{self, Trouble},
        pace::Pace,
    },
};

const AGENT: &str = concat!("advisory-bot/", env!("CARGO_PKG_VERSION"));

/// A Zulip server, as one bot account.
pub struct Zulip {
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    site: Url,
    email: String,
    key: SecretString,
    pace: Pace,
    pub(super) me: OnceCell<(UserId, String)>,
}

/// The form fields of a request.
pub(super) type Parameters<'a> = &'a [(&'a str, String)];

impl Zulip {
    /// The account `email` on `site`. How long an ordinary call may take is the transport's affair.
    #[must_use]
    pub fn new(
        transport: Arc<dyn Transport>,
        clock: Arc<dyn Clock>,
        site: Url,
        email: String,
        key: SecretString,
    ) -> Self {
        Self { transport, clock, site, email, key, pace: Pace::default(), me: OnceCell::new() }
    }

    /// Makes one call with its parameters in the address or in a form.
    pub(super) async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        parameters: Parameters<'_>,
    ) -> Result<T, Trouble> {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
        self.exchange(&method, path, || self.request(&method, path, &form)).await
    }

    /// Makes one call with a body of another type than a form's.
    pub(super) async fn send<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        (kind, body): (&str, Vec<u8>),
    ) -> Result<T, Trouble> {
        let uri = self.uri(path);
        self.exchange(&method, path, || self.authorized(&method, &uri, Some((kind, body.into())))).await
    }

    /// Waits for the call's turn under the rate limit, sends it, reads the answer.
    async fn exchange<T: DeserializeOwned>(
        &self,
        method: &Method,
        path: &str,
        request: impl FnOnce() -> Request<Bytes>,
    ) -> Result<T, Trouble> {
        // Events are counted in a bucket of their own.
        let paced = path != "events";
        while paced && let Some(turn) = self.pace.take(self.clock.now()) {
            self.clock.sleep_until(turn).await;
        }
        let read = match self.transport.send(request()).await {
            Ok(answer) => {
                if paced {
                    self.pace.note(answer.headers(), self.clock.now());
                }
                answer::read(method, &answer)
            }
            Err(error) => Err(answer::unanswered(method, error)),
        };
        if let Err(trouble) = &read {
            let Trouble { setback, status, code } = trouble;
            if let (true, Some(429), Again::NotDone { wait: Some(wait) }) = (paced, status, setback.again) {
                self.pace.exhausted(wait, self.clock.now());
            }
            tracing::debug!(%method, path, status, code, again = ?setback.again, "zulip call failed");
        }
        read
    }

    fn uri(&self, path: &str) -> String {
        format!("{}/api/v1/{path}", self.site.as_str().trim_end_matches('/'))
    }

    fn request(&self, method: &Method, path: &str, form: &str) -> Request<Bytes> {
        let uri = self.uri(path);
        if *method != Method::GET {
            let body = Bytes::from(form.to_owned());
            return self.authorized(method, &uri, Some(("application/x-www-form-urlencoded", body)));
        }
        let uri = if form.is_empty() { uri } else { format!("{uri}?{form}") };
        let mut request = self.authorized(method, &uri, None);
        if path == "events" {
            request.extensions_mut().insert(LongPoll);
        }
        request
    }

    fn authorized(&self, method: &Method, uri: &str, body: Option<(&str, Bytes)>) -> Request<Bytes> {
        let credentials = BASE64.encode(format!("{}:{}", self.email, self.key.expose_secret()));
        let mut authorization = HeaderValue::try_from(format!("Basic {credentials}"))
            .expect("base64 is made of characters a header may hold");
        authorization.set_sensitive(true);
        let mut request = Request::builder()
            .method(method)
            .uri(uri)
            .header(header::AUTHORIZATION, authorization)
            .header(header::USER_AGENT, AGENT);
        let (kind, body) = body.unzip();
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        request
            .body(body.unwrap_or_default())
            .expect("a site that is a URL, an ASCII path and an encoded form make a URI")
    }
}
