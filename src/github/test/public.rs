//! The public side of a repository, as the embedded GitHub shows it.

use commands::kernel::{
    effect::FailureKind, id::PullNumber, patch::HeadCommit, public::Sameness, sighting::PublicKind,
};
use jiff::SignedDuration;

use super::{
    embedded::{NUMBER, REPOSITORY, World},
    *,
};
use crate::{
    github::{Fresh, PublicList, PublicSide},
    sandbox::github::{Access, Rights, Seed, Written},
};

const NOTE: Written<'static> = Written { title: "A question", body: "How does this work?" };

/// One look at everything, taken in: what was new, with the last part of its page.
async fn look(world: &World, side: &mut PublicSide) -> Vec<String> {
    let seen = fresh(world, side).await;
    seen.iter().map(shown).collect()
}

async fn fresh(world: &World, side: &mut PublicSide) -> Vec<Fresh> {
    let (github, repository) = (&world.github, repository());
    let mut seen = Vec::new();
    if !github.is_public(&repository, side).await.unwrap() {
        return seen;
    }
    for list in PublicList::ALL {
        let fresh = github.public_list(&repository, list, side).await.unwrap();
        fresh.iter().for_each(|fresh| side.take(fresh));
        seen.extend(fresh);
    }
    while let Some((head, is_old)) = side.next_head(true) {
        let fresh = github.public_commits(&repository, &head, is_old, side).await.unwrap();
        fresh.iter().for_each(|fresh| side.take(fresh));
        side.head_read(&head);
        seen.extend(fresh);
    }
    seen
}

fn shown(fresh: &Fresh) -> String {
    let text = fresh.item.text.open(&AdvisoryPage::on_github()).replace("\n\n", " / ");
    let host = format!("https://github.com/{REPOSITORY}/");
    let place = fresh.item.url.strip_prefix(&host).unwrap_or_else(|| panic!("{}", fresh.item.url));
    let place = match fresh.item.what {
        PublicKind::Commit => "commit",
        PublicKind::Branch
        | PublicKind::PullRequest
        | PublicKind::Issue
        | PublicKind::Release
        | PublicKind::Tag => place.split(['#']).next().unwrap_or(place),
    };
    let twin = fresh.item.twin.as_ref().map(|twin| format!(" ({:?})", twin.sameness)).unwrap_or_default();
    format!("{:?} {place}: {text}{twin}", fresh.item.what)
}

#[tokio::test(start_paused = true)]
async fn everything_that_anybody_reads_is_seen_once_and_costs_nothing_while_unchanged() {
    let world = World::new();
    let embedded = &world.wire.embedded;
    let mut side = PublicSide::default();
    let first = look(&world, &mut side).await;
    assert!(first.contains(&"Branch tree/main: main".to_owned()), "{first:#?}");
    assert!(first.contains(&"Commit commit: Head of release-36.0.0".to_owned()), "{first:#?}");
    assert_eq!(look(&world, &mut side).await, [""; 0]);
    embedded.push_by_hand("maya", (REPOSITORY, "fix/42"), "Mend it\n\nAll of it.", None).unwrap();
    embedded.open_by_hand("ravi", REPOSITORY, NOTE, None).unwrap();
    embedded.open_by_hand("maya", REPOSITORY, NOTE, Some("fix/42")).unwrap();
    embedded.remark_by_hand("ravi", (REPOSITORY, 1), "And this?", false).unwrap();
    embedded.remark_by_hand("ravi", (REPOSITORY, 2), "Nice", false).unwrap();
    embedded.remark_by_hand("ravi", (REPOSITORY, 2), "Why this line?", true).unwrap();
    embedded.release_by_hand("maya", (REPOSITORY, "v2"), NOTE, false).unwrap();
    embedded.release_by_hand("maya", (REPOSITORY, "v3"), NOTE, true).unwrap();
    insta::assert_snapshot!(look(&world, &mut side).await.join("\n"), @r"
    Branch tree/fix/42: fix/42
    PullRequest pull/2: A question / How does this work? / fix/42
    Issue issues/1: A question / How does this work?
    Issue issues/1: And this?
    PullRequest pull/2: Nice
    PullRequest pull/2: Why this line?
    Release releases/tag/v2: v2 / A question / How does this work?
    Tag releases/tag/v2: v2
    Commit commit: Mend it / All of it.
    ");
    let before = embedded.requests().len();
    assert_eq!(look(&world, &mut side).await, [""; 0]);
    let statuses: Vec<u16> = embedded.requests()[before..].iter().map(|one| one.status).collect();
    assert_eq!(statuses, [304; 8]);
    let edited = Written { title: "A question", body: "Never mind" };
    embedded.rewrite_by_hand("ravi", (REPOSITORY, 1), edited).unwrap();
    assert_eq!(look(&world, &mut side).await, ["Issue issues/1: A question / Never mind"]);
}

#[tokio::test(start_paused = true)]
async fn what_workflows_and_merges_do_is_seen_like_what_people_do() {
    let world = World::new();
    let mut side = PublicSide::default();
    look(&world, &mut side).await;
    let (workflow, since) = (("release.yml", "release-36.0.0"), world.clock.now());
    let inputs = std::collections::BTreeMap::new();
    done(world.github.dispatch(&repository(), workflow, &inputs, since, false).await);
    world.clock.jump(SignedDuration::from_secs(60));
    insta::assert_snapshot!(look(&world, &mut side).await.join("\n"), @r"
    Branch tree/ci/release-release-36.0.0: ci/release-release-36.0.0
    PullRequest pull/1: Release 36.0.14 / This bumps the version. / ci/release-release-36.0.0
    Commit commit: Release 36.0.14
    ");
    world.clock.jump(SignedDuration::from_secs(60));
    let head = world.wire.embedded.proposals(REPOSITORY)[0].head().parse().unwrap();
    done(world.github.merge_pull(&repository(), PullNumber(1), &head).await);
    world.clock.jump(SignedDuration::from_secs(60));
    insta::assert_snapshot!(look(&world, &mut side).await.join("\n"), @r"
    Branch tree/release-36.0.0: release-36.0.0
    Tag releases/tag/v36.0.14: v36.0.14
    Commit commit: Merge pull request #1 from bytecodealliance/ci/release-release-36.0.0
    ");
}

#[tokio::test(start_paused = true)]
async fn what_happened_between_two_looks_is_seen_however_much_it_was() {
    let world = World::new();
    let embedded = &world.wire.embedded;
    for number in 0..70 {
        let title = format!("Issue {number}");
        embedded.open_by_hand("ravi", REPOSITORY, Written { title: &title, body: "" }, None).unwrap();
    }
    let mut side = PublicSide::default();
    let issues = |seen: Vec<String>| seen.iter().filter(|one| one.starts_with("Issue")).count();
    assert_eq!(issues(look(&world, &mut side).await), 50, "the newest page of what stood there");
    for number in 0..120 {
        world.clock.jump(SignedDuration::from_secs(1));
        let title = format!("More {number}");
        embedded.open_by_hand("ravi", REPOSITORY, Written { title: &title, body: "" }, None).unwrap();
        embedded.push_by_hand("maya", (REPOSITORY, "main"), &title, None).unwrap();
    }
    let seen = look(&world, &mut side).await;
    let commits = seen.iter().filter(|one| one.starts_with("Commit")).count();
    assert_eq!((commits, seen.first().unwrap().as_str()), (120, "Branch tree/main: main"));
    assert_eq!(seen.iter().filter(|one| one.contains("Issue issues/") && one.contains("More")).count(), 120);
}

/// A world with a private pull request, and its fork.
async fn with_fork(world: &World) -> (String, Embargoed<Repository>) {
    let ghsa = world.created().await;
    let embedded = &world.wire.embedded;
    embedded.set_fork_delay(Some(SignedDuration::ZERO));
    let fork = world.github.create_fork(&repository(), &ghsa).await.unwrap();
    let ghsa = ghsa.open(&AdvisoryPage::on_github()).as_str().to_owned();
    embedded.open_pull("maya", &ghsa, "main", &[]).unwrap();
    let retitle = |pull: &mut crate::sandbox::github::Pull| {
        pull.commits[0].message = "Check the bounds first\n\nBefore writing.".to_owned();
    };
    embedded.change_pull(&ghsa, 1, retitle).unwrap();
    (ghsa, fork)
}

async fn private(world: &World, fork: &Embargoed<Repository>, side: &mut PublicSide) {
    world.github.private_commits(fork, PullNumber(1), side).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_private_commit_is_known_again_by_its_name_and_a_copied_one_by_its_title() {
    let world = World::new();
    let (ghsa, fork) = with_fork(&world).await;
    let embedded = &world.wire.embedded;
    let mut side = PublicSide::default();
    private(&world, &fork, &mut side).await;
    look(&world, &mut side).await;
    let title = "Check the bounds first\n\nWhile writing.";
    embedded.push_by_hand("maya", (REPOSITORY, "copied"), title, None).unwrap();
    embedded.push_by_hand("maya", (REPOSITORY, "other"), "Check the bounds last", None).unwrap();
    embedded.push_to_pull("maya", &ghsa, 1, &[]).unwrap();
    private(&world, &fork, &mut side).await;
    embedded.push_early("maya", &ghsa, 1, "early").unwrap();
    let seen = fresh(&world, &mut side).await;
    let twins: Vec<_> =
        seen.iter().filter_map(|one| Some((one.item.what, one.item.twin.as_ref()?.sameness))).collect();
    let wanted = [(PublicKind::Commit, Sameness::Title), (PublicKind::Commit, Sameness::Commit)];
    assert_eq!(twins, wanted);
    let twin = seen.iter().find_map(|one| one.item.twin.clone()).unwrap();
    assert!(twin.fork == fork && twin.pull == PullNumber(1));
}

#[tokio::test(start_paused = true)]
async fn what_was_public_first_is_no_secret_but_the_newest_commit_of_a_patch_always_is() {
    let world = World::new();
    let (ghsa, fork) = with_fork(&world).await;
    let embedded = &world.wire.embedded;
    let twins = |seen: Vec<Fresh>| seen.iter().filter(|one| one.item.twin.is_some()).count();
    let mut side = PublicSide::default();
    let public = embedded.push_by_hand("maya", (REPOSITORY, "main"), "Mend another thing", None).unwrap();
    assert_eq!(twins(fresh(&world, &mut side).await), 0);
    let brought_up = |pull: &mut crate::sandbox::github::Pull| {
        let mut commit = pull.commits[0].clone();
        (commit.sha, commit.message) = (public.clone(), "Mend another thing".to_owned());
        pull.commits.insert(0, commit);
    };
    embedded.change_pull(&ghsa, 1, brought_up).unwrap();
    private(&world, &fork, &mut side).await;
    embedded.push_by_hand("maya", (REPOSITORY, "topic"), "Something else again", None).unwrap();
    assert_eq!(twins(fresh(&world, &mut side).await), 0, "main was merged into the patch");
    embedded.push_by_hand("maya", (REPOSITORY, "backport"), "Mend another thing", None).unwrap();
    assert_eq!(twins(fresh(&world, &mut side).await), 0, "and is taken to another branch");
    let mut restarted = PublicSide::default();
    private(&world, &fork, &mut restarted).await;
    assert_eq!(twins(fresh(&world, &mut restarted).await), 0, "nobody can tell any more what came first");
    let early = embedded.push_early("maya", &ghsa, 1, "early").unwrap();
    let head: HeadCommit = early.parse().unwrap();
    let mut anew = PublicSide::looking_for(&[(fork, PullNumber(1), Embargoed::new(head))]);
    assert_eq!(twins(fresh(&world, &mut anew).await), 1, "at the first look too");
}

#[tokio::test(start_paused = true)]
async fn nothing_of_a_private_repository_is_public() {
    let world = World::new();
    world.wire.embedded.set_private(REPOSITORY, true).unwrap();
    let mut side = PublicSide::default();
    assert_eq!(look(&world, &mut side).await, [""; 0]);
    world.wire.embedded.set_private(REPOSITORY, false).unwrap();
    assert!(!look(&world, &mut side).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_list_that_breaks_off_is_read_again_from_its_beginning() {
    let world = World::new();
    let embedded = &world.wire.embedded;
    let mut side = PublicSide::default();
    look(&world, &mut side).await;
    for _ in 0..60 {
        world.clock.jump(SignedDuration::from_secs(1));
        embedded.open_by_hand("ravi", REPOSITORY, NOTE, None).unwrap();
    }
    world.wire.lose_second_answer();
    let broken = world.github.public_list(&repository(), PublicList::Issues, &mut side).await;
    let broken = broken.map(|_| ()).unwrap_err();
    assert_eq!(broken.failure.kind, FailureKind::Unreachable);
    let again = world.github.public_list(&repository(), PublicList::Issues, &mut side).await.unwrap();
    assert_eq!(again.len(), 60);
}

#[tokio::test(start_paused = true)]
async fn a_new_branch_is_seen_on_whichever_page_it_stands() {
    let world = World::new();
    let push = |name: &str| {
        world.wire.embedded.push_by_hand("maya", (REPOSITORY, name), "Work", None).unwrap();
    };
    let branches = |seen: Vec<String>| -> Vec<String> {
        seen.into_iter().filter(|one| one.starts_with("Branch")).collect()
    };
    for number in branches(look(&world, &mut PublicSide::default()).await).len()..100 {
        push(&format!("work/{number:02}"));
    }
    let mut side = PublicSide::default();
    assert_eq!(branches(look(&world, &mut side).await).len(), 100, "a page that is just full");
    for name in ["work/x1", "work/x2"] {
        push(name);
        let seen = branches(look(&world, &mut side).await);
        assert_eq!(seen, [format!("Branch tree/{name}: {name}")], "behind a page that has not changed");
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_without_the_right_is_told_which() {
    let world = World::new();
    world.wire.embedded.set_private(REPOSITORY, true).unwrap();
    let rights = Rights::fine_grained("bytecodealliance", &[("metadata", Access::Read)]);
    world.wire.embedded.set_token_rights(&Seed::bot_token(NUMBER), rights);
    let refused = world.github.is_public(&repository(), &mut PublicSide::default()).await.unwrap_err();
    assert_eq!(refused.failure.kind, FailureKind::NotFound);
}
