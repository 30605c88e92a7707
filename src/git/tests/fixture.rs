//! A GitHub with an advisory, its private fork and a fix in it, and a git host in front.

use std::{
    fs,
    path::Path,
    process::Command,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use bytes::Bytes;
use commands::kernel::{
    embargoed::{AdvisoryPage, Embargoed},
    id::Repository,
    patch::HeadCommit,
};
use http::{Request, Response};
use jiff::SignedDuration;
use serde_json::json;
use tempfile::TempDir;

use super::super::Program;
use crate::{
    port::{Git as _, Pushed, Setback},
    sandbox::{
        clock::SandboxClock,
        git::GitHost,
        github::{GitHub, Seed},
        serve::{Served, serve},
        world::Service,
    },
};

pub(super) const REPOSITORY: &str = "bytecodealliance/wasm-micro-runtime";
pub(super) const BRANCH: &str = "release-fixes-1";
const NUMBER: u64 = 11;

pub(super) struct Site {
    pub(super) github: Arc<GitHub>,
    pub(super) host: Arc<GitHost>,
    pub(super) gate: Arc<Gate>,
    pub(super) served: Served,
    pub(super) folder: TempDir,
    pub(super) fork: Embargoed<Repository>,
    pub(super) commit: Embargoed<HeadCommit>,
    pub(super) token: String,
}

type Deed = Box<dyn FnOnce() + Send>;

/// The host, with a look at what is asked of it.
pub(super) struct Gate {
    host: Arc<GitHost>,
    seen: Mutex<Vec<String>>,
    before: Mutex<Option<(&'static str, Deed)>>,
}

impl Gate {
    /// Does something once, before the first request that holds `mark`.
    pub(super) fn before(&self, mark: &'static str, deed: impl FnOnce() + Send + 'static) {
        *self.before.lock().unwrap() = Some((mark, Box::new(deed)));
    }
}

#[async_trait]
impl Service for Gate {
    async fn answer(&self, request: Request<Bytes>) -> Response<Bytes> {
        let line = format!("{} {}", request.method(), request.uri());
        let due = self.before.lock().unwrap().take_if(|(mark, _)| line.contains(*mark));
        if let Some((_, deed)) = due {
            deed();
        }
        self.seen.lock().unwrap().push(line);
        self.host.answer(request).await
    }
}

impl Site {
    pub(super) async fn new() -> Self {
        let clock = Arc::new(SandboxClock::new("2026-11-18T09:00:00Z".parse().unwrap(), 1.0));
        let github = Arc::new(GitHub::new(clock, Seed::bytecodealliance(NUMBER)));
        github.set_fork_delay(Some(SignedDuration::ZERO));
        let vulnerability = json!({"package": {"ecosystem": "other", "name": "wamr"}});
        let fields =
            json!({"summary": "A crash", "description": "It crashes.", "vulnerabilities": [vulnerability]});
        let ghsa = github.draft_by_hand("maya", REPOSITORY, &fields).unwrap();
        let fork = github.fork_by_hand("maya", &ghsa).unwrap();
        let number = github.open_pull("maya", &ghsa, "main", &["src/loader.c".to_owned()]).unwrap();
        let mut head = String::new();
        github.change_pull(&ghsa, number, |pull| head = pull.head().to_owned()).unwrap();
        let host = Arc::new(GitHost::new(github.clone()).unwrap());
        let (seen, before) = (Mutex::default(), Mutex::default());
        let gate = Arc::new(Gate { host: host.clone(), seen, before });
        let served = serve(gate.clone(), 0).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let (fork, commit) = (Embargoed::new(fork.parse().unwrap()), Embargoed::new(head.parse().unwrap()));
        let token = Seed::bot_token(NUMBER);
        Self { github, host, gate, served, folder, fork, commit, token }
    }

    pub(super) fn program(&self) -> Program {
        self.program_at(self.served.base())
    }

    pub(super) fn program_at(&self, base: &str) -> Program {
        Program::new(base.parse().unwrap(), self.token.as_str().into(), self.folder.path().join("state/git"))
    }

    pub(super) async fn push(&self) -> Result<Pushed, Setback> {
        self.push_with(&self.program()).await
    }

    pub(super) async fn push_with(&self, program: &Program) -> Result<Pushed, Setback> {
        program.push(&self.fork, &self.commit, &REPOSITORY.parse().unwrap(), BRANCH).await
    }

    pub(super) fn commit(&self) -> String {
        self.commit.open(&AdvisoryPage::on_github()).clone().into()
    }

    pub(super) fn fork_name(&self) -> String {
        self.fork.open(&AdvisoryPage::on_github()).to_string()
    }

    /// Where a branch of the public repository stands, in the model.
    pub(super) fn head(&self, branch: &str) -> Option<String> {
        self.github.head(REPOSITORY, branch)
    }

    /// How many requests held `mark`.
    pub(super) fn requests(&self, mark: &str) -> usize {
        self.gate.seen.lock().unwrap().iter().filter(|line| line.contains(mark)).count()
    }

    /// Nothing that git worked on is there any more.
    pub(super) fn left_nothing(&self) {
        let scratch = self.folder.path().join("state/git");
        assert_eq!(fs::read_dir(scratch).unwrap().count(), 0, "something is left");
    }
}

/// What a setback says to the team.
pub(super) fn words(setback: &Setback) -> String {
    setback.failure.detail.open(&AdvisoryPage::on_github()).clone()
}

/// Git, as a person runs it.
pub(super) fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut git = Command::new("git");
    git.env_clear().env("PATH", std::env::var_os("PATH").unwrap()).env("GIT_CONFIG_GLOBAL", "/dev/null");
    let objects = folder.join("../../../objects");
    if objects.exists() {
        git.env("GIT_OBJECT_DIRECTORY", objects);
    }
    let output = git.current_dir(folder).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
