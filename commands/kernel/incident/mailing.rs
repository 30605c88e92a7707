//! What is remembered of the pre-notification.

use jiff::Timestamp;

use super::{Incident, Release, Stage};
use crate::kernel::{
    clock::{Clock, LIST_SEEN_WITHIN, Running},
    embargoed::{Confirmation, Disclosed, Embargoed, Reader},
    id::{MessageId, UserId},
    mail::{Fate, NotifyChange, Prenotification, Told, Wish},
    settings::Settings,
    step::Step,
};

/// The pre-notification of an incident.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mailing {
    /// What waits for a second person.
    pub asked: Option<Asked>,
    /// The mails that were confirmed, oldest first. Each but the last has left, or may have.
    pub mails: Vec<Mailed>,
    /// What the list was last told by the word of somebody who saw it there.
    pub seen: Option<Told>,
    /// What the Message-IDs are made from, once one was needed.
    pub stem: Option<Timestamp>,
}

/// Something that waits for a second person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Who asked.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
    /// For what.
    pub wish: Wish,
    /// The message to react to, once it stands.
    pub message: Option<MessageId>,
}

/// A mail that was confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailed {
    /// What it says.
    pub mail: Embargoed<Prenotification>,
    /// Since when it is where it is.
    pub at: Timestamp,
    /// What became of it; none while it is on its way.
    pub fate: Option<Fate>,
    /// Whether an earlier try of the same mail may have arrived, whatever becomes of this one.
    pub may_be_out: bool,
    /// Whether the list certainly has it: its server took it, or somebody saw it there.
    pub arrived: bool,
}

impl Mailed {
    fn is_out(&self) -> bool {
        matches!(self.fate, Some(Fate::Sent | Fate::Unknown))
    }
}

impl Mailing {
    /// The newest mail that has left, or may have.
    #[must_use]
    pub fn newest_out(&self) -> Option<&Mailed> {
        self.mails.iter().rfind(|mailed| mailed.is_out())
    }

    /// What the list was last told, or may have been.
    #[must_use]
    pub fn told(&self) -> Option<Told> {
        let mailed = self.newest_out().map(|mailed| Told { time: mailed.mail.open(&Reader::new()).time });
        self.seen.or(mailed)
    }

    /// Whether people outside were told of a release, or may have been, or are just being told.
    #[must_use]
    pub fn is_out(&self) -> bool {
        self.told().is_some() || self.mails.last().is_some_and(|mailed| mailed.fate.is_none())
    }

    /// The number that a mail of this text gets, from 1: that of the last one again, where it certainly
    /// did not leave, or where this is the very mail of which nobody knows.
    #[must_use]
    pub fn number_of(&self, mail: &Embargoed<Prenotification>) -> usize {
        let again = self.mails.last().is_some_and(|last| match last.fate {
            Some(Fate::NotSent) => true,
            Some(Fate::Unknown) | None => last.mail == *mail,
            Some(Fate::Sent) => false,
        });
        self.mails.len() + usize::from(!again)
    }

    fn confirmed(&mut self, at: Timestamp) {
        let Some(Asked { wish: Wish::Mail(mail), .. }) = self.asked.take() else { return };
        let kept = self.number_of(&mail) - 1;
        let again = &self.mails[kept..];
        let may_be_out = again.iter().any(|mailed| mailed.fate == Some(Fate::Unknown));
        let arrived = again.iter().any(|mailed| mailed.arrived);
        self.mails.truncate(kept);
        self.mails.push(Mailed { fate: None, at, mail, may_be_out, arrived });
    }
}

impl Incident {
    /// Proof that two people let the newest mail out, while it is on its way.
    #[must_use]
    pub fn confirmation(&self) -> Option<Confirmation> {
        let last = self.mailing.mails.last();
        last.is_some_and(|mailed| mailed.fate.is_none()).then(Confirmation::given)
    }

    /// The newest mail, which two people let out, once it has certainly arrived and `before`, the incident
    /// as it was, did not know that yet; none where it tells another time than stands now.
    #[must_use]
    pub fn newly_arrived(&self, before: &Self) -> Option<Disclosed<Prenotification>> {
        let newest = self.mailing.mails.iter().rposition(Mailed::is_out)?;
        let known = before.mailing.mails.get(newest).is_some_and(|mailed| mailed.arrived);
        let mailed = &self.mailing.mails[newest];
        let tells = mailed.arrived && !known && self.is_list_told();
        tells.then(|| mailed.mail.confirm(&Confirmation::given()))
    }

    /// The Message-ID of the pre-notification of that number: the same at each try, and no other mail's.
    #[must_use]
    pub fn message_id(&self, settings: &Settings, number: usize) -> Option<String> {
        let stem = self.mailing.stem?.as_nanosecond();
        Some(format!("{stem}.{number}@{}", settings.mail_domain()?))
    }

    /// The Message-ID of the first pre-notification, where one was sent, or may have been.
    #[must_use]
    pub fn first_mail(&self, settings: &Settings) -> Option<String> {
        self.mailing.newest_out().and_then(|_| self.message_id(settings, 1))
    }

    /// Whether what the bot asked in chat waits for somebody's 👍.
    #[must_use]
    pub const fn awaits_thumb(&self) -> bool {
        matches!(self.release, Release::Requested(_)) || self.mailing.asked.is_some()
    }

    /// Whether the list knows the disclosure time as it stands.
    #[must_use]
    pub fn is_list_told(&self) -> bool {
        let until = self.embargo.as_ref().map(|embargo| embargo.until);
        let sent = self.mailing.newest_out().is_some_and(|mailed| mailed.fate == Some(Fate::Sent));
        let sure = sent || self.mailing.seen.is_some();
        sure && self.mailing.told().is_some_and(|told| told.time == until)
    }

    /// The clock that runs until somebody has seen the mail on the list.
    pub(super) fn unseen(&self) -> Option<Running> {
        let counts = self.stage == Stage::Open && !self.is_published() && !self.is_struck(Step::ListSeen);
        let unseen = counts && self.mailing.seen.is_none();
        let since = self.mailing.newest_out().filter(|_| unseen)?.at;
        Some(Running { clock: Clock::ListSeen, since, within: LIST_SEEN_WITHIN })
    }

    /// Takes in what happened to the pre-notification.
    pub(super) fn notify_changed(&mut self, at: Timestamp, change: &NotifyChange) {
        let mailing = &mut self.mailing;
        match change {
            NotifyChange::Asked { by, wish, stem } => {
                mailing.stem.get_or_insert(*stem);
                mailing.asked = Some(Asked { by: *by, at, wish: wish.clone(), message: None });
            }
            NotifyChange::Posted { message } => {
                if let Some(asked) = &mut mailing.asked {
                    asked.message = Some(*message);
                }
            }
            NotifyChange::Confirmed { .. } => mailing.confirmed(at),
            NotifyChange::Lapsed | NotifyChange::Voided => mailing.asked = None,
            NotifyChange::Ended { fate } => {
                let Some(mailed) = mailing.mails.last_mut() else { return };
                let fate = if mailed.may_be_out { fate.or_unknown() } else { *fate };
                (mailed.fate, mailed.at) = (Some(fate), at);
                mailed.arrived |= fate == Fate::Sent;
                if fate != Fate::NotSent {
                    // What was seen there before was another mail.
                    mailing.seen = None;
                    self.vouched.remove(&Step::ListSeen);
                    self.reminded.remove(&Clock::ListSeen);
                }
            }
        }
    }

    /// Somebody saw on the list a mail that tells the time as it stands, whoever sent it; or takes that back.
    pub(super) fn list_seen(&mut self, is_seen: bool) {
        let until = self.embargo.as_ref().map(|embargo| embargo.until);
        // What they saw is the newest mail; without one, somebody sent it by hand.
        let seen = self.mailing.newest_out().map_or(until, |mailed| mailed.mail.open(&Reader::new()).time);
        self.mailing.seen = is_seen.then_some(Told { time: seen });
        let out = self.mailing.mails.iter_mut().rfind(|mailed| mailed.is_out());
        if let (true, Some(mailed)) = (is_seen, out) {
            mailed.arrived = true;
        }
    }
}
