//! What people do on GitHub's pages, as transcripts and the chat write it:
//!
//! ```text
//! report REPOSITORY SUMMARY\nDESCRIPTION      edit {ghsa} FIELD VALUE      accept {ghsa}
//! invite {ghsa} LOGIN-OR-TEAM                 close {ghsa}                 publish {ghsa}
//! pull {ghsa} BRANCH [FILE…]                  push {ghsa} NUMBER [FILE…]   approve {ghsa} NUMBER
//! leak {ghsa} NUMBER BRANCH                   comment REPOSITORY NUMBER TEXT
//! commit REPOSITORY BRANCH MESSAGE            issue REPOSITORY TITLE\nTEXT
//! propose REPOSITORY BRANCH TITLE\nTEXT       release REPOSITORY TAG NAME\nNOTES
//! review REPOSITORY NUMBER                    merge REPOSITORY NUMBER       shut REPOSITORY NUMBER
//! red REPOSITORY NUMBER [CHECK]               green REPOSITORY NUMBER [CHECK]
//! conflict REPOSITORY NUMBER                  protect REPOSITORY BRANCH [REVIEWS]
//! stick REPOSITORY WORKFLOW                   disable REPOSITORY WORKFLOW
//! ```
//!
//! `pull`, `push` and `approve` are about pull requests in the advisory's private fork. `leak` pushes the
//! newest commit of one to a branch of the public repository; the deeds below it are done where everybody
//! sees them. `review` approves a public pull request, `shut` closes one. A check that turns `red` has failed, one
//! that turns `green` runs anew, for a minute. `protect` asks for reviews (one, where no number is given) and
//! green checks before anything is merged into a branch. The runs of a workflow that is made to `stick` never end.
//!
//! `{ghsa}` is the newest advisory, an identifier any other. A FIELD is summary, description, severity,
//! cvss or cve; the last three can be `none`.

mod act;
mod public;

use super::script::unescape;

pub use act::{Done, carry_out};
pub use public::{InPublic, PullDeed};

/// What stands for the newest advisory.
const NEWEST: &str = "{ghsa}";

/// What somebody does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OnGitHub {
    /// Reports a vulnerability privately.
    Report {
        /// `owner/name`.
        repository: String,
        /// The title.
        summary: String,
        /// The text.
        description: String,
    },
    /// Changes an advisory.
    Edit {
        /// Which.
        ghsa: String,
        /// What of it.
        field: Field,
        /// To what; `None` empties it.
        value: Option<String>,
    },
    /// Accepts a report: it becomes a draft.
    Accept(String),
    /// Closes a report or a draft.
    Close(String),
    /// Publishes a draft.
    Publish(String),
    /// Invites a user or a team to an advisory.
    Invite {
        /// Which.
        ghsa: String,
        /// The user's login, or the team's slug.
        login: String,
    },
    /// Opens a pull request in an advisory's private fork.
    Pull {
        /// Of which advisory.
        ghsa: String,
        /// The branch it goes to.
        branch: String,
        /// The files it changes.
        files: Vec<String>,
    },
    /// Pushes to a pull request.
    Push {
        /// Of which advisory.
        ghsa: String,
        /// Which.
        number: u64,
        /// The files that the commit changes.
        files: Vec<String>,
    },
    /// Pushes the newest commit of a pull request to the public repository.
    Leak {
        /// Of which advisory.
        ghsa: String,
        /// Which.
        number: u64,
        /// To which branch.
        branch: String,
    },
    /// Does something where everybody sees it.
    InPublic {
        /// In which repository.
        repository: String,
        /// What.
        deed: InPublic,
    },
    /// Approves a pull request.
    Approve {
        /// Of which advisory.
        ghsa: String,
        /// Which.
        number: u64,
    },
}

/// A field of an advisory that a line can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The title.
    Summary,
    /// The text.
    Description,
    /// The severity, in a word.
    Severity,
    /// The CVSS vector.
    Cvss,
    /// The CVE number.
    Cve,
}

impl Field {
    const ALL: [Self; 5] = [Self::Summary, Self::Description, Self::Severity, Self::Cvss, Self::Cve];

    /// The word for it in a line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Summary => "summary",
            Self::Description => "description",
            Self::Severity => "severity",
            Self::Cvss => "cvss",
            Self::Cve => "cve",
        }
    }

    /// Its name in the API.
    fn key(self) -> &'static str {
        match self {
            Self::Summary | Self::Description | Self::Severity => self.word(),
            Self::Cvss => "cvss_vector_string",
            Self::Cve => "cve_id",
        }
    }

    fn can_be_none(self) -> bool {
        matches!(self, Self::Severity | Self::Cvss | Self::Cve)
    }
}

/// Reads a deed. `lead` is what stands before it, for the mend; `repositories` are those there are.
///
/// # Errors
/// What is wrong with it, and what to write instead.
pub fn parse(line: &str, lead: &str, repositories: &[String]) -> Result<OnGitHub, (String, String)> {
    let example = repositories.first().map_or("owner/name", String::as_str);
    let (word, rest) = split(line);
    let one = |deed: fn(String) -> OnGitHub| match split(rest) {
        (ghsa, "") => Ok(deed(advisory(ghsa, word, lead)?)),
        (_, more) => bad(
            format!("\"{more}\" stands after the advisory, where nothing belongs"),
            format!("Write: {lead} {word} {{ghsa}}"),
        ),
    };
    match word {
        "report" => report(rest, lead, repositories),
        "edit" => edit(rest, lead),
        "accept" => one(OnGitHub::Accept),
        "close" => one(OnGitHub::Close),
        "publish" => one(OnGitHub::Publish),
        "invite" => {
            let (ghsa, login) = split(rest);
            let ghsa = advisory(ghsa, word, lead)?;
            if login.is_empty() || login.contains(char::is_whitespace) {
                return bad(
                    "invite needs one user or team of GitHub",
                    format!("Write: {lead} invite {{ghsa}} ravi"),
                );
            }
            Ok(OnGitHub::Invite { ghsa, login: login.to_owned() })
        }
        "pull" | "push" | "approve" | "leak" => of_pull(word, rest, lead),
        _ if public::WORDS.contains(&word) => {
            let (said, rest) = split(rest);
            let repository = repository(said, repositories)?;
            Ok(OnGitHub::InPublic { repository, deed: public::parse(word, rest, lead)? })
        }
        _ => bad(
            match word {
                "" => "it does not say what is done on GitHub".to_owned(),
                _ => format!("\"{word}\" is nothing one does on GitHub here"),
            },
            format!(
                "There is report, edit, accept, close, publish, invite, pull, push, approve, leak, commit, \
                 issue, propose, comment, release, review, merge, shut, conflict, red, green, protect, stick \
                 and disable. Write: {lead} report {example} SUMMARY\\nDESCRIPTION"
            ),
        ),
    }
}

fn bad<T>(problem: impl Into<String>, mend: impl Into<String>) -> Result<T, (String, String)> {
    Err((problem.into(), mend.into()))
}

/// The first word, and the rest.
fn split(text: &str) -> (&str, &str) {
    let (word, rest) = text.trim().split_once(char::is_whitespace).unwrap_or((text.trim(), ""));
    (word, rest.trim())
}

/// The repository that is meant, by its full name or what stands behind its owner.
fn repository(said: &str, repositories: &[String]) -> Result<String, (String, String)> {
    let is_it = |full: &&String| {
        let name = full.split_once('/').map_or("", |(_, name)| name);
        full.eq_ignore_ascii_case(said) || name.eq_ignore_ascii_case(said)
    };
    repositories.iter().find(is_it).cloned().ok_or_else(|| {
        (format!("there is no repository \"{said}\""), format!("There is {}", repositories.join(", ")))
    })
}

fn report(rest: &str, lead: &str, repositories: &[String]) -> Result<OnGitHub, (String, String)> {
    let (said, text) = split(rest);
    let repository = repository(said, repositories)?;
    let text = unescape(text);
    let (summary, description) = text.split_once('\n').unwrap_or((&text, ""));
    let (summary, description) = (summary.trim().to_owned(), description.trim().to_owned());
    if summary.is_empty() || description.is_empty() {
        return bad(
            "a report needs a summary and a description",
            format!("Write: {lead} report {repository} SUMMARY\\nDESCRIPTION"),
        );
    }
    Ok(OnGitHub::Report { repository, summary, description })
}

fn edit(rest: &str, lead: &str) -> Result<OnGitHub, (String, String)> {
    let (ghsa, rest) = split(rest);
    let ghsa = advisory(ghsa, "edit", lead)?;
    let (name, value) = split(rest);
    let Some(field) = Field::ALL.into_iter().find(|field| field.word() == name) else {
        let fields = Field::ALL.map(Field::word).join(", ");
        return bad(format!("an advisory has no field \"{name}\""), format!("There is {fields}"));
    };
    if value.is_empty() {
        return bad(
            format!("it does not say what the {name} becomes"),
            format!("Write: {lead} edit {{ghsa}} {name} VALUE"),
        );
    }
    let value = (!(field.can_be_none() && value == "none")).then(|| unescape(value));
    Ok(OnGitHub::Edit { ghsa, field, value })
}

/// What is done with pull requests.
fn of_pull(word: &str, rest: &str, lead: &str) -> Result<OnGitHub, (String, String)> {
    let (ghsa, rest) = split(rest);
    let ghsa = advisory(ghsa, word, lead)?;
    let (which, rest) = split(rest);
    let files: Vec<String> = rest.split_whitespace().map(str::to_owned).collect();
    if word == "pull" {
        return match which {
            "" => bad("pull needs the branch it goes to", format!("Write: {lead} pull {{ghsa}} main")),
            branch => Ok(OnGitHub::Pull { ghsa, branch: branch.to_owned(), files }),
        };
    }
    if word == "leak" {
        return match (which.parse(), files.as_slice()) {
            (Ok(number), [branch]) => Ok(OnGitHub::Leak { ghsa, number, branch: branch.clone() }),
            _ => bad(
                "leak needs the number of a pull request and a branch",
                format!("Write: {lead} leak {{ghsa}} 1 main"),
            ),
        };
    }
    let Some(number) = which.parse().ok().filter(|_| word == "push" || files.is_empty()) else {
        return bad(
            format!("{word} needs the number of a pull request"),
            format!("Write: {lead} {word} {{ghsa}} 1"),
        );
    };
    Ok(if word == "push" {
        OnGitHub::Push { ghsa, number, files }
    } else {
        OnGitHub::Approve { ghsa, number }
    })
}

fn advisory(said: &str, word: &str, lead: &str) -> Result<String, (String, String)> {
    if said == NEWEST || said.starts_with("GHSA-") {
        return Ok(said.to_owned());
    }
    let problem = match said {
        "" => format!("{word} needs an advisory"),
        _ => format!("\"{said}\" is no advisory"),
    };
    bad(
        problem,
        format!(
            "Write: {lead} {word} {{ghsa}} for the newest, or its identifier, such as GHSA-2222-3333-4444"
        ),
    )
}

#[cfg(test)]
mod tests;
