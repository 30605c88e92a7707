//! What has happened, one line each, for the timeline.

use std::collections::BTreeSet;

use crate::kernel::{
    clock::Clock,
    collaborator::{Collaborator, Credit, Login},
    effect::Origin,
    embargoed::{Embargoed, EmbargoedText, Team},
    escape::{code, cut, inline},
    fact::Fact,
    id::UserId,
    reply::{chat::part_name, delivery, length, list, moment, notify, patch, silent, watch},
    step::Step,
    world::World,
};

/// How much of a reason is repeated, in code points.
const REASON_SHOWN: usize = 300;

/// What a fact is in words; none for what concerns only the bot itself.
pub(in crate::kernel) fn entry(world: &World, team: &Team, fact: &Fact) -> Option<String> {
    Some(match fact {
        fact @ (Fact::Opened { .. }
        | Fact::OpeningFailed { .. }
        | Fact::Linked { .. }
        | Fact::Rehoused { .. }
        | Fact::TopicMoved { .. }) => return of_its_place(world, fact),
        Fact::Rewritten { by, parts, .. } => {
            let parts: Vec<String> = parts.iter().map(|part| part_name(*part).to_owned()).collect();
            format!("{} changed {}", silent(world, *by), list(&parts))
        }
        fact @ (Fact::EmbargoSet { .. }
        | Fact::EmbargoLifted { .. }
        | Fact::EmbargoProposed { .. }
        | Fact::EmbargoBroken { .. }
        | Fact::Reminded { .. }) => return of_embargo(world, team, fact),
        fact @ (Fact::ReleaseRequested { .. }
        | Fact::Approval { .. }
        | Fact::ReleaseLapsed { .. }
        | Fact::ReleaseStarted { .. }
        | Fact::ReleaseStopped { .. }
        | Fact::ReleaseAborted { .. }
        | Fact::StepDone { .. }) => return of_release(world, team, fact),
        fact @ (Fact::ChangedOnGitHub { .. }
        | Fact::PlatformsNoted { .. }
        | Fact::PublishedByHand { .. }
        | Fact::ManagerSet { .. }
        | Fact::Acknowledged { .. }
        | Fact::Accepted { .. }
        | Fact::Closed { .. }
        | Fact::Reopened { .. }
        | Fact::Invited { .. }
        | Fact::Uninvited { .. }
        | Fact::Credited { .. }
        | Fact::ForkRequested { .. }
        | Fact::ForkReady { .. }
        | Fact::ForkFailed { .. }
        | Fact::ForkUnusable { .. }
        | Fact::ForkGone { .. }
        | Fact::CveRequested { .. }
        | Fact::CveAssigned { .. }
        | Fact::StepVouched { .. }
        | Fact::StepUndone { .. }
        | Fact::Patch { .. }
        | Fact::Watch { .. }
        | Fact::ClockReminded { .. }) => return before_release(world, team, fact),
        Fact::Notify { change, .. } => return notify::entry(world, team, change),
        Fact::Delivery { change, .. } => return delivery::entry(world, team, change),
        Fact::CardPosted { .. }
        | Fact::Began { .. }
        | Fact::Card { .. }
        | Fact::AdvisorySeen { .. }
        | Fact::ApprovalAsked { .. }
        | Fact::ProposalPosted { .. }
        | Fact::CommandTaken { .. }
        | Fact::CommandRefused { .. }
        | Fact::ToldInPublic { .. }
        | Fact::ThumbHeld { .. }
        | Fact::TeamSeen { .. }
        | Fact::Sight { .. }
        | Fact::Pinged { .. }
        | Fact::LeakBlocked { .. }
        | Fact::TeamChannel { .. }
        | Fact::DetailsSeen { .. } => return None,
    })
}

/// How it was opened, and where it is.
#[expect(clippy::wildcard_enum_match_arm, reason = "`entry`, which calls this, names every fact")]
fn of_its_place(world: &World, fact: &Fact) -> Option<String> {
    Some(match fact {
        Fact::Opened { origin, .. } => opened(world, origin),
        Fact::OpeningFailed { .. } => "the advisory could not be made or read".to_owned(),
        Fact::Linked { .. } => "the advisory stands on GitHub".to_owned(),
        Fact::Rehoused { .. } => "the team has another channel: the incident moved there".to_owned(),
        Fact::TopicMoved { .. } => "the topic was renamed or moved".to_owned(),
        _ => return None,
    })
}

/// What happens to the disclosure time.
#[expect(clippy::wildcard_enum_match_arm, reason = "`entry`, which calls this, names every fact")]
fn of_embargo(world: &World, team: &Team, fact: &Fact) -> Option<String> {
    let who = |user| silent(world, user);
    Some(match fact {
        Fact::EmbargoSet { until, by, reason, .. } => {
            let reason = reason.as_ref().map_or_else(String::new, |reason| because(team, reason));
            format!("{} set the disclosure time to {}{reason}", who(*by), moment(*until))
        }
        Fact::EmbargoLifted { by, reason, .. } => {
            format!("{} took the disclosure time away{}", who(*by), because(team, reason))
        }
        Fact::EmbargoProposed { until, .. } => {
            format!("disclosure was proposed for {}, now that there is a CVE number", moment(*until))
        }
        Fact::EmbargoBroken { by, reason, .. } => {
            format!("🚨 {} said that the embargo is broken{}", who(*by), because(team, reason))
        }
        Fact::Reminded { before, late, .. } => {
            let late = if *late { ", late" } else { "" };
            match before.is_zero() {
                true => format!("the disclosure time came{late}"),
                false => format!("reminder, {} before disclosure{late}", length(*before)),
            }
        }
        _ => return None,
    })
}

/// What happens in a release.
#[expect(clippy::wildcard_enum_match_arm, reason = "`entry`, which calls this, names every fact")]
fn of_release(world: &World, team: &Team, fact: &Fact) -> Option<String> {
    let who = |user| silent(world, user);
    Some(match fact {
        Fact::ReleaseRequested { by, early, waived, reason, .. } => {
            let reason = reason.as_ref().map_or_else(String::new, |reason| because(team, reason));
            format!("{} asked for the release{}{reason}", who(*by), how(*early, waived))
        }
        Fact::Approval { by, given: true, .. } => format!("{} approved it", who(*by)),
        Fact::Approval { by, given: false, .. } => format!("{} took the approval back", who(*by)),
        Fact::ReleaseLapsed { .. } => "nobody approved it in time".to_owned(),
        Fact::ReleaseStarted { .. } => "the release began".to_owned(),
        Fact::ReleaseStopped { step, .. } => format!("the release stopped at \"{}\"", step.title()),
        Fact::ReleaseAborted { by, reason, .. } => {
            let by = by.map_or_else(|| "somebody on GitHub".to_owned(), who);
            format!("{by} called the release off{}", because(team, reason))
        }
        Fact::StepDone { step, .. } => step.done().to_owned(),
        _ => return None,
    })
}

/// How a release was asked for, where it was not the ordinary way.
fn how(early: bool, waived: &BTreeSet<Step>) -> String {
    let early = if early { ", before the disclosure time" } else { "" };
    let waived: Vec<String> = waived.iter().map(|step| step.title().to_owned()).collect();
    let waived = if waived.is_empty() { String::new() } else { format!(", without: {}", list(&waived)) };
    format!("{early}{waived}")
}

/// What happens between the report and the release.
#[expect(clippy::wildcard_enum_match_arm, reason = "`entry`, which calls this, names every fact")]
fn before_release(world: &World, team: &Team, fact: &Fact) -> Option<String> {
    let who = |user: &UserId| silent(world, *user);
    let names = |who: &[Embargoed<Collaborator>]| {
        list(&who.iter().map(|who| code(&who.open(team).typed())).collect::<Vec<_>>())
    };
    let on_github = |by: &Option<Embargoed<Login>>| {
        by.as_ref().map_or_else(|| "somebody".to_owned(), |by| code(by.open(team).as_str()))
    };
    let why = |reason: &Option<EmbargoedText>| {
        reason.as_ref().map_or_else(String::new, |reason| because(team, reason))
    };
    Some(match fact {
        Fact::ChangedOnGitHub { parts, by, .. } => {
            let parts: Vec<String> = parts.iter().map(|part| part_name(*part).to_owned()).collect();
            format!("{} changed {} on GitHub", on_github(by), list(&parts))
        }
        Fact::PlatformsNoted { by, package, platforms, .. } => {
            let package = code(&package.open(team).to_string());
            match platforms {
                Some(platforms) => {
                    format!("{} noted the platforms of {package}{}", who(by), because(team, platforms))
                }
                None => format!("{} changed {package} without naming platforms", who(by)),
            }
        }
        Fact::PublishedByHand { by, .. } => {
            format!("{} published the advisory by hand, out of order", on_github(by))
        }
        Fact::ManagerSet { manager, by: Some(by), .. } if manager != by => {
            format!("{} made {} the incident manager", who(by), who(manager))
        }
        Fact::ManagerSet { manager, .. } => format!("{} became the incident manager", who(manager)),
        Fact::Acknowledged { by, .. } => format!("{} acknowledged receipt", who(by)),
        Fact::Accepted { by, .. } => format!("{} accepted the report", who(by)),
        Fact::Closed { by: Some(by), reason, .. } => format!("{} closed it{}", who(by), why(reason)),
        Fact::Closed { by: None, .. } => "it was closed on GitHub".to_owned(),
        Fact::Reopened { .. } => "it was opened again on GitHub".to_owned(),
        Fact::Invited { by, who: people, .. } => format!("{} invited {}", who(by), names(people)),
        Fact::Uninvited { by, who: people, .. } => format!("{} uninvited {}", who(by), names(people)),
        Fact::Credited { by, credit, .. } => {
            let Credit { login, kind } = credit.open(team);
            format!("{} credited {} as {}", who(by), code(login.as_str()), kind.words())
        }
        Fact::ForkRequested { by, .. } => format!("{} asked for the private fork", who(by)),
        Fact::ForkReady { .. } => "the private fork could be used".to_owned(),
        Fact::ForkFailed { .. } => "the private fork could not be made".to_owned(),
        Fact::ForkUnusable { .. } => "the private fork could still not be used".to_owned(),
        Fact::ForkGone { .. } => "the private fork was deleted on GitHub".to_owned(),
        Fact::CveRequested { by, .. } => format!("{} asked for a CVE number", who(by)),
        Fact::CveAssigned { cve, by: Some(by), .. } => {
            format!("{} entered {}", who(by), cve.open(team).as_str())
        }
        Fact::CveAssigned { cve, by: None, .. } => format!("{} was assigned", cve.open(team).as_str()),
        Fact::StepVouched { step, by, evidence, .. } => {
            format!("{} vouched: {}{}", who(by), step.title(), why(evidence))
        }
        Fact::Patch { branch, change, .. } => return patch::entry(world, team, branch, change),
        Fact::Watch { change, .. } => watch::entry(world, team, change),
        Fact::StepUndone { step, by, .. } => format!("{} took back: {}", who(by), step.title()),
        Fact::ClockReminded { clock, late, .. } => {
            format!("reminder, {}{}", waits_for(*clock), if *late { ", late" } else { "" })
        }
        _ => return None,
    })
}

/// What a clock waits for.
const fn waits_for(clock: Clock) -> &'static str {
    match clock {
        Clock::Acknowledge => "the report is not acknowledged",
        Clock::Cve => "there is no CVE number",
        Clock::Fork => "the private fork is not there",
        Clock::Overdue => "the disclosure time has passed",
        Clock::ListSeen => "nobody has seen the mail on the list",
        Clock::Blog => "the blog post is not out",
        Clock::Delivery => "the release waits",
    }
}

fn opened(world: &World, origin: &Origin) -> String {
    match origin.command() {
        Some(command) => format!("{} opened the incident", silent(world, command.user)),
        None => "a private report came in on GitHub".to_owned(),
    }
}

pub(super) fn because(team: &Team, reason: &EmbargoedText) -> String {
    format!(": {}", inline(&cut(reason.open(team), REASON_SHOWN)))
}
