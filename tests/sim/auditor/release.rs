//! Invariants 4 and 8: what is published was asked for by its manager and approved by somebody else,
//! and the public was told once, what those two had read.

use advisory_bot::sandbox::{
    github::Advisory,
    zulip::{Message, UserId, seed},
};
use jiff::Timestamp;

use super::{Verdict, View, wrong};
use crate::{
    sight::{self, Incident},
    workload::{Deed, Given, Meant},
};

pub(super) fn by_two_people(view: &View<'_>) -> Verdict {
    for advisory in &view.advisories {
        let marker = sight::marker_in(&advisory.summary).unwrap_or_default();
        let incident = view.incidents.values().find(|incident| incident.marker == marker);
        let notices = notices(view, &marker);
        let Some(published) = advisory.published_at else {
            wrong(notices.is_empty(), || format!("{marker} was announced and is not published"))?;
            continue;
        };
        let incident = incident.ok_or_else(|| format!("{marker} was published and is no incident"))?;
        if view.was_published_by_hand(&marker) {
            continue;
        }
        two_people(view, incident, published)?;
        each_step_once(view, incident)?;
        wrong(notices.len() <= 1, || format!("{marker} was announced {} times", notices.len()))?;
        for notice in notices {
            wrong(notice.sent >= published, || format!("{marker} was announced before it was published"))?;
            as_planned(view, incident, advisory, notice)?;
        }
    }
    Ok(())
}

pub(super) fn finished(view: &View<'_>) -> Verdict {
    for advisory in view.advisories.iter().filter(|advisory| advisory.published_at.is_some()) {
        let marker = sight::marker_in(&advisory.summary).unwrap_or_default();
        let Some(incident) = view.incidents.values().find(|incident| incident.marker == marker) else {
            continue;
        };
        let off = view.given.iter().any(|given| given.meant == Meant::Abort(incident.codename.clone()));
        let told = notices(view, &marker).len();
        let off = off || view.was_published_by_hand(&marker);
        // A mail that was refused, or of which nobody knows, stops the line before the notice, and says so.
        let stopped = |message: &&Message| message.content.contains("release has stopped");
        let off = off || view.said_about(incident).iter().any(stopped);
        wrong(told == 1 || off, || format!("{marker} was published and announced {told} times"))?;
    }
    Ok(())
}

/// Each step is said to be done once a release at most.
fn each_step_once(view: &View<'_>, incident: &Incident) -> Verdict {
    let said = view.said_about(incident);
    let count = |opening: &str| said.iter().filter(|message| message.content.starts_with(opening)).count();
    let starts = count("✅ Approved by ");
    ["✅ Step 1 ", "✅ Step 2 ", "✅ Step 3 "].into_iter().try_for_each(|step| {
        let times = count(step);
        wrong(times <= starts.max(1), || format!("{step:?} of {} was done {times} times", incident.codename))
    })
}

fn notices<'a>(view: &'a View<'_>, marker: &str) -> Vec<&'a Message> {
    let about = |message: &&Message| {
        message.place.channel() == Some(seed::GENERAL)
            && message.content.starts_with("**Security advisory for ")
            && message.content.contains(marker)
    };
    view.said().filter(about).collect()
}

/// The manager asked, and afterwards somebody else on the team approved.
fn two_people(view: &View<'_>, incident: &Incident, published: Timestamp) -> Verdict {
    let managers = view.managers(incident);
    let asked = |given: &&Given| {
        given.meant == Meant::Go(incident.codename.clone())
            && managers.contains(&given.by)
            && given.at <= published
    };
    let fine = view.given.iter().filter(asked).any(|go| {
        approvals(view, incident, published).iter().any(|(at, by)| {
            *at >= go.at && *by != go.by && view.was_member(*by, incident.channel, *at, published)
        })
    });
    wrong(fine, || format!("{} was published without two people", incident.codename))
}

fn approvals(view: &View<'_>, incident: &Incident, published: Timestamp) -> Vec<(Timestamp, UserId)> {
    let by_command =
        view.given.iter().filter(|given| given.meant == Meant::Approve(incident.codename.clone()));
    let by_command = by_command.map(|given| (given.at, given.by));
    let asks = format!("asks to release **{}**.", incident.codename);
    let is_request = |id| view.said().any(|message| message.id == id && message.content.contains(&asks));
    let by_thumb = view.deeds.iter().filter_map(|(at, deed)| {
        let Deed::Thumb { message, by, added: true } = deed else { return None };
        is_request(*message).then_some((*at, *by))
    });
    by_command.chain(by_thumb).filter(|(at, _)| *at <= published).collect()
}

/// The notice reads as it did in the request that was approved, unless the text was changed since.
fn as_planned(view: &View<'_>, incident: &Incident, advisory: &Advisory, notice: &Message) -> Verdict {
    let asks = format!("asks to release **{}**.", incident.codename);
    let requests =
        view.said().filter(|message| message.content.contains(&asks) && message.sent <= notice.sent);
    let Some(request) = requests.last() else { return Ok(()) };
    let step = format!("{} in bytecodealliance/", advisory.ghsa_id);
    wrong(request.content.contains(&step), || {
        format!("the request does not name what was published: {:?}", request.content)
    })?;
    let shown = request.content.split("```quote\n").nth(1).and_then(|rest| rest.split("\n```").next());
    wrong(shown == Some(notice.content.as_str()), || {
        format!("shown in the request: {shown:?}; said in public: {:?}", notice.content)
    })
}
