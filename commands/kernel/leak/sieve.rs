//! A quick look at a text: can it hold anything that is watched for?
//!
//! It reads the text once, keeping nothing, in the very letters that [`fold`](super::fold) makes of it,
//! and looks at the last eight of them after each: a text that holds an identifier holds the
//! identifier's last eight letters (all of them, where it has fewer). Only what passes is folded and
//! searched in earnest, so the sieve may let too much through and never too little.

use std::collections::BTreeSet;

use super::{
    fold::{Part, fold_ascii, fold_other},
    undo,
};

/// How many letters are looked at: as many as fit into one register.
const TAIL_LETTERS: usize = 8;
/// How many bits tell quickly that a tail belongs to nothing. Ten thousand identifiers fill a hundredth.
const BITS: u32 = 20;
/// How many places the table of stop words has: a few times their number, a power of two.
const STOP_PLACES: usize = 256;

/// What the quick look found.
pub(super) struct Sifted {
    /// The text may hold something as it stands.
    pub(super) may_name: bool,
    /// Something in it is a code, markup or a trick, and undoing that makes another text.
    pub(super) may_hide: bool,
}

/// The tails of everything that is watched for.
pub(super) struct Sieve {
    /// What becomes of each ASCII character: two letters, one and a zero, or none.
    letters: [[u8; 2]; 128],
    /// Which ASCII characters may begin something that is undone.
    odd: [bool; 128],
    bits: Box<[u64]>,
    tails: Vec<u64>,
    /// Identifiers shorter than a tail, by the mask that leaves so many letters.
    short: Vec<(u64, BTreeSet<u64>)>,
    stops: Box<[u64; STOP_PLACES]>,
    has_stops: bool,
}

impl Sieve {
    pub(super) fn new<'a>(patterns: impl Iterator<Item = &'a str>, stops: &BTreeSet<String>) -> Self {
        let (mut tails, mut short) = (BTreeSet::new(), std::collections::BTreeMap::new());
        for pattern in patterns {
            let tail = pattern.bytes().fold(0, push);
            if pattern.len() >= TAIL_LETTERS {
                tails.insert(tail);
            } else {
                let mask = (1 << (8 * pattern.len())) - 1;
                short.entry(mask).or_insert_with(BTreeSet::new).insert(tail);
            }
        }
        let mut bits = vec![0; 1 << (BITS - 6)].into_boxed_slice();
        for tail in &tails {
            let (place, bit) = place(*tail);
            bits[place] |= bit;
        }
        let mut table = Box::new([0; STOP_PLACES]);
        for stop in stops {
            let word = stop.bytes().fold(0, push);
            let free = stop_places(word).find(|place| table[*place] == 0);
            table[free.expect("there are more places than stop words")] = word;
        }
        let (mut letters, mut odd) = ([[0; 2]; 128], [false; 128]);
        for (c, letters) in ('\0'..).zip(&mut letters) {
            let mut folded = String::new();
            fold_ascii(c, &mut folded);
            for (letter, byte) in letters.iter_mut().zip(folded.bytes()) {
                *letter = byte;
            }
        }
        for (c, odd) in ('\0'..).zip(&mut odd) {
            *odd = undo::STARTS.contains(&c);
        }
        let has_stops = !stops.is_empty();
        Self {
            letters,
            odd,
            bits,
            tails: tails.into_iter().collect(),
            short: short.into_iter().collect(),
            stops: table,
            has_stops,
        }
    }

    /// Looks at `text`.
    pub(super) fn sift(&self, text: &str) -> Sifted {
        let mut reading = Reading::default();
        let (mut may_name, mut may_hide) = (false, false);
        let mut folded = String::new();
        let mut at = 0;
        while let Some(byte) = text.as_bytes().get(at) {
            if let Some([first, second]) = self.letters.get(usize::from(*byte)) {
                if *first == 0 {
                    may_name |= self.end_word(&mut reading);
                    may_hide |= self.odd[usize::from(*byte)] && undo::acts_on(&text[at..]);
                } else {
                    may_name |= self.read(&mut reading, *first);
                    if *second != 0 {
                        may_name |= self.read(&mut reading, *second);
                    }
                }
                at += 1;
                continue;
            }
            let Some(c) = text[at..].chars().next() else { break };
            at += c.len_utf8();
            may_hide |= c == undo::BACKWARDS;
            folded.clear();
            match fold_other(c, &mut folded) {
                Part::Letters => {
                    for letter in folded.bytes() {
                        may_name |= self.read(&mut reading, letter);
                    }
                }
                Part::Mark => {}
                Part::Gap(_) => may_name |= self.end_word(&mut reading),
            }
        }
        may_name |= self.end_word(&mut reading);
        Sifted { may_name, may_hide }
    }

    /// Takes one letter in; whether a tail ends with it.
    #[inline]
    fn read(&self, reading: &mut Reading, letter: u8) -> bool {
        reading.tail = push(reading.tail, letter);
        reading.word = push(reading.word, letter);
        reading.length += 1;
        self.ends(reading.tail)
    }

    /// A word ends: of what is read without stop words, whether a tail ends with it. Only phrases are
    /// recognised without stop words, and they end where a word does.
    #[inline]
    fn end_word(&self, reading: &mut Reading) -> bool {
        let (word, length) = (std::mem::take(&mut reading.word), std::mem::take(&mut reading.length));
        if length == 0 || !self.has_stops || (length <= TAIL_LETTERS && self.is_stop(word)) {
            return false;
        }
        let shift = u32::try_from(8 * length).unwrap_or(u32::MAX);
        reading.kept = reading.kept.checked_shl(shift).unwrap_or(0) | word;
        self.ends(reading.kept)
    }

    #[inline]
    fn ends(&self, tail: u64) -> bool {
        let (place, bit) = place(tail);
        let long = self.bits[place] & bit != 0 && self.tails.binary_search(&tail).is_ok();
        long || self.short.iter().any(|(mask, words)| words.contains(&(tail & mask)))
    }

    fn is_stop(&self, word: u64) -> bool {
        let places = stop_places(word).map(|place| self.stops[place]);
        places.take_while(|known| *known != 0).any(|known| known == word)
    }
}

/// What was read last.
#[derive(Default)]
struct Reading {
    /// The last letters.
    tail: u64,
    /// The last letters of the words before this one, without stop words.
    kept: u64,
    /// The last letters of this word.
    word: u64,
    /// How many letters this word has.
    length: usize,
}

#[inline]
fn push(tail: u64, letter: u8) -> u64 {
    tail << 8 | u64::from(letter)
}

fn hash(tail: u64, bits: u32) -> usize {
    let hash = tail.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - bits);
    usize::try_from(hash).unwrap_or(0)
}

#[inline]
fn place(tail: u64) -> (usize, u64) {
    let hash = hash(tail, BITS);
    (hash >> 6, 1 << (hash & 63))
}

fn stop_places(word: u64) -> impl Iterator<Item = usize> {
    let first = hash(word, STOP_PLACES.ilog2());
    (0..STOP_PLACES).map(move |next| (first + next) % STOP_PLACES)
}
