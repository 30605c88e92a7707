//! A quick look at a text: can it hold anything that is watched for?
//!
//! It reads the text once, keeping nothing, in the very letters that [`fold`](super::fold()) makes of it,
//! and after each looks the last eight up: a text that holds an identifier holds the identifier's last
//! eight letters, or all of them where it has fewer. Phrases are recognised with any stop words between;
//! so at the end of each word the last eight letters without stop words are looked up too. Only what
//! passes is folded and searched in earnest, so the sieve may let too much through and never too little.
//!
//! What a processor cannot foresee costs it more than what it computes: that is why as little as possible
//! depends on each letter.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    fold::{Part, fold_ascii, fold_other},
    undo,
};

/// How many letters are looked at together: as many as fit into one register.
const TAIL_LETTERS: usize = 8;
/// How many bits tell quickly that a tail belongs to nothing: a hundredth of them is taken by ten thousand
/// identifiers.
const BITS: u32 = 20;
const PLACES: usize = 1 << (BITS - 6);
/// How many bits of a hash name a place in the table of stop words.
const STOP_BITS: u32 = 11;
const STOP_PLACES: usize = 1 << STOP_BITS;
/// Spreads what is looked up over its table.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// What the quick look found.
pub(super) struct Sifted {
    /// The text may hold something as it stands.
    pub(super) may_name: bool,
    /// Something in it is a code, markup or a trick, and undoing that makes another text.
    pub(super) may_hide: bool,
}

/// The tails of everything that is watched for.
pub(super) struct Sieve {
    /// By byte; what is not ASCII ends a word.
    letters: [Letter; 256],
    bits: Box<[u64; PLACES]>,
    tails: Vec<u64>,
    /// Identifiers shorter than a tail, by the mask that leaves so many letters.
    short: Vec<(u64, BTreeSet<u64>)>,
    has_short: bool,
    stops: Stops,
}

/// What becomes of an ASCII character.
#[derive(Clone, Copy, Default)]
struct Letter {
    /// Its one or two letters.
    value: u64,
    /// How many bits they take; none where a word ends.
    bits: u32,
    /// Whether something that is undone may begin with it.
    is_odd: bool,
}

/// The stop words, each at a place of its own.
struct Stops {
    spread: u64,
    places: Box<[u64; STOP_PLACES]>,
    any: bool,
}

/// What was read last.
#[derive(Default)]
struct Reading {
    /// The last letters.
    tail: u64,
    /// The last letters of the words before this one, without stop words.
    kept: u64,
    /// How many bits the letters of this word take.
    bits: u32,
}

impl Sieve {
    pub(super) fn new<'a>(patterns: impl Iterator<Item = &'a str>, stops: &BTreeSet<String>) -> Self {
        let (mut tails, mut short) = (BTreeSet::new(), BTreeMap::new());
        for pattern in patterns {
            let tail = pack(pattern);
            // `m` is read as `rn` and `w` as `vv`, both letters at once.
            let doubles = [(b'r', b'n'), (b'v', b'v')].into_iter();
            let doubles = doubles.filter(|(first, _)| pattern.as_bytes().last() == Some(first));
            let ends = std::iter::once((tail, pattern.len()))
                .chain(doubles.map(|(_, second)| (tail << 8 | u64::from(second), pattern.len() + 1)));
            for (tail, length) in ends {
                if length >= TAIL_LETTERS {
                    tails.insert(tail);
                } else {
                    let mask = (1 << (8 * length)) - 1;
                    short.entry(mask).or_insert_with(BTreeSet::new).insert(tail);
                }
            }
        }
        let mut bits = Box::new([0; PLACES]);
        for tail in &tails {
            let (place, bit) = place(*tail);
            bits[place] |= bit;
        }
        let mut letters = [Letter::default(); 256];
        for (c, letter) in ('\0'..='\x7f').zip(&mut letters) {
            let mut folded = String::new();
            fold_ascii(c, &mut folded);
            let is_odd = undo::STARTS.contains(&c);
            *letter = Letter { value: pack(&folded), bits: bits_of(&folded), is_odd };
        }
        let (tails, has_short) = (tails.into_iter().collect(), !short.is_empty());
        let short = short.into_iter().collect();
        Self { letters, bits, tails, short, has_short, stops: Stops::new(stops) }
    }

    /// Looks at `text`.
    pub(super) fn sift(&self, text: &str) -> Sifted {
        let bytes = text.as_bytes();
        let mut reading = Reading::default();
        let (mut may_name, mut may_hide) = (false, false);
        let mut at = 0;
        loop {
            let (begin, before) = (at, reading.tail);
            let promising = self.read_letters(&mut reading, bytes, &mut at);
            may_name |= promising && self.names(&bytes[begin..at], before);
            let Some(byte) = bytes.get(at) else { break };
            if byte.is_ascii() {
                at += 1;
                may_name |= self.end_word(&mut reading);
                may_hide |= self.letters[usize::from(*byte)].is_odd && undo::acts_on(&text[at - 1..]);
            } else {
                let Some(c) = text[at..].chars().next() else { break };
                at += c.len_utf8();
                may_hide |= c == undo::BACKWARDS;
                may_name |= self.read_other(&mut reading, c);
            }
        }
        may_name |= self.end_word(&mut reading);
        Sifted { may_name, may_hide }
    }

    /// Takes in letters up to what is none; whether an identifier may end among them. This is where nearly all
    /// of the time goes: it looks nothing up but in two small tables, and decides nothing but where to stop.
    #[inline(always)]
    fn read_letters(&self, reading: &mut Reading, bytes: &[u8], at: &mut usize) -> bool {
        let (mut tail, mut bits, mut hits) = (reading.tail, reading.bits, u64::from(self.has_short));
        while let Some(byte) = bytes.get(*at) {
            let letter = &self.letters[usize::from(*byte)];
            if letter.bits == 0 {
                break;
            }
            *at += 1;
            tail = tail << letter.bits | letter.value;
            bits += letter.bits;
            let (place, bit) = place(tail);
            hits |= self.bits[place] & bit;
        }
        (reading.tail, reading.bits) = (tail, bits);
        hits != 0
    }

    /// Whether an identifier does end among `letters`, which follow on `tail`.
    #[cold]
    fn names(&self, letters: &[u8], mut tail: u64) -> bool {
        letters.iter().map(|byte| &self.letters[usize::from(*byte)]).any(|letter| {
            tail = tail << letter.bits | letter.value;
            self.ends(tail)
        })
    }

    /// Takes in a character that is not ASCII; whether a tail ends with it.
    #[cold]
    fn read_other(&self, reading: &mut Reading, c: char) -> bool {
        let mut folded = String::new();
        match fold_other(c, &mut folded) {
            Part::Letters => folded.bytes().fold(false, |may_name, letter| {
                reading.tail = reading.tail << 8 | u64::from(letter);
                reading.bits += 8;
                may_name | self.ends(reading.tail)
            }),
            Part::Mark => false,
            Part::Gap(_) => self.end_word(reading),
        }
    }

    /// A word ends, or a gap goes on, which is the same with no letter; whether a tail ends here in what is
    /// read without stop words.
    #[inline(always)]
    fn end_word(&self, reading: &mut Reading) -> bool {
        let bits = std::mem::take(&mut reading.bits);
        let word = reading.tail & !u64::MAX.checked_shl(bits).unwrap_or(0);
        let longer = reading.kept.checked_shl(bits).unwrap_or(0) | word;
        let is_stop = self.stops.hold(word) & (bits <= u64::BITS);
        reading.kept = if is_stop { reading.kept } else { longer };
        self.stops.any && self.ends(reading.kept)
    }

    /// Whether an identifier may end with `tail`.
    #[inline(always)]
    fn ends(&self, tail: u64) -> bool {
        let (place, bit) = place(tail);
        (self.bits[place] & bit != 0 && self.is_tail(tail)) || (self.has_short && self.is_short(tail))
    }

    #[cold]
    fn is_tail(&self, tail: u64) -> bool {
        self.tails.binary_search(&tail).is_ok()
    }

    #[inline(never)]
    fn is_short(&self, tail: u64) -> bool {
        self.short.iter().any(|(mask, words)| words.contains(&(tail & mask)))
    }
}

impl Stops {
    fn new(stops: &BTreeSet<String>) -> Self {
        let words: Vec<u64> = stops.iter().map(|stop| pack(stop)).collect();
        // Some spread gives each a place of its own: one in three does.
        let spreads = (0..1000).map(|n| SPREAD.wrapping_mul(2 * n + 1));
        let found = spreads.filter_map(|spread| Self::placed(&words, spread)).next();
        found.expect("a few dozen words find places of their own among two thousand")
    }

    fn placed(words: &[u64], spread: u64) -> Option<Self> {
        let mut places = Box::new([0; STOP_PLACES]);
        for word in words {
            let place = &mut places[hash(*word, spread, STOP_BITS)];
            if std::mem::replace(place, *word) != 0 {
                return None;
            }
        }
        Some(Self { spread, places, any: !words.is_empty() })
    }

    /// Whether `word` is one; no letters are none that changes anything.
    #[inline]
    fn hold(&self, word: u64) -> bool {
        self.places[hash(word, self.spread, STOP_BITS) & (STOP_PLACES - 1)] == word
    }
}

/// The last letters of `text`.
fn pack(text: &str) -> u64 {
    text.bytes().fold(0, |tail, letter| tail << 8 | u64::from(letter))
}

fn bits_of(text: &str) -> u32 {
    u32::try_from(8 * text.len()).unwrap_or(u32::MAX)
}

#[inline]
fn hash(tail: u64, spread: u64, bits: u32) -> usize {
    usize::try_from(tail.wrapping_mul(spread) >> (u64::BITS - bits)).unwrap_or(0)
}

#[inline(always)]
fn place(tail: u64) -> (usize, u64) {
    let hash = hash(tail, SPREAD, BITS);
    // The mask changes nothing: it shows that the place is always there.
    ((hash >> 6) & (PLACES - 1), 1 << (hash & 63))
}
