//! Repositories and branches as the API shows them.

use serde_json::{Value, json};

use super::{
    answer::moment,
    objects,
    public::MergeMethod,
    render_account::{node_id, permissions, simple_user},
    render_public,
    seed::Role,
    world::{Repository, World},
};

/// Addresses below a repository's own.
const ADDRESSES: [(&str, &str); 36] = [
    ("archive_url", "/{archive_format}{/ref}"),
    ("assignees_url", "/assignees{/user}"),
    ("blobs_url", "/git/blobs{/sha}"),
    ("branches_url", "/branches{/branch}"),
    ("collaborators_url", "/collaborators{/collaborator}"),
    ("comments_url", "/comments{/number}"),
    ("commits_url", "/commits{/sha}"),
    ("compare_url", "/compare/{base}...{head}"),
    ("contents_url", "/contents/{+path}"),
    ("contributors_url", "/contributors"),
    ("deployments_url", "/deployments"),
    ("downloads_url", "/downloads"),
    ("events_url", "/events"),
    ("forks_url", "/forks"),
    ("git_commits_url", "/git/commits{/sha}"),
    ("git_refs_url", "/git/refs{/sha}"),
    ("git_tags_url", "/git/tags{/sha}"),
    ("hooks_url", "/hooks"),
    ("issue_comment_url", "/issues/comments{/number}"),
    ("issue_events_url", "/issues/events{/number}"),
    ("issues_url", "/issues{/number}"),
    ("keys_url", "/keys{/key_id}"),
    ("labels_url", "/labels{/name}"),
    ("languages_url", "/languages"),
    ("merges_url", "/merges"),
    ("milestones_url", "/milestones{/number}"),
    ("notifications_url", "/notifications{?since,all,participating}"),
    ("pulls_url", "/pulls{/number}"),
    ("releases_url", "/releases{/id}"),
    ("stargazers_url", "/stargazers"),
    ("statuses_url", "/statuses/{sha}"),
    ("subscribers_url", "/subscribers"),
    ("subscription_url", "/subscription"),
    ("tags_url", "/tags"),
    ("teams_url", "/teams"),
    ("trees_url", "/git/trees{/sha}"),
];

/// A repository, whole, with what `viewer` may do there. A fork names the repository it is of.
pub(super) fn repository(world: &World, viewer: Option<&str>, repository: &Repository) -> Value {
    let mut shown = plain(world, viewer, repository);
    if let Some(parent) = repository.fork_of.as_ref().and_then(|name| world.repository(name).ok()) {
        shown["parent"] = plain(world, viewer, parent);
        shown["source"] = shown["parent"].clone();
    }
    shown
}

fn plain(world: &World, viewer: Option<&str>, repository: &Repository) -> Value {
    let seed = &repository.seed;
    let own = format!("{}/repos/{}", world.bases.api, seed.full_name);
    let page = format!("{}/{}", world.bases.web, seed.full_name);
    let host = world.bases.web.split_once("://").map_or("github.com", |(_, host)| host);
    let owner = world.accounts.get(&repository.owner().to_ascii_lowercase());
    let mut shown = json!({
        "id": repository.id,
        "node_id": node_id("R", repository.id),
        "name": repository.name(),
        "full_name": seed.full_name,
        "owner": owner.map(|owner| simple_user(&world.bases, owner)),
        "private": seed.is_private,
        "visibility": if seed.is_private { "private" } else { "public" },
        "html_url": page,
        "description": seed.description,
        "fork": repository.fork_of.is_some(),
        "git_url": format!("git://{host}/{}.git", seed.full_name),
        "ssh_url": format!("git@{host}:{}.git", seed.full_name),
        "clone_url": format!("{page}.git"),
        "svn_url": page,
        "mirror_url": null,
        "homepage": null,
        "language": seed.language,
        "default_branch": seed.branches.first(),
        "license": {
            "key": "apache-2.0",
            "name": "Apache License 2.0",
            "spdx_id": "Apache-2.0",
            "url": format!("{}/licenses/apache-2.0", world.bases.api),
            "node_id": node_id("L", 2),
        },
        "topics": [],
        "pushed_at": moment(world.started_at),
        "created_at": moment(world.started_at),
        "updated_at": moment(world.started_at),
        "url": own,
    });
    for (key, below) in ADDRESSES {
        shown[key] = json!(format!("{own}{below}"));
    }
    for key in ["archived", "disabled", "has_pages", "has_wiki", "has_projects", "is_template"] {
        shown[key] = json!(false);
    }
    for key in ["has_issues", "has_discussions", "has_downloads"] {
        shown[key] = json!(true);
    }
    for key in [
        "forks",
        "forks_count",
        "open_issues",
        "open_issues_count",
        "stargazers_count",
        "watchers",
        "watchers_count",
        "network_count",
        "subscribers_count",
        "size",
    ] {
        shown[key] = json!(0);
    }
    if let Some(login) = viewer {
        let role = World::role(repository, login);
        shown["permissions"] = permissions(role);
        if role >= Some(Role::Write) {
            show_methods(world, repository, &mut shown);
        }
    }
    shown
}

/// Which ways of merging it allows, for those who may push.
fn show_methods(world: &World, repository: &Repository, shown: &mut Value) {
    let barred = world.public_side(repository).barred;
    for (key, method) in [
        ("allow_merge_commit", MergeMethod::Merge),
        ("allow_squash_merge", MergeMethod::Squash),
        ("allow_rebase_merge", MergeMethod::Rebase),
    ] {
        shown[key] = json!(!barred.contains(&method));
    }
}

/// The first commit of a branch: always the same for the same branch. A fork begins with those of what it is a
/// fork of.
pub(super) fn head(repository: &Repository, branch: &str) -> String {
    objects::first_name(repository.fork_of.as_ref().unwrap_or(&repository.seed.full_name), branch)
}

fn protection_url(world: &World, repository: &Repository, branch: &str) -> String {
    format!("{}/repos/{}/branches/{branch}/protection", world.bases.api, repository.seed.full_name)
}

/// A branch as lists show it.
pub(super) fn short_branch(world: &World, repository: &Repository, branch: &str) -> Value {
    let sha = world.head_of(repository, branch);
    json!({
        "name": branch,
        "commit": {
            "sha": sha,
            "url": format!("{}/repos/{}/commits/{sha}", world.bases.api, repository.seed.full_name),
        },
        "protected": false,
        "protection_url": protection_url(world, repository, branch),
    })
}

/// A branch by itself.
pub(super) fn branch(world: &World, repository: &Repository, branch: &str) -> Value {
    let own = format!("{}/repos/{}", world.bases.api, repository.seed.full_name);
    let page = format!("{}/{}", world.bases.web, repository.seed.full_name);
    let newest = world.history(repository, branch).and_then(|history| history.into_iter().next());
    let commit = newest.map(|newest| render_public::commit(world, repository, &newest));
    json!({
        "name": branch,
        "commit": commit,
        "_links": {
            "self": format!("{own}/branches/{branch}"),
            "html": format!("{page}/tree/{branch}"),
        },
        "protected": false,
        "protection": {"enabled": false},
        "protection_url": protection_url(world, repository, branch),
    })
}
