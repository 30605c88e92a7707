//! The same of the patches.

use commands::kernel::{
    collaborator::Login,
    effect::{Action, Purpose},
    embargoed::{Embargoed, EmbargoedText},
    fact::Fact,
    id::{IncidentId, PullNumber, UserId},
    patch::{Branch, HeadCommit, PatchChange, PatchWish, PullPart, PullRequest, PullState, Reviews},
    step::Step,
};

use super::{command, fork, login};

fn pull() -> PullRequest {
    PullRequest {
        number: PullNumber(7),
        url: "https://github.com/bytecodealliance/wasmtime-ghsa-x5cm-v3r2-9fjq/pull/7".into(),
        head: head(),
        base: "release-36.0.0".into(),
        state: PullState::Open,
        draft: false,
        mergeable: Some(true),
        reviews: Some(Reviews { approved: [login()].into(), ..Reviews::default() }),
        release_notes: Some(true),
        branch: Some("bounds-check-in-the-parser".into()),
    }
}

/// The same, of which GitHub shows as little as it can.
fn closed_pull(state: PullState) -> PullRequest {
    PullRequest { state, draft: true, mergeable: None, reviews: None, release_notes: None, ..pull() }
}

/// The same, with reviews of every kind.
fn reviewed_pull() -> PullRequest {
    let maya: Login = "maya".parse().unwrap();
    let reviews =
        Reviews { approved_before: [login()].into(), objecting: [maya].into(), ..Reviews::default() };
    PullRequest { reviews: Some(reviews), mergeable: Some(false), release_notes: Some(false), ..pull() }
}

fn head() -> HeadCommit {
    "0123456789abcdef0123456789abcdef01234567".parse().unwrap()
}

fn branch() -> Branch {
    Branch("release-36.0.0".into())
}

pub(super) fn facts_of_patches() -> Vec<Fact> {
    let by = UserId(8);
    let parts = vec![
        PullPart::Head,
        PullPart::Base,
        PullPart::State,
        PullPart::Mergeable,
        PullPart::Reviews,
        PullPart::ReleaseNotes,
    ];
    let seen = |pull| PatchChange::Seen { pull: Embargoed::new(pull), parts: parts.clone() };
    let evidence = Some(EmbargoedText::from("the whole suite, twice"));
    let changes = vec![
        PatchChange::Named { by, pull: Embargoed::new(pull()) },
        PatchChange::Dropped { by },
        seen(closed_pull(PullState::Closed)),
        seen(closed_pull(PullState::Merged)),
        seen(reviewed_pull()),
        PatchChange::Tested { by, head: Embargoed::new(head()), evidence },
        PatchChange::Tested { by, head: Embargoed::new(head()), evidence: None },
    ];
    let of_branch =
        |change| Fact::Patch { incident: IncidentId(2), branch: branch(), change: Box::new(change) };
    let waived = [Step::Patches, Step::Tests].into();
    let reason = Some(EmbargoedText::from("a mistake in the docs only"));
    let release = Fact::ReleaseRequested { incident: IncidentId(2), by, early: false, waived, reason };
    changes.into_iter().map(of_branch).chain([release]).collect()
}

pub(super) fn actions_of_patches() -> Vec<(Action, Purpose)> {
    let evidence = || Some(EmbargoedText::from("the whole suite, twice"));
    let wishes = [
        PatchWish::Add { branch: branch() },
        PatchWish::Test { branch: branch(), evidence: evidence() },
        PatchWish::Test { branch: branch(), evidence: None },
        PatchWish::Show,
    ];
    let read =
        || Action::ReadPulls { fork: Embargoed::new(fork()), pulls: [PullNumber(7), PullNumber(8)].into() };
    let purpose = |wish| Purpose::Patch { incident: IncidentId(2), command: command(), wish };
    wishes.into_iter().map(|wish| (read(), purpose(wish))).collect()
}
