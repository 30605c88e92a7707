//! The world as the core knows it: the fold of all facts, what is still to be done, and what Zulip
//! shows at present. `apply` is the one place where what is remembered changes.

mod certainty;
mod reference;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::{SignedDuration, Timestamp};

use crate::kernel::{
    directory::{Channel, Directory},
    effect::{Action, RecordedEffect, TeamPlace},
    embargoed::Reader,
    fact::{Fact, RecordedFact, Told},
    id::{ChannelId, EffectId, IncidentId, MessageId, ProjectName, Topic, UserId},
    incident::{HeldThumbs, Incident},
    input::Observed,
    readership::{ChannelSeen, Readership},
    settings::Settings,
    watched::{Prepared, Watched, marks},
};

pub use reference::Reference;

/// How long a command's message is remembered: longer than any command is still carried out.
const COMMANDS_KEPT: SignedDuration = SignedDuration::from_hours(48);
/// How many are remembered however old they are: after a gap, a quiet channel's last messages are read
/// again.
const COMMANDS_KEPT_MIN: usize = 2000;
/// How long a 👍 on an unknown message is kept: the request it may belong to is being posted.
const THUMBS_KEPT: SignedDuration = SignedDuration::from_hours(1);

/// How soon after one `!ping` of a project the next is taken.
pub const PING_AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(10);

/// What became of a message that was read as a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Handled {
    /// When it was read.
    pub at: Timestamp,
    /// The fingerprint of words that were refused; none where the command was taken.
    pub refused: Option<u64>,
}

/// Everything `decide` may look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct World {
    /// The configuration.
    pub settings: Settings,
    /// Who and what is on Zulip.
    pub directory: Directory,
    /// The newest message the bot has heard of.
    pub newest: MessageId,
    began: Option<MessageId>,
    facts: u64,
    effects: u64,
    incidents: BTreeMap<IncidentId, Incident>,
    rooms: BTreeMap<(ChannelId, String), IncidentId>,
    agenda: BTreeSet<(Timestamp, IncidentId)>,
    commands: BTreeMap<MessageId, Handled>,
    told_where: BTreeMap<UserId, Timestamp>,
    askers: BTreeMap<UserId, Timestamp>,
    pinged: BTreeMap<ProjectName, Timestamp>,
    thumbs: HeldThumbs,
    teams: BTreeMap<ProjectName, BTreeSet<UserId>>,
    out_of_sight: BTreeSet<ProjectName>,
    readerships: BTreeMap<ChannelId, (Timestamp, Readership)>,
    hands: BTreeMap<ChannelId, (Timestamp, UserId)>,
    details: BTreeMap<MessageId, Timestamp>,
    watched: Prepared,
    pending: BTreeMap<EffectId, RecordedEffect>,
}

impl World {
    /// An empty world.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            directory: Directory::default(),
            newest: MessageId(0),
            began: None,
            facts: 0,
            effects: 0,
            incidents: BTreeMap::new(),
            rooms: BTreeMap::new(),
            agenda: BTreeSet::new(),
            commands: BTreeMap::new(),
            told_where: BTreeMap::new(),
            askers: BTreeMap::new(),
            pinged: BTreeMap::new(),
            thumbs: BTreeMap::new(),
            teams: BTreeMap::new(),
            out_of_sight: BTreeSet::new(),
            readerships: BTreeMap::new(),
            hands: BTreeMap::new(),
            details: BTreeMap::new(),
            watched: Prepared::default(),
            pending: BTreeMap::new(),
        }
    }

    /// Takes a fact in. Facts come in the order of their numbers.
    pub fn apply(&mut self, recorded: &RecordedFact) {
        self.facts = recorded.number;
        let (at, fact) = (recorded.at, &recorded.fact);
        let Some(incident) = fact.incident() else { return self.apply_to_all(at, fact) };
        if let Fact::Opened { .. } = fact {
            self.incidents.extend(Incident::opened(at, fact).map(|opened| (incident, opened)));
            self.watched = Prepared::default();
        }
        self.change_incident(incident, at, fact);
    }

    /// Takes in a fact that belongs to no incident.
    #[expect(clippy::wildcard_enum_match_arm, reason = "`Fact::incident` names every fact")]
    fn apply_to_all(&mut self, at: Timestamp, fact: &Fact) {
        match fact {
            Fact::Began { newest } => self.began = Some(*newest),
            Fact::CommandTaken { message, .. } => self.handled(*message, at, None),
            Fact::CommandRefused { message, words, .. } => self.handled(*message, at, Some(*words)),
            Fact::ToldInPublic { user, what } => self.told(*user, *what, at),
            Fact::ThumbHeld { message, user, added } => self.hold_thumb(*message, *user, *added, at),
            Fact::Pinged { project, .. } => {
                self.pinged.insert(project.clone(), at);
            }
            Fact::TeamSeen { project, members } => drop(self.teams.insert(project.clone(), members.clone())),
            Fact::TeamChannel { channel, seen } => self.channel_seen(*channel, seen, at),
            Fact::DetailsSeen { message, .. } => self.tell_of_details(*message, at),
            Fact::Sight { project, lost: true } => {
                self.out_of_sight.insert(project.clone());
            }
            Fact::Sight { project, lost: false } => {
                self.out_of_sight.remove(project);
            }
            _ => {}
        }
    }

    fn told(&mut self, user: UserId, what: Told, at: Timestamp) {
        let told = match what {
            Told::WhereCommandsBelong => &mut self.told_where,
            Told::TeamWasTold => &mut self.askers,
        };
        told.insert(user, at);
    }

    fn channel_seen(&mut self, channel: ChannelId, seen: &ChannelSeen, at: Timestamp) {
        match seen {
            ChannelSeen::Hand(user) => drop(self.hands.insert(channel, (at, *user))),
            ChannelSeen::Readership(readership) => {
                let known = self.readerships.get(&channel);
                let unchanged = known.filter(|(_, known)| known.access == readership.access);
                let since = unchanged.map_or(at, |(since, _)| *since);
                self.readerships.insert(channel, (since, readership.clone()));
            }
        }
    }

    fn handled(&mut self, message: MessageId, at: Timestamp, refused: Option<u64>) {
        self.commands.insert(message, Handled { at, refused });
        while self.commands.len() > COMMANDS_KEPT_MIN
            && let Some(oldest) = self.commands.first_entry()
        {
            if at.duration_since(oldest.get().at) <= COMMANDS_KEPT {
                break;
            }
            oldest.remove();
        }
    }

    fn tell_of_details(&mut self, message: MessageId, at: Timestamp) {
        self.details.retain(|_, told| at.duration_since(*told) <= COMMANDS_KEPT);
        self.details.insert(message, at);
    }

    fn hold_thumb(&mut self, message: MessageId, user: UserId, added: bool, at: Timestamp) {
        self.thumbs.retain(|_, held| at.duration_since(*held) <= THUMBS_KEPT);
        if added {
            self.thumbs.insert((message, user), at);
        } else {
            self.thumbs.remove(&(message, user));
        }
    }

    fn change_incident(&mut self, id: IncidentId, at: Timestamp, fact: &Fact) {
        let Some(incident) = self.incidents.get_mut(&id) else { return };
        // Of a project that is configured no more, nobody could be told anything.
        let settings = self.settings.project(&incident.project).map(|_| &self.settings);
        let deadline = |incident: &Incident| settings.and_then(|settings| incident.next_deadline(settings));
        let (due, room) = (deadline(incident), room_key(incident));
        let watched = self.watched.is_made().then(|| marks(&self.settings, incident));
        incident.apply(at, fact);
        let (due_now, room_now) = (deadline(incident), room_key(incident));
        if watched.is_some_and(|watched| watched != marks(&self.settings, incident)) {
            self.watched = Prepared::default();
        }
        if due != due_now {
            due.map(|due| self.agenda.remove(&(due, id)));
            due_now.map(|due| self.agenda.insert((due, id)));
        }
        if room != room_now {
            room.map(|room| self.rooms.remove(&room));
            room_now.map(|room| self.rooms.insert(room, id));
        }
    }

    /// What a decision would leave behind, as far as it changes anything: enough for
    /// [`check`](crate::kernel::check::check), and cheap however many incidents there are.
    #[must_use]
    pub fn trial(&self, facts: &[RecordedFact], effects: &[(EffectId, RecordedEffect)]) -> Self {
        let mut trial = Self::new(self.settings.clone());
        let of_facts = facts.iter().filter_map(|recorded| recorded.fact.incident());
        let of_effects = effects.iter().filter_map(|(_, recorded)| recorded.effect.purpose.incident());
        for id in of_facts.chain(of_effects) {
            if let Some(incident) = self.incidents.get(&id) {
                trial.incidents.insert(id, incident.clone());
            }
        }
        for namesake in facts.iter().filter_map(|recorded| self.namesake(&recorded.fact)) {
            trial.incidents.insert(namesake.id, namesake.clone());
        }
        facts.iter().for_each(|recorded| trial.apply(recorded));
        trial.pending.extend(effects.iter().cloned());
        trial
    }

    /// The incident that has the name or the advisory a fact gives to one.
    fn namesake(&self, fact: &Fact) -> Option<&Incident> {
        let reader = Reader::new();
        let reference = if let Fact::Opened { codename, .. } = fact {
            Reference::Codename(codename.open(&reader).clone())
        } else if let Fact::AdvisorySeen { advisory, .. } = fact {
            Reference::Ghsa(advisory.open(&reader).ghsa.clone())
        } else {
            return None;
        };
        self.find(&reference)
    }

    /// Takes in what was observed and need not be remembered.
    pub fn observe(&mut self, observed: &Observed) {
        match observed {
            Observed::Directory(change) => self.directory.apply(change),
            Observed::Listening { .. }
            | Observed::Moved { .. }
            | Observed::Edited(_)
            | Observed::Advisory { .. }
            | Observed::Pull { .. }
            | Observed::Public { .. }
            | Observed::Sight { .. } => {}
        }
    }

    /// Records an effect as still to be done.
    pub fn expect(&mut self, id: EffectId, effect: RecordedEffect) {
        self.effects = self.effects.max(id.0);
        self.pending.insert(id, effect);
    }

    /// Forgets an effect that has come to an end. The effects that wait to post in the same place are
    /// told of the message it made, so that none of them takes it for its own; they are returned.
    pub fn settle(&mut self, id: EffectId, posted: Option<MessageId>) -> Vec<(EffectId, RecordedEffect)> {
        let Some(settled) = self.pending.remove(&id) else { return Vec::new() };
        let (Some(posted), Some(place)) = (posted, place_of(&settled.effect.action)) else {
            return Vec::new();
        };
        self.newest = self.newest.max(posted);
        let same_place = self
            .pending
            .iter_mut()
            .filter(|(_, waiting)| place_of(&waiting.effect.action).as_ref() == Some(&place));
        same_place
            .map(|(id, waiting)| {
                waiting.after = waiting.after.max(posted);
                (*id, waiting.clone())
            })
            .collect()
    }

    /// The number of the newest fact.
    #[must_use]
    pub const fn last_fact(&self) -> u64 {
        self.facts
    }

    /// The id the next effect gets.
    #[must_use]
    pub const fn next_effect(&self) -> EffectId {
        EffectId(self.effects + 1)
    }

    /// The id the next incident gets.
    #[must_use]
    pub fn next_incident(&self) -> IncidentId {
        IncidentId(self.incidents.last_key_value().map_or(0, |(id, _)| id.0) + 1)
    }

    /// The newest message of before the bot first listened; none before it has.
    #[must_use]
    pub const fn began(&self) -> Option<MessageId> {
        self.began
    }

    /// The incident of that number.
    #[must_use]
    pub fn incident(&self, id: IncidentId) -> Option<&Incident> {
        self.incidents.get(&id)
    }

    /// All incidents there ever were, oldest first.
    pub fn incidents(&self) -> impl DoubleEndedIterator<Item = &Incident> {
        self.incidents.values()
    }

    /// The incident whose topic that is.
    #[must_use]
    pub fn incident_in(&self, channel: ChannelId, topic: &Topic) -> Option<&Incident> {
        let id = self.rooms.get(&(channel, topic.plain()))?;
        self.incidents.get(id)
    }

    /// The incident somebody names.
    #[must_use]
    pub fn find(&self, reference: &Reference) -> Option<&Incident> {
        let reader = Reader::new();
        self.incidents.values().rev().find(|incident| {
            let advisory = incident.advisory().map(|advisory| advisory.open(&reader));
            match reference {
                Reference::Codename(name) => incident.codename.open(&reader) == name,
                Reference::Ghsa(ghsa) => advisory.is_some_and(|advisory| advisory.ghsa == *ghsa),
                Reference::Cve(cve) => advisory.is_some_and(|advisory| advisory.cve.as_ref() == Some(cve)),
            }
        })
    }

    /// The incident whose status card that message is.
    #[must_use]
    pub fn incident_of_card(&self, message: MessageId) -> Option<&Incident> {
        self.incidents.values().find(|i| i.room.as_ref().is_some_and(|room| room.card == message))
    }

    /// When something falls due next.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.agenda.first().map(|(due, _)| *due)
    }

    /// The incidents for which something is due by `now`, soonest first.
    pub fn due(&self, now: Timestamp) -> impl Iterator<Item = &Incident> {
        self.agenda
            .iter()
            .take_while(move |(due, _)| *due <= now)
            .filter_map(|(_, id)| self.incidents.get(id))
    }

    /// What became of a message, if it was a command and not long ago.
    #[must_use]
    pub fn handled_command(&self, message: MessageId) -> Option<Handled> {
        self.commands.get(&message).copied()
    }

    /// When somebody was last told where commands belong.
    #[must_use]
    pub fn told_where_commands_belong(&self, user: UserId) -> Option<Timestamp> {
        self.told_where.get(&user).copied()
    }

    /// When somebody who looked for the security team in public was last answered.
    #[must_use]
    pub fn asker_answered(&self, user: UserId) -> Option<Timestamp> {
        self.askers.get(&user).copied()
    }

    /// When the public was last asked for a maintainer of `project`.
    #[must_use]
    pub fn pinged(&self, project: &ProjectName) -> Option<Timestamp> {
        self.pinged.get(project).copied()
    }

    /// Who put 👍 on a message before it was known to be a request.
    pub fn thumbs_held(&self, message: MessageId) -> impl Iterator<Item = UserId> {
        self.thumbs.keys().filter(move |(on, _)| *on == message).map(|(_, user)| *user)
    }

    /// Who was on a project's team when that was last told; none before the first time.
    #[must_use]
    pub fn known_team(&self, project: &ProjectName) -> Option<&BTreeSet<UserId>> {
        self.teams.get(project)
    }

    /// Who can read a team channel, as the team was last told, and since when it stands like that to those
    /// who are not subscribed; none before the first look.
    #[must_use]
    pub fn readership(&self, channel: ChannelId) -> Option<(Timestamp, &Readership)> {
        self.readerships.get(&channel).map(|(since, readership)| (*since, readership))
    }

    /// Whom Zulip last named in a notice of what happens to a team channel, and when.
    #[must_use]
    pub fn named_hand(&self, channel: ChannelId) -> Option<(Timestamp, UserId)> {
        self.hands.get(&channel).copied()
    }

    /// Whether the teams were told that this message seems to tell details.
    #[must_use]
    pub fn told_of_details(&self, message: MessageId) -> bool {
        self.details.contains_key(&message)
    }

    /// Everything that is watched for, ready to be searched for; made anew only when it has changed.
    #[must_use]
    pub fn watched(&self) -> Arc<Watched> {
        self.watched.get(|| Watched::of(&self.settings, self.incidents.values()))
    }

    /// Whether a channel is one of those watched for leaks: everyone in the organisation can read it, and
    /// the configuration does not leave it out. A team's channel that is public is another matter: there,
    /// the whole team is told of that.
    #[must_use]
    pub fn is_watched(&self, channel: ChannelId) -> bool {
        let public = self.directory.channels.get(&channel).is_some_and(Channel::is_public);
        public
            && !self.settings.is_team_channel(channel)
            && self.settings.watch.as_ref().is_none_or(|only| only.contains(&channel))
    }

    /// Whether GitHub cannot be read for a project, and the team was told.
    #[must_use]
    pub fn is_out_of_sight(&self, project: &ProjectName) -> bool {
        self.out_of_sight.contains(project)
    }

    /// What is still to be done.
    #[must_use]
    pub const fn pending(&self) -> &BTreeMap<EffectId, RecordedEffect> {
        &self.pending
    }
}

fn room_key(incident: &Incident) -> Option<(ChannelId, String)> {
    incident.room.as_ref().map(|room| (room.channel, room.topic.plain()))
}

/// Where an action posts a message.
fn place_of(action: &Action) -> Option<TeamPlace> {
    use crate::kernel::effect::OpenPlace;

    match action {
        Action::Post { to, .. } => Some(to.clone()),
        Action::Notify { to: OpenPlace::Topic(channel, topic), .. } => {
            Some(TeamPlace::Topic(*channel, topic.clone()))
        }
        Action::Notify { to: OpenPlace::Person(user), .. } => Some(TeamPlace::Person(*user)),
        Action::Edit { .. } | Action::React { .. } | Action::Upload { .. } => None,
        Action::CreateAdvisory { .. }
        | Action::FetchAdvisory { .. }
        | Action::UpdateAdvisory { .. }
        | Action::AcceptReport { .. }
        | Action::CloseAdvisory { .. }
        | Action::ChangeCollaborators { .. }
        | Action::AddCredit { .. }
        | Action::RequestCve { .. }
        | Action::SetCve { .. }
        | Action::CreateFork { .. }
        | Action::AwaitFork { .. }
        | Action::ReadPulls { .. }
        | Action::Comment { .. }
        | Action::PublishAdvisory { .. }
        | Action::SendMail { .. }
        | Action::Work(_)
        | Action::MailRelease { .. } => None,
    }
}
