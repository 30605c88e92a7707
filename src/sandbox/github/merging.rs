//! Merging a public pull request, and what stands in its way.
//!
//! As on GitHub, whether one can be merged is worked out a moment after each push to either branch, and a
//! branch's rules hold for all but administrators: those are let past them without a word. A merge is a commit
//! with both parents, or one commit on top; nothing is rebased in truth. Not modelled: merge queues, teams that
//! own files, and conversations that have to be resolved.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::json;

use super::{
    access::Viewer,
    answer::{Answer, Refusal},
    objects::Said,
    operations::Call,
    public::{MergeMethod, Protection},
    pulls::{Merged, Pull, Review, Verdict, find},
    seed::Role,
    world::{Repository, World},
};

type Outcome = Result<Answer, Refusal>;

/// What a branch's rules say of merging a pull request that applies cleanly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rules {
    /// Nothing.
    Met,
    /// Nothing, but a check is not green that need not be.
    Unstable,
    /// It has to be brought up to date first.
    Behind,
    /// A review or a check is missing.
    Blocked,
}

impl Rules {
    /// The word the API uses for it.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Met => "clean",
            Self::Unstable => "unstable",
            Self::Behind => "behind",
            Self::Blocked => "blocked",
        }
    }
}

impl MergeMethod {
    fn of(word: &str) -> Option<Self> {
        match word {
            "merge" => Some(Self::Merge),
            "squash" => Some(Self::Squash),
            "rebase" => Some(Self::Rebase),
            _ => None,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Merge => "Merge commits",
            Self::Squash => "Squash merges",
            Self::Rebase => "Rebase merges",
        }
    }
}

impl World {
    /// What the rules of its branch say of a pull request.
    pub(super) fn rules_on(&self, repository: &Repository, pull: &Pull, now: Timestamp) -> Rules {
        let side = self.public_side(repository);
        let Protection { reviews, checks, up_to_date } =
            side.protections.get(&pull.base).cloned().unwrap_or_default();
        let mut verdicts: BTreeMap<&str, &Review> = BTreeMap::new();
        for review in &pull.reviews {
            if World::role(repository, &review.author) >= Some(Role::Write) {
                verdicts.insert(&review.author, review);
            }
        }
        let objected = verdicts.values().any(|review| review.verdict == Verdict::ChangesRequested);
        let approved = verdicts.values().filter(|review| review.verdict == Verdict::Approved);
        let approvals = approved.filter(|review| review.commit == pull.head()).count();
        let green = side.checks.get(pull.head()).is_none_or(|checked| checked.are_green(now));
        let base = self.head_of(repository, &pull.base);
        let home = pull.home.as_deref().and_then(|home| self.repository(home).ok()).unwrap_or(repository);
        let has_base = || {
            let own = self.history(home, pull.head()).unwrap_or_default();
            own.iter().any(|commit| commit.sha == base)
        };
        if (reviews > 0 && (objected || approvals < reviews)) || (checks && !green) {
            Rules::Blocked
        } else if up_to_date && !has_base() {
            Rules::Behind
        } else if green {
            Rules::Met
        } else {
            Rules::Unstable
        }
    }

    /// Merges a pull request. Returns the commit that its branch moved to.
    pub(super) fn merge(
        &mut self,
        (repo, number): (&str, u64),
        viewer: &Viewer,
        (sha, method): (Option<&str>, MergeMethod),
        now: Timestamp,
    ) -> Result<String, Refusal> {
        let repository = self.pushable_public(repo, viewer)?;
        let side = self.public_side(&repository);
        let thread = side.threads.iter().find(|thread| thread.number == number);
        let pull = thread.and_then(|thread| self.as_pull(&repository, thread));
        let pull = pull.ok_or_else(Refusal::not_found)?;
        if sha.is_some_and(|sha| sha != pull.head()) {
            return Err(Refusal::new(409, "Head branch was modified. Review and try the merge again."));
        }
        if pull.is_draft {
            return Err(Refusal::new(405, "Pull Request is still a draft"));
        }
        if !pull.is_open || !pull.applies {
            return Err(Refusal::new(405, "Pull Request is not mergeable"));
        }
        if side.barred.contains(&method) {
            return Err(Refusal::new(405, format!("{} are not allowed on this repository.", method.name())));
        }
        let login = viewer.login().unwrap_or_default().to_owned();
        let bypassed = match self.rules_on(&repository, &pull, now) {
            Rules::Met | Rules::Unstable => false,
            Rules::Behind | Rules::Blocked if World::role(&repository, &login) == Some(Role::Admin) => true,
            Rules::Behind => return Err(Refusal::new(405, "Head branch is out of date")),
            Rules::Blocked => {
                let message = "Repository rule violations found\n\nA review or a check is missing.";
                return Err(Refusal::new(405, message));
            }
        };
        let to = self.joined(&repository, &pull, (&login, method), now);
        let (base, head) = (pull.base.clone(), pull.head().to_owned());
        self.bring_files(&repository, &pull);
        self.move_head(repo, &base, &to, now);
        let thread = self.proposal_mut(repo, number)?;
        (thread.closed_at, thread.updated_at) = (Some(now), now);
        if let Some(proposal) = &mut thread.proposal {
            proposal.last = Some(head);
            proposal.merged = Some(Merged { by: login, sha: to.clone(), bypassed, at: now });
        }
        self.expect_tag(&repository, &pull, &to, now);
        Ok(to)
    }

    /// The commit that a branch moves to by a merge. The commits of the pull request come along.
    fn joined(
        &mut self,
        repository: &Repository,
        pull: &Pull,
        (login, method): (&str, MergeMethod),
        now: Timestamp,
    ) -> String {
        let repo = &repository.seed.full_name;
        let home = pull.home.clone().unwrap_or_else(|| repo.clone());
        let own: Vec<_> =
            self.public.get(&home.to_ascii_lowercase()).map(|side| side.commits.clone()).unwrap_or_default();
        for known in
            own.into_iter().filter(|known| pull.commits.iter().any(|own| own.sha == known.commit.sha))
        {
            let parents: Vec<&str> = known.parents.iter().map(String::as_str).collect();
            let commit = &known.commit;
            self.make_commit(repo, &parents, (&commit.author, &commit.message), Some(&commit.sha), commit.at);
        }
        let (base, head) = (self.head_of(repository, &pull.base), pull.head());
        let newest = pull.commits.last().map_or("", |commit| commit.message.as_str());
        let (parents, message) = match method {
            MergeMethod::Merge => {
                let from = format!(
                    "Merge pull request #{} from {}/{}",
                    pull.number,
                    repository.owner(),
                    pull.branch
                );
                (vec![base.as_str(), head], from)
            }
            MergeMethod::Squash => (vec![base.as_str()], format!("{} (#{})", pull.title, pull.number)),
            MergeMethod::Rebase => (vec![base.as_str()], newest.to_owned()),
        };
        let said = Said { author: login, message: &message, at: now };
        let squashed = if parents.len() == 1 { self.objects.merge(&base, head, true, said) } else { None };
        self.make_commit(repo, &parents, (login, &message), squashed.as_deref(), now)
    }
}

/// `PUT …/pulls/{number}/merge`
pub(super) fn merge(world: &mut World, repo: &str, number: u64, call: &Call<'_>) -> Outcome {
    let (repository, _) = find(world, repo, number, call)?;
    call.viewer.must_write(&repository, "contents")?;
    if repository.fork_of.is_some() && repository.seed.is_private {
        return Err(Refusal::new(
            405,
            "Pull requests of a temporary private fork are merged on its advisory",
        ));
    }
    let method = call.body["merge_method"].as_str().unwrap_or("merge");
    let method = MergeMethod::of(method)
        .ok_or_else(|| Refusal::invalid_request(&[format!("{method} is no way of merging")]))?;
    let sha = call.body["sha"].as_str();
    let sha = world.merge((repo, number), call.viewer, (sha, method), call.now)?;
    Ok(Answer::ok(json!({"sha": sha, "merged": true, "message": "Pull Request successfully merged"})))
}
