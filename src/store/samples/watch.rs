//! What the leak watch leaves in the store.

use commands::kernel::{
    embargoed::EmbargoedText,
    fact::Fact,
    id::{ChannelId, IncidentId, MessageId, PullNumber, Topic, UserId},
    public::Sameness,
    sighting::{PublicKind, Sighting, WatchChange},
};

use super::at;

/// Every fact of the leak watch, with every kind of place. New kinds go to the end.
pub(super) fn facts_of_the_watch() -> Vec<Fact> {
    let incident = IncidentId(2);
    let (message, channel, by, at) = (MessageId(21), ChannelId(5), UserId(9), at(9));
    let topic = Topic("builds".into());
    let (term, reason) = (EmbargoedText::from("bad relocation trick"), EmbargoedText::from("an old tool"));
    let fact = |change| Fact::Watch { incident, change: Box::new(change) };
    let seen = |late, sighting| fact(WatchChange::Seen { sighting, late });
    let kinds = [
        PublicKind::Commit,
        PublicKind::Branch,
        PublicKind::PullRequest,
        PublicKind::Issue,
        PublicKind::Release,
        PublicKind::Tag,
    ];
    let mut facts = vec![
        seen(false, Sighting::Message { message, channel, topic: topic.clone(), by, at }),
        seen(true, Sighting::Edit { message, channel, by, at, undone: true }),
        seen(false, Sighting::Topic { channel, topic, message, by: Some(by) }),
        seen(false, Sighting::Channel { channel, name: EmbargoedText::from("amber-heron") }),
        seen(false, Sighting::MovedOut { message, count: 3, channel, by: None }),
        fact(WatchChange::Added { by, term: term.clone() }),
        fact(WatchChange::Ignored { by, term, reason }),
        Fact::DetailsSeen { message, user: by },
    ];
    let url = || "https://github.com/bytecodealliance/wasmtime/pull/7".to_owned();
    facts.extend(kinds.map(|what| seen(false, Sighting::OnGitHub { what, url: url() })));
    facts.extend([Sameness::Commit, Sameness::Title].map(|sameness| {
        let (what, pull) = (PublicKind::Commit, PullNumber(3));
        seen(false, Sighting::PatchOnGitHub { what, url: url(), pull, sameness })
    }));
    facts
}
