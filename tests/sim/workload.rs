//! What people do, drawn from the seed: commands of every family, well typed and badly, in the right
//! places and in the wrong ones, and everything else that goes on in a chat meanwhile.

use advisory_bot::sandbox::{
    world::Sandbox,
    zulip::{ChannelId, Message, MessageId, Place, UserId, seed},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::{
    chance::Chance,
    sight::{self, Incident, TEAMS},
};

#[path = "workload/lines.rs"]
mod lines;
#[path = "workload/meddle.rs"]
mod meddle;

/// The people who are on a team at first.
pub(crate) const TEAM: [UserId; 3] = [seed::MAYA, seed::INES, seed::TOMASZ];

/// The steps of the runbook that no release here waits for.
const WAIVED: &str = " --waive reproduce --waive fork --waive invite --waive audit --waive upstream --waive fix --waive cve --waive notify --waive list-seen --waive patches --waive tests";

/// What a message is meant to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Meant {
    /// To make an advisory with this marker.
    New(String),
    /// To adopt the report with this marker.
    Adopt(String),
    /// To start the release of the incident of that codename.
    Go(String),
    /// To approve it.
    Approve(String),
    /// To set the disclosure time of it.
    Embargo(String),
    /// To change its text.
    Edit(String),
    /// To call its release off.
    Abort(String),
    /// To ask the public for a maintainer.
    Ping,
    /// To become the manager of the incident of that codename.
    Claim(String),
    /// To answer its report first, or to do something else before release day: how the answer may begin.
    Respond(String, &'static [&'static str]),
    /// To mail the announcement list of the incident of that codename, or to see the mail.
    Notify(String),
    /// A command that changes nothing: how its answer may begin.
    Read(&'static [&'static str]),
    /// Something that is no command, or not spelled like one.
    Typo,
    /// Talk.
    Talk,
}

/// Something somebody said.
#[derive(Debug, Clone)]
pub(crate) struct Given {
    pub(crate) message: MessageId,
    pub(crate) at: Timestamp,
    pub(crate) by: UserId,
    pub(crate) place: Place,
    /// Whether nothing else is said there.
    pub(crate) alone: bool,
    pub(crate) meant: Meant,
    pub(crate) text: String,
    pub(crate) edits: Vec<Timestamp>,
    pub(crate) deleted: bool,
}

/// Something else that somebody did.
#[derive(Debug, Clone)]
pub(crate) enum Deed {
    Thumb {
        message: MessageId,
        by: UserId,
        added: bool,
    },
    Member {
        channel: ChannelId,
        user: UserId,
        is_member: bool,
    },
    Group {
        user: UserId,
        is_member: bool,
    },
    Private {
        channel: ChannelId,
        is_private: bool,
    },
    /// Somebody changed the advisory with this marker on GitHub: its summary to that, if any.
    ByHand {
        marker: String,
        summary: Option<String>,
    },
    /// Somebody published it there.
    PublishedByHand {
        marker: String,
    },
    /// Somebody wrote this page where everybody reads it on GitHub: it names the incident, or nothing.
    OnGitHub {
        marker: String,
        page: String,
        names: bool,
    },
}

/// The people, and the record of what they did.
pub(crate) struct Workload {
    chance: Chance,
    pub(crate) given: Vec<Given>,
    pub(crate) deeds: Vec<(Timestamp, Deed)>,
    /// Markers of reports made on GitHub, with where and under which id.
    reports: Vec<(String, ChannelId, String)>,
    asked: u64,
    marked: u64,
}

/// What somebody may do next.
#[derive(Debug, Clone, Copy)]
enum Act {
    New,
    Adopt,
    Named,
    InTopic,
    Go,
    Approve,
    Thumb,
    Direct,
    InPublic,
    ByBot,
    Typo,
    Edit,
    Delete,
    Talk,
    Topic,
    Member,
    Privacy,
    Ping,
    Respond,
    ByHand,
    Notify,
    OnGitHub,
}

const ACTS: [(u64, Act); 22] = [
    (9, Act::New),
    (2, Act::Adopt),
    (20, Act::Named),
    (14, Act::InTopic),
    (9, Act::Go),
    (6, Act::Approve),
    (9, Act::Thumb),
    (5, Act::Direct),
    (4, Act::InPublic),
    (2, Act::ByBot),
    (4, Act::Typo),
    (5, Act::Edit),
    (2, Act::Delete),
    (3, Act::Talk),
    (3, Act::Topic),
    (3, Act::Member),
    (2, Act::Privacy),
    (2, Act::Ping),
    (16, Act::Respond),
    (7, Act::ByHand),
    (16, Act::Notify),
    (4, Act::OnGitHub),
];

impl Workload {
    pub(crate) fn new(chance: Chance) -> Self {
        Self { chance, given: Vec::new(), deeds: Vec::new(), reports: Vec::new(), asked: 0, marked: 0 }
    }

    /// Somebody does something. Returns it in words, for the transcript.
    pub(crate) fn act(&mut self, sandbox: &Sandbox, now: Timestamp) -> String {
        let messages = sandbox.zulip.messages();
        let incidents: Vec<Incident> = sight::incidents(&messages).into_values().collect();
        match self.chance.weigh(&ACTS) {
            Act::New => self.new_advisory(sandbox, now),
            Act::Adopt => self.adopt(sandbox, now),
            Act::Named => self.named(sandbox, &incidents, now),
            Act::InTopic => self.in_topic(sandbox, &incidents, now),
            Act::Go => self.go(sandbox, &incidents, now),
            Act::Approve => self.approve(sandbox, &incidents, now),
            Act::Thumb => self.thumb(sandbox, &messages, now),
            Act::Direct => self.direct(sandbox, &incidents, now),
            Act::InPublic => self.in_public(sandbox, &incidents, now),
            Act::ByBot => self.by_bot(sandbox, now),
            Act::Typo => {
                let (meant, line) = (Meant::Typo, lines::typo(&mut self.chance));
                self.ask(sandbox, meant, line, now)
            }
            Act::Edit => self.edit(sandbox, now),
            Act::Delete => self.delete(sandbox),
            Act::Talk => self.talk(sandbox, now),
            Act::Topic => self.move_topic(sandbox, &incidents, now),
            Act::Member => self.change_member(sandbox, now),
            Act::Privacy => self.toggle_privacy(sandbox, now),
            Act::Respond => self.respond(sandbox, &incidents, now),
            Act::ByHand => self.by_hand(sandbox, &incidents, now),
            Act::Notify => self.notify(sandbox, &incidents, now),
            Act::OnGitHub => self.on_github(sandbox, &incidents, now),
            Act::Ping => {
                let line = "!ping".to_owned();
                self.ask(sandbox, Meant::Ping, line, now)
            }
        }
    }

    /// Says something, if Zulip lets them.
    fn say(
        &mut self,
        sandbox: &Sandbox,
        (by, place, alone): (UserId, Place, bool),
        (meant, text): (Meant, String),
        now: Timestamp,
    ) -> String {
        let told = format!("{} in {place:?}: {text:?}", by.0);
        match sandbox.zulip.send(by, place.clone(), &text) {
            Ok(message) => {
                let (edits, deleted) = (Vec::new(), false);
                self.given.push(Given { message, at: now, by, place, alone, meant, text, edits, deleted });
                told
            }
            Err(refusal) => format!("{told} (refused: {})", refusal.message),
        }
    }

    /// Gives a command in a topic of its own, so that what the bot says there is the answer to it.
    fn ask(&mut self, sandbox: &Sandbox, meant: Meant, line: String, now: Timestamp) -> String {
        let channel = if self.chance.percent(75) { seed::WAMR_SECURITY } else { seed::WASMTIME_SECURITY };
        let by = *self.chance.pick(&TEAM);
        self.ask_as(sandbox, (by, channel), (meant, line), now)
    }

    fn ask_as(
        &mut self,
        sandbox: &Sandbox,
        (by, channel): (UserId, ChannelId),
        what: (Meant, String),
        now: Timestamp,
    ) -> String {
        self.asked += 1;
        let place = Place::topic(channel, &format!("ask {}", self.asked));
        self.say(sandbox, (by, place, true), what, now)
    }

    fn marker(&mut self) -> String {
        self.marked += 1;
        let mut rest = self.marked;
        let mut word = String::from("zq");
        for _ in 0..7 {
            let letter = u8::try_from(rest % 26).unwrap_or(0);
            word.push(char::from(b'a' + letter));
            rest = rest / 26 + u64::from(letter) * 7 + 3;
        }
        word
    }

    fn new_advisory(&mut self, sandbox: &Sandbox, now: Timestamp) -> String {
        let marker = self.marker();
        let line = lines::new_advisory(&mut self.chance, &marker);
        let meant = Meant::New(marker);
        match self.chance.below(20) {
            // From where it must not work.
            0 => self.ask_as(sandbox, (seed::MAYA, seed::GENERAL), (meant, line), now),
            1 => self.say(
                sandbox,
                (seed::RAVI, Place::direct([seed::ADVISORY_BOT]), false),
                (meant, line),
                now,
            ),
            2 => self.ask_as(sandbox, (seed::DEPLOY_BOT, seed::WAMR_SECURITY), (meant, line), now),
            _ => self.ask(sandbox, meant, line, now),
        }
    }

    fn adopt(&mut self, sandbox: &Sandbox, now: Timestamp) -> String {
        if self.reports.is_empty() || self.chance.percent(50) {
            let marker = self.marker();
            let (channel, repository) = *self.chance.pick(&TEAMS);
            let fields = json!({"summary": format!("Reported {marker} in the decoder"), "description": "Crashes.",
                "vulnerabilities": [{"package": {"ecosystem": "other", "name": "runtime"}, "vulnerable_version_range": "< 2.0.0"}],
                "severity": "high"});
            return match sandbox.github.report(repository, "ravi", &fields) {
                Ok(ghsa) => {
                    let accepted = self.chance.percent(70) && sandbox.github.accept("maya", &ghsa).is_ok();
                    self.reports.push((marker, channel, ghsa.clone()));
                    format!("ravi reports {ghsa} on GitHub; accepted: {accepted}")
                }
                Err(_) => "ravi cannot report on GitHub".to_owned(),
            };
        }
        let (marker, channel, ghsa) = self.chance.pick(&self.reports).clone();
        let by = *self.chance.pick(&TEAM);
        self.ask_as(sandbox, (by, channel), (Meant::Adopt(marker), format!("!advisory adopt {ghsa}")), now)
    }

    /// A command that names its incident, in a topic of its own.
    fn named(&mut self, sandbox: &Sandbox, incidents: &[Incident], now: Timestamp) -> String {
        if incidents.is_empty() {
            return self.new_advisory(sandbox, now);
        }
        let incident = self.chance.pick(incidents).clone();
        let (meant, line) = lines::about(&mut self.chance, &incident, true);
        let by = *self.chance.pick(&TEAM);
        let channel = if self.chance.percent(90) { incident.channel } else { seed::WAMR_SECURITY };
        self.ask_as(sandbox, (by, channel), (meant, line), now)
    }

    /// The same in the incident's own topic, without naming it.
    fn in_topic(&mut self, sandbox: &Sandbox, incidents: &[Incident], now: Timestamp) -> String {
        if incidents.is_empty() {
            return self.new_advisory(sandbox, now);
        }
        let incident = self.chance.pick(incidents).clone();
        let (meant, line) = lines::about(&mut self.chance, &incident, false);
        let place = Place::topic(incident.channel, &incident.topic);
        let by = *self.chance.pick(&TEAM);
        self.say(sandbox, (by, place, false), (meant, line), now)
    }

    /// What there is to do before release day, in a topic of its own.
    fn respond(&mut self, sandbox: &Sandbox, incidents: &[Incident], now: Timestamp) -> String {
        if incidents.is_empty() {
            return self.new_advisory(sandbox, now);
        }
        let incident = self.chance.pick(incidents).clone();
        self.asked += 1;
        let what = lines::respond(&mut self.chance, &incident.codename, self.asked);
        let by = *self.chance.pick(&TEAM);
        self.ask_as(sandbox, (by, incident.channel), what, now)
    }

    /// Mostly its manager asks for a release.
    fn go(&mut self, sandbox: &Sandbox, incidents: &[Incident], now: Timestamp) -> String {
        if incidents.is_empty() {
            return self.new_advisory(sandbox, now);
        }
        let incident = self.chance.pick(incidents).clone();
        let opened = self.given.iter().find(|given| {
            matches!(&given.meant, Meant::New(marker) | Meant::Adopt(marker) if *marker == incident.marker)
        });
        let manager = opened.map(|given| given.by).filter(|_| self.chance.percent(85));
        let by = manager.unwrap_or_else(|| *self.chance.pick(&TEAM));
        let flags = *self.chance.pick(&[
            "",
            " --waive text --reason It is a drill",
            " --early --waive text --reason It is known already",
            " --early --waive text --waive embargo --waive accept --waive acknowledge --reason Hurry",
            " --early --waive embargo --reason Hurry",
        ]);
        let waived = if flags.is_empty() { "" } else { WAIVED };
        let line = format!("!release go {}{waived}{flags}", incident.codename);
        self.ask_as(sandbox, (by, incident.channel), (Meant::Go(incident.codename), line), now)
    }

    fn approve(&mut self, sandbox: &Sandbox, incidents: &[Incident], now: Timestamp) -> String {
        if incidents.is_empty() {
            return self.new_advisory(sandbox, now);
        }
        let incident = self.chance.pick(incidents).clone();
        let by = *self.chance.pick(&TEAM);
        let line = format!("!release approve {}", incident.codename);
        self.ask_as(sandbox, (by, incident.channel), (Meant::Approve(incident.codename), line), now)
    }

    /// The mail to the list, seen, asked for, confirmed or seen on the list.
    fn notify(&mut self, sandbox: &Sandbox, incidents: &[Incident], now: Timestamp) -> String {
        if incidents.is_empty() {
            return self.new_advisory(sandbox, now);
        }
        // Mostly the first one: several things have to be done to it before a mail leaves.
        let first = incidents.first().filter(|_| self.chance.percent(70)).cloned();
        let incident = first.unwrap_or_else(|| self.chance.pick(incidents).clone());
        let by = *self.chance.pick(&TEAM);
        if self.chance.percent(20) {
            let line = format!("!embargo set {} +80h --reason To be told of", incident.codename);
            return self.ask_as(
                sandbox,
                (by, incident.channel),
                (Meant::Embargo(incident.codename), line),
                now,
            );
        }
        let line = *self.chance.pick(&["!notify preview", "!notify send", "!notify send", "!Notify send"]);
        let line = format!("{line} {}", incident.codename);
        self.ask_as(sandbox, (by, incident.channel), (Meant::Notify(incident.codename), line), now)
    }

    /// How long it takes until the next thing happens.
    pub(crate) fn pause(&mut self) -> SignedDuration {
        match self.chance.below(100) {
            0..=34 => SignedDuration::ZERO,
            35..=74 => self.chance.millis(1, 3_000),
            75..=94 => self.chance.millis(3_000, 30_000),
            _ => self.chance.millis(30_000, 600_000),
        }
    }

    /// The messages that a person could react to as a request for approval.
    fn requests(messages: &[Message]) -> Vec<MessageId> {
        let asks = |message: &&Message| {
            sight::by_bot(message) && {
                let asks =
                    ["asks to release", "asks to send this mail", "asks to move the", "asks to take the"];
                asks.iter().any(|words| message.content.contains(words))
            }
        };
        messages.iter().rev().filter(asks).take(4).map(|message| message.id).collect()
    }
}
