//! Who a message mentions. Code is inert, and in quotations mentions are silent.

use std::collections::BTreeSet;

use super::ids::UserId;
use super::model::Place;
use super::state::{SYSTEM_GROUPS, State};

/// What a message mentions aloud.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Mentions {
    pub(super) users: BTreeSet<UserId>,
    /// Everyone in the channel, or in the conversation.
    pub(super) channel: bool,
    /// Everyone who took part in the topic.
    pub(super) topic: bool,
}

impl State {
    /// The mentions in `content` that notify someone.
    pub(super) fn mentions(&self, content: &str) -> Mentions {
        let mut mentions = Mentions::default();
        for target in targets(&spoken(content)) {
            match target {
                Target::User(text) => self.mention_user(&text, &mut mentions),
                Target::Group(name) => self.mention_group(&name, &mut mentions),
            }
        }
        mentions
    }

    fn mention_user(&self, text: &str, mentions: &mut Mentions) {
        match text {
            "all" | "everyone" | "stream" | "channel" => mentions.channel = true,
            "topic" => mentions.topic = true,
            _ => {
                let (name, id) = match text.rsplit_once('|') {
                    Some((name, id)) => (name, id.parse().ok().map(UserId)),
                    None => (text, None),
                };
                let fits = |user: &&super::model::User| {
                    let named = user.name.eq_ignore_ascii_case(name) || (name.is_empty() && id.is_some());
                    named && id.is_none_or(|id| id == user.id)
                };
                mentions.users.extend(self.users.values().find(fits).map(|user| user.id));
            }
        }
    }

    fn mention_group(&self, name: &str, mentions: &mut Mentions) {
        if let Some(group) = self.groups.values().find(|group| group.name.eq_ignore_ascii_case(name)) {
            mentions.users.extend(self.members(group));
        }
        if let Some(group) = SYSTEM_GROUPS.iter().find(|group| group.name == name) {
            mentions.users.extend(self.system_members(group.id));
        }
    }

    /// The flags that a message with these mentions has for one of its readers.
    pub(super) fn mention_flags(
        &self,
        mentions: &Mentions,
        place: &Place,
        user: UserId,
    ) -> BTreeSet<&'static str> {
        let mut flags = BTreeSet::new();
        if mentions.users.contains(&user) {
            flags.insert("mentioned");
        }
        if mentions.channel {
            flags.extend(["stream_wildcard_mentioned", "wildcard_mentioned"]);
        }
        if let Place::Channel { channel, topic } = place
            && mentions.topic
            && self.topic(*channel, topic).any(|message| message.sender == user)
        {
            flags.extend(["topic_wildcard_mentioned", "wildcard_mentioned"]);
        }
        flags
    }
}

enum Target {
    User(String),
    Group(String),
}

/// `content` without its code and quotations.
fn spoken(content: &str) -> String {
    let mut kept = String::new();
    let mut fence: Option<(char, usize, bool)> = None;
    for line in content.lines() {
        let mark = line.trim_start().chars().next().unwrap_or(' ');
        let run = line.trim_start().chars().take_while(|c| *c == mark).count();
        let rest = line.trim_start().trim_start_matches(mark).trim();
        match fence {
            Some((open, length, _)) if mark == open && run >= length && rest.is_empty() => fence = None,
            Some((_, _, true)) => {}
            Some((_, _, false)) => push_line(&mut kept, line),
            None if matches!(mark, '`' | '~') && run >= 3 && !rest.contains('`') => {
                // A spoiler's text is said aloud; a quotation's and code's are not.
                fence = Some((mark, run, !rest.starts_with("spoiler")));
            }
            None if line.starts_with('>') || line.starts_with("    ") => {}
            None => push_line(&mut kept, line),
        }
    }
    without_code_spans(&kept)
}

fn push_line(kept: &mut String, line: &str) {
    kept.push_str(line);
    kept.push('\n');
}

/// `text` with each code span replaced by a letter.
fn without_code_spans(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('`') {
        kept.push_str(&rest[..at]);
        let run = rest[at..].chars().take_while(|c| *c == '`').count();
        let inside = &rest[at + run..];
        if let Some(end) = closing(inside, run) {
            kept.push('c');
            rest = &inside[end + run..];
        } else {
            kept.push_str(&rest[at..at + run]);
            rest = inside;
        }
    }
    kept.push_str(rest);
    kept
}

/// Where a run of exactly `run` backticks starts in `text`.
fn closing(text: &str, run: usize) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = text[at..].find('`') {
        let length = text[at + found..].chars().take_while(|c| *c == '`').count();
        if length == run {
            return Some(at + found);
        }
        at += found + length;
    }
    None
}

/// The mentions written in `text`, without the silent ones.
fn targets(text: &str) -> Vec<Target> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices('@') {
        let before = text[..at].chars().next_back();
        if !before.is_none_or(|c| c.is_whitespace() || "'\"({[/<".contains(c)) {
            continue;
        }
        let rest = &text[at + 1..];
        if let Some(inside) = rest.strip_prefix("**") {
            let name = inside.split_once("**").map(|(name, _)| name);
            found.extend(name.filter(|name| is_name(name)).map(|name| Target::User(name.to_owned())));
        } else if let Some(inside) = rest.strip_prefix('*') {
            let name = inside.split_once('*').map(|(name, _)| name);
            found.extend(name.filter(|name| is_name(name)).map(|name| Target::Group(name.to_owned())));
        }
    }
    found
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.contains(['*', '\n', '@'])
}
