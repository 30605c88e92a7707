//! A proposed file is a branch, a file and a pull request; what of them is there is not made again.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use commands::kernel::{
    effect::FailureKind,
    embargoed::Disclosed,
    id::PullNumber,
    work::{NewFile, Proposed, PublicPull},
};

use super::{
    standing::{pull, pull_with, read, sha},
    *,
};
use crate::port::Again;

type Sent = Result<Response<Bytes>, TransportError>;

const TEXT: &str = "# A post\n\nIt says something.\n";

fn disclosed(file: &NewFile) -> Disclosed<NewFile> {
    serde_json::from_value(serde_json::to_value(file).unwrap()).unwrap()
}

fn proposed(fork: Option<&str>) -> Proposed {
    Proposed {
        repository: repository(),
        fork: fork.map(|fork| fork.parse().unwrap()),
        file: disclosed(&NewFile {
            branch: "topic".into(),
            path: "_posts/2026-11-18-a post.md".into(),
            content: TEXT.into(),
            title: "A post".into(),
            body: "Please read.".into(),
        }),
    }
}

async fn propose(bench: &Bench, fork: Option<&str>) -> Result<PublicPull, Setback> {
    bench.github.propose(&proposed(fork)).await
}

fn none() -> Sent {
    ok(&json!([]))
}

fn missing() -> Sent {
    Ok(answer(404, &[], r#"{"message":"Not Found"}"#))
}

fn home() -> Sent {
    ok(&json!({"default_branch": "main"}))
}

fn named(name: &str) -> Sent {
    ok(&json!({"ref": name, "object": {"sha": sha('a')}}))
}

fn made(body: &Value) -> Sent {
    Ok(answer(201, &[], body.to_string()))
}

fn file(text: &str) -> Sent {
    let mut lines = BASE64_STANDARD.encode(text);
    lines.insert(10, '\n');
    ok(&json!({"type": "file", "encoding": "base64", "content": lines}))
}

fn refusal(status: u16, message: &str) -> Sent {
    Ok(answer(status, &[], json!({"message": message}).to_string()))
}

fn of(owner: &str, name: &str) -> Value {
    let full = format!("{owner}/{name}");
    pull_with(1, "head", json!({"ref": "topic", "sha": sha('a'), "repo": {"full_name": full}}))
}

#[tokio::test]
async fn a_branch_a_file_and_a_pull_request_are_made_once() {
    let first = [home(), none(), missing(), named("refs/heads/main"), made(&json!({})), missing()];
    let rest = [made(&json!({})), none(), made(&pull(1))];
    let again = [home(), ok(&json!([pull(1)]))];
    let bench =
        Bench::new(first.into_iter().chain(rest).chain(read(&pull(1))).chain(again).chain(read(&pull(1))));
    assert_eq!(done(propose(&bench, None).await).number, PullNumber(1));
    assert_eq!(done(propose(&bench, None).await).number, PullNumber(1));
    let writes = bench.script.seen.lock().unwrap();
    let writes = writes.iter().filter(|request| request.method != Method::GET);
    let writes: Vec<_> = writes.map(|request| (request.path.clone(), request.body.clone())).collect();
    let below = "/repos/bytecodealliance/wasmtime";
    assert_eq!(
        writes,
        [
            (format!("{below}/git/refs"), json!({"ref": "refs/heads/topic", "sha": sha('a')})),
            (
                format!("{below}/contents/_posts/2026-11-18-a%20post.md"),
                json!({"message": "A post", "content": BASE64_STANDARD.encode(TEXT), "branch": "topic"})
            ),
            (
                format!("{below}/pulls"),
                json!({"title": "A post", "body": "Please read.", "head": "topic", "base": "main"})
            ),
        ]
    );
}

#[tokio::test]
async fn what_is_there_from_an_interrupted_try_is_not_made_again() {
    let there = [home(), none(), named("refs/heads/topic"), file(TEXT), none(), made(&pull(1))];
    let bench = Bench::new(there.into_iter().chain(read(&pull(1))));
    assert_eq!(done(propose(&bench, None).await).number, PullNumber(1));
    assert_eq!(bench.methods().iter().filter(|method| *method != "GET").count(), 1);
    let raced =
        [home(), none(), missing(), named("refs/heads/main"), refusal(422, "Reference already exists")];
    let rest = [file(TEXT), none(), made(&pull(1))];
    let bench = Bench::new(raced.into_iter().chain(rest).chain(read(&pull(1))));
    assert_eq!(done(propose(&bench, None).await).number, PullNumber(1));
}

#[tokio::test]
async fn another_file_in_that_place_is_left_alone() {
    for there in [file("Something else"), ok(&json!([{"type": "file"}])), ok(&json!({"type": "symlink"}))] {
        let bench = Bench::new([home(), none(), named("refs/heads/topic"), there]);
        let refused = propose(&bench, None).await.unwrap_err();
        assert_eq!((&refused.failure.kind, refused.again), (&FailureKind::Refused, Again::Never));
        assert!(detail(&refused).contains("in the file's place"));
        assert!(bench.methods().iter().all(|method| method == "GET"));
    }
}

#[tokio::test]
async fn a_fork_gets_the_branch_and_is_brought_up_to_date_where_it_is_behind() {
    let theirs = of("ravi", "wasmtime");
    let behind = || refusal(422, "Object does not exist");
    let first = [home(), none(), missing(), named("refs/heads/main"), behind(), ok(&json!({}))];
    let rest = [made(&json!({})), missing(), made(&json!({})), none(), made(&theirs)];
    let bench = Bench::new(first.into_iter().chain(rest).chain(read(&theirs)));
    assert_eq!(done(propose(&bench, Some("ravi/wasmtime")).await).number, PullNumber(1));
    let requests = bench.requests();
    assert!(requests[1].contains("&head=ravi%3Atopic"), "{requests:?}");
    assert_eq!(requests[2], "GET /repos/ravi/wasmtime/git/ref/heads/topic");
    assert_eq!(requests[3], "GET /repos/bytecodealliance/wasmtime/git/ref/heads/main");
    assert_eq!(requests[5], "POST /repos/ravi/wasmtime/merge-upstream");
    assert_eq!(requests[10], "POST /repos/bytecodealliance/wasmtime/pulls");
    let sent = bench.script.seen.lock().unwrap();
    assert_eq!(sent[5].body, json!({"branch": "main"}));
    assert_eq!(sent[10].body["head"], "ravi:topic");
    assert!(sent[10].body.get("head_repo").is_none());
}

#[tokio::test]
async fn a_fork_of_the_same_owner_is_named_whole() {
    let theirs = of("bytecodealliance", "copy");
    let there = [home(), ok(&json!([pull(7)])), named("refs/heads/topic"), file(TEXT), none(), made(&theirs)];
    let bench = Bench::new(there.into_iter().chain(read(&theirs)));
    assert_eq!(done(propose(&bench, Some("bytecodealliance/copy")).await).number, PullNumber(1));
    let sent = bench.script.seen.lock().unwrap();
    assert_eq!(sent[5].body["head_repo"], "bytecodealliance/copy");
}

#[tokio::test]
async fn a_token_that_may_not_is_told_that_a_person_can() {
    let there = || [home(), none(), named("refs/heads/topic"), file(TEXT), none()];
    let denied = refusal(403, "Resource not accessible by personal access token");
    let bench = Bench::new(there().into_iter().chain([denied]));
    let FailureKind::Permission(right) = propose(&bench, None).await.unwrap_err().failure.kind else {
        panic!()
    };
    assert!(right.contains("or a person"), "{right}");
    let branch = [home(), none(), missing(), named("refs/heads/main"), missing()];
    let weak = propose(&Bench::new(branch), None).await.unwrap_err();
    assert_eq!(weak.failure.kind, FailureKind::Permission("contents=write".into()));
}

#[tokio::test]
async fn lost_answers_are_unknown_and_then_found() {
    for lost in 0..3 {
        let mut answers = vec![home(), none(), missing(), named("refs/heads/main"), made(&json!({}))];
        answers.extend([missing(), made(&json!({})), none(), made(&pull(1))]);
        answers[[4, 6, 8][lost]] = Err(TransportError::AnswerLost);
        answers.truncate([5, 7, 9][lost]);
        let setback = propose(&Bench::new(answers), None).await.unwrap_err();
        assert_eq!(setback.again, Again::Unknown, "{lost}");
    }
}
