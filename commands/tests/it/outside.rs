//! The public repositories of the tests: they do what a release asks, and every check passes.

use commands::kernel::{
    effect::Outcome,
    embargoed::Embargoed,
    id::PullNumber,
    patch::{HeadCommit, PullState},
    work::{Bundle, Checks, Found, PublicPull, Sought, Standing, Work},
};

use crate::kit::Chat;

/// A pull request of a public repository.
#[derive(Debug, Clone)]
pub(crate) struct Outside {
    /// The branch it comes from.
    pub(crate) head: String,
    pub(crate) pull: PublicPull,
}

/// A commit that a bump makes.
pub(crate) fn bump_commit() -> HeadCommit {
    "b".repeat(40).parse().unwrap()
}

impl Chat {
    /// What becomes of a release's work.
    pub(crate) fn outside(&mut self, work: &Work) -> Outcome {
        match work {
            Work::OpenPull { head, commit, .. } => {
                let known = self.public.iter().find(|one| one.pull.head == *commit).cloned();
                let one = known.unwrap_or_else(|| self.propose(head, commit.clone()));
                found(one.pull)
            }
            Work::AwaitPull { sought, .. } => {
                let fits = |one: &Outside, sought: &Sought| match sought {
                    Sought::Commit(commit) => one.pull.head == *commit,
                    Sought::Head { branch, .. } => one.head == *branch,
                };
                let one = sought.iter().find_map(|sought| self.public.iter().find(|one| fits(one, sought)));
                found(one.expect("it was opened").pull.clone())
            }
            Work::Merge { number, commit, .. } => {
                let one = self.public.iter_mut().find(|one| one.pull.number == *number);
                let one = one.filter(|one| one.pull.head == *commit).expect("nobody pushed to it");
                one.pull.state = PullState::Merged;
                found(one.pull.clone())
            }
            Work::Dispatch { opens, .. } => {
                if let Some(head) = opens {
                    let known = self.public.iter().find(|one| one.head == *head).cloned();
                    return match known {
                        Some(one) => found(one.pull),
                        None => {
                            self.propose(head, bump_commit());
                            Outcome::Done
                        }
                    };
                }
                Outcome::Done
            }
            Work::Snapshot { .. } => {
                let bundle = Bundle("IyB2MiBnaXQgYnVuZGxlCg==".to_owned());
                Outcome::Found(Found::Snapshot(Embargoed::new(bundle)))
            }
            Work::Propose(proposed) => found(self.propose(&proposed.file.get().branch, bump_commit()).pull),
            Work::AwaitMerge { number, .. } => {
                let one = self.public.iter_mut().find(|one| one.pull.number == *number);
                let one = one.expect("it was proposed");
                one.pull.state = PullState::Merged;
                found(one.pull.clone())
            }
            Work::Push { .. } | Work::AwaitTag { .. } | Work::ClosePulls { .. } | Work::RemoveFork { .. } => {
                Outcome::Done
            }
        }
    }

    /// Somebody opens a pull request, and its checks pass at once.
    pub(crate) fn propose(&mut self, head: &str, commit: HeadCommit) -> Outside {
        let number = PullNumber(100 + self.public.len() as u64);
        let pull = PublicPull {
            number,
            url: format!("https://github.com/bytecodealliance/wasm-micro-runtime/pull/{number}"),
            head: commit,
            state: PullState::Open,
            checks: Checks::Passed,
            standing: Standing::Free,
        };
        let one = Outside { head: head.to_owned(), pull };
        self.public.push(one.clone());
        one
    }
}

fn found(pull: PublicPull) -> Outcome {
    Outcome::Found(Found::Pull(Box::new(pull)))
}
