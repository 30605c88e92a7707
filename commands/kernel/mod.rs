//! What every command family stands on.

pub mod leak;
pub mod token;
pub mod when;
