//! The timeline: what happened, when, and by whom.

use crate::kernel::{
    embargoed::TeamText,
    escape::inline,
    incident::Incident,
    reply::{MESSAGE_CHARS_MAX, codename, entry::entry, list, moment},
    timeline::Format,
    world::World,
};

/// How long the entries may be together, in code points.
const TIMELINE_CHARS_MAX: usize = MESSAGE_CHARS_MAX - 200;

/// An incident's timeline, oldest first. When it is too long for one message, the newest is shown.
#[must_use]
pub fn timeline(world: &World, incident: &Incident) -> TeamText {
    TeamText::compose(|team| {
        let entries: Vec<String> = incident
            .history
            .iter()
            .filter_map(|(at, fact)| Some(format!("* {} {}", moment(*at), entry(world, team, fact)?)))
            .collect();
        let mut room = TIMELINE_CHARS_MAX;
        let newest = entries.iter().rev().take_while(|line| {
            let chars = line.chars().count() + 1;
            let fits = chars <= room;
            room = room.saturating_sub(chars);
            fits
        });
        let left_out = entries.len() - newest.count();
        let mut lines = vec![format!("**Timeline of {}**", codename(team, incident))];
        if left_out > 0 {
            lines.push(format!("… {left_out} earlier entries are left out."));
        }
        lines.extend(entries.into_iter().skip(left_out));
        lines.join("\n")
    })
}

/// The whole timeline as a document of its own, for the record: times in UTC, people by name.
#[must_use]
pub fn document(world: &World, incident: &Incident) -> TeamText {
    TeamText::compose(|team| {
        let mut lines = vec![format!("# Timeline of {} ({})", codename(team, incident), incident.project)];
        lines.extend(incident.advisory().map(|advisory| {
            let advisory = advisory.open(team);
            format!("\n{}: {}\n", advisory.ghsa.as_str(), inline(&advisory.content.summary))
        }));
        lines.extend(incident.history.iter().filter_map(|(at, fact)| {
            let what = entry(world, team, fact)?;
            Some(format!("* {} {}", at.strftime("%Y-%m-%d %H:%M:%S UTC"), unmarked(&what)))
        }));
        lines.push(String::new());
        lines.join("\n")
    })
}

/// Zulip's mentions and times as plain words: `@_**Maya|8**` is Maya.
pub(in crate::kernel) fn unmarked(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("@_**") {
        plain.push_str(&rest[..start]);
        let inner = &rest[start + "@_**".len()..];
        let Some(end) = inner.find("**") else { break };
        let name = inner[..end].rsplit_once('|').map_or(&inner[..end], |(name, _)| name);
        plain.push_str(name);
        rest = &inner[end + "**".len()..];
    }
    plain.push_str(rest);
    plain.replace("<time:", "").replace("Z>", "Z")
}

/// The files can be read here; the order is that of [`Format::ALL`].
#[must_use]
pub fn exported(addresses: &[String]) -> TeamText {
    TeamText::compose(|_| {
        let names = Format::ALL.into_iter().map(|format| format!("timeline.{}", format.extension()));
        let link = |(name, address): (String, &String)| format!("[{name}]({address})");
        let links: Vec<String> = names.zip(addresses).map(link).collect();
        format!("✅ The whole timeline: {}", list(&links))
    })
}
