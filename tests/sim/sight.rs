//! What anybody with eyes sees in the services: the incidents there are, and what the bot said.

use std::collections::BTreeMap;

use advisory_bot::sandbox::{
    github::Advisory,
    world::Sandbox,
    zulip::{ChannelId, Message, MessageId, Place, seed},
};

/// How everything begins that the bot may say in public.
pub(crate) const PUBLIC_OPENINGS: [&str; 8] = [
    "A security release of ",
    "The security release of ",
    "The security team has been told",
    "A maintainer of ",
    "**Security advisory for ",
    "Commands belong in the team's channel.",
    "Not done: this command works only in the team's channel.",
    "I answer only the people of a project's security team",
];

/// The team channels, and the repository each is about.
pub(crate) const TEAMS: [(ChannelId, &str); 2] = [
    (seed::WAMR_SECURITY, "bytecodealliance/wasm-micro-runtime"),
    (seed::WASMTIME_SECURITY, "bytecodealliance/wasmtime"),
];

/// An incident that has its card.
#[derive(Debug, Clone)]
pub(crate) struct Incident {
    pub(crate) codename: String,
    pub(crate) marker: String,
    pub(crate) channel: ChannelId,
    /// Where the first card stands now.
    pub(crate) topic: String,
    /// All of its cards, oldest first.
    pub(crate) cards: Vec<MessageId>,
}

/// The made-up word that stands in a summary, in nothing else, and tells it from all others.
pub(crate) fn marker_in(text: &str) -> Option<String> {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .find(|word| word.len() == 9 && word.starts_with("zq"))
        .map(str::to_owned)
}

/// Whether a message is the bot's.
pub(crate) fn by_bot(message: &Message) -> bool {
    message.sender == seed::ADVISORY_BOT
}

/// The codename a card is headed with.
fn heading(content: &str) -> Option<&str> {
    content.strip_prefix("### ")?.split(" · ").next()
}

/// The incidents whose card has been posted, by codename. A card stands in its incident's own topic,
/// which is named by the codename at first; a copy shown to somebody does not.
pub(crate) fn incidents(messages: &[Message]) -> BTreeMap<String, Incident> {
    let mut found: BTreeMap<String, Incident> = BTreeMap::new();
    for message in messages.iter().filter(|message| by_bot(message)) {
        let Place::Channel { channel, topic } = &message.place else { continue };
        let Some(codename) = heading(&message.content) else { continue };
        if topic.starts_with("ask ") {
            continue;
        }
        let Some(marker) = marker_in(&message.content) else { continue };
        found
            .entry(codename.to_owned())
            .and_modify(|incident| incident.cards.push(message.id))
            .or_insert_with(|| Incident {
                codename: codename.to_owned(),
                marker,
                channel: *channel,
                topic: topic.clone(),
                cards: vec![message.id],
            });
    }
    found
}

/// Every advisory there is.
pub(crate) fn advisories(sandbox: &Sandbox) -> Vec<Advisory> {
    TEAMS.iter().flat_map(|(_, repository)| sandbox.github.advisories(repository)).collect()
}

/// The advisory whose summary has this marker.
pub(crate) fn marked<'a>(advisories: &'a [Advisory], marker: &str) -> Vec<&'a Advisory> {
    advisories.iter().filter(|advisory| advisory.summary.contains(marker)).collect()
}
