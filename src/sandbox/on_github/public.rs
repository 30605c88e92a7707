//! What people do where everybody sees it.

use super::{bad, split};
use crate::sandbox::{
    github::{GitHub, Refusal, Written},
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
}

/// The words that such a deed begins with.
pub(super) const WORDS: [&str; 5] = ["commit", "issue", "propose", "comment", "release"];

/// Reads what follows the repository in a line that begins with one of [`WORDS`].
pub(super) fn parse(word: &str, rest: &str, lead: &str) -> Result<InPublic, (String, String)> {
    let (first, more) = split(rest);
    let (which, more) = (first.to_owned(), unescape(more));
    let needs = |what: &str, example: &str| {
        bad(format!("{word} needs {what}"), format!("Write: {lead} {word} REPOSITORY {example}"))
    };
    let is_bare = which.is_empty() || more.trim().is_empty();
    match word {
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
        }
    }
}

/// The first line, and the rest.
fn written(text: &str) -> Written<'_> {
    let (title, body) = text.split_once('\n').unwrap_or((text, ""));
    Written { title: title.trim(), body: body.trim() }
}
