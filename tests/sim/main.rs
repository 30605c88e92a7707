//! The simulation: the whole bot and the embedded services in one process, on virtual time, with
//! faults, from one seed that is printed first. With faults nothing wrong may happen; once they are
//! over, everything must finish.
//!
//! `SEED=7 cargo test --test sim` replays one seed exactly, with the messages of the run;
//! `SIM_SEEDS=500` runs more of them, `SIM_INPUTS=400` makes each longer. `SIM_LIVES=1000 cargo test --test sim
//! lives` lives through a thousand incidents and searches all that outsiders could hear.

mod auditor;
mod boundaries;
mod chance;
#[path = "../it/disguise.rs"]
mod disguise;
mod ear;
mod faults;
mod host;
mod lives;
mod post;
mod run;
mod sight;
mod workload;

use std::{collections::BTreeMap, env};

use commands::kernel::planted::{self, Defect};
use faults::Death;
use lives::Lived;
use run::{Outcome, Sim};

/// How many seeds a run tries.
const SEEDS: u64 = 16;
/// How many inputs each has.
const INPUTS: u64 = 120;

/// Plays one seed on a virtual clock of its own.
fn play(seed: u64, inputs: u64) -> Result<Outcome, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("a runtime without threads starts").block_on(Sim::run(seed, inputs))
}

fn number(name: &str) -> Option<u64> {
    env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}")))
}

#[expect(clippy::print_stderr, reason = "the seed is what a failure is repeated from")]
fn say(what: &str) {
    eprintln!("{what}");
}

#[test]
fn nothing_goes_wrong_with_faults_and_everything_finishes_without() {
    let inputs = number("SIM_INPUTS").unwrap_or(INPUTS);
    if let Some(seed) = number("SEED") {
        say(&format!("SEED={seed} SIM_INPUTS={inputs}"));
        let outcome = play(seed, inputs).unwrap_or_else(|why| panic!("{why}"));
        return say(&outcome.transcript);
    }
    let seeds = number("SIM_SEEDS").unwrap_or(SEEDS);
    let mut faults: BTreeMap<String, u64> = BTreeMap::new();
    let mut failed = Vec::new();
    for seed in 1..=seeds {
        match play(seed, inputs) {
            Ok(outcome) => {
                for (kind, count) in outcome.faults {
                    *faults.entry(kind).or_default() += count;
                }
            }
            Err(why) => {
                say(why.lines().next().unwrap_or_default());
                failed.push(why);
            }
        }
    }
    say(&format!("{seeds} seeds of {inputs} inputs; faults: {faults:?}"));
    assert!(
        failed.is_empty(),
        "{} of {seeds} seeds failed; the first:\n{}",
        failed.len(),
        failed.first().map_or("", String::as_str)
    );
}

#[test]
fn seeds_that_once_failed_pass() {
    for line in include_str!("seeds.txt").lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split_whitespace();
        let mut next = || words.next().and_then(|word| word.parse().ok());
        let (Some(seed), Some(inputs)) = (next(), next()) else { continue };
        say(&format!("SEED={seed} SIM_INPUTS={inputs}"));
        play(seed, inputs).unwrap_or_else(|why| panic!("{why}"));
    }
}

#[test]
fn a_seed_gives_the_same_run_twice() {
    let [once, again] = [play(7, 60), play(7, 60)].map(|run| run.unwrap_or_else(|why| panic!("{why}")));
    assert!(!once.transcript.is_empty(), "a run without a transcript compares as nothing");
    assert!(once.transcript == again.transcript, "the same seed gave two different runs");
}

/// How many seeds of lives a run tries, and how many incidents each has. `SIM_LIVES=1000` lives a thousand.
const LIFE_SEEDS: u64 = 8;
const LIVES: u64 = 10;

fn live(seed: u64) -> Result<Lived, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("a runtime without threads starts").block_on(lives::live(seed, LIVES))
}

#[test]
fn what_is_embargoed_never_reaches_the_public_in_many_lives() {
    let seeds = number("SIM_LIVES").map_or(LIFE_SEEDS, |lives| lives.div_ceil(LIVES));
    let mut all = Lived::default();
    for seed in 1..=seeds {
        let lived = live(seed).unwrap_or_else(|why| panic!("{why}"));
        all.incidents += lived.incidents;
        all.published += lived.published;
        all.heard += lived.heard;
        all.brought_out += lived.brought_out;
    }
    say(&format!("{seeds} seeds: {all:?}"));
    let wanted = usize::try_from(seeds * LIVES).unwrap_or(usize::MAX);
    assert!(all.incidents * 100 >= wanted * 95, "the lives were not lived: {all:?}");
    assert!(all.published * 4 >= wanted, "hardly anything was published: {all:?}");
    assert!(all.brought_out > 0, "no release brought a patch out: {all:?}");
}

/// Every how many of the boundaries of a release are tried. `SIM_BOUNDARIES=1` tries all of them.
const BOUNDARIES_APART: u64 = 17;

fn release(death: Option<Death>) -> Result<u64, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("a runtime without threads starts").block_on(boundaries::release(death))
}

#[test]
fn a_release_that_is_killed_between_any_two_exchanges_runs_to_its_end_once() {
    let exchanges = release(None).unwrap_or_else(|why| panic!("without a death: {why}"));
    let apart = number("SIM_BOUNDARIES").unwrap_or(BOUNDARIES_APART).max(1);
    let apart = usize::try_from(apart).unwrap_or(usize::MAX);
    let mut tried = 0;
    for at in (0..exchanges).step_by(apart) {
        for after in [false, true] {
            let death = Death { at, after };
            release(Some(death)).unwrap_or_else(|why| panic!("{death:?} of {exchanges}: {why}"));
            tried += 1;
        }
    }
    say(&format!("{tried} deaths at {exchanges} exchanges"));
}

#[test]
fn each_layer_against_leaks_is_missed_when_it_is_off() {
    for (defect, sign) in [
        (Defect::NoticeNamesIncident, "a ping, which says nothing"),
        (Defect::NoGuard, "tells"),
        (Defect::PrivacyAsConfigured, "which is public tells"),
    ] {
        let found = (1..=30).find_map(|seed| planted::with(defect, || live(seed)).err());
        let found = found.unwrap_or_else(|| panic!("{defect:?} goes unnoticed"));
        assert!(found.contains(sign), "{defect:?} was found for another reason: {found}");
    }
}
