//! A new file, proposed to a repository by a pull request: the post of a blog, an entry of an advisory
//! database. In public from the first step on.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use commands::kernel::{
    id::Repository,
    work::{NewFile, Proposed, PublicPull},
};
use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    GitHub,
    answer::{self, Right},
    call::Call,
    merge::{Origin, says},
    standing::{VISIBLE_WITHIN, Wanted, is_same},
    wire::{self, BadAnswer},
};
use crate::port::Setback;

#[derive(Deserialize)]
struct RawHome {
    default_branch: Option<String>,
}

/// A file.
#[derive(Deserialize)]
struct RawFile {
    encoding: Option<String>,
    content: Option<String>,
}

impl RawFile {
    /// What it says, where GitHub shows that.
    fn text(&self) -> Option<Vec<u8>> {
        let text = self.content.as_deref().filter(|_| self.encoding.as_deref() == Some("base64"))?;
        // GitHub breaks it into lines.
        let digits: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        BASE64_STANDARD.decode(digits).ok()
    }
}

impl GitHub {
    /// Proposes a new file and returns how the pull request stands: a branch from the newest commit of the
    /// default branch, the file in it, a pull request into the default branch. What of these is there is not
    /// made again; a pull request of that branch is enough, whatever has become of it.
    ///
    /// # Errors
    /// Refused where the branch has another file in that place. Safe to repeat, whatever the error says of its
    /// fate.
    pub async fn propose(&self, proposed: &Proposed) -> Result<PublicPull, Setback> {
        let Proposed { repository, fork, file } = proposed;
        let NewFile { branch, path, content, title, body } = file.get();
        let home = fork.as_ref().unwrap_or(repository);
        let base = self.default_branch(repository).await?;
        if let Some(there) = self.find_pull(repository, &base, &Wanted::Head(home, branch, None)).await? {
            return Ok(there);
        }
        self.make_branch(repository, home, (branch, &base)).await?;
        self.add_file(home, (branch, path), content, title).await?;
        let head = match fork {
            Some(fork) => format!("{}:{branch}", fork.owner()),
            None => branch.clone(),
        };
        let mut body = json!({ "title": title, "head": head, "base": base, "body": body });
        // Two repositories of one owner: the owner's name does not tell which is meant.
        let is_ambiguous =
            home.owner().eq_ignore_ascii_case(repository.owner()) && !is_same(home, repository);
        if is_ambiguous {
            body["head_repo"] = json!(home.to_string());
        }
        let from = Origin { home, branch, commit: None };
        self.open(repository, &base, &from, &body, Right::Propose).await
    }

    async fn default_branch(&self, repository: &Repository) -> Result<String, Setback> {
        let call = Call::new("read repository", Method::GET, self.of(repository, []));
        let response = self.send(call.taking(Right::Metadata)).await?;
        let raw: RawHome = wire::parse(response.body()).map_err(answer::nonsense_read)?;
        raw.default_branch.ok_or_else(|| answer::nonsense_read(BadAnswer("a repository without a branch")))
    }

    /// Makes `branch` from the newest commit of `base`; leaves one that is there as it is.
    async fn make_branch(
        &self,
        repository: &Repository,
        home: &Repository,
        (branch, base): (&str, &str),
    ) -> Result<(), Setback> {
        let mut turn = self.pace.turn(&*self.clock).await;
        if self.commit_of(home, ("heads", branch)).await?.is_some() {
            return Ok(());
        }
        let newest = self.commit_of(repository, ("heads", base)).await?;
        let newest = newest.ok_or_else(|| answer::senseless("its default branch has no commit"))?;
        let make = || {
            let body = json!({ "ref": format!("refs/heads/{branch}"), "sha": newest });
            let call = Call::new("make branch", Method::POST, self.of(home, ["git", "refs"])).with(body);
            call.of_what_was_read().taking(Right::WriteContents)
        };
        let made = self.write(&mut turn, make()).await;
        let made = match made {
            // The fork is behind, and has not got that commit.
            Err(refused) if says(&refused, "Object does not exist") && !is_same(home, repository) => {
                turn.space(&*self.clock).await;
                let call =
                    Call::new("bring fork up to date", Method::POST, self.of(home, ["merge-upstream"]));
                let call = call.with(json!({ "branch": base })).of_what_was_read();
                self.write(&mut turn, call.taking(Right::WriteContents)).await?;
                turn.space(&*self.clock).await;
                self.write(&mut turn, make()).await
            }
            made => made,
        };
        match made {
            Err(refused) if says(&refused, "already exists") => Ok(()),
            made => made.map(|_| ()),
        }
    }

    /// Puts a file into a branch, unless it is there.
    async fn add_file(
        &self,
        home: &Repository,
        (branch, path): (&str, &str),
        content: &str,
        message: &str,
    ) -> Result<(), Setback> {
        let mut turn = self.pace.turn(&*self.clock).await;
        let url = self.of(home, ["contents"].into_iter().chain(path.split('/')));
        let mut shown = url.clone();
        shown.query_pairs_mut().append_pair("ref", branch);
        let call = Call::new("read file", Method::GET, shown).taking(Right::Contents);
        if let Some(response) = self.look(call).await? {
            let there: Value = wire::parse(response.body()).map_err(answer::nonsense_read)?;
            let there = serde_json::from_value::<RawFile>(there).ok().and_then(|file| file.text());
            return if there.is_some_and(|there| there == content.as_bytes()) {
                Ok(())
            } else {
                Err(answer::senseless("there is something else in the file's place already"))
            };
        }
        let body = json!({
            "message": message,
            "content": BASE64_STANDARD.encode(content),
            "branch": branch,
        });
        // A branch that was made just now may not be shown yet.
        let call = Call::new("add file", Method::PUT, url).with(body).taking(Right::WriteContents);
        match self.write(&mut turn, call).await {
            Err(setback) if says_not_found(&setback) => Err(answer::not_yet(VISIBLE_WITHIN)),
            written => written.map(|_| ()),
        }
    }
}

/// Whether GitHub does not find the branch.
fn says_not_found(setback: &Setback) -> bool {
    setback.failure.kind == commands::kernel::effect::FailureKind::NotFound
}
