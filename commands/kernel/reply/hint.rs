//! What each step waits for, and the command that moves it.

use jiff::Timestamp;

use crate::kernel::{
    embargoed::{Team, TeamText},
    escape::code,
    incident::{Fork, Incident, Release},
    reply::{date, delivery, notify, patch, silent, text::shortcomings, time},
    runbook::{self, Progress},
    step::Step,
    world::World,
};

/// How a step comes about that nobody has to do anything for.
const BY_RELEASE: &str = "by the release";
/// How many shortcomings of a text are named in one line.
const SHORTCOMINGS_SHOWN: usize = 4;

/// What a step that is not done waits for, and the command that moves it.
#[must_use]
pub fn step_hint(world: &World, team: &Team, incident: &Incident, step: Step, now: Timestamp) -> String {
    match step {
        Step::Acknowledge => code("!advisory ack"),
        Step::Accept => {
            format!("{}, or {}", code("!advisory accept"), code("!advisory reject REASON"))
        }
        Step::Notify => notify::mail_hint(world, incident, now),
        Step::ListSeen => notify::seen_hint(incident),
        Step::Reproduce | Step::Audit | Step::Upstream | Step::Fix => {
            format!("{} when it is", code(&format!("!done {} EVIDENCE", step.id())))
        }
        Step::Fork => match incident.fork {
            Fork::Requested { since } => format!("being made, since {}", time(since, now)),
            Fork::Unasked | Fork::Ready | Fork::Unusable => code("!fork"),
        },
        Step::Invite => code("!invite @user"),
        Step::Cve => match incident.cve_requested {
            Some(since) => format!("asked for {}", time(since, now)),
            None => code("!cve request"),
        },
        Step::Text => text(world, incident, team),
        Step::Embargo => match incident.open_proposal(now) {
            Some(proposal) => format!(
                "proposed for {}: {}, or {}",
                date(proposal.until),
                code("!embargo accept"),
                code("!embargo set WHEN")
            ),
            None => format!("{}, such as {}", code("!embargo set WHEN"), code("!embargo set +72h")),
        },
        Step::Patches => patch::patches_hint(world, incident, team),
        Step::Tests => patch::tests_hint(world, incident),
        Step::Deploy if matches!(incident.release, Release::Running(_)) => code("!done deploy EVIDENCE"),
        Step::Transfer | Step::Bump | Step::Tag | Step::Deploy | Step::Snapshot | Step::Publish => {
            publish_hint(world, incident, step, now)
        }
        Step::Blog | Step::Rustsec if !incident.is_published() => "after the release".to_owned(),
        Step::Blog => blog_hint(world, incident),
        Step::Rustsec => format!("{} once it is merged, where I did not open it", code("!done rustsec URL")),
        Step::ForkGone | Step::Mail | Step::Announce | Step::Exports | Step::Close => BY_RELEASE.to_owned(),
    }
}

/// Where the blog post belongs, and the command that says it is out.
pub(super) fn blog_hint(world: &World, incident: &Incident) -> String {
    let place =
        runbook::blog(world, incident).map(|repository| format!("in {}; ", code(&repository.to_string())));
    format!("{}{} once it is out", place.unwrap_or_default(), code("!done blog URL"))
}

fn publish_hint(world: &World, incident: &Incident, step: Step, now: Timestamp) -> String {
    match &incident.release {
        Release::None | Release::Done(_) => {
            let ready = Step::PRECONDITIONS.iter().all(|step| {
                matches!(runbook::progress(world, incident, *step), Progress::Done | Progress::Struck)
            });
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
        Release::Running(_) if runbook::next_step(world, incident) == Some(step) => {
            format!("under way{}", delivery::waiting(world, incident, now))
        }
        Release::Stopped(_, stopped) if *stopped != step => BY_RELEASE.to_owned(),
        Release::Running(_) => BY_RELEASE.to_owned(),
        Release::Stopped(_, step) => format!(
            "stopped at {}. {}, {}, or {}.",
            step.title(),
            code("!release retry"),
            code(&format!("!release skip {} --reason …", step.id())),
            code("!release abort REASON")
        ),
    }
}

/// What the advisory's text still lacks, in one line.
#[must_use]
pub fn text(world: &World, incident: &Incident, team: &Team) -> String {
    let missing = runbook::missing_text(world, incident);
    let each = shortcomings(missing.open(team), team);
    let more = each.len().saturating_sub(SHORTCOMINGS_SHOWN);
    let more = if more > 0 { format!(" · and {more} more") } else { String::new() };
    let shown: Vec<String> = each.into_iter().take(SHORTCOMINGS_SHOWN).collect();
    format!("{}{more}", shown.join(" · "))
}

/// The same, to be shown later.
#[must_use]
pub fn of_step(world: &World, incident: &Incident, step: Step, now: Timestamp) -> TeamText {
    TeamText::compose(|team| step_hint(world, team, incident, step, now))
}
