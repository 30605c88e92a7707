//! What is said of the disclosure time.

use jiff::{SignedDuration, Timestamp, civil::Weekday, tz::TimeZone};

use crate::kernel::{
    embargoed::{Team, TeamText},
    escape::{code, cut, inline},
    id::UserId,
    incident::{Break, Embargo, Incident, Release},
    plan::{Plan, Standing},
    reply::{
        call_manager, call_team, codename, date, fit, hint, length, list, moment, notify, release, room_link,
        silent, time,
    },
    world::World,
};

/// How much of a reason is repeated, in code points.
const REASON_SHOWN: usize = 300;

/// The disclosure time was set, where `before` stood.
#[must_use]
pub fn set(world: &World, before: &Incident, after: &Incident, now: Timestamp) -> TeamText {
    TeamText::compose(|_| set_to(world, before, after, now))
}

/// The proposal was accepted by 👍.
#[must_use]
pub fn accepted(world: &World, before: &Incident, after: &Incident, by: UserId, now: Timestamp) -> TeamText {
    TeamText::compose(|_| {
        format!("{}\n{} accepted the proposal.", set_to(world, before, after, now), silent(world, by))
    })
}

fn set_to(world: &World, before: &Incident, after: &Incident, now: Timestamp) -> String {
    let Some(embargo) = &after.embargo else { return String::new() };
    let reminders: Vec<String> = ahead(world, embargo, now);
    let countdown = if reminders.is_empty() {
        String::new()
    } else {
        format!(" Countdown: {} before.", list(&reminders))
    };
    let replaced = before.embargo.as_ref().filter(|old| old.until != embargo.until);
    let replaced = replaced.map(|old| match old.broken {
        Some(_) => format!(
            "The embargo counts as kept again; since {} it counted as broken, and what was struck then is open again.",
            moment(old.until)
        ),
        None => format!("Until now it was {}.", date(old.until)),
    });
    let line = format!("✅ Disclosure set to {}.{countdown}", time(embargo.until, now));
    let lines: Vec<String> = [line]
        .into_iter()
        .chain(warnings(world, embargo.until, now))
        .chain(replaced)
        .chain(notify::to_correct(after))
        .collect();
    lines.join("\n")
}

/// What speaks against a time, as far as the bot can tell.
fn warnings(world: &World, until: Timestamp, now: Timestamp) -> Vec<String> {
    let usual = world.settings.policy.usual_embargo;
    let long = (until.duration_since(now) > usual).then(|| {
        format!("That is later than usual: an embargo is typically no longer than {}.", length(usual))
    });
    let day = match until.to_zoned(TimeZone::UTC).weekday() {
        Weekday::Saturday => Some("Saturday"),
        Weekday::Sunday => Some("Sunday"),
        Weekday::Monday | Weekday::Tuesday | Weekday::Wednesday | Weekday::Thursday | Weekday::Friday => None,
    };
    let weekend = day.map(|day| format!("That is a {day}: fewer people are there to update."));
    let date = until.to_zoned(TimeZone::UTC).date();
    let is_holiday = world.settings.policy.holidays.iter().any(|holiday| holiday.is_on(date));
    let holiday = is_holiday
        .then(|| "That day is a holiday, by my configuration: fewer people are there to update.".to_owned());
    long.into_iter().chain(weekend).chain(holiday).collect()
}

/// The disclosure time as it stands.
#[must_use]
pub fn shown(world: &World, incident: &Incident, now: Timestamp) -> TeamText {
    TeamText::compose(|team| match &incident.embargo {
        None => match incident.open_proposal(now) {
            Some(proposal) => format!(
                "No disclosure time is set. {} is proposed: {}, or {}",
                time(proposal.until, now),
                code("!embargo accept"),
                code("!embargo set WHEN")
            ),
            None => format!("No disclosure time is set. {} sets it.", code("!embargo set WHEN")),
        },
        Some(_) if incident.is_published() => {
            "The advisory is published; there is no embargo any more.".to_owned()
        }
        Some(Embargo { broken: Some(broken), until, .. }) => format!(
            "🚨 The embargo is broken, since {}: {} {}",
            time(*until, now),
            word_of(world, team, broken),
            code("!release plan")
        ),
        Some(embargo) if embargo.until <= now => {
            format!(
                "⏳ The disclosure time has come: {}. {}",
                time(embargo.until, now),
                code("!release plan")
            )
        }
        Some(embargo) => {
            let reminders = ahead(world, embargo, now);
            let reminders = if reminders.is_empty() {
                String::new()
            } else {
                format!(" Reminders to come: {} before.", list(&reminders))
            };
            format!("⏳ Disclosure {}. Set {}.{reminders}", time(embargo.until, now), moment(embargo.set))
        }
    })
}

/// Who says that it is broken, and how.
pub(super) fn word_of(world: &World, team: &Team, broken: &Break) -> String {
    let reason = inline(&cut(broken.reason.open(team), REASON_SHOWN));
    format!("{reason}, says {}.", silent(world, broken.by))
}

fn ahead(world: &World, embargo: &Embargo, now: Timestamp) -> Vec<String> {
    let to_come = world.settings.policy.countdown.iter().filter(|before: &&SignedDuration| {
        !before.is_zero()
            && !embargo.reminded.contains(before)
            && embargo.until.checked_sub(**before).is_ok_and(|due| due > now)
    });
    to_come.map(|before| length(*before)).collect()
}

/// The disclosure time was taken away.
#[must_use]
pub fn lifted(embargo: &Embargo, after: &Incident, now: Timestamp) -> TeamText {
    TeamText::compose(|_| {
        let correct = notify::to_correct(after).map_or_else(String::new, |correct| format!("\n{correct}"));
        format!(
            "✅ The disclosure time is taken away: it was {}. Nothing counts down, and everything stays embargoed. {} sets another; a release without one needs {}{correct}",
            time(embargo.until, now),
            code("!embargo set WHEN"),
            code("!release go --waive embargo --reason …")
        )
    })
}

/// A time is proposed, now that there is a CVE number.
#[must_use]
pub fn proposed(world: &World, incident: &Incident, until: Timestamp, now: Timestamp) -> TeamText {
    TeamText::compose(|_| {
        let mut lines = vec![format!(
            "⏳ **Disclosure proposed** for {}: {} after the CVE number, as the policy says.",
            time(until, now),
            length(world.settings.policy.embargo_after_cve)
        )];
        lines.extend(warnings(world, until, now));
        lines.push(format!(
            "{}: 👍 on this message by anyone on the team, or {}, takes it; {} sets another.",
            call_manager(world, incident),
            code("!embargo accept"),
            code("!embargo set WHEN")
        ));
        lines.join("\n")
    })
}

/// The policy's time is later than its longest embargo allows.
#[must_use]
pub fn proposed_too_late(
    world: &World,
    incident: &Incident,
    until: Timestamp,
    latest: Timestamp,
    now: Timestamp,
) -> TeamText {
    TeamText::compose(|_| {
        format!(
            "⏳ The policy's disclosure time, {} after the CVE number, would be {}. That is beyond its longest embargo, which ends {}. {}, to take it say why: {}. Otherwise set an earlier one.",
            length(world.settings.policy.embargo_after_cve),
            time(until, now),
            time(latest, now),
            call_manager(world, incident),
            code(&format!("!embargo set {} --reason …", until.strftime("%Y-%m-%d %H:%M UTC")))
        )
    })
}

/// Somebody else went public: what is struck, what remains, and what each can do now.
#[must_use]
pub fn broken(world: &World, incident: &Incident, plan: &Plan, now: Timestamp) -> TeamText {
    TeamText::compose(|team| {
        let Some(broken) = incident.broken() else { return String::new() };
        let mut lines = vec![
            format!(
                "🚨 **The embargo of {} is broken**: {}",
                codename(team, incident),
                word_of(world, team, broken)
            ),
            format!(
                "{}: the disclosure time is now, and nothing counts down any more.",
                call_team(world, incident)
            ),
        ];
        let struck = plan.preconditions.iter().filter(|(_, standing)| *standing == Standing::Struck);
        let struck: Vec<&str> = struck.map(|(step, _)| step.title()).collect();
        if !struck.is_empty() {
            lines.push(format!(
                "Struck, because secrecy is gone and nothing waits for others: {}.",
                struck.join(" · ")
            ));
        }
        let missing = plan.missing().map(|step| {
            format!("⬜ {}: {}", step.title(), hint::step_hint(world, team, incident, step, now))
        });
        lines.extend(missing);
        lines.push(what_next(world, incident, plan, now));
        lines.push(format!(
            "In public I say nothing of it before the advisory is published; the release then posts the notice. {} asks there for a maintainer to look here, and says nothing else.",
            code("!ping")
        ));
        lines.push(format!("If it is not public after all: {}", code("!embargo set WHEN --reason …")));
        fit(lines.join("\n"))
    })
}

fn what_next(world: &World, incident: &Incident, plan: &Plan, now: Timestamp) -> String {
    if let Release::Requested(_) = incident.release {
        return format!(
            "➡️ The release that is asked for goes on waiting for approval: 👍 on the request or {}",
            code("!release approve")
        );
    }
    let go = code("!release go");
    let second = format!("{} on the team must approve", release::approvers(world));
    // Where there was none, whoever gave the command is it.
    let manager = incident.manager.or_else(|| incident.broken().map(|broken| broken.by));
    let manager = manager.map_or_else(|| code("!manager claim"), |manager| silent(world, manager));
    if plan.is_ready(now) {
        return format!(
            "➡️ Everything is in place: {go} by the manager, {manager}, without {}; {second}.",
            code("--early")
        );
    }
    format!(
        "➡️ With that done, {go} by the manager, {manager}, without {}; {second}. What must not hold it up: {}",
        code("--early"),
        code("!release go --waive STEP --reason …")
    )
}

/// The command was given elsewhere: where the rest is.
#[must_use]
pub fn broken_elsewhere(world: &World, incident: &Incident) -> TeamText {
    TeamText::compose(|team| {
        format!("🚨 The embargo of {} is broken: the team is called there.", room_link(world, team, incident))
    })
}
