//! Sending the embedded GitHub's webhook deliveries, as GitHub does: each once, and no second time
//! unless somebody asks for it.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;

use super::github::{Delivery, GitHub};
use crate::port::Transport;

/// How long a receiver has to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// Sends what `github` has to tell, for as long as it lives.
pub async fn deliver(github: Arc<GitHub>, transport: Arc<dyn Transport>) {
    let mut changed = github.changed();
    loop {
        changed.borrow_and_update();
        let due = github.take_deliveries();
        join_all(due.into_iter().map(|delivery| send(&github, transport.as_ref(), delivery))).await;
        if changed.changed().await.is_err() {
            return;
        }
    }
}

async fn send(github: &GitHub, transport: &dyn Transport, delivery: Delivery) {
    let answer = tokio::time::timeout(ANSWER_WITHIN, transport.send(delivery.request)).await;
    let status = answer.ok().and_then(Result::ok).map(|answer| answer.status().as_u16());
    tracing::debug!(delivery = delivery.id, ?status, "a webhook was sent");
    github.delivered(&delivery.id, status);
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use async_trait::async_trait;
    use bytes::Bytes;
    use http::{Request, Response};
    use serde_json::json;

    use super::*;
    use crate::{port::TransportError, sandbox::world::Sandbox};

    const REPO: &str = "bytecodealliance/wasmtime";

    /// Answers with these statuses in turn, and after the last not at all.
    struct Receiver {
        statuses: Mutex<Vec<u16>>,
        taken: Mutex<Vec<String>>,
    }

    #[async_trait]
    impl Transport for Receiver {
        async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
            let id = request.headers()["x-github-delivery"].to_str().unwrap().to_owned();
            self.taken.lock().unwrap().push(id);
            let status = self.statuses.lock().unwrap().pop();
            match status {
                Some(status) => Ok(Response::builder().status(status).body(Bytes::new()).unwrap()),
                None => std::future::pending().await,
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn each_delivery_is_sent_once_and_given_up_after_ten_seconds() {
        let sandbox = Sandbox::new(1, "2026-10-05T09:00:00Z".parse().unwrap(), 1.0);
        let github = Arc::clone(&sandbox.github);
        github.set_webhook(None, "http://127.0.0.1:9/hook", "secret").unwrap();
        let receiver = Arc::new(Receiver { statuses: Mutex::new(vec![500, 204]), taken: Mutex::default() });
        let sender = tokio::spawn(deliver(Arc::clone(&github), Arc::clone(&receiver) as Arc<dyn Transport>));
        let fields = json!({"summary": "s", "description": "d"});
        let began = tokio::time::Instant::now();
        for _ in 0..3 {
            github.report(REPO, "sofia-k", &fields).unwrap();
            while github.delivers() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
        let waited = began.elapsed();
        assert!(waited >= ANSWER_WITHIN && waited < 2 * ANSWER_WITHIN, "{waited:?}");
        tokio::time::sleep(Duration::from_hours(1)).await;
        let came: Vec<_> = github.deliveries().into_iter().map(|delivery| delivery.attempts).collect();
        assert_eq!(came, [[Some(204)], [Some(500)], [None]], "nothing is sent a second time");
        receiver.statuses.lock().unwrap().push(200);
        let last = github.deliveries().remove(2).id;
        assert!(github.redeliver(&last));
        tokio::time::sleep(Duration::from_millis(10)).await;
        assert_eq!(github.deliveries()[2].attempts, [None, Some(200)]);
        assert_eq!(receiver.taken.lock().unwrap().last(), Some(&last));
        sender.abort();
    }
}
