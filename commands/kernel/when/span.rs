//! Lengths of time, read and written.

use jiff::{SignedDuration, Timestamp};

use super::{WhenError, quoted};

/// The longest length of time that is read, in days: five years and a little.
pub const DURATION_DAYS_MAX: i64 = 5 * 366;

const MINUTE_SECONDS: i64 = 60;
const HOUR_SECONDS: i64 = 60 * MINUTE_SECONDS;
const DAY_SECONDS: i64 = 24 * HOUR_SECONDS;
const WEEK_SECONDS: i64 = 7 * DAY_SECONDS;

/// The length of time that `text` names, from none (`0`) to [`DURATION_DAYS_MAX`].
///
/// Whole numbers with a unit (w d h m, or the words; seconds too, for configuration), each unit at
/// most once: `72h`, `+1d12h`, `2 days 4 hours`, `1 week and 2 days`. A day is 24 hours.
///
/// # Errors
/// [`WhenError::UnknownDuration`] and [`WhenError::DurationTooLong`].
pub fn duration(text: &str) -> Result<SignedDuration, WhenError> {
    let unknown = || WhenError::UnknownDuration { said: quoted(text.trim()) };
    let too_long = || WhenError::DurationTooLong { said: quoted(text.trim()) };
    let mut rest = text.trim();
    rest = rest.strip_prefix('+').unwrap_or(rest).trim_start();
    if rest.is_empty() {
        return Err(unknown());
    }
    if rest == "0" {
        return Ok(SignedDuration::ZERO);
    }
    let mut used = [0_i64; 5];
    let mut used_count = 0;
    let mut seconds: i64 = 0;
    while !rest.is_empty() {
        let (number, after) = rest.split_at(prefix_len(rest, |c| c.is_ascii_digit()));
        let after = after.trim_start();
        let (unit, after) = after.split_at(prefix_len(after, char::is_alphabetic));
        let unit = unit_seconds(unit).ok_or_else(unknown)?;
        if number.is_empty() || used.contains(&unit) || used_count == used.len() {
            return Err(unknown());
        }
        used[used_count] = unit;
        used_count += 1;
        let count: i64 = number.parse().map_err(|_| too_long())?;
        seconds = count.checked_mul(unit).and_then(|more| seconds.checked_add(more)).ok_or_else(too_long)?;
        rest = after.trim_start_matches([' ', ',']);
        rest = rest.strip_prefix("and ").unwrap_or(rest).trim_start();
    }
    if seconds > DURATION_DAYS_MAX * DAY_SECONDS {
        return Err(too_long());
    }
    Ok(SignedDuration::from_secs(seconds))
}

/// The length in bytes of the longest beginning of `text` whose characters all satisfy `is`.
fn prefix_len(text: &str, is: fn(char) -> bool) -> usize {
    text.find(|c| !is(c)).unwrap_or(text.len())
}

fn unit_seconds(unit: &str) -> Option<i64> {
    match unit.to_ascii_lowercase().as_str() {
        "w" | "wk" | "wks" | "week" | "weeks" => Some(WEEK_SECONDS),
        "d" | "day" | "days" => Some(DAY_SECONDS),
        "h" | "hr" | "hrs" | "hour" | "hours" => Some(HOUR_SECONDS),
        "m" | "min" | "mins" | "minute" | "minutes" => Some(MINUTE_SECONDS),
        "s" | "sec" | "secs" | "second" | "seconds" => Some(1),
        _ => None,
    }
}

/// How far `to` lies from `from`, in its two largest units: `2 days 4 hours`, `40 minutes`,
/// `less than a minute`; when it is past, `3 hours ago`, `just now`. Rounded down to the minute.
pub fn left(from: Timestamp, to: Timestamp) -> String {
    let seconds = to.duration_since(from).as_secs();
    let ahead = to > from;
    let size = seconds.saturating_abs();
    if size < MINUTE_SECONDS {
        return if ahead { "less than a minute" } else { "just now" }.to_owned();
    }
    let units = [
        (size / DAY_SECONDS, "day"),
        (size % DAY_SECONDS / HOUR_SECONDS, "hour"),
        (size % HOUR_SECONDS / MINUTE_SECONDS, "minute"),
    ];
    let largest = units.iter().position(|(count, _)| *count > 0).unwrap_or(units.len() - 1);
    let words: Vec<String> = units
        .iter()
        .skip(largest)
        .take(2)
        .filter(|(count, _)| *count > 0)
        .map(|(count, unit)| format!("{count} {unit}{}", if *count == 1 { "" } else { "s" }))
        .collect();
    let words = words.join(" ");
    if ahead { words } else { format!("{words} ago") }
}
