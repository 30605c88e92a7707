//! What this run of the bot has told the core already. After a gap the history is read with some
//! overlap; what is found there again is not told again.
//!
//! It is a convenience, not a guarantee: it is empty after a restart, and the core itself skips
//! what it has handled.

use std::collections::BTreeMap;

use commands::kernel::{embargoed::EmbargoedText, id::MessageId};
use jiff::Timestamp;

use crate::zulip::wire::Found;

/// Messages remembered; the overlap is far smaller.
const MESSAGES_MAX: usize = 10_000;

/// The messages told, and the newest edit told of each. A time alone does not tell two edits
/// apart: Zulip's have whole seconds.
#[derive(Default)]
pub(super) struct Seen(BTreeMap<MessageId, Option<(Timestamp, EmbargoedText)>>);

impl Seen {
    /// Remembers that a message is being told; false if it was told before.
    pub(super) fn message(&mut self, id: MessageId) -> bool {
        if self.0.contains_key(&id) {
            return false;
        }
        self.keep(id, None);
        true
    }

    /// Remembers that the text `found` has since `edited` is being told; false if it was told before.
    pub(super) fn edit(&mut self, found: &Found, edited: Timestamp) -> bool {
        let text = &found.message.content;
        let told = self.0.get(&found.message.id).and_then(Option::as_ref);
        if told.is_some_and(|(at, known)| edited < *at || (edited == *at && known == text)) {
            return false;
        }
        self.keep(found.message.id, Some((edited, text.clone())));
        true
    }

    fn keep(&mut self, id: MessageId, edit: Option<(Timestamp, EmbargoedText)>) {
        self.0.insert(id, edit);
        if self.0.len() > MESSAGES_MAX {
            self.0.pop_first();
        }
    }
}
