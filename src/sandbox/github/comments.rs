//! Comments on advisories, an API in preview.
//!
//! Assumed, since the official description does not have it yet: a comment looks like the smallest
//! part of an issue's comment, and pages are numbered as those of an issue's comments are. As seen on
//! GitHub: once the advisory is published there is nothing to list and nothing can be said, and a
//! comment cannot be deleted through the API. That a published advisory has `comments_url: null`, and
//! others a count, is not shown: the official description of advisories permits no such fields.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    access::{Bond, Viewer},
    answer::{Answer, Refusal, moment},
    model::{Advisory, Comment},
    operations::Call,
    render,
    render_account::simple_user,
    world::{Repository, World},
};

/// How many comments a page has when nothing else is asked for.
const PER_PAGE: usize = 30;
/// How many a page has at most.
const PER_PAGE_MAX: usize = 100;
/// The longest comment, in characters.
const BODY_CHARS_MAX: usize = 65_536;

type Outcome = Result<Answer, Refusal>;

/// `GET …/comments`: oldest first.
pub(super) fn list(world: &World, repo: &str, ghsa: &str, call: &Call<'_>) -> Outcome {
    let (repository, advisory) = visible(world, repo, ghsa, call.viewer)?;
    if advisory.state.is_public() {
        return Ok(Answer::ok(json!([])));
    }
    let query = Query::read(call.query)?;
    let said = &world.record(repo, ghsa)?.comments;
    let wanted: Vec<&Comment> =
        said.iter().filter(|each| query.since.is_none_or(|since| each.updated_at >= since)).collect();
    let skipped = (query.page - 1).saturating_mul(query.per_page);
    let page = wanted.iter().skip(skipped).take(query.per_page);
    let body = page.map(|comment| shown(world, advisory, comment)).collect();
    let link = |page: usize, rel: &str| {
        let (base, id) = (&world.bases.api, repository.id);
        let mut parameters = form_urlencoded::Serializer::new(String::new());
        parameters.extend_pairs(&query.kept).append_pair("page", &page.to_string());
        let parameters = parameters.finish();
        format!("<{base}/repositories/{id}/security-advisories/{ghsa}/comments?{parameters}>; rel=\"{rel}\"")
    };
    let last = wanted.len().div_ceil(query.per_page).max(1);
    let mut links = Vec::new();
    if query.page > 1 {
        links.push(link((query.page - 1).min(last), "prev"));
    }
    if query.page < last {
        links.push(link(query.page + 1, "next"));
        links.push(link(last, "last"));
    }
    let answer = Answer::ok(body);
    Ok(if links.is_empty() { answer } else { answer.with_header("link", links.join(", ")) })
}

/// `GET …/comments/{id}`
pub(super) fn get(world: &World, repo: &str, ghsa: &str, id: u64, call: &Call<'_>) -> Outcome {
    let (_, advisory) = visible(world, repo, ghsa, call.viewer)?;
    let comment = find(world, advisory, id)?;
    Ok(Answer::ok(shown(world, advisory, comment)))
}

/// `POST …/comments`. Not idempotent.
pub(super) fn create(world: &mut World, repo: &str, ghsa: &str, call: &Call<'_>) -> Outcome {
    let id = say(world, repo, ghsa, call.viewer, &call.body, call.now)?;
    let advisory = world.record(repo, ghsa)?.current();
    Ok(Answer::new(201, shown(world, advisory, find(world, advisory, id)?)))
}

/// `PATCH …/comments/{id}`
pub(super) fn update(world: &mut World, repo: &str, ghsa: &str, id: u64, call: &Call<'_>) -> Outcome {
    change(world, repo, (ghsa, id), call.viewer, &call.body, call.now)?;
    let advisory = world.record(repo, ghsa)?.current();
    Ok(Answer::ok(shown(world, advisory, find(world, advisory, id)?)))
}

/// Adds a comment. Returns its number.
pub(super) fn say(
    world: &mut World,
    repo: &str,
    ghsa: &str,
    viewer: &Viewer,
    body: &Value,
    now: Timestamp,
) -> Result<u64, Refusal> {
    viewer.must_reach_for_writing(world.repository(repo)?)?;
    let (_, advisory) = visible(world, repo, ghsa, viewer)?;
    if advisory.state.is_public() {
        return Err(Refusal::not_found());
    }
    let author = viewer.login().ok_or_else(Refusal::unauthenticated)?.to_owned();
    let body = text(body)?;
    world.comments_made += 1;
    let id = world.comments_made;
    let comment = Comment { id, author, body, created_at: now, updated_at: now };
    if let Some(record) = world.records.get_mut(ghsa) {
        record.comments.push(comment);
        world.revision += 1;
    }
    Ok(id)
}

/// Changes a comment: one's own, or any for those who manage the advisory.
pub(super) fn change(
    world: &mut World,
    repo: &str,
    (ghsa, id): (&str, u64),
    viewer: &Viewer,
    body: &Value,
    now: Timestamp,
) -> Result<(), Refusal> {
    viewer.must_reach_for_writing(world.repository(repo)?)?;
    let (repository, advisory) = visible(world, repo, ghsa, viewer)?;
    let comment = find(world, advisory, id)?;
    let own = viewer.login().is_some_and(|login| login.eq_ignore_ascii_case(&comment.author));
    if !own && world.bond(viewer, repository, advisory) < Bond::Manager {
        return Err(viewer.forbidden());
    }
    let body = text(body)?;
    let comments = world.records.get_mut(ghsa).map(|record| &mut record.comments);
    for comment in comments.into_iter().flatten().filter(|comment| comment.id == id) {
        comment.body.clone_from(&body);
        comment.updated_at = now;
        world.revision += 1;
    }
    Ok(())
}

/// The advisory, for whoever may see it. Without the preview there is nothing.
fn visible<'world>(
    world: &'world World,
    repo: &str,
    ghsa: &str,
    viewer: &Viewer,
) -> Result<(&'world Repository, &'world Advisory), Refusal> {
    let repository = world.repository(repo)?;
    let advisory = world.record(repo, ghsa)?.current();
    // On the web people talk whether or not there is an API for it.
    let there = world.comments_preview || matches!(viewer, Viewer::Web { .. });
    if there && world.may_see(viewer, repository, advisory) {
        Ok((repository, advisory))
    } else {
        Err(Refusal::not_found())
    }
}

fn find<'world>(world: &'world World, advisory: &Advisory, id: u64) -> Result<&'world Comment, Refusal> {
    let said = &world.record(&advisory.repository, &advisory.ghsa_id)?.comments;
    let comment = said.iter().find(|comment| comment.id == id && !advisory.state.is_public());
    comment.ok_or_else(Refusal::not_found)
}

/// What a body says.
fn text(body: &Value) -> Result<String, Refusal> {
    let invalid = |complaint: &str| Err(Refusal::invalid_request(&[complaint.to_owned()]));
    let Value::Object(fields) = body else {
        return Err(Refusal::new(400, "Body should be a JSON object"));
    };
    match fields.get("body") {
        None => invalid("\"body\" wasn't supplied."),
        Some(Value::String(text)) if text.trim().is_empty() => invalid("\"body\" is blank."),
        Some(Value::String(text)) if text.chars().count() > BODY_CHARS_MAX => {
            invalid(&format!("\"body\" is longer than {BODY_CHARS_MAX} characters."))
        }
        Some(Value::String(text)) => Ok(text.clone()),
        Some(other) => invalid(&format!("For 'properties/body', {other} is not a string.")),
    }
}

fn shown(world: &World, advisory: &Advisory, comment: &Comment) -> Value {
    let path = format!("{}/security-advisories/{}", advisory.repository, advisory.ghsa_id);
    let user = world.user(&comment.author).map(|account| simple_user(&world.bases, account));
    json!({
        "id": comment.id,
        "url": format!("{}/repos/{path}/comments/{}", world.bases.api, comment.id),
        "html_url": format!("{}#advisory-comment-{}", render::html_url(world, advisory), comment.id),
        "body": comment.body,
        "user": user,
        "created_at": moment(comment.created_at),
        "updated_at": moment(comment.updated_at),
    })
}

/// What a list is asked for.
struct Query {
    since: Option<Timestamp>,
    per_page: usize,
    page: usize,
    /// The other parameters as sent, for the links.
    kept: Vec<(String, String)>,
}

impl Query {
    fn read(query: &str) -> Result<Self, Refusal> {
        let bad = |name: &str| Refusal::new(400, format!("Bad Request: {name} is not valid"));
        let mut read = Self { since: None, per_page: PER_PAGE, page: 1, kept: Vec::new() };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let number = || value.parse::<usize>().map_err(|_| bad(&name));
            match name.as_ref() {
                "since" => read.since = Some(value.parse().map_err(|_| bad("since"))?),
                "per_page" => read.per_page = number()?.clamp(1, PER_PAGE_MAX),
                "page" => read.page = number()?.max(1),
                _ => {}
            }
            if name != "page" {
                read.kept.push((name.into_owned(), value.into_owned()));
            }
        }
        Ok(read)
    }
}
