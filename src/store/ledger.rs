//! What a commit changes, and whether what is read belongs together: the part of a store that needs
//! no disk.
//!
//! The head record, rewritten in every transaction, pins everything else: the facts by their number
//! and the hash of the last (each fact carries the hash of the one before), the pending effects by
//! number and a hash over theirs, the cursor by its hash. So no record can be altered, removed,
//! swapped or put back to an older state without being noticed at the next start.
//!
//! The hashes are no signature: somebody who can write to the disk and rewrites every record from
//! the altered one to the head is not noticed.

use std::collections::BTreeMap;

use commands::kernel::{effect::RecordedEffect, fact::RecordedFact, id::EffectId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::record::{self, Decoded, Encoded, FORMAT, Flaw, GENESIS, Hash, Key};
use crate::port::{Commit, Cursor, StoreError, Unsettled};

/// What the store is.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Meta {
    /// The newest format among its records.
    pub(super) format: u32,
}

/// How far the store has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    /// Commits since the store began.
    pub(super) commits: u64,
    /// Facts: the number of the last one.
    facts: u64,
    /// The hash of the last fact's record.
    last: Hash,
    /// Pending effects.
    effects: u64,
    /// A hash over the hashes of their records, in the order of their ids.
    pending: Hash,
    /// The hash of the cursor's record.
    cursor: Option<Hash>,
}

/// One record written, or removed.
pub(super) struct Change {
    /// Which.
    pub(super) key: Key,
    /// Its new bytes; none: it is removed.
    pub(super) record: Option<Vec<u8>>,
}

/// A commit no store can take: a bug in the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Misuse(pub(super) String);

impl Misuse {
    /// The error of the store at `path`.
    pub(super) fn at(self, path: &str) -> StoreError {
        StoreError::Io(format!("{path}: nothing was written: {}: report it and start again", self.0))
    }
}

impl From<serde_json::Error> for Misuse {
    fn from(_: serde_json::Error) -> Self {
        Self("a record cannot be written as JSON; this is a bug in advisory-bot".into())
    }
}

/// What must be known of a store to add to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ledger {
    commits: u64,
    facts: u64,
    last: Hash,
    effects: BTreeMap<EffectId, Hash>,
    cursor: Option<Hash>,
}

impl Ledger {
    /// A store that begins, and its first records.
    pub(super) fn begin() -> Result<(Self, Vec<Change>), Misuse> {
        let ledger = Self { commits: 0, facts: 0, last: GENESIS, effects: BTreeMap::new(), cursor: None };
        let meta = record::encode(Key::Meta, None, &Meta { format: FORMAT.into() })?;
        let head = ledger.head_change()?;
        Ok((ledger, vec![Change { key: Key::Meta, record: Some(meta.bytes) }, head]))
    }

    /// Commits so far.
    pub(super) const fn commits(&self) -> u64 {
        self.commits
    }

    /// Adds what `commit` changes to `changes`; refused as a whole or taken as a whole. The head is
    /// not among the changes: it is written once for all commits of a transaction.
    pub(super) fn take(&mut self, commit: &Commit, changes: &mut Vec<Change>) -> Result<(), Misuse> {
        let mut next = (self.facts, self.last);
        let mut new = Vec::with_capacity(commit.facts.len() + commit.effects.len() + 1);
        for fact in &commit.facts {
            let number = next.0 + 1;
            if fact.number != number {
                let found = fact.number;
                return Err(Misuse(format!(
                    "fact {found} was to be recorded where fact {number} comes next; this is a bug in advisory-bot"
                )));
            }
            let Encoded { bytes, hash } = record::encode(Key::Fact(number), Some(&next.1), fact)?;
            next = (number, hash);
            new.push((Key::Fact(number), bytes, hash));
        }
        for (id, effect) in &commit.effects {
            let Encoded { bytes, hash } = record::encode(Key::Effect(*id), None, effect)?;
            new.push((Key::Effect(*id), bytes, hash));
        }
        if let Some(cursor) = &commit.cursor {
            let Encoded { bytes, hash } = record::encode(Key::Cursor, None, cursor)?;
            new.push((Key::Cursor, bytes, hash));
        }
        // From here on nothing can fail.
        self.commits += 1;
        (self.facts, self.last) = next;
        for (key, bytes, hash) in new {
            match key {
                Key::Effect(id) => drop(self.effects.insert(id, hash)),
                Key::Cursor => self.cursor = Some(hash),
                Key::Fact(_) | Key::Meta | Key::Head => {}
            }
            changes.push(Change { key, record: Some(bytes) });
        }
        for id in &commit.settled {
            if self.effects.remove(id).is_some() {
                changes.push(Change { key: Key::Effect(*id), record: None });
            }
        }
        Ok(())
    }

    /// The head record as it has to stand now.
    pub(super) fn head_change(&self) -> Result<Change, Misuse> {
        let head = record::encode(Key::Head, None, &self.head())?;
        Ok(Change { key: Key::Head, record: Some(head.bytes) })
    }

    fn head(&self) -> Head {
        let mut pending = Sha256::new();
        for hash in self.effects.values() {
            pending.update(hash);
        }
        Head {
            commits: self.commits,
            facts: self.facts,
            last: self.last,
            effects: self.effects.len() as u64,
            pending: pending.finalize().into(),
            cursor: self.cursor,
        }
    }
}

/// A store being read, record by record, in any order but that of the facts.
pub(super) struct Reading<'a> {
    take: &'a mut dyn FnMut(RecordedFact),
    facts: u64,
    unsettled: Unsettled,
    last: Hash,
    effects: BTreeMap<EffectId, Hash>,
    cursor: Option<Hash>,
    has_meta: bool,
    head: Option<Head>,
}

impl<'a> Reading<'a> {
    /// A reading that hands each fact to `take`.
    pub(super) fn new(take: &'a mut dyn FnMut(RecordedFact)) -> Self {
        Self {
            take,
            facts: 0,
            unsettled: Unsettled::default(),
            last: Hash::default(),
            effects: BTreeMap::new(),
            cursor: None,
            has_meta: false,
            head: None,
        }
    }

    /// Takes in the record found under `key`.
    pub(super) fn take(&mut self, key: &[u8], bytes: &[u8]) -> Result<(), Flaw> {
        let found = record::decode(key, bytes)?;
        match found.key {
            Key::Meta => {
                let Meta { format } = found.payload()?;
                if format > FORMAT.into() {
                    return Err(Flaw::Newer(format));
                }
                self.has_meta = true;
            }
            Key::Head => self.head = Some(found.payload()?),
            Key::Fact(number) => self.take_fact(number, &found)?,
            Key::Effect(id) => {
                self.unsettled.pending.insert(id, found.payload::<RecordedEffect>()?);
                self.effects.insert(id, found.hash);
            }
            Key::Cursor => {
                self.unsettled.cursor = found.payload::<Cursor>()?;
                self.cursor = Some(found.hash);
            }
        }
        Ok(())
    }

    fn take_fact(&mut self, number: u64, found: &Decoded<'_>) -> Result<(), Flaw> {
        let expected = self.facts + 1;
        if number != expected {
            return Err(Flaw::Damaged(format!("fact {expected} is missing")));
        }
        if found.previous != self.last {
            return Err(Flaw::Damaged(format!("fact {number} does not follow from the fact before it")));
        }
        let fact: RecordedFact = found.payload()?;
        if fact.number != number {
            return Err(Flaw::Damaged(format!("fact {number} is recorded under another number")));
        }
        self.last = found.hash;
        self.facts = number;
        (self.take)(fact);
        Ok(())
    }

    /// Everything the store holds, when nothing is missing.
    pub(super) fn finish(self) -> Result<Unsettled, Flaw> {
        let (facts, last) = (self.facts, self.last);
        let (unsettled, ledger) = self.resume()?;
        if facts != ledger.facts {
            return Err(Flaw::Damaged(format!("it holds {facts} facts of {}", ledger.facts)));
        }
        if last != ledger.last {
            return Err(Flaw::Damaged(format!("fact {facts} is not the one the head record names")));
        }
        Ok(unsettled)
    }

    /// What must be known to add to the store, from its records other than facts.
    pub(super) fn resume(self) -> Result<(Unsettled, Ledger), Flaw> {
        let damaged = |what: &str| Flaw::Damaged(what.to_owned());
        if !self.has_meta {
            return Err(damaged("the format record is missing"));
        }
        let head = self.head.ok_or_else(|| damaged("the head record is missing"))?;
        let ledger = Ledger {
            commits: head.commits,
            facts: head.facts,
            last: head.last,
            effects: self.effects,
            cursor: self.cursor,
        };
        let found = ledger.head();
        if found.effects != head.effects {
            let (found, effects) = (found.effects, head.effects);
            return Err(Flaw::Damaged(format!("it holds {found} pending effects of {effects}")));
        }
        if found.pending != head.pending {
            return Err(damaged("its pending effects are not those the head record names"));
        }
        if found.cursor != head.cursor {
            return Err(damaged("its cursor is not the one the head record names"));
        }
        Ok((self.unsettled, ledger))
    }
}
