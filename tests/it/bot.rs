//! The bot's process: started, watched, ended, and its log kept. It never outlives its test.

use std::{
    fs::File,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};

use tokio::{
    process::{Child, Command},
    time::timeout,
};

/// The program under test.
const PROGRAM: &str = env!("CARGO_BIN_EXE_advisory-bot");
/// How long the bot may take to end when it is to end by itself.
const END_WITHIN: Duration = Duration::from_secs(60);
/// How long a killed process may take to be gone.
const GONE_WITHIN: Duration = Duration::from_secs(10);

/// A running bot, or any other run of the program.
pub(crate) struct Bot {
    child: Child,
    log: PathBuf,
}

impl Bot {
    /// Starts the program with nothing in its environment; what it prints goes to `log`.
    pub(crate) fn spawn(arguments: &[&str], folder: &Path, log: PathBuf) -> Self {
        let output = File::create(&log).unwrap();
        let child = Command::new(PROGRAM)
            .args(arguments)
            .current_dir(folder)
            .env_clear()
            .stdin(Stdio::null())
            .stdout(output.try_clone().unwrap())
            .stderr(output)
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        Self { child, log }
    }

    /// What it has printed so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Whether it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// SIGKILL, and waits until it is gone.
    pub(crate) async fn kill(mut self) {
        assert!(!self.has_ended(), "it ended before it was killed");
        self.child.kill().await.unwrap();
    }

    /// SIGTERM, and how it ended and how long that took.
    pub(crate) async fn terminate(mut self) -> (ExitStatus, Duration) {
        assert!(!self.has_ended(), "it ended before it was told to");
        let id = self.child.id().unwrap().to_string();
        let asked = tokio::time::Instant::now();
        let sent = Command::new("kill").args(["-TERM", &id]).status().await.unwrap();
        assert!(sent.success(), "SIGTERM could not be sent");
        let status = timeout(END_WITHIN, self.child.wait()).await.expect("it ends after SIGTERM").unwrap();
        (status, asked.elapsed())
    }

    /// Waits until it ends by itself: its exit code, and all it printed.
    pub(crate) async fn ends(mut self) -> (i32, String) {
        let status = timeout(END_WITHIN, self.child.wait()).await.expect("it ends by itself").unwrap();
        (status.code().expect("it ends with a code"), self.log())
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        if self.child.id().is_some() && self.child.start_kill().is_ok() {
            let began = std::time::Instant::now();
            while matches!(self.child.try_wait(), Ok(None)) && began.elapsed() < GONE_WITHIN {
                std::thread::sleep(Duration::from_millis(2));
            }
        }
        if std::thread::panicking() {
            eprintln!("--- the bot's log {} ---\n{}--- end of the log ---", self.log.display(), self.log());
        }
    }
}
