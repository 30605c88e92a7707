//! What the leak watch says to the team.

use jiff::SignedDuration;

use crate::kernel::{
    embargoed::{EmbargoedText, Team, TeamText},
    escape::{code, cut, inline},
    id::{ChannelId, MessageId, Topic, UserId},
    incident::Incident,
    leak::{Kind, LETTERS_MIN},
    public::Sameness,
    refusal::WatchRefusal,
    reply::{
        call_manager, call_team_of, channel, entry::because, fit, length, list, message_link, public, silent,
        topic_link,
    },
    sighting::{Sighting, WatchChange},
    watched::{self, Term},
    world::World,
};

/// How many of the terms found are named.
const TERMS_SHOWN: usize = 3;
/// How many phrases are shown in the list of what is watched for; the rest are counted.
const PHRASES_SHOWN: usize = 12;
/// How much of a term is shown, in code points.
const TERM_SHOWN: usize = 80;

/// Something of an incident was seen where others can read it: what, where, by whom, and what to do.
#[must_use]
pub fn alarm(
    world: &World,
    incident: &Incident,
    sighting: &Sighting,
    terms: &[Term],
    late: Option<SignedDuration>,
) -> TeamText {
    TeamText::compose(|team| {
        let late = late.map_or_else(String::new, |age| {
            format!(" I see it only now, {} later.", length(SignedDuration::from_mins(age.as_mins())))
        });
        let term = terms.first().map(|(_, term)| shown(team, term));
        let nothing = term.map_or_else(String::new, |term| {
            format!(" If it is nothing: {}.", code(&format!("!watch ignore {term} --reason …")))
        });
        fit(format!(
            "🚨 **{}**: {}{}{late}\n{}, {} If it is out: {}.{nothing}",
            headline(sighting),
            place(world, sighting),
            what(team, terms),
            call_manager(world, incident),
            remedy(sighting),
            code("!embargo broken REASON")
        ))
    })
}

const fn headline(sighting: &Sighting) -> &'static str {
    match sighting {
        Sighting::MovedOut { .. } => "Moved out of the team's channel",
        Sighting::PatchOnGitHub { sameness: Sameness::Commit, .. } => "The private patch is public",
        Sighting::Message { .. }
        | Sighting::Edit { .. }
        | Sighting::Topic { .. }
        | Sighting::Channel { .. }
        | Sighting::OnGitHub { .. }
        | Sighting::PatchOnGitHub { sameness: Sameness::Title, .. } => "Possible leak",
    }
}

/// Where it was seen, as the beginning of a sentence.
fn place(world: &World, sighting: &Sighting) -> String {
    let by = |user: Option<UserId>| user.map_or_else(|| "somebody".to_owned(), |user| silent(world, user));
    match sighting {
        Sighting::Message { message, channel, topic, by: author, .. } => format!(
            "a message by {} in {} names something that belongs to this incident: {}.",
            silent(world, *author),
            topic_link(world, *channel, topic),
            message_link(*channel, *message)
        ),
        Sighting::Edit { message, channel: id, by: author, undone: false, .. } => format!(
            "a message in {} that {} has edited names something that belongs to this incident: {}.",
            channel(world, *id),
            silent(world, *author),
            message_link(*id, *message)
        ),
        Sighting::Edit { message, channel: id, by: author, undone: true, .. } => format!(
            "a message by {} in {} named something that belongs to this incident: {}. It was edited, but what it said stays readable in its history.",
            silent(world, *author),
            channel(world, *id),
            message_link(*id, *message)
        ),
        Sighting::Topic { message, channel: id, by: author, .. } => format!(
            "a topic in {} has a name that belongs to this incident, by {}: {}.",
            channel(world, *id),
            by(*author),
            message_link(*id, *message)
        ),
        Sighting::Channel { channel: id, .. } => {
            format!("the name of the public channel {} belongs to this incident.", channel(world, *id))
        }
        Sighting::MovedOut { message, count, channel: id, by: mover } => format!(
            "{} of this topic {} now in {}, moved by {}: {}.",
            if *count == 1 { "a message".to_owned() } else { format!("{count} messages") },
            if *count == 1 { "stands" } else { "stand" },
            channel(world, *id),
            by(*mover),
            message_link(*id, *message)
        ),
        Sighting::OnGitHub { what, url } => public::place(*what, url),
        Sighting::PatchOnGitHub { what, url, pull, sameness } => {
            public::patch_place(*what, url, *pull, *sameness)
        }
    }
}

/// What the leak watch did, for the timeline.
pub(super) fn entry(world: &World, team: &Team, change: &WatchChange) -> String {
    match change {
        WatchChange::Seen { sighting, late } => {
            format!("🚨 possible leak: {}{}", place(world, sighting), if *late { " Seen late." } else { "" })
        }
        WatchChange::Added { by, term } => {
            format!("{} watches for more{}", silent(world, *by), because(team, term))
        }
        WatchChange::Ignored { by, term, reason } => {
            let term = code(&cut(term.open(team), TERM_SHOWN));
            format!("{} wants no alarm about {term}{}", silent(world, *by), because(team, reason))
        }
    }
}

/// What of the incident it was.
fn what(team: &Team, terms: &[Term]) -> String {
    if terms.is_empty() {
        return String::new();
    }
    let named: Vec<String> = terms
        .iter()
        .take(TERMS_SHOWN)
        .map(|(kind, term)| format!("{} {}", kind_name(*kind), code(&shown(team, term))))
        .collect();
    let more = terms.len().saturating_sub(TERMS_SHOWN);
    let more = if more > 0 { format!(", and {more} more") } else { String::new() };
    format!(" It holds {}{more}.", list(&named))
}

const fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Ghsa => "the GHSA id",
        Kind::Cve => "the CVE number",
        Kind::Codename => "the codename",
        Kind::Phrase => "words of the advisory's text,",
        Kind::Term => "the watched term",
    }
}

/// What to do about it, as the rest of a sentence.
const fn remedy(sighting: &Sighting) -> &'static str {
    match sighting {
        Sighting::Message { .. } | Sighting::Edit { undone: false, .. } => {
            "have it deleted rather than edited: edits stay readable in the history."
        }
        Sighting::Edit { undone: true, .. } => "have the message deleted: that takes its history with it.",
        Sighting::Topic { .. } => {
            "rename the topic. Its messages keep the old name in their history: have them deleted if you can."
        }
        Sighting::Channel { .. } => "have it renamed.",
        Sighting::MovedOut { .. } => {
            "move it back at once, or have it deleted. Whoever has opened it there may have read it, its history too."
        }
        Sighting::OnGitHub { what, .. } | Sighting::PatchOnGitHub { what, .. } => public::remedy(*what),
    }
}

fn shown(team: &Team, term: &EmbargoedText) -> String {
    term.open(team).to_string()
}

/// Messages of a team's channel that belong to no incident were moved to where others can read them.
#[must_use]
pub fn moved_out(world: &World, from: ChannelId, sighting: &Sighting) -> TeamText {
    TeamText::compose(|_| {
        format!(
            "🚨 **{}**: {}\n{}, {}",
            headline(sighting),
            place(world, sighting).replacen("of this topic", "of this channel", 1),
            call_team_of(world, from),
            remedy(sighting)
        )
    })
}

/// A message in public seems to tell details of a vulnerability.
#[must_use]
pub fn details(
    world: &World,
    team: ChannelId,
    user: UserId,
    (channel, topic): (ChannelId, &Topic),
    message: MessageId,
) -> TeamText {
    TeamText::compose(|_| {
        format!(
            "🚨 **Possible leak**: a message by {} in {} seems to tell details of a vulnerability: {}.\n{}, have it deleted rather than edited: edits stay readable in the history. Ask its author by direct message for a private report; {} opens an incident.",
            silent(world, user),
            topic_link(world, channel, topic),
            message_link(channel, message),
            call_team_of(world, team),
            code("!advisory new")
        )
    })
}

/// What is watched for of an incident.
#[must_use]
pub fn watched(world: &World, incident: &Incident) -> TeamText {
    TeamText::compose(|team| {
        if !incident.is_open() || incident.is_published() {
            return "Nothing is watched for any more: this incident is public or closed.".to_owned();
        }
        let identifiers = watched::identifiers(&world.settings, incident);
        let loud = |kind: Kind| {
            let of_kind = identifiers.iter().filter(move |identifier| identifier.kind() == kind);
            of_kind.filter(|identifier| !incident.watch.ignores(identifier))
        };
        let mut lines = vec![
            "In public channels I look for the following, in any spelling I can see through.".to_owned(),
        ];
        for kind in [Kind::Ghsa, Kind::Cve, Kind::Codename, Kind::Term, Kind::Phrase] {
            let all: Vec<String> = loud(kind).map(|one| code(&cut(one.as_str(), TERM_SHOWN))).collect();
            if all.is_empty() {
                continue;
            }
            let more = all.len().saturating_sub(PHRASES_SHOWN);
            let more = if more > 0 { format!(", and {more} more") } else { String::new() };
            let shown: Vec<String> = all.into_iter().take(PHRASES_SHOWN).collect();
            lines.push(format!("* {}: {}{more}", row_name(kind), shown.join(", ")));
        }
        if !incident.watch.ignored.is_empty() {
            let all: Vec<String> =
                incident.watch.ignored.iter().map(|term| code(&cut(term.open(team), TERM_SHOWN))).collect();
            lines.push(format!("No alarm about: {}", all.join(", ")));
        }
        let public: Vec<String> =
            watched::public_names(&world.settings, incident).iter().map(|name| inline(name)).collect();
        lines.push(format!("Anyone may say {}.", list(&public)));
        lines.push(format!(
            "More: {}. Less: {}.",
            code("!watch add TERM"),
            code("!watch ignore TERM --reason …")
        ));
        fit(lines.join("\n"))
    })
}

const fn row_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Ghsa => "the GHSA id",
        Kind::Cve => "the CVE number",
        Kind::Codename => "the codename",
        Kind::Phrase => "words of the advisory's text",
        Kind::Term => "names and added terms",
    }
}

/// One more term is watched for.
#[must_use]
pub fn added(term: &EmbargoedText) -> TeamText {
    TeamText::compose(|team| {
        format!(
            "✅ I look for {} too from now on. What was said before is not searched again.",
            code(&shown(team, term))
        )
    })
}

/// A term raises no alarm any more.
#[must_use]
pub fn ignored(term: &EmbargoedText) -> TeamText {
    TeamText::compose(|team| {
        let term = shown(team, term);
        format!(
            "✅ No alarm about {} any more. In public I still do not say it myself. {} takes that back.",
            code(&term),
            code(&format!("!watch add {term}"))
        )
    })
}

/// Why what is watched for cannot be changed like that.
#[must_use]
pub fn refusal(refusal: WatchRefusal) -> String {
    match refusal {
        WatchRefusal::TooShort => {
            format!("a term needs at least {LETTERS_MIN} letters or digits, or it is found in everything.")
        }
        WatchRefusal::Everyday => {
            "that is said in public every day, and would be found in everything. Add more words to it."
                .to_owned()
        }
        WatchRefusal::Watched => format!("that is watched for already. {} shows what is.", code("!watch")),
        WatchRefusal::NotWatched => format!(
            "nothing that raises an alarm goes by that term. {} shows what does; write it as it stands there.",
            code("!watch")
        ),
    }
}
