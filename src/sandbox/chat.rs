//! The chat: the sandbox's Zulip in a terminal, line by line. Whoever sits there speaks for anyone.

use std::io::Write;

use tokio::io::{AsyncBufRead, AsyncBufReadExt as _};

use super::{
    drive::Drive,
    layout::Column,
    on_github::carry_out,
    play::{cast, person, print, short_name},
    render::Entry,
    say::{HELP, Typed, read, role},
    watch::{Kind, Watch, place},
    zulip::{ChannelId, Place, Refusal, UserId, seed},
};
use crate::port::Clock as _;

/// Takes the cursor to the line's beginning and clears the line: the prompt makes room for what was said.
const CLEAR_LINE: &str = "\r\u{1b}[K";

/// A chat under way.
struct Chat<'a> {
    drive: &'a Drive,
    watch: Watch,
    column: Column,
    width: usize,
    me: UserId,
    channel: ChannelId,
    topic: String,
    direct: bool,
}

/// Chats until the input ends, somebody quits, or `stop` is done.
///
/// # Errors
/// When the bot ends, or nothing can be read or printed.
pub async fn chat(
    drive: &Drive,
    width: usize,
    input: impl AsyncBufRead + Unpin,
    out: &mut dyn Write,
    stop: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    let mut chat = Chat {
        drive,
        watch: Watch::new(&drive.sandbox.zulip),
        column: Column::default(),
        width,
        me: seed::MAYA,
        channel: seed::WAMR_SECURITY,
        topic: "reports".to_owned(),
        direct: false,
    };
    let mut lines = input.lines();
    let mut changed = drive.sandbox.zulip.changed();
    tokio::pin!(stop);
    writeln!(out, "{}", chat.greeting())?;
    chat.prompt(out)?;
    loop {
        tokio::select! {
            () = &mut stop => break,
            line = lines.next_line() => match line? {
                Some(line) => {
                    // What came in the meantime was said to whoever sat here then.
                    print(out, &chat.new_lines())?;
                    if !chat.take(&line, out).await? {
                        return Ok(());
                    }
                    print(out, &chat.new_lines())?;
                }
                None => break,
            },
            new = changed.changed() => {
                if new.is_err() {
                    break;
                }
                let lines = chat.new_lines();
                if lines.is_empty() {
                    continue;
                }
                write!(out, "{CLEAR_LINE}")?;
                print(out, &lines)?;
            }
        }
        chat.prompt(out)?;
    }
    writeln!(out)?;
    Ok(())
}

impl Chat<'_> {
    fn greeting(&self) -> String {
        format!(
            "A sandbox: an embedded Zulip ({}) and GitHub ({}), and the bot at work in them.\n\
             Nothing leaves this machine, and nothing is kept.\n\n{}\n\
             You are maya, in #wamr-security. Three things to try:\n\
             \x20 !help\n\
             \x20 !advisory new Crash on a malformed name section --severity medium\n\
             \x20 /github as sofia-k report wasmtime A crash in the loader   (seen within a minute)\n\
             The bot opens a topic for each incident; /go > TOPIC takes you there, and !next leads on.\n\
             /help shows the rest.\n",
            self.drive.zulip.base(),
            self.drive.github.base(),
            self.people(),
        )
    }

    /// Who there is, and where they are.
    fn people(&self) -> String {
        let zulip = &self.drive.sandbox.zulip;
        let users = zulip.users().into_iter().filter(|user| !user.is_system);
        let lines = users.map(|user| {
            let subscribed = |id: &ChannelId| zulip.subscribers(*id).contains(&user.id);
            let channels = zulip.channels().into_iter().filter(subscribed);
            let channels = channels.filter_map(|id| Some(format!("#{}", zulip.channel_name(id)?)));
            let kind = if user.is_bot { "bot" } else { role(user.role) };
            let channels = channels.collect::<Vec<_>>().join(" ");
            format!("  {:<13} {kind:<8} {channels}\n", short_name(&user.name))
        });
        lines.collect()
    }

    fn place(&self) -> Place {
        if self.direct {
            Place::direct([self.me, seed::ADVISORY_BOT])
        } else {
            Place::topic(self.channel, &self.topic)
        }
    }

    fn prompt(&self, out: &mut dyn Write) -> anyhow::Result<()> {
        let zulip = &self.drive.sandbox.zulip;
        let me = zulip.user(self.me).map(|user| short_name(&user.name)).unwrap_or_default();
        let place = if self.direct { "direct: advisory-bot".to_owned() } else { place(zulip, &self.place()) };
        write!(out, "{me} {place}> ")?;
        out.flush()?;
        Ok(())
    }

    /// What is new of what this person can read. What they said themselves stands behind the prompt.
    fn new_lines(&mut self) -> Vec<String> {
        let sandbox = &self.drive.sandbox;
        let mut seen = self.watch.look(&sandbox.zulip, Some(&self.place()), sandbox.clock.now());
        seen.retain(|seen| {
            let own = seen.message.sender == self.me && seen.kind == Kind::Said(Vec::new());
            seen.message.received.contains_key(&self.me) && !own
        });
        let entries: Vec<Entry> = seen.iter().map(Entry::chat).collect();
        self.column.lines(&entries, self.width)
    }

    /// Does what was typed; false to leave.
    async fn take(&mut self, line: &str, out: &mut dyn Write) -> anyhow::Result<bool> {
        let zulip = &self.drive.sandbox.zulip;
        let typed = match read(line, &cast(&self.drive.sandbox)) {
            Ok(typed) => typed,
            Err(mend) => {
                writeln!(out, "{mend}")?;
                return Ok(true);
            }
        };
        let done = match typed {
            Typed::Nothing => Ok(()),
            Typed::Quit => return Ok(false),
            Typed::Say(text) => zulip.send(self.me, self.place(), &text).map(|_| ()),
            Typed::React(emoji) => self.on_newest(false, |id| zulip.react(self.me, id, &emoji)),
            Typed::Edit(text) => self.on_newest(true, |id| zulip.edit(self.me, id, &text)),
            Typed::OnGitHub { who, deed } => {
                let who = who.unwrap_or_else(|| self.login());
                match carry_out(&deed, &self.drive.sandbox, &who) {
                    Ok(done) => writeln!(out, "On GitHub, {} {}", done.head, done.text)?,
                    Err(why) => writeln!(out, "GitHub refuses {who}: {why}")?,
                }
                Ok(())
            }
            Typed::Advance(step) => {
                self.advance(step, out).await?;
                Ok(())
            }
            Typed::Me(who) => {
                self.me = person(zulip, &who).unwrap_or(self.me);
                Ok(())
            }
            Typed::Go { channel, topic } => {
                self.channel = channel.and_then(|name| zulip.channel_named(&name)).unwrap_or(self.channel);
                self.topic = topic.unwrap_or_else(|| self.topic.clone());
                self.direct = false;
                Ok(())
            }
            Typed::Direct => {
                self.direct = true;
                Ok(())
            }
            Typed::People => {
                write!(out, "{}", self.people())?;
                Ok(())
            }
            Typed::Help => {
                writeln!(out, "{HELP}")?;
                Ok(())
            }
        };
        if let Err(refusal) = done {
            writeln!(out, "Zulip refuses: {}", refusal.message)?;
        }
        Ok(true)
    }

    /// This person on GitHub: as their profile says, or by the same name.
    fn login(&self) -> String {
        let user = self.drive.sandbox.zulip.user(self.me);
        user.map(|user| user.github.unwrap_or_else(|| short_name(&user.name))).unwrap_or_default()
    }

    /// Does something with the newest message this person sees, or with their own newest one.
    fn on_newest(
        &self,
        own: bool,
        deed: impl FnOnce(super::zulip::MessageId) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let messages = self.drive.sandbox.zulip.messages();
        let mine = |id: UserId| id == self.me;
        let found = messages
            .iter()
            .rev()
            .find(|message| if own { mine(message.sender) } else { message.received.contains_key(&self.me) });
        found.map_or(Ok(()), |message| deed(message.id))
    }

    async fn advance(&mut self, step: jiff::SignedDuration, out: &mut dyn Write) -> anyhow::Result<()> {
        let clock = &self.drive.sandbox.clock;
        let target = clock.now().saturating_add(step)?;
        let mut there = false;
        while !there {
            there = self.drive.advance_towards(target).await?;
            print(out, &self.new_lines())?;
        }
        writeln!(out, "It is {} UTC.", clock.now().strftime("%A %Y-%m-%d %H:%M"))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::drive::Pace;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_newcomer_is_greeted_and_answered() {
        let start = "2025-11-19T09:00:00Z".parse().unwrap();
        let drive = Drive::start(start, Pace::Times(1.0), (0, 0)).await.unwrap();
        let (mut person, input) = tokio::io::duplex(1024);
        let mut out = Vec::new();
        let typing = async {
            use tokio::io::AsyncWriteExt as _;
            person.write_all(b"!advisory list\n").await.unwrap();
            let mut changed = drive.sandbox.zulip.changed();
            changed.wait_for(|_| drive.sandbox.zulip.messages().len() == 2).await.unwrap();
            drive.rest().await.unwrap();
            person
                .write_all(b"/github report wasmtime A crash\\nIt crashes.\n/github as ravi close {ghsa}\n")
                .await
                .unwrap();
            person
                .write_all(
                    b"/me lee\n/github close {ghsa}\n/go #wamr-security\nhello\n/dance\n/advance 1h\n/quit\n",
                )
                .await
                .unwrap();
        };
        let input = tokio::io::BufReader::new(input);
        let (chatted, ()) = tokio::join!(chat(&drive, 80, input, &mut out, std::future::pending()), typing);
        chatted.unwrap();
        let out = String::from_utf8(out).unwrap();
        for wanted in [
            "Three things to try",
            "  tomasz        member   #general #wamr-security\n",
            "maya #wamr-security > reports> ",
            "advisory-bot: No open incident",
            "lee #wamr-security > reports> Zulip refuses: ",
            "On GitHub, maya reports GHSA-",
            "GitHub refuses ravi: there is no advisory GHSA-",
            "GitHub refuses lee: ",
            "There is no /dance",
            "It is Wednesday 2025-11-19 10:00 UTC.",
        ] {
            assert!(out.contains(wanted), "{wanted:?} is missing in\n{out}");
        }
        drive.stop().await.unwrap();
    }
}
