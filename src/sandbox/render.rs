//! What was said, laid out for a terminal: one column, or the team's view beside the public's.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{
    github::Advisory,
    markdown::{Line, columns, pad, plain, readable},
    watch::{Kind, Seen},
    zulip::DRIVER_CLIENT,
};

/// How far the lines after an entry's first are set in: under the name, past the time.
const HANG: usize = 6;
/// The narrowest terminal on which two columns can be read.
const COLUMNS_WIDTH_MIN: usize = 80;
/// What stands between the columns.
const BETWEEN: &str = " │ ";
/// What marks the public's view where there is one column.
const PUBLIC_MARK: &str = "▌ ";

/// One thing to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// Where, in words.
    pub place: String,
    /// Whether anyone outside the team could read it.
    pub public: bool,
    /// Whether whoever drives the sandbox said it.
    driven: bool,
    /// Who, and what they did where it is not simply saying something.
    head: String,
    /// What they said.
    text: String,
    /// For a changed message, what it said before: only what is new is shown.
    before: Option<String>,
    /// The reactions to it.
    reactions: Vec<(String, String)>,
}

impl Entry {
    /// Something seen in chat.
    #[must_use]
    pub fn chat(seen: &Seen) -> Self {
        let (sender, text) = (&seen.sender, &seen.message.content);
        let (head, text, before, reactions) = match &seen.kind {
            Kind::Said(reactions) => (format!("{sender}:"), text.clone(), None, reactions.clone()),
            Kind::Edited(before) => {
                (format!("{sender} ✎ {}:", title(text)), text.clone(), Some(before.clone()), Vec::new())
            }
            Kind::Moved(from) => (format!("moved from {from}:"), title(text), None, Vec::new()),
            Kind::Reacted(reactions) => {
                let given: Vec<String> =
                    reactions.iter().map(|(emoji, who)| format!("{who} {emoji}")).collect();
                (
                    format!("{} on {sender}'s", given.join(", ")),
                    format!("\"{}\"", title(text)),
                    None,
                    Vec::new(),
                )
            }
        };
        let place = seen.place.clone();
        let driven = matches!(seen.kind, Kind::Said(_)) && seen.message.client == DRIVER_CLIENT;
        Self { at: seen.at, place, public: seen.public, driven, head, text, before, reactions }
    }

    /// Something that Zulip did not let somebody do.
    #[must_use]
    pub fn refused(at: Timestamp, who: &str, why: &str) -> Self {
        Self {
            at,
            place: "zulip".to_owned(),
            public: false,
            driven: false,
            head: format!("refused {who}:"),
            text: why.to_owned(),
            before: None,
            reactions: Vec::new(),
        }
    }

    /// An advisory that has become public.
    #[must_use]
    pub fn published(advisory: &Advisory) -> Self {
        Self {
            at: advisory.published_at.unwrap_or(advisory.updated_at),
            place: "GitHub".to_owned(),
            public: true,
            driven: false,
            head: format!("advisory published in {}:", advisory.repository),
            text: format!("{} · {}", advisory.ghsa_id, advisory.summary),
            before: None,
            reactions: Vec::new(),
        }
    }

    /// Whether `text` can be read in it, as it was written or as it is shown. Of what the sandbox's
    /// driver had people say, only the reactions count: the rest is no answer to it.
    #[must_use]
    pub fn holds(&self, text: &str) -> bool {
        if self.driven {
            return self.given().contains(text);
        }
        let shown = format!("{} {}\n{}", self.head, plain(&self.text), self.given());
        shown.contains(text) || self.text.contains(text)
    }

    /// The reactions to it, person by person.
    fn given(&self) -> String {
        let mut people: Vec<(&str, String)> = Vec::new();
        for (emoji, who) in &self.reactions {
            match people.iter_mut().find(|(person, _)| person == who) {
                Some((_, given)) => given.push_str(&format!(" {emoji}")),
                None => people.push((who, emoji.clone())),
            }
        }
        people.iter().map(|(who, given)| format!("{given} {who}")).collect::<Vec<_>>().join(" · ")
    }

    fn body(&self, width: usize) -> Vec<Line> {
        let now = readable(&self.text, width);
        let Some(before) = &self.before else { return now };
        let before = readable(before, width);
        let new = now.into_iter().filter(|line| !line.text.is_empty() && !before.contains(line));
        std::iter::once(Line { margin: String::new(), text: String::new() }).chain(new).collect()
    }

    fn lines(&self, width: usize) -> Vec<String> {
        let room = width.saturating_sub(HANG);
        let time = self.at.strftime("%H:%M");
        let mut text = self.body(room).into_iter();
        let first = text.next().map_or_else(String::new, |line| format!("{}{}", line.margin, line.text));
        let first =
            Line { margin: String::new(), text: format!("{} {first}", self.head).trim_end().to_owned() };
        let mut body: Vec<String> =
            std::iter::once(first).chain(text).flat_map(|line| wrap(&line, room)).collect();
        if !self.reactions.is_empty() {
            body.push(format!("[{}]", self.given()));
        }
        let lead = |at: usize| if at == 0 { format!("{time} ") } else { " ".repeat(HANG) };
        body.iter()
            .enumerate()
            .map(|(at, line)| format!("{}{line}", lead(at)).trim_end().to_owned())
            .collect()
    }
}

/// The first line of a message, short.
fn title(text: &str) -> String {
    let plain = plain(text);
    let line = plain.lines().next().unwrap_or_default();
    if line.chars().count() > 40 {
        format!("{}…", line.chars().take(39).collect::<String>())
    } else {
        line.to_owned()
    }
}

/// A line broken between words, and within those that are too long.
fn wrap(line: &Line, width: usize) -> Vec<String> {
    let room = width.saturating_sub(columns(&line.margin)).max(1);
    let mut lines = vec![String::new()];
    let mut used = 0;
    let mut put = |piece: &str, glue: &str, fresh: bool| {
        let needed = columns(piece);
        if used > 0 && (fresh || used + columns(glue) + needed > room) {
            lines.push(String::new());
            used = 0;
        }
        if let Some(last) = lines.last_mut() {
            if used > 0 {
                last.push_str(glue);
                used += columns(glue);
            }
            last.push_str(piece);
            used += needed;
        }
    };
    // Leading spaces are a layout of its own, as in code.
    let words = line.text.trim_start_matches(' ');
    let lead = &line.text[..line.text.len() - words.len()];
    for (at, word) in words.split(' ').enumerate() {
        let word = if at == 0 { format!("{lead}{word}") } else { word.to_owned() };
        if columns(&word) <= room {
            put(&word, " ", false);
            continue;
        }
        // An address begins on a line of its own, and is best broken after a slash.
        let mut fresh = true;
        for part in word.split_inclusive('/') {
            let mut letters = part.chars().peekable();
            while letters.peek().is_some() {
                let piece: String = letters.by_ref().take(room).collect();
                put(&piece, "", fresh);
                fresh = false;
            }
        }
    }
    lines.iter().map(|text| format!("{}{text}", line.margin)).collect()
}

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

    fn entry(public: bool, place: &str, head: &str, text: &str) -> Entry {
        Entry {
            at: "2025-11-19T09:05:30Z".parse().unwrap(),
            place: place.to_owned(),
            public,
            driven: false,
            head: head.to_owned(),
            text: text.to_owned(),
            before: None,
            reactions: Vec::new(),
        }
    }

    fn sample() -> Vec<Entry> {
        let mut asked = entry(
            false,
            "#wamr-security > a",
            "Maya:",
            "!advisory show\n```\n  indented code stays as it is\n```",
        );
        asked.reactions =
            vec![("👀".to_owned(), "advisory-bot".to_owned()), ("✅".to_owned(), "advisory-bot".to_owned())];
        let mut edited = entry(
            false,
            "#wamr-security > a",
            "advisory-bot ✎ card:",
            "### card\nold\nnew and rather long, so that it has to be wrapped somewhere",
        );
        edited.before = Some("### card\nold\ngone".to_owned());
        vec![
            asked,
            edited,
            entry(
                true,
                "#general > b",
                "Ravi:",
                "Is there a release http://github.localhost/bytecodealliance/wasm-micro-runtime soon?",
            ),
        ]
    }

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

    #[test]
    fn a_text_is_found_as_written_and_as_shown() {
        let entry = entry(false, "", "Maya:", "**Not done**: `x` &lt;");
        assert!(entry.holds("**Not done**") && entry.holds("Maya: Not done: `x` <"));
        assert!(!entry.holds("done*:"));
    }
}
