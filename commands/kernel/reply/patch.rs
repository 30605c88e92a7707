//! What is said of the patches of supported branches.

use jiff::Timestamp;

use crate::kernel::{
    effect::Failure,
    embargoed::{Embargoed, Team, TeamText},
    escape::{code, cut, inline},
    id::{PullNumber, Repository},
    incident::Incident,
    patch::{Branch, Lack, Patch, PatchChange, PullPart, PullRequest, PullState},
    refusal::PatchRefusal,
    reply::{codename, entry::because, failure, fit, hint::step_hint, list, silent, time},
    runbook::{self, Coverage},
    step::Step,
    text::Reach,
    world::World,
};

/// How much of a branch's name is shown, in code points.
const BRANCH_SHOWN: usize = 60;
/// How much of the evidence for tests is shown, in code points.
const EVIDENCE_SHOWN: usize = 200;
/// How many branches stand in one line; the rest are counted.
const BRANCHES_SHOWN: usize = 6;
/// Why a request for a release is void.
pub const CHANGED: &str = "a patch it relied on was changed, or its tests no longer count";
/// Why a release that runs stops.
pub const PUSHED: &str = "somebody pushed to a patch";

/// A branch.
fn name(branch: &Branch) -> String {
    code(&cut(&branch.0, BRANCH_SHOWN))
}

/// A pull request, linked.
fn link(pull: &PullRequest) -> String {
    format!("[#{}]({})", pull.number, pull.url)
}

/// The command that does `what` for a branch.
fn command(what: &str, branch: &Branch, rest: &str) -> String {
    code(format!("!patch {what} {} {rest}", cut(&branch.0, BRANCH_SHOWN)).trim_end())
}

fn logins<'a>(logins: impl IntoIterator<Item = &'a crate::kernel::collaborator::Login>) -> String {
    list(&logins.into_iter().map(|login| code(login.as_str())).collect::<Vec<_>>())
}

/// One thing that a pull request lacks.
fn lack(lack: Lack, pull: &PullRequest) -> String {
    match lack {
        Lack::Closed => "it is closed".to_owned(),
        Lack::OtherBase => format!("it goes to {}", code(&cut(&pull.base, BRANCH_SHOWN))),
        Lack::Draft => "it is a draft".to_owned(),
        Lack::Conflicts => "it does not apply cleanly".to_owned(),
        Lack::Unknown => "GitHub has not said yet whether it applies cleanly".to_owned(),
        Lack::Objected => {
            let objecting = pull.reviews.iter().flat_map(|reviews| &reviews.objecting);
            format!("changes are asked for by {}", logins(objecting))
        }
        Lack::Unreviewed => "nobody has approved it".to_owned(),
        Lack::NoReleaseNotes => "no release notes in it".to_owned(),
    }
}

/// What its tests lack.
fn untested(branch: &Branch, patch: &Patch) -> Option<String> {
    let tested = command("tested", branch, "EVIDENCE");
    match (patch.is_tested(), patch.is_stale()) {
        (true, _) => None,
        (false, true) => Some(format!("pushed to since it was tested: {tested}")),
        (false, false) => Some(format!("not tested: {tested}")),
    }
}

/// What a patch has.
fn there(world: &World, team: &Team, patch: &Patch) -> Vec<String> {
    let pull = patch.pull.open(team);
    let open = pull.state == PullState::Open;
    let mut has = Vec::new();
    has.extend((pull.state == PullState::Merged).then(|| "merged".to_owned()));
    has.extend((open && pull.mergeable == Some(true)).then(|| "applies cleanly".to_owned()));
    match &pull.reviews {
        Some(reviews) if !reviews.approved.is_empty() => {
            has.push(format!("approved by {}", logins(&reviews.approved)));
        }
        Some(reviews) if !reviews.approved_before.is_empty() => {
            has.push(format!("approved by {}, before the newest push", logins(&reviews.approved_before)));
        }
        Some(_) | None => {}
    }
    has.extend((pull.release_notes == Some(true)).then(|| "has release notes".to_owned()));
    if let Some(tests) = patch.tests.as_ref().filter(|_| patch.is_tested()) {
        let evidence = tests.evidence.as_ref().map_or_else(String::new, |evidence| {
            format!(": {}", inline(&cut(evidence.open(team), EVIDENCE_SHOWN)))
        });
        has.push(format!("tested by {}{evidence}", silent(world, tests.by)));
    }
    has
}

/// What a patch has and what it lacks, each in a line.
fn details(world: &World, team: &Team, branch: &Branch, patch: &Patch) -> Vec<String> {
    let pull = patch.pull.open(team);
    let mut lacks: Vec<String> = pull.lacks(branch).into_iter().map(|one| lack(one, pull)).collect();
    lacks.extend(untested(branch, patch));
    let has = there(world, team, patch);
    let unseen = [
        pull.reviews.is_none().then(|| "whether it is reviewed".to_owned()),
        pull.release_notes.is_none().then(|| "whether it has release notes".to_owned()),
    ];
    let unseen: Vec<String> = unseen.into_iter().flatten().collect();
    let unseen = (!unseen.is_empty())
        .then(|| format!("* look for yourselves, GitHub does not show it: {}", list(&unseen)));
    let line =
        |emoji: &str, all: &[String]| (!all.is_empty()).then(|| format!("* {emoji} {}", all.join(" · ")));
    [line("✅", &has), unseen, line("⬜", &lacks)].into_iter().flatten().collect()
}

/// Every supported branch with its patch, what that has and what it lacks.
#[must_use]
pub fn status(world: &World, incident: &Incident, unread: Option<&Failure>) -> TeamText {
    TeamText::compose(|team| {
        let mut lines = Vec::new();
        if let Some(why) = unread {
            lines.push(format!("❌ I could not look: {} As I last saw them:", failure::sentence(team, why)));
        }
        lines.push(format!("**Patches of {}**", codename(team, incident)));
        let branches = runbook::coverage(world, incident);
        if branches.is_empty() {
            lines
                .push("This project has no supported branches configured: no patch is asked for.".to_owned());
        }
        for coverage in &branches {
            lines.extend(branch_lines(world, team, coverage));
        }
        fit(lines.join("\n"))
    })
}

fn branch_lines(world: &World, team: &Team, coverage: &Coverage<'_>) -> Vec<String> {
    let branch = &coverage.branch;
    let Some(patch) = coverage.patch else {
        return vec![match coverage.reach {
            Reach::Spared => format!("✅ {}: not affected, by the versions in the advisory", name(branch)),
            Reach::Affected => {
                format!("⬜ {}, affected: none yet: {}", name(branch), command("add", branch, "PR"))
            }
            Reach::Unknown => format!("⬜ {}: none yet: {}", name(branch), command("add", branch, "PR")),
        }];
    };
    let pull = patch.pull.open(team);
    let done = patch.lacks(branch).is_empty() && patch.is_tested();
    let (emoji, head) = (if done { "✅" } else { "⬜" }, code(pull.head.short()));
    let mut lines = vec![format!("{emoji} {}: {} at {head}", name(branch), link(pull))];
    lines.extend(details(world, team, branch, patch));
    lines
}

/// The branches whose patch is not there or lacks something, in one line.
#[must_use]
pub fn patches_hint(world: &World, incident: &Incident, team: &Team) -> String {
    let each = runbook::coverage(world, incident).into_iter().filter(Coverage::is_needed);
    let open = each.filter_map(|coverage| {
        let branch = &coverage.branch;
        let Some(patch) = coverage.patch else {
            let affected = if coverage.reach == Reach::Affected { ", which is affected" } else { "" };
            return Some(format!("{}{affected}: none yet, {}", name(branch), command("add", branch, "PR")));
        };
        let pull = patch.pull.open(team);
        let lacks: Vec<String> = pull.lacks(branch).into_iter().map(|one| lack(one, pull)).collect();
        (!lacks.is_empty()).then(|| format!("{}, {}: {}", name(branch), link(pull), lacks.join(", ")))
    });
    shown(open.collect())
}

/// The branches whose patch is not tested, in one line.
#[must_use]
pub fn tests_hint(world: &World, incident: &Incident) -> String {
    let each = runbook::coverage(world, incident).into_iter().filter(Coverage::is_needed);
    let open = each.filter_map(|Coverage { branch, patch, .. }| match patch {
        None => Some(format!("{}, once it has a patch", name(&branch))),
        Some(patch) => untested(&branch, patch).map(|lacks| format!("{}, {lacks}", name(&branch))),
    });
    shown(open.collect())
}

fn shown(branches: Vec<String>) -> String {
    let more = branches.len().saturating_sub(BRANCHES_SHOWN);
    let more = if more > 0 { format!(" · and {more} more") } else { String::new() };
    let shown: Vec<String> = branches.into_iter().take(BRANCHES_SHOWN).collect();
    format!("{}{more}", shown.join(" · "))
}

/// What is missing of a step, in few words: with the branches where it is about them.
#[must_use]
pub fn missing(world: &World, incident: &Incident, step: Step) -> String {
    let names = |is_open: fn(&Coverage<'_>) -> bool| {
        let open = runbook::coverage(world, incident).into_iter();
        let open = open.filter(|coverage| coverage.is_needed() && is_open(coverage));
        list(&open.map(|coverage| name(&coverage.branch)).collect::<Vec<_>>())
    };
    if step == Step::Patches {
        let unpatched = names(|coverage| coverage.lacks().is_none_or(|lacks| !lacks.is_empty()));
        format!("patch on {unpatched}")
    } else if step == Step::Tests {
        format!("tests on {}", names(|coverage| coverage.patch.is_none_or(|patch| !patch.is_tested())))
    } else {
        step.title().to_owned()
    }
}

/// A branch has a patch, in place of another one or not.
#[must_use]
pub fn named(world: &World, incident: &Incident, branch: &Branch, replaced: Option<PullNumber>) -> TeamText {
    TeamText::compose(|team| {
        let Some(patch) = incident.patches.get(branch) else { return String::new() };
        let pull = patch.pull.open(team);
        let replaced = replaced.map_or_else(String::new, |old| match old == pull.number {
            true => " It was named before; I looked at it again.".to_owned(),
            false => format!(" It takes the place of #{old}, and the tests have to be run on it."),
        });
        let mut lines = vec![format!("✅ Patch of {}: {}.{replaced}", name(branch), link(pull))];
        lines.extend(details(world, team, branch, patch));
        fit(lines.join("\n"))
    })
}

/// A branch has no patch any more.
#[must_use]
pub fn dropped(branch: &Branch, patch: &Patch) -> TeamText {
    let number = patch.number();
    TeamText::compose(|_| {
        let again = command("add", branch, "PR");
        format!("✅ #{number} is no longer the patch of {}. {again} names another.", name(branch))
    })
}

/// Tests are recorded; and what comes next.
#[must_use]
pub fn tested(world: &World, incident: &Incident, branch: &Branch, now: Timestamp) -> TeamText {
    TeamText::compose(|team| {
        let Some(patch) = incident.patches.get(branch) else { return String::new() };
        let pull = patch.pull.open(team);
        let next = runbook::next_step(world, incident).map(|next| {
            format!("\n➡️ **{}**: {}", next.title(), step_hint(world, team, incident, next, now))
        });
        fit(format!(
            "✅ Tests recorded for {}, {} at {}. Another push makes that stale.{}",
            name(branch),
            link(pull),
            code(pull.head.short()),
            next.unwrap_or_default()
        ))
    })
}

/// There is no such pull request.
#[must_use]
pub fn not_there(fork: Option<&Embargoed<Repository>>, number: Option<PullNumber>) -> TeamText {
    TeamText::compose(|team| {
        let fork = fork.map_or_else(|| "the private fork".to_owned(), |f| code(&f.open(team).to_string()));
        let number = number.map_or_else(String::new, |number| format!(" #{number}"));
        format!("❌ Not done: GitHub shows me no pull request{number} in {fork}. Look at its number there.")
    })
}

/// The pull request cannot be the patch of that branch.
#[must_use]
pub fn unfit(branch: &Branch, pull: &Embargoed<PullRequest>) -> TeamText {
    TeamText::compose(|team| {
        let pull = pull.open(team);
        let base = code(&cut(&pull.base, BRANCH_SHOWN));
        let why = if pull.base == branch.0 {
            "is closed. Open it again, or name another one".to_owned()
        } else {
            format!("goes to {base}, and not to {}", name(branch))
        };
        format!("❌ Not done: {} {why}.", link(pull))
    })
}

/// Tests were not recorded, because what was tested may not be what is there now.
#[must_use]
pub fn pushed_meanwhile(branch: &Branch, pull: &Embargoed<PullRequest>) -> TeamText {
    TeamText::compose(|team| {
        let pull = pull.open(team);
        format!(
            "❌ Not recorded: somebody pushed to {}, the patch of {}, since it was last looked at: its newest commit is {} now. If that is what was tested, give the command again.",
            link(pull),
            name(branch),
            code(pull.head.short())
        )
    })
}

/// It could not be read.
#[must_use]
pub fn unread(why: &Failure) -> TeamText {
    TeamText::compose(|team| format!("❌ Not done: {}", failure::sentence(team, why)))
}

/// A patch has changed on GitHub for the worse.
#[must_use]
pub fn changed(incident: &Incident, branch: &Branch, parts: &[PullPart]) -> TeamText {
    TeamText::compose(|team| {
        let Some(patch) = incident.patches.get(branch) else { return String::new() };
        let pull = patch.pull.open(team);
        let mut lines = vec![if parts.contains(&PullPart::Head) {
            let head = code(pull.head.short());
            format!(
                "**Pushed** to the patch of {}, {}: its newest commit is {head}.",
                name(branch),
                link(pull)
            )
        } else {
            format!("**Changed on GitHub**: the patch of {}, {}.", name(branch), link(pull))
        }];
        let mut lacks: Vec<String> = pull.lacks(branch).into_iter().map(|one| lack(one, pull)).collect();
        lacks.extend(untested(branch, patch).filter(|_| patch.is_stale()));
        lines.push(format!("⬜ {}", lacks.join(" · ")));
        fit(lines.join("\n"))
    })
}

/// What happened to a patch, for the timeline.
pub(super) fn entry(world: &World, team: &Team, branch: &Branch, change: &PatchChange) -> Option<String> {
    let branch = name(branch);
    Some(match change {
        PatchChange::Named { by, pull } => {
            format!("{} named #{} the patch of {branch}", silent(world, *by), pull.open(team).number)
        }
        PatchChange::Dropped { by } => format!("{} dropped the patch of {branch}", silent(world, *by)),
        // Whether it applies is worked out anew after each push: worth telling only when it does not.
        PatchChange::Seen { pull, parts }
            if *parts == [PullPart::Mergeable] && pull.open(team).mergeable != Some(false) =>
        {
            return None;
        }
        PatchChange::Seen { parts, .. } => {
            let parts: Vec<String> = parts.iter().map(|part| part_name(*part).to_owned()).collect();
            format!("the patch of {branch} changed on GitHub: {}", list(&parts))
        }
        PatchChange::Tested { by, head, evidence } => {
            let evidence = evidence.as_ref().map_or_else(String::new, |evidence| because(team, evidence));
            let head = code(head.open(team).short());
            format!("{} ran the tests of {branch} at {head}{evidence}", silent(world, *by))
        }
    })
}

const fn part_name(part: PullPart) -> &'static str {
    match part {
        PullPart::Head => "a push",
        PullPart::Base => "its branch",
        PullPart::State => "its state",
        PullPart::Mergeable => "whether it applies cleanly",
        PullPart::Reviews => "reviews",
        PullPart::ReleaseNotes => "release notes",
    }
}

/// Why something cannot be done with a patch.
pub(super) fn refusal(team: &Team, refusal: &PatchRefusal, now: Timestamp) -> String {
    match refusal {
        PatchRefusal::NoBranches => {
            "this project has no supported branches. They are configured with `branches = [\"main\"]`."
                .to_owned()
        }
        PatchRefusal::NotSupported { said, nearest, branches } => {
            let near = nearest.as_ref();
            let near = near.map_or_else(String::new, |near| format!(" The nearest is {}.", name(near)));
            let all: Vec<String> = branches.iter().map(name).collect();
            let said = code(&cut(said.open(team), BRANCH_SHOWN));
            format!("{said} is no supported branch.{near} Supported are {}.", list(&all))
        }
        PatchRefusal::NoFork { since: None } => {
            format!("there is no private fork yet: {} makes it.", code("!fork"))
        }
        PatchRefusal::NoFork { since: Some(since) } => format!(
            "the private fork is being made, since {}. I say here when it can be used.",
            time(*since, now)
        ),
        PatchRefusal::Elsewhere { fork } => format!(
            "that pull request is not in the private fork, {}. A patch stays there until release day.",
            code(&fork.open(team).to_string())
        ),
        PatchRefusal::Unnamed { branch } => {
            format!("nobody has named a patch of {}: {}", name(branch), command("add", branch, "PR"))
        }
    }
}
