//! The way to a service in memory: it can be cut, and remembers what went over it.

use std::sync::{Arc, Mutex};

use advisory_bot::{
    port::{Transport, TransportError},
    sandbox::world::Service,
};
use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use tokio::sync::watch;

/// How a service answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// As it should.
    Up,
    /// Nobody listens there.
    Refused,
    /// Something in front of it answers with a page of its own.
    BadGateway,
    /// It does what it is asked, and its answers are lost.
    Mute,
}

/// One request with its answer, as seen from the bot.
pub(crate) type Exchange = (Request<Bytes>, Response<Bytes>);

/// The way to a service.
pub(crate) struct Link {
    service: Arc<dyn Service>,
    state: watch::Sender<State>,
    exchanges: Mutex<Vec<Exchange>>,
}

impl Link {
    pub(crate) fn to(service: Arc<dyn Service>) -> Arc<Self> {
        Arc::new(Self { service, state: watch::Sender::new(State::Up), exchanges: Mutex::default() })
    }

    /// Changes how the service answers; requests under way get no answer.
    pub(crate) fn set(&self, state: State) {
        self.state.send_replace(state);
    }

    /// All that went over it and was answered by the service itself.
    pub(crate) fn exchanges(&self) -> Vec<Exchange> {
        self.exchanges.lock().unwrap().clone()
    }
}

#[async_trait]
impl Transport for Link {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let mut state = self.state.subscribe();
        let now = *state.borrow_and_update();
        match now {
            State::Refused => Err(TransportError::NotSent),
            State::BadGateway => {
                let page = Bytes::from_static(b"<html><h1>502 Bad Gateway</h1></html>");
                Ok(Response::builder().status(502).header("content-type", "text/html").body(page).unwrap())
            }
            State::Mute => {
                tokio::select! {
                    _ = self.service.answer(request) => {}
                    _ = state.changed() => {}
                }
                Err(TransportError::AnswerLost)
            }
            State::Up => tokio::select! {
                biased;
                answer = self.service.answer(request.clone()) => {
                    self.exchanges.lock().unwrap().push((request, answer.clone()));
                    Ok(answer)
                }
                _ = state.changed() => Err(TransportError::AnswerLost),
            },
        }
    }
}
