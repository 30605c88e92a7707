//! What the leak watch says of GitHub's public side.

use crate::kernel::{id::PullNumber, public::Sameness, sighting::PublicKind};

/// Where something was seen that names an incident, as the beginning of a sentence.
pub(super) fn place(what: PublicKind, url: &str) -> String {
    format!("{} on GitHub names something that belongs to this incident: {url}.", name(what))
}

/// Where the private patch was seen, as the beginning of a sentence.
pub(super) fn patch_place(what: PublicKind, url: &str, pull: PullNumber, sameness: Sameness) -> String {
    let PullNumber(pull) = pull;
    match (sameness, what) {
        (Sameness::Commit, PublicKind::Commit) => {
            format!(
                "a commit of the private patch, pull request {pull} in the fork, is public on GitHub: {url}."
            )
        }
        (
            Sameness::Commit,
            PublicKind::Branch
            | PublicKind::PullRequest
            | PublicKind::Issue
            | PublicKind::Release
            | PublicKind::Tag,
        ) => format!(
            "{} on GitHub leads to a commit of the private patch, pull request {pull} in the fork: {url}.",
            name(what)
        ),
        (Sameness::Title, _) => format!(
            "{} on GitHub has the title of a commit of the private patch, pull request {pull} in the fork: {url}.",
            name(what)
        ),
    }
}

/// What to do about it, as the rest of a sentence.
pub(super) const fn remedy(what: PublicKind) -> &'static str {
    match what {
        PublicKind::Commit | PublicKind::Branch => {
            "have the branch deleted, or pushed again without it. A commit stays readable by its name until GitHub's support removes it, and whoever fetched has it."
        }
        PublicKind::PullRequest => {
            "have it rewritten, and its old text deleted from its history. Only GitHub's support deletes a pull request; whoever watches the repository may have it by mail already."
        }
        PublicKind::Issue => {
            "have it deleted rather than edited: edits stay readable in the history. Whoever watches the repository may have it by mail already."
        }
        PublicKind::Release => {
            "have the release deleted, and its tag. Whoever watches the repository may have it by mail already."
        }
        PublicKind::Tag => "have the tag deleted. Whoever fetched has it.",
    }
}

const fn name(what: PublicKind) -> &'static str {
    match what {
        PublicKind::Commit => "a public commit",
        PublicKind::Branch => "a public branch",
        PublicKind::PullRequest => "a public pull request",
        PublicKind::Issue => "a public issue",
        PublicKind::Release => "a release",
        PublicKind::Tag => "a public tag",
    }
}
