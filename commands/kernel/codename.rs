//! Codenames: two plain words that say nothing of the matter.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::kernel::embargoed::Embargoed;

/// An incident's codename, `amber-heron`. Embargoed: kept as `Embargoed<Codename>`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Codename(String);

impl Codename {
    /// The codename the dice fall on, or the next one after it that is not `taken`.
    ///
    /// With every pair of words taken, a number is added.
    pub fn draw(dice: u64, taken: impl Fn(&Self) -> bool) -> Embargoed<Self> {
        let pairs = (COLOURS.len() * ANIMALS.len()) as u64;
        let free = (0..pairs).map(|step| Self::nth((dice % pairs + step) % pairs)).find(|name| !taken(name));
        let name = free.unwrap_or_else(|| {
            let base = Self::nth(dice % pairs);
            let numbered = (2_u32..).map(|n| Self(format!("{}-{n}", base.0)));
            numbered.into_iter().find(|name| !taken(name)).unwrap_or(base)
        });
        Embargoed::new(name)
    }

    fn nth(index: u64) -> Self {
        let animals = ANIMALS.len() as u64;
        let word =
            |list: &[&'static str], at: u64| usize::try_from(at).ok().and_then(|at| list.get(at).copied());
        let colour = word(&COLOURS, index / animals).unwrap_or(COLOURS[0]);
        let animal = word(&ANIMALS, index % animals).unwrap_or(ANIMALS[0]);
        Self(format!("{colour}-{animal}"))
    }

    /// The words.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Codename {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Codename(embargoed)")
    }
}

impl FromStr for Codename {
    type Err = ();

    /// Only words from the lists make a codename; any case, hyphen or space between.
    fn from_str(text: &str) -> Result<Self, ()> {
        let small = text.trim().to_lowercase();
        let mut parts = small.split(['-', ' ', '_']);
        let (Some(colour), Some(animal)) = (parts.next(), parts.next()) else { return Err(()) };
        let number = parts.next();
        let numbered = number.is_none_or(|n| n.parse::<u32>().is_ok());
        if COLOURS.contains(&colour) && ANIMALS.contains(&animal) && numbered && parts.next().is_none() {
            let number = number.map_or_else(String::new, |n| format!("-{n}"));
            Ok(Self(format!("{colour}-{animal}{number}")))
        } else {
            Err(())
        }
    }
}

const COLOURS: [&str; 48] = [
    "amber", "ash", "azure", "beige", "birch", "bronze", "brown", "cedar", "chalk", "clay", "cobalt",
    "copper", "coral", "cream", "crimson", "dusky", "ebony", "fawn", "fern", "flax", "golden", "grey",
    "hazel", "indigo", "ivory", "jade", "khaki", "lemon", "lilac", "maple", "maroon", "mauve", "mint",
    "ochre", "olive", "onyx", "opal", "pearl", "plum", "rose", "russet", "sage", "sandy", "scarlet",
    "silver", "tawny", "teal", "umber",
];

const ANIMALS: [&str; 48] = [
    "badger", "bison", "bittern", "camel", "condor", "crane", "curlew", "dolphin", "dove", "eagle", "egret",
    "falcon", "finch", "gannet", "gecko", "goose", "grebe", "hare", "heron", "hoopoe", "ibex", "ibis",
    "jackdaw", "kestrel", "kiwi", "lark", "linnet", "lynx", "magpie", "marten", "merlin", "moose", "newt",
    "oriole", "osprey", "otter", "owl", "pelican", "plover", "puffin", "quail", "raven", "robin", "salmon",
    "sparrow", "stork", "swan", "wren",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::embargoed::Reader;

    #[test]
    fn drawing_skips_what_is_taken_and_never_fails() {
        let first = Codename::draw(7, |_| false).open(&Reader::new()).clone();
        let second = Codename::draw(7, |name| *name == first).open(&Reader::new()).clone();
        assert_ne!(first, second);
        let full = Codename::draw(7, |name| name.as_str().matches('-').count() == 1);
        assert_eq!(full.open(&Reader::new()).as_str(), format!("{}-2", first.as_str()));
    }

    #[test]
    fn every_codename_reads_back_in_any_spelling() {
        for dice in 0..3000 {
            let name = Codename::draw(dice, |_| false).open(&Reader::new()).clone();
            assert_eq!(name.as_str().to_uppercase().replace('-', " ").parse(), Ok(name));
        }
        assert_eq!("heap-overflow".parse::<Codename>(), Err(()));
        assert_eq!("amber-heron-x".parse::<Codename>(), Err(()));
    }
}
