//! `[mail]`: the server that mail is sent through, and the sender.

use std::path::PathBuf;

use secrecy::SecretString;
use url::Url;

use super::{
    address::{self, is_loopback},
    error::Wrong,
    read::Table,
    secret::{self, MAIL_VARIABLE},
};

const SMTP_URL: &str = "smtp_url = \"smtps://user@mail.example.org:465\"";

/// The mail server and the sender.
#[derive(Debug)]
pub struct Mail {
    /// The server.
    pub smtp: Smtp,
    /// A certificate authority of one's own that vouches for the server.
    pub ca_file: Option<PathBuf>,
    /// The user's password; there is one whenever there is a user, but for plain connections to
    /// loopback.
    pub password: Option<SecretString>,
    /// Who it is from, `Security <security@example.org>`.
    pub from: String,
}

/// A mail server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Smtp {
    /// Its name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Who signs in; nobody when none.
    pub user: Option<String>,
    /// How the connection is protected.
    pub tls: Tls,
}

/// How a connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    /// From the first byte (`smtps`).
    Implicit,
    /// After `STARTTLS`, without which nothing is sent (`smtp` with `?tls=required`).
    Required,
    /// Not at all: to loopback only.
    None,
}

pub(super) fn read(root: &Table<'_>) -> Option<Mail> {
    if !root.has("mail") {
        root.know("mail");
        return None;
    }
    let table = root.section("mail");
    let smtp = table.required("smtp_url", SMTP_URL, smtp);
    let from = table.required("from", "from = \"Security <security@example.org>\"", address::mailbox);
    let ca_file = table.path("ca_file");
    let signs_in = smtp.as_ref().is_some_and(|at| at.value.user.is_some() && at.value.tls != Tls::None);
    let password = if signs_in {
        secret::required(&table, "password_file", MAIL_VARIABLE)
    } else {
        secret::optional(&table, "password_file", Some(MAIL_VARIABLE))
    };
    table.finish();
    Some(Mail { smtp: smtp?.value, ca_file, password, from: from?.value })
}

fn smtp(text: &str) -> Result<Smtp, Wrong> {
    let wrong = |problem: &str| Wrong::new(problem, format!("Write {SMTP_URL}"));
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "smtp" | "smtps"));
    let url = url.ok_or_else(|| wrong("is not an smtps:// or smtp:// URL"))?;
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or_else(|| wrong("names no server"))?;
    if url.password().is_some() {
        let mend = format!(
            "Put the password into a file and write password_file = \"PATH\", or set {MAIL_VARIABLE}"
        );
        return Err(Wrong::new("secrets do not belong in this file", mend));
    }
    if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
        return Err(wrong("goes on after the port"));
    }
    let tls = match (url.scheme(), url.query()) {
        ("smtps", None) => Tls::Implicit,
        ("smtp", Some("tls=required")) => Tls::Required,
        ("smtp", None) if is_loopback(host) => Tls::None,
        ("smtp", None) => {
            let mend = format!("Write {SMTP_URL}, or add ?tls=required for STARTTLS");
            return Err(Wrong::new("is plain smtp, which is for 127.0.0.1, ::1 and localhost only", mend));
        }
        _ => return Err(wrong("knows no parameter but smtp's tls=required")),
    };
    let port = url.port().unwrap_or(match tls {
        Tls::Implicit => 465,
        Tls::Required => 587,
        Tls::None => 25,
    });
    let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    Ok(Smtp { host, port, user: decoded(url.username()), tls })
}

/// A user name without percent signs; none when empty.
fn decoded(user: &str) -> Option<String> {
    let query = format!("user={}", user.replace('+', "%2B").replace('&', "%26"));
    let name = form_urlencoded::parse(query.as_bytes()).next().map(|(_, name)| name.into_owned());
    name.filter(|name| !name.is_empty())
}
