//! The core, from outside: what people write and what they get back.

mod kit;
mod realm;
mod show;

mod advisory;
mod card;
mod countdown;
mod edits;
mod embargo;
mod failures;
mod help;
mod ping;
mod places;
mod release;
mod release_order;
mod typing;
mod who;
