//! What an advisory's public text lacks, each in one line with the command that mends it.

use crate::kernel::{
    content::Package,
    embargoed::Team,
    escape::{code, cut, inline},
    reply::list,
    text::{Contradiction, Shortcoming},
};

/// How much of what somebody wrote is repeated, in code points.
const SHOWN: usize = 100;

/// Each shortcoming and what mends it, the empty sections together.
#[must_use]
pub fn shortcomings(all: &[Shortcoming], team: &Team) -> Vec<String> {
    let title = |one: &Shortcoming| match one {
        Shortcoming::NoSection(section) => Some(section.title().to_owned()),
        Shortcoming::NoDescription
        | Shortcoming::Placeholder(_)
        | Shortcoming::NoSeverity
        | Shortcoming::NoAffected
        | Shortcoming::Contradiction(_) => None,
    };
    let sections: Vec<String> = all.iter().filter_map(title).collect();
    let mut lines = Vec::new();
    if sections.len() > 1 {
        let edit = code("!advisory edit");
        lines.push(format!("sections {} are empty: {edit} shows the text to fill in", list(&sections)));
    }
    let alone = all.iter().filter(|one| sections.len() < 2 || title(one).is_none());
    lines.extend(alone.map(|one| shortcoming(one, team)));
    lines
}

/// One shortcoming and what mends it, to stand in a list: without a capital and a full stop.
#[must_use]
pub fn shortcoming(shortcoming: &Shortcoming, team: &Team) -> String {
    let edit = code("!advisory edit");
    match shortcoming {
        Shortcoming::NoDescription => format!("the text is missing: {edit} shows what to fill in"),
        Shortcoming::NoSection(section) => {
            format!("section {} is empty: {edit} shows the text to fill in", section.title())
        }
        Shortcoming::Placeholder(left) => {
            format!("\"{}\" still stands in the text: {edit} shows it", inline(&cut(left, SHOWN)))
        }
        Shortcoming::NoSeverity => format!(
            "the severity is missing: {} or {}",
            code("!advisory edit --cvss VECTOR"),
            code("--severity high")
        ),
        Shortcoming::NoAffected => {
            format!("the affected versions are missing: {}", code("!advisory affected ECO:NAME RANGE"))
        }
        Shortcoming::Contradiction(contradiction) => self::contradiction(contradiction, team),
    }
}

fn contradiction(contradiction: &Contradiction, _: &Team) -> String {
    match contradiction {
        Contradiction::PatchedIsAffected { package, version, range } => format!(
            "{} is called patched, but lies in {} of {}: {}",
            code(&cut(version, SHOWN)),
            code(&cut(range, SHOWN)),
            name(package),
            affected(package)
        ),
        Contradiction::EmptyRange { package, range } => {
            format!(
                "no version of {} is in {}: {}",
                name(package),
                code(&cut(range, SHOWN)),
                affected(package)
            )
        }
        Contradiction::BranchWithoutPatch { package, branch } => format!(
            "{} is affected, but no patched version of {} is on it: {}",
            code(branch),
            name(package),
            affected(package)
        ),
        Contradiction::PatchWithoutBranch { package, version } => format!(
            "the patched version {} of {} is on none of the supported branches: {}",
            code(&cut(version, SHOWN)),
            name(package),
            affected(package)
        ),
    }
}

fn name(package: &Package) -> String {
    code(&cut(&package.to_string(), SHOWN))
}

/// The command that writes a package's row anew.
fn affected(package: &Package) -> String {
    code(&format!("!advisory affected {} RANGE --patched VERSIONS", cut(&package.to_string(), SHOWN)))
}
