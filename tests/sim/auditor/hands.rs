//! Changes by hand on GitHub: each is shown, and none is overwritten before it was.

use jiff::Timestamp;

use super::{Verdict, View, wrong};
use crate::{
    sight::{self, Incident},
    workload::Deed,
};

/// A summary that somebody gave an advisory by hand; no two are the same.
struct ByHand<'a> {
    at: Timestamp,
    marker: &'a str,
    summary: &'a str,
}

pub(super) fn nothing_overwritten_unseen(view: &View<'_>) -> Verdict {
    by_hand(view).try_for_each(|change| {
        let Some(incident) = incident(view, &change) else { return Ok(()) };
        let stands = sight::marked(&view.advisories, change.marker)
            .iter()
            .any(|advisory| advisory.summary == change.summary);
        let excused = is_followed(view, &change) || view.was_hindered(incident.channel, change.at);
        wrong(stands || excused || is_shown(view, &change), || {
            format!("{:?} was overwritten and never shown", change.summary)
        })
    })
}

pub(super) fn all_told(view: &View<'_>) -> Verdict {
    by_hand(view).try_for_each(|change| {
        let Some(incident) = incident(view, &change) else { return Ok(()) };
        let excused = is_followed(view, &change) || view.was_hindered(incident.channel, change.at);
        wrong(excused || is_shown(view, &change), || format!("{:?} was never shown", change.summary))
    })?;
    for (at, deed) in view.deeds {
        let Deed::PublishedByHand { marker } = deed else { continue };
        let Some(incident) = view.incidents.values().find(|incident| incident.marker == *marker) else {
            continue;
        };
        let alarmed = view
            .said_about(incident)
            .iter()
            .any(|message| message.content.starts_with("🚨 **Published out of order**"));
        wrong(alarmed || view.was_hindered(incident.channel, *at), || {
            format!("{marker} was published by hand, and nobody was called")
        })?;
    }
    Ok(())
}

fn by_hand<'a>(view: &'a View<'_>) -> impl Iterator<Item = ByHand<'a>> {
    view.deeds.iter().filter_map(|(at, deed)| {
        let Deed::ByHand { marker, summary: Some(summary) } = deed else { return None };
        Some(ByHand { at: *at, marker, summary })
    })
}

fn incident<'a>(view: &'a View<'_>, change: &ByHand<'_>) -> Option<&'a Incident> {
    view.incidents.values().find(|incident| incident.marker == change.marker)
}

/// Whether the bot said it to the team, on a card or otherwise.
fn is_shown(view: &View<'_>, change: &ByHand<'_>) -> bool {
    view.said().any(|message| message.content.contains(change.summary))
}

/// Whether somebody gave it yet another one by hand, and this one may never have been seen.
fn is_followed(view: &View<'_>, change: &ByHand<'_>) -> bool {
    by_hand(view).any(|other| {
        other.marker == change.marker && other.at >= change.at && other.summary != change.summary
    })
}
