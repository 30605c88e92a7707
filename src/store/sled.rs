//! The store on disk, in [sled]. The only file that names sled.
//!
//! One thread, the *committer*, takes whatever commits wait, writes them as one batch, flushes,
//! syncs, and then answers all of them: group commit. Nothing else writes.
//!
//! - One tree with prefixed keys, because `apply_batch` is atomic within a tree and needs neither
//!   the retries nor the read set of a transaction across trees: there is no other writer.
//! - sled's `flush_async` can deadlock, so the committer is a thread that calls `flush`; sled's
//!   `flush` is no fsync on Linux, so it is followed by `sync_data` on sled's file. sled's own
//!   periodic flush is off: it would add nothing but a thread.
//! - sled keeps large pages in files of their own, which it never syncs. Records are therefore cut
//!   into pieces so small that no page grows to that size.
//! - sled can lose a damaged end of its log without an error; see `witness.rs`.

use std::{
    collections::BTreeMap,
    fs::File,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{self, Receiver, SyncSender, TrySendError},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use ::sled::{Batch, Db, IVec};
use tokio::sync::oneshot;

use super::{
    ledger::{Change, Ledger, Reading},
    record::Key,
    witness::{Witness, io_error, make_directory, sync_directory},
};
use commands::kernel::fact::RecordedFact;

use crate::port::{Commit, Cursor, Store, StoreError, Unsettled};

/// The engine's directory within the store's: sled's files are open to all, this directory is not.
const ENGINE: &str = "engine";
/// Commits that share one write, at most.
const BATCH_COMMITS_MAX: usize = 256;
/// Commits that wait for the committer, at most.
const QUEUE_COMMITS_MAX: usize = 4096;
/// sled's cache. The facts are read once, at start; afterwards only the newest pages are needed.
const CACHE_BYTES: u64 = 1024 * 1024;
/// A page holds at most 17 or 18 pieces before it is split, and a page under 128 KiB stays in the log.
const PIECE_BYTES_MAX: usize = 4096;
/// How often the engine's lock is tried for, and how long to wait in between: two seconds in all.
const LOCK_TRIES_MAX: u32 = 2000;
const LOCK_WAIT: Duration = Duration::from_millis(1);
/// How many pieces are read from sled before it is made to forget them: a few MB.
const PIECES_BETWEEN_FORGETTING: usize = 5000;
/// The number of a piece, after the key.
const PIECE_NUMBER_BYTES: usize = 2;

/// The store in a directory. Dropping it writes what waits and closes it.
pub struct SledStore {
    path: String,
    cursor: Cursor,
    engine: Arc<Mutex<Engine>>,
    queue: Option<SyncSender<Waiting>>,
    committer: Option<JoinHandle<()>>,
}

/// sled, and what must be known to add to what it holds. Locked while a batch is written, so that nobody
/// reads half of one.
struct Engine {
    directory: PathBuf,
    /// None once it could not be opened again.
    db: Option<Db>,
    ledger: Ledger,
}

impl Engine {
    fn db(&self) -> Result<&Db, StoreError> {
        let gone = || stopped(&self.directory.display().to_string(), "it could not be opened again");
        self.db.as_ref().ok_or_else(gone)
    }

    /// Makes sled let go of the pages it has read. It would keep those read once for ever, whatever the
    /// size of its cache: each of its 256 shards looks at its size only after 64 reads.
    fn forget_pages(&mut self) -> Result<(), StoreError> {
        self.db = None;
        self.db = Some(open_engine(&self.directory)?);
        Ok(())
    }
}

struct Waiting {
    commit: Commit,
    answer: oneshot::Sender<Result<(), StoreError>>,
}

impl SledStore {
    /// Opens the store in `directory`, or begins one where there is nothing yet.
    ///
    /// Reads all but the facts; those are checked by [`Store::replay`].
    ///
    /// # Errors
    /// See [`StoreError`]. A directory that holds something else is refused.
    pub fn open(directory: &Path) -> Result<Self, StoreError> {
        let path = directory.display().to_string();
        let witness = Witness::open(directory)?;
        let durable = witness.commits(&path)?;
        let engine = directory.join(ENGINE);
        make_directory(&engine)?;
        let db = guarded(&path, || open_engine(&engine))?;
        let file = File::open(engine.join("db")).map_err(|error| io_error(&engine, &error))?;
        let (cursor, ledger) = if db.is_empty() && durable == 0 {
            let ledger = begin(&path, &db, &file)?;
            sync_directory(&engine)?;
            sync_directory(directory)?;
            (Cursor::default(), ledger)
        } else {
            guarded(&path, || resume(&path, &db))?
        };
        if ledger.commits() < durable {
            let lost = durable - ledger.commits();
            return Err(StoreError::Damaged { path, what: format!("the last {lost} commits are gone") });
        }
        let engine = Arc::new(Mutex::new(Engine { directory: engine, db: Some(db), ledger }));
        let (queue, waiting) = mpsc::sync_channel(QUEUE_COMMITS_MAX);
        let committer = Committer { path: path.clone(), file, witness, engine: engine.clone(), failed: None };
        let committer = thread::Builder::new()
            .name("committer".into())
            .spawn(move || committer.run(&waiting))
            .map_err(|error| io_error(directory, &error))?;
        Ok(Self { path, cursor, engine, queue: Some(queue), committer: Some(committer) })
    }

    /// Reads everything, about so many pieces at a time.
    fn replay_by(&self, pieces: usize, take: &mut dyn FnMut(RecordedFact)) -> Result<Unsettled, StoreError> {
        // Held to the end: nobody writes meanwhile.
        let mut engine = lock(&self.engine);
        guarded(&self.path, || {
            let mut reading = Reading::new(take);
            let mut next = Some(IVec::default());
            while let Some(from) = next {
                let found = engine.db()?.range(from..);
                next = read(&self.path, found, &mut reading, pieces)?;
                engine.forget_pages()?;
            }
            reading.finish().map_err(|flaw| flaw.at(&self.path))
        })
    }

    fn hand_over(&self, waiting: Waiting) {
        let Some(queue) = &self.queue else { return };
        match queue.try_send(waiting) {
            Err(TrySendError::Full(waiting)) => {
                // Nobody may have waited; then nobody needs the answer.
                let _ = waiting.answer.send(Err(stopped(&self.path, "too many commits wait")));
            }
            // The committer has ended: the caller sees its answer dropped.
            Ok(()) | Err(TrySendError::Disconnected(_)) => {}
        }
    }
}

impl Store for SledStore {
    fn replay(&self, take: &mut dyn FnMut(RecordedFact)) -> Result<Unsettled, StoreError> {
        self.replay_by(PIECES_BETWEEN_FORGETTING, take)
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
        self.hand_over(Waiting { commit, answer });
        Box::pin(async move {
            answered.await.unwrap_or_else(|_| Err(stopped(&self.path, "the committer has ended")))
        })
    }
}

impl Drop for SledStore {
    fn drop(&mut self) {
        // The committer ends when its queue is closed and empty.
        self.queue = None;
        if let Some(committer) = self.committer.take() {
            // A panic in it was reported by the panic hook, and its callers have been told.
            let _ = committer.join();
        }
    }
}

fn stopped(path: &str, why: &str) -> StoreError {
    StoreError::Io(format!("{path}: {why}: start again"))
}

fn lock(engine: &Mutex<Engine>) -> MutexGuard<'_, Engine> {
    engine.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A closed engine's own threads may hold its lock for a moment longer. A second bot is kept out by the
/// witness before this.
fn open_engine(engine: &Path) -> Result<Db, StoreError> {
    let config = ::sled::Config::default()
        .path(engine)
        .cache_capacity(CACHE_BYTES)
        .mode(::sled::Mode::LowSpace)
        .flush_every_ms(None);
    let mut tries_left = LOCK_TRIES_MAX;
    loop {
        let opened = config.open().map_err(|error| engine_error(&engine.display().to_string(), &error));
        tries_left -= 1;
        if tries_left == 0 || !matches!(opened, Err(StoreError::InUse(_))) {
            return opened;
        }
        thread::sleep(LOCK_WAIT);
    }
}

/// sled panics at some kinds of damage: that is damage too.
fn guarded<T>(path: &str, work: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(StoreError::Damaged { path: path.to_owned(), what: "its engine gave up on it".into() })
    })
}

/// sled's own text is dropped, for it may quote a key or a value.
fn engine_error(path: &str, error: &::sled::Error) -> StoreError {
    let damaged = |what: &str| StoreError::Damaged { path: path.to_owned(), what: what.into() };
    match error {
        ::sled::Error::Io(error) if is_lock(error) => StoreError::InUse(path.to_owned()),
        ::sled::Error::Io(error) => io_error(Path::new(path), error),
        ::sled::Error::Corruption { .. } => damaged("its engine's file is corrupt"),
        ::sled::Error::Unsupported(_) => damaged("its engine does not know the file"),
        ::sled::Error::CollectionNotFound(_) | ::sled::Error::ReportableBug(_) => {
            damaged("its engine contradicts itself")
        }
    }
}

/// sled has no error of its own for a file that is locked.
fn is_lock(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::Other && error.to_string().starts_with("could not acquire lock")
}

fn begin(path: &str, db: &Db, file: &File) -> Result<Ledger, StoreError> {
    let (ledger, changes) = Ledger::begin().map_err(|misuse| misuse.at(path))?;
    write(path, db, changes)?;
    sync(path, db, file)?;
    Ok(ledger)
}

fn resume(path: &str, db: &Db) -> Result<(Cursor, Ledger), StoreError> {
    // Facts are not asked for here.
    let mut none = |_| {};
    let mut reading = Reading::new(&mut none);
    // The format first: of a newer store nothing else is looked at.
    for kind in [b"M", b"H", b"E", b"C"] {
        read(path, db.scan_prefix(kind), &mut reading, usize::MAX)?;
    }
    let (unsettled, ledger) = reading.resume().map_err(|flaw| flaw.at(path))?;
    Ok((unsettled.cursor, ledger))
}

/// Writes `changes` in one batch: all of them survive a crash, or none.
fn write(path: &str, db: &Db, changes: Vec<Change>) -> Result<(), StoreError> {
    let engine = |error: ::sled::Error| engine_error(path, &error);
    let mut batch = Batch::default();
    // Only the last change to each record: pieces of an earlier one must not get into the batch.
    let last: BTreeMap<_, _> = changes.into_iter().map(|Change { key, record }| (key, record)).collect();
    for (key, record) in last {
        let bytes = key.bytes();
        if matches!(key, Key::Effect(_) | Key::Cursor) {
            for piece in db.scan_prefix(&bytes).keys() {
                batch.remove(piece.map_err(engine)?);
            }
        }
        match record {
            Some(record) => pieces(&bytes, &record, |key, piece| batch.insert(key, piece)),
            None => batch.remove(bytes),
        }
    }
    db.apply_batch(batch).map_err(engine)
}

fn sync(path: &str, db: &Db, file: &File) -> Result<(), StoreError> {
    db.flush().map_err(|error| engine_error(path, &error))?;
    file.sync_data().map_err(|error| io_error(Path::new(path), &error))
}

/// Cuts `record` into pieces: the first under its key, the others under the key and a number.
fn pieces(key: &[u8], record: &[u8], mut put: impl FnMut(Vec<u8>, &[u8])) {
    for (number, piece) in (0_u16..).zip(record.chunks(PIECE_BYTES_MAX)) {
        let mut key = key.to_vec();
        if number > 0 {
            key.extend(number.to_be_bytes());
        }
        put(key, piece);
    }
}

/// Puts the pieces in `found` together and reads each record. Stops after the record in which the number
/// of pieces comes to `enough`, and gives the key of the next.
fn read(
    path: &str,
    found: ::sled::Iter,
    reading: &mut Reading<'_>,
    enough: usize,
) -> Result<Option<IVec>, StoreError> {
    let mut key = IVec::default();
    let mut record: Vec<u8> = Vec::new();
    let mut count = 0_u16;
    for (read, piece) in found.enumerate() {
        let (place, piece) = piece.map_err(|error| engine_error(path, &error))?;
        if count > 0 && is_piece_of(&key, &place, count) {
            record.extend_from_slice(&piece);
            count += 1;
            continue;
        }
        if count > 0 {
            reading.take(&key, &record).map_err(|flaw| flaw.at(path))?;
        }
        if read >= enough {
            return Ok(Some(place));
        }
        record.clear();
        record.extend_from_slice(&piece);
        (key, count) = (place, 1);
    }
    if count > 0 {
        reading.take(&key, &record).map_err(|flaw| flaw.at(path))?;
    }
    Ok(None)
}

fn is_piece_of(key: &[u8], place: &[u8], number: u16) -> bool {
    place.len() == key.len() + PIECE_NUMBER_BYTES
        && place.starts_with(key)
        && place.ends_with(&number.to_be_bytes())
}

/// The thread that writes.
struct Committer {
    path: String,
    /// sled's file, for syncing.
    file: File,
    witness: Witness,
    engine: Arc<Mutex<Engine>>,
    /// Why nothing is written any more.
    failed: Option<StoreError>,
}

impl Committer {
    fn run(mut self, waiting: &Receiver<Waiting>) {
        while let Ok(first) = waiting.recv() {
            let more = waiting.try_iter().take(BATCH_COMMITS_MAX - 1);
            let (commits, answers): (Vec<_>, Vec<_>) =
                std::iter::once(first).chain(more).map(|waiting| (waiting.commit, waiting.answer)).unzip();
            let taken = self.write(&commits);
            for (index, answer) in answers.into_iter().enumerate() {
                let outcome = match &self.failed {
                    Some(failed) if index >= taken => Err(failed.clone()),
                    Some(_) | None => Ok(()),
                };
                // A caller that stopped waiting has its commit all the same.
                let _ = answer.send(outcome);
            }
        }
    }

    /// Makes `changes` durable, and the head with them.
    fn apply(&self, engine: &Engine, mut changes: Vec<Change>) -> Result<(), StoreError> {
        let db = engine.db()?;
        changes.push(engine.ledger.head_change().map_err(|misuse| misuse.at(&self.path))?);
        write(&self.path, db, changes)?;
        sync(&self.path, db, &self.file)?;
        self.witness.record(engine.ledger.commits())
    }

    /// Writes the commits up to the first that cannot be taken, and says how many are durable.
    fn write(&mut self, commits: &[Commit]) -> usize {
        if self.failed.is_some() {
            return 0;
        }
        let mut changes = Vec::new();
        let engine = self.engine.clone();
        let mut engine = lock(&engine);
        let mut taken = 0;
        for commit in commits {
            if let Err(misuse) = engine.ledger.take(commit, &mut changes) {
                self.failed = Some(misuse.at(&self.path));
                break;
            }
            taken += 1;
        }
        if taken == 0 {
            return 0;
        }
        let outcome = self.apply(&engine, changes);
        match outcome {
            Ok(()) => taken,
            Err(error) => {
                self.failed = Some(error);
                0
            }
        }
    }
}

#[cfg(test)]
pub(super) mod backdoor {
    //! Changing what a closed store holds behind its back.

    use std::{collections::BTreeMap, path::Path};

    use super::{ENGINE, open_engine};

    /// Every key and piece in the store, changed by `change`.
    pub(in crate::store) fn corrupt(directory: &Path, change: impl FnOnce(&mut BTreeMap<Vec<u8>, Vec<u8>>)) {
        let db = open_engine(&directory.join(ENGINE)).unwrap();
        let before: BTreeMap<Vec<u8>, Vec<u8>> = db
            .iter()
            .map(|piece| piece.map(|(key, piece)| (key.to_vec(), piece.to_vec())).unwrap())
            .collect();
        let mut after = before.clone();
        change(&mut after);
        for key in before.keys().filter(|key| !after.contains_key(*key)) {
            db.remove(key).unwrap();
        }
        for (key, piece) in after.iter().filter(|(key, piece)| before.get(*key) != Some(*piece)) {
            db.insert(key, piece.as_slice()).unwrap();
        }
        db.flush().unwrap();
    }
}

#[cfg(test)]
#[path = "sled_tests.rs"]
mod tests;
