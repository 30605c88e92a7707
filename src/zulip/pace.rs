//! Keeping below Zulip's rate limit: 200 requests a minute by default, told with every answer.

use std::sync::{Mutex, MutexGuard, PoisonError};

use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};

/// Requests left unused in each window, for answers that are still on their way.
const REQUESTS_RESERVED: u64 = 10;

/// The longest a window is taken to last, whatever the two clocks say.
const WINDOW_MAX: SignedDuration = SignedDuration::from_secs(60);

/// What Zulip last said of the limit. Calls for events have a bucket of their own and are not
/// counted here.
#[derive(Default)]
pub(super) struct Pace(Mutex<Option<Window>>);

struct Window {
    remaining: u64,
    until: Timestamp,
}

impl Pace {
    /// Takes one request out of the window, or says when to ask again.
    pub(super) fn take(&self, now: Timestamp) -> Option<Timestamp> {
        let mut window = self.lock();
        match window.as_mut() {
            Some(open) if now < open.until => {
                if open.remaining <= REQUESTS_RESERVED {
                    return Some(open.until);
                }
                open.remaining -= 1;
            }
            Some(_) | None => *window = None,
        }
        None
    }

    /// Notes what an answer's headers say.
    pub(super) fn note(&self, headers: &HeaderMap, now: Timestamp) {
        let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<u64>().ok();
        let (Some(remaining), Some(reset)) = (number("x-ratelimit-remaining"), number("x-ratelimit-reset"))
        else {
            return;
        };
        let reset = i64::try_from(reset).ok().and_then(|second| Timestamp::from_second(second).ok());
        let latest = later(now, WINDOW_MAX);
        *self.lock() = Some(Window { remaining, until: reset.unwrap_or(latest).min(latest) });
    }

    /// Notes that nothing may be asked for a while.
    pub(super) fn exhausted(&self, wait: SignedDuration, now: Timestamp) {
        *self.lock() = Some(Window { remaining: 0, until: later(now, wait) });
    }

    fn lock(&self) -> MutexGuard<'_, Option<Window>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `wait` after `now`; the end of time stays the end of time.
pub(super) fn later(now: Timestamp, wait: SignedDuration) -> Timestamp {
    now.checked_add(wait).unwrap_or(Timestamp::MAX)
}
