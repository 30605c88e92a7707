//! What happened, entry by entry, as lines of a terminal.

use jiff::Timestamp;

use super::{
    github::Advisory,
    mail::Received,
    markdown::{Line, columns, plain, readable},
    on_github::Done,
    watch::{Kind, Seen},
    zulip::DRIVER_CLIENT,
};

/// How far the lines after an entry's first are set in: under the name, past the time.
const HANG: usize = 6;

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

    /// Something that a service did not let somebody do.
    #[must_use]
    pub fn refused(at: Timestamp, service: &str, who: &str, why: &str) -> Self {
        Self {
            at,
            place: service.to_owned(),
            public: false,
            driven: false,
            head: format!("refused {who}:"),
            text: why.to_owned(),
            before: None,
            reactions: Vec::new(),
        }
    }

    /// Something that somebody did on GitHub.
    #[must_use]
    pub fn on_github(at: Timestamp, done: &Done) -> Self {
        Self {
            at,
            place: "GitHub".to_owned(),
            public: done.published,
            driven: true,
            head: done.head.clone(),
            text: done.text.clone(),
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

    /// A mail that a list's server has taken.
    #[must_use]
    pub fn mail(mail: &Received) -> Self {
        Self {
            at: mail.at,
            place: "mail".to_owned(),
            public: true,
            driven: false,
            head: format!("mail to {}:", mail.to.join(", ")),
            text: format!("{}\n\n{}", mail.subject, mail.body),
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

    /// Its lines, at most `width` columns wide.
    #[must_use]
    pub fn lines(&self, width: usize) -> Vec<String> {
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
pub(super) fn wrap(line: &Line, width: usize) -> Vec<String> {
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

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Something somebody said.
    pub(in crate::sandbox) fn entry(public: bool, place: &str, head: &str, text: &str) -> Entry {
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

    /// A few things, one of them in public.
    pub(in crate::sandbox) fn sample() -> Vec<Entry> {
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
    fn a_text_is_found_as_written_and_as_shown() {
        let entry = entry(false, "", "Maya:", "**Not done**: `x` &lt;");
        assert!(entry.holds("**Not done**") && entry.holds("Maya: Not done: `x` <"));
        assert!(!entry.holds("done*:"));
    }
}
