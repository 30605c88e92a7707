//! Playing a transcript: each line is said, the bot comes to rest, and what everyone saw is printed.
//!
//! Each message is said at the beginning of a minute of its own, so that the times read the same in
//! every run, whatever the machine.

use std::{collections::BTreeSet, io::Write};

use jiff::{SignedDuration, Timestamp};

use super::{
    audit,
    drive::Drive,
    github::{Advisory, BOT_LOGIN},
    layout::Layout,
    on_github::{OnGitHub, carry_out},
    render::Entry,
    script::{Cast, Deed, Step, To},
    watch::Watch,
    world::Sandbox,
    zulip::{Place, Refusal, UserId, Zulip, seed},
};
use crate::port::Clock as _;

const MINUTE_SECONDS: i64 = 60;

/// Plays transcripts in one sandbox.
pub struct Player<'a> {
    drive: &'a Drive,
    layout: Layout,
    watch: Watch,
    published: BTreeSet<String>,
    /// How many mails were shown.
    mails: usize,
    /// What was seen since the last `expect`.
    since: Vec<Entry>,
    /// Whether the last line was an `expect`.
    expecting: bool,
    /// Whether the last line was a comment.
    noting: bool,
    began: bool,
}

/// What came of a transcript.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Played {
    /// It went as it should.
    AsExpected,
    /// Something was not said; the line of the `expect`, and its text.
    Missing(usize, String),
}

/// The short name of an account: what transcripts and the chat call it by.
#[must_use]
pub fn short_name(name: &str) -> String {
    name.to_lowercase().replace(' ', "-")
}

/// Whom and what a transcript can name.
#[must_use]
pub fn cast(sandbox: &Sandbox) -> Cast {
    let zulip = &sandbox.zulip;
    let people = zulip.users().into_iter().filter(|user| !user.is_system && user.id != seed::ADVISORY_BOT);
    let channels = zulip.channels().into_iter().filter_map(|id| zulip.channel_name(id));
    Cast {
        people: people.map(|user| short_name(&user.name)).collect(),
        channels: channels.collect(),
        logins: sandbox.github.users().into_iter().filter(|login| login != BOT_LOGIN).collect(),
        repositories: sandbox.github.repositories(),
    }
}

impl<'a> Player<'a> {
    /// A player that prints in this layout.
    #[must_use]
    pub fn new(drive: &'a Drive, layout: Layout) -> Self {
        let watch = Watch::new(&drive.sandbox.zulip);
        let (published, since) = (BTreeSet::new(), Vec::new());
        Self {
            drive,
            layout,
            watch,
            published,
            mails: 0,
            since,
            expecting: false,
            noting: false,
            began: false,
        }
    }

    /// Plays `steps`, and prints what everyone saw to `out`.
    ///
    /// # Errors
    /// When the bot ends or does not come to rest, or nothing can be printed.
    pub async fn play(&mut self, steps: &[Step], out: &mut dyn Write) -> anyhow::Result<Played> {
        print(out, &self.layout.heading())?;
        for step in steps {
            let expects = matches!(step.deed, Deed::Expect(_));
            if self.expecting && !expects {
                self.since.clear();
            }
            self.expecting = expects;
            let noting = std::mem::replace(&mut self.noting, matches!(step.deed, Deed::Note(_)));
            match &step.deed {
                Deed::Note(text) => {
                    if !noting {
                        writeln!(out)?;
                    }
                    print(out, &self.layout.note(text))?;
                }
                Deed::Say { who, to, text } => self.say(who, to, text, out).await?,
                Deed::React { who, emoji } => self.react(who, emoji, out).await?,
                Deed::OnGitHub { who, deed } => self.on_github(who, deed, out).await?,
                Deed::Advance(length) => self.advance(*length, out).await?,
                Deed::Expect(text) => {
                    let text = self.filled(text);
                    if !self.since.iter().any(|entry| entry.holds(&text)) {
                        return Ok(Played::Missing(step.line, text));
                    }
                }
            }
        }
        Ok(Played::AsExpected)
    }

    async fn say(&mut self, who: &str, to: &To, text: &str, out: &mut dyn Write) -> anyhow::Result<()> {
        self.next_minute(out).await?;
        let zulip = &self.drive.sandbox.zulip;
        let place = match to {
            To::Bot => Place::direct([seed::ADVISORY_BOT]),
            To::Topic { channel, topic } => match zulip.channel_named(channel) {
                Some(channel) => Place::topic(channel, &self.filled(topic)),
                None => {
                    return self.refused(who, &format!("there is no channel \"{channel}\" any more"), out);
                }
            },
        };
        let sent = match person(zulip, who) {
            Some(user) => zulip.send(user, place.clone(), &self.filled(text)).map(|_| ()),
            None => return self.refused(who, "there is no such account any more", out),
        };
        self.settle(who, sent, Some(&place), out).await
    }

    async fn react(&mut self, who: &str, emoji: &str, out: &mut dyn Write) -> anyhow::Result<()> {
        self.next_minute(out).await?;
        let zulip = &self.drive.sandbox.zulip;
        let newest = zulip.messages().into_iter().next_back();
        let (Some(user), Some(newest)) = (person(zulip, who), newest) else {
            return self.refused(who, "there is no message to react to", out);
        };
        let reacted = zulip.react(user, newest.id, emoji);
        self.settle(who, reacted, Some(&newest.place), out).await
    }

    async fn on_github(&mut self, who: &str, deed: &OnGitHub, out: &mut dyn Write) -> anyhow::Result<()> {
        self.next_minute(out).await?;
        let sandbox = &self.drive.sandbox;
        let at = sandbox.clock.now();
        let entry = match carry_out(deed, sandbox, who) {
            Ok(done) => {
                if done.published {
                    self.published.extend(done.ghsa.clone());
                }
                Entry::on_github(at, &done)
            }
            Err(why) => Entry::refused(at, "GitHub", who, &why),
        };
        self.print(vec![entry], out)?;
        self.drive.rest().await?;
        self.show(None, out)
    }

    async fn settle(
        &mut self,
        who: &str,
        done: Result<(), Refusal>,
        place: Option<&Place>,
        out: &mut dyn Write,
    ) -> anyhow::Result<()> {
        if let Err(refusal) = done {
            return self.refused(who, &refusal.message, out);
        }
        self.drive.rest().await?;
        self.show(place, out)
    }

    /// Zulip did not let somebody do something.
    fn refused(&mut self, who: &str, why: &str, out: &mut dyn Write) -> anyhow::Result<()> {
        let entry = Entry::refused(self.drive.sandbox.clock.now(), "zulip", who, why);
        self.print(vec![entry], out)
    }

    async fn advance(&mut self, length: SignedDuration, out: &mut dyn Write) -> anyhow::Result<()> {
        let now = self.drive.sandbox.clock.now();
        let Ok(target) = now.checked_add(length) else { anyhow::bail!("the clock does not go that far") };
        self.advance_to(target, out).await
    }

    /// Lets time pass until `target`; what falls due meanwhile is shown as it comes.
    async fn advance_to(&mut self, target: Timestamp, out: &mut dyn Write) -> anyhow::Result<()> {
        loop {
            let there = self.drive.advance_towards(target).await?;
            self.show(None, out)?;
            if there {
                return Ok(());
            }
        }
    }

    async fn next_minute(&mut self, out: &mut dyn Write) -> anyhow::Result<()> {
        if !std::mem::replace(&mut self.began, true) {
            return Ok(());
        }
        let now = self.drive.sandbox.clock.now();
        let next = (now.as_second() / MINUTE_SECONDS + 1) * MINUTE_SECONDS;
        self.advance_to(Timestamp::from_second(next)?, out).await
    }

    fn show(&mut self, place: Option<&Place>, out: &mut dyn Write) -> anyhow::Result<()> {
        let sandbox = &self.drive.sandbox;
        let seen = self.watch.look(&sandbox.zulip, place, sandbox.clock.now());
        let mut entries: Vec<Entry> = seen.iter().map(Entry::chat).collect();
        let new = |advisory: &Advisory| self.published.insert(advisory.ghsa_id.clone());
        let published: Vec<Advisory> = sandbox.github.public_advisories().into_iter().filter(new).collect();
        // GitHub first: what is said of an advisory follows from it.
        entries.splice(0..0, published.iter().map(Entry::published));
        let mails = sandbox.mail.received();
        entries.extend(mails.iter().skip(self.mails).map(Entry::mail));
        self.mails = mails.len();
        self.print(entries, out)
    }

    fn print(&mut self, entries: Vec<Entry>, out: &mut dyn Write) -> anyhow::Result<()> {
        print(out, &self.layout.lines(&entries))?;
        self.since.extend(entries);
        Ok(())
    }

    /// `text` with what was drawn by lot in place of its names.
    fn filled(&self, text: &str) -> String {
        let sandbox = &self.drive.sandbox;
        let mut text = text.to_owned();
        if text.contains("{topic}") || text.contains("{codename}") {
            let messages = sandbox.zulip.messages();
            let codename = audit::codenames(&sandbox.zulip).pop().unwrap_or_default();
            let opened = messages.iter().find(|message| {
                message.sender == seed::ADVISORY_BOT && message.place.topic_name().contains(&codename)
            });
            let topic = opened.map_or("", |message| message.place.topic_name());
            text = text.replace("{topic}", topic).replace("{codename}", &codename);
        }
        if text.contains("{ghsa}") {
            let newest = audit::advisories(sandbox).pop();
            text = text.replace("{ghsa}", newest.as_ref().map_or("", |advisory| &advisory.ghsa_id));
        }
        text
    }
}

/// The account with this short name.
#[must_use]
pub fn person(zulip: &Zulip, who: &str) -> Option<UserId> {
    let users = zulip.users();
    users.iter().find(|user| short_name(&user.name) == short_name(who)).map(|user| user.id)
}

/// Prints lines at once.
pub(super) fn print(out: &mut dyn Write, lines: &[String]) -> anyhow::Result<()> {
    for line in lines {
        writeln!(out, "{line}")?;
    }
    out.flush()?;
    Ok(())
}
