//! What has been said since one last looked, as everyone who may read it saw it.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::zulip::{Message, MessageId, Place, UserId, Zulip};

/// Something that happened in chat.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// When it was seen: when a message was sent, else when one looked.
    pub at: Timestamp,
    /// Where, in words.
    pub place: String,
    /// Whether anyone outside the team could read it.
    pub public: bool,
    /// The message it is about, as it is now.
    pub message: Message,
    /// Who sent that, by name.
    pub sender: String,
    /// What happened.
    pub kind: Kind,
}

/// What happened to a message.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// It was said; with the reactions it has already, as emoji and name.
    Said(Vec<(String, String)>),
    /// It was changed from this.
    Edited(String),
    /// It was moved from here.
    Moved(String),
    /// It was reacted to, by emoji and name.
    Reacted(Vec<(String, String)>),
}

impl Kind {
    /// What is done by hand leads to what is said, and that to what is changed.
    fn rank(&self) -> u8 {
        match self {
            Self::Moved(_) | Self::Reacted(_) => 0,
            Self::Said(_) => 1,
            Self::Edited(_) => 2,
        }
    }
}

/// Looks at a Zulip again and again, and tells what is new.
pub struct Watch {
    known: BTreeMap<MessageId, Message>,
}

impl Watch {
    /// What there is already is not new.
    #[must_use]
    pub fn new(zulip: &Zulip) -> Self {
        Self { known: by_id(zulip) }
    }

    /// What has happened since the last look. Messages in different places that were sent side by side
    /// have no order worth keeping: those in `first` come first, then place by place.
    pub fn look(&mut self, zulip: &Zulip, first: Option<&Place>, now: Timestamp) -> Vec<Seen> {
        let current = by_id(zulip);
        let mut seen = Vec::new();
        for message in current.values() {
            let known = self.known.get(&message.id);
            for kind in changes(zulip, known, message) {
                let at = if matches!(kind, Kind::Said(_)) { message.sent } else { now };
                seen.push(Seen {
                    at,
                    place: place(zulip, &message.place),
                    public: is_public(zulip, &message.place),
                    message: message.clone(),
                    sender: name(zulip, message.sender),
                    kind,
                });
            }
        }
        self.known = current;
        let order = |seen: &Seen| (Some(&seen.message.place) != first, seen.public, seen.place.clone());
        seen.sort_by_key(|seen| (order(seen), seen.kind.rank(), seen.message.id));
        seen
    }
}

fn by_id(zulip: &Zulip) -> BTreeMap<MessageId, Message> {
    zulip.messages().into_iter().map(|message| (message.id, message)).collect()
}

fn changes(zulip: &Zulip, known: Option<&Message>, message: &Message) -> Vec<Kind> {
    let old = known.map_or(&[][..], |known| &known.reactions);
    let new = message.reactions.iter().filter(|reaction| !old.contains(reaction));
    let reactions: Vec<(String, String)> =
        new.map(|reaction| (emoji(&reaction.code), name(zulip, reaction.user))).collect();
    let Some(known) = known else { return vec![Kind::Said(reactions)] };
    let moved = (known.place != message.place).then(|| Kind::Moved(place(zulip, &known.place)));
    let edited = (known.content != message.content).then(|| Kind::Edited(known.content.clone()));
    let reacted = (!reactions.is_empty()).then_some(Kind::Reacted(reactions));
    [moved, edited, reacted].into_iter().flatten().collect()
}

/// A place in words.
#[must_use]
pub fn place(zulip: &Zulip, place: &Place) -> String {
    match place {
        Place::Channel { channel, topic } => {
            format!("#{} > {topic}", zulip.channel_name(*channel).unwrap_or_default())
        }
        Place::Direct(people) => {
            let names: Vec<String> = people.iter().map(|user| name(zulip, *user)).collect();
            format!("direct: {}", names.join(", "))
        }
    }
}

/// Whether people outside a private channel can read what is said in a place.
#[must_use]
pub fn is_public(zulip: &Zulip, place: &Place) -> bool {
    let privacy = place.channel().and_then(|channel| zulip.privacy(channel));
    privacy.is_some_and(|privacy| !privacy.invite_only)
}

/// Somebody's name.
#[must_use]
pub fn name(zulip: &Zulip, user: UserId) -> String {
    zulip.user(user).map_or_else(|| format!("user {user}"), |user| user.name)
}

fn emoji(code: &str) -> String {
    code.split('-').filter_map(|part| char::from_u32(u32::from_str_radix(part, 16).ok()?)).collect()
}
