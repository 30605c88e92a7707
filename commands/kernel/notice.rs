//! Everything the bot may say where people outside the team can read it: a closed list of fixed
//! sentences. No variant has a field that could hold embargoed data (invariant 3); what was embargoed
//! once comes in as [`Disclosed`].

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::kernel::{embargoed::Disclosed, id::ProjectName, mail::Prenotification};

/// How long a notice may grow before further packages are only counted, in code points. With it the
/// request for approval, which repeats it, stays within one message.
const NOTICE_CHARS_MAX: usize = 4000;
/// How much of a package's name is repeated, in code points.
const NAME_SHOWN: usize = 100;
/// How much of its fixed versions is repeated, in code points.
const VERSIONS_SHOWN: usize = 200;

/// A message for the public.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PublicNotice {
    /// A maintainer is asked to look at the team's channel.
    Ping {
        /// Of which project.
        project: ProjectName,
    },
    /// An advisory has been published.
    Released {
        /// Of which project.
        project: ProjectName,
        /// What was published.
        advisory: Disclosed<Published>,
    },
    /// The answer to a command given in public.
    CommandsBelongInTeamChannel,
    /// The answer to a command given by direct message that needs the team's channel.
    CommandNeedsTeamChannel,
    /// The answer to a command given by somebody outside the team.
    NotOnTheTeam,
    /// The answer to somebody who looks for the security team.
    TeamWasTold {
        /// The mail address for reports, where one is configured.
        reports: Option<String>,
    },
    /// A release is coming, at another time, or put off: what the announcement list was told.
    Planned {
        /// What it was told.
        news: Disclosed<Prenotification>,
    },
}

/// What is public of a published advisory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// Its page on GitHub.
    pub url: String,
    /// Its summary, one line.
    pub summary: String,
    /// Its severity in words.
    pub severity: String,
    /// Its CVE id, if there is one by now.
    pub cve: Option<String>,
    /// Each package with the versions that have the fix.
    pub patched: Vec<(String, Vec<String>)>,
}

impl PublicNotice {
    /// The message's text.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Ping { project } => {
                format!("A maintainer of {project} is asked to look at the team's channel.")
            }
            Self::Released { project, advisory } => released(project, advisory.get()),
            Self::CommandsBelongInTeamChannel => "Commands belong in the team's channel.".to_owned(),
            Self::CommandNeedsTeamChannel => {
                "Not done: this command works only in the team's channel. By direct message I answer the team's \
                 !help, !advisory list, !advisory show, !next and !timeline."
                    .to_owned()
            }
            Self::TeamWasTold { reports } => {
                let told = "The security team has been told that you are looking for them and will get in touch. \
                     Please share no details here: this channel is public.";
                match reports {
                    Some(address) => format!("{told} Reports go to {address}."),
                    None => format!(
                        "{told} Reports go to the page of the repository on GitHub: *Security*, *Report a vulnerability*."
                    ),
                }
            }
            Self::Planned { news } => planned(news.get()),
            Self::NotOnTheTeam => "I answer only the people of a project's security team, in their channel.".to_owned(),
        }
    }
}

/// The text that tells the public of what the announcement list was told.
pub(crate) fn planned(news: &Prenotification) -> String {
    let project = &news.project;
    let before = news.replaces.and_then(|told| told.time).filter(|before| news.time != Some(*before));
    let was = before.map_or_else(String::new, |before| format!(" that was planned for {}", at(before)));
    let Some(time) = news.time else {
        return format!(
            "The security release of {project}{was} is put off. Its new time will be announced here."
        );
    };
    let what = match before {
        None => format!("A security release of {project} is planned for {}.", at(time)),
        Some(_) => format!("The security release of {project}{was} is moved to {}.", at(time)),
    };
    format!("{what} Highest severity: {}. Details follow then.", news.severity.as_str())
}

/// A time in each reader's own zone, and in UTC.
fn at(time: Timestamp) -> String {
    format!("<time:{}> ({})", time.strftime("%Y-%m-%dT%H:%M:%SZ"), time.strftime("%A %H:%M UTC"))
}

/// The text that tells the public of a release.
pub(crate) fn released(project: &ProjectName, advisory: &Published) -> String {
    use crate::kernel::escape::{cut, inline};

    let cve = advisory.cve.as_ref().map_or_else(String::new, |cve| format!(" · {cve}"));
    let mut lines = vec![
        format!("**Security advisory for {project}**: {}", inline(&advisory.summary)),
        format!("Severity {}{cve} · {}", advisory.severity, advisory.url),
    ];
    for (number, (package, versions)) in advisory.patched.iter().enumerate() {
        if lines.iter().map(|line| line.chars().count()).sum::<usize>() > NOTICE_CHARS_MAX {
            let left = advisory.patched.len() - number;
            lines.push(format!("… and {left} more packages: see the advisory."));
            break;
        }
        let versions =
            if versions.is_empty() { "no fixed version yet".to_owned() } else { versions.join(" · ") };
        let (package, versions) = (cut(package, NAME_SHOWN), cut(&versions, VERSIONS_SHOWN));
        lines.push(format!("Fixed in {}: {}", inline(&package), inline(&versions)));
    }
    lines.join("\n")
}
