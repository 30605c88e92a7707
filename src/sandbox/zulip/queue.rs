//! Event queues: what is kept for a client until it says that it has seen it.

use std::collections::{BTreeSet, VecDeque};

use jiff::Timestamp;
use serde_json::Value;

use super::ids::UserId;
use super::narrow::Narrow;
use super::wire::Refusal;

/// The shortest time between heartbeats.
const HEARTBEAT_SECONDS_MIN: i64 = 45;
/// The longest time between heartbeats.
const HEARTBEAT_SECONDS_MAX: i64 = 55;

/// What a client asked for when it registered a queue.
#[derive(Debug, Clone, Default)]
pub(super) struct QueueOptions {
    /// The types of events wanted; `None` is all.
    pub(super) event_types: Option<BTreeSet<String>>,
    /// Whether messages come as HTML.
    pub(super) apply_markdown: bool,
    /// Whether avatars that the client can derive are left out.
    pub(super) client_gravatar: bool,
    /// Whether the messages of all public channels come, subscribed or not.
    pub(super) all_public_channels: bool,
    /// Whether the client handles `message_ids` in deletions.
    pub(super) bulk_message_deletion: bool,
    /// Whether the client handles topics without a name.
    pub(super) empty_topic_name: bool,
    /// Whether the client wants to know who else is subscribed.
    pub(super) include_subscribers: bool,
    /// Which messages are wanted.
    pub(super) narrow: Narrow,
    /// For how long the queue lives without being listened to.
    pub(super) idle_seconds: i64,
}

/// An event queue of one client.
#[derive(Debug)]
pub(super) struct Queue {
    pub(super) id: String,
    pub(super) user: UserId,
    pub(super) options: QueueOptions,
    events: VecDeque<(i64, Value)>,
    next_event: i64,
    newest_pruned: i64,
    /// When the client last began or ended to listen.
    last_heard: Timestamp,
    /// The poll that is open now.
    listener: Option<u64>,
    /// When that poll ends by itself.
    heartbeat: Timestamp,
    polls: u64,
}

impl Queue {
    /// An empty queue, made `now`.
    pub(super) fn new(id: String, user: UserId, options: QueueOptions, now: Timestamp) -> Self {
        Self {
            id,
            user,
            options,
            events: VecDeque::new(),
            next_event: 0,
            newest_pruned: -1,
            last_heard: now,
            listener: None,
            heartbeat: now,
            polls: 0,
        }
    }

    /// Whether the client asked for events of this type.
    pub(super) fn wants(&self, kind: &str) -> bool {
        self.options.event_types.as_ref().is_none_or(|types| types.contains(kind))
    }

    /// Adds an event, giving it its number.
    pub(super) fn push(&mut self, mut event: Value) {
        event["id"] = self.next_event.into();
        self.events.push_back((self.next_event, event));
        self.next_event += 1;
    }

    /// Drops the events up to `last`, which the client has seen.
    ///
    /// As on the real server, a number that was never given out is refused only after everything up
    /// to it was dropped.
    pub(super) fn acknowledge(&mut self, last: i64) -> Result<(), Refusal> {
        if last < self.newest_pruned {
            return Err(Refusal::bad(format!("An event newer than {last} has already been pruned!")));
        }
        while self.events.front().is_some_and(|(id, _)| *id <= last) {
            self.newest_pruned = self.events.pop_front().map_or(self.newest_pruned, |(id, _)| id);
        }
        if last != self.newest_pruned {
            return Err(Refusal::bad(format!("Event {last} was not in this queue")));
        }
        Ok(())
    }

    /// The events not yet acknowledged, oldest first.
    pub(super) fn pending(&self) -> Vec<Value> {
        self.events.iter().map(|(_, event)| event.clone()).collect()
    }

    /// How many events there were, when a poll is open that goes on and all of them are acknowledged.
    pub(super) fn heard_all(&self, now: Timestamp) -> Option<i64> {
        let listening = self.listener.is_some() && now < self.heartbeat;
        (listening && self.events.is_empty()).then_some(self.next_event)
    }

    /// Begins a poll that blocks, ending the one before. Returns its number and when its heartbeat is due.
    pub(super) fn listen(&mut self, now: Timestamp) -> (u64, Timestamp) {
        self.polls += 1;
        self.listener = Some(self.polls);
        self.last_heard = now;
        let spread = HEARTBEAT_SECONDS_MAX - HEARTBEAT_SECONDS_MIN + 1;
        let seconds = HEARTBEAT_SECONDS_MIN + (self.polls.cast_signed() * 7) % spread;
        self.heartbeat = now.checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap_or(now);
        (self.polls, self.heartbeat)
    }

    /// Whether the poll of this number is still the open one.
    pub(super) fn is_listening(&self, poll: u64) -> bool {
        self.listener == Some(poll)
    }

    /// Ends the open poll, whichever it is: another request on the queue took its place.
    pub(super) fn interrupt(&mut self, now: Timestamp) {
        if let Some(poll) = self.listener {
            self.hang_up(poll, now);
        }
    }

    /// Ends the poll of this number, if it is the open one.
    pub(super) fn hang_up(&mut self, poll: u64, now: Timestamp) {
        if self.is_listening(poll) {
            self.listener = None;
            self.last_heard = now;
        }
    }

    /// Whether no one has listened for so long that the queue is gone.
    pub(super) fn is_expired(&self, now: Timestamp) -> bool {
        let idle = now.duration_since(self.last_heard).as_secs();
        self.listener.is_none() && idle >= self.options.idle_seconds
    }
}
