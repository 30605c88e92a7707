//! `[[project]]`: a repository with its channels and how it is released.

use std::collections::BTreeMap;

use commands::kernel::{
    content::{Ecosystem, Package},
    id::{ProjectName, Repository, Topic},
    mail::SeverityScheme,
    settings::{Blog, Bump, RustSec},
    step::Order,
};

use super::{
    address,
    error::Wrong,
    read::{At, Table, Value},
    zulip::{ChannelRef, channel},
};

/// The topic for public notices when nothing is configured.
const PUBLIC_TOPIC: &str = "security";
/// Zulip's limit on a topic, in characters.
const TOPIC_CHARS_MAX: usize = 60;
/// GitHub's limit on the inputs of a workflow.
const INPUTS_MAX: usize = 25;
/// RustSec's own database.
const RUSTSEC_REPOSITORY: &str = "rustsec/advisory-db";

/// One project, its channels not yet looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Its name.
    pub name: At<ProjectName>,
    /// Its repository.
    pub repository: At<Repository>,
    /// Where its team works.
    pub team_channel: At<ChannelRef>,
    /// The Zulip user group the team is narrowed to.
    pub team_group: Option<At<String>>,
    /// Where its public notices go.
    pub public_channel: At<ChannelRef>,
    /// The topic there.
    pub public_topic: Topic,
    /// Who gets the pre-notification and the release mail.
    pub announce_list: Option<String>,
    /// The supported branches, each of which needs a patch.
    pub branches: Vec<String>,
    /// The package a new advisory is about when none is named.
    pub package: Option<Package>,
    /// In which words severities are announced.
    pub severity_scheme: SeverityScheme,
    /// In which order a release goes about patches and versions.
    pub order: Order,
    /// The workflow that makes a version.
    pub bump: Option<Bump>,
    /// The tag of a release, with `{version}`: waited for before publishing.
    pub release_tag: Option<String>,
    /// Where a post about a release goes.
    pub blog: Option<Blog>,
    /// Where the entry for RustSec goes.
    pub rustsec: Option<RustSec>,
}

/// All projects. `has_mail`: whether there is a mail server to announce through.
pub(super) fn read(root: &Table<'_>, has_mail: bool) -> Vec<Project> {
    let example = "[[project]] on a line of its own, and its name, repository, team_channel and \
                   public_channel below";
    let Some(value) = root.value("project") else {
        root.missing("project", example);
        return Vec::new();
    };
    if !value.value.is_array() {
        value.mistyped("a list of tables", example);
        return Vec::new();
    }
    let tables: Vec<Table<'_>> = value.list().unwrap_or_default().iter().filter_map(Value::table).collect();
    if tables.is_empty() {
        root.missing("project", example);
    }
    let projects: Vec<Project> = tables.iter().filter_map(|table| one(table, has_mail)).collect();
    let name = |project: &Project| (project.name.value.to_string(), project.name.clone().map(|_| ()));
    let repository =
        |project: &Project| (project.repository.value.to_string(), project.repository.clone().map(|_| ()));
    unique(root, "name", projects.iter().map(name));
    unique(root, "repository", projects.iter().map(repository));
    projects
}

/// Reports what stands twice, in any case, with the line of its first use.
fn unique(root: &Table<'_>, what: &str, values: impl Iterator<Item = (String, At<()>)>) {
    let mut seen: BTreeMap<String, Option<usize>> = BTreeMap::new();
    for (value, at) in values {
        let folded = value.to_lowercase();
        if let Some(first) = seen.get(&folded) {
            let line = first.map(|line| format!(" on line {line}")).unwrap_or_default();
            let problem = format!("{value:?} is already the {what} of the project{line}");
            let mend = format!("Give each project a {what} of its own, or delete one of them");
            root.source.report(at.line, &at.key, Wrong::new(problem, mend));
        } else {
            seen.insert(folded, at.line);
        }
    }
}

fn one(table: &Table<'_>, has_mail: bool) -> Option<Project> {
    let name = table.required("name", "name = \"WAMR\"", |text| match text.trim() {
        name if name.contains(char::is_control) => {
            Err(Wrong::new("is more than one line", "Write a short name"))
        }
        name => Ok(ProjectName(name.to_owned())),
    });
    let example = "repository = \"bytecodealliance/wasm-micro-runtime\"";
    let repository = table.required("repository", example, address::repository);
    let team_channel = required_channel(table, "team_channel", "team_channel = \"wamr-security\"");
    let public_channel = required_channel(table, "public_channel", "public_channel = \"general\"");
    let topic = table.parsed("public_topic", topic);
    let announce_list = table.parsed("announce_list", |text| match has_mail {
        true => address::mail_address(text),
        false => Err(Wrong::new("needs a mail server", "Add [mail] with smtp_url and from, or leave it out")),
    });
    let team_group = table.text("team_group");
    let branches = table.list("branches").map_or_else(|| vec!["main".to_owned()], |list| branches(&list));
    let part = |key| table.value(key).and_then(|value: Value<'_>| value.table());
    let package = part("package").and_then(|table| package(&table));
    let severity_scheme = table.parsed("severity_scheme", scheme).map(|at| at.value).unwrap_or_default();
    let order = table.parsed("order", order).map(|at| at.value).unwrap_or_default();
    let bump = part("bump").and_then(|table| bump(&table));
    let release_tag = template(table, "release_tag", &["version"], &["version"]);
    let blog = part("blog").and_then(|table| blog(&table));
    let rustsec = part("rustsec").and_then(|table| rustsec(&table));
    table.finish();
    Some(Project {
        name: name?,
        repository: repository?,
        team_channel: team_channel?,
        team_group,
        public_channel: public_channel?,
        public_topic: topic.map_or_else(|| Topic(PUBLIC_TOPIC.to_owned()), |at| at.value),
        announce_list: announce_list.map(|at| at.value),
        branches,
        package,
        severity_scheme,
        order,
        bump,
        release_tag,
        blog,
        rustsec,
    })
}

fn required_channel(table: &Table<'_>, key: &'static str, example: &str) -> Option<At<ChannelRef>> {
    let Some(value) = table.value(key) else {
        table.missing(key, example);
        return None;
    };
    channel(&value)
}

fn topic(text: &str) -> Result<Topic, Wrong> {
    let count = text.chars().count();
    if count > TOPIC_CHARS_MAX {
        let problem = format!("has {count} characters, and a Zulip topic at most {TOPIC_CHARS_MAX}");
        return Err(Wrong::new(problem, format!("Write public_topic = {PUBLIC_TOPIC:?}")));
    }
    Ok(Topic(text.trim().to_owned()))
}

fn branches(list: &[Value<'_>]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for value in list {
        let read = value.parsed(|text| {
            if text.contains(|c: char| c.is_whitespace() || c.is_control() || "~^:?*[\\".contains(c)) {
                return Err(Wrong::new(
                    format!("{text:?} is not a branch"),
                    "Write it like \"release/2.4.x\"",
                ));
            }
            if all.iter().any(|known| known == text) {
                return Err(Wrong::new(format!("{text:?} stands twice"), "Leave one of them out"));
            }
            Ok(text.to_owned())
        });
        all.extend(read.map(|at| at.value));
    }
    all
}

fn scheme(text: &str) -> Result<SeverityScheme, Wrong> {
    match text {
        "cvss" => Ok(SeverityScheme::Cvss),
        "openssl" => Ok(SeverityScheme::OpenSsl),
        _ => Err(Wrong::new(
            format!("{text:?} is not a severity scheme"),
            "Write severity_scheme = \"cvss\" or \"openssl\"",
        )),
    }
}

fn package(table: &Table<'_>) -> Option<Package> {
    let ecosystem = table.required("ecosystem", "ecosystem = \"rust\"", |text| {
        let mend = format!("Known are {}", Ecosystem::NAMES.join(", "));
        text.parse().map_err(|_| Wrong::new(format!("{text:?} is not an ecosystem"), mend))
    });
    let name = table.required("name", "name = \"wasmtime\"", |text| Ok(text.trim().to_owned()));
    table.finish();
    Some(Package { ecosystem: ecosystem?.value, name: name?.value })
}

fn order(text: &str) -> Result<Order, Wrong> {
    match text {
        "fixes-first" => Ok(Order::FixesFirst),
        "bumps-first" => Ok(Order::BumpsFirst),
        _ => Err(Wrong::new(
            format!("{text:?} is no order of a release"),
            "Write order = \"fixes-first\" or \"bumps-first\"",
        )),
    }
}

fn bump(table: &Table<'_>) -> Option<Bump> {
    const PLACES: &[&str] = &["branch", "version"];
    let workflow = table.required("workflow", "workflow = \"release.yml\"", |text| Ok(text.to_owned()));
    let git_ref = template(table, "ref", PLACES, &[]);
    let pull_request = template(table, "pull_request", PLACES, &[]);
    let mut inputs = BTreeMap::new();
    if let Some(value) = table.value("inputs") {
        for (key, input) in value.table().iter().flat_map(Table::all) {
            let read = input.parsed(|text| check_places(text, PLACES, &[]));
            inputs.extend(read.map(|at| (key.to_owned(), at.value)));
        }
        if inputs.len() > INPUTS_MAX {
            let problem = format!("has {} inputs, and GitHub takes {INPUTS_MAX}", inputs.len());
            value.report(Wrong::new(problem, "Leave some out"));
        }
    }
    table.finish();
    let git_ref = git_ref.unwrap_or_else(|| "{branch}".to_owned());
    Some(Bump { workflow: workflow?.value, git_ref, inputs, pull_request })
}

fn blog(table: &Table<'_>) -> Option<Blog> {
    let repository = table.required("repository", "repository = \"org/site\"", address::repository);
    let example = "path = \"_posts/{date}-{slug}.md\"";
    let path = table.required("path", example, |text| check_places(text, &["date", "slug"], &["slug"]));
    table.finish();
    Some(Blog { repository: repository?.value, path: path?.value })
}

fn rustsec(table: &Table<'_>) -> Option<RustSec> {
    let repository = table.or_default("repository", || RUSTSEC_REPOSITORY.parse().ok(), address::repository);
    let fork = table.required("fork", "fork = \"bot-account/advisory-db\"", address::repository);
    if !table.has("crates") {
        table.missing("crates", "crates = [\"wasmtime\"]");
    }
    let crates = table.list("crates").unwrap_or_default();
    let crates = crates.iter().filter_map(|value| Some(value.text()?.value)).collect();
    table.finish();
    Some(RustSec { repository: repository?, fork: fork?.value, crates })
}

fn template(table: &Table<'_>, key: &'static str, known: &[&str], needed: &[&str]) -> Option<String> {
    table.parsed(key, |text| check_places(text, known, needed)).map(|at| at.value)
}

/// Text with places in braces to fill in: only `known` ones, all `needed` ones.
fn check_places(text: &str, known: &[&str], needed: &[&str]) -> Result<String, Wrong> {
    let braced =
        |names: &[&str]| names.iter().map(|name| format!("{{{name}}}")).collect::<Vec<_>>().join(", ");
    let mut rest = text;
    let mut found = Vec::new();
    while let Some(start) = rest.find(['{', '}']) {
        let name = rest[start..].strip_prefix('{').and_then(|tail| tail.split_once('}'));
        match name {
            Some((name, tail)) if known.contains(&name) => {
                found.push(name);
                rest = tail;
            }
            _ => {
                let problem = format!("{text:?} has braces around something else");
                return Err(Wrong::new(problem, format!("Known here: {}", braced(known))));
            }
        }
    }
    match needed.iter().find(|name| !found.contains(name)) {
        Some(name) => {
            Err(Wrong::new(format!("{text:?} lacks {{{name}}}"), format!("Write {{{name}}} in it")))
        }
        None => Ok(text.to_owned()),
    }
}
