//! Deleting an advisory's temporary private fork: the one thing on GitHub that nobody can bring back. Only an
//! [`OwnPrivateFork`] can be deleted, only this file makes one, and only this file deletes.

use commands::kernel::{
    content::AdvisoryState,
    embargoed::{AdvisoryPage, Embargoed},
    id::{GhsaId, Repository},
};
use http::{Method, StatusCode};
use serde::Deserialize;

use super::{
    GitHub,
    answer::{self, Right},
    call::Call,
    pace::Turn,
    standing::is_same,
    wire,
};
use crate::port::Setback;

/// How much of a repository's name stands in the name of its private forks, in characters.
const NAME_CHARS_MAX: usize = 80;

/// A repository, as it says of itself.
#[derive(Deserialize)]
struct RawRepository {
    full_name: Option<String>,
    private: Option<bool>,
    fork: Option<bool>,
}

/// The temporary private fork of a published advisory: by the advisory's own word, by its name, and by what it
/// says of itself. Nothing else makes one.
struct OwnPrivateFork(Repository);

impl OwnPrivateFork {
    /// The fork that `named` is, where all of that holds.
    fn proven(
        named: &Repository,
        repository: &Repository,
        ghsa: &GhsaId,
        itself: &RawRepository,
    ) -> Result<Self, Setback> {
        Self::may_be(named, repository, ghsa)?;
        let name = itself.full_name.as_deref().and_then(|name| name.parse::<Repository>().ok());
        if !name.is_some_and(|name| is_same(&name, named)) {
            return Err(refused("what answers to its name has another name"));
        }
        if itself.private != Some(true) {
            return Err(refused("it is not private"));
        }
        if itself.fork == Some(false) {
            return Err(refused("it is no fork"));
        }
        Ok(Self(named.clone()))
    }

    /// Whether a private fork of that advisory can have this name at all.
    fn may_be(named: &Repository, repository: &Repository, ghsa: &GhsaId) -> Result<(), Setback> {
        if is_same(named, repository) {
            return Err(refused("it is the repository itself"));
        }
        if !named.owner().eq_ignore_ascii_case(repository.owner()) {
            return Err(refused("it belongs to somebody else"));
        }
        let start: String = repository.name().chars().take(NAME_CHARS_MAX).collect();
        let expected = format!("{start}-{}", ghsa.as_str());
        if !named.name().eq_ignore_ascii_case(&expected) {
            return Err(refused("its name is not that of a private fork of this advisory"));
        }
        Ok(())
    }
}

impl GitHub {
    /// Sees to it that a published advisory has no private fork any more, and returns whether that is so. The
    /// advisory is read anew, and nothing but what it names is looked at. GitHub deletes most of them itself.
    ///
    /// # Errors
    /// Refused, with nothing deleted, where the advisory is not published, and where what it names is not
    /// certainly its own private fork. Safe to repeat, whatever the error says of its fate.
    pub async fn remove_fork(
        &self,
        repository: &Repository,
        ghsa: &Embargoed<GhsaId>,
    ) -> Result<bool, Setback> {
        let page = AdvisoryPage::on_github();
        let mut turn = self.pace.turn(&*self.clock).await;
        let (raw, held) = self.read_fresh(repository, ghsa).await?;
        let Some(named) = raw.fork() else {
            return if raw.names_a_fork() { Err(refused("its name is none")) } else { Ok(true) };
        };
        if held.open(&page).state != AdvisoryState::Published {
            return Err(answer::senseless("the advisory is not published: its private fork is still needed"));
        }
        OwnPrivateFork::may_be(&named, repository, ghsa.open(&page))?;
        let call = Call::new("read private fork", Method::GET, self.of(&named, []));
        // The advisory may name what is gone already.
        let Some(response) = self.look(call.taking(Right::Metadata)).await? else { return Ok(true) };
        let itself: RawRepository = wire::parse(response.body()).map_err(answer::nonsense_read)?;
        let fork = OwnPrivateFork::proven(&named, repository, ghsa.open(&page), &itself)?;
        self.delete(&mut turn, &fork).await?;
        Ok(true)
    }

    /// Deletes a private fork.
    async fn delete(&self, turn: &mut Turn<'_>, fork: &OwnPrivateFork) -> Result<(), Setback> {
        let OwnPrivateFork(name) = fork;
        let call = Call::new("delete private fork", Method::DELETE, self.of(name, []));
        let response = self.write(turn, call.of_what_was_read().taking(Right::Delete)).await?;
        match response.status() {
            StatusCode::NO_CONTENT => Ok(()),
            // Taken, and not done yet.
            _ => Err(answer::not_yet(super::standing::VISIBLE_WITHIN)),
        }
    }
}

fn refused(why: &str) -> Setback {
    answer::senseless(&format!(
        "the advisory names a repository as its private fork that is not deleted, because {why}"
    ))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    /// The sources of the adapter, but this file.
    fn others(folder: &Path, found: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                others(&path, found);
            } else if path != Path::new(env!("CARGO_MANIFEST_DIR")).join("src/github/remove.rs") {
                found.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }

    #[test]
    fn nothing_else_in_the_adapter_deletes() {
        let mut found = Vec::new();
        others(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/github"), &mut found);
        assert!(found.len() > 20);
        for (path, source) in found.iter().filter(|(path, _)| !path.contains("/test")) {
            for word in ["Method::DELETE", "\"DELETE\"", "OwnPrivateFork"] {
                assert!(!source.contains(word), "{path}: {word}");
            }
        }
        let this = include_str!("remove.rs");
        let (code, _) = this.split_once("#[cfg(test)]").unwrap();
        assert_eq!(code.matches("Method::DELETE").count(), 1);
        assert_eq!(code.matches("Ok(Self(named.clone()))").count(), 1);
    }
}
