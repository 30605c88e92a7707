//! Waiting for something to become true, with a generous bound.

use std::{fmt::Debug, time::Duration};

/// How often it is looked.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// How long anything may take. On a busy machine most of it is waiting for a turn.
const PATIENCE: Duration = Duration::from_secs(90);

/// Waits until `found` gives something; panics with what `why` tells when it never does.
pub(crate) async fn until<T, D: Debug>(why: impl Fn() -> D, mut found: impl FnMut() -> Option<T>) -> T {
    until_within(PATIENCE, why, &mut found).await
}

/// As [`until`], for as long as `patience`; on virtual time that costs nothing.
pub(crate) async fn until_within<T, D: Debug>(
    patience: Duration,
    why: impl Fn() -> D,
    mut found: impl FnMut() -> Option<T>,
) -> T {
    let began = tokio::time::Instant::now();
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(began.elapsed() < patience, "waited {patience:?} in vain: {:?}", why());
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
