//! What is said of a report: noticed, acknowledged, accepted, closed.

use jiff::Timestamp;

use crate::kernel::{
    effect::{Closing, Failure},
    embargoed::{EmbargoedText, TeamText},
    escape::{code, cut, inline},
    incident::Incident,
    reply::{call_team, failure, mention, time},
    world::World,
};

/// How much of a reporter's name or address is shown, in code points.
const REPORTER_SHOWN: usize = 100;

/// A private report came in on GitHub.
#[must_use]
pub fn noticed(world: &World, incident: &Incident, now: Timestamp) -> TeamText {
    TeamText::compose(|_| {
        let within = world.settings.policy.acknowledge_within;
        let due = incident.reported().checked_add(within).unwrap_or(now);
        let who = match incident.manager {
            Some(manager) => format!("{}, you are its manager.", mention(world, manager)),
            None => format!("{}: whoever answers first is its manager.", call_team(world, incident)),
        };
        format!(
            "**A private report came in on GitHub.** {who}\nAcknowledge receipt by {}: {}",
            time(due, now),
            code("!advisory ack")
        )
    })
}

/// What the reporter reads: nothing that the report does not say itself.
#[must_use]
pub fn words_for_reporter(incident: &Incident) -> TeamText {
    TeamText::compose(|_| words(incident, "here"))
}

fn words(incident: &Incident, place: &str) -> String {
    format!(
        "Thank you for this report. The {} security team has received it and begins to look into it now; security issues come before everything else. You will hear from us {place} as the work goes on. Please keep the matter to yourself until it is published, and add {place} whatever helps to reproduce it.",
        incident.project
    )
}

/// Acknowledged; the reporter, who wrote a mail, has to be answered by one.
#[must_use]
pub fn acknowledged_by_mail(incident: &Incident, reporter: &EmbargoedText) -> TeamText {
    TeamText::compose(|team| {
        format!(
            "✅ Acknowledged. Send this to {}:\n```text\n{}\n```",
            inline(&cut(reporter.open(team), REPORTER_SHOWN)),
            words(incident, "by mail")
        )
    })
}

/// The reporter was told, on the advisory's page.
#[must_use]
pub fn told(text: &TeamText) -> TeamText {
    TeamText::compose(|team| {
        format!(
            "✅ Acknowledged. The reporter was told on the advisory's page:\n```quote\n{}\n```",
            text.open(team)
        )
    })
}

/// The reporter could not be told; a person has to do it.
#[must_use]
pub fn not_told(why: &Failure, text: &TeamText) -> TeamText {
    TeamText::compose(|team| {
        format!(
            "✅ Acknowledged. But I could not write to the reporter: {}\nPut this on the advisory's page yourself:\n```text\n{}\n```",
            failure::sentence(team, why),
            text.open(team)
        )
    })
}

/// The report was accepted.
#[must_use]
pub fn accepted(incident: &Incident) -> TeamText {
    let acknowledged = incident.acknowledged.is_some() || !incident.has_reporter();
    TeamText::compose(|_| {
        let next = if acknowledged { code("!next") } else { code("!advisory ack") };
        format!("✅ Accepted: the advisory is a draft now. What comes next: {next}")
    })
}

/// The incident ended without a release.
#[must_use]
pub fn closed(incident: &Incident, closing: Closing) -> TeamText {
    TeamText::compose(|team| {
        let reporter = incident.has_reporter() && closing == Closing::Rejected;
        let tell = if reporter {
            let who = incident.reporter.as_ref().map_or_else(
                || "the reporter, on the advisory's page".to_owned(),
                |who| inline(&cut(who.open(team), REPORTER_SHOWN)),
            );
            format!("\nTell {who}:\n```text\n{}\n```", rejection(incident))
        } else {
            String::new()
        };
        match closing {
            Closing::Rejected => format!("✅ Closed as no vulnerability, here and on GitHub.{tell}"),
            Closing::Dropped => "✅ Closed, here and on GitHub. Nothing is published.".to_owned(),
            Closing::Finished => "✅ Closed.".to_owned(),
        }
    })
}

/// It was not closed, because others changed where it stands; what they did is told as always.
#[must_use]
pub fn not_closed() -> TeamText {
    TeamText::from(
        "❌ Not closed: somebody changed on GitHub meanwhile where the advisory stands. To close it all the same, give the command again.",
    )
}

fn rejection(incident: &Incident) -> String {
    format!(
        "Thank you for the time you put into this report. The {} security team has looked into it and does not regard it as a vulnerability. You are welcome to report it as an ordinary issue. If you see it otherwise, answer here and we look again.",
        incident.project
    )
}
