//! What is watched for: everything by which an incident under embargo could be named in public.
//!
//! One list serves two ends. The guard lets nothing of it into what the bot itself says. The watch over
//! what others say alarms the team, unless the team has told it to be quiet about a term. That silence
//! is the watch's alone: the bot's own public sentences are fixed and hold no free text, so an ignored
//! phrase cannot stand in their way, and one person's wish for quiet must not open the last door.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
};

use crate::kernel::{
    embargoed::{EmbargoedText, Reader},
    id::IncidentId,
    incident::Incident,
    leak::{Hit, Identifier, Kind, Watch, passages, phrases},
    settings::Settings,
};

/// How many letters and digits a branch's name must have to be watched for: `patch-1` is said of anything.
const BRANCH_LETTERS_MIN: usize = 12;

/// Whose an identifier is, and how it is written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// The incident.
    pub incident: IncidentId,
    /// The identifier as it is written.
    pub term: EmbargoedText,
    /// Whether the team wants no alarm about it.
    pub ignored: bool,
}

/// An identifier with the kind it is of.
pub type Term = (Kind, EmbargoedText);

/// Everything that is watched for, ready to be searched for.
#[derive(Debug)]
pub struct Watched(Watch<Mark>);

impl Watched {
    /// Prepares the search for everything that names one of `incidents`.
    pub(in crate::kernel) fn of<'a>(
        settings: &Settings,
        incidents: impl Iterator<Item = &'a Incident>,
    ) -> Self {
        Self(Watch::new(incidents.flat_map(|incident| marks(settings, incident)).collect()))
    }

    /// Every identifier that `text` holds, ignored ones too, in whatever disguise.
    #[must_use]
    pub fn find(&self, text: &str) -> Vec<Hit<Mark>> {
        self.0.find(text)
    }

    /// What `text` holds that the team is to be alarmed about, by incident.
    #[must_use]
    pub fn alarming(&self, text: &str) -> BTreeMap<IncidentId, Vec<Term>> {
        let mut found: BTreeMap<IncidentId, Vec<Term>> = BTreeMap::new();
        for Hit { key, kind } in self.find(text).into_iter().filter(|hit| !hit.key.ignored) {
            found.entry(key.incident).or_default().push((kind, key.term));
        }
        found
    }
}

/// Whether `text` names `identifier`: that is how a term is recognised that somebody types again.
#[must_use]
pub fn names(text: &str, identifier: &Identifier) -> bool {
    !Watch::new(vec![((), identifier.clone())]).find(text).is_empty()
}

/// The identifiers of an incident, each with its mark; none when it is under no embargo.
pub(in crate::kernel) fn marks(settings: &Settings, incident: &Incident) -> Vec<(Mark, Identifier)> {
    if !incident.is_embargoed() {
        return Vec::new();
    }
    let mark = |identifier: Identifier| {
        let ignored = incident.watch.ignores(&identifier);
        let mark = Mark { incident: incident.id, term: identifier.as_str().into(), ignored };
        (mark, identifier)
    };
    identifiers(settings, incident).into_iter().map(mark).collect()
}

/// The identifiers by which an incident could be named in public, in the order in which people are
/// shown them.
#[must_use]
pub fn identifiers(settings: &Settings, incident: &Incident) -> Vec<Identifier> {
    let reader = Reader::new();
    let public = public_names(settings, incident);
    let public: Vec<&str> = public.iter().map(String::as_str).collect();
    let mut found = Vec::new();
    if let Some(advisory) = incident.advisory().map(|advisory| advisory.open(&reader)) {
        found.push(Identifier::Ghsa(advisory.ghsa.as_str().to_owned()));
        found.extend(advisory.cve.as_ref().map(|cve| Identifier::Cve(cve.as_str().to_owned())));
    }
    found.push(Identifier::Codename(incident.codename.open(&reader).as_str().to_owned()));
    let fork = incident.fork_name();
    found.extend(fork.map(|fork| Identifier::Term(fork.open(&reader).name().to_owned())));
    found.extend(private_branches(settings, incident).into_iter().map(Identifier::Term));
    let mut texts = Vec::new();
    if let Some(content) = incident.advisory().map(|advisory| &advisory.open(&reader).content) {
        texts.extend(phrases(&content.summary, &public));
        texts.extend(passages(&content.description, &public));
    }
    let former = incident.watch.former.iter();
    texts.extend(former.flat_map(|summary| phrases(summary.open(&reader), &public)));
    for text in texts {
        let phrase = Identifier::Phrase(text);
        if !found.contains(&phrase) {
            found.push(phrase);
        }
    }
    let added = incident.watch.added.iter();
    found.extend(added.map(|term| Identifier::Term(term.open(&reader).to_string())));
    found
}

/// The branches in the private fork from which its pull requests come, as far as their names can be told from
/// everyday words.
fn private_branches(settings: &Settings, incident: &Incident) -> Vec<String> {
    let reader = Reader::new();
    let supported = settings.project(&incident.project).map(|project| project.branches.as_slice());
    let letters = |name: &str| name.chars().filter(|c| c.is_alphanumeric()).count();
    let is_telling =
        |name: &String| letters(name) >= BRANCH_LETTERS_MIN && !supported.unwrap_or_default().contains(name);
    let pulls = incident.patches.values().map(|patch| patch.pull.open(&reader));
    let names: BTreeSet<String> = pulls.filter_map(|pull| pull.branch.clone()).filter(is_telling).collect();
    names.into_iter().collect()
}

/// The names that anyone may say: the project, its repository, the packages.
#[must_use]
pub fn public_names(settings: &Settings, incident: &Incident) -> Vec<String> {
    let reader = Reader::new();
    let project = settings.project(&incident.project).map(|project| project.repository.name());
    let affected = incident.advisory().map(|advisory| &advisory.open(&reader).content.affected);
    let packages = affected.into_iter().flatten().map(|package| package.package.name.as_str());
    let mut names: Vec<String> = Vec::new();
    for name in [incident.project.0.as_str()].into_iter().chain(project).chain(packages) {
        if !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

/// [`Watched`], made when it is first asked for. It follows from the rest of the world alone, so that
/// worlds which are equal otherwise are equal.
#[derive(Clone, Default)]
#[expect(clippy::disallowed_types, reason = "it keeps nothing that does not follow from the world")]
pub(in crate::kernel) struct Prepared(std::sync::OnceLock<Arc<Watched>>);

impl Prepared {
    pub(in crate::kernel) fn get(&self, make: impl FnOnce() -> Watched) -> Arc<Watched> {
        Arc::clone(self.0.get_or_init(|| Arc::new(make())))
    }

    /// Whether it has been asked for.
    pub(in crate::kernel) fn is_made(&self) -> bool {
        self.0.get().is_some()
    }
}

impl PartialEq for Prepared {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Prepared {}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Prepared(…)")
    }
}
