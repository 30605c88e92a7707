//! Who makes a request: HTTP Basic, with an e-mail address and an API key.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{Request, header};

use super::ids::UserId;
use super::state::{API_KEY_LENGTH, State};
use super::wire::Refusal;

impl State {
    /// The account that makes a request.
    pub(super) fn authenticate(&self, request: &Request<Bytes>) -> Result<UserId, Refusal> {
        let Some(header) = request.headers().get(header::AUTHORIZATION) else {
            return Err(Refusal::unauthorized("Not logged in: API authentication or user session required"));
        };
        let malformed = || Refusal::unauthorized("Invalid authorization header for basic auth");
        let (scheme, credentials) =
            header.to_str().ok().and_then(|text| text.split_once(' ')).ok_or_else(malformed)?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return Err(Refusal::bad("This endpoint requires HTTP basic authentication."));
        }
        let plain = STANDARD.decode(credentials.trim()).ok().and_then(|plain| String::from_utf8(plain).ok());
        let plain = plain.ok_or_else(malformed)?;
        let (email, key) = plain.split_once(':').ok_or_else(malformed)?;
        if key.len() != API_KEY_LENGTH {
            return Err(Refusal::unauthorized("Malformed API key"));
        }
        let user = self.user_by_email(email).filter(|user| user.api_key == key);
        let user = user.ok_or_else(|| Refusal::unauthorized("Invalid API key"))?;
        if !user.is_active {
            return Err(Refusal::unauthorized("Account is deactivated"));
        }
        Ok(user.id)
    }
}
