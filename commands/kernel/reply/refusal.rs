//! The sentences of refusals: what was wrong, in which words, and what to write instead.

use jiff::{SignedDuration, Timestamp};

use crate::kernel::{
    command::Entry,
    embargoed::{Team, TeamText},
    escape::{code, cut, inline},
    refusal::{Refusal, WhyReason},
    reply::{embargo::word_of, length, notify, patch, silent, time, watch},
    step::Step,
    world::World,
};

/// How much of what was typed is repeated, in code points.
const SAID_SHOWN: usize = 60;

/// A refusal as the person who gave the command reads it.
#[must_use]
pub fn text(world: &World, refusal: &Refusal, now: Timestamp) -> TeamText {
    TeamText::compose(|team| format!("Not done: {}", sentence(world, team, refusal, now)))
}

fn sentence(world: &World, team: &Team, refusal: &Refusal, now: Timestamp) -> String {
    match refusal {
        Refusal::Broken(error) => lower(&inline(&error.open(team).to_string())),
        Refusal::UnknownCommand { said, nearest } => unknown(said.open(team), *nearest),
        Refusal::Usage { problem, entry } => misused(lower(&inline(problem.open(team))), entry.as_ref()),
        Refusal::When(error) => lower(&inline(&error.open(team).to_string())),
        Refusal::WhichIncident { kind } => {
            let words = kind.entry().words;
            format!("no incident is named, and this is no incident's topic. Say which one: {}. {} shows them.", code(&format!("!{words} CODENAME …")), code("!advisory list"))
        }
        Refusal::NoSuchIncident => format!("no incident here goes by that name. {} shows them.", code("!advisory list --all")),
        Refusal::NotOnTheTeam => "commands are for the people of the security team: subscribers of this channel who are no guests, and in the team's group where there is one.".to_owned(),
        Refusal::NotTheManager { manager: Some(manager) } => format!(
            "only the incident manager, {}, can do this. To take over: {}",
            silent(world, *manager),
            code("!manager claim")
        ),
        Refusal::NotTheManager { manager: None } => {
            format!("only the incident manager can do this, and there is none yet: {}", code("!manager claim"))
        }
        Refusal::AlreadyTracked { link } => format!("that advisory is an incident already: {}.", link.open(team)),
        refusal @ (Refusal::NoReporter
        | Refusal::ReasonNeeded(_)
        | Refusal::PingedAlready { .. }
        | Refusal::WhichProject { .. }
        | Refusal::NoSuchProject { .. }
        | Refusal::Acknowledged { .. }
        | Refusal::Accepted
        | Refusal::NotAccepted
        | Refusal::HasCve { .. }
        | Refusal::CveAskedFor { .. }
        | Refusal::HasFork { .. }
        | Refusal::ForkUnderWay { .. }
        | Refusal::NobodyCalled { .. }
        | Refusal::SeveralCalled { .. }
        | Refusal::NoLogin { .. }
        | Refusal::TeamCredited
        | Refusal::NothingToChange { .. }
        | Refusal::NotOnThisTeam { .. }
        | Refusal::ManagerAlready { .. }
        | Refusal::NotVouched { .. }
        | Refusal::Needless { .. }
        | Refusal::AfterDisclosure
        | Refusal::NoTimeSet
        | Refusal::TimeSet { .. }
        | Refusal::NoProposal { .. }
        | Refusal::NotLater
        | Refusal::TooEarly { .. }
        | Refusal::EmbargoBroken { .. }) => elsewhere(world, team, refusal, now),
        Refusal::Patch(refusal) => patch::refusal(team, refusal, now),
        Refusal::Notify(refusal) => notify::refusal(*refusal, now),
        Refusal::Release(refusal) => super::delivery::refusal(*refusal),
        Refusal::Watch(refusal) => watch::refusal(*refusal),
        Refusal::StillOpening => "the advisory is still being made on GitHub. Try again in a moment.".to_owned(),
        Refusal::Closed => "this incident is closed.".to_owned(),
        Refusal::Published => "the advisory is public. Change it on its page on GitHub.".to_owned(),
        Refusal::NotPublished => "the advisory is not public yet, and a post would tell of it. After its publication, give the command again.".to_owned(),
        Refusal::NotReady { missing } => not_ready(team, missing),
        Refusal::ReleaseUnderWay => format!("the release is under way. {} shows where it stands.", code("!release status")),
        Refusal::StepOnItsWay { step } => format!("\"{}\" of the release that was called off is still on its way. I say here when it has ended; then give the command again.", step.title()),
        Refusal::NoRelease => format!("no release of this incident waits or runs. {} starts one.", code("!release go")),
        Refusal::RequestNotPosted => "the request for approval is not posted yet, so nobody can have read it. Approve once it stands in the incident's topic.".to_owned(),
        Refusal::OwnApproval => "a release needs a second person: somebody else on the team must approve it, by 👍 on the request or by `!release approve`.".to_owned(),
        Refusal::TooLate { age } => too_late(*age),
    }
}

/// What is wrong with how a command was written, and how it is written.
fn misused(problem: String, entry: Option<&Entry>) -> String {
    match entry {
        Some(entry) => format!(
            "{problem}\nIt is written {}\nFor example {}",
            code(entry.syntax),
            code(entry.examples[0])
        ),
        None => problem,
    }
}

fn too_late(age: SignedDuration) -> String {
    format!(
        "I was away and read this only now, {} later. If it still holds, give the command again.",
        length(age)
    )
}

/// What is missing for a release, and how to release without it.
fn not_ready(team: &Team, missing: &[(Step, TeamText)]) -> String {
    let lines = missing.iter().map(|(step, hint)| format!("\n⬜ {}: {}", step.title(), hint.open(team)));
    let waived: String = missing.iter().map(|(step, _)| format!("--waive {} ", step.id())).collect();
    let without = code(&format!("!release go {waived}--reason …"));
    format!("something is missing.{}\nTo release without: {without}", lines.collect::<String>())
}

/// What is refused about projects and times, and between the report and the release.
#[expect(clippy::wildcard_enum_match_arm, reason = "`sentence`, which calls this, names every refusal")]
fn elsewhere(world: &World, team: &Team, refusal: &Refusal, now: Timestamp) -> String {
    match refusal {
        Refusal::NoReporter => "nobody outside waits for word: the team itself opened this incident. A report by mail is entered with `!advisory new … --reporter WHO`.".to_owned(),
        Refusal::Acknowledged { by } => format!("{} acknowledged receipt already.", silent(world, *by)),
        Refusal::Accepted => "the report is accepted already.".to_owned(),
        Refusal::NotAccepted => format!("the report has to be accepted first: {}", code("!advisory accept")),
        Refusal::HasCve { cve } => format!("there is a CVE number already: {}.", cve.open(team).as_str()),
        Refusal::CveAskedFor { since: Some(since) } => {
            format!("a number was asked for {}. {} shows where it stands.", time(*since, now), code("!cve status"))
        }
        Refusal::CveAskedFor { since: None } => "the request is on its way to GitHub already.".to_owned(),
        Refusal::HasFork { fork: Some(fork) } => {
            format!("there is a private fork already: {}.", code(&fork.open(team).to_string()))
        }
        Refusal::HasFork { fork: None } => "there is a private fork already.".to_owned(),
        Refusal::ForkUnderWay { since } => format!("the private fork is being made, since {}. I say here when it can be used.", time(*since, now)),
        Refusal::NobodyCalled { said } => format!("I see nobody called {} here. Mention them as Zulip offers it, or write their GitHub login.", code(&cut(said.open(team), SAID_SHOWN))),
        Refusal::SeveralCalled { said } => format!(
            "several people here are called {}. Mention the one you mean as Zulip offers it, with the number: {}",
            code(&cut(said.open(team), SAID_SHOWN)),
            code("@**Name|8**")
        ),
        Refusal::NoLogin { user } => format!(
            "I do not know what {} is called on GitHub. Write the login instead, as in {}, or have them enter it in their profile on Zulip.",
            silent(world, *user),
            code("!invite LOGIN")
        ),
        Refusal::TeamCredited => "only a person can be credited, by mention or login.".to_owned(),
        Refusal::NothingToChange { invited: true } => format!("they have access already. {} shows everyone who has.", code("!who")),
        Refusal::NothingToChange { invited: false } => format!("they are no collaborators of the advisory. {} shows who is.", code("!who")),
        Refusal::NotOnThisTeam { user } => format!("{} is not on the team. Only somebody on it can be the incident manager.", silent(world, *user)),
        Refusal::ManagerAlready { user } => format!("{} is the incident manager already.", silent(world, *user)),
        Refusal::NotVouched { step } => format!("nobody vouches for \"{}\", so there is nothing to take back.", step.title()),
        Refusal::Needless { step, why } => format!("\"{}\" does not apply: {why}.", step.title()),
        Refusal::PingedAlready { project } => format!("a maintainer of {} was asked for less than ten minutes ago.", inline(&project.0)),
        Refusal::WhichProject { kind, choices } => {
            format!("this channel has several projects. Say which one: {}", choices.iter().map(|choice| code(&format!("!{} {choice}", kind.entry().words))).collect::<Vec<_>>().join(" or "))
        }
        Refusal::NoSuchProject { choices } => {
            format!("no such project in this channel. There is {}.", choices.iter().map(|choice| code(choice)).collect::<Vec<_>>().join(", "))
        }
        Refusal::ReasonNeeded(WhyReason::Replaces) => {
            format!("there is a disclosure time already. To change it, say why: {}", code("!embargo set WHEN --reason …"))
        }
        Refusal::ReasonNeeded(WhyReason::TooLong { latest }) => format!(
            "that is later than the policy's longest embargo, which ends {}. To go beyond it, say why: {}",
            time(*latest, now),
            code("!embargo set WHEN --reason …")
        ),
        _ => of_embargo(world, team, refusal, now),
    }
}

/// What is refused about the disclosure time.
#[expect(clippy::wildcard_enum_match_arm, reason = "`sentence`, which calls this, names every refusal")]
fn of_embargo(world: &World, team: &Team, refusal: &Refusal, now: Timestamp) -> String {
    match refusal {
        Refusal::TooEarly { until } => format!(
            "the disclosure time has not come: {}. To release before it: {}",
            time(*until, now),
            code("!release go --early --reason …")
        ),
        Refusal::AfterDisclosure => "the advisory is public; there is no embargo any more.".to_owned(),
        Refusal::NoTimeSet => format!("no disclosure time is set. {} sets it.", code("!embargo set WHEN")),
        Refusal::TimeSet { until } => format!(
            "the disclosure time is set already: {}. To change it: {}",
            time(*until, now),
            code("!embargo set WHEN --reason …")
        ),
        Refusal::NoProposal { past: None } => format!(
            "no disclosure time is proposed; I propose one when the CVE number comes. {} sets it.",
            code("!embargo set WHEN")
        ),
        Refusal::NoProposal { past: Some(past) } => format!(
            "the time that was proposed is past: {}. {} sets another.",
            time(*past, now),
            code("!embargo set WHEN")
        ),
        Refusal::NotLater => format!(
            "an extension moves the disclosure time later, as in {}. To an earlier time: {}",
            code("!embargo extend 48h --reason …"),
            code("!embargo set WHEN --reason …")
        ),
        Refusal::EmbargoBroken { since, broken } => format!(
            "the embargo is broken, since {}: {} {} shows what is left to do. If it is not public after all: {}",
            time(*since, now),
            word_of(world, team, broken),
            code("!release plan"),
            code("!embargo set WHEN --reason …")
        ),
        _ => String::new(),
    }
}

fn unknown(said: &str, nearest: Option<&'static str>) -> String {
    let said = code(&format!("!{}", cut(said, SAID_SHOWN)));
    match nearest {
        Some(nearest) => format!("there is no {said}. The nearest is {}.", code(&format!("!{nearest}"))),
        None => format!("there is no {said}. {} shows what there is.", code("!help")),
    }
}

/// The sentence as the second half of one.
fn lower(sentence: &str) -> String {
    if ["Zulip", "GitHub", "I "].iter().any(|name| sentence.starts_with(name)) {
        return sentence.to_owned();
    }
    let mut chars = sentence.chars();
    match chars.next() {
        // A command's name, a word in capitals or a quote stays as it is.
        Some(first) if chars.clone().next().is_some_and(|second| second.is_lowercase() || second == ' ') => {
            first.to_lowercase().chain(chars).collect()
        }
        _ => sentence.to_owned(),
    }
}
