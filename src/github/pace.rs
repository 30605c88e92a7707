//! How fast GitHub may be asked: one write at a time with a pause between, and not at all while a
//! limit that GitHub has announced lasts.

use std::sync::{Mutex, PoisonError};

use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::MutexGuard;

use crate::port::Clock;

/// GitHub asks for a second between requests that change something.
pub(super) const WRITE_SPACING: SignedDuration = SignedDuration::from_secs(1);
/// The primary limit is counted by the hour: its end is never further away, whatever the clocks say.
const PRIMARY_WAIT_MAX: SignedDuration = SignedDuration::from_mins(61);
/// No limit is kept to for longer without asking again.
pub(super) const WAIT_MAX: SignedDuration = SignedDuration::from_hours(24);
/// No limit is shorter.
pub(super) const WAIT_MIN: SignedDuration = SignedDuration::from_secs(1);

/// What is known of GitHub's limits, and whose turn to write it is.
#[derive(Default)]
pub(super) struct Pace {
    last_write: tokio::sync::Mutex<Option<Timestamp>>,
    /// When the announced limit ends.
    closed_until: Mutex<Option<Timestamp>>,
    allowance: Mutex<Option<Allowance>>,
}

/// What is left of the primary limit, as GitHub last told it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// How many requests.
    pub remaining: i64,
    /// Of how many an hour.
    pub limit: i64,
    /// Until when: then it is whole again.
    pub reset: Timestamp,
}

/// The right to write: nobody else writes while it is held.
pub(super) struct Turn<'a>(MutexGuard<'a, Option<Timestamp>>);

impl Pace {
    /// Waits for the right to write.
    ///
    /// The pause since the last write is over when this returns, so that nothing lies between what is read
    /// under the turn and what is then written but the two requests.
    pub(super) async fn turn(&self, clock: &dyn Clock) -> Turn<'_> {
        let turn = Turn(self.last_write.lock().await);
        turn.space(clock).await;
        turn
    }

    /// How much longer nothing may be asked; none when asking is allowed.
    pub(super) fn closed(&self, now: Timestamp) -> Option<SignedDuration> {
        let mut until = self.closed_until();
        let left = (*until)?.duration_since(now);
        // A clock that was set back must not keep the bot waiting for what it jumped over.
        if left.is_positive() && left <= WAIT_MAX {
            return Some(left.max(WAIT_MIN));
        }
        *until = None;
        None
    }

    /// Nothing may be asked for `wait`.
    pub(super) fn close(&self, now: Timestamp, wait: SignedDuration) {
        let mut until = self.closed_until();
        *until = (*until).max(now.checked_add(wait).ok());
    }

    /// Takes in what an answer says of the limit.
    pub(super) fn note(&self, headers: &HeaderMap, now: Timestamp) {
        let core = headers.get("x-ratelimit-resource").is_none_or(|resource| resource == "core");
        if let (true, Some(wait)) = (core, used_up(headers, now)) {
            self.close(now, wait);
        }
        if let Some(told) = allowance(headers).filter(|_| core) {
            *self.allowance.lock().unwrap_or_else(PoisonError::into_inner) = Some(told);
        }
    }

    /// What is left of the primary limit; none when GitHub has told nothing that holds yet.
    pub(super) fn allowance(&self, now: Timestamp) -> Option<Allowance> {
        let told = *self.allowance.lock().unwrap_or_else(PoisonError::into_inner);
        told.filter(|told| (now..latest(now)).contains(&told.reset))
    }

    fn closed_until(&self) -> std::sync::MutexGuard<'_, Option<Timestamp>> {
        self.closed_until.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn<'_> {
    /// Waits until the last write is long enough ago.
    pub(super) async fn space(&self, clock: &dyn Clock) {
        let now = clock.now();
        if let Some(last) = *self.0
            && let Ok(next) = last.checked_add(WRITE_SPACING)
            && (last..next).contains(&now)
        {
            clock.sleep_until(next).await;
        }
    }

    /// Notes that a write went out.
    pub(super) fn wrote(&mut self, now: Timestamp) {
        *self.0 = Some(now);
    }
}

/// The latest end of the primary limit there can be.
fn latest(now: Timestamp) -> Timestamp {
    now.checked_add(PRIMARY_WAIT_MAX).unwrap_or(Timestamp::MAX)
}

fn allowance(headers: &HeaderMap) -> Option<Allowance> {
    Some(Allowance {
        remaining: number(headers, "x-ratelimit-remaining")?,
        limit: number(headers, "x-ratelimit-limit")?,
        reset: Timestamp::from_second(number(headers, "x-ratelimit-reset")?).ok()?,
    })
}

/// How long the primary limit lasts, when it is used up.
pub(super) fn used_up(headers: &HeaderMap, now: Timestamp) -> Option<SignedDuration> {
    if number(headers, "x-ratelimit-remaining")? != 0 {
        return None;
    }
    let reset = Timestamp::from_second(number(headers, "x-ratelimit-reset")?).ok()?;
    Some(reset.duration_since(now).clamp(WAIT_MIN, PRIMARY_WAIT_MAX))
}

/// A header that is a whole number.
pub(super) fn number(headers: &HeaderMap, name: &str) -> Option<i64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}
