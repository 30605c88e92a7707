//! Invariant 5 and the countdown: each reminder once, in order, and marked when it is late.

use advisory_bot::sandbox::zulip::Message;
use jiff::{SignedDuration, Timestamp};

use super::{PATIENCE, Verdict, View, in_room, later, wrong};
use crate::{
    sight::{self, Incident},
    workload::Meant,
};

/// The policy's countdown: what a reminder calls it, and how many minutes before it is due.
const COUNTDOWN: [(&str, i64); 7] = [
    ("**7 days** to", 7 * 24 * 60),
    ("**3 days** to", 3 * 24 * 60),
    ("**24 hours** to", 24 * 60),
    ("**6 hours** to", 6 * 60),
    ("**1 hour** to", 60),
    ("**15 minutes** to", 15),
    ("**The disclosure time has come**", 0),
];
const LATE: &str = "This reminder is late";
const LATE_AFTER: SignedDuration = SignedDuration::from_mins(2);
/// What a timer may be off by, and a message on its way.
const SLACK: SignedDuration = SignedDuration::from_secs(10);

/// A reminder that was sent.
struct Reminder<'a> {
    message: &'a Message,
    until: Timestamp,
    minutes: i64,
}

impl Reminder<'_> {
    fn due(&self) -> Timestamp {
        later(self.until, SignedDuration::from_mins(-self.minutes))
    }
}

fn time_in(text: &str) -> Option<Timestamp> {
    text.split("<time:").nth(1)?.split('>').next()?.parse().ok()
}

fn reminders<'a>(view: &'a View<'_>, incident: &Incident) -> Vec<Reminder<'a>> {
    let sent = view.said_about(incident).into_iter().filter_map(|message| {
        let text = message.content.strip_prefix("⏳ ")?;
        let (_, minutes) = COUNTDOWN.iter().find(|(name, _)| text.starts_with(name))?;
        Some(Reminder { message, until: time_in(text)?, minutes: *minutes })
    });
    sent.collect()
}

pub(super) fn each_once(view: &View<'_>) -> Verdict {
    for incident in view.incidents.values() {
        let sent = reminders(view, incident);
        for (at, reminder) in sent.iter().enumerate() {
            let same = |other: &&Reminder<'_>| other.until == reminder.until;
            let before: Vec<_> = sent.iter().take(at).filter(same).collect();
            let name = || format!("of {}: {:?}", incident.codename, reminder.message.content);
            let twice = before.iter().any(|other| other.minutes == reminder.minutes);
            wrong(!twice, || format!("the same reminder twice {}", name()))?;
            let order = before.iter().all(|other| other.minutes > reminder.minutes);
            wrong(order, || format!("a reminder out of order {}", name()))?;
            punctual(view, reminder).map_err(|why| format!("{why} {}", name()))?;
        }
    }
    Ok(())
}

/// A reminder that fell due while the bot was away is marked; one that is marked is late.
fn punctual(view: &View<'_>, reminder: &Reminder<'_>) -> Verdict {
    let (due, sent) = (reminder.due(), reminder.message.sent);
    let marked = reminder.message.content.contains(LATE);
    wrong(sent >= due, || format!("a reminder sent at {sent} and due at {due}"))?;
    wrong(!marked || sent > later(due, LATE_AFTER), || "a reminder marked late that is not".to_owned())?;
    let missed = |(from, to): &&(Timestamp, Timestamp)| {
        *from <= due && later(due, LATE_AFTER + SLACK) < *to && *to <= sent
    };
    let absent = view.absences.iter().find(missed);
    wrong(absent.is_none() || marked, || format!("a late reminder that is not marked ({absent:?})"))
}

/// The disclosure times that were set, with when that was answered.
fn times_set(view: &View<'_>, incident: &Incident) -> Vec<(Timestamp, Timestamp)> {
    let named = view.given.iter().filter(|given| given.meant == Meant::Embargo(incident.codename.clone()));
    let places: Vec<_> = named.map(|given| given.place.clone()).collect();
    let said = view.said().filter(|message| {
        message.content.starts_with("✅ Disclosure set to ")
            && (places.contains(&message.place) || in_room(&message.place, incident))
    });
    said.filter_map(|message| Some((message.sent, time_in(&message.content)?))).collect()
}

pub(super) fn all_sent(view: &View<'_>) -> Verdict {
    for incident in view.incidents.values() {
        let sent = reminders(view, incident);
        let set = times_set(view, incident);
        let made = sight::marked(&view.advisories, &incident.marker);
        let ended = made.first().and_then(|advisory| advisory.published_at.or(advisory.closed_at));
        let ended = ended.unwrap_or(Timestamp::MAX);
        for (at, (answered, until)) in set.iter().enumerate() {
            let changes = view.given.iter().filter(|given| {
                given.meant == Meant::Embargo(incident.codename.clone())
                    && view.deadline(given.at) > *answered
            });
            let changed = changes.map(|given| given.at).filter(|at| at > answered).min();
            // Answers in different topics may overtake each other.
            let near = |other: &Timestamp| later(*other, PATIENCE) > *answered;
            let others = set.iter().enumerate().filter(|(of, _)| *of != at).map(|(_, (sent, _))| *sent);
            let changed = others.filter(near).chain(changed).min();
            let over = changed.unwrap_or(Timestamp::MAX).min(ended).min(view.now);
            for (name, minutes) in COUNTDOWN {
                let due = later(*until, SignedDuration::from_mins(-minutes));
                let surely = due > later(*answered, SLACK) && view.deadline(due) < over;
                let there = sent.iter().any(|other| other.until == *until && other.minutes == minutes);
                wrong(!surely || there || view.was_hindered(incident.channel, due), || {
                    format!("no reminder {name} {until} in {}", incident.codename)
                })?;
            }
        }
    }
    Ok(())
}
