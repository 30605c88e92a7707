//! The bot's git without git: on the model of the embedded GitHub itself, for tests on virtual time.

use std::sync::Arc;

use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use commands::kernel::{
    effect::{Failure, FailureKind, Service},
    embargoed::{AdvisoryPage, Embargoed},
    id::Repository,
    patch::HeadCommit,
};

use crate::{
    port::{Again, Git, Pushed, Setback},
    sandbox::github::{Closed, GitHub, Moved, Opened},
};

/// What a bundle begins with. It is no real one, but its lines tell what would be in it.
const BUNDLE_TITLE: &str = "# sandbox git bundle\n";

/// Git on an embedded GitHub, with a token there.
pub struct GitInMemory {
    github: Arc<GitHub>,
    authorization: String,
}

impl GitInMemory {
    /// Git with this token.
    #[must_use]
    pub fn new(github: Arc<GitHub>, token: &str) -> Self {
        let authorization = format!("Basic {}", STANDARD.encode(format!("x-access-token:{token}")));
        Self { github, authorization }
    }

    fn open(&self, repository: &Repository, pushes: bool) -> Result<Opened, Setback> {
        let opened = self.github.open_by_git(Some(&self.authorization), &repository.to_string(), pushes);
        opened.map_err(|closed| match closed {
            Closed::Unknown => failed(FailureKind::Credentials, ""),
            Closed::Forbidden => failed(FailureKind::Permission("contents=write".to_owned()), ""),
            Closed::NotFound => failed(FailureKind::NotFound, ""),
        })
    }
}

#[async_trait]
impl Git for GitInMemory {
    async fn push(
        &self,
        fork: &Embargoed<Repository>,
        commit: &Embargoed<HeadCommit>,
        repository: &Repository,
        branch: &str,
    ) -> Result<Pushed, Setback> {
        let commit = String::from(commit.open(&AdvisoryPage::on_github()).clone());
        match self.open(repository, false)?.refs.get(&format!("refs/heads/{branch}")) {
            Some(head) if *head == commit => return Ok(Pushed::default()),
            Some(_) => return Err(failed(FailureKind::Refused, "that branch holds another commit")),
            None => {}
        }
        let fork = self.open(fork.open(&AdvisoryPage::on_github()), false)?;
        let heads: Vec<String> = fork.refs.into_values().collect();
        if !self.github.between(&heads, &[]).iter().any(|(held, _)| *held == commit) {
            return Err(failed(FailureKind::Refused, "the private fork does not have that commit any more"));
        }
        let public = self.open(repository, true)?;
        let moved = Moved { name: format!("refs/heads/{branch}"), to: commit };
        self.github.pushed(&public.full_name, Vec::new(), &[moved]);
        Ok(Pushed::default())
    }

    async fn bundle(
        &self,
        fork: &Embargoed<Repository>,
        repository: &Repository,
    ) -> Result<Embargoed<Vec<u8>>, Setback> {
        let public = self.open(repository, false)?.refs.into_iter();
        let known: Vec<String> =
            public.filter(|(name, _)| name.starts_with("refs/heads/")).map(|(_, head)| head).collect();
        let fork = self.open(fork.open(&AdvisoryPage::on_github()), false)?;
        let heads: Vec<String> = fork.refs.into_values().collect();
        let private = self.github.between(&heads, &known);
        if private.is_empty() {
            return Ok(Embargoed::new(Vec::new()));
        }
        let lines = private.iter().map(|(commit, message)| format!("{commit} {message}\n"));
        Ok(Embargoed::new(format!("{BUNDLE_TITLE}{}", lines.collect::<String>()).into_bytes()))
    }
}

fn failed(kind: FailureKind, why: &str) -> Setback {
    let failure = Failure { service: Service::Git, kind, detail: Embargoed::new(why.to_owned()) };
    Setback { failure, again: Again::Never }
}
