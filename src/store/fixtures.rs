//! Stored records of every format there has been: `tests/records/<format>.txt`, a record a line, its key
//! and its bytes in hex. Whatever a released version has stored must be read for ever; a test here fails
//! when a change of a fact, an effect or the cursor makes that untrue, or changes what is written
//! without a new format.

use std::fmt::Write;

use super::contract::Stored;
use super::{
    ledger::{Ledger, Reading},
    record::{FORMAT, Key},
    samples::{cursor, effect, every_action, every_fact},
};
use crate::port::Commit;

const FORMAT_1: &str = include_str!("../../tests/records/1.txt");

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a String takes everything");
        hex
    })
}

fn unhex(hex: &str) -> Vec<u8> {
    hex.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

fn commit() -> Commit {
    let (id, _) = effect(1, 0);
    let effects = (1..).map(commands::kernel::id::EffectId).zip(every_action()).collect();
    Commit { facts: every_fact(), effects, settled: vec![id], cursor: Some(cursor(5)) }
}

fn read(fixture: &str) -> Stored {
    let mut facts = Vec::new();
    let mut take = |fact| facts.push(fact);
    let mut reading = Reading::new(&mut take);
    for line in fixture.lines() {
        let (key, record) = line.split_once(' ').unwrap();
        reading.take(&unhex(key), &unhex(record)).unwrap();
    }
    let unsettled = reading.finish().unwrap();
    Stored::of(facts, unsettled)
}

/// What today's code writes, in the fixture's form. With `STORE_RECORDS_NEW` set to a path it is also
/// written there, for the fixture of a new format.
fn written() -> String {
    let (mut ledger, mut changes) = Ledger::begin().unwrap();
    ledger.take(&commit(), &mut changes).unwrap();
    changes.push(ledger.head_change().unwrap());
    let last: std::collections::BTreeMap<Key, _> =
        changes.into_iter().map(|change| (change.key, change.record)).collect();
    let lines = last.into_iter().filter_map(|(key, record)| Some((key, record?)));
    lines.fold(String::new(), |text, (key, record)| text + &hex(&key.bytes()) + " " + &hex(&record) + "\n")
}

/// Asserts that the fixture holds what `expected` would write; the first effect was settled since.
fn assert_reads(fixture: &str, expected: Commit) {
    let stored = read(fixture);
    assert_eq!(stored.facts, expected.facts);
    assert_eq!(Some(stored.cursor), expected.cursor);
    let pending: Vec<_> = expected.effects.into_iter().skip(1).collect();
    assert_eq!(stored.pending.into_iter().collect::<Vec<_>>(), pending);
}

#[test]
fn records_of_format_1_are_read() {
    assert_reads(FORMAT_1, commit());
}

#[test]
fn what_is_written_changes_only_with_the_format() {
    let written = written();
    if let Some(path) = std::env::var_os("STORE_RECORDS_NEW") {
        std::fs::write(path, &written).unwrap();
    }
    assert_eq!(FORMAT, 1, "a new format: write its fixture, compare with it here, and read all above");
    let same = FORMAT_1.lines().zip(written.lines()).take_while(|(old, new)| old == new).count();
    assert!(FORMAT_1 == written, "line {} of tests/records/1.txt is written otherwise now", same + 1);
}
