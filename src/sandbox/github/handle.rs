//! One request, from its headers to its answer: who asks, limits, the operation, caching.

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, header};
use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    RequestRecord,
    access::Viewer,
    answer::{Answer, Refusal},
    limits::Standing,
    operations,
    route::Route,
    version::ApiVersion,
    world::World,
};

/// The largest request body read, in bytes: well above the longest advisory in any encoding.
pub const REQUEST_BYTES_MAX: usize = 1024 * 1024;

/// What is known about a request while it is worked on.
struct Exchange {
    version: ApiVersion,
    viewer: Viewer,
    limit: Option<Standing>,
}

/// Answers `request` and notes it in the log.
pub(super) fn exchange(world: &mut World, request: &Request<Bytes>, now: Timestamp) -> Response<Bytes> {
    world.request_count += 1;
    let path = path_of(world, request);
    let mut exchange = Exchange { version: ApiVersion::V20221128, viewer: Viewer::Anonymous, limit: None };
    let response = if header_of(request, "user-agent").is_none_or(str::is_empty) {
        no_user_agent()
    } else {
        let route = Route::of(request.method(), &path);
        let answer = answer(world, &mut exchange, &route, request, now)
            .unwrap_or_else(|refusal| refusal.into_answer(&route.docs()));
        finish(world, &exchange, &route, request, answer, now)
    };
    world.log(RequestRecord {
        method: request.method().clone(),
        path,
        query: request.uri().query().map(str::to_owned),
        login: exchange.viewer.login().map(str::to_owned),
        status: response.status().as_u16(),
        at: now,
    });
    response
}

fn header_of<'request>(request: &'request Request<Bytes>, name: &str) -> Option<&'request str> {
    request.headers().get(name).and_then(|value| value.to_str().ok())
}

/// The path below the API's own base, with a repository's number resolved to its name.
fn path_of(world: &World, request: &Request<Bytes>) -> String {
    let base = world.bases.api.split_once("://").map_or("", |(_, rest)| rest);
    let prefix = base.find('/').map_or("", |at| base[at..].trim_end_matches('/'));
    let path = request.uri().path();
    let path = path.strip_prefix(prefix).unwrap_or(path);
    let named = path.strip_prefix("/repositories/").and_then(|rest| {
        let (id, below) = rest.split_once('/')?;
        let id: u64 = id.parse().ok()?;
        let repository = world.repositories.values().find(|repository| repository.id == id)?;
        Some(format!("/repos/{}/{below}", repository.seed.full_name))
    });
    named.unwrap_or_else(|| path.to_owned())
}

fn answer(
    world: &mut World,
    exchange: &mut Exchange,
    route: &Route,
    request: &Request<Bytes>,
    now: Timestamp,
) -> Result<Answer, Refusal> {
    if request.body().len() > REQUEST_BYTES_MAX {
        return Err(Refusal::new(413, "Request Entity Too Large"));
    }
    exchange.version = ApiVersion::read(header_of(request, "x-github-api-version"))?;
    exchange.viewer = world.authenticate(header_of(request, "authorization"), now)?;
    let key = exchange.viewer.login().unwrap_or_default().to_ascii_lowercase();
    let limits = world.limits;
    let limit = if key.is_empty() { limits.anonymous_requests_per_hour } else { limits.requests_per_hour };
    let usage = world.usage.entry(key.clone()).or_default();
    let standing = usage.standing(limit, now);
    exchange.limit = Some(standing);
    if *route == Route::RateLimit {
        return Ok(rate_limit(standing, exchange.version));
    }
    usage.admit(&limits, standing, request.method() != Method::GET, now)?;

    let body = if request.method() == Method::GET { Ok(Value::Null) } else { json_body(request.body()) };
    let outcome = body.and_then(|body| {
        let query = request.uri().query().unwrap_or_default();
        let call = operations::Call { viewer: &exchange.viewer, version: exchange.version, query, body, now };
        operations::carry_out(world, route, &call)
    });
    let answer = outcome.unwrap_or_else(|refusal| refusal.into_answer(&route.docs()));
    // An unchanged answer is free for whoever is signed in.
    let unchanged = is_unchanged(request, &answer) && exchange.viewer.login().is_some();
    let usage = world.usage.entry(key).or_default();
    if !unchanged {
        usage.charge(limit, now);
    }
    exchange.limit = Some(usage.standing(limit, now));
    Ok(answer)
}

fn json_body(bytes: &Bytes) -> Result<Value, Refusal> {
    if bytes.is_empty() {
        return Ok(json!({}));
    }
    serde_json::from_slice(bytes).map_err(|_| Refusal::new(400, "Problems parsing JSON"))
}

fn rate_limit(standing: Standing, version: ApiVersion) -> Answer {
    let core = json!({
        "limit": standing.limit,
        "used": standing.used,
        "remaining": standing.remaining(),
        "reset": standing.reset.as_second(),
    });
    let search = json!({"limit": 30, "used": 0, "remaining": 30, "reset": standing.reset.as_second()});
    let mut body = json!({"resources": {"core": core, "search": search}});
    match version {
        ApiVersion::V20221128 => body["rate"] = core,
        ApiVersion::V20260310 => {}
    }
    Answer::ok(body)
}

fn no_user_agent() -> Response<Bytes> {
    let text = "Request forbidden by administrative rules. Please make sure your request has a User-Agent \
                header.\n";
    let mut response = Response::new(Bytes::from_static(text.as_bytes()));
    *response.status_mut() = http::StatusCode::FORBIDDEN;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    response
}

/// A weak tag over the content alone: it returns when the content does.
fn etag(body: &Value) -> String {
    let digest = Sha256::digest(body.to_string());
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("W/\"{hex}\"")
}

fn is_unchanged(request: &Request<Bytes>, answer: &Answer) -> bool {
    let known = header_of(request, "if-none-match").unwrap_or_default();
    let strong = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let own = strong(&etag(&answer.body));
    request.method() == Method::GET
        && answer.status == 200
        && known.split(',').any(|tag| tag.trim() == "*" || strong(tag) == own)
}

/// Adds the headers that every answer has, and leaves the body out where it has not changed.
fn finish(
    world: &World,
    exchange: &Exchange,
    route: &Route,
    request: &Request<Bytes>,
    answer: Answer,
    now: Timestamp,
) -> Response<Bytes> {
    let mut headers: Vec<(&'static str, String)> = vec![
        ("content-type", "application/json; charset=utf-8".to_owned()),
        ("date", now.to_zoned(TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()),
        ("x-github-api-version-selected", exchange.version.word().to_owned()),
        ("x-github-request-id", format!("SAND:{:08X}", world.request_count)),
    ];
    if let Some(limit) = exchange.limit {
        headers.extend([
            ("x-ratelimit-limit", limit.limit.to_string()),
            ("x-ratelimit-remaining", limit.remaining().to_string()),
            ("x-ratelimit-used", limit.used.to_string()),
            ("x-ratelimit-reset", limit.reset.as_second().to_string()),
            ("x-ratelimit-resource", "core".to_owned()),
        ]);
    }
    headers.extend(operations::token_headers(&exchange.viewer));
    let cacheable = request.method() == Method::GET && answer.status == 200 && *route != Route::RateLimit;
    let unchanged = cacheable && is_unchanged(request, &answer);
    if cacheable {
        headers.push(("etag", etag(&answer.body)));
    }
    let empty = unchanged || answer.status == 204;
    let body = if empty { Bytes::new() } else { Bytes::from(answer.body.to_string()) };
    headers.extend(answer.headers);
    let mut response = Response::new(body);
    let status = if unchanged { 304 } else { answer.status };
    *response.status_mut() =
        http::StatusCode::from_u16(status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
