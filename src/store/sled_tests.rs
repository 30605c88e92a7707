//! What only the store on disk has to do.

use std::{fs, os::unix::fs::PermissionsExt};

use super::{ENGINE, SledStore};
use crate::{
    port::{Commit, Store, StoreError},
    store::{
        contract::{Stored, all, wait},
        samples::{SECRET, history, large_fact, one_fact},
    },
};

fn commit(store: &SledStore, commit: Commit) {
    wait(store.commit(commit)).unwrap();
}

fn refusal(directory: &std::path::Path) -> StoreError {
    SledStore::open(directory).map(|_| ()).unwrap_err()
}

#[test]
fn a_directory_with_something_else_in_it_is_refused_and_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("notes.txt"), "x").unwrap();
    let refusal = refusal(directory.path()).to_string();
    assert!(refusal.contains(&directory.path().display().to_string()), "{refusal}");
    assert!(refusal.contains("configure another [store] path"), "{refusal}");
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}

#[test]
fn an_interrupted_beginning_is_begun_again() {
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir(directory.path().join("lost+found")).unwrap();
    fs::write(directory.path().join("witness.new"), "advisory").unwrap();
    assert_eq!(SledStore::open(directory.path()).and_then(|store| all(&store)), Ok(Stored::default()));
}

#[test]
fn a_path_that_cannot_be_a_directory_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, "").unwrap();
    for path in [file.clone(), file.join("store")] {
        let refusal = refusal(&path);
        assert!(matches!(&refusal, StoreError::Io(_)), "{refusal}");
        assert!(refusal.to_string().contains(&file.display().to_string()), "{refusal}");
        assert!(refusal.to_string().contains("start again"), "{refusal}");
    }
}

#[test]
fn what_it_makes_is_for_its_own_user_only() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a/store");
    drop(SledStore::open(&path).unwrap());
    for made in [path.clone(), path.join(ENGINE)] {
        assert_eq!(fs::metadata(&made).unwrap().permissions().mode() & 0o777, 0o700, "{made:?}");
    }
}

#[test]
fn read_in_portions_it_holds_the_same() {
    let directory = tempfile::tempdir().unwrap();
    let store = SledStore::open(directory.path()).unwrap();
    history().into_iter().for_each(|made| commit(&store, made));
    // Of one piece, and of several.
    let facts =
        (6..12).map(|number| large_fact(number, usize::try_from(number).unwrap() % 3 * 5000)).collect();
    commit(&store, Commit { facts, ..Commit::default() });
    drop(store);
    let store = SledStore::open(directory.path()).unwrap();
    let whole = all(&store).unwrap();
    assert_eq!((whole.facts.len(), &whole.cursor), (11, &store.cursor()));
    for pieces in 1..30 {
        let mut facts = Vec::new();
        let unsettled = store.replay_by(pieces, &mut |fact| facts.push(fact)).unwrap();
        assert_eq!(Stored::of(facts, unsettled), whole, "{pieces} at a time");
    }
    commit(&store, one_fact(12));
    assert_eq!(all(&store).unwrap().facts.len(), 12);
}

#[test]
fn an_engine_gone_or_older_than_the_witness_is_noticed() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store");
    let older = directory.path().join("older");
    let store = SledStore::open(&path).unwrap();
    commit(&store, one_fact(1));
    drop(store);
    fs::create_dir(&older).unwrap();
    for name in ["db", "conf"] {
        fs::copy(path.join(ENGINE).join(name), older.join(name)).unwrap();
    }
    let store = SledStore::open(&path).unwrap();
    commit(&store, one_fact(2));
    commit(&store, one_fact(3));
    drop(store);
    fs::remove_dir_all(path.join(ENGINE)).unwrap();
    assert!(matches!(refusal(&path), StoreError::Damaged { .. }));
    fs::remove_dir_all(path.join(ENGINE)).unwrap();
    fs::rename(&older, path.join(ENGINE)).unwrap();
    assert!(refusal(&path).to_string().contains("the last 2 commits are gone"));
}

#[test]
fn a_damaged_witness_is_noticed() {
    let directory = tempfile::tempdir().unwrap();
    drop(SledStore::open(directory.path()).unwrap());
    fs::write(directory.path().join("witness"), "advisory-bot store, commits many").unwrap();
    assert!(matches!(refusal(directory.path()), StoreError::Damaged { .. }));
}

/// No damage to the engine's own file loses anything without a word: the store is refused, or holds all.
#[test]
fn damage_anywhere_in_the_engine_is_noticed_or_harmless() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("store");
    let store = SledStore::open(&path).unwrap();
    history().into_iter().for_each(|next| commit(&store, next));
    let whole = all(&store).unwrap();
    drop(store);
    let kept = fs::read(path.join(ENGINE).join("db")).unwrap();
    let conf = fs::read(path.join(ENGINE).join("conf")).unwrap();
    let witness = fs::read(path.join("witness")).unwrap();
    let used = kept.iter().rposition(|byte| *byte != 0).unwrap();
    let mut noticed = 0;
    for at in (0..used).step_by(used / 40) {
        let copy = directory.path().join(format!("copy-{at}"));
        fs::create_dir_all(copy.join(ENGINE)).unwrap();
        let mut db = kept.clone();
        db[at] ^= 0x10;
        fs::write(copy.join(ENGINE).join("db"), db).unwrap();
        fs::write(copy.join(ENGINE).join("conf"), &conf).unwrap();
        fs::write(copy.join("witness"), &witness).unwrap();
        match SledStore::open(&copy).and_then(|store| all(&store)) {
            Ok(stored) => assert_eq!(stored, whole, "byte {at}"),
            Err(error) => {
                assert!(matches!(error, StoreError::Damaged { .. }), "byte {at}: {error}");
                assert!(!error.to_string().contains(SECRET));
                noticed += 1;
            }
        }
    }
    assert!(noticed > 0);
}

/// sled never syncs the files it keeps large pages in, so there must be none.
#[test]
fn large_records_stay_in_the_engines_one_file() {
    let directory = tempfile::tempdir().unwrap();
    let store = SledStore::open(directory.path()).unwrap();
    for number in 1..=30 {
        commit(&store, Commit { facts: vec![large_fact(number, 200_000)], ..Commit::default() });
    }
    assert_eq!(fs::read_dir(directory.path().join(ENGINE).join("blobs")).unwrap().count(), 0);
}

/// Not a test, but a measurement of time and memory, in release: run it with `STORE_MEASURED` set to a path
/// once to fill a store there, and again to open and load it in a fresh process.
#[test]
#[ignore = "measures; run in release"]
#[expect(clippy::print_stderr, reason = "printing is what it is for")]
fn measure_loading_fifteen_thousand_facts() {
    let directory =
        std::path::PathBuf::from(std::env::var_os("STORE_MEASURED").expect("STORE_MEASURED is set"));
    let status = |at: &str| {
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let resident = status.lines().find(|line| line.starts_with("VmRSS")).unwrap_or_default();
        eprintln!("{at}: {resident}");
    };
    if !directory.exists() {
        let store = SledStore::open(&directory).unwrap();
        for from in (1..15_000).step_by(100) {
            let facts = (from..from + 100).map(|number| large_fact(number, 260)).collect();
            commit(&store, Commit { facts, ..Commit::default() });
        }
        return;
    }
    status("before");
    let start = std::time::Instant::now();
    let store = SledStore::open(&directory).unwrap();
    eprintln!("opened after {:?}", start.elapsed());
    status("opened");
    let stored = all(&store).unwrap();
    eprintln!("loaded {} facts after {:?}", stored.facts.len(), start.elapsed());
    status("loaded");
    drop(stored);
    status("facts dropped");
    let start = std::time::Instant::now();
    for number in 15_001..15_501 {
        commit(&store, one_fact(number));
    }
    eprintln!("500 commits, one at a time, in {:?}", start.elapsed());
    status("committed");
}
