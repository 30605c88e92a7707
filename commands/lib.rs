//! What advisory-bot means.

pub mod kernel;
