//! SMTP in front of the mail server: one dialogue a connection, as RFC 5321 has it, without encryption.

use std::{io, net::Ipv4Addr, sync::Arc};

use anyhow::Context as _;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};

use super::{ACCOUNT, MailServer, Stage, Trouble};

/// The largest mail taken, in bytes.
const MAIL_BYTES_MAX: usize = 1024 * 1024;

/// A mail server that answers on a port. Dropping it closes the port.
pub struct ServedMail {
    port: u16,
    task: JoinHandle<()>,
}

impl ServedMail {
    /// The port of 127.0.0.1 that it answers on.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for ServedMail {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Answers for `server` on any free port of the loopback address.
///
/// # Errors
/// When no port can be had.
pub async fn serve(server: Arc<MailServer>) -> anyhow::Result<ServedMail> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("no port for mail")?;
    let port = listener.local_addr()?.port();
    let task = tokio::spawn(async move {
        let mut dialogues = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            let server = Arc::clone(&server);
            dialogues.spawn(async move {
                if let Err(error) = Dialogue::new(&server, stream).run().await {
                    tracing::debug!(%error, "a client of the mail server is gone");
                }
            });
            while dialogues.try_join_next().is_some() {}
        }
    });
    Ok(ServedMail { port, task })
}

/// One client's dialogue.
struct Dialogue<'a> {
    server: &'a MailServer,
    stream: BufReader<TcpStream>,
    signed_in: bool,
    from: Option<String>,
    to: Vec<String>,
}

/// Whether the dialogue goes on.
type Goes = io::Result<bool>;

impl<'a> Dialogue<'a> {
    fn new(server: &'a MailServer, stream: TcpStream) -> Self {
        let stream = BufReader::new(stream);
        Self { server, stream, signed_in: false, from: None, to: Vec::new() }
    }

    async fn run(&mut self) -> io::Result<()> {
        self.stream.get_ref().set_nodelay(true)?;
        let mut goes = self.answer(Stage::Greeting, "220 sandbox.example ESMTP").await?;
        while goes {
            let Some(line) = self.line().await? else { return Ok(()) };
            goes = self.command(&line).await?;
        }
        Ok(())
    }

    async fn line(&mut self) -> io::Result<Option<String>> {
        let mut line = String::new();
        let read = self.stream.read_line(&mut line).await?;
        Ok((read > 0).then_some(line))
    }

    async fn say(&mut self, text: &str) -> Goes {
        self.stream.get_mut().write_all(format!("{text}\r\n").as_bytes()).await?;
        Ok(true)
    }

    /// Answers at a stage of the dialogue, if nothing goes wrong there.
    async fn answer(&mut self, stage: Stage, text: &str) -> Goes {
        match self.server.trouble_at(stage) {
            None => self.say(text).await,
            Some(Trouble::Refuses(code)) => self.say(&format!("{code} not now")).await,
            Some(Trouble::Dies) => Ok(false),
        }
    }

    async fn command(&mut self, line: &str) -> Goes {
        let line = line.trim_end();
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" | "HELO" => {
                self.answer(Stage::Hello, "250-sandbox.example\r\n250-8BITMIME\r\n250 AUTH PLAIN").await
            }
            "AUTH" => self.sign_in(rest).await,
            "MAIL" => {
                self.from = address(rest);
                self.answer(Stage::Sender, "250 ok").await
            }
            "RCPT" if self.from.is_some() => {
                self.to.extend(address(rest));
                self.answer(Stage::Recipient, "250 ok").await
            }
            "DATA" if !self.to.is_empty() => self.data().await,
            "RCPT" | "DATA" => self.say("503 not yet").await,
            "RSET" | "NOOP" => self.say("250 ok").await,
            "QUIT" => self.say("221 goodbye").await.map(|_| false),
            _ => self.say("500 no such command").await,
        }
    }

    async fn sign_in(&mut self, rest: &str) -> Goes {
        let given = rest.split_once(' ').and_then(|(_, word)| STANDARD.decode(word).ok()).unwrap_or_default();
        self.signed_in = given == format!("\0{}\0{}", ACCOUNT.0, ACCOUNT.1).into_bytes();
        let answer = if self.signed_in { "235 welcome" } else { "535 wrong user or password" };
        self.answer(Stage::SignIn, answer).await
    }

    async fn data(&mut self) -> Goes {
        if !self.signed_in {
            return self.say("530 sign in first").await;
        }
        let stops = self.server.trouble_at(Stage::Data).is_some();
        if !self.answer(Stage::Data, "354 end with a dot").await? || stops {
            return Ok(!matches!(self.server.trouble_at(Stage::Data), Some(Trouble::Dies)));
        }
        let mut text = String::new();
        loop {
            let Some(line) = self.line().await? else { return Ok(false) };
            if self.server.trouble_at(Stage::Text) == Some(Trouble::Dies) {
                return Ok(false);
            }
            if line == ".\r\n" {
                break;
            }
            text.push_str(line.strip_prefix('.').unwrap_or(&line));
            if text.len() > MAIL_BYTES_MAX {
                return self.say("552 too large").await;
            }
        }
        if let Some(Trouble::Refuses(_)) = self.server.trouble_at(Stage::Text) {
            return self.answer(Stage::Text, "").await;
        }
        self.server.take(std::mem::take(&mut self.to), &text);
        self.answer(Stage::Answer, "250 taken").await
    }
}

/// The address between angle brackets.
fn address(text: &str) -> Option<String> {
    let (_, rest) = text.split_once('<')?;
    Some(rest.split_once('>')?.0.to_owned())
}
