//! The embedded Zulip: a model of a realm's state that speaks the HTTP API of Zulip 10.2 (feature
//! level 372).
//!
//! What is modelled: messages, their changes and reactions; channels, subscriptions and privacy;
//! accounts, roles, groups and the GitHub names in their profiles; uploads; event queues; the rate
//! limit. What is not: typing, presence, drafts, scheduled messages, settings, and Markdown beyond escaping.

mod access;
mod api_channels;
mod api_fetch;
mod api_messages;
mod api_people;
mod api_register;
mod auth;
mod change;
mod channels;
mod deliver;
mod driver;
mod emoji;
mod ids;
mod limit;
mod mentions;
mod model;
mod multipart;
mod narrow;
mod people;
mod poll;
mod queue;
mod realm;
mod realm_state;
mod render;
mod routes;
pub mod seed;
mod send;
mod serve;
mod shape;
mod state;
#[cfg(test)]
mod tests;
mod touch;
mod uploads;
mod wire;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::port::Clock;

pub use change::Propagation;
pub use driver::DRIVER_CLIENT;
pub use ids::{ChannelId, GroupId, MessageId, UserId};
pub use model::{Edit, Message, Place, Reaction, RequestRecord, User};
pub use realm::{ChannelSeed, GroupSeed, Limits, Privacy, Realm, Role, UserSeed};
pub use uploads::Upload;
pub use wire::Refusal;

/// A Zulip server with one realm, in memory. Clients reach it through [`Zulip::handle`]; whoever
/// drives the sandbox acts for people through the other methods.
pub struct Zulip {
    state: Mutex<state::State>,
    clock: Arc<dyn Clock>,
    /// Ticks whenever an open poll may have come to something.
    wake: watch::Sender<u64>,
    /// The count of changes to messages that were announced.
    changes: watch::Sender<u64>,
}

impl Zulip {
    /// A server with this realm, running on `clock`.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, realm: Realm) -> Self {
        let state = state::State::new(realm, clock.now());
        Self { state: Mutex::new(state), clock, wake: watch::Sender::new(0), changes: watch::Sender::new(0) }
    }

    fn state(&self) -> MutexGuard<'_, state::State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes the open polls, and whoever watches for changes if there were any.
    fn announce_changes(&self) {
        let changes = self.state().changes;
        self.wake.send_modify(|count| *count += 1);
        self.changes.send_if_modified(|seen| std::mem::replace(seen, changes) != changes);
    }
}
