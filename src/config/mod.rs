//! The configuration: a TOML file, the secret files it names, and three environment variables. Read
//! once, at start; every problem in it is reported with its place and its mend.
//!
//! Relative paths are relative to the folder of the configuration file. Secrets never stand in the
//! file itself and are never printed.

mod address;
mod duration;
mod error;
mod github;
mod http;
mod mail;
mod people;
mod policy;
mod project;
mod read;
mod resolve;
mod secret;
mod store;
#[cfg(test)]
mod test;
mod zulip;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use commands::kernel::{collaborator::Login, id::UserId};

pub use self::{
    duration::{BadDuration, parse_duration},
    error::ConfigError,
    github::GitHub,
    http::Http,
    mail::{Mail, Smtp, Tls},
    policy::Policy,
    project::Project,
    read::At,
    resolve::resolve,
    store::Store,
    zulip::{ChannelRef, Watch, Zulip},
};
use read::Source;

/// The environment, as a question: the value of a variable, when it is set.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Everything that is configured.
#[derive(Debug)]
pub struct Config {
    /// The file it was read from, as it was named.
    pub file: String,
    /// The Zulip organisation and the bot's account there.
    pub zulip: Zulip,
    /// GitHub and the bot's account there.
    pub github: GitHub,
    /// The mail server; none when no mail is to be sent.
    pub mail: Option<Mail>,
    /// Where the state is kept.
    pub store: Store,
    /// The bot's own web server.
    pub http: Http,
    /// Clocks and limits.
    pub policy: Policy,
    /// Where templates are that replace the built-in ones.
    pub templates: Option<PathBuf>,
    /// The projects, in the order of the file; at least one, names and repositories unique.
    pub projects: Vec<Project>,
    /// By Zulip user, their login on GitHub.
    pub people: BTreeMap<UserId, Login>,
    /// What is unwise but not wrong.
    pub warnings: Vec<ConfigError>,
}

impl Config {
    /// A promise that this version cannot keep: better no start than a store that is not encrypted
    /// though it was asked to be.
    #[must_use]
    pub fn not_kept(&self) -> Option<ConfigError> {
        self.store.key.as_ref().map(|_| ConfigError {
            file: self.file.clone(),
            line: None,
            key: "store.key_file".to_owned(),
            problem: "this version cannot encrypt its store".to_owned(),
            mend: "Take the key out, and put the store on an encrypted disk".to_owned(),
        })
    }

    /// Zulip's refusal of the bot's key, as a problem of the configuration.
    #[must_use]
    pub fn refused_by_zulip(&self) -> ConfigError {
        ConfigError {
            file: self.file.clone(),
            line: None,
            key: "zulip.api_key_file".to_owned(),
            problem: "Zulip does not accept the bot's e-mail and API key".to_owned(),
            mend: "Copy both anew from the bot's page in Zulip's settings, and see that the bot is active"
                .to_owned(),
        }
    }
}

/// Reads the configuration file at `path` and the secret files it names.
///
/// # Errors
/// Every problem found, in the order of the lines.
pub fn load(path: &Path, environment: Environment<'_>) -> Result<Config, Vec<ConfigError>> {
    let file = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| {
        let mend = "Copy advisory-bot.example.toml there and fill it in, or name another file with --config";
        vec![ConfigError::about(&file, format!("cannot be read ({})", secret::reason(&error)), mend)]
    })?;
    let folder = path.parent().unwrap_or(Path::new("")).to_owned();
    parse(&file, folder, &text, environment)
}

/// Reads the configuration from its text. Relative paths in it are relative to `folder`.
///
/// # Errors
/// As [`load`].
pub fn parse(
    file: &str,
    folder: PathBuf,
    text: &str,
    environment: Environment<'_>,
) -> Result<Config, Vec<ConfigError>> {
    let source = Source::new(file, folder, text, environment);
    let root = source.parse();
    let read = root.map(|root| {
        let root = source.root(&root);
        let sections = (zulip::read(&root), github::read(&root), mail::read(&root), policy::read(&root));
        let (store, http) = (store::read(&root), http::read(&root));
        let templates = root.section("templates");
        let folder = templates.path("folder");
        templates.finish();
        let projects = project::read(&root, root.has("mail"));
        let people = people::read(&root);
        root.finish();
        (sections, store, http, folder, projects, people)
    });
    let (problems, warnings) = source.finish();
    match read {
        Some(((Some(zulip), Some(github), mail, policy), store, http, templates, projects, people))
            if problems.is_empty() =>
        {
            let file = file.to_owned();
            Ok(Config {
                file,
                zulip,
                github,
                mail,
                store,
                http,
                policy,
                templates,
                projects,
                people,
                warnings,
            })
        }
        _ => Err(problems),
    }
}
