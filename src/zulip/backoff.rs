//! How long to wait before trying again: twice as long each time, at random within that (full
//! jitter), so that many bots do not come back at once.

use jiff::SignedDuration;

/// The shortest wait, and the first.
pub const WAIT_MIN: SignedDuration = SignedDuration::from_millis(100);

/// The longest wait, unless the service asks for a longer one.
pub const WAIT_MAX: SignedDuration = SignedDuration::from_secs(30);

/// The number of doublings from [`WAIT_MIN`] after which [`WAIT_MAX`] is passed.
const DOUBLINGS_MAX: u32 = 9;

/// The waits of one connection.
#[derive(Debug, Clone)]
pub struct Backoff {
    state: u64,
    failures: u32,
}

impl Backoff {
    /// Waits drawn from `seed`.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { state: seed, failures: 0 }
    }

    /// It worked: the next wait is a short one again.
    pub const fn reset(&mut self) {
        self.failures = 0;
    }

    /// The wait after one more failure; not shorter than what the service asked for.
    pub fn next_wait(&mut self, asked: Option<SignedDuration>) -> SignedDuration {
        let factor = 2_i32.pow(self.failures.min(DOUBLINGS_MAX) + 1);
        self.failures = self.failures.saturating_add(1);
        let longest = WAIT_MIN.saturating_mul(factor).min(WAIT_MAX);
        let spread = u64::try_from((longest - WAIT_MIN).as_millis()).unwrap_or(0);
        let extra = i64::try_from(self.random() % (spread + 1)).unwrap_or(0);
        let wait = WAIT_MIN + SignedDuration::from_millis(extra);
        asked.map_or(wait, |asked| wait.max(asked))
    }

    /// `SplitMix64`: enough to spread waits, and the same for the same seed.
    const fn random(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }
}
