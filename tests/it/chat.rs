//! What people say on the embedded Zulip, and what the bot says there.

use advisory_bot::sandbox::{
    world::Sandbox,
    zulip::{
        ChannelId, Message, MessageId, Place, UserId,
        seed::{ADVISORY_BOT, WAMR_SECURITY},
    },
};

/// Asks for a release without those steps of the runbook that a test is not about.
pub(crate) const GO: &str = "!release go --waive reproduce --waive fork --waive invite --waive audit --waive upstream --waive fix --waive cve --waive notify --waive list-seen --waive patches --waive tests --reason a drill";

/// Somebody says something in a topic of a channel.
pub(crate) fn say_in(
    sandbox: &Sandbox,
    user: UserId,
    channel: ChannelId,
    topic: &str,
    text: &str,
) -> MessageId {
    sandbox.zulip.send(user, Place::topic(channel, topic), text).unwrap()
}

/// Somebody says something in a topic of WAMR's team channel.
pub(crate) fn say(sandbox: &Sandbox, user: UserId, topic: &str, text: &str) -> MessageId {
    say_in(sandbox, user, WAMR_SECURITY, topic, text)
}

/// All that the bot said in a topic, oldest first.
pub(crate) fn said_in(sandbox: &Sandbox, channel: ChannelId, topic: &str) -> Vec<String> {
    let here = |message: &Message| {
        message.place.channel() == Some(channel) && message.place.topic_name().eq_ignore_ascii_case(topic)
    };
    by_bot(sandbox).into_iter().filter(here).map(|message| message.content).collect()
}

/// All that the bot said in a topic of WAMR's team channel, oldest first.
pub(crate) fn said(sandbox: &Sandbox, topic: &str) -> Vec<String> {
    said_in(sandbox, WAMR_SECURITY, topic)
}

/// All that the bot said to somebody by direct message, oldest first.
pub(crate) fn told(sandbox: &Sandbox, user: UserId) -> Vec<String> {
    let direct = Place::direct([user, ADVISORY_BOT]);
    by_bot(sandbox)
        .into_iter()
        .filter(|message| message.place == direct)
        .map(|message| message.content)
        .collect()
}

/// All messages of the bot, oldest first.
pub(crate) fn by_bot(sandbox: &Sandbox) -> Vec<Message> {
    sandbox.zulip.messages().into_iter().filter(|message| message.sender == ADVISORY_BOT).collect()
}

/// The topic of the incident that the command in `topic` has opened, once it has.
pub(crate) fn opened(sandbox: &Sandbox, topic: &str) -> Option<String> {
    opened_in(sandbox, WAMR_SECURITY, topic)
}

/// The same in another channel.
pub(crate) fn opened_in(sandbox: &Sandbox, channel: ChannelId, topic: &str) -> Option<String> {
    let said = said_in(sandbox, channel, topic);
    let opened = said.iter().find(|text| text.contains("Incident opened"))?;
    Some(opened.split_once('>')?.1.split_once("**")?.0.to_owned())
}

/// Whether a message of the bot is an incident's card.
pub(crate) fn is_card(text: &str) -> bool {
    text.starts_with("### ")
}
