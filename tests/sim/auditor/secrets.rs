//! Invariant 3: embargoed data never reaches a public destination.

use advisory_bot::sandbox::zulip::{Message, Place, seed};
use jiff::{SignedDuration, Timestamp};

use super::{Verdict, View, is_team, later, wrong};
use crate::{sight::PUBLIC_OPENINGS, workload::TEAM};

/// A message may be on its way while its channel is made public.
const ON_ITS_WAY: SignedDuration = SignedDuration::from_secs(12);

/// Letters and digits alone, small.
fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect()
}

pub(super) fn nothing_embargoed_in_public(view: &View<'_>) -> Verdict {
    for message in view.said() {
        match &message.place {
            Place::Channel { channel, .. } if is_team(*channel) => silent_while_public(view, message)?,
            Place::Channel { .. } => public(view, message)?,
            Place::Direct(people) => {
                let outsider = people.iter().any(|user| !TEAM.contains(user) && *user != seed::ADVISORY_BOT);
                if outsider {
                    public(view, message)?;
                }
            }
        }
    }
    Ok(())
}

/// In a channel of the team that is not private, nothing is said at all, and nothing changed.
fn silent_while_public(view: &View<'_>, message: &Message) -> Verdict {
    let Place::Channel { channel, .. } = &message.place else { return Ok(()) };
    // Zulip keeps whole seconds of it.
    let edited = message.last_edit.and_then(|second| Timestamp::from_second(second + 1).ok());
    for (from, to) in view.public_spells(*channel) {
        let since = later(from, ON_ITS_WAY);
        for at in [Some(message.sent), edited].into_iter().flatten() {
            wrong(at < since || at >= to, || {
                format!(
                    "message {} was posted or edited at {at} in a team channel that was public since {from}: {:?}",
                    message.id.0, message.content
                )
            })?;
        }
    }
    Ok(())
}

fn public(view: &View<'_>, message: &Message) -> Verdict {
    let opens = PUBLIC_OPENINGS.iter().any(|opening| message.content.starts_with(opening));
    wrong(opens, || format!("an unknown message for the public: {:?}", message.content))?;
    no_secret(view, &message.content, message.sent)
}

/// Nothing of what is embargoed at that moment is named.
pub(super) fn no_secret(view: &View<'_>, said: &str, at: Timestamp) -> Verdict {
    let text = bare(said);
    for advisory in &view.advisories {
        if advisory.published_at.is_some_and(|published| published <= at) {
            continue;
        }
        let marker = crate::sight::marker_in(&advisory.summary).unwrap_or_default();
        let incidents = view.incidents.values().filter(|incident| incident.marker == marker);
        let mut names: Vec<String> = incidents.map(|incident| bare(&incident.codename)).collect();
        names.push(bare(advisory.ghsa_id.trim_start_matches("GHSA")));
        names.push(marker.clone());
        let leak = names.iter().find(|name| !name.is_empty() && text.contains(name.as_str()));
        wrong(leak.is_none(), || format!("embargoed data in public: {leak:?} in {said:?}"))?;
    }
    Ok(())
}
