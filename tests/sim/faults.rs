//! What can go wrong between the bot and the world, drawn from the seed: requests and answers that
//! are lost, late, refused or mangled, writes that fail, and a bot that is killed at any of these.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use advisory_bot::{
    port::{Commit, Cursor, Store, StoreError, Transport, TransportError, Unsettled},
    store::memory::{MemoryDisk, MemoryStore},
};
use async_trait::async_trait;
use bytes::Bytes;
use commands::kernel::fact::RecordedFact;
use http::{Method, Request, Response};
use jiff::SignedDuration;
use tokio::sync::Notify;

use crate::{chance::Chance, post::MailFault, sight::PUBLIC_OPENINGS};

/// How many exchanges in a thousand meet a fault.
const EXCHANGES_FAULTY: u64 = 110;
/// How many mails in a hundred meet a fault: there are few of them.
const MAILS_FAULTY: u64 = 40;
/// How many writes to the store in a thousand meet a fault.
const COMMITS_FAULTY: u64 = 12;
/// How long a request whose answer is lost may still be on its way, in milliseconds.
const LATE_MAX: u64 = 2_500;

/// What happens to one exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    NotSent,
    LostBefore,
    LostAfter,
    Late,
    Slow,
    TooMany,
    SecondaryLimit,
    Broken,
    BrokenAfter,
    Truncated,
    CrashBefore,
    CrashAfter,
}

/// Where the bot is to die, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Death {
    /// At which exchange, from 0.
    pub(crate) at: u64,
    /// Once the service has done what was asked, or before.
    pub(crate) after: bool,
}

/// The faults of one run.
pub(crate) struct Faults {
    state: Mutex<State>,
    /// Called when the bot is to be killed.
    pub(crate) crash: Notify,
}

struct State {
    chance: Chance,
    on: bool,
    /// Exchanges since a death was appointed, or could have been.
    exchanges: u64,
    death: Option<Death>,
    survivors: usize,
    counts: BTreeMap<String, u64>,
    log: Vec<String>,
    breaches: Vec<String>,
}

impl Faults {
    pub(crate) fn new(chance: Chance) -> Arc<Self> {
        let state = State {
            chance,
            on: true,
            exchanges: 0,
            death: None,
            survivors: 0,
            counts: BTreeMap::new(),
            log: Vec::new(),
            breaches: Vec::new(),
        };
        Arc::new(Self { state: Mutex::new(state), crash: Notify::new() })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends all faults.
    pub(crate) fn heal(&self) {
        self.state().on = false;
    }

    /// Counts exchanges from here on, and lets the bot die at one of them.
    pub(crate) fn appoint(&self, death: Option<Death>) {
        let mut state = self.state();
        (state.exchanges, state.death) = (0, death);
    }

    /// How many exchanges there were since.
    pub(crate) fn exchanges(&self) -> u64 {
        self.state().exchanges
    }

    /// Counts a fault that somebody else made.
    pub(crate) fn count(&self, what: &str) {
        *self.state().counts.entry(what.to_owned()).or_default() += 1;
    }

    /// How often each kind of fault came.
    pub(crate) fn counts(&self) -> BTreeMap<String, u64> {
        self.state().counts.clone()
    }

    /// What happened since the last time.
    pub(crate) fn take_log(&self) -> Vec<String> {
        std::mem::take(&mut self.state().log)
    }

    /// What was seen on the way that must never be.
    pub(crate) fn breaches(&self) -> Vec<String> {
        self.state().breaches.clone()
    }

    /// How many of the writes that wait survive the kill that was asked for.
    pub(crate) fn survivors(&self) -> usize {
        std::mem::take(&mut self.state().survivors)
    }

    fn note(&self, what: &str, of: &str) {
        let mut state = self.state();
        *state.counts.entry(what.to_owned()).or_default() += 1;
        state.log.push(format!("fault: {what}: {of}"));
    }

    fn draw(&self, service: Service, poll: bool) -> (Option<Fault>, SignedDuration, SignedDuration) {
        let mut state = self.state();
        if !state.on {
            let latency = SignedDuration::from_millis(2);
            if poll {
                return (None, latency, latency);
            }
            let at = state.exchanges;
            state.exchanges += 1;
            let dies = state.death.take_if(|death| death.at == at);
            let fault = dies.map(|death| if death.after { Fault::CrashAfter } else { Fault::CrashBefore });
            return (fault, latency, latency);
        }
        let chance = &mut state.chance;
        let (there, back) = (chance.millis(1, 60), chance.millis(1, 60));
        if !chance.permille(EXCHANGES_FAULTY) {
            return (None, there, back);
        }
        let fault = chance.weigh(&[
            (10, Fault::NotSent),
            (10, Fault::LostBefore),
            (16, Fault::LostAfter),
            (10, Fault::Late),
            (10, Fault::Slow),
            (6, Fault::TooMany),
            (5, Fault::SecondaryLimit),
            (8, Fault::Broken),
            (8, Fault::BrokenAfter),
            (10, Fault::Truncated),
            (3, Fault::CrashBefore),
            (6, Fault::CrashAfter),
        ]);
        let fault = match (fault, service, poll) {
            (Fault::SecondaryLimit, Service::Zulip, _) => Fault::TooMany,
            (Fault::Late, _, true) => Fault::LostAfter,
            _ => fault,
        };
        (Some(fault), there, back)
    }

    /// What happens to the next mail.
    pub(crate) fn draw_mail(&self) -> Option<MailFault> {
        let fault = {
            let mut state = self.state();
            if !state.on || !state.chance.percent(MAILS_FAULTY) {
                return None;
            }
            state.chance.weigh(&[
                (6, MailFault::NotSent),
                (2, MailFault::Refused),
                (4, MailFault::Lost { taken: false }),
                (4, MailFault::Lost { taken: true }),
                (2, MailFault::Killed { taken: false }),
                (3, MailFault::Killed { taken: true }),
            ])
        };
        self.note(&format!("mail {fault:?}"), "mail");
        Some(fault)
    }

    fn late(&self) -> SignedDuration {
        self.state().chance.millis(1, LATE_MAX)
    }
}

/// Whose answers they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    Zulip,
    GitHub,
}

/// The way from one run of the bot to a service.
pub(crate) struct Faulty {
    pub(crate) inner: Arc<dyn Transport>,
    pub(crate) service: Service,
    pub(crate) faults: Arc<Faults>,
    /// Cleared when that run of the bot is killed: nothing leaves it any more.
    pub(crate) alive: Arc<AtomicBool>,
    /// What the bot remembers.
    pub(crate) disk: MemoryDisk,
}

impl Faulty {
    async fn wait(&self, length: SignedDuration) -> Result<(), TransportError> {
        // The network's time is not the wall's: a jump of the clock does not make it shorter.
        tokio::time::sleep(std::time::Duration::try_from(length).unwrap_or_default()).await;
        if self.alive.load(Ordering::SeqCst) { Ok(()) } else { Err(TransportError::NotSent) }
    }

    /// Invariant 2: what is tried stands in the outbox already.
    fn check_recorded(&self, request: &Request<Bytes>) {
        let Some(needle) = written_by(request) else { return };
        let found = self.disk.records().iter().any(|(key, record)| {
            key.starts_with(b"E") && record.windows(needle.len()).any(|window| window == needle.as_bytes())
        });
        if !found {
            let what =
                format!("{} {} was tried before it was recorded", request.method(), request.uri().path());
            self.faults.state().breaches.push(what);
        }
    }

    /// The bot is killed here: nothing of it goes on.
    async fn die(&self) -> Result<Response<Bytes>, TransportError> {
        self.faults.crash.notify_one();
        std::future::pending().await
    }

    async fn suffer(
        &self,
        fault: Fault,
        request: Request<Bytes>,
        back: SignedDuration,
    ) -> Result<Response<Bytes>, TransportError> {
        match fault {
            Fault::NotSent => Err(TransportError::NotSent),
            Fault::LostBefore => Err(TransportError::AnswerLost),
            Fault::LostAfter => {
                self.inner.send(request).await?;
                Err(TransportError::AnswerLost)
            }
            Fault::Late => {
                let (inner, late) = (Arc::clone(&self.inner), self.faults.late());
                tokio::spawn(async move {
                    tokio::time::sleep(std::time::Duration::try_from(late).unwrap_or_default()).await;
                    // Nobody waits for the answer.
                    let _ = inner.send(request).await;
                });
                Err(TransportError::AnswerLost)
            }
            Fault::Slow => {
                self.wait(self.faults.late()).await?;
                self.inner.send(request).await
            }
            Fault::TooMany => Ok(too_many(self.service)),
            Fault::SecondaryLimit => Ok(secondary_limit()),
            Fault::Broken => Ok(gateway()),
            Fault::BrokenAfter => {
                self.inner.send(request).await?;
                Ok(gateway())
            }
            Fault::Truncated => {
                let answer = self.inner.send(request).await?;
                Ok(answer.map(|body| body.slice(..body.len() / 2)))
            }
            Fault::CrashBefore => self.die().await,
            Fault::CrashAfter => {
                self.wait(back).await?;
                self.inner.send(request).await?;
                self.die().await
            }
        }
    }
}

#[async_trait]
impl Transport for Faulty {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let poll = request.method() == Method::GET && request.uri().path().ends_with("/events");
        if self.alive.load(Ordering::SeqCst) {
            self.check_recorded(&request);
        }
        let (fault, there, back) = self.faults.draw(self.service, poll);
        self.wait(there).await?;
        let answer = match fault {
            Some(fault) => {
                let of = format!("{:?} {} {}", self.service, request.method(), request.uri().path());
                self.faults.note(&format!("{fault:?}"), &of);
                self.suffer(fault, request, back).await
            }
            None => self.inner.send(request).await,
        };
        self.wait(back).await?;
        answer
    }
}

/// What must stand in some record of the outbox when this request is made; none for one that only reads.
fn written_by(request: &Request<Bytes>) -> Option<String> {
    let path = request.uri().path();
    match *request.method() {
        Method::POST if path.ends_with("/messages") => {
            let fields: BTreeMap<String, String> =
                form_urlencoded::parse(request.body()).into_owned().collect();
            let content = fields.get("content").map(String::as_str).unwrap_or_default();
            let public = PUBLIC_OPENINGS.iter().any(|opening| content.starts_with(opening));
            // The public's sentences are kept by name.
            let text = serde_json::to_string(content).expect("a text is JSON");
            Some(if public { "{\"notify\":".to_owned() } else { text })
        }
        Method::POST if path.ends_with("/security-advisories") => Some("{\"create-advisory\":".to_owned()),
        Method::PATCH if request.body().starts_with(b"{\"state\":\"published\"") => {
            Some("{\"publish-advisory\":".to_owned())
        }
        _ => None,
    }
}

fn response(status: u16, kind: &str, body: String) -> Response<Bytes> {
    let response = Response::builder().status(status).header("content-type", kind).header("retry-after", "4");
    response.body(Bytes::from(body)).expect("a fixed answer can be built")
}

fn too_many(service: Service) -> Response<Bytes> {
    let body = match service {
        Service::Zulip => {
            r#"{"result":"error","msg":"API usage exceeded rate limit","code":"RATE_LIMIT_HIT","retry-after":4.5}"#
        }
        Service::GitHub => r#"{"message":"API rate limit exceeded"}"#,
    };
    response(429, "application/json", body.to_owned())
}

fn secondary_limit() -> Response<Bytes> {
    let body = r#"{"message":"You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}"#;
    response(403, "application/json", body.to_owned())
}

fn gateway() -> Response<Bytes> {
    let mut answer = response(502, "text/html", "<html><h1>502 Bad Gateway</h1></html>".to_owned());
    answer.headers_mut().remove("retry-after");
    answer
}

/// The bot's store, slow at times, with kills before and after a write is durable.
pub(crate) struct FaultyStore {
    pub(crate) inner: MemoryStore,
    pub(crate) disk: MemoryDisk,
    pub(crate) faults: Arc<Faults>,
}

#[async_trait]
impl Store for FaultyStore {
    fn replay(&self, take: &mut dyn FnMut(RecordedFact)) -> Result<Unsettled, StoreError> {
        self.inner.replay(take)
    }

    fn cursor(&self) -> Cursor {
        self.inner.cursor()
    }

    async fn commit(&self, commit: Commit) -> Result<(), StoreError> {
        let (kind, slow) = {
            let mut state = self.faults.state();
            let faulty = state.on && state.chance.permille(COMMITS_FAULTY);
            let kind = if faulty { state.chance.weigh(&[(2, 1), (3, 2), (3, 3)]) } else { 0 };
            (kind, state.chance.millis(0, 12))
        };
        if kind == 1 {
            self.faults.note("write failed", "store");
            self.disk.fail_next_write();
        }
        let written = self.inner.commit(commit);
        tokio::time::sleep(std::time::Duration::try_from(slow).unwrap_or_default()).await;
        if kind > 1 {
            self.faults
                .note(if kind == 2 { "killed before durable" } else { "killed after durable" }, "store");
            self.faults.state().survivors = usize::from(kind == 3);
            self.faults.crash.notify_one();
            return std::future::pending().await;
        }
        written.await
    }
}
