//! The bytes of a record, the same in every store.
//!
//! ```text
//! format  kind  check     body
//! 1 byte  1     16 bytes  facts: the 32-byte hash of the fact before, then JSON; others: JSON
//! ```
//!
//! A record's hash is SHA-256 over its format, kind, key and body; its check is the first half of
//! that hash. What the hash covers and where the check stands hold for every format to come, so
//! that a record of a newer format can be told from a damaged one.

use std::fmt;

use commands::kernel::id::EffectId;
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use crate::port::StoreError;

/// The format written and read. No version is released yet: it is the first.
pub(super) const FORMAT: u8 = 1;

const CHECK_BYTES: usize = 16;
const HEADER_BYTES: usize = 2 + CHECK_BYTES;
const HASH_BYTES: usize = 32;

/// The hash of a whole record.
pub(super) type Hash = [u8; HASH_BYTES];

/// What the first fact is chained to.
pub(super) const GENESIS: Hash = [0; HASH_BYTES];

/// Where a record stands. Keys of one kind share their first byte; facts sort by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    /// What the store is: its format.
    Meta,
    /// How far the store has come: see [`Head`](super::ledger::Head).
    Head,
    /// The fact of this number.
    Fact(u64),
    /// A pending effect.
    Effect(EffectId),
    /// The cursor.
    Cursor,
}

impl Key {
    /// The letter of its kind, first in the key and second in the record.
    const fn letter(self) -> u8 {
        match self {
            Self::Meta => b'M',
            Self::Head => b'H',
            Self::Fact(_) => b'F',
            Self::Effect(_) => b'E',
            Self::Cursor => b'C',
        }
    }

    /// The key as stored.
    pub(super) fn bytes(self) -> Vec<u8> {
        let mut bytes = vec![self.letter()];
        match self {
            Self::Fact(number) | Self::Effect(EffectId(number)) => bytes.extend(number.to_be_bytes()),
            Self::Meta | Self::Head | Self::Cursor => {}
        }
        bytes
    }

    /// The key that `bytes` stand for.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let (letter, rest) = bytes.split_first()?;
        let number = || rest.try_into().ok().map(u64::from_be_bytes);
        match letter {
            b'F' => number().map(Self::Fact),
            b'E' => number().map(|number| Self::Effect(EffectId(number))),
            b'M' if rest.is_empty() => Some(Self::Meta),
            b'H' if rest.is_empty() => Some(Self::Head),
            b'C' if rest.is_empty() => Some(Self::Cursor),
            _ => None,
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Meta => f.write_str("the format record"),
            Self::Head => f.write_str("the head record"),
            Self::Fact(number) => write!(f, "fact {number}"),
            Self::Effect(id) => write!(f, "effect {id}"),
            Self::Cursor => f.write_str("the cursor"),
        }
    }
}

/// What is wrong with stored bytes. Names records, never what is in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Flaw {
    /// Not what was written.
    Damaged(String),
    /// Written by a newer version, in this format.
    Newer(u32),
}

impl Flaw {
    /// The flaw of the store at `path`.
    pub(super) fn at(self, path: &str) -> StoreError {
        let path = path.to_owned();
        match self {
            Self::Damaged(what) => StoreError::Damaged { path, what },
            Self::Newer(found) => StoreError::Newer { path, found, known: FORMAT.into() },
        }
    }
}

/// A record ready to be stored.
pub(super) struct Encoded {
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
    /// Its hash.
    pub(super) hash: Hash,
}

/// The record of `payload` under `key`. `previous` is the hash of the fact before; facts have one,
/// other kinds none.
pub(super) fn encode(
    key: Key,
    previous: Option<&Hash>,
    payload: &impl Serialize,
) -> Result<Encoded, serde_json::Error> {
    debug_assert_eq!(matches!(key, Key::Fact(_)), previous.is_some(), "facts are chained, nothing else is");
    let mut bytes = vec![0; HEADER_BYTES];
    bytes.extend(previous.into_iter().flatten());
    serde_json::to_writer(&mut bytes, payload)?;
    Ok(seal(key, FORMAT, bytes))
}

/// Fills in the header of `bytes`, whose body stands.
fn seal(key: Key, format: u8, mut bytes: Vec<u8>) -> Encoded {
    let hash = hash(format, key.letter(), &key.bytes(), &bytes[HEADER_BYTES..]);
    bytes[0] = format;
    bytes[1] = key.letter();
    bytes[2..HEADER_BYTES].copy_from_slice(&hash[..CHECK_BYTES]);
    Encoded { bytes, hash }
}

fn hash(format: u8, kind: u8, key: &[u8], body: &[u8]) -> Hash {
    let key_bytes = u8::try_from(key.len()).unwrap_or(u8::MAX);
    Sha256::new()
        .chain_update([format, kind, key_bytes])
        .chain_update(key)
        .chain_update(body)
        .finalize()
        .into()
}

/// A record that is as it was written.
pub(super) struct Decoded<'a> {
    /// Where it stands.
    pub(super) key: Key,
    /// Its hash.
    pub(super) hash: Hash,
    /// The hash of the fact before; [`GENESIS`] for what is no fact.
    pub(super) previous: Hash,
    json: &'a [u8],
}

/// Checks the record found under `key`.
pub(super) fn decode<'a>(key: &[u8], bytes: &'a [u8]) -> Result<Decoded<'a>, Flaw> {
    let place = Key::read(key);
    let damaged = |what: &str| {
        let name = place.map_or_else(|| "a record under an unknown key".to_owned(), |key| key.to_string());
        Flaw::Damaged(format!("{name} {what}"))
    };
    let Some((header, body)) = bytes.split_at_checked(HEADER_BYTES) else {
        return Err(damaged("is cut short"));
    };
    let (format, kind, check) = (header[0], header[1], &header[2..]);
    let hash = hash(format, kind, key, body);
    if check != &hash[..CHECK_BYTES] {
        return Err(damaged("is not as it was written"));
    }
    if format > FORMAT {
        return Err(Flaw::Newer(format.into()));
    }
    let Some(key) = place.filter(|key| format == FORMAT && key.letter() == kind) else {
        return Err(damaged("is of no known kind"));
    };
    let (previous, json) = match key {
        Key::Fact(_) => {
            let Some((previous, json)) = body.split_first_chunk() else {
                return Err(damaged("names no fact before it"));
            };
            (*previous, json)
        }
        Key::Meta | Key::Head | Key::Effect(_) | Key::Cursor => (GENESIS, body),
    };
    Ok(Decoded { key, hash, previous, json })
}

impl Decoded<'_> {
    /// What was recorded. The reader's own account of a mismatch may quote the payload and is dropped.
    pub(super) fn payload<T: DeserializeOwned>(&self) -> Result<T, Flaw> {
        serde_json::from_slice(self.json)
            .map_err(|_| Flaw::Damaged(format!("{} holds something this version cannot read", self.key)))
    }
}

#[cfg(test)]
pub(super) mod forge {
    //! Records as somebody would write them who means to deceive, or who runs a newer version.

    use super::{Decoded, Encoded, HEADER_BYTES, Key, decode, seal};

    /// The same record with its body changed by `change` and a check that fits.
    pub(in crate::store) fn rechecked(
        key: &[u8],
        record: &[u8],
        format: u8,
        change: impl FnOnce(&mut Vec<u8>),
    ) -> Encoded {
        let Decoded { key, .. } = decode(key, record).unwrap();
        let mut bytes = record.to_vec();
        let mut body = bytes.split_off(HEADER_BYTES);
        change(&mut body);
        bytes.extend(body);
        seal(key, format, bytes)
    }

    /// The record moved to another key, with a check that fits.
    pub(in crate::store) fn moved(record: &[u8], to: Key) -> Encoded {
        seal(to, super::FORMAT, record.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_read_back_and_sort_by_number() {
        let keys = [
            Key::Meta,
            Key::Head,
            Key::Cursor,
            Key::Fact(1),
            Key::Fact(255),
            Key::Fact(256),
            Key::Effect(EffectId(u64::MAX)),
        ];
        for key in keys {
            assert_eq!(Key::read(&key.bytes()), Some(key));
        }
        assert!(Key::Fact(255).bytes() < Key::Fact(256).bytes());
        for stray in [&b""[..], b"X", b"F", b"F1234567", b"M0", b"F123456789"] {
            assert_eq!(Key::read(stray), None);
        }
    }

    #[test]
    fn every_bit_of_a_record_is_guarded() {
        let key = Key::Fact(3);
        let record = encode(key, Some(&[7; 32]), &"words").unwrap().bytes;
        assert_eq!(decode(&key.bytes(), &record).map(|found| found.previous), Ok([7; 32]));
        for at in 0..record.len() {
            for bit in 0..8 {
                let mut damaged = record.clone();
                damaged[at] ^= 1 << bit;
                assert!(
                    matches!(decode(&key.bytes(), &damaged), Err(Flaw::Damaged(_))),
                    "byte {at} bit {bit}"
                );
            }
            assert!(matches!(decode(&key.bytes(), &record[..at]), Err(Flaw::Damaged(_))), "cut at {at}");
        }
        assert!(matches!(decode(&Key::Fact(4).bytes(), &record), Err(Flaw::Damaged(_))));
    }

    #[test]
    fn a_record_of_a_newer_format_is_told_from_a_damaged_one() {
        let key = Key::Meta.bytes();
        let record = encode(Key::Meta, None, &1).unwrap().bytes;
        let newer = forge::rechecked(&key, &record, FORMAT + 1, |_| {}).bytes;
        assert_eq!(decode(&key, &newer).map(|_| ()), Err(Flaw::Newer(2)));
    }

    #[test]
    fn a_payload_that_does_not_fit_is_not_quoted() {
        let key = Key::Cursor;
        let record = encode(key, None, &"heap overflow").unwrap().bytes;
        let flaw = decode(&key.bytes(), &record).and_then(|found| found.payload::<u64>());
        assert_eq!(flaw, Err(Flaw::Damaged("the cursor holds something this version cannot read".into())));
    }
}
