//! Black-box tests: the bot as it is run, over real loopback HTTP with its store on disk, against the
//! embedded Zulip and GitHub. What would take minutes or days of real time runs within this process
//! on virtual time, against the same services.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::print_stderr, reason = "what a failed or skipped test has to say")]

mod bot;
mod chat;
mod disguise;
mod inside;
mod link;
mod place;
mod quiet;
mod wait;

mod advisories;
mod advisory_texts;
mod ahead;
mod config;
mod countdown;
mod embargo;
mod hands;
mod health;
mod kill;
mod leak;
mod mail;
#[expect(unreachable_pub, reason = "the file is the library's own")]
#[path = "../../src/sandbox/openapi.rs"]
mod openapi;
mod outage;
mod patch;
mod privacy;
mod public;
mod thrift;
mod timeline;
mod webhook;
mod wire;
