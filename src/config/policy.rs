//! `[policy]`: clocks and limits.

use std::collections::BTreeMap;

use commands::kernel::{holiday::Holiday, settings};
use jiff::SignedDuration;

use super::{
    address,
    duration::parse_duration,
    error::Wrong,
    read::{Table, Value},
};

const fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

const fn days(days: i64) -> SignedDuration {
    hours(24 * days)
}

/// When reminders are sent, before the disclosure time, when nothing is configured.
const COUNTDOWN: [SignedDuration; 7] =
    [days(7), days(3), hours(24), hours(6), hours(1), SignedDuration::from_mins(15), SignedDuration::ZERO];

/// What somebody in a public channel says who looks for the security team.
const ASKER_PHRASES: [&str; 9] = [
    "security team",
    "security contact",
    "report a vulnerability",
    "report a security",
    "reporting a vulnerability",
    "found a vulnerability",
    "found a security",
    "security vulnerability",
    "responsible disclosure",
];

/// Clocks and limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// How soon the receipt of a report is acknowledged.
    pub acknowledge_within: SignedDuration,
    /// How long after the CVE id was issued the disclosure is proposed.
    pub embargo_after_cve: SignedDuration,
    /// The longest embargo after the report that needs no reason.
    pub longest_embargo: SignedDuration,
    /// The embargo that is usual: a longer one is warned about.
    pub usual_embargo: SignedDuration,
    /// How soon after the release mail the blog post is due.
    pub blog_within: SignedDuration,
    /// How soon a CVE id is expected.
    pub cve_within: SignedDuration,
    /// How long before the disclosure time each reminder is sent, longest first, each once.
    pub countdown: Vec<SignedDuration>,
    /// How many people besides the manager a release needs; at least 1.
    pub approvals: usize,
    /// How long a request for approval stands.
    pub approval_within: SignedDuration,
    /// The days, in UTC, on which a disclosure is warned about.
    pub holidays: Vec<Holiday>,
    /// What somebody in a public channel says who looks for the security team.
    pub asker_phrases: Vec<String>,
    /// The page of the security policy, to be linked.
    pub page: Option<String>,
}

impl Policy {
    /// What the core needs of it.
    #[must_use]
    pub fn settings(&self) -> settings::Policy {
        settings::Policy {
            acknowledge_within: self.acknowledge_within,
            cve_within: self.cve_within,
            blog_within: self.blog_within,
            embargo_after_cve: self.embargo_after_cve,
            usual_embargo: self.usual_embargo,
            longest_embargo: self.longest_embargo,
            countdown: self.countdown.clone(),
            approvals: self.approvals,
            approval_within: self.approval_within,
            holidays: self.holidays.clone(),
            asker_phrases: self.asker_phrases.clone(),
            page: self.page.clone(),
        }
    }
}

pub(super) fn read(root: &Table<'_>) -> Policy {
    let table = root.section("policy");
    let policy = Policy {
        acknowledge_within: table.duration("acknowledge_within", days(2)),
        embargo_after_cve: table.duration("embargo_after_cve", hours(72)),
        longest_embargo: table.duration("longest_embargo", days(30)),
        usual_embargo: table.duration("usual_embargo", days(7)),
        blog_within: table.duration("blog_within", hours(6)),
        cve_within: table.duration("cve_within", days(1)),
        countdown: table.list("countdown").map_or_else(|| COUNTDOWN.to_vec(), |list| countdown(&list)),
        approvals: table.value("approvals").and_then(|value| approvals(&value)).unwrap_or(1),
        approval_within: table.duration("approval_within", SignedDuration::from_mins(30)),
        holidays: table
            .list("holidays")
            .map_or_else(Vec::new, |list| list.iter().filter_map(holiday).collect()),
        asker_phrases: table.list("asker_phrases").map_or_else(
            || ASKER_PHRASES.map(str::to_owned).to_vec(),
            |list| list.iter().filter_map(|value| Some(value.text()?.value)).collect(),
        ),
        page: table
            .parsed("page", |text| address::web(text, "page = \"https://example.org/security\""))
            .map(|at| at.value.to_string()),
    };
    if policy.usual_embargo > policy.longest_embargo {
        let mend = "Write a usual_embargo that is at most as long as longest_embargo";
        if let Some(value) = table.value("usual_embargo") {
            value.report(Wrong::new("is longer than longest_embargo", mend));
        } else if let Some(value) = table.value("longest_embargo") {
            value.report(Wrong::new("is shorter than usual_embargo, which is 7 days", mend));
        }
    }
    table.finish();
    policy
}

/// The reminders, longest first; one that stands twice is reported.
fn countdown(list: &[Value<'_>]) -> Vec<SignedDuration> {
    let mut seen: BTreeMap<SignedDuration, String> = BTreeMap::new();
    for value in list {
        let read = value.parsed(|text| {
            let length = parse_duration(text).map_err(|bad| bad.wrong(text))?;
            match seen.get(&length) {
                Some(first) => {
                    Err(Wrong::new(format!("{text:?} and {first:?} are the same"), "Leave one of them out"))
                }
                None => Ok((length, text.to_owned())),
            }
        });
        seen.extend(read.map(|at| at.value));
    }
    seen.into_keys().rev().collect()
}

fn holiday(value: &Value<'_>) -> Option<Holiday> {
    let read = |text: &str| {
        let mend = "Write a date such as \"2026-11-26\", or \"12-25\" for every year";
        text.parse().map_err(|()| Wrong::new(format!("{text:?} is no day of the calendar"), mend))
    };
    Some(value.parsed(read)?.value)
}

fn approvals(value: &Value<'_>) -> Option<usize> {
    let number = usize::try_from(value.number()?).ok();
    let number = number.filter(|number| (1..=100).contains(number));
    if number.is_none() {
        let mend = "Write approvals = 1, or more where the team is large enough";
        value.report(Wrong::new("a release needs at least one more person, and at most 100", mend));
    }
    number
}
