//! Identifiers out of a seed: the same seed gives the same ones, run after run.

use std::collections::BTreeSet;

/// The letters a GHSA identifier is made of: none that can be mistaken for another.
const GHSA_ALPHABET: &[u8] = b"23456789cfghjmpqrvwx";
/// The letters of a token.
const TOKEN_ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/// How many letters follow a classic token's prefix.
const TOKEN_LETTERS: usize = 36;

/// A stream of identifiers (the `SplitMix64` generator).
#[derive(Debug, Clone)]
pub(super) struct Identifiers {
    state: u64,
    taken: BTreeSet<String>,
}

impl Identifiers {
    pub(super) fn new(seed: u64) -> Self {
        Self { state: seed, taken: BTreeSet::new() }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn letters(&mut self, alphabet: &[u8], count: usize) -> String {
        let bound = u64::try_from(alphabet.len()).unwrap_or(1);
        (0..count)
            .map(|_| usize::try_from(self.below(bound)).unwrap_or(0))
            .map(|index| char::from(alphabet[index]))
            .collect()
    }

    fn unused(&mut self, mut make: impl FnMut(&mut Self) -> String) -> String {
        loop {
            let candidate = make(self);
            if self.taken.insert(candidate.clone()) {
                return candidate;
            }
        }
    }

    /// A new advisory identifier.
    pub(super) fn ghsa(&mut self) -> String {
        self.unused(|ids| {
            let parts: Vec<String> = (0..3).map(|_| ids.letters(GHSA_ALPHABET, 4)).collect();
            format!("GHSA-{}", parts.join("-"))
        })
    }

    /// A new CVE number of `year`.
    pub(super) fn cve(&mut self, year: i16) -> String {
        self.unused(|ids| format!("CVE-{year}-{}", 10_000 + ids.below(90_000)))
    }
}

/// The classic token that `seed` gives to `label`.
pub(super) fn token(seed: u64, label: &str) -> String {
    let mixed = label.bytes().fold(seed, |sum, byte| sum.wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte));
    format!("ghp_{}", Identifiers::new(mixed).letters(TOKEN_ALPHABET, TOKEN_LETTERS))
}
