//! The commands: what each means once read, and the table that help, authority and grammar share.

use std::collections::BTreeSet;

use crate::kernel::{
    content::{AffectedPackage, ContentChange, Cvss, Cwe, Level, Package},
    embargoed::Embargoed,
    id::{GhsaId, Repository},
    runbook::Step,
    world::Reference,
};

/// A command as it was read, with the incident it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// What is wanted.
    pub command: Command,
    /// The incident named in the command, if any.
    pub target: Option<Embargoed<Reference>>,
}

/// What is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// `!help`
    Help {
        /// The words after it.
        of: Vec<String>,
    },
    /// `!advisory new`
    AdvisoryNew(Embargoed<NewAdvisory>),
    /// `!advisory adopt`
    AdvisoryAdopt {
        /// Which advisory.
        ghsa: Embargoed<GhsaId>,
        /// In which repository, where the channel has several.
        repository: Option<Repository>,
    },
    /// `!advisory show`
    AdvisoryShow,
    /// `!advisory list`
    AdvisoryList {
        /// Closed ones too.
        all: bool,
    },
    /// `!advisory edit`
    AdvisoryEdit(Embargoed<ContentChange>),
    /// `!advisory affected`
    AdvisoryAffected(Embargoed<AffectedPackage>),
    /// `!embargo set`
    EmbargoSet {
        /// The time as typed: it is read when it is carried out.
        when: String,
        /// Why.
        reason: Option<Embargoed<String>>,
    },
    /// `!embargo show`
    EmbargoShow,
    /// `!release plan`
    ReleasePlan,
    /// `!release go`
    ReleaseGo {
        /// Before the disclosure time.
        early: bool,
        /// Steps to leave out.
        waived: BTreeSet<Step>,
        /// Why.
        reason: Option<Embargoed<String>>,
    },
    /// `!release approve`
    ReleaseApprove,
    /// `!release status`
    ReleaseStatus,
    /// `!release abort`
    ReleaseAbort {
        /// Why.
        reason: Embargoed<String>,
    },
    /// `!ping`
    Ping {
        /// Of which project, where the channel has several.
        project: Option<String>,
    },
    /// `!next`
    Next,
    /// `!timeline`
    Timeline,
}

/// What `!advisory new` was given.
#[derive(Clone, PartialEq, Eq)]
pub struct NewAdvisory {
    /// One line.
    pub summary: String,
    /// The fenced block.
    pub description: Option<String>,
    /// Where the channel has several.
    pub repository: Option<Repository>,
    /// A level.
    pub level: Option<Level>,
    /// A vector.
    pub cvss: Option<Cvss>,
    /// The package; without it the project's own.
    pub package: Option<Package>,
    /// RANGE, not yet read: it belongs to a package.
    pub affected: Option<String>,
    /// Weaknesses.
    pub cwes: Vec<Cwe>,
}

/// Who may give a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Anyone on the team.
    Team,
    /// The incident manager.
    Manager,
}

/// What a command is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The bot or the whole project.
    Project,
    /// One incident: the topic's, or the one named.
    Incident,
}

/// A row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The command's words, without `!`.
    pub words: &'static str,
    /// How it is written.
    pub syntax: &'static str,
    /// What it does, in one sentence.
    pub summary: &'static str,
    /// Two examples.
    pub examples: [&'static str; 2],
    /// Who may give it.
    pub role: Role,
    /// What it is about.
    pub scope: Scope,
    /// Whether it changes nothing, and so works by direct message.
    pub read_only: bool,
    /// Whether it is not carried out when it is found more than a quarter of an hour late.
    pub urgent: bool,
}

/// The commands by name, one variant for each row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// `!help`
    Help,
    /// `!advisory new`
    AdvisoryNew,
    /// `!advisory adopt`
    AdvisoryAdopt,
    /// `!advisory show`
    AdvisoryShow,
    /// `!advisory list`
    AdvisoryList,
    /// `!advisory edit`
    AdvisoryEdit,
    /// `!advisory affected`
    AdvisoryAffected,
    /// `!embargo set`
    EmbargoSet,
    /// `!embargo show`
    EmbargoShow,
    /// `!release plan`
    ReleasePlan,
    /// `!release go`
    ReleaseGo,
    /// `!release approve`
    ReleaseApprove,
    /// `!release status`
    ReleaseStatus,
    /// `!release abort`
    ReleaseAbort,
    /// `!ping`
    Ping,
    /// `!next`
    Next,
    /// `!timeline`
    Timeline,
}

impl Command {
    /// The row it belongs to.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Help { .. } => Kind::Help,
            Self::AdvisoryNew(_) => Kind::AdvisoryNew,
            Self::AdvisoryAdopt { .. } => Kind::AdvisoryAdopt,
            Self::AdvisoryShow => Kind::AdvisoryShow,
            Self::AdvisoryList { .. } => Kind::AdvisoryList,
            Self::AdvisoryEdit(_) => Kind::AdvisoryEdit,
            Self::AdvisoryAffected(_) => Kind::AdvisoryAffected,
            Self::EmbargoSet { .. } => Kind::EmbargoSet,
            Self::EmbargoShow => Kind::EmbargoShow,
            Self::ReleasePlan => Kind::ReleasePlan,
            Self::ReleaseGo { .. } => Kind::ReleaseGo,
            Self::ReleaseApprove => Kind::ReleaseApprove,
            Self::ReleaseStatus => Kind::ReleaseStatus,
            Self::ReleaseAbort { .. } => Kind::ReleaseAbort,
            Self::Ping { .. } => Kind::Ping,
            Self::Next => Kind::Next,
            Self::Timeline => Kind::Timeline,
        }
    }
}

impl Kind {
    /// All of them, in the order of the table.
    pub const ALL: [Self; 17] = [
        Self::Help,
        Self::AdvisoryNew,
        Self::AdvisoryAdopt,
        Self::AdvisoryShow,
        Self::AdvisoryList,
        Self::AdvisoryEdit,
        Self::AdvisoryAffected,
        Self::EmbargoSet,
        Self::EmbargoShow,
        Self::ReleasePlan,
        Self::ReleaseGo,
        Self::ReleaseApprove,
        Self::ReleaseStatus,
        Self::ReleaseAbort,
        Self::Ping,
        Self::Next,
        Self::Timeline,
    ];

    /// Its row of the table.
    #[must_use]
    pub const fn entry(self) -> Entry {
        match self {
            Self::Help => row(Scope::Project, "help", "!help [COMMAND]", "Shows the commands, or one of them with examples.")
                .examples("!help", "!help embargo set").reads(),
            Self::AdvisoryNew => row(
                Scope::Project,
                "advisory new",
                "!advisory new SUMMARY… [--repo R] [--severity S | --cvss VECTOR] [--package ECO:NAME] [--affected RANGE] [--cwe CWE-N…], with the description as a fenced block",
                "Makes a draft advisory on GitHub and opens an incident with a topic of its own; you are its manager.",
            )
            .examples(
                "!advisory new Out-of-bounds write in the AOT loader --severity high",
                "!advisory new Symlink escape --package rust:wasmtime --affected < 24.0.13 --cwe CWE-61",
            ),
            Self::AdvisoryAdopt => row(
                Scope::Project,
                "advisory adopt",
                "!advisory adopt GHSA [--repo R]",
                "Opens an incident for a report or draft that is already on GitHub; you are its manager.",
            )
            .examples("!advisory adopt GHSA-x5cm-v3r2-9fjq", "!advisory adopt GHSA-x5cm-v3r2-9fjq --repo bytecodealliance/wasmtime"),
            Self::AdvisoryShow => row(Scope::Incident, "advisory show", "!advisory show [ADVISORY]", "Shows an incident's status card.")
                .examples("!advisory show", "!advisory show amber-heron").reads(),
            Self::AdvisoryList => row(Scope::Project, "advisory list", "!advisory list [--all]", "Lists the open incidents, or all there ever were.")
                .examples("!advisory list", "!advisory list --all").reads(),
            Self::AdvisoryEdit => row(
                Scope::Incident,
                "advisory edit",
                "!advisory edit [ADVISORY] [--summary …] [--severity S | --cvss VECTOR] [--cwe CWE-N…], with a new description as a fenced block",
                "Changes the advisory on GitHub.",
            )
            .examples("!advisory edit --cvss CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", "!advisory edit amber-heron --summary Out-of-bounds write in the loader"),
            Self::AdvisoryAffected => row(
                Scope::Incident,
                "advisory affected",
                "!advisory affected [ADVISORY] ECO:NAME RANGE [--patched VERSIONS]",
                "Sets the affected versions of a package; several ranges are joined by ||.",
            )
            .examples(
                "!advisory affected other:wasm-micro-runtime < 2.4.4 --patched 2.4.4",
                "!advisory affected rust:wasmtime < 24.0.13 || >= 25.0.0, < 36.0.14 --patched 24.0.13 || 36.0.14",
            ),
            Self::EmbargoSet => row(
                Scope::Incident,
                "embargo set",
                "!embargo set [ADVISORY] WHEN [--reason …]",
                "Sets the disclosure time and starts the countdown.",
            )
            .examples("!embargo set 2026-12-01 15:00 UTC", "!embargo set +72h"),
            Self::EmbargoShow => row(Scope::Incident, "embargo show", "!embargo show [ADVISORY]", "Shows the disclosure time and what is left of the countdown.")
                .examples("!embargo show", "!embargo show amber-heron").reads(),
            Self::ReleasePlan => row(
                Scope::Incident,
                "release plan",
                "!release plan [ADVISORY]",
                "Shows what a release still needs, and every step with exactly what will be sent where.",
            )
            .examples("!release plan", "!release plan amber-heron").reads(),
            Self::ReleaseGo => row(
                Scope::Incident,
                "release go",
                "!release go [ADVISORY] [--early] [--waive STEP]… [--reason …]",
                "Asks one more member of the team to approve, then publishes.",
            )
            .examples("!release go", "!release go --early --reason The report is public already").manager().urgent(),
            Self::ReleaseApprove => row(Scope::Incident, "release approve", "!release approve [ADVISORY]", "Approves the release that waits for approval, as 👍 on the request does.")
                .examples("!release approve", "!release approve amber-heron").urgent(),
            Self::ReleaseStatus => row(Scope::Incident, "release status", "!release status [ADVISORY]", "Shows where the release stands.")
                .examples("!release status", "!release status amber-heron").reads(),
            Self::ReleaseAbort => row(
                Scope::Incident,
                "release abort",
                "!release abort [ADVISORY] REASON…",
                "Calls off a release; what has happened stays.",
            )
            .examples("!release abort The fix breaks the build", "!release abort amber-heron Wrong time"),
            Self::Ping => row(
                Scope::Project,
                "ping",
                "!ping [PROJECT]",
                "Asks on the public channel for a maintainer to look here, and says nothing else.",
            )
            .examples("!ping", "!ping Wasmtime"),
            Self::Next => row(Scope::Incident, "next", "!next [ADVISORY]", "Shows the next step and who owes it.")
                .examples("!next", "!next amber-heron").reads(),
            Self::Timeline => row(Scope::Incident, "timeline", "!timeline [ADVISORY]", "Shows what happened, when, and by whom.")
                .examples("!timeline", "!timeline amber-heron").reads(),
        }
    }
}

const fn row(scope: Scope, words: &'static str, syntax: &'static str, summary: &'static str) -> Entry {
    let (role, examples) = (Role::Team, ["", ""]);
    Entry { words, syntax, summary, examples, role, scope, read_only: false, urgent: false }
}

impl Entry {
    const fn examples(mut self, first: &'static str, second: &'static str) -> Self {
        self.examples = [first, second];
        self
    }

    const fn manager(mut self) -> Self {
        self.role = Role::Manager;
        self
    }

    const fn reads(mut self) -> Self {
        self.read_only = true;
        self
    }

    const fn urgent(mut self) -> Self {
        self.urgent = true;
        self
    }
}
