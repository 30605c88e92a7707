use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;

/// Sunday evening in UTC; Monday in Tokyo.
const NOW: &str = "2026-11-22T20:30:00Z";

fn at(text: &str) -> Timestamp {
    text.parse().expect("a test's own timestamp is RFC 3339")
}

/// What `text` means at [`NOW`]: the moment, or the refusal as a person reads it.
fn read(text: &str) -> String {
    read_at(text, NOW)
}

fn read_at(text: &str, now: &str) -> String {
    match parse(text, at(now)) {
        Ok(moment) => moment.to_string(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn absolute_times_are_read_in_the_zone_named() {
    for (said, meant) in [
        ("2026-12-01T15:00:00Z", "2026-12-01T15:00:00Z"),
        ("2026-12-01t15:00:00z", "2026-12-01T15:00:00Z"),
        ("2026-12-01T15:00Z", "2026-12-01T15:00:00Z"),
        ("2026-12-01 15:00Z", "2026-12-01T15:00:00Z"),
        ("2026-12-01T15:00", "2026-12-01T15:00:00Z"),
        ("2026-12-01 15:00", "2026-12-01T15:00:00Z"),
        ("2026-12-01 15:00:30", "2026-12-01T15:00:30Z"),
        ("2026-12-01T15:00:30.75Z", "2026-12-01T15:00:30Z"),
        ("2026-12-01T15:00:00+02:00", "2026-12-01T13:00:00Z"),
        ("2026-12-01T15:00-07:00", "2026-12-01T22:00:00Z"),
        ("2026-12-01 15:00 +0530", "2026-12-01T09:30:00Z"),
        ("2026-12-01 15:00 −07", "2026-12-01T22:00:00Z"),
        ("2026-12-01 15:00 UTC+2", "2026-12-01T13:00:00Z"),
        ("2026-12-01 15:00 GMT-05:00", "2026-12-01T20:00:00Z"),
        ("2026-12-01 15:00 UTC", "2026-12-01T15:00:00Z"),
        ("2026-12-01 15:00 gmt", "2026-12-01T15:00:00Z"),
        ("2026-12-01 at 15:00 UTC", "2026-12-01T15:00:00Z"),
        ("  2026-12-01\u{a0}15:00\u{202f}UTC\n", "2026-12-01T15:00:00Z"),
        ("2026-12-01 15:00 Europe/Berlin", "2026-12-01T14:00:00Z"),
        ("2026-12-01 15:00 europe/berlin", "2026-12-01T14:00:00Z"),
        ("2026-12-01T15:00[Europe/Berlin]", "2026-12-01T14:00:00Z"),
        ("2026-12-01 15:00 America/New York", "2026-12-01T20:00:00Z"),
        ("2026-12-01 15:00 Asia/Kolkata", "2026-12-01T09:30:00Z"),
        ("2026-12-01 15:00 CET", "2026-12-01T14:00:00Z"),
        ("2027-07-01 15:00 cest", "2027-07-01T13:00:00Z"),
        ("2026-12-01 15:00 EST", "2026-12-01T20:00:00Z"),
        ("2026-12-01 15:00 PT", "2026-12-01T23:00:00Z"),
        ("2027-07-01 15:00 PDT", "2027-07-01T22:00:00Z"),
        ("2027-07-01 15:00 PT", "2027-07-01T22:00:00Z"),
        ("2026-12-01 15:00 JST", "2026-12-01T06:00:00Z"),
        ("2026-12-01 15:00 +05:30 IST", "2026-12-01T09:30:00Z"),
        ("<time:2026-12-01T15:00:00Z>", "2026-12-01T15:00:00Z"),
        ("<time:2026-12-01T15:00:00+01:00>", "2026-12-01T14:00:00Z"),
        ("<time:2026-12-01 15:00>", "2026-12-01T15:00:00Z"),
        ("<time:1796137200>", "2026-12-01T15:00:00Z"),
    ] {
        assert_eq!(read(said), meant, "{said}");
    }
}

#[test]
fn relative_times_count_from_now() {
    for (said, meant) in [
        ("+72h", "2026-11-25T20:30:00Z"),
        ("72h", "2026-11-25T20:30:00Z"),
        ("+1d12h", "2026-11-24T08:30:00Z"),
        ("+ 1d 12h", "2026-11-24T08:30:00Z"),
        ("+1w", "2026-11-29T20:30:00Z"),
        ("+90m", "2026-11-22T22:00:00Z"),
        ("2 days 4 hours", "2026-11-25T00:30:00Z"),
        ("2 days, 4 hours and 1 minute", "2026-11-25T00:31:00Z"),
        ("in 3 days", "2026-11-25T20:30:00Z"),
        ("In 1 Week", "2026-11-29T20:30:00Z"),
        ("3 days from now", "2026-11-25T20:30:00Z"),
    ] {
        assert_eq!(read(said), meant, "{said}");
    }
}

#[test]
fn a_weekday_is_the_next_one_still_ahead() {
    for (said, meant) in [
        ("tuesday 15:00 UTC", "2026-11-24T15:00:00Z"),
        ("Tue 15:00", "2026-11-24T15:00:00Z"),
        ("on tuesday at 15:00 UTC", "2026-11-24T15:00:00Z"),
        ("sunday 21:00", "2026-11-22T21:00:00Z"),
        ("sunday 20:00", "2026-11-29T20:00:00Z"),
        ("sunday 20:30", "2026-11-29T20:30:00Z"),
        ("monday 05:00 Asia/Tokyo", "2026-11-29T20:00:00Z"),
        ("monday 06:00 Asia/Tokyo", "2026-11-22T21:00:00Z"),
        ("sunday 23:00 Asia/Tokyo", "2026-11-29T14:00:00Z"),
        ("today 23:00", "2026-11-22T23:00:00Z"),
        ("today 15:00 Asia/Tokyo", "2026-11-23T06:00:00Z"),
        ("tomorrow 15:00 Europe/Berlin", "2026-11-23T14:00:00Z"),
        ("Tomorrow 15:00 Asia/Tokyo", "2026-11-24T06:00:00Z"),
    ] {
        assert_eq!(read(said), meant, "{said}");
    }
}

#[test]
fn clock_changes_are_refused_unless_an_offset_settles_them() {
    for (now, said, meant) in [
        (
            "2026-10-20T00:00:00Z",
            "2026-10-25 02:30 Europe/Berlin",
            "2026-10-25 02:30 comes twice in Europe/Berlin: the clock goes back from 03:00 to 02:00. \
             Write 2026-10-25 00:30 UTC for the first, 2026-10-25 01:30 UTC for the second.",
        ),
        ("2026-10-20T00:00:00Z", "2026-10-25 02:30 +02:00 Europe/Berlin", "2026-10-25T00:30:00Z"),
        ("2026-10-20T00:00:00Z", "2026-10-25 02:30+01:00 Europe/Berlin", "2026-10-25T01:30:00Z"),
        ("2026-10-20T00:00:00Z", "2026-10-25T02:30+02:00", "2026-10-25T00:30:00Z"),
        ("2026-10-20T00:00:00Z", "2026-10-25 02:30 CEST", "2026-10-25T00:30:00Z"),
        ("2026-10-20T00:00:00Z", "2026-10-25 03:00 Europe/Berlin", "2026-10-25T02:00:00Z"),
        (
            "2026-10-20T00:00:00Z",
            "2026-10-25 02:30 +03:00 Europe/Berlin",
            "At 2026-10-25 02:30, Europe/Berlin is not at +03:00. Leave out one of the two.",
        ),
        ("2027-03-20T00:00:00Z", "sunday 02:30 Europe/Berlin", "2027-03-21T01:30:00Z"),
        (
            "2027-03-22T00:00:00Z",
            "sunday 02:30 Europe/Berlin",
            "2027-03-28 02:30 does not exist in Europe/Berlin: the clock goes from 02:00 straight to 03:00. \
             Write a time outside that hole, or UTC.",
        ),
        (
            "2026-03-01T00:00:00Z",
            "2026-03-08 02:30 America/New_York",
            "2026-03-08 02:30 does not exist in America/New_York: the clock goes from 02:00 straight to 03:00. \
             Write a time outside that hole, or UTC.",
        ),
        (
            "2026-10-30T00:00:00Z",
            "2026-11-01 01:30 America/New_York",
            "2026-11-01 01:30 comes twice in America/New_York: the clock goes back from 02:00 to 01:00. \
             Write 2026-11-01 05:30 UTC for the first, 2026-11-01 06:30 UTC for the second.",
        ),
        (
            "2026-09-30T00:00:00Z",
            "2026-10-04 02:15 Australia/Lord_Howe",
            "2026-10-04 02:15 does not exist in Australia/Lord_Howe: the clock goes from 02:00 straight to 02:30. \
             Write a time outside that hole, or UTC.",
        ),
        (
            "2026-04-01T00:00:00Z",
            "2026-04-05 01:45 Australia/Lord_Howe",
            "2026-04-05 01:45 comes twice in Australia/Lord_Howe: the clock goes back from 02:00 to 01:30. \
             Write 2026-04-04 14:45 UTC for the first, 2026-04-04 15:15 UTC for the second.",
        ),
    ] {
        assert_eq!(read_at(said, now), meant, "{said}");
    }
}

#[test]
fn refusals_say_what_to_write_instead() {
    for (said, refusal) in [
        ("", "\"\" is not a time I know. Write 2026-11-25 15:00 UTC, or +72h."),
        ("tomorow 15:00", "\"tomorow 15:00\" is not a time I know. Write 2026-11-25 15:00 UTC, or +72h."),
        (
            "next tuesday 15:00",
            "\"next tuesday 15:00\" is not a time I know. Write 2026-11-25 15:00 UTC, or +72h.",
        ),
        ("2026-12-01", "\"2026-12-01\" has no time of day. Write 2026-12-01 15:00 UTC."),
        ("tuesday", "\"tuesday\" has no time of day. Write tuesday 15:00 UTC."),
        ("tuesday UTC", "\"tuesday\" has no time of day. Write tuesday 15:00 UTC."),
        (
            "15:00 UTC",
            "\"15:00 UTC\" has no day. Write today 15:00 UTC, tomorrow 15:00 UTC, or a date: 2026-11-25 15:00 UTC.",
        ),
        (
            "01/12/2026 15:00",
            "\"01/12/2026\" can be read in more than one way. Write the date as year-month-day: 2026-11-25 15:00 UTC.",
        ),
        (
            "1.12.2026 15:00",
            "\"1.12.2026\" can be read in more than one way. Write the date as year-month-day: 2026-11-25 15:00 UTC.",
        ),
        ("2027-02-29 15:00", "\"2027-02-29\" is not in the calendar. Check the month and the day."),
        (
            "2026-12-01 25:00",
            "\"25:00\" is not a time of day. Write it on the 24-hour clock, from 00:00 to 23:59.",
        ),
        (
            "2026-12-01 3pm",
            "\"3pm\" is not a time of day. Write it on the 24-hour clock, from 00:00 to 23:59.",
        ),
        (
            "2026-12-01 15:00 Europe/Berln",
            "\"Europe/Berln\" is not a time zone I know. Write Europe/Berlin, or an offset such as +02:00.",
        ),
    ] {
        assert_eq!(read(said), refusal, "{said}");
    }
}

#[test]
fn refusals_of_zones_and_lengths_say_what_to_write_instead() {
    for (said, refusal) in [
        (
            "2026-12-01 15:00 Berlin",
            "\"Berlin\" is not a time zone I know. Write Europe/Berlin, or an offset such as +02:00.",
        ),
        (
            "2026-12-01 15:00 Qqqqq",
            "\"Qqqqq\" is not a time zone I know. Write a place such as Europe/Berlin, an offset such as +02:00, or UTC.",
        ),
        (
            "2026-12-01 15:00 +27:00",
            "\"+27:00\" is not a time zone I know. Write a place such as Europe/Berlin, an offset such as +02:00, or UTC.",
        ),
        (
            "2026-12-01 15:00 BST",
            "BST can mean British Summer Time (Europe/London) or Bangladesh (Asia/Dhaka). Write the place or the offset.",
        ),
        (
            "2027-07-01 15:00 CET",
            "On 2027-07-01, Europe/Berlin keeps CEST, not CET. Write Europe/Berlin, or +01:00 if CET is meant.",
        ),
        (
            "2026-12-01 15:00 PDT",
            "On 2026-12-01, America/Los_Angeles keeps PST, not PDT. Write America/Los_Angeles, or -07:00 if PDT is meant.",
        ),
        (
            "2026-11-22 15:00",
            "2026-11-22 15:00 UTC is past: 5 hours 30 minutes ago. Write a time that is still ahead.",
        ),
        (
            "today 15:00",
            "2026-11-22 15:00 UTC is past: 5 hours 30 minutes ago. Write a time that is still ahead.",
        ),
        ("+0m", "2026-11-22 20:30 UTC is past: just now. Write a time that is still ahead."),
        ("2062-12-01 15:00", "2062-12-01 15:00 UTC is more than 5 years ahead. Check the year."),
        (
            "+3 fortnights",
            "\"3 fortnights\" is not a length of time I know. Write 72h, 1d12h, or 2 days 4 hours (w d h m).",
        ),
        (
            "+99999999999999999999d",
            "\"99999999999999999999d\" is longer than 1830 days. Write a shorter time.",
        ),
    ] {
        assert_eq!(read(said), refusal, "{said}");
    }
}

#[test]
fn durations_are_read_and_bounded() {
    for (said, hours) in [
        ("0", Some(0)),
        ("72 hours", Some(72)),
        ("1w2d", Some(216)),
        ("7 days", Some(168)),
        ("+1d12h", Some(36)),
    ] {
        assert_eq!(duration(said).ok().map(|span| span.as_hours()), hours, "{said}");
    }
    assert_eq!(duration("60 seconds"), Ok(SignedDuration::from_secs(60)));
    for said in ["", "h", "1.5h", "-3h", "1h 2h", "5", "1 month", "1d and", "１h", "9w9d9h9m9s9w"] {
        assert!(matches!(duration(said), Err(WhenError::UnknownDuration { .. })), "{said}");
    }
    for said in ["1831d", "9223372036854775807s", "9223372036854775807w", "1w 9223372036854775807d"] {
        assert!(matches!(duration(said), Err(WhenError::DurationTooLong { .. })), "{said}");
    }
}

#[test]
fn distances_are_told_in_two_units() {
    let now = at(NOW);
    for (seconds, said) in [
        (0, "just now"),
        (59, "less than a minute"),
        (60, "1 minute"),
        (2400, "40 minutes"),
        (3600, "1 hour"),
        (86_400 + 59, "1 day"),
        (86_400 + 60, "1 day"),
        (187_200, "2 days 4 hours"),
        (400 * 86_400, "400 days"),
        (-59, "just now"),
        (-10_800, "3 hours ago"),
        (-90_061, "1 day 1 hour ago"),
    ] {
        let then = now.checked_add(SignedDuration::from_secs(seconds)).expect("close to now");
        assert_eq!(left(now, then), said, "{seconds}");
    }
    assert!(left(Timestamp::MIN, Timestamp::MAX).ends_with("hours"));
}

#[test]
fn a_moment_is_shown_with_its_weekday_and_distance() {
    let shown = render(at("2026-11-25T15:00:00.9Z"), at("2026-11-23T11:00:00Z"));
    assert_eq!(shown, "<time:2026-11-25T15:00:00Z> (Wednesday 15:00 UTC, in 2 days 4 hours)");
    let shown = render(at("2026-11-23T08:00:00Z"), at("2026-11-23T11:00:00Z"));
    assert_eq!(shown, "<time:2026-11-23T08:00:00Z> (Monday 08:00 UTC, 3 hours ago)");
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in "\\PC{0,40}|[0-9:TZ+ /<>a-z.-]{0,30}", now: i32) {
        let now = Timestamp::from_second(i64::from(now)).expect("an i32 of seconds is in range");
        let _ = parse(&text, now);
        let _ = duration(&text);
    }

    #[test]
    fn the_ends_of_time_are_no_trouble(text in "(mon|today|tomorrow|[+]1[wdh]|9999-12-31|2026-12-01) ?(23:59)? ?(UTC|[+-]14:00|Asia/Tokyo)?") {
        let _ = parse(&text, Timestamp::MIN);
        let _ = parse(&text, Timestamp::MAX);
    }

    #[test]
    fn what_is_answered_is_read_back_as_the_same_moment(minutes in 1_i64..2_600_000) {
        let now = at(NOW);
        let moment = now.checked_add(SignedDuration::from_mins(minutes)).expect("within five years");
        let shown = render(moment, now);
        let end = shown.find('>').expect("begins with <time:…>");
        prop_assert_eq!(parse(&shown[..=end], now), Ok(moment));
    }
}
