//! What people do besides giving commands where they belong.

use advisory_bot::sandbox::{
    github::Written,
    world::Sandbox,
    zulip::{Message, Place, Privacy, seed},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{Deed, Meant, TEAM, Workload, lines};
use crate::sight::{self, Incident};

/// Until when after sending it people change their minds about a message.
const SECOND_THOUGHTS: SignedDuration = SignedDuration::from_mins(9);

impl Workload {
    /// 👍 on a request, or taken back: by the team, by the one who asked, by outsiders.
    pub(super) fn thumb(&mut self, sandbox: &Sandbox, messages: &[Message], now: Timestamp) -> String {
        let requests = Self::requests(messages);
        if requests.is_empty() {
            return self.talk(sandbox, now);
        }
        let message = *self.chance.pick(&requests);
        let by = *self.chance.pick(&[TEAM[0], TEAM[1], TEAM[2], TEAM[1], seed::RAVI, seed::DEPLOY_BOT]);
        let added = self.chance.percent(80);
        let done = if added {
            sandbox.zulip.react(by, message, "+1")
        } else {
            sandbox.zulip.unreact(by, message, "+1")
        };
        if done.is_ok() {
            self.deeds.push((now, Deed::Thumb { message, by, added }));
        }
        format!("{} 👍 on {} added: {added} ({})", by.0, message.0, done.is_ok())
    }

    pub(super) fn direct(&mut self, sandbox: &Sandbox, incidents: &[Incident], now: Timestamp) -> String {
        let incident = (!incidents.is_empty()).then(|| self.chance.pick(incidents).clone());
        let (meant, line) = lines::read_only(&mut self.chance, incident.as_ref());
        let by = *self.chance.pick(&[TEAM[0], TEAM[1], TEAM[2], seed::RAVI]);
        self.say(sandbox, (by, Place::direct([seed::ADVISORY_BOT]), false), (meant, line), now)
    }

    /// Commands and names where everybody reads them.
    pub(super) fn in_public(&mut self, sandbox: &Sandbox, incidents: &[Incident], now: Timestamp) -> String {
        let incident = (!incidents.is_empty()).then(|| self.chance.pick(incidents).clone());
        let (meant, line) = lines::read_only(&mut self.chance, incident.as_ref());
        let by = *self.chance.pick(&[TEAM[0], TEAM[1], seed::RAVI, seed::LEE]);
        self.ask_as(sandbox, (by, seed::GENERAL), (meant, line), now)
    }

    /// Another bot types commands.
    pub(super) fn by_bot(&mut self, sandbox: &Sandbox, now: Timestamp) -> String {
        let line = (*self.chance.pick(&["!help", "!ping", "!advisory list"])).to_owned();
        self.ask_as(sandbox, (seed::DEPLOY_BOT, seed::WAMR_SECURITY), (Meant::Read(&[]), line), now)
    }

    /// Somebody changes what they said a short while ago: mends a typo, or changes what worked.
    pub(super) fn edit(&mut self, sandbox: &Sandbox, now: Timestamp) -> String {
        let recent: Vec<usize> = (0..self.given.len())
            .filter(|at| {
                let given = &self.given[*at];
                given.alone && !given.deleted && now.duration_since(given.at) < SECOND_THOUGHTS
            })
            .collect();
        if recent.is_empty() {
            return self.talk(sandbox, now);
        }
        let given = &mut self.given[*self.chance.pick(&recent)];
        let text = if matches!(given.meant, Meant::Typo | Meant::Talk) {
            "!advisory list".to_owned()
        } else if self.chance.percent(50) {
            format!("{} ", given.text)
        } else {
            format!("{}  and more", given.text)
        };
        let done = sandbox.zulip.edit(given.by, given.message, &text);
        if done.is_ok() {
            given.edits.push(now);
        }
        format!("{} edits {} to {text:?} ({})", given.by.0, given.message.0, done.is_ok())
    }

    pub(super) fn delete(&mut self, sandbox: &Sandbox) -> String {
        let recent: Vec<usize> = (self.given.len().saturating_sub(6)..self.given.len())
            .filter(|at| self.given[*at].alone && !self.given[*at].deleted)
            .collect();
        if recent.is_empty() {
            return "nobody deletes anything".to_owned();
        }
        let given = &mut self.given[*self.chance.pick(&recent)];
        given.deleted = sandbox.zulip.delete(given.by, given.message).is_ok();
        format!("{} deletes {} ({})", given.by.0, given.message.0, given.deleted)
    }

    pub(super) fn talk(&mut self, sandbox: &Sandbox, now: Timestamp) -> String {
        let text = (*self.chance.pick(&["I look into it", "! careful", "What now?", "help"])).to_owned();
        let by = *self.chance.pick(&TEAM);
        self.ask_as(sandbox, (by, seed::WAMR_SECURITY), (Meant::Talk, text), now)
    }

    /// Somebody resolves an incident's topic, opens it again, or gives it another name.
    pub(super) fn move_topic(&mut self, sandbox: &Sandbox, incidents: &[Incident], now: Timestamp) -> String {
        if incidents.is_empty() {
            return self.talk(sandbox, now);
        }
        let Incident { channel, topic, codename, .. } = self.chance.pick(incidents).clone();
        let to = match topic.strip_prefix("✔ ") {
            Some(open) => open.to_owned(),
            None if self.chance.percent(60) => format!("✔ {topic}"),
            None => format!("{codename} again {}", self.chance.below(3)),
        };
        let done = sandbox.zulip.rename_topic(seed::MAYA, channel, &topic, &to);
        format!("8 renames {topic:?} to {to:?} ({})", done.is_ok())
    }

    /// Ines and Tomasz come and go.
    pub(super) fn change_member(&mut self, sandbox: &Sandbox, now: Timestamp) -> String {
        let user = *self.chance.pick(&[seed::INES, seed::TOMASZ]);
        let is_member = self.chance.percent(65);
        if self.chance.percent(50) {
            let channel = seed::WAMR_SECURITY;
            let done = if is_member {
                sandbox.zulip.subscribe(user, channel)
            } else {
                sandbox.zulip.unsubscribe(user, channel)
            };
            self.deeds.push((now, Deed::Member { channel, user, is_member }));
            return format!("{} subscribed: {is_member} ({})", user.0, done.is_ok());
        }
        let done = if is_member {
            sandbox.zulip.add_to_group(user, seed::SECURITY_TEAM)
        } else {
            sandbox.zulip.remove_from_group(user, seed::SECURITY_TEAM)
        };
        self.deeds.push((now, Deed::Group { user, is_member }));
        format!("{} in the group: {is_member} ({})", user.0, done.is_ok())
    }

    /// A team channel is made public, or private again.
    pub(super) fn toggle_privacy(&mut self, sandbox: &Sandbox, now: Timestamp) -> String {
        let channel = *self.chance.pick(&[seed::WAMR_SECURITY, seed::WASMTIME_SECURITY]);
        let is_private = sandbox.zulip.privacy(channel).is_some_and(|privacy| privacy.invite_only);
        self.set_privacy(sandbox, channel, !is_private, now)
    }

    fn set_privacy(
        &mut self,
        sandbox: &Sandbox,
        channel: advisory_bot::sandbox::zulip::ChannelId,
        is_private: bool,
        now: Timestamp,
    ) -> String {
        let privacy = if is_private { Privacy::PRIVATE } else { Privacy::PUBLIC };
        let done = sandbox.zulip.set_privacy(channel, privacy);
        self.deeds.push((now, Deed::Private { channel, is_private }));
        format!("channel {} private: {is_private} ({})", channel.0, done.is_ok())
    }

    /// Somebody changes an incident's advisory on its page.
    pub(super) fn by_hand(&mut self, sandbox: &Sandbox, incidents: &[Incident], now: Timestamp) -> String {
        if incidents.is_empty() {
            return self.talk(sandbox, now);
        }
        let Incident { marker, .. } = self.chance.pick(incidents).clone();
        let advisories = sight::advisories(sandbox);
        let Some(advisory) = sight::marked(&advisories, &marker).pop() else {
            return "nobody changes anything".to_owned();
        };
        let (ghsa, is_public) = (advisory.ghsa_id.as_str(), advisory.published_at.is_some());
        let deed = Deed::ByHand { marker: marker.clone(), summary: None };
        let (deed, done) = match self.chance.below(12) {
            0..=4 => {
                self.marked += 1;
                let summary = format!("Take {} of {marker}", self.marked);
                let done = sandbox.github.edit_by_hand("maya", ghsa, &json!({ "summary": summary }));
                (Deed::ByHand { marker, summary: Some(summary) }, done)
            }
            5 => (deed, sandbox.github.edit_by_hand("maya", ghsa, &json!({"severity": "medium"}))),
            6 => (deed, sandbox.github.edit_by_hand("maya", ghsa, &json!({"cwe_ids": ["CWE-125"]}))),
            7 => (deed, sandbox.github.edit_by_hand("maya", ghsa, &json!({"description": "By hand."}))),
            8 => (deed, sandbox.github.accept("maya", ghsa)),
            9 => (deed, sandbox.github.invite_by_hand("maya", ghsa, "ravi")),
            10 => (deed, sandbox.github.close("maya", ghsa)),
            // What is public already is not published by hand.
            _ if is_public => return "nobody changes anything".to_owned(),
            _ => (Deed::PublishedByHand { marker }, sandbox.github.publish_by_hand("maya", ghsa)),
        };
        let told = format!("maya changes {ghsa} by hand: {deed:?} ({})", done.is_ok());
        if done.is_ok() {
            self.deeds.push((now, deed));
        }
        told
    }

    /// Somebody writes where everybody reads it on GitHub: what names an incident, or nothing of note.
    pub(super) fn on_github(&mut self, sandbox: &Sandbox, incidents: &[Incident], now: Timestamp) -> String {
        if incidents.is_empty() {
            return self.talk(sandbox, now);
        }
        let Incident { marker, codename, channel, .. } = self.chance.pick(incidents).clone();
        let Some((_, repository)) = sight::TEAMS.iter().find(|(of, _)| *of == channel) else {
            return "nobody writes anything".to_owned();
        };
        let names = self.chance.percent(60);
        let title = if names { format!("What is {codename}?") } else { "It does not build".to_owned() };
        let written = Written { title: &title, body: "" };
        let (is_pull, head) = (self.chance.percent(40), Some("main"));
        let made = sandbox.github.open_by_hand("ravi", repository, written, head.filter(|_| is_pull));
        let Ok(number) = made else { return "nobody can write anything".to_owned() };
        let page = format!("{repository}/{}/{number}.", if is_pull { "pull" } else { "issues" });
        self.deeds.push((now, Deed::OnGitHub { marker, page: page.clone(), names }));
        format!("ravi writes {page} names: {names}")
    }

    /// Everything is put back as it was at first.
    pub(crate) fn mend(&mut self, sandbox: &Sandbox, now: Timestamp) -> String {
        let mut told = Vec::new();
        for (channel, _) in crate::sight::TEAMS {
            let is_private = sandbox.zulip.privacy(channel).is_some_and(|privacy| privacy.invite_only);
            if !is_private {
                told.push(self.set_privacy(sandbox, channel, true, now));
            }
        }
        for user in TEAM {
            let back = sandbox.zulip.subscribe(user, seed::WAMR_SECURITY).is_ok()
                && sandbox.zulip.add_to_group(user, seed::SECURITY_TEAM).is_ok();
            self.deeds.push((now, Deed::Member { channel: seed::WAMR_SECURITY, user, is_member: true }));
            self.deeds.push((now, Deed::Group { user, is_member: true }));
            told.push(format!("{} is on the team ({back})", user.0));
        }
        told.join("; ")
    }
}
