//! The words that people tell bugs in. A `*` stands for any ending.

use std::collections::BTreeSet;

use super::{
    BugKind::{self, DenialOfService, HostUnsafety, SandboxEscape, WrongResult},
    Phase,
};

/// Words that mean one kind of bug.
const SURE: [(BugKind, &[&str]); 4] = [
    (
        SandboxEscape,
        &[
            "sandbox escape*",
            "escap* the sandbox",
            "escap* from the sandbox",
            "escap* its sandbox",
            "break* out of the sandbox",
            "guest escape*",
            "out of bounds",
            "out of bound",
            "oob",
            "missing bounds check*",
            "control flow integrity",
            "cfi",
            "control flow hijack*",
            "code execution",
            "execut* arbitrary code",
            "rce",
            "file access outside",
            "files outside",
            "file outside",
            "outside the preopen*",
            "outside of the preopen*",
            "path traversal",
            "directory traversal",
            "without the capability",
            "without a capability",
            "without capability",
            "capability bypass*",
            "missing capability",
            "unauthori* access",
            "without permission",
            "privilege escalation",
            "host memory",
            "information leak*",
            "information disclosure",
            "info leak*",
            "leak* data",
            "data leak*",
            "memory disclosure",
            "read* another instance*",
        ],
    ),
    (
        WrongResult,
        &[
            "wrong value*",
            "wrong result*",
            "wrong answer*",
            "wrong trap*",
            "incorrect value*",
            "incorrect result*",
            "incorrect trap*",
            "miscalculat*",
            "miscomput*",
            "guest data",
            "guest s data",
            "guest s own data",
            "guest memory corrupt*",
            "differ* from the spec*",
            "differ* from the wasm spec*",
            "deviat* from the spec*",
            "spec violation*",
            "against the spec*",
        ],
    ),
    (
        HostUnsafety,
        &[
            "use after free*",
            "uaf",
            "double free*",
            "memory unsafe*",
            "unsafe memory",
            "memory safety",
            "memory corruption",
            "corrupt* memory",
            "heap corruption",
            "heap overflow*",
            "stack buffer overflow*",
            "buffer overflow*",
            "buffer overrun*",
            "buffer underflow*",
            "buffer over read*",
            "stack smashing",
            "dangling",
            "data race*",
            "undefined behavio*",
            "type confusion",
            "uninitiali*",
        ],
    ),
    (
        DenialOfService,
        &[
            "denial of service",
            "dos",
            "panic*",
            "abort*",
            "infinite loop*",
            "endless loop*",
            "unbounded loop*",
            "loop* forever",
            "uninterruptible",
            "hang",
            "hangs",
            "hanging",
            "hung",
            "freez*",
            "deadlock*",
            "livelock*",
            "oom",
            "out of memory",
            "memory exhaustion",
            "exhaust*",
            "unbounded memory",
            "unbounded allocation*",
            "huge allocation*",
            "memory leak*",
            "recurs*",
            "stack exhaustion",
            "assertion*",
            "null pointer*",
            "null deref*",
            "division by zero",
            "divi* by zero",
            "quadratic",
            "exponential*",
        ],
    ),
];

/// Words that mean one kind of several.
const UNSURE: [(&[BugKind], &[&str]); 5] = [
    (
        &[HostUnsafety, DenialOfService],
        &["segfault*", "sigsegv", "segmentation fault*", "access violation*", "crash*", "stack overflow*"],
    ),
    (&[SandboxEscape, DenialOfService], &["leak*"]),
    (&[SandboxEscape, WrongResult], &["miscompil*", "wrong code", "codegen bug*"]),
    (&[SandboxEscape, WrongResult, HostUnsafety], &["bounds check*", "off by one", "corrupt*"]),
    (
        &BugKind::ALL,
        &["integer overflow*", "integer underflow*", "integer truncat*", "overflow*", "underflow*", "race*"],
    ),
];

/// What words tell besides the kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hint {
    /// The phase.
    At(Phase),
    /// A guest that fuel or epochs should have stopped.
    Interruption,
}

const HINTS: [(Hint, &[&str]); 3] = [
    (
        Hint::At(Phase::Compiling),
        &[
            "while compiling",
            "when compiling",
            "whilst compiling",
            "while being compiled",
            "during compilation",
            "at compilation",
            "on compilation",
            "compile time",
            "compiletime",
            "at compile",
        ],
    ),
    (
        Hint::At(Phase::Running),
        &[
            "while running",
            "when running",
            "whilst running",
            "while executing",
            "when executing",
            "during execution",
            "at execution",
            "at run",
            "run time",
            "at runtime",
            "during runtime",
        ],
    ),
    (
        Hint::Interruption,
        &[
            "fuel",
            "epoch*",
            "not be interrupted",
            "cannot be interrupted",
            "not interrupt*",
            "fail* to interrupt",
            "uninterruptible",
        ],
    ),
];

/// Words that take back what follows them.
const DENIALS: [&str; 4] = ["no", "not", "without", "never"];
/// Words that may stand between.
const ARTICLES: [&str; 4] = ["a", "an", "any", "the"];

/// What the words of a bug mean.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// Kinds it is for certain, in the order of the sheet.
    pub(super) sure: Vec<BugKind>,
    /// For each word that does not tell: what it may mean. One that a certain word settles is not here.
    pub(super) unsure: Vec<Vec<BugKind>>,
    /// The rest.
    pub(super) hints: Vec<Hint>,
}

impl Found {
    /// The phase, where the words name one and not the other.
    pub(super) fn phase(&self) -> Option<Phase> {
        let named = |phase| self.hints.contains(&Hint::At(phase));
        match (named(Phase::Compiling), named(Phase::Running)) {
            (true, false) => Some(Phase::Compiling),
            (false, true) => Some(Phase::Running),
            (true, true) | (false, false) => None,
        }
    }
}

/// Reads a bug. Longer phrases go first, and what they are made of is not read again: a memory leak
/// is no leak of information.
pub(super) fn read(bug: &str) -> Found {
    let small = bug.to_lowercase();
    let words: Vec<&str> =
        small.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let sure = SURE.iter().flat_map(|(kind, phrases)| phrases.iter().map(|phrase| (*phrase, vec![*kind])));
    let unsure =
        UNSURE.iter().flat_map(|(kinds, phrases)| phrases.iter().map(|phrase| (*phrase, kinds.to_vec())));
    let mut phrases: Vec<(Vec<&str>, Vec<BugKind>)> =
        sure.chain(unsure).map(|(phrase, kinds)| (phrase.split(' ').collect(), kinds)).collect();
    phrases.sort_by_key(|(phrase, _)| std::cmp::Reverse(phrase.len()));
    let mut read = vec![false; words.len()];
    let (mut certain, mut unsure) = (BTreeSet::new(), Vec::new());
    for (phrase, kinds) in phrases {
        for at in places(&words, &phrase) {
            let own = at..at + phrase.len();
            if read[own.clone()].contains(&true) {
                continue;
            }
            read[own].fill(true);
            match kinds.as_slice() {
                _ if is_denied(&words, at) => {}
                [only] => drop(certain.insert(*only)),
                _ => unsure.push(kinds.clone()),
            }
        }
    }
    unsure.retain(|kinds| !kinds.iter().any(|kind| certain.contains(kind)));
    let hints = HINTS.iter().filter(|(_, phrases)| {
        phrases.iter().any(|phrase| !places(&words, &phrase.split(' ').collect::<Vec<_>>()).is_empty())
    });
    Found { sure: certain.into_iter().collect(), unsure, hints: hints.map(|(hint, _)| *hint).collect() }
}

/// Where `phrase` begins among the words.
fn places(words: &[&str], phrase: &[&str]) -> Vec<usize> {
    let fits = |(word, wanted): (&&str, &&str)| match wanted.strip_suffix('*') {
        Some(beginning) => word.starts_with(beginning),
        None => word == wanted,
    };
    let windows = words.windows(phrase.len()).enumerate();
    windows.filter(|(_, window)| window.iter().zip(phrase).all(fits)).map(|(at, _)| at).collect()
}

fn is_denied(words: &[&str], at: usize) -> bool {
    let mut before = words[..at].iter().rev().skip_while(|word| ARTICLES.contains(word));
    before.next().is_some_and(|word| DENIALS.contains(word))
}
