//! What is said when a clock of the policy has run for a while.

use jiff::Timestamp;

use crate::kernel::{
    clock::{Clock, Running},
    embargoed::TeamText,
    escape::code,
    incident::Incident,
    reply::{call_manager, call_team, codename, delivery, hint::blog_hint, length, notify, silent, time},
    world::World,
};

/// Reminder `number` of a clock that runs.
#[must_use]
pub fn reminder(
    world: &World,
    incident: &Incident,
    running: &Running,
    number: u32,
    late: bool,
    now: Timestamp,
) -> TeamText {
    TeamText::compose(|_| {
        let due = running.due(number).unwrap_or(now);
        let late = if late {
            format!(" This reminder is late: it was due {}.", time(due, now))
        } else {
            String::new()
        };
        let sentence = match running.clock {
            Clock::Acknowledge => acknowledge(world, incident, running, now),
            Clock::Cve => cve(world, incident, running, now),
            Clock::Fork => format!(
                "⏳ The private fork is still not there, {} after it was asked for. {}, look at the advisory's page; I keep looking too.",
                length(now.duration_since(running.since)),
                call_manager(world, incident)
            ),
            Clock::Overdue => overdue(world, incident, running, number, now),
            Clock::Blog => blog(world, incident, running, now),
            Clock::Delivery => undelivered(world, incident, running, now),
            Clock::ListSeen => notify::unseen(world, incident, running.since, now),
        };
        format!("{sentence}{late}")
    })
}

fn acknowledge(world: &World, incident: &Incident, running: &Running, now: Timestamp) -> String {
    if running.end() > now {
        return format!(
            "⏳ The report is not acknowledged yet; the policy's time is up {}. {}, {}",
            time(running.end(), now),
            call_manager(world, incident),
            code("!advisory ack")
        );
    }
    format!(
        "🚨 **The report is not acknowledged**, and the policy's time was up {}. The reporter is told to ask in public after that. {}: one of you, {}",
        time(running.end(), now),
        call_team(world, incident),
        code("!advisory ack")
    )
}

/// First the manager is called, then the team; each of them is also told by direct message in the end.
fn overdue(world: &World, incident: &Incident, running: &Running, number: u32, now: Timestamp) -> String {
    let called = if number == 0 { call_manager(world, incident) } else { call_team(world, incident) };
    format!(
        "🚨 **The disclosure time has passed**, {}, and nothing is released. {called}: {} shows what is missing, {} starts it; another time: {}",
        time(running.since, now),
        code("!release plan"),
        code("!release go"),
        code("!embargo set WHEN --reason …")
    )
}

/// The same for one person, by direct message.
#[must_use]
pub fn overdue_in_person(world: &World, incident: &Incident, since: Timestamp, now: Timestamp) -> TeamText {
    TeamText::compose(|team| {
        let manager = incident.manager.map_or_else(|| "nobody".to_owned(), |user| silent(world, user));
        format!(
            "🚨 **The disclosure time of {} has passed**, {}, and nothing is released. Its manager is {manager}. Act in its topic: {} shows what is missing, {} takes over, {} starts the release.",
            codename(team, incident),
            time(since, now),
            code("!release plan"),
            code("!manager claim"),
            code("!release go")
        )
    })
}

fn undelivered(world: &World, incident: &Incident, running: &Running, now: Timestamp) -> String {
    let what = delivery::waiting(world, incident, now);
    format!(
        "⏳ The release has not come further for {}{what}. {}, look there; {}, or {}",
        length(now.duration_since(running.since)),
        call_manager(world, incident),
        code("!release skip STEP --reason …"),
        code("!release abort REASON")
    )
}

fn blog(world: &World, incident: &Incident, running: &Running, now: Timestamp) -> String {
    let (manager, end) = (call_manager(world, incident), time(running.end(), now));
    let hint = blog_hint(world, incident);
    if running.end() > now {
        return format!("⏳ The blog post is not out yet; the policy's time is up {end}. {manager}: {hint}");
    }
    format!(
        "🚨 **The blog post is missing**, and the policy's time was up {end}. {manager}: {hint}. Without a post: {}",
        code("!release go --waive blog --reason …")
    )
}

fn cve(world: &World, incident: &Incident, running: &Running, now: Timestamp) -> String {
    format!(
        "⏳ Still no CVE number, {} after it was asked for. {}, look at the advisory's page: a refusal shows only there. A number that somebody else assigned: {}. The release can go without one: {}",
        length(now.duration_since(running.since)),
        call_manager(world, incident),
        code("!cve set CVE-…"),
        code("!release go --waive cve --reason …")
    )
}
