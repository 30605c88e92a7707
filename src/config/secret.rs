//! Secrets: from a file of their own or from the environment, never from the configuration itself.

use std::{io, path::Path};

use secrecy::SecretString;

use super::{
    error::Wrong,
    read::{Source, Table},
};

/// The environment variable for Zulip's API key.
pub(super) const ZULIP_VARIABLE: &str = "ADVISORY_BOT_ZULIP_API_KEY";
/// The environment variable for GitHub's token.
pub(super) const GITHUB_VARIABLE: &str = "ADVISORY_BOT_GITHUB_TOKEN";
/// The environment variable for the mail server's password.
pub(super) const MAIL_VARIABLE: &str = "ADVISORY_BOT_MAIL_PASSWORD";

/// The secret in the environment `variable`, or else in the file that `key` names. None when there
/// is none, or a wrong one, which is reported; see [`required`].
pub(super) fn optional(
    table: &Table<'_>,
    key: &'static str,
    variable: Option<&'static str>,
) -> Option<SecretString> {
    let named = table.text(key);
    if let Some(secret) = variable.and_then(|variable| from_environment(table.source, variable)) {
        return secret;
    }
    let named = named?;
    let path = table.source.folder.join(&named.value);
    match read_file(&path) {
        Ok(secret) => {
            if is_open_to_others(&path) {
                let problem = format!("{:?} can be read by other users of this machine", named.value);
                let mend = format!("Run chmod 600 {}", named.value);
                table.source.warn(named.line, &named.key, Wrong::new(problem, mend));
            }
            Some(secret)
        }
        Err(problem) => {
            let problem = format!("{:?} {problem}", named.value);
            let mend = "Write the secret into that file, on one line, readable by the bot";
            table.source.report(named.line, &named.key, Wrong::new(problem, mend));
            None
        }
    }
}

/// As [`optional`], and reported when there is none.
pub(super) fn required(table: &Table<'_>, key: &'static str, variable: &'static str) -> Option<SecretString> {
    if !table.has(key) && (table.source.environment)(variable).is_none() {
        table.missing_or(key, &format!("{key} = \"PATH\""), &format!(", or set {variable}"));
    }
    optional(table, key, Some(variable))
}

/// The secret in `variable` when it is set; the inner none when it is wrong, which is reported.
pub(super) fn from_environment(source: &Source<'_>, variable: &'static str) -> Option<Option<SecretString>> {
    let value = (source.environment)(variable)?;
    let checked = check(&value);
    if let Err(problem) = checked {
        let mend = "Set it to the secret, on one line, or unset it to use the file";
        source.report(None, variable, Wrong::new(problem, mend));
    }
    Some(checked.ok().map(SecretString::from))
}

fn read_file(path: &Path) -> Result<SecretString, String> {
    let text = std::fs::read_to_string(path);
    let text = text.map_err(|error| format!("cannot be read ({})", reason(&error)))?;
    check(&text).map(SecretString::from).map_err(str::to_owned)
}

/// The secret without the line end that editors add.
fn check(text: &str) -> Result<&str, &'static str> {
    let secret = text.trim_end_matches(['\n', '\r']);
    if secret.trim().is_empty() {
        return Err("is empty");
    }
    if secret.contains(char::is_control) {
        return Err("holds more than one line");
    }
    Ok(secret)
}

/// Why a file cannot be read, in words that do not depend on the system.
pub(super) fn reason(error: &io::Error) -> String {
    let known = [
        (io::ErrorKind::NotFound, "there is no such file"),
        (io::ErrorKind::PermissionDenied, "permission denied"),
        (io::ErrorKind::InvalidData, "it is not UTF-8 text"),
        (io::ErrorKind::IsADirectory, "it is a folder"),
    ];
    let words = known.into_iter().find(|(kind, _)| *kind == error.kind());
    words.map_or_else(|| error.kind().to_string(), |(_, words)| words.to_owned())
}

/// Whether anyone but the file's owner and group may read it.
#[cfg(unix)]
pub(super) fn is_open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o004 != 0)
}

/// Whether anyone but the file's owner and group may read it: not known on this system.
#[cfg(not(unix))]
pub(super) fn is_open_to_others(_path: &Path) -> bool {
    false
}
