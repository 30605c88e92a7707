//! The leak test: whole lives of incidents, with faults, and people who write what they must not wherever they
//! can. Nothing of an incident may reach the public before its publication.

use std::sync::Arc;

use advisory_bot::sandbox::{
    github::AdvisoryState,
    zulip::{ChannelId, Place, Privacy, UserId, seed},
};
use jiff::SignedDuration;

use crate::{
    disguise::disguises,
    ear::{self, Ear, Log},
    host::Host,
    sight::{self, Incident, TEAMS},
};

/// How long everything in hand may take once the faults are over.
const SETTLE_WITHIN: SignedDuration = SignedDuration::from_mins(2);
/// What the bot says when its guard has stopped a ping.
const PING_STOPPED: &str = "❌ Not sent: the message would have named";
/// What a release need not wait for here.
const WAIVED: &str = "--waive acknowledge --waive reproduce --waive accept --waive fork --waive invite --waive audit --waive upstream --waive fix --waive text --waive cve --waive embargo --waive notify --waive list-seen --waive patches --waive tests";

/// What came of the lives of one seed.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Lived {
    pub(crate) incidents: usize,
    pub(crate) published: usize,
    /// Pull requests that releases have opened in public.
    pub(crate) brought_out: usize,
    /// What was said where outsiders could hear it.
    pub(crate) heard: usize,
}

/// What happens next to an incident.
#[derive(Debug, Clone, Copy)]
enum Act {
    Rewrite,
    NameAnother,
    Time,
    Number,
    Fork,
    Patch,
    Ping,
    Mail,
    Confirm,
    Read,
    AskInPublic,
    CommandInPublic,
    ToTheBot,
    Leak,
    OpenChannel,
    Kill,
    Jump,
}

const ACTS: [(u64, Act); 17] = [
    (6, Act::Rewrite),
    (8, Act::NameAnother),
    (6, Act::Time),
    (4, Act::Number),
    (4, Act::Fork),
    (8, Act::Patch),
    (6, Act::Ping),
    (5, Act::Mail),
    (5, Act::Confirm),
    (6, Act::Read),
    (6, Act::AskInPublic),
    (5, Act::CommandInPublic),
    (5, Act::ToTheBot),
    (4, Act::Leak),
    (3, Act::OpenChannel),
    (2, Act::Kill),
    (2, Act::Jump),
];

/// The lives, and who listens.
struct Lives {
    host: Host,
    ear: Arc<Ear>,
    number: u64,
}

/// Lives through `lives` incidents.
///
/// # Errors
/// What was told too early, and where.
pub(crate) async fn live(seed: u64, lives: u64) -> Result<Lived, String> {
    let mut host = Host::new(seed);
    host.sandbox.github.set_fork_delay(Some(SignedDuration::from_secs(2)));
    let ear = Ear::new(&host.sandbox);
    host.ear = Some(Arc::clone(&ear));
    let log = Log(Arc::clone(&ear));
    let all_of_it = tracing_subscriber::EnvFilter::new("warn,advisory_bot=trace,commands=trace");
    let writer =
        tracing_subscriber::fmt().with_env_filter(all_of_it).with_writer(move || log.clone()).finish();
    let _listening = tracing::subscriber::set_default(writer);
    let mut sim = Lives { host, ear, number: 0 };
    sim.host.start()?;
    sim.pass(20_000).await?;
    for _ in 0..lives {
        sim.life().await.map_err(|why| format!("seed {seed}: {why}"))?;
    }
    sim.end().await.map_err(|why| format!("seed {seed}: {why}"))
}

impl Lives {
    async fn pass(&mut self, millis: u64) -> Result<(), String> {
        let length = self.host.chance.millis(0, millis);
        self.host.pass(length).await
    }

    fn say(&self, by: UserId, place: Place, text: &str) {
        // Zulip may refuse it, which is as well.
        let _ = self.host.sandbox.zulip.send(by, place, text);
    }

    fn incidents(&self) -> Vec<Incident> {
        sight::incidents(&self.host.sandbox.zulip.messages()).into_values().collect()
    }

    /// One incident: opened, worked on by several people, and released, closed, or left.
    async fn life(&mut self) -> Result<(), String> {
        self.number += 1;
        let marker = self.marker();
        let opening = Place::topic(seed::WAMR_SECURITY, &format!("ask {}", self.number));
        let line = format!(
            "!advisory new Unchecked {marker} in the loader --severity high --affected < 2.4.4\n```\nA crafted {marker} module.\n```"
        );
        self.say(seed::MAYA, opening, &line);
        self.pass(30_000).await?;
        let acts = 4 + self.host.chance.below(9);
        for _ in 0..acts {
            let mine = self.incidents().into_iter().find(|incident| incident.marker == marker);
            let act = self.host.chance.weigh(&ACTS);
            match mine {
                Some(mine) => self.act(act, &mine).await?,
                None => self.pass(60_000).await?,
            }
            self.pass(6_000).await?;
        }
        self.shut_channels();
        self.pass(3_000).await?;
        if let Some(mine) = self.incidents().into_iter().find(|incident| incident.marker == marker) {
            self.finish(&mine).await?;
        }
        self.ear.hear("the metrics", self.host.metrics());
        self.judge()
    }

    fn marker(&self) -> String {
        let mut rest = self.number * 7919;
        let mut word = String::from("zq");
        for _ in 0..7 {
            word.push(char::from(b'a' + u8::try_from(rest % 26).unwrap_or(0)));
            rest = rest / 26 + 17;
        }
        word
    }

    /// An identifier of some incident that is still embargoed, dressed up.
    fn secret(&mut self, but: Option<&str>) -> String {
        let incidents = self.incidents();
        let mut names = Vec::new();
        for (_, repository) in sight::TEAMS {
            for advisory in self.host.sandbox.github.advisories(repository) {
                let own = but.is_some_and(|marker| advisory.summary.contains(marker));
                if own || matches!(advisory.state, AdvisoryState::Published) {
                    continue;
                }
                names.push(advisory.ghsa_id.clone());
                names.extend(advisory.cve_id.clone());
                let marker = sight::marker_in(&advisory.summary);
                let mine = incidents.iter().find(|incident| Some(&incident.marker) == marker.as_ref());
                names.extend(mine.map(|incident| incident.codename.clone()));
            }
        }
        if names.is_empty() {
            return "nothing".to_owned();
        }
        let name = self.host.chance.pick(&names).clone();
        let dressed = disguises(&name);
        self.host.chance.pick(&dressed).1.clone()
    }

    async fn act(&mut self, act: Act, mine: &Incident) -> Result<(), String> {
        let room = || Place::topic(mine.channel, &mine.topic);
        let marker = &mine.marker;
        let general = |topic: &str| Place::topic(seed::GENERAL, topic);
        match act {
            Act::Rewrite => {
                let line = format!("!advisory edit --summary Wrong {marker} in the reader");
                self.say(seed::INES, room(), &line);
            }
            Act::NameAnother => {
                let secret = self.secret(Some(marker));
                let line = format!("!advisory edit --summary \"Much like {secret} was, {marker}\"");
                self.say(seed::MAYA, room(), &line);
            }
            Act::Time => self.say(seed::INES, room(), "!embargo set +30h --reason As agreed"),
            Act::Number => {
                let line = format!("!cve set CVE-2026-{}", 40_000 + self.number);
                self.say(seed::MAYA, room(), &line);
            }
            Act::Fork => self.say(seed::INES, room(), "!fork"),
            Act::Patch => self.patch(mine).await?,
            Act::Ping => {
                self.say(seed::INES, room(), "!ping");
                self.pass(10_000).await?;
                // So that the next one is not too soon.
                self.host.jump(SignedDuration::from_mins(10));
            }
            Act::Mail => self.say(seed::MAYA, room(), "!notify send"),
            Act::Confirm => self.say(seed::INES, room(), "!notify send"),
            Act::Read => self.say(seed::TOMASZ, room(), "!timeline --export"),
            Act::AskInPublic => {
                let text = format!("I look for the security team because of {}", self.secret(None));
                self.say(seed::RAVI, general("help"), &text);
            }
            Act::CommandInPublic => {
                let (secret, topic) = (self.secret(None), self.secret(None));
                self.say(seed::RAVI, general(&topic), &format!("!advisory show {secret}"));
            }
            Act::ToTheBot => {
                let text = format!("!advisory show {}", self.secret(None));
                self.say(seed::RAVI, Place::direct([seed::ADVISORY_BOT]), &text);
            }
            Act::Leak => {
                let text = format!("have you heard of {}", self.secret(None));
                self.say(seed::RAVI, general("builds"), &text);
            }
            Act::OpenChannel => self.open_channel(mine).await?,
            Act::Kill => self.host.kill(0).await,
            Act::Jump => {
                let step = self.host.chance.millis(60_000, 3_600_000);
                self.host.jump(step);
            }
        }
        Ok(())
    }

    /// The team's channel is made public, while the bot is at work and is asked things there.
    async fn open_channel(&mut self, mine: &Incident) -> Result<(), String> {
        self.ear.channel_opens(mine.channel);
        // It may be public already.
        let _ = self.host.sandbox.zulip.set_privacy(mine.channel, Privacy::PUBLIC);
        for line in ["!advisory show", "!next", "!embargo set +40h --reason Later"] {
            self.pass(20_000).await?;
            self.say(seed::MAYA, Place::topic(mine.channel, &mine.topic), line);
        }
        Ok(())
    }

    fn shut_channels(&self) {
        let shut = |channel: ChannelId| self.host.sandbox.zulip.set_privacy(channel, Privacy::PRIVATE);
        // They may be private already.
        for (channel, _) in sight::TEAMS {
            let _ = shut(channel);
        }
    }

    /// Somebody works on the fix in the private fork, and names it: a release brings it out.
    async fn patch(&mut self, mine: &Incident) -> Result<(), String> {
        let room = || Place::topic(mine.channel, &mine.topic);
        self.say(seed::INES, room(), "!fork");
        self.pass(8_000).await?;
        let github = &self.host.sandbox.github;
        let mut advisories = TEAMS.iter().flat_map(|(_, repository)| github.advisories(repository));
        let Some(advisory) = advisories.find(|advisory| advisory.summary.contains(&mine.marker)) else {
            return Ok(());
        };
        let files = [format!("core/{}.c", mine.marker)];
        // There may be no fork yet.
        if let Ok(number) = github.open_pull("maya", &advisory.ghsa_id, "main", &files) {
            self.say(seed::INES, room(), &format!("!patch add main {number}"));
        }
        Ok(())
    }

    async fn finish(&mut self, mine: &Incident) -> Result<(), String> {
        let room = || Place::topic(mine.channel, &mine.topic);
        match self.host.chance.below(100) {
            0..=59 => {
                self.say(seed::MAYA, room(), &format!("!release go --early {WAIVED} --reason A drill"));
                self.pass(20_000).await?;
                self.say(seed::INES, room(), "!release approve");
                // The checks of a patch take a minute.
                self.pass(200_000).await
            }
            60..=74 => {
                self.say(seed::MAYA, room(), "!advisory close A duplicate");
                self.pass(10_000).await
            }
            _ => Ok(()),
        }
    }

    /// Nothing heard so far was told too early, and the guard had nothing of the bot's own to stop.
    fn judge(&self) -> Result<(), String> {
        let secrets = ear::secrets(&self.host.sandbox);
        if let Some(leak) = self.ear.first_leak(&secrets) {
            return Err(leak);
        }
        let messages = self.host.sandbox.zulip.messages();
        let stopped = messages.iter().filter(|message| sight::by_bot(message));
        let stopped = stopped.filter(|message| message.content.starts_with(PING_STOPPED)).count();
        if stopped > 0 {
            return Err("a ping, which says nothing, would have named an incident".to_owned());
        }
        Ok(())
    }

    async fn end(&mut self) -> Result<Lived, String> {
        self.host.faults.heal();
        self.shut_channels();
        self.host.pass(SETTLE_WITHIN).await?;
        self.judge()?;
        let advisories = sight::advisories(&self.host.sandbox);
        Ok(Lived {
            incidents: self.incidents().len(),
            published: advisories.iter().filter(|advisory| advisory.published_at.is_some()).count(),
            brought_out: TEAMS
                .iter()
                .flat_map(|(_, repository)| self.host.sandbox.github.proposals(repository))
                .filter(|pull| pull.title.starts_with("Fixes for"))
                .count(),
            heard: self.ear.count(),
        })
    }
}
