//! What the shell needs of the outside world, as traits: the adapters implement them, tests and the
//! sandbox replace them.

use std::collections::BTreeMap;

use async_trait::async_trait;
use bytes::Bytes;
use commands::kernel::{
    effect::{Failure, RecordedEffect},
    embargoed::Embargoed,
    fact::RecordedFact,
    id::{ChannelId, EffectId, MessageId, Repository},
    patch::HeadCommit,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The largest answer read from any service, in bytes. GitHub's and Zulip's longest legitimate
/// answers (a register with thousands of users) stay well below it.
pub const ANSWER_BYTES_MAX: usize = 16 * 1024 * 1024;

/// The time, and waiting for it. Everything in the shell that reads a clock or sleeps does it
/// through this, so that tests and the sandbox can run on virtual time.
#[async_trait]
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;

    /// Returns at `at` or soon after; at once when `at` is past. Must notice a clock that is set
    /// or that jumps while it waits.
    async fn sleep_until(&self, at: Timestamp);
}

/// One HTTP exchange. Bodies are whole: nothing the bot reads or writes is streamed.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends `request` and returns the whole answer, whatever its status.
    ///
    /// # Errors
    /// See [`TransportError`]: the difference that matters is whether the request may have taken
    /// effect.
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError>;
}

/// A mail, before it is put into the form that travels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The address it goes to.
    pub to: String,
    /// Its Message-ID, without the angle brackets.
    pub message_id: String,
    /// The Message-ID of the mail that it answers.
    pub answers: Option<String>,
    /// When it is sent.
    pub date: std::time::SystemTime,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub body: String,
}

/// The mail server.
#[async_trait]
pub trait Mail: Send + Sync {
    /// Who mail is from, as it stands in a mail.
    fn sender(&self) -> String;

    /// Hands one mail over, once.
    ///
    /// # Errors
    /// When the server has not taken it. [`Again::Unknown`] only where nobody can say whether it has: there
    /// is nowhere to look.
    async fn send(&self, letter: &Letter) -> Result<(), Setback>;
}

/// The largest bundle that is made, in bytes.
pub const BUNDLE_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Git: commits, between an advisory's private fork and what everybody can read.
#[async_trait]
pub trait Git: Send + Sync {
    /// Makes `commit` of the private fork the head of a new `branch` of the public repository. Does nothing
    /// where the branch holds it already; never moves a branch that holds another, and deletes none.
    ///
    /// # Errors
    /// Safe to repeat, whatever the error says of its fate: it looks first. [`Again::Never`] where the branch
    /// holds another commit.
    async fn push(
        &self,
        fork: &Embargoed<Repository>,
        commit: &Embargoed<HeadCommit>,
        repository: &Repository,
        branch: &str,
    ) -> Result<Pushed, Setback>;

    /// Everything that stands in the private fork and that no branch of the public repository holds, as a
    /// git bundle: together with the public repository it gives the fork back. Empty where nothing is left.
    ///
    /// # Errors
    /// When it cannot be had, or is larger than [`BUNDLE_BYTES_MAX`].
    async fn bundle(
        &self,
        fork: &Embargoed<Repository>,
        repository: &Repository,
    ) -> Result<Embargoed<Vec<u8>>, Setback>;
}

/// A branch that holds what it was to hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pushed {
    /// Whether GitHub let the push through against the repository's rules, because the token's user is an
    /// administrator. It does so unasked, and says so only to whoever pushes.
    pub bypassed: bool,
}

/// Why no answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TransportError {
    /// The request never left: no connection was made. It has certainly not taken effect.
    #[error("the service could not be reached")]
    NotSent,
    /// The request may have left, and no whole answer came back: it may have taken effect.
    #[error("the connection failed before the whole answer had come")]
    AnswerLost,
    /// The answer was larger than [`ANSWER_BYTES_MAX`]. The request may have taken effect.
    #[error("the answer was larger than {ANSWER_BYTES_MAX} bytes")]
    AnswerTooLarge,
}

/// Where the bot stands in Zulip's stream of events, stored with what was decided on them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// The event queue, to be resumed after a quick restart.
    pub queue: Option<QueuePosition>,
    /// The newest message heard of anywhere.
    pub newest: MessageId,
    /// By team channel, the newest message handled; catching up after a gap starts here.
    pub channels: BTreeMap<ChannelId, MessageId>,
    /// The newest direct message handled.
    pub direct: MessageId,
    /// The newest message handled in public channels; none where a store is older than the leak watch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public: Option<MessageId>,
}

/// A place in an event queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueuePosition {
    /// The queue (`queue_id`).
    pub queue_id: String,
    /// The last event taken in (`last_event_id`).
    pub last_event_id: i64,
}

/// What one or more decisions change, all of it or nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Commit {
    /// New facts, in the order of their numbers.
    pub facts: Vec<RecordedFact>,
    /// New effects, and pending ones whose record changed.
    pub effects: Vec<(EffectId, RecordedEffect)>,
    /// Effects that came to an end.
    pub settled: Vec<EffectId>,
    /// The new cursor.
    pub cursor: Option<Cursor>,
}

/// What a store holds besides facts, as read at start.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unsettled {
    /// The effects not yet settled.
    pub pending: BTreeMap<EffectId, RecordedEffect>,
    /// The cursor; empty before the first commit.
    pub cursor: Cursor,
}

/// The bot's memory.
#[async_trait]
pub trait Store: Send + Sync {
    /// Reads everything, checking every record and the chain of hashes through the facts. Each fact is
    /// handed to `take` in the order of their numbers, so that they need not all be held at once.
    ///
    /// # Errors
    /// See [`StoreError`]; a damaged or newer store is refused, never reset. What `take` was given is
    /// not to be used then.
    fn replay(&self, take: &mut dyn FnMut(RecordedFact)) -> Result<Unsettled, StoreError>;

    /// The cursor as it stood when the store was opened, checked like all else but the facts: whoever
    /// listens can begin before those are read.
    fn cursor(&self) -> Cursor;

    /// Writes `commit` in one transaction and returns when it will survive a power cut. Commits are
    /// written in the order in which they were handed over; several that wait may share one write.
    ///
    /// # Errors
    /// When it could not be written for certain. The store takes nothing more: the caller stops, and
    /// carries on at its next start from what the store then holds.
    async fn commit(&self, commit: Commit) -> Result<(), StoreError>;
}

/// Why the store cannot be used. Each message says what to do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StoreError {
    /// Another process has it open.
    #[error(
        "the store {0} is in use by another process: stop the other advisory-bot, or configure another [store] path"
    )]
    InUse(String),
    /// It was written by a newer version.
    #[error(
        "the store {path} has format {found}, and this advisory-bot knows formats up to {known}: run the newer advisory-bot"
    )]
    Newer {
        /// Where it is.
        path: String,
        /// The format found.
        found: u32,
        /// The newest format known.
        known: u32,
    },
    /// A record does not hold what was written.
    #[error("the store {path} is damaged ({what}): restore it from a backup; nothing was changed")]
    Damaged {
        /// Where it is.
        path: String,
        /// Which record, and what is wrong with it. No embargoed text.
        what: String,
    },
    /// The disk or the store's engine refused.
    #[error("the store could not be read or written: {0}")]
    Io(String),
}

/// What came of one try at something: it worked, or this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setback {
    /// Why, for people.
    pub failure: Failure,
    /// What it means for another try.
    pub again: Again,
}

/// Whether to try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// It can never work as it stands.
    Never,
    /// It has certainly not happened. Not before `wait`, when the service said so.
    NotDone {
        /// The service's own word on when to come back.
        wait: Option<SignedDuration>,
    },
    /// It may have happened: look before trying again.
    Unknown,
}

/// Marks a request (as an extension) whose answer may take a minute, because the service waits for
/// something to happen.
#[derive(Debug, Clone, Copy)]
pub struct LongPoll;
