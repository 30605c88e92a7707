//! The commands: what each means once read, and the table that help, authority and grammar share.

mod kind;
mod table;
mod wish;

use std::collections::BTreeSet;

use crate::kernel::{
    cheat_sheet::Phase,
    collaborator::{CreditKind, Who},
    content::{AffectedPackage, ContentChange},
    embargoed::{Embargoed, EmbargoedText},
    id::{CveId, GhsaId, Repository},
    step::Step,
    world::Reference,
};

pub use kind::Kind;
pub use wish::{ManagerWish, NewAdvisory, PatchOrder, WatchOrder};

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
    /// `!advisory edit`; without anything to change it shows the text to fill in.
    AdvisoryEdit(Option<Embargoed<ContentChange>>),
    /// `!advisory affected`
    AdvisoryAffected {
        /// The package's row.
        row: Embargoed<AffectedPackage>,
        /// On which platforms, in the team's words.
        platforms: Option<EmbargoedText>,
    },
    /// `!embargo set`
    EmbargoSet {
        /// The time as typed: it is read when it is carried out.
        when: String,
        /// Why.
        reason: Option<Embargoed<String>>,
    },
    /// `!embargo extend`
    EmbargoExtend {
        /// The length of time as typed: it is read when it is carried out.
        by: String,
        /// Why.
        reason: Embargoed<String>,
    },
    /// `!embargo show`
    EmbargoShow,
    /// `!embargo lift`
    EmbargoLift {
        /// Why.
        reason: Embargoed<String>,
    },
    /// `!embargo accept`
    EmbargoAccept,
    /// `!embargo broken`
    EmbargoBroken {
        /// What is public, and where.
        reason: Embargoed<String>,
    },
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
    /// `!release retry`
    ReleaseRetry {
        /// The step that it stopped at; none where whoever asks leaves that to the bot.
        step: Option<Step>,
    },
    /// `!release skip`
    ReleaseSkip {
        /// The step to leave out.
        step: Step,
        /// Why.
        reason: Embargoed<String>,
    },
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
    Timeline {
        /// All of it, as a file.
        export: bool,
    },
    /// `!advisory ack`
    AdvisoryAck,
    /// `!advisory accept`
    AdvisoryAccept,
    /// `!advisory reject`
    AdvisoryReject {
        /// Why.
        reason: Embargoed<String>,
    },
    /// `!advisory credit`
    AdvisoryCredit {
        /// Whom.
        who: Embargoed<Who>,
        /// What for.
        kind: CreditKind,
    },
    /// `!advisory close`
    AdvisoryClose {
        /// Why.
        reason: Embargoed<String>,
    },
    /// `!manager`
    Manager(ManagerWish),
    /// `!invite`
    Invite {
        /// Whom.
        who: Vec<Embargoed<Who>>,
    },
    /// `!uninvite`
    Uninvite {
        /// Whom.
        who: Vec<Embargoed<Who>>,
    },
    /// `!who`
    Who,
    /// `!fork`
    Fork,
    /// `!cve request`
    CveRequest,
    /// `!cve set`
    CveSet {
        /// The number.
        cve: Embargoed<CveId>,
    },
    /// `!cve status`
    CveStatus,
    /// `!patch`
    Patch(PatchOrder),
    /// `!done`
    Done {
        /// Which step.
        step: Step,
        /// What shows it.
        evidence: Option<Embargoed<String>>,
    },
    /// `!triage`
    Triage {
        /// What kind of bug, in free words.
        bug: Embargoed<String>,
        /// While compiling or while running.
        at: Option<Phase>,
        /// The tier of the platform or feature.
        tier: Option<u8>,
    },
    /// `!undo`
    Undo {
        /// Which step.
        step: Step,
    },
    /// `!notify preview`
    NotifyPreview,
    /// `!notify send`
    NotifySend,
    /// `!watch`
    Watch(WatchOrder),
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
            Self::AdvisoryAffected { .. } => Kind::AdvisoryAffected,
            Self::EmbargoSet { .. } => Kind::EmbargoSet,
            Self::EmbargoExtend { .. } => Kind::EmbargoExtend,
            Self::EmbargoShow => Kind::EmbargoShow,
            Self::EmbargoLift { .. } => Kind::EmbargoLift,
            Self::EmbargoAccept => Kind::EmbargoAccept,
            Self::EmbargoBroken { .. } => Kind::EmbargoBroken,
            Self::ReleasePlan => Kind::ReleasePlan,
            Self::ReleaseGo { .. } => Kind::ReleaseGo,
            Self::ReleaseApprove => Kind::ReleaseApprove,
            Self::ReleaseStatus => Kind::ReleaseStatus,
            Self::ReleaseRetry { .. } => Kind::ReleaseRetry,
            Self::ReleaseSkip { .. } => Kind::ReleaseSkip,
            Self::ReleaseAbort { .. } => Kind::ReleaseAbort,
            Self::Ping { .. } => Kind::Ping,
            Self::Next => Kind::Next,
            Self::Timeline { .. } => Kind::Timeline,
            Self::AdvisoryAck => Kind::AdvisoryAck,
            Self::AdvisoryAccept => Kind::AdvisoryAccept,
            Self::AdvisoryReject { .. } => Kind::AdvisoryReject,
            Self::AdvisoryCredit { .. } => Kind::AdvisoryCredit,
            Self::AdvisoryClose { .. } => Kind::AdvisoryClose,
            Self::Manager(_) => Kind::Manager,
            Self::Invite { .. } => Kind::Invite,
            Self::Uninvite { .. } => Kind::Uninvite,
            Self::Who => Kind::Who,
            Self::Fork => Kind::Fork,
            Self::CveRequest => Kind::CveRequest,
            Self::CveSet { .. } => Kind::CveSet,
            Self::CveStatus => Kind::CveStatus,
            Self::Patch(PatchOrder::Add { .. }) => Kind::PatchAdd,
            Self::Patch(PatchOrder::Drop { .. }) => Kind::PatchDrop,
            Self::Patch(PatchOrder::Tested { .. }) => Kind::PatchTested,
            Self::Patch(PatchOrder::Status) => Kind::PatchStatus,
            Self::Done { .. } => Kind::Done,
            Self::Undo { .. } => Kind::Undo,
            Self::Watch(WatchOrder::Add { .. }) => Kind::WatchAdd,
            Self::Watch(WatchOrder::Ignore { .. }) => Kind::WatchIgnore,
            Self::Watch(WatchOrder::Show) => Kind::WatchShow,
            Self::Triage { .. } => Kind::Triage,
            Self::NotifyPreview => Kind::NotifyPreview,
            Self::NotifySend => Kind::NotifySend,
        }
    }
}
