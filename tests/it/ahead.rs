//! A bot that listens while its store is still being read: it hears, and says nothing before it knows.

use std::sync::{Arc, Mutex, mpsc};

use advisory_bot::{
    port::{Commit, Cursor, Store, StoreError, Unsettled},
    sandbox::{world::Sandbox, zulip::seed::MAYA},
    store::memory::{MemoryDisk, MemoryStore},
};
use async_trait::async_trait;
use commands::kernel::fact::RecordedFact;
use tokio::task::yield_now;

use crate::{
    chat::{by_bot, said, say},
    inside::{SEED, start_time},
    wait::until,
};

/// A store that is read when it is told to be, and found damaged when the one who tells is gone.
struct Held {
    store: MemoryStore,
    read_on: Mutex<mpsc::Receiver<()>>,
}

#[async_trait]
impl Store for Held {
    fn replay(&self, take: &mut dyn FnMut(RecordedFact)) -> Result<Unsettled, StoreError> {
        let told = self.read_on.lock().unwrap().recv();
        let unsettled = self.store.replay(take)?;
        told.map(|()| unsettled).map_err(|_| StoreError::Damaged {
            path: "(in memory)".into(),
            what: "as a test wants it".into(),
        })
    }

    fn cursor(&self) -> Cursor {
        self.store.cursor()
    }

    async fn commit(&self, commit: Commit) -> Result<(), StoreError> {
        self.store.commit(commit).await
    }
}

/// A bot that has run before, with a command since, at the moment when it listens again, on the queue of
/// before or on a new one. Its store is still to be read.
async fn listening(expired: bool) -> (Sandbox, advisory_bot::bot::Running, mpsc::Sender<()>) {
    let sandbox = Sandbox::new(SEED, start_time(), 1.0);
    let disk = MemoryDisk::new();
    let first = sandbox.bot_in_memory(Arc::new(disk.open().unwrap())).start().unwrap();
    let mut health = first.health.clone();
    health.wait_for(|health| health.ready).await.unwrap();
    first.stopped().await.unwrap();
    // What a task that was told to end still holds goes when it has.
    let store = until(|| "the store stays open", || disk.open().ok()).await;
    say(&sandbox, MAYA, "missed", "!help");
    if expired {
        sandbox.zulip.expire_queues();
    }
    let before = sandbox.zulip.requests().len();
    let (tell, read_on) = mpsc::channel();
    let store = Arc::new(Held { store, read_on: Mutex::new(read_on) });
    let running = sandbox.bot_in_memory(store).start_ahead();
    let asked = || {
        let requests = sandbox.zulip.requests().split_off(before);
        requests.into_iter().map(|request| format!("{} {}", request.method, request.path)).collect::<Vec<_>>()
    };
    // All that waits has been heard when the spare queue of the new registration is closed. A new queue is
    // polled: the poll of the old one came before its registration.
    let heard = |asked: &[String]| {
        let registered = asked.iter().position(|asked| asked.ends_with("/register"));
        let since = registered.map_or(&[][..], |at| &asked[at..]);
        since.iter().any(|asked| {
            asked.starts_with("DELETE") && !expired || asked.ends_with("GET /api/v1/events") && expired
        })
    };
    until(asked, || heard(&asked()).then_some(())).await;
    assert!(asked().first().is_some_and(|first| first.ends_with("/events")), "{:?}", asked());
    for _ in 0..100 {
        yield_now().await;
    }
    (sandbox, running, tell)
}

#[tokio::test]
async fn it_listens_while_it_reads_and_answers_when_it_has() {
    for expired in [false, true] {
        let (sandbox, running, tell) = listening(expired).await;
        assert!(by_bot(&sandbox).is_empty() && !running.health.borrow().ready);
        tell.send(()).unwrap();
        until(|| by_bot(&sandbox), || (said(&sandbox, "missed").len() == 1).then_some(())).await;
        running.stopped().await.unwrap();
    }
}

#[tokio::test]
async fn what_it_heard_goes_unanswered_when_its_store_is_damaged() {
    for expired in [false, true] {
        let (sandbox, running, tell) = listening(expired).await;
        drop(tell);
        let error = running.ended.await.unwrap().unwrap_err().to_string();
        assert!(
            error.contains("as a test wants it") && error.contains("restore it from a backup"),
            "{error}"
        );
        assert!(by_bot(&sandbox).is_empty());
    }
}
