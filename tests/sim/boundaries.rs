//! A whole release, killed between two of its exchanges with the world, whichever they are: it must run to its
//! end all the same, and everything outside must have happened once. The boundaries are counted in a run
//! without a death, so that a new step is tried without being named here.

use std::collections::BTreeSet;

use advisory_bot::sandbox::{
    github::{ADVISORY_DB, SITE},
    zulip::{Place, seed},
};
use jiff::SignedDuration;

use crate::{faults::Death, host::Host, sight};

const WAMR: &str = "bytecodealliance/wasm-micro-runtime";
const WAIVED: &str = "--waive reproduce --waive invite --waive audit --waive upstream --waive fix --waive text --waive cve --waive embargo --waive notify --waive list-seen --waive patches --waive tests";
/// How long people wait before they give up on the bot.
const PATIENCE: u32 = 40;

/// A release, and who works on it.
struct Release {
    host: Host,
    topic: String,
}

/// Releases an incident with two patches, a version bump, a blog post and an entry for RustSec. Dies once where
/// `death` says. Returns how many exchanges there were from the approval on.
///
/// # Errors
/// What did not happen, or happened twice.
pub(crate) async fn release(death: Option<Death>) -> Result<u64, String> {
    let mut host = Host::new(11);
    host.faults.heal();
    host.with_everything = true;
    host.sandbox.github.set_fork_delay(Some(SignedDuration::from_secs(1)));
    host.sandbox.github.set_wants_pulls_closed(true);
    host.start()?;
    host.pass(SignedDuration::from_secs(30)).await?;
    let mut release = Release { host, topic: String::new() };
    release.prepare().await?;
    release.host.faults.appoint(death);
    release.run().await?;
    let exchanges = release.host.faults.exchanges();
    release.judge()?;
    Ok(exchanges)
}

impl Release {
    fn say(&self, by: advisory_bot::sandbox::zulip::UserId, text: &str) {
        let place = Place::topic(seed::WAMR_SECURITY, &self.topic);
        self.host.sandbox.zulip.send(by, place, text).expect("they may write there");
    }

    /// Waits until the bot has said something that holds `wanted`.
    async fn hears(&mut self, wanted: &str) -> Result<(), String> {
        self.hears_or(wanted, "\0", "").await
    }

    /// The same; once it has said something that holds `other`, the manager answers that with `answer`.
    async fn hears_or(&mut self, wanted: &str, other: &str, answer: &str) -> Result<(), String> {
        let mut answered = false;
        for _ in 0..PATIENCE {
            let messages = self.host.sandbox.zulip.messages();
            let says = |wanted: &str| {
                messages.iter().any(|message| sight::by_bot(message) && message.content.contains(wanted))
            };
            if says(wanted) {
                return Ok(());
            }
            if !answered && says(other) {
                answered = true;
                self.say(seed::MAYA, answer);
            }
            self.host.pass(SignedDuration::from_secs(15)).await?;
        }
        let said: Vec<String> =
            self.host.sandbox.zulip.messages().into_iter().map(|message| message.content).collect();
        Err(format!("nobody said {wanted:?}, but: {:#?}", said.iter().rev().take(6).collect::<Vec<_>>()))
    }

    /// Up to the request for approval.
    async fn prepare(&mut self) -> Result<(), String> {
        self.topic = "reports".to_owned();
        self.say(
            seed::MAYA,
            "!advisory new Overflow zqabcdefg in the loader --severity high\n```\nIt crashes.\n```",
        );
        self.hears("Incident opened").await?;
        let incidents = sight::incidents(&self.host.sandbox.zulip.messages());
        self.topic = incidents.into_values().next().ok_or("there is no card")?.topic;
        self.say(seed::MAYA, "!fork");
        self.hears("private fork").await?;
        self.host.pass(SignedDuration::from_secs(20)).await?;
        let github = std::sync::Arc::clone(&self.host.sandbox.github);
        let advisory = github.advisories(WAMR).pop().ok_or("there is no advisory")?;
        for base in ["main", "release/2.4.x"] {
            let files = ["core/loader.c".to_owned(), "RELEASE_NOTES.md".to_owned()];
            let number = github.open_pull("maya", &advisory.ghsa_id, base, &files);
            let number = number.map_err(|refusal| format!("{refusal:?}"))?;
            self.say(seed::MAYA, &format!("!patch add {base} {number}"));
            self.hears(&format!("Patch of `{base}`")).await?;
        }
        for row in
            ["other:wasm-micro-runtime < 2.4.4 --patched 2.4.4", "rust:wamr-rust-sdk < 1.1.2 --patched 1.1.2"]
        {
            self.say(seed::MAYA, &format!("!advisory affected {row}"));
            self.host.pass(SignedDuration::from_secs(10)).await?;
        }
        self.say(seed::MAYA, &format!("!release go --early {WAIVED} --reason A drill"));
        self.hears("asks to release").await
    }

    async fn run(&mut self) -> Result<(), String> {
        self.say(seed::INES, "!release approve");
        self.hears("look whether everything that the release brings forth").await?;
        self.say(seed::TOMASZ, "!done deploy https://example.org/builds");
        // Of a mail that was cut off nobody knows: people are asked, and say that it is to be sent again.
        self.hears_or("✅ Step 12 of 13", "was sent is unknown", "!release retry mail").await?;
        for repository in [SITE, ADVISORY_DB] {
            let merged = self.host.sandbox.github.merge_by_hand("maya", repository, 1);
            merged.map_err(|refusal| format!("{repository}: {refusal:?}"))?;
        }
        self.hears("✅ Step 13 of 13").await?;
        // What is told of the end is told.
        self.host.pass(SignedDuration::from_mins(2)).await?;
        self.host.nothing_pending()
    }

    /// Everything outside has happened once.
    fn judge(&self) -> Result<(), String> {
        let github = &self.host.sandbox.github;
        let once = |what: &str, found: usize, wanted: usize| {
            if found == wanted { Ok(()) } else { Err(format!("{what}: {found} times, and not {wanted}")) }
        };
        let pulls = github.proposals(WAMR);
        once("pull requests", pulls.len(), 3)?;
        for (repository, wanted) in [(WAMR, 3), (SITE, 1), (ADVISORY_DB, 1)] {
            let pulls = github.proposals(repository);
            let merged = pulls.iter().filter(|pull| pull.merged.is_some()).count();
            once(&format!("pull requests of {repository}"), pulls.len(), wanted)?;
            once(&format!("merged pull requests of {repository}"), merged, wanted)?;
        }
        once("tags", github.tags(WAMR).len(), 1)?;
        once("published advisories", github.public_advisories().len(), 1)?;
        once("repositories", github.repositories().len(), 5)?;
        let mails = self.host.sandbox.mail.received();
        let ids: BTreeSet<String> = mails.iter().map(|mail| mail.message_id.clone()).collect();
        once("mails that a list tells apart", ids.len(), 1)?;
        let messages = self.host.sandbox.zulip.messages();
        let said = |wanted: &str| {
            let by_bot = messages.iter().filter(|message| sight::by_bot(message));
            by_bot.filter(|message| message.content.starts_with(wanted)).count()
        };
        once("public notices", said("**Security advisory for WAMR**"), 1)?;
        for step in 1..=13 {
            // The fourth is a person's word.
            let wanted = usize::from(step != 4);
            once(&format!("step {step}"), said(&format!("✅ Step {step} of 13:")), wanted)?;
        }
        self.host.check_stored()
    }
}
