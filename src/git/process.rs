//! One run of the `git` program, which hears nothing of the machine that it runs on: no configuration but
//! what is told here, no hooks, no templates, no credentials of others, and no way out but to GitHub.
//!
//! What it is told goes by its environment, which other users of the machine cannot read, and not by its
//! arguments, which they can.

use std::{
    ffi::{OsStr, OsString},
    io,
    path::Path,
    process::Stdio,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _},
    process::{Child, Command},
    time::timeout,
};

/// How long one run may take.
const ENDS_WITHIN: Duration = Duration::from_secs(10 * 60);
/// How much of what it says about its work is read, in bytes.
const SAID_BYTES_MAX: u64 = 64 * 1024;
/// A connection is given up that brings less than this many bytes a second, for so many seconds.
const SLOW: (&str, &str) = ("1000", "60");

/// What it is told besides what stands in the environment.
const SETTINGS: [(&str, &str); 17] = [
    ("core.askPass", ""),
    ("core.attributesFile", "/dev/null"),
    ("core.fsmonitor", "false"),
    ("core.hooksPath", "/dev/null"),
    ("credential.helper", ""),
    ("credential.interactive", "false"),
    ("fetch.recurseSubmodules", "false"),
    ("gc.auto", "0"),
    // A credential follows no redirect.
    ("http.followRedirects", "false"),
    ("http.lowSpeedLimit", SLOW.0),
    ("http.lowSpeedTime", SLOW.1),
    ("maintenance.auto", "false"),
    ("protocol.allow", "never"),
    ("push.recurseSubmodules", "no"),
    ("submodule.recurse", "false"),
    ("transfer.bundleURI", "false"),
    // What does not hold together is taken from nobody.
    ("transfer.fsckObjects", "true"),
];

/// What old histories hold and nobody can change any more; git warns of it.
const OLD_SINS: [&str; 4] = ["badTimezone", "missingSpaceBeforeDate", "zeroPaddedFilemode", "zeroPaddedDate"];

/// A run to be made.
pub(super) struct Run<'run> {
    /// Where the program is looked for (`PATH`).
    pub(super) path: &'run OsStr,
    /// The repository that it works on, and its home.
    pub(super) folder: &'run Path,
    /// Settings of this run.
    pub(super) settings: Vec<(String, String)>,
    /// The way to other repositories: `https`, or `http`.
    pub(super) scheme: &'run str,
    /// Its arguments. Anybody on the machine can read them.
    pub(super) arguments: &'run [&'run str],
    /// What it reads.
    pub(super) input: &'run str,
    /// The most that it may give, in bytes.
    pub(super) output_max: usize,
}

/// A run that has ended by itself.
pub(super) struct Ended {
    /// Whether it says that all went well.
    pub(super) well: bool,
    /// What it gave.
    pub(super) output: Vec<u8>,
    /// What it said about its work. Names what it worked on.
    pub(super) said: String,
}

/// Why a run has not ended by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stopped {
    /// There is no such program.
    NoProgram,
    /// The system did not let it run.
    Io(io::ErrorKind),
    /// It took too long.
    TooSlow,
    /// It gave too much.
    TooMuch,
}

impl Run<'_> {
    /// Runs it. It is ended, with all that it started, when this future is dropped.
    pub(super) async fn end(self) -> Result<Ended, Stopped> {
        let mut child = self.command().spawn().map_err(|error| {
            if error.kind() == io::ErrorKind::NotFound {
                Stopped::NoProgram
            } else {
                Stopped::Io(error.kind())
            }
        })?;
        let mut group = Group::of(&child);
        let ended = timeout(ENDS_WITHIN, follow(&mut child, self.input, self.output_max)).await;
        let ended = ended.map_err(|_| Stopped::TooSlow)??;
        group.let_go();
        Ok(ended)
    }

    fn command(&self) -> Command {
        let mut command = Command::new("git");
        command.args(self.arguments).current_dir(self.folder).env_clear().kill_on_drop(true);
        command.process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let fixed = [
            ("LC_ALL", "C"),
            ("GIT_ASKPASS", ""),
            ("GIT_ATTR_NOSYSTEM", "1"),
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_LFS_SKIP_SMUDGE", "1"),
            ("GIT_OPTIONAL_LOCKS", "0"),
            ("GIT_TERMINAL_PROMPT", "0"),
        ];
        // In a home of its own it finds no .netrc either.
        let own =
            [("PATH", self.path), ("HOME", self.folder.as_os_str()), ("GIT_DIR", self.folder.as_os_str())];
        command.envs(fixed).envs(own);
        let sins = OLD_SINS.map(|sin| (format!("fetch.fsck.{sin}"), "warn".to_owned()));
        let ways = [(format!("protocol.{}.allow", self.scheme), "always".to_owned())];
        let settings = SETTINGS.map(|(key, value)| (key.to_owned(), value.to_owned()));
        let all = settings.iter().chain(&sins).chain(&ways).chain(&self.settings);
        let mut count = 0;
        for (key, value) in all {
            command.env(format!("GIT_CONFIG_KEY_{count}"), key);
            command.env(format!("GIT_CONFIG_VALUE_{count}"), value);
            count += 1;
        }
        command.env("GIT_CONFIG_COUNT", count.to_string());
        command
    }
}

/// Reads and feeds a process until it has ended.
async fn follow(child: &mut Child, input: &str, output_max: usize) -> Result<Ended, Stopped> {
    let broken = |error: io::Error| Stopped::Io(error.kind());
    let (Some(mut into), Some(out), Some(mut about)) =
        (child.stdin.take(), child.stdout.take(), child.stderr.take())
    else {
        return Err(Stopped::Io(io::ErrorKind::BrokenPipe));
    };
    let feed = async {
        // A process that ends without reading says itself why.
        let _ = into.write_all(input.as_bytes()).await;
        drop(into);
        Ok(())
    };
    let give = async {
        let mut output = Vec::new();
        let most = u64::try_from(output_max).unwrap_or(u64::MAX).saturating_add(1);
        out.take(most).read_to_end(&mut output).await.map_err(broken)?;
        if output.len() > output_max { Err(Stopped::TooMuch) } else { Ok(output) }
    };
    let say = async { words(&mut about).await.map_err(broken) };
    let ((), output, said) = tokio::try_join!(feed, give, say)?;
    let status = child.wait().await.map_err(broken)?;
    Ok(Ended { well: status.success(), output, said })
}

/// What is said, cut at [`SAID_BYTES_MAX`]; the rest is read and forgotten, so that nobody waits.
async fn words(about: &mut (impl AsyncRead + Unpin + Send)) -> io::Result<String> {
    let mut said = Vec::new();
    about.take(SAID_BYTES_MAX).read_to_end(&mut said).await?;
    tokio::io::copy(about, &mut tokio::io::sink()).await?;
    Ok(String::from_utf8_lossy(&said).into_owned())
}

/// A process and all that it started, ended with this value.
struct Group(Option<Pid>);

impl Group {
    fn of(child: &Child) -> Self {
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        Self(id.and_then(Pid::from_raw))
    }

    /// They have ended by themselves: the number may soon be somebody else's.
    fn let_go(&mut self) {
        self.0 = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // Where it has ended meanwhile, there is nothing to end.
        let _ = self.0.map(|leader| kill_process_group(leader, Signal::KILL));
    }
}

/// Where programs are looked for, as the bot itself does.
pub(super) fn path() -> OsString {
    std::env::var_os("PATH").unwrap_or_else(|| OsString::from("/usr/local/bin:/usr/bin:/bin"))
}
