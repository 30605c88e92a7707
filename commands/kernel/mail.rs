//! The pre-notification: everything that a mail to a project's announcement list may say. As with
//! [`PublicNotice`](crate::kernel::notice::PublicNotice), no field could hold embargoed text; that a
//! release is coming, when, and how severe it is, comes out of its [`Embargoed`] only by the word of two
//! people. What is mailed of a release that is out is in [`ReleaseMail`].

mod release;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::kernel::{
    content::Level,
    embargoed::{Embargoed, EmbargoedText},
    id::{MessageId, ProjectName, UserId},
};

pub use release::ReleaseMail;
pub(crate) use release::{body as release_body, subject as release_subject};

/// In which words severities are announced.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SeverityScheme {
    /// Those of CVSS: low, medium, high, critical.
    #[default]
    Cvss,
    /// Those of OpenSSL: low, moderate, high, critical.
    OpenSsl,
}

impl SeverityScheme {
    /// The scheme's word for a level.
    #[must_use]
    pub const fn word(self, level: Level) -> SeverityWord {
        match (level, self) {
            (Level::Low, _) => SeverityWord::Low,
            (Level::Medium, Self::Cvss) => SeverityWord::Medium,
            (Level::Medium, Self::OpenSsl) => SeverityWord::Moderate,
            (Level::High, _) => SeverityWord::High,
            (Level::Critical, _) => SeverityWord::Critical,
        }
    }
}

/// How severe something is, in a project's own scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SeverityWord {
    /// Of both schemes.
    Low,
    /// Of CVSS.
    Medium,
    /// Of OpenSSL.
    Moderate,
    /// Of both schemes.
    High,
    /// Of both schemes.
    Critical,
}

impl SeverityWord {
    /// The word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::Moderate => "moderate",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// A mail to the announcement list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prenotification {
    /// Of which project a release is coming.
    pub project: ProjectName,
    /// When; none when what was announced is put off, and nothing new is known.
    pub time: Option<Timestamp>,
    /// The highest severity that it mends.
    pub severity: SeverityWord,
    /// Other projects of the same list, which it does not touch.
    pub unaffected: Vec<ProjectName>,
    /// The page of the security policy, where one is configured.
    pub policy: Option<String>,
    /// What the list was told before, where this mail corrects that.
    pub replaces: Option<Told>,
}

/// What a list was told before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The time of the release; none when it was put off.
    pub time: Option<Timestamp>,
}

impl Prenotification {
    /// The subject.
    #[must_use]
    pub fn subject(&self) -> String {
        let project = &self.project;
        match (self.time, self.replaces) {
            (Some(time), None) => format!("Security release of {project} planned for {}", short(time)),
            (Some(time), Some(_)) => {
                format!("Changed: security release of {project} planned for {}", short(time))
            }
            (None, _) => format!("Put off: security release of {project}"),
        }
    }

    /// The text, in lines short enough for any mail program.
    #[must_use]
    pub fn body(&self) -> String {
        let project = &self.project;
        let mut paragraphs = Vec::new();
        match (self.replaces, self.time) {
            (Some(Told { time: Some(before) }), time) if time != Some(before) => paragraphs.push(format!(
                "This replaces our earlier mail, which named another time:\n{}.",
                long(before)
            )),
            (Some(_), _) => paragraphs.push("This replaces our earlier mail.".to_owned()),
            (None, _) => {}
        }
        paragraphs.push(match self.time {
            Some(time) => format!("A security release of {project} is planned for\n{}.", long(time)),
            None => {
                format!("The security release of {project} is put off.\nIts new time will be announced here.")
            }
        });
        let mut facts = vec![format!("Highest severity: {}", self.severity.as_str())];
        if !self.unaffected.is_empty() {
            facts.push("Not affected by this release:".to_owned());
            facts.extend(self.unaffected.iter().map(|project| format!("  {project}")));
        }
        paragraphs.push(facts.join("\n"));
        paragraphs.push("Details are published with the release, and not before.".to_owned());
        paragraphs.extend(self.policy.as_ref().map(|page| format!("Our security policy: {page}")));
        paragraphs.join("\n\n") + "\n"
    }

    /// Whether it says the same of the release as `other`, however both put it.
    #[must_use]
    pub fn is_same_news(&self, other: &Self) -> bool {
        (self.time, self.severity) == (other.time, other.severity)
    }
}

fn short(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

fn long(time: Timestamp) -> String {
    time.strftime("%A, %-d %B %Y, %H:%M UTC").to_string()
}

/// What needs a second person on the team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wish {
    /// To send this mail.
    Mail(Embargoed<Prenotification>),
    /// To move the disclosure time, once outsiders were told of it.
    Time {
        /// The new time; none to take it away.
        until: Option<Timestamp>,
        /// Why.
        reason: EmbargoedText,
    },
}

/// What became of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// The list's server has taken it.
    Sent,
    /// Nobody can say whether the list's server has taken it.
    Unknown,
    /// It has certainly not been sent.
    NotSent,
}

impl Fate {
    /// The same for a mail of which an earlier try may have arrived.
    #[must_use]
    pub const fn or_unknown(self) -> Self {
        match self {
            Self::Sent => Self::Sent,
            Self::Unknown | Self::NotSent => Self::Unknown,
        }
    }
}

/// Something that happened to the pre-notification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotifyChange {
    /// Somebody asked for what needs a second person.
    Asked {
        /// Who.
        by: UserId,
        /// For what.
        wish: Wish,
        /// What the incident's Message-IDs are made from, and no other incident's.
        stem: Timestamp,
    },
    /// The request stands in chat.
    Posted {
        /// The message to react to.
        message: MessageId,
    },
    /// A second person confirmed what was asked for.
    Confirmed {
        /// Who.
        by: UserId,
    },
    /// Nobody confirmed it in time.
    Lapsed,
    /// What was asked for is no longer what would happen.
    Voided,
    /// The mail came to an end.
    Ended {
        /// Which.
        fate: Fate,
    },
}
