//! Nothing is deleted but an advisory's own private fork, whatever the answers say.

use commands::kernel::effect::FailureKind;

use super::*;
use crate::port::Again;

const FORK: &str = "bytecodealliance/wasmtime-ghsa-x5cm-v3r2-9fjq";

type Sent = Result<Response<Bytes>, TransportError>;

/// A published advisory that names that repository as its private fork.
fn naming(fork: &Value) -> Value {
    let mut advisory = with("private_fork", fork.clone());
    advisory["state"] = json!("published");
    advisory
}

fn named(name: &str) -> Value {
    naming(&json!({"full_name": name}))
}

fn fork() -> Value {
    json!({"full_name": FORK, "private": true, "fork": true})
}

fn deleted() -> Sent {
    Ok(answer(204, &[], ""))
}

async fn remove(bench: &Bench) -> Result<bool, Setback> {
    bench.github.remove_fork(&repository(), &ghsa()).await
}

#[tokio::test]
async fn the_fork_of_a_published_advisory_is_deleted_once() {
    let bench = Bench::new([ok(&named(FORK)), ok(&fork()), deleted(), ok(&naming(&Value::Null))]);
    for _ in 0..2 {
        assert!(done(remove(&bench).await));
    }
    assert_eq!(bench.methods(), ["GET", "GET", "DELETE", "GET"]);
    assert_eq!(bench.requests()[2], format!("DELETE /repos/{FORK}"));
}

#[tokio::test]
async fn one_that_is_gone_is_gone_whether_or_not_the_advisory_still_names_it() {
    let missing = Ok(answer(404, &[], r#"{"message":"Not Found"}"#));
    let bench = Bench::new([ok(&naming(&Value::Null)), ok(&named(FORK)), missing]);
    for _ in 0..2 {
        assert!(done(remove(&bench).await));
    }
    assert_eq!(bench.methods(), ["GET", "GET", "GET"]);
}

#[tokio::test]
async fn names_in_other_case_are_the_same_and_long_ones_are_cut() {
    let shouted = FORK.to_uppercase().replacen("BYTECODEALLIANCE", "ByteCodeAlliance", 1);
    let itself = json!({"full_name": FORK, "private": true});
    let bench = Bench::new([ok(&named(&shouted)), ok(&itself), deleted()]);
    assert!(done(remove(&bench).await));
    let long: Repository = format!("bytecodealliance/{}", "w".repeat(90)).parse().unwrap();
    let cut = format!("bytecodealliance/{}-ghsa-x5cm-v3r2-9fjq", "w".repeat(80));
    let itself = json!({"full_name": cut, "private": true, "fork": true});
    let bench = Bench::new([ok(&named(&cut)), ok(&itself), deleted()]);
    assert!(done(bench.github.remove_fork(&long, &ghsa()).await));
}

/// Nothing is deleted after these answers, and nobody is asked to try again.
async fn spared(answers: Vec<Sent>, words: &str) {
    let asked = answers.len();
    let bench = Bench::new(answers);
    let refused = remove(&bench).await.unwrap_err();
    assert_eq!(refused.again, Again::Never, "{words}");
    assert!(detail(&refused).contains(words), "{words}: {}", detail(&refused));
    assert_eq!(bench.methods(), vec!["GET"; asked], "{words}");
}

#[tokio::test]
async fn a_name_that_is_not_that_of_its_private_fork_is_not_even_looked_at() {
    for (name, words) in [
        ("bytecodealliance/wasmtime", "the repository itself"),
        ("ByteCodeAlliance/Wasmtime", "the repository itself"),
        ("ravi/wasmtime-ghsa-x5cm-v3r2-9fjq", "somebody else"),
        ("bytecodealliance/wasm-tools", "not that of a private fork"),
        ("bytecodealliance/wasmtime-ghsa-x5cm-v3r2-9fjx", "not that of a private fork"),
        ("bytecodealliance/cranelift-ghsa-x5cm-v3r2-9fjq", "not that of a private fork"),
        ("bytecodealliance/wasmtime-ghsa-x5cm-v3r2-9fjq-2", "not that of a private fork"),
        ("bytecodealliance/x-wasmtime-ghsa-x5cm-v3r2-9fjq", "not that of a private fork"),
        ("../..", "its name is none"),
    ] {
        spared(vec![ok(&named(name))], words).await;
    }
    spared(vec![ok(&naming(&json!({})))], "its name is none").await;
}

#[tokio::test]
async fn what_is_not_private_no_fork_or_another_by_now_is_spared() {
    let itself = |key: &str, value: Value| {
        let mut fork = fork();
        fork[key] = value;
        vec![ok(&named(FORK)), ok(&fork)]
    };
    spared(itself("private", json!(false)), "it is not private").await;
    spared(itself("private", json!(null)), "it is not private").await;
    spared(itself("fork", json!(false)), "it is no fork").await;
    spared(itself("full_name", json!("bytecodealliance/wasmtime")), "has another name").await;
    spared(itself("full_name", json!("bytecodealliance/renamed")), "has another name").await;
    spared(itself("full_name", json!(null)), "has another name").await;
    let moved = Ok(answer(301, &[("location", "https://api.github.com/repositories/7")], "{}"));
    spared(vec![ok(&named(FORK)), moved], "renamed or moved").await;
}

#[tokio::test]
async fn before_the_publication_nothing_is_deleted() {
    for state in ["triage", "draft", "closed"] {
        let mut advisory = named(FORK);
        advisory["state"] = json!(state);
        spared(vec![ok(&advisory)], "not published").await;
    }
}

#[tokio::test]
async fn another_advisory_than_was_asked_for_deletes_nothing() {
    let mut other = named("bytecodealliance/wasmtime-ghsa-2222-3333-4444");
    other["ghsa_id"] = json!("GHSA-2222-3333-4444");
    let bench = Bench::new([ok(&other)]);
    assert_eq!(remove(&bench).await.unwrap_err().failure.kind, FailureKind::Broken);
    assert_eq!(bench.methods(), ["GET"]);
}

#[tokio::test]
async fn what_became_of_a_deletion_is_seen_at_the_next_look() {
    let lost = || vec![ok(&named(FORK)), ok(&fork()), Err(TransportError::AnswerLost)];
    let bench = Bench::new(lost().into_iter().chain([ok(&naming(&Value::Null))]));
    assert_eq!(remove(&bench).await.unwrap_err().again, Again::Unknown);
    assert!(done(remove(&bench).await));
    for (status, body) in
        [(403, r#"{"message":"Organization members cannot delete repositories."}"#), (404, "{}")]
    {
        let bench = Bench::new([ok(&named(FORK)), ok(&fork()), Ok(answer(status, &[], body))]);
        let FailureKind::Permission(right) = remove(&bench).await.unwrap_err().failure.kind else { panic!() };
        assert!(right.starts_with("administration=write; besides, deleting"), "{right}");
    }
    let taken = Bench::new([ok(&named(FORK)), ok(&fork()), Ok(answer(202, &[], "{}"))]);
    assert!(matches!(remove(&taken).await.unwrap_err().again, Again::NotDone { wait: Some(_) }));
}
