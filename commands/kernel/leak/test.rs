use proptest::prelude::*;

use super::*;

const GHSA: &str = "GHSA-x5cm-v3r2-9fjq";

fn watch() -> Watch<u32> {
    let mut identifiers = vec![
        (1, Identifier::Ghsa(GHSA.to_owned())),
        (2, Identifier::Cve("CVE-2026-1234".to_owned())),
        (3, Identifier::Codename("amber-heron".to_owned())),
        (4, Identifier::Term("heron".to_owned())),
        (5, Identifier::Term("fix/aot-loader-bounds".to_owned())),
        (6, Identifier::Term("a".to_owned())),
        (7, Identifier::Codename("quiet-willow".to_owned())),
        (9, Identifier::Codename("Тихая-Ива".to_owned())),
    ];
    let phrases = phrases("Out-of-bounds write in the AOT loader of WAMR", &["WAMR"]);
    identifiers.extend(phrases.into_iter().map(|phrase| (8, Identifier::Phrase(phrase))));
    Watch::new(identifiers)
}

fn keys(text: &str) -> Vec<u32> {
    watch().find(text).into_iter().map(|hit| hit.key).collect()
}

#[test]
fn disguises_are_seen_through() {
    let watch = watch();
    for (text, key) in [
        ("see GHSA-x5cm-v3r2-9fjq", 1),
        ("see x5cm-v3r2-9fjq", 1),
        ("ghsa_X5CM_V3R2_9FJQ", 1),
        ("fixGHSAx5cmv3r29fjqnow", 1),
        ("https://github.com/o/r-ghsa-x5cm-v3r2-9fjq/pull/1", 1),
        ("GHSA-**x5cm**-v3r2-9fjq", 1),
        ("GHSA-x5cm-\n> v3r2-9fjq", 1),
        ("GHSA-x5<b class=\"x\">cm</b>-v3r2-9fjq", 1),
        ("GHSA-x5<!-- no -->cm-v3r2-9fjq", 1),
        ("GHSA&#45;x5cm&hyphen;v3r2&#x2d;9fjq", 1),
        ("GHSA&amp;#45;x5&#99;m-v3r2-9fjq", 1),
        ("GHSA%2Dx5cm%2Dv3r2%2D9fjq", 1),
        ("GHSA%252Dx5%63m-v3r2-9fjq", 1),
        (r"GHSA\u002dx5cm\x2dv3r2\-9fjq", 1),
        ("GHSA[-]x5cm[-]v3r2[-]9fjq", 1),
        ("GHSA(dash)x5cm [hyphen] v3r2 - 9fjq", 1),
        ("GHSA–x5cm—v3r2−9fjq", 1),
        ("GHSAーx5cm一v3r2―9fjq", 1),
        ("ＧＨＳＡ－ｘ５ｃｍ－ｖ３ｒ２－９ｆｊｑ", 1),
        ("𝐆𝐇𝐒𝐀-𝐱𝟓𝐜𝐦-𝐯𝟑𝐫𝟐-𝟗𝐟𝐣𝐪", 1),
        ("GHSA-х5сm-v3r2-9fjq (Cyrillic)", 1),
        ("G\u{200b}H\u{ad}SA-x\u{2060}5c\u{fe0f}m-v3\u{e0041}r2-9f\u{202e}jq", 1),
        ("GHSA-x\u{301}5cm-v3r2-9fjq", 1),
        ("G H S A - x 5 c m - v 3 r 2 - 9 f j q", 1),
        ("<amber-heron GHSA-x5cm-v3r2-9fjq>", 1),
        ("&lt;GHSA&#45;x5cm-v3r2-9fjq&gt;", 1),
        ("[GHSA-x5cm](https://example.org/a)-v3r2-9fjq", 1),
        ("`GHSA-x5cm-v3r2-9fjq`", 1),
        ("\u{202e}qjf9-2r3v-mc5x", 1),
        ("cve-2026-1234", 2),
        ("CVE 2026 1234.", 2),
        ("CVE‑2O26‑l234", 2),
        ("CVE-2026-1234abc", 2),
    ] {
        let found = watch.find(text).iter().any(|hit| hit.key == key);
        assert!(found, "{text:?} names {key}");
    }
}

#[test]
fn disguised_names_and_phrases_are_seen_through() {
    let watch = watch();
    for (text, key) in [
        ("amber-heron", 3),
        ("Amber Heron's", 3),
        ("AMBER_HERON", 3),
        ("amberheron", 3),
        ("fixAmberHeron2", 3),
        ("ambеr hеrоn (Cyrillic)", 3),
        ("αмвεr hεrоп (Greek and Cyrillic)", 3),
        ("тихая ива", 9),
        ("ТИХАЯ ИВА", 9),
        ("ΑΜΒΕR-ΗΕRΟΝ (Greek capitals)", 3),
        ("АМВЕR НЕRОN (Cyrillic capitals)", 3),
        ("am\u{200c}ber*her*on", 3),
        ("arnber heron", 3),
        ("🅰🅼🅱🅴🆁 🄷🄴🅁🄾🄽", 3),
        ("ᴀᴍʙᴇʀ ʜᴇʀᴏɴ", 3),
        ("amber&shy;h&eacute;ron", 3),
        ("amber(underscore)heron", 3),
        ("am<i>ber</i>heron", 3),
        ("😀amber😀heron😀", 3),
        ("50%amber-heron", 3),
        ("qu1et w1ll0w", 7),
        ("quiet vvillow", 7),
        ("QUIET-WILLOW", 7),
        ("the heron.", 4),
        ("h e r o n", 4),
        ("her**on**", 4),
        ("origin/fix/aot-loader-bounds", 5),
        ("fix aot loader bounds", 5),
        ("an out-of-bounds write in the AOT loader", 8),
        ("Bounds write in AOT Loader", 8),
        ("out of bounds write of an aot", 8),
        ("bounds write\n> in the **AOT** loader", 8),
    ] {
        let found = watch.find(text).iter().any(|hit| hit.key == key);
        assert!(found, "{text:?} names {key}");
    }
}

#[test]
fn innocent_texts_are_let_be() {
    for text in [
        "",
        "chamberheronry",
        "amber-heronry",
        "amber-herons",
        "amber lights and grey birds",
        "camber-heronish",
        "I saw her on Monday",
        "her, on the other hand",
        "herons",
        "CVE-2026-12345",
        "CVE-2025-1234",
        "GHSA-aaaa-bbbb-cccc",
        "x5cm and v3r2",
        "quiet pillows",
        "WAMR is a small runtime with an AOT compiler and a loader",
        "a write to the log",
        "out of bounds",
        "100% sure & done < now > then \\u \\x2 &#; &#x; %2",
    ] {
        assert!(watch().find(text).is_empty(), "{text:?}");
    }
}

#[test]
fn hits_come_once_and_in_order() {
    assert_eq!(keys("amber-heron, CVE-2026-1234 and amber heron"), [2, 3, 4]);
    let shared = vec![(2, Identifier::Term("loader".to_owned())), (1, Identifier::Term("loader".to_owned()))];
    let hits = Watch::new(shared).find("the loader");
    assert_eq!(
        hits.iter().map(|hit| (hit.key, hit.kind)).collect::<Vec<_>>(),
        [(1, Kind::Term), (2, Kind::Term)]
    );
    assert!(Watch::<u32>::new(Vec::new()).find("anything").is_empty());
}

#[test]
fn too_short_identifiers_are_not_watched_for() {
    for (identifier, watchable) in [
        (Identifier::Term("aot".to_owned()), true),
        (Identifier::Term("a-b".to_owned()), false),
        (Identifier::Term("m".to_owned()), false),
        (Identifier::Term("---".to_owned()), false),
        (Identifier::Ghsa("GHSA-".to_owned()), true),
    ] {
        assert_eq!(identifier.is_watchable(), watchable);
    }
    assert!(watch().find("a").is_empty());
}

#[test]
fn phrases_are_distinctive() {
    for (summary, expected) in [
        (
            "Out-of-bounds write in the AOT loader",
            &["out of bounds write in the aot", "bounds write in the aot loader"][..],
        ),
        ("AOT loader overflow", &["aot loader overflow"]),
        ("WAMR loader overflow", &[]),
        ("Remote code execution vulnerability", &[]),
        ("Heap buffer overflow in WAMR", &[]),
        ("Crash in parser", &[]),
        ("", &[]),
    ] {
        assert_eq!(phrases(summary, &["WAMR"]), expected, "{summary}");
    }
    let long: String = (0..500).map(|index| format!("word{index} ")).collect();
    assert_eq!(phrases(&long, &[]).len(), 32);
}

/// The sieve knows a stop word by its letters, of which it keeps eight.
#[test]
fn stop_words_are_short() {
    assert!(phrase::folded_stops().iter().all(|stop| (1..=8).contains(&stop.len())));
}

#[test]
fn debug_shows_no_identifier() {
    let watch = watch();
    let debug =
        format!("{watch:?} {:?} {:?}", watch.find("amber-heron"), Identifier::Term("heron".to_owned()));
    assert!(!debug.to_lowercase().contains("heron"), "{debug}");
    assert!(debug.contains("Codename"), "{debug}");
}

/// What is not linear in the text, or in the identifiers, makes this test stand still.
#[test]
fn long_messages_are_searched_for_many_incidents() {
    let identifiers = (0..1000_u32).flat_map(|index| {
        let word = |n: u32| format!("w{}x", n.wrapping_mul(2_654_435_761));
        [
            (index, Identifier::Ghsa(format!("GHSA-{:04}-v3r2-9f{:02}", index, index % 100))),
            (index, Identifier::Cve(format!("CVE-2026-{index:05}"))),
            (index, Identifier::Codename(format!("{}-{}", word(index), word(index + 7)))),
            (index, Identifier::Phrase(format!("{} in the {} loader", word(index), word(index + 1)))),
        ]
    });
    let watch = Watch::new(identifiers.collect());
    for unit in ["CVE-2026-0 amber heron ", "hеrоn ＧＨ ", "&#45;<b>%2d</b> ", "](((](", "<a "] {
        let text: String = unit.chars().cycle().take(10_000).collect();
        assert!(watch.find(&text).is_empty(), "{unit:?}");
    }
}

/// One disguise of one character.
fn disguise(c: char, how: u8) -> String {
    let code = u32::from(c);
    match how % 16 {
        0 => c.to_uppercase().collect(),
        1 => format!("{c}\u{200b}"),
        2 => format!("{c}\u{ad}"),
        3 => format!("**{c}**"),
        4 => format!("<b>{c}</b>"),
        5 => format!("&#{code};"),
        6 => format!("&amp;#x{code:x};"),
        7 => format!("%{code:02x}"),
        8 => format!("{c}\u{301}"),
        9 => format!("{c}\u{fe0f}"),
        10 if c.is_ascii_graphic() => char::from_u32(code + 0xfee0).map(String::from).unwrap_or_default(),
        11 => format!("{c}\u{202d}"),
        12 => match c {
            'a' => "а".to_owned(),
            'e' => "е".to_owned(),
            'o' => "0".to_owned(),
            'c' => "ⅽ".to_owned(),
            'm' => "rn".to_owned(),
            'h' => "Н".to_owned(),
            'x' => "х".to_owned(),
            '-' => " – ".to_owned(),
            c => c.to_string(),
        },
        13 => format!("{c}\n"),
        14 if c == '-' => "[-]".to_owned(),
        15 if c == '-' => "(dash)".to_owned(),
        _ => c.to_string(),
    }
}

proptest! {
    #[test]
    fn any_mixture_of_disguises_is_seen_through(hows in proptest::collection::vec(any::<u8>(), 19), which in 0_usize..3) {
        let (identifier, key) = [("ghsa-x5cm-v3r2-9fjq", 1), ("cve-2026-1234", 2), ("amber-heron", 3)][which];
        let hidden: String = identifier.chars().zip(hows).map(|(c, how)| disguise(c, how)).collect();
        let text = format!("so {hidden} it is");
        prop_assert!(keys(&text).contains(&key), "{text:?}");
    }

    /// The sieve lets through whatever the search would find.
    #[test]
    fn the_quick_look_is_no_weaker(
        hows in proptest::collection::vec(any::<u8>(), 0..40),
        which in 0_usize..5,
        cut in 0_usize..8,
        noise in "[a-z0-9 .&#;x<>/()é\u{202e}\u{200b}-]{0,30}",
    ) {
        let sources = [
            "ghsa-x5cm-v3r2-9fjq",
            "out of bounds and write on an AOT",
            "amber-heron",
            "the heron is a bounds write of AOT loader",
            "fix/aot-loader-bounds CVE-2026-1234",
        ];
        let source = sources[which];
        let disguised = hows.iter().map(Some).chain(std::iter::repeat(None));
        let hidden: String = source.chars().zip(disguised).map(|(c, how)| match how {
            // Most characters as they are, or nothing is left to be found.
            Some(how) if how % 5 == 0 => disguise(c, how / 5),
            Some(_) | None => c.to_string(),
        }).collect();
        let hidden: String = hidden.chars().skip(cut / 4).collect();
        for text in [format!("{noise}{hidden}"), format!("{hidden} {noise}"), noise] {
            let watch = watch();
            prop_assert_eq!(watch.find(&text), watch.find_slowly(&text), "{:?}", text);
        }
    }

    #[test]
    fn any_text_is_searched_without_panic(text in any::<String>(), noise in "[&#x0-9a-f;%\\\\u<>/\\[\\](){}! -é\u{202e}]{0,80}") {
        let watch = Watch::new(vec![
            (0, Identifier::Phrase(text.clone())),
            (1, Identifier::Term(noise.clone())),
            (2, Identifier::Ghsa(text.clone())),
        ]);
        let _ = watch.find(&noise);
        let _ = watch.find(&text);
        let _ = phrases(&text, &[&noise]);
    }

    #[test]
    fn every_watchable_codename_finds_itself(name in "\\PC{0,20}") {
        let identifier = Identifier::Codename(name.clone());
        let found = Watch::new(vec![(0, identifier.clone())]).find(&format!("«{name}»"));
        prop_assert_eq!(found.len(), usize::from(identifier.is_watchable()));
    }
}
