//! What happened, as data: when, by whom, what, and of which kind.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::kernel::{
    embargoed::Team,
    escape::plain,
    fact::{Doer, Fact},
    incident::Incident,
    reply::{entry::entry, timeline::unmarked},
    world::World,
};

/// Something that happened. It is made for the team only, inside what is composed for it.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub(super) struct Event {
    /// When.
    pub(super) time: Timestamp,
    /// Who did it: a name on Zulip, or a login with `(GitHub)` behind it. None for what nobody did by name.
    pub(super) who: Option<String>,
    /// What, in a sentence.
    pub(super) what: String,
    /// Of which kind: the word under which the store keeps it.
    pub(super) kind: String,
}

/// All that happened, oldest first, without what concerns only the bot itself.
pub(super) fn events(world: &World, team: &Team, incident: &Incident) -> Vec<Event> {
    let event = |(time, fact): &(Timestamp, Fact)| {
        let what = plain(&unmarked(&entry(world, team, fact)?));
        Some(Event { time: *time, who: who(world, team, fact), what, kind: kind(fact) })
    };
    incident.history.iter().filter_map(event).collect()
}

fn who(world: &World, team: &Team, fact: &Fact) -> Option<String> {
    match fact.doer() {
        Doer::Person(user) => {
            let known = world.directory.users.get(&user).map(|user| user.name.clone());
            Some(known.unwrap_or_else(|| format!("user {user}")))
        }
        Doer::OnGitHub(login) => Some(format!("{} (GitHub)", login.open(team).as_str())),
        Doer::Nobody => None,
    }
}

/// `embargo-set`, and where a fact holds a change of its own, that too: `patch-tested`.
fn kind(fact: &Fact) -> String {
    // Facts are what the store holds: they have a form in JSON, by their kind.
    let value = serde_json::to_value(fact).unwrap_or_default();
    let (outer, fields) = tagged(&value);
    match fields.map_or("", |fields| tagged(&fields["change"]).0) {
        "" => outer.to_owned(),
        inner => format!("{outer}-{inner}"),
    }
}

/// The kind of something that is stored under its kind, and what is stored there.
fn tagged(value: &Value) -> (&str, Option<&Value>) {
    match value {
        Value::String(kind) => (kind, None),
        Value::Object(fields) => {
            fields.iter().next().map_or(("", None), |(kind, fields)| (kind, Some(fields)))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => ("", None),
    }
}
