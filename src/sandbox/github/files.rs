//! Files, by branch: as many of them as somebody has written through the API.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    answer::{Answer, Refusal},
    objects::Said,
    operations::Call,
    pages::parameter,
    pulls::Pull,
    render_public,
    world::{Repository, World},
};

type Outcome = Result<Answer, Refusal>;

impl World {
    /// The files of a branch come to another one, over those that are there.
    pub(super) fn copy_files(&mut self, (repo, from): (&str, &str), (to_repo, to): (&str, &str)) {
        let side = self.public.get(&repo.to_ascii_lowercase());
        let all = side.map(|side| side.files.clone()).unwrap_or_default();
        let own = all.into_iter().filter(|((branch, _), _)| branch == from);
        let copied: Vec<_> = own.map(|((_, path), text)| ((to.to_owned(), path), text)).collect();
        self.side_mut(to_repo).files.extend(copied);
    }

    /// The files of a pull request come to the branch it goes to.
    pub(super) fn bring_files(&mut self, repository: &Repository, pull: &Pull) {
        let own = &repository.seed.full_name;
        let home = pull.home.clone().unwrap_or_else(|| own.clone());
        self.copy_files((&home, &pull.branch), (own, &pull.base));
    }

    /// What a file says, if anybody has written it.
    pub(super) fn file(&self, repo: &str, branch: &str, path: &str) -> Option<&str> {
        let side = self.public.get(&repo.to_ascii_lowercase())?;
        side.files.get(&(branch.to_owned(), path.to_owned())).map(String::as_str)
    }
}

/// `GET …/contents/{path}`
pub(super) fn get(world: &World, repo: &str, path: &str, call: &Call<'_>) -> Outcome {
    let repository = world.readable(repo, call.viewer, call.now)?;
    let branch = parameter(call.query, "ref").unwrap_or_else(|| repository.default_branch().to_owned());
    if !repository.seed.branches.contains(&branch) {
        return Err(Refusal::new(404, format!("No commit found for the ref {branch}")));
    }
    let text = world.file(repo, &branch, path).ok_or_else(Refusal::not_found)?;
    let mut shown = shown(world, &repository, (&branch, path), text);
    // GitHub breaks it into lines of sixty.
    let digits = BASE64_STANDARD.encode(text);
    let lines = digits.as_bytes().chunks(60).map(|line| String::from_utf8_lossy(line) + "\n");
    shown["content"] = json!(lines.collect::<String>());
    shown["encoding"] = json!("base64");
    Ok(Answer::ok(shown))
}

/// `PUT …/contents/{path}`: one commit on a branch.
pub(super) fn put(world: &mut World, repo: &str, path: &str, call: &Call<'_>) -> Outcome {
    let repository = world.readable(repo, call.viewer, call.now)?;
    call.viewer.must_write(&repository, "contents")?;
    let text = |key: &str| call.body[key].as_str();
    let (Some(message), Some(content)) = (text("message"), text("content")) else {
        return Err(Refusal::invalid_request(&["\"message\", \"content\" weren't supplied.".to_owned()]));
    };
    let decoded = BASE64_STANDARD.decode(content).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let content = decoded.ok_or_else(|| Refusal::new(422, "content is not valid Base64"))?;
    let branch = text("branch").unwrap_or_else(|| repository.default_branch()).to_owned();
    if !repository.seed.branches.contains(&branch) {
        return Err(Refusal::new(404, format!("Branch {branch} not found")));
    }
    let before = world.file(repo, &branch, path).map(blob);
    if before.as_deref() != text("sha") {
        return Err(match text("sha") {
            None => Refusal::new(422, "Invalid request.\n\n\"sha\" wasn't supplied."),
            Some(sha) => Refusal::new(409, format!("{path} does not match {sha}")),
        });
    }
    let (parent, author) = (world.head_of(&repository, &branch), call.viewer.login().unwrap_or_default());
    let written = [(path.to_owned(), Some(content.clone()))];
    let sha = world.objects.commit(&parent, &written, Said { author, message, at: call.now });
    let sha = world.push_commit((repo, &branch), call.viewer, message, Some(&sha), call.now)?;
    world.side_mut(repo).files.insert((branch.clone(), path.to_owned()), content.clone());
    let commit = world.commit(&repository, &sha).map(|(commit, parents)| {
        let mut shown = render_public::commit(world, &repository, &commit)["commit"].clone();
        shown["sha"] = json!(sha);
        shown["parents"] = parents.iter().map(|parent| json!({"sha": parent})).collect();
        shown
    });
    let status = if before.is_some() { 200 } else { 201 };
    let content = shown(world, &repository, (&branch, path), &content);
    Ok(Answer::new(status, json!({"content": content, "commit": commit})))
}

fn shown(world: &World, repository: &Repository, (branch, path): (&str, &str), text: &str) -> Value {
    let full = &repository.seed.full_name;
    let own = format!("{}/repos/{full}/contents/{path}?ref={branch}", world.bases.api);
    let git = format!("{}/repos/{full}/git/blobs/{}", world.bases.api, blob(text));
    let page = format!("{}/{full}/blob/{branch}/{path}", world.bases.web);
    json!({
        "type": "file",
        "size": text.len(),
        "name": path.rsplit('/').next(),
        "path": path,
        "sha": blob(text),
        "url": own,
        "git_url": git,
        "html_url": page,
        "download_url": format!("{}/{full}/raw/{branch}/{path}", world.bases.web),
        "_links": {"self": own, "git": git, "html": page},
    })
}

/// A name for what a file says.
fn blob(text: &str) -> String {
    let digest = Sha256::digest(text);
    digest.iter().take(20).map(|byte| format!("{byte:02x}")).collect()
}
