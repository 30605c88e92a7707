//! What git is shown of the model, and what the model learns of pushes: the other side of `sandbox::git`.

use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;

use super::{
    GitHub,
    access::Viewer,
    objects::{Object, Snapshot},
    public::Head,
    seed::Role,
    world::{Repository, World},
};

/// A repository that somebody may use by git, and what stands in it.
#[derive(Debug, Clone)]
pub(in crate::sandbox) struct Opened {
    /// Its name as GitHub spells it.
    pub(in crate::sandbox) full_name: String,
    /// Who uses it; nobody for an anonymous reader.
    pub(in crate::sandbox) login: Option<String>,
    /// The default branch.
    pub(in crate::sandbox) default: String,
    /// Its refs, with the commit that each names.
    pub(in crate::sandbox) refs: BTreeMap<String, String>,
}

/// Why somebody may not use a repository by git.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sandbox) enum Closed {
    /// They have to say who they are, or are nobody.
    Unknown,
    /// They may not push there.
    Forbidden,
    /// There is none, for them.
    NotFound,
}

/// A branch or a tag that was pushed.
#[derive(Debug, Clone)]
pub(in crate::sandbox) struct Moved {
    /// Such as `refs/heads/main`.
    pub(in crate::sandbox) name: String,
    pub(in crate::sandbox) to: String,
}

impl GitHub {
    /// Opens a repository for git, for the bearer of an `Authorization` header.
    pub(in crate::sandbox) fn open_by_git(
        &self,
        authorization: Option<&str>,
        repo: &str,
        pushes: bool,
    ) -> Result<Opened, Closed> {
        self.with(|world, now| world.open_by_git(authorization, repo, pushes, now))
    }

    /// The objects of all commits that were made here but those `stored`.
    pub(in crate::sandbox) fn objects(&self, stored: &BTreeSet<String>) -> Vec<(String, Vec<Object>)> {
        self.with(|world, _| world.objects.missing(stored))
    }

    /// Which of these commits nobody here knows.
    pub(in crate::sandbox) fn unknown(&self, commits: Vec<String>) -> Vec<String> {
        self.with(|world, _| commits.into_iter().filter(|id| world.objects.get(id).is_none()).collect())
    }

    /// Learns of a push: new commits and where branches stand now.
    pub(in crate::sandbox) fn pushed(&self, repo: &str, commits: Vec<(String, Snapshot)>, moved: &[Moved]) {
        self.with(|world, now| {
            world.objects.take(commits);
            for Moved { name, to } in moved {
                match (name.strip_prefix("refs/heads/"), name.strip_prefix("refs/tags/")) {
                    (Some(branch), _) => world.bring(repo, branch, to, now),
                    (None, Some(tag)) => world.put_tag(repo, tag, to),
                    (None, None) => {}
                }
            }
        });
    }

    /// What the commits `of` have before them and those `but` have not, themselves included: name and title.
    pub(in crate::sandbox) fn between(&self, of: &[String], but: &[String]) -> Vec<(String, String)> {
        self.with(|world, _| {
            let history = |heads: &[String]| world.objects.history(heads.iter().map(String::as_str));
            let known: BTreeSet<String> = history(but).into_iter().map(|commit| commit.sha).collect();
            let all = history(of).into_iter().filter(|commit| !known.contains(&commit.sha));
            all.map(|commit| (commit.sha, commit.message)).collect()
        })
    }
}

impl World {
    fn open_by_git(
        &self,
        authorization: Option<&str>,
        repo: &str,
        pushes: bool,
        now: Timestamp,
    ) -> Result<Opened, Closed> {
        let bearer = authorization.map(|header| token_of(header).ok_or(Closed::Unknown)).transpose()?;
        let bearer = bearer.map(|token| format!("bearer {token}"));
        let viewer = self.authenticate(bearer.as_deref(), now).map_err(|_| Closed::Unknown)?;
        let known = viewer.login().is_some();
        let repository = self.readable(repo, &viewer, now);
        // GitHub asks strangers who they are before it says that there is nothing.
        let repository = repository.map_err(|_| if known { Closed::NotFound } else { Closed::Unknown })?;
        if pushes && !known {
            return Err(Closed::Unknown);
        }
        if pushes && !may_push(&viewer, &repository) {
            return Err(Closed::Forbidden);
        }
        let default = repository.seed.branches.first().cloned().unwrap_or_default();
        let (full_name, login) = (repository.seed.full_name.clone(), viewer.login().map(str::to_owned));
        Ok(Opened { full_name, login, default, refs: self.refs(&repository) })
    }

    /// Everything in a repository that has a name for git.
    fn refs(&self, repository: &Repository) -> BTreeMap<String, String> {
        let branches = repository.seed.branches.iter();
        let branches =
            branches.map(|branch| (format!("refs/heads/{branch}"), self.head_of(repository, branch)));
        let side = self.public_side(repository);
        let more = side.heads.into_iter().map(|(branch, head)| (format!("refs/heads/{branch}"), head.sha));
        let tags = side.tags.into_iter().map(|tag| (format!("refs/tags/{}", tag.name), tag.sha));
        let pulls = self.record_of_fork(&repository.seed.full_name).map(|record| record.pulls.iter());
        let pulls = pulls.into_iter().flatten().flat_map(|pull| {
            let head = pull.head().to_owned();
            [
                (format!("refs/heads/{}", pull.branch), head.clone()),
                (format!("refs/pull/{}/head", pull.number), head),
            ]
        });
        let named = branches.chain(more).chain(tags).chain(pulls);
        // A name that somebody made up, for a commit that there is not, leads nowhere.
        named.filter(|(_, commit)| self.objects.get(commit).is_some()).collect()
    }

    /// Makes a commit the head of a branch, which is made where there is none.
    pub(super) fn bring(&mut self, repo: &str, branch: &str, to: &str, now: Timestamp) {
        if let Some(ghsa) = self.record_of_fork(repo).map(|record| record.current().ghsa_id.clone()) {
            self.bring_to_fork((repo, &ghsa), branch, to, now);
            return;
        }
        let Ok(repository) = self.repository(repo).cloned() else { return };
        let all = self.objects.history([to]).into_iter().rev();
        let new: Vec<_> = all.filter(|commit| self.commit(&repository, &commit.sha).is_none()).collect();
        for commit in new {
            let parents = self.objects.get(&commit.sha).map(|made| made.parents.clone()).unwrap_or_default();
            let parents: Vec<&str> = parents.iter().map(String::as_str).collect();
            self.make_commit(repo, &parents, (&commit.author, &commit.message), Some(&commit.sha), commit.at);
        }
        self.move_head(repo, branch, to, now);
    }

    fn bring_to_fork(&mut self, (repo, ghsa): (&str, &str), branch: &str, to: &str, now: Timestamp) {
        let Some(commit) = self.objects.history([to]).into_iter().find(|commit| commit.sha == to) else {
            return;
        };
        let pulls = self.records.get_mut(ghsa).map(|record| record.pulls.iter_mut());
        for pull in pulls.into_iter().flatten().filter(|pull| pull.branch == branch) {
            pull.commits.push(commit.clone());
            (pull.pushed_at, pull.updated_at) = (now, now);
        }
        self.side_mut(repo).heads.insert(branch.to_owned(), Head { sha: to.to_owned(), at: now });
    }
}

/// The token in `Basic …`, which is the password of any user.
fn token_of(header: &str) -> Option<String> {
    let (scheme, value) = header.split_once(' ')?;
    let decoded = STANDARD.decode(value.trim()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    let decoded = String::from_utf8(decoded).ok()?;
    decoded.split_once(':').map(|(_, token)| token.to_owned())
}

fn may_push(viewer: &Viewer, repository: &Repository) -> bool {
    let reaches = match viewer {
        Viewer::Anonymous => false,
        Viewer::Token(token) => token.rights.writes(repository.owner(), "contents"),
        Viewer::Web { .. } => true,
    };
    let role = viewer.login().and_then(|login| World::role(repository, login));
    reaches && role >= Some(Role::Write)
}
