//! A team channel that is opened to others: each of the team hears of it in person, once each time.

use advisory_bot::sandbox::zulip::{ChannelId, Message, Place, UserId, seed};
use jiff::Timestamp;

use super::{Verdict, View, wrong};
use crate::{
    sight::TEAMS,
    workload::{Deed, TEAM},
};

const ALARM: &str = "🚨 **The team channel is ";

pub(super) fn not_too_often(view: &View<'_>) -> Verdict {
    for user in TEAM {
        let spells: usize = TEAMS.iter().map(|(channel, _)| view.public_spells(*channel).len()).sum();
        let told = alarms(view, user).count();
        wrong(told <= spells, || {
            format!("{} was told {told} times that a channel is public, which was {spells} times so", user.0)
        })?;
    }
    Ok(())
}

/// A spell that lasted until the bot must have dealt with it was told to all who were on the team meanwhile.
pub(super) fn all_told(view: &View<'_>) -> Verdict {
    for (channel, _) in TEAMS {
        for (from, to) in view.public_spells(channel) {
            let until = view.deadline(from);
            for user in TEAM {
                let told = || alarms(view, user).any(|alarm| from <= alarm.sent && alarm.sent <= until);
                wrong(to < until || !is_steady(view, user, channel, from, until) || told(), || {
                    format!("nobody told {} that channel {} is public since {from}", user.0, channel.0)
                })?;
            }
        }
    }
    Ok(())
}

/// Whether somebody was on the team from the one to the other, and nothing was done about that meanwhile.
fn is_steady(view: &View<'_>, user: UserId, channel: ChannelId, from: Timestamp, to: Timestamp) -> bool {
    let moved = view.deeds.iter().any(|(at, deed)| {
        let of_user =
            matches!(deed, Deed::Member { user: of, .. } | Deed::Group { user: of, .. } if *of == user);
        of_user && from <= *at && *at <= to
    });
    !moved && view.was_member(user, channel, from, to)
}

fn alarms<'a>(view: &'a View<'_>, user: UserId) -> impl Iterator<Item = &'a Message> {
    let place = Place::direct([user, seed::ADVISORY_BOT]);
    view.said().filter(move |message| message.place == place && message.content.starts_with(ALARM))
}
