//! Advisories as last read, so that an unchanged one need not be sent again.

use std::{collections::BTreeMap, sync::Arc};

use http::HeaderValue;

use super::wire::RawAdvisory;

/// How many are remembered: more than a team has open at a time. Another one costs one request.
const REMEMBERED_MAX: usize = 128;

/// What was read at an address.
#[derive(Clone)]
pub(super) struct Read {
    pub(super) etag: HeaderValue,
    pub(super) advisory: Arc<RawAdvisory>,
}

/// By address, what was read there and when, in the order of use.
#[derive(Default)]
pub(super) struct Remembered {
    reads: BTreeMap<String, (u64, Read)>,
    uses: u64,
}

impl Remembered {
    /// What was last read at `url`.
    pub(super) fn get(&mut self, url: &str) -> Option<Read> {
        self.uses += 1;
        let (used, read) = self.reads.get_mut(url)?;
        *used = self.uses;
        Some(read.clone())
    }

    /// Remembers an answer, in place of the one unused for longest when there are too many.
    pub(super) fn keep(&mut self, url: String, etag: HeaderValue, advisory: Arc<RawAdvisory>) {
        self.uses += 1;
        if self.reads.len() >= REMEMBERED_MAX && !self.reads.contains_key(&url) {
            let oldest = self.reads.iter().min_by_key(|(_, (used, _))| *used);
            if let Some(oldest) = oldest.map(|(url, _)| url.clone()) {
                self.reads.remove(&oldest);
            }
        }
        self.reads.insert(url, (self.uses, Read { etag, advisory }));
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
        let advisory: Arc<RawAdvisory> = Arc::new(serde_json::from_str("{}").unwrap());
        let mut remembered = Remembered::default();
        for n in 0..REMEMBERED_MAX {
            remembered.keep(n.to_string(), HeaderValue::from_static("a"), advisory.clone());
        }
        assert!(remembered.get("0").is_some());
        remembered.keep("one more".into(), HeaderValue::from_static("a"), advisory);
        assert!(remembered.get("0").is_some());
        assert!(remembered.get("1").is_none());
        assert_eq!(remembered.reads.len(), REMEMBERED_MAX);
    }
}
