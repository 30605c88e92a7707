//! Days on which fewer people are there, as the configuration names them.

use std::str::FromStr;

use jiff::civil::Date;

/// A leap year, so that every day of a year can be named.
const LEAP_YEAR: i16 = 2024;

/// A day that a disclosure is warned about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holiday {
    /// On one date, such as `2026-11-26`.
    Once(Date),
    /// Every year, such as `12-25`: the month and the day.
    Yearly(i8, i8),
}

impl Holiday {
    /// Whether `date` is that day.
    #[must_use]
    pub fn is_on(self, date: Date) -> bool {
        match self {
            Self::Once(on) => on == date,
            Self::Yearly(month, day) => (date.month(), date.day()) == (month, day),
        }
    }
}

impl FromStr for Holiday {
    type Err = ();

    /// Year-month-day, or month-day for every year, all in digits.
    fn from_str(text: &str) -> Result<Self, ()> {
        let date = |year: &str, month: &str, day: &str| {
            let all_digits = [year, month, day].concat().bytes().all(|b| b.is_ascii_digit());
            let widths = [year.len(), month.len(), day.len()] == [4, 2, 2];
            let parts = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
            let date = Date::new(parts.0, parts.1, parts.2).ok()?;
            (all_digits && widths).then_some(date)
        };
        let parts: Vec<&str> = text.split('-').collect();
        match parts[..] {
            [year, month, day] => date(year, month, day).map(Self::Once),
            [month, day] => {
                date(&LEAP_YEAR.to_string(), month, day).map(|d| Self::Yearly(d.month(), d.day()))
            }
            _ => None,
        }
        .ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_day_of_one_year_and_a_day_of_every_year() {
        let once: Holiday = "2026-11-26".parse().unwrap();
        assert!(once.is_on(date(2026, 11, 26)) && !once.is_on(date(2027, 11, 26)));
        let yearly: Holiday = "02-29".parse().unwrap();
        assert!(yearly.is_on(date(2028, 2, 29)) && !yearly.is_on(date(2028, 2, 28)));
        for wrong in
            ["", "12", "12-32", "2026-13-01", "26-11-26", "1-1", "2026-11-26-1", "+026-11-26", "2026-02-29"]
        {
            assert_eq!(wrong.parse::<Holiday>(), Err(()), "{wrong}");
        }
    }
}
