//! Uploaded files: kept, linked in messages, and read by whoever can read such a message.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::ids::{MessageId, UserId};
use super::multipart;
use super::realm::{derived, derived_hex};
use super::state::State;
use super::wire::{Answer, Refusal, page};

/// What every file's address begins with. The realm's number is part of it.
const PREFIX: &str = "/user_uploads/2/";
/// How many letters make an address hard to guess.
const SECRET_LETTERS: usize = 24;
/// How long a temporary address leads to its file.
const TEMPORARY: SignedDuration = SignedDuration::from_secs(60);
/// Bytes in a mebibyte.
const MIB: usize = 1024 * 1024;

/// A file that was uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// Where it is: what follows the realm's address.
    pub url: String,
    /// Its name, as it was given.
    pub name: String,
    /// Its content type.
    pub kind: String,
    /// Who uploaded it.
    pub owner: UserId,
    /// What is in it.
    pub bytes: Bytes,
    /// The messages that link to it, by people who could read it themselves.
    pub linked: BTreeSet<MessageId>,
}

impl State {
    /// `POST /user_uploads`
    pub(super) fn api_upload(&mut self, user: UserId, request: &Request<Bytes>) -> Answer {
        let mut files = multipart::files(request);
        let Some(file) = files.pop() else {
            return Err(Refusal::bad("You must specify a file to upload"));
        };
        if !files.is_empty() {
            return Err(Refusal::bad("You may only upload one file at a time"));
        }
        let kind = file.kind.unwrap_or_else(|| "application/octet-stream".to_owned());
        let upload = self.upload(user, &file.name, &kind, file.bytes)?;
        Ok(json!({"url": upload.url, "uri": upload.url, "filename": upload.name}))
    }

    /// Keeps a file.
    pub(super) fn upload(
        &mut self,
        owner: UserId,
        name: &str,
        kind: &str,
        bytes: Bytes,
    ) -> Result<Upload, Refusal> {
        let limit = self.limits.upload_mib_max;
        if bytes.len() > limit * MIB {
            let text = format!("Uploaded file is larger than the allowed limit of {limit} MiB");
            return Err(Refusal::bad(text));
        }
        let label = format!("upload/{}", self.uploads.len());
        let folder = &derived_hex(self.seed, &label)[..2];
        let secret = derived(self.seed, &label, SECRET_LETTERS);
        let url = format!("{PREFIX}{folder}/{secret}/{}", safe(name));
        let linked = BTreeSet::new();
        let upload = Upload { url, name: name.to_owned(), kind: kind.to_owned(), owner, bytes, linked };
        self.uploads.insert(upload.url.clone(), upload.clone());
        Ok(upload)
    }

    /// `GET /user_uploads/{realm_id}/{filename}`: an address that leads there for a minute, for anyone.
    pub(super) fn api_temporary_url(&mut self, user: UserId, url: &str, now: Timestamp) -> Answer {
        let upload = self.uploads.get(url).filter(|upload| self.may_read(user, upload));
        let name = safe(&upload.ok_or_else(forbidden)?.name);
        let token = derived_hex(self.seed, &format!("temporary/{}/{url}", self.temporary_urls.len()));
        let temporary = format!("/user_uploads/temporary/{token}/{name}");
        let until = now.saturating_add(TEMPORARY).unwrap_or(now);
        self.temporary_urls.insert(temporary.clone(), (url.to_owned(), until));
        Ok(json!({"url": temporary}))
    }

    /// A file itself, for `user`; an address that is temporary is good for nobody in particular.
    pub(super) fn file(&self, user: Option<UserId>, url: &str, now: Timestamp) -> Response<Bytes> {
        let lasting = self.temporary_urls.get(url).filter(|(_, until)| now < *until).map(|(url, _)| url);
        let readable =
            |upload: &&Upload| lasting.is_some() || user.is_some_and(|user| self.may_read(user, upload));
        let found = self.uploads.get(lasting.map_or(url, String::as_str));
        match found {
            Some(upload) if readable(&upload) => content(upload),
            None if user.is_some() => page(404, "<p>This file does not exist or has been deleted.</p>"),
            Some(_) | None => page(403, "<p>You are not authorized to view this file.</p>"),
        }
    }

    fn may_read(&self, user: UserId, upload: &Upload) -> bool {
        let mut messages = upload.linked.iter().filter_map(|id| self.messages.get(id));
        upload.owner == user || messages.any(|message| self.reads(user, message))
    }

    /// Notes which files a message links to now. A link by someone who cannot read the file is none.
    pub(super) fn link_uploads(&mut self, id: MessageId) {
        let Some(message) = self.messages.get(&id) else { return };
        let linked = |upload: &Upload| {
            message.content.contains(upload.url.as_str()) && self.may_read(message.sender, upload)
        };
        let linked: BTreeSet<String> =
            self.uploads.values().filter(|upload| linked(upload)).map(|upload| upload.url.clone()).collect();
        for upload in self.uploads.values_mut() {
            if linked.contains(&upload.url) {
                upload.linked.insert(id);
            } else {
                upload.linked.remove(&id);
            }
        }
    }
}

/// A file's name as part of an address, as Zulip tidies it: `poc <script>.wat` is `poc-script.wat`.
fn safe(name: &str) -> String {
    let plain = |c: &char| c.is_alphanumeric() || c.is_whitespace() || matches!(c, '_' | '.' | '-');
    let kept: String = name.chars().filter(plain).collect();
    let words = kept.trim().split(|c: char| c == '-' || c.is_whitespace());
    let mut safe = String::new();
    for (at, word) in words.enumerate() {
        if at > 0 && !safe.ends_with('-') {
            safe.push('-');
        }
        safe.push_str(word);
    }
    if matches!(safe.as_str(), "" | "." | "..") { "uploaded-file".to_owned() } else { safe }
}

fn forbidden() -> Refusal {
    Refusal { status: 403, ..Refusal::bad("<p>You are not authorized to view this file.</p>") }
}

fn content(upload: &Upload) -> Response<Bytes> {
    let mut response = Response::new(upload.bytes.clone());
    *response.status_mut() = StatusCode::OK;
    let headers = response.headers_mut();
    let kind = HeaderValue::from_str(&upload.kind);
    let plain = HeaderValue::from_static("application/octet-stream");
    headers.insert(header::CONTENT_TYPE, kind.unwrap_or(plain));
    let disposition = format!("inline; filename=\"{}\"", safe(&upload.name));
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, immutable"));
    response
}
