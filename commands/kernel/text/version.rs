//! Versions and ranges as people write them on GitHub, read leniently. What cannot be read is left out
//! of every judgement.

/// A version, ordered as Semantic Versioning does, with numbers that are left out as zeros.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// Without zeros at the end.
    numbers: Vec<u64>,
    stage: Stage,
}

/// A pre-release comes before what it leads to; one without identifiers before all others.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Before(Vec<Identifier>),
    Final,
}

/// Part of a pre-release: numbers come before words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Identifier {
    Number(u64),
    Word(String),
}

impl Version {
    /// Reads `2.4.4`, `v36.0.7`, `WAMR-2.4.4`, `1.0.0-rc.1`, `1.0rc1`, `1.2.3+build`.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.split_once('+').map_or(text, |(version, _build)| version);
        let (numbers, rest) = numbers(after_name(text)?)?;
        let stage = match rest.strip_prefix('-') {
            None if rest.is_empty() => Stage::Final,
            // `WAMR-01-29-2020` is a date.
            Some(rest) if numbers.len() == 1 && rest.starts_with(|c: char| c.is_ascii_digit()) => {
                return None;
            }
            Some(rest) => Stage::Before(identifiers(rest)?),
            None => Stage::Before(python_stage(rest)?),
        };
        Some(Self::new(numbers, stage))
    }

    fn new(mut numbers: Vec<u64>, stage: Stage) -> Self {
        while numbers.last() == Some(&0) {
            numbers.pop();
        }
        Self { numbers, stage }
    }

    fn number(&self, at: usize) -> u64 {
        self.numbers.get(at).copied().unwrap_or(0)
    }
}

/// What stands after a name: `WAMR-` or `v`. None where a letter sticks to the number otherwise.
fn after_name(text: &str) -> Option<&str> {
    let (name, version) = text.split_at(text.find(|c: char| c.is_ascii_digit())?);
    let is_name = |c: char| c.is_alphabetic() || ['-', '_', '/'].contains(&c);
    let ends_well = name.is_empty()
        || name.ends_with(['-', '_', '/'])
        || name.to_ascii_lowercase().rsplit(['-', '_', '/']).next() == Some("v");
    (name.chars().all(is_name) && ends_well && !name.starts_with('-')).then_some(version)
}

/// The numbers at the start, and what follows them.
fn numbers(text: &str) -> Option<(Vec<u64>, &str)> {
    let mut numbers = Vec::new();
    let mut rest = text;
    loop {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        numbers.push(rest[..digits].parse().ok()?);
        rest = &rest[digits..];
        match rest.strip_prefix('.') {
            Some(next) if next.starts_with(|c: char| c.is_ascii_digit()) => rest = next,
            _ => return Some((numbers, rest)),
        }
    }
}

fn identifiers(text: &str) -> Option<Vec<Identifier>> {
    let identifier = |part: &str| {
        let fits = !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        fits.then(|| {
            part.parse().map_or_else(|_| Identifier::Word(part.to_ascii_lowercase()), Identifier::Number)
        })
    };
    text.split('.').map(identifier).collect()
}

/// `rc1` of `1.0rc1`: a word that Python's packages know for a pre-release, and its number.
fn python_stage(text: &str) -> Option<Vec<Identifier>> {
    let word = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let number: Option<u64> = text[word.len()..].parse().ok();
    let word = word.to_ascii_lowercase();
    let known = match word.as_str() {
        "alpha" | "beta" | "rc" | "pre" | "dev" | ".dev" => true,
        // `1.0.2a` is OpenSSL's way to write a later version.
        "a" | "b" | "c" => number.is_some(),
        _ => false,
    };
    known.then(|| vec![Identifier::Word(word), Identifier::Number(number.unwrap_or(0))])
}

/// One end of a stretch of versions.
#[derive(Debug, Clone, PartialEq, Eq)]
struct End {
    version: Version,
    included: bool,
}

/// A stretch of versions, open where an end is missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Range {
    low: Option<End>,
    high: Option<End>,
}

impl Range {
    /// Reads `>= 25.0.0, < 36.0.7`: comparisons that all hold.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        text.split(',').try_fold(Self::default(), |range, part| {
            let (operator, version) = comparison(part.trim());
            let version = Version::read(version)?;
            let end = |included| Some(End { version: version.clone(), included });
            let (low, high) = match operator {
                "<" => (None, end(false)),
                "<=" => (None, end(true)),
                ">" => (end(false), None),
                ">=" => (end(true), None),
                "=" | "==" => (end(true), end(true)),
                _ => return None,
            };
            Some(range.and(Self { low, high }))
        })
    }

    /// The versions that are in both.
    #[must_use]
    fn and(self, other: Self) -> Self {
        // Of two ends at one version the one without it is the narrower.
        let low = |end: &End| (end.version.clone(), !end.included);
        let high = |end: &End| (end.version.clone(), end.included);
        Self {
            low: self.low.into_iter().chain(other.low).max_by_key(low),
            high: self.high.into_iter().chain(other.high).min_by_key(high),
        }
    }

    /// Whether no version can be in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match (&self.low, &self.high) {
            (Some(low), Some(high)) if low.version == high.version => !(low.included && high.included),
            (Some(low), Some(high)) => low.version > high.version,
            (None, _) | (_, None) => false,
        }
    }

    /// Whether `version` is in it.
    #[must_use]
    pub fn holds(&self, version: &Version) -> bool {
        let only = Some(End { version: version.clone(), included: true });
        !self.clone().and(Self { low: only.clone(), high: only }).is_empty()
    }

    /// Whether a version of `line` is in it.
    #[must_use]
    pub fn touches(&self, line: &Line) -> bool {
        !self.clone().and(line.range()).is_empty()
    }
}

fn comparison(text: &str) -> (&str, &str) {
    let version = text.trim_start_matches(['<', '>', '=']);
    (&text[..text.len() - version.len()], version)
}

/// The first patched versions that a row of an advisory names: those it lists, and where it gives
/// stretches (`>= 24.0.13, < 25.0.0`) the first of each. Words around them are passed over.
#[must_use]
pub fn patched_versions(text: &str) -> Vec<(String, Version)> {
    let mut operator = "";
    let mut found = Vec::new();
    for word in text.split(|c: char| c.is_whitespace() || [',', ';', '|'].contains(&c)) {
        let (own, version) = comparison(word);
        if !own.is_empty() {
            operator = own;
        }
        if version.is_empty() {
            continue;
        }
        let version = version.trim_matches(|c: char| ['(', ')', '.', ':', '"', '`'].contains(&c));
        if ["", "=", "==", ">="].contains(&operator)
            && let Some(read) = Version::read(version)
        {
            found.push((version.to_owned(), read));
        }
        operator = "";
    }
    found
}

/// The versions that a release branch brings forth, by the numbers they share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line(Vec<u64>);

impl Line {
    /// Reads a branch's name: `release/2.4.x` and `release-2.4.0` are 2.4, `stable/45` is 45. A name
    /// without a version, or with a date, has none.
    #[must_use]
    pub fn of_branch(name: &str) -> Option<Self> {
        let last = name.rsplit('/').next().unwrap_or(name);
        let (mut numbers, rest) = numbers(after_name(last)?)?;
        let rest = rest.strip_prefix(".x").or_else(|| rest.strip_prefix(".X")).unwrap_or(rest);
        let rest = rest.strip_prefix(".x").unwrap_or(rest);
        let is_remark = rest.strip_prefix(['-', '_']).is_some_and(|rest| {
            rest.starts_with(|c: char| c.is_alphabetic()) && !rest.contains(|c: char| c.is_ascii_digit())
        });
        numbers.truncate(2);
        (rest.is_empty() || is_remark).then_some(Self(numbers))
    }

    /// Whether `version` is of this line.
    #[must_use]
    pub fn holds(&self, version: &Version) -> bool {
        self.0.iter().enumerate().all(|(at, number)| version.number(at) == *number)
    }

    /// Whether `version` is newer than any of this line.
    #[must_use]
    pub fn is_before(&self, version: &Version) -> bool {
        *version >= self.next()
    }

    /// From the first release of the line to before the first pre-release of the next one.
    fn range(&self) -> Range {
        let first = Version::new(self.0.clone(), Stage::Final);
        Range {
            low: Some(End { version: first, included: true }),
            high: Some(End { version: self.next(), included: false }),
        }
    }

    fn next(&self) -> Version {
        let mut numbers = self.0.clone();
        if let Some(last) = numbers.last_mut() {
            *last = last.saturating_add(1);
        }
        Version::new(numbers, Stage::Before(Vec::new()))
    }
}
