//! A whole incident against the embedded GitHub, with answers lost on the way.

use std::collections::BTreeMap;

use commands::kernel::{
    collaborator::{Collaborator, Collaborators, Credit, CreditKind},
    content::AdvisoryState,
    effect::FailureKind,
    embargoed::TeamText,
};
use jiff::SignedDuration;

use super::{
    embedded::{NUMBER, REPOSITORY, World},
    *,
};
use crate::{
    port::Again,
    sandbox::github::{Access, BOT_LOGIN, Rights, Seed, TokenSeed},
};

/// A report by sofia-k.
fn reported(world: &World) -> Embargoed<GhsaId> {
    let fields = json!({
        "summary": "Out-of-bounds read",
        "description": "A guest can read host memory.",
        "vulnerabilities": [row("wasmtime", "< 36.0.14", &json!([]))],
    });
    let ghsa = world.wire.embedded.report(REPOSITORY, "sofia-k", &fields).unwrap();
    Embargoed::new(ghsa.parse().unwrap())
}

fn text_of(ghsa: &Embargoed<GhsaId>) -> String {
    ghsa.open(&AdvisoryPage::on_github()).as_str().to_owned()
}

/// Does it, loses the answer, and does it again.
macro_rules! twice {
    ($world:expr, $call:expr) => {{
        $world.lose_next_write();
        let lost = $call.await.err().expect("the answer was lost");
        assert_eq!(lost.again, Again::Unknown);
        done($call.await)
    }};
}

#[tokio::test(start_paused = true)]
async fn everything_is_done_once_although_every_answer_is_lost() {
    let world = World::new();
    let (github, repository) = (&world.github, repository());
    let ghsa = reported(&world);
    let seen = must(github.fetch(&repository, &ghsa).await);
    assert!(seen.reported && seen.author.as_ref().unwrap().as_str() == "sofia-k");

    let accepted = twice!(world, github.accept_report(&repository, &ghsa));
    assert_eq!(opened(&accepted).state, AdvisoryState::Draft);

    let people = |typed: &[Collaborator]| Embargoed::new(typed.iter().cloned().collect::<Collaborators>());
    let add = people(&[
        Collaborator::User("ines".parse().unwrap()),
        Collaborator::Team("wamr-core".parse().unwrap()),
    ]);
    let none = people(&[]);
    let invited = twice!(world, github.change_collaborators(&repository, &ghsa, &add, &none));
    let typed: Vec<_> = opened(&invited).collaborators.iter().map(Collaborator::typed).collect();
    assert_eq!(typed, ["ines", "sofia-k", "team:wamr-core"]);

    let credit = Credit { login: "ines".parse().unwrap(), kind: CreditKind::OTHER };
    let credited = twice!(world, github.add_credit(&repository, &ghsa, &Embargoed::new(credit.clone())));
    assert_eq!(opened(&credited).credits.len(), 2, "the reporter stays");

    let fork = twice!(world, github.create_fork(&repository, &ghsa));
    let not_yet = github.fork_ready(&fork).await.unwrap_err();
    assert_eq!(not_yet.failure.kind, FailureKind::NotFound);
    world.clock.jump(SignedDuration::from_secs(60));
    done(github.fork_ready(&fork).await);

    assert!(twice!(world, github.request_cve(&repository, &ghsa)).is_none());
    assert_eq!(world.wire.embedded.cve_requests().len(), 1);
    let number = world.wire.embedded.assign_cve(&text_of(&ghsa)).unwrap();
    let found = done(github.request_cve(&repository, &ghsa).await).expect("it has a number");
    assert_eq!(opened(&found).cve.as_ref().unwrap().as_str(), number);

    let (text, since) = (TeamText::from("Thank you."), world.clock.now());
    world.lose_next_write();
    assert_eq!(github.comment(&repository, &ghsa, &text).await.unwrap_err().again, Again::Unknown);
    assert!(done(github.find_comment(&repository, &ghsa, &text, since).await));
    assert_eq!(world.wire.embedded.comments(&text_of(&ghsa)).len(), 1);

    let closed = twice!(world, github.close_advisory(&repository, &ghsa, AdvisoryState::Draft));
    assert_eq!(opened(&closed.held()).state, AdvisoryState::Closed);
}

#[tokio::test(start_paused = true)]
async fn a_number_from_elsewhere_is_entered_and_another_left_alone() {
    let world = World::new();
    let ghsa = world.created().await;
    let cve = |number: &str| Embargoed::new(number.parse().unwrap());
    let repository = repository();
    let (one, other) = (cve("CVE-2026-12345"), cve("CVE-2026-54321"));
    let entered = twice!(world, world.github.set_cve(&repository, &ghsa, &one));
    assert!(matches!(entered, Written::Holds(_)));
    let refused = done(world.github.set_cve(&repository, &ghsa, &other).await);
    assert!(matches!(refused, Written::Conflict(..)));
}

#[tokio::test(start_paused = true)]
async fn a_token_that_may_write_but_not_administer_is_told_so() {
    let mut seed = Seed::bytecodealliance(NUMBER);
    seed.tokens.push(TokenSeed {
        secret: "github_pat_narrow".into(),
        login: BOT_LOGIN.into(),
        rights: Rights::fine_grained("bytecodealliance", &[("repository_advisories", Access::Write)]),
        expires_at: None,
    });
    let world = World::with(seed, "github_pat_narrow");
    let ghsa = world.created().await;
    let refused = world.github.create_fork(&repository(), &ghsa).await.unwrap_err();
    let FailureKind::Permission(right) = &refused.failure.kind else { panic!("{refused:?}") };
    assert!(right.contains("administration=write"), "{right}");
}

#[tokio::test(start_paused = true)]
async fn all_advisories_are_seen_whatever_their_state_and_hand_made_changes_with_them() {
    let world = World::new();
    let first = reported(&world);
    for _ in 0..2 {
        world.created().await;
    }
    let mut known = BTreeMap::new();
    let repository = repository();
    let look = async |known: &mut BTreeMap<_, _>| {
        let sighting = done(world.github.list(&repository, known).await);
        for (advisory, digest) in &sighting.changed {
            known.insert(Embargoed::new(opened(advisory).ghsa.clone()), *digest);
        }
        sighting.changed.len()
    };
    assert_eq!(look(&mut known).await, 3);
    assert_eq!(look(&mut known).await, 0);
    assert_eq!(world.statuses().last(), Some(&304));
    let credits = json!({"credits": [{"login": "ravi", "type": "finder"}]});
    world.wire.embedded.edit_by_hand("maya", &text_of(&first), &credits).unwrap();
    assert_eq!(look(&mut known).await, 1);
    world.wire.embedded.close("maya", &text_of(&first)).unwrap();
    assert_eq!(look(&mut known).await, 1);
    world.wire.embedded.delete_by_staff(&text_of(&first));
    assert_eq!(look(&mut known).await, 0);
}
