//! Pull requests, their files and their reviews as the API shows them.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    answer::moment,
    pulls::{Pull, Review},
    render_account::{node_id, simple_user},
    render_repository,
    world::{Repository, World},
};

/// Pull requests are numbered apart from what else there is.
const ID_FIRST: u64 = 9_000_000;

/// As lists show it.
pub(super) fn short(world: &World, viewer: Option<&str>, repository: &Repository, pull: &Pull) -> Value {
    let name = &repository.seed.full_name;
    let own = format!("{}/repos/{name}/pulls/{}", world.bases.api, pull.number);
    let issue = format!("{}/repos/{name}/issues/{}", world.bases.api, pull.number);
    let page = format!("{}/{name}/pull/{}", world.bases.web, pull.number);
    let statuses = format!("{}/repos/{name}/statuses/{}", world.bases.api, pull.head());
    let id = ID_FIRST + repository.id * 1000 + pull.number;
    let closed_at = (!pull.is_open).then(|| moment(pull.updated_at));
    let author = user(world, &pull.author);
    let home = pull.home.as_deref().and_then(|home| world.repository(home).ok()).unwrap_or(repository);
    let link = |address: &str| json!({"href": address});
    json!({
        "url": own,
        "id": id,
        "node_id": node_id("PR", id),
        "html_url": page,
        "diff_url": format!("{page}.diff"),
        "patch_url": format!("{page}.patch"),
        "issue_url": issue,
        "commits_url": format!("{own}/commits"),
        "review_comments_url": format!("{own}/comments"),
        "review_comment_url": format!("{}/repos/{name}/pulls/comments{{/number}}", world.bases.api),
        "comments_url": format!("{issue}/comments"),
        "statuses_url": statuses,
        "number": pull.number,
        "state": if pull.is_open { "open" } else { "closed" },
        "locked": false,
        "title": pull.title,
        "user": author,
        "body": pull.body,
        "labels": [],
        "milestone": null,
        "active_lock_reason": null,
        "created_at": moment(pull.created_at),
        "updated_at": moment(pull.updated_at),
        "closed_at": closed_at,
        "merged_at": pull.merged.as_ref().map(|merged| moment(merged.at)),
        "merge_commit_sha": pull.merged.as_ref().map(|merged| &merged.sha),
        "assignee": null,
        "assignees": [],
        "requested_reviewers": [],
        "requested_teams": [],
        "head": end(world, viewer, home, &pull.branch, pull.head()),
        "base": end(
            world,
            viewer,
            repository,
            &pull.base,
            &world.head_of(repository, &pull.base),
        ),
        "_links": {
            "self": link(&own),
            "html": link(&page),
            "issue": link(&issue),
            "comments": link(&format!("{issue}/comments")),
            "review_comments": link(&format!("{own}/comments")),
            "review_comment": link(&format!("{}/repos/{name}/pulls/comments{{/number}}", world.bases.api)),
            "commits": link(&format!("{own}/commits")),
            "statuses": link(&statuses),
        },
        "author_association": "MEMBER",
        "auto_merge": null,
        "draft": pull.is_draft,
    })
}

/// By itself.
pub(super) fn whole(
    world: &World,
    viewer: Option<&str>,
    repository: &Repository,
    pull: &Pull,
    now: Timestamp,
) -> Value {
    let mut shown = short(world, viewer, repository, pull);
    let mergeable = pull.mergeable(now);
    let state = match mergeable {
        None => "unknown",
        Some(false) => "dirty",
        Some(true) if pull.is_draft => "draft",
        Some(true) => world.rules_on(repository, pull, now).word(),
    };
    let merged_by = pull.merged.as_ref().map(|merged| user(world, &merged.by));
    let more = json!({
        "merged": pull.merged.is_some(),
        "mergeable": mergeable,
        "rebaseable": mergeable,
        "mergeable_state": state,
        "merged_by": merged_by,
        "comments": 0,
        "review_comments": 0,
        "maintainer_can_modify": false,
        "commits": pull.commits.len(),
        "additions": pull.files.len(),
        "deletions": 0,
        "changed_files": pull.files.len(),
    });
    if let (Value::Object(shown), Value::Object(more)) = (&mut shown, more) {
        shown.extend(more);
    }
    shown
}

/// One end of it.
fn end(world: &World, viewer: Option<&str>, repository: &Repository, branch: &str, sha: &str) -> Value {
    json!({
        "label": format!("{}:{branch}", repository.owner()),
        "ref": branch,
        "sha": sha,
        "user": world.accounts.get(&repository.owner().to_ascii_lowercase()).map(|owner| simple_user(&world.bases, owner)),
        "repo": render_repository::repository(world, viewer, repository),
    })
}

/// A file that it changes.
pub(super) fn file(world: &World, repository: &Repository, pull: &Pull, name: &str) -> Value {
    let (full, head) = (&repository.seed.full_name, pull.head());
    json!({
        "sha": render_repository::head(repository, name),
        "filename": name,
        "status": "modified",
        "additions": 1,
        "deletions": 0,
        "changes": 1,
        "blob_url": format!("{}/{full}/blob/{head}/{name}", world.bases.web),
        "raw_url": format!("{}/{full}/raw/{head}/{name}", world.bases.web),
        "contents_url": format!("{}/repos/{full}/contents/{name}?ref={head}", world.bases.api),
        "patch": "@@ -0,0 +1 @@\n+A line.",
    })
}

/// A review, with its number among those of the pull request.
pub(super) fn review(
    world: &World,
    repository: &Repository,
    pull: &Pull,
    (number, review): (u64, &Review),
) -> Value {
    let full = &repository.seed.full_name;
    let id = (ID_FIRST + repository.id * 1000 + pull.number) * 1000 + number;
    let page = format!("{}/{full}/pull/{}#pullrequestreview-{id}", world.bases.web, pull.number);
    let own = format!("{}/repos/{full}/pulls/{}", world.bases.api, pull.number);
    json!({
        "id": id,
        "node_id": node_id("PRR", id),
        "user": user(world, &review.author),
        "body": "",
        "state": review.verdict.word(),
        "html_url": page,
        "pull_request_url": own,
        "_links": {"html": {"href": page}, "pull_request": {"href": own}},
        "submitted_at": moment(review.at),
        "commit_id": review.commit,
        "author_association": "MEMBER",
    })
}

fn user(world: &World, login: &str) -> Value {
    world.user(login).map_or(Value::Null, |account| simple_user(&world.bases, account))
}
