//! Whether anything embargoed was public too early: a second, naive opinion, which shares nothing with
//! the bot's own guard.
//!
//! A text and an identifier are both cut down to their letters and digits; the one must not be
//! found in the other. Of a summary, every run of four words counts.

use jiff::Timestamp;

use super::{
    github::{Advisory, AdvisoryState},
    watch::is_public,
    world::Sandbox,
    zulip::{Message, Place, Zulip, seed},
};

/// How many words in a row of a summary are taken for the summary.
const WORDS_IN_A_ROW: usize = 4;

/// Something that must not be said before a certain time.
struct Secret {
    name: &'static str,
    letters: String,
    /// When it may be said; never as long as the advisory is not published.
    from: Option<Timestamp>,
}

/// Something embargoed that was public too early, in words that do not repeat it.
#[must_use]
pub fn leaks(sandbox: &Sandbox) -> Vec<String> {
    let secrets = secrets(sandbox);
    let messages = sandbox.zulip.messages();
    let public = messages.iter().filter(|message| is_public(&sandbox.zulip, &message.place));
    let mut found = Vec::new();
    for message in public {
        for (text, since) in texts(message) {
            let letters = letters(&text);
            let early = secrets.iter().filter(|secret| secret.from.is_none_or(|from| since < from));
            let named = early.filter(|secret| letters.contains(&secret.letters));
            found.extend(named.map(|secret| format!("message {}: {}", message.id, secret.name)));
        }
    }
    for mail in sandbox.mail.received() {
        let letters = letters(&format!("{}{}", mail.subject, mail.body));
        let early = secrets.iter().filter(|secret| secret.from.is_none_or(|from| mail.at < from));
        let named = early.filter(|secret| letters.contains(&secret.letters));
        found.extend(named.map(|secret| format!("mail {}: {}", mail.message_id, secret.name)));
    }
    found.dedup();
    found
}

/// Everything a message and its topic have ever said, each with since when.
fn texts(message: &Message) -> Vec<(String, Timestamp)> {
    let second = |at: i64| Timestamp::from_second(at).unwrap_or(message.sent);
    let now = message.last_edit.map_or(message.sent, second);
    let mut texts =
        vec![(message.content.clone(), now), (message.place.topic_name().to_owned(), message.sent)];
    for edit in &message.history {
        texts.extend(edit.content.clone().map(|before| (before, message.sent)));
        texts.extend(edit.topic.clone().map(|(before, _)| (before, message.sent)));
    }
    texts
}

fn secrets(sandbox: &Sandbox) -> Vec<Secret> {
    let mut secrets = Vec::new();
    let advisories = advisories(sandbox);
    for advisory in &advisories {
        let from = advisory.published_at;
        let mut add = |name, text: &str| secrets.push(Secret { name, letters: letters(text), from });
        add("the advisory's identifier", advisory.ghsa_id.trim_start_matches("GHSA-"));
        advisory.cve_id.iter().for_each(|cve| add("the CVE number", cve));
        let words: Vec<&str> = advisory.summary.split_whitespace().collect();
        words
            .windows(WORDS_IN_A_ROW.min(words.len()).max(1))
            .for_each(|run| add("the summary", &run.concat()));
    }
    for codename in codenames(&sandbox.zulip) {
        // Said again with the advisory, if at all.
        let from = advisories.iter().filter_map(|advisory| advisory.published_at).min();
        let from =
            if advisories.iter().all(|advisory| advisory.published_at.is_some()) { from } else { None };
        secrets.push(Secret { name: "a codename", letters: letters(&codename), from });
    }
    secrets.retain(|secret| secret.letters.len() > 4);
    secrets
}

/// The codenames: what the topics are called that the bot has opened.
#[must_use]
pub fn codenames(zulip: &Zulip) -> Vec<String> {
    let mut names = Vec::new();
    for message in zulip.messages().iter().filter(|message| message.sender == seed::ADVISORY_BOT) {
        let Place::Channel { topic, .. } = &message.place else { continue };
        let name = topic.trim_start_matches("✔ ").split_once(" · ").map(|(name, _)| name.to_owned());
        names.extend(name.filter(|name| !names.contains(name)));
    }
    names
}

/// The advisories of all of the sandbox's repositories, oldest first.
#[must_use]
pub fn advisories(sandbox: &Sandbox) -> Vec<Advisory> {
    let projects = sandbox.settings().projects;
    let of = |repository: String| sandbox.github.advisories(&repository);
    let mut all: Vec<Advisory> =
        projects.iter().flat_map(|project| of(project.repository.to_string())).collect();
    all.retain(|advisory| advisory.state != AdvisoryState::Closed);
    all.sort_by_key(|advisory| advisory.created_at);
    all
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn whatever_names_an_incident_in_public_is_found() {
        let sandbox = Sandbox::new(1, "2025-11-19T09:00:00Z".parse().unwrap(), 0.0);
        let fields = json!({
            "summary": "Loader oversteps its frame offset table",
            "description": "d",
            "severity": "medium",
            "vulnerabilities": [{"package": {"ecosystem": "other", "name": "wasm-micro-runtime"}}],
        });
        let ghsa =
            sandbox.github.draft_by_hand("maya", "bytecodealliance/wasm-micro-runtime", &fields).unwrap();
        let team = Place::topic(seed::WAMR_SECURITY, "amber-heron · WAMR");
        sandbox.zulip.send(seed::ADVISORY_BOT, team, "card").unwrap();
        let say = |text: &str| {
            let place = Place::topic(seed::GENERAL, "builds");
            sandbox.zulip.send(seed::RAVI, place, text).unwrap()
        };
        let count = || leaks(&sandbox).len();
        say("what is amber, and what a heron");
        say("the loader reads a table");
        assert_eq!(count(), 0);
        say("see Amber Heron");
        say(&format!("see {}", ghsa.trim_start_matches("GHSA-").replace('-', " ")));
        assert_eq!(count(), 2);
        let edited = say("it oversteps its frame offset");
        sandbox.zulip.edit(seed::RAVI, edited, "nothing").unwrap();
        assert_eq!(count(), 3, "what was edited away was public all the same");
        sandbox.zulip.rename_topic(seed::RAVI, seed::GENERAL, "builds", "amber_heron").unwrap();
        assert!(count() > 3);
    }
}
