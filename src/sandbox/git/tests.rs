//! The repositories as people use them, and the bot's git with and without git.

use std::{fs, path::Path, process::Command, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use commands::kernel::{
    effect::FailureKind,
    embargoed::{AdvisoryPage, Embargoed},
    id::Repository,
};
use http::Request;
use jiff::SignedDuration;
use serde_json::json;
use tempfile::TempDir;

use super::{GitHost, GitInMemory};
use crate::{
    git::Program,
    port::{Again, Git, Pushed, Setback},
    sandbox::{
        clock::SandboxClock,
        github::{GitHub, Rights, Seed, TokenSeed, Written},
        serve::{Served, serve},
    },
};

const REPOSITORY: &str = "bytecodealliance/wasmtime";
const BRANCH: &str = "fixes-1";
const NUMBER: u64 = 5;

struct Bench {
    github: Arc<GitHub>,
    served: Served,
    folder: TempDir,
    ghsa: String,
    fork: String,
}

impl Bench {
    async fn new() -> Self {
        let clock = Arc::new(SandboxClock::new("2026-11-18T09:00:00Z".parse().unwrap(), 1.0));
        let github = Arc::new(GitHub::new(clock, Seed::bytecodealliance(NUMBER)));
        github.set_fork_delay(Some(SignedDuration::ZERO));
        let vulnerability = json!({"package": {"ecosystem": "rust", "name": "wasmtime"}});
        let fields = json!({"summary": "A", "description": "B", "vulnerabilities": [vulnerability]});
        let ghsa = github.draft_by_hand("maya", REPOSITORY, &fields).unwrap();
        let fork = github.fork_by_hand("maya", &ghsa).unwrap();
        for login in ["maya", "ines", "ravi"] {
            let (secret, login) = (format!("ghp_{login}"), login.to_owned());
            github.add_token(TokenSeed {
                secret,
                login,
                rights: Rights::classic(&["repo"]),
                expires_at: None,
            });
        }
        let host = GitHost::new(github.clone()).unwrap();
        let served = serve(Arc::new(host), 0).await.unwrap();
        Self { github, served, folder: tempfile::tempdir().unwrap(), ghsa, fork }
    }

    /// Git in a folder, as somebody runs it.
    fn try_git(&self, who: Option<&str>, folder: &Path, arguments: &[&str]) -> Result<String, String> {
        let mut git = Command::new("git");
        git.env_clear().env("PATH", std::env::var_os("PATH").unwrap()).env("GIT_TERMINAL_PROMPT", "0");
        git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("HOME", self.folder.path()).current_dir(folder);
        for role in ["AUTHOR", "COMMITTER"] {
            git.env(format!("GIT_{role}_NAME"), "maya").env(format!("GIT_{role}_EMAIL"), "maya@example.org");
        }
        if let Some(who) = who {
            let credential = STANDARD.encode(format!("{who}:ghp_{who}"));
            git.args(["-c", &format!("http.extraHeader=Authorization: Basic {credential}")]);
        }
        let output = git.args(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() {
            Ok(String::from_utf8(output.stdout).unwrap().trim().to_owned())
        } else {
            Err(said)
        }
    }

    fn git(&self, folder: &Path, arguments: &[&str]) -> String {
        self.try_git(Some("maya"), folder, arguments).unwrap()
    }

    fn clone(&self, repository: &str, name: &str) -> std::path::PathBuf {
        let address = format!("{}/{repository}.git", self.served.base());
        self.git(self.folder.path(), &["clone", "--quiet", &address, name]);
        self.folder.path().join(name)
    }

    fn commit(&self, folder: &Path, file: &str, text: &str) -> String {
        fs::write(folder.join(file), text).unwrap();
        self.git(folder, &["add", "."]);
        self.git(folder, &["commit", "--quiet", "-m", &format!("Change {file}")]);
        self.git(folder, &["rev-parse", "HEAD"])
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_pushes_the_model_knows_and_what_it_merges_a_person_gets() {
    let bench = Bench::new().await;
    let clone = bench.clone(REPOSITORY, "clone");
    assert_eq!(bench.git(&clone, &["rev-parse", "HEAD"]), bench.github.head(REPOSITORY, "main").unwrap());
    bench.git(&clone, &["checkout", "--quiet", "-b", "topic"]);
    let commit = bench.commit(&clone, "own.txt", "own\n");
    bench.git(&clone, &["tag", "-a", "v9", "-m", "Nine"]);
    bench.git(&clone, &["push", "--quiet", "origin", "topic", "v9"]);
    assert_eq!(bench.github.head(REPOSITORY, "topic"), Some(commit.clone()));
    assert_eq!(bench.github.tags(REPOSITORY), ["v9"]);
    // Meanwhile somebody writes a file through the API.
    let body =
        json!({"message": "A note", "content": STANDARD.encode("noted\n"), "branch": "main"}).to_string();
    let request = Request::put(format!("http://localhost/repos/{REPOSITORY}/contents/docs/note.md"));
    let request = request.header("authorization", "token ghp_maya").header("user-agent", "test");
    let answer = bench.github.handle(request.body(Bytes::from(body)).unwrap()).await;
    assert_eq!(answer.status(), 201, "{:?}", answer.body());
    let written = Written { title: "Topic", body: "" };
    let number = bench.github.propose_by_hand("maya", (REPOSITORY, "main"), "topic", written).unwrap();
    bench.github.merge_by_hand("maya", REPOSITORY, number).unwrap();
    bench.git(&clone, &["fetch", "--quiet", "--no-tags"]);
    let merge = bench.git(&clone, &["rev-parse", "origin/main"]);
    assert_eq!(bench.github.head(REPOSITORY, "main"), Some(merge));
    assert_eq!(bench.git(&clone, &["show", "origin/main:own.txt"]), "own");
    assert_eq!(bench.git(&clone, &["show", "origin/main:docs/note.md"]), "noted");
    assert_eq!(bench.git(&clone, &["rev-parse", "origin/main^2"]), commit);
    bench.git(&clone, &["fsck", "--strict"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_fork_is_for_those_who_work_on_it() {
    let bench = Bench::new().await;
    let address = format!("{}/{}.git", bench.served.base(), bench.fork);
    let here = bench.folder.path();
    let asked = |who| bench.try_git(who, here, &["ls-remote", &address]);
    assert!(asked(Some("maya")).unwrap().contains("refs/heads/main"));
    assert!(asked(Some("ines")).unwrap_err().contains("not found"));
    assert!(asked(None).unwrap_err().contains("could not read Username"));
    bench.github.invite_by_hand("maya", &bench.ghsa, "ines").unwrap();
    assert!(asked(Some("ines")).unwrap().contains("refs/heads/main"));
    // Whoever works on it pushes to the branch of a pull request, and nobody sees that in public.
    let number = bench.github.open_pull("ines", &bench.ghsa, "main", &["a.c".to_owned()]).unwrap();
    let clone = bench.clone(&bench.fork, "fork");
    bench.git(&clone, &["checkout", "--quiet", "fix-1"]);
    let commit = bench.commit(&clone, "b.c", "fixed\n");
    bench.git(&clone, &["push", "--quiet", "origin", "fix-1", "fix-1:refs/heads/another"]);
    let mut head = String::new();
    bench.github.change_pull(&bench.ghsa, number, |pull| head = pull.head().to_owned()).unwrap();
    assert_eq!(head, commit);
    assert!(asked(Some("ines")).unwrap().contains(&format!("{commit}\trefs/heads/another")));
    let public = format!("{}/{REPOSITORY}.git", bench.served.base());
    assert!(!bench.try_git(None, here, &["ls-remote", &public]).unwrap().contains("fix-1"));
    // Reading the public one takes nobody's leave; pushing does.
    let push = |who| bench.try_git(who, &clone, &["push", &public, "HEAD:refs/heads/early"]).unwrap_err();
    assert!(push(Some("ravi")).contains("403") && push(None).contains("could not read Username"));
    assert_eq!(bench.github.head(REPOSITORY, "early"), None);
}

/// What holds of the bot's git, whichever it is.
async fn keeps_its_word(bench: &Bench, git: &dyn Git, stranger: &dyn Git) {
    let fork: Embargoed<Repository> = Embargoed::new(bench.fork.parse().unwrap());
    let public: Repository = REPOSITORY.parse().unwrap();
    bench.github.open_pull("maya", &bench.ghsa, "main", &["a.c".to_owned()]).unwrap();
    let mut head = String::new();
    bench.github.change_pull(&bench.ghsa, 1, |pull| head = pull.head().to_owned()).unwrap();
    let commit = |name: &str| Embargoed::new(name.parse().unwrap());
    let kind = |setback: Setback| (setback.failure.kind, setback.again);
    let never = |kind| (kind, Again::Never);
    let held = git.bundle(&fork, &public).await.unwrap();
    assert!(!held.open(&AdvisoryPage::on_github()).is_empty());
    let missing = git.push(&fork, &commit(&"ab".repeat(20)), &public, BRANCH).await.unwrap_err();
    assert_eq!(kind(missing), never(FailureKind::Refused));
    let refused = stranger.push(&fork, &commit(&head), &public, BRANCH).await.unwrap_err();
    assert_eq!(kind(refused), never(FailureKind::Credentials));
    for _ in 0..2 {
        assert_eq!(git.push(&fork, &commit(&head), &public, BRANCH).await, Ok(Pushed { bypassed: false }));
        assert_eq!(bench.github.head(REPOSITORY, BRANCH).as_ref(), Some(&head));
    }
    let other = git.push(&fork, &commit(&head), &public, "main").await.unwrap_err();
    assert_eq!(kind(other), never(FailureKind::Refused));
    let nothing = git.bundle(&fork, &public).await.unwrap();
    assert!(nothing.open(&AdvisoryPage::on_github()).is_empty());
    bench.github.set_role(REPOSITORY, crate::sandbox::github::BOT_LOGIN, None).unwrap();
    let gone = git.bundle(&fork, &public).await.unwrap_err();
    assert_eq!(kind(gone), never(FailureKind::NotFound));
}

#[tokio::test]
async fn the_bots_git_keeps_its_word_with_git_and_without() {
    let bench = Bench::new().await;
    let token = Seed::bot_token(NUMBER);
    let real = |token: &str, folder: &str| {
        Program::new(bench.served.address().clone(), token.into(), bench.folder.path().join(folder))
    };
    keeps_its_word(&bench, &real(&token, "one"), &real("ghp_none", "two")).await;
    let bench = Bench::new().await;
    let memory = |token: &str| GitInMemory::new(bench.github.clone(), token);
    keeps_its_word(&bench, &memory(&token), &memory("ghp_none")).await;
}
