//! The phases of an incident: from when to when each went, and when it was due.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::kernel::{
    fact::Fact,
    incident::{Incident, Release, Stage},
    mail::{Fate, NotifyChange},
    patch::PatchChange,
    settings::Settings,
    step::Step,
};

/// The phase until the disclosure time.
const EMBARGO: &str = "embargo";

/// A phase that began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Phase {
    /// What it is called.
    pub(super) name: &'static str,
    /// When it began.
    pub(super) from: Timestamp,
    /// When it ended; none while it goes on.
    pub(super) to: Option<Timestamp>,
    /// When it is, or was, due, where a clock of the policy or the disclosure time says so.
    pub(super) due: Option<Timestamp>,
}

impl Phase {
    /// Whether it went, or goes, on for too long, where it ended at `end` or has not ended by then. An
    /// embargo that a release ended after its time is none of those: a release takes its time.
    pub(super) fn is_late(&self, end: Timestamp) -> bool {
        self.due.is_some_and(|due| due < end) && !(self.name == EMBARGO && self.to.is_some())
    }
}

/// Those that began, in the order of the runbook. They run side by side.
pub(super) fn phases(settings: &Settings, incident: &Incident) -> Vec<Phase> {
    let past = Past(incident);
    let policy = &settings.policy;
    let after = |from: Timestamp, within: SignedDuration| from.checked_add(within).ok();
    let reported = incident.reported().min(incident.opened);
    let acknowledged = incident.acknowledged.map(|(at, _)| at);
    let phase = |name, from: Option<Timestamp>, to: Option<Timestamp>, due: Option<Timestamp>| {
        from.map(|from| Phase { name, from, to: to.map(|to| to.max(from)), due })
    };
    let fix = past.first(|fact| matches!(fact, Fact::ForkRequested { .. } | Fact::Patch { .. }));
    let cve = past.first(|fact| matches!(fact, Fact::CveRequested { .. }));
    let mail = past.last(|fact| done(fact, Step::Mail)).or(past.published());
    let blog = mail.filter(|_| settings.project(&incident.project).is_some_and(|of| of.blog.is_some()));
    [
        phase(
            "acknowledge",
            (incident.has_reporter() || acknowledged.is_some()).then_some(reported),
            acknowledged.or(past.ended()),
            after(reported, policy.acknowledge_within),
        ),
        phase("triage", Some(reported), past.judged().or(past.ended()), None),
        phase("fix", fix, past.fixed().or(past.published()).or(past.ended()), None),
        phase(
            "cve",
            cve,
            past.first(|fact| matches!(fact, Fact::CveAssigned { .. })).or(past.ended()),
            cve.and_then(|cve| after(cve, policy.cve_within)),
        ),
        phase(
            EMBARGO,
            past.first(|fact| matches!(fact, Fact::EmbargoSet { .. } | Fact::EmbargoBroken { .. })),
            past.published().or(past.ended()),
            incident.embargo.as_ref().map(|embargo| embargo.until),
        ),
        phase(
            "notify",
            past.first(|fact| is_mail(fact, |change| matches!(change, NotifyChange::Asked { .. }))),
            past.last(|fact| {
                is_mail(fact, |change| matches!(change, NotifyChange::Ended { fate: Fate::Sent }))
            })
            .or(past.ended()),
            None,
        ),
        phase(
            "release",
            past.last(|fact| matches!(fact, Fact::ReleaseRequested { .. })),
            past.released(),
            None,
        ),
        phase(
            "blog post",
            blog,
            past.last(|fact| done(fact, Step::Blog)).or(past.ended()),
            blog.and_then(|blog| after(blog, policy.blog_within)),
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn done(fact: &Fact, wanted: Step) -> bool {
    matches!(fact, Fact::StepDone { step, .. } if *step == wanted)
}

fn is_mail(fact: &Fact, holds: impl Fn(&NotifyChange) -> bool) -> bool {
    matches!(fact, Fact::Notify { change, .. } if holds(change))
}

/// What happened, to be asked when.
struct Past<'a>(&'a Incident);

impl Past<'_> {
    fn first(&self, holds: impl Fn(&Fact) -> bool) -> Option<Timestamp> {
        self.0.history.iter().find(|(_, fact)| holds(fact)).map(|(at, _)| *at)
    }

    fn last(&self, holds: impl Fn(&Fact) -> bool) -> Option<Timestamp> {
        self.0.history.iter().rev().find(|(_, fact)| holds(fact)).map(|(at, _)| *at)
    }

    /// When it was known for a vulnerability: accepted, or else reproduced.
    fn judged(&self) -> Option<Timestamp> {
        let reproduced = |fact: &Fact| matches!(fact, Fact::StepVouched { step: Step::Reproduce, .. });
        self.first(|fact| matches!(fact, Fact::Accepted { .. })).or_else(|| self.first(reproduced))
    }

    /// When the last patch was named or tested, once a release of them was asked for.
    fn fixed(&self) -> Option<Timestamp> {
        let work = |change: &PatchChange| match change {
            PatchChange::Named { .. } | PatchChange::Tested { .. } => true,
            PatchChange::Dropped { .. } | PatchChange::Seen { .. } => false,
        };
        let last = self.last(|fact| matches!(fact, Fact::Patch { change, .. } if work(change)));
        last.filter(|_| !matches!(self.0.release, Release::None))
    }

    fn published(&self) -> Option<Timestamp> {
        let published =
            |fact: &Fact| done(fact, Step::Publish) || matches!(fact, Fact::PublishedByHand { .. });
        self.first(published).filter(|_| self.0.is_published())
    }

    /// When the release was done, called off, or nobody approved it.
    fn released(&self) -> Option<Timestamp> {
        match self.0.release {
            Release::None => {
                self.last(|fact| matches!(fact, Fact::ReleaseAborted { .. } | Fact::ReleaseLapsed { .. }))
            }
            Release::Requested(_) | Release::Running(_) | Release::Stopped(..) => None,
            Release::Done(_) => self.last(|fact| matches!(fact, Fact::StepDone { .. })),
        }
    }

    /// When all of it was over.
    fn ended(&self) -> Option<Timestamp> {
        match self.0.stage {
            Stage::Opening | Stage::Open => None,
            Stage::Closed | Stage::Failed => self.0.history.last().map(|(at, _)| *at),
        }
    }
}
