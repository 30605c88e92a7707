//! The embedded Zulip held to what the real one does.

mod conformity;
mod events;
mod messages;
mod people;
mod requests;
mod uploads;
mod world;
