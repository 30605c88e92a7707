//! What is said of a release's way through public repositories.

use jiff::Timestamp;

use crate::kernel::{
    delivery::{Fix, VersionBump},
    effect::{Action, Failure, Purpose},
    embargoed::{Team, TeamText},
    escape::{code, inline},
    id::Repository,
    incident::Incident,
    papers::Paper,
    patch::{Branch, PullState},
    plan::{Deed, Obstacle, ObstacleKind},
    refusal::ReleaseRefusal,
    reply::{call_manager, failure, list, silent, time},
    step::Step,
    work::{Checks, DeliveryChange, Found, PublicPull, PullText, Standing, Subject, Work},
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
        Deed::Blog { paper } => format!("{task}:\n{}", paper_line(paper, team)),
        Deed::Rustsec { papers } => {
            let each: Vec<String> = papers.iter().map(|paper| paper_line(paper, team)).collect();
            format!("{task}:\n{}", each.join("\n"))
        }
        Deed::Exports { documents } => {
            let names: Vec<String> = documents.iter().map(|(name, _)| code(name)).collect();
            format!("{task}: {}", list(&names))
        }
        Deed::Publish { .. } | Deed::Mail { .. } | Deed::Announce { .. } | Deed::Close => task.to_owned(),
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

fn paper_line(paper: &Paper, team: &Team) -> String {
    let file = paper.file.open(team);
    format!(
        "    * {} in {}, opened as \"{}\", from the advisory's text",
        code(&file.path),
        code(&paper.repository.to_string()),
        inline(&file.title)
    )
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
    found: Option<&Found>,
) -> Option<TeamText> {
    let pull = if let Some(Found::Pull(pull)) = found { Some(pull.as_ref()) } else { None };
    let text = match work {
        Work::Push { branch, repository, .. } if found == Some(&Found::Pushed { bypassed: true }) => format!(
            "⚠ GitHub let me push {} against the rules of {}, because my token is an administrator's. It says so only afterwards.",
            code(branch),
            code(&repository.to_string())
        ),
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
        Work::Propose(proposed) => proposal(world, incident, &proposed.file.get().path, pull?),
        Work::AwaitMerge { path, .. } => proposal(world, incident, path, pull?),
        Work::Push { .. } | Work::Snapshot { .. } | Work::ClosePulls { .. } | Work::RemoveFork { .. } => {
            return None;
        }
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

/// What of the patches is public already, in words.
pub(super) fn half_way(incident: &Incident) -> Option<String> {
    let pushed: Vec<String> = incident.delivery.pushed.keys().map(|base| code(&base.0)).collect();
    (!pushed.is_empty()).then(|| format!("the fixes for {} are pushed, for everybody to see", list(&pushed)))
}

fn proposal(world: &World, incident: &Incident, path: &str, pull: &PublicPull) -> String {
    let (link, path) = (pull_link(&pull.url), code(path));
    match pull.state {
        PullState::Merged => format!("✅ {link} is merged: {path}."),
        PullState::Open => format!(
            "▶️ {link} proposes {path}. {}: have it reviewed and merged; I see when that is done.",
            call_manager(world, incident)
        ),
        PullState::Closed => format!(
            "⬜ {link} was closed, without {path}. {}: {}",
            call_manager(world, incident),
            ways_by_hand()
        ),
    }
}

fn ways_by_hand() -> String {
    format!(
        "bring it out by hand, then {}; or leave it out: {}",
        code("!done blog URL") + " or " + &code("!done rustsec URL"),
        code("!release skip STEP --reason …")
    )
}

/// A file could not be proposed.
#[must_use]
pub fn not_proposed(world: &World, incident: &Incident, work: &Work, why: &Failure) -> TeamText {
    TeamText::compose(|team| {
        format!(
            "⬜ {}: {} The text is among the records that I attach here. {}: {}",
            what(work),
            failure::sentence(team, why),
            call_manager(world, incident),
            ways_by_hand()
        )
    })
}

/// Where the records are.
#[must_use]
pub fn attached(incident: &Incident) -> String {
    let each = incident.delivery.uploads.iter().map(|(name, address)| format!("[{name}]({address})"));
    each.collect::<Vec<_>>().join(", ")
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
        DeliveryChange::PullSeen { subject, pull, .. } => {
            let base = match subject {
                Subject::Branch(base) => format!(" into {}", code(&base.0)),
                Subject::File(path) => format!(" with {}", code(path)),
            };
            let state = match (pull.state, &pull.checks) {
                (PullState::Merged, _) => "was merged".to_owned(),
                (PullState::Closed, _) => "was closed".to_owned(),
                (PullState::Open, Checks::Failed(names)) => format!("had red checks: {}", checks(names)),
                (PullState::Open, Checks::Passed) if pull.is_ready() => "could be merged".to_owned(),
                (PullState::Open, Checks::Running(_)) => "was open".to_owned(),
                (PullState::Open, Checks::Passed) => "could not be merged yet".to_owned(),
            };
            format!("{}{base} {state}", pull_link(&pull.url))
        }
        DeliveryChange::Dispatched { base, .. } => {
            format!("the version bump of {} was started", code(&base.0))
        }
        DeliveryChange::TagSeen { tag } => format!("{} was there", code(tag)),
        DeliveryChange::SnapshotKept { .. } => "a snapshot of the private fork was kept".to_owned(),
        DeliveryChange::NotProposed { path, .. } => format!("{} could not be proposed", code(path)),
        DeliveryChange::Uploaded { .. } => return None,
        DeliveryChange::PullsClosed => "the private fork's pull requests were closed".to_owned(),
        DeliveryChange::Resumed { by } => format!("{} let the release go on", silent(world, *by)),
    })
}

/// What the release that runs waits for, as the end of a sentence; nothing where it waits for nothing.
pub(super) fn waiting(world: &World, incident: &Incident, now: Timestamp) -> String {
    let on_its_way = world.pending().values().find_map(|recorded| {
        let of = matches!(recorded.effect.purpose, Purpose::Step { incident: of, .. } if of == incident.id);
        if let Action::Work(work) = &recorded.effect.action
            && of
        {
            return Some((what(work), recorded.at));
        }
        None
    });
    match on_its_way {
        Some((what, since)) => format!(": {what}, since {}", time(since, now)),
        None => String::new(),
    }
}

/// A piece of work, as what one is busy with.
pub(super) fn what(work: &Work) -> String {
    match work {
        Work::Push { branch, .. } => format!("pushing {}", code(branch)),
        Work::OpenPull { base, .. } => format!("opening the pull request into {}", code(&base.0)),
        Work::AwaitPull { base, .. } => format!("waiting for the pull request into {}", code(&base.0)),
        Work::Merge { base, .. } => format!("merging the pull request into {}", code(&base.0)),
        Work::Dispatch { workflow, base, .. } => format!("starting {} for {}", code(workflow), code(&base.0)),
        Work::AwaitTag { tag, .. } => format!("waiting for the tag {}", code(tag)),
        Work::Snapshot { .. } => "keeping a snapshot of the private fork".to_owned(),
        Work::ClosePulls { .. } => "closing the private fork's pull requests".to_owned(),
        Work::RemoveFork { .. } => "looking after the private fork".to_owned(),
        Work::Propose(proposed) => format!("proposing {}", code(&proposed.file.get().path)),
        Work::AwaitMerge { path, .. } => format!("waiting for {} to be merged", code(path)),
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
