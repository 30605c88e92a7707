//! Time zones as people name them: places, offsets, and the abbreviations that mean one thing only.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};

use super::{WhenError, minute, quoted};

/// How alike a zone's name must be to be proposed for a misspelt one, from 0 to 1.
const ALIKE_MIN: f64 = 0.85;

/// Abbreviations with one usual meaning: name, hours from UTC, the place whose clocks show it.
/// North American ones are taken as such; those that the world shares are in [`SHARED`].
const ABBREVIATIONS: &[(&str, i8, &str)] = &[
    ("WET", 0, "Europe/Lisbon"),
    ("WEST", 1, "Europe/Lisbon"),
    ("CET", 1, "Europe/Berlin"),
    ("CEST", 2, "Europe/Berlin"),
    ("EET", 2, "Europe/Helsinki"),
    ("EEST", 3, "Europe/Helsinki"),
    ("MSK", 3, "Europe/Moscow"),
    ("EST", -5, "America/New_York"),
    ("EDT", -4, "America/New_York"),
    ("MDT", -6, "America/Denver"),
    ("PST", -8, "America/Los_Angeles"),
    ("PDT", -7, "America/Los_Angeles"),
    ("AKST", -9, "America/Anchorage"),
    ("AKDT", -8, "America/Anchorage"),
    ("HST", -10, "Pacific/Honolulu"),
    ("JST", 9, "Asia/Tokyo"),
    ("KST", 9, "Asia/Seoul"),
    ("HKT", 8, "Asia/Hong_Kong"),
    ("AEST", 10, "Australia/Sydney"),
    ("AEDT", 11, "Australia/Sydney"),
    ("NZST", 12, "Pacific/Auckland"),
    ("NZDT", 13, "Pacific/Auckland"),
];

/// Abbreviations that several zones share, and what each can mean.
const SHARED: &[(&str, &str)] = &[
    ("IST", "India (Asia/Kolkata), Israel (Asia/Jerusalem) or Ireland (Europe/Dublin)"),
    ("BST", "British Summer Time (Europe/London) or Bangladesh (Asia/Dhaka)"),
    ("CST", "US Central (America/Chicago), China (Asia/Shanghai) or Cuba (America/Havana)"),
    ("CDT", "US Central (America/Chicago) or Cuba (America/Havana)"),
    ("AST", "Atlantic (America/Halifax) or Arabia (Asia/Riyadh)"),
    ("ADT", "Atlantic (America/Halifax) or Arabia (Asia/Baghdad)"),
    ("MST", "US Mountain (America/Denver), Arizona (America/Phoenix) or Malaysia (Asia/Kuala_Lumpur)"),
    ("SST", "Samoa (Pacific/Pago_Pago) or Singapore (Asia/Singapore)"),
    ("GST", "the Gulf (Asia/Dubai) or South Georgia (Atlantic/South_Georgia)"),
    ("AMT", "Amazon (America/Manaus) or Armenia (Asia/Yerevan)"),
    ("ECT", "Ecuador (America/Guayaquil) or the Eastern Caribbean (America/Martinique)"),
    ("WST", "Western Australia (Australia/Perth) or Samoa (Pacific/Apia)"),
];

/// Short names of a place's own time, summer and winter alike.
const SHORT: &[(&str, &str)] = &[
    ("ET", "America/New_York"),
    ("CT", "America/Chicago"),
    ("MT", "America/Denver"),
    ("PT", "America/Los_Angeles"),
];

/// The clock that a time was read from.
pub(super) struct Zone {
    clock: TimeZone,
    name: String,
    offset: Option<Offset>,
    abbreviation: Option<(&'static str, &'static str)>,
}

impl Zone {
    /// The zone in which days begin and end.
    pub(super) fn clock(&self) -> &TimeZone {
        &self.clock
    }

    /// What to call it.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The offset that was written out, which settles every doubt about a repeated hour.
    pub(super) fn offset(&self) -> Option<Offset> {
        self.offset
    }

    /// Checks that a zone named besides its offset, or by an abbreviation, is really at that offset.
    pub(super) fn confirm(&self, at: DateTime, moment: Timestamp) -> Result<(), WhenError> {
        let Some(offset) = self.offset else { return Ok(()) };
        if let Some((said, home)) = self.abbreviation {
            let place = TimeZoneDatabase::bundled().get(home).unwrap_or(TimeZone::UTC);
            let info = place.to_offset_info(moment);
            if info.offset() != offset {
                let (date, kept) = (at.date(), info.abbreviation().to_owned());
                return Err(WhenError::OutOfSeason { said, home, kept, date, offset: shown(offset) });
            }
        } else if self.clock.to_offset(moment) != offset {
            let (at, zone) = (minute(at), self.name.clone());
            return Err(WhenError::WrongOffset { at, zone, said: shown(offset) });
        }
        Ok(())
    }
}

/// The zone of an offset (`+02:00`, or empty) and a place (`Europe/Berlin`, or empty). Neither is UTC.
pub(super) fn read(offset_text: &str, place: &str) -> Result<Zone, WhenError> {
    let (offset, name) = match (offset_text, place) {
        ("", place) => (None, place),
        (offset_text, place) => {
            let offset = numeric(offset_text).ok_or_else(|| unknown(offset_text))?;
            (Some(offset), place)
        }
    };
    let upper = name.to_ascii_uppercase();
    if let Some((_, meanings)) = SHARED.iter().find(|(shared, _)| *shared == upper) {
        if let Some(offset) = offset {
            return Ok(fixed(offset, None));
        }
        return Err(WhenError::AmbiguousZone { said: upper, meanings });
    }
    if let Some((said, hours, home)) = ABBREVIATIONS.iter().find(|(known, ..)| *known == upper) {
        let implied = Offset::constant(*hours);
        if let Some(offset) = offset.filter(|offset| *offset != implied) {
            return Err(contradiction(said, offset));
        }
        return Ok(fixed(implied, Some((said, home))));
    }
    if name.is_empty() {
        return Ok(fixed(offset.unwrap_or(Offset::UTC), None));
    }
    if let Some(implied) = universal(&upper) {
        if let Some(offset) = offset.filter(|offset| *offset != implied) {
            return Err(contradiction(name, offset));
        }
        return Ok(fixed(implied, None));
    }
    let clock = place_named(name).ok_or_else(|| unknown(name))?;
    let name = clock.iana_name().unwrap_or(name).to_owned();
    Ok(Zone { clock, name, offset, abbreviation: None })
}

fn fixed(offset: Offset, abbreviation: Option<(&'static str, &'static str)>) -> Zone {
    let name = abbreviation.map_or_else(|| shown(offset), |(said, _)| said.to_owned());
    Zone { clock: TimeZone::fixed(offset), name, offset: Some(offset), abbreviation }
}

fn contradiction(zone: &str, offset: Offset) -> WhenError {
    WhenError::WrongOffset { at: "that time".to_owned(), zone: zone.to_owned(), said: shown(offset) }
}

/// `Z`, `UTC`, `GMT`, and the two with an offset (`UTC+2`); in capitals.
fn universal(upper: &str) -> Option<Offset> {
    let after = upper.strip_prefix("UTC").or_else(|| upper.strip_prefix("GMT"));
    match after {
        Some("") => Some(Offset::UTC),
        Some(offset) => numeric(offset),
        None => (upper == "Z").then_some(Offset::UTC),
    }
}

/// `+02:00`, `+0200`, `+02`, `+2`; up to 14 hours, as far as clocks go.
fn numeric(text: &str) -> Option<Offset> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+')?),
    };
    let (hours, minutes) = match (digits.split_once(':'), digits.len()) {
        (Some(parts), 4..=5) => parts,
        (None, 4) => (digits.get(..2)?, digits.get(2..)?),
        (None, 1..=2) => (digits, "00"),
        (Some(_) | None, _) => return None,
    };
    if minutes.len() != 2 || !hours.bytes().chain(minutes.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    let valid = minutes < 60 && hours * 60 + minutes <= 14 * 60;
    if valid { Offset::from_seconds(sign * (hours * 60 + minutes) * 60).ok() } else { None }
}

fn shown(offset: Offset) -> String {
    let seconds = offset.seconds();
    let (sign, size) = if seconds < 0 { ('-', -seconds) } else { ('+', seconds) };
    format!("{sign}{:02}:{:02}", size / 3600, size % 3600 / 60)
}

/// A zone by its name in any case, with spaces for underscores.
fn place_named(name: &str) -> Option<TimeZone> {
    let name = name.replace(' ', "_");
    let short = SHORT.iter().find(|(short, _)| name.eq_ignore_ascii_case(short));
    TimeZoneDatabase::bundled().get(short.map_or(name.as_str(), |(_, place)| place)).ok()
}

fn unknown(said: &str) -> WhenError {
    let hint = match nearest(said) {
        Some(name) => format!("Write {name}, or an offset such as +02:00."),
        None => "Write a place such as Europe/Berlin, an offset such as +02:00, or UTC.".to_owned(),
    };
    WhenError::UnknownZone { said: quoted(said), hint }
}

/// The zone whose name, or whose city alone, is most like what was written.
fn nearest(said: &str) -> Option<String> {
    let said: String = said.chars().take(40).collect::<String>().to_lowercase().replace(' ', "_");
    let mut best: Option<(f64, String)> = None;
    for name in TimeZoneDatabase::bundled().available() {
        let lower = name.as_str().to_lowercase();
        let city = lower.rsplit('/').next().unwrap_or(&lower);
        let alike = strsim::jaro_winkler(&said, &lower).max(strsim::jaro_winkler(&said, city));
        let better = best.as_ref().is_none_or(|(most, _)| alike > *most);
        if alike >= ALIKE_MIN && better {
            best = Some((alike, name.as_str().to_owned()));
        }
    }
    best.map(|(_, name)| name)
}
