//! Messages as HTML: enough of Zulip's rendering for a reader to see that it is HTML, and safe.

/// `content` as an escaped paragraph.
pub(super) fn html(content: &str) -> String {
    if content.is_empty() {
        return String::new();
    }
    format!("<p>{}</p>", escape(content).replace('\n', "<br>\n"))
}

/// `text` with HTML's special characters escaped.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
