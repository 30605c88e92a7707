//! The runbook as a checklist. What is done is read off the incident each time: people do steps by
//! hand and change their minds.

use jiff::Timestamp;

use crate::kernel::{
    content::{AdvisoryState, Content},
    delivery,
    embargoed::{Embargoed, Reader},
    fact::Fact,
    id::{Repository, UserId},
    incident::{Fork, Incident, Stage},
    mail::{Fate, NotifyChange},
    papers,
    patch::{Branch, Lack, Patch, PatchChange},
    step::Step,
    text::{self, Reach, Shortcoming},
    world::World,
};

/// How far a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Somebody on the team can do something about it.
    Open,
    /// It waits for others: nothing is to be done but to wait.
    Waiting,
    /// It is not done and no longer makes sense, because the embargo is broken or the advisory public.
    Struck,
    /// It is done, or does not apply.
    Done,
}

/// How far `step` is, as far as the incident shows.
#[must_use]
pub fn progress(world: &World, incident: &Incident, step: Step) -> Progress {
    match (is_shown_done(world, incident, step), is_waiting(world, incident, step)) {
        (true, _) => Progress::Done,
        (false, _) if incident.is_struck(step) => Progress::Struck,
        (false, true) => Progress::Waiting,
        (false, false) => Progress::Open,
    }
}

/// Whether the incident shows that `step` is done, or does not apply.
fn is_shown_done(world: &World, incident: &Incident, step: Step) -> bool {
    match step {
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
        Step::Notify
        | Step::ListSeen
        | Step::Transfer
        | Step::Bump
        | Step::Tag
        | Step::Deploy
        | Step::Snapshot
        | Step::ForkGone
        | Step::Mail
        | Step::Blog
        | Step::Rustsec
            if needless(world, incident, step).is_some() =>
        {
            true
        }
        Step::Deploy => incident.vouched.contains_key(&step),
        Step::Blog | Step::Rustsec => {
            incident.vouched.contains_key(&step) || incident.steps_done.contains(&step)
        }
        Step::Notify => incident.is_list_told(),
        Step::ListSeen => incident.is_list_told() && incident.mailing.seen.is_some(),
        Step::Patches => {
            needed(world, incident).all(|branch| branch.lacks().is_some_and(|lacks| lacks.is_empty()))
        }
        Step::Tests => needed(world, incident).all(|branch| branch.patch.is_some_and(Patch::is_tested)),
        Step::Publish => incident.is_published(),
        Step::Transfer
        | Step::Bump
        | Step::Tag
        | Step::Snapshot
        | Step::ForkGone
        | Step::Mail
        | Step::Announce
        | Step::Exports => incident.steps_done.contains(&step),
        Step::Close => incident.stage == Stage::Closed,
    }
}

/// Whether `step` waits for others.
fn is_waiting(world: &World, incident: &Incident, step: Step) -> bool {
    match step {
        Step::Fork => matches!(incident.fork, Fork::Requested { .. }),
        Step::Cve => incident.cve_requested.is_some(),
        Step::Notify => incident.confirmation().is_some(),
        // Nothing is there to be seen before it is sent.
        Step::ListSeen => !incident.mailing.is_out() || incident.confirmation().is_some(),
        Step::Patches => {
            needed(world, incident).all(|branch| branch.lacks().is_some_and(|lacks| waits(&lacks)))
        }
        Step::Acknowledge
        | Step::Reproduce
        | Step::Accept
        | Step::Invite
        | Step::Audit
        | Step::Upstream
        | Step::Fix
        | Step::Text
        | Step::Embargo
        | Step::Tests
        | Step::Transfer
        | Step::Bump
        | Step::Tag
        | Step::Deploy
        | Step::Snapshot
        | Step::Publish
        | Step::ForkGone
        | Step::Mail
        | Step::Announce
        | Step::Blog
        | Step::Rustsec
        | Step::Exports
        | Step::Close => false,
    }
}

/// Whether `step` is done, as far as the incident shows.
#[must_use]
pub fn is_done(world: &World, incident: &Incident, step: Step) -> bool {
    progress(world, incident, step) == Progress::Done
}

/// A supported branch, and how its patch stands.
#[derive(Debug, Clone)]
pub struct Coverage<'a> {
    /// The branch.
    pub branch: Branch,
    /// What the affected versions say of it.
    pub reach: Reach,
    /// Its patch, once somebody has named one.
    pub patch: Option<&'a Patch>,
}

impl Coverage<'_> {
    /// Whether it needs a patch.
    #[must_use]
    pub fn is_needed(&self) -> bool {
        self.reach != Reach::Spared
    }

    /// What its patch lacks; none where there is no patch.
    #[must_use]
    pub fn lacks(&self) -> Option<Vec<Lack>> {
        self.patch.map(|patch| patch.lacks(&self.branch))
    }
}

/// The supported branches, in the order of the configuration.
#[must_use]
pub fn coverage<'a>(world: &World, incident: &'a Incident) -> Vec<Coverage<'a>> {
    let branches = world.settings.project(&incident.project).map_or(&[][..], |project| &project.branches);
    let affected = incident.advisory().map(|advisory| &advisory.open(&Reader::new()).content.affected);
    let reaches = text::reach(affected.map_or(&[][..], Vec::as_slice), branches);
    let each = branches.iter().zip(reaches).map(|(branch, reach)| {
        let branch = Branch(branch.clone());
        let patch = incident.patches.get(&branch);
        Coverage { branch, reach, patch }
    });
    each.collect()
}

/// The branches that need a patch.
fn needed<'a>(world: &World, incident: &'a Incident) -> impl Iterator<Item = Coverage<'a>> {
    coverage(world, incident).into_iter().filter(Coverage::is_needed)
}

/// Whether a patch waits for nothing but GitHub.
fn waits(lacks: &[Lack]) -> bool {
    lacks.iter().all(|lack| *lack == Lack::Unknown)
}

/// Why a step does not apply to an incident, where it does not.
#[must_use]
pub fn needless(world: &World, incident: &Incident, step: Step) -> Option<&'static str> {
    match step {
        Step::Patches | Step::Tests if coverage(world, incident).is_empty() => {
            Some("no supported branches are configured")
        }
        Step::Notify | Step::ListSeen | Step::Mail if !has_list(world, incident) => {
            Some("no announcement list is configured")
        }
        Step::Blog if blog(world, incident).is_none() => Some("no blog is configured"),
        Step::Rustsec if !has_crates(world, incident) => Some("no crates are configured"),
        Step::Rustsec if papers::rustsec(world, incident).is_empty() => {
            Some("the advisory names none of the crates, in ranges that an entry can be made of")
        }
        Step::Transfer | Step::Snapshot | Step::ForkGone if incident.steps_done.contains(&step) => None,
        Step::Transfer if !has_patch(world, incident) && !may_come(world, incident, Step::Patches) => {
            Some("there is no patch in a private fork")
        }
        Step::Bump if delivery::bumps(world, incident).is_none() => Some("no workflow bumps versions"),
        Step::Bump if delivery::bumps(world, incident).is_none_or(|bumps| bumps.is_empty()) => {
            Some("the advisory names no patched version of a supported branch")
        }
        Step::Tag if delivery::tags(world, incident).is_none() => Some("no release tag is configured"),
        Step::Tag if delivery::tags(world, incident).is_none_or(|tags| tags.is_empty()) => {
            Some("the advisory names no patched version of a supported branch")
        }
        Step::Deploy if !is_built(world, incident) => Some("neither a bump nor a release tag is configured"),
        Step::Snapshot | Step::ForkGone
            if incident.fork_name().is_none() && !may_come(world, incident, Step::Fork) =>
        {
            Some("there is no private fork")
        }
        Step::Acknowledge
        | Step::Reproduce
        | Step::Accept
        | Step::Fork
        | Step::Invite
        | Step::Audit
        | Step::Upstream
        | Step::Fix
        | Step::Text
        | Step::Cve
        | Step::Embargo
        | Step::Notify
        | Step::ListSeen
        | Step::Patches
        | Step::Tests
        | Step::Transfer
        | Step::Bump
        | Step::Tag
        | Step::Deploy
        | Step::Snapshot
        | Step::Publish
        | Step::ForkGone
        | Step::Mail
        | Step::Announce
        | Step::Blog
        | Step::Rustsec
        | Step::Exports
        | Step::Close => None,
    }
}

/// Whether the configuration tells how the project makes a release, so that there are builds to be seen.
fn is_built(world: &World, incident: &Incident) -> bool {
    let project = world.settings.project(&incident.project);
    project.is_some_and(|project| project.bump.is_some() || project.release_tag.is_some())
}

fn has_crates(world: &World, incident: &Incident) -> bool {
    world.settings.project(&incident.project).is_some_and(|project| project.rustsec.is_some())
}

fn has_patch(world: &World, incident: &Incident) -> bool {
    incident.fork_name().is_some() && !delivery::fixes(world, incident).is_empty()
}

/// Whether `step`, of before the release, may still be done.
fn may_come(world: &World, incident: &Incident, step: Step) -> bool {
    let is_open = matches!(progress(world, incident, step), Progress::Open | Progress::Waiting);
    is_open && !incident.is_waived(step)
}

fn has_list(world: &World, incident: &Incident) -> bool {
    let project = world.settings.project(&incident.project);
    project.is_some_and(|project| project.announce_list.is_some())
}

/// The repository in which the incident's release gets its blog post, where it gets one.
#[must_use]
pub fn blog<'a>(world: &'a World, incident: &Incident) -> Option<&'a Repository> {
    world.settings.project(&incident.project)?.blog.as_ref().map(|blog| &blog.repository)
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
        (Step::Notify, Fact::Notify { change, .. }) => {
            matches!(**change, NotifyChange::Ended { fate: Fate::Sent }).then_some(None)
        }
        (Step::Patches | Step::Tests, Fact::Patch { change, .. }) => match (step, change.as_ref()) {
            (Step::Patches, PatchChange::Named { by, .. })
            | (Step::Tests, PatchChange::Tested { by, .. }) => Some(Some(*by)),
            _ => None,
        },
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
