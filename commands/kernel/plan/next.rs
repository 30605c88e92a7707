//! What comes next of a deed, read off what a release has brought out so far.

use super::Deed;
use crate::kernel::{
    delivery::{Fix, VersionBump},
    effect::{Action, Effect, Purpose},
    embargoed::{Embargoed, Reader, TeamText},
    id::{ProjectName, Repository},
    incident::Incident,
    papers::Paper,
    patch::{Branch, HeadCommit, PullState},
    step::Step,
    work::{Checks, Proposed, PublicPull, PullText, Sought, Standing, Work},
};

/// What comes next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// To do this.
    Do(Box<Effect>),
    /// Nothing: a person does something, and is waited for.
    Person,
    /// Nothing more: the deed is done.
    Done,
    /// Nothing before somebody has dealt with this.
    Stop(Obstacle),
}

/// What stands in the way of a pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// The pull request's page.
    pub url: String,
    /// The branch it goes to.
    pub base: Branch,
    /// What it is.
    pub kind: ObstacleKind,
}

/// The kinds of what stands in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ObstacleKind {
    /// These checks failed.
    Red(Vec<String>),
    /// It does not apply cleanly.
    Conflicts,
    /// Somebody closed it.
    Closed,
    /// Its newest commit is another than the one that was approved.
    Moved,
}

impl Deed {
    /// What comes next of it.
    #[must_use]
    pub fn next(&self, incident: &Incident) -> Next {
        let work = match self {
            Self::Transfer { repository, fork, project, fixes } => {
                transfer(incident, repository, fork, project, fixes)
            }
            Self::Bump { repository, bumps } => bump(incident, repository, bumps),
            Self::Tag { repository, tags } => {
                let missing = tags.iter().find(|tag| !incident.delivery.tags.contains(*tag));
                let wait = |tag: &String| Work::AwaitTag { repository: repository.clone(), tag: tag.clone() };
                missing.map(wait).ok_or(Next::Done)
            }
            Self::Snapshot { fork, .. } if incident.delivery.has_snapshot => {
                let close = || Work::ClosePulls { fork: fork.clone() };
                (!incident.delivery.has_closed_pulls).then(close).ok_or(Next::Done)
            }
            Self::Snapshot { fork, repository } => {
                Ok(Work::Snapshot { fork: fork.clone(), repository: repository.clone() })
            }
            Self::ForkGone { repository, ghsa } => {
                Ok(Work::RemoveFork { repository: repository.clone(), ghsa: ghsa.clone() })
            }
            Self::Blog { paper } => propose(incident, Step::Blog, std::slice::from_ref(paper)),
            Self::Rustsec { papers } => propose(incident, Step::Rustsec, papers),
            Self::Exports { documents } => return self.attach(incident, documents),
            Self::Deploy => Err(Next::Person),
            Self::Close => Err(Next::Done),
            Self::Publish { .. } | Self::Mail { .. } | Self::Announce { .. } => {
                return self.act(incident).map_or(Next::Person, |action| self.doing(incident, action));
            }
        };
        work.map_or_else(|next| next, |work| self.doing(incident, Action::Work(Box::new(work))))
    }

    fn attach(&self, incident: &Incident, documents: &[(String, TeamText)]) -> Next {
        let missing = documents.iter().find(|(name, _)| !incident.delivery.uploads.contains_key(name));
        missing.map_or(Next::Done, |(name, content)| {
            self.doing(
                incident,
                Action::Upload { name: name.clone(), content: content.clone(), kept: Vec::new() },
            )
        })
    }

    /// Whether what follows need not wait for it: it waits for other people, and nothing depends on it.
    #[must_use]
    pub const fn lets_pass(&self) -> bool {
        matches!(self, Self::Blog { .. } | Self::Rustsec { .. })
    }

    fn doing(&self, incident: &Incident, action: Action) -> Next {
        let purpose = Purpose::Step { incident: incident.id, step: self.step() };
        Next::Do(Box::new(Effect { action, purpose }))
    }
}

/// All fixes are pushed and proposed before the first is merged, so that one that cannot be leaves none of
/// them half out.
fn transfer(
    incident: &Incident,
    repository: &Repository,
    fork: &Embargoed<Repository>,
    project: &ProjectName,
    fixes: &[Fix],
) -> Result<Work, Next> {
    let delivery = &incident.delivery;
    if let Some(fix) = fixes.iter().find(|fix| !delivery.has_pushed(&fix.base, &fix.commit)) {
        return Ok(Work::Push {
            fork: fork.clone(),
            commit: fix.commit.clone(),
            repository: repository.clone(),
            branch: fix.branch(),
            base: fix.base.clone(),
        });
    }
    let pull = |fix: &Fix| delivery.pull(Step::Transfer, &fix.base).cloned();
    if let Some(fix) = fixes.iter().find(|fix| pull(fix).is_none()) {
        return Ok(Work::OpenPull {
            repository: repository.clone(),
            head: fix.branch(),
            commit: fix.commit.open(&Reader::new()).clone(),
            base: fix.base.clone(),
            text: PullText::Fixes { project: project.clone(), base: fix.base.clone() },
        });
    }
    let proposed = fixes.iter().filter_map(|fix| {
        let commit = fix.commit.open(&Reader::new()).clone();
        let sought = vec![Sought::Commit(commit.clone()), Sought::Head { branch: fix.branch(), since: None }];
        Some((&fix.base, sought, Some(commit), pull(fix)?))
    });
    merge_all(repository, proposed.collect())
}

/// A bump is started, and its pull request waited for, before the next one's.
fn bump(incident: &Incident, repository: &Repository, bumps: &[VersionBump]) -> Result<Work, Next> {
    let delivery = &incident.delivery;
    let waits = |bump: &&VersionBump| !delivery.dispatched.contains_key(&bump.base);
    if let Some(bump) = bumps.iter().find(waits) {
        return Ok(Work::Dispatch {
            repository: repository.clone(),
            workflow: bump.workflow.clone(),
            branch: bump.on.clone(),
            inputs: bump.inputs.clone(),
            base: bump.base.clone(),
            opens: bump.pull_request.clone(),
        });
    }
    let mut proposed = Vec::new();
    for bump in bumps {
        let Some(head) = &bump.pull_request else { continue };
        let since = delivery.dispatched.get(&bump.base).copied();
        let sought = vec![Sought::Head { branch: head.clone(), since }];
        match delivery.pull(Step::Bump, &bump.base) {
            Some(pull) => proposed.push((&bump.base, sought, None, pull.clone())),
            None => return Ok(wait(repository, &bump.base, sought, None)),
        }
    }
    merge_all(repository, proposed)
}

/// Pull requests that are to be merged, one after the other, once all may be.
fn merge_all(
    repository: &Repository,
    proposed: Vec<(&Branch, Vec<Sought>, Option<HeadCommit>, PublicPull)>,
) -> Result<Work, Next> {
    for (base, sought, commit, pull) in &proposed {
        if let Some(kind) = obstacle(pull, commit.as_ref()) {
            let obstacle = Obstacle { url: pull.url.clone(), base: (*base).clone(), kind };
            return Err(Next::Stop(obstacle));
        }
        if !pull.is_ready() {
            let known = pull.standing.needs_person().then_some(pull.standing);
            return Ok(wait(repository, base, sought.clone(), known));
        }
    }
    let unmerged = proposed.into_iter().find(|(.., pull)| pull.state == PullState::Open);
    let (base, _, _, pull) = unmerged.ok_or(Next::Done)?;
    let (repository, base, commit) = (repository.clone(), base.clone(), pull.head);
    Ok(Work::Merge { repository, number: pull.number, commit, base })
}

fn wait(repository: &Repository, base: &Branch, sought: Vec<Sought>, known: Option<Standing>) -> Work {
    Work::AwaitPull { repository: repository.clone(), base: base.clone(), sought, known }
}

fn obstacle(pull: &PublicPull, commit: Option<&HeadCommit>) -> Option<ObstacleKind> {
    match pull.state {
        PullState::Merged => return None,
        PullState::Closed => return Some(ObstacleKind::Closed),
        PullState::Open => {}
    }
    if commit.is_some_and(|commit| *commit != pull.head) {
        return Some(ObstacleKind::Moved);
    }
    match &pull.checks {
        Checks::Failed(names) => Some(ObstacleKind::Red(names.clone())),
        Checks::Passed | Checks::Running(_) => {
            (pull.standing == Standing::Conflicts).then_some(ObstacleKind::Conflicts)
        }
    }
}

/// New files are proposed one after the other once the advisory is public, and then waited for. What the bot
/// could not propose, or somebody closed, a person does.
fn propose(incident: &Incident, step: Step, papers: &[Paper]) -> Result<Work, Next> {
    let delivery = &incident.delivery;
    let publication = incident.publication().ok_or(Next::Person)?;
    let mut is_left = false;
    for paper in papers {
        let file = paper.file.disclose(&publication);
        let path = &file.get().path;
        if delivery.by_hand.contains(&(step, path.clone())) {
            is_left = true;
            continue;
        }
        let Some(pull) = delivery.proposal(step, path) else {
            let (repository, fork) = (paper.repository.clone(), paper.fork.clone());
            return Ok(Work::Propose(Box::new(Proposed { repository, fork, file })));
        };
        match pull.state {
            PullState::Merged => {}
            PullState::Closed => is_left = true,
            PullState::Open => {
                let (repository, number) = (paper.repository.clone(), pull.number);
                return Ok(Work::AwaitMerge { repository, number, path: path.clone() });
            }
        }
    }
    Err(if is_left { Next::Person } else { Next::Done })
}
