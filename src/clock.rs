//! The system's clock, which may be set, and which runs on while the machine sleeps.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

use crate::port::Clock;

/// How long one sleep lasts at most: a clock that was set, or a machine that slept, is noticed within it.
const GLANCE_EVERY: Duration = Duration::from_secs(5);

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    async fn sleep_until(&self, at: Timestamp) {
        while let Ok(left) = Duration::try_from(at.duration_since(self.now()))
            && !left.is_zero()
        {
            tokio::time::sleep(left.min(GLANCE_EVERY)).await;
        }
    }
}
