//! What is written of an advisory for the public, besides the advisory itself: the blog post, RustSec's
//! entries, and the documents for machines. All of it is made from the advisory's [`Record`], and embargoed
//! until the advisory is published.

use jiff::Timestamp;

use crate::kernel::{
    embargoed::{Embargoed, Reader, TeamText},
    export::{Draft, Record, drafts, rustsec},
    fact::Fact,
    id::Repository,
    incident::Incident,
    step::Step,
    work::NewFile,
    world::World,
};

/// How long the part of a post's address may be that is made of the summary, in characters.
const SLUG_CHARS_MAX: usize = 60;

/// A file that a pull request is to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// To which repository.
    pub repository: Repository,
    /// By way of which fork.
    pub fork: Option<Repository>,
    /// The file.
    pub file: Embargoed<NewFile>,
}

/// When the advisory was published, or will be as far as that can be told.
fn published(incident: &Incident) -> Timestamp {
    let is_it = |fact: &Fact| {
        matches!(fact, Fact::StepDone { step: Step::Publish, .. } | Fact::PublishedByHand { .. })
    };
    let since = incident.history.iter().find(|(_, fact)| is_it(fact)).map(|(at, _)| *at);
    let planned = incident.embargo.as_ref().map(|embargo| embargo.until);
    since.or(planned).unwrap_or(incident.opened)
}

fn record(world: &World, incident: &Incident) -> Option<Embargoed<Record>> {
    Record::of(&world.settings, incident, published(incident))
}

/// The blog post, where the project has a blog.
#[must_use]
pub fn blog(world: &World, incident: &Incident) -> Option<Paper> {
    let blog = world.settings.project(&incident.project)?.blog.as_ref()?;
    let file = record(world, incident)?.map(|record| {
        let (date, slug) = (record.published.strftime("%Y-%m-%d").to_string(), slug(record));
        let path = blog.path.replace("{date}", &date).replace("{slug}", &slug);
        NewFile {
            branch: format!("post-{date}-{slug}"),
            path,
            content: post(record),
            title: format!("Security advisory: {}", line(&record.content.summary)),
            body: format!("The post about {}, which is published.", record.url),
        }
    });
    Some(Paper { repository: blog.repository.clone(), fork: None, file })
}

/// RustSec's entries, one for each configured crate that the advisory names in ranges that can be read.
#[must_use]
pub fn rustsec(world: &World, incident: &Incident) -> Vec<Paper> {
    let project = world.settings.project(&incident.project);
    let configured = project.and_then(|project| project.rustsec.as_ref());
    let (Some(configured), Some(record)) = (configured, record(world, incident)) else { return Vec::new() };
    let entry = |name: &String| {
        let file = record.map(|record| {
            let ghsa = record.ghsa.as_str();
            let content = rustsec::write(record, name).ok()?;
            Some(NewFile {
                branch: format!("{}-{name}", ghsa.to_lowercase()),
                path: rustsec::path(name),
                content,
                title: format!("Add an advisory for {name}: {ghsa}"),
                body: format!("From {}, which is published.", record.url),
            })
        });
        let file = file.open(&Reader::new()).clone().map(Embargoed::new)?;
        Some(Paper { repository: configured.repository.clone(), fork: Some(configured.fork.clone()), file })
    };
    configured.crates.iter().filter_map(entry).collect()
}

/// The documents for machines, and what pull requests will hold, each with a name that says nothing.
#[must_use]
pub fn documents(world: &World, incident: &Incident) -> Vec<(String, TeamText)> {
    let Some(record) = record(world, incident) else { return Vec::new() };
    let formats = drafts(&record).into_iter().map(|Draft { name, text }| (name, text));
    let papers = rustsec(world, incident).into_iter().map(|paper| ("rustsec", paper));
    let papers = papers.chain(blog(world, incident).map(|paper| ("blog", paper)));
    let files = papers.enumerate().map(|(number, (kind, paper))| {
        let text = paper.file.map(|file| file.content.clone());
        (format!("{kind}-{}.md", number + 1), readable(&text))
    });
    formats.chain(files).collect()
}

fn readable(text: &Embargoed<String>) -> TeamText {
    TeamText::compose(|team| text.open(team).clone())
}

/// The part of an address that is made of the summary: small letters and digits, with hyphens between.
fn slug(record: &Record) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' };
    let words: String = record.content.summary.chars().map(plain).collect();
    let mut slug = String::new();
    for word in words.split_whitespace() {
        if slug.len() + word.len() + 1 > SLUG_CHARS_MAX {
            break;
        }
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.push_str(word);
    }
    if slug.is_empty() { record.ghsa.as_str().to_lowercase() } else { slug }
}

/// A text on one line.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The post: what the advisory says, with what a reader needs first.
fn post(record: &Record) -> String {
    let content = &record.content;
    let title = line(&content.summary).replace('\\', "\\\\").replace('"', "\\\"");
    let mut lines = vec![
        "---".to_owned(),
        format!("title: \"Security advisory for {}: {title}\"", record.project),
        format!("date: {}", record.published.strftime("%Y-%m-%d")),
        "---".to_owned(),
        String::new(),
        format!("{} has a security release.", record.project),
        String::new(),
        format!("* Advisory: [{}]({})", record.ghsa.as_str(), record.url),
    ];
    lines.extend(record.cve.as_ref().map(|cve| format!("* CVE: {}", cve.as_str())));
    lines.extend(content.severity.as_ref().map(|severity| format!("* Severity: {severity}")));
    for package in &content.affected {
        for range in &package.ranges {
            let patched = range.patched.as_deref().unwrap_or("no version yet");
            let name = &package.package.name;
            lines.push(format!("* {name}: affected {}, fixed in {patched}", range.affected));
        }
    }
    lines.extend([String::new(), content.description.trim().to_owned()]);
    if !record.credits.is_empty() {
        let credited: Vec<&str> = record.credits.iter().map(|credit| credit.login.as_str()).collect();
        lines.extend([String::new(), format!("Credit: {}.", credited.join(", "))]);
    }
    lines.join("\n") + "\n"
}
