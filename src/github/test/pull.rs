//! Pull requests in a private fork, as the embedded GitHub and made-up answers show them.

use std::collections::BTreeSet;

use commands::kernel::{
    effect::FailureKind,
    id::PullNumber,
    patch::{PullRequest, PullState},
};
use jiff::SignedDuration;

use super::{
    embedded::{NUMBER, World},
    *,
};
use crate::sandbox::github::{Access, Rights, Seed, Verdict};

/// A world with an advisory, its fork and a pull request into `main`.
async fn opened() -> (World, String, Embargoed<Repository>) {
    let world = World::new();
    let ghsa = world.created().await;
    let embedded = &world.wire.embedded;
    embedded.set_fork_delay(Some(SignedDuration::ZERO));
    let fork = world.github.create_fork(&repository(), &ghsa).await.unwrap();
    let ghsa = ghsa.open(&AdvisoryPage::on_github()).as_str().to_owned();
    embedded.open_pull("maya", &ghsa, "main", &["src/lib.rs".to_owned()]).unwrap();
    (world, ghsa, fork)
}

async fn read(world: &World, fork: &Embargoed<Repository>, number: u64) -> Option<PullRequest> {
    let pull = world.github.pull(fork, PullNumber(number)).await.unwrap();
    pull.map(|pull| pull.open(&AdvisoryPage::on_github()).clone())
}

#[tokio::test(start_paused = true)]
async fn it_is_read_with_its_reviews_and_files_and_costs_nothing_while_unchanged() {
    let (world, ghsa, fork) = opened().await;
    world.clock.jump(SignedDuration::from_secs(5));
    let embedded = &world.wire.embedded;
    let pull = read(&world, &fork, 1).await.unwrap();
    assert_eq!((pull.number, pull.base.as_str(), pull.state), (PullNumber(1), "main", PullState::Open));
    assert_eq!((pull.mergeable, pull.draft, pull.release_notes), (Some(true), false, Some(false)));
    assert!(pull.url.ends_with("/pull/1"), "{}", pull.url);
    let before = embedded.requests().len();
    assert!(read(&world, &fork, 1).await.unwrap() == pull);
    let again: Vec<u16> = embedded.requests()[before..].iter().map(|request| request.status).collect();
    assert_eq!(again, [304, 304, 304]);
    embedded.review_pull("tomasz", &ghsa, 1, Verdict::ChangesRequested).unwrap();
    let reviews = read(&world, &fork, 1).await.unwrap().reviews.unwrap();
    assert_eq!((reviews.approved.len(), reviews.objecting.len()), (0, 1));
    embedded.review_pull("tomasz", &ghsa, 1, Verdict::Approved).unwrap();
    let reviews = read(&world, &fork, 1).await.unwrap().reviews.unwrap();
    assert_eq!((reviews.approved.len(), reviews.objecting.len()), (1, 0), "the newest counts");
    embedded.push_to_pull("maya", &ghsa, 1, &["RELEASES.md".to_owned()]).unwrap();
    let pushed = read(&world, &fork, 1).await.unwrap();
    let reviews = pushed.reviews.unwrap();
    assert_eq!((reviews.approved.len(), reviews.approved_before.len()), (0, 1), "it was of another commit");
    assert_eq!((pushed.release_notes, pushed.mergeable), (Some(true), None));
    assert!(pushed.head != pull.head);
}

#[tokio::test(start_paused = true)]
async fn a_command_waits_until_github_knows_whether_it_applies() {
    let (world, _, fork) = opened().await;
    let asked = world.clock.now();
    let numbers = BTreeSet::from([PullNumber(1), PullNumber(7)]);
    let pulls = world.github.pulls(&fork, &numbers).await.unwrap();
    let pulls: Vec<_> = pulls.iter().map(|pull| pull.open(&AdvisoryPage::on_github())).collect();
    assert_eq!(pulls.len(), 1, "one is not there");
    assert_eq!(pulls[0].mergeable, Some(true));
    assert!(world.clock.now().duration_since(asked) < SignedDuration::from_secs(8));
}

#[tokio::test(start_paused = true)]
async fn a_token_without_the_right_is_told_which() {
    let (world, _, fork) = opened().await;
    let rights = Rights::fine_grained(
        "bytecodealliance",
        &[("repository_advisories", Access::Write), ("administration", Access::Write)],
    );
    world.wire.embedded.set_token_rights(&Seed::bot_token(NUMBER), rights);
    let refused = world.github.pull(&fork, PullNumber(1)).await.unwrap_err();
    assert_eq!(refused.failure.kind, FailureKind::Permission("pull_requests=read".to_owned()));
}

fn raw(number: u64) -> Value {
    json!({
        "number": number, "html_url": "https://github.com/o/r/pull/1", "state": "closed", "merged": true,
        "mergeable": null, "head": {"ref": "fix", "sha": "a".repeat(40)}, "base": {"ref": "main"},
    })
}

#[tokio::test]
async fn what_github_does_not_show_of_a_private_fork_is_not_known() {
    let hidden = || Ok(answer(404, &[], r#"{"message":"Not Found"}"#));
    let bench = Bench::new([ok(&raw(1)), hidden(), hidden()]);
    let fork = Embargoed::new(repository());
    let pull = bench.github.pull(&fork, PullNumber(1)).await.unwrap().unwrap();
    let pull = pull.open(&AdvisoryPage::on_github());
    assert_eq!((pull.state, pull.release_notes), (PullState::Merged, None));
    assert!(pull.reviews.is_none());
}
