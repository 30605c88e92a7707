//! Answers to commands that did what was asked.

use jiff::Timestamp;

use crate::kernel::{
    command::{Entry, Kind},
    content::Part,
    effect::{Failure, OpenPlace},
    embargoed::{EmbargoedText, TeamText},
    escape::{self, code, inline},
    id::{ChannelId, MessageId, UserId},
    incident::Incident,
    notice::PublicNotice,
    reply::{call_manager, codename, failure, fit, list, manager_of, room_link, silent},
    runbook::{self, Progress},
    step::Step,
    text,
    world::World,
};

/// How long an advisory's text may be to be shown in one message with what surrounds it, in code points.
const TEXT_CHARS_MAX: usize = 8000;

/// The table of commands.
#[must_use]
pub fn help() -> TeamText {
    let mut lines = vec![
        "I run a vulnerability's response from report to publication, in this channel.".to_owned(),
        String::new(),
    ];
    lines.extend(
        Kind::ALL
            .into_iter()
            .map(Kind::entry)
            .map(|entry| format!("{} {}", code(&format!("!{}", entry.words)), entry.summary)),
    );
    lines.push(String::new());
    lines.push(format!(
        "{} shows one with examples. In an incident's own topic no incident need be named.",
        code("!help COMMAND")
    ));
    TeamText::compose(|_| lines.join("\n"))
}

/// One command, or those of one family.
#[must_use]
pub fn help_of(entries: &[Entry]) -> TeamText {
    let each = entries.iter().map(|entry| {
        let examples = entry.examples.map(|example| format!("\n* {}", code(example))).concat();
        format!("{}\n{}{examples}", code(entry.syntax), entry.summary)
    });
    TeamText::compose(|_| each.collect::<Vec<_>>().join("\n\n"))
}

/// The incident stands.
#[must_use]
pub fn opened(world: &World, incident: &Incident) -> TeamText {
    TeamText::compose(|team| {
        let place = room_link(world, team, incident);
        format!(
            "✅ Incident opened: {place}. {} is its manager. Everything else goes there.",
            manager_of(world, incident)
        )
    })
}

/// The incident could not be opened.
#[must_use]
pub fn not_opened(why: &Failure) -> TeamText {
    TeamText::compose(|team| {
        format!(
            "❌ Not opened: {}\nNothing was kept. Mend it and give the command again.",
            failure::sentence(team, why)
        )
    })
}

/// The advisory is not one to open an incident for: what it is already.
#[must_use]
pub fn not_adopted(state: &str) -> TeamText {
    TeamText::compose(|_| format!("❌ Not adopted: the advisory is {state} already. Nothing was kept."))
}

/// The text on GitHub was changed, and what is noted of platforms where `noted`.
#[must_use]
pub fn rewritten(parts: &[Part], noted: Option<Option<&EmbargoedText>>) -> TeamText {
    let names: Vec<String> = parts.iter().map(|part| part_name(*part).to_owned()).collect();
    TeamText::compose(|team| {
        let noted = noted.map_or_else(String::new, |platforms| match platforms {
            Some(platforms) => format!(
                " Platforms noted here: {}. GitHub has no field for them: say it in the text too, {}",
                inline(platforms.open(team)),
                code("!advisory edit")
            ),
            None => " The platforms noted for the row before are gone.".to_owned(),
        });
        format!("✅ Changed on GitHub: {}.{noted}", list(&names))
    })
}

/// What a part of the text is called.
#[must_use]
pub const fn part_name(part: Part) -> &'static str {
    match part {
        Part::Summary => "summary",
        Part::Description => "description",
        Part::Severity => "severity",
        Part::Cwe => "weaknesses",
        Part::Affected => "affected versions",
        Part::Cve => "CVE number",
        Part::State => "state",
        Part::Collaborators => "collaborators",
        Part::Credits => "credits",
        Part::Fork => "private fork",
    }
}

/// The text on GitHub could not be changed.
#[must_use]
pub fn not_rewritten(why: &Failure) -> TeamText {
    TeamText::compose(|team| format!("❌ Not changed: {}", failure::sentence(team, why)))
}

/// A service does not do its part at present.
#[must_use]
pub fn delayed(why: &Failure) -> TeamText {
    TeamText::compose(|team| {
        format!(
            "⏳ Waiting: {} I keep trying; nothing is lost and nothing is done twice.",
            failure::sentence(team, why)
        )
    })
}

/// What is about to be said in public, at a command's wish.
#[must_use]
pub fn about_to_say(world: &World, to: &OpenPlace, notice: &PublicNotice) -> TeamText {
    TeamText::compose(|_| {
        let place = match to {
            OpenPlace::Topic(channel, topic) => super::topic_link(world, *channel, topic),
            OpenPlace::Person(user) => silent(world, *user),
        };
        format!("👀 In {place} I say:\n```quote\n{}\n```", notice.text())
    })
}

/// The public was asked for a maintainer.
#[must_use]
pub fn pinged(world: &World, channel: ChannelId) -> TeamText {
    TeamText::compose(|_| {
        format!(
            "✅ Asked in {} for a maintainer to look here. Nothing else was said.",
            super::channel(world, channel)
        )
    })
}

/// Somebody in public looks for the team.
#[must_use]
pub fn asked_for_the_team(world: &World, user: UserId, channel: ChannelId, message: MessageId) -> TeamText {
    TeamText::compose(|_| {
        format!(
            "➡️ {} looks for the security team in {}: {}. I asked them to share no details there, and said that you get in touch: by direct message, please.",
            silent(world, user),
            super::channel(world, channel),
            super::message_link(channel, message)
        )
    })
}

/// A public message could not be sent.
#[must_use]
pub fn not_said(why: &Failure) -> TeamText {
    TeamText::compose(|team| format!("❌ Not sent: {}", failure::sentence(team, why)))
}

/// A public message was stopped by the guard. The team it concerns learns the rest.
#[must_use]
pub fn not_said_by_guard() -> TeamText {
    TeamText::from("❌ Not sent: the message would have named something that is still embargoed.")
}

/// The guard stopped a public message.
#[must_use]
pub fn leak_blocked(world: &World, incidents: &[&Incident]) -> TeamText {
    TeamText::compose(|team| {
        let names: Vec<String> = incidents.iter().map(|incident| codename(team, incident)).collect();
        let managers: Vec<String> = incidents.iter().map(|incident| call_manager(world, incident)).collect();
        format!(
            "🚨 **Stopped**: a public message I was about to send names something that belongs to {}. It was not sent. {}, look at what led to it before anything else is said in public.",
            list(&names),
            list(&managers)
        )
    })
}

/// The incident's card was moved out of the team's channel.
#[must_use]
pub fn moved_away(world: &World, incident: &Incident, to: ChannelId) -> TeamText {
    TeamText::compose(|team| {
        format!(
            "🚨 **Moved out of the team's channel**: messages of {} stand in {} now. {}, move them back at once. I write on here, not there.",
            codename(team, incident),
            super::channel(world, to),
            call_manager(world, incident)
        )
    })
}

/// A message could not be posted because its channel is not private.
#[must_use]
pub fn not_private(world: &World, channel: ChannelId) -> TeamText {
    TeamText::compose(|_| {
        format!(
            "🚨 {} is not private any more. I post nothing there until it is: make it private again in its settings.",
            super::channel(world, channel)
        )
    })
}

/// A message could not be delivered at all.
#[must_use]
pub fn undelivered(world: &World, channel: ChannelId, why: &Failure) -> TeamText {
    TeamText::compose(|team| {
        format!(
            "❌ I could not post in {}: {} See {} for where things stand.",
            super::channel(world, channel),
            failure::sentence(team, why),
            code("!advisory list")
        )
    })
}

/// The text of the advisory, to be copied, filled in and sent back.
#[must_use]
pub fn text_to_fill_in(world: &World, incident: &Incident) -> TeamText {
    TeamText::compose(|team| {
        let description = incident.advisory().map_or("", |a| a.open(team).content.description.as_str());
        let description = text::template_with(description);
        let missing = super::hint::text(world, incident, team);
        let missing = if missing.is_empty() {
            "✅ The text is complete.".to_owned()
        } else {
            format!("⬜ Still missing: {missing}")
        };
        if description.chars().count() > TEXT_CHARS_MAX {
            let url = incident.advisory().map_or("GitHub", |advisory| advisory.open(team).url.as_str());
            return format!("{missing}\nThe text is too long for one message: change it on its page, {url}");
        }
        let fence = "`".repeat(escape::longest_run(&description, '`').max(2) + 1);
        fit(format!(
            "{missing}\nTo change the text, copy it, fill it in, and send it back under {}:\n{fence}text\n{description}\n{fence}",
            code("!advisory edit")
        ))
    })
}

/// The next step, who owes it, and what else is open.
#[must_use]
pub fn next(world: &World, incident: &Incident, now: Timestamp) -> TeamText {
    TeamText::compose(|team| {
        let Some(step) = runbook::next_step(world, incident) else {
            return format!("✅ Nothing is left to do for {}.", inline(&codename(team, incident)));
        };
        let hint = |step: Step| super::hint::step_hint(world, team, incident, step, now);
        let owes = incident
            .manager
            .map_or_else(|| "whoever answers first".to_owned(), |manager| silent(world, manager));
        let mut lines = vec![format!("➡️ **{}**: {}. Owed by {owes}.", step.title(), hint(step))];
        let later = Step::PRECONDITIONS.into_iter().filter(|other| *other != step);
        for other in later.filter(|other| !incident.is_waived(*other)) {
            match runbook::progress(world, incident, other) {
                Progress::Waiting => lines.push(format!("⏳ {}: {}", other.title(), hint(other))),
                Progress::Open => lines.push(format!("⬜ {}: {}", other.title(), hint(other))),
                Progress::Done | Progress::Struck => {}
            }
        }
        fit(lines.join("\n"))
    })
}
