//! What a release says of itself.

use jiff::{SignedDuration, Timestamp};

use crate::kernel::{
    content::Part,
    effect::{Action, Failure},
    embargoed::TeamText,
    escape::{code, cut, inline},
    id::UserId,
    incident::{Incident, Release, Request},
    mail,
    plan::{Deed, Plan, Standing},
    reply::{
        call_manager, chat::part_name, codename, delivery, failure, fit, hint, length, mention, message_link,
        silent, struck, time, topic_link,
    },
    runbook,
    step::Step,
    world::World,
};

/// How much of a reason is repeated, in code points.
const REASON_SHOWN: usize = 300;

/// The plan: every precondition, and every step with exactly what will be sent where.
#[must_use]
pub fn plan(world: &World, incident: &Incident, plan: &Plan, now: Timestamp) -> TeamText {
    TeamText::compose(|team| {
        let mut lines = vec![format!("**Release of {}**", codename(team, incident))];
        for (step, standing) in &plan.preconditions {
            lines.push(match standing {
                Standing::Met => match runbook::needless(world, incident, *step) {
                    Some(why) => format!("✅ {}: does not apply, {why}", step.title()),
                    None => format!("✅ {}", step.title()),
                },
                Standing::Waived => format!("✅ {}: left out", step.title()),
                Standing::Struck => format!("✅ {}: {}", step.title(), struck(incident)),
                Standing::Missing => {
                    format!("⬜ {}: {}", step.title(), hint::step_hint(world, team, incident, *step, now))
                }
            });
        }
        let ahead = incident.embargo.as_ref().filter(|_| !incident.is_published());
        lines.extend(ahead.map(|embargo| {
            if embargo.broken.is_some() {
                format!("✅ the embargo is broken, since {}", time(embargo.until, now))
            } else if embargo.until > now {
                format!("⬜ not before {}", time(embargo.until, now))
            } else {
                format!("✅ the disclosure time has come: {}", time(embargo.until, now))
            }
        }));
        lines.push(format!(
            "Then {} on the team approves, within {}, and:",
            approvers(world),
            length(world.settings.policy.approval_within)
        ));
        for (number, deed) in plan.deeds.iter().enumerate() {
            lines.push(format!("{}. {}", number + 1, deed_line(world, deed, team)));
        }
        lines.extend(not_applying(world, incident));
        lines.push(if plan.is_ready(now) {
            format!("Everything is in place: {}", code("!release go"))
        } else {
            "Nothing happens before all of the above is met.".to_owned()
        });
        fit(lines.join("\n"))
    })
}

/// The steps of a release that do not apply, each with why.
fn not_applying(world: &World, incident: &Incident) -> impl Iterator<Item = String> {
    let why = |step| Some((step, runbook::needless(world, incident, step)?));
    let each = in_order(world, incident).filter_map(why);
    each.map(|(step, why)| format!("✅ {}: does not apply, {why}", step.title()))
}

/// Who else has to approve.
pub(super) fn approvers(world: &World) -> String {
    match world.settings.policy.approvals {
        1 => "one more person".to_owned(),
        approvals => format!("{approvals} more people"),
    }
}

fn deed_line(world: &World, deed: &Deed, team: &crate::kernel::embargoed::Team) -> String {
    match deed {
        Deed::Transfer { .. }
        | Deed::Bump { .. }
        | Deed::Tag { .. }
        | Deed::Deploy
        | Deed::Snapshot { .. }
        | Deed::ForkGone { .. }
        | Deed::Blog { .. }
        | Deed::Rustsec { .. }
        | Deed::Exports { .. } => delivery::deed(deed, team),
        Deed::Publish { repository, ghsa, .. } => {
            format!(
                "{}: {} in {}, on GitHub. There is no way back.",
                Step::Publish.task(),
                ghsa.open(team).as_str(),
                inline(&repository.to_string())
            )
        }
        Deed::Mail { list, project, advisory, policy, .. } => {
            let advisory = advisory.open(team);
            let (subject, body) = (
                mail::release_subject(project, advisory),
                mail::release_body(project, advisory, policy.as_deref()),
            );
            format!("{}:\n{}", Step::Mail.task(), super::notify::whole(list, &subject, &body))
        }
        Deed::Announce { channel, topic, project, advisory } => {
            let text = crate::kernel::notice::released(project, advisory.open(team));
            format!(
                "{} in {}:\n```quote\n{text}\n```",
                Step::Announce.task(),
                topic_link(world, *channel, topic)
            )
        }
        Deed::Close => Step::Close.task().to_owned(),
    }
}

/// The request for approval.
#[must_use]
pub fn request(
    world: &World,
    incident: &Incident,
    plan: &Plan,
    request: &Request,
    team: &[UserId],
    replaces: bool,
) -> TeamText {
    TeamText::compose(|reader| {
        let others: Vec<String> =
            team.iter().filter(|user| **user != request.by).map(|user| mention(world, *user)).collect();
        let mut lines = Vec::new();
        if replaces {
            lines.push("The earlier request is void.".to_owned());
        }
        lines.push(format!(
            "{} asks to release **{}**.",
            silent(world, request.by),
            codename(reader, incident)
        ));
        if request.early {
            lines.push("🚨 Before the disclosure time.".to_owned());
        }
        if !request.waived.is_empty() {
            let waived: Vec<&str> = request.waived.iter().map(|step| step.title()).collect();
            lines.push(format!("🚨 Left out: {}.", waived.join(", ")));
        }
        let struck = plan.preconditions.iter().filter(|(_, standing)| *standing == Standing::Struck);
        let struck: Vec<&str> = struck.map(|(step, _)| step.title()).collect();
        if !struck.is_empty() {
            let why =
                if incident.is_published() { "The advisory is public" } else { "The embargo is broken" };
            lines.push(format!("🚨 {why}. Struck: {}.", struck.join(", ")));
        }
        if let Some(reason) = &request.reason {
            lines.push(format!("Reason: {}", inline(&cut(reason.open(reader), REASON_SHOWN))));
        }
        for (number, deed) in plan.deeds.iter().enumerate() {
            lines.push(format!("{}. {}", number + 1, deed_line(world, deed, reader)));
        }
        let who = if others.is_empty() {
            "Nobody else is on the team: somebody must join it".to_owned()
        } else {
            others.join(" ")
        };
        lines.push(format!(
            "{who}: approve by 👍 on this message or {}, within {}.",
            code("!release approve"),
            length(world.settings.policy.approval_within)
        ));
        fit(lines.join("\n"))
    })
}

/// Approved: it starts.
#[must_use]
pub fn started(world: &World, by: &[UserId], steps: usize) -> TeamText {
    let people: Vec<String> = by.iter().map(|user| silent(world, *user)).collect();
    let steps = if steps == 1 { "1 step".to_owned() } else { format!("{steps} steps") };
    TeamText::compose(|_| format!("✅ Approved by {}. The release runs: {steps}.", super::list(&people)))
}

/// One approval came; more are needed.
#[must_use]
pub fn approvals_left(world: &World, by: UserId, left: usize) -> TeamText {
    TeamText::compose(|_| format!("✅ Approved by {}. {left} more to go.", silent(world, by)))
}

fn in_order(world: &World, incident: &Incident) -> impl Iterator<Item = Step> {
    let order = world.settings.project(&incident.project).map(|project| project.order).unwrap_or_default();
    Step::release(order).into_iter()
}

/// The steps of its release: those that apply and are not left out.
fn steps(world: &World, incident: &Incident) -> impl Iterator<Item = Step> {
    in_order(world, incident)
        .filter(|step| !incident.is_waived(*step) && runbook::needless(world, incident, *step).is_none())
}

/// A step is done.
#[must_use]
pub fn step_done(world: &World, incident: &Incident, step: Step, link: Option<String>) -> TeamText {
    let all: Vec<Step> = steps(world, incident).collect();
    let number = all.iter().position(|of| *of == step).map_or(0, |at| at + 1);
    TeamText::compose(|_| {
        let link = link.map_or_else(String::new, |link| format!(": {link}"));
        format!("✅ Step {number} of {}: {}{link}", all.len(), step.title())
    })
}

/// The notice's message, linked.
#[must_use]
pub fn notice_link(
    world: &World,
    channel: crate::kernel::id::ChannelId,
    message: crate::kernel::id::MessageId,
) -> String {
    format!("{} in {}", message_link(channel, message), super::channel(world, channel))
}

/// What can be done where a release has stopped.
pub(super) fn ways_on(step: Step) -> String {
    let skip = step.may_be_waived().then(|| code(&format!("!release skip {} --reason …", step.id())));
    let ways = [Some(code("!release retry")), skip, Some(code("!release abort REASON"))];
    let ways: Vec<String> = ways.into_iter().flatten().collect();
    let (last, first) = ways.split_last().map_or(("", &[][..]), |(last, first)| (last.as_str(), first));
    format!("mend it and {}, or {last}", first.join(", or "))
}

/// A step failed.
#[must_use]
pub fn stopped(world: &World, incident: &Incident, step: Step, action: &Action, why: &Failure) -> TeamText {
    let what = if let Action::Work(work) = action { delivery::what(work) + ": " } else { String::new() };
    TeamText::compose(|team| {
        format!(
            "❌ **The release has stopped** at \"{}\": {what}{}\nWhat was done before stands; nothing after it has happened. {}, {}.",
            step.title(),
            failure::sentence(team, why),
            call_manager(world, incident),
            ways_on(step)
        )
    })
}

/// Whether the release mail was sent is unknown.
#[must_use]
pub fn stopped_unknown(world: &World, incident: &Incident, list: &str) -> TeamText {
    TeamText::compose(|_| {
        format!(
            "🚨 **Whether the mail to {} was sent is unknown**, and the release has stopped there. I was cut off while its server was taking it, or before I read the answer, and I do not try again by myself. {}: look on the list, then {}. It sends the release mail once more under the same Message-ID, so that a list that has it drops the second, and goes on; or {}.",
            code(list),
            super::call_team(world, incident),
            code("!release go"),
            code("!release abort REASON")
        )
    })
}

/// The advisory says something else by now than what was approved.
#[must_use]
pub fn stopped_by_change(world: &World, incident: &Incident, step: Step, parts: &[Part]) -> TeamText {
    let parts: Vec<String> = parts.iter().map(|part| part_name(*part).to_owned()).collect();
    TeamText::compose(|_| {
        format!(
            "❌ **The release has stopped** at \"{}\": {} changed on GitHub since it was approved, and nothing was published. {}, look at it and {} again, or {}.",
            step.title(),
            super::list(&parts),
            call_manager(world, incident),
            code("!release go"),
            code("!release abort REASON")
        )
    })
}

/// A step was stopped by the guard or by a channel's privacy.
#[must_use]
pub fn stopped_by_guard(world: &World, incident: &Incident, step: Step) -> TeamText {
    TeamText::compose(|_| {
        format!(
            "❌ **The release has stopped** at \"{}\": its message names something that is still embargoed. {}, {} shows it.",
            step.title(),
            call_manager(world, incident),
            code("!release plan")
        )
    })
}

/// Nobody approved in time.
#[must_use]
pub fn lapsed(world: &World, incident: &Incident, within: SignedDuration) -> TeamText {
    TeamText::compose(|_| {
        format!(
            "❌ The request has lapsed: nobody approved it within {}. {}, {} asks again.",
            length(within),
            call_manager(world, incident),
            code("!release go")
        )
    })
}

/// Why a request is void once the text is another.
pub const TEXT_CHANGED: &str = "the advisory's text was changed";
/// Why a request is void once the time is another.
pub const TIME_CHANGED: &str = "the disclosure time was changed";

/// Why a request is void once somebody takes back what they vouched for.
pub const STEP_UNDONE: &str = "a step it relied on was taken back";

/// The request is void: what it asked for is no longer what would happen.
#[must_use]
pub fn void(why: &str) -> TeamText {
    TeamText::compose(|_| format!("❌ The request is void: {why}. {} asks again.", code("!release go")))
}

/// Called off.
#[must_use]
pub fn aborted(world: &World, incident: &Incident, on_its_way: Option<Step>) -> TeamText {
    let mut done: Vec<String> = steps(world, incident)
        .filter(|step| runbook::is_done(world, incident, *step))
        .map(|step| step.title().to_owned())
        .collect();
    if !runbook::is_done(world, incident, Step::Transfer) {
        done.extend(delivery::half_way(incident));
    }
    TeamText::compose(|_| {
        let kept = if done.is_empty() {
            "Nothing had happened yet.".to_owned()
        } else {
            format!("What had happened stands: {}.", super::list(&done))
        };
        let left = on_its_way.map_or_else(String::new, |step| {
            format!(" \"{}\" is on its way and may still happen; I say so if it does.", step.title())
        });
        format!("✅ The release is called off. {kept}{left}")
    })
}

/// A step that was on its way when the release was called off could not be stopped.
#[must_use]
pub fn done_although_called_off(world: &World, incident: &Incident, step: Step) -> TeamText {
    TeamText::compose(|_| {
        format!(
            "🚨 **{}**, although the release was called off: it was on its way already. Nothing after it has happened. {}, {} shows what is left.",
            step.title(),
            call_manager(world, incident),
            code("!release plan")
        )
    })
}

/// Where it stands.
#[must_use]
pub fn status(world: &World, incident: &Incident, now: Timestamp) -> TeamText {
    TeamText::compose(|_| {
        let steps: Vec<String> = steps(world, incident)
            .map(|step| {
                format!(
                    "{} {}",
                    if runbook::is_done(world, incident, step) { "✅" } else { "⬜" },
                    step.title()
                )
            })
            .collect();
        let steps = steps.join("\n");
        match &incident.release {
            Release::None => {
                format!("No release is asked for. {} shows what it needs.", code("!release plan"))
            }
            Release::Requested(request) => {
                let ends =
                    request.at.checked_add(world.settings.policy.approval_within).unwrap_or(request.at);
                format!(
                    "Asked for by {}; waits for approval until {}.\n{steps}",
                    silent(world, request.by),
                    time(ends, now)
                )
            }
            Release::Running(_) => {
                format!("The release runs{}.\n{steps}", delivery::waiting(world, incident, now))
            }
            Release::Stopped(_, step) => {
                format!("The release has stopped at \"{}\": {}.\n{steps}", step.title(), ways_on(*step))
            }
            Release::Done(_) => format!("The release is done.\n{steps}"),
        }
    })
}
