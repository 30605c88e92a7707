//! The times people write in chat, and how the bot writes them back.
//!
//! A disclosure time that is an hour off is a leak, so nothing is guessed: what has two readings is
//! refused with both. Without a zone a time is UTC.

mod error;
mod span;
mod zone;

#[cfg(test)]
mod test;

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use jiff::{Timestamp, ToSpan as _};

pub use error::WhenError;
pub use span::{DURATION_DAYS_MAX, duration, left};
use zone::Zone;

/// How far ahead a time may lie, in years. Anything later is a slip of the finger.
pub const YEARS_AHEAD_MAX: i64 = 5;

/// How much of what was written an error repeats, in code points.
const QUOTED_CHARS_MAX: usize = 60;

/// The moment that `text` names, in whole seconds, later than `now`.
///
/// Forms: RFC 3339, with `T` or a space, seconds optional; a date and a time with a zone, an
/// offset, both (the offset then settles a repeated hour) or neither (UTC); `<time:…>`; a weekday,
/// `today` or `tomorrow` with a time; a length of time from now (`+72h`, `in 3 days`, `2 days`).
/// A weekday is the next one still ahead in the zone named, today included.
///
/// # Errors
/// See [`WhenError`]; its text can be shown as it is.
pub fn parse(text: &str, now: Timestamp) -> Result<Timestamp, WhenError> {
    let text = plain(text);
    let at = match text.strip_prefix("<time:").and_then(|inner| inner.strip_suffix('>')) {
        Some(inner) => match epoch(inner.trim()) {
            Some(at) => at,
            None => absolute(inner, now)?,
        },
        None => match relative(&text, now) {
            Some(at) => at?,
            None => absolute(&text, now)?,
        },
    };
    ahead(at, now)
}

/// `at` in whole seconds, when it is a time that may be set: later than `now`, and not a slip of the finger.
///
/// # Errors
/// [`WhenError::Past`] and [`WhenError::TooFar`].
pub fn ahead(at: Timestamp, now: Timestamp) -> Result<Timestamp, WhenError> {
    let at = whole(at);
    if at <= now {
        return Err(WhenError::Past { at: utc(at), ago: left(now, at) });
    }
    let horizon = now.to_zoned(TimeZone::UTC).checked_add(YEARS_AHEAD_MAX.years());
    if horizon.is_ok_and(|horizon| at > horizon.timestamp()) {
        return Err(WhenError::TooFar { at: utc(at) });
    }
    Ok(at)
}

/// How the bot writes a moment: `<time:…>` for each reader's own zone, then UTC, then the distance
/// from `now`. Parts of a second are left off.
pub fn render(at: Timestamp, now: Timestamp) -> String {
    let at = whole(at);
    let distance = left(now, at);
    let distance = if at > now { format!("in {distance}") } else { distance };
    let stamp = at.strftime("%Y-%m-%dT%H:%M:%SZ");
    format!("<time:{stamp}> ({} UTC, {distance})", at.strftime("%A %H:%M"))
}

/// One spelling for what phones write in several: Unicode spaces, dashes, brackets.
fn plain(text: &str) -> String {
    let spelled: String = text
        .chars()
        .map(|c| match c {
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            '[' | ']' | ',' => ' ',
            c => c,
        })
        .filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'))
        .collect();
    spelled.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Seconds since 1970, which Zulip's `<time:…>` takes as well.
fn epoch(text: &str) -> Option<Timestamp> {
    let digits = !text.is_empty() && text.len() <= 11 && text.bytes().all(|b| b.is_ascii_digit());
    let seconds = if digits { text.parse().ok()? } else { return None };
    Timestamp::from_second(seconds).ok()
}

/// A length of time from now; `None` when the text does not look like one.
fn relative(text: &str, now: Timestamp) -> Option<Result<Timestamp, WhenError>> {
    let lower = text.to_ascii_lowercase();
    let marked = lower.strip_prefix('+').or_else(|| lower.strip_prefix("in "));
    let span = match marked {
        Some(rest) => duration(rest),
        None => match duration(lower.strip_suffix(" from now").unwrap_or(&lower)) {
            Err(WhenError::UnknownDuration { .. }) => return None,
            known => known,
        },
    };
    let said = || quoted(text);
    Some(span.and_then(|span| now.checked_add(span).map_err(|_| WhenError::DurationTooLong { said: said() })))
}

/// The day part of a time, before it is known in which zone.
enum Day {
    On(Date),
    Next(Weekday),
    Today,
    Tomorrow,
}

fn absolute(text: &str, now: Timestamp) -> Result<Timestamp, WhenError> {
    let unknown = || WhenError::Unknown { said: quoted(text), example: example(now) };
    let lower = text.to_ascii_lowercase();
    let (day_text, rest) = split_day(text);
    let Some(day) = day(day_text, now)? else {
        let (first, _) = lower.split_once(' ').unwrap_or((&lower, ""));
        if clock(first.trim_end_matches('z')).is_some_and(|clock| clock.is_ok()) {
            return Err(WhenError::NoDay { said: quoted(text), example: example(now) });
        }
        return Err(unknown());
    };
    let rest = rest.strip_prefix("at ").unwrap_or(rest);
    if rest.is_empty() {
        return Err(WhenError::NoTime { said: quoted(day_text) });
    }
    let (clock_text, zone_text) = split_clock(rest);
    let Some(clock) = clock(clock_text) else {
        if zone::read("", rest).is_ok() {
            return Err(WhenError::NoTime { said: quoted(day_text) });
        }
        return Err(unknown());
    };
    let clock = clock?;
    let (offset_text, place) = split_offset(zone_text);
    let zone = zone::read(offset_text, place)?;
    on_day(&day, clock, &zone, now).map_err(|error| error.unwrap_or_else(unknown))
}

/// The moment of a day and a clock time in a zone. The error is `None` where the calendar ends.
fn on_day(day: &Day, clock: Time, zone: &Zone, now: Timestamp) -> Result<Timestamp, Option<WhenError>> {
    let today = now.to_zoned(zone.clock().clone()).date();
    let date = match day {
        Day::On(date) => *date,
        Day::Today => today,
        Day::Tomorrow => today.tomorrow().map_err(|_| None)?,
        Day::Next(weekday) => {
            let ahead = i64::from(today.weekday().until(*weekday));
            let date = today.checked_add(ahead.days()).map_err(|_| None)?;
            let passed = zone.clock().to_timestamp(date.to_datetime(clock)).is_ok_and(|at| at <= now);
            if passed { date.checked_add(7.days()).map_err(|_| None)? } else { date }
        }
    };
    resolve(date.to_datetime(clock), zone)
}

/// The moment of a local time in a zone, unless it has none or two.
fn resolve(at: DateTime, zone: &Zone) -> Result<Timestamp, Option<WhenError>> {
    if let Some(offset) = zone.offset() {
        let moment = offset.to_timestamp(at).map_err(|_| None)?;
        return zone.confirm(at, moment).map(|()| moment).map_err(Some);
    }
    let place = zone.clock();
    let (later, first) = match place.to_ambiguous_timestamp(at).offset() {
        AmbiguousOffset::Unambiguous { offset } => return offset.to_timestamp(at).map_err(|_| None),
        AmbiguousOffset::Gap { before, .. } => (before.to_timestamp(at), None),
        AmbiguousOffset::Fold { before, after } => (after.to_timestamp(at), before.to_timestamp(at).ok()),
    };
    let later = later.map_err(|_| None)?;
    let (from, to) = change_at(place, later);
    let (at, zone) = (minute(at), zone.name().to_owned());
    Err(Some(match first {
        None => WhenError::Skipped { at, zone, change: format!("from {from} straight to {to}") },
        Some(first) => WhenError::Repeated {
            at,
            zone,
            change: format!("from {from} to {to}"),
            first: utc(first),
            second: utc(later),
        },
    }))
}

/// What the clock shows just before and just after the last change up to `until`.
fn change_at(place: &TimeZone, until: Timestamp) -> (String, String) {
    let inclusive = until.checked_add(1.second()).unwrap_or(until);
    let change = place.preceding(inclusive).next().map_or(until, |change| change.timestamp());
    let before = change.checked_sub(1.second()).map_or(Offset::UTC, |before| place.to_offset(before));
    let after = place.to_offset(change);
    let shown = |offset: Offset| offset.to_datetime(change).strftime("%H:%M").to_string();
    (shown(before), shown(after))
}

/// The day and what follows it: split at a space, or at the `T` of a date.
fn split_day(text: &str) -> (&str, &str) {
    let text = match text.split_once(' ') {
        Some((on, rest)) if on.eq_ignore_ascii_case("on") => rest,
        _ => text,
    };
    let dated = text.bytes().next().is_some_and(|b| b.is_ascii_digit());
    let end = text.find(|c| c == ' ' || (dated && (c == 'T' || c == 't'))).unwrap_or(text.len());
    (&text[..end], text.get(end + 1..).unwrap_or(""))
}

/// The clock time and what follows it, with or without a space between.
fn split_clock(text: &str) -> (&str, &str) {
    let end = text.find([' ', '+', '-', 'Z', 'z']).unwrap_or(text.len());
    (&text[..end], text[end..].trim_start())
}

/// A leading numeric offset, and the rest.
fn split_offset(text: &str) -> (&str, &str) {
    if !text.starts_with(['+', '-']) {
        return ("", text);
    }
    text.split_once(' ').unwrap_or((text, ""))
}

/// `None` when the word does not look like a day at all.
fn day(word: &str, now: Timestamp) -> Result<Option<Day>, WhenError> {
    let weekday = match word.to_ascii_lowercase().as_str() {
        "today" => return Ok(Some(Day::Today)),
        "tomorrow" => return Ok(Some(Day::Tomorrow)),
        "monday" | "mon" => Weekday::Monday,
        "tuesday" | "tue" | "tues" => Weekday::Tuesday,
        "wednesday" | "wed" => Weekday::Wednesday,
        "thursday" | "thu" | "thur" | "thurs" => Weekday::Thursday,
        "friday" | "fri" => Weekday::Friday,
        "saturday" | "sat" => Weekday::Saturday,
        "sunday" | "sun" => Weekday::Sunday,
        _ => return date(word, now),
    };
    Ok(Some(Day::Next(weekday)))
}

fn date(word: &str, now: Timestamp) -> Result<Option<Day>, WhenError> {
    let parts: Vec<&str> = word.split(['-', '/', '.']).collect();
    let digits = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let [year, month, day] = parts[..] else { return Ok(None) };
    if !parts.iter().all(digits) {
        return Ok(None);
    }
    let said = quoted(word);
    if year.len() != 4 || word.contains(['/', '.']) {
        return Err(WhenError::DateOrder { said, example: example(now) });
    }
    let date = match (year.parse(), month.parse(), day.parse()) {
        (Ok(year), Ok(month), Ok(day)) => Date::new(year, month, day).ok(),
        (Err(_), ..) | (_, Err(_), _) | (.., Err(_)) => None,
    };
    date.map(|date| Some(Day::On(date))).ok_or(WhenError::NoSuchDate { said })
}

/// `None` when the word does not look like a clock time; an error when it looks like one and is none.
fn clock(word: &str) -> Option<Result<Time, WhenError>> {
    if !word.bytes().next()?.is_ascii_digit() {
        return None;
    }
    let (hour, rest) = word.split_once(':').unwrap_or((word, ""));
    let (minute, rest) = rest.split_once(':').unwrap_or((rest, "00"));
    let (second, fraction) = rest.split_once('.').unwrap_or((rest, "0"));
    let wrong = || WhenError::NoSuchTime { said: quoted(word) };
    let two = |part: &str| match part.as_bytes() {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => i8::try_from((tens - b'0') * 10 + (ones - b'0')).ok(),
        _ => None,
    };
    let fraction = !fraction.is_empty() && fraction.bytes().all(|b| b.is_ascii_digit());
    let time = match (two(hour), two(minute), two(second), fraction) {
        (Some(hour), Some(minute), Some(second), true) => Time::new(hour, minute, second, 0).ok(),
        (None, ..) | (_, None, ..) | (_, _, None, _) | (.., false) => None,
    };
    Some(time.ok_or_else(wrong))
}

/// A time that would be accepted, a few days ahead.
fn example(now: Timestamp) -> String {
    now.checked_add(72.hours()).unwrap_or(now).strftime("%Y-%m-%d 15:00 UTC").to_string()
}

/// A moment as one would type it.
fn utc(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

fn minute(at: DateTime) -> String {
    at.strftime("%Y-%m-%d %H:%M").to_string()
}

fn whole(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

/// The beginning of what was written, on one line.
fn quoted(text: &str) -> String {
    let mut chars = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut said: String = chars.by_ref().take(QUOTED_CHARS_MAX).collect();
    if chars.next().is_some() {
        said.push('…');
    }
    said
}
