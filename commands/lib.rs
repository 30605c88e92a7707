//! What advisory-bot means: the pure core that decides, without I/O, clock or randomness.

pub mod kernel;
