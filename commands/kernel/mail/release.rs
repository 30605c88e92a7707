//! The mail that tells an announcement list of a release that is out: everything it may say has been
//! published with the advisory.

use serde::{Deserialize, Serialize};

use crate::kernel::{embargoed::Disclosed, escape::cut, id::ProjectName, notice::Published};

/// How long the fixed versions may grow before further packages are only counted, in code points. With it
/// the request for approval, which repeats mail and notice, stays within one message.
const PATCHED_CHARS_MAX: usize = 2500;
/// How much of a summary stands in the subject, in code points.
const SUMMARY_SHOWN: usize = 100;
/// How much of a package's name is repeated, in code points.
const NAME_SHOWN: usize = 100;
/// How much of its fixed versions is repeated, in code points.
const VERSIONS_SHOWN: usize = 200;

/// A mail that tells of a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseMail {
    /// Of which project.
    pub project: ProjectName,
    /// What was published.
    pub advisory: Disclosed<Published>,
    /// The page of the security policy, where one is configured.
    pub policy: Option<String>,
}

impl ReleaseMail {
    /// The subject.
    #[must_use]
    pub fn subject(&self) -> String {
        subject(&self.project, self.advisory.get())
    }

    /// The text.
    #[must_use]
    pub fn body(&self) -> String {
        body(&self.project, self.advisory.get(), self.policy.as_deref())
    }
}

/// The subject of the mail that tells of `advisory`.
pub(crate) fn subject(project: &ProjectName, advisory: &Published) -> String {
    format!("Security advisory for {project}: {}", cut(&one_line(&advisory.summary), SUMMARY_SHOWN))
}

/// Its text. Each line that holds other people's words begins with words of the bot's own.
pub(crate) fn body(project: &ProjectName, advisory: &Published, policy: Option<&str>) -> String {
    let cve = advisory.cve.as_deref().unwrap_or("no number yet; it will be added to the advisory");
    let mut facts = vec![
        format!("Summary: {}", one_line(&advisory.summary)),
        format!("Severity: {}", advisory.severity),
        format!("CVE: {cve}"),
    ];
    let mut fixed = Vec::new();
    for (number, (package, versions)) in advisory.patched.iter().enumerate() {
        if fixed.iter().map(|line: &String| line.chars().count()).sum::<usize>() > PATCHED_CHARS_MAX {
            let left = advisory.patched.len() - number;
            fixed.push(format!("… and {left} more packages: see the advisory."));
            break;
        }
        let versions =
            if versions.is_empty() { "no fixed version yet".to_owned() } else { versions.join(", ") };
        let (package, versions) =
            (cut(&one_line(package), NAME_SHOWN), cut(&one_line(&versions), VERSIONS_SHOWN));
        fixed.push(format!("Fixed in {package}: {versions}"));
    }
    facts.extend(fixed);
    let mut paragraphs = vec![
        format!("A security advisory for {project} is published."),
        facts.join("\n"),
        format!("The advisory: {}", advisory.url),
    ];
    paragraphs.extend(policy.map(|page| format!("Our security policy: {page}")));
    paragraphs.join("\n\n") + "\n"
}

/// Without line breaks and other control characters, which would make lines or headers of their own.
fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_control()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}
