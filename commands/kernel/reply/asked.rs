//! What is said when GitHub did not do what a command asked for.

use crate::kernel::{effect::Failure, embargoed::TeamText, reply::failure};

/// It could not be done.
#[must_use]
pub fn not_done(why: &Failure) -> TeamText {
    TeamText::compose(|team| format!("❌ Not done: {}", failure::sentence(team, why)))
}
