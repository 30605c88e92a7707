//! The tour: one incident from report to publication, as the team saw it and as the public did.
//!
//! Its transcript is a file like those of the tests. Package, ranges, severity and dates are those
//! of a vulnerability that was published; the words are not.

use std::io::Write;

use super::{
    audit,
    drive::{Drive, Pace},
    layout::Layout,
    play::{Played, Player, cast},
    script,
    zulip::seed,
};

/// What is said on the tour.
const TRANSCRIPT: &str = include_str!("../../tests/transcripts/tour.txt");
/// When it begins.
pub const START: &str = "2025-11-19T09:00:00Z";

/// What the tour comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// What came of the transcript itself.
    pub played: Played,
    /// Whether the incident was published.
    pub published: bool,
    /// How many commands were given.
    pub commands: usize,
    /// How many messages people sent.
    pub by_people: usize,
    /// How many messages the bot sent.
    pub by_bot: usize,
    /// How many requests GitHub got.
    pub github_calls: usize,
    /// What was public too early.
    pub leaks: Vec<String>,
}

impl Summary {
    /// Whether everything went as it should.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.played == Played::AsExpected && self.published && self.leaks.is_empty()
    }
}

/// Plays the tour, and prints it and its summary to `out`.
///
/// # Errors
/// When the sandbox cannot start, the bot ends, or nothing can be printed.
pub async fn tour(width: usize, out: &mut dyn Write) -> anyhow::Result<Summary> {
    let drive = Drive::start(START.parse()?, Pace::Steps, (0, 0)).await?;
    let steps = script::parse(TRANSCRIPT, &cast(&drive.sandbox))?;
    let played = Player::new(&drive, Layout::two(width)).play(&steps, out).await?;
    let summary = summary(&drive, played);
    print(&summary, out)?;
    drive.stop().await?;
    Ok(summary)
}

fn summary(drive: &Drive, played: Played) -> Summary {
    let sandbox = &drive.sandbox;
    let messages = sandbox.zulip.messages();
    let people: Vec<_> = messages
        .iter()
        .filter(|message| sandbox.zulip.user(message.sender).is_some_and(|user| !user.is_bot))
        .collect();
    Summary {
        played,
        published: !sandbox.github.public_advisories().is_empty(),
        commands: people.iter().filter(|message| message.content.starts_with('!')).count(),
        by_people: people.len(),
        by_bot: messages.iter().filter(|message| message.sender == seed::ADVISORY_BOT).count(),
        github_calls: sandbox.github.requests().len(),
        leaks: audit::leaks(sandbox),
    }
}

fn print(summary: &Summary, out: &mut dyn Write) -> anyhow::Result<()> {
    writeln!(out)?;
    if let Played::Missing(line, text) = &summary.played {
        writeln!(out, "❌ line {line}: nobody said \"{text}\"")?;
    }
    let published = if summary.published { "✅ published" } else { "❌ not published" };
    writeln!(
        out,
        "{published} · commands {} · messages {} (people {}, bot {}) · GitHub calls {} · leaks {}",
        summary.commands,
        summary.by_people + summary.by_bot,
        summary.by_people,
        summary.by_bot,
        summary.github_calls,
        summary.leaks.len()
    )?;
    for leak in &summary.leaks {
        writeln!(out, "🚨 public before it was published: {leak}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the golden output is.
    const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/transcripts/tour.golden");
    const WIDTH: usize = 100;

    #[tokio::test(flavor = "multi_thread")]
    async fn the_tour_reads_as_it_always_has() {
        let mut out = Vec::new();
        let summary = tour(WIDTH, &mut out).await.unwrap();
        let out = String::from_utf8(out).unwrap();
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(GOLDEN, &out).unwrap();
        }
        let golden = std::fs::read_to_string(GOLDEN).unwrap_or_default();
        let different = golden.lines().zip(out.lines()).find(|(wanted, said)| wanted != said);
        assert_eq!(different, None, "UPDATE_GOLDEN=1 writes it anew");
        assert_eq!(golden.len(), out.len(), "UPDATE_GOLDEN=1 writes it anew");
        assert!(summary.is_good(), "{summary:?}");
    }
}
