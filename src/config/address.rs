//! Addresses: of web services, mail boxes, repositories.

use std::{net::IpAddr, str::FromStr};

use commands::kernel::id::Repository;
use url::Url;

use super::error::Wrong;

/// Whether `host` is this machine and nothing else.
pub(super) fn is_loopback(host: &str) -> bool {
    let literal = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || IpAddr::from_str(literal).is_ok_and(|ip| ip.is_loopback())
}

/// A web service's address: https, or plain http to loopback. `example` is a line that would do.
pub(super) fn web(text: &str, example: &str) -> Result<Url, Wrong> {
    let wrong = |problem: String| Wrong::new(problem, format!("Write {example}"));
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    // An address that might hold a password or a key is not repeated.
    let shown = if text.contains(['@', '?', '#']) { "the value".to_owned() } else { format!("{text:?}") };
    let url = url.ok_or_else(|| wrong(format!("{shown} is not a URL")))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("a URL here holds no user and no password".to_owned()));
    }
    if url.query().is_some() || url.fragment().is_some() {
        // What follows might be a key: it is not repeated either.
        return Err(wrong("goes on after the path, with ? or #".to_owned()));
    }
    if url.scheme() == "http" && !url.host_str().is_some_and(is_loopback) {
        return Err(wrong(format!("{shown} is plain http, which is for 127.0.0.1, ::1 and localhost only")));
    }
    Ok(url)
}

/// A mail address, `name@host`.
pub(super) fn mail_address(text: &str) -> Result<String, Wrong> {
    let wrong =
        || Wrong::new(format!("{text:?} is not a mail address"), "Write it like \"name@example.org\"");
    let (name, host) = text.rsplit_once('@').ok_or_else(wrong)?;
    let odd = |c: char| c.is_whitespace() || c.is_control() || "<>,;:\"()@".contains(c);
    let labels = host.split('.').all(|label| !label.is_empty());
    if name.is_empty() || name.contains(odd) || host.contains(odd) || !labels {
        return Err(wrong());
    }
    Ok(text.to_owned())
}

/// A mail address with or without a name, `Security <security@example.org>`.
pub(super) fn mailbox(text: &str) -> Result<String, Wrong> {
    let wrong = |_| {
        let mend = "Write it like \"Security <security@example.org>\"";
        Wrong::new(format!("{text:?} is not a sender"), mend)
    };
    let address = match text.split_once('<') {
        Some((name, rest)) if !name.contains(char::is_control) => rest.strip_suffix('>').unwrap_or_default(),
        Some(_) => "",
        None => text,
    };
    mail_address(address).map_err(wrong)?;
    Ok(text.to_owned())
}

/// A repository, `owner/name`.
pub(super) fn repository(text: &str) -> Result<Repository, Wrong> {
    let short = text.strip_prefix("https://github.com/").map(|path| path.trim_end_matches(".git"));
    let mend = match short.filter(|short| short.parse::<Repository>().is_ok()) {
        Some(short) => format!("Write {short:?}"),
        None => "Write it like \"bytecodealliance/wasmtime\"".to_owned(),
    };
    text.parse().map_err(|_| Wrong::new(format!("{text:?} is not owner/name"), mend))
}
