//! Reading the files of a `multipart/form-data` body.

use bytes::Bytes;
use http::{Request, header};

/// A file as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    /// Its name, as the sender gave it.
    pub(super) name: String,
    /// Its content type, if the sender gave one.
    pub(super) kind: Option<String>,
    /// What is in it.
    pub(super) bytes: Bytes,
}

/// The files in a request's body; none where it is no multipart one. Fields without a file name are
/// no files.
pub(super) fn files(request: &Request<Bytes>) -> Vec<Part> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let boundary = kind.filter(|kind| kind.starts_with("multipart/form-data")).and_then(|kind| {
        let given = kind.split(';').find_map(|part| part.trim().strip_prefix("boundary="));
        given.map(|boundary| boundary.trim_matches('"').to_owned())
    });
    let Some(boundary) = boundary.filter(|boundary| !boundary.is_empty()) else { return Vec::new() };
    // Each part begins on a line of its own; the first line of all has none before it.
    let body = [b"\r\n", request.body().as_ref()].concat();
    let mark = format!("\r\n--{boundary}");
    let pieces = split(&body, mark.as_bytes());
    pieces.into_iter().skip(1).filter_map(part).collect()
}

/// One part: after the rest of the boundary's line, its headers, an empty line, and its content.
fn part(piece: &[u8]) -> Option<Part> {
    let piece = piece.strip_prefix(b"\r\n")?;
    let [head, ..] = split(piece, b"\r\n\r\n")[..] else { return None };
    let bytes = Bytes::copy_from_slice(piece.get(head.len() + 4..)?);
    let head = String::from_utf8_lossy(head);
    let header = |name: &str| {
        head.lines().find_map(|line| {
            let (its, value) = line.split_once(':')?;
            its.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    };
    let disposition = header("content-disposition")?;
    let (_, rest) = disposition.split_once("filename=\"")?;
    let name = rest.split('"').next()?.to_owned();
    Some(Part { name, kind: header("content-type"), bytes })
}

/// The pieces between the occurrences of `mark`.
fn split<'a>(mut text: &'a [u8], mark: &[u8]) -> Vec<&'a [u8]> {
    let mut pieces = Vec::new();
    while let Some(at) = text.windows(mark.len()).position(|window| window == mark) {
        pieces.push(&text[..at]);
        text = &text[at + mark.len()..];
    }
    pieces.push(text);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kind: &str, body: &str) -> Vec<(String, Option<String>, String)> {
        let body = Bytes::copy_from_slice(body.as_bytes());
        let request = Request::post("/").header(header::CONTENT_TYPE, kind).body(body).unwrap();
        let text = |bytes: &Bytes| String::from_utf8(bytes.to_vec()).unwrap();
        files(&request).into_iter().map(|part| (part.name, part.kind, text(&part.bytes))).collect()
    }

    #[test]
    fn files_are_told_from_fields_and_kept_byte_for_byte() {
        let body = "--b\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n\
                    --b\r\ncontent-disposition: form-data; name=\"f\"; filename=\"a b.txt\"\r\n\
                    Content-Type: text/plain\r\n\r\nx\r\n\r\n--y\n\r\n--b\r\n\
                    Content-Disposition: form-data; name=\"g\"; filename=\"empty\"\r\n\r\n\r\n--b--\r\n";
        let wanted = [
            ("a b.txt".to_owned(), Some("text/plain".to_owned()), "x\r\n\r\n--y\n".to_owned()),
            ("empty".to_owned(), None, String::new()),
        ];
        assert_eq!(read("multipart/form-data; boundary=b", body), wanted);
        assert_eq!(read("multipart/form-data; boundary=\"b\"", body), wanted);
    }

    #[test]
    fn what_is_no_multipart_body_has_no_files() {
        for kind in ["multipart/form-data", "multipart/form-data; boundary=", "text/plain; boundary=b"] {
            assert_eq!(read(kind, "--b\r\n\r\n--b--"), []);
        }
        assert_eq!(read("multipart/form-data; boundary=b", "nothing of the kind"), []);
        assert_eq!(read("multipart/form-data; boundary=b", "--b\r\nno headers--b--"), []);
    }
}
