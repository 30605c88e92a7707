//! An incident's timeline as files: for people to read, for programs, and to look at.

mod event;
mod json;
mod phase;
mod picture;
mod svg;
#[cfg(test)]
mod test;

use jiff::Timestamp;

use crate::kernel::{embargoed::TeamText, incident::Incident, reply, world::World};

/// A form of the timeline. All of them are for the team alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Text: what happened, line by line.
    Markdown,
    /// The same as data, with the phases that the picture shows.
    Json,
    /// A picture of the phases, their deadlines and all that happened.
    Svg,
}

impl Format {
    /// All of them, in the order in which they are handed out.
    pub const ALL: [Self; 3] = [Self::Markdown, Self::Json, Self::Svg];

    /// What its file's name ends with.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Json => "json",
            Self::Svg => "svg",
        }
    }

    /// The timeline of `incident` in this form, as it is at `now`.
    #[must_use]
    pub fn write(self, world: &World, incident: &Incident, now: Timestamp) -> TeamText {
        match self {
            Self::Markdown => reply::timeline::document(world, incident),
            Self::Json => TeamText::compose(|team| json::write(world, team, incident)),
            Self::Svg => TeamText::compose(|team| picture::draw(world, team, incident, now)),
        }
    }
}
