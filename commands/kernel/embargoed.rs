//! Embargoed data by type: text that came from an incident cannot be printed, logged or put into a
//! public message; it opens only for an audience that may read it (invariant 3).

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::kernel::directory::Channel;

/// A value that nobody outside the team may learn before disclosure. It has no `Display`, its
/// `Debug` is redacted, and it opens only for an [`Audience`].
///
/// It serialises in clear: the store, which holds it, is as confidential as the team channel.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Embargoed<T>(T);

/// Embargoed text, cheap to clone.
pub type EmbargoedText = Embargoed<Arc<str>>;

/// Somebody who may read embargoed data. Sealed: the audiences are those in this module.
pub trait Audience: sealed::Sealed {}

mod sealed {
    pub trait Sealed {}
}

impl<T> Embargoed<T> {
    /// Puts `value` under embargo.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for someone who may read it.
    pub fn open<A: Audience>(&self, _audience: &A) -> &T {
        &self.0
    }

    /// What follows from the value is embargoed too.
    pub fn map<U>(&self, f: impl FnOnce(&T) -> U) -> Embargoed<U> {
        Embargoed(f(&self.0))
    }

    /// The value as public data: only once the incident it came from is published.
    pub fn disclose(&self, _proof: &Publication) -> Disclosed<T>
    where
        T: Clone,
    {
        Disclosed(self.0.clone())
    }

    /// The value as public data: only because two people let it out.
    pub fn confirm(&self, _proof: &Confirmation) -> Disclosed<T>
    where
        T: Clone,
    {
        Disclosed(self.0.clone())
    }
}

impl<S: AsRef<str>> Embargoed<S> {
    /// Whether there is anything but white space in it.
    pub fn is_blank(&self) -> bool {
        self.0.as_ref().trim().is_empty()
    }

    /// Its length in Unicode code points, which is how Zulip and GitHub count.
    pub fn chars(&self) -> usize {
        self.0.as_ref().chars().count()
    }
}

impl From<&str> for EmbargoedText {
    fn from(text: &str) -> Self {
        Self(Arc::from(text))
    }
}

impl From<String> for EmbargoedText {
    fn from(text: String) -> Self {
        Self(Arc::from(text))
    }
}

impl<T> fmt::Debug for Embargoed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(embargoed)")
    }
}

/// A value that was embargoed and has since been published, or that two people let out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Disclosed<T>(T);

impl<T> Disclosed<T> {
    /// The value, free to be shown to anyone.
    pub fn get(&self) -> &T {
        &self.0
    }
}

/// Proof that an incident's advisory is public. Only [`Incident::publication`] makes one.
///
/// [`Incident::publication`]: crate::kernel::incident::Incident::publication
#[derive(Debug)]
pub struct Publication(());

impl Publication {
    pub(in crate::kernel) const fn seen() -> Self {
        Self(())
    }
}

/// Proof that two people on the team let something out before the publication. Only
/// [`Incident::confirmation`] makes one.
///
/// [`Incident::confirmation`]: crate::kernel::incident::Incident::confirmation
#[derive(Debug)]
pub struct Confirmation(());

impl Confirmation {
    pub(in crate::kernel) const fn given() -> Self {
        Self(())
    }
}

/// The team, reading what is composed for it: exists only inside [`TeamText::compose`].
#[derive(Debug)]
pub struct Team(());

/// A place that only the team can read, as Zulip reported it.
#[derive(Debug)]
pub struct PrivateRoom(());

impl PrivateRoom {
    /// The room, when `channel` is private by Zulip's own word: not public, not web-public, not
    /// archived.
    #[must_use]
    pub fn channel(channel: &Channel) -> Option<Self> {
        channel.is_private().then_some(Self(()))
    }

    /// A direct message to one member of the team; that they are one was decided before.
    #[must_use]
    pub const fn direct_message_to_team() -> Self {
        Self(())
    }

    /// The terminal of somebody who has opened the store: it holds the same in clear.
    #[must_use]
    pub const fn of_the_store() -> Self {
        Self(())
    }
}

/// The advisory's own page on GitHub, which is where embargoed text is kept.
#[derive(Debug)]
pub struct AdvisoryPage(());

impl AdvisoryPage {
    /// Of the adapters of GitHub and of git only: what they open with this goes to GitHub, about an advisory
    /// or its private fork.
    #[must_use]
    pub const fn on_github() -> Self {
        Self(())
    }
}

/// The reader of messages and the watch for leaks: they look for words and repeat none.
#[derive(Debug)]
pub struct Reader(());

impl Reader {
    pub(crate) const fn new() -> Self {
        Self(())
    }
}

impl sealed::Sealed for Team {}
impl sealed::Sealed for PrivateRoom {}
impl sealed::Sealed for AdvisoryPage {}
impl sealed::Sealed for Reader {}
impl Audience for Team {}
impl Audience for PrivateRoom {}
impl Audience for AdvisoryPage {}
impl Audience for Reader {}

/// A message for the team: embargoed as a whole. It can be posted to a [`PrivateRoom`] and nowhere
/// else.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TeamText(Embargoed<String>);

impl TeamText {
    /// Writes a message in which embargoed values may be opened.
    #[must_use]
    pub fn compose(write: impl FnOnce(&Team) -> String) -> Self {
        Self(Embargoed(write(&Team(()))))
    }

    /// The message, for a place that only the team can read.
    #[must_use]
    pub fn open<A: Audience>(&self, audience: &A) -> &str {
        self.0.open(audience)
    }
}

impl From<&str> for TeamText {
    fn from(text: &str) -> Self {
        Self(Embargoed(text.to_owned()))
    }
}

impl fmt::Debug for TeamText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(for the team)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing() {
        let text = EmbargoedText::from("heap overflow");
        assert_eq!(format!("{text:?}"), "(embargoed)");
        assert_eq!(format!("{:?}", TeamText::compose(|team| text.open(team).to_string())), "(for the team)");
    }

    #[test]
    fn a_team_message_may_hold_what_is_embargoed() {
        let text = EmbargoedText::from("heap overflow");
        let message = TeamText::compose(|team| format!("It is a {}.", text.open(team)));
        assert_eq!(message.open(&PrivateRoom::direct_message_to_team()), "It is a heap overflow.");
    }
}
