//! The sandbox's clock: runs at any speed, jumps on request, and is exact under tokio's paused time.
//! It can also stand still and move from one awaited moment to the next, so that a run over a real
//! network reads the same times whatever the machine.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tokio::{sync::Notify, time::Instant};

use crate::port::Clock;

/// A clock that starts at a given moment and runs `speed` times as fast as tokio's. Under
/// `tokio::time::pause` it is virtual: waiting costs nothing and every run is the same. With a speed
/// of zero it stands still between jumps.
pub struct SandboxClock {
    speed: f64,
    /// The pair (tokio instant, clock reading there): moved by every jump.
    origin: Mutex<(Instant, Timestamp)>,
    /// Wakes those who wait in the order in which they began: a watch channel's order differs from run to run.
    jumped: Notify,
    waits: Mutex<Waits>,
}

/// The same clock in the bot's hands: what the bot waits for is told apart from what the services wait
/// for, which is always something, such as the next heartbeat.
pub struct BotClock(pub Arc<SandboxClock>);

#[async_trait]
impl Clock for BotClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    async fn sleep_until(&self, at: Timestamp) {
        let _wait = self.0.wait(at);
        self.0.sleep_until(at).await;
    }
}

/// The moments that the bot waits for, each with a number of its own.
#[derive(Default)]
struct Waits {
    numbered: u64,
    open: BTreeSet<(Timestamp, u64)>,
}

impl SandboxClock {
    /// A clock reading `start` now. `speed` 1.0 is real time, 60.0 an hour a minute, 0.0 stands still.
    #[must_use]
    pub fn new(start: Timestamp, speed: f64) -> Self {
        let origin = Mutex::new((Instant::now(), start));
        Self { speed, origin, jumped: Notify::new(), waits: Mutex::default() }
    }

    /// Moves the clock by `step`, forward or back, and wakes everyone who waits on it.
    pub fn jump(&self, step: SignedDuration) {
        let reading = self.now();
        let moved = reading.checked_add(step).unwrap_or(reading);
        *self.origin() = (Instant::now(), moved);
        self.jumped.notify_waiters();
    }

    /// Moves the clock forward to `at`; one that is there already stays.
    pub fn jump_to(&self, at: Timestamp) {
        let ahead = at.duration_since(self.now());
        if ahead.is_positive() {
            self.jump(ahead);
        }
    }

    /// The soonest moment still ahead that the bot waits for; one wait for `besides` does not count.
    #[must_use]
    pub fn next_wait(&self, besides: Option<Timestamp>) -> Option<Timestamp> {
        let now = self.now();
        let mut besides = besides;
        let waits = self.waits();
        let mut ahead = waits.open.iter().map(|(at, _)| *at).filter(|at| *at > now);
        ahead.find(|at| besides.take_if(|other| *other == *at).is_none())
    }

    fn origin(&self) -> MutexGuard<'_, (Instant, Timestamp)> {
        self.origin.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn waits(&self) -> MutexGuard<'_, Waits> {
        self.waits.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait(&self, at: Timestamp) -> Wait<'_> {
        let mut waits = self.waits();
        waits.numbered += 1;
        let entry = (at, waits.numbered);
        waits.open.insert(entry);
        Wait { clock: self, entry }
    }
}

/// Someone's wait; it ends when it is dropped.
struct Wait<'a> {
    clock: &'a SandboxClock,
    entry: (Timestamp, u64),
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        self.clock.waits().open.remove(&self.entry);
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
        loop {
            // It hears of every jump from here on, also before it is polled.
            let jumped = self.jumped.notified();
            let left = at.duration_since(self.now());
            if !left.is_positive() {
                return;
            }
            // Rounded up to a millisecond: tokio's timer is no finer, and an early wake would spin.
            // A clock that stands still is moved by jumps only.
            let wait = Duration::try_from_secs_f64(left.as_secs_f64() / self.speed).unwrap_or(Duration::MAX);
            tokio::select! {
                biased;
                () = tokio::time::sleep(wait.max(Duration::from_millis(1))) => {}
                () = jumped => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_clock_that_stands_still_goes_from_one_wait_to_the_next() {
        let start: Timestamp = "2025-11-19T09:00:00Z".parse().unwrap();
        let clock = Arc::new(SandboxClock::new(start, 0.0));
        let at = start + SignedDuration::from_hours(1);
        let waiting = tokio::spawn({
            let clock = Arc::clone(&clock);
            async move { BotClock(clock).sleep_until(at).await }
        });
        tokio::time::sleep(Duration::from_secs(100_000)).await;
        assert!(!waiting.is_finished());
        assert_eq!((clock.next_wait(None), clock.next_wait(Some(at))), (Some(at), None));
        clock.jump_to(at);
        waiting.await.unwrap();
        assert_eq!((clock.next_wait(None), clock.now()), (None, at));
    }
}
