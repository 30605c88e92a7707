//! Keeping a file on Zulip, so that a message can link to it.

use http::Method;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use commands::kernel::effect::FailureKind;

use crate::{
    port::{Again, Setback},
    zulip::{answer, client::Zulip},
};

/// Where Zulip keeps what was uploaded, as it says itself.
const KEPT_UNDER: &str = "/user_uploads/";

impl Zulip {
    /// Uploads a file called `name` and returns its address, relative to the realm's
    /// (`/user_uploads/…`), for `[name](address)` in a message. It can be read by those who can read a
    /// message that links to it, and by nobody before there is one.
    ///
    /// # Errors
    /// When it was not done, or may not have been. Doing it twice makes a second file, which nothing
    /// links to.
    pub async fn upload(&self, name: &str, content: Vec<u8>) -> Result<String, Setback> {
        // `uri` below feature level 272.
        #[derive(Deserialize)]
        struct Answer {
            url: Option<String>,
            uri: Option<String>,
        }
        let (kind, body) = multipart(name, content);
        let answer: Answer = self.send(Method::POST, "user_uploads", (&kind, body)).await?;
        let address = answer.url.or(answer.uri).filter(|address| is_plain(address));
        address.ok_or_else(|| {
            let detail = "the answer to an upload names no address of the realm's own";
            answer::setback(FailureKind::Broken, Again::Unknown, detail)
        })
    }
}

/// Whether an address can stand in a link and leads to an upload.
fn is_plain(address: &str) -> bool {
    let breaks_a_link = |c: char| c.is_whitespace() || c.is_control() || "()<>".contains(c);
    address.starts_with(KEPT_UNDER) && !address.contains(breaks_a_link)
}

/// The body of a form with one file in it, and its type.
fn multipart(name: &str, content: Vec<u8>) -> (String, Vec<u8>) {
    // A file cannot hold its own hash.
    let hash = Sha256::digest(&content);
    let boundary: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let name = name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    let body = [head.into_bytes(), content, format!("\r\n--{boundary}--\r\n").into_bytes()].concat();
    (format!("multipart/form-data; boundary={boundary}"), body)
}
