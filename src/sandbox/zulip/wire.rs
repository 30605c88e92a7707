//! Reading Zulip's requests and writing its answers: form fields in, JSON out.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use serde_json::{Map, Value, json};

/// Why something was not done, as Zulip says it.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The stable code, such as `BAD_REQUEST`.
    pub code: &'static str,
    /// What a person is told.
    pub message: String,
    /// The further fields some codes carry.
    pub details: Map<String, Value>,
}

impl Refusal {
    /// The ordinary refusal, `BAD_REQUEST`.
    pub(super) fn bad(message: impl Into<String>) -> Self {
        Self::coded("BAD_REQUEST", message)
    }

    /// A refusal with a code of its own.
    pub(super) fn coded(code: &'static str, message: impl Into<String>) -> Self {
        Self { status: 400, code, message: message.into(), details: Map::new() }
    }

    /// A required parameter is not there.
    pub(super) fn missing(name: &str) -> Self {
        Self::coded("REQUEST_VARIABLE_MISSING", format!("Missing '{name}' argument")).with("var_name", name)
    }

    /// The message is not there, or not for this user: Zulip does not say which.
    pub(super) fn no_message() -> Self {
        Self::bad("Invalid message(s)")
    }

    /// The channel is not there, or not for this user.
    pub(super) fn no_channel() -> Self {
        Self::bad("Invalid channel ID")
    }

    /// The user is not there.
    pub(super) fn no_user() -> Self {
        Self::bad("No such user")
    }

    /// The credentials are wrong, or no longer good.
    pub(super) fn unauthorized(message: &str) -> Self {
        Self { status: 401, ..Self::coded("UNAUTHORIZED", message) }
    }

    /// The same, with one more field.
    pub(super) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.details.insert(name.to_owned(), value.into());
        self
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} ({})", self.message, self.code)
    }
}

impl std::error::Error for Refusal {}

/// What an endpoint gives: the fields of a success beside `result` and `msg`.
pub(super) type Answer = Result<Value, Refusal>;

/// The parameters of a request, and which of them were asked for: the others are reported as ignored.
pub(super) struct Params {
    values: BTreeMap<String, String>,
    known: BTreeSet<&'static str>,
}

impl Params {
    /// The query string's parameters, and the body's where it is a form. The last of equal names counts.
    pub(super) fn of(request: &Request<Bytes>) -> Self {
        let mut values = BTreeMap::new();
        let mut read = |text: &[u8]| {
            values.extend(form_urlencoded::parse(text).map(|(k, v)| (k.into_owned(), v.into_owned())));
        };
        read(request.uri().query().unwrap_or_default().as_bytes());
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let is_form = kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
        if is_form && request.method() != http::Method::GET {
            read(request.body());
        }
        Self { values, known: BTreeSet::new() }
    }

    /// The names that no one asked for.
    pub(super) fn ignored(&self) -> Vec<&str> {
        self.values.keys().map(String::as_str).filter(|name| !self.known.contains(name)).collect()
    }

    /// A plain text parameter.
    pub(super) fn text(&mut self, name: &'static str) -> Option<String> {
        self.known.insert(name);
        self.values.get(name).cloned()
    }

    /// A plain text parameter that must be there.
    pub(super) fn needed_text(&mut self, name: &'static str) -> Result<String, Refusal> {
        self.text(name).ok_or_else(|| Refusal::missing(name))
    }

    /// A parameter whose value is JSON.
    pub(super) fn json(&mut self, name: &'static str) -> Result<Option<Value>, Refusal> {
        let Some(text) = self.text(name) else { return Ok(None) };
        serde_json::from_str(&text)
            .map(Some)
            .map_err(|_| Refusal::bad(format!("Argument \"{name}\" is not valid JSON.")))
    }

    /// A parameter that is true or false.
    pub(super) fn flag(&mut self, name: &'static str, default: bool) -> Result<bool, Refusal> {
        match self.json(name)? {
            None => Ok(default),
            Some(value) => value.as_bool().ok_or_else(|| Refusal::bad(format!("{name} is not a boolean"))),
        }
    }

    /// A parameter that is a whole number.
    pub(super) fn number(&mut self, name: &'static str) -> Result<Option<i64>, Refusal> {
        let Some(value) = self.json(name)? else { return Ok(None) };
        value.as_i64().map(Some).ok_or_else(|| Refusal::bad(format!("{name} is not an integer")))
    }

    /// A parameter that is a list.
    pub(super) fn list(&mut self, name: &'static str) -> Result<Option<Vec<Value>>, Refusal> {
        match self.json(name)? {
            None => Ok(None),
            Some(Value::Array(items)) => Ok(Some(items)),
            Some(_) => Err(Refusal::bad(format!("{name} is not a list"))),
        }
    }

    /// A parameter that is a list of strings.
    pub(super) fn texts(&mut self, name: &'static str) -> Result<Option<Vec<String>>, Refusal> {
        let Some(items) = self.list(name)? else { return Ok(None) };
        let text = |(at, item): (usize, Value)| {
            let text = item.as_str().map(str::to_owned);
            text.ok_or_else(|| Refusal::bad(format!("{name}[{at}] is not a string")))
        };
        items.into_iter().enumerate().map(text).collect::<Result<_, _>>().map(Some)
    }
}

/// A success with these fields, naming the parameters that had no effect.
pub(super) fn success(fields: Value, ignored: &[&str]) -> Response<Bytes> {
    let mut body = json!({"result": "success", "msg": ""});
    if !ignored.is_empty() {
        body["ignored_parameters_unsupported"] = json!(ignored);
    }
    if let (Value::Object(body), Value::Object(fields)) = (&mut body, fields) {
        body.extend(fields);
    }
    json_response(200, &body)
}

/// A refusal as an answer.
pub(super) fn refused(refusal: &Refusal) -> Response<Bytes> {
    let mut body = json!({"result": "error", "msg": refusal.message, "code": refusal.code});
    if let Value::Object(body) = &mut body {
        body.extend(refusal.details.clone());
    }
    let mut response = json_response(refusal.status, &body);
    if refusal.status == 401 {
        let basic = HeaderValue::from_static("Basic realm=\"zulip\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, basic);
    }
    response
}

/// There is no such endpoint: a page for people.
pub(super) fn not_found() -> Response<Bytes> {
    html(404, "<!DOCTYPE html>\n<html lang='en'><head><title>Error | Zulip</title></head></html>\n")
}

/// The server behind the front door is down.
pub(super) fn bad_gateway() -> Response<Bytes> {
    html(502, "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n</html>\r\n")
}

/// The endpoint exists, but not with this method.
pub(super) fn wrong_method(allowed: &[&str]) -> Response<Bytes> {
    let body = json!({"result": "error", "msg": "Method Not Allowed", "allowed_methods": allowed});
    let mut response = json_response(405, &body);
    if let Ok(allow) = HeaderValue::from_str(&allowed.join(", ")) {
        response.headers_mut().insert(header::ALLOW, allow);
    }
    response
}

fn json_response(status: u16, body: &Value) -> Response<Bytes> {
    respond(status, "application/json", body.to_string())
}

/// A page for people.
pub(super) fn page(status: u16, text: &str) -> Response<Bytes> {
    html(status, text)
}

fn html(status: u16, page: &str) -> Response<Bytes> {
    respond(status, "text/html; charset=utf-8", page.to_owned())
}

fn respond(status: u16, kind: &'static str, body: String) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}
