//! What an answer that is not the hoped-for one means: for people, and for another try.

use bytes::Bytes;
use commands::kernel::{
    effect::{Failure, FailureKind, Service},
    embargoed::Embargoed,
};
use http::{Response, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::{
    pace::{self, WAIT_MAX, WAIT_MIN},
    wire::BadAnswer,
};
use crate::port::{Again, Setback, TransportError};

/// How long a secondary limit lasts when GitHub does not say.
const SECONDARY_WAIT: SignedDuration = SignedDuration::from_secs(60);
/// How much of GitHub's words is kept, in characters.
const WORDS_CHARS_MAX: usize = 1000;
/// How much of a right's name is kept, in bytes.
const PERMISSION_BYTES_MAX: usize = 200;

/// Whether a call only reads: one that does can always be tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Read,
    Write,
}

impl Kind {
    /// What is left to do when the fate of such a call is not known.
    const fn unclear(self, wait: Option<SignedDuration>) -> Again {
        match self {
            Self::Read => Again::NotDone { wait },
            Self::Write => Again::Unknown,
        }
    }
}

/// What a call takes, besides a token that is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Right {
    /// To read advisories.
    Read,
    /// To write them.
    Write,
    /// To decide on them: who sees one, what becomes of it.
    Manage,
    /// To ask for a CVE number.
    Cve,
    /// To make a temporary private fork.
    Fork,
    /// To read pull requests.
    Pulls,
    /// To know of a repository.
    Metadata,
    /// To read branches, commits, tags and releases.
    Contents,
    /// To read issues.
    Issues,
    /// To read check runs.
    Checks,
    /// To read the statuses of commits.
    Statuses,
    /// To open and close pull requests.
    WritePulls,
    /// To merge one.
    Merge,
    /// To see what a workflow ran, and to start it.
    Workflows,
    /// To make a branch and a file in it.
    WriteContents,
    /// To propose something to a repository of other people.
    Propose,
    /// To delete a private fork.
    Delete,
}

impl Right {
    /// The permission, in the words of GitHub's `X-Accepted-GitHub-Permissions`.
    const fn permission(self) -> &'static str {
        match self {
            Self::Read => "repository_advisories=read",
            Self::Write | Self::Manage | Self::Cve => "repository_advisories=write",
            Self::Fork => "administration=write and repository_advisories=read",
            Self::Pulls => "pull_requests=read",
            Self::Metadata => "metadata=read",
            Self::Contents => "contents=read",
            Self::Issues => "issues=read",
            Self::Checks => "checks=read",
            Self::Statuses => "statuses=read",
            Self::WritePulls | Self::Propose => "pull_requests=write",
            Self::Merge | Self::WriteContents => "contents=write",
            Self::Workflows => "actions=write",
            Self::Delete => "administration=write",
        }
    }

    /// Who the token's user has to be besides, where that matters.
    const fn role(self) -> Option<&'static str> {
        match self {
            Self::Read
            | Self::Write
            | Self::Pulls
            | Self::Metadata
            | Self::Contents
            | Self::Issues
            | Self::Checks
            | Self::Statuses
            | Self::WritePulls
            | Self::Merge
            | Self::Workflows
            | Self::WriteContents => None,
            Self::Propose => Some(
                "besides, a fine-grained token opens no pull request in a repository of other people: a classic one does, or a person",
            ),
            Self::Delete => Some(
                "besides, deleting a repository is for its administrators (a classic token needs delete_repo), and an organisation may forbid it to all but its owners",
            ),
            Self::Manage => Some(
                "besides, accepting, closing, publishing and giving access are for administrators and security managers of the repository",
            ),
            Self::Cve => Some(
                "besides, asking for a CVE number is for administrators and security managers of the repository",
            ),
            Self::Fork => Some(
                "besides, making a private fork is for administrators of the repository, and closed to GitHub Apps",
            ),
        }
    }

    /// What is missing, as far as can be told.
    fn missing(self, response: &Response<Bytes>) -> String {
        let permission = named_right(response).unwrap_or_else(|| self.permission().to_owned());
        match self.role() {
            Some(role) => format!("{permission}; {role}"),
            None => permission,
        }
    }
}

fn setback_of(kind: FailureKind, detail: impl Into<String>, again: Again) -> Setback {
    let failure = Failure { service: Service::GitHub, kind, detail: Embargoed::new(detail.into()) };
    Setback { failure, again }
}

/// No answer came.
pub(super) fn no_answer(error: TransportError, kind: Kind) -> Setback {
    let (failure, again) = match error {
        TransportError::NotSent => (FailureKind::Unreachable, Again::NotDone { wait: None }),
        TransportError::AnswerLost => (FailureKind::Unreachable, kind.unclear(None)),
        TransportError::AnswerTooLarge => (FailureKind::Broken, kind.unclear(None)),
    };
    setback_of(failure, error.to_string(), again)
}

/// The answer made no sense.
pub(super) fn nonsense(bad: BadAnswer, kind: Kind) -> Setback {
    setback_of(FailureKind::Broken, format!("GitHub's answer is {}", bad.0), kind.unclear(None))
}

/// The answer to a call that changes nothing made no sense.
pub(super) fn nonsense_read(bad: BadAnswer) -> Setback {
    nonsense(bad, Kind::Read)
}

/// The token cannot be sent at all.
pub(super) fn unusable_token() -> Setback {
    let detail = "the token holds characters that no token has";
    setback_of(FailureKind::Credentials, detail, Again::Never)
}

/// A limit lasts for `wait`; nothing has been done.
pub(super) fn limited(wait: SignedDuration) -> Setback {
    let detail = format!("GitHub's rate limit is reached; it ends in {} seconds", wait.as_secs());
    setback_of(FailureKind::Broken, detail, Again::NotDone { wait: Some(wait) })
}

/// How long to wait, when the answer is that a limit is reached.
pub(super) fn limit(response: &Response<Bytes>, now: Timestamp) -> Option<SignedDuration> {
    let status = response.status();
    let refused = [StatusCode::FORBIDDEN, StatusCode::TOO_MANY_REQUESTS, StatusCode::UNPROCESSABLE_ENTITY];
    if !refused.contains(&status) {
        return None;
    }
    let said = Said::read(response.body());
    if status == StatusCode::UNPROCESSABLE_ENTITY {
        return said.words().contains("submitted too quickly").then_some(SECONDARY_WAIT);
    }
    let secondary = status == StatusCode::TOO_MANY_REQUESTS || said.names_secondary_limit();
    retry_after(response)
        .or_else(|| pace::used_up(response.headers(), now))
        .or_else(|| secondary.then_some(SECONDARY_WAIT))
}

fn retry_after(response: &Response<Bytes>) -> Option<SignedDuration> {
    let seconds = pace::number(response.headers(), header::RETRY_AFTER.as_str())?;
    Some(SignedDuration::from_secs(seconds).clamp(WAIT_MIN, WAIT_MAX))
}

/// It makes no sense for an advisory that stands like this: nothing was written.
pub(super) fn senseless(why: &str) -> Setback {
    setback_of(FailureKind::Refused, why, Again::Never)
}

/// It is not there yet; look again after `wait`.
pub(super) fn not_yet(wait: SignedDuration) -> Setback {
    setback_of(FailureKind::NotFound, "it is not ready yet", Again::NotDone { wait: Some(wait) })
}

/// Whether GitHub finds nothing of that name: neither that it hides it behind a sign-on, nor that it has
/// another name by now.
pub(super) fn is_missing(response: &Response<Bytes>) -> bool {
    response.status() == StatusCode::NOT_FOUND && !needs_sso(response)
}

/// What is there was not found: it is hidden from a token that lacks the right.
pub(super) fn hidden(response: &Response<Bytes>, right: Right) -> Setback {
    if needs_sso(response) {
        return setback(response, Kind::Write, right);
    }
    setback_of(FailureKind::Permission(right.missing(response)), words(response), Again::Never)
}

/// GitHub's words, or at least its status.
fn words(response: &Response<Bytes>) -> String {
    let words = Said::read(response.body()).words();
    if words.is_empty() { format!("GitHub answered {}", response.status().as_u16()) } else { words }
}

/// What an answer means that is neither good nor a limit.
pub(super) fn setback(response: &Response<Bytes>, kind: Kind, right: Right) -> Setback {
    let (status, words) = (response.status(), words(response));
    if needs_sso(response) {
        let right = "the organisation's leave: authorise the token for its single sign-on (SSO)";
        return setback_of(FailureKind::Permission(right.to_owned()), words, Again::Never);
    }
    match status {
        StatusCode::UNAUTHORIZED => setback_of(FailureKind::Credentials, words, Again::Never),
        StatusCode::FORBIDDEN => {
            setback_of(FailureKind::Permission(right.missing(response)), words, Again::Never)
        }
        StatusCode::NOT_FOUND => setback_of(FailureKind::NotFound, words, Again::Never),
        StatusCode::GONE => {
            let detail =
                format!("this version of GitHub's interface is gone, a newer bot is needed: {words}");
            setback_of(FailureKind::Refused, detail, Again::Never)
        }
        StatusCode::REQUEST_TIMEOUT => setback_of(FailureKind::Broken, words, kind.unclear(None)),
        status if status.is_redirection() => {
            let detail = "the repository was renamed or moved: configure its new name";
            setback_of(FailureKind::NotFound, detail, Again::Never)
        }
        status if status.is_client_error() => setback_of(FailureKind::Refused, words, Again::Never),
        _ => setback_of(FailureKind::Broken, words, kind.unclear(retry_after(response))),
    }
}

/// Whether the token is good and only lacks the authorisation for an organisation's single sign-on.
fn needs_sso(response: &Response<Bytes>) -> bool {
    let refused = matches!(response.status(), StatusCode::FORBIDDEN | StatusCode::NOT_FOUND);
    let header = response.headers().get("x-github-sso").and_then(|value| value.to_str().ok());
    refused && header.is_some_and(|value| value.trim_start().starts_with("required"))
}

/// The right that GitHub names.
fn named_right(response: &Response<Bytes>) -> Option<String> {
    ["x-accepted-github-permissions", "x-accepted-oauth-scopes"].into_iter().find_map(|name| {
        let value = response.headers().get(name)?.to_str().ok()?.trim();
        (!value.is_empty() && value.len() <= PERMISSION_BYTES_MAX).then(|| value.to_owned())
    })
}

/// GitHub's words in an answer that reports a problem; all empty when the answer is no such thing.
struct Said(Value);

impl Said {
    fn read(body: &[u8]) -> Self {
        Self(serde_json::from_slice(body).unwrap_or_default())
    }

    fn text(&self, key: &str) -> &str {
        self.0.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    fn names_secondary_limit(&self) -> bool {
        let (message, page) = (self.text("message").to_lowercase(), self.text("documentation_url"));
        ["secondary rate limit", "abuse detection"].iter().any(|words| message.contains(words))
            || ["secondary-rate-limit", "abuse-rate-limit"].iter().any(|words| page.contains(words))
    }

    /// The message and what is wrong in particular, in one line.
    fn words(&self) -> String {
        let mut parts = vec![self.text("message").trim().to_owned()];
        match self.0.get("errors") {
            Some(Value::Array(errors)) => parts.extend(errors.iter().map(one_error)),
            Some(error) => parts.push(one_error(error)),
            None => {}
        }
        parts.retain(|part| !part.is_empty());
        parts.dedup();
        parts.join(": ").chars().take(WORDS_CHARS_MAX).collect()
    }
}

/// An entry of `errors`: a sentence, or an object with one, or with a field and a code.
fn one_error(error: &Value) -> String {
    let text = |key: &str| error.get(key).and_then(Value::as_str).unwrap_or_default();
    let sentence = error.as_str().unwrap_or_else(|| text("message")).trim();
    if sentence.is_empty() {
        return [text("field"), text("code")].join(" ").trim().to_owned();
    }
    sentence.to_owned()
}
