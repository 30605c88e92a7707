//! A release as a value: what it needs, and the list of what it will do. What `!release plan` shows is
//! the list that `!release go` carries out (invariant 8).

use jiff::Timestamp;

use crate::kernel::{
    content::{Advisory, Content},
    effect::{Action, Effect, OpenPlace, Purpose},
    embargoed::Embargoed,
    id::{ChannelId, GhsaId, ProjectName, Repository, Topic},
    incident::Incident,
    mail::ReleaseMail,
    notice::{PublicNotice, Published},
    runbook::{self, Progress},
    step::Step,
    world::World,
};

/// Whether a precondition is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It is.
    Met,
    /// It is left out, by somebody's decision.
    Waived,
    /// It no longer makes sense, because the embargo is broken or the advisory public.
    Struck,
    /// It is not.
    Missing,
}

/// One thing a release does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// Publish the advisory.
    Publish {
        /// In which repository.
        repository: Repository,
        /// Which.
        ghsa: Embargoed<GhsaId>,
        /// Saying what.
        content: Embargoed<Content>,
    },
    /// Tell the announcement list.
    Mail {
        /// Its address.
        list: String,
        /// Of which project.
        project: ProjectName,
        /// What will be public by then.
        advisory: Embargoed<Published>,
        /// The page of the security policy, where one is configured.
        policy: Option<String>,
        /// The mail's Message-ID: the same at each try, and no other mail's.
        message_id: Embargoed<String>,
        /// The mail that told of it beforehand, where one was sent.
        answers: Option<String>,
    },
    /// Tell the public.
    Announce {
        /// In which channel.
        channel: ChannelId,
        /// In which topic.
        topic: Topic,
        /// Of which project.
        project: ProjectName,
        /// What will be public by then.
        advisory: Embargoed<Published>,
    },
    /// Wait for the blog post, which a person writes.
    Blog {
        /// In which repository.
        repository: Repository,
    },
    /// Close the incident.
    Close,
}

/// What a release needs and what it will do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Each with whether it is met.
    pub preconditions: Vec<(Step, Standing)>,
    /// When it may begin; none while no time is set.
    pub not_before: Option<Timestamp>,
    /// What is still to be done, in order.
    pub deeds: Vec<Deed>,
}

impl Deed {
    /// The step it carries out.
    #[must_use]
    pub const fn step(&self) -> Step {
        match self {
            Self::Publish { .. } => Step::Publish,
            Self::Mail { .. } => Step::Mail,
            Self::Announce { .. } => Step::Announce,
            Self::Blog { .. } => Step::Blog,
            Self::Close => Step::Close,
        }
    }

    /// The effect that carries it out, where one is needed. The public and the list are told nothing before
    /// the advisory is published: until then there is no effect for it.
    #[must_use]
    pub fn effect(&self, incident: &Incident) -> Option<Effect> {
        let action = match self {
            Self::Publish { repository, ghsa, content } => Action::PublishAdvisory {
                repository: repository.clone(),
                ghsa: ghsa.clone(),
                ground: Some(content.clone()),
            },
            Self::Mail { list, project, advisory, policy, message_id, answers } => {
                let publication = incident.publication()?;
                let advisory = advisory.disclose(&publication);
                Action::MailRelease {
                    list: list.clone(),
                    mail: ReleaseMail { project: project.clone(), advisory, policy: policy.clone() },
                    message_id: message_id.disclose(&publication).get().clone(),
                    answers: answers.clone(),
                }
            }
            Self::Announce { channel, topic, project, advisory } => {
                let advisory = advisory.disclose(&incident.publication()?);
                let notice = PublicNotice::Released { project: project.clone(), advisory };
                Action::Notify { to: OpenPlace::Topic(*channel, topic.clone()), notice }
            }
            Self::Blog { .. } | Self::Close => return None,
        };
        Some(Effect { action, purpose: Purpose::Step { incident: incident.id, step: self.step() } })
    }
}

impl Plan {
    /// Whether nothing stands in the way at `now`.
    #[must_use]
    pub fn is_ready(&self, now: Timestamp) -> bool {
        self.preconditions.iter().all(|(_, standing)| *standing != Standing::Missing)
            && self.not_before.is_none_or(|time| time <= now)
    }

    /// The preconditions that are not met.
    pub fn missing(&self) -> impl Iterator<Item = Step> {
        self.preconditions
            .iter()
            .filter(|(_, standing)| *standing == Standing::Missing)
            .map(|(step, _)| *step)
    }
}

/// The plan for an incident, with the steps of `waived` left out.
#[must_use]
pub fn plan(world: &World, incident: &Incident, waived: impl Fn(Step) -> bool) -> Plan {
    let preconditions = Step::PRECONDITIONS.into_iter().map(|step| {
        let standing = match (runbook::progress(world, incident, step), waived(step)) {
            (Progress::Done, _) => Standing::Met,
            (Progress::Struck, _) => Standing::Struck,
            (Progress::Open | Progress::Waiting, true) => Standing::Waived,
            (Progress::Open | Progress::Waiting, false) => Standing::Missing,
        };
        (step, standing)
    });
    let open =
        Step::RELEASE.into_iter().filter(|step| !runbook::is_done(world, incident, *step) && !waived(*step));
    Plan {
        preconditions: preconditions.collect(),
        // What somebody has published needs no waiting for.
        not_before: incident
            .embargo
            .as_ref()
            .filter(|_| !incident.is_published())
            .map(|embargo| embargo.until),
        deeds: open.filter_map(|step| deed(world, incident, step)).collect(),
    }
}

fn deed(world: &World, incident: &Incident, step: Step) -> Option<Deed> {
    let project = world.settings.project(&incident.project)?;
    let advisory = incident.advisory()?;
    match step {
        Step::Acknowledge
        | Step::Reproduce
        | Step::Accept
        | Step::Fork
        | Step::Invite
        | Step::Audit
        | Step::Upstream
        | Step::Fix
        | Step::Text
        | Step::Cve
        | Step::Embargo
        | Step::Notify
        | Step::ListSeen
        | Step::Patches
        | Step::Tests => None,
        Step::Publish => Some(Deed::Publish {
            repository: project.repository.clone(),
            ghsa: advisory.map(|advisory| advisory.ghsa.clone()),
            content: advisory.map(|advisory| advisory.content.clone()),
        }),
        Step::Mail => Some(Deed::Mail {
            list: project.announce_list.clone()?,
            project: project.name.clone(),
            advisory: advisory.map(published),
            policy: world.settings.policy.page.clone(),
            message_id: {
                let domain = world.settings.mail_domain()?;
                advisory.map(|advisory| format!("{}.release@{domain}", advisory.ghsa.as_str()))
            },
            answers: incident.first_mail(&world.settings),
        }),
        Step::Announce => Some(Deed::Announce {
            channel: project.public_channel,
            topic: project.public_topic.clone(),
            project: project.name.clone(),
            advisory: advisory.map(published),
        }),
        Step::Blog => Some(Deed::Blog { repository: project.blog.clone()? }),
        Step::Close => Some(Deed::Close),
    }
}

fn published(advisory: &Advisory) -> Published {
    let content = &advisory.content;
    let patched = content.affected.iter().map(|package| {
        let versions = package.ranges.iter().filter_map(|range| range.patched.clone());
        (package.package.name.clone(), versions.collect())
    });
    Published {
        url: advisory.url.clone(),
        summary: content.summary.clone(),
        severity: content.severity.as_ref().map_or_else(|| "not given".to_owned(), ToString::to_string),
        cve: advisory.cve.as_ref().map(|cve| cve.as_str().to_owned()),
        patched: patched.collect(),
    }
}
