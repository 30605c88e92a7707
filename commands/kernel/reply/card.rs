//! The status card: where an incident stands.

use jiff::Timestamp;

use crate::kernel::{
    content::Advisory,
    embargoed::{Embargoed, Team, TeamText},
    escape::{code, cut, inline},
    fact::Fact,
    incident::{Embargo, Incident, Stage},
    reply::{
        codename, date, embargo::word_of, fit, hint::step_hint, length, manager_of, moment, silent, struck,
    },
    runbook::{self, Progress},
    step::Step,
    world::World,
};

/// How much of a summary stands in a line among others, in code points.
const SUMMARY_SHOWN: usize = 200;
/// How much of a package's ranges stands on the card, in code points.
const RANGES_SHOWN: usize = 400;
/// How long all affected packages may grow on the card before the rest is only counted, in code points.
const AFFECTED_CHARS_MAX: usize = 3000;

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
        let (done, open): (Vec<Step>, Vec<Step>) =
            steps.partition(|step| runbook::is_done(world, incident, *step));
        let next = runbook::next_step(world, incident);
        let open = open.iter().filter(|_| incident.stage != Stage::Closed);
        lines.extend(open.map(|step| step_line(world, team, incident, *step, next == Some(*step), now)));
        if !done.is_empty() {
            let count = done.len();
            lines.push(format!("```spoiler ✅ {count} step{} done", if count == 1 { "" } else { "s" }));
            lines.extend(done.iter().map(|step| done_line(world, incident, *step)));
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
    let mut parts = vec![format!("Manager {}", manager_of(world, incident))];
    let reported = incident.advisory().map(|advisory| advisory.open(team).created);
    parts.push(format!("reported {}", moment(reported.unwrap_or(incident.opened))));
    parts.push(match &incident.embargo {
        _ if incident.is_published() => "**published**".to_owned(),
        _ if incident.stage == Stage::Closed => format!("**closed**{}", why_closed(incident, team)),
        Some(Embargo { until, broken: Some(broken), .. }) => {
            format!("🚨 **embargo broken** {}: {}", moment(*until), word_of(world, team, broken))
        }
        Some(embargo) => format!("disclosure {}", date(embargo.until)),
        None => "no disclosure time yet".to_owned(),
    });
    parts.join(" · ")
}

/// Why it was closed without a release, as far as somebody said.
fn why_closed(incident: &Incident, team: &Team) -> String {
    let reason =
        incident.history.iter().rev().find_map(|(_, fact)| {
            if let Fact::Closed { reason, .. } = fact { reason.as_ref() } else { None }
        });
    reason.map_or_else(String::new, |reason| format!(": {}", inline(&cut(reason.open(team), SUMMARY_SHOWN))))
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
        let platforms = incident.platforms.get(&Embargoed::new(package.package.clone()));
        let platforms = platforms.map(|platforms| format!(" · platforms: {}", inline(platforms.open(team))));
        lines.push(format!("Affected {}: {}{}", code(&name), inline(&rows), platforms.unwrap_or_default()));
    }
    if !lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

/// A step that is done: by whom, and how long after the report.
fn done_line(world: &World, incident: &Incident, step: Step) -> String {
    if let Some(why) = runbook::needless(world, incident, step) {
        return format!("✅ {}: does not apply, {why}", step.title());
    }
    let Some((at, by)) = runbook::done_by(incident, step) else { return format!("✅ {}", step.title()) };
    let who = by.map_or_else(String::new, |user| format!("{}, ", silent(world, user)));
    let reported = incident.reported();
    let after = if at > reported {
        format!("{} after the report", length(at.duration_since(reported)))
    } else {
        moment(at)
    };
    format!("✅ {}: {who}{after}", step.title())
}

fn step_line(
    world: &World,
    team: &Team,
    incident: &Incident,
    step: Step,
    is_next: bool,
    now: Timestamp,
) -> String {
    if incident.is_waived(step) {
        return format!("⬜ {}: left out", step.title());
    }
    let hint = step_hint(world, team, incident, step, now);
    match runbook::progress(world, incident, step) {
        Progress::Struck => return format!("⬜ {}: {}", step.title(), struck(incident)),
        Progress::Waiting => return format!("⏳ {}: {hint}", step.title()),
        Progress::Open | Progress::Done => {}
    }
    if is_next {
        format!("➡️ **{}**: {hint}", step.title())
    } else {
        format!("⬜ {}: {hint}", step.title())
    }
}
