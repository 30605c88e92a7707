//! What a service's answer means, for a maintainer at 3 a.m.

use crate::kernel::{
    effect::{Failure, FailureKind, Service},
    embargoed::Team,
    escape::{cut, inline},
};

/// How much of a service's own words is shown, in code points.
const DETAIL_SHOWN: usize = 400;

/// One sentence or two: what happened and what mends it.
#[must_use]
pub fn sentence(team: &Team, failure: &Failure) -> String {
    let service = service(failure.service);
    let detail = failure.detail.open(team);
    let said = if detail.is_empty() {
        String::new()
    } else {
        format!(" It said: \"{}\".", inline(&cut(detail.trim_end_matches('.'), DETAIL_SHOWN)))
    };
    match &failure.kind {
        FailureKind::Unreachable => format!("{service} does not answer."),
        FailureKind::Broken => format!("{service} answers with errors."),
        FailureKind::Credentials => {
            format!(
                "{service} does not accept the bot's credential: it is wrong, expired or revoked. The bot's administrator must replace it."
            )
        }
        FailureKind::Permission(which) if which.is_empty() => {
            format!(
                "the bot's account on {service} may not do this. It must be an administrator or security manager of the repository.{said}"
            )
        }
        FailureKind::Permission(which) => {
            format!(
                "the bot's token on {service} lacks a permission: {}. Give the token that permission.{said}",
                inline(which)
            )
        }
        FailureKind::NotFound => {
            format!(
                "{service} shows nothing there to the bot: it does not exist, or the bot's account may not see it."
            )
        }
        FailureKind::Insecure => format!(
            "no secure connection to {service} can be made: its certificate is not accepted, or it offers no encryption.{said}"
        ),
        FailureKind::Refused => format!("{service} refused it.{said}"),
    }
}

/// The service's name.
#[must_use]
pub const fn service(service: Service) -> &'static str {
    match service {
        Service::Zulip => "Zulip",
        Service::GitHub => "GitHub",
        Service::Mail => "the mail server",
        Service::Git => "git",
    }
}
