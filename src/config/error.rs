//! What is wrong with the configuration, where, and how to mend it.

use std::fmt;

/// One problem. Holds no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The file, as it was named on the command line.
    pub file: String,
    /// The line, counted from 1; none when the problem is in no line.
    pub line: Option<usize>,
    /// The key with the tables it is in, `project[2].team_channel`; the projects are counted from 1.
    /// Empty when the file as a whole is meant.
    pub key: String,
    /// What is wrong, without a full stop.
    pub problem: String,
    /// What to do about it, without a full stop.
    pub mend: String,
}

impl ConfigError {
    /// A problem with the file as a whole.
    pub(super) fn about(file: &str, problem: impl Into<String>, mend: impl Into<String>) -> Self {
        let (problem, mend) = (problem.into(), mend.into());
        Self { file: file.to_owned(), line: None, key: String::new(), problem, mend }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if !self.key.is_empty() {
            write!(f, ": {}", self.key)?;
        }
        write!(f, ": {}. {}", self.problem, self.mend)
    }
}

impl std::error::Error for ConfigError {}

/// What is wrong with a value, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) problem: String,
    pub(super) mend: String,
}

impl Wrong {
    pub(super) fn new(problem: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { problem: problem.into(), mend: mend.into() }
    }
}

/// The name among `known` that somebody who wrote `word` most likely meant.
pub(super) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |text: &str| text.to_lowercase().replace(['-', ' '], "_");
    let word = plain(word);
    let tolerated = (word.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&word, &plain(name)), name))
        .filter(|(distance, _)| *distance <= tolerated)
        .min()
        .map(|(_, name)| name)
}
