//! `[people]`: who on Zulip is who on GitHub.

use std::collections::BTreeMap;

use commands::kernel::{collaborator::Login, id::UserId};

use super::{error::Wrong, read::Table};

pub(super) fn read(root: &Table<'_>) -> BTreeMap<UserId, Login> {
    let mut people = BTreeMap::new();
    for (key, value) in root.section("people").all() {
        let id = key.parse().ok().filter(|_| key.bytes().all(|byte| byte.is_ascii_digit()));
        if id.is_none() {
            let mend = "Write the number on the person's Zulip profile: \"8\" = \"maya\"";
            value.report(Wrong::new(format!("{key:?} is not a Zulip user id"), mend));
        }
        if let (Some(id), Some(login)) = (id, value.parsed(login)) {
            people.insert(UserId(id), login.value);
        }
    }
    people
}

fn login(text: &str) -> Result<Login, Wrong> {
    let plain = text.strip_prefix('@').unwrap_or(text);
    let bad = |_| Wrong::new(format!("{text:?} is not a GitHub login"), "Write it like \"8\" = \"maya\"");
    plain.parse().map_err(bad)
}
