//! `advisory-bot sandbox`: what it does in each of its modes.

use std::{io::Write, path::PathBuf, time::Instant};

use anyhow::Context as _;
use jiff::Timestamp;
use tokio::io::{AsyncReadExt as _, BufReader};

use super::{
    chat::chat,
    drive::{Drive, Pace},
    layout::Layout,
    play::{Played, Player, cast},
    script,
    tour::{START, tour},
};

/// The largest transcript that is read, in bytes.
const SCRIPT_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// The width where there is no terminal to ask for its own.
pub const WIDTH_DEFAULT: usize = 100;

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// Play the tour.
    Tour,
    /// Play a transcript.
    Script(Source),
    /// Print addresses and accounts, and stay up. The bot is not started: it, or any other client, can
    /// be pointed at the services.
    Serve,
    /// Chat, on standard input.
    Chat,
}

/// Where a transcript comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Standard input.
    Stdin,
    /// A file.
    File(PathBuf),
}

/// How to run the sandbox.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// What to do.
    pub mode: Mode,
    /// How fast the clock runs while people chat. The tour and transcripts need no time: their clock
    /// goes from one event to the next.
    pub speed: f64,
    /// The ports of Zulip and GitHub; 0 is any free one.
    pub ports: (u16, u16),
    /// The terminal's width, in columns.
    pub width: usize,
}

/// What came of it, for the exit code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// All went well: 0.
    Done,
    /// Something was not as it should be; what, has been printed: 1.
    Failed,
    /// The options or the transcript cannot be used; why, and how to mend it: 2.
    BadUsage(String),
}

/// Runs the sandbox until it is done, or until `stop` is.
///
/// # Errors
/// When it cannot start, the bot ends, or nothing can be read or printed.
pub async fn sandbox(
    options: Options,
    out: &mut dyn Write,
    stop: impl Future<Output = ()>,
) -> anyhow::Result<Outcome> {
    let Options { mode, speed, ports, width } = options;
    if !(speed.is_finite() && speed > 0.0) {
        return Ok(Outcome::BadUsage(format!("--speed {speed} is not above zero. Write --speed 60")));
    }
    let pace = Pace::Times(speed);
    match mode {
        Mode::Tour => {
            let began = Instant::now();
            let summary = tokio::select! {
                summary = tour(width, out) => summary?,
                () = stop => return Ok(Outcome::Failed),
            };
            writeln!(out, "The tour took {:.1} s.", began.elapsed().as_secs_f64())?;
            Ok(if summary.is_good() { Outcome::Done } else { Outcome::Failed })
        }
        Mode::Script(source) => tokio::select! {
            outcome = play(&source, width, out) => outcome,
            () = stop => Ok(Outcome::Failed),
        },
        Mode::Serve => {
            let drive = Drive::services(Timestamp::now(), pace, ports).await?;
            write!(out, "{}", accounts(&drive))?;
            out.flush()?;
            stop.await;
            drive.stop().await?;
            Ok(Outcome::Done)
        }
        Mode::Chat => {
            let drive = Drive::start(Timestamp::now(), pace, ports).await?;
            chat(&drive, width, BufReader::new(tokio::io::stdin()), out, stop).await?;
            drive.stop().await?;
            Ok(Outcome::Done)
        }
    }
}

async fn play(source: &Source, width: usize, out: &mut dyn Write) -> anyhow::Result<Outcome> {
    let (name, text) = match read(source).await {
        Ok(read) => read,
        Err(error) => return Ok(Outcome::BadUsage(format!("{error:#}"))),
    };
    play_text(&name, &text, width, out).await
}

/// Plays the transcript `text`, which is called `name` in what is printed.
///
/// # Errors
/// When the sandbox cannot start, the bot ends, or nothing can be printed.
pub async fn play_text(name: &str, text: &str, width: usize, out: &mut dyn Write) -> anyhow::Result<Outcome> {
    let drive = Drive::start(START.parse()?, Pace::Steps, (0, 0)).await?;
    let outcome = match script::parse(text, &cast(&drive.sandbox)) {
        Err(bad) => Outcome::BadUsage(format!("{name}: {bad}")),
        Ok(steps) => match Player::new(&drive, Layout::one(width)).play(&steps, out).await? {
            Played::AsExpected => Outcome::Done,
            Played::Missing(line, text) => {
                writeln!(out, "❌ {name}: line {line}: nobody said \"{text}\"")?;
                Outcome::Failed
            }
        },
    };
    drive.stop().await?;
    Ok(outcome)
}

async fn read(source: &Source) -> anyhow::Result<(String, String)> {
    let mut bytes = Vec::new();
    let name = match source {
        Source::Stdin => {
            tokio::io::stdin().take(SCRIPT_BYTES_MAX + 1).read_to_end(&mut bytes).await?;
            "standard input".to_owned()
        }
        Source::File(path) => {
            let name = path.display().to_string();
            let file = std::fs::File::open(path);
            let file = file.with_context(|| format!("the transcript {name} cannot be read: name another"))?;
            std::io::Read::read_to_end(&mut std::io::Read::take(file, SCRIPT_BYTES_MAX + 1), &mut bytes)
                .with_context(|| format!("the transcript {name} cannot be read: name a file"))?;
            name
        }
    };
    let small = u64::try_from(bytes.len()).is_ok_and(|length| length <= SCRIPT_BYTES_MAX);
    anyhow::ensure!(small, "the transcript {name} is larger than {SCRIPT_BYTES_MAX} bytes: shorten it");
    let text = String::from_utf8(bytes).ok();
    let text = text.with_context(|| format!("the transcript {name} is not text: save it as UTF-8"))?;
    Ok((name, text))
}

/// Addresses, accounts, and a configuration that fits them.
fn accounts(drive: &Drive) -> String {
    let sandbox = &drive.sandbox;
    let (zulip, github, git) = (drive.zulip.base(), drive.github.base(), drive.git.base());
    let (email, key) = sandbox.zulip_account();
    let (user, password) = super::mail::ACCOUNT;
    let mail = format!("smtp://{user}@127.0.0.1:{}", drive.mail.port());
    let sender = super::mail::SENDER;
    let users = sandbox.zulip.users().into_iter().filter(|user| !user.is_system);
    let users = users.map(|user| format!("  {:<14} {:<30} {}\n", user.name, user.email, user.api_key));
    let projects = sandbox.settings_with_everything().projects.into_iter().map(|project| {
        let channel = |id: u64| sandbox.zulip.channel_name(super::zulip::ChannelId(id)).unwrap_or_default();
        format!(
            "\n[[project]]\nname = \"{}\"\nrepository = \"{}\"\nteam_channel = \"{}\"\nteam_group = \"{}\"\n\
             public_channel = \"{}\"\npublic_topic = \"{}\"\nannounce_list = \"{}\"\n",
            project.name,
            project.repository,
            channel(project.team_channel.0),
            project.team_group.unwrap_or_default(),
            channel(project.public_channel.0),
            project.public_topic.0,
            project.announce_list.unwrap_or_default(),
        )
    });
    format!(
        "Zulip   {zulip}\nGitHub  {github}\nGit     {git}\nMail    {mail}\n\n\
         Accounts on Zulip: name, e-mail, API key\n{}\n\
         The bot is not started. It runs as {email} with:\n\n\
         export ADVISORY_BOT_ZULIP_API_KEY={key}\n\
         export ADVISORY_BOT_GITHUB_TOKEN={token}\n\
         export ADVISORY_BOT_MAIL_PASSWORD={password}\n\n\
         and this advisory-bot.toml:\n\n\
         [zulip]\nsite = \"{zulip}\"\nemail = \"{email}\"\n\n\
         [github]\napi_url = \"{github}\"\ngit_url = \"{git}\"\n\n\
         [mail]\nsmtp_url = \"{mail}\"\nfrom = \"{sender}\"\n\n\
         [store]\npath = \"state\"\n{}\n\
         Ctrl-C ends it; nothing is kept.\n",
        users.collect::<String>(),
        projects.collect::<String>(),
        token = sandbox.github_token(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn run(text: &str) -> (Outcome, String) {
        let mut out = Vec::new();
        let outcome = play_text("a.txt", text, WIDTH_DEFAULT, &mut out).await.unwrap();
        (outcome, String::from_utf8(out).unwrap())
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_transcript_goes_as_expected_or_fails_at_its_line() {
        let (outcome, out) =
            run("maya: dm: !advisory list\nexpect No open incident\nexpect advisory-bot:").await;
        assert_eq!(outcome, Outcome::Done, "{out}");
        let (outcome, out) = run("maya: dm: !advisory list\nexpect Two open incidents").await;
        assert_eq!(outcome, Outcome::Failed);
        assert!(out.ends_with("❌ a.txt: line 2: nobody said \"Two open incidents\"\n"), "{out}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_one_said_oneself_is_not_expected() {
        let (outcome, _) = run("ravi: #general > builds: hello\nexpect hello").await;
        assert_eq!(outcome, Outcome::Failed);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_is_done_on_github_is_told_and_counts_as_nobodys_answer() {
        let lines = [
            r"sofia-k: github: report wasmtime A crash\nIt crashes.",
            "maya: github: accept {ghsa}",
            "ines: github: publish {ghsa}",
            "expect refused ines: there is no advisory GHSA-",
            "maya: github: publish {ghsa}",
            "expect Severity must be set",
            "sofia-k: github: edit {ghsa} severity high",
        ];
        let (outcome, out) = run(&lines.join("\n")).await;
        assert_eq!(outcome, Outcome::Done, "{out}");
        assert!(out.starts_with("── Wed 2025-11-19 · GitHub\n"), "{out}");
        for (who, what) in [
            ("09:00 sofia-k reports GHSA-", " A crash"),
            ("09:01 maya accepts GHSA-", " A crash"),
            ("09:04 sofia-k edits GHSA-", "severity: high"),
        ] {
            let told = out.lines().filter(|line| line.starts_with(who) && line.ends_with(what));
            assert_eq!(told.count(), 1, "{who}: {out}");
        }
        let (outcome, out) =
            run("sofia-k: github: report wasmtime A crash\\nIt crashes.\nexpect sofia-k reports").await;
        assert_eq!(outcome, Outcome::Failed, "{out}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_advisory_published_by_hand_is_told_once() {
        let lines = [
            "maya: #wamr-security > reports: !advisory new A crash --severity high --affected < 2.4.4",
            "expect Incident opened",
            "maya: github: edit {ghsa} description It crashes.",
            "maya: github: publish {ghsa}",
        ];
        let (outcome, out) = run(&lines.join("\n")).await;
        assert_eq!(outcome, Outcome::Done, "{out}");
        assert_eq!((out.matches("publishes").count(), out.matches("published in").count()), (1, 0), "{out}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_bad_line_and_zulips_refusals_are_told() {
        let (outcome, _) = run("maya: #nowhere > t: x").await;
        let Outcome::BadUsage(why) = outcome else { panic!("{outcome:?}") };
        assert!(why.starts_with("a.txt: line 1: there is no channel \"nowhere\""), "{why}");
        let (outcome, out) = run("lee: #wamr-security > t: x\nexpect refused lee").await;
        assert_eq!(outcome, Outcome::Done, "{out}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn served_addresses_fit_the_services() {
        let mut out = Vec::new();
        let options = Options { mode: Mode::Serve, speed: 1.0, ports: (0, 0), width: WIDTH_DEFAULT };
        let outcome = sandbox(options, &mut out, std::future::ready(())).await.unwrap();
        assert_eq!(outcome, Outcome::Done);
        let out = String::from_utf8(out).unwrap();
        assert!(
            out.contains("team_channel = \"wamr-security\"") && out.contains("api_url = \"http://127.0.0.1:")
        );
        let configuration = out.split("advisory-bot.toml:\n").nth(1).unwrap().split("Ctrl-C").next().unwrap();
        assert!(toml::from_str::<toml::Table>(configuration).unwrap().contains_key("project"));
    }
}
