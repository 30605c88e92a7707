//! The same of a release in public repositories.

use commands::kernel::{
    effect::{Action, Purpose},
    embargoed::Embargoed,
    fact::Fact,
    id::{IncidentId, ProjectName, PullNumber, Repository, UserId},
    patch::{Branch, HeadCommit, PullState},
    step::Step,
    work::{
        Bundle, Checks, DeliveryChange, NewFile, Proposed, PublicPull, PullText, Sought, Standing, Subject,
        Work,
    },
};

use super::{at, fork, mail::disclosed};
use commands::kernel::clock::Clock;

fn commit() -> HeadCommit {
    "c".repeat(40).parse().unwrap()
}

fn base() -> Branch {
    Branch("release-36.0.0".into())
}

fn repository() -> Repository {
    "bytecodealliance/wasmtime".parse().unwrap()
}

fn pull(state: PullState, checks: Checks, standing: Standing) -> PublicPull {
    PublicPull {
        number: PullNumber(12_345),
        url: "https://github.com/bytecodealliance/wasmtime/pull/12345".into(),
        head: commit(),
        state,
        checks,
        standing,
    }
}

pub(super) fn facts_of_delivery() -> Vec<Fact> {
    let incident = IncidentId(2);
    let seen = |step, subject, pull| DeliveryChange::PullSeen { step, subject, pull };
    let branch = || Subject::Branch(base());
    let (open, some) = (PullState::Open, || vec!["build (macos)".to_owned()]);
    let pulls = [
        seen(Step::Transfer, branch(), pull(open, Checks::Running(some()), Standing::Unknown)),
        seen(Step::Transfer, branch(), pull(open, Checks::Failed(some()), Standing::Blocked)),
        seen(Step::Transfer, branch(), pull(open, Checks::Passed, Standing::Behind)),
        seen(Step::Transfer, branch(), pull(open, Checks::Passed, Standing::Draft)),
        seen(Step::Bump, branch(), pull(open, Checks::Passed, Standing::Conflicts)),
        seen(Step::Bump, branch(), pull(PullState::Closed, Checks::Passed, Standing::Free)),
        seen(
            Step::Blog,
            Subject::File("_posts/a.md".into()),
            pull(PullState::Merged, Checks::Passed, Standing::Free),
        ),
    ];
    let others = [
        DeliveryChange::Pushed { base: base(), commit: Embargoed::new(commit()) },
        DeliveryChange::Dispatched { base: base(), asked: at(95) },
        DeliveryChange::TagSeen { tag: "v36.0.1".into() },
        DeliveryChange::SnapshotKept { bundle: Embargoed::new(Bundle("IyB2MiBnaXQ=".into())) },
        DeliveryChange::NotProposed {
            step: Step::Rustsec,
            path: "crates/wasmtime/RUSTSEC-0000-0000.md".into(),
        },
        DeliveryChange::Uploaded { name: "osv.json".into(), address: "/user_uploads/2/ab/osv.json".into() },
        DeliveryChange::PullsClosed,
        DeliveryChange::Resumed { by: UserId(8) },
    ];
    let changes = pulls.into_iter().chain(others);
    let facts = changes.map(|change| Fact::Delivery { incident, change: Box::new(change) });
    let reminded = Fact::ClockReminded { incident, clock: Clock::Delivery, number: 0, late: false };
    facts.chain([reminded]).collect()
}

pub(super) fn actions_of_delivery() -> Vec<(Action, Purpose)> {
    let purpose = Purpose::Step { incident: IncidentId(2), step: Step::Transfer };
    works().into_iter().map(|work| (Action::Work(Box::new(work)), purpose.clone())).collect()
}

fn works() -> Vec<Work> {
    let (repository, fork) = (repository(), || Embargoed::new(fork()));
    let project = ProjectName("wasmtime".into());
    let await_pull = |sought, known| Work::AwaitPull {
        repository: repository.clone(),
        base: base(),
        sought: vec![sought],
        known,
    };
    let proposed = |fork| Proposed {
        repository: "rustsec/advisory-db".parse().unwrap(),
        fork,
        file: disclosed(NewFile {
            branch: "ghsa-x5cm-v3r2-9fjq-wasmtime".into(),
            path: "crates/wasmtime/RUSTSEC-0000-0000.md".into(),
            content: "# Out-of-bounds write\n".into(),
            title: "Add an advisory for wasmtime: GHSA-x5cm-v3r2-9fjq".into(),
            body: "From the advisory.".into(),
        }),
    };
    vec![
        Work::Push {
            fork: fork(),
            commit: Embargoed::new(commit()),
            repository: repository.clone(),
            branch: "fixes-release-36.0.0-ccccccc".into(),
            base: base(),
        },
        Work::OpenPull {
            repository: repository.clone(),
            head: "fixes-release-36.0.0-ccccccc".into(),
            commit: commit(),
            base: base(),
            text: PullText::Fixes { project, base: base() },
        },
        await_pull(Sought::Commit(commit()), None),
        await_pull(Sought::Head { branch: "ci/release".into(), since: None }, Some(Standing::Blocked)),
        await_pull(Sought::Head { branch: "ci/release".into(), since: Some(at(95)) }, Some(Standing::Draft)),
        Work::Merge {
            repository: repository.clone(),
            number: PullNumber(12_345),
            commit: commit(),
            base: base(),
        },
        Work::Dispatch {
            repository: repository.clone(),
            workflow: "release.yml".into(),
            branch: "main".into(),
            inputs: [("version".to_owned(), "36.0.1".to_owned())].into(),
            base: base(),
            opens: Some("ci/release-36.0.0".into()),
        },
        Work::AwaitTag { repository: repository.clone(), tag: "v36.0.1".into() },
        Work::Snapshot { fork: fork(), repository: repository.clone() },
        Work::ClosePulls { fork: fork() },
        Work::RemoveFork {
            repository: repository.clone(),
            ghsa: Embargoed::new("GHSA-x5cm-v3r2-9fjq".parse().unwrap()),
        },
        Work::AwaitMerge {
            repository: repository.clone(),
            number: PullNumber(12_345),
            path: "_posts/a.md".into(),
        },
        Work::Propose(Box::new(proposed(None))),
        Work::Propose(Box::new(proposed(Some("advisory-bot/advisory-db".parse().unwrap())))),
    ]
}
