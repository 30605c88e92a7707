//! Opening, merging and closing pull requests: each looks first, and does nothing twice.

use commands::kernel::{
    effect::FailureKind,
    id::{ProjectName, PullNumber},
    patch::{Branch, PullState},
    work::{PublicPull, PullText},
};
use jiff::SignedDuration;

use super::{
    standing::{commit, merged, pull, pull_with, read, sha},
    *,
};
use crate::port::Again;

type Sent = Result<Response<Bytes>, TransportError>;

fn text() -> PullText {
    PullText::Fixes { project: ProjectName("Wasmtime".into()), base: Branch("main".into()) }
}

async fn open(bench: &Bench) -> Result<PublicPull, Setback> {
    bench.github.open_pull(&repository(), "topic", &commit('a'), "main", &text()).await
}

async fn merge(bench: &Bench) -> Result<PublicPull, Setback> {
    bench.github.merge_pull(&repository(), PullNumber(1), &commit('a')).await
}

fn none() -> Sent {
    ok(&json!([]))
}

fn refusal(status: u16, message: &str) -> Sent {
    Ok(answer(status, &[], json!({"message": message}).to_string()))
}

fn invalid(error: &Value) -> Sent {
    Ok(answer(422, &[], json!({"message": "Validation Failed", "errors": [error]}).to_string()))
}

fn soon() -> Again {
    Again::NotDone { wait: Some(SignedDuration::from_secs(5)) }
}

/// How often it was sent.
fn count(bench: &Bench, method: &str) -> usize {
    bench.methods().iter().filter(|other| *other == method).count()
}

#[tokio::test]
async fn a_pull_request_is_opened_once_and_says_nothing_of_the_matter() {
    let opened = Ok(answer(201, &[], pull(1).to_string()));
    let answers = [none(), opened].into_iter().chain(read(&pull(1)));
    let bench = Bench::new(answers.chain([ok(&json!([pull(1)]))]).chain(read(&pull(1))));
    let first = done(open(&bench).await);
    assert_eq!((first.number, first.state), (PullNumber(1), PullState::Open));
    let sent = json!({"title": text().title(), "body": text().body(), "head": "topic", "base": "main"});
    assert_eq!(bench.script.seen.lock().unwrap()[1].body, sent);
    assert_eq!(done(open(&bench).await), first);
    assert_eq!(count(&bench, "POST"), 1);
}

#[tokio::test]
async fn one_that_is_merged_or_was_closed_is_not_opened_again() {
    for there in [merged(1), pull_with(1, "state", json!("closed"))] {
        let bench = Bench::new([ok(&json!([there]))].into_iter().chain(read(&there)));
        assert_ne!(done(open(&bench).await).state, PullState::Open);
        assert_eq!(count(&bench, "POST"), 0);
    }
}

#[tokio::test]
async fn one_whose_answer_was_lost_is_found() {
    let bench = Bench::new(
        [none(), Err(TransportError::AnswerLost), ok(&json!([pull(1)]))].into_iter().chain(read(&pull(1))),
    );
    assert_eq!(open(&bench).await.unwrap_err().again, Again::Unknown);
    assert_eq!(done(open(&bench).await).number, PullNumber(1));
    assert_eq!(count(&bench, "POST"), 1);
}

#[tokio::test]
async fn one_that_shows_only_when_another_is_refused_is_taken_and_one_of_another_commit_is_not() {
    let exists = || {
        let message = "A pull request already exists for bytecodealliance:topic.";
        invalid(&json!({"resource": "PullRequest", "code": "custom", "message": message}))
    };
    let bench = Bench::new([none(), exists(), ok(&json!([pull(1)]))].into_iter().chain(read(&pull(1))));
    assert_eq!(done(open(&bench).await).number, PullNumber(1));
    let other = pull_with(1, "head", json!({"ref": "topic", "sha": sha('b'), "repo": null}));
    let seen = || ok(&json!([other]));
    let bench = Bench::new([none(), exists(), seen(), seen()].into_iter().chain(read(&other)));
    let refused = open(&bench).await.unwrap_err();
    assert_eq!((&refused.failure.kind, refused.again), (&FailureKind::Refused, Again::Never));
    assert!(detail(&refused).contains("already exists"));
    // The lists lag behind.
    let unseen = || [none(), exists(), none(), none()];
    let bench = Bench::new(unseen().into_iter().chain(unseen()).chain(unseen()).chain(unseen()));
    assert_eq!(open(&bench).await.unwrap_err().again, soon());
}

#[tokio::test]
async fn a_branch_that_was_pushed_just_now_is_waited_for() {
    let unseen = || invalid(&json!({"resource": "PullRequest", "field": "head", "code": "invalid"}));
    let opened = || Ok(answer(201, &[], pull(1).to_string()));
    for hidden in [unseen as fn() -> Sent, || refusal(404, "Not Found")] {
        let answers = [none(), hidden(), none(), hidden(), none(), opened()];
        let bench = Bench::new(answers.into_iter().chain(read(&pull(1))));
        let asked = bench.clock.now();
        assert_eq!(done(open(&bench).await).number, PullNumber(1));
        assert_eq!(bench.clock.now().duration_since(asked), SignedDuration::from_secs(3));
    }
    let pairs = |hidden: fn() -> Sent| (0..4).flat_map(move |_| [none(), hidden()]);
    assert_eq!(open(&Bench::new(pairs(unseen))).await.unwrap_err().again, soon());
    let closed = open(&Bench::new(pairs(|| refusal(404, "Not Found")))).await.unwrap_err();
    assert_eq!(closed.failure.kind, FailureKind::Permission("pull_requests=write".into()));
    let nothing = || invalid(&json!({"message": "No commits between main and topic"}));
    let refused = open(&Bench::new([none(), nothing()])).await.unwrap_err();
    assert_eq!((refused.failure.kind, refused.again), (FailureKind::Refused, Again::Never));
}

fn home(merge: bool, rebase: bool, squash: bool) -> Sent {
    ok(&json!({"allow_merge_commit": merge, "allow_rebase_merge": rebase, "allow_squash_merge": squash}))
}

fn done_merging() -> Sent {
    ok(&json!({"sha": sha('d'), "merged": true, "message": "Pull Request successfully merged"}))
}

/// What is read before a merge.
fn before(pull: &Value, home: Sent) -> impl Iterator<Item = Sent> + use<> {
    read(pull).into_iter().chain([home]).chain(read(pull))
}

#[tokio::test]
async fn it_is_merged_once_at_its_commit_by_the_first_way_that_is_allowed() {
    for (home, method) in [
        (home(true, true, true), "merge"),
        (home(false, true, true), "rebase"),
        (home(false, false, true), "squash"),
        (ok(&json!({})), "merge"),
    ] {
        let bench = Bench::new(before(&pull(1), home).chain([done_merging()]).chain(read(&merged(1))));
        assert_eq!(done(merge(&bench).await).state, PullState::Merged);
        assert_eq!(bench.last_body(), json!({"sha": sha('a'), "merge_method": method}));
        assert!(bench.requests().last().unwrap().ends_with("/pulls/1/merge"));
        assert_eq!(done(merge(&bench).await).state, PullState::Merged);
        assert_eq!(count(&bench, "PUT"), 1);
    }
    let refused = merge(&Bench::new(before(&pull(1), home(false, false, false)))).await.unwrap_err();
    assert_eq!(detail(&refused), "the repository allows no way of merging a pull request");
}

#[tokio::test]
async fn what_somebody_merged_by_hand_counts_whatever_its_commit() {
    let mut theirs = merged(1);
    theirs["head"]["sha"] = json!(sha('b'));
    let bench = Bench::new(read(&theirs));
    assert_eq!(done(merge(&bench).await).head, commit('b'));
}

#[tokio::test]
async fn another_commit_a_closed_one_and_one_that_the_rules_hold_back_are_never_merged() {
    let other = pull_with(1, "head", json!({"ref": "topic", "sha": sha('b'), "repo": null}));
    let state = |word: &str| pull_with(1, "mergeable_state", json!(word));
    for (shown, words) in [
        (other, "its newest commit is not the one"),
        (pull_with(1, "state", json!("closed")), "is closed"),
        (state("blocked"), "the bot passes nobody's rules"),
        (state("behind"), "brought up to date first"),
        (state("dirty"), "conflicts"),
        (state("draft"), "is a draft"),
    ] {
        let bench = Bench::new(before(&shown, home(true, true, true)));
        let refused = merge(&bench).await.unwrap_err();
        assert_eq!((&refused.failure.kind, refused.again), (&FailureKind::Refused, Again::Never));
        assert!(detail(&refused).contains(words), "{}", detail(&refused));
        assert_eq!(count(&bench, "PUT"), 0, "{words}");
    }
}

#[tokio::test]
async fn what_changes_between_the_looks_is_seen() {
    let pushed = pull_with(1, "head", json!({"ref": "topic", "sha": sha('b'), "repo": null}));
    let looks = read(&pull(1)).into_iter().chain([home(true, true, true)]).chain(read(&pushed));
    let bench = Bench::new(looks);
    assert!(detail(&merge(&bench).await.unwrap_err()).contains("somebody pushed"));
    assert_eq!(count(&bench, "PUT"), 0);
}

#[tokio::test]
async fn githubs_working_out_is_waited_for_and_then_asked_again_later() {
    let unknown = pull_with(1, "mergeable_state", json!("unknown"));
    let looks = read(&unknown).into_iter().chain(before(&pull(1), home(true, true, true)));
    let bench = Bench::new(looks.chain([done_merging()]));
    assert_eq!(done(merge(&bench).await).state, PullState::Merged);
    let looks = (0..4).flat_map(|_| read(&unknown)).chain([home(true, true, true)]).chain(read(&unknown));
    let bench = Bench::new(looks);
    assert_eq!(merge(&bench).await.unwrap_err().again, soon());
    assert_eq!(count(&bench, "PUT"), 0);
}

#[tokio::test]
async fn githubs_refusal_is_told_in_its_words_and_a_race_is_run_again() {
    let after = |sent: Sent| Bench::new(before(&pull(1), home(true, true, true)).chain([sent]));
    for (status, words) in [
        (405, "Pull Request is not mergeable"),
        (409, "Head branch was modified. Review and try the merge again."),
        (422, "Repository rule violations found"),
    ] {
        let bench = after(refusal(status, words));
        let refused = merge(&bench).await.unwrap_err();
        assert_eq!((&refused.failure.kind, refused.again), (&FailureKind::Refused, Again::Never));
        assert_eq!((detail(&refused), count(&bench, "PUT")), (words, 1));
    }
    let race = after(refusal(405, "Base branch was modified. Review and try the merge again."));
    assert_eq!(merge(&race).await.unwrap_err().again, soon());
    let lost = after(Err(TransportError::AnswerLost));
    assert_eq!(merge(&lost).await.unwrap_err().again, Again::Unknown);
    let odd = after(ok(&json!({"merged": false})));
    assert_eq!(merge(&odd).await.unwrap_err().again, Again::Unknown);
    let weak = merge(&after(refusal(404, "Not Found"))).await.unwrap_err();
    assert_eq!(weak.failure.kind, FailureKind::Permission("contents=write".into()));
}

#[tokio::test]
async fn a_way_that_the_branch_does_not_take_gives_way_to_the_next() {
    let refused = || refusal(405, "Merge commits are not allowed on this repository.");
    let bench = Bench::new(before(&pull(1), home(true, false, true)).chain([refused(), done_merging()]));
    assert_eq!(done(merge(&bench).await).state, PullState::Merged);
    assert_eq!(bench.last_body()["merge_method"], "squash");
}

#[tokio::test]
async fn the_open_pull_requests_of_a_fork_are_closed_page_by_page() {
    let fork = Embargoed::new("bytecodealliance/wasmtime-ghsa-x5cm-v3r2-9fjq".parse().unwrap());
    let next = r#"<https://api.github.com/page2>; rel="next""#;
    let first = Ok(answer(200, &[("link", next)], json!([pull(3)]).to_string()));
    let closed = || ok(&pull_with(3, "state", json!("closed")));
    let bench = Bench::new([first, ok(&json!([pull(1)])), closed(), closed(), none()]);
    done(bench.github.close_pulls(&fork).await);
    assert_eq!(bench.last_body(), json!({"state": "closed"}));
    let below = "/repos/bytecodealliance/wasmtime-ghsa-x5cm-v3r2-9fjq/pulls";
    assert_eq!(
        bench.requests(),
        [
            format!("GET {below}?state=open&per_page=100"),
            "GET /page2".to_owned(),
            format!("PATCH {below}/3"),
            format!("PATCH {below}/1"),
        ]
    );
    done(bench.github.close_pulls(&fork).await);
    assert_eq!(count(&bench, "PATCH"), 2);
    done(Bench::new([refusal(404, "Not Found")]).github.close_pulls(&fork).await);
    let lost = Bench::new([ok(&json!([pull(1)])), Err(TransportError::AnswerLost)]);
    assert_eq!(lost.github.close_pulls(&fork).await.unwrap_err().again, Again::Unknown);
}
