//! Webhooks: what GitHub tells others of, signed, once.
//!
//! Of repository advisories only two things are told: that one was reported, and that one was
//! published. The model puts deliveries into an outbox; `sandbox::webhook` posts them.

use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http::Request;
use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    model::Advisory,
    render,
    render_account::{node_id, simple_user},
    render_repository,
    version::ApiVersion,
    world::{Account, Repository, World},
};

/// The one event that is told of.
const EVENT: &str = "repository_advisory";
/// Hooks are numbered from here.
const HOOK_ID_FIRST: u64 = 400_001;

/// What happened to an advisory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// Somebody reported it privately.
    Reported,
    /// It was published.
    Published,
}

impl Told {
    /// The word of `action` in the payload.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Reported => "reported",
            Self::Published => "published",
        }
    }
}

/// Where deliveries go.
#[derive(Debug, Clone)]
pub(super) struct Hook {
    id: u64,
    /// The repository's full name; `None` for all of them.
    repository: Option<String>,
    url: String,
    secret: String,
}

/// One delivery: made once, sent as often as somebody asks for it.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The same each time it is sent (`X-GitHub-Delivery`).
    pub id: String,
    /// What it tells.
    pub told: Told,
    /// Of which advisory.
    pub ghsa_id: String,
    /// When it was made.
    pub at: Timestamp,
    /// What is sent.
    pub request: Request<Bytes>,
    /// What each sending came to: the status of the answer, `None` without one in time.
    pub attempts: Vec<Option<u16>>,
    /// How often it is to be sent.
    wanted: usize,
    /// How often it was taken to be sent.
    taken: usize,
}

impl Delivery {
    /// Whether the receiver has taken it in: a status in the two hundreds.
    #[must_use]
    pub fn is_received(&self) -> bool {
        self.attempts.iter().flatten().any(|status| (200..300).contains(status))
    }

    /// Whether a sending is still to come or under way.
    pub(super) fn is_due(&self) -> bool {
        self.attempts.len() < self.wanted
    }

    /// Takes it to be sent, if it is to be sent and nobody took it yet.
    pub(super) fn take(&mut self) -> Option<Self> {
        if self.taken == self.wanted {
            return None;
        }
        self.taken = self.wanted;
        Some(self.clone())
    }

    /// Asks for it to be sent once more.
    pub(super) fn want_again(&mut self) {
        self.wanted += 1;
    }
}

/// The signature of a body, as `X-Hub-Signature-256` has it.
#[must_use]
pub fn signature(secret: &str, body: &[u8]) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key of any length serves for HMAC");
    mac.update(body);
    let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={hex}")
}

impl World {
    /// Sets where the deliveries of a repository, or of all, go. Replaces what was set for the same.
    pub(super) fn set_hook(&mut self, repository: Option<&str>, url: &str, secret: &str) {
        let same = |hook: &Hook| match (&hook.repository, repository) {
            (None, None) => true,
            (Some(set), Some(wanted)) => set.eq_ignore_ascii_case(wanted),
            (Some(_), None) | (None, Some(_)) => false,
        };
        self.hooks.retain(|hook| !same(hook));
        self.hooks_made += 1;
        self.hooks.push(Hook {
            id: HOOK_ID_FIRST + self.hooks_made,
            repository: repository.map(str::to_owned),
            url: url.to_owned(),
            secret: secret.to_owned(),
        });
    }

    /// Tells every hook that listens what `sender` did to an advisory.
    pub(super) fn tell(&mut self, told: Told, advisory: &Advisory, sender: &str, now: Timestamp) {
        let Ok(repository) = self.repository(&advisory.repository) else { return };
        let listens = |hook: &&Hook| {
            hook.repository.as_ref().is_none_or(|name| name.eq_ignore_ascii_case(&advisory.repository))
        };
        let body = Bytes::from(self.payload(told, advisory, repository, sender).to_string());
        let hooks: Vec<Hook> = self.hooks.iter().filter(listens).cloned().collect();
        for hook in hooks {
            let id = guid(&format!("{}/{}/{}", hook.id, self.deliveries.len(), advisory.ghsa_id));
            // An address that is none has nobody to be told.
            if let Ok(request) = self.posted(&hook, &id, body.clone(), &advisory.repository) {
                self.deliveries.push(Delivery {
                    id,
                    told,
                    ghsa_id: advisory.ghsa_id.clone(),
                    at: now,
                    request,
                    attempts: Vec::new(),
                    wanted: 1,
                    taken: 0,
                });
            }
        }
    }

    fn payload(&self, told: Told, advisory: &Advisory, repository: &Repository, sender: &str) -> Value {
        let owner = self.accounts.get(&repository.owner().to_ascii_lowercase());
        let mut payload = json!({
            "action": told.word(),
            "repository": render_repository::repository(self, None, repository),
            "repository_advisory": render::advisory(self, advisory, ApiVersion::V20221128),
        });
        if let Some(owner) = owner.filter(|owner| owner.is_organisation) {
            payload["organization"] = self.organisation(owner);
        }
        if let Some(user) = self.user(sender) {
            payload["sender"] = simple_user(&self.bases, user);
        }
        payload
    }

    fn organisation(&self, account: &Account) -> Value {
        let own = format!("{}/orgs/{}", self.bases.api, account.login);
        json!({
            "login": account.login,
            "id": account.id,
            "node_id": node_id("O", account.id),
            "url": own,
            "repos_url": format!("{own}/repos"),
            "events_url": format!("{own}/events"),
            "hooks_url": format!("{own}/hooks"),
            "issues_url": format!("{own}/issues"),
            "members_url": format!("{own}/members{{/member}}"),
            "public_members_url": format!("{own}/public_members{{/member}}"),
            "avatar_url": format!("{}/avatars/u/{}", self.bases.web, account.id),
            "description": account.name,
        })
    }

    fn posted(&self, hook: &Hook, id: &str, body: Bytes, repository: &str) -> http::Result<Request<Bytes>> {
        let repository = self.repository(repository).ok();
        let owner = repository.and_then(|repository| self.accounts.get(&repository.owner().to_lowercase()));
        let (kind, target) = match hook.repository {
            Some(_) => ("repository", repository.map_or(0, |repository| repository.id)),
            None => ("organization", owner.map_or(0, |owner| owner.id)),
        };
        let mut request = Request::post(&hook.url)
            .header("accept", "*/*")
            .header("content-type", "application/json")
            .header("user-agent", format!("GitHub-Hookshot/{}", &id[..7]))
            .header("x-github-event", EVENT)
            .header("x-github-delivery", id)
            .header("x-github-hook-id", hook.id)
            .header("x-github-hook-installation-target-id", target)
            .header("x-github-hook-installation-target-type", kind);
        if !hook.secret.is_empty() {
            request = request.header("x-hub-signature-256", signature(&hook.secret, &body));
        }
        request.body(body)
    }
}

/// An identifier in the usual form, which follows from `label`.
fn guid(label: &str) -> String {
    let hex: String = Sha256::digest(label).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..32])
}
