//! What is said of changes that were made on GitHub by hand.

use crate::kernel::{
    collaborator::{Collaborator, Login},
    content::{Advisory, AdvisoryState, AffectedRange, EmbargoedAdvisory, Part},
    effect::Failure,
    embargoed::{Embargoed, Team, TeamText},
    escape::{code, cut, inline},
    id::Topic,
    incident::Incident,
    reply::{call_team, chat::part_name, failure, fit, list},
    settings::Project,
    world::World,
};

/// How much of a text is shown, in code points.
const TEXT_SHOWN: usize = 200;
/// How many names are shown; the rest are counted.
const NAMES_SHOWN: usize = 20;
/// Where a team reads of what concerns no single incident.
const TOPIC: &str = "advisory-bot";

/// The topic for what concerns no single incident.
#[must_use]
pub fn topic() -> Topic {
    Topic(TOPIC.to_owned())
}

/// The advisory was changed on GitHub: each part, as it is now.
#[must_use]
pub fn changed(incident: &Incident, advisory: &EmbargoedAdvisory, parts: &[Part]) -> TeamText {
    TeamText::compose(|team| {
        let after = advisory.open(team);
        let before = incident.advisory().map(|before| before.open(team));
        let only_cve = parts == [Part::Cve];
        let head =
            if only_cve { "**GitHub shows a CVE number**:" } else { "**Changed on GitHub**, by hand:" };
        let mut lines = vec![head.to_owned()];
        lines.extend(parts.iter().map(|part| format!("* {}", line(*part, before, after))));
        fit(lines.join("\n"))
    })
}

fn line(part: Part, before: Option<&Advisory>, after: &Advisory) -> String {
    let name = part_name(part);
    let content = &after.content;
    match part {
        Part::Summary => format!("{name}: {}", inline(&cut(&content.summary, TEXT_SHOWN))),
        Part::Description => format!(
            "{name}, {} characters now: {} ([all of it]({}))",
            content.description.chars().count(),
            inline(&cut(&content.description, TEXT_SHOWN)),
            after.url
        ),
        Part::Severity => {
            let word = |of: &Advisory| {
                of.content.severity.as_ref().map_or_else(|| "none".to_owned(), ToString::to_string)
            };
            format!("{name}: {} → {}", before.map_or_else(|| "none".to_owned(), word), word(after))
        }
        Part::Cwe => {
            let all: Vec<String> = content.cwes.iter().map(ToString::to_string).collect();
            format!("{name}: {}", list(&all))
        }
        Part::Affected => {
            let rows: Vec<String> = content.affected.iter().map(affected).collect();
            format!("{name}: {}", inline(&cut(&rows.join("; "), TEXT_SHOWN)))
        }
        Part::Cve => match &after.cve {
            Some(cve) => format!("{name}: {}", cve.as_str()),
            None => format!("{name}: taken away"),
        },
        Part::State => match after.state {
            AdvisoryState::Triage => "it is a report again".to_owned(),
            AdvisoryState::Draft if before.is_some_and(|before| before.state == AdvisoryState::Closed) => {
                "it is a draft again; this incident is open again".to_owned()
            }
            AdvisoryState::Draft => "it is a draft now".to_owned(),
            AdvisoryState::Published => "**it is published**".to_owned(),
            AdvisoryState::Closed => "it is closed; so is this incident".to_owned(),
        },
        Part::Collaborators => {
            let none = Default::default();
            let known = before.map_or(&none, |before| &before.collaborators);
            let added = after.collaborators.difference(known).map(Collaborator::typed);
            let gone = known.difference(&after.collaborators).map(Collaborator::typed);
            format!("{name}: {}", plus_and_minus(added.collect(), gone.collect()))
        }
        Part::Credits => {
            let words = |of: &Advisory| -> Vec<String> {
                of.credits.iter().map(|c| format!("{} ({})", c.login.as_str(), c.kind.words())).collect()
            };
            let (old, new) = (before.map_or_else(Vec::new, words), words(after));
            let added = new.iter().filter(|one| !old.contains(one)).cloned().collect();
            let gone = old.iter().filter(|one| !new.contains(one)).cloned().collect();
            format!("{name}: {}", plus_and_minus(added, gone))
        }
        Part::Fork => match &after.fork {
            Some(fork) => format!("{name}: {}", code(&fork.to_string())),
            None => format!("{name}: gone"),
        },
    }
}

fn affected(package: &crate::kernel::content::AffectedPackage) -> String {
    let range = |range: &AffectedRange| match &range.patched {
        Some(patched) => format!("{} → {patched}", range.affected),
        None => range.affected.clone(),
    };
    let ranges: Vec<String> = package.ranges.iter().map(range).collect();
    format!("{} {}", package.package, ranges.join(" || "))
}

fn plus_and_minus(added: Vec<String>, gone: Vec<String>) -> String {
    let signed = |sign: &str, names: Vec<String>| -> Vec<String> {
        names.into_iter().map(|name| format!("{sign} {}", code(&name))).collect()
    };
    let all: Vec<String> = signed("+", added).into_iter().chain(signed("−", gone)).collect();
    let more = all.len().saturating_sub(NAMES_SHOWN);
    let shown: Vec<String> = all.into_iter().take(NAMES_SHOWN).collect();
    let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{rest}", shown.join(", "))
}

/// The advisory was published outside a release.
#[must_use]
pub fn published_by_hand(world: &World, incident: &Incident, by: Option<&Embargoed<Login>>) -> TeamText {
    TeamText::compose(|team: &Team| {
        let by = by.map_or_else(String::new, |by| format!(", by {}", code(by.open(team).as_str())));
        format!(
            "🚨 **Published out of order**: the advisory was published on GitHub by hand{by}, and not by a release. {}: everyone can read it now. {} shows what is left to do; with {} it is over.",
            call_team(world, incident),
            code("!release plan"),
            code("!advisory close REASON")
        )
    })
}

/// A change was not made, because others changed the same on GitHub.
#[must_use]
pub fn conflict(incident: &Incident, advisory: &EmbargoedAdvisory, parts: &[Part]) -> TeamText {
    TeamText::compose(|team| {
        let before = incident.advisory().map(|before| before.open(team));
        let after = advisory.open(team);
        let mut lines = vec!["❌ Not changed: somebody changed the same on GitHub meanwhile, and it is not overwritten. It stands there like this:".to_owned()];
        lines.extend(parts.iter().map(|part| format!("* {}", line(*part, before, after))));
        lines.push("To put yours in its place all the same, give the command again.".to_owned());
        fit(lines.join("\n"))
    })
}

/// A change was not made, because it was written on top of an earlier one that could not be made.
#[must_use]
pub fn earlier_failed() -> TeamText {
    TeamText::from(
        "❌ Not changed: an earlier command was to change the same and could not. Give this one again.",
    )
}

/// GitHub cannot be read.
#[must_use]
pub fn lost(project: &Project, why: &Failure) -> TeamText {
    TeamText::compose(|team| {
        format!(
            "⏳ I cannot see the advisories of {} on GitHub: {} Reports and changes there go unnoticed until I can; I keep trying, and say when I do.",
            inline(&project.name.0),
            failure::sentence(team, why)
        )
    })
}

/// GitHub can be read again.
#[must_use]
pub fn back(project: &Project) -> TeamText {
    TeamText::compose(|_| format!("✅ I see the advisories of {} on GitHub again.", inline(&project.name.0)))
}
