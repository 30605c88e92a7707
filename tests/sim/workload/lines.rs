//! How commands are typed.

use super::Meant;
use crate::{chance::Chance, sight::Incident};

const HELP: &[&str] = &["I run a vulnerability's response", "`!"];
const LIST: &[&str] = &["| incident |", "No open incident.", "There has been no incident yet."];
const CARD: &[&str] = &["### "];
const SHOWN: &[&str] = &[
    "No disclosure time is set.",
    "The advisory is published; there is no embargo",
    "⏳ The disclosure time has come:",
    "⏳ Disclosure <time:",
];
const PLAN: &[&str] = &["**Release of "];
const STATUS: &[&str] = &[
    "No release is asked for.",
    "Asked for by ",
    "The release runs.",
    "The release has stopped at ",
    "The release is done.",
];
const NEXT: &[&str] = &["➡️ **", "✅ Nothing is left to do"];
const TIMELINE: &[&str] = &["**Timeline of "];

/// `!advisory new` with this marker in its summary.
pub(super) fn new_advisory(chance: &mut Chance, marker: &str) -> String {
    // No four words in a row without the marker: what two summaries share would be watched for.
    let part = *chance.pick(&["loader", "decoder", "interpreter", "table"]);
    let mut line = format!("!advisory new Unchecked {marker} in the {part}");
    if chance.percent(80) {
        line.push_str(chance.pick::<&str>(&[
            " --severity high",
            " --severity low",
            " --cvss CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H",
            " —severity critical",
        ]));
    }
    if chance.percent(80) {
        line.push_str(" --affected < 2.4.4");
    }
    if chance.percent(80) {
        line.push_str("\n```\nA crafted module reads past the end.\n```");
    }
    line
}

/// A command about an incident.
pub(super) fn about(chance: &mut Chance, incident: &Incident, named: bool) -> (Meant, String) {
    let name = || incident.codename.clone();
    let marker = &incident.marker;
    let at = if named { format!(" {}", incident.codename) } else { String::new() };
    match chance.below(if named { 26 } else { 24 }) {
        0..=7 => embargo(chance, &at, name()),
        8 => (Meant::Read(SHOWN), format!("!embargo show{at}")),
        9..=11 => (Meant::Read(PLAN), format!("!release plan{at}")),
        12 => (Meant::Read(STATUS), format!("!Release STATUS{at}")),
        13 => (Meant::Abort(name()), format!("!release abort{at} The fix breaks the build")),
        14 => (Meant::Read(NEXT), format!("@**advisory-bot** next{at}")),
        15 => (Meant::Read(TIMELINE), format!("!timeline{at}")),
        16 | 17 => {
            (Meant::Edit(name()), format!("!advisory edit{at} --summary “Wrong {marker} in the reader”"))
        }
        18 => (
            Meant::Edit(name()),
            format!("!advisory edit{at} --severity medium\n```\nIt reads out of bounds.\n```"),
        ),
        19 | 20 => {
            let patched = *chance.pick(&["", " --patched 2.4.4"]);
            (Meant::Edit(name()), format!("!advisory affected{at} other:wasm-micro-runtime < 2.4.4{patched}"))
        }
        21 => (Meant::Read(HELP), "!help".to_owned()),
        22 => (Meant::Read(HELP), "!help embargo set".to_owned()),
        23 => (Meant::Read(LIST), "!advisory list".to_owned()),
        _ => (Meant::Read(CARD), format!("!advisory show{at}")),
    }
}

/// A command of the time before release day.
pub(super) fn respond(chance: &mut Chance, name: &str, number: u64) -> (Meant, String) {
    const REPORT: &[&str] = &["✅ Acknowledged.", "✅ Accepted:", "❌ Not done: "];
    const CLOSED: &[&str] = &["✅ Closed", "❌ Not done: ", "❌ Not closed: "];
    const PEOPLE: &[&str] =
        &["✅ Invited on GitHub: ", "✅ No longer invited: ", "✅ Credited: ", "❌ Not done: ", "**Team**"];
    const FORK: &[&str] = &["⏳ GitHub makes the private fork"];
    const CVE: &[&str] = &[
        "✅ GitHub was asked for a CVE number",
        "✅ CVE-",
        "⏳ Asked for ",
        "No number is asked for yet",
        "GitHub holds ",
        "❌ Not done: ",
        "❌ Not entered",
    ];
    const VOUCH: &[&str] = &["✅ "];
    let claim = |line| (Meant::Claim(name.to_owned()), line);
    let respond = |opening, line| (Meant::Respond(name.to_owned(), opening), line);
    match chance.below(20) {
        0 | 1 => claim(format!("!manager {name} claim")),
        2 | 3 => respond(REPORT, format!("!advisory ack {name}")),
        4 => respond(REPORT, format!("!advisory accept {name}")),
        5 => respond(CLOSED, format!("!advisory reject {name} No guest can reach it")),
        6 => respond(CLOSED, format!("!advisory close {name} A duplicate")),
        7 => respond(PEOPLE, format!("!advisory credit {name} sofia-k")),
        8 | 9 => respond(PEOPLE, format!("!invite {name} sofia-k tomasz")),
        10 => respond(PEOPLE, format!("!uninvite {name} sofia-k")),
        11 => respond(PEOPLE, format!("!who {name}")),
        12 | 13 => respond(FORK, format!("!fork {name}")),
        14 => respond(CVE, format!("!cve request {name}")),
        15 => respond(CVE, format!("!cve set {name} CVE-2026-{}", 40_000 + number)),
        16 => respond(CVE, format!("!cve status {name}")),
        17 | 18 => {
            let step = *chance.pick(&["reproduce", "audit", "upstream", "fix", "list-seen", "list-seen"]);
            respond(VOUCH, format!("!done {name} {step} seen"))
        }
        _ => respond(VOUCH, format!("!undo {name} audit")),
    }
}

fn embargo(chance: &mut Chance, at: &str, name: String) -> (Meant, String) {
    let when = *chance.pick(&[
        "+20m",
        "+70m",
        "+2h",
        "+7h",
        "+26h",
        "+80h",
        "+8d",
        "tuesday 15:00 UTC",
        "+90d",
        "2020-01-01 10:00",
        "soon",
    ]);
    if chance.percent(15) {
        let by = *chance.pick(&["30m", "2h", "1 day", "-1h", "long"]);
        return (Meant::Embargo(name), format!("!embargo extend{at} {by} --reason One more test"));
    }
    if chance.percent(10) {
        return (Meant::Embargo(name), format!("!embargo lift{at} --reason Not known yet"));
    }
    let reason = if chance.percent(60) { " --reason As the reporter asked" } else { "" };
    (Meant::Embargo(name), format!("!embargo set{at} {when}{reason}"))
}

/// A command that changes nothing, for a direct message.
pub(super) fn read_only(chance: &mut Chance, incident: Option<&Incident>) -> (Meant, String) {
    let Some(incident) = incident else { return (Meant::Read(LIST), "!advisory list --all".to_owned()) };
    let name = &incident.codename;
    match chance.below(6) {
        0 => (Meant::Read(CARD), format!("!advisory show {name}")),
        1 => (Meant::Read(LIST), "!advisory list --all".to_owned()),
        2 => (Meant::Read(HELP), "!help release".to_owned()),
        3 => (Meant::Read(PLAN), format!("!release plan {name}")),
        4 => (Meant::Read(TIMELINE), format!("!timeline {name}")),
        _ => (Meant::Read(NEXT), format!("!next {name}")),
    }
}

/// Something mistyped, which nothing in the language means.
pub(super) fn typo(chance: &mut Chance) -> String {
    (*chance.pick(&[
        "!relase plan",
        "!advisory lst",
        "!advisory",
        "!embargo set",
        "!help \"unclosed",
        "!nonsense",
        "!release go --whatever",
        "!advisory edit amber-heron-99 --summary x",
    ]))
    .to_owned()
}
