//! A command with everything a family needs to decide on it.

use crate::kernel::{
    command::Kind,
    effect::{CommandRef, Origin, TeamPlace},
    id::ProjectName,
    incident::{Incident, Stage},
    input::Now,
    refusal::Refusal,
    reply::topic_name,
    settings::Project,
    world::World,
};

/// A command that was read and whose author may give it.
#[derive(Debug, Clone)]
pub struct Ask<'a> {
    /// The world.
    pub world: &'a World,
    /// The present.
    pub now: Now,
    /// Which command.
    pub kind: Kind,
    /// The message, its author, and where the answer goes.
    pub command: CommandRef,
    /// The projects it can be about: those of the channel, or by direct message all of the author's.
    pub projects: Vec<&'a Project>,
    /// The incident it is about, where it names one or stands in its topic.
    pub incident: Option<&'a Incident>,
}

impl<'a> Ask<'a> {
    /// The incident, under way.
    ///
    /// # Errors
    /// When none is meant, or it is not under way.
    pub fn open_incident(&self) -> Result<&'a Incident, Refusal> {
        let incident = self.any_incident()?;
        match incident.stage {
            Stage::Opening => Err(Refusal::StillOpening),
            Stage::Open => Ok(incident),
            Stage::Closed | Stage::Failed => Err(Refusal::Closed),
        }
    }

    /// The incident, whatever has become of it.
    ///
    /// # Errors
    /// When none is meant.
    pub fn any_incident(&self) -> Result<&'a Incident, Refusal> {
        self.incident.ok_or(Refusal::WhichIncident { kind: self.kind })
    }

    /// The project for which `is_meant` holds, or the only one.
    ///
    /// # Errors
    /// When it is not clear which; `written` tells how each is to be named.
    pub fn project(
        &self,
        is_meant: Option<impl Fn(&Project) -> bool>,
        written: impl Fn(&Project) -> String,
    ) -> Result<&'a Project, Refusal> {
        let choices = || self.projects.iter().map(|project| written(project)).collect();
        match (is_meant, self.projects.as_slice()) {
            (Some(is_meant), projects) => {
                let found = projects.iter().find(|project| is_meant(project));
                found.copied().ok_or_else(|| Refusal::NoSuchProject { choices: choices() })
            }
            (None, [only]) => Ok(*only),
            (None, _) => Err(Refusal::WhichProject { kind: self.kind, choices: choices() }),
        }
    }

    /// The incidents of the projects in reach.
    pub fn incidents(&self) -> impl DoubleEndedIterator<Item = &'a Incident> {
        let names: Vec<ProjectName> = self.projects.iter().map(|project| project.name.clone()).collect();
        self.world.incidents().filter(move |incident| names.contains(&incident.project))
    }
}

/// Where an incident's own messages go: its topic, also before its card stands there.
#[must_use]
pub fn room_of(incident: &Incident) -> TeamPlace {
    if let Some(room) = &incident.room {
        return TeamPlace::Topic(room.channel, room.topic.clone());
    }
    if let Some(home) = incident.home {
        return TeamPlace::Topic(home, topic_name(incident));
    }
    match &incident.origin {
        Origin::Command(CommandRef { answer_to: TeamPlace::Topic(channel, _), .. })
        | Origin::Noticed { channel } => TeamPlace::Topic(*channel, topic_name(incident)),
        Origin::Command(CommandRef { answer_to: TeamPlace::Person(user), .. }) => TeamPlace::Person(*user),
    }
}
