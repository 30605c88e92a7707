//! The way from one run of the bot to the mail server, with its faults: before the server can have taken the
//! mail, when it has and nobody learns of it, and the bot killed at either.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use advisory_bot::port::{Again, Letter, Mail, Setback};
use async_trait::async_trait;
use commands::kernel::{
    effect::{Failure, FailureKind, Service},
    embargoed::Embargoed,
};

use crate::faults::Faults;

/// What happens to one mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MailFault {
    /// The server is not reached, or has no time.
    NotSent,
    /// It is refused for good.
    Refused,
    /// The connection breaks after the dot: before the server took the mail, or after.
    Lost { taken: bool },
    /// The bot is killed there.
    Killed { taken: bool },
}

/// The way.
pub(crate) struct FaultyMail {
    pub(crate) inner: Arc<dyn Mail>,
    pub(crate) faults: Arc<Faults>,
    /// Cleared when that run of the bot is killed: nothing leaves it any more.
    pub(crate) alive: Arc<AtomicBool>,
}

fn setback(again: Again) -> Setback {
    let kind = if again == Again::Never { FailureKind::Refused } else { FailureKind::Unreachable };
    let failure = Failure { service: Service::Mail, kind, detail: Embargoed::new(String::new()) };
    Setback { failure, again }
}

#[async_trait]
impl Mail for FaultyMail {
    fn sender(&self) -> String {
        self.inner.sender()
    }

    async fn send(&self, letter: &Letter) -> Result<(), Setback> {
        let fault = self.faults.draw_mail();
        tokio::time::sleep(std::time::Duration::from_millis(30)).await;
        if !self.alive.load(Ordering::SeqCst) {
            return Err(setback(Again::NotDone { wait: None }));
        }
        let Some(fault) = fault else { return self.inner.send(letter).await };
        if let MailFault::Lost { taken: true } | MailFault::Killed { taken: true } = fault {
            self.inner.send(letter).await?;
        }
        match fault {
            MailFault::NotSent => Err(setback(Again::NotDone { wait: None })),
            MailFault::Refused => Err(setback(Again::Never)),
            MailFault::Lost { .. } => Err(setback(Again::Unknown)),
            MailFault::Killed { .. } => {
                self.faults.crash.notify_one();
                std::future::pending().await
            }
        }
    }
}
