//! Lists of advisories: filter, order, and pages by cursor.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde_json::Value;

use super::{
    access::Viewer,
    answer::{Answer, Refusal},
    model::{Advisory, AdvisoryState},
    render,
    version::ApiVersion,
    world::World,
};

/// How many advisories a page has when nothing else is asked for.
const PER_PAGE: usize = 30;
/// How many a page has at most.
const PER_PAGE_MAX: usize = 100;

/// By which date a list is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Created,
    Updated,
    Published,
}

/// A place in the order: the date, and the advisory's number among equals.
type Place = (Option<Timestamp>, u64);

/// What a list is asked for.
#[derive(Debug)]
struct Query {
    state: Option<AdvisoryState>,
    sort: Sort,
    ascending: bool,
    per_page: usize,
    before: Option<Place>,
    after: Option<Place>,
    /// The other parameters as sent, for the links.
    kept: Vec<(String, String)>,
}

impl Query {
    fn read(query: &str) -> Result<Self, Refusal> {
        let bad = |name: &str| Refusal::new(400, format!("Bad Request: {name} is not valid"));
        let mut read = Self {
            state: None,
            sort: Sort::Created,
            ascending: false,
            per_page: PER_PAGE,
            before: None,
            after: None,
            kept: Vec::new(),
        };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "before" => read.before = Some(place_of(&value).ok_or_else(|| bad("before"))?),
                "after" => read.after = Some(place_of(&value).ok_or_else(|| bad("after"))?),
                "state" => read.state = Some(state_of(&value).ok_or_else(|| bad("state"))?),
                "sort" => read.sort = sort_of(&value).ok_or_else(|| bad("sort"))?,
                "direction" if value == "asc" || value == "desc" => read.ascending = value == "asc",
                "direction" => return Err(bad("direction")),
                "per_page" => {
                    let wanted: usize = value.parse().map_err(|_| bad("per_page"))?;
                    read.per_page = wanted.clamp(1, PER_PAGE_MAX);
                }
                _ => {}
            }
            if name != "before" && name != "after" {
                read.kept.push((name.into_owned(), value.into_owned()));
            }
        }
        Ok(read)
    }

    fn place(&self, number: u64, advisory: &Advisory) -> Place {
        let date = match self.sort {
            Sort::Created => Some(advisory.created_at),
            Sort::Updated => Some(advisory.updated_at),
            Sort::Published => advisory.published_at,
        };
        (date, number)
    }

    /// Whether `first` stands before `second` in the order asked for.
    fn precedes(&self, first: Place, second: Place) -> bool {
        if self.ascending { first < second } else { first > second }
    }
}

fn state_of(word: &str) -> Option<AdvisoryState> {
    use AdvisoryState::{Closed, Draft, Published, Triage};
    [Triage, Draft, Published, Closed].into_iter().find(|state| state.word() == word)
}

fn sort_of(word: &str) -> Option<Sort> {
    match word {
        "created" => Some(Sort::Created),
        "updated" => Some(Sort::Updated),
        "published" => Some(Sort::Published),
        _ => None,
    }
}

fn cursor((date, number): Place) -> String {
    let date = date.map_or_else(|| "-".to_owned(), |date| date.as_nanosecond().to_string());
    URL_SAFE_NO_PAD.encode(format!("{date}:{number}"))
}

fn place_of(cursor: &str) -> Option<Place> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let (date, number) = text.split_once(':')?;
    let date = match date {
        "-" => None,
        nanoseconds => Some(Timestamp::from_nanosecond(nanoseconds.parse().ok()?).ok()?),
    };
    Some((date, number.parse().ok()?))
}

/// The advisories of a repository that `viewer` may see, one page of them.
pub(super) fn page(
    world: &World,
    viewer: &Viewer,
    repo: &str,
    query: &str,
    version: ApiVersion,
    now: Timestamp,
) -> Result<Answer, Refusal> {
    let repository = world.repository(repo)?;
    let query = Query::read(query)?;
    let as_of = now.checked_sub(world.list_lag).unwrap_or(now);
    let mut listed: Vec<(Place, &Advisory)> = world
        .records
        .values()
        .filter_map(|record| {
            let lagging = !world.list_lag.is_zero();
            let advisory = if lagging { record.as_of(as_of)? } else { record.current() };
            Some((query.place(record.number, advisory), advisory))
        })
        .filter(|(_, advisory)| advisory.repository == repository.seed.full_name)
        .filter(|(_, advisory)| world.may_see(viewer, repository, advisory))
        .filter(|(_, advisory)| query.state.is_none_or(|state| advisory.state == state))
        .collect();
    listed.sort_by(
        |(first, _), (second, _)| {
            if query.ascending { first.cmp(second) } else { second.cmp(first) }
        },
    );

    let start = query.after.map_or(0, |after| {
        listed.partition_point(|(place, _)| *place == after || query.precedes(*place, after))
    });
    let end = query
        .before
        .map_or(listed.len(), |before| listed.partition_point(|(place, _)| query.precedes(*place, before)));
    let end = end.max(start);
    let (start, end) = if query.before.is_some() && query.after.is_none() {
        (end.saturating_sub(query.per_page).max(start), end)
    } else {
        (start, end.min(start + query.per_page))
    };

    let shown = &listed[start..end];
    let body: Vec<Value> =
        shown.iter().map(|(_, advisory)| render::advisory(world, advisory, version)).collect();
    let mut links = Vec::new();
    if let Some((last, _)) = shown.last().filter(|_| end < listed.len()) {
        links.push(link(world, repository.id, &query, "after", *last, "next"));
    }
    if let Some((first, _)) = shown.first().filter(|_| start > 0) {
        links.push(link(world, repository.id, &query, "before", *first, "prev"));
    }
    let answer = Answer::ok(Value::Array(body));
    Ok(if links.is_empty() { answer } else { answer.with_header("link", links.join(", ")) })
}

/// A link to another page. Like GitHub's, it names the repository by its number.
fn link(world: &World, id: u64, query: &Query, name: &str, place: Place, rel: &str) -> String {
    let mut parameters = form_urlencoded::Serializer::new(String::new());
    parameters.extend_pairs(&query.kept).append_pair(name, &cursor(place));
    let base = &world.bases.api;
    format!("<{base}/repositories/{id}/security-advisories?{}>; rel=\"{rel}\"", parameters.finish())
}
