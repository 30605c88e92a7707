//! Git, by running the `git` program: bringing a commit of a private fork into the public repository, and
//! keeping what a private fork holds.
//!
//! Each piece of work is done in a fresh repository of its own without files, which is gone afterwards. What
//! the program may hear of is in `process`, what its words mean in `said`. The names of private forks and
//! commits reach it by its environment and its input; only the helper that git itself starts for a connection
//! has the address of a repository among its arguments.

use std::{ffi::OsString, io, path::PathBuf};

use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use commands::kernel::{
    effect::FailureKind,
    embargoed::{AdvisoryPage, Embargoed},
    id::Repository,
    patch::HeadCommit,
};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use self::{
    process::{Ended, Run, Stopped},
    said::{Deed, failed, not_done, not_pushed, refused, setback, stopped},
    scratch::{Place, Scratch},
};
use crate::port::{Again, BUNDLE_BYTES_MAX, Git, Pushed, Setback};

mod process;
mod said;
mod scratch;
#[cfg(test)]
mod tests;

/// The oldest version that heeds all it is told: an older one would listen to the machine.
const OLDEST: (u32, u32) = (2, 32);
/// The most that is read of a list of branches, in bytes.
const LIST_BYTES_MAX: usize = 4 * 1024 * 1024;
/// What the repositories are called where git needs a name.
const FORK: &str = "fork";
const PUBLIC: &str = "public";
/// Where the branches of the public repository stand in the one that is worked in.
const PUBLIC_REFS: &str = "refs/public";

/// The `git` program.
pub struct Program {
    base: Url,
    token: SecretString,
    scratch: Scratch,
    path: OsString,
    bundle_bytes_max: usize,
}

/// A fresh repository, and the settings that it is worked on with.
struct Workplace {
    place: Place,
    settings: Vec<(String, String)>,
}

impl Program {
    /// Git for the repositories below `base` (`https://github.com`), with the token of a user. It works in
    /// the folder `scratch`, which is nobody else's and is made when it is needed.
    #[must_use]
    pub fn new(base: Url, token: SecretString, scratch: PathBuf) -> Self {
        Self {
            base,
            token,
            scratch: Scratch::new(scratch),
            path: process::path(),
            bundle_bytes_max: BUNDLE_BYTES_MAX,
        }
    }

    /// Removes what an earlier process has left that was killed. To be called while nothing is done.
    ///
    /// # Errors
    /// When the folder cannot be removed.
    pub fn clean(&self) -> io::Result<()> {
        self.scratch.clean()
    }

    /// The address of a repository.
    fn address(&self, repository: &Repository) -> String {
        let base = self.base.as_str().trim_end_matches('/');
        format!("{base}/{}/{}.git", repository.owner(), repository.name())
    }

    /// A fresh repository that knows the two others.
    async fn workplace(
        &self,
        fork: &Embargoed<Repository>,
        public: &Repository,
    ) -> Result<Workplace, Setback> {
        let place = self.scratch.place().map_err(|error| {
            not_done(FailureKind::Broken, &format!("no folder for git could be made: {}", error.kind()))
        })?;
        let credential = STANDARD.encode(format!("x-access-token:{}", self.token.expose_secret()));
        let fork = self.address(fork.open(&AdvisoryPage::on_github()));
        let settings = vec![
            (format!("remote.{FORK}.url"), fork),
            (format!("remote.{PUBLIC}.url"), self.address(public)),
            (format!("http.{}.extraHeader", self.base), format!("Authorization: Basic {credential}")),
        ];
        let work = Workplace { place, settings };
        let version = self.run(&work, &["version"], "", LIST_BYTES_MAX).await;
        let version = done(version, Deed::Read)?;
        let version = String::from_utf8_lossy(&version.output).trim().to_owned();
        if !is_new_enough(&version) {
            let (major, minor) = OLDEST;
            return Err(refused(&format!("git {major}.{minor} or newer is needed, and this is {version}")));
        }
        let init = ["init", "--quiet", "--bare", "--template=", "--initial-branch=none"];
        done(self.run(&work, &init, "", LIST_BYTES_MAX).await, Deed::Read)?;
        Ok(work)
    }

    async fn run(
        &self,
        work: &Workplace,
        arguments: &[&str],
        input: &str,
        output_max: usize,
    ) -> Result<Ended, Stopped> {
        let (path, folder, scheme) = (&self.path, work.place.folder(), self.base.scheme());
        let settings = work.settings.clone();
        Run { path, folder, settings, scheme, arguments, input, output_max }.end().await
    }

    /// The commit at the head of the public repository's branch.
    async fn head(&self, work: &Workplace, branch: &str) -> Result<Option<HeadCommit>, Setback> {
        let name = format!("refs/heads/{branch}");
        let listed = self.run(work, &["ls-remote", "--quiet", PUBLIC, &name], "", LIST_BYTES_MAX).await;
        let listed = String::from_utf8_lossy(&done(listed, Deed::Read)?.output).into_owned();
        // The name fits the ends of longer ones, too.
        let line = listed.lines().filter_map(|line| line.split_once('\t')).find(|(_, found)| *found == name);
        let head = line.map(|(commit, _)| commit.parse()).transpose();
        head.map_err(|_| not_done(FailureKind::Broken, "its list of branches makes no sense"))
    }

    /// Fetches `commit` and all before it from the private fork.
    async fn fetch(&self, work: &Workplace, commit: &str) -> Result<(), Setback> {
        let fetched = self.run(work, &FETCH_FORK, &format!("{commit}\n"), LIST_BYTES_MAX).await;
        done(fetched, Deed::Read).map_err(|setback| match setback.failure.kind {
            FailureKind::Refused => refused("the private fork does not have that commit any more"),
            FailureKind::Unreachable
            | FailureKind::Broken
            | FailureKind::Credentials
            | FailureKind::Permission(_)
            | FailureKind::NotFound
            | FailureKind::Insecure => setback,
        })?;
        let asked =
            self.run(work, &["cat-file", "--batch-check"], &format!("{commit}\n"), LIST_BYTES_MAX).await;
        let answer = done(asked, Deed::Read)?.output;
        if String::from_utf8_lossy(&answer).starts_with(&format!("{commit} commit ")) {
            Ok(())
        } else {
            Err(refused("what the private fork has under that name is no commit"))
        }
    }
}

/// From the fork, what is named in the input, and no more.
const FETCH_FORK: [&str; 7] =
    ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", "--stdin", FORK];

#[async_trait]
impl Git for Program {
    async fn push(
        &self,
        fork: &Embargoed<Repository>,
        commit: &Embargoed<HeadCommit>,
        repository: &Repository,
        branch: &str,
    ) -> Result<Pushed, Setback> {
        let mut work = self.workplace(fork, repository).await?;
        let wanted = commit.open(&AdvisoryPage::on_github());
        match self.head(&work, branch).await? {
            Some(head) if head == *wanted => return Ok(Pushed { bypassed: false }),
            Some(_) => {
                let why = format!(
                    "the branch {branch} of {repository} holds another commit. It was not touched: whoever \
                     made it must rename or delete it, or bring the fix in by hand"
                );
                return Err(refused(&why));
            }
            None => {}
        }
        let name = String::from(wanted.clone());
        self.fetch(&work, &name).await?;
        let what = format!("{name}:refs/heads/{branch}");
        work.settings.push((format!("remote.{PUBLIC}.push"), what));
        // Not even forward is a branch moved that somebody has made since the look: it must not be there.
        let lease = format!("--force-with-lease=refs/heads/{branch}:");
        let push = ["push", "--porcelain", "--no-verify", &lease, PUBLIC];
        let pushed = self.run(&work, &push, "", LIST_BYTES_MAX).await;
        let pushed = pushed.map_err(|why| stopped(why, Deed::Write))?;
        if !pushed.well {
            return Err(not_pushed(&String::from_utf8_lossy(&pushed.output), &pushed.said));
        }
        let unknown = |setback: Setback| Setback { again: Again::Unknown, ..setback };
        if self.head(&work, branch).await.map_err(unknown)?.as_ref() == Some(wanted) {
            return Ok(Pushed { bypassed: said::has_bypassed(&pushed.said) });
        }
        Err(setback(FailureKind::Broken, "it took the push and does not show the branch", Again::Unknown))
    }

    async fn bundle(
        &self,
        fork: &Embargoed<Repository>,
        repository: &Repository,
    ) -> Result<Embargoed<Vec<u8>>, Setback> {
        let work = self.workplace(fork, repository).await?;
        let public = format!("+refs/heads/*:{PUBLIC_REFS}/*");
        let fetch = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance"];
        let fetch_public = [&fetch[..], &[PUBLIC, &public]].concat();
        done(self.run(&work, &fetch_public, "", LIST_BYTES_MAX).await, Deed::Read)?;
        done(self.run(&work, &FETCH_FORK, "+refs/*:refs/*\n", LIST_BYTES_MAX).await, Deed::Read)?;
        let (hidden, known) = (format!("--exclude={PUBLIC_REFS}/*"), format!("--glob={PUBLIC_REFS}/*"));
        let private = [hidden.as_str(), "--all", "--not", known.as_str()];
        let counted =
            self.run(&work, &[&["rev-list", "--count"], &private[..]].concat(), "", LIST_BYTES_MAX).await;
        if done(counted, Deed::Read)?.output.trim_ascii() == b"0" {
            return Ok(Embargoed::new(Vec::new()));
        }
        let bundle = [&["bundle", "create", "--quiet", "-"], &private[..]].concat();
        match self.run(&work, &bundle, "", self.bundle_bytes_max).await {
            Err(Stopped::TooMuch) => {
                let most = self.bundle_bytes_max / 1024 / 1024;
                Err(refused(&format!(
                    "what only the private fork holds is larger than {most} MiB: keep it by hand"
                )))
            }
            made => Ok(Embargoed::new(done(made, Deed::Read)?.output)),
        }
    }
}

/// A run that has ended well.
fn done(ended: Result<Ended, Stopped>, deed: Deed) -> Result<Ended, Setback> {
    let ended = ended.map_err(|why| stopped(why, deed))?;
    if ended.well { Ok(ended) } else { Err(failed(&ended.said, deed)) }
}

/// Whether `git version` names one that heeds all it is told.
fn is_new_enough(version: &str) -> bool {
    let number = version.trim_start_matches("git version ");
    let mut parts = number.split('.').map(|part| part.parse::<u32>());
    let (Some(Ok(major)), Some(Ok(minor))) = (parts.next(), parts.next()) else { return false };
    (major, minor) >= OLDEST
}
