//! Each accepted `!advisory new` makes one advisory and one card; nobody else makes any.

use advisory_bot::sandbox::zulip::MessageId;
use jiff::SignedDuration;

use super::{Verdict, View, is_team, wrong};
use crate::{
    sight,
    workload::{Given, Meant},
};

/// A fresh card comes no sooner after the last.
const CARDS_APART: SignedDuration = SignedDuration::from_mins(15);

pub(super) fn once(view: &View<'_>) -> Verdict {
    for given in view.given {
        let Meant::New(marker) = &given.meant else { continue };
        let made = sight::marked(&view.advisories, marker);
        wrong(made.len() <= 1, || format!("{} advisories were made for {:?}", made.len(), given.text))?;
        if let Some(advisory) = made.first() {
            let channel = given.place.channel().filter(|channel| is_team(*channel));
            let may = channel
                .is_some_and(|channel| view.was_member(given.by, channel, given.at, advisory.created_at));
            wrong(may, || format!("an advisory was made for somebody who may not: {given:?}"))?;
        }
    }
    let known = |marker: &str| view.given.iter().any(|given| given.meant == Meant::New(marker.to_owned()));
    for advisory in view.advisories.iter().filter(|advisory| advisory.author != "ravi") {
        let marker = sight::marker_in(&advisory.summary).unwrap_or_default();
        wrong(known(&marker), || format!("nobody asked for the advisory {:?}", advisory.summary))?;
    }
    for incident in view.incidents.values() {
        let sent = |id: &MessageId| view.messages.iter().find(|message| message.id == *id).map(|m| m.sent);
        let times: Vec<_> = incident.cards.iter().filter_map(sent).collect();
        for pair in times.windows(2) {
            let apart = pair[1].duration_since(pair[0]);
            wrong(apart >= CARDS_APART, || format!("two cards of {} within {apart:#}", incident.codename))?;
        }
    }
    let mut markers: Vec<&str> = view.incidents.values().map(|incident| incident.marker.as_str()).collect();
    markers.sort_unstable();
    let two = markers.windows(2).find(|pair| pair[0] == pair[1]);
    wrong(two.is_none(), || format!("two incidents for one advisory: {two:?}"))
}

pub(super) fn done(view: &View<'_>) -> Verdict {
    view.given.iter().try_for_each(|given| card_in_place(view, given))?;
    for incident in view.incidents.values() {
        let newest = incident.cards.last();
        let card = view.messages.iter().find(|message| Some(&message.id) == newest);
        let made = sight::marked(&view.advisories, &incident.marker);
        let published = made.first().is_some_and(|advisory| advisory.published_at.is_some());
        let shown = card.is_some_and(|card| card.content.contains("**published**"));
        let hindered = made
            .first()
            .and_then(|advisory| advisory.published_at)
            .is_some_and(|at| view.was_hindered(incident.channel, at));
        wrong(published == shown || hindered, || {
            format!("the card of {} says published: {shown}, and it is: {published}", incident.codename)
        })?;
    }
    Ok(())
}

fn card_in_place(view: &View<'_>, given: &Given) -> Verdict {
    let Meant::New(marker) = &given.meant else { return Ok(()) };
    let Some(channel) = given.place.channel() else { return Ok(()) };
    let made = sight::marked(&view.advisories, marker).len();
    let cards = view.incidents.values().filter(|incident| incident.marker == *marker).count();
    let opened = view
        .said_in(channel, given.place.topic_name())
        .iter()
        .any(|message| message.content.starts_with("✅ Incident opened"));
    wrong(!opened || (made == 1 && cards == 1), || {
        format!("opened, with {made} advisories and {cards} cards: {:?}", given.text)
    })?;
    wrong(made == 0 || cards == 1 || view.was_hindered(channel, given.at), || {
        format!("an advisory without a card: {:?}", given.text)
    })
}
