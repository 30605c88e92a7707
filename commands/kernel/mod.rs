//! What every command family stands on: the words the core is written in.

pub mod codename;
pub mod content;
pub mod directory;
pub mod effect;
pub mod embargoed;
pub mod escape;
pub mod fact;
pub mod id;
pub mod incident;
pub mod input;
pub mod notice;
pub mod runbook;
pub mod settings;
pub mod world;
