//! What became of an effect.

use crate::kernel::{
    content::{EmbargoedAdvisory, Part},
    embargoed::Embargoed,
    id::{ChannelId, IncidentId, MessageId, Repository},
    patch::PullRequest,
    work::Found,
};

/// What became of an effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is done and there is nothing more to say.
    Done,
    /// The message stands, under this id.
    Posted(MessageId),
    /// The advisory as GitHub now holds it.
    Advisory(Box<EmbargoedAdvisory>),
    /// Nothing was written: somebody else changed these parts on GitHub, which now holds this.
    Conflict(Box<EmbargoedAdvisory>, Vec<Part>),
    /// The private fork has this name; it may not be ready yet.
    Fork(Embargoed<Repository>),
    /// The pull requests that are there, as GitHub shows them.
    Pulls(Vec<Embargoed<PullRequest>>),
    /// What a release's work found or left on GitHub.
    Found(Found),
    /// The file is kept under this address, relative to the realm's.
    Uploaded(String),
    /// The guard stopped it: it names these incidents. It was not sent.
    Blocked(Vec<IncidentId>),
    /// The team channel it was for is not private. It was not sent.
    NotPrivate(ChannelId),
    /// It cannot be done.
    Failed(Failure),
    /// It has not been possible for a while; it is still being tried.
    Delayed(Failure),
    /// It may have happened or not; there is nowhere to look, and it is not tried again by itself.
    Unknown(Failure),
}

/// Why something cannot be done, or not yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Whose answer it was.
    pub service: Service,
    /// What kind of answer.
    pub kind: FailureKind,
    /// The service's own words, which may repeat what it was sent.
    pub detail: Embargoed<String>,
}

/// A service the bot works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// Zulip.
    Zulip,
    /// GitHub.
    GitHub,
    /// The mail server.
    Mail,
    /// GitHub's git servers.
    Git,
}

/// The kinds of failure a person can do something about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FailureKind {
    /// It does not answer.
    Unreachable,
    /// It answers that it is broken or busy, or with something that makes no sense.
    Broken,
    /// The credential is not accepted.
    Credentials,
    /// The credential lacks a right; GitHub names it.
    Permission(String),
    /// What was asked for is not there, or not for this credential.
    NotFound,
    /// The request was understood and refused.
    Refused,
    /// No connection to it can be made that others cannot read.
    Insecure,
}
