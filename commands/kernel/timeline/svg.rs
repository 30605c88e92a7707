//! A picture in SVG 1.1, built up from rectangles, lines and text. It needs no font, script or file of
//! others, and what people wrote stands in it as text and nothing else.

/// How high a line of text is, in pixels.
pub(super) const LINE: f64 = 18.0;

/// A picture that grows.
pub(super) struct Svg {
    body: String,
    /// How wide text may become: no text goes beyond it.
    edge: f64,
}

/// How text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// A heading.
    Title,
    /// As most text.
    Plain,
    /// What matters less.
    Faint,
    /// What is late.
    Late,
}

impl Look {
    const fn class(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Plain => "plain",
            Self::Faint => "faint",
            Self::Late => "late",
        }
    }
}

/// Its own background, so that it can be read on a dark page too.
const STYLE: &str = "text{font:13px system-ui,sans-serif;fill:#1c2733}\
.title{font-size:18px;font-weight:600}.faint{fill:#5b6875}.late{fill:#a3271f}\
.paper{fill:#fcfcfa}.band{fill:#f0f2f4}.grid{stroke:#d5dadf}.now{stroke:#5b6875;stroke-dasharray:4 3}\
.done{fill:#3f7fb5}.open{fill:#8fbbdc}.over{fill:#c8463c}.due{stroke:#a3271f;stroke-width:2}\
.event{fill:#1c2733}";

impl Svg {
    /// An empty one in which text ends before `edge`.
    pub(super) const fn new(edge: f64) -> Self {
        Self { body: String::new(), edge }
    }

    /// A rectangle of a class, with what is told when one points at it.
    pub(super) fn rect(&mut self, class: &str, (x, y): (f64, f64), (width, height): (f64, f64), tip: &str) {
        let (class, tip) = (escaped(class), tip_of(tip));
        self.body.push_str(&format!(
            "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"3\">{tip}</rect>\n"
        ));
    }

    /// A line of a class.
    pub(super) fn line(&mut self, class: &str, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) {
        let class = escaped(class);
        self.body.push_str(&format!(
            "<line class=\"{class}\" x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\"/>\n"
        ));
    }

    /// A dot of a class.
    pub(super) fn dot(&mut self, class: &str, (x, y): (f64, f64), tip: &str) {
        let (class, tip) = (escaped(class), tip_of(tip));
        self.body.push_str(&format!(
            "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\">{tip}</circle>\n"
        ));
    }

    /// A line of text that begins at `x`, moved to the left where it would go beyond the edge.
    pub(super) fn text(&mut self, look: Look, (x, y): (f64, f64), text: &str) {
        let x = x.min(self.edge - width(look, text)).max(0.0);
        let (class, text) = (look.class(), escaped(text));
        self.body.push_str(&format!("<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{text}</text>\n"));
    }

    /// In how many lines text stands that begins at `x`.
    pub(super) fn count(&self, look: Look, x: f64, text: &str) -> usize {
        wrapped(look, text, self.edge - x).len()
    }

    /// Text in as many lines as it takes. Where the next line would begin.
    pub(super) fn lines(&mut self, look: Look, (x, y): (f64, f64), text: &str) -> f64 {
        let lines = wrapped(look, text, self.edge - x);
        let mut y = y;
        for line in lines {
            self.text(look, (x, y), &line);
            y += LINE;
        }
        y
    }

    /// The whole picture, of that size.
    pub(super) fn finish(self, width: f64, height: f64, title: &str) -> String {
        let (title, body) = (escaped(title), self.body);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\">\n<title>{title}</title>\n<style>{STYLE}</style>\n<rect class=\"paper\" x=\"0\" y=\"0\" width=\"{width:.0}\" height=\"{height:.0}\"/>\n{body}</svg>\n"
        )
    }
}

fn tip_of(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("<title>{}</title>", escaped(text)) }
}

/// How wide a text is at most, in pixels: fonts differ, so this is on the wide side.
pub(super) fn width(look: Look, text: &str) -> f64 {
    let scale = match look {
        Look::Title => 1.5,
        Look::Plain | Look::Faint | Look::Late => 1.0,
    };
    let of = |c: char| match c {
        ' ' | '.' | ',' | ':' | ';' | '\'' | '|' | 'i' | 'j' | 'l' | 'I' => 4.5,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 12.5,
        'A'..='Z' => 10.0,
        c if c.is_ascii() => 8.0,
        _ => 14.0,
    };
    text.chars().map(of).sum::<f64>() * scale
}

/// `text` in lines of at most `room` pixels, broken between words where that is possible.
pub(super) fn wrapped(look: Look, text: &str, room: f64) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        for piece in pieces(look, word, room) {
            let line = lines.last_mut().expect("there is a line from the start");
            let joined = if line.is_empty() { piece.clone() } else { format!("{line} {piece}") };
            if width(look, &joined) <= room || line.is_empty() {
                *line = joined;
            } else {
                lines.push(piece);
            }
        }
    }
    lines
}

/// A word in pieces that fit.
fn pieces(look: Look, word: &str, room: f64) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for c in word.chars() {
        let piece = pieces.last_mut().expect("there is a piece from the start");
        let longer = format!("{piece}{c}");
        if width(look, &longer) <= room || piece.is_empty() {
            *piece = longer;
        } else {
            pieces.push(c.to_string());
        }
    }
    pieces
}

/// `text` as XML takes it. Characters that it does not take, and those that turn the direction of what
/// follows, are left out.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\n' | '\t' => safe.push(' '),
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            '\u{fffe}' | '\u{ffff}' => {}
            c if c.is_control() => {}
            c => safe.push(c),
        }
    }
    safe
}
