//! What people do where everybody sees it.

use super::{bad, split};
use crate::sandbox::{
    github::{GitHub, Light, Protection, Refusal, Verdict, Written},
    script::unescape,
};

/// A deed in the public repository, or one that brings something private there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InPublic {
    /// Pushes a commit to a branch, which is made where there is none.
    Commit {
        /// The branch.
        branch: String,
        /// What the commit says.
        message: String,
    },
    /// Opens an issue.
    Issue {
        /// Its title, and what follows it on further lines.
        text: String,
    },
    /// Opens a pull request.
    Propose {
        /// The branch it comes from.
        branch: String,
        /// Its title, and what follows it on further lines.
        text: String,
    },
    /// Says something below an issue or a pull request.
    Comment {
        /// Its number.
        number: u64,
        /// What is said.
        text: String,
    },
    /// Makes a release, and its tag.
    Release {
        /// The tag.
        tag: String,
        /// Its name, and what follows it on further lines.
        text: String,
    },
    /// Does something to a pull request.
    Pull {
        /// Its number.
        number: u64,
        /// What.
        deed: PullDeed,
    },
    /// Asks for reviews of what is merged into a branch, and for green checks.
    Protect {
        /// The branch.
        branch: String,
        /// How many reviews.
        reviews: usize,
    },
    /// Makes all runs of a workflow get stuck that begin from now on.
    Stick {
        /// Its file.
        workflow: String,
    },
    /// Disables a workflow.
    Disable {
        /// Its file.
        workflow: String,
    },
}

/// What is done to a pull request that everybody sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PullDeed {
    /// It is approved.
    Review,
    /// It is merged.
    Merge,
    /// It is closed.
    Shut,
    /// It conflicts from now on with the branch it goes to.
    Conflict,
    /// A check of it turns red, or runs anew and turns green.
    Check {
        /// The check's name.
        check: String,
        /// How it turns.
        is_green: bool,
    },
}

/// The check that is meant where none is named.
const CHECK: &str = "build";

/// The words that such a deed begins with.
pub(super) const WORDS: [&str; 14] = [
    "commit", "issue", "propose", "comment", "release", "review", "merge", "shut", "conflict", "red",
    "green", "protect", "stick", "disable",
];

/// Reads what follows the repository in a line that begins with one of [`WORDS`].
pub(super) fn parse(word: &str, rest: &str, lead: &str) -> Result<InPublic, (String, String)> {
    let (first, more) = split(rest);
    let (which, more) = (first.to_owned(), unescape(more));
    let needs = |what: &str, example: &str| {
        bad(format!("{word} needs {what}"), format!("Write: {lead} {word} REPOSITORY {example}"))
    };
    let is_bare = which.is_empty() || more.trim().is_empty();
    match word {
        "review" | "merge" | "shut" | "conflict" | "red" | "green" => {
            let number =
                which.parse().ok().filter(|_| more.trim().is_empty() || ["red", "green"].contains(&word));
            match number {
                Some(number) => Ok(InPublic::Pull { number, deed: on_pull(word, more.trim()) }),
                None => needs("the number of a pull request", "1"),
            }
        }
        "protect" => match (which.as_str(), more.trim().parse()) {
            ("", _) => needs("a branch", "main"),
            (_, Ok(reviews)) => Ok(InPublic::Protect { branch: which, reviews }),
            (_, Err(_)) if more.trim().is_empty() => Ok(InPublic::Protect { branch: which, reviews: 1 }),
            (_, Err(_)) => needs("a branch and how many reviews", "main 1"),
        },
        "stick" | "disable" if which.is_empty() || !more.is_empty() => needs("a workflow", "release.yml"),
        "stick" => Ok(InPublic::Stick { workflow: which }),
        "disable" => Ok(InPublic::Disable { workflow: which }),
        "commit" if is_bare => needs("a branch and a message", "main Mend the loader"),
        "commit" => Ok(InPublic::Commit { branch: which, message: more }),
        "propose" if is_bare => needs("a branch and a title", r"fix Mend the loader\nIt crashes."),
        "propose" => Ok(InPublic::Propose { branch: which, text: more }),
        "release" if is_bare => needs("a tag and a name", r"v1 Version 1\nWhat is new."),
        "release" => Ok(InPublic::Release { tag: which, text: more }),
        "comment" => match which.parse() {
            Ok(number) if !is_bare => Ok(InPublic::Comment { number, text: more }),
            _ => needs("the number of an issue or a pull request, and a text", "1 Me too"),
        },
        _ if rest.is_empty() => needs("a title", r"It crashes\nEvery time."),
        _ => Ok(InPublic::Issue { text: unescape(rest) }),
    }
}

fn on_pull(word: &str, check: &str) -> PullDeed {
    match word {
        "review" => PullDeed::Review,
        "merge" => PullDeed::Merge,
        "shut" => PullDeed::Shut,
        "conflict" => PullDeed::Conflict,
        _ => {
            let check = if check.is_empty() { CHECK } else { check };
            PullDeed::Check { check: check.to_owned(), is_green: word == "green" }
        }
    }
}

impl PullDeed {
    /// Does it. Returns what was done, as the middle of a sentence.
    fn carry_out(
        &self,
        github: &GitHub,
        who: &str,
        repo: &str,
        number: u64,
    ) -> Result<&'static str, Refusal> {
        match self {
            Self::Review => github.review_by_hand(who, repo, number, Verdict::Approved).map(|()| "approves"),
            Self::Merge => github.merge_by_hand(who, repo, number).map(|()| "merges"),
            Self::Shut => github.close_by_hand(who, repo, number, false).map(|()| "closes"),
            Self::Conflict => github.set_conflict(repo, number, true).map(|()| "makes a conflict with"),
            Self::Check { check, is_green: true } => {
                github.turn_check(repo, number, check, Light::Green).map(|()| "runs a check anew of")
            }
            Self::Check { check, is_green: false } => {
                github.turn_check(repo, number, check, Light::Red).map(|()| "breaks a check of")
            }
        }
    }
}

impl InPublic {
    /// Does it. Returns what was done, as the rest of a sentence, and what was written.
    pub(super) fn carry_out<'a>(
        &'a self,
        github: &GitHub,
        who: &str,
        repo: &str,
    ) -> Result<(String, &'a str), Refusal> {
        match self {
            Self::Commit { branch, message } => {
                github.push_by_hand(who, (repo, branch), message, None)?;
                Ok((format!("pushes to {branch} of {repo}"), message))
            }
            Self::Issue { text } => {
                let number = github.open_by_hand(who, repo, written(text), None)?;
                Ok((format!("opens issue {number} of {repo}"), text))
            }
            Self::Propose { branch, text } => {
                let number = github.open_by_hand(who, repo, written(text), Some(branch))?;
                Ok((format!("opens pull request {number} of {repo}"), text))
            }
            Self::Comment { number, text } => {
                github.remark_by_hand(who, (repo, *number), text, false)?;
                Ok((format!("comments on {number} of {repo}"), text))
            }
            Self::Release { tag, text } => {
                github.release_by_hand(who, (repo, tag), written(text), false)?;
                Ok((format!("releases {tag} of {repo}"), text))
            }
            Self::Pull { number, deed } => {
                let does = deed.carry_out(github, who, repo, *number)?;
                let check = match deed {
                    PullDeed::Check { check, .. } => check.as_str(),
                    PullDeed::Review | PullDeed::Merge | PullDeed::Shut | PullDeed::Conflict => "",
                };
                Ok((format!("{does} pull request {number} of {repo}"), check))
            }
            Self::Protect { branch, reviews } => {
                let protection = Protection { reviews: *reviews, checks: true, up_to_date: false };
                github.protect(repo, branch, protection);
                Ok((format!("protects a branch of {repo}"), branch))
            }
            Self::Stick { workflow } => {
                github.set_stuck(repo, workflow, true);
                Ok((format!("makes a workflow of {repo} get stuck"), workflow))
            }
            Self::Disable { workflow } => {
                github.set_disabled(repo, workflow, true);
                Ok((format!("disables a workflow of {repo}"), workflow))
            }
        }
    }
}

/// The first line, and the rest.
fn written(text: &str) -> Written<'_> {
    let (title, body) = text.split_once('\n').unwrap_or((text, ""));
    Written { title: title.trim(), body: body.trim() }
}
