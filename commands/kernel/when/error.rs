//! Why a text is not a time.

use jiff::civil::Date;
use thiserror::Error;

use super::{DURATION_DAYS_MAX, YEARS_AHEAD_MAX};

/// Why a text is not a time, in words for the person who wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WhenError {
    /// No form of time fits.
    #[error("\"{said}\" is not a time I know. Write {example}, or +72h.")]
    Unknown {
        /// What was written, shortened.
        said: String,
        /// A time that would be accepted.
        example: String,
    },
    /// No form of duration fits.
    #[error("\"{said}\" is not a length of time I know. Write 72h, 1d12h, or 2 days 4 hours (w d h m).")]
    UnknownDuration {
        /// What was written, shortened.
        said: String,
    },
    /// The duration is longer than [`DURATION_DAYS_MAX`].
    #[error("\"{said}\" is longer than {DURATION_DAYS_MAX} days. Write a shorter time.")]
    DurationTooLong {
        /// What was written, shortened.
        said: String,
    },
    /// A day without a time of day.
    #[error("\"{said}\" has no time of day. Write {said} 15:00 UTC.")]
    NoTime {
        /// The day as written.
        said: String,
    },
    /// A time of day without a day.
    #[error("\"{said}\" has no day. Write today {said}, tomorrow {said}, or a date: {example}.")]
    NoDay {
        /// The time as written.
        said: String,
        /// A time that would be accepted.
        example: String,
    },
    /// A date in an order that reads differently in different countries.
    #[error("\"{said}\" can be read in more than one way. Write the date as year-month-day: {example}.")]
    DateOrder {
        /// The date as written.
        said: String,
        /// A time that would be accepted.
        example: String,
    },
    /// A date that no calendar has.
    #[error("\"{said}\" is not in the calendar. Check the month and the day.")]
    NoSuchDate {
        /// The date as written.
        said: String,
    },
    /// Not a time of day on a 24-hour clock.
    #[error("\"{said}\" is not a time of day. Write it on the 24-hour clock, from 00:00 to 23:59.")]
    NoSuchTime {
        /// The time as written.
        said: String,
    },
    /// A time zone nobody knows.
    #[error("\"{said}\" is not a time zone I know. {hint}")]
    UnknownZone {
        /// The zone as written.
        said: String,
        /// What to write instead.
        hint: String,
    },
    /// An abbreviation that several zones share.
    #[error("{said} can mean {meanings}. Write the place or the offset.")]
    AmbiguousZone {
        /// The abbreviation, in capitals.
        said: String,
        /// What it can mean, each with what to write.
        meanings: &'static str,
    },
    /// An abbreviation of winter time used in summer, or the other way round.
    #[error("On {date}, {home} keeps {kept}, not {said}. Write {home}, or {offset} if {said} is meant.")]
    OutOfSeason {
        /// The abbreviation, in capitals.
        said: &'static str,
        /// The zone people who use it live in.
        home: &'static str,
        /// What that zone calls its time on that date.
        kept: String,
        /// The day.
        date: Date,
        /// The offset that the abbreviation stands for.
        offset: String,
    },
    /// The offset and the zone written together contradict each other.
    #[error("At {at}, {zone} is not at {said}. Leave out one of the two.")]
    WrongOffset {
        /// The local time.
        at: String,
        /// The zone's name.
        zone: String,
        /// The offset as understood.
        said: String,
    },
    /// The clock is put forward over this time.
    #[error(
        "{at} does not exist in {zone}: the clock goes {change}. Write a time outside that hole, or UTC."
    )]
    Skipped {
        /// The local time.
        at: String,
        /// The zone's name.
        zone: String,
        /// What the clock does, as `from 02:00 straight to 03:00`.
        change: String,
    },
    /// The clock is put back, and this time comes twice.
    #[error(
        "{at} comes twice in {zone}: the clock goes back {change}. Write {first} for the first, {second} for the second."
    )]
    Repeated {
        /// The local time.
        at: String,
        /// The zone's name.
        zone: String,
        /// What the clock does, as `from 03:00 to 02:00`.
        change: String,
        /// The earlier reading in UTC, to be typed as it is.
        first: String,
        /// The later reading in UTC, to be typed as it is.
        second: String,
    },
    /// The time is not in the future.
    #[error("{at} is past: {ago}. Write a time that is still ahead.")]
    Past {
        /// The time in UTC.
        at: String,
        /// How long ago.
        ago: String,
    },
    /// The time is further ahead than [`YEARS_AHEAD_MAX`].
    #[error("{at} is more than {YEARS_AHEAD_MAX} years ahead. Check the year.")]
    TooFar {
        /// The time in UTC.
        at: String,
    },
}
