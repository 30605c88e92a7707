//! Calling for a look at once, and seeing from outside when the next one is.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use commands::kernel::{
    embargoed::Embargoed,
    id::{GhsaId, Repository},
};
use jiff::Timestamp;
use tokio::sync::{Notify, watch};

/// How many advisories are called for by name between two looks. What is beyond is seen in its turn.
const NAMED_MAX: usize = 256;

/// What the bell was rung for: repositories, and advisories in them.
pub(crate) type Rings = BTreeMap<Repository, BTreeSet<Embargoed<GhsaId>>>;

/// Rung to have a repository looked at at once. May be rung before anybody looks.
#[derive(Clone)]
pub struct Bell(Arc<Shared>);

struct Shared {
    rings: Mutex<Rings>,
    notify: Notify,
    looking: watch::Sender<Option<Timestamp>>,
}

impl Default for Bell {
    fn default() -> Self {
        let (looking, _) = watch::channel(Some(Timestamp::MIN));
        Self(Arc::new(Shared { rings: Mutex::default(), notify: Notify::new(), looking }))
    }
}

impl Bell {
    /// Has `repository` looked at, and this advisory in it read by itself.
    pub fn ring(&self, repository: Repository, advisory: Option<Embargoed<GhsaId>>) {
        let mut rings = self.rings();
        let count: usize = rings.values().map(|named| named.len() + 1).sum();
        if count >= NAMED_MAX {
            return;
        }
        rings.entry(repository).or_default().extend(advisory);
        self.0.looking.send_replace(Some(Timestamp::MIN));
        drop(rings);
        self.0.notify.notify_one();
    }

    /// When the next look is due; none while one is under way.
    #[must_use]
    pub fn looking(&self) -> watch::Receiver<Option<Timestamp>> {
        self.0.looking.subscribe()
    }

    /// Returns once it was rung.
    pub(super) async fn rung(&self) {
        self.0.notify.notified().await;
    }

    /// Takes what it was rung for.
    pub(crate) fn take(&self) -> Rings {
        std::mem::take(&mut *self.rings())
    }

    /// Tells when the next look is due, unless somebody has rung meanwhile.
    pub(super) fn publish(&self, due: Option<Timestamp>) {
        let rings = self.rings();
        if rings.is_empty() {
            self.0.looking.send_if_modified(|told| std::mem::replace(told, due) != due);
        }
    }

    /// Whether it was not rung since it was last heard.
    #[cfg(test)]
    pub(crate) fn is_silent(&self) -> bool {
        self.rings().is_empty()
    }

    fn rings(&self) -> MutexGuard<'_, Rings> {
        self.0.rings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
