//! The public records of an advisory: the same facts as OSV, CVE JSON, CSAF and a RustSec entry, all made
//! from one [`Record`], so that they cannot contradict each other. Nothing is guessed: what a format cannot
//! say of a range is carried as the text that stands on GitHub, where the format has a place for text.

mod csaf;
mod cve;
mod osv;
mod range;
mod registry;
pub mod rustsec;
mod score;
#[cfg(test)]
mod test;
mod weakness;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::kernel::{
    collaborator::Credit,
    content::{Advisory, AffectedPackage, AffectedRange, Content},
    embargoed::{Embargoed, TeamText},
    id::{CveId, GhsaId, ProjectName, Repository},
    incident::Incident,
    settings::Settings,
};
use range::Span;
use registry::Registry;

/// Everything that the records of one advisory say. Embargoed until the advisory is published.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The advisory's id on GitHub.
    pub ghsa: GhsaId,
    /// Its CVE id, where it has one.
    pub cve: Option<CveId>,
    /// Further names of the same vulnerability, such as one of RustSec's.
    pub aliases: Vec<String>,
    /// Its page on GitHub.
    pub url: String,
    /// What it says.
    pub content: Content,
    /// Who is credited.
    pub credits: Vec<Credit>,
    /// When it was, or will be, published.
    pub published: Timestamp,
    /// When it last changed. One before the publication counts as the publication.
    pub modified: Timestamp,
    /// The project.
    pub project: ProjectName,
    /// Its repository.
    pub repository: Repository,
    /// Where the publisher says how to be reached: the page of the security policy.
    pub contact: Option<String>,
}

impl Record {
    /// What `advisory` of a project says, published at `published`.
    #[must_use]
    pub fn new(
        advisory: &Advisory,
        (project, repository): (&ProjectName, &Repository),
        contact: Option<&str>,
        published: Timestamp,
    ) -> Self {
        Self {
            ghsa: advisory.ghsa.clone(),
            cve: advisory.cve.clone(),
            aliases: Vec::new(),
            url: advisory.url.clone(),
            content: advisory.content.clone(),
            credits: advisory.credits.clone(),
            published,
            modified: published,
            project: project.clone(),
            repository: repository.clone(),
            contact: contact.map(str::to_owned),
        }
    }

    /// The record of an incident, once its advisory was read and as long as its project is configured.
    #[must_use]
    pub fn of(settings: &Settings, incident: &Incident, published: Timestamp) -> Option<Embargoed<Self>> {
        let project = settings.project(&incident.project)?;
        let contact = settings.policy.page.as_deref();
        let whose = (&project.name, &project.repository);
        Some(incident.advisory()?.map(|advisory| Self::new(advisory, whose, contact, published)))
    }

    /// When it last changed, which is not before its publication.
    fn changed(&self) -> Timestamp {
        self.modified.max(self.published)
    }

    /// Its other ids, each once.
    fn other_ids(&self) -> Vec<&str> {
        unique(self.cve.iter().map(CveId::as_str).chain(self.aliases.iter().map(String::as_str)))
    }

    /// The summary, or the id where there is none: several formats take no empty title.
    fn title(&self) -> &str {
        let summary = self.content.summary.trim();
        if summary.is_empty() { self.ghsa.as_str() } else { summary }
    }

    /// The description, or the title where there is none.
    fn prose(&self) -> &str {
        let description = self.content.description.trim();
        if description.is_empty() { self.title() } else { description }
    }

    /// What is affected. Where no package is named it is the project, in versions that nobody gave.
    fn products(&self) -> Vec<Product<'_>> {
        let named = self.content.affected.iter().map(|package| Product::new(package, &self.project));
        let named: Vec<Product<'_>> = named.collect();
        if named.is_empty() { vec![Product::unknown(&self.project)] } else { named }
    }
}

/// A package with its ranges made sense of.
struct Product<'a> {
    /// Never empty: the project's name stands in for one that GitHub does not hold.
    name: &'a str,
    /// The ecosystem in GitHub's word.
    ecosystem: &'a str,
    /// None for what is in no registry.
    registry: Option<Registry>,
    /// At least one.
    rows: Vec<Row<'a>>,
}

/// One range of a package.
struct Row<'a> {
    /// As it stands on GitHub; may be empty.
    text: &'a str,
    /// What it means.
    span: Span<'a>,
    /// `patched_versions`, as it stands on GitHub.
    patched: Option<&'a str>,
}

impl Row<'_> {
    /// A range that nobody has given.
    const UNTOLD: Self = Self { text: "", span: Span::Unread, patched: None };
}

impl<'a> Product<'a> {
    fn new(affected: &'a AffectedPackage, project: &'a ProjectName) -> Self {
        let ecosystem = affected.package.ecosystem.as_str();
        let row = |range: &'a AffectedRange| Row {
            text: range.affected.trim(),
            span: Span::read(&range.affected),
            patched: range.patched.as_deref().map(str::trim).filter(|text| !text.is_empty()),
        };
        let rows: Vec<Row<'a>> = affected.ranges.iter().map(row).collect();
        let name = affected.package.name.trim();
        Self {
            name: if name.is_empty() { &project.0 } else { name },
            ecosystem,
            registry: Registry::of(ecosystem).filter(|_| !name.is_empty()),
            rows: if rows.is_empty() { vec![Row::UNTOLD] } else { rows },
        }
    }

    fn unknown(project: &'a ProjectName) -> Self {
        Self { name: &project.0, ecosystem: "other", registry: None, rows: vec![Row::UNTOLD] }
    }

    /// Whether all its versions are ordered by Semantic Versioning: its registry says so, and each version
    /// that is named is one.
    fn is_semver(&self) -> bool {
        self.registry.is_some_and(|registry| registry.semver)
            && self.rows.iter().flat_map(|row| row.span.versions()).all(range::is_semver)
    }

    /// Its package URL, in which `version` stands where one is meant.
    fn purl(&self, version: Option<&str>) -> Option<String> {
        self.registry?.purl(self.name, version)
    }
}

/// A format of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// Open Source Vulnerability, schema 1.7.
    Osv,
    /// A CVE record, 5.1; there is one only where there is a CVE id.
    Cve,
    /// Common Security Advisory Framework, 2.0.
    Csaf,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Osv, Self::Cve, Self::Csaf];

    /// The file's name, which says nothing of the matter.
    #[must_use]
    pub const fn draft_name(self) -> &'static str {
        match self {
            Self::Osv => "osv.json",
            Self::Cve => "cve.json",
            Self::Csaf => "csaf.json",
        }
    }

    /// The document; none where `record` lacks what the format cannot do without. The text is as public as
    /// the record is.
    #[must_use]
    pub fn write(self, record: &Record) -> Option<String> {
        match self {
            Self::Osv => Some(osv::write(record)),
            Self::Cve => cve::write(record),
            Self::Csaf => Some(csaf::write(record)),
        }
    }
}

/// A document as it will be, for the team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The file's name, which says nothing of the matter.
    pub name: String,
    /// The document.
    pub text: TeamText,
}

/// The documents as they will be published.
#[must_use]
pub fn drafts(record: &Embargoed<Record>) -> Vec<Draft> {
    let draft = |format: Format| {
        let text = record.map(|record| format.write(record).unwrap_or_default());
        let name = format.draft_name().to_owned();
        (!text.is_blank()).then(|| Draft { name, text: TeamText::compose(|team| text.open(team).clone()) })
    };
    Format::ALL.into_iter().filter_map(draft).collect()
}

/// A document's JSON for people and machines, with an end to its last line. The order of keys is that in
/// which the types name them.
fn pretty(document: &impl Serialize) -> String {
    // Maps with keys that are no text are what JSON cannot hold.
    let text = serde_json::to_string_pretty(document).expect("a record has text for keys");
    text + "\n"
}

/// Each once, in the order of the first of its kind.
fn unique<T: PartialEq>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    items.into_iter().fold(Vec::new(), |mut kept, item| {
        if !kept.contains(&item) {
            kept.push(item);
        }
        kept
    })
}
