//! Does a text name an embargoed incident?
//!
//! Text and identifiers are brought to one *tight* form: letters and digits only, look-alikes made
//! one (`fold`). Markup, punctuation, invisible characters and line breaks inside an identifier
//! thus never hide it. What can be written in code (entities, percent signs) or between tags is
//! undone first (`undo`), and each stage is searched, since undoing can also destroy.
//!
//! An identifier counts only where a word begins and ends, as strictly as its kind demands:
//! - a GHSA id anywhere, even glued to other letters: its twelve characters occur nowhere else;
//! - a CVE id unless more digits follow;
//! - a codename where a separator, a change between letters and digits, or camel case sets it off:
//!   `fixAmberHeron2` names it, `chamberheronry` does not;
//! - an added term likewise, digits excepted; a short one is not put together from several words
//!   (`heron` is not in "her on");
//! - a phrase between separators; stop words within it may be missing or added.
//!
//! Not undone: translation, paraphrase, base64 and other ciphers, digits for letters other than
//! `0` and `1`. Whoever means to get past this gets past; it is there for accidents.

mod fold;
mod phrase;
mod sieve;
mod undo;

#[cfg(test)]
mod test;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use aho_corasick::AhoCorasick;

use fold::{CASE, DIGIT, Folded, GAP, fold};
pub use phrase::{is_everyday, passages, phrases};
use sieve::{Sieve, Sifted};

/// The fewest letters and digits an identifier must have to be watched for.
pub const LETTERS_MIN: usize = 3;

/// From this length on, in folded characters, a GHSA id needs no word boundary, and a term may be
/// put together from several words.
const DISTINCTIVE_LEN_MIN: usize = 12;

/// Something whose appearance in public gives an incident away. Its `Debug` shows the kind only.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Identifier {
    /// A GHSA id, with its prefix or without; found either way.
    Ghsa(String),
    /// A CVE id with its prefix.
    Cve(String),
    /// The incident's codename.
    Codename(String),
    /// A distinctive phrase of its summary; see [`phrases`].
    Phrase(String),
    /// The name of a fork or a branch, or a word that someone added.
    Term(String),
}

impl Identifier {
    /// Which kind it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Ghsa(_) => Kind::Ghsa,
            Self::Cve(_) => Kind::Cve,
            Self::Codename(_) => Kind::Codename,
            Self::Phrase(_) => Kind::Phrase,
            Self::Term(_) => Kind::Term,
        }
    }

    /// Whether it has the [`LETTERS_MIN`] letters and digits it takes to be told from everything
    /// else. A [`Watch`] leaves out one that has not.
    pub fn is_watchable(&self) -> bool {
        let text = self.as_str();
        text.chars().filter(|c| c.is_alphanumeric()).count() >= LETTERS_MIN
            && self.folded(text).text.len() >= LETTERS_MIN
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Ghsa(text)
            | Self::Cve(text)
            | Self::Codename(text)
            | Self::Phrase(text)
            | Self::Term(text) => text,
        }
    }

    /// The ways it may be written: outside ASCII, a capital can look unlike its small letter.
    fn spellings(&self) -> BTreeSet<String> {
        let text = self.as_str();
        BTreeSet::from([text.to_owned(), text.to_lowercase(), text.to_uppercase()])
    }

    fn folded(&self, text: &str) -> Folded {
        let mut folded = fold(text);
        if self.kind() == Kind::Ghsa && folded.text.len() > "ghsa".len() && folded.text.starts_with("ghsa") {
            folded.drop_front("ghsa".len());
        }
        folded
    }
}

impl fmt::Debug for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}(…)", self.kind())
    }
}

/// The kind of an [`Identifier`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A GHSA id.
    Ghsa,
    /// A CVE id.
    Cve,
    /// A codename.
    Codename,
    /// A phrase of the summary.
    Phrase,
    /// A name or a word.
    Term,
}

/// An incident that a text names. Its `Debug` shows the kind only.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit<K> {
    /// The incident.
    pub key: K,
    /// By what it is named.
    pub kind: Kind,
}

impl<K> fmt::Debug for Hit<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hit").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// Everything that is watched for, ready to be searched for at once. Its `Debug` shows no identifier.
pub struct Watch<K> {
    sieve: Sieve,
    automaton: AhoCorasick,
    /// For each pattern of the automaton, whose it is.
    owners: Vec<Vec<Owner<K>>>,
    /// The folded stop words; empty when no phrase is watched for.
    stops: BTreeSet<String>,
}

struct Owner<K> {
    key: K,
    kind: Kind,
    /// Where the identifier itself has gaps.
    folded: Folded,
}

impl<K> fmt::Debug for Watch<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").field("patterns", &self.owners.len()).finish_non_exhaustive()
    }
}

impl<K: Clone + Ord> Watch<K> {
    /// Prepares the search. Identifiers that are not [watchable](Identifier::is_watchable) are left
    /// out: they would be found in everything.
    pub fn new(identifiers: Vec<(K, Identifier)>) -> Self {
        let mut patterns: BTreeMap<String, Vec<Owner<K>>> = BTreeMap::new();
        let has_phrases = identifiers.iter().any(|(_, identifier)| identifier.kind() == Kind::Phrase);
        let stops = if has_phrases { phrase::folded_stops() } else { BTreeSet::new() };
        let mut add = |key: &K, kind: Kind, folded: Folded| {
            let owners = patterns.entry(folded.text.clone()).or_default();
            if folded.text.len() >= LETTERS_MIN
                && !owners
                    .iter()
                    .any(|owner| owner.key == *key && owner.kind == kind && owner.folded == folded)
            {
                owners.push(Owner { key: key.clone(), kind, folded });
            }
        };
        for (key, identifier) in identifiers.iter().filter(|(_, identifier)| identifier.is_watchable()) {
            let kind = identifier.kind();
            for spelling in identifier.spellings() {
                let folded = identifier.folded(&spelling);
                if kind == Kind::Phrase {
                    add(key, kind, folded.without(&stops));
                }
                add(key, kind, folded);
            }
        }
        patterns.retain(|_, owners| !owners.is_empty());
        let (texts, owners): (Vec<String>, Vec<Vec<Owner<K>>>) = patterns.into_iter().unzip();
        let sieve = Sieve::new(texts.iter().map(String::as_str), &stops);
        let automaton = AhoCorasick::new(texts)
            .expect("the identifiers of all incidents are far below the automaton's 2 GiB");
        Self { sieve, automaton, owners, stops }
    }

    /// The incidents that `text` names, each once per kind, in order. Takes time linear in the text.
    pub fn find(&self, text: &str) -> Vec<Hit<K>> {
        let mut hits = BTreeSet::new();
        if self.owners.is_empty() {
            return Vec::new();
        }
        let Sifted { may_name, may_hide } = self.sieve.sift(text);
        if may_name {
            self.look_closely(text, &mut hits);
        }
        if may_hide {
            // The first stage is the text as it stands.
            for stage in undo::stages(text).iter().skip(1) {
                if self.sieve.sift(stage).may_name {
                    self.look_closely(stage, &mut hits);
                }
            }
        }
        hits.into_iter().collect()
    }

    fn look_closely(&self, text: &str, hits: &mut BTreeSet<Hit<K>>) {
        let folded = fold(text);
        self.search(&folded, false, hits);
        if !self.stops.is_empty() {
            self.search(&folded.without(&self.stops), true, hits);
        }
    }

    /// The same without the sieve, for its tests.
    #[cfg(test)]
    fn find_slowly(&self, text: &str) -> Vec<Hit<K>> {
        let mut hits = BTreeSet::new();
        for stage in undo::stages(text) {
            self.look_closely(&stage, &mut hits);
        }
        hits.into_iter().collect()
    }

    fn search(&self, text: &Folded, phrases_only: bool, hits: &mut BTreeSet<Hit<K>>) {
        for found in self.automaton.find_overlapping_iter(&text.text) {
            for owner in self.owners.get(found.pattern().as_usize()).into_iter().flatten() {
                let wanted = !phrases_only || owner.kind == Kind::Phrase;
                if wanted && owner.stands_apart(text, found.start(), found.end()) {
                    hits.insert(Hit { key: owner.key.clone(), kind: owner.kind });
                }
            }
        }
    }
}

impl<K> Owner<K> {
    /// Whether the match from `start` to `end` is a word of its own, as far as its kind asks for it.
    fn stands_apart(&self, text: &Folded, start: usize, end: usize) -> bool {
        let between = |edges: u8| text.edge(start) & edges != 0 && text.edge(end) & edges != 0;
        match self.kind {
            Kind::Ghsa => end - start >= DISTINCTIVE_LEN_MIN || between(GAP),
            Kind::Cve => text.edge(end) & (GAP | CASE | DIGIT) != 0,
            Kind::Codename => between(GAP | CASE | DIGIT),
            Kind::Phrase => between(GAP),
            Kind::Term => {
                let whole = end - start >= DISTINCTIVE_LEN_MIN || text.is_spaced_out(start, end);
                between(GAP | CASE) && (whole || !self.splits_words(text, start, end))
            }
        }
    }

    /// Whether an ordinary space falls where the identifier has no gap.
    fn splits_words(&self, text: &Folded, start: usize, end: usize) -> bool {
        (start + 1..end).any(|at| text.is_plain_gap(at) && self.folded.edge(at - start) & GAP == 0)
    }
}
