//! The pull requests in the private fork of the tests.

use std::collections::BTreeSet;

use commands::kernel::{
    effect::Outcome,
    embargoed::Embargoed,
    id::PullNumber,
    input::Observed,
    patch::{HeadCommit, PullRequest, PullState, Reviews},
};

use crate::kit::{Chat, set};

impl Chat {
    /// GitHub shows those that are there.
    pub(crate) fn read_pulls(&self, pulls: &BTreeSet<PullNumber>) -> Outcome {
        let there = pulls.iter().filter_map(|number| self.pulls.get(number));
        Outcome::Pulls(there.cloned().map(Embargoed::new).collect())
    }

    /// Somebody opens a pull request in the private fork that lacks nothing.
    pub(crate) fn pull(&mut self, number: u64, base: &str) {
        let fork = "bytecodealliance/wasm-micro-runtime-ghsa-2222";
        let pull = PullRequest {
            number: PullNumber(number),
            url: format!("https://github.com/{fork}/pull/{number}"),
            head: commit(number),
            base: base.to_owned(),
            state: PullState::Open,
            draft: false,
            mergeable: Some(true),
            reviews: Some(Reviews { approved: set(["ines-gh".parse().unwrap()]), ..Reviews::default() }),
            release_notes: Some(true),
            branch: Some(format!("bounds-check-in-loader-{number}")),
        };
        self.pulls.insert(PullNumber(number), pull);
    }

    /// Something changes in a pull request; a while later it is looked at.
    pub(crate) fn pull_by_hand(&mut self, number: u64, change: impl FnOnce(&mut PullRequest)) -> String {
        change(self.pulls.get_mut(&PullNumber(number)).expect("it is in the fork"));
        self.sleep("60s");
        self.look_at_pull(number)
    }

    /// GitHub is looked at: a pull request stands as it is there now.
    pub(crate) fn look_at_pull(&mut self, number: u64) -> String {
        let pull = Embargoed::new(self.pulls[&PullNumber(number)].clone());
        let fork = Embargoed::new("bytecodealliance/wasm-micro-runtime-ghsa-2222".parse().unwrap());
        let asked = self.now;
        self.observe(Observed::Pull { fork, asked, pull })
    }
}

/// A commit, a different one for each number.
pub(crate) fn commit(number: u64) -> HeadCommit {
    format!("{number:0<40x}").parse().unwrap()
}
