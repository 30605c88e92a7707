//! Whether a repository can be looked at, and when the team is to know that it cannot.

use commands::kernel::effect::{Failure, FailureKind};
use jiff::{SignedDuration, Timestamp};

/// How long a repository may be out of sight before the team is told: most of GitHub's troubles are
/// over by then.
pub(super) const TOLD_AFTER: SignedDuration = SignedDuration::from_mins(10);

/// Whether one repository can be looked at.
#[derive(Default)]
pub(super) struct Sight {
    /// Since when it cannot.
    lost_since: Option<Timestamp>,
    /// What was last told of it: lost, or not. Nothing since the start.
    told: Option<bool>,
}

impl Sight {
    /// Takes in how a look went; whether that is to be told.
    pub(super) fn note(&mut self, failure: Option<&Failure>, now: Timestamp) -> bool {
        let Some(failure) = failure else {
            self.lost_since = None;
            return self.told != Some(false);
        };
        let since = *self.lost_since.get_or_insert(now);
        let long = now.duration_since(since) >= TOLD_AFTER;
        self.told != Some(true) && (long || needs_a_person(&failure.kind))
    }

    /// It was told.
    pub(super) fn told(&mut self, lost: bool) {
        self.told = Some(lost);
    }

    /// The moment from which it is to be told that it is lost.
    pub(super) fn telling(&self) -> Option<Timestamp> {
        let since = self.lost_since.filter(|_| self.told != Some(true))?;
        since.checked_add(TOLD_AFTER).ok()
    }
}

/// Whether waiting mends nothing.
const fn needs_a_person(kind: &FailureKind) -> bool {
    match kind {
        FailureKind::Credentials | FailureKind::Permission(_) | FailureKind::NotFound => true,
        FailureKind::Unreachable | FailureKind::Broken | FailureKind::Refused | FailureKind::Insecure => {
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use commands::kernel::{effect::Service, embargoed::Embargoed};

    use super::*;

    fn failure(kind: FailureKind) -> Failure {
        Failure { service: Service::GitHub, kind, detail: Embargoed::new(String::new()) }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_795_372_000 + seconds).unwrap()
    }

    #[test]
    fn a_while_out_of_sight_is_told_once_and_so_is_its_end() {
        let mut sight = Sight::default();
        let away = failure(FailureKind::Unreachable);
        assert!(!sight.note(Some(&away), at(0)));
        assert!(!sight.note(Some(&away), at(599)));
        assert_eq!(sight.telling(), Some(at(600)));
        assert!(sight.note(Some(&away), at(600)));
        sight.told(true);
        assert!(!sight.note(Some(&away), at(6000)));
        assert!(sight.note(None, at(6001)));
        sight.told(false);
        assert!(!sight.note(None, at(6002)));
        assert!(!sight.note(Some(&away), at(7000)), "the time is counted from the last good look");
    }

    #[test]
    fn what_only_a_person_can_mend_is_told_at_once() {
        for kind in [FailureKind::Credentials, FailureKind::Permission(String::new()), FailureKind::NotFound]
        {
            assert!(Sight::default().note(Some(&failure(kind)), at(0)));
        }
    }

    #[test]
    fn the_first_good_look_is_told_because_nobody_remembers_what_was_told_before() {
        assert!(Sight::default().note(None, at(0)));
    }
}
