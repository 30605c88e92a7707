//! What the cheat sheet says of a bug: the verdict, the reason, the source, what to type. The bug's own
//! words are not repeated.

use crate::kernel::{
    cheat_sheet::{
        Answer, BugKind, Judgement, Note, Phase, Reason, SHEET, SOURCE_NAME, SOURCE_URL, TIER_THAT_COUNTS,
    },
    embargoed::TeamText,
    escape::code,
    reply::list,
};

/// The answer to `!triage`; `of_incident` tells that it was given in an incident's topic.
#[must_use]
pub fn judged(judgement: &Judgement, of_incident: bool) -> TeamText {
    let mut lines = vec![verdict(judgement)];
    lines.extend(judgement.note.map(|note| self::note(note).to_owned()));
    lines.push(format!(
        "By [{SOURCE_NAME}]({SOURCE_URL}), the Bytecode Alliance's cheat sheet.{}",
        tier(judgement)
    ));
    lines.push(next(judgement, of_incident));
    TeamText::compose(|_| lines.join("\n"))
}

fn verdict(judgement: &Judgement) -> String {
    let reason = reason(judgement);
    match judgement.answer {
        Answer::Report => format!("**Yes, a security bug**: {reason}."),
        Answer::NotSecurity => format!("**No, not a security bug**: {reason}."),
        Answer::ReportToBeSafe => format!("**Unclear, report it to be safe**: {reason}."),
    }
}

fn reason(judgement: &Judgement) -> String {
    match &judgement.reason {
        Reason::Sheet(kinds) => {
            let does = match (judgement.answer, kinds.len()) {
                (Answer::Report, 0 | 1) => "counts",
                (Answer::Report, _) => "count",
                (Answer::NotSecurity | Answer::ReportToBeSafe, 0 | 1) => "does not count",
                (Answer::NotSecurity | Answer::ReportToBeSafe, _) => "do not count",
            };
            let kinds_named: Vec<String> = kinds.iter().map(|kind| named(*kind)).collect();
            format!("{} {does}{}", list(&kinds_named), when(judgement, kinds))
        }
        Reason::Tier(tier) => {
            format!(
                "only bugs on a tier {TIER_THAT_COUNTS} platform or feature count, and this is tier {tier}"
            )
        }
        Reason::Phase(kind) => {
            format!("{} counts while Wasm runs, and does not while it is compiled", named(*kind))
        }
        Reason::NoSuchBug(kind, at) => {
            format!("the sheet knows no {} {}", title(*kind), phase(*at))
        }
        Reason::Ambiguous(kinds) => {
            let kinds: Vec<String> = kinds.iter().map(|kind| named(*kind)).collect();
            format!("it may be {}, and the sheet does not say the same of each", kinds.join(" or "))
        }
        Reason::Unknown => {
            let kinds = SHEET.map(|row| format!("{} ({})", title(row.kind), row.examples.join(", ")));
            format!("the words fit none of the kinds I know. They are: {}", kinds.join("; "))
        }
    }
}

/// When it counts, or does not.
fn when(judgement: &Judgement, kinds: &[BugKind]) -> String {
    match judgement.at {
        Some(at) => format!(" {}", phase(at)),
        None if kinds.iter().all(|kind| kind.row().compiling == kind.row().running) => {
            " while Wasm is compiled and while it runs".to_owned()
        }
        None => String::new(),
    }
}

const fn phase(at: Phase) -> &'static str {
    match at {
        Phase::Compiling => "while Wasm is compiled",
        Phase::Running => "while Wasm runs",
    }
}

const fn title(kind: BugKind) -> &'static str {
    match kind {
        BugKind::SandboxEscape => "sandbox escape",
        BugKind::WrongResult => "wrong result inside the sandbox",
        BugKind::HostUnsafety => "memory unsafety in the host",
        BugKind::DenialOfService => "denial of service",
    }
}

/// With its article.
fn named(kind: BugKind) -> String {
    let article = match kind {
        BugKind::SandboxEscape | BugKind::WrongResult => "a ",
        BugKind::HostUnsafety | BugKind::DenialOfService => "",
    };
    format!("{article}{}", title(kind))
}

const fn note(note: Note) -> &'static str {
    match note {
        Note::GuestData => {
            "That holds even where the guest's own data is corrupted: an embedder must check what comes from a guest."
        }
        Note::Interruption => "A guest that goes on despite fuel or epochs is a denial of service.",
        Note::WhenUnsure => "Whoever is unsure reports it as a vulnerability.",
    }
}

/// What the verdict rests on where nobody said the tier.
fn tier(judgement: &Judgement) -> String {
    match (judgement.tier, judgement.answer) {
        (None, Answer::Report | Answer::ReportToBeSafe) => {
            format!(
                " Taken for tier {TIER_THAT_COUNTS}; on any other it does not count: {}.",
                code("--tier N")
            )
        }
        (Some(_), _) | (None, Answer::NotSecurity) => String::new(),
    }
}

fn next(judgement: &Judgement, of_incident: bool) -> String {
    let clearer = match &judgement.reason {
        Reason::Phase(_) => format!("Clearer: {}. ", code("!triage BUG --at compile|run")),
        Reason::Ambiguous(_) | Reason::Unknown => {
            format!("Clearer: {} in other words. ", code("!triage BUG"))
        }
        Reason::Sheet(_) | Reason::Tier(_) | Reason::NoSuchBug(..) => String::new(),
    };
    let next = match (judgement.answer, of_incident) {
        (Answer::Report | Answer::ReportToBeSafe, false) => {
            format!("To report it: {}.", code("!advisory new SUMMARY"))
        }
        (Answer::Report | Answer::ReportToBeSafe, true) => {
            format!("What comes next here: {}.", code("!next"))
        }
        (Answer::NotSecurity, false) => "To get it mended: file a public issue.".to_owned(),
        (Answer::NotSecurity, true) => {
            format!("To close the report: {}, then file a public issue.", code("!advisory reject REASON"))
        }
    };
    format!("➡️ {clearer}{next}")
}
