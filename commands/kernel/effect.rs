//! What the core wants done, and what became of it. An effect is recorded before it is tried.

mod origin;
mod outcome;

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::kernel::{
    collaborator::{Collaborators, Credit},
    content::{AdvisoryState, Content, ContentChange},
    embargoed::{Disclosed, Embargoed, EmbargoedText, TeamText},
    id::{ChannelId, CveId, GhsaId, IncidentId, MessageId, PullNumber, Repository, Topic, UserId},
    mail::{Prenotification, ReleaseMail},
    notice::PublicNotice,
    patch::PatchWish,
    step::Step,
    work::Work,
};

pub use origin::{Closing, CommandRef, Origin};
pub use outcome::{Failure, FailureKind, Outcome, Service};

/// Something to do, and why: the purpose tells the core what its outcome means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// What to do.
    pub action: Action,
    /// What for.
    pub purpose: Purpose,
}

/// An effect as it stands in the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedEffect {
    /// When it was recorded.
    pub at: Timestamp,
    /// The newest message the bot had heard of then: what it posts has a higher id.
    pub after: MessageId,
    /// The effect.
    pub effect: Effect,
}

/// A place that only the team can read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TeamPlace {
    /// A topic of a team channel.
    Topic(ChannelId, Topic),
    /// A direct message to somebody on the team.
    Person(UserId),
}

/// A place that people outside the team can read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OpenPlace {
    /// A topic of a public channel.
    Topic(ChannelId, Topic),
    /// A direct message to anyone.
    Person(UserId),
}

/// What the bot marks messages with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Emoji {
    /// 👀 being worked on.
    Working,
    /// ✅ done.
    Done,
    /// ❌ failed.
    Failed,
}

/// The closed list of what the bot can do to the world.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Post a message for the team.
    Post {
        /// Where.
        to: TeamPlace,
        /// What.
        text: TeamText,
    },
    /// Edit one of the bot's own messages in a team channel.
    Edit {
        /// The channel it is in.
        channel: ChannelId,
        /// The message.
        message: MessageId,
        /// Its new text.
        text: TeamText,
    },
    /// Mark a message.
    React {
        /// The message.
        message: MessageId,
        /// With what.
        emoji: Emoji,
    },
    /// Tell the public something.
    Notify {
        /// Where.
        to: OpenPlace,
        /// What, from the closed list.
        notice: PublicNotice,
    },
    /// Make a draft advisory.
    CreateAdvisory {
        /// In which repository.
        repository: Repository,
        /// Saying what.
        content: Embargoed<Content>,
    },
    /// Read an advisory.
    FetchAdvisory {
        /// In which repository.
        repository: Repository,
        /// Which.
        ghsa: Embargoed<GhsaId>,
    },
    /// Change what an advisory says.
    UpdateAdvisory {
        /// In which repository.
        repository: Repository,
        /// Which.
        ghsa: Embargoed<GhsaId>,
        /// How.
        change: Embargoed<ContentChange>,
        /// What stood there when that was decided: where something else stands by now, nothing is
        /// written.
        #[serde(default)]
        ground: Option<Embargoed<ContentChange>>,
    },
    /// Accept a report, so that its advisory is a draft.
    AcceptReport {
        /// In which repository.
        repository: Repository,
        /// Which.
        ghsa: Embargoed<GhsaId>,
    },
    /// Close an advisory that will not be published.
    CloseAdvisory {
        /// In which repository.
        repository: Repository,
        /// Which.
        ghsa: Embargoed<GhsaId>,
        /// How it stood when that was asked for: if somebody has changed that since, nothing is written.
        from: AdvisoryState,
    },
    /// Give people access to an advisory, and take it from others.
    ChangeCollaborators {
        /// In which repository.
        repository: Repository,
        /// Which.
        ghsa: Embargoed<GhsaId>,
        /// Who gets it.
        add: Embargoed<Collaborators>,
        /// Who loses it.
        remove: Embargoed<Collaborators>,
    },
    /// Credit somebody in an advisory.
    AddCredit {
        /// In which repository.
        repository: Repository,
        /// Which.
        ghsa: Embargoed<GhsaId>,
        /// Whom, and what for.
        credit: Embargoed<Credit>,
    },
    /// Ask GitHub for a CVE number.
    RequestCve {
        /// In which repository.
        repository: Repository,
        /// For which advisory.
        ghsa: Embargoed<GhsaId>,
    },
    /// Enter a CVE number that somebody else assigned.
    SetCve {
        /// In which repository.
        repository: Repository,
        /// For which advisory.
        ghsa: Embargoed<GhsaId>,
        /// The number.
        cve: Embargoed<CveId>,
    },
    /// Make an advisory's temporary private fork.
    CreateFork {
        /// Of which repository.
        repository: Repository,
        /// For which advisory.
        ghsa: Embargoed<GhsaId>,
    },
    /// Wait until a temporary private fork can be used.
    AwaitFork {
        /// The fork.
        fork: Embargoed<Repository>,
    },
    /// Read pull requests of a temporary private fork. Those that are not there are left out.
    ReadPulls {
        /// The fork.
        fork: Embargoed<Repository>,
        /// Which.
        pulls: BTreeSet<PullNumber>,
    },
    /// Say something to the reporter, on the advisory's own page.
    Comment {
        /// In which repository.
        repository: Repository,
        /// On which advisory.
        ghsa: Embargoed<GhsaId>,
        /// What.
        text: TeamText,
    },
    /// Keep a file on Zulip, to be linked in a message for the team.
    Upload {
        /// Its name, which says nothing of the matter.
        name: String,
        /// What is in it.
        content: TeamText,
        /// Where those files are kept that belong to the same answer and came before it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        kept: Vec<String>,
    },
    /// Publish an advisory. There is no way back.
    PublishAdvisory {
        /// In which repository.
        repository: Repository,
        /// Which.
        ghsa: Embargoed<GhsaId>,
        /// What it said when it was approved: where GitHub holds something else by then, it is not published.
        #[serde(default)]
        ground: Option<Embargoed<Content>>,
    },
    /// Send a mail to an announcement list. What it says of a release was let out by two people.
    SendMail {
        /// The list's address, to the letter.
        list: String,
        /// What it says.
        mail: Disclosed<Prenotification>,
        /// Its Message-ID, without the angle brackets: the same at each try, so that a list that has taken
        /// the mail drops it when it comes again.
        message_id: String,
        /// The Message-ID of the mail that it corrects.
        answers: Option<String>,
    },
    /// What else a release does on GitHub.
    Work(Box<Work>),
    /// Tell an announcement list of a release that is out.
    MailRelease {
        /// The list's address, to the letter.
        list: String,
        /// What it says.
        mail: ReleaseMail,
        /// Its Message-ID, as above.
        message_id: String,
        /// The Message-ID of the first mail that told of it beforehand.
        answers: Option<String>,
    },
}

impl Action {
    /// The team channel it writes to, if any.
    #[must_use]
    pub const fn team_channel(&self) -> Option<ChannelId> {
        match self {
            Self::Post { to: TeamPlace::Topic(channel, _), .. } | Self::Edit { channel, .. } => {
                Some(*channel)
            }
            Self::Post { .. }
            | Self::React { .. }
            | Self::Notify { .. }
            | Self::CreateAdvisory { .. }
            | Self::FetchAdvisory { .. }
            | Self::UpdateAdvisory { .. }
            | Self::AcceptReport { .. }
            | Self::CloseAdvisory { .. }
            | Self::ChangeCollaborators { .. }
            | Self::AddCredit { .. }
            | Self::RequestCve { .. }
            | Self::SetCve { .. }
            | Self::CreateFork { .. }
            | Self::AwaitFork { .. }
            | Self::ReadPulls { .. }
            | Self::Comment { .. }
            | Self::Upload { .. }
            | Self::PublishAdvisory { .. }
            | Self::SendMail { .. }
            | Self::Work(_)
            | Self::MailRelease { .. } => None,
        }
    }

    /// Whether it changes, or may change, what GitHub shows of an advisory.
    #[must_use]
    pub const fn writes_advisory(&self) -> bool {
        match self {
            Self::CreateAdvisory { .. }
            | Self::FetchAdvisory { .. }
            | Self::UpdateAdvisory { .. }
            | Self::AcceptReport { .. }
            | Self::CloseAdvisory { .. }
            | Self::ChangeCollaborators { .. }
            | Self::AddCredit { .. }
            | Self::SetCve { .. }
            | Self::CreateFork { .. }
            | Self::PublishAdvisory { .. } => true,
            Self::Post { .. }
            | Self::Edit { .. }
            | Self::React { .. }
            | Self::Notify { .. }
            | Self::RequestCve { .. }
            | Self::AwaitFork { .. }
            | Self::ReadPulls { .. }
            | Self::Comment { .. }
            | Self::Upload { .. }
            | Self::SendMail { .. }
            | Self::Work(_)
            | Self::MailRelease { .. } => false,
        }
    }
}

/// What an effect is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// To answer or tell somebody; nothing depends on it.
    Answer {
        /// Who is told by direct message when it cannot be delivered.
        to: Option<UserId>,
    },
    /// To show an incident's status card for the first time, or anew.
    Card {
        /// Whose.
        incident: IncidentId,
    },
    /// To bring an incident's status card up to date. A newer one makes it needless.
    CardEdit {
        /// Whose.
        incident: IncidentId,
    },
    /// To ask for approval of a release.
    AskApproval {
        /// Of which incident.
        incident: IncidentId,
    },
    /// To propose a disclosure time.
    Propose {
        /// Of which incident.
        incident: IncidentId,
    },
    /// To open an incident: its advisory is being made or read.
    Open {
        /// Which.
        incident: IncidentId,
    },
    /// To change an advisory's text as a command asked.
    Rewrite {
        /// Of which incident.
        incident: IncidentId,
        /// The command.
        command: CommandRef,
        /// On which platforms the package is affected, to be noted once its row stands on GitHub.
        #[serde(default)]
        platforms: Option<EmbargoedText>,
    },
    /// To do on GitHub what a command asked for; the command is answered when it is settled.
    Asked {
        /// Of which incident.
        incident: IncidentId,
        /// The command.
        command: CommandRef,
    },
    /// To do with the patches of supported branches what a command asked for; the command is answered
    /// when their pull requests are read.
    Patch {
        /// Of which incident.
        incident: IncidentId,
        /// The command.
        command: CommandRef,
        /// What was asked for.
        wish: PatchWish,
    },
    /// To close an advisory that will not be published, and the incident with it.
    Close {
        /// Which incident.
        incident: IncidentId,
        /// The command.
        command: CommandRef,
        /// How it ends.
        closing: Closing,
        /// Why.
        reason: EmbargoedText,
    },
    /// To carry out a step of a release.
    Step {
        /// Of which incident.
        incident: IncidentId,
        /// Which step.
        step: Step,
    },
    /// To send what a command asked for; the command is answered when it is settled.
    OnBehalf {
        /// The command.
        command: CommandRef,
    },
    /// To show the team what is about to be said in public at a command's wish; it is said once that stands.
    ShowNotice {
        /// The command.
        command: CommandRef,
        /// Where it will be said.
        to: OpenPlace,
        /// What.
        notice: PublicNotice,
    },
    /// To tell the public what the announcement list was told.
    TellPublic {
        /// Of which incident.
        incident: IncidentId,
    },
    /// To ask a second person about a mail, or about another disclosure time.
    AskSecond {
        /// Of which incident.
        incident: IncidentId,
    },
    /// To tell the announcement list of a release beforehand.
    Prenotify {
        /// Of which incident.
        incident: IncidentId,
    },
}

impl Purpose {
    /// The incident it serves.
    #[must_use]
    pub const fn incident(&self) -> Option<IncidentId> {
        match self {
            Self::Answer { .. } | Self::OnBehalf { .. } | Self::ShowNotice { .. } => None,
            Self::Card { incident }
            | Self::CardEdit { incident }
            | Self::AskApproval { incident }
            | Self::Propose { incident }
            | Self::Open { incident }
            | Self::Rewrite { incident, .. }
            | Self::Asked { incident, .. }
            | Self::Patch { incident, .. }
            | Self::Close { incident, .. }
            | Self::Step { incident, .. }
            | Self::TellPublic { incident }
            | Self::AskSecond { incident }
            | Self::Prenotify { incident } => Some(*incident),
        }
    }
}
