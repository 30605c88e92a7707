//! What names an incident where everybody reads it on GitHub: the team is alarmed of each page once, and of
//! nothing else.

use advisory_bot::sandbox::github::AdvisoryState;

use super::{Verdict, View, wrong};
use crate::{sight, workload::Deed};

pub(super) fn never_twice_and_never_for_nothing(view: &View<'_>) -> Verdict {
    view.deeds.iter().try_for_each(|(_, deed)| {
        let Deed::OnGitHub { page, names, .. } = deed else { return Ok(()) };
        let alarms = alarms(view, page);
        wrong(alarms <= usize::from(*names), || format!("{alarms} alarms of {page}, which names: {names}"))
    })
}

pub(super) fn all_alarmed(view: &View<'_>) -> Verdict {
    view.deeds.iter().try_for_each(|(at, deed)| {
        let Deed::OnGitHub { marker, page, names: true } = deed else { return Ok(()) };
        let Some(incident) = view.incidents.values().find(|incident| incident.marker == *marker) else {
            return Ok(());
        };
        // Of one that was closed or published nothing is a leak; one that was opened again is looked for.
        let is_secret = sight::marked(&view.advisories, marker)
            .iter()
            .any(|advisory| matches!(advisory.state, AdvisoryState::Triage | AdvisoryState::Draft));
        // From the disclosure time on a pull request is taken for the release, done by hand.
        let excused = !is_secret || page.contains("/pull/") || view.was_hindered(incident.channel, *at);
        wrong(excused || alarms(view, page) == 1, || format!("nobody was alarmed of {page}"))
    })
}

/// How often the team was alarmed of that page.
fn alarms(view: &View<'_>, page: &str) -> usize {
    view.said().filter(|message| message.content.starts_with('🚨') && message.content.contains(page)).count()
}
