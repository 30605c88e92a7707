//! Zulip's Markdown as a terminal shows it: what a reader of the web client would see, in plain text.

use std::sync::LazyLock;

use jiff::Timestamp;
use regex::{Captures, Regex};

/// One line of readable text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What stands before it, and before each further line that it is wrapped to.
    pub margin: String,
    /// The text.
    pub text: String,
}

/// A message's text, readable, at most `width` columns wide as far as tables go.
#[must_use]
pub fn readable(markdown: &str, width: usize) -> Vec<Line> {
    let mut page = Page { lines: Vec::new(), fences: Vec::new(), table: Vec::new(), width };
    markdown.lines().for_each(|line| page.take(line));
    page.end_table();
    page.lines
}

/// The same as one text, for searching.
#[must_use]
pub fn plain(markdown: &str) -> String {
    let lines = readable(markdown, usize::MAX);
    lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n")
}

struct Page {
    lines: Vec<Line>,
    fences: Vec<Fence>,
    table: Vec<Vec<String>>,
    width: usize,
}

/// A fenced block that is open.
struct Fence {
    marks: String,
    margin: &'static str,
    is_code: bool,
}

impl Page {
    fn take(&mut self, line: &str) {
        let marks: String = line.chars().take_while(|c| matches!(c, '`' | '~')).collect();
        let info = line[marks.len()..].trim();
        let fence = marks.len() >= 3 && !info.contains('`');
        if fence && info.is_empty() && self.fences.last().is_some_and(|open| open.marks == marks) {
            self.end_table();
            self.fences.pop();
            return;
        }
        if self.fences.last().is_some_and(|open| open.is_code) {
            return self.push(line.to_owned());
        }
        if fence {
            self.end_table();
            return self.open(marks, info);
        }
        if line.starts_with('|') && line.ends_with('|') && line.len() > 1 {
            let cells = line[1..line.len() - 1].split('|').map(|cell| inline(cell.trim()));
            return self.table.push(cells.collect());
        }
        self.end_table();
        let text = line.trim_start_matches('#');
        let is_heading = text.len() < line.len() && text.starts_with(' ');
        self.push(inline(if is_heading { text.trim_start() } else { line }));
    }

    fn open(&mut self, marks: String, info: &str) {
        let (margin, is_code) = match info.split(' ').next() {
            Some("spoiler") => ("  ", false),
            Some("quote") => ("│ ", false),
            _ => ("  ", true),
        };
        if let Some(header) = info.strip_prefix("spoiler") {
            self.push(format!("▸ {}", inline(header.trim())));
        }
        self.fences.push(Fence { marks, margin, is_code });
    }

    fn push(&mut self, text: String) {
        let margin = self.fences.iter().map(|fence| fence.margin).collect();
        self.lines.push(Line { margin, text });
    }

    /// Lays out the table that has come to its end: in columns, or where they do not fit row by row.
    fn end_table(&mut self) {
        let mut rows = std::mem::take(&mut self.table);
        rows.retain(|row| !row.iter().all(|cell| cell.trim_matches(['-', ':']).is_empty()));
        let Some(count) = rows.iter().map(Vec::len).max() else { return };
        let widest = |column: usize| {
            rows.iter().filter_map(|row| row.get(column)).map(|cell| columns(cell)).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..count).map(widest).collect();
        let fits = widths.iter().sum::<usize>() + 2 * count.saturating_sub(1) <= self.width;
        if fits {
            for row in &rows {
                let cells = row.iter().zip(&widths).map(|(cell, width)| pad(cell, *width));
                self.push(cells.collect::<Vec<_>>().join("  ").trim_end().to_owned());
            }
        } else if let Some((titles, rows)) = rows.split_first() {
            for row in rows {
                let cells = row.iter().enumerate().map(|(at, cell)| match titles.get(at) {
                    Some(title) if at > 0 => format!("{title} {cell}"),
                    _ => cell.clone(),
                });
                self.push(cells.collect::<Vec<_>>().join(" · "));
            }
        }
    }
}

/// One line's inline marks, as read.
fn inline(text: &str) -> String {
    let mut readable = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('`') {
        let marks = rest[start..].len() - rest[start..].trim_start_matches('`').len();
        let fence = &rest[start..start + marks];
        let after = &rest[start + marks..];
        let Some(length) = after.find(fence) else { break };
        readable.push_str(&marked(&rest[..start]));
        readable.push_str(&format!("`{}`", after[..length].trim()));
        rest = &after[length + marks..];
    }
    readable.push_str(&marked(rest));
    readable
}

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the patterns of this file are fixed and valid")
}

static TIME: LazyLock<Regex> =
    LazyLock::new(|| regex(r"<time:([^>]+)>(?: \(([A-Z][a-z]+) \d\d:\d\d UTC, )?"));
static PERSON: LazyLock<Regex> = LazyLock::new(|| regex(r"@_?\*\*([^*|]+)(?:\|\d+)?\*\*"));
static TOPIC: LazyLock<Regex> = LazyLock::new(|| regex(r"#\*\*([^*>]+)>([^*]+)\*\*"));
static CHANNEL: LazyLock<Regex> = LazyLock::new(|| regex(r"#\*\*([^*]+)\*\*"));
static LINK: LazyLock<Regex> = LazyLock::new(|| regex(r"\[([^\]]+)\]\(([^)\s]+)\)"));
static BOLD: LazyLock<Regex> = LazyLock::new(|| regex(r"\*\*(.+?)\*\*"));
static ENTITY: LazyLock<Regex> = LazyLock::new(|| regex(r"&(#\d+|#x[0-9a-fA-F]+|lt|gt|amp|quot);"));

fn marked(text: &str) -> String {
    let text = TIME.replace_all(text, |found: &Captures<'_>| {
        let Ok(at) = found[1].parse::<Timestamp>() else { return found[0].to_owned() };
        let weekday = found.get(2).map_or_else(String::new, |day| format!(" ({}, ", day.as_str()));
        format!("{}{weekday}", at.strftime("%Y-%m-%d %H:%M UTC"))
    });
    let text = PERSON.replace_all(&text, "@$1");
    let text = TOPIC.replace_all(&text, "#$1 > $2");
    let text = CHANNEL.replace_all(&text, "#$1");
    let text = LINK.replace_all(&text, |found: &Captures<'_>| match &found[2] {
        // Within the same Zulip: there is nothing to open in a terminal.
        local if local.starts_with('#') => found[1].to_owned(),
        url if url.ends_with(&found[1]) => format!("{} ↗", &found[1]),
        url => format!("{} ({url})", &found[1]),
    });
    let text = BOLD.replace_all(&text, "$1");
    let text = ENTITY.replace_all(&text, |found: &Captures<'_>| entity(&found[1]));
    text.chars().filter(|c| !matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')).collect()
}

fn entity(name: &str) -> String {
    let code = match name {
        "lt" => return "<".to_owned(),
        "gt" => return ">".to_owned(),
        "amp" => return "&".to_owned(),
        "quot" => return "\"".to_owned(),
        number => match number.strip_prefix("#x") {
            Some(digits) => u32::from_str_radix(digits, 16).ok(),
            None => number.trim_start_matches('#').parse().ok(),
        },
    };
    code.and_then(char::from_u32).map_or_else(|| format!("&{name};"), String::from)
}

/// How many columns a terminal needs for `text`.
#[must_use]
pub fn columns(text: &str) -> usize {
    text.chars()
        .map(|c| match c {
            '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{fe00}'..='\u{fe0f}' => 0,
            '\u{231a}'..='\u{231b}'
            | '\u{23f3}'
            | '\u{26d4}'
            | '\u{2705}'
            | '\u{274c}'
            | '\u{2b1c}'
            | '\u{1f300}'..='\u{1faff}'
            | '\u{1100}'..='\u{115f}'
            | '\u{2e80}'..='\u{a4cf}'
            | '\u{ac00}'..='\u{d7a3}'
            | '\u{ff00}'..='\u{ff60}' => 2,
            _ => 1,
        })
        .sum()
}

/// `text` with spaces after it up to `width` columns.
#[must_use]
pub fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(columns(text))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(markdown: &str, width: usize) -> String {
        let lines = readable(markdown, width);
        lines.iter().map(|line| format!("{}{}", line.margin, line.text)).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_card_reads_as_in_the_web_client() {
        let card = "### amber-heron · WAMR\n**Out&#45;of-bounds** &lt;b&gt; · [GHSA-x](http://github.localhost/GHSA-x) · [page](http://github.localhost/x) · CVSS:\u{200b}3.1\n\
                    Manager @_**Maya|8** · disclosure <time:2025-11-25T22:00:00Z> (Tuesday 22:00 UTC, in 6 days)\n\n\
                    ➡️ **text**: `!advisory edit` in #**wamr-security>amber-heron · WAMR**, not #**general**\n\
                    ```spoiler ✅ 1 step done\n✅ accepted, [the message](#narrow/channel/1/near/2)\n```\n````quote\n**a**\n````\n```\n**b**\n```";
        insta::assert_snapshot!(shown(card, 80), @r"
        amber-heron · WAMR
        Out-of-bounds <b> · GHSA-x ↗ · page (http://github.localhost/x) · CVSS:3.1
        Manager @Maya · disclosure 2025-11-25 22:00 UTC (Tuesday, in 6 days)

        ➡️ text: `!advisory edit` in #wamr-security > amber-heron · WAMR, not #general
        ▸ ✅ 1 step done
          ✅ accepted, the message
        │ a
          **b**
        ");
    }

    #[test]
    fn a_table_is_laid_out_where_it_fits() {
        let table = "| incident | stage |\n|---|---|\n| amber-heron | ⬜ |\n| b | open |\nend";
        insta::assert_snapshot!(shown(table, 30), @r"
        incident     stage
        amber-heron  ⬜
        b            open
        end
        ");
        insta::assert_snapshot!(shown(table, 10), @r"
        amber-heron · stage ⬜
        b · stage open
        end
        ");
    }

    #[test]
    fn marks_that_mean_nothing_stay() {
        for text in
            ["a * b ** c", "`open", "<time:tomorrow>", "&unknown; &#1114112;", "[x] (y)", "!help", "#1"]
        {
            assert_eq!(shown(text, 80), text);
        }
    }
}
