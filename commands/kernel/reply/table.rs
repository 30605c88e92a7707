//! The list of incidents.

use jiff::Timestamp;

use crate::kernel::{
    embargoed::TeamText,
    escape::inline,
    incident::{Incident, Release, Stage},
    reply::{codename, fit, moment, name},
    runbook,
    step::Step,
    when,
    world::World,
};

/// How many incidents a list shows.
const LIST_ROWS_MAX: usize = 60;

/// The table of incidents.
#[must_use]
pub fn table<'a>(
    world: &World,
    incidents: impl Iterator<Item = &'a Incident>,
    all: bool,
    now: Timestamp,
) -> TeamText {
    let incidents: Vec<&Incident> = incidents.collect();
    if incidents.is_empty() {
        return TeamText::from(if all {
            "There has been no incident yet. `!advisory new SUMMARY` opens one."
        } else {
            "No open incident. `!advisory new SUMMARY` opens one."
        });
    }
    TeamText::compose(|team| {
        let mut lines = vec![
            "| incident | project | stage | manager | disclosure |".to_owned(),
            "|---|---|---|---|---|".to_owned(),
        ];
        let rows = incidents.iter().rev().take(LIST_ROWS_MAX);
        lines.extend(rows.map(|incident| {
            let disclosure = match &incident.embargo {
                Some(embargo) if !incident.is_published() => {
                    let broken = if embargo.broken.is_some() { "🚨 broken, " } else { "" };
                    format!("{broken}{} ({})", moment(embargo.until), when::left(now, embargo.until))
                }
                _ => "–".to_owned(),
            };
            format!(
                "| {} | {} | {} | {} | {disclosure} |",
                codename(team, incident),
                inline(&incident.project.0),
                stage(world, incident),
                inline(incident.manager.map_or("–", |manager| name(world, manager))),
            )
        }));
        if incidents.len() > LIST_ROWS_MAX {
            lines.push(String::new());
            lines.push(format!("The newest {LIST_ROWS_MAX} of {}.", incidents.len()));
        }
        fit(lines.join("\n"))
    })
}

/// Where an incident stands, in two or three words.
#[must_use]
pub fn stage(world: &World, incident: &Incident) -> &'static str {
    match (incident.stage, &incident.release) {
        (Stage::Opening, _) => "being opened",
        (Stage::Failed, _) => "never opened",
        (Stage::Closed, _) => "closed",
        (Stage::Open, Release::Requested(_)) => "waits for approval",
        (Stage::Open, Release::Running(_)) if runbook::next_step(world, incident) == Some(Step::Blog) => {
            "blog post to come"
        }
        (Stage::Open, Release::Running(_)) => "being released",
        (Stage::Open, Release::Stopped(..)) => "release stopped",
        (Stage::Open, Release::None | Release::Done(_)) => match runbook::next_step(world, incident) {
            Some(Step::Acknowledge) => "to be acknowledged",
            Some(Step::Reproduce) => "to be reproduced",
            Some(Step::Accept) => "to be accepted",
            Some(Step::Fork) => "fork to be made",
            Some(Step::Invite) => "helpers to be invited",
            Some(Step::Audit) => "to be audited",
            Some(Step::Upstream) => "third parties",
            Some(Step::Fix) => "to be fixed",
            Some(Step::Text) => "text to be completed",
            Some(Step::Cve) => "CVE to be asked for",
            Some(Step::Embargo) => "time to be set",
            Some(Step::Notify) => "list to be told",
            Some(Step::ListSeen) => "mail to be seen",
            Some(Step::Patches) => "to be patched",
            Some(Step::Tests) => "to be tested",
            Some(Step::Transfer | Step::Bump | Step::Tag | Step::Deploy | Step::Snapshot | Step::Publish) => {
                "ready for release"
            }
            Some(Step::Blog) => "blog post to come",
            Some(Step::Rustsec) => "RustSec entry to come",
            Some(Step::ForkGone | Step::Mail | Step::Announce | Step::Exports | Step::Close) | None => {
                "published"
            }
        },
    }
}
