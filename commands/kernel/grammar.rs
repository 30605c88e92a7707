//! From words to a command: a clap grammar behind the tokenizer. What does not fit comes back as a
//! sentence with the nearest right form.

mod explain;
mod line;

use std::{collections::BTreeSet, fmt::Display, str::FromStr};

use clap::Parser as _;

use crate::kernel::{
    cheat_sheet::Phase,
    collaborator::{CreditKind, Who},
    command::{Command, Entry, Kind, ManagerWish, NewAdvisory, Order, PatchOrder, WatchOrder},
    content::{
        AffectedPackage, BadValue, ContentChange, Cwe, DESCRIPTION_CHARS_MAX, PLATFORMS_CHARS_MAX,
        SUMMARY_CHARS_MAX, Severity,
    },
    embargoed::{Embargoed, EmbargoedText},
    escape::cut,
    refusal::Refusal,
    step::{self, Step},
    token::{Typed, Word},
    world::Reference,
};

use explain::explain;
pub(crate) use explain::nearest;
use line::{
    AdvisoryLine, CveLine, EditLine, EmbargoLine, Line, NewLine, NotifyLine, PatchLine, ReleaseLine,
    WatchLine,
};

/// Marks the start of a quoted word, so that clap does not take it for a flag. A private-use
/// character, taken out of what people type before.
const LITERAL: char = '\u{f0000}';

/// The longest term that is watched for, in code points.
const TERM_CHARS_MAX: usize = 200;
/// How many people one command names.
const PEOPLE_MAX: usize = 50;
/// How much of a word that does not fit is repeated, in code points.
const SAID_SHOWN: usize = 60;
/// How many letters a command may be off for the nearest to be shown.
pub(crate) const DISTANCE_MAX: usize = 3;

/// Reads the words of a command.
///
/// # Errors
/// A [`Refusal`] that says which word does not fit and what to write instead.
pub fn read(typed: &Typed) -> Result<Order, Refusal> {
    let mut words: Vec<String> = typed.words.iter().map(clap_word).collect();
    let count = command_words(&mut words);
    let target = take_target(&mut words, count);
    let entry = entry_of(&words);
    let line = Line::try_parse_from(&words).map_err(|error| explain(&error, &words, entry))?;
    let block = typed.block.as_ref().map(|block| block.text.clone());
    let takes_block = matches!(line, Line::Advisory(AdvisoryLine::New(_) | AdvisoryLine::Edit(_)));
    if block.is_some() && !takes_block {
        return Err(Refusal::usage("This command takes no block of text.", entry));
    }
    let command = command(line, block).map_err(|problem| problem.refusal(entry))?;
    Ok(Order { command, target })
}

/// Whether a command begins with that word, written in small letters.
#[must_use]
pub fn is_known(first: &str) -> bool {
    Kind::ALL.into_iter().any(|kind| kind.entry().words.split(' ').next() == Some(first))
}

/// The kind of command that was typed, as far as its words tell.
#[must_use]
pub fn kind_of(typed: &Typed) -> Option<Kind> {
    let words = [typed.lower(0).unwrap_or_default(), typed.lower(1).unwrap_or_default()];
    let typed = Kind::ALL.into_iter().filter(|kind| {
        let known: Vec<&str> = kind.entry().words.split(' ').collect();
        known.iter().zip(&words).all(|(known, typed)| known == typed)
    });
    // `watch add` is not `watch`.
    typed.max_by_key(|kind| (kind.entry().words.split(' ').count(), std::cmp::Reverse(*kind)))
}

fn clap_word(word: &Word) -> String {
    let clean = |text: &str| text.replace(LITERAL, "");
    match word {
        Word::Text { prose, literal: true, .. } => format!("{LITERAL}{}", clean(prose)),
        // Two dashes alone would make clap read the flags after them as words.
        Word::Text { prose, .. } if prose == "--" => format!("{LITERAL}--"),
        // A dash before a digit is a number's: no flag is a digit.
        Word::Text { prose, .. } if is_negative(prose) => format!("{LITERAL}{}", clean(prose)),
        Word::Text { prose, .. } => clean(prose),
        Word::Mention { .. } | Word::Group { .. } => clean(&word.text()),
    }
}

fn is_negative(word: &str) -> bool {
    word.strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// Lowers the command's own words, and tells how many they are.
fn command_words(words: &mut [String]) -> usize {
    let first = words.first().map(|word| word.to_lowercase()).unwrap_or_default();
    let of_family = |kind: &Kind| kind.entry().words.split(' ').next() == Some(first.as_str());
    let family: Vec<Kind> = Kind::ALL.into_iter().filter(of_family).collect();
    // A family that is also a command by itself may be followed by something else than its second words.
    let second = words.get(1).map(|word| word.to_lowercase()).unwrap_or_default();
    let is_second = |kind: &Kind| kind.entry().words.split(' ').nth(1) == Some(second.as_str());
    let has_second = family.iter().any(|kind| kind.entry().words.contains(' '))
        && (!family.iter().any(|kind| kind.entry().words == first) || family.iter().any(is_second));
    let count = usize::from(!family.is_empty()) + usize::from(has_second && words.len() > 1);
    for word in words.iter_mut().take(count) {
        *word = word.to_lowercase();
    }
    count
}

/// Takes out the word after the command's own that names an incident.
fn take_target(words: &mut Vec<String>, count: usize) -> Option<Embargoed<Reference>> {
    let is_id_itself =
        matches!(words.get(..2), Some([a, b]) if a == "advisory" && (b == "adopt" || b == "new"));
    if count == 0 || is_id_itself || words[0] == "help" || words[0] == "triage" {
        return None;
    }
    let word = words.get(count)?;
    // The number that is entered is no incident's name, unless another stands after it.
    let sets_number = words[0] == "cve" && words.get(1).is_some_and(|word| word == "set");
    if sets_number && words.len() == count + 1 {
        return None;
    }
    // Nor is the term: it may be a name by itself.
    let watches = words[0] == "watch" && count == 2;
    if watches && words.get(count + 1).is_none_or(|word| word.starts_with("--")) {
        return None;
    }
    let reference = Reference::read(&plain(word))?;
    words.remove(count);
    Some(Embargoed::new(reference))
}

fn entry_of(words: &[String]) -> Option<Entry> {
    let starts = |entry: &Entry| {
        entry.words.split(' ').zip(words).filter(|(known, word)| known == word).count()
            == entry.words.split(' ').count()
    };
    let entries = Kind::ALL.into_iter().map(Kind::entry).filter(starts);
    entries.max_by_key(|entry| entry.words.split(' ').count())
}

/// What a problem with a value becomes, once the command is known.
enum Problem {
    Value(String),
}

/// Reads a value somebody typed. An error repeats the word.
fn value<T: FromStr>(word: &str) -> Result<T, Problem>
where
    T::Err: Display,
{
    let word = plain(word);
    word.parse().map_err(|bad| Problem::Value(format!("\"{}\" does not fit: {bad}.", cut(&word, SAID_SHOWN))))
}

impl From<BadValue> for Problem {
    fn from(bad: BadValue) -> Self {
        Self::Value(format!("{bad}."))
    }
}

impl Problem {
    fn refusal(self, entry: Option<Entry>) -> Refusal {
        let Self::Value(sentence) = self;
        Refusal::usage(sentence, entry)
    }
}

fn command(line: Line, block: Option<String>) -> Result<Command, Problem> {
    Ok(match line {
        Line::Help { of } => Command::Help { of: of.iter().map(|word| plain(word)).collect() },
        Line::Advisory(line) => return advisory(line, block),
        Line::Embargo(line) => return embargo(line),
        Line::Release(line) => return release(line),
        Line::Ping { project } => Command::Ping { project: (!project.is_empty()).then(|| joined(&project)) },
        Line::Next => Command::Next,
        Line::Timeline { export } => Command::Timeline { export },
        Line::Manager { who } => Command::Manager(manager(&who)?),
        Line::Invite { who } => Command::Invite { who: people(&who)? },
        Line::Uninvite { who } => Command::Uninvite { who: people(&who)? },
        Line::Who => Command::Who,
        Line::Fork => Command::Fork,
        Line::Cve(CveLine::Request) => Command::CveRequest,
        Line::Cve(CveLine::Set { cve }) => Command::CveSet { cve: Embargoed::new(value(&cve)?) },
        Line::Cve(CveLine::Status) => Command::CveStatus,
        Line::Patch(line) => Command::Patch(patch(line)?),
        Line::Notify(NotifyLine::Preview) => Command::NotifyPreview,
        Line::Notify(NotifyLine::Send) => Command::NotifySend,
        Line::Done { step, evidence } => {
            Command::Done { step: vouched(&plain(&step))?, evidence: reason_of(&evidence) }
        }
        Line::Triage { bug, at, tier } => Command::Triage {
            bug: needed(&bug)?,
            at: at.map(|at| phase(&plain(&at))).transpose()?,
            tier: tier.map(|tier| number(&plain(&tier))).transpose()?,
        },
        Line::Undo { step } => Command::Undo { step: vouched(&plain(&step))? },
        Line::Watch { what } => Command::Watch(watch(what)?),
    })
}

fn embargo(line: EmbargoLine) -> Result<Command, Problem> {
    let why = |words: &[String]| {
        reason_of(words).ok_or_else(|| Problem::Value("Say why: --reason is missing.".to_owned()))
    };
    Ok(match line {
        EmbargoLine::Set { when, reason } => {
            Command::EmbargoSet { when: joined(&when), reason: reason_of(&reason) }
        }
        EmbargoLine::Extend { duration, reason } => {
            Command::EmbargoExtend { by: joined(&duration), reason: why(&reason)? }
        }
        EmbargoLine::Show => Command::EmbargoShow,
        EmbargoLine::Lift { reason } => Command::EmbargoLift { reason: why(&reason)? },
        EmbargoLine::Accept => Command::EmbargoAccept,
        EmbargoLine::Broken { reason } => Command::EmbargoBroken { reason: needed(&reason)? },
    })
}

fn watch(what: Option<WatchLine>) -> Result<WatchOrder, Problem> {
    let term = |words: &[String]| -> Result<EmbargoedText, Problem> {
        let words: Vec<String> = words.iter().map(|word| plain(word)).collect();
        let term = words.join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
        let chars = term.chars().count();
        match chars {
            0 => Err(Problem::Value("The term is empty.".to_owned())),
            1..=TERM_CHARS_MAX => Ok(term.into()),
            _ => Err(Problem::Value(format!(
                "The term has {chars} characters, and at most {TERM_CHARS_MAX} are watched for."
            ))),
        }
    };
    Ok(match what {
        None => WatchOrder::Show,
        Some(WatchLine::Add { term: words }) => WatchOrder::Add { term: term(&words)? },
        Some(WatchLine::Ignore { term: words, reason }) => {
            let missing = || Problem::Value("Say why: --reason is missing.".to_owned());
            let reason = reason_of(&reason).ok_or_else(missing)?.map(|reason| reason.as_str().into());
            WatchOrder::Ignore { term: term(&words)?, reason }
        }
    })
}

fn patch(line: PatchLine) -> Result<PatchOrder, Problem> {
    Ok(match line {
        PatchLine::Add { branch, pull } => {
            PatchOrder::Add { branch: plain(&branch), pull: Embargoed::new(value(&pull)?) }
        }
        PatchLine::Drop { branch } => PatchOrder::Drop { branch: plain(&branch) },
        PatchLine::Tested { branch, evidence } => {
            PatchOrder::Tested { branch: plain(&branch), evidence: reason_of(&evidence) }
        }
        PatchLine::Status => PatchOrder::Status,
    })
}

fn manager(words: &[String]) -> Result<ManagerWish, Problem> {
    match words {
        [] => Ok(ManagerWish::Show),
        [word] if plain(word).eq_ignore_ascii_case("claim") => Ok(ManagerWish::Claim),
        [word] => match value(word)? {
            who @ Who::Zulip { .. } => Ok(ManagerWish::HandTo(Embargoed::new(who))),
            Who::GitHub(_) => {
                let sentence = "The incident manager is named by a mention: !manager @user.";
                Err(Problem::Value(sentence.to_owned()))
            }
        },
        _ => Err(Problem::Value("Name one person: !manager @user.".to_owned())),
    }
}

fn people(words: &[String]) -> Result<Vec<Embargoed<Who>>, Problem> {
    if words.len() > PEOPLE_MAX {
        return Err(Problem::Value(format!("At most {PEOPLE_MAX} people at a time.")));
    }
    words.iter().map(|word| value(word).map(Embargoed::new)).collect()
}

fn phase(word: &str) -> Result<Phase, Problem> {
    match word.to_lowercase().as_str() {
        "compile" | "compiling" | "compilation" => Ok(Phase::Compiling),
        "run" | "running" | "runtime" => Ok(Phase::Running),
        _ => Err(Problem::Value("--at is compile or run.".to_owned())),
    }
}

/// The tier of a platform or feature.
fn number(word: &str) -> Result<u8, Problem> {
    let tier = word.parse().ok().filter(|tier| (1..=9).contains(tier));
    tier.ok_or_else(|| Problem::Value("--tier is a number from 1 to 9.".to_owned()))
}

/// A step that a person can vouch for.
fn vouched(word: &str) -> Result<Step, Problem> {
    let step = word.parse().ok();
    if let Some(step) = step.filter(|step| Step::VOUCHED.contains(step)) {
        return Ok(step);
    }
    let known: Vec<&str> = Step::VOUCHED.into_iter().map(Step::id).collect();
    let known = known.join(", ");
    Err(Problem::Value(match step {
        Some(Step::Tests) => {
            "Tests are recorded for one branch and its newest commit: !patch tested BRANCH EVIDENCE."
                .to_owned()
        }
        Some(_) => format!(
            "\"{word}\" is read off GitHub and from what the bot does, not vouched for. Those a person vouches for: {known}."
        ),
        None => format!("\"{}\" is no step. Those a person vouches for: {known}.", cut(word, SAID_SHOWN)),
    }))
}

fn advisory(line: AdvisoryLine, block: Option<String>) -> Result<Command, Problem> {
    Ok(match line {
        AdvisoryLine::New(line) => Command::AdvisoryNew(Embargoed::new(new(line, block)?)),
        AdvisoryLine::Adopt { ghsa, repo } => Command::AdvisoryAdopt {
            ghsa: Embargoed::new(value(&ghsa)?),
            repository: repo.map(|repo| value(&repo)).transpose()?,
        },
        AdvisoryLine::Show => Command::AdvisoryShow,
        AdvisoryLine::List { all } => Command::AdvisoryList { all },
        AdvisoryLine::Edit(line) => Command::AdvisoryEdit(edit(&line, block)?.map(Embargoed::new)),
        AdvisoryLine::Affected { package, range, patched, platform } => {
            let platforms = platforms(&platform)?;
            let patched = (!patched.is_empty()).then(|| joined(&patched));
            let package = value(&package)?;
            let row = AffectedPackage::parse(package, &joined(&range), patched.as_deref())?;
            Command::AdvisoryAffected { row: Embargoed::new(row), platforms }
        }
        AdvisoryLine::Ack => Command::AdvisoryAck,
        AdvisoryLine::Accept => Command::AdvisoryAccept,
        AdvisoryLine::Reject { reason } => Command::AdvisoryReject { reason: needed(&reason)? },
        AdvisoryLine::Credit { who, kind } => {
            let kind = kind.map(|kind| value(&kind)).transpose()?.unwrap_or(CreditKind::REPORTER);
            Command::AdvisoryCredit { who: Embargoed::new(value(&who)?), kind }
        }
        AdvisoryLine::Close { reason } => Command::AdvisoryClose { reason: needed(&reason)? },
    })
}

/// Platforms in free words, on one line.
fn platforms(words: &[String]) -> Result<Option<EmbargoedText>, Problem> {
    let text = joined(words).split_whitespace().collect::<Vec<_>>().join(" ");
    let chars = text.chars().count();
    if chars > PLATFORMS_CHARS_MAX {
        let sentence = format!(
            "The platforms have {chars} characters, and at most {PLATFORMS_CHARS_MAX} are kept. Put the rest into the advisory's text."
        );
        return Err(Problem::Value(sentence));
    }
    Ok((!text.is_empty()).then(|| EmbargoedText::from(text)))
}

fn new(line: NewLine, block: Option<String>) -> Result<NewAdvisory, Problem> {
    Ok(NewAdvisory {
        summary: summary(&line.summary)?,
        description: block.map(description).transpose()?,
        reporter: Some(joined(&line.reporter)).filter(|who| !who.is_empty()),
        repository: line.repo.map(|repo| value(&repo)).transpose()?,
        level: line.severity.as_deref().map(value).transpose()?,
        cvss: line.cvss.as_deref().map(value).transpose()?,
        package: line.package.as_deref().map(value).transpose()?,
        affected: (!line.affected.is_empty()).then(|| joined(&line.affected)),
        cwes: cwes(&line.cwe)?,
    })
}

/// What is to be changed; none when nothing is said.
fn edit(line: &EditLine, block: Option<String>) -> Result<Option<ContentChange>, Problem> {
    let level = line.severity.as_deref().map(|level| value(level).map(Severity::Level)).transpose()?;
    let cvss = line.cvss.as_deref().map(|cvss| value(cvss).map(Severity::Cvss)).transpose()?;
    let change = ContentChange {
        summary: (!line.summary.is_empty()).then(|| summary(&line.summary)).transpose()?,
        description: block.map(description).transpose()?,
        severity: level.or(cvss),
        cwes: (!line.cwe.is_empty()).then(|| cwes(&line.cwe)).transpose()?,
        affected: None,
    };
    Ok((change != ContentChange::default()).then_some(change))
}

fn release(line: ReleaseLine) -> Result<Command, Problem> {
    Ok(match line {
        ReleaseLine::Plan => Command::ReleasePlan,
        ReleaseLine::Go { early, waive, reason } => {
            let waived = waive.iter().map(|word| step(&plain(word))).collect::<Result<BTreeSet<_>, _>>()?;
            let reason = reason_of(&reason);
            if reason.is_none() && (early || !waived.is_empty()) {
                return Err(Problem::Value("--early and --waive need --reason.".to_owned()));
            }
            Command::ReleaseGo { early, waived, reason }
        }
        ReleaseLine::Approve => Command::ReleaseApprove,
        ReleaseLine::Status => Command::ReleaseStatus,
        ReleaseLine::Retry { step: None } => Command::ReleaseRetry { step: None },
        ReleaseLine::Retry { step: Some(word) } => Command::ReleaseRetry { step: Some(of_release(&word)?) },
        ReleaseLine::Skip { step: word, reason } => {
            let step = of_release(&word)?;
            if !step.may_be_waived() {
                return Err(Problem::Value(format!("No release goes without {}.", step.id())));
            }
            let reason = reason_of(&reason);
            let reason =
                reason.ok_or_else(|| Problem::Value("What is skipped needs --reason.".to_owned()))?;
            Command::ReleaseSkip { step, reason }
        }
        ReleaseLine::Abort { reason } => Command::ReleaseAbort { reason: needed(&reason)? },
    })
}

/// A step that a release carries out.
fn of_release(word: &str) -> Result<Step, Problem> {
    let steps = Step::release(step::Order::default());
    plain(word).parse().ok().filter(|step| steps.contains(step)).ok_or_else(|| {
        let known: Vec<&str> = steps.into_iter().map(Step::id).collect();
        Problem::Value(format!("\"{word}\" is no step of a release. They are {}.", known.join(", ")))
    })
}

fn step(word: &str) -> Result<Step, Problem> {
    let may = |step: &Step| step.may_be_waived();
    word.parse().ok().filter(may).ok_or_else(|| {
        let known: Vec<&str> = Step::ALL.into_iter().filter(may).map(Step::id).collect();
        Problem::Value(format!(
            "\"{word}\" is no step that can be waived. Those that can: {}.",
            known.join(", ")
        ))
    })
}

fn summary(words: &[String]) -> Result<String, Problem> {
    let summary = joined(words);
    if summary.is_empty() {
        return Err(Problem::Value("The summary is empty.".to_owned()));
    }
    let chars = summary.chars().count();
    if chars > SUMMARY_CHARS_MAX {
        let sentence = format!(
            "The summary has {chars} characters, and GitHub takes at most {SUMMARY_CHARS_MAX}. Put the rest into the description."
        );
        return Err(Problem::Value(sentence));
    }
    Ok(summary)
}

fn description(text: String) -> Result<String, Problem> {
    let chars = text.chars().count();
    if chars > DESCRIPTION_CHARS_MAX {
        let sentence = format!(
            "The description has {chars} characters, and GitHub takes at most {DESCRIPTION_CHARS_MAX}."
        );
        return Err(Problem::Value(sentence));
    }
    Ok(text)
}

fn cwes(words: &[String]) -> Result<Vec<Cwe>, Problem> {
    let all = words.iter().map(|word| plain(word)).collect::<Vec<_>>().join(",");
    let each = all.split([',', ' ']).map(str::trim).filter(|word| !word.is_empty());
    let mut cwes = Vec::new();
    for word in each {
        let cwe: Cwe = value(word)?;
        if !cwes.contains(&cwe) {
            cwes.push(cwe);
        }
    }
    Ok(cwes)
}

fn needed(words: &[String]) -> Result<Embargoed<String>, Problem> {
    reason_of(words).ok_or_else(|| Problem::Value("The reason is empty.".to_owned()))
}

fn reason_of(words: &[String]) -> Option<Embargoed<String>> {
    let reason = joined(words);
    (!reason.trim().is_empty()).then(|| Embargoed::new(reason))
}

/// Words as prose again.
fn joined(words: &[String]) -> String {
    words.iter().map(|word| word.replace(LITERAL, "")).collect::<Vec<_>>().join(" ").trim().to_owned()
}

/// One word as a value: without the mark, and without the backticks of a code span.
fn plain(word: &str) -> String {
    word.replace(LITERAL, "").trim_matches('`').to_owned()
}
