//! Entries side by side or one after the other: one column, or the team's view beside the public's.

use jiff::{civil::Date, tz::TimeZone};

use super::{
    markdown::{Line, columns, pad},
    render::{Entry, wrap},
};

/// The narrowest terminal on which two columns can be read.
const COLUMNS_WIDTH_MIN: usize = 80;
/// What stands between the columns.
const BETWEEN: &str = " │ ";
/// What marks the public's view where there is one column.
const PUBLIC_MARK: &str = "▌ ";

/// One column of entries, with a header wherever place or day change.
#[derive(Debug, Default)]
pub struct Column {
    place: Option<String>,
    day: Option<Date>,
}

impl Column {
    /// The lines of `entries`.
    pub fn lines<'a>(&mut self, entries: impl IntoIterator<Item = &'a Entry>, width: usize) -> Vec<String> {
        let mut lines = Vec::new();
        for entry in entries {
            let day = entry.at.to_zoned(TimeZone::UTC).date();
            let mut header = Vec::new();
            if self.day != Some(day) {
                header.push(day.strftime("%a %Y-%m-%d").to_string());
            }
            if !header.is_empty() || self.place.as_ref() != Some(&entry.place) {
                header.push(entry.place.clone());
                let text = format!("── {}", header.join(" · "));
                let wrapped = wrap(&Line { margin: String::new(), text }, width.saturating_sub(3));
                let hang = |at: usize| if at == 0 { "" } else { "   " };
                lines.extend(wrapped.iter().enumerate().map(|(at, line)| format!("{}{line}", hang(at))));
            }
            (self.place, self.day) = (Some(entry.place.clone()), Some(day));
            lines.extend(entry.lines(width));
        }
        lines
    }
}

/// How a transcript is laid out.
#[derive(Debug)]
pub enum Layout {
    /// Everything in one column.
    One {
        /// The column.
        column: Column,
        /// Its width.
        width: usize,
    },
    /// The team's view on the left and the public's on the right, or one after the other where the
    /// terminal is too narrow.
    Two {
        /// What the team sees in its channels.
        team: Column,
        /// What the public sees.
        public: Column,
        /// The width of both.
        width: usize,
    },
}

impl Layout {
    /// One column.
    #[must_use]
    pub fn one(width: usize) -> Self {
        Self::One { column: Column::default(), width }
    }

    /// Two columns.
    #[must_use]
    pub fn two(width: usize) -> Self {
        Self::Two { team: Column::default(), public: Column::default(), width }
    }

    /// What stands above it all.
    #[must_use]
    pub fn heading(&self) -> Vec<String> {
        match self {
            Self::Two { width, .. } if *width >= COLUMNS_WIDTH_MIN => {
                let (left, right) = split(*width);
                let heads =
                    beside(&["WHAT THE TEAM SEES".to_owned()], &["WHAT THE PUBLIC SEES".to_owned()], left);
                let rule = format!("{}─┼─{}", "─".repeat(left), "─".repeat(right));
                heads.into_iter().chain([rule]).collect()
            }
            Self::Two { .. } => vec![format!("What the public sees is marked with {PUBLIC_MARK}")],
            Self::One { .. } => Vec::new(),
        }
    }

    /// The lines of what happened together.
    pub fn lines(&mut self, entries: &[Entry]) -> Vec<String> {
        let (open, closed): (Vec<&Entry>, Vec<&Entry>) = entries.iter().partition(|entry| entry.public);
        match self {
            Self::One { column, width } => column.lines(entries, *width),
            Self::Two { team, public, width } if *width >= COLUMNS_WIDTH_MIN => {
                let (left, right) = split(*width);
                beside(&team.lines(closed, left), &public.lines(open, right), left)
            }
            Self::Two { team, public, width } => {
                let narrow = width.saturating_sub(columns(PUBLIC_MARK));
                let mut lines = team.lines(closed, *width);
                lines.extend(public.lines(open, narrow).iter().map(|line| format!("{PUBLIC_MARK}{line}")));
                lines
            }
        }
    }

    /// A comment, across the whole width.
    #[must_use]
    pub fn note(&self, text: &str) -> Vec<String> {
        let (Self::One { width, .. } | Self::Two { width, .. }) = self;
        let lines = wrap(&Line { margin: "# ".to_owned(), text: text.to_owned() }, *width);
        lines.iter().map(|line| line.trim_end().to_owned()).collect()
    }
}

fn split(width: usize) -> (usize, usize) {
    let room = width - columns(BETWEEN);
    let right = room * 36 / 100;
    (room - right, right)
}

fn beside(left: &[String], right: &[String], width: usize) -> Vec<String> {
    let line = |at: usize| {
        let of = |side: &[String]| side.get(at).cloned().unwrap_or_default();
        format!("{}{BETWEEN}{}", pad(&of(left), width), of(right)).trim_end().to_owned()
    };
    (0..left.len().max(right.len())).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::render::tests::sample;

    #[test]
    fn in_one_column_a_header_stands_where_the_place_changes() {
        insta::assert_snapshot!(Layout::one(60).lines(&sample()).join("\n"), @r#"
        ── Wed 2025-11-19 · #wamr-security > a
        09:05 Maya: !advisory show
                  indented code stays as it is
              [👀 ✅ advisory-bot]
        09:05 advisory-bot ✎ card:
              new and rather long, so that it has to be wrapped
              somewhere
        ── #general > b
        09:05 Ravi: Is there a release
              http://github.localhost/bytecodealliance/
              wasm-micro-runtime soon?
        "#);
    }

    #[test]
    fn the_team_stands_beside_the_public() {
        let mut layout = Layout::two(90);
        let lines: Vec<String> = layout.heading().into_iter().chain(layout.lines(&sample())).collect();
        insta::assert_snapshot!(lines.join("\n"), @r#"
        WHAT THE TEAM SEES                                       │ WHAT THE PUBLIC SEES
        ─────────────────────────────────────────────────────────┼────────────────────────────────
        ── Wed 2025-11-19 · #wamr-security > a                   │ ── Wed 2025-11-19 · #general
        09:05 Maya: !advisory show                               │    > b
                  indented code stays as it is                   │ 09:05 Ravi: Is there a release
              [👀 ✅ advisory-bot]                               │       http://github.localhost/
        09:05 advisory-bot ✎ card:                               │       bytecodealliance/
              new and rather long, so that it has to be wrapped  │       wasm-micro-runtime soon?
              somewhere                                          │
        "#);
    }

    #[test]
    fn on_a_narrow_terminal_the_public_is_marked() {
        insta::assert_snapshot!(Layout::two(50).lines(&sample()).join("\n"), @r#"
        ── Wed 2025-11-19 · #wamr-security > a
        09:05 Maya: !advisory show
                  indented code stays as it is
              [👀 ✅ advisory-bot]
        09:05 advisory-bot ✎ card:
              new and rather long, so that it has to be
              wrapped somewhere
        ▌ ── Wed 2025-11-19 · #general > b
        ▌ 09:05 Ravi: Is there a release
        ▌       http://github.localhost/bytecodealliance/
        ▌       wasm-micro-runtime soon?
        "#);
    }
}
