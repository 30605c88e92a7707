//! The adapter against real repositories: the sandbox's git host, over HTTP, by its rules.

mod cut;
mod fixture;
mod secrets;

use std::{fs, os::unix::fs::PermissionsExt as _};

use commands::kernel::{
    effect::{FailureKind, Service},
    embargoed::{AdvisoryPage, Embargoed},
};

use self::fixture::{BRANCH, REPOSITORY, Site, git, words};
use super::*;
use crate::{
    port::Again,
    sandbox::github::{Access, Rights},
};

const NOT_DONE: Again = Again::NotDone { wait: None };

#[tokio::test]
async fn a_commit_arrives_under_its_own_name_and_a_second_push_does_nothing() {
    let site = Site::new().await;
    assert_eq!(site.push().await, Ok(Pushed { bypassed: false }));
    assert_eq!(site.head(BRANCH), Some(site.commit()));
    let before = site.requests("git-receive-pack");
    assert_eq!(site.push().await, Ok(Pushed { bypassed: false }));
    assert_eq!(site.requests("git-receive-pack"), before);
    site.left_nothing();
}

#[tokio::test]
async fn a_branch_that_holds_another_commit_is_not_touched() {
    let site = Site::new().await;
    let other = site.github.push_by_hand("maya", (REPOSITORY, BRANCH), "Another", None).unwrap();
    let refused = site.push().await.unwrap_err();
    assert_eq!((refused.failure.service, &refused.failure.kind), (Service::Git, &FailureKind::Refused));
    assert_eq!(refused.again, Again::Never);
    assert!(words(&refused).contains("holds another commit"), "{}", words(&refused));
    assert_eq!((site.head(BRANCH), site.requests("git-receive-pack")), (Some(other), 0));
    site.left_nothing();
}

#[tokio::test]
async fn a_branch_that_somebody_makes_between_look_and_push_is_not_moved() {
    let site = Site::new().await;
    // It stands right before the commit, so that a push like any other would move it forward.
    let main = site.head("main").unwrap();
    let github = site.github.clone();
    let other = main.clone();
    site.gate.before("service=git-receive-pack", move || {
        github.push_by_hand("maya", (REPOSITORY, BRANCH), "Head of main", Some(&other)).unwrap();
    });
    let refused = site.push().await.unwrap_err();
    assert_eq!((&refused.failure.kind, refused.again), (&FailureKind::Broken, NOT_DONE));
    assert_eq!(site.head(BRANCH), Some(main));
}

#[tokio::test]
async fn a_commit_that_the_fork_does_not_have_is_refused() {
    let mut site = Site::new().await;
    site.commit = Embargoed::new("c0ffee".repeat(7)[..40].parse().unwrap());
    let refused = site.push().await.unwrap_err();
    assert_eq!(
        (&refused.failure.kind, refused.again),
        (&FailureKind::Refused, Again::Never),
        "{}",
        words(&refused)
    );
    assert_eq!(words(&refused), "the private fork does not have that commit any more");
    // What has that name, and is no commit.
    let mut site = Site::new().await;
    site.program().bundle(&site.fork, &REPOSITORY.parse().unwrap()).await.unwrap();
    let tree = format!("{}^{{tree}}", site.commit());
    let tree = git(&site.host.place(&site.fork_name()), &["rev-parse", &tree]).trim().to_owned();
    site.commit = Embargoed::new(tree.parse().unwrap());
    let refused = site.push().await.unwrap_err();
    assert_eq!(words(&refused), "what the private fork has under that name is no commit");
    assert_eq!(site.head(BRANCH), None);
}

#[tokio::test]
async fn what_the_token_lacks_is_told() {
    let mut site = Site::new().await;
    let reader = Rights::fine_grained("bytecodealliance", &[("contents", Access::Read)]);
    site.github.set_token_rights(&site.token, reader);
    let refused = site.push().await.unwrap_err();
    assert_eq!(refused.failure.kind, FailureKind::Permission("contents=write".to_owned()));
    let stranger = Rights::fine_grained("bytecodealliance", &[("metadata", Access::Read)]);
    site.github.set_token_rights(&site.token, stranger);
    let refused = site.push().await.unwrap_err();
    assert_eq!((&refused.failure.kind, refused.again), (&FailureKind::NotFound, Again::Never));
    site.token = "ghp_0000".to_owned();
    let refused = site.push().await.unwrap_err();
    assert_eq!(
        (&refused.failure.kind, refused.again),
        (&FailureKind::Credentials, Again::Never),
        "{}",
        words(&refused)
    );
    assert_eq!(site.head(BRANCH), None);
    site.left_nothing();
}

/// Puts a hook into the public repository, as GitHub's rules are asked before a push is taken.
async fn with_rule(site: &Site, script: &str) {
    site.program().bundle(&site.fork, &REPOSITORY.parse().unwrap()).await.unwrap();
    let hook = site.host.place(REPOSITORY).join("hooks/pre-receive");
    fs::write(&hook, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
}

#[tokio::test]
async fn a_rule_that_refuses_is_told_and_one_that_was_broken_too() {
    let site = Site::new().await;
    with_rule(&site, "echo 'error: GH013: Repository rule violations found for refs/heads/x.' >&2; exit 1")
        .await;
    let refused = site.push().await.unwrap_err();
    assert_eq!(
        (&refused.failure.kind, refused.again),
        (&FailureKind::Refused, Again::Never),
        "{}",
        words(&refused)
    );
    assert!(words(&refused).contains("GH013: Repository rule violations found"), "{}", words(&refused));
    assert_eq!(site.head(BRANCH), None);
    let scope = "refusing to allow a Personal Access Token to create or update workflow `a.yml` without `workflow` scope";
    with_rule(&site, &format!("echo '{scope}' >&2; exit 1")).await;
    let refused = site.push().await.unwrap_err();
    assert_eq!(refused.failure.kind, FailureKind::Permission("workflows=write".to_owned()));
    with_rule(&site, "echo 'Bypassed rule violations for refs/heads/x:' >&2").await;
    assert_eq!(site.push().await, Ok(Pushed { bypassed: true }));
    assert_eq!(site.head(BRANCH), Some(site.commit()));
}

// A person's git is waited for here: the host needs a thread of its own.
#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_gives_back_what_only_the_fork_holds() {
    let site = Site::new().await;
    let public = REPOSITORY.parse().unwrap();
    let bundle = site.program().bundle(&site.fork, &public).await.unwrap();
    let bytes = bundle.open(&AdvisoryPage::on_github());
    let clone = site.folder.path().join("clone");
    let address = format!("{}/{REPOSITORY}.git", site.served.base());
    git(site.folder.path(), &["clone", "--quiet", "--bare", &address, "clone"]);
    let file = site.folder.path().join("fork.bundle");
    fs::write(&file, bytes).unwrap();
    let heads = git(&clone, &["bundle", "list-heads", file.to_str().unwrap()]);
    assert!(heads.contains("refs/heads/fix-1") && !heads.contains("refs/heads/main"), "{heads}");
    git(&clone, &["fetch", "--quiet", file.to_str().unwrap(), "refs/heads/fix-1:refs/heads/fix-1"]);
    assert_eq!(git(&clone, &["rev-parse", "fix-1"]).trim(), site.commit());
    let files = git(&clone, &["ls-tree", "-r", "--name-only", "fix-1"]);
    assert_eq!(files.lines().collect::<Vec<_>>(), ["README.md", "src/loader.c"]);
    // Only what is private is in it.
    let (small, _) = (bytes.len() < 2000, git(&clone, &["fsck", "--strict"]));
    assert!(small, "{} bytes", bytes.len());
    site.push().await.unwrap();
    let bundle = site.program().bundle(&site.fork, &public).await.unwrap();
    assert!(bundle.open(&AdvisoryPage::on_github()).is_empty());
    site.left_nothing();
}

#[tokio::test]
async fn a_bundle_that_is_too_large_is_refused() {
    let site = Site::new().await;
    let program = Program { bundle_bytes_max: 100, ..site.program() };
    let refused = program.bundle(&site.fork, &REPOSITORY.parse().unwrap()).await.unwrap_err();
    assert_eq!(
        (&refused.failure.kind, refused.again),
        (&FailureKind::Refused, Again::Never),
        "{}",
        words(&refused)
    );
    assert!(words(&refused).contains("is larger than"), "{}", words(&refused));
    site.left_nothing();
}

#[test]
fn an_older_git_is_told_from_one_that_heeds_its_settings() {
    let new =
        ["git version 2.32.0", "git version 2.47.3", "git version 3.0", "git version 2.39.2 (Apple Git-143)"];
    assert!(new.iter().all(|version| is_new_enough(version)));
    let old = ["git version 2.31.9", "git version 1.99.0", "git", "git version x.y"];
    assert!(!old.iter().any(|version| is_new_enough(version)));
}

#[test]
fn what_a_killed_process_left_is_removed() {
    let folder = tempfile::tempdir().unwrap();
    let scratch = folder.path().join("git");
    fs::create_dir_all(scratch.join("77-0/objects")).unwrap();
    let base = "https://github.com".parse().unwrap();
    let program = Program::new(base, "ghp_x".into(), scratch.clone());
    program.clean().unwrap();
    assert!(!scratch.exists());
    program.clean().unwrap();
}
