//! Git's own server, `git http-backend`, asked by CGI (RFC 3875), and git's own word on what was pushed.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    path::{Path, PathBuf},
    process::{Output, Stdio},
};

use anyhow::{Context as _, bail};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response, header};
use jiff::Timestamp;
use tokio::{io::AsyncWriteExt as _, process::Command};

use crate::sandbox::github::{File, Files, Snapshot};

/// Runs git on the repositories of a host.
pub(super) struct Backend {
    folder: PathBuf,
    path: OsString,
}

/// A request to be answered.
pub(super) struct Exchange<'asked> {
    /// The repository.
    pub(super) place: &'asked Path,
    /// What of it is asked for.
    pub(super) rest: &'asked str,
    /// By whom.
    pub(super) login: Option<&'asked str>,
    pub(super) request: &'asked Request<Bytes>,
}

impl Backend {
    pub(super) fn new(folder: &Path) -> Self {
        let path = std::env::var_os("PATH").unwrap_or_default();
        Self { folder: folder.to_owned(), path }
    }

    fn command(&self, place: &Path) -> Command {
        let mut command = Command::new("git");
        command.env_clear().kill_on_drop(true).current_dir(&self.folder);
        command.env("PATH", &self.path).env("HOME", &self.folder).env("LC_ALL", "C");
        command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
        command.env("GIT_DIR", place).env("GIT_OBJECT_DIRECTORY", self.folder.join("objects"));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs git.
    async fn run(&self, mut command: Command, input: &[u8]) -> anyhow::Result<Output> {
        let mut child = command.spawn().context("the program git, which the sandbox needs, cannot be run")?;
        let mut into = child.stdin.take().context("git takes no input")?;
        let feed = async {
            // One that ends without reading says itself why.
            let _ = into.write_all(input).await;
            drop(into);
        };
        let ((), output) = tokio::join!(feed, child.wait_with_output());
        Ok(output?)
    }

    async fn words(&self, place: &Path, arguments: &[&str]) -> anyhow::Result<String> {
        let mut command = self.command(place);
        command.args(arguments);
        let output = self.run(command, &[]).await?;
        if !output.status.success() {
            bail!("git failed: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Has git's server answer.
    pub(super) async fn answer(&self, exchange: Exchange<'_>) -> anyhow::Result<Response<Bytes>> {
        let Exchange { place, rest, login, request } = exchange;
        let mut command = self.command(place);
        // It finds the repository by its path, and its rules in the repository's configuration.
        command.env_remove("GIT_DIR").arg("http-backend");
        command
            .env("GIT_HTTP_EXPORT_ALL", "1")
            .env("GIT_PROJECT_ROOT", place)
            .env("PATH_INFO", format!("/{rest}"));
        command.env("REQUEST_METHOD", request.method().as_str());
        command.env("QUERY_STRING", request.uri().query().unwrap_or_default());
        command.env("CONTENT_LENGTH", request.body().len().to_string());
        let told = [
            (header::CONTENT_TYPE, "CONTENT_TYPE"),
            (header::CONTENT_ENCODING, "HTTP_CONTENT_ENCODING"),
            (HeaderName::from_static("git-protocol"), "GIT_PROTOCOL"),
        ];
        for (name, variable) in told {
            let value = request.headers().get(name).and_then(|value| value.to_str().ok());
            if let Some(value) = value {
                command.env(variable, value);
            }
        }
        if let Some(login) = login {
            command.env("REMOTE_USER", login);
        }
        // It fails where it refuses, too, and has said so by then.
        let output = self.run(command, request.body()).await?;
        parsed(&output.stdout).context("git's server answered nonsense")
    }

    /// The branches and tags of a repository, with the commits that they name.
    pub(super) async fn refs(&self, place: &Path) -> anyhow::Result<BTreeMap<String, String>> {
        // Of a tag that is an object of its own, the commit.
        let format = "--format=%(if)%(*objectname)%(then)%(*objectname)%(else)%(objectname)%(end) %(refname)";
        let listed = self.words(place, &["for-each-ref", format, "refs/heads/", "refs/tags/"]).await?;
        let lines = listed.lines().filter_map(|line| line.split_once(' '));
        Ok(lines.map(|(commit, name)| (name.to_owned(), commit.to_owned())).collect())
    }

    /// These commits and all before them.
    pub(super) async fn history(&self, place: &Path, heads: &[String]) -> anyhow::Result<Vec<String>> {
        let heads = heads.iter().map(String::as_str);
        let arguments: Vec<&str> = ["rev-list"].into_iter().chain(heads).chain(["--"]).collect();
        Ok(self.words(place, &arguments).await?.lines().map(str::to_owned).collect())
    }

    /// A commit that was pushed.
    pub(super) async fn snapshot(&self, place: &Path, commit: &str) -> anyhow::Result<Snapshot> {
        let shown = self.words(place, &["show", "-s", "--format=%P%n%an%n%ct%n%B", commit, "--"]).await?;
        let mut lines = shown.splitn(4, '\n');
        let (Some(parents), Some(author), Some(second), Some(message)) =
            (lines.next(), lines.next(), lines.next(), lines.next())
        else {
            bail!("git shows no commit");
        };
        Ok(Snapshot {
            parents: parents.split_whitespace().map(str::to_owned).collect(),
            files: self.files(place, commit).await?,
            author: author.to_owned(),
            message: message.trim_end().to_owned(),
            at: Timestamp::from_second(second.parse()?)?,
        })
    }

    async fn files(&self, place: &Path, commit: &str) -> anyhow::Result<Files> {
        let listed = self.words(place, &["ls-tree", "-r", "-z", commit]).await?;
        let entries = listed.split_terminator('\0').filter_map(|entry| entry.split_once('\t'));
        let files = entries.filter_map(|(about, path)| {
            let mut about = about.split(' ');
            let (mode, id) = (about.next()?.to_owned(), about.nth(1)?.to_owned());
            Some((path.to_owned(), File::Pushed { mode, id }))
        });
        Ok(files.collect())
    }
}

/// A CGI answer: headers, an empty line, the rest.
fn parsed(output: &[u8]) -> Option<Response<Bytes>> {
    let end = output.windows(4).position(|four| four == b"\r\n\r\n")?;
    let mut answer = Response::new(Bytes::copy_from_slice(output.get(end + 4..)?));
    for line in str::from_utf8(output.get(..end)?).ok()?.lines() {
        let (name, value) = line.split_once(": ")?;
        if name.eq_ignore_ascii_case("status") {
            *answer.status_mut() = value.split(' ').next()?.parse().ok()?;
        } else {
            answer.headers_mut().insert(name.parse::<HeaderName>().ok()?, HeaderValue::from_str(value).ok()?);
        }
    }
    Some(answer)
}
