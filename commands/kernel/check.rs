//! What must always hold of a world, stated apart from the code that decides (invariant 9). Tests, the
//! simulation, the start and every commit ask it.

use std::{collections::BTreeMap, fmt};

use jiff::Timestamp;

use crate::kernel::{
    effect::{Action, OpenPlace, Purpose, TeamPlace},
    embargoed::Reader,
    fact::Fact,
    id::{EffectId, IncidentId},
    incident::{Incident, Stage},
    mail::{Fate, NotifyChange, Wish},
    notice::PublicNotice,
    patch::{Branch, HeadCommit, PatchChange},
    step::Step,
    work::Work,
    world::World,
};

/// Something that must never be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Violation {
    /// The bot published without the approval of a second person.
    PublishedAlone(IncidentId),
    /// The public was told of an advisory that is not published.
    AnnouncedEarly(IncidentId),
    /// Two incidents have one name or one advisory.
    SameName(IncidentId, IncidentId),
    /// An incident is under way without an advisory.
    NoAdvisory(IncidentId),
    /// A disclosure time is proposed although one is set.
    ProposedBesideTime(IncidentId),
    /// An embargo that is broken has a disclosure time other than when that was said.
    BrokenLater(IncidentId),
    /// Tests are recorded for a commit that GitHub had not shown as the newest of that patch.
    UnseenTested(IncidentId),
    /// A message for the team is on its way to a place that is not the team's.
    StrayMessage(EffectId),
    /// An advisory is about to be published outside an approved release.
    UnapprovedPublication(EffectId),
    /// A notice of a release is on its way although nothing is published, or one of a planned release
    /// although the announcement list does not have it.
    UnfoundedNotice(EffectId),
    /// A mail that tells of a release is on its way although nothing is published, or nobody approved.
    UnfoundedMail(EffectId),
    /// Something is brought to public repositories outside a release that was approved, or a private fork
    /// removed whose advisory is not published.
    UnapprovedWork(EffectId),
    /// A mail is on its way that no second person confirmed.
    UnconfirmedMail(EffectId),
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PublishedAlone(id) => write!(f, "incident {id} was published without a second person"),
            Self::AnnouncedEarly(id) => write!(f, "incident {id} was announced before its publication"),
            Self::SameName(one, two) => write!(f, "incidents {one} and {two} share a name or an advisory"),
            Self::NoAdvisory(id) => write!(f, "incident {id} is under way without an advisory"),
            Self::ProposedBesideTime(id) => write!(f, "incident {id} has a time and a proposal of one"),
            Self::BrokenLater(id) => write!(f, "incident {id} is broken at another time than was said"),
            Self::UnseenTested(id) => {
                write!(f, "incident {id} has tests recorded for a commit that was never shown")
            }
            Self::StrayMessage(id) => write!(f, "effect {id} posts team text outside the team's places"),
            Self::UnapprovedPublication(id) => write!(f, "effect {id} publishes outside an approved release"),
            Self::UnfoundedNotice(id) => write!(f, "effect {id} announces what is not out"),
            Self::UnfoundedMail(id) => write!(f, "effect {id} mails of a release that is not out"),
            Self::UnapprovedWork(id) => write!(f, "effect {id} works on a release that nobody approved"),
            Self::UnconfirmedMail(id) => write!(f, "effect {id} mails what no second person confirmed"),
        }
    }
}

/// Everything about `world` that must never be; empty in a sound one.
#[must_use]
pub fn check(world: &World) -> Vec<Violation> {
    let mut found: Vec<Violation> = world.incidents().filter_map(incident).collect();
    found.extend(same_names(world));
    found.extend(effects(world));
    found
}

fn incident(incident: &Incident) -> Option<Violation> {
    let done = |step| incident.steps_done.contains(&step);
    if done(Step::Publish) && !approved_by_another(incident) {
        return Some(Violation::PublishedAlone(incident.id));
    }
    if (done(Step::Mail) || done(Step::Announce)) && !incident.is_published() {
        return Some(Violation::AnnouncedEarly(incident.id));
    }
    if incident.embargo.is_some() && incident.proposal.is_some() {
        return Some(Violation::ProposedBesideTime(incident.id));
    }
    if broken_at(incident) != incident.embargo.as_ref().filter(|e| e.broken.is_some()).map(|e| e.until) {
        return Some(Violation::BrokenLater(incident.id));
    }
    if !tested_what_was_shown(incident) {
        return Some(Violation::UnseenTested(incident.id));
    }
    let under_way = matches!(incident.stage, Stage::Open | Stage::Closed);
    (under_way && incident.advisory().is_none()).then_some(Violation::NoAdvisory(incident.id))
}

/// Reads the history itself: when it was said that the embargo is broken, if nothing was set since.
fn broken_at(incident: &Incident) -> Option<Timestamp> {
    let of_time = |fact: &Fact| {
        let whole = matches!(fact, Fact::EmbargoSet { .. } | Fact::EmbargoLifted { .. });
        whole || matches!(fact, Fact::EmbargoBroken { .. })
    };
    let (at, newest) = incident.history.iter().rev().find(|(_, fact)| of_time(fact))?;
    matches!(newest, Fact::EmbargoBroken { .. }).then_some(*at)
}

/// Reads the history itself: a release that was begun before the publication had somebody else's
/// approval. A newer request does not undo that: a step that is on its way cannot be called back.
fn approved_by_another(incident: &Incident) -> bool {
    let mut asker = None;
    let (mut approved, mut begun) = (false, false);
    for (_, fact) in &incident.history {
        if let Fact::ReleaseRequested { by, .. } = fact {
            (asker, approved) = (Some(*by), false);
        } else if let Fact::Approval { by, given: true, .. } = fact {
            approved |= asker.is_some_and(|asker| asker != *by);
        } else if let Fact::ReleaseStarted { .. } = fact {
            begun |= approved;
        } else if let Fact::StepDone { step: Step::Publish, .. } = fact {
            return begun;
        }
    }
    false
}

/// Reads the history itself: the newest word on what was asked for is a confirmation, by somebody else.
fn confirmed(world: &World, purpose: &Purpose) -> bool {
    let Some(incident) = purpose.incident().and_then(|id| world.incident(id)) else { return false };
    let (mut asker, mut confirmed) = (None, false);
    for (_, fact) in &incident.history {
        let Fact::Notify { change, .. } = fact else { continue };
        match change.as_ref() {
            NotifyChange::Asked { by, wish: Wish::Mail(_), .. } => (asker, confirmed) = (Some(*by), false),
            NotifyChange::Asked { wish: Wish::Time { .. }, .. }
            | NotifyChange::Lapsed
            | NotifyChange::Voided => asker = None,
            NotifyChange::Confirmed { by } => confirmed |= asker.take().is_some_and(|asker| asker != *by),
            NotifyChange::Posted { .. } | NotifyChange::Ended { .. } => {}
        }
    }
    confirmed
}

/// Reads the history itself: tests count for the commit that was the newest when they were recorded.
fn tested_what_was_shown(incident: &Incident) -> bool {
    let reader = Reader::new();
    let mut heads: BTreeMap<&Branch, HeadCommit> = BTreeMap::new();
    incident.history.iter().all(|(_, fact)| {
        let Fact::Patch { branch, change, .. } = fact else { return true };
        match change.as_ref() {
            PatchChange::Named { pull, .. } | PatchChange::Seen { pull, .. } => {
                heads.insert(branch, pull.open(&reader).head.clone());
                true
            }
            PatchChange::Dropped { .. } => {
                heads.remove(branch);
                true
            }
            PatchChange::Tested { head, .. } => heads.get(branch) == Some(head.open(&reader)),
        }
    })
}

fn same_names(world: &World) -> Vec<Violation> {
    let reader = Reader::new();
    let mut seen: BTreeMap<String, IncidentId> = BTreeMap::new();
    let mut found = Vec::new();
    for incident in world.incidents().filter(|incident| incident.stage != Stage::Failed) {
        let codename = incident.codename.open(&reader).as_str().to_owned();
        let ghsa = incident.advisory().map(|advisory| advisory.open(&reader).ghsa.as_str().to_owned());
        for name in [Some(codename), ghsa].into_iter().flatten() {
            if let Some(other) = seen.insert(name, incident.id) {
                found.push(Violation::SameName(other, incident.id));
            }
        }
    }
    found
}

/// Reads the history itself: a mail has reached the announcement list's server, or may have, and somebody
/// saw it on the list.
fn was_mailed(world: &World, incident: IncidentId) -> bool {
    let Some(incident) = world.incident(incident) else { return false };
    let ended = |fate: Fate| {
        incident.history.iter().any(|(_, fact)| matches!(fact, Fact::Notify { change, .. } if **change == NotifyChange::Ended { fate }))
    };
    let seen = |(_, fact): &(_, Fact)| matches!(fact, Fact::StepVouched { step: Step::ListSeen, .. });
    ended(Fate::Sent) || (ended(Fate::Unknown) && incident.history.iter().any(seen))
}

/// Reads the history itself: a release was approved, and begun.
fn was_started(incident: &Incident) -> bool {
    incident.history.iter().any(|(_, fact)| matches!(fact, Fact::ReleaseStarted { .. }))
}

fn effects(world: &World) -> Vec<Violation> {
    let pending = world.pending().iter();
    pending
        .filter_map(|(id, recorded)| effect(world, *id, &recorded.effect.action, &recorded.effect.purpose))
        .collect()
}

fn effect(world: &World, id: EffectId, action: &Action, purpose: &Purpose) -> Option<Violation> {
    let incident =
        if let Purpose::Step { incident, .. } = purpose { world.incident(*incident) } else { None };
    match action {
        Action::Post { to: TeamPlace::Topic(channel, _), .. } | Action::Edit { channel, .. } => {
            (!world.settings.is_team_channel(*channel)).then_some(Violation::StrayMessage(id))
        }
        Action::PublishAdvisory { .. } => {
            // One that was called off may still be on its way; one that was never approved may not.
            (!incident.is_some_and(was_started)).then_some(Violation::UnapprovedPublication(id))
        }
        Action::Notify { to, notice: PublicNotice::Released { .. } } => {
            let published = incident.is_some_and(Incident::is_published);
            let in_channel = matches!(to, OpenPlace::Topic(..));
            (!published || !in_channel).then_some(Violation::UnfoundedNotice(id))
        }
        Action::Notify { to, notice: PublicNotice::Planned { .. } } => {
            let is_out = matches!(purpose, Purpose::TellPublic { incident } if was_mailed(world, *incident));
            let in_channel = matches!(to, OpenPlace::Topic(..));
            (!is_out || !in_channel).then_some(Violation::UnfoundedNotice(id))
        }
        Action::Notify {
            notice:
                PublicNotice::Ping { .. }
                | PublicNotice::CommandsBelongInTeamChannel
                | PublicNotice::CommandNeedsTeamChannel
                | PublicNotice::NotOnTheTeam
                | PublicNotice::TeamWasTold { .. },
            ..
        }
        | Action::Post { to: TeamPlace::Person(_), .. }
        | Action::React { .. }
        | Action::CreateAdvisory { .. }
        | Action::FetchAdvisory { .. }
        | Action::UpdateAdvisory { .. }
        | Action::AcceptReport { .. }
        | Action::CloseAdvisory { .. }
        | Action::ChangeCollaborators { .. }
        | Action::AddCredit { .. }
        | Action::RequestCve { .. }
        | Action::SetCve { .. }
        | Action::CreateFork { .. }
        | Action::AwaitFork { .. }
        | Action::ReadPulls { .. }
        | Action::Comment { .. }
        | Action::Upload { .. } => None,
        Action::MailRelease { .. } => {
            let of_step = matches!(purpose, Purpose::Step { step: Step::Mail, .. });
            let is_out = incident.is_some_and(|incident| incident.is_published() && was_started(incident));
            (!of_step || !is_out).then_some(Violation::UnfoundedMail(id))
        }
        Action::Work(work) => {
            let of_step = matches!(purpose, Purpose::Step { .. });
            let removes = matches!(work.as_ref(), Work::RemoveFork { .. });
            let may = |incident: &Incident| was_started(incident) && (!removes || incident.is_published());
            (!of_step || !incident.is_some_and(may)).then_some(Violation::UnapprovedWork(id))
        }
        Action::SendMail { .. } => (!confirmed(world, purpose)).then_some(Violation::UnconfirmedMail(id)),
    }
}
