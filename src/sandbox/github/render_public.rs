//! Commits, tags, releases, issues and comments as the API shows them.

use serde_json::{Value, json};

use super::{
    answer::moment,
    public::{PublicSide, Release, Remark, Tag, Thread},
    pulls::Commit,
    render_account::{node_id, simple_user},
    world::{Repository, World},
};

/// Where the numbers of what is public begin: each kind is numbered apart.
const ID_FIRST: u64 = 20_000_000;

fn id(repository: &Repository, number: u64) -> u64 {
    ID_FIRST + repository.id * 10_000 + number
}

/// The repository's own address in the API, and its page.
fn places(world: &World, repository: &Repository) -> (String, String) {
    let name = &repository.seed.full_name;
    (format!("{}/repos/{name}", world.bases.api), format!("{}/{name}", world.bases.web))
}

fn user(world: &World, login: &str) -> Value {
    world.user(login).map_or(Value::Null, |account| simple_user(&world.bases, account))
}

/// A commit, as lists show it.
pub(super) fn commit(world: &World, repository: &Repository, commit: &Commit) -> Value {
    let (own, page) = places(world, repository);
    let sha = &commit.sha;
    let name = world.user(&commit.author).map_or("Sandbox", |account| &account.name);
    let signature = json!({"name": name, "email": "sandbox@example.org", "date": moment(commit.at)});
    let author = user(world, &commit.author);
    json!({
        "sha": sha,
        "node_id": node_id("C", repository.id),
        "url": format!("{own}/commits/{sha}"),
        "html_url": format!("{page}/commit/{sha}"),
        "comments_url": format!("{own}/commits/{sha}/comments"),
        "commit": {
            "url": format!("{own}/git/commits/{sha}"),
            "author": signature,
            "committer": signature,
            "message": commit.message,
            "comment_count": 0,
            "tree": {"sha": sha, "url": format!("{own}/git/trees/{sha}")},
        },
        "author": author,
        "committer": author,
        "parents": [],
    })
}

/// A tag.
pub(super) fn tag(world: &World, repository: &Repository, tag: &Tag) -> Value {
    let (own, _) = places(world, repository);
    json!({
        "name": tag.name,
        "commit": {"sha": tag.sha, "url": format!("{own}/commits/{}", tag.sha)},
        "zipball_url": format!("{own}/zipball/refs/tags/{}", tag.name),
        "tarball_url": format!("{own}/tarball/refs/tags/{}", tag.name),
        "node_id": node_id("REF", repository.id),
    })
}

/// A release, with its number.
pub(super) fn release(world: &World, repository: &Repository, (number, release): (u64, &Release)) -> Value {
    let (own, page) = places(world, repository);
    let id = id(repository, number);
    let published_at = (!release.is_draft).then(|| moment(release.at));
    json!({
        "url": format!("{own}/releases/{id}"),
        "html_url": format!("{page}/releases/tag/{}", release.tag),
        "assets_url": format!("{own}/releases/{id}/assets"),
        "upload_url": format!("{own}/releases/{id}/assets{{?name,label}}"),
        "tarball_url": format!("{own}/tarball/{}", release.tag),
        "zipball_url": format!("{own}/zipball/{}", release.tag),
        "id": id,
        "node_id": node_id("RE", id),
        "tag_name": release.tag,
        "target_commitish": repository.seed.branches.first(),
        "name": release.name,
        "body": release.body,
        "draft": release.is_draft,
        "prerelease": false,
        "created_at": moment(release.at),
        "published_at": published_at,
        "author": user(world, &release.author),
        "assets": [],
    })
}

/// An issue; a pull request is one too, and says so.
pub(super) fn issue(world: &World, repository: &Repository, thread: &Thread) -> Value {
    let (own, page) = places(world, repository);
    let (number, id) = (thread.number, id(repository, thread.number));
    let this = format!("{own}/issues/{number}");
    let of = if thread.proposal.is_some() { "pull" } else { "issues" };
    let mut shown = json!({
        "id": id,
        "node_id": node_id("I", id),
        "url": this,
        "repository_url": own,
        "labels_url": format!("{this}/labels{{/name}}"),
        "comments_url": format!("{this}/comments"),
        "events_url": format!("{this}/events"),
        "html_url": format!("{page}/{of}/{number}"),
        "number": number,
        "state": if thread.closed_at.is_none() { "open" } else { "closed" },
        "title": thread.title,
        "body": thread.body,
        "user": user(world, &thread.author),
        "labels": [],
        "assignee": null,
        "assignees": [],
        "milestone": null,
        "locked": false,
        "comments": 0,
        "created_at": moment(thread.created_at),
        "updated_at": moment(thread.updated_at),
        "closed_at": thread.closed_at.map(moment),
        "author_association": "MEMBER",
    });
    if let Some(proposal) = &thread.proposal {
        shown["pull_request"] = json!({
            "url": format!("{own}/pulls/{number}"),
            "html_url": format!("{page}/pull/{number}"),
            "diff_url": format!("{page}/pull/{number}.diff"),
            "patch_url": format!("{page}/pull/{number}.patch"),
            "merged_at": proposal.merged.as_ref().map(|merged| moment(merged.at)),
        });
    }
    shown
}

/// Something said below an issue or a pull request.
pub(super) fn comment(world: &World, repository: &Repository, side: &PublicSide, remark: &Remark) -> Value {
    let (own, page) = places(world, repository);
    let id = id(repository, remark.id);
    let thread = side.threads.iter().find(|thread| thread.number == remark.number);
    let of = if thread.is_some_and(|thread| thread.proposal.is_some()) { "pull" } else { "issues" };
    json!({
        "id": id,
        "node_id": node_id("IC", id),
        "url": format!("{own}/issues/comments/{id}"),
        "html_url": format!("{page}/{of}/{}#issuecomment-{id}", remark.number),
        "issue_url": format!("{own}/issues/{}", remark.number),
        "body": remark.body,
        "user": user(world, &remark.author),
        "created_at": moment(remark.created_at),
        "updated_at": moment(remark.updated_at),
        "author_association": "MEMBER",
    })
}

/// Something said about a line of a pull request.
pub(super) fn review_comment(
    world: &World,
    repository: &Repository,
    _side: &PublicSide,
    remark: &Remark,
) -> Value {
    let (own, page) = places(world, repository);
    let (number, id) = (remark.number, id(repository, remark.id));
    let (this, pull) = (format!("{own}/pulls/comments/{id}"), format!("{own}/pulls/{number}"));
    let page = format!("{page}/pull/{number}#discussion_r{id}");
    let link = |address: &str| json!({"href": address});
    json!({
        "url": this,
        "pull_request_review_id": null,
        "id": id,
        "node_id": node_id("PRRC", id),
        "diff_hunk": "@@ -0,0 +1 @@",
        "path": "src/lib.rs",
        "commit_id": super::render_repository::head(repository, "review"),
        "original_commit_id": super::render_repository::head(repository, "review"),
        "user": user(world, &remark.author),
        "body": remark.body,
        "created_at": moment(remark.created_at),
        "updated_at": moment(remark.updated_at),
        "html_url": page,
        "pull_request_url": pull,
        "author_association": "MEMBER",
        "_links": {"self": link(&this), "html": link(&page), "pull_request": link(&pull)},
    })
}
