//! Who reads a team channel.

use commands::kernel::{
    fact::Fact,
    id::{ChannelId, UserId},
    readership::{Access, ChannelSeen, Readership},
};

pub(super) fn facts_of_readership() -> Vec<Fact> {
    let accesses = [
        Access::Private { shared_history: true },
        Access::Public,
        Access::WebPublic,
        Access::Archived,
        Access::OutOfSight,
    ];
    let readership =
        |access| Readership { name: "wamr-security".into(), access, others: [UserId(15)].into() };
    let seen = accesses.map(|access| ChannelSeen::Readership(readership(access))).into_iter();
    let seen = seen.chain([ChannelSeen::Hand(UserId(8))]);
    seen.map(|seen| Fact::TeamChannel { channel: ChannelId(4), seen }).collect()
}
