//! Branches and tags by their names, forks that everybody sees, and deleting a repository.

use serde_json::{Value, json};

use super::{
    access::Viewer,
    answer::{Answer, Refusal},
    model::Advisory,
    operations::Call,
    render_account::node_id,
    seed::Role,
    world::{Repository, World},
};

type Outcome = Result<Answer, Refusal>;

impl World {
    /// Whether a branch stands at that commit.
    pub(super) fn is_head(&self, repository: &Repository, sha: &str) -> bool {
        repository.seed.branches.iter().any(|branch| self.head_of(repository, branch) == sha)
    }

    /// The fork of a repository that everybody sees and that is in these hands.
    pub(super) fn fork_in(&self, repository: &Repository, owner: &str) -> Option<String> {
        let is_it = |other: &&Repository| {
            let of = other.fork_of.as_ref();
            other.owner().eq_ignore_ascii_case(owner)
                && of.is_some_and(|of| of.eq_ignore_ascii_case(&repository.seed.full_name))
        };
        self.repositories.values().find(is_it).map(|fork| fork.seed.full_name.clone())
    }
}

impl Viewer {
    /// That the way in allows writing what a fine-grained token needs `permission` for.
    pub(super) fn must_write(&self, repository: &Repository, permission: &str) -> Result<(), Refusal> {
        let allowed = match self {
            Self::Anonymous => return Err(Refusal::unauthenticated()),
            Self::Token(token) => token.rights.writes(repository.owner(), permission),
            Self::Web { .. } => true,
        };
        if allowed {
            return Ok(());
        }
        let refusal = Refusal::new(403, "Resource not accessible by personal access token");
        Err(refusal.with_header("x-accepted-github-permissions", format!("{permission}=write")))
    }
}

/// `GET …/git/ref/{ref}`: of that very name.
pub(super) fn get(world: &World, repo: &str, name: &str, call: &Call<'_>) -> Outcome {
    let repository = world.readable(repo, call.viewer, call.now)?;
    let sha = match name.split_once('/') {
        Some(("heads", branch)) if repository.seed.branches.iter().any(|one| one == branch) => {
            Some(world.head_of(&repository, branch))
        }
        Some(("tags", tag)) => {
            let tags = world.public_side(&repository).tags;
            tags.iter().find(|one| one.name == tag).map(|tag| tag.sha.clone())
        }
        _ => None,
    };
    let sha = sha.ok_or_else(Refusal::not_found)?;
    Ok(Answer::ok(shown(world, &repository, name, &sha)))
}

/// `POST …/git/refs`: a branch at a commit that is there.
pub(super) fn create(world: &mut World, repo: &str, call: &Call<'_>) -> Outcome {
    let repository = world.readable(repo, call.viewer, call.now)?;
    call.viewer.must_write(&repository, "contents")?;
    world.pushable_public(repo, call.viewer)?;
    let text = |key: &str| call.body[key].as_str().unwrap_or_default();
    let (name, sha) = (text("ref"), text("sha"));
    let Some(branch) = name.strip_prefix("refs/heads/").filter(|branch| !branch.is_empty()) else {
        return Err(Refusal::new(
            422,
            "Reference name must start with 'refs/' and contain at least two slashes.",
        ));
    };
    if repository.seed.branches.iter().any(|one| one == branch) {
        return Err(Refusal::new(422, "Reference already exists"));
    }
    if world.commit(&repository, sha).is_none() && !world.is_head(&repository, sha) {
        return Err(Refusal::new(422, "Object does not exist"));
    }
    let from = repository.seed.branches.iter().find(|one| world.head_of(&repository, one) == sha).cloned();
    world.move_head(repo, branch, sha, call.now);
    if let Some(from) = from {
        world.copy_files((repo, &from), (repo, branch));
    }
    Ok(Answer::new(201, shown(world, &repository, &format!("heads/{branch}"), sha)))
}

fn shown(world: &World, repository: &Repository, name: &str, sha: &str) -> Value {
    let own = format!("{}/repos/{}/git", world.bases.api, repository.seed.full_name);
    json!({
        "ref": format!("refs/{name}"),
        "node_id": node_id("REF", repository.id),
        "url": format!("{own}/refs/{name}"),
        "object": {"type": "commit", "sha": sha, "url": format!("{own}/commits/{sha}")},
    })
}

/// `POST …/merge-upstream`: a fork's branch comes to where that of the original is, unless it has commits of
/// its own.
pub(super) fn merge_upstream(world: &mut World, repo: &str, call: &Call<'_>) -> Outcome {
    let fork = world.readable(repo, call.viewer, call.now)?;
    call.viewer.must_write(&fork, "contents")?;
    world.pushable_public(repo, call.viewer)?;
    let branch = call.body["branch"].as_str().unwrap_or_default();
    let of = fork.fork_of.as_ref().and_then(|of| world.repository(of).ok()).cloned();
    let upstream = of.ok_or_else(|| Refusal::new(422, "The repository is not a fork"))?;
    let (theirs, own) = (world.head_of(&upstream, branch), world.head_of(&fork, branch));
    let is_behind = |sha: &str| {
        world.history(&upstream, &theirs).unwrap_or_default().iter().any(|commit| commit.sha == sha)
    };
    if !is_behind(&own) {
        return Err(Refusal::new(409, "There are merge conflicts"));
    }
    let known = world.public_side(&upstream).commits;
    for known in known {
        let parents: Vec<&str> = known.parents.iter().map(String::as_str).collect();
        let commit = &known.commit;
        world.make_commit(repo, &parents, (&commit.author, &commit.message), Some(&commit.sha), commit.at);
    }
    let merge_type = if own == theirs { "none" } else { "fast-forward" };
    if own != theirs {
        world.move_head(repo, branch, &theirs, call.now);
        world.copy_files((&upstream.seed.full_name, branch), (repo, branch));
    }
    Ok(Answer::ok(json!({
        "message": "Successfully fetched and fast-forwarded from upstream",
        "merge_type": merge_type,
        "base_branch": format!("{}:{branch}", upstream.owner()),
    })))
}

/// `DELETE …`: for good, by an administrator. A private fork goes out of its advisory.
pub(super) fn delete(world: &mut World, repo: &str, call: &Call<'_>) -> Outcome {
    let repository = world.readable(repo, call.viewer, call.now)?;
    let login = call.viewer.login().ok_or_else(Refusal::unauthenticated)?;
    let reaches = match call.viewer {
        Viewer::Anonymous => false,
        Viewer::Token(token) => token.rights.deletes(repository.owner()),
        Viewer::Web { .. } => true,
    };
    if !reaches || World::role(&repository, login) != Some(Role::Admin) {
        let refusal = Refusal::new(403, "Must have admin rights to Repository.");
        return Err(refusal
            .with_header("x-accepted-github-permissions", "administration=write")
            .with_header("x-accepted-oauth-scopes", "delete_repo"));
    }
    let of = world.record_of_fork(repo).map(|record| record.current().clone());
    match of {
        Some(advisory) => {
            let after = Advisory { private_fork: None, updated_at: call.now, ..advisory };
            world.write(after, call.now);
        }
        None => {
            world.repositories.remove(&repo.to_ascii_lowercase());
            world.public.remove(&repo.to_ascii_lowercase());
            world.revision += 1;
        }
    }
    Ok(Answer::new(204, Value::Null))
}
