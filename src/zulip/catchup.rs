//! After a gap: what the history shows of what happened meanwhile.
//!
//! Told in this order: the realm as it is, the topics that incidents have now, the messages missed
//! and the edits of those known already (in the order of their ids), the 👍 on open requests.

use std::{collections::BTreeSet, sync::Arc};

use commands::kernel::{
    embargoed::EmbargoedText,
    id::{ChannelId, MessageId, UserId},
    input::{Edited, Input, Observed, Place, Said},
};
use jiff::{SignedDuration, Timestamp};

use crate::zulip::{
    api::{History, Narrow, PAGE_MESSAGES},
    events::looks_like_a_command,
    listener::Session,
    wire::Found,
};

/// How far before the newest handled message the history is read again: a message may become
/// visible after one with a higher id, and an edit of a message counts for ten minutes.
pub(super) const OVERLAP: SignedDuration = SignedDuration::from_mins(10);

/// The most messages read again in one channel.
pub(super) const OVERLAP_MESSAGES: u32 = 200;

/// An edit made this long before the newest handled message was sent has been told when it was
/// made. Shorter than this, the order of the two is not certain.
const EDIT_MARGIN: SignedDuration = SignedDuration::from_secs(10);

/// What happened is handed over in portions of about so many inputs.
const PORTION_INPUTS: usize = 200;

/// The code point of 👍.
const THUMBS_UP: &str = "1f44d";

/// A message of the history.
struct Missed {
    found: Found,
    /// When its text was changed, where that is to be told by itself.
    edit: Option<Timestamp>,
}

impl Session {
    /// Tells what happened since the cursor; gives back the last portion, still to be handed over.
    pub(super) async fn catch_up(&mut self, snapshot: Input) -> Option<Vec<Input>> {
        let mut inputs = vec![snapshot];
        self.tell_moves(&mut inputs).await?;
        for missed in self.read_history().await? {
            if inputs.len() >= PORTION_INPUTS {
                self.deliver(std::mem::take(&mut inputs), false).await?;
            }
            self.hear_missed(missed, &mut inputs);
        }
        self.tell_thumbs(&mut inputs).await?;
        Some(inputs)
    }

    /// The messages since the cursor, in ascending order. Where the cursor knows nothing of a
    /// channel, the bot is new there: what stands there now is not for it.
    async fn read_history(&mut self) -> Option<Vec<Missed>> {
        let first_start = self.cursor.queue.is_none() && self.cursor.newest == MessageId::default();
        let mut missed = Vec::new();
        let mut fresh: Vec<(Narrow, MessageId)> = Vec::new();
        for narrow in self.narrows() {
            let handled = match narrow {
                Narrow::Channel(channel) => self.cursor.channels.get(&channel).copied(),
                Narrow::Direct => (!first_start).then_some(self.cursor.direct),
                Narrow::Public => self.cursor.public,
            };
            match handled {
                Some(handled) => missed.extend(self.read_since(narrow, handled).await?),
                None => fresh.push((narrow, self.read_newest(narrow).await?)),
            }
        }
        self.set_baselines(&fresh);
        missed.sort_by_key(|one| one.found.message.id);
        missed.dedup_by_key(|one| one.found.message.id);
        Some(missed)
    }

    /// The newest message there. It and those before it are not for the bot, and the overlap of a
    /// later gap is not to bring them up.
    async fn read_newest(&mut self, narrow: Narrow) -> Option<MessageId> {
        let page = self.read_page(narrow, None, OVERLAP_MESSAGES, 0).await?;
        for found in page.iter().flat_map(|page| &page.messages) {
            self.seen.message(found.message.id);
        }
        Some(page.and_then(|page| page.last).unwrap_or_default())
    }

    fn narrows(&self) -> Vec<Narrow> {
        let channels: BTreeSet<ChannelId> = self.channels.iter().copied().collect();
        let watches = self.watch.as_ref().is_none_or(|only| !only.is_empty());
        let public = watches.then_some(Narrow::Public);
        channels.into_iter().map(Narrow::Channel).chain([Narrow::Direct]).chain(public).collect()
    }

    /// A channel that looks empty may only be out of the bot's sight for now: what is in it is as
    /// old as the newest message anywhere, and no command either.
    fn set_baselines(&mut self, fresh: &[(Narrow, MessageId)]) {
        let newest = fresh.iter().map(|(_, newest)| *newest).max().unwrap_or_default();
        self.cursor.newest = self.cursor.newest.max(newest);
        for (narrow, found) in fresh {
            let baseline = if *found == MessageId::default() { self.cursor.newest } else { *found };
            match narrow {
                Narrow::Channel(channel) => {
                    self.cursor.channels.insert(*channel, baseline);
                }
                Narrow::Direct => self.cursor.direct = baseline,
                Narrow::Public => self.cursor.public = Some(baseline),
            }
        }
    }

    /// The messages after `handled`, and those of the overlap before it.
    async fn read_since(&mut self, narrow: Narrow, handled: MessageId) -> Option<Vec<Missed>> {
        let mut found = Vec::new();
        let (mut anchor, mut before) = (handled, OVERLAP_MESSAGES);
        while let Some(page) = self.read_page(narrow, Some(anchor), before, PAGE_MESSAGES).await? {
            found.extend(page.messages);
            before = 0;
            match page.last {
                Some(last) if !page.newest && last > anchor => anchor = last,
                Some(_) | None => break,
            }
        }
        let known = |one: &&Found| one.message.id <= handled;
        let reference = found.iter().filter(known).map(|one| one.message.sent).max();
        let overlap = |length| reference.and_then(|at| at.checked_sub(length).ok()).unwrap_or(Timestamp::MIN);
        let (sent_since, edited_since) = (overlap(OVERLAP), overlap(EDIT_MARGIN));
        let missed = found.into_iter().filter_map(|one| {
            if one.message.id > handled {
                return Some(Missed { found: one, edit: None });
            }
            let edit = one.edited.filter(|at| *at >= edited_since);
            (one.message.sent >= sent_since).then_some(Missed { found: one, edit })
        });
        Some(missed.collect())
    }

    pub(super) async fn read_page(
        &mut self,
        narrow: Narrow,
        anchor: Option<MessageId>,
        before: u32,
        after: u32,
    ) -> Option<Option<History>> {
        let zulip = Arc::clone(&self.zulip);
        let page = self.persist(|| zulip.history(narrow, anchor, before, after)).await?;
        if page.is_none() {
            tracing::warn!(?narrow, "zulip refuses to show the history");
        }
        Some(page)
    }

    fn hear_missed(&mut self, missed: Missed, inputs: &mut Vec<Input>) {
        let Missed { found, edit } = missed;
        self.hear(found.clone(), inputs);
        if self.directory.is_me(found.message.sender) {
            return;
        }
        inputs.extend(self.earlier_texts(&found));
        // The text just told is the edited one: no event of that edit is to tell it again.
        let Some(edited) = edit.or(found.edited) else { return };
        let untold = self.seen.edit(&found, edited);
        if edit.is_some() && untold && looks_like_a_command(&found.message.content) {
            let editor = found.message.sender;
            inputs.push(Input::Said(Said::Edit { message: found.message, editor, edited }));
        }
    }

    /// What a message in public said before it was changed, which its history still shows.
    pub(super) fn earlier_texts(&self, found: &Found) -> Vec<Input> {
        let message = &found.message;
        let Place::Channel(channel, _) = message.place else { return Vec::new() };
        if self.channels.contains(&channel) {
            return Vec::new();
        }
        let told = |before: &EmbargoedText| {
            Input::Observed(Observed::Edited(Edited {
                message: message.id,
                channel,
                by: message.sender,
                at: found.edited.unwrap_or(message.sent),
                before: Some(before.clone()),
                after: message.content.clone(),
            }))
        };
        found.earlier_texts.iter().map(told).collect()
    }

    async fn tell_moves(&mut self, inputs: &mut Vec<Input>) -> Option<()> {
        let cards = (self.cards)().await;
        for id in cards {
            let Some(found) = self.look_at(id).await? else { continue };
            if let Place::Channel(channel, topic) = found.message.place {
                let (messages, from, by) = (vec![id], None, None);
                inputs.push(Input::Observed(Observed::Moved { messages, channel, topic, from, by }));
            }
        }
        Some(())
    }

    /// Who has a 👍 on an open request now, and who of the channel has none (any more).
    async fn tell_thumbs(&mut self, inputs: &mut Vec<Input>) -> Option<()> {
        let requests = (self.open_requests)().await;
        for message in requests {
            let Some(found) = self.look_at(message).await? else { continue };
            let up: BTreeSet<UserId> =
                found.reactions.iter().filter(|(_, code)| code == THUMBS_UP).map(|(user, _)| *user).collect();
            let readers = match found.message.place {
                Place::Channel(channel, _) => self.directory.channels.get(&channel),
                Place::Direct | Place::Group => None,
            };
            let others = readers.into_iter().flat_map(|channel| channel.subscribers.difference(&up));
            let told = others.map(|user| (*user, false)).chain(up.iter().map(|user| (*user, true)));
            for (user, added) in told.filter(|(user, _)| !self.directory.is_me(*user)) {
                let code = THUMBS_UP.to_owned();
                inputs.push(Input::Said(Said::Reaction { message, user, code, added }));
            }
        }
        Some(())
    }
}
