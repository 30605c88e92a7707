//! The timeline: what happened, when, and by whom.

use crate::kernel::{
    embargoed::{EmbargoedText, Team, TeamText},
    escape::{cut, inline},
    fact::Fact,
    incident::Incident,
    reply::{MESSAGE_CHARS_MAX, chat::part_name, codename, length, list, moment, silent},
    world::World,
};

/// How long the entries may be together, in code points.
const TIMELINE_CHARS_MAX: usize = MESSAGE_CHARS_MAX - 200;
/// How much of a reason is repeated, in code points.
const REASON_SHOWN: usize = 300;

/// An incident's timeline, oldest first. When it is too long for one message, the newest is shown.
#[must_use]
pub fn timeline(world: &World, incident: &Incident) -> TeamText {
    TeamText::compose(|team| {
        let entries = incident.history.iter().filter_map(|(at, fact)| Some((at, entry(world, team, fact)?)));
        let entries: Vec<String> = entries.map(|(at, what)| format!("* {} {what}", moment(*at))).collect();
        let mut room = TIMELINE_CHARS_MAX;
        let newest = entries.iter().rev().take_while(|line| {
            let chars = line.chars().count() + 1;
            let fits = chars <= room;
            room = room.saturating_sub(chars);
            fits
        });
        let left_out = entries.len() - newest.count();
        let mut lines = vec![format!("**Timeline of {}**", codename(team, incident))];
        if left_out > 0 {
            lines.push(format!("… {left_out} earlier entries are left out."));
        }
        lines.extend(entries.into_iter().skip(left_out));
        lines.join("\n")
    })
}

fn entry(world: &World, team: &Team, fact: &Fact) -> Option<String> {
    let who = |user| silent(world, user);
    Some(match fact {
        Fact::Opened { origin, .. } => match origin.command() {
            Some(command) => format!("{} opened the incident", who(command.user)),
            None => "a private report came in on GitHub".to_owned(),
        },
        Fact::OpeningFailed { .. } => "the advisory could not be made or read".to_owned(),
        Fact::Linked { .. } => "the advisory stands on GitHub".to_owned(),
        Fact::Rewritten { by, parts, .. } => {
            let parts: Vec<String> = parts.iter().map(|part| part_name(*part).to_owned()).collect();
            format!("{} changed {}", who(*by), list(&parts))
        }
        Fact::EmbargoSet { until, by, reason, .. } => {
            let reason = reason.as_ref().map_or_else(String::new, |reason| because(team, reason));
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
        Fact::ReleaseRequested { by, early, waived, reason, .. } => {
            let early = if *early { ", before the disclosure time" } else { "" };
            let waived: Vec<String> = waived.iter().map(|step| step.title().to_owned()).collect();
            let waived =
                if waived.is_empty() { String::new() } else { format!(", without: {}", list(&waived)) };
            let reason = reason.as_ref().map_or_else(String::new, |reason| because(team, reason));
            format!("{} asked for the release{early}{waived}{reason}", who(*by))
        }
        Fact::Approved { by, .. } => format!("{} approved it", who(*by)),
        Fact::ApprovalTakenBack { by, .. } => format!("{} took the approval back", who(*by)),
        Fact::ReleaseLapsed { .. } => "nobody approved it in time".to_owned(),
        Fact::ReleaseStarted { .. } => "the release began".to_owned(),
        Fact::ReleaseStopped { step, .. } => format!("the release stopped at \"{}\"", step.title()),
        Fact::ReleaseAborted { by, reason, .. } => {
            format!("{} called the release off{}", who(*by), because(team, reason))
        }
        Fact::StepDone { step, .. } => step.done().to_owned(),
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

fn because(team: &Team, reason: &EmbargoedText) -> String {
    format!(": {}", inline(&cut(reason.open(team), REASON_SHOWN)))
}
