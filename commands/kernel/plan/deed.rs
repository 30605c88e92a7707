//! What a release does, one deed a step, with exactly what will be sent where.

use crate::kernel::{
    content::{Advisory, Content},
    delivery::{self, Fix, VersionBump},
    effect::{Action, OpenPlace},
    embargoed::{Embargoed, TeamText},
    id::{ChannelId, GhsaId, ProjectName, Repository, Topic},
    incident::Incident,
    mail::ReleaseMail,
    notice::{PublicNotice, Published},
    papers::{self, Paper},
    step::Step,
    world::World,
};

/// One thing a release does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// Bring the fixes to the public repository, each as a pull request, and merge them once all may be.
    Transfer {
        /// Where.
        repository: Repository,
        /// From where.
        fork: Embargoed<Repository>,
        /// Of which project.
        project: ProjectName,
        /// In the order of the supported branches.
        fixes: Vec<Fix>,
    },
    /// Have the versions bumped, and merge the pull requests that come of it.
    Bump {
        /// Where.
        repository: Repository,
        /// In the order of the supported branches.
        bumps: Vec<VersionBump>,
    },
    /// Wait for the release's tags.
    Tag {
        /// Where.
        repository: Repository,
        /// Their names.
        tags: Vec<String>,
    },
    /// Wait for somebody's word that the builds are deployed.
    Deploy,
    /// Keep what stands in the private fork, and close its pull requests.
    Snapshot {
        /// The fork.
        fork: Embargoed<Repository>,
        /// What everybody has.
        repository: Repository,
    },
    /// Publish the advisory.
    Publish {
        /// In which repository.
        repository: Repository,
        /// Which.
        ghsa: Embargoed<GhsaId>,
        /// Saying what.
        content: Embargoed<Content>,
    },
    /// See that the private fork is gone, or delete it.
    ForkGone {
        /// The advisory's repository.
        repository: Repository,
        /// The advisory.
        ghsa: Embargoed<GhsaId>,
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
    /// Propose the blog post, and wait until it is merged.
    Blog {
        /// The post.
        paper: Paper,
    },
    /// Propose RustSec's entries, and wait until they are merged.
    Rustsec {
        /// The entries.
        papers: Vec<Paper>,
    },
    /// Attach the records for machines in the incident's topic.
    Exports {
        /// Each with its name.
        documents: Vec<(String, TeamText)>,
    },
    /// Close the incident.
    Close,
}

impl Deed {
    /// The step it carries out.
    #[must_use]
    pub const fn step(&self) -> Step {
        match self {
            Self::Transfer { .. } => Step::Transfer,
            Self::Bump { .. } => Step::Bump,
            Self::Tag { .. } => Step::Tag,
            Self::Deploy => Step::Deploy,
            Self::Snapshot { .. } => Step::Snapshot,
            Self::Publish { .. } => Step::Publish,
            Self::ForkGone { .. } => Step::ForkGone,
            Self::Mail { .. } => Step::Mail,
            Self::Announce { .. } => Step::Announce,
            Self::Blog { .. } => Step::Blog,
            Self::Rustsec { .. } => Step::Rustsec,
            Self::Exports { .. } => Step::Exports,
            Self::Close => Step::Close,
        }
    }

    /// What carries it out where that is one act, or none while that may not be: the public and the list are
    /// told nothing before the advisory is published.
    pub(super) fn act(&self, incident: &Incident) -> Option<Action> {
        Some(match self {
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
            Self::Transfer { .. }
            | Self::Bump { .. }
            | Self::Tag { .. }
            | Self::Deploy
            | Self::Snapshot { .. }
            | Self::ForkGone { .. }
            | Self::Blog { .. }
            | Self::Rustsec { .. }
            | Self::Exports { .. }
            | Self::Close => return None,
        })
    }
}

impl Deed {
    /// What `step` is for an incident, where a release does anything for it.
    pub(super) fn of(world: &World, incident: &Incident, step: Step) -> Option<Self> {
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
            Step::Transfer => Some(Self::Transfer {
                repository: project.repository.clone(),
                fork: incident.fork_name()?,
                project: project.name.clone(),
                fixes: Some(delivery::fixes(world, incident)).filter(|fixes| !fixes.is_empty())?,
            }),
            Step::Bump => Some(Self::Bump {
                repository: project.repository.clone(),
                bumps: delivery::bumps(world, incident)?,
            }),
            Step::Tag => Some(Self::Tag {
                repository: project.repository.clone(),
                tags: delivery::tags(world, incident)?,
            }),
            Step::Deploy => Some(Self::Deploy),
            Step::Snapshot => {
                Some(Self::Snapshot { fork: incident.fork_name()?, repository: project.repository.clone() })
            }
            Step::ForkGone => Some(Self::ForkGone {
                repository: project.repository.clone(),
                ghsa: advisory.map(|advisory| advisory.ghsa.clone()),
            }),
            Step::Publish => Some(Self::Publish {
                repository: project.repository.clone(),
                ghsa: advisory.map(|advisory| advisory.ghsa.clone()),
                content: advisory.map(|advisory| advisory.content.clone()),
            }),
            Step::Mail => Self::mail(world, incident),
            Step::Announce => Some(Self::Announce {
                channel: project.public_channel,
                topic: project.public_topic.clone(),
                project: project.name.clone(),
                advisory: advisory.map(published),
            }),
            Step::Blog => Some(Self::Blog { paper: papers::blog(world, incident)? }),
            Step::Rustsec => {
                let papers = papers::rustsec(world, incident);
                (!papers.is_empty()).then_some(Self::Rustsec { papers })
            }
            Step::Exports => Some(Self::Exports { documents: papers::documents(world, incident) }),
            Step::Close => Some(Self::Close),
        }
    }
}

impl Deed {
    fn mail(world: &World, incident: &Incident) -> Option<Self> {
        let (project, advisory) = (world.settings.project(&incident.project)?, incident.advisory()?);
        let domain = world.settings.mail_domain()?;
        Some(Self::Mail {
            list: project.announce_list.clone()?,
            project: project.name.clone(),
            advisory: advisory.map(published),
            policy: world.settings.policy.page.clone(),
            message_id: advisory.map(|advisory| format!("{}.release@{domain}", advisory.ghsa.as_str())),
            answers: incident.first_mail(&world.settings),
        })
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
