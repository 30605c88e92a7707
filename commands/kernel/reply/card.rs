//! The status card, the list of incidents, the countdown: where things stand.

use jiff::{SignedDuration, Timestamp};

use crate::kernel::{
    content::Advisory,
    embargoed::{Team, TeamText},
    escape::{code, cut, inline},
    incident::{Incident, Release, Stage},
    reply::{call_manager, codename, date, fit, length, manager, moment, name, silent, time},
    runbook,
    step::Step,
    when,
    world::World,
};

/// How much of a summary stands in a line among others, in code points.
const SUMMARY_SHOWN: usize = 200;
/// How much of a package's ranges stands on the card, in code points.
const RANGES_SHOWN: usize = 400;
/// How long all affected packages may grow on the card before the rest is only counted, in code points.
const AFFECTED_CHARS_MAX: usize = 3000;
/// How many incidents a list shows.
const LIST_ROWS_MAX: usize = 60;

/// An incident's status card.
#[must_use]
pub fn card(world: &World, incident: &Incident, now: Timestamp) -> TeamText {
    TeamText::compose(|team| {
        let mut lines = vec![format!("### {} · {}", codename(team, incident), inline(&incident.project.0))];
        match incident.advisory() {
            Some(advisory) => lines.push(headline(advisory.open(team))),
            None => lines.push("The advisory is being made on GitHub.".to_owned()),
        }
        lines.push(people_and_times(world, incident, team));
        lines.push(String::new());
        lines.extend(affected(incident, team));
        let steps = Step::ALL.into_iter();
        let (done, open): (Vec<Step>, Vec<Step>) = steps.partition(|step| runbook::is_done(incident, *step));
        let next = runbook::next_step(incident);
        lines.extend(open.iter().map(|step| step_line(world, incident, *step, next == Some(*step), now)));
        if !done.is_empty() {
            let count = done.len();
            lines.push(format!("```spoiler ✅ {count} step{} done", if count == 1 { "" } else { "s" }));
            lines.extend(done.iter().map(|step| format!("✅ {}", step.title())));
            lines.push("```".to_owned());
        }
        fit(lines.join("\n"))
    })
}

fn headline(advisory: &Advisory) -> String {
    let content = &advisory.content;
    let mut parts = vec![
        format!("**{}**", inline(&cut(&content.summary, SUMMARY_SHOWN))),
        format!("[{}]({})", advisory.ghsa.as_str(), advisory.url),
    ];
    parts.push(content.severity.as_ref().map_or_else(|| "severity open".to_owned(), ToString::to_string));
    parts.extend(advisory.cve.as_ref().map(|cve| cve.as_str().to_owned()));
    parts.extend(
        (!content.cwes.is_empty())
            .then(|| content.cwes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
    );
    parts.join(" · ")
}

fn people_and_times(world: &World, incident: &Incident, team: &Team) -> String {
    let mut parts = vec![format!("Manager {}", manager(world, incident))];
    let reported = incident.advisory().map(|advisory| advisory.open(team).created);
    parts.push(format!("reported {}", moment(reported.unwrap_or(incident.opened))));
    parts.push(match &incident.embargo {
        _ if incident.is_published() => "**published**".to_owned(),
        Some(embargo) => format!("disclosure {}", date(embargo.until)),
        None => "no disclosure time yet".to_owned(),
    });
    parts.join(" · ")
}

fn affected(incident: &Incident, team: &Team) -> Vec<String> {
    let Some(advisory) = incident.advisory() else { return Vec::new() };
    let packages = &advisory.open(team).content.affected;
    let mut lines: Vec<String> = Vec::new();
    let known = packages.iter().filter(|p| p.ranges.iter().any(|range| !range.affected.is_empty()));
    for (number, package) in known.clone().enumerate() {
        if lines.iter().map(|line| line.chars().count()).sum::<usize>() > AFFECTED_CHARS_MAX {
            lines.push(format!("… and {} more packages.", known.count() - number));
            break;
        }
        let rows = package.ranges.iter().map(|range| match &range.patched {
            Some(patched) => format!("{} → {}", range.affected, patched),
            None => format!("{} → no fix yet", range.affected),
        });
        let rows = cut(&rows.collect::<Vec<_>>().join(" · "), RANGES_SHOWN);
        let name = cut(&package.package.to_string(), SUMMARY_SHOWN);
        lines.push(format!("Affected {}: {}", code(&name), inline(&rows)));
    }
    if !lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

fn step_line(world: &World, incident: &Incident, step: Step, is_next: bool, now: Timestamp) -> String {
    if incident.is_waived(step) {
        return format!("⬜ {}: left out", step.title());
    }
    let hint = step_hint(world, incident, step, now);
    if is_next {
        format!("➡️ **{}**: {hint}", step.title())
    } else {
        format!("⬜ {}: {hint}", step.title())
    }
}

/// What a step that is not done waits for, and the command that moves it.
#[must_use]
pub fn step_hint(world: &World, incident: &Incident, step: Step, now: Timestamp) -> String {
    match step {
        Step::Accept => "accept the report on the advisory's page on GitHub".to_owned(),
        Step::Text => {
            let missing = runbook::missing_text(incident);
            let each = missing.iter().map(|part| match part {
                runbook::MissingText::Description => {
                    format!("{}: {} with it as a fenced block", part.title(), code(part.command()))
                }
                runbook::MissingText::Severity | runbook::MissingText::Affected => {
                    format!("{}: {}", part.title(), code(part.command()))
                }
            });
            each.collect::<Vec<_>>().join(" · ")
        }
        Step::Embargo => code("!embargo set WHEN"),
        Step::Publish => publish_hint(world, incident, now),
        Step::Announce | Step::Close => "by the release".to_owned(),
    }
}

fn publish_hint(world: &World, incident: &Incident, now: Timestamp) -> String {
    match &incident.release {
        Release::None | Release::Done(_) => {
            let ready = Step::PRECONDITIONS.iter().all(|step| runbook::is_done(incident, *step));
            let time_has_come = incident.embargo.as_ref().is_some_and(|embargo| embargo.until <= now);
            let command = if ready && time_has_come { "!release go" } else { "!release plan" };
            code(command)
        }
        Release::Requested(request) => {
            format!(
                "asked for by {}, waits for approval: 👍 or {}",
                silent(world, request.by),
                code("!release approve")
            )
        }
        Release::Running(_) => "under way".to_owned(),
        Release::Stopped(_, step) => format!(
            "stopped at {}. {} again, or {}",
            step.title(),
            code("!release go"),
            code("!release abort REASON")
        ),
    }
}

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
                    format!("{} ({})", moment(embargo.until), when::left(now, embargo.until))
                }
                _ => "–".to_owned(),
            };
            format!(
                "| {} | {} | {} | {} | {disclosure} |",
                codename(team, incident),
                inline(&incident.project.0),
                stage(incident),
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
pub fn stage(incident: &Incident) -> &'static str {
    match (incident.stage, &incident.release) {
        (Stage::Opening, _) => "being opened",
        (Stage::Failed, _) => "never opened",
        (Stage::Closed, _) => "closed",
        (Stage::Open, Release::Requested(_)) => "waits for approval",
        (Stage::Open, Release::Running(_)) => "being released",
        (Stage::Open, Release::Stopped(..)) => "release stopped",
        (Stage::Open, Release::None | Release::Done(_)) => match runbook::next_step(incident) {
            Some(Step::Accept) => "to be accepted",
            Some(Step::Text) => "text to be completed",
            Some(Step::Embargo) => "time to be set",
            Some(Step::Publish) => "ready for release",
            Some(Step::Announce | Step::Close) | None => "published",
        },
    }
}

/// A reminder of the countdown.
#[must_use]
pub fn countdown(
    world: &World,
    incident: &Incident,
    before: SignedDuration,
    late: bool,
    now: Timestamp,
) -> TeamText {
    TeamText::compose(|_| {
        let Some(embargo) = &incident.embargo else { return String::new() };
        let late = if late {
            format!(
                " This reminder is late: it was due {}.",
                when::left(now, embargo.until.checked_sub(before).unwrap_or(now))
            )
        } else {
            String::new()
        };
        let missing: Vec<String> = Step::PRECONDITIONS
            .into_iter()
            .filter(|step| !runbook::is_done(incident, *step))
            .map(|step| step.title().to_owned())
            .collect();
        let manager = call_manager(world, incident);
        let time = if late.is_empty() { date(embargo.until) } else { time(embargo.until, now) };
        if before.is_zero() {
            let next = if missing.is_empty() {
                code("!release go")
            } else {
                format!("missing: {}. {}", missing.join(", "), code("!release plan"))
            };
            return format!("⏳ **The disclosure time has come**: {time}. {manager}, {next}.{late}");
        }
        let length = length(before);
        if missing.is_empty() {
            format!(
                "⏳ **{length}** to disclosure: {time}. Everything is in place; {} shows what will happen.{late}",
                code("!release plan")
            )
        } else {
            format!(
                "⏳ **{length}** to disclosure: {time}. Missing: {}. {manager}, {} shows what comes next.{late}",
                missing.join(", "),
                code("!next")
            )
        }
    })
}
