//! What the shell needs of the outside world, as traits: the adapters implement them, tests and the
//! sandbox replace them.

use async_trait::async_trait;
use bytes::Bytes;
use jiff::Timestamp;
use thiserror::Error;

/// The largest answer read from any service, in bytes. GitHub's and Zulip's longest legitimate
/// answers (a register with thousands of users) stay well below it.
pub const ANSWER_BYTES_MAX: usize = 16 * 1024 * 1024;

/// The time, and waiting for it. Everything in the shell that reads a clock or sleeps does it
/// through this, so that tests and the sandbox can run on virtual time.
#[async_trait]
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;

    /// Returns at `at` or soon after; at once when `at` is past. Must notice a clock that is set
    /// or that jumps while it waits.
    async fn sleep_until(&self, at: Timestamp);
}

/// One HTTP exchange. Bodies are whole: nothing the bot reads or writes is streamed.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends `request` and returns the whole answer, whatever its status.
    ///
    /// # Errors
    /// See [`TransportError`]: the difference that matters is whether the request may have taken
    /// effect.
    async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError>;
}

/// Why no answer came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TransportError {
    /// The request never left: no connection was made. It has certainly not taken effect.
    #[error("the service could not be reached")]
    NotSent,
    /// The request may have left, and no whole answer came back: it may have taken effect.
    #[error("the connection failed before the whole answer had come")]
    AnswerLost,
    /// The answer was larger than [`ANSWER_BYTES_MAX`]. The request may have taken effect.
    #[error("the answer was larger than {ANSWER_BYTES_MAX} bytes")]
    AnswerTooLarge,
}
