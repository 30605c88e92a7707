//! The lists in which a repository's public side is shown, each in the order that is asked for.

use jiff::Timestamp;
use serde_json::Value;

use super::{
    answer::{Answer, Refusal},
    operations::Call,
    pages::{page, parameter},
    public::Remark,
    render_public, render_repository,
    seed::Role,
    world::World,
};

type Outcome = Result<Answer, Refusal>;

/// `GET …/branches`
pub(super) fn branches(world: &World, repo: &str, call: &Call<'_>) -> Outcome {
    let repository = world.readable(repo, call.viewer, call.now)?;
    let branches = repository.seed.branches.iter();
    let shown = branches.map(|branch| render_repository::short_branch(world, &repository, branch)).collect();
    Ok(page(world, &format!("/repos/{repo}/branches"), shown, call))
}

/// `GET …/commits`: of a branch or from a commit on, the newest first.
pub(super) fn commits(world: &World, repo: &str, call: &Call<'_>) -> Outcome {
    let repository = world.readable(repo, call.viewer, call.now)?;
    let first = repository.seed.branches.first().cloned().unwrap_or_default();
    let of = parameter(call.query, "sha").unwrap_or(first);
    let commits = world.history(&repository, &of).ok_or_else(Refusal::not_found)?;
    let shown = commits.iter().map(|commit| render_public::commit(world, &repository, commit)).collect();
    Ok(page(world, &format!("/repos/{repo}/commits"), shown, call))
}

/// `GET …/tags`
pub(super) fn tags(world: &World, repo: &str, call: &Call<'_>) -> Outcome {
    let repository = world.readable(repo, call.viewer, call.now)?;
    let tags = world.public_side(&repository).tags;
    let shown = tags.iter().map(|tag| render_public::tag(world, &repository, tag)).collect();
    Ok(page(world, &format!("/repos/{repo}/tags"), shown, call))
}

/// `GET …/releases`: the newest first; drafts for those who may push.
pub(super) fn releases(world: &World, repo: &str, call: &Call<'_>) -> Outcome {
    let repository = world.readable(repo, call.viewer, call.now)?;
    let role = call.viewer.login().and_then(|login| World::role(&repository, login));
    let all = world.public_side(&repository).releases;
    let shown = all.iter().enumerate().rev();
    let shown = shown.filter(|(_, one)| !one.is_draft || role >= Some(Role::Write));
    let shown = shown.map(|(at, one)| render_public::release(world, &repository, (at as u64, one))).collect();
    Ok(page(world, &format!("/repos/{repo}/releases"), shown, call))
}

/// `GET …/issues`, which holds the pull requests too.
pub(super) fn issues(world: &World, repo: &str, call: &Call<'_>) -> Outcome {
    let repository = world.readable(repo, call.viewer, call.now)?;
    let threads = world.public_side(&repository).threads;
    let all = threads.iter().map(|thread| {
        let times = (thread.created_at, thread.updated_at, thread.number);
        (times, render_public::issue(world, &repository, thread))
    });
    Ok(page(world, &format!("/repos/{repo}/issues"), sorted(all.collect(), call, "desc"), call))
}

/// `GET …/issues/comments` and `GET …/pulls/comments`, the latter about lines of pull requests.
pub(super) fn comments(world: &World, repo: &str, is_review: bool, call: &Call<'_>) -> Outcome {
    let repository = world.readable(repo, call.viewer, call.now)?;
    let side = world.public_side(&repository);
    let (of, show): (&str, fn(&World, &_, &_, &Remark) -> Value) = match is_review {
        true => ("pulls", render_public::review_comment),
        false => ("issues", render_public::comment),
    };
    let all = side.comments.iter().filter(|one| one.is_review == is_review).map(|one| {
        let times = (one.created_at, one.updated_at, one.id);
        (times, show(world, &repository, &side, one))
    });
    Ok(page(world, &format!("/repos/{repo}/{of}/comments"), sorted(all.collect(), call, "asc"), call))
}

/// When something was made and last changed, and its number.
type Times = (Timestamp, Timestamp, u64);

/// In the order that is asked for, and nothing that has not changed since `since`.
pub(super) fn sorted(mut all: Vec<(Times, Value)>, call: &Call<'_>, direction: &str) -> Vec<Value> {
    let by_update = parameter(call.query, "sort").is_some_and(|sort| sort == "updated");
    let since: Option<Timestamp> = parameter(call.query, "since").and_then(|since| since.parse().ok());
    all.retain(|((_, updated, _), _)| since.is_none_or(|since| *updated >= since));
    all.sort_by_key(|((created, updated, id), _)| (if by_update { *updated } else { *created }, *id));
    if parameter(call.query, "direction").as_deref().unwrap_or(direction) == "desc" {
        all.reverse();
    }
    all.into_iter().map(|(_, shown)| shown).collect()
}
