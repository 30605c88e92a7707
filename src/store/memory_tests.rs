//! The faults of the store in memory.

use futures_util::future::join_all;
use proptest::prelude::*;

use super::{MemoryDisk, MemoryStore};
use crate::store::contract::all;
use crate::{
    port::{Store, StoreError},
    store::{contract::wait, samples::one_fact},
};

fn facts(disk: &MemoryDisk) -> usize {
    disk.open().and_then(|store| all(&store)).unwrap().facts.len()
}

/// A disk with fact 1 on it, and its open store.
fn begun() -> (MemoryDisk, MemoryStore) {
    let disk = MemoryDisk::new();
    let store = disk.open().unwrap();
    wait(store.commit(one_fact(1))).unwrap();
    (disk, store)
}

#[test]
fn a_crash_drops_what_was_not_durable_and_frees_the_store() {
    let (disk, store) = begun();
    let waiting = store.commit(one_fact(2));
    disk.crash();
    let outcome = wait(waiting);
    assert!(matches!(&outcome, Err(StoreError::Io(what)) if what.contains("start again")), "{outcome:?}");
    assert!(all(&store).is_err());
    assert_eq!(facts(&disk), 1);
}

#[test]
fn a_store_that_outlives_its_crash_harms_nothing() {
    let (disk, old) = begun();
    disk.crash();
    let new = disk.open().unwrap();
    assert!(wait(old.commit(one_fact(2))).is_err());
    drop(old);
    assert!(disk.open().is_err(), "still in use by the new one");
    wait(new.commit(one_fact(2))).unwrap();
    drop(new);
    assert_eq!(facts(&disk), 2);
}

#[test]
fn a_torn_write_leaves_whole_commits_and_tells_nobody() {
    for survivors in 0..=4 {
        let (disk, store) = begun();
        let waiting: Vec<_> = (2..=4).map(|number| store.commit(one_fact(number))).collect();
        disk.tear(survivors);
        assert!(wait(join_all(waiting)).iter().all(Result::is_err));
        assert_eq!(facts(&disk), 1 + survivors.min(3));
    }
}

#[test]
fn after_a_failed_write_nothing_more_is_written_until_the_next_start() {
    let (disk, store) = begun();
    disk.fail_next_write();
    let outcome = wait(store.commit(one_fact(2)));
    assert!(matches!(&outcome, Err(StoreError::Io(what)) if what.contains("(in memory)")), "{outcome:?}");
    assert_eq!(wait(store.commit(one_fact(2))), outcome);
    drop(store);
    let store = disk.open().unwrap();
    wait(store.commit(one_fact(2))).unwrap();
    drop(store);
    assert_eq!(facts(&disk), 2);
}

#[test]
fn a_full_disk_takes_nothing_until_there_is_room() {
    let (disk, store) = begun();
    disk.set_full(true);
    assert!(wait(store.commit(one_fact(2))).is_err());
    drop(store);
    let store = disk.open().unwrap();
    assert!(wait(store.commit(one_fact(2))).is_err(), "still full");
    drop(store);
    disk.set_full(false);
    let store = disk.open().unwrap();
    wait(store.commit(one_fact(2))).unwrap();
}

/// A store that is never dropped in order: it ends by a crash.
fn forever(disk: &MemoryDisk) -> &'static MemoryStore {
    Box::leak(Box::new(disk.open().unwrap()))
}

#[derive(Debug, Clone, Copy)]
enum Deed {
    HandOver,
    Await,
    Tear(usize),
    Fail,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        6 => Just(Deed::HandOver),
        3 => Just(Deed::Await),
        1 => (0..4_usize).prop_map(Deed::Tear),
        1 => Just(Deed::Fail),
    ]
}

proptest! {
    /// Whatever crashes: every answered commit is there, and what is there is a beginning of what was
    /// handed over.
    #[test]
    fn answered_commits_survive_any_faults(deeds in prop::collection::vec(deed(), 0..40)) {
        let disk = MemoryDisk::new();
        let (mut answered, mut handed_over) = (0, 0);
        let mut store = forever(&disk);
        let mut waiting = Vec::new();
        for deed in deeds.into_iter().chain([Deed::Await, Deed::Tear(0)]) {
            match deed {
                Deed::HandOver => {
                    handed_over += 1;
                    waiting.push(store.commit(one_fact(handed_over)));
                    continue;
                }
                Deed::Await => {}
                Deed::Tear(survivors) => disk.tear(survivors),
                Deed::Fail => disk.fail_next_write(),
            }
            let outcomes = wait(join_all(waiting.drain(..)));
            let good = outcomes.iter().take_while(|outcome| outcome.is_ok()).count() as u64;
            prop_assert!(outcomes.iter().filter(|outcome| outcome.is_ok()).count() as u64 == good);
            answered += good;
            if good < outcomes.len() as u64 || matches!(deed, Deed::Tear(_)) {
                disk.crash();
                store = forever(&disk);
                let found = all(store).unwrap().facts.len() as u64;
                prop_assert!((answered..=handed_over).contains(&found), "{answered} {found} {handed_over}");
                (answered, handed_over) = (found, found);
            }
        }
    }
}
