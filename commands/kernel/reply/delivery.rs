//! What is said of a release's way through public repositories.

use crate::kernel::{
    delivery::{Fix, VersionBump},
    embargoed::{Team, TeamText},
    escape::{code, inline},
    id::Repository,
    incident::Incident,
    patch::{Branch, PullState},
    plan::{Deed, Obstacle, ObstacleKind},
    refusal::ReleaseRefusal,
    reply::{call_manager, list, silent},
    step::Step,
    work::{Checks, DeliveryChange, PublicPull, PullText, Standing, Work},
    world::World,
};

use super::release::ways_on;

/// How many failed checks are named.
const CHECKS_SHOWN: usize = 5;

/// What a deed does in public repositories, with exactly what will be there.
pub(super) fn deed(deed: &Deed, team: &Team) -> String {
    let task = deed.step().task();
    match deed {
        Deed::Transfer { repository, project, fixes, .. } => {
            let each = fixes.iter().map(|fix| {
                let text = PullText::Fixes { project: project.clone(), base: fix.base.clone() };
                fix_line(fix, &text, team)
            });
            let each: Vec<String> = each.collect();
            format!(
                "{task}: into {}, each as a pull request that says \"{}\", merged by the repository's rules once the checks of all have passed:\n{}",
                code(&repository.to_string()),
                body_of(fixes, project),
                each.join("\n")
            )
        }
        Deed::Bump { repository, bumps } => {
            let each: Vec<String> = bumps.iter().map(bump_line).collect();
            format!("{task}, in {}:\n{}", code(&repository.to_string()), each.join("\n"))
        }
        Deed::Tag { repository, tags } => {
            let tags: Vec<String> = tags.iter().map(|tag| code(tag)).collect();
            format!("{task}: {} in {}", list(&tags), code(&repository.to_string()))
        }
        Deed::Deploy => format!("{task}: {}", code("!done deploy EVIDENCE")),
        Deed::Snapshot { fork, repository } => format!(
            "{task}: what {} has and {} has not, as a git bundle in my store",
            code(&fork.open(team).to_string()),
            code(&repository.to_string())
        ),
        Deed::ForkGone { .. } => {
            format!("{task}, where GitHub leaves it, and nothing but the fork that the advisory names")
        }
        Deed::Publish { .. }
        | Deed::Mail { .. }
        | Deed::Announce { .. }
        | Deed::Blog { .. }
        | Deed::Close => task.to_owned(),
    }
}

fn body_of(fixes: &[Fix], project: &crate::kernel::id::ProjectName) -> String {
    let base = fixes.first().map_or_else(|| Branch(String::new()), |fix| fix.base.clone());
    PullText::Fixes { project: project.clone(), base }.body()
}

fn fix_line(fix: &Fix, text: &PullText, team: &Team) -> String {
    format!(
        "    * {}: commit {} of #{} in the private fork, pushed as {}, opened as \"{}\"",
        code(&fix.base.0),
        code(fix.commit.open(team).short()),
        fix.number,
        code(&fix.branch()),
        text.title()
    )
}

fn bump_line(bump: &VersionBump) -> String {
    let inputs: Vec<String> =
        bump.inputs.iter().map(|(key, value)| code(&format!("{key}={value}"))).collect();
    let inputs = if inputs.is_empty() { String::new() } else { format!(" with {}", list(&inputs)) };
    let then = bump
        .pull_request
        .as_ref()
        .map_or_else(String::new, |head| format!(", and its pull request from {} merged", code(head)));
    format!("    * {}: {} on {}{inputs}{then}", code(&bump.base.0), code(&bump.workflow), code(&bump.on))
}

/// The builds are waited for.
#[must_use]
pub fn awaits_builds(world: &World, incident: &Incident) -> TeamText {
    TeamText::compose(|_| {
        format!(
            "⏳ **{}**: {}, look whether everything that the release brings forth can be had, then {}. Until then nothing is published.",
            Step::Deploy.title(),
            call_manager(world, incident),
            code("!done deploy EVIDENCE")
        )
    })
}

/// Something stands in the way of a pull request.
#[must_use]
pub fn obstructed(world: &World, incident: &Incident, step: Step, obstacle: &Obstacle) -> TeamText {
    let what = match &obstacle.kind {
        ObstacleKind::Red(names) => format!("these checks are red: {}", checks(names)),
        ObstacleKind::Conflicts => "it does not apply cleanly".to_owned(),
        ObstacleKind::Closed => "somebody closed it without merging it".to_owned(),
        ObstacleKind::Moved => "somebody pushed to it, and that is not what was approved".to_owned(),
    };
    TeamText::compose(|_| {
        format!(
            "❌ **The release has stopped** at \"{}\": {} into {}: {what}.\nWhat was done before stands; nothing after it has happened. {}, {}.",
            step.title(),
            pull_link(&obstacle.url),
            code(&obstacle.base.0),
            call_manager(world, incident),
            ways_on(step)
        )
    })
}

/// What was approved is no longer what would happen.
#[must_use]
pub fn halted(world: &World, incident: &Incident, step: Step, why: &str) -> TeamText {
    TeamText::compose(|_| {
        format!(
            "❌ **The release has stopped** at \"{}\": {why} since it was approved. What was done before stands; nothing after it has happened. {}, look at it and {} again, or {}.",
            step.title(),
            call_manager(world, incident),
            code("!release go"),
            code("!release abort REASON")
        )
    })
}

/// How far a step came by a piece of work, where people should hear of it.
#[must_use]
pub fn came_further(
    world: &World,
    incident: &Incident,
    work: &Work,
    pull: Option<&PublicPull>,
) -> Option<TeamText> {
    let text = match work {
        Work::OpenPull { base, .. } => opened(base, pull?),
        Work::Merge { base, .. } => merged(base, pull?),
        Work::AwaitPull { base, .. } => match (pull?.state, pull?.standing) {
            (PullState::Merged, _) => merged(base, pull?),
            (PullState::Open, standing) if standing.needs_person() => {
                waits_for_person(world, incident, base, pull?)
            }
            (PullState::Open | PullState::Closed, _) => return None,
        },
        Work::Dispatch { workflow, base, .. } => {
            format!("▶️ {} runs for {}.", code(workflow), code(&base.0))
        }
        Work::AwaitTag { tag, .. } => format!("✅ {} is there.", code(tag)),
        Work::Push { .. }
        | Work::Snapshot { .. }
        | Work::ClosePulls { .. }
        | Work::RemoveFork { .. }
        | Work::Propose(_) => return None,
    };
    Some(TeamText::compose(|_| text))
}

fn opened(base: &Branch, pull: &PublicPull) -> String {
    match pull.state {
        PullState::Merged => merged(base, pull),
        PullState::Open | PullState::Closed => {
            format!("▶️ {} into {} is open; its checks run.", pull_link(&pull.url), code(&base.0))
        }
    }
}

fn merged(base: &Branch, pull: &PublicPull) -> String {
    format!("✅ {} is merged into {}.", pull_link(&pull.url), code(&base.0))
}

fn waits_for_person(world: &World, incident: &Incident, base: &Branch, pull: &PublicPull) -> String {
    let what = match pull.standing {
        Standing::Behind => "the rules want it brought up to date with its branch",
        Standing::Draft => "it is a draft: mark it ready",
        Standing::Blocked | Standing::Free | Standing::Conflicts | Standing::Unknown => {
            "the repository's rules want a review, or its merge queue; I use nobody's right to pass them by"
        }
    };
    format!(
        "⏳ {} into {} waits for a person: {what}. {}, I go on when that is done.",
        pull_link(&pull.url),
        code(&base.0),
        call_manager(world, incident)
    )
}

/// It goes on.
#[must_use]
pub fn resumed(step: Step) -> TeamText {
    TeamText::compose(|_| format!("▶️ The release goes on at \"{}\".", step.title()))
}

/// Why a release does not go on.
pub(super) fn refusal(why: ReleaseRefusal) -> String {
    match why {
        ReleaseRefusal::NotStopped => {
            format!(
                "no release of this incident has stopped. {} shows where it stands.",
                code("!release status")
            )
        }
        ReleaseRefusal::StoppedElsewhere { asked, stopped } => format!(
            "the release has stopped at \"{}\", not at \"{}\". Write {}.",
            stopped.title(),
            asked.title(),
            code(&format!("!release retry {}", stopped.id()))
        ),
        ReleaseRefusal::Outdated => format!(
            "something that was approved has changed since. {} asks for approval of what would happen now.",
            code("!release go")
        ),
        ReleaseRefusal::StepDone { step } => format!("\"{}\" is done already.", step.title()),
    }
}

/// A line of the timeline.
pub(super) fn entry(world: &World, team: &Team, change: &DeliveryChange) -> Option<String> {
    Some(match change {
        DeliveryChange::Pushed { base, commit } => {
            format!("the fix {} for {} was pushed", code(commit.open(team).short()), code(&base.0))
        }
        DeliveryChange::PullSeen { base, pull, .. } => {
            let base = base.as_ref().map_or_else(String::new, |base| format!(" into {}", code(&base.0)));
            let state = match (pull.state, &pull.checks) {
                (PullState::Merged, _) => "was merged".to_owned(),
                (PullState::Closed, _) => "was closed".to_owned(),
                (PullState::Open, Checks::Failed(names)) => format!("had red checks: {}", checks(names)),
                (PullState::Open, Checks::Passed | Checks::Absent) if pull.is_ready() => {
                    "could be merged".to_owned()
                }
                (PullState::Open, Checks::Running(_)) => "was open".to_owned(),
                (PullState::Open, Checks::Passed | Checks::Absent) => "could not be merged yet".to_owned(),
            };
            format!("{}{base} {state}", pull_link(&pull.url))
        }
        DeliveryChange::Dispatched { base } => format!("the version bump of {} was started", code(&base.0)),
        DeliveryChange::TagSeen { tag } => format!("{} was there", code(tag)),
        DeliveryChange::SnapshotKept { .. } => "a snapshot of the private fork was kept".to_owned(),
        DeliveryChange::PullsClosed => "the private fork's pull requests were closed".to_owned(),
        DeliveryChange::Resumed { by } => format!("{} let the release go on", silent(world, *by)),
    })
}

/// What the release waits for on GitHub, where it waits.
#[must_use]
pub fn waits_for(work: &Work) -> Option<String> {
    match work {
        Work::AwaitPull { base, .. } => Some(format!("the pull request into {}", code(&base.0))),
        Work::AwaitTag { tag, .. } => Some(format!("the tag {}", code(tag))),
        Work::Push { .. }
        | Work::OpenPull { .. }
        | Work::Merge { .. }
        | Work::Dispatch { .. }
        | Work::Snapshot { .. }
        | Work::ClosePulls { .. }
        | Work::RemoveFork { .. }
        | Work::Propose(_) => None,
    }
}

fn checks(names: &[String]) -> String {
    let shown: Vec<String> = names.iter().take(CHECKS_SHOWN).map(|name| inline(name)).collect();
    let more = names.len().saturating_sub(CHECKS_SHOWN);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", shown.join(", "))
}

/// A pull request as `repository#number`, linked.
fn pull_link(url: &str) -> String {
    let mut parts = url.rsplit('/');
    let name = match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(number), Some("pull"), Some(name), Some(owner)) => {
            let repository: Option<Repository> = format!("{owner}/{name}").parse().ok();
            repository.map(|repository| format!("{repository}#{number}"))
        }
        _ => None,
    };
    format!("[{}]({url})", name.as_deref().unwrap_or("the pull request"))
}
