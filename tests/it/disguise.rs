//! How people write what they must not, by accident or to get past a watch.

/// `text` with each of its letters and digits as `change` has it.
fn each(text: &str, change: impl Fn(char) -> String) -> String {
    text.chars().map(change).collect()
}

/// An identifier as people manage to write it.
pub(crate) fn disguises(identifier: &str) -> Vec<(&'static str, String)> {
    let full_width = |c: char| match c {
        '!'..='~' => {
            char::from_u32(u32::from(c) + 0xfee0).expect("full-width forms of all ASCII").to_string()
        }
        _ => c.to_string(),
    };
    let cyrillic = |c: char| match c {
        'a' => "а".to_owned(),
        'c' => "с".to_owned(),
        'e' => "е".to_owned(),
        'o' => "о".to_owned(),
        'p' => "р".to_owned(),
        'x' => "х".to_owned(),
        'H' => "Н".to_owned(),
        'A' => "А".to_owned(),
        _ => c.to_string(),
    };
    let (half, rest) = identifier.split_at(identifier.len() / 2);
    vec![
        ("plain", identifier.to_owned()),
        ("upper case", identifier.to_uppercase()),
        ("lower case", identifier.to_lowercase()),
        ("full-width", each(identifier, full_width)),
        ("Cyrillic", each(identifier, cyrillic)),
        ("zero width", each(identifier, |c| format!("{c}\u{200b}"))),
        ("Markdown", format!("**{half}**_{rest}_")),
        ("entities", each(identifier, |c| format!("&#{};", u32::from(c)))),
        ("spaces", identifier.replace('-', " ")),
    ]
}
