//! What advisory-bot means.
