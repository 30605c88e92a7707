//! The auditor: from what people did and what the services hold, it says what must be and what must
//! not. It is naive on purpose and shares no code with what the bot decides by.

use std::collections::BTreeMap;

use advisory_bot::sandbox::{
    github::Advisory,
    mail::Received,
    world::Sandbox,
    zulip::{ChannelId, Message, Place, UserId},
};
use jiff::{SignedDuration, Timestamp};

use crate::{
    sight::{self, Incident, TEAMS},
    workload::{Deed, Given, Meant, TEAM, Workload},
};

#[path = "auditor/answers.rs"]
mod answers;
#[path = "auditor/countdown.rs"]
mod countdown;
#[path = "auditor/creation.rs"]
mod creation;
#[path = "auditor/hands.rs"]
mod hands;
#[path = "auditor/mail.rs"]
mod mail;
#[path = "auditor/privacy.rs"]
mod privacy;
#[path = "auditor/public.rs"]
mod public;
#[path = "auditor/release.rs"]
mod release;
#[path = "auditor/secrets.rs"]
mod secrets;

/// How long the bot needs at most, while it is up, to do what is asked, whatever faults there are.
const PATIENCE: SignedDuration = SignedDuration::from_mins(12);

/// Everything there is to look at.
pub(crate) struct View<'a> {
    pub(crate) given: &'a [Given],
    pub(crate) deeds: &'a [(Timestamp, Deed)],
    /// When the bot was away, or the clock jumped: from, to.
    pub(crate) absences: &'a [(Timestamp, Timestamp)],
    pub(crate) now: Timestamp,
    pub(crate) messages: Vec<Message>,
    pub(crate) incidents: BTreeMap<String, Incident>,
    pub(crate) advisories: Vec<Advisory>,
    /// What the mail server has taken.
    pub(crate) mails: Vec<Received>,
}

/// Nothing is wrong, or what is.
pub(crate) type Verdict = Result<(), String>;

impl<'a> View<'a> {
    pub(crate) fn new(
        sandbox: &Sandbox,
        people: &'a Workload,
        absences: &'a [(Timestamp, Timestamp)],
        now: Timestamp,
    ) -> Self {
        let messages = sandbox.zulip.messages();
        let incidents = sight::incidents(&messages);
        let advisories = sight::advisories(sandbox);
        let (given, deeds) = (people.given.as_slice(), people.deeds.as_slice());
        let mails = sandbox.mail.received();
        Self { given, deeds, absences, now, messages, incidents, advisories, mails }
    }

    /// What must hold at every moment.
    pub(crate) fn always(&self) -> Verdict {
        secrets::nothing_embargoed_in_public(self)?;
        creation::once(self)?;
        answers::not_too_many(self)?;
        release::by_two_people(self)?;
        mail::as_it_must_be(self)?;
        hands::nothing_overwritten_unseen(self)?;
        privacy::not_too_often(self)?;
        public::never_twice_and_never_for_nothing(self)?;
        countdown::each_once(self)
    }

    /// What must hold once everything was mended and had its time.
    pub(crate) fn finally(&self) -> Verdict {
        self.always()?;
        creation::done(self)?;
        answers::not_too_few(self)?;
        release::finished(self)?;
        mail::all_told(self)?;
        hands::all_told(self)?;
        privacy::all_told(self)?;
        public::all_alarmed(self)?;
        countdown::all_sent(self)
    }

    /// What the bot said.
    fn said(&self) -> impl Iterator<Item = &Message> {
        self.messages.iter().filter(|message| sight::by_bot(message))
    }

    /// What the bot said there, under any of the names a topic has when it is resolved.
    fn said_in(&self, channel: ChannelId, topic: &str) -> Vec<&Message> {
        let plain = |topic: &str| topic.trim_start_matches("✔ ").to_owned();
        let here = |message: &&Message| match &message.place {
            Place::Channel { channel: of, topic: name } => *of == channel && plain(name) == plain(topic),
            Place::Direct(_) => false,
        };
        self.said().filter(here).collect()
    }

    /// What the bot said in the topics of an incident: all it ever had begin with its codename.
    fn said_about(&self, incident: &Incident) -> Vec<&Message> {
        self.said().filter(|message| in_room(&message.place, incident)).collect()
    }

    /// By when the bot must have dealt with what happened at `at`: after it was up for long enough.
    fn deadline(&self, at: Timestamp) -> Timestamp {
        self.absences.iter().fold(later(at, PATIENCE), |deadline, (from, to)| {
            if *from <= deadline && *to >= at { deadline.max(later(*to, PATIENCE)) } else { deadline }
        })
    }

    /// When a channel was not private: from, to.
    fn public_spells(&self, channel: ChannelId) -> Vec<(Timestamp, Timestamp)> {
        let mut spells = Vec::new();
        let mut since = None;
        for (at, deed) in self.deeds {
            let Deed::Private { channel: of, is_private } = deed else { continue };
            match (is_private, since) {
                _ if *of != channel => {}
                (true, Some(from)) => {
                    spells.push((from, *at));
                    since = None;
                }
                (false, None) => since = Some(*at),
                (true, None) | (false, Some(_)) => {}
            }
        }
        spells.extend(since.map(|from| (from, Timestamp::MAX)));
        spells
    }

    /// Whether the channel was not private at some time in which the bot dealt with what happened then.
    fn was_hindered(&self, channel: ChannelId, at: Timestamp) -> bool {
        let until = self.deadline(at);
        self.public_spells(channel).iter().any(|(from, to)| *from <= until && *to >= at)
    }

    /// Whether somebody was on the team at some moment between the two.
    fn was_member(&self, user: UserId, channel: ChannelId, from: Timestamp, to: Timestamp) -> bool {
        let at_first = TEAM.contains(&user) && (channel != TEAMS[1].0 || user != TEAM[2]);
        let (mut subscribed, mut in_group, mut ever) = (at_first, TEAM.contains(&user), false);
        for (at, deed) in self.deeds {
            if *at > to {
                break;
            }
            if *at >= from {
                ever |= subscribed && in_group;
            }
            if let Deed::Member { channel: of, user: who, is_member } = deed
                && (*of, *who) == (channel, user)
            {
                subscribed = *is_member;
            }
            if let Deed::Group { user: who, is_member } = deed
                && *who == user
            {
                in_group = *is_member;
            }
        }
        ever || (subscribed && in_group)
    }

    /// Who may have been the manager of an incident: who opened it, claimed it, or answered its report.
    fn managers(&self, incident: &Incident) -> Vec<UserId> {
        let may = |given: &&Given| {
            matches!(&given.meant, Meant::New(marker) | Meant::Adopt(marker) if *marker == incident.marker)
                || matches!(&given.meant, Meant::Claim(name) | Meant::Respond(name, _) if *name == incident.codename)
        };
        self.given.iter().filter(may).map(|given| given.by).collect()
    }

    /// Whether somebody published the advisory with this marker on its page.
    fn was_published_by_hand(&self, marker: &str) -> bool {
        self.deeds
            .iter()
            .any(|(_, deed)| matches!(deed, Deed::PublishedByHand { marker: of } if of == marker))
    }
}

/// Whether a place is a topic of that incident.
fn in_room(place: &Place, incident: &Incident) -> bool {
    let Place::Channel { channel, topic } = place else { return false };
    let rest = topic.trim_start_matches("✔ ").strip_prefix(incident.codename.as_str());
    *channel == incident.channel && rest.is_some_and(|rest| rest.starts_with(' '))
}

/// Whether it is a team channel.
fn is_team(channel: ChannelId) -> bool {
    TEAMS.iter().any(|(of, _)| *of == channel)
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

fn wrong(holds: bool, what: impl FnOnce() -> String) -> Verdict {
    if holds { Ok(()) } else { Err(what()) }
}
