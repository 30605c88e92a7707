//! How fast the leak watch is: 10,000 identifiers, ordinary and adversarial text, one core.
//!
//! `cargo bench --bench guard`. It ends with an error when it is slower than it must be: 200 MB/s on
//! ordinary chat, and 100 µs from the first byte to the verdict on a message of 10,000 characters.

#![expect(clippy::print_stdout, reason = "what it measures")]

use std::{
    hint::black_box,
    process::ExitCode,
    time::{Duration, Instant},
};

use commands::kernel::leak::{Identifier, Watch};

const INCIDENTS: u32 = 2000;
const MESSAGE_CHARS: usize = 10_000;
const RATE_MIN: f64 = 200e6;
const MESSAGE_WITHIN: Duration = Duration::from_micros(100);
const TRIES: u32 = 300;

const CHAT: &str = include_str!("../tests/it/leak/harmless.txt");

fn word(number: u32) -> String {
    const SYLLABLES: [&str; 16] = [
        "ba", "re", "ni", "to", "gu", "la", "sem", "pol", "dra", "kin", "vo", "tal", "mer", "fu", "ces",
        "hin",
    ];
    let mut number = number.wrapping_mul(2_654_435_761);
    (0..4)
        .map(|_| {
            let syllable = SYLLABLES[number as usize % SYLLABLES.len()];
            number /= 16;
            syllable
        })
        .collect()
}

/// Five identifiers of each incident.
fn identifiers() -> Vec<(u32, Identifier)> {
    const LETTERS: &[u8] = b"23456789cfghjmpqrvwx";
    let group = |mut number: u32| -> String {
        number = number.wrapping_mul(2_246_822_519);
        (0..4)
            .map(|_| {
                let letter = LETTERS[number as usize % LETTERS.len()];
                number /= 20;
                char::from(letter)
            })
            .collect()
    };
    let of = |n: u32| {
        let ghsa = format!("GHSA-{}-{}-{}", group(n), group(n + 7919), group(n + 104_729));
        [
            (n, Identifier::Term(format!("wasm-micro-runtime-{}", ghsa.to_lowercase()))),
            (n, Identifier::Ghsa(ghsa)),
            (n, Identifier::Cve(format!("CVE-2026-{}", 10_000 + n))),
            (n, Identifier::Codename(format!("{}-{}", word(n), word(n + 31)))),
            (n, Identifier::Phrase(format!("{} of the {} {} handler", word(n), word(n + 5), word(n + 9)))),
        ]
    };
    (0..INCIDENTS).flat_map(of).collect()
}

/// `MESSAGE_CHARS` characters of `unit` over and over.
fn message(unit: &str) -> String {
    unit.chars().cycle().take(MESSAGE_CHARS).collect()
}

/// The time that one search of each piece of `text` takes, undisturbed: the shortest of many tries, added up.
fn measure(watch: &Watch<u32>, text: &str) -> Duration {
    let chars: Vec<char> = text.chars().collect();
    let pieces = chars.chunks(MESSAGE_CHARS).map(|piece| piece.iter().collect::<String>());
    let undisturbed = |piece: String| {
        let tried = |_| {
            let begin = Instant::now();
            assert!(black_box(watch.find(black_box(&piece))).is_empty(), "nothing is named in it");
            begin.elapsed()
        };
        (0..TRIES).map(tried).min().unwrap_or_default()
    };
    pieces.map(undisturbed).sum()
}

fn main() -> ExitCode {
    let begin = Instant::now();
    let watch = Watch::new(identifiers());
    println!("prepared for {} identifiers in {:?}", INCIDENTS * 5, begin.elapsed());
    let mut good = true;
    // One megabyte and one message; what is slow on purpose has only to be quick enough for chat.
    let megabyte: String = CHAT.chars().cycle().take(1_000_000).collect();
    let texts = [
        ("ordinary chat, 1 MB", megabyte, true),
        ("ordinary chat, one message", message(CHAT), true),
        ("entities", message("&#45;<b>%2d</b> &amp;"), false),
        ("beginnings of ids", message("GHSA-CVE-2026-1 ghsa cve-2026-"), false),
        ("look-alikes", message("hеrоn ＧＨ ᴀᴍʙᴇʀ "), false),
        ("open brackets", message("](((](<a "), false),
    ];
    for (name, text, is_held) in texts {
        let time = measure(&watch, &text);
        let rate = text.len() as f64 / time.as_secs_f64();
        println!("{name:<28} {:>6.0} MB/s, {time:>10.1?}", rate / 1e6);
        let in_time = text.chars().count() > MESSAGE_CHARS || time <= MESSAGE_WITHIN;
        good &= !is_held || (rate >= RATE_MIN && in_time);
    }
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
