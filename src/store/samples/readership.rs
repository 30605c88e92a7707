//! Who reads a team channel.

use commands::kernel::{
    fact::Fact,
    id::{ChannelId, UserId},
    readership::{Access, Readership},
};

pub(super) fn facts_of_readership() -> Vec<Fact> {
    let accesses = [
        Access::Private { shared_history: true },
        Access::Public,
        Access::WebPublic,
        Access::Archived,
        Access::OutOfSight,
    ];
    let seen = |access| Fact::ReadershipSeen {
        channel: ChannelId(4),
        readership: Readership { name: "wamr-security".into(), access, others: [UserId(15)].into() },
    };
    let named = Fact::HandNamed { channel: ChannelId(4), user: UserId(8) };
    accesses.into_iter().map(seen).chain([named]).collect()
}
