//! Whoever listens to all that leaves the bot, where people outside the team could read it: messages and
//! topics in public, direct messages to outsiders, what is asked of GitHub's public side, mail, logs, metrics.
//! What was heard is searched afterwards, and apart from the bot: no code is shared with its own matcher.

use std::{
    collections::BTreeMap,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use advisory_bot::{
    port::{Clock as _, Transport, TransportError},
    sandbox::{
        world::Sandbox,
        zulip::{ChannelId, Message, MessageId, Place, UserId, seed},
    },
};
use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, Request, Response};
use jiff::{SignedDuration, Timestamp};
use unicode_normalization::UnicodeNormalization as _;

use crate::{
    faults::Service,
    sight::{self, TEAMS},
    workload::TEAM,
};

/// How long a message may be on its way when its channel is made public.
const ON_ITS_WAY: SignedDuration = SignedDuration::from_secs(12);

/// Something that was said where outsiders could hear it.
struct Heard {
    at: Timestamp,
    place: String,
    text: String,
}

/// Who listens.
pub(crate) struct Ear {
    sandbox: Sandbox,
    heard: Mutex<Vec<Heard>>,
    /// How many of them were searched.
    judged: Mutex<usize>,
    /// When a team channel was last made public.
    opened: Mutex<BTreeMap<ChannelId, Timestamp>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Ear {
    pub(crate) fn new(sandbox: &Sandbox) -> Arc<Self> {
        Arc::new(Self {
            sandbox: sandbox.clone(),
            heard: Mutex::default(),
            judged: Mutex::default(),
            opened: Mutex::default(),
        })
    }

    pub(crate) fn hear(&self, place: impl Into<String>, text: impl Into<String>) {
        let at = self.sandbox.clock.now();
        locked(&self.heard).push(Heard { at, place: place.into(), text: text.into() });
    }

    /// A team channel is made public.
    pub(crate) fn channel_opens(&self, channel: ChannelId) {
        locked(&self.opened).insert(channel, self.sandbox.clock.now());
    }

    /// How many things were heard.
    pub(crate) fn count(&self) -> usize {
        locked(&self.heard).len()
    }

    /// The first thing that was told too early, of all that was heard, that was mailed and that is published.
    pub(crate) fn first_leak(&self, secrets: &[Secret]) -> Option<String> {
        let kept = self.kept();
        let heard = locked(&self.heard);
        let told =
            heard.iter().skip(*locked(&self.judged)).chain(&kept).find_map(|heard| heard.leak(secrets));
        *locked(&self.judged) = heard.len();
        told
    }

    /// The mails that arrived, and what is published.
    fn kept(&self) -> Vec<Heard> {
        let mut all = Vec::new();
        for mail in self.sandbox.mail.received() {
            let text = format!("{:?} {} {} {}", mail.to, mail.message_id, mail.subject, mail.body);
            all.push(Heard { at: mail.at, place: "a mail".to_owned(), text });
        }
        for advisory in sight::advisories(&self.sandbox) {
            let Some(at) = advisory.published_at else { continue };
            let text = format!("{}\n{}", advisory.summary, advisory.description);
            all.push(Heard { at, place: "a published advisory".to_owned(), text });
        }
        all
    }

    fn overhear(&self, service: Service, request: &Request<Bytes>) {
        match service {
            Service::Zulip => self.on_zulip(request),
            Service::GitHub => self.on_github(request),
        }
    }

    fn on_zulip(&self, request: &Request<Bytes>) {
        let fields: BTreeMap<String, String> = form_urlencoded::parse(request.body()).into_owned().collect();
        let field = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
        let path = request.uri().path();
        if request.method() == Method::POST && path.ends_with("/messages") {
            let to = field("to");
            if field("type") == "direct" {
                let people: Vec<u64> = serde_json::from_str(to).unwrap_or_default();
                let outsider = people.iter().any(|user| {
                    let user = UserId(*user);
                    !TEAM.contains(&user) && user != seed::ADVISORY_BOT
                });
                if outsider || people.is_empty() {
                    self.hear("a direct message to an outsider", field("content"));
                }
            } else if let Ok(channel) = to.parse().map(ChannelId) {
                self.in_channel(channel, field("topic"), field("content"));
            }
        } else if request.method() == Method::PATCH
            && let Some(id) = path.rsplit('/').next().and_then(|id| id.parse().ok()).map(MessageId)
            && let Some(message) = self.sandbox.zulip.messages().into_iter().find(|one| one.id == id)
            && let Some(channel) = message.place.channel()
        {
            self.in_channel(channel, field("topic"), field("content"));
        }
    }

    fn in_channel(&self, channel: ChannelId, topic: &str, content: &str) {
        let private = self.sandbox.zulip.privacy(channel).is_some_and(|privacy| privacy.invite_only);
        let just_now = locked(&self.opened)
            .get(&channel)
            .is_some_and(|at| self.sandbox.clock.now().duration_since(*at) <= ON_ITS_WAY);
        if private || just_now {
            return;
        }
        let place = format!("channel {}, which is public", channel.0);
        // In a topic that others have named, its name is nothing that the bot tells.
        let by_others =
            |message: &Message| !sight::by_bot(message) && message.place == Place::topic(channel, topic);
        if !self.sandbox.zulip.messages().iter().any(by_others) {
            self.hear(format!("a topic of {place}"), topic);
        }
        self.hear(place, content);
    }

    /// An advisory, and the private fork of one, are not public; all else of a repository is.
    fn on_github(&self, request: &Request<Bytes>) {
        let path = request.uri().to_string();
        let repository = path.split("/repos/").nth(1).and_then(|rest| rest.split('/').nth(1));
        let in_fork = repository.is_some_and(|name| name.contains("-ghsa-"));
        if !path.contains("/security-advisories") && !in_fork {
            let body = String::from_utf8_lossy(request.body()).into_owned();
            self.hear("GitHub's public side", format!("{} {path} {body}", request.method()));
        }
    }
}

/// The way to a service, with somebody listening to what arrives there.
pub(crate) struct Overheard {
    pub(crate) inner: Arc<dyn Transport>,
    pub(crate) service: Service,
    pub(crate) ear: Arc<Ear>,
}

#[async_trait]
impl Transport for Overheard {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        self.ear.overhear(self.service, &request);
        self.inner.send(request).await
    }
}

/// The bot's log, listened to.
#[derive(Clone)]
pub(crate) struct Log(pub(crate) Arc<Ear>);

impl io::Write for Log {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.hear("the log", String::from_utf8_lossy(line).into_owned());
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Something that gives an incident away.
pub(crate) struct Secret {
    what: String,
    /// From when on it is public.
    disclosed: Option<Timestamp>,
}

/// Everything that gives an incident away, of all there are.
pub(crate) fn secrets(sandbox: &Sandbox) -> Vec<Secret> {
    let incidents = sight::incidents(&sandbox.zulip.messages());
    let mut secrets = Vec::new();
    for advisory in TEAMS.iter().flat_map(|(_, repository)| sandbox.github.advisories(repository)) {
        let marker = sight::marker_in(&advisory.summary);
        let codename = incidents.values().find(|incident| Some(&incident.marker) == marker.as_ref());
        let fork = advisory.private_fork.as_ref().map(|fork| format!("{fork:?}"));
        let fork =
            fork.and_then(|shown| shown.split('"').find(|part| part.contains("-ghsa-")).map(str::to_owned));
        let names = [
            Some(advisory.ghsa_id.trim_start_matches("GHSA-").to_owned()),
            advisory.cve_id.clone(),
            codename.map(|incident| incident.codename.clone()),
            marker.clone(),
            fork,
        ];
        let disclosed = advisory.published_at;
        secrets.extend(names.into_iter().flatten().map(|what| Secret { what: bare(&what), disclosed }));
    }
    secrets
}

/// Letters and digits alone, whatever they were dressed up as.
fn bare(text: &str) -> String {
    let plain: String = entities(text).nfkc().collect::<String>().to_lowercase();
    let skeleton: String = unicode_security::skeleton(&plain).collect::<String>();
    let looks = skeleton.to_lowercase();
    looks.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// Decimal entities undone.
fn entities(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("&#") {
        plain.push_str(before);
        let code = after.split_once(';').and_then(|(code, after)| Some((code.parse().ok()?, after)));
        match code.and_then(|(code, after)| Some((char::from_u32(code)?, after))) {
            Some((c, after)) => {
                plain.push(c);
                rest = after;
            }
            None => {
                plain.push_str("&#");
                rest = after;
            }
        }
    }
    plain + rest
}

impl Heard {
    /// What it tells too early, if anything.
    fn leak(&self, secrets: &[Secret]) -> Option<String> {
        let text = bare(&self.text);
        let early = |secret: &&Secret| secret.disclosed.is_none_or(|disclosed| self.at < disclosed);
        let told = secrets.iter().filter(early).find(|secret| text.contains(&secret.what))?;
        Some(format!("{} tells {:?} at {}: {:?}", self.place, told.what, self.at, self.text))
    }
}
