//! aiosmtpd as a process of its own, in an environment that is made once and kept below `target`.

use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

const HERE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/mail");
const REQUIREMENTS: &str = include_str!("requirements.txt");
/// Who signs in at it, and the password.
pub(crate) const ACCOUNT: (&str, &str) = ("bot", "open-sesame");

/// A running server. It never outlives its test.
pub(crate) struct Server {
    process: Child,
    folder: TempDir,
    /// Where it answers, on 127.0.0.1.
    pub(crate) port: u16,
}

impl Server {
    /// A server that speaks in clear, or only after STARTTLS.
    pub(crate) fn start(starttls: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let way = if starttls { "starttls" } else { "plain" };
        let mut process = Command::new(python())
            .args([&format!("{HERE}/server.py"), folder.path().to_str().unwrap(), way])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().parse().expect("the mail server prints its port");
        Self { process, folder, port }
    }

    /// The mails it has taken, in no order.
    pub(crate) fn mails(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let kept = entries.filter(|path| path.extension().is_some_and(|extension| extension == "eml"));
        kept.map(|path| fs::read_to_string(path).unwrap()).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let ended = self.process.kill().and_then(|()| self.process.wait());
        if let Err(error) = ended {
            eprintln!("the mail server could not be ended: {error}");
        }
    }
}

/// The certificate authority of its certificate, which is for localhost and for nothing else.
pub(crate) fn authority() -> PathBuf {
    Path::new(HERE).join("authority.pem")
}

/// A header of a mail.
pub(crate) fn header<'a>(mail: &'a str, name: &str) -> &'a str {
    let lines = mail.lines().take_while(|line| !line.is_empty());
    let mut values = lines.filter_map(|line| line.split_once(": ")).filter(|(of, _)| *of == name);
    values.next().map_or("", |(_, value)| value)
}

/// The Python that has aiosmtpd. Made at the first use, by whichever test comes first.
fn python() -> PathBuf {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mail-server");
    let python = home.join("bin/python");
    let lock = File::create(home.with_extension("lock")).unwrap();
    lock.lock().unwrap();
    let made = home.join("requirements.txt");
    if fs::read_to_string(&made).is_ok_and(|made| made == REQUIREMENTS) {
        return python;
    }
    let home = home.to_str().unwrap();
    let run = |program: &str, arguments: &[&str]| {
        let status = Command::new(program).args(arguments).stdout(Stdio::null()).status();
        let done = status.is_ok_and(|status| status.success());
        assert!(done, "the mail server for this test cannot be set up: {program} {arguments:?} failed");
    };
    run("python3", &["-m", "venv", "--clear", home]);
    let quiet = ["-m", "pip", "--quiet", "--disable-pip-version-check"];
    let install = ["install", "--require-hashes", "-r", &format!("{HERE}/requirements.txt")];
    run(python.to_str().unwrap(), &[quiet.as_slice(), install.as_slice()].concat());
    fs::write(made, REQUIREMENTS).unwrap();
    python
}
