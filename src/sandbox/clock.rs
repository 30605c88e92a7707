//! The sandbox's clock: runs at any speed, jumps on request, and is exact under tokio's paused time.

use std::sync::Mutex;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tokio::{sync::watch, time::Instant};

use crate::port::Clock;

/// A clock that starts at a given moment and runs `speed` times as fast as tokio's. Under
/// `tokio::time::pause` it is virtual: waiting costs nothing and every run is the same.
pub struct SandboxClock {
    speed: f64,
    /// The pair (tokio instant, clock reading there): moved by every jump.
    origin: Mutex<(Instant, Timestamp)>,
    jumps: watch::Sender<u64>,
}

impl SandboxClock {
    /// A clock reading `start` now. `speed` 1.0 is real time, 60.0 an hour a minute.
    #[must_use]
    pub fn new(start: Timestamp, speed: f64) -> Self {
        Self { speed, origin: Mutex::new((Instant::now(), start)), jumps: watch::Sender::new(0) }
    }

    /// Moves the clock by `step`, forward or back, and wakes everyone who waits on it.
    pub fn jump(&self, step: SignedDuration) {
        let reading = self.now();
        let moved = reading.checked_add(step).unwrap_or(reading);
        *self.origin() = (Instant::now(), moved);
        self.jumps.send_modify(|count| *count += 1);
    }

    fn origin(&self) -> std::sync::MutexGuard<'_, (Instant, Timestamp)> {
        self.origin.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[async_trait]
impl Clock for SandboxClock {
    fn now(&self) -> Timestamp {
        let (instant, reading) = *self.origin();
        let run = SignedDuration::try_from_secs_f64(instant.elapsed().as_secs_f64() * self.speed);
        run.ok().and_then(|run| reading.checked_add(run).ok()).unwrap_or(reading)
    }

    async fn sleep_until(&self, at: Timestamp) {
        let mut jumps = self.jumps.subscribe();
        loop {
            let left = at.duration_since(self.now());
            if !left.is_positive() {
                return;
            }
            // Rounded up to a millisecond: tokio's timer is no finer, and an early wake would spin.
            let wait = std::time::Duration::from_secs_f64(left.as_secs_f64() / self.speed)
                .max(std::time::Duration::from_millis(1));
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                _ = jumps.changed() => {}
            }
        }
    }
}
