//! What it takes to find and decide on what has fallen due, with a million reminders of embargoes still
//! to come: as long as what is due takes, not as what is stored. Prints figures and asserts nothing.
//!
//!     cargo bench --bench due

use std::time::Instant;

use commands::kernel::{
    codename::Codename,
    effect::{CommandRef, Origin, TeamPlace},
    fact::{Fact, RecordedFact},
    id::{ChannelId, IncidentId, MessageId, ProjectName, Topic, UserId},
    input::{Input, Now},
    mail::SeverityScheme,
    settings::{Policy, Project, Settings},
    world::World,
};
use jiff::{SignedDuration, Timestamp};

const INCIDENTS: u64 = 143_000;
const TIMES: u32 = 20;

fn main() {
    let now: Timestamp = "2026-11-18T09:00:00Z".parse().expect("an RFC 3339 timestamp");
    for incidents in [INCIDENTS / 100, INCIDENTS / 10, INCIDENTS] {
        let world = world(incidents, now);
        measure(&world, incidents, now);
    }
}

#[expect(clippy::print_stdout, reason = "a bench prints what it measured")]
fn measure(world: &World, incidents: u64, now: Timestamp) {
    let reminders = incidents * world.settings.policy.countdown.len() as u64;
    for due in [0, 1, 10, 100] {
        // The first reminder of incident n falls due n seconds after an hour from now.
        let at = now + SignedDuration::from_secs(3600 + due);
        let begun = Instant::now();
        let mut facts = 0;
        for _ in 0..TIMES {
            let decision = commands::decide(world, &Input::Ticked, Now { time: at, dice: 0 });
            facts = decision.facts.len();
        }
        let each = begun.elapsed() / TIMES;
        println!("{reminders} reminders stored, {due} incidents due: {facts} reminders sent in {each:.1?}");
    }
}

fn world(incidents: u64, now: Timestamp) -> World {
    let mut world = World::new(settings());
    let mut number = 0;
    for id in 1..=incidents {
        for fact in history(id, now) {
            number += 1;
            world.apply(&RecordedFact { number, at: now, fact });
        }
    }
    world
}

fn history(id: u64, now: Timestamp) -> [Fact; 4] {
    let incident = IncidentId(id);
    let (by, message, channel) = (UserId(8), MessageId(id), ChannelId(2));
    let topic = Topic(format!("topic {id}"));
    let answer_to = TeamPlace::Topic(channel, topic.clone());
    let first = SignedDuration::from_hours(7 * 24 + 1);
    let seconds = SignedDuration::from_secs(i64::try_from(id).unwrap_or(i64::MAX));
    [
        Fact::Opened {
            incident,
            project: ProjectName("WAMR".to_owned()),
            codename: Codename::draw(id, |_| false),
            origin: Box::new(Origin::Command(CommandRef { message, user: by, answer_to })),
            reporter: None,
        },
        Fact::Linked { incident },
        Fact::CardPosted { incident, message, channel, topic },
        Fact::EmbargoSet { incident, until: now + first + seconds, by, reason: None },
    ]
}

fn settings() -> Settings {
    let hours = SignedDuration::from_hours;
    let policy = Policy {
        acknowledge_within: hours(48),
        cve_within: hours(24),
        blog_within: hours(6),
        embargo_after_cve: hours(72),
        usual_embargo: hours(7 * 24),
        longest_embargo: hours(30 * 24),
        countdown: [7 * 24, 3 * 24, 24, 6, 2, 1, 0].map(hours).to_vec(),
        approvals: 1,
        approval_within: hours(1),
        holidays: Vec::new(),
        asker_phrases: Vec::new(),
        page: None,
    };
    let project = Project {
        name: ProjectName("WAMR".to_owned()),
        repository: "bytecodealliance/wasm-micro-runtime".parse().expect("an owner and a name"),
        team_channel: ChannelId(2),
        team_group: None,
        public_channel: ChannelId(1),
        public_topic: Topic("security".to_owned()),
        package: None,
        branches: Vec::new(),
        announce_list: None,
        blog: None,
        rustsec: None,
        severity_scheme: SeverityScheme::Cvss,
        order: commands::kernel::step::Order::default(),
        bump: None,
        release_tag: None,
    };
    Settings {
        policy,
        projects: vec![project],
        people: std::collections::BTreeMap::new(),
        reports: None,
        watch: None,
    }
}
