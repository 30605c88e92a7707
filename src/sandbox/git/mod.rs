//! Git in the sandbox: the repositories of the embedded GitHub, to be cloned, fetched from and pushed to over
//! HTTP, by its tokens and its rules. The model is the truth: before each request the repositories on disk are
//! brought to where it stands, and after each push it learns what is new.
//!
//! Of an annotated tag only the commit is kept, and files that are pushed are not read through the API.
//!
//! All repositories share one folder of objects, as those of one network do on GitHub. `backend` runs
//! `git http-backend`, which is git's own server. `memory` is the bot's git without any.

mod backend;
mod loose;
mod memory;
#[cfg(test)]
mod tests;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context as _;
use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, header};
use tempfile::TempDir;
use tokio::sync::Mutex;

use self::backend::{Backend, Exchange};
pub use self::memory::GitInMemory;
use super::{
    github::{Closed, GitHub, Moved, Opened},
    world::Service,
};

/// What every repository here is configured with: a branch is not deleted by a push.
const CONFIGURATION: &str = "[core]\n\trepositoryformatversion = 0\n\tbare = true\n[http]\n\treceivepack = true\n\
    [receive]\n\tdenyDeletes = true\n\tfsckObjects = true\n[uploadpack]\n\tallowAnySHA1InWant = true\n[gc]\n\tauto = 0\n";

/// The repositories of an embedded GitHub.
pub struct GitHost {
    github: Arc<GitHub>,
    folder: TempDir,
    backend: Backend,
    /// The commits whose objects are on disk. One request at a time.
    stored: Mutex<BTreeSet<String>>,
}

/// What a request is for.
struct Asked {
    repository: String,
    /// What stands after the repository's name.
    rest: String,
    pushes: bool,
}

impl GitHost {
    /// A host for the repositories of `github`, in a folder that is gone with it.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn new(github: Arc<GitHub>) -> anyhow::Result<Self> {
        let folder =
            TempDir::with_prefix("advisory-bot-sandbox-git-").context("no folder for git can be made")?;
        fs::create_dir(folder.path().join("objects"))?;
        let backend = Backend::new(folder.path());
        Ok(Self { github, folder, backend, stored: Mutex::default() })
    }

    /// Where a repository is on disk, from the first request for it on: to put a hook there.
    #[must_use]
    pub fn place(&self, repository: &str) -> PathBuf {
        self.folder.path().join("repositories").join(format!("{}.git", repository.to_ascii_lowercase()))
    }

    async fn exchange(&self, request: &Request<Bytes>) -> anyhow::Result<Response<Bytes>> {
        let Some(asked) = asked(request) else { return Ok(plain(StatusCode::NOT_FOUND, "Not Found")) };
        let authorization = request.headers().get(header::AUTHORIZATION);
        let authorization = authorization.map(|value| value.to_str().unwrap_or_default());
        let opened = match self.github.open_by_git(authorization, &asked.repository, asked.pushes) {
            Ok(opened) => opened,
            Err(closed) => return Ok(refusal(closed)),
        };
        let mut stored = self.stored.lock().await;
        self.bring_up(&opened, &mut stored)?;
        let place = self.place(&opened.full_name);
        let exchange = Exchange { place: &place, rest: &asked.rest, login: opened.login.as_deref(), request };
        let answer = self.backend.answer(exchange).await?;
        if asked.pushes && request.method() == Method::POST {
            self.learn(&opened, &place, &mut stored).await?;
        }
        Ok(answer)
    }

    /// Brings a repository on disk to where the model stands.
    fn bring_up(&self, opened: &Opened, stored: &mut BTreeSet<String>) -> anyhow::Result<()> {
        let objects = self.folder.path().join("objects");
        for (commit, made) in self.github.objects(stored) {
            for object in &made {
                loose::write(&objects, object)?;
            }
            stored.insert(commit);
        }
        let place = self.place(&opened.full_name);
        fs::create_dir_all(place.join("hooks"))?;
        let refs = place.join("refs");
        if refs.exists() {
            fs::remove_dir_all(&refs)?;
        }
        fs::create_dir(refs)?;
        fs::write(place.join("config"), CONFIGURATION)?;
        fs::write(place.join("HEAD"), format!("ref: refs/heads/{}\n", opened.default))?;
        let packed = opened.refs.iter().map(|(name, commit)| format!("{commit} {name}\n"));
        fs::write(
            place.join("packed-refs"),
            format!("# pack-refs with: sorted \n{}", packed.collect::<String>()),
        )?;
        Ok(())
    }

    /// Tells the model what a push has changed.
    async fn learn(
        &self,
        before: &Opened,
        place: &Path,
        stored: &mut BTreeSet<String>,
    ) -> anyhow::Result<()> {
        let now = self.backend.refs(place).await?;
        let moved: Vec<Moved> = now
            .into_iter()
            .filter(|(name, to)| before.refs.get(name) != Some(to))
            .map(|(name, to)| Moved { name, to })
            .collect();
        if moved.is_empty() {
            return Ok(());
        }
        let heads: Vec<String> = moved.iter().map(|moved| moved.to.clone()).collect();
        let commits = self.github.unknown(self.backend.history(place, &heads).await?);
        let mut pushed = Vec::new();
        for commit in commits {
            let snapshot = self.backend.snapshot(place, &commit).await?;
            stored.insert(commit.clone());
            pushed.push((commit, snapshot));
        }
        self.github.pushed(&before.full_name, pushed, &moved);
        Ok(())
    }
}

#[async_trait]
impl Service for GitHost {
    async fn answer(&self, request: Request<Bytes>) -> Response<Bytes> {
        self.exchange(&request).await.unwrap_or_else(|error| {
            tracing::error!(error = %format!("{error:#}"), "the sandbox's git host has failed");
            plain(StatusCode::INTERNAL_SERVER_ERROR, "the sandbox's git host has failed")
        })
    }
}

/// `/owner/name.git/info/refs`, `/owner/name.git/git-upload-pack` or `…/git-receive-pack`.
fn asked(request: &Request<Bytes>) -> Option<Asked> {
    let path = request.uri().path().strip_prefix('/')?;
    let (owner, rest) = path.split_once('/')?;
    let (name, rest) = rest.split_once('/')?;
    let repository = format!("{owner}/{}", name.strip_suffix(".git").unwrap_or(name));
    let query = request.uri().query().unwrap_or_default();
    let pushes = match (request.method(), rest) {
        (&Method::GET, "info/refs") => query.contains("git-receive-pack"),
        (&Method::POST, "git-upload-pack") => false,
        (&Method::POST, "git-receive-pack") => true,
        _ => return None,
    };
    Some(Asked { repository, rest: rest.to_owned(), pushes })
}

fn refusal(closed: Closed) -> Response<Bytes> {
    match closed {
        Closed::Unknown => {
            let mut answer = plain(StatusCode::UNAUTHORIZED, "Invalid username or token.");
            let realm = header::HeaderValue::from_static("Basic realm=\"GitHub\"");
            answer.headers_mut().insert(header::WWW_AUTHENTICATE, realm);
            answer
        }
        Closed::Forbidden => plain(StatusCode::FORBIDDEN, "Write access to repository not granted."),
        Closed::NotFound => plain(StatusCode::NOT_FOUND, "Repository not found."),
    }
}

/// An answer in words, which git shows as they are.
fn plain(status: StatusCode, words: &str) -> Response<Bytes> {
    let mut answer = Response::new(Bytes::from(format!("{words}\n")));
    *answer.status_mut() = status;
    let text = header::HeaderValue::from_static("text/plain; charset=utf-8");
    answer.headers_mut().insert(header::CONTENT_TYPE, text);
    answer
}
