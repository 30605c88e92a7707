//! Affected and patched versions that cannot all be right.

use std::collections::BTreeSet;

use super::version::{Line, Range, Version, patched_versions};
use crate::kernel::content::{AffectedPackage, Package};

/// Two things the rows of affected versions say, or one of them and the project's branches, that do
/// not go together. Not printable: it repeats what is embargoed.
#[derive(Clone, PartialEq, Eq)]
pub enum Contradiction {
    /// A version is called patched and lies among the affected ones.
    PatchedIsAffected {
        /// Of which package.
        package: Package,
        /// As it was written.
        version: String,
        /// The range it lies in.
        range: String,
    },
    /// Nothing can be in the range.
    EmptyRange {
        /// Of which package.
        package: Package,
        /// The range.
        range: String,
    },
    /// A supported branch's versions are affected, and no patched version is of its line.
    BranchWithoutPatch {
        /// Of which package.
        package: Package,
        /// The branch.
        branch: String,
    },
    /// A patched version belongs to no supported branch, and is not newer than all of them.
    PatchWithoutBranch {
        /// Of which package.
        package: Package,
        /// As it was written.
        version: String,
    },
}

/// All rows of one package, as far as they can be read.
struct Rows<'a> {
    package: &'a Package,
    ranges: Vec<(&'a str, Range)>,
    patched: Vec<(String, Version)>,
}

impl<'a> Rows<'a> {
    fn of(package: &'a Package, affected: &'a [AffectedPackage]) -> Self {
        let rows = || affected.iter().filter(|row| row.package == *package).flat_map(|row| &row.ranges);
        let ranges = rows().filter_map(|row| Some((row.affected.as_str(), Range::read(&row.affected)?)));
        let patched = rows().filter_map(|row| row.patched.as_deref()).flat_map(patched_versions);
        let mut known = BTreeSet::new();
        let patched = patched.filter(|(written, _)| known.insert(written.clone()));
        Self { package, ranges: ranges.collect(), patched: patched.collect() }
    }

    /// Among themselves.
    fn own(&self) -> Vec<Contradiction> {
        let empty = self.ranges.iter().filter(|(_, range)| range.is_empty());
        let empty = empty.map(|(range, _)| Contradiction::EmptyRange {
            package: self.package.clone(),
            range: (*range).to_owned(),
        });
        let patched = self.patched.iter().filter_map(|(written, version)| {
            let (range, _) = self.ranges.iter().find(|(_, range)| range.holds(version))?;
            Some(Contradiction::PatchedIsAffected {
                package: self.package.clone(),
                version: written.clone(),
                range: (*range).to_owned(),
            })
        });
        empty.chain(patched).collect()
    }

    /// With the branches. `is_whole` tells that every branch but the main one names its line.
    fn with_branches(&self, lines: &[(&String, Line)], is_whole: bool) -> Vec<Contradiction> {
        let is_patched = |line: &Line| self.patched.iter().any(|(_, version)| line.holds(version));
        let is_affected = |line: &Line| self.ranges.iter().any(|(_, range)| range.touches(line));
        // A package that counts its versions otherwise than the branches do tells nothing about them.
        if !lines.iter().any(|(_, line)| is_patched(line) || is_affected(line)) {
            return Vec::new();
        }
        let bare = lines.iter().filter(|(_, line)| is_affected(line) && !is_patched(line));
        let bare = bare.map(|(branch, _)| Contradiction::BranchWithoutPatch {
            package: self.package.clone(),
            branch: (*branch).clone(),
        });
        let is_stray = |version: &Version| {
            let of_any = lines.iter().any(|(_, line)| line.holds(version));
            let is_newest = lines.iter().all(|(_, line)| line.is_before(version));
            is_whole && !of_any && !is_newest
        };
        let stray = self.patched.iter().filter(|(_, version)| is_stray(version));
        let stray = stray.map(|(written, _)| Contradiction::PatchWithoutBranch {
            package: self.package.clone(),
            version: written.clone(),
        });
        bare.chain(stray).collect()
    }
}

/// What contradicts itself in the rows of affected versions, or contradicts the supported branches.
pub(super) fn contradictions(affected: &[AffectedPackage], branches: &[String]) -> Vec<Contradiction> {
    let lines: Vec<(&String, Line)> =
        branches.iter().filter_map(|branch| Some((branch, Line::of_branch(branch)?))).collect();
    let is_whole = branches.iter().all(|branch| is_main(branch) || Line::of_branch(branch).is_some());
    let mut known = BTreeSet::new();
    let packages = affected.iter().map(|row| &row.package).filter(|package| known.insert(*package));
    let rows = packages.map(|package| Rows::of(package, affected));
    rows.flat_map(|rows| {
        let mut found = rows.own();
        found.extend(rows.with_branches(&lines, is_whole));
        found
    })
    .collect()
}

/// What the affected versions say of a supported branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Versions of it are affected.
    Affected,
    /// None of its versions is: it needs no patch.
    Spared,
    /// Nothing that can be read: it counts as affected.
    Unknown,
}

/// What the affected versions say of each supported branch, in the order of `branches`. A branch is spared
/// only where every range can be read and every package counts its versions as the branches do.
#[must_use]
pub fn reach(affected: &[AffectedPackage], branches: &[String]) -> Vec<Reach> {
    let lines: Vec<Option<Line>> = branches.iter().map(|branch| Line::of_branch(branch)).collect();
    let (mut readable, mut touched) = (!affected.is_empty(), vec![false; lines.len()]);
    for package in affected {
        let mut counts_alike = false;
        for range in &package.ranges {
            let range = Range::read(&range.affected);
            readable &= range.is_some();
            for (line, touched) in lines.iter().zip(&mut touched) {
                let touches =
                    range.as_ref().zip(line.as_ref()).is_some_and(|(range, line)| range.touches(line));
                *touched |= touches;
                counts_alike |= touches;
            }
        }
        readable &= counts_alike;
    }
    let one = |(line, touched): (&Option<Line>, bool)| match line {
        Some(_) if touched => Reach::Affected,
        Some(_) if readable => Reach::Spared,
        Some(_) | None => Reach::Unknown,
    };
    lines.iter().zip(touched).map(one).collect()
}

/// The patched version of each supported branch, in the order of `branches`: one of its line; of a main branch
/// the newest that is newer than all lines. None where there is none, or where packages disagree.
#[must_use]
pub fn versions(affected: &[AffectedPackage], branches: &[String]) -> Vec<Option<String>> {
    let ranges = affected.iter().flat_map(|package| &package.ranges);
    let patched: Vec<(String, Version)> =
        ranges.filter_map(|range| range.patched.as_deref()).flat_map(patched_versions).collect();
    let lines: Vec<Option<Line>> = branches.iter().map(|branch| Line::of_branch(branch)).collect();
    let is_newest = |version: &Version| lines.iter().flatten().all(|line| line.is_before(version));
    let of = |(branch, line): (&String, &Option<Line>)| {
        let belongs = |version: &Version| match line {
            Some(line) => line.holds(version),
            None => is_main(branch) && is_newest(version),
        };
        let mut fitting = patched.iter().filter(|(_, version)| belongs(version));
        let (written, first) = fitting.next()?;
        fitting.all(|(_, other)| other == first).then(|| written.clone())
    };
    branches.iter().zip(&lines).map(of).collect()
}

fn is_main(branch: &str) -> bool {
    ["main", "master", "trunk", "develop"].contains(&branch)
}
