//! Whether an advisory's public text is complete: what is missing, what was left from a template, and
//! what contradicts itself. Data only; the sentences stand in [`reply::text`](crate::kernel::reply::text).

mod contradiction;
mod markdown;
mod placeholder;
#[cfg(test)]
mod test;
pub mod version;

use crate::kernel::content::Content;
pub use contradiction::{Contradiction, Reach, reach, versions};
use markdown::What;

/// A section of the public text, in the order of the runbook ("Final text").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// What an attacker can do, and to whom.
    Impact,
    /// Which versions have the fix.
    Patches,
    /// What helps without it.
    Workarounds,
    /// The flaw itself; may be left out.
    Description,
}

impl Section {
    /// All of them, in order.
    pub const ALL: [Self; 4] = [Self::Impact, Self::Patches, Self::Workarounds, Self::Description];

    /// Its heading.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Impact => "Impact",
            Self::Patches => "Patches",
            Self::Workarounds => "Workarounds",
            Self::Description => "Description",
        }
    }

    /// What the template asks for in it.
    #[must_use]
    pub const fn prompt(self) -> &'static str {
        match self {
            Self::Impact => "Say what an attacker can do, on what conditions, and to whom.",
            Self::Patches => "Name the fixed version of each supported branch.",
            Self::Workarounds => "Say what helps those who cannot upgrade yet, or that nothing does.",
            Self::Description => "Explain the flaw: where it is, and how it was mended.",
        }
    }

    /// Whether a text without it is incomplete.
    #[must_use]
    pub const fn is_needed(self) -> bool {
        match self {
            Self::Impact | Self::Patches | Self::Workarounds => true,
            Self::Description => false,
        }
    }

    /// The section that a heading opens, in any case, in singular or plural.
    fn of_title(title: &str) -> Option<Self> {
        let bare = title.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        match bare.as_str() {
            "impact" | "impacts" => Some(Self::Impact),
            "patch" | "patches" => Some(Self::Patches),
            "workaround" | "workarounds" => Some(Self::Workarounds),
            "description" => Some(Self::Description),
            _ => None,
        }
    }
}

/// The text to start from.
pub const TEMPLATE: &str = "\
### Impact

_Say what an attacker can do, on what conditions, and to whom._

### Patches

_Name the fixed version of each supported branch._

### Workarounds

_Say what helps those who cannot upgrade yet, or that nothing does._

### Description

_Explain the flaw: where it is, and how it was mended._
";

/// Something for which the text is not complete. Not printable: it repeats what is embargoed.
#[derive(Clone, PartialEq, Eq)]
pub enum Shortcoming {
    /// There is no text at all.
    NoDescription,
    /// A section that must be there is missing or has nothing below its heading.
    NoSection(Section),
    /// The sentence or word that was to be replaced.
    Placeholder(String),
    /// Nobody has judged how bad it is.
    NoSeverity,
    /// No package, one without a name, or one without a range.
    NoAffected,
    /// The affected and patched versions cannot all be right.
    Contradiction(Contradiction),
}

/// For what the public text of an advisory is not complete, given the project's supported branches.
#[must_use]
pub fn shortcomings(content: &Content, branches: &[String]) -> Vec<Shortcoming> {
    let mut found = Vec::new();
    if content.description.trim().is_empty() {
        found.push(Shortcoming::NoDescription);
    } else {
        let chunks = chunks(&content.description);
        let is_there =
            |section| chunks.iter().any(|chunk| chunk.opens == Opens::Section(section) && chunk.has_text());
        let needed = Section::ALL.into_iter().filter(|section| section.is_needed());
        found.extend(needed.filter(|section| !is_there(*section)).map(Shortcoming::NoSection));
        let left = placeholder::placeholders(&content.description);
        found.extend(left.into_iter().map(Shortcoming::Placeholder));
    }
    if content.severity.is_none() {
        found.push(Shortcoming::NoSeverity);
    }
    if lacks_affected(content) {
        found.push(Shortcoming::NoAffected);
    }
    let contradictions = contradiction::contradictions(&content.affected, branches);
    found.extend(contradictions.into_iter().map(Shortcoming::Contradiction));
    found
}

fn lacks_affected(content: &Content) -> bool {
    content.affected.is_empty()
        || content.affected.iter().any(|row| {
            row.package.name.trim().is_empty()
                || row.ranges.is_empty()
                || row.ranges.iter().any(|range| range.affected.trim().is_empty())
        })
}

/// `description` brought into the template's sections, for editing: its own sections stay as they are,
/// in the template's order; what stands before the first heading goes under Description; sections that
/// are missing are there with their prompts; other headings follow at the end.
#[must_use]
pub fn template_with(description: &str) -> String {
    let chunks = chunks(description);
    let of = |opens| chunks.iter().filter(move |chunk| chunk.opens == opens);
    let mut parts: Vec<String> = Vec::new();
    for section in Section::ALL {
        let preface = || of(Opens::Nothing).filter(move |_| section == Section::Description);
        let above: String = preface().map(Chunk::joined).collect();
        let mut own = of(Opens::Section(section));
        let is_blank = !preface().chain(own.clone()).any(Chunk::has_text);
        let first = own.next();
        if is_blank || !above.is_empty() {
            parts.push(first.map_or_else(|| heading(section), |first| first.lines[0].to_owned()));
            parts.extend(is_blank.then(|| format!("_{}_", section.prompt())));
            parts.push(above);
            parts.extend(first.map(Chunk::below));
        } else {
            parts.extend(first.map(Chunk::joined));
        }
        parts.extend(own.map(Chunk::joined));
    }
    parts.extend(of(Opens::Other).map(Chunk::joined));
    parts.retain(|part| !part.is_empty());
    parts.join("\n\n") + "\n"
}

fn heading(section: Section) -> String {
    format!("### {}", section.title())
}

/// What begins a part of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opens {
    /// The text itself: there is no heading.
    Nothing,
    /// A heading of the template's.
    Section(Section),
    /// Another heading.
    Other,
}

/// A part of the text, its heading first, with the deeper headings below it.
struct Chunk<'a> {
    opens: Opens,
    lines: Vec<&'a str>,
    /// Closes the fence that the text leaves open.
    fence: Option<&'a str>,
}

impl Chunk<'_> {
    fn joined(&self) -> String {
        let mut text = self.lines.join("\n").trim_matches('\n').trim_end().to_owned();
        if let Some(fence) = self.fence {
            text.push('\n');
            text.push_str(fence);
        }
        text
    }

    /// Without its heading.
    fn below(&self) -> String {
        let heading = usize::from(self.opens != Opens::Nothing);
        let lines = self.lines.iter().skip(heading).copied().collect();
        Chunk { opens: self.opens, lines, fence: self.fence }.joined()
    }

    /// Whether there is a word below its heading that readers see.
    fn has_text(&self) -> bool {
        let below = markdown::without_comments(&self.below());
        let (lines, _) = markdown::lines(&below);
        lines.iter().any(|line| match line.what {
            What::Heading { .. } => false,
            What::Code | What::Prose => line.text.contains(char::is_alphanumeric),
        })
    }
}

/// The text in parts. A heading of the template's begins one; another does unless it is deeper than the
/// one before.
fn chunks(text: &str) -> Vec<Chunk<'_>> {
    let (lines, fence) = markdown::lines(text);
    let mut chunks = vec![Chunk { opens: Opens::Nothing, lines: Vec::new(), fence: None }];
    let mut level_now = usize::MAX;
    for line in lines {
        if let What::Heading { level, title } = line.what {
            let section = Section::of_title(title);
            if section.is_some() || level <= level_now {
                let opens = section.map_or(Opens::Other, Opens::Section);
                chunks.push(Chunk { opens, lines: Vec::new(), fence: None });
                level_now = level;
            }
        }
        if let Some(chunk) = chunks.last_mut() {
            chunk.lines.push(line.text);
        }
    }
    if let Some(chunk) = chunks.last_mut() {
        chunk.fence = fence;
    }
    chunks
}
