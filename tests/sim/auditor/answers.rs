//! Invariant 1, as it is seen in chat: every command has one answer, of the kind it asks for.

use advisory_bot::sandbox::zulip::{Message, Place, UserId, seed};

use super::{Verdict, View, in_room, is_team, wrong};
use crate::{
    sight::Incident,
    workload::{Deed, Given, Meant, TEAM},
};

const REFUSED: &str = "Not done: ";
/// Not an answer: it will come.
const WAITING: &str = "⏳ Waiting:";

/// How an answer begins that is given in an incident's topic; cards, reminders and the release's own
/// messages begin otherwise.
const IN_ROOM: [&str; 24] = [
    REFUSED,
    "✅ Changed on GitHub",
    "❌ Not changed",
    "✅ Disclosure set",
    "✅ The disclosure time is taken away",
    "No disclosure time is set.",
    "The advisory is published; there is",
    "⏳ The disclosure time has come:",
    "⏳ Disclosure <time:",
    "**Release of ",
    "No release is asked for.",
    "Asked for by ",
    "The release runs.",
    "The release has stopped at ",
    "The release is done.",
    "✅ The release is called off",
    "➡️ **",
    "✅ Nothing is left",
    "**Timeline of ",
    "I run a vulnerability's",
    "`!",
    "| incident |",
    "No open incident.",
    "There has been no incident yet.",
];

/// What the messages of a release hold, and no answer does.
const IN_ROOM_ONLY: [&str; 6] =
    [" asks to release ", "✅ Step ", "✅ Approved by ", "has lapsed:", "is void:", "⏳ **"];

/// That a second person is asked in the incident's topic, or has confirmed there.
const ELSEWHERE: &str = "✅ It goes on in ";

/// How a second person is asked whether the time may be another: in the topic, that is the answer.
const ASKS_FOR_TIME: [&str; 2] =
    [" asks to move the disclosure time to ", " asks to take the disclosure time away"];

/// What follows an answer.
const LATER: [&str; 2] = ["✅ The private fork can be used", "❌ No private fork: "];

pub(super) fn not_too_many(view: &View<'_>) -> Verdict {
    for given in view.given.iter().filter(|given| given.alone) {
        let answers = answers(view, given);
        right_kind(given, &answers)?;
        wrong(answers.len() <= most(given, &answers), || told(given, &answers, "too many"))?;
    }
    for incident in view.incidents.values() {
        let (asked, answered, _) = in_topic(view, incident);
        wrong(answered <= asked, || {
            format!("{answered} answers to {asked} commands in the topic of {}", incident.codename)
        })?;
        let (asked, requests, _) = requests(view, incident);
        wrong(requests <= asked, || {
            format!("{requests} requests from {asked} commands to release {}", incident.codename)
        })?;
    }
    for user in TEAM {
        let (asked, answered) = direct(view, user);
        wrong(answered <= asked, || format!("{answered} answers to {asked} direct messages of {}", user.0))?;
    }
    let pings = view.given.iter().filter(|given| given.meant == Meant::Ping).count();
    let sent = view.said().filter(|message| message.content.starts_with("A maintainer of ")).count();
    wrong(sent <= pings, || format!("{sent} notices from {pings} pings"))
}

pub(super) fn not_too_few(view: &View<'_>) -> Verdict {
    for given in view.given.iter().filter(|given| given.alone && is_due(view, given)) {
        let answers = answers(view, given);
        let elsewhere = matches!(given.meant, Meant::Go(_) | Meant::Approve(_));
        wrong(!answers.is_empty() || elsewhere, || told(given, &answers, "too few"))?;
    }
    for incident in view.incidents.values() {
        let (asked, answered, hindered) = in_topic(view, incident);
        wrong(answered + hindered >= asked, || {
            format!("{answered} answers to {asked} commands in the topic of {}", incident.codename)
        })?;
        let (asked, requests, hindered) = requests(view, incident);
        wrong(requests + hindered >= asked, || {
            format!("{requests} requests from {asked} commands to release {}", incident.codename)
        })?;
    }
    for user in TEAM {
        let (asked, answered) = direct(view, user);
        // Who is on no team is told so, but not each time.
        let leaves = |deed: &Deed| {
            matches!(deed, Deed::Member { user: of, is_member: false, .. } | Deed::Group { user: of, is_member: false }
                if *of == user)
        };
        let on_team = !view.deeds.iter().any(|(_, deed)| leaves(deed));
        wrong(answered == asked || !on_team, || {
            format!("{answered} answers to {asked} direct messages of {}", user.0)
        })?;
    }
    let asked = view.said().filter(|message| message.content.starts_with("✅ Asked in ")).count();
    let sent = view.said().filter(|message| message.content.starts_with("A maintainer of ")).count();
    wrong(asked <= sent, || format!("{sent} notices, {asked} reported as sent"))
}

/// The answers given where nothing else is said.
fn answers<'a>(view: &'a View<'_>, given: &Given) -> Vec<&'a Message> {
    let Some(channel) = given.place.channel() else { return Vec::new() };
    let mut said = view.said_in(channel, given.place.topic_name());
    said.retain(|message| !message.content.starts_with(WAITING));
    // What is about to be said in public is shown beforehand.
    said.retain(|message| !message.content.starts_with("👀 In "));
    // What became of a private fork comes later, besides the answer.
    said.retain(|message| !LATER.iter().any(|opening| message.content.starts_with(opening)));
    if matches!(given.meant, Meant::New(_) | Meant::Adopt(_)) {
        // Until the bot has seen its card stand, an incident's own messages go where it was opened.
        said.retain(|message| !IN_ROOM_ONLY.iter().any(|words| message.content.contains(words)));
    }
    said
}

/// Whether somebody must have had an answer.
fn is_due(view: &View<'_>, given: &Given) -> bool {
    let team = given.place.channel().filter(|channel| is_team(*channel));
    let person = given.by != seed::DEPLOY_BOT;
    let command = given.meant != Meant::Talk || !given.edits.is_empty();
    let hindered = team.is_none_or(|channel| view.was_hindered(channel, given.at));
    // An edit that is made while nobody listens may be found too late to count.
    let mended = given.meant != Meant::Talk || given.edits.is_empty();
    person && command && mended && !given.deleted && !hindered
}

/// How many answers there may be: one, and one more for each time a command that failed was mended.
fn most(given: &Given, answers: &[&Message]) -> usize {
    if given.by == seed::DEPLOY_BOT || (given.meant == Meant::Talk && given.edits.is_empty()) {
        return 0;
    }
    let failed = |message: &&Message| {
        let text = &message.content;
        // An edit that is found much later is a command anew, also where commands do not belong.
        text.starts_with(REFUSED) || text.starts_with("❌") || text.starts_with("Commands belong in")
    };
    match answers.first() {
        Some(first) if failed(first) => 1 + given.edits.len(),
        _ => 1,
    }
}

fn right_kind(given: &Given, answers: &[&Message]) -> Verdict {
    if given.place.channel() == Some(seed::GENERAL) {
        let belongs = |message: &&Message| message.content == "Commands belong in the team's channel.";
        return wrong(answers.iter().all(belongs), || told(given, answers, "wrong"));
    }
    let openings: &[&str] = match &given.meant {
        Meant::New(_) => &["✅ Incident opened: ", "❌ Not opened: "],
        Meant::Adopt(_) => &["✅ Incident opened: ", "❌ Not opened: ", "❌ Not adopted: "],
        Meant::Go(_) | Meant::Approve(_) => &[],
        Meant::Embargo(_) => &["✅ Disclosure set to ", "✅ The disclosure time is taken away", ELSEWHERE],
        Meant::Notify(_) => &[ELSEWHERE, "This mail, and nothing else, "],
        Meant::Edit(_) => &["✅ Changed on GitHub: ", "❌ Not changed: "],
        Meant::Abort(_) => &["✅ The release is called off."],
        Meant::Ping => &["✅ Asked in ", "❌ Not sent: "],
        Meant::Claim(_) => &["✅ "],
        Meant::Read(openings) | Meant::Respond(_, openings) => openings,
        Meant::Typo | Meant::Talk => &["| incident |", "No open incident.", "There has been no incident"],
    };
    let fits = |message: &&Message| {
        message.content.starts_with(REFUSED)
            || openings.iter().any(|opening| message.content.starts_with(opening))
    };
    wrong(answers.iter().all(fits), || told(given, answers, "wrong"))
}

fn told(given: &Given, answers: &[&Message], how: &str) -> String {
    let answers: Vec<&str> = answers.iter().map(|message| message.content.as_str()).collect();
    format!("{how} answers ({}) to {given:?}: {answers:#?}", answers.len())
}

/// Commands given in an incident's topic, answers there, and how many commands may have gone without.
fn in_topic(view: &View<'_>, incident: &Incident) -> (usize, usize, usize) {
    let asked = view.given.iter().filter(|given| !given.alone && in_room(&given.place, incident));
    let asked: Vec<&Given> = asked.collect();
    let hindered = asked.iter().filter(|given| view.was_hindered(incident.channel, given.at)).count();
    let answer = |message: &&&Message| {
        IN_ROOM.iter().any(|opening| message.content.starts_with(opening))
            || ASKS_FOR_TIME.iter().any(|words| message.content.contains(words))
    };
    let answered = view.said_about(incident).iter().filter(answer).count();
    // What a command given elsewhere led to here was answered there.
    let meant = Meant::Embargo(incident.codename.clone());
    let pointed = view.given.iter().filter(|given| given.alone && given.meant == meant);
    let pointed = pointed.flat_map(|given| answers(view, given));
    let pointed = pointed.filter(|message| message.content.starts_with(ELSEWHERE)).count();
    (asked.len(), answered.saturating_sub(pointed), hindered)
}

/// Commands to release an incident that were not refused, the requests for approval that followed, and
/// how many commands may have gone without.
fn requests(view: &View<'_>, incident: &Incident) -> (usize, usize, usize) {
    let mine = |given: &&Given| given.meant == Meant::Go(incident.codename.clone());
    let all: Vec<&Given> = view.given.iter().filter(mine).collect();
    let edits: usize = all.iter().map(|given| given.edits.len()).sum();
    let refused: usize = all.iter().map(|given| answers(view, given).len()).sum();
    let hindered = all.iter().filter(|given| given.deleted || view.was_hindered(incident.channel, given.at));
    let hindered = hindered.count() + edits;
    let asks = format!("asks to release **{}**.", incident.codename);
    let requests = view.said().filter(|message| message.content.contains(&asks)).count();
    ((all.len() + edits).saturating_sub(refused), requests, hindered)
}

/// Direct messages of somebody on the team, and the answers; alarms and what could not be delivered
/// elsewhere are none.
fn direct(view: &View<'_>, user: UserId) -> (usize, usize) {
    let place = Place::direct([user, seed::ADVISORY_BOT]);
    let to_bot = |given: &&Given| given.by == user && given.place == Place::direct([seed::ADVISORY_BOT]);
    let asked: Vec<&Given> = view.given.iter().filter(to_bot).collect();
    let answered = view.said().filter(|message| {
        let aside = ["🚨", "❌ I could not post", "The change of #", WAITING];
        message.place == place && !aside.iter().any(|opening| message.content.starts_with(opening))
    });
    (asked.len(), answered.count())
}
