//! The sandbox's world: the services on one clock, and the accounts the bot has there. Its drivers
//! are the terminal, the scripts and the tests.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use commands::kernel::{
    id::{ChannelId, ProjectName, Topic, UserId},
    mail::SeverityScheme,
    settings::{Blog, Bump, Policy, Project, RustSec, Settings},
};
use http::{Request, Response};
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use url::Url;

use crate::{
    bot::Bot,
    github::GitHub as GitHubClient,
    lookout::Bell,
    port::{Clock, Store, Transport, TransportError},
    sandbox::{
        clock::{BotClock, SandboxClock},
        git::GitInMemory,
        github::{self, GitHub},
        mail::{self, MailInMemory, MailServer},
        zulip::{self, Zulip, seed},
    },
    zulip::Zulip as ZulipClient,
};

/// How often the bot looks at GitHub, as where nothing is configured.
const POLL: SignedDuration = SignedDuration::from_secs(60);

/// A service that answers HTTP requests.
#[async_trait]
pub trait Service: Send + Sync {
    /// One exchange.
    async fn answer(&self, request: Request<Bytes>) -> Response<Bytes>;
}

#[async_trait]
impl Service for Zulip {
    async fn answer(&self, request: Request<Bytes>) -> Response<Bytes> {
        self.handle(request).await
    }
}

#[async_trait]
impl Service for GitHub {
    async fn answer(&self, request: Request<Bytes>) -> Response<Bytes> {
        self.handle(request).await
    }
}

/// A service reached without a network: for tests on virtual time.
pub struct InMemory(pub Arc<dyn Service>);

#[async_trait]
impl Transport for InMemory {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        Ok(self.0.answer(request).await)
    }
}

/// The services on one clock.
#[derive(Clone)]
pub struct Sandbox {
    /// The embedded Zulip.
    pub zulip: Arc<Zulip>,
    /// The embedded GitHub.
    pub github: Arc<GitHub>,
    /// The embedded mail server.
    pub mail: Arc<MailServer>,
    /// Their clock, and the bot's.
    pub clock: Arc<SandboxClock>,
    seed: u64,
}

impl Sandbox {
    /// The services with the people, channels and repositories every sandbox starts with. Keys,
    /// tokens and ids follow from `seed`.
    #[must_use]
    pub fn new(seed: u64, start: Timestamp, speed: f64) -> Self {
        Self::from_seeds(seed::realm(seed), github::Seed::bytecodealliance(seed), start, speed)
    }

    /// The services with what these seeds give; both from the same number.
    #[must_use]
    pub fn from_seeds(realm: zulip::Realm, github: github::Seed, start: Timestamp, speed: f64) -> Self {
        let seed = realm.seed;
        let clock = Arc::new(SandboxClock::new(start, speed));
        let time = || Arc::clone(&clock) as Arc<dyn Clock>;
        let zulip = Arc::new(Zulip::new(time(), realm));
        let github = Arc::new(GitHub::new(time(), github));
        let mail = Arc::new(MailServer::new(time()));
        Self { zulip, github, mail, clock, seed }
    }

    /// What a configuration for this sandbox means: the projects WAMR and Wasmtime with PRODUCT's policy.
    #[must_use]
    pub fn settings(&self) -> Settings {
        let project = |name: &str, repository: &str, team: zulip::ChannelId, branches: &[&str]| Project {
            name: ProjectName(name.to_owned()),
            repository: repository.parse().expect("the sandbox's repositories are written owner/name"),
            team_channel: ChannelId(team.0),
            team_group: Some("security-team".to_owned()),
            public_channel: ChannelId(seed::GENERAL.0),
            public_topic: Topic("security".to_owned()),
            package: None,
            branches: branches.iter().map(ToString::to_string).collect(),
            announce_list: Some(mail::LIST.to_owned()),
            blog: None,
            rustsec: None,
            severity_scheme: SeverityScheme::Cvss,
            order: commands::kernel::step::Order::default(),
            bump: None,
            release_tag: None,
        };
        let maya = "maya".parse().expect("a fixed login parses");
        let countdown = [7 * 24 * 60, 3 * 24 * 60, 24 * 60, 6 * 60, 60, 15, 0];
        Settings {
            policy: Policy {
                acknowledge_within: SignedDuration::from_hours(2 * 24),
                cve_within: SignedDuration::from_hours(24),
                blog_within: SignedDuration::from_hours(6),
                embargo_after_cve: SignedDuration::from_hours(72),
                usual_embargo: SignedDuration::from_hours(7 * 24),
                longest_embargo: SignedDuration::from_hours(30 * 24),
                countdown: countdown.map(SignedDuration::from_mins).to_vec(),
                approvals: 1,
                approval_within: SignedDuration::from_mins(30),
                holidays: Vec::new(),
                asker_phrases: vec!["security team".to_owned(), "found a vulnerability".to_owned()],
                page: Some("https://sandbox.example/security".to_owned()),
            },
            projects: vec![
                project(
                    "WAMR",
                    "bytecodealliance/wasm-micro-runtime",
                    seed::WAMR_SECURITY,
                    &["main", "release/2.4.x"],
                ),
                project("Wasmtime", "bytecodealliance/wasmtime", seed::WASMTIME_SECURITY, &["main"]),
            ],
            people: [(UserId(seed::MAYA.0), maya)].into(),
            reports: Some("security@sandbox.example".to_owned()),
            watch: None,
        }
    }

    /// The same, with all that a release can do: a workflow for versions, tags, a blog, RustSec.
    #[must_use]
    pub fn settings_with_everything(&self) -> Settings {
        let repository = |name: &str| name.parse().expect("a fixed name parses");
        let mut settings = self.settings();
        for (project, tag, name) in [(0, "WAMR-{version}", "wamr-rust-sdk"), (1, "v{version}", "wasmtime")] {
            let project = &mut settings.projects[project];
            project.bump = Some(Bump {
                workflow: "release.yml".to_owned(),
                git_ref: "{branch}".to_owned(),
                inputs: [("version".to_owned(), "{version}".to_owned())].into(),
                pull_request: Some("ci/release-{branch}".to_owned()),
            });
            project.release_tag = Some(tag.to_owned());
            let path = "_posts/{date}-{slug}.md".to_owned();
            project.blog = Some(Blog { repository: repository(github::SITE), path });
            project.rustsec = Some(RustSec {
                repository: repository(github::ADVISORY_DB),
                fork: repository(github::ADVISORY_DB_FORK),
                crates: vec![name.to_owned()],
            });
        }
        settings
    }

    /// The bot's account on the embedded Zulip: e-mail and API key.
    #[must_use]
    pub fn zulip_account(&self) -> (String, String) {
        let user = self.zulip.user(seed::ADVISORY_BOT).expect("the sandbox's realm has the bot in it");
        (user.email, user.api_key)
    }

    /// The bot's token on the embedded GitHub.
    #[must_use]
    pub fn github_token(&self) -> String {
        github::Seed::bot_token(self.seed)
    }

    /// A bot against these services, reached through `zulip` and `github`; mail is handed over in memory.
    #[must_use]
    pub fn bot(
        &self,
        (zulip, site): (Arc<dyn Transport>, Url),
        (github, api): (Arc<dyn Transport>, Url),
        store: Arc<dyn Store>,
    ) -> Bot {
        let clock = || Arc::new(BotClock(Arc::clone(&self.clock))) as Arc<dyn Clock>;
        let (email, key) = self.zulip_account();
        let zulip = ZulipClient::new(zulip, clock(), site, email, SecretString::from(key));
        let github = GitHubClient::new(github, clock(), api, SecretString::from(self.github_token()));
        Bot {
            settings: self.settings(),
            store,
            clock: clock(),
            zulip: Arc::new(zulip),
            github: Arc::new(github),
            git: Arc::new(GitInMemory::new(Arc::clone(&self.github), &self.github_token())),
            mail: Some(Arc::new(MailInMemory(Arc::clone(&self.mail)))),
            poll: POLL,
            bell: Bell::default(),
            seed: self.seed,
        }
    }

    /// A bot against these services without a network in between.
    #[must_use]
    pub fn bot_in_memory(&self, store: Arc<dyn Store>) -> Bot {
        let local: Url = "http://localhost/".parse().expect("a fixed URL parses");
        let zulip: Arc<dyn Transport> = Arc::new(InMemory(Arc::clone(&self.zulip) as Arc<dyn Service>));
        let github: Arc<dyn Transport> = Arc::new(InMemory(Arc::clone(&self.github) as Arc<dyn Service>));
        self.bot((zulip, local.clone()), (github, local), store)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::zulip::Place;
    use crate::store::memory::MemoryDisk;

    /// Waits in virtual time until the bot has said something that holds `wanted`.
    async fn hears(sandbox: &Sandbox, wanted: &str) -> String {
        for _ in 0..600 {
            let said = sandbox.zulip.messages();
            let by_bot =
                said.iter().rev().find(|m| m.sender == seed::ADVISORY_BOT && m.content.contains(wanted));
            if let Some(message) = by_bot {
                return message.content.clone();
            }
            let later = sandbox.clock.now() + SignedDuration::from_millis(100);
            sandbox.clock.sleep_until(later).await;
        }
        let all: Vec<String> =
            sandbox.zulip.messages().iter().map(|m| format!("{}: {}", m.sender.0, m.content)).collect();
        panic!("the bot never said {wanted:?}; said:\n{}", all.join("\n---\n"));
    }

    #[tokio::test(start_paused = true)]
    async fn an_incident_runs_from_report_to_publication() {
        let sandbox = Sandbox::new(1, "2026-11-18T09:00:00Z".parse().unwrap(), 1.0);
        let disk = MemoryDisk::new();
        let running = sandbox.bot_in_memory(Arc::new(disk.open().unwrap())).start().unwrap();
        let mut health = running.health.clone();
        health.wait_for(|health| health.ready).await.unwrap();
        let say = |user, topic: &str, text: &str| {
            sandbox.zulip.send(user, Place::topic(seed::WAMR_SECURITY, topic), text).unwrap()
        };
        say(
            seed::MAYA,
            "reports",
            "!advisory new Out-of-bounds write in the AOT loader --severity high --affected < 2.4.4\n```\nA crafted module writes past the table.\n```",
        );
        let opened = hears(&sandbox, "Incident opened").await;
        let topic = opened.split('>').nth(1).unwrap().split("**").next().unwrap().to_owned();
        say(seed::MAYA, &topic, "!embargo set +72h");
        hears(&sandbox, "Disclosure set").await;
        sandbox.clock.jump(SignedDuration::from_hours(73));
        hears(&sandbox, "disclosure time has come").await;
        let waived = [
            "reproduce",
            "fork",
            "invite",
            "audit",
            "upstream",
            "fix",
            "text",
            "cve",
            "notify",
            "list-seen",
            "patches",
            "tests",
        ];
        let waived = waived.map(|step| format!("--waive {step} ")).concat();
        say(seed::MAYA, &topic, &format!("!release go {waived}--reason a drill"));
        let request = hears(&sandbox, "asks to release").await;
        let messages = sandbox.zulip.messages();
        let request = messages.iter().find(|message| message.content == request).unwrap();
        sandbox.zulip.react(seed::INES, request.id, "+1").unwrap();
        hears(&sandbox, "Step 5 of 5").await;
        hears(&sandbox, "Security advisory for WAMR").await;
        assert_eq!(sandbox.github.public_advisories().len(), 1);
        running.stopped().await.unwrap();
    }
}
