//! What the bot remembers: the facts, in order, are the whole of its state. None is ever changed.

mod doer;
mod recorded;
mod whose;

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::kernel::{
    clock::Clock,
    codename::Codename,
    collaborator::{Collaborator, Credit, Login},
    content::{EmbargoedAdvisory, Package, Part},
    effect::{Closing, Origin},
    embargoed::{Embargoed, EmbargoedText},
    id::{ChannelId, CveId, IncidentId, MessageId, ProjectName, Repository, Topic, UserId},
    mail::NotifyChange,
    patch::{Branch, PatchChange},
    readership::ChannelSeen,
    sighting::WatchChange,
    step::Step,
    work::DeliveryChange,
};

pub use doer::Doer;
pub use recorded::{CardChange, RecordedFact, Told};

/// The closed list of what can have happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    /// The bot first listened with this store: what was said up to this message is no command.
    Began {
        /// The newest message of before.
        newest: MessageId,
    },
    /// A command was taken; it will not be taken again.
    CommandTaken {
        /// The message.
        message: MessageId,
        /// Its author.
        user: UserId,
    },
    /// A command was refused or failed; once its author edits it, it counts anew.
    CommandRefused {
        /// The message.
        message: MessageId,
        /// Its author.
        user: UserId,
        /// A fingerprint of the words refused: the same words again are no new command.
        words: u64,
    },
    /// Somebody in public was answered; not again for a while.
    ToldInPublic {
        /// Whom.
        user: UserId,
        /// What.
        what: Told,
    },
    /// An incident was opened; its advisory is being made or read.
    Opened {
        /// The incident.
        incident: IncidentId,
        /// Its project.
        project: ProjectName,
        /// Its codename.
        codename: Embargoed<Codename>,
        /// What opened it; the author of a command is the manager.
        origin: Box<Origin>,
        /// Who reported it otherwise than on GitHub.
        #[serde(default)]
        reporter: Option<EmbargoedText>,
    },
    /// The advisory could not be made or read: there is no incident after all.
    OpeningFailed {
        /// The incident.
        incident: IncidentId,
    },
    /// GitHub showed the advisory.
    AdvisorySeen {
        /// Of which incident.
        incident: IncidentId,
        /// The advisory.
        advisory: Box<EmbargoedAdvisory>,
    },
    /// The advisory exists on GitHub and the incident is under way.
    Linked {
        /// The incident.
        incident: IncidentId,
    },
    /// Somebody changed the advisory's text through the bot.
    Rewritten {
        /// Of which incident.
        incident: IncidentId,
        /// Who.
        by: UserId,
        /// What.
        parts: Vec<Part>,
    },
    /// The platforms on which a package is affected were noted, or the note fell away: GitHub has none.
    PlatformsNoted {
        /// Of which incident.
        incident: IncidentId,
        /// By whom.
        by: UserId,
        /// Of which package.
        package: Embargoed<Package>,
        /// In whose words it stands; none when nothing is said any more.
        platforms: Option<EmbargoedText>,
    },
    /// Somebody changed the advisory on GitHub.
    ChangedOnGitHub {
        /// Of which incident.
        incident: IncidentId,
        /// What.
        parts: Vec<Part>,
        /// Who, where GitHub tells.
        by: Option<Embargoed<Login>>,
    },
    /// The advisory was published by hand, outside a release.
    PublishedByHand {
        /// Of which incident.
        incident: IncidentId,
        /// Who, where GitHub tells.
        by: Option<Embargoed<Login>>,
    },
    /// Somebody became the incident manager.
    ManagerSet {
        /// Of which incident.
        incident: IncidentId,
        /// Who.
        manager: UserId,
        /// Who made them so; none when the bot did, because they answered first.
        by: Option<UserId>,
    },
    /// The receipt of the report was acknowledged.
    Acknowledged {
        /// Of which incident.
        incident: IncidentId,
        /// By whom.
        by: UserId,
    },
    /// The report was accepted through the bot.
    Accepted {
        /// Of which incident.
        incident: IncidentId,
        /// By whom.
        by: UserId,
    },
    /// The incident ended without a release.
    Closed {
        /// Which incident.
        incident: IncidentId,
        /// By whom; none when it was closed on GitHub.
        by: Option<UserId>,
        /// How.
        closing: Closing,
        /// Why.
        reason: Option<EmbargoedText>,
    },
    /// A closed incident is open again, because its advisory is.
    Reopened {
        /// Which incident.
        incident: IncidentId,
    },
    /// People were given access to the advisory.
    Invited {
        /// Of which incident.
        incident: IncidentId,
        /// By whom.
        by: UserId,
        /// Who.
        who: Vec<Embargoed<Collaborator>>,
    },
    /// People lost their access to the advisory.
    Uninvited {
        /// Of which incident.
        incident: IncidentId,
        /// By whom.
        by: UserId,
        /// Who.
        who: Vec<Embargoed<Collaborator>>,
    },
    /// Somebody was credited.
    Credited {
        /// Of which incident.
        incident: IncidentId,
        /// By whom.
        by: UserId,
        /// Who, and what for.
        credit: Embargoed<Credit>,
    },
    /// A private fork was asked for.
    ForkRequested {
        /// Of which incident.
        incident: IncidentId,
        /// By whom.
        by: UserId,
    },
    /// The private fork can be used.
    ForkReady {
        /// Of which incident.
        incident: IncidentId,
        /// Its name.
        fork: Embargoed<Repository>,
    },
    /// The private fork is gone again, by somebody else's hand.
    ForkGone {
        /// Of which incident.
        incident: IncidentId,
    },
    /// The private fork could not be made.
    ForkFailed {
        /// Of which incident.
        incident: IncidentId,
    },
    /// The private fork was made and could still not be used when the bot gave up waiting.
    ForkUnusable {
        /// Of which incident.
        incident: IncidentId,
    },
    /// GitHub took the request for a CVE number.
    CveRequested {
        /// Of which incident.
        incident: IncidentId,
        /// By whom.
        by: UserId,
    },
    /// The CVE number is known.
    CveAssigned {
        /// Of which incident.
        incident: IncidentId,
        /// The number.
        cve: Embargoed<CveId>,
        /// Who entered it; none when GitHub showed it.
        by: Option<UserId>,
    },
    /// Somebody vouches for a step.
    StepVouched {
        /// Of which incident.
        incident: IncidentId,
        /// The step.
        step: Step,
        /// Who.
        by: UserId,
        /// What shows it.
        evidence: Option<EmbargoedText>,
    },
    /// Somebody takes back what was vouched for.
    StepUndone {
        /// Of which incident.
        incident: IncidentId,
        /// The step.
        step: Step,
        /// Who.
        by: UserId,
    },
    /// Something happened to the patch of a supported branch.
    Patch {
        /// Of which incident.
        incident: IncidentId,
        /// Which branch.
        branch: Branch,
        /// What.
        change: Box<PatchChange>,
    },
    /// Somebody was reminded of a clock that runs.
    ClockReminded {
        /// Of which incident.
        incident: IncidentId,
        /// Which clock.
        clock: Clock,
        /// The number of the newest reminder that was due, from 0.
        number: u32,
        /// Whether it was sent later than it was due.
        late: bool,
    },
    /// A project's team is these people, from now on.
    TeamSeen {
        /// Which project.
        project: ProjectName,
        /// Who.
        members: BTreeSet<UserId>,
    },
    /// GitHub can no longer be read for a project, or can be again, and the team was told.
    Sight {
        /// Which project.
        project: ProjectName,
        /// Whether it can no longer.
        lost: bool,
    },
    /// The status card stands, and with it the incident's topic.
    CardPosted {
        /// Of which incident.
        incident: IncidentId,
        /// The message.
        message: MessageId,
        /// Its channel.
        channel: ChannelId,
        /// Its topic.
        topic: Topic,
    },
    /// An incident's status card is not as it should be, or will be again.
    Card {
        /// Whose.
        incident: IncidentId,
        /// How.
        change: CardChange,
    },
    /// The incident has to live in another channel: the one it lived in is no team's any more.
    Rehoused {
        /// Which incident.
        incident: IncidentId,
        /// Its project's team channel now.
        channel: ChannelId,
    },
    /// The incident's topic was renamed or moved.
    TopicMoved {
        /// Of which incident.
        incident: IncidentId,
        /// Where it is now.
        channel: ChannelId,
        /// Its name now.
        topic: Topic,
    },
    /// The disclosure time was set.
    EmbargoSet {
        /// Of which incident.
        incident: IncidentId,
        /// The disclosure time.
        until: Timestamp,
        /// By whom.
        by: UserId,
        /// Why, where a reason was needed.
        reason: Option<EmbargoedText>,
    },
    /// The disclosure time was taken away: nothing is set any more.
    EmbargoLifted {
        /// Of which incident.
        incident: IncidentId,
        /// By whom.
        by: UserId,
        /// Why.
        reason: EmbargoedText,
    },
    /// Now that there is a CVE number, a disclosure time is proposed to the team.
    EmbargoProposed {
        /// Of which incident.
        incident: IncidentId,
        /// The time.
        until: Timestamp,
    },
    /// The proposal stands in chat.
    ProposalPosted {
        /// Of which incident.
        incident: IncidentId,
        /// The message to react to.
        message: MessageId,
    },
    /// Somebody else went public: the disclosure time is that of this fact.
    EmbargoBroken {
        /// Of which incident.
        incident: IncidentId,
        /// Who says so.
        by: UserId,
        /// What is public, and where.
        reason: EmbargoedText,
    },
    /// A reminder of the countdown was sent.
    Reminded {
        /// Of which incident.
        incident: IncidentId,
        /// How long before the disclosure time it was due.
        before: SignedDuration,
        /// Whether it was sent later than it was due.
        late: bool,
    },
    /// A release was asked for; it waits for approval.
    ReleaseRequested {
        /// Of which incident.
        incident: IncidentId,
        /// By whom.
        by: UserId,
        /// Before the disclosure time.
        early: bool,
        /// Steps left out.
        waived: BTreeSet<Step>,
        /// Why early, or why steps are left out.
        reason: Option<EmbargoedText>,
    },
    /// The request for approval stands in chat.
    ApprovalAsked {
        /// Of which incident.
        incident: IncidentId,
        /// The message to react to.
        message: MessageId,
    },
    /// Somebody put 👍 on a message, or took it back, before the bot knew that message to be its request.
    ThumbHeld {
        /// The message.
        message: MessageId,
        /// Who.
        user: UserId,
        /// Put on, or taken back.
        added: bool,
    },
    /// Somebody approved the release, or took that back before there were enough.
    Approval {
        /// Of which incident.
        incident: IncidentId,
        /// Who.
        by: UserId,
        /// Given, or taken back.
        given: bool,
    },
    /// The request was not approved in time.
    ReleaseLapsed {
        /// Of which incident.
        incident: IncidentId,
    },
    /// Approved: the steps run.
    ReleaseStarted {
        /// Of which incident.
        incident: IncidentId,
    },
    /// A step failed; nothing after it has happened.
    ReleaseStopped {
        /// Of which incident.
        incident: IncidentId,
        /// The step.
        step: Step,
    },
    /// Somebody called the release off, or did what makes it void.
    ReleaseAborted {
        /// Of which incident.
        incident: IncidentId,
        /// Who; none when somebody did it on GitHub.
        by: Option<UserId>,
        /// Why.
        reason: EmbargoedText,
    },
    /// A step of the release is done.
    StepDone {
        /// Of which incident.
        incident: IncidentId,
        /// The step.
        step: Step,
    },
    /// The release came further on GitHub, or goes on after a stop.
    Delivery {
        /// Of which incident.
        incident: IncidentId,
        /// How.
        change: Box<DeliveryChange>,
    },
    /// The public was asked, without detail, for a maintainer.
    Pinged {
        /// Of which project.
        project: ProjectName,
        /// At whose wish.
        by: UserId,
    },
    /// The guard stopped a public message that names these incidents.
    LeakBlocked {
        /// Whose identifiers were in it.
        incidents: Vec<IncidentId>,
    },
    /// Something was seen of a team channel.
    TeamChannel {
        /// Which.
        channel: ChannelId,
        /// What.
        seen: ChannelSeen,
    },
    /// Something happened to the pre-notification, or to what else needs a second person.
    Notify {
        /// Of which incident.
        incident: IncidentId,
        /// What.
        change: Box<NotifyChange>,
    },
    /// The leak watch found something, or what it looks for was changed.
    Watch {
        /// Of which incident.
        incident: IncidentId,
        /// What.
        change: Box<WatchChange>,
    },
    /// A message in public seems to tell details of a vulnerability; the teams were alarmed.
    DetailsSeen {
        /// Which.
        message: MessageId,
        /// Its author.
        user: UserId,
    },
}
