//! Lengths of time written in words: `2 days`, `1 day 6 hours`, `30 minutes`, `0`.

use jiff::SignedDuration;
use thiserror::Error;

use super::error::Wrong;

/// The longest length of time that can be configured, in seconds: ten years.
const SECONDS_MAX: i64 = 10 * 365 * 86_400;

/// The units, largest first, with their length in seconds.
const UNITS: [(&str, i64); 5] =
    [("week", 604_800), ("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)];

/// Why words are no length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BadDuration {
    /// Not pairs of a whole number and a unit.
    #[error("is not a length of time")]
    Words,
    /// A unit stands twice or after a smaller one.
    #[error("does not go from the larger unit to the smaller, each once")]
    Order,
    /// More than ten years.
    #[error("is longer than ten years")]
    Long,
}

impl BadDuration {
    pub(super) fn wrong(self, text: &str) -> Wrong {
        Wrong::new(
            format!("{text:?} {self}"),
            "Write it like \"2 days\", \"1 day 6 hours\" or \"30 minutes\"",
        )
    }
}

/// Reads a length of time: whole numbers with weeks, days (of 24 hours), hours, minutes or seconds, the
/// largest first, or `0`.
///
/// # Errors
/// [`BadDuration`].
pub fn parse_duration(text: &str) -> Result<SignedDuration, BadDuration> {
    if text.trim() == "0" {
        return Ok(SignedDuration::ZERO);
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let (pairs, []) = words.as_chunks::<2>() else { return Err(BadDuration::Words) };
    if pairs.is_empty() {
        return Err(BadDuration::Words);
    }
    let mut total: i64 = 0;
    let mut smallest = i64::MAX;
    for [number, unit] in pairs {
        let digits = number.bytes().all(|byte| byte.is_ascii_digit());
        let singular = unit.strip_suffix('s').unwrap_or(unit);
        let unit = UNITS.iter().find(|(name, _)| *name == singular);
        let (true, Some((_, seconds))) = (digits, unit) else { return Err(BadDuration::Words) };
        if *seconds >= smallest {
            return Err(BadDuration::Order);
        }
        smallest = *seconds;
        let number: i64 = number.parse().map_err(|_| BadDuration::Long)?;
        let length = number.checked_mul(*seconds).ok_or(BadDuration::Long)?;
        total = total.checked_add(length).filter(|sum| *sum <= SECONDS_MAX).ok_or(BadDuration::Long)?;
    }
    Ok(SignedDuration::from_secs(total))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_read_in_words() {
        for (text, seconds) in [
            ("0", 0),
            ("2 days", 172_800),
            ("72 hours", 259_200),
            ("1 day 6 hours", 108_000),
            (" 30  minutes ", 1800),
            ("1 week 1 second", 604_801),
            ("0 days", 0),
        ] {
            assert_eq!(parse_duration(text), Ok(SignedDuration::from_secs(seconds)), "{text}");
        }
    }

    #[test]
    fn what_only_resembles_one_is_refused() {
        for (text, why) in [
            ("", BadDuration::Words),
            ("2", BadDuration::Words),
            ("2days", BadDuration::Words),
            ("two days", BadDuration::Words),
            ("-2 days", BadDuration::Words),
            ("+2 days", BadDuration::Words),
            ("1.5 days", BadDuration::Words),
            ("2 dayss", BadDuration::Words),
            ("2 months", BadDuration::Words),
            ("2 Days", BadDuration::Words),
            ("1 day 6", BadDuration::Words),
            ("6 hours 1 day", BadDuration::Order),
            ("1 hour 1 hour", BadDuration::Order),
            ("99999999999999999999 days", BadDuration::Long),
            ("3651 days", BadDuration::Long),
            ("9223372036854775807 weeks", BadDuration::Long),
        ] {
            assert_eq!(parse_duration(text), Err(why), "{text}");
        }
    }
}
