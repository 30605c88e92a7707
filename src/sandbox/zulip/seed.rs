//! The sandbox's realm: a project's security team, the people around it, and two bots.

use super::ids::{ChannelId, GroupId, UserId};
use super::realm::{ChannelSeed, GroupSeed, Limits, Privacy, Realm, Role, UserSeed};

/// Of the team, and owner of the organisation and of both bots.
pub const MAYA: UserId = UserId(8);
/// Of the team.
pub const INES: UserId = UserId(9);
/// Of the team, but not of Wasmtime's part of it.
pub const TOMASZ: UserId = UserId(10);
/// An ordinary member, outside the team.
pub const RAVI: UserId = UserId(11);
/// A guest, who sees only `#general`.
pub const LEE: UserId = UserId(12);
/// The bot this program is.
pub const ADVISORY_BOT: UserId = UserId(13);
/// A bot that has nothing to do with advisories.
pub const DEPLOY_BOT: UserId = UserId(14);

/// Public, with everyone in it.
pub const GENERAL: ChannelId = ChannelId(1);
/// The team's private channel.
pub const WAMR_SECURITY: ChannelId = ChannelId(2);
/// A private channel of a part of the team.
pub const WASMTIME_SECURITY: ChannelId = ChannelId(3);

/// The user group of the whole team.
pub const SECURITY_TEAM: GroupId = GroupId(20);

/// The sandbox's realm. API keys and queue ids follow from `seed`.
#[must_use]
pub fn realm(seed: u64) -> Realm {
    Realm {
        name: "Wasm Sandbox".to_owned(),
        url: "http://localhost".to_owned(),
        seed,
        users: vec![
            person(MAYA, "Maya", Role::Owner, Some("maya")),
            person(INES, "Ines", Role::Member, None),
            person(TOMASZ, "Tomasz", Role::Member, None),
            person(RAVI, "Ravi", Role::Member, None),
            person(LEE, "Lee", Role::Guest, None),
            bot(ADVISORY_BOT, "advisory-bot"),
            bot(DEPLOY_BOT, "deploy-bot"),
        ],
        channels: vec![
            ChannelSeed {
                id: GENERAL,
                name: "general".to_owned(),
                description: "Everyone".to_owned(),
                privacy: Privacy::PUBLIC,
                subscribers: vec![MAYA, INES, TOMASZ, RAVI, LEE, ADVISORY_BOT, DEPLOY_BOT],
            },
            ChannelSeed {
                id: WAMR_SECURITY,
                name: "wamr-security".to_owned(),
                description: "Vulnerability response for WAMR".to_owned(),
                privacy: Privacy::PRIVATE,
                subscribers: vec![MAYA, INES, TOMASZ, ADVISORY_BOT, DEPLOY_BOT],
            },
            ChannelSeed {
                id: WASMTIME_SECURITY,
                name: "wasmtime-security".to_owned(),
                description: "Vulnerability response for Wasmtime".to_owned(),
                privacy: Privacy::PRIVATE,
                subscribers: vec![MAYA, INES, ADVISORY_BOT],
            },
        ],
        groups: vec![GroupSeed {
            id: SECURITY_TEAM,
            name: "security-team".to_owned(),
            description: "Who answers vulnerability reports".to_owned(),
            members: vec![MAYA, INES, TOMASZ],
        }],
        limits: Limits::default(),
    }
}

fn person(id: UserId, name: &str, role: Role, github: Option<&str>) -> UserSeed {
    UserSeed {
        id,
        name: name.to_owned(),
        email: format!("{}@sandbox.example", name.to_lowercase()),
        role,
        bot_owner: None,
        github: github.map(str::to_owned),
    }
}

fn bot(id: UserId, name: &str) -> UserSeed {
    UserSeed {
        id,
        name: name.to_owned(),
        email: format!("{name}@sandbox.example"),
        role: Role::Member,
        bot_owner: Some(MAYA),
        github: None,
    }
}
