//! Lists in numbered pages.

use serde_json::Value;

use super::{answer::Answer, operations::Call, world::World};

/// How many a page has when nothing else is asked for.
const PER_PAGE: usize = 30;
/// How many a page has at most.
const PER_PAGE_MAX: usize = 100;

/// A parameter of a query.
pub(super) fn parameter(query: &str, wanted: &str) -> Option<String> {
    let mut all = form_urlencoded::parse(query.as_bytes());
    all.find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned())
}

/// A page of a list, with a link to the next where there is one.
pub(super) fn page(world: &World, path: &str, all: Vec<Value>, call: &Call<'_>) -> Answer {
    let number = |name| parameter(call.query, name).and_then(|value| value.parse().ok());
    let per_page = number("per_page").unwrap_or(PER_PAGE).clamp(1, PER_PAGE_MAX);
    let page = number("page").unwrap_or(1).max(1);
    let rest = all.len().saturating_sub(page.saturating_mul(per_page));
    let shown: Vec<Value> =
        all.into_iter().skip((page - 1).saturating_mul(per_page)).take(per_page).collect();
    let answer = Answer::ok(Value::Array(shown));
    if rest == 0 {
        return answer;
    }
    let mut query = form_urlencoded::Serializer::new(String::new());
    let kept = form_urlencoded::parse(call.query.as_bytes()).filter(|(name, _)| name != "page");
    query.extend_pairs(kept).append_pair("page", &(page + 1).to_string());
    let next = format!("{}{path}?{}", world.bases.api, query.finish());
    answer.with_header("link", format!("<{next}>; rel=\"next\""))
}
