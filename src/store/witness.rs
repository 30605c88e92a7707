//! A small file beside the engine's own, which says how many commits were known to be durable.
//!
//! The engine takes a damaged end of its log for a write that a crash cut short, and goes on from
//! what came before: commits that were answered would be gone without a word. The witness, written
//! after each of the engine's syncs and before the answers, notices. It may lag behind after a
//! crash, and is therefore never synced by itself; it is never ahead.
//!
//! It also marks the directory as a store of ours, and its lock keeps a second process out.

use std::{
    fs::{self, DirBuilder, File, TryLockError},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, FileExt},
    path::{Path, PathBuf},
};

use crate::port::StoreError;

const NAME: &str = "witness";
/// The witness while it is first written.
const NEW_NAME: &str = "witness.new";
/// What may stand in a directory that is otherwise empty: the root of a file system has it.
const IGNORED: [&str; 2] = ["lost+found", NEW_NAME];

const TITLE: &str = "advisory-bot store, commits ";
/// As many digits as the largest number has, so that each line replaces the one before it whole.
const DIGITS: usize = 20;

/// The open, locked witness of a store.
pub(super) struct Witness {
    file: File,
    path: PathBuf,
}

/// The error of a refused operation on `path`: the system's kind of error, never a text from elsewhere.
pub(super) fn io_error(path: &Path, error: &io::Error) -> StoreError {
    let path = path.display();
    let kind = error.kind();
    StoreError::Io(format!("{path}: {kind}: mend the disk or its permissions, then start again"))
}

fn line(commits: u64) -> String {
    format!("{TITLE}{commits:0DIGITS$}\n")
}

/// Makes the names in a directory durable.
pub(super) fn sync_directory(path: &Path) -> Result<(), StoreError> {
    File::open(path).and_then(|directory| directory.sync_all()).map_err(|error| io_error(path, &error))
}

/// Makes a directory for nobody but the bot's user, unless it is there.
pub(super) fn make_directory(path: &Path) -> Result<(), StoreError> {
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(|error| io_error(path, &error))
}

impl Witness {
    /// Opens the witness of the store in `directory` and locks it. A directory that is missing or
    /// empty becomes a store; any other without a witness is refused.
    pub(super) fn open(directory: &Path) -> Result<Self, StoreError> {
        let path = directory.join(NAME);
        make_directory(directory)?;
        if !path.try_exists().map_err(|error| io_error(&path, &error))? {
            Self::begin(directory, &path)?;
        }
        let file =
            File::options().read(true).write(true).open(&path).map_err(|error| io_error(&path, &error))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { file, path }),
            Err(TryLockError::WouldBlock) => Err(StoreError::InUse(directory.display().to_string())),
            Err(TryLockError::Error(error)) => Err(io_error(&path, &error)),
        }
    }

    fn begin(directory: &Path, path: &Path) -> Result<(), StoreError> {
        let at = |error: io::Error| io_error(directory, &error);
        for entry in fs::read_dir(directory).map_err(at)? {
            if !IGNORED.iter().any(|name| entry.as_ref().is_ok_and(|entry| entry.file_name() == *name)) {
                return Err(StoreError::Io(format!(
                    "{} holds something other than a store of advisory-bot: configure another [store] path",
                    directory.display()
                )));
            }
        }
        let new = directory.join(NEW_NAME);
        let mut file = File::create(&new).map_err(at)?;
        file.write_all(line(0).as_bytes()).and_then(|()| file.sync_all()).map_err(at)?;
        fs::rename(&new, path).map_err(at)?;
        sync_directory(directory)?;
        match directory.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => sync_directory(parent),
            _ => Ok(()),
        }
    }

    /// The commits that were durable when it was last written.
    pub(super) fn commits(&self, store: &str) -> Result<u64, StoreError> {
        let mut bytes = [0; TITLE.len() + DIGITS + 1];
        let read = self.file.read_exact_at(&mut bytes, 0);
        let line = str::from_utf8(&bytes).ok().filter(|_| read.is_ok());
        let digits = line.and_then(|line| line.strip_prefix(TITLE)).and_then(|rest| rest.strip_suffix('\n'));
        digits.and_then(|digits| digits.parse().ok()).ok_or_else(|| StoreError::Damaged {
            path: store.to_owned(),
            what: "its file witness is not as it was written".into(),
        })
    }

    /// Records that `commits` are durable.
    pub(super) fn record(&self, commits: u64) -> Result<(), StoreError> {
        self.file.write_all_at(line(commits).as_bytes(), 0).map_err(|error| io_error(&self.path, &error))
    }
}
