//! Which public pull request is meant, and how it stands.

use commands::kernel::{
    effect::FailureKind,
    id::PullNumber,
    patch::{HeadCommit, PullState},
    work::{Checks, PublicPull, Sought, Standing},
};
use jiff::SignedDuration;

use super::*;
use crate::port::Again;

/// A commit's name of one digit.
pub(super) fn sha(digit: char) -> String {
    digit.to_string().repeat(40)
}

pub(super) fn commit(digit: char) -> HeadCommit {
    sha(digit).parse().unwrap()
}

/// An open pull request of commit `a`, long settled, from the branch `topic`.
pub(super) fn pull(number: u64) -> Value {
    json!({
        "number": number,
        "html_url": format!("https://github.com/bytecodealliance/wasmtime/pull/{number}"),
        "state": "open",
        "draft": false,
        "merged": false,
        "merged_at": null,
        "mergeable_state": "clean",
        "updated_at": "2026-11-18T08:00:00Z",
        "head": {"ref": "topic", "sha": sha('a'), "repo": {"full_name": "bytecodealliance/wasmtime"}},
        "base": {"ref": "main"},
    })
}

/// [`pull`] with another value in one field.
pub(super) fn pull_with(number: u64, key: &str, value: Value) -> Value {
    let mut pull = pull(number);
    pull[key] = value;
    pull
}

pub(super) fn merged(number: u64) -> Value {
    let mut pull = pull_with(number, "state", json!("closed"));
    pull["merged"] = json!(true);
    pull["merged_at"] = json!("2026-11-18T08:30:00Z");
    pull["mergeable_state"] = json!("unknown");
    pull
}

/// The check runs of a commit, by name, status and conclusion.
pub(super) fn runs(all: &[(&str, &str, Option<&str>)]) -> Value {
    let shown = all
        .iter()
        .map(|(name, status, conclusion)| json!({"name": name, "status": status, "conclusion": conclusion}));
    json!({"total_count": all.len(), "check_runs": shown.collect::<Vec<_>>()})
}

/// The statuses of a commit. GitHub says `pending` of none at all.
pub(super) fn statuses(all: &[(&str, &str)]) -> Value {
    let shown = all.iter().map(|(context, state)| json!({"context": context, "state": state}));
    json!({"state": "pending", "total_count": all.len(), "statuses": shown.collect::<Vec<_>>()})
}

type Sent = Result<Response<Bytes>, TransportError>;

/// What reading a pull request by itself is answered, with no checks at all.
pub(super) fn read(pull: &Value) -> [Sent; 3] {
    [ok(pull), ok(&runs(&[])), ok(&statuses(&[]))]
}

async fn found(answers: impl IntoIterator<Item = Sent>, sought: &Sought) -> (Bench, Option<PublicPull>) {
    let bench = Bench::new(answers);
    let pull = done(bench.github.read_pull(&repository(), "main", sought).await);
    (bench, pull)
}

async fn standing_of(pull: &Value, checks: &Value, states: &Value) -> PublicPull {
    let answers = [ok(&json!([pull])), ok(pull), ok(checks), ok(states)];
    found(answers, &Sought::Commit(commit('a'))).await.1.unwrap()
}

#[tokio::test]
async fn it_is_known_by_its_commit_whoever_opened_it() {
    let other = pull_with(9, "head", json!({"ref": "topic", "sha": sha('b'), "repo": null}));
    let theirs =
        pull_with(8, "head", json!({"ref": "x", "sha": sha('a'), "repo": {"full_name": "ravi/wasmtime"}}));
    let list = ok(&json!([other, theirs]));
    let (bench, found) = found([list].into_iter().chain(read(&theirs)), &Sought::Commit(commit('a'))).await;
    assert_eq!(
        found,
        Some(PublicPull {
            number: PullNumber(8),
            url: "https://github.com/bytecodealliance/wasmtime/pull/8".into(),
            head: commit('a'),
            state: PullState::Open,
            checks: Checks::Passed,
            standing: Standing::Free,
        })
    );
    let below = "GET /repos/bytecodealliance/wasmtime";
    let of_commit = format!("{below}/commits/{}", sha('a'));
    assert_eq!(
        bench.requests(),
        [
            format!("{below}/pulls?base=main&state=all&sort=created&direction=desc&per_page=100"),
            format!("{below}/pulls/8"),
            format!("{of_commit}/check-runs?per_page=100"),
            format!("{of_commit}/status?per_page=100"),
        ]
    );
}

#[tokio::test]
async fn it_is_known_by_its_branch_in_the_same_repository() {
    let fork = pull_with(
        9,
        "head",
        json!({"ref": "topic", "sha": sha('a'), "repo": {"full_name": "bytecodealliance/copy"}}),
    );
    let list = ok(&json!([fork, pull(8)]));
    let answers = [list].into_iter().chain(read(&pull(8)));
    let (bench, found) = found(answers, &Sought::Head { branch: "topic".into(), since: None }).await;
    assert_eq!(found.unwrap().number, PullNumber(8));
    assert!(bench.requests()[1].ends_with("/pulls/8"), "{:?}", bench.requests());
    assert!(bench.requests()[0].ends_with("&head=bytecodealliance%3Atopic"), "{:?}", bench.requests());
}

#[tokio::test]
async fn one_that_is_open_or_merged_goes_before_a_newer_one_that_was_closed() {
    let closed = pull_with(9, "state", json!("closed"));
    for (older, state) in [(pull(8), PullState::Open), (merged(8), PullState::Merged)] {
        let answers = [ok(&json!([closed, older]))].into_iter().chain(read(&older));
        let (bench, found) = found(answers, &Sought::Commit(commit('a'))).await;
        assert!(bench.requests()[1].ends_with("/pulls/8"), "{:?}", bench.requests());
        assert_eq!(found.unwrap().state, state);
    }
    let answers = [ok(&json!([closed]))].into_iter().chain(read(&closed));
    let (_, found) = found(answers, &Sought::Commit(commit('a'))).await;
    assert_eq!(found.unwrap().state, PullState::Closed);
}

#[tokio::test]
async fn older_pages_are_searched_and_none_is_none() {
    let next = r#"<https://api.github.com/page2>; rel="next""#;
    let other = json!([pull_with(9, "head", json!({"sha": sha('b')}))]).to_string();
    let first = || Ok(answer(200, &[("link", next)], other.clone()));
    let answers = [first(), ok(&json!([pull(3)]))].into_iter().chain(read(&pull(3)));
    let (bench, pull) = found(answers, &Sought::Commit(commit('a'))).await;
    assert_eq!((pull.unwrap().number, bench.requests()[1].as_str()), (PullNumber(3), "GET /page2"));
    let (bench, none) = found([ok(&json!([]))], &Sought::Commit(commit('a'))).await;
    assert_eq!((none, bench.requests().len()), (None, 1));
}

#[tokio::test]
async fn checks_and_statuses_count_together_and_each_alone_says_nothing() {
    let passed = [("build", "completed", Some("success")), ("docs", "completed", Some("skipped"))];
    let neutral = [("lint", "completed", Some("neutral"))];
    let running = [("build", "in_progress", None), ("test", "queued", None)];
    let failed: Vec<_> = ["failure", "cancelled", "timed_out", "action_required", "startup_failure", "stale"]
        .map(|how| (how, "completed", Some(how)))
        .into();
    let names = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    for (checks, states, wanted) in [
        (runs(&passed), statuses(&[]), Checks::Passed),
        (runs(&neutral), statuses(&[("ci", "success")]), Checks::Passed),
        (runs(&[]), statuses(&[]), Checks::Passed),
        (runs(&running), statuses(&[("ci", "success")]), Checks::Running(names(&["build", "test"]))),
        (runs(&passed), statuses(&[("ci", "pending")]), Checks::Running(names(&["ci"]))),
        (runs(&passed), statuses(&[("ci", "error")]), Checks::Failed(names(&["ci"]))),
        (runs(&running), statuses(&[("a", "failure"), ("b", "pending")]), Checks::Failed(names(&["a"]))),
        (runs(&[("deploy", "waiting", None)]), statuses(&[]), Checks::Failed(names(&["deploy"]))),
        (
            runs(&failed),
            statuses(&[]),
            Checks::Failed(names(&[
                "action_required",
                "cancelled",
                "failure",
                "stale",
                "startup_failure",
                "timed_out",
            ])),
        ),
    ] {
        assert_eq!(standing_of(&pull(1), &checks, &states).await.checks, wanted);
    }
}

#[tokio::test]
async fn no_checks_are_no_news_right_after_a_push() {
    let none = (runs(&[]), statuses(&[]));
    let new = pull_with(1, "updated_at", json!("2026-11-18T08:59:30Z"));
    assert_eq!(standing_of(&new, &none.0, &none.1).await.checks, Checks::Running(Vec::new()));
    let there = runs(&[("build", "completed", Some("success"))]);
    assert_eq!(standing_of(&new, &there, &none.1).await.checks, Checks::Passed);
    let mut done = merged(1);
    done["updated_at"] = json!("2026-11-18T08:59:30Z");
    assert_eq!(standing_of(&done, &none.0, &none.1).await.checks, Checks::Passed);
}

#[tokio::test]
async fn whether_it_can_be_merged_is_githubs_word_and_what_is_new_is_unknown() {
    for (word, standing) in [
        ("clean", Standing::Free),
        ("has_hooks", Standing::Free),
        ("unstable", Standing::Free),
        ("dirty", Standing::Conflicts),
        ("blocked", Standing::Blocked),
        ("behind", Standing::Behind),
        ("draft", Standing::Draft),
        ("unknown", Standing::Unknown),
        ("queued", Standing::Unknown),
    ] {
        let shown = pull_with(1, "mergeable_state", json!(word));
        assert_eq!(standing_of(&shown, &runs(&[]), &statuses(&[])).await.standing, standing, "{word}");
    }
    let draft = pull_with(1, "draft", json!(true));
    assert_eq!(standing_of(&draft, &runs(&[]), &statuses(&[])).await.standing, Standing::Draft);
}

#[tokio::test]
async fn it_costs_nothing_while_nothing_has_changed() {
    let tagged = |body: &Value| Ok(answer(200, &[("etag", "W/\"1\"")], body.to_string()));
    let same = || Ok(answer(304, &[], ""));
    let bodies = [json!([pull(1)]), pull(1), runs(&[]), statuses(&[])];
    let bench = Bench::new(bodies.iter().map(tagged).chain([same(), same(), same(), same()]));
    let sought = Sought::Commit(commit('a'));
    let first = done(bench.github.read_pull(&repository(), "main", &sought).await);
    assert_eq!(done(bench.github.read_pull(&repository(), "main", &sought).await), first);
    let seen = bench.script.seen.lock().unwrap();
    assert!(seen[4..].iter().all(|request| request.headers["if-none-match"] == "W/\"1\""));
}

#[tokio::test]
async fn what_makes_no_sense_is_said_and_what_is_not_shown_yet_is_waited_for() {
    let read = |answers: Vec<Sent>| async {
        let bench = Bench::new(answers);
        let read = bench.github.read_pull(&repository(), "main", &Sought::Commit(commit('a'))).await;
        let setback = read.unwrap_err();
        (setback.failure.kind, setback.again)
    };
    let list = || ok(&json!([pull(1)]));
    let odd = pull_with(1, "state", json!("odd"));
    let missing = || Ok(answer(404, &[], r#"{"message":"Not Found"}"#));
    let broken = (FailureKind::Broken, Again::NotDone { wait: None });
    assert_eq!(read(vec![ok(&json!({}))]).await, broken);
    assert_eq!(read(vec![list(), ok(&odd), ok(&runs(&[])), ok(&statuses(&[]))]).await, broken);
    let soon = Again::NotDone { wait: Some(SignedDuration::from_secs(5)) };
    assert_eq!(read(vec![list(), missing()]).await, (FailureKind::NotFound, soon));
    let denied = Ok(answer(403, &[], r#"{"message":"Resource not accessible"}"#));
    let checks = FailureKind::Permission("checks=read".into());
    assert_eq!(read(vec![list(), ok(&pull(1)), denied]).await, (checks, Again::Never));
}
