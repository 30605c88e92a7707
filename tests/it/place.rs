//! A place for the bot to run: both services on loopback, a configuration with its secrets in files,
//! and a folder for the store.

use std::{
    cell::Cell,
    net::{Ipv4Addr, TcpListener},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use advisory_bot::{
    port::Transport as _,
    sandbox::{
        github,
        serve::{Served, serve},
        world::{Sandbox, Service},
        zulip::{self, seed},
    },
    transport::Network,
};
use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use jiff::Timestamp;
use tempfile::TempDir;

use crate::{bot::Bot, quiet};

/// The longest that an answer of a slow service is under way.
const ANSWER_MILLIS_MAX: u64 = 60;
/// How long a bot may take to be ready.
const READY_WITHIN: Duration = Duration::from_secs(60);
/// What each place's keys and tokens follow from.
const SEED: u64 = 4;

/// The services and everything a bot needs to run against them.
pub(crate) struct Place {
    /// The services and their clock, which is the system's.
    pub(crate) sandbox: Sandbox,
    /// Where the configuration and the store are.
    pub(crate) folder: TempDir,
    zulip_port: u16,
    zulip: Option<Served>,
    github: Served,
    runs: Cell<usize>,
}

impl Place {
    /// Both services up, with what every sandbox has.
    pub(crate) async fn new() -> Self {
        let mut place = Self::without_zulip(zulip::Limits::default()).await;
        place.start_zulip().await;
        place
    }

    /// Both services up behind a slow network, Zulip with other limits.
    pub(crate) async fn slow(limits: zulip::Limits) -> Self {
        let mut place = Self::without_zulip(limits).await;
        let github = Slow::new(Arc::clone(&place.sandbox.github) as Arc<dyn Service>);
        place.github = serve(github, 0).await.unwrap();
        place.sandbox.github.set_bases(place.github.base(), "http://github.localhost");
        let zulip = Slow::new(Arc::clone(&place.sandbox.zulip) as Arc<dyn Service>);
        place.serve_zulip(zulip).await;
        place
    }

    /// Only GitHub up; nothing answers where Zulip is to be.
    pub(crate) async fn without_zulip(limits: zulip::Limits) -> Self {
        let realm = zulip::Realm { limits, ..seed::realm(SEED) };
        let github = github::Seed::bytecodealliance(SEED);
        let sandbox = Sandbox::from_seeds(realm, github, Timestamp::now(), 1.0);
        let github = serve(Arc::clone(&sandbox.github) as Arc<dyn Service>, 0).await.unwrap();
        sandbox.github.set_bases(github.base(), "http://github.localhost");
        let folder = tempfile::tempdir().unwrap();
        let place =
            Self { sandbox, folder, zulip_port: free_port(), zulip: None, github, runs: Cell::new(0) };
        place.secret("zulip-key", &place.sandbox.zulip_account().1);
        place.secret("github-token", &place.sandbox.github_token());
        place
    }

    /// Starts Zulip at the address that the configuration has for it.
    pub(crate) async fn start_zulip(&mut self) {
        let service = Arc::clone(&self.sandbox.zulip) as Arc<dyn Service>;
        self.serve_zulip(service).await;
    }

    async fn serve_zulip(&mut self, service: Arc<dyn Service>) {
        let served = serve(service, self.zulip_port).await.unwrap();
        self.sandbox.zulip.set_url(served.base());
        self.zulip = Some(served);
    }

    /// Writes a secret as its own file, which nobody else can read.
    pub(crate) fn secret(&self, name: &str, value: &str) {
        use std::io::Write as _;
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        let mut file = options.open(self.folder.path().join(name)).unwrap();
        writeln!(file, "{value}").unwrap();
    }

    /// A configuration that is right; tests change what they want wrong. Each has a port of its own
    /// for `/healthz`, and so is another one.
    pub(crate) fn configuration(&self) -> String {
        let (zulip, github) = (self.zulip_port, self.github.base());
        let email = self.sandbox.zulip_account().0;
        let listen = free_port();
        format!(
            r#"[zulip]
site = "http://127.0.0.1:{zulip}"
email = "{email}"
api_key_file = "zulip-key"

[github]
api_url = "{github}"
token_file = "github-token"

[store]
path = "state"

[http]
listen = "127.0.0.1:{listen}"

[[project]]
name = "WAMR"
repository = "bytecodealliance/wasm-micro-runtime"
team_channel = "wamr-security"
team_group = "security-team"
public_channel = "general"

[[project]]
name = "Wasmtime"
repository = "bytecodealliance/wasmtime"
team_channel = 3
team_group = "security-team"
public_channel = "general"
"#
        )
    }

    /// Starts a bot with the configuration `text`, logging everything.
    pub(crate) fn run_with(&self, text: &str) -> Bot {
        std::fs::write(self.folder.path().join("bot.toml"), text).unwrap();
        self.program(&["run", "--config", "bot.toml", "-vv"])
    }

    /// Starts the program with these arguments, in the folder of the configuration.
    pub(crate) fn program(&self, arguments: &[&str]) -> Bot {
        Bot::spawn(arguments, self.folder.path(), self.next_log())
    }

    fn next_log(&self) -> PathBuf {
        self.runs.set(self.runs.get() + 1);
        self.folder.path().join(format!("run-{}.log", self.runs.get()))
    }

    /// Starts a bot with a right configuration and waits until it is ready.
    pub(crate) async fn start(&self) -> Bot {
        self.start_with(&self.configuration()).await
    }

    /// The same with the configuration `text`.
    pub(crate) async fn start_with(&self, text: &str) -> Bot {
        let mut bot = self.run_with(text);
        let listen = listen_of(text).to_owned();
        let began = Instant::now();
        while status(&listen, "readyz").await != Some(200) {
            assert!(!bot.has_ended() && began.elapsed() < READY_WITHIN, "the bot is not ready");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        bot
    }

    /// Where the store is.
    pub(crate) fn store(&self) -> PathBuf {
        self.folder.path().join("state")
    }
}

impl Drop for Place {
    /// No log of any test holds what it must not.
    fn drop(&mut self) {
        if !std::thread::panicking() {
            for run in 1..=self.runs.get() {
                let log = self.folder.path().join(format!("run-{run}.log"));
                quiet::check(&self.sandbox, &std::fs::read_to_string(log).unwrap());
            }
        }
    }
}

/// A service whose answers take their time: what was asked is done, and nobody knows it yet.
struct Slow {
    service: Arc<dyn Service>,
    answers: AtomicU64,
}

impl Slow {
    fn new(service: Arc<dyn Service>) -> Arc<Self> {
        Arc::new(Self { service, answers: AtomicU64::new(0) })
    }
}

#[async_trait]
impl Service for Slow {
    async fn answer(&self, request: Request<Bytes>) -> Response<Bytes> {
        let answer = self.service.answer(request).await;
        let number = self.answers.fetch_add(1, Ordering::Relaxed);
        // Multiples of a prime, so that all lengths occur.
        tokio::time::sleep(Duration::from_millis(number.wrapping_mul(37) % ANSWER_MILLIS_MAX)).await;
        answer
    }
}

/// The address in a configuration where the bot listens.
pub(crate) fn listen_of(text: &str) -> &str {
    let (_, rest) = text.split_once("listen = \"").unwrap();
    rest.split_once('"').unwrap().0
}

/// The status of a page of the bot's own web server, if it answers.
pub(crate) async fn status(listen: &str, page: &str) -> Option<u16> {
    let request = Request::get(format!("http://{listen}/{page}")).body(Bytes::new()).unwrap();
    let answer = Network::new().unwrap().send(request).await.ok()?;
    Some(answer.status().as_u16())
}

/// What a page holds.
pub(crate) async fn page(listen: &str, page: &str) -> Option<String> {
    let request = Request::get(format!("http://{listen}/{page}")).body(Bytes::new()).unwrap();
    let answer = Network::new().unwrap().send(request).await.ok()?;
    String::from_utf8(answer.into_body().to_vec()).ok()
}

/// A port that is free now.
fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

/// Every file below `folder`, with what it holds.
pub(crate) fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let held = std::fs::read(&path).unwrap();
            found.push((path, held));
        }
    }
    found
}
