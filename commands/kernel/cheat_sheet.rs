//! What counts as a security bug: the Bytecode Alliance's cheat sheet as data ("Cheat sheet: is this
//! bug considered a security vulnerability?"), and what it says of a bug told in free words.

#[cfg(test)]
mod test;
mod words;

use words::{Found, Hint};

/// The document's name.
pub const SOURCE_NAME: &str = "What is considered a security bug";
/// Where anyone can read it.
pub const SOURCE_URL: &str = "https://github.com/bytecodealliance/rfcs/blob/main/accepted/what-is-considered-a-security-bug.md#cheat-sheet-is-this-bug-considered-a-security-vulnerability";
/// The only tier of platforms and features whose bugs count.
pub const TIER_THAT_COUNTS: u8 = 1;

/// When the bug shows: a column of the sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// While Wasm is compiled.
    Compiling,
    /// While Wasm runs.
    Running,
}

/// A cell of the sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// A security bug.
    Yes,
    /// Not one.
    No,
    /// There is no such bug then.
    DoesNotApply,
}

/// A kind of bug: a row of the sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum BugKind {
    /// The guest gets at what is not its own.
    SandboxEscape,
    /// What comes out is not what the Wasm specification says, and nothing escapes.
    WrongResult,
    /// The host's own memory is not safe.
    HostUnsafety,
    /// The host stops serving.
    DenialOfService,
}

/// A row of the sheet.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Which bugs.
    pub kind: BugKind,
    /// The sheet's examples.
    pub examples: &'static [&'static str],
    /// While Wasm is compiled.
    pub compiling: Verdict,
    /// While Wasm runs.
    pub running: Verdict,
}

/// The sheet.
pub const SHEET: [Row; 4] = [
    Row {
        kind: BugKind::SandboxEscape,
        examples: &[
            "uncaught out-of-bounds memory access",
            "uncaught out-of-bounds table access",
            "broken control-flow integrity",
            "file access outside the mapped directories",
            "use of a WASI resource without the capability",
        ],
        compiling: Verdict::DoesNotApply,
        running: Verdict::Yes,
    },
    Row {
        kind: BugKind::WrongResult,
        examples: &["wrong value", "wrong trap"],
        compiling: Verdict::DoesNotApply,
        running: Verdict::No,
    },
    Row {
        kind: BugKind::HostUnsafety,
        examples: &["use after free"],
        compiling: Verdict::Yes,
        running: Verdict::Yes,
    },
    Row {
        kind: BugKind::DenialOfService,
        examples: &[
            "panic",
            "process abort",
            "uninterruptible loop",
            "user-controlled memory exhaustion",
            "unbounded recursion over user input",
        ],
        compiling: Verdict::No,
        running: Verdict::Yes,
    },
];

impl BugKind {
    /// All of them, in the order of the sheet.
    pub const ALL: [Self; 4] =
        [Self::SandboxEscape, Self::WrongResult, Self::HostUnsafety, Self::DenialOfService];

    /// Its row.
    #[must_use]
    pub const fn row(self) -> Row {
        match self {
            Self::SandboxEscape => SHEET[0],
            Self::WrongResult => SHEET[1],
            Self::HostUnsafety => SHEET[2],
            Self::DenialOfService => SHEET[3],
        }
    }

    /// What the sheet says of it. Without a phase: what holds of both, or of the only one it applies to.
    #[must_use]
    pub fn verdict(self, at: Option<Phase>) -> Option<Verdict> {
        let row = self.row();
        match at {
            Some(Phase::Compiling) => Some(row.compiling),
            Some(Phase::Running) => Some(row.running),
            None if row.compiling == row.running || row.compiling == Verdict::DoesNotApply => {
                Some(row.running)
            }
            None => None,
        }
    }
}

/// What to do with the bug.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It is a security bug.
    Report,
    /// It is none.
    NotSecurity,
    /// The sheet does not tell: when unsure, report.
    ReportToBeSafe,
}

/// Why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The sheet says so of these kinds.
    Sheet(Vec<BugKind>),
    /// Only tier 1 counts.
    Tier(u8),
    /// The sheet says one thing of it while Wasm is compiled and another while it runs.
    Phase(BugKind),
    /// The sheet knows no such bug in this phase.
    NoSuchBug(BugKind, Phase),
    /// The words may mean any of these kinds, of which the sheet does not say the same.
    Ambiguous(Vec<BugKind>),
    /// The words fit no kind.
    Unknown,
}

/// A remark of the document's that bears on the bug.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// A wrong value inside the sandbox is no security bug of the runtime even where it corrupts the
    /// guest's own data: embedders must check what comes from a guest.
    GuestData,
    /// Not to interrupt a guest despite fuel or epochs is a denial of service at run time.
    Interruption,
    /// Whoever is unsure reports.
    WhenUnsure,
}

/// What the sheet says of a bug.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// What to do.
    pub answer: Answer,
    /// Why.
    pub reason: Reason,
    /// When the bug shows, as far as was said.
    pub at: Option<Phase>,
    /// On which tier, where that was said.
    pub tier: Option<u8>,
    /// What to add.
    pub note: Option<Note>,
}

/// Judges a bug by the words it is told in. `at` goes before what they say of the phase. A tier that
/// was not said is taken for one that counts; a tier of 0 is none.
#[must_use]
pub fn judge(bug: &str, at: Option<Phase>, tier: Option<u8>) -> Judgement {
    let found = words::read(bug);
    let interrupts = found.hints.contains(&Hint::Interruption);
    let at = at.or_else(|| found.phase()).or(interrupts.then_some(Phase::Running));
    let tier = tier.filter(|tier| *tier > 0);
    let (answer, reason) = match tier {
        Some(tier) if tier > TIER_THAT_COUNTS => (Answer::NotSecurity, Reason::Tier(tier)),
        Some(_) | None => by_sheet(&found, at),
    };
    let of = |kind: BugKind| matches!(&reason, Reason::Sheet(kinds) if kinds.contains(&kind));
    let note = match answer {
        Answer::ReportToBeSafe => Some(Note::WhenUnsure),
        Answer::NotSecurity if of(BugKind::WrongResult) => Some(Note::GuestData),
        Answer::Report if interrupts && of(BugKind::DenialOfService) => Some(Note::Interruption),
        Answer::Report | Answer::NotSecurity => None,
    };
    Judgement { answer, reason, at, tier, note }
}

/// One kind that counts is enough; it is no security bug only where the sheet says so of every kind.
fn by_sheet(found: &Found, at: Option<Phase>) -> (Answer, Reason) {
    let sure = &found.sure;
    let with = |verdict: Verdict| -> Vec<BugKind> {
        sure.iter().copied().filter(|kind| kind.verdict(at) == Some(verdict)).collect()
    };
    let yes = with(Verdict::Yes);
    if !yes.is_empty() {
        return (Answer::Report, Reason::Sheet(yes));
    }
    for kinds in &found.unsure {
        if kinds.iter().all(|kind| kind.verdict(at) == Some(Verdict::Yes)) {
            return (Answer::Report, Reason::Sheet(kinds.clone()));
        }
    }
    if let Some(kind) = sure.iter().find(|kind| kind.verdict(at).is_none()) {
        return (Answer::ReportToBeSafe, Reason::Phase(*kind));
    }
    if let (Some(kind), Some(at)) = (with(Verdict::DoesNotApply).first(), at) {
        return (Answer::ReportToBeSafe, Reason::NoSuchBug(*kind, at));
    }
    match (found.unsure.first(), with(Verdict::No)) {
        (Some(kinds), _) => (Answer::ReportToBeSafe, Reason::Ambiguous(kinds.clone())),
        (None, no) if no.is_empty() => (Answer::ReportToBeSafe, Reason::Unknown),
        (None, no) => (Answer::NotSecurity, Reason::Sheet(no)),
    }
}
