//! Typed reading of a TOML document that knows the line of every key and reports every problem: each
//! value is asked for by its key, and what was never asked for is unknown.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    path::PathBuf,
};

use jiff::SignedDuration;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    Environment,
    duration::parse_duration,
    error::{ConfigError, Wrong, nearest},
};

/// A value and its place in the file, for problems that show later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// The key with the tables it is in.
    pub key: String,
    /// The line it stands in.
    pub line: Option<usize>,
}

impl<T> At<T> {
    /// Another value in the same place.
    pub(super) fn map<U>(self, change: impl FnOnce(T) -> U) -> At<U> {
        At { value: change(self.value), key: self.key, line: self.line }
    }
}

/// The file, and what was found wrong with it so far.
pub(super) struct Source<'a> {
    pub(super) file: &'a str,
    pub(super) folder: PathBuf,
    pub(super) environment: Environment<'a>,
    text: &'a str,
    problems: RefCell<Vec<ConfigError>>,
    warnings: RefCell<Vec<ConfigError>>,
}

impl<'a> Source<'a> {
    pub(super) fn new(file: &'a str, folder: PathBuf, text: &'a str, environment: Environment<'a>) -> Self {
        let (problems, warnings) = Default::default();
        Self { file, folder, environment, text, problems, warnings }
    }

    /// The document; none when it is not TOML, which is reported. A syntax error is reported without
    /// the text around it, which may be a secret in the wrong place.
    pub(super) fn parse(&self) -> Option<DeTable<'a>> {
        let (document, errors) = DeTable::parse_recoverable(self.text);
        for error in &errors {
            let line = error.span().map(|span| self.line(&span));
            let problem = format!("is not TOML here: {}", error.message().replace('\n', ", "));
            self.report(line, "", Wrong::new(problem, "See https://toml.io, and quote every text"));
        }
        errors.is_empty().then(|| document.into_inner())
    }

    pub(super) fn root<'s>(&'s self, document: &'s DeTable<'s>) -> Table<'s> {
        Table::new(self, String::new(), None, Some(document))
    }

    fn line(&self, span: &Range<usize>) -> usize {
        let before = self.text.as_bytes().get(..span.start).unwrap_or(self.text.as_bytes());
        before.iter().filter(|byte| **byte == b'\n').count() + 1
    }

    pub(super) fn report(&self, line: Option<usize>, key: &str, wrong: Wrong) {
        self.problems.borrow_mut().push(self.error(line, key, wrong));
    }

    pub(super) fn warn(&self, line: Option<usize>, key: &str, wrong: Wrong) {
        self.warnings.borrow_mut().push(self.error(line, key, wrong));
    }

    fn error(&self, line: Option<usize>, key: &str, wrong: Wrong) -> ConfigError {
        let Wrong { problem, mend } = wrong;
        ConfigError { file: self.file.to_owned(), line, key: key.to_owned(), problem, mend }
    }

    /// Problems and warnings, in the order of the lines.
    pub(super) fn finish(self) -> (Vec<ConfigError>, Vec<ConfigError>) {
        let (mut problems, mut warnings) = (self.problems.into_inner(), self.warnings.into_inner());
        problems.sort_by_key(|problem| problem.line);
        warnings.sort_by_key(|warning| warning.line);
        (problems, warnings)
    }
}

/// A table of the document.
pub(super) struct Table<'s> {
    pub(super) source: &'s Source<'s>,
    pub(super) path: String,
    pub(super) line: Option<usize>,
    entries: BTreeMap<&'s str, (usize, &'s Spanned<DeValue<'s>>)>,
    asked: RefCell<BTreeSet<&'static str>>,
}

impl<'s> Table<'s> {
    fn new(
        source: &'s Source<'s>,
        path: String,
        line: Option<usize>,
        table: Option<&'s DeTable<'s>>,
    ) -> Self {
        let entries = table.into_iter().flatten().map(|(key, value)| {
            let name: &str = key.get_ref();
            (name, (source.line(&key.span()), value))
        });
        Self { source, path, line, entries: entries.collect(), asked: RefCell::default() }
    }

    /// The key's full name.
    pub(super) fn key(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// Makes `key` a known one although its value is of no interest.
    pub(super) fn know(&self, key: &'static str) {
        self.asked.borrow_mut().insert(key);
    }

    pub(super) fn value(&self, key: &'static str) -> Option<Value<'s>> {
        self.know(key);
        let (line, value) = self.entries.get(key)?;
        Some(Value { source: self.source, key: self.key(key), line: *line, value: value.get_ref() })
    }

    /// All keys with their values, where any key is right.
    pub(super) fn all(&self) -> impl Iterator<Item = (&'s str, Value<'s>)> {
        self.entries.iter().map(|(key, (line, value))| {
            let of = Value { source: self.source, key: self.key(key), line: *line, value: value.get_ref() };
            (*key, of)
        })
    }

    /// The table under `key`, empty when there is none.
    pub(super) fn section(&self, key: &'static str) -> Table<'s> {
        let table = self.value(key).and_then(|value| value.table());
        table.unwrap_or_else(|| Table::new(self.source, self.key(key), None, None))
    }

    pub(super) fn text(&self, key: &'static str) -> Option<At<String>> {
        self.value(key)?.text()
    }

    /// Text that `parse` understands.
    pub(super) fn parsed<T>(
        &self,
        key: &'static str,
        parse: impl FnOnce(&str) -> Result<T, Wrong>,
    ) -> Option<At<T>> {
        self.value(key)?.parsed(parse)
    }

    /// As [`Table::parsed`], of a key that must be there.
    pub(super) fn required<T>(
        &self,
        key: &'static str,
        example: &str,
        parse: impl FnOnce(&str) -> Result<T, Wrong>,
    ) -> Option<At<T>> {
        if !self.has(key) {
            self.missing(key, example);
        }
        self.parsed(key, parse)
    }

    /// Reports that a key is not there; `example` is a line that would do.
    pub(super) fn missing(&self, key: &'static str, example: &str) {
        self.missing_or(key, example, "");
    }

    /// As [`Table::missing`], with what else would do.
    pub(super) fn missing_or(&self, key: &'static str, example: &str, or: &str) {
        self.know(key);
        let place = match (self.path.as_str(), self.line) {
            ("", _) | (_, Some(_)) => String::new(),
            (path, None) => format!(" under [{path}]"),
        };
        self.source.report(
            self.line,
            &self.key(key),
            Wrong::new("is missing", format!("Write {example}{place}{or}")),
        );
    }

    pub(super) fn path(&self, key: &'static str) -> Option<PathBuf> {
        Some(self.source.folder.join(self.text(key)?.value))
    }

    /// As [`Table::parsed`], of a key that need not be there.
    pub(super) fn or_default<T>(
        &self,
        key: &'static str,
        default: impl FnOnce() -> Option<T>,
        parse: impl FnOnce(&str) -> Result<T, Wrong>,
    ) -> Option<T> {
        self.know(key);
        if self.has(key) { self.parsed(key, parse).map(|at| at.value) } else { default() }
    }

    /// A length of time in words, `default` when none is given or it is wrong.
    pub(super) fn duration(&self, key: &'static str, default: SignedDuration) -> SignedDuration {
        let read = self.parsed(key, |text| {
            let length = parse_duration(text).map_err(|bad| bad.wrong(text))?;
            let none = || Wrong::new("must be longer than 0", format!("Write {key} = \"1 hour\""));
            length.is_positive().then_some(length).ok_or_else(none)
        });
        read.map_or(default, |at| at.value)
    }

    pub(super) fn list(&self, key: &'static str) -> Option<Vec<Value<'s>>> {
        self.value(key)?.list()
    }

    /// Reports the keys that nobody asked for.
    pub(super) fn finish(&self) {
        let asked = self.asked.borrow();
        for (key, (line, _)) in &self.entries {
            if asked.contains(key) {
                continue;
            }
            let secret = asked.iter().find(|known| known.strip_suffix("_file") == Some(key));
            let wrong = if let Some(file) = secret {
                Wrong::new(
                    "secrets do not belong in this file",
                    format!("Put it into a file of its own and write {file} = \"PATH\""),
                )
            } else if let Some(near) = nearest(key, asked.iter().copied()) {
                Wrong::new("is not a key I know", format!("Write {near}"))
            } else {
                let known = asked.iter().copied().collect::<Vec<_>>().join(", ");
                Wrong::new("is not a key I know", format!("Known here: {known}"))
            };
            self.source.report(Some(*line), &self.key(key), wrong);
        }
    }
}

/// A value of the document.
pub(super) struct Value<'s> {
    pub(super) source: &'s Source<'s>,
    pub(super) key: String,
    pub(super) line: usize,
    pub(super) value: &'s DeValue<'s>,
}

impl<'s> Value<'s> {
    pub(super) fn report(&self, wrong: Wrong) {
        self.source.report(Some(self.line), &self.key, wrong);
    }

    pub(super) fn at<T>(&self, value: T) -> At<T> {
        At { value, key: self.key.clone(), line: Some(self.line) }
    }

    /// Reports a value of another type than `wanted`. The value itself is not repeated.
    pub(super) fn mistyped(&self, wanted: &str, example: &str) {
        let found = match self.value.type_str() {
            "string" => "text",
            "integer" | "float" => "a number",
            "boolean" => "true or false",
            "array" => "a list",
            "table" => "a table",
            _ => "a date",
        };
        let problem = format!("must be {wanted}, not {found}");
        self.report(Wrong::new(problem, format!("Write {example}")));
    }

    fn name(&self) -> &str {
        self.key.rsplit('.').next().unwrap_or_default()
    }

    pub(super) fn text(&self) -> Option<At<String>> {
        match self.value.as_str() {
            Some(text) if text.trim().is_empty() => {
                self.report(Wrong::new("is empty", "Write a value, or leave the key out"));
                None
            }
            Some(text) => Some(self.at(text.to_owned())),
            None => {
                match self.name() {
                    name if name.ends_with(']') => self.mistyped("text", "it in quotes, \"…\""),
                    name => self.mistyped("text", &format!("{name} = \"…\"")),
                }
                None
            }
        }
    }

    pub(super) fn parsed<T>(&self, parse: impl FnOnce(&str) -> Result<T, Wrong>) -> Option<At<T>> {
        match parse(&self.text()?.value) {
            Ok(value) => Some(self.at(value)),
            Err(wrong) => {
                self.report(wrong);
                None
            }
        }
    }

    /// A whole number that is not negative.
    pub(super) fn number(&self) -> Option<u64> {
        let integer = self.value.as_integer();
        let number = integer.and_then(|digits| u64::from_str_radix(digits.as_str(), digits.radix()).ok());
        if integer.is_some() && number.is_none() {
            self.report(Wrong::new("must not be negative or huge", "Write a number from 0 up"));
        } else if integer.is_none() {
            self.mistyped("a whole number", &format!("{} = 1", self.name()));
        }
        number
    }

    pub(super) fn list(&self) -> Option<Vec<Value<'s>>> {
        let Some(array) = self.value.as_array() else {
            self.mistyped("a list", &format!("{} = [\"…\"]", self.name()));
            return None;
        };
        let item = |(index, item): (usize, &'s Spanned<DeValue<'s>>)| Value {
            source: self.source,
            key: format!("{}[{}]", self.key, index + 1),
            line: self.source.line(&item.span()),
            value: item.get_ref(),
        };
        Some(array.iter().enumerate().map(item).collect())
    }

    pub(super) fn table(&self) -> Option<Table<'s>> {
        let Some(table) = self.value.as_table() else {
            self.mistyped("a table", &format!("[{}] on a line of its own, and its keys below", self.key));
            return None;
        };
        Some(Table::new(self.source, self.key.clone(), Some(self.line), Some(table)))
    }
}
