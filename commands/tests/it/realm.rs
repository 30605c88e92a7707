//! The realm of the tests: two teams, people of every kind, a public channel.

use commands::kernel::{
    content::Package,
    directory::{Channel, Directory, DirectoryChange, Group, User},
    id::{ChannelId, GhsaId, GroupId, ProjectName, Topic, UserId},
    input::Place,
    mail::SeverityScheme,
    settings::{Policy, Project, Settings},
};
use jiff::SignedDuration;

use crate::kit::set;

pub(crate) const BOT: UserId = UserId(1);
/// On both teams.
pub(crate) const MAYA: UserId = UserId(11);
/// On the team of WAMR.
pub(crate) const INES: UserId = UserId(12);
/// On the team of WAMR.
pub(crate) const TOMASZ: UserId = UserId(13);
/// In the realm, on no team.
pub(crate) const RAVI: UserId = UserId(14);
/// A guest who was let into the team's channel and into its group.
pub(crate) const LEE: UserId = UserId(15);
/// Another bot, subscribed to the team's channel.
pub(crate) const DEPLOY_BOT: UserId = UserId(16);
/// Subscribed to the team's channel but not in its group.
pub(crate) const OTTO: UserId = UserId(17);
/// Once on the team; the account is deactivated.
pub(crate) const PIA: UserId = UserId(18);
/// On the team of Wasmtime only.
pub(crate) const ZOE: UserId = UserId(19);

/// Zulip's own.
pub(crate) const NOTIFICATION_BOT: UserId = UserId(2);

pub(crate) const GENERAL: ChannelId = ChannelId(1);
pub(crate) const WAMR_SECURITY: ChannelId = ChannelId(2);
pub(crate) const WASMTIME_SECURITY: ChannelId = ChannelId(3);

/// A topic of the WAMR team that is no incident's.
pub(crate) fn team() -> Place {
    topic(WAMR_SECURITY, "triage")
}

/// A topic of the public channel.
pub(crate) fn public() -> Place {
    topic(GENERAL, "builds")
}

pub(crate) fn snapshot() -> DirectoryChange {
    DirectoryChange::Snapshot(directory())
}

pub(crate) fn directory() -> Directory {
    let people = [
        (BOT, "Advisory Bot"),
        (MAYA, "Maya"),
        (INES, "Ines"),
        (TOMASZ, "Tomasz"),
        (RAVI, "Ravi"),
        (LEE, "Lee"),
        (DEPLOY_BOT, "Deploy Bot"),
        (OTTO, "Otto"),
        (PIA, "Pia"),
        (ZOE, "Zoe"),
    ];
    let users = people.map(|(id, name)| {
        let is_bot = id == BOT || id == DEPLOY_BOT;
        (
            id,
            User {
                id,
                name: name.into(),
                is_bot,
                is_active: id != PIA,
                is_guest: id == LEE,
                github: (id == INES).then(|| "ines-gh".parse().unwrap()),
            },
        )
    });
    let wamr = set([BOT, MAYA, INES, TOMASZ, LEE, DEPLOY_BOT, OTTO, PIA]);
    let channels = [
        channel(GENERAL, "general", false, set(people.map(|(id, _)| id))),
        channel(WAMR_SECURITY, "wamr-security", true, wamr),
        channel(WASMTIME_SECURITY, "wasmtime-security", true, set([BOT, MAYA, ZOE])),
    ];
    let group = Group {
        id: GroupId(30),
        name: "security-team".into(),
        members: set([MAYA, INES, TOMASZ, LEE, DEPLOY_BOT, PIA]),
        subgroups: set([]),
    };
    Directory {
        me: Some((BOT, "Advisory Bot".into())),
        system_bots: set([NOTIFICATION_BOT]),
        users: users.into_iter().collect(),
        channels: channels.into_iter().map(|channel| (channel.id, channel)).collect(),
        groups: [(group.id, group)].into_iter().collect(),
    }
}

fn channel(
    id: ChannelId,
    name: &str,
    invite_only: bool,
    subscribers: std::collections::BTreeSet<UserId>,
) -> Channel {
    Channel {
        id,
        name: name.into(),
        invite_only,
        web_public: false,
        shared_history: false,
        archived: false,
        subscribers,
    }
}

pub(crate) fn settings() -> Settings {
    let policy = Policy {
        acknowledge_within: SignedDuration::from_hours(48),
        cve_within: SignedDuration::from_hours(24),
        blog_within: SignedDuration::from_hours(6),
        embargo_after_cve: SignedDuration::from_hours(72),
        usual_embargo: SignedDuration::from_hours(7 * 24),
        longest_embargo: SignedDuration::from_hours(30 * 24),
        countdown: [7 * 24 * 60, 3 * 24 * 60, 24 * 60, 6 * 60, 60, 15, 0]
            .map(SignedDuration::from_mins)
            .to_vec(),
        approvals: 1,
        approval_within: SignedDuration::from_mins(30),
        holidays: vec!["12-25".parse().unwrap()],
        asker_phrases: vec!["security team".into(), "Found a vulnerability".into()],
        page: None,
    };
    let wamr = Project {
        name: ProjectName("WAMR".into()),
        repository: "bytecodealliance/wasm-micro-runtime".parse().unwrap(),
        team_channel: WAMR_SECURITY,
        team_group: Some("security-team".into()),
        public_channel: GENERAL,
        public_topic: Topic("security".into()),
        package: None,
        branches: vec!["main".into(), "release/2.4.x".into()],
        announce_list: None,
        blog: None,
        rustsec: None,
        severity_scheme: SeverityScheme::Cvss,
        order: commands::kernel::step::Order::default(),
        bump: None,
        release_tag: None,
    };
    let wasmtime = Project {
        name: ProjectName("Wasmtime".into()),
        repository: "bytecodealliance/wasmtime".parse().unwrap(),
        team_channel: WASMTIME_SECURITY,
        team_group: None,
        public_channel: GENERAL,
        public_topic: Topic("security".into()),
        package: Some("rust:wasmtime".parse::<Package>().unwrap()),
        branches: vec!["main".into()],
        announce_list: None,
        blog: None,
        rustsec: None,
        severity_scheme: SeverityScheme::Cvss,
        order: commands::kernel::step::Order::default(),
        bump: None,
        release_tag: None,
    };
    let people = [(MAYA, "maya".parse().unwrap())].into_iter().collect();
    Settings {
        policy,
        projects: vec![wamr, wasmtime],
        people,
        reports: Some("security@example.org".into()),
        watch: None,
    }
}

/// Settings in which both projects share the channel of the WAMR team.
pub(crate) fn shared_channel() -> Settings {
    let mut settings = settings();
    settings.projects[1].team_channel = WAMR_SECURITY;
    settings
}

/// Settings in which both projects announce releases on one mailing list.
pub(crate) fn with_list() -> Settings {
    let mut settings = settings();
    for project in &mut settings.projects {
        project.announce_list = Some("sec-announce@example.org".into());
    }
    settings.policy.page = Some("https://example.org/security".into());
    settings
}

/// The same, and a blog post follows each release.
pub(crate) fn with_blog(mut settings: Settings) -> Settings {
    for project in &mut settings.projects {
        project.blog = Some(commands::kernel::settings::Blog {
            repository: "bytecodealliance/site".parse().unwrap(),
            path: "_posts/{date}-{slug}.md".into(),
        });
    }
    settings
}

/// GitHub's ids, one after the other.
pub(crate) fn ghsa(number: usize) -> GhsaId {
    let letters: Vec<char> = "23456789cfghjmpqrvwx".chars().collect();
    let (tens, ones) = (letters[number / letters.len() % letters.len()], letters[number % letters.len()]);
    format!("GHSA-x5cm-v3r2-9f{tens}{ones}").parse().unwrap()
}

/// A topic of a channel.
pub(crate) fn topic(channel: ChannelId, name: &str) -> Place {
    Place::Channel(channel, Topic(name.to_owned()))
}
