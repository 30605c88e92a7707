//! What git is told, nobody else hears; and it hears nobody else.

use std::{
    ffi::OsString,
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::Command,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use commands::kernel::effect::FailureKind;
use http::{Request, Response, header};

use super::{
    super::Program,
    fixture::{BRANCH, REPOSITORY, Site, words},
};
use crate::{
    port::{Again, Git as _, Pushed},
    sandbox::{serve::serve, world::Service},
};

/// What the test that runs itself again is told.
const AGAIN: &str = "ADVISORY_BOT_TEST_AGAIN";

/// Puts a script in git's place.
fn in_its_place(program: Program, folder: &Path, script: &str) -> Program {
    let bin = folder.join("bin");
    fs::create_dir_all(&bin).unwrap();
    let path = std::env::var_os("PATH").unwrap();
    let real = std::env::split_paths(&path).map(|part| part.join("git")).find(|git| git.exists()).unwrap();
    let script = script.replace("GIT ", &format!("{} ", real.display()));
    fs::write(bin.join("git"), format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(bin.join("git"), fs::Permissions::from_mode(0o755)).unwrap();
    let path: Vec<_> = [bin].into_iter().chain(std::env::split_paths(&path)).collect();
    let path: OsString = std::env::join_paths(path).unwrap();
    Program { path, ..program }
}

#[tokio::test]
async fn the_credential_is_in_no_argument_and_in_no_file() {
    let site = Site::new().await;
    let at = site.folder.path().display().to_string();
    // Every file that git works on is copied, and every argument written down: its own and its helpers'.
    let script = format!(
        "echo \"$0 $*\" >> {at}/arguments\nexport GIT_TRACE2_EVENT={at}/started\nGIT \"$@\"\nended=$?\n\
         stat -c %a \"$GIT_DIR\" >> {at}/modes\ncp -r \"$GIT_DIR\" {at}/copy-$$\nexit $ended"
    );
    let program = in_its_place(site.program(), site.folder.path(), &script);
    assert_eq!(site.push_with(&program).await, Ok(Pushed::default()));
    program.bundle(&site.fork, &REPOSITORY.parse().unwrap()).await.unwrap();
    let basic = STANDARD.encode(format!("x-access-token:{}", site.token));
    let (fork, commit) = (site.fork_name(), site.commit());
    let arguments = fs::read_to_string(site.folder.path().join("arguments")).unwrap();
    let started = fs::read_to_string(site.folder.path().join("started")).unwrap();
    assert!(arguments.contains("push --porcelain") && started.contains("remote-http"), "{arguments}");
    for secret in [&site.token, &basic] {
        assert!(!arguments.contains(secret) && !started.contains(secret));
    }
    // Names are hidden from other users of the machine as far as git lets them be.
    assert!(!arguments.contains(&fork) && !arguments.contains(&commit), "{arguments}");
    let modes = fs::read_to_string(site.folder.path().join("modes")).unwrap();
    assert!(modes.lines().all(|mode| mode == "700"), "{modes}");
    let mut files = 0;
    for (name, held) in files_below(site.folder.path()) {
        let holds = |secret: &String| held.windows(secret.len()).any(|part| part == secret.as_bytes());
        assert!(!holds(&site.token) && !holds(&basic), "{name}");
        files += 1;
    }
    assert!(files > 20, "nothing was looked at");
}

fn files_below(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            found.extend(files_below(&path));
        } else {
            found.push((path.display().to_string(), fs::read(&path).unwrap()));
        }
    }
    found
}

#[tokio::test]
async fn an_error_shows_nothing_when_it_is_printed() {
    let mut site = Site::new().await;
    let (fork, token) = (site.fork_name(), site.token.clone());
    site.github.set_fork_delay(None);
    let missing = site.push().await.unwrap_err();
    site.token = "ghp_wrong".to_owned();
    let unknown = site.push().await.unwrap_err();
    for setback in [missing, unknown] {
        let shown = format!("{setback:?}");
        assert!(!shown.contains(&fork) && !shown.contains(&token) && !shown.contains("ghp_"), "{shown}");
        assert!(!words(&setback).contains("ghp_"), "{}", words(&setback));
    }
}

/// Sends everybody elsewhere.
struct Elsewhere(String);

#[async_trait]
impl Service for Elsewhere {
    async fn answer(&self, request: Request<Bytes>) -> Response<Bytes> {
        let to = format!("{}{}", self.0, request.uri());
        Response::builder().status(301).header(header::LOCATION, to).body(Bytes::new()).unwrap()
    }
}

/// Writes down who comes.
#[derive(Default)]
struct Listening(Mutex<Vec<String>>);

#[async_trait]
impl Service for Listening {
    async fn answer(&self, request: Request<Bytes>) -> Response<Bytes> {
        self.0.lock().unwrap().push(format!("{} {:?}", request.uri(), request.headers()));
        Response::new(Bytes::new())
    }
}

#[tokio::test]
async fn a_credential_follows_no_redirect() {
    let site = Site::new().await;
    let listening = Arc::new(Listening::default());
    let other = serve(listening.clone(), 0).await.unwrap();
    let sending = serve(Arc::new(Elsewhere(other.base().to_owned())), 0).await.unwrap();
    let refused = site.push_with(&site.program_at(sending.base())).await.unwrap_err();
    assert_eq!((&refused.failure.kind, refused.again), (&FailureKind::Refused, Again::Never));
    assert_eq!(listening.0.lock().unwrap().as_slice(), [] as [String; 0]);
}

/// This test runs itself again in a process whose surroundings are full of traps.
#[tokio::test]
async fn nothing_of_the_machine_is_heeded() {
    if let Ok(traps) = std::env::var(AGAIN) {
        let site = Site::new().await;
        assert_eq!(site.push().await, Ok(Pushed::default()));
        site.program().bundle(&site.fork, &REPOSITORY.parse().unwrap()).await.unwrap();
        assert_eq!(site.head(BRANCH), Some(site.commit()));
        assert_eq!(fs::read_dir(Path::new(&traps).join("sprung")).unwrap().count(), 0, "a trap has sprung");
        return;
    }
    let traps = tempfile::tempdir().unwrap();
    let at = traps.path().display().to_string();
    fs::create_dir_all(traps.path().join("sprung")).unwrap();
    for folder in ["hooks", "templates/hooks"] {
        let folder = traps.path().join(folder);
        fs::create_dir_all(&folder).unwrap();
        for hook in ["pre-push", "reference-transaction", "post-checkout"] {
            fs::write(folder.join(hook), format!("#!/bin/sh\ntouch {at}/sprung/{hook}\nexit 1\n")).unwrap();
            fs::set_permissions(folder.join(hook), fs::Permissions::from_mode(0o755)).unwrap();
        }
    }
    let configuration = format!(
        "[core]\n\thooksPath = {at}/hooks\n\taskPass = \"touch {at}/sprung/askpass\"\n\
         [init]\n\ttemplateDir = {at}/templates\n[http]\n\tproxy = http://127.0.0.1:1\n\
         [credential]\n\thelper = \"!touch {at}/sprung/helper; true\"\n\
         [url \"http://127.0.0.1:1/\"]\n\tinsteadOf = http://127.0.0.1\n"
    );
    for file in [".gitconfig", "system"] {
        fs::write(traps.path().join(file), &configuration).unwrap();
    }
    fs::write(traps.path().join(".netrc"), "machine 127.0.0.1 login x password y\n").unwrap();
    let this = std::env::current_exe().unwrap();
    let name = "git::tests::secrets::nothing_of_the_machine_is_heeded";
    let mut again = Command::new(this);
    again.args(["--exact", name, "--nocapture"]).env(AGAIN, traps.path()).env("HOME", traps.path());
    again.env("XDG_CONFIG_HOME", traps.path()).env("GIT_CONFIG_SYSTEM", traps.path().join("system"));
    again.env("GIT_CONFIG_GLOBAL", traps.path().join(".gitconfig"));
    again.env("GIT_TEMPLATE_DIR", traps.path().join("templates")).env("GIT_EXEC_PATH", traps.path());
    again.env("GIT_DIR", traps.path().join("nowhere")).env("GIT_TRACE", traps.path().join("sprung/trace"));
    again.env("GIT_CONFIG_COUNT", "1").env("GIT_CONFIG_KEY_0", "http.proxy");
    again.env("GIT_CONFIG_VALUE_0", "http://127.0.0.1:1").env("http_proxy", "http://127.0.0.1:1");
    again.env("GIT_ASKPASS", format!("{at}/hooks/pre-push")).env("GIT_ALLOW_PROTOCOL", "file");
    let ended = again.output().unwrap();
    let said = String::from_utf8_lossy(&ended.stdout);
    assert!(
        ended.status.success() && said.contains("1 passed"),
        "{said}{}",
        String::from_utf8_lossy(&ended.stderr)
    );
}

#[tokio::test]
async fn a_run_that_is_dropped_ends_with_all_that_it_started() {
    let site = Site::new().await;
    let at = site.folder.path().join("started");
    let script = format!("sleep 1000 &\necho $! > {0}.new\nmv {0}.new {0}\nwait", at.display());
    let program = in_its_place(site.program(), site.folder.path(), &script);
    let within = Instant::now();
    let started = async {
        while !at.exists() {
            assert!(within.elapsed() < Duration::from_secs(20), "it was not started");
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        _ = site.push_with(&program) => panic!("it ends by itself"),
        () = started => {}
    }
    let child = fs::read_to_string(&at).unwrap();
    // Whoever is dead and not buried yet has ended, too.
    let lives = || {
        let stat = fs::read_to_string(format!("/proc/{}/stat", child.trim())).unwrap_or_default();
        stat.rsplit(") ").next().is_some_and(|rest| rest.starts_with(['S', 'R', 'D']))
    };
    while lives() {
        assert!(within.elapsed() < Duration::from_secs(20), "what it started lives on");
        tokio::task::yield_now().await;
    }
    site.left_nothing();
}
