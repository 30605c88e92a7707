//! The core, from outside: what people write and what they get back.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::wildcard_enum_match_arm, reason = "a test names the effects it is about")]

mod begun;
mod kit;
mod public;
mod pulls;
mod realm;
mod show;
mod words;

mod advisory;
mod advisory_text;
mod approval;
mod asker;
mod blog;
mod broken;
mod card;
mod countdown;
mod delivery;
mod edits;
mod embargo;
mod failures;
mod help;
mod limits;
mod notify;
mod notify_time;
mod outside;
mod patch;
mod patch_watch;
mod people;
mod ping;
mod places;
mod platforms;
mod privacy;
mod proposal;
mod random;
mod refusals;
mod release;
mod release_mail;
mod release_order;
mod report;
mod runbook;
mod sync;
mod timeline;
mod typing;
mod watch;
mod who;
