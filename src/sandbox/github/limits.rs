//! The two kinds of rate limit, for one user.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use super::{answer::Refusal, seed::Limits};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const HOUR: SignedDuration = SignedDuration::from_hours(1);
const PRIMARY_DOCS: &str = "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api";
const SECONDARY_DOCS: &str = "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits";
/// What a write costs in points; a read costs one.
const WRITE_POINTS: usize = 5;

/// What one user has used up.
#[derive(Debug, Default, Clone)]
pub(super) struct Usage {
    window_from: Option<Timestamp>,
    used: u32,
    /// Requests of the last hour and whether each was a write.
    recent: VecDeque<(Timestamp, bool)>,
}

/// The primary limit as the headers and `/rate_limit` state it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Standing {
    pub(super) limit: u32,
    pub(super) used: u32,
    pub(super) reset: Timestamp,
}

impl Standing {
    pub(super) fn remaining(self) -> u32 {
        self.limit.saturating_sub(self.used)
    }
}

impl Usage {
    /// The primary limit at `now`; a window that has passed counts as fresh.
    pub(super) fn standing(&self, limit: u32, now: Timestamp) -> Standing {
        let from = self.window_from.filter(|from| now.duration_since(*from) < HOUR);
        let used = if from.is_some() { self.used } else { 0 };
        let reset = from.unwrap_or(now).checked_add(HOUR).unwrap_or(now);
        Standing { limit, used, reset }
    }

    /// Lets a request through, or says which limit it meets. Nothing is counted yet against the
    /// primary limit: see [`Usage::charge`].
    pub(super) fn admit(
        &mut self,
        limits: &Limits,
        primary: Standing,
        write: bool,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        if primary.remaining() == 0 {
            return Err(Refusal::new(403, "API rate limit exceeded.").documented_at(PRIMARY_DOCS));
        }
        while self.recent.front().is_some_and(|(at, _)| now.duration_since(*at) >= HOUR) {
            self.recent.pop_front();
        }
        if let Some(free_at) = self.secondary(limits, write, now) {
            let wait = free_at.duration_since(now).as_millis();
            let seconds = (wait / 1000 + i128::from(wait % 1000 != 0)).max(1);
            let message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try \
                           again.";
            return Err(Refusal::new(403, message)
                .documented_at(SECONDARY_DOCS)
                .with_header("retry-after", seconds.to_string()));
        }
        self.recent.push_back((now, write));
        Ok(())
    }

    /// When the tightest secondary limit lets the next request through; nothing if it does now.
    fn secondary(&self, limits: &Limits, write: bool, now: Timestamp) -> Option<Timestamp> {
        let within = |span: SignedDuration| {
            self.recent.iter().filter(move |(at, _)| now.duration_since(*at) < span).copied()
        };
        let mut free_at = Vec::new();
        if write {
            for (span, allowed) in [(MINUTE, limits.writes_per_minute), (HOUR, limits.writes_per_hour)] {
                let writes: Vec<Timestamp> =
                    within(span).filter(|(_, write)| *write).map(|(at, _)| at).collect();
                if writes.len() >= allowed {
                    let leaving = writes.get(writes.len() - allowed).copied().unwrap_or(now);
                    free_at.push(leaving.checked_add(span).unwrap_or(now));
                }
            }
        }
        let cost = |write: bool| if write { WRITE_POINTS } else { 1 };
        let points: usize = within(MINUTE).map(|(_, write)| cost(write)).sum();
        if points + cost(write) > limits.points_per_minute {
            let oldest = within(MINUTE).map(|(at, _)| at).next().unwrap_or(now);
            free_at.push(oldest.checked_add(MINUTE).unwrap_or(now));
        }
        free_at.into_iter().max()
    }

    /// Counts one request against the primary limit.
    pub(super) fn charge(&mut self, limit: u32, now: Timestamp) {
        let fresh = self.standing(limit, now).used == 0;
        if fresh {
            self.window_from = Some(now);
            self.used = 0;
        }
        self.used = self.used.saturating_add(1);
    }
}
