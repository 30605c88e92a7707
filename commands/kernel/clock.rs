//! Clocks that run until somebody has done something: when each reminds, without end but ever more
//! rarely.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How many reminders a clock sends at most.
const REMINDERS_MAX: u32 = 12;

/// A clock of the policy that runs for one incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Clock {
    /// From the report until its receipt is acknowledged (`acknowledge_within`).
    Acknowledge,
    /// From the request for a CVE number until it is there (`cve_within`).
    Cve,
    /// From the wish for a private fork until it can be used (5 minutes, by GitHub's word).
    Fork,
    /// From the disclosure time until somebody acts.
    Overdue,
    /// From when the pre-notification was sent until somebody has seen it on the list.
    ListSeen,
    /// From the release mail, or the publication where there is none, until the blog post is out
    /// (`blog_within`).
    Blog,
    /// From when a release last came further until it does again.
    Delivery,
}

/// How long a release may wait for something outside before the manager is asked to look: checks take that long.
pub const DELIVERY_WITHIN: SignedDuration = SignedDuration::from_mins(30);

/// How long GitHub says a temporary private fork may take to be made (REST description,
/// create-fork for an advisory).
pub const FORK_WITHIN: SignedDuration = SignedDuration::from_mins(5);

/// How long a disclosure time may be over without a release before the whole team is called. The manager is
/// after a quarter of it, and each of the team by direct message after four times as long.
pub const OVERDUE_WITHIN: SignedDuration = SignedDuration::from_hours(1);

/// How long a mail may take to be seen on its list, where a person may have to let it pass.
pub const LIST_SEEN_WITHIN: SignedDuration = SignedDuration::from_hours(1);

/// A clock that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Running {
    /// Which.
    pub clock: Clock,
    /// Since when.
    pub since: Timestamp,
    /// How long it may run.
    pub within: SignedDuration,
}

impl Running {
    /// When reminder `number` (from 0) is due, if there is one.
    #[must_use]
    pub fn due(&self, number: u32) -> Option<Timestamp> {
        if number >= REMINDERS_MAX {
            return None;
        }
        let quarters = match self.clock {
            // Half of the time, three quarters, all of it; then the same again, twice that, …
            Clock::Acknowledge | Clock::Blog if number < 3 => number + 2,
            Clock::Acknowledge | Clock::Blog => 4 << (number - 2),
            Clock::Cve | Clock::Fork | Clock::ListSeen | Clock::Delivery => 4 << number,
            // A quarter of the time, all of it, four times; then twice as long each time.
            Clock::Overdue if number < 2 => 1 << (2 * number),
            Clock::Overdue => 4 << number,
        };
        let after = self.within.checked_mul(i32::try_from(quarters).ok()?)?;
        self.since.checked_add(after / 4).ok()
    }

    /// The next reminder after `reminded` of them, and when it is due.
    #[must_use]
    pub fn next(&self, reminded: u32) -> Option<(u32, Timestamp)> {
        Some((reminded, self.due(reminded)?))
    }

    /// The newest reminder that is due by `now`, where `reminded` were sent: what was missed is told once.
    #[must_use]
    pub fn newest_due(&self, reminded: u32, now: Timestamp) -> Option<(u32, Timestamp)> {
        let due = (reminded..REMINDERS_MAX).map_while(|number| Some((number, self.due(number)?)));
        due.take_while(|(_, due)| *due <= now).last()
    }

    /// When the time is up.
    #[must_use]
    pub fn end(&self) -> Timestamp {
        self.since.checked_add(self.within).unwrap_or(Timestamp::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(clock: Clock, within: i64) -> Vec<i64> {
        let since = Timestamp::UNIX_EPOCH;
        let running = Running { clock, since, within: SignedDuration::from_hours(within) };
        (0..5).map(|number| running.due(number).unwrap().duration_since(since).as_hours()).collect()
    }

    #[test]
    fn a_report_is_reminded_of_at_half_and_three_quarters_and_escalated_after() {
        assert_eq!(hours(Clock::Acknowledge, 48), [24, 36, 48, 96, 192]);
    }

    #[test]
    fn a_blog_post_is_asked_for_before_it_is_due_and_after() {
        assert_eq!(hours(Clock::Blog, 8), [4, 6, 8, 16, 32]);
    }

    #[test]
    fn a_number_that_takes_weeks_is_asked_after_ever_more_rarely() {
        assert_eq!(hours(Clock::Cve, 24), [24, 48, 96, 192, 384]);
    }

    #[test]
    fn a_disclosure_time_that_passed_is_escalated_at_widening_intervals() {
        let since = Timestamp::UNIX_EPOCH;
        let running = Running { clock: Clock::Overdue, since, within: OVERDUE_WITHIN };
        let minutes: Vec<i64> =
            (0..5).map(|number| running.due(number).unwrap().duration_since(since).as_mins()).collect();
        assert_eq!(minutes, [15, 60, 4 * 60, 8 * 60, 16 * 60]);
    }

    #[test]
    fn what_was_missed_is_told_once() {
        let since = Timestamp::UNIX_EPOCH;
        let running = Running { clock: Clock::Acknowledge, since, within: SignedDuration::from_hours(48) };
        let at = |hours| since + SignedDuration::from_hours(hours);
        assert_eq!(running.newest_due(0, at(23)), None);
        assert_eq!(running.newest_due(0, at(40)), Some((1, at(36))));
        assert_eq!(running.newest_due(2, at(40)), None);
        assert_eq!(running.newest_due(REMINDERS_MAX, Timestamp::MAX), None);
    }
}
