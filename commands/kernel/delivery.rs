//! What a release has to bring to the public repository: the fixes, the versions, the tags.

use std::collections::BTreeMap;

use crate::kernel::{
    embargoed::{Embargoed, Reader},
    id::PullNumber,
    incident::Incident,
    patch::{Branch, HeadCommit},
    runbook,
    settings::{Project, filled},
    text,
    world::World,
};

/// A branch's fix: the newest commit of its pull request in the private fork.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// The branch it is for.
    pub base: Branch,
    /// Its pull request in the fork.
    pub number: PullNumber,
    /// The commit.
    pub commit: Embargoed<HeadCommit>,
}

impl Fix {
    /// The branch that it gets in the public repository: the same for the same commit, and no other's. It
    /// says nothing of the matter.
    #[must_use]
    pub fn branch(&self) -> String {
        let base = self.base.0.replace('/', "-");
        format!("fixes-{base}-{}", self.commit.open(&Reader::new()).short())
    }
}

/// A branch's next version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionBump {
    /// The branch.
    pub base: Branch,
    /// The workflow's file.
    pub workflow: String,
    /// What it runs on.
    pub on: String,
    /// What it is told.
    pub inputs: BTreeMap<String, String>,
    /// The branch of the pull request that it opens, where it opens one.
    pub pull_request: Option<String>,
}

/// The fixes of the branches that need one, in the order of the configuration.
#[must_use]
pub fn fixes(world: &World, incident: &Incident) -> Vec<Fix> {
    let needed = runbook::coverage(world, incident).into_iter().filter(runbook::Coverage::is_needed);
    let fix = |branch: runbook::Coverage<'_>| {
        let pull = &branch.patch?.pull;
        let commit = pull.map(|pull| pull.head.clone());
        Some(Fix { base: branch.branch, number: pull.open(&Reader::new()).number, commit })
    };
    needed.filter_map(fix).collect()
}

/// The patched version of each supported branch that has one, in the order of the configuration.
fn versions(project: &Project, incident: &Incident) -> Vec<(Branch, String)> {
    let affected = incident.advisory().map(|advisory| &advisory.open(&Reader::new()).content.affected);
    let versions = text::versions(affected.map_or(&[][..], Vec::as_slice), &project.branches);
    let each = project.branches.iter().zip(versions);
    each.filter_map(|(branch, version)| Some((Branch(branch.clone()), version?))).collect()
}

/// The version bumps; none where no workflow makes them.
#[must_use]
pub fn bumps(world: &World, incident: &Incident) -> Option<Vec<VersionBump>> {
    let project = world.settings.project(&incident.project)?;
    let bump = project.bump.as_ref()?;
    let one = |(base, version): (Branch, String)| VersionBump {
        workflow: bump.workflow.clone(),
        on: filled(&bump.git_ref, &base, &version),
        inputs: bump.inputs.iter().map(|(key, text)| (key.clone(), filled(text, &base, &version))).collect(),
        pull_request: bump.pull_request.as_ref().map(|text| filled(text, &base, &version)),
        base,
    };
    Some(versions(project, incident).into_iter().map(one).collect())
}

/// The tags of the release, each once; none where no tag is configured.
#[must_use]
pub fn tags(world: &World, incident: &Incident) -> Option<Vec<String>> {
    let project = world.settings.project(&incident.project)?;
    let tag = project.release_tag.as_ref()?;
    let mut tags: Vec<String> = Vec::new();
    for (base, version) in versions(project, incident) {
        let tag = filled(tag, &base, &version);
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    Some(tags)
}
