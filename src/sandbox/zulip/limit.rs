//! The rate limit: so many requests in a sliding window, each user by themselves.

use std::collections::VecDeque;

use jiff::Timestamp;

/// The requests one user has made in the window.
#[derive(Debug, Default)]
pub(super) struct Bucket {
    times: VecDeque<Timestamp>,
}

/// What a bucket says of one request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Verdict {
    /// How many further requests the window has room for.
    pub(super) remaining: usize,
    /// When the window will be empty again, in seconds of Unix time.
    pub(super) reset: i64,
    /// For a refused request, how many seconds to wait.
    pub(super) retry_after: Option<f64>,
}

impl Bucket {
    /// Counts a request made `now`, unless the window is full: a refused request does not count.
    pub(super) fn admit(&mut self, now: Timestamp, requests_max: usize, window_seconds: i64) -> Verdict {
        let age = |at: Timestamp| now.duration_since(at).as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "a window is minutes")]
        let window = window_seconds as f64;
        while self.times.front().is_some_and(|at| age(*at) >= window) {
            self.times.pop_front();
        }
        if let Some(oldest) = self.times.front()
            && self.times.len() >= requests_max
        {
            let reset = oldest.as_second() + window_seconds;
            return Verdict { remaining: 0, reset, retry_after: Some(window - age(*oldest)) };
        }
        self.times.push_back(now);
        let remaining = requests_max - self.times.len();
        Verdict { remaining, reset: now.as_second() + window_seconds, retry_after: None }
    }
}
