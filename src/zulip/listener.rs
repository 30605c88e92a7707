//! Listening to Zulip without missing or repeating anything.
//!
//! Zulip keeps what happens in an event queue until it is acknowledged, which the next poll does.
//! So the next poll waits until what was decided on the last events is durable; a crash in between
//! gets the same events again, and the core skips what it has handled.
//!
//! **A quick restart** finds the old queue alive and takes it up where the stored cursor says, so that
//! edits, reactions and moves made meanwhile are seen too. The directory is not stored; it is read
//! by a second registration whose own queue is closed at once. That snapshot is newer than the
//! events waiting in the old queue, which are applied on top of it: whatever they touch ends as the
//! newest of them says, so the directory comes out right, if only after the last of them. That is
//! why all that wait are taken in one go, and why posting reads a channel's privacy afresh.
//!
//! **A longer gap** finds the queue gone. A new one is registered first and polled from then on, for
//! Zulip drops a queue that nobody polls; meanwhile the history since the cursor is read (the module
//! `catchup`), and what the poll brings waits until that is told. Until then the cursor keeps
//! naming the dead queue: a crash half-way must not take up the new queue and forget the gap.

use std::{collections::BTreeSet, convert::Infallible, sync::Arc};

use commands::kernel::{
    directory::{Directory, DirectoryChange},
    id::{ChannelId, MessageId, UserId},
    input::{Input, Message, Observed, Place, Said},
};
use futures_util::{
    FutureExt as _,
    future::{self, BoxFuture, Either},
};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{mpsc, oneshot};

use crate::{
    port::{Again, Clock, Cursor, QueuePosition, Setback},
    zulip::{
        api::{Event, EventsError, Registered},
        backoff::Backoff,
        client::Zulip,
        events::{self, Told},
        pace,
        profile::GitHubFields,
        seen::Seen,
        wire::Found,
    },
};

/// The longest a poll may hang. Zulip answers each within 55 seconds, if only with a heartbeat.
pub const POLL_WAIT_MAX: SignedDuration = SignedDuration::from_secs(120);

/// Messages that the engine has an interest in now; asked before it has read its store, it answers then.
pub type MessageIds = Arc<dyn Fn() -> BoxFuture<'static, Vec<MessageId>> + Send + Sync>;

/// What happened in chat, in order, and where that leaves the bot.
#[derive(Debug)]
pub struct Arrival {
    /// What happened. May be empty: the cursor moves on all the same.
    pub inputs: Vec<Input>,
    /// To be stored together with what is decided on the inputs.
    pub cursor: Cursor,
    /// To be answered once that is durable; nothing more arrives before.
    pub done: oneshot::Sender<()>,
    /// Whether the bot now knows everything that happened up to about now.
    pub caught_up: bool,
}

/// Listens to Zulip.
pub struct Listener {
    /// The account to listen as.
    pub zulip: Arc<Zulip>,
    /// The clock that waits go by.
    pub clock: Arc<dyn Clock>,
    /// The team channels: after a gap their history is read.
    pub channels: Vec<ChannelId>,
    /// Which public channels are watched for leaks; none: every one. The bot subscribes itself to them.
    pub watch: Option<BTreeSet<ChannelId>>,
    /// The bot's messages on which a 👍 counts; after a gap their reactions are read.
    pub open_requests: MessageIds,
    /// The first message of each incident's topic; after a gap the topic's name is read there.
    pub cards: MessageIds,
    /// Spreads the waits between tries.
    pub seed: u64,
}

impl Listener {
    /// Listens from where `resume` stands, until nobody takes the arrivals any more.
    pub async fn run(self, resume: Cursor, out: mpsc::Sender<Arrival>) {
        let mut session = Session {
            zulip: self.zulip,
            clock: self.clock,
            channels: self.channels,
            watch: self.watch,
            joined: BTreeSet::new(),
            open_requests: self.open_requests,
            cards: self.cards,
            cursor: resume,
            directory: Directory::default(),
            fields: GitHubFields::default(),
            seen: Seen::default(),
            polls: Backoff::new(self.seed),
            calls: Backoff::new(!self.seed),
            out,
        };
        let ended: Option<Infallible> = session.listen().await;
        debug_assert!(ended.is_none(), "listening ends only when nobody takes the arrivals");
    }
}

/// An event queue, and the poll of it that is under way.
struct Listening {
    queue: QueuePosition,
    poll: Poll,
}

type Poll = BoxFuture<'static, Result<Vec<Event>, EventsError>>;

/// A listener at work. Its methods give `None` when nobody takes the arrivals any more.
pub(super) struct Session {
    pub(super) zulip: Arc<Zulip>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) channels: Vec<ChannelId>,
    pub(super) watch: Option<BTreeSet<ChannelId>>,
    /// The channels the bot was in, or asked to join, since it last registered.
    pub(super) joined: BTreeSet<ChannelId>,
    pub(super) open_requests: MessageIds,
    pub(super) cards: MessageIds,
    pub(super) cursor: Cursor,
    pub(super) directory: Directory,
    /// Where people tell their login on GitHub.
    pub(super) fields: GitHubFields,
    pub(super) seen: Seen,
    /// Short again only after a poll brought something: a queue that is lost as soon as it is made
    /// must not be made again at full speed.
    polls: Backoff,
    calls: Backoff,
    out: mpsc::Sender<Arrival>,
}

impl Session {
    async fn listen(&mut self) -> Option<Infallible> {
        let mut listening = match self.cursor.queue.clone() {
            Some(queue) => self.resume(queue).await?,
            None => self.start_over().await?,
        };
        loop {
            let Listening { mut queue, poll } = listening;
            match poll.await {
                Ok(events) if events.is_empty() => self.pause().await?,
                Ok(events) => {
                    self.polls.reset();
                    queue.last_event_id = newest_of(&events, queue.last_event_id);
                    let mut inputs = Vec::new();
                    self.take_in(events, &mut inputs).await?;
                    self.join_newcomers(&mut inputs).await?;
                    self.cursor.queue = Some(queue.clone());
                    self.deliver(inputs, false).await?;
                }
                Err(EventsError::Lost) => {
                    tracing::warn!("the event queue is gone; reading the history instead");
                    self.pause().await?;
                    listening = self.start_over().await?;
                    continue;
                }
                Err(EventsError::Setback(setback)) => self.pause_after(&setback).await?,
            }
            listening = self.poll(queue);
        }
    }

    /// Takes up the queue of before the restart, or starts over if it is gone.
    async fn resume(&mut self, mut queue: QueuePosition) -> Option<Listening> {
        let events = loop {
            match self.zulip.events(&queue, false).await {
                Ok(events) => break events,
                Err(EventsError::Lost) => return self.start_over().await,
                Err(EventsError::Setback(setback)) => self.pause_after(&setback).await?,
            }
        };
        let snapshot = self.register().await?;
        if self.zulip.forget(&snapshot.queue.queue_id).await.is_err() {
            tracing::debug!("a spare event queue was not closed; it expires by itself");
        }
        let mut inputs = vec![self.know(snapshot.directory, snapshot.fields)];
        queue.last_event_id = newest_of(&events, queue.last_event_id);
        self.take_in(events, &mut inputs).await?;
        self.join_newcomers(&mut inputs).await?;
        self.cursor.queue = Some(queue.clone());
        tracing::info!("listening on the event queue of before the restart");
        self.deliver(inputs, true).await?;
        Some(self.poll(queue))
    }

    /// Makes a new queue, and tells what happened since the cursor.
    async fn start_over(&mut self) -> Option<Listening> {
        let Registered { queue, directory, fields } = self.register().await?;
        let snapshot = self.know(directory, fields);
        // What was said before that is in the history that follows.
        self.join().await;
        let Listening { queue, poll } = self.poll(queue);
        let (rest, poll) = self.catch_up_beside(poll, snapshot).await?;
        self.cursor.queue = Some(queue.clone());
        tracing::info!("listening on a new event queue; the history is read");
        self.deliver(rest, true).await?;
        Some(Listening { queue, poll })
    }

    /// Tells the history while `poll` is under way.
    async fn catch_up_beside(&mut self, poll: Poll, snapshot: Input) -> Option<(Vec<Input>, Poll)> {
        match future::select(Box::pin(self.catch_up(snapshot)), poll).await {
            Either::Left((rest, poll)) => Some((rest?, poll)),
            Either::Right((events, catching_up)) => Some((catching_up.await?, future::ready(events).boxed())),
        }
    }

    async fn register(&mut self) -> Option<Registered> {
        let zulip = Arc::clone(&self.zulip);
        loop {
            if let Some(registered) = self.persist(|| zulip.register()).await? {
                return Some(registered);
            }
            tracing::error!("zulip refuses to open an event queue for the bot");
            self.pause().await?;
        }
    }

    fn know(&mut self, directory: Directory, fields: GitHubFields) -> Input {
        self.fields = fields;
        self.directory = directory.clone();
        self.joined.clear();
        Input::Observed(Observed::Directory(DirectoryChange::Snapshot(directory)))
    }

    /// Polls `queue`, from when it is first awaited.
    fn poll(&self, queue: QueuePosition) -> Listening {
        let (zulip, clock, out) = (Arc::clone(&self.zulip), Arc::clone(&self.clock), self.out.clone());
        let asked = queue.clone();
        let poll = async move {
            let cut = pace::later(clock.now(), POLL_WAIT_MAX);
            tokio::select! {
                biased;
                events = zulip.events(&asked, true) => events,
                // Taken for an empty answer: the next poll takes the queue up at the same place.
                () = clock.sleep_until(cut) => Ok(Vec::new()),
                () = out.closed() => Ok(Vec::new()),
            }
        };
        Listening { queue, poll: poll.boxed() }
    }

    /// Turns events into inputs, in order. What an event tells is known before the next is read.
    async fn take_in(&mut self, events: Vec<Event>, inputs: &mut Vec<Input>) -> Option<()> {
        for event in events {
            for told in events::translate(&event.kind, event.body, &self.directory, &self.fields) {
                match told {
                    Told::Message(found) => self.hear(found, inputs),
                    Told::Edit { message, editor, edited } => {
                        inputs.extend(self.hear_edit(message, editor, edited).await?);
                    }
                    Told::Input(input) => {
                        if let Input::Observed(Observed::Directory(change)) = &input {
                            self.directory.apply(change);
                        }
                        inputs.push(input);
                    }
                    Told::Fields(fields) => self.fields = fields,
                }
            }
        }
        Some(())
    }

    /// Tells a message, unless it is the bot's own or was told before.
    pub(super) fn hear(&mut self, found: Found, inputs: &mut Vec<Input>) {
        self.advance(&found.message);
        if !self.directory.is_me(found.message.sender) && self.seen.message(found.message.id) {
            inputs.push(Input::Said(Said::Message(found.message)));
        }
    }

    fn advance(&mut self, message: &Message) {
        let id = message.id;
        self.cursor.newest = self.cursor.newest.max(id);
        match message.place {
            Place::Channel(channel, _) if self.channels.contains(&channel) => {
                let handled = self.cursor.channels.entry(channel).or_default();
                *handled = id.max(*handled);
            }
            Place::Channel(..) => {
                let handled = self.cursor.public.get_or_insert_default();
                *handled = id.max(*handled);
            }
            Place::Direct | Place::Group => self.cursor.direct = self.cursor.direct.max(id),
        }
    }

    async fn hear_edit(&mut self, id: MessageId, editor: UserId, edited: Timestamp) -> Option<Option<Input>> {
        let Some(found) = self.look_at(id).await? else { return Some(None) };
        let edited = found.edited.map_or(edited, |at| at.max(edited));
        let told = !self.directory.is_me(found.message.sender) && self.seen.edit(&found, edited);
        Some(told.then_some(Input::Said(Said::Edit { message: found.message, editor, edited })))
    }

    /// A message as it is now, if it is still there.
    pub(super) async fn look_at(&mut self, id: MessageId) -> Option<Option<Found>> {
        let zulip = Arc::clone(&self.zulip);
        Some(self.persist(|| zulip.message(id)).await?.flatten())
    }

    /// Hands over what happened and waits until what was decided on it is durable.
    pub(super) async fn deliver(&mut self, inputs: Vec<Input>, caught_up: bool) -> Option<()> {
        let (done, durable) = oneshot::channel();
        let arrival = Arrival { inputs, cursor: self.cursor.clone(), done, caught_up };
        self.out.send(arrival).await.ok()?;
        durable.await.ok()
    }

    /// Makes a call again and again until it is answered; none when Zulip refuses it for good.
    pub(super) async fn persist<T, F>(&mut self, mut call: impl FnMut() -> F) -> Option<Option<T>>
    where
        F: Future<Output = Result<T, Setback>>,
    {
        loop {
            match call().await {
                Ok(answer) => {
                    self.calls.reset();
                    return Some(Some(answer));
                }
                Err(setback) if setback.again == Again::Never => return Some(None),
                Err(setback) => {
                    let wait = self.calls.next_wait(asked(&setback));
                    tracing::warn!(kind = ?setback.failure.kind, ?wait, "zulip does not answer as it should");
                    self.wait(wait).await?;
                }
            }
        }
    }

    async fn pause(&mut self) -> Option<()> {
        let wait = self.polls.next_wait(None);
        self.wait(wait).await
    }

    async fn pause_after(&mut self, setback: &Setback) -> Option<()> {
        let wait = self.polls.next_wait(asked(setback));
        tracing::warn!(kind = ?setback.failure.kind, ?wait, "zulip gives no events");
        self.wait(wait).await
    }

    async fn wait(&self, wait: SignedDuration) -> Option<()> {
        tokio::select! {
            biased;
            () = self.clock.sleep_until(pace::later(self.clock.now(), wait)) => Some(()),
            () = self.out.closed() => None,
        }
    }
}

/// The wait the service asked for.
const fn asked(setback: &Setback) -> Option<SignedDuration> {
    match setback.again {
        Again::NotDone { wait } => wait,
        Again::Never | Again::Unknown => None,
    }
}

fn newest_of(events: &[Event], at: i64) -> i64 {
    events.iter().map(|event| event.id).max().unwrap_or(at).max(at)
}
