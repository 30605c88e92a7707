//! Why something was not done: what is wrong, and what to do instead. The sentences stand in `reply`.

use jiff::Timestamp;

use crate::kernel::{
    command::{Entry, Kind},
    embargoed::{Embargoed, TeamText},
    id::{CveId, ProjectName, Repository, UserId},
    incident::Break,
    patch::Branch,
    step::Step,
    token::TokenError,
    when::WhenError,
};

/// A refusal. Nothing was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The message cannot be split into words.
    Broken(Embargoed<TokenError>),
    /// No such command.
    UnknownCommand {
        /// What was typed.
        said: Embargoed<String>,
        /// The nearest command.
        nearest: Option<&'static str>,
    },
    /// The command is not written like that.
    Usage {
        /// What is wrong, as a sentence.
        problem: Embargoed<String>,
        /// The command it belongs to.
        entry: Option<Entry>,
    },
    /// The time is none.
    When(Embargoed<WhenError>),
    /// The command needs an incident, and none is named.
    WhichIncident {
        /// The command.
        kind: Kind,
    },
    /// No incident goes by that name here.
    NoSuchIncident,
    /// The command came from somebody who is not on the team.
    NotOnTheTeam,
    /// Only the manager may do it.
    NotTheManager {
        /// Who that is, if anyone yet.
        manager: Option<UserId>,
    },
    /// The channel has several projects, and none is named.
    WhichProject {
        /// The command.
        kind: Kind,
        /// What there is, as it is to be written.
        choices: Vec<String>,
    },
    /// The channel has no project of that name or repository.
    NoSuchProject {
        /// What there is, as it is to be written.
        choices: Vec<String>,
    },
    /// The advisory is somebody's incident already.
    AlreadyTracked {
        /// Its topic, as Zulip links it.
        link: Embargoed<String>,
    },
    /// Nobody outside waits for word that the report has arrived.
    NoReporter,
    /// Receipt is acknowledged already.
    Acknowledged {
        /// By whom.
        by: UserId,
    },
    /// The report is accepted already.
    Accepted,
    /// The report has to be accepted first.
    NotAccepted,
    /// There is a CVE number already.
    HasCve {
        /// Which.
        cve: Embargoed<CveId>,
    },
    /// A CVE number was asked for already.
    CveAskedFor {
        /// When; none while the request is on its way.
        since: Option<Timestamp>,
    },
    /// There is a private fork already.
    HasFork {
        /// Its name, once GitHub has shown it.
        fork: Option<Embargoed<Repository>>,
    },
    /// The private fork is being made.
    ForkUnderWay {
        /// Since when.
        since: Timestamp,
    },
    /// Nobody of that name is in the organisation.
    NobodyCalled {
        /// The name.
        said: Embargoed<String>,
    },
    /// Several people have that name.
    SeveralCalled {
        /// The name.
        said: Embargoed<String>,
    },
    /// It is not known what somebody is called on GitHub.
    NoLogin {
        /// Who.
        user: UserId,
    },
    /// A team cannot be credited.
    TeamCredited,
    /// They have access already, or have none.
    NothingToChange {
        /// Whether they were to be invited.
        invited: bool,
    },
    /// Who was named is not on the team.
    NotOnThisTeam {
        /// Who.
        user: UserId,
    },
    /// Who was named is the manager already.
    ManagerAlready {
        /// Who.
        user: UserId,
    },
    /// Nobody vouches for that step.
    NotVouched {
        /// Which.
        step: Step,
    },
    /// That step does not apply here.
    Needless {
        /// Which.
        step: Step,
        /// Why not.
        why: &'static str,
    },
    /// It cannot be done with that patch.
    Patch(PatchRefusal),
    /// The incident is still being opened.
    StillOpening,
    /// The incident is over.
    Closed,
    /// The advisory is public: its text is changed on GitHub.
    Published,
    /// The advisory is not public yet: what follows its publication cannot be done.
    NotPublished,
    /// The advisory is public, and there is nothing to keep any more.
    AfterDisclosure,
    /// No disclosure time is set.
    NoTimeSet,
    /// A disclosure time is set, so that none need be accepted.
    TimeSet {
        /// Which.
        until: Timestamp,
    },
    /// No disclosure time is proposed, or the one that was is past.
    NoProposal {
        /// The one that was.
        past: Option<Timestamp>,
    },
    /// An extension by nothing, or to an earlier time.
    NotLater,
    /// The embargo is broken.
    EmbargoBroken {
        /// Since when.
        since: Timestamp,
        /// By whose word.
        broken: Break,
    },
    /// A reason is needed.
    ReasonNeeded(WhyReason),
    /// The release's preconditions are not met.
    NotReady {
        /// What is missing, each with the command that mends it.
        missing: Vec<(Step, TeamText)>,
    },
    /// The disclosure time has not come.
    TooEarly {
        /// When it comes.
        until: Timestamp,
    },
    /// A release of this incident is waiting or running.
    ReleaseUnderWay,
    /// A step of a release that was called off may still be carried out.
    StepOnItsWay {
        /// Which.
        step: Step,
    },
    /// A release does not go on.
    Release(ReleaseRefusal),
    /// No release waits for approval, or none is under way.
    NoRelease,
    /// The request has not been posted: nobody has seen what they would approve.
    RequestNotPosted,
    /// The one who asks cannot approve.
    OwnApproval,
    /// The command was found too late to be carried out.
    TooLate {
        /// How late.
        age: jiff::SignedDuration,
    },
    /// The project has been pinged a moment ago.
    PingedAlready {
        /// The project.
        project: ProjectName,
    },
    /// There is nothing to be mailed to the announcement list, or not now.
    Notify(NotifyRefusal),
    /// The leak watch cannot be changed like that.
    Watch(WatchRefusal),
}

/// Why something cannot be done with the patch of a branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PatchRefusal {
    /// The project has no supported branches.
    NoBranches,
    /// No supported branch has that name.
    NotSupported {
        /// The name.
        said: Embargoed<String>,
        /// The nearest that there is.
        nearest: Option<Branch>,
        /// All that there are.
        branches: Vec<Branch>,
    },
    /// There is no private fork yet that can be used.
    NoFork {
        /// Since when it is being made; none when nobody has asked for one.
        since: Option<Timestamp>,
    },
    /// The pull request is in another repository than the private fork.
    Elsewhere {
        /// The fork.
        fork: Embargoed<Repository>,
    },
    /// Nobody has named a patch of that branch.
    Unnamed {
        /// The branch.
        branch: Branch,
    },
}

/// Why a release does not go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReleaseRefusal {
    /// None has stopped.
    NotStopped,
    /// It has stopped at another step.
    StoppedElsewhere {
        /// The step that was named.
        asked: Step,
        /// The step where it stopped.
        stopped: Step,
    },
    /// Something that was approved has changed.
    Outdated,
    /// The step is done.
    StepDone {
        /// Which.
        step: Step,
    },
}

/// Why the announcement list is told nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotifyRefusal {
    /// The project has no announcement list.
    NoList,
    /// The advisory has no severity.
    NoSeverity,
    /// The disclosure time is past.
    TimePast {
        /// Which.
        until: Timestamp,
    },
    /// The list knows all of it.
    ToldAlready,
    /// A mail is on its way.
    OnItsWay,
    /// Nothing waits for a second person, or not any more.
    NothingAsked,
    /// There is no mail that could be seen on the list.
    NothingToSee,
}

/// Why what is watched for cannot be changed like that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WatchRefusal {
    /// The term has too few letters to be told from everything else.
    TooShort,
    /// Anyone may say it.
    Everyday,
    /// It is watched for already.
    Watched,
    /// Nothing that raises an alarm goes by that term.
    NotWatched,
}

/// What makes a reason necessary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyReason {
    /// There is a disclosure time already.
    Replaces,
    /// The embargo would be longer than the policy's longest.
    TooLong {
        /// The latest time that needs no reason.
        latest: Timestamp,
    },
}

impl Refusal {
    /// The command is not written like that.
    pub fn usage(problem: impl Into<String>, entry: Option<Entry>) -> Self {
        Self::Usage { problem: Embargoed::new(problem.into()), entry }
    }
}
