//! What a maintainer reads when the token, or its user, lacks a right.

use commands::kernel::{content::AdvisoryState, effect::FailureKind};

use super::*;

/// What a write is answered after the advisory was read.
async fn refused(status: u16, headers: &[(&str, &str)]) -> [String; 4] {
    let body = r#"{"message":"Must have admin rights to Repository."}"#;
    let bench = || Bench::new([ok(&draft()), Ok(answer(status, headers, body))]);
    let right = |setback: Setback| match setback.failure.kind {
        FailureKind::Permission(right) => right,
        FailureKind::Unreachable
        | FailureKind::Broken
        | FailureKind::Credentials
        | FailureKind::NotFound
        | FailureKind::Refused
        | FailureKind::Insecure => panic!("{setback:?}"),
    };
    let change =
        commands::kernel::content::ContentChange { summary: Some("New".into()), ..Default::default() };
    let change = Embargoed::new(change);
    [
        right(bench().github.update(&repository(), &ghsa(), &change, None).await.unwrap_err()),
        right(bench().github.close_advisory(&repository(), &ghsa(), AdvisoryState::Draft).await.unwrap_err()),
        right(bench().github.request_cve(&repository(), &ghsa()).await.unwrap_err()),
        right(bench().github.create_fork(&repository(), &ghsa()).await.unwrap_err()),
    ]
}

#[tokio::test]
async fn each_call_names_what_it_takes() {
    let rights = refused(403, &[]).await;
    insta::assert_debug_snapshot!(rights, @r#"
    [
        "repository_advisories=write",
        "repository_advisories=write; besides, accepting, closing, publishing and giving access are for administrators and security managers of the repository",
        "repository_advisories=write; besides, asking for a CVE number is for administrators and security managers of the repository",
        "administration=write and repository_advisories=read; besides, making a private fork is for administrators of the repository, and closed to GitHub Apps",
    ]
    "#);
    assert_eq!(refused(404, &[]).await, rights, "what was just read is hidden, not missing");
    let named = refused(403, &[("x-accepted-github-permissions", "administration=write")]).await;
    assert!(named.iter().all(|right| right.starts_with("administration=write")), "{named:?}");
}

#[tokio::test]
async fn a_sign_on_that_is_missing_is_named_before_all_else() {
    let sso = ("x-github-sso", "required; url=https://github.com/orgs/bytecodealliance/sso");
    for right in refused(404, &[sso]).await {
        assert!(right.contains("single sign-on"), "{right}");
    }
}
