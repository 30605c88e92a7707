use proptest::prelude::*;

use super::svg::{Look, escaped, width, wrapped};

/// Room enough for any one character.
const ROOM: f64 = 200.0;

proptest! {
    #[test]
    fn wrapped_text_fits_and_loses_nothing(text in ".{0,300}") {
        for look in [Look::Title, Look::Plain] {
            let lines = wrapped(look, &text, ROOM);
            prop_assert!(lines.iter().all(|line| width(look, line) <= ROOM));
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(letters(&lines.join("")), letters(&text));
        }
    }

    #[test]
    fn escaped_text_opens_nothing(text in ".{0,100}|[<>&\"'\u{0}-\u{1f}a;]{0,50}") {
        let safe = escaped(&text);
        prop_assert!(!safe.contains(['<', '>', '"', '\'']) && !safe.chars().any(char::is_control));
        let entities = ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;"];
        for (at, _) in safe.match_indices('&') {
            prop_assert!(entities.iter().any(|entity| safe[at..].starts_with(entity)));
        }
    }
}

#[test]
fn words_stay_whole_where_they_fit() {
    assert_eq!(wrapped(Look::Plain, "one two three", 60.0), ["one two", "three"]);
    assert_eq!(wrapped(Look::Plain, "", 60.0), [""]);
}
