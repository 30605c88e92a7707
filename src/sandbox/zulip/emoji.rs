//! The emoji that messages can be reacted with: a few of Unicode's, by Zulip's names for them.

/// (code, names); the first name is the canonical one.
const EMOJI: &[(&str, &[&str])] = &[
    ("1f440", &["eyes", "looking"]),
    ("2705", &["check", "all_good", "approved"]),
    ("274c", &["cross_mark", "incorrect", "wrong"]),
    ("1f44d", &["+1", "thumbs_up", "like"]),
    ("1f44e", &["-1", "thumbs_down"]),
    ("1f389", &["tada"]),
    ("1f6e0", &["working_on_it", "hammer_and_wrench", "tools"]),
    ("231b", &["times_up", "hourglass_done"]),
    ("23f3", &["time_ticking", "hourglass"]),
    ("26a0", &["warning", "caution", "danger"]),
    ("1f512", &["locked", "lock"]),
    ("2753", &["question"]),
    ("2764", &["heart", "love"]),
    ("1f642", &["smile"]),
    ("1f680", &["rocket"]),
    ("1f419", &["octopus"]),
    ("1f41b", &["bug"]),
];

/// The code of the emoji that has this name.
pub(super) fn code(name: &str) -> Option<&'static str> {
    EMOJI.iter().find(|(_, names)| names.contains(&name)).map(|(code, _)| *code)
}

/// Whether any emoji has this code.
pub(super) fn is_code(code: &str) -> bool {
    EMOJI.iter().any(|(known, _)| *known == code)
}
