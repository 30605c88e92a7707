//! A release's work in public, against the embedded GitHub: each piece twice, and once with its answer lost.

use std::collections::BTreeMap;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use commands::kernel::{
    effect::FailureKind,
    id::{ProjectName, PullNumber},
    patch::{Branch, HeadCommit, PullState},
    work::{Checks, Proposed, PublicPull, PullText, Sought, Standing},
};
use jiff::SignedDuration;

use super::{
    embedded::{NUMBER, REPOSITORY, World},
    *,
};
use crate::{
    port::Again,
    sandbox::github::{
        GitHub as Embedded, Light, MergeMethod, Protection, RepositorySeed, Rights, Seed, Verdict, Written,
    },
};

const MINUTE: i64 = 60;

/// A world with a commit on a branch of its own, which nobody has proposed yet.
fn pushed() -> (World, HeadCommit) {
    let world = World::new();
    let sha = embedded(&world).push_by_hand("maya", (REPOSITORY, "topic"), "Mend it", None).unwrap();
    (world, sha.parse().unwrap())
}

fn embedded(world: &World) -> &Embedded {
    &world.wire.embedded
}

fn pass(world: &World, seconds: i64) {
    world.clock.jump(SignedDuration::from_secs(seconds));
}

/// How many requests changed something, or tried.
fn writes(world: &World) -> usize {
    embedded(world).requests().iter().filter(|request| request.method != Method::GET).count()
}

async fn open(world: &World, commit: &HeadCommit) -> Result<PublicPull, Setback> {
    let text = PullText::Fixes { project: ProjectName("Wasmtime".into()), base: Branch("main".into()) };
    world.github.open_pull(&repository(), "topic", commit, "main", &text).await
}

async fn look(world: &World, commit: &HeadCommit) -> PublicPull {
    let sought = Sought::Commit(commit.clone());
    done(world.github.read_pull(&repository(), "main", &sought).await).unwrap()
}

async fn merge(world: &World, commit: &HeadCommit) -> Result<PublicPull, Setback> {
    world.github.merge_pull(&repository(), PullNumber(1), commit).await
}

#[tokio::test(start_paused = true)]
async fn a_pull_request_goes_from_its_branch_to_its_merge() {
    let (world, commit) = pushed();
    for _ in 0..2 {
        let opened = done(open(&world, &commit).await);
        assert_eq!((opened.number, &opened.head, opened.state), (PullNumber(1), &commit, PullState::Open));
        assert_eq!(opened.checks, Checks::Running(vec!["build".into()]));
    }
    pass(&world, MINUTE);
    let green = look(&world, &commit).await;
    assert_eq!((green.checks, green.standing), (Checks::Passed, Standing::Free));
    let by_branch = Sought::Head { branch: "topic".into(), since: None };
    assert_eq!(
        done(world.github.read_pull(&repository(), "main", &by_branch).await),
        Some(look(&world, &commit).await)
    );
    assert_eq!(done(world.github.read_pull(&repository(), "release-36.0.0", &by_branch).await), None);
    let before = embedded(&world).head(REPOSITORY, "main");
    for _ in 0..2 {
        assert_eq!(done(merge(&world, &commit).await).state, PullState::Merged);
    }
    assert_ne!(embedded(&world).head(REPOSITORY, "main"), before);
    assert_eq!(writes(&world), 2, "opened once and merged once");
    assert_eq!(look(&world, &commit).await.state, PullState::Merged);
}

#[tokio::test(start_paused = true)]
async fn waiting_for_checks_costs_nothing() {
    let (world, commit) = pushed();
    done(open(&world, &commit).await);
    pass(&world, 5);
    look(&world, &commit).await;
    let asked = world.statuses().len();
    look(&world, &commit).await;
    assert_eq!(world.statuses()[asked..], [304, 304, 304, 304]);
}

#[tokio::test(start_paused = true)]
async fn what_was_done_before_an_answer_was_lost_is_found() {
    let (world, commit) = pushed();
    world.lose_next_write();
    assert_eq!(open(&world, &commit).await.unwrap_err().again, Again::Unknown);
    assert_eq!(done(open(&world, &commit).await).number, PullNumber(1));
    assert_eq!(embedded(&world).proposals(REPOSITORY).len(), 1);
    pass(&world, MINUTE);
    world.lose_next_write();
    assert_eq!(merge(&world, &commit).await.unwrap_err().again, Again::Unknown);
    assert_eq!(done(merge(&world, &commit).await).state, PullState::Merged);
    assert_eq!(writes(&world), 2);
}

#[tokio::test(start_paused = true)]
async fn nobodys_rules_are_passed_although_the_token_could() {
    let (world, commit) = pushed();
    let github = embedded(&world);
    done(open(&world, &commit).await);
    pass(&world, MINUTE);
    let refused = async |words: &str| {
        let refused = merge(&world, &commit).await.unwrap_err();
        assert_eq!((&refused.failure.kind, refused.again), (&FailureKind::Refused, Again::Never), "{words}");
        assert!(detail(&refused).contains(words), "{}", detail(&refused));
    };
    let reviewed = Protection { reviews: 1, ..Protection::default() };
    github.protect(REPOSITORY, "main", reviewed.clone());
    assert_eq!(look(&world, &commit).await.standing, Standing::Blocked);
    refused("the bot passes nobody's rules").await;
    github.review_by_hand("tomasz", REPOSITORY, 1, Verdict::Approved).unwrap();
    github.protect(REPOSITORY, "main", Protection { checks: true, ..reviewed.clone() });
    github.turn_check(REPOSITORY, 1, "build", Light::Red).unwrap();
    assert_eq!(look(&world, &commit).await.checks, Checks::Failed(vec!["build".into()]));
    refused("the bot passes nobody's rules").await;
    github.turn_check(REPOSITORY, 1, "build", Light::Green).unwrap();
    github.set_status(REPOSITORY, 1, "ci/old", Light::Yellow).unwrap();
    pass(&world, MINUTE);
    assert_eq!(look(&world, &commit).await.checks, Checks::Running(vec!["ci/old".into()]));
    refused("the bot passes nobody's rules").await;
    github.set_status(REPOSITORY, 1, "ci/old", Light::Green).unwrap();
    github.push_by_hand("maya", (REPOSITORY, "main"), "Something else", None).unwrap();
    github.protect(REPOSITORY, "main", Protection { up_to_date: true, ..reviewed });
    pass(&world, MINUTE);
    assert_eq!(look(&world, &commit).await.standing, Standing::Behind);
    refused("brought up to date first").await;
    github.protect(REPOSITORY, "main", Protection::default());
    github.set_conflict(REPOSITORY, 1, true).unwrap();
    assert_eq!(look(&world, &commit).await.standing, Standing::Conflicts);
    refused("conflicts").await;
    github.set_conflict(REPOSITORY, 1, false).unwrap();
    github.set_draft(REPOSITORY, 1, true).unwrap();
    refused("is a draft").await;
    github.set_draft(REPOSITORY, 1, false).unwrap();
    assert_eq!(writes(&world), 1, "nothing was sent");
    done(merge(&world, &commit).await);
    let merged = github.proposals(REPOSITORY)[0].merged.clone().unwrap();
    assert!(!merged.bypassed && merged.by.contains("bot"), "{merged:?}");
}

#[tokio::test(start_paused = true)]
async fn a_branch_that_somebody_pushed_to_is_not_merged() {
    let (world, commit) = pushed();
    done(open(&world, &commit).await);
    pass(&world, MINUTE);
    embedded(&world).push_by_hand("tomasz", (REPOSITORY, "topic"), "One more", None).unwrap();
    pass(&world, MINUTE);
    assert!(detail(&merge(&world, &commit).await.unwrap_err()).contains("somebody pushed"));
    let sought = Sought::Commit(commit.clone());
    assert_eq!(done(world.github.read_pull(&repository(), "main", &sought).await), None);
    let exists = open(&world, &commit).await.unwrap_err();
    assert!(detail(&exists).contains("already exists"), "{}", detail(&exists));
}

#[tokio::test(start_paused = true)]
async fn the_working_out_is_waited_for_and_a_way_is_found_that_is_allowed() {
    let (world, commit) = pushed();
    done(open(&world, &commit).await);
    assert_eq!(look(&world, &commit).await.standing, Standing::Unknown);
    embedded(&world).bar_methods(REPOSITORY, &[MergeMethod::Merge, MergeMethod::Rebase]);
    assert_eq!(done(merge(&world, &commit).await).state, PullState::Merged);
    assert_eq!(writes(&world), 2);
}

#[tokio::test(start_paused = true)]
async fn what_people_do_by_hand_counts() {
    let (world, commit) = pushed();
    let github = embedded(&world);
    let text = Written { title: "By hand", body: "" };
    assert_eq!(github.propose_by_hand("maya", (REPOSITORY, "main"), "topic", text).unwrap(), 1);
    assert_eq!(done(open(&world, &commit).await).number, PullNumber(1));
    github.close_by_hand("maya", REPOSITORY, 1, false).unwrap();
    assert_eq!(done(open(&world, &commit).await).state, PullState::Closed);
    github.close_by_hand("maya", REPOSITORY, 1, true).unwrap();
    github.merge_by_hand("maya", REPOSITORY, 1).unwrap();
    assert_eq!(done(merge(&world, &commit).await).state, PullState::Merged);
    assert_eq!(writes(&world), 0);
}

async fn dispatch(world: &World, since: Timestamp, look_first: bool) -> Result<(), Setback> {
    let what = ("release.yml", "release-36.0.0");
    world.github.dispatch(&repository(), what, &BTreeMap::new(), since, look_first).await
}

#[tokio::test(start_paused = true)]
async fn a_version_is_bumped_from_the_workflow_to_the_tag() {
    let world = World::new();
    let since = world.clock.now();
    world.lose_next_write();
    assert_eq!(dispatch(&world, since, false).await.unwrap_err().again, Again::Unknown);
    for _ in 0..2 {
        done(dispatch(&world, since, true).await);
    }
    assert_eq!(writes(&world), 1, "it was started once");
    let sought = Sought::Head { branch: "ci/release-release-36.0.0".into(), since: None };
    let read = async || done(world.github.read_pull(&repository(), "release-36.0.0", &sought).await);
    assert_eq!(read().await, None);
    pass(&world, MINUTE);
    assert_eq!(read().await.unwrap().checks, Checks::Running(vec!["build".into()]));
    pass(&world, MINUTE);
    let pull = read().await.unwrap();
    assert_eq!((&pull.checks, pull.standing), (&Checks::Passed, Standing::Free));
    done(world.github.merge_pull(&repository(), pull.number, &pull.head).await);
    let tagged = async || done(world.github.has_tag(&repository(), "v36.0.14").await);
    assert!(!tagged().await);
    pass(&world, MINUTE);
    assert!(tagged().await);
    assert!(!done(world.github.has_tag(&repository(), "v36.0.1").await));
}

#[tokio::test(start_paused = true)]
async fn a_run_of_long_ago_is_another_and_a_disabled_workflow_is_refused() {
    let world = World::new();
    done(dispatch(&world, world.clock.now(), false).await);
    pass(&world, 10 * MINUTE);
    done(dispatch(&world, world.clock.now(), true).await);
    assert_eq!(writes(&world), 2);
    embedded(&world).set_disabled(REPOSITORY, "release.yml", true);
    let refused = dispatch(&world, world.clock.now(), false).await.unwrap_err();
    assert_eq!((&refused.failure.kind, refused.again), (&FailureKind::Refused, Again::Never));
    assert!(detail(&refused).contains("disabled"));
}

#[tokio::test(start_paused = true)]
async fn the_forks_pull_requests_are_closed_the_advisory_is_published_and_the_fork_removed() {
    let world = World::new();
    let ghsa = world.created().await;
    let github = embedded(&world);
    github.set_fork_delay(Some(SignedDuration::ZERO));
    github.set_wants_pulls_closed(true);
    github.set_forks_stay(true);
    let fork = done(world.github.create_fork(&repository(), &ghsa).await);
    let id = ghsa.open(&AdvisoryPage::on_github()).as_str().to_owned();
    for base in ["main", "release-36.0.0"] {
        github.open_pull("maya", &id, base, &[]).unwrap();
    }
    let refused = world.github.publish(&repository(), &ghsa, None).await.unwrap_err();
    assert!(detail(&refused).contains("open pull requests"), "{}", detail(&refused));
    let early = world.github.remove_fork(&repository(), &ghsa).await.unwrap_err();
    assert!(detail(&early).contains("not published"));
    let before = writes(&world);
    for _ in 0..2 {
        done(world.github.close_pulls(&fork).await);
    }
    assert_eq!(writes(&world), before + 2);
    must_hold(world.github.publish(&repository(), &ghsa, None).await);
    assert!(github.advisory(&id).unwrap().private_fork.is_some());
    let before = writes(&world);
    world.lose_next_write();
    assert_eq!(world.github.remove_fork(&repository(), &ghsa).await.unwrap_err().again, Again::Unknown);
    for _ in 0..2 {
        assert!(done(world.github.remove_fork(&repository(), &ghsa).await));
    }
    assert_eq!(writes(&world), before + 1);
    assert!(github.advisory(&id).unwrap().private_fork.is_none());
    done(world.github.close_pulls(&fork).await);
    assert_eq!(github.repositories().len(), 5, "nothing else is gone");
}

#[tokio::test(start_paused = true)]
async fn a_token_that_may_not_delete_is_told_so() {
    let world = World::new();
    let ghsa = world.created().await;
    embedded(&world).set_fork_delay(Some(SignedDuration::ZERO));
    embedded(&world).set_forks_stay(true);
    done(world.github.create_fork(&repository(), &ghsa).await);
    must_hold(world.github.publish(&repository(), &ghsa, None).await);
    embedded(&world).set_token_rights(&Seed::bot_token(NUMBER), Rights::classic(&["repo"]));
    let refused = world.github.remove_fork(&repository(), &ghsa).await.unwrap_err();
    assert!(matches!(refused.failure.kind, FailureKind::Permission(_)), "{refused:?}");
}

fn proposed(fork: Option<&str>) -> Proposed {
    proposed_as(fork, "A post", &"It says something at length. ".repeat(20))
}

fn proposed_as(fork: Option<&str>, title: &str, content: &str) -> Proposed {
    let file = json!({
        "branch": "post",
        "path": "_posts/2026-11-18-a.md",
        "content": content,
        "title": title,
        "body": "Please read.",
    });
    Proposed {
        repository: repository(),
        fork: fork.map(|fork| fork.parse().unwrap()),
        file: serde_json::from_value(file).unwrap(),
    }
}

/// A seed with a fork of the bot's own that everybody sees.
fn with_fork() -> Seed {
    let mut seed = Seed::bytecodealliance(NUMBER);
    let upstream = seed.repositories.iter().find(|one| one.full_name == REPOSITORY).unwrap().clone();
    let login = crate::sandbox::github::BOT_LOGIN;
    seed.repositories.push(RepositorySeed {
        full_name: format!("{login}/wasmtime"),
        fork_of: Some(REPOSITORY.to_owned()),
        workflows: Vec::new(),
        ..upstream
    });
    seed
}

#[tokio::test(start_paused = true)]
async fn a_file_is_proposed_once_whatever_answer_is_lost() {
    let fork = format!("{}/wasmtime", crate::sandbox::github::BOT_LOGIN);
    for fork in [None, Some(fork.as_str())] {
        // A branch, a file, a pull request; a fork that is behind is brought up to date before.
        let steps = if fork.is_some() { 5 } else { 3 };
        for lost in 0..=steps {
            let world = World::with(with_fork(), &Seed::bot_token(NUMBER));
            embedded(&world).push_by_hand("maya", (REPOSITORY, "main"), "News", None).unwrap();
            let proposed = proposed(fork);
            world.wire.lose_write_after(lost);
            let first = world.github.propose(&proposed).await;
            assert_eq!(first.is_err(), lost < steps, "{lost}: {first:?}");
            for _ in 0..2 {
                let pull = done(world.github.propose(&proposed).await);
                assert_eq!((pull.number, pull.state), (PullNumber(1), PullState::Open));
            }
            assert_eq!(embedded(&world).proposals(REPOSITORY).len(), 1);
            let home = fork.unwrap_or(REPOSITORY);
            let file = embedded(&world).file(home, "post", &proposed.file.get().path);
            assert_eq!(file.as_deref(), Some(proposed.file.get().content.as_str()));
            pass(&world, MINUTE);
            embedded(&world).merge_by_hand("maya", REPOSITORY, 1).unwrap();
            assert_eq!(done(world.github.propose(&proposed).await).state, PullState::Merged);
            let file = embedded(&world).file(REPOSITORY, "main", &proposed.file.get().path);
            assert_eq!(file.as_deref(), Some(proposed.file.get().content.as_str()));
        }
    }
    assert!(
        BASE64_STANDARD.encode(&proposed(None).file.get().content).len() > 120,
        "long enough for several lines"
    );
}

#[tokio::test(start_paused = true)]
async fn a_place_that_is_taken_and_a_weak_token_are_told() {
    let world = World::new();
    let proposal = proposed(None);
    done(world.github.propose(&proposal).await);
    let other = proposed_as(None, "A post", "A post");
    embedded(&world).close_by_hand("maya", REPOSITORY, 1, false).unwrap();
    assert_eq!(done(world.github.propose(&other).await).state, PullState::Closed);
    let weak = World::with(Seed::bytecodealliance(NUMBER), &Seed::weak_token(NUMBER));
    let refused = weak.github.propose(&proposal).await.unwrap_err();
    assert!(matches!(refused.failure.kind, FailureKind::Permission(_)), "{refused:?}");
}
