//! A store in memory, for tests and the simulation. It holds the very records that the real one
//! holds, and fails on request.

use std::{
    collections::{BTreeMap, VecDeque},
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::oneshot;

use super::ledger::{Change, Ledger, Reading};
use commands::kernel::fact::RecordedFact;

use crate::port::{Commit, Cursor, Store, StoreError, Unsettled};

/// What error messages call it.
const PATH: &str = "(in memory)";

/// The disk: outlives the stores opened on it, one after the other. Cheap to clone; all clones are
/// the same disk.
#[derive(Clone, Default)]
pub struct MemoryDisk(Arc<Mutex<Disk>>);

#[derive(Default)]
struct Disk {
    records: BTreeMap<Vec<u8>, Vec<u8>>,
    /// Whose store is open: counted up at each opening and each crash.
    opening: u64,
    open: Option<Open>,
    fails_next: bool,
    is_full: bool,
}

/// What an open store keeps beside its records.
struct Open {
    ledger: Ledger,
    waiting: VecDeque<Waiting>,
    failed: Option<StoreError>,
}

type Answer = oneshot::Sender<Result<(), StoreError>>;

struct Waiting {
    commit: Commit,
    answer: Answer,
}

fn io(what: &str) -> StoreError {
    StoreError::Io(format!("{PATH}: {what}: mend the disk and start again"))
}

impl MemoryDisk {
    /// An empty disk.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn disk(&self) -> MutexGuard<'_, Disk> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens the store on it; an empty disk begins one.
    ///
    /// # Errors
    /// As for any store: in use, damaged, newer, or the disk fails.
    pub fn open(&self) -> Result<MemoryStore, StoreError> {
        let mut disk = self.disk();
        if disk.open.is_some() {
            return Err(StoreError::InUse(PATH.to_owned()));
        }
        let (cursor, ledger) = if disk.records.is_empty() {
            let (ledger, changes) = Ledger::begin().map_err(|misuse| misuse.at(PATH))?;
            disk.write(changes)?;
            (Cursor::default(), ledger)
        } else {
            // Facts are not asked for here.
            let mut none = |_| {};
            let mut reading = Reading::new(&mut none);
            for (key, record) in disk.records.iter().filter(|(key, _)| !key.starts_with(b"F")) {
                reading.take(key, record).map_err(|flaw| flaw.at(PATH))?;
            }
            let (unsettled, ledger) = reading.resume().map_err(|flaw| flaw.at(PATH))?;
            (unsettled.cursor, ledger)
        };
        disk.opening += 1;
        disk.open = Some(Open { ledger, waiting: VecDeque::new(), failed: None });
        Ok(MemoryStore { disk: self.clone(), opening: disk.opening, cursor })
    }

    /// The process is killed: what was not yet durable is gone, callers that wait get an error, and
    /// the store can be opened again.
    pub fn crash(&self) {
        self.tear(0);
    }

    /// The process is killed in the middle of a write: the first `survivors` of the commits that wait
    /// survive, each whole, though nobody is told; the others are gone.
    pub fn tear(&self, survivors: usize) {
        let mut disk = self.disk();
        let answers: Vec<_> = match disk.open.as_mut() {
            Some(open) => {
                let lost = open.waiting.split_off(survivors.min(open.waiting.len()));
                let lost = lost.into_iter().map(|waiting| waiting.answer);
                disk.write_waiting().into_iter().map(|(answer, _)| answer).chain(lost).collect()
            }
            None => Vec::new(),
        };
        disk.opening += 1;
        disk.open = None;
        drop(disk);
        for answer in answers {
            // Nobody waits any more, or they learn it here.
            let _ = answer.send(Err(io("the process was killed")));
        }
    }

    /// The next write fails, and with it the store that tried it; a store opened later can write again.
    pub fn fail_next_write(&self) {
        self.disk().fails_next = true;
    }

    /// Whether every write fails from now on.
    pub fn set_full(&self, is_full: bool) {
        self.disk().is_full = is_full;
    }

    /// Every key and record, as they stand on the disk.
    #[must_use]
    pub fn records(&self) -> BTreeMap<Vec<u8>, Vec<u8>> {
        self.disk().records.clone()
    }

    /// Changes the records behind the store's back.
    pub fn corrupt(&self, change: impl FnOnce(&mut BTreeMap<Vec<u8>, Vec<u8>>)) {
        change(&mut self.disk().records);
    }
}

impl Disk {
    fn write(&mut self, changes: Vec<Change>) -> Result<(), StoreError> {
        if self.is_full {
            return Err(io("the disk is full"));
        }
        if std::mem::take(&mut self.fails_next) {
            return Err(io("the write failed"));
        }
        for Change { key, record } in changes {
            match record {
                Some(record) => drop(self.records.insert(key.bytes(), record)),
                None => drop(self.records.remove(&key.bytes())),
            }
        }
        Ok(())
    }

    /// Writes whatever waits, each commit in a transaction, and says what came of each.
    fn write_waiting(&mut self) -> Vec<(Answer, Result<(), StoreError>)> {
        let Some(mut open) = self.open.take() else { return Vec::new() };
        let mut answers = Vec::with_capacity(open.waiting.len());
        for Waiting { commit, answer } in std::mem::take(&mut open.waiting) {
            let outcome = match &open.failed {
                Some(failed) => Err(failed.clone()),
                None => self.write_one(&mut open.ledger, &commit),
            };
            open.failed = outcome.clone().err();
            answers.push((answer, outcome));
        }
        self.open = Some(open);
        answers
    }

    fn write_one(&mut self, ledger: &mut Ledger, commit: &Commit) -> Result<(), StoreError> {
        let mut changes = Vec::new();
        ledger.take(commit, &mut changes).map_err(|misuse| misuse.at(PATH))?;
        changes.push(ledger.head_change().map_err(|misuse| misuse.at(PATH))?);
        self.write(changes)
    }
}

/// A store on a [`MemoryDisk`]. A commit becomes durable while somebody awaits it or a later one.
/// Dropping the store writes what waits, as an orderly end does.
pub struct MemoryStore {
    disk: MemoryDisk,
    opening: u64,
    cursor: Cursor,
}

impl MemoryStore {
    /// The disk, unless this store's process was killed.
    fn alive(&self) -> Option<MutexGuard<'_, Disk>> {
        let disk = self.disk.disk();
        (disk.opening == self.opening).then_some(disk)
    }

    fn write_waiting(&self) {
        let answers = self.alive().map(|mut disk| disk.write_waiting()).unwrap_or_default();
        for (answer, outcome) in answers {
            // A caller that stopped waiting has its commit all the same.
            let _ = answer.send(outcome);
        }
    }
}

impl Store for MemoryStore {
    fn replay(&self, take: &mut dyn FnMut(RecordedFact)) -> Result<Unsettled, StoreError> {
        let disk = self.alive().ok_or_else(|| io("the process was killed"))?;
        let mut reading = Reading::new(take);
        for (key, record) in &disk.records {
            reading.take(key, record).map_err(|flaw| flaw.at(PATH))?;
        }
        reading.finish().map_err(|flaw| flaw.at(PATH))
    }

    fn cursor(&self) -> Cursor {
        self.cursor.clone()
    }

    /// Hands `commit` over at the call, not at the first poll: the order of calls is the order of writes.
    fn commit<'this, 'fut>(
        &'this self,
        commit: Commit,
    ) -> Pin<Box<dyn Future<Output = Result<(), StoreError>> + Send + 'fut>>
    where
        'this: 'fut,
        Self: 'fut,
    {
        let (answer, answered) = oneshot::channel();
        if let Some(open) = self.alive().as_mut().and_then(|disk| disk.open.as_mut()) {
            open.waiting.push_back(Waiting { commit, answer });
        }
        Box::pin(async move {
            // Others may hand over theirs, and a crash may come, before it is durable.
            tokio::task::yield_now().await;
            self.write_waiting();
            answered.await.unwrap_or_else(|_| Err(io("the process was killed")))
        })
    }
}

impl Drop for MemoryStore {
    fn drop(&mut self) {
        self.write_waiting();
        if let Some(mut disk) = self.alive() {
            disk.open = None;
        }
    }
}

#[cfg(test)]
#[path = "memory_tests.rs"]
mod tests;
