//! Where repositories are kept while git works on them: they hold what is embargoed, so nobody else may look
//! into the folder, and nothing stays in it.

use std::{
    fs::{self, DirBuilder},
    io,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

/// A folder in which nothing outlives its use.
pub(super) struct Scratch {
    folder: PathBuf,
    made: AtomicU64,
}

/// A folder of one's own, gone with this value.
pub(super) struct Place {
    folder: PathBuf,
}

impl Scratch {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder, made: AtomicU64::new(0) }
    }

    /// Removes what a process that was killed has left.
    pub(super) fn clean(&self) -> io::Result<()> {
        match fs::remove_dir_all(&self.folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// A fresh folder.
    pub(super) fn place(&self) -> io::Result<Place> {
        let private = |recursive| {
            let mut builder = DirBuilder::new();
            builder.mode(0o700).recursive(recursive);
            builder
        };
        private(true).create(&self.folder)?;
        // Git is told of it whatever folder it works in.
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let folder = self.folder.canonicalize()?.join(format!("{}-{number}", std::process::id()));
        private(false).create(&folder)?;
        Ok(Place { folder })
    }
}

impl Place {
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            tracing::warn!(kind = %error.kind(), "what git worked on could not be removed; it is at the next start");
        }
    }
}
