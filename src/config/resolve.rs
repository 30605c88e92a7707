//! The configuration checked against the channels there are, and turned into what the core needs.

use std::collections::{BTreeMap, BTreeSet};

use commands::kernel::{
    directory::Channel,
    id::{ChannelId, UserId},
    settings::{self, Settings},
};

use super::{
    Config,
    error::{ConfigError, Wrong, nearest},
    read::At,
    zulip::{ChannelRef, Watch},
};

/// How many subscribed channels are named when none is near.
const NAMED_MAX: usize = 5;

/// The settings for the core, every channel by its number. `me` is the bot, `channels` those it sees.
///
/// # Errors
/// Every channel that is not there or not fit for its use: a team's must be private and the bot
/// subscribed, a public one public, and none archived.
pub fn resolve(
    config: &Config,
    me: UserId,
    channels: &BTreeMap<ChannelId, Channel>,
) -> Result<Settings, Vec<ConfigError>> {
    let realm = Realm { config, me, channels };
    let mut problems = Vec::new();
    let mut projects = Vec::new();
    for project in &config.projects {
        let (team, public) = (realm.team(&project.team_channel), realm.public(&project.public_channel));
        if let (Ok(team_channel), Ok(public_channel)) = (&team, &public) {
            projects.push(settings::Project {
                name: project.name.value.clone(),
                repository: project.repository.value.clone(),
                team_channel: *team_channel,
                team_group: project.team_group.as_ref().map(|at| at.value.clone()),
                public_channel: *public_channel,
                public_topic: project.public_topic.clone(),
                package: project.package.clone(),
                branches: project.branches.clone(),
                announce_list: project.announce_list.clone(),
                blog: project.blog.clone(),
                rustsec: project.rustsec.clone(),
                severity_scheme: project.severity_scheme,
                order: project.order,
                bump: project.bump.clone(),
                release_tag: project.release_tag.clone(),
            });
        }
        problems.extend(team.err().into_iter().chain(public.err()));
    }
    if let Watch::Only(list) = &config.zulip.watch {
        problems.extend(list.iter().filter_map(|at| realm.public(at).err()));
    }
    if problems.is_empty() {
        let people = config.people.clone();
        let reports = config.mail.as_ref().map(|mail| address_in(&mail.from).to_owned());
        let watch = watched(config, channels);
        return Ok(Settings { policy: config.policy.settings(), projects, people, reports, watch });
    }
    problems.sort_by_key(|problem| problem.line);
    Err(problems)
}

/// The address in `Name <address>`, or all of it.
fn address_in(mailbox: &str) -> &str {
    mailbox.rsplit_once('<').map_or(mailbox, |(_, address)| address.trim_end_matches('>')).trim()
}

/// Which public channels are watched for leaks; none means every one. Names that fit no channel were
/// reported by [`resolve`].
fn watched(config: &Config, channels: &BTreeMap<ChannelId, Channel>) -> Option<BTreeSet<ChannelId>> {
    match &config.zulip.watch {
        Watch::All => None,
        Watch::Only(list) => {
            Some(list.iter().filter_map(|at| find(channels, &at.value)).map(|channel| channel.id).collect())
        }
    }
}

struct Realm<'a> {
    config: &'a Config,
    me: UserId,
    channels: &'a BTreeMap<ChannelId, Channel>,
}

impl Realm<'_> {
    fn team(&self, at: &At<ChannelRef>) -> Result<ChannelId, ConfigError> {
        let channel = self.existing(at)?;
        let name = &channel.name;
        if channel.web_public || !channel.invite_only {
            let readers =
                if channel.web_public { "anyone on the internet" } else { "everyone in the organisation" };
            let problem = format!("{name:?} can be read by {readers}");
            return Err(self.error(at, problem, "Make it private in Zulip, or name a private channel"));
        }
        if !channel.subscribers.contains(&self.me) {
            let problem = format!("the bot is not subscribed to {name:?}");
            return Err(self.error(at, problem, "Subscribe it, in the channel's settings in Zulip"));
        }
        Ok(channel.id)
    }

    fn public(&self, at: &At<ChannelRef>) -> Result<ChannelId, ConfigError> {
        let channel = self.existing(at)?;
        if channel.invite_only {
            let problem = format!("{:?} is a private channel", channel.name);
            return Err(self.error(at, problem, "Name a channel that everyone in the organisation can read"));
        }
        Ok(channel.id)
    }

    fn existing(&self, at: &At<ChannelRef>) -> Result<&Channel, ConfigError> {
        let channel = find(self.channels, &at.value).ok_or_else(|| self.unknown(at))?;
        if channel.archived {
            let problem = format!("{:?} is archived", channel.name);
            return Err(self.error(at, problem, "Restore it in Zulip, or name another channel"));
        }
        Ok(channel)
    }

    fn unknown(&self, at: &At<ChannelRef>) -> ConfigError {
        let private = "subscribe the bot to it if it is private";
        let known = || self.channels.values().filter(|channel| !channel.archived).map(|c| c.name.as_str());
        let (shown, near) = match &at.value {
            ChannelRef::Id(id) => (format!("{id}"), None),
            ChannelRef::Name(name) => (format!("{name:?}"), nearest(name, known())),
        };
        let mend = match near {
            Some(near) => format!("Write {near:?}, or {private}"),
            None => {
                let names: Vec<_> = known().take(NAMED_MAX).map(|name| format!("{name:?}")).collect();
                format!("It sees {}; {private}", names.join(", "))
            }
        };
        self.error(at, format!("the bot sees no channel {shown}"), mend)
    }

    fn error(&self, at: &At<ChannelRef>, problem: String, mend: impl Into<String>) -> ConfigError {
        let Wrong { problem, mend } = Wrong::new(problem, mend);
        ConfigError { file: self.config.file.clone(), line: at.line, key: at.key.clone(), problem, mend }
    }
}

/// The channel of that number, or of that name, in any case when none has just that name.
fn find<'a>(channels: &'a BTreeMap<ChannelId, Channel>, wanted: &ChannelRef) -> Option<&'a Channel> {
    match wanted {
        ChannelRef::Id(id) => channels.get(id),
        ChannelRef::Name(name) => {
            let folded = name.to_lowercase();
            let same = channels.values().find(|channel| channel.name == *name);
            same.or_else(|| channels.values().find(|channel| channel.name.to_lowercase() == folded))
        }
    }
}
