//! What every command family stands on: the words the core is written in.

pub mod ask;
pub mod authority;
pub mod check;
pub mod codename;
pub mod command;
pub mod content;
pub mod decision;
pub mod directory;
pub mod effect;
pub mod embargoed;
pub mod escape;
pub mod fact;
pub mod grammar;
pub mod id;
pub mod incident;
pub mod input;
pub mod leak;
pub mod notice;
pub mod plan;
pub mod refusal;
pub mod reply;
pub mod runbook;
pub mod settings;
pub mod token;
pub mod when;
pub mod world;
