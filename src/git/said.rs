//! What git's words mean: for people, and for another try. They are English, because it runs with `LC_ALL=C`.

use commands::kernel::{
    effect::{Failure, FailureKind, Service},
    embargoed::Embargoed,
};

use super::process::Stopped;
use crate::port::{Again, Setback};

/// How much of its words is kept, in characters.
const WORDS_CHARS_MAX: usize = 1000;
/// What GitHub says to an administrator whose push breaks the rules of a branch, and takes the push.
const BYPASSED: &str = "Bypassed rule violations";

/// What a run was to do, for what is missing where it is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    /// To read a repository.
    Read,
    /// To write to one: of a try that was cut off, nobody knows what came.
    Write,
}

pub(super) fn setback(kind: FailureKind, why: &str, again: Again) -> Setback {
    let detail = why.trim().chars().take(WORDS_CHARS_MAX).collect();
    Setback { failure: Failure { service: Service::Git, kind, detail: Embargoed::new(detail) }, again }
}

/// It can never work as it stands.
pub(super) fn refused(why: &str) -> Setback {
    setback(FailureKind::Refused, why, Again::Never)
}

/// It has not been done, and may be another time.
pub(super) fn not_done(kind: FailureKind, why: &str) -> Setback {
    setback(kind, why, Again::NotDone { wait: None })
}

/// A run was stopped.
pub(super) fn stopped(why: Stopped, deed: Deed) -> Setback {
    let unclear = match deed {
        Deed::Read => Again::NotDone { wait: None },
        Deed::Write => Again::Unknown,
    };
    match why {
        Stopped::NoProgram => refused("the program git is not installed where the bot runs"),
        Stopped::Io(kind) => setback(FailureKind::Broken, &format!("git could not be run: {kind}"), unclear),
        Stopped::TooSlow => setback(FailureKind::Unreachable, "", unclear),
        Stopped::TooMuch => refused("git gave more than it can have been asked for"),
    }
}

/// A run has failed and said this.
pub(super) fn failed(said: &str, deed: Deed) -> Setback {
    let kind = kind(said, deed);
    let again = match &kind {
        FailureKind::Credentials
        | FailureKind::Permission(_)
        | FailureKind::NotFound
        | FailureKind::Refused
        | FailureKind::Insecure => Again::Never,
        // This is how it speaks of a conversation that did not come about.
        FailureKind::Unreachable | FailureKind::Broken
            if deed == Deed::Read || said.contains("unable to access") =>
        {
            Again::NotDone { wait: None }
        }
        FailureKind::Unreachable | FailureKind::Broken => Again::Unknown,
    };
    setback(kind, said, again)
}

fn kind(said: &str, deed: Deed) -> FailureKind {
    let says = |words: &[&str]| words.iter().any(|words| said.contains(words));
    let permission = match deed {
        Deed::Read => "contents=read",
        Deed::Write => "contents=write",
    };
    if says(&[
        "could not read Username",
        "could not read Password",
        "unable to get password",
        "Authentication failed",
        "error: 401",
    ]) {
        FailureKind::Credentials
    } else if says(&["error: 403", "HTTP 403"]) {
        FailureKind::Permission(permission.to_owned())
    } else if says(&["error: 404", "not found"]) {
        FailureKind::NotFound
    } else if says(&["certificate"]) {
        FailureKind::Insecure
    } else if says(&[
        "error: 3",
        "not our ref",
        "unadvertised object",
        "fsck error",
        "error in object",
        "not allowed",
    ]) {
        FailureKind::Refused
    } else if says(&["error: 4", "error: 5", "HTTP 4", "HTTP 5"]) {
        FailureKind::Broken
    } else if says(&[
        "unable to access",
        "Could not resolve",
        "RPC failed",
        "hung up",
        "early EOF",
        "disconnect",
        "timed out",
    ]) {
        FailureKind::Unreachable
    } else {
        FailureKind::Broken
    }
}

/// A push has failed: `output` is its report in the form for programs (`git push --porcelain`).
pub(super) fn not_pushed(output: &str, said: &str) -> Setback {
    // `!`, what was to go where, and in brackets whose refusal it is, and why.
    let Some(line) = output.lines().find(|line| line.starts_with('!')) else {
        return failed(said, Deed::Write);
    };
    let reason = line.rsplit('\t').next().unwrap_or_default();
    if reason.contains("remote failure") || reason.contains("failed to update ref") {
        // It says nothing, or that the branch has come to be meanwhile: by this very push, where the
        // connection broke and the same was sent again underneath.
        return setback(FailureKind::Broken, reason, Again::Unknown);
    }
    if !reason.starts_with("[remote rejected]") {
        // Git saw by itself that somebody else was there first. The next try sees who.
        return not_done(FailureKind::Broken, reason);
    }
    let words = format!("{reason}\n{said}");
    if words.contains("workflow` scope") || words.contains("`workflows` permission") {
        return setback(FailureKind::Permission("workflows=write".to_owned()), &words, Again::Never);
    }
    refused(&words)
}

/// Whether GitHub let a push through against the rules.
pub(super) fn has_bypassed(said: &str) -> bool {
    said.lines().any(|line| line.starts_with("remote:") && line.contains(BYPASSED))
}
