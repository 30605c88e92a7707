//! What every store promises, as tests that run against each of them.

use std::collections::BTreeMap;

use commands::kernel::{effect::RecordedEffect, fact::RecordedFact, id::EffectId};
use futures_util::future::join_all;
use proptest::prelude::*;

use super::{
    memory::MemoryDisk,
    record::{FORMAT, Key, forge},
    samples::{SECRET, cursor, effect, fact, history, large_fact, one_fact},
    sled::{SledStore, backdoor},
};
use crate::port::{Commit, Cursor, Store, StoreError, Unsettled};

type Records = BTreeMap<Vec<u8>, Vec<u8>>;

/// Where a store of one kind lives.
trait Place {
    fn new() -> Self;
    fn open(&self) -> Result<Box<dyn Store>, StoreError>;
    /// Changes a closed store's records.
    fn corrupt(&self, change: impl FnOnce(&mut Records));
}

impl Place for MemoryDisk {
    fn new() -> Self {
        Self::new()
    }

    fn open(&self) -> Result<Box<dyn Store>, StoreError> {
        self.open().map(|store| Box::new(store) as _)
    }

    fn corrupt(&self, change: impl FnOnce(&mut Records)) {
        self.corrupt(change);
    }
}

impl Place for tempfile::TempDir {
    fn new() -> Self {
        tempfile::tempdir().unwrap()
    }

    fn open(&self) -> Result<Box<dyn Store>, StoreError> {
        SledStore::open(&self.path().join("store")).map(|store| Box::new(store) as _)
    }

    fn corrupt(&self, change: impl FnOnce(&mut Records)) {
        backdoor::corrupt(&self.path().join("store"), change);
    }
}

/// Waits for `future` on a runtime with virtual time.
pub(super) fn wait<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.unwrap().block_on(future)
}

/// What a store should hold, by the plainest means.
#[derive(Debug, Clone, Default, PartialEq)]
struct Model(Stored);

/// Everything a store holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) facts: Vec<RecordedFact>,
    pub(super) pending: BTreeMap<EffectId, RecordedEffect>,
    pub(super) cursor: Cursor,
}

impl Stored {
    pub(super) fn of(facts: Vec<RecordedFact>, unsettled: Unsettled) -> Self {
        Self { facts, pending: unsettled.pending, cursor: unsettled.cursor }
    }
}

/// All that `store` holds, facts included.
pub(super) fn all(store: &dyn Store) -> Result<Stored, StoreError> {
    let mut facts = Vec::new();
    let unsettled = store.replay(&mut |fact| facts.push(fact))?;
    Ok(Stored::of(facts, unsettled))
}

impl Model {
    fn take(&mut self, commit: Commit) {
        self.0.facts.extend(commit.facts);
        self.0.pending.extend(commit.effects);
        self.0.pending.retain(|id, _| !commit.settled.contains(id));
        self.0.cursor = commit.cursor.unwrap_or(self.0.cursor.clone());
    }
}

fn after(commits: &[Commit]) -> Stored {
    let mut model = Model::default();
    commits.iter().cloned().for_each(|commit| model.take(commit));
    model.0
}

/// A closed store that has taken [`history`].
fn filled<P: Place>() -> P {
    let place = P::new();
    let store = place.open().unwrap();
    for commit in history() {
        wait(store.commit(commit)).unwrap();
    }
    place
}

fn load<P: Place>(place: &P) -> Result<Stored, StoreError> {
    place.open().and_then(|store| all(store.as_ref()))
}

fn records<P: Place>(place: &P) -> Records {
    let mut found = Records::new();
    place.corrupt(|records| found = records.clone());
    found
}

/// Asserts that a store of [`history`] so changed is refused as damaged, with no embargoed word.
fn assert_noticed<P: Place>(what: &str, change: impl FnOnce(&mut Records)) -> String {
    let place = filled::<P>();
    place.corrupt(change);
    match load(&place) {
        Err(error @ StoreError::Damaged { .. }) => {
            assert!(!error.to_string().contains(SECRET), "{error}");
            error.to_string()
        }
        other => panic!("{what}: {other:?}"),
    }
}

fn a_new_store_is_empty<P: Place>() {
    let place = P::new();
    assert_eq!(load(&place), Ok(Stored::default()));
    assert_eq!(load(&place), Ok(Stored::default()), "reopened");
}

fn what_is_committed_is_loaded_now_and_when_reopened<P: Place>() {
    let place = P::new();
    let store = place.open().unwrap();
    let mut model = Model::default();
    for commit in history() {
        wait(store.commit(commit.clone())).unwrap();
        model.take(commit);
        assert_eq!(all(store.as_ref()).as_ref(), Ok(&model.0));
    }
    drop(store);
    assert_eq!(load(&place).as_ref(), Ok(&model.0));
    assert_eq!(model.0.pending.keys().collect::<Vec<_>>(), [&EffectId(2), &EffectId(3)]);
    assert_eq!(model.0.cursor, cursor(2));
}

fn commits_are_written_in_the_order_of_the_calls<P: Place>() {
    let place = P::new();
    let store = place.open().unwrap();
    let mut waiting: Vec<_> = (1..=300).map(|number| store.commit(one_fact(number))).collect();
    waiting.reverse();
    assert!(wait(join_all(waiting)).iter().all(Result::is_ok));
    assert_eq!(all(store.as_ref()).unwrap().facts, (1..=300).map(fact).collect::<Vec<_>>());
}

fn an_effect_recorded_and_settled_while_the_committer_is_busy_leaves_nothing<P: Place>() {
    let place = P::new();
    let store = place.open().unwrap();
    let long = |id| Commit { effects: vec![effect(id, 4)], ..Commit::default() };
    let short = |id| Commit { effects: vec![effect(id, 0)], ..Commit::default() };
    let settle = |id| Commit { settled: vec![EffectId(id)], ..Commit::default() };
    let commits: Vec<_> = (1..60).flat_map(|id| [long(id), short(id), long(id), settle(id)]).collect();
    let waiting: Vec<_> = commits.iter().map(|commit| store.commit(commit.clone())).collect();
    assert!(wait(join_all(waiting)).iter().all(Result::is_ok));
    drop(store);
    assert_eq!(load(&place), Ok(Stored::default()));
}

fn a_fact_out_of_order_is_refused_and_everything_after_it<P: Place>() {
    for wrong in [1, 2, 4] {
        let place = P::new();
        let store = place.open().unwrap();
        let good = Commit { facts: vec![fact(1), fact(2)], ..Commit::default() };
        let bad = Commit { facts: vec![fact(wrong)], cursor: Some(cursor(9)), ..Commit::default() };
        let waiting = [good.clone(), bad, one_fact(3)].map(|commit| store.commit(commit));
        let outcomes = wait(join_all(waiting));
        assert_eq!(outcomes[0], Ok(()));
        assert!(matches!(&outcomes[1], Err(StoreError::Io(what)) if what.contains("fact 3 comes next")));
        assert_eq!(outcomes[2], outcomes[1]);
        assert_eq!(wait(store.commit(one_fact(3))), outcomes[1]);
        drop(store);
        assert_eq!(load(&place), Ok(after(&[good])));
    }
}

fn large_records_are_kept<P: Place>() {
    let place = P::new();
    let store = place.open().unwrap();
    let facts: Vec<_> = (1..=20).map(|number| large_fact(number, 300_000)).collect();
    wait(store.commit(Commit { facts: facts.clone(), ..Commit::default() })).unwrap();
    drop(store);
    assert_eq!(load(&place).map(|stored| stored.facts), Ok(facts));
}

fn dropping_a_store_writes_what_waits<P: Place>() {
    let place = P::new();
    let store = place.open().unwrap();
    for number in 1..=5 {
        drop(store.commit(one_fact(number)));
    }
    drop(store);
    assert_eq!(load(&place).map(|stored| stored.facts.len()), Ok(5));
}

fn a_second_opener_is_refused<P: Place>() {
    let place = P::new();
    let store = place.open().unwrap();
    let refusal = place.open().map(|_| ()).unwrap_err();
    assert!(matches!(refusal, StoreError::InUse(_)), "{refusal}");
    assert!(refusal.to_string().contains("stop the other advisory-bot"));
    drop(store);
    assert!(place.open().is_ok());
}

fn a_newer_format_is_refused<P: Place>() {
    for key in records(&filled::<P>()).keys() {
        if Key::read(key).is_none() {
            continue;
        }
        let place = filled::<P>();
        place.corrupt(|records| {
            let record = whole(records, key);
            records.insert(key.clone(), forge::rechecked(key, &record, FORMAT + 1, |_| {}).bytes);
        });
        let found = load(&place);
        assert!(matches!(found, Err(StoreError::Newer { found: 2, known: 1, .. })), "{found:?}");
    }
}

/// Takes the record under `key` out of `records`, its pieces put together.
fn whole(records: &mut Records, key: &[u8]) -> Vec<u8> {
    let keys: Vec<_> = records.keys().filter(|found| found.starts_with(key)).cloned().collect();
    keys.iter().filter_map(|key| records.remove(key)).flatten().collect()
}

fn every_damaged_byte_is_noticed<P: Place>(stride: usize) {
    for (key, record) in records(&filled::<P>()) {
        let ends = [0, 1, 2, 17, 18, record.len() - 1];
        for at in ends.into_iter().chain((0..record.len()).step_by(stride)) {
            assert_noticed::<P>(&format!("{key:?} byte {at}"), |records| {
                records.get_mut(&key).unwrap()[at] ^= 0x20;
            });
        }
    }
}

fn every_missing_or_stray_record_is_noticed<P: Place>() {
    for key in records(&filled::<P>()).into_keys() {
        assert_noticed::<P>(&format!("{key:?} removed"), |records| drop(records.remove(&key)));
        assert_noticed::<P>(&format!("{key:?} twice"), |records| {
            let record = records[&key].clone();
            records.insert([key.as_slice(), b"again"].concat(), record);
        });
    }
}

fn a_cut_tail_is_noticed<P: Place>() {
    let last = Key::Fact(5).bytes();
    let what = assert_noticed::<P>("the last fact", |records| drop(records.remove(&last)));
    assert!(what.contains("it holds 4 facts of 5") && what.contains("restore it from a backup"), "{what}");
    let what = assert_noticed::<P>("no facts", |records| records.retain(|key, _| key[0] != b'F'));
    assert!(what.contains("it holds 0 facts of 5"), "{what}");
}

fn altered_facts_with_a_fitting_check_are_noticed_by_the_chain<P: Place>() {
    for number in 1..=5 {
        let key = Key::Fact(number).bytes();
        assert_noticed::<P>("altered", |records| {
            let changed = forge::rechecked(&key, &records[&key], FORMAT, |body| {
                let digit = body.iter().rposition(u8::is_ascii_digit).unwrap();
                body[digit] = if body[digit] == b'1' { b'2' } else { b'1' };
            });
            records.insert(key.clone(), changed.bytes);
        });
    }
    let (one, other) = (Key::Fact(2), Key::Fact(3));
    let what = assert_noticed::<P>("swapped", |records| {
        let (first, second) = (records[&one.bytes()].clone(), records[&other.bytes()].clone());
        records.insert(one.bytes(), forge::moved(&second, one).bytes);
        records.insert(other.bytes(), forge::moved(&first, other).bytes);
    });
    assert!(what.contains("fact 2 does not follow"), "{what}");
}

fn a_record_put_back_to_an_older_state_is_noticed<P: Place>() {
    let place = P::new();
    let store = place.open().unwrap();
    for commit in &history()[..2] {
        wait(store.commit(commit.clone())).unwrap();
    }
    drop(store);
    let old = records(&place);
    for key in [Key::Cursor.bytes(), Key::Effect(EffectId(2)).bytes(), Key::Head.bytes()] {
        assert_noticed::<P>("older", |records| {
            drop(whole(records, &key));
            records.insert(key.clone(), old[&key].clone());
        });
    }
}

#[derive(Debug, Clone)]
enum Deed {
    Commit { facts: u8, effects: Vec<(u64, u64)>, settled: Vec<u64>, cursor: Option<u64> },
    Reopen,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let effects = prop::collection::vec((0..6_u64, 0..5_u64), 0..4);
    let commit = (0..4_u8, effects, prop::collection::vec(0..6_u64, 0..3), prop::option::of(0..9_u64))
        .prop_map(|(facts, effects, settled, cursor)| Deed::Commit { facts, effects, settled, cursor });
    prop::collection::vec(prop_oneof![5 => commit, 1 => Just(Deed::Reopen)], 0..30)
}

fn any_history_equals_the_model<P: Place>(cases: u32) {
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(cases));
    let outcome = runner.run(&deeds(), |deeds| {
        let (place, mut model) = (P::new(), Model::default());
        let mut store = place.open().unwrap();
        let mut number = 0;
        for deed in deeds {
            match deed {
                Deed::Commit { facts, effects, settled, cursor: moved } => {
                    let numbers = number + 1..=number + u64::from(facts);
                    number += u64::from(facts);
                    let commit = Commit {
                        facts: numbers.map(fact).collect(),
                        effects: effects.into_iter().map(|(id, variant)| effect(id, variant)).collect(),
                        settled: settled.into_iter().map(EffectId).collect(),
                        cursor: moved.map(cursor),
                    };
                    wait(store.commit(commit.clone())).unwrap();
                    model.take(commit);
                }
                Deed::Reopen => {
                    drop(store);
                    store = place.open().unwrap();
                }
            }
            prop_assert_eq!(all(store.as_ref()).unwrap(), model.0.clone());
        }
        Ok(())
    });
    outcome.unwrap();
}

macro_rules! contract {
    ($($name:ident $(($($argument:expr),* => $other:expr))?),+ $(,)?) => {
        mod in_memory {
            use super::MemoryDisk;
            $(#[test] fn $name() { super::$name::<MemoryDisk>($($($argument),*)?); })+
        }
        mod on_disk {
            use tempfile::TempDir;
            $(#[test] fn $name() { super::$name::<TempDir>($($other)?); })+
        }
    };
}

contract! {
    a_new_store_is_empty,
    what_is_committed_is_loaded_now_and_when_reopened,
    commits_are_written_in_the_order_of_the_calls,
    an_effect_recorded_and_settled_while_the_committer_is_busy_leaves_nothing,
    a_fact_out_of_order_is_refused_and_everything_after_it,
    large_records_are_kept,
    dropping_a_store_writes_what_waits,
    a_second_opener_is_refused,
    a_newer_format_is_refused,
    every_damaged_byte_is_noticed(1 => 700),
    every_missing_or_stray_record_is_noticed,
    a_cut_tail_is_noticed,
    altered_facts_with_a_fitting_check_are_noticed_by_the_chain,
    a_record_put_back_to_an_older_state_is_noticed,
    any_history_equals_the_model(128 => 8),
}
