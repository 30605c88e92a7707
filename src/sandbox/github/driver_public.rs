//! The driver's side of what is public: people pushing, tagging, opening and writing by hand.

use super::{GitHub, answer::Refusal, driver::by_hand, public::Written};

impl GitHub {
    /// Somebody pushes a commit to a branch of the public repository, which is made where there is none.
    /// `sha` is the commit's name where it is to be one that is known. Returns its name.
    ///
    /// # Errors
    /// No such repository, or they may not push there.
    pub fn push_by_hand(
        &self,
        who: &str,
        (repo, branch): (&str, &str),
        message: &str,
        sha: Option<&str>,
    ) -> Result<String, Refusal> {
        self.with(|world, now| {
            let viewer = by_hand(world, who)?;
            world.push_commit((repo, branch), &viewer, message, sha, now)
        })
    }

    /// Somebody pushes the newest commit of a pull request in an advisory's private fork to the public
    /// repository. Returns its name.
    ///
    /// # Errors
    /// As [`GitHub::push_by_hand`]; no such pull request.
    pub fn push_early(&self, who: &str, ghsa: &str, number: u64, branch: &str) -> Result<String, Refusal> {
        self.with(|world, now| {
            let viewer = by_hand(world, who)?;
            let record = world.records.get(ghsa).ok_or_else(Refusal::not_found)?;
            let repo = record.current().repository.clone();
            let pull = record.pulls.iter().find(|pull| pull.number == number);
            let head = pull.and_then(|pull| pull.commits.last()).cloned().ok_or_else(Refusal::not_found)?;
            world.push_commit((&repo, branch), &viewer, &head.message, Some(&head.sha), now)
        })
    }

    /// Somebody tags the newest commit of the default branch.
    ///
    /// # Errors
    /// As [`GitHub::push_by_hand`].
    pub fn tag_by_hand(&self, who: &str, repo: &str, name: &str) -> Result<(), Refusal> {
        self.with(|world, _| {
            let viewer = by_hand(world, who)?;
            world.tag(repo, &viewer, name)
        })
    }

    /// Somebody makes a release of a tag, or the draft of one.
    ///
    /// # Errors
    /// As [`GitHub::push_by_hand`].
    pub fn release_by_hand(
        &self,
        who: &str,
        (repo, tag): (&str, &str),
        written: Written<'_>,
        is_draft: bool,
    ) -> Result<(), Refusal> {
        self.with(|world, now| {
            let viewer = by_hand(world, who)?;
            world.make_release((repo, tag), &viewer, written, is_draft, now)
        })
    }

    /// Somebody opens an issue, or a pull request from a branch of the repository. Returns its number.
    ///
    /// # Errors
    /// No such repository or branch.
    pub fn open_by_hand(
        &self,
        who: &str,
        repo: &str,
        written: Written<'_>,
        branch: Option<&str>,
    ) -> Result<u64, Refusal> {
        self.with(|world, now| {
            let viewer = by_hand(world, who)?;
            let Some(branch) = branch else { return world.open_thread(repo, &viewer, written, None, now) };
            let repository = world.repository(repo)?;
            let (full_name, base) =
                (repository.seed.full_name.clone(), repository.default_branch().to_owned());
            world.propose((&full_name, &base), (&full_name, branch), &viewer, written, now)
        })
    }

    /// Somebody rewrites an issue or a pull request.
    ///
    /// # Errors
    /// There is none of that number, or it is not theirs to rewrite.
    pub fn rewrite_by_hand(
        &self,
        who: &str,
        (repo, number): (&str, u64),
        written: Written<'_>,
    ) -> Result<(), Refusal> {
        self.with(|world, now| {
            let viewer = by_hand(world, who)?;
            world.rewrite_thread((repo, number), &viewer, written, now)
        })
    }

    /// Somebody says something below an issue or a pull request, or about a line of the latter.
    ///
    /// # Errors
    /// There is none of that number.
    pub fn remark_by_hand(
        &self,
        who: &str,
        (repo, number): (&str, u64),
        text: &str,
        is_review: bool,
    ) -> Result<(), Refusal> {
        self.with(|world, now| {
            let viewer = by_hand(world, who)?;
            world.remark((repo, number), &viewer, text, is_review, now)
        })
    }
}
