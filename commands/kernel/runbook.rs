//! The runbook as a checklist. What is done is read off the incident each time: people do steps by
//! hand and change their minds.

use jiff::Timestamp;

use crate::kernel::{
    content::{AdvisoryState, Content},
    embargoed::{Embargoed, Reader},
    fact::Fact,
    id::UserId,
    incident::{Fork, Incident, Stage},
    step::Step,
    text::{self, Shortcoming},
    world::World,
};

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Somebody on the team can do something about it.
    Open,
    /// It waits for others: nothing is to be done but to wait.
    Waiting,
    /// It is not done and no longer makes sense, because the embargo is broken.
    Struck,
    /// It is done, or does not apply.
    Done,
}

/// How far `step` is, as far as the incident shows.
#[must_use]
pub fn progress(world: &World, incident: &Incident, step: Step) -> Progress {
    let done = match step {
        Step::Acknowledge => incident.acknowledged.is_some() || !incident.has_reporter(),
        Step::Reproduce | Step::Audit | Step::Upstream | Step::Fix => incident.vouched.contains_key(&step),
        Step::Accept => {
            incident.advisory().is_some_and(|a| a.open(&Reader::new()).state != AdvisoryState::Triage)
        }
        Step::Fork => incident.has_fork(),
        Step::Invite => {
            incident.advisory().is_some_and(|a| a.open(&Reader::new()).invited().next().is_some())
        }
        Step::Text => missing_text(world, incident).open(&Reader::new()).is_empty(),
        Step::Cve => incident.has_cve(),
        Step::Embargo => incident.embargo.is_some(),
        Step::Publish => incident.is_published(),
        Step::Announce => incident.steps_done.contains(&step),
        Step::Close => incident.stage == Stage::Closed,
    };
    let waits = match step {
        Step::Fork => matches!(incident.fork, Fork::Requested { .. }),
        Step::Cve => incident.cve_requested.is_some(),
        Step::Acknowledge
        | Step::Reproduce
        | Step::Accept
        | Step::Invite
        | Step::Audit
        | Step::Upstream
        | Step::Fix
        | Step::Text
        | Step::Embargo
        | Step::Publish
        | Step::Announce
        | Step::Close => false,
    };
    match (done, waits) {
        (true, _) => Progress::Done,
        (false, _) if incident.is_struck(step) => Progress::Struck,
        (false, true) => Progress::Waiting,
        (false, false) => Progress::Open,
    }
}

/// Whether `step` is done, as far as the incident shows.
#[must_use]
pub fn is_done(world: &World, incident: &Incident, step: Step) -> bool {
    progress(world, incident, step) == Progress::Done
}

/// When a step was done and by whom, as far as the history tells.
#[must_use]
pub fn done_by(incident: &Incident, step: Step) -> Option<(Timestamp, Option<UserId>)> {
    let of_step = |fact: &Fact| match (step, fact) {
        (Step::Acknowledge, Fact::Acknowledged { by, .. })
        | (Step::Accept, Fact::Accepted { by, .. })
        | (Step::Invite, Fact::Invited { by, .. })
        | (Step::Embargo, Fact::EmbargoSet { by, .. } | Fact::EmbargoBroken { by, .. }) => Some(Some(*by)),
        (Step::Cve, Fact::CveAssigned { by, .. }) => Some(*by),
        (Step::Fork, Fact::ForkReady { .. }) => Some(None),
        (step, Fact::StepVouched { step: vouched, by, .. }) if *vouched == step => Some(Some(*by)),
        (step, Fact::StepDone { step: done, .. }) if *done == step => Some(None),
        _ => None,
    };
    incident.history.iter().rev().find_map(|(at, fact)| Some((*at, of_step(fact)?)))
}

/// What the advisory's public text still lacks before it may be published.
#[must_use]
pub fn missing_text(world: &World, incident: &Incident) -> Embargoed<Vec<Shortcoming>> {
    let branches = world.settings.project(&incident.project).map_or(&[][..], |project| &project.branches);
    match incident.advisory() {
        Some(advisory) => advisory.map(|advisory| text::shortcomings(&advisory.content, branches)),
        None => Embargoed::new(text::shortcomings(&Content::default(), branches)),
    }
}

/// The first step that somebody can do something about.
#[must_use]
pub fn next_step(world: &World, incident: &Incident) -> Option<Step> {
    if incident.stage == Stage::Closed {
        return None;
    }
    let open = |step: &Step| progress(world, incident, *step) == Progress::Open;
    Step::ALL.into_iter().find(|step| open(step) && !incident.is_waived(*step))
}
