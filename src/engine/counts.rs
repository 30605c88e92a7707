//! What the engine has done since its start, in numbers: nothing in them is embargoed.

use std::fmt::Write as _;

use commands::kernel::effect::Outcome;

use super::Health;

/// How often the engine has done what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Inputs that were decided on.
    pub decisions: u64,
    /// Decisions that were discarded, because they would have broken what must always hold.
    pub discarded: u64,
    /// Effects that were carried out.
    pub done: u64,
    /// Effects that were tried once more.
    pub tried_again: u64,
    /// Effects that failed for good, or of which nobody knows whether they did.
    pub failed: u64,
    /// Messages that were held back, by the guard or because their channel is not private.
    pub held_back: u64,
}

impl Counts {
    /// Counts an effect that has come to its end.
    pub(super) const fn settle(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Failed(_) | Outcome::Unknown(_) => self.failed += 1,
            Outcome::Blocked(_) | Outcome::NotPrivate(_) => self.held_back += 1,
            Outcome::Posted(_)
            | Outcome::Done
            | Outcome::Advisory(_)
            | Outcome::Conflict(..)
            | Outcome::Fork(_)
            | Outcome::Pulls(_)
            | Outcome::Uploaded(_)
            | Outcome::Found(_)
            | Outcome::Delayed(_) => self.done += 1,
        }
    }
}

impl Health {
    /// As `/metrics` shows it, in the text format of Prometheus (0.0.4). When something falls due is not
    /// shown: it tells a disclosure time.
    #[must_use]
    pub fn metrics(&self) -> String {
        let Counts { decisions, discarded, done, tried_again, failed, held_back } = self.counts;
        let pending = u64::try_from(self.pending).unwrap_or(u64::MAX);
        let lines = [
            ("ready", "gauge", "Whether the bot is ready to answer: 1 or 0.", u64::from(self.ready)),
            ("effects_pending", "gauge", "Effects that are recorded and not yet settled.", pending),
            ("decisions_total", "counter", "Inputs that were decided on.", decisions),
            ("decisions_discarded_total", "counter", "Decisions that broke an invariant.", discarded),
            ("effects_done_total", "counter", "Effects that were carried out.", done),
            (
                "effects_tried_again_total",
                "counter",
                "Tries at an effect that were not the last.",
                tried_again,
            ),
            ("effects_failed_total", "counter", "Effects that failed for good.", failed),
            ("effects_held_back_total", "counter", "Messages held back for secrecy.", held_back),
        ];
        lines.iter().fold(String::new(), |mut text, (name, kind, help, value)| {
            let name = format!("advisory_bot_{name}");
            // Writing to a string cannot fail.
            let _ = write!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n");
            text
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_are_shown_as_prometheus_reads_them() {
        let counts = Counts { decisions: 12, held_back: 1, ..Counts::default() };
        let health = Health { ready: true, pending: 3, due: Some(jiff::Timestamp::UNIX_EPOCH), counts };
        insta::assert_snapshot!(health.metrics(), @r"
        # HELP advisory_bot_ready Whether the bot is ready to answer: 1 or 0.
        # TYPE advisory_bot_ready gauge
        advisory_bot_ready 1
        # HELP advisory_bot_effects_pending Effects that are recorded and not yet settled.
        # TYPE advisory_bot_effects_pending gauge
        advisory_bot_effects_pending 3
        # HELP advisory_bot_decisions_total Inputs that were decided on.
        # TYPE advisory_bot_decisions_total counter
        advisory_bot_decisions_total 12
        # HELP advisory_bot_decisions_discarded_total Decisions that broke an invariant.
        # TYPE advisory_bot_decisions_discarded_total counter
        advisory_bot_decisions_discarded_total 0
        # HELP advisory_bot_effects_done_total Effects that were carried out.
        # TYPE advisory_bot_effects_done_total counter
        advisory_bot_effects_done_total 0
        # HELP advisory_bot_effects_tried_again_total Tries at an effect that were not the last.
        # TYPE advisory_bot_effects_tried_again_total counter
        advisory_bot_effects_tried_again_total 0
        # HELP advisory_bot_effects_failed_total Effects that failed for good.
        # TYPE advisory_bot_effects_failed_total counter
        advisory_bot_effects_failed_total 0
        # HELP advisory_bot_effects_held_back_total Messages held back for secrecy.
        # TYPE advisory_bot_effects_held_back_total counter
        advisory_bot_effects_held_back_total 1
        ");
    }
}
