//! Giving access and credit without taking any from others.

use commands::kernel::{
    collaborator::{Collaborator, Collaborators, Credit},
    effect::FailureKind,
};

use super::*;
use crate::port::Again;

fn people(typed: &[&str]) -> Embargoed<Collaborators> {
    let who = |typed: &&str| match typed.strip_prefix("team:") {
        Some(slug) => Collaborator::Team(slug.parse().unwrap()),
        None => Collaborator::User(typed.parse().unwrap()),
    };
    Embargoed::new(typed.iter().map(who).collect())
}

/// Two users, one of them with a name that the bot takes for none, and a team.
fn shared() -> Value {
    let mut shared = with("collaborating_users", json!([{"login": "Sofia-K"}, {"login": "old.name"}]));
    shared["collaborating_teams"] = json!([{"slug": "wamr-core"}]);
    shared
}

async fn changing(
    held: &Value,
    add: &[&str],
    remove: &[&str],
) -> (Bench, Result<EmbargoedAdvisory, Setback>) {
    let bench = Bench::new([ok(held), ok(held)]);
    let (add, remove) = (people(add), people(remove));
    let changed = bench.github.change_collaborators(&repository(), &ghsa(), &add, &remove).await;
    (bench, changed)
}

#[tokio::test]
async fn only_the_list_that_changes_is_sent_and_whole() {
    for (add, remove, sent) in [
        (&["ines"][..], &[][..], json!({"collaborating_users": ["Sofia-K", "old.name", "ines"]})),
        (&["team:security"], &[], json!({"collaborating_teams": ["wamr-core", "security"]})),
        (&[], &["sofia-k"], json!({"collaborating_users": ["old.name"]})),
        (&["ravi"], &["sofia-k"], json!({"collaborating_users": ["old.name", "ravi"]})),
        (
            &["ines"],
            &["team:WAMR-core"],
            json!({"collaborating_users": ["Sofia-K", "old.name", "ines"], "collaborating_teams": []}),
        ),
    ] {
        let (bench, changed) = changing(&shared(), add, remove).await;
        must(changed);
        assert_eq!(bench.last_body(), sent);
        assert_eq!(bench.methods(), ["GET", "PATCH"]);
    }
}

#[tokio::test]
async fn who_has_access_already_or_never_had_it_needs_no_write() {
    let (bench, changed) =
        changing(&shared(), &["SOFIA-K", "team:wamr-core"], &["ravi", "team:security"]).await;
    must(changed);
    assert_eq!(bench.methods(), ["GET"]);
}

#[tokio::test]
async fn people_whom_github_does_not_show_are_not_thrown_out() {
    let mut hidden = shared();
    hidden["collaborating_teams"] = json!(null);
    let (bench, changed) = changing(&hidden, &["team:security"], &[]).await;
    let refused = changed.unwrap_err();
    assert_eq!((&refused.failure.kind, refused.again), (&FailureKind::Refused, Again::Never));
    assert!(detail(&refused).contains("does not show who has access"));
    assert_eq!(bench.methods(), ["GET"]);
    let (bench, changed) = changing(&hidden, &["ines"], &[]).await;
    must(changed);
    assert_eq!(bench.last_body(), json!({"collaborating_users": ["Sofia-K", "old.name", "ines"]}));
}

async fn crediting(held: &Value, login: &str, kind: &str) -> Bench {
    let bench = Bench::new([ok(held), ok(held)]);
    let credit = Embargoed::new(Credit { login: login.parse().unwrap(), kind: kind.parse().unwrap() });
    must(bench.github.add_credit(&repository(), &ghsa(), &credit).await);
    bench
}

#[tokio::test]
async fn a_credit_joins_the_others_and_replaces_only_ones_own() {
    let held = with(
        "credits",
        json!([{"login": "old.name", "type": "tool"}, {"login": "sofia-k", "type": "reporter"}, {"type": "tool"}]),
    );
    let tool = json!({"login": "old.name", "type": "tool"});
    let sofia = json!({"login": "sofia-k", "type": "reporter"});
    let bench = crediting(&held, "ines", "remediation developer").await;
    let ines = json!({"login": "ines", "type": "remediation_developer"});
    assert_eq!(bench.last_body(), json!({"credits": [tool, sofia, ines]}));
    let bench = crediting(&held, "Sofia-K", "finder").await;
    let sofia = json!({"login": "Sofia-K", "type": "finder"});
    assert_eq!(bench.last_body(), json!({"credits": [tool, sofia]}));
    let bench = crediting(&held, "SOFIA-K", "reporter").await;
    assert_eq!(bench.methods(), ["GET"], "it says so already");
    let bench = crediting(&with("credits", json!(null)), "ines", "finder").await;
    assert_eq!(bench.last_body(), json!({"credits": [{"login": "ines", "type": "finder"}]}));
}
