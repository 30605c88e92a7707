//! `GET /events`: the long poll.

use bytes::Bytes;
use http::Response;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::Zulip;
use super::ids::UserId;
use super::queue::{Queue, QueueOptions};
use super::state::State;
use super::wire::{Params, Refusal, bad_gateway, success};

/// What a poll comes to at once.
pub(super) enum Poll {
    /// An answer.
    Ready(Value),
    /// It blocks.
    Open(OpenPoll),
}

/// A poll that waits for events.
pub(super) struct OpenPoll {
    queue: String,
    /// Which of the queue's polls it is.
    number: u64,
    /// How often all queues had been lost when it began.
    crashes: u64,
    heartbeat: Timestamp,
}

impl State {
    /// A queue of `user` that is still there.
    fn queue(&mut self, user: UserId, id: &str, now: Timestamp) -> Result<&mut Queue, Refusal> {
        self.queues.retain(|_, queue| !queue.is_expired(now));
        self.queues.get_mut(id).filter(|queue| queue.user == user).ok_or_else(|| {
            Refusal::coded("BAD_EVENT_QUEUE_ID", format!("Bad event queue ID: {id}")).with("queue_id", id)
        })
    }

    /// Begins a poll.
    pub(super) fn begin_poll(
        &mut self,
        user: UserId,
        params: &mut Params,
        now: Timestamp,
    ) -> Result<Poll, Refusal> {
        let given = params.text("queue_id");
        let last = params.number("last_event_id")?;
        let dont_block = params.flag("dont_block", false)?;
        let crashes = self.crashes;
        // Without a queue the real server makes one.
        let id = match &given {
            Some(id) => id.clone(),
            None => self.make_queue(user, QueueOptions { idle_seconds: 600, ..QueueOptions::default() }, now),
        };
        let queue = self.queue(user, &id, now)?;
        let last = match last {
            Some(last) => last,
            None if given.is_none() => -1,
            None => return Err(Refusal::bad("Missing 'last_event_id' argument")),
        };
        queue.acknowledge(last)?;
        queue.interrupt(now);
        let events = queue.pending();
        if dont_block || !events.is_empty() {
            let mut body = json!({"events": events});
            if given.is_none() {
                body["queue_id"] = id.into();
            }
            return Ok(Poll::Ready(body));
        }
        let (number, heartbeat) = queue.listen(now);
        Ok(Poll::Open(OpenPoll { queue: id, number, crashes, heartbeat }))
    }

    /// What an open poll has come to by now.
    fn poll_outcome(&mut self, poll: &OpenPoll, now: Timestamp) -> Option<Response<Bytes>> {
        if self.crashes != poll.crashes {
            return Some(bad_gateway());
        }
        let answer = |events: Vec<Value>| success(json!({"events": events, "queue_id": poll.queue}), &[]);
        let Some(queue) = self.queues.get_mut(&poll.queue) else { return Some(answer(Vec::new())) };
        if !queue.is_listening(poll.number) {
            return Some(answer(Vec::new()));
        }
        if queue.pending().is_empty() && now >= poll.heartbeat {
            queue.push(json!({"type": "heartbeat"}));
        }
        let events = queue.pending();
        if events.is_empty() { None } else { Some(answer(events)) }
    }

    /// `DELETE /events`
    pub(super) fn api_delete_queue(
        &mut self,
        user: UserId,
        params: &mut Params,
        now: Timestamp,
    ) -> Result<Value, Refusal> {
        let id = params.needed_text("queue_id")?;
        self.queue(user, &id, now)?;
        self.queues.remove(&id);
        Ok(json!({}))
    }
}

impl Zulip {
    /// Waits until an open poll comes to something.
    pub(super) async fn wait(&self, poll: OpenPoll) -> Response<Bytes> {
        // Also when the client goes away, which ends this future: the queue is then no longer heard.
        let _hang_up = HangUp { zulip: self, poll: &poll };
        let mut wake = self.wake.subscribe();
        loop {
            wake.mark_unchanged();
            let outcome = self.state().poll_outcome(&poll, self.clock.now());
            if let Some(answer) = outcome {
                return answer;
            }
            tokio::select! {
                _ = wake.changed() => {}
                () = self.clock.sleep_until(poll.heartbeat) => {}
            }
        }
    }
}

/// Ends a poll when it is dropped.
struct HangUp<'a> {
    zulip: &'a Zulip,
    poll: &'a OpenPoll,
}

impl Drop for HangUp<'_> {
    fn drop(&mut self) {
        let now = self.zulip.clock.now();
        if let Some(queue) = self.zulip.state().queues.get_mut(&self.poll.queue) {
            queue.hang_up(self.poll.number, now);
        }
    }
}
