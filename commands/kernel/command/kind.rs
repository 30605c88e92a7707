//! The commands by name.

use super::{Entry, table};

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
    /// `!advisory ack`
    AdvisoryAck,
    /// `!advisory accept`
    AdvisoryAccept,
    /// `!advisory reject`
    AdvisoryReject,
    /// `!advisory credit`
    AdvisoryCredit,
    /// `!advisory close`
    AdvisoryClose,
    /// `!manager`
    Manager,
    /// `!invite`
    Invite,
    /// `!uninvite`
    Uninvite,
    /// `!who`
    Who,
    /// `!fork`
    Fork,
    /// `!cve request`
    CveRequest,
    /// `!cve set`
    CveSet,
    /// `!cve status`
    CveStatus,
    /// `!patch add`
    PatchAdd,
    /// `!patch drop`
    PatchDrop,
    /// `!patch tested`
    PatchTested,
    /// `!patch status`
    PatchStatus,
    /// `!done`
    Done,
    /// `!undo`
    Undo,
    /// `!triage`
    Triage,
    /// `!embargo set`
    EmbargoSet,
    /// `!embargo extend`
    EmbargoExtend,
    /// `!embargo show`
    EmbargoShow,
    /// `!embargo lift`
    EmbargoLift,
    /// `!embargo accept`
    EmbargoAccept,
    /// `!embargo broken`
    EmbargoBroken,
    /// `!release plan`
    ReleasePlan,
    /// `!release go`
    ReleaseGo,
    /// `!release approve`
    ReleaseApprove,
    /// `!release status`
    ReleaseStatus,
    /// `!release retry`
    ReleaseRetry,
    /// `!release skip`
    ReleaseSkip,
    /// `!release abort`
    ReleaseAbort,
    /// `!ping`
    Ping,
    /// `!next`
    Next,
    /// `!timeline`
    Timeline,
    /// `!notify preview`
    NotifyPreview,
    /// `!notify send`
    NotifySend,
    /// `!watch`
    WatchShow,
    /// `!watch add`
    WatchAdd,
    /// `!watch ignore`
    WatchIgnore,
}

impl Kind {
    /// All of them, in the order of the table.
    pub const ALL: [Self; 48] = [
        Self::Help,
        Self::AdvisoryNew,
        Self::AdvisoryAdopt,
        Self::AdvisoryShow,
        Self::AdvisoryList,
        Self::AdvisoryEdit,
        Self::AdvisoryAffected,
        Self::AdvisoryAck,
        Self::AdvisoryAccept,
        Self::AdvisoryReject,
        Self::AdvisoryCredit,
        Self::AdvisoryClose,
        Self::Manager,
        Self::Invite,
        Self::Uninvite,
        Self::Who,
        Self::Fork,
        Self::CveRequest,
        Self::CveSet,
        Self::CveStatus,
        Self::PatchAdd,
        Self::PatchDrop,
        Self::PatchTested,
        Self::PatchStatus,
        Self::Done,
        Self::Undo,
        Self::Triage,
        Self::EmbargoSet,
        Self::EmbargoExtend,
        Self::EmbargoShow,
        Self::EmbargoLift,
        Self::EmbargoAccept,
        Self::EmbargoBroken,
        Self::NotifyPreview,
        Self::NotifySend,
        Self::ReleasePlan,
        Self::ReleaseGo,
        Self::ReleaseApprove,
        Self::ReleaseStatus,
        Self::ReleaseRetry,
        Self::ReleaseSkip,
        Self::ReleaseAbort,
        Self::Ping,
        Self::Next,
        Self::Timeline,
        Self::WatchShow,
        Self::WatchAdd,
        Self::WatchIgnore,
    ];

    /// Its row of the table.
    #[must_use]
    pub const fn entry(self) -> Entry {
        match self {
            Self::Help => table::HELP,
            Self::AdvisoryNew => table::ADVISORY_NEW,
            Self::AdvisoryAdopt => table::ADVISORY_ADOPT,
            Self::AdvisoryShow => table::ADVISORY_SHOW,
            Self::AdvisoryList => table::ADVISORY_LIST,
            Self::AdvisoryEdit => table::ADVISORY_EDIT,
            Self::AdvisoryAffected => table::ADVISORY_AFFECTED,
            Self::AdvisoryAck => table::ADVISORY_ACK,
            Self::AdvisoryAccept => table::ADVISORY_ACCEPT,
            Self::AdvisoryReject => table::ADVISORY_REJECT,
            Self::AdvisoryCredit => table::ADVISORY_CREDIT,
            Self::AdvisoryClose => table::ADVISORY_CLOSE,
            Self::Manager => table::MANAGER,
            Self::Invite => table::INVITE,
            Self::Uninvite => table::UNINVITE,
            Self::Who => table::WHO,
            Self::Fork => table::FORK,
            Self::CveRequest => table::CVE_REQUEST,
            Self::CveSet => table::CVE_SET,
            Self::CveStatus => table::CVE_STATUS,
            Self::PatchAdd => table::PATCH_ADD,
            Self::PatchDrop => table::PATCH_DROP,
            Self::PatchTested => table::PATCH_TESTED,
            Self::PatchStatus => table::PATCH_STATUS,
            Self::Done => table::DONE,
            Self::Undo => table::UNDO,
            Self::Triage => table::TRIAGE,
            Self::EmbargoSet => table::EMBARGO_SET,
            Self::EmbargoExtend => table::EMBARGO_EXTEND,
            Self::EmbargoShow => table::EMBARGO_SHOW,
            Self::EmbargoLift => table::EMBARGO_LIFT,
            Self::EmbargoAccept => table::EMBARGO_ACCEPT,
            Self::EmbargoBroken => table::EMBARGO_BROKEN,
            Self::ReleasePlan => table::RELEASE_PLAN,
            Self::ReleaseGo => table::RELEASE_GO,
            Self::ReleaseApprove => table::RELEASE_APPROVE,
            Self::ReleaseStatus => table::RELEASE_STATUS,
            Self::ReleaseRetry => table::RELEASE_RETRY,
            Self::ReleaseSkip => table::RELEASE_SKIP,
            Self::ReleaseAbort => table::RELEASE_ABORT,
            Self::Ping => table::PING,
            Self::Next => table::NEXT,
            Self::Timeline => table::TIMELINE,
            Self::NotifyPreview => table::NOTIFY_PREVIEW,
            Self::NotifySend => table::NOTIFY_SEND,
            Self::WatchShow => table::WATCH,
            Self::WatchAdd => table::WATCH_ADD,
            Self::WatchIgnore => table::WATCH_IGNORE,
        }
    }
}
