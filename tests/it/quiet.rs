//! What no log may hold: secrets, and what incidents are about.

use advisory_bot::sandbox::{world::Sandbox, zulip::seed};
use base64::{Engine as _, engine::general_purpose::STANDARD};

/// Repositories whose advisories are looked up.
const REPOSITORIES: [&str; 2] = ["bytecodealliance/wasm-micro-runtime", "bytecodealliance/wasmtime"];
/// Shorter texts may stand anywhere by chance.
const TEXT_CHARS_MIN: usize = 8;

/// Fails when `log` holds a key, a token, or anything that was said or written about an incident.
pub(crate) fn check(sandbox: &Sandbox, log: &str) {
    let folded = log.to_lowercase();
    for (what, forbidden) in forbidden(sandbox) {
        // Without quoting it: the failure is printed too.
        let at = folded.find(&forbidden.to_lowercase());
        let line = at.map(|at| folded[..at].lines().count());
        assert!(at.is_none(), "line {line:?} of a log holds {what}:\n{log}");
    }
}

fn forbidden(sandbox: &Sandbox) -> Vec<(&'static str, String)> {
    let mut found = vec![("the GitHub token", sandbox.github_token())];
    let (email, key) = sandbox.zulip_account();
    found.push(("the Zulip credentials", STANDARD.encode(format!("{email}:{key}"))));
    found.extend(sandbox.zulip.users().into_iter().map(|user| ("an API key", user.api_key)));
    for advisory in REPOSITORIES.into_iter().flat_map(|repository| sandbox.github.advisories(repository)) {
        found.push(("a summary", advisory.summary));
        found.push(("a description", advisory.description));
        found.push(("a GHSA id", advisory.ghsa_id.clone()));
        found.push(("a GHSA id without its prefix", advisory.ghsa_id.replace("GHSA-", "")));
        found.extend(advisory.cve_id.map(|cve| ("a CVE id", cve)));
    }
    for message in sandbox.zulip.messages() {
        let codename = message.place.topic_name().split_once(" · ").map(|(codename, _)| codename.to_owned());
        if message.sender == seed::ADVISORY_BOT {
            found.extend(codename.into_iter().map(|codename| ("a codename", codename)));
        }
        found.push(("a message", message.content));
    }
    found.retain(|(_, text)| text.chars().count() >= TEXT_CHARS_MIN);
    found
}
