//! The little of Markdown that tells sections, headings and fenced code apart.

/// A line, and what it is.
pub(super) struct Line<'a> {
    pub(super) text: &'a str,
    pub(super) what: What<'a>,
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What<'a> {
    /// `### Title`.
    Heading { level: usize, title: &'a str },
    /// Part of a fenced block, its fences included.
    Code,
    /// Anything else.
    Prose,
}

/// The lines of `text`, and the fence that is still open at its end.
pub(super) fn lines(text: &str) -> (Vec<Line<'_>>, Option<&str>) {
    let mut open: Option<&str> = None;
    let lines = text.lines().map(|text| {
        let what = match (open, fence(text)) {
            (None, Some(fence)) => {
                open = Some(fence);
                What::Code
            }
            (None, None) => heading(text).unwrap_or(What::Prose),
            (Some(begun), end) => {
                let closes = end.is_some_and(|end| end.starts_with(begun) && text.trim() == end);
                if closes {
                    open = None;
                }
                What::Code
            }
        };
        Line { text, what }
    });
    (lines.collect(), open)
}

/// The fence that a line begins with. It may be indented, as in a list.
fn fence(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let mark = line.chars().next().filter(|c| ['`', '~'].contains(c))?;
    let rest = line.trim_start_matches(mark);
    let fence = &line[..line.len() - rest.len()];
    // Three backticks around words on one line are a code span.
    (fence.len() >= 3 && !(mark == '`' && rest.contains('`'))).then_some(fence)
}

fn heading(line: &str) -> Option<What<'_>> {
    let indent = line.len() - line.trim_start_matches(' ').len();
    let title = line[indent..].trim_start_matches('#');
    let level = line.len() - indent - title.len();
    let fits =
        indent <= 3 && (1..=6).contains(&level) && (title.is_empty() || title.starts_with([' ', '\t']));
    fits.then(|| What::Heading { level, title: title.trim().trim_end_matches('#').trim_end() })
}

/// `text` without `<!-- comments -->`; one that is never closed counts as text, because what looks like
/// its beginning may stand in code.
pub(super) fn without_comments(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("<!--") {
        let Some((_, after)) = comment.split_once("-->") else { break };
        shown.push_str(before);
        rest = after;
    }
    shown.push_str(rest);
    shown
}
