//! What is said of who can read a team channel.

use jiff::Timestamp;

use crate::kernel::{
    embargoed::TeamText,
    escape::{code, inline},
    id::{ChannelId, UserId},
    incident::Incident,
    readership::{Access, Readership},
    reply::{call_team, channel as link, codename, fit, list, people, silent, time},
    world::World,
};

/// A team channel is not private, by the hand of `by` where Zulip tells.
#[must_use]
pub fn opened(world: &World, channel: ChannelId, readership: &Readership, by: Option<UserId>) -> TeamText {
    TeamText::compose(|team| {
        let link = link(world, channel);
        let (alarm, what, mend) = match readership.access {
            Access::Private { .. } => return String::new(),
            Access::Public => (
                "The team channel is public",
                format!("everyone in the organisation can read {link}."),
                "Make it private again in its settings. Until it is, I post nothing there.",
            ),
            Access::WebPublic => (
                "The team channel is public on the web",
                format!("everyone in the world can read {link}."),
                "Make it private again in its settings. Until it is, I post nothing there.",
            ),
            Access::Archived => (
                "The team channel is archived",
                format!("nothing can be said in {link}."),
                "Restore it. Until then you hear from me only here.",
            ),
            Access::OutOfSight => (
                "The team channel is out of my sight",
                format!("I was taken out of {}, or it is gone.", name(readership)),
                "Subscribe me to it again, or name another team_channel in my configuration. Until then you hear from me only here.",
            ),
        };
        let mut lines = vec![format!("🚨 **{alarm}**: {what}{}", hand(world, by)), mend.to_owned()];
        let open: Vec<String> = open_in(world, channel).map(|incident| codename(team, incident)).collect();
        let read = matches!(readership.access, Access::Public | Access::WebPublic);
        if read && !open.is_empty() {
            lines.push(format!(
                "What was said there of {} can be read by others now. If somebody has: {}",
                list(&open),
                code("!embargo broken [ADVISORY] REASON")
            ));
        }
        fit(lines.join("\n"))
    })
}

/// Zulip tells who it was.
#[must_use]
pub fn by_whom(world: &World, channel: ChannelId, by: UserId) -> TeamText {
    TeamText::compose(|_| {
        format!("The change of {} was made by {}, says Zulip.", link(world, channel), silent(world, by))
    })
}

/// It is private again, and stood like `before` since `since`.
#[must_use]
pub fn private_again(
    world: &World,
    channel: ChannelId,
    (before, since): (Access, Timestamp),
    now: Timestamp,
) -> TeamText {
    TeamText::compose(|team| {
        let open: Vec<&Incident> = open_in(world, channel).collect();
        let how = match before {
            Access::Private { .. } => "private",
            Access::Public => "public",
            Access::WebPublic => "public on the web",
            Access::Archived => "archived",
            Access::OutOfSight => "out of my sight",
        };
        let mut lines =
            vec![format!("✅ **This channel is private again.** It was {how} since {}.", time(since, now))];
        if matches!(before, Access::Public | Access::WebPublic) && !open.is_empty() {
            let called = open.first().map(|incident| call_team(world, incident)).unwrap_or_default();
            let names: Vec<String> = open.iter().map(|incident| codename(team, incident)).collect();
            lines.push(format!(
                "{called}: until now others could read here what was said of {}. {} shows who can see an incident; if somebody outside knows of it: {}",
                list(&names),
                code("!who"),
                code("!embargo broken REASON")
            ));
        }
        fit(lines.join("\n"))
    })
}

/// Whether those who join later read what was said before.
#[must_use]
pub fn history(shared: bool) -> TeamText {
    TeamText::compose(|_| {
        if shared {
            "🚨 **The history of this channel is open now**: whoever joins it later reads all that was said before. If that is not meant: the channel's settings, *Private, protected history*.".to_owned()
        } else {
            "✅ The history of this channel is closed now: whoever joins it later reads only what is said from then on.".to_owned()
        }
    })
}

/// It has another name.
#[must_use]
pub fn renamed(world: &World, channel: ChannelId, before: &str) -> TeamText {
    TeamText::compose(|_| {
        format!(
            "**Renamed**: {} was called {} until now. If my configuration names it, change it there before my next start.",
            link(world, channel),
            code(before)
        )
    })
}

/// People or bots that are not on the team read it now.
#[must_use]
pub fn also_reads(world: &World, who: &[UserId]) -> TeamText {
    TeamText::compose(|_| {
        let names = who.iter().map(|user| format!("{}{}", silent(world, *user), people::kind(world, *user)));
        fit(format!(
            "**Also reads this channel now**, without being on the team: {}. If that is not meant, unsubscribe them.",
            people::listed(names.collect())
        ))
    })
}

fn name(readership: &Readership) -> String {
    if readership.name.is_empty() { "The team channel".to_owned() } else { inline(&readership.name) }
}

fn hand(world: &World, by: Option<UserId>) -> String {
    by.map_or_else(String::new, |by| format!(" {} did that, says Zulip.", silent(world, by)))
}

/// The incidents that are open and not public, of the teams in `channel`.
fn open_in(world: &World, channel: ChannelId) -> impl Iterator<Item = &Incident> {
    world.incidents().filter(move |incident| {
        let project = world.settings.project(&incident.project);
        let here = project.is_some_and(|project| project.team_channel == channel);
        here && incident.is_open() && !incident.is_published()
    })
}
