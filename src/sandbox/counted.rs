//! What the bot sends, counted while it is under way, so that the sandbox knows when it is at rest.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use bytes::Bytes;
use commands::kernel::{embargoed::Embargoed, id::Repository, patch::HeadCommit};
use http::{Request, Response};

use crate::port::{Git, Letter, Mail, Pushed, Setback, Transport, TransportError};

/// The network, with a count of the requests that are under way, long polls aside.
pub(super) struct Counted {
    pub(super) network: Arc<dyn Transport>,
    pub(super) under_way: Arc<AtomicUsize>,
}

/// One request that is under way.
struct UnderWay<'a>(&'a AtomicUsize);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[async_trait]
impl Transport for Counted {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        if request.method() == http::Method::GET && request.uri().path().ends_with("/events") {
            return self.network.send(request).await;
        }
        self.under_way.fetch_add(1, Ordering::SeqCst);
        let _under_way = UnderWay(&self.under_way);
        self.network.send(request).await
    }
}

/// Mail, counted likewise.
pub(super) struct CountedMail {
    pub(super) mail: Arc<dyn Mail>,
    pub(super) under_way: Arc<AtomicUsize>,
}

#[async_trait]
impl Mail for CountedMail {
    fn sender(&self) -> String {
        self.mail.sender()
    }

    async fn send(&self, letter: &Letter) -> Result<(), Setback> {
        self.under_way.fetch_add(1, Ordering::SeqCst);
        let _under_way = UnderWay(&self.under_way);
        self.mail.send(letter).await
    }
}

/// Git, counted likewise.
pub(super) struct CountedGit {
    pub(super) git: Arc<dyn Git>,
    pub(super) under_way: Arc<AtomicUsize>,
}

#[async_trait]
impl Git for CountedGit {
    async fn push(
        &self,
        fork: &Embargoed<Repository>,
        commit: &Embargoed<HeadCommit>,
        repository: &Repository,
        branch: &str,
    ) -> Result<Pushed, Setback> {
        self.under_way.fetch_add(1, Ordering::SeqCst);
        let _under_way = UnderWay(&self.under_way);
        self.git.push(fork, commit, repository, branch).await
    }

    async fn bundle(
        &self,
        fork: &Embargoed<Repository>,
        repository: &Repository,
    ) -> Result<Embargoed<Vec<u8>>, Setback> {
        self.under_way.fetch_add(1, Ordering::SeqCst);
        let _under_way = UnderWay(&self.under_way);
        self.git.bundle(fork, repository).await
    }
}
