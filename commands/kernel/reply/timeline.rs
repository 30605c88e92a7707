//! The timeline: what happened, when, and by whom.

use crate::kernel::{
    embargoed::{Team, TeamText},
    escape::inline,
    fact::Fact,
    incident::Incident,
    reply::{chat::part_name, codename, fit, length, list, moment, silent},
    world::World,
};

/// An incident's timeline, oldest first.
#[must_use]
pub fn timeline(world: &World, incident: &Incident) -> TeamText {
    TeamText::compose(|team| {
        let mut lines = vec![format!("**Timeline of {}**", codename(team, incident))];
        let entries = incident.history.iter().filter_map(|(at, fact)| Some((at, entry(world, team, fact)?)));
        lines.extend(entries.map(|(at, what)| format!("* {} {what}", moment(*at))));
        fit(lines.join("\n"))
    })
}

fn entry(world: &World, team: &Team, fact: &Fact) -> Option<String> {
    let who = |user| silent(world, user);
    Some(match fact {
        Fact::Opened { command, .. } => format!("{} opened the incident", who(command.user)),
        Fact::OpeningFailed { .. } => "the advisory could not be made or read".to_owned(),
        Fact::Linked { .. } => "the advisory stands on GitHub".to_owned(),
        Fact::Rewritten { by, parts, .. } => {
            let parts: Vec<String> = parts.iter().map(|part| part_name(*part).to_owned()).collect();
            format!("{} changed {}", who(*by), list(&parts))
        }
        Fact::EmbargoSet { until, by, reason, .. } => {
            let reason =
                reason.as_ref().map_or_else(String::new, |reason| format!(": {}", inline(reason.open(team))));
            format!("{} set the disclosure time to {}{reason}", who(*by), moment(*until))
        }
        Fact::Reminded { before, late, .. } => {
            let late = if *late { ", late" } else { "" };
            if before.is_zero() {
                format!("the disclosure time came{late}")
            } else {
                format!("reminder, {} before disclosure{late}", length(*before))
            }
        }
        Fact::ReleaseRequested { by, early, .. } => {
            format!(
                "{} asked for the release{}",
                who(*by),
                if *early { ", before the disclosure time" } else { "" }
            )
        }
        Fact::Approved { by, .. } => format!("{} approved it", who(*by)),
        Fact::ApprovalTakenBack { by, .. } => format!("{} took the approval back", who(*by)),
        Fact::ReleaseLapsed { .. } => "nobody approved it in time".to_owned(),
        Fact::ReleaseStarted { .. } => "the release began".to_owned(),
        Fact::ReleaseStopped { step, .. } => format!("the release stopped at \"{}\"", step.title()),
        Fact::ReleaseAborted { by, reason, .. } => {
            format!("{} called the release off: {}", who(*by), inline(reason.open(team)))
        }
        Fact::StepDone { step, .. } => format!("{}: done", step.title()),
        Fact::TopicMoved { .. } => "the topic was renamed or moved".to_owned(),
        Fact::CardPosted { .. }
        | Fact::Began { .. }
        | Fact::CardFrozen { .. }
        | Fact::CardRenewed { .. }
        | Fact::AdvisorySeen { .. }
        | Fact::ApprovalAsked { .. }
        | Fact::CommandTaken { .. }
        | Fact::CommandRefused { .. }
        | Fact::ToldWhereCommandsBelong { .. }
        | Fact::ThumbHeld { .. }
        | Fact::Pinged { .. }
        | Fact::LeakBlocked { .. } => return None,
    })
}
