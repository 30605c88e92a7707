//! The Zulip adapter: the calls the bot makes, and the listener that turns what people do in chat
//! into inputs. It decides nothing.

mod answer;
pub mod api;
pub mod backoff;
mod catchup;
pub mod client;
pub mod events;
mod join;
pub mod listener;
mod pace;
pub mod profile;
mod seen;
mod upload;
pub mod wire;

pub use api::{EditOutcome, EventsError, History, Narrow, Registered, Target};
pub use client::Zulip;
pub use listener::{Arrival, Listener, MessageIds};

#[cfg(all(test, feature = "sandbox"))]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests;
