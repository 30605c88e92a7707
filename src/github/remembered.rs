//! What was last read, so that it need not be sent again while it has not changed.

use std::{collections::BTreeMap, sync::Arc};

use http::HeaderValue;

/// What was read at an address.
pub(super) struct Read<T> {
    pub(super) etag: HeaderValue,
    pub(super) what: Arc<T>,
}

impl<T> Clone for Read<T> {
    fn clone(&self) -> Self {
        Self { etag: self.etag.clone(), what: Arc::clone(&self.what) }
    }
}

/// By address, what was read there and when, in the order of use.
pub(super) struct Remembered<T> {
    reads: BTreeMap<String, (u64, Read<T>)>,
    uses: u64,
    max: usize,
}

impl<T> Remembered<T> {
    /// Remembers at most `max`; another one costs one request.
    pub(super) const fn up_to(max: usize) -> Self {
        Self { reads: BTreeMap::new(), uses: 0, max }
    }

    /// What was last read at `url`.
    pub(super) fn get(&mut self, url: &str) -> Option<Read<T>> {
        self.uses += 1;
        let (used, read) = self.reads.get_mut(url)?;
        *used = self.uses;
        Some(read.clone())
    }

    /// Remembers an answer, in place of the one unused for longest when there are too many.
    pub(super) fn keep(&mut self, url: String, etag: HeaderValue, what: Arc<T>) {
        self.uses += 1;
        if self.reads.len() >= self.max && !self.reads.contains_key(&url) {
            let oldest = self.reads.iter().min_by_key(|(_, (used, _))| *used);
            if let Some(oldest) = oldest.map(|(url, _)| url.clone()) {
                self.reads.remove(&oldest);
            }
        }
        self.reads.insert(url, (self.uses, Read { etag, what }));
    }

    /// Forgets what was read at `url`.
    pub(super) fn forget(&mut self, url: &str) {
        self.reads.remove(url);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unused_for_longest_is_forgotten_first() {
        let etag = || HeaderValue::from_static("a");
        let mut remembered = Remembered::up_to(3);
        for url in ["0", "1", "2"] {
            remembered.keep(url.into(), etag(), Arc::default());
        }
        assert!(remembered.get("0").is_some());
        remembered.keep("one more".into(), etag(), Arc::new(()));
        assert!(remembered.get("0").is_some());
        assert!(remembered.get("1").is_none());
        assert_eq!(remembered.reads.len(), 3);
    }
}
