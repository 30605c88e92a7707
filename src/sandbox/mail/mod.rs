//! The embedded mail server: a model of a list's server that keeps what it takes, and can refuse a mail or
//! fall silent at any stage of the dialogue. `smtp` puts the real protocol in front of it.

mod smtp;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use jiff::Timestamp;

pub use smtp::{ServedMail, serve};

use crate::port::{Clock, Letter, Mail, Setback};

/// The user that may send mail, and the password: the one account there is.
pub const ACCOUNT: (&str, &str) = ("advisory-bot", "sandbox");
/// The announcement list of the sandbox's projects.
pub const LIST: &str = "sec-announce@sandbox.example";
/// Who the bot's mail is from there.
pub const SENDER: &str = "Security <security@sandbox.example>";

/// A mail that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// When.
    pub at: Timestamp,
    /// Who gets it.
    pub to: Vec<String>,
    /// Its Message-ID, without the angle brackets.
    pub message_id: String,
    /// Its subject.
    pub subject: String,
    /// Its text.
    pub body: String,
}

/// A stage of the dialogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Somebody connects.
    Greeting,
    /// `EHLO`
    Hello,
    /// `AUTH`
    SignIn,
    /// `MAIL FROM`
    Sender,
    /// `RCPT TO`
    Recipient,
    /// `DATA`
    Data,
    /// The text comes in; the dot that ends it does not count any more.
    Text,
    /// The dot has come and the mail is taken; the answer does not come through.
    Answer,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// It answers with this code.
    Refuses(u16),
    /// It closes the connection.
    Dies,
}

/// The server.
pub struct MailServer {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    taken: Vec<Received>,
    trouble: Option<(Stage, Trouble)>,
}

impl MailServer {
    /// A server that has taken nothing yet.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All that it has taken, oldest first.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.state().taken.clone()
    }

    /// What goes wrong from now on; none: nothing.
    pub fn set_trouble(&self, trouble: Option<(Stage, Trouble)>) {
        self.state().trouble = trouble;
    }

    fn trouble_at(&self, stage: Stage) -> Option<Trouble> {
        self.state().trouble.filter(|(at, _)| *at == stage).map(|(_, trouble)| trouble)
    }

    /// Takes a mail as it travels.
    fn take(&self, to: Vec<String>, raw: &str) {
        let (head, body) = raw.split_once("\r\n\r\n").unwrap_or((raw, ""));
        let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
        let header = |name: &str| {
            let mut lines = head.lines().filter_map(|line| line.split_once(": "));
            let found = lines.find(|(of, _)| of.eq_ignore_ascii_case(name));
            found.map_or_else(String::new, |(_, value)| value.trim().to_owned())
        };
        let message_id = header("Message-ID").trim_matches(['<', '>']).to_owned();
        let encoding = header("Content-Transfer-Encoding");
        let body = readable(body, &encoding).replace("\r\n", "\n").trim_end().to_owned();
        let at = self.clock.now();
        self.state().taken.push(Received { at, to, message_id, subject: header("Subject"), body });
    }
}

/// A mail's text as its reader sees it.
fn readable(body: &str, encoding: &str) -> String {
    let decoded = if encoding.eq_ignore_ascii_case("quoted-printable") {
        quoted_printable::decode(body, quoted_printable::ParseMode::Robust).ok()
    } else {
        None
    };
    let decoded = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
    decoded.unwrap_or_else(|| body.to_owned())
}

/// The server without a network and without its protocol: for tests on virtual time.
pub struct MailInMemory(pub Arc<MailServer>);

#[async_trait]
impl Mail for MailInMemory {
    fn sender(&self) -> String {
        SENDER.to_owned()
    }

    async fn send(&self, letter: &Letter) -> Result<(), Setback> {
        let Letter { to, message_id, subject, body, .. } = letter.clone();
        let (to, body, at) = (vec![to], body.trim_end().to_owned(), self.0.clock.now());
        self.0.state().taken.push(Received { at, to, message_id, subject, body });
        Ok(())
    }
}
