//! `[store]`: where the state is kept.

use std::path::PathBuf;

use secrecy::SecretString;

use super::{read::Table, secret};

/// Where the state is kept.
#[derive(Debug)]
pub struct Store {
    /// The folder.
    pub path: PathBuf,
    /// The key it is encrypted with; not encrypted when none.
    pub key: Option<SecretString>,
}

pub(super) fn read(root: &Table<'_>) -> Store {
    let table = root.section("store");
    let path = table.path("path").unwrap_or_else(|| table.source.folder.join("state"));
    let key = secret::optional(&table, "key_file", None);
    table.finish();
    Store { path, key }
}
