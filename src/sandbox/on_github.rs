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
mod tests {
    use super::*;

    fn read(line: &str) -> Result<OnGitHub, String> {
        let repositories = ["bytecodealliance/wasmtime", "bytecodealliance/wasm-micro-runtime"];
        parse(line, "maya: github:", &repositories.map(str::to_owned))
            .map_err(|(problem, mend)| format!("{problem}. {mend}"))
    }

    #[test]
    fn each_deed_is_read() {
        let ghsa = || "{ghsa}".to_owned();
        let edit = |field, value: Option<&str>| {
            Ok(OnGitHub::Edit { ghsa: ghsa(), field, value: value.map(str::to_owned) })
        };
        let report = OnGitHub::Report {
            repository: "bytecodealliance/wasmtime".to_owned(),
            summary: "A crash".to_owned(),
            description: "It\ncrashes.".to_owned(),
        };
        let public =
            |deed| Ok(OnGitHub::InPublic { repository: "bytecodealliance/wasmtime".to_owned(), deed });
        let on_check = |check: &str, is_green| {
            let check = check.to_owned();
            public(InPublic::Pull { number: 3, deed: PullDeed::Check { check, is_green } })
        };
        let protect = |reviews| public(InPublic::Protect { branch: "main".to_owned(), reviews });
        let cases = [
            (r"report wasmtime A crash\nIt\ncrashes.", Ok(report.clone())),
            (r"report ByteCodeAlliance/Wasmtime  A crash \n It\ncrashes.", Ok(report)),
            ("edit {ghsa} summary A new one", edit(Field::Summary, Some("A new one"))),
            (r"edit {ghsa} description a\nb", edit(Field::Description, Some("a\nb"))),
            ("edit {ghsa} summary none", edit(Field::Summary, Some("none"))),
            ("edit {ghsa} severity high", edit(Field::Severity, Some("high"))),
            ("edit {ghsa} cvss none", edit(Field::Cvss, None)),
            ("edit {ghsa} cve CVE-2026-1", edit(Field::Cve, Some("CVE-2026-1"))),
            ("accept GHSA-2222-3333-4444", Ok(OnGitHub::Accept("GHSA-2222-3333-4444".to_owned()))),
            ("close {ghsa}", Ok(OnGitHub::Close(ghsa()))),
            ("publish  {ghsa}", Ok(OnGitHub::Publish(ghsa()))),
            (
                "pull {ghsa} release/2.4.x src/a.c NEWS",
                Ok(OnGitHub::Pull {
                    ghsa: ghsa(),
                    branch: "release/2.4.x".to_owned(),
                    files: vec!["src/a.c".to_owned(), "NEWS".to_owned()],
                }),
            ),
            ("push {ghsa} 2", Ok(OnGitHub::Push { ghsa: ghsa(), number: 2, files: Vec::new() })),
            ("approve {ghsa} 2", Ok(OnGitHub::Approve { ghsa: ghsa(), number: 2 })),
            ("invite {ghsa} ravi", Ok(OnGitHub::Invite { ghsa: ghsa(), login: "ravi".to_owned() })),
            ("leak {ghsa} 2 main", Ok(OnGitHub::Leak { ghsa: ghsa(), number: 2, branch: "main".to_owned() })),
            (r"issue wasmtime A crash\nHere.", public(InPublic::Issue { text: "A crash\nHere.".to_owned() })),
            (
                "commit wasmtime fix/1 Mend it",
                public(InPublic::Commit { branch: "fix/1".to_owned(), message: "Mend it".to_owned() }),
            ),
            (
                "propose wasmtime fix/1 Mend it",
                public(InPublic::Propose { branch: "fix/1".to_owned(), text: "Mend it".to_owned() }),
            ),
            ("comment wasmtime 3 Me too", public(InPublic::Comment { number: 3, text: "Me too".to_owned() })),
            (
                "release wasmtime v1 One",
                public(InPublic::Release { tag: "v1".to_owned(), text: "One".to_owned() }),
            ),
            ("review wasmtime 3", public(InPublic::Pull { number: 3, deed: PullDeed::Review })),
            ("merge wasmtime 3", public(InPublic::Pull { number: 3, deed: PullDeed::Merge })),
            ("red wasmtime 3", on_check("build", false)),
            ("green wasmtime 3 unit tests", on_check("unit tests", true)),
            ("protect wasmtime main", protect(1)),
            ("protect wasmtime main 2", protect(2)),
            ("stick wasmtime release.yml", public(InPublic::Stick { workflow: "release.yml".to_owned() })),
        ];
        for (line, wanted) in cases {
            assert_eq!(read(line), wanted, "{line}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_named_with_its_mend() {
        let lines = [
            "",
            "tag {ghsa}",
            "report nowhere x",
            "report wasmtime only a summary",
            r"report wasmtime \nonly a description",
            "edit {ghsa} title x",
            "edit {ghsa} summary",
            "edit summary x",
            "accept",
            "close {ghsa} now",
            "invite {ghsa}",
            "invite {ghsa} ravi and lee",
            "pull {ghsa}",
            "pull main",
            "push {ghsa} main",
            "approve {ghsa} 2 now",
            "leak {ghsa} 2",
            "issue nowhere x",
            "issue wasmtime",
            "commit wasmtime main",
            "propose wasmtime fix",
            "comment wasmtime here",
            "release wasmtime v1",
            "merge wasmtime",
            "shut wasmtime 1 now",
            "protect wasmtime main much",
            "stick wasmtime",
        ];
        let said: Vec<String> = lines.iter().map(|line| read(line).unwrap_err()).collect();
        insta::assert_snapshot!(said.join("\n"), @r#"
        it does not say what is done on GitHub. There is report, edit, accept, close, publish, invite, pull, push, approve, leak, commit, issue, propose, comment, release, review, merge, shut, conflict, red, green, protect, stick and disable. Write: maya: github: report bytecodealliance/wasmtime SUMMARY\nDESCRIPTION
        "tag" is nothing one does on GitHub here. There is report, edit, accept, close, publish, invite, pull, push, approve, leak, commit, issue, propose, comment, release, review, merge, shut, conflict, red, green, protect, stick and disable. Write: maya: github: report bytecodealliance/wasmtime SUMMARY\nDESCRIPTION
        there is no repository "nowhere". There is bytecodealliance/wasmtime, bytecodealliance/wasm-micro-runtime
        a report needs a summary and a description. Write: maya: github: report bytecodealliance/wasmtime SUMMARY\nDESCRIPTION
        a report needs a summary and a description. Write: maya: github: report bytecodealliance/wasmtime SUMMARY\nDESCRIPTION
        an advisory has no field "title". There is summary, description, severity, cvss, cve
        it does not say what the summary becomes. Write: maya: github: edit {ghsa} summary VALUE
        "summary" is no advisory. Write: maya: github: edit {ghsa} for the newest, or its identifier, such as GHSA-2222-3333-4444
        accept needs an advisory. Write: maya: github: accept {ghsa} for the newest, or its identifier, such as GHSA-2222-3333-4444
        "now" stands after the advisory, where nothing belongs. Write: maya: github: close {ghsa}
        invite needs one user or team of GitHub. Write: maya: github: invite {ghsa} ravi
        invite needs one user or team of GitHub. Write: maya: github: invite {ghsa} ravi
        pull needs the branch it goes to. Write: maya: github: pull {ghsa} main
        "main" is no advisory. Write: maya: github: pull {ghsa} for the newest, or its identifier, such as GHSA-2222-3333-4444
        push needs the number of a pull request. Write: maya: github: push {ghsa} 1
        approve needs the number of a pull request. Write: maya: github: approve {ghsa} 1
        leak needs the number of a pull request and a branch. Write: maya: github: leak {ghsa} 1 main
        there is no repository "nowhere". There is bytecodealliance/wasmtime, bytecodealliance/wasm-micro-runtime
        issue needs a title. Write: maya: github: issue REPOSITORY It crashes\nEvery time.
        commit needs a branch and a message. Write: maya: github: commit REPOSITORY main Mend the loader
        propose needs a branch and a title. Write: maya: github: propose REPOSITORY fix Mend the loader\nIt crashes.
        comment needs the number of an issue or a pull request, and a text. Write: maya: github: comment REPOSITORY 1 Me too
        release needs a tag and a name. Write: maya: github: release REPOSITORY v1 Version 1\nWhat is new.
        merge needs the number of a pull request. Write: maya: github: merge REPOSITORY 1
        shut needs the number of a pull request. Write: maya: github: shut REPOSITORY 1
        protect needs a branch and how many reviews. Write: maya: github: protect REPOSITORY main 1
        stick needs a workflow. Write: maya: github: stick REPOSITORY release.yml
        "#);
    }
}
